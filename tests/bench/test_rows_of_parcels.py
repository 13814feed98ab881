"""The tables of parcels and shifts, and how rows are written together."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from terminal.bench.commands import (
    Accept,
    Clean,
    CloseShift,
    Hold,
    OpenShift,
    ParcelDone,
    Reprint,
    Scanned,
    SetGrade,
    SignOut,
    Times,
    Undo,
)
from terminal.bench.events import Held, InputRefused, Placed
from terminal.bench.evolve import evolve
from terminal.bench.label_events import LabelApplied
from terminal.bench.label_rows import job_id
from terminal.bench.meanings import Known, Operator
from terminal.bench.rows import rows, stamp
from terminal.bench.state import State
from terminal.folding import merge

LEAD = Operator("9001", "lead")


def test_a_parcel_that_is_done_is_closed_with_what_is_short(inspecting: Any) -> None:
    """Undo opens it again."""
    inspecting.must(Hold("other"))
    inspecting.must(ParcelDone())
    assert inspecting.tables.parcel("status", "received", "short", "closed_at") == (
        "closed", 1, 13, stamp(inspecting.at),
    )  # fmt: skip
    inspecting.must(Undo())
    assert inspecting.tables.parcel("status", "received", "short", "closed_at") == ("open", 1, 13, None)
    assert inspecting.tables.parcel("received_at") == (stamp(datetime(2026, 11, 23, 6, 0, 2, tzinfo=UTC)),)


def test_an_undo_does_not_change_who_received_the_parcel(parcel: Any) -> None:
    """Ada received it; the lead closed it and took that back."""
    parcel.sign_in(LEAD)
    parcel.must(ParcelDone())
    parcel.must(Undo())
    assert parcel.tables.parcel("status", "operator") == ("open", "1001")


def test_units_that_nobody_expected_stand_in_the_parcel(ready: Any, a_line: Callable[..., Any]) -> None:
    """One too many and one wrong item, each counted where it belongs."""
    ready.receive(a_line(quantity=1))
    for sku in ("22556", "22556", "OTHER"):
        ready.do(Scanned(sku, (Known(None, sku, None, None, sku),)))
        ready.must(Hold("other"))
    assert ready.tables.parcel("received", "over", "unexpected", "short") == (3, 1, 1, 0)


def test_a_shift_is_a_row_with_its_figures(bench: Any) -> None:
    """Opened by one, closed by another, with the totals as they were given."""
    bench.must(OpenShift("9001"))
    opened = stamp(bench.at)
    bench.must(CloseShift("1001", {"items_held": 2, "items_closed": 1}))
    assert bench.tables.rows["shift"] == {
        1: {
            "number": 1,
            "opened_at": opened,
            "opened_by": "9001",
            "closed_at": stamp(bench.at),
            "closed_by": "1001",
            "totals": '{"items_closed": 1, "items_held": 2}',
        }
    }


def test_people_and_refusals_write_no_row(inspecting: Any) -> None:
    """Nothing of an item changes by who stands before it or by what was refused."""
    inspecting.refuses(Hold("nope"))
    assert inspecting.written == []
    inspecting.must(SignOut())
    assert inspecting.written == []
    inspecting.sign_in(LEAD)
    assert inspecting.written == []


def test_rows_merged_for_one_commit_say_the_same_as_rows_one_by_one(
    drive: Callable[[], Any], a_line: Callable[..., Any]
) -> None:
    """What the station writes in one transaction leaves the same tables, tote by tote."""
    bench = drive()
    merged = type(bench.tables)()
    bench.sign_in()
    bench.receive(a_line(quantity=4))
    script = (
        Times(2),
        Clean(),
        SetGrade("C", "other"),
        Accept(),
        Hold("other"),
        Undo(),
        Reprint(),
        Undo(),
        Clean(),
    )
    for row in bench.written:
        merged.write(row)
    bench.item(a_line())
    for row in merge(bench.written):
        merged.write(row)
    for command in script:
        bench.do(command)
        for row in merge(bench.written):
            merged.write(row)
    for scan in (bench.label, bench.label, bench.tote, lambda: bench.do(Undo()), bench.tote):
        assert not scan().refused
        for row in merge(bench.written):
            merged.write(row)
    assert merged.rows["item"] == bench.tables.rows["item"]
    assert merged.rows["tote"] == bench.tables.rows["tote"]
    assert merged.rows["label_job"] == bench.tables.rows["label_job"]
    assert merged.rows["parcel"] == bench.tables.rows["parcel"]


def test_times_are_written_in_utc_with_milliseconds() -> None:
    """Sorted as text they are sorted as times."""
    assert stamp(datetime(2026, 11, 23, 6, 0, 0, 5_999, tzinfo=UTC)) == "2026-11-23T06:00:00.005Z"
    assert job_id("BBBCBBBBBI", 3) == "BBBCBBBBBI-3"


@pytest.mark.parametrize(
    "event",
    [
        Placed("L", ("L",), "T-outlet", "outlet"),
        Held("L", ("L",), "other"),
        InputRefused("no-item", "x"),
    ],
    ids=lambda event: type(event).__name__,
)
def test_events_without_an_item_write_no_item(event: Any) -> None:
    """Folding asks nothing: an event that has nothing to act on changes no table."""
    before = State()
    at = datetime(2026, 11, 23, tzinfo=UTC)
    assert list(rows(event, before, evolve(before, event, at), at)) == []


def test_a_label_scanned_back_after_all_names_its_first_copy() -> None:
    """A journal may say so of a group that is gone: the job is still found by its LPN."""
    at = datetime(2026, 11, 23, tzinfo=UTC)
    (row,) = rows(LabelApplied("L", "L"), State(), State(), at)
    assert (row.table, row.values["job"]) == ("label_job", "L-1")
