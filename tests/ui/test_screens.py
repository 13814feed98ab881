"""What the screen shows, as lines that a person can read in `golden/`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from terminal.bench.view import Choice, Level, View

NAMES = ("signed_out", "ready", "inspecting", "proposed", "done", "stop")


@pytest.mark.parametrize("name", NAMES)
def test_each_step_has_its_places_at_80x24(
    name: str, views: Any, station: Any, on_bench: Any, golden: Any
) -> None:
    """Each kind of view is drawn as it was approved, row by row."""
    view = getattr(views, name)

    async def script(bench: Any) -> None:
        await bench.sees(view.line.split()[0])
        golden(name, bench.lines)

    on_bench(station(view), script)


def test_a_lost_printer_is_seen_in_band_devices_and_queue(
    views: Any, station: Any, ill: Any, on_bench: Any, golden: Any
) -> None:
    """Work goes on in yellow, with a sign at everything that is not well."""

    async def script(bench: Any) -> None:
        await bench.sees("PRINTER ! lost 01:10")
        golden("printer_lost", bench.lines)

    on_bench(station(views.warn, lines=ill), script)


@pytest.mark.parametrize(
    ("name", "key"), [("help", "f1"), ("history", "f6"), ("shift", "f7"), ("palette", "f9")]
)
def test_pages_cover_the_bench(
    name: str, key: str, views: Any, station: Any, on_bench: Any, golden: Any
) -> None:
    """A page fills the screen, says how to get back, and keeps the devices in sight."""

    async def script(bench: Any) -> None:
        await bench.press(key)
        await bench.sees("Esc bench")
        if name == "shift":
            await bench.sees("GRADES")
        golden(f"page_{name}", bench.lines)

    on_bench(station(views.proposed), script)


def test_more_room_shows_the_value_of_each_way_and_the_last_items(
    views: Any, station: Any, on_bench: Any, golden: Any
) -> None:
    """At 120x40 the table of values stands on the right, and nothing of the left has moved."""

    async def script(bench: Any) -> None:
        await bench.sees("VALUE OF EACH WAY")
        golden("proposed_120x40", bench.lines)
        assert bench.lines[0].startswith(" RETURNS  bench 07   op 1001")
        assert bench.lines[-1].startswith(" F1 help")

    on_bench(station(views.proposed), script, size=(120, 40))


@pytest.mark.parametrize("size", [(59, 24), (80, 19), (30, 8), (20, 5), (1, 1)])
def test_a_window_that_is_too_small_says_so_and_nothing_breaks(
    size: tuple[int, int], views: Any, station: Any, on_bench: Any, golden: Any
) -> None:
    """Below 60x20 only word and last line are shown, with the news that scans are still stored."""

    async def script(bench: Any) -> None:
        golden(f"small_{size[0]}x{size[1]}", bench.lines)

    on_bench(station(views.stop), script, size=size)


def test_the_screen_follows_its_size(views: Any, station: Any, on_bench: Any) -> None:
    """Made smaller and larger again, the bench is what it was."""

    async def script(bench: Any) -> None:
        await bench.sees("Scan the return label")
        before = bench.text
        for size, text in (((40, 10), "window too small"), ((120, 40), "│"), ((80, 24), "LAST ITEMS")):
            await bench.pilot.resize_terminal(*size)
            await bench.sees(text)
        await bench.until(lambda: bench.text == before)

    on_bench(station(views.ready), script)


def test_what_would_do_nothing_is_pale_but_stays_in_its_place(
    views: Any, station: Any, on_bench: Any
) -> None:
    """The keys line has the same text at every step; only its colours say what would do something now."""

    async def script(bench: Any) -> None:
        keys = bench.lines[-1]
        colours = [segment.style.color for segment in bench.app.screen._compositor.render_strips()[-1]]
        bench.app.pump.submit("next")
        await bench.sees("order 88-1042-7")
        assert bench.lines[-1] == keys
        now = [segment.style.color for segment in bench.app.screen._compositor.render_strips()[-1]]
        assert now != colours

    on_bench(station(views.ready, answer=lambda given: views.inspecting), script)


def test_nothing_unchanged_is_painted_again(views: Any, station: Any, on_bench: Any) -> None:
    """A picture that differs in one row repaints that row only."""

    async def script(bench: Any) -> None:
        painted = []
        panels = {panel.id: panel for panel in bench.app.screen.query("Panel")}
        for name, panel in panels.items():
            panel.refresh = lambda *a, name=name, **k: painted.append(name)
        bench.app.picture = replace(bench.app.picture, devices=())
        bench.app._draw()
        assert painted == ["devices"]
        bench.app._draw()
        assert painted == ["devices"]

    on_bench(station(views.ready), script)


def test_band_symbol_and_word_agree(views: Any, station: Any, on_bench: Any) -> None:
    """Each level has a colour of its own behind rows 3 to 9, and its symbol in row 9."""
    found = {}
    for view in (views.ready, views.done, views.warn, views.stop):

        async def script(bench: Any, view: View = view) -> None:
            strips = bench.app.screen._compositor.render_strips()
            backs = {segment.style.bgcolor.name for strip in strips[2:9] for segment in strip}
            assert len(backs) == 1
            found[view.level] = (backs.pop(), bench.lines[8][1])

        on_bench(station(view), script)
    assert {level: symbol for level, (_, symbol) in found.items()} == {
        Level.ASK: "?",
        Level.OK: "+",
        Level.WARN: "!",
        Level.STOP: "X",
    }
    assert len({back for back, _ in found.values()}) == 4


def test_a_menu_of_many_entries_fits_in_two_columns(
    views: Any, station: Any, on_bench: Any, golden: Any
) -> None:
    """Eighteen reasons are all to be seen at 80x24, each with its number."""
    menu = replace(
        views.inspecting,
        word="WHY HOLD?",
        line="Choose a reason.",
        menu="REASON FOR HOLD",
        facts=(),
        choices=tuple(Choice(number, f"reason number {number}") for number in range(1, 19)),
    )

    async def script(bench: Any) -> None:
        await bench.sees("reason number 18")
        golden("menu", bench.lines)

    on_bench(station(menu), script)
