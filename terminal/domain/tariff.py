"""What each channel costs and brings, by category: the figures behind the values, read from TOML.

A family of goods and a channel each bring defaults; a row corrects them for one pair. Every block names the source
of its figures, and one that begins with "[A]" is an assumption that a site is meant to replace.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, localcontext
from types import MappingProxyType

from terminal.domain.channels import TERMINAL
from terminal.domain.facts import LETTERS
from terminal.domain.scheme_file import GENERAL
from terminal.domain.source import Source, Table
from terminal.domain.suggest import BadData
from terminal.domain.valuation import CONTEXT, NOTHING, ONE, SEALED, ZERO, Amount, ChannelParams

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
}
_AMOUNTS = ("phi", "ship", "parts", "pack", "unsold", "fail", "credit", "new_margin")


class BadTariff(BadData):
    """Channel figures that cannot be used; `problems` names each mistake."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Where a difference in money stops to matter."""

    tau_share: Decimal = Decimal("0.02")
    tau_least: Decimal = Decimal("1.00")
    """Channels within the greater of `tau_share` of R and this count as equal."""
    esg_delta: Decimal = Decimal("5.00")
    """Landfill must beat every other channel by more than this."""
    loss_cap: Decimal = Decimal("5.00")
    """Beyond this loss the waste hierarchy goes before money."""


@dataclass(frozen=True, slots=True)
class Tariff:
    """The figures of a site."""

    currency: str
    """Currency of every fixed sum."""
    factors: Mapping[str, Decimal]
    """How much of another currency a unit of `currency` is, for costs only; prices are never converted."""
    params: Mapping[str, Mapping[str, ChannelParams]]
    """By category, then channel; a channel that isn't there is not offered to that category."""
    sources: Mapping[tuple[str, str], str]
    """Where the figures of a category and channel come from."""
    limits: Limits

    def for_category(self, category: object) -> Mapping[str, ChannelParams]:
        """The channels offered to a category; those of "general" where it has none of its own."""
        return self.params.get(str(category), self.params[GENERAL])

    def factor(self, currency: object) -> Decimal | None:
        """What a unit of the table's money is in that currency; None where nobody said."""
        return self.factors.get(str(currency))


@dataclass(frozen=True, slots=True)
class _Figures:
    """What one block says; what it leaves out comes from a weaker block."""

    numbers: Mapping[str, Decimal]
    amounts: Mapping[str, Amount]
    m: Mapping[str, Decimal]
    words: Mapping[str, str]
    takes: tuple[str, ...]
    source: str

    def over(self, weaker: _Figures) -> _Figures:
        return _Figures(
            {**weaker.numbers, **self.numbers},
            {**weaker.amounts, **self.amounts},
            self.m or weaker.m,
            {**weaker.words, **self.words},
            self.takes or weaker.takes,
            self.source,
        )


@dataclass(frozen=True, slots=True)
class _Family:
    id: str
    categories: tuple[str, ...]
    channels: tuple[str, ...]
    m: Mapping[str, Decimal]
    decay: Decimal
    kg: Decimal
    holding: Amount
    handling: Decimal
    parcel: Amount
    bulk: Amount
    pack: Amount
    fallback: Amount
    source: str


def load_tariff(texts: Mapping[str, str]) -> Tariff:
    """The figures from TOML texts by file name, read as one.

    Raises `BadTariff` with every mistake of every file: file, line, block, value, a near word.
    """
    problems: list[str] = []
    sources: list[Source] = []
    for name, text in texts.items():
        try:
            sources.append(Source(name, text))
        except BadData as error:
            problems.extend(error.problems)
    heads = [_read_head(source, problems) for source in sources if "currency" in source.data]
    if len(heads) != 1 and not problems:
        problems.append(f"exactly one file of channel figures must name the currency (found {len(heads)})")
    if problems:
        raise BadTariff(problems)
    with localcontext(CONTEXT):
        tariff = _assemble(sources, heads[0], problems)
    if not problems and GENERAL not in tariff.params:
        problems.append(f'no family has the category "{GENERAL}", which takes what has no family of its own')
    if problems:
        raise BadTariff(problems)
    return tariff


@dataclass(frozen=True, slots=True)
class _Head:
    currency: str
    factors: Mapping[str, Decimal]
    rate: Decimal
    capital: Decimal
    storage: Decimal
    limits: Limits
    parts: Mapping[str, Amount]


