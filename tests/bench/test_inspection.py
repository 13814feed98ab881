"""Observations on the open item, what they change, and when nothing is left to ask."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from terminal.bench.commands import AddDefect, Answer, Clean, Measure, Scanned, Times
from terminal.bench.inspecting import changes, known_facts
from terminal.bench.meanings import Known
from terminal.bench.state import Phase
from terminal.domain.facts import parse
from terminal.domain.items import Product


def phone(**more):
    """A phone of the catalogue."""
    values = {
        "sku": "PHN-1",
        "gtin": None,
        "title": "Phone",
        "category": "phone",
        "price": Decimal("500"),
        "currency": "EUR",
    }
    return Product(**{**values, **more})


def open_phone(bench, a_line, facts=None, **product):
    """Receive and identify a phone."""
    one = a_line(sku="PHN-1", category="phone", quantity=3, unit_price=None, currency=None)
    bench.receive(one)
    known = Known(phone(**product), "PHN-1", None, None, "Phone")
    return bench.do(Scanned("PHN-1", (known,), facts=facts or {}))


def test_an_answer_ends_a_checklist_that_it_settles(inspecting):
    """Sealed goods need no further question: one answer and the item is decided."""
    inspecting.must(Answer("sealed", "yes"))
    assert (inspecting.state.phase, inspecting.state.item.grade) == (Phase.DECIDED, "A")


def test_an_answer_may_leave_more_to_ask(inspecting):
    """Opened goods go on being asked about, and what was said is kept."""
    outcome = inspecting.must(Answer("sealed", "no"))
    assert outcome.verdict.code == "inspected"
    assert (inspecting.state.phase, inspecting.state.item.answered) == (Phase.INSPECTING, ("sealed",))


def test_a_measured_number_is_still_asked_of_a_clean_phone(ready, a_line):
    """`All good` never invents a battery reading; eighty-four percent then makes it a B."""
    open_phone(ready, a_line)
    ready.must(Clean())
    assert ready.state.phase is Phase.INSPECTING
    ready.must(Measure("battery_health", "84"))
    assert ready.state.item.grade == "B"


@pytest.mark.parametrize(
    "command",
    [
        Answer("seeled", "yes"),
        Answer("sealed", "perhaps"),
        AddDefect("NO-SUCH"),
        AddDefect("SCR-DP", "nowhere"),
        Measure("weight_g", "-3"),
    ],
    ids=str,
)
def test_what_can_not_be_noted_is_refused_with_what_can(inspecting, command):
    """The item stays as it was; the sentence names what was got."""
    outcome = inspecting.do(command)
    assert (outcome.refused, outcome.verdict.code) == (True, "bad-answer")
    assert outcome.verdict.args["problem"]


@pytest.mark.parametrize(
    "command", [Answer("sealed", "yes"), AddDefect("SCR-DP"), Measure("weight_g", "180")], ids=str
)
def test_a_decided_item_is_inspected_again_only_after_undo(inspecting, command):
    """And without an item there is nothing to inspect."""
    inspecting.must(Clean())
    assert inspecting.refuses(command) == "already-decided"
    inspecting.label()
    inspecting.tote()
    assert inspecting.refuses(command) == "no-item"


def test_clean_where_no_question_is_open_changes_nothing(inspecting):
    """A second press of the key is harmless."""
    inspecting.must(Clean())
    assert inspecting.do(Clean()).events == ()


def test_a_defect_changes_the_grade(inspecting):
    """A deep scratch caps the grade at C, wherever the questions stand."""
    inspecting.must(AddDefect("SCR-DP", "back", 2))
    inspecting.must(Clean())
    assert inspecting.state.item.grade == "C"


def test_a_weight_is_noted(inspecting):
    """Grams enter the facts."""
    inspecting.must(Measure("weight_g", "182"))
    assert inspecting.state.item.facts["weight_g"] == 182


def test_lpns_run_out_with_a_sentence(inspecting):
    """Five letters hold 3.2 million numbers; a count past that is refused."""
    from dataclasses import replace

    inspecting.state = replace(inspecting.state, next_lpn=20**5 - 3)
    assert inspecting.refuses(Times(12)) == "lpns-used-up"


def test_what_the_code_and_the_catalogue_say_becomes_facts(ready, a_line):
    """Price, weight, battery, hygiene, expiry and serial are known without asking."""
    said = {"serial": "SN-1", "expiry": "2026-01-31"}
    open_phone(
        ready,
        a_line,
        facts=said,
        weight_g=180,
        battery="contained",
        hygiene=False,
        brand="Nordlys",
    )
    item = ready.state.item
    assert item.serial == "SN-1"
    expected = {
        "reference_price": "500.00",
        "weight_g": 180,
        "has_battery": True,
        "hygiene": False,
        "brand": "Nordlys",
    }
    assert expected.items() <= item.facts.items()
    assert (item.facts["expiry"], item.facts["expired"]) == ("2026-01-31", True)


def test_what_was_paid_and_why_it_came_back_stay_with_the_item(ready, a_line):
    """The price paid is original and, for want of another, assumed as current; weight and reason come along."""
    one = a_line(quantity=1, weight_g=420, reason="leaks")
    ready.receive(one)
    ready.item(one)
    item = ready.state.item
    assert item.assumed == ("reference_price",)
    assert {"original_price": "16.50", "reason": "leaks", "weight_g": 420}.items() <= item.facts.items()


def test_prices_in_two_currencies_are_not_mixed(ready, a_line):
    """The current price counts; what was paid in another currency is left out."""
    one = a_line(quantity=1)
    ready.receive(one)
    product = Product(one.sku, None, "Tin", "home", Decimal("20"), "EUR")
    ready.item(one, product)
    assert ready.state.item.facts["currency"] == "EUR"
    assert "original_price" not in ready.state.item.facts


def test_facts_of_an_older_version_are_left_out_not_fatal(inspecting):
    """A fact that no longer parses is unknown; the rest counts."""
    from dataclasses import replace

    item = replace(
        inspecting.state.item, facts={**inspecting.state.item.facts, "gone": 1, "packaging": "wrapped"}
    )
    assert known_facts(item, inspecting.rules)["category"] == "home"
    assert "packaging" not in known_facts(item, inspecting.rules)


def test_changes_name_what_is_new_other_and_gone():
    """A fact that is gone is None, so that folding drops it."""
    before = parse({"packaging": "sealed", "unused": True, "expiry": "2026-01-01"})
    after = parse({"packaging": "missing", "unused": True, "weight_g": 3})
    assert changes(before, after) == {"packaging": "missing", "weight_g": 3, "expiry": None}
    assert date.fromisoformat("2026-01-01") == before["expiry"]


def test_a_code_says_lot_and_date_of_its_item(ready, a_line):
    """The use-by date is the law's where both dates are given; what kind of date it is is known, too."""
    open_phone(ready, a_line, {"expiry": "2026-12-01", "best_before": "2026-11-01", "lot": "L7"})
    facts = ready.state.item.facts
    assert (facts["expiry"], facts["date_kind"], facts["expired"], facts["lot"]) == (
        "2026-12-01", "use_by", False, "L7",
    )  # fmt: skip


