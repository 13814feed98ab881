"""Replies of a ZPL printer are read to the field, and what can't be read is unknown."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.printerhealth import UNKNOWN, FaultCode, Health, health, of_faults
from devices.zplstatus import Conditions, HostStatus, Identity, conditions, host_status, identity

QUIET = (
    b"\x02030,0,0,1245,000,0,0,0,000,0,0,0\x03\r\n"
    b"\x02001,0,0,0,1,2,6,0,00000000,1,000\x03\r\n"
    b"\x021234,0\x03\r\n"
)
FINE = (
    b"\x02\r\n  PRINTER STATUS\r\n   ERRORS:         0 00000000 00000000\r\n"
    b"   WARNINGS:       0 00000000 00000000\r\n\x03"
)


def hs(**fields: str) -> bytes:
    """Make a reply to `~HS` with some fields other than on a quiet printer, by their letter in the manual."""
    use = dict(
        zip(
            "abcdefghijkl", ["030", "0", "0", "1245", "000", "0", "0", "0", "000", "0", "0", "0"], strict=True
        )
    )
    use |= dict(
        zip("mnopqrstuvw", ["001", "0", "0", "0", "1", "2", "6", "0", "00000000", "1", "000"], strict=True)
    )
    use |= fields
    first, second = (",".join(use[letter] for letter in part) for part in ("abcdefghijkl", "mnopqrstuvw"))
    return f"\x02{first}\x03\r\n\x02{second}\x03\r\n\x021234,0\x03\r\n".encode()


def hqes(errors: int = 0, warnings: int = 0) -> bytes:
    """Make a reply to `~HQES`."""
    both = [f"{mask > 0:d} {mask >> 32:08X} {mask & 0xFFFFFFFF:08X}" for mask in (errors, warnings)]
    return f"\x02\r\n  PRINTER STATUS\r\n   ERRORS: {both[0]}\r\n   WARNINGS: {both[1]}\r\n\x03".encode()


def test_every_field_of_a_host_status_has_its_name() -> None:
    """In the order of the manual, whose second field of the second line is unused."""
    reply = (
        b"\x02022,1,1,0812,003,1,1,1,000,1,1,1\x03\r\n"
        b"\x02017,0,1,1,1,3,7,1,00000012,1,004\x03\r\n"
        b"\x020042,1\x03\r\n"
    )
    assert host_status(reply) == HostStatus(
        interface=22,
        paper_out=True,
        paused=True,
        label_length=812,
        formats_in_buffer=3,
        buffer_full=True,
        diagnostics=True,
        partial=True,
        corrupt_memory=True,
        under_temperature=True,
        over_temperature=True,
        functions=17,
        head_up=True,
        ribbon_out=True,
        thermal_transfer=True,
        print_mode="3",
        print_width_mode="7",
        label_waiting=True,
        labels_remaining=12,
        format_while_printing="1",
        graphics_in_memory=4,
        password=42,
        static_memory=True,
    )


@pytest.mark.parametrize(
    ("letter", "name"),
    [
        ("b", "paper_out"),
        ("c", "paused"),
        ("f", "buffer_full"),
        ("g", "diagnostics"),
        ("h", "partial"),
        ("j", "corrupt_memory"),
        ("k", "under_temperature"),
        ("l", "over_temperature"),
        ("o", "head_up"),
        ("p", "ribbon_out"),
        ("q", "thermal_transfer"),
        ("t", "label_waiting"),
    ],
)
def test_a_flag_sets_its_own_field_and_no_other(letter: str, name: str) -> None:
    """A parser that is off by one field reports a ribbon for an open head."""
    before, after = host_status(hs(q="0")), host_status(hs(**({"q": "0"} | {letter: "1"})))
    assert before is not None
    assert after is not None
    names = HostStatus.__dataclass_fields__
    assert [one for one in names if getattr(before, one) != getattr(after, one)] == [name]


@pytest.mark.parametrize("end", [b"\x03\r\n", b"\x03\n", b"\r\n", b"\x03", b"\r", b"\x03\r\n\r\n"])
def test_a_status_is_found_whatever_ends_its_lines_and_stands_around_it(end: bytes) -> None:
    """Firmwares differ, and a line may carry noise and the echo of the question."""
    reply = b"~HQES\r\n~HS\r\nready\r\n" + QUIET.replace(b"\x03\r\n", end) + b"\xff\x00bye"
    assert host_status(reply) == host_status(QUIET)


@given(st.integers(0, len(QUIET) - 1))
def test_a_reply_that_is_cut_off_is_none_until_its_last_line_is_there(size: int) -> None:
    """What is read in pieces must not be taken for less than it is."""
    assert host_status(QUIET[:size]) is None or size > QUIET.rindex(b"0\x03")


def test_the_last_of_several_replies_counts() -> None:
    """An answer that came late is older."""
    found = host_status(QUIET + hs(b="1"))
    assert found is not None
    assert found.paper_out
    assert conditions(hqes() + hqes(4)) == Conditions(True, 4, False, 0)


@given(st.binary(max_size=300) | st.text("0123456789,\x02\x03\r\n ERORS:WANIG", max_size=300).map(str.encode))
def test_no_bytes_whatever_raise_or_make_a_printer_well(soup: bytes) -> None:
    """Nonsense is never ok."""
    found = health(host_status(soup), conditions(soup), soup)
    assert not found.ok or host_status(soup) is not None
    identity(soup)


def test_conditions_are_read_as_masks_of_64_bits() -> None:
    """The first group holds the higher half."""
    assert conditions(hqes(0x1_0000_0005, 0x8)) == Conditions(True, 0x1_0000_0005, True, 8)
    assert conditions(FINE) == Conditions(False, 0, False, 0)
    assert conditions(b"ERRORS: 1 00000000 00000001\r\n") == Conditions(True, 1, False, 0)
    assert conditions(b"ERRORS: 1 00000000 0000000") is None


@pytest.mark.parametrize(
    ("reply", "code", "word"),
    [
        (hs(b="1", c="1"), FaultCode.PAPER_OUT, "load a roll"),
        (hs(o="1", c="1"), FaultCode.HEAD_OPEN, "close it"),
        (hs(p="1"), FaultCode.RIBBON_OUT, "ribbon"),
        (hs(c="1"), FaultCode.PAUSED, "pause key"),
        (hs(l="1"), FaultCode.TOO_HOT, "too hot"),
        (hs(f="1"), FaultCode.BUFFER_FULL, "buffer"),
        (hs(h="1"), FaultCode.PARTIAL, "another label"),
        (hs(j="1"), FaultCode.MEMORY, "memory"),
        (hs(g="1"), FaultCode.DIAGNOSTICS, "hex"),
    ],
)
def test_a_fault_of_the_host_status_has_one_sentence(reply: bytes, code: FaultCode, word: str) -> None:
    """That says what to do; the pause that every fault brings with it is not told."""
    found = health(host_status(reply), conditions(FINE))
    assert found.known
    assert not found.ok
    assert found.faults[0] is code
    assert word in found.text
    assert found.text.count(".") == 1


@pytest.mark.parametrize(
    ("mask", "code"),
    [
        (0x1, FaultCode.PAPER_OUT),
        (0x2, FaultCode.RIBBON_OUT),
        (0x4, FaultCode.HEAD_OPEN),
        (0x8, FaultCode.CUTTER),
        (0x10, FaultCode.TOO_HOT),
        (0x80, FaultCode.HEAD_BROKEN),
        (0x1000, FaultCode.JAM),
        (0x4000, FaultCode.FEED),
        (0x10000, FaultCode.PAUSED),
        (0x40000, FaultCode.MARK),
    ],
)
def test_an_error_bit_is_a_fault_though_the_host_status_says_nothing_of_it(
    mask: int, code: FaultCode
) -> None:
    """A jam is in no field of `~HS`."""
    assert health(host_status(QUIET), conditions(hqes(mask))).faults == (code,)


@given(st.integers(0, 2**64 - 1))
def test_every_error_mask_but_zero_is_a_fault(mask: int) -> None:
    """A bit that nobody knows is a generic error that shows its number."""
    found = health(host_status(QUIET), conditions(hqes(mask)))
    assert bool(found.faults) == bool(mask)
    if FaultCode.OTHER in found.faults:
        assert re.search(r"\(0x[0-9a-f]+\)", found.text)
    assert found.text or not mask


def test_an_error_that_is_raised_without_a_bit_is_a_fault() -> None:
    """The flag alone counts."""
    found = health(host_status(QUIET), Conditions(True, 0, False, 0))
    assert found.faults == (FaultCode.OTHER,)


def test_a_well_printer_is_ok_and_may_have_something_to_see_to() -> None:
    """A warning holds up nothing."""
    assert health(host_status(QUIET), None) == Health(True, (), "")
    low = health(host_status(QUIET), conditions(hqes(0, 0x8)))
    assert low.ok
    assert "run low" in low.text
    assert health(host_status(hs(p="1", q="0")), None).ok, "a printer without ribbon can't be out of it"


def test_silence_and_other_languages_are_never_ok() -> None:
    """Nothing is unknown; `~HQES` without `~HS` is what an open printer does; a banner is no ZPL."""
    assert health(None, None) == UNKNOWN
    assert health(None, None, b"~HQES\r\n~HS\r\n\x11\x13\x00") == UNKNOWN
    assert health(None, conditions(FINE), FINE).faults == (FaultCode.SILENT,)
    assert health(None, None, b"Bad command\r\n").faults == (FaultCode.NOT_ZPL,)
    assert not any(one.known for one in (UNKNOWN, health(None, None, b"?\r\n")))
    assert not any(one.ok for one in (UNKNOWN, health(None, None, b"?\r\n"), health(None, conditions(FINE))))


def test_several_faults_are_told_once_each_and_the_first_to_see_to_first() -> None:
    """From both replies together."""
    found = health(host_status(hs(b="1", o="1", c="1")), conditions(hqes(0x10005)))
    assert found.faults == (FaultCode.PAPER_OUT, FaultCode.HEAD_OPEN, FaultCode.PAUSED)
    assert found.text == "The printer is out of labels: load a roll. The print head is open: close it."


def test_every_fault_code_has_a_sentence() -> None:
    """None is shown as its name."""
    for code in FaultCode:
        assert of_faults([code]).text.endswith((".", "?"))


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (
            b"\x02ZTC ZD421-203dpi ZPL,V93.21.17Z,8,8176KB\x03\r\n",
            Identity("ZTC ZD421-203dpi ZPL", "V93.21.17Z", 8, 8176, 203),
        ),
        (
            b"\x02ZT410-300dpi,V75.20.01Z,12,65536KB,X\x03\r\n",
            Identity("ZT410-300dpi", "V75.20.01Z", 12, 65536, 300),
        ),
        (b"\x02110Xi4,V53.17.7Z,24,64MB\x03\r\n", Identity("110Xi4", "V53.17.7Z", 24, 65536, 600)),
        (b"\x02ZD620 300 dpi,V1,99,512\x03", Identity("ZD620 300 dpi", "V1", 99, 512, 300)),
        (b"\x02ZD620-300dpi,V1,8,512\x03", Identity("ZD620-300dpi", "V1", 8, 512, None)),
        (b"\x02unknown,V1,9,512\x03", Identity("unknown", "V1", 9, 512, None)),
    ],
)
def test_an_identity_gives_dots_and_no_guess(reply: bytes, expected: Identity) -> None:
    """Where the name and the dots contradict each other, or neither says, the dpi are unknown."""
    assert identity(reply) == expected
    assert identity(b"noise\r\n~HI\r\n" + reply + b"\r\n") == expected


@pytest.mark.parametrize("reply", [b"", b"?\r\n", b"~HI\r\n", QUIET, b"a,b\r\n", b"\x02ZD421,V1,8,81"])
def test_what_is_no_identity_is_none(reply: bytes) -> None:
    """Also another reply, and one that is cut off."""
    assert identity(reply) is None
