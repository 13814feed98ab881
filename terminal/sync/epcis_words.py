"""What the bench's words are in the Core Business Vocabulary 2.0: channels, holds, work, and what has no word.

The vocabulary has no step for recycling, so that one is a URI of our own, which the standard allows.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from terminal.sync.epcis_ids import OWN

RECYCLING = f"{OWN}:step:recycling"


@dataclass(frozen=True, slots=True)
class Way:
    """What placing an item into the tote of a channel means."""

    step: str
    disposition: str
    action: str = "OBSERVE"
    leaves: bool = False
    """True where the item goes to another party."""


CHANNELS: Mapping[str, Way] = MappingProxyType(
    {
        "restock": Way("storing", "sellable_not_accessible"),
        "repackage": Way("repackaging", "in_progress"),
        "outlet": Way("staging_outbound", "sellable_not_accessible", leaves=True),
        "marketplace": Way("storing", "sellable_not_accessible"),
        "off_price": Way("staging_outbound", "non_sellable_other", leaves=True),
        "export": Way("staging_outbound", "non_sellable_other", leaves=True),
        "return_to_vendor": Way("staging_outbound", "returned", leaves=True),
        "donate": Way("staging_outbound", "non_sellable_other", leaves=True),
        "refurbish": Way("repairing", "in_progress"),
        "remanufacture": Way("repairing", "in_progress"),
        "parts_harvest": Way("disassembling", "in_progress"),
        "recycle": Way(RECYCLING, "disposed"),
        "energy_recovery": Way("destroying", "destroyed", "DELETE"),
        "landfill": Way("destroying", "destroyed", "DELETE"),
        "quarantine": Way("holding", "non_sellable_other"),
    }
)
OTHER_WAY = Way("other", "unknown")
"""For a channel that this version does not know."""

DEPARTING = "departing", "in_transit"
"""Step and disposition of a tote that goes to another place of the same owner."""

HOLDS: Mapping[str, str] = MappingProxyType(
    {"recalled": "recalled", "expired": "expired", "stolen": "stolen"}
)
"""Disposition of a held item by the reason code; the rest is told by its facts."""

HELD_FACTS: tuple[tuple[str, Collection[object], str], ...] = (
    ("status_check", ("flagged",), "stolen"),
    ("recalled", ("hit",), "recalled"),
    ("expired", (True,), "expired"),
)
"""Fact, its values, and the disposition that they mean for a held item; the gravest first."""

MISMATCHES: Mapping[str, str] = MappingProxyType(
    {
        "wrong_item": "mismatch_class",
        "serial_mismatch": "mismatch_instance",
        "empty_box": "mismatch_quantity",
    }
)
"""Fact that says that something else came, and the disposition for it."""

ARRIVALS: Mapping[str, str] = MappingProxyType(
    {"unexpected": "mismatch_class", "unidentified": "mismatch_class", "over": "mismatch_quantity"}
)
"""How an item arrived, where that is not as announced."""

DAMAGE = frozenset(
    {
        "SCR-DP", "DNT-LG", "GLS-CR", "CHP-SM", "BRK-ST", "LCD-DP", "BTN-ST", "FUN-FL", "LDI-TR", "BAT-WK",
        "BAT-SW", "STN-PM", "PIL", "THR", "HOL", "SEW", "ZIP", "LBL-CT", "ALT", "SOL-WR", "PGE", "SPN", "DSC",
        "BIO", "MLD", "SOI-FD",
    }
)  # fmt: skip
"""Defects that are damage to the goods themselves."""

REPACKED, REPAIRED, REPLACED = "repackaging", "repairing", "replacing"

INTERNAL = frozenset(
    {
        "shift_opened", "shift_closed", "signed_in", "signed_out", "asked", "ask_dropped", "counted", "photo_kept",
        "photo_missing", "accepted", "decided", "labels_queued", "label_applied", "label_found", "hold_asked",
        "rules_changed", "input_refused", "audit_opened", "audit_noted", "audited", "audit_dropped",
        "lesson_seen", "history_taken", "outcomes_told", "outcome_ruled", "tote_closed", "tote_opened",
        "hold_assigned", "operator_added", "operator_badged", "operator_disabled", "purged",
    }
)  # fmt: skip
"""Kinds of events that say nothing about where goods are or in what state: people, screens, paper, and what the
next event says again.
"""

MAPPED = frozenset(
    {
        "parcel_received", "parcel_closed", "item_identified", "inspected", "proposed", "grade_overridden",
        "disposition_overridden", "work_asked", "work_done", "work_given_up", "multiplied", "placed", "held",
        "item_resumed", "ruled", "audit_settled", "tote_handed_over", "undone",
    }
)  # fmt: skip
"""Kinds of events that may have EPCIS events."""


def work_step(step: str, part: str = "") -> str:
    """The business step of a piece of work, by its id and the part that it takes."""
    if step.startswith("repack") or part in ("box", "bag"):
        return REPACKED
    return REPLACED if part and part != "tag" else REPAIRED


def hold_disposition(reason: str, facts: Mapping[str, object]) -> str:
    """The disposition of a held item, by the reason code and then by what is known of it."""
    if reason in HOLDS:
        return HOLDS[reason]
    return next((found for fact, bad, found in HELD_FACTS if facts.get(fact) in bad), "non_sellable_other")


def verdict_of(grade: str, facts: Mapping[str, object]) -> tuple[str, str | None]:
    """Disposition and persistent disposition of an inspected item: D has failed, all else passed."""
    if grade != "D":
        return "conformant", None
    seen = facts.get("observations")
    codes = (
        {one.get("defect") for one in seen if isinstance(one, Mapping)}
        if isinstance(seen, list | tuple)
        else set()
    )
    if codes & DAMAGE:
        return "non_conformant", "damaged"
    missing = facts.get("missing_essential")
    lacks = isinstance(missing, int) and missing > 0
    return "non_conformant", "needs_replacement" if lacks else None
