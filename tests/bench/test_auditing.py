"""Blind audits: a lead grades a finished item once more, sees nothing of the first inspection, then sees both."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.bench.audit_events import (
    AuditDropped,
    Audited,
    AuditNoted,
    Finding,
    LessonSeen,
)
from terminal.bench.auditing import findings
from terminal.bench.codec import encode
from terminal.bench.commands import (
    Accept,
    AddDefect,
    Answer,
    Badge,
    Blind,
    Clean,
    CloseShift,
    DefectCode,
    DropAudit,
    First,
    Hold,
    Measure,
    OpenAudit,
    Operator,
    OwnItem,
    ReadLesson,
    Scanned,
    SetGrade,
    SettleAudit,
    SettleLabel,
    SignOut,
    TakeRules,
    Undo,
    Weigh,
)
from terminal.bench.menus import open_menu, standing
from terminal.bench.messages import sentence
from terminal.bench.state import LESSONS, Phase
from terminal.bench.stock_events import LOAD
from terminal.bench.view import Level

LEAD = Operator("9001", "lead", "Grace")
LPN = "BBBCBBBBBI"
BLANK = {"category": "home", "reference_price": "16.50", "currency": "GBP", "market": "EU"}
AUDIT_ID = f"{LPN} 2026-11-23T06:00:05.000+00:00"


def finished(**more: Any) -> OwnItem:
    """A tin that was found clean by operator 1001 and lies in its tote."""
    first = First(
        grade="A", disposition="restock", operator="1001", facts=BLANK, stratum="random", audited=False
    )
    known = OwnItem(
        lpn=LPN,
        status="closed",
        parcel="01-P000001",
        arrival="expected",
        sku="22556",
        title="Tin 22556",
        category="home",
        disposition="restock",
        tote="T-restock",
        facts={**BLANK, "unused": True, "packaging": "sealed"},
        copies=1,
        first=first,
    )
    return replace(known, **more)


def looked(**more: Any) -> OwnItem:
    """The same with another first look."""
    own = finished()
    assert own.first is not None
    return replace(own, first=replace(own.first, **more))


@pytest.fixture
def lead(bench: Any) -> Any:
    """A bench with a lead."""
    bench.sign_in(LEAD)
    return bench


@pytest.fixture
def auditing(lead: Any) -> Any:
    """A bench on which the tin is audited."""
    lead.must(OpenAudit(finished()))
    return lead


def kinds(bench: Any) -> list[type]:
    """Classes of all events so far."""
    return [type(event) for event, _ in bench.log]


def graded_badly(bench: Any) -> Any:
    """Go through the checklist to a poor grade, by the questions that it asks."""
    bench.must(AddDefect("BRK-ST"))
    while bench.state.audit.item.proposal is None:
        menu = standing(bench.state, bench.rules)
        assert menu is not None
        bench.must(menu.entries[-2 if menu.entries[-1].label == "add a defect" else -1].does)
    return bench.must(Accept())


def test_an_audit_that_agrees_ends_by_itself(auditing: Any) -> None:
    """Open, the checklist anew, Enter: both are named, and nothing of the item changed."""
    assert auditing.state.phase is Phase.AUDITING
    auditing.must(Clean())
    proposal = auditing.state.audit.item.proposal
    auditing.state.audit.opened
    outcome = auditing.must(Accept())
    assert outcome.verdict.code in ("audit-agrees", "audit-differs")
    saved = next(event for event, _ in auditing.log if isinstance(event, Audited))
    assert (saved.grade, saved.first_grade, saved.auditor, saved.operator) == (
        proposal.grade,
        "A",
        "9001",
        "1001",
    )
    row = auditing.tables.rows["audit"][saved.audit]
    assert (row["lpn"], row["grade"], row["first_grade"], row["stratum"]) == (
        LPN,
        proposal.grade,
        "A",
        "random",
    )
    assert auditing.tables.rows["item"] == {}


def test_agreement_is_settled_at_once(lead: Any) -> None:
    """No question is left where grade and channel are the same."""
    lead.must(OpenAudit(finished()))
    lead.must(Clean())
    proposal = lead.state.audit.item.proposal
    lead.must(DropAudit())
    lead.must(OpenAudit(looked(grade=proposal.grade, disposition=proposal.disposition)))
    lead.must(Clean())
    outcome = lead.must(Accept())
    assert outcome.verdict.code == "audit-agrees"
    assert lead.state.audit is None
    assert lead.state.lessons == ()
    assert [row["settled"] for row in lead.tables.rows["audit"].values()] == ["agreed"]
    view = lead.view(outcome)
    assert view.level is Level.OK
    assert f"both say {proposal.grade}" in view.line


def test_an_audit_that_differs_shows_both_and_asks_which_holds(auditing: Any) -> None:
    """First and audit side by side, with what each of them saw."""
    outcome = graded_badly(auditing)
    assert outcome.verdict.code == "audit-differs"
    view = auditing.view(outcome)
    assert (view.word, view.level, view.state) == ("DIFFERS", Level.WARN, "auditing")
    shown = {fact.label: fact.text for fact in view.facts}
    assert shown["FIRST"] == "A  RESTOCK  by 1001"
    assert shown["AUDIT"].endswith("by 9001")
    assert any(
        "BRK-ST" in fact.text or "audit x1" in fact.text for fact in view.facts if fact.label == "DIFFERS"
    )
    assert [choice.label for choice in view.choices] == [
        "the first decision stays", "the audit's: hold it, decide anew",
    ]  # fmt: skip
    refusal = auditing.do(Hold("other"))
    assert "FIRST" in {fact.label for fact in auditing.view(refusal).facts}


def test_the_first_decision_may_stay(auditing: Any) -> None:
    """The audit counts all the same; the item is left where it is."""
    graded_badly(auditing)
    auditing.must(SettleAudit("first"))
    assert auditing.state.audit is None
    assert [row["settled"] for row in auditing.tables.rows["audit"].values()] == ["first"]
    assert auditing.tables.rows["item"] == {}
    assert len(auditing.state.lessons) == 1


def test_an_audit_that_is_taken_sends_the_item_into_quarantine_for_a_fresh_decision(auditing: Any) -> None:
    """Out of its tote, held because of the audit, with what the auditor found kept for the decision."""
    graded_badly(auditing)
    outcome = auditing.must(SettleAudit("audit"))
    assert outcome.verdict.level is Level.WARN
    item = auditing.tables.rows["item"][LPN]
    assert (item["status"], item["hold_reason"], item["tote"]) == ("held", "audit", None)
    assert auditing.tables.units() == {"T-restock": -1}
    (row,) = auditing.tables.rows["audit"].values()
    found = json.loads(row["found"])
    assert row["settled"] == "audit"
    assert [seen["defect"] for seen in found["facts"]["observations"]] == ["BRK-ST"]
    assert "first_grade" not in item, "the first inspection stays for ever"


def test_an_item_that_was_handed_over_leaves_no_tote_of_the_bench(lead: Any) -> None:
    """What it lay in is gone from the bench, and counted where it went."""
    lead.must(OpenAudit(finished(tote=f"{LOAD}T-restock--1")))
    graded_badly(lead)
    lead.must(SettleAudit("audit"))
    assert lead.tables.units() == {}


def test_a_label_in_doubt_may_be_settled_during_an_audit(auditing: Any) -> None:
    """The printer does not wait for the auditor."""
    outcome = auditing.must(SettleLabel("BBBCBBBBCG", 1, 1, {}, True))
    assert outcome.verdict.code == "label-found"
    assert auditing.state.blind


def test_an_item_that_was_held_leaves_no_tote(lead: Any) -> None:
    """It only gets another reason."""
    lead.must(OpenAudit(finished(status="held", tote=None, disposition="quarantine", hold_reason="other")))
    graded_badly(lead)
    lead.must(SettleAudit("audit"))
    assert lead.tables.units() == {}
    assert lead.tables.item(LPN, "status", "hold_reason") == ("held", "audit")


@pytest.mark.parametrize(
    ("own", "code"),
    [
        (OwnItem("BBBCXXXXXX"), "lpn-unknown"),
        (finished(status="open"), "audit-none"),
        (finished(status="void"), "audit-none"),
        (finished(first=None), "audit-none"),
        (looked(operator="9001"), "audit-own"),
        (looked(audited=True), "audit-again"),
    ],
    ids=["unknown", "open", "void", "never graded", "own", "again"],
)
def test_what_can_not_be_audited_is_refused(lead: Any, own: OwnItem, code: str) -> None:
    """Nobody audits himself, and nothing twice."""
    assert lead.refuses(OpenAudit(own)) == code
    assert lead.state.audit is None


def test_only_a_lead_audits_and_only_a_free_bench(ready: Any, inspecting: Any) -> None:
    """An operator is asked for a lead's word; an open item goes first."""
    outcome = inspecting.do(OpenAudit(finished()))
    assert outcome.verdict.code == "audit-lead"
    assert outcome.needs is not None
    inspecting.sign_in(LEAD)
    assert inspecting.refuses(OpenAudit(finished())) == "item-open"
    assert open_menu("audit", inspecting.state, inspecting.rules) is None


