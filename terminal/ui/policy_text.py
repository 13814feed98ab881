"""What the policy screen says of a check and of an item, in lines for a panel of a given width."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from textual.content import Content

from terminal.domain.speech import N_, _, n_
from terminal.policy_answers import Account, Changes, Found, Problem, Side, Way
from terminal.ui.desk_numbers import decimal, spaced, whole
from terminal.ui.literal import content
from terminal.ui.policy_lines import channel, hung, line, wrapped
from terminal.ui.themes import GOOD, KEY, MUTED, STOP, STRONG, WARN

HASH = 12
"""Digits of a hash that tell policies apart to people."""
MARKS = {"chosen": ">", "blocked": "x", "none": "-"}
HELP = (
    ("F2", N_("what is wrong; again: to the line of the next problem")),
    ("F3", N_("where an item would go; again: type an LPN or a file of facts")),
    ("F4", N_("replay the station's history under this text; again: anew")),
    ("F5", N_("take what the line above the keys offers")),
    ("F6", N_("from the text to the panel and back; there the arrows move it")),
    ("Ctrl+S F8", N_("check and save")),
    ("Ctrl+Q F9", N_("leave")),
    ("Esc", N_("stop a backtest, leave a question, back to the text")),
    ("Ctrl+Z", N_("undo")),
    ("Ctrl+Y", N_("redo")),
    ("Ctrl+C X V", N_("copy, cut, put in; Shift and arrows select")),
    ("Ctrl+K", N_("delete to the end of the line")),
)
"""Keys and what they do, looked up where it is said."""
STANDING = {
    # TRANSLATORS: an amount of money, or a currency, and how a way out of the bench stands: it is the chosen one
    "chosen": N_("{amount} chosen"),
    # TRANSLATORS: an amount of money, or a currency, and how a way out of the bench stands: it would be taken next
    "second": N_("{amount} second"),
    # TRANSLATORS: an amount of money and how a way out of the bench stands: nothing is against it
    "open": N_("{amount} open"),
    # TRANSLATORS: an amount of money, or a currency, and how a way out of the bench stands: no room there today
    "full": N_("{amount} full"),
}
"""State of a way that nothing forbids -> how it stands, with its money."""
OTHER = {
    # TRANSLATORS: what differs between two texts of a policy
    "name": N_("its name"),
    # TRANSLATORS: what differs between two texts of a policy
    "version": N_("version"),
    # TRANSLATORS: what differs between two texts of a policy: the tests inside them
    "tests": N_("tests"),
    # TRANSLATORS: what differs between two texts of a policy
    "order of the rules": N_("order of the rules"),
}
"""What else may differ, as `Changes` calls it."""


def status(found: Found | None) -> Content:
    """The state of the text in a few words."""
    if found is None:
        return content(_("checking ..."), MUTED)
    if found.problems:
        many = len(found.problems)
        return content(n_("{count} problem", "{count} problems", many).format(count=whole(many)), STOP)
    return content(_size(found), GOOD)


def help_lines(width: int) -> list[Content]:
    """Every key with what it does."""
    return [each for key, what in HELP for each in hung(f"{key:<11}", _(what), width, KEY)]


def check_lines(
    found: Found | None, current: int | None, width: int
) -> tuple[list[Content], tuple[int, int]]:
    """What a check found, and which of the lines are the problem with the number `current`."""
    if found is None:
        return [content(_("The text is being checked ..."), MUTED)], (0, 0)
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
    # TRANSLATORS: the day on which an item is decided: "on 2026-03-02"
    on = _("on {day}").format(day=account.on)
    lines = [line(width, (account.title, STRONG), (f"  {on}", MUTED))]
    lines += _verdict(new, old, width)
    if new.asks:
        lines += wrapped(_("To find out: {facts}").format(facts=", ".join(new.asks)), width, WARN)
    if old is not None and old.asks != new.asks:
        # TRANSLATORS: what the saved policy wants to know of an item
        asks = _("* saved: asks {facts}") if old.asks else _("* saved: asks nothing")
        lines += wrapped(asks.format(facts=", ".join(old.asks)), width, WARN)
    for way in new.ways:
        lines += _way(
            way, None if old is None else old.way(way.channel), old is not None, new.currency, width
        )
    for way in () if old is None else old.ways:
        if new.way(way.channel) is None:
            only = _("* {channel}: only in the saved policy, {standing}")
            lines += wrapped(only.format(channel=way.channel, standing=_told(way)), width, WARN)
    lines += _reasons(new.ways, width)
    for doubt in new.doubts:
        lines += wrapped(f"! {spaced(doubt)}", width)
    lines += wrapped(spaced(new.explanation), width, MUTED)
    return lines


def _size(found: Found) -> str:
    rules = n_("{count} rule", "{count} rules", found.rules).format(count=whole(found.rules))
    tests = n_("{count} test", "{count} tests", found.tests).format(count=whole(found.tests))
    # TRANSLATORS: the size of a policy: "9 rules, 12 tests ok, policy hash 1f2e3d4c5b6a"; at most 56 letters in all
    return _("{rules}, {tests} ok, policy hash {hash}").format(
        rules=rules, tests=tests, hash=found.hash[:HASH]
    )


def _sound(found: Found, width: int) -> Iterator[Content]:
    yield from wrapped(_size(found), width, GOOD)
    yield from _differences(found.changes, width)
    if found.only_quarantine:
        yield content(_("Leave only quarantine:"), STRONG)
        for each in found.only_quarantine:
            yield from hung("  ", each, width)


def _differences(changes: Changes | None, width: int) -> Iterator[Content]:
    if changes is None:
        yield from wrapped(_("The saved text is no usable policy, so nothing can be compared."), width, WARN)
    elif not changes:
        yield content(_("Means the same as the saved text."), MUTED)
    else:
        yield content(_("Against the saved text:"), STRONG)
        for sign, style, ids in (
            ("+", GOOD, changes.added),
            ("-", STOP, changes.removed),
            ("~", WARN, changes.altered),
        ):
            for rule in ids:
                yield from hung(f"  {sign} ", rule, width, style)
        if changes.other:
            other = ", ".join(_(OTHER.get(each, each)) for each in changes.other)
            # TRANSLATORS: what else differs: "also name, tests"
            yield from hung("  ~ ", _("also {what}").format(what=other), width, MUTED)


def _problem_lines(problem: Problem, current: bool, width: int) -> list[Content]:
    place = "" if problem.line is None else str(problem.line)
    return hung(f"{'>' if current else ' '}{place:>5} ", problem.sentence, width, KEY)


def _verdict(new: Side, old: Side | None, width: int) -> list[Content]:
    # TRANSLATORS: where an item goes, and its grade: "outlet, grade B"
    said = _("{channel}, grade {grade}")
    if old is None:
        note, style = _("(the saved text is no usable policy)"), MUTED
    elif (old.disposition, old.grade) == (new.disposition, new.grade):
        note, style = _("as under the saved policy"), MUTED
    else:
        otherwise = said.format(channel=channel(old.disposition), grade=old.grade)
        note, style = _("* saved: {what}").format(what=otherwise), WARN
    told = said.format(channel=channel(new.disposition), grade=new.grade)
    return [line(width, (told, STRONG), (f"  {note}", style))]


def _way(way: Way, old: Way | None, compared: bool, currency: str, width: int) -> list[Content]:
    differs = compared and way != old
    mark = f"{'*' if differs else ' '}{MARKS.get(way.state, ' ')} "
    head = f"{mark}{way.channel:<17}{decimal(way.value or '-'):>10} "
    style = WARN if differs else STRONG if way.state == "chosen" else ""
    standing = _standing(way, currency)
    if len(head) + len(standing) <= width:
        lines = [line(width, (head, style), (standing, MUTED))]
    else:
        lines = [line(width, (head, style)), *hung("     ", standing, width, text_style=MUTED)]
    if differs:
        # TRANSLATORS: how a way out stands under the saved policy: "saved: 12.40 chosen"
        saved = _("saved: nothing") if old is None else _("saved: {what}").format(what=_told(old))
        lines += hung("     ", saved, width, text_style=WARN)
    return lines


def _standing(way: Way, currency: str) -> str:
    """What stands beside the money: its currency, or what is in the way."""
    if way.state == "blocked":
        return _("blocked by {rules}").format(rules=", ".join(rule for rule, _because in way.why))
    if way.state == "none":
        return spaced(", ".join(reason for _rule, reason in way.why))
    return currency if way.state == "open" else _(STANDING[way.state]).format(amount=currency).strip()


def _reasons(ways: Sequence[Way], width: int) -> list[Content]:
    """Each rule that blocks something, once, with what it says for itself."""
    found = dict(why for way in ways if way.state == "blocked" for why in way.why)
    lines = [content(_("Because"), STRONG)] if found else []
    for rule, because in found.items():
        lines += hung("  ", f"{rule}: {because}", width)
    return lines


def _told(way: Way) -> str:
    amount, why = decimal(way.value or ""), ", ".join(rule or spaced(reason) for rule, reason in way.why)
    if way.state == "blocked":
        # TRANSLATORS: an amount of money, and the rules that forbid the way that would bring it
        told = _("{amount} blocked by {rules}").format(amount=amount, rules=why)
    elif way.state == "none":
        # TRANSLATORS: a way out of the bench does not take an item, and why: "none by takes A, B; this is D"
        told = _("none by {reason}").format(reason=why)
    else:
        told = _(STANDING[way.state]).format(amount=amount)
    return told.strip()
