"""What holds of every assessment, whatever the facts: legal, repeatable, never better for want of a fact."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from importlib.resources import files
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.domain.channels import TERMINAL
from terminal.domain.facts import (
    REGISTRY,
    FactSpec,
    FactValue,
    Kind,
    Observation,
    with_facts,
)
from terminal.domain.policy import load_policy
from terminal.domain.rulebook import (
    Rulebook,
    assess,
    load_rulebook,
)
from terminal.domain.rules import Verdict, apply

D = Decimal
ON = date(2026, 11, 23)


def texts(folder: str) -> dict[str, str]:
    """The shipped TOML files of a folder, by name."""
    found = files("terminal.data").joinpath(folder).iterdir()
    return {each.name: each.read_text("utf-8") for each in found if each.name.endswith(".toml")}


SCHEMES, CHANNELS = texts("schemes"), texts("channels")
POLICY = ("eu.toml", texts("policies")["eu.toml"])
BOOK = load_rulebook(SCHEMES, POLICY, CHANNELS, operator_size="large")


ITEMS = st.fixed_dictionaries(
    {
        "category": st.sampled_from([*sorted(BOOK.schemes), "garden"]),
        "reference_price": st.decimals(0, 900, places=2),
    },
    optional={
        "packaging": st.sampled_from(["sealed", "opened_complete", "opened_damaged", "missing"]),
        "function": st.sampled_from(["pass", "not_required", "not_tested", "fail"]),
        "battery_health": st.integers(0, 100),
        "missing_other": st.integers(0, 3),
        "hygiene": st.booleans(),
        "seal": st.sampled_from(["intact", "broken", "missing"]),
        "unused": st.booleans(),
        "lock": st.sampled_from(["off", "on"]),
        "unsold": st.booleans(),
        "data_sanitised": st.sampled_from(["destroy", "purge", "clear", "none"]),
        "recalled": st.sampled_from(["none", "possible", "hit"]),
        "rtv_window": st.booleans(),
        "expired": st.booleans(),
        "date_kind": st.sampled_from(["best_before", "use_by"]),
        "cold_chain": st.booleans(),
    },
)
SEEN = st.lists(
    st.builds(
        Observation, st.sampled_from(sorted(BOOK.schemes["general"].defects)), st.just(""), st.integers(1, 3)
    ),
    max_size=3,
)


@settings(max_examples=200, deadline=None)
@given(ITEMS, SEEN)
def test_every_item_gets_a_legal_answer_and_the_same_one_twice(
    facts: dict[str, FactValue], seen: list[Observation]
) -> None:
    """Every item gets a legal answer and the same one twice."""
    known = with_facts(facts, {"observations": tuple(seen)})
    found = assess(BOOK, known, ON)
    decision = found.decision
    assert assess(BOOK, known, ON).decision == decision
    assert decision.disposition is not None
    assert decision.disposition not in decision.forbidden
    assert set(decision.values).isdisjoint(decision.forbidden)
    assert list(decision.values.values()) == sorted(decision.values.values(), reverse=True)
    assert decision.disposition == "quarantine" or decision.disposition in decision.values
    assert (decision.confidence == "ok") is (not decision.doubts)
    assert decision.explanation.upper().startswith(decision.disposition.upper())


@settings(max_examples=150, deadline=None)
@given(
    ITEMS,
    st.sampled_from(["lock", "hygiene", "seal", "unused", "expired", "cold_chain", "unsold"]),
    st.data(),
)
def test_a_confident_decision_is_not_turned_by_a_law_over_a_fact_that_was_unknown(
    facts: dict[str, FactValue], name: str, data: st.DataObject
) -> None:
    """When a missing fact turns out well more channels may open, never fewer."""
    before = assess(BOOK, {key: each for key, each in facts.items() if key != name}, ON)
    best: Mapping[str, FactValue] = {
        "lock": "off", "hygiene": False, "seal": "intact", "unused": True, "expired": False, "cold_chain": False,
        "unsold": False,
    }  # fmt: skip
    after = assess(BOOK, {**facts, name: best[name]}, ON)
    if before.grade.grade == after.grade.grade:
        assert set(before.decision.values) <= set(after.decision.values)


US = ("us.toml", texts("policies").get("us.toml", POLICY[1]))
BOOKS = {"EU": BOOK, "US": load_rulebook(SCHEMES, US, CHANNELS, market="US", operator_size="large")}
ASKED = tuple(
    spec
    for spec in REGISTRY.values()
    if spec.kind in (Kind.CHOICE, Kind.YES_NO) and spec.absent is None and not spec.computed and not spec.open
)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(sorted(BOOKS)), ITEMS, st.sampled_from(ASKED))
def test_an_unknown_fact_forbids_at_least_what_its_worst_value_would(
    market: str, facts: dict[str, FactValue], spec: FactSpec
) -> None:
    """By law and safety, under both shipped policies: for every value, and so for the worst."""
    book = BOOKS[market]
    known = {**book.settled(facts, ON), "grade": "B"}
    known.pop(spec.name, None)
    stops = {rule.id for rule in book.policy.rules if rule.kind == "stop"}

    def barred(verdict: Verdict) -> set[str]:
        return {channel for channel, ids in verdict.forbidden.items() if stops.intersection(ids)}

    unknown = barred(apply(book.policy, known, ON))
    for each in spec.values or (True, False):
        assert barred(apply(book.policy, {**known, spec.name: each}, ON)) <= unknown, each


@settings(max_examples=100, deadline=None)
@given(ITEMS, SEEN, st.randoms(use_true_random=False))
def test_the_order_of_entry_never_matters(
    facts: dict[str, FactValue], seen: list[Observation], random: Random
) -> None:
    """Of facts and of defects."""
    one = assess(BOOK, with_facts(facts, {"observations": tuple(seen)}), ON)
    names, defects = list(facts), list(seen)
    random.shuffle(names)
    random.shuffle(defects)
    other = assess(BOOK, {"observations": tuple(defects), **{name: facts[name] for name in names}}, ON)
    assert other == one


@settings(max_examples=100, deadline=None)
@given(ITEMS, st.sampled_from(TERMINAL))
def test_a_rule_that_forbids_one_more_channel_never_raises_the_best_value(
    facts: dict[str, FactValue], channel: str
) -> None:
    """Nor does it change the value of any other channel."""
    before, after = (assess(book, facts, ON).decision for book in (BOOK, STRICTER[channel]))
    assert dict(after.values) == {name: each for name, each in before.values.items() if name != channel}
    assert after.enrs == before.enrs
    assert max(after.values.values(), default=D(-10_000)) <= max(before.values.values(), default=D(-10_000))


def stricter(channel: str) -> Rulebook:
    """The rulebook with one more rule, that forbids the channel whatever the goods are."""
    rule = (
        'schema = 1\nname = "x"\nversion = "1"\n[[rule]]\nid = "one-more"\nbecause = "X."\n'
        f'when = {{ grade = ["A", "B", "C", "D"] }}\nforbid = ["{channel}"]\n'
    )
    more = load_policy(rule, "p.toml").rules
    return replace(BOOK, policy=replace(BOOK.policy, rules=(*BOOK.policy.rules, *more)))


STRICTER = {channel: stricter(channel) for channel in TERMINAL}
