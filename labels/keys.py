"""What each key of a design's field may hold, and what the keys of one field say about each other."""

import math
from collections.abc import Callable, Sequence
from typing import Any, Final, get_args

from labels import gs1, template
from labels.fields import FITS, AnyField, Bars, DataMatrix, Level, Qr, Text
from labels.lines import Align
from labels.suggest import hint

LONGEST_MM: Final = 1000.0
LONGEST_NAME: Final = 40


def agreed(one: AnyField) -> list[tuple[str, str]]:
    """What is wrong between the keys of one field."""
    wrong: list[tuple[str, str]] = []
    if isinstance(one, Text):
        if one.fit in ("fill", "paragraph", "list") and not one.height:
            wrong.append(("height", f"is missing: fit = {one.fit!r} needs it"))
        if one.fit != "fill" and not one.size:
            wrong.append(("size", f"is missing: fit = {one.fit!r} needs it"))
        if one.size and one.least > one.size:
            wrong.append(("least", f"{one.least:g} mm is more than size, {one.size:g} mm"))
        if one.height and one.size > one.height and one.fit in ("paragraph", "list"):
            wrong.append(("size", f"{one.size:g} mm is more than height, {one.height:g} mm"))
    elif isinstance(one, Bars):
        if one.text not in ("{code}", "{lpn}"):
            wrong.append(("text", 'bars say the code of the label: expected "{code}" or "{lpn}"'))
        if (one.x is None) != (one.width is None):
            wrong.append(("x" if one.x is None else "width", "is missing: expected x and width, or neither"))
    elif isinstance(one, Qr) and not one.text.strip():
        wrong.append(("text", "is empty: a QR code must say something"))
    elif isinstance(one, DataMatrix):
        try:
            gs1.check(one.text)
        except template.BadTemplate as bad:
            wrong.append(("text", str(bad)))
    return wrong


def _number(low: float, what: str) -> Callable[[object], float]:
    def check(value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
            raise ValueError(f"expected a number of mm, got {shown(value)}")
        if not low <= value <= LONGEST_MM:
            raise ValueError(f"expected {what} mm, got {shown(value)}")
        return float(value)

    return check


def _one_of(known: Sequence[str]) -> Callable[[object], str]:
    def check(value: object) -> str:
        if not isinstance(value, str) or value not in known:
            raise ValueError(f"unknown: {shown(value)}{hint(str(value)[:40], known)}")
        return value

    return check


def _truth(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"expected true or false, got {shown(value)}")
    return value


def _template(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"expected text in quotes, got {shown(value)}")
    return template.check(value)


def _literal(value: object) -> str:
    if set("{}") & set(text := _template(value)):
        raise ValueError("stands as it is: no field can be named here")
    return text


def _lines(value: object) -> int:
    if type(value) is not int or not 1 <= value <= 20:
        raise ValueError(f"expected a whole number from 1 to 20, got {shown(value)}")
    return value


def _id(value: object) -> str:
    if not isinstance(value, str) or not 1 <= len(value) <= LONGEST_NAME or not value.isprintable():
        raise ValueError(f"expected a name of 1 to {LONGEST_NAME} characters, got {shown(value)}")
    return value


def shown(value: object) -> str:
    """A value as a message may show it: short and in ASCII."""
    return ascii(value)[:60]


_PLACE = _number(0.0, f"0 to {LONGEST_MM:g}")
_LENGTH = _number(0.05, f"0.05 to {LONGEST_MM:g}")
CHECKS: Final[dict[str, Callable[[object], Any]]] = {
    "id": _id,
    "when": _one_of(template.NAMES),
    "unless": _one_of(template.NAMES),
    "text": _template,
    "right": _template,
    "x": _PLACE,
    "y": _PLACE,
    "width": _LENGTH,
    "height": _LENGTH,
    "fit": _one_of(FITS),
    "size": _LENGTH,
    "least": _LENGTH,
    "bold": _truth,
    "inverse": _truth,
    "align": _one_of(get_args(Align)),
    "caption": _literal,
    "caption_size": _LENGTH,
    "lines": _lines,
    "upper": _truth,
    "empty": _literal,
    "line": _LENGTH,
    "level": _one_of(get_args(Level)),
}
"""What each key of a field may be; raises `ValueError` with a sentence. Some keys are of several kinds."""
