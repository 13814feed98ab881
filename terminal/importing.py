"""Imports from the command line: a file, a mapping from config, and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from terminal.assembly import read_rulebook
from terminal.domain.importmap import CategoryBy, ImportMap, NotGoods
from terminal.domain.suggest import BadData, hint
from terminal.import_settings import ImportMap as ConfigMap
from terminal.own_file import open_file
from terminal.settings import Settings
from terminal.store.importer import import_catalogue, import_manifest


def named_map(settings: Settings, name: str) -> ConfigMap:
    """`[import.NAME]` as the config has it. Raises BadData for a name that it does not have."""
    own = settings.imports.get(name)
    if own is None:
        raise BadData([f'no mapping "{name}" in [import]{hint(name, settings.imports)}'])
    return own


def marks_of(own: ConfigMap) -> ImportMap:
    """How a file of that mapping is written, without its columns and constants."""
    return ImportMap(
        date_formats=own.date_formats,
        decimal=own.decimal,
        thousands=own.thousands,
        delimiter=own.delimiter,
        encoding=own.encoding,
        quantity_sign="any" if own.quantity_sign == "either" else own.quantity_sign,
        not_goods=tuple(NotGoods(one.column, one.pattern, one.what) for one in own.not_goods),
        category_by=tuple(CategoryBy(one.pattern, one.category) for one in own.category_by),
    )


def import_map(settings: Settings, name: str | None) -> tuple[ImportMap, str | None]:
    """The mapping and file format of `[import.NAME]`; without a name our own column names.

    Raises BadData for a name that config does not have.
    """
    if name is None:
        return ImportMap(), None
    own = named_map(settings, name)
    return replace(marks_of(own), columns=own.columns, constants=own.constants), own.format


def run_import(
    settings: Settings,
    path: Path,
    name: str | None,
    kind: str,
    progress: Callable[[int], None] | None = None,
) -> dict[str, Any]:
    """Import one file and give what `regrade import` prints; `progress` hears of the rows so far.

    Raises BadData, StoreError, OSError.
    """
    mapping, form = import_map(settings, name)
    categories = tuple(read_rulebook(settings).schemes)
    run = import_manifest if kind == "manifest" else import_catalogue
    with open_file(settings) as file:
        file.catalogue.source = path.name
        done = run(
            path, mapping, file.catalogue, categories, settings.data / "rejects", form=form, progress=progress
        )
    return {
        "imported": done.imported,
        "rejected": done.rejected,
        "rejects_file": str(done.rejects_file) if done.rejects_file is not None else None,
    }
