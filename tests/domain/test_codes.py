"""What a scan can mean: every reading with its facts, or a sentence that says why there is none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from terminal.domain import gs1, lettercode
from terminal.domain.codes import (
    MAX_SCAN,
    Kind,
    Patterns,
    Reading,
    Scan,
    check_digit,
    describe,
    is_dummy,
    luhn_digit,
    read,
)
from terminal.domain.lettercode import OwnKind

VECTORS = Path(__file__).parents[3] / "shared" / "data" / "gs1_scan_vectors.json"
SITE = Patterns(
    rma=("RMA[0-9]{4}", "C[0-9]{6}"),
    tracking=("1Z[0-9A-Z]{16}", "[0-9]{14}"),
    serial=("SN[0-9]+", "0{6}"),
    tote=("T-[0-9]+",),
    sku=("[0-9]{8}",),
)
DEMO = "9521234567899"
SSCC = "09521234500000001" + check_digit("09521234500000001")


def kinds(scan: Scan) -> list[str]:
    """The kinds of all readings, in order."""
    return [str(reading.kind) for reading in scan.readings]


def plain(raw: str, aim: str | None = None) -> Scan:
    """The scan at a site without patterns."""
    return read(raw, Patterns(), aim)


# --- Text and patterns


def test_plain_text_is_its_own_last_reading() -> None:
    """Plain text is its own last reading."""
    scan = plain("  85123A ")
    assert scan.text == "85123A"
    assert scan.readings == (Reading(Kind.TEXT, "85123A"),)
    assert scan.problems == ()
    assert scan.raw == "  85123A "


def test_a_pattern_gives_its_kind_before_the_text() -> None:
    """A pattern gives its kind before the text."""
    assert kinds(read("RMA1001", SITE)) == ["rma", "text"]
    assert kinds(read("T-12", SITE)) == ["tote", "text"]
    assert kinds(read("SN77", SITE)) == ["serial", "text"]


def test_text_that_fits_two_things_has_both_readings() -> None:
    """Text that fits two things has both readings."""
    scan = read("10036000291459", SITE)
    assert kinds(scan) == ["tracking", "gtin", "text"]
    assert scan.first(Kind.GTIN, Kind.TRACKING) == Reading(Kind.TRACKING, "10036000291459")
    assert scan.first(Kind.RMA) is None


def test_a_pattern_saves_a_number_that_is_no_gtin() -> None:
    """A pattern saves a number that is no GTIN."""
    assert kinds(read("10036000291450", SITE)) == ["tracking", "text"]
    assert kinds(read("12345678", SITE)) == ["text"]
    assert kinds(plain("12345678")) == []


@pytest.mark.parametrize("raw", ["", "   "])
def test_empty_scan_is_refused(raw: str) -> None:
    """Empty scan is refused."""
    scan = plain(raw)
    assert scan.readings == ()
    assert "empty" in scan.problems[0]


def test_ten_thousand_characters_are_refused_by_their_number() -> None:
    """Ten thousand characters are refused by their number."""
    scan = plain("7" * 10_000)
    assert scan.readings == ()
    assert scan.problems == (f"too long: 10000 characters, at most {MAX_SCAN} are read",)


def test_plain_text_ends_at_eighty_characters() -> None:
    """Plain text ends at eighty characters."""
    assert kinds(plain("ab" * 40)) == ["text"]
    scan = plain("ab" * 40 + "c")
    assert scan.readings == ()
    assert "at most 80" in scan.problems[0]


@pytest.mark.parametrize(
    "raw", ["a\x11b", "\x03", "RMA\x00", "x\x1b[15~", "a\u202eb", "\x1e", "\udc80", "a\tb"]
)
def test_control_characters_are_refused_by_name(raw: str) -> None:
    """Control characters are refused by name."""
    scan = read(raw, SITE)
    assert scan.readings == ()
    assert "control character '\\" in scan.problems[0]


def test_a_broken_byte_points_at_the_cable() -> None:
    """A broken byte points at the cable."""
    scan = plain("RMA\ufffd001")
    assert scan.readings == ()
    assert "no UTF-8" in scan.problems[0]


# --- Dummies


@pytest.mark.parametrize(
    "text", ["N/A", "unknown", "123456", "1234567890123", "0" * 15, "------", "zzzzzzz", "none"]
)
def test_text_that_stands_for_a_missing_number_has_no_reading(text: str) -> None:
    """Text that stands for a missing number has no reading."""
    scan = plain(text)
    assert scan.readings == ()
    assert "is a dummy" in scan.problems[0]


@pytest.mark.parametrize("text", ["22222", "123457", "A-1", "1234", "85123A", ""])
def test_short_or_ordinary_numbers_are_no_dummies(text: str) -> None:
    """Short or ordinary numbers are no dummies."""
    assert not is_dummy(text)


def test_a_long_dummy_is_cut_in_the_sentence() -> None:
    """A long dummy is cut in the sentence."""
    assert len(plain("z" * 500).problems[0]) < 120


def test_a_pattern_does_not_make_a_dummy_a_serial() -> None:
    """A pattern does not make a dummy a serial."""
    assert kinds(read("000000", SITE)) == ["text"]


# --- GTIN


def test_a_gtin_is_read_in_its_canonical_form() -> None:
    """A GTIN is read in its canonical form."""
    scan = plain("036000291452")
    assert scan.readings[0] == Reading(Kind.GTIN, "0036000291452", {"gtin": "0036000291452"})
    assert kinds(scan) == ["gtin", "text"]


def test_wrong_check_digit_leaves_no_reading() -> None:
    """Wrong check digit leaves no reading."""
    scan = plain("4006381333930")
    assert scan.readings == ()
    assert scan.problems == ("GTIN-13 check digit: expected 1, got 0",)


def test_in_store_number_is_read_and_says_that_it_is_no_product() -> None:
    """In store number is read and says that it is no product."""
    scan = plain("]E02112345678900")
    assert "in-store" in scan.readings[0].facts["restricted"]
    assert "GTIN 2112345678900 is an in-store number" in scan.problems[0]


def test_eight_digits_that_are_a_upc_e_are_read_as_the_gtin_behind_it() -> None:
    """04252614 is the textbook UPC-E of 042100005264; as an EAN-8 its check digit is wrong."""
    scan = plain("04252614")
    assert scan.readings[0] == Reading(
        Kind.GTIN, "0042100005264", {"upc_e": "04252614", "gtin": "0042100005264"}
    )


def test_eight_digits_that_fit_both_ways_have_both_readings() -> None:
    """Eight digits that fit both ways have both readings."""
    scan = plain("01234565")
    assert [reading.value for reading in scan.readings] == ["01234565", "0012345000065", "01234565"]


# --- IMEI


def test_imei_needs_its_luhn_digit() -> None:
    """IMEI needs its luhn digit."""
    scan = plain("490154203237518")
    assert scan.readings[0] == Reading(Kind.IMEI, "490154203237518", {"tac": "49015420"})
    assert kinds(plain("356938035643809")) == ["imei", "text"]
    scan = plain("490154203237517")
    assert scan.readings == ()
    assert scan.problems == ("IMEI check digit: expected 8, got 7",)


@given(st.text("0123456789", min_size=14, max_size=14), st.integers(0, 14), st.integers(1, 9))
def test_luhn_catches_every_single_wrong_digit(payload: str, place: int, change: int) -> None:
    """Luhn catches every single wrong digit."""
    whole = payload + luhn_digit(payload)
    wrong = whole[:place] + str((int(whole[place]) + change) % 10) + whole[place + 1 :]
    assert luhn_digit(wrong[:14]) != wrong[14]


# --- Own codes


@pytest.mark.parametrize(
    ("kind", "payload", "value"),
    [
        (OwnKind.COMMAND, "UNDO", "UNDO"),
        (OwnKind.ANSWER, "NO", "NO"),
        (OwnKind.DEFECT, "SCRDP", "SCRDP"),
        (OwnKind.CHANNEL, "OUTLET", "OUTLET"),
        (OwnKind.BADGE, lettercode.id_payload("1001"), "1001"),
        (OwnKind.TOTE, lettercode.id_payload("T-7"), lettercode.id_payload("T-7")),
    ],
)
def test_our_own_code_is_read_in_any_case_and_as_nothing_else(
    kind: OwnKind, payload: str, value: str
) -> None:
    """Our own code is read in any case and as nothing else."""
    scan = plain(lettercode.make(kind, payload).swapcase())
    assert [(str(reading.kind), reading.value) for reading in scan.readings] == [(str(kind), value)]
    assert scan.problems == ()


def test_badge_keeps_the_letters_of_its_payload() -> None:
    """Badge keeps the letters of its payload."""
    payload = lettercode.id_payload("lead")
    assert plain(lettercode.make(OwnKind.BADGE, payload)).readings[0].facts == {"payload": payload}


def test_an_lpn_is_read_beside_its_text_even_when_it_is_all_one_letter() -> None:
    """An LPN is read beside its text even when it is all one letter."""
    text = lettercode.lpn("BBBB", 0)
    assert kinds(plain(text.lower())) == ["lpn", "text"]
    assert plain(text.lower()).readings[0].value == text


def test_a_code_of_ours_that_a_pattern_knows_too_has_both_readings() -> None:
    """A code of ours that a pattern knows too has both readings."""
    text = lettercode.make(OwnKind.COMMAND, "UNDO")
    assert kinds(read(text, Patterns(rma=("XC[A-Z]+",)))) == ["rma", "command", "text"]


def test_wrong_check_letter_is_said_and_the_text_stays() -> None:
    """Wrong check letter is said and the text stays."""
    scan = plain("BBBBBBBBBX")
    assert kinds(scan) == ["text"]
    assert "as an LPN: check letter X, expected" in scan.problems[0]
    assert read("BBBBBBBBBX", Patterns(rma=("B+X",))).problems == ()


def test_a_gs1_symbol_is_never_a_code_of_ours() -> None:
    """A GS1 symbol is never a code of ours."""
    text = lettercode.make(OwnKind.COMMAND, "UNDO")
    assert plain("]C1" + text).readings == ()
    assert kinds(plain("]C0" + text)) == ["command"]


# --- AIM identifiers and GS1


def test_aim_identifier_is_taken_off_or_given() -> None:
    """AIM identifier is taken off or given."""
    for scan in (plain("]E04006381333931"), plain("4006381333931", "]E0")):
        assert scan.aim == "]E0"
        assert scan.text == "4006381333931"
        assert kinds(scan) == ["gtin", "text"]


@pytest.mark.parametrize("raw", ["]", "]X", "]XX", "]!0abc", "]éx"])
def test_a_bracket_without_identifier_is_refused(raw: str) -> None:
    """A bracket without identifier is refused."""
    scan = plain(raw)
    assert scan.readings == ()
    assert "is no AIM identifier" in scan.problems[0]


def test_gs1_message_gives_the_gtin_with_its_facts() -> None:
    """GS1 message gives the GTIN with its facts."""
    scan = plain(f"]C1010{DEMO}17271231{'10'}AB{gs1.GS}21SN-1")
    assert kinds(scan) == ["gtin"]
    assert scan.readings[0].value == DEMO
    assert scan.readings[0].facts == {
        "gtin": DEMO,
        "expiry": "2027-12-31",
        "lot": "AB",
        "serial": "SN-1",
        "elements": f"(01)0{DEMO}(17)271231(10)AB(21)SN-1",
    }


def test_year_of_the_clock_gives_the_century() -> None:
    """Year of the clock gives the century."""
    assert read(f"010{DEMO}17801231", Patterns(), year=2040).readings[0].facts["expiry"] == "2080-12-31"
    assert plain(f"010{DEMO}17801231").readings[0].facts["expiry"] == "1980-12-31"


@pytest.mark.parametrize(
    "raw",
    [
        f"(01)0{DEMO}(21)SN-1",
        f"https://id.gs1.org/01/0{DEMO}/21/SN-1",
        f"]Q1https://id.gs1.org/01/0{DEMO}/21/SN-1",
        f"010{DEMO}21SN-1{gs1.GS}",
        f"{gs1.GS}010{DEMO}21SN-1",
        f"]d1[)>\x1e05\x1d010{DEMO}21SN-1\x1e\x04",
    ],
)
def test_every_spelling_of_a_gs1_message_means_the_same(raw: str) -> None:
    """Every spelling of a GS1 message means the same."""
    reading = plain(raw).readings[0]
    assert (reading.kind, reading.value, reading.facts["serial"]) == (Kind.GTIN, DEMO, "SN-1")


def test_bare_digits_can_be_a_gs1_message() -> None:
    """Bare digits can be a GS1 message."""
    assert kinds(plain(f"00{SSCC}")) == ["sscc", "text"]
    assert kinds(plain(f"010{DEMO}")) == ["gtin", "text"]
    scan = plain("0109521234567890")
    assert kinds(scan) == ["text"]
    assert "as a GS1 message: (01) check digit" in scan.problems[0]
    assert plain("9" * 15 + "8").problems == ()


def test_message_without_gtin_or_sscc_is_read_as_it_is_printed() -> None:
    """Message without GTIN or SSCC is read as it is printed."""
    scan = plain(f"]C191LOT{gs1.GS}92SN-1")
    assert scan.readings == (Reading(Kind.GS1, "(91)LOT(92)SN-1", {"elements": "(91)LOT(92)SN-1"}),)


def test_dummy_serial_in_a_symbol_is_left_out_and_said() -> None:
    """Dummy serial in a symbol is left out and said."""
    scan = plain(f"(01)0{DEMO}(21)000000")
    assert "serial" not in scan.readings[0].facts
    assert "serial 000000 is a dummy" in scan.problems[0]


def test_broken_gs1_symbol_is_read_only_by_a_pattern_and_a_broken_ean_never() -> None:
    """Broken GS1 symbol is read only by a pattern and a broken EAN never."""
    assert plain("]C1" + "99123456789012").readings[0].kind is Kind.GS1
    assert kinds(read("]C1" + "05123456789012", SITE)) == ["tracking", "text"]
    assert read("]E0" + "10036000291450", SITE).readings == ()


def test_a_web_address_that_is_no_digital_link_is_text() -> None:
    """A web address that is no digital link is text."""
    assert kinds(plain("https://example.com/returns?rma=7")) == ["text"]
    scan = plain("https://example.com/01/09521234567890")
    assert scan.readings == ()
    assert "check digit" in scan.problems[0]


def test_scan_vectors_of_the_official_engine_have_a_reading_exactly_where_data_is_accepted() -> None:
    """An empty plain symbol is valid: it has a reading, that of empty text, and the problem says so."""
    if not VECTORS.exists():
        pytest.skip(f"{VECTORS} is not there: the 24 vectors of the GS1 engine were NOT run")
    for vector in json.loads(VECTORS.read_text())["vectors"]:
        scan = plain(vector["scan"])
        assert bool(scan.readings) == vector["accepted"], vector["scan"]
        assert scan.readings or scan.problems


# --- ISO/IEC 15434


def test_data_identifiers_give_serial_part_and_lot() -> None:
    """Data identifiers give serial part and lot."""
    scan = plain("[)>\x1e06\x1d1PAB-7\x1dSX99\x1d1TL1\x1dQ2\x1d9Nother\x1dS\x1e\x04")
    assert kinds(scan) == ["serial", "text"]
    assert scan.readings[0] == Reading(
        Kind.SERIAL, "X99", {"part": "AB-7", "serial": "X99", "lot": "L1", "count": "2"}
    )
    assert scan.readings[1].value == "AB-7"


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        ("[)>\x1e06\x1dQ2\x1e\x04", "names no serial number"),
        ("[)>\x1e06\x1dS000000\x1e\x04", "names no serial number"),
        ("[)>\x1e12\x1dABC\x1e\x04", "format '12' is not read"),
        ("[)>\x1e05\x1d0109521234567890\x1e\x04", "check digit"),
        ("[)>\x1e", "format '' is not read"),
        ("[)>\x1e06\x1dS\x11\x1e\x04", "control character '\\x11'"),
    ],
)
def test_envelope_without_an_identity_says_why(raw: str, why: str) -> None:
    """Envelope without an identity says why."""
    scan = plain(raw)
    assert scan.readings == ()
    assert why in scan.problems[0]


# --- Everything


def test_a_scan_is_described_in_plain_values() -> None:
    """A scan is described in plain values."""
    shown = describe(plain("]C1010" + DEMO))
    assert shown == {
        "raw": f"]C1010{DEMO}",
        "aim": "]C1",
        "symbology": "GS1-128",
        "readings": [
            {"kind": "gtin", "value": DEMO, "facts": {"gtin": DEMO}},
            {"kind": "text", "value": f"010{DEMO}", "facts": {}},
        ],
        "problems": [],
    }
    assert describe(plain("]A0X"))["symbology"] == "Code 39"
    assert describe(plain("X"))["symbology"] is None


hostile = st.one_of(
    st.text(max_size=90),
    st.text(alphabet="0123456789", max_size=22),
    st.text(alphabet=f"]CEdQe01[)>\x1e\x04(){gs1.GS}XBT/:htps", max_size=30),
    st.text(lettercode.ALPHABET, max_size=12),
)


@given(hostile, st.sampled_from([None, "]C1", "]E0", "]E4", "]Q3", "]d1", "", "]", "no"]))
@example("https://[", None)
@example("(01", None)
@example("(٠١)x", None)
@example("٤٠٠٦٣٨١٣", None)
@example("]E3" + "٤" * 15, None)
@example("\x1d", None)
def test_no_text_ever_raises_and_silence_is_never_the_answer(raw: str, aim: str | None) -> None:
    """No text ever raises and silence is never the answer."""
    for patterns in (Patterns(), SITE):
        scan = read(raw, patterns, aim)
        assert scan.raw == raw
        assert scan.readings or scan.problems
        assert len({(reading.kind, reading.value) for reading in scan.readings}) == len(scan.readings)
        json.dumps(describe(scan))


def test_a_message_that_is_longer_than_a_plain_text_has_no_text_reading() -> None:
    """A web address in a QR symbol may be long; nobody looks it up as a SKU."""
    scan = plain(f"https://example.com/{'x' * 60}/01/0{DEMO}")
    assert kinds(scan) == ["gtin"]
