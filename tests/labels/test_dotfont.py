"""Text of any language as dots, looked at letter by letter."""

import re
import subprocess
import sys
import unicodedata
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labels import dotfont, dotfont_data
from labels.glyphs import MARK, visible

MIXED = st.text(
    st.one_of(
        st.characters(), st.sampled_from("aé 1(.,)-אבשׁסלاملمَُ中한कि\u0301\u0361\u20dd\ufe0f\u202e\U000e0100")
    ),
    max_size=40,
)


def beside(*letters: str) -> tuple[str, ...]:
    """The rows of single characters drawn next to each other, each as it stands alone."""
    pictures = [dotfont.line(letter).lines() for letter in letters]
    return tuple("".join(parts) for parts in zip(*pictures, strict=True))


def test_a_letter_is_drawn_as_the_font_has_it() -> None:
    """Its upper edge, its stroke and its foot."""
    assert [row for row in dotfont.line("Ł").lines() if "#" in row] == [
        ".#......",
        ".#......",
        ".#..#...",
        ".#.#....",
        ".##.....",
        "##......",
        ".#......",
        ".#......",
        ".#......",
        ".######.",
    ]


@pytest.mark.parametrize("text", ["Łódź", "Ωμέγα", "Чайник", "中文", "한국어", "กา", "2 kg €", "⬛■█"])
def test_scripts_from_left_to_right_are_their_letters_in_order(text: str) -> None:
    """Nothing is moved and nothing joined."""
    assert dotfont.line(text).lines() == beside(*text)
    assert all(map(dotfont.covers, text))


def test_latin_letters_are_8_dots_wide_and_chinese_ones_16() -> None:
    """An empty line has no width."""
    assert dotfont.width("Łódź") == 32
    assert dotfont.width("中文") == 32
    assert dotfont.line("").width == 0


def test_hebrew_runs_from_right_to_left() -> None:
    """The first letter stands on the right."""
    assert dotfont.line("שלום").lines() == beside("ם", "ו", "ל", "ש")


def test_arabic_letters_take_the_forms_that_join() -> None:
    """Peace: seen at a beginning, lam and alef as one final form, meem by itself."""
    assert dotfont.line("سلام").lines() == beside("\ufee1", "\ufefc", "\ufeb3")
    assert dotfont.line("بيت").lines() == beside("\ufe96", "\ufef4", "\ufe91")
    assert dotfont.width("سلام") < sum(map(dotfont.width, "سلام"))


def test_joined_letters_touch() -> None:
    """In the middle of the word every column at the base line's height is black where two letters meet."""
    word = dotfont.line("بيت")
    final = dotfont.width("\ufe96")
    assert any(row[final - 1 : final + 1] == "##" for row in word.lines())


def test_numbers_and_latin_words_keep_their_order_among_arabic() -> None:
    """A number that follows Arabic belongs to it and stands on its left (UAX 9, rule W2)."""
    assert dotfont.line("ABC سلام 12").lines() == beside(*"ABC 12 ", "\ufee1", "\ufefc", "\ufeb3")
    assert dotfont.line("אב 1,250 גד").lines() == beside(*"דג ", *"1,250", *" בא")


def test_a_bracket_opens_towards_what_it_holds() -> None:
    """The first one read stands on the right and opens to the left."""
    shown = dotfont.line("א(ב)").lines()
    opening = tuple(row[:8] for row in shown)
    closing = tuple(row[16:24] for row in shown)
    assert opening == tuple(row[::-1] for row in dotfont.line(")").lines())
    assert closing == tuple(row[::-1] for row in dotfont.line("(").lines())


def test_a_mark_lies_over_its_letter() -> None:
    """Its dots and those of the letter are the picture."""
    letter, mark = dotfont.line("x"), dotfont.line("\u0301")
    both = dotfont.line("x\u0301")
    assert both.rows == tuple(a | b for a, b in zip(letter.rows, mark.rows, strict=True))
    assert dotfont.line("ax\u0301b").lines() == beside("a", "x\u0301", "b")


def test_marks_stay_with_their_letters_from_right_to_left() -> None:
    """Also where both directions meet."""
    shin, lamed = "ש\u05b8", "ל\u05b9"
    assert dotfont.line(shin + "ל" + lamed + "ם").lines() == beside("ם", lamed, "ל", shin)
    assert dotfont.line("e\u0301 " + shin + "a\u0301").lines() == beside("e\u0301", " ", shin, "a\u0301")


def test_arabic_letters_join_under_their_vowels() -> None:
    """A vowel adds ink and no width."""
    vowelled = dotfont.line("ب\u064eيت")
    assert vowelled.width == dotfont.width("بيت")
    assert sum(n for _, _, n in vowelled.runs()) > sum(n for _, _, n in dotfont.line("بيت").runs())


def test_a_ring_around_a_letter_gets_its_room() -> None:
    """A mark that encloses is wider than a Latin letter."""
    assert dotfont.width("a\u20dd") == 16
    assert dotfont.width("a") == 8


