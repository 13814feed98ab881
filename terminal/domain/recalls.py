"""Recall notices, and whether one of them names the goods on the bench.

A notice that names the goods exactly is a hit. One that only shares brand and kind of product is "possible", and so
is one that means some serials or lots of them while nobody knows which this is. Nothing here ever says that goods
are safe: no finding means that no notice of the table was found to name them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Literal

from terminal.domain.codes import is_dummy
from terminal.domain.gtin import GTIN_LENGTHS, restriction, same_gtin
from terminal.domain.naming import code, codes, telling, words
from terminal.domain.speech import N_, _

Level = Literal["possible", "hit"]

MAX_REFS = 200
"""Characters of the fact that holds the numbers of notices."""

_PARTS = re.compile(r"([A-Z]*)([0-9]+)([A-Z]*)")
_MEANT_FOR = frozenset({"for", "fit", "compatible", "replacement", "spare", "ersatz", "fur", "pour", "para"})
"""Words of accessories, whose titles carry brand and model of something else."""
_NO_BRAND = frozenset({"generic", "unbranded", "none", "oem", "no", "noname", "brand", "various", "unknown"})
_LONG_CODE = 5

_LISTS = {
    "serial": N_("notice {notice} lists its serial"),
    "lot": N_("notice {notice} lists its lot"),
}
_NAMES = {
    "GTIN": N_("notice {notice} names its GTIN"),
    "SKU": N_("notice {notice} names its SKU"),
    "model": N_("notice {notice} names its model"),
}
_ONLY_SOME = {
    # TRANSLATORS: {why} is "notice 26-001 names its model"
    "serial numbers": N_("{why}, but only some serial numbers"),
    "lots": N_("{why}, but only some lots"),
    "units": N_("{why}, but only some units"),
}


@dataclass(frozen=True, slots=True)
class Range:
    """Serials or lots from `low` to `high`; one code where both are the same."""

    low: str
    high: str

    @property
    def sound(self) -> bool:
        """Whether its ends are of one build and in order."""
        return _between(code(self.low), code(self.low), code(self.high))

    def holds(self, text: str) -> bool:
        """Whether a code lies in it: numbers between the same letters, or codes of one length and build."""
        return _between(code(self.low), code(text), code(self.high))


@dataclass(frozen=True, slots=True)
class Notice:
    """One product of a recall notice; a notice of several products has several `part`s."""

    number: str
    part: int = 1
    title: str = ""
    gtins: tuple[str, ...] = ()
    skus: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    """Model codes as `naming.code` spells them."""
    serials: tuple[Range, ...] = ()
    lots: tuple[Range, ...] = ()
    limited: bool = False
    """It means only some units (serials, lots, dates) that it does not list in a form that can be compared."""
    brands: tuple[str, ...] = ()
    """Brands that the file gives as such."""
    names: tuple[str, ...] = ()
    """Words of its text that look like a name, and that no notice uses as an ordinary word."""
    known_by: tuple[str, ...] = ()
    """Every word that names product, brand or firm: where a brand that is known is looked for."""
    product: tuple[str, ...] = ()
    """Words that say what kind of product it is."""
    sold_from: date | None = None
    sold_to: date | None = None
    hazard: str = ""
    url: str = ""
    dated: date | None = None


@dataclass(frozen=True, slots=True)
class Goods:
    """What is known of the goods on the bench, None where nobody said."""

    title: str = ""
    brand: str | None = None
    gtin: str | None = None
    sku: str | None = None
    serial: str | None = None
    lot: str | None = None
    sold: date | None = None
    sold_by: date | None = None
    """A day on which they were sold already, such as that of the return's announcement."""


@dataclass(frozen=True, slots=True)
class Match:
    """That a notice names the goods, how surely, and why in words."""

    level: Level
    notice: Notice
    why: str


def judge(goods: Goods, notices: Iterable[Notice], cleared: Collection[str] = ()) -> tuple[Match, ...]:
    """The notices that name the goods, hits first. Of `cleared` ones only a hit is still told."""
    found = [match for notice in notices if (match := compare(goods, notice)) is not None]
    kept = [match for match in found if match.level == "hit" or match.notice.number not in cleared]
    return tuple(sorted(kept, key=lambda each: (each.level != "hit", each.notice.number, each.notice.part)))


def compare(goods: Goods, notice: Notice) -> Match | None:
    """Whether one notice names the goods. A day of sale that is known and out of the notice's days rules it out."""
    if _sold_at_another_time(goods, notice):
        return None
    exact, listed = _exact(goods, notice), _listed(goods, notice)
    alike = _same_brand(goods, notice) and bool(_shared(goods, notice))
    if listed and (alike or exact is not None):
        return Match("hit", notice, _(_LISTS[listed]).format(notice=notice.number))
    if exact is None:
        told = _("notice {notice} names such a product of this brand").format(notice=notice.number)
        return Match("possible", notice, told) if alike else None
    level, by = exact
    told = _(_NAMES[by]).format(notice=notice.number)
    if level == "hit" and (limits := _limits(notice)):
        return Match("possible", notice, _(_ONLY_SOME[limits]).format(why=told))
    return Match(level, notice, told)


def facts(matches: tuple[Match, ...]) -> dict[str, Any]:
    """The facts of an item that notices name; none where no notice does."""
    if not matches:
        return {}
    level = matches[0].level
    told = ""
    for number in dict.fromkeys(match.notice.number for match in matches if match.level == level):
        more = f"{told}, {number}" if told else number
        told = more if len(more) <= MAX_REFS else told
    return {"recalled": level, "recall_ref": told}


