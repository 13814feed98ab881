"""A decision in one line of words, kept with it as it was said.

What was chosen, the second best and why it is not, what is blocked by which rule, and what the price rests on.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType

from terminal.domain.channels import RANKS, TERMINAL
from terminal.domain.choice import Frame, Full
from terminal.domain.items import CENT, money_text
from terminal.domain.rules import Policy, Verdict
from terminal.domain.valuation import Enr


def explain_line(
    disposition: str | None,
    runner_up: str | None,
    valued: Mapping[str, Enr],
    verdict: Verdict,
    frame: Frame,
    full: Mapping[str, Full] = MappingProxyType({}),
) -> str:
    """The decision in one line, kept with it word for word."""
    parts = [_head(disposition, valued)]
    chosen = valued.get(disposition or "")
    parts += [
        f"{channel} full: bid {money_text(each.bid)} > regret {money_text(each.regret)}"
        for channel, each in full.items()
    ]
    rivals = [enr for channel, enr in valued.items() if channel not in full]
    if chosen is not None and any(enr.amount > chosen.amount for enr in rivals):
        parts.append(f"equal within {money_text(frame.tau)}: best use first")
    if chosen is not None and runner_up is not None:
        parts.append(f"next {_against(valued[runner_up], chosen)}")
    if blocked := _blocked(verdict, frame):
        parts.append(f"blocked: {blocked}")
    if rules := _rules(verdict, frame):
        parts.append(f"rules: {', '.join(rules)} v{frame.policy.version}")
    if chosen is not None:
        parts.append(f"{_rests_on(chosen)}, decay {chosen.decay * 700:.1f} %/wk")
        parts.append(f"ESG rank {RANKS[chosen.channel]}")
    return " | ".join(parts)


def _rests_on(chosen: Enr) -> str:
    """How many outcomes the price was learned from, and how much of it is still the configured one."""
    if chosen.n == 0:
        return "price n=0 assumed"
    return f"price n={chosen.n}, {chosen.prior_weight * 100:.0f} % prior"


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
    gains = [f"{_signed(enr.price.quantize(CENT) - chosen.price.quantize(CENT))} price"]
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
