"""Sound, the typed line, and times."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from terminal.bench.view import Level
from terminal.ui.sound import BEL, pattern
from terminal.ui.times import clock, clock_seconds, elapsed
from terminal.ui.typed_line import LONGEST, TypedLine

AT = datetime(2026, 3, 2, 23, 5, 9, tzinfo=UTC)


def test_levels_sound_by_count() -> None:
    """Ok is one bell, warn two, stop three; a question is silent."""
    assert [len(pattern(level)) for level in (Level.ASK, Level.OK, Level.WARN, Level.STOP)] == [0, 1, 2, 3]
    assert set(pattern(Level.STOP)) == {BEL}


def test_a_text_console_gets_pitch_and_length() -> None:
    """Stop is one long low tone, ok one short high one, warn two."""
    assert pattern(Level.STOP, console=True) == ("\x1b[10;300]\x1b[11;400]\x07",)
    assert pattern(Level.OK, console=True) == ("\x1b[10;1200]\x1b[11;60]\x07",)
    assert len(pattern(Level.WARN, console=True)) == 2
    assert pattern(Level.ASK, console=True) == ()


def typed(*keys: str | tuple[str, str | None]) -> tuple[str, list[str]]:
    """What stands on the line after these keys, and the lines that were given away."""
    line, given = TypedLine(), []
    for key in keys:
        name, character = (key, key if len(key) == 1 else None) if isinstance(key, str) else key
        if (done := line.take(name, character)) is not None:
            given.append(done)
    return line.text, given


def test_a_typed_line_is_given_away_on_enter() -> None:
    """CR and LF both end it, also one that is empty."""
    assert typed("a", "b", "enter", "c", "ctrl+j", "enter") == ("", ["ab", "c", ""])


def test_backspace_and_escape_edit() -> None:
    """Backspace takes the last character, also when there is none; Esc takes all."""
    assert typed("backspace", "a", "b", "backspace", "c") == ("ac", [])
    assert typed("a", "b", "escape", "c") == ("c", [])


@pytest.mark.parametrize(
    "key", [("ctrl+a", "\x01"), ("alt+x", "x"), ("f5", None), ("tab", "\t"), ("delete", None)]
)
def test_keys_that_are_no_text_are_no_text(key: tuple[str, str | None]) -> None:
    """Control, alt and function keys leave the line as it is."""
    assert typed("a", key) == ("a", [])


def test_space_and_shifted_characters_are_text() -> None:
    """What prints is text, whatever its key is called."""
    assert typed(("space", " "), ("shift+a", "A"), ("question_mark", "?"), ("é", "é")) == (" A?é", [])


def test_a_stuck_key_does_not_fill_the_screen() -> None:
    """The line has an end."""
    assert typed(*["x"] * (LONGEST + 50))[0] == "x" * LONGEST


def test_times_are_those_of_the_wall() -> None:
    """A time is shown in the bench's zone."""
    zone = timezone(timedelta(hours=2))
    assert clock(AT, zone) == "01:05"
    assert clock_seconds(AT, UTC) == "23:05:09"
    assert clock(AT, None) == AT.astimezone().strftime("%H:%M")


def test_the_time_in_a_shift_is_never_negative() -> None:
    """A clock that was put back gives zero; more than a day goes on counting hours."""
    assert elapsed(AT, AT + timedelta(hours=2, minutes=14, seconds=59)) == "02:14"
    assert elapsed(AT, AT - timedelta(minutes=5)) == "00:00"
    assert elapsed(AT, AT + timedelta(hours=26)) == "26:00"
