"""A shift's report on paper: what was counted, what differs in red, what lies in the totes, who signs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from terminal.bench.shift_words import Section, sections
from terminal.domain.shift_report import MOST_HOLDS, ShiftReport
from terminal.reports.page import BLACK, LEADING, RED, Page

AT_ONCE = 100
"""Units of a tote in one paragraph, which may be only so long."""


def write(
    report: ShiftReport,
    kind: str,
    signed: Mapping[str, Any] | None = None,
    contents: Mapping[str, Sequence[str]] | None = None,
) -> bytes:
    """The report as PDF: `kind` is x or z, `signed` says who closed the shift and with which event, `contents` are
    the units that it put into each tote.
    """
    title = f"Z report {report.shift}" if kind == "z" else f"X report of shift {report.shift}"
    page = Page(title, f"{title}, station {report.station}")
    _head(page, report, signed)
    for section in sections(report, MOST_HOLDS):
        _section(page, section)
    if contents:
        page.title("In the totes, of this shift", keep=2 * LEADING)
        for tote, lpns in contents.items():
            _tote(page, tote, lpns)
    if signed:
        page.title("Signed", keep=4 * LEADING)
        page.down(LEADING)
        page.fact("by", "_" * 40)
    return page.finish()


def _head(page: Page, report: ShiftReport, signed: Mapping[str, Any] | None) -> None:
    page.fact("station", report.station)
    page.fact("opened", f"{report.opened_at} by {report.opened_by}")
    if signed:
        approved = f", approved by {signed['approved_by']}" if signed.get("approved_by") else ""
        page.fact("closed", f"{signed['at']} by {signed['by']}{approved}")
        page.fact("closing event", f"{signed['seq']:,}  {signed['hash']}")
    page.fact("counted", f"{report.made_at}, events {report.first:,} to {report.last:,}")
    page.fact("journal head", report.head)


def _section(page: Page, section: Section) -> None:
    differs = section.title == "Differences" and any(fact.warn for fact in section.lines)
    page.title(section.title, keep=2 * LEADING, colour=RED if differs else BLACK)
    for fact in section.lines:
        page.fact(fact.label, fact.text, warn=fact.warn)


def _tote(page: Page, tote: str, lpns: Sequence[str]) -> None:
    page.fact(f"{tote} ({len(lpns):,})", "  ".join(lpns[:AT_ONCE]))
    for start in range(AT_ONCE, len(lpns), AT_ONCE):
        page.fact("", "  ".join(lpns[start : start + AT_ONCE]))
