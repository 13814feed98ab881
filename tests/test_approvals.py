"""Guarded actions at a whole bench: a stolen badge opens nothing, a second person's word is asked for in place."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from terminal.assembly import Assembly, assemble
from terminal.bench.given import Given, Idle, Press, Scan, Typed
from terminal.bench.state import Phase
from terminal.bench.wire import Recorded
from terminal.config import load
from terminal.domain.items import ManifestLine
from terminal.domain.lettercode import OwnKind, make
from terminal.domain.speech import speaking
from terminal.lookup import badge_code
from terminal.pins import Cost, Pins
from terminal.replay import Clock, Replay
from terminal.store.connection import read
from terminal.store.station_file import StationFile
from terminal.voices import voice

AT = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
PIN = "470815"
SITE = """
[bench]
override_limit = "5.00"
[[operators]]
id = "1001"
name = "Ada"
[[operators]]
id = "1002"
[[operators]]
id = "9001"
name = "Eve"
role = "lead"
[[operators]]
id = "9002"
role = "manager"
"""


class Wall:
    """A clock that goes on with every look, so that no scan is a second read of the one before."""

    def __init__(self) -> None:
        self.at = AT

    def __call__(self) -> datetime:
        """The time."""
        self.at += timedelta(seconds=5)
        return self.at


@pytest.fixture
def whole(tmp_path: Path) -> Iterator[Assembly]:
    """A bench with an item that is worth more than an operator may override; 9001 has a PIN, 9002 has none."""
    made = opened(tmp_path)
    Pins(made.file.people, made.settings.data, cost=Cost(1, 8)).set("9001", PIN, AT)
    made.file.catalogue.put_manifest(
        [
            ManifestLine(
                "RMA1001", 1, "CUP-1", None, "Cup", "home", 5, unit_price=Decimal("20.00"), currency="EUR"
            )
        ]
    )
    for given in (badge(made, "1001"), Scan("RMA1001"), Scan("CUP-1"), Press("clean")):
        made.station.take(given)
    yield made
    made.close()


def opened(folder: Path, extra: str = "") -> Assembly:
    """The bench of a folder, with a line more in its config."""
    site = folder / "site.toml"
    site.write_text(SITE.replace("[bench]", f"{extra}\n[bench]"), "utf-8")
    return assemble(load(site, folder / "data", {}), Wall())


def badge(whole: Assembly, who: str) -> Scan:
    """Somebody's badge, scanned."""
    return Scan(badge_code(whole.people[who]))


def say(whole: Assembly, given: Given) -> str:
    """Take an input and give the verdict's code."""
    return whole.station.take(given).verdict.code


def journal(whole: Assembly, *kinds: str) -> list[Recorded]:
    """The events of some kinds."""
    return [one for one in whole.file.journal.events() if one.kind in kinds]


def hold(whole: Assembly) -> str:
    """Put the open item on hold, and scan its label."""
    item = whole.station.state.item
    assert item is not None
    say(whole, Press("hold"))
    say(whole, Typed("1"))
    return item.lpn


def test_a_second_persons_word_is_asked_for_and_the_operator_stays_signed_in(whole: Assembly) -> None:
    """Refused with the reason, the lead's badge, the lead's PIN, done: and the journal names both."""
    lpn = hold(whole)
    assert say(whole, Scan(lpn)) == "lead-resumes"
    assert "Scan a lead's badge" in whole.station.view().line
    assert say(whole, badge(whole, "9001")) == "menu"
    shown = whole.station.view()
    assert (shown.word, shown.secret, shown.operator) == ("PIN?", True, "1001 Ada")
    assert say(whole, Typed(PIN)) == "item-resumed"
    (event,) = journal(whole, "item_resumed")
    assert (event.operator, event.body["approved_by"]) == ("1001", "9001")
    assert whole.station.state.operator == "1001"
    assert not whole.station.view().secret


