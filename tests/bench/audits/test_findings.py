"""On what an audit differed, in words, and the lesson that it is for whoever graded the item first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from terminal.bench.audit_events import (
    Audited,
    AuditNoted,
    Finding,
    LessonSeen,
)
from terminal.bench.auditing import findings
from terminal.bench.commands import (
    Accept,
    AddDefect,
    Answer,
    Clean,
    DropAudit,
    OpenAudit,
    ReadLesson,
    SettleAudit,
    Weigh,
)
from terminal.bench.evolve import evolve
from terminal.bench.meanings import Operator, OwnItem
from terminal.bench.menus import standing
from terminal.bench.state import LESSONS

LEAD = Operator("9001", "lead", "Grace")
LPN = "BBBCBBBBBI"
BLANK = {"category": "home", "reference_price": "16.50", "currency": "GBP", "market": "EU"}


def test_a_lesson_waits_for_whoever_graded_it_first(auditing: Any, grade_badly: Callable[[Any], Any]) -> None:
    """Shown at the next sign-in with item, question and what the auditor saw; gone once it is read."""
    grade_badly(auditing)
    auditing.must(SettleAudit("first"))
    assert not [fact for fact in auditing.view().facts if fact.label == "LESSON"]
    auditing.sign_in(Operator("1001", "operator", "Ada"))
    shown = auditing.view()
    (lesson,) = [fact.text for fact in shown.facts if fact.label == "LESSON"]
    assert LPN in lesson
    assert "Tin 22556" in lesson
    assert "you said A RESTOCK" in lesson
    assert [fact for fact in shown.facts if fact.label == "SEEN"]
    assert "lesson" in shown.actions
    auditing.must(ReadLesson())
    assert isinstance(auditing.log[-1][0], LessonSeen)
    assert not [fact for fact in auditing.view().facts if fact.label == "LESSON"]
    assert "lesson" not in auditing.view().actions


def test_lessons_do_not_pile_up_for_ever(lead: Any) -> None:
    """The oldest give way; an audit that was brought in from a file teaches nobody at this bench."""
    saved = Audited(LPN, "k", "C", "outlet", "A", "restock", "random", "9001", operator="1001")
    state = lead.state
    for number in range(LESSONS + 5):
        state = evolve(state, replace(saved, audit=f"k{number}"), lead.at)
    assert (len(state.lessons), state.lessons[0].audit) == (LESSONS, "k5")
    assert evolve(state, replace(saved, source="old.csv"), lead.at) is state
    assert evolve(state, AuditNoted(LPN, "clean"), lead.at).audit is None
    assert evolve(state, replace(saved, operator=None), lead.at).lessons == state.lessons


def test_findings_are_told_in_words(lead: Any, tin: Callable[..., OwnItem]) -> None:
    """Defects by name and place, facts by theirs; what both saw alike is no finding."""
    seen = [
        {"defect": "SCR-LT", "location": "back", "count": 2},
        {"defect": "BRK-ST", "location": "side", "count": 1},
        {"defect": "NOPE", "count": 1},
    ]
    own = tin(facts={**BLANK, "weight_g": 100, "observations": seen})
    lead.must(OpenAudit(own))
    lead.must(AddDefect("BRK-ST", "side"))
    lead.must(AddDefect("SCR-LT", "back", 1))
    lead.must(Weigh(182, "scale"))
    lead.do(Clean())
    lead.must(Accept())
    saved = next(event for event, _ in lead.log if isinstance(event, Audited))
    found = {one.what: (one.first, one.saw) for one in saved.findings}
    assert ("x2", "x1") in found.values()
    assert found["NOPE"] == ("x1", "-")
    assert found["weight g"] == ("100", "182")
    assert not {"mass source", "expected weight g"} & set(found)
    assert len(found) == len(saved.findings)


def answered(bench: Any) -> None:
    """Give the last answer to every question until there is a proposal."""
    while bench.state.audit.item.proposal is None:
        menu = standing(bench.state, bench.rules)
        assert menu is not None
        bench.must([entry.does for entry in menu.entries if isinstance(entry.does, Answer)][-1])


def test_an_answer_that_differs_is_named_by_its_question(lead: Any, tin: Callable[..., OwnItem]) -> None:
    """As the operator was asked it, with both answers as a person says them."""
    lead.must(OpenAudit(tin(facts=BLANK)))
    answered(lead)
    noted = {name: value for note in lead.state.audit.notes for name, value in note.facts.items()}
    lead.must(DropAudit())
    first = {
        name: not value if isinstance(value, bool) else "of_before"
        for name, value in noted.items()
        if name != "observations"
    }
    lead.must(OpenAudit(tin(facts={**BLANK, **first})))
    answered(lead)
    lead.must(Accept())
    saved = next(event for event, _ in lead.log if isinstance(event, Audited))
    texts = {question.text for question in lead.rules.book.scheme_for("home").questions}
    assert {one.what for one in saved.findings} & texts
    assert {one.first for one in saved.findings} & {"yes", "no", "of before"}


def test_yes_and_no_are_said_as_such(auditing: Any) -> None:
    """A fact that is true or false is no word of a program."""
    audit = auditing.state.audit
    audit = replace(
        audit,
        notes=(AuditNoted(LPN, "scan", "x", "", {"wrong_item": True}),),
        item=replace(audit.item, facts={"wrong_item": True}),
        opened=replace(audit.opened, first_facts={"wrong_item": False}),
    )
    scheme = auditing.rules.book.scheme_for("home")
    assert list(findings(audit, scheme)) == [Finding("wrong item", "no", "yes")]
