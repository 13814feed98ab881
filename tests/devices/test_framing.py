"""Bytes of a scanner become frames, whatever the cuts between reads."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.framing import CR, CRLF, ETX, LF, STX, TAB, Frame, Framer, Framing
from devices.problems import Problem, is_data

payloads = st.text(
    st.characters(codec="utf-8").filter(is_data) | st.sampled_from("\x1d\x1e\x1c\x04"),
    min_size=1,
    max_size=40,
)
soups = st.lists(
    st.sampled_from(
        [b"\0", b"\r", b"\n", b"\t", STX, ETX, b"\x1b", b"\x1d", b"A", b"7", b"\xe4", b"\xff", "ä".encode()]
    )
    | st.binary(max_size=4),
    max_size=60,
).map(b"".join)
framings = st.sampled_from(
    [
        Framing(),
        Framing((CR,)),
        Framing((CRLF,)),
        Framing((CR, CRLF)),
        Framing((TAB, CR)),
        Framing((CR, LF), prefix=STX, suffix=ETX),
        Framing((), prefix=STX, suffix=ETX, max_length=8),
        Framing((CR,), prefix=b"~", max_length=8),
        Framing((LF,), max_length=5, noise_after=1),
    ]
)


def cut(data: bytes, places: list[int]) -> list[bytes]:
    """Cut bytes at the given places."""
    edges = [0, *sorted(place % (len(data) + 1) for place in places), len(data)]
    return [data[start:end] for start, end in pairwise(edges)]


@given(
    st.lists(payloads, max_size=8), st.sampled_from([CR, LF, CRLF, CR + CR]), st.lists(st.integers(0, 999))
)
def test_every_scan_comes_out_whole_and_in_order_however_it_is_cut(
    texts: list[str], end: bytes, places: list[int]
) -> None:
    """Reads know nothing of scans, and the second half of a double end is counted and not emitted."""
    framer = Framer()
    stream = b"".join(text.encode() + end for text in texts)
    found = [frame for piece in cut(stream, places) for frame in framer.feed(piece)]
    assert found == [Frame(text) for text in texts]
    assert framer.empties == (len(texts) if len(end) == 2 else 0)
    assert not framer.pending


@settings(max_examples=300)
@given(soups, framings, st.lists(st.integers(0, 999)))
def test_the_cuts_between_reads_change_nothing_about_any_bytes(
    soup: bytes, framing: Framing, places: list[int]
) -> None:
    """Garbage never raises, and verdicts, counters and what is pending are the same for every split."""
    whole, pieces = Framer(framing), Framer(framing)
    at_once = [*whole.feed(soup), *whole.expire()]
    in_pieces = [frame for piece in cut(soup, places) for frame in pieces.feed(piece)] + pieces.expire()
    assert in_pieces == at_once
    assert [frame.shown for frame in in_pieces] == [frame.shown for frame in at_once]
    assert (pieces.empties, pieces.nulls) == (whole.empties, whole.nulls)
    assert not pieces.pending


@settings(max_examples=300)
@given(soups, framings)
def test_a_frame_has_a_text_or_a_sentence_and_both_are_safe(soup: bytes, framing: Framing) -> None:
    """Never both, never neither, and nothing that is shown can reach the terminal as a command."""
    framer = Framer(framing)
    for frame in [*framer.feed(soup), *framer.expire()]:
        assert bool(frame.text) != bool(frame.problem)
        assert bool(frame.why) == bool(frame.problem)
        assert all(map(is_data, frame.text))
        assert frame.shown.isprintable()
        assert len(frame.raw) <= framing.max_length + 4


def test_stx_and_etx_are_taken_off_with_or_without_a_terminator_behind() -> None:
    """Both set-ups occur; a terminator behind the suffix is an empty frame."""
    framer = Framer(Framing((CR, LF), prefix=STX, suffix=ETX))
    assert framer.feed(b"\x02A1\x03\r\n\x02B2\x03") == [Frame("A1"), Frame("B2")]
    assert framer.empties == 2


def test_a_frame_without_its_prefix_is_told_as_incomplete() -> None:
    """Its head may be missing, and half a number can be a valid one."""
    framer = Framer(Framing((CR,), prefix=STX))
    (frame,) = framer.feed(b"4711\r")
    assert frame.problem is Problem.INCOMPLETE
    assert "start" in frame.why
    assert frame.shown == "4711 [34 37 31 31]"


def test_a_prefix_in_the_middle_saves_the_scan_after_a_torn_one() -> None:
    """Only the torn one is lost, and told."""
    framer = Framer(Framing((CR,), prefix=STX))
    torn, good = framer.feed(b"\x02123\x02456789\r")
    assert torn.problem is Problem.INCOMPLETE
    assert good == Frame("456789")


def test_a_terminator_before_the_suffix_means_that_the_end_is_missing() -> None:
    """The suffix is what proves that the scan is whole."""
    framer = Framer(Framing((CR,), prefix=STX, suffix=ETX))
    (frame,) = framer.feed(b"\x02123\r")
    assert frame.problem is Problem.INCOMPLETE
    assert "end" in frame.why


def test_an_over_long_frame_gets_one_verdict_and_ends_at_its_terminator() -> None:
    """The scan after it is whole."""
    framer = Framer()
    found = framer.feed(b"7" * 10_000 + b"\rGOOD\r")
    assert [frame.problem for frame in found] == [Problem.TOO_LONG, None]
    assert "512" in found[0].why
    assert found[1].text == "GOOD"


def test_a_frame_of_exactly_the_greatest_length_is_good() -> None:
    """The limit counts what stands between the marks."""
    framer = Framer(Framing((CRLF,), prefix=STX, max_length=10))
    assert framer.feed(b"\x02" + b"7" * 10 + b"\r\n") == [Frame("7" * 10)]
    assert [frame.problem for frame in framer.feed(b"\x02" + b"7" * 11 + b"\r\n")] == [Problem.TOO_LONG]


def test_nul_bytes_are_dropped_and_counted() -> None:
    """A break on the line makes them; they tear no scan."""
    framer = Framer()
    assert framer.feed(b"\x00AB\x00C\r\x00\n") == [Frame("ABC")]
    assert framer.nulls == 3


@pytest.mark.parametrize("payload", ["[)>\x1e06\x1d1P4711\x1e\x04", "]C10109501101530003\x1d10A", "AB\x1cCD"])
def test_separators_of_gs1_and_iso_15434_are_data(payload: str) -> None:
    """Without them two fields run into one."""
    assert Framer().feed(payload.encode() + b"\r") == [Frame(payload)]


@pytest.mark.parametrize(
    "control", [b"\x1b", b"\x11", b"\x07", b"\x7f", b"\x02", b"\t", b"\xc2\x9b", "\u202e".encode()]
)
def test_any_other_control_character_refuses_the_frame(control: bytes) -> None:
    """ESC, Ctrl-Q, C1 and right-to-left marks reach neither the bench nor the screen."""
    (frame,) = Framer().feed(b"LPN-00" + control + b"42\r")
    assert frame.problem is Problem.CONTROL_CHARACTERS
    assert control.hex(" ").upper() in frame.shown
    assert frame.raw == b"LPN-00" + control + b"42"


def test_bytes_that_are_not_utf8_are_told_with_their_hex() -> None:
    """A scanner that sends Latin-1 is set up wrongly, and whoever sets it up sees the bytes."""
    (frame,) = Framer().feed("Größe 42 kg".encode("latin-1") + b"\r")
    assert frame.problem is Problem.NOT_TEXT
    assert "F6 DF" in frame.shown


def test_a_replacement_character_in_the_data_is_not_text() -> None:
    """Something on the way could not read a byte and guessed."""
    (frame,) = Framer().feed("GR\ufffdSSE\r".encode())
    assert frame.problem is Problem.NOT_TEXT


def test_garbage_frames_in_a_row_are_called_line_noise() -> None:
    """One bad scan is a dirty label; several are a wrong baud rate."""
    framer = Framer()
    found = framer.feed(b"\xf8\x80\xe0\r" * 4)
    assert [frame.problem for frame in found] == [
        Problem.NOT_TEXT,
        Problem.NOT_TEXT,
        Problem.NOISE,
        Problem.NOISE,
    ]
    assert "baud rate" in found[-1].why


def test_a_good_frame_between_garbage_starts_the_count_again() -> None:
    """A line that delivers scans has the right baud rate."""
    framer = Framer()
    found = framer.feed(b"\xf8\x80\r\xf8\x80\rGOOD\r\xf8\x80\r\xf8\x80\r")
    assert Problem.NOISE not in [frame.problem for frame in found]


def test_garbage_without_any_end_is_noise_as_soon_as_it_is_too_long() -> None:
    """At a wrong baud rate no terminator may ever come."""
    framer = Framer()
    (frame,) = framer.feed(b"\xf8\x80\x00\xe0" * 500)
    assert frame.problem is Problem.NOISE


def test_nothing_but_nul_bytes_is_noise_once_the_line_is_silent() -> None:
    """So a scan that left nothing else behind is told as well."""
    framer = Framer()
    assert framer.feed(b"\0" * 9) == []
    assert [frame.problem for frame in framer.expire()] == [Problem.NOISE]
    assert framer.expire() == []


@pytest.mark.parametrize("end", [b"", b"\r", b"\n", b"\r\n"])
@pytest.mark.parametrize("prefix", [b"", STX])
def test_a_line_end_behind_the_suffix_is_no_part_of_the_next_scan(end: bytes, prefix: bytes) -> None:
    """Scanners that frame with ETX often send a line end as well."""
    framer = Framer(Framing((), prefix=prefix, suffix=ETX))
    assert framer.feed((prefix + b"LPN-1" + ETX + end) * 2) == [Frame("LPN-1"), Frame("LPN-1")]
    assert not framer.pending
    assert framer.expire() == []
    assert framer.empties == 2 * len(end)


def test_a_line_end_inside_a_scan_with_suffix_is_still_refused() -> None:
    """Only where nothing else has come yet does it belong to the scan before."""
    (frame,) = Framer(Framing((), suffix=ETX)).feed(b"LPN\r-1" + ETX)
    assert frame.problem is Problem.CONTROL_CHARACTERS


def test_a_partial_frame_is_dropped_when_the_line_goes_and_told_when_it_goes_stale() -> None:
    """It never becomes the head of the next scan."""
    framer = Framer()
    framer.feed(b"LPN-0")
    assert framer.pending
    assert framer.reset() == 5
    assert framer.feed(b"LPN-1\r") == [Frame("LPN-1")]
    framer.feed(b"LPN-2")
    (stale,) = framer.expire()
    assert (stale.problem, stale.shown[:5]) == (Problem.INCOMPLETE, "LPN-2")
    assert framer.feed(b"LPN-3\r") == [Frame("LPN-3")]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"terminators": ()}, "no scan could ever end"),
        ({"terminators": (b";",)}, "none of CR, LF, CRLF, TAB"),
        ({"terminators": (CR,), "prefix": b"\r\x02"}, "contains an end mark"),
        ({"max_length": 0}, "1 or more"),
    ],
)
def test_a_framing_that_can_not_work_is_refused(options: dict[str, object], words: str) -> None:
    """A wrong setting is found when it is read, not at the first scan."""
    with pytest.raises(ValueError, match=words):
        Framing(**options)  # type: ignore[arg-type]
