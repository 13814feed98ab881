"""Totes and holds over a real station: filled, closed, handed over, listed; assigned, overdue, released."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from terminal.assembly import Assembly, assemble
from terminal.bench.given import Press, Scan, Typed
from terminal.config import load
from terminal.domain.items import ManifestLine
from terminal.domain.suggest import BadData
from terminal.lookup import badge_code, tote_code
from terminal.settings import Settings
from terminal.stock_cli import hold, tote
from terminal.stock_desk import assign_hold, change_tote, list_holds, list_totes, release_hold, show_tote
from terminal.verifying import verify_station

AT = datetime(2026, 11, 23, 6, tzinfo=UTC)
CONFIG = """
[[totes]]
code = "TOTE-1"
channel = "repackage"
name = "Blue"
capacity = 2

[[totes]]
code = "TOTE-2"
channel = "repackage"
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Two totes for one channel, one of which holds two units."""
    site = tmp_path / "site.toml"
    site.write_text(CONFIG, "utf-8")
    return load(site, tmp_path / "data", {})


@pytest.fixture
def whole(settings: Settings) -> Iterator[Assembly]:
    """A station with a return of nine cups and a lead signed in."""
    made = assemble(settings, lambda: AT)
    line = ManifestLine(
        "RMA1", 1, "CUP-1", None, "Cup", "home", 9, unit_price=Decimal("19.90"), currency="EUR"
    )
    made.file.catalogue.put_manifest([line])
    made.station.handle(Scan(badge_code(made.people["9001"])))
    made.station.take(Scan("RMA1"))
    yield made
    made.close()


def ready(whole: Assembly) -> str:
    """Bring a cup as far as its tote; gives its LPN."""
    station = whole.station
    for given in (Scan("CUP-1"), Press("clean"), Typed("")):
        station.take(given)
    item = station.state.item
    assert item is not None
    if item.decided is None or item.decided.disposition != "repackage":
        raise AssertionError(item)
    station.take(Scan(item.lpn))
    return item.lpn


def scan(whole: Assembly, text: str) -> str:
    """Scan something and give the verdict's code."""
    return whole.station.take(Scan(text)).verdict.code


def test_a_full_tote_warns_and_a_closed_one_refuses(whole: Assembly) -> None:
    """From its capacity on it says so; sealed, the item goes into another tote of the channel."""
    ready(whole)
    assert scan(whole, "TOTE-1") == "placed"
    ready(whole)
    assert scan(whole, "TOTE-1") == "placed-full"
    change_tote(whole, "close", "blue", "9001")
    assert whole.station.take(Press("undo")).verdict.code == "nothing-to-undo"
    ready(whole)
    assert scan(whole, "TOTE-1") == "tote-sealed"
    assert scan(whole, "TOTE-2") == "placed"
    assert "closed already" in change_tote(whole, "close", "TOTE-1", "9001")["said"]
    assert "open again" in change_tote(whole, "open", "TOTE-1", "9001")["said"]
    assert "is open" in change_tote(whole, "open", "TOTE-1", "9001")["said"]
    ready(whole)
    assert scan(whole, "TOTE-1") == "placed-full"


def test_a_tote_is_handed_over_with_its_list_and_a_label_and_is_empty_then(
    whole: Assembly, settings: Settings
) -> None:
    """The load keeps what left; the code counts anew; the shift's report and the rebuilt tables agree."""
    lpns = []
    for _ in range(2):
        lpns.append(ready(whole))
        assert scan(whole, "TOTE-1").startswith("placed")
    told = change_tote(whole, "hand-over", "TOTE-1", "9001", "Warehouse")
    assert [one["lpn"] for one in told["contents"]] == lpns
    assert (told["load"], told["units"], told["to"]) == ("LOAD--TOTE-1--1", 2, "Warehouse")
    assert whole.spool.drain(10)
    names = [path.name for path in (settings.data / "labels").iterdir()]
    assert len([name for name in names if "LOAD" in name]) == 2, names
    with pytest.raises(BadData, match="Nothing is in tote Blue"):
        change_tote(whole, "hand-over", "TOTE-1", "9001", "Warehouse")
    with pytest.raises(BadData, match="Nothing is in tote Blue"):
        change_tote(whole, "close", "TOTE-1", "9001")
    shown = show_tote(settings, "TOTE-1")
    assert (shown["state"], shown["units"], [one["recipient"] for one in shown["loads"]]) == (
        "open",
        0,
        ["Warehouse"],
    )
    assert [one["lpn"] for one in show_tote(settings, "LOAD--TOTE-1--1")["contents"]] == lpns
    ready(whole)
    assert scan(whole, "TOTE-1") == "placed"
    assert change_tote(whole, "hand-over", "TOTE-1", "9001", "Outlet")["load"] == "LOAD--TOTE-1--2"
    made = whole.shift.report()
    (one,) = [one for one in made.totes if one.tote == "TOTE-1"]
    assert (one.placed, one.taken, one.units, one.items, made.differences) == (3, 3, 0, 0, ())
    assert set(whole.shift.contents()) == {"LOAD--TOTE-1--1", "LOAD--TOTE-1--2"}
    found = verify_station(settings)
    assert found["ok"], found


