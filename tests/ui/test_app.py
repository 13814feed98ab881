"""Keys, scans and faults on a running bench without a terminal."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

import pytest
from textual import events

from terminal.bench.actions import ACTIONS
from terminal.bench.given import Idle, Press, Scan, Typed
from terminal.bench.view import Fact, Level
from terminal.domain.lettercode import OwnKind, make
from terminal.ui.settings import ScreenSettings

HOSTILE = (
    "[@click=app.quit]x[/]",
    "Bolt [/M8] 5mm",
    "Shirt [L] size [blue] 5",
    "\x1b]52;c;aGk=\x1b\\\x1b[2J",
    "\x9b31mC1 \u202eevil\u202c \u200bzero",
    "[b",
    "a\nb\tc\rd\x00e",
)


def test_a_burst_is_a_scan_and_slow_keys_are_typing(views: Any, station: Any, on_bench: Any) -> None:
    """A scanner's burst goes to the station as one scan; a number and Enter go as a typed line."""
    at = station(views.inspecting)

    async def script(bench: Any) -> None:
        bench.burst("4006381333931\r")
        await bench.gets(Scan("4006381333931"))
        await bench.press("1", "2")
        await bench.sees("> 12█")
        await bench.press("enter")
        await bench.gets(Scan("4006381333931"), Typed("12"))
        await bench.sees("Number and Enter")

    on_bench(at, script)


def test_backspace_edits_escape_clears_and_enter_alone_is_an_empty_line(
    views: Any, station: Any, on_bench: Any
) -> None:
    """The typed line is shown as it is typed, edited and cleared; Enter without text is given as such."""
    at = station(replace(views.inspecting, prompt="How many?"))

    async def script(bench: Any) -> None:
        await bench.sees("How many? █")
        await bench.press("a", "b", "backspace", "c")
        await bench.sees("How many? ac█")
        await bench.press("escape")
        await bench.sees("How many? █")
        await bench.press("enter")
        await bench.gets(Typed(""))

    on_bench(at, script)


def test_two_scans_back_to_back_with_a_control_key_in_one(views: Any, station: Any, on_bench: Any) -> None:
    """Ctrl-Q and Ctrl-P inside a barcode neither leave the program nor open anything; the next scan is whole."""
    at = station(views.ready)

    async def script(bench: Any) -> None:
        bench.burst("AB\x11CD\x10EF\r")
        bench.burst("5012345678900\r")
        await bench.until(lambda: len(at.given) == 2)
        first, second = at.given
        assert first.problem
        assert second == Scan("5012345678900")
        assert bench.app.is_running
        assert len(bench.app.screen_stack) == 1

    on_bench(at, script)


@pytest.mark.parametrize("key", ["ctrl+q", "ctrl+c", "ctrl+p", "tab", "shift+tab", "ctrl+z"])
def test_keys_of_textual_do_nothing(key: str, views: Any, station: Any, on_bench: Any) -> None:
    """None of the keys that Textual binds by itself does anything."""
    at = station(views.ready)

    async def script(bench: Any) -> None:
        before = bench.text
        await bench.press(key)
        await bench.press("x")
        await bench.sees("> x█")
        await bench.press("escape")
        await bench.until(lambda: bench.text == before)
        assert at.given == []
        assert bench.app.focused is None

    on_bench(at, script)


@pytest.mark.parametrize("action", [one for one in ACTIONS if one.key.startswith("f") and not one.screen])
def test_each_key_of_the_registry_gives_its_action(
    action: Any, views: Any, station: Any, on_bench: Any
) -> None:
    """An F-key is given to the station as the action's id, at any time: a refusal comes with its reason."""

    async def script(bench: Any) -> None:
        await bench.press(action.key)
        await bench.gets(Press(action.id))

    on_bench(station(views.signed_out), script)


