"""Points of a site: they count, and none that a file can say lets a worse item grade better."""

from collections.abc import Mapping
from dataclasses import replace
from importlib.resources import files

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from terminal.domain.facts import Facts, Observation, parse, with_facts
from terminal.domain.grading import Rework, Scheme, grade, load_schemes, rework
from terminal.domain.scheme_scale import read_scale
from terminal.domain.schemes import Scale
from terminal.domain.source import Source

SCHEMES: Mapping[str, Scheme] = load_schemes(
    {
        each.name: each.read_text("utf-8")
        for each in files("terminal.data").joinpath("schemes").iterdir()
        if each.name.endswith(".toml")
    }
)
PHONE = SCHEMES["phone"]


def test_a_scheme_may_bring_points_of_its_own() -> None:
    """A shop that wants its A at 95, its battery at 85 and its boxes cheap says so in the scheme."""
    strict = Scale(
        thresholds=(("A", 95), ("B", 80), ("C", 60)),
        packaging=(("sealed", 0), ("opened_complete", 6), ("opened_damaged", 6), ("missing", 7)),
        extra=0,
        essential=20,
        battery=((95, 0), (85, 10), (0, 30)),
    )
    scheme = replace(PHONE, scale=strict)
    result = grade(
        scheme,
        parse({"packaging": "opened_complete", "function": "pass", "battery_health": 84, "missing_other": 2}),
    )
    assert (str(result.score), result.grade_by_score, result.cap) == ("64.0", "C", "C")
    assert result.reasons == ("battery below 85 %",)
    assert [each.text for each in result.penalties] == ["opened", "battery 84 %"]
    assert rework(scheme, parse({"function": "pass", "battery_health": 84})) == Rework(15, ("battery",))
    assert str(grade(scheme, parse({"packaging": "opened_damaged"})).score) == "64.0"


POINTS = st.integers(0, 100)
BANDS = st.lists(st.tuples(POINTS, POINTS), min_size=1, max_size=4)


def read(points: Mapping[str, object], bands: list[tuple[int, int]]) -> Scale | None:
    """The scale that a file with these figures gives; None where it is refused."""
    battery = [list(band) for band in [*bands, (0, points["last"])]]
    cells = ", ".join(f"{name} = {value}" for name, value in points.items() if name != "last")
    problems: list[str] = []
    scale = read_scale(Source("s.toml", f"scale = {{ {cells}, battery = {battery} }}").top(problems))
    assert all(each.startswith("s.toml:1: ") for each in problems)
    return None if problems else scale


ROOM = st.fixed_dictionaries(
    {
        **dict.fromkeys(("A", "B", "C"), st.integers(1, 100)),
        **dict.fromkeys(
            ("opened_complete", "opened_damaged", "missing", "extra", "essential", "last"), POINTS
        ),
    }
)


def in_order(
    points: dict[str, int], bands: list[tuple[int, int]]
) -> tuple[dict[str, int], list[tuple[int, int]]]:
    """The same figures, sorted as a file has to have them."""
    least = sorted((points[name] for name in "ABC"), reverse=True)
    taken = sorted(points[name] for name in ("opened_complete", "opened_damaged", "missing"))
    health = sorted({health for health, _ in bands} - {0}, reverse=True)
    off = sorted([points for _, points in bands] + [points["last"]])
    return (
        {
            **points,
            **dict(zip("ABC", least, strict=True)),
            **dict(zip(("opened_complete", "opened_damaged", "missing"), taken, strict=True)),
            "last": off[-1],
        },
        list(zip(health, off, strict=False)),
    )


STATES = ("sealed", "opened_complete", "opened_damaged", "missing")
ITEM = st.tuples(st.integers(0, 3), POINTS, st.integers(0, 4), st.integers(0, 2))
"""Packaging from best to worst, points of battery health that are gone, missing extras, missing needed parts."""


def item(figures: tuple[int, ...]) -> Facts:
    """A working phone of these figures; each is worse the higher it is."""
    packaging, worn, other, essential = figures
    return parse(
        {
            "function": "pass",
            "packaging": STATES[packaging],
            "battery_health": 100 - worn,
            "missing_other": other,
            "missing_essential": essential,
        }
    )


@settings(deadline=None)
@given(ROOM, BANDS, ITEM, ITEM)
def test_whatever_points_a_file_may_say_a_worse_item_never_grades_better(
    points: dict[str, int], bands: list[tuple[int, int]], one: tuple[int, ...], two: tuple[int, ...]
) -> None:
    """Worse packaging, weaker battery, more missing parts, one more scratch."""
    scale = read(*in_order(points, bands))
    assume(scale is not None)
    assert scale is not None
    scheme = replace(PHONE, scale=scale)
    high = grade(scheme, item(tuple(map(min, one, two))))
    low = grade(scheme, item(one))
    assert high.score_u >= low.score_u
    assert high.grade <= low.grade
    assert high.functional <= low.functional
    assert high.cosmetic <= low.cosmetic
    marked = with_facts(item(one), {"observations": (Observation("SCR-LT"),)})
    assert grade(scheme, marked).grade >= low.grade


@given(ROOM, BANDS)
def test_figures_out_of_order_are_refused_and_figures_in_order_are_kept(
    points: dict[str, int], bands: list[tuple[int, int]]
) -> None:
    """Figures out of order are refused and figures in order are kept."""
    scale = read(points, bands)
    if scale is None:
        return
    least = [limit for _, limit in scale.thresholds]
    taken = [off for _, off in scale.packaging]
    health = [health for health, _ in scale.battery]
    off = [off for _, off in scale.battery]
    assert least == sorted(set(least), reverse=True) == [points["A"], points["B"], points["C"]]
    assert taken == sorted(taken)
    assert health == sorted(set(health), reverse=True)
    assert off == sorted(off)
    assert scale.weak_battery == health[-2]


def test_a_file_without_a_scale_has_the_usual_points() -> None:
    """A file without a scale has the usual points."""
    assert read_scale(Source("s.toml", "").top([])) == Scale()
    assert PHONE.scale == Scale()
