"""Expected net recovery: the two worked tables to the cent, every term, and where no value can be told."""

from collections.abc import Mapping
from decimal import ROUND_UP, Decimal, localcontext
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.domain.facts import FactValue
from terminal.domain.grading import Rework
from terminal.domain.rates import NO_RATES, Mean, Rates
from terminal.domain.valuation import (
    CONTEXT,
    NOTHING,
    TERMS,
    Amount,
    ChannelParams,
    Enr,
    condition_of,
    value,
)

D = Decimal


def fixed(number: str | int) -> Amount:
    """A fixed sum."""
    return Amount(D(number))


def params(
    base: Mapping[str, object],
    m: str,
    lead: int,
    s: str,
    f: str,
    phi: str,
    minutes: int,
    pack: str,
    ship: str,
    **more: str,
) -> ChannelParams:
    """Figures of one row of a worked table."""
    amounts: dict[str, Any] = {name: fixed(number) for name, number in more.items() if name != "y"}
    return ChannelParams(
        m={"A": D(m), "B": D(m)},
        lead_days=D(lead),
        s=D(s),
        f=D(f),
        phi=fixed(phi),
        minutes=D(minutes),
        pack=fixed(pack),
        ship=fixed(ship),
        y=D(more.get("y", "1")),
        decay=D(str(base["decay"])),
        rate_per_hour=D(str(base["rate"])),
        holding_per_day=fixed(str(base["holding"])),
        **amounts,
    )


PHONE = {"decay": ".001123", "rate": "24", "holding": ".09"}
E1 = {
    "marketplace": params(PHONE, ".72", 14, ".92", ".12", ".35", 14, "1.80", "5.20", unsold="140"),
    "refurbish": params(
        PHONE,
        ".82",
        24,
        ".94",
        ".12",
        ".35",
        46,
        "2.40",
        "5.20",
        y=".93",
        parts="38",
        fail="95",
        unsold="150",
    ),
    "outlet": params(PHONE, ".62", 21, ".85", ".05", "0", 10, "1.20", "4.50", unsold="130"),
    "off_price": params(PHONE, ".30", 14, "1", ".06", "0", 5, ".30", "1.10"),
    "return_to_vendor": params(PHONE, "0", 10, "1", "0", "0", 6, "1.00", "4.00", credit="137.50"),
    "parts_harvest": params(PHONE, ".22", 30, ".80", ".10", "0", 35, ".50", "2.00", unsold="4"),
    "donate": params(PHONE, "0", 7, "1", "0", "0", 6, ".50", "2.00"),
}
SHIRT = {"decay": ".006", "rate": "20", "holding": ".01"}
E2 = {
    "restock": params(SHIRT, "1", 12, ".8", "0", "0", 4, ".35", "2.90", unsold="4"),
    "repackage": params(SHIRT, ".97", 14, ".8", "0", "0", 6, ".60", "2.90", unsold="4"),
    "outlet": params(SHIRT, ".55", 20, ".85", ".05", "0", 4, ".30", "2.90", unsold="2"),
    "off_price": params(SHIRT, ".18", 15, "1", ".06", "0", 2, ".05", ".35"),
    "donate": params(SHIRT, "0", 10, "1", "0", "0", 2, ".05", ".30"),
    "recycle": params(SHIRT, "0", 10, "1", "0", "0", 1, "0", "0", credit=".01"),
}


def enr(found: ChannelParams, price: str = "100", grade: str = "A", **more: object) -> Enr:
    """The ENR of an item of that price and grade."""
    result = value(found, "outlet", {"reference_price": D(price)}, grade, **more)  # type: ignore[arg-type]
    assert result is not None
    return result


