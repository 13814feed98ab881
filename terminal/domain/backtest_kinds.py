"""Kinds of past items worked out: for one item of a kind the profile that all of them share.

Most of a full assessment is the same for many kinds, so each part is kept by just what it reads: a rule's match by
the facts that it names, what the policies say by the conditions that hold, a channel's line by the goods and, where
the channel mends, by the work on them. What was put together is trusted only where it gives the same as the full
assessment of the item at hand.
"""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal, localcontext
from typing import NamedTuple, TypeAlias

from terminal.domain.backtest_conditions import Conditions
from terminal.domain.backtest_full import assessed, graded, parsed, usual_grams, valueless, work_on
from terminal.domain.backtest_lines import STEP, Line, fit, marks_of
from terminal.domain.backtest_profile import Prices, Profile, agree, prices_of
from terminal.domain.backtest_reading import ASIDE, Template, plain_facts
from terminal.domain.facts import REGISTRY, Facts, FactValue
from terminal.domain.grading import Rework
from terminal.domain.rulebook import Rulebook
from terminal.domain.rules import Policy, Verdict
from terminal.domain.valuation import CONTEXT, Enr, value

Lines: TypeAlias = tuple[Line, ...]
MENDED = ("observations", "function", "battery_health", "missing_essential")
"""The facts from which `grading.rework` works out what mending takes."""


class _Goods(NamedTuple):
    """What the lines of an item depend on."""

    category: FactValue | None
    letter: str
    currency: FactValue | None
    sealed: bool
    work: Rework | None
    """None too where no channel mends such goods."""
    priced: bool


