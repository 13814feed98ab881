"""Which defects a bench offers first, from the reason that the customer gave.

Only the order follows from it: nothing is left out and nothing is ticked, because a defect that stands there
already gets confirmed without looking.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from typing import TypeAlias

from terminal.domain.reasons import NO_FAULT, STRENGTH, defect_prior
from terminal.domain.schemes import Reason, Scheme
from terminal.domain.source import Table
from terminal.domain.suggest import hint

_WORD = re.compile(r"[^\W_]+")
_LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ı": "i"})
"""Letters with a stroke, which Unicode takes for letters of their own."""
_BEGINS, _INSIDE = 4, 6
"""A word of so many letters is found at the beginning of a longer one, and anywhere in a longer one."""

Counts: TypeAlias = Mapping[str, Mapping[str, float]]
"""Reason id -> defect code (or `NO_FAULT`) -> how often it was found; two defects of one return are a half each."""


def suggest(scheme: Scheme, reason: object, learned: Counts | None = None) -> tuple[str, ...]:
    """All codes that the scheme offers, the likeliest first; in the scheme's own order where nothing is known."""
    likely = chances(scheme, reason, learned)
    return tuple(sorted(scheme.offers, key=lambda code: -likely.get(code, 0.0)))


def chances(scheme: Scheme, reason: object, learned: Counts | None = None) -> dict[str, float]:
    """Chance of each defect for that reason, and of `NO_FAULT`; empty where the reason is not understood.

    Several reasons in one sentence count alike. Dirichlet mean over prior and counts, `reasons.defect_prior`.
    """
    found = understood(scheme.reasons, reason)
    if not found:
        return {}
    prior: Counter[str] = Counter()
    counts: dict[str, float] = {}
    for each in found:
        prior.update({code: share for code, share in each.likely if code in scheme.offers})
        for code, count in (learned or {}).get(each.id, {}).items():
            counts[code] = counts.get(code, 0) + count
    prior[NO_FAULT] = 100 * len(found) - prior.total()
    shares = {code: share / (100 * len(found)) for code, share in prior.items()}
    return defect_prior(counts, shares, STRENGTH)


def counted(
    reasons: tuple[Reason, ...], history: Iterable[tuple[str, tuple[str, ...]]]
) -> dict[str, dict[str, float]]:
    """What a history of (reason, defects found) says, as `Counts`. Reasons that nobody understands are left out."""
    counts: dict[str, dict[str, float]] = {}
    for reason, defects in history:
        for each in understood(reasons, reason):
            found = counts.setdefault(each.id, {})
            for code in defects or (NO_FAULT,):
                found[code] = found.get(code, 0.0) + 1 / len(defects or (NO_FAULT,))
    return counts


def understood(reasons: tuple[Reason, ...], text: object) -> tuple[Reason, ...]:
    """The reasons whose words stand in a text, in any of their languages; accents and case do not count."""
    return _understood(reasons, text) if isinstance(text, str) else ()


@lru_cache(maxsize=512)
def _understood(reasons: tuple[Reason, ...], text: str) -> tuple[Reason, ...]:
    words = fold(text)
    letters = " ".join(words)
    return tuple(
        each
        for each in reasons
        if any(phrase[-1] in letters and _stands(phrase, words) for phrase in each.phrases)
    )


def fold(text: str) -> tuple[str, ...]:
    """The words of a text without case and accents."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    return tuple(_WORD.findall("".join(each for each in plain if not unicodedata.combining(each))))


def read_reason(table: Table, defects: Collection[str]) -> Reason:
    """A block [[reason]]: words that name it, and the chance of each likely defect in per cent."""
    phrases = tuple(fold(each) for each in table.texts("words"))
    if not phrases or not all(phrases):
        table.problem("words must be a list of words or short phrases, as customers write them", "words")
    inner = table.table("likely")
    likely: list[tuple[str, int]] = []
    for code in inner.names():
        if code in defects:
            likely.append((code, inner.whole(code, 1, 100)))
        else:
            inner.problem(f'"{code}" is not a defect{hint(code, defects)}', "likely", code)
    table.text("source")
    reason = Reason(table.text("id"), phrases, tuple(likely))
    total = sum(share for _, share in likely)
    if total > 100:
        table.problem(f"likely: the chances are {total} % together, at most 100", "likely")
    table.close()
    return reason


def _stands(phrase: tuple[str, ...], words: tuple[str, ...]) -> bool:
    """Whether the words of a phrase follow each other; the last may be a part of a longer word."""
    *before, last = phrase
    for start in range(len(words) - len(before)):
        end = start + len(before)
        if words[start:end] == tuple(before) and _fits(last, words[end]):
            return True
    return False


def _fits(known: str, word: str) -> bool:
    if len(known) >= _INSIDE:
        return known in word
    return word.startswith(known) if len(known) >= _BEGINS else word == known
