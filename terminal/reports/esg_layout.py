"""Layouts of reports on waste: which rows a standard wants, and which units each of them counts. Read from TOML.

Standards are revised more often than programs, so nothing of GRI, ESRS or ESPR is written in code.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from terminal.domain.channels import CHANNELS
from terminal.domain.kpi_fates import FATES, Fate
from terminal.domain.source import Source, Table
from terminal.domain.suggest import BadData

ANY: Final = "any"
SAYS: Final = ("yes", "no", "unknown")
SPLITS: Final = ("category", "channel", "derogation")
UNITS: Final = {"kg": 1_000, "t": 1_000_000}
"""Unit of a layout -> grams in it."""
_FATES = tuple(fate.value for fate in Fate if fate is not Fate.NONE)


class BadLayout(BadData):
    """A layout that cannot be used; `problems` names each mistake with its line."""


@dataclass(frozen=True, slots=True)
class Row:
    """One figure that is asked for."""

    code: str
    label: str
    channels: frozenset[str] = frozenset()
    """Units that are counted, by their channel."""
    hazardous: str = ANY
    unsold: str = ANY
    share_of: frozenset[str] = frozenset()
    """Channels of which the row is a share, by mass; empty: it is a mass."""
    unknown: str = ""
    """Why the station can't say it; empty: it can."""
    note: str = ""

    @property
    def splits(self) -> bool:
        """Whether the row is also given for each category, channel or derogation."""
        return not self.unknown and not self.share_of and self.hazardous == ANY


@dataclass(frozen=True, slots=True)
class Group:
    """Rows under one heading; `split` adds a line for each value of it."""

    code: str
    title: str
    split: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """What one standard wants."""

    id: str
    title: str
    basis: str
    unit: str
    """kg or t."""
    groups: tuple[Group, ...]
    hazardous: Mapping[str, str]
    """Category -> yes or no, where the site has settled it."""
    cn: Mapping[str, str]
    """Category -> CN code, where all its goods share one."""


def read_layout(name: str, text: str) -> Layout:
    """A layout from TOML; `name` is the file's. Raises BadLayout with every mistake."""
    problems: list[str] = []
    try:
        source = Source(name, text)
    except BadData as error:
        raise BadLayout(error.problems) from error
    top = source.top(problems)
    top.whole("schema", 1, 1)
    known = {key: top.text(key, default) for key, default in (("id", None), ("title", None), ("basis", ""))}
    unit = top.choice("unit", tuple(UNITS))
    hazardous = _said(top, "hazardous", SAYS[:2])
    cn = _said(top, "cn", None)
    heads = source.blocks("table", "code", problems)
    codes = [head.text("code") for head in heads]
    rows: dict[str, list[Row]] = {code: [] for code in codes}
    for block in source.blocks("row", "code", problems):
        row = _row(block)
        rows.setdefault(block.choice("table", codes) if codes else "", []).append(row)
        block.close()
    groups = []
    for head, code in zip(heads, codes, strict=True):
        split = head.choice("split", SPLITS, "")
        groups.append(Group(code, head.text("title"), split, tuple(rows[code])))
        if not rows[code]:
            head.problem("no row belongs to it")
        head.close()
    if not heads:
        problems.append(f"{name}: no [[table]], so there is nothing to report")
    top.raw("table"), top.raw("row")
    top.close()
    if problems:
        raise BadLayout(problems)
    return Layout(known["id"], known["title"], known["basis"], unit, tuple(groups), hazardous, cn)


def _row(block: Table) -> Row:
    code, label, unknown = block.text("code"), block.text("label"), block.text("unknown", "")
    counted = block.has("fates") or block.has("channels")
    channels = _channels(block, "fates") | frozenset(block.texts("channels", CHANNELS, "a channel"))
    if bool(unknown) == counted:
        block.problem("write which fates or channels it counts, or unknown with the reason, and not both")
    return Row(
        code,
        label,
        channels,
        block.choice("hazardous", SAYS, ANY),
        block.choice("unsold", SAYS, ANY),
        _channels(block, "share_of"),
        unknown,
        block.text("note", ""),
    )


def _channels(block: Table, key: str) -> frozenset[str]:
    fates = block.texts(key, _FATES, "a fate")
    return frozenset(channel for channel, fate in FATES.items() if fate.value in fates)


def _said(top: Table, key: str, known: Collection[str] | None) -> dict[str, str]:
    """A table of texts by category."""
    table = top.table(key)
    found = {name: table.text(name) if known is None else table.choice(name, known) for name in table.names()}
    table.close()
    return found