@pytest.mark.parametrize(
    ("channel", "price", "amount"),
    [
        ("marketplace", "354.38", "284.34"),
        ("refurbish", "399.10", "256.23"),
        ("outlet", "302.77", "253.08"),
        ("off_price", "147.66", "134.14"),
        ("return_to_vendor", "0.00", "129.20"),
        ("parts_harvest", "106.36", "58.58"),
        ("donate", "0.00", "-5.53"),
    ],
)
def test_e1_a_phone_of_grade_b(channel: str, price: str, amount: str) -> None:
    """E1 a phone of grade b."""
    found = value(E1[channel], channel, {"reference_price": D(500)}, "B")
    assert found is not None
    assert (str(round(found.price, 2)), str(found.amount)) == (price, amount)


@pytest.mark.parametrize(
    ("channel", "amount"),
    [
        ("restock", "11.57"),
        ("repackage", "10.01"),
        ("outlet", "3.88"),
        ("off_price", "1.88"),
        ("donate", "-1.12"),
        ("recycle", "-0.42"),
    ],
)
def test_e2_a_shirt_of_grade_a(channel: str, amount: str) -> None:
    """E2 a shirt of grade a."""
    found = value(E2[channel], channel, {"reference_price": D(20)}, "A")
    assert found is not None
    assert str(found.amount) == amount


@pytest.mark.parametrize(
    ("decay", "days", "kept"),
    [(".001123", 14, ".984401"), (".006", 12, ".930531"), (".000732", 30, ".978279")],
)
def test_decay_is_exponential(decay: str, days: int, kept: str) -> None:
    """Decay is exponential."""
    found = enr(ChannelParams(m={"A": D(1)}, decay=D(decay), lead_days=D(days)), "1")
    assert round(found.price, 6) == D(kept)


def test_every_term_is_there_by_name_and_they_add_up() -> None:
    """Every term is there by name and they add up."""
    everything = ChannelParams(
        m={"A": D("0.5")},
        lead_days=D(10),
        s=D("0.8"),
        f=D("0.1"),
        phi=fixed("0.5"),
        ship=fixed(2),
        minutes=D(6),
        parts=fixed(3),
        pack=fixed(1),
        disposal_per_kg=D("0.25"),
        y=D("0.9"),
        unsold=fixed(10),
        fail=fixed(5),
        credit=fixed("0.2"),
        kappa=D("0.1"),
        new_margin=Amount(share=D("0.3")),
        rate_per_hour=D(20),
        holding_per_day=fixed("0.1"),
        default_kg=D(2),
    )
    found = enr(everything, bonus=D("0.07"))
    assert dict(found.terms) == {
        "sale": D("0.9") * D("0.8") * D("42.5"),
        "unsold": D("1.8"),
        "failed rework": D("0.5"),
        "labour": D(-2),
        "parts": D(-3),
        "pack": D(-1),
        "holding": D(-1),
        "disposal": D("-0.5"),
        "cannibalisation": D(-3),
        "credit": D("0.2"),
        "bonus": D("0.07"),
    }
    assert found.amount == sum((amount for _, amount in found.terms), D(0)).quantize(D("0.01"))
    assert (found.minutes, found.parts, found.credit, found.lead_days) == (D(6), D(3), D("0.2"), D(10))


def test_disposal_weighs_the_item_where_it_was_weighed() -> None:
    """Disposal weighs the item where it was weighed."""
    heavy = ChannelParams(m={"A": D(0)}, disposal_per_kg=D("0.25"), default_kg=D(2))
    weighed = value(heavy, "landfill", {"reference_price": D(1), "weight_g": 4000}, "A")
    assert weighed is not None
    assert (weighed.amount, enr(heavy).amount) == (D("-1.00"), D("-0.50"))


def test_amounts_are_fixed_or_a_share_or_both_and_only_the_fixed_part_is_converted() -> None:
    """Amounts are fixed or a share or both and only the fixed part is converted."""
    both = Amount(D("0.90"), D("0.10"))
    assert both.of(D(20)) == D("2.900")
    assert both.of(D(20), D("0.5")) == D("2.450")
    assert NOTHING.of(D(20)) == 0
    costs = ChannelParams(
        m={"A": D(1)},
        ship=fixed(10),
        minutes=D(60),
        rate_per_hour=D(10),
        disposal_per_kg=D(1),
        default_kg=D(1),
    )
    assert enr(costs).amount == D(79)
    assert enr(costs, factor=D("0.5")).amount == D("89.50")


