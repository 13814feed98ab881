"""A scanner that types: key strokes sorted into scans and typing.

Pure: the caller feeds every key stroke with the time at which it was read and calls `expire` when `deadline` has
passed. What surprises is that a barcode can hold Ctrl-Q or F5: a control key next to a burst must never come out
as a key press, so control chords are held for a moment even when nothing else is.

A stalled event loop may run a timer before the strokes that were read long ago. The caller therefore skips an
`expire` whose own timer came late, and asks again; strokes carry their own time and are not affected.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from devices.keys import MODIFIERS, Kind, character_of, kind_of, show_key
from devices.layouts import suspect
from devices.problems import SENTENCES, Problem
from devices.said import Said, joined

FAST = 0.005
"""Seconds: strokes closer together than this come from a machine."""
REPEAT = 0.025
"""Seconds: equal strokes at this average distance or more are a key that is held down (repeat is 33-90 ms)."""
ETX = "\x03"
SHORT_SCAN = 3
"""So many characters without a gap that a hand could make are a scan, however short the codes normally are."""
REMAINDER = 0.25
"""Seconds: what follows a refused burst within this time belongs to it."""


@dataclass(frozen=True, slots=True)
class Stroke:
    """One key press as the terminal reported it: `at` is monotonic seconds, taken when it was read."""

    key: str
    """The name of the key, e.g. `a`, `enter`, `ctrl+q`, `f2` (Textual's names)."""
    character: str | None
    at: float

    @property
    def sends(self) -> str | None:
        """The character the key sends as data, control characters included."""
        return character_of(self.key, self.character)

    @property
    def kind(self) -> Kind:
        """What the key may be in the middle of a scan."""
        return kind_of(self.key, self.character)


@dataclass(frozen=True, slots=True)
class Burst:
    """A scan."""

    text: str
    at: float = field(default=0.0, compare=False)
    """When its last stroke was read."""


@dataclass(frozen=True, slots=True)
class Typed:
    """Strokes of a person, to be handed on as they are."""

    strokes: tuple[Stroke, ...]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A burst that is no data."""

    text: str
    """What was scanned, safe to print."""
    why: str
    """The reason as a sentence."""
    problem: Problem = Problem.CONTROL_CHARACTERS
    at: float = field(default=0.0, compare=False)


Found = Burst | Typed | Refusal


@dataclass(frozen=True, slots=True)
class WedgeSettings:
    """How the keyboard scanner is set up; times in seconds."""

    mode: Literal["prefix", "plain"] = "plain"
    """plain tells scans by their speed; prefix takes only those that begin with the prefix. The prefix is known in
    both, and control keys are kept out of bursts in both."""
    prefix: str = "\x02"
    """The character in front of a scan (STX arrives as Ctrl-B). A printable one can't be typed by hand any more."""
    suffix: str = ""
    """Ends a prefixed scan, as a terminator does. ETX right before a terminator is taken off without it."""
    gap: float = 0.05
    """The greatest distance of two strokes of a scan without prefix."""
    min_length: int = 6
    """A scan without prefix is at least so long, unless it comes all at once."""
    terminators: tuple[str, ...] = ("\r", "\n", "\t")
    max_length: int = 512
    prefix_wait: float = 1.0
    """The greatest distance of two strokes of a scan with prefix."""

    def __post_init__(self) -> None:
        if len(self.prefix) != 1:
            raise ValueError(f"the prefix of a keyboard scanner is one character, not {self.prefix!r}")
        if not self.terminators or self.prefix in self.terminators:
            raise ValueError("a keyboard scanner needs a terminator, and another character as prefix")
        if self.min_length < 2 or self.max_length < self.min_length or self.gap <= FAST:
            raise ValueError(f"needs 2 <= min_length <= max_length and a gap over {FAST} s")


class Wedge:
    """Takes strokes, gives scans, refusals and typing, in the order in which they were made."""

    def __init__(self, settings: WedgeSettings | None = None) -> None:
        self.settings = settings or WedgeSettings()
        self._gap = self.settings.gap if self.settings.mode == "plain" else FAST
        self._held: list[Stroke] = []
        self._prefixed = False
        self._uncounted = 0
        """Strokes of an over-long scan that are not kept."""
        self._function: Stroke | None = None
        """The last function or editing key that passed; it may turn out to be the first of a burst."""
        self._leader: Stroke | None = None
        """The function or editing key right before what is held."""
        self._scan_end: float | None = None
        self._refused_end: float | None = None

    @property
    def held(self) -> bool:
        """Whether strokes wait for what comes next."""
        return bool(self._held)

    @property
    def deadline(self) -> float | None:
        """The time after which `expire` gives out what is held, if nothing comes before; None when nothing is."""
        return self._held[-1].at + self._patience if self._held else None

    @property
    def _patience(self) -> float:
        return self.settings.prefix_wait if self._prefixed else self._gap

    def feed(self, stroke: Stroke) -> list[Found]:
        """Take one stroke; give what is settled by it."""
        if stroke.key in MODIFIERS:
            return []
        found = self.expire(stroke.at)
        if stroke.sends == self.settings.prefix and not self._is_inside(stroke):
            found += self._begin_prefixed(stroke)
        elif self._prefixed:
            found += self._take_prefixed(stroke)
        elif self._held:
            found += self._take_next(stroke)
        elif not self._is_remainder(stroke):
            found += self._take_first(stroke)
        return found

    def expire(self, now: float) -> list[Found]:
        """Give out what is held when nothing followed in time."""
        deadline = self.deadline
        return self._release() if deadline is not None and now > deadline else []

    def _ends(self, stroke: Stroke) -> bool:
        return stroke.sends in self.settings.terminators

    def _is_inside(self, stroke: Stroke) -> bool:
        """Say whether a prefix stands in the middle of a burst that has none: there it is one more control key."""
        return bool(self._held) and not self._prefixed and stroke.at - self._held[-1].at < FAST

    def _is_remainder(self, stroke: Stroke) -> bool:
        """Say whether a stroke belongs to something told already: the tail of a refusal, or the LF of a CRLF."""
        if self._refused_end is not None and stroke.at - self._refused_end <= REMAINDER:
            self._refused_end, self._scan_end = (None, stroke.at) if self._ends(stroke) else (stroke.at, None)
            return True
        self._refused_end = None
        if (
            self._scan_end is not None
            and self._ends(stroke)
            and stroke.at - self._scan_end <= self.settings.gap
        ):
            self._scan_end = stroke.at
            return True
        self._scan_end = None
        return False

    def _begin_prefixed(self, stroke: Stroke) -> list[Found]:
        empty = self._prefixed and len(self._held) == 1
        found = self._release() if self._held and not empty else []
        self._held, self._prefixed = [stroke], True
        return found

    def _take_first(self, stroke: Stroke) -> list[Found]:
        leader = self._function
        if leader is not None and stroke.at - leader.at > self._gap:
            leader = None
        if self._ends(stroke) or stroke.kind in (Kind.FUNCTION, Kind.EDITING):
            self._function = leader if self._ends(stroke) else stroke
            return [Typed((stroke,))]
        self._function, self._leader = None, leader
        self._held = [stroke]
        return []

    def _take_next(self, stroke: Stroke) -> list[Found]:
        if self._ends(stroke):
            return self._end(stroke)
        self._keep(stroke)
        return self._typed() if self._uncounted and self._is_held_key() else []

    def _take_prefixed(self, stroke: Stroke) -> list[Found]:
        if not self._ends(stroke) and stroke.sends != self.settings.suffix:
            self._keep(stroke)
            return []
        if self._ends(stroke) and self._held[1:] and self._held[-1].sends == ETX:
            del self._held[-1]
        fault = _fault(self._held[1:])
        if self._uncounted:
            fault = Problem.TOO_LONG
        elif len(self._held) == 1:
            fault = Problem.INCOMPLETE
        return self._scan(stroke, fault)

    def _keep(self, stroke: Stroke) -> None:
        if len(self._held) < self.settings.max_length + self._prefixed:
            self._held.append(stroke)
        else:
            self._held[-1] = stroke
            self._uncounted += 1

    def _end(self, end: Stroke) -> list[Found]:
        """Decide what a terminator closed: a scan, a refused one, or something typed."""
        fast = _slowest((*self._held, end)) < FAST
        scan = fast and len(self._held) >= SHORT_SCAN
        if self.settings.mode == "plain" and len(self._held) >= self.settings.min_length:
            scan = not self._is_held_key()
        fault = _fault(self._held)
        if fault is not None and (scan or self._has_hostile_chord(fast)):
            return self._scan(end, fault)
        if not scan:
            return self._typed(end)
        if self._uncounted:
            fault = Problem.TOO_LONG
        elif self._leader is not None:
            fault = Problem.CONTROL_CHARACTERS
        elif self.settings.mode == "prefix":
            fault = Problem.NO_PREFIX
        return self._scan(end, fault)

    def _release(self) -> list[Found]:
        """Decide what is held without a terminator."""
        fault = _fault(self._held)
        if self._prefixed:
            return self._refuse(Problem.INCOMPLETE) if len(self._held) > 1 else self._typed()
        if self._uncounted and not self._is_held_key():
            return self._refuse(Problem.TOO_LONG)
        fast = _slowest(self._held) < FAST and len(self._held) >= SHORT_SCAN
        if fault is not None and (fast or self._has_hostile_chord(False)):
            return self._refuse(fault)
        return self._typed()

    def _has_hostile_chord(self, fast: bool) -> bool:
        """Say whether a key that acts stands in company: a person presses it alone, or holds it down."""
        acts = any(stroke.kind not in (Kind.DATA, Kind.EDITING) for stroke in self._held)
        return acts and (fast or len(self._held) > 1) and not self._is_held_key()

    def _is_held_key(self) -> bool:
        first, last = self._held[0], self._held[-1]
        count = len(self._held) + self._uncounted - 1
        return (
            count > 0 and last.at - first.at >= REPEAT * count and len({one.key for one in self._held}) == 1
        )

    def _scan(self, end: Stroke, fault: Problem | None) -> list[Found]:
        """Give a scan that ended with a terminator, or its refusal."""
        if fault is not None:
            found = self._refuse(fault)
        else:
            strokes = self._held[1:] if self._prefixed else self._held
            found = [Burst("".join(stroke.sends or "" for stroke in strokes), end.at)]
            self._clear()
        self._refused_end, self._scan_end = None, end.at
        return found

    def _typed(self, *more: Stroke) -> list[Found]:
        found = Typed((*self._held, *more))
        self._clear()
        return [found]

    def _refuse(self, problem: Problem) -> list[Found]:
        strokes = self._held[1:] if self._prefixed else self._held
        if self._leader is not None:
            strokes = [self._leader, *strokes]
        text = "".join(show_key(stroke.key, stroke.character) for stroke in strokes[:64])
        if len(strokes) > 64:
            text += f"... ({len(strokes) + self._uncounted} characters)"
        why = Said(SENTENCES[problem], limit=self.settings.max_length)
        doubt = suspect("".join(stroke.sends or "" for stroke in strokes if stroke.kind is Kind.DATA))
        if doubt is not None:
            why = joined((why, doubt))
        self._refused_end = at = self._held[-1].at
        self._clear()
        return [Refusal(text, why, problem, at)]

    def _clear(self) -> None:
        self._held = []
        self._prefixed = False
        self._uncounted = 0
        self._leader = None


def _fault(strokes: Sequence[Stroke]) -> Problem | None:
    """Name what makes strokes unfit as data; a replacement character is a byte the terminal could not decode."""
    if any(stroke.sends == "\ufffd" for stroke in strokes):
        return Problem.NOT_TEXT
    if any(stroke.kind is not Kind.DATA for stroke in strokes):
        return Problem.CONTROL_CHARACTERS
    return None


def _slowest(strokes: Sequence[Stroke]) -> float:
    """Give the greatest distance of two neighbours in seconds, 0 for a single stroke."""
    return max((after.at - before.at for before, after in pairwise(strokes)), default=0.0)
