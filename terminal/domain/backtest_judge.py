"""What several policies say of past items, fast, and always the same as the full assessment.

Items that differ only in price and weight share a profile: the verdict of each policy, and a line over the price
for each channel. A profile is worked out once from full assessments and trusted only where it gives the same for
the item that it was made from. Items outside of what whole numbers hold are assessed in full, each by itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal, localcontext
from typing import NamedTuple, TypeAlias

from terminal.domain.backtest_conditions import Conditions
from terminal.domain.backtest_lines import STEP, Line, fit, marks_of, plain_sum
from terminal.domain.backtest_profile import (
    Effects,
    Outcome,
    Prices,
    Profile,
    agree,
    cents_of,
    prices_of,
)
from terminal.domain.backtest_reading import NOTHING, Reader, Strange, Template, Unreadable, plain_facts
from terminal.domain.disposition import Decision
from terminal.domain.facts import LETTERS, BadFacts, Facts, FactValue, parse, with_facts
from terminal.domain.grading import Rework, grade, rework
from terminal.domain.items import to_cents
from terminal.domain.rulebook import Assessment, Rulebook, assess
from terminal.domain.rules import Policy, Verdict, apply
from terminal.domain.valuation import CONTEXT, Enr, value

MOST_KEPT = 60_000
"""Kinds of items that are kept in mind; more would be a history of which hardly two items are alike."""
MOST_REMEMBERED = 160_000
"""Products in a state that are kept in mind, some 80 MB of them."""
Lines: TypeAlias = tuple[Line, ...]


class Judged(NamedTuple):
    """One past item under every policy."""

    outcomes: tuple[Outcome, ...]
    category: str
    letter: str
    currency: str
    grams: int
    mass: str
    """Who says what it weighs: scale, typed, catalogue, or assumed where nobody does."""


class Judge:
    """Replays past items under several policies with the same schemes, figures and site."""

    def __init__(self, book: Rulebook, policies: Sequence[Policy]) -> None:
        self._book = book
        self._books = tuple(replace(book, policy=policy) for policy in policies)
        self._reader = Reader(book.schemes, policies)
        self._days: dict[str, tuple[date, int]] = {}
        self._templates: dict[str, Template] = {}
        self._profiles: dict[Hashable, Profile] = {}
        self._mended: dict[object, bool] = {}
        self._values: dict[Hashable, FactValue] = {}
        self._kept = 0
        self._remembered = 0
        self._conditions = Conditions(policies)
        self._lines: dict[Hashable, Lines | None] = {}
        self._mends: dict[Hashable, int] = {}
        self._works: dict[Rework | None, int] = {}
        self._fired: Counter[Effects] = Counter()
        self.in_full = 0
        """Items that were assessed in full, not counting those that profiles were made from."""

    def judge(self, text: str, category: str | None, graded: str | None, day: str) -> Judged:
        """Replay one item: its facts as JSON text, the grade that it had, the day of its decision.

        Raises Unreadable with the reason where there is nothing to replay.
        """
        known = self._days.get(day)
        on, since = known if known is not None else self._day(day)
        letter = graded if graded in LETTERS else None
        reader = self._reader
        try:
            parts = reader.split(text)
            words = parts[2::3]
            words.append(NOTHING)
            del parts[2::3]
            skeleton = "\0".join(parts)
            template = self._templates.get(skeleton)
            if template is None or "\0" in text:
                template = self._learn(skeleton, parts)
            price, price_class = reader.price[words[template.price]]
            grams, weight_class = reader.weight[words[template.weight]]
            expiry = reader.expiry[words[template.expiry]]
            category = template.category or category
            seen: Hashable = words[template.seen]
            if seen is not NOTHING:
                seen = self._seen(category, words[template.seen], letter)
            looked_at = template.others if letter is None else template.graded
            others = tuple([known[words[place]] for place, known in looked_at])
            weighed = reader.source[words[template.source]]
            past = None if expiry is None else expiry < on
        except (Strange, TypeError):
            return self._in_full(text, category, on, letter)
        key = (letter, since, category, price_class, weight_class, past, seen, others)
        profile = template.profiles.get(key)
        if profile is None:
            if self._kept >= MOST_KEPT:
                self._forget()
            profile = template.profiles[key] = self._compile(text, category, on, since, letter)
            self._kept += 1
        like = (price, grams, weighed)
        judged: Judged | None = profile.judged.get(like)
        if judged is None:
            judged = self._judged(profile, price, grams, weighed)
            if judged is None:
                return self._in_full(text, category, on, letter)
            self._remember(profile, like, judged)
        profile.units += 1
        return judged

    def _judged(self, profile: Profile, price: int, grams: int | None, weighed: str) -> Judged | None:
        outcomes = profile.fixed
        if profile.prices is not None:
            outcomes = profile.prices.outcomes(price, grams)
        if outcomes is None:
            return None
        mass = weighed if grams is not None else "assumed"
        weight = grams if grams is not None else profile.usual_grams
        return Judged(outcomes, profile.category, profile.letter, profile.currency, weight, mass)

    def _remember(self, profile: Profile, like: Hashable, judged: Judged) -> None:
        """Keep what was said of a product, which comes back at the same price and weight."""
        if self._remembered >= MOST_REMEMBERED:
            for each in self._profiles.values():
                each.judged.clear()
            self._remembered = 0
        profile.judged[like] = judged
        self._remembered += 1

    def fired(self) -> Counter[Effects]:
        """How many items each set of rules had an effect on, so far."""
        self._forget()
        return self._fired

    def _day(self, day: str) -> tuple[date, int]:
        try:
            on = date.fromisoformat(day)
        except (TypeError, ValueError) as error:
            raise Unreadable("the day of the decision is no date") from error
        self._days[day] = (on, self._conditions.since(on))
        return self._days[day]

    def _learn(self, skeleton: str, parts: Sequence[str]) -> Template:
        template = self._reader.template(parts)
        if template is None:
            raise Strange
        self._templates[skeleton] = template
        return template

    def _seen(self, category: object, word: str, letter: str | None) -> Hashable:
        """What counts of the defects: once the grade is known, what mending them takes, as a number."""
        if letter is None:
            return self._reader.seen[word] or NOTHING
        key = (category, word)
        known = self._mends.get(key)
        if known is None:
            work = _work(self._book, {"observations": self._reader.seen[word] or ()}, category)
            known = self._mends[key] = self._works.setdefault(work, len(self._works))
        return known

    def _compile(self, text: str, category: str | None, on: date, since: int, letter: str | None) -> Profile:
        """The profile of an item: that of a like one, or a new one."""
        facts = self._facts(plain_facts(text, category))
        kind, settled = facts.get("category"), self._book.settled(facts, on)
        used = letter or _graded(self._book, settled, kind)
        known = with_facts(settled, {"grade": used})
        work = _work(self._book, settled, kind) if self._mending(kind) else None
        like = (
            kind, used, known.get("currency"), known.get("packaging") == "sealed", work,
            "reference_price" in facts,
        )  # fmt: skip
        key = (like, self._conditions.of(known, since))
        profile = self._profiles.get(key)
        if profile is None:
            profile = self._profiles[key] = self._worked_out(facts, known, on, used, like)
        return profile

    def _facts(self, raw: Mapping[str, object]) -> Facts:
        """Raw facts as facts; each value of each fact is read once. Raises Unreadable."""
        facts: dict[str, FactValue] = {}
        try:
            for name, said in raw.items():
                key = (name, said, type(said))
                known = self._values.get(key)
                if known is None:
                    found = parse({name: said})
                    if name not in found:
                        continue
                    known = self._values[key] = found[name]
                facts[name] = known
        except (BadFacts, TypeError):
            return _parsed(raw)
        return facts

    def _mending(self, category: object) -> bool:
        """Whether work on the item enters the value of some channel."""
        known = self._mended.get(category)
        if known is None:
            params = self._book.tariff.for_category(category).values()
            known = self._mended[category] = any(each.repairs for each in params)
        return known

    def _worked_out(self, facts: Facts, known: Facts, on: date, letter: str, like: Hashable) -> Profile:
        with localcontext(CONTEXT):
            verdicts = [apply(book.policy, known, on) for book in self._books]
        profile = Profile(
            category=str(facts.get("category")),
            letter=letter,
            currency=str(known.get("currency", "")),
            effects=tuple((*verdict.hits, *verdict.unsure) for verdict in verdicts),
            usual_grams=_usual_grams(self._book, facts),
        )
        if like not in self._lines:
            self._lines[like] = self._fitted(facts, verdicts, on, letter, known)
        lines = self._lines[like]
        if lines:
            profile.prices = self._prices(facts, known, verdicts, lines)
        elif lines is not None:
            decisions = [each.decision for each in self._assessed(facts, on, letter)]
            profile.fixed = tuple(_valueless(each) for each in decisions)
        return profile

    def _prices(self, facts: Facts, known: Facts, verdicts: Sequence[Verdict], lines: Lines) -> Prices:
        tariff = self._book.tariff
        factor = tariff.factor(known.get("currency")) or Decimal(1)
        with localcontext(CONTEXT):
            offered = tuple(tariff.for_category(facts.get("category")))
            return prices_of(verdicts, lines, offered, factor, marks_of(tariff.limits, factor))

    def _fitted(
        self, facts: Facts, verdicts: Sequence[Verdict], on: date, letter: str, known: Facts
    ) -> Lines | None:
        """The lines of goods like this item; none where it has no value; None where they prove wrong for it."""
        decisions = [each.decision for each in self._assessed(facts, on, letter)]
        price, grams = facts.get("reference_price"), facts.get("weight_g")
        if not isinstance(price, Decimal) or not decisions[0].enrs:
            return ()
        if any(self._book.tariff.bids.values()):
            return None

        book, kind = self._book, facts.get("category")
        params, factor = (
            book.tariff.for_category(kind),
            book.tariff.factor(known.get("currency")) or Decimal(1),
        )
        work = _work(book, known, kind)

        def probe(price: Decimal, grams: int | None) -> Mapping[str, Enr]:
            changed: dict[str, FactValue] = {**known, "reference_price": price, "weight_g": grams or 0}
            if grams is None:
                del changed["weight_g"]
            found = {
                channel: value(
                    each, channel, changed, letter, factor=factor, rework=work, rates=book.rates,
                    spread=book.tariff.limits.price_spread,
                )
                for channel, each in params.items()
            }  # fmt: skip
            return {channel: enr for channel, enr in found.items() if enr is not None}

        lines = fit(probe)
        if lines is None:
            return None
        prices = self._prices(facts, known, verdicts, lines)
        found = prices.outcomes(int(price / STEP), grams if isinstance(grams, int) else None)
        return lines if agree(found, decisions) else None

    def _in_full(self, text: str, category: str | None, on: date, letter: str | None) -> Judged:
        facts = _parsed(plain_facts(text, category))
        found = self._assessed(facts, on, letter)
        self.in_full += 1
        self._fired[tuple(each.decision.rules for each in found)] += 1
        price, grams = facts.get("reference_price"), facts.get("weight_g")
        dearer = found
        if isinstance(price, Decimal):
            dearer = self._assessed(with_facts(facts, {"reference_price": price * 2}), on, found[0].letter)
        outcomes = tuple(
            _outcome(one.decision, two.decision.enrs) for one, two in zip(found, dearer, strict=True)
        )
        weighed = isinstance(grams, int)
        return Judged(
            outcomes,
            str(facts.get("category")),
            found[0].letter,
            found[0].decision.currency,
            grams if isinstance(grams, int) else _usual_grams(self._book, facts),
            str(facts.get("mass_source", "catalogue")) if weighed else "assumed",
        )

    def _assessed(self, facts: Facts, on: date, letter: str | None) -> list[Assessment]:
        try:
            return [assess(book, facts, on, letter) for book in self._books]
        except BadFacts as error:
            raise Unreadable(error.problems[0]) from error

    def _forget(self) -> None:
        """Let go of all that was worked out for like items; what was counted is kept."""
        for profile in self._profiles.values():
            if profile.units:
                self._fired[profile.effects] += profile.units
            profile.units = 0
        self._templates.clear()
        self._profiles.clear()
        self._conditions.forget()
        self._lines.clear()
        self._mends.clear()
        self._works.clear()
        self._values.clear()
        self._kept = self._remembered = 0


def _parsed(raw: Mapping[str, object]) -> Facts:
    try:
        return parse(raw)
    except BadFacts as error:
        raise Unreadable(error.problems[0].removeprefix("facts: ")) from error


def _work(book: Rulebook, facts: Facts, category: object) -> Rework | None:
    try:
        return rework(book.scheme_for(category), facts)
    except BadFacts as error:
        raise Unreadable(error.problems[0]) from error


def _graded(book: Rulebook, facts: Facts, category: object) -> str:
    try:
        return grade(book.scheme_for(category), facts).grade
    except BadFacts as error:
        raise Unreadable(error.problems[0]) from error


def _usual_grams(book: Rulebook, facts: Facts) -> int:
    """What goods of the category weigh by the tariff, in grams."""
    params = book.tariff.for_category(facts.get("category"))
    return int(next(iter(params.values())).default_kg * 1000)


def _valueless(decision: Decision) -> Outcome:
    return Outcome(decision.disposition, None, None, 0, 0, decision.asks)


def _outcome(decision: Decision, dearer: Mapping[str, Enr]) -> Outcome:
    """The outcome of a full assessment; `dearer` is the same item at twice the price."""
    enr = decision.enrs.get(decision.disposition or "")
    if enr is None:
        return _valueless(decision)
    money = plain_sum(enr)
    error = to_cents(enr.error)
    swing = 0 if error else to_cents(plain_sum(dearer[enr.channel]) - money)
    return Outcome(enr.channel, cents_of(decision), to_cents(money), swing, error, decision.asks)
