"""Journals of any kind as EPCIS: with events that can't be read, and longer than any memory."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from terminal.bench.wire import Draft
from terminal.config import load
from terminal.exporting import export_epcis
from terminal.store.station_file import StationFile


def test_an_event_that_cannot_be_read_is_named_and_the_rest_is_written(tmp_path: Path) -> None:
    """A body of another shape under a known kind, and a kind that nobody knows, stop nothing."""
    settings = load(None, tmp_path / "data", {})
    at = datetime(2026, 11, 23, 8, tzinfo=UTC)
    with StationFile.open(settings.data, settings.station.id, ()) as file:
        received: dict[str, Any] = {"parcel": "P1", "how": "rma", "rma": "R1", "tracking": None, "lines": []}
        drafts: list[tuple[str, dict[str, Any]]] = [
            ("placed", {"lpn": 1}),
            ("from_the_future", {"x": 1}),
            ("parcel_received", received),
        ]
        file.journal.append([Draft(kind, 1, at, None, None, None, body) for kind, body in drafts])
    result = export_epcis(settings, tmp_path / "o.json")
    assert (result["events"], result["valid"]) == (1, True)
    assert "event 1 (placed)" in result["unreadable"][0]


def test_a_long_journal_takes_little_memory(tmp_path: Path) -> None:
    """The document grows, the program does not: it is written as the journal is read."""
    settings = load(None, tmp_path / "data", {})
    at = datetime(2026, 11, 23, 8, tzinfo=UTC)
    body: dict[str, Any] = {
        "parcel": "P1",
        "how": "rma",
        "rma": "R1",
        "tracking": None,
        "lines": [],
        "reason": "x" * 200,
    }
    draft = Draft("parcel_received", 1, at, None, None, None, body)
    with StationFile.open(settings.data, settings.station.id, ()) as file:
        for _ in range(4):
            file.journal.append([draft] * 5_000)
    code = (
        "import resource, sys\n"
        "from pathlib import Path\n"
        "from terminal.config import load\n"
        "from terminal.exporting import export_epcis\n"
        "settings = load(None, Path(sys.argv[1]), {})\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "print(export_epcis(settings, Path(sys.argv[2]))['events'])\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)\n"
    )
    words = [sys.executable, "-c", code, str(tmp_path / "data"), str(tmp_path / "o.json")]
    done = subprocess.run(words, capture_output=True, text=True, timeout=120, check=True)
    events, grown = map(int, done.stdout.split())
    assert events == 20_000
    assert grown < 40_000, "kilobytes"
    assert (tmp_path / "o.json").stat().st_size > 10_000_000
