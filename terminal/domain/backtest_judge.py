"""What several policies say of past items, fast, and always the same as the full assessment.

Items that differ only in price and weight share a profile: the verdict of each policy, and a line over the price
for each channel. A profile is worked out once from full assessments and trusted only where it gives the same for
the item that it was made from. Items outside of what whole numbers hold are assessed in full, each by itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import replace
from datetime import date

from terminal.domain.backtest_full import in_full, work_on
from terminal.domain.backtest_kinds import Kinds
from terminal.domain.backtest_profile import Effects, Judged, Profile
from terminal.domain.backtest_reading import NOTHING, Reader, Strange, Template, Unreadable
from terminal.domain.facts import LETTERS
from terminal.domain.grading import Rework
from terminal.domain.rulebook import Rulebook
from terminal.domain.rules import Policy

MOST_KEPT = 60_000
"""Kinds of items that are kept in mind; more would be a history of which hardly two items are alike."""
MOST_REMEMBERED = 160_000
"""Products in a state that are kept in mind, some 80 MB of them."""


class Judge:
    """Replays past items under several policies with the same schemes, figures and site."""

    def __init__(self, book: Rulebook, policies: Sequence[Policy]) -> None:
        self._book = book
        self._books = tuple(replace(book, policy=policy) for policy in policies)
        self._kinds = Kinds(book, policies)
        self._reader = Reader(book.schemes, policies)
        self._days: dict[str, tuple[date, int]] = {}
        self._templates: dict[str, Template] = {}
        self._mends: dict[Hashable, int] = {}
        self._works: dict[Rework | None, int] = {}
        self._kept = 0
        self._remembered = 0
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
            price_at, weight_at, source_at, expiry_at, seen_at, ungraded, known_grade, own, _, _ = template
            price, price_class = reader.price[words[price_at]]
            grams, weight_class = reader.weight[words[weight_at]]
            expiry = reader.expiry[words[expiry_at]]
            category = own or category
            seen: Hashable = words[seen_at]
            if seen is not NOTHING:
                seen = self._seen(category, words[seen_at], letter)
            places, counting, profiles = ungraded if letter is None else known_grade
            others = tuple([known[words[place]] for place, known in places][:counting])
            weighed = reader.source[words[source_at]]
            past = None if expiry is None else expiry < on
        except (Strange, TypeError):
            return self._in_full(text, category, on, letter)
        key = (letter, since, category, price_class, weight_class, past, seen, others)
        profile = profiles.get(key)
        if profile is None:
            if self._kept >= MOST_KEPT:
                self._forget()
            profile = profiles[key] = self._kinds.profile(
                template, words, text, category, (on, since), letter
            )
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
            for each in self._kinds.profiles:
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
        self._days[day] = (on, self._kinds.since(on))
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
            work = work_on(self._book, {"observations": self._reader.seen[word] or ()}, category)
            if not self._kinds.mends(category):
                work = None
            known = self._mends[key] = self._works.setdefault(work, len(self._works))
        return known

    def _in_full(self, text: str, category: str | None, on: date, letter: str | None) -> Judged:
        judged, effects = in_full(self._books, text, category, on, letter)
        self.in_full += 1
        self._fired[effects] += 1
        return judged

    def _forget(self) -> None:
        """Let go of all that was worked out for like items; what was counted is kept."""
        for profile in self._kinds.profiles:
            if profile.units:
                self._fired[profile.effects] += profile.units
            profile.units = 0
        self._kinds.forget()
        self._reader.forget()
        self._templates.clear()
        self._mends.clear()
        self._works.clear()
        self._kept = self._remembered = 0
