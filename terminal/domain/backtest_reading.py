"""The facts of past items, read fast: like texts are taken apart once, the rest is looking up words.

What differs from item to item (prices, weights, brands, dates, defects) is cut out of the JSON text. What is left
is a template, and the same template always says the same of the item. Which word stands for which fact is proved
once for each template, by reading it with marks in their place. Numbers count by the bounds that some condition has
for them, so that 81 % and 83 % are one; what nobody looks at is only checked.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple, TypeAlias

from terminal.domain.backtest_lines import DEAREST, STEP
from terminal.domain.cells import Cell, Range
from terminal.domain.facts import REGISTRY, UNKNOWN, BadFacts, Facts, FactSpec, FactValue, parse, read_value
from terminal.domain.grading import grade, rework
from terminal.domain.rules import Policy
from terminal.domain.schemes import Scheme

MOST_KNOWN = 100_000
"""Spellings that are kept in mind per fact."""
NUMBERS = ("reference_price", "weight_g", "battery_health", "original_price", "expected_weight_g")
"""Facts with so many values that only the bounds between them count."""
ASIDE = ("brand", "reason", "lot", "initiated")
"""Facts that decide nothing unless a rule names them."""
OUTSIDE = ("answered", "assumed", "given_up", "photos", "work")
"""Lists that stand beside the facts of an item."""
NOTHING = "null"

Classify: TypeAlias = Callable[[FactValue | None], Any]


class Unreadable(ValueError):
    """A past item that cannot be replayed; the text is the reason."""


class Strange(Exception):
    """An item that is outside of what the fast way knows; the full way says what it is."""


class Spellings(dict[str, Any]):
    """Words of JSON for one fact and what they count as; each is read once. Raises Strange for a wrong one."""

    def __init__(self, classify: Callable[[Any], Any], *, idle: bool = False) -> None:
        self._classify = classify
        self.idle = idle
        """All count as the same: they are only checked."""

    def __missing__(self, word: str) -> Any:
        try:
            found = self._classify(json.loads(word))
        except (ValueError, RecursionError) as error:
            raise Strange from error
        if len(self) >= MOST_KNOWN:
            self.clear()
        self[word] = found
        return found


class Look(NamedTuple):
    """What is looked at in the words of a text, but price, weight, expiry and defects."""

    places: tuple[tuple[int, Spellings], ...]
    """Where a word stands and what it may be; those that count go first."""
    counting: int
    """How many of them count."""
    profiles: dict[Hashable, Any]
    """For whoever reads: what items with the same words are. Templates that otherwise say the same share it."""


class Template(NamedTuple):
    """What texts have in common that differ in their words only. Places are those of the words; last is `null`."""

    price: int
    weight: int
    source: int
    expiry: int
    seen: int
    ungraded: Look
    """Where the grade is still to be worked out ..."""
    graded: Look
    """... and where it is known, so that only rules and repairs look."""
    category: str | None
    """None: the facts don't say."""
    names: tuple[str, ...]
    """The fact of each word."""
    rest: Facts | None
    """What is said beside the words; None where that is wrong."""


class _Layout(NamedTuple):
    """Where words stand: the same for all texts with the same facts cut out, in the same order."""

    at: Mapping[str, int]
    marks: Mapping[str, str]
    ungraded: tuple[tuple[int, Spellings], ...]
    graded: tuple[tuple[int, Spellings], ...]
    counting: tuple[tuple[str, ...], tuple[str, ...]]
    """The facts that count, without a grade and with one."""


