"""The words of the printed sheet in the station's language.

English is built in: it is what the registries, the schemes and the sheet itself say. Every other language is one
file with a table for each kind of word; what a file lacks, as a defect of the site's own, stays as it is.
"""

from __future__ import annotations

import importlib.resources
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from terminal.domain.suggest import BadData, hint

ENGLISH = "en"
KINDS = ("heading", "word", "action", "help", "channel", "role", "goods", "defect")
"""Tables of a language file: headings and words of the sheet, names and sentences of actions by id, channels,
roles, kinds of goods by scheme, and defects by code."""

_FOLDER = "languages"


@dataclass(frozen=True, slots=True)
class Words:
    """One language: what it says by kind and id."""

    code: str
    tables: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: MappingProxyType({}))

    def of(self, kind: str, one: str, default: str) -> str:
        """The word of that kind and id, or what the caller says in English."""
        return self.tables.get(kind, {}).get(one, default)


def codes() -> tuple[str, ...]:
    """Every language there is, English first."""
    files = (importlib.resources.files("terminal.data") / _FOLDER).iterdir()
    return (ENGLISH, *sorted(one.name.removesuffix(".toml") for one in files if one.name.endswith(".toml")))


def load(code: str) -> Words:
    """The words of a language. Raises BadData for one that there is not, and for a file that can't be used."""
    known = codes()
    if code not in known:
        near = code.strip().casefold().replace("_", "-").partition("-")[0]
        guess = f' - did you mean "{near}"?' if near in known else hint(code, known)
        raise BadData([f"no language {code[:20]!a} for the sheet{guess}"])
    if code == ENGLISH:
        return Words(ENGLISH)
    path = importlib.resources.files("terminal.data") / _FOLDER / f"{code}.toml"
    return parse(code, path.read_text("utf-8"))


def parse(code: str, text: str) -> Words:
    """The words in the text of a language file. Raises BadData with every mistake in it."""
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadData([f"{code}.toml: {error}"]) from error
    problems: list[str] = []
    for kind, table in found.items():
        if kind not in KINDS:
            problems.append(f'{code}.toml: no kind of word is called "{kind}"{hint(kind, KINDS)}')
        elif not isinstance(table, dict):
            problems.append(f"{code}.toml: {kind}: expected a table of words, got {str(table)[:40]!r}")
        else:
            problems += (
                f"{code}.toml: {kind}.{one}: expected a text, got {str(word)[:40]!r}"
                for one, word in table.items()
                if not isinstance(word, str) or not word.strip()
            )
    if problems:
        raise BadData(problems)
    return Words(code, MappingProxyType({kind: MappingProxyType(table) for kind, table in found.items()}))


def shipped_defects() -> Mapping[str, str]:
    """The English label of every defect of the shipped schemes, by code.

    A site that gave a code another label means that label: only a label as shipped is translated.
    """
    labels: dict[str, str] = {}
    for path in (importlib.resources.files("terminal.data") / "schemes").iterdir():
        if path.name.endswith(".toml"):
            defects = tomllib.loads(path.read_text("utf-8")).get("defect", {})
            labels |= {code: str(defect["label"]) for code, defect in defects.items()}
    return labels
