"""Conditions that cells can't say: comparisons of one fact with another, as `original_price > 2 * reference_price`.

The language is rule-engine's, cut down to comparing and computing; the library is imported when the first such
condition is read. Everything else it can do (patterns, loops, attributes, powers) can hang a bench or fail only
when an item lies on it, so it is refused before parsing or by walking the parsed tree. All numbers are decimal.
"""

from __future__ import annotations

import decimal
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from terminal.domain.cells import Match
from terminal.domain.facts import REGISTRY, FactValue, Kind
from terminal.domain.suggest import hint

LONGEST = 300
"""Characters of a condition; the library's own parser has no limit."""

_BANNED = re.compile(r"=~~?|!~~?|\*\*|\$|`|\bfor\b")
_SHOWN = 60
_ALLOWED = "comparing with == != < > in and computing with + - * / %"
_NODES = frozenset(
    {
        "LogicExpression", "ComparisonExpression", "ArithmeticComparisonExpression", "AddExpression",
        "SubtractExpression", "ArithmeticExpression", "ContainsExpression", "SymbolExpression", "UnaryExpression",
        "StringExpression", "FloatExpression", "BooleanExpression", "ArrayExpression",
    }
)  # fmt: skip
_INSTEAD = {
    "NullExpression": "null is not allowed: a fact that is not known makes a rule undecided by itself",
    "TernaryExpression": "a choice with ? and : is not allowed: write two rules",
}
_TYPES = {
    Kind.CHOICE: "STRING", Kind.TEXT: "STRING", Kind.YES_NO: "BOOLEAN", Kind.COUNT: "FLOAT", Kind.MONEY: "FLOAT",
}  # fmt: skip
_WORDS = {"STRING": "a word", "BOOLEAN": "yes or no", "FLOAT": "a number", "ARRAY": "a list"}
_DIGITS = decimal.Context(prec=50)
"""Exact for sums and products of money; a quotient is rounded in its fiftieth digit."""


@dataclass(frozen=True, slots=True)
class Expression:
    """A condition over facts that are all known; equal to another of the same text."""

    text: str
    facts: tuple[str, ...]
    """The facts that it names, in their order in the text."""
    _holds: Callable[[Mapping[str, FactValue]], bool | None] = field(compare=False, repr=False)

    def match(self, facts: Mapping[str, FactValue]) -> Match:
        """Whether it holds; UNKNOWN where a fact is not known or cannot be computed with, as a division by zero."""
        if self.missing(facts):
            return Match.UNKNOWN
        found = self._holds({name: facts[name] for name in self.facts})
        return Match.UNKNOWN if found is None else Match.YES if found else Match.NO

    def missing(self, facts: Mapping[str, FactValue]) -> tuple[str, ...]:
        """The facts that it names and nobody knows."""
        return tuple(name for name in self.facts if name not in facts)


class _Refused(ValueError):
    """Something that may not stand in a condition, with the word to look for."""

    def __init__(self, word: str, sentence: str) -> None:
        self.word = word
        super().__init__(sentence)


def read_expression(
    raw: object, categories: Collection[str] = ()
) -> tuple[Expression | None, tuple[tuple[str, str], ...]]:
    """A condition from its text, or None with its problems as (word, sentence)."""
    if not isinstance(raw, str) or not raw.strip():
        return None, (
            ("", f'expr must be a condition, write "original_price > 2 * reference_price" (got {raw!r})'),
        )
    if len(raw) > LONGEST:
        return None, (("", f"expr has {len(raw)} characters, at most {LONGEST} are read; write two rules"),)
    if banned := _BANNED.search(raw):
        word = banned.group()
        return None, ((word, f'expr: "{word}" is not allowed, only {_ALLOWED}'),)
    try:
        return _compiled(raw, categories), ()
    except _Refused as refused:
        return None, ((refused.word, f"expr: {refused}"),)


