"""PDF labels: one page of the right size, the same bytes each time, text as text."""

from collections.abc import Callable

import pytest

from labels import pdf
from labels.design import Design
from labels.layout import DoesNotFit
from labels.stock import RESOLUTIONS, SIZES, Stock, find
from labels.tag import Tag

MakeTag = Callable[..., Tag]
Choose = Callable[[Tag, Stock], Design]
PageTexts = Callable[[bytes], list[str]]
PageSizes = Callable[[bytes], list[tuple[float, float]]]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("dpi", RESOLUTIONS)
def test_a_page_is_as_large_as_the_label(
    make_tag: MakeTag, choose: Choose, page_sizes: PageSizes, size: str, dpi: int
) -> None:
    """Whole dots: at most one less than the label."""
    stock = find(size, dpi)
    ((width, height),) = page_sizes(pdf.write(make_tag(), stock, choose(make_tag(), stock)))
    assert width == pytest.approx(stock.width_dots * 72 / dpi, abs=0.01)
    assert 0 <= stock.width_mm - width * 25.4 / 72 < 25.4 / dpi
    assert 0 <= stock.height_mm - height * 25.4 / 72 < 25.4 / dpi


def test_the_same_tag_gives_the_same_bytes(make_tag: MakeTag, choose: Choose) -> None:
    """No date, no random identifier."""
    stock = find("4x6in", 203)
    tag = make_tag(title="Чай 水")
    assert pdf.write(tag, stock, choose(tag, stock)) == pdf.write(tag, stock, choose(tag, stock))


def test_letters_of_western_europe_are_characters_where_the_printers_have_them(
    make_tag: MakeTag, choose: Choose, page_texts: PageTexts
) -> None:
    """Otherwise they are dots, as every other letter is."""
    tag, stock = make_tag(title="Crème €5"), find("4x6in", 203)
    (said,) = page_texts(pdf.write(tag, stock, choose(tag, stock), accents=True))
    assert "Crème €5" in said
    (said,) = page_texts(pdf.write(tag, stock, choose(tag, stock)))
    assert "Cr" not in said


def test_markup_is_printed_as_text(make_tag: MakeTag, choose: Choose, page_texts: PageTexts) -> None:
    """Nothing in a title is parsed."""
    tag, stock = make_tag(title="<b>x</b> &amp; [red]"), find("4x6in", 203)
    (said,) = page_texts(pdf.write(tag, stock, choose(tag, stock)))
    assert "<b>x</b> &amp; [red]" in said


def test_every_hostile_text_gives_one_page(
    make_tag: MakeTag, choose: Choose, page_texts: PageTexts, hostile: str
) -> None:
    """And the number stands on it as text, too."""
    for size in SIZES:
        tag, stock = make_tag(title=hostile, sku=hostile, faults=(hostile,)), find(size, 300)
        (said,) = page_texts(pdf.write(tag, stock, choose(tag, stock)))
        assert "BBBHBBBCDK" in said


def test_a_number_that_does_not_fit_gives_no_page(make_tag: MakeTag, choose: Choose) -> None:
    """The same rule as for ZPL."""
    tag, stock = make_tag(lpn="B" * 48), find("2x1in", 203)
    with pytest.raises(DoesNotFit):
        pdf.write(tag, stock, choose(tag, stock))
