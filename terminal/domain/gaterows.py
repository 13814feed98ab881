"""Rows of small tables (recalls, wipe records, type codes) as values by field, or why they won't do.

Unlike a manifest these have fields that a file may call by several names, and groups of which one is required.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from terminal.domain.importmap import ImportMap
from terminal.domain.intake import Cells, Reject
from terminal.domain.suggest import BadData, did_you_mean, hint

Converts = Mapping[str, Callable[[str], Any]]


class Columns:
    """The columns of one file, bound to fields. Raises BadData where they do not fit, with what the file has."""

    def __init__(
        self,
        mapping: ImportMap,
        header: Sequence[str],
        converts: Converts,
        required: Sequence[Sequence[str]],
        also_called: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        """Of each group in `required` one field must have a column. `also_called` are other usual names."""
        self._converts = converts
        self._mapping = mapping
        self._places: dict[str, int] = {}
        self._names: dict[str, str] = {}
        self._constants: dict[str, Any] = {}
        problems = self._bind(header, also_called or {})
        problems += self._rules(header)
        problems += self._missing(header, required)
        if problems:
            raise BadData(problems)

    @property
    def fields(self) -> frozenset[str]:
        """The fields that the file or a constant gives."""
        return frozenset({*self._places, *self._constants})

    def name(self, field: str) -> str:
        """What the file calls a field."""
        return self._names.get(field, field)

    def read(self, cells: Cells, at: int) -> dict[str, Any] | Reject:
        """The fields of one row; an empty cell leaves its field to the constant, or out."""
        values = dict(self._constants)
        for place, pattern, what in self._refused:
            if pattern(cells[place].strip()):
                return Reject(at, self._header[place], cells[place].strip(), f"left out: {what}")
        for field, place in self._places.items():
            text = cells[place].strip()
            if not text:
                continue
            try:
                values[field] = self._converts[field](text)
            except ValueError as error:
                return Reject(at, self.name(field), text, str(error))
        return values

    def _bind(self, header: Sequence[str], also_called: Mapping[str, Sequence[str]]) -> list[str]:
        folded = {name.casefold().replace(" ", "_"): name for name in reversed(header)}
        problems = []
        for field, convert in self._converts.items():
            said = self._mapping.columns.get(field)
            constant = self._mapping.constants.get(field)
            if constant:
                try:
                    self._constants[field] = convert(constant)
                except ValueError as error:
                    problems.append(f'constant {field} = "{constant}": {error}')
            if said is not None and said not in header:
                problems.append(f'no column "{said}" for {field}{hint(said, header)}')
                continue
            usual = (field, *also_called.get(field, ())) if said is None else ()
            name = said or next((folded[one] for one in usual if one in folded), None)
            if name is not None:
                self._places[field], self._names[field] = list(header).index(name), name
        return problems

    def _rules(self, header: Sequence[str]) -> list[str]:
        self._header = tuple(header)
        self._refused: list[tuple[int, Callable[[str], Any], str]] = []
        problems = []
        for rule in self._mapping.not_goods:
            column = self._mapping.columns.get(rule.column, rule.column)
            if column not in header:
                problems.append(f'not_goods: no column "{column}"{hint(column, header)}')
                continue
            pattern = re.compile(rule.pattern, re.IGNORECASE)
            self._refused.append((list(header).index(column), pattern.fullmatch, rule.what or "not_goods"))
        return problems

    def _missing(self, header: Sequence[str], required: Sequence[Sequence[str]]) -> list[str]:
        problems = []
        for group in required:
            if self.fields.isdisjoint(group):
                near = did_you_mean(group[0], header)
                maybe = f' - did you mean "{near}"?' if near is not None else ""
                problems.append(f"no column for {' or '.join(group)}, one is required{maybe}")
        if problems:
            problems.append(f"the file has {', '.join(header)[:300] or 'none'}: name a mapping that fits")
        return problems
