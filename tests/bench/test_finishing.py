"""From the finding to the tote: proposal, override, label, scan-back, place, hold, undo."""

from decimal import Decimal
from typing import Any

import pytest

from terminal.bench.commands import (
    Accept,
    Blind,
    Clean,
    Hold,
    Reprint,
    Scanned,
    SetDisposition,
    SetGrade,
    Times,
    Undo,
)
from terminal.bench.events import Decided, Held, Placed, Proposed
from terminal.bench.label_events import LabelsQueued
from terminal.bench.meanings import Known, Operator, OwnItem
from terminal.bench.outcome import Outcome
from terminal.bench.state import Phase
from terminal.domain.items import Product


def kinds(outcome: Outcome) -> list[str]:
    """Names of the events that were written."""
    return [type(event).__name__ for event in outcome.events]


def test_a_clean_item_takes_four_actions(parcel: Any, a_line: Any) -> None:
    """Item, one answer, label, tote: and every step is counted."""
    parcel.item(a_line())
    parcel.must(Clean())
    phases = [parcel.state.phase]
    parcel.label()
    phases.append(parcel.state.phase)
    assert phases == [Phase.DECIDED, Phase.LABELLED]
    assert parcel.state.item.actions == 3
    outcome = parcel.tote()
    assert kinds(outcome) == ["Placed"]
    assert {"placed", "parcel"} <= parcel.state.names()
    assert (parcel.state.done, parcel.state.parcel.missing) == (1, 13)


def test_without_doubt_the_proposal_is_taken_at_once(inspecting: Any) -> None:
    """One answer writes finding, proposal, decision and labels in one step."""
    outcome = inspecting.must(Clean())
    assert kinds(outcome) == ["Inspected", "Proposed", "Decided", "LabelsQueued"]
    decided = next(event for event in outcome.events if isinstance(event, Decided))
    assert decided.by == "auto"


def test_a_site_can_want_every_proposal_confirmed(inspecting: Any) -> None:
    """With auto_accept off the proposal waits for Enter."""
    inspecting.with_rules(auto_accept=False)
    assert kinds(inspecting.must(Clean())) == ["Inspected", "Proposed"]
    assert inspecting.state.phase is Phase.PROPOSED
    outcome = inspecting.must(Accept())
    assert kinds(outcome) == ["Accepted", "Decided", "LabelsQueued"]


def test_accept_where_nothing_waits_changes_nothing(ready: Any) -> None:
    """Enter on an idle bench is harmless."""
    assert ready.do(Accept()).events == ()


def test_a_label_of_another_item_is_refused(inspecting: Any) -> None:
    """Scan-back proves that the label is on this item."""
    inspecting.must(Clean())
    assert inspecting.refuses(Scanned("BBBCBBBBXX", (OwnItem("BBBCBBBBXX", "closed"),))) == "other-lpn"


def test_a_label_before_the_decision_is_refused(inspecting: Any) -> None:
    """An item that is not decided has no label yet."""
    lpn = inspecting.state.item.lpn
    assert inspecting.refuses(Scanned(lpn, (OwnItem(lpn, "open"),))) == "label-early"
    assert inspecting.refuses(Reprint()) == "label-early"


def test_the_tote_waits_for_the_label(inspecting: Any) -> None:
    """No proof that the label exists, no tote - unless the printer is lost."""
    assert inspecting.tote("outlet").verdict.code == "tote-early"
    inspecting.must(Clean())
    assert inspecting.tote().verdict.code == "label-first"
    inspecting.printer_lost = True
    outcome = inspecting.tote()
    (event,) = outcome.events
    assert isinstance(event, Placed)
    assert event.unlabelled == event.lpns
    assert outcome.verdict.code == "placed-unlabelled"


def test_a_wrong_tote_is_refused(inspecting: Any) -> None:
    """The channel of the tote must be the decided one."""
    inspecting.must(Clean())
    inspecting.label()
    wrong = "landfill" if inspecting.state.item.decided.disposition != "landfill" else "donate"
    assert inspecting.tote(wrong).verdict.code == "wrong-tote"
    assert inspecting.state.phase is Phase.LABELLED


