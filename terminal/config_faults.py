"""What is wrong with a configuration, in sentences for the person who wrote it.

pydantic finds most of it; its errors are put into our words here, with the names that would have been right. What
two settings say about each other is checked on the raw tables, so that one wrong value never hides another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, time
from types import UnionType
from typing import Annotated, Any, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from terminal.domain.channels import CHANNELS
from terminal.domain.suggest import did_you_mean, hint
from terminal.settings import NAMED, NOT_IN_THE_FILE, Settings
from terminal.sync_settings import HUB
from terminal.toml_places import Place

_EXPECTED = {
    "string_type": "expected text in quotes",
    "int_type": "expected a whole number",
    "int_from_float": "expected a whole number",
    "float_type": "expected a number",
    "finite_number": "expected a finite number",
    "bool_type": "expected true or false, without quotes",
    "missing": "is missing",
}

_ONCE = (
    (("operators", "*", "id"), "is already the id of another operator"),
    (("totes", "*", "code"), "is already the code of another tote"),
    (("scanners", "*", "url"), "is already another scanner's port, and only one reader would get its bytes"),
    (("scales", "*", "url"), "is already another scale's port, and only one reader would get its bytes"),
    (("sync", "sinks", "*", "path"), "is already another sink's folder"),
)
"""Values that may stand only once; capitals do not tell them apart."""

_SECRET = frozenset({"dsn", "token", "secret"})
"""Settings of [sync] whose value is never shown."""
_LONGEST = 60


class Fault(NamedTuple):
    """Something wrong at a place. `value` is empty where there is nothing to show."""

    place: Place
    value: str
    message: str


def shown(value: object) -> str:
    """A value as its author would know it again: short, on one line, without control characters."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        short = value if len(value) <= _LONGEST else f"{value[: _LONGEST - 3]}..."
        return '"' + printable(short.replace("\\", "\\\\").replace('"', '\\"')) + '"'
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
        else:
            bare = step.isascii() and step.replace("-", "").replace("_", "").isalnum() and len(step) <= 64
            text += ("." if text else "") + (step if bare else shown(step))
    return text


def refusals(error: ValidationError, raw: Mapping[str, Any]) -> Iterator[Fault]:
    """Each thing that pydantic refused, in our words."""
    for detail in error.errors(include_url=False):
        place = _real_place(detail["loc"])
        kinds = _types_at(place, raw)
        if detail["type"] in ("union_tag_not_found", "union_tag_invalid"):
            yield _wrong_kind(place, detail["input"], kinds)
        elif "[key]" in detail["loc"]:
            yield Fault(place, "", f"is no name that can stand here: {_sentence(detail, place, kinds)}")
        elif detail["type"] == "extra_forbidden":
            yield Fault(place, "", _unknown(place, raw))
        elif detail["type"] == "missing":
            yield Fault(place, "", _EXPECTED["missing"])
        else:
            secret = place[0] == "sync" and place[-1] in _SECRET
            yield Fault(place, "" if secret else shown(detail["input"]), _sentence(detail, place, kinds))


def disagreements(raw: Mapping[str, Any]) -> Iterator[Fault]:
    """What is wrong between settings that may each be right: double ids, names of things that are not there."""
    for pattern, complaint in _ONCE:
        first: dict[str, Place] = {}
        for place, value in _texts(raw, pattern):
            if pattern[0] == "sync" and raw["sync"]["sinks"][place[2]].get("kind") != "folder":
                continue  # a folder on another machine
            earlier = first.setdefault(value.casefold(), place)
            if earlier != place:
                yield Fault(place, shown(value), f"{complaint}, {dotted(earlier)}")
    printers = raw.get("printers")
    named = [*_texts(raw, ("labels", "printer")), *_texts(raw, ("labels", "second"))]
    for place, name in named:
        if isinstance(printers, dict) and name not in printers and not (place[-1] == "second" and not name):
            yield Fault(place, shown(name), f"there is no such printer in [printers]{_near(name, printers)}")
    profiles = raw.get("feedback")
    for place, name in _texts(raw, ("scanners", "*", "feedback")):
        if isinstance(profiles, dict) and name not in profiles and name != "none":
            known = ["none", *profiles]
            yield Fault(place, shown(name), f"there is no such profile in [feedback]{_near(name, known)}")
    sync = raw.get("sync")
    sinks = sync.get("sinks") if isinstance(sync, dict) else None
    if isinstance(sinks, dict) and HUB in sinks:
        yield Fault(
            ("sync", "sinks", HUB), "", "is the name of the hub itself: its settings are in [sync.hub]"
        )
    for place, channel in _texts(raw, ("totes", "*", "channel")):
        if channel not in CHANNELS:
            yield Fault(place, shown(channel), f"expected a channel{_near(channel, CHANNELS)}")


def misplaced(raw: Mapping[str, Any]) -> Iterator[Fault]:
    """Settings that only an option or the environment may give."""
    for name, instead in NOT_IN_THE_FILE.items():
        if name in raw:
            yield Fault((name,), "", f"does not belong in a file: {instead}")


