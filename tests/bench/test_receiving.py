"""Receiving: what is expected, over, short, wrong or without a number."""

from decimal import Decimal
from typing import Any

from terminal.bench.commands import Blind, Hold, ParcelDone, Scanned, Undo, Unidentified
from terminal.bench.meanings import Known, Return
from terminal.bench.parcel_events import Expected, ParcelClosed, ParcelReceived, Short
from terminal.bench.state import Phase
from terminal.domain.items import Product


def test_a_return_label_opens_its_parcel(ready: Any, a_line: Any) -> None:
    """The manifest's lines are in the event, so that folding needs no manifest."""
    outcome = ready.receive(a_line(), a_line(2, "21984", 2))
    (event,) = outcome.events
    assert isinstance(event, ParcelReceived)
    assert [one.expected for one in event.lines] == [12, 2]
    assert ready.state.phase is Phase.PARCEL
    assert ready.state.parcel.missing == 14


def test_the_same_label_again_is_no_second_parcel(parcel: Any, a_line: Any) -> None:
    """A double read of the return label leaves no event."""
    assert parcel.receive(a_line()).events == ()


def test_a_return_that_was_received_before_is_said_so(ready: Any, a_line: Any) -> None:
    """Nothing left to come: refused, with the number of units that came."""
    outcome = ready.receive(a_line(quantity=3), earlier=3)
    assert (outcome.refused, outcome.verdict.code, outcome.verdict.args["units"]) == (
        True,
        "already-received",
        "3",
    )


def test_a_second_parcel_of_a_return_expects_the_rest(ready: Any, a_line: Any) -> None:
    """Twelve announced, five came before: seven are expected now."""
    ready.receive(a_line(), earlier=5)
    assert ready.state.parcel.missing == 7


def test_an_unfinished_parcel_is_not_left_by_accident(parcel: Any, a_line: Any) -> None:
    """Another return label is refused with what is missing; parcel-done records it as short."""
    other = Scanned("C2", (Return("C2", "rma", None, (Expected(a_line(), 1),), 0),))
    assert parcel.refuses(other) == "parcel-not-done"
    outcome = parcel.must(ParcelDone())
    (event,) = outcome.events
    assert isinstance(event, ParcelClosed)
    assert event.short == (Short(1, 12), Short(2, 2))
    assert parcel.state.phase is Phase.READY
    assert parcel.refuses(ParcelDone()) == "no-parcel"


def test_a_complete_parcel_closes_by_the_next_label(ready: Any, a_line: Any) -> None:
    """One scan per parcel: the next return label closes the complete one before it."""
    one = a_line(quantity=1)
    ready.receive(one)
    ready.item(one)
    ready.must(Hold("other"))
    assert "ready" in ready.state.names()
    outcome = ready.must(Scanned("C2", (Return("C2", "tracking", "1Z", (Expected(one, 1),), 0),)))
    assert [type(event) for event in outcome.events] == [ParcelClosed, ParcelReceived]
    ready.must(Undo())
    ready.must(Undo())
    assert ready.state.parcel.rma == "C536391"


def test_a_complete_parcel_is_closed_without_shorts(ready: Any, a_line: Any) -> None:
    """parcel-done on a complete parcel is plainly done."""
    one = a_line(quantity=1)
    ready.receive(one)
    ready.item(one)
    ready.must(Hold("other"))
    assert ready.must(ParcelDone()).verdict.code == "parcel-closed"


def test_a_blind_parcel_needs_a_reason(ready: Any) -> None:
    """The reason comes from config; a misspelt one is refused with the nearest."""
    assert ready.refuses(Blind("no-lable")) == "unknown-reason"
    ready.must(Blind("no-label", "torn 123"))
    assert (ready.state.parcel.how, ready.state.parcel.rma) == ("blind", "torn 123")
    assert ready.state.parcel.complete


def test_a_blind_parcel_takes_known_products(ready: Any) -> None:
    """What comes out of it is neither over nor wrong: nothing was expected."""
    ready.must(Blind("no-label"))
    product = Product("KET-1", None, "Kettle", "small_appliance", Decimal("40"), "EUR")
    outcome = ready.do(Scanned("KET-1", (Known(product, "KET-1", None, None, "Kettle"),)))
    assert outcome.verdict.code in ("item-blind",)
    assert ready.state.item.arrival == "blind"
    ready.must(Hold("other"))
    assert ready.state.parcel.complete
    ready.must(Blind("other"))
    assert ready.state.parcel.units == 0


def test_a_blind_parcel_is_not_begun_over_an_unfinished_one(parcel: Any) -> None:
    """An open parcel first gets done."""
    assert parcel.refuses(Blind("no-label")) == "parcel-not-done"


def test_one_too_many_is_over(ready: Any, a_line: Any) -> None:
    """The third of two units is taken in as over, in yellow."""
    one = a_line(quantity=2)
    ready.receive(one)
    for _ in range(2):
        ready.item(one)
        ready.must(Hold("other"))
    outcome = ready.item(one)
    assert (outcome.verdict.code, ready.state.item.arrival) == ("item-over", "over")
    assert ready.state.parcel.over == 1


def test_a_product_of_another_return_is_a_wrong_item(parcel: Any, a_line: Any) -> None:
    """It is opened as unexpected, its one way is quarantine, and nobody is asked questions about it."""
    product = Product("OTHER", None, "Other thing", "home", Decimal("9.90"), "GBP")
    outcome = parcel.do(Scanned("OTHER", (Known(product, "OTHER", None, None, "Other thing"),)))
    assert outcome.verdict.code == "item-unexpected"
    assert (parcel.state.item.arrival, parcel.state.phase) == ("unexpected", Phase.PROPOSED)
    assert parcel.state.item.proposal.disposition in (None, "quarantine")


def test_units_go_to_the_line_that_still_misses_some(ready: Any, a_line: Any) -> None:
    """The same product on two lines fills the first, then the second, then is over."""
    one, two = a_line(1, quantity=1), a_line(2, quantity=1)
    ready.receive(one, two)
    lines = []
    for _ in range(3):
        ready.item(one)
        lines.append((ready.state.item.line, ready.state.item.arrival))
        ready.must(Hold("other"))
    assert lines == [(1, "expected"), (2, "expected"), (1, "over")]


def test_a_serial_number_pins_its_line(ready: Any, a_line: Any) -> None:
    """A scanned serial is the unit of that line; another serial of the same product is a wrong item."""
    one = a_line(serial="SN-1", quantity=1)
    ready.receive(one)
    known = Known(None, one.sku, None, "SN-1", one.title, (one.rma, 1))
    ready.do(Scanned("SN-1", (known,)))
    assert (ready.state.item.serial, ready.state.item.arrival) == ("SN-1", "expected")
    ready.must(Undo())
    ready.do(Scanned("X", (Known(None, one.sku, None, None, one.title),), facts={"serial": "SN-2"}))
    assert ready.state.item.arrival == "unexpected"


def test_an_item_without_any_code_is_labelled_and_held(parcel: Any) -> None:
    """No code: an item of its own that Enter holds."""
    outcome = parcel.must(Unidentified())
    assert outcome.verdict.code == "item-unidentified"
    assert parcel.state.item.sku is None


def test_items_need_a_parcel(ready: Any, a_line: Any) -> None:
    """A product code or no code before any return label is refused."""
    assert ready.item(a_line()).verdict.code == "parcel-first"
    assert ready.refuses(Unidentified()) == "parcel-first"
