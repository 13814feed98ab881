"""Identifying: a product code becomes an item of the open parcel, with an LPN and the facts that are known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from terminal.bench import gates
from terminal.bench.events import Inspected, ItemIdentified, ItemResumed
from terminal.bench.holding import hold_words
from terminal.bench.inspecting import settle
from terminal.bench.meanings import Known, OwnItem
from terminal.bench.outcome import Outcome, done, noted, refused
from terminal.bench.permission import lacking, wanting
from terminal.bench.rules import Now, Rules
from terminal.bench.state import Item, Line, Parcel, State
from terminal.bench.view import Level
from terminal.domain.deviceids import Number
from terminal.domain.gtin import same_gtin
from terminal.domain.items import ManifestLine, money_text
from terminal.domain.lettercode import LPNS_PER_STATION
from terminal.domain.lettercode import lpn as make_lpn
from terminal.domain.speech import _

UNIDENTIFIED = "unidentified"


def identify(
    state: State, found: Known, text: str, code_facts: Mapping[str, str], rules: Rules, now: Now
) -> Outcome:
    """Open an item for a product: expected, over, or not on this return at all (then it is a wrong item)."""
    parcel = state.parcel
    assert parcel is not None
    if state.next_lpn >= LPNS_PER_STATION:
        return refused("lpns-used-up", text)
    serial = found.serial or code_facts.get("serial")
    matching = [line for line in parcel.lines if matches(line.expected.line, found)]
    fitting = [line for line in matching if gates.fits(line.expected.line, serial)]
    line = next((one for one in fitting if one.missing), fitting[0] if fitting else None)
    arrival = _arrival(parcel, line)
    alike = tuple(one.expected.line for one in matching)
    more = gates.first_facts(found, line.expected.line if line is not None else None, alike, code_facts, now)
    known = _category_and_facts(found, line, arrival, code_facts, rules, now)
    event = ItemIdentified(
        lpn=make_lpn(rules.prefix, state.next_lpn),
        parcel=parcel.id,
        arrival=arrival,
        code=text,
        rma=parcel.rma,
        line=line.expected.line.line if line is not None else None,
        sku=found.sku or (line.expected.line.sku if line is not None else None),
        gtin=found.gtin or (line.expected.line.gtin if line is not None else None),
        serial=serial,
        title=found.title,
        **{**known, "facts": known["facts"] | more},
    )
    level = Level.OK if arrival in ("expected", "blind") else Level.WARN
    outcome = done(f"item-{arrival}", event, level=level, title=found.title, lpn=event.lpn)
    return settle(state, outcome, rules, now)


def identify_nothing(state: State, rules: Rules) -> Outcome:
    """Open an item that no code identifies: it can only be held."""
    parcel = state.parcel
    if parcel is None:
        return refused("parcel-first", "no code", called=_("no code"))
    if state.next_lpn >= LPNS_PER_STATION:
        return refused("lpns-used-up", "no code")
    event = ItemIdentified(
        lpn=make_lpn(rules.prefix, state.next_lpn),
        parcel=parcel.id,
        arrival=UNIDENTIFIED,
        code="",
        rma=parcel.rma,
        line=None,
        sku=None,
        gtin=None,
        serial=None,
        title="",
        category="general",
        facts={"category": "general", "market": rules.market},
    )
    return done("item-unidentified", event, level=Level.WARN, lpn=event.lpn)


def same_again(
    state: State, found: Known, text: str, code_facts: Mapping[str, str], rules: Rules, now: Now
) -> Outcome:
    """A product code while an item is open: the scanner read it twice, it says more of the
    item (its date is in a second symbol), or it is another item.
    """
    item = state.item
    assert item is not None
    if text == item.code and now.at - item.identified_at <= rules.double_read:
        return noted("same-scan", lpn=item.lpn)
    more = _more_of_it(state, item, found, code_facts, now)
    number = found.papers.number
    if more and number is not None and item.count > 1:
        return refused("count-serial", text, serial=number.value)
    if number is not None and not more and _is_on(item, number):
        return noted("same-scan", lpn=item.lpn)
    if more and item.decided is None:
        event = Inspected(item.lpn, "scan", text, "", more)
        return settle(state, done("code-adds", event, lpn=item.lpn), rules, now)
    return refused("item-open", text, lpn=item.lpn, title=item.title, other=found.title)


def printed_facts(code_facts: Mapping[str, str], now: Now) -> dict[str, Any]:
    """What a code says of its item beside the product: lot and date. Of two dates the use-by date is the law's."""
    facts: dict[str, Any] = {"lot": code_facts["lot"]} if "lot" in code_facts else {}
    for name, kind in (("expiry", "use_by"), ("best_before", "best_before")):
        if name in code_facts:
            day = code_facts[name]
            return facts | {"expiry": day, "date_kind": kind, "expired": day < now.at.date().isoformat()}
    return facts


