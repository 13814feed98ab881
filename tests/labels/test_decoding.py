"""Labels as they come out, judged by renderers and a reader that share no code with ours."""

import io
import random
import string
from collections.abc import Callable
from dataclasses import replace

import pytest
from PIL import Image, ImageChops, ImageOps

from labels import linear, pdf, png, zpl
from labels.design import Design, Designs
from labels.layout import DoesNotFit, Layout, lay_out
from labels.stock import RESOLUTIONS, SIZES, Stock, find
from labels.tag import Tag

MakeTag = Callable[..., Tag]
Choose = Callable[[Tag, Stock], Design]
RenderZpl = Callable[[bytes, Stock], Image.Image]
RenderPdf = Callable[[bytes, int], list[Image.Image]]
Read = Callable[[Image.Image], list[str]]
Filter = Callable[[Image.Image], Image.Image]

STOCKS = [find(name, dpi) for name in SIZES for dpi in RESOLUTIONS]
LPNS = ["BBBHBBBCDK", "99", "9901", "990199", "LPN-0044187", "a>b_c^d~e", "0123456789", "X"]


def _name(stock: Stock) -> str:
    return f"{stock.name}-{stock.dpi}"


def _picture(tag: Tag, stock: Stock, design: Design) -> Image.Image:
    return Image.open(io.BytesIO(png.write(tag, stock, design)))


@pytest.mark.parametrize("stock", STOCKS, ids=_name)
@pytest.mark.parametrize("channel", ["refurbish", "quarantine"])
def test_every_writer_prints_the_number_on_every_stock(
    make_tag: MakeTag,
    render_zpl: RenderZpl,
    render_pdf: RenderPdf,
    read_codes: Read,
    one_bit: Filter,
    choose: Choose,
    stock: Stock,
    channel: str,
) -> None:
    """ZPL, PDF in grey and in one bit, and PNG."""
    for lpn in LPNS if stock.dpi < 600 and channel == "refurbish" else LPNS[:2]:
        tag = make_tag(lpn=lpn, channel=channel, copy=2)
        design = choose(tag, stock)
        assert read_codes(render_zpl(zpl.body(tag, stock, design), stock)) == [lpn]
        (page,) = render_pdf(pdf.write(tag, stock, design), stock.dpi)
        assert read_codes(page) == [lpn]
        assert read_codes(one_bit(page)) == [lpn]
        assert read_codes(_picture(tag, stock, design)) == [lpn]


@pytest.mark.parametrize("stock", STOCKS, ids=_name)
def test_every_writer_paints_the_very_same_modules(
    make_tag: MakeTag,
    render_zpl: RenderZpl,
    render_pdf: RenderPdf,
    one_bit: Filter,
    choose: Choose,
    stock: Stock,
) -> None:
    """One row of dots through the bars, dot by dot, quiet zones included."""
    for lpn in ("BBBHBBBCDK", "LPN-0044187", "A1234567890"):
        tag = make_tag(lpn=lpn)
        design = choose(tag, stock)
        (symbol,) = lay_out(tag, stock, design).bars
        painted = "".join(char * symbol.module_dots for char in symbol.modules)
        left = stock.dots(symbol.x_mm)
        expected = painted.rjust(left + len(painted), "0").ljust(stock.width_dots, "0")
        middle = stock.dots(symbol.y_mm + symbol.height_mm / 2)
        (page,) = render_pdf(pdf.write(tag, stock, design), stock.dpi)
        for picture in (
            render_zpl(zpl.body(tag, stock, design), stock),
            one_bit(page),
            _picture(tag, stock, design),
        ):
            assert picture.size == (stock.width_dots, stock.height_dots)
            row = picture.crop((0, middle, picture.width, middle + 1))
            assert "".join("0" if dot >= 128 else "1" for dot in row.tobytes()) == expected


def test_hundreds_of_random_numbers_read_from_every_writer(
    make_tag: MakeTag,
    render_zpl: RenderZpl,
    render_pdf: RenderPdf,
    read_codes: Read,
    one_bit: Filter,
    choose: Choose,
) -> None:
    """Letters of ours, digits that begin with 99, and every printable character."""
    dice = random.Random(2_026)
    printable = "".join(map(chr, range(0x21, 0x7F)))
    read = 0
    for count in range(300):
        alphabet = ("BCDEFGHIJKLNOPRSTUVX", string.digits, "9901A", printable)[count % 4]
        lpn = ("", "", "99", "9901", "")[count % 5] + "".join(dice.choices(alphabet, k=dice.randint(1, 13)))
        stock = STOCKS[(0, 3, 6, 4, 7)[count % 5]]
        tag = make_tag(lpn=lpn)
        design = choose(tag, stock)
        try:
            job = zpl.body(tag, stock, design)
        except DoesNotFit:
            assert len(lpn) > 13
            continue
        assert read_codes(render_zpl(job, stock)) == [lpn]
        if count % 3 == 0:
            (page,) = render_pdf(pdf.write(tag, stock, design), stock.dpi)
            assert read_codes(one_bit(page)) == [lpn]
        read += 1
    assert read > 250


