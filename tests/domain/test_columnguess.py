"""Columns of unknown files, and numbers as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.domain.columnguess import decimal_mark, folded, guess_columns, is_money, read_amount, read_day


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Sale Price (EUR)", "sale_price_eur"),
        ("brandName", "brand_name"),
        ("  GRADE ", "grade"),
        ("a--b__c", "a_b_c"),
        ("…", ""),
    ],
)
def test_names_are_compared_in_small_letters(name: str, told: str) -> None:
    """Without the marks between their words."""
    assert folded(name) == told


@pytest.mark.parametrize(
    ("header", "taken"),
    [
        (
            ["Price (EUR)", "Condition", "Platform", "Country", "Storage"],
            {"proceeds": "Price (EUR)", "grade": "Condition", "channel": "Platform", "market": "Country"},
        ),
        (
            ["product_condition", "original_price", "Sale_Price", "brandName", "price"],
            {
                "proceeds": "Sale_Price",
                "original_price": "original_price",
                "grade": "product_condition",
                "brand": "brandName",
            },
        ),
        (["proceeds", "price", "reference_price"], {"proceeds": "proceeds", "reference_price": "reference_price"}),
        (["item", "our_final_price"], {"title": "item", "proceeds": "our_final_price"}),
        (["rrp", "colour"], {"proceeds": "rrp"}),
        (["launch_price", "rrp"], {"original_price": "launch_price", "proceeds": "rrp"}),
        (["original_price"], {"proceeds": "original_price"}),
        (["", "colour"], {}),
    ],
)  # fmt: skip
def test_columns_are_guessed_by_common_names(header: list[str], taken: dict[str, str]) -> None:
    """The surest name first; a file of one kind of prices has its proceeds in them."""
    assert guess_columns(header, {}) == taken


def test_what_is_mapped_stands() -> None:
    """A guess never takes a mapped column, and a mapped column that is missing is guessed."""
    mapped = {"proceeds": "price", "grade": "stars", "brand": "gone"}
    assert guess_columns(["price", "stars", "condition", "make"], mapped) == {
        "proceeds": "price",
        "grade": "stars",
        "brand": "make",
    }
    assert guess_columns(["rrp"], {"reference_price": "rrp"}) == {"reference_price": "rrp"}


def test_amounts_of_money_are_told_by_their_names() -> None:
    """What could be the price in other words."""
    assert is_money("Shipping cost")
    assert is_money("price_usd")
    assert not is_money("storage")


@pytest.mark.parametrize(
    ("cells", "mark", "numbers"),
    [
        (["1.234,50 €", "99,00"], ",", [1234.5, 99.0]),
        (["$1,299", "$899"], ".", [1299.0, 899.0]),
        (["1,299.99", "5"], ".", [1299.99, 5.0]),
        (["449.000", "1.200"], ",", [449000.0, 1200.0]),
        (["1.234.567"], ",", [1234567.0]),
        (["449,5", "1.200"], ",", [449.5, 1200.0]),
        (["EUR 449", "449 EUR"], ".", [449.0, 449.0]),
        (["1'299.00 CHF", "1’299.50"], ".", [1299.0, 1299.5]),
        (["0.125", "0.500"], ".", [0.125, 0.5]),
        (["1\u202f299,00"], ",", [1299.0]),
        (["-5.25", "- 5.25", "−5.25"], ".", [-5.25, -5.25, -5.25]),
        (["12.", "~ 12"], ".", [12.0, 12.0]),
    ],
)  # fmt: skip
def test_numbers_are_read_as_people_write_them(cells: list[str], mark: str, numbers: list[float]) -> None:
    """Currency signs and codes, either decimal mark, anything between thousands."""
    assert decimal_mark(cells) == mark
    assert [read_amount(cell, mark) for cell in cells] == numbers


@pytest.mark.parametrize(
    "cell", ["", "free", "10 - 20", "3 for 10", "price on request", "iPhone 13 Pro Max", "1.2.3"]
)
def test_what_is_no_number_is_refused(cell: str) -> None:
    """Words, ranges, several numbers."""
    with pytest.raises(ValueError, match="no number"):
        read_amount(cell, ".")


@settings(max_examples=100)
@given(st.text(max_size=20), st.sampled_from(".,"))
def test_any_cell_is_a_number_or_refused(cell: str, mark: str) -> None:
    """No other error, whatever stands in it."""
    decimal_mark([cell])
    told = "no number"
    try:
        read_amount(cell, mark)
    except ValueError as error:
        told = str(error)
    assert told.startswith("no number")


MARKS = st.sampled_from([(".", ","), (",", ".")])


@settings(max_examples=60)
@given(
    st.lists(st.decimals(1, 99_999, places=2), min_size=3, max_size=10),
    st.sampled_from([(".", ","), (",", ".")]),
)
def test_prices_in_either_spelling_come_back(prices: list[object], marks: tuple[str, str]) -> None:
    """Two places after the mark, groups of three before it."""
    decimal, comma = marks
    cells = [f"{price:,.2f}".replace(",", "T").replace(".", decimal).replace("T", comma) for price in prices]
    assert decimal_mark(cells) == decimal
    assert [read_amount(cell, decimal) for cell in cells] == [float(str(price)) for price in prices]


def test_dates_are_read_in_the_usual_forms() -> None:
    """As days that can be counted."""
    assert (
        len(
            {
                read_day(day)
                for day in ("2025-05-01", "2025/05/01", "01.05.2025", "20250501", "2025-05-01T09:00")
            }
        )
        == 1
    )
    with pytest.raises(ValueError, match="no date: 'soon', expected as"):
        read_day("soon")