class Reader:
    """Reads the facts of past items for a set of policies."""

    def __init__(self, schemes: Mapping[str, Scheme], policies: Iterable[Policy]) -> None:
        rules = [rule for policy in policies for rule in policy.rules]
        named = {name for rule in rules for name in rule.facts}
        whole = {name for rule in rules if rule.expr is not None for name in rule.expr.facts}
        cells = [cell for rule in rules for row in rule.rows for cell in row.cells]
        caps = [cell for scheme in schemes.values() for cap in scheme.caps for cell in cap.when.cells]

        def classify(name: str, graded: bool) -> Classify:
            steps = _battery_steps(schemes, graded) if name == "battery_health" else set()
            return _class_in(_edges(name, cells if graded else cells + caps, whole, steps))

        weight_class = classify("weight_g", False)
        self.price = _words("reference_price", _priced(classify("reference_price", False)))
        self.weight = _words("weight_g", lambda value: (value, weight_class(value)))
        self.source = _words("mass_source", lambda value: value or "catalogue")
        self.expiry = _words("expiry", _itself)
        self.seen = _words("observations", _itself)
        same = {name: _words(name, _nothing) for name in ASIDE if name not in named}
        same |= {name: Spellings(_nothing, idle=True) for name in OUTSIDE}
        if "mass_source" in named:
            same["mass_source"] = _words("mass_source", _itself)
        self._others = same | {name: _words(name, classify(name, False)) for name in NUMBERS[2:]}
        self._graded = same | {name: _words(name, classify(name, True)) for name in NUMBERS[2:]}
        if "missing_other" not in named:
            self._others["missing_other"] = _words("missing_other", _itself)
            self._graded["missing_other"] = _words("missing_other", _nothing)
        cut = {"reference_price", "weight_g", "mass_source", "expiry", "observations", *self._others}
        word = r'"[^"\\\x00-\x1f]*"|-?(?:0|[1-9][0-9]*)|\[[^\[\]\\]*\]'
        self._like: dict[Hashable, dict[Hashable, Any]] = {}
        self._layouts: dict[tuple[str, ...], _Layout] = {}
        self.split = re.compile(rf'"({"|".join(sorted(cut))})": ?({word})').split

    def template(self, parts: Sequence[str]) -> Template | None:
        """The template of a text that was split, without its words; None where words are not what they seem."""
        names = tuple(parts[1::2])
        layout = self._layouts.get(names)
        if layout is None:
            layout = self._layouts[names] = self._layout(names)
        at, marks, ungraded, graded, counting = layout
        marked = parts[0] + "".join(
            f'"{name}": "{number}\\u0000"{rest}'
            for number, (name, rest) in enumerate(zip(names, parts[2::2], strict=True))
        )
        try:
            whole = json.loads(marked)
            facts = whole.get("facts", whole)
        except (ValueError, AttributeError, RecursionError):
            return None
        if not isinstance(facts, dict):
            return None
        found = {name: facts.pop(name, None) for name in names if name not in OUTSIDE}
        if len(marks) < len(names) or any(found[name] != marks[name] for name in found):
            return None
        if any(name in facts for name in OUTSIDE):
            return None
        try:
            said: Facts | None = parse(facts)
        except BadFacts:
            said = None
        rest = (frozenset(said.items()), "category" in facts) if said is not None else object()
        category = facts.get("category")
        return Template(
            price=at.get("reference_price", -1),
            weight=at.get("weight_g", -1),
            source=at.get("mass_source", -1),
            expiry=at.get("expiry", -1),
            seen=at.get("observations", -1),
            ungraded=Look(ungraded, len(counting[0]), self._like.setdefault((rest, counting[0]), {})),
            graded=Look(graded, len(counting[1]), self._like.setdefault((rest, counting[1]), {})),
            category=category if isinstance(category, str) else None,
            names=names,
            rest=said,
        )

    def forget(self) -> None:
        """Let go of what templates share."""
        self._like.clear()
        self._layouts.clear()

    def _layout(self, names: Sequence[str]) -> _Layout:
        at = {name: number for number, name in enumerate(names)}
        counting, places = [], []
        for known in (self._others, self._graded):
            present = [name for name in known if name in at]
            first = tuple(name for name in present if not known[name].idle)
            idle = [name for name in present if known[name].idle]
            counting.append(first)
            places.append(tuple((at[name], known[name]) for name in (*first, *idle)))
        marks = {name: f"{number}\x00" for name, number in at.items()}
        return _Layout(at, marks, places[0], places[1], (counting[0], counting[1]))


def plain_facts(text: str, category: str | None) -> dict[str, Any]:
    """The raw facts of one item, read in full. Raises Unreadable where they are no JSON object."""
    try:
        whole = json.loads(text)
    except (TypeError, ValueError, RecursionError) as error:
        raise Unreadable("the facts are no JSON") from error
    facts = whole.get("facts", whole) if isinstance(whole, dict) else None
    if not isinstance(facts, dict):
        raise Unreadable("the facts are no JSON object")
    if facts.get("category") is None:
        facts["category"] = category
    return facts


def _words(name: str, classify: Classify) -> Spellings:
    spec: FactSpec = REGISTRY[name]
    return Spellings(
        lambda raw: classify(None if raw in (None, UNKNOWN) else read_value(spec, raw)),
        idle=classify is _nothing,
    )


def _nothing(value: object) -> None:
    """Nothing: what is there only has to be well formed."""


def _itself(value: FactValue | None) -> Any:
    return value


def _edges(
    name: str, cells: Iterable[tuple[str, Cell]], whole: set[str], steps: set[Decimal]
) -> list[Decimal] | None:
    """The bounds that conditions have for a number, and `steps`; None where each value is its own class."""
    own = [cell for other, cell in cells if other == name]
    ranges = [cell for cell in own if isinstance(cell, Range)]
    if name in whole or len(ranges) < len(own):
        return None
    return sorted(steps | {edge for cell in ranges for edge in (cell.low, cell.high) if edge is not None})


def _class_in(edges: list[Decimal] | None) -> Classify:
    """Which of the classes that the edges make a value lies in: between two of them or on one."""

    def classify(value: FactValue | None) -> Any:
        if edges is None or not isinstance(value, int | Decimal):
            return value
        return bisect_left(edges, value) + bisect_right(edges, value)

    return classify


def _priced(classify: Classify) -> Classify:
    """The price in `STEP` and its class. Raises ValueError for one that is too dear or too fine for that."""

    def counted(value: FactValue | None) -> Any:
        if not isinstance(value, Decimal):
            return (None, None)
        steps = int(value / STEP)
        if value > DEAREST or steps * STEP != value:
            raise ValueError("a price that whole numbers do not hold")
        return (steps, (classify(value),))

    return counted


def _battery_steps(schemes: Mapping[str, Scheme], graded: bool) -> set[Decimal]:
    """The percentages at which a weaker battery changes work, and unless `graded` the grade: found by trying."""
    kinds = {scheme.battery is None: scheme for scheme in schemes.values()}
    steps = set()
    for scheme in kinds.values():
        before: Any = None
        for health in range(101):
            facts: dict[str, FactValue] = {"battery_health": health, "function": "pass"}
            found = grade(scheme, facts)
            now = (rework(scheme, facts), None if graded else (found.score_u, found.cap))
            if now != before:
                steps.add(Decimal(health))
            before = now
    return steps
