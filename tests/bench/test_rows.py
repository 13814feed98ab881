"""The tables after each step of items and groups, and after each step back."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from terminal.bench.commands import Clean, Hold, Scanned, Times, Undo
from terminal.bench.events import Held
from terminal.bench.meanings import Known
from terminal.bench.rows import stamp

FIRST, SECOND, THIRD = "BBBCBBBBBI", "BBBCBBBBCG", "BBBCBBBBDE"


def placed(bench: Any, line: Any) -> str:
    """Take one item from its code to the tote; gives the tote."""
    bench.item(line)
    bench.must(Clean())
    bench.label()
    channel = bench.state.item.decided.disposition
    assert not bench.tote().refused
    return f"T-{channel}"


def test_a_parcel_stands_open_with_what_it_expects(parcel: Any) -> None:
    """Fourteen units to come, received by whoever is signed in."""
    assert parcel.tables.parcel("status", "how", "rma", "expected", "received", "short", "operator") == (
        "open", "rma", "C536391", 14, 0, 14, "1001",
    )  # fmt: skip
    assert parcel.tables.parcel("received_at", "closed_at", "over", "unexpected") == (
        stamp(parcel.at),
        None,
        0,
        0,
    )


def test_an_identified_item_is_open_and_knows_where_it_came_from(inspecting: Any) -> None:
    """No grade, no channel, no label yet; the parcel has one unit more."""
    assert inspecting.tables.item(FIRST, "status", "leader", "arrival", "line", "parcel", "rma", "sku") == (
        "open", FIRST, "expected", 1, "01-P000001", "C536391", "22556",
    )  # fmt: skip
    assert (
        inspecting.tables.item(FIRST, "grade", "score", "disposition", "value_cents", "decision", "tote")
        == (None,) * 6
    )
    assert inspecting.tables.item(FIRST, "actions", "copies", "operator", "closed_at") == (1, 0, "1001", None)
    assert json.loads(inspecting.tables.item(FIRST, "facts")[0])["assumed"] == ["reference_price"]
    assert inspecting.tables.parcel("received", "short") == (1, 13)
    assert inspecting.tables.wanted() == {}


def test_a_decided_item_has_its_grade_channel_value_and_label(inspecting: Any) -> None:
    """The value is in cents and the first proposal stands beside the one that counts."""
    inspecting.must(Clean())
    proposal = inspecting.state.item.proposal
    chosen = proposal.disposition
    assert inspecting.tables.item(FIRST, "grade", "first_grade", "disposition", "first_disposition") == (
        proposal.grade, proposal.grade, chosen, chosen,
    )  # fmt: skip
    cents = int(proposal.values[chosen].replace(".", ""))
    assert inspecting.tables.item(FIRST, "value_cents", "currency", "score") == (cents, "GBP", proposal.score)
    assert json.loads(inspecting.tables.item(FIRST, "decision")[0])["explanation"] == proposal.explanation
    assert inspecting.tables.wanted() == {f"{FIRST}-1": 1}
    job = inspecting.tables.rows["label_job"][f"{FIRST}-1"]
    assert (job["state"], job["queued_at"], job["lpn"], job["copy"]) == (
        "queued",
        stamp(inspecting.at),
        FIRST,
        1,
    )
    assert inspecting.tables.tag(f"{FIRST}-1") == {
        "lpn": FIRST,
        "copy": 1,
        "grade": proposal.grade,
        "channel": chosen,
        "title": "Tin 22556",
        "gtin": "",
        "serial": "",
        "faults": [],
        "waste_code": "",
        "reason": "",
        "operator": "1001",
        "sku": "22556",
        "tote": chosen.upper(),
        "date": "2026-11-23",
        "station": "01",
    }


def test_a_placed_item_is_closed_in_its_tote(parcel: Any, a_line: Callable[..., Any]) -> None:
    """Four actions, one unit in the tote, the label scanned back, one unit of the parcel done."""
    tote = placed(parcel, a_line())
    assert parcel.tables.item(FIRST, "status", "tote", "closed_at", "hold_reason", "actions", "copies") == (
        "closed", tote, stamp(parcel.at), None, 4, 1,
    )  # fmt: skip
    assert parcel.tables.rows["tote"] == {
        tote: {"tote": tote, "channel": tote[2:], "units": 1, "updated_at": stamp(parcel.at)}
    }
    assert parcel.tables.column("label_job", "applied_at") == {
        f"{FIRST}-1": stamp(parcel.at - timedelta(seconds=1))
    }
    assert parcel.tables.parcel("status", "received", "short") == ("open", 1, 13)


def test_each_step_of_a_placed_item_can_be_undone_in_the_tables(
    parcel: Any, a_line: Callable[..., Any]
) -> None:
    """Tote, label, answer, item, parcel: five times undo, and nothing is left but void rows."""
    tote = placed(parcel, a_line())
    parcel.must(Undo())
    assert parcel.tables.item(FIRST, "status", "tote", "closed_at") == ("open", None, None)
    assert (parcel.tables.units(), parcel.tables.wanted()) == ({tote: 0}, {f"{FIRST}-1": 1})
    parcel.must(Undo())
    assert parcel.tables.column("label_job", "applied_at") == {f"{FIRST}-1": None}
    assert (parcel.tables.status(), parcel.tables.wanted()) == ({FIRST: "open"}, {f"{FIRST}-1": 1})
    parcel.must(Undo())
    assert parcel.tables.wanted() == {f"{FIRST}-1": 0}
    assert (
        parcel.tables.item(FIRST, "grade", "score", "disposition", "value_cents", "decision") == (None,) * 5
    )
    parcel.must(Undo())
    assert parcel.tables.item(FIRST, "status", "closed_at") == ("void", stamp(parcel.at))
    assert parcel.tables.parcel("status", "received", "short") == ("open", 0, 14)
    parcel.must(Undo())
    assert parcel.tables.parcel("status", "closed_at") == ("void", stamp(parcel.at))
    assert (parcel.tables.units(), parcel.tables.wanted()) == ({tote: 0}, {f"{FIRST}-1": 0})


def test_an_item_placed_again_after_undo_counts_once(parcel: Any, a_line: Callable[..., Any]) -> None:
    """The second placing adds what the undo took away."""
    tote = placed(parcel, a_line())
    parcel.must(Undo())
    parcel.tote()
    assert (parcel.tables.units(), parcel.tables.status()) == ({tote: 1}, {FIRST: "closed"})


def test_a_held_item_has_a_reason_and_a_quarantine_label(inspecting: Any) -> None:
    """It is no longer open, lies in no tote, and its one label says quarantine."""
    inspecting.must(Hold("wrong-item"))
    assert inspecting.tables.item(FIRST, "status", "hold_reason", "tote", "closed_at", "copies") == (
        "held", "wrong-item", None, stamp(inspecting.at), 1,
    )  # fmt: skip
    assert (inspecting.tables.tag(f"{FIRST}-1")["channel"], inspecting.tables.tag(f"{FIRST}-1")["grade"]) == (
        "quarantine",
        "-",
    )
    assert (inspecting.tables.wanted(), inspecting.tables.units()) == ({f"{FIRST}-1": 1}, {})


def test_an_undone_hold_wants_no_label(inspecting: Any) -> None:
    """The item is open again, without reason, and still counted in its parcel."""
    inspecting.must(Hold("wrong-item"))
    inspecting.must(Undo())
    assert inspecting.tables.item(FIRST, "status", "hold_reason", "closed_at", "tote") == (
        "open",
        None,
        None,
        None,
    )
    assert inspecting.tables.wanted() == {f"{FIRST}-1": 0}
    assert inspecting.tables.parcel("received", "short") == (1, 13)


def test_an_undone_hold_of_a_labelled_item_wants_the_label_before_it(inspecting: Any) -> None:
    """The quarantine label takes the place of the channel's label, and gives it back."""
    inspecting.must(Clean())
    inspecting.must(Hold("other"))
    assert inspecting.tables.wanted() == {f"{FIRST}-1": 0, f"{FIRST}-2": 1}
    assert inspecting.tables.status() == {FIRST: "held"}
    inspecting.must(Undo())
    assert inspecting.tables.wanted() == {f"{FIRST}-1": 1, f"{FIRST}-2": 0}
    assert inspecting.tables.status() == {FIRST: "open"}


