"""People and shifts at the bench."""

from typing import Any

from terminal.bench.commands import (
    Accept,
    Badge,
    CloseShift,
    Hold,
    OpenShift,
    Operator,
    ParcelDone,
    Scanned,
    SignOut,
    Undo,
)
from terminal.bench.events import ShiftOpened, SignedIn, SignedOut
from terminal.bench.state import Phase


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
