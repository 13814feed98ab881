"""The `[[test]]` blocks of a policy: what they may say, and whether the rules meet them.

An example is tried on the facts as a bench would settle them, on its own day; it sees neither schemes nor prices.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from terminal.domain.channels import TERMINAL
from terminal.domain.facts import REGISTRY, BadFacts, parse, settle
from terminal.domain.policy_rule import read_bonus, read_day, read_words
from terminal.domain.rules import Policy, PolicyTest, apply
from terminal.domain.source import Table
from terminal.domain.suggest import hint

EXPECTATIONS = (
    "forbidden", "allowed", "hits", "stops", "misses", "unsure", "asks", "suggested", "forbids", "leaves", "bonus",
)  # fmt: skip
"""What an example may expect, in the order in which a table shows it."""


def read_example(table: Table, version: str, ids: list[str]) -> PolicyTest:
    """An example from its table; without a day it is tried on the day that the version of the policy names."""
    name = read_words(table, "name")
    given = table.table("given")
    raw: dict[str, object] = {fact: given.raw(fact) for fact in given.names()}
    facts = parse({})
    for fact, value in raw.items():
        try:
            facts = MappingProxyType({**facts, **parse({fact: value}, computed=True)})
        except BadFacts as error:
            for sentence in error.problems:
                word = value if isinstance(value, str) else fact
                table.problem(f"given: {sentence.removeprefix('facts: ')}", "given", fact, word)
    on = read_day(table, "on")
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
        stops=expect.texts("stops", ids, "a rule"),
        misses=expect.texts("misses", ids, "a rule"),
        unsure=expect.texts("unsure", ids, "a rule"),
        forbids=_read_channels(expect, "forbids", ids),
        leaves=_read_channels(expect, "leaves", ids),
        bonus=read_bonus(expect),
    )
    _check_expectations(table, expect, test)
    expect.close()
    table.close()
    return test


def failures(policy: Policy, test: PolicyTest) -> list[str]:
    """One sentence for each expectation of an example that the policy does not meet."""
    verdict = apply(policy, settle(test.given, (), test.on), test.on)
    said: list[str] = []
    said += [f"{each} is not forbidden" for each in test.forbidden if each not in verdict.forbidden]
    said += [
        f"{each} is forbidden by {', '.join(verdict.forbidden[each])}"
        for each in test.allowed
        if each in verdict.forbidden
    ]
    said += [f'rule "{each}" does not hold' for each in (*test.hits, *test.stops) if each not in verdict.hits]
    law = [rule.id for rule in policy.rules if rule.kind == "stop"]
    said += [f'rule "{each}" is no stop rule' for each in test.stops if each not in law]
    said += [f'rule "{each}" holds' for each in test.misses if each in verdict.hits]
    said += [
        f'rule "{each}" is undecided, for want of {", ".join(verdict.unsure[each])}'
        for each in test.misses
        if each in verdict.unsure
    ]
    said += [f'rule "{each}" is not undecided' for each in test.unsure if each not in verdict.unsure]
    said += [f"{each} is not asked for" for each in test.asks if each not in verdict.asks]
    said += [f"{each} is not suggested" for each in test.suggested if each not in verdict.suggested]
    left = {
        rule: tuple(each for each in TERMINAL if each not in open_) for rule, open_ in test.leaves.items()
    }
    for rule, channels in (*test.forbids.items(), *left.items()):
        found = tuple(each for each in TERMINAL if rule in verdict.forbidden.get(each, ()))
        if wrong := sorted(set(found) ^ set(channels)):
            said.append(
                f'rule "{rule}" forbids {", ".join(found) or "nothing"}; it differs in {", ".join(wrong)}'
            )
    said += [
        f"{channel} is worth {verdict.bonus.get(channel, 0)} more, not {money}"
        for channel, money in test.bonus.items()
        if verdict.bonus.get(channel) != money
    ]
    return [f'{test.place}: test "{test.name}": {sentence}' for sentence in said]


def _read_channels(expect: Table, key: str, ids: list[str]) -> Mapping[str, tuple[str, ...]]:
    inner = expect.table(key)
    found: dict[str, tuple[str, ...]] = {}
    for rule in inner.names():
        if rule in ids:
            found[rule] = inner.texts(rule, TERMINAL, "a channel")
        else:
            inner.problem(f'"{rule}" is not a rule{hint(rule, ids)}', rule)
    return MappingProxyType(found)


def _check_expectations(table: Table, expect: Table, test: PolicyTest) -> None:
    for one, other, words in (
        ("forbidden", "allowed", set(test.forbidden) & set(test.allowed)),
        ("hits", "misses", set(test.hits) & set(test.misses)),
        ("hits", "unsure", set(test.hits) & set(test.unsure)),
        ("stops", "misses", set(test.stops) & set(test.misses)),
        ("stops", "unsure", set(test.stops) & set(test.unsure)),
        ("unsure", "misses", set(test.unsure) & set(test.misses)),
        ("forbids", "leaves", set(test.forbids) & set(test.leaves)),
    ):
        for word in sorted(words):
            table.problem(f"{word} cannot be in {one} and in {other}", "expect", one, word)
    if not any(getattr(test, key) for key in EXPECTATIONS):
        table.problem(
            f"expect is empty: write {', '.join(EXPECTATIONS[:-1])} or {EXPECTATIONS[-1]}", "expect"
        )
