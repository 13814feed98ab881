"""A shift's report on paper: what was counted, what differs in red, what lies in the totes, who signs."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from terminal.bench.naming import NO_WORDS
from terminal.bench.shift_words import Section, sections
from terminal.domain.shift_report import MOST_HOLDS, ShiftReport
from terminal.domain.speech import _
from terminal.reports.locale_forms import moment, number
from terminal.reports.page import BLACK, LEADING, RED, Page

_COUNT = re.compile(r"[0-9]{1,3}(,[0-9]{3})+")
AT_ONCE = 100
"""Units of a tote in one paragraph, which may be only so long."""


def write(
    report: ShiftReport,
    kind: str,
    signed: Mapping[str, Any] | None = None,
    contents: Mapping[str, Sequence[str]] | None = None,
    reasons: Mapping[str, str] = NO_WORDS,
) -> bytes:
    """The report as PDF: `kind` is x or z, `signed` says who closed the shift and with which event, `contents` are
    the units that it put into each tote, `reasons` the site's words for codes.
    """
    title = (_("Z report {shift}") if kind == "z" else _("X report of shift {shift}")).format(
        shift=report.shift
    )
    page = Page(title, _("{title}, station {station}").format(title=title, station=report.station))
    _head(page, report, signed)
    for section in sections(report, reasons, MOST_HOLDS):
        _section(page, section, red=section.warn and bool(report.differences))
    if contents:
        page.title(_("In the totes, of this shift"), keep=2 * LEADING)
        for tote, lpns in contents.items():
            _tote(page, tote, lpns)
    if signed:
        page.title(_("Signed"), keep=4 * LEADING)
        page.down(LEADING)
        # TRANSLATORS: beside the line for a signature: by whom
        page.fact(_("by"), "_" * 40)
    return page.finish()


def _head(page: Page, report: ShiftReport, signed: Mapping[str, Any] | None) -> None:
    page.fact(_("station"), report.station)
    page.fact(_("shift opened"), _by(report.opened_at, report.opened_by) if report.opened_at else "-")
    if signed:
        page.fact(_("shift closed"), _closed(signed))
        page.fact(_("closing event"), f"{number(signed['seq'])}  {signed['hash']}")
    counted = _("{when}, events {first} to {last}").format(
        when=moment(report.made_at), first=number(report.first), last=number(report.last)
    )
    page.fact(_("counted"), counted)
    page.fact(_("journal head"), report.head)


def _by(when: str, who: str) -> str:
    return _("{when} by {who}").format(when=moment(when), who=who)


def _closed(signed: Mapping[str, Any]) -> str:
    if not signed.get("approved_by"):
        return _by(signed["at"], signed["by"])
    return _("{when} by {who}, approved by {lead}").format(
        when=moment(signed["at"]), who=signed["by"], lead=signed["approved_by"]
    )


def _section(page: Page, section: Section, *, red: bool) -> None:
    """What differs stands first, and in red."""
    page.title(section.title, keep=2 * LEADING, colour=RED if red else BLACK)
    for fact in section.lines:
        page.fact(fact.label, _grouped(fact.text), warn=fact.warn)


def _grouped(text: str) -> str:
    """A count as the language writes it; what is no count stays."""
    return number(int(text.replace(",", ""))) if _COUNT.fullmatch(text) else text


def _tote(page: Page, tote: str, lpns: Sequence[str]) -> None:
    page.fact(f"{tote} ({number(len(lpns))})", "  ".join(lpns[:AT_ONCE]))
    for start in range(AT_ONCE, len(lpns), AT_ONCE):
        page.fact("", "  ".join(lpns[start : start + AT_ONCE]))
