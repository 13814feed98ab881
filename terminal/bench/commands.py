"""What can be asked of the bench, after codes were read and looked up: the vocabulary that `decide` takes.

A scan arrives with everything it may mean. Which of its meanings counts depends on where the bench stands, and
that is for `decide` to say, not for the look-up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from terminal.bench.events import Expected, Facts, Proposed
from terminal.domain.items import Product
from terminal.domain.papers import NO_PAPERS, Papers
from terminal.domain.permissions import BY_ROLE, Approval, Permission
from terminal.domain.rulebook import Rulebook
from terminal.domain.work import Step

NO_FACTS: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Operator:
    """Who may sign in: `role` is operator, lead or manager."""

    id: str
    role: str
    name: str = ""
    badges: tuple[str, ...] = ()
    """What this person's badges say; none: the one code that is made from the id."""

    @property
    def leads(self) -> bool:
        """True where the role may do what needs a lead."""
        return self.role in ("lead", "manager")


@dataclass(frozen=True, slots=True)
class Tote:
    """A container at the bench for one channel."""

    code: str
    channel: str
    name: str
    capacity: int = 0
    """Units that it holds; 0: nobody said."""
    sealed: bool = False
    """True where nothing more goes into it."""
    units: int = 0
    """Units that lie in it."""
    loads: int = 0
    """How often it was handed over."""


@dataclass(frozen=True, slots=True)
class Return:
    """A scan that names an expected return: its lines with what is still to come, and units that came earlier."""

    rma: str
    how: str
    tracking: str | None
    lines: tuple[Expected, ...]
    earlier: int


@dataclass(frozen=True, slots=True)
class Known:
    """A product of the catalogue, or one that only a manifest line names (then `product` is None)."""

    product: Product | None
    sku: str | None
    gtin: str | None
    serial: str | None
    title: str
    line: tuple[str, int] | None = None
    """(RMA, line) where a serial number pins the manifest line."""
    papers: Papers = NO_PAPERS
    """Recall notices, and what is on file of the device's number."""


@dataclass(frozen=True, slots=True)
class First:
    """The first inspection of an item, as an audit needs it: what it came to, and what was known without it."""

    grade: str
    disposition: str
    operator: str
    facts: Facts
    """Facts that came of scans and the catalogue."""
    stratum: str
    audited: bool = False


@dataclass(frozen=True, slots=True)
class OwnItem:
    """An LPN of ours; `status` is None where this station never gave it out."""

    lpn: str
    status: str | None = None
    leader: str | None = None
    disposition: str | None = None
    tote: str | None = None
    hold_reason: str | None = None
    held_since: str | None = None
    parcel: str = ""
    arrival: str = ""
    rma: str | None = None
    line: int | None = None
    sku: str | None = None
    gtin: str | None = None
    serial: str | None = None
    title: str = ""
    category: str = ""
    facts: Facts = field(default_factory=dict)
    answered: tuple[str, ...] = ()
    copies: int = 0
    actions: int = 0
    proposal: Proposed | None = None
    """The proposal that stood when it was held."""
    received: date | None = None
    """Day on which it came to this bench."""
    papers: Papers = NO_PAPERS
    """What came to be on file of it meanwhile."""
    ruling: str = ""
    """What a lead ruled on it at the hub, in words; empty where nothing was."""
    first: First | None = None
    """How it was graded first; None where it never was."""


@dataclass(frozen=True, slots=True)
class Badge:
    """A badge; `operator` is None where nobody has it."""

    text: str
    operator: Operator | None


@dataclass(frozen=True, slots=True)
class DefectCode:
    """A defect's own barcode."""

    code: str


Meaning = Return | Known | OwnItem | Tote | Badge | DefectCode


@dataclass(frozen=True, slots=True)
class Scanned:
    """A scan with all that it may mean; `tried` says how it was read, `problems` why it can't be data at all."""

    text: str
    meanings: tuple[Meaning, ...]
    tried: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)
    """What the code itself says beside the product: serial, lot, expiry."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer to a question of the open checklist, by its id."""

    question: str
    value: str


