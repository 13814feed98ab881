"""The folder sink: whole files under names that say what they hold, and answers by files."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from terminal.bench.wire import Recorded
from terminal.sync.batch import line
from terminal.sync.drop import MAX_ACK, file_name
from terminal.sync.folder import FolderSink
from terminal.sync.sink import Place, SinkUnavailable, Status, Verdict

Fill = Callable[..., tuple[Recorded, ...]]


def place(batch: tuple[Recorded, ...]) -> Place:
    """The run of events that a batch is."""
    return Place(batch[0].station, batch[0].epoch, batch[0].seq, batch[-1].seq)


def verdicts(statuses: Any) -> list[tuple[int, str]]:
    """Numbers and words, without the reasons."""
    return [(status.seq, status.verdict.value) for status in statuses]


def test_a_batch_becomes_one_file_that_is_named_after_it(fill: Fill, outbox_folder: Path) -> None:
    """Station, start of the epoch, first and last number; one event a line; nothing else lies there."""
    fill(2)
    batch = fill(3)
    statuses = FolderSink("folder", outbox_folder).send(batch)
    assert verdicts(statuses) == [(3, "stored"), (4, "stored"), (5, "stored")]
    (path,) = outbox_folder.iterdir()
    assert path.name == f"ST01-{batch[0].epoch[:8]}-0000000003-0000000005.ndjson"
    assert path.read_bytes() == b"".join(line(event) for event in batch)


@pytest.mark.parametrize(
    ("station", "begins"),
    [
        ("ST 01/Halle", "ST_01_Halle-"),
        ("../../etc", "______etc-"),
        ("-rf", "_rf-"),
        ("ü\n", "__-"),
        ("", "_-"),
        ("x" * 90, "x" * 40 + "-"),
        (".hidden", "_hidden-"),
    ],
    ids=["space", "path", "option", "control", "empty", "long", "hidden"],
)
def test_a_file_name_is_safe_whatever_the_station_is_called(station: str, begins: str) -> None:
    """It stays in its folder, is no option and not hidden."""
    name = file_name(Place(station, "12345678-aaaa", 1, 2))
    assert name.startswith(begins)
    assert name.endswith("-12345678-0000000001-0000000002.ndjson")
    assert "/" not in name


def test_the_same_batch_again_is_a_duplicate_and_is_not_written_again(
    fill: Fill, outbox_folder: Path
) -> None:
    """After a crash between the rename and the note of it."""
    batch = fill(3)
    sink = FolderSink("folder", outbox_folder)
    sink.send(batch)
    (path,) = outbox_folder.iterdir()
    before = path.stat()
    assert verdicts(FolderSink("folder", outbox_folder).send(batch)) == [(n, "duplicate") for n in (1, 2, 3)]
    after = path.stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_another_content_under_that_name_is_a_conflict_and_stays(fill: Fill, outbox_folder: Path) -> None:
    """Told event by event: the same one, one of this id with another content, another one, none."""
    batch = fill(4)
    outbox_folder.mkdir()
    edited = json.loads(line(batch[1])) | {"hash": "f" * 64}
    foreign = json.loads(line(batch[2])) | {"id": "another"}
    there = line(batch[0]) + b"".join(json.dumps(one).encode() + b"\n" for one in (edited, foreign))
    path = outbox_folder / file_name(place(batch))
    path.write_bytes(there)
    statuses = FolderSink("folder", outbox_folder).send(batch)
    assert [status.verdict for status in statuses] == [
        Verdict.DUPLICATE,
        Verdict.CONFLICT_EVENT_ID,
        Verdict.CONFLICT_SEQ,
        Verdict.CONFLICT_SEQ,
    ]
    assert all(path.name in status.why for status in statuses[1:])
    assert path.read_bytes() == there


@pytest.mark.parametrize("there", [b"", b"\xff\xfe", b"{", b"[1]\n3\nnull\n", b'{"seq": {}}'])
def test_a_file_of_any_content_in_the_way_is_a_conflict(
    fill: Fill, outbox_folder: Path, there: bytes
) -> None:
    """Never a traceback, never written over."""
    batch = fill(1)
    outbox_folder.mkdir()
    (outbox_folder / file_name(place(batch))).write_bytes(there)
    assert verdicts(FolderSink("folder", outbox_folder).send(batch)) == [(1, "conflict_seq")]
    assert (outbox_folder / file_name(place(batch))).read_bytes() == there


def test_what_a_crash_left_half_written_is_written_anew(fill: Fill, outbox_folder: Path) -> None:
    """The hidden file of a try that did not come to its rename."""
    batch = fill(2)
    outbox_folder.mkdir()
    hidden = outbox_folder / f".{file_name(place(batch))}.part"
    hidden.write_bytes(line(batch[0])[:20])
    assert verdicts(FolderSink("folder", outbox_folder).send(batch)) == [(1, "stored"), (2, "stored")]
    assert [path.name for path in outbox_folder.iterdir()] == [file_name(place(batch))]


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_write_that_fails_leaves_no_file_under_the_name(
    fill: Fill, outbox_folder: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    """And no hidden one either; the next try is whole."""
    batch = fill(2)

    def fail(*args: Any) -> None:
        raise OSError(28, "No space left on device")

    sink = FolderSink("folder", outbox_folder)
    with monkeypatch.context() as patch:
        if call == "fsync":
            patch.setattr(os, "fsync", fail)
        else:
            patch.setattr(Path, "replace", fail)
        with pytest.raises(OSError, match="No space left"):
            sink.send(batch)
    assert list(outbox_folder.iterdir()) == []
    assert verdicts(sink.send(batch)) == [(1, "stored"), (2, "stored")]


def test_a_folder_on_a_disk_that_is_not_there_is_not_made_elsewhere(fill: Fill, tmp_path: Path) -> None:
    """A lost mount must not fill the disk under it."""
    sink = FolderSink("usb", tmp_path / "media" / "usb")
    with pytest.raises(SinkUnavailable, match=r"media is not there. Is the disk mounted\?"):
        sink.send(fill(1))
    assert not (tmp_path / "media").exists()


def test_with_ack_file_a_batch_waits_for_its_answer(fill: Fill, outbox_folder: Path) -> None:
    """It is written once, and an empty answer acknowledges all of it."""
    batch = fill(2)
    sink = FolderSink("folder", outbox_folder, "ack_file")
    assert verdicts(sink.send(batch)) == [(1, "waiting"), (2, "waiting")]
    assert verdicts(sink.collect(place(batch), lambda: batch)) == [(1, "waiting"), (2, "waiting")]
    (outbox_folder / f"{file_name(place(batch))}.ack").write_bytes(b" \n")
    assert verdicts(sink.collect(place(batch), lambda: batch)) == [(1, "stored"), (2, "stored")]
    assert verdicts(sink.send(batch)) == [(1, "stored"), (2, "stored")]


def test_an_answer_may_differ_for_each_event(fill: Fill, outbox_folder: Path) -> None:
    """By id or by number, with a reason; what it does not name stays open."""
    batch = fill(5)
    sink = FolderSink("folder", outbox_folder, "ack_file")
    sink.send(batch)
    told = [
        {"id": batch[0].id, "status": "stored"},
        {"seq": 2, "status": "invalid", "detail": "no\x1b[2J grade"},
        {"id": "a stranger", "status": "stored"},
        {"id": batch[3].id, "status": "lost"},
        {"id": batch[4].id, "status": "duplicate"},
        "nonsense",
    ]
    (outbox_folder / f"{file_name(place(batch))}.ack").write_text(json.dumps(told))
    statuses = sink.collect(place(batch), lambda: batch)
    assert verdicts(statuses) == [
        (1, "stored"),
        (2, "invalid"),
        (3, "waiting"),
        (4, "waiting"),
        (5, "duplicate"),
    ]
    assert statuses[1] == Status(2, Verdict.INVALID, "no\N{REPLACEMENT CHARACTER}[2J grade")


def test_an_answer_may_be_an_object_of_ids(fill: Fill, outbox_folder: Path) -> None:
    """The shorter form."""
    batch = fill(2)
    sink = FolderSink("folder", outbox_folder, "ack_file")
    sink.send(batch)
    told = {batch[0].id: "stored", batch[1].id: "forbidden"}
    (outbox_folder / f"{file_name(place(batch))}.ack").write_text(json.dumps(told))
    assert verdicts(sink.collect(place(batch), lambda: batch)) == [(1, "stored"), (2, "forbidden")]


@pytest.mark.parametrize(
    "text",
    [b"{", b"ok", b"\xff\xff", b'"stored"', b"17", b"[" * 100_000, b"x" * (MAX_ACK + 1)],
    ids=["cut", "words", "bytes", "text", "number", "deep", "long"],
)
def test_an_answer_that_is_none_is_told_and_waited_for(fill: Fill, outbox_folder: Path, text: bytes) -> None:
    """Nothing is taken as acknowledged that was not said."""
    batch = fill(1)
    sink = FolderSink("folder", outbox_folder, "ack_file")
    sink.send(batch)
    (outbox_folder / f"{file_name(place(batch))}.ack").write_bytes(text)
    with pytest.raises(SinkUnavailable, match=r"\.ack "):
        sink.collect(place(batch), lambda: batch)


def test_a_sink_that_was_changed_to_at_once_waits_no_longer(fill: Fill, outbox_folder: Path) -> None:
    """What was handed over under the other setting counts as stored."""
    batch = fill(2)
    FolderSink("folder", outbox_folder, "ack_file").send(batch)
    sink = FolderSink("folder", outbox_folder)
    assert verdicts(sink.collect(place(batch), lambda: batch)) == [(1, "stored"), (2, "stored")]


def test_a_way_to_acknowledge_that_there_is_not_is_refused(tmp_path: Path) -> None:
    """With the two that there are."""
    with pytest.raises(ValueError, match="at_once or by ack_file, got 'never'"):
        FolderSink("folder", tmp_path, "never")  # type: ignore[arg-type]