def test_a_site_can_move_an_action_to_another_key(views: Any, station: Any, on_bench: Any) -> None:
    """The new key works, the old one does nothing, and the keys line names the new one."""

    async def script(bench: Any) -> None:
        await bench.press("f2", "f10")
        await bench.gets(Press("undo"))
        assert "F10 undo" in bench.lines[-1]
        assert "F10 undo" in bench.lines[-3]

    on_bench(station(views.ready), script, settings=ScreenSettings(keys={"undo": "F10"}))


@pytest.mark.parametrize("key", ["f1", "f6", "f7", "f9"])
def test_a_scan_on_a_page_goes_to_the_bench_and_is_used(
    key: str, views: Any, station: Any, on_bench: Any
) -> None:
    """Whatever page is open, a scan closes it and reaches the station."""
    at = station(views.ready)

    async def script(bench: Any) -> None:
        await bench.press(key)
        await bench.sees("Esc bench")
        bench.burst("4006381333931\r")
        await bench.gets(Scan("4006381333931"))
        await bench.sees("LAST ITEMS")
        await bench.sees_no_more("Esc bench")

    on_bench(at, script)


def test_a_page_closes_with_escape_its_own_key_or_an_action(views: Any, station: Any, on_bench: Any) -> None:
    """Esc goes back, the key that opened a page closes it, and an F-key acts from any page."""

    async def script(bench: Any) -> None:
        for close in ("escape", "f1", "enter"):
            await bench.press("f1")
            await bench.sees("KEYS")
            await bench.press(close)
            await bench.sees_no_more("KEYS")
        assert bench.station.given == []
        await bench.press("f6", "f2")
        await bench.gets(Press("undo"))
        await bench.sees_no_more("Esc bench")

    on_bench(station(views.ready), script)


def test_escape_closes_an_open_menu_and_nothing_else(views: Any, station: Any, on_bench: Any) -> None:
    """Esc gives the empty line that closes a menu; with text it clears that, and without a menu nothing."""
    menu = replace(views.inspecting, menu="WHY HOLD?", word="WHY HOLD?")
    at = station(menu, answer=lambda given: views.inspecting)

    async def script(bench: Any) -> None:
        await bench.sees("Esc closes this")
        await bench.press("3")
        await bench.sees("> 3█")
        await bench.press("escape")
        await bench.sees("Esc closes this")
        await bench.press("escape")
        await bench.gets(Typed(""))
        await bench.sees_no_more("Esc closes this")
        await bench.press("escape", "f2")
        await bench.gets(Typed(""), Press("undo"))

    on_bench(at, script)


def test_a_long_page_moves_and_stops_at_its_ends(views: Any, station: Any, on_bench: Any) -> None:
    """Page keys and arrows move the help page; it never moves out of sight."""

    async def script(bench: Any) -> None:
        await bench.press("f1")
        await bench.sees("Up/Down more")
        top = bench.lines[2:8]
        await bench.press("up")
        assert bench.lines[2:8] == top
        await bench.press("down")
        await bench.until(lambda: bench.lines[2:7] == top[1:6])
        await bench.press("pagedown", "pagedown", "pagedown")
        await bench.sees("Take what is proposed.")
        await bench.press("pageup", "pageup", "pageup")
        await bench.until(lambda: bench.lines[2:8] == top)

    on_bench(station(views.ready), script)


def test_single_letters_act_only_in_the_palette(views: Any, station: Any, on_bench: Any) -> None:
    """A letter on the bench is typing; in the palette it is its action; an unknown one is said to be unknown."""

    async def script(bench: Any) -> None:
        await bench.press("u")
        await bench.sees("> u█")
        await bench.press("escape", "f9", "8")
        await bench.sees("8 stands for nothing here")
        await bench.press("U")
        await bench.gets(Press("undo"))
        await bench.sees_no_more("EVERYTHING")
        await bench.press("f9", "l")
        await bench.sees("HISTORY")

    on_bench(station(views.ready), script)


