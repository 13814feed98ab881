"""The checklist: what is asked, in which order, when it stops, and what each answer means."""

from collections.abc import Mapping
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.domain.checklist import (
    BadAnswer,
    Question,
    answer,
    clean,
    measure,
    next_question,
    observe,
    question_about,
    questions,
)
from terminal.domain.facts import Facts, Observation, observations_of, parse
from terminal.domain.grading import Scheme, grade, load_schemes

SCHEMES: Mapping[str, Scheme] = load_schemes(
    {
        each.name: each.read_text("utf-8")
        for each in files("terminal.data").joinpath("schemes").iterdir()
        if each.name.endswith(".toml")
    }
)
PHONE, HOME, APPAREL, FMCG = (SCHEMES[name] for name in ("phone", "home", "apparel", "fmcg"))


def asked(scheme: Scheme, answers: Mapping[str, str], **facts: object) -> list[str]:
    """The ids asked in turn when each question gets the answer named, or else its good one."""
    known, done = parse(facts), list[str]()
    while (question := next_question(scheme, known, done)) is not None:
        known = answer(scheme, question.id, answers.get(question.id, question.good or "95"), known)
        done.append(question.id)
    return done


def test_sealed_ends_the_inspection_at_once() -> None:
    """Sealed ends the inspection at once."""
    for category in (
        "phone",
        "laptop",
        "audio",
        "apparel",
        "footwear",
        "home",
        "toys",
        "cosmetics",
        "media",
        "general",
    ):
        assert asked(SCHEMES[category], {"sealed": "yes"}) == ["sealed"], category


def test_a_sealed_food_is_still_asked_for_its_date_and_for_cold() -> None:
    """A sealed food is still asked for its date and for cold."""
    assert asked(FMCG, {"sealed": "yes"}) == ["sealed", "in_date"]
    assert asked(SCHEMES["food"], {"sealed": "yes"}) == ["sealed", "cold", "in_date"]


def test_a_flawless_opened_phone_is_asked_everything_that_can_matter() -> None:
    """A flawless opened phone is asked everything that can matter."""
    assert asked(PHONE, {}) == [
        "sealed",
        "swollen",
        "works",
        "lock",
        "serial",
        "screen",
        "marks",
        "battery_health",
        "complete",
        "box",
        "unused",
    ]


def test_a_grade_below_a_needs_no_word_on_traces_of_use() -> None:
    """A grade below a needs no word on traces of use."""
    assert "unused" not in asked(PHONE, {"battery_health": "84"})


def test_a_failed_phone_is_only_asked_what_decides_its_channel() -> None:
    """A failed phone is only asked what decides its channel."""
    assert asked(PHONE, {"works": "no"}) == ["sealed", "swollen", "works", "lock", "serial"]


def test_a_swollen_battery_stops_all_work() -> None:
    """A swollen battery stops all work."""
    assert asked(PHONE, {"swollen": "yes"}) == ["sealed", "swollen"]


def test_grade_d_ends_the_inspection_of_goods_without_gates() -> None:
    """Grade d ends the inspection of goods without gates."""
    facts = observe(HOME, answer(HOME, "sealed", "no", {}), "BRK-ST")
    assert next_question(HOME, facts, ["sealed"]) is None


def test_what_is_missing_is_only_asked_when_something_is() -> None:
    """What is missing is only asked when something is."""
    assert "missing" not in asked(HOME, {})
    assert "missing" in asked(HOME, {"complete": "no"})


def test_a_fact_that_is_known_already_is_not_asked() -> None:
    """A fact that is known already is not asked."""
    assert "seal" not in asked(APPAREL, {}, hygiene=False)
    assert "seal" in asked(APPAREL, {})
    assert "seal" not in asked(APPAREL, {}, seal="intact")
    assert "in_date" not in asked(FMCG, {}, expiry="2027-01-01")
    assert asked(HOME, {}, packaging="sealed") == []
    assert "battery_health" not in asked(PHONE, {}, battery_health=91)


def test_a_serial_that_was_scanned_is_not_asked() -> None:
    """A serial that was scanned is not asked."""
    assert "serial" in asked(PHONE, {})
    for name, value in (("serial_read", "SN-1"), ("imei", "490154203237518"), ("serial_mismatch", False)):
        assert "serial" not in asked(PHONE, {}, **{name: value}), name


def test_a_defect_that_is_recorded_already_is_not_asked_about_again() -> None:
    """Asking would let a quick yes wipe out what somebody saw."""
    facts = observe(PHONE, {}, "LCD-DP")
    assert "screen" not in [each.id for each in questions(PHONE, facts)]
    assert "odour" not in [each.id for each in questions(APPAREL, observe(APPAREL, {}, "ODR-LT"))]
    assert observations_of(clean(PHONE, facts)[0]) == (Observation("LCD-DP", "screen"),)


