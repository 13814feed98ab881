"""Recall notices against goods: what is a hit, what a lead must clear, and what no notice means."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.domain.recalls import (
    MAX_REFS,
    Goods,
    Match,
    Notice,
    Range,
    clear,
    cleared_refs,
    compare,
    doubt,
    facts,
    judge,
    refs,
)

DUMBBELLS = Notice(
    number="26431",
    title="Acme Recalls SmartBell Adjustable Dumbbells",
    models=("8361", "SB52X"),
    names=("acme",),
    known_by=("acme", "smartbell", "adjustable", "dumbbell"),
    product=("smartbell", "adjustable", "dumbbell"),
)
OWN = Goods("SmartBell adjustable dumbbell 8361", "Acme")


def level(goods: Goods, notice: Notice) -> str | None:
    """How surely the notice names the goods."""
    match = compare(goods, notice)
    return match.level if match is not None else None


@pytest.mark.parametrize(
    ("change", "goods", "expected"),
    [
        ({"gtins": ("4006381333931",)}, Goods(gtin="4006381333931"), "hit"),
        ({"gtins": ("4006381333931",)}, Goods(gtin="04006381333931"), "hit"),
        ({"gtins": ("0036000291452",)}, Goods(gtin="036000291452"), "hit"),
        ({"gtins": ("2000000000008",)}, Goods(gtin="2000000000008"), None),
        ({"gtins": ("4006381333931",)}, Goods(gtin="SKU-77"), None),
        ({"skus": ("K90002C1",)}, Goods("Adjustable dumbbell", sku="k90002c1"), "hit"),
        ({"skus": ("K90002C1",)}, Goods("Acme thing", sku="K90002C1"), "hit"),
        ({"skus": ("22556",)}, Goods("Plasters in a tin", sku="22556"), "possible"),
        ({"skus": ("22556",), "names": (), "product": ()}, Goods("Plasters", sku="22556"), "hit"),
        ({}, OWN, "hit"),
        ({}, Goods("8361", "Acme"), "hit"),
        ({}, Goods("Adjustable dumbbell", "Acme", sku="8361"), "hit"),
        ({}, Goods("Yoga mat 8361", "Acme"), "possible"),
        ({}, Goods("Mat for Acme dumbbell 8361", "Acme"), "possible"),
        ({}, Goods("Adjustable dumbbell 8361", "Bestlift"), None),
        ({}, Goods("Adjustable dumbbell SB52X", "Bestlift"), "possible"),
        ({}, Goods("Yoga mat SB52X", "Bestlift"), None),
        ({}, Goods("Adjustable dumbbell", "Acme"), "possible"),
        ({}, Goods("Acme dumbbells, 20 kg"), "possible"),
        ({}, Goods("Dumbbells, 20 kg", "Acme Fitness GmbH"), "possible"),
        ({}, Goods("Acme yoga mat"), None),
        ({}, Goods("Adjustable dumbbells"), None),
        ({}, Goods("Adjustable dumbbells", "Generic"), None),
        (
            {"names": (), "known_by": (), "brands": ("Acme Sports",)},
            Goods("Acme Sports dumbbell"),
            "possible",
        ),
        ({"names": (), "known_by": (), "brands": ("Acme Sports",)}, Goods("Acme dumbbell"), None),
        ({}, Goods(), None),
    ],
)
def test_a_number_is_a_hit_and_a_brand_with_a_product_is_possible(
    change: dict[str, Any], goods: Goods, expected: str | None
) -> None:
    """A number without the brand, or that of an accessory, is never more than possible."""
    assert level(goods, replace(DUMBBELLS, **change)) == expected


@pytest.mark.parametrize(
    ("change", "serial", "lot", "expected"),
    [
        ({"serials": (Range("KK100", "KK199"),)}, "KK150", None, "hit"),
        ({"serials": (Range("KK100", "KK199"),)}, "KK250", None, "possible"),
        ({"serials": (Range("KK100", "KK199"),)}, None, None, "possible"),
        ({"serials": (Range("KK100", "KK199"),)}, "UNKNOWN", None, "possible"),
        ({"lots": (Range("PO30592", "PO30592"),)}, None, "PO30592", "hit"),
        ({"lots": (Range("PO30592", "PO30592"),)}, None, "PO30593", "possible"),
        ({"limited": True}, "KK150", None, "possible"),
    ],
)
def test_a_notice_of_some_units_hits_only_those_that_it_lists(
    change: dict[str, Any], serial: str | None, lot: str | None, expected: str
) -> None:
    """A serial that is not read, or not in the list, clears nothing."""
    assert level(replace(OWN, serial=serial, lot=lot), replace(DUMBBELLS, **change)) == expected


def test_a_listed_serial_of_this_brand_needs_no_model() -> None:
    """But the serial of strangers' goods says nothing."""
    notice = replace(DUMBBELLS, serials=(Range("KK100", "KK199"),))
    assert level(Goods("Dumbbell", "Acme", serial="kk 150"), notice) == "hit"
    assert level(Goods("Kettle", "Bestlift", serial="KK150"), notice) is None