def test_the_tables_of_totes_and_holds_are_made_anew_from_the_journal(
    whole: Assembly, settings: Settings
) -> None:
    """Every tote, load and assignment is there again after they were lost."""
    lpn = held(whole)
    assign_hold(whole, lpn, "1001", "2026-11-30", "9001")
    ready(whole)
    scan(whole, "TOTE-1")
    change_tote(whole, "hand-over", "TOTE-1", "9001", "Warehouse")
    ready(whole)
    scan(whole, "TOTE-2")
    change_tote(whole, "close", "TOTE-2", "9001")
    before = (list_totes(settings), list_holds(settings, AT), show_tote(settings, "TOTE-1"))
    from terminal.store.connection import run, transaction

    with transaction(whole.file.db):
        run(whole.file.db, "delete from load")
        run(whole.file.db, "delete from hold")
        run(whole.file.db, "update tote set state = 'open', loads = 0, units = 7")
    assert not verify_station(settings)["ok"]
    whole.close()
    assert verify_station(settings, rebuild=True)["ok"]
    assert (list_totes(settings), list_holds(settings, AT), show_tote(settings, "TOTE-1")) == before


def test_a_tote_that_nobody_knows_is_named_with_the_nearest(whole: Assembly, settings: Settings) -> None:
    """As is a person; and a tote is given to somebody."""
    with pytest.raises(BadData, match='no tote "TOTE-9" is known - did you mean "TOTE-'):
        change_tote(whole, "close", "TOTE-9", "9001")
    with pytest.raises(BadData, match='no tote "TOTE-9"'):
        show_tote(settings, "TOTE-9")
    with pytest.raises(BadData, match='nobody has the id "9002"'):
        change_tote(whole, "close", "TOTE-1", "9002")
    ready(whole)
    scan(whole, "TOTE-1")
    with pytest.raises(BadData, match="to whom"):
        change_tote(whole, "hand-over", "TOTE-1", "9001", "  ")
    assert show_tote(settings, "TOTE-2") == {
        "tote": "TOTE-2", "state": "open", "units": 0, "contents": [], "loads": [],
    }  # fmt: skip


def held(whole: Assembly, reason: str = "recalled") -> str:
    """Put a cup into quarantine; gives its LPN."""
    whole.station.take(Scan("CUP-1"))
    item = whole.station.state.item
    assert item is not None
    whole.station.take(Press("hold"))
    place = list(whole.station.rules.hold_reasons).index(reason) + 1
    assert whole.station.take(Typed(str(place))).verdict.code == "held"
    return item.lpn


def test_holds_are_listed_with_reason_age_and_due_day(whole: Assembly, settings: Settings) -> None:
    """A recall is due in a day, the rest in three; whoever is assigned stands beside; overdue is told."""
    first, second = held(whole), held(whole, "other")
    rows = list_holds(settings, AT + timedelta(days=2, hours=1))
    assert [(row["lpn"], row["reason"], row["days"], row["due"], row["overdue"]) for row in rows] == [
        (first, "recalled", 2, "2026-11-24", True),
        (second, "other", 2, "2026-11-26", False),
    ]
    assign_hold(whole, first, "1001", "2026-12-01", "9001")
    (row, _) = list_holds(settings, AT + timedelta(days=2))
    assert (row["owner"], row["due"], row["overdue"]) == ("1001", "2026-12-01", False)
    assign_hold(whole, first, "", "", "9001")
    assert list_holds(settings, AT)[0]["due"] == "2026-11-24"
    with pytest.raises(BadData, match="is no day"):
        assign_hold(whole, first, "1001", "tomorrow", "9001")
    with pytest.raises(BadData, match="does not wait in quarantine"):
        assign_hold(whole, "NOSUCH", "1001", "", "9001")
    with pytest.raises(BadData, match="nobody has the id"):
        assign_hold(whole, first, "4711", "", "9001")
    report = whole.shift.report()
    assert (report.waiting, report.holds[0].reason) == (2, "recalled")


def test_an_assignment_ends_with_the_hold_and_outlives_a_look(whole: Assembly, settings: Settings) -> None:
    """Taken out and put back by undo it is as old as it was; held again it is a new hold without an owner."""
    lpn = held(whole, "other")
    assign_hold(whole, lpn, "1001", "", "9001")
    whole.station.vouched = whole.people["9001"]
    assert scan(whole, lpn) in ("item-resumed", "decided", "proposed")
    assert list_holds(settings, AT) == []
    while whole.station.state.item is not None:
        whole.station.take(Press("undo"))
    assert list_holds(settings, AT)[0]["owner"] == "1001"


