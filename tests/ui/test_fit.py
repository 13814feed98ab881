"""Every translation fits the place where it is said, on a screen of 80 by 24."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from terminal.bench.actions import ACTIONS
from terminal.bench.messages import MESSAGES
from terminal.domain.speech import LANGUAGES, _, speaking
from terminal.ui.banner import width_of
from terminal.ui.keys import REGISTRY, Keymap
from terminal.ui.picture import Picture
from terminal.ui.widgets import status
from terminal.voices import voice

CATALOGUE = (
    Path(__file__).resolve().parents[2] / "terminal" / "data" / "locale" / "de" / "LC_MESSAGES" / "regrade.po"
)
SAID = ("terminal/bench/", "terminal/data/schemes/questions")
"""Where words for the banner stand."""
COLUMNS = 80
BANNER = 14
"""Letters of a banner word."""
TWO_LINES = 2 * (COLUMNS - 4)
NAME = 12
"""Letters of an action's name in the help and the footer."""
TRANSLATED = LANGUAGES[1:]


def banners() -> list[str]:
    """Everything that is written in capitals, as the banner is."""
    with CATALOGUE.open("rb") as file:
        texts = [
            message.id
            for message in read_po(file)
            if isinstance(message.id, str)
            and any(place.startswith(SAID) for place, _line in message.locations)
        ]
    found = {text for text in texts if text.isupper() and len(text) <= BANNER and "{" not in text}
    return sorted(found | {word for word, _sentence in MESSAGES.values() if word})


@pytest.mark.parametrize("language", TRANSLATED)
def test_words_for_the_banner_fit_it_and_can_be_drawn(language: str) -> None:
    """At most fourteen letters, capitals, and each of them has a picture."""
    with speaking(voice(language)):
        for word in banners():
            said = _(word)
            assert len(said) <= BANNER, (word, said)
            assert said == said.upper() or "ß" in said, (word, said)
            assert width_of(said) is not None, (word, said)


@pytest.mark.parametrize("language", TRANSLATED)
def test_sentences_fit_the_line_and_what_it_may_run_over_to(language: str) -> None:
    """Two rows of the screen hold every sentence of a verdict, its own words not counted."""
    with speaking(voice(language)):
        for _word, text in MESSAGES.values():
            assert len(_(text)) <= TWO_LINES, (text, _(text))


@pytest.mark.parametrize("language", TRANSLATED)
def test_names_of_actions_fit_the_footer_and_help(language: str) -> None:
    """One or two short words each; and no two actions are called the same."""
    with speaking(voice(language)):
        names = {action.id: _(action.name) for action in ACTIONS}
    assert {name: len(name) for name in names.values() if len(name) > NAME} == {}
    assert len(set(names.values())) == len(names)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_keys_that_are_always_there_stand_with_their_whole_names(language: str) -> None:
    """Nothing is cut off, with the key for a dangerous battery too."""
    keymap = Keymap({action.id: action.key for action in REGISTRY})
    with speaking(voice(language)):
        for offered in ((), ("danger",)):
            for action, _key, name in keymap.footer(COLUMNS, offered).entries:
                assert name in (_(action.name), _(action.name).split()[-1])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_two_rows_say_everything(language: str, picture: Picture) -> None:
    """Who and where with a sign-in of six letters, times and counts; and the four steps."""
    view = replace(picture.view, operator="100234", language=language)
    with speaking(voice(language)):
        rows = [one(replace(picture, view=view), COLUMNS).plain for one in (status.header, status.steps)]
    assert all("…" not in row and len(row) <= COLUMNS for row in rows), rows
    assert "100234" in rows[0]
