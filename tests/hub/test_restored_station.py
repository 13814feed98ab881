"""A restored station against the real hub: nothing refused, nothing lost, two epochs that follow each other."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from terminal.assembly import assemble
from terminal.backups import backup
from terminal.bench.given import Press, Scan
from terminal.bench.meanings import Operator
from terminal.config import load
from terminal.lookup import badge_code
from terminal.restoring import reset, restore
from terminal.settings import Settings
from terminal.store.station_file import StationFile
from terminal.syncing import push
from terminal.verifying import verify_station

psycopg = pytest.importorskip("psycopg")


@pytest.fixture
def settings(tmp_path: Path, station_dsn: Callable[[str], str]) -> Settings:
    """A station of the hub."""
    plain = load(None, tmp_path / "data", {})
    return load(None, tmp_path / "data", {"REGRADE_HUB_DSN": station_dsn(plain.station.id)})


def work(settings: Settings) -> None:
    """Events that no two runs have alike."""
    whole = assemble(settings)
    for _ in range(3):
        whole.station.handle(Scan(badge_code(Operator("9001", "lead"))))
        whole.station.handle(Press("lock"))
    whole.close()


def pushed(settings: Settings) -> None:
    """Send everything; the hub takes all of it."""
    rows = {row["sink"]: row for row in push(settings)}
    assert (rows["hub"].get("error"), rows["hub"]["pending"], rows["hub"]["refused"]) == (None, 0, 0)


def at_hub(dsn: str) -> dict[str, list[int]]:
    """Numbers by epoch, and nothing that was refused."""
    with psycopg.connect(dsn) as connection:
        assert connection.execute("select count(*) from hub.reject").fetchone() == (0,)
        rows = connection.execute("select epoch::text, seq from hub.event order by epoch, seq").fetchall()
    found: dict[str, list[int]] = {}
    for epoch, seq in rows:
        found.setdefault(epoch, []).append(seq)
    return found


def test_a_station_that_is_restored_from_an_old_backup_loses_nothing_and_is_refused_nothing(
    settings: Settings, hub_dsn: str, tmp_path: Path
) -> None:
    """The hub has events after the backup; the restored station begins another epoch at 1."""
    work(settings)
    before = backup(settings, tmp_path / "b")
    work(settings)
    pushed(settings)
    back = restore(settings, tmp_path / "b")
    work(settings)
    pushed(settings)
    found = at_hub(hub_dsn)
    assert set(found) == {before["epoch"], back["epoch"]}
    assert len(found[before["epoch"]]) > before["events"]
    for numbers in found.values():
        assert numbers == list(range(1, len(numbers) + 1))
    assert verify_station(settings)["ok"]


def test_what_only_the_backup_has_reaches_the_hub_from_there(
    settings: Settings, hub_dsn: str, tmp_path: Path
) -> None:
    """The disk died before the first sync: what the backup holds is sent under its own epoch."""
    work(settings)
    before = backup(settings, tmp_path / "b")
    shutil.rmtree(settings.data)
    settings.data.mkdir()
    back = restore(settings, tmp_path / "b")
    assert back["sync_pending"]["hub"] == 0
    assert at_hub(hub_dsn) == {before["epoch"]: list(range(1, before["events"] + 1))}
    work(settings)
    pushed(settings)
    assert len(at_hub(hub_dsn)) == 2


def test_a_station_that_is_reset_begins_another_epoch(settings: Settings, hub_dsn: str) -> None:
    """Its old events stay where they are."""
    work(settings)
    pushed(settings)
    told = reset(settings)
    work(settings)
    pushed(settings)
    found = at_hub(hub_dsn)
    assert told["epoch"] in found
    assert len(found) == 2
    with StationFile.open(settings.data, settings.station.id) as file:
        assert found[told["epoch"]] == list(range(1, file.journal.head().seq + 1))
