"""Killed, or failed by its disk, at any moment: what was acknowledged is there, and nothing is there by halves."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from terminal.store.connection import read
from terminal.store.station_file import StationFile

CHILD = """
import sys
from datetime import UTC, datetime
from terminal.bench.wire import (Draft, Row)
from terminal.store.errors import StoreError
from terminal.store.station_file import StationFile

file = StationFile.open(sys.argv[1], "ST01", ["folder"])
at = datetime(2026, 11, 23, tzinfo=UTC)
number, last = file.journal.head().seq // 3, int(sys.argv[2])
print("open", flush=True)
while number < last:
    number += 1
    lpn = f"L{number}"
    drafts = [Draft(kind, 1, at, lpn, "1001", None, {"text": "x" * 700}) for kind in "abc"]
    rows = [
        Row("item", {"lpn": lpn, "status": "closed", "title": "y" * 300}),
        Row("tote", {"tote": "T", "units": 1}),
        Row("label_job", {"job": lpn + "-1", "lpn": lpn, "copy": 1}),
    ]
    try:
        made = file.journal.append(drafts, rows, {"n": number} if number % 5 == 0 else None)
    except StoreError as error:
        print("error", str(error), flush=True)
        number = file.journal.head().seq // 3
        continue
    print(made[-1].seq, made[-1].hash, flush=True)
print("end", flush=True)
"""


def check(folder: Path, acked: dict[int, str]) -> None:
    """Every acknowledged event is there as it was acknowledged; every item is whole; the chain holds."""
    with StationFile.open(folder, "ST01", ["folder"]) as file:
        assert file.verify() == []
        stored = {event.seq: event.hash for event in file.journal.events()}
        assert {seq: stored.get(seq) for seq in acked} == acked
        assert len(stored) % 3 == 0
        items = len(stored) // 3
        assert read(file.db, "select count(*), count(distinct lpn) from item") == [(items, items)]
        assert read(file.db, "select coalesce(sum(units), 0) from tote") == [(items,)]
        assert read(file.db, "select count(*) from label_job") == [(items,)]
        assert file.outbox.state("folder").pending == len(stored)
        rest = file.journal.rest()
        assert (rest[0] if rest else 0) == (items // 5) * 15


def test_twenty_kills_lose_no_acknowledged_event_and_halve_none(tmp_path: Path) -> None:
    """At any moment of twenty runs over one file."""
    dice = random.Random(20)
    acked: dict[int, str] = {}
    for kill in range(20):
        child = subprocess.Popen(
            [sys.executable, "-c", CHILD, str(tmp_path), "100000"], stdout=subprocess.PIPE, text=True
        )
        assert child.stdout is not None
        before_kill = dice.randrange(0, 40)
        for line in child.stdout:
            told = line.split()
            if told[0] != "open":
                acked[int(told[0])] = told[1]
            if before_kill == 0:
                child.send_signal(signal.SIGKILL)
                break
            before_kill -= 1
        for line in child.stdout:
            told = line.split()
            if len(told) == 2 and len(told[1]) == 64:
                acked[int(told[0])] = told[1]
        assert child.wait(20) == -signal.SIGKILL
        child.stdout.close()
        if kill % 5 == 4:
            check(tmp_path, acked)
    assert len(acked) > 100


def test_a_kill_while_the_file_is_made_leaves_a_file_that_opens(tmp_path: Path) -> None:
    """With tables, triggers and name, or as if nobody had begun."""
    for round_number in range(6):
        folder = tmp_path / str(round_number)
        child = subprocess.Popen(
            [sys.executable, "-c", CHILD, str(folder), "0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        watching = threading.Event()
        while child.poll() is None and not _reached(folder, round_number):
            watching.wait(0.0005)
        child.kill()
        child.communicate(timeout=20)
        if folder.exists():
            with StationFile.open(folder, "ST01", ["folder"]) as file:
                assert file.verify() == []


def _reached(folder: Path, stage: int) -> bool:
    """How far the making of the file has come: folder, lock, file, log, a first page, more pages."""
    names = ("", "station.open", "station.db", "station.db-wal")
    if stage < len(names):
        return (folder / names[stage]).exists()
    log = folder / "station.db-wal"
    return log.exists() and log.stat().st_size > (stage - len(names)) * 40_000


def _strace_works() -> bool:
    if shutil.which("strace") is None:
        return False
    tried = subprocess.run(["strace", "-qq", "-e", "trace=fsync", "true"], capture_output=True, check=False)
    return tried.returncode == 0


@pytest.mark.skipif(not _strace_works(), reason="strace is not here or may not trace")
@pytest.mark.parametrize(
    "inject",
    [
        "fsync,fdatasync:error=EIO:when=12+9",
        "pwrite64:error=ENOSPC:when=60+211",
        "pwrite64:error=EIO:when=75+307",
    ],
)
def test_a_disk_that_fails_now_and_then_never_makes_a_false_acknowledgement(
    tmp_path: Path, inject: str
) -> None:
    """Every error is told, what was told as saved is there, and the journal goes on after it."""
    StationFile.open(tmp_path, "ST01", ["folder"]).close()
    calls = inject.split(":", maxsplit=1)[0]
    traced = ["strace", "-f", "-qq", "-o", os.devnull, "-e", f"trace={calls}", "-e", f"inject={inject}"]
    told = subprocess.run(
        [*traced, sys.executable, "-c", CHILD, str(tmp_path), "30"],
        capture_output=True,
        text=True,
        timeout=60,
    )
    lines = [line.split() for line in told.stdout.splitlines()]
    assert lines[0] == ["open"], told.stderr
    assert lines[-1] == ["end"], told.stderr
    acked = {int(line[0]): line[1] for line in lines if len(line) == 2 and len(line[1]) == 64}
    assert any(line[0] == "error" for line in lines)
    check(tmp_path, acked)


def test_a_child_that_is_not_disturbed_acknowledges_everything(tmp_path: Path) -> None:
    """The measure for the tests above."""
    told = subprocess.run([sys.executable, "-c", CHILD, str(tmp_path), "7"], capture_output=True, text=True)
    assert [json.loads(line.split()[0]) for line in told.stdout.splitlines()[1:-1]] == [
        3,
        6,
        9,
        12,
        15,
        18,
        21,
    ]
