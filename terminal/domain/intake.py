"""Rows of somebody's table as expected returns and products, by a mapping of `[import.NAME]`.

A row either becomes one value or one `Reject` with its column and reason; nothing is skipped silently, and a row
that is no goods (postage, a discount) is a reject too. What a constant of the mapping gave instead of the file is
named in `assumed`.

Rows are read many at a time, column by column: tables repeat themselves, so most cells are only looked up.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any

from terminal.domain import tablecells
from terminal.domain.codes import is_dummy
from terminal.domain.gtin import restriction
from terminal.domain.importmap import CATALOGUE_FIELDS, MANIFEST_FIELDS, ImportMap
from terminal.domain.items import ManifestLine, Product
from terminal.domain.suggest import BadData, did_you_mean, hint

UNSAID_CATEGORY = "general"
"""The category of goods of which nobody said any; it is then named in `assumed`."""

_REMEMBERED = 20_000
"""Distinct cells of a column that are kept with what they mean."""

Cells = Sequence[str]


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that was not taken in, and why."""

    line: int
    """Line of the file; for a JSON array the number of the entry."""
    column: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class _Wrong:
    """Stands for the value of a cell that has none."""

    column: str
    value: str
    reason: str


class _Column(dict[str, Any]):
    """What the cells of one column mean: a cell that was not met before is read by `convert`."""

    def __init__(self, place: int, name: str, convert: Callable[[str], Any], fallback: Any = None) -> None:
        super().__init__()
        self.place = place
        self.wrong = False
        """Whether any cell was wrong so far."""
        self._name, self._convert, self._fallback = name, convert, fallback

    def values_of(self, cells: Cells) -> list[Any]:
        """What many cells mean. Columns of plain numbers, which seldom repeat themselves, are checked as one."""
        if self._convert is tablecells.identifier and tablecells.are_plain(cells):
            fallback = self._fallback
            return [cell or fallback for cell in cells]
        return [self[cell] for cell in cells]

    def __missing__(self, raw: str) -> Any:
        text = raw.strip()
        try:
            value = self._convert(text) if text else self._fallback
        except ValueError as error:
            value = _Wrong(self._name, text, str(error))
            self.wrong = True
        if len(self) >= _REMEMBERED:
            self.clear()
        self[raw] = value
        return value


class _Table:
    """The columns of one file, bound to fields by a mapping."""

    def __init__(
        self, mapping: ImportMap, header: Sequence[str], converts: Mapping[str, Callable[[str], Any]]
    ) -> None:
        self._names = list(header)
        self._columns: dict[str, _Column] = {}
        self._constants: dict[str, Any] = {}
        self._mapping = mapping
        problems = self._bind(converts)
        self._not_goods, missing = self._rules(mapping)
        problems += missing
        problems += self._missing(converts)
        if problems:
            raise BadData(problems)
        self._always = tuple(sorted(set(self._constants) - set(self._columns)))
        self._sometimes = sorted(set(self._constants) & set(self._columns))

    def values(self, rows: Sequence[Cells]) -> dict[str, list[Any]]:
        """The value in every row of each field that has any, and lists by row where there is something to say:

        under `wrong` what is wrong with it (or None), under `assumed` the fields that constants gave.
        """
        cells = tuple(zip(*rows, strict=True))
        found = {name: [value] * len(rows) for name, value in self._constants.items()}
        for name, column in self._columns.items():
            found[name] = column.values_of(cells[column.place])
        verdicts = [rule.values_of(cells[rule.place]) for rule in self._not_goods]
        suspects = [values for values, rule in zip(verdicts, self._not_goods, strict=True) if rule.wrong]
        suspects += [found[name] for name, column in self._columns.items() if column.wrong]
        found["wrong"] = list(map(_first_wrong, zip(*suspects, strict=True)))
        found["assumed"] = list(map(self._assumed, rows)) if self._constants else []
        return found

    def name(self, field: str) -> str:
        """What the file calls a field."""
        return self._mapping.columns.get(field, field)

    def _missing(self, converts: Iterable[str]) -> list[str]:
        """The required fields that nothing gives, and what the file has instead."""
        given = {*self._columns, *self._constants}
        problems = []
        for wanted in (("rma",), ("sku", "gtin")):
            if set(wanted) <= set(converts) and given.isdisjoint(wanted):
                near = did_you_mean(wanted[0], self._names)
                maybe = f' - did you mean "{near}"?' if near is not None else ""
                problems.append(f"no column for {' or '.join(wanted)}, one is required{maybe}")
        if problems:
            problems.append(
                f"the file has {', '.join(self._names)[:300] or 'none'}: name a mapping that fits"
            )
        return problems

    def _bind(self, converts: Mapping[str, Callable[[str], Any]]) -> list[str]:
        problems = []
        for field, convert in converts.items():
            constant = self._mapping.constants.get(field)
            try:
                value = convert(constant) if constant else None
            except ValueError as error:
                problems.append(f'constant {field} = "{constant}": {error}')
                continue
            if constant:
                self._constants[field] = value
            name = self.name(field)
            if name in self._names:
                self._columns[field] = _Column(self._names.index(name), name, convert, value)
            elif field in self._mapping.columns:
                problems.append(f'no column "{name}" for {field}{hint(name, self._names)}')
        return problems

    def _rules(self, mapping: ImportMap) -> tuple[list[_Column], list[str]]:
        rules: dict[int, list[tuple[re.Pattern[str], str]]] = {}
        problems = []
        for rule in mapping.not_goods:
            column = self.name(rule.column)
            if column in self._names:
                pattern = re.compile(rule.pattern, re.IGNORECASE)
                rules.setdefault(self._names.index(column), []).append((pattern, rule.what))
            else:
                problems.append(f'not_goods: no column "{column}"{hint(column, self._names)}')
        return [
            _Column(place, self._names[place], _only_goods(known)) for place, known in rules.items()
        ], problems

    def _assumed(self, cells: Cells) -> tuple[str, ...]:
        empty = [name for name in self._sometimes if not cells[self._columns[name].place].strip()]
        return tuple(sorted((*self._always, *empty))) if empty else self._always


