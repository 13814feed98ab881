"""Drops with CSV, manifest and photos: what lies there, in which order, and what a check of them finds."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.bench.wire import Draft, Recorded
from terminal.store.errors import StoreError
from terminal.store.station_file import StationFile
from terminal.sync.drop_check import check_drop, drop_counts
from terminal.sync.drop_files import COLUMNS, csv_of
from terminal.sync.folder import FolderSink

AT = datetime(2026, 11, 23, 8, tzinfo=UTC)
PICTURE = b"a picture of a dent"
DIGEST = hashlib.sha256(PICTURE).hexdigest()
Fill = Callable[..., tuple[Recorded, ...]]


def store(digest: str, kind: str) -> tuple[str, bytes]:
    """A photo store with one picture."""
    if digest != DIGEST:
        raise StoreError(f"The photo {digest} is not in photos.")
    return "jpg", PICTURE


def photographed(station: StationFile, *digests: str) -> tuple[Recorded, ...]:
    """Events that say that photos were kept."""
    return station.journal.append(
        [
            Draft("photo_kept", 1, AT, "BCDF", "1001", None, {"lpn": "BCDF", "sha256": one, "kind": "jpeg"})
            for one in digests
        ]
    )


def whole(folder: Path, photos: Any = store) -> FolderSink:
    """A sink that writes everything there is."""
    return FolderSink("usb", folder, "at_once", ("ndjson", "csv"), True, photos)


def words(folder: Path) -> list[str]:
    """The words of all findings."""
    return [one.what for one in check_drop(folder)]


def test_a_batch_comes_with_csv_photos_and_a_manifest_of_them(
    station: StationFile, outbox_folder: Path
) -> None:
    """The manifest counts and hashes what lies there, and ties the batch into the chain."""
    batch = photographed(station, DIGEST, DIGEST)
    assert {one.verdict.value for one in whole(outbox_folder).send(batch)} == {"stored"}
    (path,) = outbox_folder.glob("*.manifest.json")
    told = json.loads(path.read_bytes())
    assert (told["station"], told["epoch"]) == ("ST01", batch[0].epoch)
    assert (told["first"], told["last"], told["count"]) == (1, 2, 2)
    assert told["chain"] == {"prev": batch[0].prev, "hash": batch[1].hash}
    assert told["program"].startswith("regrade ")
    for file in told["files"]:
        content = (outbox_folder / file["name"]).read_bytes()
        assert (len(content), hashlib.sha256(content).hexdigest()) == (file["bytes"], file["sha256"])
    assert [one["name"].rpartition(".")[2] for one in told["files"]] == ["ndjson", "csv"]
    assert told["photos"] == [{"sha256": DIGEST, "name": f"photos/{DIGEST}.jpg", "bytes": len(PICTURE)}]
    assert (outbox_folder / "photos" / f"{DIGEST}.jpg").read_bytes() == PICTURE
    assert check_drop(outbox_folder) == []
    assert drop_counts(outbox_folder) == {"batches": 1, "events": 2}


@pytest.mark.parametrize(
    ("photos", "why"),
    [
        (store, "is not in photos"),
        (None, "no photos to give"),
        (lambda digest, kind: ("jpg", b"another"), "altered"),
        (lambda digest, kind: 1 / 0, "division"),
    ],
    ids=["missing", "no store", "altered", "broken"],
)
def test_a_photo_that_cannot_be_had_holds_nothing_up_and_is_told(
    station: StationFile, outbox_folder: Path, photos: Any, why: str
) -> None:
    """The batch is stored, and its manifest says which photo is not there and why."""
    batch = photographed(station, "e" * 64)
    assert [one.verdict.value for one in whole(outbox_folder, photos).send(batch)] == ["stored"]
    (path,) = outbox_folder.glob("*.manifest.json")
    (told,) = json.loads(path.read_bytes())["photos"]
    assert told["sha256"] == "e" * 64
    assert why in told["missing"]
    assert words(outbox_folder) == ["photo_not_sent"]


def test_a_hash_that_is_none_makes_no_file_name(station: StationFile, outbox_folder: Path) -> None:
    """An event may say anything; it never names a path."""
    batch = photographed(station, "../../etc/passwd", "", "A" * 64)
    whole(outbox_folder, lambda digest, kind: ("jpg", b"x")).send(batch)
    assert not (outbox_folder / "photos").exists()
    assert check_drop(outbox_folder) == []


def test_the_manifest_is_written_last(station: StationFile, outbox_folder: Path, fill: Fill) -> None:
    """A crash before it leaves a batch that is sent again, and then has one."""
    batch = fill(2)
    outbox_folder.mkdir()

    sink = whole(outbox_folder)
    drop = sink._drop
    drop._manifest = False
    sink.send(batch)
    assert words(outbox_folder) == ["no_manifest"]
    assert {one.verdict.value for one in whole(outbox_folder).send(batch)} == {"duplicate"}
    assert check_drop(outbox_folder) == []


def test_a_batch_that_is_sent_again_keeps_its_manifest(
    station: StationFile, outbox_folder: Path, fill: Fill
) -> None:
    """Whoever read it once reads the same again."""
    batch = fill(2)
    whole(outbox_folder).send(batch)
    before = {path.name: path.read_bytes() for path in outbox_folder.iterdir()}
    whole(outbox_folder).send(batch)
    assert {path.name: path.read_bytes() for path in outbox_folder.iterdir()} == before


@pytest.mark.parametrize("text", ["=1+1", "+1", "-2", "@SUM(A1)", "\t=1", "  =cmd|' /C calc'!A0", "＝1"])
def test_no_cell_of_the_csv_is_a_formula(station: StationFile, text: str) -> None:
    """What begins like one gets an apostrophe; it stays one cell."""
    (event,) = station.journal.append([Draft("inspected", 1, AT, text, text, text, {"note": text})])
    rows = list(csv.reader(io.StringIO(csv_of([event]).decode("utf-8-sig"), newline="")))
    assert rows[0] == list(COLUMNS)
    cells = dict(zip(COLUMNS, rows[1], strict=True))
    for name in ("item", "operator", "policy"):
        assert cells[name].startswith("'")
    assert json.loads(cells["body"]) == {"note": text}


@given(st.text(max_size=40))
@settings(max_examples=60, deadline=None)
def test_any_text_stays_in_its_row(text: str) -> None:
    """Line breaks, quotes, half characters: one event is one row, and nothing acts on a terminal."""
    event = Recorded(
        "id", "ST01", "e", 1, "inspected", 1, AT, text, text, None, {"n": text}, "0" * 64, "1" * 64
    )
    table = csv_of([event]).decode("utf-8-sig")
    assert len(list(csv.reader(io.StringIO(table, newline="")))) == 2
    assert all(letter.isprintable() or letter in "\r\n" for letter in table)


def test_a_check_finds_what_was_changed_taken_away_or_put_in(
    station: StationFile, outbox_folder: Path, fill: Fill
) -> None:
    """Each with the file and a sentence; the folder itself is not changed."""
    sink = whole(outbox_folder)
    for _ in range(3):
        sink.send(fill(2))
    sink.send(photographed(station, DIGEST))
    assert check_drop(outbox_folder) == []
    records = sorted(outbox_folder.glob("*.ndjson"))
    kept = {path: path.read_bytes() for path in outbox_folder.rglob("*") if path.is_file()}

    def restored() -> None:
        for path, content in kept.items():
            path.write_bytes(content)

    records[0].write_bytes(kept[records[0]].replace(b"1001", b"1002"))
    assert words(outbox_folder) == ["altered"]
    restored()
    records[1].unlink()
    assert words(outbox_folder) == ["missing"]
    restored()
    for path in outbox_folder.glob(f"{records[1].stem}*"):
        path.unlink()
    findings = check_drop(outbox_folder)
    assert [one.what for one in findings] == ["gap"]
    assert "Events 3 to 4 of ST01" in findings[0].sentence
    restored()
    (outbox_folder / "photos" / f"{DIGEST}.jpg").write_bytes(b"other")
    assert words(outbox_folder) == ["altered"]
    restored()
    (outbox_folder / ".x.ndjson.part").write_bytes(b"")
    assert words(outbox_folder) == ["unfinished"]


def test_an_event_that_was_changed_together_with_its_manifest_shows_by_the_chain(
    station: StationFile, outbox_folder: Path, fill: Fill
) -> None:
    """The hash of the file fits; the hash of the event does not."""
    whole(outbox_folder).send(fill(3))
    (record,) = outbox_folder.glob("*.ndjson")
    (path,) = outbox_folder.glob("*.manifest.json")
    record.write_bytes(record.read_bytes().replace(b"BCDF", b"BCDG", 1))
    told = json.loads(path.read_bytes())
    told["files"][0] |= {"sha256": hashlib.sha256(record.read_bytes()).hexdigest()}
    path.write_text(json.dumps(told))
    (finding,) = check_drop(outbox_folder)
    assert (finding.what, finding.name) == ("chain", record.name)
    assert "event 1" in finding.sentence


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{",
        b"[]",
        b"{}",
        b'{"manifest": 2}',
        b"[" * 100_000,
        b"\xff",
        b'{"manifest": 1, "files": [{"name": "../x"}]}',
        b'{"manifest": 1, "files": [], "first": 1e999, "last": 1, "count": 1}',
    ],
    ids=["empty", "cut", "list", "bare", "newer", "deep", "bytes", "path", "endless"],
)
def test_a_manifest_that_is_none_is_a_finding(outbox_folder: Path, text: bytes) -> None:
    """Never a traceback, and never a file outside of the folder."""
    outbox_folder.mkdir()
    (outbox_folder / "x.manifest.json").write_bytes(text)
    assert words(outbox_folder) == ["manifest"]


def test_a_manifest_leads_out_of_the_folder_by_no_name(outbox_folder: Path, fill: Fill) -> None:
    """Neither a file nor a photo."""
    whole(outbox_folder).send(fill(1))
    (path,) = outbox_folder.glob("*.manifest.json")
    told = json.loads(path.read_bytes())
    for change in (
        {"files": [{"name": "../x.ndjson", "bytes": 1, "sha256": "0" * 64}]},
        {"photos": [{"sha256": "0" * 64, "name": "../../x"}]},
    ):
        path.write_text(json.dumps(told | change))
        assert "manifest" in words(outbox_folder)