def test_a_hold_is_one_action(inspecting: Any) -> None:
    """Item and hold are two, as the state says before the item leaves it."""
    outcome = inspecting.must(Hold("other"))
    assert isinstance(outcome.events[-1], Held)
    assert inspecting.tables.item(FIRST, "actions") == (2,)


def test_actions_never_go_back(parcel: Any, a_line: Callable[..., Any]) -> None:
    """Item, answer, label, tote, undo: five, and the tote again: six."""
    placed(parcel, a_line())
    parcel.must(Undo())
    assert parcel.tables.item(FIRST, "actions") == (5,)
    parcel.tote()
    assert parcel.tables.item(FIRST, "actions") == (6,)


def test_a_counted_group_has_a_row_and_a_label_for_each_unit(parcel: Any) -> None:
    """Three of two expected: the third is over; what was typed and pressed is counted once."""
    parcel.do(Scanned("21984", (Known(None, "21984", None, None, "Tin"),)))
    parcel.must(Times(3))
    parcel.must(Clean())
    assert parcel.tables.column("item", "leader") == dict.fromkeys((FIRST, SECOND, THIRD), FIRST)
    assert parcel.tables.column("item", "arrival") == {FIRST: "expected", SECOND: "expected", THIRD: "over"}
    assert parcel.tables.column("item", "line") == dict.fromkeys((FIRST, SECOND, THIRD), 2)
    assert parcel.tables.column("item", "actions") == {FIRST: 3, SECOND: 0, THIRD: 0}
    assert parcel.tables.wanted() == {f"{lpn}-1": 1 for lpn in (FIRST, SECOND, THIRD)}
    assert parcel.tables.parcel("received", "over", "short") == (3, 1, 12)
    parcel.label()
    parcel.label()
    parcel.tote()
    assert set(parcel.tables.status().values()) == {"closed"}
    assert list(parcel.tables.units().values()) == [3]


