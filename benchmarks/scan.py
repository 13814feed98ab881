"""From the first byte of a scan to its verdict on the terminal, commit included. Budget: p99 under 50 ms.

The real bench runs on a pty with a serial scanner on another. Items and codes that nobody knows are scanned in
turn; a scan is over when the item's title, or the unknown code, was painted. The rest of an item's way (label,
tote) lies between two measured scans. Floors in the same run, with the same bytes: a bare pyserial read that tells
what it read through a pipe, and a bare Textual app that repaints one line upon a message of its pyserial thread.
All three are tried idle and with every core busy. Prints one JSON object; times in ms.

    python benchmarks/scan.py [--scans 60] [--parcel 6]
"""

from __future__ import annotations

import argparse
import json
import os
import re
import select
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pexpect

from devices.fakes import FakeScanner
from terminal.domain.lettercode import OwnKind, id_payload, make
from terminal.lookup import tote_code

BUDGET_MS = 50.0
PATIENCE = 30.0
ACCEPT = "\x1b[15~"
CONTROL = re.compile(rb"\x1b\[[0-9;?]*[ -/]*[@-~]")
READER = """
import sys, serial
port = serial.Serial(sys.argv[1], timeout=0.25)
print("READY", flush=True)
while True:
    got = port.read_until(b"\\r")
    if got:
        print(got.decode().strip(), flush=True)
"""
BARE = """
import sys, threading, serial
from textual.app import App
from textual.message import Message
from textual.widgets import Static
class Read(Message):
    def __init__(self, text):
        self.text = text
        super().__init__()
class Bare(App):
    def compose(self):
        yield Static("STARTING")
    def on_mount(self):
        threading.Thread(target=self.read, daemon=True).start()
    def read(self):
        port = serial.Serial(sys.argv[1], timeout=0.25)
        self.post_message(Read("READY"))
        while True:
            got = port.read_until(b"\\r")
            if got:
                self.post_message(Read(got.decode().strip()))
    def on_read(self, message):
        self.query_one(Static).update(message.text)
Bare().run(mouse=False)
"""


class Screen:
    """A program on a terminal, and what it wrote since the last mark."""

    def __init__(self, words: list[str]) -> None:
        env = {**os.environ, "TERM": "xterm-256color", "LANG": "C.UTF-8"}
        self.child = pexpect.spawn(words[0], words[1:], dimensions=(24, 80), env=env, timeout=PATIENCE)
        self.child.delaybeforesend = None
        self.out = b""

    def mark(self) -> None:
        """Forget what was written."""
        self.take(0)
        self.out = b""

    def take(self, patience: float) -> None:
        """Take what is written in time."""
        while select.select([self.child.child_fd], [], [], patience)[0]:
            self.out += os.read(self.child.child_fd, 65536)
            patience = 0

    def until(self, shown: str) -> float:
        """Wait until a text was painted; gives when."""
        wanted, deadline = shown.encode(), time.perf_counter() + PATIENCE
        while wanted not in CONTROL.sub(b"", self.out):
            if time.perf_counter() > deadline:
                sys.exit(f"{shown!r} was never painted; seen: {CONTROL.sub(b'', self.out)[-1500:]!r}")
            self.take(0.5)
        return time.perf_counter()

    def close(self) -> None:
        """End the program."""
        self.child.close(force=True)


class Bench:
    """The real bench with a prepared manifest."""

    def __init__(self, folder: Path, gun: FakeScanner, items: int, parcel: int) -> None:
        self._parcel = parcel
        config, manifest = folder / "site.toml", folder / "manifest.csv"
        config.write_text(f'[scanners.gun]\nurl = "{gun.path}"\n', "utf-8")
        lines = [
            f"{self._rma(number)},SKU-{number:04},Thing{number:04}X,home,1,19.90,EUR"
            for number in range(items)
        ]
        manifest.write_text(
            "\n".join(["rma,sku,title,category,quantity,unit_price,currency", *lines, ""]), "utf-8"
        )
        command = [sys.executable, "-m", "terminal", "--config", str(config), "--data", str(folder / "data")]
        subprocess.run([*command, "import", "manifest", str(manifest)], check=True, capture_output=True)
        self._file = folder / "data" / "station.db"
        self._gun = gun
        self.screen = Screen([*command, "bench"])
        self.screen.until("scan your badge")
        self._settle(lambda: gun.scan(make(OwnKind.BADGE, id_payload("1001"))), "signed_in")
        self._settle(lambda: gun.scan(self._rma(0)), "parcel_received")
        self._next = 0

    def one(self, number: int) -> float:
        """Scan an item, or a code that nobody knows; gives the time in ms."""
        item = number % 2 == 0
        text = f"SKU-{self._next:04}" if item else f"NOBODY-{number:04}"
        shown = f"Thing{self._next:04}X" if item else text
        taken = measure(self._gun, self.screen, text, shown)
        if item:
            self._finish()
            self._next += 1
            if self._next % self._parcel == 0:
                self._settle(lambda: self._gun.scan(self._rma(self._next)), "parcel_received")
        return taken

    def refusals(self) -> int:
        """How many refusals are in the journal: each one is committed before it is painted."""
        return self._count("input_refused")

    def _rma(self, item: int) -> str:
        """The return that an item belongs to."""
        return f"RMA{5001 + item // self._parcel}"

    def _finish(self) -> None:
        """Take what is proposed, prove the label, place the item."""
        self._settle(lambda: self.screen.child.send(ACCEPT), "labels_queued")
        ((lpn, channel),) = self._rows("select lpn, disposition from item where status = 'open'")
        self._settle(lambda: self._gun.scan(lpn), "label_applied")
        self._settle(lambda: self._gun.scan(tote_code(channel)), "placed")
        time.sleep(0.05)
        self.screen.mark()

    def _settle(self, act: Callable[[], object], kind: str) -> None:
        """Do something until it is in the journal; on a port that is not open yet, a scan is lost."""
        before, deadline, again = self._count(kind), time.monotonic() + PATIENCE, 0.0
        while self._count(kind) == before:
            if time.monotonic() > deadline:
                sys.exit(f"no {kind}: {CONTROL.sub(b'', self.screen.out)[-1500:]!r}")
            if time.monotonic() > again:
                act()
                again = time.monotonic() + 3.0
            self.screen.take(0.01)

    def _count(self, kind: str) -> int:
        return len(self._rows("select 1 from event where kind = ?", kind))

    def _rows(self, sql: str, *values: str) -> list[tuple[str, ...]]:
        with sqlite3.connect(f"file:{self._file}?mode=ro", uri=True, timeout=10) as db:
            return db.execute(sql, values).fetchall()


