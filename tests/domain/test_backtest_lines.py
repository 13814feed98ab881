"""Values as lines over the price, and the choice among them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import ROUND_HALF_EVEN, Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.domain.backtest_choice import glance, pick
from terminal.domain.backtest_lines import ONE, Line, fit, marks_of
from terminal.domain.backtest_profile import Outcome, Prices, agree, prices_of
from terminal.domain.channels import RANKS
from terminal.domain.disposition import Frame, choose
from terminal.domain.items import CENT
from terminal.domain.rules import Policy, Verdict
from terminal.domain.tariff import Limits
from terminal.domain.valuation import Amount, ChannelParams, Enr, value

D = Decimal
CHANNELS = ("restock", "outlet", "marketplace", "donate", "refurbish", "recycle", "landfill")
NOBODY = Policy("x", "1", (), (), "")


def enr(channel: str, cents: int, days: int = 0) -> Enr:
    """A channel that brings so many cents."""
    amount = D(cents).scaleb(-2)
    return Enr(channel, amount, amount, (("sale", amount),), D(0), D(0), D(0), D(days), D(0))


def line(
    channel: str, cents: int = 0, days: int = 0, *, slope: int = 0, bonus: int = 0, error: int = 0
) -> Line:
    """A channel whose value is a fixed sum in cents, and so many cents per unit of the price's last place."""
    found = Line(
        channel,
        (RANKS[channel], D(days), channel),
        slope * ONE,
        cents * ONE,
        0,
        cents * ONE,
        True,
        error * ONE,
    )
    return found.plus(bonus * ONE) if bonus else found


def verdict(
    forbidden: Mapping[str, Sequence[str]] | None = None,
    unsure: Mapping[str, Sequence[str]] | None = None,
    bonus: Mapping[str, Decimal] | None = None,
) -> Verdict:
    """A verdict of a policy."""
    return Verdict(
        {name: tuple(rules) for name, rules in (forbidden or {}).items()},
        (),
        {name: tuple(facts) for name, facts in (unsure or {}).items()},
        (),
        bonus or {},
        (),
    )


LIMITS = st.builds(
    Limits,
    tau_share=st.sampled_from([D("0.02"), D(0), D("0.0137")]),
    tau_least=st.sampled_from([D("1.00"), D(0), D("0.335")]),
    esg_delta=st.sampled_from([D("5.00"), D(0)]),
    loss_cap=st.sampled_from([D("5.00"), D(0), D("2.505")]),
)
VALUES = st.dictionaries(
    st.sampled_from(CHANNELS),
    st.tuples(st.integers(-900, 900) | st.integers(-3, 3), st.integers(0, 2)),
    max_size=7,
)


