"""What a manager can ask while a policy is being written: is it right, what changes, where would an item go.

Every answer takes the text as it stands in the editor and the text as it was saved; nothing here writes a file or
changes what the station decides by. A policy in force that can't be read is no hindrance: it is the one to mend.
Answers are in the language of the context, and why there is none is to be retold; what is wrong with a text is in
English, as the policy language is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Any, TypeAlias

from terminal.assembly import data_texts, policy_text, read_rulebook
from terminal.domain.facts import LETTERS, parse
from terminal.domain.policy import check_policy, load_policy, without_exit
from terminal.domain.rulebook import Rulebook
from terminal.domain.rules import Policy
from terminal.domain.scheme_file import load_schemes
from terminal.domain.speech import ENGLISH, Said, _, n_, speaking, told_by
from terminal.domain.suggest import BadData
from terminal.domain.tariff import load_tariff
from terminal.explaining import explain_facts, read_facts
from terminal.own_file import open_file
from terminal.policy_answers import Account, Found, Problem, Side, changes, placed, ways
from terminal.policy_replay import replay_station
from terminal.reports.locale_forms import number
from terminal.settings import Settings
from terminal.store.errors import StoreError
from terminal.store.station_file import NAME

Progress: TypeAlias = Callable[[int], None]
"""Called with the number of items done; raises `Stopped` where nobody waits any more."""
Backtest: TypeAlias = Callable[[str, str, Progress], Mapping[str, Any]]
"""Replays the station's history: file name, text, progress -> the report as JSON."""

MOST_PROBLEMS = 100
"""More are counted, not told: nobody reads them."""
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class Stopped(Exception):
    """Somebody does not wait for the answer any more."""


@dataclass(frozen=True, slots=True)
class _Item:
    title: str
    facts: dict[str, Any]
    on: date
    letter: str | None