def test_the_same_label_or_tote_read_twice_is_harmless(inspecting: Any) -> None:
    """Second reads are understood and leave no event."""
    inspecting.must(Clean())
    lpn = inspecting.state.item.lpn
    inspecting.label()
    assert inspecting.label(lpn).events == ()
    channel = inspecting.state.item.decided.disposition
    inspecting.tote()
    assert inspecting.tote(channel).verdict.code == "tote-again"
    inspecting.at = inspecting.at.replace(hour=9)
    assert inspecting.tote(channel).verdict.code == "item-first"


def test_a_count_repeats_the_finding(inspecting: Any) -> None:
    """Twelve identical tins: twelve LPNs, twelve labels, one tote; first and last are scanned back."""
    outcome = inspecting.must(Times(12))
    assert kinds(outcome) == ["Counted"]
    outcome = inspecting.must(Clean())
    labels = next(event for event in outcome.events if isinstance(event, LabelsQueued))
    assert len({label.lpn for label in labels.labels}) == 12
    item = inspecting.state.item
    assert item.unproven == (item.lpns[0], item.lpns[-1])
    assert inspecting.label().verdict.code == "label-next"
    inspecting.label()
    (placed,) = inspecting.tote().events
    assert len(placed.lpns) == 12
    assert (inspecting.state.done, inspecting.state.parcel.missing) == (12, 2)


def test_a_count_after_the_decision_prints_only_the_new_labels(inspecting: Any) -> None:
    """The first unit keeps its label; fourteen of twelve are two too many."""
    inspecting.must(Clean())
    outcome = inspecting.must(Times(14))
    assert kinds(outcome) == ["Counted", "Multiplied", "LabelsQueued"]
    item = inspecting.state.item
    assert [unit.arrival for unit in item.units].count("over") == 2
    assert set(item.copies.values()) == {1}
    assert inspecting.do(Times(14)).events == ()
    assert inspecting.refuses(Times(3)) == "count-lower"
    assert inspecting.refuses(Times(0)) == "count-range"
    assert inspecting.refuses(Times(99_999)) == "count-range"


def test_every_label_is_scanned_back_where_a_site_wants_it(inspecting: Any) -> None:
    """scan_back = all asks for each of the group."""
    inspecting.with_rules(scan_back="all")
    inspecting.must(Times(3))
    inspecting.must(Clean())
    assert len(inspecting.state.item.unproven) == 3


def test_units_with_serials_are_not_counted(ready: Any, a_line: Any) -> None:
    """Each unit with a serial is scanned by itself."""
    one = a_line(serial="SN-1")
    ready.receive(one)
    ready.do(Scanned("SN-1", (Known(None, one.sku, None, "SN-1", one.title),)))
    assert ready.refuses(Times(2)) == "count-serial"


@pytest.mark.parametrize(
    "command",
    [Clean(), Hold("other"), Times(2), Reprint(), SetGrade("C", "other"), SetDisposition("outlet", "other")],
)
def test_what_needs_an_item_says_so(parcel: Any, command: Any) -> None:
    """Without an item on the bench these are refused."""
    assert parcel.refuses(command) == "no-item"


def test_a_grade_can_be_set_by_hand(inspecting: Any) -> None:
    """An override keeps both grades, works the channel out anew and prints a second label."""
    inspecting.must(Clean())
    first = inspecting.state.item.first
    outcome = inspecting.must(SetGrade("c", "seen-worse"))
    assert kinds(outcome)[:2] == ["GradeOverridden", "Proposed"]
    inspecting.do(Accept())
    assert inspecting.state.item.grade == "C"
    assert inspecting.state.item.copies[inspecting.state.item.lpn] == 2
    assert inspecting.state.item.first == first
    assert inspecting.do(SetGrade("C", "other")).events == ()


def test_overrides_need_a_known_grade_channel_and_reason(inspecting: Any) -> None:
    """Each mistake has its own sentence."""
    assert inspecting.refuses(SetGrade("E", "other")) == "unknown-grade"
    assert inspecting.refuses(SetGrade("C", "seen-wors")) == "unknown-reason"
    assert inspecting.refuses(SetDisposition("outlett", "other")) == "unknown-channel"
    assert inspecting.refuses(SetDisposition("outlet", "nope")) == "unknown-reason"
    assert inspecting.refuses(Hold("nope")) == "unknown-reason"


