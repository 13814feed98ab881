"""The fast replay says what the full assessment says: channel, value to the cent, what it asks."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.domain import backtest_conditions, backtest_judge, backtest_kinds, backtest_reading
from terminal.domain.backtest_conditions import Conditions
from terminal.domain.backtest_judge import Judge
from terminal.domain.backtest_profile import Judged, cents_of
from terminal.domain.backtest_reading import Unreadable
from terminal.domain.facts import BadFacts, parse
from terminal.domain.policy import load_policy
from terminal.domain.rulebook import Rulebook, assess, load_rulebook
from terminal.domain.rules import Policy, apply

D = Decimal
ON = date(2026, 11, 23)


def texts(folder: str) -> dict[str, str]:
    """The shipped TOML files of a folder, by name."""
    found = files("terminal.data").joinpath(folder).iterdir()
    return {each.name: each.read_text("utf-8") for each in found if each.name.endswith(".toml")}


SCHEMES, CHANNELS, POLICIES = texts("schemes"), texts("channels"), texts("policies")
BOOK = load_rulebook(SCHEMES, ("eu.toml", POLICIES["eu.toml"]), CHANNELS, operator_size="large")
SHIPPED = [load_policy(text, name, tuple(BOOK.schemes), tests=False) for name, text in POLICIES.items()]
HEAD = 'schema = 1\nname = "x"\nversion = "2026-01-01"\n'
PHONE: dict[str, Any] = {
    "category": "phone", "reference_price": "500.00", "currency": "EUR", "packaging": "opened_complete",
    "function": "pass", "battery_health": 84, "lock": "off", "weight_g": 190, "data_sanitised": "purge",
}  # fmt: skip


def policy(*rules: str) -> Policy:
    """A policy of some rules, each the body of a block."""
    blocks = "".join(
        f'[[rule]]\nid = "r{number}"\nbecause = "X."\n{rule}\n' for number, rule in enumerate(rules)
    )
    return load_policy(HEAD + blocks, "p.toml", tuple(BOOK.schemes))


def same(
    judge: Judge,
    book: Rulebook,
    policies: Sequence[Policy],
    raw: Mapping[str, Any],
    grade: str | None,
    on: date = ON,
) -> Judged | None:
    """Judge an item and hold it against the full assessment; None where both refuse it."""
    text = json.dumps({"answered": ["sealed"], "assumed": [], "facts": raw}, sort_keys=True)
    try:
        full = [assess(replace(book, policy=each), parse(raw), on, grade) for each in policies]
    except BadFacts:
        with pytest.raises(Unreadable):
            judge.judge(text, None, grade, on.isoformat())
        return None
    judged = judge.judge(text, None, grade, on.isoformat())
    assert [(each.channel, each.cents, each.asks) for each in judged.outcomes] == [
        (each.decision.disposition, cents_of(each.decision), each.decision.asks) for each in full
    ]
    assert (judged.letter, judged.currency) == (full[0].letter, full[0].decision.currency)
    return judged


OBSERVED = st.lists(
    st.fixed_dictionaries(
        {"defect": st.sampled_from([*sorted(BOOK.schemes["phone"].defects)[:12], "NO-SUCH"][:12])},
        optional={"location": st.sampled_from(["front", "back", "side"]), "count": st.integers(1, 5)},
    ),
    max_size=3,
)
PRICES = st.decimals(0, 900, places=2).map(str) | st.sampled_from(
    [0, 7, "12.345", "12.34567", "99999999", 19.5]
)
FACTS = st.fixed_dictionaries(
    {
        "category": st.sampled_from(
            ["phone", "apparel", "cosmetics", "home", "toys", "audio", "food", "no-such"]
        )
    },
    optional={
        "reference_price": PRICES,
        "original_price": PRICES,
        "currency": st.sampled_from(["EUR", "USD", "QQQ"]),
        "weight_g": st.integers(0, 20_000),
        "expected_weight_g": st.integers(0, 900),
        "mass_source": st.sampled_from(["scale", "typed", "catalogue"]),
        "packaging": st.sampled_from(
            ["sealed", "opened_complete", "opened_damaged", "missing", "unknown", None]
        ),
        "unused": st.sampled_from([True, False, "yes", "unknown"]),
        "function": st.sampled_from(["pass", "fail", "not_tested", "not_required"]),
        "battery_health": st.integers(70, 100) | st.sampled_from(["84", 101]),
        "missing_essential": st.integers(0, 2),
        "missing_other": st.integers(0, 2),
        "observations": OBSERVED,
        "hygiene": st.booleans(),
        "seal": st.sampled_from(["intact", "broken"]),
        "lock": st.sampled_from(["off", "on", "of"]),
        "data_sanitised": st.sampled_from(["purge", "clear"]),
        "recalled": st.sampled_from(["possible", "hit"]),
        "hazard": st.sampled_from(["none", "damaged_battery", "biological"]),
        "rtv_window": st.booleans(),
        "return_legal_basis": st.sampled_from(["withdrawal", "conformity", "undelivered"]),
        "derogation": st.sampled_from(["none", "f"]),
        "expiry": st.dates(date(2026, 11, 1), date(2026, 12, 15)).map(date.isoformat),
        "date_kind": st.sampled_from(["best_before", "use_by"]),
        "test_record": st.booleans(),
        "brand": st.sampled_from(["A", 'B "quoted" é', "C\\"]),
        "lot": st.text(min_size=1, max_size=5),
        "reason": st.sampled_from(["does not fit", "reference_price"]),
        "market": st.sampled_from(["EU", "US"]),
    },
)
GRADES = st.sampled_from(["A", "B", "C", "D", None])
DAYS = st.sampled_from([ON, date(2026, 7, 18), date(2026, 12, 1)])


class TestShipped:
    """Under the shipped policies."""

    judge = Judge(BOOK, (SHIPPED[0], SHIPPED[-1]))

    @given(FACTS, GRADES, DAYS)
    @settings(max_examples=100, deadline=None)
    def test_the_fast_way_says_what_the_full_assessment_says(
        self, raw: dict[str, Any], grade: str | None, on: date
    ) -> None:
        """Channel, value to the cent and questions, for any facts, graded or not, on any day."""
        same(self.judge, BOOK, (SHIPPED[0], SHIPPED[-1]), raw, grade, on)

    @pytest.mark.long
    @given(FACTS, GRADES, DAYS)
    @settings(max_examples=1000, deadline=None)
    def test_the_fast_way_says_the_same_for_many_more(
        self, raw: dict[str, Any], grade: str | None, on: date
    ) -> None:
        """The same with more examples."""
        same(self.judge, BOOK, (SHIPPED[0], SHIPPED[-1]), raw, grade, on)


CELLS = (
    'category = ["phone", "audio"]', 'battery_health = "< 80"', 'reference_price = ">= 100"', "unused = false",
    'packaging = { not = ["sealed"] }', 'weight_g = "< 500"', 'original_price = "> 50"', 'grade = ["C", "D"]',
    'brand = "A"', "missing_other = 1", "hygiene = true", 'mass_source = "scale"',
)  # fmt: skip
EFFECTS = (
    'kind = "stop"\nforbid = ["marketplace", "outlet"]',
    'kind = "stop"\nforbid = ["restock", "repackage", "refurbish", "off_price", "donate"]',
    'forbid = ["marketplace", "landfill"]',
    'kind = "prefer"\nbonus = { outlet = 2.50, donate = 40.005 }',
    'kind = "stop"\nonly = ["recycle", "landfill"]',
    'kind = "stop"\nonly = ["quarantine"]',
    'kind = "stop"\nfrom = 2026-11-24\nforbid = ["donate"]',
    'until = 2026-11-30\nforbid = ["recycle"]',
    'expr = "original_price > 2 * reference_price"\nforbid = ["marketplace", "refurbish"]',
)
RULES = st.tuples(
    st.lists(st.sampled_from(CELLS), min_size=1, max_size=2, unique=True), st.sampled_from(EFFECTS)
).map(lambda pair: f"when = {{ {', '.join(pair[0])} }}\n{pair[1]}")


@given(
    st.lists(RULES, min_size=1, max_size=4, unique=True),
    st.lists(FACTS, min_size=6, max_size=12),
    GRADES,
    DAYS,
)
@settings(max_examples=60, deadline=None)
def test_small_policies_of_any_rules_are_replayed_like_the_full_assessment(
    rules: list[str], items: list[dict[str, Any]], grade: str | None, on: date
) -> None:
    """Numbers in cells, bonuses, dates and expressions included."""
    try:
        found = policy(*rules)
    except ValueError:
        return  # one rule makes another one useless, which is refused at load
    judge = Judge(BOOK, (BOOK.policy, found))
    for raw in items:
        same(judge, BOOK, (BOOK.policy, found), raw, grade, on)


@given(st.lists(RULES, min_size=1, max_size=4, unique=True), st.lists(FACTS, min_size=3, max_size=6), DAYS)
@settings(max_examples=40, deadline=None)
def test_conditions_matched_in_groups_give_the_verdicts_of_the_policies(
    rules: list[str], items: list[dict[str, Any]], on: date
) -> None:
    """Every rule that has an effect and every fact that is lacking, in the same order."""
    try:
        policies = (BOOK.policy, policy(*rules))
    except ValueError:
        return  # one rule makes another one useless, which is refused at load
    conditions = Conditions(policies)
    for raw in items:
        try:
            known = {**BOOK.settled(parse(raw), on), "grade": "B"}
        except BadFacts:
            continue
        found = conditions.verdicts(conditions.of(known, conditions.since(on)))
        assert list(found) == [apply(each, known, on) for each in policies]
        assert [list(each.unsure) for each in found] == [
            list(apply(each, known, on).unsure) for each in policies
        ]


def test_every_price_of_a_kind_of_item_gives_the_same_cents() -> None:
    """Half cents included: a channel without delay has figures without rounding."""
    loose = policy('when = { category = "books" }\nforbid = ["donate"]')
    policies = (
        loose,
        policy(
            'when = { category = "home" }\nkind = "stop"\nonly = ["recycle", "landfill", "energy_recovery"]'
        ),
    )
    judge = Judge(BOOK, policies)
    for step in range(0, 60_000, 37):
        for grams in (None, 1234):
            raw = {
                "category": "home",
                "packaging": "opened_complete",
                "unused": True,
                "reference_price": f"{step / 100:.2f}",
            }
            same(judge, BOOK, policies, raw | ({} if grams is None else {"weight_g": grams}), "B")


def test_scarce_channels_are_assessed_in_full() -> None:
    """A bid turns the choice by regret, which lines don't show."""
    book = replace(BOOK, tariff=replace(BOOK.tariff, bids=MappingProxyType({"marketplace": D(400)})))
    judge = Judge(book, (book.policy, book.policy))
    assert same(judge, book, (book.policy, book.policy), PHONE, "B") is not None
    assert judge.in_full == 1


