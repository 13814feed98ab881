"""The catalogues of what Regrade says: gathers the sentences of code and data, and compiles translations.

    python tools/words.py update     new sentences into every terminal/data/locale/*/LC_MESSAGES/regrade.po
    python tools/words.py compile    .po into the .mo beside it
    python tools/words.py check      what is missing or stale; exit status 1 where anything is

Sentences are what `_`, `n_`, `N_` and `Said` are called with in the packages (ROOMS), and the words of the shipped
data files that are shown to people (DATA). A site's own data is not translated: it says what the site wrote.
"""

from __future__ import annotations

import ast
import io
import string
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("terminal", "devices", "labels")
LOCALE = ROOT / "terminal" / "data" / "locale"
LOOKED_UP = {"_": 1, "N_": 1, "Said": 1, "n_": 2}
"""Function -> how many forms of a sentence it is given."""
NOTE = "TRANSLATORS:"
DATA = {
    "schemes/checks.toml": ("label", "passes", "tool"),
    "schemes/defects.toml": ("label",),
    "schemes/questions.toml": ("prompt", "text", "label"),
    "schemes/schemes.toml": (
        "name",
        "label",
        "because",
        "return_to_vendor",
        "recycle",
        "energy_recovery",
        "landfill",
    ),
    "policies/eu.toml": ("short",),
    "policies/us.toml": ("short",),
    "steps/steps.toml": ("label", "note"),
    "esg/espr-24.toml": ("title", "basis", "label", "note", "unknown"),
    "esg/esrs-e5-5.toml": ("title", "basis", "label", "note", "unknown"),
    "esg/gri-306.toml": ("title", "basis", "label", "note", "unknown"),
}
"""Data file -> the keys whose values are shown to people."""


def said() -> Catalog:
    """Every sentence that can be said, with the files in which it stands."""
    catalog = Catalog(domain="regrade", project="Regrade", charset="utf-8")
    for path in sorted(path for folder in ROOMS for path in (ROOT / folder).rglob("*.py")):
        for message, comments in sentences(path.read_text("utf-8")):
            _add(catalog, message, path, comments)
    for name, keys in DATA.items():
        path = ROOT / "terminal" / "data" / name
        for text in dict.fromkeys(_texts(tomllib.loads(path.read_text("utf-8")), keys)):
            _add(catalog, text, path)
    return catalog


def sentences(source: str) -> Iterator[tuple[str | tuple[str, str], list[str]]]:
    """What a module looks up, as (sentence, or its two forms, and what its author tells translators).

    Read from the syntax tree, so that a call inside an f-string counts on every version of Python.
    """
    lines = source.splitlines()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in LOOKED_UP:
            texts = [
                one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)
            ]
            if texts:
                above = lines[node.lineno - 2].strip() if node.lineno > 1 else ""
                note = above.partition(NOTE)[2].strip() if above.startswith("#") else ""
                message = (texts[0], texts[1]) if LOOKED_UP[node.func.id] == 2 else texts[0]
                yield message, [note] if note else []


def _add(catalog: Catalog, message: Any, path: Path, comments: Any = ()) -> None:
    if message and message != ("", ""):
        place = path.relative_to(ROOT).as_posix()
        catalog.add(message, locations=[(place, None)], auto_comments=comments)  # type: ignore[list-item]


def _texts(value: Any, keys: tuple[str, ...]) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in keys and isinstance(inner, str) and inner.strip():
                yield inner
            else:
                yield from _texts(inner, keys)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner, keys)


def languages() -> list[str]:
    """The languages that have a catalogue."""
    return sorted(path.parent.parent.name for path in LOCALE.glob("*/LC_MESSAGES/regrade.po"))


def place(language: str) -> Path:
    """The catalogue of a language."""
    return LOCALE / language / "LC_MESSAGES" / "regrade.po"


def read(language: str) -> Catalog:
    """A language's catalogue as it stands."""
    with place(language).open("rb") as file:
        return read_po(file, locale=language, domain="regrade")


def update() -> None:
    """Bring new sentences into every catalogue, and drop those that nobody says any more."""
    template = said()
    for language in languages():
        catalog = read(language)
        catalog.update(template, no_fuzzy_matching=True)
        catalog.obsolete.clear()
        catalog.header_comment = "# What Regrade says to people, in this language."
        catalog.project, catalog.version = "regrade", "0.1"
        catalog.msgid_bugs_address = catalog.last_translator = ""
        written = io.BytesIO()
        write_po(written, catalog, width=110, sort_output=True, include_lineno=False, omit_header=False)
        place(language).write_bytes(written.getvalue())
    compile_all()


def compiled(language: str) -> bytes:
    """A catalogue as gettext reads it."""
    written = io.BytesIO()
    write_mo(written, read(language))
    return written.getvalue()


def compile_all() -> None:
    """Write every compiled catalogue."""
    for language in languages():
        place(language).with_suffix(".mo").write_bytes(compiled(language))


def fields(text: str) -> list[str]:
    """The names in braces, sorted; each once."""
    return sorted({name for _, name, _, _ in string.Formatter().parse(text) if name is not None})


def faults() -> Iterator[str]:
    """What is missing, wrong or stale, one sentence each."""
    template = said()
    for language in languages():
        catalog = read(language)
        for message in template:
            if message.id:
                yield from (f"{language}: {fault}" for fault in _faults_of(message, catalog.get(message.id)))
        yield from (
            f"{language}: nobody says {str(message.id)[:60]!r} any more"
            for message in catalog
            if message.id and template.get(message.id) is None
        )
        mo = place(language).with_suffix(".mo")
        if not mo.exists() or mo.read_bytes() != compiled(language):
            yield f"{language}: regrade.mo is not what regrade.po says: python tools/words.py compile"


def _faults_of(wanted: Message, have: Message | None) -> Iterator[str]:
    name = repr(wanted.id if isinstance(wanted.id, str) else wanted.id[0])
    given = (
        () if have is None else (have.string,) if isinstance(have.string, str) else tuple(have.string or ())
    )
    if have is None or not given or not all(given):
        yield f"no translation of {name}"
        return
    if have.fuzzy:
        yield f"a guess stands for {name}"
    ids = (wanted.id,) if isinstance(wanted.id, str) else wanted.id
    for text in given:
        if not set(fields(text)) <= set(fields(ids[-1])) or (
            len(given) == 1 and fields(text) != fields(ids[-1])
        ):
            yield f"{name} has {fields(ids[-1])} in braces, its translation {fields(text)}"
        if text.strip() != text and ids[-1].strip() == ids[-1]:
            yield f"{name}: spaces around its translation"


def main(arguments: list[str]) -> int:
    """Do one of the three."""
    match arguments:
        case ["update"]:
            update()
        case ["compile"]:
            compile_all()
        case ["check"]:
            found = list(faults())
            print("\n".join(found) or f"{len(said())} sentences in {', '.join(languages())}")
            return 1 if found else 0
        case _:
            print(__doc__)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