def _real_place(loc: tuple[str | int, ...]) -> Place:
    """Pydantic's location without its own marks: [key], and the kind by which it chose a table's class."""
    steps = [step for step in loc if step != "[key]"]
    for above in (("printers",), ("sync", "sinks")):
        tag = len(above) + 1
        if tuple(steps[: len(above)]) == above and len(steps) > tag:
            del steps[tag]
    return tuple(steps)


def _sentence(detail: ErrorDetails, place: Place, kinds: tuple[Any, ...]) -> str:
    sort, kind = detail["type"], kinds[0] if kinds else None
    if sort == "value_error":
        return str(detail["ctx"]["error"])
    if sort == "literal_error":
        return f"expected {_either(get_args(kind))}{_perhaps(detail['input'], get_args(kind))}"
    if sort == "string_type" and isinstance(detail["input"], Mapping):
        return "expected text in quotes, got a table: a name that has a dot in it is written in quotes too"
    if sort == "tuple_type":
        of_tables = any(_is_table(one) for one in _unfolded(get_args(kind)[0]))
        return f"expected blocks, each headed [[{dotted(place)}]]" if of_tables else "expected a list in [ ]"
    if sort in ("int_type", "float_type") and isinstance(detail["input"], str):
        return f"{_EXPECTED[sort]}, without quotes"
    if sort in ("mapping_type", "dict_type", "model_type", "model_attributes_type"):
        if place[:-1] in NAMED:
            above = dotted(place[:-1])
            return f"expected a table: give what stands in [{above}] a name of its own, as in [{above}.NAME]"
        return f"expected a table, headed [{dotted(place)}]"
    return _EXPECTED.get(sort, detail["msg"])


def _wrong_kind(place: Place, table: Any, kinds: tuple[Any, ...]) -> Fault:
    options = [get_args(one.model_fields["kind"].annotation)[0] for one in kinds]
    if not isinstance(table, Mapping) or "kind" not in table:
        return Fault((*place, "kind"), "", f"is missing: expected {_either(options)}")
    kind = table["kind"]
    return Fault((*place, "kind"), shown(kind), f"expected {_either(options)}{_perhaps(kind, options)}")


def _unknown(place: Place, raw: Mapping[str, Any]) -> str:
    """What to do about a setting that does not exist: the nearest one, or the table where it is at home."""
    name, table = str(place[-1]), place[:-1]
    fields = [field for owner in _types_at(table, raw)[:1] for field in _fields_of(owner)]
    known = [field for field in fields if table or field not in NOT_IN_THE_FILE]
    homes = [f"[{home}]" for home, kind in _fields_of(Settings).items() if name in _fields_of(kind)]
    where = f"in [{dotted(table)}]" if table else "at the top"
    if did_you_mean(name[:64], known) is None and homes:
        return f"there is no such setting {where}: it belongs in {' or '.join(homes)}"
    return f"there is no such setting {where}{_near(name, known)}"


def _near(word: str, known: Iterable[str]) -> str:
    return hint(word[:64], [printable(name)[:64] for name in known])


def _perhaps(word: object, choices: Iterable[object]) -> str:
    """The nearest choice; nothing where none is near, for the choices stand before it."""
    words = [choice for choice in choices if isinstance(choice, str)]
    near = did_you_mean(word[:64], words) if isinstance(word, str) else None
    return f' - did you mean "{near}"?' if near else ""


def _either(choices: Iterable[object]) -> str:
    words = [shown(choice) for choice in choices]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _texts(raw: Any, pattern: tuple[str, ...], place: Place = ()) -> Iterator[tuple[Place, str]]:
    """Every text at a place that fits the pattern, `*` being any name or position."""
    if not pattern:
        if isinstance(raw, str):
            yield place, raw
        return
    inside = dict(enumerate(raw)) if isinstance(raw, (list, tuple)) else raw
    if isinstance(inside, dict):
        for step in list(inside) if pattern[0] == "*" else [pattern[0]]:
            if step in inside:
                yield from _texts(inside[step], pattern[1:], (*place, step))


def _types_at(place: Place, raw: Any) -> tuple[Any, ...]:
    """The types that the settings have at a place: more than one only where a table's `kind` must choose."""
    found = _unfolded(Settings)
    for step in place:
        if not found:
            return ()
        raw = raw[step] if isinstance(raw, Mapping) and step in raw else None
        if _is_table(found[0]):
            inside = _fields_of(found[0]).get(str(step))
        else:
            inside = next(iter(get_args(found[0])[-1 if isinstance(step, str) else 0 :]), None)
        found = _unfolded(inside)
        if len(found) > 1 and isinstance(raw, Mapping):
            found = (
                tuple(one for one in found if get_args(_fields_of(one)["kind"]) == (raw.get("kind"),))
                or found
            )
    return found


def _fields_of(kind: Any) -> dict[str, Any]:
    """The settings of a table's class, by the names that they have in the file."""
    if not _is_table(kind):
        return {}
    return {field.alias or name: field.annotation for name, field in kind.model_fields.items()}


def _is_table(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _unfolded(kind: Any) -> tuple[Any, ...]:
    """A type without annotations, a union as its members."""
    while get_origin(kind) is Annotated:
        kind = get_args(kind)[0]
    if get_origin(kind) in (Union, UnionType):
        return get_args(kind)
    return () if kind is None else (kind,)
