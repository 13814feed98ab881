"""Pictures of labels."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image

from labels import png
from labels.design import Designs
from labels.stock import find
from labels.tag import Tag

MakeTag = Callable[..., Tag]


@pytest.mark.parametrize("scale", [1, 2, 3])
def test_a_picture_has_scale_pixels_to_a_dot(
    make_tag: MakeTag, designs: Designs, read_codes: Callable[[Image.Image], list[str]], scale: int
) -> None:
    """And says so in its resolution."""
    picture = Image.open(
        io.BytesIO(png.write(make_tag(), find("2x1in", 203), designs.choose("2x1in", "refurbish"), scale))
    )
    assert picture.size == (406 * scale, 203 * scale)
    assert picture.mode == "L"
    assert picture.info["dpi"][0] == pytest.approx(203 * scale, abs=0.1)
    assert read_codes(picture) == ["BBBHBBBCDK"]


@pytest.mark.parametrize("scale", [0, -1, 9, 1.5, "2", True])
def test_a_scale_that_is_no_small_whole_number_is_refused(
    make_tag: MakeTag, designs: Designs, scale: Any
) -> None:
    """Before any memory is taken."""
    with pytest.raises(ValueError, match="whole number from 1 to 8"):
        png.write(make_tag(), find("2x1in", 203), designs.choose("2x1in", "refurbish"), scale)


def test_the_same_tag_gives_the_same_picture(make_tag: MakeTag, designs: Designs) -> None:
    """Pictures can be compared."""
    stock, design = find("57x32mm", 300), designs.choose("57x32mm", "refurbish")
    assert png.write(make_tag(), stock, design) == png.write(make_tag(), stock, design)


def test_a_loud_label_is_black_at_the_top(make_tag: MakeTag, designs: Designs) -> None:
    """It is told from the others across the bench."""
    stock = find("4x6in", 203)

    def blackness(tag: Tag) -> float:
        top = Image.open(io.BytesIO(png.write(tag, stock, designs.choose(stock.name, tag.channel)))).crop(
            (0, 0, stock.width_dots, stock.height_dots // 4)
        )
        return sum(dot < 128 for dot in top.tobytes()) / (top.width * top.height)

    assert blackness(make_tag(channel="quarantine")) > 0.5 > 0.3 > blackness(make_tag())
