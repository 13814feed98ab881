"""A shift counted from its events, and laid beside the tables."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from terminal.bench.commands import (
    Accept,
    AddDefect,
    Clean,
    Hold,
    ParcelDone,
    Reprint,
    Scanned,
    SetDisposition,
    SetGrade,
    SettleLabel,
    SignOut,
    TakeRuling,
    Times,
    Undo,
)
from terminal.bench.events import ItemIdentified, Placed, Undone
from terminal.bench.label_events import Label, LabelsQueued
from terminal.bench.meanings import Operator
from terminal.bench.shift_count import ShiftCount
from terminal.bench.shift_events import ShiftOpened, SignedOut
from terminal.bench.shift_sheet import Job, Standing, Stored, sheet
from terminal.bench.shift_words import difference_words, duration, facts, sections
from terminal.bench.work_events import PhotoKept, PhotoMissing
from terminal.domain.shift_report import (
    Difference,
    HoldFigures,
    Labels,
    ShiftReport,
    SinkFigures,
    ToteFigures,
    Units,
    totals,
)

FIRST = "BBBCBBBBBI"
ADA, BO, LEA = Operator("1001", "operator", "Ada"), Operator("1002", "operator"), Operator("9001", "lead")


def counted(bench: Any) -> ShiftCount:
    """The count of everything that a bench has written down."""
    count = ShiftCount()
    for seq, (event, at) in enumerate(bench.log, 1):
        count.take(event, at, seq, f"hash-{seq}")
    return count


def standing(bench: Any, printed: str = "sent", **more: Any) -> Standing:
    """What the tables of a bench say, with every label in one state."""
    tables = bench.tables.rows
    return Standing(
        items={
            lpn: Stored(row["status"], row.get("grade"), row.get("tote"))
            for lpn, row in tables["item"].items()
        },
        jobs=[
            Job(row["lpn"], row["copy"], printed, bool(row["wanted"]), row.get("applied_at") is not None)
            for row in tables["label_job"].values()
            if "lpn" in row
        ],
        totes=[
            ToteFigures(
                code,
                row["channel"],
                units=row["units"],
                items=sum(
                    item.get("tote") == code and item["status"] == "closed"
                    for item in tables["item"].values()
                ),
            )
            for code, row in tables["tote"].items()
        ],
        **more,
    )


def report(bench: Any, **more: Any) -> ShiftReport:
    """The report of a bench, its tables laid beside."""
    return sheet(counted(bench), standing(bench, **more), "01", bench.at)


def finish(bench: Any) -> None:
    """Take the proposal, scan back what is asked for, and place."""
    bench.do(Accept())
    while bench.state.item.unproven:
        assert not bench.label().refused
    assert not bench.tote().refused


def test_a_placed_item_and_a_held_one_are_counted(inspecting: Any, a_line: Any) -> None:
    """One closed with its grade, channel and tote; one in quarantine; every label is somewhere."""
    inspecting.must(Clean())
    finish(inspecting)
    inspecting.item(a_line())
    inspecting.must(Hold("other"))
    made = report(inspecting)
    assert made.items == Units(received=2, closed=1, held=1)
    assert (made.grades, made.channels) == ({"A": 1}, {"repackage": 1})
    assert made.arrivals == {"expected": 2}
    assert made.labels == Labels(asked=2, applied=1, passed=1, printed=2)
    assert [(one.tote, one.placed, one.units, one.items) for one in made.totes] == [("T-repackage", 1, 1, 1)]
    assert made.differences == ()
    assert (made.shift, made.opened_by, made.first, made.last) == (1, "1001", 1, len(inspecting.log))
    assert made.head == f"hash-{made.last}"
    assert totals(made) == {
        "items_closed": 1,
        "items_held": 1,
        "channel_repackage": 1,
        "grade_A": 1,
        "labels_queued": 2,
        "labels_sent": 2,
        "refused": 0,
        "undone": 0,
        "differences": 0,
    }


def test_identical_units_are_counted_each_and_only_the_first_and_last_label_scanned(inspecting: Any) -> None:
    """The labels between are on their units without a scan."""
    inspecting.must(Times(5))
    inspecting.must(Clean())
    waiting = report(inspecting)
    assert (waiting.items.open, waiting.labels.waiting) == (5, 5)
    inspecting.label()
    assert report(inspecting).labels == Labels(asked=5, applied=1, waiting=4, printed=5)
    finish(inspecting)
    made = report(inspecting)
    assert (made.items.closed, made.labels.applied, made.labels.passed) == (5, 2, 3)
    assert made.operators[0].units == 5
    assert made.differences == ()


def test_what_is_taken_back_is_void_and_its_labels_are_off(inspecting: Any) -> None:
    """A placed group is taken out of its tote, its count undone, its item given up: nothing of it is left."""
    inspecting.must(Times(2))
    inspecting.must(Clean())
    finish(inspecting)
    inspecting.must(Undo())
    opened = report(inspecting)
    assert (opened.items.open, opened.totes, opened.labels.applied) == (2, (), 2)
    while inspecting.state.history and inspecting.state.item is not None:
        inspecting.must(Undo())
    made = report(inspecting)
    assert made.items == Units(void=2)
    assert made.labels == Labels(asked=2, voided=2, printed=2)
    assert made.undone["the tote"] == 1
    assert sum(made.undone.values()) == inspecting.state.undone
    assert made.differences == ()


def test_a_label_printed_again_replaces_the_first(inspecting: Any) -> None:
    """One counts, one is a copy; undoing the copy takes it off and the first counts again."""
    inspecting.must(Clean())
    inspecting.must(Reprint())
    made = report(inspecting)
    assert (made.labels.asked, made.labels.waiting, made.labels.copies) == (2, 1, 1)
    inspecting.must(SetGrade("C", "seen-worse"))
    inspecting.must(Undo())
    made = report(inspecting)
    assert (made.labels.asked, made.labels.waiting, made.labels.copies, made.labels.voided) == (3, 1, 1, 1)
    assert made.overrides == {"seen-worse": 1}
    assert made.differences == ()


def test_a_label_of_an_item_that_is_gone_is_asked_for_again(inspecting: Any, a_line: Any) -> None:
    """Of this shift's item it is a copy; of an earlier shift's item it is counted, and no item with it."""
    inspecting.must(Hold("other"))
    inspecting.must(SettleLabel(FIRST, 1, 1, {}, False))
    made = report(inspecting)
    assert made.labels == Labels(asked=2, passed=1, copies=1, printed=2)
    other = counted(inspecting)
    for copy in (3, 4):
        one = LabelsQueued("OLD", (Label("OLD", copy),), {})
        other.take(one, inspecting.at, other.last + 1, "x")
    jobs = [Job("OLD", copy, "sent", copy == 4, False) for copy in (1, 2, 3, 4)]
    stand = standing(inspecting)
    made = sheet(other, replace(stand, jobs=[*stand.jobs, *jobs]), "01", inspecting.at)
    assert (made.labels.asked, made.labels.passed, made.labels.copies, made.labels.printed) == (4, 2, 2, 4)
    assert made.items.received == 1
    assert made.differences == ()


def test_an_item_of_an_earlier_shift_comes_out_of_quarantine(ready: Any, held_item: Any) -> None:
    """It is carried, not received; undone, it is held again as it was; decided, it is closed."""
    ready.sign_in(LEA)
    ready.resume(held_item(lpn=FIRST))
    assert report(ready).items == Units(carried=1, open=1)
    while ready.state.item is not None:
        ready.must(Undo())
    made = report(ready)
    assert (made.items, made.labels.asked) == (Units(carried=1, held=1), made.labels.voided)
    ready.resume(held_item(lpn=FIRST))
    ready.must(Clean())
    finish(ready)
    made = report(ready)
    assert made.items == Units(carried=1, closed=1)
    assert "items-ended" not in [one.what for one in made.differences]


def test_a_ruling_takes_a_finished_item_out_of_its_tote(inspecting: Any) -> None:
    """The item is held, and the tote says that one went out."""
    inspecting.must(Clean())
    finish(inspecting)
    inspecting.must(ParcelDone())
    ruling = TakeRuling(FIRST, "r1", "hold", "serial", "SN", "9001", "", "closed", "T-repackage", "repackage")
    inspecting.must(ruling)
    made = report(inspecting)
    assert made.items == Units(received=1, held=1)
    assert [(one.placed, one.taken, one.units) for one in made.totes] == [(1, 1, 0)]
    assert made.short == 13
    assert made.differences == ()


def test_a_ruling_on_an_item_in_no_tote_only_holds_it(inspecting: Any) -> None:
    """Nothing was in a tote, so none is counted down."""
    inspecting.must(Clean())
    finish(inspecting)
    inspecting.must(ParcelDone())
    inspecting.must(TakeRuling("OLD", "r1", "hold", "serial", "SN", "9001", "", "closed", None, None))
    assert counted(inspecting).taken == {}


def test_places_without_a_label_are_a_difference(inspecting: Any) -> None:
    """The printer was lost: the unit is in its tote, and its label is not on it."""
    inspecting.must(Clean())
    inspecting.printer_lost = True
    assert not inspecting.tote().refused
    made = report(inspecting, printed="queued")
    assert (made.labels.unproven, made.labels.unprinted) == (1, 1)
    assert [one.what for one in made.differences] == ["labels-unproven", "labels-unprinted"]
    doubt = report(inspecting, printed="unknown")
    assert [one.what for one in doubt.differences] == ["labels-unproven", "labels-in-doubt"]


def test_a_label_withdrawn_before_it_was_printed_is_none_printed(inspecting: Any) -> None:
    """What was replaced in the queue never came out; what was sent did."""
    inspecting.must(Clean())
    inspecting.must(Reprint())
    assert report(inspecting, printed="queued").labels.withdrawn == 1
    assert report(inspecting, printed="sent").labels.printed == 2


def test_tables_that_say_something_else_are_a_difference(inspecting: Any) -> None:
    """A tote that counts other units than lie in it, an item that the file holds otherwise, a lost label."""
    inspecting.must(Clean())
    finish(inspecting)
    stand = standing(inspecting)
    off = replace(stand, totes=[ToteFigures("T-repackage", "repackage", units=3, items=1)], jobs=(), items={})
    made = sheet(counted(inspecting), off, "01", inspecting.at)
    assert [(one.what, one.expected, one.found) for one in made.differences] == [
        ("labels-printer", 1, 0),
        ("tote-items", 3, 1),
        ("items-stored", 1, 0),
    ]
    assert difference_words(made.differences[1]).startswith("tote T-repackage counts 3 units")
    assert (
        difference_words({"what": "later", "expected": 1, "found": 2, "where": ""})
        == "later: expected 1, found 2 "
    )
    wrong = {FIRST: Stored("closed", "B", "T-repackage")}
    assert sheet(counted(inspecting), replace(stand, items=wrong), "01", inspecting.at).differences
    elsewhere = replace(stand, totes=[*stand.totes, ToteFigures("T-other", "outlet")])
    assert len(sheet(counted(inspecting), elsewhere, "01", inspecting.at).totes) == 1


def test_time_is_counted_by_steps_and_never_backwards(ready: Any) -> None:
    """Work, a break and another's turn; the clock set back is counted and is no time."""
    hour = timedelta(hours=1)
    ready.at += hour
    ready.must(SignOut("break"))
    ready.at += hour
    ready.sign_in(BO)
    ready.at += hour
    ready.sign_in(ADA)
    ready.at -= 2 * hour
    ready.must(SignOut())
    ready.at += hour
    ada, bo = report(ready).operators
    assert (ada.minutes, ada.breaks, ada.break_minutes, ada.name) == (60, 1, 120, "Ada")
    assert (bo.minutes, bo.breaks, bo.role) == (60, 0, "operator")
    assert report(ready).clock_back == 1
    ready.sign_in(BO)
    ready.must(SignOut("break"))
    ready.at += hour
    ada, bo = report(ready).operators
    assert bo.break_minutes == 60
    ready.sign_in(BO)
    ready.at += hour
    assert report(ready).operators[1].minutes == 120


