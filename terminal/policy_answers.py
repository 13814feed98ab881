"""The answers to who writes a policy, as values: what is wrong, what it changes, where an item would go."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from terminal.domain.rules import Policy

_LINE = re.compile(r":(\d+): ")
_TOML_LINE = re.compile(r"\(at line (\d+), column \d+\)")
_TOML_END = "(at end of document)"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with the text, at a line counted from 1, or nowhere in particular."""

    line: int | None
    sentence: str


@dataclass(frozen=True, slots=True)
class Changes:
    """What a text makes different, by ids of rules."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    altered: tuple[str, ...] = ()
    other: tuple[str, ...] = ()
    """What else differs: name, version, tests, order of the rules."""

    def __bool__(self) -> bool:
        return any((self.added, self.removed, self.altered, self.other))


@dataclass(frozen=True, slots=True)
class Found:
    """What a check of a text says. Without problems the text may be saved and used."""

    problems: tuple[Problem, ...]
    rules: int = 0
    tests: int = 0
    hash: str = ""
    only_quarantine: tuple[str, ...] = ()
    """Rules, or sets of rules, that together leave an item no way but quarantine."""
    changes: Changes | None = None
    """Against the saved text; None where that one can't be read as a policy."""


@dataclass(frozen=True, slots=True)
class Way:
    """One channel for one item: what it brings, and what stands in its way."""

    channel: str
    value: str | None
    """Money as text; None: nothing can be said."""
    state: str
    """chosen, second, open, full, blocked, or none where the channel doesn't take the item."""
    why: tuple[tuple[str, str], ...] = ()
    """Rule and its `because`, or an empty name and a reason."""


@dataclass(frozen=True, slots=True)
class Side:
    """An item under one policy."""

    disposition: str
    grade: str
    currency: str
    explanation: str
    ways: tuple[Way, ...]
    asks: tuple[str, ...]
    doubts: tuple[str, ...]

    def way(self, channel: str) -> Way | None:
        """What it says of a channel."""
        return next((one for one in self.ways if one.channel == channel), None)


@dataclass(frozen=True, slots=True)
class Account:
    """An item under the edited policy, and under the saved one, None where that one can't be read."""

    title: str
    on: date
    new: Side
    old: Side | None


def placed(name: str, sentence: str, last: int) -> Problem:
    """A sentence of a loader taken apart: its line, and what is left to say; the text ends at line `last`."""
    if not sentence.startswith(f"{name}:"):
        return Problem(None, sentence)
    rest = sentence[len(name) :]
    if at := _LINE.match(rest):
        return Problem(int(at[1]), rest[at.end() :])
    at = _TOML_LINE.search(rest)
    line = int(at[1]) if at else last if rest.endswith(_TOML_END) else None
    return Problem(line, rest.removeprefix(":").strip())


def changes(before: Policy, after: Policy) -> Changes:
    """What a policy makes different from the one before."""
    old, new = ({rule.id: rule for rule in policy.rules} for policy in (before, after))
    kept = [rule for rule in new if rule in old]
    other = [name for name in ("name", "version") if getattr(before, name) != getattr(after, name)]
    if before.tests != after.tests:
        other.append("tests")
    if kept != [rule for rule in old if rule in new]:
        other.append("order of the rules")
    return Changes(
        tuple(rule for rule in new if rule not in old),
        tuple(rule for rule in old if rule not in new),
        tuple(rule for rule in kept if old[rule] != new[rule]),
        tuple(other),
    )


def ways(found: Mapping[str, Any], because: Mapping[str, str]) -> tuple[Way, ...]:
    """Every channel: the chosen one, those that are open by value, then what a rule forbids, then the rest."""
    values = {row["channel"]: row["value"] for row in found["table"]}
    found_ways = []
    for channel in dict.fromkeys((*values, *found["forbidden"], *found["not_valued"])):
        blocked = tuple((rule, because[rule]) for rule in found["forbidden"].get(channel, ()))
        reason = found["not_valued"].get(channel)
        if blocked:
            state, why = "blocked", blocked
        elif channel in values:
            state, why = _standing(channel, found), ()
        else:
            state, why = "none", (("", reason),)
        found_ways.append(Way(channel, values.get(channel), state, why))
    if not any(one.state == "chosen" for one in found_ways) and found["disposition"]:
        found_ways.append(Way(found["disposition"], None, "chosen"))
    order = ("chosen", "second", "open", "full", "blocked", "none")
    return tuple(sorted(found_ways, key=lambda one: order.index(one.state)))


def _standing(channel: str, found: Mapping[str, Any]) -> str:
    if channel == found["disposition"]:
        return "chosen"
    if channel in found["full"]:
        return "full"
    return "second" if channel == found["runner_up"] else "open"
