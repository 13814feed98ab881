"""What arrived, as the station file keeps it: versions, refusals, and rulings that the journal knows not yet."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from terminal.bench.arriving_events import Ruled
from terminal.bench.wire import Row, draft
from terminal.domain.rulings import Claim, Ruling
from terminal.store.arrivals import Arrivals
from terminal.store.errors import StoreError
from terminal.store.station_file import StationFile

AT = datetime(2026, 11, 23, 6, tzinfo=UTC)
HOLD = Ruling(
    "c-1", "serial", "SN-7", None, (Claim("S1", "AAAX"), Claim("S2", "BBBX")), "9001", "then", "seen"
)


@pytest.fixture
def file(tmp_path: Path) -> Iterator[StationFile]:
    """A station file."""
    with StationFile.open(tmp_path, "S1") as opened:
        yield opened


def test_a_version_is_noted_once_and_its_last_word_stands(file: StationFile) -> None:
    """Refused first, taken later; only what was taken counts as there."""
    arrivals = Arrivals(file.catalogue.db)
    arrivals.note("policy", 1, "a.toml", "11", AT)
    arrivals.note("policy", 2, "b.toml", "22", AT, refused="It is not signed.")
    assert arrivals.applied() == {"policy": 1}
    assert arrivals.refusal("policy", 2) == "It is not signed."
    assert arrivals.refusal("policy", 1) is None
    arrivals.note("policy", 2, "b.toml", "22", AT)
    assert arrivals.applied() == {"policy": 2}
    assert arrivals.refusal("policy", 2) is None
    assert arrivals.hash_of("policy", 2) == "22"
    assert arrivals.hash_of("policy", 3) is None
    (newest,) = arrivals.newest()
    assert (newest.version, newest.state, newest.at) == (2, "applied", "2026-11-23T06:00:00.000Z")


def test_a_version_and_its_content_are_there_together_or_not_at_all(file: StationFile) -> None:
    """A transaction that fails leaves neither."""
    arrivals = Arrivals(file.catalogue.db)

    def half() -> None:
        with arrivals.transaction():
            arrivals.put_rulings([HOLD], "S1", 1)
            arrivals.note("rulings", 0, "r", "1", AT)

    with pytest.raises(StoreError):
        half()
    assert arrivals.to_write_down() == ()
    with arrivals.transaction():
        assert arrivals.put_rulings([HOLD, HOLD], "S1", 1) == 2
        arrivals.note("rulings", 1, "r", "1", AT)
    assert [one.lpn for one in arrivals.to_write_down()] == ["AAAX"]
    assert arrivals.ruling_on("BBBX") is None


def test_a_ruling_waits_until_the_journal_speaks_of_it(file: StationFile) -> None:
    """How the item stands comes with it; another ruling on the same item waits on its own."""
    arrivals = Arrivals(file.catalogue.db)
    events = [draft(Ruled("AAAX", "c-2", "keep", "serial", "SN-7", "9001"), AT, None, None)]
    rows = [Row("item", {"lpn": "AAAX", "status": "closed", "tote": "T1", "disposition": "outlet"})]
    file.journal.append(events, rows)
    with arrivals.transaction():
        arrivals.put_rulings([HOLD], "S1", 1)
    (one,) = arrivals.to_write_down()
    assert (one.id, one.status, one.tote, one.channel) == ("c-1", "closed", "T1", "outlet")
    file.journal.append([draft(Ruled("AAAX", "c-1", "hold", "serial", "SN-7", "9001"), AT, None, None)])
    assert arrivals.to_write_down() == ()
    found = arrivals.ruling_on("AAAX")
    assert found is not None
    assert (found.id, found.by, found.note) == ("c-1", "9001", "seen")
