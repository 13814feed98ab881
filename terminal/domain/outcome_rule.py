"""Which word counts where several were said of the same goods: a rule that looks at days, and never guesses.

The later day of evidence wins; two words of one day that can't both be true count as nothing until a lead chose.
Words that agree fill in what the other left open, so a receipt may come after the sale that it belongs to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from terminal.domain.outcomes import NO_END, REFUND, Outcome

SETTLED, CORRECTED, PARTIAL, UNSETTLED, RULED = STATES = (
    "settled", "corrected", "partial", "unsettled", "ruled",
)  # fmt: skip
"""Nothing speaks against it; a later day beat other words; added up from parts; nothing counts; a lead chose."""

_DECISIVE = ("outcome", "channel", "proceeds", "credit", "costs", "currency", "sold", "quantity")
_KEPT = ("outcome", "category", "part", "overridden", "assumed", "receipt")
_FILLED = tuple(name for name in Outcome.__dataclass_fields__ if name not in _KEPT)


@dataclass(frozen=True, slots=True)
class Word:
    """One row of somebody's file about the goods, or a lead's choice among such rows."""

    outcome: Outcome
    revision: int
    """Words of the same goods are numbered as they came."""
    batch: int
    """Which import it came with."""
    ruling: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """What counts of some goods, and why."""

    counts: Outcome | None
    """None: nothing does, so what became of them is unknown."""
    state: str
    against: tuple[int, ...] = ()
    """Revisions of the words that say something else."""


def settle(words: Sequence[Word]) -> Verdict:
    """What counts of the same goods; `words` as they came, at least one.

    A lead's choice stands against everything that was said before it, and is one word among those that come later.
    Without a day a word yields to one with a day; among words without one the later import counts.
    """
    start = max((place for place, word in enumerate(words) if word.ruling), default=0)
    valid = words[start:]
    parts = [word for word in valid if word.outcome.part is not None]
    whole = [word for word in valid if word.outcome.part is None]
    ends = [word for word in whole if word.outcome.outcome != NO_END] or ([] if parts else whole)
    base: Outcome | None = None
    against: tuple[int, ...] = ()
    if ends:
        newest = _newest(ends)
        base = _together(newest)
        if base is None:
            return Verdict(None, UNSETTLED, tuple(word.revision for word in newest))
        rest = [word for word in ends if word not in newest]
        for word in rest:
            if agree(base, word.outcome):
                base = filled(base, word.outcome)
            else:
                against = (*against, word.revision)
    if parts:
        summed = _summed(base, [word.outcome for word in parts])
        return Verdict(summed, PARTIAL if summed else UNSETTLED, against)
    if against:
        return Verdict(base, CORRECTED, against)
    return Verdict(base, RULED if valid[0].ruling else SETTLED)


def agree(one: Outcome, other: Outcome) -> bool:
    """True where both can be true: no end, channel, amount, currency or day is said in two ways."""
    for name in _DECISIVE:
        first, second = getattr(one, name), getattr(other, name)
        if first is not None and second is not None and first != second:
            return False
    return True


def filled(one: Outcome, other: Outcome) -> Outcome:
    """The first, with what only the other says; the receipts of both. The same object where nothing is added."""
    missing: dict[str, Any] = {
        name: getattr(other, name)
        for name in _FILLED
        if getattr(one, name) is None and getattr(other, name) is not None
    }
    receipt = _receipts((one, other))
    if receipt != one.receipt:
        missing["receipt"] = receipt
    return replace(one, **missing) if missing else one


def allot(shares: Mapping[str, int], units: Sequence[str]) -> Mapping[str, str]:
    """Unit -> share, where some units of a group went one way and some another; `shares` are counts by name.

    Nobody knows which of them it was, so they are taken in order; what is left over has no share yet. Empty
    where the shares are more than the units, which can't be.
    """
    names = [name for name, count in shares.items() for _ in range(count)]
    return {} if len(names) > len(units) else dict(zip(units, names, strict=False))


def _newest(words: Sequence[Word]) -> Sequence[Word]:
    days = [word.outcome.sold for word in words if word.outcome.sold is not None]
    if days:
        return [word for word in words if word.outcome.sold == max(days)]
    last = max(word.batch for word in words)
    return [word for word in words if word.batch == last]


def _together(words: Sequence[Word]) -> Outcome | None:
    """All of them as one; None where two can't both be true."""
    base = words[0].outcome
    for word in words[1:]:
        if not agree(base, word.outcome):
            return None
        base = filled(base, word.outcome)
    return base


def _summed(base: Outcome | None, parts: Sequence[Outcome]) -> Outcome | None:
    """Payments added up, refunds taken off; an amount for the whole includes its payments.

    None where the parts are of another end or currency, or where more was paid back than came in.
    """
    every = parts if base is None else (base, *parts)
    if len({one.outcome for one in every}) > 1 or len({one.currency for one in every} - {None}) > 1:
        return None
    amounts: dict[str, Any] = {}
    for name in ("proceeds", "credit"):
        whole = None if base is None else getattr(base, name)
        given = [(one.part, getattr(one, name)) for one in parts if getattr(one, name) is not None]
        if whole is None and not given:
            continue
        back = sum((amount for part, amount in given if part == REFUND), Decimal(0))
        paid = sum((amount for part, amount in given if part != REFUND), Decimal(0))
        left = (paid if whole is None else whole) - back
        if left < 0:
            return None
        amounts[name] = left
    days = [one.sold for one in parts if one.sold is not None]
    start = replace(parts[0], sold=max(days, default=None)) if base is None else base
    for one in parts:
        start = filled(start, replace(one, proceeds=None, credit=None))
    return replace(start, part=None, **amounts)


def _receipts(outcomes: Sequence[Outcome]) -> str | None:
    """Every receipt number once, in order."""
    numbers = [number for one in outcomes if one.receipt for number in one.receipt.split(", ")]
    return ", ".join(dict.fromkeys(numbers)) or None