def _read_head(source: Source, problems: list[str]) -> _Head:
    top = source.top(problems)
    top.whole("schema", 1, 1)
    top.text("version")
    currency = top.text("currency")
    for block in ("channel", "family", "row"):
        top.raw(block)
    factors = top.table("factors")
    site, limits, parts = top.table("site"), top.table("limits"), top.table("parts")
    head = _Head(
        currency=currency,
        factors=MappingProxyType(
            {currency: ONE, **{name: factors.number(name, 0, 100_000) for name in factors.names()}}
        ),
        rate=site.number("rate_per_hour", 0, 1000),
        capital=site.number("capital_per_year", 0, 1),
        storage=site.number("storage_per_m3_month", 0, 1000),
        limits=Limits(
            limits.number("tau_share", 0, 1, Limits().tau_share),
            limits.number("tau_least", 0, 1000, Limits().tau_least),
            limits.number("esg_delta", 0, 1000, Limits().esg_delta),
            limits.number("loss_cap", 0, 1000, Limits().loss_cap),
        ),
        parts=MappingProxyType(
            {name: _read_amount(parts, name) for name in parts.names() if name != "source"}
        ),
    )
    site.text("source")
    parts.text("source", "")
    for table in (top, site, limits, parts):
        table.close()
    return head


def _assemble(sources: list[Source], head: _Head, problems: list[str]) -> Tariff:
    channels: dict[str, _Figures] = {}
    families: list[_Family] = []
    rows: dict[tuple[str, str], _Figures] = {}
    for source in sources:
        for table in source.blocks("channel", "id", problems):
            channel = table.choice("id", TERMINAL)
            if channel in channels:
                table.problem("the channel has figures already", "id")
            channels[channel] = _read_figures(table)
    for source in sources:
        for table in source.blocks("family", "id", problems):
            families.append(_read_family(table, head, channels))
    ids = [family.id for family in families]
    for source in sources:
        for table in source.blocks("row", "channel", problems):
            channel = table.choice("channel", tuple(channels) or TERMINAL)
            pairs = [(family, channel) for family in table.texts("family", ids, "a family")]
            rows.update(dict.fromkeys(pairs, _read_figures(table)))
    params: dict[str, Mapping[str, ChannelParams]] = {}
    told: dict[tuple[str, str], str] = {}
    for family in families:
        offered: dict[str, ChannelParams] = {}
        for channel in family.channels:
            figures = channels[channel]
            if (row := rows.get((family.id, channel))) is not None:
                figures = row.over(figures)
            offered[channel] = _params(figures, family, head)
            told.update(
                {(category, channel): f"{figures.source}; {family.source}" for category in family.categories}
            )
        for category in family.categories:
            if category in params:
                problems.append(f'family "{family.id}": category "{category}" has a family already')
            params[category] = MappingProxyType(offered)
    return Tariff(head.currency, head.factors, MappingProxyType(params), MappingProxyType(told), head.limits)


def _read_family(table: Table, head: _Head, channels: Mapping[str, _Figures]) -> _Family:
    storage = table.number("volume_m3", 0, 10) * head.storage / 30
    m = _read_m(table)
    for condition in CONDITIONS:
        if condition not in m:
            table.problem(f"m says nothing of {condition}", "m")
    family = _Family(
        id=table.text("id"),
        categories=table.texts("categories"),
        channels=table.texts("channels", channels, "a channel with figures"),
        m=m,
        decay=table.number("decay", 0, 1),
        kg=table.number("kg", 0, 1000),
        holding=Amount(storage, head.capital / 365),
        handling=table.number("handling", 0, 10, ONE),
        parcel=_read_amount(table, "parcel"),
        bulk=_read_amount(table, "bulk"),
        pack=_read_amount(table, "pack"),
        fallback=_read_amount(table, "fallback"),
        source=table.text("source"),
    )
    if not family.categories or not family.channels:
        table.problem("categories and channels must each name at least one")
    table.close()
    return family


def _read_figures(table: Table) -> _Figures:
    figures = _Figures(
        numbers={name: table.number(name, 0, most) for name, most in _NUMBERS.items() if table.has(name)},
        amounts={name: _read_amount(table, name) for name in _AMOUNTS if table.has(name)},
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


def _read_m(table: Table) -> Mapping[str, Decimal]:
    inner = table.table("m")
    found = {condition: inner.number(condition, 0, 5) for condition in CONDITIONS if inner.has(condition)}
    inner.close()
    return found


def _read_amount(table: Table, key: str) -> Amount:
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


def _params(figures: _Figures, family: _Family, head: _Head) -> ChannelParams:
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
        decay=family.decay,
        rate_per_hour=head.rate,
        holding_per_day=family.holding,
        default_kg=family.kg,
        repairs=words.get("repairs") == "yes",
        part_costs=head.parts,
    )
