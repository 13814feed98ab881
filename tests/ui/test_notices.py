"""What stays on the bench for as long as it holds: in words, in its place, at every size, and never as markup."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.ui.picture import Picture
from terminal.ui.port import DeviceLine
from terminal.ui.widgets import status
from terminal.ui.widgets.notices import MOST, SHORTEST_BODY, notices

TROUBLE = (
    "SYNC hub, for 3 min: The hub at 192.0.2.9 does not answer within 3 s. What waits is safe on this station's "
    "disk (212 events): go on working."
)
SYNC = DeviceLine("SYNC", "warn", "212 · 3 min", 212, TROUBLE)


def test_a_notice_stands_above_the_typed_line_and_nothing_else_moves(
    views: Any, station: Any, well: Any, on_bench: Any, golden: Any
) -> None:
    """Line, age and sentence at 80x24; the band still says what to do next."""

    async def script(bench: Any) -> None:
        await bench.sees("SYNC ! 212 · 3 min")
        golden("sync_trouble", bench.lines)
        assert "queue 212" in bench.lines[0]
        assert len(bench.lines) == 24
        at.lines = (*well[:3], DeviceLine("SYNC", "ok", ""))
        await bench.sees_no_more("does not answer")

    at = station(views.ready, lines=(*well[:3], SYNC))
    on_bench(at, script)


def test_the_last_word_of_a_shift_is_good_news(
    views: Any, station: Any, well: Any, on_bench: Any, golden: Any
) -> None:
    """With a plus in front of it."""
    word = DeviceLine("SYNC", "ok", "", 0, "All 1,204 events are at the warehouse (hub, folder).")

    async def script(bench: Any) -> None:
        await bench.sees(" + All 1,204 events are at the warehouse (hub, folder).")
        golden("sync_last_word", bench.lines)

    on_bench(station(views.signed_out, lines=(*well[:3], word)), script)


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 40)])
def test_a_notice_fits_at_every_size(
    size: tuple[int, int], views: Any, station: Any, well: Any, on_bench: Any
) -> None:
    """The typed line and the rows under it stay where they are."""

    async def script(bench: Any) -> None:
        await bench.sees("SYNC hub, for 3 min")
        assert all(len(line) == size[0] for line in bench.lines)
        assert bench.lines[-2].lstrip().startswith("SCANNER ok")
        assert bench.lines[-4].startswith("──")
        assert any("Number" in line or "POWERS" in line or "YES" in line for line in bench.lines)

    on_bench(station(views.inspecting, lines=(*well[:3], SYNC)), script, size=size)


@given(
    st.lists(st.text(max_size=300), max_size=4),
    st.integers(20, 160),
    st.integers(0, 30),
    st.sampled_from(["ok", "warn", "lost", "off"]),
)
@settings(max_examples=100, deadline=None)
def test_any_text_takes_no_more_room_than_there_is(
    texts: list[str], width: int, height: int, state: Any
) -> None:
    """And is drawn as it is, whatever it says."""
    from datetime import UTC, datetime

    from terminal.ui.keys import build
    from terminal.ui.pump import starting

    devices = tuple(DeviceLine("SYNC", state, "", 0, text) for text in texts)
    picture = Picture(starting(), build()[0], datetime.now(UTC), UTC, devices)
    lines = notices(picture, width, height)
    assert len(lines) <= max(0, min(MOST, height - SHORTEST_BODY))
    assert all(line.cell_length <= width for line in lines)
    assert all("\x1b" not in line.plain for line in lines)


@pytest.mark.parametrize("width", [60, 80, 100])
def test_the_sync_is_seen_however_much_the_others_say(picture: Picture, width: int) -> None:
    """The longest text is cut, not the last device."""
    long = "lost: the device was unplugged while it was being read, plug it in again and wait"
    devices = (
        DeviceLine("SCANNER", "lost", long),
        DeviceLine("PRINTER", "lost", "2 labels wait: no such device (try 3, next in 8 s)"),
        DeviceLine("SAVED", "ok", ""),
        replace(SYNC, text="1,204,212 · 12 days"),
    )
    line = status.devices(replace(picture, devices=devices), width)
    assert line.cell_length <= width
    assert "PRINTER ! 2 label" in line.plain
    assert "SYNC ! 1," in line.plain
    if width >= 80:
        assert "SYNC ! 1,204,212 · 12 days" in line.plain
