"""What a station may fill the hub with by being refused: a quota of rejects whole, beyond that only numbers."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from click.testing import CliRunner, Result

from terminal.hub.connecting import connect
from terminal.hub.install import init
from terminal.hub.rejects import MOST, forget, listed, set_quota
from terminal.hub_cli import hub
from terminal.store.chain import GENESIS, canonical

EPOCH = "5f0c1a52-7a0e-4c52-9d39-0d6f7f4f5a11"
Send = Callable[..., list[str]]


@pytest.fixture
def admin(hub_dsn: str) -> Iterator[psycopg.Connection[Any]]:
    """The hub as its owner."""
    with connect(hub_dsn, autocommit=True) as connection:
        yield connection


@pytest.fixture
def send(station_dsn: Callable[[str], str]) -> Send:
    """Hand events in and give their statuses."""

    def sent(events: list[Any], station: str = "ST01") -> list[str]:
        request = json.dumps({"v": 1, "epoch": EPOCH, "events": events})
        with psycopg.connect(station_dsn(station), autocommit=True) as connection:
            row = connection.execute("select hub.ingest(%s)", [request]).fetchone()
        assert row is not None
        return list(row[0]["statuses"])

    return sent


def rubbish(count: int, word: str = "x") -> list[list[str]]:
    """Events that nobody can read, each another one."""
    return [[f"{word}{n}", "{}", GENESIS, GENESIS] for n in range(count)]


def strange(count: int) -> list[list[str]]:
    """Events of another station, each another one."""
    head = ["ST99", EPOCH, 1, str(uuid.uuid4()), "inspected", 1, "2026-11-23T08:00:00.000Z", None, None, None]
    return [[canonical(head), json.dumps({"n": n}), GENESIS, GENESIS] for n in range(count)]


def good() -> list[str]:
    """The first event of the journal, without a fault."""
    head = canonical(
        ["ST01", EPOCH, 1, str(uuid.uuid4()), "inspected", 1, "2026-11-23T08:00:00.000Z", None, None, None]
    )
    return [head, "{}", GENESIS, hashlib.sha256(f"{GENESIS}{head[:-1]},{{}}]".encode()).hexdigest()]


def of_reject(admin: psycopg.Connection[Any]) -> list[tuple[str, int, int]]:
    """Reason, kept, only counted."""
    return [(one["reason"], one["kept"], one["counted"]) for one in listed(admin)["rejects"]]


def ask(*words: str, dsn: str) -> Result:
    """A command of `regrade hub`."""
    return CliRunner().invoke(hub, [*words, "--dsn", dsn])


def test_beyond_the_quota_one_sample_is_kept_and_the_rest_counted(
    admin: psycopg.Connection[Any], send: Send
) -> None:
    """The station hears of each event all the same, and what is good goes in."""
    set_quota(admin, 3)
    assert send(rubbish(10)) == ["invalid"] * 10
    assert send([*rubbish(5, "y"), good()]) == ["invalid"] * 5 + ["stored"]
    assert of_reject(admin) == [("invalid", 4, 11)]
    assert admin.execute("select events, rejects from hub.journal").fetchall() == [(1, 4)]


def test_each_reason_has_a_sample_of_its_own(admin: psycopg.Connection[Any], send: Send) -> None:
    """A new kind of fault shows, however full the quota was before it."""
    set_quota(admin, 2)
    send(rubbish(4))
    assert send(strange(3)) == ["forbidden"] * 3
    assert of_reject(admin) == [("forbidden", 1, 2), ("invalid", 3, 1)]
    assert "ST99" in listed(admin)["rejects"][0]["sample"]


def test_what_is_kept_already_is_counted_there(admin: psycopg.Connection[Any], send: Send) -> None:
    """The same content again takes no room: neither of the quota nor beyond it."""
    set_quota(admin, 2)
    for _ in range(3):
        send(rubbish(2))
    assert of_reject(admin) == [("invalid", 2, 0)]
    assert admin.execute("select times from hub.reject").fetchall() == [(3,), (3,)]


def test_a_station_uses_up_only_its_own_quota(admin: psycopg.Connection[Any], send: Send) -> None:
    """Another one's rejects are kept."""
    set_quota(admin, 1)
    send(rubbish(5))
    send(rubbish(1), "ST02")
    kept = {(one["station"], one["kept"], one["counted"]) for one in listed(admin)["rejects"]}
    assert kept == {("ST01", 2, 3), ("ST02", 1, 0)}


