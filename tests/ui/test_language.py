"""The screen's own words are in the language of the view, and change with it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from threading import Event
from typing import Any

import pytest

from terminal.bench.given import Given, Scan
from terminal.domain.speech import LANGUAGES, _, speaking
from terminal.ui import words
from terminal.ui.keys import REGISTRY
from terminal.ui.port import DeviceLine
from terminal.ui.pump import cannot_start, starting, stopped
from terminal.ui.screens import drawing, help, history, palette, shift
from terminal.ui.screens.page import drawn
from terminal.ui.settings import ScreenSettings
from terminal.ui.widgets import status
from terminal.voices import voice

TRANSLATED = LANGUAGES[1:]


def spoken(language: str) -> AbstractContextManager[None]:
    """Inside, `_` gives what the screen should say."""
    return speaking(voice(language))


def test_the_screen_changes_its_language_when_another_person_signs_in(
    views: Any, station: Any, on_bench: Any
) -> None:
    """Keys, typed line and steps follow the view, at once and back again."""
    german, polish = replace(views.ready, language="de"), replace(views.ready, language="pl")
    by_badge = {"DE": german, "PL": polish, "EN": views.ready}

    def answer(given: Given) -> Any:
        assert isinstance(given, Scan)
        return by_badge[given.text]

    def on_screen(language: str) -> tuple[str, ...]:
        with spoken(language):
            return _("undo"), _(words.TYPE_HINT), _(words.STEPS[0])

    async def script(bench: Any) -> None:
        await bench.sees(*on_screen("en"))
        for badge, language in (("DE", "de"), ("PL", "pl"), ("EN", "en")):
            bench.app.scanned(Scan(badge))
            await bench.sees(*on_screen(language))
        assert on_screen("de")[0] != on_screen("pl")[0] != "undo"

    on_bench(station(views.ready, answer), script)


def test_pages_are_in_the_language_of_the_view(views: Any, station: Any, on_bench: Any) -> None:
    """Help and palette, and what the palette answers to a letter that stands for nothing."""
    with spoken("de"):
        undo = _("Take back the last step, also after printing.")
        unknown = _(words.PALETTE_UNKNOWN).format(letter="ß")
        wait = _(words.PALETTE)

    async def script(bench: Any) -> None:
        await bench.press("f1")
        await bench.sees(undo[:30])
        await bench.press("escape", "f9")
        await bench.sees(wait, undo[:30])
        await bench.press("ß")
        await bench.sees(unknown)

    on_bench(station(replace(views.ready, language="de")), script, size=(100, 40))
    assert undo != "Take back the last step, also after printing."


def test_devices_say_how_they_are_in_the_language_of_the_view(
    views: Any, station: Any, on_bench: Any
) -> None:
    """They are asked in it, each time."""

    class Speaks(station):  # type: ignore[misc]
        def devices(self) -> tuple[DeviceLine, ...]:
            return (DeviceLine("PRINTER", "warn", _("undo")), DeviceLine("SYNC", "off", ""))

    with spoken("pl"):
        said, name, off = _("undo"), _("PRINTER"), _(words.STATES["off"])

    async def script(bench: Any) -> None:
        await bench.sees(f"{name} ! {said}", off)

    on_bench(Speaks(replace(views.ready, language="pl")), script)


def test_until_a_view_is_there_the_station_speaks_its_own_language(
    views: Any, station: Any, on_bench: Any
) -> None:
    """While it starts, and where it can't."""
    with spoken("de"):
        line, leave = _(words.STARTING_LINE), _(words.CANNOT_START_KEY)
    opened, at = Event(), station(views.ready)

    def open_port() -> Any:
        opened.wait(20)
        raise OSError(28, "no room")

    async def script(bench: Any) -> None:
        await bench.sees(line)
        opened.set()
        await bench.sees("no room", leave[:40])

    settings = ScreenSettings(theme="bench-256", language="de")
    on_bench(at, script, settings=settings, open_port=open_port)
    assert starting("de").language == cannot_start("why", "de").language == "de"


def test_a_view_that_failed_stays_in_its_language(views: Any) -> None:
    """What is said of the failure is in the language of the context, and the view keeps its own."""
    before = replace(views.ready, language="fr")
    with spoken("fr"):
        after = stopped(before, "why")
        assert after.word == _(words.NOT_SURE)
    assert after.language == "fr"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [60, 80, 120])
def test_every_row_and_page_fits_in_every_language(picture: Any, ill: Any, language: str, width: int) -> None:
    """None is wider than the screen, and the keys line shows every key that the English one does."""
    seen = replace(picture, devices=ill, view=replace(picture.view, language=language))
    pages: list[Callable[[], Any]] = [
        lambda: help.page(seen, width),
        lambda: history.page(seen, width),
        lambda: shift.page(seen, None, width),
        lambda: palette.page(seen),
        lambda: drawing.page(seen, "label", None),
    ]
    with spoken(language):
        rows = [
            status.header(seen, width),
            status.steps(seen, width),
            status.last(seen, width),
            status.devices(seen, width),
            status.keys(seen, width),
        ]
        for page in pages:
            rows += drawn(page(), seen, 0, width, 24)
        keys = status.keys(seen, 80).plain
    assert max(row.cell_length for row in rows) <= width
    assert all(f"F{number} " in keys for number in (1, 2, 3, 4, 5, 7, 8, 9))


@pytest.mark.parametrize("language", TRANSLATED)
def test_names_of_actions_are_whole_in_palette_and_help(picture: Any, language: str) -> None:
    """None is cut there, and no two are the same."""
    seen = replace(picture, view=replace(picture.view, actions=tuple(action.id for action in REGISTRY)))
    with spoken(language):
        in_palette = "\n".join(line.plain for line in palette.page(seen).lines)
        in_help = "\n".join(line.plain for line in help.page(seen, 120).lines)
        names = [_(action.name) for action in REGISTRY]
        assert all(f"{_(action.name)} " in in_palette for action in REGISTRY if action.letter)
        assert all(f"{name} " in in_help for _key, name, _help in seen.keymap.help_lines())
    assert len(set(names)) == len(names)
