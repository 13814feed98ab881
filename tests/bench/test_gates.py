"""The gates at the bench: notices, numbers, registers and records become facts, and never "ok" by silence."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from terminal.bench.commands import Clean, Measure, Scanned, Times, Undo
from terminal.bench.gates import goods_held, goods_of, goods_on, line_of, number_in
from terminal.bench.identifying import same_again
from terminal.bench.inspecting import weight_doubt
from terminal.bench.meanings import Known, OwnItem
from terminal.bench.rules import Now, Rules
from terminal.bench.state import Phase
from terminal.domain.deviceids import Number, StatusCheck, Tac, number_of
from terminal.domain.facts import parse
from terminal.domain.items import Product
from terminal.domain.papers import NO_PAPERS, Papers, doubts
from terminal.domain.recalls import Notice, Range
from terminal.domain.sanitisation import Person, Record

IMEI, OTHER = "490154203237518", "356938035643809"
NOTICE = Notice("26431", models=("8361",), names=("acme",), known_by=("acme",), product=("dumbbell",))


def phone(**more: Any) -> Product:
    """A phone of the catalogue."""
    values: dict[str, Any] = {"sku": "PHN-1", "gtin": None, "title": "iPhone 12", "category": "phone"}
    return Product(**{**values, "price": Decimal("300"), "currency": "GBP", "brand": "Apple", **more})


def record(action: str = "purge", day: int = 23, ref: str = "CERT-1") -> Record:
    """A sanitisation record of November."""
    person = Person("Ada", date(2026, 11, day))
    return Record(
        ref, action, "crypto erase", "Wiper", "4", "full", "Apple", "12", "flash", person, person, imei=IMEI
    )


def answer(result: str) -> StatusCheck:
    """What a register said on the day of the tests."""
    return StatusCheck(Number("imei", IMEI), "register", datetime(2026, 11, 23, tzinfo=UTC), result)


@pytest.fixture
def phones(ready: Any, a_line: Any) -> Any:
    """A bench with a parcel of two phones of one product that were sold with their IMEIs."""
    lines = [
        a_line(n, "PHN-1", 1, serial=imei, category="phone", title="iPhone 12")
        for n, imei in ((1, IMEI), (2, OTHER))
    ]
    assert not ready.receive(*lines).refused
    return ready


def identify(bench: Any, papers: Papers = NO_PAPERS, **product: Any) -> Any:
    """Scan the product code of the phone."""
    made = phone(**product)
    bench.must(Scanned(made.sku or "", (Known(made, made.sku, made.gtin, None, made.title, papers=papers),)))
    return bench.state.item


def number(bench: Any, text: str, **papers: Any) -> Any:
    """Scan a device's number on the open item."""
    item = bench.state.item
    on_file = Papers(number=number_of(text), **papers)
    return bench.do(Scanned(text, (Known(None, item.sku, item.gtin, text, item.title, papers=on_file),)))


def test_a_notice_that_may_name_the_goods_waits_for_a_lead(parcel: Any) -> None:
    """Fact and number of the notice are in the item from its first event; only quarantine is left."""
    goods = Product("22556", None, "Dumbbell", "home", Decimal("16"), "GBP", brand="Acme")
    parcel.must(Scanned("22556", (Known(goods, "22556", None, None, "Dumbbell", papers=Papers((NOTICE,))),)))
    facts = parcel.state.item.facts
    assert (facts["recalled"], facts["recall_ref"]) == ("possible", "26431")
    assert doubts(facts) == ("recall notice 26431 may mean it: a lead must compare it and clear it",)
    parcel.must(Clean())
    assert parcel.state.phase is Phase.PROPOSED
    assert parcel.state.item.proposal.disposition == "quarantine"
    assert parse(facts)["recalled"] == "possible"


def test_goods_that_no_notice_names_have_no_fact(parcel: Any) -> None:
    """Silence of the table says neither clear nor recalled."""
    goods = Product("22556", None, "Kettle", "home", brand="Bell")
    parcel.must(Scanned("22556", (Known(goods, "22556", None, None, "Kettle", papers=Papers((NOTICE,))),)))
    assert not {"recalled", "recall_ref"} & set(parcel.state.item.facts)


