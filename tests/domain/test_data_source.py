"""TOML read with care: places of mistakes, and every wrong type as a sentence."""

from decimal import Decimal

import pytest

from terminal.domain.source import Source, Table
from terminal.domain.suggest import BadData

TEXT = """\
schema = 1

[[rule]]
id = "one"

[[rule]]
id = "two"
when = { hygeine = true }
"""


def table(text: str) -> tuple[Table, list[str]]:
    """A TOML text as its top table, with the list that its problems go to."""
    problems: list[str] = []
    return Source("x.toml", text).top(problems), problems


def test_a_text_that_is_no_toml_is_refused_with_its_place() -> None:
    """A text that is no TOML is refused with its place."""
    with pytest.raises(BadData, match=r"x\.toml: not readable as TOML: .*line 2"):
        Source("x.toml", "a = 1\nrule = = 2\n")


def test_places_are_found_inside_the_right_block() -> None:
    """Places are found inside the right block."""
    source = Source("x.toml", TEXT)
    assert source.at("rule", 1, "hygeine") == "x.toml:8"
    assert source.at("rule", 1, "when", "hygeine", "absent") == "x.toml:8"
    assert source.at("rule", 1, "absent") == "x.toml:6"
    assert source.at("rule", 0, "hygeine") == "x.toml:3"
    assert source.at("rule", 0) == "x.toml:3"
    assert source.at("rule", 7) == "x.toml"
    assert source.at("", 0, "schema") == "x.toml:1"


def test_blocks_are_called_by_a_key_or_counted() -> None:
    """Blocks are called by a key or counted."""
    problems: list[str] = []
    one, two = Source("x.toml", "[[rule]]\nid = 'a'\n[[rule]]\n").blocks("rule", "id", problems)
    one.problem("wrong", "id")
    two.problem("wrong")
    assert problems == ['x.toml:2: rule "a": wrong', 'x.toml:3: rule "2": wrong']


@pytest.mark.parametrize("text", ["rule = 3", "rule = [1]"])
def test_a_block_that_is_no_block_is_a_problem(text: str) -> None:
    """A block that is no block is a problem."""
    problems: list[str] = []
    assert Source("x.toml", text).blocks("rule", "id", problems) == []
    assert problems == ["x.toml:1: write each rule as a block [[rule]]"]


def test_right_values_are_read_without_a_word() -> None:
    """Right values are read without a word."""
    top, problems = table(
        'a = "x"\nb = true\nc = 3\nd = 1.5\ne = "red"\nf = ["red"]\ng = "red"\n[h]\ni = 1\n'
    )
    assert top.text("a") == "x"
    assert top.flag("b") is True
    assert top.whole("c", 1, 5) == 3
    assert top.number("d", 0, 5) == Decimal("1.5")
    assert top.choice("e", ("red",)) == "red"
    assert top.texts("f", ("red",), "a colour") == ("red",)
    assert top.texts("g") == ("red",)
    assert top.table("h").whole("i", 0, 1) == 1
    assert top.has("a")
    assert not top.has("z")
    assert top.names() == tuple("abcdefgh")
    top.close()
    assert problems == []


def test_what_is_missing_takes_its_default() -> None:
    """What is missing takes its default."""
    top, problems = table("")
    assert top.text("a", "x") == "x"
    assert top.flag("a") is False
    assert top.whole("a", 1, 5, 2) == 2
    assert top.number("a", 0, 5, Decimal(3)) == 3
    assert top.choice("a", ("red",), "blue") == "blue"
    assert top.texts("a") == ()
    assert top.table("a").names() == ()
    assert problems == []


def test_what_is_missing_without_a_default_is_a_problem() -> None:
    """What is missing without a default is a problem."""
    top, problems = table("")
    assert top.text("a") == ""
    assert top.whole("b", 1, 5) == 1
    assert top.number("c", 2, 5) == 2
    assert top.choice("d", ("red", "blue")) == "red"
    assert problems == [
        "x.toml:1: a is missing, write a text",
        "x.toml:1: b is missing, write a whole number from 1 to 5",
        "x.toml:1: c is missing, write a number from 2 to 5",
        "x.toml:1: d is missing, write one of red, blue",
    ]


def test_wrong_types_are_named_with_line_and_value() -> None:
    """Wrong types are named with line and value."""
    top, problems = table(
        "a = 1\nb = 'yes'\nc = true\nd = 9\ne = 'x'\nf = 3\ng = 'rde'\n"
        "h = ['red', 'rde', 4]\ni = 5\nj = ' '\nk = ''\n"
    )
    assert top.text("a", "d") == "d"
    assert top.flag("b", True) is True
    assert top.whole("c", 1, 5) == 1
    assert top.whole("d", 1, 5) == 1
    assert top.number("e", 1, 5) == 1
    assert top.choice("f", ("red",)) == "red"
    assert top.choice("g", ("red",)) == "red"
    assert top.texts("h", ("red",), "a colour") == ("red",)
    assert top.table("i").names() == ()
    assert top.text("j") == ""
    assert top.text("k", "d") == ""
    assert problems == [
        "x.toml:1: a must be a text (got 1)",
        "x.toml:2: b must be true or false (got 'yes')",
        "x.toml:3: c must be a whole number from 1 to 5 (got True)",
        "x.toml:4: d must be a whole number from 1 to 5 (got 9)",
        "x.toml:5: e must be a number from 1 to 5 (got 'x')",
        "x.toml:6: f must be one of red (got 3)",
        'x.toml:7: g cannot be "rde" - did you mean "red"?',
        'x.toml:8: h: "rde" is not a colour - did you mean "red"?',
        "x.toml:8: h must be a text or a list of texts (got 4)",
        "x.toml:9: i must be a table (got 5)",
        "x.toml:10: j must be a text (got ' ')",
    ]


def test_a_key_that_nobody_asked_for_is_unknown() -> None:
    """A key that nobody asked for is unknown."""
    top, problems = table("versoin = 1\n")
    top.text("version", "")
    top.close()
    assert problems == ['x.toml:1: unknown key "versoin" - did you mean "version"?']
