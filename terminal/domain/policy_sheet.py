"""How policies look in a spreadsheet: names of columns, and how values stand in a cell.

Several values of a cell stand with ` | ` between them. A text that a spreadsheet would take for a formula gets an
apostrophe in front, and so does one that begins like that by itself, so that taking it off again is safe.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from decimal import Decimal

from terminal.domain.cells import Cell, OneOf
from terminal.domain.facts import REGISTRY, FactValue

RULE_TEXTS = ("because", "law", "short", "expr")
RULE_LISTS = ("forbid", "only", "suggest")
RULE_DAYS = ("from", "until")
EXPECT_LISTS = ("forbidden", "allowed", "hits", "stops", "misses", "unsure", "asks", "suggested")
EXPECT_TABLES = ("forbids", "leaves")
GIVEN, BONUS = "given ", "bonus "
"""What the columns of facts of an example and of added money begin with; the name follows."""

_FORMULA = re.compile(r"[=+\-@\t\r]")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_WORD = re.compile(r'\s*("(?:[^"\\]|\\.)*"|[^|]*?)\s*(\||\Z)', re.DOTALL)


def neutral(text: str) -> str:
    """A text that no spreadsheet runs as a formula."""
    shown = text[1:] if text.startswith("'") else text
    starts = bool(_FORMULA.match(shown)) or text.startswith("''")
    return f"'{text}" if starts and not _NUMBER.fullmatch(text) else text


def as_meant(text: str) -> str:
    """The text before it was made neutral."""
    rest = text[1:]
    return rest if text.startswith("'") and (_FORMULA.match(rest) or rest.startswith("'")) else text


def line(cells: Iterable[str]) -> str:
    """Cells as one line of CSV after RFC 4180, with a line feed at its end."""
    quoted = []
    for text in map(neutral, cells):
        special = any(each in text for each in ',;\t"\r\n') or text != text.strip()
        quoted.append(f'"{text.replace(chr(34), chr(34) * 2)}"' if special else text)
    return ",".join(quoted) + "\n"


def joined(words: Iterable[str]) -> str:
    """Several words in one cell; one that would be read otherwise stands in quotation marks."""
    return " | ".join(_quoted(word) for word in words)


def parted(text: str) -> tuple[str, ...]:
    """The words of a cell; empty ones don't count. Raises `ValueError` where quotation marks don't close."""
    words: list[str] = []
    for found in _WORD.finditer(text):
        word = found.group(1)
        try:
            words.append(str(json.loads(word, strict=False)) if word.startswith('"') else word)
        except ValueError as error:
            raise ValueError(f"the quotation marks don't close round a word (got {word[:40]!r})") from error
    return tuple(word for word in words if word)


def condition(name: str, cell: Cell) -> str:
    """A cell of a rule as text: `broken | missing`, `not sealed`, `yes`, `< 80`."""
    if isinstance(cell, OneOf):
        known = list(REGISTRY[name].values)
        words = sorted(
            (_shown(value) for value in cell.values),
            key=lambda word: (known.index(word) if word in known else len(known), word),
        )
        return ("not " if cell.negated else "") + joined(words)
    if cell.low is not None and cell.high is not None:
        low, high = (format(edge, "f") for edge in (cell.low, cell.high))
        return low if cell.low == cell.high else f"{low}..{high}"
    if cell.low is not None:
        return f"{'>' if cell.open_low else '>='} {cell.low:f}"
    return f"{'<' if cell.open_high else '<='} {cell.high or Decimal(0):f}"


def letters(index: int) -> str:
    """The letters of a column counted from 0: A, B, ... Z, AA."""
    return (letters(index // 26 - 1) if index >= 26 else "") + chr(ord("A") + index % 26)


def _quoted(word: str) -> str:
    odd = (
        "|" in word
        or not word.isprintable()
        or word.startswith(("not ", '"'))
        or word != word.strip()
        or not word
    )
    return json.dumps(word, ensure_ascii=False) if odd else word


def _shown(value: FactValue) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)
