"""Rows of outcomes: what is taken, what is rejected, and by what goods are known."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.domain import outcomes
from terminal.domain.facts import CATEGORIES
from terminal.domain.importmap import CategoryBy, ImportMap, NotGoods
from terminal.domain.intake import Reject
from terminal.domain.outcomes import Outcome, OutcomeMap, OutcomeReader
from terminal.domain.suggest import BadData

D = Decimal


def read(row: dict[str, str], mapping: OutcomeMap | None = None) -> Outcome | Reject:
    """One row at line 2."""
    reader = OutcomeReader(mapping or OutcomeMap(), list(row), CATEGORIES)
    return reader.read([list(row.values())], [2])[0]


def good(row: dict[str, str], mapping: OutcomeMap | None = None) -> Outcome:
    """One row that must be taken."""
    found = read(row, mapping)
    assert isinstance(found, Outcome), found
    return found


def test_a_whole_row_is_taken_as_it_says() -> None:
    """Every column under its own name."""
    row = {
        "lpn": "BCDF", "rma": "RMA1", "sku": "S-1", "gtin": "4006381333931", "title": "Phone", "category": "phone",
        "brand": "Acme", "grade": "b", "packaging": "opened_complete", "channel": "marketplace", "market": "EU",
        "reason": "defective", "reference_price": "500.00", "original_price": "649", "proceeds": "354.38",
        "credit": "", "costs": "-8.66", "currency": "eur", "decided": "2026-11-01", "sold": "2026-11-15T10:00:00Z",
        "outcome": "Sold", "overridden": "no",
    }  # fmt: skip
    assert good(row) == Outcome(
        category="phone", outcome="sold", lpn="BCDF", rma="RMA1", sku="S-1", gtin="4006381333931", title="Phone",
        brand="Acme", grade="B", packaging="opened_complete", channel="marketplace", market="EU",
        reason="defective",
        reference_price=D("500.00"), original_price=D(649), proceeds=D("354.38"), costs=D("-8.66"), currency="EUR",
        decided=date(2026, 11, 1), sold=date(2026, 11, 15), overridden=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("row", "outcome"),
    [
        ({"proceeds": "5"}, "sold"),
        ({"proceeds": "0", "credit": "9"}, "credited"),
        ({"proceeds": "", "outcome": "donated"}, "donated"),
    ],
)
def test_an_end_that_is_not_named_is_told_by_the_money(row: dict[str, str], outcome: str) -> None:
    """Proceeds mean sold, a credit credited; a word says it itself."""
    assert good({"category": "home", **row}).outcome == outcome


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        ({"proceeds": "", "outcome": ""}, "outcome", "empty, and no money came in: expected sold, credited"),
        ({"proceeds": "", "outcome": "sold"}, "proceeds", "empty, but it was sold"),
        ({"proceeds": "5", "outcome": "solld"}, "outcome", 'is no outcome - did you mean "sold"?'),
        ({"proceeds": "5,00"}, "proceeds", "no number: expected as 1234.50"),
        ({"proceeds": "-5"}, "proceeds", "expected a price of zero or more"),
        ({"proceeds": "5", "grade": "E"}, "grade", '"E" is no grade'),
        ({"proceeds": "5", "channel": "market place"}, "channel", 'did you mean "marketplace"?'),
        ({"proceeds": "5", "packaging": "seald"}, "packaging", 'did you mean "sealed"?'),
        ({"proceeds": "5", "category": "phnoe"}, "category", 'did you mean "phone"?'),
        ({"proceeds": "5", "gtin": "4006381333930"}, "gtin", "check digit"),
        ({"proceeds": "5", "currency": "€"}, "currency", "three letters"),
        ({"proceeds": "5", "costs": "1000000000"}, "costs", "expected an amount of money"),
        ({"proceeds": "5", "overridden": "perhaps"}, "overridden", "expected yes or no"),
        ({"proceeds": "5", "sold": "31/12/2026"}, "sold", "expected ISO 8601"),
        ({"proceeds": "5", "decided": "2026-11-02", "sold": "2026-11-01"}, "sold", "before it was decided"),
    ],
)
def test_a_bad_row_names_column_value_and_reason(row: dict[str, str], column: str, reason: str) -> None:
    """One of everything that goes wrong."""
    found = read(row)
    assert isinstance(found, Reject), found
    assert (found.line, found.column) == (2, column)
    assert reason in found.reason


def test_a_mapping_gives_columns_constants_marks_and_categories() -> None:
    """A foreign file; what the mapping gave is named as assumed."""
    mapping = OutcomeMap(
        {"proceeds": "Erlös", "sold": "am", "title": "Artikel"},
        {"currency": "EUR", "channel": "outlet", "category": "home"},
        ImportMap(
            decimal=",", thousands=".", date_formats=("%d.%m.%Y",), category_by=(CategoryBy("handy", "phone"),),
            not_goods=(NotGoods("title", "porto.*", "postage"), NotGoods("proceeds", "0,00")),
        ),
    )  # fmt: skip
    row = {"Erlös": "1.234,50", "am": "24.12.2026", "Artikel": "Altes Handy", "channel": "", "grade": "A"}
    found = good(row, mapping)
    assert (found.proceeds, found.sold, found.category) == (D("1234.50"), date(2026, 12, 24), "phone")
    assert (found.channel, found.currency) == ("outlet", "EUR")
    assert found.assumed == ("category", "channel", "currency")
    assert good({**row, "Artikel": "Vase"}, mapping).category == "home"
    postage = read({**row, "Artikel": "Porto DHL"}, mapping)
    assert isinstance(postage, Reject)
    assert postage.reason == "not goods: postage"
    nothing = read({**row, "Erlös": "0,00"}, mapping)
    assert isinstance(nothing, Reject)
    assert nothing.reason == "not goods: 0,00"


def test_a_category_nobody_said_is_general_and_assumed() -> None:
    """Unknown is not a guess that looks like knowledge."""
    found = good({"proceeds": "5"})
    assert (found.category, found.assumed) == ("general", ("category",))


@pytest.mark.parametrize(
    ("row", "key"),
    [
        ({"lpn": "BCDF", "rma": "R", "sku": "S"}, "lpn BCDF"),
        ({"lpn": "", "rma": "R", "sku": "S", "gtin": "4006381333931"}, 'rma ["R", "sku S"]'),
        ({"lpn": "", "rma": "R", "gtin": "4006381333931"}, 'rma ["R", "gtin 4006381333931"]'),
    ],
)
def test_goods_are_known_by_lpn_or_by_rma_and_product(row: dict[str, str], key: str) -> None:
    """The surest name that the row has."""
    assert good({"proceeds": "5", **row}).key == key


def test_a_free_row_is_known_by_everything_it_says() -> None:
    """The same row twice has one key, however the amounts are written; another amount another."""
    one = good({"category": "home", "proceeds": "5"})
    assert one.key.startswith("row ")
    assert good({"category": "home", "proceeds": "5.00"}).key == one.key
    assert good({"category": "home", "proceeds": "6"}).key != one.key
    assert good({"category": "home", "proceeds": "5", "rma": "R"}).key.startswith("row ")


def test_sealed_goods_of_grade_a_are_their_own_condition() -> None:
    """A in a sealed box is A0; A0 itself is A0; B in a sealed box stays B."""
    assert good({"proceeds": "5", "grade": "A", "packaging": "sealed"}).condition == "A0"
    assert good({"proceeds": "5", "grade": "A0"}).condition == "A0"
    assert good({"proceeds": "5", "grade": "B", "packaging": "sealed"}).condition == "B"
    assert good({"proceeds": "5"}).condition is None


@pytest.mark.parametrize(
    ("columns", "marks", "told"),
    [
        ({"proceeds": "Erlos"}, ImportMap(), 'no column "Erlos" for proceeds - did you mean "Erlös"?'),
        ({}, ImportMap(), "no column for outcome, proceeds or credit, one is required; the file has Erlös"),
        (
            {"proceeds": "Erlös"},
            ImportMap(not_goods=(NotGoods("Artikel", "x"),)),
            'not_goods: no column "Artikel"',
        ),
        (
            {"proceeds": "Erlös"},
            ImportMap(category_by=(CategoryBy("x", "phnoe"),)),
            'category_by: "phnoe" is no category',
        ),
    ],
)
def test_a_mapping_that_does_not_fit_the_file_is_told(
    columns: dict[str, str], marks: ImportMap, told: str
) -> None:
    """Before a row is read."""
    with pytest.raises(BadData) as caught:
        OutcomeReader(OutcomeMap(columns, {}, marks), ["Erlös"], CATEGORIES)
    assert told in str(caught.value)


def test_a_constant_that_cannot_be_is_told() -> None:
    """A wrong channel for the whole file is no reason to reject every row of it."""
    with pytest.raises(BadData, match='constant channel = "outlett": "outlett" is no channel'):
        OutcomeReader(OutcomeMap({}, {"channel": "outlett"}), ["proceeds"], CATEGORIES)


def test_a_field_that_outcomes_do_not_have_is_told() -> None:
    """With the nearest that they have."""
    with pytest.raises(BadData, match="'procceds' is no field of an outcome - did you mean \"proceeds\""):
        OutcomeMap({"procceds": "x"})


def test_without_known_categories_any_will_do() -> None:
    """For files that are only looked at."""
    reader = OutcomeReader(OutcomeMap(), ["proceeds", "category"])
    found = reader.read([["5", "gadgets"]], [2])[0]
    assert isinstance(found, Outcome)
    assert found.category == "gadgets"


def test_what_is_remembered_of_cells_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    """More different cells than fit are read as well as ever."""
    monkeypatch.setattr(outcomes, "MOST_REMEMBERED", 3)
    reader = OutcomeReader(OutcomeMap(), ["proceeds"], CATEGORIES)
    found = reader.read([[str(n % 7 + 1)] for n in range(50)], range(50))
    assert [one.proceeds for one in found if isinstance(one, Outcome)] == [D(n % 7 + 1) for n in range(50)]


def test_a_row_may_speak_of_a_part_of_the_money_or_of_some_units() -> None:
    """With the number of what proves it."""
    row = {"lpn": "A", "proceeds": "5", "part": "Refund", "receipt": "CN-1", "quantity": "1"}
    found = good(row)
    assert (found.part, found.receipt, found.quantity, found.key) == ("refund", "CN-1", 1, "lpn A")
    share = {"rma": "R", "sku": "S", "outcome": "donated", "quantity": "3"}
    assert good(share).key == 'share ["R", "sku S", "donated"]'
    assert good(share | {"receipt": "G1"}).key == 'share ["R", "sku S", "G1"]'


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        ({"outcome": "credited", "part": "payment"}, "proceeds", "empty, but it is a payment: how much?"),
        (
            {"lpn": "A", "proceeds": "5", "quantity": "2"},
            "quantity",
            "an LPN is one unit: leave it empty or say 1",
        ),
        ({"proceeds": "5", "quantity": "0"}, "quantity", "expected 1 to 100000 units"),
        ({"proceeds": "5", "quantity": "-2"}, "quantity", "expected 1 to 100000 units"),
        ({"proceeds": "5", "part": "half"}, "part", '"half" is no part'),
    ],
)
def test_a_part_that_cannot_be_is_rejected(row: dict[str, str], column: str, reason: str) -> None:
    """With the column to look at."""
    found = read(row)
    assert isinstance(found, Reject)
    assert found.column == column
    assert reason in found.reason


HOSTILE = st.text(max_size=12) | st.sampled_from(
    ["=1+1", "\x1b[2J", "'; drop table outcome", "sold", "1e5", "NaN"]
)


@settings(max_examples=100)
@given(st.fixed_dictionaries(dict.fromkeys(outcomes.OUTCOME_FIELDS, HOSTILE)))
def test_any_row_is_taken_or_rejected_with_a_reason(row: dict[str, Any]) -> None:
    """Whatever stands in the cells."""
    found = read(row)
    if isinstance(found, Reject):
        assert found.reason
    else:
        assert found.key
