"""Policies from TOML decision tables: reading, checking, trying the examples inside; `apply` is in `rules.py`.

A mistake must never make a rule silently do nothing, so every name and value is checked against the registry of
facts and the list of channels, and a file with one mistake is refused whole.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal
from hashlib import sha256
from itertools import combinations
from types import MappingProxyType

from terminal.domain.cells import Row, read_row
from terminal.domain.channels import CHANNELS, QUARANTINE, TERMINAL
from terminal.domain.facts import CATEGORIES, REGISTRY, BadFacts, parse, settle
from terminal.domain.rules import KINDS, Policy, PolicyTest, Rule, Verdict, apply
from terminal.domain.source import Source, Table
from terminal.domain.suggest import BadData

__all__ = [
    "BadPolicy", "Policy", "PolicyTest", "Rule", "Verdict", "apply", "check_policy", "load_policy", "without_exit",
]  # fmt: skip


class BadPolicy(BadData):
    """A policy that cannot be used; `problems` names each mistake. The policy in force stays in force."""


def load_policy(
    text: str, name: str, categories: Collection[str] = CATEGORIES, *, tests: bool = True
) -> Policy:
    """A policy from TOML text; `name` is the file's, for messages; `categories` are those that schemes grade.

    `tests` runs the examples inside it. Raises `BadPolicy` with every mistake: file, line, rule, field, value, and
    a near word where there is one.
    """
    try:
        source = Source(name, text)
    except BadData as error:
        raise BadPolicy(error.problems) from error
    problems: list[str] = []
    top = source.top(problems)
    top.whole("schema", 1, 1)
    title, version = top.text("name"), top.text("version")
    top.raw("rule")
    top.raw("test")
    top.close()
    rules: list[Rule] = []
    for table in source.blocks("rule", "id", problems):
        rule = _read_rule(table, categories)
        if any(rule.id == other.id for other in rules):
            table.problem("there is another rule of this id", "id")
        if (shadow := _shadow(rule, rules)) is not None:
            table.problem(
                f'it can never add anything: "{shadow}" holds wherever it does and forbids the same'
            )
        rules.append(rule)
    if not rules:
        problems.append(f"{name}: no [[rule]] in it")
    ids = [rule.id for rule in rules]
    examples = [_read_test(table, version, ids) for table in source.blocks("test", "name", problems)]
    if problems:
        raise BadPolicy(problems)
    policy = Policy(title, version, tuple(rules), tuple(examples), _hash(source.data))
    if tests and (failed := check_policy(policy)):
        raise BadPolicy(failed)
    return policy


def check_policy(policy: Policy) -> tuple[str, ...]:
    """Run the examples inside a policy; one sentence for each expectation that is not met."""
    return tuple(sentence for test in policy.tests for sentence in _failures(policy, test))


def without_exit(policy: Policy) -> tuple[tuple[str, ...], ...]:
    """Stop rules, alone or two together, that leave an item no way out but quarantine.

    Quarantine itself can never be forbidden, so such an item waits for a person; it is not lost.
    """
    stops = [rule for rule in policy.rules if rule.kind == "stop"]
    alone = [rule for rule in stops if not set(TERMINAL) - set(rule.forbid)]
    rest = [rule for rule in stops if rule not in alone]
    pairs = [
        (one.id, other.id)
        for one, other in combinations(rest, 2)
        if not set(TERMINAL) - set(one.forbid) - set(other.forbid) and _can_meet(one, other)
    ]
    return (*((rule.id,) for rule in alone), *pairs)


def _read_rule(table: Table, categories: Collection[str]) -> Rule:
    rule_id = table.text("id")
    if table.has("expr"):
        table.problem('expr is not understood; write the condition as cells in "when"', "expr")
    start, end = _read_date(table, "from"), _read_date(table, "until")
    rule = Rule(
        id=rule_id,
        kind=table.choice("kind", KINDS, "plain"),
        because=table.text("because"),
        law=table.text("law", ""),
        short=table.text("short", rule_id),
        rows=_read_rows(table, categories),
        forbid=_read_forbid(table),
        suggest=table.texts("suggest", TERMINAL, "a channel"),
        bonus=_read_bonus(table),
        start=start,
        end=end,
    )
    if start is not None and end is not None and start > end:
        table.problem(f"from {start} is after until {end}", "from")
    wanted = {*rule.suggest, *rule.bonus}
    if both := sorted(wanted & set(rule.forbid)):
        table.problem(f"it forbids and prefers {', '.join(both)}", "forbid")
    forbids, prefers = table.has("forbid") or table.has("only"), table.has("suggest") or table.has("bonus")
    if rule.kind == "stop" and not forbids:
        table.problem("a stop rule must forbid something", "kind")
    if rule.kind == "prefer" and (forbids or not prefers):
        table.problem("a prefer rule has suggest or bonus, and forbids nothing", "kind")
    if rule.kind == "plain" and not (forbids or prefers):
        table.problem("it does nothing: write forbid, only, suggest or bonus")
    table.close()
    return rule


def _read_date(table: Table, key: str) -> date | None:
    raw = table.raw(key)
    if raw is None or type(raw) is date:
        return raw
    table.problem(f"{key} must be a date, write 2026-07-19 without quotes (got {raw!r})", key)
    return None


def _read_rows(table: Table, categories: Collection[str]) -> tuple[Row, ...]:
    raw = table.raw("when")
    if not raw:
        table.problem("when is missing, write a table of facts, as { hygiene = true }")
        return ()
    rows: list[Row] = []
    for each in raw if isinstance(raw, list) else [raw]:
        row, wrong = read_row(each, categories)
        rows.append(row)
        for word, sentence in wrong:
            table.problem(sentence, "when", word)
    return tuple(rows)


def _read_forbid(table: Table) -> tuple[str, ...]:
    forbid = table.texts("forbid", CHANNELS, "a channel")
    if QUARANTINE in forbid:
        table.problem("quarantine is where an item waits and cannot be forbidden", QUARANTINE)
    if not table.has("only"):
        return tuple(dict.fromkeys(forbid))
    only = table.texts("only", CHANNELS, "a channel")
    if forbid:
        table.problem("write forbid or only, not both", "only")
    return tuple(channel for channel in TERMINAL if channel not in only)


def _read_bonus(table: Table) -> Mapping[str, Decimal]:
    inner = table.table("bonus")
    bonus: dict[str, Decimal] = {}
    for channel in TERMINAL:
        if inner.has(channel):
            bonus[channel] = inner.number(channel, -100_000, 100_000)
    inner.close()
    return MappingProxyType(bonus)


def _shadow(rule: Rule, earlier: list[Rule]) -> str | None:
    if rule.suggest or rule.bonus or not rule.forbid:
        return None
    for other in earlier:
        lasts = (other.start is None or (rule.start is not None and other.start <= rule.start)) and (
            other.end is None or (rule.end is not None and rule.end <= other.end)
        )
        covers = all(any(wide.covers(row) for wide in other.rows) for row in rule.rows)
        if other.kind == "stop" and lasts and covers and set(rule.forbid) <= set(other.forbid):
            return other.id
    return None


def _can_meet(one: Rule, other: Rule) -> bool:
    return any(row.meets(against) for row in one.rows for against in other.rows)


def _read_test(table: Table, version: str, ids: list[str]) -> PolicyTest:
    name = table.text("name")
    given = table.table("given")
    raw: dict[str, object] = {fact: given.raw(fact) for fact in given.names()}
    facts = parse({})
    try:
        facts = parse(raw, computed=True)
    except BadFacts as error:
        for sentence in error.problems:
            table.problem(f"given: {sentence.removeprefix('facts: ')}")
    on = _read_date(table, "on")
    if on is None:
        try:
            on = date.fromisoformat(version)
        except ValueError:
            on = date.min
            table.problem("write on = 2026-07-19, because the version of the policy is not a date")
    expect = table.table("expect")
    test = PolicyTest(
        name=name,
        place=table.place(),
        given=facts,
        on=on,
        forbidden=expect.texts("forbidden", TERMINAL, "a channel"),
        allowed=expect.texts("allowed", TERMINAL, "a channel"),
        hits=expect.texts("hits", ids, "a rule"),
        asks=expect.texts("asks", REGISTRY, "a fact"),
        suggested=expect.texts("suggested", TERMINAL, "a channel"),
    )
    if not any((test.forbidden, test.allowed, test.hits, test.asks, test.suggested)):
        table.problem("expect is empty: write forbidden, allowed, hits, asks or suggested", "expect")
    expect.close()
    table.close()
    return test


def _failures(policy: Policy, test: PolicyTest) -> list[str]:
    verdict = apply(policy, settle(test.given, (), test.on), test.on)
    said: list[str] = []
    said += [f"{each} is not forbidden" for each in test.forbidden if each not in verdict.forbidden]
    said += [
        f"{each} is forbidden by {', '.join(verdict.forbidden[each])}"
        for each in test.allowed
        if each in verdict.forbidden
    ]
    said += [f'rule "{each}" does not hold' for each in test.hits if each not in verdict.hits]
    said += [f"{each} is not asked for" for each in test.asks if each not in verdict.asks]
    said += [f"{each} is not suggested" for each in test.suggested if each not in verdict.suggested]
    return [f'{test.place}: test "{test.name}": {sentence}' for sentence in said]


def _hash(data: Mapping[str, object]) -> str:
    return sha256(json.dumps(data, sort_keys=True, default=str).encode()).hexdigest()
