"""What the policy screen says of a backtest, in lines for a panel of a given width."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from textual.content import Content

from terminal.domain.speech import _, n_, retold
from terminal.ui.desk_numbers import decimal, whole
from terminal.ui.literal import content
from terminal.ui.policy_lines import channel, line, wrapped
from terminal.ui.themes import KEY, MUTED, STRONG, WARN


def backtest_lines(report: Mapping[str, Any], fresh: bool, width: int) -> list[Content]:
    """What replaying the history would change; `fresh`: the text has not been changed since."""
    lines = [] if fresh else wrapped(_("The text was changed since: F4 replays anew."), width, WARN)
    units, changed = int(report["units"]), int(report["changed"])
    skipped = report["skipped"]
    if not units and not skipped["units"]:
        lines += wrapped(_("This station has no history yet: nothing was decided here."), width, WARN)
    elif not units:
        lines += wrapped(_("No item of the history could be replayed, so nothing is known."), width, WARN)
    else:
        replayed = n_(
            "{count} units replayed, {changed} change channel",
            "{count} units replayed, {changed} change channel",
            units,
        )
        lines.append(content(replayed.format(count=whole(units), changed=whole(changed)), STRONG))
        against = _("against the policy in force: {name} {version}").format(**report["against"])
        lines += wrapped(against, width, MUTED)
    if skipped["units"]:
        lines += _skipped(skipped, width)
    for money in report["money"]:
        lines += wrapped(_money(money), width, KEY)
    if report["money"]:
        lines += wrapped(retold(str(report["caveat"])), width, MUTED)
    lines += _moves(report["matrix"], width)
    lines += wrapped(_held(report["held"]), width)
    lines += wrapped(_never_fired(report["rules"]["new"]["never_fired"]), width)
    lines += _most_changed(report["most_changed"], width)
    return lines


def _skipped(skipped: Mapping[str, Any], width: int) -> Iterator[Content]:
    many = int(skipped["units"])
    words = n_("{count} unit could not be replayed:", "{count} units could not be replayed:", many)
    yield from wrapped(words.format(count=whole(many)), width, WARN)
    for each in skipped["reasons"]:
        # TRANSLATORS: how many units, why they could not be replayed, one of them: "2 the facts are no JSON, as L1"
        reason = _("{count} {reason}, as {lpn}")
        told = reason.format(count=each["units"], reason=retold(each["reason"]), lpn=each["lpn"])
        yield from wrapped(f"  {told}", width)


def _money(money: Mapping[str, Any]) -> str:
    expected, low, high = (decimal(str(money[name])) for name in ("expected", "low", "high"))
    # TRANSLATORS: what a policy changes: "EUR -310.50 (between -410.00 and -211.00) over 1190 units"
    words = n_(
        "{currency} {amount} (between {low} and {high}) over {count} units",
        "{currency} {amount} (between {low} and {high}) over {count} units",
        money["compared"],
    )
    return words.format(
        currency=money["currency"] or _("no currency"),
        amount=expected if expected.startswith("-") else f"+{expected}",
        low=low,
        high=high,
        count=money["compared"],
    )


def _moves(matrix: Sequence[Mapping[str, Any]], width: int) -> list[Content]:
    lines = [content(_("From -> to"), STRONG)]
    for move in matrix:
        if move["from"] != move["to"]:
            way = f"{channel(move['from'])} -> {channel(move['to'])}"
            lines.append(
                line(
                    width,
                    (f"{whole(move['units']):>8} ", KEY),
                    (way, ""),
                    (f"  {decimal(move['kg'])} kg", MUTED),
                )
            )
    return lines if len(lines) > 1 else [content(_("No unit changes its channel."), MUTED)]


def _held(held: Mapping[str, Any]) -> str:
    words = n_(
        "To quarantine: {count} more units; {released} come out of it.",
        "To quarantine: {count} more units; {released} come out of it.",
        held["newly"],
    )
    return words.format(count=held["newly"], released=held["released"])


def _never_fired(rules: Sequence[str]) -> str:
    if not rules:
        return _("Rules that never fired (0): none")
    return _("Rules that never fired ({count}): {rules}").format(count=len(rules), rules=", ".join(rules))


def _most_changed(found: Sequence[Mapping[str, Any]], width: int) -> list[Content]:
    lines = [content(_("Changed most"), STRONG)] if found else []
    for each in found:
        way = f"{channel(each['from'])} -> {channel(each['to'])}"
        known = each["delta"] is not None
        delta = f"{decimal(each['delta'])} {each['currency'] or ''}" if known else _("no value")
        lines.append(line(width, (f"  {each['lpn']} ", KEY), (f"{way}  {delta}", "")))
    return lines
