"""What can be known of an item: the registry of facts, and how raw values become facts.

Facts are a plain read-only mapping; a key that is missing means that nobody knows, which is never the same as "ok".
The values of a choice stand in order from best to worst, so that a later sighting can only make it worse.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import TypeAlias

from terminal.domain.fact_values import FactSpec, FactValue, Kind, Observation, merged, read_value
from terminal.domain.speech import N_
from terminal.domain.suggest import BadData, hint

__all__ = [
    "CATEGORIES", "LETTERS", "REGISTRY", "UNKNOWN", "BadFacts", "FactSpec", "FactValue", "Facts", "Kind",
    "Observation", "freeze", "merged", "observations_of", "parse", "plain", "read_value", "settle", "with_facts",
    "worse_of",
]  # fmt: skip


Facts: TypeAlias = Mapping[str, FactValue]


class BadFacts(BadData):
    """Facts that cannot be read; `problems` names each one."""


CATEGORIES: tuple[str, ...] = (
    "phone", "tablet", "wearable", "laptop", "small_appliance", "personal_care", "audio", "earphones",
    "apparel", "clothing_accessory", "underwear", "swimwear", "footwear", "home", "furniture", "toys",
    "fmcg", "food", "cosmetics", "media", "books", "general",
)  # fmt: skip
"""Categories of the shipped schemes; schemes of a site may add their own."""

LETTERS: tuple[str, ...] = ("A", "B", "C", "D")
UNKNOWN = "unknown"


def _choice(
    name: str, values: str, meaning: str, absent: str | None = None, *, open: bool = False
) -> FactSpec:
    return FactSpec(name, Kind.CHOICE, meaning, tuple(values.split()), absent=absent, open=open)


def _yes_no(name: str, meaning: str, absent: bool | None = None) -> FactSpec:
    return FactSpec(name, Kind.YES_NO, meaning, absent=absent)


def _count(name: str, unit: str, high: int, meaning: str, absent: int | None = None) -> FactSpec:
    return FactSpec(name, Kind.COUNT, meaning, unit=unit, high=high, absent=absent)


_SPECS: tuple[FactSpec, ...] = (
    _choice("category", " ".join(CATEGORIES), "what kind of goods it is", open=True),
    FactSpec("brand", Kind.TEXT, "brand as the catalogue writes it"),
    FactSpec("reason", Kind.TEXT, "why the customer sent it back"),
    FactSpec("initiated", Kind.DATE, "day on which the return was announced"),
    FactSpec(
        "reference_price", Kind.MONEY, "current price of a new unit, ex VAT: what routing compares with"
    ),
    FactSpec("original_price", Kind.MONEY, "price that the customer paid, ex VAT"),
    FactSpec("currency", Kind.TEXT, "currency of both prices, three letters"),
    _count("weight_g", "g", 1_000_000, "weight of the item"),
    _choice("mass_source", "scale typed catalogue", "who says what it weighs"),
    _count("expected_weight_g", "g", 1_000_000, "weight by the catalogue of an item that was weighed"),
    _choice("market", "EU UK CH US other", "whose law applies"),
    _choice("operator_size", "micro small medium large", "size of the firm that owns the goods"),
    _choice("packaging", "sealed opened_complete opened_damaged missing", "state of the original packaging"),
    _yes_no("unused", "no trace of use"),
    _choice("function", "pass not_required not_tested fail", "result of the essential tests"),
    _yes_no("has_battery", "its battery health can be read and counts"),
    _count("battery_health", "%", 100, "remaining battery capacity"),
    _count("missing_essential", N_("parts"), 99, "missing parts without which it cannot be used", 0),
    _count("missing_other", N_("parts"), 99, "missing parts without which it can be used", 0),
    FactSpec("observations", Kind.OBSERVATIONS, "defects seen", absent=()),
    _yes_no("hygiene", "goods that touch the body and are sold sealed"),
    _choice("seal", "intact broken missing", "hygiene or freshness seal"),
    _choice("lock", "off on", "account or activation lock"),
    _yes_no("lockable", "kind of goods that can carry an account lock"),
    _yes_no("data_bearing", "stores personal data"),
    _choice(
        "data_sanitised", "destroy purge clear none", "sanitisation record held (NIST SP 800-88)", "none"
    ),
    FactSpec("sanitisation_ref", Kind.TEXT, "number of that sanitisation record"),
    _yes_no("eee", "electrical or electronic equipment"),
    _yes_no("test_record", "a test record fit for export is fixed to it", False),
    _choice("hazard", "none small_parts biological other damaged_battery", "danger to people", "none"),
    _choice("recalled", "none possible hit", "match with a recall notice", "none"),
    FactSpec("recall_ref", Kind.TEXT, "numbers of the recall notices that may name it"),
    FactSpec("recall_cleared", Kind.TEXT, "who cleared a possible recall, and why"),
    _yes_no("counterfeit", "suspected counterfeit", False),
    _yes_no("wrong_item", "not the product that was sold", False),
    _yes_no("empty_box", "nothing in the box", False),
    _yes_no("serial_mismatch", "serial number is not the one that was sold", False),
    FactSpec("serial_read", Kind.TEXT, "serial number read from the device itself"),
    FactSpec("imei", Kind.TEXT, "IMEI or MEID read from the device"),
    _choice(
        "swap_suspect",
        "none possible",
        "a number of it belongs to another model or device than was sold",
        "none",
    ),
    _choice("status_check", "clear flagged", "what a register of lost and stolen devices says"),
    _yes_no("wardrobing", "signs of use for an occasion and return", False),
    _yes_no("cold_chain", "must be kept cold", False),
    FactSpec("lot", Kind.TEXT, "lot or batch as the code says it"),
    FactSpec("expiry", Kind.DATE, "date printed on the goods"),
    _choice("date_kind", "best_before use_by", "what that date means"),
    _yes_no("expired", "the printed date is past"),
    _choice(
        "return_legal_basis",
        "withdrawal voluntary_extension undelivered conformity recall",
        "why it could be returned",
    ),
    _yes_no("unsold", "unsold in the sense of EU 2024/1781 art. 2(37)"),
    _choice(
        "derogation", "none a b c d e f g h i j", "derogation of EU 2026/296 with evidence on file", "none"
    ),
    _yes_no("rtv_window", "the vendor still takes it back", False),
    FactSpec("grade", Kind.CHOICE, "grade worked out from the other facts", LETTERS, computed=True),
)

REGISTRY: Mapping[str, FactSpec] = MappingProxyType({spec.name: spec for spec in _SPECS})
_ABSENT: tuple[tuple[str, FactValue], ...] = tuple((s.name, s.absent) for s in _SPECS if s.absent is not None)


def freeze(values: Mapping[str, FactValue]) -> Facts:
    """A read-only copy."""
    return MappingProxyType(dict(values))


def with_facts(facts: Facts, changes: Mapping[str, FactValue]) -> Facts:
    """`facts` with some of them set anew."""
    return MappingProxyType({**facts, **changes})


def plain(facts: Facts) -> dict[str, object]:
    """The facts as JSON can hold them; `parse` reads them back to the same facts."""
    return {name: _plain(value) for name, value in facts.items()}


def parse(raw: Mapping[str, object], where: str = "facts", *, computed: bool = False) -> Facts:
    """Read raw values (JSON, TOML) as facts; None and "unknown" leave a fact unknown.

    `computed` lets facts in that the station works out itself, for the tests inside a policy.
    Raises `BadFacts` with one sentence for every wrong name and value, each beginning with `where`.
    """
    facts: dict[str, FactValue] = {}
    problems: list[str] = []
    for name, value in raw.items():
        spec = REGISTRY.get(name)
        if spec is None:
            problems.append(f'{where}: unknown fact "{name}"{hint(name, REGISTRY)}')
        elif spec.computed and not computed:
            problems.append(f"{where}: {name} is worked out from the other facts and cannot be given")
        elif value is not None and value != UNKNOWN:
            try:
                facts[name] = read_value(spec, value)
            except ValueError as error:
                problems.append(f"{where}: {error}")
    if problems:
        raise BadFacts(problems)
    return MappingProxyType(facts)


def worse_of(spec: FactSpec, one: FactValue, other: FactValue) -> FactValue:
    """The worse of two values: the later choice of the registry; for a yes/no, yes."""
    return other if _badness(spec, other) > _badness(spec, one) else one


def settle(facts: Facts, given: Iterable[Facts] = (), on: date | None = None) -> Facts:
    """The facts, with what the category and the site give, what follows from them, and what absence means.

    `given` are weaker facts, the strongest first; nothing that is known is replaced. Sealed goods are unused, their
    seal is intact and they need no test; a printed date before `on` is expired.
    """
    settled: dict[str, FactValue] = dict(facts)
    for weaker in given:
        for name, value in weaker.items():
            settled.setdefault(name, value)
    if settled.get("packaging") == "sealed":
        settled.setdefault("unused", True)
        settled.setdefault("seal", "intact")
        settled.setdefault("function", "not_required")
    expiry = settled.get("expiry")
    if on is not None and isinstance(expiry, date):
        settled.setdefault("expired", expiry < on)
    basis = settled.get("return_legal_basis")
    if basis in ("withdrawal", "voluntary_extension"):
        settled.setdefault("unsold", True)
    elif basis == "conformity":
        settled.setdefault("unsold", False)
    for name, value in _ABSENT:
        settled.setdefault(name, value)
    return settled


def observations_of(facts: Facts) -> tuple[Observation, ...]:
    """The defects recorded so far."""
    seen = facts.get("observations", ())
    return seen if isinstance(seen, tuple) else ()


def _plain(value: FactValue) -> object:
    if isinstance(value, tuple):
        return [{"defect": seen.defect, "location": seen.location, "count": seen.count} for seen in value]
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date):
        return value.isoformat()
    return value


def _badness(spec: FactSpec, value: FactValue) -> int:
    return spec.values.index(value) if isinstance(value, str) else int(value is True)
