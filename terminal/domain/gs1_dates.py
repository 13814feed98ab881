"""Dates and times as GS1 writes them: two-digit years, day 00 for the end of a month.

Sources: General Specifications 7.12 (the century) and 3.4 (day 00).
"""

from __future__ import annotations

import calendar
from datetime import date

from terminal.domain.speech import _

CENTURY_YEAR = 2026
"""The year from which two-digit years are read where the caller gives none: right for 1977 to 2076."""


def date_of(yymmdd: str, year: int) -> date | None:
    """The day that six ASCII digits name, or None where there is no such day.

    The century is the one that puts the year between 49 years before and 50 years after `year`; day 00 is the last
    of the month.
    """
    two, month, day = int(yymmdd[:2]), int(yymmdd[2:4]), int(yymmdd[4:])
    apart = two - year % 100
    century = year - year % 100 + (-100 if apart > 50 else 100 if apart < -49 else 0)
    if not 1 <= month <= 12:
        return None
    last = calendar.monthrange(century + two, month)[1]
    return date(century + two, month, day or last) if day <= last else None


def day_problem(yymmdd: str) -> str | None:
    """Why six digits are no day of the calendar, or None."""
    return _no_date(yymmdd) if yymmdd.endswith("00") else day_or_month_problem(yymmdd)


def day_or_month_problem(yymmdd: str) -> str | None:
    """Why six digits are neither a day nor, with day 00, a month; or None."""
    return _no_date(yymmdd) if date_of(yymmdd, CENTURY_YEAR) is None else None


def long_day_problem(yyyymmdd: str) -> str | None:
    """Why eight digits are no day, or None."""
    try:
        date(int(yyyymmdd[:4]), int(yyyymmdd[4:6]), int(yyyymmdd[6:]))
    except ValueError:
        return _("{given} is no date: expected YYYYMMDD").format(given=yyyymmdd)
    return None


def time_problem(hhmm: str) -> str | None:
    """Why four digits are no time of the day, or None."""
    if hhmm[:2] < "24" and hhmm[2:] < "60":
        return None
    return _("{given} is no time: expected HHMM").format(given=hhmm)


def _no_date(text: str) -> str:
    return _("{given} is no date: expected YYMMDD").format(given=text)
