"""What a screen has to show, as plain values: made by `wording`, drawn by any front end.

A view holds finished words and no rule. The places of design are fixed (who and where, step, banner, body, what
happened last), so that a front end only has to put each value where it belongs. All text may hold foreign
characters (product titles, scans): a front end draws it literally.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Level(StrEnum):
    """How an input ended or what the bench waits for. Sound, colour, symbol and word follow it."""

    ASK = "ask"
    OK = "ok"
    WARN = "warn"
    STOP = "stop"


SYMBOLS = {Level.ASK: "?", Level.OK: "+", Level.WARN: "!", Level.STOP: "X"}


@dataclass(frozen=True, slots=True)
class Choice:
    """One numbered answer: press its number (and Enter) or scan its code."""

    number: int
    label: str
    detail: str = ""
    code: str = ""
    """Our own barcode for it, shown as `or scan ...`; empty where there is none."""
    selected: bool = False
    """True for the one that Enter alone takes. Questions of the checklist never have one."""
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """A labelled line of the body, such as WHY or REASON."""

    label: str
    text: str
    warn: bool = False


@dataclass(frozen=True, slots=True)
class ChannelRow:
    """One row of the value table: a channel, what it is worth and what forbids it."""

    channel: str
    value: str
    note: str
    chosen: bool = False
    forbidden: bool = False


@dataclass(frozen=True, slots=True)
class ItemRow:
    """A finished item in the list of last items."""

    at: datetime
    lpn: str
    title: str
    value: str
    grade: str
    channel: str


@dataclass(frozen=True, slots=True)
class Last:
    """What happened last: one line, never empty after the first input."""

    at: datetime | None
    text: str
    level: Level
    undo: str = ""
    """Words for what undo would take back; empty where there is nothing to undo."""


@dataclass(frozen=True, slots=True)
class View:
    """Everything one painting of the bench needs, apart from the clock and the devices' states."""

    station: str
    operator: str
    shift_opened: datetime | None
    done: int
    step: int
    """1 receive, 2 inspect, 3 grade, 4 dispose and label; 0 while signed out."""
    level: Level
    word: str
    """The banner: at most 14 capitals (accents too), digits, spaces and .,:-+/?!%"""
    line: str
    """The line under the banner, after the level's symbol."""
    choices: tuple[Choice, ...] = ()
    facts: tuple[Fact, ...] = ()
    hints: tuple[str, ...] = ()
    channels: tuple[ChannelRow, ...] = ()
    recent: tuple[ItemRow, ...] = ()
    last: Last = Last(None, "", Level.ASK)
    prompt: str = ""
    """What typed text means now, such as `How many?`; empty for `type or scan a code`."""
    secret: bool = False
    """True where what is typed must not be shown."""
    menu: str = ""
    """Title of an open menu (its entries are `choices`); empty when the bench itself asks."""
    state: str = ""
    """The state's name as replay's `!expect state` knows it."""
    sound: Level | None = None
    """The signal of the input that led here; None where nothing was given."""
    actions: tuple[str, ...] = ()
    """Ids of the actions that would do something now; the others answer with a reason."""
    language: str = "en"
    """What its words are in."""
