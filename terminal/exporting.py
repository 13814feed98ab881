"""The journal for others: one EPCISDocument, written as it is read and in place only when all of it is good.

Nothing is kept in memory but the event in hand, so a journal of years is as cheap as one of a day.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import IO, Any

from terminal.bench.wire import Recorded
from terminal.domain.suggest import BadData
from terminal.own_file import open_file
from terminal.settings import Settings
from terminal.store.station_file import StationFile
from terminal.store.whole_file import whole_file
from terminal.sync.epcis import Story, Unreadable, tell
from terminal.sync.epcis_context import since_shift
from terminal.sync.epcis_ids import Site, site_of
from terminal.sync.epcis_schema import Checker, Mismatch, checker_of, own_checker
from terminal.sync.epcis_shapes import Event, document_head
from terminal.sync_settings import EpcisSink

MOST_SHOWN = 20
"""Mismatches that are named; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Span:
    """Which events of ours are exported: numbers and times from which on and up to which, both included."""

    first: int = 1
    last: int | None = None
    since: datetime | None = None
    until: datetime | None = None

    def holds(self, recorded: Recorded) -> bool:
        """Whether an event is asked for."""
        late = self.since is None or recorded.at >= self.since
        early = self.until is None or recorded.at < self.until
        return recorded.seq >= self.first and late and early


@dataclass(slots=True)
class _Tally:
    """What came of an export so far."""

    events: int = 0
    unreadable: list[str] = field(default_factory=list)
    wrong: int = 0
    shown: list[Mismatch] = field(default_factory=list)

    def blame(self, found: Mismatch) -> None:
        self.wrong += 1
        if len(self.shown) < MOST_SHOWN:
            self.shown.append(found)


class NotValid(BadData):
    """An export that its schema refuses: nothing was written. `result` is what the command prints."""

    def __init__(self, problems: list[str], result: dict[str, Any]) -> None:
        super().__init__(problems)
        self.result = result


def read_span(start: str | None, end: str | None) -> Span:
    """The span of `--from` and `--to`: a number of the journal, a day (UTC) or a time each. Raises BadData."""
    first, since = _read_end("--from", start, timedelta())
    last, until = _read_end("--to", end, timedelta(days=1))
    return Span(first or 1, last, since, until)


def export_epcis(
    settings: Settings,
    out: Path,
    *,
    schema: Path | None = None,
    span: Span | None = None,
    location: str = "",
    site: str = "",
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    progress: Callable[[int], None] = lambda events: None,
) -> dict[str, Any]:
    """Write the journal as EPCIS to `out`: `{"events", "out", "valid", "schema"}`, and what could not be read.

    `location` and `site` are GLNs; without them those of the first EPCIS sink in the settings stand, so that file
    and sink tell the same. Raises BadData, NotValid (nothing is in place then), OSError and StoreError.
    """
    checkers = [own_checker(), *([checker_of(schema)] if schema is not None else [])]
    where = _site(settings, location, site)
    tally = _Tally()
    with open_file(settings) as file:
        told = _told(file, span or Span(), where, tally)
        for checker in checkers:
            for found in checker.empty():
                tally.blame(found)
        with whole_file(out, "w", encoding="ascii", shared=True) as target:
            _write(target, now(), _checked(told, checkers, tally, progress))
            result = _result(out, schema, tally)
            if tally.wrong:
                raise NotValid(_problems(out, tally), result)
    return result


def _result(out: Path, schema: Path | None, tally: _Tally) -> dict[str, Any]:
    result: dict[str, Any] = {"events": tally.events, "out": str(out), "valid": not tally.wrong}
    result["schema"] = str(schema) if schema is not None else None
    return result | ({"unreadable": tally.unreadable[:MOST_SHOWN]} if tally.unreadable else {})


def _problems(out: Path, tally: _Tally) -> list[str]:
    more = tally.wrong - len(tally.shown)
    shown = [str(one) for one in tally.shown] + ([f"and {more} more"] if more else [])
    return [*shown, f"{out} was not written: {tally.wrong} mismatches"]


def _site(settings: Settings, location: str, site: str) -> Site:
    configured = next((one for one in settings.sync.sinks.values() if isinstance(one, EpcisSink)), None)
    if not location and configured is not None:
        location, site = configured.location, site or configured.site
    try:
        return site_of(settings.station.id, location, site)
    except ValueError as problem:
        raise BadData([str(problem)]) from problem


def _told(file: StationFile, span: Span, site: Site, tally: _Tally) -> Iterator[Event]:
    """The EPCIS events of a span; what came before it in its shift is read, too, because it is needed to tell."""
    story = Story()
    before = since_shift(file.journal, span.first) if span.first > 1 else iter(())
    for recorded, wanted in _marked(before, file.journal.events(span.first - 1)):
        if span.last is not None and recorded.seq > span.last:
            return
        try:
            story, events = tell(story, recorded, site)
        except Unreadable as problem:
            if wanted:
                tally.unreadable.append(str(problem))
            continue
        if wanted and span.holds(recorded):
            yield from events


def _marked(before: Iterator[Recorded], asked: Iterator[Recorded]) -> Iterator[tuple[Recorded, bool]]:
    for recorded in before:
        yield recorded, False
    for recorded in asked:
        yield recorded, True


def _checked(
    events: Iterator[Event], checkers: list[Checker], tally: _Tally, progress: Callable[[int], None]
) -> Iterator[Event]:
    """The events as they are written, each held against every schema."""
    for event in events:
        tally.events += 1
        for checker in checkers:
            for found in checker.mismatches(event):
                tally.blame(found)
        if tally.events % 500 == 0:
            progress(tally.events)
        yield event


def _write(target: IO[str], created: datetime, events: Iterator[Event]) -> None:
    """An EPCISDocument, one event a line."""
    encode = json.JSONEncoder(ensure_ascii=True, allow_nan=False, separators=(",", ":")).encode
    target.write(f'{encode(document_head(created))[:-1]},"epcisBody":{{"eventList":[\n')
    for number, event in enumerate(events):
        target.write(f"{',' if number else ''}{encode(event)}\n")
    target.write("]}}\n")


def _read_end(option: str, text: str | None, day: timedelta) -> tuple[int | None, datetime | None]:
    """A number or a time; a day counts whole, so as an end it means the day after it, excluded."""
    if text is None:
        return None, None
    if text.isascii() and text.isdecimal() and len(text) < 18 and int(text) >= 1:
        return int(text), None
    try:
        if len(text) == 10:
            return None, datetime.combine(date.fromisoformat(text), time(), UTC) + day
        at = datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        raise BadData(
            [f"{option} {text!a}: expected a number of the journal, a day (2026-11-23) or a time (UTC)"]
        ) from None
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at
    return None, at + timedelta(milliseconds=1) if day else at
