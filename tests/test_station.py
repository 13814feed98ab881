"""The station: scans looked up, menus, and a store that fails at the worst moment."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from terminal.assembly import Assembly, assemble
from terminal.bench.commands import TakeRuling
from terminal.bench.given import Idle, Press, Scan, Typed
from terminal.bench.state import Phase
from terminal.bench.view import Level
from terminal.config import load
from terminal.domain.items import ManifestLine, Product
from terminal.domain.lettercode import OwnKind, make, word_payload
from terminal.lookup import badge_code, tote_code
from terminal.pins import Cost, Pins
from terminal.store.connection import read, run

AT = datetime(2026, 11, 23, 6, tzinfo=UTC)


@pytest.fixture
def whole(tmp_path: Path) -> Iterator[Assembly]:
    """A station with two returns, a phone that shares its GTIN, and a person signed in."""
    made = assemble(load(None, tmp_path, {}), lambda: AT)
    price = Decimal("19.90")
    made.file.catalogue.put_manifest(
        [
            ManifestLine(
                "RMA1001", 1, "CUP-1", None, "Cup [/M8]", "home", 5, unit_price=price, currency="EUR"
            ),
            ManifestLine(
                "RMA1002", 1, "PHN-1", "4006381333931", "Phone", "phone", 1, serial="SN-7", tracking="1Z9"
            ),
        ]
    )
    made.file.catalogue.put_products(
        [
            Product("PHN-1", "4006381333931", "Phone", "phone", Decimal("300"), "EUR"),
            Product("PHN-2", "4006381333931", "Phone, blue", "phone", Decimal("310"), "EUR"),
        ]
    )
    made.station.handle(Scan(badge_code(made.people["1001"])))
    yield made
    made.close()


def say(whole: Assembly, given: object) -> str:
    """Take an input and give the verdict's code."""
    return whole.station.take(given).verdict.code  # type: ignore[arg-type]


def test_numbers_answer_and_enter_takes(whole: Assembly) -> None:
    """Typed lines: a return, a product, a numbered answer, Enter."""
    assert say(whole, Typed("RMA1001")) == "parcel-received"
    assert say(whole, Typed("cup-1")) == "item-expected"
    assert say(whole, Typed("77")) == "no-choice"
    assert say(whole, Typed("1")) == "decided"
    assert say(whole, Typed("")) == "nothing-waits"


def test_a_menu_is_opened_walked_and_closed(whole: Assembly) -> None:
    """Hold asks why; a scan closes a menu and is used; an empty line closes it too."""
    say(whole, Scan("RMA1001"))
    say(whole, Scan("CUP-1"))
    assert say(whole, Press("hold")) == "menu"
    assert whole.station.view().menu
    assert say(whole, Typed("")) == "menu-closed"
    say(whole, Press("times"))
    assert say(whole, Typed("3")) == "counted"
    say(whole, Press("times"))
    assert say(whole, Scan("XX-NOT-KNOWN")) == "unknown-code"
    assert whole.station.view().menu == ""
    assert say(whole, Press("regrade")) == "menu"
    assert say(whole, Typed("3")) == "menu"
    assert say(whole, Typed("1")) == "decided"


def test_command_answer_defect_and_channel_barcodes_work_like_keys(whole: Assembly) -> None:
    """Everything on the sheet can be scanned."""
    say(whole, Scan("RMA1001"))
    say(whole, Scan("CUP-1"))
    assert say(whole, Scan(make(OwnKind.DEFECT, word_payload("SCR-LT")))) == "inspected"
    assert say(whole, Scan(make(OwnKind.COMMAND, "GOOD"))) == "decided"
    assert say(whole, Scan(make(OwnKind.CHANNEL, word_payload("donate")))) == "menu"
    from terminal.bench.choices import choice_code

    assert say(whole, Scan(choice_code(1))) == "decided"
    item = whole.station.state.item
    assert item is not None
    assert item.decided is not None
    assert item.decided.disposition == "donate"
    assert say(whole, Scan(tote_code("donate"))) == "label-first"
    assert say(whole, Scan(item.lpn.lower())) == "label-applied"
    assert say(whole, Scan(tote_code("donate"))) == "placed"
    assert say(whole, Scan(make(OwnKind.CHANNEL, word_payload("donate")))) == "no-item"


def test_a_gtin_of_two_products_is_asked_about_and_answered(whole: Assembly) -> None:
    """Only one of them is expected here, so it is that one; in a blind parcel the bench asks."""
    say(whole, Scan("1Z9"))
    assert say(whole, Scan("(01)04006381333931(21)SN-7")) == "item-expected"
    say(whole, Press("undo"))
    say(whole, Press("undo"))
    say(whole, Press("blind"))
    assert say(whole, Typed("1")) == "parcel-blind"
    assert say(whole, Scan("4006381333931")) == "asked"
    assert say(whole, Typed("2")) == "item-blind"
    assert whole.station.state.item is not None
    assert whole.station.state.item.sku == "PHN-2"


def test_a_serial_number_finds_its_line(whole: Assembly) -> None:
    """Scanned alone, in any case."""
    say(whole, Scan("RMA1002"))
    assert say(whole, Scan("sn-7")) == "item-expected"
    assert whole.station.state.item is not None
    assert whole.station.state.item.serial == "SN-7"


@pytest.mark.parametrize(
    "scan",
    [
        Scan("A" * 10_000),
        Scan("\x11\x10"),
        Scan(""),
        Scan("x", problem="line noise"),
        Scan("4006381333930"),
        Scan("\ufffd"),
    ],
    ids=["too long", "control", "empty", "noise", "check digit", "not text"],
)
def test_bad_scans_are_refused_in_words_and_change_nothing(whole: Assembly, scan: Scan) -> None:
    """Each gets a verdict on the screen, is written down, and the work stays as it was."""
    say(whole, Scan("RMA1001"))
    before = whole.station.state
    view = whole.station.handle(scan)
    assert view.level is Level.STOP
    assert len(view.line) < 400
    assert (whole.station.state.item, whole.station.state.parcel) == (before.item, before.parcel)
    assert whole.station.state.refused == before.refused + 1


