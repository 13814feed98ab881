"""Learned rates: the hierarchy, the fallback, the file."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.domain.rates import CONDITIONS, NO_RATES, Learned, Mean, Rates, frozen
from terminal.domain.suggest import BadData

D = Decimal
DAY = date(2026, 11, 22)
PRIOR = D("0.62")


def rates(*cells: tuple[str, str, str, int, str], **decays: tuple[int, str]) -> Rates:
    """Frozen rates of these cells (category, condition, channel, n, mean) and decays (n, value)."""
    return frozen(
        DAY,
        {(category, condition, channel): Mean(n, D(mean)) for category, condition, channel, n, mean in cells},
        {category: Mean(n, D(value)) for category, (n, value) in decays.items()},
    )


@pytest.mark.parametrize(("n", "value", "weight"), [(12, "0.718182", "0.4545"), (60, "0.774286", "0.1429")])
def test_a_cell_alone_is_shrunk_to_the_configured_prior(n: int, value: str, weight: str) -> None:
    """One cell, no relatives: the oracle of the shrunk mean, with the prior's share beside it."""
    learned = rates(("phone", "B", "marketplace", n, "0.80")).recoup("phone", "B", "marketplace", PRIOR)
    assert learned == Learned(D(value), n, D(weight))


def test_below_five_outcomes_the_configuration_holds_and_n_is_still_said() -> None:
    """Four outcomes are not believed, but they are told."""
    few = rates(("phone", "B", "marketplace", 4, "0.10"))
    assert few.recoup("phone", "B", "marketplace", PRIOR) == Learned(PRIOR, 4, D(1))
    assert few.recoup("phone", "C", "marketplace", PRIOR) == Learned(PRIOR, 0, D(1))


def test_without_rates_everything_is_as_configured() -> None:
    """No rates: the prior, from no outcome, whole."""
    assert NO_RATES.version == ""
    assert NO_RATES.recoup("phone", "B", "marketplace", PRIOR) == Learned(PRIOR, 0, D(1))
    assert NO_RATES.recoup("what", "Z", "ever", PRIOR) == Learned(PRIOR, 0, D(1))
    assert NO_RATES.decay("phone", D("0.001")) == Learned(D("0.001"), 0, D(1))


def test_a_cell_is_shrunk_to_its_category_in_the_channel_and_that_to_the_channel() -> None:
    """By hand: laptops 20 x 0.90 of 1, phones A 10 x 0.85 of 0.85, the cell 10 x 0.75 of 0.75 x 0.60/0.75."""
    learned = rates(
        ("laptop", "A0", "outlet", 20, "0.90"),
        ("phone", "A", "outlet", 10, "0.85"),
        ("phone", "B", "outlet", 10, "0.60"),
    ).recoup("phone", "B", "outlet", D("0.75"))
    channel = (20 * D("0.9") * D("0.75") + 10 * D("0.75")) / 30
    category = (10 * D("0.75") + 10 * channel) / 20
    assert learned.value == ((10 * D("0.6") + 10 * category) / 20).quantize(D("0.000001"))
    assert (learned.n, learned.weight) == (10, D("0.5000"))


def test_other_channels_say_nothing_of_a_channel() -> None:
    """A hundred bad sales elsewhere leave the cell as it is."""
    cell = ("phone", "B", "marketplace", 12, "0.80")
    elsewhere = ("phone", "B", "off_price", 100, "0.10")
    alone = rates(cell).recoup("phone", "B", "marketplace", PRIOR)
    assert rates(cell, elsewhere).recoup("phone", "B", "marketplace", PRIOR) == alone


def test_a_channel_full_of_good_goods_does_not_lift_bad_ones() -> None:
    """Sealed goods at their usual price say that the channel is usual, so scrap keeps its usual price there."""
    usual = rates(("phone", "A0", "outlet", 500, "1.00"), ("phone", "D", "outlet", 10, "0.37"))
    assert usual.recoup("phone", "D", "outlet", D("0.37")).value == D("0.370000")


def test_a_decay_is_shrunk_to_the_configured_one_from_eight_sales_on() -> None:
    """Seven sales are not believed."""
    learned = rates(phone=(30, "0.002"), laptop=(7, "0.02"))
    assert learned.decay("phone", D("0.001")) == Learned(D("0.001750"), 30, D("0.2500"))
    assert learned.decay("laptop", D("0.001")) == Learned(D("0.001"), 7, D(1))