def test_settling_needs_a_lead_and_an_audit_that_differs(ready: Any) -> None:
    """Without one there is nothing to settle, to drop or to read."""
    assert ready.refuses(SettleAudit("first")) == "audit-open-none"
    assert ready.refuses(DropAudit()) == "audit-open-none"
    assert ready.do(ReadLesson()).verdict.code == "lesson-none"


def test_an_operator_who_stands_in_can_not_settle_alone(auditing: Any) -> None:
    """The word of a lead is asked for again."""
    graded_badly(auditing)
    auditing.state = replace(auditing.state, role="operator")
    outcome = auditing.do(SettleAudit("audit"))
    assert (outcome.verdict.code, outcome.needs is not None) == ("audit-lead", True)


def test_notes_are_taken_back_one_by_one_and_then_the_audit(auditing: Any) -> None:
    """Undo never reaches the item's own inspection."""
    auditing.must(AddDefect("BRK-ST"))
    auditing.must(Undo())
    assert "observations" not in auditing.state.audit.item.facts
    auditing.must(Undo())
    assert auditing.state.audit is None
    assert kinds(auditing)[-3:] == [AuditNoted, AuditNoted, AuditDropped]
    assert auditing.refuses(Undo()) == "nothing-to-undo"


def test_nothing_is_taken_back_once_the_grade_is_saved(auditing: Any) -> None:
    """Nor is anything added to it."""
    graded_badly(auditing)
    assert auditing.refuses(Undo()) == "audit-saved"
    assert auditing.refuses(AddDefect("BRK-ST")) == "audit-saved"
    assert auditing.do(Accept()).verdict.code == "nothing-waits"