def test_an_open_item_that_another_takes_over_is_a_hand_over(inspecting: Any) -> None:
    """Who comes back to their own item takes over nothing."""
    inspecting.must(SignOut("break"))
    inspecting.sign_in(ADA)
    assert report(inspecting).hand_overs == 0
    inspecting.must(SignOut())
    inspecting.sign_in(BO)
    inspecting.must(Clean())
    assert report(inspecting).hand_overs == 1
    assert {event.operator for event, _ in inspecting.log if isinstance(event, SignedOut)} == {"1001"}


def test_a_sign_out_of_somebody_unknown_changes_nothing() -> None:
    """A journal that begins in the middle of a shift is counted as far as it goes."""
    count = ShiftCount()
    at = datetime(2026, 11, 23, tzinfo=UTC)
    count.take(SignedOut("1001", "break"), at, 1, "x")
    count.take(
        ItemIdentified("L", "P", "expected", "c", None, None, None, None, None, "", "home", {}), at, 2, "x"
    )
    count.take(ShiftOpened(4, "1001"), at, 3, "x")
    made = sheet(count, Standing(), "01", at)
    assert (made.shift, made.first, made.operators) == (4, 3, ())
    bare = ShiftCount()
    bare.take(Placed("L", ("L",), "T", "outlet"), at, 1, "x")
    bare.take(Undone("the tote", ("STRANGE",)), at, 2, "x")
    assert sheet(bare, Standing(), "01", at).items == Units(carried=1, closed=1)
    empty = sheet(ShiftCount(), Standing(), "01", at)
    assert (empty.opened_at, empty.shift) == ("", 0)