def test_a_second_symbol_with_the_lot_makes_it_a_hit(parcel: Any) -> None:
    """A hit is not made less by a later scan, and a scan that says nothing new changes nothing."""
    goods = Product("22556", None, "Dumbbell", "home", brand="Acme")
    notice = replace(NOTICE, lots=(Range("L7", "L9"),))
    known = Known(goods, "22556", None, None, "Dumbbell", papers=Papers((notice,)))
    parcel.must(Scanned("22556", (known,)))
    assert parcel.state.item.facts["recalled"] == "possible"
    parcel.must(Scanned("again", (known,), facts={"lot": "L8"}))
    assert parcel.state.item.facts["recalled"] == "hit"
    unlisted = replace(known, papers=Papers((NOTICE,)))
    assert parcel.refuses(Scanned("again", (unlisted,))) == "item-open"
    assert parcel.state.item.facts["recalled"] == "hit"


def test_a_notice_that_a_lead_cleared_is_not_raised_again(parcel: Any) -> None:
    """By another scan of the same goods; another notice is."""
    goods = Product("22556", None, "Dumbbell", "home", brand="Acme")
    known = Known(goods, "22556", None, None, "Dumbbell", papers=Papers((NOTICE,)))
    parcel.must(Scanned("22556", (known,)))
    cleared = {**parcel.state.item.facts, "recalled": "none"}
    parcel.state = replace(parcel.state, item=replace(parcel.state.item, facts=cleared))
    assert parcel.refuses(Scanned("again", (known,))) == "item-open"
    other = replace(known, papers=Papers((NOTICE, replace(NOTICE, number="9"))))
    parcel.must(Scanned("again", (other,)))
    assert parcel.state.item.facts["recall_ref"] == "9"


def test_goods_that_came_back_before_the_first_sale_are_not_meant(ready: Any, a_line: Any) -> None:
    """The day on which the return was announced narrows; without it nothing does."""
    notice = replace(NOTICE, sold_from=date(2026, 6, 1))
    goods = Product("22556", None, "Dumbbell", "home", brand="Acme")
    for initiated, expected in ((datetime(2026, 5, 1, tzinfo=UTC), None), (None, "possible")):
        line = a_line(initiated=initiated)
        known = Known(goods, "22556", None, None, "Dumbbell", papers=Papers((notice,)))
        assert not ready.receive(line).refused
        ready.must(Scanned("22556", (known,)))
        assert ready.state.item.facts.get("recalled") == expected
        ready.must(Undo())
        ready.must(Undo())


def test_a_number_that_is_read_becomes_a_fact(phones: Any) -> None:
    """Any of the IMEIs that this product was sold with fits; read twice it counts once."""
    identify(phones)
    assert number(phones, OTHER).verdict.code == "code-adds"
    facts = phones.state.item.facts
    assert facts["imei"] == OTHER
    assert "serial_mismatch" not in facts
    assert number(phones, OTHER).verdict.code == "same-scan"


def test_a_number_that_was_not_sold_is_a_mismatch(phones: Any) -> None:
    """The right one on the box takes it back no more: the device may be another than its box."""
    identify(phones)
    number(phones, "012160001234564")
    assert phones.state.item.facts["serial_mismatch"] is True
    assert any("swapped" in doubt for doubt in doubts(phones.state.item.facts))
    number(phones, IMEI)
    assert phones.state.item.facts["serial_mismatch"] is True
    phones.must(Undo())
    phones.must(Undo())
    assert "imei" not in phones.state.item.facts


def test_a_second_imei_beside_one_that_fits_is_a_suspicion(phones: Any) -> None:
    """Phones with two SIMs have two; the number that fits stays the item's."""
    identify(phones)
    number(phones, IMEI)
    number(phones, "012160001234564")
    facts = phones.state.item.facts
    assert (facts["imei"], facts["swap_suspect"]) == (IMEI, "possible")
    assert "serial_mismatch" not in facts


def test_the_number_of_the_next_unit_is_not_for_now(phones: Any) -> None:
    """It was sold on another line, and this item has its number already."""
    item = identify(phones)
    found = Known(None, "PHN-1", None, OTHER, "iPhone", (item.rma, 2), Papers(number=number_of(OTHER)))
    phones.must(Scanned(OTHER, (found,)))
    assert phones.must(Scanned(OTHER, (found,))).verdict.code == "same-scan"
    first = Known(None, "PHN-1", None, IMEI, "iPhone", (item.rma, 1), Papers(number=number_of(IMEI)))
    phones.must(Undo())
    phones.must(Scanned(IMEI, (first,)))
    assert phones.refuses(Scanned(OTHER, (found,))) == "item-open"
    assert phones.state.item.facts["imei"] == IMEI


