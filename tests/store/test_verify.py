"""What was done to a file shows; what was not, does not. And projections made anew are the ones that were there."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from terminal.bench.wire import Draft, Row
from terminal.store.chain import link
from terminal.store.connection import read, run
from terminal.store.errors import StoreUnavailable
from terminal.store.journal import COLUMNS
from terminal.store.station_file import StationFile
from terminal.store.verify import projection_dump, replace_projections, verify_chain

MakeDraft = Callable[..., Draft]


@pytest.fixture
def filled(station: StationFile, make_draft: MakeDraft) -> StationFile:
    """Ten events on disk, and the triggers out of the way."""
    station.journal.append([make_draft(item=f"BCD{n}", n=n) for n in range(10)])
    for name in ("event_no_update", "event_no_delete", "event_no_replace", "event_gapless", "event_chain"):
        run(station.db, f"drop trigger {name}")
    return station


def found(file: StationFile) -> list[tuple[int | None, str]]:
    """Findings without those about the triggers that a test took away."""
    return [(one.seq, one.what) for one in verify_chain(file.db) if one.what != "schema"]


def test_an_untouched_journal_has_no_findings(station: StationFile, make_draft: MakeDraft) -> None:
    """Empty or long; the progress is told page by page."""
    assert station.verify() == []
    station.journal.append([make_draft(n=n) for n in range(1200)])
    seen: list[int] = []
    assert station.verify(progress=seen.append) == []
    assert seen == [500, 1000, 1200]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("body", '{"n":99}'),
        ("body", '{ "n":4}'),
        ("body", '{"n":"ü"}'),
        ("kind", "held"),
        ("v", 2),
        ("at", "2026-11-23T08:00:01.000Z"),
        ("item", None),
        ("operator", "1002"),
        ("policy", ""),
        ("id", "another"),
    ],
)
def test_a_changed_event_is_found_by_its_number(
    filled: StationFile, column: str, value: str | int | None
) -> None:
    """Whatever column, and by a sentence."""
    run(filled.db, f"update event set {column} = ? where seq = 5", (value,))
    assert found(filled) == [(5, "edited")]
    sentence = next(one.sentence for one in filled.verify() if one.what == "edited")
    assert sentence.startswith("Event 5 (")
    assert "not what was written" in sentence


def test_dropped_triggers_are_found(filled: StationFile) -> None:
    """One sentence each."""
    told = [one.sentence for one in verify_chain(filled.db)]
    assert "The trigger event_no_update is missing from the file." in told
    assert len(told) == 5


@pytest.mark.parametrize(
    ("where", "expected", "words"),
    [
        ("seq in (4, 5)", [(6, "gap")], "Events 4 to 5 are missing from the journal."),
        ("seq = 1", [(2, "gap")], "Event 1 is missing from the journal."),
        ("seq = 10", [(10, "tail")], "Event 10 is missing from the end of the journal."),
        ("seq > 7", [(10, "tail")], "Events 8 to 10 are missing from the end of the journal."),
        ("1", [(10, "tail")], "Events 1 to 10 are missing from the end of the journal."),
    ],
)
def test_deleted_events_are_found(
    filled: StationFile, where: str, expected: list[tuple[int, str]], words: str
) -> None:
    """At the start, in the middle, at the end, all of them."""
    run(filled.db, f"delete from event where {where}")
    assert found(filled) == expected
    assert words in [one.sentence for one in verify_chain(filled.db)]


def test_exchanged_events_are_found(filled: StationFile) -> None:
    """Where they went and where they came from."""
    for old, new in ((4, 99), (5, 4), (99, 5)):
        run(filled.db, "update event set seq = ? where seq = ?", (new, old))
    assert {seq for seq, _ in found(filled)} >= {4, 5, 6}


def test_events_moved_together_after_a_deletion_are_found(filled: StationFile) -> None:
    """The numbers are gapless again; the links are not."""
    run(filled.db, "delete from event where seq = 5")
    for seq in range(6, 11):
        run(filled.db, "update event set seq = ? where seq = ?", (seq - 1, seq))
    assert (5, "link") in found(filled)


def test_a_foreign_event_in_the_middle_is_found(filled: StationFile) -> None:
    """Somebody writes an event anew with a hash that fits it: the next one does not follow from it."""
    row = list(read(filled.db, f"select {COLUMNS} from event where seq = 5")[0])
    row[8] = '{"n":99}'
    who = filled.identity
    row[10] = link(row[9], who.station, who.epoch, *row[:9])
    run(filled.db, "update event set body = ?, hash = ? where seq = 5", (row[8], row[10]))
    assert found(filled) == [(6, "link")]


@pytest.mark.parametrize("key", ["station", "epoch"])
def test_a_file_under_another_name_is_found(filled: StationFile, key: str) -> None:
    """Once, not for every event."""
    run(filled.db, "update meta set v = 'other' where k = ?", (key,))
    assert found(filled) == [(None, "identity")]


def test_events_of_another_file_are_found(filled: StationFile, tmp_path: Path, make_draft: MakeDraft) -> None:
    """Well-formed, but of another epoch."""
    with StationFile.open(tmp_path / "other", "ST01") as other:
        other.journal.append([make_draft(n=n) for n in range(10)])
        rows = read(other.db, f"select {COLUMNS} from event")
    run(filled.db, "delete from event where seq > 5")
    for row in rows[5:]:
        run(filled.db, f"insert into event({COLUMNS}) values (?,?,?,?,?,?,?,?,?,?,?)", row)
    assert (6, "link") in found(filled)
    assert (10, "edited") in found(filled)


def test_the_note_of_the_end_must_name_the_end(filled: StationFile) -> None:
    """It is what shows a tail that was cut off."""
    run(filled.db, "update meta set v = '3 ' || hash from event where k = 'head' and seq = 3")
    assert found(filled) == [(10, "head")]
    run(filled.db, "delete from meta where k = 'head'")
    assert found(filled) == [(None, "head")]


def test_many_findings_are_cut_short(station: StationFile, make_draft: MakeDraft) -> None:
    """And say so."""
    station.journal.append([make_draft(n=n) for n in range(300)])
    run(station.db, "drop trigger event_no_update")
    run(station.db, "update event set kind = 'held' where seq > 1")
    told = verify_chain(station.db)
    assert len(told) == 101
    assert told[-1].what == "more"


def test_an_index_that_does_not_match_its_table_is_found(station: StationFile, make_draft: MakeDraft) -> None:
    """It is made anew at the next start."""
    station.journal.append([make_draft()], [Row("item", {"lpn": "BCDF", "sku": "1"})])
    run(station.db, "pragma writable_schema = on")
    run(
        station.db,
        "update sqlite_master set sql = replace(sql, 'item(sku)', 'item(grade)') where name = 'item_sku'",
    )
    run(station.db, "pragma writable_schema = off")
    station.close()
    with StationFile.open(station.data_dir, "ST01") as again:
        assert "index item_sku in the file is not the one" in " ".join(one.sentence for one in again.findings)
        assert verify_chain(again.db) == []


def test_no_damage_goes_unseen_or_ends_in_a_traceback(tmp_path: Path, make_draft: MakeDraft) -> None:
    """Random bytes written into the file: opening or verifying says so, or every event is still as it was."""
    good = tmp_path / "good"
    with StationFile.open(good, "ST01") as file:
        for number in range(60):
            rows = [Row("item", {"lpn": f"L{number}", "title": "x" * 200})]
            file.journal.append([make_draft(n=number, text="y" * 400)], rows)
        hashes = [event.hash for event in file.journal.events()]
    size = (good / "station.db").stat().st_size
    dice = random.Random(5)
    seen = 0
    for number in range(60):
        folder = tmp_path / f"bad{number}"
        folder.mkdir()
        shutil.copy(good / "station.db", folder / "station.db")
        with open(folder / "station.db", "r+b") as bytes_of:
            bytes_of.seek(dice.randrange(size))
            bytes_of.write(dice.randbytes(dice.choice((1, 8, 200))))
        try:
            with StationFile.open(folder, "ST01") as file:
                told = [one.sentence for one in file.verify()]
                if not told:
                    assert [event.hash for event in file.journal.events()] == hashes
        except StoreUnavailable as error:
            told = [str(error)]
        assert all(sentence.strip() for sentence in told)
        seen += bool(told)
    assert seen > 10


# -- projections

ROWS = [
    Row("item", {"lpn": "BCDF", "status": "closed", "tote": "T1", "sku": "1"}),
    Row("item", {"lpn": "BCDG", "status": "held"}),
    Row("parcel", {"parcel": "P1", "rma": "C1", "received": 2}),
    Row("shift", {"number": 1, "opened_by": "1001"}),
    Row("tote", {"tote": "T1", "channel": "outlet", "units": 2}),
    Row("tote", {"tote": "T1", "units": -1}),
    Row("label_job", {"job": "BCDF-1", "lpn": "BCDF", "copy": 1, "state": "queued"}),
    Row("label_job", {"job": "BCDG-1", "lpn": "BCDG", "copy": 1, "state": "queued"}),
]


def test_projections_made_anew_are_the_same(station: StationFile, make_draft: MakeDraft) -> None:
    """Whatever was done to them."""
    station.journal.append([make_draft()], ROWS)
    before = projection_dump(station.db)
    assert len(before) == 7
    run(station.db, "update item set grade = 'A', tote = null")
    run(station.db, "delete from parcel")
    run(station.db, "update tote set units = 40")
    assert projection_dump(station.db) != before
    replace_projections(station.db, ROWS)
    assert projection_dump(station.db) == before
    assert read(station.db, "select lpn, updated_seq from item order by lpn") == [("BCDF", 1), ("BCDG", None)]


def test_damaged_text_in_a_projection_shows_and_can_be_made_anew(
    station: StationFile, make_draft: MakeDraft
) -> None:
    """It stops a look-up, but neither the comparison nor the repair."""
    station.journal.append([make_draft()], ROWS)
    before = projection_dump(station.db)
    run(station.db, "update item set title = cast(x'ff41' as text) where lpn = 'BCDF'")
    assert projection_dump(station.db) != before
    with pytest.raises(StoreUnavailable, match="damaged"):
        station.queries.item("BCDF")
    replace_projections(station.db, ROWS)
    assert projection_dump(station.db) == before


def test_projections_made_anew_print_no_label_again(station: StationFile, make_draft: MakeDraft) -> None:
    """What the printer did is kept; a job of which nobody knows is looked at by a person."""
    station.journal.append([make_draft()], ROWS)
    run(
        station.db,
        "update label_job set state = 'sent', detail = 'ok', printer = 'zebra' where job = 'BCDF-1'",
    )
    run(station.db, "delete from label_job where job = 'BCDG-1'")
    replace_projections(station.db, ROWS)
    told = read(station.db, "select job, state, detail, printer from label_job order by job")
    assert told == [
        ("BCDF-1", "sent", "ok", "zebra"),
        ("BCDG-1", "unknown", "made anew from the journal; look whether the label is there", None),
    ]


def test_projections_that_can_not_be_made_anew_stay_as_they_are(
    station: StationFile, make_draft: MakeDraft
) -> None:
    """One transaction."""
    station.journal.append([make_draft()], ROWS)
    before = projection_dump(station.db)
    with pytest.raises(ValueError, match="no column"):
        replace_projections(station.db, [*ROWS, Row("item", {"lpn": "X", "colour": "red"})])
    assert projection_dump(station.db) == before


def test_python_alone_reads_the_file(
    station: StationFile, raw: sqlite3.Connection, make_draft: MakeDraft
) -> None:
    """Nothing in the file needs this program: any SQLite reads it."""
    station.journal.append([make_draft()], ROWS)
    assert raw.execute("select count(*) from event join item on item.lpn = event.item").fetchone() == (1,)
