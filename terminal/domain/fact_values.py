"""The value of one fact: its kinds, and how one raw value (JSON, TOML, a typed answer) becomes one.

Every refusal is a `ValueError` whose text names the fact, what was expected and what was got. Numbers are compared
before they are converted, so that "1e999999" costs nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import TypeAlias

from terminal.domain.speech import _
from terminal.domain.suggest import hint

_MOST_MONEY = Decimal(10**9)
_YES_NO = {"yes": True, "no": False, "true": True, "false": False}


@dataclass(frozen=True, slots=True, order=True)
class Observation:
    """Something seen on the item: a defect code, where (empty: the code's usual place) and how many."""

    defect: str
    location: str = ""
    count: int = 1


FactValue: TypeAlias = str | bool | int | Decimal | date | tuple[Observation, ...]


class Kind(Enum):
    """What a fact's value is."""

    CHOICE = "choice"
    YES_NO = "yes_no"
    COUNT = "count"
    MONEY = "money"
    TEXT = "text"
    DATE = "date"
    OBSERVATIONS = "observations"


@dataclass(frozen=True, slots=True)
class FactSpec:
    """One fact that the station knows of."""

    name: str
    kind: Kind
    meaning: str
    values: tuple[str, ...] = ()
    unit: str = ""
    low: int = 0
    high: int = 0
    open: bool = False
    """Items may bring other values than `values`; rules may not."""
    absent: FactValue | None = None
    """What it means when nobody reported it: only for facts whose absence is itself the finding."""
    computed: bool = False
    """The station works it out; it is not accepted from outside."""


def read_value(spec: FactSpec, raw: object, known: Collection[str] = ()) -> FactValue:
    """One raw value as the value of a fact; `known` replaces the choices of the registry.
    Raises `ValueError` with a sentence that names the fact, what was got and what is expected.
    """
    match spec.kind:
        case Kind.CHOICE:
            return _read_choice(spec, raw, known)
        case Kind.YES_NO:
            return _read_yes_no(spec, raw)
        case Kind.COUNT:
            return _read_count(spec, raw)
        case Kind.MONEY:
            return _read_money(spec, raw)
        case Kind.DATE:
            return _read_date(spec, raw)
        case Kind.OBSERVATIONS:
            return _read_observations(spec, raw)
        case _:
            return _read_text(spec, raw)


def merged(observations: Iterable[Observation]) -> tuple[Observation, ...]:
    """Equal defects at equal places counted together, in a fixed order: so the order of entry never matters."""
    counts: dict[tuple[str, str], int] = {}
    for seen in observations:
        key = (seen.defect, seen.location)
        counts[key] = min(99, counts.get(key, 0) + seen.count)
    return tuple(Observation(defect, place, count) for (defect, place), count in sorted(counts.items()))


def _read_choice(spec: FactSpec, raw: object, known: Collection[str]) -> str:
    values = tuple(known) or spec.values
    if not isinstance(raw, str):
        raise ValueError(f"{spec.name} is one of {', '.join(values)} (got {raw!r})")
    if raw in values or (spec.open and not known and raw.strip()):
        return raw
    article = "an" if spec.name[0] in "aeiou" else "a"
    raise ValueError(f'"{raw}" is not {article} {spec.name}{hint(raw, values)}')


def _read_yes_no(spec: FactSpec, raw: object) -> bool:
    if isinstance(raw, bool):
        return raw
    if isinstance(raw, str) and raw.lower() in _YES_NO:
        return _YES_NO[raw.lower()]
    raise ValueError(f"{spec.name} is yes or no, write true or false (got {raw!r})")


def _read_count(spec: FactSpec, raw: object) -> int:
    number = _number(raw)
    if number is not None and not spec.low <= number <= spec.high:
        outside = _("{fact} goes from {low} to {high} {unit} (got {given})")
        raise ValueError(
            outside.format(fact=spec.name, low=spec.low, high=spec.high, unit=_(spec.unit), given=repr(raw))
        )
    if number is None or number != int(number):
        whole = _("{fact} is a whole number of {unit} (got {given})")
        raise ValueError(whole.format(fact=spec.name, unit=_(spec.unit), given=repr(raw)))
    return int(number)


def _read_money(spec: FactSpec, raw: object) -> Decimal:
    amount = _number(raw)
    if amount is None:
        raise ValueError(f'{spec.name} is an amount of money, write "12.40" (got {raw!r})')
    if not 0 <= amount <= _MOST_MONEY:
        raise ValueError(f"{spec.name} is an amount from 0 to {_MOST_MONEY:f} (got {raw!r})")
    return amount


def _number(raw: object) -> Decimal | None:
    if isinstance(raw, bool) or not isinstance(raw, int | float | str | Decimal):
        return None
    try:
        number = Decimal(str(raw).strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _read_text(spec: FactSpec, raw: object) -> str:
    if not isinstance(raw, str) or not raw.strip() or len(raw) > 200:
        raise ValueError(f"{spec.name} is a text of 1 to 200 characters (got {str(raw)[:40]!r})")
    if spec.name == "currency" and not (len(raw) == 3 and raw.isascii() and raw.isalpha() and raw.isupper()):
        raise ValueError(f'currency is three capital letters, write "EUR" (got {raw[:40]!r})')
    return raw


def _read_date(spec: FactSpec, raw: object) -> date:
    if isinstance(raw, datetime):
        return raw.date()
    if isinstance(raw, date):
        return raw
    if isinstance(raw, str):
        try:
            return date.fromisoformat(raw[:10])
        except ValueError:
            pass
    raise ValueError(f'{spec.name} is a date, write "2026-11-23" (got {raw!r})')


def _read_observations(spec: FactSpec, raw: object) -> tuple[Observation, ...]:
    if not isinstance(raw, list | tuple):
        raise ValueError(f"{spec.name} is a list of {{defect, location, count}} (got {raw!r})")
    problems: list[str] = []
    seen: list[Observation] = []
    for number, entry in enumerate(raw, 1):
        try:
            seen.append(_read_observation(entry))
        except ValueError as error:
            problems.append(f"observation {number}: {error}")
    if problems:
        raise ValueError("; ".join(problems))
    return merged(seen)


def _read_observation(entry: object) -> Observation:
    if isinstance(entry, Observation):
        return entry
    if not isinstance(entry, Mapping):
        raise ValueError(f"write {{defect, location, count}} (got {entry!r})")
    for key in entry:
        if key not in ("defect", "location", "count"):
            raise ValueError(f'unknown key "{key}"{hint(str(key), ("defect", "location", "count"))}')
    defect = entry.get("defect")
    if not isinstance(defect, str) or not defect.strip():
        raise ValueError(f"a defect code is missing (got {entry!r})")
    location = entry.get("location") or ""
    if not isinstance(location, str):
        raise ValueError(f"location is a word (got {location!r})")
    count = _number(entry.get("count", 1))
    if count is None or not 1 <= count <= 99 or count != int(count):
        raise ValueError(f"count goes from 1 to 99 (got {entry.get('count')!r})")
    return Observation(defect.strip().upper(), location.strip().lower(), int(count))
