"""What a hub may answer to a station that pulls, without any hub: nothing of it changes anything."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from terminal.config import load
from terminal.pulling import pull
from terminal.settings import Settings
from terminal.store.station_file import StationFile


def sentences(done: dict[str, Any]) -> str:
    """What was refused, in words."""
    return " ".join(one["sentence"] for one in done["refused"])


class Told:
    """A transport that answers what it is told: a hub of another make."""

    runs = False

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)

    def exchange(self, request: dict[str, Any]) -> dict[str, Any]:
        """The next answer."""
        answer: dict[str, Any] = self.answers.pop(0)
        return answer

    def close(self) -> None:
        """Nothing is held."""


OFFER = {
    "kind": "rulings", "version": 1, "audience": "*", "name": "r.ndjson", "hash": "0" * 64, "bytes": 3, "parts": 1,
    "signature": None, "key": None, "at": "2026-11-23T06:00:00.000Z",
}  # fmt: skip


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[tuple[Settings, StationFile]]:
    """A station without any hub."""
    settings: Settings = load(None, tmp_path, {})
    with StationFile.open(settings.data, settings.station.id) as file:
        yield settings, file


@pytest.mark.parametrize(
    ("news", "told"),
    [
        (None, ""),
        ("no list", ""),
        ([5], "can't read"),
        ([{"kind": "rulings"}], "can't read"),
        ([OFFER | {"kind": "prices"}], "can't read"),
        ([OFFER | {"version": 0}], "can't read"),
        ([OFFER | {"audience": "a\nb"}], "for whom or when"),
        ([OFFER], "it is not signed"),
    ],
)
def test_a_hub_that_talks_nonsense_changes_nothing(
    alone: tuple[Settings, StationFile], news: Any, told: str
) -> None:
    """Whatever it lists, the station says what is wrong with it and goes on."""
    settings, file = alone
    done = pull(settings, file, Told({"news": news}), lambda: datetime(2026, 11, 23, tzinfo=UTC))
    assert done["applied"] == []
    assert told in sentences(done)
    assert bool(told) == bool(done["refused"])


@pytest.mark.parametrize(
    "part", [None, {"data": 5}, {"data": "?"}, {"data": base64.b64encode(b"no").decode()}]
)
def test_a_part_that_is_none_is_refused(alone: tuple[Settings, StationFile], part: Any) -> None:
    """No part, no text, no Base64, or too short."""
    settings, file = alone
    offer = OFFER | {"kind": "manifest", "name": "m.csv"}
    done = pull(settings, file, Told({"news": [offer]}, {"part": part}))
    assert "part 1 of 1" in sentences(done)
