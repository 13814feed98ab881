"""Words for an item: what was found, where it goes, and what the banner can draw."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from terminal.bench.commands import Clean, Hold, Scanned, Undo
from terminal.bench.found_words import FOUND
from terminal.bench.meanings import Tote
from terminal.bench.messages import MESSAGES
from terminal.bench.naming import by_value, channel_word
from terminal.bench.rules import Rules
from terminal.bench.view import Level
from terminal.domain.channels import CHANNELS
from terminal.domain.facts import REGISTRY
from terminal.ui.banner import LETTERS, width_of

WORD = re.compile(r"[A-Z0-9 .,:\-+/?!%']{1,14}")


def found(bench: Any, facts: dict[str, Any]) -> str | None:
    """The line that says what was found on the open item, if there is one."""
    item = replace(bench.state.item, facts=facts)
    bench.state = replace(bench.state, item=item)
    return next((fact.text for fact in bench.view().facts if fact.label == "FOUND"), None)


@pytest.mark.parametrize(
    ("facts", "text"),
    [
        ({}, None),
        ({"packaging": "sealed"}, "sealed"),
        ({"function": "not_required"}, None),
        ({"unused": False, "function": "fail", "lock": "on"}, "used, does not work, locked"),
        ({"battery_health": 84}, "battery 84 %"),
        ({"battery_health": 0, "packaging": "missing"}, "box missing, battery 0 %"),
        (
            {
                "observations": [
                    {"defect": "SCR-DP", "location": "back", "count": 2},
                    {"defect": "ACC-E", "location": "", "count": 1},
                ]
            },
            "SCR-DP back x2, ACC-E x1",
        ),
    ],
)
def test_what_was_found_is_said_in_words(inspecting: Any, facts: dict[str, Any], text: str | None) -> None:
    """Facts by their words, numbers with their unit, defects with place and count; nothing where nobody looked."""
    assert found(inspecting, {"category": "home", **facts}) == text


@pytest.mark.parametrize("name", FOUND)
def test_what_has_words_is_a_fact_that_can_be_found(name: str) -> None:
    """The words belong to values of the registry, so that none is a leftover of another name."""
    known: set[object] = set(REGISTRY[name].values) or {True, False}
    assert set(FOUND[name]) <= known


def test_every_banner_word_can_be_drawn(rules: Rules) -> None:
    """Messages, channels and questions keep to fourteen characters that have block letters."""
    words = [word for word, _ in MESSAGES.values() if word]
    words += [channel_word(channel) for channel in CHANNELS]
    words += [each.prompt.upper() for scheme in rules.book.schemes.values() for each in scheme.questions]
    for word in words:
        assert WORD.fullmatch(word), word
        assert width_of(word) is not None, word
    assert set("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .,:-+/?!%'") <= set(LETTERS)


def test_channels_are_told_apart_on_the_banner() -> None:
    """No two of them are shortened to one word."""
    assert len({channel_word(channel) for channel in CHANNELS}) == len(CHANNELS)


def test_values_are_sorted_as_numbers_and_then_by_name() -> None:
    """Nine is less than ten, and what costs money comes last."""
    values = {"outlet": "9.00", "donate": "-0.26", "restock": "10.00", "export": "9.00"}
    assert by_value(values) == [
        ("restock", "10.00"),
        ("export", "9.00"),
        ("outlet", "9.00"),
        ("donate", "-0.26"),
    ]


def test_a_warning_stays_on_the_banner_over_what_comes_next(inspecting: Any) -> None:
    """The hold is said in its own word; without a verdict the bench says what it waits for."""
    outcome = inspecting.must(Hold("other"))
    loud, calm = inspecting.view(outcome), inspecting.view()
    assert (loud.level, loud.word, loud.sound) == (Level.WARN, "ON HOLD", Level.WARN)
    assert (calm.level, calm.word, calm.sound) == (Level.ASK, "SCAN ITEM", None)


def test_an_undo_says_which_labels_come_off_under_the_word_of_the_step(inspecting: Any) -> None:
    """The banner shows the question that is open again."""
    before = inspecting.view().word
    inspecting.must(Clean())
    seen = inspecting.view(inspecting.must(Undo()))
    assert (seen.level, seen.word) == (Level.OK, before)
    assert inspecting.state.item.lpn in seen.line


def test_titles_of_foreign_goods_stay_as_they_are(ready: Any, a_line: Callable[..., Any]) -> None:
    """Nothing is escaped or cut here: front ends draw text literally."""
    title = "[b]{lpn} \x1b[2J 日本"
    ready.receive(a_line(title=title, quantity=1))
    assert ready.view().facts[0].text.endswith(title)
    ready.item(a_line(title=title))
    assert any(title in fact.text for fact in ready.view().facts)


def test_a_refusal_says_what_is_wrong_and_what_is_open(inspecting: Any) -> None:
    """A tote before the decision: the word of the refusal, and the open question as its first fact."""
    open_question = inspecting.view().line
    seen = inspecting.view(inspecting.do(Scanned("T", (Tote("T", "outlet", "Blue"),))))
    assert (seen.level, seen.word) == (Level.STOP, "TOO EARLY")
    assert "Blue" in seen.line
    assert (seen.facts[0].label, seen.facts[0].text) == ("NOW", open_question)
