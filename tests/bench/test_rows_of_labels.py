"""Which labels are wanted after overrides, reprints and their undoing."""

from typing import Any

from terminal.bench.commands import (
    Accept,
    Clean,
    Reprint,
    SetDisposition,
    SetGrade,
    Undo,
)
from terminal.bench.rows import stamp

FIRST = "BBBCBBBBBI"


def other_channel(bench: Any) -> str:
    """An allowed channel that is not the decided one."""
    chosen = bench.state.item.decided.disposition
    return str(next(name for name in bench.state.item.proposal.values if name != chosen))


def test_another_grade_takes_the_label_before_it_out_of_use(inspecting: Any) -> None:
    """Copy two is wanted instead of copy one; the first grade stays in its own column; undo turns it round."""
    inspecting.must(Clean())
    inspecting.must(SetGrade("C", "seen-worse"))
    inspecting.do(Accept())
    assert inspecting.tables.item(FIRST, "grade", "first_grade", "copies") == ("C", "A", 2)
    assert inspecting.tables.wanted() == {f"{FIRST}-1": 0, f"{FIRST}-2": 1}
    assert inspecting.tables.tag(f"{FIRST}-2")["grade"] == "C"
    inspecting.must(Undo())
    assert inspecting.tables.item(FIRST, "grade", "first_grade") == ("A", "A")
    assert inspecting.tables.wanted() == {f"{FIRST}-1": 1, f"{FIRST}-2": 0}


def test_another_channel_changes_channel_and_value_but_not_the_first(inspecting: Any) -> None:
    """The first disposition stays beside it; the value is the chosen channel's."""
    inspecting.must(Clean())
    before = inspecting.state.item.decided.disposition
    other = other_channel(inspecting)
    inspecting.must(SetDisposition(other, "other"))
    value = inspecting.state.item.proposal.values[other]
    assert inspecting.tables.item(FIRST, "disposition", "first_disposition") == (other, before)
    assert inspecting.tables.item(FIRST, "value_cents") == (int(value.replace(".", "")),)
    inspecting.must(Undo())
    assert inspecting.tables.item(FIRST, "disposition", "first_disposition") == (before, before)


def test_an_override_of_a_grade_is_one_step_even_where_it_waits(inspecting: Any) -> None:
    """With every proposal confirmed, the regraded item waits; its old label stays wanted until a new one comes."""
    inspecting.must(Clean())
    inspecting.with_rules(auto_accept=False)
    inspecting.must(SetGrade("C", "seen-worse"))
    assert (inspecting.tables.item(FIRST, "grade"), inspecting.tables.wanted()) == (("C",), {f"{FIRST}-1": 1})
    inspecting.must(Accept())
    assert inspecting.tables.wanted() == {f"{FIRST}-1": 0, f"{FIRST}-2": 1}


def test_a_reprint_takes_the_place_of_the_label_before_it(inspecting: Any) -> None:
    """Only the newest copy is wanted, and it is the one that a scan-back speaks of."""
    inspecting.must(Clean())
    inspecting.must(Reprint())
    inspecting.must(Reprint())
    assert inspecting.tables.wanted() == {f"{FIRST}-1": 0, f"{FIRST}-2": 0, f"{FIRST}-3": 1}
    assert inspecting.tables.item(FIRST, "copies") == (3,)
    inspecting.label()
    assert inspecting.tables.column("label_job", "applied_at") == {
        f"{FIRST}-1": None,
        f"{FIRST}-2": None,
        f"{FIRST}-3": stamp(inspecting.at),
    }
    inspecting.must(Undo())
    inspecting.must(Undo())
    assert set(inspecting.tables.wanted().values()) == {0}


def test_no_label_is_wanted_of_an_item_whose_decision_is_undone(inspecting: Any) -> None:
    """Regraded, undone, undone: the item is not decided, so no label of it may be printed."""
    inspecting.must(Clean())
    inspecting.must(SetGrade("C", "seen-worse"))
    inspecting.do(Accept())
    inspecting.must(Undo())
    inspecting.must(Undo())
    assert inspecting.state.item.decided is None
    assert inspecting.tables.wanted() == {f"{FIRST}-1": 0, f"{FIRST}-2": 0}


def test_the_label_that_counts_again_is_the_one_of_the_decision_that_stands(inspecting: Any) -> None:
    """Regraded, undone, regraded, undone: grade A stands, and so must a label that says A."""
    inspecting.must(Clean())
    for _ in range(2):
        inspecting.must(SetGrade("C", "seen-worse"))
        inspecting.do(Accept())
        inspecting.must(Undo())
    assert inspecting.state.item.grade == "A"
    (job,) = [job for job, still in inspecting.tables.wanted().items() if still]
    assert inspecting.tables.tag(job)["grade"] == "A"


def test_a_label_is_taken_off_once(inspecting: Any) -> None:
    """The answer's undo asks for the label, the item's undo has none left to ask for."""
    inspecting.must(Clean())
    assert inspecting.must(Undo()).events[0].labels_off == (FIRST,)
    assert inspecting.must(Undo()).events[0].labels_off == ()


def test_an_undone_scan_back_is_undone_under_a_reprint_too(inspecting: Any) -> None:
    """The first label counts again and was not scanned back, so its job says so as the item does."""
    inspecting.must(Clean())
    inspecting.label()
    inspecting.must(Reprint())
    inspecting.must(Undo())
    assert inspecting.state.item.unproven == (FIRST,)
    assert inspecting.tables.wanted() == {f"{FIRST}-1": 1, f"{FIRST}-2": 0}
    assert set(inspecting.tables.column("label_job", "applied_at").values()) == {None}


def test_a_new_label_is_proved_anew(inspecting: Any) -> None:
    """Another channel after the scan-back: the old proof is of a label that says something else."""
    inspecting.must(Clean())
    inspecting.label()
    inspecting.must(SetDisposition(other_channel(inspecting), "other"))
    assert inspecting.state.item.unproven == (FIRST,)
    assert inspecting.tote().verdict.code == "label-first"
    inspecting.label()
    assert not inspecting.tote().refused
