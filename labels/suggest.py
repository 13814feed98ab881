"""What to say when a word of a design is not known."""

from collections.abc import Iterable
from difflib import get_close_matches


def hint(word: str, known: Iterable[str]) -> str:
    """The tail of a sentence: the known word that is nearest, or where nothing is near all of them."""
    choices = tuple(known)
    by_folded = {name.casefold(): name for name in choices}
    near = get_close_matches(word.casefold(), by_folded, n=1, cutoff=0.6)
    if near:
        return f" - did you mean {by_folded[near[0]]!r}?"
    return f" (known: {', '.join(choices)})" if choices else ""
