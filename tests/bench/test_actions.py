"""The registry of actions: each can be told from every other by key, by letter and by barcode."""

from collections.abc import Callable
from typing import Any

import pytest

from terminal.bench.actions import ACTIONS, BY_ID, Action, by_code
from terminal.bench.choices import CHOICES, choice_code, choice_payload
from terminal.bench.menus import open_menu
from terminal.bench.wording import available
from terminal.domain.lettercode import MAX_PAYLOAD, OwnKind, is_own, make, parse
from terminal.presses import DIRECT

every_action = pytest.mark.parametrize("action", ACTIONS, ids=[action.id for action in ACTIONS])
TOTES = {"tote_close", "tote_out"}
CODED = [action for action in ACTIONS if action.code]


@pytest.mark.parametrize("field", ["id", "name", "help", "code", "key", "letter"])
def test_no_two_actions_share_what_they_are_called_by(field: str) -> None:
    """Ids, names, codes, keys and letters; an empty one stands for none."""
    found = [getattr(action, field) for action in ACTIONS if getattr(action, field)]
    assert sorted(found) == sorted(set(found))


@every_action
def test_an_action_can_be_reached_and_says_what_it_does(action: Action) -> None:
    """By a key or by a letter of the palette; with a short name and a whole sentence."""
    assert action.key or action.letter
    assert len(action.letter) <= 1
    assert action.letter == action.letter.lower()
    assert 0 < len(action.name) <= 12
    assert action.help.endswith(".")
    assert BY_ID[action.id] is action


@every_action
def test_what_only_the_screen_does_is_no_command(action: Action) -> None:
    """Every other action is a command as it stands, opens a menu, changes the printer, or closes the shift."""
    commands = {*DIRECT, "hold", "times", "defect", "regrade", "reroute", "weigh", "blind", "shift_close"}
    commands |= {"tote_close", "tote_out", "doubts", "printer", "work", "photo", "clear_recall", "audit"}
    assert (action.id in commands) != action.screen


@pytest.mark.parametrize("action", CODED, ids=[action.id for action in CODED])
def test_a_command_code_is_read_on_any_keyboard_layout(action: Action) -> None:
    """Letters that lie on the same keys everywhere, few enough for a short barcode, and back again."""
    assert is_own(action.code)
    assert action.code == action.code.upper()
    assert len(action.code) <= MAX_PAYLOAD == 6
    read = parse(make(OwnKind.COMMAND, action.code).lower())
    assert read is not None
    assert (read.kind, by_code(read.payload)) == (OwnKind.COMMAND, action)


@pytest.mark.parametrize("payload", ["", "NOSUCH", "undo"])
def test_other_payloads_are_no_command(payload: str) -> None:
    """An empty payload does not find the actions that have no barcode."""
    assert by_code(payload) is None


def test_each_choice_on_the_screen_has_a_barcode_of_its_own() -> None:
    """Ninety-nine of them; past that a number is typed."""
    codes = [choice_code(number) for number in range(1, CHOICES + 1)]
    assert len(set(codes)) == CHOICES
    for number, code in enumerate(codes, 1):
        read = parse(code)
        assert read is not None
        assert (read.kind, read.payload) == (OwnKind.ANSWER, choice_payload(number))
    assert choice_code(CHOICES + 1) == ""


def offered(bench: Any) -> set[str]:
    """Actions that would do something now, without those that always would."""
    always = {"help", "history", "palette", "shift", "accept"}
    seen = set(bench.view().actions)
    assert seen >= always
    return seen - always


def test_each_step_offers_what_would_do_something(bench: Any, a_line: Callable[..., Any]) -> None:
    """From the badge to the tote: parcel work without an item, item work with one."""
    assert offered(bench) == set()
    bench.sign_in()
    assert offered(bench) == {"lock", "break", *TOTES, "blind", "shift_close"}
    bench.receive(a_line(quantity=1))
    assert offered(bench) - {"shift_close"} == {
        "lock",
        "break",
        *TOTES,
        "undo",
        "parcel_done",
        "unidentified",
    }
    bench.item(a_line())
    on_item = {"lock", "break", "undo", "hold", "times", "regrade", "reroute", "danger", "value"}
    assert offered(bench) == on_item | {"clean", "defect", "weigh"}
    bench.with_rules(auto_accept=False)
    bench.do(DIRECT["clean"]())
    assert offered(bench) == on_item | {"defect", "weigh"}
    bench.do(DIRECT["accept"]())
    assert offered(bench) == on_item | {"reprint", "label"}
    bench.label()
    assert offered(bench) == on_item | {"reprint", "label"}
    bench.tote()
    after = {"label", "lock", "break", "undo", "parcel_done", "unidentified", "blind", "shift_close"}
    assert offered(bench) == after | TOTES


def test_nothing_of_an_item_is_offered_to_nobody(inspecting: Any) -> None:
    """The item stays on the bench after signing out, and waits for a badge."""
    inspecting.do(DIRECT["lock"]())
    assert inspecting.state.item is not None
    assert offered(inspecting) == set()


def test_closing_the_shift_is_offered_where_it_would_close(parcel: Any) -> None:
    """An unfinished parcel keeps the shift open, so the action says no before it is asked."""
    assert "shift_close" not in offered(parcel)


@pytest.mark.parametrize("action", ["hold", "times", "defect", "regrade", "reroute", "weigh"])
def test_menus_of_an_item_need_one(parcel: Any, action: str) -> None:
    """Without an item there is nothing to choose for."""
    assert open_menu(action, parcel.state, parcel.rules) is None
    assert not available(action, parcel.state)
