"""Shifts from the command line: open, close, and the X and Z figures."""

from __future__ import annotations

from typing import Any

from terminal.assembly import Assembly, close_shift, people, shift_totals
from terminal.bench.commands import OpenShift
from terminal.bench.messages import sentence
from terminal.bench.outcome import Outcome
from terminal.domain.suggest import BadData, did_you_mean
from terminal.settings import Settings
from terminal.store.station_file import StationFile


def open_shift(whole: Assembly, by: str) -> dict[str, Any]:
    """Begin a shift. Raises BadData with the bench's own sentence where that can't be."""
    _known(whole, by)
    return _result(whole, whole.station.run(OpenShift(by)))


def end_shift(whole: Assembly, by: str) -> dict[str, Any]:
    """End the shift with its figures. Raises BadData with the bench's own sentence where that can't be."""
    _known(whole, by)
    command = close_shift(whole.station.state, whole.file, by)
    assert command is not None
    return _result(whole, whole.station.run(command)) | {"totals": dict(command.totals)}


def report(settings: Settings, kind: str) -> dict[str, Any]:
    """The X figures of the shift so far, or the Z figures that the last closed shift was closed with."""
    with StationFile.open(settings.data, settings.station.id, tuple(settings.sync.sinks)) as file:
        shift = file.queries.shift()
        if shift is None:
            raise BadData(["No shift was ever opened here."])
        closed = shift.closed_at is not None
        if kind == "z" and not closed:
            raise BadData([f"Shift {shift.number} is still open: a Z report is made when it is closed."])
        head = file.journal.head()
        pending = {sink: file.outbox.state(sink).pending for sink in file.sinks}
        return {
            "report": kind,
            "station": file.identity.station,
            "shift": shift.number,
            "opened_at": shift.opened_at,
            "opened_by": shift.opened_by,
            "closed_at": shift.closed_at,
            "closed_by": shift.closed_by,
            "totals": dict(shift.totals or {}) if closed else shift_totals(file),
            "journal": {"events": head.seq, "head": head.hash},
            "sync_pending": pending,
        }


def _known(whole: Assembly, by: str) -> None:
    crew = people(whole.settings)
    if by not in crew:
        near = did_you_mean(by, list(crew))
        hint = f' - did you mean "{near}"?' if near else ""
        raise BadData([f'nobody has the id "{by}"{hint}'])


def _result(whole: Assembly, outcome: Outcome) -> dict[str, Any]:
    words = sentence(outcome.verdict.code, outcome.verdict.args)
    if outcome.refused:
        raise BadData([words])
    shift = whole.file.queries.shift()
    return {"shift": shift.number if shift is not None else None, "said": words}