def test_prices_that_are_not_lines_are_assessed_in_full(monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot be fitted, or proves wrong for the item it was fitted for, is never trusted."""
    for found in (None, "wrong"):
        judge = Judge(BOOK, (BOOK.policy, BOOK.policy))
        if found is None:
            monkeypatch.setattr(backtest_kinds, "fit", lambda probe: None)
        else:
            monkeypatch.setattr(backtest_kinds, "agree", lambda outcomes, decisions: False)
            monkeypatch.undo()
            monkeypatch.setattr(backtest_kinds, "agree", lambda outcomes, decisions: False)
        assert same(judge, BOOK, (BOOK.policy, BOOK.policy), PHONE, "B") is not None
        assert judge.in_full == 1
        assert sum(judge.fired().values()) == 1


def test_a_price_without_worth_or_without_figures_is_said_as_the_assessment_says() -> None:
    """No price, no factor for its currency, nothing at all."""
    judge = Judge(BOOK, SHIPPED[:1] * 2)
    for change in ({"reference_price": None}, {"currency": "QQQ"}, {"reference_price": "0"}):
        assert same(judge, BOOK, SHIPPED[:1] * 2, PHONE | change, "B") is not None


def test_weight_comes_from_the_item_or_from_the_figures() -> None:
    """And it is said who weighed."""
    judge = Judge(BOOK, SHIPPED[:1] * 2)
    for change, grams, mass in (
        ({}, 190, "catalogue"),
        ({"mass_source": "scale"}, 190, "scale"),
        ({"weight_g": None}, None, "assumed"),
        ({"reference_price": "500.00001"}, 190, "catalogue"),
        ({"reference_price": "500.00001", "weight_g": None}, None, "assumed"),
    ):
        judged = same(judge, BOOK, SHIPPED[:1] * 2, PHONE | change, "B")
        assert judged is not None
        assert judged.mass == mass
        assert judged.grams == (
            grams or int(next(iter(BOOK.tariff.for_category("phone").values())).default_kg * 1000)
        )
    assert judge.in_full == 2


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no JSON"),
        (None, "no JSON"),
        ("[" * 100_000, "no JSON"),
        ("[]", "no JSON object"),
        ('{"facts": 5}', "no JSON object"),
        ('{"facts": []}', "no JSON object"),
        ('{"facts": null}', "no JSON object"),
        ('{"category": "phone", "gradee": "A"}', 'unknown fact "gradee"'),
        ('{"category": "phone", "grade": "A"}', "worked out"),
        ('{"category": "phone", "hygiene": 1}', "hygiene"),
        ('{"category": "phone", "weight_g": 007}', "no JSON"),
        ('{"category": "phone", "weight_g": true}', "weight_g"),
        ('{"category": "phone", "weight_g": 1.5}', "weight_g"),
        ('{"category": "phone", "reference_price": "-1"}', "reference_price"),
        ('{"category": "phone", "observations": [{"defect": "NO-SUCH"}]}', "NO-SUCH"),
        ('{"category": "phone", "observations": {}}', "observations"),
        ('{"category": "phone", "observations": [{"defect": ]}', "no JSON"),
        ('{"category": "phone", "photos": ["x"]}', 'unknown fact "photos"'),
        ('{"category": 5}', "category"),
        ('{"reference_price": "0.00001", "observations": [{"defect": "NO-SUCH"}]}', "NO-SUCH"),
    ],
)
@pytest.mark.parametrize("grade", ["B", None])
def test_what_cannot_be_read_is_refused_with_a_reason(text: Any, reason: str, grade: str | None) -> None:
    """Never taken for an item without faults."""
    with pytest.raises(Unreadable, match=reason):
        Judge(BOOK, SHIPPED[:1] * 2).judge(text, None, grade, "2026-11-23")


def test_a_day_that_is_none_is_refused() -> None:
    """Which rules were in force cannot be said."""
    judge = Judge(BOOK, SHIPPED[:1] * 2)
    for day in ("yesterday", None, ""):
        with pytest.raises(Unreadable, match="day"):
            judge.judge(json.dumps(PHONE), None, "B", day)  # type: ignore[arg-type]


def test_words_outside_of_the_facts_are_never_taken_for_facts() -> None:
    """A key twice, a key in another object, a key that only ends like a fact: all assessed in full."""
    judge = Judge(BOOK, SHIPPED[:1] * 2)
    plain = judge.judge(json.dumps(PHONE), None, "B", "2026-11-23")
    inner = json.dumps(PHONE)
    for text in (
        '{"x": {"reference_price": "1.00"}, "facts": ' + inner + "}",
        inner[:-1] + ', "reference_price": "500.00"}',
        '{"x": {"y\\"reference_price": "1.00"}, "facts": ' + inner + "}",
    ):
        assert judge.judge(text, None, "B", "2026-11-23").outcomes == plain.outcomes
    worthless = judge.judge('{"lot": "1", "facts": {"category": "home"}}', None, "B", "2026-11-23")
    assert worthless.outcomes[0].channel is None
    assert judge.in_full == 4


def test_the_category_of_the_row_holds_where_the_facts_have_none() -> None:
    """As an import may leave it."""
    judge = Judge(BOOK, SHIPPED[:1] * 2)
    raw = {name: value for name, value in PHONE.items() if name != "category"}
    assert judge.judge(json.dumps(raw), "phone", "B", "2026-11-23") == judge.judge(
        json.dumps(PHONE), None, "B", "2026-11-23"
    )
    assert judge.judge(json.dumps(raw), None, "B", "2026-11-23").category == "None"


@pytest.mark.parametrize(
    ("module", "name"),
    [
        (backtest_judge, "MOST_KEPT"),
        (backtest_judge, "MOST_REMEMBERED"),
        (backtest_reading, "MOST_KNOWN"),
        (backtest_conditions, "MOST_MATCHES"),
    ],
)
def test_what_is_kept_in_mind_is_bounded_and_forgetting_changes_nothing(
    monkeypatch: pytest.MonkeyPatch, module: Any, name: str
) -> None:
    """Counts of rules that had an effect survive."""
    items = [
        PHONE | {"reference_price": f"{price}.00", "packaging": state, "battery_health": price % 40 + 60}
        for price in range(100, 130)
        for state in ("sealed", "missing", "opened_complete")
    ]

    def run() -> tuple[list[Judged], dict[Any, int]]:
        judge = Judge(BOOK, (SHIPPED[0], SHIPPED[-1]))
        said = [judge.judge(json.dumps(each), None, None, "2026-11-23") for each in items]
        return said, dict(judge.fired())

    before = run()
    monkeypatch.setattr(module, name, 2)
    assert run() == before
    assert sum(before[1].values()) == len(items)
