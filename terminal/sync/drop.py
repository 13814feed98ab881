r"""What a batch is as files, and what the one who takes them answered: the same for a folder and for SFTP.

The NDJSON file is the batch; everything beside it (CSV, photos, a manifest) can be made again from the journal and
from it. A file's name says which events it holds, and a batch is always cut the same again, so a second write of
the same batch meets its own file. The manifest is written last: whoever sees it may take the whole batch.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, Literal, Protocol

from terminal.bench.wire import Recorded
from terminal.domain.speech import Said
from terminal.sync.batch import line
from terminal.sync.drop_files import PHOTOS, PhotoSource, csv_of, manifest_of, photos_in, sha256
from terminal.sync.sink import Place, SinkUnavailable, Status, Verdict
from terminal.sync.trust import clean

Acknowledge = Literal["at_once", "ack_file"]
MAX_ACK = 4 * 1024 * 1024
"""An answer file larger than this (bytes) is none."""
MAX_THERE = 64 * 1024 * 1024
"""Bytes that are read of a file which is in a batch's way: a server may give them without end."""


class Shelf(Protocol):
    """Where files are put. Names may have one folder before them, `photos/...`. Every call may raise OSError."""

    def read(self, name: str, most: int = -1) -> bytes | None:
        """What is in a file, at most the first `most` bytes of it; None where it is not there."""

    def write(self, name: str, content: bytes) -> None:
        """A file, whole and kept, or not at all."""

    def keep(self, name: str) -> None:
        """Make sure that a file which is there outlives a power cut, as far as that can be asked for."""

    def where(self, name: str) -> str:
        """The file, for a message."""


class Drop:
    """How batches are put onto a shelf and what they are answered by."""

    def __init__(
        self,
        acknowledge: Acknowledge = "at_once",
        formats: Sequence[str] = ("ndjson",),
        manifest: bool = False,
        photos: PhotoSource | None = None,
    ) -> None:
        """`photos` gives a photo's content by hash and kind; without it, or without manifests, none is put down.

        Raises ValueError for a way or a format that there is not.
        """
        if acknowledge not in ("at_once", "ack_file"):
            raise ValueError(f"a folder sink acknowledges at_once or by ack_file, got {acknowledge!r}")
        if strange := sorted(set(formats) - {"ndjson", "csv"}):
            raise ValueError(f"a drop is written as ndjson and csv, got {strange[0]!r}")
        self._at_once = acknowledge == "at_once"
        self._csv = "csv" in formats
        self._manifest = manifest
        self._photos = photos

    def put(self, shelf: Shelf, batch: Sequence[Recorded]) -> Sequence[Status]:
        """Put a batch down, unless it lies there. Raises SinkUnavailable or OSError."""
        place = Place(batch[0].station, batch[0].epoch, batch[0].seq, batch[-1].seq)
        content = b"".join(line(event) for event in batch)
        name = file_name(place)
        there = shelf.read(name, MAX_THERE)
        if there is not None and there != content:
            return compare(batch, there, name)
        files = {name: content}
        if self._csv:
            table = f"{stem(name)}.csv"
            files[table] = csv_of(batch)
            _put(shelf, table, files[table])
        photos = self._put_photos(shelf, batch) if self._manifest else []
        if there is None:
            shelf.write(name, content)
        else:
            shelf.keep(name)
        if self._manifest:
            told = f"{stem(name)}.manifest.json"
            if shelf.read(told, 1) is None:
                shelf.write(told, manifest_of(batch, files, photos))
        if self._at_once and there is not None:
            return [Status(event.seq, Verdict.DUPLICATE) for event in batch]
        return self.answer(shelf, place, lambda: batch)

    def answer(
        self, shelf: Shelf, place: Place, events: Callable[[], Sequence[Recorded]]
    ) -> Sequence[Status]:
        """What was answered to the file of these events. Raises SinkUnavailable where it can't be read."""
        numbers = range(place.first, place.last + 1)
        if self._at_once:
            return [Status(seq, Verdict.STORED) for seq in numbers]
        name = f"{file_name(place)}.ack"
        text = shelf.read(name, MAX_ACK + 1)
        if text is None:
            return [Status(seq, Verdict.WAITING) for seq in numbers]
        if len(text) > MAX_ACK:
            raise SinkUnavailable(
                Said(
                    "{file} is no answer: it is larger than {most} bytes.",
                    file=shelf.where(name),
                    most=MAX_ACK,
                )
            )
        if not text.strip():
            return [Status(seq, Verdict.STORED) for seq in numbers]
        told = read_answer(text, shelf.where(name), {event.id: event.seq for event in events()})
        return [told.get(seq, Status(seq, Verdict.WAITING)) for seq in numbers]

    def _put_photos(self, shelf: Shelf, batch: Sequence[Recorded]) -> list[dict[str, Any]]:
        """Put down the photos that the batch names; one that can't be had is told of and holds nothing up."""
        told: list[dict[str, Any]] = []
        for digest, kind in photos_in(batch):
            try:
                if self._photos is None:
                    raise LookupError("This station has no photos to give.")
                suffix, content = self._photos(digest, kind)
            except Exception as problem:
                told.append({"sha256": digest, "missing": str(problem) or type(problem).__name__})
                continue
            if sha256(content) != digest:
                told.append({"sha256": digest, "missing": "Its content has another hash: it was altered."})
                continue
            name = f"{PHOTOS}/{digest}.{suffix}"
            _put(shelf, name, content)
            told.append({"sha256": digest, "name": name, "bytes": len(content)})
        return told


