"""The station file as the reader of scans asks it: returns, products and items, in the workflow's own words."""

from __future__ import annotations

from terminal.bench.codec import decode
from terminal.bench.commands import OwnItem
from terminal.bench.events import Proposed
from terminal.domain.items import ManifestLine, Product
from terminal.lookup import ExpectedReturn
from terminal.store.catalogue import Catalogue


class FileShelf:
    """Look-ups over one station file."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

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
        return OwnItem(
            lpn=row.lpn,
            status=row.status,
            leader=row.leader,
            disposition=row.disposition,
            tote=row.tote,
            hold_reason=row.hold_reason,
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
        )
