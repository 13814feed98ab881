"""The HTTPS service as an OpenAPI 3.1 document, written by hand.

It is the service's promise to programs that are not ours; what the service answers is held against it.
"""

from __future__ import annotations

from typing import Any

from terminal.hub.answers import PROBLEM
from terminal.hub.openapi_schemas import JSON, SCHEMAS, Schema, number, ref, text
from terminal.hub.photo_requests import PHOTO_TYPES
from terminal.sync.cloudevents import BATCH_TYPE

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
    _header("Regrade-Protocol", "Version of the protocol; 1 where it is missing.", number()),
    _header("Regrade-Epoch", "Epoch of the journal. Of events, it may be left out.", text(format="uuid")),
    _header("Regrade-Sent-At", "The station's clock.", text(format="date-time")),
    _header("Regrade-Program", "Version of the station's program.", text()),
    _header("Regrade-Head", "SEQ;HASH of the newest event that the station itself has.", text()),
]


def _answers(schema: str, description: str, *problems: int) -> Schema:
    answers: Schema = {"200": {"description": description, "content": {JSON: {"schema": ref(schema)}}}}
    for status in problems:
        answers[str(status)] = {
            "description": _REASONS[status],
            "content": {PROBLEM: {"schema": ref("Problem")}},
        }
    answers.get("503", {})["headers"] = {"Retry-After": {"schema": number("Seconds.")}}
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
                    _header("Idempotency-Key", "Names this very body; another under it is refused.", text()),
                    _header("Content-Encoding", "gzip, or missing.", {"enum": ["gzip", "identity"]}),
                ],
                "requestBody": {"required": True, "content": {BATCH_TYPE: {"schema": ref("Batch")}}},
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
                        "schema": text(),
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
                    _in_path("kind", text()),
                    _in_path("version", number(minimum=1)),
                    _in_path("part", number("Counted from 0.", minimum=0)),
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
                "requestBody": {"required": True, "content": {JSON: {"schema": ref("Missing")}}},
                "responses": _answers(
                    "Photos", "One result for each, and what is wanted.", *_ASKS, 408, 413, 415
                ),
            }
        },
        "/v1/photos/{sha256}": {
            "put": {
                "operationId": "takePhoto",
                "summary": "Keep a photo. Only one that an event of this station names is taken; again is no harm.",
                "parameters": [*_JOURNAL, _in_path("sha256", text("SHA-256 of the body, lower-case hex."))],
                "requestBody": {
                    "required": True,
                    "content": {kind: {"schema": {}} for kind in PHOTO_TYPES},
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