def test_a_release_is_a_decision_and_the_unit_waits_for_its_tote(whole: Assembly, settings: Settings) -> None:
    """Its label is asked for; a channel that is forbidden or a reason that nobody knows leaves it in quarantine."""
    lpn = held(whole, "other")
    with pytest.raises(BadData):
        release_hold(whole, lpn, "outlet", "because", "9001")
    assert whole.station.state.item is None
    assert [row["lpn"] for row in list_holds(settings, AT)] == [lpn]
    with pytest.raises(BadData, match="A lead"):
        release_hold(whole, lpn, "outlet", "other", "1001")
    with pytest.raises(BadData, match="no item of this station"):
        release_hold(whole, "NOSUCH", "repackage", "other", "9001")
    told = release_hold(whole, lpn, "outlet", "other", "9001")
    assert told["waits_for"] == lpn
    with pytest.raises(BadData, match="is on the bench"):
        release_hold(whole, lpn, "outlet", "other", "9001")
    assert scan(whole, badge_code(whole.people["1001"])) == "signed-in"
    assert scan(whole, lpn) == "label-applied"
    assert scan(whole, tote_code("outlet")) == "placed"
    assert list_holds(settings, AT) == []
    assert whole.shift.report().differences == ()


def test_the_commands_print_json(whole: Assembly, settings: Settings) -> None:
    """One object a line; what can't be done is a sentence and exit 1."""
    ready(whole)
    scan(whole, "TOTE-1")
    lpn = held(whole, "other")
    whole.close()

    class Over:
        """What a command gets."""

        def __init__(self) -> None:
            self.settings = settings

    def asked(group: Any, *words: str, code: int = 0) -> Any:
        done = CliRunner().invoke(group, words, obj=Over())
        assert done.exit_code == code, done.output
        return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]

    listed = {one["tote"]: one for one in asked(tote, "list")}
    assert (listed["TOTE-1"]["units"], listed["TOTE-1"]["capacity"], listed["TOTE-1"]["full"]) == (
        1,
        2,
        False,
    )
    assert asked(tote, "close", "TOTE-1", "--by", "9001")[0]["tote"] == "TOTE-1"
    assert asked(tote, "open", "TOTE-1", "--by", "9001")[0]["tote"] == "TOTE-1"
    assert asked(tote, "hand-over", "TOTE-1", "--to", "Shop", "--by", "9001")[0]["units"] == 1
    assert asked(tote, "show", "TOTE-1")[0]["loads"][0]["recipient"] == "Shop"
    assert asked(tote, "close", "TOTE-1", "--by", "9001", code=1) == []
    assert asked(hold, "assign", lpn, "--to", "9001", "--due", "2026-11-24", "--by", "9001")[0]["lpn"] == lpn
    (row,) = asked(hold, "list")
    assert (row["owner"], row["due"]) == ("9001", "2026-11-24")
    assert asked(hold, "list", "--overdue") in ([], [row])
    assert asked(hold, "release", lpn, "--channel", "outlet", "--reason", "other", "--by", "9001")


def test_at_the_bench_a_tote_is_closed_and_handed_over_by_scans(whole: Assembly) -> None:
    """The bench asks which tote, and to whom; what is scanned there is no place for an item."""
    lpn = ready(whole)
    scan(whole, "TOTE-1")
    assert whole.station.take(Press("tote_close")).verdict.code == "menu"
    assert scan(whole, "TOTE-1") == "tote-closed"
    assert whole.station.take(Press("tote_out")).verdict.code == "menu"
    assert whole.station.take(Typed("1")).verdict.code == "menu"
    told = whole.station.take(Scan("TOTE-1"))
    assert told.verdict.code == "tote-handed-over"
    assert (told.events[-1].lpns, told.events[-1].to) == ((lpn,), whole.station.rules.recipients[0])  # type: ignore[attr-defined]
    whole.station.take(Press("tote_out"))
    whole.station.take(Typed("1"))
    assert scan(whole, "TOTE-1") == "tote-empty"
    whole.station.take(Press("tote_close"))
    assert scan(whole, "RMA1") != "tote-closed"


def test_a_break_is_a_key_and_ends_by_the_badge(whole: Assembly) -> None:
    """Nothing else is done meanwhile."""
    assert whole.station.take(Press("break")).verdict.code == "on-break"
    assert scan(whole, "CUP-1") == "sign-in-first"
    assert scan(whole, badge_code(whole.people["9001"])) == "signed-in"
    assert whole.shift.report().operators[0].breaks == 1
