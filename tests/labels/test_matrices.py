"""QR codes and GS1 DataMatrix beside the bars, judged by a renderer and a reader that share no code with ours."""

import io
import random
import string
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps

from labels import gs1, pdf, png, zpl
from labels.design import Design, Designs
from labels.layout import lay_out
from labels.stock import RESOLUTIONS, Stock, find
from labels.symbols import DoesNotFit, Matrix, place_qr
from labels.tag import Tag
from labels.template import BadTemplate

MakeTag = Callable[..., Tag]
RenderZpl = Callable[[bytes, Stock], Image.Image]
RenderPdf = Callable[[bytes, int], list[Image.Image]]
ReadMatrices = Callable[[Image.Image], list[tuple[str, bytes]]]
Filter = Callable[[Image.Image], Image.Image]
Print = Callable[[Tag, Stock, Design], list[Image.Image]]

SET_82 = "!\"%&'()*+,-./:;<=>?_" + string.digits + string.ascii_letters


def with_symbol(designs: Designs, **field: Any) -> Design:
    """The large label with one more symbol right of narrower bars."""
    fields = [
        {"id": "bars", "x": 2.0, "width": 60.0},
        {"id": "symbol", "x": 62.0, "y": 90.0, "size": 34.0, **field},
    ]
    table = {"size": "4x6in", "channels": ["refurbish"], "like": "retag", "fields": fields}
    return designs.with_site({"mine": table}).choose("4x6in", "refurbish")


@pytest.fixture
def print_all(render_zpl: RenderZpl, render_pdf: RenderPdf, one_bit: Filter) -> Print:
    """A function that prints a label in every way: ZPL, PDF in grey and in one bit, PNG."""

    def printed(tag: Tag, stock: Stock, design: Design) -> list[Image.Image]:
        (page,) = render_pdf(pdf.write(tag, stock, design), stock.dpi)
        picture = Image.open(io.BytesIO(png.write(tag, stock, design)))
        return [render_zpl(zpl.body(tag, stock, design), stock), page, one_bit(page), picture]

    return printed


@pytest.mark.parametrize("dpi", RESOLUTIONS)
def test_every_writer_prints_what_a_qr_code_and_a_datamatrix_say(
    designs: Designs, make_tag: MakeTag, print_all: Print, read_matrices: ReadMatrices, dpi: int
) -> None:
    """The FNC1 at the beginning makes it GS1; the bars are read as before."""
    tag, stock = make_tag(gtin="9501101530003", serial="SN-99/x(A)"), find("4x6in", dpi)
    qr = with_symbol(designs, kind="qr", text="HTTPS://R.EXAMPLE/{lpn}")
    matrix = with_symbol(designs, kind="datamatrix", text="(21){serial}(01){gtin}(10){sku}")
    for picture in print_all(tag, stock, qr):
        assert read_matrices(picture) == [("]Q1", b"HTTPS://R.EXAMPLE/BBBHBBBCDK")]
    for picture in print_all(tag, stock, matrix):
        assert read_matrices(picture) == [("]d2", b"010950110153000321SN-99/x(A)\x1d1085123A")]


def test_a_qr_code_says_every_hostile_text_exactly(
    designs: Designs, make_tag: MakeTag, print_all: Print, read_matrices: ReadMatrices, hostile: str
) -> None:
    """The title as the tag holds it, in UTF-8, from every writer; and nothing else is printed."""
    design = with_symbol(designs, kind="qr", text="{title}", level="L")
    tag, stock = make_tag(title=hostile), find("4x6in", 203)
    expected = [("]Q1", tag.title.encode())] if tag.title.strip() else []
    for picture in print_all(tag, stock, design):
        assert read_matrices(picture) == expected


def test_both_printers_and_pages_draw_symbols_of_the_same_size(
    designs: Designs, make_tag: MakeTag, render_zpl: RenderZpl, one_bit: Filter
) -> None:
    """A printer chooses its own mask, but it is told the mode and the size, so it stays in its place."""
    stock = find("4x6in", 203)
    for kind, text in (("qr", "{title}"), ("datamatrix", "(01){gtin}(21){serial}")):
        design = with_symbol(designs, kind=kind, text=text)
        for title in ("1234567890", "ABC 123", "abc", "水壶", "x" * 150):
            tag = make_tag(title=title, gtin="9501101530003", serial=title[:20] if title.isascii() else "1")
            layout = lay_out(tag, stock, design)
            for matrix in layout.matrices:
                left, top = stock.dots(matrix.x_mm), stock.dots(matrix.y_mm)
                quiet, side = matrix.quiet_dots, matrix.side_dots
                printed = render_zpl(zpl.body(tag, stock, design), stock)
                around = (
                    left - quiet,
                    top - quiet,
                    left + matrix.side_dots + quiet,
                    top + matrix.side_dots + quiet,
                )
                inked = ImageOps.invert(printed.crop(around)).getbbox()
                assert inked == (quiet, quiet, quiet + side, quiet + side)


