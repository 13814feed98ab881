"""The folder sink: batches as NDJSON files in a folder that somebody else reads.

A file's name says which events it holds, and a batch is always cut the same again, so a second write of the same
batch meets its own file. A file appears whole or not at all: it is written under a hidden name, flushed, renamed,
and the folder is flushed. With `ack_file` the reader answers by a file `<name>.ack`: empty for "all stored", or
JSON with a status for each event; it should be renamed into place too, because an empty file counts.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal

from terminal.bench.wire import Recorded
from terminal.sync.batch import line
from terminal.sync.sink import Place, SinkUnavailable, Status, Verdict

Acknowledge = Literal["at_once", "ack_file"]
MAX_ACK = 4 * 1024 * 1024
"""An answer file larger than this (bytes) is none."""


class FolderSink:
    """Writes batches into `folder`; it is made, the one around it must exist (so a lost mount shows)."""

    def __init__(self, name: str, folder: Path | str, acknowledge: Acknowledge = "at_once") -> None:
        if acknowledge not in ("at_once", "ack_file"):
            raise ValueError(f"a folder sink acknowledges at_once or by ack_file, got {acknowledge!r}")
        self.name = name
        self.folder = Path(folder)
        self._at_once = acknowledge == "at_once"

    def send(self, batch: Sequence[Recorded]) -> Sequence[Status]:
        """Write a batch, unless its file is there. Raises SinkUnavailable or OSError."""
        place = Place(batch[0].station, batch[0].epoch, batch[0].seq, batch[-1].seq)
        content = b"".join(line(event) for event in batch)
        target = self.folder / file_name(place)
        self._make_folder()
        there = _content(target)
        if there is not None and there != content:
            return _compare(batch, there, target.name)
        if there is None:
            _write(target, content)
        else:
            _flush(target)
        _flush(self.folder)
        if self._at_once and there is not None:
            return [Status(event.seq, Verdict.DUPLICATE) for event in batch]
        return self.collect(place, lambda: batch)

    def collect(self, place: Place, events: Callable[[], Sequence[Recorded]]) -> Sequence[Status]:
        """What the reader answered to the file of these events. Raises SinkUnavailable where it can't be read."""
        answer = self.folder / f"{file_name(place)}.ack"
        numbers = range(place.first, place.last + 1)
        if self._at_once:
            return [Status(seq, Verdict.STORED) for seq in numbers]
        if not answer.exists():
            return [Status(seq, Verdict.WAITING) for seq in numbers]
        if answer.stat().st_size > MAX_ACK:
            raise SinkUnavailable(f"{answer} is no answer: it is larger than {MAX_ACK} bytes.")
        text = answer.read_bytes()
        if not text.strip():
            return [Status(seq, Verdict.STORED) for seq in numbers]
        told = _read_answer(text, answer, {event.id: event.seq for event in events()})
        return [told.get(seq, Status(seq, Verdict.WAITING)) for seq in numbers]

    def _make_folder(self) -> None:
        try:
            self.folder.mkdir(exist_ok=True)
        except FileNotFoundError as error:
            raise SinkUnavailable(
                f"The folder {self.folder} can't be made: {self.folder.parent} is not there. Is the disk mounted?"
            ) from error


def file_name(place: Place) -> str:
    """The name of the file that holds these events: station, epoch, first and last number."""
    station = re.sub(r"[^A-Za-z0-9_]", "_", place.station)[:40] or "_"
    return f"{station}-{place.epoch[:8]}-{place.first:010d}-{place.last:010d}.ndjson"


def _write(target: Path, content: bytes) -> None:
    """Content under its name, whole and on disk. What a crash left under the hidden name is written over."""
    hidden = target.with_name(f".{target.name}.part")
    try:
        with open(hidden, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        hidden.rename(target)
    except OSError:
        with suppress(OSError):
            hidden.unlink()
        raise


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _flush(path: Path) -> None:
    """Force a file, or the names in a folder, to disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _compare(batch: Sequence[Recorded], there: bytes, name: str) -> list[Status]:
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


def _read_answer(text: bytes, answer: Path, numbers: Mapping[str, int]) -> dict[int, Status]:
    """Statuses by number. Events that the answer does not name, or with a word that is no status, stay open."""
    try:
        told = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise SinkUnavailable(f"{answer} is neither empty nor JSON ({error}).") from error
    if isinstance(told, dict):
        told = [{"id": key, "status": value} for key, value in told.items()]
    if not isinstance(told, list):
        raise SinkUnavailable(
            f'{answer} should hold a list of {{"id", "status"}} or an object of id and status, it is a '
            f"{type(told).__name__}."
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
                statuses[seq] = Status(seq, verdict, why if isinstance(why, str) else "")
    return statuses
