"""Guarded actions: who is asked for, what a badge and a PIN come to, and what the events keep of it."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from terminal.bench.approval import (
    Approving,
    PinSaid,
    permission_of,
    show_badge,
    span,
    told_pin,
)
from terminal.bench.choices import Menu
from terminal.bench.commands import CloseShift, Command, OpenShift, Scanned, SetGrade, Undo
from terminal.bench.decide import decide
from terminal.bench.events import GradeOverridden, Undone
from terminal.bench.meanings import Badge, Operator
from terminal.bench.outcome import Need, Outcome, done, refused
from terminal.bench.permission import lacking, signed, wanting
from terminal.bench.rules import Now, Rules
from terminal.bench.scene import Said, Scene
from terminal.bench.shift_events import ShiftOpened
from terminal.bench.staffing import added, badged, disabled, purged
from terminal.bench.state import State
from terminal.bench.view import Level
from terminal.bench.wording import view
from terminal.domain.crew import Person
from terminal.domain.items import ManifestLine
from terminal.domain.permissions import Approval, Permission

AT = datetime(2026, 11, 23, 8, tzinfo=UTC)
EVE = Operator("9001", "lead", "Eve")
ADA = Operator("1001", "operator", "Ada")
WORD = Approval("9001", "lead", pin=True)
ACTION = "override_above_value"


def under(rules: Rules, action: str, role: str, pin: bool) -> Rules:
    """The rules with one permission changed."""
    return replace(rules, permissions={**rules.permissions, action: Permission(role, pin)})


@pytest.mark.parametrize(
    ("role", "pin", "signed_in", "approval", "asked"),
    [
        ("operator", False, None, None, None),
        ("lead", False, "lead", None, None),
        ("lead", False, "operator", None, Need(ACTION, "lead", False)),
        ("lead", True, "operator", None, Need(ACTION, "lead", True)),
        ("lead", True, "lead", None, Need(ACTION, "lead", True, "7")),
        ("lead", True, "lead", Approval("7", "lead"), Need(ACTION, "lead", True, "7")),
        ("lead", True, "operator", WORD, None),
        ("manager", True, "operator", WORD, Need(ACTION, "manager", True)),
    ],
)
def test_whose_word_is_lacking(
    rules: Rules, role: str, pin: bool, signed_in: str | None, approval: Approval | None, asked: Need | None
) -> None:
    """A role is enough where no PIN is asked; who has the role gives only the PIN; a word counts for what it is."""
    state = State(operator="7" if signed_in else None, role=signed_in)
    now = Now(AT, approval=approval)
    assert lacking(ACTION, state, under(rules, ACTION, role, pin), now) == asked


def test_who_is_not_signed_in_yet_is_asked_for_their_own_pin(rules: Rules) -> None:
    """A lead who opens the shift by signing in."""
    need = lacking("open_shift", State(), under(rules, "open_shift", "lead", True), Now(AT), EVE)
    assert need == Need("open_shift", "lead", True, "9001")
    assert need is not None
    assert permission_of(need) == Permission("lead", pin=True)


@pytest.mark.parametrize(
    ("badge", "came"),
    [
        (Badge("B", None), "badge-unknown"),
        (Badge("B", ADA), "badge-too-low"),
        (Badge("B", EVE), Approval("9001", "lead")),
    ],
)
def test_a_badge_is_enough_where_no_pin_is_asked(badge: Badge, came: object) -> None:
    """Unless it is nobody's, or its owner's role is too low."""
    found = show_badge(Approving(OpenShift("1001"), Need(ACTION, "lead", False)), badge)
    assert (found.verdict.code if isinstance(found, Outcome) else found) == came


def test_a_badge_asks_for_its_owners_pin() -> None:
    """The band names them, and what is typed is not shown."""
    asked = Approving(OpenShift("1001"), Need(ACTION, "lead", True))
    assert (asked.menu.word, asked.menu.secret) == ("LEAD?", False)
    found = show_badge(asked, Badge("B", EVE))
    assert isinstance(found, Approving)
    assert found.who == EVE
    assert found.menu.secret
    assert found.menu.title.startswith("9001 Eve: type your PIN")


@pytest.mark.parametrize(
    ("said", "came"),
    [
        (PinSaid("right"), WORD),
        (PinSaid("none"), "pin-none"),
        (PinSaid("locked", wait=31), "pin-locked"),
        (PinSaid("wrong", wait=30), "pin-wrong-wait"),
        (PinSaid("wrong", left=2), "pin-wrong"),
    ],
)
def test_what_a_pin_comes_to(said: PinSaid, came: object) -> None:
    """Right is a word with a PIN; everything else a refusal of its own."""
    found = told_pin(EVE, said)
    assert (found.verdict.code if isinstance(found, Outcome) else found) == came


@pytest.mark.parametrize(("seconds", "words"), [(30, "30 s"), (99, "99 s"), (100, "2 min"), (3600, "60 min")])
def test_a_wait_is_never_said_shorter_than_it_is(seconds: int, words: str) -> None:
    """Minutes are rounded up."""
    assert span(seconds) == words


def test_who_approved_stands_in_the_events_that_keep_it() -> None:
    """Not in others, not in a refusal, and nowhere where nobody had to."""
    outcome = done("graded", GradeOverridden("L", "B", "A", "other"), ShiftOpened(1, "1001"))
    now = Now(AT, approval=WORD)
    assert [event.approved_by for event in signed(outcome, now).events] == ["9001", "9001"]  # type: ignore[attr-defined]
    assert signed(outcome, Now(AT)) == outcome
    no = refused("no-item", "A")
    assert signed(no, now) == no
    kept = done("operator-badged", *badged("1001").events, who="1001")
    assert signed(kept, now) == kept


def open_item(bench: Any) -> None:
    """A new-looking tin of a return is on the bench."""
    one = ManifestLine(
        "C536391", 1, "22556", None, "Tin", "home", 12, unit_price=Decimal("16.50"), currency="GBP"
    )
    bench.receive(one)
    bench.item(one)


def with_word(bench: Any, command: Command) -> Outcome:
    """What the bench decides where a lead's PIN stands behind a command."""
    return decide(bench.state, command, bench.rules, Now(bench.at, approval=WORD))


