"""The hub over HTTPS, against a real uvicorn on loopback and a real PostgreSQL."""

from __future__ import annotations

import gzip
import json
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import psycopg
import pytest

from terminal.hub import stations
from terminal.hub.connecting import connect
from terminal.simulating.hub import LocalPostgres
from terminal.simulating.service import LocalService
from terminal.store.chain import GENESIS, canonical, link
from terminal.sync.cloudevents import BATCH_TYPE, batch, of_texts

EPOCH = "01936f00-0000-7000-8000-000000000001"
Chain = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def client(service: LocalService, token: str) -> Iterator[httpx.Client]:
    """Somebody who asks with that token."""
    headers = {"authorization": f"Bearer {token}"}
    with httpx.Client(base_url=service.url, headers=headers, trust_env=False, timeout=20) as asking:
        yield asking


@pytest.fixture
def chain() -> Chain:
    """Envelopes of a journal of its own, chained from its first event."""

    def chained(count: int, station: str = "ST01", **body: Any) -> list[dict[str, Any]]:
        prev, events = GENESIS, []
        for seq in range(1, count + 1):
            head = (station, EPOCH, seq, str(uuid.uuid4()), "inspected", 1, "2026-11-23T08:00:00.000Z")
            text = canonical({"n": seq, **body})
            digest = link(prev, *head, "BCDF", None, None, text)
            events.append(of_texts(canonical([*head, "BCDF", None, None]), text, prev, digest))
            prev = digest
        return events

    return chained


def post(client: httpx.Client, events: Any, **headers: str) -> httpx.Response:
    """Events to the service, as they are."""
    content = events if isinstance(events, bytes) else batch(events)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.post("/v1/events", content=content, headers={"content-type": BATCH_TYPE, **named})


