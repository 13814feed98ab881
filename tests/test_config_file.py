"""config.toml as documentation: it says every setting, its examples work, and its import fits real input."""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import pytest
from pydantic import BaseModel

from terminal.bench.actions import ACTIONS
from terminal.config import load, shipped_config
from terminal.device_settings import FolderPrinter, Scanner, TcpPrinter
from terminal.domain.importmap import (
    CATALOGUE_FIELDS,
    CHECK_FIELDS,
    MANIFEST_FIELDS,
    RECALL_FIELDS,
    TAC_FIELDS,
    WIPE_FIELDS,
    CategoryBy,
    ImportMap,
    NotGoods,
)
from terminal.domain.outcomes import OUTCOME_FIELDS
from terminal.settings import NOT_IN_THE_FILE, Settings

CREDIT_NOTES = Path(__file__).parents[2] / "shared" / "data" / "credit_notes_2010-12.csv"


@pytest.fixture
def everything(tmp_path: Path) -> Settings:
    """The settings of somebody who took away every `#` in front of an example."""
    site = tmp_path / "site.toml"
    site.write_text(with_examples(shipped_config()), "utf-8")
    return load(site, tmp_path, {})


def with_examples(text: str) -> str:
    """The shipped file with its examples (`#` and no space) made real."""
    return re.sub(r"^#(?=[\[a-z])", "", text, flags=re.MULTILINE)


def members(kind: Any) -> tuple[Any, ...]:
    """A field's type without annotations, a union as its members."""
    while get_origin(kind) is Annotated:
        kind = get_args(kind)[0]
    return get_args(kind) if get_origin(kind) in (Union, UnionType) else (kind,)


def documented(kind: Any, way: str = "") -> Iterator[str]:
    """The dotted name of each setting that the types know; `*` for what a site names itself."""
    for one in members(kind):
        if isinstance(one, type) and issubclass(one, BaseModel):
            tag = (
                f"({get_args(one.model_fields['kind'].annotation)[0]})" if "kind" in one.model_fields else ""
            )
            for name, field in one.model_fields.items():
                if way or name not in NOT_IN_THE_FILE:
                    yield from documented(field.annotation, f"{way}{tag}.{field.alias or name}")
        elif get_args(one) and any(
            isinstance(each, type) and issubclass(each, BaseModel)
            for inner in get_args(one)
            for each in members(inner)
        ):
            yield from documented(get_args(one)[-1 if get_origin(one) is not tuple else 0], f"{way}.*")
        else:
            yield way


def written(value: Any, known: set[str], way: str = "") -> Iterator[str]:
    """The dotted name of each setting in a parsed file, in the spelling of `documented`.

    A table in [labels] is a design, whose keys `labels.design` knows.
    """
    if way in known:
        yield way
    elif isinstance(value, dict):
        tag = f"({value['kind']})" if "kind" in value else ""
        for name, inner in value.items():
            if way == ".labels" and isinstance(inner, dict):
                continue
            star = f"{way}.*" if any(one.startswith(f"{way}.*") for one in known) else f"{way}{tag}.{name}"
            yield from written(inner, known, star)
    elif isinstance(value, list):
        for inner in value:
            yield from written(inner, known, f"{way}.*")
    else:
        yield way


def test_config_toml_names_every_setting_and_no_other() -> None:
    """Each field of the types stands in the file, if only as an example, and each key in the file is a field."""
    known = set(documented(Settings))
    # What is told from titles differs from shop to shop, so that list is empty and its fields stand in the comment.
    told = {".import.*.category_by.*.pattern", ".import.*.category_by.*.category"}
    keys = set(written(tomllib.loads(with_examples(shipped_config())), known))
    assert len(known) > 60
    assert keys == known - told
    assert re.search(r"# .*\{ pattern = '.*', category = \".*\" \}\ncategory_by = ", shipped_config())


def test_the_examples_in_config_toml_can_be_used_as_they_stand(everything: Settings) -> None:
    """Somebody who takes away every `#` has a configuration that loads, with one of everything."""
    found = everything
    assert {printer.kind for printer in found.printers.values()} == {
        "folder",
        "tcp",
        "serial",
        "usb",
        "queue",
    }
    assert list(found.scanners) == ["front"]
    assert found.totes[0].channel == "outlet"
    assert set(found.keys) <= {action.id for action in ACTIONS}


