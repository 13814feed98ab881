"""Who a station file is: the station's name, and the epoch that is minted with the file.

A copied or restored disk keeps its epoch and then writes other events under numbers that are taken: that is how the
far side notices it.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from terminal.domain.speech import Said
from terminal.store.chain import stamp
from terminal.store.connection import file_of, read, run
from terminal.store.errors import StoreUnavailable


@dataclass(frozen=True, slots=True)
class Identity:
    """The station's name, the file's epoch (UUID text) and when the file was made (UTC text)."""

    station: str
    epoch: str
    created: str


def mint(db: Database, station: str, now: datetime) -> None:
    """Name a file that was just made, inside the transaction that made it. One that has a name keeps it."""
    for key, value in (("station", station), ("epoch", str(uuid.uuid4())), ("created", stamp(now))):
        run(db, "insert into meta(k, v) values (?, ?) on conflict(k) do nothing", (key, value))


def identity(db: Database) -> Identity:
    """Read who the file is. Raises StoreUnavailable for a file that was never named."""
    known = dict(read(db, "select k, v from meta"))
    try:
        return Identity(known["station"], known["epoch"], known["created"])
    except KeyError as error:
        nameless = Said(
            "{path} does not say which station it belongs to ({key} is missing). Restore the last backup, or give "
            "another data folder.",
            path=file_of(db),
            key=str(error),
        )
        raise StoreUnavailable(nameless, "schema") from error
