"""A journal folded: the state that its events give, and the rows that they write.

A state at rest that lies in the file saves the events before it; it is only ever as old as the last sign-in.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from terminal.bench.codec import decode
from terminal.bench.evolve import evolve
from terminal.bench.rows import KEYS
from terminal.bench.state import State
from terminal.bench.wire import Recorded, Row, revive
from terminal.segments import base_state
from terminal.store.journal import Journal


def fold_journal(journal: Journal) -> State:
    """The state that the journal says, from the newest state at rest on. Raises ValueError for unknown events."""
    found = journal.rest()
    after = 0
    if found is None:
        state = base_state(journal)
    else:
        after, body = found
        state = decode(State, body)
    return fold_more(state, journal.events(after))


def fold_more(state: State, recorded: Iterable[Recorded]) -> State:
    """The state after further events of the journal."""
    for one in recorded:
        state = evolve(state, revive(one.kind, one.body), one.at)
    return state


def merge(changed: Iterable[Row]) -> list[Row]:
    """Rows of one commit with later values over earlier ones, so that each row is written once."""
    merged: dict[tuple[str, Any], dict[str, Any]] = {}
    for row in changed:
        place = (row.table, row.values[KEYS[row.table]])
        before = merged.setdefault(place, {})
        units = before.get("units", 0)
        loads = before.get("loads")
        before.update(row.values)
        if row.table == "tote":
            before["units"] = units + (row.values.get("units") or 0)
            if loads is not None:
                before["loads"] = loads + (row.values.get("loads") or 0)
    return [Row(table, values) for (table, _), values in merged.items()]
