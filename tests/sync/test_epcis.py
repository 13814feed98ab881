"""From the bench's events to EPCIS: the words, the names, what an undo and a person's word mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.bench.arriving_events import Ruled
from terminal.bench.audit_events import AuditSettled
from terminal.bench.codec import encode
from terminal.bench.events import (
    Accepted,
    DispositionOverridden,
    Event,
    GradeOverridden,
    Held,
    HoldAsked,
    Inspected,
    ItemIdentified,
    ItemResumed,
    Multiplied,
    Placed,
    Proposed,
    Undone,
    Unit,
)
from terminal.bench.parcel_events import Expected, ParcelClosed, ParcelReceived, Short
from terminal.bench.shift_events import SignedIn
from terminal.bench.stock_events import ToteHandedOver
from terminal.bench.wire import KINDS, NAMES, Recorded
from terminal.bench.work_events import PhotoKept, WorkAsked, WorkDone, WorkGivenUp
from terminal.domain.channels import CHANNELS as EVERY_CHANNEL
from terminal.domain.items import ManifestLine
from terminal.sync.epcis import _TELLERS, Story, Unreadable, tell
from terminal.sync.epcis_ids import event_uri, site_of
from terminal.sync.epcis_schema import own_checker
from terminal.sync.epcis_words import CHANNELS, INTERNAL, MAPPED, hold_disposition, verdict_of, work_step

AT = datetime(2026, 11, 23, 8, tzinfo=UTC)
SITE = site_of("ST01")
LPN, OTHER = "BCDF", "BCDG"
GTIN = "4006381333931"
SGTIN = "https://id.gs1.org/01/04006381333931/21/SN-7"


def record(seq: int, event: Event) -> Recorded:
    """An event as the journal holds it."""
    kind, body = NAMES[type(event)], encode(event)
    event_id = str(UUID(int=(7 << 76) + (2 << 62) + seq))
    at = AT + timedelta(seconds=seq)
    return Recorded(event_id, "ST01", "e" * 8, seq, kind, 1, at, None, "1001", None, body, "", "")


def tale(*events: Event) -> list[list[Mapping[str, Any]]]:
    """What each event tells, one after the other; everything told must be valid."""
    story, told = Story(), []
    for seq, event in enumerate(events, 1):
        story, found = tell(story, record(seq, event), SITE)
        for one in found:
            assert list(own_checker().mismatches(one)) == []
        told.append(list(found))
    return told


def words(events: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """Step and disposition of each event."""
    return [(event["bizStep"], event["disposition"]) for event in events]


def received(**more: Any) -> ParcelReceived:
    """A parcel of one line."""
    line = ManifestLine("R1", 1, "PHN-1", GTIN, "Phone", "phone", 2)
    given_ = {"parcel": "P1", "how": "rma", "rma": "R1", "tracking": None, "lines": (Expected(line, 2),)}
    return ParcelReceived(**{**given_, **more})


def identified(**more: Any) -> ItemIdentified:
    """A phone with GTIN and serial number."""
    given_: dict[str, Any] = {
        "lpn": LPN, "parcel": "P1", "arrival": "expected", "code": "x", "rma": "R1", "line": 1, "sku": "PHN-1",
        "gtin": GTIN, "serial": "SN-7", "title": "Phone", "category": "phone", "facts": {},
    }  # fmt: skip
    return ItemIdentified(**{**given_, **more})


def proposed(grade: str = "B", channel: str | None = "outlet") -> Proposed:
    """A finding."""
    return Proposed(
        LPN, "80.0", grade, "A", grade, (), channel, {}, {}, (), None, None, None, "ok", (), "", "hash"
    )


def seen(**facts: Any) -> Inspected:
    """An observation that changed these facts."""
    return Inspected(LPN, "answer", "x", "y", facts)


def test_every_kind_of_event_is_told_or_known_to_be_internal() -> None:
    """A new kind must be put into one of the two, and what is told has something that tells it."""
    assert set(KINDS) == INTERNAL | MAPPED
    assert not INTERNAL & MAPPED
    assert {NAMES[kind] for kind in _TELLERS} | {"undone"} == MAPPED


def test_every_channel_has_a_way() -> None:
    """And no other has; only what destroys goods ends them."""
    assert set(CHANNELS) == set(EVERY_CHANNEL)
    assert {name for name, way in CHANNELS.items() if way.action == "DELETE"} == {
        "energy_recovery",
        "landfill",
    }


@pytest.mark.parametrize("channel", EVERY_CHANNEL)
def test_placing_says_the_tote_and_where_the_item_goes(channel: str) -> None:
    """Two events: into the container, and the step of the channel."""
    placed = Placed(LPN, (LPN,), "TT/1", channel)
    packed, went = tale(received(), identified(), placed)[-1]
    assert (packed["type"], packed["parentID"], packed["childEPCs"]) == (
        "AggregationEvent",
        "urn:regrade:tote:TT%2F1",
        [SGTIN],
    )
    way = CHANNELS[channel]
    assert (went["bizStep"], went["disposition"], went["action"]) == (way.step, way.disposition, way.action)
    assert went["eventID"] == event_uri(record(3, placed).id)
    assert packed["eventID"] == event_uri(record(3, placed).id, "tote") != went["eventID"]
    assert ("destinationList" in went) == way.leaves
    assert ("bizLocation" in went) == (way.action != "DELETE")


def test_a_channel_of_another_version_is_some_other_step() -> None:
    """Not an error: the journal is older or newer than this table."""
    assert words(tale(identified(), Placed(LPN, (LPN,), "T", "teleport"))[-1])[1] == ("other", "unknown")


def test_receiving_names_the_return_and_who_had_it() -> None:
    """The parcel, then the unit by its serial number, which nobody begins here."""
    (parcel,), (item,) = tale(received(tracking="306141411234567899"), identified())
    assert parcel["bizTransactionList"] == [{"type": "rma", "bizTransaction": "urn:regrade:rma:R1"}]
    assert parcel["sourceList"] == [{"type": "possessing_party", "source": "urn:regrade:returner:R1"}]
    assert parcel["destinationList"] == [
        {"type": "possessing_party", "destination": "urn:regrade:station:ST01"}
    ]
    assert (item["action"], item["epcList"], item["rt:lpn"]) == ("OBSERVE", [SGTIN], [LPN])
    assert words([parcel, item]) == [("receiving", "returned")] * 2


def test_a_unit_without_a_serial_number_begins_with_its_lpn() -> None:
    """The label makes it one of its kind."""
    ((item,),) = tale(identified(serial=None))
    assert (item["action"], item["epcList"]) == ("ADD", ["urn:regrade:lpn:BCDF"])
    assert item["rt:gtin"] == "04006381333931"


@pytest.mark.parametrize(
    ("more", "found"),
    [
        ({"arrival": "over"}, ["mismatch_quantity"]),
        ({"arrival": "unexpected", "facts": {"wrong_item": True}}, ["mismatch_class"]),
        ({"arrival": "unidentified"}, ["mismatch_class"]),
        ({"facts": {"serial_mismatch": True}}, ["mismatch_instance"]),
        ({"arrival": "over", "facts": {"serial_mismatch": True}}, ["mismatch_quantity", "mismatch_instance"]),
        ({"arrival": "blind", "facts": {"wrong_item": False}}, []),
    ],
)
def test_what_was_not_announced_is_said_beside(more: dict[str, Any], found: list[str]) -> None:
    """Wrong article, wrong serial number, wrong count: an event each, with ids of their own."""
    (events,) = tale(identified(**more))
    assert words(events[1:]) == [("receiving", one) for one in found]
    assert len({event["eventID"] for event in events}) == len(events)


def test_a_closed_parcel_speaks_only_where_the_count_is_wrong() -> None:
    """With how many are missing and too many."""
    *_, none = tale(received(), ParcelClosed("P1", (), 0, 0))
    *_, (short,) = tale(received(), ParcelClosed("P1", (Short(1, 2), Short(2, 1)), 1, 0))
    assert none == []
    assert words([short]) == [("receiving", "mismatch_quantity")]
    assert (short["rt:missing"], short["rt:over"], short["rt:unexpected"]) == (3, 1, 0)
    assert short["bizTransactionList"][0]["bizTransaction"] == "urn:regrade:rma:R1"
    ((lost,),) = tale(ParcelClosed("P9", (), 0, 2))
    assert lost["epcList"] == ["urn:regrade:parcel:P9"]


def test_inspecting_is_said_once_and_a_finding_once() -> None:
    """Neither ten answers nor the same proposal again are news."""
    told = tale(identified(), seen(a=1), seen(b=2), proposed(), seen(c=3), proposed(), proposed("D"))
    assert [words(events) for events in told[1:]] == [
        [("inspecting", "in_progress")],
        [],
        [("inspecting", "conformant")],
        [],
        [],
        [("inspecting", "non_conformant")],
    ]


def test_another_thing_in_the_box_is_said_when_it_is_seen() -> None:
    """Once, however often it is seen again."""
    told = tale(identified(), seen(empty_box=True), seen(empty_box=True, wrong_item=True))
    assert words(told[1]) == [("inspecting", "in_progress"), ("receiving", "mismatch_quantity")]
    assert words(told[2]) == [("receiving", "mismatch_class")]


def test_damage_lasts_until_it_is_found_to_be_gone() -> None:
    """Set with the finding, unset with the one that says otherwise."""
    cracked = seen(observations=[{"defect": "GLS-CR", "location": "screen", "count": 1}])
    told = tale(
        identified(),
        cracked,
        proposed("D"),
        seen(observations=[], missing_essential=1),
        proposed("D"),
        proposed("A"),
    )
    assert [event[0].get("persistentDisposition") for event in (told[2], told[4], told[5])] == [
        {"set": ["damaged"]},
        {"unset": ["damaged"], "set": ["needs_replacement"]},
        {"unset": ["needs_replacement"]},
    ]


def test_a_persons_grade_puts_the_finding_right() -> None:
    """The finding is declared in error; the event of the person's word is what corrects it, and the next proposal
    of the same grade is no news.
    """
    told = tale(identified(), proposed("B"), GradeOverridden(LPN, "B", "D", "seen-worse"), proposed("D"))
    instead, declared = told[2]
    assert (instead["disposition"], instead["rt:grade"], instead["rt:reason"]) == (
        "non_conformant",
        "D",
        "seen-worse",
    )
    error = declared["errorDeclaration"]
    assert (error["reason"], error["correctiveEventIDs"]) == ("incorrect_data", [instead["eventID"]])
    assert {**declared, "errorDeclaration": None} == {**told[1][0], "errorDeclaration": None}
    assert told[3] == []


def test_a_grade_before_any_finding_corrects_nothing() -> None:
    """There is nothing to be wrong."""
    told = tale(identified(), GradeOverridden(LPN, "-", "C", "other"))
    assert words(told[1]) == [("inspecting", "conformant")]


def test_a_persons_channel_puts_the_finding_right() -> None:
    """Before there is one, it is only said."""
    override = DispositionOverridden(LPN, None, "donate", "lead-decision")
    early = tale(identified(), override)[-1]
    assert words(early) == [("inspecting", "in_progress")]
    assert early[0]["rt:channel"] == "donate"
    instead, declared = tale(identified(), proposed("D"), override)[-1]
    assert (instead["rt:channel"], instead["disposition"]) == ("donate", "non_conformant")
    assert declared["errorDeclaration"]["correctiveEventIDs"] == [instead["eventID"]]
    cracked = seen(observations=[{"defect": "HOL"}])
    lasting = tale(identified(), cracked, proposed("D"), override)[-1][0]["persistentDisposition"]
    assert lasting == {"set": ["damaged"]}


def test_an_undone_tote_is_declared_and_the_finding_stands_again() -> None:
    """Both events of the tote did not occur; the event of the undo says how it is instead."""
    placed = Placed(LPN, (LPN,), "T1", "landfill")
    told = tale(identified(), proposed(), placed, Undone("the tote", (LPN,)))
    again, *declared = told[3]
    assert (again["bizStep"], again["disposition"], again["rt:grade"]) == ("inspecting", "conformant", "B")
    assert [event["eventID"] for event in declared] == [event["eventID"] for event in told[2]]
    for event in declared:
        error = event["errorDeclaration"]
        assert (error["reason"], error["correctiveEventIDs"]) == ("did_not_occur", [again["eventID"]])
        assert error["declarationTime"] == "2026-11-23T08:00:04.000Z"


def test_taking_back_the_step_before_takes_back_what_the_undo_said() -> None:
    """Else "it stands as found" would outlive the finding."""
    undo = Undone("x", (LPN,))
    told = tale(identified(), seen(a=1), proposed(), Placed(LPN, (LPN,), "T1", "outlet"), undo, undo, undo)
    stands = told[4][0]
    back, *declared = told[5]
    assert words([back]) == [("receiving", "returned")]
    assert {event["eventID"] for event in declared} == {
        stands["eventID"], told[1][0]["eventID"], told[2][0]["eventID"]
    }  # fmt: skip
    assert {event["eventID"] for event in told[6]} == {told[0][0]["eventID"], back["eventID"]}
    assert all(event["errorDeclaration"]["correctiveEventIDs"] == [] for event in told[6])


def test_an_undone_override_brings_the_finding_back_and_it_can_be_put_right_again() -> None:
    """What was declared once is not declared again: the restated finding is what a second override corrects."""
    worse = GradeOverridden(LPN, "B", "D", "seen-worse")
    told = tale(identified(), seen(a=1), proposed(), worse, Undone("the grade", (LPN,)), worse)
    again, *declared = told[4]
    assert (again["rt:grade"], again["disposition"]) == ("B", "conformant")
    assert [event["eventID"] for event in declared] == [told[3][0]["eventID"]]
    assert told[5][1]["eventID"] == again["eventID"]


def test_an_undo_of_what_told_nothing_tells_nothing() -> None:
    """Paper, pictures and people are not the partners' business; nor is an undo with nothing to go back to."""
    photo = PhotoKept(LPN, "ab" * 32, "jpg")
    assert tale(identified(), seen(), photo, Undone("the photo", (LPN,)))[-1] == []
    assert tale(Undone("x", ()))[-1] == []
    assert tale(identified(), SignedIn("1001", "lead"), Undone("x", ()))[-1] == []


