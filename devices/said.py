"""Sentences of devices, which know neither who reads them nor in which language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping


class Said(str):
    """A sentence in English with what it was made of, so that whoever shows it can say it in another language.

    Anywhere else it is the English text. `Said("The printer at {name} is gone.", name=name)`: values are never part
    of the template, and may be sentences of this kind themselves.
    """

    template: str
    values: Mapping[str, object]

    def __new__(cls, template: str, /, **values: object) -> Said:
        """A sentence; `values` stand in its braces."""
        one = super().__new__(cls, template.format(**values))
        one.template, one.values = template, values
        return one

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, object]]:
        """What a copy is made of: from the English text alone it would take outside braces for its own."""
        return (self.template,), dict(self.values)


def joined(sentences: Iterable[str], between: str = " ") -> Said:
    """Several sentences in a row, each still to be said in another language; `between` is no word."""
    parts = {f"part{number}": sentence for number, sentence in enumerate(sentences)}
    return Said(between.join(f"{{{name}}}" for name in parts), **parts)


def told_by(error: BaseException) -> str:
    """What an error says of itself, with what it was made of where its text is `Said`."""
    said = error.args[0] if len(error.args) == 1 else None
    return said if isinstance(said, str) else str(error)


def N_(message: str) -> str:  # noqa: N802  # the name that tools for catalogues know
    """Marks a template whose values are known where a `Said` is made of it."""
    return message