def test_questions_of_one_kind_of_goods_are_not_asked_of_the_others() -> None:
    """Questions of one kind of goods are not asked of the others."""
    found = {
        category: {"stable", "plays", "pages"} & set(asked(SCHEMES[category], {}, category=category))
        for category in ("home", "furniture", "media", "books")
    }
    assert found == {"home": set(), "furniture": {"stable"}, "media": {"plays"}, "books": {"pages"}}


def test_a_screen_is_only_judged_on_what_switches_on() -> None:
    """A screen is only judged on what switches on."""
    assert "screen" not in asked(PHONE, {"works": "untested"})
    dead_pixel = asked(PHONE, {"screen": "no"})
    assert dead_pixel[dead_pixel.index("screen") + 1] == "marks"


CLEAN_QUESTIONS = {
    "phone": 11,
    "tablet": 11,
    "wearable": 11,
    "laptop": 11,
    "small_appliance": 8,
    "audio": 7,
    "earphones": 8,
    "personal_care": 8,
    "apparel": 7,
    "clothing_accessory": 7,
    "underwear": 7,
    "swimwear": 7,
    "footwear": 7,
    "home": 5,
    "furniture": 6,
    "toys": 7,
    "fmcg": 6,
    "food": 7,
    "cosmetics": 6,
    "media": 5,
    "books": 5,
    "general": 6,
}
"""How many questions a flawless opened item is asked, one by one; `clean` and sealed goods need far fewer."""


def test_the_number_of_questions_for_a_clean_item_is_known() -> None:
    """A question more or less per item is a decision: this table changes with it."""
    found = {category: len(asked(scheme, {}, category=category)) for category, scheme in SCHEMES.items()}
    assert found == CLEAN_QUESTIONS


@pytest.mark.parametrize("category", sorted(SCHEMES))
def test_nothing_wrong_is_one_key_and_a_number_at_most(category: str) -> None:
    """After `clean` only a battery is still to be measured."""
    scheme = SCHEMES[category]
    facts, done = clean(scheme, parse({"category": category}))
    question = next_question(scheme, facts, done)
    assert (question.id if question else None) == (
        "battery_health" if scheme.gives.get("has_battery") else None
    )


@pytest.mark.parametrize("category", sorted(SCHEMES))
def test_the_texts_of_questions_fit_two_lines_of_a_small_screen(category: str) -> None:
    """The texts of questions fit two lines of a small screen."""
    for question in SCHEMES[category].questions:
        assert len(question.text) <= 100, question.text
        assert "{" not in question.text


def test_the_question_that_finds_out_a_fact_is_known() -> None:
    """The question that finds out a fact is known."""
    found = {
        fact: question_about(PHONE, fact)
        for fact in ("lock", "function", "unused", "battery_health", "unsold")
    }
    assert {fact: question.id if question else None for fact, question in found.items()} == {
        "lock": "lock",
        "function": "works",
        "unused": "unused",
        "battery_health": "battery_health",
        "unsold": None,
    }
    hygiene = question_about(APPAREL, "hygiene")
    assert hygiene is not None
    assert hygiene.id == "seal"


def test_an_expired_food_is_still_asked_what_decides_whether_it_can_be_given_away() -> None:
    """An expired food is still asked what decides whether it can be given away."""
    assert asked(FMCG, {"in_date": "no"}) == ["sealed", "in_date", "date_kind", "seal"]


def test_everything_answered_leaves_nothing() -> None:
    """Everything answered leaves nothing."""
    every = [each.id for each in HOME.questions]
    assert questions(HOME, {})
    assert next_question(HOME, {}, every) is None


def test_every_category_begins_with_sealed_and_knows_unused_and_complete() -> None:
    """Every category begins with sealed and knows unused and complete."""
    for category, scheme in SCHEMES.items():
        ids = [each.id for each in scheme.questions]
        assert ids[0] == "sealed", category
        assert {"unused", "complete"} <= set(ids), category
        assert ("works" in ids) is scheme.has_function
        assert len(ids) == len(set(ids))


def test_prompts_fit_the_banner_and_every_choice_has_its_key() -> None:
    """Prompts fit the banner and every choice has its key."""
    for scheme in SCHEMES.values():
        for question in scheme.questions:
            assert len(question.prompt) <= 12
            assert question.text.endswith(("?", ".")) or "." in question.text
            assert [each.key for each in question.choices] == [
                str(n + 1) for n in range(len(question.choices))
            ]
            assert question.kind == "number" or question.good in [each.value for each in question.choices]


