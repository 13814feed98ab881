"""A policy and what it says of an item: which channels are forbidden, which are preferred, which facts to ask for.

Rules are matched in three values. A stop rule (law or safety) that cannot be decided for want of a fact forbids all
the same and names the fact; any other undecided rule has no effect. Rules never allow: money ranks what is left.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from terminal.domain.cells import Match, Row, match_any
from terminal.domain.facts import Facts
from terminal.domain.policy_expr import Expression

KINDS = ("plain", "stop", "prefer")


@dataclass(frozen=True, slots=True)
class Rule:
    """One card of a policy."""

    id: str
    kind: str
    because: str
    """One sentence for people."""
    law: str
    short: str
    """Two or three words for the explanation line."""
    rows: tuple[Row, ...]
    """Alternatives; one that holds is enough."""
    forbid: tuple[str, ...] = ()
    suggest: tuple[str, ...] = ()
    bonus: Mapping[str, Decimal] = field(default_factory=lambda: MappingProxyType({}))
    start: date | None = None
    end: date | None = None
    """Last day on which the rule applies."""
    expr: Expression | None = None
    """A condition that must hold beside the rows."""

    @property
    def facts(self) -> tuple[str, ...]:
        """Every fact that its conditions name, in their order."""
        rows = (name for row in self.rows for name, _ in row.cells)
        return tuple(dict.fromkeys((*rows, *(self.expr.facts if self.expr is not None else ()))))

    def match(self, facts: Facts) -> Match:
        """Whether one of the rows and the expression hold: NO beats UNKNOWN beats YES between the two."""
        found = match_any(self.rows, facts)
        if self.expr is None or found is Match.NO:
            return found
        also = self.expr.match(facts)
        return also if also is not Match.YES else found

    def missing(self, facts: Facts) -> tuple[str, ...]:
        """The facts that would settle an undecided match; all that `expr` names where none of them is missing."""
        names: list[str] = []
        if match_any(self.rows, facts) is Match.UNKNOWN:
            undecided = (row for row in self.rows if row.match(facts) is Match.UNKNOWN)
            names += [name for row in undecided for name in row.missing(facts)]
        if self.expr is not None and self.expr.match(facts) is Match.UNKNOWN:
            names += self.expr.missing(facts) or self.expr.facts
        return tuple(dict.fromkeys(names))

    def applies(self, on: date) -> bool:
        """Whether the rule is in force on that day."""
        return (self.start is None or self.start <= on) and (self.end is None or on <= self.end)


@dataclass(frozen=True, slots=True)
class PolicyTest:
    """An example inside a policy file: facts, and what must be said of them."""

    name: str
    place: str = field(compare=False)
    """`file:line`."""
    given: Facts
    on: date
    forbidden: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()
    hits: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    suggested: tuple[str, ...] = ()
    stops: tuple[str, ...] = ()
    """Rules that must hold and be law or safety, so that nobody turns one into house policy unseen."""
    misses: tuple[str, ...] = ()
    """Rules that must have no effect, not even for want of a fact."""
    unsure: tuple[str, ...] = ()
    """Stop rules that must forbid for want of a fact."""
    forbids: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    """Rule to exactly the channels that it must forbid."""
    leaves: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    """Rule to exactly the channels that it must not forbid, for rules that forbid nearly all; quarantine aside."""
    bonus: Mapping[str, Decimal] = field(default_factory=lambda: MappingProxyType({}))
    """Channel to exactly the money that must be added to it."""


@dataclass(frozen=True, slots=True)
class Policy:
    """Rules in the order of their file."""

    name: str
    version: str
    rules: tuple[Rule, ...]
    tests: tuple[PolicyTest, ...]
    hash: str
    """SHA-256 of the content, as hex; layout and comments don't count."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a policy says of one item on one day."""

    forbidden: Mapping[str, tuple[str, ...]]
    """Channel to the ids of the rules that forbid it."""
    hits: tuple[str, ...]
    """Rules that hold."""
    unsure: Mapping[str, tuple[str, ...]]
    """Stop rules that forbid only because facts are not known, with those facts."""
    suggested: tuple[str, ...]
    bonus: Mapping[str, Decimal]
    asks: tuple[str, ...]
    """Every fact that would settle an undecided stop rule."""


def apply(policy: Policy, facts: Facts, on: date) -> Verdict:
    """What the policy says of an item, day given by the caller."""
    return verdict_of(_effects(policy, facts, on))


def verdict_of(effects: Iterable[tuple[Rule, tuple[str, ...] | None]]) -> Verdict:
    """The verdict of the rules that have an effect, each with None where it holds, else with the facts it lacks."""
    forbidden: dict[str, list[str]] = {}
    hits: list[str] = []
    unsure: dict[str, tuple[str, ...]] = {}
    suggested: dict[str, None] = {}
    bonus: dict[str, Decimal] = {}
    for rule, missing in effects:
        for channel in rule.forbid:
            forbidden.setdefault(channel, []).append(rule.id)
        if missing is not None:
            unsure[rule.id] = missing
            continue
        hits.append(rule.id)
        suggested.update(dict.fromkeys(rule.suggest))
        for channel, money in rule.bonus.items():
            bonus[channel] = bonus.get(channel, Decimal(0)) + money
    return Verdict(
        forbidden=MappingProxyType({channel: tuple(ids) for channel, ids in forbidden.items()}),
        hits=tuple(hits),
        unsure=MappingProxyType(unsure),
        suggested=tuple(suggested),
        bonus=MappingProxyType(bonus),
        asks=tuple(dict.fromkeys(name for names in unsure.values() for name in names)),
    )


def _effects(policy: Policy, facts: Facts, on: date) -> Iterator[tuple[Rule, tuple[str, ...] | None]]:
    for rule in policy.rules:
        if not rule.applies(on):
            continue
        found = rule.match(facts)
        if found is Match.YES:
            yield rule, None
        elif found is Match.UNKNOWN and rule.kind == "stop":
            yield rule, rule.missing(facts)
