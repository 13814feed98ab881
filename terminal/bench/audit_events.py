"""What happens in an audit: a finished item is graded once more by somebody who does not see how it was graded.

What the auditor notes is kept apart from the item's own inspection, which stays as it was for ever.
"""

from __future__ import annotations

from dataclasses import dataclass

from terminal.bench.events import Event, Facts, Proposed

AUDIT = "audit"
"""Why an item is held whose audit was taken instead of its first inspection."""


@dataclass(frozen=True, slots=True)
class AuditOpened(Event):
    """An audit began. `facts` are those that no inspection gave; `first_facts` all that were known at the end."""

    lpn: str
    auditor: str
    stratum: str
    parcel: str
    arrival: str
    sku: str | None
    gtin: str | None
    serial: str | None
    title: str
    category: str
    facts: Facts
    first_facts: Facts
    first_grade: str
    first_disposition: str
    operator: str
    """Who graded it first."""
    held: bool = False
    """True for an item that is in quarantine."""
    tote: str | None = None
    channel: str | None = None
    """Where it lies."""


@dataclass(frozen=True, slots=True)
class AuditNoted(Event):
    """The auditor saw something, set a grade (`how` is grade), or took the last note back (undo)."""

    lpn: str
    how: str
    what: str = ""
    value: str = ""
    facts: Facts | None = None
    answered: tuple[str, ...] = ()
    proposal: Proposed | None = None
    """What the rules make of it, once nothing is left to ask."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing on which the two differ, in words: the question, what was said first, what the auditor saw."""

    what: str
    first: str
    saw: str


@dataclass(frozen=True, slots=True)
class Audited(Event):
    """The auditor's own grade is saved; from here on he may see the first one."""

    lpn: str
    audit: str
    """Names the audit: LPN and time."""
    grade: str
    disposition: str | None
    first_grade: str
    first_disposition: str | None
    stratum: str
    auditor: str | None
    findings: tuple[Finding, ...] = ()
    operator: str | None = None
    category: str | None = None
    title: str = ""
    on: str | None = None
    """When it was made, where that is not when it was written down."""
    source: str = ""
    """The file that it came from; empty for one of this bench."""
    stratum_items: int | None = None
    """How many items the stratum has, where that file says so."""

    @property
    def differs(self) -> bool:
        """True where grade or channel is another one."""
        return (self.grade, self.disposition) != (self.first_grade, self.first_disposition)


@dataclass(frozen=True, slots=True)
class AuditSettled(Event):
    """What follows: agreed, first (the first decision stays), or audit (the item waits for a fresh decision)."""

    lpn: str
    audit: str
    verdict: str
    facts: Facts | None = None
    """What the auditor found, for the fresh decision."""
    answered: tuple[str, ...] = ()
    tote: str | None = None
    """Where it lay till then, if it was in a tote."""
    channel: str | None = None


@dataclass(frozen=True, slots=True)
class AuditDropped(Event):
    """An audit ended without a word on what follows: `why` is asked, undo, or why somebody was signed out."""

    lpn: str
    why: str


@dataclass(frozen=True, slots=True)
class LessonSeen(Event):
    """An operator read on what an audit differed."""

    lpn: str
    audit: str
    operator: str
