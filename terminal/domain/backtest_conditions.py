"""The conditions of several policies, each matched once for the same values of the facts that it names.

Policies that are compared share most of their rules, and a rule looks at two or three facts, so nearly every match
has been seen before. What comes out tells apart exactly the items that some rule tells apart.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Hashable, Sequence
from datetime import date, timedelta
from operator import attrgetter
from typing import Any

from terminal.domain.cells import Match
from terminal.domain.facts import Facts
from terminal.domain.rules import Policy, Rule

MOST_MATCHES = 50_000
"""Matches that are kept in mind for one condition."""


class Conditions:
    """The conditions of all rules of some policies."""

    def __init__(self, policies: Sequence[Policy]) -> None:
        unlike: dict[Hashable, Rule] = {}
        for policy in policies:
            for rule in policy.rules:
                unlike.setdefault((rule.rows, rule.expr), rule)
        self._matches: list[tuple[Rule, tuple[str, ...], dict[tuple[Any, ...], Any]]] = [
            (rule, rule.facts, {}) for rule in unlike.values()
        ]
        rules = [rule for policy in policies for rule in policy.rules]
        starts = {rule.start for rule in rules if rule.start is not None}
        ends = {rule.end + timedelta(days=1) for rule in rules if rule.end not in (None, date.max)}
        self._turns = sorted(starts | ends, key=attrgetter("year", "month", "day"))

    def since(self, on: date) -> int:
        """How many of the days on which rules come and go have been: equal where the same rules are in force."""
        return bisect_right(self._turns, on)

    def of(self, known: Facts, since: int) -> Hashable:
        """What the conditions say of settled facts: equal for items of which every policy says the same."""
        get = known.get
        found: list[Any] = [since]
        for rule, names, seen in self._matches:
            values = tuple([get(name) for name in names])
            try:
                found.append(seen[values])
            except KeyError:
                if len(seen) >= MOST_MATCHES:
                    seen.clear()
                match = rule.match(known)
                missing = rule.missing(known) if match is Match.UNKNOWN else ()
                seen[values] = (match.value, missing)
                found.append(seen[values])
        return tuple(found)

    def forget(self) -> None:
        """Let go of every match."""
        for _, _, seen in self._matches:
            seen.clear()
