"""A policy from CSV: each cell is read by what its column is, and every mistake names line and column.

Separators may be commas, semicolons or tabs, as spreadsheets of all countries write them. What rules are to one
another is for the loader to judge, so the TOML that comes out is loaded before anybody relies on it.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from terminal.domain.facts import CATEGORIES, REGISTRY
from terminal.domain.policy import BadPolicy
from terminal.domain.policy_csv_cells import RULE_COLUMNS, TEST_COLUMNS, Reader, rule_reader, test_reader
from terminal.domain.policy_sheet import BONUS, EXPECT_LISTS, EXPECT_TABLES, GIVEN, as_meant, letters
from terminal.domain.policy_toml import block, literal
from terminal.domain.suggest import hint

MOST = 2_000_000
"""Characters of a sheet."""

_START = re.compile(r'(sep=.?\r?\n)?\s*"?policy"?[ ]*([,;\t])', re.IGNORECASE)
_WHERE = re.compile(r"^(here: )+")


def from_csv(text: str, name: str, categories: Collection[str] = CATEGORIES) -> str:
    """The TOML text of a policy from CSV that `to_csv` wrote and somebody edited; `name` is for messages.

    Raises `BadPolicy` with every cell that cannot be read: file, line, column, value and what would do.
    """
    sheet = _Sheet(name, categories)
    for number, cells in _lines(text, name):
        sheet.take(number, cells)
    return sheet.written()


def _lines(text: str, name: str) -> Iterator[tuple[int, list[str]]]:
    """The lines that are not empty, with the number of the first line of text of each."""
    if len(text) > MOST:
        raise BadPolicy([f"{name}: {len(text)} characters, at most {MOST} are read"])
    text = text.removeprefix("\ufeff")
    if "\n" not in text:
        text = text.replace("\r", "\n")
    start = _START.match(text)
    if start is None:
        raise BadPolicy(
            [f'{name}:1: column A: a policy begins with the cells "policy" and its name (got {text[:40]!r})']
        )
    rows = csv.reader(
        (f"{each}\n" for each in text.split("\n")),
        delimiter=start.group(2),
        strict=True,
    )
    number = 1
    try:
        for cells in rows:
            if any(cell.strip() for cell in cells) and not (number == 1 and start.group(1)):
                yield number, [as_meant(cell) for cell in cells]
            number = rows.line_num + 1
    except csv.Error as error:
        raise BadPolicy(
            [f"{name}:{number}: not readable as CSV, look for a quotation mark too many: {error}"]
        ) from error


@dataclass
class _Sheet:
    """What was read so far."""

    name: str
    categories: Collection[str]
    problems: list[str] = field(default_factory=list)
    title: str = ""
    version: str = ""
    head: list[str] = field(default_factory=list)
    """Names of the columns of the block at hand; empty for a column that cannot be read."""
    rules: list[dict[str, object]] = field(default_factory=list)
    tests: list[dict[str, object]] = field(default_factory=list)
    line: int = 0

    def take(self, number: int, cells: list[str]) -> None:
        """One line of the sheet."""
        self.line = number
        first = tuple(cell.strip().lower() for cell in (*cells, "", "")[:2])
        if first == ("rule", "kind"):
            self._take_head(cells, RULE_COLUMNS)
        elif first == ("test", "on"):
            self._take_head(cells, TEST_COLUMNS)
        elif not self.head:
            self._take_title(first[0], (*cells, "")[1])
        elif self.head[0] == "rule":
            self._take_rule(
                self._read(cells, {each: rule_reader(each, self.categories) for each in self.head})
            )
        else:
            ids = [str(rule["id"]) for rule in self.rules]
            self._take_test(self._read(cells, {each: test_reader(each, ids) for each in self.head}))

    def written(self) -> str:
        """The policy as TOML. Raises `BadPolicy` with everything that was wrong."""
        for what, value in (("policy", self.title), ("version", self.version)):
            if not value.strip():
                self.problems.append(f'{self.name}: no line with the cells "{what}" and a text')
        if not self.rules:
            self.problems.append(
                f'{self.name}: no rules below a line that begins with the cells "rule" and "kind"'
            )
        if self.problems:
            raise BadPolicy(self.problems)
        head = f"schema = 1\nname = {literal(self.title)}\nversion = {literal(self.version)}\n"
        blocks = [block("rule", each) for each in self.rules] + [block("test", each) for each in self.tests]
        return "\n".join([head, *blocks])

    def _problem(self, column: int, sentence: str) -> None:
        named = f" ({self.head[column]})" if column < len(self.head) and self.head[column] else ""
        self.problems.append(f"{self.name}:{self.line}: column {letters(column)}{named}: {sentence}")

    def _take_title(self, what: str, value: str) -> None:
        if what == "policy":
            self.title = value.strip()
        elif what == "version":
            self.version = value.strip()
        else:
            self._problem(0, f'"{what}" is not known here{hint(what, ("policy", "version", "rule", "test"))}')

    def _take_head(self, cells: list[str], known: Collection[str]) -> None:
        self.head = []
        for column, cell in enumerate(cells):
            word = " ".join(cell.lower().split())
            if word and word not in known:
                self._problem(column, f'unknown column "{cell.strip()}"{hint(word, known)}')
            elif word and word in self.head:
                self._problem(column, f'there is another column "{word}"')
            self.head.append(word if word in known and word not in self.head else "")
        if self.head[0] == "test" and not self.rules:
            self._problem(0, "the rules come before the examples")

    def _read(self, cells: list[str], readers: Mapping[str, Reader]) -> dict[str, object]:
        """The values of a line by column; empty cells are left out, wrong ones are noted."""
        found: dict[str, object] = {}
        for column, cell in enumerate(cells):
            if not cell.strip():
                continue
            if column >= len(self.head):
                self._problem(column, f"there is no heading above {cell[:40]!r}")
            elif self.head[column]:
                try:
                    found[self.head[column]] = readers[self.head[column]](cell)
                except ValueError as error:
                    self._problem(column, _WHERE.sub("", str(error)))
        return found

    def _take_rule(self, found: dict[str, object]) -> None:
        when = {name: found[name] for name in REGISTRY if name in found}
        if "rule" not in found:
            if odd := [each for each in found if each not in when]:
                self._problem(
                    self.head.index(odd[0]), "a line without a rule holds only conditions of the one above"
                )
            elif not self.rules:
                self._problem(0, "the first rule has no id")
            elif when:
                rows = self.rules[-1]["when"]
                self.rules[-1]["when"] = [*(rows if isinstance(rows, list) else [rows]), when]
            return
        if any(rule["id"] == found["rule"] for rule in self.rules):
            self._problem(0, "there is another rule of this id")
        keys = ("kind", "from", "until", "because", "law", "short")
        rule: dict[str, object] = {"id": found["rule"], **{key: found.get(key) for key in keys}, "when": when}
        rule |= {key: found.get(key) for key in ("expr", "forbid", "only", "suggest")}
        self.rules.append({**rule, "bonus": _bonus(found)})

    def _take_test(self, found: dict[str, object]) -> None:
        if "test" not in found:
            self._problem(0, "the example has no name")
        given = {name: found[GIVEN + name] for name in REGISTRY if GIVEN + name in found}
        expect = {name: found[name] for name in (*EXPECT_LISTS, *EXPECT_TABLES) if name in found}
        if bonus := _bonus(found):
            expect["bonus"] = bonus
        self.tests.append(
            {"name": found.get("test"), "on": found.get("on"), "given": given, "expect": expect}
        )


def _bonus(found: dict[str, object]) -> dict[str, object] | None:
    bonus = {name.removeprefix(BONUS): value for name, value in found.items() if name.startswith(BONUS)}
    return bonus or None
