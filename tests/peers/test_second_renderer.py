"""Labels from a second, independent ZPL renderer: the same symbols as from the first, exactly what was asked.

Needs the npm package zpl-renderer-js; tests/peers/conftest.py says how. REGRADE_LABELS=1000 tries more of them.

In 3.4.0 some things differ from Zebra's manual, and labels use none of them: a change of set in a Code 128
symbol (`>5` gives letters with accents), one character alone behind `>` and its letter (it is lost), and `!` in the
data of a picture (each digit of the rest of the row becomes 1 instead of F).
"""

import random
import string
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image

from labels import gs1, zpl
from labels.card import Card
from labels.design import Design, Designs
from labels.ink import drawn_line
from labels.layout import DoesNotFit, Layout, lay_out
from labels.stock import RESOLUTIONS, SIZES, Stock, find
from labels.tag import Printable, Tag

MakeTag = Callable[..., Tag]
First = Callable[[bytes, Stock], Image.Image]
Read = Callable[..., list[tuple[str, bytes]]]

TITLES = {
    "Polish": "Zażółć gęślą jaźń, czajnik 1,7 l",
    "Arabic": "غلاية كهربائية 1.7 لتر",
    "Chinese": "不锈钢电热水壶 1.7 升",
}
PIECES = (
    "^XA", "^XZ", "~JA", ">8", ">:", "_", "_5E", "\\&", '"', "'", "^FD", "^FS", "^JUS", "\u202e", "שלום", "مرحبا",
    "\U0001f600", "\x00", "\x1b[2J", "\x1d", "\r\n", "\x9b", "Łódź", "水壶", "<b>", "{lpn}", " ", "kettle", "%",
)  # fmt: skip
SET_82 = string.ascii_letters + string.digits + "!\"%&'()*+,-./:;<=>?_"
CHANNELS = ("retag", "restock", "outlet", "refurbish", "donate", "recycle", "quarantine")
ALPHABETS = (
    string.digits,
    "".join(map(chr, range(0x21, 0x7F))),
    "9901A",
    "BCDEFGHIJKLNOPRSTUVX",
    ">^~_\\,",
)


@pytest.fixture
def agree(second_renderer: Any, first_renderer: First, read: Read) -> Callable[..., Image.Image]:
    """A function that prints a label with both renderers, which must read alike; gives the second's picture."""

    def printed(
        what: Printable,
        stock: Stock,
        design: Design,
        wanted: list[tuple[str, bytes]],
        kinds: str = "Code128",
    ) -> Image.Image:
        job = zpl.body(what, stock, design)
        second: Image.Image = second_renderer.render(job, stock)
        assert read(second, kinds) == wanted
        assert read(first_renderer(job, stock), kinds) == wanted
        return second

    return printed


def bars(text: str) -> list[tuple[str, bytes]]:
    """A Code 128 symbol as the reader tells it."""
    return [("]C0", text.encode())]


def drawn_lines(layout: Layout) -> list[int]:
    """The places of the lines that are sent as dots."""
    return [place for place, box in enumerate(layout.texts) if box.scale]


def assert_drawn(picture: Image.Image, layout: Layout, place: int) -> None:
    """A line that is sent as dots stands in the picture dot by dot."""
    box = layout.texts[place]
    line = drawn_line(box.text, box.scale, box.bold)
    left, top = layout.stock.dots(box.left_mm), layout.stock.dots(box.y_mm)
    cut = picture.crop((left, top, left + line.width, top + line.height))
    seen = cut.point([0] * 128 + [255] * 128).tobytes()
    black, white = ("\xff", "\x00") if box.inverse else ("\x00", "\xff")
    assert seen == "".join(line.lines()).replace("#", black).replace(".", white).encode("latin-1")


@pytest.mark.parametrize("size", SIZES)
def test_every_shipped_design_says_its_number_at_203_dots(
    agree: Callable[..., Image.Image], designs: Designs, make_tag: MakeTag, size: str
) -> None:
    """Every channel's label, first and copy, and the labels of totes and badges."""
    stock = find(size, 203)
    for channel in CHANNELS:
        tag = make_tag(channel=channel, copy=2, faults=("lid cracked", "cord missing"), waste_code="20 01 36")
        agree(tag, stock, designs.choose(size, channel), bars(tag.lpn))
    for kind in ("tote", "badge"):
        card = Card(kind, "XTNOPR", "Outlet, blue", "outlet", "B-1")
        agree(card, stock, designs.card(size, kind), bars("XTNOPR"))


@pytest.mark.parametrize("dpi", [dpi for dpi in RESOLUTIONS if dpi != 203])
@pytest.mark.parametrize("size", SIZES)
def test_other_resolutions_say_their_number(
    agree: Callable[..., Image.Image], designs: Designs, make_tag: MakeTag, size: str, dpi: int
) -> None:
    """A label of every size."""
    tag = make_tag(lpn="99BBHBBBCDK", channel="outlet")
    agree(tag, find(size, dpi), designs.choose(size, "outlet"), bars(tag.lpn))


@pytest.mark.parametrize("title", TITLES.values(), ids=TITLES)
def test_lines_of_dots_are_drawn_dot_by_dot(
    agree: Callable[..., Image.Image], designs: Designs, make_tag: MakeTag, title: str
) -> None:
    """Black on white, and white on the black of a quarantine label."""
    for size in SIZES:
        for channel in ("outlet", "quarantine"):
            stock, design = find(size, 203), designs.choose(size, channel)
            tag = make_tag(title=title, reason=title, channel=channel)
            picture, layout = agree(tag, stock, design, bars(tag.lpn)), lay_out(tag, stock, design)
            assert drawn_lines(layout)
            for place in drawn_lines(layout):
                assert_drawn(picture, layout, place)


