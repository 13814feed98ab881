"""The rules of element strings, one by one: sizes, characters, checks, separators, and what stands together."""

from __future__ import annotations

import contextlib
import re

import pytest
from biip.gs1_application_identifiers import _GS1_APPLICATION_IDENTIFIERS
from hypothesis import assume, given
from hypothesis import strategies as st

from terminal.domain.codes import Patterns, read
from terminal.domain.gs1 import GS, read_carrier, read_elements
from terminal.domain.gs1_checks import CHECKS, check_pair
from terminal.domain.gs1_elements import checked, cut_message, one_element
from terminal.domain.gs1_table import all_identifiers, identifier_at
from terminal.domain.gtin import Gs1Error, check_digit

GTIN = "0109521234567899"
GLN = "952123456789" + check_digit("952123456789")
SSCC = "00" + "09521234500000001" + check_digit("09521234500000001")
ITIP = "09521234567899"
GSRN = "95212345678901234" + check_digit("95212345678901234")

# --- The table


def test_the_table_knows_what_another_public_list_knows_with_the_same_sizes() -> None:
    """Every identifier of `biip` is known, nothing else, and both agree on whether a separator is due."""
    assert set(all_identifiers()) == set(_GS1_APPLICATION_IDENTIFIERS)
    for ai, other in _GS1_APPLICATION_IDENTIFIERS.items():
        known = identifier_at(ai)
        assert known is not None
        assert known.fixed == (not other.separator_required), ai
        assert {name for part in known.parts for name in part.checks} <= set(CHECKS), ai


@given(st.sampled_from(all_identifiers()), st.text("0123456789", max_size=100))
def test_what_is_accepted_fits_the_other_lists_pattern_too(ai: str, value: str) -> None:
    """A value of digits that passes here passes the laxer pattern of `biip`; but for (8010), a bare prefix."""
    assume(ai != "8010" or len(value) > 4)
    with contextlib.suppress(Gs1Error):
        one_element(ai, value)
        assert re.match(_GS1_APPLICATION_IDENTIFIERS[ai].pattern, ai + value), (ai, value)


def test_no_identifier_is_the_beginning_of_another() -> None:
    """General Specifications 7.8: so the next identifier is found without asking how long it is."""
    names = all_identifiers()
    assert not [one for one in names for other in names if one != other and other.startswith(one)]


@given(st.sampled_from(all_identifiers()))
def test_every_identifier_refuses_an_empty_and_an_overlong_value(ai: str) -> None:
    """Sizes hold for all of them."""
    for value in ("", "1" * 91):
        with pytest.raises(Gs1Error, match=rf"^\({ai}\) "):
            one_element(ai, value)


# --- AIM identifiers


@pytest.mark.parametrize("aim", ["]C1", "]e0", "]d2", "]Q3", "]J1"])
@pytest.mark.parametrize(
    "data", ["", GS, f"{GS}{GTIN}", f"{GTIN}{GS}{GS}10A", f"{GTIN}10A{GS}{GS}", "TESTING", "^01"]
)
def test_a_gs1_carrier_refuses_what_is_no_message(aim: str, data: str) -> None:
    """General Specifications 7.8: the identifier stands for the first FNC1; a separator follows a value."""
    assert read(aim + data, Patterns()).readings == ()


@pytest.mark.parametrize("aim", ["]C1", "]e0", "]d2", "]Q3", "]J1"])
@pytest.mark.parametrize(
    "data", [GTIN, f"{GTIN}{GS}", f"{GTIN}{GS}10A", f"{GTIN}10A{GS}", f"{GTIN}10A{GS}99T"]
)
def test_a_separator_is_taken_after_any_value(aim: str, data: str) -> None:
    """One is superfluous after a predefined length and at the end, and harmless (General Specifications 7.8.4)."""
    assert read(aim + data, Patterns()).readings[0].kind == "gtin"


@pytest.mark.parametrize("aim", ["]Q1", "]d1", "]J0"])
def test_a_plain_symbol_may_be_empty_or_hold_what_looks_like_an_fnc1(aim: str) -> None:
    """The identifier says that the data is no GS1 message, so a caret is a caret."""
    empty = read(aim, Patterns())
    assert [reading.value for reading in empty.readings] == [""]
    assert "empty" in empty.problems[0]
    assert read(f"{aim}^{GTIN}", Patterns()).readings[0].value == f"^{GTIN}"


