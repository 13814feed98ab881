"""What a decision is made under: what the site has set, and the moment of the command."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from terminal.bench.meanings import Tote
from terminal.domain.permissions import BY_ROLE, Approval, Permission
from terminal.domain.rulebook import Rulebook
from terminal.domain.work import Step


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