def test_what_a_rule_forbids_stays_forbidden(inspecting: Any) -> None:
    """Nobody's override reaches a forbidden channel."""
    inspecting.must(Clean())
    forbidden = next(iter(inspecting.state.item.proposal.forbidden))
    assert inspecting.refuses(SetDisposition(forbidden, "other")) == "channel-forbidden"


def test_a_channel_can_be_chosen_by_hand(inspecting: Any) -> None:
    """Another allowed channel is decided by override and labelled anew."""
    inspecting.must(Clean())
    item = inspecting.state.item
    other = next(name for name in item.proposal.values if name != item.decided.disposition)
    outcome = inspecting.must(SetDisposition(other, "other"))
    assert kinds(outcome) == ["DispositionOverridden", "Decided", "LabelsQueued"]
    assert inspecting.state.item.decided.disposition == other
    assert inspecting.do(SetDisposition(other, "other")).events == ()
    inspecting.must(SetDisposition("quarantine", "other"))
    assert inspecting.state.finished is Phase.QUARANTINE


def test_a_channel_can_be_chosen_before_the_answers(inspecting: Any) -> None:
    """The proposal as it stands then is written down with it."""
    outcome = inspecting.do(SetDisposition("recycle", "other"))
    assert outcome.refused or kinds(outcome)[:2] == ["DispositionOverridden", "Proposed"]


def test_dear_items_are_overridden_by_a_lead(ready: Any, a_line: Any) -> None:
    """Above the limit an operator's override is refused and a lead's is taken."""
    one = a_line(quantity=1, unit_price=Decimal("500.00"))
    ready.receive(one)
    ready.item(one)
    ready.must(Clean())
    item = ready.state.item
    other = next(name for name in item.proposal.values if name != item.decided.disposition)
    assert ready.refuses(SetDisposition(other, "other")) == "lead-overrides"
    assert ready.refuses(SetGrade("D", "other")) == "lead-overrides"
    ready.sign_in(Operator("9001", "lead"))
    ready.must(SetDisposition(other, "other"))


def test_a_hold_prints_a_loud_label_and_clears_the_bench(inspecting: Any) -> None:
    """The group waits in quarantine, labelled."""
    inspecting.must(Times(3))
    outcome = inspecting.must(Hold("wrong-item"))
    assert kinds(outcome) == ["HoldAsked", "Multiplied", "LabelsQueued", "Held"]
    assert outcome.events[2].tag["channel"] == "quarantine"
    assert len(outcome.events[3].lpns) == 3
    assert inspecting.state.held == 3
    assert {"quarantine", "parcel"} <= inspecting.state.names()


def test_undo_goes_back_through_every_step(inspecting: Any) -> None:
    """Answer, label, tote: one key each, and the labels that must come off are named."""
    before = inspecting.state.item
    inspecting.must(Clean())
    inspecting.label()
    inspecting.tote()
    assert inspecting.must(Undo()).verdict.code == "undone"
    assert inspecting.state.phase is Phase.LABELLED
    inspecting.must(Undo())
    outcome = inspecting.must(Undo())
    assert outcome.verdict.code == "undone-label"
    assert outcome.events[0].labels_off == (before.lpn,)
    assert inspecting.state.item.facts == before.facts
    inspecting.must(Clean())
    assert inspecting.state.item.copies[before.lpn] == 2


def test_undoing_an_item_never_gives_its_lpn_out_again(parcel: Any, a_line: Any) -> None:
    """A number that may be on paper is used up."""
    parcel.item(a_line())
    first = parcel.state.item.lpn
    parcel.must(Undo())
    assert (parcel.state.item, parcel.state.parcel.missing) == (None, 14)
    parcel.item(a_line())
    assert parcel.state.item.lpn != first


def test_undoing_a_hold_asks_for_its_label(inspecting: Any) -> None:
    """The quarantine label has to come off again."""
    inspecting.must(Hold("other"))
    outcome = inspecting.must(Undo())
    assert outcome.events[0].labels_off == inspecting.state.item.lpns
    assert inspecting.state.held == 0


def test_only_so_many_steps_are_kept(parcel: Any, a_line: Any) -> None:
    """Undo reaches back forty steps, however long the shift."""
    for _ in range(50):
        parcel.item(a_line())
        parcel.must(Hold("other"))
    assert len(parcel.state.history) == 40