def file_name(place: Place) -> str:
    """The name of the file that holds these events: station, epoch, first and last number."""
    station = re.sub(r"[^A-Za-z0-9_]", "_", place.station)[:40] or "_"
    return f"{station}-{place.epoch[:8]}-{place.first:010d}-{place.last:010d}.ndjson"


def stem(name: str) -> str:
    """The part of a batch's file names that they share."""
    return name.removesuffix(".ndjson")


def _put(shelf: Shelf, name: str, content: bytes) -> None:
    """A file that follows from the batch: whatever else has its name is written over."""
    if shelf.read(name, len(content) + 1) == content:
        shelf.keep(name)
    else:
        shelf.write(name, content)


def compare(batch: Sequence[Recorded], there: bytes, name: str) -> list[Status]:
    """The verdict on each event where another file of that name is in the way. It is left as it is."""
    held: dict[int, tuple[Any, Any]] = {}
    for text in there.splitlines():
        with suppress(ValueError, TypeError, KeyError):
            told = json.loads(text)
            held[told["seq"]] = (told["id"], told["hash"])
    statuses = []
    for event in batch:
        found = held.get(event.seq)
        if found == (event.id, event.hash):
            statuses.append(Status(event.seq, Verdict.DUPLICATE))
        elif found is not None and found[0] == event.id:
            why = f"{name} is in the folder and holds this event with another content"
            statuses.append(Status(event.seq, Verdict.CONFLICT_EVENT_ID, why))
        else:
            why = f"{name} is in the folder and holds something else at this place"
            statuses.append(Status(event.seq, Verdict.CONFLICT_SEQ, why))
    return statuses


def read_answer(text: bytes, answer: str, numbers: Mapping[str, int]) -> dict[int, Status]:
    """Statuses by number. Events that the answer does not name, or with a word that is no status, stay open.

    Raises SinkUnavailable for what is no answer.
    """
    try:
        told = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise SinkUnavailable(
            Said("{file} is neither empty nor JSON ({why}).", file=answer, why=str(error))
        ) from error
    if isinstance(told, dict):
        told = [{"id": key, "status": value} for key, value in told.items()]
    if not isinstance(told, list):
        raise SinkUnavailable(
            Said(
                '{file} should hold a list of {{"id", "status"}} or an object of id and status, it is a {kind}.',
                file=answer,
                kind=type(told).__name__,
            )
        )
    statuses = {}
    for entry in told:
        if not isinstance(entry, dict):
            continue
        seq = numbers.get(str(entry.get("id")), entry.get("seq"))
        with suppress(ValueError):
            verdict = Verdict(str(entry.get("status")))
            if isinstance(seq, int):
                why = entry.get("detail")
                statuses[seq] = Status(seq, verdict, clean(why) if isinstance(why, str) else "")
    return statuses
