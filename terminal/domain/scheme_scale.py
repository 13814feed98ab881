"""The points of a scheme: how its `scale` is read, and which scales could grade a worse item better.

What a file leaves out keeps its usual value, so a site changes one figure by writing that figure.
"""

from __future__ import annotations

from terminal.domain.schemes import Scale
from terminal.domain.source import Table

_USUAL = Scale()


def read_scale(table: Table) -> Scale:
    """The inner table `scale`: least points of A, B and C, and what is taken off for packaging, parts, battery.

    Refused is whatever would let a worse item have the better grade: a step in the wrong direction.
    """
    inner = table.table("scale")
    thresholds = tuple((letter, inner.whole(letter, 1, 100, usual)) for letter, usual in _USUAL.thresholds)
    packaging = tuple(
        (state, 0 if state == "sealed" else inner.whole(state, 0, 100, usual))
        for state, usual in _USUAL.packaging
    )
    found = Scale(
        thresholds=thresholds,
        packaging=packaging,
        extra=inner.whole("extra", 0, 100, _USUAL.extra),
        essential=inner.whole("essential", 0, 100, _USUAL.essential),
        battery=_read_battery(inner),
    )
    least = [points for _, points in thresholds]
    if sorted(set(least), reverse=True) != least:
        inner.problem(f"A must take more points than B, and B more than C (got {_listed(least)})", "scale")
    taken = [points for _, points in packaging]
    if sorted(taken) != taken:
        states = ", ".join(state for state, _ in packaging[1:])
        inner.problem(f"points taken off must not fall from {states} (got {_listed(taken[1:])})", "scale")
    inner.close()
    return found


def _read_battery(inner: Table) -> tuple[tuple[int, int], ...]:
    raw = inner.raw("battery")
    if raw is None:
        return _USUAL.battery
    bands = [tuple(each) if isinstance(each, list) else () for each in raw] if isinstance(raw, list) else []
    whole = [each for each in bands if len(each) == 2 and all(type(number) is int for number in each)]
    health, points = [each[0] for each in whole], [each[1] for each in whole]
    if (
        len(whole) < max(2, len(bands))
        or sorted(set(health), reverse=True) != health
        or health[0] > 100
        or health[-1] != 0
        or sorted(points) != points
        or not 0 <= points[0] <= points[-1] <= 100
    ):
        inner.problem(
            "battery must be bands [health from, points off] from the best health down to 0, points never falling, "
            f"as [[90, 0], [80, 8], [0, 18]] (got {raw!r})",
            "battery",
        )
        return _USUAL.battery
    return tuple(zip(health, points, strict=True))


def _listed(numbers: list[int]) -> str:
    return ", ".join(map(str, numbers))
