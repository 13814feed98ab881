"""Replaying a history of items under another policy: where the rows come from, and who counts them.

The station file is read in ranges of row numbers by as many processes as there are cores, this one included, each
taking the next range when it is done with one. Every sum is of whole numbers, so the result does not depend on who
took what. Rows are streamed, never held. The file is only read.
"""

from __future__ import annotations

import gc
import json
import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeAlias

from terminal.assembly import read_rulebook
from terminal.domain.backtest_judge import Judge
from terminal.domain.backtest_reading import Unreadable
from terminal.domain.backtest_report import RELATIVE_ERROR, Report, report_of
from terminal.domain.backtest_tally import Past, Tally
from terminal.domain.policy import load_policy
from terminal.domain.rulebook import Rulebook
from terminal.domain.rules import Policy
from terminal.domain.speech import Said
from terminal.domain.suggest import BadData
from terminal.settings import Settings
from terminal.store.driver import sqlite3
from terminal.store.errors import StoreUnavailable, explain
from terminal.store.station_file import NAME

ALONE_BELOW = 20_000
"""Rows up to which starting other processes costs more than it saves."""
PIECE = 10_000
"""Row numbers that one process takes at a time."""
DAY = "substr(coalesce(closed_at, received_at), 1, 10)"
ROWS = f"""
select lpn, category, grade, case status when 'held' then 'quarantine' else disposition end, {DAY}, facts
from item
where rowid between ? and ? and status in ('closed', 'held')
"""
"""What a backtest reads of the station file; two more values narrow it to a span of days."""
SPAN = f" and {DAY} between ? and ?"
ENDED = "One process of the replay ended without an answer: is the machine short of memory? Try again"
_FIRST_DAY, _LAST_DAY = "0000-00-00", "9999-99-99"

Row: TypeAlias = tuple[str, str | None, str | None, str | None, str, str]
"""LPN, category, grade, channel, day, facts: a `Past` without its names."""
Piece: TypeAlias = tuple[int, int]
"""First and last row number."""
Progress: TypeAlias = Callable[[int], None]
Turns: TypeAlias = Any
"""How many pieces were taken, in memory that all processes share."""
_turns: Turns
"""In a helper only."""


@dataclass(frozen=True, slots=True)
class Span:
    """The days of decision that count; None is no bound. Both ends belong to it."""

    start: date | None = None
    end: date | None = None

    @property
    def texts(self) -> tuple[str, str]:
        """The bounds as they are compared in SQL."""
        return (
            self.start.isoformat() if self.start is not None else _FIRST_DAY,
            self.end.isoformat() if self.end is not None else _LAST_DAY,
        )


def backtest(
    settings: Settings,
    new: Path,
    *,
    span: Span = Span(),
    relative_error: Decimal = RELATIVE_ERROR,
    workers: int | None = None,
    progress: Progress = lambda units: None,
) -> Report:
    """Replay the station's history under the policy in the file `new`, against the one in force.

    Raises BadData with every mistake of the policy, StoreError where the station file can't be read, OSError.
    """
    book = read_rulebook(settings)
    policy = _policy(new, book)
    path = settings.data / NAME
    tally = replay_file(path, settings, new, span, workers=workers, progress=progress, ready=(book, policy))
    return report_of(
        tally,
        book.policy,
        policy,
        source="station",
        start=span.start.isoformat() if span.start is not None else None,
        end=span.end.isoformat() if span.end is not None else None,
        relative_error=relative_error,
    )


def replay_file(
    path: Path,
    settings: Settings,
    new: Path,
    span: Span = Span(),
    *,
    workers: int | None = None,
    progress: Progress = lambda units: None,
    ready: tuple[Rulebook, Policy] | None = None,
) -> Tally:
    """What is counted of a station file under both policies, by `workers` processes (None: one per core).

    Raises as `backtest`; BadData too where a process ended before its work.
    """
    pieces = _pieces(path)
    crew = min(workers or os.cpu_count() or 1, len(pieces))
    if workers is None and pieces[-1][1] - pieces[0][0] < ALONE_BELOW:
        crew = 1
    book, policy = ready or _both(settings, new)
    judge, whole = Judge(book, (book.policy, policy)), Tally()
    context = multiprocessing.get_context("spawn")
    turns: Turns = context.Value("q", 0)
    with _without_collecting(), ExitStack() as stack:
        helpers = []
        if crew > 1:
            pool = ProcessPoolExecutor(crew - 1, context, _begin, (turns,))
            stack.enter_context(pool)
            stack.callback(_take_all, turns)  # before waiting for helpers, which end when nothing is left
            work = (path, settings, new, pieces, span)
            helpers = [pool.submit(_work, work) for _ in range(crew - 1)]
        for piece in _taken(turns, pieces):
            progress(_count(judge, whole, _stream(path, piece, span)))
        _with_counts(whole, judge)
        for helper in helpers:
            try:
                tally = helper.result()
            except BrokenProcessPool as error:
                raise BadData([ENDED]) from error
            whole.merge(tally)
            progress(tally.units)
    return whole