def _is_on(item: Item, number: Number) -> bool:
    """True for a number that was read from the item before."""
    return number.value in (item.facts.get("imei"), item.facts.get("serial_read"))


def _more_of_it(
    state: State, item: Item, found: Known, code_facts: Mapping[str, str], now: Now
) -> Mapping[str, Any]:
    """What another code on the open item adds to its facts; nothing where it names another product."""
    same = (found.sku, found.gtin) != (None, None) and all(
        one is None or two is None or one == two
        for one, two in ((found.sku, item.sku), (found.gtin, item.gtin))
    )
    facts = (
        printed_facts(code_facts, now) | gates.more_facts(item, state, found, code_facts, now) if same else {}
    )
    return {name: value for name, value in facts.items() if item.facts.get(name) != value}


def resume(state: State, own: OwnItem, text: str, rules: Rules, now: Now) -> Outcome:
    """A held item comes back to the bench; a lead decides that."""
    if own.status is None:
        return refused("lpn-unknown", text)
    if own.status == "closed":
        channel, tote = own.disposition or "-", own.tote or "-"
        return refused("item-closed", text, channel=channel, tote=tote, ruling=own.ruling)
    if own.status != "held":
        return refused("item-void", text, ruling=own.ruling)
    need = lacking("take_out_of_hold", state, rules, now)
    if need is not None:
        reason = _(hold_words(own.hold_reason or "", rules))
        told = refused("lead-resumes", text, reason=reason, ruling=own.ruling, role=need.role)
        return wanting(told, need)
    event = ItemResumed(
        lpn=own.lpn,
        parcel=own.parcel,
        arrival=own.arrival,
        code=own.lpn,
        rma=own.rma,
        line=own.line,
        sku=own.sku,
        gtin=own.gtin,
        serial=own.serial,
        title=own.title,
        category=own.category,
        facts={**own.facts, **gates.held_facts(own, now)},
        answered=own.answered,
        copies=own.copies,
        reason=own.hold_reason or "other",
        proposal=own.proposal,
        actions=own.actions,
        since=own.held_since,
    )
    back = done("item-resumed", event, level=Level.WARN, lpn=own.lpn, title=own.title, ruling=own.ruling)
    return settle(state, back, rules, now)


def matches(line: ManifestLine, found: Known) -> bool:
    """True where a manifest line and a scanned product are the same product."""
    if found.line is not None:
        return (line.rma, line.line) == found.line
    if same_sku(line, found):
        return True
    return line.gtin is not None and found.gtin is not None and same_gtin(line.gtin, found.gtin)


def same_sku(line: ManifestLine, found: Known) -> bool:
    """True where both have an SKU and it is the same: of two products with one GTIN the one that is meant."""
    return line.sku is not None and found.sku is not None and line.sku.casefold() == found.sku.casefold()


def _arrival(parcel: Parcel, line: Line | None) -> str:
    if line is not None:
        return "expected" if line.missing else "over"
    return "blind" if parcel.how == "blind" else "unexpected"


def _category_and_facts(
    found: Known, line: Line | None, arrival: str, code_facts: Mapping[str, str], rules: Rules, now: Now
) -> dict[str, Any]:
    """Category, facts and assumed fields. What nobody said stays out: unknown is not a value to invent."""
    product = found.product
    expected = line.expected.line if line is not None else None
    category = product.category if product is not None else expected.category if expected else "general"
    facts: dict[str, Any] = {
        "category": category,
        "market": rules.market,
        "operator_size": rules.operator_size,
        "wrong_item": arrival == "unexpected",
    }
    assumed = set(product.assumed if product is not None else ()) | set(expected.assumed if expected else ())
    price, currency = (product.price, product.currency) if product is not None else (None, None)
    if price is None and expected is not None and expected.unit_price is not None:
        price, currency = expected.unit_price, expected.currency
        assumed.add("reference_price")
    if price is not None and currency is not None:
        facts |= {"reference_price": money_text(price), "currency": currency}
        if expected is not None and expected.unit_price is not None and expected.currency == currency:
            facts["original_price"] = money_text(expected.unit_price)
    weight = product.weight_g if product is not None else None
    if weight is None and expected is not None:
        weight = expected.weight_g
    if weight is not None:
        facts |= {"weight_g": weight, "mass_source": "catalogue"}
    if product is not None:
        known = {"hygiene": product.hygiene, "brand": product.brand}
        if product.battery is not None:
            known["has_battery"] = product.battery != "none"
        for name, value in known.items():
            if value is not None:
                facts[name] = value
    if expected is not None and expected.reason is not None:
        facts["reason"] = expected.reason
    facts |= printed_facts(code_facts, now)
    return {"category": category, "facts": facts, "assumed": tuple(sorted(assumed))}