def test_a_second_code_on_the_open_item_adds_what_it_says(ready, a_line):
    """Its date may stand in a second symbol; another product's code, or one that says nothing new, is refused."""
    open_phone(ready, a_line)
    known = Known(phone(), "PHN-1", None, None, "Phone")
    ready.at += timedelta(seconds=5)
    outcome = ready.must(Scanned("PHN-1 again", (known,), facts={"best_before": "2026-11-01"}))
    assert outcome.verdict.code == "code-adds"
    facts = ready.state.item.facts
    assert (facts["expiry"], facts["date_kind"], facts["expired"]) == ("2026-11-01", "best_before", True)
    assert ready.refuses(Scanned("PHN-1 again", (known,), facts={"best_before": "2026-11-01"})) == "item-open"
    other = Known(phone(sku="PHN-2"), "PHN-2", None, None, "Other phone")
    assert ready.refuses(Scanned("PHN-2", (other,), facts={"best_before": "2026-10-01"})) == "item-open"
    nothing = Known(None, None, None, "SN-1", "Phone")
    assert ready.refuses(Scanned("SN-1", (nothing,), facts={"lot": "L9"})) == "item-open"
    ready.must(Clean())
    assert ready.state.phase is Phase.DECIDED
    assert ready.refuses(Scanned("PHN-1 more", (known,), facts={"lot": "L9"})) == "item-open"
