"""The tables of items that come back out of quarantine, and go back there."""

from datetime import timedelta
from typing import Any

from terminal.bench.commands import Accept, Clean, Hold, SetGrade, Times, Undo
from terminal.bench.meanings import Operator

FIRST, SECOND = "BBBCBBBBBI", "BBBCBBBBCG"
LEAD = Operator("9001", "lead")


def resumed(bench: Any) -> Any:
    """Hold the item on the bench, and let a lead take it out again an hour later."""
    bench.must(Hold("wrong-item"))
    bench.sign_in(LEAD)
    bench.at += timedelta(hours=1)
    assert bench.resume(FIRST).verdict.code == "item-resumed"
    return bench


def test_an_item_out_of_quarantine_is_open_and_counted_once(inspecting: Any) -> None:
    """Its parcel does not count it again, and its next label is the next copy."""
    resumed(inspecting)
    assert inspecting.tables.item(FIRST, "status", "hold_reason", "closed_at", "copies") == (
        "open",
        None,
        None,
        1,
    )
    assert inspecting.tables.parcel("received", "short") == (1, 13)
    inspecting.must(Clean())
    inspecting.must(Accept())
    assert inspecting.tables.wanted() == {f"{FIRST}-1": 0, f"{FIRST}-2": 1}


def test_undo_puts_an_item_back_into_quarantine(inspecting: Any) -> None:
    """Status, reason and label are those it had there."""
    resumed(inspecting)
    assert inspecting.must(Undo()).events[0].labels_off == ()
    assert inspecting.tables.item(FIRST, "status", "hold_reason", "copies", "tote") == (
        "held",
        "wrong-item",
        1,
        None,
    )
    assert inspecting.tables.wanted() == {f"{FIRST}-1": 1}


def test_undo_of_later_steps_puts_the_quarantine_label_back_first(inspecting: Any) -> None:
    """Decided anew and undone twice: the label that counts is the one with which it lay in quarantine."""
    inspecting.must(Clean())
    resumed(inspecting)
    inspecting.do(Clean())
    inspecting.must(Accept())
    inspecting.must(Undo())
    assert inspecting.tables.wanted() == {f"{FIRST}-1": 0, f"{FIRST}-2": 1, f"{FIRST}-3": 0}
    inspecting.must(Undo())
    assert (inspecting.tables.status(), inspecting.tables.wanted()[f"{FIRST}-2"]) == ({FIRST: "held"}, 1)
    assert inspecting.tables.item(FIRST, "grade", "disposition") == ("A", inspecting.own(FIRST).disposition)


def test_the_first_grade_stays_for_ever(inspecting: Any) -> None:
    """Graded A, set to C by hand, held and resumed: the first inspection said A, whatever is found later."""
    inspecting.must(Clean())
    inspecting.must(SetGrade("C", "seen-worse"))
    resumed(inspecting)
    inspecting.must(Clean())
    assert inspecting.tables.item(FIRST, "first_grade") == ("A",)


def test_a_resumed_item_was_received_when_it_came(inspecting: Any) -> None:
    """Time and operator of the first identification stay in its row, also where undo puts it back."""
    before = inspecting.tables.item(FIRST, "received_at", "operator")
    resumed(inspecting)
    assert inspecting.tables.item(FIRST, "received_at", "operator") == before


def test_a_resumed_unit_keeps_its_leader(inspecting: Any) -> None:
    """The second of two held units still belongs to the first, so that their finding is found."""
    inspecting.must(Times(2))
    inspecting.must(Hold("other"))
    inspecting.sign_in(LEAD)
    inspecting.resume(SECOND)
    assert inspecting.tables.item(SECOND, "leader", "status") == (FIRST, "open")


def test_actions_of_an_earlier_visit_are_kept(inspecting: Any) -> None:
    """Item, answer and hold were three; taking it out again is the fourth."""
    inspecting.must(Clean())
    resumed(inspecting)
    assert inspecting.tables.item(FIRST, "actions") == (4,)
