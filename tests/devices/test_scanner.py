"""A serial scanner on real lines: ptys that are pulled, sockets that die, bytes that are no scans."""

from __future__ import annotations

import os
import random
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import serial
from serial import rfc2217

from devices import portreader
from devices.fakes import FakeScanner
from devices.framing import CR, ETX, STX, Framing
from devices.problems import Problem
from devices.scanner import ScannerSettings, ScanRead, SerialScanner
from devices.status import DeviceStatus

PATIENT = ScannerSettings(stale_after=60)
"""A machine that is busy may stall between two writes of one scan; that is not what most tests are about."""

Reader = Callable[..., Any]


class Bench:
    """A scanner that runs, and what it called back with."""

    def __init__(self, scanner: SerialScanner, scans: Any, statuses: Any) -> None:
        self.scanner = scanner
        self.scans = scans
        self.statuses = statuses

    def reach(self, state: str, after: int = 0) -> DeviceStatus:
        """Wait for a state that was reported after the first `after` statuses."""
        found = self.statuses.wait_for(lambda items: any(item.state == state for item in items[after:]))
        status: DeviceStatus = next(item for item in found[after:] if item.state == state)
        return status

    def texts(self, count: int) -> list[str]:
        """Wait for so many scans and give their texts."""
        return [read.text for read in self.scans.wait_for_count(count)]


@pytest.fixture
def read(inbox: Callable[[], Any]) -> Reader:
    """Run a scanner on a path or URL for the length of a `with` block."""

    @contextmanager
    def running(url: str | Path, settings: ScannerSettings = PATIENT) -> Iterator[Bench]:
        scans, statuses = inbox(), inbox()
        scanner = SerialScanner("gun", str(url), settings, on_scan=scans, on_status=statuses)
        scanner.start()
        try:
            yield Bench(scanner, scans, statuses)
        finally:
            assert scanner.stop()

    return running


@pytest.fixture
def gun(tmp_path: Path) -> Iterator[FakeScanner]:
    """A scanner on a pty."""
    with FakeScanner(tmp_path) as fake:
        yield fake


def open_descriptors() -> int:
    """Count the open files of this process."""
    return len(os.listdir("/proc/self/fd"))


def test_a_scan_arrives_with_its_source_its_time_and_its_symbology(gun: FakeScanner, read: Reader) -> None:
    """What the station needs to know about a scan comes with it."""
    with read(gun.path) as bench:
        bench.reach("ok")
        gun.scan("]C10109501101530003\x1d10AB")
        (scan,) = bench.scans.wait_for_count(1)
    assert (scan.text, scan.aim, scan.source) == ("0109501101530003\x1d10AB", "]C1", "gun")
    assert scan.code == "]C10109501101530003\x1d10AB"
    assert (scan.problem, scan.why) == (None, "")
    assert scan.shown == "]C10109501101530003<GS>10AB"
    assert scan.at_monotonic > 0


def test_two_scans_in_one_write_and_one_scan_in_many_writes_are_three_scans(
    gun: FakeScanner, read: Reader
) -> None:
    """Reads know nothing of scans."""
    with read(gun.path) as bench:
        bench.reach("ok")
        gun.send(b"LPN-0001\r\nLPN-0002\r\n")
        for byte in b"LPN-0003\r\n":
            gun.send(bytes([byte]))
        assert bench.texts(3) == ["LPN-0001", "LPN-0002", "LPN-0003"]


def test_five_hundred_scans_without_a_pause_arrive_whole_and_in_order(gun: FakeScanner, read: Reader) -> None:
    """Nothing is lost at the speed of the wire."""
    wanted = [f"LPN-{number:04}" for number in range(500)]
    with read(gun.path) as bench:
        bench.reach("ok")
        gun.send("".join(f"{text}\r" for text in wanted).encode())
        assert bench.texts(500) == wanted


def test_garbage_is_told_and_the_scan_after_it_is_whole(gun: FakeScanner, read: Reader) -> None:
    """NUL, ESC, high bytes and an endless frame: each gets a verdict, none reaches the bench as text."""
    with read(gun.path) as bench:
        bench.reach("ok")
        gun.send(b"\x00\x00\xff\xfe\x80\r\x1b[2J\r" + b"X" * 10_000 + b"\rLPN-0001\r")
        found = bench.scans.wait_for_count(4)
    assert [scan.problem for scan in found] == [
        Problem.NOT_TEXT,
        Problem.CONTROL_CHARACTERS,
        Problem.TOO_LONG,
        None,
    ]
    assert [scan.text for scan in found] == ["", "", "", "LPN-0001"]
    assert all(scan.why and scan.shown.isprintable() for scan in found[:3])


