"""Work before the label: steps are asked for once, change what is known, can be given up; photos prove faults."""

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import terminal.data
from terminal.bench.choices import Menu
from terminal.bench.commands import (
    Accept,
    AddDefect,
    Answer,
    Clean,
    ClearRecall,
    Danger,
    FinishWork,
    GiveUpWork,
    Hold,
    KeepPhoto,
    Measure,
    SetDisposition,
    SetGrade,
    Undo,
    Weigh,
)
from terminal.bench.events import Held
from terminal.bench.meanings import Operator
from terminal.bench.menus import open_menu, standing
from terminal.bench.outcome import Outcome
from terminal.bench.state import Phase
from terminal.bench.work_events import PhotoMissing, WorkAsked, WorkDone, WorkGivenUp
from terminal.domain.items import Product
from terminal.domain.work import load_steps

FOLDER = Path(terminal.data.__file__).parent / "steps"
STEPS = load_steps({path.name: path.read_text("utf-8") for path in FOLDER.glob("*.toml")})
LEAD = Operator("9001", "lead", "Eve")
REASONS = {"no-part": "No part", "other": "Other"}
HASH = "a" * 64


def kinds(outcome: Outcome) -> list[str]:
    """Names of the events that were written."""
    return [type(event).__name__ for event in outcome.events]


@pytest.fixture
def fitted(parcel: Any) -> Any:
    """A bench that can do every shipped step, with a return open."""
    return parcel.with_rules(steps=STEPS, work_reasons=REASONS)


@pytest.fixture
def shirt(fitted: Any, a_line: Any) -> Any:
    """A shirt with a stain that comes out, under inspection, its other answers good."""
    product = Product(sku="22556", gtin=None, title="Shirt", category="apparel", price=None, currency=None)
    assert not fitted.item(a_line(), product).refused
    fitted.must(Answer("sealed", "no"))
    fitted.must(AddDefect("STN-RM"))
    return fitted


def test_a_stain_is_asked_to_be_cleaned_before_the_channel_is_worked_out(shirt: Any) -> None:
    """The bench waits; Enter says that it is done; then the grade is better and the label comes."""
    outcome = shirt.must(Clean())
    assert kinds(outcome) == ["Inspected", "WorkAsked"]
    assert shirt.state.phase is Phase.WORKING
    assert shirt.view().word == "WORK: CLEAN"
    done = shirt.must(Accept())
    assert kinds(done)[:2] == ["WorkDone", "Proposed"]
    item = shirt.state.item
    assert item.todo is None
    assert item.facts["observations"] == []
    assert item.proposal.grade < "C"
    assert [one.step for one in item.worked] == ["clean"]
    kept = json.loads(shirt.tables.rows["item"][item.lpn]["facts"])
    assert kept["work"] == [{"step": "clean", "minutes": 4, "part": "", "note": ""}]
    assert "clean done" in next(fact.text for fact in shirt.view().facts if fact.label == "FOUND")


def test_undo_takes_the_work_back_as_one_step(shirt: Any) -> None:
    """The stain is there again, and it is asked for again."""
    shirt.must(Clean())
    before = shirt.state.item
    shirt.must(Accept())
    outcome = shirt.must(Undo())
    assert outcome.verdict.args["step"] == "the work"
    assert replace(shirt.state.item, actions=0, copies={}) == replace(before, actions=0)


def test_work_can_be_given_up_with_a_reason_and_is_not_asked_for_again(shirt: Any) -> None:
    """The item goes on as it is."""
    shirt.must(Clean())
    assert shirt.refuses(GiveUpWork("clean", "tired")) == "unknown-reason"
    assert shirt.refuses(GiveUpWork("wipe", "no-part")) == "step-not-asked"
    outcome = shirt.must(GiveUpWork("clean", "no-part"))
    assert isinstance(outcome.events[0], WorkGivenUp)
    assert shirt.state.phase is not Phase.WORKING
    assert shirt.state.item.given_up == ("clean",)
    kept = json.loads(shirt.tables.rows["item"][shirt.state.item.lpn]["facts"])
    assert (kept["work"], kept["given_up"]) == ([], ["clean"])


