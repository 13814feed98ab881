"""`hub.ingest`: one status per event, whatever the batch holds; nothing lost, nothing doubled, nothing half."""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from terminal.hub.connecting import connect
from terminal.store.chain import GENESIS, canonical, link

AT = "2026-11-23T08:00:00.000Z"
EPOCH = "5f0c1a52-7a0e-4c52-9d39-0d6f7f4f5a11"


@dataclass(frozen=True)
class Made:
    """An event as a station would make it, with the parts that a fault may change."""

    seq: int
    id: str
    prev: str
    body: str = "{}"
    station: str = "ST01"
    epoch: str = EPOCH
    at: str = AT
    item: str | None = "BCDF"

    @property
    def hash(self) -> str:
        """What the station's own code makes of it."""
        who = (self.station, self.epoch, self.seq, self.id, "inspected", 1, self.at, self.item, "1001", None)
        return link(self.prev, *who, self.body)

    @property
    def wire(self) -> list[Any]:
        """As it stands in a batch."""
        head = [self.station, self.epoch, self.seq, self.id, "inspected", 1, self.at, self.item, "1001", None]
        return [canonical(head), self.body, self.prev, self.hash]


def chain(count: int, start: int = 1, prev: str = GENESIS, **same: Any) -> list[Made]:
    """Events that follow each other."""
    made = []
    for seq in range(start, start + count):
        made.append(Made(seq, str(uuid.uuid4()), prev, canonical({"n": seq, "word": "Gerät"}), **same))
        prev = made[-1].hash
    return made


Ask = Callable[..., dict[str, Any]]


@pytest.fixture
def station(station_dsn: Callable[[str], str]) -> Iterator[psycopg.Connection[Any]]:
    """The connection of ST01."""
    with psycopg.connect(station_dsn("ST01"), autocommit=True) as connection:
        yield connection


@pytest.fixture
def ask(station: psycopg.Connection[Any]) -> Ask:
    """Hand a batch in; events may be made or raw."""

    def asked(events: list[Any] | None = None, **more: Any) -> dict[str, Any]:
        return hand_in(station, events, **more)

    return asked


def hand_in(
    connection: psycopg.Connection[Any], events: list[Any] | None = None, **more: Any
) -> dict[str, Any]:
    """Ask the function, with a request that is whole but for what is given."""
    request = {"v": 1, "sent_at": AT, "program": "0.1", "epoch": EPOCH, **more}
    if events is not None:
        request["events"] = [one.wire if isinstance(one, Made) else one for one in events]
    row = connection.execute("select hub.ingest(%s)", [json.dumps(request)]).fetchone()
    assert row is not None
    answer: dict[str, Any] = row[0]
    return answer


def rows(hub_dsn: str, query: str) -> list[tuple[Any, ...]]:
    """What the administrator sees."""
    with connect(hub_dsn) as admin:
        return admin.execute(query.encode()).fetchall()


def test_new_events_are_stored_as_they_were_written(ask: Ask, hub_dsn: str) -> None:
    """Every column can be read back, and the hash be made again from them."""
    events = chain(3)
    answer = ask(events, head={"seq": 3, "hash": events[-1].hash})
    assert answer["statuses"] == ["stored"] * 3
    assert answer["details"] == {}
    assert answer["have"] == {"events": 3, "last_seq": 3, "last_hash": events[-1].hash}
    for row, made in zip(
        rows(
            hub_dsn,
            "select encode(prev, 'hex'), station, epoch::text, seq, event_id::text, kind, v, hub.stamp(at), item, "
            "operator, policy, body::text, encode(hash, 'hex') from hub.event order by seq",
        ),
        events,
        strict=True,
    ):
        assert link(*row[:-1]) == row[-1] == made.hash


