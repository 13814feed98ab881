"""Three PostgreSQL under Patroni and etcd on loopback; the leader is killed under load, and nothing may be missing.

Run by hand: `python benchmarks/patroni.py --kills 3`. It needs Debian's packages (`apt install
--no-install-recommends patroni etcd-server postgresql-15`) and is not part of `make bench`. Stations are real
station files with the real sync; "leader killed" is SIGKILL of its Patroni and of all its postgres processes.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from multiprocessing.synchronize import Event as Flag
from pathlib import Path
from typing import Any

NODES = 3
BINARIES = Path("/usr/lib/postgresql/15/bin")
BATCH = 200
"""Events that a writer makes before it syncs them."""
SETTLE = 180.0
"""Seconds in which the cluster has to be whole again."""


class Cluster:
    """Three etcd, three Patroni, each in a folder of its own, as a user that PostgreSQL accepts."""

    def __init__(self, folder: Path, base: int) -> None:
        self._folder = folder
        self._base = base
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        root = os.getuid() == 0
        self._user = "postgres" if root else None
        if root:
            who = pwd.getpwnam("postgres")
            os.chown(folder, who.pw_uid, who.pw_gid)

    def dsn(self, user: str = "postgres", password: str = "postgres", database: str = "postgres") -> str:
        """One DSN with all three nodes: libpq takes the one that can be written to."""
        hosts = ",".join(f"127.0.0.1:{self.port(node)}" for node in range(NODES))
        return f"postgresql://{user}:{password}@{hosts}/{database}?target_session_attrs=read-write"

    def port(self, node: int) -> int:
        """Where a node's PostgreSQL listens."""
        return self._base + node

    def start(self) -> None:
        """Start everything and wait for a leader with a synchronous standby."""
        peers = ",".join(f"e{node}=http://127.0.0.1:{self._base + 20 + node}" for node in range(NODES))
        for node in range(NODES):
            client, peer = self._base + 10 + node, self._base + 20 + node
            self._spawn(
                f"etcd{node}",
                ["etcd", "--name", f"e{node}", "--data-dir", str(self._folder / f"etcd{node}"),
                 "--listen-client-urls", f"http://127.0.0.1:{client}",
                 "--advertise-client-urls", f"http://127.0.0.1:{client}",
                 "--listen-peer-urls", f"http://127.0.0.1:{peer}",
                 "--initial-advertise-peer-urls", f"http://127.0.0.1:{peer}",
                 "--initial-cluster", peers],
            )  # fmt: skip
        for node in range(NODES):
            self.start_node(node)
        self.wait_whole()

    def start_node(self, node: int) -> None:
        """Start one Patroni, which starts its PostgreSQL."""
        config = self._folder / f"patroni{node}.json"
        config.write_text(json.dumps(self._config(node), indent=1))
        self._spawn(f"patroni{node}", ["patroni", str(config)])

    def leader(self) -> int | None:
        """The node that leads, or None while there is none."""
        for node in range(NODES):
            told = self._ask(node)
            if told.get("role") in ("master", "primary") and told.get("state") == "running":
                return node
        return None

    def whole(self) -> bool:
        """Is there one leader, with every other node streaming from it?"""
        roles = [self._ask(node) for node in range(NODES)]
        running = [told.get("role") for told in roles if told.get("state") == "running"]
        leading = [told for told in roles if told.get("role") in ("master", "primary")]
        return len(running) == NODES and len(leading) == 1 and bool(leading[0].get("replication"))

    def wait_whole(self) -> None:
        """Wait until the cluster is whole. Raises TimeoutError."""
        until = time.monotonic() + SETTLE
        while not self.whole():
            if time.monotonic() > until:
                raise TimeoutError(f"the cluster is not whole; its logs are in {self._folder}")
            time.sleep(0.2)

    def kill(self, node: int) -> None:
        """SIGKILL a node's Patroni and every postgres process of it, at once."""
        data = self._folder / f"data{node}"
        with suppress(OSError, ValueError, IndexError):
            postmaster = int((data / "postmaster.pid").read_text().split()[0])
            children = subprocess.run(["pgrep", "-P", str(postmaster)], capture_output=True, text=True).stdout
            self._running[f"patroni{node}"].kill()
            for pid in (postmaster, *map(int, children.split())):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        self._running.pop(f"patroni{node}").wait()

    def stop(self) -> None:
        """End everything."""
        for name in sorted(self._running, reverse=True):
            self._running[name].send_signal(signal.SIGTERM)
        for process in self._running.values():
            with suppress(subprocess.TimeoutExpired):
                process.wait(20)
            process.kill()

    def _spawn(self, name: str, command: list[str]) -> None:
        with open(self._folder / f"{name}.log", "ab") as log:
            self._running[name] = subprocess.Popen(
                command, stdout=log, stderr=log, user=self._user, cwd=self._folder,
                env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": str(self._folder)},
            )  # fmt: skip

    def _ask(self, node: int) -> dict[str, Any]:
        with suppress(OSError, ValueError):
            url = f"http://127.0.0.1:{self._base + 30 + node}/patroni"
            with urllib.request.urlopen(url, timeout=2) as answer:
                told: dict[str, Any] = json.load(answer)
                return told
        return {}

    def _config(self, node: int) -> dict[str, Any]:
        local = "127.0.0.1"
        api, here = f"{local}:{self._base + 30 + node}", f"{local}:{self.port(node)}"
        return {
            "scope": "regrade",
            "name": f"node{node}",
            "restapi": {"listen": api, "connect_address": api},
            "etcd3": {"hosts": [f"{local}:{self._base + 10 + each}" for each in range(NODES)]},
            "bootstrap": {
                "dcs": {
                    "ttl": 20, "loop_wait": 5, "retry_timeout": 5, "maximum_lag_on_failover": 1048576,
                    "synchronous_mode": True, "synchronous_mode_strict": True,
                    "postgresql": {
                        "use_pg_rewind": True, "parameters": {"max_connections": 200, "wal_keep_size": "1GB"},
                    },
                },
                "initdb": [{"encoding": "UTF8"}, {"locale": "C"}, "data-checksums"],
                "pg_hba": [
                    f"host replication replicator {local}/32 scram-sha-256",
                    f"host all all {local}/32 scram-sha-256",
                ],
            },
            "postgresql": {
                "listen": here, "connect_address": here,
                "data_dir": str(self._folder / f"data{node}"), "bin_dir": str(BINARIES),
                "authentication": {
                    "replication": {"username": "replicator", "password": "replicator"},
                    "superuser": {"username": "postgres", "password": "postgres"},
                },
                "parameters": {"unix_socket_directories": str(self._folder)},
            },
        }  # fmt: skip


