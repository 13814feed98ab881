"""Which column of an unknown file says what: by its name, in any case and by common synonyms, and by its cells.

A guess is only ever made for a report that names it; nothing that is imported is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "proceeds": (
        "proceeds", "sold_price", "sale_price", "selling_price", "resale_price", "price_sold", "realised_price",
        "realized_price", "final_price", "hammer_price", "net_proceeds", "sales_price", "listing_price",
        "used_price", "resold_price", "secondhand_price", "second_hand_price", "offer_price", "price", "preis",
        "prix", "precio", "prezzo", "cena", "amount", "revenue",
    ),
    "reference_price": (
        "reference_price", "current_new_price", "new_price", "price_new", "market_price", "list_price", "rrp",
        "msrp", "uvp", "retail_price", "full_price", "current_price", "retail",
    ),
    "original_price": (
        "original_price", "original_retail_price", "price_paid", "paid_price", "purchase_price", "launch_price",
        "initial_price", "buying_price", "paid", "original",
    ),
    "grade": (
        "grade", "condition", "item_condition", "product_condition", "condition_name", "condition_grade",
        "cosmetic_grade", "cosmetic_condition", "cosmetics", "quality", "appearance", "zustand", "etat",
    ),
    "channel": (
        "channel", "platform", "marketplace", "sales_channel", "sale_channel", "disposition", "website", "site",
        "shop", "store", "source", "vendor", "seller_type",
    ),
    "market": (
        "market", "country", "country_code", "region", "marketplace_country", "land", "location", "pays",
    ),
    "category": (
        "category", "product_category", "category_name", "item_category", "product_type", "item_type",
        "department", "main_category", "type", "class", "kategorie", "categorie",
    ),
    "brand": ("brand", "manufacturer", "make", "brand_name", "maker", "marke", "marque"),
    "title": (
        "title", "name", "product_name", "product_title", "listing_title", "item_name", "item_title", "model",
        "model_name", "product", "item", "description",
    ),
    "packaging": ("packaging", "packaging_state", "package", "box"),
    "reason": ("reason", "return_reason", "reason_code"),
    "currency": ("currency", "currency_code", "waehrung", "devise"),
    "outcome": ("outcome", "result", "status", "sale_status"),
    "overridden": ("overridden", "override"),
    "decided": (
        "decided", "decision_date", "graded", "inspected", "date", "listed", "listing_date", "scraped_at",
        "captured_at", "timestamp", "created_at",
    ),
    "sold": ("sold", "sold_date", "sale_date", "sold_at", "date_sold", "order_date"),
    "lpn": ("lpn",),
    "rma": ("rma",),
    "sku": ("sku", "asin", "item_id", "product_id"),
    "gtin": ("gtin", "ean", "upc"),
    "credit": ("credit",),
    "costs": ("costs", "cost", "total_cost"),
}  # fmt: skip
"""Our field -> names that such columns have, the surest first."""

CORE = ("category", "brand", "grade", "packaging", "channel", "market", "currency")
"""Fields that goods are priced by."""

_CURRENCIES = frozenset({
    "eur", "usd", "gbp", "chf", "pln", "sek", "dkk", "nok", "czk", "huf", "jpy", "cny", "inr", "cad", "aud", "euro",
    "euros", "dollar", "dollars",
})  # fmt: skip
_MONEY = frozenset({
    "price", "prices", "preis", "prix", "precio", "prezzo", "cena", "cost", "costs", "amount", "total", "revenue",
    "proceeds", "profit", "margin", "value", "paid", "discount", "fee", "fees", "shipping", "msrp", "rrp", "uvp",
    "retail", "credit", "refund", "payout", "bid", "bids", "savings", "markdown",
})  # fmt: skip
_WORD = re.compile(r"[a-z]+|[0-9]+")
_NUMBER = re.compile(r"[-+]?[0-9][0-9.,' ]*")
_SPACES = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2019": "'", "\u2212": "-"})


def folded(name: str) -> str:
    """A column's name in small letters with single underscores: "Sale Price (EUR)" is sale_price_eur."""
    camel = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    return "_".join(_WORD.findall(camel.casefold()))