@pytest.mark.parametrize("size", SIZES)
def test_no_text_alters_the_bars_or_adds_a_label(
    make_tag: MakeTag,
    render_zpl: RenderZpl,
    render_pdf: RenderPdf,
    read_codes: Read,
    one_bit: Filter,
    designs: Designs,
    hostile: str,
    size: str,
) -> None:
    """The same payload in every text at once: one label, one page, the number and nothing else."""
    stock = find(size, 203)
    fields = dict.fromkeys(("grade", "channel", "title", "sku", "tote", "date", "station"), hostile)
    tag = make_tag(**fields, faults=(hostile,) * 3, reason=hostile, waste_code=hostile)
    design = designs.choose(size, "refurbish")
    assert read_codes(render_zpl(zpl.body(tag, stock, design), stock)) == [tag.lpn]
    (page,) = render_pdf(pdf.write(tag, stock, design), 203)
    assert read_codes(one_bit(page)) == [tag.lpn]
    assert read_codes(_picture(tag, stock, design)) == [tag.lpn]
    (symbol,) = lay_out(tag, stock, design).bars
    assert linear.decode(symbol.modules) == tag.lpn


def test_the_ink_of_every_line_stays_in_its_box(
    make_tag: MakeTag, render_zpl: RenderZpl, designs: Designs
) -> None:
    """Each line alone in a printer's resident font: what it adds to the label, against the room it has."""
    for size in SIZES:
        stock = find(size, 203)
        for text in ("WWWW MMMM QUARTZ", "gypsy quay (jj)", "A-B-C 0% =<>", "Il1.,' |{}|", "2026-11-23"):
            fields = dict.fromkeys(("grade", "channel", "title", "sku", "tote", "date", "station"), text)
            layout = lay_out(make_tag(**fields, copy=12), stock, designs.choose(size, "retag"))
            bare = _drawn(replace(layout, texts=(), rules=()), render_zpl)
            for box in layout.texts:
                alone = replace(layout, texts=(replace(box, inverse=False),), rules=())
                ink = ImageChops.difference(_drawn(alone, render_zpl), bare).getbbox()
                assert ink is not None
                left, top, right, bottom = ink
                assert left >= stock.dots(box.x_mm) - 1
                assert right <= stock.dots(box.x_mm + box.width_mm) + 1
                assert top >= stock.dots(box.y_mm) - 1
                assert bottom <= stock.dots(box.bottom_mm) + 2


def _drawn(layout: Layout, render_zpl: RenderZpl) -> Image.Image:
    return render_zpl(f"^XA^CI28{zpl.fields(layout)}^XZ".encode("ascii"), layout.stock)


@pytest.mark.parametrize("name", ["grade", "channel", "title", "tote"])
def test_no_text_of_any_writer_reaches_into_the_margin(
    make_tag: MakeTag, render_zpl: RenderZpl, render_pdf: RenderPdf, choose: Choose, name: str
) -> None:
    """The printer's own font and the PDF's against the room that the layout gave them."""
    for size in SIZES:
        stock = find(size, 203)
        for text in ("WWWW MMMM QUARTZ", "gypsy quay (jj)", "A-B-C 0% =<>", "Il1.,'"):
            tag = make_tag(**{name: text}, copy=12)
            design = choose(tag, stock)
            layout = lay_out(tag, stock, design)
            margin = min(box.x_mm for box in layout.texts)
            (page,) = render_pdf(pdf.write(tag, stock, design), 203)
            for picture in (
                render_zpl(zpl.body(tag, stock, design), stock),
                page,
                _picture(tag, stock, design),
            ):
                left, top, right, bottom = ImageOps.invert(picture).getbbox() or (0, 0, 0, 0)
                assert left >= stock.dots(margin) - 1
                assert right <= stock.dots(stock.width_mm - margin) + 1
                assert top >= stock.dots(0.3)
                assert bottom <= stock.dots(stock.height_mm - 0.3)