def test_a_full_disk_refuses_and_the_same_scan_works_afterwards(whole: Assembly) -> None:
    """Nothing is confirmed that is not on disk; nothing that was good is lost."""
    say(whole, Scan("RMA1001"))
    before, events = whole.station.state, whole.file.journal.head().seq
    pages = read(whole.file.db, "pragma page_count")[0][0]
    run(whole.file.db, f"pragma max_page_count = {pages}")
    codes = [say(whole, Scan("CUP-1")) for _ in range(40)]
    stuck = codes.index("store-failed") if "store-failed" in codes else None
    assert stuck is not None or whole.station.state.item is not None
    if stuck is not None:
        assert "room" in whole.station.view().line
    run(whole.file.db, "pragma max_page_count = 1073741823")
    if whole.station.state.item is None:
        assert say(whole, Scan("CUP-1")) == "item-expected"
    assert whole.file.journal.head().seq > events
    assert before.parcel is not None
    assert not whole.file.verify()


def test_a_bug_inside_is_a_sentence_not_a_traceback(whole: Assembly, monkeypatch: pytest.MonkeyPatch) -> None:
    """The bench goes on."""

    def broken(*args: object) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr("terminal.station.decide", broken)
    assert say(whole, Scan("RMA1001")) == "input-failed"
    monkeypatch.undo()
    assert say(whole, Scan("RMA1001")) == "parcel-received"


def test_idling_signs_out_and_the_item_stays(whole: Assembly) -> None:
    """Whoever comes next finds it."""
    say(whole, Scan("RMA1001"))
    say(whole, Scan("CUP-1"))
    assert say(whole, Idle()) == "signed-out-idle"
    assert say(whole, Idle()) == "nothing-waits"
    assert say(whole, Press("hold")) == "sign-in-first"
    say(whole, Scan(badge_code(whole.people["1002"])))
    assert whole.station.state.phase is Phase.INSPECTING


def test_a_shift_is_closed_from_the_bench(whole: Assembly) -> None:
    """With the figures of the file."""
    assert say(whole, Press("shift_close")) == "shift-closed"
    assert whole.station.state.shift is None
    assert say(whole, Press("shift_close")) == "sign-in-first"


def test_a_restart_takes_up_the_open_item(whole: Assembly, tmp_path: Path) -> None:
    """The state is folded from the journal; a held item comes back by its label and a lead."""
    say(whole, Scan("RMA1001"))
    say(whole, Scan("CUP-1"))
    say(whole, Press("hold"))
    say(whole, Typed("1"))
    (held,) = [row.lpn for row in whole.file.queries.held()]
    say(whole, Scan("CUP-1"))
    before = whole.station.state
    whole.close()
    again = assemble(load(None, tmp_path, {}), lambda: AT)
    try:
        assert again.station.state == before
        say(again, Press("clean"))
        say(again, Scan(again.station.state.item.lpn if again.station.state.item else ""))
        say(again, Scan(tote_code(again.station.state.item.decided.disposition)))  # type: ignore[union-attr]
        assert say(again, Scan(held)) == "lead-resumes"
        Pins(again.file.people, tmp_path, cost=Cost(1, 8)).set("9001", "470815", AT)
        assert say(again, Scan(badge_code(again.people["9001"]))) == "menu"
        assert say(again, Typed("470815")) == "item-resumed"
        assert say(again, Press("undo")) == "undone"
        assert [row.lpn for row in again.file.queries.held()] == [held]
    finally:
        again.close()


def test_the_record_of_a_wipe_is_scanned_and_what_means_something_else_is_not_taken_for_it(
    tmp_path: Path,
) -> None:
    """A command on the sheet stays a command, whatever the bench waits for; the record is any other code."""
    site = tmp_path / "site.toml"
    site.write_text('[bench]\nsteps = ["wipe"]\n', "utf-8")
    made = assemble(load(site, tmp_path / "data", {}), lambda: AT)
    try:
        made.file.catalogue.put_manifest([ManifestLine("RMA1002", 1, "PHN-1", None, "Phone", "phone", 1)])
        for given in (Scan(badge_code(made.people["1001"])), Scan("RMA1002"), Scan("PHN-1")):
            say(made, given)
        for step in (Typed("2"), Press("clean"), Typed("91")):
            say(made, step)
        assert made.station.state.phase is Phase.WORKING
        assert say(made, Typed("1")) == "menu"
        assert say(made, Scan(make(OwnKind.COMMAND, "UNDO"))) == "undone"
        say(made, Typed("91"))
        assert say(made, Typed("1")) == "menu"
        assert say(made, Scan("WR-2026-77")) != "unknown-code"
        item = made.station.state.item
        assert item is not None
        (done,) = item.worked
        assert (done.step, done.note) == ("wipe", "WR-2026-77")
    finally:
        made.close()


def test_a_ruling_is_said_in_the_language_of_the_bench(tmp_path: Path) -> None:
    """It comes from the hub: nobody's input has set the language."""
    config = tmp_path / "config.toml"
    config.write_text('[screen]\nlanguage = "de"\n', encoding="utf-8")
    with assemble(load(config, tmp_path / "data", {}), lambda: AT) as bench:
        ruled = TakeRuling("BBBCBBBBBX", "c-1", "keep", "rma_line", "RMA1001/1", "9001", "", None)
        assert bench.station.take_ruling(ruled).verdict.args["claim"] == "Position RMA1001/1"
