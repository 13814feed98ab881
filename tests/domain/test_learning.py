"""Rates learned from outcomes: who counts, decay taken out, strength."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal
from math import exp
from typing import Any

import pytest

from terminal.domain.learning import Lesson, learn
from terminal.domain.outcomes import Outcome
from terminal.domain.rates import Mean

D = Decimal
DAY = date(2026, 11, 23)
START = date(2026, 1, 1)


def sale(share: float = 0.8, days: int | None = None, **changes: Any) -> Outcome:
    """A phone of grade B that brought a share of 500 on the marketplace."""
    values: dict[str, Any] = {
        "category": "phone",
        "outcome": "sold",
        "grade": "B",
        "channel": "marketplace",
        "reference_price": D(500),
        "proceeds": D(str(round(500 * share, 2))),
        "decided": None if days is None else START,
        "sold": None if days is None else START + timedelta(days),
    }
    return Outcome(**{**values, **changes})


def cell(lesson: Lesson, *key: str) -> Mean:
    """What was learned of one cell."""
    category, condition, channel = key or ("phone", "B", "marketplace")
    return lesson.rates.cells[category, condition, channel]


def test_a_cell_holds_the_mean_share_of_what_was_sold() -> None:
    """Twelve phones at .80; the rate they give is the one of the shrunk mean."""
    lesson = learn([sale(0.8)] * 12, DAY)
    assert cell(lesson) == Mean(12, D("0.800000"))
    assert lesson.used == 12
    assert lesson.levels == {"category, channel": {"phone, marketplace": 12}, "channel": {"marketplace": 12}}
    assert lesson.rates.version.startswith("2026-11-23 ")
    learned = lesson.rates.recoup("phone", "B", "marketplace", D("0.62"))
    assert (str(learned.value), learned.n, str(learned.weight)) == ("0.718182", 12, "0.4545")


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"overridden": True}, "overridden by a person"),
        ({"outcome": "donated"}, "not sold"),
        ({"proceeds": D(0)}, "not sold"),
        ({"reference_price": None}, "no price of a new unit"),
        ({"reference_price": D(0)}, "no price of a new unit"),
        ({"grade": None}, "no grade or no channel"),
        ({"channel": None}, "no grade or no channel"),
        ({"proceeds": D(5000)}, "more than 5 times the price of a new unit"),
        ({"days": 731}, "sold more than 730 days after it was decided"),
    ],
)
def test_what_says_nothing_of_a_recommendation_is_left_out_and_counted(
    changes: dict[str, Any], why: str
) -> None:
    """Each with its reason."""
    lesson = learn([sale(), sale(**changes)], DAY)
    assert (lesson.used, dict(lesson.left_out)) == (1, {why: 1})


def test_without_outcomes_rates_are_empty_and_have_a_version() -> None:
    """A station that sold nothing yet."""
    lesson = learn([], DAY)
    assert lesson.used == 0
    assert lesson.rates.version
    assert lesson.rates.recoup("phone", "B", "marketplace", D("0.62")).n == 0


def test_sealed_goods_have_a_cell_of_their_own() -> None:
    """A in a sealed box is not A."""
    lesson = learn([sale(1.0, grade="A", packaging="sealed"), sale(0.8, grade="A")], DAY)
    assert cell(lesson, "phone", "A0", "marketplace").mean == D("1.000000")
    assert cell(lesson, "phone", "A", "marketplace").mean == D("0.800000")


def test_decay_is_fitted_and_taken_out_of_the_shares() -> None:
    """Phones that lose .4 % a day in two channels: the cells hold what they brought on the first."""
    sales = [
        sale(level * exp(-0.004 * days), days, channel=channel)
        for channel, level in (("marketplace", 0.8), ("off_price", 0.3))
        for days in range(0, 100, 5)
    ]
    lesson = learn(sales, DAY)
    assert float(lesson.rates.decays["phone"].mean) == pytest.approx(0.004, abs=2e-5)
    assert lesson.rates.decays["phone"].n == 40
    assert float(cell(lesson).mean) == pytest.approx(0.8, abs=1e-3)
    assert float(cell(lesson, "phone", "B", "off_price").mean) == pytest.approx(0.3, abs=1e-3)


def test_where_no_decay_can_be_fitted_the_usual_one_is_taken_out() -> None:
    """Two sales after a hundred days, with a configured decay of .1 % a day."""
    lesson = learn([sale(0.8 * exp(-0.1), 100)] * 2, DAY, lambda category: D("0.001"))
    assert "phone" not in lesson.rates.decays
    assert float(cell(lesson).mean) == pytest.approx(0.8, abs=1e-4)


def test_a_decay_that_cannot_be_does_not_make_a_share_that_cannot_be() -> None:
    """A configured decay of everything a day, over two years."""
    assert cell(learn([sale(0.8, 700)], DAY, lambda category: D(1))).mean == D(5)


def test_the_bias_of_the_decay_is_shown() -> None:
    """Slow at first and fast later: the fit to the first half promised too much."""
    sales = [sale(0.8 * exp(-0.001 * d if d < 60 else -0.06 - 0.006 * (d - 60)), d) for d in range(0, 120, 3)]
    tested = learn(sales, DAY).back_tests["phone"]
    assert tested.bias < -0.02
    assert tested.tested > 10


def test_one_absurd_sale_moves_a_cell_only_a_little() -> None:
    """Nine at about .8 and one at 4.5."""
    sales = [sale(0.8 + 0.01 * (n % 3 - 1)) for n in range(9)]
    assert abs(cell(learn([*sales, sale(4.5)], DAY)).mean - D("0.8")) < D("0.02")


def test_the_strength_of_a_prior_is_estimated_from_many_cells() -> None:
    """Cells that differ much trust themselves more; a few cells use the usual ten."""
    draw = random.Random(5)
    sales = []
    for category in ("phone", "tablet", "laptop", "audio", "home"):
        for channel in ("outlet", "marketplace"):
            level = draw.gauss(0.7, 0.15)
            sales += [
                sale(max(0.05, draw.gauss(level, 0.05)), category=category, channel=channel) for _ in range(8)
            ]
    assert learn(sales, DAY).rates.strength == D("3.0")
    assert learn(sales[:16], DAY).rates.strength == D(10)