class Kinds:
    """Profiles by item, each worked out once."""

    def __init__(self, book: Rulebook, policies: Sequence[Policy]) -> None:
        self._book = book
        self._books = tuple(replace(book, policy=policy) for policy in policies)
        self._conditions = Conditions(policies)
        self._profiles: dict[Hashable, Profile] = {}
        self._values: dict[tuple[str, str], FactValue | None] = {}
        self._works: dict[Hashable, Rework | None] = {}
        self._lines: dict[_Goods, Lines | None] = {}
        self._single: dict[Hashable, Lines | None] = {}
        self._mended: dict[object, bool] = {}

    @property
    def profiles(self) -> Iterable[Profile]:
        """Those worked out so far."""
        return self._profiles.values()

    def since(self, on: date) -> int:
        """The stretch of days with the same rules in force."""
        return self._conditions.since(on)

    def mends(self, category: object) -> bool:
        """Whether work on the item enters the value of some channel."""
        known = self._mended.get(category)
        if known is None:
            params = self._book.tariff.for_category(category).values()
            known = self._mended[category] = any(each.repairs for each in params)
        return known

    def profile(
        self,
        template: Template,
        words: Sequence[str],
        text: str,
        category: str | None,
        day: tuple[date, int],
        letter: str | None,
    ) -> Profile:
        """The profile of an item: that of a like one, or a new one. Raises Unreadable.

        `words` are those that were cut out of `text` by `template`; the day comes with its `since`.
        """
        on, since = day
        facts = self._facts(template, words, text, category)
        kind = facts.get("category")
        known: dict[str, FactValue] = {**self._book.settled(facts, on)}
        known["grade"] = used = letter or graded(self._book, known, kind)
        goods = _Goods(
            kind,
            used,
            known.get("currency"),
            known.get("packaging") == "sealed",
            self._work(known, kind) if self.mends(kind) else None,
            "reference_price" in facts,
        )
        effects = self._conditions.of(known, since)
        key = (goods, effects)
        profile = self._profiles.get(key)
        if profile is None:
            with localcontext(CONTEXT):
                verdicts = self._conditions.verdicts(effects)
                profile = self._worked_out(facts, known, verdicts, on, goods)
            self._profiles[key] = profile
        return profile

    def forget(self) -> None:
        """Let go of all that was worked out."""
        for each in (self._profiles, self._values, self._works, self._lines, self._single, self._conditions):
            each.clear()

    def _facts(self, template: Template, words: Sequence[str], text: str, category: str | None) -> Facts:
        """The facts of an item, but those that decide nothing. Raises Unreadable."""
        if template.rest is None:
            return parsed(plain_facts(text, category))
        facts = dict(template.rest)
        if template.category is None:
            facts.update(parsed({"category": category}))
        for key in zip(template.names, words, strict=False):  # the last word has no name
            try:
                said = self._values[key]
            except KeyError:
                name, word = key
                read = name in REGISTRY and name not in ASIDE
                found = parsed({name: json.loads(word)}) if read else {}
                said = self._values[key] = found.get(name)
            if said is not None:
                facts[key[0]] = said
        return facts

    def _work(self, known: Facts, category: object) -> Rework | None:
        key = (category, *map(known.get, MENDED))
        try:
            return self._works[key]
        except KeyError:
            return self._works.setdefault(key, work_on(self._book, known, category))

    def _worked_out(
        self, facts: Facts, known: Facts, verdicts: Sequence[Verdict], on: date, goods: _Goods
    ) -> Profile:
        profile = Profile(
            category=str(goods.category),
            letter=goods.letter,
            currency=str(known.get("currency", "")),
            effects=tuple((*verdict.hits, *verdict.unsure) for verdict in verdicts),
            usual_grams=usual_grams(self._book, facts),
        )
        if goods not in self._lines:
            self._lines[goods] = self._proved(facts, known, verdicts, on, goods)
        lines = self._lines[goods]
        if lines:
            profile.prices = self._prices(goods, verdicts, lines)
        elif lines is not None:
            decisions = [each.decision for each in assessed(self._books, facts, on, goods.letter)]
            profile.fixed = tuple(valueless(each) for each in decisions)
        return profile

    def _prices(self, goods: _Goods, verdicts: Sequence[Verdict], lines: Lines) -> Prices:
        tariff = self._book.tariff
        factor = tariff.factor(goods.currency) or Decimal(1)
        offered = tuple(tariff.for_category(goods.category))
        return prices_of(verdicts, lines, offered, factor, marks_of(tariff.limits, factor))

    def _proved(
        self, facts: Facts, known: Facts, verdicts: Sequence[Verdict], on: date, goods: _Goods
    ) -> Lines | None:
        """The lines of goods like this item; none where it has no value; None where they prove wrong for it."""
        books = self._books if any(each != verdicts[0] for each in verdicts) else self._books[:1]
        decisions = [each.decision for each in assessed(books, facts, on, goods.letter)]
        price, grams = facts.get("reference_price"), facts.get("weight_g")
        if not isinstance(price, Decimal) or not decisions[0].enrs:
            return ()
        if any(self._book.tariff.bids.values()):
            return None
        lines = self._fitted(known, goods)
        if lines is None:
            return None
        prices = self._prices(goods, verdicts[: len(books)], lines)
        found = prices.outcomes(int(price / STEP), grams if isinstance(grams, int) else None)
        return lines if agree(found, decisions) else None

    def _fitted(self, known: Facts, goods: _Goods) -> Lines | None:
        """The lines of all channels, in their order; None where one of them has none."""
        lines: list[Line] = []
        work = self._work(known, goods.category)
        for channel, params in self._book.tariff.for_category(goods.category).items():
            key = (channel, goods._replace(priced=True, work=work if params.repairs else None))
            if key not in self._single:
                self._single[key] = self._line(channel, known, goods, work)
            line = self._single[key]
            if line is None:
                return None
            lines += line
        return tuple(sorted(lines, key=lambda each: each.place))

    def _line(self, channel: str, known: Facts, goods: _Goods, work: Rework | None) -> Lines | None:
        """The line of one channel; none where it does not take such goods; None where it is no line."""
        book = self._book
        params = book.tariff.for_category(goods.category)[channel]
        factor = book.tariff.factor(goods.currency) or Decimal(1)

        def probe(price: Decimal, grams: int | None) -> Mapping[str, Enr]:
            changed: dict[str, FactValue] = {**known, "reference_price": price, "weight_g": grams or 0}
            if grams is None:
                del changed["weight_g"]
            enr = value(
                params, channel, changed, goods.letter, factor=factor, rework=work, rates=book.rates,
                spread=book.tariff.limits.price_spread,
            )  # fmt: skip
            return {} if enr is None else {channel: enr}

        return fit(probe)
