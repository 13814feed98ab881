"""A file of operators: who may sign in, with which role, by which badges, and who no more. TOML or JSON.

TOML has tables `[[operators]]`, JSON a list of objects or `{"operators": [...]}`. Somebody with `badges` signs in
by these and by no other code, so a lost badge is one that is no longer in the list.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from terminal.domain.source import Source
from terminal.domain.speech import LANGUAGES
from terminal.domain.suggest import BadData, hint

ROLES = ("operator", "lead", "manager")
FIELDS = ("id", "name", "role", "badges", "revoked", "language")
MOST_PEOPLE = 10_000
MOST_BADGES = 10
LONGEST = 64
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the file."""

    id: str
    name: str = ""
    role: str = "operator"
    badges: tuple[str, ...] = ()
    """What their badges say; none: the one code that is made from the id."""
    revoked: bool = False
    """True where nothing of theirs opens anything."""
    language: str = ""
    """What the screen speaks while they are signed in; empty: the station's language."""


def load_crew(text: str, name: str) -> tuple[Person, ...]:
    """The people of a file; `name` is the file's, and its end says which form it has.

    Raises BadData with every mistake: a wrong field or value, an id or a badge that is there twice, nobody left.
    """
    raw = _json(text, name) if name.casefold().endswith(".json") else Source(name, text).data
    listed = raw.get("operators") if isinstance(raw, Mapping) else raw
    if not isinstance(listed, list):
        raise BadData([f"{name}: expected a list of operators, as [[operators]] in TOML"])
    if len(listed) > MOST_PEOPLE:
        raise BadData([f"{name}: {len(listed):,} operators, and at most {MOST_PEOPLE:,} can be"])
    problems: list[str] = []
    people = tuple(
        _person(one, f"{name}: operator {number}", problems) for number, one in enumerate(listed, 1)
    )
    _find_twice(people, name, problems)
    if not problems and all(one.revoked for one in people):
        problems.append(f"{name}: nobody in it may sign in")
    if problems:
        raise BadData(problems)
    return people


def person_problems(person: Person) -> list[str]:
    """What is wrong with somebody who is added by hand, one sentence each."""
    problems: list[str] = []
    raw = {"id": person.id, "name": person.name, "role": person.role, "badges": list(person.badges)}
    raw["language"] = person.language
    _person(raw, person.id[:40] or "operator", problems)
    return problems


def _json(text: str, name: str) -> Any:
    try:
        return json.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError) as error:
        raise BadData([f"{name}: not readable as JSON: {error}"]) from error


def _person(raw: object, where: str, problems: list[str]) -> Person:
    if not isinstance(raw, Mapping):
        problems.append(f"{where}: expected a table of {', '.join(FIELDS)}")
        return Person("")
    for key in raw:
        if key not in FIELDS:
            problems.append(f'{where}: "{str(key)[:40]}" is no field{hint(str(key)[:40], FIELDS)}')
    who, name, role = raw.get("id"), raw.get("name", ""), raw.get("role", "operator")
    if not isinstance(who, str) or _ID.fullmatch(who) is None:
        problems.append(
            f"{where}: id: expected up to 32 letters, digits, '.', '_' or '-', got {str(who)[:40]!a}"
        )
    if not _is_line(name, 0):
        problems.append(
            f"{where}: name: expected a line of up to {LONGEST} characters, got {str(name)[:40]!a}"
        )
    if role not in ROLES:
        problems.append(f"{where}: role: {str(role)[:40]!a} is none{hint(str(role)[:40], ROLES)}")
    badges, revoked = raw.get("badges", []), raw.get("revoked", False)
    if not isinstance(badges, list) or len(badges) > MOST_BADGES or not all(_is_code(one) for one in badges):
        problems.append(
            f"{where}: badges: expected up to {MOST_BADGES} codes of 4 to {LONGEST} ASCII characters"
        )
        badges = []
    if not isinstance(revoked, bool):
        problems.append(f"{where}: revoked: expected true or false, got {str(revoked)[:40]!a}")
    language = raw.get("language", "")
    if language not in ("", *LANGUAGES):
        problems.append(
            f"{where}: language: {str(language)[:40]!a} is none{hint(str(language)[:40], LANGUAGES)}"
        )
    return Person(str(who), str(name), str(role), tuple(badges), revoked is True, str(language))


def _is_line(value: object, least: int) -> bool:
    return isinstance(value, str) and least <= len(value) <= LONGEST and value.isprintable()


def _is_code(value: object) -> bool:
    """True for what a barcode can say and a scanner sends as it is."""
    return _is_line(value, 4) and str(value).isascii()


def _find_twice(people: tuple[Person, ...], name: str, problems: list[str]) -> None:
    ids = [one.id for one in people]
    codes = [code.casefold() for one in people for code in one.badges]
    for what, values in (("id", ids), ("badge", codes)):
        problems += [
            f"{name}: the {what} {value[:40]!a} is there twice"
            for value in sorted(set(values))
            if values.count(value) > 1
        ]
