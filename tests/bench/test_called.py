"""What commands and actions are called where a sentence names them."""

from typing import Any, get_args

import pytest

from terminal.bench.actions import ACTIONS, BY_ID
from terminal.bench.called import ACTION_OF, ANSWERED, OTHERS, called, called_action
from terminal.bench.commands import Accept, Answer, Blind, Command
from terminal.bench.meanings import Tote
from terminal.bench.state import State
from terminal.bench.stock_commands import CloseTote, OpenTote
from terminal.bench.wording import said_text
from terminal.domain.speech import Voice, speaking
from terminal.presses import nothing_opens


def test_every_name_is_that_of_an_action() -> None:
    """And none but commands have one."""
    assert set(ACTION_OF.values()) <= set(BY_ID)
    assert {*ACTION_OF, *OTHERS} <= set(get_args(Command))


@pytest.mark.parametrize("action", [action.id for action in ACTIONS])
def test_an_action_is_called_what_its_key_says(action: str, brackets: Voice) -> None:
    """In the language that is spoken."""
    assert called_action(action) == BY_ID[action].name
    with speaking(brackets):
        assert called_action(action) == f"<{BY_ID[action].name}>"
        assert called_action("sing") == "sing"


@pytest.mark.parametrize(
    ("command", "name"),
    [
        (Accept(), "accept"),
        (Blind("other"), "blind"),
        (CloseTote(Tote("T-01", "outlet", "T1")), "close tote"),
        (OpenTote(Tote("T-01", "outlet", "T1")), "open tote"),
        (Answer("works", "yes"), ANSWERED),
    ],
)
def test_before_the_badge_a_refusal_names_what_was_asked_for(
    bench: Any, command: Any, name: str, brackets: Voice
) -> None:
    """By its short name, never by what a program calls it."""
    assert called(command) == name
    with speaking(brackets):
        outcome = bench.do(command)
        assert outcome.verdict.code == "sign-in-first"
        assert said_text(outcome.verdict) == f"<Scan your badge first, then once more: <{name}>.>"
    assert outcome.events[0].given == type(command).__name__.lower()


def test_a_key_that_opens_nothing_is_named_by_what_stands_on_it(brackets: Voice) -> None:
    """Before the badge: the name of the action, and its id in the trace."""
    with speaking(brackets):
        outcome = nothing_opens("reroute", State())
        assert said_text(outcome.verdict) == "<Scan your badge first, then once more: <reroute>.>"
        assert outcome.verdict.args["given"] == "<reroute>"
    assert [getattr(event, "given", "") for event in outcome.events] == ["reroute"]