def refs(known: Mapping[str, Any]) -> tuple[str, ...]:
    """The numbers in an item's `recall_ref`."""
    return tuple(part for part in str(known.get("recall_ref", "")).split(", ") if part)


def cleared_refs(known: Mapping[str, Any]) -> tuple[str, ...]:
    """The notices of which a lead has said that they do not mean this item."""
    return refs(known) if known.get("recalled") == "none" else ()


def clear(known: Mapping[str, Any], who: str, why: str) -> dict[str, Any]:
    """The facts after `who`, a lead, compared the item with the notice and found that it is not meant.

    Raises ValueError where there is no possible match: a hit is settled with the maker, not at the bench.
    """
    level = known.get("recalled")
    if level == "hit":
        raise ValueError(_("a recall notice names this very item: no one at the bench can clear it"))
    if level != "possible":
        raise ValueError(_("no possible recall waits for a lead here"))
    if not who.strip() or not why.strip():
        raise ValueError(_("a possible recall is cleared by a named lead with a reason"))
    return {"recalled": "none", "recall_cleared": f"{who.strip()}: {why.strip()}"[:MAX_REFS]}


def doubt(known: Mapping[str, Any]) -> str | None:
    """What the bench says of an item that a notice may name."""
    level, numbers = known.get("recalled"), known.get("recall_ref")
    if level not in ("possible", "hit") or not numbers:
        return None
    if level == "hit":
        return _("recall notice {notices} names it").format(notices=numbers)
    may = _("recall notice {notices} may mean it: a lead must compare it and clear it")
    return may.format(notices=numbers)


def _between(low: str, given: str, high: str) -> bool:
    ends = [match for part in (low, given, high) if (match := _PARTS.fullmatch(part)) is not None]
    if len(ends) < 3:
        return bool(given) and _build(low) == _build(given) == _build(high) and low <= given <= high
    first, number, last = (end[2] for end in ends)
    if len({end[1] for end in ends}) > 1 or len({end[3] for end in ends}) > 1:
        return False
    return len(first) <= len(number) <= len(last) and int(first) <= int(number) <= int(last)


def _build(text: str) -> str:
    """The build of a code: where it has letters and where digits."""
    return "".join("9" if letter.isdecimal() else "A" for letter in text)


def _sold_at_another_time(goods: Goods, notice: Notice) -> bool:
    first, last = notice.sold_from, notice.sold_to
    if goods.sold is not None:
        return (first is not None and goods.sold < first) or (last is not None and goods.sold > last)
    return first is not None and goods.sold_by is not None and goods.sold_by < first


def _limits(notice: Notice) -> str:
    """Which of its units a notice means, in a word; empty where it means all of them."""
    if notice.serials:
        return "serial numbers"
    return "lots" if notice.lots else "units" if notice.limited else ""


def _listed(goods: Goods, notice: Notice) -> str:
    """By what a notice lists this very unit: serial, lot or nothing."""
    for name, text, ranges in (("serial", goods.serial, notice.serials), ("lot", goods.lot, notice.lots)):
        if text and not is_dummy(text) and any(part.holds(text) for part in ranges):
            return name
    return ""


def _exact(goods: Goods, notice: Notice) -> tuple[Level, str] | None:
    """By which number a notice names the goods, and whether nothing else can be meant by it."""
    if goods.gtin and _is_gtin(goods.gtin) and any(same_gtin(goods.gtin, gtin) for gtin in notice.gtins):
        return "hit", "GTIN"
    if goods.sku and goods.sku.casefold() in {sku.casefold() for sku in notice.skus}:
        alone = not (notice.brands or notice.product)
        return ("hit" if alone or _same_brand(goods, notice) or _shared(goods, notice) else "possible"), "SKU"
    own = codes(f"{goods.title} {goods.sku or ''}") if notice.models else ()
    named = [model for model in notice.models if model in own]
    if not named:
        return None
    shared = _shared(goods, notice)
    if _same_brand(goods, notice):
        accessory = (_MEANT_FOR & set(words(goods.title))) - set(notice.product)
        rest = set(telling(goods.title)) - set(words(goods.brand or "")) - set(notice.names)
        plain = {word for word in rest if word.isalpha()}
        return ("hit" if not accessory and (shared or not plain) else "possible"), "model"
    telltale = any(len(model) >= _LONG_CODE and not model.isdecimal() for model in named)
    return ("possible", "model") if telltale and shared else None


def _is_gtin(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) in GTIN_LENGTHS and restriction(text) is None


def _same_brand(goods: Goods, notice: Notice) -> bool:
    """Whether the brand of the goods stands in the notice, or a name of the notice in brand or title."""
    own, title = brand_words(goods.brand), set(words(goods.title))
    if own and set(own) <= set(notice.known_by):
        return True
    if any(said and set(said) <= title | set(own) for said in map(brand_words, notice.brands)):
        return True
    return not (title | set(own)).isdisjoint(notice.names)


@lru_cache(maxsize=512)
def brand_words(brand: str | None) -> tuple[str, ...]:
    """The words of a brand that is one; none for "generic" and its like."""
    found = words(brand or "")
    told = tuple(word for word in found if word not in ("inc", "ltd", "llc", "co", "gmbh"))
    return () if not told or set(told) <= _NO_BRAND or is_dummy(brand or "") else told


def _shared(goods: Goods, notice: Notice) -> set[str]:
    """Words for the kind of product that both use; brand and names do not count."""
    brands = {word for brand in (goods.brand, *notice.brands) for word in words(brand or "")}
    return set(telling(goods.title)) & set(notice.product) - brands - set(notice.names)
