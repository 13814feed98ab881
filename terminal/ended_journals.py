"""Journals that came to an end and lie beside the one that is written: which of them have had their time.

They lie in `aside` (a reset, or what a restore replaced) and in `segments` (what a restore goes on from). One goes
as a whole, with the photos that nothing else names, once its last event is old enough and nobody needs it: no sink
is owed anything of it, the present journal does not go on from it, and none of its items waits for a decision, by
the word of the newest journal that knows the item.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from terminal.file_swap import ASIDE
from terminal.segments import follows
from terminal.settings import Settings
from terminal.store.chain import read_stamp
from terminal.store.connection import read, read_json
from terminal.store.ended import FOLDER as SEGMENTS
from terminal.store.errors import StoreError
from terminal.store.retention import KEPT, PURGED
from terminal.store.station_file import NAME, StationFile
from terminal.store.whole_file import flush

OWED = """
select coalesce(max(0, (select coalesce(max(seq), 0) from event) - max(coalesce(s.cut, 0), ?2)), 0)
  + coalesce((select sum(last - max(first, ?2 + 1) + 1) from outbox
      where sink = ?1 and state <> 'dead' and last > ?2), 0)
from (select ?1 as name) asked left join sink s using (name)
"""
WAITING = "('open', 'held')"
"""What the status of an item is on the bench and in quarantine."""


@dataclass(frozen=True, slots=True)
class Ended:
    """A journal that came to an end, open; `name` is its folder in the data folder."""

    name: str
    file: StationFile
    last: datetime
    """When its last event was made; an empty one counts from when it was made itself."""
    owed: Mapping[str, int]
    """Sink -> events of it that wait for that sink; without those that wait for none."""


@dataclass(frozen=True, slots=True)
class Survey:
    """What is over and goes, what stays, and the sentences why something stays that is old enough."""

    over: tuple[Ended, ...]
    stays: tuple[Ended, ...]
    why: tuple[str, ...]


def survey(stack: ExitStack, settings: Settings, present: StationFile, before: datetime | None) -> Survey:
    """Open all ended journals and tell which ended before a time (None: none goes). They close with `stack`.

    Where one can't be read nobody knows which photos it names, so none of them goes.
    """
    ended, why = _open(stack, settings, journals_called_removed(present))
    if before is None or why:
        return Survey((), ended, why)
    used = _followed(present, {one.name: one.file for one in ended})
    waiting = _waiting([*(one.file for one in sorted(ended, key=lambda one: one.last)), present])
    latest: dict[str, datetime] = {}
    for one in ended:
        epoch = one.file.identity.epoch
        latest[epoch] = max(one.last, latest.get(epoch, one.last))
    reasons: dict[str, str] = {}
    for one in ended:
        old = latest[one.file.identity.epoch] < before
        if old and (reason := _reason(one, used, waiting)):
            reasons[one.name] = f"{one.name} is old enough to be removed and stays: {reason}"
    # The copy of the same journal tells what of it was sent, so both go in one night.
    bound = {one.file.identity.epoch for one in ended if one.name in reasons}
    over: list[Ended] = []
    stays: list[Ended] = []
    for one in ended:
        epoch = one.file.identity.epoch
        (over if latest[epoch] < before and epoch not in bound else stays).append(one)
    return Survey(
        tuple(sorted(over, key=lambda one: one.last)), tuple(stays), tuple(sorted(reasons.values()))
    )


def journals_called_removed(file: StationFile) -> frozenset[str]:
    """Folders that the journal calls removed: what is left of them was not reached when a purge was cut off."""
    bodies = read(file.db, "select body from event where kind = ?", (PURGED,))
    return frozenset(name for (body,) in bodies for name in read_json(body, "A purge").get("journals", ()))


def photos_named(file: StationFile) -> frozenset[str]:
    """Every photo that a journal ever spoke of."""
    bodies = read(file.db, "select body from event where kind = ?", (KEPT,))
    return frozenset(str(read_json(body, "A photo").get("sha256")) for (body,) in bodies)


def remove_journals(data: Path, names: Collection[str]) -> None:
    """Unlink what lies in these folders, and the folders. The file itself goes last, so that one that was reached
    by no event is found again. Raises OSError.
    """
    for folder in _folders(data):
        if f"{folder.parent.name}/{folder.name}" in names:
            for path in sorted(folder.iterdir(), key=lambda path: (path.name == NAME, path.name)):
                if not path.is_dir() or path.is_symlink():
                    path.unlink()
            with suppress(OSError):  # somebody else's folder in it
                folder.rmdir()
            flush(folder.parent)


def _folders(data: Path) -> Iterator[Path]:
    for parent in (data / ASIDE, data / SEGMENTS):
        if parent.is_dir():
            yield from (path for path in sorted(parent.iterdir()) if path.is_dir() and not path.is_symlink())


def _open(
    stack: ExitStack, settings: Settings, removed: frozenset[str]
) -> tuple[tuple[Ended, ...], tuple[str, ...]]:
    """Every ended journal but for those called removed, and a sentence for each that can't be read."""
    files: list[tuple[str, StationFile]] = []
    why = []
    for folder in _folders(settings.data):
        name = f"{folder.parent.name}/{folder.name}"
        if name in removed or not os.path.lexists(folder / NAME):
            continue
        try:
            files.append((name, stack.enter_context(StationFile.open(folder, settings.station.id))))
        except StoreError as problem:
            why.append(
                f"{name} can't be read, so no ended journal is removed: {problem} Remove the folder by hand once "
                "nobody needs it."
            )
    copies = {
        file.identity.epoch: file.journal.head() for name, file in files if name.startswith(f"{SEGMENTS}/")
    }
    ended = []
    for name, file in files:
        last, at = file.journal.last(), read_stamp(file.identity.created)
        sinks = {row[0] for row in read(file.db, "select name from sink")}
        sent_elsewhere = 0
        if name.startswith(f"{SEGMENTS}/"):
            sinks |= set(settings.sync.sinks)
        else:
            copy = copies.get(file.identity.epoch)
            if copy is not None and file.journal.hash_at(copy.seq) == copy.hash:
                sent_elsewhere = copy.seq
        owed = {sink: int(read(file.db, OWED, (sink, sent_elsewhere))[0][0]) for sink in sorted(sinks)}
        late = {sink: count for sink, count in owed.items() if count}
        ended.append(Ended(name, file, at if last is None else last.at, late))
    return tuple(ended), tuple(why)


