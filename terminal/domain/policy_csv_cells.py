"""Cells of a policy sheet as TOML values, each by what its column is.

A cell that cannot be read raises `ValueError` with a sentence for people; empty cells never get here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection
from datetime import date
from decimal import Decimal

from terminal.domain.cells import read_cell
from terminal.domain.channels import CHANNELS, TERMINAL
from terminal.domain.facts import REGISTRY, FactSpec, Kind, parse
from terminal.domain.policy_expr import read_expression
from terminal.domain.policy_rule import meant_day
from terminal.domain.policy_sheet import (
    BONUS,
    EXPECT_LISTS,
    EXPECT_TABLES,
    GIVEN,
    RULE_DAYS,
    RULE_LISTS,
    RULE_TEXTS,
    parted,
)
from terminal.domain.rules import KINDS
from terminal.domain.suggest import hint

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_FIGURE = re.compile(r"-?\d+(?:[.,]\d+)?")
_NAMED = re.compile(r"\s*([\w.-]+)\s*:(.*)", re.DOTALL)
_YES_NO = {"yes": True, "true": True, "no": False, "false": False}

RULE_COLUMNS = (
    "rule", "kind", *RULE_DAYS, *RULE_TEXTS, *RULE_LISTS, *REGISTRY, *(BONUS + channel for channel in TERMINAL),
)  # fmt: skip
TEST_COLUMNS = (
    "test", "on", *(GIVEN + name for name in REGISTRY), *EXPECT_LISTS, *EXPECT_TABLES,
    *(BONUS + channel for channel in TERMINAL),
)  # fmt: skip

Reader = Callable[[str], object]


def rule_reader(column: str, categories: Collection[str]) -> Reader:
    """What reads the cells of a column of the rules."""
    if column.startswith(BONUS):
        return _money
    if column in REGISTRY:
        return lambda text: _condition(REGISTRY[column], text.strip(), categories)
    if column in RULE_DAYS:
        return _day
    if column in RULE_LISTS:
        return lambda text: _words(text, TERMINAL if column == "suggest" else CHANNELS, "a channel")
    match column:
        case "kind":
            return _kind
        case "expr":
            return lambda text: _expression(text, categories)
        case "rule" | "short":
            return str.strip
        case _:
            return str


def test_reader(column: str, ids: Collection[str]) -> Reader:
    """What reads the cells of a column of the examples, where the rules are called `ids`."""
    if column.startswith(BONUS):
        return _money
    if column.startswith(GIVEN):
        return lambda text: _given(REGISTRY[column.removeprefix(GIVEN)], text.strip())
    if column in EXPECT_TABLES:
        return lambda text: _channels_of_rules(text, ids)
    match column:
        case "test":
            return str
        case "on":
            return _day
        case "asks":
            return lambda text: _words(text, REGISTRY, "a fact")
        case "forbidden" | "allowed" | "suggested":
            return lambda text: _words(text, TERMINAL, "a channel")
        case _:
            return lambda text: _words(text, ids, "a rule")


def _money(text: str) -> Decimal:
    if _NUMBER.fullmatch(text.strip()):
        return Decimal(text.strip())
    figure = _FIGURE.search(text)
    meant = f' - did you mean "{figure.group().replace(",", ".")}"?' if figure else ""
    raise ValueError(f"must be a number with a point and without currency, as 2.00 (got {text!r}){meant}")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise ValueError(f"must be a day, as 2026-07-19 (got {text!r}){meant_day(text)}") from None


def _kind(text: str) -> str:
    if text.strip() not in KINDS:
        raise ValueError(f'"{text.strip()}" is not a kind of rule{hint(text.strip(), KINDS)}')
    return text.strip()


def _expression(text: str, categories: Collection[str]) -> str:
    _, wrong = read_expression(text, categories)
    if wrong:
        raise ValueError("; ".join(sentence.removeprefix("expr: ") for _, sentence in wrong))
    return text


def _words(text: str, known: Collection[str], noun: str) -> tuple[str, ...]:
    words = parted(text)
    for word in words:
        if word not in known:
            apart = "; put | between several" if re.search(r"[,;/]", word) else ""
            raise ValueError(f'"{word}" is not {noun}{hint(word, known)}{apart}')
    return words


def _channels_of_rules(text: str, ids: Collection[str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for part in text.split(";"):
        named = _NAMED.fullmatch(part)
        if named is None:
            raise ValueError(
                f"write a rule, a colon and channels, as x: donate | outlet (got {part.strip()!r})"
            )
        if named.group(1) not in ids:
            raise ValueError(f'"{named.group(1)}" is not a rule{hint(named.group(1), ids)}')
        found[named.group(1)] = _words(named.group(2), TERMINAL, "a channel")
    return found


def _condition(spec: FactSpec, text: str, categories: Collection[str]) -> object:
    if spec.kind in (Kind.COUNT, Kind.MONEY):
        number = _figure(text)
        read_cell(spec, number, categories)
        return number
    negated = text.lower().startswith("not ")
    words = [_plain(spec, word) for word in parted(text[4:] if negated else text)]
    raw: object = words[0] if len(words) == 1 else words
    if negated:
        raw = {"not": words}
    read_cell(spec, raw, categories)
    return raw


def _given(spec: FactSpec, text: str) -> object:
    raw = _plain(spec, text)
    if spec.kind in (Kind.COUNT, Kind.MONEY):
        raw = _figure(text)
    elif spec.kind is Kind.DATE:
        raw = _day(text)
    elif spec.kind is Kind.OBSERVATIONS:
        try:
            raw = json.loads(text)
        except (ValueError, RecursionError):
            example = '[{"defect": "HOL", "location": "", "count": 1}]'
            raise ValueError(f"must be a JSON list of defects, as {example} (got {text[:40]!r})") from None
    parse({spec.name: raw}, "here", computed=True)
    return raw


def _figure(text: str) -> object:
    if not _NUMBER.fullmatch(text):
        return text
    return Decimal(text) if "." in text or len(text) > 12 else int(text)


def _plain(spec: FactSpec, word: str) -> object:
    return _YES_NO.get(word.lower(), word) if spec.kind is Kind.YES_NO else word
