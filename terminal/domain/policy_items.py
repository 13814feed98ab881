"""Items that rules can tell apart: from each fact one value of every kind that some condition treats alike.

They are few where all values are many: a price with one condition "< 30" has three, below, at and above. Facts of
such items are all known, and what one fact says of another (sealed goods are unused) is left out, so there may be
an item here that no customer ever sends; never the other way round.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from math import prod

from terminal.domain.cells import Cell, OneOf, Range, Row
from terminal.domain.channels import TERMINAL
from terminal.domain.facts import REGISTRY, FactValue, Kind
from terminal.domain.rules import Rule

MOST = 200_000
"""Combinations of values that are looked at before a search ends without an answer."""
_OTHER = "\0other"
_CENT = Decimal("0.01")


def values_of(name: str, cells: Sequence[Cell]) -> tuple[FactValue, ...]:
    """Values of a fact that stand for all: cells hold for one of them or for none of its kind."""
    spec = REGISTRY[name]
    if spec.kind is Kind.YES_NO:
        return (True, False)
    if spec.kind in (Kind.COUNT, Kind.MONEY):
        step = Decimal(1) if spec.kind is Kind.COUNT else _CENT
        edges = [
            edge
            for cell in cells
            if isinstance(cell, Range)
            for edge in (cell.low, cell.high)
            if edge is not None
        ]
        near = {Decimal(spec.low)}
        for edge in edges:
            near |= {_step_down(edge, step) - step, _step_down(edge, step), _step_up(edge, step)}
            near |= {_step_up(edge, step) + step}
        high = Decimal(spec.high) if spec.kind is Kind.COUNT else Decimal(10**9)
        return tuple(sorted(each for each in near if spec.low <= each <= high))
    named = {value for cell in cells if isinstance(cell, OneOf) for value in cell.values}
    others = [value for value in spec.values if value not in named]
    rest: list[FactValue] = [*others[:1]] if spec.values and not spec.open else [_OTHER]
    return (*sorted(named, key=str), *rest)


def escape(rows: Sequence[Row]) -> bool:
    """Whether some item fits none of the rows; True where the search takes too long."""
    cells: dict[str, list[Cell]] = {}
    for row in rows:
        for name, cell in row.cells:
            cells.setdefault(name, []).append(cell)
    domains = {name: values_of(name, found) for name, found in cells.items()}
    left = [MOST]
    return _escape(sorted(rows, key=lambda row: len(row.cells)), domains, left)


def possible(
    stops: Sequence[Rule], found: Sequence[tuple[str, ...]]
) -> tuple[tuple[tuple[str, ...], ...], bool]:
    """Sets of stop rules that leave an item only quarantine beside those found, and whether all items were tried.

    Nothing is tried where there are more than `MOST` items. A branch of the search ends where the rules that can
    still hold leave a channel open, and where those that are certain to hold contain a set that is known.
    """
    search = _Search(stops, found)
    if prod(len(values) for _, values in search.domains) > MOST:
        return (), False
    search.walk(0, dict(search.rows))
    return tuple(search.sets), True


class _Search:
    """A walk over the values of one fact after another; rows that a value falsifies drop out."""

    def __init__(self, stops: Sequence[Rule], found: Sequence[tuple[str, ...]]) -> None:
        self.known = [set(ids) for ids in found]
        self.sets: list[tuple[str, ...]] = []
        self.forbids = {rule.id: frozenset(rule.forbid) for rule in stops}
        lone = {ids[0] for ids in found if len(ids) == 1}
        self.rows: dict[tuple[str, int], Row] = {
            (rule.id, number): row
            for rule in stops
            if rule.id not in lone
            for number, row in enumerate(rule.rows)
        }
        cells: dict[str, list[Cell]] = {}
        for row in self.rows.values():
            for name, cell in row.cells:
                cells.setdefault(name, []).append(cell)
        most_used = sorted(cells, key=lambda name: -len(cells[name]))
        self.domains = [(name, values_of(name, cells[name])) for name in most_used]

    def walk(self, depth: int, alive: dict[tuple[str, int], Row]) -> None:
        """Look at every value of the fact at `depth` for the rows that no value so far falsified."""
        holding = {rule for rule, _ in alive}
        closed = frozenset[str]().union(*(self.forbids[rule] for rule in holding))
        if len(closed) < len(TERMINAL):
            return
        if depth == len(self.domains):
            if not any(ids <= holding for ids in self.known):
                self._note(holding)
            return
        certain = {rule for (rule, _), row in alive.items() if self._settled(row, depth)}
        if any(ids <= certain for ids in self.known):
            return
        name, values = self.domains[depth]
        for value in values:
            self.walk(depth + 1, {key: row for key, row in alive.items() if _fits(row, name, value)})

    def _settled(self, row: Row, depth: int) -> bool:
        open_names = {name for name, _ in self.domains[depth:]}
        return not any(name in open_names for name, _ in row.cells)

    def _note(self, holding: set[str]) -> None:
        needed = sorted(holding)
        for rule in sorted(holding):
            rest = [each for each in needed if each != rule]
            if len(frozenset[str]().union(*(self.forbids[each] for each in rest))) == len(TERMINAL):
                needed = rest
        order = [rule for rule in self.forbids if rule in needed]
        self.known.append(set(order))
        self.sets.append(tuple(order))


def _fits(row: Row, name: str, value: FactValue) -> bool:
    return all(cell.holds(value) for each, cell in row.cells if each == name)


def _escape(rows: Sequence[Row], domains: dict[str, tuple[FactValue, ...]], left: list[int]) -> bool:
    left[0] -= 1
    if not rows or left[0] <= 0:
        return True
    for name, cell in rows[0].cells:
        kept = tuple(value for value in domains[name] if not cell.holds(value))
        if kept:
            rest = [row for row in rows[1:] if not _falsified(row, name, kept)]
            if _escape(rest, {**domains, name: kept}, left):
                return True
    return False


def _falsified(row: Row, name: str, kept: tuple[FactValue, ...]) -> bool:
    return any(each == name and not any(cell.holds(value) for value in kept) for each, cell in row.cells)


def _step_down(edge: Decimal, step: Decimal) -> Decimal:
    return (edge / step).to_integral_value(ROUND_FLOOR) * step


def _step_up(edge: Decimal, step: Decimal) -> Decimal:
    return (edge / step).to_integral_value(ROUND_CEILING) * step