def test_sealed_goods_have_a_price_of_their_own() -> None:
    """Sealed goods have a price of their own."""
    found = ChannelParams(m={"A0": D(1), "A": D("0.8")})
    sealed = value(found, "outlet", {"reference_price": D(10), "packaging": "sealed"}, "A")
    worn = value(found, "outlet", {"reference_price": D(10), "packaging": "sealed"}, "B")
    assert sealed is not None
    assert (sealed.amount, enr(found, "10").amount, worn) == (D(10), D(8), None)
    only_a = ChannelParams(m={"A": D("0.8")})
    fallen_back = value(only_a, "outlet", {"reference_price": D(10), "packaging": "sealed"}, "A")
    assert fallen_back is not None
    assert fallen_back.amount == D(8)


def test_no_price_is_no_value_and_a_price_of_nothing_is() -> None:
    """No price is no value and a price of nothing is."""
    found = E1["marketplace"]
    assert value(found, "marketplace", {}, "B") is None
    assert value(found, "marketplace", {"original_price": D(500)}, "B") is None
    assert value(found, "marketplace", {"reference_price": D(0)}, "B") is not None


def test_a_grade_that_the_channel_does_not_take_has_no_value() -> None:
    """A grade that the channel does not take has no value."""
    assert value(E1["marketplace"], "marketplace", {"reference_price": D(500)}, "C") is None


def test_rework_costs_the_channel_that_mends_and_no_other() -> None:
    """Rework costs the channel that mends and no other."""
    mends = ChannelParams(
        m={"A": D(1)},
        minutes=D(10),
        rate_per_hour=D(6),
        repairs=True,
        part_costs={"screen": Amount(share=D("0.18"))},
    )
    work = Rework(20, ("screen", "unheard of"))
    found = enr(mends, rework=work)
    assert (found.minutes, found.parts, found.amount) == (D(30), D(18), D(79))
    assert value(mends, "refurbish", {"reference_price": D(1)}, "A", rework=None) is None
    other = ChannelParams(m={"A": D(1)}, minutes=D(10), rate_per_hour=D(6))
    assert enr(other, rework=work).amount == enr(other, rework=None).amount == D(99)


def test_cents_are_rounded_once_half_to_even() -> None:
    """Cents are rounded once half to even."""
    assert enr(ChannelParams(m={"A": D("0.00125")})).amount == D("0.12")
    assert enr(ChannelParams(m={"A": D("0.00135")})).amount == D("0.14")
    assert str(enr(ChannelParams(m={"A": D(0)}, pack=fixed("0.001"))).amount) == "0.00"


def test_values_do_not_depend_on_the_decimal_context() -> None:
    """Values do not depend on the decimal context."""
    with localcontext() as context:
        context.prec, context.rounding = 4, ROUND_UP
        found = value(E1["marketplace"], "marketplace", {"reference_price": D(500)}, "B")
    assert found is not None
    assert found.amount == D("284.34")
    assert CONTEXT.prec == 28


def test_a_price_below_nothing_is_no_price() -> None:
    """Nothing is worked out from it."""
    assert value(E1["marketplace"], "marketplace", {"reference_price": D("-0.01")}, "B") is None


def test_the_condition_is_the_grade_and_sealed_goods_have_their_own_where_it_is_known() -> None:
    """None where the channel does not take it."""
    found = ChannelParams(m={"A0": D(1), "A": D("0.8")})
    assert condition_of(found, {"packaging": "sealed"}, "A") == "A0"
    assert condition_of(found, {}, "A") == "A"
    assert condition_of(found, {"packaging": "sealed"}, "B") is None
    assert condition_of(ChannelParams(m={"A": D(1)}), {"packaging": "sealed"}, "A") == "A"


