"""What is given to the bench: the five shapes in which an operator's wish arrives, whatever device brought it."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Scan:
    """A whole frame from a scanner or a keyboard burst. `problem` says why it can't be data (noise, too long)."""

    text: str
    source: str = "keyboard"
    aim: str | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Typed:
    """A line typed by hand and ended with Enter; empty text is Enter alone."""

    text: str
    pace: float | None = field(default=None, compare=False)
    """Seconds between its keys on average; None: nobody measured it."""


@dataclass(frozen=True, slots=True)
class Press:
    """A key, palette letter or menu that stands for an action of the registry (its id)."""

    action: str


@dataclass(frozen=True, slots=True)
class Idle:
    """Nobody touched the bench for as long as the config allows."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """A load came to rest on a scale."""

    grams: int
    source: str


Given = Scan | Typed | Press | Idle | Weighed
