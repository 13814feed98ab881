"""The blocks of a file of channel figures, and how channel, family and row become the figures of one pair.

What a row says goes before what its channel says, and that before what the family says. Amounts are a fixed sum, a
share of the price of a new unit, or both, so that a value stays a straight line in that price.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from terminal.domain.donation import increment
from terminal.domain.facts import LETTERS
from terminal.domain.source import Table
from terminal.domain.valuation import NOTHING, ONE, SEALED, ZERO, Amount, ChannelParams

CONDITIONS = (SEALED, *LETTERS)
_PART = re.compile(r"(\d+(?:\.\d+)?)\s*(%?)")
_NUMBERS = {
    "lead_days": 3650,
    "s": 1,
    "f": 1,
    "minutes": 600,
    "disposal_per_kg": 1000,
    "y": 1,
    "kappa": 1,
    "factor": 5,
    "decay": 1,
    "rate_per_hour": 1000,
}
_AMOUNTS = ("phi", "ship", "parts", "pack", "unsold", "fail", "new_margin", "holding")


@dataclass(frozen=True, slots=True)
class Site:
    """What the head of the file says for all goods."""

    rate: Decimal
    """Labour, an hour."""
    capital: Decimal
    """Cost of capital, a year."""
    storage: Decimal
    """A cubic metre, a month of 30 days."""
    parts: Mapping[str, Amount]


@dataclass(frozen=True, slots=True)
class Figures:
    """What one block says; what it leaves out comes from a weaker block."""

    numbers: Mapping[str, Decimal]
    amounts: Mapping[str, Amount]
    m: Mapping[str, Decimal]
    words: Mapping[str, str]
    takes: tuple[str, ...]
    source: str

    def over(self, weaker: Figures) -> Figures:
        """The block, with what it leaves out taken from `weaker`."""
        return Figures(
            {**weaker.numbers, **self.numbers},
            {**weaker.amounts, **self.amounts},
            self.m or weaker.m,
            {**weaker.words, **self.words},
            self.takes or weaker.takes,
            self.source,
        )


@dataclass(frozen=True, slots=True)
class Family:
    """Categories of goods that cost and bring the same."""

    id: str
    categories: tuple[str, ...]
    channels: tuple[str, ...]
    m: Mapping[str, Decimal]
    decay: Decimal
    rate: Decimal
    kg: Decimal
    holding: Amount
    handling: Decimal
    parcel: Amount
    bulk: Amount
    pack: Amount
    fallback: Amount
    source: str


def read_family(
    table: Table, site: Site, channels: Mapping[str, Figures], categories: Collection[str] | None = None
) -> Family:
    """A `[[family]]`; mistakes go to the problems of the table. `categories` are those that goods can have."""
    if table.has("holding"):
        holding = read_amount(table, "holding")
        if table.has("volume_m3"):
            table.problem(
                "holding is the cost itself, so volume_m3 says nothing: keep one of the two", "holding"
            )
    else:
        holding = Amount(table.number("volume_m3", 0, 10) * site.storage / 30, site.capital / 365)
    m = _read_m(table)
    for condition in CONDITIONS:
        if condition not in m:
            table.problem(f"m says nothing of {condition}", "m")
            m[condition] = ZERO
    family = Family(
        id=table.text("id"),
        categories=table.texts("categories", categories, "a category of any scheme"),
        channels=table.texts("channels", channels, "a channel with figures"),
        m=m,
        decay=table.number("decay", 0, 1),
        rate=table.number("rate_per_hour", 0, 1000, site.rate),
        kg=table.number("kg", 0, 1000),
        holding=holding,
        handling=table.number("handling", 0, 10, ONE),
        parcel=read_amount(table, "parcel"),
        bulk=read_amount(table, "bulk"),
        pack=read_amount(table, "pack"),
        fallback=read_amount(table, "fallback"),
        source=table.text("source"),
    )
    if not family.categories or not family.channels:
        table.problem("categories and channels must each name at least one")
    table.close()
    return family


def read_figures(table: Table) -> Figures:
    """A `[[channel]]` or `[[row]]`; mistakes go to the problems of the table."""
    amounts = {name: read_amount(table, name) for name in _AMOUNTS if table.has(name)}
    if table.has("credit"):
        amounts["credit"] = _read_credit(table)
    figures = Figures(
        numbers={name: table.number(name, 0, most) for name, most in _NUMBERS.items() if table.has(name)},
        amounts=amounts,
        m=_read_m(table) if table.has("m") else {},
        words={
            name: table.choice(name, known)
            for name, known in (
                ("carriage", ("parcel", "bulk", "none")),
                ("sells_as", ("same", *CONDITIONS)),
                ("repairs", ("no", "yes")),
            )
            if table.has(name)
        },
        takes=table.texts("takes", CONDITIONS, "a condition"),
        source=table.text("source"),
    )
    table.close()
    return figures


def read_amount(table: Table, key: str) -> Amount:
    """A number is a fixed sum, "12 %" a share of R, "0.90 + 10 %" both."""
    raw = table.raw(key)
    if isinstance(raw, int | Decimal) and not isinstance(raw, bool) and 0 <= raw <= 100_000:
        return Amount(Decimal(raw))
    found = [_PART.fullmatch(part.strip()) for part in raw.split("+")] if isinstance(raw, str) else [None]
    fixed = share = ZERO
    for part in found:
        if part is None:
            table.problem(f'{key} must be an amount, write 1.80, "12 %" or "0.90 + 10 %" (got {raw!r})', key)
            return NOTHING
        if part.group(2):
            share += Decimal(part.group(1)) / 100
        else:
            fixed += Decimal(part.group(1))
    return Amount(fixed, share)


def params_of(figures: Figures, family: Family, site: Site) -> ChannelParams:
    """The figures of one family in one channel."""
    numbers, amounts, words = figures.numbers, figures.amounts, figures.words
    sells_as, carriage = words.get("sells_as", "same"), words.get("carriage", "parcel")
    factor = numbers.get("factor", ONE)
    m = {
        condition: figures.m[condition]
        if condition in figures.m
        else family.m[condition if sells_as == "same" else sells_as] * factor
        for condition in figures.takes or CONDITIONS
    }
    ship = {"parcel": family.parcel, "bulk": family.bulk, "none": NOTHING}[carriage]
    return ChannelParams(
        m=MappingProxyType(m),
        lead_days=numbers.get("lead_days", ZERO),
        s=numbers.get("s", ONE),
        f=numbers.get("f", ZERO),
        phi=amounts.get("phi", NOTHING),
        ship=amounts.get("ship", ship),
        minutes=numbers.get("minutes", ZERO) * family.handling,
        parts=amounts.get("parts", NOTHING),
        pack=amounts.get("pack", family.pack if carriage == "parcel" else NOTHING),
        disposal_per_kg=numbers.get("disposal_per_kg", ZERO),
        y=numbers.get("y", ONE),
        unsold=amounts.get("unsold", family.fallback),
        fail=amounts.get("fail", family.fallback),
        credit=amounts.get("credit", NOTHING),
        kappa=numbers.get("kappa", ZERO),
        new_margin=amounts.get("new_margin", NOTHING),
        decay=numbers.get("decay", family.decay),
        rate_per_hour=numbers.get("rate_per_hour", family.rate),
        holding_per_day=amounts.get("holding", family.holding),
        default_kg=family.kg,
        repairs=words.get("repairs") == "yes",
        part_costs=site.parts,
    )


def _read_m(table: Table) -> dict[str, Decimal]:
    inner = table.table("m")
    found = {condition: inner.number(condition, 0, 5) for condition in CONDITIONS if inner.has(condition)}
    inner.close()
    return found


def _read_credit(table: Table) -> Amount:
    """An amount, or `{ kind = "donation", basis, market, rate }`: the tax that a US gift saves beyond scrapping.

    Basis and market value are both shares of R or both fixed sums, as the deduction is no straight line otherwise.
    """
    if not isinstance(table.raw("credit"), Mapping):
        return read_amount(table, "credit")
    inner = table.table("credit")
    inner.choice("kind", ("donation",))
    basis, market = read_amount(inner, "basis"), read_amount(inner, "market")
    rate = inner.number("rate", 0, 1)
    inner.close()
    fixed, share = basis.fixed + market.fixed, basis.share + market.share
    if fixed and share:
        inner.problem('basis and market must both be shares ("40 %") or both fixed sums (12.00)', "credit")
    return Amount(rate * increment(basis.fixed, market.fixed), rate * increment(basis.share, market.share))
