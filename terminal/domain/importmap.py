"""The mapping of `[import.NAME]`: which column of a foreign file says what, and what no column says.

It is checked whole when it is read, so a misspelt field is an error at the start and not an empty column later.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from terminal.domain.codepatterns import pattern_problem
from terminal.domain.suggest import BadData, hint

MANIFEST_FIELDS = (
    "rma", "tracking", "sku", "gtin", "serial", "title", "category", "quantity", "unit_price", "currency", "reason",
    "initiated", "weight_g",
)  # fmt: skip
CATALOGUE_FIELDS = (
    "sku", "gtin", "title", "category", "price", "currency", "weight_g", "hygiene", "battery", "hazard", "brand",
)  # fmt: skip
RECALL_FIELDS = (
    "notice", "title", "description", "brand", "product", "maker", "gtin", "sku", "model", "serials", "lots",
    "sold_from", "sold_to", "hazard", "url", "dated",
)  # fmt: skip
TAC_FIELDS = ("tac", "brand", "model")
CHECK_FIELDS = ("number", "provider", "checked", "result", "ref")
WIPE_FIELDS = (
    "ref", "lpn", "serial", "imei", "media_serial", "manufacturer", "model", "property_no", "media_type",
    "media_source", "action", "method", "tool", "tool_version", "verification", "destination", "result",
    "sanitiser_name", "sanitiser_title", "sanitiser_date", "sanitiser_location", "sanitiser_contact",
    "sanitiser_signature", "verifier_name", "verifier_title", "verifier_date", "verifier_location",
    "verifier_contact", "verifier_signature",
)  # fmt: skip
HISTORY_FIELDS = (
    "unit", "cat", "orig_price", "mass_kg", "initiated", "received", "decided", "put_away", "sold", "final",
    "channel", "proceeds", "credit", "inbound", "labour_min", "parts", "pack", "outbound", "fees", "disposal",
    "holds", "reroutes", "grade", "first_grade", "operator", "currency", "reason", "sku", "gtin", "first_channel",
    "overrides", "override_reason", "mass_source",
)  # fmt: skip
"""Of units of the past, one a row."""
AUDIT_FIELDS = (
    "unit", "first_grade", "audit_grade", "first_channel", "audit_channel", "operator", "auditor", "category",
    "stratum", "stratum_items", "at",
)  # fmt: skip
"""Of items that were graded twice, one a row."""
GATE_FIELDS = RECALL_FIELDS + TAC_FIELDS + CHECK_FIELDS + WIPE_FIELDS
"""Of the tables that goods are held against: recall notices, type codes, status checks, sanitisation records."""


_ENCODINGS = ("utf-8", "cp1252", "latin-1", "utf-16", "cp1250", "cp850")
_SIGNS = ("positive", "negative", "any")
_SOME_DAY = datetime(2026, 11, 23, 18, 30, 15)


@dataclass(frozen=True, slots=True)
class NotGoods:
    """Rows that are no goods: the whole cell of `column` matches `pattern`, in any case."""

    column: str
    """One of our fields or a column of the file."""
    pattern: str
    what: str = ""
    """What such a row is, for the reason; empty for the cell itself."""


@dataclass(frozen=True, slots=True)
class CategoryBy:
    """Goods whose title has `pattern` somewhere, in any case, are of `category` where the file says none."""

    pattern: str
    category: str


@dataclass(frozen=True, slots=True)
class ImportMap:
    """How a file says what we want to know. Raises BadData with everything that is wrong with it.

    A field that stands in neither `columns` nor `constants` is read from a column of its own name if there is one.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    """Our field -> column of the file. A column that is named here must be in the file."""
    constants: Mapping[str, str] = field(default_factory=dict)
    """Our field -> what to take where the file has no column for it or the cell is empty."""
    date_formats: tuple[str, ...] = ()
    """As of strptime, tried in this order; none for ISO 8601. Times without a zone are UTC."""
    decimal: str = "."
    thousands: str = ""
    delimiter: str = ","
    encoding: str = "utf-8"
    quantity_sign: Literal["positive", "negative", "any"] = "positive"
    """Credit notes count returned goods with a minus."""
    not_goods: tuple[NotGoods, ...] = ()
    category_by: tuple[CategoryBy, ...] = ()

    def __post_init__(self) -> None:
        problems = [*_unknown_fields(self), *_wrong_marks(self), *_wrong_patterns(self)]
        if problems:
            raise BadData(problems)


def _unknown_fields(mapping: ImportMap) -> list[str]:
    known = tuple(
        dict.fromkeys(MANIFEST_FIELDS + CATALOGUE_FIELDS + GATE_FIELDS + HISTORY_FIELDS + AUDIT_FIELDS)
    )
    return [
        f"{table}: {name!r} is no field{hint(name, known)}"
        for table, names in (("columns", mapping.columns), ("constants", mapping.constants))
        for name in names
        if name not in known
    ]


def _wrong_marks(mapping: ImportMap) -> list[str]:
    problems = []
    if mapping.decimal not in (".", ","):
        problems.append(f"decimal: {mapping.decimal!r}, expected . or ,")
    if mapping.thousands not in ("", ".", ",", " ", "'") or mapping.thousands == mapping.decimal:
        problems.append(
            f"thousands: {mapping.thousands!r}, expected nothing or one of . , ' space, not the decimal mark"
        )
    if len(mapping.delimiter) != 1 or mapping.delimiter in '"\r\n':
        problems.append(f"delimiter: {mapping.delimiter!r}, expected one character such as , ; or a tab")
    try:
        "x".encode(mapping.encoding)
    except (LookupError, ValueError):
        problems.append(f"encoding: {mapping.encoding!r} is not known{hint(mapping.encoding, _ENCODINGS)}")
    if mapping.quantity_sign not in _SIGNS:
        problems.append(
            f"quantity_sign: {mapping.quantity_sign!r} is none{hint(mapping.quantity_sign, _SIGNS)}"
        )
    for form in mapping.date_formats:
        try:
            datetime.strptime(_SOME_DAY.strftime(form), form)
        except ValueError as error:
            problems.append(f"date_formats: {form!r} cannot be read back: {error}")
    return problems


def _wrong_patterns(mapping: ImportMap) -> list[str]:
    patterns = [("not_goods", rule.pattern) for rule in mapping.not_goods]
    patterns += [("category_by", rule.pattern) for rule in mapping.category_by]
    return [
        f"{table}: {problem}"
        for table, pattern in patterns
        if (problem := pattern_problem(pattern)) is not None
    ]
