"""The bench on a real terminal: raw bytes in, raw bytes out, signals, and the end of the line."""

from __future__ import annotations

import re
import signal
import time
from typing import Any

import pytest

RESTORED = (b"\x1b[?1049l", b"\x1b[?25h")
FIVE = ("4006381333931", "5012345678900", "9780201379624", "0012345678905", "4012345678901")
PASTE, PASTED = b"\x1b[200~", b"\x1b[201~"


def assert_restored(terminal: Any) -> None:
    """The alternate screen is left and the cursor is back, after everything else that was painted."""
    for sequence in RESTORED:
        assert terminal.out.rindex(sequence) > terminal.out.rindex(b"\x1b[1;1H")


def test_two_scans_in_one_write_are_two_scans(floor: Any) -> None:
    """A burst with two codes and their terminators is read whole and in order."""
    terminal = floor()
    terminal.write(b"4006381333931\r5012345678900\r\n")
    terminal.gets("4006381333931", "5012345678900")


def test_control_keys_inside_a_barcode_do_nothing_but_spoil_it(floor: Any) -> None:
    """Ctrl-Q, Ctrl-P, Ctrl-C and Esc in a code neither quit nor open anything; the next scan is whole."""
    terminal = floor()
    terminal.write(b"AB\x11CD\x10EF\x03GH\r")
    terminal.until(lambda: terminal.given, "the refusal")
    assert terminal.given[0]["problem"]
    terminal.write(b"4006381333931\r")
    terminal.gets("4006381333931")
    assert terminal.child.isalive()


def test_a_group_separator_is_data(floor: Any) -> None:
    """GS of a GS1 element string arrives as it was sent."""
    terminal = floor()
    terminal.write(b"]C10104006381333931" + b"10LOT7\x1d21SER9\r")
    terminal.gets("]C1010400638133393110LOT7\x1d21SER9")


def test_a_byte_that_is_not_utf8_spoils_one_scan_only(floor: Any) -> None:
    """0xE9 and 0xFF come as a refusal that says so; nothing ends, and the next scan is whole."""
    terminal = floor()
    terminal.write(b"CAF\xe9 12345\r")
    terminal.write(b"\xff\xfe\xff\r")
    terminal.write(b"4006381333931\r")
    terminal.gets("4006381333931")
    assert terminal.given[0]["problem"]
    assert "Traceback" not in terminal.text


def test_a_paste_mark_without_an_end_swallows_nothing(floor: Any) -> None:
    """A code that holds the start mark, whole or cut between two reads, leaves the keys alive."""
    terminal = floor()
    terminal.write(PASTE)
    terminal.write(b"4006381333931\r")
    terminal.gets("4006381333931")
    terminal.write(PASTE[:4])
    terminal.read()
    terminal.write(PASTE[4:] + b"5012345678900\r")
    terminal.gets("4006381333931", "5012345678900")
    terminal.write(b"\x1bOS")
    terminal.until(lambda: {"kind": "Press", "action": "reprint"} in terminal.given, "F4")


def test_pasted_lines_are_scans(floor: Any) -> None:
    """Text between paste marks comes as a burst of keys."""
    terminal = floor()
    terminal.write(PASTE + b"4006381333931\n5012345678900\n" + PASTED)
    terminal.gets("4006381333931", "5012345678900")


def test_five_scans_during_a_stall_arrive_whole_and_in_order(floor: Any) -> None:
    """The loop stands still for two seconds while a scanner types at its speed."""
    terminal = floor()
    terminal.write(b"STALL-IT\r")
    terminal.gets("STALL-IT")
    for code in FIVE:
        for character in f"{code}\r":
            terminal.write(character)
            time.sleep(0.002)  # the scanner's own pace
    terminal.gets("STALL-IT", *FIVE)
    assert not [one for one in terminal.given if one["kind"] != "Scan"]


def test_scans_during_a_slow_commit_wait_their_turn(floor: Any) -> None:
    """The screen says that it works and how many wait; each scan is given in order."""
    terminal = floor()
    terminal.write(b"SLOW-ONE\r")
    terminal.gets("SLOW-ONE")
    terminal.write("".join(f"{code}\r" for code in FIVE))
    terminal.sees("working, 5 more waiting")
    terminal.gets("SLOW-ONE", *FIVE)


