"""Keys of the terminal are sorted as a scanner means them; Textual's own parser is the judge of the names."""

from __future__ import annotations

import pytest
from textual._keyboard_protocol import MODIFIER_FUNCTIONAL_KEYS
from textual._xterm_parser import XTermParser
from textual.events import Key
from textual.keys import _character_to_key

from devices.keys import MODIFIERS, Kind, character_of, kind_of, show_key
from devices.wedge import Burst, Refusal, Stroke, Wedge


def key_events(data: str) -> list[Key]:
    """Let Textual name the keys of what a terminal sends."""
    return [event for event in XTermParser().feed(data) if isinstance(event, Key)]


@pytest.mark.parametrize("point", [*range(1, 0x1B), *range(0x1C, 0x80)])
def test_every_ascii_byte_is_found_again_in_the_key_that_textual_makes_of_it(point: int) -> None:
    """Control bytes included, for that is how a barcode's content arrives."""
    (event,) = key_events(chr(point))
    expected = "\x7f" if point == 0x08 else chr(point)
    assert character_of(event.key, event.character) == expected


def test_a_hostile_barcode_is_one_refusal_behind_textuals_own_parser() -> None:
    """Interrupt, suspend, F5, backspace and quit in one label: no key comes of it, and the next scan is whole."""
    wedge, at, found = Wedge(), 10.0, []
    for event in key_events("A\x03B\x1a\x0fC\x1b[15~D\x7fE\x11\rLPN-0042\r\n"):
        at += 0.00003
        found += wedge.feed(Stroke(event.key, event.character, at))
    refusal, burst = found
    assert isinstance(refusal, Refusal)
    assert refusal.text == "A<ETX>B<SUB><SI>C<f5>D<DEL>E<DC1>"
    assert burst == Burst("LPN-0042")


@pytest.mark.parametrize("letter", "äéßЖ中€")
def test_letters_of_other_alphabets_are_data(letter: str) -> None:
    """Whatever a keyboard can type may stand in a code."""
    (event,) = key_events(letter)
    assert character_of(event.key, event.character) == letter
    assert kind_of(event.key, event.character) is Kind.DATA


@pytest.mark.parametrize(
    ("sequence", "character"),
    [("\x1b[93;5u", "\x1d"), ("\x1b[92;5u", "\x1c"), ("\x1b[100;5u", "\x04"), ("\x1b[98;5u", "\x02")],
)
def test_control_keys_of_the_kitty_protocol_are_mapped_though_they_come_without_character(
    sequence: str, character: str
) -> None:
    """GS is data: losing it would run two fields of a GS1 code together."""
    (event,) = key_events(sequence)
    assert event.character is None
    assert character_of(event.key, event.character) == character


def test_the_modifier_keys_are_those_that_textual_knows() -> None:
    """One that is missing here would tear every capital letter out of a scan."""
    assert MODIFIER_FUNCTIONAL_KEYS <= MODIFIERS


@pytest.mark.parametrize(
    ("key", "character", "kind"),
    [
        ("a", "a", Kind.DATA),
        ("space", " ", Kind.DATA),
        ("shift+space", " ", Kind.DATA),
        ("ctrl+right_square_bracket", None, Kind.DATA),
        ("ctrl+d", "\x04", Kind.DATA),
        ("enter", "\r", Kind.FUNCTION),
        ("ctrl+j", "\n", Kind.FUNCTION),
        ("shift+tab", None, Kind.FUNCTION),
        ("f5", None, Kind.FUNCTION),
        ("shift+f5", None, Kind.FUNCTION),
        ("backspace", "\x7f", Kind.EDITING),
        ("shift+left", None, Kind.EDITING),
        ("ctrl+q", "\x11", Kind.CHORD),
        ("ctrl+f5", None, Kind.CHORD),
        ("alt+x", "x", Kind.CHORD),
        ("alt+shift+x", "X", Kind.CHORD),
        ("escape", "\x1b", Kind.CHORD),
        ("shift+escape", "\x9b", Kind.CHORD),
        ("ctrl+@", "\x00", Kind.CHORD),
        (_character_to_key("\u202e"), "\u202e", Kind.UNFIT),
        ("replacement_character", "\ufffd", Kind.UNFIT),
    ],
)
def test_a_key_is_sorted_by_what_it_may_be_inside_a_scan(key: str, character: str | None, kind: Kind) -> None:
    """Only data may become part of a code, and only chords are worth holding back."""
    assert kind_of(key, character) is kind


@pytest.mark.parametrize(
    ("key", "character", "shown"),
    [("A", "A", "A"), ("ctrl+q", "\x11", "<DC1>"), ("f5", None, "<f5>"), ("x\x1b[2J", None, "<x<ESC>[2J>")],
)
def test_a_key_is_shown_without_doing_harm(key: str, character: str | None, shown: str) -> None:
    """Even the name of a key is text from outside."""
    assert show_key(key, character) == shown
