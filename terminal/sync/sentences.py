"""Sentences of the sync one behind the other, and what failures say, for a reader of whatever language. Pure."""

from __future__ import annotations

from terminal.domain.speech import Said, joined, told_by

KEPT = Said("What waits is kept here.")
"""With this a reason may end; where a screen says around it what is safe, it is left out."""


def in_a_row(*sentences: str) -> Said:
    """Whole sentences with a space between them, without those that are empty; each stays what it is made of."""
    return joined(filter(None, sentences))


def failure_of(error: Exception) -> str:
    """What a failure says of itself, with what it was made of; the name of its kind where it says nothing."""
    said = told_by(error)
    return said if hasattr(said, "template") else str(error) or type(error).__name__


def as_made(text: str | None, before: str | None) -> str | None:
    """A sentence that may come from the disk, which keeps the English text alone, as it was made before."""
    return before if text == before and not hasattr(text, "template") else text
