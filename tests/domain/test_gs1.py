"""GS1 data: read as the standard writes them, refused with a reason otherwise."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.domain import gs1
from terminal.domain.gs1 import GS, read_brackets, read_carrier, read_elements, read_link
from terminal.domain.gtin import Gs1Error, check_digit

VECTORS = Path(__file__).parents[3] / "shared" / "data" / "gs1_scan_vectors.json"
DEMO = "09521234567899"

SSCC = "09521234500000001" + check_digit("09521234500000001")


def with_check(payload: str) -> str:
    """The digits with their check digit."""
    return payload + check_digit(payload)


# --- What the official engine accepts


def test_scan_vectors_of_the_official_engine_are_all_decided_the_same_way() -> None:
    """A transmission without a valid AIM identifier is refused there; here that is the caller's to see."""
    if not VECTORS.exists():
        pytest.skip(f"{VECTORS} is not there: the 24 vectors of the GS1 engine were NOT run")
    vectors = json.loads(VECTORS.read_text())["vectors"]
    assert len(vectors) >= 24
    for vector in vectors:
        assert accepted(vector["scan"]) == vector["accepted"], vector["scan"]


def accepted(scan: str) -> bool:
    """Whether we, like the engine, take a transmission for valid."""
    if len(scan) < 3 or scan[0] != "]" or scan[2] not in "0123456789ABCDEF":
        return False
    try:
        read_carrier(scan[:3], scan[3:])
    except Gs1Error:
        return False
    return True


@pytest.mark.parametrize("aim", ["]C1", "]e0", "]d2", "]Q3", "]J1"])
def test_carriers_of_gs1_messages_need_one(aim: str) -> None:
    """Carriers of GS1 messages need one."""
    with pytest.raises(Gs1Error, match="without data"):
        read_carrier(aim, "")
    message = read_carrier(aim, f"01{DEMO}10AB-1{GS}21SN")
    assert message is not None
    assert message.facts == {"gtin": DEMO[1:], "lot": "AB-1", "serial": "SN"}


@pytest.mark.parametrize("aim", ["]C0", "]A0", "]Q1", "]d1", "]J0", "]I1", "]X0"])
def test_other_symbols_are_left_to_the_caller(aim: str) -> None:
    """Other symbols are left to the caller."""
    assert read_carrier(aim, "4006381333930") is None


def test_ean_symbols_are_the_gtin_that_they_stand_for() -> None:
    """EAN symbols are the GTIN that they stand for."""
    for aim, data in (("]E0", "4006381333931"), ("]E4", "96385074"), ("]E0", "0036000291452")):
        message = read_carrier(aim, data)
        assert message is not None
        assert message.facts == {"gtin": data}
        assert message.elements == (("01", data.zfill(14)),)


@pytest.mark.parametrize(
    ("aim", "data"),
    [
        ("]E0", ""),
        ("]E0", "036000291452"),
        ("]E0", "40063813339310"),
        ("]E0", "40063813339X1"),
        ("]E4", "9638507"),
    ],
)
def test_ean_symbol_with_another_number_of_digits_is_refused(aim: str, data: str) -> None:
    """EAN symbol with another number of digits is refused."""
    with pytest.raises(Gs1Error, match=rf"{aim} announces"):
        read_carrier(aim, data)


def test_add_on_of_a_book_is_dropped_and_alone_it_is_no_product() -> None:
    """Add on of a book is dropped and alone it is no product."""
    message = read_carrier("]E3", "978316148410051299")
    assert message is not None
    assert message.facts == {"gtin": "9783161484100"}
    for aim in ("]E1", "]E2"):
        with pytest.raises(Gs1Error, match="add-on"):
            read_carrier(aim, "51299")
    with pytest.raises(Gs1Error, match="announces 13"):
        read_carrier("]E3", "9783161484100512")


def test_composite_adds_its_second_part_to_the_linear_one() -> None:
    """Composite adds its second part to the linear one."""
    message = read_carrier("]E0", f"4006381333931|]e010LOT{GS}21S1")
    assert message is not None
    assert message.facts == {"gtin": "4006381333931", "lot": "LOT", "serial": "S1"}
    with pytest.raises(Gs1Error, match="without data"):
        read_carrier("]E0", "4006381333931|]e0")


