"""Grades: the worked numbers, the caps, the reasons, and the properties that a grade must have."""

from collections.abc import Mapping
from decimal import Decimal, localcontext
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.domain.checklist import observe
from terminal.domain.facts import LETTERS, BadFacts, Facts, FactValue, Observation, parse, with_facts
from terminal.domain.grading import FULL, POINT, GradeResult, Rework, grade, load_schemes, rework, worse
from terminal.domain.schemes import LOCATIONS, Scheme

SCHEMES: Mapping[str, Scheme] = load_schemes(
    {
        each.name: each.read_text("utf-8")
        for each in files("terminal.data").joinpath("schemes").iterdir()
        if each.name.endswith(".toml")
    }
)
PHONE = SCHEMES["phone"]


def graded(category: str = "phone", /, **facts: object) -> GradeResult:
    """The grade of an item of a category with these raw facts."""
    return grade(SCHEMES[category], parse(facts))


def seen(defect: str, location: str = "", count: int = 1) -> dict[str, object]:
    """A raw observation."""
    return {"defect": defect, "location": location, "count": count}


OPENED: dict[str, object] = {"packaging": "opened_complete", "function": "pass"}


@pytest.mark.parametrize(
    ("category", "facts", "score", "by_score", "cap", "letter"),
    [
        (
            "phone",
            {**OPENED, "battery_health": 91, "observations": [seen("SCR-LT", "back")]},
            "95.0",
            "A",
            "A",
            "A",
        ),
        (
            "phone",
            {
                **OPENED,
                "battery_health": 84,
                "missing_other": 1,
                "observations": [seen("SCR-LT", "screen", 2), seen("DNT-SM", "side")],
            },
            "76.0",
            "C",
            "A",
            "C",
        ),
        (
            "phone",
            {
                "packaging": "missing",
                "function": "pass",
                "battery_health": 82,
                "missing_other": 1,
                "observations": [seen("SCR-DP", "back")],
            },
            "60.0",
            "C",
            "C",
            "C",
        ),
        (
            "phone",
            {**OPENED, "battery_health": 88, "observations": [seen("GLS-CR", "screen")]},
            "0.0",
            "D",
            "D",
            "D",
        ),
        ("phone", {"packaging": "sealed", "function": "pass", "battery_health": 78}, "82.0", "B", "C", "C"),
        ("audio", {"packaging": "opened_complete", "function": "not_tested"}, "97.0", "A", "C", "C"),
        ("home", {"packaging": "opened_complete", "function": "not_tested"}, "97.0", "A", "C", "C"),
    ],
    ids=["G1", "G2", "G3", "G4", "G5", "G6", "G6-without-a-function"],
)
def test_the_worked_numbers(
    category: str, facts: dict[str, object], score: str, by_score: str, cap: str, letter: str
) -> None:
    """The worked numbers."""
    result = graded(category, **facts)
    assert (str(result.score), result.grade_by_score, result.cap, result.grade) == (
        score,
        by_score,
        cap,
        letter,
    )


def test_reasons_are_the_binding_cap_or_the_three_biggest_penalties() -> None:
    """Reasons are the binding cap or the three biggest penalties."""
    capped = graded(**OPENED, battery_health=79)
    assert capped.reasons == ("battery below 80 %",)
    many = graded(
        **OPENED,
        battery_health=84,
        missing_other=2,
        observations=[seen("SCR-LT", "screen", 3), seen("SCR-LT", "hidden")],
    )
    assert many.reasons == ("2 extras missing -8", "battery 84 % -8", "SCR-LT screen x3 -6")
    assert graded(packaging="sealed").reasons == ("nothing wrong found",)


def test_a_cap_that_does_not_bind_is_not_the_reason() -> None:
    """A cap that does not bind is not the reason."""
    result = graded(
        "home", packaging="missing", missing_other=9, observations=[seen("SCR-DP"), seen("SCR-MD")]
    )
    assert (result.grade_by_score, result.cap, result.grade) == ("D", "C", "D")
    assert result.reasons[0] == "9 extras missing -36"