def test_quitting_asks_nothing_when_no_item_is_open(views: Any, station: Any, on_bench: Any) -> None:
    """The palette's K leaves at once with status 0."""

    async def script(bench: Any) -> None:
        await bench.press("f9", "k")
        await bench.until(lambda: bench.app.return_code == 0)

    on_bench(station(views.ready), script)


def test_quitting_with_an_open_item_takes_a_second_letter(views: Any, station: Any, on_bench: Any) -> None:
    """The first K says that an item is open; anything else forgets it; K twice leaves."""

    async def script(bench: Any) -> None:
        await bench.press("f9", "k")
        await bench.sees("K again closes this program")
        await bench.press("escape", "f9", "k")
        await bench.sees("K again closes this program")
        assert bench.app.return_code is None
        await bench.press("k")
        await bench.until(lambda: bench.app.return_code == 0)

    on_bench(station(views.inspecting), script)


def test_a_key_for_quitting_asks_too(views: Any, station: Any, on_bench: Any) -> None:
    """A site that gives quit a key gets the same question."""

    async def script(bench: Any) -> None:
        await bench.press("f10")
        await bench.sees("K again closes this program")
        await bench.press("f10")
        await bench.until(lambda: bench.app.return_code == 0)

    on_bench(station(views.inspecting), script, settings=ScreenSettings(keys={"quit": "f10"}))


@pytest.mark.parametrize("aim", ["", "]C0"])
def test_the_barcode_of_a_page_opens_it_without_the_workflow(
    aim: str, views: Any, station: Any, on_bench: Any
) -> None:
    """The command codes of help and shift are the screen's own; all others are given to the station."""
    shift = make(OwnKind.COMMAND, "SHIFT")
    undo = make(OwnKind.COMMAND, "UNDO")

    async def script(bench: Any) -> None:
        bench.burst(f"{aim}{shift}\r")
        await bench.sees("GRADES")
        bench.burst(f"{aim}{undo.lower()}\r")
        await bench.gets(Scan(f"{aim}{undo.lower()}"))

    on_bench(station(views.ready), script)


def test_scans_of_a_serial_scanner_come_from_any_thread(views: Any, station: Any, on_bench: Any) -> None:
    """Three threads give their scans at once; all arrive, each thread's in its order."""
    at = station(views.ready)

    async def script(bench: Any) -> None:
        def send(name: str) -> None:
            for number in range(50):
                assert bench.app.scanned(Scan(f"{name}{number:02}", "serial"))

        threads = [threading.Thread(target=send, args=(name,)) for name in "ABC"]
        for thread in threads:
            thread.start()
        await bench.until(lambda: len(at.given) == 150)
        for name in "ABC":
            mine = [scan.text for scan in at.given if scan.text.startswith(name)]
            assert mine == sorted(mine)

    on_bench(at, script)


def test_scanners_are_started_with_the_station(views: Any, station: Any, on_bench: Any) -> None:
    """They get the function that takes scans; if that fails, the station is closed and the band says why."""
    at = station(views.ready)

    async def script(bench: Any) -> None:
        await bench.gets(Scan("4006381333931", "serial"))

    on_bench(at, script, start_scanners=lambda take: take(Scan("4006381333931", "serial")))

    def fail(take: Any) -> None:
        raise OSError(2, "No such file or directory", "/dev/scanner")

    at = station(views.ready)

    async def failing(bench: Any) -> None:
        await bench.sees("X No such file or directory: /dev/scanner")
        assert at.closed
        bench.burst("4006381333931\r")
        bench.app.scanned(Scan("5012345678900", "serial"))
        await bench.pilot.pause()
        assert at.given == []

    on_bench(at, failing, start_scanners=fail)


