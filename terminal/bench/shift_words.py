"""A shift's report in words: titled groups of lines, the same for the screen and for paper."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from terminal.bench.messages import MESSAGES
from terminal.bench.naming import NO_WORDS, channel_word, reason_word, role_name
from terminal.bench.view import Fact
from terminal.domain.shift_report import Difference, OperatorFigures, ShiftReport, SinkFigures, ToteFigures
from terminal.domain.speech import N_, _, n_

DIFFERENCES: Mapping[str, str] = {
    "items-ended": N_("{expected} units came to the bench, {found} are accounted for"),
    "items-stored": N_(
        "file and journal agree on {found} of {expected} units, not on {where}: regrade verify"
    ),
    "labels-fate": N_("{expected} labels were asked for, {found} are accounted for"),
    "labels-printer": N_("{expected} labels were asked for, the printer's queue knows {found}"),
    "labels-unproven": N_("{found} units lie in a tote without a label"),
    "labels-in-doubt": N_("of {found} labels nobody knows whether they came out"),
    "labels-unprinted": N_("{found} labels are still to be printed"),
    "tote-items": N_("tote {where} counts {expected} units, {found} items say that they are in it"),
}
"""Code of a difference -> its sentence."""
GROUPS: Mapping[str, str] = {"items": N_("Items"), "labels": N_("Labels"), "tote": N_("Totes")}
SHOWN_HOLDS = 8
"""Holds that the screen names; paper has them all."""


@dataclass(frozen=True, slots=True)
class Section:
    """A group of lines under a title."""

    title: str
    lines: tuple[Fact, ...]
    warn: bool = False
    """True where it must not be overlooked."""


def difference_words(raw: Mapping[str, Any] | Difference) -> str:
    """The sentence of a difference, as a value or as it stands in the journal."""
    given = raw if isinstance(raw, Mapping) else {name: getattr(raw, name) for name in Difference.__slots__}
    sentence = DIFFERENCES.get(str(given["what"]), N_("{what}: expected {expected}, found {found} {where}"))
    return _(sentence).format_map(given)


def sections(
    report: ShiftReport, reasons: Mapping[str, str] = NO_WORDS, holds: int = SHOWN_HOLDS
) -> tuple[Section, ...]:
    """All of a report; groups without lines are left out. `holds` of the waiting units are named.

    `reasons` has the site's words for the codes of reasons; a code without words stands for itself.
    """
    items, labels = report.items, report.labels
    groups = (
        Section(_("Differences"), _differences(report, reasons), warn=True),
        Section(
            _("Items"),
            (
                _count(_("received"), items.received),
                *_in_words(report.arrivals),
                *_some(_("from earlier shifts"), items.carried),
                _count(_("closed"), items.closed),
                _count(_("held"), items.held),
                _count(_("open"), items.open),
                *_some(_("taken back"), items.void),
                _count(_("parcels"), report.parcels),
                *_some(_("announced, did not come"), report.short),
            ),
        ),
        Section(_("Grades"), _counts(report.grades)),
        Section(
            _("Went to"),
            tuple(Fact(channel_word(name), f"{count:,}") for name, count in report.channels.items()),
        ),
        Section(
            _("Labels"),
            (
                _count(_("asked for"), labels.asked),
                _count(_("= scanned back"), labels.applied),
                _count(_("+ on, not scanned"), labels.passed),
                *_some(_("+ missing"), labels.unproven, warn=True),
                *_some(_("+ on the bench"), labels.waiting),
                _count(_("+ taken off"), labels.voided),
                _count(_("+ replaced"), labels.copies),
                _count(_("printed"), labels.printed),
                *_some(_("in doubt"), labels.in_doubt, warn=True),
                *_some(_("not printed yet"), labels.unprinted, warn=True),
            ),
        ),
        Section(_("Totes"), tuple(_tote(tote) for tote in report.totes)),
        Section(_("On hold"), _holds(report, reasons, holds)),
        Section(_("By hand, because"), _counts(_reasons(report.overrides, reasons))),
        Section(
            _("Odd"),
            (
                _count(_("refused scans"), sum(report.refused.values())),
                *_in_words(_by_word(report.refused)),
                _count(_("taken back"), sum(report.undone.values())),
                *_in_words(report.undone),
            ),
        ),
        Section(_("Photos"), _photos(report, reasons)),
        Section(_("People"), _people(report)),
        Section(_("Sent"), tuple(_sink(sink) for sink in report.sinks)),
    )
    return tuple(group for group in groups if group.lines)


def facts(report: ShiftReport, reasons: Mapping[str, str] = NO_WORDS) -> tuple[Fact, ...]:
    """The report for the screen: a fact without a label is the title of a group. `reasons` as for `sections`."""
    found: list[Fact] = []
    for section in sections(report, reasons):
        found += [Fact("", section.title, warn=section.warn), *section.lines]
    return tuple(found)


def _reasons(found: Mapping[str, int], reasons: Mapping[str, str]) -> Mapping[str, int]:
    return _under((reason_word(code, reasons), number) for code, number in found.items())


def _differences(report: ShiftReport, reasons: Mapping[str, str]) -> tuple[Fact, ...]:
    found = [Fact(_about(one.what), difference_words(one), warn=True) for one in report.differences]
    if report.reason:
        found.append(Fact(_("reason"), reason_word(report.reason, reasons)))
    return tuple(found)


def _about(what: str) -> str:
    """The group of the report in which a difference is to be looked for, by the first word of its code."""
    group = GROUPS.get(what.partition("-")[0])
    return _(group) if group else what


def _count(label: str, number: int, warn: bool = False) -> Fact:
    return Fact(label, f"{number:,}", warn)


def _some(label: str, number: int, warn: bool = False) -> tuple[Fact, ...]:
    """The line, where there is something to tell."""
    return (_count(label, number, warn),) if number else ()


def _counts(found: Mapping[str, int]) -> tuple[Fact, ...]:
    return tuple(_count(name, number) for name, number in found.items())


def _in_words(found: Mapping[str, int]) -> tuple[Fact, ...]:
    """The same for names that have words, set in under the line before."""
    return tuple(_count("  " + _(name), number) for name, number in found.items())


def _by_word(refused: Mapping[str, int]) -> Mapping[str, int]:
    """Refusals under the big word that the operator saw."""
    return _under((MESSAGES.get(code, ("", ""))[0] or code, number) for code, number in refused.items())


def _under(counts: Iterable[tuple[str, int]]) -> Mapping[str, int]:
    """Counts under their words, in order; several may have one word."""
    found: dict[str, int] = {}
    for word, number in counts:
        found[word] = found.get(word, 0) + number
    return found


def _tote(tote: ToteFigures) -> Fact:
    out = _("{count} out").format(count=f"{tote.taken:,}")
    taken = f", {out}" if tote.taken else ""
    closed = ", " + _("tote closed") if tote.state == "closed" else ""
    channel = channel_word(tote.channel) if tote.channel else "-"
    words = f"{channel}  {tote.units:,}  (+{tote.placed:,}{taken}{closed})"
    return Fact(tote.tote, words, warn=tote.units != tote.items)


def _holds(report: ShiftReport, reasons: Mapping[str, str], most: int) -> tuple[Fact, ...]:
    if not report.waiting:
        return ()
    overdue = _("{count} overdue").format(count=f"{report.overdue:,}")
    late = f", {overdue}" if report.overdue else ""
    found = [Fact(_("waiting"), f"{report.waiting:,}{late}", warn=bool(report.overdue))]
    for one in report.holds[:most]:
        owner = f", {one.owner}" if one.owner else ""
        due = ", " + _("due {day}").format(day=one.due) if one.due else ""
        # TRANSLATORS: d is for days.
        days = _("{count} d").format(count=one.days)
        words = f"{one.title or '-'}  ({reason_word(one.reason, reasons)}, {days}{owner}{due})"
        found.append(Fact(one.lpn, words, warn=one.overdue))
    return tuple(found)


def _photos(report: ShiftReport, reasons: Mapping[str, str]) -> tuple[Fact, ...]:
    missing = tuple(
        _count(_("missing: {reason}").format(reason=word), number, warn=True)
        for word, number in _reasons(report.photos_missing, reasons).items()
    )
    return (*_some(_("kept"), report.photos), *missing)


def _people(report: ShiftReport) -> tuple[Fact, ...]:
    found = [_operator(one) for one in report.operators]
    found += _some(_("open items handed over"), report.hand_overs)
    found += _some(_("clock set back"), report.clock_back, warn=True)
    return tuple(found)


def _operator(one: OperatorFigures) -> Fact:
    paused = n_("{count} breaks {time}", "{count} breaks {time}", one.breaks)
    rest = f", {paused.format(count=one.breaks, time=duration(one.break_minutes))}" if one.breaks else ""
    name = f"{one.name}, " if one.name else ""
    units = n_("{count} units", "{count} units", one.units).format(count=f"{one.units:,}")
    return Fact(one.operator, f"{name}{role_name(one.role)}, {duration(one.minutes)}{rest}, {units}")


def duration(minutes: int) -> str:
    """Minutes as hours and minutes: `7:05 h`."""
    # TRANSLATORS: h is for hours.
    return _("{time} h").format(time=f"{minutes // 60}:{minutes % 60:02}")


def _sink(one: SinkFigures) -> Fact:
    refused = ", " + _("{count} refused").format(count=f"{one.dead:,}") if one.dead else ""
    wait = n_("{count} wait", "{count} wait", one.pending).format(count=f"{one.pending:,}")
    told = f"{wait}{refused}" if one.pending or one.dead else _("everything")
    return Fact(one.name, told, warn=bool(one.error or one.dead))
