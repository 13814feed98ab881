"""What a backtest counts and says."""

from collections import Counter
from decimal import Decimal
from itertools import permutations

import pytest

from terminal.domain.backtest_plain import plain
from terminal.domain.backtest_profile import Judged, Outcome
from terminal.domain.backtest_report import CLASSES, report_of, waste_class
from terminal.domain.backtest_tally import MOST_CHANGED, Past, Tally
from terminal.domain.channels import CHANNELS
from terminal.domain.rules import Policy, Rule

D = Decimal
OLD = Policy(
    "Old", "1", (Rule("a", "plain", "A.", "", "a", ()), Rule("b", "plain", "B.", "", "b", ())), (), "0" * 64
)
NEW = Policy(
    "New", "2", (Rule("b", "plain", "B.", "", "b", ()), Rule("c", "plain", "C.", "", "c", ())), (), "1" * 64
)


def past(lpn: str, channel: str | None = "outlet") -> Past:
    """An item of the past."""
    return Past(lpn, "home", "B", channel, "2026-11-23", "{}")


def outcome(
    channel: str | None, money: int | None = None, swing: int = 0, error: int = 0, *asks: str
) -> Outcome:
    """What one policy says."""
    return Outcome(channel, money, money, swing, error, asks)


def judged(
    old: Outcome, new: Outcome, grams: int = 500, mass: str = "catalogue", currency: str = "EUR"
) -> Judged:
    """One item under both policies."""
    return Judged((old, new), "home", "B", currency, grams, mass)


ITEMS = (
    (past("L1"), judged(outcome("outlet", 1000, 900), outcome("marketplace", 1500, 1400))),
    (past("L2"), judged(outcome("outlet", 1000, 900), outcome("marketplace", 1500, 1400), 300, "scale")),
    (past("L3"), judged(outcome("recycle", -40, 0), outcome("recycle", -40, 0))),
    (past("L4", "quarantine"), judged(outcome("quarantine", None, 0, 0, "lock"), outcome("donate", -120))),
    (past("L5"), judged(outcome("outlet", 1000, 900), outcome(None, None, 0, 0, "lock", "seal"))),
    (past("L6"), judged(outcome("restock", 2000, 0, 50), outcome("outlet", 900, 800), currency="USD")),
)


def tally_of(items: tuple[tuple[Past, Judged], ...]) -> Tally:
    """The tally of some items."""
    tally = Tally(fired=Counter({(("a",), ("b", "c")): len(items)}))
    for one, said in items:
        tally.add(one.lpn, one.channel, said)
    return tally


def test_units_money_kilograms_and_rules_are_counted() -> None:
    """By hand: two units outlet to marketplace, 10.00 more in all, 5.61 as two standard errors."""
    found = report_of(tally_of(ITEMS), OLD, NEW, source="station", start="2026-01-01")
    assert (found.units, found.changed, found.as_decided) == (6, 5, 4)
    assert [(each.old, each.new, each.units, each.grams) for each in found.moves][:2] == [
        ("outlet", "marketplace", 2, 800),
        ("outlet", None, 1, 500),
    ]
    euro, dollar = found.money
    assert (euro.compared, euro.not_compared, euro.old, euro.new, euro.expected) == (
        3,
        2,
        D("19.60"),
        D("29.60"),
        D("10.00"),
    )
    spread = ((D(18) * D("0.2")) ** 2 + (D(28) * D("0.2")) ** 2).sqrt()
    assert (euro.low, euro.high) == (
        D("10.00") - 2 * spread.quantize(D("0.01")),
        D("10.00") + 2 * spread.quantize(D("0.01")),
    )
    assert (dollar.currency, dollar.expected) == ("USD", D("-11.00"))
    assert dollar.high - dollar.expected == 2 * (
        ((D(8) * D("0.2")) ** 2 + D("0.5") ** 2).sqrt().quantize(D("0.01"))
    )
    masses = {each.name: (each.really, each.old, each.new) for each in found.masses}
    assert masses["reuse"] == (2300, 1800, 1800)
    assert masses["recycle"] == (0, 500, 500)
    assert masses["held"] == (500, 500, 500)
    assert dict(found.mass_shares) == {"catalogue": D("0.8929"), "scale": D("0.1071")}
    assert [[(each.rule, each.units) for each in side] for side in found.fired] == [
        [("a", 6), ("b", 0)],
        [("b", 6), ("c", 6)],
    ]
    assert (found.held, found.undecided, found.newly_held, found.released) == ((1, 0), (0, 1), 1, 1)
    assert found.asked == (1, 1)
    assert [(each.fact, each.old, each.new) for each in found.asks] == [("lock", 1, 1), ("seal", 0, 1)]
    assert [each.lpn for each in found.most_changed] == ["L6", "L1", "L2", "L4", "L5"]


