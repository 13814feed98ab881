"""Recall notices in the station file, found by what a notice may have in common with goods.

Keys stand in one index, so that a scan costs a few look-ups however many notices there are. They only find
candidates: whether a notice means the goods is judged by `terminal.domain.recalls`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, replace
from datetime import date
from typing import Any

from sqlite_utils import Database

from terminal.domain.naming import codes, telling, words
from terminal.domain.recalls import Goods, Notice, Range, brand_words
from terminal.store.catalogue import gtin14
from terminal.store.connection import Value, read, read_json, run_many, safe_text, transaction

Read = tuple[Notice, tuple[str, ...]]
"""A notice, and the ordinary words of its text."""

_AT_ONCE = 200
_MOST_WORDS = 40
"""Words of a title that are looked up."""


class Recalls:
    """The table of notices, over one connection."""

    def __init__(self, db: Database, source: str | None = None) -> None:
        """`source` is written beside what is put: the name of the file that it came from."""
        self._db = db
        self._source = source
        self._seen: set[str] = set()

    def transaction(self) -> AbstractContextManager[None]:
        """All that is put inside is written, or nothing of it."""
        return transaction(self._db)

    def put(self, notices: Sequence[Read]) -> None:
        """Insert notices. All parts that were known of a number before this file give way to the file's."""
        fresh = {notice.number for notice, _ in notices} - self._seen
        self._seen |= fresh
        rows = [
            (safe_text(notice.number), notice.part, safe_text(_body(notice)), self._source)
            for notice, _ in notices
        ]
        keys = [
            (kind, safe_text(key), safe_text(notice.number), notice.part)
            for notice, _ in notices
            for kind, key in dict.fromkeys(_keys(notice))
        ]
        ordinary = {safe_text(word) for _, some in notices for word in some}
        with nullcontext() if self._db.conn.in_transaction else self.transaction():
            run_many(self._db, "delete from recall where number = ?", ((safe_text(one),) for one in fresh))
            run_many(self._db, "insert into recall(number, part, body, source) values (?, ?, ?, ?)", rows)
            run_many(self._db, "insert into recall_key(kind, key, number, part) values (?, ?, ?, ?)", keys)
            put = "insert into recall_word(word) values (?) on conflict(word) do nothing"
            run_many(self._db, put, ((word,) for word in sorted(ordinary)))

    def count(self) -> int:
        """How many notices there are; their parts are not counted."""
        return int(read(self._db, "select count(distinct number) from recall")[0][0])

    def notice(self, number: str) -> tuple[Notice, ...]:
        """The parts of one notice."""
        sql = "select number, part, body from recall where number = ? order by part"
        return tuple(_notice(row) for row in read(self._db, sql, (safe_text(number),)))

    def candidates(self, goods: Goods) -> tuple[Notice, ...]:
        """Every notice that may mean the goods, and some that don't. Names that are ordinary words are left out."""
        title = words(goods.title)[:_MOST_WORDS]
        said = tuple(dict.fromkeys((*title, *brand_words(goods.brand))))[: 2 * _MOST_WORDS]
        ordinary = self._ordinary(said)
        names = tuple(word for word in said if word not in ordinary)
        found = self._exact(goods) | self._by_brand(goods, said) | self._with_product("name", names, title)
        if not found:
            return ()
        return tuple(
            one
            if ordinary.isdisjoint(one.names)
            else replace(one, names=tuple(name for name in one.names if name not in ordinary))
            for one in self._bodies(sorted(found))
        )

    def _bodies(self, places: Sequence[tuple[str, int]]) -> Iterator[Notice]:
        """Notices by their places, some at a time: SQLite takes only so many values at once."""
        for start in range(0, len(places), _AT_ONCE):
            some = places[start : start + _AT_ONCE]
            pairs = ", ".join("(?, ?)" for _ in some)
            sql = f"select number, part, body from recall where (number, part) in (values {pairs})"
            values: list[Value] = [value for number, part in some for value in (safe_text(number), part)]
            yield from map(_notice, read(self._db, sql, values))

    def _exact(self, goods: Goods) -> set[tuple[str, int]]:
        wanted = [("model", one) for one in codes(f"{goods.title} {goods.sku or ''}")[:_MOST_WORDS]]
        if goods.gtin is not None and (wide := gtin14(goods.gtin)) is not None:
            wanted.append(("gtin", wide))
        if goods.sku is not None:
            wanted.append(("sku", goods.sku.casefold()))
        return self._having(wanted)

    def _by_brand(self, goods: Goods, said: Sequence[str]) -> set[tuple[str, int]]:
        """Notices that know the brand and name such a product, or give a brand that stands in the title."""
        kinds = telling(goods.title)[:_MOST_WORDS]
        brand = brand_words(goods.brand)
        if not kinds:
            return set()
        found: set[tuple[str, int]] = set()
        if brand:
            first, *rest = brand
            every = "".join(
                " and exists(select 1 from recall_key b where b.kind = 'known' and b.key = ?"
                " and b.number = k.number and b.part = k.part)"
                for _ in rest
            )
            sql = f"""select number, part from recall_key k where kind = 'known' and key = ? {every}
                and exists(select 1 from recall_key p where p.kind = 'product' and p.key in ({_marks(kinds)})
                and p.number = k.number and p.part = k.part)"""
            found |= _places(read(self._db, sql, _safe((first, *rest, *kinds))))
        return found | self._with_product("brand", said, kinds)

    def _with_product(self, kind: str, keys: Sequence[str], kinds: Sequence[str]) -> set[tuple[str, int]]:
        """Notices under any of these keys that are of one of these kinds of product."""
        if not keys:
            return set()
        sql = f"""select number, part from recall_key k where kind = ? and key in ({_marks(keys)})
            and exists(select 1 from recall_key p where p.kind = 'product' and p.key in ({_marks(kinds)})
            and p.number = k.number and p.part = k.part)"""
        return _places(read(self._db, sql, _safe((kind, *keys, *kinds))))

    def _ordinary(self, said: Sequence[str]) -> frozenset[str]:
        """Those of some words that a notice uses as ordinary ones."""
        sql = f"select word from recall_word where word in ({_marks(said)})"
        return frozenset(row[0] for row in read(self._db, sql, _safe(said)))

    def _having(self, wanted: Iterable[tuple[str, str]]) -> set[tuple[str, int]]:
        sql = "select number, part from recall_key where kind = ? and key = ?"
        return {place for pair in wanted for place in _places(read(self._db, sql, _safe(pair)))}


