"""People and shifts at the bench."""

from dataclasses import replace
from typing import Any

import pytest

from terminal.bench.commands import (
    Accept,
    Clean,
    CloseShift,
    Hold,
    OpenShift,
    ParcelDone,
    Scanned,
    SignOut,
    Undo,
)
from terminal.bench.decide import decide
from terminal.bench.meanings import Badge, Operator
from terminal.bench.menus import differs_menu, pending_menu
from terminal.bench.rules import Look, Now
from terminal.bench.shift_events import ShiftClosed, ShiftOpened, SignedIn, SignedOut
from terminal.bench.state import Phase
from terminal.bench.view import Level
from terminal.bench.wire import revive
from terminal.bench.wording import said_text
from terminal.domain.permissions import Approval, Permission
from terminal.domain.speech import Said, Voice, speaking


def test_the_first_badge_opens_a_shift(bench: Any) -> None:
    """Signing in on a station without a shift opens number 1."""
    outcome = bench.sign_in()
    assert [type(event) for event in outcome.events] == [ShiftOpened, SignedIn]
    assert (bench.state.shift, bench.state.phase) == (1, Phase.READY)


def test_without_a_badge_nothing_is_taken(bench: Any, a_line: Any) -> None:
    """Scans and keys before the badge are refused with what to do."""
    assert bench.refuses(Scanned("C536391", ())) == "sign-in-first"
    assert bench.refuses(Accept()) == "sign-in-first"
    assert bench.receive(a_line()).verdict.code == "sign-in-first"


def test_an_unknown_badge_is_refused(bench: Any) -> None:
    """A badge that belongs to nobody signs nobody in."""
    assert bench.refuses(Scanned("4711", (Badge("4711", None),))) == "badge-unknown"
    assert bench.state.phase is Phase.SIGNED_OUT


def test_the_same_badge_again_changes_nothing(ready: Any) -> None:
    """A second read of the badge is understood and leaves no event."""
    before = ready.state
    outcome = ready.sign_in()
    assert (outcome.events, outcome.verdict.code, ready.state) == ((), "signed-in-already", before)


def test_another_badge_takes_over_with_the_item_open(inspecting: Any) -> None:
    """The open item stays for whoever comes; undo does not reach into the other's work."""
    outcome = inspecting.sign_in(Operator("1002", "operator"))
    assert [type(event) for event in outcome.events] == [SignedOut, SignedIn]
    assert inspecting.state.item is not None
    assert inspecting.refuses(Undo()) == "nothing-to-undo"


def test_signing_out_keeps_the_work_and_is_harmless_twice(inspecting: Any) -> None:
    """After idling the item is still there; nobody signed in means nothing to sign out."""
    assert inspecting.must(SignOut("idle")).verdict.code == "signed-out-idle"
    assert inspecting.state.phase is Phase.SIGNED_OUT
    assert inspecting.state.item is not None
    assert inspecting.do(SignOut()).events == ()


def test_a_shift_closes_only_on_an_empty_bench(inspecting: Any) -> None:
    """An open item or a parcel that still expects units keep the shift open."""
    close = CloseShift("1001", {"items_closed": 0})
    assert inspecting.refuses(close) == "shift-item-open"
    inspecting.must(Hold("other"))
    assert inspecting.refuses(close) == "parcel-not-done"
    inspecting.must(ParcelDone())
    assert inspecting.must(close).verdict.code == "shift-closed"
    assert (inspecting.state.shift, inspecting.state.operator) == (None, None)
    assert inspecting.refuses(close) == "shift-none"


def test_a_shift_with_events_that_have_not_left_is_closed_only_by_a_word(bench: Any) -> None:
    """The bench asks and changes nothing; with the word the event says how many waited for each sink."""
    bench.must(OpenShift("9001"))
    waiting = {"hub": 12, "folder": 0}
    asked = bench.do(CloseShift("9001", {}, waiting))
    assert (asked.verdict.code, asked.verdict.level, asked.events) == ("shift-pending", Level.WARN, ())
    assert asked.verdict.args == {"waiting": "12", "sinks": "hub"}
    assert bench.state.shift == 1
    told = bench.do(CloseShift("9001", {}, waiting, pending_ok=True))
    assert told.verdict.code == "shift-closed-pending"
    (event,) = told.events
    assert event.pending == waiting
    assert bench.state.shift is None


