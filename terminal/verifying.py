"""Is the station file what its journal says? Chain and file by the store; projections by folding again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from terminal import figures
from terminal.bench.evolve import evolve
from terminal.bench.rows import KEYS, rows
from terminal.bench.wire import Row, revive
from terminal.folding import fold_journal, merge
from terminal.own_file import open_file
from terminal.segments import base_state, earlier
from terminal.settings import Settings
from terminal.store.connection import run, transaction
from terminal.store.journal import Journal
from terminal.store.locks import StationLock
from terminal.store.station_file import StationFile
from terminal.store.verify import projection_dump, replace_projections

BATCH = 5_000
SHOWN = 20


def verify_station(settings: Settings, rebuild: bool = False) -> dict[str, Any]:
    """What `regrade verify` prints: ok, events, findings and, where asked, what was rebuilt.

    Rebuilding takes the station's lock, so it is refused while a bench is open.
    """
    lock = StationLock(settings.data) if rebuild else None
    if lock is not None:
        lock.acquire()
    try:
        with open_file(settings) as file:
            findings = [
                {"seq": found.seq, "kind": found.what, "sentence": found.sentence} for found in file.verify()
            ]
            damaged = bool(findings)
            if not damaged:
                findings += _projections(file) + _figures(file, settings.station.currency)
            rebuilt = False
            if rebuild and findings and not damaged:
                replace_projections(file.db, refold_all(file))
                figures.make_anew(file, settings.station.currency)
                with transaction(file.db):
                    run(file.db, "delete from rest")
                findings = _projections(file) + _figures(file, settings.station.currency)
                rebuilt = True
            head = file.journal.head()
            return {
                "ok": not findings,
                "station": file.identity.station,
                "epoch": file.identity.epoch,
                "events": head.seq,
                "head": head.hash,
                "findings": findings,
                "rebuilt": rebuilt,
            }
    finally:
        if lock is not None:
            lock.release()


def refold_all(file: StationFile) -> Iterator[Row]:
    """Every projection row of this journal and of those that it follows.

    Raises StoreUnavailable where one of them can't be read.
    """
    for before in earlier(file.data_dir, file.identity.station, file.journal):
        yield from refold(before.journal)
    yield from refold(file.journal)


def refold(journal: Journal) -> Iterator[Row]:
    """Every projection row, from the first event of a journal on."""
    state = base_state(journal)
    held: list[Row] = []
    for one in journal.events():
        event = revive(one.kind, one.body)
        after = evolve(state, event, one.at)
        held.extend(rows(event, state, after, one.at))
        state = after
        if len(held) >= BATCH:
            yield from merge(held)
            held = []
    yield from merge(held)


def _projections(file: StationFile) -> list[dict[str, Any]]:
    """Rows that differ from what the journal says, and a state at rest that does."""
    found = [
        {"seq": None, "kind": "projection", "sentence": sentence}
        for sentence in differences(refold_all(file), projection_dump(file.db))
    ]
    state = base_state(file.journal)
    for one in file.journal.events():
        state = evolve(state, revive(one.kind, one.body), one.at)
    if fold_journal(file.journal).at_rest() != state.at_rest():
        sentence = (
            "The state kept for a quick start is not what the whole journal says: run verify --rebuild."
        )
        found.append({"seq": None, "kind": "rest", "sentence": sentence})
    return found[:SHOWN]


def _figures(file: StationFile, currency: str) -> list[dict[str, Any]]:
    """Units and daily sums that are not what the journal says."""
    told = figures.differences(file, currency)
    return [{"seq": None, "kind": "figures", "sentence": sentence} for sentence in told]


def differences(expected: Iterable[Row], stored: Iterable[Row]) -> Iterator[str]:
    """Sentences for rows that are missing, too many, or hold other values than the journal says."""
    wanted = {(row.table, row.values[KEYS[row.table]]): row.values for row in merge(expected)}
    for row in stored:
        key = row.values[KEYS[row.table]]
        values = wanted.pop((row.table, key), None)
        if values is None:
            yield f"{row.table} {key} stands in the file but not in the journal: run verify --rebuild."
            continue
        for name, value in values.items():
            if name in row.values and row.values[name] != value:
                yield (
                    f"{row.table} {key}: {name} is {row.values[name]!r}, the journal says {value!r}: "
                    "run verify --rebuild."
                )
    for table, key in wanted:
        yield f"{table} {key} is in the journal but not in the file: run verify --rebuild."
