"""What is on a re-tag label, checked once: every writer may trust a `Tag`.

The licence plate number is never changed: it is printed as it is or refused. Every other field is text for
people and is made harmless instead, because a title must not keep an item from getting its label.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from labels.glyphs import ELLIPSIS, visible

LONGEST_LPN: Final = 48
MOST_COPIES: Final = 999
LONGEST_TEXT: Final = {
    "grade": 24, "channel": 40, "title": 200, "sku": 64, "tote": 40, "date": 32, "station": 40,
}  # fmt: skip
"""Characters that are kept of each field; the layout shortens further to what the label holds."""


class BadTag(ValueError):
    """A field that can't be printed: `field`, `value` as it may safely be shown, and what is `allowed`."""

    def __init__(self, field: str, value: object, allowed: str) -> None:
        self.field = field
        self.value = _shown(value)
        self.allowed = allowed
        super().__init__(f"the label's {field} is {self.value}; allowed is {allowed}")


@dataclass(frozen=True, slots=True)
class Tag:
    """One re-tag label. Building one checks it; raises `BadTag`."""

    lpn: str
    """Licence plate number, the barcode: 1 to 48 printable ASCII characters."""
    grade: str
    """The letter as operators say it; empty where an item has none."""
    channel: str
    """Where the item goes, by its identifier (`off_price`) or in words."""
    title: str
    sku: str
    tote: str
    date: str
    """As it shall be read; nothing is parsed."""
    station: str
    copy: int = 1
    """1 for the first label of an item; a later one says COPY and this number."""
    loud: bool = False
    """White on black with QUARANTINE: for an item that must not move on."""

    def __post_init__(self) -> None:
        check_lpn(self.lpn)
        for field, longest in LONGEST_TEXT.items():
            object.__setattr__(self, field, _harmless(field, getattr(self, field), longest))
        if type(self.copy) is not int or not 1 <= self.copy <= MOST_COPIES:
            raise BadTag("copy", self.copy, f"a whole number from 1 to {MOST_COPIES}")
        if type(self.loud) is not bool:
            raise BadTag("loud", self.loud, "true or false")

    def to_json(self) -> dict[str, str | int]:
        """The tag as a flat dict that JSON holds: a print job can be kept and printed after a restart."""
        return {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}

    @classmethod
    def from_json(cls, kept: Mapping[str, object]) -> "Tag":
        """The tag that `to_json` gave. Raises `BadTag` where a field is missing, unknown or wrong."""
        known = {field.name: field for field in dataclasses.fields(cls)}
        for name in kept:
            if name not in known:
                raise BadTag(_shown(name), kept[name], f"no field but {', '.join(known)}")
        for name, field in known.items():
            if name not in kept and field.default is dataclasses.MISSING:
                raise BadTag(name, None, "text: it is missing")
        return cls(**kept)  # type: ignore[arg-type]  # __post_init__ checks every type


def check_lpn(lpn: object) -> None:
    """Raise `BadTag` unless this can be the barcode of a label."""
    allowed = f"1 to {LONGEST_LPN} printable ASCII characters"
    if not isinstance(lpn, str):
        raise BadTag("lpn", lpn, allowed)
    if not 1 <= len(lpn) <= LONGEST_LPN or not (lpn.isascii() and lpn.isprintable()):
        raise BadTag("lpn", lpn, allowed)


def _harmless(field: str, value: object, longest: int) -> str:
    if not isinstance(value, str):
        raise BadTag(field, value, "text")
    # Cut before composing accents: the work for a hostile megabyte stays small.
    text = visible(value[: longest * 8])
    return text if len(text) <= longest else text[: longest - len(ELLIPSIS)] + ELLIPSIS


def _shown(value: object) -> str:
    """A value in quotes and ASCII, cut: fit for a terminal and a log."""
    shown = ascii(value if not isinstance(value, (str, bytes)) else value[:40])
    return shown[:60] + ELLIPSIS if len(shown) > 60 or (isinstance(value, str) and len(value) > 40) else shown