def test_a_finding_during_the_work_asks_anew(shirt: Any) -> None:
    """A hole is found while cleaning: at grade D no work is worth it."""
    shirt.must(Clean())
    shirt.must(Weigh(200, "bench"))
    assert shirt.state.phase is Phase.WORKING
    shirt.must(AddDefect("HOL"))
    assert shirt.state.phase is not Phase.WORKING


def test_a_grade_set_by_hand_decides_which_work_is_asked_for(shirt: Any) -> None:
    """And the work does not change that grade."""
    shirt.must(Clean())
    shirt.must(SetGrade("D", "seen-worse"))
    assert shirt.state.phase is not Phase.WORKING


def test_work_may_be_done_unasked_where_it_fits(shirt: Any) -> None:
    """And only where it fits, once, before the decision."""
    assert shirt.refuses(FinishWork("polish")) == "unknown-step"
    assert shirt.refuses(FinishWork("steam")) == "step-unfit"
    assert shirt.refuses(FinishWork("photo")) == "photo-first"
    shirt.must(FinishWork("clean"))
    assert shirt.refuses(FinishWork("clean")) == "step-unfit"
    shirt.must(Clean())
    assert shirt.state.item.decided is not None
    assert shirt.refuses(FinishWork("clean")) == "already-decided"


def test_a_bench_without_steps_says_so(inspecting: Any) -> None:
    """It knows no work at all."""
    outcome = inspecting.do(FinishWork("clean"))
    assert (outcome.verdict.code, outcome.verdict.args["known"]) == ("unknown-step", "no work")


def test_without_an_item_there_is_nothing_to_work_on(parcel: Any) -> None:
    """Each command says so."""
    for command in (
        FinishWork("clean"),
        GiveUpWork("clean", "other"),
        KeepPhoto(HASH, "jpeg"),
        Danger(),
        ClearRecall("other"),
    ):
        assert parcel.refuses(command) == "no-item"


@pytest.fixture
def phone(fitted: Any, a_line: Any) -> Any:
    """A used phone with a weak battery, all questions answered but the last."""
    product = Product(sku="22556", gtin=None, title="Phone", category="phone", price=None, currency=None)
    assert not fitted.item(a_line(), product).refused
    fitted.must(Answer("sealed", "no"))
    fitted.must(Measure("battery_health", "71"))
    return fitted


def test_a_wipe_needs_its_record_and_a_new_battery_is_measured(phone: Any) -> None:
    """The note is asked for by a menu that takes what is typed or scanned; the question comes back."""
    phone.must(Clean())
    assert phone.state.item.todo.steps == ("wipe", "battery")
    assert "Then 1 more" in phone.view().line
    assert phone.refuses(Accept()) == "note-needed"
    menu = standing(phone.state, phone.rules)
    assert menu is not None
    inner = menu.entries[0].does
    assert isinstance(inner, Menu)
    assert inner.scans
    assert inner.reads is not None
    phone.must(inner.reads("  WR-1   2 "))
    assert phone.state.item.worked[0].note == "WR-1 2"
    assert phone.state.item.facts["data_sanitised"] == "purge"
    phone.must(Accept())
    assert phone.state.phase is Phase.INSPECTING
    assert phone.view().word == "BATTERY %"
    phone.must(Measure("battery_health", "100"))
    assert phone.state.item.proposal.grade != "D"


def test_a_step_of_a_channel_is_asked_for_when_the_channel_is_chosen(fitted: Any, a_line: Any) -> None:
    """A damaged box is replaced for the outlet, not for recycling; a person's choice stays chosen."""
    fitted.with_rules(auto_accept=False)
    fitted.item(a_line())
    fitted.must(Answer("sealed", "no"))
    fitted.must(Answer("box", "damaged"))
    fitted.must(Clean())
    assert fitted.state.phase is Phase.PROPOSED
    outcome = fitted.must(SetDisposition("outlet", "other"))
    assert kinds(outcome)[-1] == "WorkAsked"
    assert fitted.state.item.todo == WorkAsked(fitted.state.item.lpn, ("repack",), "outlet", "override")
    done = fitted.must(Accept())
    assert isinstance(done.events[0], WorkDone)
    assert (fitted.state.item.decided.disposition, fitted.state.item.decided.by) == ("outlet", "override")
    assert fitted.state.phase is Phase.DECIDED
    fitted.must(SetDisposition("marketplace", "other"))
    assert fitted.state.phase is Phase.DECIDED


