"""The station file as the reader of scans asks it: returns, products and items, in the workflow's own words."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from terminal.audits import FirstLooks
from terminal.bench.arriving import ruling_words
from terminal.bench.audit_events import AUDIT
from terminal.bench.codec import decode
from terminal.bench.events import Proposed
from terminal.bench.gates import goods_held, number_in
from terminal.bench.meanings import OwnItem, Tote
from terminal.domain.deviceids import Number
from terminal.domain.items import ManifestLine, Product
from terminal.domain.papers import Papers
from terminal.domain.recalls import Goods
from terminal.domain.sanitisation import lpn_key
from terminal.lookup import ExpectedReturn
from terminal.store.arrivals import Arrivals
from terminal.store.catalogue import Catalogue
from terminal.store.devices import Devices
from terminal.store.recalls import Recalls
from terminal.store.stock import Stock


class FileShelf:
    """Look-ups over one station file."""

    def __init__(self, catalogue: Catalogue, looks: FirstLooks | None = None) -> None:
        self._catalogue = catalogue
        self._looks = looks
        self._recalls = Recalls(catalogue.db)
        self._devices = Devices(catalogue.db)
        self._arrivals = Arrivals(catalogue.db)

    def returns(self, text: str) -> tuple[ExpectedReturn, ...]:
        """Returns whose RMA or tracking number is `text`, whole: every line, with the units that came before."""
        found = []
        for one in self._catalogue.expected(text):
            if one.by == "serial":
                continue
            lines = self._catalogue.lines_of(one.rma)
            tracking = next((each.line.tracking for each in lines if each.line.tracking), None)
            found.append(
                ExpectedReturn(one.rma, tracking, tuple((each.line, each.received) for each in lines))
            )
        return tuple(found)

    def products(self, text: str) -> tuple[Product, ...]:
        """Products whose SKU or GTIN is `text`."""
        return self._catalogue.products(text)

    def expected_anywhere(self, code: str) -> ManifestLine | None:
        """A line of any return that names a product by this SKU or GTIN."""
        return self._catalogue.expected_anywhere(code)

    def item(self, lpn: str) -> OwnItem | None:
        """The item with this LPN, if this station made it."""
        row = self._catalogue.item(lpn)
        if row is None:
            return None
        own = OwnItem(
            lpn=row.lpn,
            status=row.status,
            leader=row.leader,
            disposition=row.disposition,
            tote=row.tote,
            hold_reason=row.hold_reason,
            held_since=row.closed_at if row.status == "held" else None,
            parcel=row.parcel or "",
            arrival=row.arrival or "",
            rma=row.rma,
            line=row.line,
            sku=row.sku,
            gtin=row.gtin,
            serial=row.serial,
            title=row.title or "",
            category=row.category or "general",
            facts=row.facts.get("facts", {}),
            answered=tuple(row.facts.get("answered", ())),
            copies=row.copies,
            actions=row.actions,
            proposal=decode(Proposed, dict(row.decision)) if row.decision is not None else None,
            received=datetime.fromisoformat(row.received_at).date() if row.received_at else None,
            ruling=self._ruling(row.lpn),
        )
        if self._looks is not None and row.status in ("closed", "held"):
            own = replace(own, first=self._looks.first(own.lpn))
            found = self._looks.found(own.lpn) if row.hold_reason == AUDIT else None
            if found is not None:
                own = replace(own, facts=found["facts"], answered=tuple(found["answered"]))
        return replace(own, papers=self._held_papers(own)) if own.status == "held" else own

    def papers(self, goods: Goods, number: Number | None) -> Papers:
        """What is on file of goods, and of the device with this number."""
        notices = self._recalls.candidates(goods)
        if number is None:
            return Papers(notices)
        return Papers(
            notices,
            number,
            tac=self._devices.tac(number.tac) if number.tac is not None else None,
            checks=self._devices.checks(number),
            records=self._devices.records((number.key,)),
        )

    def _ruling(self, lpn: str) -> str:
        found = self._arrivals.ruling_on(lpn)
        if found is None:
            return ""
        return ruling_words(found.verdict, found.what, found.value, found.by, found.note)

    def _held_papers(self, own: OwnItem) -> Papers:
        """What is on file of a held item, by every number that was read from it and by its LPN."""
        texts = dict.fromkeys((own.facts.get("imei"), own.facts.get("serial_read"), own.serial))
        numbers = [number for text in texts if (number := number_in(text)) is not None]
        keys = (*(number.key for number in numbers), lpn_key(own.lpn))
        return Papers(
            self._recalls.candidates(goods_held(own)),
            checks=tuple(check for number in numbers for check in self._devices.checks(number)),
            records=self._devices.records(keys),
        )


def tote_now(tote: Tote, stock: Stock) -> Tote:
    """A tote of the rules as it stands at the bench."""
    found = stock.tote(tote.code)
    if found is None:
        return tote
    return replace(tote, sealed=found.state == "closed", units=found.units, loads=found.loads)