def test_the_same_product_code_with_another_serial_is_the_next_unit(ready: Any, a_line: Any) -> None:
    """With the first serial it is this one; a product code that brings the first serial adds it."""
    assert not ready.receive(a_line(1, "PHN-1", 2, category="phone")).refused
    identify(ready)
    first = Known(phone(), "PHN-1", None, None, "iPhone 12", papers=Papers(number=number_of("SN-7")))
    ready.must(Scanned("x", (first,), facts={"serial": "SN-7"}))
    assert ready.state.item.facts["serial_read"] == "SN-7"
    other = replace(first, papers=Papers(number=number_of("SN-8")))
    assert ready.refuses(Scanned("y", (other,), facts={"serial": "SN-8"})) == "item-open"
    assert ready.must(Scanned("z", (first,), facts={"serial": "sn-7"})).verdict.code == "same-scan"


def test_a_serial_says_nothing_against_an_imei(phones: Any) -> None:
    """It is kept, and no mismatch."""
    identify(phones)
    number(phones, "SN-7")
    assert phones.state.item.facts["serial_read"] == "SN-7"
    assert "serial_mismatch" not in phones.state.item.facts


def test_a_serial_in_the_product_code_is_held_against_the_manifest(ready: Any, a_line: Any) -> None:
    """In whatever form both are written; another one is a wrong item with the reason in its facts."""
    line = a_line(1, "PHN-1", 1, serial="sn 7", category="phone")
    for text, arrival, mismatch in (("SN7", "expected", None), ("SN-8", "unexpected", True)):
        assert not ready.receive(line).refused
        made = phone()
        known = Known(made, "PHN-1", None, None, "iPhone", papers=Papers(number=number_of(text)))
        ready.must(Scanned("x", (known,), facts={"serial": text}))
        assert ready.state.item.arrival == arrival
        assert ready.state.item.facts.get("serial_mismatch") is mismatch
        ready.must(Undo())
        ready.must(Undo())


def test_the_serial_of_the_box_counts_where_the_manifest_has_none(ready: Any, a_line: Any) -> None:
    """A device with another one than its box is suspect."""
    assert not ready.receive(a_line(1, "PHN-1", 1, category="phone")).refused
    known = Known(phone(), "PHN-1", None, None, "iPhone 12", papers=Papers(number=number_of("SN-7")))
    ready.must(Scanned("x", (known,), facts={"serial": "SN-7"}))
    number(ready, "SN-8")
    assert ready.state.item.facts["serial_mismatch"] is True


def test_a_type_code_of_another_model_is_a_suspicion(phones: Any) -> None:
    """And one of the same model is none."""
    identify(phones)
    number(phones, IMEI, tac=Tac("49015420", "Apple", "iPhone 12"))
    assert "swap_suspect" not in phones.state.item.facts
    phones.must(Undo())
    number(phones, IMEI, tac=Tac("49015420", "Apple", "iPhone 11"))
    assert phones.state.item.facts["swap_suspect"] == "possible"


@pytest.mark.parametrize(
    ("results", "expected"), [(["clear"], "clear"), (["unknown"], None), (["flagged"], "flagged"), ([], None)]
)
def test_only_a_clear_answer_is_clear(phones: Any, results: list[str], expected: str | None) -> None:
    """Unknown is no answer."""
    identify(phones)
    number(phones, IMEI, checks=tuple(map(answer, results)))
    assert phones.state.item.facts.get("status_check") == expected


@pytest.mark.parametrize(
    ("made", "expected"),
    [(record(), "purge"), (record(day=22), None), (record(day=24), None), (record("destroy"), "destroy")],
)
def test_a_sanitisation_record_counts_from_the_day_of_the_return(
    phones: Any, made: Record, expected: str | None
) -> None:
    """A wipe from before the device came back proves nothing, one of tomorrow neither."""
    identify(phones)
    number(phones, IMEI, records=(made,))
    facts = phones.state.item.facts
    assert facts.get("data_sanitised") == expected
    assert facts.get("sanitisation_ref") == ("CERT-1" if expected else None)


def test_a_group_of_units_takes_no_number(phones: Any) -> None:
    """A number is one unit's."""
    identify(phones)
    phones.must(Times(2))
    assert number(phones, IMEI).verdict.code == "count-serial"


