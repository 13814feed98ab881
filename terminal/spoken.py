"""What the bench would say, for whoever asks from a command line: a sentence, or the sentence as an error."""

from __future__ import annotations

from collections.abc import Iterable

from terminal.bench.messages import sentence
from terminal.bench.outcome import Outcome
from terminal.domain.suggest import BadData, did_you_mean


def spoken(outcome: Outcome) -> str:
    """The bench's own sentence for what was done. Raises BadData with it where it was refused."""
    words = sentence(outcome.verdict.code, outcome.verdict.args)
    if outcome.refused:
        raise BadData([words])
    return words


def nearest(given: str, known: Iterable[str]) -> str:
    """The tail of a message: ` - did you mean "x"?`, or nothing: all that is known may be a long list."""
    near = did_you_mean(given, known)
    return f' - did you mean "{near}"?' if near else ""
