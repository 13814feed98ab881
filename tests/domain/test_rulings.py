"""Rulings as they are published: what each line must say, and what it means for one station."""

from __future__ import annotations

import json
from typing import Any

import pytest

from terminal.domain.rulings import Claim, Ruling, load_rulings
from terminal.domain.suggest import BadData

WHOLE: dict[str, Any] = {
    "id": "c-1", "what": "serial", "value": "SN-7", "keep": {"station": "S1", "lpn": "bbbx"},
    "hold": [{"station": "S2", "lpn": "CCCX"}, {"station": "S1", "lpn": "BBBZ"}], "by": "9001",
    "at": "2026-11-23T06:00:00Z", "note": "seen",
}  # fmt: skip


def test_a_line_is_a_ruling_on_items_of_several_stations() -> None:
    """LPNs are in capitals; a station hears of its own items only; blank lines count for nothing."""
    text = (
        "\ufeff"
        + json.dumps(WHOLE)
        + "\n\n"
        + json.dumps(WHOLE | {"id": "c-2", "keep": None, "note": None})
        + "\n"
    )
    first, second = load_rulings(text, "r.ndjson")
    hold = (Claim("S2", "CCCX"), Claim("S1", "BBBZ"))
    assert first == Ruling(
        "c-1", "serial", "SN-7", Claim("S1", "BBBX"), hold, "9001", "2026-11-23T06:00:00Z", "seen"
    )
    assert list(first.of("S1")) == [("BBBX", "keep"), ("BBBZ", "hold")]
    assert list(first.of("S2")) == [("CCCX", "hold")]
    assert list(first.of("S3")) == []
    assert list(second.of("S1")) == [("BBBZ", "hold")]
    assert second.note == ""


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"id": "a b"}, "id: expected"),
        ({"id": ""}, "id: is empty"),
        ({"what": "colour"}, "what: expected rma_line or serial"),
        ({"value": "a\nb"}, "value: expected a line"),
        ({"value": 5}, "value: expected a line"),
        ({"value": "x" * 201}, "value: expected a line"),
        ({"hold": {}}, "hold: expected a list"),
        ({"hold": [5]}, "expected {station, lpn}"),
        ({"hold": [{"station": "S1"}]}, "lpn: expected a line"),
        ({"hold": [{"station": "S1", "lpn": "BBBX"}]}, "can't be kept and held"),
        ({"note": 5}, "note: expected a line"),
    ],
)
def test_a_line_that_is_none_is_told_with_its_number(change: dict[str, Any], told: str) -> None:
    """All of them, not only the first."""
    text = json.dumps(WHOLE) + "\n" + json.dumps(WHOLE | change) + "\n"
    with pytest.raises(BadData, match=r"r\.ndjson:2: no ruling") as caught:
        load_rulings(text, "r.ndjson")
    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("text", "told"), [("", "no ruling in it"), ("[]", "expected an object"), ("{", ":1: no")]
)
def test_a_file_without_rulings_is_told(text: str, told: str) -> None:
    """Empty, or something else altogether."""
    with pytest.raises(BadData) as caught:
        load_rulings(text, "r.ndjson")
    assert told in str(caught.value)
