"""One label once more, outside of the bench: an item's last label, or a sample to try stock with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from labels.design import Designs
from labels.stock import Stock
from labels.tag import Tag
from terminal.assembly import label_designs, label_stock, render_label
from terminal.settings import Settings
from terminal.store.connection import read
from terminal.store.station_file import StationFile

SAMPLE = {
    "lpn": "BBBBBBBBBV",
    "grade": "B",
    "channel": "return_to_vendor",
    "title": "The longest title that a product of this warehouse may have, with sizes 38-40 and a colour",
    "sku": "SKU-0123456789-ABCDEFGH",
    "tote": "RETURN TO VENDOR 12",
    "date": "2026-12-31",
    "station": "STATION-7999",
    "copy": 99,
}
"""Every field at its longest, to see whether a stock and its printer show all of it."""


def label_document(settings: Settings, lpn: str | None, form: str) -> bytes | None:
    """The label of `lpn` (None: the sample) as zpl, pdf or png bytes; None where the item has no label."""
    stock, designs = label_stock(settings), label_designs(settings)
    if lpn is None:
        return document(SAMPLE, stock, form, designs)
    with StationFile.open(settings.data, settings.station.id, tuple(settings.sync.sinks)) as file:
        found = read(
            file.db, "select tag from label_job where lpn = ? order by copy desc limit 1", (lpn.upper(),)
        )
    return document(json.loads(found[0][0]), stock, form, designs) if found else None


def document(tag: Mapping[str, Any], stock: Stock, form: str, designs: Designs) -> bytes:
    """One document of a label."""
    if form == "png":
        from labels import png  # Pillow is loaded only for pictures

        whole = Tag.from_json(tag)
        return png.write(whole, stock, designs.choose(stock.name, whole.channel, stock.dpi))
    return render_label(tag, stock, (form,), designs)[form]