@pytest.mark.parametrize(
    "char", ["😀", "\x00", "\n", "\u202e", "\ue000", "\ud83d", "\u0378", "\ufdd0", "\u115f", "\u2060"]
)
def test_what_has_no_glyph_is_the_mark(char: str) -> None:
    """Emoji, control, format, private, half and unassigned characters."""
    assert not dotfont.covers(char)
    assert dotfont.line(f"a{char}b").lines() == beside("a", MARK, "b")


def test_selectors_of_a_variant_take_no_room() -> None:
    """They follow many signs in texts from telephones."""
    assert dotfont.covers("\ufe0f")
    assert dotfont.line("❤\ufe0f") == dotfont.line("❤")


@pytest.mark.parametrize("text", ["", "ab"])
def test_only_one_character_is_covered(text: str) -> None:
    """The question is about a single character."""
    assert not dotfont.covers(text)


@given(MIXED)
def test_any_text_has_a_line_as_wide_as_is_said(text: str) -> None:
    """Whatever the text is, there is a line."""
    drawn = dotfont.line(text)
    assert (drawn.width, drawn.height) == (dotfont.width(text), dotfont.HEIGHT)


@given(st.text(min_size=1, max_size=5))
def test_no_character_is_drawn_as_nothing(text: str) -> None:
    """Only spaces and the unseen selectors have no ink."""
    shown = visible(text)
    if any(unicodedata.category(char)[0] not in "ZM" for char in shown):
        assert any(dotfont.line(shown).rows)


@given(MIXED, st.integers(-5, 400))
def test_a_shortened_text_fits(text: str, dots: int) -> None:
    """And is the beginning of the text."""
    short = dotfont.shortened(text, dots)
    assert short == "" or dotfont.width(short) <= dots
    if dotfont.width(text) <= dots:
        assert short == text
    elif short:
        assert short.endswith("...")
        assert text.startswith(short[:-3])


def test_a_text_is_cut_where_its_reading_ends() -> None:
    """On the right in Latin, on the left in Hebrew."""
    assert dotfont.shortened("Łódź kettle", 9 * 8) == "Łódź k..."
    assert dotfont.shortened("Łódź kettle", 8 * 8) == "Łódź..."
    assert dotfont.shortened("שלום עולם", 7 * 8) == "שלום..."
    assert dotfont.line("של...").lines() == beside(".", ".", ".", "ל", "ש")
    assert dotfont.shortened("Łódź", 23) == ""


@pytest.mark.parametrize("dots", range(24, 80))
def test_a_letter_keeps_its_marks_when_the_text_is_cut(dots: int) -> None:
    """Both marks or none."""
    short = dotfont.shortened("x\u0301\u0323" * 9 + "tail", dots)
    assert re.fullmatch("(x\u0301\u0323)*\\.\\.\\.", short)


def test_many_marks_upon_one_letter_are_one_letter() -> None:
    """They lie upon each other."""
    assert dotfont.width("e" + "\u0301" * 5000) == 8


def test_start_up_reads_no_font() -> None:
    """Importing reads no zip, and a text from left to right needs no library for the other direction."""
    program = (
        "import sys; from labels import dotfont; assert 'zipfile' not in sys.modules; "
        "dotfont.line('Łódź'); assert not {'bidi', 'arabic_reshaper'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)


def test_the_font_file_is_made_from_lines_of_digits(tmp_path: Path) -> None:
    """Private, boxed and supplementary code points are left out."""
    source, target = tmp_path / "some.hex", tmp_path / "some.zip"
    narrow, wide = "81" * 16, "C003" * 16
    box = "AAAA0001" + "80000001" * 6 + "80005555"
    source.write_text(f"0041:{narrow}\n4E2D:{wide}\nE000:{narrow}\n200B:{box}\n01F600:{wide}\n0009:{box}\n")
    assert dotfont_data.build(source, target) == 2
    assert dotfont_data.read(0x41, target) == (8, bytes.fromhex(narrow))
    assert dotfont_data.read(0x4E2D, target) == (16, bytes.fromhex(wide))
    assert dotfont_data.read(0x42, target) is None
    assert dotfont_data.read(0x1F600, target) is None


def test_a_line_that_is_no_glyph_is_named(tmp_path: Path) -> None:
    """With its number and what was expected."""
    source = tmp_path / "some.hex"
    source.write_text("0041:12\n")
    with pytest.raises(ValueError, match="line 1: expected code point"):
        dotfont_data.build(source, tmp_path / "some.zip")


def test_the_font_holds_the_plane_and_its_licence_stands_beside_it() -> None:
    """Every block can be read."""
    with zipfile.ZipFile(dotfont_data.FONT) as blocks:
        assert blocks.testzip() is None
        assert {"00", "06", "4e", "ac", "ff"} <= set(blocks.namelist())
    assert "SIL OPEN FONT LICENSE" in dotfont_data.FONT.with_name("LICENSE-unifont.txt").read_text()
