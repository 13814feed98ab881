"""What is on the label of a tote and on an operator's badge: a code, and words that say whose it is."""

from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import Final

from labels.tag import BadTag, Words, check_code, harmless

KINDS: Final = ("tote", "badge")
LONGEST_TEXT: Final = {"title": 80, "subtitle": 120, "station": 40}
"""Characters that are kept of each field."""


@dataclass(frozen=True, slots=True)
class Card:
    """One label that stays where it is put. Building one checks it; raises `BadTag`."""

    kind: str
    """`tote` or `badge`."""
    code: str
    """What a scan of it sends: 1 to 48 printable ASCII characters, never changed."""
    title: str
    """The tote's name, the operator's name."""
    subtitle: str = ""
    """A few words more: the channel a tote is for, an operator's role."""
    station: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise BadTag("kind", self.kind, " or ".join(KINDS))
        check_code("code", self.code)
        for field, longest in LONGEST_TEXT.items():
            object.__setattr__(self, field, harmless(field, getattr(self, field), longest))

    def words(self) -> Words:
        """Every field by its name."""
        return MappingProxyType({field.name: getattr(self, field.name) for field in fields(self)})
