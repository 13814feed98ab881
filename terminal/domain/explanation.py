"""A decision in one line of words, kept with it as it was said, in the language of whoever was at the bench.

What was chosen, the second best and why it is not, what is blocked by which rule, and what the price rests on.
Channels in capitals and the ids of rules are codes, the same in every language.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType

from terminal.domain.channels import RANKS, TERMINAL
from terminal.domain.choice import Frame, Full
from terminal.domain.items import CENT, money_text
from terminal.domain.rules import Verdict
from terminal.domain.speech import _
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
        # TRANSLATORS: the slots of a scarce channel are for items that lose more without it
        _("{channel} full: bid {bid} > regret {regret}").format(
            channel=channel, bid=money_text(each.bid), regret=money_text(each.regret)
        )
        for channel, each in full.items()
    ]
    rivals = [enr for channel, enr in valued.items() if channel not in full]
    if chosen is not None and any(enr.amount > chosen.amount for enr in rivals):
        parts.append(_("equal within {amount}: best use first").format(amount=money_text(frame.tau)))
    if chosen is not None and runner_up is not None:
        parts.append(_next(valued[runner_up], chosen))
    if blocked := _blocked(verdict, frame):
        parts.append(_("blocked: {channels}").format(channels=blocked))
    if rules := _rules(verdict, frame):
        version = frame.policy.version
        parts.append(_("rules: {rules} v{version}").format(rules=", ".join(rules), version=version))
    if chosen is not None:
        percent = f"{chosen.decay * 700:.1f}"
        # TRANSLATORS: {price} is "price n=12, 40 % prior"; %/wk is per cent a week
        parts.append(_("{price}, decay {percent} %/wk").format(price=_rests_on(chosen), percent=percent))
        # TRANSLATORS: 1 is the best use of the goods
        parts.append(_("ESG rank {rank}").format(rank=RANKS[chosen.channel]))
    return " | ".join(parts)


def _rests_on(chosen: Enr) -> str:
    """How many outcomes the price was learned from, and how much of it is still the configured one."""
    if chosen.n == 0:
        return _("price n=0 assumed")
    percent = f"{chosen.prior_weight * 100:.0f}"
    # TRANSLATORS: prior: how much of the price is still the configured one
    return _("price n={n}, {percent} % prior").format(n=chosen.n, percent=percent)


def _blocked(verdict: Verdict, frame: Frame) -> str:
    """Forbidden channels with a reason; neighbours with the same reason share it."""
    groups: list[tuple[str, list[str]]] = []
    shorts = {rule.id: rule.short for rule in frame.policy.rules}
    for channel in TERMINAL:
        if channel not in frame.offered or channel not in verdict.forbidden:
            continue
        why = _why(verdict.forbidden[channel], verdict, shorts)
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
        return _("UNDECIDED")
    if disposition not in valued:
        return disposition.upper()
    return f"{disposition.upper()} {money_text(valued[disposition].amount)}"


def _next(enr: Enr, chosen: Enr) -> str:
    minutes = _short(enr.minutes)
    work = _("{minutes} min").format(minutes=minutes)
    if enr.parts:
        # TRANSLATORS: what the work costs: minutes, and spare parts for so much money
        work = _("{minutes} min + {amount} parts").format(minutes=minutes, amount=money_text(enr.parts))
    price = _signed(enr.price.quantize(CENT) - chosen.price.quantize(CENT))
    gains = _("{amount} price").format(amount=price)
    if enr.credit != chosen.credit:
        credit = _signed(enr.credit - chosen.credit)
        gains = _("{amount} price {credit} credit").format(amount=price, credit=credit)
    # TRANSLATORS: the second best: {work} is "4 min + 2.00 parts", which buys {gains}, as "+3.10 price"
    return _("next {channel} {amount} ({difference}: {work} buy {gains})").format(
        channel=enr.channel.upper(),
        amount=money_text(enr.amount),
        difference=_signed(enr.amount - chosen.amount),
        work=work,
        gains=gains,
    )


def _why(ids: tuple[str, ...], verdict: Verdict, shorts: Mapping[str, str]) -> str:
    certain = next((rule for rule in ids if rule not in verdict.unsure), None)
    return _(shorts[certain]) if certain is not None else f"{_(shorts[ids[0]])}?"


def _signed(amount: Decimal) -> str:
    text = money_text(amount)
    return text if text.startswith("-") else f"+{text}"


def _short(number: Decimal) -> str:
    return f"{number:.1f}".removesuffix(".0")
