"""What the station's own tables say of one item, gathered by the look-up and judged at the bench.

It is handed over whole, so that the decision itself needs no table: recall notices that may name the goods, the
device's number with its type code, what registers said of it, and records of its sanitisation.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from terminal.domain import deviceids, recalls, sanitisation
from terminal.domain.deviceids import Number, StatusCheck, Tac
from terminal.domain.recalls import Goods, Notice
from terminal.domain.sanitisation import Record


@dataclass(frozen=True, slots=True)
class Papers:
    """What there is on file of an item; all of it may be empty, which says nothing."""

    notices: tuple[Notice, ...] = ()
    """Notices that may name it; whether they do is for `recalls.judge`."""
    number: Number | None = None
    """The device's number, where one was read."""
    tac: Tac | None = None
    checks: tuple[StatusCheck, ...] = ()
    records: tuple[Record, ...] = ()


NO_PAPERS = Papers()


def recall_facts(papers: Papers, goods: Goods, known: Mapping[str, Any]) -> dict[str, Any]:
    """What the notices make of the goods, beyond what is `known` of the item; a hit is never made less."""
    found = recalls.facts(recalls.judge(goods, papers.notices, recalls.cleared_refs(known)))
    if known.get("recalled") == "hit" and found.get("recalled") != "hit":
        return {}
    return found


def device_facts(
    papers: Papers, goods: Goods, expected: Iterable[str], since: date, on: date
) -> dict[str, Any]:
    """What number, type code, registers and sanitisation records say of a device that came back on `since`."""
    facts = deviceids.read_facts(papers.number, expected) if papers.number is not None else {}
    if papers.tac is not None and deviceids.swapped(papers.tac, goods.brand, goods.title):
        facts["swap_suspect"] = "possible"
    facts |= deviceids.checked(papers.checks, since)
    return facts | sanitisation.facts(papers.records, since, on)


def doubts(known: Mapping[str, Any]) -> tuple[str, ...]:
    """Sentences on what is known of an item that make a person look before it goes on."""
    recall = recalls.doubt(known)
    return (*((recall,) if recall is not None else ()), *deviceids.doubts(known))