def measure(gun: FakeScanner, screen: Screen, text: str, shown: str) -> float:
    """Milliseconds from the write of a scan until a text was painted."""
    screen.mark()
    begun = time.perf_counter()
    gun.scan(text)
    return (screen.until(shown) - begun) * 1000


def code(number: int) -> str:
    """What is scanned for the floors: as long as the bench's scans."""
    return f"NOBODY-{number:04}" if number % 2 else f"SKU-{number:04}"


@contextmanager
def busy() -> Iterator[None]:
    """Every core at work."""
    burning = [
        subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(os.cpu_count() or 1)
    ]
    try:
        yield
    finally:
        for one in burning:
            one.kill()
            one.wait()


def read_by(reader: subprocess.Popen[bytes], gun: FakeScanner, text: str) -> float:
    """Milliseconds from the write of a scan until a bare reader told it."""
    assert reader.stdout is not None
    begun = time.perf_counter()
    gun.scan(text)
    if reader.stdout.readline().strip().decode() != text:
        sys.exit(f"the bare reader did not read {text}")
    return (time.perf_counter() - begun) * 1000


def paced(count: int, one: Callable[[int], float], first: int = 0) -> list[float]:
    """Measure so many scans, as a hand would space them at the very fastest."""
    times = []
    for number in range(first, first + count):
        time.sleep(0.05)
        times.append(one(number))
    return times


def figures(times: list[float]) -> dict[str, float]:
    """Middle and tail."""
    return {
        "p50": round(statistics.median(times), 2),
        "p99": round(statistics.quantiles(times, n=100, method="inclusive")[98], 2),
        "max": round(max(times), 2),
    }


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--scans", type=int, default=60)
    options.add_argument("--parcel", type=int, default=6, help="lines of each return")
    given = options.parse_args()
    count = given.scans
    found: dict[str, dict[str, list[float]]] = {"idle": {}, "busy": {}}
    with tempfile.TemporaryDirectory(prefix="scan-") as made:
        folder = Path(made)
        with FakeScanner(folder, "floor1") as gun:
            command = [sys.executable, "-c", READER, str(gun.path)]
            with subprocess.Popen(command, stdout=subprocess.PIPE) as reader:
                assert reader.stdout is not None
                reader.stdout.readline()
                found["idle"]["pyserial"] = paced(count, lambda number: read_by(reader, gun, code(number)))
                with busy():
                    found["busy"]["pyserial"] = paced(
                        count, lambda number: read_by(reader, gun, code(number))
                    )
                reader.kill()
        with FakeScanner(folder, "floor2") as gun:
            bare = Screen([sys.executable, "-c", BARE, str(gun.path)])
            bare.until("READY")

            def repaint(number: int) -> float:
                return measure(gun, bare, code(number), code(number))

            found["idle"]["textual"] = paced(count, repaint)
            with busy():
                found["busy"]["textual"] = paced(count, repaint)
            bare.close()
        with FakeScanner(folder, "gun") as gun:
            bench = Bench(folder, gun, 2 * count, given.parcel)
            paced(4, bench.one)
            found["idle"]["bench"] = paced(count, bench.one, 4)
            with busy():
                found["busy"]["bench"] = paced(count, bench.one, 4 + count)
            if bench.refusals() < (4 + 2 * count) // 2:
                sys.exit(f"{bench.refusals()} refusals in the journal: not every painted one was committed")
            bench.screen.close()
    said: dict[str, object] = {"scans": count, "lines_a_parcel": given.parcel, "budget_p99": BUDGET_MS}
    for load, ours in found.items():
        told = {name: figures(times) for name, times in ours.items()}
        said[load] = {
            **told,
            "bench_items": figures(ours["bench"][::2]),
            "bench_refused": figures(ours["bench"][1::2]),
            "ratio_to_pyserial": round(told["bench"]["p50"] / told["pyserial"]["p50"], 1),
            "ratio_to_textual": round(told["bench"]["p50"] / told["textual"]["p50"], 1),
            "in_budget": told["bench"]["p99"] < BUDGET_MS,
        }
    print(json.dumps(said))


if __name__ == "__main__":
    main()