@pytest.mark.parametrize(
    ("category", "facts", "cap", "reason"),
    [
        ("phone", {"function": "fail", "battery_health": 95}, "D", "function failed"),
        ("phone", {"battery_health": 95}, "C", "essential test not done"),
        (
            "phone",
            {"function": "pass", "battery_health": 95, "missing_essential": 1},
            "C",
            "needed part missing",
        ),
        ("phone", {"function": "pass", "battery_health": 79}, "C", "battery below 80 %"),
        ("phone", {"function": "pass"}, "C", "battery not measured"),
        ("phone", {"function": "pass", "battery_health": 95, "lock": "on"}, "D", "account lock on"),
        ("home", {"recalled": "hit"}, "D", "recalled"),
        ("home", {"counterfeit": True}, "D", "suspected counterfeit"),
        ("home", {"hazard": "damaged_battery"}, "D", "damaged battery"),
        ("home", {"hazard": "other"}, "D", "dangerous"),
        ("toys", {"function": "not_required", "hazard": "small_parts"}, "D", "unsafe for children"),
        ("home", {"hazard": "biological"}, "D", "contaminated"),
        ("home", {"expired": True}, "D", "expired"),
        ("home", {"observations": [seen("SCR-DP", "side")]}, "C", "SCR-DP side: scratch that a nail catches"),
        ("apparel", {"seal": "intact", "unused": False}, "B", "worn"),
        ("apparel", {"seal": "intact", "observations": [seen("TAG-NO")]}, "B", "TAG-NO hidden: tag missing"),
        ("swimwear", {"seal": "broken"}, "D", "hygiene seal not intact"),
        ("swimwear", {}, "D", "hygiene seal not checked"),
        ("apparel", {"seal": "missing"}, "D", "hygiene seal not intact"),
        ("food", {"seal": "intact", "cold_chain": True}, "D", "nobody knows how cold it was kept"),
        ("footwear", {"unused": False}, "B", "worn"),
    ],
)
def test_each_cap_is_set_and_named(category: str, facts: dict[str, object], cap: str, reason: str) -> None:
    """Each cap is set and named."""
    result = graded(category, packaging="opened_complete", **facts)
    assert result.cap == cap
    assert reason in result.cap_reasons
    assert result.grade >= cap


@pytest.mark.parametrize(
    "facts", [{"hygiene": False, "seal": "broken"}, {"hygiene": True, "seal": "intact"}, {}]
)
def test_hygiene_caps_nothing_when_no_seal_is_needed_or_it_is_intact_or_neither_is_known(
    facts: dict[str, object],
) -> None:
    """Hygiene caps nothing when no seal is needed or it is intact or neither is known."""
    assert graded("apparel", packaging="opened_complete", **facts).cap == "A"


@pytest.mark.parametrize("recalled", ["none", "possible"])
def test_a_possible_recall_caps_nothing(recalled: str) -> None:
    """A possible recall caps nothing."""
    assert graded("home", packaging="sealed", recalled=recalled).grade == "A"


def test_consumables_are_a_or_d() -> None:
    """Consumables are a or d."""
    fine = graded("fmcg", packaging="opened_complete", seal="intact", expired=False)
    assert fine.grade == "A"
    dented = graded(
        "fmcg", packaging="opened_complete", seal="intact", observations=[seen("DNT-SM", "front")]
    )
    assert (dented.grade_by_score, dented.cap, dented.grade) == ("B", "D", "D")
    assert dented.reasons == ("DNT-SM front -7.5", "opened -3", "these goods are A or D")
    capped = graded("fmcg", packaging="opened_complete", seal="intact", observations=[seen("LBL-NO")])
    assert capped.reasons == ("LBL-NO hidden: label or lot cannot be read", "these goods are A or D")
    assert "these goods are A or D" not in graded("fmcg", packaging="sealed", expired=True).reasons


def test_what_was_not_found_out_costs_its_worst_and_is_named() -> None:
    """What was not found out costs its worst and is named."""
    result = graded()
    assert result.missing == ("packaging", "battery_health", "function")
    assert result.score == Decimal("72.0")
    assert [each.text for each in result.penalties] == ["packaging unknown", "battery not measured"]
    assert graded("underwear", packaging="opened_complete").missing == ("seal",)


def test_a_sealed_phone_needs_no_measure() -> None:
    """A sealed phone needs no measure."""
    result = graded(packaging="sealed")
    assert (result.grade, result.missing) == ("A", ())


@pytest.mark.parametrize(
    ("health", "points"), [(100, 0), (90, 0), (89, 4), (85, 4), (84, 8), (80, 8), (79, 18), (0, 18)]
)
def test_battery_points_at_each_edge(health: int, points: int) -> None:
    """Battery points at each edge."""
    result = graded(packaging="sealed", battery_health=health)
    assert result.score_u == FULL - points * POINT


@pytest.mark.parametrize(
    ("packaging", "points"), [("sealed", 0), ("opened_complete", 3), ("opened_damaged", 8), ("missing", 10)]
)
def test_packaging_points(packaging: str, points: int) -> None:
    """Packaging points."""
    result = graded("home", packaging=packaging)
    assert result.score_u == FULL - points * POINT
    assert sum(each.points for each in result.penalties) == points