def test_another_choice_after_the_label_may_ask_for_work_again(fitted: Any, a_line: Any) -> None:
    """The decision is open until it is done."""
    fitted.item(a_line())
    fitted.must(Answer("sealed", "no"))
    fitted.must(Answer("box", "damaged"))
    fitted.must(Clean())
    if fitted.state.phase is Phase.WORKING:
        fitted.must(GiveUpWork("repack", "other"))
    fitted.must(SetDisposition("recycle", "other"))
    assert fitted.state.item.decided.disposition == "recycle"
    assert not fitted.label().refused
    fitted.must(Undo())


def camera(bench: Any, **more: Any) -> Any:
    """The bench with a camera that wants a photo of everything for one channel."""
    return bench.with_rules(camera=True, work_reasons=REASONS, **more)


def test_a_channel_can_want_a_photo(parcel: Any, a_line: Any) -> None:
    """The label waits for it; the photo proves it; it is asked for once."""
    parcel.item(a_line())
    channel = parcel.with_rules(auto_accept=False).must(Clean()).events[-1].disposition
    parcel.must(Undo())
    camera(parcel, auto_accept=True, evidence={channel: "The shop wants to see it"})
    parcel.must(Clean())
    assert parcel.state.item.todo.steps == ("photo",)
    assert parcel.view().word == "TAKE PHOTO"
    assert parcel.refuses(Accept()) == "photo-first"
    menu = standing(parcel.state, parcel.rules)
    assert menu is not None
    assert [entry.label for entry in menu.entries] == ["it can't be done"]
    outcome = parcel.must(KeepPhoto(HASH, "jpeg"))
    assert outcome.events[0].subjects == ("channel",)
    assert parcel.state.phase is Phase.DECIDED
    kept = json.loads(parcel.tables.rows["item"][parcel.state.item.lpn]["facts"])
    assert kept["photos"] == [HASH]
    parcel.must(KeepPhoto("b" * 64, "png"))
    assert "2 photos" in next(fact.text for fact in parcel.view().facts if fact.label == "FOUND")


def photo_defect(bench: Any) -> str:
    """A defect of the goods on the bench that wants a photo."""
    defects = bench.rules.book.scheme_for("home").defects.values()
    return next(each.code for each in defects if each.photo and not each.sets)


def test_a_defect_can_want_a_photo_and_no_bench_is_stuck_without_one(parcel: Any, a_line: Any) -> None:
    """Given up with a reason, the item goes on; a bench without a camera writes that down by itself."""
    camera(parcel)
    parcel.item(a_line())
    code = photo_defect(parcel)
    parcel.must(AddDefect(code))
    parcel.must(Clean())
    if parcel.state.phase is Phase.PROPOSED:
        parcel.must(SetDisposition("recycle", "other"))
    assert parcel.state.item.todo.steps == ("photo",)
    parcel.must(GiveUpWork("photo", "other"))
    assert parcel.state.phase is Phase.DECIDED
    parcel.must(Undo())
    parcel.with_rules(camera=False)
    outcome = parcel.must(SetDisposition("recycle", "other"))
    assert PhotoMissing(parcel.state.item.lpn, (code,), "no-camera") in outcome.events


def test_a_photo_may_be_taken_at_any_time(inspecting: Any) -> None:
    """It is kept with the item and changes nothing else."""
    camera(inspecting)
    assert kinds(inspecting.must(KeepPhoto(HASH, "jpeg"))) == ["PhotoKept"]
    assert inspecting.state.phase is Phase.INSPECTING
    assert "1 photo" in next(fact.text for fact in inspecting.view().facts if fact.label == "FOUND")


def test_a_damaged_battery_is_held_at_one_key(inspecting: Any) -> None:
    """No question more; a loud label; the screen says where to put it."""
    inspecting.with_rules(
        hold_reasons={"damaged-battery": "Battery", "other": "Other"}, battery_bin="red bin 2"
    )
    outcome = inspecting.do(Danger())
    held = next(event for event in outcome.events if isinstance(event, Held))
    assert held.reason == "damaged-battery"
    assert inspecting.state.phase is Phase.QUARANTINE or inspecting.state.item is None
    view = inspecting.view(outcome)
    assert view.word == "STOP! ISOLATE"
    assert "red bin 2" in view.line
    assert inspecting.tables.item(held.lpn, "status", "hold_reason") == ("held", "damaged-battery")
    inspecting.must(Undo())
    assert inspecting.state.phase is Phase.INSPECTING


