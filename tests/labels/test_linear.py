"""Code 128: what the encoder builds says the data, and our own reading of it is right."""

import contextlib
import random
import string

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from labels import linear

PRINTABLE = "".join(map(chr, range(0x20, 0x7F)))


def test_every_random_string_reads_back_as_itself() -> None:
    """Digits and nines are common, since that is where the library's encoder goes wrong."""
    dice = random.Random(128)
    for count in range(4_000):
        alphabet = dice.choice([string.digits, "99990", "9901AZ", PRINTABLE, string.ascii_letters + "0123"])
        data = "".join(dice.choices(alphabet, k=dice.randint(1, 30)))
        data = ("99", "9901", "", "", "")[count % 5] + data
        for modules in (linear.encode(data), linear.encode_in_one_set(data)):
            assert linear.decode(modules) == data


@settings(deadline=None)
@given(st.text(PRINTABLE, min_size=1, max_size=48))
@example("99")
@example("9901")
@example("990199")
@example("a9999")
@example("9" * 47)
def test_both_forms_say_the_data_and_the_shortest_is_not_longer(data: str) -> None:
    """Lengths are those of the standard: 35 modules and 11 for each character or pair of digits."""
    shortest, one_set = linear.encode(data), linear.encode_in_one_set(data)
    assert linear.decode(shortest) == linear.decode(one_set) == data
    assert len(shortest) % 11 == 2
    assert len(one_set) == 35 + 11 * (len(data) // 2 if data.isdigit() and len(data) % 2 == 0 else len(data))


@settings(deadline=None)
@given(st.text("BCDEFGHIJKLNOPRSTUVX", min_size=1, max_size=12))
def test_letters_stay_in_set_b_in_either_form(data: str) -> None:
    """Our own numbers are letters: nothing ever depends on a change of set."""
    assert linear.encode(data) == linear.encode_in_one_set(data)
    assert linear.values(linear.encode(data))[0] == linear.START_B


def test_a_symbol_of_known_bars_is_read_and_built_alike() -> None:
    """`AB` by the standard: start B, 33, 34, check value (104 + 33 + 2 * 34) mod 103 = 102."""
    bars = "110100100001010001100010001011000111101011101100011101011"
    assert linear.encode("AB") == bars
    assert linear.values(bars) == (104, 33, 34)


def test_the_same_data_gives_the_same_symbol_every_time() -> None:
    """The library's encoder keeps state; ours is fresh each time."""
    assert len({linear.encode("123") for _ in range(3)}) == 1


@pytest.mark.parametrize("data", ["", "ä", "tab\t", "line\n", "\x7f", "\x00", "١٢٣", "²"])
def test_what_code_128_can_not_hold_is_refused(data: str) -> None:
    """Neither nothing, nor control characters, nor digits of another script."""
    with pytest.raises(linear.NotEncodable, match="printable ASCII"):
        linear.encode(data)
    with pytest.raises(linear.NotEncodable):
        linear.encode_in_one_set(data)


def test_a_symbol_that_says_something_else_is_refused() -> None:
    """The very fault of the library's encoder."""
    with pytest.raises(linear.BadSymbol, match="'9901' says '01'"):
        linear.check(linear.encode("01"), "9901")


@settings(deadline=None)
@given(st.text(PRINTABLE, min_size=1, max_size=12), st.data())
def test_one_wrong_module_never_passes(data: str, draw: st.DataObject) -> None:
    """One flipped module breaks a character or the check value."""
    modules = linear.encode(data)
    at = draw.draw(st.integers(0, len(modules) - 1))
    wrong = modules[:at] + ("0" if modules[at] == "1" else "1") + modules[at + 1 :]
    with pytest.raises(linear.BadSymbol):
        linear.check(wrong, data)


@settings(deadline=None)
@given(st.text("01", max_size=80) | st.text(max_size=5))
def test_no_string_makes_the_reader_fail_otherwise(modules: str) -> None:
    """Nonsense is refused with the same error, never with another exception."""
    with contextlib.suppress(linear.BadSymbol):
        assert linear.decode(modules).isprintable()


def test_control_values_are_not_taken_for_text() -> None:
    """FNC1, value 102, is a legal character, but no label of ours holds it."""
    content = [105, 102, 16]
    content.append((105 + 102 + 2 * 16) % 103)
    modules = "".join(map(_pattern, content)) + "1100011101011"
    with pytest.raises(linear.BadSymbol, match="value 102 in set C"):
        linear.decode(modules)


def _pattern(value: int) -> str:
    widths = linear._WIDTHS[value]
    return "".join("10"[place % 2] * int(width) for place, width in enumerate(widths))


def test_bars_are_the_ones_of_the_modules() -> None:
    """Painting the bars gives the modules back."""
    modules = linear.encode("LPN-0042")
    painted = ["0"] * len(modules)
    for begin, width in linear.bars(modules):
        painted[begin : begin + width] = ["1"] * width
    assert "".join(painted) == modules
