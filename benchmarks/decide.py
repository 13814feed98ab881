"""What deciding one item costs: grade, policy, value of every channel, choice. Budget: p99 under 2 ms.

The floor is hashing the same facts as JSON in the same run. Prints one JSON object; times in ms.

    python benchmarks/decide.py [--items 3000]
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import statistics
import tempfile
import time
from datetime import date
from pathlib import Path

from terminal.assembly import read_rulebook
from terminal.config import load
from terminal.domain.facts import parse
from terminal.domain.rulebook import assess

CATEGORIES = ("phone", "home", "apparel", "audio", "toys", "cosmetics")


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--items", type=int, default=3000)
    count = options.parse_args().items
    chance = random.Random(1)
    with tempfile.TemporaryDirectory() as folder:
        book = read_rulebook(load(None, Path(folder), {}))
    times, floor = [], []
    for _ in range(count):
        raw = {
            "category": chance.choice(CATEGORIES),
            "reference_price": f"{chance.randint(5, 900)}.90",
            "currency": "EUR",
            "packaging": chance.choice(("opened_complete", "opened_damaged", "missing")),
            "function": chance.choice(("pass", "not_tested", "fail")),
            "unused": chance.random() < 0.5,
            "battery_health": chance.randint(60, 100),
        }
        facts = parse(raw)
        begun = time.perf_counter()
        assess(book, facts, date(2026, 11, 23))
        times.append((time.perf_counter() - begun) * 1000)
        begun = time.perf_counter()
        hashlib.sha256(json.dumps(raw).encode()).hexdigest()
        floor.append((time.perf_counter() - begun) * 1000)
    p50, p99 = statistics.median(times), statistics.quantiles(times, n=100)[98]
    print(
        json.dumps(
            {"p50": round(p50, 3), "p99": round(p99, 3), "floor_p50": round(statistics.median(floor), 4)}
        )
    )


if __name__ == "__main__":
    main()
