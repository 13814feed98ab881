"""What screens and the command line are told about a shift, its items and its totes."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from terminal.bench.wire import Draft, Row
from terminal.store.connection import run
from terminal.store.errors import StoreUnavailable
from terminal.store.queries import Shift, ToteRow
from terminal.store.station_file import StationFile

MakeDraft = Callable[..., Draft]
DECISION = {
    "lpn": "L1",
    "score": "81.0",
    "grade": "A",
    "grade_reasons": ["score 81"],
    "forbidden": {"restock": ["opened-is-not-new"]},
    "rules": ["opened-is-not-new"],
    "values": {"outlet": "12.40", "off_price": "3.10"},
    "runner_up": "off_price",
    "margin": "9.30",
    "currency": "EUR",
    "confidence": "ok",
    "policy": "9f3c",
}


def put(station: StationFile, make_draft: MakeDraft, lpn: str, **values: str | int | None) -> None:
    """One event and the row of its item."""
    station.journal.append([make_draft(item=lpn)], [Row("item", {"lpn": lpn, **values})])


def test_a_new_file_has_no_shift_and_nothing_to_count(station: StationFile) -> None:
    """Every count is there and 0."""
    assert station.queries.shift() is None
    totals = station.queries.totals()
    assert (totals.since, totals.by_status, totals.labels_queued, totals.refused, totals.undone) == (
        0,
        {},
        0,
        0,
        0,
    )


def test_the_last_shift_is_told_with_the_figures_that_it_was_closed_with(
    station: StationFile, make_draft: MakeDraft
) -> None:
    """Numbers decide which is the last one."""
    station.journal.append(
        [make_draft("shift_closed", None)],
        [
            Row(
                "shift",
                {
                    "number": 1,
                    "opened_at": "a",
                    "opened_by": "1001",
                    "closed_by": "1002",
                    "totals": '{"n":3}',
                },
            ),
            Row("shift", {"number": 2, "opened_at": "b", "opened_by": "1002"}),
        ],
    )
    assert station.queries.shift() == Shift(2, "b", "1002", None, None, None)
    station.journal.append(
        [make_draft()], [Row("shift", {"number": 2, "closed_by": "1001", "totals": '{"n":4}'})]
    )
    shift = station.queries.shift()
    assert shift is not None
    assert (shift.closed_by, shift.totals) == ("1001", {"n": 4})


def test_totals_are_of_what_was_touched_since_the_shift_was_opened(
    station: StationFile, make_draft: MakeDraft
) -> None:
    """An item of an earlier shift counts when this one works on it; by place in the journal, not by the clock."""
    put(station, make_draft, "L0", status="held", disposition="outlet", grade="C")
    put(station, make_draft, "L1", status="held", disposition="outlet", grade="C")
    station.journal.append([make_draft("undone"), make_draft("input_refused", None)])
    station.journal.append([make_draft("shift_opened", None)])
    put(station, make_draft, "L1", status="closed")
    put(station, make_draft, "L2", status="closed", disposition="restock", grade="A")
    put(station, make_draft, "L3", status="open", disposition="restock", grade="A")
    put(station, make_draft, "L4", status="void", disposition="restock")
    put(station, make_draft, "L5", status="held", disposition=None, grade=None)
    labels = [
        Row("label_job", {"job": f"L{number}-1", "state": state, "wanted": wanted})
        for number, (state, wanted) in enumerate([("sent", 1), ("confirmed", 1), ("queued", 1), ("sent", 0)])
    ]
    station.journal.append([make_draft("undone"), make_draft("input_refused", None)], labels)
    station.journal.append([make_draft("input_refused", None)])
    totals = station.queries.totals()
    assert totals.since == 5
    assert totals.by_status == {"closed": 2, "open": 1, "void": 1, "held": 1}
    assert totals.by_channel == {"outlet": 1, "restock": 1}
    assert totals.by_grade == {"C": 1, "A": 1}
    assert (totals.labels_queued, totals.labels_sent) == (3, 2)
    assert (totals.refused, totals.undone) == (2, 1)


def test_items_are_listed_by_what_became_of_them(station: StationFile, make_draft: MakeDraft) -> None:
    """Held ones longest first, the last ones newest first, a tote in the order of placing."""
    put(station, make_draft, "L1", status="held", hold_reason="damp")
    put(station, make_draft, "L2", status="closed", tote="T1")
    put(station, make_draft, "L3", status="closed", tote="T1")
    put(station, make_draft, "L4", status="void", tote="T1")
    put(station, make_draft, "L5", status="held")
    put(station, make_draft, "L2", grade="A")
    queries = station.queries
    assert [item.lpn for item in queries.held()] == ["L1", "L5"]
    assert [item.lpn for item in queries.in_tote("T1")] == ["L3", "L2"]
    assert [item.lpn for item in queries.last_items(3)] == ["L2", "L5", "L3"]
    assert queries.finished() == ("L1", "L3", "L5", "L2")
    assert queries.in_tote("t' or 1 --") == ()
    assert queries.item("nothing") is None


def test_totes_are_listed_with_their_units(station: StationFile, make_draft: MakeDraft) -> None:
    """As many as were put in, less what an undo took out."""
    rows = [
        Row("tote", {"tote": "T2", "channel": "outlet", "units": 3, "updated_at": "a"}),
        Row("tote", {"tote": "T1", "channel": "restock", "units": 1, "updated_at": "a"}),
        Row("tote", {"tote": "T2", "units": -1, "updated_at": "b"}),
    ]
    station.journal.append([make_draft()], rows)
    assert station.queries.totes() == (ToteRow("T1", "restock", 1, "a"), ToteRow("T2", "outlet", 2, "b"))


def test_the_record_of_an_item_has_every_field_of_the_contract(
    station: StationFile, make_draft: MakeDraft
) -> None:
    """Grade and channel as they ended, reasons as they were proposed, events of the whole group."""
    row: dict[str, str | int | None] = {
        "lpn": "L2",
        "leader": "L1",
        "rma": "C1",
        "status": "closed",
        "grade": "B",
        "score": "81.0",
        "disposition": "outlet",
        "currency": "EUR",
        "tote": "T1",
        "actions": 4,
        "decision": json.dumps(DECISION),
    }
    made = station.journal.append([make_draft(item=lpn) for lpn in ("L1", "L2", "L3")], [Row("item", row)])
    record = station.queries.item_record("L2")
    assert record is not None
    assert list(record) == [
        *(
            "lpn",
            "rma",
            "sku",
            "gtin",
            "serial",
            "category",
            "grade",
            "grade_reasons",
            "score",
            "disposition",
        ),
        *("forbidden", "rules", "values", "runner_up", "margin", "currency", "confidence", "policy", "tote"),
        *("operator", "status", "hold_reason", "received_at", "closed_at", "actions", "events"),
    ]
    assert (record["grade"], record["score"], record["disposition"]) == ("B", 81.0, "outlet")
    assert record["forbidden"] == {"restock": ["opened-is-not-new"]}
    assert record["events"] == [made[0].id, made[1].id]
    assert json.loads(json.dumps(record)) == record


def test_the_record_of_an_item_without_a_decision_is_empty_there(
    station: StationFile, make_draft: MakeDraft
) -> None:
    """Held before it was inspected."""
    put(station, make_draft, "L1", status="held")
    record = station.queries.item_record("L1")
    assert record is not None
    assert (record["score"], record["values"], record["runner_up"]) == (None, {}, None)
    assert station.queries.item_record("L9") is None


def test_an_item_that_is_damaged_gets_a_sentence(station: StationFile, make_draft: MakeDraft) -> None:
    """It names the item and what to do."""
    put(station, make_draft, "L1", facts="{}")
    run(station.db, "pragma ignore_check_constraints = on")
    run(station.db, "update item set facts = '{'")
    with pytest.raises(StoreUnavailable, match=r"The item L1 .* verify --rebuild"):
        station.queries.item("L1")
