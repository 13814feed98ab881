"""GS1-128 symbols: what they say is proved by two readers, and what GS1 forbids is refused before printing."""

from collections.abc import Callable

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from labels import gs1_128, linear
from labels.gs1 import RULES

CHECKED = {identifier for identifier, rule in RULES.items() if rule.checked}
ELEMENT = st.sampled_from(sorted(set(RULES) - CHECKED)).flatmap(
    lambda identifier: st.tuples(
        st.just(identifier),
        st.text(
            st.sampled_from(sorted(RULES[identifier].chars)),
            min_size=RULES[identifier].least,
            max_size=min(RULES[identifier].most, 20),
        ),
    )
)


def paint(modules: str) -> Image.Image:
    """The symbol as a grey picture, three dots a module, with its quiet zones."""
    row = "0" * 10 + modules + "0" * 10
    line = bytes(0 if module == "1" else 255 for module in row for _ in range(3))
    return Image.frombytes("L", (len(line), 60), line * 60)


@settings(max_examples=100, deadline=None)
@given(st.lists(ELEMENT, min_size=1, max_size=3))
def test_a_symbol_says_its_elements(elements: list[tuple[str, str]]) -> None:
    """To our own tables and to a reader that shares no code with us, which takes it for GS1."""
    modules = gs1_128.encode(elements)
    said = gs1_128.decode(modules)
    assert said == gs1_128.spoken(elements)
    code_128 = zxingcpp.barcode_formats_from_str("Code128")
    (found,) = zxingcpp.read_barcodes(paint(modules), formats=code_128, try_downscale=False)
    assert (found.symbology_identifier, bytes(found.bytes).decode()) == ("]C1", said)


def test_fnc1_begins_the_symbol_and_ends_only_what_has_no_fixed_length() -> None:
    """A predefined length needs no separator, and nothing follows the last element."""
    assert gs1_128.spoken([("20", "01"), ("10", "A")]) == "200110A"
    assert gs1_128.spoken([("10", "A"), ("20", "01")]) == "10A\x1d2001"
    values = linear.values(gs1_128.encode([("10", "A"), ("21", "1")]))
    assert values[1] == gs1_128.FNC1
    assert values.count(gs1_128.FNC1) == 2
    assert gs1_128.readable([("10", "A"), ("21", "1")]) == "(10)A(21)1"


@pytest.mark.parametrize(
    ("elements", "said"),
    [
        ([], "at least one element"),
        ([("77", "1")], "no application identifier"),
        ([("10", "")], "1 to 20 characters"),
        ([("10", "x" * 21)], "1 to 20 characters"),
        ([("10", "a\x1db")], "characters"),
        ([("10", "Ł")], "characters"),
        ([("20", "1A")], "2 to 2 characters"),
        ([("01", "04006381333932")], "check digit"),
    ],
)
def test_what_gs1_forbids_is_refused(elements: list[tuple[str, str]], said: str) -> None:
    """Before there is a symbol, with what is expected."""
    with pytest.raises(linear.NotEncodable, match=said):
        gs1_128.encode(elements)


def test_a_number_with_its_right_check_digit_is_printed() -> None:
    """An SSCC and a GTIN."""
    for element in (("01", "04006381333931"), ("00", "340123450000000000")):
        assert gs1_128.decode(gs1_128.encode([element])) == "".join(element)


@pytest.mark.parametrize(
    ("modules", "said"),
    [(linear.encode("AB"), "does not begin with FNC1"), (linear.encode("0123"), "does not begin with FNC1")],
)
def test_a_plain_symbol_is_no_gs1_128(modules: str, said: str) -> None:
    """And a GS1-128 is no plain symbol."""
    with pytest.raises(linear.BadSymbol, match=said):
        gs1_128.decode(modules)
    with pytest.raises(linear.BadSymbol):
        linear.decode(gs1_128.encode([("10", "AB")]))


def test_an_encoder_that_goes_wrong_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """One character more, or no FNC1 where one belongs: nothing is printed."""
    right: Callable[[list[str]], str] = __import__("labels.encoder", fromlist=["gs1_modules"]).gs1_modules
    for wrong in (["10A1"], ["10", "A"]):
        monkeypatch.setattr("labels.encoder.gs1_modules", lambda _, wrong=wrong: right(wrong))
        with pytest.raises(linear.BadSymbol, match="not printed"):
            gs1_128.encode([("10", "A")])