def test_photos_refusals_and_overrides_are_told_by_reason(inspecting: Any) -> None:
    """Each by its code, as often as it happened."""
    inspecting.do(Scanned("4711", ()))
    inspecting.do(Scanned("4712", ()))
    inspecting.must(AddDefect("SCR-DP", "back"))
    inspecting.must(SetDisposition("donate", "other"))
    count = counted(inspecting)
    count.take(PhotoKept(FIRST, "a" * 64, "item"), inspecting.at, 99, "x")
    count.take(PhotoMissing(FIRST, ("channel",), "no-camera"), inspecting.at, 100, "x")
    made = sheet(count, standing(inspecting), "01", inspecting.at)
    assert (made.refused, made.overrides) == ({"unknown-code": 2}, {"other": 1})
    assert (made.photos, made.photos_missing) == (1, {"no-camera": 1})


def full(bench: Any) -> ShiftReport:
    """A report with something in every group."""
    holds = (
        HoldFigures("L1", "Tin", "other", "2026-11-20", 3, "9001", "2026-11-22", overdue=True),
        HoldFigures("L2", reason="recalled"),
    )
    sinks = (SinkFigures("hub", 3, 1, "refused"), SinkFigures("folder"))
    made = report(bench, holds=holds, sinks=sinks)
    return replace(
        made,
        clock_back=1,
        photos=1,
        photos_missing={"no-camera": 1},
        reason="other",
        hand_overs=2,
        short=1,
        items=replace(made.items, carried=1, void=1),
        labels=replace(made.labels, in_doubt=1, unprinted=1, unproven=1, waiting=1),
        totes=(
            ToteFigures("T-1", "outlet", "closed", 2, 1, 3, 2),
            ToteFigures("T-2", units=1, items=1),
        ),
    )


