"""A photo in a terminal has the photo's light and dark where they are, in blocks alone."""

from __future__ import annotations

import sys
from io import BytesIO, StringIO
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps
from rich.console import Console
from rich.style import Style
from textual.content import Content

from devices.pictures import BadPicture
from terminal.picture_text import Colours, colours_of, draw, graphics, lines

BLOCKS = set(" ▀▄█")


def photo(
    left: str = "white", right: str = "black", size: tuple[int, int] = (64, 64), **options: Any
) -> bytes:
    """A picture of two halves beside each other."""
    image = Image.new(options.pop("mode", "RGB"), size, right)
    image.paste(left, (0, 0, size[0] // 2, size[1]))
    out = BytesIO()
    image.save(out, options.pop("kind", "PNG"), **options)
    return out.getvalue()


def test_light_is_ink_where_there_are_no_colours() -> None:
    """In plain lines of text, with nothing behind the last block."""
    assert lines(photo(), 8, 9) == ("████",) * 4
    assert lines(photo("black", "white"), 8, 9) == ("    ████",) * 4
    assert draw(photo(), 8, 9, "plain").plain == "\n".join(["████"] * 4)


def test_greys_are_dithered_where_there_are_no_colours() -> None:
    """A ramp from dark to light has more ink on its light side."""
    out = BytesIO()
    Image.linear_gradient("L").rotate(90).save(out, "PNG")
    text = lines(out.getvalue(), 40, 20)
    quarters = [sum(line.ljust(40)[at : at + 10].count("█") for line in text) for at in (0, 10, 20, 30)]
    assert sorted(quarters) in (quarters, quarters[::-1])
    assert max(quarters) > 2 * min(quarters) + 50


def test_colours_are_those_of_the_photo() -> None:
    """Exact where the terminal has them all; of the eight of every console where it has not."""
    painted = draw(photo("#112233", "#445566"), 8, 9).split("\n")[0]
    assert [str(span.style) for span in painted.spans] == ["#112233 on #112233", "#445566 on #445566"]
    assert painted.plain == "▀" * 8
    few = draw(photo("red", "blue"), 8, 9, "ansi").split("\n")[0]
    assert [str(span.style) for span in few.spans] == ["color(1) on color(1)", "color(4) on color(4)"]


@pytest.mark.parametrize("colours", ["rgb", "ansi", "plain"])
@pytest.mark.parametrize(
    ("size", "expected"),
    [((640, 480), (26, 10)), ((480, 640), (15, 10)), ((640, 60), (30, 1)), ((1, 900), (1, 10))],
)
def test_a_photo_fits_into_its_place(
    colours: Colours, size: tuple[int, int], expected: tuple[int, int]
) -> None:
    """In its proportions within one cell, never wider or higher; in blocks and nothing else."""
    text = draw(photo("white", "white", size), 30, 10, colours)
    rows = text.plain.split("\n")
    assert abs(len(rows[0]) - expected[0]) <= 1
    assert len(rows) == expected[1]
    assert max(map(len, rows)) <= 30
    assert set(text.plain) <= BLOCKS | {"\n"}


def test_a_small_photo_is_made_larger() -> None:
    """Pixel by pixel."""
    assert lines(photo(size=(2, 2)), 8, 4) == ("████",) * 4


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_is_shown_the_right_way_up(orientation: int) -> None:
    """In each of the eight ways that a camera can be held, as the library of pictures turns it."""
    image = Image.new("RGB", (64, 32), "black")
    image.paste("white", (0, 0, 32, 16))
    exif = Image.Exif()
    exif[0x0112] = orientation
    out, upright = BytesIO(), BytesIO()
    image.save(out, "PNG", exif=exif.tobytes())
    ImageOps.exif_transpose(Image.open(out)).save(upright, "PNG")
    assert lines(out.getvalue(), 16, 16) == lines(upright.getvalue(), 16, 16)
    assert len(lines(out.getvalue(), 16, 8)) == (4 if orientation < 5 else 8)


@pytest.mark.parametrize(
    ("mode", "left", "right"),
    [("L", "white", "black"), ("RGBA", "white", "#ffffff00"), ("1", "white", "black")],
)
def test_other_kinds_of_pixels_are_drawn(mode: str, left: str, right: str) -> None:
    """Grey, black and white, and with holes, behind which it is dark."""
    assert lines(photo(left, right, mode=mode), 8, 9) == ("████",) * 4


def test_what_is_drawn_can_be_shown_by_both_libraries() -> None:
    """On a console that records, and as what Textual draws; with no escape but those of colours."""
    text = draw(photo("#ff0000", "#00ff00"), 8, 9)
    console = Console(file=StringIO(), force_terminal=True, color_system="truecolor", width=40)
    console.print(text)
    said = console.file.getvalue() if isinstance(console.file, StringIO) else ""
    assert "\x1b[38;2;255;0;0;48;2;255;0;0m▀▀▀▀" in said
    assert Content.from_rich_text(text).plain == text.plain


@pytest.mark.parametrize(
    ("system", "colours"),
    [(None, "plain"), ("standard", "ansi"), ("windows", "ansi"), ("256", "rgb"), ("truecolor", "rgb")],
)
def test_a_terminal_gets_the_colours_that_it_has(system: str | None, colours: str) -> None:
    """Rich says what they are."""
    assert colours_of(system) == colours


@pytest.mark.parametrize(("columns", "rows"), [(0, 5), (5, 0), (401, 5), (5, -1)])
def test_a_place_that_is_none_is_refused(columns: int, rows: int) -> None:
    """Before the photo is opened."""
    with pytest.raises(ValueError, match="1 to 400 columns and rows"):
        lines(photo(), columns, rows)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 200), st.integers(0, 255)), max_size=4), st.integers(0, 300))
