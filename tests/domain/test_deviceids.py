"""Numbers of devices: what is one, whether two are the same, and what tables say of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.domain.deviceids import (
    Number,
    StatusCheck,
    Tac,
    check_converters,
    checked,
    doubts,
    imei_of,
    number_of,
    read_facts,
    same,
    swapped,
    tac_converters,
    tac_of,
)
from terminal.domain.gtin import luhn_digit

IMEI = "490154203237518"
OTHER = "356938035643809"
SINCE = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        (IMEI, "imei", IMEI),
        (" 49-015420-323751-8 ", "imei", IMEI),
        ("4901542032375101", "imei", IMEI),
        ("A1000000000AB3", "meid", "A1000000000AB3"),
        ("a1000000000ab3", "meid", "A1000000000AB3"),
        ("490154203237517", "serial", "490154203237517"),
        ("SN-7", "serial", "SN-7"),
    ],
)
def test_a_number_is_told_by_its_form(text: str, kind: str, value: str) -> None:
    """Sixteen digits are an IMEI with its software version, whose check digit is worked out."""
    assert number_of(text) == Number(kind, value)  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["", "000000000000000", "N/A", "123456", "UNKNOWN", "  "])
def test_a_dummy_is_no_number(text: str) -> None:
    """Though fifteen zeros have a right check digit."""
    with pytest.raises(ValueError, match="dummy"):
        number_of(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [(IMEI, IMEI), ("12160001234564", "012160001234564"), ("A1000000000AB3", "A1000000000AB3")],
)
def test_a_leading_zero_that_a_spreadsheet_took_is_put_back(text: str, value: str) -> None:
    """Where the check digit proves it."""
    assert imei_of(text).value == value


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("490154203237517", "IMEI check digit: expected 8, got 7"),
        ("49015420323751", "14 digits, an IMEI has 15"),
        ("12160001234565", "a spreadsheet took a leading zero"),
        ("9015420323", "10 digits, an IMEI has 15"),
        ("SN-7", "no IMEI"),
        ("4.9E+14", "digits are lost"),
        ("000000000000000", "dummy"),
    ],
)
def test_a_damaged_imei_is_refused_with_what_may_have_happened(text: str, said: str) -> None:
    """Never guessed."""
    with pytest.raises(ValueError, match=re.escape(said)):
        imei_of(text)


def test_a_type_code_gets_its_one_lost_zero_back() -> None:
    """Of shorter ones nobody knows how many are lost."""
    assert tac_of("35328506") == "35328506"
    assert tac_of("1332700") == "01332700"
    assert tac_of("1332700.0") == "01332700"
    for wrong in ("133270", "353285061", "TAC", "0000000", "3.5E+7"):
        with pytest.raises(ValueError, match=r"8 digits|nothing but zeros|digits are lost"):
            tac_of(wrong)


@pytest.mark.parametrize(
    ("sold", "read", "verdict"),
    [
        (IMEI, IMEI, True),
        (IMEI, "4901542032375101", True),
        (IMEI, OTHER, False),
        ("sn 7", "SN7", True),
        ("SN-7", "SN-8", False),
        ("SN-7", IMEI, None),
        (IMEI, "SN-7", None),
        ("N/A", "SN-7", None),
        ("a1000000000ab3", "A1000000000AB3", True),
    ],
)
def test_numbers_are_compared_by_kind(sold: str, read: str, verdict: bool | None) -> None:
    """A serial says nothing against an IMEI, and a dummy nothing at all."""
    assert same(sold, number_of(read)) is verdict


@pytest.mark.parametrize(
    ("read", "expected", "facts"),
    [
        (IMEI, (IMEI,), {"imei": IMEI}),
        (IMEI, (), {"imei": IMEI}),
        (IMEI, ("SN-7",), {"imei": IMEI}),
        (IMEI, (OTHER,), {"imei": IMEI, "serial_mismatch": True}),
        (IMEI, (OTHER, IMEI), {"imei": IMEI}),
        ("SN-8", ("SN-7",), {"serial_read": "SN-8", "serial_mismatch": True}),
    ],
)
def test_another_number_than_was_sold_is_a_mismatch(
    read: str, expected: tuple[str, ...], facts: dict[str, Any]
) -> None:
    """Of several units of one product any may be the one in hand."""
    assert read_facts(number_of(read), expected) == facts


@pytest.mark.parametrize(
    ("tac", "brand", "title", "verdict"),
    [
        (Tac("1", "Apple", "iPhone 12"), "Apple", "iPhone 12 64 GB", False),
        (Tac("1", "Apple", "iPhone 12"), "Apple", "iPhone 13 128 GB", True),
        (Tac("1", "Apple", "iPhone 12"), None, "iPhone 13", True),
        (Tac("1", "Samsung", "Galaxy S21"), "Samsung", "Galaxy Z Flip 4", True),
        (Tac("1", "Samsung", "SM-G991B"), "Samsung", "Galaxy S21", False),
        (Tac("1", "Samsung", "Galaxy"), "Samsung", "Galaxy S21", False),
        (Tac("1", "Samsung", "Galaxy S21"), "Samsung", "Galaxy", False),
        (Tac("1", "Samsung", "SM-G991B"), "Apple", "iPhone", True),
        (Tac("1", "Motorola", "XT1"), "Lenovo", "Motorola G5", False),
        (Tac("1", "Samsung", "SM-G991B"), None, "Smartphone, blue", False),
        (Tac("1", "", ""), "Apple", "iPhone", False),
    ],
)
def test_a_type_code_of_another_model_is_suspect(
    tac: Tac, brand: str | None, title: str, verdict: bool
) -> None:
    """Only where maker's and shop's words can be compared."""
    assert swapped(tac, brand, title) is verdict


def answer(result: str, day: int = 21, provider: str = "register") -> StatusCheck:
    """What a register said in November."""
    return StatusCheck(Number("imei", IMEI), provider, datetime(2026, 11, day, tzinfo=UTC), result)


@pytest.mark.parametrize(
    ("checks", "facts"),
    [
        ([], {}),
        ([answer("clear")], {"status_check": "clear"}),
        ([answer("unknown")], {}),
        ([answer("clear"), answer("unknown", provider="other")], {}),
        ([answer("clear", 19)], {}),
        ([answer("flagged", 19)], {"status_check": "flagged"}),
        ([answer("flagged", 19), answer("clear")], {"status_check": "clear"}),
        ([answer("clear"), answer("flagged", provider="other")], {"status_check": "flagged"}),
    ],
)
def test_unknown_is_never_clear(checks: list[StatusCheck], facts: dict[str, Any]) -> None:
    """Nor is an answer from before the goods came back; flagged by anybody is flagged."""
    assert checked(checks, SINCE) == facts


def test_doubts_are_said_in_sentences() -> None:
    """With the number, where there is one."""
    assert doubts({}) == doubts({"serial_mismatch": True}) == ()
    said = doubts(
        {"imei": IMEI, "serial_mismatch": True, "swap_suspect": "possible", "status_check": "flagged"}
    )
    assert len(said) == 3
    assert IMEI in said[0]
    assert "another model" in said[1]
    assert "stolen" in said[2]
    assert "SN-8" in doubts({"serial_read": "SN-8", "serial_mismatch": True})[0]


def test_cells_of_the_tables_are_read() -> None:
    """A result has three words."""
    cells = check_converters(("%d/%m/%Y",))
    assert cells["result"]("Clear") == "clear"
    assert cells["checked"]("21/11/2026").day == 21
    with pytest.raises(ValueError, match='did you mean "clear"'):
        cells["result"]("cleer")
    assert tac_converters()["tac"]("1332700") == "01332700"


@given(st.text(alphabet="0123456789", min_size=14, max_size=14))
@settings(max_examples=100, deadline=None)
def test_an_imei_and_the_same_with_its_version_are_one(digits: str) -> None:
    """For any fourteen digits that are no dummy."""
    imei = digits + luhn_digit(digits)
    try:
        number = number_of(imei)
    except ValueError:
        return
    assert number.kind == "imei"
    assert number.tac == digits[:8]
    assert same(imei, Number("imei", digits + luhn_digit(digits))) is True
    assert Number("serial", imei).tac is None


@given(st.text(max_size=90))
@settings(max_examples=100, deadline=None)
def test_any_text_is_a_number_or_refused(text: str) -> None:
    """With a sentence, never with a crash."""

    def outcome(read: Callable[[str], object]) -> object:
        try:
            return read(text)
        except ValueError as error:
            return str(error)

    assert all(outcome(read) for read in (number_of, imei_of, tac_of))
