"""In which line of a TOML text each key stands, which `tomllib` doesn't tell.

The text is read token by token without recursion and without building values, so it is also the guard in front of
`tomllib`, which needs minutes for one key of a hundred thousand dots. On text that isn't TOML the places are a best
guess and nothing is raised but `TooDeep`.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass

Place = tuple[str | int, ...]
"""The way to a value: names of tables and keys, and positions in lists from 0."""

DEEPEST = 12

_TOKEN = re.compile(
    r'''
      (?P<string> """(?:\\.|(?!""")[^\\])*+(?:"{3,5}|\\?\Z) | \'{3}(?:(?!\'{3}).)*+(?:\'{3,5}|\Z)
                | "(?:\\.|[^"\\\n])*+"? | '[^'\n]*+'? )
    | (?P<comment> \#[^\n]* )
    | (?P<newline> \n )
    | (?P<mark> [\[\]{}=,.] )
    | (?P<bare> [^\s\[\]{}=,.\#"']+ )
    ''',
    re.VERBOSE | re.DOTALL,
)


class TooDeep(ValueError):
    """Tables or lists lie deeper inside one another than any setting does."""

    def __init__(self, line: int) -> None:
        super().__init__(f"nested deeper than {DEEPEST} levels in line {line}")
        self.line = line


@dataclass(slots=True)
class _Open:
    """A list or an inline table whose end has not come yet."""

    place: Place
    is_list: bool
    index: int = 0

    def child(self) -> Place:
        return (*self.place, self.index) if self.is_list else self.place


class _Reader:
    """What has been read so far: `expects` is header, key, value or end (the rest of a value)."""

    def __init__(self) -> None:
        self.found: dict[Place, int] = {}
        self.expects = "key"
        self.parts: list[str] = []
        self.table: Place = ()
        self.blocks: dict[Place, int] = {}
        self.open: list[_Open] = []
        self.target: Place = ()
        self.array_header = False

    def note(self, place: Place, line: int) -> None:
        """Remember the first line of a place and of every table on the way to it."""
        for length in range(1, len(place) + 1):
            self.found.setdefault(place[:length], line)

    def guard(self, line: int) -> None:
        base = len(self.open[-1].child()) if self.open else len(self.table)
        if len(self.open) > DEEPEST or len(self.parts) > DEEPEST or base + len(self.parts) > 2 * DEEPEST:
            raise TooDeep(line)

    def header(self, word: str, line: int) -> None:
        if word != "]":
            return
        place: Place = ()
        for position, part in enumerate(self.parts):
            place = (*place, part)
            last = position == len(self.parts) - 1
            if last and self.array_header:
                self.blocks[place] = self.blocks.get(place, 0) + 1
            if place in self.blocks:
                self.note(place, line)
                place = (*place, self.blocks[place] - 1)
        self.note(place, line)
        self.table, self.parts, self.expects = place, [], "end"

    def key(self, word: str, line: int) -> None:
        if word == "=":
            base = self.open[-1].child() if self.open else self.table
            self.target = (*base, *self.parts)
            self.note(self.target, line)
            self.parts, self.expects = [], "value"
        elif word == "}":
            self.close()

    def value(self, word: str, line: int) -> None:
        if word == "]":
            self.close()
            return
        self.note(self.target, line)
        if word in ("[", "{"):
            self.open.append(_Open(self.target, is_list=word == "["))
            self.target = self.open[-1].child()
            self.expects = "value" if word == "[" else "key"
        else:
            self.expects = "end"

    def end(self, word: str) -> None:
        if word in ("]", "}"):
            self.close()
        elif word == "," and self.open:
            self.open[-1].index += 1
            self.target = self.open[-1].child()
            self.expects = "value" if self.open[-1].is_list else "key"

    def close(self) -> None:
        if self.open:
            self.open.pop()
        self.expects = "end"


def find_places(text: str) -> dict[Place, int]:
    """The line, from 1, of every table, key and list element. Raises TooDeep."""
    reader = _Reader()
    line, seen = 1, 0
    for token in _TOKEN.finditer(text):
        line += text.count("\n", seen, token.start())
        seen = token.start()
        kind, word = token.lastgroup, token.group()
        if kind == "newline" and not reader.open:
            reader.expects, reader.parts = "key", []
        elif kind in ("newline", "comment"):
            continue
        elif kind != "mark" and reader.expects in ("header", "key"):
            reader.parts.append(_unquoted(word))
            reader.guard(line)
        elif reader.expects == "header":
            reader.header(word, line)
        elif reader.expects == "key" and word == "[" and not reader.parts and not reader.open:
            reader.expects, reader.array_header = "header", text.startswith("[[", token.start())
        elif reader.expects == "key":
            reader.key(word, line)
        elif reader.expects == "value":
            reader.value(word, line)
            reader.guard(line)
        else:
            reader.end(word)
    return reader.found


def _unquoted(word: str) -> str:
    if word[0] not in "\"'":
        return word
    try:
        return str(tomllib.loads(f"key = {word}")["key"])
    except (tomllib.TOMLDecodeError, KeyError):
        return word
