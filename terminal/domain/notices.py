"""Recall notices out of the tables and texts of authorities: what they name, and what they only describe.

Real notices have no column for a GTIN or a model: both stand in the sentences, which are often cut off. A code that
the cut may have shortened is left out, and a text that speaks of serials or lots without listing them makes the
notice a limited one, so that it can be a possible match and never a hit.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from terminal.domain import tablecells
from terminal.domain.gtin import Gs1Error, canonical_gtin, restriction
from terminal.domain.importmap import RECALL_FIELDS
from terminal.domain.naming import SAYS_NOTHING, code, telling, words
from terminal.domain.recalls import Notice, Range, brand_words

ALSO_CALLED: Mapping[str, tuple[str, ...]] = {
    "notice": ("recall_number", "recallnumber", "number", "recall_id"),
    "title": ("name",),
    "product": ("product_name", "product_type"),
    "maker": ("manufacturer", "importer"),
    "gtin": ("upc", "ean", "barcode", "gtins"),
    "sku": ("skus",),
    "model": ("model_number", "models"),
    "serials": ("serial", "serial_numbers"),
    "lots": ("lot", "batch", "batches"),
    "hazard": ("hazards",),
    "url": ("link",),
    "dated": ("recall_date", "date"),
}
"""Column names under which authorities publish these fields, for a file that no mapping is named for."""

MAX_TEXT = 4_000
_CUT = 120
"""A text of this length that ends without a full stop was cut off."""

_REASON = re.compile(r"\b(?:due to|because)\b|;", re.IGNORECASE)
_WHO_RECALLS = re.compile(r"^(?P<firm>.*?)\b(?:recalls?|reannounces?)\b(?P<what>.*)$", re.IGNORECASE)
_PASSIVE = re.compile(r"^(?P<what>.*?)\brecalled\b", re.IGNORECASE)
_BY = re.compile(r"\bby ([A-Z0-9][\w&'\u2019.-]*(?: [A-Z0-9][\w&'\u2019.-]*)*)")
_BRANDED = re.compile(r"([\w'\u2019&.]{1,40})[- ]brand(?:ed)?\b", re.IGNORECASE)
_MODEL_WORD = re.compile(r"\bmodels?\b(?! years?\b)", re.IGNORECASE)
_LOT_WORD = re.compile(r"\b(?:batch|lot)(?: codes?| numbers?)?\b", re.IGNORECASE)
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_UPC = re.compile(r"\b(?:UPC|EAN|GTIN)\b\D{0,20}([0-9][0-9 -]{6,16}[0-9])", re.IGNORECASE)
_BETWEEN_WORDS = "number no numbers nos is are was were and or code codes the include includes"
_GLUE = frozenset(_BETWEEN_WORDS.split())
_RANGE = re.compile(
    r"([A-Z0-9][A-Z0-9-]{2,30})\s+(?:through|thru|to|bis|\u2013|-)\s+([A-Z0-9][A-Z0-9-]{2,30})"
)
_SOME_ONLY = re.compile(
    r"\b(?:serial numbers?|batch|lot (?:code|number)s?|date codes?|only"
    r"|manufactured (?:between|prior|before|from))\b",
    re.IGNORECASE,
)
_ONE_RANGE = re.compile(r"(.+?)(?:\s+(?:through|thru|to|bis)\s+|\s+[-\u2013]\s+|\.\.)(.+)", re.IGNORECASE)
_SENTENCE_END = '.!?:\u201c"'


def converters(formats: Iterable[str]) -> dict[str, Callable[[str], Any]]:
    """How the cell of each field is read; `formats` are the date formats of the mapping."""
    day = tablecells.moment(tuple(formats))
    readers: dict[str, Callable[[str], Any]] = dict.fromkeys(RECALL_FIELDS, text)
    return readers | {
        "notice": number,
        "gtin": gtins,
        "sku": lambda cell: several(cell),
        "model": lambda cell: tuple(filter(None, map(code, several(cell)))),
        "serials": ranges,
        "lots": ranges,
        "sold_from": lambda cell: _day(day(cell)),
        "sold_to": lambda cell: _day(day(cell)),
        "dated": lambda cell: _day(day(cell)),
    }


def text(cell: str) -> str:
    """Free text on one line."""
    plain = " ".join(cell.split())[:MAX_TEXT]
    tablecells.title(plain)
    return plain


def number(cell: str) -> str:
    """The number of a notice."""
    if "," in cell:
        raise ValueError("one notice number, without a comma")
    return tablecells.identifier(cell)


def several(cell: str) -> tuple[str, ...]:
    """The entries of a cell that holds a list, parted by semicolons, bars or commas."""
    return tuple(tablecells.identifier(part.strip()) for part in re.split(r"[;|,]", cell) if part.strip())


def gtins(cell: str) -> tuple[str, ...]:
    """GTINs in their one spelling. Raises ValueError also for one that names no product outside a shop."""
    found = tuple(tablecells.gtin(part) for part in several(cell))
    for gtin in found:
        if (why := restriction(gtin)) is not None:
            raise ValueError(f"GTIN {gtin} is {why}")
    return found


def ranges(cell: str) -> tuple[Range, ...]:
    """Serials or lots: `A100 - A199; B7`. Raises ValueError for a range that goes backwards."""
    found = []
    for part in several(cell):
        ends = _ONE_RANGE.fullmatch(part)
        low, high = (ends[1].strip(), ends[2].strip()) if ends else (part, part)
        one = Range(low, high)
        if not one.sound:
            raise ValueError(f"{part}: no range, the ends must be of one build and in order, as A100 - A199")
        found.append(one)
    return tuple(found)


def notice_of(row: Mapping[str, Any], part: int = 1) -> Notice:
    """A notice from the fields of one row. Raises ValueError where the row names no product at all."""
    title, body = row.get("title") or "", row.get("description") or ""
    named = [row.get(name) for name in ("gtin", "sku", "model", "brand", "product", "title")]
    if not any(named):
        raise ValueError(
            "nothing says which product is recalled: a title, model, SKU, GTIN or brand is needed"
        )
    firm, what = _parted(title)
    brand, maker, kind = row.get("brand") or "", row.get("maker") or "", row.get("product") or ""
    listed, unread = _ranges_in(body)
    lots = tuple(Range(lot, lot) for lot in _after(_LOT_WORD, body))
    names = _names(firm, title, body, maker)
    spoken = _SOME_ONLY.search(body) is not None
    return Notice(
        number=row["notice"],
        part=part,
        title=title or kind or brand,
        gtins=tuple(dict.fromkeys((*(row.get("gtin") or ()), *_gtins_in(body)))),
        skus=row.get("sku") or (),
        models=tuple(dict.fromkeys((*(row.get("model") or ()), *_models_in(title), *_models_in(body)))),
        serials=tuple(dict.fromkeys((*(row.get("serials") or ()), *listed))),
        lots=tuple(dict.fromkeys((*(row.get("lots") or ()), *lots))),
        limited=spoken or unread,
        brands=tuple(part.strip() for part in re.split(r"[;|,]", brand) if brand_words(part)),
        names=names,
        known_by=tuple(
            dict.fromkeys(
                (*words(f"{firm} {what} {brand} {maker} {kind}"), *words(" ".join(_capitals(body))), *names)
            )
        ),
        product=tuple(dict.fromkeys((*telling(what), *telling(kind)))),
        sold_from=row.get("sold_from"),
        sold_to=row.get("sold_to"),
        hazard=(row.get("hazard") or "")[:200],
        url=row.get("url") or "",
        dated=row.get("dated"),
    )


def ordinary(body: str) -> tuple[str, ...]:
    """The words that a text uses in small letters: no name of a brand is among them."""
    small = " ".join(word for word in re.findall(r"[^\W_]+", body) if word[0].islower())
    return words(small)


def _day(moment: datetime) -> date:
    return moment.date()


def _parted(title: str) -> tuple[str, str]:
    """Who recalls and what, out of a headline: "Firm Recalls Things Due to ..." or "Things Recalled Due to ..."."""
    head = _REASON.split(title, maxsplit=1)[0]
    passive = _PASSIVE.match(head)
    if passive is not None:
        return "", passive["what"]
    active = _WHO_RECALLS.match(head)
    return (active["firm"], active["what"]) if active is not None else ("", head)


def _names(firm: str, title: str, body: str, maker: str) -> tuple[str, ...]:
    """Words that are likely the name of a brand or firm: the first of each run of capitals, and who it is by."""
    first = [firm or title, maker, *_BY.findall(title), *_BRANDED.findall(body), *_BRANDED.findall(title)]
    found = [next(iter(_nameable(part)), "") for part in first]
    found += [next((word for word in _nameable(part) if word.isalpha()), "") for part in _runs(body)]
    return tuple(dict.fromkeys(word for word in found if word))


def _nameable(part: str) -> list[str]:
    """The words of a run of capitals that can be a brand."""
    return [
        word
        for word in words(part)
        if len(word) > 2 and not word.isdecimal() and word not in SAYS_NOTHING | _NO_NAME
    ]


_KNOWN_CAPITALS = """
    led usb ac dc atx psi gpm upc ean amazon walmart temu ebay target costco china january february march april may
    june july august september october november december halloween christmas valentine cpsc