def test_units_of_a_group_come_in_with_the_finding_of_the_first() -> None:
    """By their own LPNs; those too many are said to be."""
    units = (Unit(OTHER, "expected", 1), Unit("BCDH", "over", 1))
    told = tale(received(), identified(serial=None), seen(), proposed(), Multiplied(LPN, units))
    came, over, found = told[-1]
    assert came["epcList"] == ["urn:regrade:lpn:BCDG", "urn:regrade:lpn:BCDH"]
    assert (came["action"], over["epcList"]) == ("ADD", ["urn:regrade:lpn:BCDH"])
    assert words([came, over, found]) == [
        ("receiving", "returned"), ("receiving", "mismatch_quantity"), ("inspecting", "conformant")
    ]  # fmt: skip
    early = tale(identified(), Multiplied(LPN, (Unit(OTHER, "expected", 1),)))[-1]
    assert words(early) == [("receiving", "returned")]
    torn = seen(observations=[{"defect": "HOL"}])
    sick = tale(identified(), torn, proposed("D"), Multiplied(LPN, (Unit(OTHER, "expected", 1),)))[-1]
    assert sick[1]["persistentDisposition"] == {"set": ["damaged"]}


@pytest.mark.parametrize(
    ("reason", "facts", "disposition"),
    [
        ("recalled", {}, "recalled"),
        ("other", {"recalled": "hit"}, "recalled"),
        ("other", {"recalled": "possible"}, "non_sellable_other"),
        ("other", {"status_check": "flagged", "expired": True}, "stolen"),
        ("other", {"expired": True}, "expired"),
        ("counterfeit", {}, "non_sellable_other"),
    ],
)
def test_a_hold_says_why(reason: str, facts: dict[str, Any], disposition: str) -> None:
    """By its reason code, else by what is known of the item."""
    assert hold_disposition(reason, facts) == disposition
    (held,) = tale(identified(), seen(**facts), HoldAsked(LPN, reason), Held(LPN, (LPN,), reason))[-1]
    assert (held["bizStep"], held["disposition"], held["rt:reason"]) == ("holding", disposition, reason)


