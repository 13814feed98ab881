"""Label designs: those that are shipped, and a site's own laid over them.

A design comes from a table of TOML, `[labels.NAME]`, and is for one size of label. A site's design is proven when
it is read: a label that can't be printed is a sentence about a line of the config, not a surprise at the bench.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from labels.fields import EVERY, Design
from labels.proof import prove
from labels.reading import BadDesign, Fault, read
from labels.said import Said

__all__ = ["BadDesign", "Design", "Designs", "Fault", "NoDesign", "load", "read"]


class NoDesign(ValueError):
    """No design is for this size and channel; the message says which sizes there are."""


@dataclass(frozen=True, slots=True)
class Designs:
    """The designs of a station: the first that fits is taken, so a site's own stand first."""

    all: tuple[Design, ...]

    def choose(self, stock_name: str, channel: str, dpi: int | None = None) -> Design:
        """The design for an item's label: the channel's own, else the one for every channel.

        Raises `NoDesign` where there is none of this size.
        """
        for wanted in (channel, EVERY):
            for design in self._of(stock_name, dpi):
                if wanted in design.channels:
                    return design
        raise NoDesign(
            Said(
                "no label design for the channel {channel} of the size {size}; there are designs for {sizes}",
                channel=f"{channel[:40]!a}",
                size=f"{stock_name[:40]!a}",
                sizes=self._sizes(),
            )
        )

    def card(self, stock_name: str, kind: str, dpi: int | None = None) -> Design:
        """The design for a `tote` or a `badge`. Raises `NoDesign`."""
        for design in self._of(stock_name, dpi):
            if design.card == kind:
                return design
        raise NoDesign(
            f"no label design for a {kind[:40]!a} of the size {stock_name[:40]!a}; "
            f"there are designs for {self._sizes()}"
        )

    def with_site(self, tables: Mapping[str, Mapping[str, object]]) -> "Designs":
        """These designs with a site's own before them, by name, each of them proven.

        One of a name that is shipped for its size stands instead of that one; it may still be `like` it. Raises
        `BadDesign`, whose faults begin with the design's name.
        """
        faults: list[Fault] = []
        own: dict[str, Design] = {}
        waiting = dict(tables)
        while waiting:
            # A design may be like a later one of the site: those that can be read now come first.
            ready = [name for name in waiting if _free(name, waiting)] or list(waiting)
            for name in ready:
                table = waiting.pop(name)
                try:
                    own[name] = _proven(read(table, name, self._bases(own.values())))
                except BadDesign as bad:
                    faults += [Fault((name, *path), sentence) for path, sentence in bad.faults]
        faults += _twice(own.values())
        if faults:
            raise BadDesign("labels", faults)
        kept = {(design.name, design.size) for design in own.values()}
        shipped = (design for design in self.all if (design.name, design.size) not in kept)
        return Designs((*(own[name] for name in tables), *shipped))

    def _bases(self, own: Iterable[Design]) -> dict[tuple[str, str], Design]:
        return {(design.name, design.size): design for design in (*self.all, *own)}

    def _of(self, stock_name: str, dpi: int | None) -> list[Design]:
        return [
            design
            for design in self.all
            if design.size == stock_name and (dpi is None or design.dpi in (None, dpi))
        ]

    def _sizes(self) -> str:
        return ", ".join(dict.fromkeys(design.size for design in self.all))


def load(texts: Mapping[str, str]) -> Designs:
    """The designs of TOML texts by file name, each a table `[labels.NAME]`; one may be like an earlier one.

    Raises `BadDesign` with everything that is wrong with any of them.
    """
    faults: list[Fault] = []
    found: list[Design] = []
    for name, text in texts.items():
        try:
            tables: Any = tomllib.loads(text).get("labels", {})
        except tomllib.TOMLDecodeError as broken:
            faults.append(Fault((name,), f"can't be read: {broken}"))
            continue
        bases: dict[tuple[str, str], Design] = {}
        for own, table in tables.items():
            try:
                design = read(table, own, bases)
                bases[own, design.size] = design
            except BadDesign as bad:
                faults += [Fault((name, "labels", own, *path), sentence) for path, sentence in bad.faults]
        found += bases.values()
    if faults:
        raise BadDesign("labels", faults)
    return Designs(tuple(found))


def _proven(design: Design) -> Design:
    faults: dict[Fault, None] = {}
    for stock in design.stocks():
        try:
            prove(design, stock)
        except BadDesign as bad:
            faults.update(dict.fromkeys(bad.faults))
    if faults:
        raise BadDesign(design.name, list(faults))
    return design


def _free(name: str, waiting: Mapping[str, Mapping[str, object]]) -> bool:
    like = waiting[name].get("like") if isinstance(waiting[name], Mapping) else None
    return like == name or like not in waiting


def _twice(own: Iterable[Design]) -> list[Fault]:
    """Two designs of a site that claim the same labels."""
    faults: list[Fault] = []
    first: dict[tuple[str, int | None, str], str] = {}
    for design in own:
        claims = [(channel, ("channels", at)) for at, channel in enumerate(design.channels)]
        for claim, place in [*claims, *([(design.card, ("card",))] if design.card else [])]:
            other = first.setdefault((design.size, design.dpi, claim), design.name)
            if other != design.name:
                faults.append(
                    Fault(
                        (design.name, *place), f"{claim!r} of the size {design.size} is already for {other}"
                    )
                )
    return faults