def said(answer: httpx.Response, status: int) -> str:
    """The sentence of an error, once it was seen to be one in the right form."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert told["status"] == status
    assert "Traceback" not in answer.text
    sentence: str = told["detail"]
    return sentence


def test_events_are_stored_once_and_answered_one_by_one(
    client: httpx.Client, chain: Chain, hub_dsn: str
) -> None:
    """The same request again answers `duplicate` for each event; what lies in the hub is what was sent."""
    events = chain(20, title="Schuhe <b>\u2603</b> \\u0041")
    first = post(client, events, regrade_sent_at="2026-11-23T08:00:00.000Z")
    again = post(client, events)
    assert [one["status"] for one in first.json()["results"]] == ["stored"] * 20
    assert [one["status"] for one in again.json()["results"]] == ["duplicate"] * 20
    assert [one["id"] for one in first.json()["results"]] == [one["id"] for one in events]
    have = {"events": 20, "last_seq": 20, "last_hash": events[-1]["data"]["hash"]}
    assert first.json()["have"] == again.json()["have"] == have
    assert first.json()["offset_ms"] is not None
    with psycopg.connect(hub_dsn) as connection:
        rows = connection.execute(
            "select event_id::text, encode(hash, 'hex'), body::text from hub.event order by seq"
        ).fetchall()
    assert rows == [(one["id"], one["data"]["hash"], canonical(one["data"]["body"])) for one in events]


def test_one_bad_event_does_not_hold_up_the_others(client: httpx.Client, chain: Chain, hub_dsn: str) -> None:
    """A changed event, one of another station, and one that is not canonical get a status and a sentence each."""
    good, changed, foreign = chain(1), chain(1), chain(1, "ST02")
    changed[0]["data"]["body"]["n"] = 7
    data = good[0]["data"]
    edited = of_texts(
        canonical([*list(data.values())[1:4], *["x"] * 7]), '{"n": 1}', data["prev"], data["hash"]
    )
    answer = post(client, [*changed, *foreign, *good, edited]).json()
    assert [one["status"] for one in answer["results"]] == ["invalid", "forbidden", "stored", "invalid"]
    assert ["detail" in one for one in answer["results"]] == [True, True, False, True]
    with psycopg.connect(hub_dsn) as connection:
        assert connection.execute("select count(*) from hub.reject").fetchone() == (3,)


def test_a_packed_body_is_the_same_as_a_plain_one(client: httpx.Client, chain: Chain) -> None:
    """Gzip is taken, cut-off gzip and other packing are answered by a sentence."""
    content = batch(chain(3))
    packed = gzip.compress(content)
    assert post(client, packed, content_encoding="gzip").json()["have"]["events"] == 3
    assert "cut off" in said(post(client, packed[:-9], content_encoding="gzip"), 400)
    assert "not what gzip makes" in said(post(client, content, content_encoding="gzip"), 400)
    assert "gzip" in said(post(client, content, content_encoding="br"), 415)


def test_what_is_too_large_is_refused_with_how_to_cut_it(client: httpx.Client, chain: Chain) -> None:
    """Bytes, bytes after unpacking, and number of events each have a limit."""
    assert "half as many" in said(post(client, b" " * (4 * 1024 * 1024 + 1)), 413)
    bomb = gzip.compress(b" " * (64 * 1024 * 1024))
    assert "half as many" in said(post(client, bomb, content_encoding="gzip"), 413)
    assert "2001" in said(post(client, chain(1) * 2001), 413)
    assert post(client, chain(1)).status_code == 200, "the service goes on"


@pytest.mark.parametrize(
    ("body", "status", "word"),
    [
        (b"", 400, "no JSON"),
        (b"{", 400, "no JSON"),
        (b"\xff\xfe", 400, "no JSON"),
        (b"[" * 200_000, 400, "nested"),
        (b"[" + b"9" * 5000 + b"]", 400, "no JSON"),
        (b'{"specversion": "1.0"}', 422, "array"),
        (b"[1]", 422, "Event 0"),
        (b'[{"specversion": "0.3"}]', 422, "specversion"),
        (b'[{"specversion": "1.0", "data": []}]', 422, "data"),
        (b"[]", 400, "Regrade-Epoch"),
    ],
)
def test_a_malformed_batch_gets_a_sentence(client: httpx.Client, body: bytes, status: int, word: str) -> None:
    """It names what is wrong and where."""
    assert word in said(post(client, body), status)


def test_wrong_headers_get_a_sentence(client: httpx.Client, chain: Chain) -> None:
    """Content type, protocol, head, epoch and known versions are read strictly."""
    events = chain(1)
    assert BATCH_TYPE in said(post(client, events, content_type="application/json"), 415)
    assert "Regrade-Protocol" in said(post(client, events, regrade_protocol="new"), 400)
    assert "protocol" in said(post(client, events, regrade_protocol="2"), 409)
    assert "Regrade-Head" in said(post(client, events, regrade_head="7"), 400)
    assert "read" in said(client.get("/v1/hello", headers={"regrade-epoch": "x"}), 422)
    assert "known" in said(client.get("/v1/news?known=policy", headers={"regrade-epoch": EPOCH}), 400)
    assert "nothing here" in said(client.get("/v2/events"), 404)
    assert "not possible" in said(client.get("/v1/events"), 405)


def test_without_a_known_token_nothing_is_told(service: LocalService, client: httpx.Client) -> None:
    """No token, another scheme, a wrong one, an odd one: 401 with a challenge."""
    for given in (
        None,
        "Basic QTpC",
        "Bearer",
        "Bearer nobody-knows-this-token",
        "Bearer \x7f\xe4" + "x" * 40,
    ):
        headers = {} if given is None else {b"authorization": given.encode("latin-1")}
        for method, path in (("GET", "/v1/hello"), ("POST", "/v1/events"), ("GET", "/v1/news")):
            answer = httpx.request(method, service.url + path, headers=headers, trust_env=False)
            assert "Bearer TOKEN" in said(answer, 401)
            assert answer.headers["www-authenticate"].startswith("Bearer")


def test_a_revoked_station_is_turned_away_at_once(client: httpx.Client, hub_dsn: str) -> None:
    """There is no memory of tokens that would have to run out first."""
    known = client.get("/v1/hello", headers={"regrade-epoch": EPOCH})
    assert known.json().get("station") == "ST01", known.text
    with connect(hub_dsn) as connection:
        stations.revoke(connection, "ST01")
    assert "revoked" in said(client.get("/v1/hello", headers={"regrade-epoch": EPOCH}), 401)


def test_an_idempotency_key_stands_for_one_body(client: httpx.Client, chain: Chain) -> None:
    """The same body under it has the same effect, another one is refused; another station's keys are its own."""
    events = chain(2)
    assert post(client, events, idempotency_key='"a"').json()["results"][0]["status"] == "stored"
    assert post(client, events, idempotency_key='"a"').json()["results"][0]["status"] == "duplicate"
    assert "Idempotency-Key" in said(post(client, chain(1), idempotency_key='"a"'), 422)