def test_enter_saves_nothing_before_the_checklist_is_done(auditing: Any) -> None:
    """There is no grade yet."""
    assert auditing.do(Accept()).verdict.code == "nothing-waits"
    assert auditing.refuses(SettleAudit("first")) == "audit-open-none"


def test_an_auditor_may_set_his_grade_by_hand(auditing: Any) -> None:
    """As an operator may, with a reason."""
    auditing.must(Clean())
    before = auditing.state.audit.item.proposal.grade
    wanted = "C" if before != "C" else "D"
    auditing.must(SetGrade(wanted, "seen-worse"))
    assert auditing.state.audit.item.proposal.grade == wanted
    assert auditing.do(SetGrade(wanted, "seen-worse")).verdict.code == "grade-same"
    assert auditing.refuses(SetGrade("A", "nope")) == "unknown-reason"
    auditing.must(Accept())
    assert auditing.state.audit.saved.grade == wanted


def test_weights_and_measures_are_the_auditors_own(auditing: Any) -> None:
    """The scale and the keyboard write into the audit, and never into the item."""
    auditing.must(Weigh(182, "scale"))
    assert auditing.state.audit.item.facts["weight_g"] == 182
    auditing.must(Measure("weight_g", "190"))
    assert auditing.state.audit.item.facts["weight_g"] == 190
    assert auditing.tables.rows["item"] == {}


def test_scans_in_an_audit(auditing: Any) -> None:
    """A defect's code is noted, the item's own label is nothing new, anything else waits."""
    auditing.must(Scanned("x", (DefectCode("BRK-ST"),)))
    assert auditing.state.audit.item.facts["observations"][0]["defect"] == "BRK-ST"
    assert auditing.do(Scanned(LPN, (finished(),))).verdict.code == "same-scan"
    assert auditing.refuses(Scanned("y", (OwnItem("BBBCXXXXXX", "closed"),))) == "audit-open"
    assert auditing.refuses(Scanned("zz", ())) == "unknown-code"
    assert auditing.refuses(Scanned("", (), problems=("noise",))) == "unreadable"


@pytest.mark.parametrize(
    "command", [Blind("no-label"), Hold("other"), CloseShift("9001", {}), OpenAudit(finished())]
)
def test_nothing_else_is_begun_during_an_audit(auditing: Any, command: Any) -> None:
    """The sentence says how to end it."""
    assert auditing.refuses(command) == "audit-open"


def test_other_rules_wait_for_the_end_of_an_audit(auditing: Any) -> None:
    """An audit is graded under one set of rules."""
    assert auditing.do(TakeRules("hash", {})).verdict.code == "arrives-later"


