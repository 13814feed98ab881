"""TOML texts read with care: every wrong key and value becomes a sentence with file, line and what would do.

`tomllib` keeps no places for what it read; they are found again by looking for the word inside its block.
Nothing is raised while reading a table, so that a person sees all mistakes of a file at once.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping
from decimal import Decimal

from terminal.domain.suggest import BadData, hint

_HEADER = re.compile(r"^\s*\[\[?\s*([\w-]+)\s*\]")
"""The head of a block; `[rule.when]` is a table inside one and begins none."""
_MOST_DOTS = 500
"""`tomllib` needs minutes for one key of a hundred thousand dots."""


class Source:
    """One TOML text. `data` has its content with every fraction as `Decimal`."""

    __slots__ = ("_blocks", "_lines", "data", "name")

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        text = text.removeprefix("\ufeff")
        self._lines = text.splitlines()
        self._blocks: dict[str, list[int]] | None = None
        for number, line in enumerate(self._lines, 1):
            if line.count(".") > _MOST_DOTS:
                raise BadData(
                    [f"{name}:{number}: not readable as TOML: more than {_MOST_DOTS} dots in a line"]
                )
        try:
            self.data: dict[str, object] = tomllib.loads(text, parse_float=Decimal)
        except tomllib.TOMLDecodeError as error:
            raise BadData([f"{name}: not readable as TOML: {error}"]) from error
        except RecursionError as error:
            raise BadData(
                [f"{name}: not readable as TOML: lists or tables lie too deep in one another"]
            ) from error

    def at(self, block: str = "", index: int = 0, *words: str) -> str:
        """`file:line` inside the `index`-th `[block]`: of the first word, from there of the next, and so on.

        A word that isn't found is passed over, so without any it is the head of the block.
        """
        line, end = 0, len(self._lines)
        if block:
            starts = self._starts()
            if index >= len(starts.get(block, ())):
                return self.name
            line = starts[block][index]
            end = min((head for found in starts.values() for head in found if head > line), default=end)
        for word in words:
            line = self._line_of(word, line, end)
        return f"{self.name}:{line + 1}"

    def _line_of(self, word: str, start: int, end: int) -> int:
        """The line where `word` is a key, else where it stands at all, else `start`."""
        whole = rf"(?<![\w-]){re.escape(word)}(?![\w-])"
        for pattern in (re.compile(whole + r"\s*="), re.compile(whole)):
            for number in range(start, end):
                if pattern.search(self._lines[number]):
                    return number
        return start

    def top(self, problems: list[str]) -> Table:
        """The file itself as a table."""
        return Table(self, "", 0, "", self.data, problems)

    def blocks(self, name: str, naming: str, problems: list[str]) -> list[Table]:
        """The tables of the array `[[name]]`, each called by the value of its key `naming`."""
        found = self.data.get(name, [])
        if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
            problems.append(f"{self.at('', 0, name)}: write each {name} as a block [[{name}]]")
            return []
        return [
            Table(self, name, index, f'{name} "{each.get(naming, index + 1)}": ', each, problems)
            for index, each in enumerate(found)
        ]

    def _starts(self) -> dict[str, list[int]]:
        if self._blocks is None:
            self._blocks = {}
            for number, line in enumerate(self._lines):
                if head := _HEADER.match(line):
                    self._blocks.setdefault(head.group(1), []).append(number)
        return self._blocks


class Table:
    """A table that is read key by key; what was never asked for is an unknown key when it is closed."""

    __slots__ = ("_asked", "_block", "_index", "_raw", "_source", "_what", "problems")

    def __init__(
        self,
        source: Source,
        block: str,
        index: int,
        what: str,
        raw: Mapping[str, object],
        problems: list[str],
    ) -> None:
        self._source, self._block, self._index = source, block, index
        self._what, self._raw = what, raw
        self._asked: list[str] = []
        self.problems = problems

    def problem(self, sentence: str, *words: str) -> None:
        """Note something wrong, at the line where the last of the words stands."""
        self.problems.append(f"{self.place(*words)}: {self._what}{sentence}")

    def place(self, *words: str) -> str:
        """`file:line` of this table, or of words in it, each looked for after the one before."""
        return self._source.at(self._block, self._index, *words)

    def inner(self, key: str, raw: Mapping[str, object]) -> Table:
        """A table inside this one."""
        return Table(self._source, self._block, self._index, f"{self._what}{key}: ", raw, self.problems)

    def raw(self, key: str) -> object:
        """The value as it stands, None where the key is missing."""
        if key not in self._asked:
            self._asked.append(key)
        return self._raw.get(key)

    def has(self, key: str) -> bool:
        """Whether the key is there."""
        return self.raw(key) is not None

    def names(self) -> tuple[str, ...]:
        """The keys that are there."""
        return tuple(self._raw)

    def text(self, key: str, default: str | None = None) -> str:
        """A text; without `default` it must be there and say something."""
        value = self.raw(key)
        if value is None and default is not None:
            return default
        if isinstance(value, str) and (value.strip() or default is not None):
            return value
        self._wrong(key, value, "a text")
        return default or ""

    def flag(self, key: str, default: bool = False) -> bool:
        """True or false."""
        value = self.raw(key)
        if value is None or isinstance(value, bool):
            return default if value is None else value
        self._wrong(key, value, "true or false")
        return default

    def whole(self, key: str, low: int, high: int, default: int | None = None) -> int:
        """A whole number from `low` to `high`."""
        value = self.raw(key)
        if value is None and default is not None:
            return default
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
            return value
        self._wrong(key, value, f"a whole number from {low} to {high}")
        return low

    def number(self, key: str, low: int, high: int, default: Decimal | None = None) -> Decimal:
        """A number from `low` to `high`."""
        value = self.raw(key)
        if value is None and default is not None:
            return default
        if isinstance(value, int | Decimal) and not isinstance(value, bool):
            number = Decimal(value)
            if number.is_finite() and low <= number <= high:
                return number
        self._wrong(key, value, f"a number from {low} to {high}")
        return Decimal(low)

    def choice(self, key: str, known: Collection[str], default: str | None = None) -> str:
        """One of the words `known`."""
        value = self.raw(key)
        if value is None and default is not None:
            return default
        if isinstance(value, str) and value in known:
            return value
        if isinstance(value, str):
            self.problem(f'{key} cannot be "{value}"{hint(value, known)}', key, value)
        else:
            self._wrong(key, value, f"one of {', '.join(known)}")
        return next(iter(known))

    def texts(self, key: str, known: Collection[str] | None = None, noun: str = "") -> tuple[str, ...]:
        """A list of texts, or one text; with `known` each must be one of them. Wrong ones are left out."""
        value = self.raw(key)
        if value is None:
            return ()
        values = value if isinstance(value, list) else [value]
        found: list[str] = []
        for each in values:
            if not isinstance(each, str) or not each.strip():
                self._wrong(key, each, "a text or a list of texts")
            elif known is not None and each not in known:
                self.problem(f'{key}: "{each}" is not {noun}{hint(each, known)}', key, each)
            else:
                found.append(each)
        return tuple(found)

    def table(self, key: str) -> Table:
        """A table inside this one; an empty one where it is missing."""
        value = self.raw(key)
        if value is None or isinstance(value, Mapping):
            return self.inner(key, value or {})
        self._wrong(key, value, "a table")
        return self.inner(key, {})

    def close(self) -> None:
        """Name every key that nobody asked for."""
        for key in self._raw:
            if key not in self._asked:
                self.problem(f'unknown key "{key}"{hint(key, self._asked)}', key)

    def _wrong(self, key: str, value: object, expected: str) -> None:
        if value is None:
            self.problem(f"{key} is missing, write {expected}")
        else:
            shown = str(value) if isinstance(value, Decimal) else repr(value)
            self.problem(f"{key} must be {expected} (got {shown})", key)