@pytest.mark.parametrize("aim", ["]A0", "]C0", "]I1", "]L0", "]z0", "]Q0"])
def test_other_plain_symbols_are_not_empty(aim: str) -> None:
    """Nothing can be made of one that is."""
    assert read(aim, Patterns()).readings == ()


@pytest.mark.parametrize("aim", ["]e1", "]e2", "]e3"])
def test_a_later_part_of_a_composite_is_no_message(aim: str) -> None:
    """ISO/IEC 24723: what follows its separator or escape is not what the symbol is about."""
    with pytest.raises(Gs1Error, match="scan the whole symbol"):
        read_carrier(aim, GTIN)


@pytest.mark.parametrize("raw", ["]", "]Q", "]XX", "]1Q", "]?0", "]C"])
def test_what_is_no_aim_identifier_is_refused(raw: str) -> None:
    """ISO/IEC 15424: a bracket, a letter of a symbology, a modifier."""
    assert read(raw, Patterns()).readings == ()


@pytest.mark.parametrize("data", [f" {GTIN}", f"{GTIN} ", f"{GTIN}10A "])
def test_spaces_around_gs1_data_are_not_taken_off(data: str) -> None:
    """A space is none of the 82 characters, so a symbol that has one is not what it says."""
    assert read(f"]C1{data}", Patterns()).readings == ()


@pytest.mark.parametrize("rest", ["|]e0", "|]e1" + "99A", "|99A", "|]e0^99A", "|]e0" + GS + "99A", "1", "|"])
def test_only_a_message_may_follow_an_ean_barcode(rest: str) -> None:
    """General Specifications 5.11: the two-dimensional part comes as a message of its own after `|]e0`."""
    assert read(f"]E02112345678900{rest}", Patterns()).readings == ()
    assert read(f"]E402345673{rest}", Patterns()).readings == ()


@pytest.mark.parametrize("raw", ["]E02112345678900", "]E402345673"])
def test_an_ean_barcode_with_its_composite_part_is_one_item(raw: str) -> None:
    """The lot needs no (01) in its own part: the barcode is one."""
    found = read(f"{raw}|]e010LOT{GS}99A", Patterns()).readings[0]
    assert found.facts["lot"] == "LOT"


# --- Content of values, General Specifications 3


GOOD = [
    "11260200", "20 7".replace(" ", "0"), "3105000001", "3925123", "9012", f"253{GLN}DOC", f"401{GLN}X",
    "421826SW1", "423276056", "4307GB", "43091800000000" + "3600000000", "43211", "4300A%20B", "4330001200-",
    "4331001200", "70012345678901234", "7030999AB", "70401ABC", "7041PX", "724101", "724199", "725020240229",
    "725119991231" + "2359", "72521", "72582/3", "80010001000010011" + "1", f"80030{GLN}A-1", "8004952112",
    f"8006{ITIP}0102", "8007GB82WEST12345698765432", "8008260131235959", "80109521A", "8011120",
    "80131987654Ad4X4bL5ttr2310c2K", f"8017{GSRN}", "8030a-_Z0", "8040490154203237518",
    "8110" + "0952123123456250110123", "8110" + "0952123123456250110123" + "3500607" + "4500607", "7041APE",
    "8112001414112345600000001", "8112101234567890100000007"[:25], "3912978100",
]  # fmt: skip
BAD = [
    ("11260001", "is no date"), ("13260230", "is no date"), ("7006260200", "is no date"),
    ("3106000001", "unknown application identifier"), ("310512345", "does not fit N6"),
    ("30123456789", "does not fit"),
    ("3912999A", "expected digits"), ("3912000100", "currency"), ("421000A", "country number"),
    ("422998", "country number"), ("4238401", "does not fit"), ("423840998", "country number"),
    ("4307XX", "country of ISO"), ("43091800000001" + "0000000000", "latitude"),
    ("43090000000000" + "3600000001", "longitude"), ("43212", "0 or 1"), ("4300A%2", "hexadecimal"),
    ("43262612", "does not fit"), ("4330001200+", "hyphen"), ("43242601012460", "no time"), ("7030998A", "country"),
    ("70401AB/", "importer"), ("7041pa", "package"), ("724111", "data carrier"), ("725020230229", "no date"),
    ("72503", "does not fit"), ("72523", "ISO 5218"), ("72583/2", "place and a total"), ("72580/1", "place and"),
    ("800100000000100111", "not zero"), ("800100010000100121", "winding"), (f"80031{GLN}", "expected 0"),
    ("8004AB12345", "company prefix"), ("8004952", "company prefix"), (f"8006{ITIP}0302", "expected a piece"),
    (f"8006{ITIP}0002", "expected a piece"), ("8007GB83WEST12345698765432", "check digits"),
    ("8007XX82WEST", "IBAN"),
    ("800826013124", "no hour"), ("80082601312360", "minute"), ("80109521a", "capitals"), ("8011012", "zeros"),
    ("80131987654Ad4X4bL5ttr2310c2J", "expected 2K, got 2J"), ("80132K", "too short"),
    ("8014" + "1987654" + "22", "check characters: expected"), ("8017" + "0" * 18, "nobody's number"),
    ("8030a.b", "letters, digits"), ("8040490154203237517", "IMEI check digit: expected 8"),
    ("81109", "length of the company prefix"), ("811000141411234", "ends in its offer code"),
    ("8110" + "0952123123456250110123" + "7", "optional field"), ("8112201234561234560000000", "format"),
    ("81120012345612345600000001", "1 digits too many"),
    ("8110" + "0952123123456250110123" + "3260230", "no date"),
    ("8110" + "0952123123456250110123" + "3500606" + "4500607", "before it starts"),
    ("7041AX", "package"), ("4141234", "does not fit N13"),
]  # fmt: skip