@pytest.mark.parametrize("saved", [False, True])
def test_whoever_leaves_leaves_the_audit(auditing: Any, saved: bool) -> None:
    """By signing out, or because another badge is scanned; nobody continues what another one looked at."""
    if saved:
        graded_badly(auditing)
    auditing.must(SignOut("idle"))
    assert auditing.state.audit is None
    assert auditing.log[-2][0] == AuditDropped(LPN, "signed-out")
    auditing.sign_in(LEAD)
    auditing.must(OpenAudit(finished()))
    auditing.must(Scanned("b", (Badge("b", Operator("9002", "lead")),)))
    assert (auditing.state.audit, auditing.state.operator) == (None, "9002")


def test_the_own_badge_changes_nothing(auditing: Any) -> None:
    """It is read twice by chance."""
    auditing.must(Scanned("b", (Badge("b", LEAD),)))
    assert auditing.state.phase is Phase.AUDITING


def test_a_lesson_waits_for_whoever_graded_it_first(auditing: Any) -> None:
    """Shown at the next sign-in with item, question and what the auditor saw; gone once it is read."""
    graded_badly(auditing)
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
    from terminal.bench.evolve import evolve

    state = lead.state
    for number in range(LESSONS + 5):
        state = evolve(state, replace(saved, audit=f"k{number}"), lead.at)
    assert (len(state.lessons), state.lessons[0].audit) == (LESSONS, "k5")
    assert evolve(state, replace(saved, source="old.csv"), lead.at) is state
    assert evolve(state, AuditNoted(LPN, "clean"), lead.at).audit is None
    assert evolve(state, replace(saved, operator=None), lead.at).lessons == state.lessons


OTHER_LOOKS = st.builds(
    First,
    grade=st.sampled_from("ABCD"),
    disposition=st.sampled_from(("restock", "outlet", "landfill", "donate")),
    operator=st.sampled_from(("1001", "1002", "7777")),
    facts=st.just(BLANK),
    stratum=st.sampled_from(("random", "override", "picked")),
)
OTHER_FACTS = st.fixed_dictionaries(
    {
        "unused": st.booleans(),
        "packaging": st.sampled_from(("sealed", "missing")),
        "function": st.just("fail"),
    }
)


@settings(max_examples=40, deadline=None)
@given(
    look=OTHER_LOOKS,
    facts=OTHER_FACTS,
    tote=st.sampled_from(("T-restock", "T-landfill")),
    picks=st.lists(st.integers(0, 5), max_size=6),
)
def test_no_view_before_the_grade_is_saved_tells_anything_of_the_first_inspection(
    drive: Callable[[], Any], look: First, facts: dict[str, Any], tote: str, picks: list[int]
) -> None:
    """Two items that differ in nothing but their first inspection look the same at every step of their audits."""
    benches = []
    for own in (
        finished(),
        finished(first=look, facts={**BLANK, **facts}, tote=tote, disposition=look.disposition),
    ):
        bench = drive()
        bench.sign_in(LEAD)
        bench.recent_before = bench.state.recent
        outcome = bench.must(OpenAudit(own))
        views = [encode(bench.view(outcome))]
        for pick in picks:
            menu = standing(bench.state, bench.rules)
            assert menu is not None
            if not menu.entries:
                outcome = bench.do(Measure("weight_g", "100"))
            else:
                does = menu.entries[pick % len(menu.entries)].does
                if isinstance(does, (Answer, AddDefect)):
                    outcome = bench.do(does)
            views.append(encode(bench.view(outcome)))
        views += [encode(bench.view(bench.do(command))) for command in (Hold("other"), Undo(), Clean())]
        views += [[each.label for each in getattr(open_menu(name, bench.state, bench.rules), "entries", ())]
                  for name in ("regrade", "defect", "audit", "reroute", "hold")]  # fmt: skip
        assert bench.state.blind or bench.state.audit is None
        benches.append(views)
    assert benches[0] == benches[1]


def test_the_last_items_are_hidden_while_somebody_audits(inspecting: Any) -> None:
    """They say grade and channel of what may be the very item."""
    inspecting.do(Clean())
    lpn = inspecting.state.item.lpn
    while inspecting.state.item.unproven:
        inspecting.label()
    inspecting.tote()
    inspecting.sign_in(LEAD)
    assert [row.lpn for row in inspecting.view().recent] == [lpn]
    placed = inspecting.state.recent[0]
    outcome = inspecting.must(OpenAudit(looked(grade=placed.grade, disposition=placed.channel)))
    view = inspecting.view(outcome)
    assert view.recent == ()
    assert set(view.actions).isdisjoint({"label", "value", "history", "shift", "hold", "reroute", "reprint"})
    text = json.dumps(encode(view)).lower()
    assert "ada" not in text
    assert "1001" not in text
    assert placed.channel.replace("_", " ") not in text
    inspecting.must(DropAudit())
    assert inspecting.view().recent