def test_a_damaged_battery_is_damage_that_lasts() -> None:
    """Whoever gets the item next must know."""
    told = tale(identified(), seen(hazard="damaged_battery"), Held(LPN, (LPN,), "damaged-battery"))
    assert told[-1][0]["persistentDisposition"] == {"set": ["damaged"]}


def test_a_resumed_item_keeps_its_name_and_can_be_found_anew() -> None:
    """It comes out of quarantine without its parcel."""
    back = ItemResumed(
        LPN, "P1", "expected", LPN, "R1", 1, "PHN-1", GTIN, "SN-7", "Phone", "phone", {}, (), 1, "other"
    )
    told = tale(back, seen(a=1), proposed())
    assert told[0][0]["epcList"] == [SGTIN]
    assert [words(events) for events in told] == [
        [("inspecting", "in_progress")], [], [("inspecting", "conformant")]
    ]  # fmt: skip


def handed_over(channel: str, **more: Any) -> ToteHandedOver:
    """A tote that somebody fetched."""
    return replace(
        ToteHandedOver("T 1", channel, "LOAD--T_201--1", "Ü & Co", (LPN, OTHER), "1001", {}), **more
    )


@pytest.mark.parametrize("channel", [*EVERY_CHANNEL, "teleport"])
def test_a_tote_that_is_handed_over_leaves_and_its_name_is_free(channel: str) -> None:
    """Shipped to another party with what its channel says of the goods, else on its way within the house."""
    told = tale(identified(), Placed(LPN, (LPN,), "T 1", channel), handed_over(channel))
    left, emptied = told[2]
    way = CHANNELS.get(channel)
    leaves = way is not None and way.leaves
    assert words([left]) == [
        ("shipping", way.disposition) if way is not None and leaves else ("departing", "in_transit")
    ]
    assert (left["type"], left["action"], left["epcList"]) == (
        "ObjectEvent", "OBSERVE", ["urn:regrade:tote:T%201"]
    )  # fmt: skip
    assert left["epcList"] == [emptied["parentID"]] == [told[1][0]["parentID"]]
    assert left["destinationList"] == [
        {"type": "possessing_party", "destination": "urn:regrade:party:%C3%9C%20%26%20Co"}
    ]
    assert (left["rt:load"], left["rt:to"], left["rt:channel"]) == ("LOAD--T_201--1", "Ü & Co", channel)
    assert left["rt:lpn"] == emptied["rt:lpn"] == [LPN, OTHER]
    assert (emptied["action"], emptied["bizStep"]) == ("DELETE", left["bizStep"])
    assert "childEPCs" not in emptied, "all that were in it, under whatever names they went in"


