"""Pictures made of dots, and what a printer makes of their command."""

import io
import re

import pytest
import zplkit
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from labels.bitmap import Bitmap, from_rows

ARROW = from_rows(["..#..", ".###.", "#.#.#", "..#.."])


@st.composite
def bitmaps(draw: st.DrawFn) -> Bitmap:
    """Pictures of any size, with rows that are repeated, white and black among them."""
    width, height = draw(st.integers(1, 70)), draw(st.integers(1, 12))
    black = (1 << width) - 1
    row = st.one_of(st.integers(0, black), st.sampled_from([0, black, 1, black - 1]))
    rows = draw(st.lists(row, min_size=1, max_size=height))
    return Bitmap(width, height, tuple(rows[place % len(rows)] for place in range(height)))


def printed(picture: Bitmap) -> tuple[str, ...]:
    """The dots that a renderer prints for the picture's command, on paper with room around it."""
    job = f"^XA^FO3,2{picture.zpl()}^FS^XZ".encode("ascii")
    options = zplkit.Options(
        profile="specification", width=picture.width + 20, height=picture.height + 20, dpi=203
    )
    paper = Image.open(io.BytesIO(zplkit.render(job, options).labels[0].png())).convert("L")
    ink = paper.tobytes()
    dots = [
        "".join("#" if ink[y * paper.width + x] < 128 else "." for x in range(paper.width))
        for y in range(paper.height)
    ]
    kept = tuple(row[3 : 3 + picture.width] for row in dots[2 : 2 + picture.height])
    assert sum(row.count("#") for row in dots) == sum(row.count("#") for row in kept), "ink outside"
    return kept


@given(bitmaps())
def test_a_renderer_prints_every_picture_dot_for_dot(picture: Bitmap) -> None:
    """Odd widths, repeated rows, white and black ones."""
    assert printed(picture) == picture.lines()


@pytest.mark.parametrize("width", [1, 7, 8, 9, 15, 17, 100, 812, 3360, 7000])
def test_long_repeats_are_printed_as_they_are(width: int) -> None:
    """Counts pass twenty, four hundred and the largest count there is."""
    black = (1 << width) - 1
    alternating = int("01" * (width // 2 + 1), 2) & black
    picture = Bitmap(width, 4, (alternating, black, 0, alternating))
    assert printed(picture) == picture.lines()


def test_the_command_says_how_much_comes_and_is_compressed() -> None:
    """Counts are letters; `!` and `,` end a row, `:` repeats the one above."""
    assert from_rows(["#" * 16, "." * 16, "." * 16, "#" * 4 + "." * 12]).zpl() == "^GFA,8,8,2,JF,:F,"
    # 199 noughts: a letter for 180 and one for 19.
    assert Bitmap(800, 2, (1 << 799, 1)).zpl() == "^GFA,200,200,100,8,oY01"


@given(bitmaps())
def test_a_command_holds_nothing_that_could_begin_another(picture: Bitmap) -> None:
    """No caret or tilde but the first."""
    assert re.fullmatch(r"\^GFA,\d+,\d+,\d+,[0-9A-FG-Yg-z,!:]*", picture.zpl())


def test_a_picture_without_dots_is_no_command() -> None:
    """A printer gets nothing that it could refuse."""
    assert Bitmap(0, 16, (0,) * 16).zpl() == ""
    assert Bitmap(5, 0, ()).zpl() == ""


@given(bitmaps())
def test_runs_are_the_black_dots_and_no_others(picture: Bitmap) -> None:
    """Painted on white paper they give the picture again."""
    painted = [["."] * picture.width for _ in range(picture.height)]
    for x, y, length in picture.runs():
        assert length > 0
        painted[y][x : x + length] = ["#"] * length
    assert tuple("".join(row) for row in painted) == picture.lines()


def test_runs_come_from_the_top_and_from_the_left() -> None:
    """Row by row, as a painter reads."""
    assert list(ARROW.runs()) == [(2, 0, 1), (1, 1, 3), (0, 2, 1), (2, 2, 1), (4, 2, 1), (2, 3, 1)]


@given(bitmaps(), st.integers(1, 5))
def test_a_scaled_picture_has_the_same_runs_enlarged(picture: Bitmap, factor: int) -> None:
    """A dot becomes a square."""
    large = picture.scaled(factor)
    assert (large.width, large.height) == (picture.width * factor, picture.height * factor)
    expected = [
        (x * factor, y * factor + line, length * factor)
        for x, y, length in picture.runs()
        for line in range(factor)
    ]
    assert sorted(large.runs()) == sorted(expected)


def test_a_picture_is_not_made_smaller() -> None:
    """Less than one is an error of the caller."""
    with pytest.raises(ValueError, match="not 0 times"):
        ARROW.scaled(0)


@given(bitmaps())
def test_inverting_twice_changes_nothing(picture: Bitmap) -> None:
    """And black and white exchange their number of dots."""
    ink = sum(length for _, _, length in picture.runs())
    white = sum(length for _, _, length in picture.inverted().runs())
    assert ink + white == picture.width * picture.height
    assert picture.inverted().inverted() == picture


def test_cropping_keeps_the_left_part() -> None:
    """A width beyond the picture keeps all of it."""
    assert ARROW.cropped(3).lines() == ("..#", ".##", "#.#", "..#")
    assert ARROW.cropped(99) == ARROW
    assert ARROW.cropped(0).lines() == ("", "", "", "")


@given(bitmaps())
def test_text_and_picture_are_the_same(picture: Bitmap) -> None:
    """What is written as lines is read back."""
    assert from_rows(picture.lines()) == picture


@pytest.mark.parametrize("rows", [["##", "#"], ["#x"], ["# "]])
def test_lines_that_are_no_picture_are_refused(rows: list[str]) -> None:
    """Rows of unequal length, and anything but the two signs."""
    with pytest.raises(ValueError, match="expected 2 of # and"):
        from_rows(rows)


def test_rows_that_do_not_fit_the_picture_are_refused() -> None:
    """Too few rows, and a row that is too wide."""
    with pytest.raises(ValueError, match="1 rows"):
        Bitmap(4, 2, (1,))
    with pytest.raises(ValueError, match="outside"):
        Bitmap(4, 1, (16,))