def test_a_number_after_the_decision_is_not_for_now(phones: Any) -> None:
    """The decision stands; undo goes back to it."""
    identify(phones)
    item = replace(phones.state.item, decided=object())
    phones.state = replace(phones.state, item=item)
    found = Known(None, "PHN-1", None, IMEI, "iPhone", papers=Papers(number=number_of(IMEI)))
    outcome = same_again(phones.state, found, IMEI, {}, phones.rules, Now(phones.at))
    assert outcome.verdict.code == "item-open"


def test_what_came_on_file_while_an_item_was_held_is_known_when_it_comes_back(
    ready: Any, held_item: Any
) -> None:
    """Its wipe, an answer, a notice."""
    ready.state = replace(ready.state, role="lead")
    papers = Papers((NOTICE,), checks=(answer("clear"),), records=(record(),))
    own = held_item(title="Acme dumbbell", received=date(2026, 11, 22), papers=papers)
    ready.resume(own)
    facts = ready.state.item.facts
    assert (facts["data_sanitised"], facts["status_check"], facts["recalled"]) == (
        "purge",
        "clear",
        "possible",
    )
    number(ready, "SN-7")
    assert ready.state.item.facts["serial_read"] == "SN-7"


def test_without_the_day_of_its_arrival_only_a_record_of_today_counts(ready: Any, held_item: Any) -> None:
    """An item of which nobody knows when it came."""
    ready.state = replace(ready.state, role="lead")
    ready.resume(held_item(papers=Papers(records=(record(day=22),))))
    assert "data_sanitised" not in ready.state.item.facts


def test_what_is_held_against_the_tables_is_what_is_known(phones: Any, a_line: Any) -> None:
    """From the code, from the line where the code says nothing, from the open item, from a held one."""
    line = a_line(1, "PHN-1", 1, gtin="4006381333931", title="Line title")
    bare = goods_of(Known(None, None, None, None, ""), line, {"serial": "SN-1", "lot": "L1"})
    assert (bare.title, bare.gtin, bare.sku, bare.serial, bare.lot) == (
        "Line title", "4006381333931", "PHN-1", "SN-1", "L1",
    )  # fmt: skip
    alone = goods_of(Known(phone(), "PHN-1", None, "SN-2", "Phone"), None, {})
    assert (alone.title, alone.brand, alone.gtin, alone.serial, alone.sold_by) == (
        "Phone",
        "Apple",
        None,
        "SN-2",
        None,
    )
    empty = goods_of(Known(None, "S", "4006381333931", None, ""), None, {})
    assert (empty.title, empty.sku, empty.gtin) == ("", "S", "4006381333931")
    item = identify(phones)
    assert line_of(item, phones.state) is not None
    assert line_of(item, replace(phones.state, parcel=None)) is None
    assert goods_on(item, phones.state, None, {"lot": "L1"}).lot == "L1"
    held = goods_held(
        OwnItem("X", title="Phone", serial="SN-1", facts={"serial_read": "SN-2", "brand": "Apple"})
    )
    assert (held.serial, held.brand) == ("SN-2", "Apple")
    assert number_in(None) is number_in("UNKNOWN") is None


@pytest.mark.parametrize(("grams", "doubted"), [(182, False), (120, True), (199, False), (216, False)])
def test_a_phone_of_199_grams_may_weigh_182_and_not_120(rules: Rules, grams: int, doubted: bool) -> None:
    """Under the tolerance that ships."""
    found = weight_doubt({"weight_g": grams, "expected_weight_g": 199}, rules)
    assert (found is not None) is doubted


def test_a_typed_negative_weight_is_refused_with_a_sentence(inspecting: Any) -> None:
    """Nothing of it enters the item."""
    outcome = inspecting.do(Measure("weight_g", "-5"))
    assert outcome.refused
    assert "0 to 1000000 g" in outcome.verdict.args["problem"]


def test_prices_in_two_currencies_are_never_compared(ready: Any, a_line: Any) -> None:
    """What was paid stays unknown where it was paid in other money than the catalogue's."""
    line = a_line(1, "PHN-1", 1, unit_price=Decimal("250"), currency="EUR", category="phone")
    assert not ready.receive(line).refused
    facts = identify(ready).facts
    assert (facts["reference_price"], facts["currency"]) == ("300.00", "GBP")
    assert "original_price" not in facts
