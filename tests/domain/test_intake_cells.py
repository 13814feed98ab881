"""Cells of other people's tables: what they mean, and the reason where they mean nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.domain import tablecells
from terminal.domain.gtin import check_digit
from terminal.domain.tablecells import MAX_ID, MAX_QUANTITY, MAX_TITLE

english = tablecells.number(".", ",")
german = tablecells.number(",", ".")
plain = tablecells.number(".", "")


def test_identifiers_stay_as_they_are() -> None:
    """Identifiers stay as they are."""
    for text in ("C536391", "85123A", "12E4", "1.5E", "BANK CHARGES", "ärmel-1"):
        assert tablecells.identifier(text) == text


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("7.94E+11", r"a spreadsheet turned this number into 7\.94E\+11 and its digits are lost"),
        ("4,00638E+12", "export the column as text"),
        ("x" * (MAX_ID + 1), "81 characters, at most 80"),
        ("a\x1bb", r"control character '\\x1b'"),
        ("a\u202eb", r"control character '\\u202e'"),
        ("a\udce9b", "byte 0xe9 is not of the file's encoding"),
    ],
)
def test_identifiers_that_nobody_could_scan_are_refused(text: str, why: str) -> None:
    """Identifiers that nobody could scan are refused."""
    with pytest.raises(ValueError, match=why):
        tablecells.identifier(text)


@given(st.lists(st.one_of(st.text(max_size=4), st.just("x" * 81), st.just("1.5E+3")), min_size=1))
def test_cells_that_are_plain_at_a_glance_are_plain_one_by_one(cells: list[str]) -> None:
    """Cells that are plain at a glance are plain one by one."""
    if tablecells.are_plain(cells):
        assert [tablecells.identifier(cell) for cell in cells if cell] == [cell for cell in cells if cell]
        assert all(cell == cell.strip() for cell in cells)


def test_titles_are_cut_and_keep_their_words() -> None:
    """Titles are cut and keep their words."""
    assert tablecells.title("SET OF 3\u00a0DUCKS") == "SET OF 3 DUCKS"
    cut = tablecells.title("x" * 500)
    assert len(cut) == MAX_TITLE
    assert cut.endswith("x…")
    with pytest.raises(ValueError, match=r"control character '\\n'"):
        tablecells.title("two\nlines")


def test_gtins_are_kept_in_their_canonical_spelling() -> None:
    """GTINs are kept in their canonical spelling."""
    assert tablecells.gtin("978-3-16-148410-0") == "9783161484100"
    assert tablecells.gtin("036000291452") == "0036000291452"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("7.94E+11", "its digits are lost"),
        ("4006381333930", "check digit: expected 1, got 0"),
        ("4006381333931.0", "a spreadsheet made this a decimal number"),
        ("36000291452", "a spreadsheet may have dropped zeros of 036000291452"),
        ("12345", "expected 8, 12, 13 or 14 digits"),
        ("36000291451", "expected 8, 12, 13 or 14 digits"),
    ],
)
def test_gtins_that_a_spreadsheet_spoilt_are_named_as_such(text: str, why: str) -> None:
    """GTINs that a spreadsheet spoilt are named as such."""
    with pytest.raises(ValueError, match=why):
        tablecells.gtin(text)


@given(st.integers(10**9, 10**11 - 1))
def test_a_dropped_zero_is_found_exactly_where_it_gives_a_gtin(number: int) -> None:
    """A dropped zero is found exactly where it gives a GTIN."""
    whole = str(number).zfill(11)
    whole += check_digit(whole)
    if whole.startswith("0") and len(whole.lstrip("0")) == 11:
        with pytest.raises(ValueError, match=whole):
            tablecells.gtin(whole.lstrip("0"))


@pytest.mark.parametrize(
    ("read", "text", "value"),
    [
        (english, "1,234.50", "1234.50"),
        (english, "1234.5", "1234.5"),
        (german, "1.234,50", "1234.50"),
        (german, "-12,5", "-12.5"),
        (plain, "+3", "3"),
        (plain, "\u221212", "-12"),
        (tablecells.number(",", " "), "1\u202f234,5", "1234.5"),
    ],
)
def test_numbers_are_read_with_the_marks_of_the_mapping(read: object, text: str, value: str) -> None:
    """Numbers are read with the marks of the mapping."""
    assert callable(read)
    assert read(text) == Decimal(value)


@pytest.mark.parametrize(
    "text", ["12,34", "1,2345", "NaN", "1e5", "٣", "1.2.3", "", "€5", "0x10", "1 000", "1" * 16]
)
def test_text_that_is_no_number_shows_how_one_looks(text: str) -> None:
    """Text that is no number shows how one looks."""
    with pytest.raises(ValueError, match=r"no number: expected as 1,234\.50"):
        english(text)


@pytest.mark.parametrize(
    ("sign", "text", "units"),
    [("positive", "12", 12), ("negative", "-12", 12), ("any", "-3", 3), ("any", "3.0", 3)],
)
def test_quantities_lose_the_sign_of_the_mapping(sign: str, text: str, units: int) -> None:
    """Quantities lose the sign of the mapping."""
    assert tablecells.quantity(plain, sign)(text) == units


@pytest.mark.parametrize(
    ("sign", "text", "why"),
    [
        ("positive", "-1", 'expected a positive number, as quantity_sign = "positive"'),
        ("negative", "1", "expected a negative number"),
        ("positive", "0", "expected 1 to 100000 units"),
        ("negative", "0", "expected 1 to 100000 units"),
        ("positive", "1.5", "whole number"),
        ("any", str(MAX_QUANTITY + 1), "expected 1 to 100000 units"),
        ("any", "many", "no number"),
    ],
)
def test_quantities_that_are_no_units_are_refused(sign: str, text: str, why: str) -> None:
    """Quantities that are no units are refused."""
    with pytest.raises(ValueError, match=why):
        tablecells.quantity(plain, sign)(text)


def test_prices_are_zero_or_more() -> None:
    """Prices are zero or more."""
    assert tablecells.price(plain)("0.03") == Decimal("0.03")
    assert str(tablecells.price(plain)("-0")) == "0"
    for text in ("-1", "1000000000"):
        with pytest.raises(ValueError, match="zero or more"):
            tablecells.price(plain)(text)


def test_weights_are_whole_grams_and_zero_means_that_nobody_weighed() -> None:
    """Weights are whole grams and zero means that nobody weighed."""
    assert tablecells.grams(plain)("182") == 182
    assert tablecells.grams(plain)("0") is None
    with pytest.raises(ValueError, match="looks like kilograms"):
        tablecells.grams(plain)("1.2")
    for text in ("-1", "10000001"):
        with pytest.raises(ValueError, match="expected 0 to 10000000 grams"):
            tablecells.grams(plain)(text)


def test_currencies_are_three_letters() -> None:
    """Currencies are three letters."""
    assert tablecells.currency("eur") == "EUR"
    for text in ("€", "EURO", "12A", "ÄÖÜ"):
        with pytest.raises(ValueError, match="three letters"):
            tablecells.currency(text)


def test_truth_is_written_in_several_ways() -> None:
    """Truth is written in several ways."""
    assert all(tablecells.yes_or_no(text) for text in ("1", "Yes", "TRUE", "y"))
    assert not any(tablecells.yes_or_no(text) for text in ("0", "no", "False", "N"))
    with pytest.raises(ValueError, match="yes or no"):
        tablecells.yes_or_no("perhaps")


def test_a_word_that_is_not_known_gets_the_nearest_one() -> None:
    """A word that is not known gets the nearest one."""
    read = tablecells.one_of(["phone", "home"], "category")
    assert read("Phone") == "phone"
    with pytest.raises(ValueError, match='"phnoe" is no category - did you mean "phone"'):
        read("phnoe")
    with pytest.raises(ValueError, match="no battery state"):
        tablecells.battery("lithium")
    assert tablecells.battery("contained") == "contained"


@pytest.mark.parametrize(
    ("formats", "text", "when"),
    [
        ((), "2026-11-23T08:00:00Z", datetime(2026, 11, 23, 8, tzinfo=UTC)),
        ((), "2026-11-23T08:00:00+02:00", datetime(2026, 11, 23, 6, tzinfo=UTC)),
        ((), "2026-11-23", datetime(2026, 11, 23, tzinfo=UTC)),
        (("%m/%d/%y %H:%M",), "12/1/10 9:41", datetime(2010, 12, 1, 9, 41, tzinfo=UTC)),
        (("%d.%m.%Y", "%d/%m/%Y %z"), "1/12/2010 +0100", datetime(2010, 11, 30, 23, tzinfo=UTC)),
    ],
)
def test_times_become_utc(formats: tuple[str, ...], text: str, when: datetime) -> None:
    """Times become UTC."""
    assert tablecells.moment(formats)(text) == when
    assert tablecells.moment(formats)(text).tzinfo is UTC


@pytest.mark.parametrize(
    ("formats", "text", "why"),
    [
        ((), "12/1/10", "expected ISO 8601"),
        ((), "0001-01-01T00:00:00+05:00", "expected ISO 8601"),
        ((), "1812-06-24", "expected ISO 8601"),
        (("%m/%d/%y", "%d.%m.%Y"), "13/13/10", "expected %m/%d/%y or %d.%m.%Y"),
    ],
)
def test_times_in_another_form_show_the_expected_one(formats: tuple[str, ...], text: str, why: str) -> None:
    """Times in another form show the expected one."""
    with pytest.raises(ValueError, match=why):
        tablecells.moment(formats)(text)