def test_a_scan_during_a_commit_waits_its_turn(views: Any, station: Any, on_bench: Any) -> None:
    """While the station works, the screen lives on, says so, and gives what came meanwhile in order."""
    release = threading.Event()

    def answer(given: Any) -> Any:
        if given == Scan("SLOW", "serial"):
            assert release.wait(10)
        return views.ready

    at = station(views.ready, answer=answer)

    async def script(bench: Any) -> None:
        bench.app.scanned(Scan("SLOW", "serial"))
        bench.burst("4006381333931\r")
        bench.burst("5012345678900\r")
        await bench.sees("working, 2 more waiting")
        release.set()
        await bench.gets(Scan("SLOW", "serial"), Scan("4006381333931"), Scan("5012345678900"))
        await bench.sees_no_more("working")

    on_bench(at, script)


def test_a_failing_station_stops_the_item_not_the_bench(views: Any, station: Any, on_bench: Any) -> None:
    """An exception becomes a red band with a sentence; the next scan works."""

    def answer(given: Any) -> Any:
        if given == Scan("4006381333931"):
            raise OSError(28, "No space left on device", "station.db")
        return views.done

    async def script(bench: Any) -> None:
        bench.burst("4006381333931\r")
        await bench.sees("X Not sure that this was stored, so give it again: No space left on device:")
        await bench.sees("station.db")
        assert "Traceback" not in bench.text
        bench.burst("5012345678900\r")
        await bench.sees("+ BCDEFGHKLR")

    on_bench(station(views.ready, answer=answer), script)


def test_a_station_that_cannot_be_opened_says_why_and_any_key_leaves(
    station: Any, views: Any, on_bench: Any
) -> None:
    """The band says why; a key ends the program with status 1."""

    def fail() -> None:
        raise PermissionError(13, "Permission denied", "/data/station.db")

    async def script(bench: Any) -> None:
        await bench.sees("X Permission denied: /data/station.db")
        await bench.sees("Press any key to leave")
        await bench.press("a")
        await bench.until(lambda: bench.app.return_code == 1)

    on_bench(station(views.ready), script, open_port=fail)


def test_what_is_scanned_before_the_station_is_open_is_kept(views: Any, station: Any, on_bench: Any) -> None:
    """Scans during the start are given to the station once it is there."""
    at = station(views.ready)
    open_now = threading.Event()

    def slowly() -> Any:
        assert open_now.wait(10)
        return at

    async def script(bench: Any) -> None:
        await bench.sees("Opening the station file")
        bench.burst("4006381333931\r")
        await bench.pilot.pause()
        assert at.given == []
        open_now.set()
        await bench.gets(Scan("4006381333931"))

    on_bench(at, script, open_port=slowly)


@pytest.mark.parametrize(
    ("theme", "sign", "titles"), [("bench-256", "␦", HOSTILE), ("bench-16", "?", HOSTILE[3:4])]
)
def test_foreign_text_is_drawn_as_it_is(
    theme: str, sign: str, titles: tuple[str, ...], views: Any, station: Any, on_bench: Any
) -> None:
    """Markup in titles is shown, never obeyed; what could act on the terminal is shown as a sign."""
    for hostile in titles:
        shown = "".join(
            sign if ord(one) < 32 or 127 <= ord(one) < 160 or one in "\u202e\u202c\u200b" else one
            for one in hostile
        )
        view = replace(
            views.proposed,
            word=hostile[:14],
            line=hostile,
            menu=hostile,
            operator=hostile,
            station=hostile,
            prompt=hostile,
            hints=(hostile,),
            facts=(Fact("", hostile), Fact(hostile, hostile)),
            choices=tuple(
                replace(choice, label=hostile, detail=hostile, code=hostile, mark=hostile)
                for choice in views.proposed.choices
            ),
            channels=tuple(
                replace(row, channel=hostile, note=hostile, value=hostile) for row in views.proposed.channels
            ),
            recent=tuple(
                replace(row, title=hostile, lpn=hostile, channel=hostile, value=hostile, grade=hostile)
                for row in views.ready.recent
            ),
            last=replace(views.ready.last, text=hostile, undo=hostile),
        )

        async def script(bench: Any, shown: Any = shown) -> None:
            assert bench.lines[8].startswith(f" ? {shown}")
            assert bench.lines[10].startswith(f" {shown}")
            for key in ("f1", "f6", "f7", "f9"):
                await bench.press(key)
                await bench.sees("Esc bench")
            assert bench.app.is_running
            for line in bench.lines:
                assert line.isprintable()

        report = (Fact("", hostile), Fact(hostile, hostile))
        on_bench(station(view, report=report), script, size=(120, 40), settings=ScreenSettings(theme=theme))