@contextmanager
def cluster(base: int) -> Iterator[Cluster]:
    """A cluster in a folder that is removed with it."""
    folder = Path(tempfile.mkdtemp(prefix="regrade-patroni-", dir="/var/tmp"))
    made = Cluster(folder, base)
    try:
        made.start()
        yield made
    finally:
        made.stop()
        shutil.rmtree(folder, ignore_errors=True)


def write(station: str, dsn: str, folder: str, stopping: Flag, counts: Any) -> None:
    """One station: it makes events and syncs them until told to stop, then syncs until nothing waits."""
    from terminal.bench.wire import Draft
    from terminal.store.station_file import StationFile
    from terminal.sync.hub import HubSink
    from terminal.sync.postgres import PostgresTransport
    from terminal.sync.round import sync_once

    sink = HubSink("hub", PostgresTransport(dsn))
    with StationFile.open(Path(folder), station, ["hub"]) as file:
        made = 0
        while True:
            finishing = stopping.is_set()
            if not finishing:
                at = datetime.now(UTC)
                file.journal.append([
                    Draft("inspected", 1, at, "BCDF", "1001", None, {"n": made + n, "note": "x" * 400})
                    for n in range(BATCH)
                ])  # fmt: skip
                made += BATCH
            result = sync_once(file, sink, datetime.now(UTC), force=True)
            counts[station] = (made, made - result.pending)
            if result.error is not None:
                time.sleep(0.2)
            if finishing and result.pending == 0:
                return