def test_clean_answers_every_open_question_but_a_measure() -> None:
    """Clean answers every open question but a measure."""
    facts, done = clean(PHONE, {})
    assert done == (
        *("sealed", "swollen", "works", "lock", "serial", "screen", "marks", "complete", "box", "unused"),
    )
    assert facts["packaging"] == "opened_complete"
    assert facts["unused"] is True
    assert facts["function"] == "pass"
    assert facts["missing_other"] == 0
    assert "battery_health" not in facts
    assert "data_sanitised" not in facts
    assert "serial_mismatch" not in facts
    question = next_question(PHONE, facts, done)
    assert question is not None
    assert question.id == "battery_health"


def test_clean_grades_a_where_nothing_has_to_be_measured() -> None:
    """Clean grades a where nothing has to be measured."""
    for category, scheme in SCHEMES.items():
        facts, done = clean(scheme, parse({"category": category}))
        if not scheme.gives.get("has_battery"):
            assert grade(scheme, facts).grade == "A", category
            assert next_question(scheme, facts, done) is None, category


def test_clean_leaves_what_was_said_before() -> None:
    """Clean leaves what was said before."""
    facts = observe(HOME, {}, "SCR-MD", "front", 2)
    facts = answer(HOME, "complete", "no", answer(HOME, "sealed", "no", facts))
    facts = answer(HOME, "missing", "extras", facts)
    cleaned, done = clean(HOME, facts, ("sealed", "complete", "missing"))
    assert cleaned["missing_other"] == 2
    assert observations_of(cleaned) == (Observation("SCR-MD", "front", 2),)
    assert done == ("marks", "box", "unused")
    smelly, _ = clean(APPAREL, answer(APPAREL, "odour", "light", {}))
    assert observations_of(smelly) == (Observation("ODR-LT", "hidden"),)


def test_an_answer_is_a_word_or_its_key_in_any_case() -> None:
    """An answer is a word or its key in any case."""
    assert answer(HOME, "sealed", "yes", {})["packaging"] == "sealed"
    assert answer(HOME, "sealed", " YES ", {})["packaging"] == "sealed"
    assert answer(HOME, "sealed", "2", {})["packaging"] == "opened_complete"
    assert answer(PHONE, "works", "untested", {})["function"] == "not_tested"


def test_a_later_answer_replaces_the_earlier_one_with_its_defect() -> None:
    """A later answer replaces the earlier one with its defect."""
    strong = answer(APPAREL, "odour", "strong", observe(APPAREL, {}, "PIL"))
    assert Observation("ODR-HV", "hidden") in observations_of(strong)
    none = answer(APPAREL, "odour", "none", strong)
    assert observations_of(none) == (Observation("PIL", "front"),)


@pytest.mark.parametrize(
    ("question", "value", "said"),
    [
        ("seeled", "yes", 'no question "seeled" for phone - did you mean "sealed"?'),
        ("sealed", "yse", 'sealed cannot be "yse", answer yes or no - did you mean "yes"?'),
        ("works", "", 'works cannot be "", answer yes or no or untested'),
        ("marks", "found", "marks found: record the defect first, by its code"),
        ("battery_health", "101", "battery_health goes from 0 to 100 %"),
        ("battery_health", "good", "battery_health is a whole number of %"),
    ],
)
def test_a_wrong_answer_is_refused_with_what_would_do(question: str, value: str, said: str) -> None:
    """A wrong answer is refused with what would do."""
    with pytest.raises(BadAnswer) as caught:
        answer(PHONE, question, value, {})
    assert said in str(caught.value)


def test_marks_are_all_recorded_once_there_is_one() -> None:
    """Marks are all recorded once there is one."""
    facts = observe(PHONE, {}, "SCR-LT")
    assert answer(PHONE, "marks", "found", facts) == facts


def test_a_defect_is_recorded_at_its_usual_place_and_counted_together() -> None:
    """A defect is recorded at its usual place and counted together."""
    facts = observe(PHONE, observe(PHONE, {}, "scr-dp"), "SCR-DP", "Back", 2)
    assert observations_of(facts) == (Observation("SCR-DP", "back", 3),)
    placed = observe(PHONE, parse({"observations": [{"defect": "GLS-CR"}]}), "SCR-LT", "side")
    assert observations_of(placed) == (Observation("GLS-CR", "screen"), Observation("SCR-LT", "side"))


