"""Numbers on screens of their own, as the language of the context writes them.

Languages set thousands apart with spaces that don't break; a terminal may draw those at no width or any, so they
are plain spaces here.
"""

from __future__ import annotations

from terminal.reports import locale_forms

_UNBREAKING = {0xA0: " ", 0x202F: " ", 0x2009: " "}


def spaced(text: str) -> str:
    """A text with plain spaces for those that don't break."""
    return text.translate(_UNBREAKING)


def tight(text: str) -> str:
    """A number for a narrow column: no gap before the sign of percent, which would close up the columns."""
    return spaced(text).replace(" %", "%")


def whole(value: int) -> str:
    """A number without places, its thousands set apart."""
    return spaced(locale_forms.number(value))


def decimal(text: str) -> str:
    """A number that came as text, as 1310.50, with the decimal mark of the language and no other sign."""
    mark = locale_forms.number(0.5, 1)[1]
    return text.replace(".", mark)
