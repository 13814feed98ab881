"""What can be asked of the bench, after codes were read and looked up: the vocabulary that `decide` takes.

A scan arrives with everything it may mean. Which of its meanings counts depends on where the bench stands, and
that is for `decide` to say, not for the look-up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from terminal.bench.meanings import Meaning, OwnItem
from terminal.bench.stock_commands import StockCommand


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
    | StockCommand
)
