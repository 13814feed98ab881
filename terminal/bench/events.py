"""What happened to an item, and what every event is; other subjects stand beside in a `*_events.py` each.

Together they are the vocabulary of the journal: each is a frozen value whose fields are its body on the wire
(`wire.py` has its name in the store). An event says everything that folding needs (expected lines, prices, the tag
of a label), so a state is rebuilt from the journal alone, without catalogue, manifest or policy.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

Facts = Mapping[str, Any]
"""Facts of an item as plain JSON: prices as text, the rest as it is."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened at the bench. `V` is the version of the body's shape."""

    V: ClassVar[int] = 1


@dataclass(frozen=True, slots=True)
class Option:
    """One way to read an ambiguous scan: the words to show and the text that, scanned as `kind`, means it."""

    kind: str
    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Asked(Event):
    """A scan fitted several things; the operator is asked which."""

    raw: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class AskDropped(Event):
    """The question which of several things a scan meant was put aside by another input."""


@dataclass(frozen=True, slots=True)
class ItemIdentified(Event):
    """A unit got its LPN. `arrival` is expected, over, unexpected, blind or unidentified."""

    lpn: str
    parcel: str
    arrival: str
    code: str
    rma: str | None
    line: int | None
    sku: str | None
    gtin: str | None
    serial: str | None
    title: str
    category: str
    facts: Facts
    assumed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Inspected(Event):
    """An observation: `how` is answer, defect, measure, weigh, clean, scan or cleared (a lead's word on a possible
    recall); `facts` are what it changed.
    """

    lpn: str
    how: str
    what: str
    value: str
    facts: Facts
    answered: tuple[str, ...] = ()
    approved_by: str = ""
    """Who gave their word for it; empty: nobody had to."""


@dataclass(frozen=True, slots=True)
class Counted(Event):
    """The same finding holds for `count` identical units of this line."""

    lpn: str
    count: int


@dataclass(frozen=True, slots=True)
class GradeOverridden(Event):
    """A person set another grade than the proposed one, with a reason code."""

    lpn: str
    before: str
    after: str
    reason: str
    approved_by: str = ""
    """Who gave their word for it; empty: nobody had to."""


@dataclass(frozen=True, slots=True)
class DispositionOverridden(Event):
    """A person chose another channel than the proposed one, with a reason code."""

    lpn: str
    before: str | None
    after: str
    reason: str
    approved_by: str = ""
    """Who gave their word for it; empty: nobody had to."""


@dataclass(frozen=True, slots=True)
class Proposed(Event):
    """Grade and disposition as the rules see them, with every reason. Money is text with two places."""

    lpn: str
    score: str
    grade_by_score: str
    cap: str
    grade: str
    grade_reasons: tuple[str, ...]
    disposition: str | None
    values: Mapping[str, str]
    forbidden: Mapping[str, tuple[str, ...]]
    rules: tuple[str, ...]
    runner_up: str | None
    margin: str | None
    currency: str | None
    confidence: str
    doubts: tuple[str, ...]
    explanation: str
    policy: str
    functional: str = ""
    """The grade of the function axis alone."""
    cosmetic: str = ""
    """The grade of what can be seen."""


@dataclass(frozen=True, slots=True)
class Accepted(Event):
    """A proposal was taken by a key. (Without doubt it is taken at once, and only `Decided` is written.)"""

    lpn: str


@dataclass(frozen=True, slots=True)
class Decided(Event):
    """The channel is settled; `by` is auto, accept or override."""

    lpn: str
    grade: str
    disposition: str
    by: str
    tote: str


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit of a group: its LPN, the manifest line it counts for, and whether that still expected it."""

    lpn: str
    arrival: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Multiplied(Event):
    """The finding of `lpn` was repeated for identical units, each with its own LPN."""

    lpn: str
    units: tuple[Unit, ...]


@dataclass(frozen=True, slots=True)
class Placed(Event):
    """The group went into a tote. `unlabelled` had to go without a scan-back because the printer was lost."""

    lpn: str
    lpns: tuple[str, ...]
    tote: str
    channel: str
    unlabelled: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HoldAsked(Event):
    """A person wants the group in quarantine, with a reason code."""

    lpn: str
    reason: str


@dataclass(frozen=True, slots=True)
class Held(Event):
    """The group waits in quarantine for a decision by somebody else."""

    lpn: str
    lpns: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class ItemResumed(Event):
    """A held item came back to the bench, with all that was known of it and why it was held."""

    lpn: str
    parcel: str
    arrival: str
    code: str
    rma: str | None
    line: int | None
    sku: str | None
    gtin: str | None
    serial: str | None
    title: str
    category: str
    facts: Facts
    answered: tuple[str, ...]
    copies: int
    reason: str = "other"
    proposal: Proposed | None = None
    actions: int = 0
    since: str | None = None
    """When it was put there."""
    approved_by: str = ""
    """Who gave their word for it; empty: nobody had to."""


@dataclass(frozen=True, slots=True)
class Undone(Event):
    """The last step was taken back: `step` names it, `labels_off` are LPNs whose labels must come off."""

    step: str
    lpns: tuple[str, ...]
    labels_off: tuple[str, ...] = ()
    approved_by: str = ""
    """Who gave their word for it; empty: nobody had to."""


@dataclass(frozen=True, slots=True)
class InputRefused(Event):
    """An input that changed nothing: its reason's code and what was given, made safe to show."""

    why: str
    given: str


@dataclass(frozen=True, slots=True)
class HistoryTaken(Event):
    """Units of the past were taken in from a table: they change nothing on the bench, only its figures."""

    source: str
    """Name of the file."""
    columns: tuple[str, ...]
    units: Any
    """One list for each unit, its values in the order of `columns`: text, whole numbers or null."""