def test_a_report_in_words_has_a_line_for_everything(inspecting: Any) -> None:
    """Differences come first and in red; overdue holds and refused events too; empty groups are left out."""
    inspecting.must(Clean())
    inspecting.printer_lost = True
    inspecting.tote()
    inspecting.must(SignOut("break"))
    inspecting.sign_in(ADA)
    made = full(inspecting)
    shown = {section.title: section.lines for section in sections(made, holds=1)}
    assert next(iter(shown)) == "Differences"
    assert [fact.text for fact in shown["Differences"]] == ["1 units lie in a tote without a label", "other"]
    assert [(fact.label, fact.warn) for fact in shown["On hold"]] == [("waiting", True), ("L1", True)]
    assert shown["On hold"][1].text == "Tin  (other, 3 d, 9001, due 2026-11-22)"
    assert [(fact.text, fact.warn) for fact in shown["Sent"]] == [
        ("3 wait, 1 refused", True),
        ("everything", False),
    ]
    assert [(fact.text, fact.warn) for fact in shown["Totes"]] == [
        ("OUTLET  3  (+2, 1 out, tote closed)", True),
        ("-  1  (+0)", False),
    ]
    assert shown["People"][0].text == "Ada, operator, 0:00 h, 1 breaks 0:00 h, 1 units"
    titles = [fact.text for fact in facts(made) if not fact.label]
    assert titles[0] == "Differences"
    assert facts(made)[0].warn
    bare = [section.title for section in sections(ShiftReport("01", 1))]
    assert bare == ["Items", "Labels", "Odd"]
    late = replace(made, holds=(), overdue=0, waiting=2)
    assert [fact.text for fact in sections(late, holds=9)[6].lines] == ["2"]
    assert duration(125) == "2:05 h"


