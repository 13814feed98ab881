"""A shift's report in words: titled groups of lines, the same for the screen and for paper."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from terminal.bench.naming import channel_word
from terminal.bench.view import Fact
from terminal.domain.shift_report import Difference, OperatorFigures, ShiftReport, SinkFigures, ToteFigures

DIFFERENCES: Mapping[str, str] = {
    "items-ended": "{expected} units came to the bench, {found} are accounted for",
    "items-stored": "file and journal agree on {found} of {expected} units, not on {where}: regrade verify",
    "labels-fate": "{expected} labels were asked for, {found} are accounted for",
    "labels-printer": "{expected} labels were asked for, the printer's queue knows {found}",
    "labels-unproven": "{found} units lie in a tote without a label",
    "labels-in-doubt": "of {found} labels nobody knows whether they came out",
    "labels-unprinted": "{found} labels are still to be printed",
    "tote-items": "tote {where} counts {expected} units, {found} items say that they are in it",
}
"""Code of a difference -> its sentence."""
SHOWN_HOLDS = 8
"""Holds that the screen names; paper has them all."""


@dataclass(frozen=True, slots=True)
class Section:
    """A group of lines under a title."""

    title: str
    lines: tuple[Fact, ...]


def difference_words(raw: Mapping[str, Any] | Difference) -> str:
    """The sentence of a difference, as a value or as it stands in the journal."""
    given = raw if isinstance(raw, Mapping) else {name: getattr(raw, name) for name in Difference.__slots__}
    sentence = DIFFERENCES.get(str(given["what"]), "{what}: expected {expected}, found {found} {where}")
    return sentence.format_map(given)


def sections(report: ShiftReport, holds: int = SHOWN_HOLDS) -> tuple[Section, ...]:
    """All of a report; groups without lines are left out. `holds` of the waiting units are named."""
    items, labels = report.items, report.labels
    groups = (
        Section("Differences", _differences(report)),
        Section(
            "Items",
            (
                _count("received", items.received),
                *_counts(report.arrivals, "  {}"),
                *_some("from earlier shifts", items.carried),
                _count("closed", items.closed),
                _count("held", items.held),
                _count("open", items.open),
                *_some("taken back", items.void),
                _count("parcels", report.parcels),
                *_some("announced, did not come", report.short),
            ),
        ),
        Section("Grades", _counts(report.grades)),
        Section(
            "Went to",
            tuple(Fact(channel_word(name), f"{count:,}") for name, count in report.channels.items()),
        ),
        Section(
            "Labels",
            (
                _count("asked for", labels.asked),
                _count("= scanned back", labels.applied),
                _count("+ on, not scanned", labels.passed),
                *_some("+ missing", labels.unproven, warn=True),
                *_some("+ on the bench", labels.waiting),
                _count("+ taken off", labels.voided),
                _count("+ replaced", labels.copies),
                _count("printed", labels.printed),
                *_some("in doubt", labels.in_doubt, warn=True),
                *_some("not printed yet", labels.unprinted, warn=True),
            ),
        ),
        Section("Totes", tuple(_tote(tote) for tote in report.totes)),
        Section("On hold", _holds(report, holds)),
        Section("By hand, because", _counts(report.overrides)),
        Section(
            "Odd",
            (
                _count("refused scans", sum(report.refused.values())),
                *_counts(report.refused, "  {}"),
                _count("taken back", sum(report.undone.values())),
                *_counts(report.undone, "  {}"),
            ),
        ),
        Section("Photos", _photos(report)),
        Section("People", _people(report)),
        Section("Sent", tuple(_sink(sink) for sink in report.sinks)),
    )
    return tuple(group for group in groups if group.lines)


def facts(report: ShiftReport) -> tuple[Fact, ...]:
    """The report for the screen: a fact without a label is the title of a group."""
    found: list[Fact] = []
    for section in sections(report):
        warn = section.title == "Differences"
        found += [Fact("", section.title, warn=warn), *section.lines]
    return tuple(found)


def _differences(report: ShiftReport) -> tuple[Fact, ...]:
    found = [Fact(one.what, difference_words(one), warn=True) for one in report.differences]
    if report.reason:
        found.append(Fact("reason", report.reason))
    return tuple(found)


def _count(label: str, number: int, warn: bool = False) -> Fact:
    return Fact(label, f"{number:,}", warn)


def _some(label: str, number: int, warn: bool = False) -> tuple[Fact, ...]:
    """The line, where there is something to tell."""
    return (_count(label, number, warn),) if number else ()


def _counts(found: Mapping[str, int], form: str = "{}") -> tuple[Fact, ...]:
    return tuple(_count(form.format(name), number) for name, number in found.items())


def _tote(tote: ToteFigures) -> Fact:
    taken = f", {tote.taken:,} out" if tote.taken else ""
    closed = ", closed" if tote.state == "closed" else ""
    channel = channel_word(tote.channel) if tote.channel else "-"
    words = f"{channel}  {tote.units:,}  (+{tote.placed:,}{taken}{closed})"
    return Fact(tote.tote, words, warn=tote.units != tote.items)


def _holds(report: ShiftReport, most: int) -> tuple[Fact, ...]:
    if not report.waiting:
        return ()
    late = f", {report.overdue:,} overdue" if report.overdue else ""
    found = [Fact("waiting", f"{report.waiting:,}{late}", warn=bool(report.overdue))]
    for one in report.holds[:most]:
        owner = f", {one.owner}" if one.owner else ""
        due = f", due {one.due}" if one.due else ""
        words = f"{one.title or '-'}  ({one.reason}, {one.days} d{owner}{due})"
        found.append(Fact(one.lpn, words, warn=one.overdue))
    return tuple(found)


def _photos(report: ShiftReport) -> tuple[Fact, ...]:
    missing = tuple(
        _count(f"missing: {reason}", number, warn=True) for reason, number in report.photos_missing.items()
    )
    return (*_some("kept", report.photos), *missing)


def _people(report: ShiftReport) -> tuple[Fact, ...]:
    found = [_operator(one) for one in report.operators]
    found += _some("open items handed over", report.hand_overs)
    found += _some("clock set back", report.clock_back, warn=True)
    return tuple(found)


def _operator(one: OperatorFigures) -> Fact:
    rest = f", {one.breaks} breaks {duration(one.break_minutes)}" if one.breaks else ""
    name = f"{one.name}, " if one.name else ""
    return Fact(one.operator, f"{name}{one.role}, {duration(one.minutes)}{rest}, {one.units:,} units")


def duration(minutes: int) -> str:
    """Minutes as hours and minutes: `7:05 h`."""
    return f"{minutes // 60}:{minutes % 60:02} h"


def _sink(one: SinkFigures) -> Fact:
    refused = f", {one.dead:,} refused" if one.dead else ""
    told = f"{one.pending:,} wait{refused}" if one.pending or one.dead else "everything"
    return Fact(one.name, told, warn=bool(one.error or one.dead))
