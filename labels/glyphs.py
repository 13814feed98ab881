"""Characters: which of them may stand on a label, and what stands in for the others.

Text on a label comes from outside. Three steps, each a function here: what would steer a printer or turn
the reading direction becomes a visible mark (`visible`); what the fonts of a PDF lack is spelt with letters
they have (`latin`); what a printer's own fonts may lack is spelt in ASCII (`plain`). A printer leaves a
glyph that it lacks blank and says nothing, so an unknown letter must become a mark before it is sent.
"""

import unicodedata
from functools import lru_cache

MARK = "\N{REPLACEMENT CHARACTER}"
"""Stands in a text for a character that may not be printed; on paper it is a question mark."""

ELLIPSIS = "..."
"""Ends a text that was cut. Three full stops: every font has them."""

_WINDOWS_1252 = "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"

_LATIN = frozenset(
    {chr(c) for c in range(0x20, 0x7F)} | {chr(c) for c in range(0xA1, 0x100)} - {"\xad"} | set(_WINDOWS_1252)
)
"""What the base fonts of every PDF reader can show: Windows code page 1252 without its two invisible characters."""

_SPELT = {
    "ß": "ss", "Æ": "AE", "æ": "ae", "Œ": "OE", "œ": "oe", "Ø": "O", "ø": "o", "Ł": "L", "ł": "l",
    "Đ": "D", "đ": "d", "Ð": "D", "ð": "d", "Þ": "Th", "þ": "th", "Ħ": "H", "ħ": "h", "ı": "i", "ẞ": "SS",
    "€": "EUR", "£": "GBP", "¥": "JPY", "¢": "c", "ƒ": "f", "©": "(C)", "®": "(R)", "™": "TM",
    "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "―": "-", "−": "-",
    "‘": "'", "’": "'", "‚": "'", "‛": "'", "′": "'", "´": "'", "ʼ": "'", "‹": "'", "›": "'",
    "“": '"', "”": '"', "„": '"', "‟": '"', "″": '"', "«": '"', "»": '"',
    "•": "*", "·": ".", "×": "x", "÷": "/", "⁄": "/", "¦": "|", "±": "+/-", "¬": "-", "°": "deg",
    "µ": "u", "μ": "u", "¡": "!", "¨": '"', "¯": "-", "¸": ",", "ˆ": "^", "˜": "~", "‰": "o/oo",
    "†": "+", "‡": "+",
}  # fmt: skip
"""Letters and signs that Unicode does not take apart by itself."""


def visible(text: str) -> str:
    """The text with every kind of white space as a space and every unprintable character as `MARK`.

    Unprintable are control, format (among them the bidirectional overrides and zero-width characters),
    surrogate, private and unassigned characters. Accents are composed first. Doing it twice changes nothing.
    """
    return "".join(_visible(char) for char in unicodedata.normalize("NFC", text))


def _visible(char: str) -> str:
    if char in "\t\n\v\f\r\x85" or unicodedata.category(char).startswith("Z"):
        return " "
    return MARK if unicodedata.category(char).startswith("C") else char


def windows_1252(text: str) -> bool:
    """Whether every character is one that Windows-1252 fonts show."""
    return _LATIN.issuperset(text)


def latin(text: str) -> str:
    """The text in Windows-1252 characters; what can't be spelt with them is a question mark."""
    return "".join(char if char in _LATIN else _spelt(char) for char in text)


def plain(text: str) -> str:
    """The text in printable ASCII; what can't be spelt with it is a question mark."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_spelt(char) for char in text)


@lru_cache(maxsize=4096)
def _spelt(char: str) -> str:
    """One character in printable ASCII: itself, its spelling, its letter without accents, or `?`."""
    if " " <= char <= "~":
        return char
    if char in _SPELT:
        return _SPELT[char]
    if unicodedata.category(char) in ("Mn", "Me"):
        return ""
    parts = unicodedata.normalize("NFKD", char)
    if parts == char:
        return "?"
    letters = "".join(_spelt(part) for part in parts)
    return letters if letters.strip() else "?"
