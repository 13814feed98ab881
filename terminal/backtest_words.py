"""A backtest's report in words: the sections that the table on the screen and the PDF both show."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from terminal.domain.backtest_plain import CAVEAT, kilograms
from terminal.domain.backtest_report import Fired, Money, Report
from terminal.domain.items import from_cents, money_text
from terminal.domain.rules import Policy

_CLASSES = {
    "reuse": "reuse",
    "refurbish": "refurbish, parts",
    "recycle": "recycling",
    "energy_recovery": "energy recovery",
    "landfill": "landfill",
    "fate_unknown": "back to the vendor, fate unknown",
    "held": "held",
}


@dataclass(frozen=True, slots=True)
class Section:
    """A title, sentences and a table; the first `words` columns are words, the others numbers."""

    title: str
    sentences: tuple[str, ...]
    headings: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    words: int = 1


def sections(report: Report) -> tuple[Section, ...]:
    """The whole report, most important first."""
    return (
        _head(report),
        _matrix(report),
        _money(report),
        _masses(report),
        _waiting(report),
        _most_changed(report),
        _rules(report),
        *_skipped(report),
    )


def _head(report: Report) -> Section:
    days = f"{report.start or 'the first day'} to {report.end or 'the last day'}"
    return Section(
        "Backtest of a policy",
        (
            f"New: {_named(report.new)}",
            f"Old: {_named(report.old)}",
            f"History: {report.source}, {days}, {report.units:,} units replayed.",
            f"{report.changed:,} units ({_share(report.changed, report.units)}) change channel. The old policy "
            f"sends {_share(report.as_decided, report.units)} of all units where they really went.",
        ),
    )


def _matrix(report: Report) -> Section:
    return Section(
        "Units that change channel",
        () if report.changed else ("None.",),
        ("from", "to", "units", "kg"),
        tuple(
            (_channel(each.old), _channel(each.new), f"{each.units:,}", kilograms(each.grams))
            for each in report.moves
            if each.old != each.new
        ),
        words=2,
    )


def _money(report: Report) -> Section:
    return Section(
        "Money",
        (
            CAVEAT,
            f"Interval: 2 standard errors, an assumed price being wrong by {report.relative_error:.0%} (one "
            "standard error, the same for all goods of a category and channel). Money that a policy adds by a "
            "bonus is left out.",
        ),
        ("currency", "units compared", "old", "new", "difference", "from", "to"),
        tuple(_money_row(each) for each in report.money),
    )


def _money_row(each: Money) -> tuple[str, ...]:
    amounts = (each.old, each.new, each.expected, each.low, each.high)
    return (each.currency or "-", f"{each.compared:,}", *(_amount(amount) for amount in amounts))


def _masses(report: Report) -> Section:
    shares = ", ".join(f"{share:.1%} {name}" for name, share in report.mass_shares) or "none"
    return Section(
        "Kilograms by class of waste",
        (f"Weight by who says it: {shares}.",),
        ("class", "really", "old", "new"),
        tuple(
            (_CLASSES[each.name], kilograms(each.really), kilograms(each.old), kilograms(each.new))
            for each in report.masses
        ),
    )


def _waiting(report: Report) -> Section:
    rows = [
        ("in quarantine", *report.held),
        ("undecided", *report.undecided),
        ("something is asked", *report.asked),
        *((f"asks {each.fact}", each.old, each.new) for each in report.asks),
    ]
    return Section(
        "Units that wait",
        (f"{report.newly_held:,} units are newly held, {report.released:,} go free.",),
        ("why", "old", "new"),
        tuple((name, f"{old:,}", f"{new:,}") for name, old, new in rows),
    )


def _most_changed(report: Report) -> Section:
    return Section(
        "Most changed",
        () if report.most_changed else ("None.",),
        ("LPN", "category", "grade", "really", "from", "to", "difference", "currency"),
        tuple(
            (
                each.lpn,
                each.category,
                each.letter,
                _channel(each.really),
                _channel(each.old),
                _channel(each.new),
                "-" if each.delta is None else _amount(from_cents(each.delta)),
                each.currency or "-",
            )
            for each in report.most_changed
        ),
        words=6,
    )


def _rules(report: Report) -> Section:
    old, new = ({each.rule: each.units for each in side} for side in report.fired)
    names = list(dict.fromkeys((*new, *old)))
    return Section(
        "Rules that had an effect",
        (
            f"Never in the old policy: {_never(report.fired[0])}.",
            f"Never in the new policy: {_never(report.fired[1])}.",
        ),
        ("rule", "old", "new"),
        tuple(
            (name, f"{old[name]:,}" if name in old else "-", f"{new[name]:,}" if name in new else "-")
            for name in names
            if old.get(name) or new.get(name)
        ),
    )


def _skipped(report: Report) -> Iterable[Section]:
    if report.skipped:
        yield Section(
            "Units that could not be replayed",
            (),
            ("reason", "first", "units"),
            tuple((each.reason, each.lpn, f"{each.units:,}") for each in report.skipped),
            words=2,
        )


def _named(policy: Policy) -> str:
    return f"{policy.name}, version {policy.version}, {len(policy.rules)} rules, hash {policy.hash[:12]}"


def _channel(channel: str | None) -> str:
    return "undecided" if channel is None else channel.replace("_", " ")


def _never(fired: Iterable[Fired]) -> str:
    return ", ".join(each.rule for each in fired if not each.units) or "none"


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "-"


def _amount(amount: Decimal) -> str:
    return f"{Decimal(money_text(amount)):,}"