def test_no_undo_declares_a_hand_over_in_error() -> None:
    """What is gone can't be taken out again, and the item that is open beside keeps its finding."""
    told = tale(identified(), proposed(), handed_over("outlet"), Undone("x", (LPN,)), proposed("D"))
    assert told[3] == []
    assert words(told[4]) == [("inspecting", "non_conformant")]


def test_our_schema_lets_only_a_tote_leave_and_only_a_hand_over_empty_one() -> None:
    """What is not written by anything must not pass, either."""
    left, emptied = tale(handed_over("outlet"))[0]
    packed = tale(identified(), Placed(LPN, (LPN,), "T1", "outlet"))[1][0]
    wrong = [
        {**left, "epcList": ["urn:regrade:lpn:BCDF"]},
        {**left, "bizStep": "storing"},
        {**left, "disposition": "in_transit", "bizStep": "holding"},
        {**left, "bizStep": "departing"},
        {name: value for name, value in left.items() if name != "rt:to"},
        {**emptied, "bizStep": "unpacking"},
        {**emptied, "childEPCs": ["urn:regrade:lpn:BCDF"]},
        {name: value for name, value in packed.items() if name != "childEPCs"},
    ]
    for event in wrong:
        assert list(own_checker().mismatches(event))


def test_a_ruling_takes_a_finished_item_out_of_its_tote() -> None:
    """A ruling that moves nothing is between the stations; the open item beside has no part in it."""
    ruled = Ruled("XYZ", "r-1", "hold", "serial", "SN-7", "lead", moved=True, tote="T1", channel="outlet")
    out, held = tale(identified(), ruled)[-1]
    assert (out["type"], out["action"], out["parentID"]) == (
        "AggregationEvent",
        "DELETE",
        "urn:regrade:tote:T1",
    )
    assert (held["bizStep"], held["epcList"]) == ("holding", ["urn:regrade:lpn:XYZ"])
    assert "rt:gtin" not in held
    assert "bizTransactionList" not in held
    assert words(tale(Ruled("XYZ", "r", "hold", "serial", "S", "l", moved=True))[-1]) == [
        ("holding", "non_sellable_other")
    ]
    assert tale(Ruled("XYZ", "r", "keep", "serial", "S", "l"))[-1] == []