def _compiled(text: str, categories: Collection[str]) -> Expression:
    import rule_engine  # type: ignore[import-untyped]  # slow to import, and few policies have a condition
    from rule_engine import errors

    unknown: list[str] = []

    def type_of(name: str) -> Any:
        spec = REGISTRY.get(name)
        if spec is None:
            unknown.append(name)
            return rule_engine.DataType.UNDEFINED
        if spec.kind not in _TYPES:
            raise _Refused(
                name,
                f"{name} cannot stand in a condition; use a fact that follows from it, as expired or hazard",
            )
        return getattr(rule_engine.DataType, _TYPES[spec.kind])

    context = rule_engine.Context(type_resolver=type_of, default_timezone="utc", decimal_context=_DIGITS)
    try:
        rule = rule_engine.Rule(text, context=context)
    except errors.SyntaxError as error:
        place = str(getattr(error, "message", "")).rpartition("line 1:")[2]
        where = f"near {text[int(place) :][:_SHOWN]!r}" if place.isdecimal() else "at its end"
        raise _Refused("", f"cannot be read {where} (got {text[:_SHOWN]!r})") from error
    except (errors.EngineError, ArithmeticError) as error:
        if not unknown:
            raise _Refused("", f"{_plain(error)} (got {text[:_SHOWN]!r})") from error
        rule = None
    if unknown or rule is None:
        raise _Refused(unknown[0], f'unknown fact "{unknown[0]}"{hint(unknown[0], REGISTRY)}')
    root = rule.statement.expression
    names: dict[str, None] = {}
    for node in list(_nodes(root)):
        _check(node, categories)
        if type(node).__name__ == "SymbolExpression":
            names[node.name] = None
    if _type(root) != "BOOLEAN":
        raise _Refused("", f"must be a comparison that holds or does not (got {text[:_SHOWN]!r})")
    if not names:
        raise _Refused("", f"names no fact, so it is always the same (got {text[:_SHOWN]!r})")

    def holds(facts: Mapping[str, FactValue]) -> bool | None:
        try:
            with decimal.localcontext(_DIGITS):
                return bool(rule.matches(facts))
        except (errors.EngineError, ArithmeticError):
            return None

    return Expression(text, tuple(names), holds)


def _nodes(node: Any) -> Iterator[Any]:
    """A parsed node and all below it; anything outside the allow-list is refused on the way."""
    kind = type(node).__name__
    if kind not in _NODES or getattr(node, "type", "") in ("pow", "fdiv"):
        raise _Refused("", _INSTEAD.get(kind, f"only {_ALLOWED} is allowed"))
    yield node
    for name in ("left", "right", "member", "container"):
        if (below := getattr(node, name, None)) is not None:
            yield from _nodes(below)
    if kind == "ArrayExpression":
        for each in node.value:
            yield from _nodes(each)


def _check(node: Any, categories: Collection[str]) -> None:
    """Refuse what the library accepts and could never hold: mixed types, words that no fact has."""
    kind = type(node).__name__
    if kind == "FloatExpression" and not node.value.is_finite():
        raise _Refused("", f"{node.value} is not a number to compare with")
    if kind == "LogicExpression" or (kind == "UnaryExpression" and node.type == "not"):
        for side in (getattr(node, "left", node.right), node.right):
            if _type(side) != "BOOLEAN":
                raise _Refused("", f"and, or, not stand between conditions (got {_said(side)})")
    elif kind in ("ComparisonExpression", "ArithmeticComparisonExpression"):
        if _type(node.left) != _type(node.right):
            raise _Refused(
                _word(node.left, node.right), f"cannot compare {_said(node.left)} with {_said(node.right)}"
            )
        if kind == "ArithmeticComparisonExpression" and _type(node.left) != "FLOAT":
            raise _Refused(_word(node.left), f"< and > compare numbers (got {_said(node.left)})")
        _check_word(node.left, node.right, categories)
        _check_word(node.right, node.left, categories)
    elif kind == "ContainsExpression":
        if type(node.container).__name__ != "ArrayExpression":
            raise _Refused(
                _word(node.container), 'after in stands a list, write category in ["phone", "tablet"]'
            )
        for each in node.container.value:
            if _type(each) != _type(node.member):
                raise _Refused(_word(node.member), f"cannot compare {_said(node.member)} with {_said(each)}")
            _check_word(node.member, each, categories)


def _check_word(symbol: Any, literal: Any, categories: Collection[str]) -> None:
    if type(symbol).__name__ != "SymbolExpression" or type(literal).__name__ != "StringExpression":
        return
    spec = REGISTRY[symbol.name]
    known = categories if spec.name == "category" and categories else spec.values
    if spec.kind is Kind.CHOICE and literal.value not in known:
        article = "an" if spec.name[0] in "aeiou" else "a"
        raise _Refused(
            literal.value, f'"{literal.value}" is not {article} {spec.name}{hint(literal.value, known)}'
        )


def _type(node: Any) -> str:
    return str(node.result_type.name)


def _word(*nodes: Any) -> str:
    return next((node.name for node in nodes if type(node).__name__ == "SymbolExpression"), "")


def _said(node: Any) -> str:
    what = _WORDS.get(_type(node), "that")
    if type(node).__name__ == "SymbolExpression":
        return f"{node.name}, which is {what}"
    value = getattr(node, "value", None)
    return f"{what} {value!s}" if isinstance(value, str | decimal.Decimal) else what


def _plain(error: Exception) -> str:
    if "mismatch" in str(error):
        return "a word, a number or yes/no stands where another is expected"
    return "it cannot be computed" if isinstance(error, ArithmeticError) else str(error)
