"""Any sequence of commands: nothing raises, every verdict has words, every state can be shown and taken back."""

import json
import re
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import given, note, settings
from hypothesis import strategies as st

import terminal.data
from terminal.bench.commands import (
    Accept,
    AddDefect,
    Answer,
    Blind,
    Clean,
    ClearRecall,
    CloseShift,
    Command,
    Danger,
    FinishWork,
    GiveUpWork,
    Hold,
    KeepPhoto,
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
from terminal.bench.events import AskDropped, InputRefused, Undone
from terminal.bench.evolve import STEPS, evolve
from terminal.bench.meanings import Badge, DefectCode, Known, Operator, OwnItem, Return, Tote
from terminal.bench.messages import sentence
from terminal.bench.outcome import Outcome
from terminal.bench.parcel_events import Expected
from terminal.bench.scene import Demo
from terminal.bench.shift_events import ShiftClosed, ShiftOpened, SignedIn, SignedOut
from terminal.bench.state import UNDO_DEPTH, Phase, State
from terminal.domain.channels import CHANNELS
from terminal.domain.facts import CATEGORIES
from terminal.domain.items import ManifestLine, Product
from terminal.domain.work import load_steps

Move = Callable[[Any], Command]
"""A command that is made when its turn comes, from the bench as it stands then."""

BANNER = re.compile(r"[A-Z0-9 .,:\-+/?!%']{1,14}")
PEOPLE = (Operator("1001", "operator", "Ada"), Operator("1002", "operator"), Operator("9001", "lead"))
LPNS = ("BBBCBBBBBI", "BBBCBBBBCG", "BBBCXXXXXX")
SKUS = ("22556", "21984", "KET-1")
DEMO = Demo(("XBNOPR",), ("C536391",))

TEXTS = st.text(max_size=20) | st.sampled_from(
    ("", " ", "{given}", "{", "%s", "\x1d\x00", "^XA", "=1+1", "[red]", "A" * 300, "\ud800", "日本")
)
PRICES = st.none() | st.decimals(0, 99_999, places=2) | st.just(Decimal("16.50"))
CURRENCIES = st.sampled_from(("EUR", "GBP", "XXX", "eur", None))
COUNTS = st.integers(-1, 4) | st.sampled_from((12, 20, 21, 99, 100, 10_001))
WORKS = load_steps(
    {
        path.name: path.read_text("utf-8")
        for path in (Path(terminal.data.__file__).parent / "steps").glob("*.toml")
    }
)
STEP_IDS = st.sampled_from((*(step.id for step in WORKS), "photo", "nope"))
REASONS = st.sampled_from(("other", "other", "no-label", "seen-worse", "wrong-item", "", "nope", "{"))
QUESTIONS = (
    st.sampled_from(("sealed", "marks", "works", "complete", "missing", "battery_health", "box")) | TEXTS
)
ANSWERS = st.sampled_from(("yes", "no", "none", "found", "1", "84", "extra")) | TEXTS
DEFECTS = st.sampled_from(("SCR-DP", "scr-lt", "ACC-E", "BAT-SW", "HAZ", "RCL", "LCK")) | TEXTS
PLACES = st.none() | st.sampled_from(("screen", "back", "")) | TEXTS


def _numbered(lines: list[ManifestLine]) -> tuple[Expected, ...]:
    return tuple(Expected(replace(one, line=number), one.quantity) for number, one in enumerate(lines, 1))


LINES = st.builds(
    ManifestLine,
    rma=st.just("C536391"),
    line=st.just(1),
    sku=st.sampled_from((*SKUS, None)),
    gtin=st.sampled_from(("4006381333931", None)),
    title=TEXTS,
    category=st.sampled_from((*CATEGORIES, "unheard of")),
    quantity=st.integers(0, 3),
    serial=st.sampled_from((None, None, "SN-1")),
    unit_price=PRICES,
    currency=CURRENCIES,
    reason=st.none() | TEXTS,
    weight_g=st.sampled_from((None, 0, 182, 10**9)),
)
PRODUCTS = st.builds(
    Product,
    sku=st.sampled_from(SKUS),
    gtin=st.none(),
    title=TEXTS,
    category=st.sampled_from((*CATEGORIES, "unheard of")),
    price=PRICES,
    currency=CURRENCIES,
    weight_g=st.sampled_from((None, 182)),
    hygiene=st.sampled_from((None, True, False)),
    battery=st.sampled_from((None, "none", "contained", "loose")),
    brand=st.none() | TEXTS,
    assumed=st.sampled_from(((), ("category",))),
)
MEANINGS = st.one_of(
    st.builds(
        Return,
        rma=st.sampled_from(("C536391", "C2")),
        how=st.sampled_from(("rma", "tracking")),
        tracking=st.sampled_from((None, "1Z")),
        lines=st.lists(LINES, max_size=3).map(_numbered),
        earlier=st.integers(0, 3),
    ),
    st.builds(
        Known,
        product=st.none() | PRODUCTS,
        sku=st.sampled_from((*SKUS, None)),
        gtin=st.sampled_from((None, "04006381333931")),
        serial=st.sampled_from((None, "SN-1", "sn-2")),
        title=TEXTS,
        line=st.sampled_from((None, None, ("C536391", 1), ("C2", 7))),
    ),
    st.builds(
        OwnItem,
        lpn=st.sampled_from(LPNS),
        status=st.sampled_from((None, "open", "held", "held", "closed", "void")),
        hold_reason=st.sampled_from((None, "other", "gone")),
        parcel=st.just("01-P000001"),
        arrival=st.sampled_from(("expected", "over", "unexpected", "unidentified", "blind")),
        line=st.sampled_from((None, 1)),
        serial=st.sampled_from((None, "SN-1")),
        title=TEXTS,
        category=st.sampled_from(CATEGORIES),
        facts=st.fixed_dictionaries(
            {},
            optional={
                "reference_price": st.sampled_from(("16.50", "500.00")),
                "currency": st.just("EUR"),
                "packaging": st.sampled_from(("sealed", "of another version")),
                "gone": TEXTS,
            },
        ),
        answered=st.sampled_from(((), ("sealed",), ("gone",))),
        copies=st.integers(0, 3),
    ),
    st.builds(Tote, code=TEXTS, channel=st.sampled_from((*CHANNELS, "nowhere")), name=TEXTS),
    st.builds(Badge, text=TEXTS, operator=st.sampled_from((*PEOPLE, None))),
    st.builds(DefectCode, code=DEFECTS),
)
SCANS = st.builds(
    Scanned,
    text=TEXTS | st.sampled_from(SKUS),
    meanings=st.lists(MEANINGS, max_size=3).map(tuple),
    tried=st.lists(TEXTS, max_size=2).map(tuple),
    problems=st.lists(TEXTS, max_size=1).map(tuple),
    facts=st.dictionaries(st.sampled_from(("serial", "expiry", "best_before", "lot")), TEXTS, max_size=2),
)
SHIFTS: st.SearchStrategy[Command] = st.one_of(
    st.builds(SignOut, st.sampled_from(("badge", "idle", "shift"))),
    st.builds(OpenShift, st.just("9001")),
    st.builds(CloseShift, st.just("9001"), st.just({"items_closed": 1})),
)
WORK: st.SearchStrategy[Command] = st.one_of(
    st.builds(Answer, QUESTIONS, ANSWERS),
    st.builds(AddDefect, DEFECTS, PLACES, COUNTS),
    st.builds(Measure, st.sampled_from(("weight_g", "battery_health")) | TEXTS, ANSWERS),
    st.builds(Times, COUNTS),
    st.builds(Clean),
    st.builds(Accept),
    st.builds(SetGrade, st.sampled_from(("A", "b", "C", "D", "E")) | TEXTS, REASONS),
    st.builds(SetDisposition, st.sampled_from(CHANNELS) | TEXTS, REASONS),
    st.builds(FinishWork, STEP_IDS, TEXTS),
    st.builds(GiveUpWork, STEP_IDS, REASONS),
    st.builds(KeepPhoto, st.sampled_from(("a" * 64, "b" * 64)), st.just("jpeg")),
    st.builds(ClearRecall, REASONS),
    st.builds(Danger),
    st.builds(Hold, REASONS),
    st.builds(Undo),
    st.builds(Undo),
    st.builds(ParcelDone),
    st.builds(Blind, REASONS, st.none() | TEXTS),
    st.builds(Unidentified),
    st.builds(Reprint),
)
USUAL, OWN, WORKING, SCANNING = 45, 53, 80, 95
"""Of a hundred moves so many are what the bench waits for, labels, any work and any scan; the rest are shifts."""


def _expected_next(bench: Any) -> Command:
    """What a person would do next, so that walks get as far as the tote."""
    state: State = bench.state
    item, parcel = state.item, state.parcel
    if state.operator is None:
        return Scanned("9001", (Badge("9001", PEOPLE[2]),))
    if item is None and (parcel is None or parcel.complete):
        rma = f"C{state.next_parcel}"
        line = ManifestLine(rma, 1, "22556", None, "Tin", "home", 3, None, Decimal("16.50"), "GBP")
        return Scanned(rma, (Return(rma, "rma", None, (Expected(line, 3),), 0),))
    if item is None:
        assert parcel is not None
        due = next((one.expected.line for one in parcel.lines if one.missing), None)
        if due is None:
            return Unidentified()
        return Scanned("scan", (Known(None, due.sku, due.gtin, due.serial, "Tin", (due.rma, due.line)),))
    if item.todo is not None:
        step = item.todo.steps[0]
        return KeepPhoto("c" * 64, "jpeg") if step == "photo" else FinishWork(step, "record 1")
    if item.decided is None:
        return Accept() if item.proposal is not None else Clean()
    if item.unproven:
        return Scanned(item.unproven[0], (OwnItem(item.unproven[0], "open"),))
    tote = bench.rules.tote_of(item.decided.disposition)
    return Scanned(tote.code, (tote,))


def _fixed(command: Command) -> Move:
    return lambda bench: command


def _label_again(number: int) -> Move:
    """The label of some item of the shift, as the station knows it, or of none."""

    def scan(bench: Any) -> Command:
        known = sorted(bench.tables.rows["item"]) or ["BBBCBBBBBI"]
        own = bench.own(known[number % len(known)])
        return Scanned(own.lpn, (own,))

    return scan


def _moves(chance: int) -> st.SearchStrategy[Move]:
    if chance < USUAL:
        return st.just(_expected_next)
    if chance < OWN:
        return st.integers(0, 9).map(_label_again)
    kind = WORK if chance < WORKING else SCANS if chance < SCANNING else SHIFTS
    return kind.map(_fixed)


MOVES: st.SearchStrategy[list[Move]] = st.lists(st.integers(0, 99).flatmap(_moves), min_size=8, max_size=40)
SITES = st.fixed_dictionaries(
    {
        "auto_accept": st.booleans(),
        "max_times": st.just(20),
        "steps": st.sampled_from(((), WORKS)),
        "work_reasons": st.just({"seen-worse": "It did not help", "other": "Other"}),
        "camera": st.booleans(),
        "evidence": st.sampled_from(({}, {"outlet": "Proof", "marketplace": "Proof", "restock": "Proof"})),
        "scan_back": st.sampled_from(("all", "first_last")),
        "shift_opens_itself": st.sampled_from((True, True, False)),
    }
)


def _check_words(bench: Any, outcome: Outcome) -> None:
    """The verdict is a sentence and the screen has a word for the state, with and without the verdict."""
    assert sentence(outcome.verdict.code, outcome.verdict.args).strip()
    for said in (None, outcome):
        seen = bench.view(said, DEMO)
        assert BANNER.fullmatch(seen.word), seen.word
        assert seen.line
        assert set(seen.actions) >= {"help", "accept"}


@settings(max_examples=90, deadline=None)
@given(site=SITES, moves=MOVES, lost=st.booleans())
def test_any_sequence_of_commands_is_answered_and_can_be_shown(
    drive: Callable[[], Any], site: dict[str, Any], moves: list[Move], lost: bool
) -> None:
    """No command raises in any state, refusals change no work, and every state has a banner word."""
    bench = drive().with_rules(**site)
    bench.printer_lost = lost
    for move in moves:
        command = move(bench)
        note(repr(command))
        before = bench.state
        outcome = bench.do(command)
        _check_words(bench, outcome)
        if outcome.refused:
            assert [type(event) for event in outcome.events] == [InputRefused]
            assert bench.state == replace(before, refused=before.refused + 1)
        elif not outcome.events:
            assert bench.state == before


def _work(state: State) -> tuple[object, ...]:
    """What undo brings back: everything but what never goes back, which are copies, actions and counters."""
    item = replace(state.item, copies={}, actions=0) if state.item is not None else None
    return (
        state.phase,
        state.parcel,
        item,
        state.asked,
        state.finished,
        state.done,
        state.held,
        state.recent,
    )


@settings(max_examples=50, deadline=None)
@given(site=SITES, moves=MOVES)
def test_undo_brings_back_the_moment_before_each_step(
    drive: Callable[[], Any], site: dict[str, Any], moves: list[Move]
) -> None:
    """Item, parcel and phase are as they were, step by step, back to where the operator signed in."""
    bench = drive().with_rules(**site)
    moments: deque[tuple[object, ...]] = deque(maxlen=UNDO_DEPTH)
    for move in [*moves, *[_fixed(Undo())] * len(moves)]:
        state = bench.state
        lpns, parcels = state.next_lpn, state.next_parcel
        command = move(bench)
        note(repr(command))
        outcome = bench.do(command)
        for event in outcome.events:
            if isinstance(event, Undone):
                assert _work(bench.state) == moments.pop()
            elif isinstance(event, (ShiftOpened, ShiftClosed, SignedIn, SignedOut)):
                moments.clear()
            elif type(event) in STEPS:
                moments.append(_work(state))
            state = evolve(state, event, bench.at)
        assert len(bench.state.history) == len(moments)
        assert (bench.state.next_lpn, bench.state.next_parcel) >= (lpns, parcels)
        if isinstance(command, Undo) and bench.state.operator is not None:
            assert outcome.refused == (outcome.verdict.code == "nothing-to-undo")


def test_a_walk_that_does_what_is_expected_reaches_the_tote(drive: Callable[[], Any]) -> None:
    """The steps that lead the walks really lead through every phase."""
    bench = drive().with_rules(auto_accept=False, camera=True, evidence=dict.fromkeys(CHANNELS, "Proof"))
    seen = set()
    for _ in range(20):
        assert not bench.do(_expected_next(bench)).refused
        seen |= bench.state.names()
    assert seen == {phase.value for phase in Phase} - {"signed out", "quarantine", "auditing"}
    assert bench.state.done > 2


@settings(max_examples=20, deadline=None)
@given(moves=MOVES)
def test_a_question_is_dropped_by_whatever_is_taken_next(drive: Callable[[], Any], moves: list[Move]) -> None:
    """`AskDropped` comes first of an outcome's events and only where a question stood."""
    bench = drive()
    for move in moves:
        asked = bench.state.asked
        outcome = bench.do(move(bench))
        dropped = [type(event) is AskDropped for event in outcome.events]
        assert sum(dropped) == (bool(outcome.events) and dropped[0])
        assert not any(dropped) or asked is not None


def _disagreements(bench: Any) -> Iterator[str]:
    """Everything in which the tables contradict each other or the state."""
    items, parcels, totes = (bench.tables.rows[name] for name in ("item", "parcel", "tote"))
    jobs = bench.tables.rows["label_job"].values()
    wanted = Counter(job["lpn"] for job in jobs if job["wanted"] == 1)
    here = Counter(row["parcel"] for row in items.values() if row["status"] != "void")
    lying = Counter(row["tote"] for row in items.values() if row["tote"] is not None)
    for key, row in parcels.items():
        if row["status"] != "void" and row["received"] != here[key]:
            yield f"parcel {key} counts {row['received']} units and has {here[key]}"
    for key, row in totes.items():
        if row["units"] != lying[key]:
            yield f"tote {key} counts {row['units']} units and holds {lying[key]}"
    for lpn, row in items.items():
        if (row["status"] == "closed") != (row["tote"] is not None):
            yield f"{lpn} is {row['status']} with tote {row['tote']}"
        if (row["status"] == "held") != (row["hold_reason"] is not None):
            yield f"{lpn} is {row['status']} with hold reason {row['hold_reason']}"
        if row["status"] != "open" and wanted[lpn] != (row["status"] != "void"):
            yield f"{lpn} is {row['status']} and {wanted[lpn]} labels of it are wanted"
        if wanted[lpn] > 1:
            yield f"{wanted[lpn]} labels of {lpn} are wanted"
    for job in jobs:
        row = items[job["lpn"]]
        channel, grade = (json.loads(job["tag"])[name] for name in ("channel", "grade"))
        if (
            job["wanted"]
            and row["status"] == "closed"
            and (channel, grade) != (row["disposition"], row["grade"])
        ):
            yield f"{job['job']} says {grade} {channel}, the item went {row['grade']} to {row['disposition']}"
        if job["wanted"] and row["status"] == "held" and channel != "quarantine":
            yield f"{job['job']} says {channel}, the item is held"
    state = bench.state
    standing = {lpn for lpn, row in items.items() if row["status"] == "open"}
    if standing != set(state.item.lpns if state.item is not None else ()):
        yield f"open in the tables: {sorted(standing)}"
    opened = [key for key, row in parcels.items() if row["status"] == "open"]
    if opened != ([state.parcel.id] if state.parcel is not None else []):
        yield f"open parcels in the tables: {opened}"


def _made_up(bench: Any, command: Command) -> bool:
    """A scan of a held item that this station never held: there is no parcel that could agree with it."""
    if not isinstance(command, Scanned):
        return False
    held = (one for one in command.meanings if isinstance(one, OwnItem) and one.status == "held")
    return any(one != bench.own(one.lpn) for one in held)


@settings(max_examples=60, deadline=None)
@given(site=SITES, moves=MOVES, back=st.integers(0, 10))
def test_the_tables_agree_with_each_other_and_with_the_state(
    drive: Callable[[], Any], site: dict[str, Any], moves: list[Move], back: int
) -> None:
    """Parcels count their items, totes what lies in them, and what left the bench has just one label."""
    bench = drive().with_rules(**site)
    for move in [*moves, *[_fixed(Undo())] * back]:
        command = move(bench)
        if _made_up(bench, command):
            continue
        note(repr(command))
        bench.do(command)
        assert list(_disagreements(bench)) == []