# --- Element strings


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ("0109521234567890", r"\(01\) check digit: expected 9, got 0"),
        ("01095212345678", r"\(01\) GTIN: '095212345678' does not fit N14"),
        ("0100000000000000", "nothing but zeros"),
        ("00" + SSCC[:-1] + str((int(SSCC[-1]) + 1) % 10), r"\(00\) check digit"),
        ("8003095212345678901", r"\(8003\) check digit"),
        ("4149521234567890", r"\(414\) check digit"),
        (f"0109521234567899{GS}{GS}10A", "a separator at place 18: expected an application identifier"),
        ("05123", "unknown application identifier at '0512'"),
        ("ABC", "unknown application identifier"),
        ("10" + "A" * 21, r"\(10\) BATCH/LOT: 'A{21}' does not fit X..20"),
        ("10AB 12", r"\(10\) BATCH/LOT: ' ', expected one of GS1's 82 characters, place 5"),
        ("10AB#12", "'#', expected one of GS1's 82 characters, place 5"),
        ("10AB\u0661", "expected one of GS1's 82 characters"),
        ("10", r"\(10\) is empty: expected X..20"),
        ("30", r"\(30\) is empty"),
        ("17261301", r"\(17\) 261301 is no date"),
        ("17260230", r"\(17\) 260230 is no date"),
        ("17260000", r"\(17\) 260000 is no date"),
        ("7006260200", r"\(7006\) 260200 is no date"),
        ("70032602282460", r"\(7003\) 2460 is no time"),
        ("70032602282360", r"\(7003\) 2360 is no time"),
        (f"7007260131{'260230'}", r"\(7007\) 260230 is no date"),
        (f"10A{GS}10B", "given twice, as 'A' and 'B'"),
        (f"0109521234567899{'02'}09521234567899", r"\(01\) and \(02\) may not stand together"),
        (f"21A{GS}235B", r"\(21\) and \(235\)"),
    ],
)
def test_what_the_standard_forbids_is_refused_with_the_reason(data: str, why: str) -> None:
    """What the standard forbids is refused with the reason."""
    with pytest.raises(Gs1Error, match=why):
        read_elements(data)


def test_long_values_are_cut_in_the_reason() -> None:
    """Long values are cut in the reason."""
    with pytest.raises(Gs1Error, match=r"A{40}\.\.\.'"):
        read_elements("10" + "A" * 60)


@pytest.mark.parametrize(
    "data",
    [
        f"91A{GS}",
        f"0109521234567899{GS}10A",
        f"91A{GS}91A",
        "80030" + with_check("952123456789") + "SER1",
        f"00{SSCC}4324260200{'9999'}",
        "010952123456789970032602282359",
        "01095212345678997007260131260228",
        "01095212345678997007260131",
        "01095212345678997011260131",
        "010952123456789980082601312359",
        "253" + with_check("952123456789") + "DOC",
        "414" + with_check("952123456789"),
        "0109521234567899800826013123",
    ],
)
def test_what_the_standard_allows_is_read(data: str) -> None:
    """What the standard allows is read."""
    assert read_elements(data).elements


def test_facts_are_named_and_in_plain_units() -> None:
    """Facts are named and in plain units."""
    message = read_elements(
        f"0109521234567899112601001326013015270228162702271727120031030012343302001500"
        f"22V1{GS}240A-9{GS}250Z9{GS}308{GS}10LOT{GS}21SN-1"
    )
    assert message.facts == {
        "gtin": "9521234567899",
        "production_date": "2026-01-31",
        "packaging_date": "2026-01-30",
        "best_before": "2027-02-28",
        "sell_by": "2027-02-27",
        "expiry": "2027-12-31",
        "net_weight_g": "1234",
        "gross_weight_g": "15000",
        "variant": "V1",
        "additional_id": "A-9",
        "second_serial": "Z9",
        "count": "8",
        "lot": "LOT",
        "serial": "SN-1",
    }
    assert message.text().startswith("(01)09521234567899(11)260100")


def test_a_carton_gives_its_sscc_and_what_is_in_it() -> None:
    """A carton gives its SSCC and what is in it."""
    assert read_elements(f"00{SSCC}02{DEMO}3712").facts == {
        "sscc": SSCC,
        "gtin": DEMO[1:],
        "count": "12",
    }


def test_made_to_order_number_is_a_gtin() -> None:
    """Made to order number is a GTIN."""
    assert read_elements(f"03{DEMO}").facts == {"gtin": DEMO[1:]}


def test_expiry_to_the_minute_gives_the_day_and_the_plain_expiry_wins() -> None:
    """Expiry to the minute gives the day and the plain expiry wins."""
    assert read_elements(f"01{DEMO}70032701312359").facts["expiry"] == "2027-01-31"
    assert read_elements(f"01{DEMO}172701307003{'2701312359'}").facts["expiry"] == "2027-01-30"


# --- Dates


@pytest.mark.parametrize(
    ("text", "year", "day"),
    [
        ("260228", 2026, date(2026, 2, 28)),
        ("760101", 2026, date(2076, 1, 1)),
        ("770101", 2026, date(1977, 1, 1)),
        ("000229", 2026, date(2000, 2, 29)),
        ("240200", 2026, date(2024, 2, 29)),
        ("270200", 2026, date(2027, 2, 28)),
        ("010101", 2099, date(2101, 1, 1)),
        ("490101", 2099, date(2149, 1, 1)),
        ("500101", 2099, date(2050, 1, 1)),
        ("261301", 2026, None),
        ("260001", 2026, None),
        ("260431", 2026, None),
    ],
)
def test_two_digit_years_lie_within_fifty_years_and_day_00_is_the_last(
    text: str, year: int, day: date | None
) -> None:
    """Two digit years lie within fifty years and day 00 is the last."""
    assert gs1.date_of(text, year) == day


