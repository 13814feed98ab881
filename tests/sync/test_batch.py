"""Events on the wire, and the cutting of batches."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from terminal.bench.wire import Draft, Recorded
from terminal.store.station_file import StationFile
from terminal.sync.batch import cut, line, wire

FIELDS = [
    "id",
    "station",
    "epoch",
    "seq",
    "kind",
    "v",
    "at",
    "item",
    "operator",
    "policy",
    "body",
    "prev",
    "hash",
]


def event(seq: int, **body: str) -> Recorded:
    """An event that never stood in a journal."""
    at = datetime(2026, 11, 23, 8, 0, 0, 5000, tzinfo=UTC)
    return Recorded(
        "id", "ST01", "epoch", seq, "inspected", 1, at, None, None, None, body, "0" * 64, "1" * 64
    )


def test_the_wire_has_exactly_the_fields_of_the_contract() -> None:
    """In this order, times as UTC text with milliseconds."""
    told = wire(event(7, text="x"))
    assert list(told) == FIELDS
    assert (told["at"], told["seq"], told["item"], told["body"]) == (
        "2026-11-23T08:00:00.005Z",
        7,
        None,
        {"text": "x"},
    )


@given(text=st.text())
def test_an_event_is_one_line_of_ascii_and_comes_back_whole(text: str) -> None:
    """Whatever text it carries: line breaks of all alphabets, NUL, half surrogate pairs."""
    raw = line(event(1, text=text))
    assert raw.isascii()
    assert raw.endswith(b"\n")
    assert len(raw.splitlines()) == 1
    assert json.loads(raw)["body"]["text"] == text


def test_the_hash_can_be_computed_from_the_line_alone(tmp_path: Path) -> None:
    """By a receiver that has nothing but the line and the rule."""
    with StationFile.open(tmp_path, "ST01") as file:
        at = datetime(2026, 11, 23, 8, tzinfo=UTC)
        (made,) = file.journal.append(
            [Draft("inspected", 1, at, "B", None, "9f", {"z": "ü\n", "a": [1, None]})]
        )
    told = json.loads(line(made))
    names = ["station", "epoch", "seq", "id", "kind", "v", "at", "item", "operator", "policy", "body"]
    text = json.dumps([told[name] for name in names], sort_keys=True, separators=(",", ":"))
    assert hashlib.sha256((told["prev"] + text).encode()).hexdigest() == told["hash"]


@given(
    sizes=st.lists(st.integers(0, 2000), max_size=40),
    max_count=st.integers(1, 7),
    max_bytes=st.integers(1, 5000),
)
def test_batches_hold_all_events_in_order_and_keep_their_limits(
    sizes: list[int], max_count: int, max_bytes: int
) -> None:
    """An event that is larger than the limit goes alone; no batch could have taken one more."""
    events = [event(seq, text="x" * size) for seq, size in enumerate(sizes, 1)]
    batches = list(cut(events, max_count, max_bytes))
    assert [one for batch in batches for one in batch] == events
    weights = [[len(line(one)) for one in batch] for batch in batches]
    assert all(len(batch) <= max_count for batch in batches)
    assert all(sum(weight) <= max_bytes or len(weight) == 1 for weight in weights)
    for weight, following in pairwise(weights):
        assert len(weight) == max_count or sum(weight) + following[0] > max_bytes


def test_no_events_make_no_batch() -> None:
    """Nothing is sent where nothing is."""
    assert list(cut([])) == []