def test_what_limits_a_notice_is_said() -> None:
    """So that the lead knows what to compare."""
    for change, word in (
        ({"serials": (Range("A1", "A9"),)}, "serial numbers"),
        ({"lots": (Range("A1", "A1"),)}, "lots"),
        ({"limited": True}, "units"),
    ):
        match = compare(OWN, replace(DUMBBELLS, **change))
        assert match is not None
        assert match.why == f"notice 26431 names its model, but only some {word}"


@pytest.mark.parametrize(
    ("sold", "sold_by", "expected"),
    [
        (None, None, "hit"),
        (date(2026, 3, 1), None, "hit"),
        (date(2025, 12, 31), None, None),
        (date(2026, 7, 1), None, None),
        (None, date(2025, 12, 31), None),
        (None, date(2026, 3, 1), "hit"),
        (None, date(2027, 1, 1), "hit"),
    ],
)
def test_days_of_sale_narrow_and_never_clear_on_unknown(
    sold: date | None, sold_by: date | None, expected: str | None
) -> None:
    """Goods that came back before the first sale of the recalled ones can't be among them."""
    notice = replace(DUMBBELLS, sold_from=date(2026, 1, 1), sold_to=date(2026, 6, 30))
    assert level(replace(OWN, sold=sold, sold_by=sold_by), notice) == expected


def test_an_open_end_of_the_days_of_sale_narrows_nothing() -> None:
    """A notice may know only one of the two days."""
    goods = replace(OWN, sold=date(2026, 3, 1))
    assert level(goods, replace(DUMBBELLS, sold_from=date(2026, 1, 1))) == "hit"
    assert level(goods, replace(DUMBBELLS, sold_to=date(2026, 6, 30))) == "hit"


@pytest.mark.parametrize(
    ("low", "high", "inside", "outside"),
    [
        (
            "KK23288361",
            "KK23388361",
            ["KK23300000", "kk-2330 0000"],
            ["KK23388362", "KX23300000", "23300000", ""],
        ),
        ("9", "120", ["10", "120"], ["8", "121", "0010"]),
        ("17L0000000000", "20F9999999999", ["18A0000000001"], ["16L0000000000", "1800000000001", "18A1"]),
        ("PO30592", "PO30592", ["PO30592"], ["PO30593"]),
        ("AB", "AB", ["ab"], ["AC"]),
        ("1A", "9A", ["5A"], ["5B"]),
    ],
)
def test_a_range_holds_codes_of_its_own_build(
    low: str, high: str, inside: list[str], outside: list[str]
) -> None:
    """Spaces, hyphens and small letters make no difference; another length or another letter does."""
    span = Range(low, high)
    assert span.sound
    assert all(span.holds(code) for code in inside)
    assert not any(span.holds(code) for code in outside)