@settings(max_examples=60)
@given(
    st.dictionaries(
        st.tuples(st.sampled_from(["phone", "home"]), st.sampled_from(CONDITIONS), st.sampled_from("xy")),
        st.builds(Mean, st.integers(1, 500), st.decimals(0, 2, places=6)),
    ),
    st.decimals("0.01", 1, places=2),
)
def test_a_rate_is_never_negative_and_the_file_brings_it_back(
    cells: dict[tuple[str, str, str], Mean], prior: Decimal
) -> None:
    """Whatever the cells, a rate is a possible one, and rates read back give the same answers."""
    learned = frozen(DAY, cells, {})
    again = Rates.from_json(learned.to_json())
    assert again == learned
    for category, condition, channel in cells:
        found = learned.recoup(category, condition, channel, prior)
        assert found.value >= 0
        assert 0 <= found.weight <= 1
        assert again.recoup(category, condition, channel, prior) == found


def test_the_version_is_the_day_and_a_hash_of_the_content() -> None:
    """The same content of the same day has the same version in any order; other content another."""
    one, two = ("phone", "A", "outlet", 6, "0.8"), ("phone", "B", "outlet", 6, "0.8")
    assert rates(one, two).version == rates(two, one).version
    assert rates(one, two).version != rates(one).version
    day, mark = rates(one).version.split(" ")
    assert day == "2026-11-22"
    assert len(mark) == 8


def test_no_rates_can_be_written_and_read() -> None:
    """The absence of rates has a file form too."""
    assert Rates.from_json(NO_RATES.to_json()) == NO_RATES


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"schema": 2}, "schema 2, this version reads 1"),
        ({"version": ""}, "rates without a version"),
        ({"version": "2026-11-22 00000000"}, "not the one that its version was made from"),
        ({"version": "yesterday"}, "Invalid isoformat"),
        ({"version": 5}, "Invalid isoformat"),
        ({"strength": 10}, "expected a number from 0 to 10000, got '10'"),
        ({"strength": "ten"}, "got 'ten'"),
        ({"strength": "NaN"}, "got 'NaN'"),
        ({"recoup": {}}, "expected a list, got '{}'"),
        ({"recoup": [["phone", "A", "outlet", 6]]}, "expected category, condition, channel, n, mean"),
        ({"recoup": [["phone", "AA", "outlet", 6, "0.8"]]}, "'AA' is no condition - did you mean"),
        ({"recoup": [["phone", "A", "outlet", 0, "0.8"]]}, "expected a count of 1 or more, got '0'"),
        ({"recoup": [["phone", "A", "outlet", True, "0.8"]]}, "expected a count of 1 or more, got 'True'"),
        ({"recoup": [["phone", "A", "outlet", 6, "-1"]]}, "expected a number from 0 to 100, got '-1'"),
        ({"recoup": [["phone", "A", "outlet", 6, "0.8"]] * 2}, "twice"),
        ({"decay": [["phone", 9]]}, "expected category, n, decay; got"),
        ({"decay": [["phone", 9, "0.5"]]}, "expected a number from 0 to 0.02, got '0.5'"),
        ({"extra": 1}, "expected an object of schema, version, strength, recoup, decay"),
    ],
)
def test_a_damaged_file_is_a_sentence(change: dict[str, Any], told: str) -> None:
    """Every kind of damage names the file, what was found and what to do."""
    whole = json.loads(rates(("phone", "A", "outlet", 6, "0.8"), phone=(9, "0.001")).to_json())
    with pytest.raises(BadData) as caught:
        Rates.from_json(json.dumps({**whole, **change}), "rates/2026-11-22.json")
    assert told in str(caught.value)
    assert str(caught.value).startswith("rates/2026-11-22.json: these rates cannot be read")
    assert "predict learn" in str(caught.value)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "[" * 100_000])
def test_what_is_no_rates_at_all_is_a_sentence(text: str) -> None:
    """Other JSON, half a file and a hostile one."""
    with pytest.raises(BadData, match="cannot be read"):
        Rates.from_json(text)


def test_rates_that_cannot_be_are_not_frozen() -> None:
    """A condition that does not exist is refused where the rates are made."""
    with pytest.raises(ValueError, match="no condition"):
        rates(("phone", "E", "outlet", 6, "0.8"))
