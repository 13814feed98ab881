"""The hub over HTTPS, from a station's file to the hub's tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from terminal.bench.wire import Recorded
from terminal.hub import stations
from terminal.hub.connecting import connect
from terminal.simulating.service import LocalService
from terminal.store.station_file import StationFile
from terminal.sync.http import HttpTransport
from terminal.sync.hub import HubSink
from terminal.sync.round import sync_once
from terminal.sync.sink import SinkUnavailable

Fill = Callable[..., tuple[Recorded, ...]]
Rows = list[tuple[int, str, str]]


@pytest.fixture
def hub(service: LocalService, token: str) -> Iterator[HubSink]:
    """The hub as station ST01 sees it."""
    sink = HubSink("hub", HttpTransport(service.url, token))
    yield sink
    sink.close()


def test_the_hub_holds_exactly_what_the_station_has(
    station: StationFile,
    fill: Fill,
    hub: HubSink,
    at_hub: Callable[[], Rows],
    at_station: Callable[[StationFile], Rows],
) -> None:
    """By number, id and hash, over several batches; the next round sends nothing."""
    fill(1203, text='é "quoted" \\ \u0000 \u2028 \ud83d')
    done = sync_once(station, hub, datetime.now(UTC))
    assert (done.sent, done.acknowledged, done.refused, done.pending, done.error) == (1203, 1203, 0, 0, None)
    assert at_hub() == at_station(station)
    assert sync_once(station, hub, datetime.now(UTC)).sent == 0


def test_a_token_that_is_revoked_midway_stops_the_sync_and_loses_nothing(
    station: StationFile,
    fill: Fill,
    hub: HubSink,
    hub_dsn: str,
    service: LocalService,
    at_hub: Callable[[], Rows],
    at_station: Callable[[StationFile], Rows],
) -> None:
    """The station reads why; with a new token it goes on where it stood."""
    fill(20)
    sync_once(station, hub, datetime.now(UTC))
    with connect(hub_dsn) as connection:
        stations.revoke(connection, "ST01")
    fill(20)
    done = sync_once(station, hub, datetime.now(UTC), force=True)
    assert done.pending == 20
    assert "Was it revoked" in (done.error or "")
    with connect(hub_dsn) as connection:
        renewed = stations.add(connection, "ST01", renew=True, token=True)["token"]
    sink = HubSink("hub", HttpTransport(service.url, renewed))
    assert sync_once(station, sink, datetime.now(UTC), force=True).pending == 0
    assert at_hub() == at_station(station)
    sink.close()


def test_a_service_that_is_restarted_midway_loses_nothing(
    station: StationFile,
    fill: Fill,
    hub: HubSink,
    service: LocalService,
    at_hub: Callable[[], Rows],
    at_station: Callable[[StationFile], Rows],
) -> None:
    """While it is away the rows wait; when it is back on its port they go, over a new connection."""
    fill(30)
    sync_once(station, hub, datetime.now(UTC))
    service.stop()
    fill(30)
    done = sync_once(station, hub, datetime.now(UTC), force=True)
    assert done.pending == 30
    assert "refused" in (done.error or "")
    service.start()
    assert sync_once(station, hub, datetime.now(UTC), force=True).pending == 0
    assert at_hub() == at_station(station)


def test_an_answer_that_was_lost_doubles_nothing(
    station: StationFile,
    fill: Fill,
    service: LocalService,
    token: str,
    make_proxy: Callable[[str, int], Any],
    at_hub: Callable[[], Rows],
    at_station: Callable[[StationFile], Rows],
) -> None:
    """Cut on the way up, and after the hub had stored: the same batch goes again and is found there."""
    proxy = make_proxy("127.0.0.1", service.port)
    sink = HubSink("hub", HttpTransport(f"http://127.0.0.1:{proxy.port}", token, pack=False))
    fill(200, text="x" * 400)
    for fault in ({"cut_up": 20_000}, {"cut_down_at": b'"results"'}, {}):
        proxy.cut_all()
        sink.close()
        proxy.fail(**fault)
        done = sync_once(station, sink, datetime.now(UTC), force=True)
    assert (done.error, done.pending) == (None, 0)
    assert proxy.cuts >= 2
    assert at_hub() == at_station(station)
    sink.close()


def test_an_event_that_was_edited_is_refused_alone(
    station: StationFile, fill: Fill, service: LocalService, token: str
) -> None:
    """Its text goes as it is: the hub says `invalid`, keeps it, and stores the others."""
    epoch = fill(3)[0].epoch
    transport = HttpTransport(service.url, token)
    texts = [list(one[1:]) for one in station.journal.texts(0)]
    texts[1][1] = texts[1][1].replace(":", ": ")
    answer = transport.exchange({"v": 1, "epoch": epoch, "events": texts})
    assert answer["statuses"] == ["stored", "invalid", "stored"]
    assert set(answer["details"]) == {"1"}
    transport.close()


def test_one_exchange_may_bring_events_and_ask_for_news_and_a_part(
    fill: Fill, station: StationFile, service: LocalService, token: str
) -> None:
    """As the hub's own function does it; a part that is not there is a sentence."""
    epoch = fill(2)[0].epoch
    transport = HttpTransport(service.url, token)
    texts = [one[1:] for one in station.journal.texts(0)]
    answer = transport.exchange(
        {
            "v": 1,
            "epoch": epoch,
            "events": texts,
            "known": {"policy": 0},
            "sent_at": "2026-11-23T08:00:00.000Z",
        }
    )
    assert (answer["statuses"], answer["news"], answer["have"]["events"]) == (["stored"] * 2, [], 2)
    assert isinstance(answer["offset_ms"], int)
    with pytest.raises(SinkUnavailable, match="no such part"):
        transport.exchange({"v": 1, "epoch": epoch, "want": {"kind": "policy", "version": 1, "part": 0}})
    transport.close()
