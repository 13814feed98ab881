"""Where things stand: nothing over the edge, nothing over something else, the bars as wide as they go."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import terminal.data
from labels import linear
from labels.design import Design, load
from labels.ink import drawn_line
from labels.layout import DoesNotFit, Layout, Rule, TextBox, lay_out
from labels.metrics import width_em
from labels.proof import prove
from labels.stock import RESOLUTIONS, SIZES, Stock, find
from labels.tag import Tag

MakeTag = Callable[..., Tag]
Choose = Callable[[Tag, Stock], Design]

FOLDER = Path(terminal.data.__file__).parent / "labels"
DESIGNS = load({path.name: path.read_text("utf-8") for path in sorted(FOLDER.glob("*.toml"))})

CHANNELS = (
    "restock",
    "repackage",
    "refurbish",
    "remanufacture",
    "outlet",
    "marketplace",
    "off_price",
    "export",
    "return_to_vendor",
    "donate",
    "parts_harvest",
    "recycle",
    "energy_recovery",
    "landfill",
    "quarantine",
)

stocks = st.sampled_from([find(name, dpi) for name in SIZES for dpi in RESOLUTIONS])
words = st.text("ABCDgjpqy Qäßé,-_0123456789/", max_size=60) | st.sampled_from(
    [*CHANNELS, "", "W" * 200, "电水壶 ไม้ قهوة"]
)
tags = st.builds(
    Tag,
    lpn=st.text("BCDEFGHIJKLNOPRSTUVX", min_size=1, max_size=13)
    | st.text("0123456789", min_size=1, max_size=24),
    grade=st.sampled_from(["A", "B", "C", "D", "", "A+", "LIKE NEW", "Q", "salvage only, no warranty"]),
    channel=st.sampled_from(CHANNELS) | words,
    title=words,
    sku=words,
    tote=words,
    date=st.sampled_from(["2026-11-23", "2026-11-23T08:00:00Z", "23 Nov", ""]),
    station=words,
    copy=st.integers(1, 999),
    faults=st.lists(words, max_size=14).map(tuple),
    waste_code=st.sampled_from(["", "20 01 36", "16 02 13*"]),
    reason=words,
    gtin=words,
    serial=words,
)


def _laid(tag: Tag, stock: Stock) -> Layout:
    return lay_out(tag, stock, DESIGNS.choose(stock.name, tag.channel))


@pytest.mark.parametrize("design", DESIGNS.all, ids=lambda one: f"{one.size}-{one.name}")
def test_every_design_that_is_shipped_is_proven_at_every_resolution(design: Design) -> None:
    """Nine for each size, none of which can fail with an item's label in hand."""
    assert len(DESIGNS.all) == 27
    for stock in design.stocks():
        prove(design, stock)


@settings(deadline=None)
@given(tags, stocks)
def test_nothing_stands_over_the_edge(tag: Tag, stock: Stock) -> None:
    """Texts with the room they may take, rules, and the bars with their quiet zones."""
    layout = _laid(tag, stock)
    items: list[TextBox | Rule] = [*layout.texts, *layout.rules]
    for item in items:
        assert item.x_mm >= 0.5
        assert item.x_mm + item.width_mm <= stock.width_mm - 0.5
        assert item.y_mm >= 0.3
    assert all(box.bottom_mm <= stock.height_mm - 0.3 for box in layout.texts)
    assert all(rule.y_mm + rule.height_mm <= stock.height_mm - 0.5 for rule in layout.rules)
    (symbol,) = layout.bars
    quiet = linear.QUIET_MODULES * symbol.module_dots
    assert stock.dots(symbol.x_mm) >= quiet
    assert stock.dots(symbol.x_mm) + symbol.width_dots + quiet <= stock.width_dots


@settings(deadline=None)
@given(tags, stocks)
def test_every_text_fits_its_box(tag: Tag, stock: Stock) -> None:
    """By the widths of the widest font, or by dots."""
    for box in _laid(tag, stock).texts:
        assert box.text
        assert box.ink_mm <= box.width_mm + 1e-5
        if box.scale:
            assert box.ink_mm == pytest.approx(stock.mm(drawn_line(box.text, box.scale).width))
        else:
            assert box.ink_mm == width_em(box.text) * box.height_mm


@settings(deadline=None)
@given(tags, stocks)
def test_nothing_stands_over_something_else(tag: Tag, stock: Stock) -> None:
    """Text on text, text on the bars, black on black, white on white: none of it."""
    layout = _laid(tag, stock)
    boxes = layout.texts
    for number, box in enumerate(boxes):
        assert not any(_overlap(box, other) for other in boxes[number + 1 :])
        assert box.bottom_mm <= layout.bars[0].y_mm or box.y_mm >= _symbol_end(layout)
        grounds = [rule for rule in layout.rules if _on(box, rule)]
        assert bool(grounds) == box.inverse
    for rule in layout.rules:
        assert rule.y_mm + rule.height_mm <= layout.bars[0].y_mm or rule.y_mm >= _symbol_end(layout)


def _symbol_end(layout: Layout) -> float:
    return layout.bars[0].y_mm + layout.bars[0].height_mm


def _overlap(one: TextBox, other: TextBox) -> bool:
    """Whether the ink of two texts may meet; an accent on a capital may reach into the line above."""
    a, b, c, d = one.left_mm, one.right_mm, other.left_mm, other.right_mm
    hair = 1e-6
    upper, lower = sorted((one, other), key=lambda box: box.baseline_mm)
    return a < d - hair and c < b - hair and lower.top_mm < upper.baseline_mm - hair


