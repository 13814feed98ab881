"""Journals of this station that came to an end: where they lie, what follows from them, what they still owe.

A station file that was restored from a backup begins an epoch of its own, because after the backup others may have
been told events under the next numbers. The old journal stays beside it as it was, is read when projections are
checked, and its events that were never sent are sent from there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from terminal.bench.codec import decode, encode
from terminal.bench.state import State
from terminal.domain.speech import Said, told_by
from terminal.store.chain import canonical
from terminal.store.connection import read, read_json, run
from terminal.store.ended import FOLDER, segment_folders
from terminal.store.errors import StoreError, StoreUnavailable
from terminal.store.journal import Head, Journal
from terminal.store.station_file import NAME, StationFile
from terminal.sync.result import Result
from terminal.sync.round import sync_once
from terminal.sync.sink import Sink

BASE, FOLLOWS = "base", "follows"
"""Keys of `meta`: the state that a journal begins with, and what it follows."""


@dataclass(frozen=True, slots=True)
class Follows:
    """The journal that this one goes on from: its epoch, its last event, and its folder in `segments`."""

    epoch: str
    seq: int
    hash: str
    folder: str


def base_state(journal: Journal) -> State:
    """The state before the first event: empty, or what a journal that ended left behind.

    Raises StoreUnavailable for one that can't be read.
    """
    found = _meta(journal, BASE)
    return State() if found is None else decode(State, found)


def follows(journal: Journal) -> Follows | None:
    """The journal before this one. Raises StoreUnavailable where that can't be read."""
    found = _meta(journal, FOLLOWS)
    if found is None:
        return None
    return Follows(str(found["epoch"]), int(found["seq"]), str(found["hash"]), str(found["folder"]))


def note_base(journal: Journal, state: State, after: tuple[str, Head, str] | None) -> None:
    """Write down what an empty journal begins with, and (epoch, head, folder) of the one that it follows."""
    values: dict[str, Any] = {BASE: encode(state.at_rest())}
    if after is not None:
        epoch, head, folder = after
        values[FOLLOWS] = {"epoch": epoch, "seq": head.seq, "hash": head.hash, "folder": folder}
    for key, value in values.items():
        sql = "insert into meta(k, v) values (?, ?) on conflict(k) do update set v = excluded.v"
        run(journal.db, sql, (key, canonical(value)))


def earlier(data_dir: Path, station: str, journal: Journal) -> Iterator[StationFile]:
    """The journals before this one, the first one first, each open until the next is asked for.

    Raises StoreUnavailable where one can't be opened or is not the one that is followed.
    """
    before = follows(journal)
    if before is None:
        return
    folder = data_dir / FOLDER / Path(before.folder).name
    if not (folder / NAME).exists():
        lost = Said(
            "The journal that this one goes on from is not in {folder}. Bring the folder back from the disk or the "
            "backup that has it.",
            folder=folder,
        )
        raise StoreUnavailable(lost, "missing")
    with StationFile.open(folder, station) as file:
        yield from earlier(data_dir, station, file.journal)
        yield file


def owed(data_dir: Path, station: str, sinks: Sequence[str]) -> Mapping[str, int]:
    """Sink -> events of ended journals that it was never sent or never answered."""
    counts = dict.fromkeys(sinks, 0)
    for folder in segment_folders(data_dir):
        with StationFile.open(folder, station, sinks) as file:
            for name in sinks:
                counts[name] += file.outbox.state(name).pending
    return counts


def push_segments(
    data_dir: Path,
    station: str,
    sinks: Sequence[Sink],
    *,
    force: bool = True,
    stopped: Callable[[], bool] = lambda: False,
) -> list[Result]:
    """Send what ended journals still owe; one result for each journal and sink that something was owed to.

    `force` does not wait for the end of a rest. A journal that can't be read is the error of every sink's result,
    and holds up neither the others nor the journal that is written.
    """
    results: list[Result] = []
    for folder in segment_folders(data_dir):
        if stopped():
            break
        try:
            with StationFile.open(folder, station, [sink.name for sink in sinks]) as file:
                for sink in sinks:
                    if file.outbox.state(sink.name).pending and not stopped():
                        now = datetime.now(UTC)
                        results.append(sync_once(file, sink, now, force=force, stopped=stopped))
        except StoreError as problem:
            why = Said(
                "The journal that ended in {folder} can't be read: {why}", folder=folder, why=told_by(problem)
            )
            results += [Result(sink.name, 0, 0, 0, 0, why) for sink in sinks]
    return results


def late(results: Sequence[Result]) -> Mapping[str, str]:
    """Sink -> the sentence why it has not got all of an ended journal; nothing for one that is well."""
    return {
        one.sink: Said(
            "{count} events of an earlier journal wait for {sink}: {why}",
            count=f"{one.pending:,}",
            sink=one.sink,
            why=one.error,
        )
        if one.pending
        else one.error
        for one in results
        if one.error
    }


def _meta(journal: Journal, key: str) -> dict[str, Any] | None:
    found = read(journal.db, "select v from meta where k = ?", (key,))
    if not found:
        return None
    told = read_json(found[0][0], f"The note {key}")
    return dict(told)