@given(st.integers(0, 99), st.integers(1900, 2200))
def test_century_is_always_the_nearest(two: int, year: int) -> None:
    """Century is always the nearest."""
    day = gs1.date_of(f"{two:02}0115", year)
    assert day is not None
    assert day.year % 100 == two
    assert -49 <= day.year - year <= 50


def test_a_leap_day_that_its_century_does_not_have_is_refused() -> None:
    """A leap day that its century does not have is refused."""
    assert read_elements(f"01{DEMO}17000229", 2026).facts["expiry"] == "2000-02-29"
    with pytest.raises(Gs1Error, match="no date in its century"):
        read_elements(f"01{DEMO}17000229", 2076)


# --- Brackets and links


def test_bracketed_text_is_read_as_it_is_printed() -> None:
    """Bracketed text is read as it is printed."""
    assert read_brackets(f"(01){DEMO}(17)271231(21)SN-1").facts == {
        "gtin": DEMO[1:],
        "expiry": "2027-12-31",
        "serial": "SN-1",
    }


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "expected an application identifier in brackets"),
        ("01(21)A", "expected an application identifier in brackets"),
        ("(01)4006381333931", r"\(01\) GTIN"),
        (f"(01){DEMO}1", "does not fit N14"),
        ("(310)3001234", r"\(310\) is no application identifier"),
        ("(21)A\x1d10B", "expected one of GS1's 82"),
        ("(21)", r"\(21\) is empty"),
    ],
)
def test_bracketed_text_that_is_wrong_is_refused(text: str, why: str) -> None:
    """Bracketed text that is wrong is refused."""
    with pytest.raises(Gs1Error, match=why):
        read_brackets(text)


@pytest.mark.parametrize(
    ("uri", "facts"),
    [
        (f"https://id.gs1.org/01/{DEMO}/21/SN-1", {"gtin": DEMO[1:], "serial": "SN-1"}),
        (f"HTTP://shop.example/de/p/01/{DEMO}/22/V/10/L%2F1/21/S?17=271200&linkType=x#top",
         {"gtin": DEMO[1:], "variant": "V", "lot": "L/1", "serial": "S", "expiry": "2027-12-31"}),
        (f"https://example.com/01/x/01/{DEMO}", {"gtin": DEMO[1:]}),
        (f"https://example.com/01/{DEMO}/235/TPX", {"gtin": DEMO[1:], "serial": "TPX"}),
        (f"https://example.com/00/{SSCC}", {"sscc": SSCC}),
    ],
)  # fmt: skip
def test_digital_links_of_any_host_are_read(uri: str, facts: dict[str, str]) -> None:
    """Digital links of any host are read."""
    assert gs1.is_link(uri)
    assert read_link(uri).facts == facts


@pytest.mark.parametrize(
    "uri",
    [
        "https://[/01/09521234567899",
        "ftp://example.com/01/09521234567899",
        "https:///01/09521234567899",
        "https://example.com/p/09521234567899",
        f"https://example.com/01/{DEMO}/21",
        f"https://example.com/01/{DEMO}/21/S/10/L",
        f"https://example.com/01/{DEMO}/22/V/235/T",
        f"https://example.com/00/{DEMO}/21/S",
        "https://example.com/01/09521234567890",
        f"https://example.com/01/{DEMO}?1234=5",
        f"https://example.com/01/{DEMO}?17=20271231",
        "https://example.com/01/%D9%A1%D9%A1",
        "https://example.com/01/036000291452",
    ],
)
def test_digital_links_that_break_the_syntax_are_refused(uri: str) -> None:
    """Digital links that break the syntax are refused."""
    with pytest.raises(Gs1Error):
        read_link(uri)


@pytest.mark.parametrize(
    "text",
    [
        "https://example.com/2024/01/15",
        "https://example.com/shop",
        "mailto:x@example.com",
        "01/09521234567899",
    ],
)
def test_ordinary_web_addresses_do_not_claim_to_be_links(text: str) -> None:
    """Ordinary web addresses do not claim to be links."""
    assert not gs1.is_link(text)


# --- Everything


@given(
    st.one_of(st.text(max_size=60), st.text(f"0123456789AB()/{GS}", max_size=60)),
    st.sampled_from(sorted(gs1.CARRIERS)),
)
def test_any_text_is_read_or_refused_with_a_reason(text: str, aim: str) -> None:
    """Any text is read or refused with a reason."""
    for reader in (read_elements, read_brackets, read_link, lambda data: read_carrier(aim, data)):
        with contextlib.suppress(Gs1Error):
            message = reader(text)
            assert message is not None
            assert read_brackets(message.text()).elements == message.elements or "(" in text


def test_biip_is_loaded_only_for_the_title_in_a_refusal() -> None:
    """It costs 0.1 s, which a station pays with the first misread and not with a scan that is right."""
    code = (
        "import sys; from terminal.domain import codes; "
        "codes.read(']C1010952123456789910A', codes.Patterns()); assert 'biip' not in sys.modules; "
        "codes.read(']C1010952123456', codes.Patterns()); assert 'biip' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[2], timeout=60)
