"""A unit of this bench as the figures count it, out of its row, its trail, its manifest line and its outcome."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlite_utils import Database

from terminal.domain.channels import QUARANTINE
from terminal.domain.items import to_cents
from terminal.domain.kpi_fates import channel_of_end
from terminal.domain.kpi_unit import Unit
from terminal.domain.outcome_rule import allot
from terminal.store.chain import read_stamp
from terminal.store.connection import read, read_json
from terminal.store.trails import Trail, read_trails
from terminal.store.units import chunks

_ITEM = (
    "lpn", "leader", "rma", "line", "sku", "gtin", "category", "status", "grade", "first_grade", "disposition",
    "first_disposition", "operator", "value_cents", "currency", "received_at", "closed_at", "facts",
)  # fmt: skip
_OUTCOME = (
    "outcome",
    "channel",
    "proceeds_cents",
    "credit_cents",
    "costs_cents",
    "sold",
    "imported",
    "currency",
    "receipt",
    "source",
)
_NO_MONEY = ("donated", "recycled", "harvested", "discarded")
"""Ends that bring nothing unless somebody says otherwise."""
_NOT_ENDED = "unsold"


def void_lpns(db: Database, lpns: Sequence[str]) -> list[str]:
    """Those of them that are no units: void, or not there at all."""
    alive = set()
    for some in chunks(lpns):
        sql = f"select lpn from item where status <> 'void' and lpn in ({', '.join('?' * len(some))})"
        alive |= {row[0] for row in read(db, sql, some)}
    return [lpn for lpn in lpns if lpn not in alive]


def live_units(db: Database, lpns: Sequence[str]) -> Iterator[Unit]:
    """The units of those LPNs that are no void items."""
    trails = read_trails(db, lpns)
    for some in chunks(lpns):
        sql = (
            f"select {', '.join(_ITEM)} from item where status <> 'void' and "
            f"lpn in ({', '.join('?' * len(some))})"
        )
        for row in read(db, sql, some):
            item = dict(zip(_ITEM, row, strict=True))
            yield _unit(db, item, trails.get(item["lpn"]) or Trail(item["lpn"]))


def changed_by_outcomes(db: Database, since: str) -> tuple[list[str], str]:
    """LPNs of items of which something was said after `since`, and when something was last said of any."""
    found = read(
        db,
        "select i.lpn from outcome o join item i on i.lpn = o.lpn "
        "where o.imported > ? "
        "union select i.lpn from outcome o join item i "
        "on i.rma = o.rma and (i.sku = o.sku or i.gtin = o.gtin) "
        "where o.lpn is null and o.imported > ? "
        # What becomes of one of a group says which of the others a share of the group can be about.
        "union select i.lpn from outcome o join item told on told.lpn = o.lpn "
        "join item i on i.rma = told.rma and (i.sku = told.sku or i.gtin = told.gtin) "
        "where o.imported > ? and exists (select 1 from outcome s where s.rma = i.rma and s.quantity is not null "
        "and s.current = 1 and s.rma is not null)",
        (since, since, since),
    )
    newest = read(db, "select coalesce(max(imported), '') from outcome")[0][0]
    return sorted({row[0] for row in found}), newest


def _unit(db: Database, item: Mapping[str, Any], trail: Trail) -> Unit:
    whole = read_json(item["facts"], f"The item {item['lpn']}") if item["facts"] else {}
    facts = whole.get("facts", {})
    price, initiated = _promised(db, item)
    closed, held = item["status"] == "closed", item["status"] == "held"
    outcome = told_of(db, item) if closed else {}
    ended = outcome.get("outcome")
    final = _final_day(outcome) if ended is not None and ended != _NOT_ENDED else None
    channel = item["disposition"] if closed else QUARANTINE if held else None
    original = _cents(facts.get("original_price"))
    proceeds = outcome.get("proceeds_cents")
    return Unit(
        lpn=item["lpn"],
        category=item["category"],
        grade=item["grade"],
        first_grade=item["first_grade"],
        channel=outcome.get("channel") or channel_of_end(ended, channel),
        first_channel=item["first_disposition"],
        operator=item["operator"],
        currency=outcome.get("currency") or item["currency"] or facts.get("currency"),
        reason=facts.get("reason"),
        sku=item["sku"],
        gtin=item["gtin"],
        original_cents=price if original is None else original,
        value_cents=item["value_cents"],
        mass_g=_whole(facts.get("weight_g")),
        mass_source=facts.get("mass_source"),
        initiated_day=initiated,
        received_at=_seconds(item["received_at"]),
        decided_at=trail.decided_at,
        placed_at=trail.placed_at if closed else None,
        put_day=_day(item["closed_at"]) if closed else None,
        sold_day=final if ended == "sold" else None,
        final_day=final,
        proceeds_cents=0 if proceeds is None and ended in _NO_MONEY else proceeds,
        credit_cents=outcome.get("credit_cents"),
        labour_s=trail.touch_ms // 1000,
        fees_cents=outcome.get("costs_cents"),
        holds=trail.holds,
        reroutes=trail.reroutes,
        overrides=trail.overrides,
        override_reason=trail.override_reason,
        undone=trail.undone,
    )


def _promised(db: Database, item: Mapping[str, Any]) -> tuple[int | None, int | None]:
    """Price paid and day of the return's begin, of the manifest line that the item came with."""
    if item["rma"] is None or item["line"] is None:
        return None, None
    sql = "select unit_price_cents, initiated from manifest where rma = ? and line = ?"
    found = read(db, sql, (item["rma"], item["line"]))
    return (found[0][0], _day(found[0][1])) if found else (None, None)


