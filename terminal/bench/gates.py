"""Gates: what recall notices, device numbers, registers and sanitisation records make of the item on the bench.

The look-up hands over what is on file; here it becomes facts, by the day on which the goods came back. Nothing on
file says nothing: no fact is set to "ok" because a table is silent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from terminal.bench.meanings import Known, OwnItem
from terminal.bench.rules import Now
from terminal.bench.state import Item, State
from terminal.domain import papers
from terminal.domain.deviceids import Number, number_of, same
from terminal.domain.gtin import same_gtin
from terminal.domain.items import ManifestLine
from terminal.domain.recalls import Goods

NOTHING: Mapping[str, str] = {}


def goods_of(found: Known, line: ManifestLine | None, code_facts: Mapping[str, str]) -> Goods:
    """The goods that a scanned product code names, as recall notices are held against them."""
    product = found.product
    return Goods(
        title=found.title or (line.title if line is not None else ""),
        brand=product.brand if product is not None else None,
        gtin=found.gtin or (line.gtin if line is not None else None),
        sku=found.sku or (line.sku if line is not None else None),
        serial=found.serial or code_facts.get("serial"),
        lot=code_facts.get("lot"),
        sold_by=_announced(line),
    )


def goods_on(item: Item, state: State, serial: str | None, code_facts: Mapping[str, str]) -> Goods:
    """The goods on the bench, with what another code has just said of them."""
    known = item.facts
    return Goods(
        title=item.title,
        brand=known.get("brand"),
        gtin=item.gtin,
        sku=item.sku,
        serial=serial or code_facts.get("serial") or known.get("serial_read") or item.serial,
        lot=code_facts.get("lot") or known.get("lot"),
        sold_by=_announced(line_of(item, state)),
    )


def goods_held(own: OwnItem) -> Goods:
    """The goods of a held item."""
    known = own.facts
    return Goods(
        title=own.title,
        brand=known.get("brand"),
        gtin=own.gtin,
        sku=own.sku,
        serial=known.get("serial_read") or own.serial,
        lot=known.get("lot"),
    )


def number_in(text: str | None) -> Number | None:
    """The device number that a text is, or None for a dummy or no text."""
    try:
        return number_of(text) if text else None
    except ValueError:
        return None


def fits(line: ManifestLine, serial: str | None) -> bool:
    """Whether a line may mean the unit with this serial; what can't be compared is no reason against it."""
    number = number_in(serial)
    return line.serial is None or number is None or same(line.serial, number) is not False


def line_of(item: Item, state: State) -> ManifestLine | None:
    """The manifest line that the open item counts for, while its parcel is open."""
    return next((line for line in _lines(item, state) if line.line == item.line), None)


def first_facts(
    found: Known,
    line: ManifestLine | None,
    alike: Iterable[ManifestLine],
    code_facts: Mapping[str, str],
    now: Now,
) -> dict[str, Any]:
    """The facts of an item that has just been identified; `alike` are all lines of its product."""
    goods = goods_of(found, line, code_facts)
    sold = tuple(one.serial for one in alike if one.serial is not None)
    since = goods.sold_by or now.at.date()
    return papers.recall_facts(found.papers, goods, NOTHING) | papers.device_facts(
        found.papers, goods, sold, since, now.at.date()
    )


def more_facts(
    item: Item, state: State, found: Known, code_facts: Mapping[str, str], now: Now
) -> dict[str, Any]:
    """What another scan on the open item adds: a number that it carries, or a lot that a notice lists.

    Nothing where it is of another unit. A device may carry two IMEIs, so a strange one beside one that fits is a
    suspicion and no mismatch; a fitting one beside a strange one takes nothing back.
    """
    if _of_another_unit(item, found, code_facts):
        return {}
    goods = goods_on(item, state, found.serial, code_facts)
    sold = tuple(line.serial for line in _alike(item, state) if line.serial is not None)
    if not sold and item.serial is not None:
        sold = (item.serial,)
    since = goods.sold_by or item.identified_at.date()
    facts = papers.device_facts(found.papers, goods, sold, since, now.at.date())
    if "serial_mismatch" in facts and "imei" in facts and _fitted(item, sold):
        facts = {"swap_suspect": "possible"}
    return papers.recall_facts(found.papers, goods, item.facts) | facts


def held_facts(own: OwnItem, now: Now) -> dict[str, Any]:
    """What came to be on file of a held item while it waited: a notice, an answer, a sanitisation record."""
    goods = goods_held(own)
    since = own.received or now.at.date()
    return papers.recall_facts(own.papers, goods, own.facts) | papers.device_facts(
        own.papers, goods, (), since, now.at.date()
    )


def _numbers(item: Item) -> tuple[Number, ...]:
    """The numbers that were read from the open item before."""
    texts = (item.facts.get("imei"), item.facts.get("serial_read"))
    return tuple(number for text in texts if (number := number_in(text)) is not None)


def _fitted(item: Item, sold: Iterable[str]) -> bool:
    """Whether the IMEI that was read before is one of those that were sold."""
    read = number_in(item.facts.get("imei"))
    return read is not None and any(same(one, read) is True for one in sold)


def _of_another_unit(item: Item, found: Known, code_facts: Mapping[str, str]) -> bool:
    """Whether a scan is the next unit's: another line's serial, or the same product code with another serial."""
    known = _numbers(item)
    if found.line is not None and found.line != (item.rma, item.line):
        number = number_in(found.serial)
        return bool(known) and number not in known
    serial = code_facts.get("serial") if found.serial is None else None
    before = item.serial or item.facts.get("serial_read")
    number = number_in(serial)
    return number is not None and before is not None and same(before, number) is False


def _announced(line: ManifestLine | None) -> date | None:
    return line.initiated.date() if line is not None and line.initiated is not None else None


def _lines(item: Item, state: State) -> tuple[ManifestLine, ...]:
    parcel = state.parcel
    if parcel is None or parcel.id != item.parcel:
        return ()
    return tuple(one.expected.line for one in parcel.lines)


def _alike(item: Item, state: State) -> tuple[ManifestLine, ...]:
    """Lines of the item's product: any of their serials may be the one that is in hand."""

    def is_alike(line: ManifestLine) -> bool:
        same_product = line.gtin is not None and item.gtin is not None and same_gtin(line.gtin, item.gtin)
        return line.line == item.line or same_product or (line.sku is not None and line.sku == item.sku)

    return tuple(line for line in _lines(item, state) if is_alike(line))
