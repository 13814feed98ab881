"""GS1 Digital Link URIs: what the syntax allows, and compressed links known for what they are."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.domain.codes import Patterns, read
from terminal.domain.gs1 import is_link, read_link
from terminal.domain.gtin import Gs1Error, check_digit

GTIN = "09521234567899"
AT = f"https://id.gs1.org/01/{GTIN}"


def packed(header: int, digits: str, bits: int, more: int = 24) -> str:
    """The last part of a compressed link that leads with this number."""
    size = -(-(bits + more) // 8)
    data = bytes([header]) + (int(digits) << (8 * size - bits)).to_bytes(size, "big")
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


@pytest.mark.parametrize(
    ("uri", "why"),
    [
        (f"{AT}/10/L/22/V", "in this order"),
        (f"{AT}?10=LOT", r"\(10\) stands in the query"),
        (f"{AT}?21=S", r"\(21\) stands in the query"),
        (f"{AT}?17=", r"\(17\) is empty"),
        (f"{AT}?17=261301", r"\(17\) 261301 is no date"),
        (f"{AT}?1717=1", r"\(1717\) is no application identifier"),
        (f"{AT}?15=260101&15=260102", "given twice"),
        (f"{AT}/21/A%2", "not followed by two hexadecimal"),
        (f"{AT}/21/A%20B", "expected one of GS1's 82"),
        (f"{AT}/21/A B", "' ' at place 42 is no character of a web address"),
        (f"{AT}?240=A+B", "expected one of GS1's 82"),
        (f"{AT}?37=1", r"\(01\) and \(37\)"),
        ("https://id.gs1.org/01/4006381333931", "does not fit N14"),
        (f"ftp://id.gs1.org/01/{GTIN}", "expected http"),
    ],
)
def test_what_the_syntax_forbids_is_refused(uri: str, why: str) -> None:
    """URI Syntax 4: order of qualifiers, attributes in the query only, escapes, all as strict as in a symbol."""
    with pytest.raises(Gs1Error, match=why):
        read_link(uri)


@pytest.mark.parametrize(
    ("uri", "serial"),
    [
        (f"{AT}/21/A%2FB?utm=x&17=260131;linkType=all#top", "A/B"),
        (f"http://shop.example/de/01/{GTIN}/21/S1/", "S1"),
        (f"https://shop.example:8443/01/{GTIN}/22/V/10/L/21/S2?a", "S2"),
    ],
)
def test_query_keys_of_the_web_are_left_alone(uri: str, serial: str) -> None:
    """URI Syntax 4.11: keys that are no number, a fragment, a port and a last slash change nothing."""
    assert read_link(uri).facts["serial"] == serial


def test_a_link_is_read_in_a_plain_symbol_and_a_wrong_one_is_a_misread() -> None:
    """A QR Code with a link is no GS1 carrier; its claim is in the address."""
    assert read(f"]Q1{AT}/21/S", Patterns()).readings[0].facts["serial"] == "S"
    assert read(f"]Q1{AT[:-1]}1", Patterns()).readings == ()
    assert read("]Q1https://example.com/help", Patterns()).readings == ()


@given(
    st.text("0123456789", min_size=13, max_size=13).filter(lambda text: text.strip("0")), st.integers(0, 40)
)
def test_a_compressed_gtin_is_known_and_refused(payload: str, more: int) -> None:
    """It is never taken for plain text, which nobody would find."""
    uri = f"https://example.com/a/{packed(0x01, payload + check_digit(payload), 47, more)}?x=1"
    assert is_link(uri)
    assert "compressed" in read(uri, Patterns()).problems[0]
    assert read(uri, Patterns()).readings == ()


def test_a_compressed_sscc_is_known_too_and_other_addresses_are_not() -> None:
    """What does not unpack to a key with a right check digit is somebody's ordinary address."""
    sscc = "09521234500000001" + check_digit("09521234500000001")
    assert is_link(f"https://example.com/{packed(0x00, sscc, 60)}")
    for part in (
        packed(0x01, GTIN[:-1] + "1", 47),
        packed(0x01, "0" * 14, 47),
        packed(0x77, GTIN, 47),
        packed(0x01, str(2**47 - 1), 47),
        "AQAAAAA_AAAA"[:10],
        "customer-help",
        "abcdefghi",
        "abcdefghijklm",
    ):
        assert not is_link(f"https://example.com/{part}"), part
