"""ZPL: one job is one label, and data is never a command."""

import re
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labels import linear, zpl
from labels.layout import DoesNotFit
from labels.stock import SIZES, find
from labels.tag import Tag

MakeTag = Callable[..., Tag]

SETTING_UP = {"XA", "PW", "LL", "LH", "PO", "PM", "LR", "FW", "CI", "PQ", "XZ"}
DRAWING = {"FO", "FT", "GB", "BY", "BC", "A0", "FR", "FH", "FD", "FS"}


@pytest.mark.parametrize("size", SIZES)
def test_a_job_holds_our_commands_only_whatever_the_text(make_tag: MakeTag, hostile: str, size: str) -> None:
    """One label, one copy, nothing saved in the printer, no immediate command."""
    fields = dict.fromkeys(("grade", "channel", "title", "sku", "tote", "date", "station"), hostile)
    for accents in (False, True):
        job = zpl.write(make_tag(**fields), find(size, 203), accents=accents).decode("ascii")
        commands = re.findall(r"\^(..)", job)
        assert set(commands) <= SETTING_UP | DRAWING
        assert "~" not in job
        assert job.count("^XA") == job.count("^XZ") == job.count("^PQ1,0,0,N") == 1
        assert job.startswith("^XA^PW")
        assert job.endswith("^PQ1,0,0,N^XZ\n")
        assert commands.count("BC") == 1
        assert commands.count("FD") + commands.count("GB") == commands.count("FS")


def test_body_and_job_draw_the_same(make_tag: MakeTag) -> None:
    """The wrapper is the only difference."""
    stock = find("4x6in", 203)
    job, body = zpl.write(make_tag(), stock), zpl.body(make_tag(), stock)
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


def test_letters_are_spelt_in_ascii_unless_the_printer_has_them(make_tag: MakeTag) -> None:
    """A printer that lacks a letter prints a gap."""
    tag = make_tag(title="Größe")
    assert b"^FDGrosse^FS" in zpl.write(tag, find("2x1in", 203))
    assert b"^FDGr_C3_B6_C3_9Fe^FS" in zpl.write(tag, find("2x1in", 203), accents=True)


@pytest.mark.parametrize(
    ("data", "sent"),
    [
        ("BBBHBBBCDK", ">:BBBHBBBCDK"),
        ("9901", ">;9901"),
        ("a>8", ">:a>08"),
        ("12345", ">;1234>65"),
        ("LPN123456", ">:LPN>5123456"),
        ("A123456B", ">:A>5123456>6B"),
    ],
)
def test_field_data_names_every_set(data: str, sent: str) -> None:
    """In mode N the printer changes nothing by itself."""
    assert zpl.symbol_data(linear.encode(data)) == sent


def test_numbers_of_ours_are_sent_without_escapes(make_tag: MakeTag) -> None:
    """The plainest command that every printer understands."""
    job = zpl.write(make_tag(), find("2x1in", 203))
    assert re.search(rb"\^BY2,3,\d+\^BCN,\d+,N,N,N,N\^FD>:BBBHBBBCDK\^FS", job)


def test_white_text_is_reversed_out_of_a_black_box(make_tag: MakeTag) -> None:
    """Only on a loud label."""
    stock = find("2x1in", 203)
    assert b"^FR" in zpl.write(make_tag(loud=True), stock)
    assert b"^FR" not in zpl.write(make_tag(), stock)


def test_a_number_that_does_not_fit_sends_nothing(make_tag: MakeTag) -> None:
    """The error comes before the first byte."""
    for size in ("2x1in", "57x32mm", "4x6in"):
        with pytest.raises(DoesNotFit):
            zpl.write(make_tag(lpn="B" * 48), find(size, 203))