def test_a_site_without_that_reason_still_stops(inspecting: Any) -> None:
    """It is held for another reason, and the shelf is named."""
    outcome = inspecting.do(Danger())
    assert next(event for event in outcome.events if isinstance(event, Held)).reason == "other"
    assert "battery bin" in inspecting.view(outcome).line


def test_only_a_lead_clears_a_possible_recall(parcel: Any, a_line: Any) -> None:
    """With a reason; a certain hit stays one."""
    parcel.item(a_line())
    assert parcel.refuses(ClearRecall("other")) == "recall-none"
    item = parcel.state.item
    parcel.state = replace(parcel.state, item=replace(item, facts={**item.facts, "recalled": "possible"}))
    assert "clear_recall" in parcel.view().actions
    assert open_menu("clear_recall", parcel.state, parcel.rules) is not None
    assert parcel.refuses(ClearRecall("other")) == "lead-clears"
    parcel.sign_in(LEAD)
    assert parcel.refuses(ClearRecall("nonsense")) == "unknown-reason"
    outcome = parcel.must(ClearRecall("other"))
    assert (outcome.events[0].how, outcome.events[0].value) == ("cleared", "other")
    assert parcel.state.item.facts["recalled"] == "none"
    found = parcel.state.item
    parcel.must(Clean())
    parcel.state = replace(
        parcel.state, item=replace(parcel.state.item, facts={**found.facts, "recalled": "possible"})
    )
    if parcel.state.item.decided is not None:
        assert parcel.refuses(ClearRecall("other")) == "already-decided"


def test_the_menu_of_work_lists_what_the_bench_can_do(shirt: Any) -> None:
    """Without what was done; a bench without steps has none."""
    menu = open_menu("work", shirt.state, shirt.rules)
    assert menu is not None
    assert len(menu.entries) == len(STEPS)
    shirt.must(FinishWork("clean"))
    menu = open_menu("work", shirt.state, shirt.rules)
    assert menu is not None
    assert len(menu.entries) == len(STEPS) - 1
    assert open_menu("work", shirt.state, replace(shirt.rules, steps=())) is None
    assert open_menu("clear_recall", shirt.state, shirt.rules) is None
    assert {"work", "danger", "value"} <= set(shirt.view().actions)
    assert "photo" in camera(shirt).view().actions
    shirt.must(Hold("other"))
    assert "work" not in shirt.view().actions


def test_a_channel_that_the_work_forbids_is_worked_out_anew(fitted: Any, a_line: Any) -> None:
    """What a step shows may close the chosen channel."""
    worse = replace(STEPS[-1], sets=(("counterfeit", True),))
    fitted.with_rules(auto_accept=False, steps=(worse,))
    fitted.item(a_line())
    fitted.must(Answer("sealed", "no"))
    fitted.must(Answer("box", "damaged"))
    fitted.must(Clean())
    fitted.must(SetDisposition("outlet", "other"))
    fitted.must(Accept())
    assert fitted.state.item.decided is None
    assert "outlet" in fitted.state.item.proposal.forbidden


def test_a_channel_pays_for_the_work_that_it_asks_for(fitted: Any, a_line: Any) -> None:
    """Three minutes and a box less than on a bench that does not repack; nothing once it is done."""
    fitted.with_rules(auto_accept=False)

    def outlet(steps: tuple[Any, ...]) -> Decimal:
        fitted.with_rules(steps=steps)
        fitted.must(Measure("weight_g", str(300 + len(steps))))
        return Decimal(fitted.state.item.proposal.values["outlet"])

    fitted.item(a_line())
    fitted.must(Answer("sealed", "no"))
    fitted.must(Answer("box", "damaged"))
    fitted.must(Clean())
    bare, paid = outlet(()), outlet(STEPS)
    factor = Decimal("0.86")
    assert bare - paid == pytest.approx(
        Decimal("24") * 3 / 60 * factor + Decimal("0.60") * factor, abs=Decimal("0.02")
    )
    fitted.must(FinishWork("repack"))
    assert Decimal(fitted.state.item.proposal.values["outlet"]) > paid
