"""The value of an item on the bench, channel by channel and term by term, in lines for a screen."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from datetime import UTC, date, datetime, time

from terminal.bench.inspecting import known_facts
from terminal.bench.naming import channel_word, money
from terminal.bench.rules import Now, Rules
from terminal.bench.state import State
from terminal.bench.tasks import work_ahead
from terminal.domain.crosswalk import crosswalk
from terminal.domain.disposition import Decision
from terminal.domain.facts import Facts
from terminal.domain.items import money_text
from terminal.domain.rulebook import Assessment, assess

NO_ITEM = "No item is on the bench."
NAME = 14
AMOUNT = 11


def value_lines(state: State, rules: Rules, on: date, columns: int) -> tuple[str, ...]:
    """What each channel would bring for the open item on the day `on`, best first, then those that a rule forbids.

    The figures are those of the finding as it stands now, the same that the decision uses.
    """
    item = state.item
    if item is None:
        return (NO_ITEM,)
    facts = known_facts(item, rules)
    now = Now(datetime.combine(on, time(), UTC))
    found = assess(rules.book, facts, on, item.graded, work_ahead(item, facts, rules, now))
    decision = found.decision
    price = facts.get("reference_price")
    new = f"new {money(str(price), decision.currency)}" if price is not None else "no price is known"
    axes = f"works {found.grade.functional}, looks {found.grade.cosmetic}"
    lines = [f"{item.lpn}  {item.title}", f"grade {found.letter} ({axes})   {new}", ""]
    lines += _open(decision, columns)
    lines += _forbidden(decision, rules, columns)
    lines += ["", *textwrap.wrap(decision.explanation, columns)]
    lines += _markets(found, facts, columns)
    lines += [line for doubt in decision.doubts for line in textwrap.wrap(f"! {doubt}", columns)]
    return tuple(lines)


def _markets(found: Assessment, facts: Facts, columns: int) -> list[str]:
    """What the grade is called where goods like these are sold."""
    sealed = facts.get("packaging") == "sealed"
    words = crosswalk(found.grade, sealed, facts.get("category"), found.scheme.markets)
    return textwrap.wrap("; ".join(f"{market}: {word}" for market, word in words), columns)


def _open(decision: Decision, columns: int) -> Iterator[str]:
    for channel, amount in decision.values.items():
        mark = ">" if channel == decision.disposition else " "
        enr = decision.enrs[channel]
        terms = "  ".join(f"{name} {money_text(part)}" for name, part in enr.terms)
        head = f"{mark} {channel_word(channel):<{NAME}}{money(money_text(amount), decision.currency):>{AMOUNT}}   "
        yield from textwrap.wrap(
            terms, columns, initial_indent=head, subsequent_indent=" " * len(head), break_long_words=False
        ) or [head]


def _forbidden(decision: Decision, rules: Rules, columns: int) -> Iterator[str]:
    short = {rule.id: rule.short for rule in rules.book.policy.rules}
    for channel, ids in decision.forbidden.items():
        why = ", ".join(short.get(rule, rule) for rule in ids)
        enr = decision.enrs.get(channel)
        worth = money(money_text(enr.amount), decision.currency) if enr is not None else "-"
        head = f"x {channel_word(channel):<{NAME}}{worth:>{AMOUNT}}   "
        yield from textwrap.wrap(why, columns, initial_indent=head, subsequent_indent=" " * len(head))
