"""A serial scanner behind other people's programs: socat as the cable, ser2net as the terminal server.

Killing them is unplugging, starting them again is replugging. REGRADE_CYCLES=200 does it more often.
"""

import os
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from devices.fakes import FakeScanner
from devices.scanner import ScannerSettings, ScanRead, SerialScanner
from devices.status import DeviceStatus

Run = Callable[..., "subprocess.Popen[bytes]"]
Need = Callable[..., str]
Eventually = Callable[..., None]

CYCLES = int(os.environ.get("REGRADE_CYCLES", "5"))
SETTINGS = ScannerSettings(stale_after=60)
"""A busy machine may stall between two writes of one scan."""


class Heard:
    """A scanner that runs, and what it said."""

    def __init__(self, url: str) -> None:
        self.scans: list[ScanRead] = []
        self.states: list[str] = []
        self.scanner = SerialScanner("gun", url, SETTINGS, self.scans.append, self._note)

    def _note(self, status: DeviceStatus) -> None:
        self.states.append(status.state)

    def said(self) -> list[tuple[str, object]]:
        """Every scan with what is wrong with it."""
        return [(scan.text, scan.problem) for scan in self.scans if scan.text != "HELLO"]


@contextmanager
def listening(url: str) -> Iterator[Heard]:
    """Read a scanner for the length of a `with` block, after which its thread and its files are gone."""
    threads, files = threading.active_count(), len(os.listdir("/proc/self/fd"))
    heard = Heard(url)
    heard.scanner.start()
    try:
        yield heard
    finally:
        assert heard.scanner.stop(10)
    assert threading.active_count() == threads
    assert len(os.listdir("/proc/self/fd")) == files


def kill(process: "subprocess.Popen[bytes]") -> None:
    """End it as a pulled plug would: without a farewell."""
    process.kill()
    process.wait(10)


@pytest.mark.timeout(120 + 5 * CYCLES)
def test_no_whole_scan_is_lost_and_none_invented_when_the_cable_is_pulled(
    tmp_path: Path, need: Need, run: Run, eventually: Eventually
) -> None:
    """Pulled in the middle of a scan, which is never told, and plugged in under the same name."""
    socat = need("socat", "socat")
    reader, gun = tmp_path / "scanner0", tmp_path / "gun0"

    def plug() -> "subprocess.Popen[bytes]":
        for link in (reader, gun):  # a killed socat leaves its links, a device manager would not
            link.unlink(missing_ok=True)
        process = run(socat, f"pty,raw,echo=0,link={reader}", f"pty,raw,echo=0,link={gun}")
        eventually(lambda: reader.exists() and gun.exists(), "socat made its two ends")
        return process

    wanted: list[tuple[str, object]] = []
    with listening(str(reader)) as heard:
        for cycle in range(CYCLES):
            cable = plug()
            eventually(lambda: heard.states[-1:] == ["ok"], f"the scanner is open, cycle {cycle}")
            trigger = os.open(gun, os.O_RDWR | os.O_NOCTTY)
            try:
                for number in range(5):
                    os.write(trigger, f"LPN-{cycle:04}-{number}\r".encode())
                    wanted.append((f"LPN-{cycle:04}-{number}", None))
                eventually(lambda: len(heard.said()) >= len(wanted), f"the scans of cycle {cycle}")
                os.write(trigger, b"TORN-")
                kill(cable)
            finally:
                os.close(trigger)
            eventually(lambda: heard.states[-1:] == ["lost"], f"the loss is told, cycle {cycle}")
    assert heard.said() == wanted


@pytest.mark.parametrize("kind", ["socket", "rfc2217"])
def test_a_scanner_on_a_terminal_server_is_back_after_its_restart(
    tmp_path: Path, need: Need, run: Run, eventually: Eventually, free_port: Callable[[], int], kind: str
) -> None:
    """Raw TCP, and RFC 2217, whose control lines a pty does not have."""
    ser2net, port = need("ser2net", "ser2net"), free_port()
    protocol = "tcp" if kind == "socket" else "telnet(rfc2217),tcp"
    url = f"socket://127.0.0.1:{port}" if kind == "socket" else f"rfc2217://127.0.0.1:{port}?ign_set_control"
    config = tmp_path / "ser2net.yaml"
    wanted: list[tuple[str, object]] = []
    with FakeScanner(tmp_path) as gun:
        config.write_text(
            f"connection: &gun\n  accepter: {protocol},127.0.0.1,{port}\n"
            f"  connector: serialdev,{gun.path},9600n81,local\n",
            "utf-8",
        )

        def serve() -> "subprocess.Popen[bytes]":
            return run(ser2net, "-n", "-u", "-c", config)

        with listening(url) as heard:
            for cycle in range(2):
                server, before = serve(), len(heard.scans)

                def greeted(before: int = before) -> bool:
                    # The server throws away what waits on the line when it opens it.
                    if heard.states[-1:] == ["ok"]:
                        gun.scan("HELLO")
                    return len(heard.scans) > before

                eventually(greeted, f"the server forwards, cycle {cycle}")
                for number in range(5):
                    gun.scan(f"LPN-{cycle}-{number}")
                    wanted.append((f"LPN-{cycle}-{number}", None))
                eventually(lambda: len(heard.said()) >= len(wanted), f"the scans of cycle {cycle}")
                kill(server)
                eventually(lambda: heard.states[-1:] == ["lost"], f"the loss is told, cycle {cycle}")
    assert heard.said() == wanted