@given(VALUES, LIMITS, st.integers(0, 3_000_000), st.sampled_from([D(1), D("1.15"), D("4.25")]))
@settings(max_examples=100)
def test_the_choice_in_cents_is_the_choice_of_the_assessment(
    values: dict[str, tuple[int, int]], limits: Limits, price: int, factor: Decimal
) -> None:
    """And a glance, where it dares to choose, chooses the same."""
    enrs = {name: enr(name, cents, days) for name, (cents, days) in values.items()}
    frame = Frame(CHANNELS, D(price).scaleb(-4), "EUR", NOBODY, limits, factor)
    lines = sorted(
        (line(name, cents, days) for name, (cents, days) in values.items()), key=lambda each: each.place
    )
    marks = marks_of(limits, factor)
    best = pick([(each.fixed // ONE, each) for each in lines], marks, price)
    assert (best[1].channel if best is not None else None) == choose(enrs, frame)
    if lines:
        landfill = len(lines) > 1 and lines[-1].channel == "landfill"
        place = glance([each.fixed / ONE for each in lines], landfill, marks, price)
        assert best is not None
        assert place == -1 or lines[place] == best[1]


def test_landfill_is_seen_at_a_glance_where_it_is_clear() -> None:
    """It wins by far, loses by far, or is left to whole cents."""
    marks = marks_of(Limits(), D(1))
    assert [glance([0.0, at], True, marks, 0) for at in (100.0, 500.4, 900.0)] == [0, -1, 1]
    values = [(0, line("recycle", 0, 0)), (900, line("landfill", 900, 0))]
    assert pick(values, marks, 0) == values[1]


PARAMS = st.builds(
    ChannelParams,
    m=st.fixed_dictionaries({"B": st.decimals(0, 1, places=2)}),
    lead_days=st.sampled_from([D(0), D(14)]),
    s=st.decimals("0.5", 1, places=2),
    f=st.sampled_from([D(0), D("0.12")]),
    phi=st.sampled_from([Amount(), Amount(D("0.35"))]),
    ship=st.sampled_from([Amount(D("5.20")), Amount(D("0.90"), D("0.10"))]),
    minutes=st.sampled_from([D(0), D(5), D(14)]),
    disposal_per_kg=st.sampled_from([D(0), D("0.25")]),
    credit=st.sampled_from([Amount(), Amount(D(0), D("0.275"))]),
    decay=st.sampled_from([D(0), D("0.001123")]),
    rate_per_hour=st.sampled_from([D(24), D(20)]),
    holding_per_day=st.sampled_from([Amount(), Amount(D("0.09"), D("0.08") / 365)]),
    default_kg=st.just(D("0.3")),
)


@given(
    PARAMS,
    st.lists(
        st.tuples(st.integers(0, 2_000_000), st.none() | st.integers(0, 40_000)), min_size=1, max_size=20
    ),
)
@settings(max_examples=100)
def test_a_line_gives_the_cents_of_the_value_or_none(
    params: ChannelParams, points: list[tuple[int, int | None]]
) -> None:
    """For any figures, at any price to a hundredth of a cent, weighed or not."""

    def probe(price: Decimal, grams: int | None) -> dict[str, Enr]:
        facts = {"reference_price": price} | ({} if grams is None else {"weight_g": grams})
        found = value(params, "outlet", facts, "B", bonus=D("3.333"))
        return {} if found is None else {"outlet": found}

    lines = fit(probe)
    assert lines is not None
    (only,) = lines
    for price, grams in points:
        full = probe(D(price).scaleb(-4), grams)["outlet"]
        wanted = sum((amount for name, amount in full.terms if name != "bonus"), D(0)).quantize(
            CENT, ROUND_HALF_EVEN
        )
        cents = only.cents(price, grams)
        assert cents == int(wanted * 100) or (cents is None and not only.exact)
        bare = only.plus(ONE * 250).without_bonus(price, grams)
        assert abs(bare - int(wanted * 100)) <= (0 if only.exact else 1)


def test_half_a_cent_goes_to_the_even_one_where_figures_are_exact() -> None:
    """And is not told where they are not."""
    half = replace(line("outlet"), slope=ONE // 2)
    assert [half.cents(price, None) for price in (1, 3, 5)] == [0, 2, 2]
    assert [half.plus(-ONE).without_bonus(price, None) for price in (1, 3, 5)] == [0, 2, 2]
    rounded = replace(half, exact=False)
    assert [rounded.cents(price, None) for price in (1, 2)] == [None, 1]


def test_values_that_are_no_lines_are_not_fitted() -> None:
    """A bend between the points, a channel that comes and goes with the price."""
    assert fit(lambda price, grams: {"outlet": enr("outlet", int(price) ** 2)}) is None
    assert fit(lambda price, grams: {"outlet": enr("outlet", 5)} if price else {}) is None


def test_a_bonus_ranks_but_is_no_money() -> None:
    """The value with it, the money without it, and one line for both policies where neither adds any."""
    lines = (line("donate", 450), line("outlet", 500))
    prices = prices_of(
        (verdict(), verdict(bonus={"donate": D(10)})),
        lines,
        ("outlet", "donate"),
        D(1),
        marks_of(Limits(), D(1)),
    )
    found = prices.outcomes(0, None)
    assert found is not None
    assert [(each.channel, each.cents, each.money) for each in found] == [
        ("donate", 450, 450),
        ("donate", 1450, 450),
    ]
    assert prices_of((verdict(), verdict()), lines, (), D(1), prices.marks).sides[1] is not None


@pytest.mark.parametrize("cents", [-100, 20_000])
def test_facts_are_asked_for_where_they_could_turn_the_choice(cents: int) -> None:
    """At a glance and in whole cents alike: one blocked channel that would win, all where nothing is open."""
    lines = (line("donate", -100), line("outlet", cents), line("recycle", -300))
    waiting = verdict({"outlet": ["a"]}, {"a": ["lock", "seal"]})
    shut = verdict({"outlet": ["b"], "donate": ["a"], "recycle": ["b"]}, {"a": ["lock"]})
    closed = verdict({each.channel: ["b"] for each in lines})
    worthless = verdict(
        {"outlet": ["b"], "recycle": ["b"], "donate": ["b"], "export": ["a"]}, {"a": ["seal"]}
    )
    idle = verdict({"recycle": ["a"]}, {"a": ["seal"]})
    offered = ("outlet", "donate", "recycle", "export")
    prices = prices_of(
        (waiting, shut, closed, worthless, idle), lines, offered, D(1), marks_of(Limits(), D(1))
    )
    wanted = [
        ("donate", ("lock", "seal") if cents > 0 else ()), ("quarantine", ("lock",)), ("quarantine", ()),
        ("quarantine", ("seal",)), ("outlet" if cents > 0 else "donate", ()),
    ]  # fmt: skip
    for found in (prices.outcomes(0, None), prices._exactly(0, None)):
        assert found is not None
        assert [(each.channel, each.asks) for each in found] == wanted


def test_near_ties_are_left_to_whole_cents_and_those_to_the_assessment() -> None:
    """Each step only where the one before can't tell."""
    marks = marks_of(Limits(tau_share=D(0), tau_least=D(1)), D(1))
    near = (line("outlet", 500), line("refurbish", 600))
    prices = prices_of(
        (verdict(), verdict({"outlet": ["a"]}, {"a": ["seal"]})), near, ("outlet", "refurbish"), D(1), marks
    )
    found = prices.outcomes(0, None)
    assert found is not None
    assert [(each.channel, each.asks) for each in found] == [("outlet", ()), ("refurbish", ("seal",))]
    unsure = prices_of(
        (verdict({"outlet": ["a"]}, {"a": ["seal"]}),), near, ("outlet", "refurbish"), D(1), marks
    )
    assert unsure.outcomes(0, None) == found[1:]
    vague = tuple(
        replace(each, exact=False, usual=each.usual + ONE // 2, fixed=each.fixed + ONE // 2) for each in near
    )
    unclear = prices_of((verdict(),), vague, ("outlet", "refurbish"), D(1), marks)
    assert unclear.outcomes(0, None) is None
    alone = prices_of((verdict(),), vague[:1], ("outlet",), D(1), marks_of(Limits(tau_least=D(9)), D(1)))
    assert alone.outcomes(0, None) is None


def test_learned_prices_bring_their_own_error() -> None:
    """Instead of the money that moves with an assumed one."""
    for error, wanted in ((0, (300, 0)), (2, (0, 200))):
        prices = prices_of(
            (verdict(),),
            (line("outlet", 5, slope=3, error=error),),
            ("outlet",),
            D(1),
            marks_of(Limits(), D(1)),
        )
        found = prices.outcomes(100, 7)
        assert found is not None
        assert (found[0].swing, found[0].error) == wanted


def test_agreement_is_about_channel_cents_and_questions() -> None:
    """What could not be told agrees with nothing."""
    assert not agree(None, ())
    assert agree((), ())
    assert isinstance(Prices((), (), marks_of(Limits(), D(1)), (), ()).outcomes(0, None), tuple)
    assert Outcome("outlet", 1, 1, 0, 0, ()) != Outcome("outlet", 1, 1, 0, 0, ("seal",))