def told_of(db: Database, item: Mapping[str, Any]) -> Mapping[str, Any]:
    """What later came of it, by its LPN, else by RMA and product; empty where that is not known.

    Of several units that are alike a share says how many went one way; without one they must be the only one.
    """
    names = ", ".join(_OUTCOME)
    said = read(
        db,
        f"select current, {names} from outcome where lpn = ? order by current desc limit 1",
        (item["lpn"],),
    )
    if said:
        # Words that contradict each other leave none in force, and what is told of its kind does not decide.
        return dict(zip(_OUTCOME, said[0][1:], strict=True)) if said[0][0] else {}
    if item["rma"] is None:
        return {}
    same = "rma = ? and (sku = ? or gtin = ?)"
    goods = (item["rma"], item["sku"], item["gtin"])
    found = read(
        db,
        f"select key, quantity, {names} from outcome where current = 1 and lpn is null and {same} "
        "order by sold, key",
        goods,
    )
    if not found:
        return {}
    alike = read(
        db,
        f"select lpn from item where status <> 'void' and {same} "
        "and not exists (select 1 from outcome where outcome.lpn = item.lpn) order by lpn",
        goods,
    )
    shares = {row[0]: row[1] for row in found if row[1] is not None}
    if not shares:
        alone = len(found) == 1 and len(alike) == 1
        return dict(zip(_OUTCOME, found[0][2:], strict=True)) if alone else {}
    share = allot(shares, [row[0] for row in alike]).get(item["lpn"])
    return next((dict(zip(_OUTCOME, row[2:], strict=True)) for row in found if row[0] == share), {})


def _final_day(outcome: Mapping[str, Any]) -> int | None:
    return _day(outcome["sold"] or outcome["imported"])


def _day(text: str | None) -> int | None:
    """A day or time of the file as days since 1970."""
    if not text:
        return None
    try:
        return (date.fromisoformat(text[:10]) - date(1970, 1, 1)).days
    except ValueError:
        return None


def _seconds(text: str | None) -> int | None:
    when: datetime | None = read_stamp(text) if text else None
    return None if when is None else int(when.timestamp())


def _cents(text: object) -> int | None:
    """An amount as it stands in facts; what is none is not known."""
    try:
        return None if text is None else to_cents(Decimal(str(text)))
    except InvalidOperation:
        return None


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) else None
