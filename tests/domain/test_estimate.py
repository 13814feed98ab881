"""Prices told from columns: out of sample, beside the median and the median of each grade."""

from __future__ import annotations

import random
from collections.abc import Callable
from math import exp, log

import pytest

from terminal.domain.crossfold import Scores, cross_validate, levels
from terminal.domain.estimate import Column, Sample, choices, choose, estimate, folds_of, grade_medians
from terminal.domain.suggest import BadData


def sample(values: list[float], grade: str | None = None, /, **columns: Column) -> Sample:
    """A sample of these columns."""
    return Sample(values, columns, grade)


def word(cells: list[str], core: bool = True) -> Column:
    """A column of words."""
    return Column("word", cells, core=core)


def phones(seed: int, n: int = 200, inter: float = 0.04) -> Sample:
    """Listings of one phone: grade, platform, country, their cells, sizes in the title, a few absurd prices."""
    draw = random.Random(seed)
    grades = {"Premium": 0.13, "Excellent": 0.0, "Good": -0.03, "Fair": -0.14, "": -0.02}
    platforms = {"one": 0.0, "two": -0.03, "three": -0.06}
    countries = {"DE": 0.0, "ES": -0.03, "UK": -0.09, "FR": 0.02}
    cells = {(g, p, c): draw.gauss(0, inter) for g in grades for p in platforms for c in countries}
    sizes = {"128": 0.0, "256": 0.1, "512": 0.22}
    values, rows = [], []
    for _ in range(n):
        g = draw.choices(list(grades), [2, 4, 4, 2, 1])[0]
        p, c, size = draw.choice(list(platforms)), draw.choice(list(countries)), draw.choice(list(sizes))
        price = log(430) + grades[g] + platforms[p] + countries[c] + cells[g, p, c] + sizes[size]
        values.append(price + draw.gauss(0, 0.07) + (draw.choice([-0.7, 0.8]) if draw.random() < 0.02 else 0))
        extra = " ".join(draw.choice(["black", "blue", "unlocked", "boxed", "dual"]) for _ in range(3))
        rows.append((g, p, c, f"Phone 13 {size}GB {extra}"))
    return sample(
        values,
        "grade",
        grade=word([row[0] for row in rows]),
        channel=word([row[1] for row in rows]),
        market=word([row[2] for row in rows]),
        title=Column("text", [row[3] for row in rows]),
    )


def furniture(seed: int, n: int = 160) -> Sample:
    """Pieces of many brands and prices in few channels: most of the price is the price it once had."""
    draw = random.Random(seed)
    brands = {f"b{number}": draw.gauss(0, 0.2) for number in range(20)}
    grades = {"new": 0.2, "good": 0.0, "worn": -0.4}
    channels = {"outlet": 0.0, "lot": -0.9}
    values, rows = [], []
    for _ in range(n):
        b, g, c = draw.choice(list(brands)), draw.choice(list(grades)), draw.choice(list(channels))
        new = exp(draw.gauss(5, 0.8))
        values.append(0.9 * log(new) - 0.5 + brands[b] + grades[g] + channels[c] + draw.gauss(0, 0.2))
        rows.append((b, g, c, new if draw.random() < 0.97 else None))
    return sample(
        values,
        "condition",
        brand=word([row[0] for row in rows]),
        condition=word([row[1] for row in rows]),
        channel=word([row[2] for row in rows]),
        new=Column("number", ["" for _ in rows], [row[3] for row in rows], core=True),
    )


def chance(seed: int, n: int = 120) -> Sample:
    """Prices that no column says anything about."""
    draw = random.Random(seed)
    return sample(
        [5 + draw.gauss(0, 0.4) for _ in range(n)],
        "grade",
        grade=word([draw.choice("ABCD") for _ in range(n)]),
        channel=word([draw.choice("xyz") for _ in range(n)]),
        number=Column("number", [""] * n, [draw.gauss(0, 1) for _ in range(n)]),
        title=Column("text", [" ".join(draw.choice("abcdef") * 2 for _ in range(3)) for _ in range(n)]),
    )


def scores(made: Sample, folds: int = 3) -> Scores:
    """Scores on all rows in a fixed order."""
    rows = list(range(len(made.values)))
    random.Random(9).shuffle(rows)
    return cross_validate(made, [exp(value) for value in made.values], rows, folds)


@pytest.mark.parametrize("make", [phones, furniture])
@pytest.mark.parametrize("seed", [1, 2])
def test_realistic_prices_are_told_better_than_by_any_median(
    make: Callable[[int], Sample], seed: int
) -> None:
    """By a tenth of the error at least, also without the shift to the smallest relative error."""
    found = scores(make(seed))
    assert found.grade_alone is not None
    best = min(found.global_median, found.grade_alone)
    assert found.model < 0.9 * best
    assert found.unshifted < 0.9 * best
    assert abs(found.unshifted_bias) < 0.1


@pytest.mark.parametrize("seed", [1, 2])
def test_where_nothing_can_be_told_the_medians_are_not_much_better(seed: int) -> None:
    """Pure chance: at most five hundredths of the error are lost."""
    found = scores(chance(seed))
    assert found.unshifted < 1.05 * found.global_median
    assert found.model < 1.02 * found.global_median


def test_typing_errors_in_prices_spoil_the_mean_and_not_the_estimate() -> None:
    """A cent and a hundred thousand among listings of 430: the typical error is that of a clean table."""
    made = phones(5, 150)
    clean = scores(made)
    values = list(made.values)
    values[3], values[77] = log(0.01), log(99_999)
    spoilt = scores(Sample(values, made.columns, made.grade))
    assert spoilt.model > 1
    assert spoilt.typical["model"] < 1.25 * clean.typical["model"]
    assert spoilt.typical["model"] < spoilt.typical["global_median"]


