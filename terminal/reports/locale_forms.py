"""Numbers, days and moments as the language of a report writes them: 1.204,50 in German, 1,204.50 in English.

The language belongs to the context, as the voice does. Digits are rounded before a language puts its signs between
them, so a figure is the same in all of them. English is written without Babel, and its days as ISO 8601: readers
of English disagree on whether day or month comes first.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from decimal import Decimal

from terminal.domain.speech import speaking
from terminal.voices import voice

ENGLISH = "en"
_language: ContextVar[str] = ContextVar("language", default=ENGLISH)


@contextmanager
def written_in(language: str) -> Iterator[None]:
    """Say and write everything inside in this language. Raises BadData for one that there is not."""
    with speaking(voice(language)):
        token = _language.set(language)
        try:
            yield
        finally:
            _language.reset(token)


def number(value: float | Decimal, places: int = 0) -> str:
    """A number with its thousands set apart."""
    language = _language.get()
    if language == ENGLISH:
        return f"{value:z,.{places}f}"
    from babel.numbers import format_decimal

    pattern = f"#,##0.{'0' * places}" if places else "#,##0"
    return format_decimal(Decimal(f"{value:z.{places}f}"), format=pattern, locale=language)


def short(value: float) -> str:
    """A number with as many places as it needs, six digits at most."""
    language = _language.get()
    if language == ENGLISH:
        return f"{value:g}"
    from babel.numbers import format_decimal

    return format_decimal(Decimal(f"{value:g}"), format="#,##0.######", locale=language)


def money(amount: float | Decimal) -> str:
    """An amount with two places; its currency stands beside it."""
    return number(amount, 2)


def percent(value: float | Decimal, places: int = 2) -> str:
    """A ratio as percent."""
    language = _language.get()
    if language == ENGLISH:
        return f"{value:z.{places}%}"
    from babel import Locale
    from babel.numbers import format_percent

    rounded = Decimal(f"{value:z.{places}%}".removesuffix("%")).scaleb(-2)
    whole = Locale.parse(language).percent_formats[None].pattern
    pattern = whole.replace("0", f"0.{'0' * places}") if places else whole
    return format_percent(rounded, format=pattern, locale=language)


def day(given: date | str) -> str:
    """A day; a text that is no day of ISO 8601 stays as it is."""
    language = _language.get()
    try:
        at = date.fromisoformat(given) if isinstance(given, str) else given
    except ValueError:
        return str(given)
    if language == ENGLISH:
        return at.isoformat()
    from babel.dates import format_date

    return format_date(at, "medium", locale=language)


def moment(given: str) -> str:
    """A moment of the journal, in UTC to the second; a text that is no moment of ISO 8601 stays as it is."""
    language = _language.get()
    try:
        at = datetime.fromisoformat(given)
    except ValueError:
        return given
    if language == ENGLISH or at.tzinfo is None:
        return given
    from babel.dates import format_datetime

    return f"{format_datetime(at.astimezone(UTC), 'medium', locale=language)} UTC"
