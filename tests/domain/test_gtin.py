"""GTINs: which numbers are one, when two are the same, and which name no product."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.domain import gtin
from terminal.domain.gtin import Gs1Error, canonical_gtin, check_digit, restriction, same_gtin

digits = st.text("0123456789", min_size=1, max_size=17)


def with_check(payload: str) -> str:
    """The digits with their check digit."""
    return payload + check_digit(payload)


@pytest.mark.parametrize("text", ["4006381333931", "036000291452", "96385074", "09521234567899"])
def test_numbers_with_the_right_check_digit_are_gtins(text: str) -> None:
    """Numbers with the right check digit are GTINs."""
    assert same_gtin(canonical_gtin(text), text)


def test_wrong_check_digit_says_what_was_expected() -> None:
    """Wrong check digit says what was expected."""
    with pytest.raises(Gs1Error, match=r"^GTIN-13 check digit: expected 1, got 0$"):
        canonical_gtin("4006381333930")


@pytest.mark.parametrize("text", ["", "12345", "400638133393X", "٤٠٠٦٣٨١٣", "1" * 15])
def test_text_that_is_not_8_12_13_or_14_ascii_digits_is_no_gtin(text: str) -> None:
    """Text that is not 8 12 13 or 14 ascii digits is no GTIN."""
    with pytest.raises(Gs1Error, match="expected 8, 12, 13 or 14 digits"):
        canonical_gtin(text)


@pytest.mark.parametrize("width", [8, 12, 13, 14])
def test_zeros_have_a_right_check_digit_and_are_still_nobodys_number(width: int) -> None:
    """Zeros have a right check digit and are still nobodys number."""
    with pytest.raises(Gs1Error, match="nothing but zeros"):
        canonical_gtin("0" * width)


@given(digits, st.integers(0, 16), st.integers(1, 9))
def test_every_single_wrong_digit_is_caught(payload: str, place: int, change: int) -> None:
    """Every single wrong digit is caught."""
    whole = with_check(payload)
    place %= len(whole)
    wrong = whole[:place] + str((int(whole[place]) + change) % 10) + whole[place + 1 :]
    assert check_digit(wrong[:-1]) != wrong[-1]


@given(st.integers(1, 10**11 - 1), st.integers(1, 10**11 - 1), st.booleans())
def test_two_spellings_are_the_same_gtin_exactly_when_their_canonical_forms_are_equal(
    one: int, other: int, same: bool
) -> None:
    """Two spellings are the same GTIN exactly when their canonical forms are equal."""
    short = with_check(str(one).zfill(11))
    long = with_check(str(one if same else other).zfill(13))
    assert same_gtin(short, long) == (canonical_gtin(short) == canonical_gtin(long))
    assert same_gtin(short, short.zfill(14))


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("036000291452", "0036000291452"),
        ("00036000291452", "0036000291452"),
        ("00000096385074", "96385074"),
        ("0000096385074", "96385074"),
        ("10036000291459", "10036000291459"),
    ],
)
def test_canonical_form_drops_the_zeros_of_the_carrier(text: str, kept: str) -> None:
    """Canonical form drops the zeros of the carrier."""
    assert canonical_gtin(text) == kept


@pytest.mark.parametrize("payload", ["020000000001", "299999999999", "200000000000", "021234567890"])
def test_in_store_numbers_name_no_product(payload: str) -> None:
    """In store numbers name no product."""
    assert "in-store" in str(restriction(with_check(payload)))


def test_other_numbers_for_closed_use_are_told_apart_from_products() -> None:
    """Other numbers for closed use are told apart from products."""
    assert "inside one company" in str(restriction(with_check("040000000001")))
    assert "coupon" in str(restriction(with_check("990000000001")))
    assert "in-store" in str(restriction(with_check("2000001")))
    assert restriction("96385074") is None
    assert restriction("4006381333931") is None
    assert restriction("20036000291456") is None


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("01234505", "012000003455"),
        ("01234513", "012100003453"),
        ("01234531", "012300000451"),
        ("01234544", "012340000054"),
        ("01234565", "012345000065"),
    ],
)
def test_upc_e_expands_by_its_last_digit(short: str, long: str) -> None:
    """UPC e expands by its last digit."""
    assert gtin.expand_upc_e(short[:-1] + long[-1]) == long


def test_only_eight_digits_with_number_system_0_or_1_can_be_upc_e() -> None:
    """Only eight digits with number system 0 or 1 can be UPC e."""
    assert gtin.expand_upc_e("96385074") is None
    assert gtin.expand_upc_e("0123456") is None
