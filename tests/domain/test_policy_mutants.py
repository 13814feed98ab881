"""The examples inside the shipped policies: they hit every rule; none can be bent without one of them failing."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from importlib.resources import files
from types import MappingProxyType

import pytest

from terminal.domain.cells import OneOf, Range, Row
from terminal.domain.facts import REGISTRY, Kind, settle
from terminal.domain.policy import Policy, Rule, apply, check_policy, load_policy
from terminal.domain.policy_examples import failures

DAY = timedelta(days=1)
CHOSEN = "donation-increment-"
"""Rules whose lists of goods a firm chooses for itself, so no example holds them fast."""
TEXTS = {
    name: files("terminal.data").joinpath("policies", f"{name}.toml").read_text("utf-8")
    for name in ("eu", "us")
}
POLICIES = {name: load_policy(text, f"{name}.toml") for name, text in TEXTS.items()}


def _bent(rule: Rule) -> Iterator[tuple[str, Rule]]:
    """Every way in which one rule is bent, with its name."""
    for number, row in enumerate(rule.rows):
        for cell in row.cells:
            less = Row(tuple(each for each in row.cells if each is not cell))
            rows = (*rule.rows[:number], less, *rule.rows[number + 1 :])
            yield f"row {number} without {cell[0]}", replace(rule, rows=rows)
        if len(rule.rows) > 1:
            yield f"without row {number}", replace(rule, rows=rule.rows[:number] + rule.rows[number + 1 :])
        for name, words in row.cells:
            if isinstance(words, OneOf) and len(words.values) > 1 and not rule.id.startswith(CHOSEN):
                for word in words.values:
                    less_words = replace(words, values=words.values - {word})
                    cells = tuple((each, less_words if each == name else old) for each, old in row.cells)
                    rows = (*rule.rows[:number], Row(cells), *rule.rows[number + 1 :])
                    yield f"row {number} with {name} but {word}", replace(rule, rows=rows)
        for name, limits in row.cells:
            if isinstance(limits, Range):
                step = Decimal(1) if REGISTRY[name].kind is Kind.COUNT else Decimal("0.01")
                for what, moved in _moved(limits, step):
                    cells = tuple((each, moved if each == name else old) for each, old in row.cells)
                    rows = (*rule.rows[:number], Row(cells), *rule.rows[number + 1 :])
                    yield f"row {number} with {name} {what}", replace(rule, rows=rows)
    if rule.kind == "stop":
        yield "plain", replace(rule, kind="plain")
    for channel in rule.forbid:
        yield f"not forbidding {channel}", replace(rule, forbid=tuple(set(rule.forbid) - {channel}))
    for channel in rule.suggest:
        yield f"not suggesting {channel}", replace(rule, suggest=tuple(set(rule.suggest) - {channel}))
    for channel in rule.bonus:
        rest = {each: money for each, money in rule.bonus.items() if each != channel}
        yield f"no bonus for {channel}", replace(rule, bonus=MappingProxyType(rest))
        more = {**rule.bonus, channel: rule.bonus[channel] * 2}
        yield f"twice the bonus for {channel}", replace(rule, bonus=MappingProxyType(more))
    for shift in (DAY, -DAY):
        if rule.start is not None:
            yield f"from {shift.days:+} day", replace(rule, start=rule.start + shift)
        if rule.end is not None:
            yield f"until {shift.days:+} day", replace(rule, end=rule.end + shift)


def _moved(cell: Range, least: Decimal) -> Iterator[tuple[str, Range]]:
    """A range with one bound a little off."""
    for step in (least, -least):
        if cell.low is not None:
            yield f"from {step:+}", replace(cell, low=cell.low + step)
        if cell.high is not None:
            yield f"to {step:+}", replace(cell, high=cell.high + step)


def _with(policy: Policy, rule: Rule, *instead: Rule) -> Policy:
    rules = tuple(new for each in policy.rules for new in (instead if each is rule else (each,)))
    return replace(policy, rules=rules)


@pytest.mark.parametrize("name", POLICIES)
def test_a_shipped_policy_has_enough_rules_and_examples_and_says_why(name: str) -> None:
    """A shipped policy has at least 30 rules and 40 examples; each rule has a sentence, a few words, a source."""
    policy = POLICIES[name]
    assert len(policy.rules) >= 30
    assert len(policy.tests) >= 40
    assert check_policy(policy) == ()
    for rule in policy.rules:
        assert rule.because.endswith("."), rule.id
        assert 3 <= len(rule.short) <= 22, rule.id
        assert rule.law, rule.id


@pytest.mark.parametrize("name", POLICIES)
def test_every_rule_of_a_shipped_policy_is_hit_by_an_example(name: str) -> None:
    """Every rule of a shipped policy is hit by an example that names it."""
    policy = POLICIES[name]
    hit: set[str] = set()
    for test in policy.tests:
        found = apply(policy, settle(test.given, (), test.on), test.on).hits
        hit |= set(found) & {*test.hits, *test.stops}
    assert hit == {rule.id for rule in policy.rules}


@pytest.mark.parametrize(
    ("name", "rule"),
    [(name, rule) for name, policy in POLICIES.items() for rule in policy.rules],
    ids=[f"{name}-{rule.id}" for name, policy in POLICIES.items() for rule in policy.rules],
)
def test_a_rule_cannot_be_bent_or_lost_unnoticed(name: str, rule: Rule) -> None:
    """Without a rule, one of its conditions, channels, days or figures, an example of the policy fails."""
    policy = POLICIES[name]
    told = sorted(
        policy.tests, key=lambda test: rule.id not in repr(test)
    )  # those that name the rule come first
    bent = [("lost", _with(policy, rule)), *((what, _with(policy, rule, new)) for what, new in _bent(rule))]
    assert [what for what, changed in bent if not any(failures(changed, test) for test in told)] == []
