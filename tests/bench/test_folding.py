"""Events to JSON and back, and folding where nothing is as it should be."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from terminal.bench.codec import decode, encode
from terminal.bench.commands import Answer, Clean, Hold, Times, Undo
from terminal.bench.events import (
    Accepted,
    AskDropped,
    Asked,
    Held,
    InputRefused,
    ItemIdentified,
    Option,
    Placed,
    Undone,
)
from terminal.bench.evolve import evolve, fold
from terminal.bench.label_events import Label, LabelApplied, LabelsQueued
from terminal.bench.label_rows import job_id
from terminal.bench.parcel_events import Expected, ParcelReceived
from terminal.bench.rows import rows, stamp
from terminal.bench.state import Phase, State
from terminal.bench.wire import revive
from terminal.domain.items import ManifestLine, from_cents, to_cents

AT = datetime(2026, 11, 23, 6, tzinfo=UTC)


def test_values_survive_json():
    """Times, money, tuples, mappings and missing values come back as they were."""
    line = ManifestLine(
        "C1", 1, "A", None, "Tin [L]", "home", 2, unit_price=Decimal("1.10"), currency="EUR", initiated=AT
    )
    event = ParcelReceived("P1", "rma", "C1", None, (Expected(line, 2),))
    body = encode(event)
    assert body["lines"][0]["line"]["unit_price"] == "1.10"
    assert revive("parcel_received", body) == event


def test_plain_values_are_coded_too():
    """Dates, enums and nested mappings."""
    assert encode({"a": date(2026, 1, 2), "b": Phase.READY, "c": (1, None)}) == {
        "a": "2026-01-02",
        "b": "ready",
        "c": [1, None],
    }
    assert decode(date, "2026-01-02") == date(2026, 1, 2)


def test_a_journal_of_another_version_stays_readable():
    """A field that is new takes its default, one that is gone is passed over."""
    body = encode(Held("L", ("L",), "other")) | {"mood": "bad"}
    assert revive("held", body) == Held("L", ("L",), "other")
    assert revive("placed", {"lpn": "L", "lpns": ["L"], "tote": "T", "channel": "outlet"}).unlabelled == ()


@pytest.mark.parametrize(
    ("kind", "body", "says"),
    [
        ("hled", {}, "does not know"),
        ("held", {"lpn": "L"}, "lacks its field 'lpns'"),
        (
            "parcel_received",
            {"parcel": "P", "how": "rma", "rma": None, "tracking": None, "lines": ["x"]},
            "written as an object",
        ),
    ],
)
def test_what_is_no_event_is_said_so(kind, body, says):
    """The sentence names the kind, the class or the field."""
    with pytest.raises(ValueError, match=says):
        revive(kind, body)


def test_folding_never_asks_whether_an_event_was_allowed():
    """Events without the item they speak of leave the state as it is."""
    state = State()
    for event in (Accepted("L"), LabelApplied("L", "L"), Placed("L", ("L",), "T", "outlet"), Undone("x", ())):
        after = evolve(state, event, AT)
        assert (after.item, after.parcel) == (None, None)
    assert evolve(state, InputRefused("x", "y"), AT).refused == 1
    assert fold(state, [(Asked("x", (Option("a", "b", "c"),)), AT), (AskDropped(), AT)]).asked is None


def test_labels_of_nothing_leave_a_label_row_and_no_item():
    """Rows are taken from states: without an item its row just counts the copies."""
    state = State()
    queued = LabelsQueued("L", (Label("L", 2),), {"channel": "outlet"})
    found = list(rows(queued, state, state, AT))
    assert [(row.table, row.values.get("job")) for row in found] == [
        ("label_job", "L-1"),
        ("label_job", "L-2"),
        ("item", None),
    ]
    assert found[-1].values == {"lpn": "L", "copies": 2}
    applied = list(rows(LabelApplied("L", "L"), state, state, AT))
    assert applied[0].values == {"job": job_id("L", 1), "applied_at": stamp(AT)}


def last_rows(bench, outcome, before):
    """Rows of an outcome, later values over earlier ones, by table and key."""
    keys = {"item": "lpn", "parcel": "parcel", "label_job": "job", "tote": "tote", "shift": "number"}
    found, state = {}, before
    for event in outcome.events:
        after = evolve(state, event, bench.at)
        for row in rows(event, state, after, bench.at):
            found.setdefault((row.table, row.values[keys[row.table]]), {}).update(row.values)
        state = after
    return found


def test_undoing_a_tote_takes_its_units_out_again(inspecting):
    """The tote's row is a difference; the item is open again."""
    inspecting.must(Times(3))
    inspecting.must(Clean())
    inspecting.label()
    inspecting.label()
    lpns = inspecting.state.item.lpns
    before = inspecting.state
    placed = last_rows(inspecting, inspecting.tote(), before)
    before = inspecting.state
    undone = last_rows(inspecting, inspecting.must(Undo()), before)
    (tote,) = [key for key in placed if key[0] == "tote"]
    assert (placed[tote]["units"], undone[tote]["units"]) == (3, -3)
    assert {placed["item", lpn]["status"] for lpn in lpns} == {"closed"}
    assert {undone["item", lpn]["status"] for lpn in lpns} == {"open"}
    assert sum(placed["item", lpn]["actions"] for lpn in lpns) == 6