def _first_wrong(row: Iterable[Any]) -> _Wrong | None:
    return next((value for value in row if isinstance(value, _Wrong)), None)


def _only_goods(rules: Sequence[tuple[re.Pattern[str], str]]) -> Callable[[str], None]:
    def check(text: str) -> None:
        for pattern, what in rules:
            if pattern.fullmatch(text):
                raise ValueError(f"not goods: {what or text}")

    return check


class _ProductCells:
    """What manifest and catalogue both say of a product."""

    def __init__(self, mapping: ImportMap, categories: Collection[str] | None) -> None:
        category = tablecells.title if categories is None else tablecells.one_of(categories, "category")
        self.amount = tablecells.number(mapping.decimal, mapping.thousands)
        self.converts: dict[str, Callable[[str], Any]] = {
            "sku": tablecells.identifier,
            "gtin": tablecells.gtin,
            "title": tablecells.title,
            "category": category,
            "currency": tablecells.currency,
            "weight_g": tablecells.grams(self.amount),
        }
        self._by_title = []
        for rule in mapping.category_by:
            try:
                self._by_title.append((re.compile(rule.pattern, re.IGNORECASE), category(rule.category)))
            except ValueError as error:
                raise BadData([f"category_by: {error}"]) from None

    def unidentified(self, table: _Table, gtin: str | None) -> _Wrong | None:
        """Why a row without a SKU names no product, or None where its GTIN does."""
        if gtin is None:
            return _Wrong(table.name("sku"), "", "empty, and no GTIN either: one is required")
        why = restriction(gtin)
        return _Wrong(table.name("gtin"), gtin, f"{why}: a SKU is required beside it") if why else None

    def category(
        self, said: str | None, title: str | None, assumed: tuple[str, ...]
    ) -> tuple[str, tuple[str, ...]]:
        """The category, and the fields that were assumed with it where the file says none."""
        if said is not None and "category" not in assumed:
            return said, assumed
        by_title = (name for pattern, name in self._by_title if pattern.search(title or ""))
        return next(by_title, said) or UNSAID_CATEGORY, _with("category", assumed)


