"""Our own codes: what they are made of, what a misread does to them, and that ids come back."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.domain import lettercode
from terminal.domain.lettercode import ALPHABET, OwnCode, OwnKind

letters = st.text(ALPHABET, min_size=1, max_size=9)
payloads = st.text(ALPHABET, min_size=1, max_size=6)
plain_kinds = st.sampled_from([kind for kind in OwnKind if kind is not OwnKind.LPN])


def valid(text: str) -> bool:
    """Whether the last letter is the check letter of the others."""
    return lettercode.check_letter(text[:-1]) == text[-1]


def test_alphabet_avoids_the_letters_that_move_between_keyboards() -> None:
    """Alphabet avoids the letters that move between keyboards."""
    assert len(ALPHABET) == len(set(ALPHABET)) == 20
    assert not set(ALPHABET) & set("AQWZYM0123456789")


def test_check_letter_follows_the_hybrid_system_step_by_step() -> None:
    """By hand for C, E (values 1, 3): P=20 -> S=1, P=2 -> S=5, P=10; the check is (1-10) mod 20 = 11."""
    assert lettercode.check_letter("CE") == ALPHABET[11] == "N"


def test_every_single_wrong_letter_is_caught() -> None:
    """Every single wrong letter is caught."""
    for text in ("BBBBBBBBBB", "XCUNDO", "FIREDCLUB", "OVERTIRE", "SCRDP"):
        whole = text[:-1] + lettercode.check_letter(text[:-1])
        for place, letter in itertools.product(range(len(whole)), ALPHABET):
            if letter != whole[place]:
                assert not valid(whole[:place] + letter + whole[place + 1 :])


@given(letters, st.data())
def test_a_wrong_letter_is_caught_in_any_code(payload: str, data: st.DataObject) -> None:
    """A wrong letter is caught in any code."""
    whole = payload + lettercode.check_letter(payload)
    place = data.draw(st.integers(0, len(whole) - 1))
    other = data.draw(st.sampled_from(ALPHABET.replace(whole[place], "")))
    assert not valid(whole[:place] + other + whole[place + 1 :])


def test_swapped_neighbours_are_caught_in_99_47_percent() -> None:
    """All 7,600 pairs after every one of the twenty leading letters, which reach all states of the check."""
    missed = []
    pairs = [(lead, one, two) for lead in ALPHABET for one, two in itertools.permutations(ALPHABET, 2)]
    for lead, one, two in pairs:
        whole = lead + one + two
        whole += lettercode.check_letter(whole)
        if valid(lead + two + one + whole[-1]):
            missed.append((one, two))
    assert len(pairs) == 7600
    assert len(missed) == 40
    assert all(abs(ALPHABET.index(one) - ALPHABET.index(two)) in (1, 19) for one, two in missed)


def test_swap_of_the_last_letter_with_the_check_letter_is_caught_in_at_least_95_percent() -> None:
    """Swap of the last letter with the check letter is caught in at least 95 percent."""
    missed = total = 0
    for lead, last in itertools.product(ALPHABET, ALPHABET):
        check = lettercode.check_letter(lead + last)
        if check != last:
            total += 1
            missed += valid(lead + check + last)
    assert total >= 380
    assert missed / total < 0.05


@given(st.integers(0, 20**6 - 1), st.integers(6, 9))
def test_numbers_come_back_from_their_letters_in_any_case(number: int, width: int) -> None:
    """Numbers come back from their letters in any case."""
    text = lettercode.encode_number(number, width)
    assert len(text) == width
    assert lettercode.decode_number(text.lower()) == number


@pytest.mark.parametrize(("number", "width"), [(-1, 4), (20, 1), (160_000, 4)])
def test_number_that_does_not_fit_is_refused(number: int, width: int) -> None:
    """Number that does not fit is refused."""
    with pytest.raises(ValueError, match="does not fit"):
        lettercode.encode_number(number, width)


def test_letters_outside_the_alphabet_are_no_number() -> None:
    """Letters outside the alphabet are no number."""
    with pytest.raises(ValueError, match="'A' is not one of our letters"):
        lettercode.decode_number("BA")
    with pytest.raises(ValueError, match="no letter"):
        lettercode.decode_number("")


def test_numbered_stations_have_their_own_number_as_prefix() -> None:
    """Numbered stations have their own number as prefix."""
    assert lettercode.station_prefix("0") == "BBBB"
    assert [lettercode.decode_number(lettercode.station_prefix(str(n))) for n in (1, 21, 7999)] == [
        1,
        21,
        7999,
    ]


@given(st.text(min_size=1, max_size=30))
def test_named_stations_stay_clear_of_numbered_ones(name: str) -> None:
    """Named stations stay clear of numbered ones."""
    number = lettercode.decode_number(lettercode.station_prefix(name))
    plain = name.isascii() and name.isdecimal() and str(int(name)) == name and int(name) < 8000
    assert (number < 8000) == plain
    assert lettercode.station_prefix(name) == lettercode.station_prefix(name)


def test_a_number_with_leading_zeros_is_a_name_of_its_own() -> None:
    """A number with leading zeros is a name of its own."""
    assert lettercode.station_prefix("07") != lettercode.station_prefix("7")
    assert lettercode.decode_number(lettercode.station_prefix("8000")) >= 8000


def test_station_without_a_name_gets_no_prefix() -> None:
    """Station without a name gets no prefix."""
    with pytest.raises(ValueError, match="needs a name"):
        lettercode.station_prefix("")


def test_an_lpn_has_ten_letters_prefix_number_check() -> None:
    """An LPN has ten letters prefix number check."""
    text = lettercode.lpn("bbbc", 21)
    assert text[:9] == "BBBCBBBCC"
    assert len(text) == 10
    assert lettercode.parse(text.lower()) == OwnCode(OwnKind.LPN, text)


def test_lpns_of_a_station_never_repeat_and_end_after_three_million() -> None:
    """LPNs of a station never repeat and end after three million."""
    first = {lettercode.lpn("FIRE", number) for number in range(2000)}
    assert len(first) == 2000
    assert lettercode.lpn("FIRE", lettercode.LPNS_PER_STATION - 1).startswith("FIRE" + "X" * 5)
    with pytest.raises(ValueError, match="used up"):
        lettercode.lpn("FIRE", lettercode.LPNS_PER_STATION)


@pytest.mark.parametrize("prefix", ["", "BBB", "BBBBB", "BBBA", "BB1B", "ﬁRE"])
def test_lpn_prefix_is_exactly_four_letters_of_the_alphabet(prefix: str) -> None:
    """LPN prefix is exactly four letters of the alphabet."""
    with pytest.raises(ValueError, match="exactly 4 letters"):
        lettercode.lpn(prefix, 1)


@given(plain_kinds, payloads)
def test_codes_come_back_whole_in_any_case_and_are_shorter_than_an_lpn(kind: OwnKind, payload: str) -> None:
    """Codes come back whole in any case and are shorter than an LPN."""
    text = lettercode.make(kind, payload.lower())
    assert 4 <= len(text) <= 9
    assert lettercode.parse(text.swapcase()) == OwnCode(kind, payload)
    assert lettercode.check_problem(text) is None


def test_undo_is_a_command_that_can_be_read_by_eye() -> None:
    """Undo is a command that can be read by eye."""
    assert lettercode.make(OwnKind.COMMAND, "UNDO")[:-1] == "XCUNDO"


@pytest.mark.parametrize("payload", ["", "TOOLONG", "UNDOUNDO", "AB", "U-N", "ﬁ"])
def test_payload_is_one_to_six_letters(payload: str) -> None:
    """Payload is one to six letters."""
    with pytest.raises(ValueError, match="1 to 6 letters"):
        lettercode.make(OwnKind.COMMAND, payload)


def test_an_lpn_is_not_made_from_a_payload() -> None:
    """An LPN is not made from a payload."""
    with pytest.raises(ValueError, match=r"by lpn\(\)"):
        lettercode.make(OwnKind.LPN, "BBBB")


@pytest.mark.parametrize("text", ["", "XCB", "XLBBB", "BCBBB", "XCUNDOUNDOU", "XC-UNDO", "Xcundó", "A" * 10])
def test_text_of_another_form_is_no_code_of_ours_and_no_wrong_one_either(text: str) -> None:
    """Text of another form is no code of ours and no wrong one either."""
    assert lettercode.parse(text) is None
    assert lettercode.check_problem(text) is None


def test_wrong_check_letter_is_named_with_the_right_one() -> None:
    """Wrong check letter is named with the right one."""
    right = lettercode.make(OwnKind.TOTE, "BBBC")
    wrong = right[:-1] + ("B" if right[-1] != "B" else "C")
    assert lettercode.parse(wrong) is None
    assert lettercode.check_problem(wrong) == (
        f"as a code for tote: check letter {wrong[-1]}, expected {right[-1]}"
    )
    assert "as an LPN: check letter" in str(lettercode.check_problem("BBBBBBBBBX"))


@given(st.integers(0, 20**5 - 1))
def test_a_numeric_id_comes_back_from_its_payload(number: int) -> None:
    """A numeric id comes back from its payload."""
    payload = lettercode.id_payload(str(number))
    assert len(payload) in (4, 5)
    assert lettercode.id_of(payload) == lettercode.id_of(payload.lower()) == str(number)


@pytest.mark.parametrize("name", ["0042", "T-7", "restock", "3200000", "", "12345678901", "१"])
def test_any_other_id_becomes_six_letters_that_are_always_the_same(name: str) -> None:
    """Any other id becomes six letters that are always the same."""
    payload = lettercode.id_payload(name)
    assert len(payload) == 6
    assert payload == lettercode.id_payload(name)
    assert lettercode.id_of(payload) is None


def test_payload_that_no_id_gives_is_no_id() -> None:
    """Payload that no id gives is no id."""
    assert lettercode.id_of("BBBBB") is None
    assert lettercode.id_of("BBB") is None
    assert lettercode.id_of("BBBA") is None


def test_words_of_our_letters_are_their_own_payload_and_others_are_hashed() -> None:
    """Words of our letters are their own payload and others are hashed."""
    assert lettercode.word_payload("undo") == "UNDO"
    assert lettercode.word_payload("SCR-DP") == "SCRDP"
    hashed = lettercode.word_payload("marketplace")
    assert len(hashed) == 6
    assert lettercode.is_own(hashed)
    assert lettercode.word_payload("outlet") == "OUTLET"
    assert len(lettercode.word_payload("---")) == 6


def test_text_with_a_letter_that_only_upper_case_makes_ours_is_not_ours() -> None:
    """Text with a letter that only upper case makes ours is not ours."""
    assert not lettercode.is_own("ıſ")
    assert not lettercode.is_own("")
    assert lettercode.is_own("undo")