class Desk:
    """Answers for one file called `name`. May be asked from any thread.

    `facts` (JSON, or a file of it) is the item shown while no LPN is named; `on` the day on which items are
    decided: without it today, or the day on which the station decided an item.
    """

    def __init__(
        self,
        settings: Settings,
        name: str,
        *,
        facts: str | None = None,
        on: date | None = None,
        backtest: Backtest | None = None,
        today: Callable[[], date] = lambda: datetime.now(UTC).date(),
    ) -> None:
        self.name = name
        self.facts = facts
        self._settings = settings
        self._on = on
        self._today = today
        self._backtest = backtest or partial(replay_station, settings)
        self._lock = Lock()
        self._book: Rulebook | None = None
        self._saved: tuple[str, Policy | None] | None = None

    def in_force(self) -> tuple[str, str]:
        """Name and text of the policy that the station decides by."""
        return policy_text(self._settings)

    def check(self, text: str, saved: str) -> Found:
        """Everything that is wrong with a text; or its size, what it changes and who never gets out."""
        try:
            policy = self._load(text)
            with speaking(ENGLISH):
                failed = check_policy(policy)
            if failed:
                raise BadData(failed)
        except BadData as error:
            last = text.count("\n") + 1
            found = [placed(self.name, each, last) for each in error.problems[:MOST_PROBLEMS]]
            if more := len(error.problems) - len(found):
                # A narrow space that doesn't break is one of the characters that screens show as signs.
                many = number(more).replace("\u202f", "\xa0")
                found.append(Problem(None, _("... and {count} more").format(count=many)))
            return Found(tuple(found))
        before = self._saved_policy(saved)
        return Found(
            (),
            len(policy.rules),
            len(policy.tests),
            policy.hash,
            tuple(" + ".join(ids) for ids in without_exit(policy)),
            None if before is None else changes(before, policy),
        )

    def explain(self, text: str, saved: str, named: str = "") -> Account:
        """An item under the text and under the saved one: an LPN, JSON, a file of facts; else the given facts.

        Tests inside the text may fail. Raises BadData with what is wrong with the text, the facts or the name.
        """
        item = self._item(named.strip())
        try:
            policy = self._load(text)
        except BadData as error:
            count = len(error.problems)
            first = n_(
                "Put the text right first: {count} problem, see F2",
                "Put the text right first: {count} problems, see F2",
                count,
            )
            raise BadData([first.format(count=count)]) from error
        before = self._saved_policy(saved)
        return Account(
            item.title,
            item.on,
            self._side(item, policy),
            None if before is None else self._side(item, before),
        )

    def backtest(self, text: str, progress: Progress) -> Mapping[str, Any]:
        """The report of replaying the station's history under the text. Raises BadData, OSError and Stopped."""
        return self._backtest(self.name, text, progress)

    def _load(self, text: str) -> Policy:
        """The text as a policy, its tests not run. Raises BadData."""
        categories = tuple(self._rulebook().schemes)
        try:
            with speaking(ENGLISH):
                return load_policy(text, self.name, categories, tests=False)
        except BadData:
            raise
        except ValueError as error:
            raise BadData([f"{self.name}: not readable as TOML: {error}"]) from error

    def _saved_policy(self, saved: str) -> Policy | None:
        known = self._saved
        if known is None or known[0] != saved:
            try:
                known = (saved, self._load(saved))
            except BadData:
                known = (saved, None)
            self._saved = known
        return known[1]

    def _rulebook(self) -> Rulebook:
        """Schemes and figures of the station, under whatever policy. Raises BadData and OSError."""
        with self._lock:
            if self._book is None:
                try:
                    self._book = read_rulebook(self._settings)
                except (BadData, OSError):
                    self._book = _without_policy(self._settings)
            return self._book

    def _item(self, named: str) -> _Item:
        today = self._on or self._today()
        if not named or named.startswith("{") or _is_file(named):
            given = named or self.facts
            if given is None:
                raise BadData([Said("No item yet: type an LPN, or the name of a file of facts")])
            facts = read_facts(given)
            title = _("facts as typed") if given.lstrip().startswith("{") else Path(given).name
            return _Item(title, facts, today, None)
        return self._station_item(named.upper(), today)

    def _station_item(self, lpn: str, today: date) -> _Item:
        settings = self._settings
        row = None
        if (settings.data / NAME).is_file():
            try:
                with open_file(settings) as file:
                    row = file.queries.item(lpn)
            except StoreError as problem:
                raise BadData([told_by(problem)]) from problem
        if row is None:
            raise BadData([Said('"{name}" is no item of this station and no file of facts', name=lpn[:40])])
        facts = dict(row.facts.get("facts", row.facts))
        if facts.get("category") is None and row.category:
            facts["category"] = row.category
        when = _DAY.match(row.closed_at or row.received_at or "")
        on = self._on or (date.fromisoformat(when[0]) if when else today)
        letter = row.grade if row.grade in LETTERS else None
        return _Item(f"{row.lpn}  {row.title or ''}".rstrip(), facts, on, letter)

    def _side(self, item: _Item, policy: Policy) -> Side:
        book = replace(self._rulebook(), policy=policy)
        found = explain_facts(book, self._settings, item.facts, item.on, item.letter)
        return Side(
            disposition=found["disposition"] or "",
            grade=found["grade"],
            currency=found["currency"] or "",
            explanation=found["explanation"],
            ways=ways(found, {rule.id: rule.because for rule in policy.rules}),
            asks=tuple(found["asks"]),
            doubts=tuple(found["doubts"]),
        )


def _without_policy(settings: Settings) -> Rulebook:
    """Schemes, figures and site with no policy at all, for a station whose own can't be read."""
    site = {
        "market": settings.station.market,
        "operator_size": settings.station.operator_size,
        "currency": settings.station.currency,
    }
    return Rulebook(
        load_schemes(data_texts(settings, "schemes", settings.schemes.folder)),
        Policy("", "", (), (), ""),
        load_tariff(data_texts(settings, "channels", settings.channels.folder)),
        parse(site, "site"),
        "",
    )


def _is_file(named: str) -> bool:
    try:
        return Path(named).is_file()
    except (OSError, ValueError):
        return False