LEARNED = Rates(
    "2026-11-22 00000000",
    {("phone", "B", "marketplace"): Mean(41, D("0.80")), ("phone", "B", "outlet"): Mean(3, D("0.10"))},
    {"phone": Mean(20, D("0.002"))},
)


def learned(channel: str, found: ChannelParams, rates: Rates = LEARNED, spread: str = "0") -> Enr:
    """The ENR of a phone of 500 at grade B under learned rates."""
    facts: dict[str, FactValue] = {"category": "phone", "reference_price": D(500)}
    result = value(found, channel, facts, "B", rates=rates, spread=D(spread))
    assert result is not None
    return result


def test_a_learned_price_and_decay_take_the_place_of_the_configured_ones() -> None:
    """With the number of outcomes and what is left of the prior."""
    found = learned("marketplace", E1["marketplace"])
    m = LEARNED.recoup("phone", "B", "marketplace", D(".72"))
    decay = LEARNED.decay("phone", D(".001123"))
    assert (found.m, found.n, found.prior_weight, found.decay) == (m.value, 41, m.weight, decay.value)
    assert D(".72") < found.m < D(".80")
    assert D(".001123") < found.decay < D(".002")
    assert found.price == 500 * m.value * CONTEXT.exp(-decay.value * 14)
    assert not found.thin


def test_too_few_outcomes_leave_the_configured_price_and_say_how_few() -> None:
    """Three sales teach nothing, and are not hidden."""
    found = learned("outlet", E1["outlet"])
    assert (found.m, found.n, found.prior_weight, found.thin) == (D(".62"), 3, D(1), True)
    assert not learned("outlet", E1["outlet"], NO_RATES).thin


def test_without_rates_everything_is_as_configured() -> None:
    """No outcomes, no weight of their own."""
    found = learned("marketplace", E1["marketplace"], NO_RATES)
    assert (found.m, found.n, found.prior_weight, found.decay) == (D(".72"), 0, D(1), D(".001123"))
    assert (found.amount, found.error) == (D("284.34"), D(0))


def test_a_channel_that_lives_on_credit_learns_no_price() -> None:
    """Its credit would count twice."""
    rates = Rates("2026-11-22 00000000", {("phone", "B", "return_to_vendor"): Mean(50, D("0.3"))})
    assert learned("return_to_vendor", E1["return_to_vendor"], rates).amount == D("129.20")


def test_the_standard_error_is_the_spread_of_sales_over_the_root_of_their_number() -> None:
    """Only the part of the value that the price makes; nothing where the price is assumed."""
    found = learned("marketplace", E1["marketplace"], spread="0.15")
    root = CONTEXT.sqrt(D(41))
    assert round(found.error, 9) == round(D(".92") * D(".88") * found.price * D("0.15") / root, 9)
    assert learned("outlet", E1["outlet"], spread="0.15").error == 0


def test_the_terms_have_one_order() -> None:
    """The order of the formula."""
    found = learned("refurbish", E1["refurbish"])
    assert [name for name, _ in found.terms] == [name for name in TERMS if name in dict(found.terms)]


MONEY = st.decimals(0, 500, places=2)
SHARES = st.decimals(0, 1, places=2)


@settings(deadline=None)
@given(MONEY, SHARES, SHARES, MONEY, MONEY)
def test_a_higher_price_never_lowers_a_sale_and_a_higher_cost_never_raises_it(
    price: Decimal, s: Decimal, f: Decimal, cost: Decimal, more: Decimal
) -> None:
    """A higher price never lowers a sale and a higher cost never raises it."""
    found = ChannelParams(m={"A": D("0.7")}, s=s, f=f, ship=Amount(cost))
    assert enr(found, str(price + more)).amount >= enr(found, str(price)).amount
    dearer = ChannelParams(m={"A": D("0.7")}, s=s, f=f, ship=Amount(cost + more))
    assert enr(dearer, str(price)).amount <= enr(found, str(price)).amount
