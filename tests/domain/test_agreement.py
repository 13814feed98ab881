"""Two people grade the same items: the worked figures, what can't be told, and what never depends on the order."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.domain.agreement import LABELS, PICKED, Audit, agreement, confusion, part, share

CONFUSION = ((40, 4, 1, 0), (3, 30, 4, 0), (0, 3, 22, 2), (0, 0, 1, 10))


def audits_of(matrix: tuple[tuple[int, ...], ...]) -> Iterator[Audit]:
    """Audits that make up a confusion matrix."""
    number = 0
    for first, row in zip(LABELS, matrix, strict=True):
        for second, count in zip(LABELS, row, strict=True):
            for _ in range(count):
                number += 1
                yield Audit(f"U{number}", first, second)


def test_120_audits_give_the_worked_figures() -> None:
    """Accuracy with Wilson's interval, and kappa unweighted, linear and quadratic."""
    found = part(audits_of(CONFUSION))
    assert found.matrix == CONFUSION
    grades = found.grades
    assert [round(each or 0, 4) for each in (grades.value, grades.low, grades.high)] == [0.85, 0.7753, 0.903]
    known = found.kappa
    assert [round(each or 0, 4) for each in (known.plain, known.linear, known.quadratic)] == [
        0.7884, 0.853, 0.9104,
    ]  # fmt: skip
    assert (found.n, grades.n, known.n, found.dispositions.n) == (120, 120, 120, 0)


def test_a_stratum_counts_by_its_size() -> None:
    """The pool would say 94.7 %."""
    low = [
        Audit(f"L{n}", "A", "A", "restock", "restock" if n < 45 else "outlet", stratum="low")
        for n in range(50)
    ]
    high = [
        Audit(f"H{n}", "B", "B", "outlet", "outlet" if n < 97 else "donate", stratum="high")
        for n in range(100)
    ]
    found = agreement(low + high, {"low": 900, "high": 100})
    assert found.dispositions == pytest.approx(0.907)
    assert found.whole.dispositions.value == pytest.approx(142 / 150)
    assert found.grades == 1
    assert (found.strata["low"].audited, found.strata["low"].same_disposition) == (50, 45)
    assert agreement(low + high, {"low": 900}).dispositions is None
    assert agreement(low + high, {"low": 900, "high": None}).dispositions is None
    assert agreement(low, {"low": 900, "unseen": 5}).dispositions is None


def test_what_was_picked_by_hand_counts_in_no_share() -> None:
    """It stands among the strata, and nowhere else."""
    drawn = Audit("U1", "A", "A", operator="1001", category="phone")
    picked = Audit("U2", "A", "D", operator="1002", category="home", stratum=PICKED)
    found = agreement([drawn, picked], {"random": 1})
    assert (found.whole.n, found.grades, set(found.by_operator), set(found.by_category)) == (
        1, 1, {"1001"}, {"phone"},
    )  # fmt: skip
    assert found.strata[PICKED].audited == 1


def test_what_nobody_said_is_not_compared() -> None:
    """A missing grade or channel neither agrees nor differs; missing names stand together."""
    audits = [Audit("U1", None, "A"), Audit("U2", "A", "A", "outlet", None), Audit("U3", "E", "A")]
    found = agreement(audits, {})
    assert (found.whole.n, found.whole.grades.n, found.whole.dispositions.value) == (3, 1, None)
    assert found.whole.kappa.plain is None
    assert list(found.by_operator) == ["-"]
    assert [one.agrees for one in audits] == [True, True, True]


@pytest.mark.parametrize(
    ("grade", "channel", "agrees"),
    [("A", "outlet", True), ("B", "outlet", False), ("A", "donate", False), (None, "outlet", True)],
)
def test_an_audit_agrees_where_grade_and_channel_do(grade: str | None, channel: str, agrees: bool) -> None:
    """Either difference is one."""
    assert Audit("U1", "A", grade, "outlet", channel).agrees is agrees


def test_nothing_audited_says_nothing() -> None:
    """None everywhere, and no share of nothing."""
    found = agreement([], {})
    assert (found.whole.n, found.dispositions, found.grades, dict(found.strata)) == (0, None, None, {})
    assert share(0, 0).value is None


AUDITS = st.lists(
    st.builds(
        Audit,
        lpn=st.uuids().map(str),
        first_grade=st.sampled_from((*LABELS, None)),
        grade=st.sampled_from((*LABELS, None)),
        first_disposition=st.sampled_from(("outlet", "donate", None)),
        disposition=st.sampled_from(("outlet", "donate", None)),
        operator=st.sampled_from(("1001", "1002", None)),
        stratum=st.sampled_from(("random", "override", PICKED)),
    ),
    max_size=30,
)


@given(AUDITS, st.randoms(use_true_random=False))
def test_the_order_of_audits_says_nothing(audits: list[Audit], chance: object) -> None:
    """And the parts add up to the whole."""
    mixed = audits[:]
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    found = agreement(audits, {"random": 50, "override": 10})
    assert agreement(mixed, {"random": 50, "override": 10}) == found
    assert sum(one.n for one in found.by_operator.values()) == found.whole.n
    assert sum(one.audited for one in found.strata.values()) == len(audits)


@given(AUDITS)
def test_changing_places_turns_the_matrix_and_leaves_kappa(audits: list[Audit]) -> None:
    """First and second grader are alike to every figure but the matrix."""
    turned = [replace(one, first_grade=one.grade, grade=one.first_grade) for one in audits]
    assert confusion(turned) == tuple(zip(*confusion(audits), strict=True))
    one, other = part(audits), part(turned)
    assert one.grades == other.grades
    assert one.kappa.linear == pytest.approx(other.kappa.linear)
