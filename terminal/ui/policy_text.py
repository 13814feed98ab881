"""What the policy screen says of a check, an item and a backtest, in lines for a panel of a given width."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from textual.content import Content

from terminal.policy_answers import Account, Changes, Found, Problem, Side, Way
from terminal.ui.literal import content
from terminal.ui.themes import GOOD, KEY, MUTED, STOP, STRONG, WARN
from terminal.ui.widgets.panel import wrap

MOST_LINES = 12
"""Lines of one sentence at most; a sentence that quotes the file may be as long as the file."""
HASH = 12
"""Digits of a hash that tell policies apart to people."""
MARKS = {"chosen": ">", "blocked": "x", "none": "-"}
HELP = (
    ("F2", "what is wrong; again: to the line of the next problem"),
    ("F3", "where an item would go; again: type an LPN or a file of facts"),
    ("F4", "replay the station's history under this text; again: anew"),
    ("F5", "take what the line above the keys offers"),
    ("F6", "from the text to the panel and back; there the arrows move it"),
    ("Ctrl+S F8", "check and save"),
    ("Ctrl+Q F9", "leave"),
    ("Esc", "stop a backtest, leave a question, back to the text"),
    ("Ctrl+Z", "undo"),
    ("Ctrl+Y", "redo"),
    ("Ctrl+C X V", "copy, cut, put in; Shift and arrows select"),
    ("Ctrl+K", "delete to the end of the line"),
)


def status(found: Found | None) -> Content:
    """The state of the text in a few words."""
    if found is None:
        return content("checking ...", MUTED)
    if found.problems:
        return content(count(len(found.problems), "problem"), STOP)
    return content(_size(found), GOOD)


def help_lines(width: int) -> list[Content]:
    """Every key with what it does."""
    return [line for key, what in HELP for line in _hung(f"{key:<11}", what, width, KEY)]


def check_lines(
    found: Found | None, current: int | None, width: int
) -> tuple[list[Content], tuple[int, int]]:
    """What a check found, and which of the lines are the problem with the number `current`."""
    if found is None:
        return [content("The text is being checked ...", MUTED)], (0, 0)
    if not found.problems:
        return [*_sound(found, width)], (0, 0)
    lines: list[Content] = []
    place = (0, 0)
    for number, problem in enumerate(found.problems):
        first = len(lines)
        lines += _problem_lines(problem, number == current, width)
        if number == current:
            place = (first, len(lines) - 1)
    return lines, place


def item_lines(account: Account, width: int) -> list[Content]:
    """An item under the text, with everything that is otherwise under the saved one marked with a star."""
    new, old = account.new, account.old
    lines = [_line(width, (account.title, STRONG), (f"  on {account.on}", MUTED))]
    lines += _verdict(new, old, width)
    if new.asks:
        lines += _wrapped(f"To find out: {', '.join(new.asks)}", width, WARN)
    if old is not None and old.asks != new.asks:
        lines += _wrapped(f"* saved: asks {', '.join(old.asks) or 'nothing'}", width, WARN)
    for way in new.ways:
        lines += _way(
            way, None if old is None else old.way(way.channel), old is not None, new.currency, width
        )
    for way in () if old is None else old.ways:
        if new.way(way.channel) is None:
            lines += _wrapped(f"* {way.channel}: only in the saved policy, {_told(way)}", width, WARN)
    lines += _reasons(new.ways, width)
    lines += [line for each in new.doubts for line in _wrapped(f"! {each}", width)]
    lines += _wrapped(new.explanation, width, MUTED)
    return lines


def backtest_lines(report: Mapping[str, Any], fresh: bool, width: int) -> list[Content]:
    """What replaying the history would change; `fresh`: the text has not been changed since."""
    lines = [] if fresh else _wrapped("The text was changed since: F4 replays anew.", width, WARN)
    units, changed = int(report["units"]), int(report["changed"])
    skipped = report["skipped"]
    if not units and not skipped["units"]:
        lines += _wrapped("This station has no history yet: nothing was decided here.", width, WARN)
    elif not units:
        lines += _wrapped("No item of the history could be replayed, so nothing is known.", width, WARN)
    else:
        lines.append(content(f"{units:,} units replayed, {changed:,} change channel", STRONG))
        against = report["against"]
        lines += _wrapped(
            f"against the policy in force: {against['name']} {against['version']}", width, MUTED
        )
    if skipped["units"]:
        lines += _wrapped(f"{count(int(skipped['units']), 'unit')} could not be replayed:", width, WARN)
        for each in skipped["reasons"]:
            lines += _wrapped(f"  {each['units']} {each['reason']}, as {each['lpn']}", width)
    for money in report["money"]:
        lines += _wrapped(_money(money), width, KEY)
    if report["money"]:
        lines += _wrapped(str(report["caveat"]), width, MUTED)
    lines += _moves(report["matrix"], width)
    held = report["held"]
    lines += _wrapped(f"To quarantine: {held['newly']} more units; {held['released']} come out of it.", width)
    never = report["rules"]["new"]["never_fired"]
    lines += _wrapped(f"Rules that never fired ({len(never)}): {', '.join(never) or 'none'}", width)
    lines += _most_changed(report["most_changed"], width)
    return lines


def count(number: int, noun: str) -> str:
    """A number with its noun."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _size(found: Found) -> str:
    return f"{count(found.rules, 'rule')}, {count(found.tests, 'test')} ok, policy hash {found.hash[:HASH]}"


