"""Which meaning of a scan counts, by where the bench stands."""

from dataclasses import replace
from decimal import Decimal

from terminal.bench.commands import Accept, Blind, Clean, Hold, ParcelDone, Scanned, Times, Undo, Unidentified
from terminal.bench.holding import hold_reason
from terminal.bench.meanings import Badge, DefectCode, Known, Operator, OwnItem, Return, Tote
from terminal.bench.parcel_events import Expected
from terminal.bench.scanning import option_of
from terminal.bench.state import Phase
from terminal.domain.items import Product


def product(sku, title="Thing"):
    """A known product of the catalogue."""
    return Known(Product(sku, None, title, "home", Decimal("9"), "GBP"), sku, None, None, title)


def test_a_scan_that_fits_two_things_is_asked_about(ready, a_line):
    """Two returns by one tracking number: the question is written down, and the next input drops it."""
    lines = (Expected(a_line(), 12),)
    both = (Return("C1", "tracking", "1Z", lines, 0), Return("C2", "tracking", "1Z", lines, 0))
    outcome = ready.must(Scanned("1Z", both))
    assert outcome.verdict.code == "asked"
    assert [option.value for option in ready.state.asked.options] == ["C1", "C2"]
    outcome = ready.must(Scanned("C1", both[:1]))
    assert [type(event).__name__ for event in outcome.events] == ["AskDropped", "ParcelReceived"]
    assert ready.state.asked is None


def test_the_question_goes_away_with_undo(ready, a_line):
    """Undo takes the question itself back."""
    lines = (Expected(a_line(), 12),)
    ready.must(Scanned("1Z", (Return("C1", "rma", None, lines, 0), Return("C2", "rma", None, lines, 0))))
    ready.must(Undo())
    assert ready.state.asked is None


def test_of_two_products_the_expected_one_is_meant(parcel):
    """Only one of them is on this return, so nobody is asked."""
    parcel.must(Scanned("X", (product("OTHER"), product("22556"))))
    assert parcel.state.item.sku == "22556"


def test_two_strange_products_are_asked_about(parcel):
    """Neither is expected: the bench does not guess."""
    assert parcel.must(Scanned("X", (product("ONE"), product("TWO")))).verdict.code == "asked"


def test_a_code_that_fits_nothing_says_what_was_tried(parcel):
    """Every reading stands in the sentence."""
    outcome = parcel.do(Scanned("4711", (), tried=("text 4711",)))
    assert (outcome.verdict.code, outcome.verdict.args["tried"]) == ("unknown-code", "text 4711")


def test_noise_is_refused_with_its_problem(parcel):
    """What can't be data never reaches a look-up."""
    outcome = parcel.do(Scanned("?", (), problems=("line noise",)))
    assert (outcome.verdict.code, outcome.verdict.args["problem"]) == ("unreadable", "line noise")


def test_meanings_of_another_step_are_refused_with_what_is_open(inspecting, a_line):
    """A return label in the middle of an item names the item."""
    found = Return("C2", "rma", None, (Expected(a_line(), 1),), 0)
    assert inspecting.refuses(Scanned("C2", (found,))) == "item-open"


def test_what_needs_an_item_is_refused_on_an_idle_bench(ready):
    """Totes and defects before any item, and a product before any parcel."""
    assert ready.refuses(Scanned("T", (Tote("T", "outlet", "OUTLET"),))) == "item-first"
    assert ready.refuses(Scanned("D", (DefectCode("SCR-DP"),))) == "item-first"
    assert ready.refuses(Scanned("S", (product("S"),))) == "parcel-first"


def test_a_defect_barcode_is_a_defect(inspecting):
    """Scanned from the sheet while inspecting."""
    inspecting.must(Scanned("XD", (DefectCode("SCR-DP"),)))
    assert inspecting.state.item.facts["observations"]


def test_the_item_read_twice_is_counted_once(parcel, a_line):
    """Within two seconds it is a double read, later it is another item."""
    parcel.item(a_line())
    assert parcel.item(a_line()).verdict.code == "same-scan"
    parcel.at = parcel.at.replace(hour=9)
    assert parcel.item(a_line()).verdict.code == "item-open"


