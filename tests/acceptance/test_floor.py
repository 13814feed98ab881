"""The whole bench on a real terminal: scans through a pty, labels to a TCP printer, keys as they are pressed."""

import os
import sqlite3
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import pexpect
import pytest
import zxingcpp
from PIL import Image
from zplkit import Options, render

from devices.fakes import FakeScanner, PrinterSink
from terminal.domain.lettercode import OwnKind, id_payload, make
from terminal.lookup import tote_code

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 30.0
MANIFEST = """\
rma,sku,title,category,quantity,unit_price,currency
RMA5001,CUP-1,Cup,home,2,19.90,EUR
RMA5001,BOWL-2,Bowl,home,24,14.90,EUR
RMA5002,CUP-1,Cup,home,1,19.90,EUR
"""


@dataclass
class Floor:
    """A bench with its scanner and printer plugged in."""

    data: Path
    command: list[str]
    scanner: FakeScanner
    printer: PrinterSink
    screen: pexpect.spawn | None = None

    def open(self) -> None:
        """Open the bench and wait until it asks for something."""
        env = {**os.environ, "TERM": "xterm-256color", "LANG": "C.UTF-8"}
        screen = pexpect.spawn(
            self.command[0],
            [*self.command[1:], "bench"],
            dimensions=(24, 80),
            timeout=PATIENCE,
            env=env,
            cwd=str(ROOT),
        )
        screen.expect(b"scan your badge|signed in|Scan the return|come|Put it|stick", timeout=PATIENCE)
        threading.Thread(target=self._drain, args=(screen,), daemon=True).start()
        self.screen = screen

    def _drain(self, screen: pexpect.spawn) -> None:
        """Keep reading what is painted: a terminal that is not read would stop the bench."""
        while True:
            try:
                screen.read_nonblocking(65536, timeout=1)
            except pexpect.TIMEOUT:
                continue
            except (pexpect.EOF, OSError):
                return

    def kill(self) -> None:
        """The power fails."""
        assert self.screen is not None
        self.screen.kill(9)
        self.screen.wait()

    def rows(self, sql: str, *values: Any) -> list[Any]:
        """What the station file says now."""
        if not (self.data / "station.db").exists():
            return []
        with sqlite3.connect(f"file:{self.data / 'station.db'}?mode=ro", uri=True, timeout=10) as db:
            return db.execute(sql, values).fetchall()

    def count(self, kind: str) -> int:
        """How often something happened."""
        return int(self.rows("select count(*) from event where kind = ?", kind)[0][0])

    def until(self, holds: Callable[[], bool], what: str) -> None:
        """Wait for the file to say so."""
        deadline = time.monotonic() + PATIENCE
        while not holds():
            assert time.monotonic() < deadline, (
                f"{what}: {self.rows('select seq, kind, body from event')[-4:]}"
            )
            threading.Event().wait(0.02)

    def scan(self, text: str, kind: str) -> None:
        """Pull the trigger and wait for what has to come of it."""
        before = self.count(kind)
        self.scanner.scan(text)
        self.until(lambda: self.count(kind) > before, f"{kind} after {text}")

    def first_scan(self, text: str, kind: str) -> None:
        """Scan until it is taken: what is sent before the bench has opened the port is lost on any port, and a tote
        is refused until the printer is known to be lost.
        """
        before = self.count(kind)
        deadline = time.monotonic() + PATIENCE
        while self.count(kind) == before:
            assert time.monotonic() < deadline, f"the scanner is never read: {kind}"
            self.scanner.scan(text)
            threading.Event().wait(0.3)

    def press(self, keys: str, kind: str) -> None:
        """Press keys and wait for what has to come of it."""
        assert self.screen is not None
        before = self.count(kind)
        self.screen.send(keys)
        self.until(lambda: self.count(kind) > before, f"{kind} after {keys!r}")

    def open_item(self) -> tuple[str, str]:
        """LPN and channel of the item on the bench."""
        (found,) = self.rows("select lpn, disposition from item where status = 'open' and lpn = leader")
        return found


