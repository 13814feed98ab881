"""What the tests of the store share: a station file in a folder of its own, and drafts to put into it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from terminal.bench.wire import Draft
from terminal.store.station_file import StationFile

AT = datetime(2026, 11, 23, 8, 0, 0, 123000, tzinfo=UTC)


@pytest.fixture
def station(tmp_path: Path) -> Iterator[StationFile]:
    """An open station file with one sink."""
    file = StationFile.open(tmp_path / "data", "ST01", ["folder"], now=lambda: AT)
    yield file
    file.close()


@pytest.fixture
def make_draft() -> Callable[..., Draft]:
    """Drafts that differ where a test says so."""

    def make(kind: str = "inspected", item: str | None = "BCDF", at: datetime = AT, **body: Any) -> Draft:
        return Draft(kind, 1, at, item, "1001", "9f3c", body)

    return make


@pytest.fixture
def raw(station: StationFile) -> Iterator[sqlite3.Connection]:
    """The station file as somebody else's program sees it: Python's own SQLite, with nothing switched on."""
    connection = sqlite3.connect(station.path, isolation_level=None)
    yield connection
    connection.close()
