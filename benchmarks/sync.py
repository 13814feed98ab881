"""The end of a shift at a large site: all stations sync their whole day at once into one PostgreSQL.

    python benchmarks/sync.py [--stations 50] [--items 1000] [--rounds 3] [--folder DIR]

Each station is a process of its own with a real station file: one day is played through `replay` once and written
into every station's journal under its own name. The floor is COPY of the same events by as many processes at once,
each with its own connection and its text ready in memory, into a plain table with the same columns and the same
unique keys, in the same run and on the same server; COPY by one process alone is told beside it. Stations, server
and floor share the machine's cores. Floor and stations take turns for some rounds, on emptied tables each time,
since both swing; medians are compared. Prints one JSON object. Budget: 40 % of the floor or better.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import pickle
import statistics
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

import psycopg

from terminal.assembly import assemble
from terminal.bench.wire import Draft, Recorded
from terminal.config import load
from terminal.domain.items import ManifestLine
from terminal.hub.connecting import connect
from terminal.hub.install import init
from terminal.hub.stations import add
from terminal.replay import Clock, Replay
from terminal.simulating.hub import LocalPostgres
from terminal.store.chain import canonical, stamp
from terminal.store.station_file import StationFile
from terminal.sync.hub import HubSink
from terminal.sync.postgres import PostgresTransport
from terminal.sync.round import sync_once

FLOOR = """
create table if not exists floor(station text, epoch uuid, seq bigint, event_id uuid, kind text, v int,
  at timestamptz, item text, operator text, policy text, body json, prev bytea, hash bytea,
  primary key(station, event_id), unique(station, epoch, seq))
"""


def day(folder: Path, items: int) -> list[Draft]:
    """The events of one shift at one station, as the bench writes them."""
    settings = load(None, folder / "data", {})
    lines = [
        ManifestLine(
            f"RMA{n // 3}", n % 3 + 1, f"SKU-{n}", None, f"Kitchen thing no. {n}", "home", 1,
            unit_price=Decimal("19.90"), currency="EUR",
        )
        for n in range(1, items + 1)
    ]  # fmt: skip
    with StationFile.open(settings.data, settings.station.id, ("folder",)) as file:
        file.catalogue.put_manifest(lines)
    script = ["!badge 1001"]
    for line in lines:
        script += [line.rma] if line.line == 1 or line is lines[0] else []
        script += [str(line.sku), "!clean", "!applied", "!tote"]
    clock = Clock()
    clock.mark(datetime.now(UTC).isoformat())
    whole = assemble(settings, clock)
    replay = Replay(whole.station, clock, whole.people, lambda lpn: {"status": "closed"})
    for _ in replay.run(script):
        pass
    events = [
        Draft(one.kind, one.v, one.at, one.item, one.operator, one.policy, dict(one.body))
        for one in whole.file.journal.events()
    ]
    whole.close(600)
    return events


class Timed(PostgresTransport):
    """Notes how long each batch took."""

    def __init__(self, dsn: str) -> None:
        super().__init__(dsn)
        self.times: list[float] = []

    def exchange(self, request: dict[str, Any]) -> dict[str, Any]:
        """One batch."""
        begun = time.perf_counter()
        try:
            return super().exchange(request)
        finally:
            if "run" in request or "events" in request:
                self.times.append(time.perf_counter() - begun)


def shift_end(station: str, folder: str, dsn: str, sink: str, ready: Barrier, answers: Any) -> None:
    """One station's end of shift: everything that its file holds goes to the hub, under a name that owes it all."""
    transport = Timed(dsn)
    with StationFile.open(Path(folder), station, [sink]) as file:
        ready.wait()
        begun = time.time()
        result = sync_once(file, HubSink(sink, transport), datetime.now(UTC), force=True)
        while result.pending:
            result = sync_once(file, HubSink(sink, transport), datetime.now(UTC), force=True)
        answers.put((begun, time.time(), transport.times, result.error))


def copy_in(name: str, dsn: str, ready: Barrier, answers: Any) -> None:
    """One process of the floor: it COPYs what is in a file, which it has read before."""
    blocks = pickle.loads(Path(name).read_bytes())
    ready.wait()
    begun = time.time()
    with connect(dsn) as connection:
        for block in blocks:
            with connection.cursor() as cursor, cursor.copy("copy floor from stdin") as copy:
                copy.write(block)
            connection.commit()
    answers.put((begun, time.time(), [], None))


def together(work: Any, each: Sequence[tuple[str, ...]]) -> tuple[float, list[Any]]:
    """Seconds that processes take which begin at the same moment, and what each of them told."""
    ready = multiprocessing.Barrier(len(each) + 1)
    queue: Any = multiprocessing.Queue()
    workers = [multiprocessing.Process(target=work, args=(*given, ready, queue)) for given in each]
    for worker in workers:
        worker.start()
    ready.wait()
    answers = [queue.get() for _ in workers]
    for worker in workers:
        worker.join()
    return max(answer[1] for answer in answers) - min(answer[0] for answer in answers), answers