"""
_NO_NAME = frozenset(_KNOWN_CAPITALS.split())


def _runs(body: str) -> list[str]:
    """Runs of capitalised words inside of sentences."""
    runs: list[list[str]] = []
    inside = False
    starts = True
    for word in body.split():
        bare = word.strip("\"'\u201c\u201d(),;:")
        capital = bare[:1].isupper() or any(letter.isupper() for letter in bare[1:])
        if capital and not starts:
            if not inside:
                runs.append([])
            runs[-1].append(bare)
        inside = capital and not starts
        starts = word[-1:] in _SENTENCE_END
    return [" ".join(run) for run in runs]


def _capitals(body: str) -> list[str]:
    return [word for run in _runs(body) for word in run.split()]


def _whole(body: str) -> str:
    """The text without a last word that may have been cut off."""
    cut = len(body) >= _CUT and body[-1:] not in '.!?")'
    return body.rsplit(" ", 1)[0] if cut else body


def _after(word: re.Pattern[str], body: str) -> list[str]:
    """The codes that follow a word such as "models" or "batch codes", up to the next word that is none."""
    found = []
    whole = _whole(body)
    for match in word.finditer(whole):
        for part in whole[match.end() :].split():
            bare = part.strip("\"'\u201c\u201d(),;:#")
            plain = bare.rstrip(".")
            if any(letter.isdecimal() for letter in plain) and len(plain) > 1:
                found.append(plain)
                if bare.endswith("."):
                    break
            elif plain.casefold() not in _GLUE and plain:
                break
    return found


def _models_in(body: str) -> tuple[str, ...]:
    """Model codes of a text. Bare numbers that may be a size, a count or a year are none."""
    found = map(code, _after(_MODEL_WORD, body))
    return tuple(one for one in found if not one.isdecimal() or (len(one) > 3 and not _YEAR.fullmatch(one)))


def _gtins_in(body: str) -> tuple[str, ...]:
    found = []
    for digits in _UPC.findall(_whole(body)):
        try:
            gtin = canonical_gtin(digits.replace(" ", "").replace("-", ""))
        except Gs1Error:
            continue
        if restriction(gtin) is None:
            found.append(gtin)
    return tuple(found)


def _ranges_in(body: str) -> tuple[tuple[Range, ...], bool]:
    """Ranges of serials in a text, and whether it has some that can't be read as one."""
    whole = _whole(body)
    start = re.search(r"\bserial numbers?\b", whole, re.IGNORECASE)
    if start is None:
        return (), False
    found = [Range(*ends) for ends in _RANGE.findall(whole[start.end() :])]
    good = tuple(one for one in found if one.sound)
    return good, len(good) < len(found)
