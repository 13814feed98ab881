"""Labels of which nobody knows whether they came out: asked, settled, printed again as the next copy."""

from dataclasses import replace
from typing import Any

from terminal.bench.actions import ACTIONS
from terminal.bench.choices import Menu
from terminal.bench.commands import AddDefect, Clean, Hold, Reprint, SetDisposition, SettleLabel, Undo
from terminal.bench.label_events import LabelFound, LabelsQueued
from terminal.bench.labelling import faults_of, waste_code
from terminal.bench.menus import Doubtful, doubts_menu
from terminal.bench.rows import stamp
from terminal.bench.scene import Scene
from terminal.bench.view import Level
from terminal.bench.wording import view

FIRST = "BBBCBBBBBI"
TAG = {"channel": "outlet", "title": "Tin 22556"}


def settle(found: bool, copy: int = 1, copies: int = 1) -> SettleLabel:
    """What a person says about the first label."""
    return SettleLabel(FIRST, copy, copies, TAG, found)


def test_a_label_that_is_there_is_confirmed(inspecting: Any) -> None:
    """Its row says when; nothing is printed."""
    inspecting.must(Hold("other"))
    outcome = inspecting.must(settle(True))
    assert outcome.events == (LabelFound(FIRST, 1),)
    assert inspecting.tables.column("label_job", "applied_at") == {f"{FIRST}-1": stamp(inspecting.at)}
    assert inspecting.tables.wanted() == {f"{FIRST}-1": 1}


def test_a_label_that_is_not_there_is_printed_as_the_next_copy(inspecting: Any) -> None:
    """The copy counts on past every one that was ever asked for, and undo can't bring the old one back."""
    inspecting.must(Hold("other"))
    outcome = inspecting.must(settle(False, 1, 3))
    (event,) = outcome.events
    assert isinstance(event, LabelsQueued)
    assert inspecting.tables.wanted() == {f"{FIRST}-1": 0, f"{FIRST}-2": 0, f"{FIRST}-3": 0, f"{FIRST}-4": 1}
    assert inspecting.tables.item(FIRST, "copies", "status") == (4, "held")
    assert inspecting.tables.tag(f"{FIRST}-4") == {**TAG, "lpn": FIRST, "copy": 4}
    assert inspecting.refuses(Undo()) == "nothing-to-undo"


def test_the_open_items_label_is_printed_again_alone(inspecting: Any) -> None:
    """The item goes on wanting its scan-back."""
    inspecting.must(Clean())
    prove = inspecting.state.item.prove
    inspecting.must(settle(False))
    assert inspecting.state.item.prove == prove
    assert inspecting.state.item.labels == {FIRST: 2}
    inspecting.must(Reprint())
    assert inspecting.tables.wanted() == {f"{FIRST}-1": 0, f"{FIRST}-2": 0, f"{FIRST}-3": 1}


def test_another_items_label_leaves_the_open_item_alone(inspecting: Any, a_line: Any) -> None:
    """Only what undo could reach back to is closed."""
    inspecting.must(Hold("other"))
    inspecting.item(a_line())
    item = inspecting.state.item
    inspecting.must(settle(False))
    assert inspecting.state.item == item
    assert inspecting.tables.item(FIRST, "copies") == (2,)


def test_the_bench_asks_whether_the_open_items_label_is_there(inspecting: Any) -> None:
    """Loudly, with both answers in plain sight; without a doubt it asks for the scan as ever."""
    inspecting.must(Clean())
    scene = Scene(in_doubt=frozenset({f"{FIRST}-1"}))
    shown = view(inspecting.state, inspecting.rules, scene)
    assert (shown.level, shown.word) == (Level.WARN, "LABEL THERE?")
    assert "F4" in shown.line
    assert "doubts" in shown.actions
    assert view(inspecting.state, inspecting.rules, Scene()).level is Level.OK


def test_the_second_printer_is_offered_where_there_is_one(inspecting: Any) -> None:
    """To somebody who is signed in."""
    assert "printer" not in inspecting.view().actions
    inspecting.with_rules(second_printer="spare")
    assert "printer" in inspecting.view().actions
    assert {"printer", "doubts"} < {action.id for action in ACTIONS}


def test_each_label_in_doubt_has_its_question() -> None:
    """Yes or no, and what each of them does."""
    menu = doubts_menu((Doubtful(f"{FIRST}-2", FIRST, 2, 3, TAG),))
    (entry,) = menu.entries
    assert (entry.label, entry.detail) == (f"{FIRST} copy 2", "Tin 22556")
    assert isinstance(entry.does, Menu)
    assert [answer.does for answer in entry.does.entries] == [settle(True, 2, 3), settle(False, 2, 3)]


def test_a_label_names_the_faults_in_words(inspecting: Any) -> None:
    """With place and count, for whoever mends or sells it; a defect of an older scheme by its code."""
    inspecting.must(AddDefect("SCR-DP", "back", 2))
    item, rules = inspecting.state.item, inspecting.rules
    label = rules.book.scheme_for(item.category).defects["SCR-DP"].label
    assert faults_of(item, rules) == [f"{label}, back x2"]
    strange = {"observations": [{"defect": "OLD-1", "location": "", "count": 1}]}
    assert faults_of(replace(item, facts=strange), rules) == ["OLD-1"]


def test_what_is_thrown_away_has_its_waste_code(inspecting: Any) -> None:
    """By category, else the general one; a damaged battery has its own. What is sold has none."""
    inspecting.with_rules(
        waste_codes={"home": "20 03 07", "general": "20 03 01", "damaged_battery": "20 01 35*"}
    )
    item, rules = inspecting.state.item, inspecting.rules
    assert waste_code(item, "recycle", rules) == "20 03 07"
    assert waste_code(replace(item, category="toys"), "landfill", rules) == "20 03 01"
    swollen = replace(item, facts={**item.facts, "hazard": "damaged_battery"})
    assert waste_code(swollen, "recycle", rules) == "20 01 35*"
    assert waste_code(item, "outlet", rules) == ""
    assert waste_code(item, "recycle", inspecting.with_rules(waste_codes={}).rules) == ""


def test_a_held_items_label_says_why(inspecting: Any) -> None:
    """In the site's words."""
    inspecting.must(Hold("wrong-item"))
    assert inspecting.tables.tag(f"{FIRST}-1")["reason"] == "Wrong item"


def test_a_channel_may_be_set_by_hand_for_a_labelled_item(inspecting: Any) -> None:
    """Its new label names the new channel."""
    inspecting.must(Clean())
    other = next(name for name in inspecting.state.item.proposal.values if name != "restock")
    if other == inspecting.state.item.decided.disposition:
        other = next(name for name in inspecting.state.item.proposal.values if name not in ("restock", other))
    inspecting.must(SetDisposition(other, "other"))
    assert inspecting.tables.tag(f"{FIRST}-2")["channel"] == other
