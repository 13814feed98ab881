"""What each channel costs and brings, by category: the figures behind the values, read from TOML.

A family of goods and a channel each bring defaults; a row corrects them for one pair. Every block names the source
of its figures, and one that begins with "[A]" is an assumption that a site is meant to replace.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from types import MappingProxyType

from terminal.domain.channels import TERMINAL
from terminal.domain.figures import (
    CONDITIONS,
    Family,
    Figures,
    Site,
    params_of,
    read_amount,
    read_family,
    read_figures,
)
from terminal.domain.scheme_file import GENERAL
from terminal.domain.source import Source, Table
from terminal.domain.suggest import BadData, hint
from terminal.domain.valuation import CONTEXT, ONE, ZERO, ChannelParams

__all__ = ["CONDITIONS", "BadTariff", "Limits", "Tariff", "load_tariff"]

_CURRENCY = re.compile(r"[A-Z]{3}")


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
    price_spread: Decimal = ZERO
    """Standard deviation of single sales as a share of their price; makes the standard error of learned prices."""


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
    bids: Mapping[str, Decimal] = field(default_factory=lambda: MappingProxyType({}))
    """What a slot of a scarce channel costs: the regret below which an item leaves it to others."""
    capacity: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    """Slots a day of a scarce channel."""

    def for_category(self, category: object) -> Mapping[str, ChannelParams]:
        """The channels offered to a category; those of "general" where it has none of its own."""
        return self.params.get(str(category), self.params[GENERAL])

    def factor(self, currency: object) -> Decimal | None:
        """What a unit of the table's money is in that currency; None where nobody said."""
        return self.factors.get(str(currency))


@dataclass(frozen=True, slots=True)
class _Head:
    currency: str
    factors: Mapping[str, Decimal]
    site: Site
    limits: Limits
    bids: Mapping[str, Decimal]
    capacity: Mapping[str, int]


def load_tariff(texts: Mapping[str, str], categories: Collection[str] | None = None) -> Tariff:
    """The figures from TOML texts by file name, read as one; `categories` are those of the schemes, None for any.

    Raises `BadTariff` with every mistake of every file: file, line, block, value, a near word.
    """
    problems: list[str] = []
    sources: list[Source] = []
    for name, text in texts.items():
        try:
            sources.append(Source(name, text))
        except BadData as error:
            problems.extend(error.problems)
    with localcontext(CONTEXT):
        heads = [_read_head(source, problems) for source in sources if "currency" in source.data]
        if len(heads) != 1 and not problems:
            problems.append(
                f"exactly one file of channel figures must name the currency (found {len(heads)})"
            )
        if problems:
            raise BadTariff(problems)
        tariff = _assemble(sources, heads[0], categories, problems)
    if not problems and GENERAL not in tariff.params:
        problems.append(f'no family has the category "{GENERAL}", which takes what has no family of its own')
    if problems:
        raise BadTariff(problems)
    return tariff


def _read_head(source: Source, problems: list[str]) -> _Head:
    top = source.top(problems)
    top.whole("schema", 1, 1)
    top.text("version")
    currency = top.text("currency")
    for block in ("channel", "family", "row"):
        top.raw(block)
    site, limits, parts = top.table("site"), top.table("limits"), top.table("parts")
    plain = Limits()
    head = _Head(
        currency=currency,
        factors=_read_factors(top, currency),
        site=Site(
            rate=site.number("rate_per_hour", 0, 1000),
            capital=site.number("capital_per_year", 0, 1),
            storage=site.number("storage_per_m3_month", 0, 1000),
            parts=MappingProxyType(
                {name: read_amount(parts, name) for name in parts.names() if name != "source"}
            ),
        ),
        limits=Limits(
            limits.number("tau_share", 0, 1, plain.tau_share),
            limits.number("tau_least", 0, 1000, plain.tau_least),
            limits.number("esg_delta", 0, 1000, plain.esg_delta),
            limits.number("loss_cap", 0, 1000, plain.loss_cap),
            limits.number("price_spread", 0, 1, plain.price_spread),
        ),
        bids=_read_bids(top.table("bids")),
        capacity=_read_capacity(top.table("capacity")),
    )
    site.text("source")
    parts.text("source", "")
    for table in (top, site, limits, parts):
        table.close()
    return head


