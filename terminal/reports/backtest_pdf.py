"""A backtest's report on paper: the same sections as on the screen."""

from __future__ import annotations

from terminal.backtest_words import sections
from terminal.domain.backtest_report import Report
from terminal.domain.speech import _
from terminal.reports.page import LEADING, Page, Table


def write(report: Report) -> bytes:
    """The report as PDF."""
    first, *rest = sections(report)
    foot = _("{title}: {name}, version {version}").format(
        title=first.title, name=report.new.name, version=report.new.version
    )
    page = Page(first.title, foot)
    for section in (first, *rest):
        if section is not first:
            page.title(section.title, keep=4 * LEADING)
        for sentence in section.sentences:
            page.sentence(sentence)
        if section.rows:
            page.table(Table(section.headings, section.rows, section.words))
    return page.finish()
