"""What each scan and command comes to in each phase: a table, and the places where an answer must not fail."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from terminal.bench.codec import encode
from terminal.bench.commands import (
    Accept,
    AddDefect,
    Answer,
    Blind,
    Clean,
    CloseShift,
    Command,
    Hold,
    Measure,
    OpenShift,
    ParcelDone,
    Reprint,
    Scanned,
    SetDisposition,
    SetGrade,
    SignOut,
    Times,
    Undo,
    Unidentified,
)
from terminal.bench.events import InputRefused
from terminal.bench.meanings import Badge, DefectCode, Known, Meaning, Operator, OwnItem, Return, Tote
from terminal.bench.menus import standing
from terminal.bench.messages import sentence
from terminal.bench.parcel_events import Expected
from terminal.bench.scanning import ACCEPTS
from terminal.bench.state import Phase, State
from terminal.bench.view import Level
from terminal.domain.lettercode import LPNS_PER_STATION

LEAD = Operator("9001", "lead")
PHASES = (
    Phase.SIGNED_OUT,
    Phase.READY,
    Phase.PARCEL,
    Phase.INSPECTING,
    Phase.PROPOSED,
    Phase.DECIDED,
    Phase.LABELLED,
)


def reach(bench: Any, phase: Phase, a_line: Callable[..., Any]) -> Any:
    """Bring a bench to a phase by the steps that lead there, with the first of two tins on it."""
    bench.with_rules(auto_accept=False)
    steps: tuple[Callable[[], Any], ...] = (
        bench.sign_in,
        lambda: bench.receive(a_line(quantity=2)),
        lambda: bench.item(a_line()),
        lambda: bench.do(Clean()),
        lambda: bench.do(Accept()),
        bench.label,
    )
    for step in steps[: PHASES.index(phase)]:
        assert not step().refused
    assert bench.state.phase is phase
    bench.at += timedelta(seconds=60)
    return bench


SCANS = ("badge", "return", "known", "own-label", "other-label", "tote", "defect", "nothing", "noise")


def scan(bench: Any, what: str, a_line: Callable[..., Any]) -> Scanned:
    """A scan of one kind, as it would be found at this bench."""
    if what == "nothing":
        return Scanned("4711", (), tried=("text 4711",))
    if what == "noise":
        return Scanned("\x11", (), problems=("line noise",))
    item = bench.state.item
    decided = item.decided if item is not None else None
    own = item.lpn if item is not None else "BBBCBBBBBI"
    meanings: dict[str, Meaning] = {
        "badge": Badge("1002", Operator("1002", "operator")),
        "return": Return("C2", "rma", None, (Expected(a_line(rma="C2"), 2),), 0),
        "known": Known(None, "22556", None, None, "Tin 22556"),
        "own-label": OwnItem(own, "open"),
        "other-label": OwnItem("BBBCXXXXXX"),
        "tote": bench.rules.tote_of(decided.disposition if decided is not None else "outlet"),
        "defect": DefectCode("SCR-LT"),
    }
    return Scanned(what, (meanings[what],))


SCANNED: dict[Phase, str] = {
    Phase.SIGNED_OUT: """
        signed-in sign-in-first sign-in-first sign-in-first sign-in-first sign-in-first sign-in-first
        sign-in-first unreadable
    """,
    Phase.READY: """
        signed-in parcel-received parcel-first item-void lpn-unknown item-first item-first unknown-code
        unreadable
    """,
    Phase.PARCEL: """
        signed-in parcel-not-done item-expected item-void lpn-unknown item-first item-first unknown-code
        unreadable
    """,
    Phase.INSPECTING: """
        signed-in item-open item-open label-early other-lpn tote-early inspected unknown-code unreadable
    """,
    Phase.PROPOSED: """
        signed-in item-open item-open label-early other-lpn tote-early proposed unknown-code unreadable
    """,
    Phase.DECIDED: """
        signed-in item-open item-open label-applied other-lpn label-first item-open unknown-code
        unreadable
    """,
    Phase.LABELLED: """
        signed-in item-open item-open label-again other-lpn placed item-open unknown-code unreadable
    """,
}
"""What each scan of SCANS comes to, phase by phase."""

TABLE = [
    (phase, what, code) for phase in PHASES for what, code in zip(SCANS, SCANNED[phase].split(), strict=True)
]


@pytest.mark.parametrize(("phase", "what", "code"), TABLE)
def test_a_scan_is_never_swallowed(
    bench: Any, a_line: Callable[..., Any], phase: Phase, what: str, code: str
) -> None:
    """It changes the state, or is refused with the sentence that fits where the bench stands."""
    reach(bench, phase, a_line)
    before = bench.state
    outcome = bench.do(scan(bench, what, a_line))
    assert outcome.verdict.code == code
    if outcome.refused:
        assert [type(event) for event in outcome.events] == [InputRefused]
        assert bench.state == replace(before, refused=before.refused + 1)
    else:
        assert (bench.state != before) == bool(outcome.events)


COMMANDS: tuple[Command, ...] = (
    Answer("sealed", "no"), AddDefect("SCR-LT"), Measure("weight_g", "182"), Times(2), Clean(), Accept(),
    SetGrade("D", "other"), SetDisposition("quarantine", "other"), Hold("other"), Undo(), ParcelDone(),
    Blind("other"), Unidentified(), Reprint(),
)  # fmt: skip

COMMANDED: dict[Phase, str] = {
    Phase.SIGNED_OUT: """
        sign-in-first sign-in-first sign-in-first sign-in-first sign-in-first sign-in-first
        sign-in-first sign-in-first sign-in-first sign-in-first sign-in-first sign-in-first
        sign-in-first sign-in-first
    """,
    Phase.READY: """
        no-item no-item no-item no-item no-item nothing-waits no-item no-item no-item nothing-to-undo
        no-parcel parcel-blind parcel-first no-item
    """,
    Phase.PARCEL: """
        no-item no-item no-item no-item no-item nothing-waits no-item no-item no-item undone
        parcel-short parcel-not-done item-unidentified no-item
    """,
    Phase.INSPECTING: """
        inspected inspected inspected counted proposed nothing-waits proposed held held undone item-open
        item-open item-open label-early
    """,
    Phase.PROPOSED: """
        proposed proposed proposed counted nothing-open decided proposed held held undone item-open
        item-open item-open label-early
    """,
    Phase.DECIDED: """
        already-decided already-decided already-decided counted nothing-open nothing-waits proposed held
        held undone-label item-open item-open item-open reprinted
    """,
    Phase.LABELLED: """
        already-decided already-decided already-decided counted nothing-open nothing-waits proposed held
        held undone item-open item-open item-open reprinted
    """,
}
"""What each command of COMMANDS comes to, phase by phase."""

ORDERS = [
    (phase, command, code)
    for phase in PHASES
    for command, code in zip(COMMANDS, COMMANDED[phase].split(), strict=True)
]


@pytest.mark.parametrize(
    ("phase", "command", "code"),
    ORDERS,
    ids=[f"{phase}-{type(command).__name__}" for phase, command, _ in ORDERS],
)
def test_a_command_is_taken_or_says_why_not(
    bench: Any, a_line: Callable[..., Any], phase: Phase, command: Command, code: str
) -> None:
    """Every command in every phase: its verdict is the one of the table, and a refusal changes no work."""
    reach(bench, phase, a_line)
    before = bench.state
    outcome = bench.do(command)
    assert outcome.verdict.code == code
    if outcome.refused:
        assert bench.state == replace(before, refused=before.refused + 1)


@pytest.mark.parametrize(
    ("phase", "opened", "closed", "left"),
    [
        (Phase.SIGNED_OUT, "shift-opened", "shift-none", "signed-out-already"),
        (Phase.READY, "shift-open-already", "shift-closed", "signed-out"),
        (Phase.PARCEL, "shift-open-already", "parcel-not-done", "signed-out"),
        (Phase.INSPECTING, "shift-open-already", "shift-item-open", "signed-out"),
        (Phase.LABELLED, "shift-open-already", "shift-item-open", "signed-out"),
    ],
)
def test_shifts_are_opened_and_closed_without_a_badge(
    drive: Callable[[], Any], a_line: Callable[..., Any], phase: Phase, opened: str, closed: str, left: str
) -> None:
    """They come from the command line too, so they ask for nobody to be signed in."""
    for command, code in ((OpenShift("9001"), opened), (CloseShift("9001", {}), closed), (SignOut(), left)):
        assert reach(drive(), phase, a_line).do(command).verdict.code == code


def test_every_meaning_is_taken_in_some_phase() -> None:
    """There is no code that could never be used, and no phase that takes nothing."""
    assert set(ACCEPTS) == {*PHASES, Phase.WORKING}
    taken = {meaning for meanings in ACCEPTS.values() for meaning in meanings}
    assert taken == {Badge, Return, Known, OwnItem, Tote, DefectCode}
    assert all(Badge in meanings for meanings in ACCEPTS.values())


def test_the_same_return_by_two_codes_is_one_question(ready: Any, a_line: Callable[..., Any]) -> None:
    """A second ambiguous scan asks its own question instead of the first."""
    lines = (Expected(a_line(), 1),)
    first = tuple(Return(rma, "tracking", "1Z", lines, 0) for rma in ("C1", "C2"))
    second = tuple(Return(rma, "tracking", "1Y", lines, 0) for rma in ("C3", "C4", "C5"))
    ready.must(Scanned("1Z", first))
    outcome = ready.must(Scanned("1Y", second))
    assert outcome.verdict.level is Level.ASK
    assert [option.value for option in ready.state.asked.options] == ["C3", "C4", "C5"]


def test_a_refusal_leaves_the_question_standing(ready: Any, a_line: Callable[..., Any]) -> None:
    """A misread between question and answer is no answer; signing out is."""
    lines = (Expected(a_line(), 1),)
    ready.must(Scanned("1Z", tuple(Return(rma, "rma", None, lines, 0) for rma in ("C1", "C2"))))
    ready.refuses(Scanned("4711", ()))
    assert ready.state.asked is not None
    ready.must(SignOut())
    assert ready.state.asked is None


@pytest.mark.parametrize(
    "command", [Scanned("22556", (Known(None, "22556", None, None, "Tin"),)), Unidentified()]
)
def test_the_last_lpn_is_followed_by_a_refusal(parcel: Any, command: Command) -> None:
    """Three million items later the bench says what to do instead of failing inside."""
    parcel.state = replace(parcel.state, next_lpn=LPNS_PER_STATION - 1)
    parcel.must(command)
    parcel.must(Hold("other"))
    assert parcel.refuses(command) == "lpns-used-up"


def of_another_scheme(bench: Any) -> Any:
    """An item with a defect that the schemes knew when it was recorded, and know no more."""
    item = bench.state.item
    facts = {**item.facts, "observations": [{"defect": "OLD-ONE", "location": "back", "count": 1}]}
    bench.state = replace(bench.state, item=replace(item, facts=facts))
    return bench


@pytest.mark.parametrize(
    "command",
    [
        Clean(),
        Answer("sealed", "no"),
        AddDefect("SCR-LT"),
        SetGrade("C", "other"),
        SetDisposition("outlet", "other"),
    ],
    ids=lambda command: type(command).__name__,
)
def test_a_defect_that_a_site_has_dropped_is_unknown_not_fatal(inspecting: Any, command: Command) -> None:
    """Schemes change between one shift and the next; what was recorded by the old ones must not stop the bench."""
    assert not of_another_scheme(inspecting).do(command).refused


def test_a_defect_that_a_site_has_dropped_stays_a_doubt(inspecting: Any) -> None:
    """Nobody knows what it weighs, so whatever else is seen, a person has to look."""
    of_another_scheme(inspecting).must(AddDefect("SCR-LT"))
    inspecting.must(Clean())
    assert inspecting.state.phase is Phase.PROPOSED
    assert inspecting.state.item.proposal.doubts


def test_a_defect_that_a_site_has_dropped_can_be_shown(inspecting: Any) -> None:
    """The item stands on the screen with the question that is next."""
    assert of_another_scheme(inspecting).view().word


def test_an_item_out_of_quarantine_waits_for_something(inspecting: Any) -> None:
    """Fully inspected before it was held, it is proposed again, or the bench asks what it still wants to know."""
    inspecting.must(Clean())
    inspecting.must(Hold("other"))
    inspecting.sign_in(LEAD)
    inspecting.resume("BBBCBBBBBI")
    assert standing(inspecting.state, inspecting.rules) is not None or inspecting.view().word != "INSPECT"


def test_an_empty_blind_parcel_is_closed_by_the_next_return(ready: Any, a_line: Callable[..., Any]) -> None:
    """Nothing was expected of it, so nothing is missing."""
    ready.must(Blind("no-label"))
    outcome = ready.receive(a_line())
    assert [type(event).__name__ for event in outcome.events] == ["ParcelClosed", "ParcelReceived"]


def test_an_undone_group_says_how_many_labels_come_off(inspecting: Any) -> None:
    """Twelve labels are on twelve tins: whoever takes off three of them leaves nine wrong ones."""
    inspecting.must(Times(12))
    inspecting.must(Clean())
    outcome = inspecting.must(Undo())
    assert len(outcome.events[0].labels_off) == 12
    text = sentence(outcome.verdict.code, outcome.verdict.args)
    assert "12" in text or all(lpn in text for lpn in outcome.events[0].labels_off)


def test_a_count_of_ten_thousand_is_one_group(inspecting: Any) -> None:
    """The most that a site allows by default: as many LPNs and labels, two of them to scan back."""
    inspecting.must(Times(10_000))
    outcome = inspecting.must(Clean())
    item = inspecting.state.item
    assert len(set(item.lpns)) == 10_000
    assert len(encode(outcome.events[-1])["labels"]) == 10_000
    assert item.unproven == (item.lpns[0], item.lpns[-1])
    assert inspecting.state.parcel.over == 10_000 - 12


def test_a_fresh_station_knows_nothing() -> None:
    """The state before the first event: nobody signed in, nothing open, no number given out."""
    assert State().phase is Phase.SIGNED_OUT
    assert State().names() == {"signed out"}
    assert State().last_group() == ((), {})
