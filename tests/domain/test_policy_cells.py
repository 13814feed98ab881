"""Conditions in three values: reading cells, matching, and what covers or meets what."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.domain.cells import Cell, Match, OneOf, Range, Row, match_any, read_cell, read_row
from terminal.domain.facts import REGISTRY, FactValue


def cell(name: str, raw: object) -> Cell:
    """One cell as a rule would have it."""
    return read_cell(REGISTRY[name], raw)


def row(**cells: object) -> Row:
    """A row without mistakes."""
    found, wrong = read_row(cells)
    assert wrong == ()
    return found


@pytest.mark.parametrize(
    ("raw", "inside", "outside"),
    [
        ("< 80", (0, 79), (80, 100)),
        ("<= 80", (80,), (81,)),
        ("> 3", (4,), (3,)),
        (">= 30", (30, 31), (29,)),
        ("0..29", (0, 29), (30,)),
        (" 5 .. 6 ", (5, 6), (4, 7)),
        (7, (7,), (6, 8)),
    ],
)
def test_numbers_are_matched_by_range(raw: object, inside: tuple[int, ...], outside: tuple[int, ...]) -> None:
    """Numbers are matched by range."""
    found = cell("battery_health", raw)
    assert all(found.holds(value) for value in inside)
    assert not any(found.holds(value) for value in outside)


def test_a_range_never_holds_for_a_word() -> None:
    """A range never holds for a word."""
    assert not cell("reference_price", "< 5.50").holds("cheap")
    assert cell("reference_price", "< 5.50").holds(Decimal("5.49"))
    assert cell("reference_price", Decimal("5.5")).holds(Decimal("5.50"))


def test_choices_are_matched_by_value_list_or_exception() -> None:
    """Choices are matched by value list or exception."""
    assert cell("seal", "broken").holds("broken")
    assert cell("seal", ["broken", "missing"]).holds("missing")
    assert not cell("seal", ["broken", "missing"]).holds("intact")
    assert cell("seal", {"not": "intact"}).holds("broken")
    assert not cell("seal", {"not": ["intact"]}).holds("intact")
    assert cell("hygiene", True).holds(True)
    assert cell("brand", "Acme").holds("Acme")


@pytest.mark.parametrize(
    ("name", "raw", "said"),
    [
        (
            "battery_health",
            "under 80",
            """battery_health is a number, write "< 80", ">= 30" or "0..29" (got 'under 80')""",
        ),
        ("battery_health", True, "(got True)"),
        ("battery_health", "< 180", "battery_health goes from 0 to 100 %"),
        ("battery_health", "29..3", "29 to 3 is no range"),
        ("category", "phnoe", '"phnoe" is not a category - did you mean "phone"?'),
        ("expiry", "2026-01-01", "expiry cannot stand in a condition"),
        ("observations", ["HOL"], "observations cannot stand in a condition"),
        ("seal", [], "seal: an empty list matches nothing"),
        ("seal", {"nor": ["intact"]}, "seal: write a value, a list of values or { not = [...] }"),
        ("hygiene", "perhaps", "hygiene is yes or no"),
    ],
)
def test_a_cell_that_could_never_do_what_was_meant_is_refused(name: str, raw: object, said: str) -> None:
    """A cell that could never do what was meant is refused."""
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the sentence is compared below
        cell(name, raw)
    assert said in str(caught.value)


def test_a_row_names_its_mistakes_and_keeps_the_rest() -> None:
    """A row names its mistakes and keeps the rest."""
    found, wrong = read_row({"hygeine": True, "category": "phnoe", "seal": 3, "unused": False})
    assert [name for name, _ in found.cells] == ["unused"]
    assert wrong[0] == ("hygeine", 'unknown field "hygeine" - did you mean "hygiene"?')
    assert wrong[1][0] == "phnoe"
    assert wrong[2][0] == "seal"
    assert read_row("hygiene")[1][0][1].startswith("a condition is a table of facts")


def test_categories_of_the_site_replace_those_of_the_registry() -> None:
    """Categories of the site replace those of the registry."""
    assert read_row({"category": "bikes"}, ("bikes",))[1] == ()
    assert read_row({"category": "phone"}, ("bikes",))[1] != ()


def test_a_row_is_false_before_it_is_unknown_and_unknown_before_it_is_true() -> None:
    """A row is false before it is unknown and unknown before it is true."""
    both = row(hygiene=True, seal=["broken", "missing"])
    assert both.match({"hygiene": True, "seal": "broken"}) is Match.YES
    assert both.match({"hygiene": True}) is Match.UNKNOWN
    assert both.match({}) is Match.UNKNOWN
    assert both.match({"hygiene": False}) is Match.NO
    assert both.match({"seal": "intact"}) is Match.NO
    assert both.missing({"hygiene": True}) == ("seal",)


def test_of_several_rows_one_is_enough() -> None:
    """Of several rows one is enough."""
    rows = (row(unused=False), row(packaging="missing"))
    assert match_any(rows, {"unused": True, "packaging": "missing"}) is Match.YES
    assert match_any(rows, {"unused": True}) is Match.UNKNOWN
    assert match_any(rows, {"packaging": "sealed"}) is Match.UNKNOWN
    assert match_any(rows, {"unused": True, "packaging": "sealed"}) is Match.NO
    assert match_any((), {}) is Match.NO


BOUNDS = st.one_of(st.none(), st.integers(0, 4).map(Decimal))
RANGES = st.builds(Range, BOUNDS, BOUNDS, st.booleans(), st.booleans())
CHOICES = st.builds(OneOf, st.frozensets(st.sampled_from(["a", "b", "c"])), st.booleans())
VALUES: list[FactValue] = [Decimal(number) / 2 for number in range(-2, 12)]
WORDS: list[FactValue] = ["a", "b", "c", "d"]


@settings(deadline=None)
@given(RANGES, RANGES)
def test_a_range_that_covers_another_holds_wherever_it_does(wide: Range, narrow: Range) -> None:
    """A range that covers another holds wherever it does."""
    if wide.covers(narrow):
        assert all(wide.holds(value) for value in VALUES if narrow.holds(value))


@settings(deadline=None)
@given(CHOICES, CHOICES)
def test_choices_that_cover_others_hold_wherever_they_do(wide: OneOf, narrow: OneOf) -> None:
    """Choices that cover others hold wherever they do."""
    if wide.covers(narrow):
        assert all(wide.holds(value) for value in WORDS if narrow.holds(value))


@settings(deadline=None)
@given(st.one_of(st.tuples(RANGES, RANGES), st.tuples(CHOICES, CHOICES)))
def test_cells_that_share_a_value_meet(pair: tuple[Cell, Cell]) -> None:
    """Cells that share a value meet."""
    one, other = pair
    if any(one.holds(value) and other.holds(value) for value in VALUES + WORDS):
        assert one.meets(other)
        assert other.meets(one)


def test_covering_is_seen_for_each_shape() -> None:
    """Covering is seen for each shape."""
    assert cell("seal", ["broken", "missing"]).covers(cell("seal", "broken"))
    assert not cell("seal", "broken").covers(cell("seal", ["broken", "missing"]))
    assert cell("seal", {"not": "intact"}).covers(cell("seal", "broken"))
    assert cell("seal", {"not": "intact"}).covers(cell("seal", {"not": ["intact", "broken"]}))
    assert not cell("seal", "intact").covers(cell("seal", {"not": "broken"}))
    assert cell("battery_health", "< 80").covers(cell("battery_health", "10..79"))
    assert cell("battery_health", "<= 80").covers(cell("battery_health", "< 80"))
    assert not cell("battery_health", "< 80").covers(cell("battery_health", "<= 80"))
    assert not cell("battery_health", "< 80").covers(cell("battery_health", "> 10"))
    assert not cell("battery_health", "> 10").covers(cell("battery_health", "< 80"))
    assert not cell("seal", "broken").covers(Range())
    assert not Range().covers(cell("seal", "broken"))


def test_meeting_is_denied_only_where_it_is_impossible() -> None:
    """Meeting is denied only where it is impossible."""
    assert not cell("seal", "broken").meets(cell("seal", "intact"))
    assert not cell("seal", {"not": "broken"}).meets(cell("seal", "broken"))
    assert not cell("seal", "broken").meets(cell("seal", {"not": "broken"}))
    assert cell("seal", "broken").meets(Range())
    assert Range().meets(cell("seal", "broken"))
    assert not cell("battery_health", "< 10").meets(cell("battery_health", "> 20"))
    assert cell("battery_health", "< 10").meets(cell("battery_health", "< 5"))


def test_rows_cover_and_meet_fact_by_fact() -> None:
    """Rows cover and meet fact by fact."""
    assert row(hygiene=True).covers(row(hygiene=True, seal="broken"))
    assert not row(hygiene=True, seal="broken").covers(row(hygiene=True))
    assert row(hygiene=True).meets(row(seal="broken"))
    assert not row(hygiene=True, seal="intact").meets(row(seal="broken"))
