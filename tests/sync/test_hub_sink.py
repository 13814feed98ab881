"""The hub as a sink: what arrives there is what the station has, and strange answers do no harm."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.bench.wire import Draft, Recorded
from terminal.store.chain import canonical, head_text, link
from terminal.store.station_file import StationFile
from terminal.sync.hub import HubSink
from terminal.sync.postgres import PostgresTransport
from terminal.sync.result import Result
from terminal.sync.round import sync_once
from terminal.sync.sink import Reach, SinkUnavailable, Verdict

AT = datetime(2026, 11, 23, 8, tzinfo=UTC)
Fill = Callable[..., tuple[Recorded, ...]]
Rows = list[tuple[int, str, str]]
AtHub = Callable[..., Rows]
AtStation = Callable[[StationFile], Rows]
TEXT = st.text(st.characters(codec="utf-8"), max_size=12)
MAYBE = st.none() | TEXT


class Scripted:
    """A transport with an answer of the test's own, for what no real hub says."""

    runs = False

    def __init__(self, **answer: Any) -> None:
        self.answer = answer
        self.requests: list[dict[str, Any]] = []
        self.closed = 0

    def exchange(self, request: dict[str, Any]) -> dict[str, Any]:
        """Keep the request, give the answer."""
        self.requests.append(request)
        return self.answer

    def close(self) -> None:
        """Count."""
        self.closed += 1


@pytest.fixture
def hub(station_dsn: Callable[[str], str]) -> HubSink:
    """The hub as station ST01 sees it."""
    return HubSink("hub", PostgresTransport(station_dsn("ST01")))


def test_the_hub_holds_exactly_what_the_station_has(
    station: StationFile, fill: Fill, hub: HubSink, at_hub: AtHub, at_station: AtStation
) -> None:
    """By number, id and hash, over several batches; the next round sends nothing."""
    fill(1203, text='é "quoted" \\ \u0000 \u2028')
    assert sync_once(station, hub, datetime.now(UTC)) == Result("hub", 1203, 1203, 0, 0)
    assert at_hub() == at_station(station)
    assert sync_once(station, hub, datetime.now(UTC)) == Result("hub", 0, 0, 0, 0)
    fill(2)
    assert sync_once(station, hub, datetime.now(UTC)).acknowledged == 2
    assert at_hub() == at_station(station)


def test_events_as_values_arrive_as_the_same_bytes_as_the_texts(
    station: StationFile, fill: Fill, hub: HubSink, at_hub: AtHub, at_station: AtStation
) -> None:
    """A sink is also a sink for who has only the events."""
    batch = fill(3, text="ü")
    assert [status.verdict for status in hub.send(batch)] == [Verdict.STORED] * 3
    assert at_hub() == at_station(station)
    again = hub.send_written(station.identity.epoch, station.journal.texts(0))
    assert [status.verdict for status in again] == [Verdict.DUPLICATE] * 3
    hub.close()


@given(
    station=TEXT, seq=st.integers(1, 2**53), kind=TEXT, item=MAYBE, operator=MAYBE, policy=MAYBE, value=TEXT
)
@settings(max_examples=100, deadline=None)
def test_the_head_that_is_put_together_is_the_one_that_is_hashed(
    station: str,
    seq: int,
    kind: str,
    item: str | None,
    operator: str | None,
    policy: str | None,
    value: str,
) -> None:
    """Whatever text stands in it."""
    import hashlib

    values = (station, "e", seq, value, kind, 1, "2026-11-23T08:00:00.000Z", item, operator, policy)
    head = head_text(*values)
    assert head == canonical(list(values))
    body = canonical({"text": value})
    taken = hashlib.sha256(f"{'0' * 64}{head[:-1]},{body}]".encode()).hexdigest()
    assert taken == link("0" * 64, *values, body)