@pytest.mark.parametrize("pending", [None, {}, {"hub": 0}])
def test_nothing_waiting_and_nobody_counting_need_no_word(bench: Any, pending: dict[str, int] | None) -> None:
    """And the event keeps the two apart: none is not zero."""
    bench.must(OpenShift("9001"))
    told = bench.do(CloseShift("9001", {}, pending))
    assert told.verdict.code == "shift-closed"
    assert told.events[-1].pending == pending


def test_an_open_item_is_named_before_events_that_wait(inspecting: Any) -> None:
    """A word about the sync would not close the shift."""
    assert inspecting.refuses(CloseShift("1001", {}, {"hub": 3}, pending_ok=True)) == "shift-item-open"


def test_the_question_has_one_answer_and_it_is_the_word() -> None:
    """Which is the same command with the word in it."""
    command = CloseShift("9001", {"items_closed": 3}, {"hub": 12, "folder": 3})
    menu = pending_menu(command)
    assert "12 events" in menu.title
    assert [entry.does for entry in menu.entries] == [replace(command, pending_ok=True)]
    assert "0 events" in pending_menu(CloseShift("9001", {})).title


def test_an_event_of_an_older_version_says_that_nobody_counted() -> None:
    """A body without the field is read as such."""
    event = revive("shift_closed", {"number": 1, "by": "9001", "totals": {}})
    assert isinstance(event, ShiftClosed)
    assert event.pending is None
    body = {"number": 1, "by": "9001", "totals": {}, "pending": {"hub": 2}}
    assert revive("shift_closed", body) == ShiftClosed(1, "9001", {}, {"hub": 2})


def test_shift_numbers_have_no_gaps(bench: Any) -> None:
    """A shift opened by command, closed, and opened by a badge again counts on."""
    bench.must(OpenShift("9001"))
    assert bench.refuses(OpenShift("9001")) == "shift-open-already"
    bench.must(CloseShift("9001", {}))
    bench.sign_in()
    assert bench.state.shift == 2


def test_a_site_can_want_a_lead_to_open_the_shift(bench: Any) -> None:
    """With shift_opens_itself off, an operator's badge waits for a lead's."""
    bench.with_rules(shift_opens_itself=False)
    one = Operator("1001", "operator")
    assert bench.refuses(Scanned("1001", (Badge("1001", one),))) == "no-shift"
    bench.sign_in(Operator("9001", "lead"))
    assert bench.state.shift == 1


BAD = Look("printer", "bad", "Out of paper.")
ODD = Look("sync", "warn", "12 wait")
FINE = Look("disk", "ok", "9 GB free")


def with_looks(bench: Any, command: Any, *looks: Look) -> Any:
    """Decide a command under what was looked at before."""
    return decide(bench.state, command, bench.rules, Now(bench.at, looks=looks))


def test_what_is_bad_keeps_a_shift_shut_but_a_lead_opens_it(bench: Any) -> None:
    """The refusal says what to mend; opened all the same, it is said and written down."""
    ada, lea = Operator("1001", "operator"), Operator("9001", "lead")
    badge = Scanned("1001", (Badge("1001", ada),))
    told = with_looks(bench, badge, FINE, ODD, BAD)
    assert (told.refused, told.verdict.code) == (True, "shift-check")
    assert told.verdict.args["problem"] == "printer: Out of paper."
    told = with_looks(bench, Scanned("9001", (Badge("9001", lea),)), ODD, BAD)
    assert (told.verdict.code, told.verdict.level) == ("shift-checked", Level.WARN)
    assert told.verdict.args["problem"] == "printer: Out of paper.; sync: 12 wait"
    assert told.events[0] == ShiftOpened(1, "9001", {"sync": "warn", "printer": "bad"})


