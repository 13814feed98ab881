"""The shapes of what goes over HTTPS, as JSON Schema: events, results, photos, publications, errors."""

from __future__ import annotations

from typing import Any

JSON = "application/json"
Schema = dict[str, Any]


def ref(name: str) -> Schema:
    """Points at one of SCHEMAS."""
    return {"$ref": f"#/components/schemas/{name}"}


def _object(required: str, **properties: Schema) -> Schema:
    return {"type": "object", "required": required.split(), "properties": properties}


def text(description: str = "", **more: Any) -> Schema:
    """A string."""
    return {"type": "string", **({"description": description} if description else {}), **more}


def number(description: str = "", **more: Any) -> Schema:
    """A whole number."""
    return {"type": "integer", **({"description": description} if description else {}), **more}


_HASH = text(pattern="^[0-9a-f]{64}$")
_NAME = {"type": ["string", "null"]}
_COMMON: dict[str, Schema] = {
    "v": number("Version of the protocol."),
    "at": text("The hub's clock.", format="date-time"),
    "schema": number("Newest migration of the hub's database."),
    "have": ref("Have"),
    "offset_ms": {"type": ["integer", "null"], "description": "The hub's clock minus Regrade-Sent-At."},
}
_NEEDED = "v at schema have offset_ms"

SCHEMAS: dict[str, Schema] = {
    "Have": {
        **_object(
            "events last_seq last_hash",
            events=number("Events of this journal.", minimum=0),
            last_seq=number("Number of the last one.", minimum=0),
            last_hash={"type": ["string", "null"], "pattern": "^[0-9a-f]{64}$"},
        ),
        "description": "What the hub holds of the journal with this epoch.",
    },
    "EventData": {
        **_object(
            "id station epoch seq kind v at item operator policy body prev hash",
            id=text(format="uuid"),
            station=text(),
            epoch=text(format="uuid"),
            seq=number(minimum=1),
            kind=text(),
            v=number(),
            at=text(format="date-time"),
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
        **_object("head body prev hash", head=text(), body=text(), prev=text(), hash=text()),
        "description": "An event whose stored text is not canonical, as that text; it will be refused, and kept.",
    },
    "CloudEvent": {
        **_object(
            "specversion id source type data",
            specversion={"const": "1.0"},
            id=text("The event's id."),
            source=text("/station/STATION/epoch/EPOCH", format="uri-reference"),
            type=text("regrade.KIND.vVERSION, or regrade.raw"),
            time=text(format="date-time"),
            subject=text("The item's LPN."),
            datacontenttype={"const": JSON},
            data={"anyOf": [ref("EventData"), ref("RawData")]},
        ),
        "description": "CloudEvents 1.0; source and id together are the identity.",
    },
    "Batch": {"type": "array", "maxItems": 2000, "items": ref("CloudEvent")},
    "Result": _object(
        "id status",
        id=text(),
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
        detail=text("A sentence, where the event was not taken."),
    ),
    "Stored": _object(f"results {_NEEDED}", results={"type": "array", "items": ref("Result")}, **_COMMON),
    "PhotoResult": _object(
        "sha256 status",
        sha256=text("As it was given."),
        status={"enum": ["stored", "duplicate", "noted", "forbidden", "invalid"]},
        detail=text("A sentence, where the photo was not taken."),
    ),
    "Photos": _object(
        f"photos wanted {_NEEDED}",
        photos={"type": "array", "items": ref("PhotoResult")},
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
        "additionalProperties": text(),
        "description": "Hash of each photo, and a sentence why the station can't send it.",
    },
    "Hello": _object(f"station {_NEEDED}", station=text("Who asks."), **_COMMON),
    "Notice": _object(
        "kind version audience name hash bytes parts signature key at",
        kind=text(),
        version=number(minimum=1),
        audience=text(),
        name=text(),
        hash=_HASH,
        bytes=number(minimum=0),
        parts=number(minimum=0),
        signature={**_NAME, "description": "Ed25519, Base64."},
        key={**_NAME, "description": "First 16 hex digits of the SHA-256 of the public key."},
        at=text(format="date-time"),
    ),
    "News": _object(f"news {_NEEDED}", news={"type": "array", "items": ref("Notice")}, **_COMMON),
    "Part": _object(
        f"part {_NEEDED}",
        part=_object(
            "kind version part data",
            kind=text(),
            version=number(minimum=1),
            part=number(minimum=0),
            data=text(contentEncoding="base64"),
        ),
        **_COMMON,
    ),
    "Health": _object("status", status={"const": "ok"}),
    "Problem": {
        **_object(
            "type title status detail",
            type=text(format="uri-reference"),
            title=text(),
            status=number(minimum=400, maximum=599),
            detail=text("A sentence for people."),
        ),
        "description": "RFC 9457.",
    },
}
