"""One place that settings come from: a file read as text and as TOML, with the line of each of its settings.

What can't be read is told with its line and what to do, in words that `tomllib` has not got.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from terminal.config_faults import printable
from terminal.toml_places import DEEPEST, Place, TooDeep, find_places

MAX_BYTES = 256 * 1024
MAX_PROBLEMS = 50
"""More are counted, not told: nobody reads them, and each costs a search for the name that was meant."""

_TOO_LONG = "a whole number of more than 64 bits: TOML has none, and no setting is so large"

_ADVICE = (
    ("Invalid value at the end", "the last value or its closing ] is missing"),
    ("Invalid value", 'text stands in quotes, as in name = "text"; true and false in small letters'),
    ("Unescaped '\\'", "write a pattern or path with a backslash in single quotes, as in '\\d{6}'"),
    ("Cannot overwrite", "this setting stands here for the second time"),
    ("Cannot declare", "this table stands here for the second time: put its settings into one"),
    ("Invalid statement", "a setting is written name = value, and a table's head [name]"),
    ("Expected '='", "a setting is written name = value, and a table's head [name]"),
    ("Unterminated string", "the closing quote is missing"),
    ("Illegal character", "the closing quote is missing, or there is a control character"),
    ("Unclosed array", "the closing ] is missing"),
    ("Expected newline", "only one setting stands on a line"),
)
"""What to do, by the beginning of tomllib's message."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong. `key` and `value` are as they would be written; empty where there is none."""

    file: str
    """The file as it was named, or the variable or option."""
    line: int | None
    key: str
    value: str
    message: str

    def __str__(self) -> str:
        where = self.file if self.line is None else f"{self.file}:{self.line}"
        what = " = ".join(part for part in (self.key, self.value) if part)
        return ": ".join(part for part in (where, what, self.message) if part)


class ConfigErrors(Exception):
    """A configuration that cannot be used: every problem, in the order of the file; `more` are only counted."""

    def __init__(self, problems: Iterable[Problem], more: int = 0) -> None:
        self.problems = tuple(problems)
        self.more = more
        rest = [f"... and {more:,} more"] if more else []
        super().__init__("\n".join([*map(str, self.problems), *rest]))


@dataclass(frozen=True, slots=True)
class Source:
    """A place that settings come from: a file with the lines of its keys, or a variable without."""

    name: str
    tables: Mapping[str, Any]
    places: Mapping[Place, int]


def text_of(path: Path | Traversable) -> str:
    """The text of a file. Raises ConfigErrors where it cannot be read, is too big or is no text."""
    name = printable(str(path))
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise _alone(name, "there is no such file: check --config and REGRADE_CONFIG") from None
    except IsADirectoryError:
        raise _alone(name, "is a folder: name the config.toml in it") from None
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise _alone(name, f"cannot be read: {why}") from None
    if len(content) > MAX_BYTES:
        raise _alone(name, f"is larger than {MAX_BYTES // 1024} KiB: this is no configuration")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise _alone(
            name, f"byte 0x{content[error.start]:02x} is not UTF-8: save the file as UTF-8", line
        ) from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise _alone(name, "is binary or UTF-16, not a text in UTF-8", line)
    return text


def read(name: str, text: str) -> Source:
    """A TOML text as tables with their places. Raises ConfigErrors at the first thing that is not TOML."""
    try:
        places = find_places(text)
        tables = tomllib.loads(text)
    except (TooDeep, RecursionError) as error:
        line = error.line if isinstance(error, TooDeep) else None
        raise _alone(name, f"tables or lists deeper than {DEEPEST} levels: no setting is", line) from None
    except ValueError as error:
        raise _not_toml(name, text, str(error)) from None
    for place, value in _scalars(tables):
        if isinstance(value, int) and not -(2**63) <= value < 2**63:
            raise _alone(name, _TOO_LONG, places.get(place))
    return Source(name, tables, places)


def _not_toml(name: str, text: str, error: str) -> ConfigErrors:
    """What tomllib said, with the line and advice; a number that Python itself refuses to read has neither."""
    if error.startswith("Exceeds"):
        long = re.search(r"[0-9_]{4300,}", text)
        return _alone(name, _TOO_LONG, text.count("\n", 0, long.start()) + 1 if long else None)
    message, _, where = error.partition(" (at ")
    numbered = re.search(r"line (\d+)", where)
    line = int(numbered[1]) if numbered else text.count("\n", 0, len(text.rstrip())) + 1
    told = message if numbered else f"{message} at the end"
    advice = next((f": {advice}" for start, advice in _ADVICE if told.startswith(start)), "")
    return _alone(name, f"not TOML: {printable(message)}{advice}", line)


def _scalars(value: Any, place: Place = ()) -> Iterator[tuple[Place, Any]]:
    """Every value that is neither a table nor a list."""
    if isinstance(value, (dict, list)):
        for step, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _scalars(inner, (*place, step))
    else:
        yield place, value


def _alone(name: str, message: str, line: int | None = None) -> ConfigErrors:
    return ConfigErrors([Problem(name, line, "", "", message)])
