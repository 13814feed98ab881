"""Totes closed, opened and handed over, holds assigned: decided, folded, and their rows."""

from dataclasses import replace
from typing import Any

import pytest

from terminal.bench.arriving_events import Ruled
from terminal.bench.audit_events import AUDIT, AuditSettled
from terminal.bench.choices import Menu
from terminal.bench.commands import Clean, Hold, Scanned, Undo
from terminal.bench.meanings import Operator, Tote
from terminal.bench.menus import open_menu
from terminal.bench.rows import rows, stamp
from terminal.bench.shift_count import ShiftCount
from terminal.bench.state import State
from terminal.bench.stock_commands import AssignHold, CloseTote, HandOverTote, OpenTote
from terminal.bench.stock_events import (
    HoldAssigned,
    ToteClosed,
    ToteHandedOver,
    ToteOpened,
    is_load,
    load_name,
)
from terminal.bench.view import Level

FIRST = "BBBCBBBBBI"
BLUE = Tote("T-1", "outlet", "Blue", units=2)


def test_a_tote_with_something_in_it_is_closed_once(ready: Any) -> None:
    """An empty one is refused, a closed one is closed already; the row says so and adds no unit."""
    told = ready.must(CloseTote(BLUE))
    assert told.events == (ToteClosed("T-1", "outlet", 2, "1001"),)
    assert ready.tables.rows["tote"]["T-1"] == {
        "tote": "T-1", "channel": "outlet", "state": "closed", "units": 0, "updated_at": stamp(ready.at),
    }  # fmt: skip
    assert ready.do(CloseTote(replace(BLUE, sealed=True))).verdict.code == "tote-closed-already"
    assert ready.refuses(CloseTote(replace(BLUE, units=0))) == "tote-empty"


def test_a_closed_tote_is_opened_again(ready: Any) -> None:
    """An open one is open."""
    told = ready.must(OpenTote(replace(BLUE, sealed=True)))
    assert told.events == (ToteOpened("T-1", "outlet", "1001"),)
    assert ready.tables.column("tote", "state") == {"T-1": "open"}
    assert ready.do(OpenTote(BLUE)).verdict.code == "tote-open-already"


def test_nobody_signed_in_and_nobody_named_changes_no_tote(bench: Any) -> None:
    """From the command line somebody is named."""
    assert bench.refuses(CloseTote(BLUE)) == "sign-in-first"
    assert bench.must(CloseTote(BLUE, "9001")).events[0].by == "9001"


def test_a_tote_leaves_with_its_units_and_its_label(ready: Any) -> None:
    """It is sealed by that; the units lie in the load, the tote counts from nothing, a label is asked for."""
    told = ready.must(HandOverTote(replace(BLUE, loads=3), " Shop ", ("L1", "L2")))
    closed, gone = told.events
    assert (closed.units, gone.load, gone.to, gone.lpns) == (2, "LOAD--T-1--4", "Shop", ("L1", "L2"))
    assert ready.tables.rows["tote"]["T-1"]["units"] == -2
    assert ready.tables.rows["tote"]["T-1"]["loads"] == 1
    assert ready.tables.rows["load"]["LOAD--T-1--4"]["recipient"] == "Shop"
    assert ready.tables.column("item", "tote") == {"L1": "LOAD--T-1--4", "L2": "LOAD--T-1--4"}
    tag = ready.tables.tag("LOAD--T-1--4-1")
    assert (tag["title"], tag["lpn"], tag["copy"], tag["tote"]) == (
        "2 units for Shop",
        "LOAD--T-1--4",
        1,
        "Blue",
    )
    sealed = ready.must(HandOverTote(replace(BLUE, sealed=True), "Shop", ("L3",)))
    assert [type(event) for event in sealed.events] == [ToteHandedOver]
    assert ready.refuses(HandOverTote(BLUE, " ", ("L1",))) == "tote-to-whom"
    assert ready.refuses(HandOverTote(BLUE, "Shop", ())) == "tote-empty"


def test_undo_takes_nothing_out_of_a_tote_that_is_closed_or_gone(inspecting: Any) -> None:
    """What was placed before stays placed."""
    inspecting.must(Hold("other"))
    assert inspecting.state.history
    inspecting.must(CloseTote(BLUE))
    assert inspecting.refuses(Undo()) == "nothing-to-undo"


@pytest.mark.parametrize(
    ("units", "code"), [(0, "placed"), (1, "placed"), (2, "placed-full"), (7, "placed-full")]
)
def test_a_tote_warns_from_its_capacity_on(inspecting: Any, units: int, code: str) -> None:
    """A unit that goes into a full tote is in it all the same."""
    inspecting.must(Clean())
    inspecting.label()
    channel = inspecting.state.item.decided.disposition
    tote = Tote("T-1", channel, "Blue", capacity=3, units=units)
    told = inspecting.must(Scanned("T-1", (tote,)))
    assert told.verdict.code == code
    assert told.verdict.level is (Level.WARN if code == "placed-full" else Level.OK)


