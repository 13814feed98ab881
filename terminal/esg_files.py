"""A report on waste as JSON, CSV and Parquet: the figures in one table, the evidence in another.

Files are for programs: their names and words are English, whatever language the pages are in.
"""

from __future__ import annotations

import csv
import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from terminal.csv_export import safe
from terminal.domain.suggest import BadData
from terminal.esg import EVIDENCE
from terminal.reports.esg_sums import NAMES, Figure

FIGURES = ("layout", *NAMES)
_WHOLE = ("units", "without_mass", "event")
_MASSES = ("value", *(name for name in NAMES if name == "kg" or name.endswith("_kg")))


def plain(value: Any) -> Any:
    """The report as JSON can hold it: a Decimal becomes a number, a figure an object."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, Figure):
        return plain(dataclasses.asdict(value))
    if isinstance(value, Mapping):
        return {name: plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return value


def rows(report: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Every figure of every layout, as one flat row each."""
    for layout in report["layouts"]:
        for table in layout["tables"]:
            for figure in table["rows"]:
                yield {"layout": layout["id"], **dataclasses.asdict(figure)}


def write_csv(path: Path, heads: Sequence[str], found: Iterator[Mapping[str, Any]]) -> None:
    """A table for a spreadsheet; a cell is never a formula, and one that nobody knows is empty."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(heads)
        for row in found:
            writer.writerow([safe(_cell(row[name])) for name in heads])


def write_parquet(path: Path, heads: Sequence[str], found: Iterator[Mapping[str, Any]]) -> None:
    """A table for DuckDB and the like; masses and ratios are decimals. Raises BadData where pyarrow is missing."""
    try:
        import pyarrow  # type: ignore[import-untyped]
        from pyarrow import parquet
    except ImportError:
        raise BadData(["Parquet needs pyarrow: install regrade[analytics], or write CSV."]) from None
    columns: dict[str, list[Any]] = {name: [] for name in heads}
    for row in found:
        for name in heads:
            columns[name].append(row[name])
    types = {name: _type(pyarrow, name) for name in heads}
    schema = pyarrow.schema(list(types.items()))
    parquet.write_table(pyarrow.table(columns, schema=schema), path)


def figures_to(path: Path, report: Mapping[str, Any]) -> None:
    """The figures as CSV, or as Parquet where the name of the file says so."""
    _write(path, FIGURES, rows(report))


def evidence_to(path: Path, report: Mapping[str, Any]) -> None:
    """The evidence as CSV, or as Parquet where the name of the file says so."""
    _write(path, EVIDENCE, iter(report["evidence"]))


def _write(path: Path, heads: Sequence[str], found: Iterator[Mapping[str, Any]]) -> None:
    writer = write_parquet if path.suffix.lower() == ".parquet" else write_csv
    writer(path, heads, found)


def _type(pyarrow: Any, name: str) -> Any:
    if name in _MASSES:
        return pyarrow.decimal128(18, 9)
    if name in _WHOLE:
        return pyarrow.int64()
    return pyarrow.list_(pyarrow.string()) if name == "photos" else pyarrow.string()


def _cell(value: object) -> object:
    if isinstance(value, Decimal):
        return format(value, "f")
    return " ".join(value) if isinstance(value, list) else value