@pytest.mark.parametrize("data", GOOD)
def test_values_as_the_standard_defines_them_are_cut_whole(data: str) -> None:
    """Each is one element string with nothing left over."""
    known = identifier_at(data)
    assert known is not None
    assert cut_message(data) == [(known.ai, data[len(known.ai) :])]


@pytest.mark.parametrize(("data", "why"), BAD)
def test_values_that_the_standard_forbids_are_refused_with_the_expectation(data: str, why: str) -> None:
    """The sentence names the identifier, what was expected, and the place in the message."""
    with pytest.raises(Gs1Error, match=why) as caught:
        cut_message(data)
    assert "place " in str(caught.value)


def test_every_optional_field_of_a_coupon_is_read_in_its_order() -> None:
    """The fields 1 to 6 and 9 of the coupon guideline, each once and ascending."""
    head = "8110" + "0" + "952123" + "123456" + "2" + "50" + "1" + "1" + "0" + "123"
    second, third = "1" + "1" + "12" + "0" + "456" + "9", "2" + "12" + "0" + "456" + "0" + "952124"
    tail = "3260131" + "4260101" + "50123456" + "61" + "1234567" + "91210"
    for coupon in (head + second + third, head + tail):
        assert cut_message(coupon) == [("8110", coupon[4:])]
    with pytest.raises(Gs1Error, match=r"does not fit X\.\.70"):
        cut_message(head + second + third + tail)
    with pytest.raises(Gs1Error, match="optional field 1 stands after field 2"):
        cut_message(head + third + second)


@given(st.text("0123456789", min_size=4, max_size=4), st.text("ABCxyz-/1", max_size=19), st.integers(0, 22))
def test_check_pair_catches_any_single_wrong_character(prefix: str, model: str, place: int) -> None:
    """General Specifications 7.9.5; the primes are all smaller than the modulus."""
    whole = prefix + model
    at = place % len(whole)
    wrong = whole[:at] + ("Z" if whole[at] != "Z" else "Y") + whole[at + 1 :]
    assert check_pair(whole) != check_pair(wrong)
    assert "Z" in wrong or "Y" in wrong


def test_a_device_identifier_is_not_digits_only() -> None:
    """(8014) keeps at least one letter or sign, so that it is told from other numbers."""
    assert CHECKS["letter"]("12345A") is None
    assert CHECKS["letter"]("123456") is not None


# --- Separators


def test_a_lost_separator_is_never_guessed() -> None:
    """Lot and serial run together are longer than a lot can be, or are one lot: never cut at a likely place."""
    lost = GTIN + "10LOT-12345-6789" + "21SERIAL-1"
    with pytest.raises(Gs1Error, match="or a separator was lost"):
        read_elements(lost)
    assert dict(read_elements(GTIN + "10LOT21SER").elements)["10"] == "LOT21SER"


