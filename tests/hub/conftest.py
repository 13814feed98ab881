"""Journals to send to a real hub: events written by hand, and whole shifts walked over the real station."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from terminal.bench.events import Decided, Event, ItemIdentified, Placed, Proposed
from terminal.bench.parcel_events import Expected, ParcelReceived
from terminal.bench.wire import Recorded, Row, draft
from terminal.domain.items import ManifestLine, Product
from terminal.hub.connecting import connect
from terminal.simulation.walk import Walk, World
from terminal.store.chain import GENESIS, canonical, link, stamp
from terminal.store.verify import projection_dump
from terminal.sync.hub import HubSink

START = datetime(2026, 11, 2, 8, tzinfo=UTC)
EUR: dict[str, Any] = {"unit_price": Decimal("19.90"), "currency": "EUR"}


@dataclass
class Direct:
    """A transport over the administrator's connection: the same request, for a station that is named."""

    connection: psycopg.Connection[Any]
    station: str
    runs = True

    def exchange(self, request: dict[str, Any]) -> dict[str, Any]:
        """Hand the request to the hub's function."""
        with self.connection.transaction():
            row = self.connection.execute(
                "select hub.ingest_as(%s, %s::jsonb)", (self.station, json.dumps(request))
            ).fetchone()
        assert row is not None
        answer: dict[str, Any] = row[0]
        return answer

    def close(self) -> None:
        """Nothing is held."""


@dataclass
class Hub:
    """A hub and a way to put journals into it."""

    connection: psycopg.Connection[Any]
    dsn: str
    known: set[str] = field(default_factory=set)

    def send(self, events: Sequence[Recorded]) -> None:
        """Ingest events of one journal in batches; every one must be stored or there already."""
        for start in range(0, len(events), 400):
            batch = events[start : start + 400]
            if (station := batch[0].station) not in self.known:
                with self.connection.transaction():
                    self.connection.execute(
                        "insert into hub.station (station, role) values (%s, null) on conflict do nothing",
                        (station,),
                    )
                self.known.add(station)
            statuses = HubSink("hub", Direct(self.connection, station)).send(batch)
            assert {one.verdict.value for one in statuses} <= {"stored", "duplicate"}, statuses

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """What a query gives."""
        with self.connection.transaction():
            return self.connection.execute(query, values).fetchall()


@dataclass
class Bench:
    """A journal written by hand, chained as a station chains it."""

    station: str
    epoch: str = field(default_factory=lambda: str(uuid4()))
    now: datetime = START
    events: list[Recorded] = field(default_factory=list)
    count: int = 0

    def tell(self, event: Event, seconds: float = 5, operator: str = "1001") -> Recorded:
        """One more event, so many seconds after the last one."""
        self.now += timedelta(seconds=seconds)
        made = draft(event, self.now, operator, "policy-1")
        return self.tell_raw(made.kind, made.body, made.item)

    def tell_raw(self, kind: str, body: dict[str, Any], item: str | None = None) -> Recorded:
        """One more event of any kind with any body."""
        seq = len(self.events) + 1
        prev = self.events[-1].hash if self.events else GENESIS
        id_ = str(uuid4())
        text, at = canonical(body), stamp(self.now)
        digest = link(prev, self.station, self.epoch, seq, id_, kind, 1, at, item, "1001", "policy-1", text)
        one = Recorded(
            id_, self.station, self.epoch, seq, kind, 1, self.now, item, "1001", "policy-1", body, prev, digest
        )  # fmt: skip
        self.events.append(one)
        return one

    def receive(self, rma: str, *lines: ManifestLine) -> None:
        """A parcel with these lines."""
        expected = tuple(Expected(line, line.quantity) for line in lines)
        self.tell(ParcelReceived(f"P{self.count}-{rma}", "rma", rma, None, expected))
        self.parcel = f"P{self.count}-{rma}"

    def identify(self, line: ManifestLine | None = None, serial: str | None = None, **given: Any) -> str:
        """A unit gets its LPN."""
        self.count += 1
        lpn = given.pop("lpn", f"{self.station}-{self.count}")
        values: dict[str, Any] = {
            "lpn": lpn, "parcel": self.parcel, "arrival": "expected" if line else "unexpected", "code": "CUP-1",
            "rma": line.rma if line else None, "line": line.line if line else None,
            "sku": line.sku if line else None, "gtin": None, "serial": serial,
            "title": line.title if line else "Cup", "category": line.category if line else "home", "facts": {},
        } | given  # fmt: skip
        self.tell(ItemIdentified(**values))
        return str(lpn)

    def propose(
        self, lpn: str, channel: str | None = "outlet", grade: str = "B", value: str = "12.40"
    ) -> None:
        """The rules' view of it."""
        self.tell(
            Proposed(
                lpn=lpn, score="81", grade_by_score=grade, cap="A", grade=grade, grade_reasons=(),
                disposition=channel, values={channel: value} if channel else {}, forbidden={}, rules=(),
                runner_up=None, margin=None, currency="EUR", confidence="ok", doubts=(), explanation="",
                policy="policy-1",
            ),
            0,
        )  # fmt: skip

    def finish(self, lpn: str, channel: str = "outlet", grade: str = "B", by: str = "auto") -> None:
        """Decided and placed."""
        self.tell(Decided(lpn, grade, channel, by, "T1"), 1)
        self.tell(Placed(lpn, (lpn,), "T1", channel), 60)

    def whole(self, line: ManifestLine | None = None, channel: str = "outlet", **given: Any) -> str:
        """A unit from its LPN to its tote."""
        lpn = self.identify(line, **given)
        self.propose(lpn, channel)
        self.finish(lpn, channel)
        return lpn


