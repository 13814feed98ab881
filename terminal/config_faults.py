"""What is wrong with a configuration, in sentences for the person who wrote it.

pydantic finds most of it; its errors are put into our words here, with the names that would have been right. What
two settings say about each other is checked on the raw tables, so that one wrong value never hides another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, time
from types import UnionType
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from terminal.domain.channels import CHANNELS
from terminal.domain.suggest import did_you_mean
from terminal.settings import NOT_IN_THE_FILE, Settings
from terminal.toml_places import Place

_EXPECTED = {
    "string_type": "expected text in quotes",
    "int_type": "expected a whole number",
    "int_from_float": "expected a whole number",
    "float_type": "expected a number",
    "finite_number": "expected a finite number",
    "bool_type": "expected true or false, without quotes",
    "too_short": "expected at least one",
}

_ONCE = (
    (("operators", "*", "id"), "is already the id of another operator"),
    (("totes", "*", "code"), "is already the code of another tote"),
    (("scanners", "*", "url"), "is already another scanner's port: only one reader gets its bytes"),
    (("sync", "sinks", "*", "path"), "is already another sink's folder"),
)
"""Values that may stand only once; capitals do not tell them apart."""


class Fault(NamedTuple):
    """Something wrong at a place. `value` is None where there is nothing to show."""

    place: Place
    value: str | None
    message: str


def shown(value: object) -> str:
    """A value as its author would know it again: short, on one line, without control characters."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        short = value if len(value) <= 60 else f"{value[:57]}..."
        return '"' + printable(short.replace("\\", "\\\\").replace('"', '\\"')) + '"'
    if isinstance(value, int):
        return str(value) if abs(value) < 10**30 else "a number of more than 30 digits"
    if isinstance(value, (list, tuple)):
        return f"a list of {len(value)}"
    if isinstance(value, Mapping):
        return "a table"
    return value.isoformat() if isinstance(value, (date, time)) else str(value)


def printable(text: str) -> str:
    """Text that cannot move the cursor of whoever reads it."""
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode("ascii") for char in text
    )


def dotted(place: Place) -> str:
    """A place as it is written in TOML, list positions as [0]."""
    text = ""
    for step in place:
        if isinstance(step, int):
            text += f"[{step}]"
            continue
        bare = step.isascii() and step.replace("-", "").replace("_", "").isalnum()
        text += ("." if text else "") + (step if bare else shown(step))
    return text


def faults_in(error: ValidationError, raw: Mapping[str, Any]) -> Iterator[Fault]:
    """Each thing that pydantic refused, in our words."""
    for detail in error.errors(include_url=False):
        place = _real_place(detail["loc"], raw)
        yield _fault(detail, place, raw)


def disagreements(raw: Mapping[str, Any]) -> Iterator[Fault]:
    """What is wrong between settings that may each be right: double ids, names of things that are not there."""
    for pattern, complaint in _ONCE:
        first: dict[str, Place] = {}
        for place, value in _leaves(raw, pattern):
            earlier = first.setdefault(value.casefold(), place)
            if earlier != place:
                yield Fault(place, shown(value), f"{complaint} ({dotted(earlier)})")
    printers = raw.get("printers")
    for place, name in _leaves(raw, ("labels", "printer")):
        if isinstance(printers, dict) and name not in printers:
            yield Fault(
                place, shown(name), f"there is no [printers.{printable(name)[:60]}]{_near(name, printers)}"
            )
    for place, channel in _leaves(raw, ("totes", "*", "channel")):
        if channel not in CHANNELS:
            yield Fault(place, shown(channel), f"expected a channel{_near(channel, CHANNELS)}")


def misplaced(raw: Mapping[str, Any]) -> Iterator[Fault]:
    """Settings that only an option or the environment may give."""
    for name, instead in NOT_IN_THE_FILE.items():
        if name in raw:
            yield Fault((name,), None, f"does not belong in a file: {instead}")


def _real_place(loc: tuple[str | int, ...], raw: Any) -> Place:
    """pydantic's location without its own marks: the kind that chose a printer's class, and [key]."""
    place: list[str | int] = []
    chosen = False
    for step in loc:
        if step == "[key]":
            continue
        if len(place) == 2 and place[0] == "printers" and not chosen:
            chosen = True
            continue
        place.append(step)
    return tuple(place)


