"""Shrunken backfitting: effects found again, noise left out, outliers bounded."""

from __future__ import annotations

import random

import pytest

from terminal.domain.effects import Fit, fit_effects


def words(values: list[str]) -> list[tuple[str, ...]]:
    """A column of one level each."""
    return [(value,) for value in values]


def goods(n: int, noise: float, seed: int = 1) -> tuple[list[float], dict[str, list[tuple[str, ...]]]]:
    """Values of two columns that add up: a is 0 or 1, b is 0 or 3."""
    draw = random.Random(seed)
    a = [draw.choice("xy") for _ in range(n)]
    b = [draw.choice("uv") for _ in range(n)]
    values = [(p == "y") + 3.0 * (q == "v") + draw.gauss(0, noise) for p, q in zip(a, b, strict=True)]
    return values, {"a": words(a), "b": words(b)}


def difference(fit: Fit, name: str, one: str, other: str) -> float:
    """How far two levels of a column lie apart."""
    return fit.terms[name].at((other,)) - fit.terms[name].at((one,))


def test_effects_that_add_up_are_found_again() -> None:
    """Two columns, little noise."""
    values, mains = goods(200, 0.1)
    fit = fit_effects(values, mains, {}, {})
    assert difference(fit, "a", "x", "y") == pytest.approx(1, abs=0.05)
    assert difference(fit, "b", "u", "v") == pytest.approx(3, abs=0.05)
    assert fit.at({"a": ("y",), "b": ("v",)}, {}) == pytest.approx(4, abs=0.08)


def test_a_level_that_was_not_seen_adds_nothing() -> None:
    """A new grade falls back to the rest of what is known."""
    values, mains = goods(200, 0.1)
    fit = fit_effects(values, mains, {}, {})
    known = fit.at({"a": ("new",), "b": ("v",)}, {})
    assert 3 < known < 4


def test_a_column_of_noise_is_left_out() -> None:
    """Forty levels that mean nothing: their effects together are a small part of the noise."""
    draw = random.Random(2)
    values = [draw.gauss(0, 1) for _ in range(400)]
    column = words([str(draw.randrange(40)) for _ in range(400)])
    fit = fit_effects(values, {"noise": column}, {}, {})
    assert max(map(abs, fit.terms["noise"].effects.values()), default=0.0) < 0.35


def test_a_level_seen_once_is_shrunk_more_than_one_seen_often() -> None:
    """Both lie three above; one was seen forty times."""
    draw = random.Random(3)
    column = ["often"] * 40 + ["once"] + [draw.choice("abcd") for _ in range(160)]
    values = [3 * (level in ("often", "once")) + draw.gauss(0, 1.5) for level in column]
    values[40] = 3.0
    term = fit_effects(values, {"c": words(column)}, {}, {}).terms["c"]
    assert term.strength is not None
    assert 0 < term.at(("once",)) < term.at(("often",))
    assert (term.counts["once"], term.counts["often"]) == (1, 40)


def test_outliers_count_up_to_a_limit() -> None:
    """Every twentieth value a hundred too high moves the effects by a small part of that."""
    values, mains = goods(200, 0.1)
    spoilt = [value + 100 * (row % 20 == 0) for row, value in enumerate(values)]
    fit = fit_effects(spoilt, mains, {}, {})
    assert difference(fit, "b", "u", "v") == pytest.approx(3, abs=0.1)
    assert fit.at({"a": ("y",), "b": ("v",)}, {}) == pytest.approx(4, abs=0.2)


def test_cells_take_what_columns_do_not_add_up_to() -> None:
    """Two columns that matter only together."""
    draw = random.Random(4)
    a = [draw.choice("xy") for _ in range(300)]
    b = [draw.choice("uv") for _ in range(300)]
    values = [2.0 * ((p == "y") == (q == "v")) + draw.gauss(0, 0.1) for p, q in zip(a, b, strict=True)]
    pairs = words([p + q for p, q in zip(a, b, strict=True)])
    mains = {"a": words(a), "b": words(b)}
    alone, together = fit_effects(values, mains, {}, {}), fit_effects(values, mains, {}, {"ab": pairs})
    assert alone.at({"a": ("y",), "b": ("v",)}, {}) == pytest.approx(1, abs=0.4)
    assert together.at({"a": ("y",), "b": ("v",), "ab": ("yv",)}, {}) == pytest.approx(2, abs=0.1)


