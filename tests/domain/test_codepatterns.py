"""The site's patterns: matched whole, and never able to stop the bench."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.domain.codepatterns import MAX_TEXT, Patterns, pattern_problem
from terminal.domain.suggest import BadData


def test_a_pattern_must_match_from_end_to_end() -> None:
    """A pattern must match from end to end."""
    patterns = Patterns(rma=("RMA[0-9]{4}",), tote=("T-[0-9]+", "RMA.*"))
    assert patterns.kinds_of("RMA1001") == ["rma", "tote"]
    assert patterns.kinds_of("xRMA1001") == []
    assert patterns.kinds_of("T-7\n") == []


def test_a_text_that_is_too_long_matches_nothing() -> None:
    """A text that is too long matches nothing."""
    assert Patterns(rma=(".+",)).kinds_of("x" * MAX_TEXT) == ["rma"]
    assert Patterns(rma=(".+",)).kinds_of("x" * (MAX_TEXT + 1)) == []


def test_no_pattern_matches_nothing() -> None:
    """No pattern matches nothing."""
    assert Patterns().kinds_of("RMA1001") == []


@pytest.mark.parametrize(
    "pattern",
    ["RMA[0-9]{4,8}", "(?:RMA|R)-?[0-9]+", "[A-Z]{2}\\d{9}[A-Z]{2}", "([0-9]{4}-){3}[0-9]{4}", "[]x]+", "[^]x]*?",
     "1Z[0-9A-Z]{16}", "\\(a\\)", "(ab)?", "((ab))*", "(a?b)?", "a|b", "[(]+", "x{,3}y"],
)  # fmt: skip
def test_ordinary_patterns_can_be_used(pattern: str) -> None:
    """Ordinary patterns can be used."""
    assert pattern_problem(pattern) is None


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("", "1 to 200 characters, got 0"),
        ("a" * 201, "got 201"),
        ("(", "no regular expression"),
        ("a{99999999999999999999}", "no regular expression"),
        ("[[a]b]", "no regular expression: Possible nested set"),
        ("(a+)+$", "inside +"),
        ("(a|a)*b", "inside *"),
        ("(?:a?){30}", "inside {30}"),
        ("((ab)+c)*", "inside *"),
        ("(a{2,4}){2,}", "inside {2,}"),
        ("(a)\\1", "refers back"),
        ("(?P<x>a)", "only ( ) and (?: )"),
        ("(?=a)a", "only ( ) and (?: )"),
        ("(?i)a", "only ( ) and (?: )"),
        ("a*b*c*d*e*", "5 repeats of free length, at most 4"),
    ],
)
def test_patterns_that_could_run_for_ever_are_refused_with_the_reason(pattern: str, why: str) -> None:
    """Patterns that could run for ever are refused with the reason."""
    assert why in str(pattern_problem(pattern))


def test_all_patterns_that_cannot_be_used_are_named_at_once() -> None:
    """All patterns that cannot be used are named at once."""
    with pytest.raises(BadData) as caught:
        Patterns(rma=("(", "RMA"), tote=("(a+)+",))
    assert [problem.partition(":")[0] for problem in caught.value.problems] == ["rma", "tote"]


@settings(deadline=None)
@given(st.text("ab(?:|)[]*+{2,}\\1^$-", max_size=12))
def test_what_is_let_through_ends_on_the_worst_text(pattern: str) -> None:
    """A pattern that takes for ever would run into the time limit of the test."""
    if pattern_problem(pattern) is None:
        assert Patterns(rma=(pattern,)).kinds_of("a" * (MAX_TEXT - 1) + "!") in ([], ["rma"])
