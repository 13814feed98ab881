"""The parser behind the driver: no paste mark, whole or in pieces, takes a key away."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from textual import events

from terminal.ui.driver import PastelessParser

START, END = "\x1b[200~", "\x1b[201~"
CODES = st.text("0123456789ABC", min_size=1, max_size=8)


def characters(*reads: str) -> str:
    """The characters of all keys that come of these reads."""
    parser = PastelessParser()
    messages = [message for read in reads for message in parser.feed(read)]
    assert all(isinstance(message, events.Key) for message in messages)
    return "".join(message.character or "" for message in messages if isinstance(message, events.Key))


def test_pasted_text_comes_as_keys() -> None:
    """The marks go, the text between them stays."""
    assert characters(f"A{START}B\rC{END}D") == "AB\rCD"


def test_other_keys_are_what_they_were() -> None:
    """F9, which begins like a mark, and a lone end mark do no harm."""
    parser = PastelessParser()
    found = [
        message.key for message in parser.feed(f"\x1b[20~{END}\x1bOQx") if isinstance(message, events.Key)
    ]
    assert found == ["f9", "f2", "x"]


def test_a_report_of_focus_passes() -> None:
    """What is no key but matters to the bench still comes."""
    assert [type(message) for message in PastelessParser().feed("\x1b[O\x1b[I")] == [
        events.AppBlur,
        events.AppFocus,
    ]


@given(st.lists(CODES | st.sampled_from([START, END]), max_size=8), st.lists(st.integers(0, 60), max_size=5))
def test_no_key_is_lost_wherever_marks_stand_and_reads_end(parts: list[str], cuts: list[int]) -> None:
    """Any mixture of marks and codes, cut into any reads, gives exactly the characters of the codes."""
    sent = "".join(parts)
    ends = [0, *sorted(min(cut, len(sent)) for cut in cuts), len(sent)]
    reads = [sent[start:end] for start, end in pairwise(ends) if end > start]
    assert characters(*reads) == "".join(part for part in parts if part not in (START, END))
