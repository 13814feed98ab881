"""Audits of a station: which items are due, and what all of them say of grades and channels, ready for JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from terminal.bench.meanings import First
from terminal.domain.agreement import LABELS, PICKED, Agreement, Part, agreement
from terminal.domain.auditdraw import Candidate, Drawn, Rates, Trial, draw, seed_of, trial
from terminal.domain.sampling import Sequential, sequential
from terminal.own_file import open_file
from terminal.settings import Settings
from terminal.store.audits import EVER, AuditRow, Audits, FinishedItem, Period
from terminal.store.station_file import StationFile

RETRAIN, GOOD = 0.6, 0.8
"""Kappa below which people are taught again, and above which they agree well."""


class Draw:
    """The draw of a station: who is new is taken from the audits that were made before an item came in."""

    def __init__(self, settings: Settings, audits: Audits) -> None:
        self._station = settings.station.id
        self._audits = audits
        self._rates = rates(settings)
        self._test = new_operator_test(settings)
        self._agreed: dict[str, tuple[tuple[str, bool], ...]] = {}

    def of(self, item: FinishedItem) -> Drawn:
        """The stratum of a finished item, and whether it was drawn."""
        one = Candidate(
            lpn=item.lpn,
            seed=seed_of(self._station, item.shift),
            grade=item.first_grade,
            price=item.price,
            overridden=item.overridden,
            operator=item.operator,
            new_operator=self._is_new(item.operator, item.received_at),
        )
        return draw(one, self._rates)

    def trial(self, operator: str) -> Trial:
        """How the sequential test of an operator stands now."""
        return trial(self._test, (agreed for _, agreed in self._results(operator)))

    def forget(self) -> None:
        """Ask the file anew for the audits of people."""
        self._agreed.clear()

    def _is_new(self, operator: str | None, at: str) -> bool:
        if operator is None:
            return False
        before = (agreed for when, agreed in self._results(operator) if when < at)
        return trial(self._test, before).says != "accepted"

    def _results(self, operator: str) -> tuple[tuple[str, bool], ...]:
        if operator not in self._agreed:
            self._agreed[operator] = self._audits.agreed(operator)
        return self._agreed[operator]


class FirstLooks:
    """How items of a station were graded first, for whoever audits them."""

    def __init__(self, settings: Settings, file: StationFile) -> None:
        self._audits = Audits(file.catalogue.db)
        self._draw = Draw(settings, self._audits)

    def first(self, lpn: str) -> First | None:
        """The first inspection of a finished item; None for one that is not finished or was never graded."""
        item = self._audits.finished_item(lpn)
        if item is None:
            return None
        self._draw.forget()
        drawn = self._draw.of(item)
        return First(
            grade=item.first_grade,
            disposition=item.first_disposition,
            operator=item.operator or "",
            facts=self._audits.blank_facts(lpn),
            stratum=drawn.stratum if drawn.drawn else PICKED,
            audited=bool(self._audits.of(lpn)),
        )

    def found(self, lpn: str) -> Mapping[str, Any] | None:
        """What an audit found that was taken instead of the first inspection: facts and answered questions."""
        return self._audits.found(lpn)


def rates(settings: Settings) -> Rates:
    """The rates of the config."""
    own = settings.audit
    return Rates(
        overrides=own.overrides,
        high_value=own.high_value,
        high_value_from=own.high_value_from,
        new_operators=own.new_operators,
        operators=own.operators,
        grades={str(grade): rate for grade, rate in own.grades.items()},
        base=own.base,
    )


def new_operator_test(settings: Settings) -> Sequential:
    """The sequential test of the config."""
    own = settings.audit.new_operator
    return sequential(own.p0, own.p1, own.alpha, own.beta)


def due(settings: Settings, period: Period = EVER, *, where: bool = False) -> list[dict[str, Any]]:
    """Items that were drawn and not audited yet. `where` also says the tote, which tells how it was decided."""
    with open_file(settings) as file:
        audits = Audits(file.db)
        done = {one.audit.lpn for one in audits.made() if not one.source}
        draws = Draw(settings, audits)
        found = []
        for item in audits.finished(period):
            drawn = draws.of(item)
            if drawn.drawn and item.lpn not in done:
                place: dict[str, Any] = {"tote": item.tote} if where else {}
                found.append({"lpn": item.lpn, "title": item.title, "stratum": drawn.stratum} | place)
        return found


def report(settings: Settings, period: Period = EVER) -> dict[str, Any]:
    """What the audits of these days say; strata are weighed by the items that were finished in them."""
    with open_file(settings) as file:
        audits = Audits(file.db)
        made = audits.made(period)
        draws = Draw(settings, audits)
        own = Counter(draws.of(item).stratum for item in audits.finished(period))
        trials = {
            name: draws.trial(name) for name in {one.audit.operator for one in made} if name is not None
        }
    found = agreement([one.audit for one in made], sizes(own, made))
    return describe(found, made, trials)


def sizes(own: Mapping[str, int], made: Iterable[AuditRow]) -> dict[str, int | None]:
    """How many items each stratum has: those of this station, and those that imported tables speak of.

    None where a table has audits of a stratum and does not say how large it is.
    """
    told: dict[tuple[str, str], int | None] = {}
    for one in made:
        place = (one.source, one.audit.stratum)
        if one.source:
            told[place] = max((size for size in (told.get(place), one.stratum_items) if size), default=None)
    found: dict[str, int | None] = dict(own)
    for (_, stratum), size in told.items():
        before = found.get(stratum, 0)
        found[stratum] = None if size is None or before is None else before + size
    return found


def describe(found: Agreement, made: Iterable[AuditRow], trials: Mapping[str, Trial]) -> dict[str, Any]:
    """An agreement as `regrade audit report` prints it. Shares are of 1; None where nothing can be said."""
    rows = tuple(made)
    whole = _part(found.whole)
    operators = {
        name: _part(part) | ({"trial": asdict(trials[name])} if name in trials else {})
        for name, part in found.by_operator.items()
    }
    return {
        **whole,
        "stratified_accuracy": found.dispositions if found.whole.dispositions.n else None,
        "stratified_grade_accuracy": found.grades if found.whole.grades.n else None,
        "advice": advice(found.whole),
        "by_operator": operators,
        "by_category": {name: _part(part) for name, part in found.by_category.items()},
        "strata": {name: asdict(one) for name, one in found.strata.items()},
        "picked": sum(one.audit.stratum == PICKED for one in rows),
        "undecided": [one.audit.lpn for one in rows if not one.source and one.settled is None],
    }


def advice(whole: Part) -> str | None:
    """What the linear kappa means in one word: good, fair or retrain; None where it can't be told."""
    value = whole.kappa.linear
    if value is None:
        return None
    return "retrain" if value < RETRAIN else "good" if value > GOOD else "fair"


def _part(part: Part) -> dict[str, Any]:
    return {
        "n": part.n,
        "confusion": {"labels": list(LABELS), "matrix": [list(row) for row in part.matrix]},
        "grade_accuracy": asdict(part.grades),
        "disposition_accuracy": asdict(part.dispositions),
        "kappa": asdict(part.kappa),
    }
