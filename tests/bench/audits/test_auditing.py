"""Audits from the scan that opens one to the word on what follows: a lead grades a finished item once more."""

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
)
from terminal.bench.commands import (
    Accept,
    AddDefect,
    Blind,
    Clean,
    CloseShift,
    DropAudit,
    Hold,
    Measure,
    OpenAudit,
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
from terminal.bench.meanings import Badge, DefectCode, Operator, OwnItem
from terminal.bench.menus import open_menu
from terminal.bench.messages import sentence
from terminal.bench.state import Phase
from terminal.bench.stock_events import LOAD
from terminal.bench.view import Level

LEAD = Operator("9001", "lead", "Grace")
LPN = "BBBCBBBBBI"


def kinds(bench: Any) -> list[type]:
    """Classes of all events so far."""
    return [type(event) for event, _ in bench.log]


def test_an_audit_that_agrees_ends_by_itself(auditing: Any) -> None:
    """Open, the checklist anew, Enter: both are named, and nothing of the item changed."""
    assert auditing.state.phase is Phase.AUDITING
    auditing.must(Clean())
    proposal = auditing.state.audit.item.proposal
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


def test_agreement_is_settled_at_once(lead: Any, tin: Callable[..., OwnItem]) -> None:
    """No question is left where grade and channel are the same."""
    lead.must(OpenAudit(tin()))
    lead.must(Clean())
    proposal = lead.state.audit.item.proposal
    lead.must(DropAudit())
    lead.must(OpenAudit(tin(look={"grade": proposal.grade, "disposition": proposal.disposition})))
    lead.must(Clean())
    outcome = lead.must(Accept())
    assert outcome.verdict.code == "audit-agrees"
    assert lead.state.audit is None
    assert lead.state.lessons == ()
    assert [row["settled"] for row in lead.tables.rows["audit"].values()] == ["agreed"]
    view = lead.view(outcome)
    assert view.level is Level.OK
    assert f"both say {proposal.grade}" in view.line


def test_an_audit_that_differs_shows_both_and_asks_which_holds(
    auditing: Any, grade_badly: Callable[[Any], Any]
) -> None:
    """First and audit side by side, with what each of them saw."""
    outcome = grade_badly(auditing)
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


def test_the_first_decision_may_stay(auditing: Any, grade_badly: Callable[[Any], Any]) -> None:
    """The audit counts all the same; the item is left where it is."""
    grade_badly(auditing)
    auditing.must(SettleAudit("first"))
    assert auditing.state.audit is None
    assert [row["settled"] for row in auditing.tables.rows["audit"].values()] == ["first"]
    assert auditing.tables.rows["item"] == {}
    assert len(auditing.state.lessons) == 1


def test_an_audit_that_is_taken_sends_the_item_into_quarantine_for_a_fresh_decision(
    auditing: Any, grade_badly: Callable[[Any], Any]
) -> None:
    """Out of its tote, held because of the audit, with what the auditor found kept for the decision."""
    grade_badly(auditing)
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


def test_an_item_that_was_handed_over_leaves_no_tote_of_the_bench(
    lead: Any, tin: Callable[..., OwnItem], grade_badly: Callable[[Any], Any]
) -> None:
    """What it lay in is gone from the bench, and counted where it went."""
    lead.must(OpenAudit(tin(tote=f"{LOAD}T-restock--1")))
    grade_badly(lead)
    lead.must(SettleAudit("audit"))
    assert lead.tables.units() == {}


def test_a_label_in_doubt_may_be_settled_during_an_audit(auditing: Any) -> None:
    """The printer does not wait for the auditor."""
    outcome = auditing.must(SettleLabel("BBBCBBBBCG", 1, 1, {}, True))
    assert outcome.verdict.code == "label-found"
    assert auditing.state.blind


def test_an_item_that_was_held_leaves_no_tote(
    lead: Any, tin: Callable[..., OwnItem], grade_badly: Callable[[Any], Any]
) -> None:
    """It only gets another reason."""
    lead.must(OpenAudit(tin(status="held", tote=None, disposition="quarantine", hold_reason="other")))
    grade_badly(lead)
    lead.must(SettleAudit("audit"))
    assert lead.tables.units() == {}
    assert lead.tables.item(LPN, "status", "hold_reason") == ("held", "audit")


@pytest.mark.parametrize(
    ("known", "code"),
    [
        ({"status": None}, "lpn-unknown"),
        ({"status": "open"}, "audit-none"),
        ({"status": "void"}, "audit-none"),
        ({"first": None}, "audit-none"),
        ({"look": {"operator": "9001"}}, "audit-own"),
        ({"look": {"audited": True}}, "audit-again"),
    ],
    ids=["unknown", "open", "void", "never graded", "own", "again"],
)
def test_what_can_not_be_audited_is_refused(
    lead: Any, tin: Callable[..., OwnItem], known: dict[str, Any], code: str
) -> None:
    """Nobody audits himself, and nothing twice."""
    assert lead.refuses(OpenAudit(tin(**known))) == code
    assert lead.state.audit is None


def test_only_a_lead_audits_and_only_a_free_bench(
    ready: Any, inspecting: Any, tin: Callable[..., OwnItem]
) -> None:
    """An operator is asked for a lead's word; an open item goes first."""
    outcome = inspecting.do(OpenAudit(tin()))
    assert outcome.verdict.code == "audit-lead"
    assert outcome.needs is not None
    inspecting.sign_in(LEAD)
    assert inspecting.refuses(OpenAudit(tin())) == "item-open"
    assert open_menu("audit", inspecting.state, inspecting.rules) is None


def test_settling_needs_a_lead_and_an_audit_that_differs(ready: Any) -> None:
    """Without one there is nothing to settle, to drop or to read."""
    assert ready.refuses(SettleAudit("first")) == "audit-open-none"
    assert ready.refuses(DropAudit()) == "audit-open-none"
    assert ready.do(ReadLesson()).verdict.code == "lesson-none"


def test_an_operator_who_stands_in_can_not_settle_alone(
    auditing: Any, grade_badly: Callable[[Any], Any]
) -> None:
    """The word of a lead is asked for again."""
    grade_badly(auditing)
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


def test_nothing_is_taken_back_once_the_grade_is_saved(
    auditing: Any, grade_badly: Callable[[Any], Any]
) -> None:
    """Nor is anything added to it."""
    grade_badly(auditing)
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


def test_scans_in_an_audit(auditing: Any, tin: Callable[..., OwnItem]) -> None:
    """A defect's code is noted, the item's own label is nothing new, anything else waits."""
    auditing.must(Scanned("x", (DefectCode("BRK-ST"),)))
    assert auditing.state.audit.item.facts["observations"][0]["defect"] == "BRK-ST"
    assert auditing.do(Scanned(LPN, (tin(),))).verdict.code == "same-scan"
    assert auditing.refuses(Scanned("y", (OwnItem("BBBCXXXXXX", "closed"),))) == "audit-open"
    assert auditing.refuses(Scanned("zz", ())) == "unknown-code"
    assert auditing.refuses(Scanned("", (), problems=("noise",))) == "unreadable"


@pytest.mark.parametrize(
    "command", [Blind("no-label"), Hold("other"), CloseShift("9001", {}), OpenAudit(OwnItem(LPN, "closed"))]
)
def test_nothing_else_is_begun_during_an_audit(auditing: Any, command: Any) -> None:
    """The sentence says how to end it."""
    assert auditing.refuses(command) == "audit-open"


def test_other_rules_wait_for_the_end_of_an_audit(auditing: Any) -> None:
    """An audit is graded under one set of rules."""
    assert auditing.do(TakeRules("hash", {})).verdict.code == "arrives-later"


@pytest.mark.parametrize("saved", [False, True])
def test_whoever_leaves_leaves_the_audit(
    auditing: Any, saved: bool, tin: Callable[..., OwnItem], grade_badly: Callable[[Any], Any]
) -> None:
    """By signing out, or because another badge is scanned; nobody continues what another one looked at."""
    if saved:
        grade_badly(auditing)
    auditing.must(SignOut("idle"))
    assert auditing.state.audit is None
    assert auditing.log[-2][0] == AuditDropped(LPN, "signed-out")
    auditing.sign_in(LEAD)
    auditing.must(OpenAudit(tin()))
    auditing.must(Scanned("b", (Badge("b", Operator("9002", "lead")),)))
    assert (auditing.state.audit, auditing.state.operator) == (None, "9002")


def test_the_own_badge_changes_nothing(auditing: Any) -> None:
    """It is read twice by chance."""
    auditing.must(Scanned("b", (Badge("b", LEAD),)))
    assert auditing.state.phase is Phase.AUDITING


def test_the_parcel_stays_open_behind_an_audit(parcel: Any, tin: Callable[..., OwnItem]) -> None:
    """It goes on where it was."""
    parcel.sign_in(LEAD)
    parcel.must(OpenAudit(tin()))
    parcel.must(DropAudit())
    assert parcel.state.phase is Phase.PARCEL


def test_menus_of_an_audit(
    auditing: Any, tin: Callable[..., OwnItem], grade_badly: Callable[[Any], Any]
) -> None:
    """What begins it takes a label; what ends it asks; the rest is only what an auditor may do."""
    state, rules = auditing.state, auditing.rules
    leave = open_menu("audit", state, rules)
    assert leave is not None
    assert [entry.does for entry in leave.entries] == [DropAudit()]
    assert open_menu("regrade", state, rules) is not None
    assert open_menu("hold", state, rules) is None
    grade_badly(auditing)
    assert open_menu("regrade", auditing.state, rules) is None
    auditing.must(SettleAudit("first"))
    begin = open_menu("audit", auditing.state, rules)
    assert begin is not None
    assert begin.takes is not None
    assert begin.takes(tin()) == OpenAudit(tin())
    assert begin.takes(DefectCode("BRK-ST")) is None


def commands_around(tin: Callable[..., OwnItem]) -> st.SearchStrategy[Any]:
    """Commands that begin, disturb and end audits."""
    return st.one_of(
        st.sampled_from(
            (
                OpenAudit(tin()), OpenAudit(tin(look={"operator": "9001"})), OpenAudit(tin(look={"grade": "C"})),
                OpenAudit(OwnItem("BBBCXXXXXX", "held")), DropAudit(), SettleAudit("first"), SettleAudit("audit"),
                Accept(), Accept(), Clean(), Clean(), Undo(), ReadLesson(), SignOut(), Hold("other"),
                Blind("no-label"),
                AddDefect("BRK-ST"), AddDefect("SCR-LT", "back", 3), AddDefect("?"), SetGrade("C", "other"),
                SetGrade("Z", "other"), Weigh(120, "scale"), Weigh(0, "scale"), Measure("weight_g", "x"),
                Scanned(LPN, (tin(),)), Scanned("d", (DefectCode("BRK-ST"),)), Scanned("?", ()),
                CloseShift("9001", {}),
            )
        ),
        st.sampled_from((LEAD, LEAD, Operator("1001", "operator"), Operator("9002", "manager"))).map(
            lambda who: Scanned(who.id, (Badge(who.id, who),))
        ),
    )  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_any_commands_around_audits_are_answered_and_shown(
    drive: Callable[[], Any], data: st.DataObject, tin: Callable[..., OwnItem]
) -> None:
    """Nothing raises, refusals change nothing, and a saved audit is never taken back."""
    bench = drive()
    bench.sign_in(LEAD)
    saved = 0
    for command in data.draw(st.lists(commands_around(tin), max_size=25)):
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