def test_an_override_above_the_value_is_refused_and_then_done_with_a_word(bench: Any, rules: Rules) -> None:
    """The refusal says whose word would do; with it the same command goes through and names both."""
    bench.sign_in()
    bench.rules = replace(under(rules, ACTION, "lead", True), override_limit=Decimal("1.00"))
    open_item(bench)
    told = bench.do(SetGrade("D", "other"))
    assert (told.verdict.code, told.needs) == ("lead-overrides", Need(ACTION, "lead", True))
    event = with_word(bench, SetGrade("D", "other")).events[0]
    assert isinstance(event, GradeOverridden)
    assert event.approved_by == "9001"


def test_taking_back_a_printed_label_can_need_a_lead(bench: Any, rules: Rules) -> None:
    """A step without a label is taken back by anybody."""
    bench.sign_in()
    bench.rules = under(rules, "void", "lead", True)
    open_item(bench)
    bench.must(SetGrade("D", "other"))
    assert bench.state.item.labels
    told = bench.do(Undo())
    assert (told.verdict.code, told.needs) == ("lead-voids", Need("void", "lead", True))
    (event,) = with_word(bench, Undo()).events
    assert isinstance(event, Undone)
    assert event.approved_by == "9001"


@pytest.mark.parametrize(("action", "pending"), [("close_shift", {}), ("sync_pending", {"hub": 3})])
def test_closing_a_shift_can_need_a_lead(
    bench: Any, rules: Rules, action: str, pending: dict[str, int]
) -> None:
    """Always, or only while events wait that have not left the station."""
    bench.sign_in()
    bench.rules = under(rules, action, "lead", True)
    command = CloseShift("1001", {}, pending, pending_ok=True)
    told = bench.do(command)
    assert (told.verdict.code, told.needs) == ("lead-closes", Need(action, "lead", True))
    event = with_word(bench, command).events[-1]
    assert event.approved_by == "9001"  # type: ignore[attr-defined]


def test_a_lead_opens_the_shift_with_a_pin_and_the_operator_is_signed_in(bench: Any, rules: Rules) -> None:
    """The badge that was scanned signs in; the word is the lead's."""
    bench.rules = replace(under(rules, "open_shift", "lead", True), shift_opens_itself=False)
    scan = Scanned("1001", (Badge("1001", ADA),))
    told = bench.do(scan)
    assert (told.verdict.code, told.needs) == ("no-shift", Need("open_shift", "lead", True))
    opened, signed_in = with_word(bench, scan).events
    assert (opened.approved_by, signed_in.operator) == ("9001", "1001")  # type: ignore[attr-defined]


def test_the_reason_stays_in_the_band_while_a_badge_is_asked_for(rules: Rules) -> None:
    """What was refused, then what to do; once something else was said, only what to do."""
    asked = Approving(OpenShift("1001"), Need(ACTION, "lead", True), EVE).menu
    why = refused("lead-closes", "shift close", role="lead")
    shown = view(State(), rules, Scene(Said(why.verdict, AT), asked))
    assert (shown.level, shown.word, shown.secret) == (Level.ASK, "PIN?", True)
    assert shown.line == "A lead closes this shift. 9001 Eve: type your PIN, then Enter. Esc: leave it."
    later = view(State(), rules, Scene(Said(done("menu", title="x").verdict, AT), asked))
    assert later.line == asked.title
    assert view(State(), rules, Scene(None, asked)).line == asked.title
    plain = view(State(), rules, Scene(Said(why.verdict, AT), Menu("How many?")))
    assert (plain.line, plain.word, plain.secret) == ("How many?", "HOW MUCH?", False)


def test_a_refusal_that_wants_a_word_is_still_a_refusal() -> None:
    """It is written down like any other."""
    told = wanting(refused("lead-closes", "x", role="lead"), Need("close_shift", "lead", False))
    assert told.refused
    assert told.events


def test_a_lead_and_a_manager_lead() -> None:
    """An operator does not."""
    assert [Operator("1", role).leads for role in ("operator", "lead", "manager")] == [False, True, True]


def test_people_are_written_down_without_secrets() -> None:
    """Who, and what they may do; no badge, no PIN."""
    person = Person("2001", "Ada", "lead", ("SECRETBADGE",))
    for outcome in (added(person), badged("2001"), disabled("2001"), purged(1, 2, ("ab",))):
        assert not outcome.refused
        assert "SECRET" not in repr(outcome)