def test_news_and_parts_come_as_the_hub_has_them(client: httpx.Client, hub_dsn: str) -> None:
    """Only kinds that were asked for, only versions after the known one, only parts that are there."""
    with psycopg.connect(hub_dsn) as connection:
        connection.execute(
            "insert into hub.publication (kind, version, audience, name, hash, bytes, parts, signature, key_id) "
            "select 'policy', v, case v when 3 then 'ST02' else '*' end, 'p', repeat('0', 64), 3, 1, 's', 'k' "
            "from generate_series(1, 3) v"
        )
        connection.execute(
            "insert into hub.publication_part (kind, version, part, content) "
            "select 'policy', v, 0, 'abc' from generate_series(2, 3) v"
        )
    headers = {"regrade-epoch": EPOCH}
    news = client.get("/v1/news?known=policy:1,rates:0", headers=headers).json()["news"]
    assert [(one["kind"], one["version"]) for one in news] == [("policy", 2)]
    part = client.get("/v1/publications/policy/2/0", headers=headers).json()["part"]
    assert part == {"kind": "policy", "version": 2, "part": 0, "data": "YWJj"}
    for path in ("policy/2/1", "policy/3/0", "pol%00icy/2/0", "policy/99999999999/0"):
        assert client.get(f"/v1/publications/{path}", headers=headers).status_code in (404, 422)


def test_a_database_that_is_down_is_no_traceback(
    service: LocalService, client: httpx.Client, chain: Chain, postgres: LocalPostgres
) -> None:
    """503, when to come again, and a sentence; once it is back, the same request is stored."""
    events = chain(5)
    assert httpx.get(service.url + "/health", trust_env=False).json() == {"status": "ok"}
    postgres.stop("immediate")
    try:
        answer = post(client, events)
        assert "database" in said(answer, 503)
        assert int(answer.headers["retry-after"]) > 0
        assert "database" in said(httpx.get(service.url + "/health", trust_env=False), 503)
    finally:
        postgres.start()
    for _ in range(20):
        answer = post(client, events)
        if answer.status_code == 200:
            break
    assert [one["status"] for one in answer.json()["results"]] == ["stored"] * 5


def test_the_log_has_a_line_for_each_request_and_no_secrets(
    client: httpx.Client,
    service: LocalService,
    token: str,
    chain: Chain,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Who, what, how it ended: no token, no query, and nothing that would break the line."""
    with caplog.at_level("INFO", "regrade.serve"):
        post(client, chain(1))
        client.get(f"/v1/news?known=x&token={token}")
        client.get("/a%0Ab%1B%5B31m")
        service.stop()  # a line is written after its answer went out
    lines = [record.getMessage() for record in caplog.records if record.name == "regrade.serve"]
    assert lines[0].startswith("ST01 POST /v1/events 200 ")
    assert any("GET /a\\nb\\x1b[31m 404" in line for line in lines)
    assert token not in caplog.text
    assert "token" not in caplog.text


def test_the_answer_is_json_that_no_proxy_keeps(client: httpx.Client) -> None:
    """Neither does the service say what it runs on."""
    answer = client.get("/v1/hello", headers={"regrade-epoch": EPOCH})
    assert answer.headers["cache-control"] == "no-store"
    assert "server" not in answer.headers
    assert json.loads(answer.content)["v"] == 1