def test_a_fold_takes_no_part_in_what_is_told_of_it() -> None:
    """Changing the prices of the tested rows changes nothing of what is fitted to the others."""
    made = phones(3, 120)
    train, test = folds_of(range(120), 4)[1]
    spoilt = list(made.values)
    for row in test:
        spoilt[row] += 5
    other = Sample(spoilt, made.columns, made.grade)
    assert choose(made, train) == choose(other, train)
    one, two = (estimate(each, train, choices(made)[-1]) for each in (made, other))
    assert [one.at(row) for row in test] == [two.at(row) for row in test]


def test_folds_part_the_rows() -> None:
    """Every row is tested once, and never where it was trained on."""
    parts = folds_of(range(11), 3)
    assert sorted(row for _, test in parts for row in test) == list(range(11))
    assert all(set(train).isdisjoint(test) for train, test in parts)


def test_a_tiny_table_is_scored_with_as_many_folds_as_it_has_rows() -> None:
    """Four rows; three are refused."""
    four = sample([1.0, 1.1, 2.0, 2.1], "grade", grade=word(list("aabb")))
    assert scores(four, 10).folds == 4
    with pytest.raises(BadData, match="3 rows can be used, at least 4"):
        scores(sample([1.0, 2.0, 3.0]))


def test_without_a_grade_there_is_no_median_of_it() -> None:
    """None, not zero and not the global one."""
    found = scores(sample([float(n % 5) for n in range(20)]))
    assert found.grade_alone is None
    assert set(found.typical) == {"model", "global_median"}
    assert found.chosen == {"median": 3}


def test_a_grade_that_the_training_rows_lack_is_told_the_median() -> None:
    """One row of its own grade."""
    made = sample([1.0, 1.0, 1.0, 5.0], "grade", grade=word(["A", "a", "A", "B"]))
    assert grade_medians(made, [0, 1, 2]) == (1.0, {"a": 1.0})
    assert estimate(made, [0, 1, 2], choices(made)[1]).at(3) == pytest.approx(1.0)


def test_nothing_is_told_beyond_what_was_seen() -> None:
    """A number far outside of all others does not carry the price away."""
    n = 60
    numbers: list[float | None] = [float(row) for row in range(n)]
    made = sample([row / 10 for row in range(n)], None, size=Column("number", [""] * n, numbers, core=True))
    told = estimate(made, range(50), choices(made)[-1]).at(59)
    assert 4 < told <= 4.9


def test_choices_that_are_the_same_are_made_once() -> None:
    """A table with only a grade has two: with it and without."""
    made = sample([1.0, 2.0], "grade", grade=word(["A", "B"]))
    assert [choice.label for choice in choices(made)] == ["median", "grade"]


def test_one_training_row_leaves_nothing_to_choose() -> None:
    """The median of it."""
    made = sample([1.0, 2.0], "grade", grade=word(["A", "B"]))
    assert choose(made, [0]).choice.label == "median"


def test_numbers_may_be_missing_negative_or_all_the_same() -> None:
    """None of it stops an estimate."""
    n = 40
    draw = random.Random(1)
    values = [draw.gauss(3, 0.2) for _ in range(n)]
    made = sample(
        values,
        None,
        missing=Column("number", [""] * n, [None] * n, core=True),
        same=Column("number", [""] * n, [4.0] * n, core=True),
        below=Column(
            "number", [""] * n, [None if row % 9 == 0 else row - 20.0 for row in range(n)], core=True
        ),
        wide=Column("number", [""] * n, [exp(row / 4) if row != 39 else -1.0 for row in range(n)], core=True),
    )
    wide = next(choice for choice in choices(made) if choice.label == "core+cells")
    assert estimate(made, range(39), wide).at(39) == pytest.approx(3, abs=0.5)


def test_levels_tell_n_effect_and_the_share_of_the_prior() -> None:
    """What a manager reads beside the errors."""
    told = levels(furniture(1), range(160))
    by_name = {(entry["column"], entry["kind"]): entry for entry in told}
    assert by_name["new", "slope"]["effect"] == pytest.approx(0.7, abs=0.2)
    condition = by_name["condition", "levels"]
    assert condition["used"] is True
    assert isinstance(condition["levels"], list)
    worn = next(level for level in condition["levels"] if level["level"] == "worn")
    assert worn["n"] > 30
    assert worn["effect"] < -0.15
    assert 0 < worn["prior_weight"] < 0.1


def test_a_column_that_is_left_out_says_so() -> None:
    """A market in which prices are the same as everywhere, beside a grade that decides them."""
    n = 80
    draw = random.Random(8)
    half = [(draw.choice("AB"), draw.choice("xy"), draw.gauss(0, 0.05)) for _ in range(n // 2)]
    pairs = [half[row // 2] for row in range(n)]
    made = sample(
        [2.0 * (grade == "A") + (channel == "x") + noise for grade, channel, noise in pairs],
        "grade",
        grade=word([grade for grade, _, _ in pairs]),
        channel=word([channel for _, channel, _ in pairs]),
        market=word([str(row % 2) for row in range(n)]),
    )
    told = {str(entry["column"]): entry for entry in levels(made, range(n))}
    assert told["market"] == {"column": "market", "kind": "levels", "count": 2, "used": False}
    assert told["grade"]["used"] is True
