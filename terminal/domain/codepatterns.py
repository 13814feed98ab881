"""The site's own numbers: regular expressions of `[codes]`, compiled once and kept harmless.

A pattern is matched against every scan, so one that needs exponential time would stop the bench. Patterns are
therefore a plain subset: no repeat inside a repeat, no choice inside a repeat, no look-around, no back-reference.
"""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass, field, fields

from terminal.domain.suggest import BadData

MAX_TEXT = 80
"""The longest text that is matched or looked up as a plain number."""

MAX_PATTERN = 200
MAX_FREE_REPEATS = 4
"""With 80 characters of text, four repeats of free length cost at most some 2 million steps."""

_TOKEN = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\?:|.", re.DOTALL)
_REPEAT = re.compile(r"(?:[*+?]|\{[0-9]*(,?)[0-9]*\})[+?]?")


@dataclass(frozen=True, slots=True)
class Patterns:
    """What the numbers of a site look like, by kind. A text must match a pattern from end to end.

    Raises BadData, one sentence for each, where patterns cannot be used.
    """

    rma: tuple[str, ...] = ()
    tracking: tuple[str, ...] = ()
    serial: tuple[str, ...] = ()
    tote: tuple[str, ...] = ()
    badge: tuple[str, ...] = ()
    lpn: tuple[str, ...] = ()
    sku: tuple[str, ...] = ()
    """SKUs of 8, 12, 13 or 14 digits, which would otherwise be refused as misread GTINs."""

    _compiled: tuple[tuple[str, tuple[re.Pattern[str], ...]], ...] = field(
        init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        kinds = {one.name: getattr(self, one.name) for one in fields(self) if one.init}
        problems = [
            f"{kind}: {problem}"
            for kind, patterns in kinds.items()
            for pattern in patterns
            if (problem := pattern_problem(pattern)) is not None
        ]
        if problems:
            raise BadData(problems)
        compiled = tuple(
            (kind, tuple(re.compile(pattern) for pattern in patterns))
            for kind, patterns in kinds.items()
            if patterns
        )
        object.__setattr__(self, "_compiled", compiled)

    def kinds_of(self, text: str) -> list[str]:
        """The kinds (names of the fields above) that have a pattern for the whole of `text`."""
        if len(text) > MAX_TEXT:
            return []
        return [kind for kind, patterns in self._compiled if any(one.fullmatch(text) for one in patterns)]


def pattern_problem(pattern: str) -> str | None:
    """Why `pattern` can't be used, or None."""
    if not pattern or len(pattern) > MAX_PATTERN:
        return f"a pattern has 1 to {MAX_PATTERN} characters, got {len(pattern)}"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", FutureWarning)
            re.compile(pattern)
    except (re.error, OverflowError, FutureWarning) as error:
        return f"{pattern!r} is no regular expression: {error}"
    varies = [False]
    """For each open group, whether it can match in more than one way."""
    free = place = 0
    while place < len(pattern):
        token = _TOKEN.match(pattern, place)
        assert token is not None
        place = token.end()
        if token[0] == "(" and pattern[place : place + 1] == "?":
            return f"{pattern!r}: of groups only ( ) and (?: ) can be used"
        if token[0][0] == "\\" and token[0][1] in "123456789":
            return f"{pattern!r}: {token[0]} refers back, which a pattern may not"
        if token[0] in ("(", "(?:"):
            varies.append(False)
            continue
        if token[0] == "|":
            varies[-1] = True
            continue
        inner = varies.pop() if token[0] == ")" else False
        repeat = _REPEAT.match(pattern, place)
        if repeat is not None:
            place = repeat.end()
            many = repeat[0][0] != "?"
            if many and inner:
                return f"{pattern!r}: a repeat or a choice inside {repeat[0]} can take for ever, write it out"
            inner = inner or repeat[1] != ""
            free += many and repeat[1] != ""
        varies[-1] = varies[-1] or inner
    if free > MAX_FREE_REPEATS:
        return f"{pattern!r} has {free} repeats of free length, at most {MAX_FREE_REPEATS} are allowed"
    return None
