"""Templates: words of a design with the names of fields in braces, `SKU {sku}`.

A template is never evaluated: a name in braces is looked up among the known fields and replaced by its text, once.
What a field holds is never looked at again, so a title of `{lpn}` is printed as `{lpn}`.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from labels.card import Card
from labels.glyphs import visible
from labels.suggest import hint
from labels.tag import Tag, Words

LONGEST: Final = 200
"""Characters of a template."""

NAMES: Final = tuple(
    sorted(set(Tag.__dataclass_fields__) | set(Card.__dataclass_fields__) | {"code", "copy"})
)
"""Every field that a template may name; one that the printed thing does not have is empty."""

_PART = re.compile(r"\{([^{}]*)\}")
_BETWEEN = "; "


class BadTemplate(ValueError):
    """A template that can't be filled in: an unknown name, or a brace that stands alone."""


def check(template: str) -> str:
    """The template with nothing in it that steers. Raises `BadTemplate`, which names what would have been right."""
    if len(template) > LONGEST:
        raise BadTemplate(f"has {len(template)} characters, expected at most {LONGEST}")
    for name in _PART.findall(template):
        if name not in NAMES:
            raise BadTemplate(f"no field {{{name[:40]}}} can be printed{hint(name[:40], NAMES)}")
    if set("{}") & set(_PART.sub("", template)):
        raise BadTemplate("a brace must hold the name of a field, as in {title}")
    return visible(template)


@lru_cache(maxsize=1024)
def _parts(template: str) -> tuple[str, ...]:
    """Words and names in turn: words first, then a name."""
    return tuple(_PART.split(template))


def names(template: str) -> frozenset[str]:
    """The fields that a template names."""
    return frozenset(_parts(template)[1::2])


def fill(template: str, words: Words) -> str:
    """The template with its fields. It is empty where it names fields and all of them are empty."""
    parts = list(_parts(template))
    values = [said(words, name) for name in parts[1::2]]
    if values and not any(value.strip() for value in values):
        return ""
    parts[1::2] = values
    return " ".join("".join(parts).split())


def exact(template: str, words: Words) -> str:
    """The template with its fields, every space as it is: the data of a symbol."""
    parts = list(_parts(template))
    parts[1::2] = [said(words, name) for name in parts[1::2]]
    return "".join(parts)


def complete(template: str, words: Words) -> bool:
    """Whether no field that the template names is empty."""
    return all(said(words, name).strip() for name in names(template))


def said(words: Words, name: str) -> str:
    """One field as a line of text; several texts behind one another."""
    value = words.get(name, words.get("code", "") if name == "lpn" else "")
    return value if isinstance(value, str) else _BETWEEN.join(value)


def listed(template: str, words: Words) -> tuple[str, ...]:
    """The texts of a template that names one field and nothing else, one by one; of any other, one text."""
    found = _PART.fullmatch(template)
    value = words.get(found[1], "") if found else fill(template, words)
    return _kept((value,) if isinstance(value, str) else value)


def _kept(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(" ".join(text.split()) for text in texts if text.strip())
