"""Which way an item goes: the best value among the channels that nobody forbids, the runner-up, and why, in words.

Channels whose values lie close together count as equal; then the better use of the goods wins, then the sooner,
then the name. A decision that one unknown fact could turn is marked as in doubt and says which fact to ask for.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from terminal.domain.channels import QUARANTINE, RANKS, TERMINAL
from terminal.domain.items import money_text
from terminal.domain.rules import Policy, Verdict
from terminal.domain.tariff import Limits
from terminal.domain.valuation import Enr

LANDFILL = "landfill"


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


@dataclass(frozen=True, slots=True)
class Frame:
    """What a decision is made within: price and money of the item, limits and wording of the site."""

    offered: Collection[str]
    """Channels that exist for goods of the category."""
    price: Decimal | None
    currency: str
    policy: Policy
    limits: Limits
    factor: Decimal = Decimal(1)
    """What a unit of the limits' money is in `currency`."""

    @property
    def tau(self) -> Decimal:
        """Difference within which two channels count as equal."""
        return max(self.limits.tau_least * self.factor, self.limits.tau_share * (self.price or 0))


def choose(enrs: Mapping[str, Enr], frame: Frame) -> str | None:
    """The best of the channels given: value, near equals by use; None for none.

    Landfill is only taken when it beats every other channel by more than `esg_delta` or is alone. Where even the
    best loses more than `loss_cap`, the best use comes first and money second.
    """
    others = {channel: enr for channel, enr in enrs.items() if channel != LANDFILL}
    if others and LANDFILL in enrs:
        floor = enrs[LANDFILL].amount - frame.limits.esg_delta * frame.factor
        if any(enr.amount >= floor for enr in others.values()):
            enrs = others
    if not enrs:
        return None
    best = max(enr.amount for enr in enrs.values())
    if best < -frame.limits.loss_cap * frame.factor:
        rank = min(RANKS[channel] for channel in enrs)
        least = [enr for enr in enrs.values() if RANKS[enr.channel] == rank]
        return min(least, key=lambda enr: (-enr.amount, enr.lead_days, enr.channel)).channel
    near = [enr for enr in enrs.values() if best - enr.amount <= frame.tau]
    return min(near, key=lambda enr: (RANKS[enr.channel], enr.lead_days, enr.channel)).channel


def decide(enrs: Mapping[str, Enr], verdict: Verdict, frame: Frame, doubts: Sequence[str] = ()) -> Decision:
    """The disposition of an item from the values of its channels and what the policy says.

    `doubts` are those found before, as a test that was not done; they make the confidence low like our own.
    """
    open_channels = [channel for channel in frame.offered if channel not in verdict.forbidden]
    valued = {channel: enrs[channel] for channel in open_channels if channel in enrs}
    found = [*doubts]
    disposition = choose(valued, frame)
    if disposition is None:
        if open_channels and frame.price is None:
            found.append("no current price: give reference_price, then the channels can be compared")
        elif open_channels and not enrs:
            found.append(
                f"no cost figures in {frame.currency}: give a factor for it, or prices in another currency"
            )
        else:
            disposition = QUARANTINE
    blocked, asks = _turning(enrs, valued, verdict, frame, disposition)
    if asks:
        found.append(f"{' and '.join(asks)} not known, which blocks {', '.join(blocked)}")
    ranked = sorted(
        valued.values(), key=lambda enr: (-enr.amount, RANKS[enr.channel], enr.lead_days, enr.channel)
    )
    runner_up = next((enr.channel for enr in ranked if enr.channel != disposition), None)
    margin = None
    if disposition in valued and runner_up is not None:
        margin = valued[disposition].amount - valued[runner_up].amount
    return Decision(
        disposition=disposition,
        values=MappingProxyType({enr.channel: enr.amount for enr in ranked}),
        enrs=MappingProxyType(dict(enrs)),
        forbidden=verdict.forbidden,
        rules=(*verdict.hits, *verdict.unsure),
        runner_up=runner_up,
        margin=margin,
        explanation=explain_line(disposition, runner_up, valued, verdict, frame),
        confidence="low" if found else "ok",
        doubts=tuple(found),
        asks=asks,
        currency=frame.currency,
        suggested=verdict.suggested,
    )


def explain_line(
    disposition: str | None, runner_up: str | None, valued: Mapping[str, Enr], verdict: Verdict, frame: Frame
) -> str:
    """The decision in one line, kept with it word for word."""
    parts = [_head(disposition, valued)]
    chosen = valued.get(disposition or "")
    if chosen is not None and any(enr.amount > chosen.amount for enr in valued.values()):
        parts.append(f"equal within {money_text(frame.tau)}: best use first")
    if chosen is not None and runner_up is not None:
        parts.append(f"next {_against(valued[runner_up], chosen)}")
    if blocked := _blocked(verdict, frame):
        parts.append(f"blocked: {blocked}")
    if rules := _rules(verdict, frame):
        parts.append(f"rules: {', '.join(rules)} v{frame.policy.version}")
    if chosen is not None:
        parts.append(f"price n=0 assumed, decay {chosen.decay * 700:.1f} %/wk")
        parts.append(f"ESG rank {RANKS[chosen.channel]}")
    return " | ".join(parts)


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


def _blocked(verdict: Verdict, frame: Frame) -> str:
    """Forbidden channels with a reason; neighbours with the same reason share it."""
    groups: list[tuple[str, list[str]]] = []
    for channel in TERMINAL:
        if channel not in frame.offered or channel not in verdict.forbidden:
            continue
        why = _why(verdict.forbidden[channel], verdict, frame.policy)
        if groups and groups[-1][0] == why:
            groups[-1][1].append(channel.upper())
        else:
            groups.append((why, [channel.upper()]))
    return ", ".join(f"{'+'.join(names)} ({why})" for why, names in groups)


def _rules(verdict: Verdict, frame: Frame) -> tuple[str, ...]:
    """Rules that hold, and with a question mark those that alone block a channel for want of a fact."""
    alone = [
        rule
        for channel, ids in verdict.forbidden.items()
        if channel in frame.offered and all(each in verdict.unsure for each in ids)
        for rule in ids
    ]
    return (*verdict.hits, *(f"{rule}?" for rule in dict.fromkeys(alone)))


def _head(disposition: str | None, valued: Mapping[str, Enr]) -> str:
    if disposition is None:
        return "UNDECIDED"
    if disposition not in valued:
        return disposition.upper()
    return f"{disposition.upper()} {money_text(valued[disposition].amount)}"


def _against(enr: Enr, chosen: Enr) -> str:
    work = f"{_short(enr.minutes)} min"
    if enr.parts:
        work += f" + {money_text(enr.parts)} parts"
    gains = [f"{_signed(enr.price - chosen.price)} price"]
    if enr.credit != chosen.credit:
        gains.append(f"{_signed(enr.credit - chosen.credit)} credit")
    difference = _signed(enr.amount - chosen.amount)
    return f"{enr.channel.upper()} {money_text(enr.amount)} ({difference}: {work} buy {' '.join(gains)})"


def _why(ids: tuple[str, ...], verdict: Verdict, policy: Policy) -> str:
    certain = [rule for rule in ids if rule not in verdict.unsure]
    shown = certain[0] if certain else ids[0]
    short = next(rule.short for rule in policy.rules if rule.id == shown)
    return short if certain else f"{short}?"


def _signed(amount: Decimal) -> str:
    text = money_text(amount)
    return text if text.startswith("-") else f"+{text}"


def _short(number: Decimal) -> str:
    return f"{number:.1f}".removesuffix(".0")
