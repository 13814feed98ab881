"""The result of a backtest as JSON can hold it; its money is an estimate, so it never goes without the caveat."""

from __future__ import annotations

from decimal import Decimal

from terminal.domain.backtest_report import Report
from terminal.domain.items import from_cents, money_text
from terminal.domain.rules import Policy
from terminal.domain.speech import N_

CAVEAT = N_(
    "Only the channel that an item really took was ever observed; what the other one would have brought is worked "
    "out from the channel figures."
)


def plain(report: Report) -> dict[str, object]:
    """A report as JSON can hold it: money as text with two places, kilograms with three."""
    return {
        "policy": _policy(report.new),
        "against": _policy(report.old),
        "source": report.source,
        "from": report.start,
        "to": report.end,
        "units": report.units,
        "skipped": {
            "units": sum(each.units for each in report.skipped),
            "reasons": [
                {"reason": each.reason, "units": each.units, "lpn": each.lpn, "sentence": each.sentence}
                for each in report.skipped
            ],
        },
        "as_really_decided": report.as_decided,
        "changed": report.changed,
        "matrix": [
            {"from": each.old, "to": each.new, "units": each.units, "kg": kilograms(each.grams)}
            for each in report.moves
        ],
        "money": [
            {
                "currency": each.currency,
                "compared": each.compared,
                "not_compared": each.not_compared,
                "old": money_text(each.old),
                "new": money_text(each.new),
                "expected": money_text(each.expected),
                "low": money_text(each.low),
                "high": money_text(each.high),
            }
            for each in report.money
        ],
        "relative_error": str(report.relative_error),
        "caveat": CAVEAT,
        "kilograms": [
            {"class": each.name}
            | {
                name: kilograms(grams)
                for name, grams in (("really", each.really), ("old", each.old), ("new", each.new))
            }
            for each in report.masses
        ],
        "mass_share": {name: str(share) for name, share in report.mass_shares},
        "rules": {
            side: {
                "fired": {each.rule: each.units for each in fired if each.units},
                "never_fired": [each.rule for each in fired if not each.units],
            }
            for side, fired in zip(("old", "new"), report.fired, strict=True)
        },
        "held": {
            "old": report.held[0],
            "new": report.held[1],
            "newly": report.newly_held,
            "released": report.released,
        },
        "undecided": {"old": report.undecided[0], "new": report.undecided[1]},
        "asked": {"old": report.asked[0], "new": report.asked[1]},
        "asks": [{"fact": each.fact, "old": each.old, "new": each.new} for each in report.asks],
        "most_changed": [
            {
                "lpn": each.lpn,
                "category": each.category,
                "grade": each.letter,
                "really": each.really,
                "from": each.old,
                "to": each.new,
                "delta": None if each.delta is None else money_text(from_cents(each.delta)),
                "currency": each.currency or None,
            }
            for each in report.most_changed
        ],
        "in_full": report.in_full,
    }


def kilograms(grams: int) -> str:
    """Grams as kilograms, three places."""
    return str(Decimal(grams).scaleb(-3).quantize(Decimal("0.001")))


def _policy(policy: Policy) -> dict[str, object]:
    return {"name": policy.name, "version": policy.version, "hash": policy.hash, "rules": len(policy.rules)}