def test_the_framing_of_the_settings_is_used(gun: FakeScanner, read: Reader) -> None:
    """Marks are a matter of the scanner's set-up."""
    settings = replace(PATIENT, framing=Framing((CR,), prefix=STX, suffix=ETX))
    with read(gun.path, settings) as bench:
        bench.reach("ok")
        gun.send(b"\x02LPN-0001\x03\r")
        assert bench.texts(1) == ["LPN-0001"]


def test_a_partial_scan_that_goes_stale_is_told_and_does_not_grow_into_the_next(
    gun: FakeScanner, read: Reader
) -> None:
    """A lost terminator costs one scan, not two."""
    with read(gun.path, ScannerSettings(stale_after=0.1, poll=0.05)) as bench:
        bench.reach("ok")
        gun.send(b"LPN-00")
        (stale,) = bench.scans.wait_for_count(1)
        gun.scan("LPN-0001")
        assert bench.texts(2)[1] == "LPN-0001"
    assert stale.problem is Problem.INCOMPLETE


def test_a_pulled_cable_is_reported_and_the_same_path_is_taken_up_again(
    gun: FakeScanner, read: Reader
) -> None:
    """The half scan of before is gone, and the first whole one after is read, however often it happens."""
    threads = threading.active_count()
    with read(gun.path) as bench:
        bench.reach("ok")
        for round_ in range(3):
            told = len(bench.statuses.items)
            gun.send(b"HALF-")
            gun.unplug()
            lost = bench.reach("lost", told)
            assert str(gun.path) in lost.detail
            assert bench.scanner.write(b"\x06") is False
            told = len(bench.statuses.items)
            gun.replug()
            bench.reach("ok", told)
            gun.scan(f"LPN-000{round_}")
            assert bench.texts(round_ + 1)[-1] == f"LPN-000{round_}"
        assert threading.active_count() == threads + 1
    assert bench.scanner.status.state == "off"


def test_plugging_and_starting_leak_neither_threads_nor_files(tmp_path: Path, read: Reader) -> None:
    """A shift has many of both."""
    files, threads = open_descriptors(), threading.active_count()
    for _ in range(5):
        with FakeScanner(tmp_path) as gun, read(gun.path) as bench:
            bench.reach("ok")
            told = len(bench.statuses.items)
            gun.unplug()
            bench.reach("lost", told)
    assert threading.active_count() == threads
    assert open_descriptors() == files


def test_a_missing_device_is_waited_for_and_said_in_words(tmp_path: Path, read: Reader) -> None:
    """The bench may start before the scanner does."""
    gun = FakeScanner(tmp_path)
    gun.unplug()
    with read(gun.path) as bench:
        assert "plugged in" in bench.reach("lost").detail
        gun.replug()
        bench.reach("ok")
        gun.scan("LPN-0001")
        assert bench.texts(1) == ["LPN-0001"]
    gun.close()


def test_a_device_that_another_program_has_open_is_refused_with_that_reason(
    gun: FakeScanner, read: Reader, eventually: Callable[..., None]
) -> None:
    """Two readers would each get half of the scans."""
    with read(gun.path) as first, read(gun.path) as second:
        eventually(lambda: "lost" in (first.scanner.status.state, second.scanner.status.state))
        loser = first if first.scanner.status.state == "lost" else second
        assert "Another program" in loser.reach("lost").detail


@pytest.mark.parametrize("url", ["nonsense://x", "socket://127.0.0.1", "loop://?logging=nonsense"])
def test_an_address_that_can_not_work_is_a_state_and_no_crash(url: str, read: Reader) -> None:
    """A wrong line in the configuration leaves the rest of the bench alive."""
    with read(url) as bench:
        assert url in bench.reach("lost").detail
        assert bench.scanner._thread is not None
        assert bench.scanner._thread.is_alive()


