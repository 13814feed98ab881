"""A rulebook's verdict on an item: its grade, its way out, and the account of both for people and machines.

The rulebook itself is `terminal.domain.book`; this module is where both are imported from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, localcontext

from terminal.domain.book import BadRulebook, Rulebook, load_rulebook, revised
from terminal.domain.disposition import NO_PRICE, Decision, Frame, decide
from terminal.domain.facts import LETTERS, REGISTRY, BadFacts, Facts, with_facts
from terminal.domain.grading import GradeResult, Rework, grade, rework
from terminal.domain.items import money_text
from terminal.domain.rates import LEAST
from terminal.domain.rules import apply
from terminal.domain.scheme_file import GENERAL
from terminal.domain.schemes import Scheme
from terminal.domain.speech import N_, _
from terminal.domain.suggest import hint
from terminal.domain.valuation import CONTEXT, NO_REWORK, ONE, ZERO, Enr, condition_of, value

__all__ = ["Assessment", "BadRulebook", "Rulebook", "assess", "explain", "load_rulebook", "revised"]

NO_WORK: Mapping[str, Rework] = {}
_BEST: Facts = {"packaging": "sealed", "battery_health": 100, "function": "pass", "seal": "intact"}

FREE = N_(
    "reference_price is 0: goods without worth, or a price that nobody entered? Confirm it or give the price"
)
"""Looked up where it is said."""


@dataclass(frozen=True, slots=True)
class Assessment:
    """Grade and decision of one item."""

    grade: GradeResult
    letter: str
    """The grade that the decision used: the computed one, or the one that a person put in its place."""
    decision: Decision
    scheme: Scheme
    assumed: tuple[str, ...]
    """Safety facts nobody reported, taken as absent: as `recalled=none`."""
    policy: str
    """Hash of the rulebook."""


def assess(
    book: Rulebook,
    facts: Facts,
    on: date,
    letter: str | None = None,
    work: Mapping[str, Rework] = NO_WORK,
) -> Assessment:
    """Grade an item and decide its way out, on the day `on`.

    `letter` is a grade that a person puts in place of the computed one; `work` is what the bench has still to do
    before the label, by channel. Raises `BadFacts` where an observation has
    a code or place that is not known.
    """
    if letter is not None and letter not in LETTERS:
        raise BadFacts([f'"{letter}" is not a grade{hint(letter, LETTERS)}'])
    category = facts.get("category")
    scheme = book.scheme_for(category)
    known = book.settled(facts, on)
    result = grade(scheme, known)
    used = letter or result.grade
    known = with_facts(known, {"grade": used})
    with localcontext(CONTEXT):
        verdict = apply(book.policy, known, on)
        params = book.tariff.for_category(category)
        factor = book.tariff.factor(known.get("currency"))
        mending = rework(scheme, known)
        spread = book.tariff.limits.price_spread
        enrs: dict[str, Enr] = {}
        for channel, each in params.items() if factor is not None else ():
            enr = value(
                each,
                channel,
                known,
                used,
                factor=factor or ONE,
                rework=mending,
                work=work.get(channel, NO_REWORK),
                bonus=verdict.bonus.get(channel, ZERO) * (factor or ONE),
                rates=book.rates,
                spread=spread,
            )
            if enr is not None:
                enrs[channel] = enr
        price = known.get("reference_price")
        frame = Frame(
            offered=tuple(params),
            price=price if isinstance(price, Decimal) else None,
            currency=str(known.get("currency", "")),
            policy=book.policy,
            limits=book.tariff.limits,
            factor=factor or ONE,
            bids={channel: bid * (factor or ONE) for channel, bid in book.tariff.bids.items()},
            lacking=_lacking(book, known),
        )
        doubts = _doubts(book, category)
        if price == 0:
            doubts.append(_(FREE))
        if letter is None:
            doubts += _grade_doubts(scheme, known, result)
        decision = decide(enrs, verdict, frame, doubts)
    assumed = tuple(
        f"{name}={_word(known[name])}"
        for name in ("recalled", "hazard", "counterfeit", "data_sanitised", "derogation")
        if name not in facts and REGISTRY[name].absent == known[name]
    )
    if "reference_price" in facts and "currency" in book.site and "currency" not in facts:
        assumed += (f"currency={book.site['currency']}",)
    return Assessment(result, used, decision, scheme, assumed, book.hash)


def explain(book: Rulebook, facts: Facts, on: date, letter: str | None = None) -> dict[str, object]:
    """An assessment as JSON can hold it: money as text with two places, the score as a number with one."""
    found = assess(book, facts, on, letter)
    result, decision = found.grade, found.decision
    return {
        "category": facts.get("category"),
        "scheme": found.scheme.id,
        "score": float(result.score),
        "grade_by_score": result.grade_by_score,
        "cap": result.cap,
        "cap_reasons": list(result.cap_reasons),
        "grade": found.letter,
        "grade_reasons": list(result.reasons),
        "functional": result.functional,
        "cosmetic": result.cosmetic,
        "penalties": [{"what": each.text, "points": float(each.points)} for each in result.penalties],
        "missing": list(result.missing),
        "disposition": decision.disposition,
        "values": {channel: money_text(amount) for channel, amount in decision.values.items()},
        "runner_up": decision.runner_up,
        "margin": None if decision.margin is None else money_text(decision.margin),
        "currency": decision.currency or None,
        "confidence": decision.confidence,
        "doubts": list(decision.doubts),
        "asks": list(decision.asks),
        "forbidden": {channel: list(ids) for channel, ids in decision.forbidden.items()},
        "rules": list(decision.rules),
        "suggested": list(decision.suggested),
        "full": {
            channel: {"bid": money_text(each.bid), "regret": money_text(each.regret)}
            for channel, each in decision.full.items()
        },
        "assumed": list(found.assumed),
        "policy": found.policy,
        "rates": book.rates.version or None,
        "explanation": decision.explanation,
        "table": [_row(book, facts, decision, enr) for enr in _by_value(decision)],
        "not_valued": _not_valued(book, facts, on, found),
    }


def _by_value(decision: Decision) -> list[Enr]:
    return sorted(decision.enrs.values(), key=lambda enr: (-enr.amount, enr.channel))


def _row(book: Rulebook, facts: Facts, decision: Decision, enr: Enr) -> dict[str, object]:
    category = str(facts.get("category"))
    sources = book.tariff.sources
    return {
        "channel": enr.channel,
        "value": money_text(enr.amount),
        "open": enr.channel in decision.values,
        "forbidden_by": list(decision.forbidden.get(enr.channel, ())),
        "price": money_text(enr.price),
        "terms": {name: money_text(amount) for name, amount in enr.terms},
        "lead_days": float(enr.lead_days),
        "minutes": float(enr.minutes),
        "m": float(enr.m),
        "n": enr.n,
        "prior": float(enr.prior_weight),
        "decay": float(enr.decay),
        "error": money_text(enr.error) if enr.n >= LEAST and enr.error else None,
        "source": sources.get((category, enr.channel)) or sources[(GENERAL, enr.channel)],
    }


def _lacking(book: Rulebook, known: Facts) -> str:
    """Why there is a price and still nothing can be valued, as a sentence; empty where it can or has no price."""
    price, currency = known.get("reference_price"), known.get("currency")
    figures = book.tariff.currency
    if not isinstance(price, Decimal):
        return ""
    if price < 0:
        below = _("reference_price is {price}: a price is never below 0, give the right one")
        return below.format(price=money_text(price))
    if currency is None:
        lacks = _("the price has no currency: give currency (the figures are in {figures})")
        return lacks.format(figures=figures)
    if book.tariff.factor(currency) is None:
        foreign = _(
            "no cost figures in {currency}: give [factors] {currency} beside those in {figures}, or a price in"
            " {figures}"
        )
        return foreign.format(currency=currency, figures=figures)
    return ""


def _not_valued(book: Rulebook, facts: Facts, on: date, found: Assessment) -> dict[str, str]:
    """Channels offered to the goods that have no value for this item, each with the reason."""
    known = book.settled(facts, on)
    reasons: dict[str, str] = {}
    for channel, params in book.tariff.for_category(facts.get("category")).items():
        if channel in found.decision.enrs:
            continue
        if condition_of(params, known, found.letter) is None:
            reasons[channel] = _("takes {grades}; this is {grade}").format(
                grades=", ".join(params.m), grade=found.letter
            )
        elif params.repairs and rework(found.scheme, known) is None:
            reasons[channel] = _("something on it cannot be mended")
        else:
            reasons[channel] = _lacking(book, known) or _(NO_PRICE)
    return reasons


def _doubts(book: Rulebook, category: object) -> list[str]:
    doubts: list[str] = []
    if category is None:
        doubts.append(_("no category: graded as general goods"))
    elif category not in book.schemes:
        doubts.append(
            _('category "{category}" has no scheme, graded as general{hint}').format(
                category=category, hint=hint(str(category), book.schemes, _)
            )
        )
    return doubts


def _grade_doubts(scheme: Scheme, known: Facts, result: GradeResult) -> list[str]:
    """Facts that were not found out, unless the grade is the same however they turn out."""
    best = with_facts(known, {name: _BEST[name] for name in result.missing})
    if grade(scheme, best).grade == result.grade:
        return []
    return [_("{fact} is not known").format(fact=name) for name in result.missing]


def _word(fact: object) -> str:
    return str(fact) if not isinstance(fact, bool) else "yes" if fact else "no"
