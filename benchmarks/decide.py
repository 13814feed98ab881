"""What deciding one item costs: grade, policy, value of every channel, choice. Budget: p99 under 2 ms.

The floor is hashing the same facts as JSON in the same run. Prints one JSON object; times in ms. `cpu_p99` counts
only the time that the process really ran: it tells a slow decision from a busy machine. With `--loaded` prices are
learned and a channel is scarce, so that every term and the bids are worked out.

    python benchmarks/decide.py [--items 3000] [--loaded]
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import statistics
import tempfile
import time
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from terminal.assembly import read_rulebook
from terminal.config import load
from terminal.domain.facts import parse
from terminal.domain.rates import Mean, frozen
from terminal.domain.rulebook import Rulebook, assess

CATEGORIES = ("phone", "home", "apparel", "audio", "toys", "cosmetics")


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--items", type=int, default=3000)
    options.add_argument("--loaded", action="store_true")
    given = options.parse_args()
    count = given.items
    chance = random.Random(1)
    with tempfile.TemporaryDirectory() as folder:
        book = read_rulebook(load(None, Path(folder), {}))
    if given.loaded:
        book = loaded(book)
    times, cpu, floor = [], [], []
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
        begun, ran = time.perf_counter(), time.thread_time()
        assess(book, facts, date(2026, 11, 23))
        cpu.append((time.thread_time() - ran) * 1000)
        times.append((time.perf_counter() - begun) * 1000)
        begun = time.perf_counter()
        hashlib.sha256(json.dumps(raw).encode()).hexdigest()
        floor.append((time.perf_counter() - begun) * 1000)
    print(
        json.dumps(
            {
                "p50": round(statistics.median(times), 3),
                "p99": round(statistics.quantiles(times, n=100)[98], 3),
                "cpu_p99": round(statistics.quantiles(cpu, n=100)[98], 3),
                "floor_p50": round(statistics.median(floor), 4),
            }
        )
    )


def loaded(book: Rulebook) -> Rulebook:
    """The rulebook with a learned price in every cell and two scarce channels."""
    cells = {
        (category, condition, channel): Mean(12, Decimal("0.5"))
        for category in CATEGORIES
        for channel, params in book.tariff.for_category(category).items()
        for condition in params.m
    }
    decays = {category: Mean(20, Decimal("0.001")) for category in CATEGORIES}
    bids = {"refurbish": Decimal(20), "restock": Decimal(5)}
    return replace(
        book, rates=frozen(date(2026, 11, 22), cells, decays), tariff=replace(book.tariff, bids=bids)
    )


if __name__ == "__main__":
    main()