@pytest.mark.parametrize(("low", "high"), [("200", "100"), ("A1", "B9"), ("000", "20F"), ("-", "-")])
def test_a_range_without_order_is_not_sound(low: str, high: str) -> None:
    """Its ends can't be compared, so nothing is between them."""
    assert not Range(low, high).sound


def test_hits_stand_first_and_make_the_facts() -> None:
    """Only notices of the gravest level are named."""
    other = replace(DUMBBELLS, number="9", models=())
    found = judge(OWN, [other, DUMBBELLS, replace(DUMBBELLS, part=2)])
    assert [(match.level, match.notice.number) for match in found] == [
        ("hit", "26431"),
        ("hit", "26431"),
        ("possible", "9"),
    ]
    assert facts(found) == {"recalled": "hit", "recall_ref": "26431"}
    assert facts(()) == {}


def test_more_notices_than_fit_are_named_as_far_as_they_go() -> None:
    """No number is cut in two."""
    many = tuple(Match("possible", replace(DUMBBELLS, number=f"N{n:05}"), "") for n in range(100))
    told = str(facts(many)["recall_ref"])
    assert len(told) <= MAX_REFS
    assert all(len(number) == 6 for number in told.split(", "))


def test_a_lead_clears_a_possible_match_and_only_that() -> None:
    """With a name and a reason; a hit is cleared by nobody here."""
    known = {"recalled": "possible", "recall_ref": "26431, 9"}
    done = clear(known, " 1003 ", "another model")
    assert done == {"recalled": "none", "recall_cleared": "1003: another model"}
    assert cleared_refs({**known, **done}) == ("26431", "9")
    for wrong, said in (
        ({"recalled": "hit"}, "no one at the bench"),
        ({}, "no possible recall"),
    ):
        with pytest.raises(ValueError, match=said):
            clear(wrong, "1003", "another model")
    with pytest.raises(ValueError, match="a named lead with a reason"):
        clear(known, "1003", " ")


def test_a_cleared_notice_is_not_told_again_unless_it_hits() -> None:
    """A serial that is read later outweighs the lead's word."""
    notice = replace(DUMBBELLS, serials=(Range("KK100", "KK199"),))
    assert judge(OWN, [notice], ("26431",)) == ()
    assert judge(replace(OWN, serial="KK150"), [notice], ("26431",))[0].level == "hit"
    assert refs({}) == cleared_refs({"recalled": "possible", "recall_ref": "9"}) == ()


def test_the_bench_says_which_notice_it_is() -> None:
    """And what to do."""
    assert doubt({}) is None
    assert doubt({"recalled": "hit"}) is None
    assert doubt({"recalled": "hit", "recall_ref": "9"}) == "recall notice 9 names it"
    assert "a lead must" in (doubt({"recalled": "possible", "recall_ref": "9"}) or "")


@given(st.text(max_size=30), st.text(max_size=30), st.text(max_size=30))
@settings(max_examples=100, deadline=None)
def test_no_text_upsets_the_comparison(title: str, brand: str, serial: str) -> None:
    """Titles come from anybody; without a number of the notice nothing is ever a hit."""
    notice = replace(DUMBBELLS, serials=(Range("KK100", "KK199"),), models=())
    match = compare(Goods(f"dumbbell {title}", brand, serial=f"X{serial}"), notice)
    assert match is None or match.level == "possible"


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 10**6))
@settings(max_examples=100, deadline=None)
def test_a_range_of_numbers_is_what_lies_between_its_ends(one: int, two: int, three: int) -> None:
    """Of codes of one length, for any three numbers."""
    low, high = sorted((one, two))
    span = Range(f"SN{low:07}", f"SN{high:07}")
    assert span.holds(f"SN{three:07}") == (low <= three <= high)
