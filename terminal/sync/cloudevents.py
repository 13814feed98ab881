"""Events as CloudEvents 1.0, and back to the very texts over which their hashes are taken. Pure.

`source` and `id` together are the identity. An event whose stored text is not the canonical one (somebody edited
the file) travels as text, of type `regrade.raw`, so that the far side refuses exactly what the station holds.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from json.encoder import encode_basestring_ascii as _quote
from typing import Any
from urllib.parse import quote, unquote

from terminal.bench.wire import Recorded
from terminal.store.chain import canonical, head_text
from terminal.sync.written import written

BATCH_TYPE = "application/cloudevents-batch+json"
"""Content type of the batched mode of the HTTP binding."""
RAW = "regrade.raw"
"""Type of an event that is carried as text. The types of all others end in `.v` and a number."""
_SOURCE = re.compile(r"/station/([^/]+)/epoch/([^/]+)")
_PLAIN = re.compile(r"[A-Za-z0-9._-]+")
_HEAD = ("station", "epoch", "seq", "id", "kind", "v", "at", "item", "operator", "policy")
"""What the head array of an event holds, in order, by the names on the wire."""


class NotAnEvent(ValueError):
    """What should be a CloudEvent of ours is none; the text says what is wrong with it."""


def of_recorded(event: Recorded) -> dict[str, Any]:
    """The envelope of an event of the journal."""
    found = written(event)
    return of_texts(found.head, found.body, found.prev, found.hash)


def of_texts(head: str, body: str, prev: str, digest: str) -> dict[str, Any]:
    """The envelope of an event that is given by the texts under its hash."""
    values, content = _canonical_values(head), _canonical_object(body)
    if values is None or content is None:
        return _raw(head, body, prev, digest)
    data = {**dict(zip(_HEAD, values, strict=True)), "body": content, "prev": prev, "hash": digest}
    return envelope(data)


def text_of(head: str, body: str, prev: str, digest: str) -> str:
    """What `of_texts` gives, as JSON text.

    Where the hash fits, the body is what a station wrote and goes in as it is; a fifth of the time.
    """
    values = _right_values(head)
    if values is None or not body.startswith("{") or _digest(head, body, prev) != digest:
        return json.dumps(of_texts(head, body, prev, digest), separators=(",", ":"))
    _, _, seq, _, _, v, *_ = values
    station, epoch, event_id, kind, at = (_quote(one) for one in (*values[:2], *values[3:5], values[6]))
    item, operator, policy = ("null" if one is None else _quote(one) for one in values[7:])
    subject = f',"subject":{item}' if values[7] else ""
    return (
        f'{{"specversion":"1.0","id":{event_id},"source":{_quote(_source(values[0], values[1]))},'
        f'"type":{_quote(f"regrade.{values[4]}.v{v}")},"time":{at},"datacontenttype":"application/json",'
        f'"data":{{"station":{station},"epoch":{epoch},"seq":{seq},"id":{event_id},"kind":{kind},"v":{v},"at":{at},'
        f'"item":{item},"operator":{operator},"policy":{policy},"body":{body},"prev":{_quote(prev)},'
        f'"hash":{_quote(digest)}}}{subject}}}'
    )


def envelope(data: Mapping[str, Any]) -> dict[str, Any]:
    """The envelope around an event as it is on the wire."""
    event = {
        "specversion": "1.0",
        "id": data["id"],
        "source": _source(data["station"], data["epoch"]),
        "type": f"regrade.{data['kind']}.v{data['v']}",
        "time": data["at"],
        "datacontenttype": "application/json",
        "data": dict(data),
    }
    if data["item"]:
        event["subject"] = data["item"]
    return event


def texts(event: object) -> list[str]:
    """Head, body, prev and hash of an event out of its envelope. Raises NotAnEvent."""
    if not isinstance(event, Mapping):
        raise NotAnEvent(f"it is a {_kind(event)}, a CloudEvent is an object")
    if event.get("specversion") != "1.0":
        raise NotAnEvent(f"specversion should be 1.0, it is {_shown(event.get('specversion'))}")
    data = event.get("data")
    if not isinstance(data, Mapping):
        raise NotAnEvent(f"data should be an object, it is a {_kind(data)}")
    if event.get("type") == RAW:
        names = ("head", "body", "prev", "hash")
        _need_texts(data, names)
        return [data[name] for name in names]
    _need_texts(data, ("station", "epoch", "id", "kind", "at", "prev", "hash"))
    for name in ("seq", "v"):
        if type(data.get(name)) is not int:
            raise NotAnEvent(f"data.{name} should be a whole number, it is {_shown(data.get(name))}")
    for name in ("item", "operator", "policy"):
        if not isinstance(data.get(name), str | None):
            raise NotAnEvent(f"data.{name} should be text or null, it is {_shown(data[name])}")
    if "body" not in data:
        raise NotAnEvent("data.body is missing")
    for name, wanted in (
        ("id", data["id"]),
        ("source", _source(data["station"], data["epoch"])),
        ("type", f"regrade.{data['kind']}.v{data['v']}"),
    ):
        if event.get(name) != wanted:
            raise NotAnEvent(f"{name} should be {wanted!r} by its data, it is {_shown(event.get(name))}")
    try:
        head = head_text(*(data[name] for name in _HEAD))
        return [head, canonical(data["body"]), data["prev"], data["hash"]]
    except (ValueError, RecursionError) as problem:
        raise NotAnEvent(f"its data can't be written as JSON: {problem}") from problem


def place(event: object) -> tuple[str, str] | None:
    """Station and epoch by the source of an envelope, or None where it is none of ours."""
    source = event.get("source") if isinstance(event, Mapping) else None
    found = _SOURCE.fullmatch(source) if isinstance(source, str) else None
    return (unquote(found[1]), unquote(found[2])) if found else None


def batch(events: Sequence[Mapping[str, Any]]) -> bytes:
    """Envelopes as the body of a request in batched mode."""
    return json.dumps(events, ensure_ascii=True, separators=(",", ":")).encode("ascii")


def batch_of_texts(events: Iterable[Sequence[str]]) -> bytes:
    """The same of events that are given as head, body, prev and hash."""
    return f"[{','.join(text_of(*event) for event in events)}]".encode("utf-8", "surrogatepass")


def _source(station: str, epoch: str) -> str:
    if _PLAIN.fullmatch(station) and _PLAIN.fullmatch(epoch):
        return f"/station/{station}/epoch/{epoch}"
    parts = (quote(one, safe="", errors="surrogatepass") for one in (station, epoch))
    return "/station/{}/epoch/{}".format(*parts)


def _raw(head: str, body: str, prev: str, digest: str) -> dict[str, Any]:
    values = _loaded(head)
    known = isinstance(values, list) and len(values) > 1 and all(isinstance(one, str) for one in values[:2])
    station, epoch = values[:2] if known else ("-", "-")
    own = hashlib.sha256(f"{head}\n{body}".encode("utf-8", "surrogatepass")).hexdigest()
    return {
        "specversion": "1.0",
        "id": f"raw-{own}",
        "source": _source(station, epoch),
        "type": RAW,
        "datacontenttype": "application/json",
        "data": {"head": head, "body": body, "prev": prev, "hash": digest},
    }


def _canonical_values(head: str) -> list[Any] | None:
    """The values of a head, if the text is the canonical one of values of the right kinds."""
    values = _right_values(head)
    return values if values is not None and _same(values, head) else None


def _right_values(head: str) -> list[Any] | None:
    """The values of a head, if there are as many as there should be, each of the right kind."""
    values = _loaded(head)
    if not isinstance(values, list) or len(values) != len(_HEAD):
        return None
    station, epoch, seq, event_id, kind, v, at, *rest = values
    right = (
        all(isinstance(one, str) for one in (station, epoch, event_id, kind, at))
        and type(seq) is int
        and type(v) is int
        and all(one is None or isinstance(one, str) for one in rest)
    )
    return values if right else None


def _digest(head: str, body: str, prev: str) -> str:
    """The hash of an event by its texts."""
    return hashlib.sha256(f"{prev}{head[:-1]},{body}]".encode("utf-8", "surrogatepass")).hexdigest()


def _canonical_object(body: str) -> dict[str, Any] | None:
    content = _loaded(body)
    return content if isinstance(content, dict) and _same(content, body) else None


def _loaded(text: str) -> Any:
    """The value of a JSON text; None where it is no JSON (or null, which neither a head nor a body is)."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _same(value: Any, text: str) -> bool:
    try:
        return canonical(value) == text
    except (ValueError, RecursionError):
        return False


def _need_texts(data: Mapping[str, Any], names: Sequence[str]) -> None:
    for name in names:
        if not isinstance(data.get(name), str):
            raise NotAnEvent(f"data.{name} should be text, it is {_shown(data.get(name))}")


def _shown(value: object) -> str:
    return "missing" if value is None else ascii(value)[:60]


def _kind(value: object) -> str:
    return "null" if value is None else type(value).__name__