def _read_factors(top: Table, currency: str) -> Mapping[str, Decimal]:
    table = top.table("factors")
    found = {currency: ONE}
    if not _CURRENCY.fullmatch(currency):
        top.problem(f'currency is three capital letters, write "EUR" (got "{currency}")', "currency")
    for name in table.names():
        factor = table.number(name, 0, 100_000)
        if not _CURRENCY.fullmatch(name):
            table.problem(f'a currency is three capital letters, write "GBP" (got "{name}")', name)
        elif name == currency:
            table.problem(f"the figures are in {currency} already: take it out", name)
        elif not factor:
            table.problem(f"{name} must be above 0, or every cost in it would be nothing", name)
        found[name] = factor
    return MappingProxyType(found)


def _read_bids(table: Table) -> Mapping[str, Decimal]:
    names = _scarce(table)
    return MappingProxyType({name: table.number(name, 0, 100_000) for name in names})


def _read_capacity(table: Table) -> Mapping[str, int]:
    return MappingProxyType({name: table.whole(name, 1, 1_000_000) for name in _scarce(table)})


def _scarce(table: Table) -> tuple[str, ...]:
    """The channels a table of bids or slots names; it says where its numbers come from."""
    names = tuple(name for name in table.names() if name != "source")
    for name in names:
        if name not in TERMINAL:
            table.problem(f'"{name}" is not a channel{hint(name, TERMINAL)}', name)
    if names:
        table.text("source")
    return names


def _assemble(
    sources: list[Source], head: _Head, categories: Collection[str] | None, problems: list[str]
) -> Tariff:
    channels = _read_channels(sources, problems)
    families: list[Family] = []
    for source in sources:
        for table in source.blocks("family", "id", problems):
            family = read_family(table, head.site, channels, categories)
            if any(family.id == other.id for other in families):
                table.problem("there is a family of that name already", "id")
            families.append(family)
    rows = _read_rows(sources, families, channels, problems)
    params: dict[str, Mapping[str, ChannelParams]] = {}
    told: dict[tuple[str, str], str] = {}
    for family in families:
        offered: dict[str, ChannelParams] = {}
        for channel in family.channels:
            figures = channels[channel]
            if (row := rows.get((family.id, channel))) is not None:
                figures = row.over(figures)
            offered[channel] = params_of(figures, family, head.site)
            told.update(
                {(category, channel): f"{figures.source}; {family.source}" for category in family.categories}
            )
        for category in family.categories:
            if category in params:
                problems.append(f'family "{family.id}": category "{category}" has a family already')
            params[category] = MappingProxyType(offered)
    return Tariff(
        currency=head.currency,
        factors=head.factors,
        params=MappingProxyType(params),
        sources=MappingProxyType(told),
        limits=head.limits,
        bids=head.bids,
        capacity=head.capacity,
    )


def _read_channels(sources: list[Source], problems: list[str]) -> dict[str, Figures]:
    channels: dict[str, Figures] = {}
    for source in sources:
        for table in source.blocks("channel", "id", problems):
            channel = table.choice("id", TERMINAL)
            if channel in channels:
                table.problem("the channel has figures already", "id")
            channels[channel] = read_figures(table)
    return channels


def _read_rows(
    sources: list[Source], families: list[Family], channels: Mapping[str, Figures], problems: list[str]
) -> dict[tuple[str, str], Figures]:
    ids = [family.id for family in families]
    rows: dict[tuple[str, str], Figures] = {}
    for source in sources:
        for table in source.blocks("row", "channel", problems):
            channel = table.choice("channel", tuple(channels) or TERMINAL)
            pairs = [(family, channel) for family in table.texts("family", ids, "a family")]
            for family, _ in (pair for pair in pairs if pair in rows):
                table.problem(f'family "{family}" has a row for {channel} already', "family", family)
            rows.update(dict.fromkeys(pairs, read_figures(table)))
    return rows
