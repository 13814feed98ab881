"""Reference data: what is expected (the manifest) and what is known of products.

It is looked up, never folded: an event carries what it needs of it. So a manifest may be imported again, corrected
or dropped without changing anything that happened.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from sqlite_utils import Database

from terminal.domain.gtin import GTIN_LENGTHS
from terminal.domain.items import ManifestLine, Product, from_cents, to_cents
from terminal.store.chain import stamp
from terminal.store.connection import Value, read, read_json, run_many, safe_text, transaction
from terminal.store.item_row import ItemRow, read_items

By = Literal["rma", "tracking", "serial"]
LINE = (
    *(
        "rma",
        "line",
        "sku",
        "gtin",
        "serial",
        "title",
        "category",
        "quantity",
        "unit_price_cents",
        "currency",
    ),
    *("tracking", "reason", "initiated", "weight_g", "assumed"),
)
PRODUCT = (
    *(
        "sku",
        "gtin",
        "title",
        "category",
        "price_cents",
        "currency",
        "weight_g",
        "hygiene",
        "battery",
        "hazard",
    ),
    *("brand", "assumed"),
)


@dataclass(frozen=True, slots=True)
class FoundLine:
    """A manifest line and how many of its units were received so far."""

    line: ManifestLine
    received: int

    @property
    def due(self) -> int:
        """Units that are still to come."""
        return max(self.line.quantity - self.received, 0)


@dataclass(frozen=True, slots=True)
class Found:
    """Lines of one RMA that a scanned text names, and by which of their fields it does."""

    rma: str
    by: By
    lines: tuple[FoundLine, ...]


@dataclass(frozen=True, slots=True)
class Counts:
    """How much the file holds: RMAs, lines and units of the manifest, products of the catalogue."""

    rmas: int
    lines: int
    units: int
    products: int


class Catalogue:
    """Manifest and catalogue, over one connection. Also where an import puts them."""

    def __init__(self, db: Database, source: str | None = None) -> None:
        """`source` is written beside what is put: the name of the file that it came from."""
        self._db = db
        self.source = source

    @property
    def db(self) -> Database:
        """The connection, for the other tables that goods are held against."""
        return self._db

    def transaction(self) -> AbstractContextManager[None]:
        """All that is put inside is written, or nothing of it."""
        return transaction(self._db)

    def put_manifest(self, lines: Sequence[ManifestLine]) -> None:
        """Insert or replace lines under their RMA and number."""
        sql = _upsert("manifest", (*LINE, "source"), ("rma", "line"))
        with self._own_transaction():
            run_many(self._db, sql, ((*_line_values(line), self.source) for line in lines))

    def put_products(self, products: Sequence[Product]) -> None:
        """Insert or replace products under their SKU, or their GTIN where they have none. Raises ValueError."""
        sql = _upsert("product", ("key", "gtin14", *PRODUCT, "source"), ("key",))
        with self._own_transaction():
            run_many(self._db, sql, ((*_product_values(product), self.source) for product in products))

    def expected(self, text: str) -> tuple[Found, ...]:
        """Lines whose RMA, tracking number or serial is `text` in any case, in one group for each RMA.

        An RMA that is named by several fields is found once, by the first of them.
        """
        found: dict[str, Found] = {}
        by: By
        for by in ("rma", "tracking", "serial"):
            groups: dict[str, list[FoundLine]] = {}
            for one in self._lines(f"m.{by} = ? collate nocase", text):
                groups.setdefault(one.line.rma, []).append(one)
            for rma, lines in groups.items():
                found.setdefault(rma, Found(rma, by, tuple(lines)))
        return tuple(found.values())

    def lines_of(self, rma: str) -> tuple[FoundLine, ...]:
        """All lines of an RMA, in order."""
        return tuple(self._lines("m.rma = ?", rma))

    def products(self, text: str) -> tuple[Product, ...]:
        """Products whose SKU is `text` in any case, or whose GTIN it is in any length.

        A product that was first known by its GTIN only gives way to the one that has an SKU as well.
        """
        sql = f"select {', '.join(PRODUCT)} from product where sku = ? collate nocase or gtin14 = ? order by key"
        found = [_product(row) for row in read(self._db, sql, (safe_text(text), gtin14(text)))]
        named = {gtin14(product.gtin) for product in found if product.sku is not None and product.gtin}
        return tuple(
            product for product in found if product.sku is not None or gtin14(product.gtin or "") not in named
        )

    def item(self, lpn: str) -> ItemRow | None:
        """The item that has this LPN, in any case."""
        for spelling in dict.fromkeys((lpn, lpn.upper())):
            if found := read_items(self._db, "where lpn = ?", (safe_text(spelling),)):
                return found[0]
        return None

    def expected_anywhere(self, text: str) -> ManifestLine | None:
        """A line of any return whose SKU (in any case) or GTIN is `text`: goods that no catalogue names."""
        columns = ", ".join(f"m.{name}" for name in LINE)
        where = "m.sku = ? collate nocase or m.gtin = ? order by m.rma limit 1"
        sql = f"select {columns} from manifest m where {where}"
        found = read(self._db, sql, (safe_text(text), safe_text(text)))
        return _line(found[0]) if found else None

    def sources(self) -> frozenset[str]:
        """The files that what is known came from."""
        sql = "select distinct source from manifest union select distinct source from product"
        return frozenset(row[0] or "" for row in read(self._db, sql))

    def due_rmas(self, count: int) -> tuple[str, ...]:
        """The first RMAs of which units are still to come."""
        came = "(select count(*) from item i where i.rma = m.rma and i.line = m.line and i.status <> 'void')"
        sql = f"select distinct m.rma from manifest m where m.quantity > {came} order by m.rma limit ?"
        return tuple(row[0] for row in read(self._db, sql, (count,)))

    def counts(self) -> Counts:
        """How much there is to look up."""
        sql = "select count(distinct rma), count(*), coalesce(sum(quantity), 0) from manifest"
        rmas, lines, units = read(self._db, sql)[0]
        return Counts(rmas, lines, units, read(self._db, "select count(*) from product")[0][0])

    def _own_transaction(self) -> AbstractContextManager[None]:
        return nullcontext() if self._db.conn.in_transaction else transaction(self._db)

    def _lines(self, where: str, text: str) -> list[FoundLine]:
        columns = ", ".join(f"m.{name}" for name in LINE)
        received = """(select count(*) from item i
            where i.rma = m.rma and i.line = m.line and i.status <> 'void')"""
        sql = f"select {received}, {columns} from manifest m where {where} order by m.rma, m.line"
        return [FoundLine(_line(row[1:]), row[0]) for row in read(self._db, sql, (safe_text(text),))]


def gtin14(text: str) -> str | None:
    """A GTIN padded to 14 digits, as GTINs are compared; None for a text that has not the form of one."""
    if text.isascii() and text.isdecimal() and len(text) in GTIN_LENGTHS:
        return text.zfill(14)
    return None


def _upsert(table: str, names: tuple[str, ...], key: tuple[str, ...]) -> str:
    changes = ", ".join(f"{name} = excluded.{name}" for name in names if name not in key)
    return (
        f"insert into {table}({', '.join(names)}) values ({', '.join('?' * len(names))}) "
        f"on conflict({', '.join(key)}) do update set {changes}"
    )


def _line_values(line: ManifestLine) -> tuple[Value, ...]:
    return (
        safe_text(line.rma),
        line.line,
        _text(line.sku),
        _text(line.gtin),
        _text(line.serial),
        safe_text(line.title),
        safe_text(line.category),
        line.quantity,
        _cents(line.unit_price),
        _text(line.currency),
        _text(line.tracking),
        _text(line.reason),
        stamp(line.initiated) if line.initiated is not None else None,
        line.weight_g,
        json.dumps(line.assumed),
    )


def _product_values(product: Product) -> tuple[Value, ...]:
    wide = gtin14(product.gtin) if product.gtin else None
    if product.sku is not None:
        key = f"sku {product.sku}"
    elif product.gtin is not None:
        key = f"gtin {wide or product.gtin}"
    else:
        raise ValueError(f"a product has an SKU or a GTIN, {product.title!r} has neither")
    return (
        safe_text(key),
        wide,
        _text(product.sku),
        _text(product.gtin),
        safe_text(product.title),
        safe_text(product.category),
        _cents(product.price),
        _text(product.currency),
        product.weight_g,
        None if product.hygiene is None else int(product.hygiene),
        _text(product.battery),
        _text(product.hazard),
        _text(product.brand),
        json.dumps(product.assumed),
    )


def _line(row: Sequence[Any]) -> ManifestLine:
    values = dict(zip(LINE, row, strict=True))
    cents, initiated = values.pop("unit_price_cents"), values.pop("initiated")
    return ManifestLine(
        **{**values, "assumed": tuple(read_json(values["assumed"], f"A line of RMA {values['rma']}"))},
        unit_price=_money(cents),
        initiated=None if initiated is None else datetime.fromisoformat(initiated),
    )


def _product(row: Sequence[Any]) -> Product:
    values = dict(zip(PRODUCT, row, strict=True))
    cents, hygiene = values.pop("price_cents"), values.pop("hygiene")
    return Product(
        **{**values, "assumed": tuple(read_json(values["assumed"], f"The product {values['title']}"))},
        price=_money(cents),
        hygiene=None if hygiene is None else bool(hygiene),
    )


def _text(text: str | None) -> str | None:
    return None if text is None else safe_text(text)


def _cents(amount: Decimal | None) -> int | None:
    return None if amount is None else to_cents(amount)


def _money(cents: int | None) -> Decimal | None:
    return None if cents is None else from_cents(cents)
