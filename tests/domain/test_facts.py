"""Facts: what is accepted from outside, what is refused and how, and what follows from what is known."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.domain.facts import (
    REGISTRY,
    BadFacts,
    Kind,
    Observation,
    freeze,
    merged,
    observations_of,
    parse,
    plain,
    read_value,
    settle,
    with_facts,
    worse_of,
)
from terminal.domain.suggest import did_you_mean, hint


def problems(raw: dict[str, object]) -> tuple[str, ...]:
    """What is said of raw facts that are refused."""
    with pytest.raises(BadFacts) as caught:
        parse(raw, "facts")
    return caught.value.problems


def test_json_values_become_typed_facts() -> None:
    """Json values become typed facts."""
    facts = parse(
        {
            "category": "phone",
            "reference_price": 12.4,
            "original_price": "19.90",
            "currency": "EUR",
            "battery_health": "84",
            "hygiene": "no",
            "unused": True,
            "expiry": "2026-12-01",
            "initiated": datetime(2026, 11, 1, 8, tzinfo=UTC),
            "observations": [{"defect": " scr-lt ", "location": "Back"}, Observation("SCR-LT", "back", 2)],
        }
    )
    assert dict(facts) == {
        "category": "phone",
        "reference_price": Decimal("12.4"),
        "original_price": Decimal("19.90"),
        "currency": "EUR",
        "battery_health": 84,
        "hygiene": False,
        "unused": True,
        "expiry": date(2026, 12, 1),
        "initiated": date(2026, 11, 1),
        "observations": (Observation("SCR-LT", "back", 3),),
    }


def test_a_date_is_taken_as_it_is() -> None:
    """A date is taken as it is."""
    assert parse({"expiry": date(2027, 1, 2)})["expiry"] == date(2027, 1, 2)


def test_none_and_unknown_leave_a_fact_unknown() -> None:
    """None and unknown leave a fact unknown."""
    assert dict(parse({"lock": "unknown", "seal": None, "battery_health": "unknown"})) == {}


def test_facts_cannot_be_changed_in_place() -> None:
    """Facts cannot be changed in place."""
    facts = freeze({"unused": True})
    with pytest.raises(TypeError):
        facts["unused"] = False  # type: ignore[index]
    assert with_facts(facts, {"unused": False})["unused"] is False
    assert facts["unused"] is True


def test_every_mistake_is_named_at_once_with_what_would_do() -> None:
    """Every mistake is named at once with what would do."""
    found = problems({"hygeine": True, "packaging": "seeled", "battery_health": 101, "unused": "maybe"})
    assert found == (
        'facts: unknown fact "hygeine" - did you mean "hygiene"?',
        'facts: "seeled" is not a packaging - did you mean "sealed"?',
        "facts: battery_health goes from 0 to 100 % (got 101)",
        "facts: unused is yes or no, write true or false (got 'maybe')",
    )


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ({"packaging": 3}, "packaging is one of sealed, opened_complete"),
        ({"category": "  "}, '"  " is not a category'),
        ({"operator_size": "huge"}, '"huge" is not an operator_size'),
        ({"battery_health": "full"}, "a whole number of %"),
        ({"battery_health": True}, "a whole number of %"),
        ({"battery_health": 84.5}, "a whole number of %"),
        ({"battery_health": -1}, "goes from 0 to 100 %"),
        ({"weight_g": "1e999999"}, "goes from 0 to 1000000 g"),
        ({"missing_other": float("nan")}, "a whole number of parts"),
        ({"reference_price": "12,40"}, 'write "12.40"'),
        ({"reference_price": -1}, "an amount from 0 to"),
        ({"reference_price": "1e40"}, "an amount from 0 to"),
        ({"reference_price": [1]}, "an amount of money"),
        ({"currency": "eur"}, 'three capital letters, write "EUR"'),
        ({"currency": "EURO"}, "three capital letters"),
        ({"brand": ""}, "a text of 1 to 200 characters"),
        ({"brand": "x" * 201}, "a text of 1 to 200 characters"),
        ({"brand": 7}, "a text of 1 to 200 characters"),
        ({"expiry": "tomorrow"}, 'is a date, write "2026-11-23"'),
        ({"expiry": 20261123}, 'is a date, write "2026-11-23"'),
        ({"grade": "A"}, "worked out from the other facts"),
        ({"observations": "SCR-LT"}, "is a list of {defect, location, count}"),
        ({"observations": ["SCR-LT"]}, "observation 1: write {defect, location, count}"),
        ({"observations": [{"defekt": "SCR-LT"}]}, 'unknown key "defekt" - did you mean "defect"?'),
        ({"observations": [{"location": "back"}]}, "a defect code is missing"),
        ({"observations": [{"defect": "SCR-LT", "location": 3}]}, "location is a word (got 3)"),
        ({"observations": [{"defect": "SCR-LT", "count": 0}]}, "count goes from 1 to 99 (got 0)"),
        ({"observations": [{"defect": "SCR-LT", "count": 1.5}]}, "count goes from 1 to 99"),
        ({"observations": [{"defect": "SCR-LT", "count": "many"}]}, "count goes from 1 to 99"),
        (
            {"observations": [{"defect": ""}, {"defect": "X", "count": 100}]},
            "observation 2: count goes from 1",
        ),
    ],
)
def test_a_wrong_value_is_refused_with_what_was_expected(raw: dict[str, object], said: str) -> None:
    """A wrong value is refused with what was expected."""
    (sentence,) = problems(raw)
    assert said in sentence


def test_a_category_nobody_knows_is_a_fact_too() -> None:
    """A category nobody knows is a fact too."""
    assert parse({"category": "garden"})["category"] == "garden"


def test_a_policy_test_may_give_the_grade() -> None:
    """A policy test may give the grade."""
    assert parse({"grade": "B"}, computed=True)["grade"] == "B"


def test_facts_survive_json() -> None:
    """Facts survive JSON."""
    facts = parse(
        {
            "reference_price": Decimal("1E+2"),
            "expiry": "2026-12-01",
            "observations": [{"defect": "SCR-LT", "location": "back", "count": 2}],
            "unused": False,
            "missing_other": 1,
        }
    )
    assert plain(facts)["reference_price"] == "100"
    assert parse(plain(facts)) == facts


@settings(deadline=None)
@given(
    st.lists(
        st.builds(
            Observation,
            st.sampled_from(["SCR-LT", "GLS-CR", "HOL"]),
            st.sampled_from(["", "back", "screen"]),
            st.integers(1, 99),
        ),
        max_size=6,
    ),
    st.randoms(use_true_random=False),
)
def test_the_order_of_observations_is_lost_and_counts_are_capped(
    seen: list[Observation], random: object
) -> None:
    """The order of observations is lost and counts are capped."""
    shuffled = list(seen)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert merged(seen) == merged(shuffled)
    assert all(each.count <= 99 for each in merged(seen))
    assert len({(each.defect, each.location) for each in merged(seen)}) == len(merged(seen))


def test_observations_are_empty_until_there_are_some() -> None:
    """Observations are empty until there are some."""
    assert observations_of({}) == ()
    assert observations_of({"observations": "not read yet"}) == ()
    assert observations_of({"observations": (Observation("HOL"),)}) == (Observation("HOL"),)


def test_the_worse_of_two_values_stands_later_in_the_registry() -> None:
    """The worse of two values stands later in the registry."""
    packaging, wrong = REGISTRY["packaging"], REGISTRY["wrong_item"]
    assert worse_of(packaging, "missing", "opened_complete") == "missing"
    assert worse_of(packaging, "opened_complete", "missing") == "missing"
    assert worse_of(wrong, False, True) is True
    assert worse_of(wrong, True, False) is True


def test_weaker_facts_never_replace_what_is_known() -> None:
    """Weaker facts never replace what is known."""
    settled = settle({"hygiene": True}, ({"hygiene": False, "eee": True}, {"eee": False, "market": "EU"}))
    assert (settled["hygiene"], settled["eee"], settled["market"]) == (True, True, "EU")


def test_sealed_goods_are_unused_intact_and_need_no_test() -> None:
    """Sealed goods are unused intact and need no test."""
    settled = settle({"packaging": "sealed"})
    assert (settled["unused"], settled["seal"], settled["function"]) == (True, "intact", "not_required")
    assert "unused" not in settle({"packaging": "missing"})
    assert settle({"packaging": "sealed", "unused": False})["unused"] is False


@pytest.mark.parametrize(("day", "expired"), [(30, False), (1, False)])
def test_goods_are_good_until_the_day_printed(day: int, expired: bool) -> None:
    """Goods are good until the day printed."""
    assert settle({"expiry": date(2026, 11, day)}, (), date(2026, 11, 1))["expired"] is expired


def test_goods_are_expired_the_day_after() -> None:
    """Goods are expired the day after."""
    assert settle({"expiry": date(2026, 11, 1)}, (), date(2026, 11, 2))["expired"] is True
    assert "expired" not in settle({"expiry": date(2026, 11, 1)})
    assert "expired" not in settle({}, (), date(2026, 11, 2))


@pytest.mark.parametrize(
    ("basis", "unsold"),
    [("withdrawal", True), ("voluntary_extension", True), ("conformity", False), ("recall", None)],
)
def test_goods_sent_back_in_time_are_unsold_and_faulty_ones_are_not(basis: str, unsold: bool | None) -> None:
    """Goods sent back in time are unsold and faulty ones are not."""
    assert settle({"return_legal_basis": basis}).get("unsold") is unsold


def test_absence_is_a_finding_only_for_what_is_reported_when_seen() -> None:
    """Absence is a finding only for what is reported when seen."""
    settled = settle({})
    assert settled["recalled"] == "none"
    assert settled["data_sanitised"] == "none"
    assert settled["rtv_window"] is False
    for name in ("lock", "hygiene", "seal", "unused", "battery_health", "reference_price", "operator_size"):
        assert name not in settled


def test_every_fact_has_a_meaning_and_choices_have_values() -> None:
    """Every fact has a meaning and choices have values."""
    for name, spec in REGISTRY.items():
        assert spec.name == name
        assert spec.meaning
        assert bool(spec.values) is (spec.kind is Kind.CHOICE)


def test_known_values_can_be_narrowed_by_the_caller() -> None:
    """Known values can be narrowed by the caller."""
    spec = REGISTRY["category"]
    assert read_value(spec, "bikes", ("bikes",)) == "bikes"
    with pytest.raises(ValueError, match='"phone" is not a category'):
        read_value(spec, "phone", ("bikes",))


def test_a_near_word_is_offered_and_case_does_not_count() -> None:
    """A near word is offered and case does not count."""
    assert did_you_mean("PHNOE", ["phone", "tablet"]) == "phone"
    assert did_you_mean("xyz", ["phone"]) is None
    assert hint("phnoe", ["phone"]) == ' - did you mean "phone"?'
    assert hint("xyz", ["phone", "tablet"]) == " (known: phone, tablet)"
    assert hint("xyz", []) == ""
