"""AIM identifiers are told from data."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.symbology import FAMILIES, NAMES, name, split


@pytest.mark.parametrize(
    ("text", "aim", "data"),
    [
        ("]C0BCDEF", "]C0", "BCDEF"),
        ("]C10109501101530003", "]C1", "0109501101530003"),
        ("]E04006381333931", "]E0", "4006381333931"),
        ("]d2", "]d2", ""),
        ("]C", None, "]C"),
        ("]?0ABC", None, "]?0ABC"),
        ("]C-ABC", None, "]C-ABC"),
        ("ABC]C0", None, "ABC]C0"),
        ("", None, ""),
    ],
)
def test_an_identifier_is_split_off_only_where_it_is_one(text: str, aim: str | None, data: str) -> None:
    """A bracket may also be data."""
    assert split(text) == (aim, data)


@given(st.text())
def test_nothing_is_lost_by_splitting(text: str) -> None:
    """The parts are the whole."""
    aim, data = split(text)
    assert (aim or "") + data == text


def test_an_identifier_has_the_name_of_its_symbology() -> None:
    """The modifier counts where it changes what the data means."""
    assert name("]C0") == "Code 128"
    assert name("]C1") == "GS1-128"
    assert name("]Q1") == "QR Code"
    assert name("]?1") is None
    assert name(None) is None


def test_every_special_name_belongs_to_a_known_family() -> None:
    """Else `split` would never give it."""
    assert all(split(aim) == (aim, "") and aim[1] in FAMILIES for aim in NAMES)