def _keys(notice: Notice) -> list[tuple[str, str]]:
    """Under what a notice is found, by kind."""
    brands = [brand_words(brand) for brand in notice.brands]
    return [
        *(("gtin", gtin.zfill(14)) for gtin in notice.gtins),
        *(("sku", sku.casefold()) for sku in notice.skus),
        *(("model", model) for model in notice.models),
        *(("known", word) for word in notice.known_by),
        *(("name", word) for word in notice.names),
        *(("brand", brand[0]) for brand in brands),
        *(("product", word) for word in notice.product),
    ]


def _body(notice: Notice) -> str:
    values = {name: value for name, value in asdict(notice).items() if value not in ((), "", None, False)}
    return json.dumps(values, default=date.isoformat, ensure_ascii=False)


def _notice(row: Sequence[Any]) -> Notice:
    number, part, body = row
    values = read_json(body, f"The recall notice {number}")
    for name in ("serials", "lots"):
        values[name] = tuple(Range(**one) for one in values.get(name, ()))
    for name in ("sold_from", "sold_to", "dated"):
        values[name] = date.fromisoformat(values[name]) if name in values else None
    lists = {name: tuple(value) for name, value in values.items() if isinstance(value, list)}
    return Notice(**{**values, **lists, "number": number, "part": part})


def _places(rows: Iterable[Sequence[Any]]) -> set[tuple[str, int]]:
    return {(number, part) for number, part in rows}


def _marks(values: Sequence[str]) -> str:
    return ", ".join("?" * len(values))


def _safe(values: Iterable[str]) -> tuple[Value, ...]:
    return tuple(safe_text(value) for value in values)
