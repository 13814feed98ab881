"""Prediction measured: prices told out of sample beside the medians, on made-up markets, and what it costs.

Each market is known to its maker, so the error of somebody who knows it and tells its medians stands beside the
measured ones; the shift to the smallest relative error can still undercut it. Prints one JSON object.

    python benchmarks/predict.py [--rows 300] [--learn 100000]
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from math import exp, log

from terminal.domain.crossfold import cross_validate
from terminal.domain.learning import learn
from terminal.domain.outcomes import Outcome
from terminal.domain.pricetable import price_table
from terminal.domain.rates import Rates

Market = tuple[list[str], list[list[str]], float]
"""Header, rows, and the standard deviation of the logarithms of prices that no column explains."""


def phones(rows: int, draw: random.Random) -> Market:
    """One phone on three platforms in five countries, with cells of their own."""
    grades, platforms, countries = ("Premium", "Excellent", "Good", "Fair"), ("a", "b", "c"), tuple("vwxyz")
    effect = {level: draw.gauss(0, 0.08) for level in (*grades, *platforms, *countries)}
    cells = {(g, p, c): draw.gauss(0, 0.05) for g in grades for p in platforms for c in countries}
    table = []
    for _ in range(rows):
        g, p, c = draw.choice(grades), draw.choice(platforms), draw.choice(countries)
        price = exp(log(430) + effect[g] + effect[p] + effect[c] + cells[g, p, c] + draw.gauss(0, 0.07))
        table.append([g, p, c, f"{price:.2f}"])
    return ["condition", "platform", "country", "price"], table, 0.07


def apparel(rows: int, draw: random.Random) -> Market:
    """Many brands in few channels, priced by what they cost once."""
    brands = {f"brand {number}": draw.gauss(0, 0.3) for number in range(40)}
    grades = {"new": 0.2, "good": -0.2, "worn": -0.6}
    channels = {"outlet": 0.0, "online": -0.2, "lot": -0.9}
    table = []
    for _ in range(rows):
        b, g, c = draw.choice(list(brands)), draw.choice(list(grades)), draw.choice(list(channels))
        new = exp(draw.gauss(3.8, 0.6))
        price = new * exp(-0.7 + brands[b] + grades[g] + channels[c] + draw.gauss(0, 0.25))
        table.append([b, g, c, f"{new:.2f}", f"{price:.2f}"])
    return ["brand", "condition", "channel", "reference_price", "proceeds"], table, 0.25


def chance(rows: int, draw: random.Random) -> Market:
    """Prices that nothing explains."""
    table = [[draw.choice("ABCD"), draw.choice("xyz"), f"{exp(draw.gauss(5, 0.4)):.2f}"] for _ in range(rows)]
    return ["grade", "channel", "price"], table, 0.4


def fitted(market: Callable[[int, random.Random], Market], rows: int) -> dict[str, object]:
    """Errors in per cent of one market, and seconds."""
    draw = random.Random(11)
    header, table, scatter = market(rows, draw)
    known = price_table(header, table)
    order = list(range(len(known.prices)))
    draw.shuffle(order)
    begun = time.perf_counter()
    scores = cross_validate(known.sample, known.prices, order, 10)
    took = time.perf_counter() - begun
    floor = sum(abs(exp(draw.gauss(0, scatter)) - 1) for _ in range(20_000)) / 20_000
    return {
        "model": round(100 * scores.model, 2),
        "unshifted": round(100 * scores.unshifted, 2),
        "grade_alone": None if scores.grade_alone is None else round(100 * scores.grade_alone, 2),
        "global_median": round(100 * scores.global_median, 2),
        "who_knows_all": round(100 * floor, 2),
        "bias": round(100 * scores.bias, 2),
        "seconds": round(took, 2),
    }


def learned(count: int) -> dict[str, object]:
    """Seconds for learning from so many outcomes, and microseconds for one rate."""
    draw = random.Random(12)
    start = date(2026, 1, 1)
    outcomes = [
        Outcome(
            draw.choice(("phone", "laptop", "home", "audio")),
            "sold",
            grade=draw.choice("ABCD"),
            channel=draw.choice(("marketplace", "outlet", "off_price")),
            reference_price=Decimal(500),
            proceeds=Decimal(draw.randrange(50, 500)),
            decided=start,
            sold=start + timedelta(draw.randrange(90)),
        )
        for _ in range(count)
    ]
    begun = time.perf_counter()
    rates: Rates = learn(outcomes, date(2026, 11, 23)).rates
    took = time.perf_counter() - begun
    asked = 10_000
    begun = time.perf_counter()
    for _ in range(asked):
        rates.recoup("phone", "B", "marketplace", Decimal("0.75"))
    each = (time.perf_counter() - begun) / asked
    return {"outcomes": count, "seconds": round(took, 2), "one_rate_us": round(each * 1e6, 1)}


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--rows", type=int, default=300)
    options.add_argument("--learn", type=int, default=100_000)
    given = options.parse_args()
    told: dict[str, object] = {"rows": given.rows, "mape_percent": {}}
    told["mape_percent"] = {
        market.__name__: fitted(market, given.rows) for market in (phones, apparel, chance)
    }
    told["learn"] = learned(given.learn)
    print(json.dumps(told))


if __name__ == "__main__":
    main()