def test_a_held_item_comes_back_by_its_label_and_a_lead(inspecting: Any) -> None:
    """An operator is told to fetch a lead; a lead has it on the bench as it was."""
    inspecting.must(Hold("other"))
    held = OwnItem(
        "BBBCBBBBBX", "held", hold_reason="other", parcel="01-P000001", arrival="expected", rma="C536391", line=1,
        sku="22556", title="Tin", category="home",
        facts={"category": "home", "reference_price": "16.50", "currency": "GBP"},
        copies=1,
    )  # fmt: skip
    assert inspecting.refuses(Scanned("BBBCBBBBBX", (held,))) == "lead-resumes"
    inspecting.sign_in(Operator("9001", "lead"))
    assert inspecting.must(Scanned("BBBCBBBBBX", (held,))).verdict.code == "item-resumed"
    inspecting.must(Clean())
    inspecting.must(Accept())
    assert inspecting.state.item.copies["BBBCBBBBBX"] == 2


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("audit", "An audit found it otherwise"),
        ("ruled", "Another bench keeps it"),
        ("no-longer-in-config", "no-longer-in-config"),
        (None, "-"),
    ],
)
def test_why_an_item_is_held_is_said_in_words(
    inspecting: Any, held_item: Any, reason: str | None, words: str
) -> None:
    """Also where the bench itself made the reason, and where the site has no words for it any more."""
    inspecting.must(Hold("other"))
    refusal = inspecting.do(Scanned("BBBCBBBBBX", (held_item(hold_reason=reason),)))
    assert refusal.verdict.code == "lead-resumes"
    assert refusal.verdict.args["reason"] == words


@pytest.mark.parametrize(
    ("status", "why"),
    [(None, "lpn-unknown"), ("closed", "item-closed"), ("void", "item-void"), ("open", "item-void")],
)
def test_other_lpns_say_what_they_are(parcel: Any, status: Any, why: Any) -> None:
    """Scanning an LPN on an idle bench never starts anything by accident."""
    assert parcel.refuses(Scanned("BBBCBBBBBX", (OwnItem("BBBCBBBBBX", status),))) == why


def test_a_reprint_says_which_copy_it_is(inspecting: Any) -> None:
    """Copy two is asked for, and the scan-back still stands as it was."""
    inspecting.must(Clean())
    outcome = inspecting.must(Reprint())
    (event,) = outcome.events
    assert isinstance(event, LabelsQueued)
    assert event.labels[0].copy == 2
    assert inspecting.state.phase is Phase.DECIDED


def test_what_the_rules_hold_is_held_on_enter(ready: Any, a_line: Any) -> None:
    """Without any price there is no value to weigh: Enter holds it, with that reason."""
    one = a_line(unit_price=None, currency=None, quantity=1)
    ready.receive(one)
    ready.item(one)
    outcome = ready.must(Clean())
    assert isinstance(outcome.events[-1], Proposed)
    assert ready.state.phase is Phase.PROPOSED
    held = ready.must(Accept()).events[-1]
    assert isinstance(held, Held)
    assert held.reason == "no-price"


def test_a_count_fills_every_line_of_the_same_product(ready: Any, a_line: Any) -> None:
    """Two lines of one product and five units in the hand: two and two are expected, one is over."""
    one, two = a_line(1, quantity=2), a_line(2, quantity=2)
    ready.receive(one, two)
    ready.item(one)
    ready.must(Times(5))
    ready.must(Clean())
    units = ready.state.item.units
    assert [(unit.line, unit.arrival) for unit in units] == [
        (1, "expected"), (1, "expected"), (2, "expected"), (2, "expected"), (1, "over"),
    ]  # fmt: skip
    assert (ready.state.parcel.missing, ready.state.parcel.over) == (0, 1)


def test_units_of_a_blind_parcel_are_counted_without_a_line(ready: Any) -> None:
    """Nothing was expected of it: each unit arrived as the first one did."""
    ready.must(Blind("no-label"))
    product = Product("KET-1", None, "Kettle", "home", Decimal("40"), "EUR")
    ready.must(Scanned("KET-1", (Known(product, "KET-1", None, None, "Kettle"),)))
    ready.must(Times(3))
    ready.must(Clean())
    assert {unit.arrival for unit in ready.state.item.units} == {"blind"}