def test_an_audit_that_is_taken_takes_a_finished_item_out_of_its_tote() -> None:
    """One that leaves the first decision as it was says nothing of the goods."""
    settled = AuditSettled("XYZ", "a", "audit", {}, (), tote="T1", channel="outlet")
    out, held = tale(identified(), settled)[-1]
    assert (out["action"], out["parentID"]) == ("DELETE", "urn:regrade:tote:T1")
    assert (held["bizStep"], held["epcList"]) == ("holding", ["urn:regrade:lpn:XYZ"])
    assert words(tale(AuditSettled("XYZ", "a", "audit"))[-1]) == [("holding", "non_sellable_other")]
    assert tale(AuditSettled("XYZ", "a", "first"))[-1] == []


def test_work_is_repairing_replacing_or_repackaging() -> None:
    """Asked for, done, or given up; a picture is no work."""
    told = tale(
        identified(),
        WorkAsked(LPN, ("photo",)),
        WorkAsked(LPN, ("photo", "battery")),
        WorkDone(LPN, "battery", 15, "battery", "B-1", {}),
        WorkAsked(LPN, ("repack",), "outlet"),
        WorkGivenUp(LPN, "repack", "no-part"),
        WorkGivenUp(LPN, "photo", "no-camera"),
        Accepted(LPN),
    )
    assert [words(events) for events in told[1:]] == [
        [],
        [("repairing", "in_progress")],
        [("replacing", "conformant")],
        [("repackaging", "in_progress")],
        [("repackaging", "non_conformant")],
        [],
        [],
    ]
    assert (work_step("mend"), work_step("tag", "tag"), work_step("x", "box")) == (
        "repairing", "repairing", "repackaging"
    )  # fmt: skip


