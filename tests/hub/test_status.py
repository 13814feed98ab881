"""`hub status`: how each station stands, by the hub's own clock; what is unknown is null, never zero."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from click.testing import CliRunner

from terminal.hub.connecting import connect
from terminal.hub.status import status
from terminal.hub_cli import hub
from terminal.store.chain import GENESIS, canonical, stamp

CONTRACT = {"station", "epoch", "events", "last_seq", "lag_seconds", "rejects", "conflicts"}
Dsn = Callable[[str], str]


def chain(station: str, epoch: str, count: int, at: datetime | None = None) -> list[list[str]]:
    """Events that follow each other, as they stand in a batch."""
    prev, made = GENESIS, []
    when = stamp(at or datetime.now(UTC))
    for seq in range(1, count + 1):
        head = canonical([station, epoch, seq, str(uuid.uuid4()), "inspected", 1, when, None, None, None])
        digest = hashlib.sha256(f"{prev}{head[:-1]},{{}}]".encode()).hexdigest()
        made.append([head, "{}", prev, digest])
        prev = digest
    return made


def send(dsn: str, epoch: str, events: list[list[str]], **more: Any) -> dict[str, Any]:
    """Hand a batch in."""
    request = {
        "v": 1,
        "sent_at": stamp(datetime.now(UTC)),
        "program": "0.9",
        "epoch": epoch,
        "events": events,
    }
    with psycopg.connect(dsn, autocommit=True) as connection:
        row = connection.execute("select hub.ingest(%s)", [json.dumps(request | more)]).fetchone()
    assert row is not None
    answer: dict[str, Any] = row[0]
    return answer


def ask(hub_dsn: str) -> list[dict[str, Any]]:
    """The stations as the command tells them."""
    done = CliRunner().invoke(hub, ["status", "--json", "--dsn", hub_dsn])
    assert done.exit_code == 0, done.output
    found = json.loads(done.output)["stations"]
    assert all(one.keys() >= CONTRACT for one in found)
    return list(found)


def test_a_station_that_never_spoke_is_unknown_rather_than_well(hub_dsn: str, station_dsn: Dsn) -> None:
    """No epoch, and no lag that could be taken for zero."""
    station_dsn("ST01")
    (one,) = ask(hub_dsn)
    assert (one["station"], one["epoch"], one["events"], one["lag_seconds"]) == ("ST01", None, 0, None)
    assert one["attention"] == ["The station has never spoken."]


def test_a_station_whose_events_are_all_here_has_no_lag(hub_dsn: str, station_dsn: Dsn) -> None:
    """It said how far it is, and the hub has all of it."""
    epoch = str(uuid.uuid4())
    send(station_dsn("ST01"), epoch, chain("ST01", epoch, 5), head={"seq": 5, "hash": "x"})
    (one,) = ask(hub_dsn)
    assert (one["epoch"], one["events"], one["last_seq"], one["lag_seconds"]) == (epoch, 5, 5, 0)
    assert (one["waiting"], one["gaps"], one["program"], one["attention"]) == (0, 0, "0.9", [])
    assert abs(one["offset_ms"]) < 300_000


def test_a_station_that_never_said_how_far_it_is_has_unknown_lag(hub_dsn: str, station_dsn: Dsn) -> None:
    """Its events are here, and there may be more."""
    epoch = str(uuid.uuid4())
    send(station_dsn("ST01"), epoch, chain("ST01", epoch, 2))
    (one,) = ask(hub_dsn)
    assert (one["events"], one["lag_seconds"], one["waiting"]) == (2, None, None)


def test_lag_is_the_age_of_what_came_before_the_first_missing_event(hub_dsn: str, station_dsn: Dsn) -> None:
    """Never less than the truth: an hour-old event is the last that is here."""
    epoch = str(uuid.uuid4())
    events = chain("ST01", epoch, 5, datetime.now(UTC) - timedelta(hours=1))
    send(station_dsn("ST01"), epoch, events[:3], head={"seq": 5, "hash": "x"})
    (one,) = ask(hub_dsn)
    assert one["waiting"] == 2
    assert 3_600 <= one["lag_seconds"] < 5_000


def test_a_clock_that_is_off_does_not_bend_the_lag(hub_dsn: str, station_dsn: Dsn) -> None:
    """The station lives a year ago; its offset is known, told, and taken off."""
    epoch, past = str(uuid.uuid4()), datetime.now(UTC) - timedelta(days=365)
    events = chain("ST01", epoch, 3, past)
    send(station_dsn("ST01"), epoch, events[:2], head={"seq": 3, "hash": "x"}, sent_at=stamp(past))
    (one,) = ask(hub_dsn)
    assert 0 <= one["lag_seconds"] < 1_000
    assert any("clock is" in sentence and "behind" in sentence for sentence in one["attention"])


def test_gaps_are_counted_and_the_first_is_named(hub_dsn: str, station_dsn: Dsn) -> None:
    """In the middle, and at the beginning."""
    epoch = str(uuid.uuid4())
    events = chain("ST01", epoch, 6)
    send(station_dsn("ST01"), epoch, [events[0], events[3], events[5]], head={"seq": 6, "hash": "x"})
    second = str(uuid.uuid4())
    send(station_dsn("ST02"), second, chain("ST02", second, 4)[2:])
    first, other = ask(hub_dsn)
    assert (first["gaps"], first["first_gap"], first["waiting"]) == (3, 2, 3)
    assert (other["gaps"], other["first_gap"]) == (2, 1)
    assert "missing" in first["attention"][0]


def test_two_journals_at_work_at_once_are_flagged_and_a_successor_is_not(
    hub_dsn: str, station_dsn: Dsn
) -> None:
    """Two stations with one name take turns; a station set up anew never speaks of its old journal again."""
    for station, turns in (("ST01", "aba"), ("ST02", "aab")):
        epochs = {one: str(uuid.uuid4()) for one in "ab"}
        sent = dict.fromkeys("ab", 0)
        events = {one: chain(station, epochs[one], 3) for one in "ab"}
        for one in turns:
            send(station_dsn(station), epochs[one], events[one][sent[one] : sent[one] + 1])
            sent[one] += 1
    found = {(one["station"], one["two_at_once"]) for one in ask(hub_dsn)}
    assert found == {("ST01", True), ("ST02", False)}


def test_a_disk_restored_from_an_older_copy_is_seen(hub_dsn: str, station_dsn: Dsn) -> None:
    """The hub has more than the station says that it ever wrote."""
    epoch = str(uuid.uuid4())
    send(station_dsn("ST01"), epoch, chain("ST01", epoch, 5), head={"seq": 5, "hash": "x"})
    send(station_dsn("ST01"), epoch, [], head={"seq": 3, "hash": "x"})
    (one,) = ask(hub_dsn)
    assert "restored from an older copy" in one["attention"][0]


def test_rejects_and_open_conflicts_are_counted(hub_dsn: str, station_dsn: Dsn) -> None:
    """Each content that was refused once; each conflict that names the station and is open."""
    epoch = str(uuid.uuid4())
    events = chain("ST01", epoch, 2)
    bad = [*events[1][:3], "0" * 64]
    for _ in range(3):
        send(station_dsn("ST01"), epoch, [events[0], bad])
    with connect(hub_dsn) as admin:
        for closed in ("null", "now()"):
            admin.execute(
                "insert into hub.conflict (id, what, value, claims, stations, resolved_at) values "
                f"(gen_random_uuid(), 'serial', 'X', '[]', array['ST01', 'ST02'], {closed})".encode()
            )
    (one,) = ask(hub_dsn)
    assert (one["rejects"], one["conflicts"]) == (1, 1)


def test_a_revoked_station_stays_in_the_list(hub_dsn: str, station_dsn: Dsn) -> None:
    """What it sent is still there, and it is no longer active."""
    epoch = str(uuid.uuid4())
    send(station_dsn("ST01"), epoch, chain("ST01", epoch, 1))
    assert CliRunner().invoke(hub, ["station", "revoke", "ST01", "--dsn", hub_dsn]).exit_code == 0
    (one,) = ask(hub_dsn)
    assert (one["active"], one["events"]) == (False, 1)


def test_without_json_it_is_a_table_with_sentences(hub_dsn: str, station_dsn: Dsn) -> None:
    """For the person at the terminal."""
    station_dsn("ST[red]1".replace("[red]", "-"))
    done = CliRunner().invoke(hub, ["status", "--dsn", hub_dsn])
    assert done.exit_code == 0
    assert "ST-1: The station has never spoken." in done.output


def test_the_hub_tells_its_own_state_too(hub_dsn: str) -> None:
    """The schema, and how many events lie outside of the months."""
    with connect(hub_dsn) as admin:
        found = status(admin)
    assert found["schema"] == found["program_schema"]
    assert (found["outside_months"], found["months_made"], found["stations"]) == (0, 0, [])
