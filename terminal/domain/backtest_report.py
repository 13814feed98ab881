"""The result of a backtest: what another policy would have changed, as values.

The money is an estimate from the figures that both policies share: of each item only the price of the channel that
it took was ever seen. Its interval treats every assumed price of a category and channel as wrong by one common
share, independently of the others: variance = sum over cells of (relative error * money that hangs on the cell)^2.
Where a price was learned, its standard error takes that share's place. Given is the sum +- 2 standard errors.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal

from terminal.domain.backtest_tally import Changed, Flow, Tally, Way
from terminal.domain.channels import QUARANTINE, RANKS
from terminal.domain.items import CENT, from_cents
from terminal.domain.rules import Policy

RELATIVE_ERROR = Decimal("0.20")
"""Standard error of an assumed price as a share of it. An assumption."""
HELD = "held"
UNKNOWN_FATE = "fate_unknown"
CLASSES = ("reuse", "refurbish", "recycle", "energy_recovery", "landfill", UNKNOWN_FATE, HELD)
"""Classes of the waste hierarchy (2008/98/EC art. 4); what goes back to a vendor has a fate that nobody knows."""
_WIDE = Context(prec=60, rounding=ROUND_HALF_EVEN)


@dataclass(frozen=True, slots=True)
class Move:
    """Units that go from one channel to another; None is undecided."""

    old: str | None
    new: str | None
    units: int
    grams: int


@dataclass(frozen=True, slots=True)
class Money:
    """The difference in one currency."""

    currency: str
    compared: int
    """Units with a value under both policies."""
    not_compared: int
    old: Decimal
    new: Decimal
    low: Decimal
    """The difference less 2 standard errors."""
    high: Decimal

    @property
    def expected(self) -> Decimal:
        """What the new policy brings more."""
        return self.new - self.old


@dataclass(frozen=True, slots=True)
class Masses:
    """Grams of one waste class: as it really went, and under each policy."""

    name: str
    really: int
    old: int
    new: int


@dataclass(frozen=True, slots=True)
class Fired:
    """How many units a rule had an effect on."""

    rule: str
    units: int


@dataclass(frozen=True, slots=True)
class Ask:
    """Units that a fact is asked of, under each policy."""

    fact: str
    old: int
    new: int


@dataclass(frozen=True, slots=True)
class Unread:
    """Units that could not be replayed, and why; `lpn` and `sentence` are of the first."""

    reason: str
    units: int
    lpn: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Report:
    """What replaying a history under two policies gives."""

    old: Policy
    new: Policy
    source: str
    start: str | None
    end: str | None
    units: int
    """Units that were replayed."""
    skipped: tuple[Unread, ...]
    as_decided: int
    """Units that the old policy sends where they really went."""
    changed: int
    moves: tuple[Move, ...]
    """Every pair of channels, those that stay too; most units first."""
    money: tuple[Money, ...]
    relative_error: Decimal
    masses: tuple[Masses, ...]
    mass_shares: tuple[tuple[str, Decimal], ...]
    """Share of the mass by who says it: scale, typed, catalogue, assumed."""
    fired: tuple[tuple[Fired, ...], tuple[Fired, ...]]
    """For each policy every rule in the order of its file."""
    held: tuple[int, int]
    """Units in quarantine under each policy ..."""
    undecided: tuple[int, int]
    """... and units of which the way cannot be told."""
    newly_held: int
    released: int
    asked: tuple[int, int]
    asks: tuple[Ask, ...]
    most_changed: tuple[Changed, ...]
    in_full: int
    """Units that were too odd for the fast way."""


def waste_class(channel: str | None) -> str:
    """The class in which a channel's kilograms count."""
    if channel is None or channel == QUARANTINE:
        return HELD
    if channel == "return_to_vendor":
        return UNKNOWN_FATE
    return CLASSES[RANKS[channel] - 1] if channel in RANKS else HELD


