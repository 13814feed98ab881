"""What to say when a word is not known, and the error that carries everything wrong with a text at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from difflib import get_close_matches

from terminal.domain.speech import N_

_NEAR = N_(' - did you mean "{word}"?')
_KNOWN = N_(" (known: {words})")


class BadData(ValueError):
    """A text or a set of values that cannot be used; `problems` has one sentence for each thing wrong."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """The known word that is nearest to `word`, or None where nothing is near; case does not count."""
    by_folded = {name.casefold(): name for name in known}
    near = get_close_matches(word.casefold(), list(by_folded), n=1, cutoff=0.6)
    return by_folded[near[0]] if near else None


def hint(word: str, known: Iterable[str], say: Callable[[str], str] = str) -> str:
    """The tail of a message: ` - did you mean "x"?`, or where nothing is near the words that would do.

    What is said at the bench hands in `_` as `say`; what is said of a config or a file stays English.
    """
    choices = tuple(known)
    near = did_you_mean(word, choices)
    if near is not None:
        return say(_NEAR).format(word=near)
    return say(_KNOWN).format(words=", ".join(choices)) if choices else ""