def test_a_damaged_photo_is_refused_or_drawn(changes: list[tuple[int, int]], length: int) -> None:
    """With no error but BadPicture, and in blocks and nothing else."""
    data = bytearray(photo(kind="JPEG"))
    for place, value in changes:
        data[place] = value
    for some in (bytes(data), bytes(data[:length])):
        try:
            text = draw(some, 10, 10)
        except BadPicture:
            continue
        assert set(text.plain) <= BLOCKS | {"\n"}


def test_a_bomb_is_not_opened() -> None:
    """A picture that claims too many pixels is refused before a decoder sees it."""
    out = BytesIO()
    Image.new("1", (9000, 9000)).save(out, "PNG")
    with pytest.raises(BadPicture, match="9000 x 9000"):
        lines(out.getvalue(), 10, 10)


def test_graphics_are_an_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """With textual-image its renderable is used; without, or when it fails, there is none."""
    made: list[tuple[bytes, int]] = []

    def image(file: BytesIO, width: int) -> str:
        made.append((file.getvalue(), width))
        return "renderable"

    monkeypatch.setitem(sys.modules, "textual_image", SimpleNamespace())
    monkeypatch.setitem(sys.modules, "textual_image.renderable", SimpleNamespace(Image=image))
    assert graphics(photo(), 40) == "renderable"
    assert made == [(photo(), 40)]
    assert graphics(b"no picture", 40) is None
    monkeypatch.setitem(sys.modules, "textual_image.renderable", SimpleNamespace())
    assert graphics(photo(), 40) is None
    monkeypatch.setitem(sys.modules, "textual_image", None)
    monkeypatch.delitem(sys.modules, "textual_image.renderable")
    assert graphics(photo(), 40) is None


def test_spans_of_one_look_are_one() -> None:
    """A plain area takes one span a row, so that a large photo stays cheap to draw."""
    text = draw(photo("white", "white", (300, 300)), 80, 40)
    assert len(text.spans) == 40
    assert {str(span.style) for span in text.spans} == {str(Style(color="#ffffff", bgcolor="#ffffff"))}
