"""What nobody may read: a PIN on the screen, and how fast it was typed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from terminal.ui.picture import Picture
from terminal.ui.typed_line import TypedLine
from terminal.ui.widgets.body import typed


def test_a_secret_is_shown_as_stars(picture: Picture) -> None:
    """So many as there are characters; the prompt stays readable."""
    view = replace(picture.view, secret=True, prompt="PIN?")
    row = typed(replace(picture, view=view, typed="470815")).plain
    assert "470815" not in row
    assert row.startswith(" PIN? ******")
    open_row = typed(replace(picture, view=replace(view, secret=False), typed="470815")).plain
    assert "470815" in open_row


@pytest.mark.parametrize(
    ("keys", "pace"),
    [
        ([("4", 1.0), ("7", 1.25), ("enter", 1.5)], 0.25),
        ([("4", 1.0), ("backspace", 1.1), ("7", 5.0), ("enter", 5.5)], 0.5),
        ([("enter", 1.0)], None),
        ([("4", 1.0), ("escape", 2.0), ("1", 9.0), ("2", 9.01), ("enter", 9.02)], 0.01),
    ],
)
def test_a_line_knows_how_fast_it_was_typed(keys: list[tuple[str, float]], pace: float | None) -> None:
    """From its first character to Enter, however long somebody thought before."""
    line = TypedLine()
    for key, at in keys:
        line.take(key, key if len(key) == 1 else None, at)
    assert line.pace == pytest.approx(pace)


def test_the_pace_is_that_of_the_last_line() -> None:
    """Not of the one before."""
    line = TypedLine()
    for key, at in (("1", 0.0), ("enter", 1.0), ("2", 10.0), ("3", 10.01), ("enter", 10.02)):
        line.take(key, key if len(key) == 1 else None, at)
    assert line.pace == pytest.approx(0.01)
