"""Sentences of the sync one behind the other, and what failures say, for a reader of whatever language. Pure."""

from __future__ import annotations

from terminal.domain.speech import Said, joined


def in_a_row(*sentences: str) -> Said:
    """Whole sentences with a space between them, without those that are empty; each stays what it is made of."""
    return joined(filter(None, sentences))


def failure_of(error: Exception) -> str:
    """What a failure says of itself, with what it was made of; the name of its kind where it says nothing."""
    said = error.args[0] if len(error.args) == 1 else None
    return said if isinstance(said, str) and hasattr(said, "template") else str(error) or type(error).__name__
