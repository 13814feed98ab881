"""What a scanned code may mean, as the look-up found it: returns, goods, items of ours, totes, badges, defects."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from terminal.bench.events import Facts, Proposed
from terminal.bench.parcel_events import Expected
from terminal.domain.items import Product
from terminal.domain.papers import NO_PAPERS, Papers


@dataclass(frozen=True, slots=True)
class Operator:
    """Who may sign in: `role` is operator, lead or manager."""

    id: str
    role: str
    name: str = ""
    badges: tuple[str, ...] = ()
    """What this person's badges say; none: the one code that is made from the id."""
    language: str = ""
    """What the screen speaks while they are signed in; empty: the station's language."""

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
