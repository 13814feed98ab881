"""The OpenAPI document against the application that it describes."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import jsonschema_rs
import psycopg
import pytest
from starlette.routing import Route

from terminal.hub import roles, stations
from terminal.hub.connecting import connect
from terminal.hub.openapi import DOCUMENT
from terminal.hub.serve import make_app
from terminal.simulating.service import LocalService
from terminal.store.chain import GENESIS, canonical, link
from terminal.sync.cloudevents import batch, of_texts
from terminal.sync.sink import Verdict

EPOCH = {"regrade-epoch": "01936f00-0000-7000-8000-000000000001"}


@pytest.fixture
def client(hub_dsn: str) -> Iterator[httpx.Client]:
    """Station ST01 at a running service, with something published."""
    with connect(hub_dsn) as connection:
        own = roles.add(connection, "service")["dsn"]
        token = stations.add(connection, "ST01", token=True)["token"]
    with psycopg.connect(hub_dsn) as connection:
        connection.execute(
            "insert into hub.publication (kind, version, name, hash, bytes, parts, signature, key_id) "
            "values ('policy', 1, 'p', repeat('0', 64), 3, 1, 's', 'k')"
        )
        connection.execute("insert into hub.publication_part values ('policy', 1, 0, 'abc')")
    headers = {"authorization": f"Bearer {token}", **EPOCH}
    with (
        LocalService(own) as service,
        httpx.Client(base_url=service.url, headers=headers, trust_env=False) as asking,
    ):
        yield asking


def validator(schema: dict[str, Any]) -> Any:
    """Something that judges a value by a schema of the document, formats included."""
    whole = {"$schema": "https://json-schema.org/draft/2020-12/schema", "components": DOCUMENT["components"]}
    return jsonschema_rs.validator_for(whole | schema, validate_formats=True)


def held(answer: httpx.Response, path: str) -> None:
    """The answer is one of those that the document gives for this place."""
    operation = DOCUMENT["paths"][path][answer.request.method.lower()]
    described = operation["responses"].get(str(answer.status_code))
    assert described is not None, f"{path} answered {answer.status_code}: {answer.text}"
    content = described["content"]
    kind = answer.headers["content-type"].split(";")[0]
    assert kind in content
    validator(content[kind]["schema"]).validate(answer.json())
    for name in described.get("headers", {}):
        assert name.lower() in answer.headers


def test_the_document_lists_the_routes_of_the_application() -> None:
    """Every path, method and parameter in it, and no other."""
    routes = {
        (re.sub(r":\w+}", "}", route.path), method.lower())
        for route in make_app("postgresql://").routes
        if isinstance(route, Route)
        for method in (route.methods or set()) - {"HEAD"}
    }
    described = {(path, method) for path, item in DOCUMENT["paths"].items() for method in item}
    assert routes == described
    for path, item in DOCUMENT["paths"].items():
        named = {
            one["name"] for each in item.values() for one in each.get("parameters", ()) if one["in"] == "path"
        }
        assert named == set(re.findall(r"{(\w+)}", path))


def test_its_schemas_are_schemas_and_every_reference_leads_somewhere() -> None:
    """Judged as JSON Schema 2020-12; statuses are those that sinks know."""
    for name, schema in DOCUMENT["components"]["schemas"].items():
        jsonschema_rs.meta.validate({"$schema": "https://json-schema.org/draft/2020-12/schema", **schema})
        validator({"$ref": f"#/components/schemas/{name}"})
    references = set(re.findall(r"'#/components/schemas/(\w+)'", str(DOCUMENT)))
    assert references == set(DOCUMENT["components"]["schemas"])
    statuses = DOCUMENT["components"]["schemas"]["Result"]["properties"]["status"]["enum"]
    assert set(statuses) == set(Verdict) - {Verdict.WAITING}


def test_what_is_sent_and_answered_is_what_it_says(client: httpx.Client) -> None:
    """Every path, as it goes well and as it goes wrong."""
    events = envelopes()
    validator({"$ref": "#/components/schemas/Batch"}).validate(events)
    kind = {"content-type": "application/cloudevents-batch+json"}
    for content, status in ((batch(events), 200), (batch(events), 200), (b"x", 400), (b"[0]", 422)):
        answer = client.post("/v1/events", content=content, headers=kind)
        assert answer.status_code == status
        held(answer, "/v1/events")
    held(client.post("/v1/events", content=b"[]"), "/v1/events")
    held(client.get("/v1/hello"), "/v1/hello")
    held(client.get("/v1/hello", headers={"regrade-sent-at": "2026-11-23T08:00:00.000Z"}), "/v1/hello")
    news = client.get("/v1/news?known=policy:0")
    assert len(news.json()["news"]) == 1
    held(news, "/v1/news")
    held(client.get("/v1/news?known=?"), "/v1/news")
    part = "/v1/publications/{kind}/{version}/{part}"
    assert client.get("/v1/publications/policy/1/0").status_code == 200
    held(client.get("/v1/publications/policy/1/0"), part)
    held(client.get("/v1/publications/policy/1/9"), part)
    held(client.get("/health"), "/health")
    for path in ("/v1/hello", "/v1/news"):
        held(client.get(path, headers={"authorization": "Bearer nobody-knows-this-token"}), path)
    assert client.get("/openapi.json").json() == DOCUMENT


def envelopes() -> list[dict[str, Any]]:
    """One event that fits, one that was changed, one whose text is not canonical."""
    head = ("ST01", EPOCH["regrade-epoch"], 1, str(uuid.uuid4()), "inspected", 1, "2026-11-23T08:00:00.000Z")
    text = canonical([*head, None, "1001", None])
    digest = link(GENESIS, *head, None, "1001", None, "{}")
    return [
        of_texts(text, "{}", GENESIS, digest),
        of_texts(text, '{"a":1}', GENESIS, digest),
        of_texts(text, "{ }", GENESIS, digest),
    ]