def test_settings_that_the_port_refuses_are_a_state_and_no_crash(gun: FakeScanner, read: Reader) -> None:
    """Parity Q does not exist."""
    with read(gun.path, ScannerSettings(parity="Q")) as bench:
        assert "parity" in bench.reach("lost").detail


def test_a_scanner_behind_a_socket_is_read_and_found_again_after_its_server_died(read: Reader) -> None:
    """Serial servers restart; the port they listen on stays."""
    server = socket.create_server(("127.0.0.1", 0))
    port = server.getsockname()[1]
    with read(f"socket://127.0.0.1:{port}") as bench:
        line, _ = server.accept()
        bench.reach("ok")
        line.sendall(b"LPN-0001\rHALF")
        assert bench.texts(1) == ["LPN-0001"]
        told = len(bench.statuses.items)
        line.close()
        server.close()
        assert "broke" in bench.reach("lost", told).detail
        told = len(bench.statuses.items)
        server = socket.create_server(("127.0.0.1", port))
        line, _ = server.accept()
        bench.reach("ok", told)
        line.sendall(b"LPN-0002\r")
        assert bench.texts(2) == ["LPN-0001", "LPN-0002"]
        line.close()
        server.close()


class Rfc2217Server:
    """A serial server by RFC 2217 on the loopback interface, with pyserial's own protocol engine."""

    def __init__(self) -> None:
        self._server = socket.create_server(("127.0.0.1", 0))
        self.url = f"rfc2217://127.0.0.1:{self._server.getsockname()[1]}?ign_set_control"
        self.line = serial.serial_for_url("loop://")
        """The serial line behind it: what the client sets shows here."""
        self.received = bytearray()
        self._lock = threading.Lock()
        self._connection: socket.socket | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def write(self, data: bytes) -> None:
        """Send to the client: called by the protocol engine."""
        with self._lock:
            assert self._connection is not None
            self._connection.sendall(data)

    def scan(self, data: bytes) -> None:
        """Let the scanner send."""
        self.write(b"".join(self._manager.escape(data)))

    def hang_up(self) -> None:
        """Lose the client."""
        with self._lock:
            assert self._connection is not None
            self._connection.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Stop listening and end."""
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self._thread.join(20)
        self.line.close()

    def _run(self) -> None:
        while True:
            try:
                connection, _ = self._server.accept()
            except OSError:
                return
            with connection:
                self._connection = connection
                self._manager = rfc2217.PortManager(self.line, self)  # type: ignore[arg-type]  # what it asks for is a line and a write()
                while data := connection.recv(1024):
                    self.received += b"".join(self._manager.filter(data))


def test_a_scanner_behind_an_rfc2217_server_is_set_up_read_beeped_and_found_again(
    read: Reader, eventually: Callable[..., None]
) -> None:
    """The server's own line gets the settings, 0xFF is escaped on the way, and a broken connection comes back."""
    server = Rfc2217Server()
    with read(server.url, replace(PATIENT, baudrate=19200, retry_first=0.02)) as bench:
        bench.reach("ok")
        assert server.line.baudrate == 19200
        server.scan(b"LPN-0001\r10AB\x1d21SN\r\xff\xff\r")
        found = bench.scans.wait_for_count(3)
        assert [scan.text for scan in found] == ["LPN-0001", "10AB\x1d21SN", ""]
        assert found[2].raw == b"\xff\xff"
        assert bench.scanner.write(b"\x07")
        eventually(lambda: server.received == b"\x07")
        told = len(bench.statuses.items)
        server.hang_up()
        bench.reach("lost", told)
        bench.reach("ok", told)
        server.scan(b"LPN-0002\r")
        assert bench.texts(4)[3] == "LPN-0002"
    server.close()


def test_feedback_reaches_the_scanner_though_the_reader_waits_for_scans(
    gun: FakeScanner, read: Reader
) -> None:
    """A beep belongs to its scan: it wakes the reader."""
    with read(gun.path, replace(PATIENT, poll=30.0)) as bench:
        bench.reach("ok")
        assert bench.scanner.write(b"\x1b7")
        assert gun.receive(2) == b"\x1b7"
        assert bench.scanner.write(b"") is False
        gun.scan("LPN-0001")
        assert bench.texts(1) == ["LPN-0001"]


