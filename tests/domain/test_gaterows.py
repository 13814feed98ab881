"""Rows of small tables: fields by mapping, by constant or by a usual name, and one reason where a row won't do."""

from __future__ import annotations

import pytest

from terminal.domain import tablecells
from terminal.domain.gaterows import Columns
from terminal.domain.importmap import ImportMap, NotGoods
from terminal.domain.intake import Reject
from terminal.domain.suggest import BadData

CONVERTS = {"notice": tablecells.identifier, "title": tablecells.title, "gtin": tablecells.gtin}
NEEDS = (("notice",), ("title", "gtin"))
ALSO = {"notice": ("recall_number", "number")}


def test_a_column_is_found_by_its_own_or_a_usual_name_in_any_case() -> None:
    """Spaces stand for underscores."""
    columns = Columns(ImportMap(), ["Recall Number", "TITLE", "other"], CONVERTS, NEEDS, ALSO)
    assert columns.fields == {"notice", "title"}
    assert columns.read(["R1", " Kettle ", "x"], 2) == {"notice": "R1", "title": "Kettle"}
    assert columns.name("notice") == "Recall Number"
    assert columns.name("gtin") == "gtin"


def test_a_mapping_names_columns_and_gives_constants() -> None:
    """A mapped field is read from that column only; an empty cell leaves the constant."""
    mapping = ImportMap(columns={"notice": "id"}, constants={"title": "Kettle"})
    columns = Columns(mapping, ["number", "id", "title"], CONVERTS, NEEDS, ALSO)
    assert columns.read(["7", "R1", ""], 2) == {"notice": "R1", "title": "Kettle"}


def test_a_bad_cell_is_the_reason_of_its_row() -> None:
    """With the file's own name for the column."""
    columns = Columns(ImportMap(), ["number", "gtin"], CONVERTS, NEEDS, ALSO)
    found = columns.read(["R1", "4006381333930"], 9)
    assert isinstance(found, Reject)
    assert (found.line, found.column, found.value) == (9, "gtin", "4006381333930")
    assert "check digit" in found.reason


def test_rows_can_be_left_out_by_pattern() -> None:
    """As in a manifest, said and not skipped."""
    mapping = ImportMap(not_goods=(NotGoods("title", "test.*", "a trial"), NotGoods("number", "0")))
    columns = Columns(mapping, ["number", "title"], CONVERTS, NEEDS, ALSO)
    found = columns.read(["R1", "Test row"], 3)
    assert isinstance(found, Reject)
    assert found.reason == "left out: a trial"
    assert isinstance(columns.read(["0", "Kettle"], 4), Reject)
    assert columns.read(["R1", "Kettle"], 5) == {"notice": "R1", "title": "Kettle"}


def test_a_file_with_other_columns_is_refused_with_what_it_has() -> None:
    """And what was looked for, with the nearest column."""
    with pytest.raises(BadData) as caught:
        Columns(ImportMap(), ["notise", "colour"], CONVERTS, NEEDS, ALSO)
    said = str(caught.value)
    assert 'no column for notice, one is required - did you mean "notise"?' in said
    assert "no column for title or gtin" in said
    assert "the file has notise, colour: name a mapping that fits" in said
    with pytest.raises(BadData, match="the file has none"):
        Columns(ImportMap(), [], CONVERTS, NEEDS)


def test_a_mapping_that_does_not_fit_is_refused() -> None:
    """Column, constant and pattern each with their own sentence."""
    mapping = ImportMap(
        columns={"notice": "idd"}, constants={"gtin": "12"}, not_goods=(NotGoods("colur", "x"),)
    )
    with pytest.raises(BadData) as caught:
        Columns(mapping, ["id", "title"], CONVERTS, NEEDS)
    said = str(caught.value)
    assert 'no column "idd" for notice - did you mean "id"?' in said
    assert 'constant gtin = "12"' in said
    assert 'not_goods: no column "colur"' in said
