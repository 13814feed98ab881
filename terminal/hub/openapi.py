"""The HTTPS service as an OpenAPI 3.1 document, written by hand.

It is the service's promise to programs that are not ours; what the service answers is held against it.
"""

from __future__ import annotations

from typing import Any

JSON = "application/json"
BATCH = "application/cloudevents-batch+json"
PROBLEM = "application/problem+json"
Schema = dict[str, Any]


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _object(required: str, **properties: Schema) -> Schema:
    return {"type": "object", "required": required.split(), "properties": properties}


def _text(description: str = "", **more: Any) -> Schema:
    return {"type": "string", **({"description": description} if description else {}), **more}


def _number(description: str = "", **more: Any) -> Schema:
    return {"type": "integer", **({"description": description} if description else {}), **more}


_HASH = _text(pattern="^[0-9a-f]{64}$")
_NAME = {"type": ["string", "null"]}
_COMMON: dict[str, Schema] = {
    "v": _number("Version of the protocol."),
    "at": _text("The hub's clock.", format="date-time"),
    "schema": _number("Newest migration of the hub's database."),
    "have": _ref("Have"),
    "offset_ms": {"type": ["integer", "null"], "description": "The hub's clock minus Regrade-Sent-At."},
}
_NEEDED = "v at schema have offset_ms"

SCHEMAS: dict[str, Schema] = {
    "Have": {
        **_object(
            "events last_seq last_hash",
            events=_number("Events of this journal.", minimum=0),
            last_seq=_number("Number of the last one.", minimum=0),
            last_hash={"type": ["string", "null"], "pattern": "^[0-9a-f]{64}$"},
        ),
        "description": "What the hub holds of the journal with this epoch.",
    },
    "EventData": {
        **_object(
            "id station epoch seq kind v at item operator policy body prev hash",
            id=_text(format="uuid"),
            station=_text(),
            epoch=_text(format="uuid"),
            seq=_number(minimum=1),
            kind=_text(),
            v=_number(),
            at=_text(format="date-time"),
            item=_NAME,
            operator=_NAME,
            policy=_NAME,
            body={"type": "object"},
            prev=_HASH,
            hash=_HASH,
        ),
        "description": (
            "An event of a journal. hash is SHA-256 over prev and the JSON array of station, epoch, seq, id, kind, "
            "v, at, item, operator, policy and body, without spaces, keys sorted, ASCII."
        ),
    },
    "RawData": {
        **_object("head body prev hash", head=_text(), body=_text(), prev=_text(), hash=_text()),
        "description": "An event whose stored text is not canonical, as that text; it will be refused, and kept.",
    },
    "CloudEvent": {
        **_object(
            "specversion id source type data",
            specversion={"const": "1.0"},
            id=_text("The event's id."),
            source=_text("/station/STATION/epoch/EPOCH", format="uri-reference"),
            type=_text("regrade.KIND.vVERSION, or regrade.raw"),
            time=_text(format="date-time"),
            subject=_text("The item's LPN."),
            datacontenttype={"const": JSON},
            data={"anyOf": [_ref("EventData"), _ref("RawData")]},
        ),
        "description": "CloudEvents 1.0; source and id together are the identity.",
    },
    "Batch": {"type": "array", "maxItems": 2000, "items": _ref("CloudEvent")},
    "Result": _object(
        "id status",
        id=_text(),
        status={
            "enum": [
                "stored",
                "duplicate",
                "conflict_event_id",
                "conflict_seq",
                "forbidden",
                "invalid",
                "retry",
            ]
        },
        detail=_text("A sentence, where the event was not taken."),
    ),
    "Stored": _object(f"results {_NEEDED}", results={"type": "array", "items": _ref("Result")}, **_COMMON),
    "PhotoResult": _object(
        "sha256 status",
        sha256=_text("As it was given."),
        status={"enum": ["stored", "duplicate", "noted", "forbidden", "invalid"]},
        detail=_text("A sentence, where the photo was not taken."),
    ),
    "Photos": _object(
        f"photos wanted {_NEEDED}",
        photos={"type": "array", "items": _ref("PhotoResult")},
        wanted={
            "type": "array",
            "maxItems": 100,
            "items": _HASH,
            "description": "Photos that stored events name and the hub has not; more may follow these.",
        },
        **_COMMON,
    ),
    "Missing": {
        "type": "object",
        "maxProperties": 100,
        "additionalProperties": _text(),
        "description": "Hash of each photo, and a sentence why the station can't send it.",
    },
    "Hello": _object(f"station {_NEEDED}", station=_text("Who asks."), **_COMMON),
    "Notice": _object(
        "kind version audience name hash bytes parts signature key at",
        kind=_text(),
        version=_number(minimum=1),
        audience=_text(),
        name=_text(),
        hash=_HASH,
        bytes=_number(minimum=0),
        parts=_number(minimum=0),
        signature={**_NAME, "description": "Ed25519, Base64."},
        key={**_NAME, "description": "First 16 hex digits of the SHA-256 of the public key."},
        at=_text(format="date-time"),
    ),
    "News": _object(f"news {_NEEDED}", news={"type": "array", "items": _ref("Notice")}, **_COMMON),
    "Part": _object(
        f"part {_NEEDED}",
        part=_object(
            "kind version part data",
            kind=_text(),
            version=_number(minimum=1),
            part=_number(minimum=0),
            data=_text(contentEncoding="base64"),
        ),
        **_COMMON,
    ),
    "Health": _object("status", status={"const": "ok"}),
    "Problem": {
        **_object(
            "type title status detail",
            type=_text(format="uri-reference"),
            title=_text(),
            status=_number(minimum=400, maximum=599),
            detail=_text("A sentence for people."),
        ),
        "description": "RFC 9457.",
    },
}

