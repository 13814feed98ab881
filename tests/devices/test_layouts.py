"""A code that came through another keyboard is recognised and said, never corrected."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.layouts import KEYBOARDS, LAYOUTS, US, Keyboard, Layout, mismatch, name_of, suspect, typed, undo

PRINTABLE = string.digits + string.ascii_letters + string.punctuation + " "
codes = st.text(string.ascii_uppercase + string.digits + "-/", min_size=6, max_size=20)
TO_PC = [layout for layout in LAYOUTS if layout.scanner == US and not layout.agrees and not layout.lock]


def on(code: str, lock: str = "") -> Layout:
    """The layout of a PC whose scanner is set to US."""
    return next(one for one in LAYOUTS if one.pc.code == code and one.scanner == US and one.lock == lock)


@pytest.mark.parametrize(
    ("code", "meant", "heard"),
    [
        ("fr", "4006381333931", '\'àà-"_&"""ç"&'),
        ("fr", "LPN-0042", "LPN)àà'é"),
        ("fr", "AQZWM", "QAWZ?"),
        ("be", "1234567890", "&é\"'(§è!çà"),
        ("de", "XYZ-1/2(3)", "XZYß1-2)3="),
        ("ch-de", "A:B;C", "AéBöC"),
        ("gb", 'A"#@', 'A@£"'),
        ("es", "A-1/2;3:4", "A'1-2ñ3Ñ4"),
        ("it", "A-1/2;3", "A'1-2ò3"),
        ("se", "A-1/2;3", "A+1-2ö3"),
        ("no", "A-1/2;3'4", "A+1-2ø3æ4"),
        ("dk", "A-1/2;3'4", "A+1-2æ3ø4"),
        ("cz", "YZ-10", "ZY=+é"),
        ("ca", "A/B", "AéB"),
    ],
)
def test_a_us_scanner_on_another_keyboard_types_what_its_keycaps_say(
    code: str, meant: str, heard: str
) -> None:
    """Digits row, letters and signs by position of the key."""
    assert typed(meant, on(code)) == heard
    assert undo(heard, on(code)) == meant


@pytest.mark.parametrize(
    ("code", "meant", "heard"),
    [
        ("es", '1"A2', "1Ä2"),
        ("us-intl", '"a', "ä"),
        ("de", "1=2", "1´2"),
        ("de", "1= 2", "1´2"),
        ("fr", "[e", "ê"),
    ],
)
def test_a_dead_key_joins_with_the_next_letter_or_stands_before_the_next_sign(
    code: str, meant: str, heard: str
) -> None:
    """So a code can come out shorter than it was."""
    assert typed(meant, on(code)) == heard


def test_an_accent_that_waits_at_the_end_is_not_lost() -> None:
    """The scan's own end sets it free."""
    assert typed("A=", on("de")) == "A´"


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda one: f"{one.scanner.code}-{one.pc.code}-{one.lock}")
def test_every_layout_gives_each_key_once_and_digits_can_be_undone(layout: Layout) -> None:
    """The maps are whole: 47 keys and Space on both sides."""
    for character in string.digits + string.ascii_letters:
        heard = typed(character, layout)
        assert heard
        assert undo(heard, layout) == character


@pytest.mark.parametrize("keyboard", KEYBOARDS, ids=lambda one: one.code)
def test_a_keyboard_has_all_letters_and_digits_and_no_key_twice(keyboard: Keyboard) -> None:
    """A slip in a table shows as a letter that is missing."""
    both = keyboard.plain + keyboard.shifted
    assert set(string.ascii_letters + string.digits) <= set(both)
    assert len(set(keyboard.plain)) == 48
    assert set(keyboard.dead) <= set(both)


def test_a_keyboard_with_a_key_too_few_is_refused() -> None:
    """Everything behind it would be shifted by one."""
    with pytest.raises(ValueError, match="expected 48"):
        Keyboard("xx", "Nowhere", US.plain[1:], US.shifted)


def test_caps_lock_swaps_letters_alone_and_shift_lock_moves_the_digits_too() -> None:
    """Linux does the first, French Windows the second."""
    assert typed("aB1-", on("us", "caps")) == "Ab1-"
    assert typed("A1", on("fr", "caps")) == "q&"
    assert typed("A1-", on("fr", "shift")) == "q1°"
    assert "Caps Lock" in on("fr", "caps").name
    assert "Caps Lock is on" in on("us", "caps").sentence
    assert on("us").sentence == ""


