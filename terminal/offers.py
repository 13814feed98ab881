"""What the hub offers: one publication as it is listed, held to what can be before anything of it is fetched."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from terminal.arriving import KINDS, MOST
from terminal.domain.speech import N_, Said

PART = 256 * 1024
"""Bytes of every part but the last."""
# TRANSLATORS: what a hub publishes, in the middle of a sentence: "The hub's policy 4 has a name that no file has."
KIND_WORDS = (
    N_("policy"),
    N_("operators"),
    N_("rates"),
    N_("manifest"),
    N_("catalogue"),
    N_("recalls"),
    N_("rulings"),
)
"""The kinds, which are words of English."""
NAMES = {
    "policy": N_("Policy {version} of the hub ({name})"),
    "operators": N_("Operators {version} of the hub ({name})"),
    "rates": N_("Rates {version} of the hub ({name})"),
    "manifest": N_("Manifest {version} of the hub ({name})"),
    "catalogue": N_("Catalogue {version} of the hub ({name})"),
    "recalls": N_("Recalls {version} of the hub ({name})"),
    "rulings": N_("Rulings {version} of the hub ({name})"),
}
"""What a sentence calls a version of each kind; its version and the name of its file go in."""
LONGEST_NAME = 128
LONGEST_AUDIENCE = 64 * 1024
_HASH = re.compile(r"[0-9a-f]{64}")


class Refused(Exception):
    """Something published that this station does not take; the text is a sentence."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A version of a kind that the hub offers."""

    kind: str
    version: int
    audience: str
    """A station, several with commas between, or * for all."""
    name: str
    hash: str
    """SHA-256 of the whole content, lower-case hex."""
    bytes: int
    parts: int
    signature: str | None
    key: str | None
    at: str

    @property
    def named(self) -> Said:
        """What a sentence calls it."""
        return Said(NAMES[self.kind], version=self.version, name=self.name)

    def size_of(self, part: int) -> int:
        """Bytes of a part, counted from 0."""
        return PART if part < self.parts - 1 else self.bytes - PART * (self.parts - 1)


def parts_of(size: int) -> int:
    """In how many parts content of so many bytes travels."""
    return max(1, -(-size // PART))


@dataclass(frozen=True, slots=True)
class Unusable:
    """An entry of the hub's list that can't be: nothing of it is fetched."""

    kind: str
    version: int
    sentence: str
    name: str = "?"
    hash: str = "?"


def read_offer(raw: Any) -> Offer | Unusable:
    """An entry of the hub's list, checked. Kind and version are "?" and 0 where even these can't be read."""
    match raw:
        case {
            "kind": str(kind),
            "version": int(version),
            "audience": str(audience),
            "name": str(name),
            "hash": str(digest),
            "bytes": int(size),
            "parts": int(parts),
            "at": str(at),
        } if kind in KINDS and version >= 1:
            pass
        case _:
            told = Said(
                "The hub lists a publication that this version can't read: update this station, or the hub."
            )
            return Unusable("?", 0, told)
    what = Said("The hub's {kind} {version}", kind=Said(kind), version=version)
    if not 0 < size <= MOST[kind] or parts != parts_of(size) or _HASH.fullmatch(digest) is None:
        told = Said(
            "{what} can't be: {size} bytes in {parts} parts, and at most {most} bytes are taken.",
            what=what,
            size=f"{size:,}",
            parts=f"{parts:,}",
            most=f"{MOST[kind]:,}",
        )
        return Unusable(kind, version, told)
    if not name or len(name) > LONGEST_NAME or not name.isprintable() or "/" in name:
        return Unusable(kind, version, Said("{what} has a name that no file has.", what=what))
    if len(audience) > LONGEST_AUDIENCE or not audience.isprintable() or not at.isprintable() or len(at) > 40:
        told = Said("{what} says for whom or when it is in words that can't be.", what=what)
        return Unusable(kind, version, told)
    signature, key = raw.get("signature"), raw.get("key")
    return Offer(
        kind,
        version,
        audience,
        name,
        digest,
        size,
        parts,
        signature if isinstance(signature, str) else None,
        key if isinstance(key, str) else None,
        at,
    )