@pytest.mark.parametrize(
    ("defect", "location", "count", "said"),
    [
        ("SCR-TL", "", 1, ('no defect "SCR-TL" - did you mean "SCR-LT"?',)),
        ("QQQQ", "", 1, ('no defect "QQQQ" (for phone: SCR-LT, SCR-MD,',)),
        (
            "SCR-LT",
            "bakc",
            1,
            ('no location "bakc" - did you mean "back"? (known: screen, front, back, side, hidden)',),
        ),
        ("SCR-LT", "back", 0, ("a defect is counted from 1 to 99 (got 0)",)),
        ("SCR-TL", "bakc", 100, ("no defect", "no location", "counted from 1 to 99")),
    ],
)
def test_a_wrong_defect_is_refused_with_every_reason(
    defect: str, location: str, count: int, said: tuple[str, ...]
) -> None:
    """A wrong defect is refused with every reason."""
    with pytest.raises(BadAnswer) as caught:
        observe(PHONE, {}, defect, location, count)
    assert len(caught.value.problems) == len(said)
    for sentence, part in zip(caught.value.problems, said, strict=True):
        assert part in sentence


def test_a_defect_sets_what_it_means_and_only_for_the_worse() -> None:
    """A defect sets what it means and only for the worse."""
    assert observe(PHONE, {}, "BAT-SW")["hazard"] == "damaged_battery"
    assert observe(PHONE, {}, "LCK")["lock"] == "on"
    broken = observe(APPAREL, parse({"hygiene": False, "seal": "missing"}), "HYG-BR")
    assert (broken["hygiene"], broken["seal"]) == (True, "missing")
    assert observe(HOME, parse({"packaging": "missing"}), "PKG-OP")["packaging"] == "missing"
    assert observe(HOME, parse({"packaging": "sealed"}), "PKG-OP")["packaging"] == "opened_complete"


def test_missing_parts_add_up() -> None:
    """Missing parts add up."""
    facts = observe(PHONE, observe(PHONE, {}, "ACC-N", count=2), "ACC-N")
    assert facts["missing_other"] == 3
    assert observe(PHONE, parse({"missing_essential": 99}), "ACC-E")["missing_essential"] == 99


def test_measures_are_taken_in_their_range_only() -> None:
    """Measures are taken in their range only."""
    assert measure(PHONE, {}, "battery_health", 84)["battery_health"] == 84
    assert measure(HOME, {}, "weight_g", "182")["weight_g"] == 182
    with pytest.raises(BadAnswer, match=r"battery_health goes from 0 to 100 %"):
        measure(PHONE, {}, "battery_health", 101)
    with pytest.raises(BadAnswer, match=r'"battery" - did you mean "battery_health"'):
        measure(PHONE, {}, "battery", 84)


STEPS = st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=12, max_size=12)


def take(scheme: Scheme, question: Question, pick: int, facts: Facts) -> Facts:
    """Answer a question in one of its ways, chosen by a number; sometimes record a defect first."""
    if question.kind == "number":
        return measure(scheme, facts, question.id, (pick * 7) % 101)
    if question.marks and pick % 3 == 0:
        facts = observe(scheme, facts, scheme.offers[pick % len(scheme.offers)])
    usable = [each for each in question.choices if not each.needs_defect or observations_of(facts)]
    return answer(scheme, question.id, usable[pick % len(usable)].value, facts)


@settings(max_examples=250, deadline=None)
@given(st.sampled_from(sorted(SCHEMES)), STEPS)
def test_stopping_early_never_changes_the_grade(category: str, steps: list[tuple[int, int]]) -> None:
    """Whatever is answered, going on to the last question after the bench stopped asking gives the same letter."""
    scheme = SCHEMES[category]
    facts: Facts = parse({"category": category})
    done: list[str] = []
    for pick, _ in steps:
        question = next_question(scheme, facts, done)
        if question is None:
            break
        facts = take(scheme, question, pick, facts)
        done.append(question.id)
    else:
        assert next_question(scheme, facts, done) is None
    stopped = grade(scheme, facts)
    for _, pick in steps:
        rest = [each for each in questions(scheme, facts) if each.id not in done]
        if not rest:
            break
        facts = take(scheme, rest[0], pick, facts)
        done.append(rest[0].id)
    assert grade(scheme, facts).grade == stopped.grade


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(sorted(SCHEMES)), STEPS)
def test_what_is_asked_applies_and_is_asked_once(category: str, steps: list[tuple[int, int]]) -> None:
    """What is asked applies and is asked once."""
    scheme, facts, done = SCHEMES[category], parse({"category": category}), list[str]()
    for pick, _ in steps:
        question = next_question(scheme, facts, done)
        if question is None:
            break
        assert question in questions(scheme, facts)
        assert question.id not in done
        facts = take(scheme, question, pick, facts)
        done.append(question.id)