def test_a_scanner_set_to_france_on_a_us_pc_is_the_same_fault_the_other_way_round() -> None:
    """Both are found by what was heard, and the sentence says which is which."""
    layout = name_of("$))^", "4006")
    assert layout is not None
    assert (layout.scanner.code, layout.pc.code) == ("fr", "us")
    assert layout.sentence == mismatch("US", "French (AZERTY)")
    assert typed("@", layout) is None


def test_agreement_is_preferred_and_what_no_keyboard_makes_is_none() -> None:
    """A scan that arrived as it was is no reason for doubt."""
    agreed = name_of("LPN-0042", "LPN-0042")
    assert agreed is not None
    assert agreed.agrees
    assert name_of("LPN-0042", "LPN-0043") is None
    assert typed("中", on("fr")) is None
    assert undo("中", on("fr")) is None


@pytest.mark.parametrize("layout", TO_PC, ids=lambda one: one.pc.code)
@given(text=codes)
def test_what_was_typed_can_always_be_undone(layout: Layout, text: str) -> None:
    """For the characters of codes, there and back is the same."""
    heard = typed(text, layout)
    assert heard is not None
    assert undo(heard, layout) == text


@given(st.text(max_size=30) | st.text(PRINTABLE + "éèçàùß¨^´`\x1d", max_size=30))
def test_no_text_makes_it_fail_and_what_it_says_can_be_printed(text: str) -> None:
    """Scans are hostile; the sentence is shown."""
    sentence = suspect(text)
    assert sentence is None or (sentence.isprintable() and "It would read" in sentence)
    for layout in LAYOUTS:
        meant = undo(text, layout)
        assert meant is None or typed(meant, layout) == text


@pytest.mark.parametrize(
    ("heard", "words"),
    [
        ('\'àà-"_&"""ç"&', ("French (AZERTY), the scanner to US", "4006381333931")),
        ("é\"'(-è_çà", ("French (AZERTY), the scanner to US", "234567890")),
        ("&é\"'(§è!çà", ("Belgian (AZERTY), the scanner to US", "1234567890")),
        ("LPNß0042", ("German (QWERTZ), the scanner to US", "LPN-0042")),
        ("čééžšá+šššíš+", ("Czech (QWERTZ), the scanner to US", "4006381333931")),
        ("$))^#*!###(#!", ("set to US, the scanner to French (AZERTY)", "4006381333931")),
        ('\'ÀÀ-"_&"""Ç"&', ("French (AZERTY)", "Caps Lock is on", "4006381333931")),
        ("LPN'0042", ("Spanish", "LPN-0042")),
        ("lpn0042", ("Caps Lock", "LPN0042")),
    ],
)
def test_a_scan_that_looks_like_a_code_on_the_wrong_keyboard_is_said(
    heard: str, words: tuple[str, ...]
) -> None:
    """With the keyboards, and what it would have read."""
    sentence = suspect(heard)
    assert sentence is not None
    assert all(word in sentence for word in words)


@pytest.mark.parametrize("code", ["4006381333931", "LPN-0042", "]C10109501101530003\x1d10AB-1/2", "C536391"])
@pytest.mark.parametrize("layout", [on("fr"), on("be"), on("cz"), on("fr", "caps")], ids=lambda one: one.name)
def test_every_code_with_digits_is_suspected_on_keyboards_that_move_the_digits(
    code: str, layout: Layout
) -> None:
    """Boards that differ in few keys may stand for one another, which a sentence may and data may not."""
    heard = typed(code, layout)
    assert heard is not None
    sentence = suspect(heard)
    assert sentence is not None
    assert "AZERTY" in sentence or layout.pc.code == "cz"
    assert undo(heard, layout) == code


@pytest.mark.parametrize(
    "text",
    ["4006381333931", "LPN-0042", "A-B-C", "hello", "GRÖSSE 42", "O'REILLY 42", "https://x.example/01/0950",
     "(((((", "", "é", "Müller & Söhne 12", "]C10109501101530003\x1d10ab", "abc/def", "x" * 600],
)  # fmt: skip
def test_a_scan_that_may_well_be_what_it_says_is_not_suspected(text: str) -> None:
    """A false alarm sends people to a scanner that is set up well."""
    assert suspect(text) is None
