"""Prediction around files: outcomes imported, rates frozen for a day, prices fitted, weeks forecast.

Rates of a day are written once: decisions carry their version, so what stands under a day never changes silently.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from terminal.assembly import read_rulebook
from terminal.domain.crossfold import cross_validate, levels
from terminal.domain.forecast import forecast, week_counts
from terminal.domain.importmap import ImportMap
from terminal.domain.learning import Lesson, learn
from terminal.domain.outcomes import OUTCOME_FIELDS, OutcomeMap
from terminal.domain.pricetable import price_table
from terminal.domain.rates import Mean, Rates
from terminal.domain.reasons import STRENGTH, reason_table
from terminal.domain.shrinkage import prior_weight
from terminal.domain.suggest import BadData, hint
from terminal.importing import marks_of, named_map
from terminal.learned import rates_folder
from terminal.outcome_desk import write_down
from terminal.own_file import open_file
from terminal.settings import Settings
from terminal.store.outcomes import Outcomes, import_outcomes, reasons_and_defects, received_days
from terminal.store.table import ImportRefused
from terminal.store.tablefile import open_table

SEED = 20260719
"""The folds of a file are the same every time."""

MOST_ROWS = 20_000
"""Rows that are fitted at most; of more, as many are drawn."""

SNIFFED = 65_536
"""Bytes in which the header of a file is looked for."""


def outcome_map(settings: Settings, name: str | None) -> tuple[OutcomeMap, str | None]:
    """The mapping and file format of `[import.NAME]` for outcomes; without a name our own column names.

    Raises BadData for a name that config does not have, and for fields that outcomes do not have.
    """
    if name is None:
        return OutcomeMap(), None
    own = named_map(settings, name)
    return OutcomeMap(own.columns, own.constants, marks_of(own)), own.format


def run_outcomes(
    settings: Settings, path: Path, map_name: str | None, progress: Callable[[int], None] | None = None
) -> dict[str, Any]:
    """Import a file of outcomes and give what `regrade import outcomes` prints.

    Beside the counts of every import: rows that were new, that corrected or completed an outcome, that were known
    already, that are parts of an amount, that contradict another, and that speak of an earlier month.
    Raises BadData, StoreError, OSError.
    """
    mapping, form = outcome_map(settings, map_name)
    categories = tuple(read_rulebook(settings).schemes)
    with open_file(settings) as file:
        sink = Outcomes(file.db, path.name)
        rejects = settings.data / "rejects"
        done = import_outcomes(path, mapping, sink, categories, rejects, form=form, progress=progress)
        write_down(file, datetime.now(UTC))
        waiting = sink.contradictions()
    found = {
        **done.describe(),
        "new": sink.new,
        "corrected": sink.corrected,
        "known": sink.known,
        "partial": sink.partial,
        "unsettled": sink.unsettled,
        "late": sink.late,
    }
    return found | {"said": list(_told(sink, waiting))}


def _told(sink: Outcomes, waiting: int) -> Iterator[str]:
    """What must be known of an import beside its counts."""
    if sink.known:
        yield f"{sink.known:,} rows were known already: they changed nothing."
    if sink.late:
        yield f"{sink.late:,} rows speak of an earlier month: figures that were reported of it have changed."
    if waiting:
        yield (
            f"Of {waiting:,} goods two things were told that can't both be true: they count as unknown "
            "until a lead chooses (outcome list --of unsettled)."
        )


def run_learn(settings: Settings, on: date) -> dict[str, Any]:
    """Freeze the rates of outcomes closed before a day into DATA/rates, and give what was learned.

    Rates of that day that are there already and say something else stay: BadData. Raises StoreError, OSError.
    """
    tariff = read_rulebook(settings).tariff

    def usual_decay(category: str) -> Decimal:
        return next((params.decay for params in tariff.for_category(category).values()), Decimal(0))

    with open_file(settings) as file:
        outcomes = Outcomes(file.db).before(on)
    lesson = learn(outcomes, on, usual_decay)
    path = rates_folder(settings) / f"{on.isoformat()}.json"
    written = _freeze(path, lesson.rates)
    return {
        "on": on.isoformat(),
        "version": lesson.rates.version,
        "file": str(path),
        "written": written,
        "outcomes": len(outcomes),
        "used": lesson.used,
        "left_out": dict(lesson.left_out),
        "levels": {level: dict(entries) for level, entries in lesson.levels.items()},
        "strength": str(lesson.rates.strength),
        "cells": [
            {
                "category": category,
                "condition": condition,
                "channel": channel,
                "n": cell.n,
                "mean": str(cell.mean),
            }
            for (category, condition, channel), cell in sorted(lesson.rates.cells.items())
        ],
        "decays": {
            category: _described(lesson, category, fit)
            for category, fit in sorted(lesson.rates.decays.items())
        },
    }


def run_fit(settings: Settings, path: Path, map_name: str | None = None, folds: int = 10) -> dict[str, Any]:
    """How well prices in a file can be told from its other columns, out of sample, beside two baselines.

    MAPE and bias are in per cent. Prices are told so that relative errors are smallest, which is below the median
    where they scatter; `unshifted` is the same model without that. Without a mapping delimiter, encoding, decimal
    mark and columns are guessed, and the answer says what was taken for what. Raises BadData.
    """
    mapping, form = outcome_map(settings, map_name)
    header, rows, broken = _read(path, mapping, form, map_name is None)
    decimal = None if map_name is None else mapping.marks.decimal
    table = price_table(header, rows, mapping.columns, mapping.constants, decimal)
    order = list(range(len(table.prices)))
    random.Random(SEED).shuffle(order)
    order = order[:MOST_ROWS]
    scores = cross_validate(table.sample, table.prices, order, folds)
    grade_alone = scores.grade_alone
    if grade_alone is None and "grade" in table.taken:
        grade_alone = scores.global_median
    rejects = {**({"not a whole row": broken} if broken else {}), **table.rejected}
    return {
        "rows": len(rows) + broken,
        "used": len(order),
        "rejected": sum(rejects.values()),
        "target": table.target,
        "folds": scores.folds,
        "mape": {
            "model": _percent(scores.model),
            "global_median": _percent(scores.global_median),
            "grade_alone": None if grade_alone is None else _percent(grade_alone),
        },
        "median_ape": {name: _percent(share) for name, share in scores.typical.items()},
        "bias": _percent(scores.bias),
        "unshifted": {"mape": _percent(scores.unshifted), "bias": _percent(scores.unshifted_bias)},
        "unit": "%",
        "chosen": dict(scores.chosen),
        "taken": dict(table.taken),
        "predictors": {name: column.kind for name, column in table.sample.columns.items()},
        "left_out": dict(table.left_out),
        "rejects": rejects,
        "levels": levels(table.sample, order),
    }


def run_forecast(settings: Settings, today: date, weeks: int) -> dict[str, Any]:
    """Items that the coming weeks will bring, from those that this station received. Raises StoreError."""
    with open_file(settings) as file:
        first, counts = week_counts(received_days(file.db), today)
    found = forecast(counts, weeks)
    monday = today - timedelta(days=today.weekday())
    return {
        "n": found.n,
        "first_week": first.isoformat() if first is not None else None,
        "error": None if found.error is None else round(found.error, 1),
        "errors": found.errors,
        "weeks": [
            {
                "week": (monday + timedelta(weeks=week.ahead - 1)).isoformat(),
                "expected": round(week.expected, 1),
                "low": None if week.low is None else round(week.low, 1),
                "high": None if week.high is None else round(week.high, 1),
            }
            for week in found.weeks
        ],
    }


def run_reasons(settings: Settings) -> dict[str, Any]:
    """The defects that each return reason lets expect, most likely first. Raises StoreError."""
    with open_file(settings) as file:
        table = reason_table(reasons_and_defects(file.db))
    return {
        "n": sum(n for n, _ in table.values()),
        "reasons": [
            {
                "reason": reason,
                "n": n,
                "prior_weight": round(prior_weight(n, STRENGTH), 4),
                "defects": {defect: round(share, 4) for defect, share in shares.items()},
            }
            for reason, (n, shares) in table.items()
        ],
    }


def _freeze(path: Path, rates: Rates) -> bool:
    """Write rates unless they are there; False where the same are. Raises BadData where others are."""
    if path.exists():
        there = Rates.from_json(path.read_bytes().decode("utf-8", "replace"), str(path))
        if there.version == rates.version:
            return False
        raise BadData(
            [
                f"{path}: holds the rates {there.version or 'of no version'}, and the outcomes of today say "
                f"{rates.version}. Decisions carry the version, so it is not written over: choose a later day with "
                "--on, or move the file away."
            ]
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f".{path.name}.new")
    with new.open("w", encoding="utf-8") as file:
        file.write(rates.to_json())
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
    return True


def _described(lesson: Lesson, category: str, fit: Mean) -> dict[str, Any]:
    """A fitted decay with its bias where that could be tested."""
    told: dict[str, Any] = {"n": fit.n, "per_day": str(fit.mean)}
    test = lesson.back_tests.get(category)
    if test is not None:
        told["back_test"] = {
            "fitted": test.fitted,
            "tested": test.tested,
            "predicted_loss": round(test.predicted, 4),
            "actual_loss": round(test.actual, 4),
            "bias": round(test.bias, 4),
        }
    return told


def _read(
    path: Path, mapping: OutcomeMap, form: str | None, guessing: bool
) -> tuple[list[str], list[Sequence[str]], int]:
    """Header, whole rows, and how many rows were not whole."""
    marks = _marks(path) if guessing and form is None else mapping.marks
    with open_table(path, marks, OUTCOME_FIELDS, form) as table:
        wanted = [name for name in mapping.columns.values() if name not in table.header]
        if wanted:
            told = ", ".join(f'"{name}"{hint(name, table.header)}' for name in wanted)
            raise ImportRefused(path, f"no column {told}", table.header_line)
        rows: list[Sequence[str]] = []
        broken = 0
        for batch in table.batches:
            rows += [batch.rows[place] for place in batch.good]
            broken += len(batch.rejects)
    return _once(table.header), rows, broken


def _once(header: Sequence[str]) -> list[str]:
    """The names of the columns, a later one of the same name or without one under a number."""
    names: list[str] = []
    for place, name in enumerate(header, 1):
        names.append(name if name and name not in names else f"{name or 'column'} {place}")
    return names


def _marks(path: Path) -> ImportMap:
    """Encoding and delimiter of a CSV that nobody described, from its beginning."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ImportRefused(path, f"cannot be read: {error.strerror or error}") from None
    encoding = "utf-8"
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    else:
        try:
            content.decode("utf-8")
        except UnicodeDecodeError:
            encoding = "cp1252"
    first = next(iter(content[:SNIFFED].decode(encoding, "replace").splitlines()), "")
    delimiter = max(",;\t|", key=first.count)
    return ImportMap(delimiter=delimiter, encoding=encoding)


def _percent(share: float) -> float:
    return round(100 * share, 2)
