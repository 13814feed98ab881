"""Killed with SIGKILL behind any acknowledged line and taken up again: the same items, none lost, none doubled."""

import json
import random
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from terminal.domain.items import ManifestLine
from terminal.settings import Settings
from terminal.store.station_file import StationFile

ROOT = Path(__file__).resolve().parents[2]
KILLS = 15
RUNS = 4
UNITS = 9
SCRIPT = """\
@2026-11-23T06:00:00Z
!badge 1001
RMA1
TIN-1
!clean
!applied
!tote
@+10s
TIN-1
!defect SCR-DP back 2
!defect SCR-DP side 1
!clean
!undo
!clean
!accept
!applied
!tote
TIN-1
!times 4
!clean
!applied
!tote
!undo
!tote
POT-2
!hold other
POT-2
!clean
!grade C seen-worse
!accept
!applied
!tote
nonsense
POT-2
!defect DNT-SM side 1
!undo
!clean
!applied
!reprint
!applied
!tote
!parcel-done
!badge-out
"""


def _prepare(folder: Path, settings: Settings) -> None:
    lines = [
        ManifestLine("RMA1", 1, "TIN-1", None, "Tin", "home", 6, unit_price=None, currency=None),
        ManifestLine("RMA1", 2, "POT-2", None, "Pot", "home", 4, unit_price=None, currency=None),
    ]
    priced = [_priced(line) for line in lines]
    with StationFile.open(folder, settings.station.id, tuple(settings.sync.sinks)) as file:
        file.catalogue.put_manifest(priced)


def _priced(line: ManifestLine) -> ManifestLine:
    return replace(line, unit_price=Decimal("19.90"), currency="EUR")


def _replay(
    folder: Path, script: Path, start: int, kill_after: int | None
) -> tuple[int, list[dict[str, Any]]]:
    """Run a replay; with `kill_after` it is killed as soon as that line is acknowledged. Gives the last ack."""
    command = [sys.executable, "-m", "terminal", "--data", str(folder), "replay", str(script), "--ack"]
    process = subprocess.Popen(
        [*command, "--from", str(start)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert process.stderr is not None
    acked = start - 1
    for line in process.stderr:
        assert line.startswith("ack "), line
        acked = int(line[4:])
        if acked == kill_after:
            process.send_signal(signal.SIGKILL)
            kill_after = None
    out, rest = process.communicate(timeout=60)
    assert process.returncode in (0, -signal.SIGKILL), rest
    return acked, [json.loads(line) for line in out.splitlines()]


def _essence(folder: Path) -> tuple[Any, ...]:
    """Everything that counts about a station file: items, parcels, totes, wanted labels and events, without ids."""
    with sqlite3.connect(f"file:{folder / 'station.db'}?mode=ro", uri=True) as db:
        items = db.execute(
            "select lpn, leader, arrival, status, grade, first_grade, disposition, tote, hold_reason, actions "
            "from item order by lpn"
        ).fetchall()
        parcels = db.execute("select parcel, status, received, over, short from parcel order by 1").fetchall()
        totes = db.execute("select tote, units from tote order by 1").fetchall()
        labels = db.execute("select job from label_job where wanted = 1 order by 1").fetchall()
        events = db.execute(
            "select kind, item, json_remove(body, '$.key') from event "
            "where kind not in ('input_refused') order by seq"
        ).fetchall()
    return items, parcels, totes, labels, events


@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", range(RUNS))
def test_a_killed_replay_is_taken_up_where_it_was(
    tmp_path: Path, settings_in: Callable[[Path], Settings], seed: int
) -> None:
    """Sixty kills in all, behind random acknowledged lines, end in the same file as an undisturbed run."""
    script = tmp_path / "shift.txt"
    script.write_text(SCRIPT, "utf-8")
    last = len(SCRIPT.splitlines())
    calm = tmp_path / "calm"
    _prepare(calm, settings_in(calm))
    _, records = _replay(calm, script, 1, None)
    expected = {record["lpn"]: record for record in records[:-1]}
    assert len(expected) == UNITS
    chance, kills, run = random.Random(seed), 0, 0
    while kills < KILLS:
        run += 1
        folder = tmp_path / f"run{run}"
        _prepare(folder, settings_in(folder))
        at, seen = 0, {}
        while at < last:
            stop = chance.randint(at + 1, last) if chance.random() < 0.9 else None
            at, records = _replay(folder, script, at + 1, stop)
            kills += stop is not None
            for record in records:
                if "summary" not in record:
                    seen[record["lpn"]] = record
        for now, then in zip(_essence(folder), _essence(calm), strict=True):
            assert now == then
        assert seen.keys() == expected.keys()
        for lpn, record in seen.items():
            assert {**record, "events": None} == {**expected[lpn], "events": None}
