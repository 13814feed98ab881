"""Policies from TOML decision tables: reading, checking, trying the examples inside; `apply` is in `rules.py`.

A mistake must never make a rule silently do nothing, so every name and value is checked against the registry of
facts and the list of channels, and a file with one mistake is refused whole.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal
from hashlib import sha256

from terminal.domain.cells import Cell, OneOf
from terminal.domain.facts import CATEGORIES, plain, settle
from terminal.domain.policy_checks import contradictions, dead_days, larger_without_exit, shadow, without_exit
from terminal.domain.policy_examples import EXPECTATIONS, failures, read_example
from terminal.domain.policy_rule import read_rule, read_words
from terminal.domain.rules import Policy, PolicyTest, Rule, Verdict, apply
from terminal.domain.source import Source, Table
from terminal.domain.suggest import BadData

__all__ = [
    "BadPolicy", "Policy", "PolicyTest", "Rule", "Verdict", "apply", "check_policy", "larger_without_exit",
    "load_policy", "unhit", "without_exit",
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
    title, version = read_words(top, "name"), read_words(top, "version")
    top.raw("rule")
    top.raw("test")
    top.close()
    tables = source.blocks("rule", "id", problems)
    rules = [read_rule(table, categories) for table in tables]
    if not rules:
        problems.append(f"{name}: no [[rule]] in it")
    ids = [rule.id for rule in rules]
    blocks = source.blocks("test", "name", problems)
    examples = [read_example(table, version, ids) for table in blocks]
    for number, table in enumerate(blocks):
        if any(examples[number].name == other.name for other in examples[:number]):
            table.problem("there is another test of this name", "name")
    wrong = bool(problems)
    _compare(rules, tables, wrong)
    if problems:
        raise BadPolicy(problems)
    policy = Policy(title, version, tuple(rules), tuple(examples), _hash(title, version, rules, examples))
    if tests and (failed := check_policy(policy)):
        raise BadPolicy(failed)
    return policy


def check_policy(policy: Policy) -> tuple[str, ...]:
    """Run the examples inside a policy; one sentence for each expectation that is not met."""
    return tuple(sentence for test in policy.tests for sentence in failures(policy, test))


def unhit(policy: Policy) -> tuple[str, ...]:
    """Rules that hold in no example of the policy, so that nobody would see them change."""
    hit: set[str] = set()
    for test in policy.tests:
        hit.update(apply(policy, settle(test.given, (), test.on), test.on).hits)
    return tuple(rule.id for rule in policy.rules if rule.id not in hit)


def _compare(rules: Sequence[Rule], tables: Sequence[Table], wrong: bool) -> None:
    """Note what rules are to one another; after other mistakes only whether two share an id."""
    for number, (rule, table) in enumerate(zip(rules, tables, strict=True)):
        if any(rule.id == other.id for other in rules[:number]):
            table.problem("there is another rule of this id", "id")
        elif not wrong and (hidden := shadow(rule, rules[:number])) is not None:
            table.problem(
                f'it can never add anything: "{hidden}" holds wherever it does and forbids the same'
            )
    if wrong:
        return
    for number, word, sentence in contradictions(rules):
        tables[number].problem(sentence, word)
    for day, ids in dead_days(rules):
        last = next(number for number in reversed(range(len(rules))) if rules[number].id in ids)
        since = "" if day == date.min else f" from {day} on"
        tables[last].problem(
            f"with {', '.join(ids[:-1][:5]) or 'nothing else'} it forbids every channel for every item{since}, "
            f"so all goods would end in quarantine; leave one channel open somewhere"
        )


def _hash(title: str, version: str, rules: Sequence[Rule], examples: Sequence[PolicyTest]) -> str:
    """A digest of what a policy means: layout, remarks and the spelling of conditions don't count."""
    content = {
        "name": title,
        "version": version,
        "rules": [
            [
                rule.id, rule.kind, rule.because, rule.law, rule.short, str(rule.start), str(rule.end),
                [[(name, _cell(cell)) for name, cell in row.cells] for row in rule.rows],
                rule.expr.text if rule.expr is not None else None,
                sorted(rule.forbid), rule.suggest, _plain(rule.bonus),
            ]
            for rule in rules
        ],
        "tests": [
            [test.name, str(test.on), plain(test.given), [_plain(getattr(test, key)) for key in EXPECTATIONS]]
            for test in examples
        ],
    }  # fmt: skip
    return sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _cell(cell: Cell) -> list[object]:
    if isinstance(cell, OneOf):
        return [cell.negated, sorted(map(str, cell.values))]
    return [_plain(cell.low), _plain(cell.high), cell.open_low, cell.open_high]


def _plain(value: object) -> object:
    """A value as JSON can hold it; 2 and 2.00 are the same money."""
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, tuple):
        return list(value)
    return {key: _plain(each) for key, each in value.items()} if isinstance(value, Mapping) else value