def test_a_scanned_back_label_touches_only_the_first_row(inspecting: Any) -> None:
    """The other units' rows did not change."""
    inspecting.must(Times(3))
    inspecting.must(Clean())
    inspecting.label()
    assert [row.values["lpn"] for row in inspecting.written if row.table == "item"] == [FIRST]
    assert [row.values["job"] for row in inspecting.written if row.table == "label_job"] == [f"{FIRST}-1"]


def test_an_undone_group_is_one_unit_again(inspecting: Any) -> None:
    """The added units are void, with no label wanted, and their parcel does not count them."""
    inspecting.must(Times(3))
    inspecting.must(Clean())
    inspecting.label()
    inspecting.label()
    inspecting.tote()
    for _ in range(4):
        inspecting.must(Undo())
    assert inspecting.tables.status() == {FIRST: "open", SECOND: "void", THIRD: "void"}
    assert set(inspecting.tables.wanted().values()) == {0}
    assert list(inspecting.tables.units().values()) == [0]
    assert inspecting.tables.parcel("received") == (1,)


def test_a_count_after_the_decision_is_undone_alone(inspecting: Any) -> None:
    """The first unit keeps its label and its decision."""
    inspecting.must(Clean())
    inspecting.must(Times(2))
    assert inspecting.tables.wanted() == {f"{FIRST}-1": 1, f"{SECOND}-1": 1}
    inspecting.must(Undo())
    assert inspecting.tables.wanted() == {f"{FIRST}-1": 1, f"{SECOND}-1": 0}
    assert inspecting.tables.status() == {FIRST: "open", SECOND: "void"}


def test_a_held_group_is_held_unit_by_unit(inspecting: Any) -> None:
    """And an undone hold of a group that was never labelled leaves one unit."""
    inspecting.must(Times(2))
    inspecting.must(Hold("other"))
    assert inspecting.tables.column("item", "hold_reason") == {FIRST: "other", SECOND: "other"}
    inspecting.must(Undo())
    assert inspecting.tables.status() == {FIRST: "open", SECOND: "void"}


def test_a_void_unit_has_no_reason_left(inspecting: Any) -> None:
    """What never was is in no tote and waits for nobody."""
    inspecting.must(Times(2))
    inspecting.must(Hold("other"))
    inspecting.must(Undo())
    assert inspecting.tables.item(SECOND, "status", "hold_reason", "tote") == ("void", None, None)
