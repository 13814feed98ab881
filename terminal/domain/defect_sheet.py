"""Defects as a table for a spreadsheet: CSV out of a scheme, and CSV of a site as what the loader of schemes reads.

Each row becomes one line of TOML at the same place, so a mistake is told with the line of the spreadsheet.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Mapping

from terminal.domain.facts import FactValue
from terminal.domain.schemes import Defect
from terminal.domain.suggest import BadData, hint

COLUMNS = ("code", "label", "severity", "at", "axis", "minutes", "part", "cap", "sets", "adds", "photo")
_NEEDED = ("code", "label", "severity")
_YES, _NO = ("yes", "true", "1", "x"), ("no", "false", "0")
_NUMBER = re.compile(r"-?[0-9]{1,9}")
_APART = re.compile(r"[;,|]")


class _Lines(list[str]):
    """Where `csv` writes to, in memory."""

    def write(self, line: str) -> None:
        self.append(line)


def to_csv(defects: Mapping[str, Defect]) -> str:
    """The defects as CSV with a header; `minutes` is empty where nothing mends it, `sets` is "lock=on; ..."."""
    out = _Lines()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(COLUMNS)
    for each in defects.values():
        minutes, part = ("", "") if each.repair is None else (str(each.repair.minutes), each.repair.part)
        sets = "; ".join(f"{name}={_plain(value)}" for name, value in each.sets)
        rows.writerow(
            (
                *(each.code, each.label, each.severity, each.location, each.axis, minutes, part, each.cap),
                *(sets, each.adds, _plain(each.photo)),
            )
        )
    return "".join(out)


def to_toml(name: str, text: str) -> str:
    """A CSV of defects as TOML of as many lines, row for row. Raises `BadData` where it is no such table.

    Columns may stand in any order, apart by comma, semicolon or tab; a cell that is empty says nothing. What
    `sets` says is apart by any of ; , | (in quotation marks where that is the mark between the columns).
    """
    lines = text.removeprefix("\ufeff").splitlines() or [""]
    mark = max(",;\t", key=lines[0].count)
    names = [cell.strip().casefold() for cell in _cells(lines[0], mark)]
    problems = [
        f'{name}:1: unknown column "{column}"{hint(column, COLUMNS)}'
        for column in names
        if column not in COLUMNS
    ]
    problems += [f"{name}:1: the column {each} is missing" for each in _NEEDED if each not in names]
    problems += [
        f"{name}:1: the column {each} stands there twice" for each in COLUMNS if names.count(each) > 1
    ]
    found, codes = ["schema = 1"], set[str]()
    for number, line in enumerate(lines[1:], 2):
        cells = _cells(line, mark)
        if len(cells) > len(names):
            problems.append(
                f"{name}:{number}: {len(cells)} cells, the header has {len(names)} (apart by {mark!r})"
            )
        if line.count('"') % 2:
            problems.append(f"{name}:{number}: a quotation mark is not closed; write each defect on one line")
        row = {column: cell.strip() for column, cell in zip(names, cells, strict=False) if cell.strip()}
        code = row.get("code", "")
        if row and (not code or code in codes):
            problems.append(
                f"{name}:{number}: {f'{code} stands there twice' if code else 'the code is missing'}"
            )
        codes.add(code)
        found.append(_line(code, row) if row else "")
    if problems:
        raise BadData(problems)
    return "\n".join(found)


def _cells(line: str, mark: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=mark), [])
    except csv.Error:
        return []


def _line(code: str, row: Mapping[str, str]) -> str:
    cells = ", ".join(f"{column} = {_cell(column, text)}" for column, text in row.items() if column != "code")
    return f"defect.{json.dumps(code, ensure_ascii=False)} = {{ {cells} }}"


def _cell(column: str, text: str) -> str:
    if column == "sets":
        pairs = [each.partition("=") for each in _APART.split(text) if each.strip()]
        return "{ " + ", ".join(f"{json.dumps(fact.strip())} = {_fact(to)}" for fact, _, to in pairs) + " }"
    if column == "photo" and text.casefold() in (*_YES, *_NO):
        return "true" if text.casefold() in _YES else "false"
    if column == "minutes" and _NUMBER.fullmatch(text):
        return str(int(text))
    return json.dumps(text, ensure_ascii=False)


def _fact(text: str) -> str:
    word = text.strip()
    return word.casefold() if word.casefold() in ("true", "false") else json.dumps(word, ensure_ascii=False)


def _plain(value: FactValue) -> str:
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)