def test_what_was_looked_at_is_said_in_the_language_of_the_reader(bench: Any, brackets: Voice) -> None:
    """Subjects and sentences, whoever was at the bench when it was found; what is no subject of ours stays."""
    low = Look("disk", "bad", Said("{size} free.", size="clock"))
    told = with_looks(
        bench, Scanned("1001", (Badge("1001", Operator("1001", "lead")),)), low, Look("x", "bad")
    )
    assert told.verdict.args["problem"] == "disk: clock free.; x: "
    with speaking(brackets):
        assert "<<<disk>: <clock free.>>; <x: >>" in said_text(told.verdict)


def test_over_what_is_bad_a_leads_badge_alone_opens_nothing(bench: Any) -> None:
    """Where the site wants the PIN for it: a badge can be found or copied."""
    bench.with_rules(permissions={**bench.rules.permissions, "open_shift": Permission("lead", pin=True)})
    badge = Scanned("9001", (Badge("9001", Operator("9001", "lead")),))
    told = with_looks(bench, badge, BAD)
    assert (told.refused, told.verdict.code) == (True, "shift-check")
    assert told.needs is not None
    assert (told.needs.action, told.needs.pin) == ("open_shift", True)
    sure = Now(bench.at, looks=(BAD,), approval=Approval("9001", "lead", pin=True))
    assert not decide(bench.state, badge, bench.rules, sure).refused


def test_what_is_odd_is_shown_and_keeps_nothing_shut(bench: Any) -> None:
    """What is well is only written down."""
    badge = Scanned("1001", (Badge("1001", Operator("1001", "operator")),))
    assert with_looks(bench, badge, FINE, ODD).verdict.code == "shift-checked"
    told = with_looks(bench, badge, FINE)
    assert told.verdict.code == "signed-in"
    assert told.events[0].check == {"disk": "ok"}
    assert with_looks(bench, OpenShift("9001"), FINE).events[0].check == {"disk": "ok"}
    bench.sign_in()
    assert with_looks(bench, badge, BAD).verdict.code == "signed-in-already"


def differing() -> dict[str, Any]:
    """A report with a difference, as JSON."""
    return {"differences": [{"what": "labels-unproven", "expected": 0, "found": 2, "where": ""}]}


def test_a_shift_whose_counts_differ_is_closed_only_with_a_reason(bench: Any) -> None:
    """The bench says what differs; a reason that nobody knows is none; with one, who closed it signs the report."""
    bench.sign_in(Operator("9001", "lead"))
    close = CloseShift("9001", {}, None, report=differing())
    asked = bench.do(close)
    assert (asked.verdict.code, asked.verdict.level, asked.events) == ("shift-differs", Level.WARN, ())
    assert asked.verdict.args == {"count": "1", "first": "2 units lie in a tote without a label"}
    assert bench.state.shift == 1
    assert bench.refuses(replace(close, reason="becaus")) == "unknown-reason"
    choices = differs_menu(close, bench.rules).entries
    assert [entry.does for entry in choices] == [replace(close, reason="other")]
    told = bench.must(choices[0].does)
    event = told.events[-1]
    assert isinstance(event, ShiftClosed)
    assert event.reason == "other"
    assert event.report == {**differing(), "closed_by": "9001", "reason": "other"}


@pytest.mark.parametrize("wanted", [None, {"differences": []}])
def test_counts_that_agree_need_no_reason(bench: Any, wanted: Any) -> None:
    """Nor does a shift that nobody counted."""
    bench.sign_in(Operator("9001", "lead"))
    assert bench.must(CloseShift("9001", {}, None, report=wanted)).verdict.code == "shift-closed"


def test_a_break_is_said_and_ends_by_the_badge(ready: Any) -> None:
    """The bench is free for others meanwhile."""
    assert ready.must(SignOut("break")).verdict.code == "on-break"
    assert ready.refuses(Clean()) == "sign-in-first"
    assert (
        ready.must(Scanned("1001", (Badge("1001", Operator("1001", "operator", "Ada")),))).verdict.code
        == "signed-in"
    )
