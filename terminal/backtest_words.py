"""A backtest's report in words: the sections that the table on the screen and the PDF both show."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from terminal.domain.backtest_plain import CAVEAT
from terminal.domain.backtest_report import Fired, Money, Report
from terminal.domain.items import from_cents, money_text
from terminal.domain.rules import Policy
from terminal.domain.speech import N_, _, n_
from terminal.reports.codes import word
from terminal.reports.locale_forms import day, money, number, percent

_CLASSES = {
    # TRANSLATORS: classes of waste, as words in a table
    "reuse": N_("reuse"),
    "refurbish": N_("refurbish, parts"),
    "recycle": N_("recycling"),
    "energy_recovery": N_("energy recovery"),
    "landfill": N_("landfill"),
    "fate_unknown": N_("back to the vendor, fate unknown"),
    # TRANSLATORS: in quarantine
    "held": N_("held"),
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
    history = n_(
        "History: {source}, {first} to {last}, {count} unit replayed.",
        "History: {source}, {first} to {last}, {count} units replayed.",
        report.units,
    )
    change = n_(
        "{count} unit ({share}) changes channel. The old policy sends {same} of all units where they really went.",
        "{count} units ({share}) change channel. The old policy sends {same} of all units where they really went.",
        report.changed,
    )
    return Section(
        _("Backtest of a policy"),
        (
            _("New: {policy}").format(policy=_named(report.new)),
            _("Old: {policy}").format(policy=_named(report.old)),
            history.format(
                source=report.source,
                first=day(report.start) if report.start else _("the first day"),
                last=day(report.end) if report.end else _("the last day"),
                count=number(report.units),
            ),
            change.format(
                count=number(report.changed),
                share=_share(report.changed, report.units),
                same=_share(report.as_decided, report.units),
            ),
        ),
    )


def _matrix(report: Report) -> Section:
    return Section(
        _("Units that change channel"),
        () if report.changed else (_("None."),),
        (_("from channel"), _("to channel"), _("units"), "kg"),
        tuple(
            (_channel(each.old), _channel(each.new), number(each.units), _mass(each.grams))
            for each in report.moves
            if each.old != each.new
        ),
        words=2,
    )


def _money(report: Report) -> Section:
    return Section(
        _("Money"),
        (
            _(CAVEAT),
            _(
                "Interval: 2 standard errors, an assumed price being wrong by {share} (one standard error, the "
                "same for all goods of a category and channel). Money that a policy adds by a bonus is left out."
            ).format(share=percent(report.relative_error, 0)),
        ),
        (
            _("currency"),
            _("units compared"),
            _("old"),
            _("new"),
            _("difference"),
            _("at least"),
            _("at most"),
        ),
        tuple(_money_row(each) for each in report.money),
    )


def _money_row(each: Money) -> tuple[str, ...]:
    amounts = (each.old, each.new, each.expected, each.low, each.high)
    return (each.currency or "-", number(each.compared), *(_amount(amount) for amount in amounts))


def _masses(report: Report) -> Section:
    told = [f"{percent(share, 1)} {word(name)}" for name, share in report.mass_shares]
    shares = ", ".join(told) or _("no weights")
    return Section(
        _("Kilograms by class of waste"),
        # TRANSLATORS: shares are as "80.0% weighed, 20.0% catalogue"
        (_("Weight by who says it: {shares}.").format(shares=shares),),
        (_("class"), _("really"), _("old"), _("new")),
        tuple(
            (_(_CLASSES[each.name]), _mass(each.really), _mass(each.old), _mass(each.new))
            for each in report.masses
        ),
    )


def _waiting(report: Report) -> Section:
    rows = [
        (_("in quarantine"), *report.held),
        (_("undecided"), *report.undecided),
        (_("something is asked"), *report.asked),
        *((_("asks {fact}").format(fact=each.fact), each.old, each.new) for each in report.asks),
    ]
    held = n_(
        "{count} unit is newly held, {released} go free.",
        "{count} units are newly held, {released} go free.",
        report.newly_held,
    )
    return Section(
        _("Units that wait"),
        (held.format(count=number(report.newly_held), released=number(report.released)),),
        (_("why"), _("old"), _("new")),
        tuple((name, number(old), number(new)) for name, old, new in rows),
    )


def _most_changed(report: Report) -> Section:
    return Section(
        _("Most changed"),
        () if report.most_changed else (_("None."),),
        (
            "LPN",
            _("category"),
            _("grade"),
            _("really"),
            _("from channel"),
            _("to channel"),
            _("difference"),
            _("currency"),
        ),
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
        _("Rules that had an effect"),
        (
            _("Never in the old policy: {rules}.").format(rules=_never(report.fired[0])),
            _("Never in the new policy: {rules}.").format(rules=_never(report.fired[1])),
        ),
        (_("rule"), _("old"), _("new")),
        tuple(
            (name, number(old[name]) if name in old else "-", number(new[name]) if name in new else "-")
            for name in names
            if old.get(name) or new.get(name)
        ),
    )


def _skipped(report: Report) -> Iterable[Section]:
    if report.skipped:
        yield Section(
            _("Units that could not be replayed"),
            (),
            # TRANSLATORS: heads of a table: why, the first unit, how many units
            (_("reason"), _("first"), _("units")),
            tuple((each.reason, each.lpn, number(each.units)) for each in report.skipped),
            words=2,
        )


def _named(policy: Policy) -> str:
    named = n_(
        "{name}, version {version}, {count} rule, hash {hash}",
        "{name}, version {version}, {count} rules, hash {hash}",
        len(policy.rules),
    )
    return named.format(
        name=policy.name, version=policy.version, count=len(policy.rules), hash=policy.hash[:12]
    )


def _channel(channel: str | None) -> str:
    return _("undecided") if channel is None else word(channel).replace("_", " ")


def _never(fired: Iterable[Fired]) -> str:
    return ", ".join(each.rule for each in fired if not each.units) or _("no rule")


def _share(part: int, whole: int) -> str:
    return percent(part / whole, 1) if whole else "-"


def _mass(grams: int) -> str:
    return number(Decimal(grams).scaleb(-3), 3)


def _amount(amount: Decimal) -> str:
    return money(Decimal(money_text(amount)))
