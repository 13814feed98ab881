"""The questions of an inspection: which apply, which is next, what an answer means, when nothing is left to ask.

Whether a question can still change anything is found out by really grading the best and the worst that the open
questions leave. Nothing is ever answered ahead: `clean` answers only because somebody said so.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import lru_cache

from terminal.domain.cells import Match, Row
from terminal.domain.facts import (
    LETTERS,
    REGISTRY,
    Facts,
    FactValue,
    Observation,
    freeze,
    merged,
    observations_of,
    read_value,
    settle,
    with_facts,
    worse_of,
)
from terminal.domain.grading import GradeResult, grade, located, worse
from terminal.domain.schemes import LOCATIONS, Choice, Question, Scheme
from terminal.domain.speech import _
from terminal.domain.suggest import BadData, did_you_mean, hint

__all__ = [
    "BadAnswer", "Choice", "Question", "answer", "clean", "measure", "next_question", "observe", "question_about",
    "questions",
]  # fmt: skip

MEASURES: tuple[str, ...] = ("battery_health", "weight_g", "missing_other", "missing_essential")
"""Numbers that can be taken on any item."""


class BadAnswer(BadData):
    """An answer, defect or measure that cannot be taken; nothing was changed."""


def questions(scheme: Scheme, facts: Facts) -> tuple[Question, ...]:
    """The questions that apply to the item as it is known, in the order in which they are asked."""
    return tuple(
        each
        for each in scheme.questions
        if not _is_known(each, facts) and _applies(each, facts, scheme.gives)
    )


def next_question(scheme: Scheme, facts: Facts, answered: Collection[str]) -> Question | None:
    """The question to ask now, or None when no open one can change the grade or decide a channel."""
    open_questions = [each for each in questions(scheme, facts) if each.id not in answered]
    if not open_questions:
        return None
    best, worst = _outlook(scheme, facts, answered)
    if best != worst:
        reach = {letter for letter in LETTERS if best <= letter <= worst}
        moving = (each for each in open_questions if each.id in _graded(scheme) or each.gate & reach)
        return next(moving, open_questions[0])
    return next((each for each in open_questions if best in each.gate), None)


def question_about(scheme: Scheme, fact: str) -> Question | None:
    """The question that finds out a fact, for facts that a decision asks for; None where no question does."""
    for question in scheme.questions:
        if fact in question.facts or any(
            fact == name for choice in question.choices for name, _ in choice.sets
        ):
            return question
    return None


def answer(scheme: Scheme, question_id: str, value: str, facts: Facts) -> Facts:
    """The facts with a question answered; a later answer to the same question replaces the earlier one.

    Raises `BadAnswer` for a question or a choice that is not there, and where "found" names no defect.
    """
    question = scheme.question(question_id)
    if question is None:
        known = [each.id for each in scheme.questions]
        none = _('no question "{question}" for {scheme}{hint}')
        near = hint(question_id, known, _)
        raise BadAnswer([none.format(question=question_id, scheme=scheme.id, hint=near)])
    if question.kind == "number":
        return measure(scheme, facts, question_id, value)
    word = value.strip().casefold()
    for choice in question.choices:
        if word in (choice.value, choice.key):
            if choice.needs_defect and not observations_of(facts):
                first = _("{question} {answer}: record the defect first, by its code")
                raise BadAnswer([first.format(question=question_id, answer=choice.value)])
            return _choose(question, choice, facts)
    known = [each.value for each in question.choices]
    near = hint(value.strip(), known, _)
    # TRANSLATORS: between the answers that a question has
    choices = _(" or ").join(known)
    wrong = _('{question} cannot be "{given}", answer {choices}{hint}')
    given = value.strip()[:40]
    raise BadAnswer([wrong.format(question=question_id, given=given, choices=choices, hint=near)])


def clean(scheme: Scheme, facts: Facts, answered: Collection[str] = ()) -> tuple[Facts, tuple[str, ...]]:
    """Nothing (else) wrong: every open question gets its good answer; a number must still be measured.

    Gives the facts and the ids that were answered. Goods that nobody called sealed count as opened.
    """
    taken: list[str] = []
    for question in scheme.questions:
        if question.kind == "number" or question.id in answered or _is_known(question, facts):
            continue
        if not _applies(question, facts, scheme.gives):
            continue
        choice = next(each for each in question.choices if each.value == question.good)
        facts = _choose(question, choice, facts)
        taken.append(question.id)
    return facts, tuple(taken)


def observe(scheme: Scheme, facts: Facts, defect: str, location: str = "", count: int = 1) -> Facts:
    """The facts with a defect recorded: code, place (empty: its usual one) and how many.

    Raises `BadAnswer` for a code or place that is not known or a count out of 1 to 99.
    """
    code, place = defect.strip().upper(), location.strip().lower()
    kind = scheme.defects.get(code)
    problems: list[str] = []
    if kind is None:
        unknown = _('no defect "{given}"{hint}')
        problems.append(unknown.format(given=defect.strip()[:40], hint=_near_defect(code, scheme)))
    if place and place not in LOCATIONS:
        problems.append(
            _('no location "{given}"{hint} (known: {locations})').format(
                given=location.strip()[:40], hint=hint(place, LOCATIONS, _), locations=", ".join(LOCATIONS)
            )
        )
    if not 1 <= count <= 99:
        problems.append(_("a defect is counted from 1 to 99 (got {count})").format(count=count))
    if problems or kind is None:
        raise BadAnswer(problems)
    seen = Observation(code, place or kind.location, count)
    changes: dict[str, FactValue] = {"observations": merged((*located(scheme, observations_of(facts)), seen))}
    for name, value in kind.sets:
        before = facts.get(name)
        changes[name] = value if before is None else worse_of(REGISTRY[name], before, value)
    if kind.adds:
        before = facts.get(kind.adds)
        changes[kind.adds] = min(99, count + (before if isinstance(before, int) else 0))
    return with_facts(facts, changes)


def measure(scheme: Scheme, facts: Facts, name: str, value: str | int) -> Facts:
    """The facts with a number taken. Raises `BadAnswer` for an unknown measure or a value out of its range."""
    known = tuple(
        dict.fromkeys((*MEASURES, *(each.id for each in scheme.questions if each.kind == "number")))
    )
    if name not in known:
        nothing = _('nothing to measure by the name "{given}"{hint}')
        raise BadAnswer([nothing.format(given=name[:40], hint=hint(name, known, _))])
    try:
        return with_facts(facts, {name: read_value(REGISTRY[name], value)})
    except ValueError as error:
        raise BadAnswer([str(error)]) from error


def _applies(question: Question, facts: Facts, gives: Facts) -> bool:
    if facts.get("packaging", gives.get("packaging")) == "sealed" and not question.even_sealed:
        return False
    if question.ask_when is not None and _holds(question.ask_when, facts, gives) is not Match.YES:
        return False
    return question.ask_unless is None or _holds(question.ask_unless, facts, gives) is not Match.YES


def _holds(row: Row, facts: Facts, gives: Facts) -> Match:
    """What the row says of the settled facts. Settling only adds to them, so a verdict without it stands."""
    found = row.match(facts)
    return found if found is not Match.UNKNOWN else row.match(settle(facts, (gives,)))


def _is_known(question: Question, facts: Facts) -> bool:
    """Whether a fact says the answer already, or a defect that is the answer was recorded by its code."""
    return any(name in facts for name in question.facts) or _has_own_defect(question, facts)


def _has_own_defect(question: Question, facts: Facts) -> bool:
    own = {choice.defect.defect for choice in question.choices if choice.defect is not None}
    return any(seen.defect in own for seen in observations_of(facts))


def _choose(question: Question, choice: Choice, facts: Facts) -> Facts:
    own = {each.defect.defect for each in question.choices if each.defect is not None}
    changes: dict[str, FactValue] = dict(choice.sets)
    if own:
        kept = [seen for seen in observations_of(facts) if seen.defect not in own]
        changes["observations"] = merged((*kept, choice.defect) if choice.defect is not None else kept)
    return with_facts(facts, changes)


def _near_defect(code: str, scheme: Scheme) -> str:
    if did_you_mean(code, scheme.defects) is not None:
        return hint(code, scheme.defects, _)
    # TRANSLATORS: the codes of the defects that a grading scheme offers
    return _(" (for {scheme}: {codes})").format(scheme=scheme.id, codes=", ".join(scheme.offers))


_Step = Callable[[Facts], Facts]
"""One way in which a question could still be answered."""


def _outlook(scheme: Scheme, facts: Facts, answered: Collection[str]) -> tuple[str, str]:
    """Best and worst grade that the open questions leave.

    Points add up and caps take the worst, so the extremes of both, each taken to its end, bound every other course.
    """
    results: list[GradeResult] = []
    for extreme in range(4):
        course = facts
        for question in scheme.questions:
            if question.id in answered or _is_known(question, course):
                continue
            if _applies(question, course, scheme.gives):
                course = _extremes(scheme)[question.id][extreme](course)
        results.append(grade(scheme, course))
    most_points, best_caps, least_points, worst_caps = results
    return worse(most_points.grade_by_score, best_caps.cap), worse(least_points.grade, worst_caps.grade)


@lru_cache(maxsize=64)
def _extremes(scheme: Scheme) -> Mapping[str, tuple[_Step, _Step, _Step, _Step]]:
    """For each question the steps with most points, best cap, fewest points and worst cap, on a flawless item."""
    flawless = freeze(
        {"function": "pass", "hygiene": False, "battery_health": 100, "packaging": "opened_complete"}
    )
    found: dict[str, tuple[_Step, _Step, _Step, _Step]] = {}
    for question in scheme.questions:
        graded = [(step, grade(scheme, step(flawless))) for step in _steps(scheme, question)]
        by_points = sorted(graded, key=lambda each: -each[1].score_u)
        by_cap = sorted(graded, key=lambda each: (each[1].cap, -each[1].score_u))
        found[question.id] = (by_points[0][0], by_cap[0][0], by_points[-1][0], by_cap[-1][0])
    return found


@lru_cache(maxsize=64)
def _graded(scheme: Scheme) -> frozenset[str]:
    """The questions whose answers can move the score or the cap, themselves or through a question they open."""
    flawless = freeze(
        {"function": "pass", "hygiene": False, "battery_health": 100, "packaging": "opened_complete"}
    )
    graded: set[str] = set()
    for question in scheme.questions:
        results = [grade(scheme, step(flawless)) for step in _steps(scheme, question)]
        if len({(each.score_u, each.cap) for each in results}) > 1:
            graded.add(question.id)
    return frozenset(graded)


def _steps(scheme: Scheme, question: Question) -> list[_Step]:
    if question.kind == "number":
        spec = REGISTRY[question.id]
        return [_setter({question.id: spec.low}), _setter({question.id: spec.high})]
    steps: list[_Step] = [_chooser(question, choice) for choice in question.choices]
    if question.marks:
        worst = next(each for each in scheme.defects.values() if each.severity == "critical")
        steps.append(lambda facts: observe(scheme, facts, worst.code))
    return steps


def _setter(changes: Mapping[str, FactValue]) -> _Step:
    return lambda facts: with_facts(facts, changes)


def _chooser(question: Question, choice: Choice) -> _Step:
    return lambda facts: _choose(question, choice, facts)