def test_feedback_may_be_sent_from_the_callback(gun: FakeScanner) -> None:
    """A scanner that waits for ACK gets it from the thread that read the scan."""
    scanner: SerialScanner

    def answer(scan: ScanRead) -> None:
        scanner.write(b"\x06")

    opened = threading.Event()
    scanner = SerialScanner(
        "gun",
        str(gun.path),
        ScannerSettings(),
        on_scan=answer,
        on_status=lambda status: opened.set() if status.state == "ok" else None,
    )
    scanner.start()
    assert opened.wait(20)
    gun.scan("LPN-0001")
    assert gun.receive(1) == b"\x06"
    assert scanner.stop()


def test_a_scanner_that_takes_no_feedback_is_still_read(gun: FakeScanner, read: Reader) -> None:
    """Its line is full, so the beep is given up and said; scans matter more."""
    with read(gun.path, replace(PATIENT, write_timeout=0.05)) as bench:
        bench.reach("ok")
        bench.scanner.write(b"\x07" * 1_000_000)
        bench.statuses.wait_for(lambda items: "takes no feedback" in items[-1].detail)
        gun.scan("LPN-0001")
        assert bench.texts(1) == ["LPN-0001"]
        assert bench.scanner.status.state == "ok"


def test_what_is_written_to_a_loop_comes_back_as_scans(read: Reader) -> None:
    """Pyserial's `loop://` is a port like any other."""
    with read("loop://") as bench:
        bench.reach("ok")
        bench.scanner.write(b"LPN-0001\rLPN-0002\r")
        assert bench.texts(2) == ["LPN-0001", "LPN-0002"]


def test_a_scan_that_nobody_could_take_is_reported_and_reading_goes_on(
    gun: FakeScanner, inbox: Callable[[], Any]
) -> None:
    """An error behind the callback is no error of the line."""
    scans, statuses = inbox(), inbox()

    def fail_once(scan: ScanRead) -> None:
        scans(scan)
        if scan.text == "BAD":
            raise ValueError("no room")

    scanner = SerialScanner("gun", str(gun.path), PATIENT, on_scan=fail_once, on_status=statuses)
    bench = Bench(scanner, scans, statuses)
    scanner.start()
    bench.reach("ok")
    gun.scan("BAD")
    failed = bench.reach("lost")
    told = len(statuses.items)
    gun.scan("GOOD")
    bench.reach("ok", told - 1)
    assert scanner.stop()
    assert "BAD" in failed.detail
    assert "no room" in failed.detail
    assert bench.texts(2) == ["BAD", "GOOD"]


def test_a_screen_that_can_not_show_a_status_does_not_stop_scans(
    gun: FakeScanner, inbox: Callable[[], Any]
) -> None:
    """The status can still be asked for."""
    scans, opened = inbox(), threading.Event()

    def fail(status: DeviceStatus) -> None:
        if status.state == "ok":
            opened.set()
        raise RuntimeError("no screen")

    scanner = SerialScanner("gun", str(gun.path), PATIENT, on_scan=scans, on_status=fail)
    scanner.start()
    assert opened.wait(20)
    gun.scan("LPN-0001")
    scans.wait_for_count(1)
    assert scanner.status.state == "ok"
    assert scanner.stop()


def test_a_started_scanner_can_not_be_started_twice_and_a_stopped_one_starts_again(
    gun: FakeScanner, read: Reader
) -> None:
    """One port, one reader."""
    with read(gun.path) as bench:
        bench.reach("ok")
        with pytest.raises(RuntimeError, match="started already"):
            bench.scanner.start()
        assert bench.scanner.stop()
        told = len(bench.statuses.items)
        bench.scanner.start()
        bench.reach("ok", told)
        gun.scan("LPN-0001")
        assert bench.texts(1) == ["LPN-0001"]


def test_stopping_what_was_never_started_is_nothing(gun: FakeScanner) -> None:
    """Shutting down half a start is normal."""
    scanner = SerialScanner("gun", str(gun.path), PATIENT, lambda scan: None, lambda status: None)
    assert scanner.stop()
    assert scanner.status.state == "off"


