"""Sentences that are made where nobody knows who reads them."""

from __future__ import annotations

from copy import deepcopy

import pytest

from terminal.domain.speech import Said, Voice, joined, retold, speaking, told_by

LOST = Said("The printer at {name} is gone.", name="{braces}")


def test_it_is_english_and_a_copy_is_made_of_the_same() -> None:
    """Braces from outside are no places for values, in the copy neither."""
    copy = deepcopy(LOST)
    assert copy == LOST == "The printer at {braces} is gone."
    assert (copy.template, copy.values) == (LOST.template, LOST.values)


def test_its_reader_hears_it_in_another_language(brackets: Voice) -> None:
    """The sentences inside it too; values stay, and so does what is said in English."""
    both = joined([LOST, Said("Closed.")])
    with speaking(brackets):
        assert retold(both) == "<<The printer at {braces} is gone.> <Closed.>>"
        assert retold("Closed.") == "<Closed.>"
        assert retold("") == ""
    assert retold(both) == both == "The printer at {braces} is gone. Closed."


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ValueError(LOST), LOST),
        (ValueError("plain"), "plain"),
        (ValueError(), ""),
        (OSError(2, "gone"), "[Errno 2] gone"),
        (ValueError(7), "7"),
    ],
)
def test_an_error_tells_what_it_was_made_of(error: Exception, said: str) -> None:
    """Where its text is a sentence of this kind; else what it says of itself."""
    told = told_by(error)
    assert told == said
    assert getattr(told, "template", None) == getattr(said, "template", None)