@pytest.mark.parametrize("who", ["9001", "9002"])
def test_a_stolen_badge_opens_no_leads_action(whole: Assembly, who: str) -> None:
    """Signed in with it, every guarded action still asks for the PIN, which the thief has not got."""
    lpn = hold(whole)
    say(whole, badge(whole, who))
    assert whole.station.state.operator == who
    for _ in range(2):
        assert say(whole, Scan(lpn)) == "lead-resumes"
        assert whole.station.view().word == "PIN?"
        assert say(whole, badge(whole, who)) == "menu"
        assert say(whole, Typed("000000")) == ("pin-wrong" if who == "9001" else "pin-none")
        assert say(whole, Typed("")) == "menu-closed"
    assert journal(whole, "item_resumed") == []


def test_an_operators_badge_and_a_strangers_are_no_leads(whole: Assembly) -> None:
    """Each is refused with its reason, nobody is signed in by it, and the question stays."""
    lpn = hold(whole)
    say(whole, Scan(lpn))
    assert say(whole, badge(whole, "1002")) == "badge-too-low"
    assert say(whole, Scan(make(OwnKind.BADGE, "BBBB"))) == "badge-unknown"
    assert whole.station.asks_approval
    assert whole.station.state.operator == "1001"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (Scan(PIN, "serial"), "pin-scanned"),
        (Scan(PIN, "keyboard"), "pin-scanned"),
        (Typed(PIN, pace=0.02), "pin-scanned"),
        (Typed("47O815"), "pin-form"),
        (Typed("123"), "pin-form"),
    ],
)
def test_a_pin_is_typed_by_hand_and_by_nothing_else(whole: Assembly, given: Given, code: str) -> None:
    """A printed PIN opens nothing, by serial line, by keyboard, or by keys that come fast; none is counted."""
    lpn = hold(whole)
    say(whole, Scan(lpn))
    say(whole, badge(whole, "9001"))
    for _ in range(5):
        assert say(whole, given) == code
        assert whole.station.asks_approval
    assert journal(whole, "item_resumed") == []
    assert say(whole, Typed(PIN, pace=0.15)) == "item-resumed"


def test_no_pin_is_anywhere_on_disk(whole: Assembly) -> None:
    """Right or wrong, typed, scanned, too late or half: not in the journal, not in the file, not in its log."""
    lpn = hold(whole)
    say(whole, Scan(lpn))
    say(whole, badge(whole, "9001"))
    for given in (Typed("918273"), Scan("918274"), Typed("91827x"), Typed("918275918275918275")):
        say(whole, given)
    assert say(whole, Press("undo")) == "undone-label"
    assert say(whole, Typed("918276")) == "pin-late"
    whole.station.take(Typed("918277", pace=0.001))
    say(whole, Typed(""))
    for event in whole.file.journal.events():
        text = json.dumps(event.body)
        assert "91827" not in text
        assert PIN not in text
    for path in whole.settings.data.iterdir():
        if path.is_file():
            assert b"91827" not in path.read_bytes(), path
            assert PIN.encode() not in path.read_bytes(), path


def test_digits_long_after_a_question_are_an_unknown_code(whole: Assembly) -> None:
    """Nobody's PIN: the refusal says what was typed, as ever."""
    lpn = hold(whole)
    say(whole, Scan(lpn))
    say(whole, badge(whole, "9001"))
    say(whole, Typed(""))
    whole.station.clock.at += timedelta(minutes=3)  # type: ignore[attr-defined]
    assert say(whole, Typed("918276")) == "unknown-code"


def test_a_locked_pin_says_for_how_long(whole: Assembly) -> None:
    """Also the right one, and every try is written down with whose it was."""
    lpn = hold(whole)
    say(whole, Scan(lpn))
    say(whole, badge(whole, "9001"))
    codes = [say(whole, Typed("000000")) for _ in range(4)]
    assert codes == ["pin-wrong", "pin-wrong", "pin-wrong-wait", "pin-locked"]
    assert say(whole, Typed(PIN)) == "pin-locked"
    assert "locked for another 30 s" in whole.station.view().line
    tried = [one.body for one in journal(whole, "input_refused") if one.body["why"].startswith("pin-")]
    assert [one["given"] for one in tried] == ["9001"] * 5


