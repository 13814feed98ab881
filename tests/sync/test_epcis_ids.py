"""The names of units, parcels, places and events in EPCIS: GS1's where they are good for one, else our own."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.sync.epcis_ids import event_uri, item_uri, own_uri, parcel_uri, site_of

LPN = "BCDF"
SGTIN = "https://id.gs1.org/01/04006381333931/21/SN-7"


@pytest.mark.parametrize(
    ("gtin", "serial", "name"),
    [
        ("4006381333931", "SN-7", SGTIN),
        ("036000291452", "A/B", "https://id.gs1.org/01/00036000291452/21/A%2FB"),
        ("4006381333930", "SN-7", "urn:regrade:lpn:BCDF"),  # check digit
        ("2000000000008", "SN-7", "urn:regrade:lpn:BCDF"),  # an in-store number
        ("4006381333931", "x" * 21, "urn:regrade:lpn:BCDF"),  # too long for a serial number of GS1
        ("4006381333931", "ü", "urn:regrade:lpn:BCDF"),
        ("4006381333931", "..", "urn:regrade:lpn:BCDF"),
        ("4006381333931", None, "urn:regrade:lpn:BCDF"),
        (None, "SN-7", "urn:regrade:lpn:BCDF"),
    ],
)
def test_only_a_good_gtin_and_a_good_serial_make_an_sgtin(
    gtin: str | None, serial: str | None, name: str
) -> None:
    """All else goes by the LPN."""
    assert item_uri(LPN, gtin, serial) == name


@pytest.mark.parametrize(
    ("tracking", "name"),
    [
        ("106141412345678908", "https://id.gs1.org/00/106141412345678908"),
        ("00106141412345678908", "https://id.gs1.org/00/106141412345678908"),
        ("106141412345678907", "urn:regrade:parcel:P1"),
        ("0" * 18, "urn:regrade:parcel:P1"),
        ("1Z999AA10123456784", "urn:regrade:parcel:P1"),
        (None, "urn:regrade:parcel:P1"),
    ],
)
def test_an_sscc_names_its_parcel(tracking: str | None, name: str) -> None:
    """Where its check digit is right."""
    assert parcel_uri("P1", tracking) == name


@pytest.mark.parametrize("gln", ["4012345000008", "401234500000", "401234500000x", "٤٠١٢٣٤٥٠٠٠٠٠٩"])
def test_what_is_no_gln_is_refused(gln: str) -> None:
    """In either place."""
    with pytest.raises(ValueError, match="GLN"):
        site_of("ST01", gln)
    with pytest.raises(ValueError, match="GLN"):
        site_of("ST01", "", gln)


@given(st.text(st.characters(exclude_categories=())))
def test_any_text_makes_a_name_of_harmless_signs(text: str) -> None:
    """Half characters too; the name is never empty."""
    assert re.fullmatch(r"urn:regrade:lpn:[A-Za-z0-9._~%-]+", own_uri("lpn", text))


def test_one_event_has_one_id_whoever_tells_it() -> None:
    """From our id alone, and a second part of it from that and the part's name."""
    one = "01890000-0000-7000-8000-000000000000"
    assert event_uri(one) == f"urn:uuid:{one}"
    assert event_uri(one, "tote") == event_uri(one, "tote") != event_uri(one, "other")
