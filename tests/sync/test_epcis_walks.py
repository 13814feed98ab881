"""Random walks over the whole station, told as EPCIS: every event is valid and every undo is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from terminal.domain.items import ManifestLine, Product
from terminal.simulation.walk import Walk, World
from terminal.sync.epcis import Story, tell
from terminal.sync.epcis_ids import site_of
from terminal.sync.epcis_schema import own_checker

WALKS = 25
GTIN = "4006381333931"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, make_world: Callable[..., World]) -> World:
    """A few returns with serial numbers, several lines and an SSCC, at a bench that works on items."""
    price = Decimal("19.90")
    lines = [
        ManifestLine("RMA1", 1, "TIN-2", None, "Tin", "home", 24, unit_price=price, currency="EUR"),
        ManifestLine(
            "RMA2", 1, "PHN-1", GTIN, "Phone", "phone", 1, serial="SN-7", tracking="106141412345678908"
        ),
        ManifestLine(
            "RMA3", 1, "SHO-1", "036000291452", "Shoe", "footwear", 2, unit_price=price, currency="EUR"
        ),
    ]
    products = [Product("PHN-1", GTIN, "Phone", "phone", Decimal("499.00"), "EUR", battery="contained")]
    returns = ("RMA1", "RMA2", "106141412345678908", "RMA3")
    codes = ("TIN-2", GTIN, "SN-7", "036000291452", "(01)04006381333931(21)SN/8")
    return make_world(tmp_path_factory.mktemp("world"), lines, products, returns, codes)


def test_whatever_comes_is_told_in_valid_events(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """An id is used once, and again only to declare the very same event in error; steps and undo agree."""
    told: Counter[str] = Counter()
    finish = Walk._finish

    def finished(walk: Walk) -> int:
        story, known = Story(), dict[str, Any]()
        for recorded in walk.file.journal.events():
            story, events = tell(story, recorded, site_of(recorded.station))
            assert len(story.steps) == len(story.state.history)
            assert (story.told is None) == (story.state.item is None)
            for event in events:
                assert list(own_checker().mismatches(event)) == []
                bare = {name: value for name, value in event.items() if name != "errorDeclaration"}
                if bare == event:
                    assert event["eventID"] not in known
                    known[event["eventID"]] = event
                else:
                    assert known[event["eventID"]] == bare
                    told["declared"] += 1
                told[event["bizStep"]] += 1
        return finish(walk)

    monkeypatch.setattr(Walk, "_finish", finished)
    for seed in range(WALKS):
        Walk(world, seed).run()
    assert min(told[name] for name in ("declared", "receiving", "inspecting", "packing", "holding")) > 5
