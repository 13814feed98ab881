"""Rows of a table as expected returns and products, or as rejects with column and reason."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from terminal.domain.importmap import CategoryBy, ImportMap, NotGoods
from terminal.domain.intake import ManifestReader, ProductReader, Reject, manifest_line, product
from terminal.domain.items import ManifestLine, Product
from terminal.domain.suggest import BadData

CATEGORIES = ["phone", "home", "apparel"]
OWN = ImportMap()
FULL = {
    "rma": "RMA1001", "tracking": "1Z999", "sku": "PH-1", "gtin": "4006381333931", "serial": "SN-1",
    "title": " Phone  X ", "category": "Phone", "quantity": "3", "unit_price": "12.40", "currency": "eur",
    "reason": "too small", "initiated": "2026-11-20T10:00:00Z", "weight_g": "182",
}  # fmt: skip


def line(mapping: ImportMap = OWN, row: dict[str, str] | None = None, **cells: str) -> ManifestLine:
    """A row that must be good."""
    found = manifest_line((row or {}) | cells, 2, mapping, CATEGORIES)
    assert isinstance(found, ManifestLine), found
    return found


def reject(mapping: ImportMap = OWN, row: dict[str, str] | None = None, **cells: str) -> Reject:
    """A row that must be bad."""
    found = manifest_line((row or {}) | cells, 7, mapping, CATEGORIES)
    assert isinstance(found, Reject), found
    assert found.line == 7
    return found


# --- Manifest lines


def test_a_row_with_our_own_column_names_needs_no_mapping() -> None:
    """A row with our own column names needs no mapping."""
    assert line(row=FULL) == ManifestLine(
        rma="RMA1001", line=1, sku="PH-1", gtin="4006381333931", title="Phone  X", category="phone", quantity=3,
        serial="SN-1", unit_price=Decimal("12.40"), currency="EUR", tracking="1Z999", reason="too small",
        initiated=datetime(2026, 11, 20, 10, tzinfo=UTC), weight_g=182,
    )  # fmt: skip


def test_only_rma_and_sku_are_required_and_what_is_missing_is_unknown_or_assumed() -> None:
    """Only RMA and SKU are required and what is missing is unknown or assumed."""
    assert line(rma="R1", sku="S1") == ManifestLine(
        "R1", 1, "S1", None, "", "general", 1, assumed=("category", "quantity")
    )
    assert line(rma="R1", gtin="96385074").gtin == "96385074"


@pytest.mark.parametrize(
    ("change", "column", "why"),
    [
        ({"rma": " "}, "rma", "empty, but required"),
        ({"sku": "", "gtin": ""}, "sku", "empty, and no GTIN either"),
        ({"sku": "", "gtin": "2112345678900"}, "gtin", "in-store number.*a SKU is required beside it"),
        ({"gtin": "7.94E+11"}, "gtin", "spreadsheet"),
        ({"quantity": "0"}, "quantity", "1 to 100000"),
        ({"unit_price": "12,40"}, "unit_price", "no number"),
        ({"currency": "EURO"}, "currency", "three letters"),
        ({"category": "phnoe"}, "category", 'did you mean "phone"'),
        ({"initiated": "yesterday"}, "initiated", "ISO 8601"),
        ({"weight_g": "1.2"}, "weight_g", "kilograms"),
        ({"title": "a\0b"}, "title", "control character"),
    ],
)
def test_a_bad_cell_rejects_its_row_with_column_and_reason(
    change: dict[str, str], column: str, why: str
) -> None:
    """A bad cell rejects its row with column and reason."""
    found = reject(row=FULL | change)
    assert found.column == column
    assert found.value == change.get(column, "").strip()
    with pytest.raises(ValueError, match=why):
        raise ValueError(found.reason)


def test_the_first_bad_cell_is_the_one_that_is_named() -> None:
    """The first bad cell is the one that is named."""
    assert reject(row=FULL, quantity="x", rma="a\x01").column == "rma"


def test_an_in_store_number_is_kept_beside_a_sku() -> None:
    """An in store number is kept beside a SKU."""
    assert line(rma="R", sku="S", gtin="2112345678900").gtin == "2112345678900"


def test_a_dummy_serial_is_no_serial() -> None:
    """A dummy serial is no serial."""
    for text in ("N/A", "unknown", "000000", ""):
        assert line(rma="R", sku="S", serial=text).serial is None
    assert line(rma="R", sku="S", serial="SN 7").serial == "SN 7"


def test_any_category_will_do_where_none_are_known() -> None:
    """Any category will do where none are known."""
    found = manifest_line({"rma": "R", "sku": "S", "category": "Garden"}, 2, OWN)
    assert isinstance(found, ManifestLine)
    assert found.category == "Garden"


def test_line_number_within_the_rma_is_the_callers() -> None:
    """Line number within the RMA is the callers."""
    found = manifest_line({"rma": "R", "sku": "S"}, 2, OWN, line=4)
    assert isinstance(found, ManifestLine)
    assert found.line == 4


# --- Mappings


def test_columns_are_renamed_and_constants_are_named_as_assumed() -> None:
    """Columns are renamed and constants are named as assumed."""
    mapping = ImportMap(
        columns={"rma": "Return", "sku": "Item", "unit_price": "Preis"},
        constants={"currency": "EUR", "category": "home"},
        decimal=",",
    )
    found = line(mapping, Return="R1", Item="S1", Preis="12,5")
    assert (found.unit_price, found.currency, found.category) == (Decimal("12.5"), "EUR", "home")
    assert found.assumed == ("category", "currency", "quantity")
    assert reject(mapping, Return="R1", Item="S1", Preis="x").column == "Preis"
    assert reject(mapping, Return="", Item="S1", Preis="1").column == "Return"


def test_a_constant_fills_only_the_cells_that_are_empty() -> None:
    """A constant fills only the cells that are empty."""
    mapping = ImportMap(constants={"currency": "EUR", "title": "unnamed"})
    assert line(mapping, rma="R", sku="S", currency="GBP", category="home", quantity="1").assumed == (
        "title",
    )
    found = line(mapping, rma="R", sku="S", currency=" ", category="home", quantity="1")
    assert (found.currency, found.assumed) == ("EUR", ("currency", "title"))


def test_a_constant_rma_serves_the_whole_file() -> None:
    """A constant RMA serves the whole file."""
    mapping = ImportMap(constants={"rma": "PALLET-7"})
    assert line(mapping, sku="S").rma == "PALLET-7"
    assert ManifestReader(mapping, ["sku"]).rmas_of([["S"]]) == [""]


def test_category_comes_from_the_file_then_the_title_then_the_constant() -> None:
    """Category comes from the file then the title then the constant."""
    mapping = ImportMap(
        constants={"category": "home"},
        category_by=(CategoryBy("iphone", "phone"), CategoryBy("SHIRT|SOCKS", "Apparel")),
    )
    assert line(mapping, rma="R", sku="S", title="Red shirt").category == "apparel"
    assert line(mapping, rma="R", sku="S", title="Red kettle").category == "home"
    found = line(mapping, rma="R", sku="S", title="Red shirt", category="phone", quantity="1")
    assert (found.category, found.assumed) == ("phone", ())
    found = line(ImportMap(category_by=mapping.category_by), rma="R", sku="S", title="IPHONE", quantity="1")
    assert (found.category, found.assumed) == ("phone", ("category",))


def test_rows_that_are_no_goods_are_rejects_that_say_what_they_are() -> None:
    """Rows that are no goods are rejects that say what they are."""
    mapping = ImportMap(
        columns={"sku": "Code"},
        not_goods=(
            NotGoods("sku", "POST(AGE)?", "postage"),
            NotGoods("Code", "D"),
            NotGoods("title", "manual"),
        ),
    )
    assert reject(mapping, rma="", Code=" post ", title="").reason == "not goods: postage"
    found = reject(mapping, rma="R", Code="D", title="")
    assert (found.column, found.value, found.reason) == ("Code", "D", "not goods: D")
    assert reject(mapping, rma="R", Code="X1", title="Manual").column == "title"
    assert line(mapping, rma="R", Code="POSTER", title="").sku == "POSTER"


@pytest.mark.parametrize(
    ("mapping", "header", "why"),
    [
        (ImportMap(columns={"rma": "Invoce"}), ["Invoice", "sku"], '"Invoce" for rma - did you mean "Invoice"'),
        (OWN, ["RMA", "sku"], 'no column for rma, one is required - did you mean "RMA"'),
        (OWN, ["rma", "title"], "no column for sku or gtin"),
        (ImportMap(not_goods=(NotGoods("Cod", "D"),)), ["rma", "sku", "Code"], 'did you mean "Code"'),
        (ImportMap(constants={"category": "hmoe"}), ["rma", "sku"], 'constant category = "hmoe"'),
        (ImportMap(category_by=(CategoryBy("x", "hmoe"),)), ["rma", "sku"], "category_by"),
    ],
)  # fmt: skip
def test_columns_that_do_not_fit_the_file_are_named(mapping: ImportMap, header: list[str], why: str) -> None:
    """Columns that do not fit the file are named."""
    with pytest.raises(BadData, match=why):
        ManifestReader(mapping, header, CATEGORIES)


def test_a_constant_of_the_other_kind_of_file_is_left_alone() -> None:
    """A constant of the other kind of file is left alone."""
    mapping = ImportMap(constants={"price": "9.99", "quantity": "2"}, columns={"brand": "Marke"})
    assert line(mapping, rma="R", sku="S").quantity == 2


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        ({"columns": {"sk": "x"}}, "columns: 'sk' is no field - did you mean \"sku\""),
        ({"constants": {"colour": "red"}}, "constants: 'colour' is no field"),
        ({"decimal": ";"}, "decimal"),
        ({"thousands": "."}, "thousands"),
        ({"thousands": "x"}, "thousands"),
        ({"delimiter": ";;"}, "delimiter"),
        ({"delimiter": '"'}, "delimiter"),
        ({"encoding": "utf8x"}, "encoding: 'utf8x' is not known - did you mean \"utf-8\""),
        ({"encoding": "hex"}, "encoding: 'hex' is not known"),
        ({"quantity_sign": "minus"}, "quantity_sign: 'minus'"),
        ({"date_formats": ("%Q",)}, "date_formats: '%Q' cannot be read back"),
        ({"not_goods": (NotGoods("sku", "(a+)+"),)}, "not_goods: .* can take for ever"),
        ({"category_by": (CategoryBy("(", "home"),)}, "category_by: .* no regular expression"),
    ],
)
def test_a_mapping_that_cannot_work_is_refused_when_it_is_read(settings: dict[str, Any], why: str) -> None:
    """A mapping that cannot work is refused when it is read."""
    if "thousands" in settings:
        settings = settings | {"decimal": "."}
    with pytest.raises(BadData, match=why):
        ImportMap(**settings)


def test_all_mistakes_of_a_mapping_are_named_at_once() -> None:
    """All mistakes of a mapping are named at once."""
    with pytest.raises(BadData) as caught:
        ImportMap(columns={"sk": "x"}, decimal=";", delimiter="")
    assert len(caught.value.problems) == 3


def test_a_mapping_is_what_pydantic_makes_of_toml() -> None:
    """A mapping is what pydantic makes of TOML."""
    mapping = TypeAdapter(ImportMap).validate_python(
        tomllib.loads("""
        columns = { rma = "InvoiceNo" }
        date_formats = ["%d.%m.%Y"]
        not_goods = [{ column = "sku", pattern = "D", what = "discount" }]
        """)
    )
    assert mapping == ImportMap(
        columns={"rma": "InvoiceNo"},
        date_formats=("%d.%m.%Y",),
        not_goods=(NotGoods("sku", "D", "discount"),),
    )


# --- Products


def test_a_product_row_is_read_with_all_its_fields() -> None:
    """A product row is read with all its fields."""
    found = product(
        {
            "sku": "P1", "gtin": "4006381333931", "title": "Swim", "category": "apparel", "price": "39.90",
            "currency": "EUR", "weight_g": "0", "hygiene": "yes", "battery": "none", "hazard": "UN3481",
            "brand": "B",
        },
        2, OWN, CATEGORIES,
    )  # fmt: skip
    assert found == Product(
        "P1", "4006381333931", "Swim", "apparel", Decimal("39.90"), "EUR", None, True, "none", "UN3481", "B"
    )


def test_a_product_needs_a_number_of_its_own() -> None:
    """A product needs a number of its own."""
    assert isinstance(product({"gtin": "96385074"}, 2, OWN), Product)
    assert product({"sku": "", "gtin": ""}, 3, OWN) == Reject(
        3, "sku", "", "empty, and no GTIN either: one is required"
    )
    found = product({"sku": "S", "battery": "loos"}, 4, OWN)
    assert isinstance(found, Reject)
    assert 'did you mean "loose"' in found.reason


def test_what_a_mapping_gives_to_a_product_is_assumed() -> None:
    """What a mapping gives to a product is assumed."""
    found = product({"sku": "S"}, 2, ImportMap(constants={"price": "5", "currency": "EUR"}), CATEGORIES)
    assert isinstance(found, Product)
    assert (found.price, found.category, found.assumed) == (
        Decimal("5"), "general", ("category", "currency", "price"),
    )  # fmt: skip


# --- Many rows


def test_no_rows_are_no_values() -> None:
    """No rows are no values."""
    assert ManifestReader(OWN, ["rma", "sku"]).read([], [], []) == []
    assert ProductReader(OWN, ["sku"]).read([], []) == []


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["R1", "R2", " R1 ", "", "\x01", "x" * 81, "1.5E+3", "a b"]),
            st.sampled_from(["S1", "", "7.94E+11", "D"]),
            st.sampled_from(["4006381333931", "4006381333930", "", "2112345678900"]),
            st.sampled_from(["1", "2", "", "0", "x"]),
            st.sampled_from(["home", "phnoe", "", "Phone"]),
        ),
        min_size=1,
        max_size=12,
    )
)
def test_rows_mean_the_same_one_by_one_and_many_at_a_time(rows: list[tuple[str, ...]]) -> None:
    """Rows mean the same one by one and many at a time."""
    mapping = ImportMap(not_goods=(NotGoods("sku", "D"),), constants={"quantity": "9"})
    header = ["rma", "sku", "gtin", "quantity", "category"]
    many = ManifestReader(mapping, header, CATEGORIES).read(rows, range(len(rows)), range(1, len(rows) + 1))
    single = [
        manifest_line(dict(zip(header, row, strict=True)), at, mapping, CATEGORIES, at + 1)
        for at, row in enumerate(rows)
    ]
    assert many == single


def test_cells_are_forgotten_before_they_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cells are forgotten before they fill the memory."""
    monkeypatch.setattr("terminal.domain.intake._REMEMBERED", 3)
    rows = [["R", f"S {n}", "" if n % 2 else "x"] for n in range(10)]
    found = ManifestReader(OWN, ["rma", "sku", "quantity"]).read(rows, range(10), range(10))
    assert [one.sku if isinstance(one, ManifestLine) else one.column for one in found] == [
        f"S {n}" if n % 2 else "quantity" for n in range(10)
    ]
