"""What is said to people, in the language of whoever it is said to.

English is in the code: it is what a catalogue is looked up by, and what is said where a catalogue has nothing. The
voice is one of the context, not of the process: two threads may speak different languages, and a thread that nobody
told anything speaks English. Values are put into a sentence after it was looked up, never before:
`_("{count} labels wait").format(count=count)`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol

LANGUAGES = ("en", "de", "es", "fr", "pl")
"""What can be spoken, by the two letters of ISO 639."""


class Voice(Protocol):
    """A language: `gettext.NullTranslations` is one."""

    def gettext(self, message: str, /) -> str:
        """The sentence in this language."""

    def ngettext(self, one: str, many: str, n: int, /) -> str:
        """The sentence in the form that goes with a number."""


class _English:
    def gettext(self, message: str, /) -> str:
        return message

    def ngettext(self, one: str, many: str, n: int, /) -> str:
        return one if n == 1 else many


ENGLISH: Voice = _English()
_voice: ContextVar[Voice] = ContextVar("voice", default=ENGLISH)


@contextmanager
def speaking(voice: Voice) -> Iterator[None]:
    """Say everything inside in this voice."""
    token = _voice.set(voice)
    try:
        yield
    finally:
        _voice.reset(token)


def _(message: str) -> str:
    """A sentence in the language of the context. An empty one stays empty."""
    return _voice.get().gettext(message) if message else ""


def n_(one: str, many: str, n: int) -> str:
    """A sentence in the form that goes with a number: some languages have more forms than two."""
    return _voice.get().ngettext(one, many, n)


def N_(message: str) -> str:  # noqa: N802  # the name that tools for catalogues know
    """Marks a constant that is looked up where it is said."""
    return message