def test_a_defect_counts_four_times_at_most() -> None:
    """A defect counts four times at most."""
    four = graded("home", packaging="sealed", observations=[seen("SCR-LT", "back", 4)])
    assert four.score_u == FULL - 20 * 100 * 25
    assert (
        graded("home", packaging="sealed", observations=[seen("SCR-LT", "back", 9)]).score_u == four.score_u
    )


@pytest.mark.parametrize(
    ("facts", "score", "letter"),
    [
        ({"packaging": "opened_damaged"}, 92, "A"),
        ({"packaging": "missing"}, 90, "B"),
        ({"packaging": "missing", "missing_other": 3}, 78, "B"),
        ({"packaging": "opened_complete", "missing_other": 5}, 77, "C"),
        ({"packaging": "sealed", "missing_essential": 3}, 55, "C"),
        ({"packaging": "missing", "missing_other": 9}, 54, "D"),
    ],
)
def test_thresholds_are_inclusive(facts: dict[str, object], score: int, letter: str) -> None:
    """Thresholds are inclusive."""
    result = graded("home", **facts)
    assert (result.score_u, result.grade_by_score) == (score * POINT, letter)


def test_both_axes_stand_beside_the_letter() -> None:
    """Both axes stand beside the letter."""
    cracked = graded(**OPENED, battery_health=95, observations=[seen("GLS-CR")])
    assert (cracked.functional, cracked.cosmetic) == ("A", "D")
    dead = graded(packaging="opened_complete", function="fail", battery_health=95)
    assert (dead.functional, dead.cosmetic) == ("D", "A")
    weak = graded(**OPENED, battery_health=82, missing_other=3)
    assert (weak.functional, weak.cosmetic) == ("B", "A")


def test_unknown_codes_and_places_are_refused_together() -> None:
    """Unknown codes and places are refused together."""
    with pytest.raises(BadFacts) as caught:
        graded(observations=[seen("SCR-TL", "back"), seen("SCR-LT", "bakc")])
    assert caught.value.problems == (
        'observations: unknown location "bakc" - did you mean "back"?',
        'observations: unknown defect "SCR-TL" - did you mean "SCR-LT"?',
    )


def test_rework_adds_the_work_of_every_fault() -> None:
    """Rework adds the work of every fault."""
    facts = parse(
        {
            "packaging": "opened_complete",
            "function": "fail",
            "battery_health": 70,
            "missing_essential": 1,
            "observations": [seen("GLS-CR"), seen("SCR-DP", "back", 2), seen("PKG-DM")],
        }
    )
    assert rework(PHONE, facts) == Rework(
        30 + 30 + 40 + 15, ("accessory", "battery", "casing", "module", "screen")
    )
    assert rework(PHONE, parse({"function": "pass", "battery_health": 80})) == Rework(0, ())


@pytest.mark.parametrize(
    ("category", "facts"),
    [
        ("phone", {"observations": [seen("LDI-TR")]}),
        ("home", {"function": "fail"}),
        ("home", {"battery_health": 70}),
    ],
)
def test_what_cannot_be_mended_has_no_rework(category: str, facts: dict[str, object]) -> None:
    """What cannot be mended has no rework."""
    assert rework(SCHEMES[category], parse(facts)) is None


def test_the_worse_of_two_grades() -> None:
    """The worse of two grades."""
    assert worse("A", "C") == worse("C", "A") == "C"


OBSERVATIONS = st.lists(
    st.builds(
        Observation,
        st.sampled_from(sorted(PHONE.defects)),
        st.sampled_from(["", *LOCATIONS]),
        st.integers(1, 6),
    ),
    max_size=5,
)
FACTS = st.fixed_dictionaries(
    {},
    optional={
        "packaging": st.sampled_from(["sealed", "opened_complete", "opened_damaged", "missing"]),
        "function": st.sampled_from(["pass", "not_required", "not_tested", "fail"]),
        "battery_health": st.integers(0, 100),
        "missing_essential": st.integers(0, 3),
        "missing_other": st.integers(0, 3),
        "hygiene": st.booleans(),
        "seal": st.sampled_from(["intact", "broken", "missing"]),
        "unused": st.booleans(),
        "lock": st.sampled_from(["off", "on"]),
    },
)
CATEGORIES = st.sampled_from(sorted(SCHEMES))


def with_seen(facts: Mapping[str, FactValue], found: list[Observation]) -> Facts:
    """Facts with these observations."""
    return with_facts(facts, {"observations": tuple(found)})


@settings(deadline=None)
@given(CATEGORIES, FACTS, OBSERVATIONS, OBSERVATIONS.filter(bool))
def test_adding_a_defect_never_improves_a_grade(
    category: str, facts: dict[str, FactValue], before: list[Observation], more: list[Observation]
) -> None:
    """Adding a defect never improves a grade."""
    scheme = SCHEMES[category]
    one, other = grade(scheme, with_seen(facts, before)), grade(scheme, with_seen(facts, [*before, *more]))
    assert other.grade >= one.grade
    assert other.score_u <= one.score_u
    assert other.functional >= one.functional
    assert other.cosmetic >= one.cosmetic