def _on(box: TextBox, rule: Rule) -> bool:
    a, b = box.left_mm, box.right_mm
    across = a < rule.x_mm + rule.width_mm - 1e-6 and rule.x_mm < b - 1e-6
    return across and box.top_mm < rule.y_mm + rule.height_mm and rule.y_mm < box.baseline_mm


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("size", SIZES)
def test_every_channel_is_spelt_out_in_capitals(make_tag: MakeTag, channel: str, size: str) -> None:
    """On every size, with a copy number or without, none of it is shortened."""
    for copy in (1, 2):
        layout = _laid(make_tag(channel=channel, copy=copy), find(size, 203))
        said = " ".join(box.text for box in layout.texts)
        assert channel.replace("_", " ").upper() in said
        assert ("QUARANTINE" in said) == (channel == "quarantine")


@pytest.mark.parametrize("size", SIZES)
def test_every_field_of_a_usual_tag_is_on_every_size(make_tag: MakeTag, size: str) -> None:
    """Small or large, all of it."""
    tag = make_tag(copy=2, channel="return_to_vendor")
    said = " ".join(box.text for box in _laid(tag, find(size, 203)).texts)
    for text in (
        tag.lpn,
        tag.grade,
        "RETURN TO VENDOR",
        tag.sku,
        tag.tote,
        tag.date,
        tag.station,
        "WHITE HANGING",
    ):
        assert text in said
    assert "COPY 2" in said.replace("COPY  2", "COPY 2")


def test_the_large_label_is_read_at_arms_length(make_tag: MakeTag) -> None:
    """Capitals of 25 mm for the grade, 10 mm for a channel, 6 mm for the number."""
    layout = _laid(make_tag(channel="export_b"), find("4x6in", 203))
    capitals = {box.text: 0.72 * box.height_mm for box in layout.texts}
    assert capitals["B"] >= 25
    assert capitals["EXPORT B"] >= 10
    assert capitals["BBBHBBBCDK"] >= 6


def test_a_first_label_says_nothing_of_copies(make_tag: MakeTag) -> None:
    """Only a reprint is marked."""
    for size in SIZES:
        assert not [box for box in _laid(make_tag(), find(size, 203)).texts if "COPY" in box.text]


@settings(deadline=None)
@given(tags, stocks)
def test_modules_are_whole_dots_and_the_widest_that_fit(tag: Tag, stock: Stock) -> None:
    """At least 2, 3 or 6 dots (0.25 mm), at most about half a millimetre."""
    (symbol,) = _laid(tag, stock).bars
    least = {203: 2, 300: 3, 600: 6}[stock.dpi]
    most = {203: 4, 300: 6, 600: 10}[stock.dpi]
    assert least <= symbol.module_dots <= most
    wider = (len(symbol.modules) + 20) * (symbol.module_dots + 1)
    assert symbol.module_dots == most or wider > stock.width_dots
    assert linear.decode(symbol.modules) == symbol.data == tag.lpn


def test_a_change_of_set_is_used_only_where_it_widens_the_bars(make_tag: MakeTag) -> None:
    """`A123456` fits as it is at 203 dpi; `A123456789012` needs the pairs of digits."""
    usual = _laid(make_tag(lpn="A123456"), find("2x1in", 203)).bars[0]
    long = _laid(make_tag(lpn="A" + "1234567890" * 2), find("2x1in", 203)).bars[0]
    assert linear.TO_C not in linear.values(usual.modules)[1:]
    assert linear.TO_C in linear.values(long.modules)[1:]


@pytest.mark.parametrize(
    ("size", "letters", "digits"), [("2x1in", 13, 26), ("57x32mm", 15, 30), ("4x6in", 31, 48)]
)
def test_the_longest_number_fits_and_one_more_does_not(
    make_tag: MakeTag, size: str, letters: int, digits: int
) -> None:
    """The capacities of Code 128 at 203 dpi, as printed in the error."""
    stock = find(size, 203)
    for fitting in ("B" * letters, "7" * digits):
        assert _laid(make_tag(lpn=fitting), stock).bars[0].data == fitting
    with pytest.raises(DoesNotFit, match=f"at most {letters} characters"):
        _laid(make_tag(lpn="B" * (letters + 1)), stock)


def test_a_number_that_is_too_long_is_an_error_with_widths_and_a_way_out(make_tag: MakeTag) -> None:
    """Millimetres needed, millimetres there, and what to use instead."""
    with pytest.raises(DoesNotFit) as refused:
        _laid(make_tag(lpn="B" * 48), find("2x1in", 203))
    assert "needs 145.9 mm" in str(refused.value)
    assert "label 2x1in has 50.8 mm: use a number of at most 13 characters (26 digits)" in str(refused.value)
    with pytest.raises(DoesNotFit, match="use label 4x6in, or a number of at most 13"):
        _laid(make_tag(lpn="B" * 20), find("2x1in", 203))


@settings(max_examples=50, deadline=None)
@given(st.text("".join(map(chr, range(0x20, 0x7F))), min_size=1, max_size=48), stocks)
def test_a_number_is_printed_in_full_or_not_at_all(lpn: str, stock: Stock) -> None:
    """Never shortened, neither in bars nor in letters."""
    tag = Tag(lpn, "B", "refurbish", "", "", "", "", "")
    try:
        layout = _laid(tag, stock)
    except DoesNotFit:
        assert len(lpn) > 13
        return
    assert linear.decode(layout.bars[0].modules) == lpn
    assert not lpn.strip() or lpn in [box.text for box in layout.texts]