def test_the_same_again_is_a_duplicate_and_changes_nothing(ask: Ask, hub_dsn: str) -> None:
    """Whole, in part, and twice within one batch."""
    events = chain(4)
    assert ask(events[:3])["statuses"] == ["stored"] * 3
    assert ask(events[:3])["statuses"] == ["duplicate"] * 3
    assert ask([*events[1:], events[3]])["statuses"] == ["duplicate", "duplicate", "stored", "duplicate"]
    assert rows(hub_dsn, "select count(*), count(distinct event_id) from hub.event") == [(4, 4)]
    assert rows(hub_dsn, "select events, last_seq, rejects from hub.journal") == [(4, 4, 0)]


def test_other_content_under_a_known_id_is_a_conflict(ask: Ask, hub_dsn: str) -> None:
    """The one at the hub stays; the other is kept whole, once."""
    first = chain(1)[0]
    other = replace(first, body='{"n":99}')
    ask([first])
    for _ in range(2):
        answer = ask([other])
        assert answer["statuses"] == ["conflict_event_id"]
        assert first.id in answer["details"]["0"]
    assert rows(hub_dsn, "select reason, body, times, hash from hub.reject") == [
        ("conflict_event_id", '{"n":99}', 2, other.hash)
    ]
    assert rows(hub_dsn, "select events, rejects from hub.journal") == [(1, 1)]


def test_another_event_at_a_taken_place_is_a_conflict(ask: Ask, hub_dsn: str) -> None:
    """That is how a cloned disk shows; the clone's own later events are refused as not following."""
    events = chain(2)
    clone = chain(2, 2, events[0].hash)
    assert ask(events)["statuses"] == ["stored", "stored"]
    answer = ask(clone)
    assert answer["statuses"] == ["conflict_seq", "invalid"]
    assert "cloned" in answer["details"]["0"]
    assert len(rows(hub_dsn, "select 1 from hub.reject")) == 2


def test_another_time_makes_no_other_event(ask: Ask, hub_dsn: str) -> None:
    """A place that is taken stays taken, though another month has room for it.

    An id is taken together with its time: what is under the hashes of a chain is kept, alone and in a batch.
    """
    events = chain(3)
    ask(events)
    later = "2027-01-05T08:00:00.000Z"
    moved = chain(1, 3, events[1].hash, at=later)
    assert ask(moved)["statuses"] == ["conflict_seq"]
    assert ask([events[2], *chain(1, 4, events[2].hash)])["statuses"] == ["duplicate", "stored"]
    for place, same_id in ((9, events[0].id), (19, events[1].id)):
        again = replace(chain(1, place, at=later)[0], id=same_id)
        after = chain(1, place + 1, again.hash) if place == 9 else []
        assert ask([again, *after])["statuses"] == ["stored"] * (1 + len(after))
    assert rows(hub_dsn, "select count(*), count(distinct event_id) from hub.event") == [(7, 5)]


def test_another_stations_event_is_forbidden(ask: Ask, hub_dsn: str) -> None:
    """It is kept under the name of who sent it, and the rest of the batch goes in."""
    own = chain(1)[0]
    answer = ask([own, *chain(1, station="ST02")])
    assert answer["statuses"] == ["stored", "forbidden"]
    assert rows(hub_dsn, "select station, reason from hub.reject") == [("ST01", "forbidden")]