@pytest.mark.timeout(7200)
def test_random_numbers_read_exactly_or_are_refused(
    agree: Callable[..., Image.Image],
    designs: Designs,
    make_tag: MakeTag,
    amount: Callable[[int], int],
) -> None:
    """Code 128 of every kind of content, a fifth of it beginning with 99, on small labels in turn."""
    dice, count = random.Random(3_400), amount(20_000)
    refused = 0
    for number in range(count):
        begin = ("99", "", "", "9901", "")[number // 5 % 5]
        lpn = begin + "".join(dice.choices(ALPHABETS[number % 5], k=dice.randint(1, 18)))
        size = ("2x1in", "57x32mm", "2x1in", "57x32mm", "4x6in")[number % 5 if number % 100 else 4]
        stock, tag = find(size, 203), make_tag(lpn=lpn)
        design = designs.choose(size, CHANNELS[number % 7])
        try:
            lay_out(tag, stock, design)
        except DoesNotFit:
            assert len(lpn) > 13
            refused += 1
            continue
        agree(tag, stock, design, bars(lpn))
    print(f"{count} numbers: {count - refused} read from both, {refused} refused")
    assert refused < count // 3


@pytest.mark.timeout(7200)
def test_hostile_texts_add_nothing_and_alter_nothing(
    agree: Callable[..., Image.Image], designs: Designs, make_tag: MakeTag, amount: Callable[[int], int]
) -> None:
    """Commands, escapes, right-to-left, emoji and control bytes in every text at once: one label, its number."""
    dice, fields = random.Random(34), ("title", "sku", "tote", "reason", "station", "waste_code", "serial")
    for number in range(amount(1_000)):
        texts = {name: "".join(dice.choices(PIECES, k=dice.randint(1, 9))) for name in fields}
        size, channel = list(SIZES)[number % 3], CHANNELS[number % 7]
        tag = make_tag(**texts, faults=(texts["title"],) * 3, channel=channel, copy=dice.choice([1, 2]))
        stock, design = find(size, 203), designs.choose(size, channel)
        picture, layout = agree(tag, stock, design, bars(tag.lpn)), lay_out(tag, stock, design)
        for place in drawn_lines(layout):
            assert_drawn(picture, layout, place)


@pytest.mark.timeout(7200)
def test_gs1_elements_read_exactly(
    agree: Callable[..., Image.Image], designs: Designs, make_tag: MakeTag, amount: Callable[[int], int]
) -> None:
    """GTIN, batch and serial of every character that GS1 allows, in a DataMatrix beside the bars."""
    dice, stock = random.Random(8_200), find("4x6in", 203)
    symbol = {"id": "symbol", "kind": "datamatrix", "x": 62.0, "y": 90.0, "size": 34.0}
    symbol["text"] = "(01){gtin}(10){sku}(21){serial}"
    fields = [{"id": "bars", "x": 2.0, "width": 60.0}, symbol]
    table = {"size": "4x6in", "channels": ["refurbish"], "like": "retag", "fields": fields}
    design = designs.with_site({"mine": table}).choose("4x6in", "refurbish")
    for _ in range(amount(2_000)):
        body = "".join(dice.choices(string.digits, k=dice.choice([7, 11, 12, 13])))
        batch, serial = ("".join(dice.choices(SET_82, k=dice.randint(1, 20))) for _ in range(2))
        gtin = body + gs1.check_digit(body)
        tag = make_tag(gtin=gtin, sku=batch, serial=serial)
        wanted = [("]d2", f"01{gtin.zfill(14)}10{batch}\x1d21{serial}".encode())]
        agree(tag, stock, design, wanted, "DataMatrix")


@pytest.mark.parametrize(
    ("kind", "text", "wanted"),
    [
        ("qr", "HTTPS://R.EXAMPLE/{lpn}", ("]Q1", b"HTTPS://R.EXAMPLE/BBBHBBBCDK")),
        ("qr", "{title}", ("]Q1", "^XA~JA>8_5E水壶".encode())),
        (
            "datamatrix",
            "(01){gtin}(10){sku}(21){serial}",
            ("]d2", b"01095011015300031085123A\x1d21SN-99/x(A)"),
        ),
    ],
    ids=["qr", "hostile qr", "datamatrix"],
)
def test_symbols_beside_the_bars_say_exactly_what_was_asked(
    agree: Callable[..., Image.Image],
    designs: Designs,
    make_tag: MakeTag,
    kind: str,
    text: str,
    wanted: tuple[str, bytes],
) -> None:
    """A QR code, one that holds commands, and a GS1 DataMatrix with its FNC1."""
    symbol = {"id": "symbol", "kind": kind, "text": text, "x": 62.0, "y": 90.0, "size": 34.0}
    fields = [{"id": "bars", "x": 2.0, "width": 60.0}, symbol]
    table = {"size": "4x6in", "channels": ["refurbish"], "like": "retag", "fields": fields}
    design = designs.with_site({"mine": table}).choose("4x6in", "refurbish")
    tag = make_tag(gtin="9501101530003", serial="SN-99/x(A)", title="^XA~JA>8_5E水壶")
    agree(tag, find("4x6in", 203), design, [wanted], "QRCode,DataMatrix")
    agree(tag, find("4x6in", 203), design, bars(tag.lpn))
