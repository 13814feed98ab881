"""Foreign text before it is drawn, and the filter behind everything that is drawn."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.segment import ControlType, Segment
from rich.style import Style
from textual.color import Color

from terminal.ui.literal import PLAIN_SIGN, SIGN, ControlFilter, content, literal

BIDI = ("RLO", "LRO", "RLE", "LRE", "PDF", "RLI", "LRI", "FSI", "PDI")
BLACK = Color(0, 0, 0)


def test_text_that_acts_is_shown_as_a_sign() -> None:
    """Escape sequences, C1, bidi marks, zero widths and line ends are visible and harmless; text stays as it is."""
    assert literal("Bolt [/M8] 5mm") == "Bolt [/M8] 5mm"
    assert literal("\x1b[31m\x9b\u202e\u200b\ufeff\r\n\tx\x7f") == "␦[31m␦␦␦␦␦␦␦x␦"
    assert literal("\ud83d Grün 日本 é") == "␦ Grün 日本 é"


@given(st.text())
def test_nothing_that_acts_is_left(text: str) -> None:
    """No control character, surrogate or format character of no width remains, and no character is dropped."""
    safe = literal(text)
    assert len(safe) == len(text)
    assert not [one for one in safe if unicodedata.category(one) in ("Cc", "Cs", "Zl", "Zp")]
    assert not [
        one
        for one in safe
        if unicodedata.bidirectional(one) in ("RLO", "LRO", "RLE", "LRE", "RLI", "LRI", "FSI")
    ]
    assert literal(safe) == safe


def test_content_reads_no_markup() -> None:
    """A title that looks like markup is the title."""
    assert content("[b]x[/b] [@click=app.quit]y[/]", "bold").plain == "[b]x[/b] [@click=app.quit]y[/]"
    assert cell_len(content("").plain) == 0


def test_the_filter_cleans_text_and_lets_textuals_own_controls_pass() -> None:
    """Text segments are cleaned with their style kept; control segments are Textual's and pass."""
    style = Style(bold=True)
    control = Segment("\x1b[2J", None, [(ControlType.CLEAR,)])
    clean = Segment("fine", style)
    found = ControlFilter().apply([Segment("a\x1bb", style), control, clean], BLACK)
    assert found == [Segment(f"a{SIGN}b", style), control, clean]
    assert found[2] is clean


def test_a_text_console_gets_a_sign_that_its_font_has() -> None:
    """Signs that were put in before are replaced too."""
    found = ControlFilter(plain=True).apply([Segment(f"a\x07{SIGN}")], BLACK)
    assert found == [Segment(f"a{PLAIN_SIGN}{PLAIN_SIGN}")]