def test_refused_scans_stand_under_the_word_that_the_operator_saw() -> None:
    """Codes with one word are one line; a code that is not known here, or has no word, names itself."""
    refused = {"pin-wrong": 2, "sign-in-first": 1, "pin-wrong-wait": 3, "of-a-newer-version": 4, "menu": 5}
    (odd,) = [group for group in sections(ShiftReport("01", 1, refused=refused)) if group.title == "Odd"]
    assert [(fact.label, fact.text) for fact in odd.lines][:5] == [
        ("refused scans", "15"),
        ("  WRONG PIN", "5"),
        ("  SIGN IN", "1"),
        ("  of-a-newer-version", "4"),
        ("  menu", "5"),
    ]


def test_reasons_stand_under_the_words_of_the_site() -> None:
    """By hand, on hold, for a missing photo, and why counts may differ; a code without words names itself."""
    hold = HoldFigures("LPN1", "Kettle", "no-price", days=2)
    report = ShiftReport(
        "01", 1, overrides={"seen-worse": 2, "looked": 3, "own": 1}, photos_missing={"no-camera": 4}, reason="lost",
        holds=(hold,), waiting=1,
    )  # fmt: skip
    words = {
        "seen-worse": "Worse",
        "looked": "Worse",
        "no-camera": "No camera",
        "lost": "Lost",
        "no-price": "No price",
    }
    told = {
        group.title: [(fact.label, fact.text) for fact in group.lines] for group in sections(report, words)
    }
    assert told["By hand, because"] == [("Worse", "5"), ("own", "1")]
    assert ("missing: No camera", "4") in told["Photos"]
    assert told["Differences"] == [("reason", "Lost")]
    assert told["On hold"][1] == ("LPN1", "Kettle  (No price, 2 d)")
    assert [fact.label for fact in facts(report) if fact.text == "3"] == ["looked"]


def test_a_difference_stands_beside_the_group_that_it_is_about() -> None:
    """Named as the group is; one that no version here knows names itself."""
    odd = (Difference("tote-items", 2, 1, "T1"), Difference("newer", 1, 2))
    (group, *_rest) = sections(ShiftReport("01", 1, differences=odd))
    assert [fact.label for fact in group.lines] == ["Totes", "newer"]


def test_the_count_of_a_walk_agrees_with_the_tables(drive: Callable[[], Any], a_line: Any) -> None:
    """Items with every kind of trouble, undone at every place: not one count differs."""
    for depth in range(8):
        bench = drive()
        bench.sign_in(LEA)
        for turn in range(4):
            bench.receive(a_line(), a_line(2, "21984", 2))
            bench.item(a_line())
            if turn == 1:
                bench.do(Times(3))
            bench.do(Hold("other") if turn == 2 else Clean())
            if bench.state.item is not None:
                finish(bench)
            if turn == 2:
                bench.resume(bench.state.recent[0].lpn)
                bench.do(Clean())
            for _ in range(depth):
                bench.do(Undo())
            while bench.state.item is not None:
                bench.must(Hold("other"))
        made = report(bench)
        assert made.differences == (), depth
