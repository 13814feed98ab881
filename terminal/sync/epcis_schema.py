"""EPCIS events against a JSON schema: ours, of the part that we write, and the official one where a site has it.

An event is checked as the only one of a document, so that a document of any length is checked as it is written.
Formats are checked, too: without that a schema takes "yesterday" for a time.
"""

from __future__ import annotations

import importlib.resources
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urljoin, urlsplit

from terminal.domain.suggest import BadData
from terminal.sync.epcis_shapes import Event, document

if TYPE_CHECKING:
    from jsonschema_rs import ValidationError, Validator

OWN = "regrade-epcis-subset.json"
DEEPEST = 4
"""Levels of "any of these" that are followed to say what is wrong."""
MOST_TEXT = 240
_AT = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Mismatch:
    """What a schema has against an event: the place in it, and why."""

    event: str
    path: str
    reason: str

    def __str__(self) -> str:
        return f"{self.event}: {self.path}: {self.reason}"


class Checker:
    """Holds events against one schema."""

    def __init__(self, validator: Validator) -> None:
        self._validator = validator

    def mismatches(self, event: Event) -> Iterator[Mismatch]:
        """What is wrong with an event, or nothing."""
        whole = document(_AT, [event])
        if not self._validator.is_valid(whole):
            for error in self._validator.iter_errors(whole):
                yield Mismatch(str(event.get("eventID", "?")), *_said(error, 0))

    def empty(self) -> Iterator[Mismatch]:
        """What is wrong with a document without events, or nothing."""
        for error in self._validator.iter_errors(document(_AT, [])):
            yield Mismatch("the document", *_said(error, 0))


@cache
def own_checker() -> Checker:
    """The checker for the part of EPCIS that we write."""
    text = (importlib.resources.files("terminal.data") / "epcis" / OWN).read_text("utf-8")
    return _compiled(json.loads(text), None)


def checker_of(path: Path) -> Checker:
    """The checker for a schema file. What it refers to is looked for beside it, never in the network.

    Raises BadData: no such file, no JSON, no schema, or a reference to a file that is not there.
    """
    return _compiled(_read(path), path)


def _compiled(schema: Any, path: Path | None) -> Checker:
    from jsonschema_rs import validator_for

    base = schema.get("$id") if isinstance(schema, dict) else None
    home = urljoin(str(base), ".") if base else ""

    def beside(uri: str) -> Any:
        if path is None:
            raise BadData([f"the schema refers to {uri}, which is not part of it"])
        return _read(_file_of(uri, home, path))

    try:
        return Checker(
            validator_for(
                schema,
                validate_formats=True,
                retriever=beside,
                base_uri=None if base or path is None else path.absolute().as_uri(),
            )
        )
    except Exception as problem:
        # The library has errors of its own for schema and reference, and passes on those of the retriever.
        raise BadData([f"{path or OWN} can't be used as a schema: {_short(str(problem))}"]) from problem


def _file_of(uri: str, home: str, path: Path) -> Path:
    """The file that a reference means: at its place relative to the schema, else of its name beside it."""
    place = unquote(urlsplit(uri).path)
    if home and uri.startswith(home):
        place = unquote(uri.removeprefix(home).partition("#")[0])
    elif urlsplit(uri).scheme == "file":
        return Path(place)
    found = path.parent / place.lstrip("/")
    inside = found.resolve().is_relative_to(path.parent.resolve())
    return found if inside and found.is_file() else path.parent / Path(place).name


def _read(path: Path) -> Any:
    try:
        schema = json.loads(path.read_bytes())
    except OSError as problem:
        raise BadData([f"{path}: {problem.strerror or problem}"]) from problem
    except (ValueError, RecursionError) as problem:
        raise BadData([f"{path} is no JSON: {_short(str(problem))}"]) from problem
    if not isinstance(schema, dict | bool):
        raise BadData([f"{path} is no JSON schema: expected an object, got {type(schema).__name__}"])
    return schema


def _said(error: ValidationError, depth: int) -> tuple[str, str]:
    """Place and reason of an error. Of several that each would do, the reasons stand side by side."""
    path = _path(error.instance_path)
    context = getattr(error.kind, "context", None)
    if context and depth < DEEPEST:
        inner = [_said(one, depth + 1) for branch in context for one in branch]
        reasons = list(dict.fromkeys(reason for _, reason in inner))
        if reasons:
            return path, _short(" or ".join(reasons))
    return path, _short(error.message)


def _path(parts: Iterable[str | int]) -> str:
    """The place inside the event, without the document around it; else that in the document."""
    inside = list(parts)
    if inside[:3] == ["epcisBody", "eventList", 0]:
        return "/".join(str(part) for part in inside[3:]) or "the event itself"
    return "/".join(str(part) for part in inside) or "the document as a whole"


def _short(text: str) -> str:
    line = " ".join(text.split())
    shown = "".join(sign if sign.isprintable() else "?" for sign in line)
    return shown if len(shown) <= MOST_TEXT else f"{shown[: MOST_TEXT - 3]}..."
