"""Rulings: what a lead settled at the hub where two stations claimed one line of a return or one serial number.

NDJSON, one ruling a line: `{"id", "what": "rma_line"|"serial", "value", "keep": {"station", "lpn"}, "hold":
[{"station", "lpn"}], "by", "at", "note"}`. `keep` may be null: then nobody keeps it and everything is held.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from terminal.domain.suggest import BadData

WHATS = ("rma_line", "serial")
LONGEST = 200
_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


@dataclass(frozen=True, slots=True)
class Claim:
    """One station's item that claims what another's claims too."""

    station: str
    lpn: str


@dataclass(frozen=True, slots=True)
class Ruling:
    """Who keeps what was claimed twice."""

    id: str
    what: str
    value: str
    keep: Claim | None
    hold: tuple[Claim, ...]
    by: str
    at: str
    note: str = ""

    def of(self, station: str) -> Iterator[tuple[str, str]]:
        """LPN and verdict (keep or hold) for each item of a station that it speaks of."""
        if self.keep is not None and self.keep.station == station:
            yield self.keep.lpn, "keep"
        for one in self.hold:
            if one.station == station:
                yield one.lpn, "hold"


def load_rulings(text: str, name: str) -> tuple[Ruling, ...]:
    """The rulings of a file; `name` is the file's, for messages. Raises BadData with every line that is none."""
    found, problems = [], []
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), 1):
        if not line.strip():
            continue
        try:
            found.append(_ruling(json.loads(line)))
        except (ValueError, RecursionError) as error:
            problems.append(f"{name}:{number}: no ruling: {error}")
    if not found and not problems:
        problems.append(f"{name}: no ruling in it")
    if problems:
        raise BadData(problems)
    return tuple(found)


def _ruling(raw: Any) -> Ruling:
    if not isinstance(raw, Mapping):
        raise ValueError("expected an object")
    ident, what, hold = _text(raw, "id"), _text(raw, "what"), raw.get("hold")
    if _ID.fullmatch(ident) is None:
        raise ValueError(f"id: expected up to 64 letters, digits, '.', '_' or '-', got {ident[:40]!a}")
    if what not in WHATS:
        raise ValueError(f"what: expected {' or '.join(WHATS)}, got {what[:40]!a}")
    if not isinstance(hold, list):
        raise ValueError("hold: expected a list of {station, lpn}")
    keep = None if raw.get("keep") is None else _claim(raw["keep"])
    claims = tuple(_claim(one) for one in hold)
    if keep in claims:
        raise ValueError(f"{raw['keep']['lpn']} can't be kept and held")
    note = raw.get("note") or ""
    return Ruling(
        ident,
        what,
        _text(raw, "value"),
        keep,
        claims,
        _text(raw, "by"),
        _text(raw, "at"),
        _line(note, "note"),
    )


def _claim(raw: Any) -> Claim:
    if not isinstance(raw, Mapping):
        raise ValueError("expected {station, lpn}")
    return Claim(_text(raw, "station"), _text(raw, "lpn").upper())


def _text(raw: Mapping[str, Any], name: str) -> str:
    value = _line(raw.get(name), name)
    if not value:
        raise ValueError(f"{name}: is empty")
    return value


def _line(value: Any, name: str) -> str:
    if not isinstance(value, str) or len(value) > LONGEST or not value.isprintable():
        raise ValueError(f"{name}: expected a line of up to {LONGEST} characters, got {str(value)[:40]!a}")
    return value
