"""What is in force from the hub: the policy, the operators and the rates that stand over the config's own.

One small file names the version of each kind; it is replaced whole, after the content it names is on disk, so a
station that loses its power finds the old or the new and never half of one. Content that does not have the hash it
is named by counts as damaged: the config's own is used then, and the log and the doctor say so.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from terminal.domain.crew import Person, load_crew
from terminal.domain.rates import Rates
from terminal.domain.suggest import BadData
from terminal.settings import Settings
from terminal.store.whole_file import whole_file

REPLACING = ("policy", "operators", "rates")
"""Kinds of which one version is in force; the others add to what is there."""
ENDS = {"policy": (".toml",), "operators": (".toml", ".json"), "rates": (".json",)}
MOST_POINTER = 64 * 1024
_HASH = re.compile(r"[0-9a-f]{64}")
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class InForce:
    """The version of one kind that is in force."""

    kind: str
    version: int
    hash: str
    """SHA-256 of the content, lower-case hex."""
    name: str
    """The file's name where it was published."""
    at: str
    """When it was published."""


def hub_folder(settings: Settings) -> Path:
    """Where what came from the hub is kept."""
    return settings.data / "hub"


def in_force(settings: Settings) -> Mapping[str, InForce]:
    """What the hub put in force and config does not leave out, by kind; empty where the pointer is damaged."""
    return {kind: one for kind, one in _pointer(settings)[0].items() if kind in settings.sync.hub.pull}


def versions_in_force(settings: Settings) -> dict[str, int]:
    """The version of each kind that is in force and whose content is whole: what need not be asked for again."""
    found = {}
    for kind, one in _pointer(settings)[0].items():
        if isinstance(_content(settings, one), bytes):
            found[kind] = one.version
    return found


def policy_in_force(settings: Settings) -> tuple[str, str] | None:
    """Name and text of the hub's policy; None where there is none, or it can't be used."""
    return _text(settings, "policy")


def operators_in_force(settings: Settings) -> tuple[Person, ...] | None:
    """Everybody of the hub's file of operators, the revoked ones too; None where there is no such file."""
    found = _text(settings, "operators")
    if found is None:
        return None
    try:
        return load_crew(found[1], found[0])
    except BadData as problem:
        log.warning("the hub's operators are not used: %s", problem)
        return None


def rates_in_force(settings: Settings) -> Rates | None:
    """The rates that the hub learned from all stations; None where there are none, or they can't be used."""
    found = _text(settings, "rates")
    if found is None:
        return None
    try:
        return Rates.from_json(found[1], found[0])
    except BadData as problem:
        log.warning("the hub's rates are not used: %s", problem)
        return None


def troubles(settings: Settings) -> tuple[str, ...]:
    """What came from the hub and can't be used, one sentence each, for the doctor."""
    pointer, wrong = _pointer(settings)
    told = [wrong] if wrong is not None else []
    for kind in settings.sync.hub.pull:
        one = pointer.get(kind)
        content = None if one is None else _content(settings, one)
        if isinstance(content, str):
            told.append(content)
        elif one is not None and content is not None:
            told += _unreadable(one, content)
    return tuple(told)


def put_in_force(settings: Settings, one: InForce, content: bytes) -> None:
    """Put content in force, all of it or nothing, whenever the power goes. Raises OSError."""
    path = _path(settings, one)
    write_whole(path, content)
    entries = {kind: asdict(each) for kind, each in _pointer(settings)[0].items()} | {one.kind: asdict(one)}
    for entry in entries.values():
        del entry["kind"]
    text = json.dumps(entries, indent=1, sort_keys=True, ensure_ascii=True) + "\n"
    write_whole(hub_folder(settings) / "in_force.json", text.encode("ascii"))


def write_whole(path: Path, content: bytes) -> None:
    """A file that only this station reads, in its place and on the disk. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole_file(path, rights=0o600) as file:
        file.write(content)


def fitting_end(kind: str, name: str) -> str:
    """The end of a published name, which says what form its content has; the kind's first where it has none."""
    return next((end for end in ENDS[kind] if name.casefold().endswith(end)), ENDS[kind][0])


def _path(settings: Settings, one: InForce) -> Path:
    return hub_folder(settings) / one.kind / f"{one.hash}{fitting_end(one.kind, one.name)}"


def _pointer(settings: Settings) -> tuple[Mapping[str, InForce], str | None]:
    """What the pointer says, and what is wrong with it."""
    path = hub_folder(settings) / "in_force.json"
    try:
        raw = path.read_bytes()[:MOST_POINTER]
        return dict(_entries(json.loads(raw))), None
    except FileNotFoundError:
        return {}, None
    except (OSError, ValueError, RecursionError) as problem:
        sentence = (
            f"{path} can't be read ({problem}), so the config's own policy, operators and rates are used. They are "
            "fetched from the hub again as soon as it can be reached."
        )
        log.warning("%s", sentence)
        return {}, sentence


def _entries(raw: Any) -> list[tuple[str, InForce]]:
    if not isinstance(raw, dict):
        raise ValueError("expected an object")
    found = []
    for kind, entry in raw.items():
        if kind not in REPLACING:
            raise ValueError(f"{kind[:20]!a} is no kind")
        match entry:
            case {"version": int(version), "hash": str(digest), "name": str(name), "at": str(at)} if (
                version >= 1 and _HASH.fullmatch(digest)
            ):
                found.append((kind, InForce(kind, version, digest, name, at)))
            case _:
                raise ValueError(f"{kind}: expected version, hash, name and at")
    return found


def _content(settings: Settings, one: InForce) -> bytes | str:
    """The content that an entry names, or the sentence why it can't be used."""
    path = _path(settings, one)
    try:
        content = path.read_bytes()
    except OSError as problem:
        wrong = problem.strerror or str(problem)
    else:
        if hashlib.sha256(content).hexdigest() == one.hash:
            return content
        wrong = "it was changed"
    return (
        f"The hub's {one.kind} {one.version} in {path} can't be used ({wrong}), so the config's own is. It is "
        "fetched again as soon as the hub can be reached."
    )


def _text(settings: Settings, kind: str) -> tuple[str, str] | None:
    """Name (with the end that its form needs) and text of what is in force."""
    one = in_force(settings).get(kind)
    if one is None:
        return None
    content = _content(settings, one)
    if isinstance(content, str):
        log.warning("%s", content)
        return None
    try:
        return _named(one), content.decode("utf-8")
    except UnicodeDecodeError as problem:
        log.warning("the hub's %s is not used: %s", kind, problem)
        return None


def _named(one: InForce) -> str:
    end = fitting_end(one.kind, one.name)
    return one.name if one.name.casefold().endswith(end) else f"{one.name}{end}"


def _unreadable(one: InForce, content: bytes) -> list[str]:
    """What is wrong with whole content: it was fine when it came, so this program reads it otherwise now."""
    try:
        text = content.decode("utf-8")
        if one.kind == "operators":
            load_crew(text, _named(one))
        if one.kind == "rates":
            Rates.from_json(text, _named(one))
    except ValueError as problem:
        return [f"The hub's {one.kind} {one.version} is not used: {problem}"]
    return []
