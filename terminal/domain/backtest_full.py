"""Past items assessed in full, one by one: what the fast way rests on, and what is left where it does not hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from terminal.domain.backtest_lines import plain_sum
from terminal.domain.backtest_profile import Effects, Judged, Outcome, cents_of
from terminal.domain.backtest_reading import Unreadable, plain_facts
from terminal.domain.disposition import Decision
from terminal.domain.facts import BadFacts, Facts, parse, with_facts
from terminal.domain.grading import Rework, grade, rework
from terminal.domain.items import to_cents
from terminal.domain.rulebook import Assessment, Rulebook, assess
from terminal.domain.valuation import Enr


def in_full(
    books: Iterable[Rulebook], text: str, category: str | None, on: date, letter: str | None
) -> tuple[Judged, Effects]:
    """One item under every rulebook, and the rules that had an effect. Raises Unreadable."""
    books = tuple(books)
    facts = parsed(plain_facts(text, category))
    found = assessed(books, facts, on, letter)
    price, grams = facts.get("reference_price"), facts.get("weight_g")
    dearer = found
    if isinstance(price, Decimal):
        dearer = assessed(books, with_facts(facts, {"reference_price": price * 2}), on, found[0].letter)
    weighed = isinstance(grams, int)
    judged = Judged(
        tuple(_outcome(one.decision, two.decision.enrs) for one, two in zip(found, dearer, strict=True)),
        str(facts.get("category")),
        found[0].letter,
        found[0].decision.currency,
        grams if isinstance(grams, int) else usual_grams(books[0], facts),
        str(facts.get("mass_source", "catalogue")) if weighed else "assumed",
    )
    return judged, tuple(each.decision.rules for each in found)


def assessed(books: Iterable[Rulebook], facts: Facts, on: date, letter: str | None) -> list[Assessment]:
    """The assessment of an item under every rulebook. Raises Unreadable."""
    try:
        return [assess(book, facts, on, letter) for book in books]
    except BadFacts as error:
        raise Unreadable(error.problems[0]) from error


def parsed(raw: Mapping[str, object]) -> Facts:
    """Raw facts as facts. Raises Unreadable."""
    try:
        return parse(raw)
    except BadFacts as error:
        raise Unreadable(error.problems[0].removeprefix("facts: ")) from error


def work_on(book: Rulebook, facts: Facts, category: object) -> Rework | None:
    """What mending an item takes; None where it cannot be mended. Raises Unreadable."""
    try:
        return rework(book.scheme_for(category), facts)
    except BadFacts as error:
        raise Unreadable(error.problems[0]) from error


def graded(book: Rulebook, facts: Facts, category: object) -> str:
    """The grade of an item. Raises Unreadable."""
    try:
        return grade(book.scheme_for(category), facts).grade
    except BadFacts as error:
        raise Unreadable(error.problems[0]) from error


def usual_grams(book: Rulebook, facts: Facts) -> int:
    """What goods of the category weigh by the tariff, in grams."""
    params = book.tariff.for_category(facts.get("category"))
    return int(next(iter(params.values())).default_kg * 1000)


def valueless(decision: Decision) -> Outcome:
    """The outcome of an assessment where no money enters."""
    return Outcome(decision.disposition, None, None, 0, 0, decision.asks)


def _outcome(decision: Decision, dearer: Mapping[str, Enr]) -> Outcome:
    """The outcome of a full assessment; `dearer` is the same item at twice the price."""
    enr = decision.enrs.get(decision.disposition or "")
    if enr is None:
        return valueless(decision)
    money = plain_sum(enr)
    error = to_cents(enr.error)
    swing = 0 if error else to_cents(plain_sum(dearer[enr.channel]) - money)
    return Outcome(enr.channel, cents_of(decision), to_cents(money), swing, error, decision.asks)
