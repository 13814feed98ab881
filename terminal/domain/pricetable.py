"""A table of outcomes or listings as a sample to fit prices to: what is the price, and what may predict it.

Every column that is used, and every one that is not, is named with the reason. A column that could be the price in
other words (another amount of money, something that moves with it) never predicts it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import log, sqrt
from statistics import fmean

from terminal.domain.columnguess import CORE, decimal_mark, guess_columns, is_money, read_amount, read_day
from terminal.domain.estimate import Column, Sample, tokens
from terminal.domain.suggest import BadData, hint
from terminal.domain.tablecells import yes_or_no

NEVER = ("proceeds", "credit", "costs", "sold", "outcome", "overridden", "lpn", "rma")
"""Fields that are known only afterwards, or of one unit alone."""

REFERENCED = 0.95
"""Share of rows with a price of a new unit from which proceeds are taken as a share of it."""

FEW = 12
"""Different numbers up to which they are names (storage 64, 128, 256) and no quantity."""

MOST_COLUMNS = 24
LEAK = 0.985
"""Correlation with the price from which a column is taken for the price in other words."""

_QUANTITY = re.compile(r"[-+\u2212]?[0-9][0-9., ']*[a-zA-Z%\"]{0,3}")
"""A number by itself or with a short unit; a name with a number in it is a name."""


@dataclass(frozen=True, slots=True)
class PriceTable:
    """The sample with what became of the file."""

    sample: Sample
    prices: Sequence[float]
    """Proceeds, or proceeds by the price of a new unit: what the sample has the logarithm of."""
    target: str
    taken: Mapping[str, str]
    """Our field -> column of the file."""
    left_out: Mapping[str, str]
    """Column -> why it predicts nothing."""
    rejected: Mapping[str, int]
    """Why -> how many rows."""


def price_table(
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    mapped: Mapping[str, str] | None = None,
    constants: Mapping[str, str] | None = None,
    decimal: str | None = None,
) -> PriceTable:
    """Make a sample of rows of as many cells as the header. `mapped` says our field -> column, the rest is guessed.

    Without `decimal` each column tells its own decimal mark. Raises BadData where there is no column of prices.
    """
    taken = guess_columns(header, mapped or {})
    if "proceeds" not in taken:
        raise BadData(
            [
                f"no column of prices: expected proceeds, price or the like{hint('price', header)}; name a mapping "
                "that has columns = { proceeds = ... }"
            ]
        )
    cells = {name: [row[place].strip() for row in rows] for place, name in enumerate(header)}
    amounts: dict[str, list[float | None]] = {
        field: _amounts(cells[taken[field]], decimal)
        for field in ("proceeds", "reference_price", "original_price")
        if field in taken
    }
    flags = _endings(taken, cells)
    prices, reference = amounts["proceeds"], amounts.get("reference_price")
    shared = reference is not None and _share(reference, prices) >= REFERENCED
    rejected: Counter[str] = Counter()
    used: list[int] = []
    targets: list[float] = []
    for row, told in enumerate(prices):
        price = told or 0.0
        new = (reference[row] or 0.0) if shared and reference is not None else 1.0
        why = flags(row)
        if why is None and price <= 0:
            why = "no price above zero"
        if why is None and new <= 0:
            why = "no price of a new unit"
        if why is None:
            used.append(row)
            targets.append(price / new)
        else:
            rejected[why] += 1
    values = [log(target) for target in targets]
    columns, left_out = _columns(header, cells, used, values, taken, amounts, decimal)
    for field, text in (constants or {}).items():
        left_out.setdefault(f"constant {field}", f"always {text[:40]}")
    grade = taken["grade"] if taken.get("grade") in columns else None
    return PriceTable(
        Sample(values, columns, grade),
        targets,
        "proceeds/reference_price" if shared else "proceeds",
        taken,
        left_out,
        rejected,
    )


def _amounts(cells: Sequence[str], decimal: str | None) -> list[float | None]:
    mark = decimal or decimal_mark(cells)
    return [_amount(cell, mark) for cell in cells]


def _amount(cell: str, mark: str) -> float | None:
    try:
        return read_amount(cell, mark)
    except ValueError:
        return None


def _share(part: Sequence[float | None], whole: Sequence[float | None]) -> float:
    """Of the rows that have a price, those that have the other one as well."""
    priced = [other for other, price in zip(part, whole, strict=True) if price is not None and price > 0]
    return sum(other is not None and other > 0 for other in priced) / len(priced) if priced else 0.0


def _endings(taken: Mapping[str, str], cells: Mapping[str, Sequence[str]]) -> Callable[[int], str | None]:
    """Why a row says nothing of what goods bring: a person overrode it, or it was not sold."""
    overridden = cells[taken["overridden"]] if "overridden" in taken else None
    outcome = cells[taken["outcome"]] if "outcome" in taken else None
    if outcome is not None and "sold" not in {cell.casefold() for cell in outcome}:
        outcome = None
    sold = cells[taken["sold"]] if "sold" in taken else None
    if sold is not None and True not in {_truth(cell) for cell in sold}:
        sold = None

    def why(row: int) -> str | None:
        if overridden is not None and _truth(overridden[row]):
            return "overridden by a person"
        if outcome is not None and outcome[row].casefold() not in ("sold", ""):
            return "not sold"
        if sold is not None and _truth(sold[row]) is False:
            return "not sold"
        return None

    return why


def _truth(cell: str) -> bool | None:
    try:
        return yes_or_no(cell)
    except ValueError:
        return None


def _columns(
    header: Sequence[str],
    cells: Mapping[str, Sequence[str]],
    used: Sequence[int],
    values: Sequence[float],
    taken: Mapping[str, str],
    amounts: Mapping[str, Sequence[float | None]],
    decimal: str | None,
) -> tuple[dict[str, Column], dict[str, str]]:
    """What may predict the price, the fields that goods are priced by first, and why the rest may not."""
    field_of = {column: field for field, column in taken.items()}
    order = {field: place for place, field in enumerate(CORE)}
    names = sorted(filter(None, header), key=lambda name: order.get(field_of.get(name, ""), len(order)))
    columns: dict[str, Column] = {}
    left_out: dict[str, str] = {}
    for name in names:
        field = field_of.get(name)
        some = [cells[name][row] for row in used]
        numbers = [amounts[field][row] for row in used] if field in amounts and field is not None else None
        if field in NEVER:
            left_out[name] = (
                "known only afterwards, or of one unit alone" if field != "proceeds" else "the price"
            )
        elif len({cell.casefold() for cell in some}) < 2:
            left_out[name] = "the same in every row"
        elif len(columns) >= MOST_COLUMNS:
            left_out[name] = f"more than {MOST_COLUMNS} columns"
        elif numbers is not None:
            columns[name] = Column("number", some, numbers, core=True)
        elif field in CORE:
            columns[name] = Column("word", some, core=True)
        else:
            why = _further(columns, name, field, some, values, decimal)
            if why is not None:
                left_out[name] = why
    return columns, left_out


def _further(
    columns: dict[str, Column],
    name: str,
    field: str | None,
    cells: Sequence[str],
    values: Sequence[float],
    decimal: str | None,
) -> str | None:
    """Add a column that is none of the fields goods are priced by, as what its cells look like; or why not."""
    if field is None and is_money(name):
        return "an amount of money, perhaps the price in other words"
    if any(cell.casefold().startswith(("http://", "https://", "www.")) for cell in cells[:50]):
        return "addresses"
    different = len({cell.casefold() for cell in cells})
    filled = [cell for cell in cells if cell]
    days = [_day(cell) for cell in cells]
    numbers: list[float | None] = [float(day) if day is not None else None for day in days]
    if sum(day is not None for day in days) < 0.9 * len(filled):
        plain = [cell if _QUANTITY.fullmatch(cell) else "" for cell in cells]
        numbers = _amounts(plain, decimal)
    countable = sum(number is not None for number in numbers) >= 0.9 * len(filled)
    if countable and different > FEW and field != "sku":
        known = [(number, value) for number, value in zip(numbers, values, strict=True) if number is not None]
        told = [number for number, _ in known]
        if len(set(told)) == len(told) and told in (sorted(told), sorted(told, reverse=True)):
            return "counts the rows"
        if abs(_correlation(known)) > LEAK:
            return "moves with the price, perhaps the price in other words"
        columns[name] = Column("number", cells, numbers)
        return None
    words = fmean(len(tokens(cell)) for cell in filled)
    if different <= len(cells) / 2:
        columns[name] = Column("word", cells)
    if words >= 2 and different > FEW:
        columns[f"words of {name}"] = Column("text", cells)
    return None if name in columns or f"words of {name}" in columns else "different in almost every row"


def _day(cell: str) -> int | None:
    try:
        return read_day(cell)
    except ValueError:
        return None


def _correlation(pairs: Sequence[tuple[float, float]]) -> float:
    """Of a number, or its logarithm where all are above zero, with the logarithm of the price: the stronger."""
    found = [_pearson(pairs)]
    if all(number > 0 for number, _ in pairs):
        found.append(_pearson([(log(number), value) for number, value in pairs]))
    return max(found, key=abs)


def _pearson(pairs: Sequence[tuple[float, float]]) -> float:
    x, y = fmean(one for one, _ in pairs), fmean(other for _, other in pairs)
    both = sum((one - x) * (other - y) for one, other in pairs)
    spread = sqrt(sum((one - x) ** 2 for one, _ in pairs) * sum((other - y) ** 2 for _, other in pairs))
    return both / spread if spread > 0 else 0.0
