"""A made-up history of a returns centre, for trying a backtest and for measuring one: the same seed, the same rows.

Products come from a made-up catalogue with prices and weights, so items repeat as they do in life; facts are
written as the bench writes them. Grade and channel are those of the rulebook, but a few were decided otherwise.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from terminal.domain.backtest_judge import Judge
from terminal.domain.rulebook import Rulebook
from terminal.store.driver import sqlite3
from terminal.store.tables import TABLES

FIRST = date(2025, 11, 1)
DAYS = 380
PRODUCTS = 4_000
_COLUMNS = (
    "lpn, category, status, grade, first_grade, disposition, first_disposition, value_cents, currency, "
    "received_at, closed_at, facts"
)


@dataclass(frozen=True, slots=True)
class _Kind:
    """A category: how often it comes back, what it costs and weighs, and what is known of it."""

    share: int
    price: tuple[int, int]
    grams: tuple[int, int]
    facts: tuple[tuple[str, Any], ...] = ()
    defects: tuple[str, ...] = ("SCR-LT", "SCR-MD", "SCR-DP")


_KINDS = {
    "phone": _Kind(14, (120, 1100), (140, 260), (("has_battery", True),)),
    "tablet": _Kind(4, (150, 900), (300, 700), (("has_battery", True),)),
    "laptop": _Kind(5, (350, 1900), (900, 2600), (("has_battery", True),)),
    "audio": _Kind(8, (25, 350), (90, 1500)),
    "small_appliance": _Kind(8, (20, 260), (400, 6000), (("hygiene", False),)),
    "apparel": _Kind(26, (8, 90), (90, 900), (), ()),
    "footwear": _Kind(9, (25, 160), (500, 1400), (), ()),
    "home": _Kind(12, (6, 180), (150, 8000)),
    "toys": _Kind(6, (8, 90), (100, 2500)),
    "cosmetics": _Kind(4, (6, 70), (40, 400), (("hygiene", True),), ()),
    "media": _Kind(2, (8, 60), (80, 500)),
    "general": _Kind(2, (5, 120), (50, 4000)),
}
_REASONS = ("changed my mind", "does not fit", "does not work", "arrived damaged", "wrong colour", "too late")
_BASES = (("withdrawal", 70), ("conformity", 18), ("voluntary_extension", 7), ("undelivered", 5))


@dataclass(frozen=True, slots=True)
class Made:
    """One made-up item."""

    lpn: str
    category: str
    day: date
    facts: dict[str, Any]


def items(count: int, seed: int = 1) -> Iterator[Made]:
    """Made-up items, without grade or channel."""
    chance = random.Random(seed)
    products = [_product(chance, number) for number in range(PRODUCTS)]
    for number in range(count):
        category, known = products[int(PRODUCTS * chance.random() ** 2)]
        day = FIRST + timedelta(days=int(DAYS * chance.random()))
        facts = {**known, **_found(chance, category, day)}
        yield Made(f"SYN{number:07d}", category, day, dict(sorted(facts.items())))


def write_history(path: Path, book: Rulebook, count: int, seed: int = 1, *, by_hand: float = 0.04) -> None:
    """A station file with that many closed items, decided by `book`; of `by_hand` a person chose another way."""
    chance = random.Random(seed + 1)
    judge = Judge(book, (book.policy, book.policy))
    connection = sqlite3.connect(path)
    try:
        connection.executescript(TABLES)
        marks = ", ".join("?" * 12)
        rows = (_row(made, judge, chance, by_hand) for made in items(count, seed))
        with connection:
            connection.executemany(f"insert into item({_COLUMNS}) values ({marks})", rows)
    finally:
        connection.close()


def _row(made: Made, judge: Judge, chance: random.Random, by_hand: float) -> tuple[Any, ...]:
    known = {"answered": ["sealed", "marks", "complete"], "assumed": [], "facts": made.facts}
    text = json.dumps(known, sort_keys=True)
    found = judge.judge(text, made.category, None, made.day.isoformat())
    first = found.outcomes[0].channel or "quarantine"
    channel = chance.choice(("outlet", "off_price", "quarantine")) if chance.random() < by_hand else first
    held = channel == "quarantine"
    cents = None if held or channel != first else found.outcomes[0].cents
    at = f"{made.day.isoformat()}T{chance.randint(6, 21):02d}:{chance.randint(0, 59):02d}:00.000Z"
    return (
        made.lpn, made.category, "held" if held else "closed", found.letter, found.letter, channel, first, cents,
        found.currency, at, at, text,
    )  # fmt: skip


def _product(chance: random.Random, number: int) -> tuple[str, dict[str, Any]]:
    kinds = tuple(_KINDS)
    category = chance.choices(kinds, [_KINDS[name].share for name in kinds])[0]
    kind = _KINDS[category]
    low, high = kind.price
    euros = int(low * (high / low) ** chance.random())
    facts: dict[str, Any] = {
        "brand": f"Brand {number % 37}",
        "category": category,
        "currency": "EUR",
        "market": "EU",
        "operator_size": "large",
        "reference_price": f"{euros}.{chance.choice(('00', '50', '90', '95', '99'))}",
        "weight_g": chance.randint(*kind.grams),
        "mass_source": "catalogue",
        "wrong_item": False,
        **dict(kind.facts),
    }
    if chance.random() < 0.02:
        del facts["weight_g"], facts["mass_source"]
    return category, facts


def _found(chance: random.Random, category: str, day: date) -> dict[str, Any]:
    """What an inspection finds, and what the return says of itself."""
    kind = _KINDS[category]
    basis = chance.choices([name for name, _ in _BASES], [weight for _, weight in _BASES])[0]
    facts: dict[str, Any] = {
        "reason": chance.choice(_REASONS),
        "return_legal_basis": basis,
        "initiated": (day - timedelta(days=chance.randint(2, 20))).isoformat(),
    }
    if chance.random() < 0.3:
        facts["packaging"] = "sealed"
        return facts
    packaging = ("opened_complete", "opened_damaged", "missing")
    facts["packaging"] = chance.choices(packaging, (75, 18, 7))[0]
    facts["unused"] = chance.random() < 0.45
    if category in ("phone", "tablet", "laptop", "audio", "small_appliance", "general"):
        facts["function"] = chance.choices(("pass", "fail", "not_tested"), (88, 9, 3))[0]
    if ("has_battery", True) in kind.facts:
        facts["battery_health"] = min(100, int(chance.gauss(90, 7)))
        facts["lock"] = "off" if chance.random() < 0.97 else "on"
        if chance.random() < 0.8:
            facts["data_sanitised"] = chance.choices(("purge", "clear"), (9, 1))[0]
    if category == "cosmetics":
        facts["seal"] = chance.choices(("intact", "broken", "missing"), (6, 3, 1))[0]
        facts["expiry"] = (day + timedelta(days=chance.randint(-30, 700))).isoformat()
        facts["date_kind"] = "best_before"
    if chance.random() < 0.12:
        facts["missing_other"] = chance.randint(1, 2)
    if chance.random() < 0.05:
        facts["missing_essential"] = 1
    if chance.random() < 0.2:
        facts["rtv_window"] = True
    if kind.defects and chance.random() < 0.25:
        facts["observations"] = [
            {
                "defect": defect,
                "location": chance.choice(("front", "back", "side")),
                "count": chance.choice((1, 1, 2)),
            }
            for defect in chance.sample(kind.defects, chance.choice((1, 1, 2)))
        ]
    if chance.random() < 0.03:
        facts["mass_source"] = "scale"
        facts["weight_g"] = chance.randint(*kind.grams)
    return facts