def test_a_closed_tote_takes_no_item(inspecting: Any) -> None:
    """The item goes into another one of the channel."""
    inspecting.must(Clean())
    inspecting.label()
    channel = inspecting.state.item.decided.disposition
    assert inspecting.refuses(Scanned("T-1", (Tote("T-1", channel, "Blue", sealed=True),))) == "tote-sealed"
    assert not inspecting.tote().refused


def test_a_hold_is_assigned_to_somebody_by_a_day(ready: Any) -> None:
    """Only what is held, and only by a day that is one; no day and no owner take the word back."""
    told = ready.must(AssignHold(FIRST, "held", "then", "1002", "2026-11-30"))
    assert told.events == (HoldAssigned(FIRST, "1002", "2026-11-30", "then", "1001"),)
    assert ready.tables.rows["hold"][FIRST] == {
        "lpn": FIRST, "since": "then", "owner": "1002", "due": "2026-11-30",
        "assigned_at": stamp(ready.at), "assigned_by": "1001",
    }  # fmt: skip
    assert ready.must(AssignHold(FIRST, "held", "then", "", "")).verdict.args["owner"] == "-"
    assert ready.refuses(AssignHold(FIRST, "closed", "", "1002", "")) == "not-held"
    assert ready.refuses(AssignHold(FIRST, "held", "", "1002", "soon")) == "bad-due"


def test_a_ruling_or_an_audit_takes_nothing_out_of_a_tote_that_left(ready: Any) -> None:
    """The item waits in quarantine; the load is no tote of the bench."""
    load = load_name("T-1", 1)
    ruled = Ruled("L1", "r", "hold", "serial", "S", "9001", moved=True, tote=load, channel="outlet")
    assert [row.table for row in rows(ruled, ready.state, ready.state, ready.at)] == ["item"]
    settled = AuditSettled("L1", "a", AUDIT, tote=load, channel="outlet")
    assert "tote" not in [row.table for row in rows(settled, ready.state, ready.state, ready.at)]


def test_the_count_of_a_shift_follows_totes_that_leave_and_audits_that_are_taken(ready: Any) -> None:
    """Units of this shift lie in the load then; an audited one is held and out of its tote."""
    count = ShiftCount(State())
    count.placed["T-1"] = 2
    count._unit("L1").tote = "T-1"
    gone = ToteHandedOver("T-1", "outlet", "LOAD--T-1--1", "Shop", ("L1", "OLD"), "1001", {})
    count.take(gone, ready.at, 1, "x")
    assert (count.units["L1"].tote, count.taken["T-1"], list(count.units)) == ("LOAD--T-1--1", 2, ["L1"])
    count.take(AuditSettled("L2", "a", AUDIT, tote="T-1"), ready.at, 2, "x")
    count.take(AuditSettled("L3", "a", "first", tote="T-1"), ready.at, 3, "x")
    count.take(AuditSettled("L1", "a", AUDIT, tote="LOAD--T-1--1"), ready.at, 4, "x")
    assert (count.units["L2"].status, count.units["L1"].status, count.taken["T-1"]) == ("held", "held", 3)


@pytest.mark.parametrize(
    ("tote", "name"),
    [
        ("T-1", "LOAD--T-1--7"),
        ("a b_c", "LOAD--a_20b_5Fc--7"),
        ("x" * 32, f"LOAD--{'x' * 32}--7"),
        ("\u20ac" * 9, "LOAD--_E2_82_AC_E2_82_AC_E2-"),
    ],
)
def test_the_name_of_a_load_fits_a_label_and_a_file(tote: str, name: str) -> None:
    """Two totes never share one."""
    made = load_name(tote, 7)
    assert made.startswith(name)
    assert len(made) <= 48
    assert is_load(made)
    assert load_name(f"{tote}x"[1:], 7) != made or tote == "x" * 32


def test_what_is_no_load_is_none() -> None:
    """A tote of the bench, or none."""
    assert not is_load("T-1")
    assert not is_load(None)


def test_the_menus_take_a_tote_and_nothing_else(ready: Any) -> None:
    """Closing one and giving one away ask for its code; an operator's badge or a word is no answer to that."""
    closing = open_menu("tote_close", ready.state, ready.rules)
    assert closing is not None
    assert closing.takes is not None
    assert closing.takes(BLUE) == CloseTote(BLUE)
    assert closing.takes(Operator("1001", "operator")) is None
    giving = open_menu("tote_out", ready.state, ready.rules)
    assert giving is not None
    (entry,) = giving.entries
    assert isinstance(entry.does, Menu)
    assert entry.does.takes is not None
    assert entry.does.takes(BLUE) == HandOverTote(BLUE, "Warehouse", ())
    assert entry.does.takes(Operator("1001", "operator")) is None