@dataclass(frozen=True)
class Walked:
    """A journal of the real station, and the items that its own file holds."""

    events: list[Recorded]
    items: list[Row]


@pytest.fixture
def hub(hub_dsn: str) -> Iterator[Hub]:
    """A fresh hub."""
    with connect(hub_dsn) as connection:
        yield Hub(connection, hub_dsn)


@pytest.fixture
def bench() -> Callable[..., Bench]:
    """Makes a journal of a station."""
    return Bench


@pytest.fixture
def line() -> Callable[..., ManifestLine]:
    """Makes a manifest line."""

    def make(rma: str = "RMA1", number: int = 1, quantity: int = 1, **given: Any) -> ManifestLine:
        known = {"title": "Cup", "category": "home", **EUR, **given}
        return ManifestLine(rma, number, "CUP-1", None, quantity=quantity, **known)

    return make


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory, make_world: Callable[..., World]) -> World:
    """A small world: a serial number, several lines of one product, groups, work and photos."""
    lines = [
        ManifestLine("RMA1001", 1, "KET-1", None, "Kettle", "small_appliance", 3, reason="broken", **EUR),
        ManifestLine("RMA1001", 2, "TIN-2", None, "Tin", "home", 24, initiated=START, **EUR),
        ManifestLine(
            "RMA1002", 1, "PHN-1", "4006381333931", "Phone", "phone", 1, serial="SN-7", tracking="1Z999"
        ),
        ManifestLine("RMA1004", 1, "SHO-1", "036000291452", "Shoe", "footwear", 2, **EUR),
    ]
    products = [
        Product("KET-1", "4006381333931", "Kettle", "small_appliance", Decimal("19.90"), "EUR"),
        Product("PHN-1", "4006381333931", "Phone", "phone", Decimal("499.00"), "EUR", battery="contained"),
    ]
    folder = tmp_path_factory.mktemp("world")
    return make_world(
        folder,
        lines,
        products,
        ("RMA1001", "RMA1002", "1Z999", "RMA1004", "RMA9999"),
        ("KET-1", "TIN-2", "4006381333931", "SN-7", "036000291452", "(01)04006381333931(21)SN-8"),
    )


class _Kept(Walk):
    """A walk that keeps what it leaves behind."""

    def _finish(self) -> int:
        written = super()._finish()
        items = [row for row in projection_dump(self.file.db) if row.table == "item"]
        self.kept = Walked(renamed(self.file.journal.events(), f"W{self.seed}"), items)
        return written


def renamed(events: Iterable[Recorded], station: str) -> list[Recorded]:
    """The events as another station would have chained them; walks start from copies of one file."""
    bench = Bench(station)
    for one in events:
        bench.now = one.at
        bench.tell_raw(one.kind, dict(one.body), one.item)
    return bench.events


@pytest.fixture(scope="session")
def walks(world: World) -> list[Walked]:
    """Shifts of the real station with every kind of input, fault and restart."""
    made = []
    for seed in range(12):
        walk = _Kept(world, seed, steps=120)
        walk.run()
        made.append(walk.kept)
    return sorted((one for one in made if one.items), key=lambda one: -len(one.items))
