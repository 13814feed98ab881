"""Loads on a scale: they enter the open item with their source, and a strange weight is a doubt."""

from dataclasses import replace
from typing import Any

import pytest

from terminal.bench.commands import Clean, Measure, Scanned, Times, Undo, Weigh
from terminal.bench.inspecting import weight_doubt
from terminal.bench.meanings import Known
from terminal.bench.rules import Rules
from terminal.bench.state import Phase
from terminal.domain.items import Product


def tin(**more: Any) -> Product:
    """The tin of the catalogue, which weighs 400 g."""
    values = {"sku": "22556", "gtin": None, "title": "Tin 22556", "category": "home", "price": None}
    return Product(**{**values, "currency": None, "weight_g": 400, **more})


def identified(parcel: Any, product: Product) -> Any:
    """The bench with that tin under inspection."""
    parcel.must(Scanned("22556", (Known(product, "22556", None, None, product.title),)))
    return parcel


def test_a_load_becomes_the_weight_of_the_open_item(parcel: Any) -> None:
    """With the scale as its source, and what the catalogue said beside it."""
    bench = identified(parcel, tin())
    assert bench.state.item.facts["mass_source"] == "catalogue"
    outcome = bench.must(Weigh(390, "bench"))
    facts = bench.state.item.facts
    assert outcome.verdict.code == "weighed"
    assert (facts["weight_g"], facts["mass_source"], facts["expected_weight_g"]) == (390, "scale", 400)
    bench.must(Undo())
    assert (bench.state.item.facts["weight_g"], bench.state.item.facts["mass_source"]) == (400, "catalogue")


def test_a_typed_weight_says_so(parcel: Any) -> None:
    """It counts like one of a scale, but a report can tell them apart; a second one keeps what was expected."""
    bench = identified(parcel, tin())
    bench.must(Measure("weight_g", "410"))
    bench.must(Measure("weight_g", "405"))
    facts = bench.state.item.facts
    assert (facts["weight_g"], facts["mass_source"], facts["expected_weight_g"]) == (405, "typed", 400)
    found = [fact.text for fact in bench.view().facts if fact.label == "FOUND"]
    assert found == ["405 g"]


def test_the_same_load_is_noted_once(inspecting: Any) -> None:
    """A scale that tells it again changes nothing."""
    inspecting.must(Weigh(100, "bench"))
    before = inspecting.state
    assert inspecting.must(Weigh(100, "bench")).verdict.code == "weight-same"
    assert inspecting.state == before


@pytest.mark.parametrize("where", ["bench", "ready", "parcel"])
def test_a_load_without_an_item_is_no_mistake(where: str, request: pytest.FixtureRequest) -> None:
    """Whoever leans on the scale is not told off, and nothing is written down."""
    bench = request.getfixturevalue(where)
    outcome = bench.do(Weigh(120, "bench"))
    assert (outcome.verdict.code, outcome.events) == ("weight-unused", ())


def test_a_decided_item_is_weighed_no_more(inspecting: Any) -> None:
    """Its decision stands."""
    inspecting.must(Clean())
    assert inspecting.state.phase is Phase.DECIDED
    assert inspecting.do(Weigh(120, "bench")).verdict.code == "weight-unused"


def test_a_box_that_is_too_light_waits_for_a_person(parcel: Any) -> None:
    """Half of the expected weight: the proposal is not taken by itself, and says why."""
    bench = identified(parcel, tin())
    bench.must(Weigh(40, "bench"))
    bench.must(Clean())
    assert bench.state.phase is Phase.PROPOSED
    assert any("empty or swapped" in doubt for doubt in bench.state.item.proposal.doubts)
    assert bench.state.item.proposal.confidence == "low"


@pytest.mark.parametrize(
    ("weight", "expected", "doubt"),
    [
        (None, 400, False),
        (400, None, False),
        (400, 400, False),
        (430, 400, False),
        (431, 400, True),
        (182, 199, False),
        (120, 199, True),
        (1050, 1000, False),
        (1051, 1000, True),
        (950, 1000, False),
        (949, 1000, True),
        (1, 25, False),
        (55, 25, False),
        (56, 25, True),
    ],
)
def test_a_weight_is_strange_beyond_five_per_cent_and_thirty_grams(
    rules: Rules, weight: int | None, expected: int | None, doubt: bool
) -> None:
    """Whichever is more; where one of the two is unknown there is nothing to compare."""
    facts = {
        name: value
        for name, value in (("weight_g", weight), ("expected_weight_g", expected))
        if value is not None
    }
    assert (weight_doubt(facts, rules) is not None) == doubt


def test_a_scale_below_zero_is_refused_with_a_sentence(inspecting: Any) -> None:
    """It was not set to zero; nothing is guessed."""
    for grams in (-5, 0):
        assert inspecting.refuses(Weigh(grams, "bench")) == "weight-below"
    assert "weight_g" not in inspecting.state.item.facts


def test_items_with_a_number_of_their_own_are_counted_one_by_one(inspecting: Any) -> None:
    """Whether the manifest knew it or a scan told it."""
    for name in ("imei", "serial_read"):
        item = inspecting.state.item
        inspecting.state = replace(
            inspecting.state, item=replace(item, facts={**item.facts, name: "490154203237518"})
        )
        assert inspecting.refuses(Times(3)) == "count-serial"
        inspecting.state = replace(inspecting.state, item=item)


def test_a_recall_hit_is_never_taken_without_a_look(inspecting: Any) -> None:
    """The proposal says why, and waits."""
    item = inspecting.state.item
    facts = {**item.facts, "recalled": "hit", "recall_ref": "24-001"}
    inspecting.state = replace(inspecting.state, item=replace(item, facts=facts))
    inspecting.must(Clean())
    assert inspecting.state.phase is Phase.PROPOSED
    assert inspecting.state.item.proposal.confidence == "low"
    assert inspecting.state.item.proposal.doubts
