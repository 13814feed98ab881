"""The banner's letters."""

from __future__ import annotations

import string
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from terminal.ui.banner import HEIGHT, LETTERS, render, width_of

MARKED = {
    "A": "ÄÁÀÂĄ", "C": "ÇĆ", "E": "ÉÈÊËĘ", "I": "ÍÎÏ", "L": "Ł", "N": "ÑŃ", "O": "ÖÓÔ", "S": "Śẞ", "U": "ÜÚÙÛ",
    "Y": "Ÿ", "Z": "ŹŻ", "?": "¿", "!": "¡",
}  # fmt: skip
"""What German, French, Polish and Spanish add to a letter."""
ALLOWED = string.ascii_uppercase + string.digits + " .,:-+/?!%'" + "".join(MARKED.values()) + "ÆŒ"


def test_every_allowed_character_has_a_letter_of_five_equal_rows() -> None:
    """A-Z with the marks of four languages, 0-9, space and punctuation are drawn, one to five cells wide."""
    assert set(LETTERS) == set(ALLOWED)
    for rows in LETTERS.values():
        assert len(rows) == HEIGHT
        assert len({len(row) for row in rows}) == 1
        assert 1 <= len(rows[0]) <= 5
        assert set("".join(rows)) <= {" ", "█"}


def test_no_two_letters_look_the_same_but_o_and_zero() -> None:
    """A word can be read without guessing; O and 0 are told apart by what stands around them."""
    seen: dict[tuple[str, ...], list[str]] = {}
    for letter, rows in LETTERS.items():
        seen.setdefault(rows, []).append(letter)
    assert [letters for letters in seen.values() if len(letters) > 1] == [["O", "0"]]


@pytest.mark.parametrize(("base", "marked"), MARKED.items())
def test_a_letter_with_a_mark_is_told_from_the_one_without(base: str, marked: str) -> None:
    """By two cells at least, and each mark from each other one."""
    for one, other in combinations([base, *marked], 2):
        first, second = ("".join(row.ljust(5) for row in LETTERS[each]) for each in (one, other))
        apart = sum(here != there for here, there in zip(first, second, strict=True))
        assert apart > (1 if base in (one, other) and base.isalpha() else 0), (one, other)


@pytest.mark.parametrize(
    "word",
    [
        "PRÜFEN",
        "AUF GRÖẞE",
        "VÉRIFIÉ ?",
        "À JETER",
        "FRANÇAIS",
        "¿QUÉ?",
        "¡ALTO!",
        "AÑADIR",
        "ŁÓDŹ",
        "ZMIEŃ",
        "ŻĄĘĆŚ",
    ],
)
def test_words_of_other_languages_are_drawn(word: str) -> None:
    """In blocks, and in small letters just so."""
    assert any("█" in row for row in render(word, 76))
    assert render(word.lower(), 76) == render(word, 76)


def test_a_mark_stands_in_the_top_row() -> None:
    """The letter is squeezed below it; the spaces and signs of printers are drawn as plain ones."""
    assert render("Ü", 80) == ("█  █", "", "█  █", "█  █", " ██")
    assert render("J\u2019AI\u00a0?", 80) == render("J'AI ?", 80)
    assert render("ß", 80) == render("ẞ", 80) != render("B", 80)


def test_a_word_is_drawn_in_five_rows() -> None:
    """The rows are the letters side by side with an empty cell between two."""
    assert render("GO 1", 80) == (
        " ███  ██      █",
        "█    █  █    ██",
        "█ ██ █  █     █",
        "█  █ █  █     █",
        " ███  ██     ███",
    )


@pytest.mark.parametrize(
    "word", ["SCAN ITEM", "POWERS ON?", "! NO PRINTER", "WRONG TOTE NOW", "100% SURE, Y/N?", "COUNT LABELS:3"]
)
def test_words_of_fourteen_characters_fit_into_eighty_cells(word: str) -> None:
    """What the bench says fits with its margins."""
    needed = width_of(word[:14])
    assert needed is not None
    assert needed <= 76


def test_lower_case_is_drawn_in_capitals() -> None:
    """Nothing is lost where a word comes in small letters."""
    assert render("scan", 80) == render("SCAN", 80)


def test_what_has_no_letter_or_no_room_is_written_out() -> None:
    """A foreign character or a narrow screen gives the word in the middle row, spread where that fits."""
    assert render("SCAN Ж", 80) == ("", "", "S C A N   Ж", "", "")
    assert render("SCAN ITEM", 20) == ("", "", "S C A N   I T E M", "", "")
    assert render("SCAN ITEM", 9) == ("", "", "SCAN ITEM", "", "")
    assert render("SCAN ITEM", 3) == ("", "", "SCA", "", "")
    assert render("SCAN", 0) == ("", "", "", "", "")


@given(st.text(max_size=30) | st.text(ALLOWED, max_size=20), st.integers(0, 120))
def test_a_banner_never_passes_its_width(word: str, width: int) -> None:
    """Five rows, none wider than asked for, whatever the word is."""
    rows = render(word, width)
    assert len(rows) == HEIGHT
    assert all(cell_len(row) <= width for row in rows)
