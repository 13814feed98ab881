"""Every course that an inspection can take, for every shipped scheme: it ends when it may, and not before."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib.resources import files

import pytest

from terminal.domain.checklist import answer, clean, next_question, observe, questions
from terminal.domain.facts import Facts, observations_of, parse
from terminal.domain.grading import Scheme, grade, load_schemes
from terminal.domain.schemes import Question

SCHEMES: Mapping[str, Scheme] = load_schemes(
    {
        each.name: each.read_text("utf-8")
        for each in files("terminal.data").joinpath("schemes").iterdir()
        if each.name.endswith(".toml")
    }
)
HEALTHS = ("95", "86", "79")
"""One battery health of each kind: full points, some points, too weak."""


def found_by_severity(scheme: Scheme) -> list[str]:
    """One defect that the scheme offers of each severity and cap, and each that sets a fact."""
    kinds: dict[object, str] = {}
    for code in scheme.offers:
        defect = scheme.defects[code]
        kinds.setdefault((defect.severity, defect.cap, defect.axis) if not defect.sets else code, code)
    return list(kinds.values())


def ways(scheme: Scheme, question: Question, facts: Facts) -> Iterator[Facts]:
    """The facts after each answer that a question can get; for the marks also after finding a defect first."""
    if question.kind == "number":
        for health in HEALTHS:
            yield answer(scheme, question.id, health, facts)
        return
    for choice in question.choices:
        if choice.needs_defect:
            for code in found_by_severity(scheme):
                yield answer(scheme, question.id, choice.value, observe(scheme, facts, code))
        if not choice.needs_defect or observations_of(facts):
            yield answer(scheme, question.id, choice.value, facts)


def reachable(
    scheme: Scheme, facts: Facts, done: frozenset[str], seen: dict[object, frozenset[str]]
) -> frozenset[str]:
    """Every grade that the questions left open could still lead to."""
    key = (frozenset(facts.items()), done)
    if key not in seen:
        rest = next((each for each in questions(scheme, facts) if each.id not in done), None)
        if rest is None:
            seen[key] = frozenset(grade(scheme, facts).grade)
        else:
            seen[key] = frozenset[str]().union(
                *(reachable(scheme, each, done | {rest.id}, seen) for each in ways(scheme, rest, facts))
            )
    return seen[key]


def courses(
    scheme: Scheme, facts: Facts, done: frozenset[str], been: set[object]
) -> Iterator[tuple[Facts, frozenset[str], Question | None]]:
    """Every state that the bench can get into over all answers, each once, and what it asks there."""
    key = (frozenset(facts.items()), done)
    if key in been:
        return
    been.add(key)
    question = next_question(scheme, facts, done)
    yield facts, done, question
    if question is not None:
        for each in ways(scheme, question, facts):
            yield from courses(scheme, each, done | {question.id}, been)


@lru_cache
def known_reach(category: str) -> dict[object, frozenset[str]]:
    """What `reachable` has found out of a category so far."""
    return {}


@lru_cache
def walked(category: str) -> list[tuple[Facts, frozenset[str], Question | None]]:
    """The states of an inspection of that category."""
    return list(courses(SCHEMES[category], parse({"category": category}), frozenset(), set()))


ONE_OF_EACH = sorted({id(scheme): category for category, scheme in SCHEMES.items()}.values())


@pytest.mark.parametrize("category", ["furniture", "books", *ONE_OF_EACH])
def test_no_inspection_ends_while_an_open_question_could_change_the_grade(category: str) -> None:
    """All answers to all questions in the order of the bench; where it stops, all answers to the rest agree."""
    scheme, seen = SCHEMES[category], known_reach(category)
    stopped = [(facts, done) for facts, done, question in walked(category) if question is None]
    assert len(stopped) > 15
    for facts, done in stopped:
        assert reachable(scheme, facts, done, seen) == {grade(scheme, facts).grade}, (dict(facts), done)


@pytest.mark.parametrize("category", ["furniture", "books", *ONE_OF_EACH])
def test_no_question_is_asked_in_vain(category: str) -> None:
    """While it asks, the grade is open, or the answer decides a channel at the grade that stands."""
    scheme, seen = SCHEMES[category], known_reach(category)
    for facts, done, question in walked(category):
        if question is not None:
            reach = reachable(scheme, facts, done, seen)
            assert len(reach) > 1 or question.gate & reach, (dict(facts), question.id, reach)


@pytest.mark.parametrize("category", ONE_OF_EACH)
def test_no_inspection_ends_before_what_decides_a_channel_is_known(category: str) -> None:
    """Where it stops, no open question has the grade of the item among those at which it decides a channel."""
    scheme = SCHEMES[category]
    for facts, done, question in walked(category):
        letter = grade(scheme, facts).grade
        left = [each.id for each in questions(scheme, facts) if each.id not in done and letter in each.gate]
        assert question is not None or left == [], (dict(facts), left)


@pytest.mark.parametrize("category", ONE_OF_EACH)
def test_clean_at_any_moment_is_the_good_answer_to_every_open_question(category: str) -> None:
    """Whatever was said before, `clean` and the good answers one by one give the same facts."""
    scheme = SCHEMES[category]
    for facts, done, _ in walked(category)[:200]:
        cleaned, _ = clean(scheme, facts, done)
        one_by_one, answered = facts, set(done)
        while left := [
            each
            for each in questions(scheme, one_by_one)
            if each.id not in answered and each.kind != "number"
        ]:
            one_by_one = answer(scheme, left[0].id, left[0].good, one_by_one)
            answered.add(left[0].id)
        assert cleaned == one_by_one
