"""What happened: the vocabulary of the journal.

Every event is a frozen value whose fields are its body on the wire (`wire.py` has its name in the store). An event
says everything that folding needs (expected lines, prices, the tag of a label), so a state is rebuilt from the
journal alone, without catalogue, manifest or policy.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from terminal.domain.items import ManifestLine

Facts = Mapping[str, Any]
"""Facts of an item as plain JSON: prices as text, the rest as it is."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened at the bench. `V` is the version of the body's shape."""

    V: ClassVar[int] = 1


@dataclass(frozen=True, slots=True)
class ShiftOpened(Event):
    """A shift began. Numbers are gapless per station."""

    number: int
    by: str
    check: Mapping[str, str] | None = None
    """What was looked at before, each with ok, warn or bad; None: nobody looked."""
    approved_by: str = ""
    """Who gave their word for it; empty: nobody had to."""


@dataclass(frozen=True, slots=True)
class ShiftClosed(Event):
    """A shift ended with these counts (the Z report's figures)."""

    number: int
    by: str
    totals: Mapping[str, int]
    pending: Mapping[str, int] | None = None
    """Sink -> events that had not left the station then; None: nobody counted them."""
    report: Mapping[str, Any] | None = None
    """The Z report as it was fixed, see `ShiftReport`; None: only the totals were counted."""
    reason: str = ""
    """Reason code for closing it although counts differed."""
    approved_by: str = ""
    """Who gave their word for it; empty: nobody had to."""


@dataclass(frozen=True, slots=True)
class SignedIn(Event):
    """An operator scanned a badge."""

    operator: str
    role: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class SignedOut(Event):
    """An operator left: `why` is badge, break, idle, shift or revoked. An open item stays open."""

    operator: str
    why: str


@dataclass(frozen=True, slots=True)
class Expected:
    """A manifest line as this parcel finds it: `expected` units are still to come."""

    line: ManifestLine
    expected: int


@dataclass(frozen=True, slots=True)
class ParcelReceived(Event):
    """A parcel was opened: `how` is rma, tracking or blind; a blind one has a `reason` and expects nothing."""

    parcel: str
    how: str
    rma: str | None
    tracking: str | None
    lines: tuple[Expected, ...]
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Short:
    """Units of a line that were expected and did not come."""

    line: int
    missing: int


@dataclass(frozen=True, slots=True)
class ParcelClosed(Event):
    """Nothing more comes out of this parcel; what is missing is recorded as short."""

    parcel: str
    short: tuple[Short, ...]
    over: int
    unexpected: int


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
class WorkAsked(Event):
    """Steps to be done before the item goes on. `channel` is the one that they are for; None: it is not known yet,
    and is worked out from what they change. `by` says who chose that channel, as in `Decided`.
    """

    lpn: str
    steps: tuple[str, ...]
    channel: str | None = None
    by: str = "auto"


@dataclass(frozen=True, slots=True)
class WorkDone(Event):
    """A step was done: what it took, what it changed, and the questions that are open again because of it."""

    lpn: str
    step: str
    minutes: int
    part: str
    note: str
    facts: Facts
    reopened: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WorkGivenUp(Event):
    """A step can't be done here, with a reason code."""

    lpn: str
    step: str
    reason: str


@dataclass(frozen=True, slots=True)
class PhotoKept(Event):
    """A picture of the item is on disk under the hash of its content."""

    lpn: str
    sha256: str
    kind: str
    subjects: tuple[str, ...] = ()
    """What it is to prove: codes of defects, `channel`."""


@dataclass(frozen=True, slots=True)
class PhotoMissing(Event):
    """Pictures that were wanted could not be taken, and the item went on without them."""

    lpn: str
    subjects: tuple[str, ...]
    reason: str


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
class RulesChanged(Event):
    """From here on the bench works under what came from the hub: the rulebook's hash before and after."""

    before: str
    after: str
    versions: Mapping[str, int]
    """Version in force by kind, such as policy, operators and rates."""


@dataclass(frozen=True, slots=True)
class Ruled(Event):
    """Two stations claimed one thing, and a lead settled at the hub who keeps it: `verdict` is keep or hold."""

    lpn: str
    ruling: str
    """Its id at the hub."""
    verdict: str
    what: str
    """rma_line or serial."""
    value: str
    by: str
    note: str = ""
    moved: bool = False
    """True where a finished item goes to quarantine because of it."""
    tote: str | None = None
    """Where it lay till then."""
    channel: str | None = None


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