def test_typed_digits_and_enter_take_a_choice(floor: Any) -> None:
    """What is typed is seen, edited with Backspace, and given away with Enter."""
    terminal = floor()
    terminal.write(b"ITEM4418\r")
    terminal.sees("Kettle 1.7L steel")
    terminal.write(b"2")
    terminal.sees("> 2█")
    terminal.write(b"\x7f")
    terminal.forget()
    terminal.write(b"1")
    terminal.sees("> 1█")
    terminal.write(b"\r")
    terminal.sees("Enter = accept B")
    terminal.write(b"\r")
    terminal.sees("label 1 of 1 printed")
    assert [one["text"] for one in terminal.given if one["kind"] == "Typed"] == ["1", ""]


@pytest.mark.parametrize(
    ("term", "f2", "f9"), [("xterm-256color", b"\x1bOQ", b"\x1b[20~"), ("linux", b"\x1b[[B", b"\x1b[20~")]
)
def test_function_keys_act(term: str, f2: bytes, f9: bytes, floor: Any) -> None:
    """F2 is undo and F9 the palette, on a terminal and on a text console."""
    terminal = floor(TERM=term)
    terminal.write(f2)
    terminal.until(lambda: terminal.given == [{"kind": "Press", "action": "undo"}], "undo")
    terminal.write(f9)
    terminal.sees("Press a letter.")
    terminal.write(b"\x1b")
    terminal.forget()
    terminal.sees("F1 help")


def test_the_palette_leaves_the_program(floor: Any) -> None:
    """F9 then K ends it with status 0, the screen restored and the station closed."""
    terminal = floor()
    terminal.write(b"\x1b[20~")
    terminal.sees("Press a letter.")
    terminal.write(b"k")
    assert terminal.ends() == 0
    assert_restored(terminal)
    assert terminal.given == [{"kind": "Closed"}]


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 130)]
)
def test_a_signal_restores_the_screen(number: signal.Signals, status: int, floor: Any) -> None:
    """The terminal is as it was, the station is closed, and the status says which signal it was."""
    terminal = floor()
    terminal.child.kill(number)
    assert terminal.ends() == status
    assert_restored(terminal)
    assert terminal.given == [{"kind": "Closed"}]
    assert "Traceback" not in terminal.text


def test_what_was_scanned_before_the_end_is_stored(floor: Any) -> None:
    """Scans that wait behind a slow commit are given to the station before it is closed."""
    terminal = floor()
    terminal.write(b"SLOW-ONE\r4006381333931\r5012345678900\r")
    terminal.gets("SLOW-ONE")
    terminal.until(lambda: "more waiting" in terminal.text, "the queue")
    terminal.child.kill(signal.SIGTERM)
    assert terminal.ends() == 143
    assert terminal.scans() == ["SLOW-ONE", "4006381333931", "5012345678900"]
    assert terminal.given[-1] == {"kind": "Closed"}


def test_a_closed_terminal_ends_the_program(floor: Any) -> None:
    """When the line is gone the station is closed and the process does not stay."""
    terminal = floor()
    terminal.write(b"4006381333931\r")
    terminal.gets("4006381333931")
    terminal.child.close(force=False)
    terminal.until(lambda: terminal.given[-1] == {"kind": "Closed"}, "the station to be closed")
    terminal.until(lambda: not terminal.child.isalive(), "the end of the program")


def test_the_screen_follows_the_window(floor: Any) -> None:
    """Smaller, larger and back, whatever COLUMNS and LINES say: each size is painted, and scans are taken."""
    terminal = floor(COLUMNS="80", LINES="24")
    for columns, rows, text in (
        (40, 10, "window too small, scans are still"),
        (120, 40, "│"),
        (80, 24, "Scan your badge"),
    ):
        terminal.forget()
        terminal.child.setwinsize(rows, columns)
        terminal.sees(text)
    terminal.child.setwinsize(5, 20)
    terminal.write(b"4006381333931\r")
    terminal.gets("4006381333931")


