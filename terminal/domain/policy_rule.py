"""One `[[rule]]` of a policy file as a `Rule`.

What cannot be read leaves a rule that is harmless and a sentence that refuses the whole file.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from terminal.domain.cells import Row, read_row
from terminal.domain.channels import CHANNELS, QUARANTINE, TERMINAL
from terminal.domain.policy_expr import Expression, read_expression
from terminal.domain.rules import KINDS, Rule
from terminal.domain.source import Table

MOST_BONUS = 100_000
"""Of the money of the site, either way."""

_ID = re.compile(r"[\w.-]{1,60}")


def read_rule(table: Table, categories: Collection[str]) -> Rule:
    """A rule from its table; everything wrong with it goes to the table's problems."""
    rule_id = table.text("id")
    if rule_id and not _ID.fullmatch(rule_id):
        fitting = re.sub(r"[^\w.-]+", "-", rule_id.strip())[:60].strip("-")
        meant = f' - did you mean "{fitting}"?' if fitting else ""
        table.problem(f'id is up to 60 letters, digits, "-", "_" and "."{meant}', "id")
    start, end = read_day(table, "from"), read_day(table, "until")
    rule = Rule(
        id=rule_id,
        kind=table.choice("kind", KINDS, "plain"),
        because=read_words(table, "because"),
        law=read_words(table, "law", ""),
        short=read_words(table, "short", rule_id) or rule_id,
        rows=_read_rows(table, categories),
        forbid=_read_forbid(table),
        suggest=table.texts("suggest", TERMINAL, "a channel"),
        bonus=read_bonus(table),
        start=start,
        end=end,
        expr=_read_expr(table, categories),
    )
    if start is not None and end is not None and start > end:
        table.problem(f"from {start} is after until {end}", "from")
    _check_effect(table, rule)
    table.close()
    return rule


def read_words(table: Table, key: str, default: str | None = None) -> str:
    """A text for people, without control characters, which a terminal would obey."""
    text = table.text(key, default).strip()
    if odd := re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text):
        table.problem(f"{key} holds a control character ({odd.group()!a}): type the text again", key)
    return text


def read_day(table: Table, key: str) -> date | None:
    """A day, None where the key is missing."""
    raw = table.raw(key)
    if raw is None or type(raw) is date:
        return raw
    meant = meant_day(str(raw))
    table.problem(f"{key} must be a date, write 2026-07-19 without quotes (got {raw!r}){meant}", key)
    return None


def read_bonus(table: Table) -> Mapping[str, Decimal]:
    """Channel to money of the table's `bonus`."""
    inner = table.table("bonus")
    bonus: dict[str, Decimal] = {}
    for channel in TERMINAL:
        raw = inner.raw(channel)
        if isinstance(raw, str) and (figure := re.search(r"[+-]?\d+(?:[.,]\d+)?", raw)):
            number = figure.group().replace(",", ".").removeprefix("+")
            inner.problem(
                f"{channel} must be a number without quotes and currency (got {raw!r}) - did you mean {number}?",
                channel,
            )
        elif raw is not None:
            bonus[channel] = inner.number(channel, -MOST_BONUS, MOST_BONUS)
            if bonus[channel].as_tuple().exponent not in range(-4, 6):
                inner.problem(f"{channel} has at most four decimals (got {raw})", channel)
            elif not bonus[channel] and raw == 0:
                inner.problem(f"{channel} of 0 does nothing: leave it out", channel)
    inner.close()
    return MappingProxyType(bonus)


def meant_day(text: str) -> str:
    """A hint for a day in quotes, with a time, or in another order, as 19.07.2026; empty where none is seen."""
    found = re.match(r"(\d{4})[-./](\d{1,2})[-./](\d{1,2})(?!\d)", text.strip())
    turned = re.match(r"(\d{1,2})[-./ ](\d{1,2})[-./ ](\d{4})(?!\d)", text.strip())
    if found is not None:
        parts = [int(each) for each in found.groups()]
    elif turned is not None:
        parts = [int(each) for each in reversed(turned.groups())]
    else:
        return ""
    try:
        return f" - did you mean {date(*parts)}?"
    except ValueError:
        return f" - {text.strip()[:10]} is no day of the calendar"


def _read_rows(table: Table, categories: Collection[str]) -> tuple[Row, ...]:
    raw = table.raw("when")
    if not raw:
        table.problem("when is missing, write a table of facts, as { hygiene = true }")
        return ()
    rows: list[Row] = []
    for each in raw if isinstance(raw, list) else [raw]:
        row, wrong = read_row(each, categories)
        for word, sentence in wrong:
            table.problem(sentence, "when", word)
        if not row.cells and not wrong:
            table.problem("a condition without a fact always holds: write one, as { hygiene = true }", "when")
        elif row in rows:
            table.problem("the same condition stands twice", "when")
        rows.append(row)
    return tuple(rows)


def _read_forbid(table: Table) -> tuple[str, ...]:
    forbid = table.texts("forbid", CHANNELS, "a channel")
    if QUARANTINE in forbid:
        table.problem("quarantine is where an item waits and cannot be forbidden", QUARANTINE)
    if not table.has("only"):
        return tuple(dict.fromkeys(forbid))
    only = table.texts("only", CHANNELS, "a channel")
    if forbid:
        table.problem("write forbid or only, not both", "only")
    return tuple(channel for channel in TERMINAL if channel not in only)


def _read_expr(table: Table, categories: Collection[str]) -> Expression | None:
    raw = table.raw("expr")
    if raw is None:
        return None
    expression, wrong = read_expression(raw, categories)
    for word, sentence in wrong:
        table.problem(sentence, "expr", word)
    return expression


def _check_effect(table: Table, rule: Rule) -> None:
    """Note a rule whose kind and effects do not fit together."""
    wanted = {*rule.suggest, *rule.bonus}
    if both := sorted(wanted & set(rule.forbid)):
        table.problem(f"it forbids and prefers {', '.join(both)}", "forbid")
    for key in ("forbid", "only", "suggest", "bonus"):
        if table.has(key) and not table.raw(key):
            table.problem(f"{key} is empty and does nothing: fill it in, or leave it out", key)
    if table.raw("only") and not rule.forbid:
        table.problem("only names every channel, so nothing is forbidden", "only")
    forbids, prefers = table.has("forbid") or table.has("only"), table.has("suggest") or table.has("bonus")
    if rule.kind == "stop" and not forbids:
        table.problem("a stop rule must forbid something", "kind")
    if rule.kind == "prefer" and (forbids or not prefers):
        table.problem("a prefer rule has suggest or bonus, and forbids nothing", "kind")
    if rule.kind == "plain" and not (forbids or prefers):
        table.problem("it does nothing: write forbid, only, suggest or bonus")
