"""What a key of the terminal stands for when a scanner presses it.

Key names are Textual's. The surprise: the same byte has several names (CR is `enter` or `ctrl+m`), and terminals
that speak the Kitty protocol name a control key without giving its character.
"""

from __future__ import annotations

from enum import Enum
from string import ascii_lowercase

from devices.problems import is_data, show_character

_SIDED = ("shift", "control", "alt", "super", "hyper", "meta")
_LOCKS = ("caps_lock", "num_lock", "scroll_lock", "iso_level3_shift", "iso_level5_shift")
MODIFIERS = frozenset((*_LOCKS, *(f"left_{key}" for key in _SIDED), *(f"right_{key}" for key in _SIDED)))
"""Keys that only change others; they are reported as presses of their own by some terminals."""

_CONTROL = {
    **{f"ctrl+{letter}": chr(number) for number, letter in enumerate(ascii_lowercase, 1)},
    "enter": "\r",
    "tab": "\t",
    "escape": "\x1b",
    "backspace": "\x7f",
    "ctrl+@": "\x00",
    "ctrl+left_square_bracket": "\x1b",
    "ctrl+backslash": "\x1c",
    "ctrl+right_square_bracket": "\x1d",
    "ctrl+circumflex_accent": "\x1e",
    "ctrl+underscore": "\x1f",
}

_MOVES = ("left", "right", "up", "down", "home", "end", "pageup", "pagedown")
_EDITING = frozenset((*_MOVES, "backspace", "delete", "insert"))


class Kind(Enum):
    """What a key may be in the middle of a scan."""

    DATA = "a character of a code"
    EDITING = "a key that moves or deletes; harmless, but no data"
    FUNCTION = "a key without character, or an end mark: it can't be held back without being felt"
    CHORD = "a control or alt combination, or escape"
    UNFIT = "a character that no code holds"


def character_of(key: str, character: str | None) -> str | None:
    """Give the character that a key sends as data, control characters included, or None when it sends none."""
    if key in _CONTROL:
        return _CONTROL[key]
    if character is None or len(character) != 1:
        return None
    if "+" in key and not (key.startswith("shift+") and character.isprintable()):
        return None
    return character


def kind_of(key: str, character: str | None) -> Kind:
    """Sort a key by what it may be in the middle of a scan."""
    plain = key.removeprefix("shift+")
    if plain in _EDITING:
        return Kind.EDITING
    sent = character_of(key, character)
    if sent is not None and sent in "\r\n\t":
        return Kind.FUNCTION
    if sent is not None and is_data(sent):
        return Kind.DATA
    if "+" in plain or plain == "escape":
        return Kind.CHORD
    return Kind.FUNCTION if sent is None else Kind.UNFIT


def show_key(key: str, character: str | None) -> str:
    """Name a key so that it can be printed: its character, or its name in angle brackets."""
    sent = character_of(key, character)
    if sent is not None:
        return show_character(sent)
    return "<" + "".join(map(show_character, key)).strip("<>") + ">"