def test_slopes_are_found_again() -> None:
    """A number that counts, beside a column."""
    draw = random.Random(5)
    numbers = [draw.gauss(0, 1) for _ in range(200)]
    a = [draw.choice("xy") for _ in range(200)]
    values = [0.5 * z + (p == "y") + draw.gauss(0, 0.1) for z, p in zip(numbers, a, strict=True)]
    fit = fit_effects(values, {"a": words(a)}, {"z": numbers}, {})
    assert fit.slopes["z"] == pytest.approx(0.5, abs=0.05)
    assert fit.at({"a": ("y",)}, {"z": 2.0}) == pytest.approx(2, abs=0.1)


def test_rows_may_have_several_levels_or_none() -> None:
    """Words of titles: each adds its part, also where two stand together."""
    draw = random.Random(6)
    texts: list[tuple[str, ...]] = []
    values = []
    for _ in range(300):
        some = tuple(word for word in ("pro", "max", "used", "blue") if draw.random() < 0.4)
        texts.append(some)
        values.append(("pro" in some) + 0.5 * ("max" in some) + draw.gauss(0, 0.1))
    term = fit_effects(values, {"words": texts}, {}, {}).terms["words"]
    assert term.at(("pro", "max")) - term.at(()) == pytest.approx(1.5, abs=0.1)
    assert term.at(("blue",)) == pytest.approx(0, abs=0.1)


def test_words_that_mean_nothing_are_left_out() -> None:
    """Texts of pure chance."""
    draw = random.Random(7)
    texts = [tuple(sorted({draw.choice("abcdefgh") for _ in range(3)})) for _ in range(200)]
    term = fit_effects([draw.gauss(0, 1) for _ in texts], {"words": texts}, {}, {}).terms["words"]
    assert max(map(abs, term.effects.values()), default=0.0) < 0.35


def test_a_level_that_only_some_rows_have_is_an_effect_too() -> None:
    """One level or an empty cell."""
    column: list[tuple[str, ...]] = [("damaged",) if row % 3 == 0 else () for row in range(90)]
    values = [-1.0 * (row % 3 == 0) + 0.01 * (row % 7) for row in range(90)]
    fit = fit_effects(values, {"c": column}, {}, {})
    assert fit.terms["c"].at(("damaged",)) < -0.5


@pytest.mark.parametrize(
    "column",
    [[("same",)] * 6, [(str(row),) for row in range(6)], [()] * 6],
    ids=["constant", "all different", "empty"],
)
def test_a_column_that_can_tell_nothing_is_left_out(column: list[tuple[str, ...]]) -> None:
    """No level to compare, or none that comes again."""
    fit = fit_effects([1.0, 2.0, 3.0, 4.0, 5.0, 6.0], {"c": column}, {}, {})
    assert fit.terms["c"].strength is None
    assert fit.terms["c"].effects == {}
    assert fit.at({"c": column[0]}, {}) == pytest.approx(3.5)


def test_without_columns_the_median_is_told() -> None:
    """Whatever one outlier says."""
    assert fit_effects([1.0, 2.0, 900.0], {}, {}, {}).at({}, {}) == 2.0


def test_equal_values_are_told_exactly() -> None:
    """No scatter, nothing to cut."""
    fit = fit_effects([2.0] * 8, {"a": words(list("xyxyxyxy"))}, {}, {})
    assert fit.at({"a": ("x",)}, {}) == pytest.approx(2)


def test_without_values_there_is_nothing_to_fit() -> None:
    """An error of the caller."""
    with pytest.raises(ValueError, match="no value"):
        fit_effects([], {}, {}, {})