def _fault(detail: ErrorDetails, place: Place, raw: Mapping[str, Any]) -> Fault:
    sort, value = detail["type"], shown(detail["input"])
    if sort in ("union_tag_not_found", "union_tag_invalid"):
        options = [
            get_args(each.model_fields["kind"].annotation)[0] for each in _members(_type_at(place, raw))
        ]
        kind = detail["input"].get("kind") if isinstance(detail["input"], Mapping) else None
        if kind is None:
            return Fault((*place, "kind"), None, f"is missing: expected {_either(options)}")
        return Fault((*place, "kind"), shown(kind), f"expected {_either(options)}{_near(kind, options, '')}")
    if "[key]" in detail["loc"]:
        return Fault(place, None, _about_key(detail, str(place[-1])))
    if sort == "extra_forbidden":
        return Fault(place, None, _about_unknown(place, raw))
    if sort == "missing":
        return Fault(place, None, "is missing")
    if sort == "literal_error":
        choices = get_args(_plain(_type_at(place, raw)))
        return Fault(place, value, f"expected {_either(choices)}{_near(detail['input'], choices, '')}")
    return Fault(place, value, _about_value(detail, place, raw))


def _about_value(detail: ErrorDetails, place: Place, raw: Mapping[str, Any]) -> str:
    sort = detail["type"]
    if sort == "value_error":
        return str(detail.get("ctx", {}).get("error", detail["msg"]))
    if sort == "string_type" and isinstance(detail["input"], Mapping):
        return "expected text in quotes, got a table: a name with a dot in it is written in quotes too"
    if sort == "tuple_type":
        inside = _members(get_args(_plain(_type_at(place, raw)))[0])
        return f"expected blocks, each headed [[{dotted(place)}]]" if inside else "expected a list in [ ]"
    if sort in ("mapping_type", "dict_type", "model_type", "model_attributes_type"):
        return f"expected a table, headed [{dotted(place)}]"
    return _EXPECTED.get(sort, detail["msg"])


def _about_key(detail: ErrorDetails, name: str) -> str:
    if detail["type"] == "literal_error":
        fields = get_args(_plain(_KEYS_OF_COLUMNS))
        return f"is none of our fields{_near(name, fields)}"
    return f"is no name for this: {detail.get('ctx', {}).get('error', detail['msg'])}"


def _about_unknown(place: Place, raw: Mapping[str, Any]) -> str:
    name, table = str(place[-1]), place[:-1]
    where = f"[{dotted(table)}]" if table else "a configuration"
    homes = [
        f"[{home}]" for home, names in _names_of_tables().items() if name in names and home != dotted(table)
    ]
    known = [
        _alias(key, field)
        for owner in _members(_type_at(table, raw))
        for key, field in owner.model_fields.items()
    ]
    known = [each for each in known if table or each not in NOT_IN_THE_FILE]
    near = did_you_mean(name[:64], known)
    if near is None and homes:
        return f"there is no such setting in {where}: it belongs in {' or '.join(homes)}"
    return f"there is no such setting in {where}{_near(name, known)}"


def _names_of_tables() -> dict[str, set[str]]:
    return {
        _alias(name, field): set(owner.model_fields)
        for name, field in Settings.model_fields.items()
        for owner in _members(field.annotation)
        if field.annotation is owner
    }


def _alias(name: str, field: Any) -> str:
    return field.alias or name


def _near(word: object, known: Iterable[object], otherwise: str = "known") -> str:
    """The tail of a message: the nearest word, or the words that would do."""
    choices = [each for each in known if isinstance(each, str)]
    near = did_you_mean(word[:64], choices) if isinstance(word, str) else None
    if near is not None:
        return f'; did you mean "{printable(near)}"?'
    return (
        f" ({otherwise}: {', '.join(printable(each) for each in choices)})" if otherwise and choices else ""
    )


def _either(choices: Iterable[object]) -> str:
    words = [shown(choice) for choice in choices]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _leaves(raw: Any, pattern: tuple[str, ...], place: Place = ()) -> Iterator[tuple[Place, str]]:
    """Every text at a place that fits the pattern, `*` being any name or position."""
    if not pattern:
        if isinstance(raw, str):
            yield place, raw
        return
    steps: Iterable[str | int] = (pattern[0],)
    if pattern[0] == "*":
        steps = (
            range(len(raw)) if isinstance(raw, (list, tuple)) else tuple(raw) if isinstance(raw, dict) else ()
        )
    for step in steps:
        if isinstance(step, int) or (isinstance(raw, dict) and step in raw):
            yield from _leaves(raw[step], pattern[1:], (*place, step))


def _type_at(place: Place, raw: Any) -> Any:
    """The type that the settings have at a place; which printer it is, the raw table's `kind` says."""
    kind: Any = Settings
    for step in place:
        owners = [each for each in _members(kind) if len(_members(kind)) == 1 or _is_kind(each, raw)]
        if owners:
            fields = {_alias(name, field): field.annotation for name, field in owners[0].model_fields.items()}
            kind = fields.get(str(step))
        else:
            inside = get_args(_plain(kind))
            kind = inside[1] if len(inside) == 2 and isinstance(step, str) else inside[0] if inside else None
        raw = raw[step] if _holds(raw, step) else None
    if _members(kind) and isinstance(raw, Mapping) and "kind" in raw:
        return next((each for each in _members(kind) if _is_kind(each, raw)), kind)
    return kind
