"""Tables of a design, as TOML gives them, checked into values: everything that is wrong with one is said at once.

A design that is `like` another one has all of its fields. A field of its own with the `id` of one of those takes
that one's place if it says its `kind`, else it changes only the keys that it names; any other field is added.
"""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from labels import template
from labels.card import KINDS as CARDS
from labels.fields import EVERY, KINDS, AnyField, Bars, Design, Place, Qr
from labels.keys import CHECKS, LONGEST_NAME, agreed, shown
from labels.stock import RESOLUTIONS, SIZES, UnknownStock, find
from labels.suggest import hint

CHANNELS: Final = (
    "restock", "repackage", "outlet", "marketplace", "off_price", "export", "return_to_vendor", "donate",
    "refurbish", "remanufacture", "parts_harvest", "recycle", "energy_recovery", "landfill", "quarantine",
)  # fmt: skip
"""The ways out that a design may be for."""

MOST_FIELDS: Final = 60
_KEYS: Final = ("size", "width_mm", "height_mm", "dpi", "channels", "card", "like", "drop", "fields")


class Fault(NamedTuple):
    """Something wrong at a place of a design's table."""

    path: Place
    sentence: str


class BadDesign(ValueError):
    """A design that can't be used; `faults` has everything that is wrong with it."""

    def __init__(self, where: str, faults: Sequence[Fault]) -> None:
        self.where = where
        self.faults = list(faults)
        super().__init__("\n".join(f"{dotted((where, *path))}: {sentence}" for path, sentence in faults))


def dotted(path: Place) -> str:
    """A place as it is written in TOML, list positions as [0]."""
    steps = (f"[{step}]" if isinstance(step, int) else f".{step[:60]}" for step in path)
    text = "".join(steps).removeprefix(".")
    return text if text.isprintable() else ascii(text)[1:-1]


Bases = Mapping[tuple[str, str], Design]
"""Designs by name and size."""


def read(table: Mapping[str, object], where: str, bases: Bases | None = None) -> Design:
    """The design of a table, by the name `where`; `bases` are the designs that it may be like, of its own size.

    Raises `BadDesign` with all faults of the table. Whether it fits its label is proven by `labels.proof`.
    """
    faults: list[Fault] = []
    if not isinstance(table, Mapping):
        raise BadDesign(where, [Fault((), f"expected a table, got {shown(table)}")])
    for key in table:
        if key not in _KEYS:
            faults.append(Fault((str(key),), f"a design has no such setting{hint(str(key), _KEYS)}"))
    size = _size(table, faults)
    dpi = table.get("dpi")
    if dpi is not None and (type(dpi) is not int or dpi not in RESOLUTIONS):
        faults.append(Fault(("dpi",), f"expected {' or '.join(map(str, RESOLUTIONS))}, got {shown(dpi)}"))
    base = _base(table, bases or {}, size, faults)
    drop = _words(table, "drop", [one.id for one in base.fields] if base else [], faults)
    if "drop" in table and "like" not in table:
        faults.append(
            Fault(("drop",), "drops fields of the design that this one is `like`, and it is like none")
        )
    channels = _words(table, "channels", (*CHANNELS, EVERY), faults)
    card = table.get("card", "")
    if card not in ("", *CARDS):
        faults.append(Fault(("card",), f"no such card{hint(str(card)[:LONGEST_NAME], CARDS)}"))
    if bool(channels) == bool(card) and not faults:
        faults.append(
            Fault(
                ("channels",), 'expected either channels, as ["donate"] or ["*"], or card = "tote" or "badge"'
            )
        )
    tables, places = _merge(table, base, drop, faults)
    # Without the design that it is like, nobody can say what a field that only changes some keys lacks.
    whole = [at for at, one in enumerate(tables) if "kind" in one or base is not None or "like" not in table]
    fields = [_field(tables[at], places[at], base is not None, faults) for at in whole]
    if not faults:
        _scanned([one for one in fields if one is not None], faults)
    if faults:
        raise BadDesign(where, faults)
    return Design(
        where,
        size,
        tuple(one for one in fields if one is not None),
        tuple(channels),
        str(card),
        dpi if isinstance(dpi, int) else None,
        tuple(places),
        tuple(tables),
    )


def _size(table: Mapping[str, object], faults: list[Fault]) -> str:
    """The stock's name, also where width and height are given."""
    given = table.get("size")
    own = [table.get("width_mm"), table.get("height_mm")]
    if given is not None:
        if any(side is not None for side in own):
            faults.append(Fault(("size",), "expected either size, or width_mm and height_mm"))
        path: Place = ("size",)
    elif all(isinstance(side, (int, float)) and not isinstance(side, bool) for side in own):
        given, path = f"{own[0]:g}x{own[1]:g}mm", ("width_mm",)
    else:
        faults.append(
            Fault(("size",), f"is missing: expected {', '.join(SIZES)}, or width_mm and height_mm as numbers")
        )
        return ""
    try:
        stock = find(given if isinstance(given, str) else "", RESOLUTIONS[0])
        sides = (stock.width_mm, stock.height_mm)
        return next((name for name, known in SIZES.items() if known == sides), stock.name)
    except UnknownStock as unknown:
        faults.append(Fault(path, str(unknown)))
        return ""