_REASONS = {
    400: "The request can't be read.",
    401: "No token or certificate, or one that is not known (any more).",
    403: "The station was revoked.",
    404: "There is no such thing for this station.",
    408: "The body did not arrive in time.",
    409: "The hub speaks another version of the protocol.",
    413: "Too large: send fewer events at once.",
    415: "Another content type or encoding than is taken.",
    422: "What came is no batch, or another one than came under this key before.",
    500: "An error of the service itself.",
    503: "The database does not answer; try again after Retry-After.",
}


def _header(name: str, description: str, schema: Schema, required: bool = False) -> Schema:
    return {"name": name, "in": "header", "required": required, "description": description, "schema": schema}


_JOURNAL = [
    _header("Regrade-Protocol", "Version of the protocol; 1 where it is missing.", _number()),
    _header("Regrade-Epoch", "Epoch of the journal. Of events, it may be left out.", _text(format="uuid")),
    _header("Regrade-Sent-At", "The station's clock.", _text(format="date-time")),
    _header("Regrade-Program", "Version of the station's program.", _text()),
    _header("Regrade-Head", "SEQ;HASH of the newest event that the station itself has.", _text()),
]


def _answers(schema: str, description: str, *problems: int) -> Schema:
    answers: Schema = {"200": {"description": description, "content": {JSON: {"schema": _ref(schema)}}}}
    for status in problems:
        answers[str(status)] = {
            "description": _REASONS[status],
            "content": {PROBLEM: {"schema": _ref("Problem")}},
        }
    answers.get("503", {})["headers"] = {"Retry-After": {"schema": _number("Seconds.")}}
    return answers


def _in_path(name: str, schema: Schema) -> Schema:
    return {"name": name, "in": "path", "required": True, "schema": schema}


_ASKS = (400, 401, 403, 409, 422, 500, 503)

DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {
        "title": "Regrade hub",
        "version": "1",
        "summary": "Takes the events of returns stations, and gives stations what is published for them.",
    },
    "security": [{"token": []}, {"certificate": []}],
    "paths": {
        "/v1/events": {
            "post": {
                "operationId": "takeEvents",
                "summary": "Store a batch of one journal. Each event gets a status of its own; again is no harm.",
                "parameters": [
                    *_JOURNAL,
                    _header("Idempotency-Key", "Names this very body; another under it is refused.", _text()),
                    _header("Content-Encoding", "gzip, or missing.", {"enum": ["gzip", "identity"]}),
                ],
                "requestBody": {"required": True, "content": {BATCH: {"schema": _ref("Batch")}}},
                "responses": _answers(
                    "Stored", "One result for each event, in order.", *_ASKS, 408, 413, 415
                ),
            }
        },
        "/v1/news": {
            "get": {
                "operationId": "tellNews",
                "summary": "What was published after the versions that the station knows.",
                "parameters": [
                    *_JOURNAL,
                    {
                        "name": "known",
                        "in": "query",
                        "description": "Versions by kind: policy:3,catalogue:12. Only kinds in it are told.",
                        "schema": _text(),
                    },
                ],
                "responses": _answers("News", "Publications, by kind and version.", *_ASKS),
            }
        },
        "/v1/publications/{kind}/{version}/{part}": {
            "get": {
                "operationId": "givePart",
                "summary": "One part of a publication.",
                "parameters": [
                    *_JOURNAL,
                    _in_path("kind", _text()),
                    _in_path("version", _number(minimum=1)),
                    _in_path("part", _number("Counted from 0.", minimum=0)),
                ],
                "responses": _answers("Part", "The part, as Base64.", *_ASKS, 404),
            }
        },
        "/v1/photos": {
            "get": {
                "operationId": "tellWanted",
                "summary": "Photos that the hub asks for; what was said to be missing, again after a day.",
                "parameters": _JOURNAL,
                "responses": _answers("Photos", "Hashes, 100 at most.", *_ASKS),
            }
        },
        "/v1/photos/missing": {
            "post": {
                "operationId": "noteMissing",
                "summary": "Say which photos the station has no more.",
                "parameters": _JOURNAL,
                "requestBody": {"required": True, "content": {JSON: {"schema": _ref("Missing")}}},
                "responses": _answers(
                    "Photos", "One result for each, and what is wanted.", *_ASKS, 408, 413, 415
                ),
            }
        },
        "/v1/photos/{sha256}": {
            "put": {
                "operationId": "takePhoto",
                "summary": "Keep a photo. Only one that an event of this station names is taken; again is no harm.",
                "parameters": [*_JOURNAL, _in_path("sha256", _text("SHA-256 of the body, lower-case hex."))],
                "requestBody": {
                    "required": True,
                    "content": {kind: {"schema": {}} for kind in ("image/jpeg", "image/png", "image/webp")},
                },
                "responses": _answers("Photos", "One result, and what is wanted.", *_ASKS, 408, 413, 415),
            }
        },
        "/v1/hello": {
            "get": {
                "operationId": "greet",
                "summary": "What the hub holds of a journal, and the hub's clock.",
                "parameters": _JOURNAL,
                "responses": _answers("Hello", "The hub is here.", *_ASKS),
            }
        },
        "/health": {
            "get": {
                "operationId": "sayHealth",
                "summary": "Whether the database answers.",
                "security": [],
                "responses": _answers("Health", "It does.", 500, 503),
            }
        },
        "/openapi.json": {
            "get": {
                "operationId": "describe",
                "summary": "This document.",
                "security": [],
                "responses": {
                    "200": {"description": "OpenAPI 3.1.", "content": {JSON: {"schema": {"type": "object"}}}}
                },
            }
        },
    },
    "components": {
        "schemas": SCHEMAS,
        "securitySchemes": {
            "token": {"type": "http", "scheme": "bearer"},
            "certificate": {"type": "mutualTLS"},
        },
    },
}