def replay_rows(rows: Iterable[Past | Mapping[str, Any]], book: Rulebook, new: Policy) -> Tally:
    """What is counted of rows from anywhere: `Past` values or mappings of its names; facts: JSON or a mapping."""
    judge, tally = Judge(book, (book.policy, new)), Tally()
    _count(judge, tally, (row if isinstance(row, Past) else past_of(row) for row in rows))
    return _with_counts(tally, judge)


def past_of(row: Mapping[str, Any]) -> Past:
    """A row with names as an item of the past: lpn, category, grade, channel, day, facts."""
    facts = row.get("facts")
    return Past(
        lpn=str(row.get("lpn")),
        category=row.get("category"),
        grade=row.get("grade"),
        channel=row.get("channel"),
        day=str(row.get("day"))[:10],
        facts=facts if isinstance(facts, str) else json.dumps(facts, default=str),
    )


def _begin(turns: Turns) -> None:
    """Be a helper: remember who counts the pieces that are taken, which travels to a new process only."""
    global _turns
    _turns = turns


def _work(task: tuple[Path, Settings, Path, Sequence[Piece], Span]) -> Tally:
    """A helper's share of the pieces; the rulebook is read anew, because it can't travel."""
    path, settings, new, pieces, span = task
    with _without_collecting():
        book, policy = _both(settings, new)
        judge, tally = Judge(book, (book.policy, policy)), Tally()
        for piece in _taken(_turns, pieces):
            _count(judge, tally, _stream(path, piece, span))
        return _with_counts(tally, judge)


def _taken(turns: Turns, pieces: Sequence[Piece]) -> Iterator[Piece]:
    """The pieces that nobody else has taken, one by one, until none is left."""
    while True:
        with turns.get_lock():
            number = turns.value
            turns.value = number + 1
        if number >= len(pieces):
            return
        yield pieces[number]


def _take_all(turns: Turns) -> None:
    """Leave no piece to anybody."""
    with turns.get_lock():
        turns.value = 2**40


@contextmanager
def _without_collecting() -> Iterator[None]:
    """No search for cycles meanwhile: a replay makes none, and looking for some takes a fifth of the time."""
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()


def _both(settings: Settings, new: Path) -> tuple[Rulebook, Policy]:
    book = read_rulebook(settings)
    return book, _policy(new, book)


def _policy(file: Path, book: Rulebook) -> Policy:
    try:
        text = file.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise BadData([f"{file.name}: not UTF-8 text ({error.reason} at byte {error.start})"]) from error
    return load_policy(text, file.name, tuple(book.schemes))


def _pieces(path: Path) -> list[Piece]:
    """The row numbers of the file in ranges; at least one range."""
    if not path.is_file():
        raise StoreUnavailable(
            Said("There is no station file in {folder}; nothing was decided yet.", folder=path.parent),
            "missing",
        )
    ((low, high),) = _rows(path, "select coalesce(min(rowid), 1), coalesce(max(rowid), 0) from item")
    return [(start, min(start + PIECE - 1, high)) for start in range(low, high + 1, PIECE)] or [(1, 0)]


def _stream(path: Path, piece: Piece, span: Span) -> Iterator[Row]:
    """The items of a range of row numbers, one by one: rows with the columns of `Past`."""
    sql, values = (ROWS, piece) if span == Span() else (ROWS + SPAN, (*piece, *span.texts))
    return _rows(path, sql, values)


def _rows(path: Path, sql: str, values: Sequence[Any] = ()) -> Iterator[Any]:
    """Rows of the station file over a connection that can't write."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            yield from connection.execute(sql, values)
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise explain(error, path) from error


def _count(judge: Judge, tally: Tally, items: Iterable[Row]) -> int:
    """Judge and count items; how many there were."""
    say, add = judge.judge, tally.add
    units = 0
    for lpn, category, grade, channel, day, facts in items:
        units += 1
        try:
            judged = say(facts, category, grade, day)
        except Unreadable as reason:
            tally.skip(lpn, str(reason))
        else:
            add(lpn, channel, judged)
    return units


def _with_counts(tally: Tally, judge: Judge) -> Tally:
    tally.fired.update(judge.fired())
    tally.in_full += judge.in_full
    return tally
