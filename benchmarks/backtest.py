"""What replaying a history under another policy costs. Budget: at most 10 times reading the rows, under 500 MB.

The floor is reading the same rows with the same columns from the same file, in the same run, by one process that
does not look at them. Memory is the peak of this process, which counts items as well, and that of its biggest
helper times the number of helpers.
Prints one JSON object.

    python benchmarks/backtest.py [--items 1000000] [--file KEPT.db]
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import tempfile
import time
from pathlib import Path

from terminal.assembly import policy_text, read_rulebook
from terminal.backtest_sample import write_history
from terminal.backtesting import ROWS, backtest
from terminal.config import load
from terminal.store.driver import sqlite3
from terminal.store.station_file import NAME

LEFT_OUT = ("data-not-purged", "vendor-window-closed")
"""Rules that the other policy lacks."""


def other_policy(text: str) -> str:
    """The policy without some of its rules and without the examples that are about them."""
    head, *blocks = text.split("\n[[")
    kept = [
        block
        for block in blocks
        if not block.startswith("test]]") and not any(f'"{one}"' in block for one in LEFT_OUT)
    ]
    return "\n[[".join([head, *kept])


def floor(path: Path) -> tuple[int, float]:
    """Rows of the file and the seconds that reading them takes."""
    connection = sqlite3.connect(path)
    begun = time.perf_counter()
    rows = 0
    for _ in connection.execute(ROWS, (0, 2**62)):
        rows += 1
    took = time.perf_counter() - begun
    connection.close()
    return rows, took


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--items", type=int, default=1_000_000)
    options.add_argument("--file", type=Path, help="Keep the history here, or take the one that is here.")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        settings = load(None, data, {})
        kept = given.file or data / "history.db"
        if not kept.exists():
            write_history(kept, read_rulebook(settings), given.items)
        if given.file:
            os.symlink(kept.absolute(), data / NAME)
        else:
            shutil.move(kept, data / NAME)
        new = data / "new.toml"
        new.write_text(other_policy(policy_text(settings)[1]), "utf-8")
        floor(data / NAME)
        rows, reading = floor(data / NAME)
        begun = time.perf_counter()
        report = backtest(settings, new)
        took = time.perf_counter() - begun
        _, again = floor(data / NAME)
    reading = min(reading, again)
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    helper = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    cores = os.cpu_count() or 1
    print(
        json.dumps(
            {
                "items": rows,
                "changed": report.changed,
                "in_full": report.in_full,
                "cores": cores,
                "seconds": round(took, 2),
                "items_per_second": round(rows / took),
                "floor_seconds": round(reading, 2),
                "floor_items_per_second": round(rows / reading),
                "times_floor": round(took / reading, 2),
                "megabytes": round((own + helper * (cores - 1)) / 1024),
            }
        )
    )


if __name__ == "__main__":
    main()
