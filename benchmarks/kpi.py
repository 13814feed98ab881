"""The figures of a million units on the station file, from a cold start, beside a bare SQL scan of its columns.

    python benchmarks/kpi.py [--units 1000000] [--runs 5] [--folder DIR]

The units go through the journal and the tables of figures as `regrade import history` writes them. Each run is a
fresh process after the file's pages were dropped from the page cache (where the system takes that hint), and is
timed by its parent: start of Python, imports, settings and JSON included. The floor is a fresh process, after the
same, that sums the same columns with one SQL statement. Prints one JSON object. Budget: under 2 seconds.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from terminal.config import load
from terminal.domain.kpi_unit import DAY, Unit
from terminal.figures import bring_up
from terminal.store.history_importer import History
from terminal.store.station_file import NAME, StationFile

CHANNELS = (
    *("restock",) * 5, "outlet", "marketplace", "refurbish", "off_price", "donate", "recycle", "landfill",
    "energy_recovery", "return_to_vendor", "quarantine",
)  # fmt: skip
SOLD = frozenset({"restock", "outlet", "marketplace", "refurbish", "off_price"})
FIRST_DAY = 19_400
PER_DAY = 1_000
AT_ONCE = 1_000
COMMAND = """
import sys
from pathlib import Path
from terminal.console import Context
from terminal.kpi_cli import kpi
kpi.main(["--json"], obj=Context(None, Path(sys.argv[1])))
"""
SUMMED = (
    "original_cents", "income_cents", "inbound_cents", "labour_s", "other_cents", "mass_g", "cycle_days",
    "value_days", "dock_s", "holds", "reroutes", "overrides", "settled", "own", "recouped",
)  # fmt: skip
FLOOR = (
    "import sys\ntry:\n  from pysqlite3 import dbapi2 as sqlite3\nexcept ImportError:\n  import sqlite3\n"
    "print(sqlite3.connect(sys.argv[1]).execute('select count(*), "
    + ", ".join(f"sum({name})" for name in SUMMED)
    + ", count(fate), count(category), count(closed_day) from unit').fetchall())"
)


def units(count: int) -> Iterator[Unit]:
    """Past units of all channels, a thousand a day."""
    chance = random.Random(20261123)
    for number in range(count):
        channel = chance.choice(CHANNELS)
        begun = FIRST_DAY + number // PER_DAY
        came = begun + chance.randrange(1, 9)
        decided = came + chance.randrange(3)
        ended = decided + chance.randrange(1, 40)
        price, over = chance.randrange(500, 90_000), channel != "quarantine"
        yield Unit(
            lpn=f"P{number:08}",
            past=1,
            category=chance.choice(("phone", "laptop", "home", "apparel", "fmcg", "cosmetics")),
            grade=chance.choice("ABCD"),
            channel=channel,
            first_channel=channel,
            operator=chance.choice(("1001", "1002", "9001")),
            original_cents=price,
            mass_g=chance.randrange(100, 9_000),
            initiated_day=begun,
            received_at=came * DAY,
            decided_at=decided * DAY,
            put_day=decided if channel == "restock" else None,
            sold_day=ended if channel in SOLD else None,
            final_day=ended if over else None,
            proceeds_cents=(price * chance.randrange(100) // 100 if channel in SOLD else 0) if over else None,
            credit_cents=0 if over else None,
            inbound_cents=350,
            labour_s=chance.randrange(60, 3_000),
            fees_cents=chance.randrange(500),
            holds=int(not over),
            reroutes=int(chance.random() < 0.1),
            overrides=int(chance.random() < 0.1),
        )


def fill(folder: Path, count: int) -> None:
    """A station with so many past units."""
    settings = load(None, folder, {})
    with StationFile.open(settings.data, settings.station.id) as file:
        history = History(file.journal, "benchmark", settings.station.currency)
        batch: list[Unit] = []
        for unit in units(count):
            batch.append(unit)
            if len(batch) == AT_ONCE:
                history.put_units(batch)
                batch = []
        history.put_units(batch)
        bring_up(file, settings.station.currency)


def drop(path: Path) -> bool:
    """Have the system forget the file's pages; False where it can't be asked to."""
    if not hasattr(os, "posix_fadvise"):
        return False
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
        os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
    finally:
        os.close(handle)
    return True


def timed(code: str, argument: Path) -> tuple[float, float, str]:
    """Seconds of a fresh process, those of them on a processor, and what it printed."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", code, str(argument)], capture_output=True, text=True, check=True
    )
    seconds = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    busy = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return seconds, busy, done.stdout


def main() -> None:
    """Fill a station, time both, print the medians."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--units", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--folder", type=Path, help="Keep the station here; one that is there is used again.")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.folder or Path(temporary)
        path = folder / NAME
        start = time.perf_counter()
        if not path.exists():
            fill(folder, given.units)
        filled = time.perf_counter() - start
        cold = False
        figures, busy, floor, floor_busy, warm, said = [], [], [], [], [], ""
        for _ in range(given.runs):
            cold = drop(path)
            seconds, cpu, said = timed(COMMAND, folder)
            figures.append(seconds)
            busy.append(cpu)
            cold = drop(path) and cold
            seconds, cpu, _ = timed(FLOOR, path)
            floor.append(seconds)
            floor_busy.append(cpu)
            warm.append(timed(COMMAND, folder)[0])
    counted = json.loads(said)["n"]
    found, bare = statistics.median(figures), statistics.median(floor)
    print(
        json.dumps(
            {
                "units": counted["received"],
                "closed": counted["closed"],
                "fill_s": round(filled, 1),
                "page_cache_dropped": cold,
                "kpi_cold_s": round(found, 2),
                "kpi_cpu_s": round(statistics.median(busy), 2),
                "kpi_warm_s": round(statistics.median(warm), 2),
                "bare_scan_cold_s": round(bare, 2),
                "bare_scan_cpu_s": round(statistics.median(floor_busy), 2),
                "ratio": round(found / bare, 2),
                "under_2_s": found < 2,
            }
        )
    )


if __name__ == "__main__":
    main()
