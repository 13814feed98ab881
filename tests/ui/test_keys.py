"""Keys, their problems, and what is said about them in footer and help."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

import terminal
from terminal.bench.actions import ACTIONS
from terminal.ui.keys import FREE_KEYS, REGISTRY, BadKeys, Keymap, build, by_letter
from terminal.ui.run import run
from terminal.ui.settings import ScreenSettings


def action_of(keymap: Keymap, key: str) -> str:
    """Id of the action behind a key that has one."""
    action = keymap.action(key)
    assert action is not None
    return action.id


def problem(**overrides: str) -> str:
    """The one problem of these settings."""
    _, problems = build(overrides)
    assert len(problems) == 1
    return problems[0].text


def test_the_registry_has_no_clash_of_keys_letters_or_ids() -> None:
    """As shipped, each key and each letter stands for one action, and no key is one that a scanner can send."""
    keymap, problems = build()
    assert problems == ()
    keys = [key for key in keymap.keys.values() if key]
    letters = [action.letter for action in REGISTRY if action.letter]
    assert len(keys) == len(set(keys))
    assert len(letters) == len(set(letters))
    assert set(keys) - {"enter"} <= set(FREE_KEYS)


def test_every_action_can_be_reached() -> None:
    """By its key or by its letter in the palette, and the letter's case does not count."""
    keymap, _ = build()
    for action in REGISTRY:
        if action.letter:
            assert by_letter(action.letter.upper()) is action
        else:
            assert keymap.action(keymap.keys[action.id]) is action
    assert by_letter("?") is None


def test_a_site_moves_a_key_and_the_old_one_is_free() -> None:
    """An override replaces the standard key; the key that was left means nothing."""
    keymap, problems = build({"undo": " F10 ", "times": "end"})
    assert problems == ()
    assert action_of(keymap, "f10") == "undo"
    assert keymap.action("f2") is None
    assert action_of(keymap, "end") == "times"
    assert keymap.key_name("undo") == "F10"


def test_two_actions_can_change_places() -> None:
    """A swap is no clash."""
    keymap, problems = build({"undo": "f3", "hold": "f2"})
    assert problems == ()
    assert (action_of(keymap, "f3"), action_of(keymap, "f2")) == ("undo", "hold")


def test_an_empty_key_takes_the_key_away() -> None:
    """The action is then reached through the palette only."""
    keymap, problems = build({"hold": ""})
    assert problems == ()
    assert keymap.action("f3") is None
    assert "hold" not in [action.id for action, _, _ in keymap.footer(120).entries]


def test_an_unknown_action_is_named_with_the_nearest_one() -> None:
    """A typing error in an id is found, not ignored."""
    assert problem(undoo="f5") == 'there is no action undoo - did you mean "undo"?'


def test_an_unknown_key_is_named_with_the_nearest_one() -> None:
    """A typing error in a key is found, not ignored."""
    assert problem(undo="pgdown2").startswith("there is no key pgdown2")
    assert problem(undo="inserrt") == 'there is no key inserrt - did you mean "insert"?'


def test_two_actions_on_one_key_are_both_named() -> None:
    """Whether the other has the key from the start or from the same settings."""
    assert problem(undo="f3") == (
        "f3 is wanted for undo, but hold has it from the start, give that one another key"
    )
    _, problems = build({"undo": "f10", "times": "f10"})
    assert [one.text for one in problems] == [
        "f10 is wanted for undo, but times is set to it too",
        "f10 is wanted for times, but undo is set to it too",
    ]


@pytest.mark.parametrize(
    ("key", "why"),
    [
        ("5", "it is typed into codes"),
        ("a", "it is typed into codes"),
        ("space", "it is typed into codes"),
        ("question_mark", "it is typed into codes"),
        ("+", "it is typed into codes"),
        ("ctrl+c", "a barcode can hold it"),
        ("ctrl+q", "a barcode can hold it"),
        ("alt+x", "a barcode can hold it"),
        ("enter", "it ends a typed line and accepts"),
        ("escape", "it clears what was typed and goes back"),
        ("backspace", "it takes back a typed character"),
        ("tab", "it may end a scan"),
        ("pageup", "it moves a long list"),
    ],
)
def test_a_key_with_another_use_is_refused_with_the_reason(key: str, why: str) -> None:
    """Keys that scanners send, that typing needs or that the screen uses are no keys for actions."""
    text = problem(hold=key)
    assert text.startswith(f"{key} can't be the key of hold: ")
    assert why in text


def test_enter_may_only_accept() -> None:
    """The registry's own use of Enter can be written down without being a problem."""
    keymap, problems = build({"accept": "enter"})
    assert problems == ()
    assert keymap.action("enter") is None


def test_a_problem_leaves_the_rest_usable() -> None:
    """A wrong entry keeps the standard key of its action; right ones count."""
    keymap, problems = build({"undo": "ctrl+z", "hold": "f10"})
    assert [one.action for one in problems] == ["undo"]
    assert (action_of(keymap, "f2"), action_of(keymap, "f10")) == ("undo", "hold")


@pytest.mark.parametrize("width", [60, 80, 100, 120, 200])
def test_the_keys_line_fits_and_keeps_every_key(width: int) -> None:
    """Gaps and the first word of long names go before a key does."""
    footer = build()[0].footer(width)
    assert [key for _, key, _ in footer.entries] == [f"F{number}" for number in range(1, 10)]
    length = sum(cell_len(f"{key} {name}") + footer.gap for _, key, name in footer.entries) - footer.gap
    assert length < width or width == 60


def test_help_tells_every_key_with_its_sentence() -> None:
    """Help is made of the registry, so it cannot forget one."""
    lines = build()[0].help_lines()
    assert [(name, text) for _, name, text in lines] == [(one.name, one.help) for one in ACTIONS if one.key]


def test_keys_are_checked_without_the_screens_library() -> None:
    """Checking a config needs no Textual: it takes longer to import than everything else."""
    code = "import sys, terminal.ui.keys; sys.exit('textual' in sys.modules)"
    root = Path(terminal.__file__).parent.parent
    assert subprocess.run([sys.executable, "-c", code], cwd=root, check=False).returncode == 0


def test_the_bench_does_not_start_with_wrong_keys() -> None:
    """Every problem is named with its setting, before anything is painted or opened."""
    opened: list[int] = []

    def open_port() -> Any:
        opened.append(1)

    with pytest.raises(BadKeys) as caught:
        run(open_port, ScreenSettings(keys={"undo": "ctrl+z", "hodl": "f3"}))
    assert [problem.partition(":")[0] for problem in caught.value.problems] == [
        'keys.undo = "ctrl+z"',
        'keys.hodl = "f3"',
    ]
    assert opened == []
