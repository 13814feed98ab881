"""What is said to people, in the language of whoever it is said to.

English is in the code: it is what a catalogue is looked up by, and what is said where a catalogue has nothing. The
voice is one of the context, not of the process: two threads may speak different languages, and a thread that nobody
told anything speaks English. Values are put into a sentence after it was looked up, never before:
`_("{count} labels wait").format(count=count)`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
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


class Said(str):
    """A sentence that was made where nobody knows who will read it: English, with what it was made of.

    `retold` says it in the language of its reader. Anywhere else, in a journal, in JSON, in a comparison, it is the
    English text.
    """

    template: str
    values: Mapping[str, object]

    def __new__(cls, template: str, /, **values: object) -> Said:
        """A sentence; `values` stand in its braces, and may be sentences of this kind themselves."""
        one = super().__new__(cls, template.format(**values))
        one.template, one.values = template, values
        return one

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, object]]:
        """What a copy is made of: from the English text alone it would take outside braces for its own."""
        return (self.template,), dict(self.values)


def retold(text: str) -> str:
    """A sentence that was made elsewhere, in the language of the context; words of the outside stay as they are.

    Devices, which know nothing of this module, have a `Said` of their own: what counts is that a text has a
    `template` and `values`.
    """
    template, values = getattr(text, "template", None), getattr(text, "values", None)
    if not isinstance(template, str) or not isinstance(values, Mapping):
        return _(text)
    told = {name: retold(value) if hasattr(value, "template") else value for name, value in values.items()}
    return _(template).format(**told)


def joined(sentences: Iterable[str], between: str = " ") -> Said:
    """Several sentences in a row, each still to be retold; `between` is no word."""
    parts = {f"part{number}": sentence for number, sentence in enumerate(sentences)}
    return Said(between.join(f"{{{name}}}" for name in parts), **parts)


def told_by(error: Exception) -> str:
    """What an error says of itself, with what it was made of where its text is `Said`."""
    said = error.args[0] if len(error.args) == 1 else None
    return said if isinstance(said, str) else str(error)


def N_(message: str) -> str:  # noqa: N802  # the name that tools for catalogues know
    """Marks a constant that is looked up where it is said."""
    return message
