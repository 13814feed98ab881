"""Values to JSON and back, by their type hints: one mechanism for event bodies and for states at rest.

A field that an older event lacks takes its default and a field that this version does not know is passed over, so
a journal stays readable as the vocabulary grows. Decimals and times travel as text; the only union is "or None".
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any, get_args, get_origin, get_type_hints

Json = Any


class Misfit(ValueError):
    """JSON that is no value of the type: the text names class and field."""


def encode(value: Any) -> Json:
    """A value of the vocabulary as plain JSON: dict, list, str, int, bool or None."""
    if value is None or isinstance(value, (bool, int, str)):
        return value.value if isinstance(value, Enum) else value
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if is_dataclass(value):
        return {field.name: encode(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): encode(inner) for key, inner in value.items()}
    return [encode(inner) for inner in value]


def decode(kind: Any, raw: Json) -> Any:
    """JSON as a value of type `kind`. Raises Misfit where an object or a field does not fit."""
    origin = get_origin(kind)
    if kind is Any:
        return raw
    if origin is types.UnionType:
        (real,) = [option for option in get_args(kind) if option is not type(None)]
        return None if raw is None else decode(real, raw)
    if origin is tuple:
        return tuple(decode(get_args(kind)[0], inner) for inner in raw)
    if origin is not None:
        return {key: decode(get_args(kind)[1], inner) for key, inner in raw.items()}
    if is_dataclass(kind):
        return _decode_dataclass(kind, raw)
    if kind is datetime or kind is date:
        return kind.fromisoformat(raw)
    return kind(raw)


def _decode_dataclass(kind: Any, raw: Json) -> Any:
    if not isinstance(raw, dict):
        raise Misfit(f"{kind.__name__} is written as an object, got {type(raw).__name__}")
    given = {}
    for name, hint, required in _shape(kind):
        if name in raw:
            try:
                given[name] = decode(hint, raw[name])
            except Misfit:
                raise
            except (TypeError, ValueError, AttributeError, ArithmeticError) as problem:
                raise Misfit(f"{kind.__name__}.{name}: {problem}") from problem
        elif required:
            raise Misfit(f"{kind.__name__} lacks its field {name!r}")
    return kind(**given)


@cache
def _shape(kind: Any) -> tuple[tuple[str, Any, bool], ...]:
    hints = get_type_hints(kind)
    return tuple(
        (field.name, hints[field.name], field.default is MISSING and field.default_factory is MISSING)
        for field in fields(kind)
    )