def parts(events: Sequence[Draft]) -> Sequence[Sequence[Draft]]:
    """Events in runs that fit into one transaction."""
    return [events[at : at + 2000] for at in range(0, len(events), 2000)]


def block_of(events: Sequence[Recorded]) -> bytes:
    """Events as COPY takes them."""
    return "".join(
        "\t".join(
            "\\N" if cell is None else str(cell).replace("\\", "\\\\")
            for cell in (
                one.station, one.epoch, one.seq, one.id, one.kind, one.v, stamp(one.at), one.item, one.operator,
                one.policy, canonical(one.body), f"\\x{one.prev}", f"\\x{one.hash}",
            )
        ) + "\n"
        for one in events
    ).encode()  # fmt: skip


@dataclass(frozen=True, slots=True)
class Site:
    """What the rounds need: stations with their days written, and the same days as COPY takes them."""

    folder: Path
    stations: Sequence[str]
    events: int
    """Of all stations."""
    size: int
    """Bytes of all events, as COPY takes them."""

    def ready_made(self, station: str) -> str:
        """The file with what COPY is given for a station."""
        return str(self.folder / f"{station}.rows")


def built(folder: Path, stations: int, items: int) -> Site:
    """Play one day, and write it into every station's journal."""
    events, size = day(folder, items), 0
    site = Site(folder, [f"ST{number:02d}" for number in range(1, stations + 1)], len(events) * stations, 0)
    for station in site.stations:
        with StationFile.open(folder / station, station, ["hub"]) as file:
            blocks = [block_of(file.journal.append(part)) for part in parts(events)]
        Path(site.ready_made(station)).write_bytes(pickle.dumps(blocks))
        size += sum(map(len, blocks))
    return replace(site, size=size)


@dataclass(slots=True)
class Measured:
    """Seconds of each round and of each batch, and what stood on the hub's disk at the end."""

    floors: list[float] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    batches: list[float] = field(default_factory=list)
    alone: float = 0.0
    """Seconds of COPY of one station's day by one process."""
    disk: int = 0


def measure(site: Site, dsn: str, rounds: int) -> Measured:
    """The floor and the stations in turn, each on emptied tables."""
    done = Measured()
    init(dsn)
    with connect(dsn) as connection:
        logins = [add(connection, station)["dsn"] for station in site.stations]
        connection.commit()
        connection.execute(FLOOR)
        for number in range(rounds):
            empty(connection)
            copied = [(site.ready_made(station), dsn) for station in site.stations]
            done.floors.append(together(copy_in, copied)[0])
            empty(connection)
            days = [
                (station, str(site.folder / station), login, f"hub{number}")
                for station, login in zip(site.stations, logins, strict=True)
            ]
            seconds, answers = together(shift_end, days)
            done.times.append(seconds)
            done.batches += [each for _, _, times, _ in answers for each in times]
            rows = connection.execute("select count(*), count(distinct event_id) from hub.event").fetchone()
            connection.commit()
            assert rows == (site.events, site.events), rows
        disk = connection.execute(
            "select sum(pg_total_relation_size(c.oid)) from pg_class c "
            "join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'hub' and c.relkind = 'r'"
        ).fetchone()
        done.disk = int((disk or [0])[0])
        empty(connection)
        done.alone = together(copy_in, [(site.ready_made(site.stations[0]), dsn)])[0]
    return done


def empty(connection: psycopg.Connection[Any]) -> None:
    """Take out what the last round wrote."""
    connection.execute("truncate floor, hub.event, hub.journal")
    connection.commit()


def told(site: Site, done: Measured) -> dict[str, Any]:
    """The figures, from medians."""
    seconds, floor = statistics.median(done.times), statistics.median(done.floors)
    batches = sorted(done.batches)
    return {
        "stations": len(site.stations),
        "events": site.events,
        "bytes_per_event": round(site.size / site.events),
        "seconds": round(seconds, 2),
        "events_per_s": round(site.events / seconds),
        "hub_bytes_per_event": round(done.disk / site.events),
        "batch_p50_ms": round(statistics.median(batches) * 1000),
        "batch_p99_ms": round(batches[int(len(batches) * 0.99)] * 1000),
        "copy_events_per_s": round(site.events / floor),
        "copy_by_one_process_per_s": round(site.events / len(site.stations) / done.alone),
        "share_of_copy": round(floor / seconds, 3),
        "rounds": [
            {"copy_s": round(one, 2), "seconds": round(other, 2)}
            for one, other in zip(done.floors, done.times, strict=True)
        ],
    }


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--stations", type=int, default=50)
    options.add_argument("--items", type=int, default=1000)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--folder", type=Path)
    given = options.parse_args()
    with tempfile.TemporaryDirectory(dir=given.folder) as name:
        site = built(Path(name), given.stations, given.items)
        server = LocalPostgres(site.folder / "postgres")
        server.start()
        try:
            done = measure(site, server.dsn(), given.rounds)
        finally:
            server.stop()
    print(json.dumps(told(site, done)))


if __name__ == "__main__":
    main()
