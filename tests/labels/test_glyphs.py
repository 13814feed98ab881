"""Characters and their widths."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.pdfbase.pdfmetrics import stringWidth

from labels.glyphs import MARK, latin, plain, visible
from labels.lines import wrap
from labels.metrics import shorten, width_em
from labels.writing import Dots, Font, drawn_width, face_for, from_right

WINDOWS_1252 = [
    char
    for byte in range(0x20, 0x100)
    if (char := bytes([byte]).decode("cp1252", errors="ignore")) and char not in "\x7f\xa0\xad"
]


@settings(deadline=None)
@given(st.text())
def test_visible_text_has_nothing_that_steers_and_stays_as_it_is(text: str) -> None:
    """Control, format, surrogate and unassigned characters are gone, and a second pass finds nothing."""
    seen = visible(text)
    assert not [char for char in seen if unicodedata.category(char)[0] == "C"]
    assert visible(seen) == seen


@settings(deadline=None)
@given(st.text())
def test_spelt_texts_stay_in_their_characters(text: str) -> None:
    """ASCII for printers, Windows-1252 for PDF, whatever comes in."""
    assert all(" " <= char <= "~" for char in plain(visible(text)))
    latin(visible(text)).encode("cp1252")
    assert plain(latin(visible(text))).isascii()


@pytest.mark.parametrize(
    ("text", "in_latin", "in_ascii"),
    [
        ("Größe 38, 60 °C", "Größe 38, 60 °C", "Grosse 38, 60 degC"),
        ("Łódź", "Lódz", "Lodz"),
        ("Crème brûlée €5", "Crème brûlée €5", "Creme brulee EUR5"),
        ("e\u0301", "é", "e"),
        ("½ m²", "½ m²", "1/2 m2"),
        ("Чай", "???", "???"),
        ("“a” – b…", "“a” – b…", '"a" - b...'),
        (f"a{MARK}b", "a?b", "a?b"),
        ("™ ﬁ Ⅷ", "™ fi VIII", "TM fi VIII"),
    ],
)
def test_letters_become_the_nearest_ones_that_the_fonts_have(text: str, in_latin: str, in_ascii: str) -> None:
    """Accents survive where the font has them; what has no spelling is a question mark."""
    assert latin(visible(text)) == in_latin
    assert plain(visible(text)) == in_ascii


@pytest.mark.parametrize("font", ["Helvetica", "Helvetica-Bold"])
def test_no_character_is_wider_in_a_pdf_than_the_table_says(font: str) -> None:
    """Our table against reportlab's metrics of the two fonts that we use."""
    too_narrow = {
        char: (stringWidth(char, font, 1), width_em(char))
        for char in WINDOWS_1252
        if stringWidth(char, font, 1) > width_em(char) + 1e-9
    }
    assert not too_narrow


@settings(deadline=None)
@given(st.text("".join(WINDOWS_1252), max_size=60))
def test_a_spelling_is_never_wider_than_what_it_spells(text: str) -> None:
    """What fits with accents must fit in ASCII too."""
    assert width_em(plain(text)) <= width_em(text) + 1e-9


@settings(deadline=None)
@given(st.text("".join(WINDOWS_1252), max_size=80), st.floats(1, 90), st.floats(1, 20))
def test_a_shortened_text_fits(text: str, width: float, size: float) -> None:
    """The beginning of the text and three full stops, within the width."""
    short = shorten(text, width, size)
    assert width_em(short) * size <= width + 1e-5
    assert short == text or not short or (short.endswith("...") and text.startswith(short[:-3]))


@settings(deadline=None)
@given(st.text("".join(WINDOWS_1252), max_size=120), st.floats(20, 90), st.floats(1, 8), st.integers(1, 5))
def test_wrapped_lines_fit_and_lose_nothing_unless_they_say_so(
    text: str, width: float, size: float, most: int
) -> None:
    """Every line within the width, all of the words if it says complete."""
    lines, complete = wrap(text, width, size, most, face=Font())
    assert len(lines) <= most
    assert all(width_em(line) * size <= width + 1e-5 for line in lines)
    if complete:
        assert "".join(lines).replace(" ", "") == "".join(text.split())


def test_lines_break_at_spaces() -> None:
    """Words stay whole where a line can hold them."""
    assert wrap("white hanging heart holder", 7.2, 1, 3, face=Font()) == (
        ("white hanging", "heart holder"),
        True,
    )


@settings(deadline=None)
@given(st.text("aZ ąŁ水壶שלםمرح\N{REPLACEMENT CHARACTER}", max_size=60), st.floats(4, 90), st.integers(1, 4))
def test_drawn_lines_fit_and_lose_nothing_unless_they_say_so(text: str, width: float, most: int) -> None:
    """By the dots that they take, whatever the script."""
    face = Dots(203)
    lines, complete = wrap(text, width, 2.0, most, face=face)
    assert len(lines) <= most
    assert all(face.mm(drawn_width(line)) <= width + 1e-5 for line in lines)
    if complete:
        assert "".join(lines).replace(" ", "") == "".join(text.split())


def test_a_text_is_drawn_from_dots_unless_every_writer_has_its_letters() -> None:
    """ASCII always has; Windows-1252 where the site says so."""
    assert isinstance(face_for("Kettle 1.7 l", 203, accents=False), Font)
    assert isinstance(face_for("Größe", 203, accents=False), Dots)
    assert isinstance(face_for("Größe €5", 203, accents=True), Font)
    assert isinstance(face_for("Łódź", 203, accents=True), Dots)


def test_a_drawn_line_has_whole_multiples_of_sixteen_dots() -> None:
    """The largest that fits its box; sixteen in a line that is a little lower."""
    assert [Dots(203).scale(Dots(203).fitted(size, size, "", 50)) for size in (1.5, 1.95, 3.9, 6.2)] == [
        1,
        1,
        2,
        3,
    ]


def test_the_first_letter_with_a_direction_says_where_a_text_begins() -> None:
    """Digits and signs have none."""
    assert from_right("1.7 לתר")
    assert not from_right("abc שלום")
    assert not from_right("2026")