def test_texts_are_cut_by_count_and_by_bytes(station: StationFile, fill: Fill) -> None:
    """One that is larger than a batch comes alone."""
    fill(4, text="x" * 1000)
    journal = station.journal
    assert [one.seq for one in journal.texts(0)] == [1, 2, 3, 4]
    assert [one.seq for one in journal.texts(1, 2)] == [2, 3]
    assert [one.seq for one in journal.texts(0, 500, 3000)] == [1, 2]
    assert [one.seq for one in journal.texts(2, 500, 10)] == [3]
    assert journal.texts(4) == []


def test_the_hub_is_told_how_far_the_station_is(station: StationFile, fill: Fill) -> None:
    """The head of the whole journal goes with every request, so that what is cut off later is noticed."""
    batch = fill(3)
    transport = Scripted(
        have={"events": 0, "last_seq": 0, "last_hash": None},
        statuses=["stored"] * 3,
        details={},
        offset_ms=12,
    )
    result = sync_once(station, HubSink("hub", transport, now=lambda: AT), AT)
    assert result.acknowledged == 3
    hello, request = transport.requests
    assert "events" not in hello
    assert request["head"] == hello["head"] == {"seq": 3, "hash": batch[2].hash}
    assert (request["v"], request["epoch"]) == (1, station.identity.epoch)
    assert request["sent_at"] == "2026-11-23T08:00:00.000Z"
    assert json.loads(request["events"][0][0])[:3] == ["ST01", station.identity.epoch, 1]
    assert transport.closed == 1


def test_an_empty_journal_has_no_head_to_tell(station: StationFile) -> None:
    """And nothing to send; what an old hub may hold of it is not missed."""
    transport = Scripted(have={"events": 0, "last_seq": None})
    assert sync_once(station, HubSink("hub", transport), AT) == Result("hub", 0, 0, 0, 0)
    assert "head" not in transport.requests[0]


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"statuses": "stored"},
        {"statuses": ["stored"]},
        {"statuses": ["stored"] * 3},
        {"statuses": ["stored", "stored"], "details": ["x"]},
        {"have": {"last_seq": "many"}},
        {"have": {"last_seq": 2, "events": "many"}},
    ],
)
def test_an_answer_that_is_none_is_told_and_nothing_counts_as_stored(
    station: StationFile, fill: Fill, answer: dict[str, Any]
) -> None:
    """Whoever answers on the hub's address, the events stay."""
    fill(2)
    result = sync_once(station, HubSink("hub", Scripted(**answer)), AT)
    assert (result.acknowledged, result.pending) == (0, 2)
    assert result.error is not None
    assert result.error.startswith("The hub answered something that this version can't read (")


@pytest.mark.parametrize(
    ("statuses", "acknowledged"),
    [("stored", 2), (["stored", "duplicate"], 2), ("duplicate", 0), ("store", 0), (["stored"], 0), (None, 0)],
)
def test_one_word_stands_for_a_whole_run_and_it_is_stored(
    station: StationFile, fill: Fill, statuses: object, acknowledged: int
) -> None:
    """Any other answer has a word for each event, or is none."""
    fill(2)
    transport = Scripted(statuses=statuses)
    transport.runs = True
    result = sync_once(station, HubSink("hub", transport), AT)
    assert "run" in transport.requests[-1]
    assert (result.acknowledged, result.error is None) == (acknowledged, acknowledged == 2)


def test_a_status_of_a_newer_hub_is_tried_again(station: StationFile, fill: Fill) -> None:
    """The word is shown, with what is no text left out."""
    fill(2)
    transport = Scripted(statuses=["stored", "parked"], details={"1": 7}, have=None)
    result = sync_once(station, HubSink("hub", transport), AT)
    assert (result.acknowledged, result.pending) == (1, 1)
    (span,) = station.outbox.open_spans("hub")
    assert span.last_error == 'retry: the hub said "parked", which this version does not know'