@dataclass(frozen=True, slots=True)
class AddDefect:
    """A defect that was seen: code, location (None: the code's usual one) and count."""

    code: str
    location: str | None = None
    count: int = 1


@dataclass(frozen=True, slots=True)
class Measure:
    """A measured value such as battery_health."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Weigh:
    """A load at rest on the scale `source`."""

    grams: int
    source: str


@dataclass(frozen=True, slots=True)
class SettleLabel:
    """What a person found out about a label in doubt. `copies` have been asked for so far; `tag` stands on it."""

    lpn: str
    copy: int
    copies: int
    tag: Mapping[str, Any]
    found: bool


@dataclass(frozen=True, slots=True)
class Times:
    """The same finding holds for `count` identical units."""

    count: int


@dataclass(frozen=True, slots=True)
class Clean:
    """Nothing (else) is wrong."""


@dataclass(frozen=True, slots=True)
class Accept:
    """Take what is proposed."""


@dataclass(frozen=True, slots=True)
class SetGrade:
    """Another grade, with a reason code."""

    grade: str
    reason: str


@dataclass(frozen=True, slots=True)
class SetDisposition:
    """Another channel, with a reason code."""

    channel: str
    reason: str


@dataclass(frozen=True, slots=True)
class FinishWork:
    """A step that was asked for is done; `note` is what it asks the operator to write down."""

    step: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class GiveUpWork:
    """A step can't be done here, with a reason code."""

    step: str
    reason: str


@dataclass(frozen=True, slots=True)
class KeepPhoto:
    """A picture of the item was taken and is on disk."""

    sha256: str
    kind: str


@dataclass(frozen=True, slots=True)
class Danger:
    """The battery is swollen, leaking or hot: stop at once."""


@dataclass(frozen=True, slots=True)
class ClearRecall:
    """A lead compared the item with the notice, and it is not meant, with a reason code."""

    reason: str


@dataclass(frozen=True, slots=True)
class Hold:
    """Quarantine, with a reason code."""

    reason: str


@dataclass(frozen=True, slots=True)
class OpenAudit:
    """Grade a finished item once more, without seeing how it was graded."""

    own: OwnItem


@dataclass(frozen=True, slots=True)
class DropAudit:
    """Leave the open audit without a result."""


@dataclass(frozen=True, slots=True)
class SettleAudit:
    """What follows from an audit that differed: `verdict` is first or audit."""

    verdict: str


@dataclass(frozen=True, slots=True)
class ReadLesson:
    """The operator has read the oldest lesson."""


@dataclass(frozen=True, slots=True)
class Undo:
    """Take back the last step."""


@dataclass(frozen=True, slots=True)
class SignOut:
    """The operator leaves: `why` is badge, break, idle, shift or revoked."""

    why: str = "badge"


@dataclass(frozen=True, slots=True)
class ParcelDone:
    """Nothing more comes out of the open parcel."""


@dataclass(frozen=True, slots=True)
class Blind:
    """A parcel without a usable number, with a reason code and what is written on it, if anything."""

    reason: str
    rma: str | None = None


@dataclass(frozen=True, slots=True)
class Unidentified:
    """An item that no code identifies."""


@dataclass(frozen=True, slots=True)
class Reprint:
    """The labels of the group on the bench once more."""


@dataclass(frozen=True, slots=True)
class TakeRules:
    """Work under another rulebook (`after` is its hash) or other people: `versions` came from the hub."""

    after: str
    versions: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class TakeRuling:
    """What a lead ruled at the hub on an item of this bench, and how that item stands: see `Ruled`."""

    lpn: str
    ruling: str
    verdict: str
    what: str
    value: str
    by: str
    note: str
    status: str | None
    """None where this station never gave out the LPN."""
    tote: str | None = None
    channel: str | None = None


@dataclass(frozen=True, slots=True)
class CloseTote:
    """Seal a tote. `by` names who asks; empty: who is signed in. So it is for the three below."""

    tote: Tote
    by: str = ""


@dataclass(frozen=True, slots=True)
class OpenTote:
    """Open a sealed tote again."""

    tote: Tote
    by: str = ""


@dataclass(frozen=True, slots=True)
class HandOverTote:
    """Give a tote away with the units in it."""

    tote: Tote
    to: str
    lpns: tuple[str, ...]
    by: str = ""