@settings(deadline=None)
@given(CATEGORIES, FACTS, OBSERVATIONS, st.randoms(use_true_random=False))
def test_the_order_of_entry_never_matters(
    category: str, facts: dict[str, FactValue], found: list[Observation], random: object
) -> None:
    """The order of entry never matters."""
    shuffled = list(found)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    scheme = SCHEMES[category]
    assert grade(scheme, with_seen(facts, found)) == grade(scheme, with_seen(facts, shuffled))


@settings(deadline=None)
@given(CATEGORIES, FACTS, OBSERVATIONS, st.integers(0, 99), st.integers(1, 100))
def test_a_better_battery_never_worsens_a_grade(
    category: str, facts: dict[str, FactValue], found: list[Observation], health: int, more: int
) -> None:
    """A better battery never worsens a grade."""
    scheme, known = SCHEMES[category], with_seen(facts, found)
    low = grade(scheme, with_facts(known, {"battery_health": health}))
    high = grade(scheme, with_facts(known, {"battery_health": min(100, health + more)}))
    assert high.grade <= low.grade
    assert high.score_u >= low.score_u


@settings(deadline=None)
@given(CATEGORIES, FACTS, OBSERVATIONS)
def test_the_parts_of_a_grade_fit_together(
    category: str, facts: dict[str, FactValue], found: list[Observation]
) -> None:
    """The parts of a grade fit together."""
    result = grade(SCHEMES[category], with_seen(facts, found))
    assert result.grade == worse(result.grade_by_score, result.cap)
    assert result.score_u == max(0, FULL - sum(each.u for each in result.penalties))
    assert bool(result.cap_reasons) is (result.cap != "A")
    assert result.reasons
    assert abs(result.score - Decimal(result.score_u) / POINT) <= Decimal("0.05")


WORST: Mapping[str, FactValue] = {
    "packaging": "missing",
    "battery_health": 0,
    "function": "not_tested",
    "seal": "missing",
}


@settings(deadline=None)
@given(CATEGORIES, FACTS, OBSERVATIONS)
def test_a_fact_not_known_never_grades_better_than_its_worst(
    category: str, facts: dict[str, FactValue], found: list[Observation]
) -> None:
    """Each fact that is named as missing, taken at the worst that the inspection could have found."""
    scheme = SCHEMES[category]
    unknown = grade(scheme, with_seen(facts, found))
    assert set(unknown.missing) <= set(WORST)
    for name in unknown.missing:
        known = grade(scheme, with_facts(with_seen(facts, found), {name: WORST[name]}))
        assert unknown.score_u <= known.score_u
        assert unknown.grade >= known.grade
        assert unknown.functional >= known.functional


@settings(deadline=None)
@given(CATEGORIES, FACTS, OBSERVATIONS, st.sampled_from(sorted(PHONE.defects)))
def test_recording_a_defect_at_the_bench_never_improves_a_grade(
    category: str, facts: dict[str, FactValue], before: list[Observation], code: str
) -> None:
    """With all that the defect says of the item: missing parts, packaging, hazards."""
    scheme, known = SCHEMES[category], with_seen(facts, before)
    one, other = grade(scheme, known), grade(scheme, observe(scheme, known, code))
    opened = facts.get("packaging") in (None, "sealed") and code.startswith("PKG")
    assert other.grade >= one.grade or opened


@settings(deadline=None)
@given(CATEGORIES, FACTS, FACTS, OBSERVATIONS)
def test_grades_are_a_total_order_and_follow_the_score(
    category: str, facts: dict[str, FactValue], others: dict[str, FactValue], found: list[Observation]
) -> None:
    """Of two items of one kind, the lower score never has the better grade by score."""
    one, two = grade(SCHEMES[category], with_seen(facts, found)), grade(SCHEMES[category], others)
    assert {one.grade, one.cap, one.grade_by_score, one.functional, one.cosmetic} <= set(LETTERS)
    assert sorted(LETTERS) == list(LETTERS)
    high, low = (one, two) if one.score_u >= two.score_u else (two, one)
    assert high.grade_by_score <= low.grade_by_score


def test_the_score_does_not_depend_on_the_decimal_context() -> None:
    """The score does not depend on the decimal context."""
    with localcontext() as context:
        context.prec = 3
        result = graded(**OPENED, battery_health=91, observations=[seen("SCR-LT", "side")])
        assert result.score_u == 955_000
        assert str(result.score) == "95.5"
