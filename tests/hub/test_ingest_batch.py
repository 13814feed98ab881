"""`hub.ingest` and the batch as a whole: what it refuses, and what a station may ask for beside its events."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest

from terminal.hub.connecting import connect

EPOCH = "5f0c1a52-7a0e-4c52-9d39-0d6f7f4f5a11"


@pytest.fixture
def station(station_dsn: Callable[[str], str]) -> Iterator[psycopg.Connection[Any]]:
    """The connection of ST01."""
    with psycopg.connect(station_dsn("ST01"), autocommit=True) as connection:
        yield connection


@pytest.mark.parametrize(
    ("request_", "code", "word"),
    [
        ("[]", "RG003", "object"),
        ("{}", "RG003", "version"),
        ('{"v": "1"}', "RG003", "version"),
        ('{"v": 2}', "RG002", "protocol 2"),
        ('{"v": 0}', "RG002", "protocol 0"),
        ('{"v": 1, "events": {}}', "RG003", "list"),
        ('{"v": 1, "events": [[]]}', "RG003", "epoch"),
        ('{"v": 1, "epoch": "x"}', "RG003", "can't be read"),
        ('{"v": 1, "sent_at": "yesterday-ish"}', "RG003", "can't be read"),
        ('{"v": 1, "epoch": "' + EPOCH + '", "events": [' + "0," * 10_000 + "0]}", "RG003", "10000"),
    ],
)
def test_a_batch_that_is_none_is_refused_as_a_whole(
    station: psycopg.Connection[Any], request_: str, code: str, word: str
) -> None:
    """With a code for programs and a sentence for people."""
    with pytest.raises(psycopg.Error) as refused:
        station.execute("select hub.ingest(%s)", [request_])
    assert refused.value.sqlstate == code
    assert word in str(refused.value)


def test_news_are_what_is_newer_and_meant_for_the_station(
    station: psycopg.Connection[Any], hub_dsn: str
) -> None:
    """A part comes back byte for byte; one for another station does not exist."""

    def ask(**more: Any) -> dict[str, Any]:
        request = json.dumps({"v": 1, "epoch": EPOCH, **more})
        row = station.execute("select hub.ingest(%s)", [request]).fetchone()
        assert row is not None
        answer: dict[str, Any] = row[0]
        return answer

    content = bytes(range(256)) * 10
    with connect(hub_dsn) as admin:
        for version, audience in ((1, "*"), (2, "ST02"), (3, "ST00,ST01")):
            admin.execute(
                "insert into hub.publication (kind, version, audience, name, hash, bytes, parts) "
                "values ('policy', %s, %s, 'p', 'h', 2560, 1)",
                [version, audience],
            )
            admin.execute("insert into hub.publication_part values ('policy', %s, 0, %s)", [version, content])
    assert "news" not in ask()
    assert [one["version"] for one in ask(known={"policy": 0})["news"]] == [1, 3]
    assert [one["version"] for one in ask(known={"policy": 1, "rates": 0})["news"]] == [3]
    assert ask(known={"policy": 3})["news"] == []
    part = ask(want={"kind": "policy", "version": 3, "part": 0})["part"]
    assert base64.b64decode(part["data"]) == content
    assert ask(want={"kind": "policy", "version": 2, "part": 0})["part"] is None
    assert ask(want={"kind": "policy", "version": "x", "part": None})["part"] is None