def _followed(present: StationFile, files: Mapping[str, StationFile]) -> frozenset[str]:
    """Names of the journals that the present one goes on from, one after the other."""
    found: set[str] = set()
    file: StationFile | None = present
    while file is not None and (before := follows(file.journal)) is not None:
        name = f"{SEGMENTS}/{Path(before.folder).name}"
        file = None if name in found else files.get(name)
        found.add(name)
    return frozenset(found)


def _waiting(files: Sequence[StationFile]) -> frozenset[str]:
    """LPNs that wait for somebody by the newest journal that knows them; `files` begin with the oldest journal."""
    waiting: set[str] = set()
    for file in files:
        known = {lpn for lpn in waiting if file.queries.item(lpn) is not None}
        here = {row[0] for row in read(file.db, f"select lpn from item where status in {WAITING}")}
        waiting = (waiting - known) | here
    return frozenset(waiting)


def _reason(one: Ended, used: frozenset[str], waiting: frozenset[str]) -> str:
    """Why a journal that is old enough stays; empty: nothing is in its way."""
    if one.name in used:
        return "the present journal goes on from it. It can go after a new one was begun."
    if one.owed:
        what = ", ".join(f"{count:,} for {sink}" for sink, count in one.owed.items())
        return f"events of it wait ({what}). Run regrade sync, or remove it by hand once nobody needs them."
    items = sorted(lpn for lpn in waiting if one.file.queries.item(lpn) is not None)
    if items:
        return (
            f"items of it are on the bench or in quarantine ({', '.join(items[:3])}). Decide on them first."
        )
    return ""
