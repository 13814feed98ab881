"""The editor of policies: a text that comes out as it went in."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.domain.suggest import BadData
from terminal.ui.policy_area import PolicyArea, stand_in


@settings(deadline=None)
@given(text=st.text(alphabet=st.sampled_from("ab\t\n\v\f\x1c\x85\u2028\u2029\ufeff\x00\x1b é")))
def test_the_editor_gives_every_text_back(text: str) -> None:
    """Whatever separators are in it, lines are only what newlines make."""
    area = PolicyArea(text, "any")
    assert area.value == text
    assert area.document.line_count == text.count("\n") + 1


@pytest.mark.parametrize("text", ["a\r\nb\r\n", "a\rb\n", "\r", "a\r\n\rb\r\n"])
def test_carriage_returns_stay_where_they_were(text: str) -> None:
    """Line ends of other systems, and returns that end no line."""
    assert PolicyArea(text, "any").value == text


def test_private_characters_that_would_be_mistaken_are_refused() -> None:
    """With the line, before anything is shown."""
    with pytest.raises(BadData, match=r"line 2: the private character U\+10D085"):
        stand_in("a\n\U0010d085")
