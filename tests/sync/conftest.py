"""What the tests of the sync share: a station file with events, and a folder to send them to."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from terminal.bench.wire import Draft, Recorded
from terminal.store.station_file import StationFile

AT = datetime(2026, 11, 23, 8, tzinfo=UTC)


@pytest.fixture
def station(tmp_path: Path) -> Iterator[StationFile]:
    """An open station file with one sink."""
    file = StationFile.open(tmp_path / "data", "ST01", ["folder"], now=lambda: AT)
    yield file
    file.close()


@pytest.fixture
def fill(station: StationFile) -> Callable[[int], tuple[Recorded, ...]]:
    """Append events, in one transaction."""

    def filled(count: int, **body: Any) -> tuple[Recorded, ...]:
        drafts = [
            Draft("inspected", 1, AT, "BCDF", "1001", None, {"n": number, **body}) for number in range(count)
        ]
        return station.journal.append(drafts)

    return filled


@pytest.fixture
def outbox_folder(tmp_path: Path) -> Path:
    """Where the folder sink writes; it is the sink that makes it."""
    return tmp_path / "outbox"


@pytest.fixture
def received(outbox_folder: Path) -> Callable[[], list[dict[str, Any]]]:
    """Every event in the folder, file by file, as the reader on the other side sees them."""

    def read() -> list[dict[str, Any]]:
        files = sorted(outbox_folder.glob("*.ndjson"))
        return [json.loads(line) for path in files for line in path.read_bytes().splitlines()]

    return read