def test_a_cable_that_is_pulled_again_and_again_loses_no_scan_that_was_read_and_invents_none(
    gun: FakeScanner, read: Reader
) -> None:
    """Each round sends whole scans and a half one and is cut at any point; `REGRADE_CYCLES` sets the rounds."""
    cycles = int(os.environ.get("REGRADE_CYCLES", "15"))
    dice = random.Random(20)
    quick = replace(PATIENT, retry_first=0.01, retry_last=0.05)
    with read(gun.path, quick) as bench:
        bench.reach("ok")
        files, threads = open_descriptors(), threading.active_count()
        for cycle in range(cycles):
            before = len(bench.scans.items)
            sent = [f"LPN-{cycle:04}-{number}" for number in range(4)]
            gun.send("".join(f"{text}\r" for text in sent).encode() + f"HALF-{cycle}".encode())
            bench.scans.wait_for_count(before + dice.randint(0, 4))
            told = len(bench.statuses.items)
            gun.unplug()
            bench.reach("lost", told)
            got = [scan.text for scan in bench.scans.items[before:]]
            assert got == sent[: len(got)]
            told = len(bench.statuses.items)
            gun.replug()
            bench.reach("ok", told)
            gun.scan(f"AFTER-{cycle}")
            assert bench.texts(before + len(got) + 1)[-1] == f"AFTER-{cycle}"
        assert all(scan.problem is None for scan in bench.scans.items)
        assert (open_descriptors(), threading.active_count()) == (files, threads)


def test_a_missing_device_is_asked_for_less_and_less_often_and_never_without_a_pause(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, inbox: Callable[[], Any]
) -> None:
    """Every open that fails is followed by a wait that doubles up to the last: no core is burnt."""
    order: list[object] = []

    class Pauses(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            order.append(timeout)
            if len(order) >= 16:
                self.set()
            return self.is_set()

    def count(url: str, **settings: Any) -> Any:
        order.append("open")
        raise FileNotFoundError(2, "gone")

    monkeypatch.setattr(portreader, "open_port", count)
    statuses = inbox()
    scanner = SerialScanner("gun", str(tmp_path / "gun"), ScannerSettings(), inbox(), statuses)
    scanner._stop = Pauses()
    scanner.start()
    statuses.wait_for(lambda items: len(items) > 1 and items[-1].state == "off")
    assert scanner.stop()
    assert order[::2] == ["open"] * 8
    assert order[1::2] == [0.25, 0.5, 1.0, 2.0, 2.0, 2.0, 2.0, 2.0]


def test_two_scanners_at_once_keep_their_scans_apart(tmp_path: Path, read: Reader) -> None:
    """Bytes of one never end up in a scan of the other."""
    wanted = {name: [f"{name}-{number:03}" for number in range(100)] for name in ("LEFT", "RIGHT")}
    with (
        FakeScanner(tmp_path, "left") as left,
        FakeScanner(tmp_path, "right") as right,
        read(left.path) as first,
        read(right.path) as second,
    ):
        first.reach("ok")
        second.reach("ok")
        for one, other in zip(wanted["LEFT"], wanted["RIGHT"], strict=True):
            left.send(one[:4].encode())
            right.scan(other)
            left.scan(one[4:])
        assert first.texts(100) == wanted["LEFT"]
        assert second.texts(100) == wanted["RIGHT"]


@pytest.mark.parametrize("value", [*range(32), 127])
def test_every_control_byte_inside_a_scan_has_its_outcome_and_the_next_scan_is_whole(
    value: int, gun: FakeScanner, read: Reader
) -> None:
    """A separator is data, NUL is dropped, a line end ends, and all others refuse the scan."""
    with read(gun.path) as bench:
        bench.reach("ok")
        gun.send(b"LPN" + bytes([value]) + b"0042\rNEXT\r")
        found = bench.scans.wait_for(lambda scans: scans and scans[-1].text == "NEXT")[:-1]
    if value in (0x04, 0x1C, 0x1D, 0x1E):
        assert [scan.text for scan in found] == [f"LPN{chr(value)}0042"]
    elif value == 0:
        assert [scan.text for scan in found] == ["LPN0042"]
    elif value in (0x0A, 0x0D):
        assert [scan.text for scan in found] == ["LPN", "0042"]
    else:
        assert [(scan.text, scan.problem) for scan in found] == [("", Problem.CONTROL_CHARACTERS)]
    assert all(scan.shown.isprintable() for scan in found)
