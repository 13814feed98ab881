"""A label in a terminal."""

import unicodedata
from collections.abc import Callable

import pytest

from labels import preview
from labels.design import Designs
from labels.layout import lay_out
from labels.stock import SIZES, find
from labels.tag import Tag

MakeTag = Callable[..., Tag]


def cells(text: str) -> int:
    """How many cells a terminal takes for a text."""
    marks = ("Mn", "Me")
    wide = (2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
            if unicodedata.category(char) not in marks)  # fmt: skip
    return sum(wide)


@pytest.mark.parametrize("columns", [20, 40, 60, 100])
@pytest.mark.parametrize("size", SIZES)
def test_every_row_is_as_wide_as_it_was_asked_for(
    make_tag: MakeTag, designs: Designs, size: str, columns: int, hostile: str
) -> None:
    """And nothing in it steers a terminal, whatever the text."""
    tag = make_tag(title=hostile, reason=hostile, faults=(hostile,), copy=2)
    for channel in ("refurbish", "quarantine"):
        layout = lay_out(tag, find(size, 203), designs.choose(size, channel))
        rows = preview.draw(layout, columns)
        assert {cells("".join(span.text for span in row)) for row in rows} == {columns}
        assert not [
            char for row in rows for span in row for char in span.text if unicodedata.category(char)[0] == "C"
        ]


@pytest.mark.parametrize("size", SIZES)
def test_a_label_is_legible_at_sixty_columns(make_tag: MakeTag, designs: Designs, size: str) -> None:
    """Number, grade, channel, item, bars: all there, in the order in which they stand."""
    layout = lay_out(make_tag(copy=2), find(size, 203), designs.choose(size, "retag"))
    said = preview.text(layout, 60)
    assert all(len(line) <= 60 for line in said.splitlines())
    for word in (
        ("DONATE", "BBBHBBBCDK", "85123A", "2026-11-23", "WHITE HANGING")
        if size != "2x1in"
        else ("BBBHBBBCDK",)
    ):
        assert word in said.replace("REFURBISH", "DONATE")
    lines = said.splitlines()
    bars = [number for number, line in enumerate(lines) if "▌" in line]
    number = next(at for at, line in enumerate(lines) if "BBBHBBBCDK" in line)
    assert bars[0] < bars[-1] < number


def test_black_ground_is_inverse_and_full_blocks_in_plain_text(make_tag: MakeTag, designs: Designs) -> None:
    """A quarantine label shouts in a terminal, too."""
    layout = lay_out(
        make_tag(channel="quarantine"), find("4x6in", 203), designs.choose("4x6in", "quarantine")
    )
    loud = [span for row in preview.draw(layout, 60) for span in row if "QUARANTINE" in span.text]
    assert loud[0].inverse
    assert "██QUARANTINE██" in preview.text(layout, 60)


def test_a_matrix_is_drawn_by_halves_or_says_what_it_holds(make_tag: MakeTag, designs: Designs) -> None:
    """As the room allows."""
    fields = [
        {"id": "bars", "x": 2.0, "width": 60.0},
        {"kind": "qr", "text": "{code}", "x": 62.0, "y": 90.0, "size": 34.0},
    ]
    table = {"size": "4x6in", "channels": ["donate"], "like": "retag", "fields": fields}
    layout = lay_out(
        make_tag(), find("4x6in", 203), designs.with_site({"a": table}).choose("4x6in", "donate")
    )
    assert "▒QR" in preview.text(layout, 60)
    assert "▒BBBHBBBCDK" in preview.text(layout, 60)
    large = preview.text(layout, 120)
    assert "▒" not in large
    assert "▀" in large


def test_as_many_rows_as_asked(make_tag: MakeTag, designs: Designs) -> None:
    """And a width that shows nothing is refused."""
    layout = lay_out(make_tag(), find("2x1in", 203), designs.choose("2x1in", "donate"))
    assert len(preview.draw(layout, 60, 20)) == 20
    with pytest.raises(ValueError, match="20 to 400 columns"):
        preview.draw(layout, 10)
