"""One scan of the check code tells how the scanner is set up, or what is wrong and what to set."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.framing import Framer
from devices.layouts import LAYOUTS, Layout, typed
from devices.learning import CHECK_ELEMENTS, CHECK_TEXT, is_check, learn, learn_keys, verdict

CHECK = CHECK_TEXT.encode()
ENDS = {"cr": b"\r", "lf": b"\n", "crlf": b"\r\n", "tab": b"\t", "etx": b"\x03"}
HEARD = [
    (layout, aim, heard)
    for layout in LAYOUTS
    for aim in ("", "]C1")
    if (heard := typed(aim + CHECK_TEXT, layout)) is not None
]
"""What arrives through each keyboard, but for those on which the scanner has no key for a character."""


def with_parity(raw: bytes, parity: str) -> bytes:
    """What an 8-bit reader sees of a line with 7 bits and parity."""
    want = {"even": 0, "odd": 1}.get(parity)
    if want is None:
        return bytes(value | 0x80 if parity == "mark" else value for value in raw)
    return bytes(value | 0x80 if value.bit_count() % 2 != want else value for value in raw)


def test_the_check_code_fits_on_a_page_in_modules_of_half_a_millimetre() -> None:
    """374 modules of 0.508 mm are 190 mm: 20 are quiet, 13 the stop, and each character has 11."""
    (batch_id, batch), (serial_id, serial) = CHECK_ELEMENTS
    values = len(["start", "FNC1", "C>B", "FNC1", "B>C", "check"]) + len(batch_id) // 2 + len(batch)
    values += len(serial_id + serial) // 2
    assert 11 * values + 13 + 20 <= 374
    assert len(batch) <= 20
    assert len(serial) <= 20
    assert f"{batch_id}{batch}\x1d{serial_id}{serial}" == CHECK_TEXT


def test_the_check_code_looks_different_on_every_keyboard_that_a_us_scanner_may_meet() -> None:
    """Else the keyboard could not be named."""
    heard = [typed(CHECK_TEXT, one) for one in LAYOUTS if one.scanner.code == "us"]
    assert None not in heard
    assert len(set(heard)) == len(heard)


@pytest.mark.parametrize("name", ENDS)
@pytest.mark.parametrize("prefix", ["", "stx"])
@pytest.mark.parametrize("aim", ["", "]C1"])
@pytest.mark.parametrize("times", [1, 2])
def test_marks_are_learned_from_one_scan_and_from_two(name: str, prefix: str, aim: str, times: int) -> None:
    """And a framer that is set up by the lines reads the next scan."""
    raw = ((b"\x02" if prefix else b"") + aim.encode() + CHECK + ENDS[name]) * times
    lesson = learn(raw)
    assert lesson.well
    assert (lesson.terminator, lesson.prefix, lesson.aim) == (name, prefix, bool(aim))
    assert (lesson.separator, lesson.case, lesson.layout) == ("kept", "as printed", None)
    table = tomllib.loads("\n".join(lesson.lines("front", "/dev/gun", baudrate=19200)))["scanners"]["front"]
    assert table == {"url": "/dev/gun", "baudrate": 19200, "terminator": name, "prefix": prefix}


@pytest.mark.parametrize(
    ("end", "name"), [("\r\r", "cr"), ("\x03\r", "etx"), ("\x03\r\n", "etx"), ("\n\n", "lf")]
)
def test_doubled_ends_are_told_apart_from_content(end: str, name: str) -> None:
    """They do no harm, so they are no problem."""
    assert learn((CHECK_TEXT + end).encode() * 2).terminator == name
    assert learn((CHECK_TEXT + end).encode()).well


@pytest.mark.parametrize("parity", ["even", "odd", "mark", "space"])
def test_a_line_of_seven_bits_is_known_by_the_parity_on_top_of_each_byte(parity: str) -> None:
    """Nobody has to try settings; a line that never sets the bit is read as it is."""
    lesson = learn(with_parity(b"\x02" + CHECK + b"\r", parity))
    assert lesson.well
    assert lesson.prefix == "stx"
    if parity == "space":
        assert lesson.bytesize == 8
        return
    assert (lesson.bytesize, lesson.parity) == (7, parity)
    assert f'parity = "{parity}"' in lesson.lines("front", "/dev/gun")


@pytest.mark.parametrize(("layout", "aim", "heard"), HEARD, ids=lambda one: getattr(one, "name", ""))
def test_the_check_code_is_known_through_every_keyboard(layout: Layout, aim: str, heard: str) -> None:
    """And what is wrong is said; only the boards that can't be told apart stand for one another."""
    assert is_check(heard)
    lesson = learn_keys(heard + "\r")
    assert lesson.found
    assert lesson.well == (layout.agrees and not layout.lock)
    if layout.scanner.code == "us":
        assert lesson.layout == (None if layout.agrees else layout.name)
        assert lesson.aim == bool(aim)
        assert lesson.case == ("swapped" if layout.lock else "as printed")
    if not layout.agrees:
        assert "keyboard" in lesson.problems[0]


@pytest.mark.parametrize(
    ("sent", "separator", "words"),
    [
        (CHECK_TEXT.replace("\x1d", ""), "lost", "run together"),
        (CHECK_TEXT.replace("\x1d", "|"), "replaced by |", "Let the scanner send FNC1 as GS"),
        (CHECK_TEXT.replace("\x1d", "\x1b[19~"), "replaced by <ESC>[19~", "FNC1 as GS"),
        ("".join(f"({one}){value}" for one, value in CHECK_ELEMENTS), "lost", "brackets"),
    ],
)
def test_a_separator_that_does_not_survive_is_said(sent: str, separator: str, words: str) -> None:
    """It is the classic silent error: the batch takes the serial number in."""
    for lesson in (learn(f"{sent}\r".encode()), learn_keys(f"{sent}\r"), verdict(sent)):
        assert lesson.separator == separator
        assert any(words in one for one in lesson.problems)
        assert not lesson.well


