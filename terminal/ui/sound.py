"""What is heard: a pattern for each level, so that it can be told without looking up.

Patterns differ in count and length, not only in pitch. A question is silent: nothing happened that the scanner's
own beep has not said. Terminals know only BEL; the Linux console can also be told its pitch and length
(console_codes(4)).
"""

from __future__ import annotations

from dataclasses import dataclass

from terminal.bench.view import Level

APART = 0.15
"""Seconds between two bells: closer ones are heard as one."""
BEL = "\x07"
QUIET_AGAIN = "\x1b[10]\x1b[11]"
"""Gives the Linux console its own pitch and length back."""


@dataclass(frozen=True, slots=True)
class Tone:
    """A bell of the Linux console: hertz and milliseconds."""

    pitch: int
    length: int


_COUNTS = {Level.ASK: 0, Level.OK: 1, Level.WARN: 2, Level.STOP: 3}
_TONES = {
    Level.OK: (1, Tone(1200, 60)),
    Level.WARN: (2, Tone(700, 100)),
    Level.STOP: (1, Tone(300, 400)),
}


def pattern(level: Level, console: bool = False) -> tuple[str, ...]:
    """What to write to the terminal for `level`, one string for each bell, `APART` seconds from one to the next.

    One bell says ok, two warn, three stop; on the Linux console (`console`) stop is a single long low tone.
    """
    if console and level in _TONES:
        count, tone = _TONES[level]
        return (f"\x1b[10;{tone.pitch}]\x1b[11;{tone.length}]{BEL}",) * count
    return (BEL,) * _COUNTS[level]
