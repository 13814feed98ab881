"""Labels outside of the bench: an item's last one again, a sample to try stock with, totes and badges; as files or
on the terminal.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from labels import preview
from labels.card import Card
from labels.design import Designs
from labels.layout import lay_out
from labels.stock import Stock
from labels.tag import Tag
from terminal.assembly import make_rules, people, read_rulebook
from terminal.equipment import label_designs, label_stock, render_label
from terminal.lookup import badge_code
from terminal.own_file import open_file
from terminal.settings import Settings
from terminal.store.connection import read

SAMPLE: Mapping[str, Any] = {
    "lpn": "BBBBBBBBBV",
    "grade": "B",
    "channel": "return_to_vendor",
    "title": "The longest title that a product of this warehouse may have, with sizes 38-40 and a colour",
    "sku": "SKU-0123456789-ABCDEFGH",
    "tote": "RETURN TO VENDOR 12",
    "date": "2026-12-31",
    "station": "STATION-7999",
    "copy": 99,
    "faults": ["Deep scratches, back x4", "Cracked screen, front", "Battery below 60 %", "Missing charger"],
    "waste_code": "20 01 35*",
    "reason": "May be counterfeit: a lead must look at it",
    "gtin": "04006381333931",
    "serial": "SN-0123456789-ABCDEFGH",
    "operator": "1001",
}
"""Every field at its longest, to see whether a stock and its printer show all of it."""


def label_document(
    settings: Settings, lpn: str | None, form: str, channel: str | None = None
) -> bytes | None:
    """The label of `lpn` (None: the sample, for `channel`) as zpl, pdf or png bytes; None where it has no label.

    Raises BadData for designs of the site that can't be used.
    """
    tag = _tag(settings, lpn, channel)
    if tag is None:
        return None
    return document(
        tag, label_stock(settings), form, label_designs(settings), accents=settings.labels.accents
    )


def label_preview(
    settings: Settings, lpn: str | None, columns: int, channel: str | None = None
) -> str | None:
    """The same label drawn in characters, at most `columns` wide."""
    tag = _tag(settings, lpn, channel)
    if tag is None:
        return None
    return preview_text(tag, label_stock(settings), label_designs(settings), columns)


def preview_text(tag: Mapping[str, Any], stock: Stock, designs: Designs, columns: int) -> str:
    """A label drawn in characters from the very layout that is printed."""
    whole = Tag.from_json(tag)
    return preview.text(lay_out(whole, stock, designs.choose(stock.name, whole.channel, stock.dpi)), columns)


def card_documents(
    settings: Settings, kind: str, form: str, only: str | None = None
) -> Iterator[tuple[str, bytes]]:
    """File names and documents of the labels of all totes (`totes`), of all badges (`badges`), or of `only` one."""
    stock, designs = label_stock(settings), label_designs(settings)
    rules = make_rules(settings, read_rulebook(settings))
    if kind == "totes":
        cards = [
            Card("tote", tote.code, tote.name, tote.channel.replace("_", " "), rules.station)
            for tote in rules.totes
        ]
    else:
        cards = [
            Card("badge", badge_code(one), one.name or one.id, one.role, rules.station)
            for one in people(settings).values()
            if only in (None, one.id)
        ]
    for card in cards:
        design = designs.card(stock.name, card.kind, stock.dpi)
        if form == "zpl":
            from labels import zpl

            data = zpl.write(card, stock, design, accents=settings.labels.accents)
        else:
            from labels import pdf  # reportlab is slow to load and a ZPL printer never needs it

            data = pdf.write(card, stock, design, accents=settings.labels.accents)
        yield re.sub(r"[^A-Za-z0-9-]", "_", f"{card.kind}-{card.title}-{card.code}")[:100], data


def document(
    tag: Mapping[str, Any], stock: Stock, form: str, designs: Designs, *, accents: bool = False
) -> bytes:
    """One document of a label."""
    if form == "png":
        from labels import png  # Pillow is loaded only for pictures

        whole = Tag.from_json(tag)
        return png.write(whole, stock, designs.choose(stock.name, whole.channel, stock.dpi))
    return render_label(tag, stock, (form,), designs, accents=accents)[form]


def _tag(settings: Settings, lpn: str | None, channel: str | None) -> Mapping[str, Any] | None:
    """What stands on the last label of an item, or on the sample."""
    if lpn is None:
        return {**SAMPLE, "channel": channel or SAMPLE["channel"]}
    with open_file(settings) as file:
        found = read(
            file.db, "select tag from label_job where lpn = ? order by copy desc limit 1", (lpn.upper(),)
        )
    tag: Mapping[str, Any] | None = json.loads(found[0][0]) if found else None
    return tag