def test_work_on_the_parcel_waits_for_the_item(inspecting):
    """Parcel done, a blind parcel and an item without a code are refused while one is open."""
    for command in (ParcelDone(), Blind("no-label"), Unidentified()):
        assert inspecting.refuses(command) == "item-open"


def test_a_badge_in_a_wrong_place_is_still_a_badge(inspecting):
    """A lead can take over at any step."""
    inspecting.must(Scanned("9001", (Badge("9001", Operator("9001", "lead")),)))
    assert inspecting.state.role == "lead"


def test_an_item_without_a_code_is_held_on_enter(parcel):
    """It has a label and the reason `unidentified`."""
    parcel.must(Unidentified())
    assert parcel.state.phase is Phase.PROPOSED
    parcel.must(Accept())
    assert parcel.state.finished is Phase.QUARANTINE


def test_a_held_reason_falls_back_to_other(parcel):
    """A site that has dropped a reason code still holds."""
    reasons = {"other": "Other"}
    parcel.with_rules(hold_reasons=reasons)
    parcel.must(Unidentified())
    assert parcel.must(Accept()).verdict.args["reason"] == "Other"


def test_every_meaning_has_words(a_line):
    """The question which of them was meant can always be shown."""
    meanings = (
        Return("C1", "rma", None, (), 0),
        product("SKU"),
        OwnItem("BBBCBBBBBX"),
        Tote("T", "outlet", "OUTLET"),
        Badge("1001", None),
        DefectCode("SCR-DP"),
    )
    assert [option_of(meaning).kind for meaning in meanings] == [
        "return",
        "known",
        "item",
        "tote",
        "badge",
        "defect",
    ]


def test_an_item_out_of_quarantine_can_be_put_back_by_undo(inspecting):
    """Undoing it voids nothing."""
    inspecting.must(Hold("other"))
    inspecting.sign_in(Operator("9001", "lead"))
    held = OwnItem(
        "BBBCBBBBBX", "held", hold_reason="other", category="home", facts={"category": "home"}, copies=1
    )
    inspecting.must(Scanned("BBBCBBBBBX", (held,)))
    outcome = inspecting.must(Undo())
    assert outcome.events[0].labels_off == ()
    assert inspecting.state.item is None


def test_an_item_out_of_quarantine_is_one_unit(ready):
    """Units like it are taken out one by one, each with its own label."""
    ready.sign_in(Operator("9001", "lead"))
    held = OwnItem(
        "BBBCBBBBBX", "held", category="home", arrival="expected", copies=1,
        facts={"category": "home", "reference_price": "9.00", "currency": "GBP"},
    )  # fmt: skip
    ready.must(Scanned("BBBCBBBBBX", (held,)))
    assert ready.refuses(Times(3)) == "count-resumed"


def test_a_grave_reason_is_the_one_it_is_held_for(parcel):
    """A swollen battery and a missing price: the battery is named."""
    parcel.with_rules(hold_reasons={**parcel.rules.hold_reasons, "damaged-battery": "Battery"})
    parcel.must(Unidentified())
    item = parcel.state.item
    parcel.state = replace(
        parcel.state, item=replace(item, facts={**item.facts, "hazard": "damaged_battery"})
    )
    assert parcel.must(Accept()).verdict.args["reason"] == "Battery"


def test_a_proposal_of_quarantine_alone_is_held_for_another_reason(inspecting):
    """A price is known and no grave fact: the reason is `other`."""
    item = inspecting.state.item
    assert hold_reason(item, inspecting.rules) == "other"
    assert "reference_price" in item.facts


def test_a_lead_takes_out_an_item_with_no_parcel_open(ready):
    """It is finished where it lies: the parcel it came in was closed long ago."""
    ready.sign_in(Operator("9001", "lead"))
    held = OwnItem(
        "BBBCBBBBBX", "held", category="home", arrival="expected", title="Tin", copies=1,
        facts={"category": "home", "reference_price": "9.00", "currency": "GBP"},
    )  # fmt: skip
    ready.must(Scanned("BBBCBBBBBX", (held,)))
    ready.must(Clean())
    assert ready.state.phase is Phase.PROPOSED
    ready.must(Accept())
    ready.label()
    ready.tote()
    assert ready.state.phase is Phase.READY