F5 = "\x1b[15~"
BADGE = make(OwnKind.BADGE, id_payload("1001"))


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[Floor]:
    """A fresh station with a manifest, a serial scanner on a pty and a TCP printer."""
    scanner, printer = FakeScanner(tmp_path), PrinterSink()
    config = tmp_path / "site.toml"
    config.write_text(
        f'[scanners.gun]\nurl = "{scanner.path}"\n'
        f'[printers.zebra]\nkind = "tcp"\nhost = "127.0.0.1"\nport = {printer.port}\n'
        '[labels]\nprinter = "zebra"\n',
        "utf-8",
    )
    data = tmp_path / "data"
    command = [sys.executable, "-m", "terminal", "--config", str(config), "--data", str(data)]
    (tmp_path / "manifest.csv").write_text(MANIFEST, "utf-8")
    out = pexpect.run(
        " ".join([*command, "import", "manifest", str(tmp_path / "manifest.csv")]), cwd=str(ROOT)
    )
    assert b'"imported": 3' in out, out
    made = Floor(data, command, scanner, printer)
    yield made
    if made.screen is not None:
        made.screen.close(force=True)
    scanner.close()
    printer.close()


def _read(job: bytes) -> str:
    """What a printed label's barcode says."""
    start, end = job.index(b"^FO") if b"^FO" in job else 0, job.rindex(b"^PQ") if b"^PQ" in job else len(job)
    body = b"^XA^CI28\n" + job[start:end] + b"^XZ\n"
    page = render(body, Options(profile="specification", width=812, height=1218, dpi=203)).labels[0].png()
    picture = Image.open(BytesIO(page)).convert("L")
    (found,) = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.Code128)
    return str(found.text)


@pytest.mark.timeout(180)
def test_one_scan_a_parcel_and_four_actions_an_item(floor: Floor) -> None:
    """Two cups and a box of bowls: 1 + 4 actions each, labels caught on the wire say exactly the LPNs."""
    floor.open()
    floor.first_scan(BADGE, "signed_in")
    floor.scan("RMA5001", "parcel_received")
    for _ in range(2):
        floor.scan("CUP-1", "item_identified")
        floor.press(F5, "labels_queued")
        lpn, channel = floor.open_item()
        floor.scan(lpn, "label_applied")
        floor.scan(tote_code(channel), "placed")
    assert floor.rows("select status, actions from item") == [("closed", 4)] * 2
    floor.until(lambda: len(floor.printer.jobs) == 2, "two labels on the wire")
    lpns = {lpn for (lpn,) in floor.rows("select lpn from item")}
    assert {_read(job) for job in floor.printer.jobs} == lpns
    assert floor.count("input_refused") == 0


@pytest.mark.timeout(180)
def test_the_power_fails_in_the_middle_of_an_item(floor: Floor) -> None:
    """Killed between finding and label: the item is on the bench again, decided, and its label printed once."""
    floor.open()
    floor.first_scan(BADGE, "signed_in")
    floor.scan("RMA5002", "parcel_received")
    floor.scan("CUP-1", "item_identified")
    floor.press(F5, "labels_queued")
    floor.until(
        lambda: floor.rows("select state from label_job")[0][0] == "sent" and len(floor.printer.jobs) == 1,
        "the label",
    )
    floor.kill()
    floor.open()
    lpn, channel = floor.open_item()
    floor.first_scan(lpn, "label_applied")
    floor.scan(tote_code(channel), "placed")
    assert len(floor.printer.jobs) == 1


@pytest.mark.timeout(180)
def test_the_scanner_is_pulled_out_and_the_printer_dies(floor: Floor) -> None:
    """Work goes on by keyboard without a label, and by scanner once it is back; nothing is counted twice."""
    floor.open()
    floor.first_scan(BADGE, "signed_in")
    floor.scanner.unplug()
    floor.press("RMA5001\r", "parcel_received")
    floor.press("CUP-1\r", "item_identified")
    floor.scanner.replug()
    floor.printer.close()
    floor.press(F5, "labels_queued")
    _, channel = floor.open_item()
    floor.first_scan(tote_code(channel), "placed")
    (body,) = floor.rows("select json_extract(body, '$.unlabelled') from event where kind = 'placed'")
    assert body[0] != "[]"
    assert floor.rows("select count(*) from item") == [(1,)]