def test_a_datamatrix_is_printed_only_if_all_of_it_can_be_said(designs: Designs, make_tag: MakeTag) -> None:
    """Nothing for an empty field; a reason for one that GS1 does not allow."""
    stock, design = find("4x6in", 203), with_symbol(designs, kind="datamatrix", text="(01){gtin}(21){serial}")
    bad = {
        "950110153000": "wrong check digit",
        "95011015300": "takes 14 characters",
        "950110153000３": "can't hold",
    }
    assert not lay_out(make_tag(gtin="9501101530003"), stock, design).left_out
    assert not lay_out(make_tag(gtin="9501101530003"), stock, design).matrices
    for gtin, why in bad.items():
        layout = lay_out(make_tag(gtin=gtin, serial="1"), stock, design)
        assert not layout.matrices
        assert why in layout.left_out[0]
    for serial, why in {"a b": "' '", "x" * 21: "1 to 20", "x" * 500: "1 to 20"}.items():
        layout = lay_out(make_tag(gtin="9501101530003", serial=serial), stock, design)
        assert not layout.matrices
        assert why in layout.left_out[0]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{gtin}", "must be GS1 elements"),
        ("(01){gtin} (21){serial}", None),
        ("(03){gtin}", "no field fits the GS1 identifier"),
        ("(01){gtin}(01){gtin}", "stands twice"),
        ("(21){serial}", "it needs (01) beside it"),
        ("(01){gtn}", "did you mean 'gtin'?"),
    ],
)
def test_elements_that_gs1_does_not_know_are_refused_with_the_design(text: str, said: str | None) -> None:
    """By the General Specifications, before any label."""
    if said is None:
        assert gs1.check(text) == text
        return
    with pytest.raises(BadTemplate) as bad:
        gs1.check(text)
    assert said in str(bad.value)


def test_a_symbol_without_room_for_its_modules_is_refused() -> None:
    """A quarter of a millimetre, and the message says how much room it would take."""
    stock = find("4x6in", 203)
    with pytest.raises(DoesNotFit, match=r"33 x 33 modules and needs 10\.3 mm with its quiet zones"):
        place_qr("x" * 60, 1, 1, 8.0, "M", stock)
    with pytest.raises(DoesNotFit, match="more than a QR code of level H can hold"):
        place_qr("x" * 4000, 1, 1, 90.0, "H", stock)


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=120).filter(str.strip), st.sampled_from("LMQH"), st.sampled_from(RESOLUTIONS))
def test_modules_of_a_matrix_are_whole_dots_inside_of_its_square(data: str, level: str, dpi: int) -> None:
    """With the quiet zone, whatever it says."""
    stock = find("4x6in", dpi)
    matrix: Matrix = place_qr(data.encode(errors="replace").decode(), 10.0, 20.0, 40.0, level, stock)
    assert stock.dots(0.25) <= matrix.module_dots <= 10
    assert stock.dots(matrix.x_mm) - matrix.quiet_dots >= stock.dots(10.0)
    assert stock.dots(matrix.y_mm) + matrix.side_dots + matrix.quiet_dots <= stock.dots(60.0)
    covered = sum(width * height for _, _, width, height in matrix.rectangles())
    assert covered == sum(row.count("1") for row in matrix.rows)


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_every_gs1_element_string_reads_back_or_is_left_out(
    designs: Designs,
    make_tag: MakeTag,
    print_all: Print,
    read_matrices: ReadMatrices,
    amount: Callable[[int], int],
) -> None:
    """GTIN, batch and serial of every allowed character, from every writer."""
    dice, stock = random.Random(82), find("4x6in", 203)
    design = with_symbol(designs, kind="datamatrix", text="(01){gtin}(10){sku}(21){serial}")
    for _ in range(amount(2_000)):
        body = "".join(dice.choices(string.digits, k=dice.choice([7, 11, 12, 13])))
        batch, serial = ("".join(dice.choices(SET_82, k=dice.randint(1, 20))) for _ in range(2))
        gtin = body + gs1.check_digit(body)
        tag = make_tag(gtin=gtin, sku=batch, serial=serial)
        expected = f"01{gtin.zfill(14)}10{batch}\x1d21{serial}".encode()
        for picture in print_all(tag, stock, design):
            assert read_matrices(picture) == [("]d2", expected)]
