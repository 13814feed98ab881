"""Everything that decides, as one frozen thing: schemes, policy, figures and site; and its verdict on an item.

Its hash covers all of the content, so the same hash, facts and day always give the same decision.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, localcontext
from hashlib import sha256

from terminal.domain.disposition import Decision, Frame, decide
from terminal.domain.facts import LETTERS, REGISTRY, BadFacts, Facts, parse, settle, with_facts
from terminal.domain.grading import GradeResult, grade, rework
from terminal.domain.items import money_text
from terminal.domain.policy import load_policy
from terminal.domain.rules import Policy, apply
from terminal.domain.scheme_file import GENERAL, canonical, load_schemes
from terminal.domain.schemes import Scheme
from terminal.domain.suggest import BadData, hint
from terminal.domain.tariff import Tariff, load_tariff
from terminal.domain.valuation import CONTEXT, Enr, value

_BEST: Facts = {"packaging": "sealed", "battery_health": 100, "function": "pass", "seal": "intact"}


class BadRulebook(BadData):
    """Files that cannot be used together; `problems` names each mistake of each file."""


@dataclass(frozen=True, slots=True)
class Rulebook:
    """What a station grades and decides by."""

    schemes: Mapping[str, Scheme]
    policy: Policy
    tariff: Tariff
    site: Facts
    """Facts that hold for every item unless it says otherwise: market, size of the firm, currency."""
    hash: str
    """SHA-256 over the content of all files and the site, as hex."""

    def scheme_for(self, category: object) -> Scheme:
        """The scheme of a category; "general" where it has none."""
        return self.schemes.get(str(category), self.schemes[GENERAL])

    def settled(self, facts: Facts, on: date) -> Facts:
        """The facts with what category, site and day add, and with what absence means."""
        return settle(facts, (self.scheme_for(facts.get("category")).gives, self.site), on)


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


def load_rulebook(
    schemes: Mapping[str, str],
    policy: tuple[str, str],
    channels: Mapping[str, str],
    *,
    market: str | None = "EU",
    operator_size: str | None = None,
    currency: str | None = "EUR",
    site: Mapping[str, object] | None = None,
) -> Rulebook:
    """A rulebook from TOML texts by file name; `policy` is (file name, text).

    `market`, `operator_size`, `currency` and what else stands in `site` are facts that hold for every item unless
    it says otherwise (as `return_legal_basis` where a shop takes everything back).

    Raises `BadRulebook` with every mistake of every file. A firm whose size nobody gave is treated as one that
    every duty binds.
    """
    problems: list[str] = []
    found_schemes: Mapping[str, Scheme] = {}
    found_tariff: Tariff | None = None
    found_policy: Policy | None = None
    everywhere: Facts = {}
    try:
        found_schemes = load_schemes(schemes)
    except BadData as error:
        problems.extend(error.problems)
    try:
        found_tariff = load_tariff(channels)
    except BadData as error:
        problems.extend(error.problems)
    try:
        name, text = policy
        found_policy = (
            load_policy(text, name, tuple(found_schemes)) if found_schemes else load_policy(text, name)
        )
    except BadData as error:
        problems.extend(error.problems)
    try:
        own = {"market": market, "operator_size": operator_size, "currency": currency, **(site or {})}
        everywhere = parse(own, "site")
    except BadFacts as error:
        problems.extend(error.problems)
    if problems or found_policy is None or found_tariff is None:
        raise BadRulebook(problems)
    content = (canonical(schemes), found_policy.hash, canonical(channels), repr(sorted(everywhere.items())))
    digest = sha256("\n".join(content).encode()).hexdigest()
    return Rulebook(found_schemes, found_policy, found_tariff, everywhere, digest)


def assess(book: Rulebook, facts: Facts, on: date, letter: str | None = None) -> Assessment:
    """Grade an item and decide its way out, on the day `on`.

    `letter` is a grade that a person puts in place of the computed one. Raises `BadFacts` where an observation has
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
        work = rework(scheme, known)
        enrs: dict[str, Enr] = {}
        for channel, each in params.items() if factor is not None else ():
            bonus = verdict.bonus.get(channel, Decimal(0)) * (factor or 1)
            enr = value(each, channel, known, used, factor=factor or Decimal(1), rework=work, bonus=bonus)
            if enr is not None:
                enrs[channel] = enr
        price = known.get("reference_price")
        frame = Frame(
            offered=tuple(params),
            price=price if isinstance(price, Decimal) else None,
            currency=str(known.get("currency", "")),
            policy=book.policy,
            limits=book.tariff.limits,
            factor=factor or Decimal(1),
        )
        doubts = _doubts(book, category)
        if letter is None:
            doubts += _grade_doubts(scheme, known, result)
        decision = decide(enrs, verdict, frame, doubts)
    assumed = tuple(
        f"{name}={_word(known[name])}"
        for name in ("recalled", "hazard", "counterfeit", "data_sanitised", "derogation")
        if name not in facts and REGISTRY[name].absent == known[name]
    )
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
        "assumed": list(found.assumed),
        "policy": found.policy,
        "explanation": decision.explanation,
        "table": [_row(book, facts, decision, enr) for enr in _by_value(decision)],
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
        "price": money_text(enr.price),
        "terms": {name: money_text(amount) for name, amount in enr.terms},
        "lead_days": float(enr.lead_days),
        "source": sources.get((category, enr.channel)) or sources[(GENERAL, enr.channel)],
    }


def _doubts(book: Rulebook, category: object) -> list[str]:
    doubts: list[str] = []
    if category is None:
        doubts.append("no category: graded as general goods")
    elif category not in book.schemes:
        doubts.append(
            f'category "{category}" has no scheme, graded as general{hint(str(category), book.schemes)}'
        )
    return doubts


def _grade_doubts(scheme: Scheme, known: Facts, result: GradeResult) -> list[str]:
    """Facts that were not found out, unless the grade is the same however they turn out."""
    best = with_facts(known, {name: _BEST[name] for name in result.missing})
    if grade(scheme, best).grade == result.grade:
        return []
    return [f"{name} is not known" for name in result.missing]


def _word(fact: object) -> str:
    return str(fact) if not isinstance(fact, bool) else "yes" if fact else "no"
