"""From facts to a grade: exact integer scoring, caps, and the reasons in words.

One point is 10 000 u and an item starts at 100 points; no fraction is ever rounded, so two benches agree to the
unit. A fact that had to be found out and was not costs what its worst value would, and is named in `missing`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from terminal.domain.cells import Match
from terminal.domain.facts import LETTERS, BadFacts, Facts, Observation, merged, observations_of, settle
from terminal.domain.scheme_file import BadSchemes, load_schemes
from terminal.domain.schemes import LOCATIONS, SEVERITIES, Defect, Scale, Scheme
from terminal.domain.speech import N_, _, n_
from terminal.domain.suggest import hint

__all__ = [
    "BadSchemes",
    "GradeResult",
    "Penalty",
    "Rework",
    "Scheme",
    "grade",
    "load_schemes",
    "rework",
    "worse",
]

POINT = 10_000
FULL = 100 * POINT
_PACKAGING_WORDS = {
    # TRANSLATORS: of a box
    "opened_complete": N_("opened"),
    "opened_damaged": N_("packaging damaged"),
    "missing": N_("no packaging"),
}
_UNKNOWN = N_("packaging unknown")
_STOPS: tuple[tuple[str, object, str], ...] = (
    # TRANSLATORS: these few words say why an item is graded D
    ("recalled", "hit", N_("recalled")),
    ("counterfeit", True, N_("suspected counterfeit")),
    ("hazard", "damaged_battery", N_("damaged battery")),
    ("hazard", "small_parts", N_("unsafe for children")),
    ("hazard", "biological", N_("contaminated")),
    ("hazard", "other", N_("dangerous")),
    ("expired", True, N_("expired")),
    ("lock", "on", N_("account lock on")),
)


@dataclass(frozen=True, slots=True)
class Penalty:
    """Points taken off, in u, and what for. `axis` is cosmetic, function or packaging."""

    text: str
    u: int
    axis: str = "packaging"

    @property
    def points(self) -> Decimal:
        """The points, one place or more where they need it."""
        return Decimal(self.u) / POINT


@dataclass(frozen=True, slots=True)
class GradeResult:
    """A grade with everything that led to it."""

    score_u: int
    grade_by_score: str
    cap: str
    """Best grade that the caps leave; A where nothing caps."""
    cap_reasons: tuple[str, ...]
    """What set `cap`."""
    grade: str
    """The worse of `grade_by_score` and `cap`."""
    penalties: tuple[Penalty, ...]
    reasons: tuple[str, ...]
    """For people: the binding cap, or the biggest penalties."""
    functional: str
    """Letter of the function axis alone: tests, battery, essential parts."""
    cosmetic: str
    """Letter of the cosmetic axis alone: what can be seen."""
    missing: tuple[str, ...] = ()
    """Facts that had to be found out and were not."""

    @property
    def score(self) -> Decimal:
        """The score in points, one decimal place."""
        return (Decimal(self.score_u) / POINT).quantize(Decimal("0.1"), ROUND_HALF_EVEN)


@dataclass(frozen=True, slots=True)
class Rework:
    """What mending everything that is wrong would take: bench minutes, and each class of part once."""

    minutes: int = 0
    parts: tuple[str, ...] = ()


def worse(one: str, other: str) -> str:
    """The worse of two grades."""
    return max(one, other)


def grade(scheme: Scheme, facts: Facts) -> GradeResult:
    """Grade an item. Raises `BadFacts` where an observation has a code or place that is not known."""
    known = settle(facts, (scheme.gives,))
    seen = located(scheme, observations_of(known))
    missing: list[str] = []
    penalties = [*_defect_penalties(scheme, seen), *_other_penalties(scheme.scale, known, missing)]
    caps = [*_defect_caps(scheme, seen), *_fact_caps(scheme, known, missing)]
    score_u = max(0, FULL - sum(each.u for each in penalties))
    by_score = _by_score(scheme.scale, score_u)
    cap = max((letter for letter, _, _ in caps), default="A")
    cap_reasons = [text for letter, text, _ in caps if letter == cap]
    if scheme.all_or_nothing and "A" < worse(by_score, cap) < "D":
        cap_reasons = [*(cap_reasons if cap != "A" else _biggest(penalties)), _("these goods are A or D")]
        cap = "D"
    if cap == "A":
        cap_reasons = []
    if cap != "A" and cap >= by_score:
        reasons = cap_reasons
    else:
        reasons = _biggest(penalties) or [_("nothing wrong found")]
    return GradeResult(
        score_u=score_u,
        grade_by_score=by_score,
        cap=cap,
        cap_reasons=tuple(dict.fromkeys(cap_reasons)),
        grade=worse(by_score, cap),
        penalties=tuple(penalties),
        reasons=tuple(dict.fromkeys(reasons)),
        functional=_axis("function", scheme.scale, penalties, caps),
        cosmetic=_axis("cosmetic", scheme.scale, penalties, caps),
        missing=tuple(dict.fromkeys(missing)),
    )


def rework(scheme: Scheme, facts: Facts) -> Rework | None:
    """What mending the item would take; None where something on it cannot be mended."""
    known = settle(facts, (scheme.gives,))
    minutes, parts = 0, set[str]()
    repairs = [
        (scheme.defects[seen.defect].repair, seen.count)
        for seen in located(scheme, observations_of(known))
        if scheme.defects[seen.defect].severity != "fact"
    ]
    if known.get("function") == "fail":
        repairs.append((scheme.fault, 1))
    health = known.get("battery_health")
    if isinstance(health, int) and health < scheme.scale.weak_battery:
        repairs.append((scheme.battery, 1))
    if known.get("missing_essential"):
        parts.add("accessory")
    for repair, count in repairs:
        if repair is None:
            return None
        minutes += repair.minutes * count
        parts.add(repair.part)
    return Rework(minutes, tuple(sorted(parts - {""})))


def located(scheme: Scheme, seen: tuple[Observation, ...]) -> tuple[Observation, ...]:
    """The observations, at their usual place where none was named. Raises `BadFacts` for unknown codes, places."""
    problems: list[str] = []
    placed: list[Observation] = []
    for each in seen:
        defect = scheme.defects.get(each.defect)
        if defect is None:
            problems.append(
                f'observations: unknown defect "{each.defect}"{hint(each.defect, scheme.defects)}'
            )
        elif each.location and each.location not in LOCATIONS:
            problems.append(
                f'observations: unknown location "{each.location}"{hint(each.location, LOCATIONS)}'
            )
        else:
            placed.append(Observation(each.defect, each.location or defect.location, each.count))
    if problems:
        raise BadFacts(problems)
    return merged(placed)


def _defect_penalties(scheme: Scheme, seen: tuple[Observation, ...]) -> Iterator[Penalty]:
    for each in seen:
        defect = scheme.defects[each.defect]
        u = SEVERITIES[defect.severity] * LOCATIONS[each.location] * (10 + 5 * (min(each.count, 4) - 1))
        if u:
            times = f" x{each.count}" if each.count > 1 else ""
            yield Penalty(f"{each.defect} {each.location}{times}", u, defect.axis)


def _other_penalties(scale: Scale, known: Facts, missing: list[str]) -> Iterator[Penalty]:
    packaging = known.get("packaging")
    if packaging is None:
        missing.append("packaging")
    if points := dict(scale.packaging)[str(packaging or "missing")]:
        yield Penalty(_(_PACKAGING_WORDS.get(str(packaging), _UNKNOWN)), points * POINT)
    extra, needed = known.get("missing_other"), known.get("missing_essential")
    if isinstance(extra, int) and extra and scale.extra:
        # TRANSLATORS: extra: something that came with the goods and that they work without
        text = n_("{count} extra missing", "{count} extras missing", extra).format(count=extra)
        yield Penalty(text, extra * scale.extra * POINT, "function")
    if isinstance(needed, int) and needed and scale.essential:
        text = n_("{count} needed part missing", "{count} needed parts missing", needed).format(count=needed)
        yield Penalty(text, needed * scale.essential * POINT, "function")
    health = known.get("battery_health")
    if isinstance(health, int):
        points = next(points for least, points in scale.battery if health >= least)
        if points:
            yield Penalty(_("battery {percent} %").format(percent=health), points * POINT, "function")
    elif known.get("has_battery") and packaging != "sealed":
        missing.append("battery_health")
        yield Penalty(_("battery not measured"), scale.battery[-1][1] * POINT, "function")


def _defect_caps(scheme: Scheme, seen: tuple[Observation, ...]) -> Iterator[tuple[str, str, str]]:
    by_severity = {"critical": "D", "major": "C"}
    for each in seen:
        defect: Defect = scheme.defects[each.defect]
        letter = worse(defect.cap, by_severity.get(defect.severity, "A"))
        if letter != "A":
            yield letter, f"{each.defect} {each.location}: {_(defect.label)}", defect.axis


def _fact_caps(scheme: Scheme, known: Facts, missing: list[str]) -> Iterator[tuple[str, str, str]]:
    function = known.get("function")
    if function == "fail":
        yield "D", _("function failed"), "function"
    elif function == "not_tested" or (function is None and scheme.has_function):
        if function is None:
            missing.append("function")
        yield "C", _("essential test not done"), "function"
    if known.get("missing_essential"):
        yield "C", _("needed part missing"), "function"
    health = known.get("battery_health")
    if isinstance(health, int):
        weak = scheme.scale.weak_battery
        if health < weak:
            yield "C", _("battery below {percent} %").format(percent=weak), "function"
    elif "battery_health" in missing:
        yield "C", _("battery not measured"), "function"
    yield from _hygiene_cap(known, missing)
    for name, value, text in _STOPS:
        if known.get(name) == value:
            yield "D", _(text), "safety"
    for cap in scheme.caps:
        if cap.when.match(known) is Match.YES:
            yield cap.grade, _(cap.because), "cosmetic"


def _hygiene_cap(known: Facts, missing: list[str]) -> Iterator[tuple[str, str, str]]:
    hygiene, seal = known.get("hygiene"), known.get("seal")
    if hygiene is False or seal == "intact":
        return
    if seal is not None:
        yield "D", _("hygiene seal not intact"), "safety"
    elif hygiene:
        missing.append("seal")
        yield "D", _("hygiene seal not checked"), "safety"


def _by_score(scale: Scale, score_u: int) -> str:
    return next((letter for letter, least in scale.thresholds if score_u >= least * POINT), LETTERS[-1])


def _biggest(penalties: list[Penalty]) -> list[str]:
    ranked = sorted(penalties, key=lambda each: (-each.u, each.text))
    return [f"{each.text} -{each.points}" for each in ranked[:3]]


def _axis(axis: str, scale: Scale, penalties: list[Penalty], caps: list[tuple[str, str, str]]) -> str:
    score_u = max(0, FULL - sum(each.u for each in penalties if each.axis == axis))
    return max(_by_score(scale, score_u), *(letter for letter, _, side in caps if side == axis), "A")