FAULTS: dict[str, Callable[[Made], Any]] = {
    "the hash does not fit": lambda one: [*one.wire[:3], "0" * 64],
    "the body was changed": lambda one: [one.wire[0], '{"n":7}', *one.wire[2:]],
    "the head was changed": lambda one: [one.wire[0].replace("1001", "1002"), *one.wire[1:]],
    "the head is no JSON": lambda one: ["x", *one.wire[1:]],
    "the head is a number": lambda one: ["7", *one.wire[1:]],
    "the head is short": lambda one: ["[1]", *one.wire[1:]],
    "the body is no JSON": lambda one: replace(one, body="{oops"),
    "the body is no object": lambda one: replace(one, body="[1]"),
    "the body ends early": lambda one: replace(one, body='{"n":'),
    "the body is ever so deep": lambda one: replace(one, body='{"n":' + "[" * 20_000 + "]" * 20_000 + "}"),
    "the time is a word": lambda one: replace(one, at="now"),
    "the time has no zone": lambda one: replace(one, at="2026-11-23T08:00:00.000"),
    "the time is no time": lambda one: replace(one, at="2026-02-30T08:00:00.000Z"),
    "the id is no UUID": lambda one: replace(one, id="seven"),
    "the id is in capitals": lambda one: replace(one, id="ABCDEF01-7a0e-4c52-9d39-0d6f7f4f5a11"),
    "the number is a text": lambda one: [one.wire[0].replace(f",{one.seq},", ',"two",'), *one.wire[1:]],
    "the number is zero": lambda one: replace(one, seq=0),
    "the number is immense": lambda one: replace(one, seq=10**30),
    "the journal is another": lambda one: replace(one, epoch=str(uuid.uuid4())),
    "what comes before is another event": lambda one: replace(one, prev="ab" * 32),
    "what comes before is no hash": lambda one: replace(one, prev="x"),
    "it is no list": lambda one: {"head": one.wire[0]},
    "it is too short": lambda one: one.wire[:3],
    "it holds numbers": lambda one: [*one.wire[:3], 7],
    "it is null": lambda one: None,
    "the item holds a zero byte": lambda one: replace(one, item="a\x00b"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_one_bad_event_does_not_hurt_the_others(fault: str, ask: Ask, hub_dsn: str) -> None:
    """It is invalid, with a sentence, and kept; the events around it are stored."""
    events = chain(3)
    answer = ask([events[0], FAULTS[fault](events[1]), events[2]])
    assert answer["statuses"] == ["stored", "invalid", "stored"]
    assert answer["details"].keys() == {"1"}
    assert answer["details"]["1"].endswith(".")
    assert rows(hub_dsn, "select reason, detail from hub.reject") == [("invalid", answer["details"]["1"])]
    assert answer["have"] == {"events": 2, "last_seq": 3, "last_hash": events[2].hash}


def test_odd_but_honest_text_is_stored_as_it_is(ask: Ask, hub_dsn: str) -> None:
    """Escapes, lone surrogates, zero bytes in a body, quotes and commas in names."""
    bodies = [{"t": "\ud800"}, {"t": "a\x00b"}, {"t": '", "'}, {"t": "\u2028😀"}, {}]
    prev, events = GENESIS, []
    for seq, body in enumerate(bodies, 1):
        item = ["a, b", 'q"uote', "bäck\\slash", "😀", None][seq - 1]
        events.append(Made(seq, str(uuid.uuid4()), prev, canonical(body), item=item))
        prev = events[-1].hash
    answer = ask(events)
    assert answer["statuses"] == ["stored"] * 5, answer["details"]
    found = rows(hub_dsn, "select item, body::text from hub.event order by seq")
    assert found == [(one.item, one.body) for one in events]


def test_a_gap_is_kept_open_and_closed_later(ask: Ask, hub_dsn: str) -> None:
    """Events after a gap are stored; what fills it must fit at both ends."""
    events = chain(6)
    assert ask([events[0], events[3]])["statuses"] == ["stored", "stored"]
    assert ask([events[5]])["have"] == {"events": 3, "last_seq": 6, "last_hash": events[5].hash}
    wrong = chain(2, 2, events[0].hash)
    assert ask(wrong)["statuses"] == ["stored", "invalid"]
    assert "does not follow" in rows(hub_dsn, "select detail from hub.reject")[0][0]


def test_a_gap_that_is_filled_rightly_leaves_nothing_open(ask: Ask) -> None:
    """In one batch, over what is there already."""
    events = chain(6)
    ask([events[0], events[3], events[5]])
    assert ask(events[1:3])["statuses"] == ["stored", "stored"]
    assert ask(events)["statuses"] == ["duplicate"] * 4 + ["stored", "duplicate"]
    assert ask()["have"] == {"events": 6, "last_seq": 6, "last_hash": events[5].hash}


def test_a_batch_without_events_says_how_far_the_hub_is(ask: Ask) -> None:
    """What a station asks at the start of a round, also before it has sent anything."""
    assert ask()["have"] == {"events": 0, "last_seq": 0, "last_hash": None}
    events = chain(2)
    ask(events)
    assert ask([])["have"] == {"events": 2, "last_seq": 2, "last_hash": events[1].hash}


def test_a_clock_that_is_years_off_lands_in_the_default_partition(ask: Ask, hub_dsn: str) -> None:
    """And its offset is told."""
    events = chain(1, at="1999-01-01T00:00:00.000Z")
    late = chain(1, 2, events[0].hash, at="9999-12-31T23:59:59.999Z")
    answer = ask([*events, *late], sent_at="1999-01-01T00:00:00.000Z")
    assert answer["statuses"] == ["stored", "stored"]
    assert answer["offset_ms"] > 27 * 365 * 86_400_000
    assert rows(hub_dsn, "select distinct tableoid::regclass::text from hub.event") == [
        ("hub.event_default",)
    ]


def test_two_identical_batches_at_once_are_both_answered(
    hub_dsn: str, station_dsn: Callable[[str], str]
) -> None:
    """Each event is stored by one of them and a duplicate or to be sent again for the other."""
    events = chain(200)
    dsn, answers = station_dsn("ST01"), []
    barrier = threading.Barrier(3)

    def send() -> None:
        with psycopg.connect(dsn, autocommit=True) as connection:
            barrier.wait(30)
            for start in range(0, 200, 50):
                answers.append((start, hand_in(connection, events[start : start + 50])["statuses"]))

    threads = [threading.Thread(target=send) for _ in range(3)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    assert len(answers) == 12
    for start in range(0, 200, 50):
        told = [statuses for first, statuses in answers if first == start]
        for statuses in zip(*told, strict=True):
            assert sorted(statuses) == ["duplicate", "duplicate", "stored"]
    assert rows(hub_dsn, "select count(*), count(distinct event_id) from hub.event") == [(200, 200)]


def test_a_journal_that_is_held_is_answered_with_retry(ask: Ask, hub_dsn: str) -> None:
    """The station sends the same again later, and it goes in."""
    events = chain(3)
    ask(events[:1])
    with connect(hub_dsn) as admin:
        admin.execute("alter function hub.take(text, jsonb) set lock_timeout = '50ms'")
        admin.commit()
        admin.execute("select * from hub.journal for update")
        answer = ask(events)
        assert answer["statuses"] == ["retry"] * 3
        assert answer["have"]["events"] == 1
    assert ask(events)["statuses"] == ["duplicate", "stored", "stored"]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_the_quick_way_and_the_row_by_row_way_answer_alike(
    data: st.DataObject, ask: Ask, hub_dsn: str
) -> None:
    """Any mixture of new, known, cloned and broken events, in runs: what is stored is what was said to be."""
    epoch = str(uuid.uuid4())
    events = chain(8, epoch=epoch)
    clones = chain(8, epoch=epoch)
    pool = st.one_of(
        st.sampled_from(events), st.sampled_from(clones), st.sampled_from([["x", "{}", GENESIS, GENESIS]])
    )
    runs = st.builds(lambda a, n: list(events[a : a + n]), st.integers(0, 7), st.integers(1, 8))
    batches = data.draw(st.lists(st.one_of(runs, st.lists(pool, max_size=6)), min_size=1, max_size=5))
    stored: dict[str, Any] = {}
    for batch in batches:
        answer = ask(batch, epoch=epoch)
        assert len(answer["statuses"]) == len(batch)
        for one, status in zip(batch, answer["statuses"], strict=True):
            known = isinstance(one, Made) and one.hash in stored
            assert (status == "duplicate") == known
            if status == "stored" and isinstance(one, Made):
                stored[one.hash] = one
        assert answer["have"]["events"] == len(stored)
    found = rows(hub_dsn, f"select encode(hash, 'hex') from hub.event where epoch = '{epoch}'")
    assert {one for (one,) in found} == stored.keys()
    whole = sorted(stored.values(), key=lambda one: one.seq)
    for earlier, later in pairwise(whole):
        assert later.seq > earlier.seq
        assert later.seq > earlier.seq + 1 or later.prev == earlier.hash
