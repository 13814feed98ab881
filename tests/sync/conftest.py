"""What the tests of the sync share: a station file with events, where to send them, and a bad line in between."""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from terminal.bench.wire import Draft, Recorded
from terminal.store.station_file import StationFile

AT = datetime(2026, 11, 23, 8, tzinfo=UTC)


@pytest.fixture
def station(tmp_path: Path) -> Iterator[StationFile]:
    """An open station file with one sink."""
    file = StationFile.open(tmp_path / "data", "ST01", ["folder"], now=lambda: AT)
    yield file
    file.close()


@pytest.fixture
def fill(station: StationFile) -> Callable[[int], tuple[Recorded, ...]]:
    """Append events, in one transaction."""

    def filled(count: int, **body: Any) -> tuple[Recorded, ...]:
        drafts = [
            Draft("inspected", 1, AT, "BCDF", "1001", None, {"n": number, **body}) for number in range(count)
        ]
        return station.journal.append(drafts)

    return filled


@pytest.fixture
def outbox_folder(tmp_path: Path) -> Path:
    """Where the folder sink writes; it is the sink that makes it."""
    return tmp_path / "outbox"


@pytest.fixture
def received(outbox_folder: Path) -> Callable[[], list[dict[str, Any]]]:
    """Every event in the folder, file by file, as the reader on the other side sees them."""

    def read() -> list[dict[str, Any]]:
        files = sorted(outbox_folder.glob("*.ndjson"))
        return [json.loads(line) for path in files for line in path.read_bytes().splitlines()]

    return read


@dataclass(frozen=True)
class Fault:
    """What goes wrong with one connection; `up` is towards the server, `down` back from it."""

    cut_up: int | None = None
    """Reset both sides after so many bytes."""
    cut_down: int | None = None
    cut_up_at: bytes | None = None
    """Reset both sides when these bytes come by; they are not passed on."""
    cut_down_at: bytes | None = None
    answer_up_at: tuple[bytes, bytes] | None = None
    """When the first bytes come by on the way up, answer with the second ones and end the connection."""
    stall_up: int | None = None
    """Pass so many bytes on, then nothing more, and keep the connection open."""
    stall_down: int | None = None
    stall_down_at: bytes | None = None
    drip: float = 0.0
    """Seconds between two bytes on the way down, from `drip_at` on."""
    drip_at: bytes = b""


class Proxy:
    """A TCP proxy on 127.0.0.1 that does to each connection what `plan` says when it is made."""

    def __init__(self, host: str, port: int) -> None:
        self.target = (host, port)
        self.plan: Callable[[], Fault] = Fault
        self.connections = self.cuts = 0
        self._ended = threading.Event()
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._threads = [threading.Thread(target=self._accept, name="proxy", daemon=True)]
        self._threads[0].start()

    def fail(self, **fault: Any) -> None:
        """Do this to every connection from now on; without a word, nothing."""
        self.plan = lambda: Fault(**fault)

    def cut_all(self) -> None:
        """Reset every connection that is open."""
        with self._lock:
            found = list(self._open)
        for one in found:
            _reset(one)

    def close(self) -> None:
        """End everything."""
        self._ended.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut_all()
        for thread in self._threads:
            thread.join(10)

    def _accept(self) -> None:
        while not self._ended.is_set():
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            fault = self.plan()
            self.connections += 1
            try:
                far = socket.create_connection(self.target, 5)
            except OSError:
                _reset(near)
                continue
            with self._lock:
                self._open |= {near, far}
            for down in (False, True):
                ends = (far, near) if down else (near, far)
                thread = threading.Thread(target=self._pump, args=(*ends, fault, down), daemon=True)
                self._threads.append(thread)
                thread.start()

    def _pump(self, source: socket.socket, sink: socket.socket, fault: Fault, down: bool) -> None:
        cut, stall = (fault.cut_down, fault.stall_down) if down else (fault.cut_up, fault.stall_up)
        at = fault.cut_down_at if down else fault.cut_up_at
        stall_at = fault.stall_down_at if down else None
        passed = 0
        drips = False
        with suppress(OSError):
            while data := source.recv(65536):
                if fault.answer_up_at is not None and not down and fault.answer_up_at[0] in data:
                    source.sendall(fault.answer_up_at[1])
                    source.shutdown(socket.SHUT_WR)
                    self.cuts += 1
                    break
                if at is not None and at in data:
                    data, cut = data[: data.index(at)], passed + data.index(at)
                if stall_at is not None and stall_at in data:
                    stall = passed
                room = len(data) if stall is None else max(0, stall - passed)
                if cut is not None:
                    room = min(room, cut - passed)
                drips = drips or (down and fault.drip > 0 and fault.drip_at in data)
                for piece in _bytes(data[:room]) if drips else [data[:room]]:
                    sink.sendall(piece)
                    if drips and self._ended.wait(fault.drip):
                        return
                passed += min(room, len(data))
                if cut is not None and passed >= cut:
                    self.cuts += 1
                    break
        for one in (source, sink):
            if fault.answer_up_at is None:
                _reset(one)
            else:
                _end(one)
            with self._lock:
                self._open.discard(one)


def _bytes(data: bytes) -> Iterator[bytes]:
    return (data[place : place + 1] for place in range(len(data)))


def _end(one: socket.socket) -> None:
    """Close with what was sent last still arriving."""
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()


def _reset(one: socket.socket) -> None:
    """Close with a reset, and wake who reads from it."""
    with suppress(OSError):
        one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()


@pytest.fixture
def make_proxy() -> Iterator[Callable[[str, int], Proxy]]:
    """Proxies in front of any server; each ends with the test."""
    made: list[Proxy] = []

    def make(host: str, port: int) -> Proxy:
        made.append(Proxy(host, port))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def proxied(
    make_proxy: Callable[[str, int], Proxy], station_dsn: Callable[[str], str], postgres: Any
) -> tuple[Proxy, str]:
    """A proxy in front of the hub, and the address of station ST01 through it."""
    from psycopg.conninfo import make_conninfo

    proxy = make_proxy("127.0.0.1", postgres.port)
    return proxy, make_conninfo(station_dsn("ST01"), host="127.0.0.1", port=proxy.port)


@pytest.fixture
def at_hub(hub_dsn: str) -> Callable[..., list[tuple[int, str, str]]]:
    """What the hub holds of a station: number, id and hash of each event."""
    import psycopg

    def read(station: str = "ST01", dsn: str = hub_dsn) -> list[tuple[int, str, str]]:
        sql = "select seq, event_id::text, encode(hash, 'hex') from hub.event where station = %s order by seq"
        with psycopg.connect(dsn) as connection:
            return [tuple(row) for row in connection.execute(sql, (station,))]

    return read


@pytest.fixture
def at_station() -> Callable[[StationFile], list[tuple[int, str, str]]]:
    """The same of a station file."""

    def read(file: StationFile) -> list[tuple[int, str, str]]:
        return [(event.seq, event.id, event.hash) for event in file.journal.events()]

    return read