@pytest.mark.parametrize(
    ("offset", "words"),
    [
        (4 * 60_000, None),
        (-301_000, "This station's clock is 5 min ahead of the hub's. Set the clock."),
        (7_200_000, "This station's clock is 2 hours behind the hub's. Set the clock."),
        (-365 * 86_400_000, "This station's clock is 365 days ahead of the hub's. Set the clock."),
    ],
)
def test_a_wrong_clock_is_a_warning_and_no_failure(
    station: StationFile, fill: Fill, offset: int, words: str | None
) -> None:
    """The events are stored, and the sentence stands beside the result."""
    fill(1)
    transport = Scripted(statuses=["stored"], have={"events": 0, "last_seq": 0}, offset_ms=offset)
    sink = HubSink("hub", transport)
    assert sync_once(station, sink, AT) == Result("hub", 1, 1, 0, 0, None, words)
    assert sink.offset_ms == offset


def test_a_real_hub_measures_the_clock(
    station: StationFile, fill: Fill, station_dsn: Callable[[str], str], at_hub: AtHub
) -> None:
    """A station a year ahead is told so, and its events land all the same."""
    ahead = datetime.now(UTC) + timedelta(days=365)
    drafts = [Draft("inspected", 1, ahead, "BCDF", None, None, {"n": n}) for n in range(3)]
    station.journal.append(drafts)
    sink = HubSink("hub", PostgresTransport(station_dsn("ST01")), now=lambda: ahead)
    result = sync_once(station, sink, ahead)
    assert (result.acknowledged, result.error) == (3, None)
    assert result.warning is not None
    assert "ahead of the hub's" in result.warning
    assert len(at_hub()) == 3


def test_reach_is_what_the_hub_holds(station: StationFile, fill: Fill, hub: HubSink) -> None:
    """Count, last number and last hash of this station file only."""
    who, batch = station.identity, fill(4)
    assert hub.reach(who.station, who.epoch, (4, batch[3].hash)) == Reach(0, hub.offset_ms, 0, None)
    hub.send(batch[:2])
    hub.send(batch[3:])
    found = hub.reach(who.station, who.epoch, (4, batch[3].hash))
    assert found == Reach(4, hub.offset_ms, 3, batch[3].hash)
    hub.close()


def test_a_connection_is_kept_for_a_round_and_closed_after_it(
    station: StationFile, fill: Fill, proxied: tuple[Any, str]
) -> None:
    """So a day of rounds holds no place at the hub between them."""
    proxy, dsn = proxied
    fill(1500)
    sink = HubSink("hub", PostgresTransport(dsn))
    assert sync_once(station, sink, datetime.now(UTC)).acknowledged == 1500
    assert proxy.connections == 1
    sync_once(station, sink, datetime.now(UTC))
    assert proxy.connections == 2


def test_a_station_can_not_send_for_another_one(
    station: StationFile, fill: Fill, station_dsn: Callable[[str], str], at_hub: AtHub
) -> None:
    """Its events are refused as forbidden, kept here with the reason, and nothing arrives under either name."""
    fill(2)
    sink = HubSink("hub", PostgresTransport(station_dsn("ST02")))
    result = sync_once(station, sink, datetime.now(UTC))
    assert (result.acknowledged, result.refused, result.pending) == (0, 2, 0)
    (span,) = station.outbox.dead_spans("hub")
    assert (span.last_error or "").startswith("forbidden: ")
    assert at_hub("ST01") == at_hub("ST02") == []


def test_the_password_is_in_no_message(station: StationFile, fill: Fill, hub_dsn: str) -> None:
    """Not in that of an address that can't be read either."""
    fill(1)
    for dsn in ("postgresql://u:hunter2@127.0.0.1:1/x", "hunter2 nonsense", "postgresql://u:hunter2@[/x"):
        with pytest.raises(SinkUnavailable) as refused:
            PostgresTransport(dsn).exchange({"v": 1})
        assert "hunter2" not in str(refused.value)
    assert psycopg.conninfo.conninfo_to_dict(hub_dsn)["password"]
