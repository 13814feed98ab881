"""What markets call a grade: the table, both axes, and where a market does not take the goods."""

from collections.abc import Mapping
from importlib.resources import files

import pytest

from terminal.domain.crosswalk import crosswalk
from terminal.domain.facts import CATEGORIES, LETTERS, parse
from terminal.domain.grading import GradeResult, Scheme, grade, load_schemes
from terminal.domain.schemes import CONDITIONS

SCHEMES: Mapping[str, Scheme] = load_schemes(
    {
        each.name: each.read_text("utf-8")
        for each in files("terminal.data").joinpath("schemes").iterdir()
        if each.name.endswith(".toml")
    }
)
GOOD: dict[str, object] = {"packaging": "opened_complete", "function": "pass", "battery_health": 95}


def said(category: str = "phone", /, **facts: object) -> dict[str, str]:
    """What each market calls an item with these facts."""
    scheme = SCHEMES[category]
    result = grade(scheme, parse(facts))
    return dict(crosswalk(result, facts.get("packaging") == "sealed", category, scheme.markets))


def lettered(letter: str, functional: str = "", cosmetic: str = "") -> GradeResult:
    """A result of these letters."""
    return GradeResult(0, letter, "A", (), letter, (), (), functional or letter, cosmetic or letter)


PHONES = {
    "A0": ("1000 New", "New (not Renewed)", "not listed (sealed)", "not graded (sealed)", "F6 / C8-C9"),
    "A": ("1500 Open box (approved: 2000-2010)", "Renewed Premium", "Premium", "0 / A", "F6 / C7"),
    "B": (
        "3000 Used (approved: 2010-2020)",
        "Renewed Excellent",
        "Excellent or Good",
        "1 / A-B",
        "F5 / C5-C6",
    ),
    "C": (
        *("3000 Used (approved: 2030)", "Renewed Good, or Used Acceptable"),
        *("Fair", "2 / A-D", "F3-F4 / C3-C5"),
    ),
    "D": ("7000 For parts", "not accepted", "not accepted", "3-9 / D-E", "F1-F2 / C0-C2"),
}


@pytest.mark.parametrize("condition", CONDITIONS)
def test_a_phone_is_called_as_the_table_says(condition: str) -> None:
    """Both axes as bad as the letter."""
    found = crosswalk(lettered(condition[0]), condition == "A0", "phone", SCHEMES["phone"].markets)
    names = ("eBay", "Amazon Renewed", "Back Market", "CTIA function / looks", "R2v3 REC function / looks")
    assert dict(found) == dict(zip(names, PHONES[condition], strict=True))


def test_both_axes_are_told_apart() -> None:
    """A cracked phone that works, and a flawless one that is dead, have one letter and two descriptions."""
    cracked = said(**GOOD, observations=[{"defect": "GLS-CR"}])
    dead = said(**{**GOOD, "function": "fail"})
    assert cracked["R2v3 REC function / looks"] == "F6 / C0-C2"
    assert dead["R2v3 REC function / looks"] == "F1-F2 / C7"
    assert cracked["CTIA function / looks"] == "0 / D-E"
    assert dead["CTIA function / looks"] == "3-9 / A"
    assert cracked["eBay"] == dead["eBay"] == "7000 For parts"


@pytest.mark.parametrize("stop", [{"lock": "on"}, {"recalled": "hit"}, {"counterfeit": True}])
def test_goods_that_are_stopped_are_not_praised_for_their_axes(stop: dict[str, object]) -> None:
    """A locked phone without a mark is a controlled stream, not F6 / C7."""
    found = said(**GOOD, **stop)
    assert found["CTIA function / looks"] == found["R2v3 REC function / looks"] == "controlled stream"
    assert found["Back Market"] == "not accepted"


def test_a_sealed_box_is_new_only_at_grade_a() -> None:
    """A sealed box is new only at grade A."""
    assert said(packaging="sealed")["eBay"] == "1000 New"
    weak = said(packaging="sealed", function="pass", battery_health=78)
    assert weak["eBay"] == "3000 Used (approved: 2030)"
    assert weak["R2v3 REC function / looks"] == "F3-F4 / C7"
    assert said(packaging="sealed", recalled="hit")["eBay"] == "7000 For parts"


def test_only_electronics_are_called_by_the_words_of_electronics() -> None:
    """Only electronics are called by the words of electronics."""
    assert said("apparel", packaging="opened_complete", seal="intact", unused=True) == {
        "eBay": "1500 New without tags or box"
    }
    assert said("books", packaging="opened_complete") == {"eBay": "2750 Like new"}
    assert said("home", packaging="sealed") == {"eBay": "1000 New"}
    assert said("cosmetics", packaging="opened_complete", seal="broken") == {"eBay": "not listed"}
    assert set(said("earphones", packaging="sealed")) == {"eBay", "R2v3 REC function / looks"}


def test_a_category_that_nobody_knows_is_called_as_other_goods() -> None:
    """A category that nobody knows, or none, is called as other goods."""
    general = SCHEMES["general"]
    for category in ("garden", None):
        assert crosswalk(lettered("B"), False, category, general.markets) == (("eBay", "3000 Used"),)


@pytest.mark.parametrize("category", CATEGORIES)
def test_every_grade_of_every_category_has_words_in_each_market_that_takes_it(category: str) -> None:
    """Every grade of every category has words in each market that takes it, for all pairs of axes."""
    markets = SCHEMES[category].markets
    for letter in LETTERS:
        for functional in LETTERS:
            for cosmetic in LETTERS:
                found = crosswalk(lettered(letter, functional, cosmetic), False, category, markets)
                assert found
                assert len({name for name, _ in found}) == len(found)
                assert all(text.strip() for _, text in found)


def test_every_market_says_where_its_words_come_from() -> None:
    """Every market says where its words come from."""
    assert all(market.source for market in SCHEMES["phone"].markets)
    assert {market.id for market in SCHEMES["phone"].markets} == {
        "ebay",
        "amazon",
        "backmarket",
        "ctia",
        "r2v3",
    }
