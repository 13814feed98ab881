"""ZPL: one job is one label, and data is never a command."""

import re
from collections.abc import Callable
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labels import linear, zpl
from labels.design import Design, Designs
from labels.fields import Bars, Text
from labels.layout import DoesNotFit, lay_out
from labels.stock import SIZES, Stock, find
from labels.tag import Tag

MakeTag = Callable[..., Tag]
Choose = Callable[[Tag, Stock], Design]

SETTING_UP = {"XA", "PW", "LL", "LH", "PO", "PM", "LR", "FW", "CI", "PQ", "XZ"}
DRAWING = {"FO", "FT", "GB", "BY", "BC", "A0", "FR", "FH", "FD", "FS", "GF", "BQ", "BX"}


@pytest.mark.parametrize("size", SIZES)
def test_a_job_holds_our_commands_only_whatever_the_text(
    make_tag: MakeTag, designs: Designs, hostile: str, size: str
) -> None:
    """One label, one copy, nothing saved in the printer, no immediate command."""
    fields = dict.fromkeys(("grade", "channel", "title", "sku", "tote", "date", "station"), hostile)
    tag = make_tag(**fields, faults=(hostile,) * 12, waste_code=hostile, reason=hostile, serial=hostile)
    channels = ["retag", "restock", "outlet", "refurbish", "donate", "recycle", "quarantine"]
    for accents, channel in product((False, True), channels):
        design = designs.choose(size, channel)
        job = zpl.write(tag, find(size, 203), design, accents=accents).decode("ascii")
        commands = re.findall(r"\^(..)", job)
        assert set(commands) <= SETTING_UP | DRAWING
        assert "~" not in job
        assert job.count("^XA") == job.count("^XZ") == job.count("^PQ1,0,0,N") == 1
        assert job.startswith("^XA^PW")
        assert job.endswith("^PQ1,0,0,N^XZ\n")
        assert commands.count("BC") == 1
        assert sum(map(commands.count, ("FD", "GB", "GF"))) == commands.count("FS")


def test_body_and_job_draw_the_same(make_tag: MakeTag, choose: Choose) -> None:
    """The wrapper is the only difference."""
    tag, stock = make_tag(title="Чай"), find("4x6in", 203)
    job, body = zpl.write(tag, stock, choose(tag, stock)), zpl.body(tag, stock, choose(tag, stock))
    assert body.removeprefix(b"^XA^CI28\n").removesuffix(b"^XZ\n") in job
    assert b"^PW812^LL1218" in job
    assert b"^PW" not in body
    assert b"^PQ" not in body


@settings(deadline=None)
@given(st.text())
def test_escaped_text_has_no_meaning_and_is_the_text_again(text: str) -> None:
    """What a printer makes of `^FH_` data, written down once more."""
    text = text.encode(errors="replace").decode()
    escaped = zpl.escape(text)
    assert re.fullmatch(r"[ -~]*", escaped)
    assert not set("^~\\,") & set(escaped)
    raw = re.sub(rb"_([0-9A-F]{2})", lambda hexed: bytes([int(hexed[1], 16)]), escaped.encode("ascii"))
    assert raw.decode() == text


def test_letters_are_dots_unless_the_printer_has_them(make_tag: MakeTag, choose: Choose) -> None:
    """A printer that lacks a letter prints a gap."""
    tag, stock = make_tag(title="Größe"), find("2x1in", 203)
    design = choose(tag, stock)
    title = Text(id="title", text="{title}", x=1.5, y=18.78, width=47.8, size=2.05)
    bare = replace(design, fields=(*(one for one in design.fields if isinstance(one, Bars)), title))
    drawn = zpl.write(tag, stock, bare)
    assert drawn.count(b"^GFA") == 1
    assert b"Gr" not in drawn
    assert b"^FDGr_C3_B6_C3_9Fe^FS" in zpl.write(tag, stock, bare, accents=True)


@pytest.mark.parametrize(
    ("data", "sent"),
    [
        ("BBBHBBBCDK", ">:BBBHBBBCDK"),
        ("9901", ">;9901"),
        ("a>8x", ">:a>08x"),
        ("A>", ">:A>0"),
        ("12345", None),
        ("LPN123456", None),
        ("A123456B", None),
        ("A", None),
        ("a>8", None),
    ],
)
def test_what_interpreters_could_read_differently_is_not_left_to_them(data: str, sent: str | None) -> None:
    """A symbol of one set is the printer's own; a change of set, or a lone character at the end, is drawn."""
    assert zpl.symbol_data(linear.encode(data)) == sent


def test_a_drawn_symbol_is_one_box_for_each_bar(make_tag: MakeTag, designs: Designs) -> None:
    """Where the bars of the layout are."""
    stock, tag = find("57x32mm", 203), make_tag(lpn="LPN1234567890123456")
    design = designs.choose("57x32mm", "refurbish")
    (symbol,) = lay_out(tag, stock, design).bars
    job = zpl.write(tag, stock, design)
    assert b"^BC" not in job
    height, top = stock.dots(symbol.height_mm), stock.dots(symbol.y_mm)
    boxes = re.findall(rb"\^FO(\d+),%d\^GB(\d+),%d,\2\^FS" % (top, height), job)
    left, dots = stock.dots(symbol.x_mm), symbol.module_dots
    wanted = [(left + at * dots, wide * dots) for at, wide in linear.bars(symbol.modules)]
    assert [(int(x), int(wide)) for x, wide in boxes] == wanted


def test_numbers_of_ours_are_sent_without_escapes(make_tag: MakeTag, designs: Designs) -> None:
    """The plainest command that every printer understands."""
    job = zpl.write(make_tag(), find("2x1in", 203), designs.choose("2x1in", "refurbish"))
    assert re.search(rb"\^BY2,3,\d+\^BCN,\d+,N,N,N,N\^FD>:BBBHBBBCDK\^FS", job)


def test_white_text_is_reversed_out_of_a_black_box(make_tag: MakeTag, choose: Choose) -> None:
    """Only on a loud label."""
    stock = find("2x1in", 203)
    for channel in ("quarantine", "refurbish"):
        tag = make_tag(channel=channel)
        assert (b"^FR" in zpl.write(tag, stock, choose(tag, stock))) == (channel == "quarantine")


def test_a_number_that_does_not_fit_sends_nothing(make_tag: MakeTag, choose: Choose) -> None:
    """The error comes before the first byte."""
    for size in ("2x1in", "57x32mm", "4x6in"):
        tag, stock = make_tag(lpn="B" * 48), find(size, 203)
        with pytest.raises(DoesNotFit):
            zpl.write(tag, stock, choose(tag, stock))
