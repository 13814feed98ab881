"""Which way an item goes: the best value among the channels that nobody forbids, the runner-up, and why, in words.

What is best is `terminal.domain.choice`, the words are `terminal.domain.explanation`. A decision that one unknown
fact could turn, or that rests on too few sales, is marked as in doubt and says why.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType

from terminal.domain.channels import QUARANTINE, RANKS
from terminal.domain.choice import LANDFILL, Frame, Full, choose, left_to_others
from terminal.domain.explanation import explain_line
from terminal.domain.items import money_text
from terminal.domain.rules import Verdict
from terminal.domain.speech import N_, _, n_
from terminal.domain.valuation import Enr

__all__ = ["LANDFILL", "NO_PRICE", "Decision", "Frame", "Full", "choose", "decide", "explain_line"]

NO_PRICE = N_("no current price: give reference_price, then the channels can be compared")
"""Looked up where it is said."""


@dataclass(frozen=True, slots=True)
class Decision:
    """A proposed way out with everything that led to it."""

    disposition: str | None
    """None: it cannot be told, `doubts` says why; the item is held or asked about."""
    values: Mapping[str, Decimal]
    """Expected net recovery of the channels that are open, best first."""
    enrs: Mapping[str, Enr]
    """The same in full for every channel with a value, forbidden ones too."""
    forbidden: Mapping[str, tuple[str, ...]]
    """Channel to the rules that forbid it."""
    rules: tuple[str, ...]
    """Every rule that had an effect, stop rules for want of a fact included."""
    runner_up: str | None
    margin: Decimal | None
    """Value of the disposition less that of the runner-up; below zero where near equals were ranked by use."""
    explanation: str
    confidence: str
    """ok or low."""
    doubts: tuple[str, ...]
    """Why the confidence is low."""
    asks: tuple[str, ...]
    """Facts that could turn the decision."""
    currency: str
    suggested: tuple[str, ...]
    full: Mapping[str, Full] = field(default_factory=lambda: MappingProxyType({}))
    """Channels that would have been chosen before this one, had their slots not been for others."""


def decide(enrs: Mapping[str, Enr], verdict: Verdict, frame: Frame, doubts: Sequence[str] = ()) -> Decision:
    """The disposition of an item from the values of its channels and what the policy says.

    `doubts` are those found before, as a test that was not done; they make the confidence low like our own.
    """
    open_channels = [channel for channel in frame.offered if channel not in verdict.forbidden]
    valued = {channel: enrs[channel] for channel in open_channels if channel in enrs}
    found = [*doubts]
    disposition = choose(valued, frame)
    if disposition is None:
        lacking = frame.lacking or (_(NO_PRICE) if frame.price is None else "")
        if open_channels and lacking:
            found.append(lacking)
        else:
            disposition = QUARANTINE
            if open_channels:
                found.append(_("no open channel takes the goods in this state: a lead decides"))
    blocked, asks = _turning(enrs, valued, verdict, frame, disposition)
    if asks:
        # TRANSLATORS: between the names of facts that are not known
        facts = _(" and ").join(asks)
        found.append(
            _("{facts} not known, which blocks {channels}").format(facts=facts, channels=", ".join(blocked))
        )
    full = left_to_others(valued, frame)
    ranked = sorted(
        valued.values(), key=lambda enr: (-enr.amount, RANKS[enr.channel], enr.lead_days, enr.channel)
    )
    rivals = (enr.channel for enr in ranked if enr.channel != disposition and enr.channel not in full)
    runner_up = next(rivals, None)
    margin = None
    if disposition in valued:
        found.extend(_thin(valued[disposition], valued.get(runner_up or "")))
        if runner_up is not None:
            margin = valued[disposition].amount - valued[runner_up].amount
    return Decision(
        disposition=disposition,
        values=MappingProxyType({enr.channel: enr.amount for enr in ranked}),
        enrs=MappingProxyType(dict(enrs)),
        forbidden=verdict.forbidden,
        rules=(*verdict.hits, *verdict.unsure),
        runner_up=runner_up,
        margin=margin,
        explanation=explain_line(disposition, runner_up, valued, verdict, frame, full),
        confidence="low" if found else "ok",
        doubts=tuple(found),
        asks=asks,
        currency=frame.currency,
        suggested=verdict.suggested,
        full=full,
    )


def _turning(
    enrs: Mapping[str, Enr],
    valued: Mapping[str, Enr],
    verdict: Verdict,
    frame: Frame,
    disposition: str | None,
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The channel blocked only for want of facts that would be chosen if all such were free, and those facts.

    Where nothing can be compared and nothing is open, all of them.
    """
    waiting = tuple(
        channel
        for channel in frame.offered
        if channel in verdict.forbidden and all(rule in verdict.unsure for rule in verdict.forbidden[channel])
    )
    best = choose({**valued, **{channel: enrs[channel] for channel in waiting if channel in enrs}}, frame)
    if best in waiting:
        waiting = (best,)
    elif disposition != QUARANTINE:
        waiting = ()
    facts = (
        name for channel in waiting for rule in verdict.forbidden[channel] for name in verdict.unsure[rule]
    )
    return waiting, tuple(dict.fromkeys(facts))


def _thin(chosen: Enr, second: Enr | None) -> list[str]:
    """Doubts about the money itself: few sales behind the price, or two ways that the sales cannot tell apart.

    Prices without any outcome are assumed as configured: nothing speaks against them, and a bench has to begin.
    """
    doubts: list[str] = []
    if chosen.thin:
        few = n_(
            "price n={n}: only {n} sale in {channel}, the configured price holds",
            "price n={n}: only {n} sales in {channel}, the configured price holds",
            chosen.n,
        )
        doubts.append(few.format(n=chosen.n, channel=chosen.channel))
    if second is not None:
        error = (chosen.error**2 + second.error**2).sqrt()
        gap = abs(chosen.amount - second.amount)
        if gap < error:
            doubts.append(
                _("{one} and {other} differ by {gap}, less than the standard error of {error}").format(
                    one=chosen.channel, other=second.channel, gap=money_text(gap), error=money_text(error)
                )
            )
    return doubts