class ManifestReader:
    """Reads the rows of one manifest file. Raises BadData where its columns do not fit the mapping."""

    def __init__(
        self, mapping: ImportMap, header: Sequence[str], categories: Collection[str] | None = None
    ) -> None:
        self._product = _ProductCells(mapping, categories)
        amount = self._product.amount
        converts = self._product.converts | {
            "rma": tablecells.identifier,
            "tracking": tablecells.identifier,
            "serial": _serial,
            "quantity": tablecells.quantity(amount, mapping.quantity_sign),
            "unit_price": tablecells.price(amount),
            "reason": tablecells.title,
            "initiated": tablecells.moment(mapping.date_formats),
        }
        self._table = _Table(mapping, header, {name: converts[name] for name in MANIFEST_FIELDS})
        name = self._table.name("rma")
        self._rma_place = list(header).index(name) if name in header else None

    def rmas_of(self, rows: Sequence[Cells]) -> list[str]:
        """The RMAs as they stand in the rows, for counting the lines of one RMA; empty where a row has none."""
        place = self._rma_place
        return [cells[place].strip() if place is not None and place < len(cells) else "" for cells in rows]

    def read(
        self, rows: Sequence[Cells], at: Sequence[int], lines: Sequence[int]
    ) -> list[ManifestLine | Reject]:
        """Rows of as many cells as the header has, which stand at lines `at` and are lines `lines` of their RMA."""
        if not rows:
            return []
        found = self._table.values(rows)
        values = [found.get(name) or [None] * len(rows) for name in MANIFEST_FIELDS]
        rma, tracking, sku, gtin, serial, title, category, quantity, price, currency, reason, when, weight = (
            values
        )
        if (
            found["wrong"]
            or found["assumed"]
            or any(None in needed for needed in (rma, sku, title, category, quantity))
        ):
            wrong = found["wrong"] or repeat(None)
            assumed = found["assumed"] or repeat(())
            return [self._line(*row) for row in zip(at, lines, wrong, assumed, *values, strict=False)]
        columns = (
            rma,
            lines,
            sku,
            gtin,
            title,
            category,
            quantity,
            serial,
            price,
            currency,
            tracking,
            reason,
            when,
        )
        return list(map(ManifestLine, *columns, weight))

    def _line(
        self, at: int, line: int, wrong: _Wrong | None, assumed: tuple[str, ...],
        rma: str | None, tracking: str | None, sku: str | None, gtin: str | None, serial: str | None,
        title: str | None, category: str | None, quantity: int | None, unit_price: Any, currency: str | None,
        reason: str | None, initiated: Any, weight_g: int | None,
    ) -> ManifestLine | Reject:  # fmt: skip
        if wrong is None and (rma is None or sku is None):
            wrong = self._incomplete(rma, sku, gtin)
        if wrong is not None:
            return _reject(at, wrong)
        assert rma is not None
        if category is None or assumed:
            category, assumed = self._product.category(category, title, assumed)
        if quantity is None:
            quantity, assumed = 1, _with("quantity", assumed)
        return ManifestLine(
            rma, line, sku, gtin, title or "", category, quantity, serial, unit_price, currency, tracking, reason,
            initiated, weight_g, assumed,
        )  # fmt: skip

    def _incomplete(self, rma: str | None, sku: str | None, gtin: str | None) -> _Wrong | None:
        if rma is None:
            return _Wrong(self._table.name("rma"), "", "empty, but required")
        return self._product.unidentified(self._table, gtin) if sku is None else None


class ProductReader:
    """Reads the rows of one catalogue file. Raises BadData where its columns do not fit the mapping."""

    def __init__(
        self, mapping: ImportMap, header: Sequence[str], categories: Collection[str] | None = None
    ) -> None:
        self._product = _ProductCells(mapping, categories)
        converts = self._product.converts | {
            "price": tablecells.price(self._product.amount),
            "hygiene": tablecells.yes_or_no,
            "battery": tablecells.battery,
            "hazard": tablecells.identifier,
            "brand": tablecells.identifier,
        }
        self._table = _Table(mapping, header, {name: converts[name] for name in CATALOGUE_FIELDS})

    def read(self, rows: Sequence[Cells], at: Sequence[int]) -> list[Product | Reject]:
        """Rows of as many cells as the header has, which stand at lines `at` of the file."""
        if not rows:
            return []
        found = self._table.values(rows)
        values = [found.get(name) or [None] * len(rows) for name in CATALOGUE_FIELDS]
        wrong = found["wrong"] or repeat(None)
        assumed = found["assumed"] or repeat(())
        return [self._one(*row) for row in zip(at, wrong, assumed, *values, strict=False)]

    def _one(
        self, at: int, wrong: _Wrong | None, assumed: tuple[str, ...], sku: str | None, gtin: str | None,
        title: str | None, category: str | None, price: Any, currency: str | None, weight_g: int | None,
        hygiene: bool | None, battery: str | None, hazard: str | None, brand: str | None,
    ) -> Product | Reject:  # fmt: skip
        if wrong is None and sku is None:
            wrong = self._product.unidentified(self._table, gtin)
        if wrong is not None:
            return _reject(at, wrong)
        category, assumed = self._product.category(category, title, assumed)
        return Product(
            sku,
            gtin,
            title or "",
            category,
            price,
            currency,
            weight_g,
            hygiene,
            battery,
            hazard,
            brand,
            assumed,
        )


def manifest_line(
    row: Mapping[str, str],
    at: int,
    mapping: ImportMap,
    categories: Collection[str] | None = None,
    line: int = 1,
) -> ManifestLine | Reject:
    """One row by itself; a whole file is read much faster by one `ManifestReader`."""
    return ManifestReader(mapping, list(row), categories).read([list(row.values())], [at], [line])[0]


def product(
    row: Mapping[str, str], at: int, mapping: ImportMap, categories: Collection[str] | None = None
) -> Product | Reject:
    """One row of a catalogue by itself; a whole file is read much faster by one `ProductReader`."""
    return ProductReader(mapping, list(row), categories).read([list(row.values())], [at])[0]


def _serial(text: str) -> str | None:
    return None if is_dummy(text) else tablecells.identifier(text)


def _with(name: str, assumed: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted({*assumed, name}))


def _reject(at: int, wrong: _Wrong) -> Reject:
    return Reject(at, wrong.column, wrong.value, wrong.reason)
