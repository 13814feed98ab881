"""What the markets call a grade of ours: eBay, Amazon, Back Market, CTIA, R2v3 and what a site adds.

The words are data (`[[market]]` in the scheme files). Markets that keep function and looks apart are answered from
the two axes, so that one letter never hides which of them is bad; an item that is stopped for another cause, as a
lock or a recall, has good axes and may still not be sold, which is why D is said as a whole then.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from types import MappingProxyType
from typing import Protocol

from terminal.domain.facts import CATEGORIES, LETTERS
from terminal.domain.schemes import CONDITIONS, SEALED, Market
from terminal.domain.source import Table
from terminal.domain.suggest import hint

_JOIN = " / "


class Graded(Protocol):
    """What is asked of a grade: the letters of `grading.GradeResult`, whose module is above this one."""

    @property
    def grade(self) -> str:
        """The letter that counts."""

    @property
    def functional(self) -> str:
        """The letter of the function axis."""

    @property
    def cosmetic(self) -> str:
        """The letter of the cosmetic axis."""


def crosswalk(
    result: Graded, sealed: bool, category: object, markets: Iterable[Market]
) -> tuple[tuple[str, str], ...]:
    """(name of the market, its word for this item) for each market that takes such goods, in file order.

    `markets` are those of the scheme. `sealed` counts only at grade A: a sealed box with a weak battery is not new.
    """
    fitting: dict[str, Market] = {}
    for market in markets:
        before = fitting.get(market.id)
        if category in market.categories or (not market.categories and before is None):
            fitting[market.id] = market
    return tuple((market.name, _word(market, result, sealed)) for market in fitting.values())


def _word(market: Market, result: Graded, sealed: bool) -> str:
    if sealed and result.grade == "A":
        return market.grades[SEALED]
    axes = (result.functional, result.cosmetic)
    if not market.function or (result.grade == "D" and "D" not in axes):
        return market.grades[result.grade]
    return market.function[axes[0]] + _JOIN + market.cosmetic[axes[1]]


def read_market(table: Table) -> Market:
    """A block [[market]]: one text for each grade, or one for each letter of both axes beside sealed and D."""
    two_axes = table.has("function") or table.has("cosmetic")
    market = Market(
        id=table.text("id"),
        name=table.text("name"),
        source=table.text("source"),
        categories=table.texts("categories"),
        grades=_read_texts(table, "grades", (SEALED, "D") if two_axes else CONDITIONS),
        function=_read_texts(table, "function", LETTERS if two_axes else ()),
        cosmetic=_read_texts(table, "cosmetic", LETTERS if two_axes else ()),
    )
    table.close()
    return market


def check_markets(found: Sequence[tuple[Table, Market]], categories: Collection[str]) -> None:
    """Note categories that nobody knows, and those for which one market has two entries."""
    known = tuple(dict.fromkeys((*CATEGORIES, *categories)))
    taken: set[tuple[str, str]] = set()
    for table, market in found:
        for category in market.categories or ("",):
            if category and category not in known:
                table.problem(
                    f'categories: "{category}" is not a category{hint(category, known)}',
                    "categories",
                    category,
                )
            if (market.id, category) in taken:
                goods = f'the category "{category}"' if category else "all other goods"
                table.problem(f"another entry of this market is for {goods}", "id")
            taken.add((market.id, category))


def _read_texts(table: Table, key: str, names: Collection[str]) -> MappingProxyType[str, str]:
    inner = table.table(key)
    texts = {name: inner.text(name) for name in names}
    inner.close()
    return MappingProxyType(texts)