def test_without_the_item_the_bodies_alone_are_told() -> None:
    """A journal that begins in the middle gives less, and never fails."""
    told = tale(
        seen(serial_mismatch=True), proposed("D"), GradeOverridden(LPN, "A", "B", "other"),
        DispositionOverridden(LPN, None, "donate", "other"), WorkAsked(LPN, ("wipe",)),
        Multiplied(LPN, (Unit("X", "over"),)), Held(LPN, (LPN, OTHER), "other"),
        Placed(LPN, (LPN,), "T", "recycle"),
    )  # fmt: skip
    assert all(told)
    names = {name for events in told for event in events for name in event.get("epcList", ())}
    assert names == {"urn:regrade:lpn:BCDF", "urn:regrade:lpn:BCDG", "urn:regrade:lpn:X"}


def test_a_body_of_another_shape_is_said_and_an_unknown_kind_passed_over() -> None:
    """The first is damage, the second is a newer version's."""
    placed = record(7, Placed(LPN, (LPN,), "T", "recycle"))
    broken = replace(placed, body={"lpn": 1})
    with pytest.raises(Unreadable, match=r"event 7 \(placed\): Placed lacks its field 'lpns'"):
        tell(Story(), broken, SITE)
    future = Recorded(placed.id, "S", "e", 8, "hologram", 1, AT, None, None, None, {}, "", "")
    assert tell(Story(), future, SITE) == (Story(), ())


def test_a_finding_fails_only_at_grade_d() -> None:
    """C is worn, not failed; facts of any shape are taken."""
    assert verdict_of("C", {"observations": [{"defect": "HOL"}]}) == ("conformant", None)
    assert verdict_of("D", {"observations": ["HOL", 7], "missing_essential": True}) == (
        "non_conformant", "needs_replacement"
    )  # fmt: skip
    assert verdict_of("D", {"observations": "x", "missing_essential": "2"}) == ("non_conformant", None)


@settings(deadline=None)  # the first example compiles the schema
@given(
    title=st.text(st.characters(exclude_categories=()), max_size=400),
    serial=st.none() | st.text(st.characters(exclude_categories=()), max_size=30),
    sku=st.none() | st.text(max_size=30),
    gtin=st.none() | st.sampled_from([GTIN, "036000291452", "x"]),
    tote=st.text(st.characters(exclude_categories=()), max_size=9),
)
def test_nothing_from_outside_makes_an_event_that_is_not_valid(
    title: str, serial: str | None, sku: str | None, gtin: str | None, tote: str
) -> None:
    """Titles, serial numbers, SKUs and totes of any signs."""
    tale(
        received(rma=title, tracking=serial),
        identified(title=title, serial=serial, sku=sku, gtin=gtin, rma=title, parcel=tote),
        Placed(LPN, (LPN,), tote, "outlet"),
        handed_over("outlet", tote=tote, to=title or "-"),
        ParcelClosed(tote, (Short(1, 1),), 0, 0),
    )