def test_few_very_large_rejects_use_the_quota_up_too(admin: psycopg.Connection[Any], send: Send) -> None:
    """It is disks that must not fill: 64 MB of one station are enough, and one sample."""
    body = json.dumps({"x": "0" * 1_000_000})
    send([["x", body, GENESIS, GENESIS]])
    (bytes_,) = admin.execute("select bytes from hub.reject_kept").fetchall()[0]
    assert 1_000_000 < bytes_ < 1_001_000
    admin.execute("update hub.reject_kept set bytes = 64 * 1024 * 1024 - 1")
    assert send(rubbish(4)) == ["invalid"] * 4
    assert of_reject(admin) == [("invalid", 3, 2)]


def test_a_higher_quota_holds_from_the_next_refusal_on(admin: psycopg.Connection[Any], send: Send) -> None:
    """What was only counted stays so."""
    set_quota(admin, 1)
    send(rubbish(4))
    set_quota(admin, 4)
    send(rubbish(4, "y"))
    assert of_reject(admin) == [("invalid", 5, 3)]


def test_a_quota_of_none_keeps_the_sample_alone(admin: psycopg.Connection[Any], send: Send) -> None:
    """So there is always something to look at."""
    set_quota(admin, 0)
    send(rubbish(3))
    assert of_reject(admin) == [("invalid", 1, 2)]


def test_without_a_word_a_thousand_are_kept(admin: psycopg.Connection[Any], hub_dsn: str, send: Send) -> None:
    """The command tells the quota, what is kept and what was counted."""
    send(rubbish(1010))
    found = json.loads(ask("rejects", "list", dsn=hub_dsn).output)
    (one,) = found["rejects"]
    assert (found["quota"], one["kept"], one["counted"]) == (1000, 1001, 9)
    assert one["sample"].startswith("The event can't be read")


def test_rejects_from_before_there_was_a_quota_count_for_it(
    admin: psycopg.Connection[Any], hub_dsn: str, send: Send
) -> None:
    """A hub that is brought up to date is as full as it is."""
    send(rubbish(5))
    admin.execute("drop table hub.setting, hub.reject_kept, hub.reject_over")
    admin.execute("delete from hub.migration where number >= 6")
    assert init(hub_dsn)["applied"] == ["0006_rejects", "0007_one_table", "0008_whole_runs"]
    set_quota(admin, 6)
    send(rubbish(5, "y"))
    assert of_reject(admin) == [("invalid", 7, 3)]


def test_status_says_that_rejects_were_only_counted(hub_dsn: str, send: Send) -> None:
    """As a number for programs and a sentence for people."""
    assert ask("rejects", "keep", "2", dsn=hub_dsn).exit_code == 0
    send(rubbish(7))
    done = CliRunner().invoke(hub, ["status", "--json", "--dsn", hub_dsn])
    (one,) = json.loads(done.output)["stations"]
    assert (one["rejects"], one["rejects_counted"]) == (3, 4)
    assert any("beyond its quota" in sentence for sentence in one["attention"])
    assert "3 + 4" in ask("status", dsn=hub_dsn).output


def test_what_was_looked_at_is_thrown_away_and_the_quota_begins_anew(
    admin: psycopg.Connection[Any], hub_dsn: str, send: Send
) -> None:
    """Rejects of the station, numbers and all."""
    set_quota(admin, 2)
    send(rubbish(5))
    done = ask("rejects", "forget", "ST01", dsn=hub_dsn)
    assert json.loads(done.output) == {"station": "ST01", "kept": 3, "counted": 2}
    assert of_reject(admin) == []
    send(rubbish(1))
    assert of_reject(admin) == [("invalid", 1, 0)]
    assert admin.execute("select rejects from hub.journal").fetchall() == [(1,)]
    assert forget(admin, "ST01")["kept"] == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("keep", "-1"), "No such option"),
        (("keep", str(MOST + 1)), "choose 0 to 100000"),
        (("forget", "ST77"), "Nothing of a station ST77 was refused"),
    ],
)
def test_what_can_not_be_is_said(hub_dsn: str, words: tuple[str, ...], said: str) -> None:
    """A sentence, and a status that is not 0."""
    done = ask("rejects", *words, dsn=hub_dsn)
    assert done.exit_code != 0
    assert said in done.output
