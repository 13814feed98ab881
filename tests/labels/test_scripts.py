"""Text of any language: the same dots in every writer, and the same characters where it is characters."""

import io
import random
import re
import string
from collections.abc import Callable
from dataclasses import replace

import pytest
from PIL import Image, ImageChops

from labels import linear, pdf, png, zpl
from labels.design import Design, Designs
from labels.ink import drawn_line
from labels.layout import DoesNotFit, Layout, lay_out
from labels.stock import RESOLUTIONS, SIZES, Stock, find
from labels.tag import Tag

MakeTag = Callable[..., Tag]
RenderZpl = Callable[[bytes, Stock], Image.Image]
RenderPdf = Callable[[bytes, int], list[Image.Image]]
Read = Callable[[Image.Image], list[str]]
Filter = Callable[[Image.Image], Image.Image]
PageTexts = Callable[[bytes], list[str]]

TITLES = {
    "Polish": "Zażółć gęślą jaźń, czajnik 1,7 l",
    "Greek": "Βραστήρας από ανοξείδωτο χάλυβα",
    "Arabic": "غلاية كهربائية 1.7 لتر",
    "Hebrew": "קומקום חשמלי (אדום)",
    "Chinese": "不锈钢电热水壶 1.7 升",
    "Thai": "กาต้มน้ำไฟฟ้า",
    "emoji": "Kettle \U0001f600 red",
}
PIECES = (
    "^XA", "^XZ", "~JA", ">8", ">:", "_", "_5E", "\\&", '"', "'", "^FD", "^FS", "^JUS", "\u202e", "\u200f", "שלום",
    "مرحبا", "\U0001f600", "\U0001f468\u200d\U0001f469", "\x00", "\x1b[2J", "\x1d", "\r\n", "\x9b", "Łódź", "水壶",
    "e\u0301", "\ud83d", "<b>", "{lpn}", " ", "kettle", "1.7", "%", "W" * 30, "\u3000",
)  # fmt: skip


def boxed(picture: Image.Image, layout: Layout, place: int) -> bytes:
    """The dots of one drawn line in a picture, 0 for black."""
    stock, box = layout.stock, layout.texts[place]
    drawn = drawn_line(box.text, box.scale, box.bold)
    left, top = stock.dots(box.left_mm), stock.dots(box.y_mm)
    cut = picture.crop((left, top, left + drawn.width, top + drawn.height))
    return cut.point([0] * 128 + [255] * 128).tobytes()


def drawn(layout: Layout, place: int) -> bytes:
    """What these dots must be."""
    box = layout.texts[place]
    black, white = ("\xff", "\x00") if box.inverse else ("\x00", "\xff")
    rows = "".join(drawn_line(box.text, box.scale, box.bold).lines())
    return rows.replace("#", black).replace(".", white).encode("latin-1")


@pytest.mark.parametrize("title", TITLES.values(), ids=TITLES)
@pytest.mark.parametrize("size", SIZES)
def test_a_drawn_line_is_dot_by_dot_the_same_from_every_writer(
    make_tag: MakeTag,
    designs: Designs,
    render_zpl: RenderZpl,
    render_pdf: RenderPdf,
    title: str,
    size: str,
) -> None:
    """Black on white, and white on the black of a quarantine label."""
    for channel, dpi in (("refurbish", 203), ("quarantine", 203), ("quarantine", 300)):
        stock, design = find(size, dpi), designs.choose(size, channel)
        tag = make_tag(title=title, channel=channel, reason=title, faults=(title,))
        layout = lay_out(tag, stock, design)
        places = [place for place, box in enumerate(layout.texts) if box.scale]
        assert places
        (page,) = render_pdf(pdf.write(tag, stock, design), dpi)
        picture = Image.open(io.BytesIO(png.write(tag, stock, design)))
        for printed in (render_zpl(zpl.body(tag, stock, design), stock), page, picture):
            for place in places:
                assert boxed(printed, layout, place) == drawn(layout, place)


def test_a_line_that_reads_from_the_right_begins_on_the_right(make_tag: MakeTag, designs: Designs) -> None:
    """Unless the design says where it stands."""
    stock, design = find("4x6in", 203), designs.choose("4x6in", "refurbish")
    for title, side in ((TITLES["Hebrew"], "right"), (TITLES["Greek"], "left")):
        layout = lay_out(make_tag(title=title), stock, design)
        assert {box.align for box in layout.texts if box.text in title} == {side}


@pytest.mark.parametrize("size", SIZES)
def test_zpl_and_pdf_say_the_same_words(
    make_tag: MakeTag, designs: Designs, page_texts: PageTexts, size: str
) -> None:
    """Every line that is characters stands in both; none stands in only one."""
    stock, design = find(size, 203), designs.choose(size, "refurbish")
    tag = make_tag(title="Kettle (red) 100 %", faults=("a_b^c~d", "x>8y"), copy=2)
    job = zpl.write(tag, stock, design).decode("ascii")
    said = [
        re.sub(r"_([0-9A-F]{2})", lambda byte: chr(int(byte[1], 16)), data)
        for data in re.findall(r"\^A0[^\n]*?\^FH_\^FD([^\n]*)\^FS", job)
    ]
    (page,) = page_texts(pdf.write(tag, stock, design))
    assert sorted(" ".join(said).split()) == sorted(page.split())


