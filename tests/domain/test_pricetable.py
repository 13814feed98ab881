"""Tables as samples: the price, what may predict it, what may not, and what is rejected."""

from __future__ import annotations

import random
from math import log

import pytest

from terminal.domain.pricetable import PriceTable, price_table
from terminal.domain.suggest import BadData


def table(text: str, **options: object) -> PriceTable:
    """A table of cells with spaces between, one row a line; a dot by itself is an empty cell."""
    header, *rows = [line.split() for line in text.strip().splitlines()]
    cells = [["" if cell == "." else cell for cell in row] for row in rows]
    return price_table(header, cells, **options)  # type: ignore[arg-type]


def many(header: list[str], rows: int, *columns: list[str]) -> PriceTable:
    """A table of prices 100 to 119 over and over, with these columns beside."""
    body = [[str(100 + row % 20), *(column[row] for column in columns)] for row in range(rows)]
    return price_table(["price", *header], body)


def test_prices_and_words_become_a_sample() -> None:
    """The fields goods are priced by come first."""
    made = table("""
        colour price condition platform
        red    100   A         eBay
        blue   50    B         amazon
        red    80    .         eBay
        blue   90    A         eBay
    """)
    assert made.target == "proceeds"
    assert list(made.prices) == [100, 50, 80, 90]
    assert list(made.sample.values) == [log(price) for price in made.prices]
    assert list(made.sample.columns) == ["condition", "platform", "colour"]
    assert made.sample.grade == "condition"
    assert made.left_out == {"price": "the price"}
    assert made.taken == {"proceeds": "price", "grade": "condition", "channel": "platform"}


def test_with_prices_of_new_units_the_target_is_the_share_of_them() -> None:
    """A row without one is rejected, as long as nearly all have one."""
    rows = [["80", "100", "AB"[row % 2]] for row in range(39)] + [["80", "", "A"]]
    made = price_table(["proceeds", "reference_price", "grade"], rows)
    assert made.target == "proceeds/reference_price"
    assert set(made.prices) == {0.8}
    assert made.rejected == {"no price of a new unit": 1}
    few = price_table(["proceeds", "reference_price"], [["80", "100"], ["70", ""], ["60", "90"]])
    assert few.target == "proceeds"
    assert few.sample.columns["reference_price"].kind == "number"


def test_rows_without_a_price_are_rejected_by_why() -> None:
    """Empty, zero, below zero, a word."""
    made = table("""
        price grade
        100 A
        0 A
        -5 B
        . B
        free A
    """)
    assert made.rejected == {"no price above zero": 4}


def test_what_was_overridden_or_not_sold_is_rejected() -> None:
    """By the outcome, by a flag."""
    made = table("""
        proceeds outcome overridden grade
        100 sold no A
        100 donated no A
        100 . no B
        100 sold yes B
    """)
    assert made.rejected == {"not sold": 1, "overridden by a person": 1}
    flagged = table("""
        price sold
        100 yes
        90 no
        80 2026-11-23
    """)
    assert flagged.rejected == {"not sold": 1}


def test_a_status_that_never_says_sold_rejects_nothing() -> None:
    """Listings are all active, and a column of days is no flag."""
    made = table("""
        price status sold
        100 active 2026-01-01
        90 gone 2026-01-02
    """)
    assert made.rejected == {}
    assert len(made.prices) == 2


def test_a_table_without_prices_is_refused() -> None:
    """With the nearest column and what to do."""
    with pytest.raises(BadData, match=r'no column of prices.*did you mean "pric"'):
        price_table(["pric", "grade"], [["1", "A"]])


def test_a_price_in_other_words_predicts_nothing() -> None:
    """Other money, a column that moves with it, a count of the rows, addresses, names of single units."""
    draw = random.Random(1)
    n = 60
    made = many(
        ["profit", "stars", "index", "link", "code"],
        n,
        [str(draw.randrange(50)) for _ in range(n)],
        [str(2 * (100 + row % 20) + 1) for row in range(n)],
        [str(row) for row in range(n)],
        [f"https://example/{row}" for row in range(n)],
        [f"c{draw.random()}" for _ in range(n)],
    )
    assert dict(made.sample.columns) == {}
    assert made.left_out == {
        "price": "the price",
        "profit": "an amount of money, perhaps the price in other words",
        "stars": "moves with the price, perhaps the price in other words",
        "index": "counts the rows",
        "link": "addresses",
        "code": "different in almost every row",
    }


def test_further_columns_are_numbers_words_or_texts_by_their_cells() -> None:
    """A few numbers are names, many a quantity; a title is a text and, where it comes again, a name."""
    draw = random.Random(2)
    n = 60
    made = many(
        ["storage", "weight", "listed", "title", "blurb", "empty", "mixed"],
        n,
        [draw.choice(["64", "128", "256"]) for _ in range(n)],
        [str(draw.randrange(-50, 50)) if row % 20 else "" for row in range(n)],
        [f"2025-0{draw.randrange(1, 9)}-{draw.randrange(10, 29)}" for _ in range(n)],
        [f"Phone {draw.randrange(20)} Pro" for _ in range(n)],
        [f"good as new {draw.random()} {draw.random()}" for _ in range(n)],
        [""] * n,
        [f"{draw.randrange(10**6)}" if row % 2 else "none" for row in range(n)],
    )
    kinds = {name: column.kind for name, column in made.sample.columns.items()}
    assert kinds == {
        "storage": "word",
        "weight": "number",
        "listed": "number",
        "title": "word",
        "words of title": "text",
        "words of blurb": "text",
    }
    assert made.left_out["empty"] == "the same in every row"
    assert made.left_out["mixed"] == "different in almost every row"


def test_a_number_that_is_always_the_same_where_it_is_known_has_no_correlation() -> None:
    """Known in too few rows to be a quantity: words then."""
    n = 40
    made = many(["stars"], n, ["5" if row % 2 else "x" for row in range(n)])
    assert made.sample.columns["stars"].kind == "word"


def test_only_so_many_columns_take_part() -> None:
    """A file of a hundred columns."""
    names = [f"c{number}" for number in range(40)]
    made = many(
        names, 30, *[[str((row * (number % 6 + 1)) % 7) for row in range(30)] for number in range(40)]
    )
    assert len(made.sample.columns) == 24
    assert made.left_out["c39"] == "more than 24 columns"


def test_a_mapping_names_columns_decimal_mark_and_constants() -> None:
    """Nothing of it is guessed over."""
    made = price_table(
        ["Erlös", "Note", "price"],
        [["1.200", "gut", "5"], ["1.300", "schlecht", "6"]],
        {"proceeds": "Erlös", "grade": "Note"},
        {"channel": "outlet"},
        ",",
    )
    assert list(made.prices) == [1200, 1300]
    assert made.sample.grade == "Note"
    assert made.left_out["constant channel"] == "always outlet"
    assert "price" in made.left_out


def test_a_grade_that_is_always_the_same_is_none() -> None:
    """It tells nothing."""
    made = table("""
        price grade
        10 A
        20 a
    """)
    assert made.sample.grade is None
    assert made.left_out["grade"] == "the same in every row"


def test_a_table_whose_prices_are_all_bad_is_an_empty_sample() -> None:
    """The caller says how few that is."""
    made = table("""
        price grade reference_price
        x A 5
        y B 6
    """)
    assert list(made.prices) == []
    assert made.target == "proceeds"
