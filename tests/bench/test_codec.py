"""Values to JSON and back: every event survives, older and newer bodies are read, wrong ones are named."""

import json
import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Union, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.bench.codec import decode, encode
from terminal.bench.events import Counted, Event, Inspected
from terminal.bench.parcel_events import Expected
from terminal.bench.wire import KINDS, NAMES, draft, revive

AT = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
TEXT = st.text(max_size=12)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXT, inner, max_size=2),
    max_leaves=4,
)
PLAIN: dict[object, st.SearchStrategy[Any]] = {
    str: TEXT,
    int: st.integers(),
    bool: st.booleans(),
    Any: JSON,
    Decimal: st.decimals(allow_nan=False),
    datetime: st.datetimes(timezones=st.just(UTC)),
}


def values(hint: Any) -> st.SearchStrategy[Any]:
    """Any value of a type of the vocabulary."""
    origin, inner = get_origin(hint), get_args(hint)
    if hint in PLAIN:
        return PLAIN[hint]
    if hint is type(None):
        return st.none()
    if origin is Union or origin is types.UnionType:
        return st.one_of([values(option) for option in inner])
    if origin is tuple:
        return st.lists(values(inner[0]), max_size=3).map(tuple)
    if origin is Mapping or (isinstance(origin, type) and issubclass(origin, Mapping)):
        return st.dictionaries(TEXT, values(inner[1]), max_size=3)
    assert isinstance(hint, type)
    assert is_dataclass(hint)
    hints = get_type_hints(hint)
    return st.builds(hint, **{each.name: values(hints[each.name]) for each in fields(hint)})


def required(kind: type[Event]) -> list[str]:
    """Names of the fields that have no default."""
    return [each.name for each in fields(kind) if each.default is MISSING and each.default_factory is MISSING]


every_event = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)


@every_event
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_an_event_comes_back_from_json_as_it_was(kind: type[Event], data: st.DataObject) -> None:
    """Through the text that the journal keeps, and under the name by which it is kept."""
    event = data.draw(values(kind))
    made = draft(event, AT, "1001", "hash")
    assert (made.kind, made.v, made.at) == (NAMES[kind], 1, AT)
    assert made.item == getattr(event, "lpn", None)
    assert revive(made.kind, json.loads(json.dumps(made.body))) == event


@every_event
@settings(max_examples=5, deadline=None)
@given(data=st.data())
def test_a_field_of_a_newer_version_is_passed_over(kind: type[Event], data: st.DataObject) -> None:
    """A body with more in it than this version knows is read without it."""
    event = data.draw(values(kind))
    assert revive(NAMES[kind], {**encode(event), "of_tomorrow": {"deep": [1]}, "of_next_week": "7"}) == event


@every_event
@settings(max_examples=5, deadline=None)
@given(data=st.data())
def test_a_field_that_an_older_event_lacks_takes_its_default(kind: type[Event], data: st.DataObject) -> None:
    """What has a default may be missing; what has none is named, with its class."""
    event = data.draw(values(kind))
    body = encode(event)
    short = {name: body[name] for name in required(kind)}
    assert revive(NAMES[kind], short) == kind(**{name: getattr(event, name) for name in required(kind)})
    for name in required(kind):
        with pytest.raises(ValueError, match=f"^{kind.__name__} lacks its field '{name}'$"):
            decode(kind, {key: value for key, value in body.items() if key != name})


@every_event
@pytest.mark.parametrize("raw", [["lpn"], "lpn", 7, True], ids=repr)
def test_a_body_that_is_no_object_is_named(kind: type[Event], raw: object) -> None:
    """The sentence says which class was expected and what was there."""
    with pytest.raises(
        ValueError, match=f"^{kind.__name__} is written as an object, got {type(raw).__name__}$"
    ):
        decode(kind, raw)


def test_a_value_inside_that_is_no_object_is_named() -> None:
    """The class that does not fit is the inner one."""
    body = {"parcel": "P1", "how": "rma", "rma": "C1", "tracking": None, "lines": ["22556"]}
    with pytest.raises(ValueError, match=r"^Expected is written as an object, got str$"):
        revive("parcel_received", body)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("counted", {"lpn": "L", "count": None}),
        ("counted", {"lpn": "L", "count": "many"}),
        ("counted", {"lpn": "L", "count": [1]}),
        ("held", {"lpn": "L", "lpns": 5, "reason": "other"}),
        ("shift_closed", {"number": 1, "by": "9001", "totals": ["items_closed"]}),
    ],
    ids=["nothing", "words", "a list", "no list", "no object"],
)
def test_a_field_of_the_wrong_shape_is_named(kind: str, body: dict[str, Any]) -> None:
    """Whatever stands in a field, the error is a ValueError that names the class."""
    with pytest.raises(ValueError, match=KINDS[kind].__name__):
        revive(kind, body)


def test_a_kind_of_a_newer_version_is_refused_by_name() -> None:
    """A journal that this version can't read is not folded by guess."""
    with pytest.raises(ValueError, match="'item_sold', which this version does not know"):
        revive("item_sold", {})


def test_money_and_times_travel_as_text(a_line: Callable[..., Any]) -> None:
    """Nothing is written as a binary fraction, and a time keeps its zone."""
    line = a_line(initiated=AT, unit_price=Decimal("16.50"))
    body = encode(Expected(line, 3))
    assert (body["line"]["unit_price"], body["line"]["initiated"]) == ("16.50", "2026-11-23T06:00:00+00:00")
    assert decode(Expected, body) == Expected(line, 3)


def test_a_tuple_of_facts_is_a_list_on_the_wire() -> None:
    """JSON has no tuples: mappings and sequences of any make are plain objects and lists."""
    event = Inspected("L", "clean", "", "", {"observations": ({"defect": "SCR-DP"},)}, ("sealed", "marks"))
    assert encode(event) == {
        "lpn": "L",
        "how": "clean",
        "what": "",
        "value": "",
        "facts": {"observations": [{"defect": "SCR-DP"}]},
        "answered": ["sealed", "marks"],
        "approved_by": "",
    }


def test_every_class_of_the_vocabulary_has_one_name() -> None:
    """Each event class is stored under one name and the two tables are each other's inverse."""
    assert {kind.__name__ for kind in KINDS.values()} == {kind.__name__ for kind in Event.__subclasses__()}
    assert {NAMES[kind]: kind for kind in NAMES} == KINDS
    assert NAMES[Counted] == "counted"