def test_letters_of_windows_1252_are_characters_in_both_where_the_printer_has_them(
    make_tag: MakeTag, designs: Designs, page_texts: PageTexts
) -> None:
    """A site that says so gets smaller jobs, and the same words."""
    stock, design = find("2x1in", 203), designs.choose("2x1in", "donate")
    tag = make_tag(title="Größe €5 „neu“")
    assert b"^GF" not in zpl.write(tag, stock, design, accents=True)
    (page,) = page_texts(pdf.write(tag, stock, design, accents=True))
    assert "Größe €5 „neu“" in page


def check_everywhere(
    tag: Tag,
    stock: Stock,
    design: Design,
    render_zpl: RenderZpl,
    pages: RenderPdf,
    read: Read,
    one_bit: Filter,
) -> None:
    """One label and one page, both of which say the number and nothing else, and draw the same lines."""
    layout = lay_out(tag, stock, design)
    (page,) = pages(pdf.write(tag, stock, design), stock.dpi)
    printed = render_zpl(zpl.body(tag, stock, design), stock)
    for picture in (printed, page, one_bit(page)):
        assert read(picture) == [tag.lpn]
        for place, box in enumerate(layout.texts):
            if box.scale:
                assert boxed(picture, layout, place) == drawn(layout, place)


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_a_thousand_hostile_titles_print_one_label_each(
    make_tag: MakeTag,
    designs: Designs,
    render_zpl: RenderZpl,
    render_pdf: RenderPdf,
    read_codes: Read,
    one_bit: Filter,
    amount: Callable[[int], int],
) -> None:
    """Commands, escapes, quotes, right-to-left, emoji and control bytes in every field at once."""
    dice = random.Random(1_000)
    fields = ("title", "sku", "tote", "reason", "station", "waste_code", "serial")
    channels = ("retag", "restock", "outlet", "refurbish", "donate", "recycle", "quarantine")
    for number in range(amount(1_000)):
        texts = {field: "".join(dice.choices(PIECES, k=dice.randint(1, 9))) for field in fields}
        faults = tuple("".join(dice.choices(PIECES, k=4)) for _ in range(dice.randint(0, 14)))
        size, channel = list(SIZES)[number % 3], channels[number % 7]
        tag = make_tag(**texts, faults=faults, channel=channel, copy=dice.choice([1, 2]))
        stock, design = find(size, 203), designs.choose(size, channel)
        check_everywhere(tag, stock, design, render_zpl, render_pdf, read_codes, one_bit)


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_every_random_number_reads_back_or_is_refused(
    make_tag: MakeTag,
    designs: Designs,
    render_zpl: RenderZpl,
    render_pdf: RenderPdf,
    read_codes: Read,
    one_bit: Filter,
    amount: Callable[[int], int],
) -> None:
    """Code 128 of every kind of content, a fifth of it beginning with 99."""
    dice = random.Random(99)
    printable = "".join(map(chr, range(0x21, 0x7F)))
    bare = {
        size: replace(
            one := designs.choose(size, "retag"), fields=tuple(f for f in one.fields if f.id == "bars")
        )
        for size in SIZES
    }
    for number in range(amount(20_000)):
        alphabet = (string.digits, printable, "9901A", "BCDEFGHIJKLNOPRSTUVX", ">^~_\\,")[number % 5]
        lpn = ("99", "", "", "9901", "")[number // 5 % 5] + "".join(
            dice.choices(alphabet, k=dice.randint(1, 28))
        )
        size = list(SIZES)[number % 3]
        stock, tag = find(size, 203), make_tag(lpn=lpn)
        try:
            layout = lay_out(tag, stock, bare[size])
        except DoesNotFit:
            assert len(lpn) > 13
            continue
        assert linear.decode(layout.bars[0].modules) == lpn
        (page,) = render_pdf(pdf.write(tag, stock, bare[size]), 203)
        for picture in (render_zpl(zpl.body(tag, stock, bare[size]), stock), page, one_bit(page)):
            assert read_codes(picture) == [lpn]


def test_nothing_drawn_leaves_its_box_at_any_resolution(make_tag: MakeTag, designs: Designs) -> None:
    """Dots have a smallest size: a line keeps to its width by being cut."""
    for size in SIZES:
        for dpi in RESOLUTIONS:
            stock = find(size, dpi)
            tag = make_tag(
                **dict.fromkeys(("title", "sku", "tote", "grade", "station", "date"), "水壶Ω" * 30)
            )
            layout = lay_out(tag, stock, designs.choose(size, "refurbish"))
            for box in layout.texts:
                assert box.left_mm >= 0.5
                assert box.right_mm <= stock.width_mm - 0.5
                assert drawn_line(box.text, max(1, box.scale)).height >= 16


def test_two_pictures_of_a_label_differ_only_in_the_letters_of_fonts(
    make_tag: MakeTag, designs: Designs, render_zpl: RenderZpl
) -> None:
    """Rules and bars of ZPL and PNG, dot by dot."""
    stock = find("4x6in", 203)
    design = designs.choose("4x6in", "quarantine")
    bare = replace(
        design,
        fields=tuple(field for field in design.fields if not hasattr(field, "text") or field.id == "bars"),
    )
    tag = make_tag(copy=2)
    picture = Image.open(io.BytesIO(png.write(tag, stock, bare)))
    assert ImageChops.difference(picture, render_zpl(zpl.body(tag, stock, bare), stock)).getbbox() is None
