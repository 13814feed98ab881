"""What is wrong is named, and hostile text is shown without doing harm."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.problems import SENTENCES, Problem, fault_of, hex_view, is_data, show


@given(st.text(max_size=200), st.integers(0, 100))
def test_whatever_is_shown_is_printable_and_short(text: str, limit: int) -> None:
    """No control character, no bidi mark, no surrogate reaches the terminal."""
    shown = show(text, limit)
    assert shown.isprintable()
    assert len(shown) <= limit * 10 + 30


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("LPN-1", "LPN-1"),
        ("\x1b[2J\x7f", "<ESC>[2J<DEL>"),
        ("\x00\x1d\x1f", "<NUL><GS><US>"),
        ("\x9b\u202e", "<U+009B><U+202E>"),
        ("A" * 65, "A" * 64 + "... (65 characters)"),
    ],
)
def test_control_characters_are_shown_by_name(text: str, shown: str) -> None:
    """A person who sets up a scanner has to see them."""
    assert show(text) == shown


def test_bytes_are_shown_as_hex_and_counted_beyond_a_limit() -> None:
    """Ten thousand of them would be no message."""
    assert hex_view(b"A\x1b\xff") == "41 1B FF"
    assert hex_view(b"\x00" * 10_000, limit=2) == "00 00 ... (10000 bytes)"


@given(st.text())
def test_a_text_without_fault_is_made_of_data_only(text: str) -> None:
    """And the other way round."""
    assert (fault_of(text) is None) == all(map(is_data, text))


def test_every_problem_has_a_sentence_that_says_what_to_do() -> None:
    """It stands on the screen as it is."""
    assert set(SENTENCES) == set(Problem)
    assert all(sentence.format(limit=512).endswith(".") for sentence in SENTENCES.values())
