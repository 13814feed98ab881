"""The checks that a file has to pass before it is published, and again before a station takes it over.

They are the loaders of the station itself, so what the hub takes is what a station can work with. A file for all
stations is told with every mistake; a row that a station would reject keeps the whole file from being published.
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from terminal.assembly import data_texts, rulebook_with
from terminal.domain.crew import load_crew
from terminal.domain.importmap import ImportMap
from terminal.domain.items import ManifestLine, Product
from terminal.domain.rates import Rates
from terminal.domain.rulings import load_rulings
from terminal.domain.scheme_file import load_schemes
from terminal.domain.suggest import BadData, hint
from terminal.pulled import ENDS, REPLACING
from terminal.settings import Settings
from terminal.store.gate_importer import import_recalls
from terminal.store.importer import Imported, import_catalogue, import_manifest
from terminal.store.recalls import Read, Recalls

TABLES = ("manifest", "catalogue", "recalls")
ADDING = (*TABLES, "rulings")
"""Kinds of which every version is taken in, in order."""
KINDS = (*REPLACING, *ADDING)
FORMS = (".csv", ".json", ".ndjson")
"""Ends of a table's name, which say what form it has."""
MOST = {"policy": 1 << 20, "operators": 4 << 20, "rates": 16 << 20, "rulings": 16 << 20} | dict.fromkeys(
    TABLES, 32 << 20
)
"""Bytes of a publication by kind. A larger table is published in several files: a station writes each at once."""
SHOWN = 10
"""Rejected rows that are told."""


@dataclass(slots=True)
class Rows:
    """What a table file says, read whole, so that writing it holds the station file only for a moment."""

    lines: list[ManifestLine] = field(default_factory=list)
    products: list[Product] = field(default_factory=list)
    notices: list[Read] = field(default_factory=list)

    def transaction(self) -> AbstractContextManager[Any]:
        """Nothing is written yet, so there is nothing to keep together."""
        return nullcontext()

    def put_manifest(self, lines: Sequence[ManifestLine]) -> None:
        """Keep expected returns."""
        self.lines += lines

    def put_products(self, products: Sequence[Product]) -> None:
        """Keep products."""
        self.products += products


class _Notices(Recalls):
    """Recall notices that are only kept."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def transaction(self) -> AbstractContextManager[None]:
        return nullcontext()

    def put(self, notices: Sequence[Read]) -> None:
        self._rows.notices += notices


def read_table(settings: Settings, kind: str, path: Path, rejects: Path) -> tuple[Imported, Rows]:
    """A manifest, catalogue or file of recalls as rows; bad ones go to a file in `rejects`.

    The columns have our own names. Raises BadData where the file can't be read at all.
    """
    rows, mapping = Rows(), ImportMap()
    if kind == "recalls":
        return import_recalls(path, mapping, _Notices(rows), rejects), rows
    categories = tuple(load_schemes(data_texts(settings, "schemes", settings.schemes.folder)))
    if kind == "manifest":
        return import_manifest(path, mapping, rows, categories, rejects), rows
    return import_catalogue(path, mapping, rows, categories, rejects), rows


def check(settings: Settings, kind: str, path: Path) -> None:
    """Check a file as `kind`, by the loaders of a station with these settings.

    Raises BadData with what is wrong: unknown kind, wrong form, too large, no text, or whatever the loader says.
    """
    if kind not in KINDS:
        raise BadData([f"{kind[:40]!a} is nothing that is published{hint(kind[:40], KINDS)}"])
    ends = FORMS if kind in TABLES else ENDS.get(kind, (".ndjson",))
    if path.suffix.casefold() not in ends:
        raise BadData([f"{path.name}: a file of {kind} ends in {' or '.join(ends)}"])
    size = path.stat().st_size
    if size > MOST[kind]:
        told = f"{size:,} bytes, and at most {MOST[kind]:,} are published at once"
        raise BadData([f"{path.name}: {told}{': split the file' if kind in TABLES else ''}"])
    if kind in TABLES:
        _check_rows(settings, kind, path)
    else:
        check_text(settings, kind, text_of(path.read_bytes(), path.name), path.name)


def check_text(settings: Settings, kind: str, text: str, name: str) -> None:
    """Check the text of a policy, a file of operators, rates or rulings. Raises BadData with every mistake."""
    if kind == "policy":
        rulebook_with(settings, (name, text))
    elif kind == "operators":
        load_crew(text, name)
    elif kind == "rates":
        rates = Rates.from_json(text, name)
        if not rates.version:
            raise BadData([f"{name}: nothing is learned in it yet"])
    else:
        load_rulings(text, name)


def text_of(content: bytes, name: str) -> str:
    """Content as text. Raises BadData where it is no UTF-8."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = content[: problem.start].count(b"\n") + 1
        raise BadData([f"{name}:{line}: not UTF-8 text (byte {content[problem.start]:#04x})"]) from problem


def _check_rows(settings: Settings, kind: str, path: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="regrade-") as folder:
        done, _ = read_table(settings, kind, path, Path(folder))
        if done.rejects_file is None:
            if not done.imported:
                raise BadData([f"{path.name}: no row in it"])
            return
        with done.rejects_file.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))[:SHOWN]
    told = [
        f"{path.name}:{row['line']}: {row['column']}: {row['value'][:60]!a}: {row['reason']}" for row in rows
    ]
    more = done.rejected - len(told)
    raise BadData([*told, *([f"... and {more:,} more rows"] if more else [])])
