"""What comes from the hub between two items: other rules, and rulings on items that two stations claimed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from terminal.bench.arriving import claimed, ruling_words
from terminal.bench.arriving_events import Ruled, RulesChanged
from terminal.bench.commands import Blind, Clean, Scanned, SignOut, TakeRules, TakeRuling
from terminal.bench.evolve import evolve
from terminal.bench.meanings import OwnItem
from terminal.bench.messages import sentence
from terminal.bench.rows import rows
from terminal.bench.shift_events import SignedOut
from terminal.bench.view import Level

LPN = "BBBCBBBBBX"


def ruling(verdict: str = "hold", status: str | None = "closed", **more: Any) -> TakeRuling:
    """A ruling on one item."""
    given = {"tote": "T-outlet", "channel": "outlet"} | more
    return TakeRuling(LPN, "c-1", verdict, "serial", "SN-7", "9001", "seen", status, **given)


def test_other_rules_are_written_down_and_change_nothing_else(ready: Any) -> None:
    """The event says what was before and after; state and tables stay as they are."""
    before = ready.state
    outcome = ready.must(TakeRules("new", {"policy": 4, "rates": 2}))
    assert outcome.events == (RulesChanged(ready.rules.book.hash, "new", {"policy": 4, "rates": 2}),)
    assert sentence(outcome.verdict.code, outcome.verdict.args).endswith("policy 4, rates 2.")
    assert ready.state == before
    assert list(rows(outcome.events[0], before, before, ready.at)) == []


def test_nothing_arrives_while_an_item_or_a_question_is_open(inspecting: Any) -> None:
    """It is noted, without an event: it is given again later."""
    for command in (TakeRules("new", {}), ruling()):
        outcome = inspecting.do(command)
        assert outcome.events == ()
        assert outcome.verdict.code == "arrives-later"


def test_nobody_has_to_be_signed_in(bench: Any) -> None:
    """A bench that nobody stands at takes both."""
    assert bench.do(TakeRules("new", {})).events
    assert bench.do(ruling("keep")).events


@pytest.mark.parametrize(
    ("verdict", "status", "code", "moved"),
    [
        ("hold", "closed", "ruled-out", True),
        ("hold", "held", "ruled-hold", False),
        ("hold", "void", "ruled-hold", False),
        ("hold", None, "ruled-hold", False),
        ("keep", "closed", "ruled-keep", False),
    ],
)
def test_only_a_finished_item_that_must_wait_is_moved(
    ready: Any, verdict: str, status: str | None, code: str, moved: bool
) -> None:
    """Held already, undone or never here: it is written down and stays."""
    outcome = ready.do(ruling(verdict, status))
    (event,) = outcome.events
    assert (outcome.verdict.code, event.moved) == (code, moved)
    assert (outcome.verdict.level is Level.WARN) is moved
    assert (event.tote, event.channel) == (("T-outlet", "outlet") if moved else (None, None))


def test_an_item_that_is_moved_leaves_its_tote_and_can_not_be_undone_back(ready: Any) -> None:
    """One row for the item, one for the tote; a tote that nobody knows has none."""
    event = Ruled(LPN, "c-1", "hold", "serial", "SN-7", "9001", moved=True, tote="T-outlet", channel="outlet")
    made = list(rows(event, ready.state, ready.state, ready.at))
    assert [row.table for row in made] == ["item", "tote"]
    assert made[0].values["status"] == "held"
    assert made[0].values["hold_reason"] == "ruled"
    assert [made[1].values[name] for name in ("tote", "channel", "units")] == ["T-outlet", "outlet", -1]
    bare = Ruled(LPN, "c-1", "hold", "serial", "SN-7", "9001", moved=True)
    assert [row.table for row in rows(bare, ready.state, ready.state, ready.at)] == ["item"]
    assert evolve(ready.state, event, ready.at).history == ()
    kept = Ruled(LPN, "c-1", "keep", "serial", "SN-7", "9001")
    assert list(rows(kept, ready.state, ready.state, ready.at)) == []
    assert evolve(ready.state, kept, ready.at) == ready.state


def test_a_ruling_is_said_where_the_item_is_scanned(ready: Any, held_item: Callable[..., OwnItem]) -> None:
    """Whatever the scan leads to, the sentence about the item ends with it."""
    words = ruling_words("hold", "serial", "SN-7", "9001", "seen")
    assert words == " Claimed twice, serial SN-7: another bench keeps it: hold, ruled by 9001 (seen)."
    for status in ("closed", "void", "held"):
        outcome = ready.do(Scanned(LPN, (held_item(lpn=LPN, status=status, ruling=words),)))
        assert ready.view(outcome).line.endswith(words)


def test_words_of_a_ruling_are_made_safe() -> None:
    """What a lead wrote is foreign text; a line of a return is called one."""
    assert ruling_words("keep", "rma_line", "R1/2", "9001", "") == (
        " Claimed twice, line R1/2: this bench keeps it, ruled by 9001."
    )
    assert claimed("colour", "a\x1bb") == "colour a?b"


def test_a_badge_that_counts_no_more_signs_out_and_leaves_the_item(inspecting: Any) -> None:
    """The open work stays for whoever comes."""
    outcome = inspecting.do(SignOut("revoked"))
    assert outcome.events == (SignedOut("1001", "revoked"),)
    assert outcome.verdict.code == "signed-out-revoked"
    assert inspecting.state.item is not None
    assert inspecting.do(SignOut("revoked")).verdict.code == "signed-out-already"
    assert inspecting.refuses(Clean()) == "sign-in-first"
    assert inspecting.refuses(Blind("other")) == "sign-in-first"
