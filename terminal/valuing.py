"""The value of an item on the bench, channel by channel and term by term, in lines for a screen."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
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
from terminal.domain.speech import N_, _

NO_ITEM = N_("No item is on the bench.")
TERMS: Mapping[str, str] = {
    # TRANSLATORS: what the value of a channel is made of, before an amount each: "sale 312.00  labour -4.50"
    "sale": N_("sale"),
    "unsold": N_("unsold"),
    "failed rework": N_("failed rework"),
    "labour": N_("labour"),
    "parts": N_("parts"),
    "pack": N_("pack"),
    "holding": N_("holding"),
    "disposal": N_("disposal"),
    "cannibalisation": N_("cannibalisation"),
    "credit": N_("credit"),
    "bonus": N_("bonus"),
}
"""Term of a value -> its word."""
NAME = 14
AMOUNT = 11


def value_lines(state: State, rules: Rules, on: date, columns: int) -> tuple[str, ...]:
    """What each channel would bring for the open item on the day `on`, best first, then those that a rule forbids.

    The figures are those of the finding as it stands now, the same that the decision uses.
    """
    item = state.item
    if item is None:
        return (_(NO_ITEM),)
    facts = known_facts(item, rules)
    now = Now(datetime.combine(on, time(), UTC))
    found = assess(rules.book, facts, on, item.graded, work_ahead(item, facts, rules, now))
    decision = found.decision
    price = facts.get("reference_price")
    new = (
        # TRANSLATORS: the price of a new one
        _("new {price}").format(price=money(str(price), decision.currency))
        if price is not None
        else _("no price is known")
    )
    # TRANSLATORS: a grade, and its letters for how the item works and how it looks: "grade B (works A, looks B)"
    grade = _("grade {grade} (works {works}, looks {looks})").format(
        grade=found.letter, works=found.grade.functional, looks=found.grade.cosmetic
    )
    lines = [f"{item.lpn}  {item.title}", f"{grade}   {new}", ""]
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
        terms = "  ".join(f"{_(TERMS[name])} {money_text(part)}" for name, part in enr.terms)
        head = f"{mark} {channel_word(channel):<{NAME}}{money(money_text(amount), decision.currency):>{AMOUNT}}   "
        yield from textwrap.wrap(
            terms, columns, initial_indent=head, subsequent_indent=" " * len(head), break_long_words=False
        ) or [head]


def _forbidden(decision: Decision, rules: Rules, columns: int) -> Iterator[str]:
    short = {rule.id: rule.short for rule in rules.book.policy.rules}
    for channel, ids in decision.forbidden.items():
        why = ", ".join(_(short.get(rule, rule)) for rule in ids)
        enr = decision.enrs.get(channel)
        worth = money(money_text(enr.amount), decision.currency) if enr is not None else "-"
        head = f"x {channel_word(channel):<{NAME}}{worth:>{AMOUNT}}   "
        yield from textwrap.wrap(why, columns, initial_indent=head, subsequent_indent=" " * len(head))