def guess_columns(header: Sequence[str], mapped: Mapping[str, str]) -> dict[str, str]:
    """Our field -> column of the file. `mapped` ones stand; a column says one thing only.

    A name that is the synonym itself goes before one that has a currency added, and that before one that merely
    ends in the synonym. A file of prices that are called nothing else has its proceeds in them.
    """
    taken = {field: column for field, column in mapped.items() if column in header}
    free = {column: folded(column) for column in header if column and column not in taken.values()}
    for fits in (_is, _is_in_a_currency, _ends_in):
        for field, names in SYNONYMS.items():
            if field not in taken:
                found = next((c for name in names for c, told in free.items() if fits(told, name)), None)
                if found is not None:
                    taken[field] = found
                    del free[found]
    if "proceeds" not in taken:
        for field in ("reference_price", "original_price"):
            if field in taken and field not in mapped:
                taken["proceeds"] = taken.pop(field)
                break
    return taken


def is_money(name: str) -> bool:
    """Whether a column seems to hold an amount of money, which could be the price itself in other words."""
    return not _MONEY.isdisjoint(folded(name).split("_"))


def decimal_mark(cells: Sequence[str]) -> str:
    """The decimal mark of a column of numbers: "." or ",".

    Where a number has both marks, the last is it; a mark that stands twice in a number, or always before exactly
    three digits, stands between thousands.
    """
    votes = {".": 0, ",": 0}
    threes = {".": 0, ",": 0}
    for cell in cells:
        text = _core(cell) or ""
        point, comma = text.rfind("."), text.rfind(",")
        mark = "." if point > comma else ","
        if max(point, comma) < 0:
            continue
        if min(point, comma) >= 0:
            votes[mark] += 10
        elif text.count(mark) > 1:
            votes["," if mark == "." else "."] += 10
        elif len(text) - 1 - max(point, comma) == 3 and not text.lstrip("-+").startswith("0"):
            threes[mark] += 1
        else:
            votes[mark] += 1
    if votes["."] == votes[","]:
        return "." if threes[","] >= threes["."] else ","
    return "." if votes["."] > votes[","] else ","


def read_amount(cell: str, decimal: str) -> float:
    """A number as people write it, with a currency sign or code and marks between thousands.

    Raises ValueError for what is no number.
    """
    text = _core(cell)
    if text is None:
        raise ValueError(f"no number: {cell.strip()[:40]!r}")
    for mark in {".", ",", " ", "'"} - {decimal}:
        text = text.replace(mark, "")
    if text.count(decimal) > 1:
        raise ValueError(f"no number: {cell.strip()[:40]!r} has the decimal mark {decimal} more than once")
    return float(text.replace(decimal, "."))


def read_day(cell: str) -> int:
    """A date at the start of a cell as a number of days. Raises ValueError."""
    text = cell.strip()
    for form, length in (("%Y-%m-%d", 10), ("%Y/%m/%d", 10), ("%d.%m.%Y", 10), ("%Y%m%d", 8)):
        try:
            return datetime.strptime(text[:length], form).toordinal()
        except ValueError:
            continue
    raise ValueError(f"no date: {text[:40]!r}, expected as 2026-11-23")


def _core(cell: str) -> str | None:
    """The digits and marks of a number that stands alone in a cell, but for a currency before or after it."""
    text = cell.translate(_SPACES).strip()
    found = _NUMBER.search(text)
    if found is None:
        return None
    around = text[: found.start()] + text[found.end() :]
    if any(letter.isdigit() for letter in around) or len("".join(around.split())) > 8:
        return None
    sign = "-" if text[: found.start()].rstrip().endswith("-") else ""
    return sign + found[0].strip(" .,'")


def _is(column: str, name: str) -> bool:
    return column == name


def _is_in_a_currency(column: str, name: str) -> bool:
    return "_".join(word for word in column.split("_") if word not in _CURRENCIES) == name


def _ends_in(column: str, name: str) -> bool:
    return column.endswith("_" + name)
