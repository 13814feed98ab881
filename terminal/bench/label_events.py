"""What happens to labels: asked for, scanned back, found.

Whether one was printed is no event: the printing thread knows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from terminal.bench.events import Event


@dataclass(frozen=True, slots=True)
class Label:
    """One label to print: which copy it is of which LPN."""

    lpn: str
    copy: int


@dataclass(frozen=True, slots=True)
class LabelsQueued(Event):
    """Labels were asked for. `tag` is what stands on all of them beside LPN and copy; `prove` are the LPNs
    whose label must be scanned back before the tote.
    """

    lpn: str
    labels: tuple[Label, ...]
    tag: Mapping[str, Any]
    prove: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LabelApplied(Event):
    """A printed label was scanned back: it exists, reads and is on this item."""

    lpn: str
    label: str


@dataclass(frozen=True, slots=True)
class LabelFound(Event):
    """A person saw that a label in doubt came out."""

    lpn: str
    copy: int