def _base(table: Mapping[str, object], bases: Bases, size: str, faults: list[Fault]) -> Design | None:
    like = table.get("like")
    if like is None:
        return None
    if not size:
        return None
    fitting = {name: base for (name, of_size), base in bases.items() if of_size == size}
    if not isinstance(like, str) or like not in fitting:
        sentence = f"there is no design {shown(like)} of the size {size}{hint(str(like)[:40], fitting)}"
        faults.append(Fault(("like",), sentence))
        return None
    return fitting[like]


def _words(table: Mapping[str, object], key: str, known: Iterable[str], faults: list[Fault]) -> list[str]:
    """A list of words, each of them known."""
    given, choices = table.get(key, []), tuple(known)
    if not isinstance(given, (list, tuple)):
        faults.append(Fault((key,), f"expected a list of words, got {shown(given)}"))
        return []
    for place, word in enumerate(given):
        if not isinstance(word, str) or word not in choices:
            faults.append(Fault((key, place), f"unknown: {shown(word)}{hint(str(word)[:40], choices)}"))
    return [str(word) for word in given]


def _merge(
    table: Mapping[str, object], base: Design | None, drop: Sequence[str], faults: list[Fault]
) -> tuple[list[dict[str, Any]], list[Place]]:
    """The tables of all fields, those of the base first, and where each was written."""
    kept = [dict(one) for one in base.tables if one.get("id") not in drop] if base else []
    places: list[Place] = [("like",)] * len(kept)
    at = {one["id"]: index for index, one in enumerate(kept) if one.get("id")}
    given = table.get("fields", [])
    if not isinstance(given, (list, tuple)) or (base is None and not given):
        faults.append(Fault(("fields",), "expected a list of fields, as [[fields]]"))
        return kept, places
    if len(given) > MOST_FIELDS:
        faults.append(Fault(("fields",), f"has {len(given)} fields, expected at most {MOST_FIELDS}"))
        return kept, places
    own: dict[str, int] = {}
    for index, one in enumerate(given):
        path: Place = ("fields", index)
        if not isinstance(one, Mapping):
            faults.append(Fault(path, f"expected a table, got {shown(one)}"))
            continue
        name = one["id"] if isinstance(one.get("id"), str) else ""
        if name and name in own:
            faults.append(Fault((*path, "id"), f"is already the id of field {own[name]}"))
            continue
        if name:
            own[name] = index
        if name and name in at:
            kept[at[name]] = dict(one) if "kind" in one else {**kept[at[name]], **one}
            places[at[name]] = path
        else:
            kept.append(dict(one))
            places.append(path)
    return kept, places


def _field(given: Mapping[str, Any], place: Place, merged: bool, faults: list[Fault]) -> AnyField | None:
    """One field; its faults are added, and it is None if there are any."""
    kind = given.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        if kind is None:
            inherited = ", or the id of a field of the design that this one is like" if merged else ""
            sentence = f"is missing: expected one of {', '.join(KINDS)}{inherited}"
        else:
            sentence = f"no such kind of field: {shown(kind)}{hint(str(kind)[:40], KINDS)}"
        faults.append(Fault((*place, "kind"), sentence))
        return None
    shape = KINDS[kind]
    keys = {one.name: one for one in dataclasses.fields(shape)}
    before, values = len(faults), {}
    for key, value in given.items():
        if key == "kind":
            continue
        if key not in keys:
            faults.append(Fault((*place, str(key)), f"{kind} has no such key{hint(str(key), keys)}"))
            continue
        try:
            values[key] = CHECKS[key](value)
        except ValueError as refused:
            faults.append(Fault((*place, key), str(refused)))
    for key, one in keys.items():
        if one.default is dataclasses.MISSING and key not in given:
            faults.append(Fault((*place, key), f"is missing: {kind} needs it"))
    if len(faults) > before:
        return None
    found = shape(**values)
    faults += [Fault((*place, key), sentence) for key, sentence in agreed(found)]
    return found if len(faults) == before else None


def _scanned(fields: Sequence[AnyField], faults: list[Fault]) -> None:
    """A label without its code can't be scanned back: bars say it, or a QR code that is always drawn."""
    for one in fields:
        if (
            not (one.when or one.unless)
            and isinstance(one, (Bars, Qr))
            and {"code", "lpn"} & template.names(one.text)
        ):
            return
    faults.append(
        Fault(
            ("fields",), "no symbol says the label's code: expected bars, or a qr with {code}, always drawn"
        )
    )
