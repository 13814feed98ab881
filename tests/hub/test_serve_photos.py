"""Photos over HTTPS, by a real uvicorn and a real PostgreSQL: what is wanted is taken, everything else refused."""

from __future__ import annotations

import gzip
import hashlib
import json
import socket
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import jsonschema_rs
import psycopg
import pytest

from terminal.hub.openapi import DOCUMENT
from terminal.simulating.service import LocalService
from terminal.store.chain import GENESIS, canonical, link
from terminal.sync.cloudevents import BATCH_TYPE, batch, of_texts

EPOCH = "01936f00-0000-7000-8000-000000000001"
PHOTO = b"\xff\xd8\xff such a picture"
HASH = hashlib.sha256(PHOTO).hexdigest()
JPEG = {"content-type": "image/jpeg"}


@pytest.fixture
def client(service: LocalService, token: str) -> Iterator[httpx.Client]:
    """Station ST01, with an event at the hub that names the photo."""
    headers = {"authorization": f"Bearer {token}", "regrade-epoch": EPOCH}
    with httpx.Client(base_url=service.url, headers=headers, trust_env=False, timeout=20) as asking:
        name(asking, HASH)
        yield asking


def name(client: httpx.Client, *hashes: str) -> None:
    """Events that name these photos, in one journal from its first event on."""
    prev, events = GENESIS, []
    for seq, digest in enumerate(hashes, 1):
        head = ("ST01", EPOCH, seq, str(uuid.uuid4()), "photo_kept", 1, "2026-11-23T08:00:00.000Z", "BCDF")
        body = canonical({"kind": "jpeg", "lpn": "BCDF", "sha256": digest, "subjects": []})
        hashed = link(prev, *head, None, None, body)
        events.append(of_texts(canonical([*head, None, None]), body, prev, hashed))
        prev = hashed
    answer = client.post("/v1/events", content=batch(events), headers={"content-type": BATCH_TYPE})
    assert {one["status"] for one in answer.json()["results"]} == {"stored"}


def held(answer: httpx.Response, path: str, status: int) -> Any:
    """The answer, once it was seen to be one that the document gives for this place."""
    assert answer.status_code == status, answer.text
    content = DOCUMENT["paths"][path][answer.request.method.lower()]["responses"][str(status)]["content"]
    (schema,) = [
        one["schema"] for kind, one in content.items() if answer.headers["content-type"].startswith(kind)
    ]
    whole = {"$schema": "https://json-schema.org/draft/2020-12/schema", "components": DOCUMENT["components"]}
    jsonschema_rs.validator_for(whole | schema, validate_formats=True).validate(answer.json())
    return answer.json()


def put(client: httpx.Client, content: Any, digest: str = HASH, status: int = 200, **headers: str) -> Any:
    """A photo to the service, as it is."""
    named = {"content-type": "image/jpeg", **{key.replace("_", "-"): one for key, one in headers.items()}}
    answer = client.put(f"/v1/photos/{digest}", content=content, headers=named)
    return held(answer, "/v1/photos/{sha256}", status)


def rows(dsn: str) -> list[Any]:
    """What lies at the hub."""
    with psycopg.connect(dsn) as connection:
        return connection.execute("select station, sha256, kind, content from hub.photo").fetchall()


def test_a_photo_that_is_wanted_is_taken_once(client: httpx.Client, hub_dsn: str) -> None:
    """It stands in the list, is stored, then a duplicate, and stands there no more."""
    assert held(client.get("/v1/photos"), "/v1/photos", 200)["wanted"] == [HASH]
    first = put(client, PHOTO)
    assert (first["photos"], first["wanted"]) == ([{"sha256": HASH, "status": "stored"}], [])
    assert put(client, PHOTO)["photos"] == [{"sha256": HASH, "status": "duplicate"}]
    assert rows(hub_dsn) == [("ST01", HASH, "jpeg", PHOTO)]