def test_undoing_a_label_takes_its_proof_back(inspecting):
    """The scan-back counts as not done."""
    inspecting.must(Clean())
    lpn = inspecting.state.item.lpn
    inspecting.label()
    before = inspecting.state
    undone = last_rows(inspecting, inspecting.must(Undo()), before)
    assert undone["label_job", f"{lpn}-1"]["applied_at"] is None


def test_undoing_a_hold_of_several_voids_the_copies(inspecting):
    """Units that the hold made are no more, and no label of them is wanted."""
    inspecting.must(Times(3))
    lpn = inspecting.state.item.lpn
    inspecting.must(Hold("other"))
    before = inspecting.state
    made = before.recent[0].lpns
    undone = last_rows(inspecting, inspecting.must(Undo()), before)
    assert undone["item", lpn]["status"] == "open"
    assert [undone["item", other]["status"] for other in made[1:]] == ["void", "void"]
    assert {undone["label_job", f"{one}-1"]["wanted"] for one in made} == {0}


def test_an_earlier_label_counts_again_after_undo(inspecting):
    """Copy one is the item's label once the step that asked for copy two is undone."""
    from terminal.bench.commands import SetDisposition

    inspecting.must(Answer("sealed", "yes"))
    item = inspecting.state.item
    other = next(name for name in item.proposal.values if name != item.decided.disposition)
    inspecting.must(SetDisposition(other, "other"))
    before = inspecting.state
    undone = last_rows(inspecting, inspecting.must(Undo()), before)
    assert undone["label_job", f"{item.lpn}-1"]["wanted"] == 1
    assert undone["label_job", f"{item.lpn}-2"]["wanted"] == 0


def test_undoing_a_parcel_voids_it(parcel):
    """The row stays, as void."""
    before = parcel.state
    undone = last_rows(parcel, parcel.must(Undo()), before)
    assert undone["parcel", "01-P000001"]["status"] == "void"


def test_money_is_rounded_half_to_even_once():
    """Cents as integers and back."""
    assert (to_cents(Decimal("1.005")), to_cents(Decimal("1.015")), from_cents(1999)) == (
        100,
        102,
        Decimal("19.99"),
    )


def test_undoing_the_second_label_leaves_the_first_one_proven(inspecting):
    """Only the last scan-back is taken back."""
    inspecting.must(Times(3))
    inspecting.must(Clean())
    first, last = inspecting.state.item.unproven
    inspecting.label()
    inspecting.label()
    before = inspecting.state
    undone = last_rows(inspecting, inspecting.must(Undo()), before)
    assert undone["label_job", f"{last}-1"]["applied_at"] is None
    assert ("label_job", f"{first}-1") not in undone


def test_an_item_without_its_parcel_is_folded_all_the_same():
    """Counting is the parcel's business; a journal that lacks it still shows the item."""
    event = ItemIdentified(
        "L", "P9", "expected", "c", None, 1, "S", None, None, "Tin", "home", {"category": "home"}
    )
    assert evolve(State(), event, AT).item.lpn == "L"
    assert evolve(State(), event, AT).parcel is None