def report_of(
    tally: Tally,
    old: Policy,
    new: Policy,
    *,
    source: str,
    start: str | None = None,
    end: str | None = None,
    relative_error: Decimal = RELATIVE_ERROR,
) -> Report:
    """The report of what was counted."""
    flows = tally.flows.items()
    return Report(
        old=old,
        new=new,
        source=source,
        start=start,
        end=end,
        units=sum(flow.units for _, flow in flows),
        skipped=tuple(
            Unread(reason, each.units, each.lpn, each.sentence)
            for reason, each in sorted(tally.skipped.items(), key=lambda item: (-item[1].units, item[0]))
        ),
        as_decided=sum(flow.units for way, flow in flows if way.really == way.old),
        changed=sum(flow.units for way, flow in flows if way.old != way.new),
        moves=_moves(flows),
        money=_money(tally, relative_error),
        relative_error=relative_error,
        masses=tuple(_masses(name, flows) for name in CLASSES),
        mass_shares=_mass_shares(flows),
        fired=(_fired(tally, old, 0), _fired(tally, new, 1)),
        held=_count(flows, QUARANTINE),
        undecided=_count(flows, None),
        newly_held=sum(flow.units for way, flow in flows if not _stuck(way.old) and _stuck(way.new)),
        released=sum(flow.units for way, flow in flows if _stuck(way.old) and not _stuck(way.new)),
        asked=(tally.asked[0], tally.asked[1]),
        asks=tuple(
            Ask(fact, tally.asks[0][fact], tally.asks[1][fact])
            for fact in sorted({*tally.asks[0], *tally.asks[1]})
        ),
        most_changed=tally.most_changed(),
        in_full=tally.in_full,
    )


def _stuck(channel: str | None) -> bool:
    return waste_class(channel) == HELD


def _moves(flows: Iterable[tuple[Way, Flow]]) -> tuple[Move, ...]:
    sums: dict[tuple[str | None, str | None], tuple[int, int]] = {}
    for way, flow in flows:
        units, grams = sums.get((way.old, way.new), (0, 0))
        sums[way.old, way.new] = (units + flow.units, grams + flow.grams)
    moves = [Move(old, new, units, grams) for (old, new), (units, grams) in sums.items()]
    return tuple(sorted(moves, key=lambda each: (-each.units, str(each.old), str(each.new))))


def _money(tally: Tally, relative_error: Decimal) -> tuple[Money, ...]:
    found = []
    for currency in sorted({way.currency for way in tally.flows}):
        flows = [flow for way, flow in tally.flows.items() if way.currency == currency]
        compared = sum(flow.compared for flow in flows)
        old = from_cents(sum(flow.old_cents for flow in flows))
        new = from_cents(sum(flow.new_cents for flow in flows))
        variance = Decimal(0)
        for (own, _, _), (assumed, learned) in sorted(tally.swings.items()):
            if own == currency:
                spread = _WIDE.add(_WIDE.multiply(relative_error, abs(assumed)), abs(learned))
                variance = _WIDE.add(variance, _WIDE.multiply(spread, spread))
        twice = _WIDE.sqrt(variance).scaleb(-2).quantize(CENT, ROUND_HALF_EVEN) * 2
        units = sum(flow.units for flow in flows)
        found.append(
            Money(currency, compared, units - compared, old, new, new - old - twice, new - old + twice)
        )
    return tuple(found)


def _masses(name: str, flows: Iterable[tuple[Way, Flow]]) -> Masses:
    sums = [0, 0, 0]
    for way, flow in flows:
        for place, channel in enumerate((way.really, way.old, way.new)):
            if waste_class(channel) == name:
                sums[place] += flow.grams
    return Masses(name, *sums)


def _mass_shares(flows: Iterable[tuple[Way, Flow]]) -> tuple[tuple[str, Decimal], ...]:
    sums = dict.fromkeys(("scale", "typed", "catalogue", "assumed"), 0)
    for way, flow in flows:
        sums[way.mass] += flow.grams
    whole = sum(sums.values())
    if not whole:
        return ()
    return tuple(
        (name, (Decimal(grams) / whole).quantize(Decimal("0.0001"))) for name, grams in sums.items() if grams
    )


def _fired(tally: Tally, policy: Policy, side: int) -> tuple[Fired, ...]:
    counts = {rule.id: 0 for rule in policy.rules}
    for effects, units in tally.fired.items():
        for rule in effects[side]:
            counts[rule] += units
    return tuple(Fired(rule, units) for rule, units in counts.items())


def _count(flows: Iterable[tuple[Way, Flow]], channel: str | None) -> tuple[int, int]:
    old = sum(flow.units for way, flow in flows if way.old == channel)
    return old, sum(flow.units for way, flow in flows if way.new == channel)