def test_what_is_not_wanted_or_not_what_it_says_is_told_so(client: httpx.Client, hub_dsn: str) -> None:
    """Each with a sentence; nothing is kept."""
    other = hashlib.sha256(b"other").hexdigest()
    for digest, content, status in (
        (other, b"other", "forbidden"),
        (HASH, b"other", "invalid"),
        (HASH, b"", "invalid"),
        (HASH.upper(), PHOTO, "invalid"),
        ("%00", PHOTO, "invalid"),
        ("..%5C..", PHOTO, "invalid"),
    ):
        if digest == "%00":
            put(client, content, digest, 422)
            continue
        (told,) = put(client, content, digest)["photos"]
        assert (told["status"], bool(told["detail"])) == (status, True)
    assert rows(hub_dsn) == []


def test_bodies_that_are_no_photos_are_refused_unread(client: httpx.Client, hub_dsn: str) -> None:
    """Twenty megabytes, said or not; another type; packed; without a journal. The service goes on."""
    large = b"x" * 20_000_000
    assert "16777216 bytes at most" in put(client, large, status=413)["detail"]
    pieces = (large[:100_000] for _ in range(200))
    assert "16777216 bytes at most" in put(client, pieces, status=413)["detail"]
    assert "image/jpeg" in put(client, PHOTO, status=415, content_type="text/html")["detail"]
    put(client, gzip.compress(PHOTO), status=415, content_encoding="gzip")
    put(client, PHOTO, status=400, regrade_epoch="")
    put(client, PHOTO, status=401, authorization="Bearer nobody-knows-this-token")
    assert rows(hub_dsn) == []
    assert put(client, PHOTO)["photos"][0]["status"] == "stored"


def test_what_is_missing_is_noted_and_asked_for_no_more(client: httpx.Client, hub_dsn: str) -> None:
    """Only of what is wanted; what is no such list is refused."""
    place, kind = "/v1/photos/missing", {"content-type": "application/json"}
    strange = "0" * 64
    content = json.dumps({HASH: "The disk broke.", strange: "?"}).encode()
    told = held(client.post(place, content=content, headers=kind), place, 200)
    assert [one["status"] for one in told["photos"]] == ["noted", "forbidden"]
    assert told["wanted"] == []
    for bad, status in (
        (b"x", 400),
        (b"[]", 422),
        (b'{"a": 1}', 422),
        (json.dumps({HASH: "\0"}).encode(), 422),
        (json.dumps({HASH: "\ud800"}).encode(), 422),
        (json.dumps(dict.fromkeys(map(str, range(101)), "")).encode(), 413),
    ):
        held(client.post(place, content=bad, headers=kind), place, status)
    assert put(client, PHOTO)["photos"][0]["status"] == "stored"


def test_the_same_photo_by_several_at_once_is_kept_once(client: httpx.Client, hub_dsn: str) -> None:
    """One is stored, the others are duplicates."""
    with ThreadPoolExecutor(6) as pool:
        told = [one["photos"][0]["status"] for one in pool.map(lambda _: put(client, PHOTO), range(6))]
    assert sorted(told) == ["duplicate"] * 5 + ["stored"]
    assert len(rows(hub_dsn)) == 1


def test_a_connection_that_ends_within_a_photo_leaves_nothing(
    client: httpx.Client, service: LocalService, hub_dsn: str
) -> None:
    """It is still wanted, and taken when it comes whole."""
    lines = [
        f"PUT /v1/photos/{HASH} HTTP/1.1",
        "host: x",
        "content-length: 1000000",
        "content-type: image/jpeg",
    ]
    lines += [f"{name}: {client.headers[name]}" for name in ("authorization", "regrade-epoch")]
    with socket.create_connection(("127.0.0.1", service.port), 10) as line:
        line.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + PHOTO)
    assert client.get("/v1/photos").json()["wanted"] == [HASH]
    assert rows(hub_dsn) == []
    assert put(client, PHOTO)["photos"][0]["status"] == "stored"
