"""Policies as CSV, for people who live in spreadsheets: one block with a line for each rule, one for each example.

Alternatives of a condition stand in lines of their own below the rule, with nothing but facts in them. Remarks and
the spelling of the file are lost on the way; rules, examples and the hash are not.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping

from terminal.domain.channels import QUARANTINE, TERMINAL
from terminal.domain.facts import CATEGORIES, REGISTRY, plain
from terminal.domain.policy import load_policy
from terminal.domain.policy_sheet import (
    BONUS,
    EXPECT_LISTS,
    EXPECT_TABLES,
    GIVEN,
    RULE_DAYS,
    RULE_LISTS,
    condition,
    joined,
    line,
)
from terminal.domain.rules import Policy, PolicyTest, Rule

_MANY = len(TERMINAL) // 2


def to_csv(text: str, name: str, categories: Collection[str] = CATEGORIES) -> str:
    """A policy from TOML text as CSV. Raises `BadPolicy` with every mistake of the text but failing examples."""
    policy = load_policy(text, name, categories, tests=False)
    lines = [line(("policy", policy.name)), line(("version", policy.version)), "\n", *_rules(policy)]
    if policy.tests:
        lines += ["\n", *_examples(policy)]
    return "".join(lines)


def _rules(policy: Policy) -> Iterator[str]:
    used = {name for rule in policy.rules for row in rule.rows for name, _ in row.cells}
    facts = [name for name in REGISTRY if name in used]
    paid = [channel for channel in TERMINAL if any(channel in rule.bonus for rule in policy.rules)]
    expr = ["expr"] if any(rule.expr is not None for rule in policy.rules) else []
    head = ["rule", "kind", *RULE_DAYS, "short", *facts, *expr, *RULE_LISTS]
    yield line([*head, *(BONUS + channel for channel in paid), "because", "law"])
    for rule in policy.rules:
        for number, row in enumerate(rule.rows):
            cells = dict(row.cells)
            conditions = [condition(fact, cells[fact]) if fact in cells else "" for fact in facts]
            if number:
                yield line(["", "", "", "", "", *conditions])
                continue
            text = [rule.expr.text if rule.expr is not None else ""] if expr else []
            yield line(
                [
                    rule.id,
                    rule.kind,
                    str(rule.start or ""),
                    str(rule.end or ""),
                    rule.short if rule.short != rule.id else "",
                    *conditions,
                    *text,
                    *_channels(rule),
                    *(_money(rule, channel) for channel in paid),
                    rule.because,
                    rule.law,
                ]
            )


def _channels(rule: Rule) -> tuple[str, str, str]:
    """What stands under forbid, only and suggest: `only` where that is shorter and means the same."""
    in_order = tuple(channel for channel in TERMINAL if channel in rule.forbid)
    if len(in_order) > _MANY and in_order == rule.forbid:
        rest = [channel for channel in TERMINAL if channel not in rule.forbid]
        return "", joined([*rest, QUARANTINE]), joined(rule.suggest)
    return joined(rule.forbid), "", joined(rule.suggest)


def _money(of: Rule | PolicyTest, channel: str) -> str:
    return format(of.bonus[channel], "f") if channel in of.bonus else ""


def _examples(policy: Policy) -> Iterator[str]:
    given = [name for name in REGISTRY if any(name in test.given for test in policy.tests)]
    paid = [channel for channel in TERMINAL if any(channel in test.bonus for test in policy.tests)]
    names = [
        name for name in (*EXPECT_LISTS, *EXPECT_TABLES) if any(getattr(test, name) for test in policy.tests)
    ]
    head = ["test", "on", *(GIVEN + name for name in given), *names, *(BONUS + channel for channel in paid)]
    yield line(head)
    for test in policy.tests:
        facts = plain(test.given)
        said = [_said(getattr(test, name)) for name in names]
        on = "" if str(test.on) == policy.version else str(test.on)
        yield line(
            [
                test.name,
                on,
                *(_fact(facts[name]) if name in facts else "" for name in given),
                *said,
                *(_money(test, channel) for channel in paid),
            ]
        )


def _fact(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _said(value: tuple[str, ...] | Mapping[str, tuple[str, ...]]) -> str:
    if isinstance(value, tuple):
        return joined(value)
    return "; ".join(f"{rule}: {joined(channels)}".rstrip() for rule, channels in value.items())
