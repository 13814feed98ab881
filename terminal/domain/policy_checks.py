"""What can be told of rules before any item comes: which can never matter, which contradict, who never gets out.

Coverage is judged cell by cell and is certain where it is claimed; an `expr` is never looked into, so a rule that
has one covers nothing and is assumed to hold wherever its cells do.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import combinations

from terminal.domain.cells import Row
from terminal.domain.channels import TERMINAL
from terminal.domain.policy_items import escape, possible
from terminal.domain.rules import Policy, Rule

TRIPLES_UP_TO = 60
"""Stop rules of a policy up to which three together are looked at."""


def shadow(rule: Rule, earlier: Sequence[Rule]) -> str | None:
    """The earlier stop rule that makes a rule pointless, if there is one."""
    if rule.suggest or rule.bonus or not rule.forbid:
        return None
    for other in earlier:
        if other.kind == "stop" and _covers(other, rule) and set(rule.forbid) <= set(other.forbid):
            return other.id
    return None


def contradictions(rules: Sequence[Rule]) -> Iterator[tuple[int, str, str]]:
    """What each rule says against another, as (number of the rule, word to look for, sentence)."""
    for number, rule in enumerate(rules):
        for channel in dict.fromkeys((*rule.suggest, *rule.bonus)):
            blockers = [_blocker(row, channel, rule, rules) for row in rule.rows]
            if blockers and all(blockers):
                names = " and ".join(f'"{name}"' for name in dict.fromkeys(blockers))
                yield number, channel, f"it prefers {channel}, which {names} always forbids where it holds"
        for other in rules[:number]:
            same = _covers(other, rule) and _covers(rule, other)
            undone = [
                channel for channel, money in rule.bonus.items() if money + other.bonus.get(channel, 0) == 0
            ]
            if same and undone:
                yield (
                    number,
                    undone[0],
                    f'it undoes what "{other.id}" adds to {undone[0]} on the same condition',
                )
            if _leave_nothing(rule, other) and (_covers(other, rule) or _covers(rule, other)):
                yield (
                    number,
                    "only",
                    f'together with "{other.id}", whose condition includes the other, it leaves only quarantine: '
                    f"let one channel stay in both, or none in one of them",
                )


def dead_days(rules: Sequence[Rule]) -> Iterator[tuple[date, tuple[str, ...]]]:
    """Days from which no item whatever could leave quarantine, with the rules that see to it."""
    days = {date.min}
    for rule in rules:
        days |= {rule.start} if rule.start is not None else set()
        days |= (
            {rule.end + timedelta(days=1)}
            if rule.end not in (None, date.max) and rule.end is not None
            else set()
        )
    for day in sorted(days):
        active = [rule for rule in rules if rule.applies(day) and rule.forbid and rule.expr is None]
        if not any(
            escape([row for rule in active if channel in rule.forbid for row in rule.rows])
            for channel in TERMINAL
        ):
            yield day, tuple(rule.id for rule in active)


def without_exit(policy: Policy) -> tuple[tuple[str, ...], ...]:
    """Stop rules, alone or two or three together, that leave an item no way out but quarantine.

    Quarantine itself can never be forbidden, so such an item waits for a person; it is not lost. Three together are
    looked at where the policy has at most `TRIPLES_UP_TO` stop rules.
    """
    stops = [rule for rule in policy.rules if rule.kind == "stop"]
    alone = [rule for rule in stops if not _left(rule)]
    rest = [rule for rule in stops if _left(rule)]
    found: list[tuple[str, ...]] = [(rule.id,) for rule in alone]
    apart = {
        (one.id, other.id)
        for one, other in combinations(rest, 2)
        if not _together(one, other) or not _meet(one, other)
    }
    for size in (2, 3) if len(rest) <= TRIPLES_UP_TO else (2,):
        for group in combinations(rest, size):
            ids = tuple(rule.id for rule in group)
            if set.intersection(*(_left(rule) for rule in group)):
                continue
            if any(pair in apart for pair in combinations(ids, 2)):
                continue
            if any(set(one) <= set(ids) for one in found) or not _all_meet(group):
                continue
            found.append(ids)
    return tuple(found)


def larger_without_exit(
    policy: Policy, found: Sequence[tuple[str, ...]]
) -> tuple[tuple[tuple[str, ...], ...], bool]:
    """Sets of more stop rules that leave only quarantine, and whether every item was tried.

    Combinations of values are walked where they are at most `policy_items.MOST`, less those that `found` explains.
    """
    stops = [rule for rule in policy.rules if rule.kind == "stop"]
    return possible(stops, found)


def _covers(wide: Rule, narrow: Rule) -> bool:
    if wide.expr is not None and wide.expr != narrow.expr:
        return False
    lasts = (wide.start is None or (narrow.start is not None and wide.start <= narrow.start)) and (
        wide.end is None or (narrow.end is not None and narrow.end <= wide.end)
    )
    return lasts and all(any(each.covers(row) for each in wide.rows) for row in narrow.rows)


def _blocker(row: Row, channel: str, rule: Rule, rules: Sequence[Rule]) -> str | None:
    """The rule that forbids the channel wherever a row of another rule holds."""
    for other in rules:
        if other is not rule and channel in other.forbid:
            part = Rule(
                rule.id, rule.kind, "", "", "", (row,), start=rule.start, end=rule.end, expr=rule.expr
            )
            if _covers(other, part):
                return other.id
    return None


def _leave_nothing(one: Rule, other: Rule) -> bool:
    both = one.kind == other.kind == "stop" and bool(_left(one)) and bool(_left(other))
    return both and not _left(one) & _left(other)


def _left(rule: Rule) -> set[str]:
    return set(TERMINAL) - set(rule.forbid)


def _together(one: Rule, other: Rule) -> bool:
    """Whether both are in force on some day."""
    starts = [rule.start for rule in (one, other) if rule.start is not None]
    ends = [rule.end for rule in (one, other) if rule.end is not None]
    return not starts or not ends or max(starts) <= min(ends)


def _meet(one: Rule, other: Rule) -> bool:
    return any(row.meets(against) for row in one.rows for against in other.rows)


def _all_meet(group: Sequence[Rule]) -> bool:
    """Whether each has a row that meets a row of all others, taken at once."""
    picked: list[tuple[Row, ...]] = [()]
    for rule in group:
        picked = [
            (*rows, row) for rows in picked for row in rule.rows if all(row.meets(each) for each in rows)
        ]
    return bool(picked)