def test_a_window_without_the_keyboard_is_said_loudly(views: Any, station: Any, on_bench: Any) -> None:
    """Until it is clicked or a key comes, the band is yellow and says where scans go."""

    async def script(bench: Any) -> None:
        bench.app.post_message(events.AppBlur())
        await bench.sees("! CLICK THIS WINDOW - scans go elsewhere")
        bench.app.post_message(events.AppFocus())
        await bench.sees("? Scan the return label")
        bench.app.post_message(events.AppBlur())
        await bench.sees("! CLICK THIS WINDOW - scans go elsewhere")
        bench.burst("4006381333931\r")
        await bench.sees("? Scan the return label")

    on_bench(station(views.ready), script)


def test_an_idle_bench_is_told_once(views: Any, station: Any, on_bench: Any) -> None:
    """After the time without input the station hears of it once, and again only after somebody was there."""
    at = station(views.ready)

    async def script(bench: Any) -> None:
        await bench.gets(Idle())
        bench.app._tick()
        bench.app._tick()
        await bench.gets(Idle())
        bench.burst("4006381333931\r")
        await bench.until(lambda: len(at.given) == 2)
        await bench.gets(Idle(), Scan("4006381333931"), Idle())

    on_bench(at, script, settings=ScreenSettings(idle_minutes=0.0001))


def test_the_clock_devices_and_queue_are_looked_at_every_second(
    views: Any, station: Any, ill: Any, on_bench: Any
) -> None:
    """What changes by itself is seen without an input; devices that can't be listed are said to be lost."""
    at = station(views.ready)

    async def script(bench: Any) -> None:
        assert "SYNC ok 12s ago" in bench.text
        at.lines = ill
        await bench.sees("SYNC ! 7 waiting, oldest 4 min")
        assert "queue   7" in bench.lines[0]
        at.devices = lambda: 1 / 0
        await bench.sees("STATION ! the bench failed in its own working")

    on_bench(at, script)


def test_each_level_is_heard(views: Any, station: Any, on_bench: Any) -> None:
    """An answer with a signal sounds its pattern; a site can turn sound off."""
    answers = {Typed("1"): Level.OK, Typed("2"): Level.WARN, Typed("3"): Level.STOP, Typed("4"): None}
    at = station(views.ready, answer=lambda given: replace(views.ready, sound=answers[given]))
    heard: list[str] = []

    async def script(bench: Any) -> None:
        bench.app._write = heard.append
        for line, bells in (("4", 0), ("1", 1), ("2", 3), ("3", 6)):
            await bench.press(line, "enter")
            await bench.until(lambda bells=bells: len(heard) == bells, "for bells")
        assert set(heard) == {"\x07"}

    on_bench(at, script)
    heard.clear()

    async def quiet(bench: Any) -> None:
        bench.app._write = heard.append
        at.given.clear()
        await bench.press("3", "enter")
        await bench.gets(Typed("3"))
        assert heard == []

    on_bench(at, quiet, settings=ScreenSettings(sound=False))


def test_the_mouse_does_nothing_and_pasted_lines_are_scans(views: Any, station: Any, on_bench: Any) -> None:
    """A click is nothing; a terminal that pastes by its own mark gives one scan a line."""

    async def script(bench: Any) -> None:
        await bench.pilot.click(offset=(5, 5))
        bench.app.post_message(events.Paste("4006381333931\n\n5012345678900\r\n"))
        await bench.gets(Scan("4006381333931"), Scan("5012345678900"))

    on_bench(station(views.ready), script)
