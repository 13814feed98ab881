"""Scarce slots and thin prices: who gets a slot, and when money is not sure enough to decide alone."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from terminal.domain.disposition import Decision, Frame, Full, decide
from terminal.domain.facts import Facts, parse
from terminal.domain.policy import Policy, apply, load_policy
from terminal.domain.tariff import Limits
from terminal.domain.valuation import Enr

D = Decimal
ON = date(2026, 11, 23)
POLICY = load_policy(
    'schema = 1\nname = "test"\nversion = "12"\n[[rule]]\nid = "opened"\nshort = "opened"\nbecause = "Opened."\n'
    'when = { packaging = "opened_complete" }\nforbid = ["restock"]\n',
    "p.toml",
)
FINE = {"test_record": True, "lock": "off", "hygiene": False, "hazard": "none", "serial_mismatch": False}


def enr(channel: str, amount: str, *, price: str = "0", minutes: str = "0", n: int = 0, **more: str) -> Enr:
    """An ENR of that amount."""
    return Enr(
        channel,
        D(amount),
        D(price),
        (("sale", D(amount)),),
        D(minutes),
        D(more.get("parts", "0")),
        D(more.get("credit", "0")),
        D(more.get("lead", "10")),
        D("0.001123"),
        n=n,
        prior_weight=D(more.get("weight", "1")),
        error=D(more.get("error", "0")),
    )


def frame(
    *offered: str, price: str | None = "500", policy: Policy = POLICY, limits: Limits | None = None
) -> Frame:
    """A frame in euros with the policy above."""
    return Frame(offered, None if price is None else D(price), "EUR", policy, limits or Limits())


def decided(values: Mapping[str, Enr], facts: Mapping[str, object] = FINE, **more: str | None) -> Decision:
    """The decision for sealed goods with these values and facts."""
    known: Facts = parse({"packaging": "sealed", **facts})
    return decide(values, apply(POLICY, known, ON), frame(*values, **more))  # type: ignore[arg-type]


def by_name(*enrs: Enr) -> dict[str, Enr]:
    """ENRs by channel."""
    return {each.channel: each for each in enrs}


SCARCE = by_name(
    enr("refurbish", "180", minutes="46", price="200"),
    enr("marketplace", "120", price="150"),
    enr("donate", "-5"),
)


def priced(bid: str, values: Mapping[str, Enr] = SCARCE) -> Decision:
    """The decision where a slot of refurbishment has that price."""
    around = replace(frame(*values, price="200"), bids={"refurbish": D(bid)})
    return decide(values, apply(POLICY, parse({**FINE, "packaging": "sealed"}), ON), around)


def test_an_item_takes_a_scarce_channel_when_its_regret_reaches_the_bid() -> None:
    """A regret of 60 buys a slot at 60.00 and not at 60.01."""
    assert (priced("60.00").disposition, dict(priced("60.00").full)) == ("refurbish", {})
    found = priced("60.01")
    assert (found.disposition, found.runner_up, found.margin) == ("marketplace", "donate", D("125"))
    assert dict(found.full) == {"refurbish": Full(D("60.01"), D("60"))}
    assert list(found.values) == ["refurbish", "marketplace", "donate"]


def test_a_full_channel_is_said_with_bid_and_regret() -> None:
    """Before the second best, which is one that has room."""
    assert priced("72.00").explanation.startswith(
        "MARKETPLACE 120.00 | refurbish full: bid 72.00 > regret 60.00 | next DONATE -5.00 (-125.00: "
    )


def test_a_full_channel_that_would_not_be_chosen_is_not_spoken_of() -> None:
    """It is the second best as any other."""
    found = priced("5.00", by_name(enr("refurbish", "100"), enr("marketplace", "110")))
    assert (found.disposition, found.runner_up, dict(found.full)) == ("marketplace", "refurbish", {})
    assert "full" not in found.explanation


def test_an_item_with_no_other_way_takes_the_scarce_channel_at_any_bid() -> None:
    """Nothing is too dear for it."""
    assert priced("1000", by_name(enr("refurbish", "3"))).disposition == "refurbish"


def test_landfill_is_no_way_out_of_a_scarce_channel() -> None:
    """It goes first, so a bid cannot bring it back."""
    values = by_name(enr("landfill", "-1"), enr("refurbish", "-2"), enr("recycle", "-9"))
    found = priced("3", values)
    assert (found.disposition, dict(found.full)) == ("refurbish", {})


def test_the_line_says_how_many_sales_a_price_rests_on_and_how_much_is_still_assumed() -> None:
    """Share of the prior in whole per cent."""
    learned = decided(by_name(enr("outlet", "50", n=41, weight="0.1786")))
    assert "| price n=41, 18 % prior, decay 0.8 %/wk |" in learned.explanation
    assert "| price n=0 assumed, decay 0.8 %/wk |" in decided(SCARCE).explanation


@pytest.mark.parametrize(
    ("n", "doubts"),
    [
        (0, ()),
        (1, ("price n=1: only 1 sale in outlet, the configured price holds",)),
        (4, ("price n=4: only 4 sales in outlet, the configured price holds",)),
        (5, ()),
    ],
)
def test_a_price_on_a_handful_of_sales_is_a_doubt_and_an_assumed_one_is_not(
    n: int, doubts: tuple[str, ...]
) -> None:
    """A bench without any outcomes has to be able to begin."""
    found = decided(by_name(enr("outlet", "50", n=n), enr("recycle", "1", n=2)))
    assert (found.doubts, found.confidence) == (doubts, "low" if doubts else "ok")


def test_two_ways_that_the_sales_cannot_tell_apart_are_a_doubt() -> None:
    """The difference is held against the standard error of both together: 3 and 4 make 5."""
    near = decided(by_name(enr("outlet", "50", n=9, error="3"), enr("refurbish", "45.01", n=9, error="4")))
    assert near.confidence == "low"
    assert near.doubts == ("outlet and refurbish differ by 4.99, less than the standard error of 5.00",)
    apart = decided(by_name(enr("outlet", "50", n=9, error="3"), enr("refurbish", "45", n=9, error="4")))
    assert apart.confidence == "ok"
    alone = decided(by_name(enr("outlet", "50", n=9, error="3")))
    assert alone.confidence == "ok"