@dataclass(frozen=True, slots=True)
class AssignHold:
    """Say who is to decide on a unit in quarantine, and by which day; `status` is how the unit stands."""

    lpn: str
    status: str | None
    since: str
    owner: str
    due: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class OpenShift:
    """Begin a shift; `by` is an operator's id."""

    by: str


@dataclass(frozen=True, slots=True)
class CloseShift:
    """End the shift with these figures; `by` is an operator's id."""

    by: str
    totals: Mapping[str, int]
    pending: Mapping[str, int] | None = None
    """Sink -> committed events that have not left the station; None: nobody counted them."""
    pending_ok: bool = False
    """Somebody said that the shift may be closed while events wait."""
    report: Mapping[str, Any] | None = None
    """The Z report as JSON, see `ShiftReport`; None: nobody counted."""
    reason: str = ""
    """Reason code for closing it although counts differ."""


Command = (
    Scanned
    | Answer
    | AddDefect
    | Measure
    | Weigh
    | SettleLabel
    | Times
    | Clean
    | Accept
    | SetGrade
    | SetDisposition
    | FinishWork
    | GiveUpWork
    | KeepPhoto
    | Danger
    | ClearRecall
    | Hold
    | OpenAudit
    | DropAudit
    | SettleAudit
    | ReadLesson
    | Undo
    | SignOut
    | ParcelDone
    | Blind
    | Unidentified
    | Reprint
    | TakeRules
    | TakeRuling
    | OpenShift
    | CloseShift
    | CloseTote
    | OpenTote
    | HandOverTote
    | AssignHold
)


@dataclass(frozen=True, slots=True)
class Rules:
    """What a site has set: fixed while the bench runs, handed to every decision."""

    station: str
    prefix: str
    book: Rulebook
    totes: tuple[Tote, ...]
    hold_reasons: Mapping[str, str]
    override_reasons: Mapping[str, str]
    blind_reasons: Mapping[str, str]
    market: str = "EU"
    operator_size: str = "large"
    auto_accept: bool = True
    scan_back: str = "first_last"
    double_read: timedelta = timedelta(seconds=2)
    max_times: int = 10_000
    override_limit: Decimal = Decimal("100.00")
    shift_opens_itself: bool = True
    weight_tolerance: int = 5
    """Per cent by which a weighed item may differ from its catalogue."""
    waste_codes: Mapping[str, str] = field(default_factory=dict)
    """Code of the European List of Waste by category, and by `damaged_battery`."""
    steps: tuple[Step, ...] = ()
    """Work that this bench is fitted out for."""
    work_reasons: Mapping[str, str] = field(default_factory=lambda: {"other": "Other"})
    """Why work, or a photo, could not be done."""
    recipients: tuple[str, ...] = ("Warehouse",)
    """Who takes totes."""
    difference_reasons: Mapping[str, str] = field(default_factory=lambda: {"other": "Other"})
    """Why a shift is closed although its counts differ."""
    camera: bool = False
    evidence: Mapping[str, str] = field(default_factory=dict)
    """Channels that want a photo, each with the sentence why."""
    found_for: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    """How often each defect was found for a return reason at this station, to order the list of defects."""
    battery_bin: str = ""
    """Where damaged batteries are put; empty: the quarantine shelf."""
    second_printer: str = ""
    """The printer that takes over at a key; empty: none."""
    permissions: Mapping[str, Permission] = field(default_factory=lambda: BY_ROLE)
    """What each guarded action needs."""

    def tote_of(self, channel: str) -> Tote | None:
        """The first tote of a channel, or None where the bench has none."""
        return next((tote for tote in self.totes if tote.channel == channel), None)


@dataclass(frozen=True, slots=True)
class Look:
    """One thing that is looked at before a shift begins: `level` is ok, warn or bad."""

    subject: str
    level: str
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class Now:
    """The moment of a command: the time, whether labels come out of the printer, and whose word is behind it."""

    at: datetime
    printer_lost: bool = False
    approval: Approval | None = None
    looks: tuple[Look, ...] = ()
    """What was looked at because a shift may begin by this command."""