def _sound(found: Found, width: int) -> Iterator[Content]:
    yield from _wrapped(_size(found), width, GOOD)
    yield from _differences(found.changes, width)
    if found.only_quarantine:
        yield content("Leave only quarantine:", STRONG)
        for each in found.only_quarantine:
            yield from _hung("  ", each, width)


def _differences(changes: Changes | None, width: int) -> Iterator[Content]:
    if changes is None:
        yield from _wrapped("The saved text is no usable policy, so nothing can be compared.", width, WARN)
    elif not changes:
        yield content("Means the same as the saved text.", MUTED)
    else:
        yield content("Against the saved text:", STRONG)
        for sign, style, ids in (
            ("+", GOOD, changes.added),
            ("-", STOP, changes.removed),
            ("~", WARN, changes.altered),
        ):
            for rule in ids:
                yield from _hung(f"  {sign} ", rule, width, style)
        if changes.other:
            yield from _hung("  ~ ", f"also {', '.join(changes.other)}", width, MUTED)


def _problem_lines(problem: Problem, current: bool, width: int) -> list[Content]:
    place = "" if problem.line is None else str(problem.line)
    return _hung(f"{'>' if current else ' '}{place:>5} ", problem.sentence, width, KEY)


def _verdict(new: Side, old: Side | None, width: int) -> list[Content]:
    said = f"{_name(new.disposition)}, grade {new.grade}"
    if old is None:
        note = ("  (the saved text is no usable policy)", MUTED)
    elif (old.disposition, old.grade) == (new.disposition, new.grade):
        note = ("  as under the saved policy", MUTED)
    else:
        note = (f"  * saved: {_name(old.disposition)}, grade {old.grade}", WARN)
    return [_line(width, (said, STRONG), note)]


def _way(way: Way, old: Way | None, compared: bool, currency: str, width: int) -> list[Content]:
    differs = compared and way != old
    mark = f"{'*' if differs else ' '}{MARKS.get(way.state, ' ')} "
    head = f"{mark}{way.channel:<17}{way.value or '-':>10} "
    style = WARN if differs else STRONG if way.state == "chosen" else ""
    standing = _standing(way, currency)
    if len(head) + len(standing) <= width:
        lines = [_line(width, (head, style), (standing, MUTED))]
    else:
        lines = [_line(width, (head, style)), *_hung("     ", standing, width, text_style=MUTED)]
    if differs:
        lines += _hung("     ", f"saved: {'nothing' if old is None else _told(old)}", width, text_style=WARN)
    return lines


def _standing(way: Way, currency: str) -> str:
    """What stands beside the money: its currency, or what is in the way."""
    if way.state == "blocked":
        return f"blocked by {', '.join(rule for rule, _ in way.why)}"
    if way.state == "none":
        return ", ".join(reason for _, reason in way.why)
    return f"{currency} {'' if way.state == 'open' else way.state}".strip()


def _reasons(ways: Sequence[Way], width: int) -> list[Content]:
    """Each rule that blocks something, once, with what it says for itself."""
    found = dict(why for way in ways if way.state == "blocked" for why in way.why)
    lines = [content("Because", STRONG)] if found else []
    for rule, because in found.items():
        lines += _hung("  ", f"{rule}: {because}", width)
    return lines


def _told(way: Way) -> str:
    rules = ", ".join(rule or reason for rule, reason in way.why)
    return " ".join(each for each in (way.value or "", way.state, f"by {rules}" if rules else "") if each)


def _money(money: Mapping[str, Any]) -> str:
    expected = str(money["expected"])
    sign = "" if expected.startswith("-") else "+"
    return (
        f"{money['currency'] or 'no currency'} {sign}{expected} (between {money['low']} and {money['high']})"
        f" over {money['compared']} units"
    )


def _moves(matrix: Sequence[Mapping[str, Any]], width: int) -> list[Content]:
    lines = [content("From -> to", STRONG)]
    for move in matrix:
        if move["from"] != move["to"]:
            way = f"{_name(move['from'])} -> {_name(move['to'])}"
            lines.append(
                _line(width, (f"{move['units']:>8,} ", KEY), (way, ""), (f"  {move['kg']} kg", MUTED))
            )
    return lines if len(lines) > 1 else [content("No unit changes its channel.", MUTED)]


def _most_changed(found: Sequence[Mapping[str, Any]], width: int) -> list[Content]:
    lines = [content("Changed most", STRONG)] if found else []
    for each in found:
        way = f"{_name(each['from'])} -> {_name(each['to'])}"
        delta = f"{each['delta']} {each['currency'] or ''}" if each["delta"] is not None else "no value"
        lines.append(_line(width, (f"  {each['lpn']} ", KEY), (f"{way}  {delta}", "")))
    return lines


def _name(channel: object) -> str:
    return "undecided" if not channel else str(channel)


def _line(width: int, *parts: tuple[str, str]) -> Content:
    return Content("").join([content(text, style) for text, style in parts]).truncate(width, ellipsis=True)


def _wrapped(text: str, width: int, style: str = "") -> list[Content]:
    return [line.stylize(style) if style else line for line in wrap(text, width, MOST_LINES)]


def _hung(head: str, text: str, width: int, style: str = "", text_style: str = "") -> list[Content]:
    """A text beside its head, and what doesn't fit below itself."""
    lines = _wrapped(text, max(10, width - len(head)), text_style)
    indent = Content(" " * len(head))
    return [
        Content("").join([content(head, style) if not n else indent, line]) for n, line in enumerate(lines)
    ]