def test_the_parcel_stays_open_behind_an_audit(parcel: Any) -> None:
    """It goes on where it was."""
    parcel.sign_in(LEAD)
    parcel.must(OpenAudit(finished()))
    parcel.must(DropAudit())
    assert parcel.state.phase is Phase.PARCEL


def test_menus_of_an_audit(auditing: Any) -> None:
    """What begins it takes a label; what ends it asks; the rest is only what an auditor may do."""
    state, rules = auditing.state, auditing.rules
    leave = open_menu("audit", state, rules)
    assert leave is not None
    assert [entry.does for entry in leave.entries] == [DropAudit()]
    assert open_menu("regrade", state, rules) is not None
    assert open_menu("hold", state, rules) is None
    graded_badly(auditing)
    assert open_menu("regrade", auditing.state, rules) is None
    auditing.must(SettleAudit("first"))
    begin = open_menu("audit", auditing.state, rules)
    assert begin is not None
    assert begin.takes is not None
    assert begin.takes(finished()) == OpenAudit(finished())
    assert begin.takes(DefectCode("BRK-ST")) is None


def test_findings_are_told_in_words(lead: Any) -> None:
    """Defects by name and place, facts by theirs; what both saw alike is no finding."""
    seen = [
        {"defect": "SCR-LT", "location": "back", "count": 2},
        {"defect": "BRK-ST", "location": "side", "count": 1},
        {"defect": "NOPE", "count": 1},
    ]
    own = finished(facts={**BLANK, "weight_g": 100, "observations": seen})
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


def test_an_answer_that_differs_is_named_by_its_question(lead: Any) -> None:
    """As the operator was asked it, with both answers as a person says them."""
    lead.must(OpenAudit(finished(facts=BLANK)))
    answered(lead)
    noted = {name: value for note in lead.state.audit.notes for name, value in note.facts.items()}
    lead.must(DropAudit())
    first = {
        name: not value if isinstance(value, bool) else "of_before"
        for name, value in noted.items()
        if name != "observations"
    }
    lead.must(OpenAudit(finished(facts={**BLANK, **first})))
    answered(lead)
    lead.must(Accept())
    saved = next(event for event, _ in lead.log if isinstance(event, Audited))
    texts = {question.text for question in lead.rules.book.scheme_for("home").questions}
    assert {one.what for one in saved.findings} & texts
    assert {one.first for one in saved.findings} & {"yes", "no", "of before"}


COMMANDS = st.one_of(
    st.sampled_from(
        (
            OpenAudit(finished()), OpenAudit(looked(operator="9001")), OpenAudit(looked(grade="C")),
            OpenAudit(OwnItem("BBBCXXXXXX", "held")), DropAudit(), SettleAudit("first"), SettleAudit("audit"),
            Accept(), Accept(), Clean(), Clean(), Undo(), ReadLesson(), SignOut(), Hold("other"), Blind("no-label"),
            AddDefect("BRK-ST"), AddDefect("SCR-LT", "back", 3), AddDefect("?"), SetGrade("C", "other"),
            SetGrade("Z", "other"), Weigh(120, "scale"), Weigh(0, "scale"), Measure("weight_g", "x"),
            Scanned(LPN, (finished(),)), Scanned("d", (DefectCode("BRK-ST"),)), Scanned("?", ()),
            CloseShift("9001", {}),
        )
    ),
    st.sampled_from((LEAD, LEAD, Operator("1001", "operator"), Operator("9002", "manager"))).map(
        lambda who: Scanned(who.id, (Badge(who.id, who),))
    ),
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(COMMANDS, max_size=25))
def test_any_commands_around_audits_are_answered_and_shown(
    drive: Callable[[], Any], commands: list[Any]
) -> None:
    """Nothing raises, refusals change nothing, and a saved audit is never taken back."""
    bench = drive()
    bench.sign_in(LEAD)
    saved = 0
    for command in commands:
        before = bench.state
        outcome = bench.do(command)
        assert sentence(outcome.verdict.code, outcome.verdict.args)
        view = bench.view(outcome)
        assert view.word
        assert view.line
        if outcome.refused:
            assert bench.state == replace(before, refused=before.refused + 1)
        elif not outcome.events:
            assert bench.state == before
        audits = [event for event, _ in bench.log if isinstance(event, Audited)]
        assert len(audits) >= saved
        assert set(bench.tables.rows["audit"]) == {event.audit for event in audits}
        saved = len(audits)
        if bench.state.audit is not None:
            assert bench.state.audit.opened.auditor == bench.state.operator


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
