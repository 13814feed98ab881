"""The conditions of several policies, each matched once for the same values of the facts that it names.

Policies that are compared share most of their rules, and a rule looks at two or three facts, so nearly every match
has been seen before. What comes out tells apart exactly the items that some policy tells apart.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple, TypeAlias

from terminal.domain.cells import Match
from terminal.domain.facts import REGISTRY, Facts, Kind
from terminal.domain.rules import Policy, Rule, Verdict, verdict_of

MOST_MATCHES = 50_000
"""Matches that are kept in mind for one group of conditions."""
TOGETHER = 4
"""Facts that a group names at most: more of them take more values together than come back."""
Effect: TypeAlias = tuple[int, tuple[str, ...] | None]
"""The number of a condition, and None where it holds, else the facts for want of which it is undecided."""


class _Condition(NamedTuple):
    number: int
    rule: Rule
    """One of those that have it."""
    stops: bool
    """Whether it is that of a stop rule, so that undecided is an effect."""


class _Group(NamedTuple):
    """Conditions that name few facts together, matched at once."""

    conditions: tuple[_Condition, ...]
    pick: Callable[[Mapping[str, Any]], Hashable]
    """The values of the facts that they name."""
    seen: dict[Hashable, tuple[Effect, ...]]
    """What came of such values."""


class Conditions:
    """The conditions of all rules of some policies."""

    def __init__(self, policies: Sequence[Policy]) -> None:
        rules = [rule for policy in policies for rule in policy.rules]
        unlike: dict[Hashable, _Condition] = {}
        for rule in rules:
            number = len(unlike)
            stops = any(each.kind == "stop" for each in rules if _key(each) == _key(rule))
            unlike.setdefault(_key(rule), _Condition(number, rule, stops))
        self._policies = [[(rule, unlike[_key(rule)].number) for rule in policy.rules] for policy in policies]
        self._blank = dict.fromkeys(["category", *(name for rule in rules for name in rule.facts)])
        starts = {rule.start for rule in rules if rule.start is not None}
        ends = {rule.end + timedelta(days=1) for rule in rules if rule.end not in (None, date.max)}
        self._turns = sorted(starts | ends, key=attrgetter("year", "month", "day"))
        self._in_force = [
            _grouped(each for each in unlike.values() if each.rule.applies(first))
            for first in (date.min, *self._turns)
        ]
        self._verdicts: dict[tuple[Effect, ...], tuple[Verdict, ...]] = {}

    def since(self, on: date) -> int:
        """How many of the days on which rules come and go have been: equal where the same rules are in force."""
        return bisect_right(self._turns, on)

    def of(self, known: Facts, since: int) -> tuple[Effect, ...]:
        """What the conditions say of settled facts: equal for items of which every policy says the same."""
        values = {**self._blank, **known}
        found: list[Effect] = []
        for conditions, pick, seen in self._in_force[since]:
            picked = pick(values)
            effects = seen.get(picked)
            if effects is None:
                if len(seen) >= MOST_MATCHES:
                    seen.clear()
                effects = seen[picked] = tuple(_effects(conditions, known))
            found += effects
        return tuple(sorted(found, key=_number))

    def verdicts(self, effects: tuple[Effect, ...]) -> tuple[Verdict, ...]:
        """What each policy says where its conditions have said that: the same as `rules.apply`."""
        known = self._verdicts.get(effects)
        if known is None:
            said = dict(effects)
            known = self._verdicts[effects] = tuple(
                verdict_of(
                    (rule, said[number])
                    for rule, number in rules
                    if number in said and (said[number] is None or rule.kind == "stop")
                )
                for rules in self._policies
            )
        return known

    def clear(self) -> None:
        """Let go of every match."""
        self._verdicts.clear()
        for groups in self._in_force:
            for group in groups:
                group.seen.clear()


_number = itemgetter(0)


def _key(rule: Rule) -> Hashable:
    return rule.rows, rule.expr, rule.start, rule.end


def _grouped(conditions: Iterable[_Condition]) -> list[_Group]:
    """The conditions in groups of at most `TOGETHER` facts; one that names a number or more facts is alone."""
    groups: list[tuple[set[str], list[_Condition]]] = []
    for condition in conditions:
        names = set(condition.rule.facts)
        plain = all(REGISTRY[name].kind in (Kind.CHOICE, Kind.YES_NO) for name in names)
        fitting = (group for group in groups if plain and len(group[0] | names) <= TOGETHER)
        group = min(fitting, key=lambda each: len(names - each[0]), default=None)
        if group is None:
            group = (set() if plain else {*REGISTRY}, [])
            groups.append(group)
        group[0].update(names)
        group[1].append(condition)
    found = []
    for _, together in groups:
        names = {name for each in together for name in each.rule.facts} or {"category"}
        found.append(_Group(tuple(together), itemgetter(*sorted(names)), {}))
    return found


def _effects(conditions: Iterable[_Condition], known: Facts) -> Iterator[Effect]:
    for number, rule, stops in conditions:
        match = rule.match(known)
        if match is Match.YES:
            yield number, None
        elif match is Match.UNKNOWN and stops:
            yield number, rule.missing(known)