def held_by(dsn: str) -> dict[str, set[tuple[str, str]]]:
    """(id, hash) of every event at the hub, by station."""
    import psycopg

    found: dict[str, set[tuple[str, str]]] = {}
    with psycopg.connect(dsn) as connection, connection.cursor("all") as cursor:
        cursor.execute("select station, event_id::text, encode(hash, 'hex') from hub.event")
        for station, event_id, digest in cursor:
            found.setdefault(station, set()).add((event_id, digest))
    return found


def made_by(folder: Path, station: str) -> set[tuple[str, str]]:
    """(id, hash) of every event of a station file."""
    from terminal.store.station_file import StationFile

    with StationFile.open(folder, station, ["hub"]) as file:
        return {(event.id, event.hash) for event in file.journal.events()}


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--kills", type=int, default=3)
    asked.add_argument("--stations", type=int, default=4)
    asked.add_argument("--seconds", type=float, default=20.0, help="of load before each kill")
    asked.add_argument("--base", type=int, default=6500, help="first port")
    options = asked.parse_args()
    from terminal.hub.connecting import connect
    from terminal.hub.install import init
    from terminal.hub.stations import add

    with cluster(options.base) as nodes, tempfile.TemporaryDirectory() as scratch:
        init(nodes.dsn())
        stations = [f"ST{number:02d}" for number in range(1, options.stations + 1)]
        with connect(nodes.dsn()) as connection:
            dsns = {station: add(connection, station)["dsn"] for station in stations}
            connection.commit()
        stopping, manager = multiprocessing.Event(), multiprocessing.Manager()
        counts = manager.dict()
        writers = [
            multiprocessing.Process(
                target=write,
                args=(name, _all_nodes(nodes, dsns[name]), f"{scratch}/{name}", stopping, counts),
            )
            for name in stations
        ]
        began = time.monotonic()
        for writer in writers:
            writer.start()
        for number in range(options.kills):
            nodes.wait_whole()
            time.sleep(options.seconds)
            leader = nodes.leader()
            assert leader is not None
            nodes.kill(leader)
            killed, before = time.monotonic(), _acknowledged(counts)
            while _acknowledged(counts) <= before + BATCH * len(stations):
                if time.monotonic() > killed + SETTLE:
                    raise TimeoutError("nothing was written after the leader was killed")
                time.sleep(0.05)
            back = round(time.monotonic() - killed, 1)
            print(json.dumps({"kill": number + 1, "leader": leader, "writes_back_after_s": back}), flush=True)
            nodes.start_node(leader)
        nodes.wait_whole()
        time.sleep(options.seconds)
        stopping.set()
        for writer in writers:
            writer.join()
        seconds = time.monotonic() - began
        there = held_by(nodes.dsn())
        lost = doubled = 0
        for station in stations:
            own = made_by(Path(scratch) / station, station)
            lost += len(own - there.get(station, set()))
            doubled += len(there.get(station, set()) - own)
        total = sum(made for made, _ in counts.values())
        print(json.dumps({
            "events": total, "at_the_hub": sum(map(len, there.values())), "lost": lost, "strange": doubled,
            "seconds": round(seconds, 1), "events_per_s_with_the_outages": round(total / seconds),
        }))  # fmt: skip
        if lost or doubled:
            sys.exit(1)


def _acknowledged(counts: Any) -> int:
    return sum(acknowledged for _, acknowledged in counts.values())


def _all_nodes(nodes: Cluster, dsn: str) -> str:
    """A station's DSN with every node of the cluster in it."""
    from psycopg.conninfo import conninfo_to_dict

    parts = conninfo_to_dict(dsn)
    return nodes.dsn(str(parts["user"]), str(parts["password"]), str(parts["dbname"]))


if __name__ == "__main__":
    main()