@pytest.mark.parametrize(
    ("sent", "case"),
    [(CHECK_TEXT.upper(), "upper"), (CHECK_TEXT.lower(), "lower"), (CHECK_TEXT.swapcase(), "swapped")],
)
def test_a_change_of_case_is_said(sent: str, case: str) -> None:
    """Serial numbers may differ in nothing else."""
    lesson = learn(f"{sent}\r".encode())
    assert (lesson.case, lesson.well) == (case, False)
    assert "case" in lesson.problems[0]
    assert ("Caps Lock" in lesson.problems[0]) == (case == "swapped")


def test_other_marks_are_shown_and_named_as_what_to_clear() -> None:
    """The configuration knows no other marks; the lines then take a line end, which the scanner is to be set to."""
    lesson = learn(b"#" + CHECK + b"~\x1b\r")
    assert (lesson.prefix, lesson.terminator) == ("#", "~<ESC><CR>")
    assert any("clear its prefix" in one for one in lesson.problems)
    assert any("~<ESC><CR>" in one and "suffix" in one for one in lesson.problems)
    assert 'terminator = "auto"' in lesson.lines("front", "/dev/gun")
    assert 'prefix = ""' in lesson.lines("front", "/dev/gun")


def test_a_scan_that_nothing_ends_is_said() -> None:
    """The bench would wait for its end for ever."""
    lesson = learn(CHECK)
    assert lesson.terminator == "none"
    assert "to CR" in lesson.problems[0]
    assert "to Enter" in learn_keys(CHECK_TEXT).problems[0]


def test_plain_code_128_instead_of_gs1_128_is_said() -> None:
    """A scanner with GS1-128 switched off may drop the FNC1 in front."""
    lesson = learn(b"]C0" + CHECK + b"\r")
    assert (lesson.aim, lesson.aim_identifier) == (True, "]C0")
    assert "switch GS1-128 on" in lesson.problems[0]


def test_what_was_scanned_before_the_check_code_is_no_prefix() -> None:
    """People try the scanner on the nearest thing first."""
    assert learn(b"LPN-0042\r" + CHECK + b"\r").well
    assert learn_keys("LPN-0042\r\n" + CHECK_TEXT + "\r\n").well


def test_a_keyboard_scanner_gets_the_lines_of_the_wedge() -> None:
    """STX in front makes it the mode that needs no speed."""
    plain, marked = learn_keys(CHECK_TEXT + "\t"), learn_keys(f"\x02{CHECK_TEXT}\x03\r")
    assert (plain.terminator, plain.well, marked.well) == ("tab", True, True)
    assert tomllib.loads("\n".join(plain.lines()))["wedge"] == {
        "mode": "plain",
        "gap_ms": 50,
        "min_length": 6,
    }
    assert marked.lines(gap_ms=80)[1:3] == ['mode = "prefix"', "gap_ms = 80"]
    assert not learn_keys(f"{CHECK_TEXT}\x03\r").well
    assert not learn_keys(f"\x02{CHECK_TEXT}\x03").well


def test_a_scan_that_went_through_the_framer_is_judged_without_its_marks() -> None:
    """The bench sees the text only."""
    (frame,) = Framer().feed(b"]C1" + CHECK + b"\r")
    lesson = verdict(frame.text)
    assert lesson.well
    assert (lesson.terminator, lesson.aim) == ("", True)


@pytest.mark.parametrize(
    "raw", [b"\xf8\x00\x80\xe0" * 9, b"\x00" * 20, b"\xff" * 5, b"\xfe\x80\x1e\x66\x00\x9e"]
)
def test_garbage_is_said_to_be_a_wrong_baud_rate(raw: bytes) -> None:
    """With the rates to try."""
    lesson = learn(raw)
    assert (lesson.found, lesson.noise) == (False, True)
    assert "baud rate" in lesson.problems[0]
    assert "19200" in lesson.problems[0]
    assert lesson.heard.isprintable()


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "Nothing came"),
        (b"\r\n", "not the check code"),
        (b"LPN-0042\r", "not the check code"),
        (CHECK[:19], "a part of the check code"),
        (CHECK[-12:] + b"\r", "a part of the check code"),
        (b"\x1b[2J^XA~JA\r", "not the check code"),
    ],
)
def test_what_is_not_the_check_code_is_shown_safely(raw: bytes, words: str) -> None:
    """It may be any barcode."""
    lesson = learn(raw)
    assert not lesson.found
    assert words in lesson.problems[0]
    assert lesson.heard.isprintable()
    assert not is_check(raw.decode())


@given(st.binary(max_size=60), st.binary(max_size=20), st.booleans())
def test_no_bytes_make_it_fail_and_nothing_it_says_can_do_harm(
    before: bytes, after: bytes, check: bool
) -> None:
    """Learning happens on lines about which nothing is known."""
    raw = before + (CHECK if check else b"") + after
    lesson = learn(raw)
    for said in (lesson.heard, lesson.terminator, lesson.prefix, lesson.separator, *lesson.problems):
        assert said.isprintable()
    assert lesson.problems or lesson.found
    tomllib.loads("\n".join(lesson.lines("front", "/dev/gun")))


@given(st.text(max_size=80))
def test_an_ordinary_scan_is_not_taken_for_the_check_code(text: str) -> None:
    """No text without both halves of it is."""
    assert not is_check(text)
    assert not verdict(text).found
