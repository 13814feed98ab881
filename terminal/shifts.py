"""Shifts from the command line: open, close, and the X and Z figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from terminal.assembly import Assembly, close_shift
from terminal.bench.codec import encode
from terminal.bench.commands import CloseShift, OpenShift
from terminal.bench.decide import decide
from terminal.bench.meanings import Operator
from terminal.bench.outcome import Outcome
from terminal.bench.rows import stamp
from terminal.bench.rules import Now
from terminal.bench.shift_words import difference_words
from terminal.domain.permissions import Approval
from terminal.domain.shift_report import ShiftReport, totals
from terminal.domain.suggest import BadData
from terminal.own_file import open_file
from terminal.settings import Settings
from terminal.shift_book import ShiftBook, held_now
from terminal.spoken import spoken
from terminal.sync.round import sync_once
from terminal.sync_said import bar, last_word
from terminal.sync_watch import sinks_of
from terminal.syncing import make_sinks


def open_shift(whole: Assembly, by: str) -> dict[str, Any]:
    """Begin a shift. Raises BadData with the bench's own sentence where that can't be."""
    _vouch(whole, by)
    return _result(whole, whole.station.run(OpenShift(by)))


def end_shift(
    whole: Assembly,
    by: str,
    pending_ok: bool = False,
    progress: Callable[[str], object] = lambda sentence: None,
    reason: str = "",
) -> dict[str, Any]:
    """Send what waits, then end the shift with its figures; `sync_pending` is what waits for each sink after that.

    Raises BadData with the bench's own sentence where that can't be, and where events wait and nobody gave the word
    (`pending_ok`) that the shift may be closed all the same, or counts differ and no `reason` code says why.
    """
    person = _vouch(whole, by)
    file, station = whole.file, whole.station
    command = _closing(whole, by, reason)
    closable = replace(command, pending_ok=True)
    now = Now(datetime.now(UTC), approval=Approval(by, person.role, pin=True))
    if not decide(station.state, closable, station.rules, now).refused:
        _push(whole, progress)
        command = _closing(whole, by, reason)
    waiting = {one.name: one.pending for one in sinks_of(file)}
    outcome = station.run(replace(command, pending=waiting, pending_ok=pending_ok))
    if outcome.verdict.code == "shift-differs":
        raise BadData(
            [
                "The shift stays open, because counts do not agree.",
                *(difference_words(one) for one in (command.report or {})["differences"]),
                f"Close it all the same with --reason {'|'.join(station.rules.difference_reasons)}.",
            ]
        )
    if outcome.verdict.code == "shift-pending":
        late = last_word(sinks_of(file), max(waiting.values()))
        raise BadData(
            [
                "The shift stays open, because not everything has left this station.",
                late,
                "Try again when that is mended, or close it all the same with --pending-ok.",
            ]
        )
    closed = _result(whole, outcome)
    events = file.journal.head().seq - max(file.queries.totals().since, 1) + 1
    _push(whole, progress)
    seen = sinks_of(file)
    return closed | {
        "totals": dict(command.totals),
        "sync_pending": {one.name: one.pending for one in seen},
        "sync": last_word(seen, events),
    }


def _closing(whole: Assembly, by: str, reason: str) -> CloseShift:
    command = close_shift(whole.station.state, whole.shift, whole.spool, by)
    assert command is not None
    return replace(command, reason=reason)


def _push(whole: Assembly, progress: Callable[[str], object]) -> None:
    """Send what waits to every sink; a sink that can't be reached keeps its error in the file."""
    for sink in make_sinks(whole.settings):
        waiting = whole.file.outbox.state(sink.name).pending
        if waiting:
            progress(f"{sink.name}: sending {waiting:,} events ...")
            result = sync_once(whole.file, sink, datetime.now(UTC), force=True)
            progress(f"{sink.name}: {bar(waiting - result.pending, waiting)}")


@dataclass(frozen=True, slots=True)
class Told:
    """A report as it is given out: the value, its JSON, and the units by tote."""

    report: ShiftReport
    plain: dict[str, Any]
    contents: Mapping[str, Sequence[str]]


def report(settings: Settings, kind: str, number: int | None = None) -> Told:
    """The X report of the shift so far, or the Z report that shift `number` (None: the last) was closed with.

    Raises BadData where there is none.
    """
    with open_file(settings) as file:
        now = datetime.now(UTC)
        book = ShiftBook(file, lambda: held_now(file, now, settings))
        if kind == "x" and number is not None:
            raise BadData(["An X report is of the shift so far: --number belongs to --z."])
        signed: dict[str, Any] = {}
        if kind == "z":
            closed = book.closed(number)
            made, contents, event = closed.report, closed.contents, closed.event
            signed = {
                "by": event.body["by"],
                "approved_by": event.body.get("approved_by"),
                "at": stamp(event.at),
                "seq": event.seq,
                "hash": event.hash,
            }
        else:
            made, contents = book.report(), book.contents()
        head = file.journal.head()
        shift = file.queries.shift()
        last = shift is not None and shift.number == made.shift
        told = {
            "report": kind,
            **encode(made),
            "closed_at": signed.get("at") or (shift.closed_at if shift is not None and last else None),
            "closed_by": signed.get("by") or (shift.closed_by if shift is not None and last else None),
            "totals": totals(made),
            "contents": contents,
            "journal": {"events": head.seq, "head": head.hash},
            "signed": signed or None,
            "sync_pending": {sink: file.outbox.state(sink).pending for sink in file.sinks},
        }
    return Told(made, told, contents)


def _vouch(whole: Assembly, by: str) -> Operator:
    """Take `by` at their word: whoever may use a shell here could give themselves a PIN. Raises BadData."""
    whole.station.vouched = person = whole.person(by)
    return person


def _result(whole: Assembly, outcome: Outcome) -> dict[str, Any]:
    words = spoken(outcome)
    shift = whole.file.queries.shift()
    return {"shift": shift.number if shift is not None else None, "said": words}