def test_units_of_a_tally_are_those_replayed_and_those_skipped() -> None:
    """So that somebody who waits sees every item pass."""
    tally = tally_of(ITEMS)
    tally.skip("L9", "the facts are no JSON")
    assert tally.units == 7


def test_the_result_does_not_depend_on_order_or_on_who_counted() -> None:
    """Every order, and every cut into two tallies."""
    whole = plain(report_of(tally_of(ITEMS), OLD, NEW, source="station"))
    for items in list(permutations(ITEMS))[::17]:
        for cut in (0, 2, 6):
            one, two = tally_of(items[:cut]), tally_of(items[cut:])
            one.merge(two)
            assert plain(report_of(one, OLD, NEW, source="station")) == whole


def test_only_the_most_changed_are_kept_and_ties_go_by_lpn() -> None:
    """However many there are, and in whatever order they come."""
    tally = Tally()
    for number in reversed(range(1500)):
        tally.add(f"L{number:04}", "outlet", judged(outcome("outlet", 0), outcome("donate", -(number // 10))))
    kept = tally.most_changed()
    assert len(kept) == MOST_CHANGED
    assert [each.lpn for each in kept] == [
        f"L{number:04}" for number in (*range(1490, 1500), *range(1480, 1490))
    ]


def test_what_was_skipped_is_counted_by_reason_with_its_first_item() -> None:
    """Reasons that differ only in the word that was written are one; nothing is dropped in silence."""
    one, two = Tally(), Tally()
    one.skip("L2", '"phnoe" is not a category - did you mean "phone"?')
    one.skip("L3", "weight_g is a whole number of g (got True)")
    two.skip("L1", '"fone" is not a category - did you mean "phone"?')
    one.skip("L4", "weight_g is a whole number of g (got 'x')")
    one.merge(two)
    found = report_of(one, OLD, NEW, source="station")
    assert [(each.reason, each.units, each.lpn) for each in found.skipped] == [
        ('"..." is not a category', 2, "L1"),
        ("weight_g is a whole number of g", 2, "L3"),
    ]
    assert found.skipped[0].sentence.startswith('"fone"')
    assert (found.units, found.mass_shares, found.money) == (0, (), ())


def test_the_report_is_json_with_exact_money() -> None:
    """Money as text with two places, kilograms with three, nothing rounded by a float."""
    tally = tally_of(ITEMS)
    tally.skip("L9", "the facts are no JSON")
    found = plain(report_of(tally, OLD, NEW, source="station", relative_error=D("0.1")))
    assert found["policy"] == {"name": "New", "version": "2", "hash": "1" * 64, "rules": 2}
    assert found["relative_error"] == "0.1"
    assert found["skipped"] == {
        "units": 1,
        "reasons": [
            {"reason": "the facts are no JSON", "units": 1, "lpn": "L9", "sentence": "the facts are no JSON"}
        ],
    }
    assert found["rules"] == {
        "old": {"fired": {"a": 6}, "never_fired": ["b"]},
        "new": {"fired": {"b": 6, "c": 6}, "never_fired": []},
    }
    changed = found["most_changed"]
    assert isinstance(changed, list)
    assert (changed[0]["delta"], changed[-1]["delta"]) == ("-11.00", None)


@pytest.mark.parametrize("channel", [*CHANNELS, None, "a channel of another site"])
def test_every_channel_has_a_class_of_waste(channel: str | None) -> None:
    """What goes to a vendor has a fate that nobody knows; what waits is held."""
    assert waste_class(channel) in CLASSES
    assert (waste_class(channel) == "fate_unknown") is (channel == "return_to_vendor")