def test_a_window_that_loses_the_keyboard_says_so(floor: Any) -> None:
    """The terminal's own report of lost focus turns the band yellow; a key turns it back."""
    terminal = floor()
    terminal.write(b"\x1b[O")
    terminal.sees("CLICK THIS WINDOW - scans go elsewhere")
    terminal.forget()
    terminal.write(b"\x1b[I")
    terminal.sees("Scan your badge")


def test_no_mouse_paste_or_keyboard_protocol_is_asked_for(floor: Any) -> None:
    """The terminal keeps its own copy and paste, and keys stay what every terminal sends."""
    terminal = floor()
    for wish in (b"\x1b[>", b"\x1b[?1000h", b"\x1b[?1003h", b"\x1b[?1006h", b"\x1b[?2004h"):
        assert wish not in terminal.out


@pytest.mark.parametrize("term", ["xterm-256color", "linux"])
def test_a_hostile_title_never_acts_on_the_terminal(term: str, floor: Any) -> None:
    """No escape sequence, C1 byte, bell or direction mark of a title comes out; its text does."""
    terminal = floor(TERM=term)
    terminal.forget()
    terminal.write(b"HOSTILE-TITLE\r")
    terminal.sees("[@click=app.quit]x[/] Bolt [/M8]")
    terminal.sees("F1")
    painted = terminal.out[terminal.mark :]
    whole = re.sub(rb"\x1b\[?[0-9;?]*$", b"", painted)
    rest = re.sub(rb"\x1b\[[0-9;?]*[a-zA-Z]", b"", whole).decode("utf-8", "ignore")
    assert not re.findall("[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e]", rest)
    assert b"\x1b[2J" not in painted
    assert ("␦" in rest) == (term != "linux")


def test_a_text_console_gets_only_what_it_can_show(floor: Any) -> None:
    """Base colours as background, glyphs of the console fonts, and tones by its own sequences."""
    terminal = floor(TERM="linux")
    terminal.write(b"ITEM4418\r")
    terminal.sees("Kettle")
    terminal.write(b"4006381333931\r")
    terminal.sees("is another item")
    codes = {
        int(code) for found in re.findall(rb"\x1b\[([0-9;]+)m", terminal.out) for code in found.split(b";")
    }
    assert not {code for code in codes if 100 <= code <= 107}
    assert not codes & {38, 48}
    assert {41, 44} <= codes
    assert set(terminal.text) - set(map(chr, range(32, 127))) <= set("─█€\r\n\x07\x1b]")
    assert b"\x1b[10;300]\x1b[11;400]\x07" in terminal.out
    terminal.child.kill(signal.SIGTERM)
    assert terminal.ends() == 143
    assert b"\x1b[10]\x1b[11]" in terminal.out


def test_a_failing_screen_shows_no_locals_and_says_so_in_its_status(floor: Any) -> None:
    """The terminal is restored, a sentence is left, no traceback, and the status is 1."""
    terminal = floor()
    terminal.write(b"CRASH-IT\r")
    assert terminal.ends() == 1
    assert_restored(terminal)
    left = " ".join(terminal.text.split())
    assert (
        "The bench's screen failed (KeyError). What was confirmed is stored: start the bench again." in left
    )
    assert "Traceback" not in terminal.text
    assert "4711" not in terminal.text
    assert terminal.given[-1] == {"kind": "Closed"}


def test_a_failing_station_is_told_and_the_bench_lives(floor: Any) -> None:
    """An exception in the station is a red band with a sentence; the next scan is answered."""
    terminal = floor()
    terminal.write(b"FAIL-NOW\r")
    terminal.sees("Not sure that this was stored, so give it again")
    terminal.write(b"ITEM4418\r")
    terminal.sees("Kettle 1.7L steel")
    assert "Traceback" not in terminal.text


def test_a_station_that_cannot_be_opened_is_told_and_a_key_leaves(floor: Any) -> None:
    """The band says why; the status is 1."""
    terminal = floor(ready="No such file or directory: station.db", FLOOR_FAILS="1")
    terminal.sees("Press any key to leave")
    terminal.write(b"x")
    assert terminal.ends() == 1
    assert_restored(terminal)
