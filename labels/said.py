"""Sentences about labels, which know neither who reads them nor in which language."""

from collections.abc import Mapping


class Said(str):
    """A sentence in English with what it was made of, so that whoever shows it can say it in another language.

    Anywhere else it is the English text. Values are never part of the template, and may be sentences of this kind.
    """

    template: str
    values: Mapping[str, object]

    def __new__(cls, template: str, /, **values: object) -> "Said":
        """A sentence; `values` stand in its braces."""
        one = super().__new__(cls, template.format(**values))
        one.template, one.values = template, values
        return one

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, object]]:
        """What a copy is made of: from the English text alone it would take outside braces for its own."""
        return (self.template,), dict(self.values)
