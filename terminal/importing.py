"""Imports from the command line: a file, a mapping from config, and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from terminal.assembly import read_rulebook
from terminal.domain.importmap import CategoryBy, ImportMap, NotGoods
from terminal.domain.suggest import BadData, hint
from terminal.settings import Settings
from terminal.store.importer import import_catalogue, import_manifest
from terminal.store.station_file import StationFile


def import_map(settings: Settings, name: str | None) -> tuple[ImportMap, str | None]:
    """The mapping and file format of `[import.NAME]`; without a name our own column names.

    Raises BadData for a name that config does not have.
    """
    if name is None:
        return ImportMap(), None
    own = settings.imports.get(name)
    if own is None:
        raise BadData([f'no mapping "{name}" in [import]{hint(name, settings.imports)}'])
    mapping = ImportMap(
        columns=own.columns,
        constants=own.constants,
        date_formats=own.date_formats,
        decimal=own.decimal,
        thousands=own.thousands,
        delimiter=own.delimiter,
        encoding=own.encoding,
        quantity_sign="any" if own.quantity_sign == "either" else own.quantity_sign,
        not_goods=tuple(NotGoods(one.column, one.pattern, one.what) for one in own.not_goods),
        category_by=tuple(CategoryBy(one.pattern, one.category) for one in own.category_by),
    )
    return mapping, own.format


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
    with StationFile.open(settings.data, settings.station.id, tuple(settings.sync.sinks)) as file:
        file.catalogue.source = path.name
        done = run(
            path, mapping, file.catalogue, categories, settings.data / "rejects", form=form, progress=progress
        )
    return {
        "imported": done.imported,
        "rejected": done.rejected,
        "rejects_file": str(done.rejects_file) if done.rejects_file is not None else None,
    }