@given(st.lists(st.sampled_from(["10A", "21S", "30" + "5", "99Q", "15260101", "17260131"]), unique=True))
def test_separators_where_they_are_due_give_the_elements_back(parts: list[str]) -> None:
    """Whatever the order, with separators everywhere or only after values without predefined length."""
    everywhere = GS.join([GTIN, *parts])
    due = GTIN + "".join(part if part[:2] in ("15", "17") else part + GS for part in parts)
    assert cut_message(everywhere) == cut_message(due)
    assert [ai + value for ai, value in cut_message(due)][1:] == parts


# --- What stands together


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (f"{GTIN}3712", r"\(01\) and \(37\)"),
        (f"{GTIN}31000000013101000001", r"\(3100\) and \(3101\)"),
        (f"253{GLN}{GS}8030SIG", "expected a serial number after its 13 digits"),
        (f"8017{GSRN}{GS}8018{GSRN}", r"\(8017\) and \(8018\)"),
        (f"{SSCC}4330001200{GS}4331001200", r"\(4330\) and \(4331\)"),
    ],
)
def test_contradictions_are_refused(data: str, why: str) -> None:
    """General Specifications 4.13 (never together)."""
    with pytest.raises(Gs1Error, match=why):
        read_elements(data)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ("10LOT", r"\(10\) needs \(01\) or \(02\)"),
        (f"02{ITIP}", r"\(02\) needs \(37\)"),
        (f"{SSCC}3712", r"\(37\) needs \(02\) or \(8026\)"),
        (f"{GTIN}250A", r"\(250\) needs \(21\)"),
        (f"{GTIN}3925100", r"\(3925\) needs \(30\)"),
        (f"{GTIN}8030SIG", r"\(8030\) needs \(00\) or \(01\) with \(21\)"),
    ],
)
def test_what_must_stand_beside_may_stand_in_another_symbol(data: str, why: str) -> None:
    """General Specifications 4.14 speaks of all symbols on one thing: one alone is read, and the rest is named."""
    assert any(re.search(why, note) for note in read_elements(data).notes)
    assert read(f"]C1{data}", Patterns()).readings


@pytest.mark.parametrize("aim", ["]Q1", "]d1", "]J0"])
def test_a_web_address_that_is_no_link_names_nothing(aim: str) -> None:
    """In a symbol of a product; where no AIM identifier came it is text like any other."""
    assert read(f"{aim}https://example.com/offer", Patterns()).readings == ()
    assert read("https://example.com/offer", Patterns()).readings
    site = Patterns(tracking=(r"https://example\.com/[a-z]+",))
    assert read(f"{aim}https://example.com/offer", site).readings


def test_padding_stands_at_the_end_only() -> None:
    """Character set 64 is that of file-safe base64 (7.11, figure 7.11-3)."""
    assert read_elements(f"{GTIN}21A{GS}8030SIG==").notes == ()
    for wrong in ("8030=SIG", "8030S=IG", "8030SIG==="):
        with pytest.raises(Gs1Error, match="at most two = at the end"):
            read_elements(f"{GTIN}21A{GS}{wrong}")


@pytest.mark.parametrize(
    "data",
    [
        f"{SSCC}02{ITIP}3712",
        f"{GTIN}3925100{GS}305",
        f"{GTIN}31000000013925100",
        f"{GTIN}21S{GS}8030SIG",
        f"253{GLN}DOC{GS}8030SIG",
        f"8018{GSRN}{GS}7259BABY{GS}72581/2",
        f"415{GLN}8020REF",
        f"{SSCC}4330001200-{GS}4332001200",
    ],
)
def test_partners_that_are_there_satisfy(data: str) -> None:
    """One of the listed is enough; those joined are all needed."""
    assert read_elements(data).elements


def test_an_element_that_is_apart_has_no_place() -> None:
    """In brackets or a link there is no message to count in."""
    known = identifier_at("17")
    assert known is not None
    with pytest.raises(Gs1Error) as caught:
        checked(known, "261301", None)
    assert "place" not in str(caught.value)


def test_twelve_digits_in_an_ean_barcode_name_the_setting_of_the_reader() -> None:
    """ISO/IEC 15424: a reader that sends identifiers sends UPC-A as the 13 digits that it is."""
    with pytest.raises(Gs1Error, match="let the reader send UPC-A as 13 digits"):
        read_carrier("]E0", "036000291452")
