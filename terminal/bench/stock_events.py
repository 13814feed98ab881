"""What happens to totes and to what waits in quarantine, beside the items that go in and come out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from terminal.bench.events import Event

LOAD = "LOAD--"
"""What the name of a load begins with: a tote that was handed over, with what was in it then."""


@dataclass(frozen=True, slots=True)
class ToteClosed(Event):
    """A tote was sealed: nothing more goes into it."""

    tote: str
    channel: str
    units: int
    by: str


@dataclass(frozen=True, slots=True)
class ToteOpened(Event):
    """A sealed tote was opened again."""

    tote: str
    channel: str
    by: str


@dataclass(frozen=True, slots=True)
class ToteHandedOver(Event):
    """A tote left the bench with these units; its code is free for the next load. `tag` stands on its label."""

    tote: str
    channel: str
    load: str
    to: str
    lpns: tuple[str, ...]
    by: str
    tag: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class HoldAssigned(Event):
    """Somebody is to decide on a unit in quarantine by a day. `since` is when it was put there."""

    lpn: str
    owner: str
    due: str
    since: str
    by: str


STOCK_EVENTS = (ToteClosed, ToteOpened, ToteHandedOver, HoldAssigned)


PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-")
LONGEST = 34
"""Characters of a tote's code in the name of its load, which is a barcode and the name of a file."""


def load_name(tote: str, number: int) -> str:
    """The name of a tote's load: unique at this station, and fit for a label and a file."""
    shown = "".join(
        letter if letter in PLAIN else "".join(f"_{byte:02X}" for byte in letter.encode("utf-8", "replace"))
        for letter in tote
    )
    if len(shown) > LONGEST:
        digest = sha256(tote.encode("utf-8", "replace")).hexdigest()[:12]
        shown = f"{shown[: LONGEST - len(digest) - 1]}-{digest}"
    return f"{LOAD}{shown}--{number}"


def is_load(text: str | None) -> bool:
    """True for the name of a load, which is no tote that stands at the bench."""
    return text is not None and text.startswith(LOAD)