def test_any_other_input_leaves_the_question_and_is_used(whole: Assembly) -> None:
    """A scan is never swallowed; what was asked for is not done later by a badge that comes then."""
    lpn = hold(whole)
    for other, code in ((Scan("CUP-1"), "item-expected"), (Press("undo"), "undone")):
        say(whole, Scan(lpn))
        assert say(whole, other) == code
        assert not whole.station.asks_approval
    say(whole, Scan(lpn))
    say(whole, Idle())
    assert (whole.station.asks_approval, whole.station.state.operator) == (False, None)
    assert say(whole, badge(whole, "9001")) == "signed-in"
    assert journal(whole, "item_resumed") == []


def test_whoever_is_let_go_while_the_pin_is_asked_for_gives_no_word(whole: Assembly) -> None:
    """Other people came from the hub between badge and PIN."""
    lpn = hold(whole)
    say(whole, Scan(lpn))
    say(whole, badge(whole, "9001"))
    whole.station.admit({who: one for who, one in whole.people.items() if who != "9001"})
    assert say(whole, Typed(PIN)) == "badge-unknown"
    assert not whole.station.asks_approval


def test_the_question_for_a_word_outlives_another_language(whole: Assembly) -> None:
    """It is asked whatever is spoken where somebody looks, and the PIN is still a PIN."""
    lpn = hold(whole)
    say(whole, Scan(lpn))
    say(whole, badge(whole, "9001"))
    people = {who: replace(one, language="de") for who, one in whole.people.items() if who != "9001"}
    whole.station.admit({**people, "9001": whole.people["9001"]})
    assert whole.station.language == "de"
    with speaking(voice("pl")):
        assert whole.station.asks_approval
    assert say(whole, Typed(PIN)) == "item-resumed"


def test_a_menu_is_gone_with_whom_it_asked(whole: Assembly) -> None:
    """Whoever comes next may speak another language: signed in or let go, no menu is left in the first one."""
    say(whole, Press("hold"))
    asked = whole.station.view().menu
    assert asked
    say(whole, badge(whole, "1002"))
    assert whole.station.view().menu == ""
    say(whole, Press("hold"))
    assert whole.station.view().menu == asked
    whole.station.admit({who: one for who, one in whole.people.items() if who != "1002"})
    assert (whole.station.state.operator, whole.station.view().menu) == (None, "")


def test_a_badge_alone_is_enough_where_a_site_wants_it_so(tmp_path: Path, whole: Assembly) -> None:
    """`lead` without a PIN: the badge that is read twice signs nobody in."""
    lpn = hold(whole)
    whole.close()
    again = opened(tmp_path, '[permissions]\ntake_out_of_hold = "lead"')
    try:
        assert say(again, Scan(lpn)) == "lead-resumes"
        held_again = Scan(badge_code(again.people["9001"]), "serial")
        again.station.clock = lambda: AT + timedelta(hours=1)
        assert say(again, held_again) == "item-resumed"
        assert say(again, held_again) == "read-again"
        assert again.station.state.operator == "1001"
    finally:
        again.close()


