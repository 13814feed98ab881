"""From exec to the first painting on a real terminal, beside a bare Textual app. Budget: 400 ms and 1.5 x.

Prints one JSON object; times in ms, median of the runs taken in turn.

    python benchmarks/start.py [--runs 9]
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time

import pexpect

BARE = (
    "from textual.app import App\nfrom textual.widgets import Static\n"
    "class Bare(App):\n    def compose(self):\n        yield Static('READY TO GO')\n"
    "Bare().run(mouse=False)"
)


def first_paint(words: list[str], mark: bytes) -> float:
    env = {**os.environ, "TERM": "xterm-256color", "LANG": "C.UTF-8"}
    begun = time.perf_counter()
    child = pexpect.spawn(words[0], words[1:], dimensions=(24, 80), env=env, timeout=30)
    child.expect(mark)
    took = (time.perf_counter() - begun) * 1000
    child.close(force=True)
    return took


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--runs", type=int, default=9)
    runs = options.parse_args().runs
    bare, bench, ready = [], [], []
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "terminal", "--data", f"{folder}/data", "bench"]
        for _ in range(runs):
            bare.append(first_paint([sys.executable, "-c", BARE], b"READY TO GO"))
            bench.append(first_paint(command, b"RETURNS"))
            ready.append(first_paint(command, b"scan your badge"))
    floor, took = statistics.median(bare), statistics.median(bench)
    print(
        json.dumps(
            {
                "first_paint": round(took),
                "bare_textual": round(floor),
                "ratio": round(took / floor, 2),
                "station_open": round(statistics.median(ready)),
            }
        )
    )


if __name__ == "__main__":
    main()