def test_the_examples_of_optional_settings_show_their_defaults(everything: Settings, tmp_path: Path) -> None:
    """A reader learns from an example what holds without it."""
    found = everything
    bare = Scanner(url=found.scanners["front"].url)
    assert found.scanners["front"] == bare
    assert found.printers["zebra"] == TcpPrinter(kind="tcp", host="192.0.2.17")
    default = load(None, tmp_path, {})
    assert default.printers["folder"] == FolderPrinter(kind="folder")
    mapping = default.imports["credit_notes"]
    optional = {"format", "delimiter", "encoding", "decimal", "thousands", "category_by"}
    fields = type(mapping).model_fields
    assert all(getattr(mapping, name) == fields[name].default for name in optional)


def test_every_setting_in_config_toml_has_its_comment() -> None:
    """Right above each setting stands what it does; rows that are alike share the comment of their block."""
    alike = ("[reasons.", "[[operators]]", "#[[totes]]", "[waste_codes]")
    uncommented = []
    for block in shipped_config().split("\n\n"):
        lines = block.strip().splitlines()
        shared = any(line.startswith(alike) for line in lines)
        if shared:
            assert lines[0].startswith("# ") or lines[0] == "[[operators]]"
            continue
        for above, line in zip(["", *lines], lines, strict=False):
            if re.match(r"#?[a-z_]+ = ", line) and not above.startswith("# "):
                uncommented.append(line)
    assert uncommented == []


def test_config_toml_lists_the_fields_of_an_import() -> None:
    """Manifest and catalogue fields stand in the comment in the importer's own order."""
    text = " ".join(line.removeprefix("# ") for line in shipped_config().splitlines())
    assert f"Manifest: {', '.join(MANIFEST_FIELDS)}." in text
    assert f"Catalogue: {', '.join(CATALOGUE_FIELDS)}." in text
    gates = {"Recalls": RECALL_FIELDS, "Type codes (tacs)": TAC_FIELDS, "Checks": CHECK_FIELDS}
    for name, fields in {**gates, "Wipes": WIPE_FIELDS, "Outcomes": OUTCOME_FIELDS}.items():
        assert f"{name}: {', '.join(fields)}." in text


def test_the_shipped_file_has_no_line_too_long_for_a_terminal() -> None:
    """People read it in an editor beside the bench; inline tables may not be broken, so one of them is longer."""
    assert [
        line for line in shipped_config().splitlines() if len(line) > 120 and "columns = {" not in line
    ] == []


def test_the_shipped_mapping_is_one_that_the_importer_takes(tmp_path: Path) -> None:
    """Its columns, marks and patterns pass the importer's own check."""
    own = load(None, tmp_path, {}).imports["credit_notes"]
    mapping = ImportMap(
        columns=own.columns,
        constants=own.constants,
        date_formats=own.date_formats,
        quantity_sign="negative",
        not_goods=tuple(NotGoods(one.column, one.pattern, one.what) for one in own.not_goods),
        category_by=tuple(CategoryBy(one.pattern, one.category) for one in own.category_by),
    )
    assert set(mapping.columns) | set(mapping.constants) >= {
        "rma",
        "sku",
        "quantity",
        "unit_price",
        "currency",
    }


@pytest.mark.skipif(not CREDIT_NOTES.exists(), reason="the real credit notes are not beside this checkout")
def test_the_shipped_mapping_knows_the_rows_of_real_credit_notes(tmp_path: Path) -> None:
    """Every column is there, and of 728 rows 30 are no goods: codes without a digit, in the real file."""
    own = load(None, tmp_path, {}).imports["credit_notes"]
    with CREDIT_NOTES.open(encoding=own.encoding, newline="") as file:
        rows = list(csv.DictReader(file, delimiter=own.delimiter))
    assert set(own.columns.values()) <= set(rows[0])
    refused = [
        row
        for row in rows
        if any(re.fullmatch(rule.pattern, row[rule.column], re.IGNORECASE) for rule in own.not_goods)
    ]
    assert len(rows) == 728
    assert len(refused) == 30
    assert {row["StockCode"] for row in refused} == {
        row["StockCode"] for row in rows if not any(char.isdigit() for char in row["StockCode"])
    }