def test_a_shift_that_a_lead_closes_is_signed_by_the_lead(tmp_path: Path, whole: Assembly) -> None:
    """With figures from after the PIN was typed."""
    hold(whole)
    say(whole, Press("parcel_done"))
    whole.close()
    again = opened(tmp_path, '[permissions]\nclose_shift = "lead with PIN"')
    try:
        assert say(again, Press("shift_close")) == "lead-closes"
        assert say(again, badge(again, "9001")) == "menu"
        say(again, Typed("000000"))
        outcome = again.station.take(Typed(PIN))
        assert outcome.verdict.code in ("shift-pending", "shift-closed")
        if outcome.verdict.code == "shift-pending":
            assert say(again, Typed("1")) == "lead-closes"
            say(again, badge(again, "9001"))
            assert say(again, Typed(PIN)).startswith("shift-closed")
        (event,) = journal(again, "shift_closed")
        assert event.body["approved_by"] == "9001"
    finally:
        again.close()


def test_the_open_item_stays_for_whoever_comes_next_and_the_journal_says_who_did_what(
    whole: Assembly,
) -> None:
    """Signed out after idling, with the item on the bench: the next one goes on, and each step has its own name."""
    before = whole.station.state.item
    assert before is not None
    assert say(whole, Idle()) == "signed-out-idle"
    assert whole.station.state.item == before
    assert say(whole, Press("clean")) == "sign-in-first"
    assert say(whole, badge(whole, "1002")) == "signed-in"
    assert whole.station.state.item == before
    assert whole.station.state.phase is Phase.DECIDED
    say(whole, Scan(before.lpn))
    done = [(one.kind, one.operator) for one in whole.file.journal.events() if one.item == before.lpn]
    assert ("item_identified", "1001") in done
    assert done[-1] == ("label_applied", "1002")
    (out,) = journal(whole, "signed_out")
    assert (out.body["operator"], out.body["why"]) == ("1001", "idle")
    item = whole.file.queries.item_record(before.lpn)
    assert item is not None


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        (["!badge 9001"], None),
        (["{badge}"], "lead-resumes"),
        (["!badge 9001", "!badge-out", "{badge}"], "lead-resumes"),
        (["!badge 1001"], "lead-resumes"),
    ],
)
def test_a_replay_vouches_for_whom_it_names_and_not_for_a_scanned_badge(
    whole: Assembly, lines: list[str], code: str | None
) -> None:
    """The file is as trusted as the shell that runs it; a badge in it is still a badge."""
    lpn = hold(whole)
    say(whole, Press("lock"))
    wall = Clock()
    run = Replay(whole.station, wall, whole.people, lambda one: whole.file.queries.item_record(one) or {})
    script = [line.format(badge=badge_code(whole.people["9001"])) for line in [*lines, lpn]]
    list(run.run(script))
    assert [one["code"] for one in run.tally.refused] == ([code] if code else [])


def test_a_replay_types_a_pin_and_writes_it_nowhere(whole: Assembly) -> None:
    """Not in the journal, not in what it tells, and not as a digest that gives it away."""
    lpn = hold(whole)
    run = Replay(whole.station, Clock(), whole.people, lambda one: whole.file.queries.item_record(one) or {})
    lines = [lpn, badge_code(whole.people["9001"]), "!pin 000000", f"!pin {PIN}", f"!pin {PIN}"]
    list(run.run(lines))
    assert [(one["input"], one["code"]) for one in run.tally.refused] == [
        (lpn, "lead-resumes"), ("!pin", "pin-wrong"), ("!pin", "bad-answer"),
    ]  # fmt: skip
    keys = {one.body.get("key") for one in journal(whole, "item_resumed", "input_refused")}
    assert len({key.split(":")[1] for key in keys if key and key[0] in "345"}) == 1
    assert journal(whole, "item_resumed")[0].body["approved_by"] == "9001"


def test_the_file_that_a_bench_left_can_be_opened_with_its_people(whole: Assembly, tmp_path: Path) -> None:
    """What counts of a PIN survives the program."""
    lpn = hold(whole)
    say(whole, Scan(lpn))
    say(whole, badge(whole, "9001"))
    say(whole, Typed("000000"))
    whole.close()
    with StationFile.open(tmp_path / "data", "01", ("folder",)) as file:
        assert read(file.db, "select failures from pin") == [(1,)]
