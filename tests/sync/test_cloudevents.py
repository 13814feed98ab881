"""Envelopes and back: the texts under a hash survive the way, and what is no event of ours is told apart."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.bench.wire import Recorded
from terminal.store.chain import GENESIS, canonical
from terminal.sync.batch import wire
from terminal.sync.cloudevents import (
    RAW,
    NotAnEvent,
    batch,
    batch_of_texts,
    of_recorded,
    of_texts,
    place,
    texts,
)

EPOCH = "01936f00-0000-7000-8000-000000000001"
scalars = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
)
bodies = st.dictionaries(
    st.text(), st.recursive(scalars, lambda inner: st.lists(inner, max_size=3), max_leaves=8)
)
names = st.none() | st.text(max_size=8)


@settings(max_examples=100, deadline=None)
@given(body=bodies, station=st.text(min_size=1, max_size=8), item=names, seq=st.integers())
def test_the_texts_under_a_hash_survive_the_way(
    body: dict[str, Any], station: str, item: str | None, seq: int
) -> None:
    """Head and body come back to the byte, whatever is in them, after the envelope went through JSON."""
    head = canonical(
        [station, EPOCH, seq, "id", "inspected", 1, "2026-11-23T08:00:00.000Z", item, None, None]
    )
    text = canonical(body)
    sent = of_texts(head, text, GENESIS, "ab")
    fitting = hashlib.sha256(f"{GENESIS}{head[:-1]},{text}]".encode()).hexdigest()
    for digest in ("ab", fitting):
        whole = json.loads(batch_of_texts([(head, text, GENESIS, digest)] * 2))
        assert whole == [of_texts(head, text, GENESIS, digest)] * 2
    assert sent["type"] == "regrade.inspected.v1"
    (received,) = json.loads(batch([sent]))
    assert texts(received) == [head, text, GENESIS, "ab"]
    assert place(received) == (station, EPOCH)


@settings(max_examples=100, deadline=None)
@given(head=st.text(), body=st.text())
def test_texts_that_are_not_canonical_travel_as_they_are(head: str, body: str) -> None:
    """Nothing is mended on the way: the far side sees what the station holds."""
    sent = of_texts(head, body, GENESIS, "ab")
    assert sent["type"] == RAW
    (received,) = json.loads(batch_of_texts([(head, body, GENESIS, "ab")]))
    assert received == sent
    assert texts(received) == [head, body, GENESIS, "ab"]


@pytest.mark.parametrize(
    "body", ['{"a": 1}', '{"b":1,"a":2}', "[]", "1e999", '{"a":1e999}', "{", '{"a":"\u00e4"}', "9" * 5000]
)
def test_a_body_that_was_edited_is_told_by_its_type(body: str) -> None:
    """Spaces, order of keys, another kind of value, letters that should be escapes."""
    head = canonical(["ST01", EPOCH, 1, "id", "inspected", 1, "2026-11-23T08:00:00.000Z", None, None, None])
    sent = of_texts(head, body, GENESIS, "ab")
    assert sent["type"] == RAW
    assert sent["source"] == f"/station/ST01/epoch/{EPOCH}"
    assert texts(json.loads(batch([sent]))[0])[:2] == [head, body]


def test_an_envelope_holds_the_event_as_every_sink_sees_it(fill: Callable[..., tuple[Recorded, ...]]) -> None:
    """`data` is the wire event; from the texts that come back its hash can be computed again."""
    for event in fill(3, note="\u00e4\u2028\ud83d\ude00"):
        sent = of_recorded(event)
        assert canonical(sent["data"]) == canonical(wire(event))
        assert (sent["specversion"], sent["id"], sent["subject"]) == ("1.0", event.id, "BCDF")
        head, body, prev, digest = texts(json.loads(batch([sent]))[0])
        taken = hashlib.sha256(f"{prev}{head[:-1]},{body}]".encode()).hexdigest()
        assert taken == digest == event.hash


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"specversion": "1"}, "specversion"),
        ({"data": "text"}, "data"),
        ({"id": "another"}, "id should be"),
        ({"source": "/station/ST02/epoch/x"}, "source should be"),
        ({"type": "regrade.inspected.v2"}, "type should be"),
        ({"data": {"seq": True}}, "data.seq"),
        ({"data": {"v": "1"}}, "data.v"),
        ({"data": {"station": None}}, "data.station should be text, it is missing"),
        ({"data": {"item": 5}}, "data.item"),
        ({"data": {"body": float("nan")}}, "JSON"),
        ({"type": RAW}, "data.head"),
    ],
)
def test_what_is_wrong_with_an_envelope_is_named(change: dict[str, Any], word: str) -> None:
    """By the member that is wrong."""
    head = canonical(["ST01", EPOCH, 1, "id", "inspected", 1, "2026-11-23T08:00:00.000Z", None, None, None])
    sent = of_texts(head, "{}", GENESIS, "ab")
    data = change.get("data")
    broken = {**sent, **change, **({"data": {**sent["data"], **data}} if isinstance(data, dict) else {})}
    with pytest.raises(NotAnEvent, match=word):
        texts(broken)
    assert place([]) is None


def test_an_event_without_a_body_or_an_object_is_none() -> None:
    """Silence is not an empty body."""
    head = canonical(["ST01", EPOCH, 1, "id", "inspected", 1, "2026-11-23T08:00:00.000Z", None, None, None])
    sent = of_texts(head, "{}", GENESIS, "ab")
    del sent["data"]["body"]
    with pytest.raises(NotAnEvent, match="body is missing"):
        texts(sent)
    with pytest.raises(NotAnEvent, match="is an object"):
        texts(None)


def test_the_time_of_an_envelope_is_that_of_the_journal() -> None:
    """UTC with milliseconds."""
    at = datetime(2026, 11, 23, 8, 0, 0, 7000, tzinfo=UTC)
    event = Recorded("id", "ST01", EPOCH, 1, "inspected", 1, at, None, None, None, {}, GENESIS, "ab")
    assert of_recorded(event)["time"] == "2026-11-23T08:00:00.007Z"
    assert "subject" not in of_recorded(event)
