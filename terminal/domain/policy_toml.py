"""Writing the TOML of policies: a value, a table inside a line, a block.

Only what policies hold is written: texts, yes/no, numbers, days, lists and tables of these.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal


def block(head: str, values: Mapping[str, object]) -> str:
    """`[[head]]` with a line for each value; None is left out."""
    lines = [
        f"[[{head}]]",
        *(f"{key} = {literal(value)}" for key, value in values.items() if value is not None),
    ]
    return "\n".join(lines) + "\n"


def literal(value: object) -> str:
    """A value as TOML says it. Raises `TypeError` for one that policies don't hold."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, int | date):
        return str(value)
    if isinstance(value, Mapping):
        inside = ", ".join(f"{_key(str(key))} = {literal(each)}" for key, each in value.items())
        return f"{{ {inside} }}" if inside else "{}"
    if isinstance(value, list | tuple):
        if len(value) > 1 and all(isinstance(each, Mapping) for each in value):
            return "[\n" + "".join(f"  {literal(each)},\n" for each in value) + "]"
        return f"[{', '.join(literal(each) for each in value)}]"
    raise TypeError(f"{type(value).__name__} has no place in a policy")


def _key(name: str) -> str:
    bare = name.isascii() and name.replace("-", "").replace("_", "").isalnum()
    return name if bare else literal(name)
