"""Scarce slots: the optimum by regret, the bid that gives the same at a bench, and where both are proven."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.domain.capacity import first_come, give, propose, regret, takes, too_dear, worth

D = Decimal
Item = dict[str, Decimal]


def item(**values: str | int) -> Item:
    """Values of an item by channel."""
    return {channel: D(value) for channel, value in values.items()}


DAY = [
    item(refurbish=256, marketplace=240),
    item(refurbish=180, marketplace=120),
    item(refurbish=300, marketplace=285),
]
ONE = {"refurbish": 1}


def test_the_first_to_come_take_661_and_the_best_is_705() -> None:
    """One slot: the item with the greatest regret gets it, not the first nor the most valuable."""
    assert [regret(each, "refurbish", {}) for each in DAY] == [16, 60, 15]
    assert first_come(DAY, ONE) == ("refurbish", "marketplace", "marketplace")
    assert worth(DAY, first_come(DAY, ONE)) == 661
    assert give(DAY, ONE) == ("marketplace", "refurbish", "marketplace")
    assert worth(DAY, give(DAY, ONE)) == 705


def test_a_bench_that_sees_one_item_at_a_time_reaches_705_by_the_bid() -> None:
    """The bid is the regret of the last item that got a slot."""
    bids = propose(DAY, ONE)
    assert bids == {"refurbish": 60}
    refused = [too_dear(each, bids) for each in DAY]
    assert refused == [{"refurbish": 16}, {}, {"refurbish": 15}]
    chosen = ["marketplace" if each else "refurbish" for each in refused]
    assert worth(DAY, chosen) == 705


def test_a_channel_with_room_has_no_price_and_one_without_slots_costs_more_than_anybody_would_gain() -> None:
    """Three slots for three items, then none at all, then none where nobody wants one."""
    assert propose(DAY, {"refurbish": 4}) == {"refurbish": 0}
    assert propose(DAY, {"refurbish": 0}) == {"refurbish": D("60.01")}
    assert all(too_dear(each, {"refurbish": D("60.01")}) for each in DAY)
    assert propose([item(refurbish=5, marketplace=9)], {"refurbish": 0}) == {"refurbish": 0}


def test_an_item_without_another_way_takes_its_channel_at_any_bid_and_sets_no_price() -> None:
    """Regret is None: it goes first, and the next slot is what the others bid for."""
    alone = item(refurbish=1)
    assert regret(alone, "refurbish", {}) is None
    assert takes(None, D(1000))
    assert too_dear(alone, {"refurbish": D(1000)}) == {}
    assert give([*DAY, alone], {"refurbish": 2})[3] == "refurbish"
    assert propose([*DAY, alone], {"refurbish": 2}) == {"refurbish": 60}


def test_a_regret_is_counted_after_the_bids_of_the_other_channels() -> None:
    """With two scarce channels the one that is left is no way out for nothing."""
    values = item(refurbish=100, restock=90, outlet=60)
    bids = {"refurbish": D(30), "restock": D(50)}
    assert regret(values, "refurbish", bids) == 40
    assert too_dear(values, bids) == {"restock": 20}
    assert too_dear(values, {"refurbish": D(0)}) == {}


def test_items_for_which_no_slot_is_left_anywhere_get_none() -> None:
    """As few as can be, even where leaving one out would bring more."""
    worthless = [item(donate=-5), item(donate=-2)]
    assert give(worthless, {"donate": 1}) == (None, "donate")
    assert give(worthless, {"donate": 2}) == ("donate", "donate")
    assert first_come([{}], {}) == (None,)
    assert worth(worthless, (None, "donate")) == -2
    assert first_come(worthless, {"donate": 1}) == ("donate", None)


def test_an_item_moves_on_so_that_another_gets_in() -> None:
    """A chain over two scarce channels: the first goes to its second way, where it makes the other move."""
    items = [item(a=10, b=9), item(b=8, z=7), item(a=10)]
    assert give(items, {"a": 1, "b": 1}) == ("b", "z", "a")


MONEY = st.integers(-20, 60).map(D)
ITEMS = st.lists(st.dictionaries(st.sampled_from("abz"), MONEY, min_size=1), max_size=5)
SLOTS = st.fixed_dictionaries({"a": st.integers(0, 3)}, optional={"b": st.integers(0, 3)})


def every_way(items: Sequence[Item], slots: Mapping[str, int]) -> Iterable[tuple[str | None, ...]]:
    """Every way of giving channels to items that keeps to the slots."""
    for given_ in product(*([None, *values] for values in items)):
        if all(given_.count(channel) <= most for channel, most in slots.items()):
            yield given_


@settings(max_examples=100, deadline=None)
@given(ITEMS, SLOTS)
def test_no_other_way_brings_more(items: list[Item], slots: dict[str, int]) -> None:
    """Against every possibility: fewest left out first, then most money."""
    found = give(items, slots)
    ways = list(every_way(items, slots))
    assert found in ways
    best = max((-way.count(None), worth(items, way)) for way in ways)
    assert (-found.count(None), worth(items, found)) == best


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.fixed_dictionaries({"z": MONEY}, optional={"a": MONEY, "b": MONEY}),
        max_size=8,
    ),
    SLOTS,
)
def test_at_the_bids_proposed_every_item_of_the_optimum_is_content(
    items: list[Item], slots: dict[str, int]
) -> None:
    """No item would rather be elsewhere, so the bench repeats the optimum without seeing the day."""
    bids = propose(items, slots)
    for values, channel in zip(items, give(items, slots), strict=True):
        assert channel is not None
        net = {name: value - bids.get(name, D(0)) for name, value in values.items()}
        assert net[channel] == max(net.values())
        assert channel not in too_dear(values, bids)
    for channel, most in slots.items():
        sure = [
            each
            for each in items
            if channel in each and (regret(each, channel, bids) or D(0)) > max(bids[channel], D(0))
        ]
        assert len(sure) <= most


@settings(max_examples=100, deadline=None)
@given(ITEMS, st.dictionaries(st.sampled_from("abz"), st.integers(0, 40).map(D)))
def test_bids_never_leave_an_item_without_a_channel(items: list[Item], bids: dict[str, Decimal]) -> None:
    """The best channel after its bid always passes."""
    for values in items:
        assert set(too_dear(values, bids)) < set(values)


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_the_order_of_arrival_does_not_matter_to_the_optimum(order: tuple[int, ...]) -> None:
    """Unlike first come, first served."""
    day = [DAY[number] for number in order]
    assert worth(day, give(day, ONE)) == 705
