"""What is on a re-tag label, checked once: every writer may trust a `Tag`.

The licence plate number is never changed: it is printed as it is or refused. Every other field is text for
people and is made harmless instead, because a title must not keep an item from getting its label.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Protocol

from labels.glyphs import ELLIPSIS, visible
from labels.said import Said

LONGEST_LPN: Final = 48
MOST_COPIES: Final = 999
MOST_FAULTS: Final = 12
LONGEST_FAULT: Final = 80
LONGEST_TEXT: Final = {
    "grade": 24, "channel": 40, "title": 200, "sku": 64, "tote": 40, "date": 32, "station": 40,
    "waste_code": 16, "reason": 120, "gtin": 20, "serial": 100, "operator": 40,
}  # fmt: skip
"""Characters that are kept of each field; the layout shortens further to what the label holds.

A GTIN or serial number that was cut is longer than any GS1 element may be, so no symbol can say half of one.
"""

_GONE: Final = frozenset({"loud"})
"""Keys of tags that were kept by an earlier release and say nothing that the channel does not say."""

Words = Mapping[str, str | tuple[str, ...]]
"""What the templates of a design may name; a field without a value is an empty text."""


class Printable(Protocol):
    """What the layout needs of whatever is printed on a label."""

    @property
    def code(self) -> str:
        """What the bars say: printable ASCII, never changed."""

    def words(self) -> Words:
        """Every field by its name, harmless already."""


class BadTag(ValueError):
    """A field that can't be printed: `field`, `value` as it may safely be shown, and what is `allowed`."""

    def __init__(self, field: str, value: object, allowed: str) -> None:
        self.field = field
        self.value = _shown(value)
        self.allowed = allowed
        super().__init__(
            # TRANSLATORS: {field} is a key in English; {allowed} is a phrase such as "text"
            Said(
                "the label's {field} is {value}; allowed is {allowed}",
                field=field,
                value=self.value,
                allowed=allowed,
            )
        )


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
    faults: tuple[str, ...] = ()
    """What is wrong with the item: 12 of them, or 11 and how many more there are."""
    waste_code: str = ""
    """EWC, the European list of waste: `20 01 36`."""
    reason: str = ""
    """Why the item is held."""
    gtin: str = ""
    """GTIN as it was scanned; a symbol that needs one checks it."""
    serial: str = ""
    operator: str = ""

    def __post_init__(self) -> None:
        check_code("lpn", self.lpn)
        for field, longest in LONGEST_TEXT.items():
            object.__setattr__(self, field, harmless(field, getattr(self, field), longest))
        if type(self.copy) is not int or not 1 <= self.copy <= MOST_COPIES:
            raise BadTag("copy", self.copy, Said("a whole number from 1 to {most}", most=MOST_COPIES))
        if not isinstance(self.faults, (tuple, list)):
            raise BadTag("faults", self.faults, Said("a list of texts"))
        found = [harmless("faults", fault, LONGEST_FAULT) for fault in self.faults]
        found = [fault for fault in found if fault.strip()]
        if len(found) > MOST_FAULTS:
            found[MOST_FAULTS - 1 :] = [f"+ {len(found) - MOST_FAULTS + 1} more"]
        object.__setattr__(self, "faults", tuple(found))

    @property
    def code(self) -> str:
        """The licence plate number."""
        return self.lpn

    def words(self) -> Words:
        """Every field by its name; `copy` is empty on the first label, so that a field can hang on it."""
        said: dict[str, str | tuple[str, ...]] = {
            field.name: getattr(self, field.name) for field in dataclasses.fields(self)
        }
        said["code"] = self.lpn
        said["copy"] = str(self.copy) if self.copy > 1 else ""
        return MappingProxyType(said)

    def to_json(self) -> dict[str, str | int | list[str]]:
        """The tag as a dict that JSON holds: a print job can be kept and printed after a restart."""
        kept = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        return {**kept, "faults": list(self.faults)}

    @classmethod
    def from_json(cls, kept: Mapping[str, object]) -> "Tag":
        """The tag that `to_json` gave. Raises `BadTag` where a field is missing, unknown or wrong."""
        known = {field.name: field for field in dataclasses.fields(cls)}
        given = {name: value for name, value in kept.items() if name not in _GONE}
        for name in given:
            if name not in known:
                raise BadTag(_shown(name), given[name], Said("no field but {names}", names=", ".join(known)))
        for name, field in known.items():
            if name not in given and field.default is dataclasses.MISSING:
                raise BadTag(name, None, Said("text: it is missing"))
        return cls(**given)  # type: ignore[arg-type]  # __post_init__ checks every type


def check_code(field: str, code: object) -> None:
    """Raise `BadTag` unless this can be the barcode of a label."""
    if (
        not isinstance(code, str)
        or not 1 <= len(code) <= LONGEST_LPN
        or not (code.isascii() and code.isprintable())
    ):
        raise BadTag(field, code, Said("1 to {most} printable ASCII characters", most=LONGEST_LPN))


def harmless(field: str, value: object, longest: int) -> str:
    """A text for people: nothing in it that steers, at most so many characters. Raises `BadTag` if it is none."""
    if not isinstance(value, str):
        raise BadTag(field, value, Said("text"))
    # Cut before composing accents: the work for a hostile megabyte stays small.
    text = visible(value[: longest * 8])
    return text if len(text) <= longest else text[: longest - len(ELLIPSIS)] + ELLIPSIS


def _shown(value: object) -> str:
    """A value in quotes and ASCII, cut: fit for a terminal and a log."""
    shown = ascii(value if not isinstance(value, (str, bytes)) else value[:40])
    return shown[:60] + ELLIPSIS if len(shown) > 60 or (isinstance(value, str) and len(value) > 40) else shown
