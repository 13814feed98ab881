"""Policies as spreadsheets and back: nothing is lost, nothing is run, every wrong cell is named."""

import csv
from datetime import date
from decimal import Decimal
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.domain.cells import read_cell
from terminal.domain.channels import TERMINAL
from terminal.domain.facts import REGISTRY
from terminal.domain.policy import BadPolicy, load_policy
from terminal.domain.policy_csv import to_csv
from terminal.domain.policy_csv_read import MOST, from_csv
from terminal.domain.policy_sheet import as_meant, condition, joined, letters, line, neutral, parted
from terminal.domain.policy_toml import block, literal

SHIPPED = {
    name: files("terminal.data").joinpath("policies", f"{name}.toml").read_text("utf-8")
    for name in ("eu", "us")
}
ODD = r"""
schema = 1
name = "=HYPERLINK(\"http://x\")"
version = "v3"

[[rule]]
id = "all-of-it"
kind = "stop"
from = 2026-07-19
until = 2030-07-19
because = "'=1+1, \"quoted\"; two\nlines\tand a tab"
law = "@SUM(A1)"
short = "-2+3"
when = [
  { brand = ["A|B", "not it", "\"C\"", " D"], seal = { not = ["broken", "missing"] }, battery_health = 80 },
  { brand = { not = "=x" }, weight_g = "100..900", reference_price = "<= 9.99", original_price = "> 3" },
  { battery_health = "< 80", weight_g = ">= 5" },
]
expr = "original_price > 2 * reference_price"
forbid = ["donate", "outlet"]

[[rule]]
id = "nearly-everything"
because = "+"
when = { hygiene = false }
only = ["recycle", "quarantine"]

[[rule]]
id = "out-of-order"
because = "-"
when = { hygiene = true }
forbid = ["landfill", "restock", "repackage", "outlet", "marketplace", "off_price", "export", "donate"]
suggest = "recycle"
bonus = { recycle = -1.50, return_to_vendor = 2 }

[[test]]
name = "=cmd|' /C calc'!A0"
on = 2026-11-23
[test.given]
hygiene = false
expiry = 2026-01-01
battery_health = 79
reference_price = 12.50
brand = "-Acme"
observations = [{ defect = "hol", location = "back", count = 2 }, { defect = "pil" }]
[test.expect]
hits = ["nearly-everything"]
leaves = { nearly-everything = ["recycle"] }
misses = ["out-of-order"]

[[test]]
name = "money"
on = 2026-11-23
given = { hygiene = true, unsold = true }
[test.expect]
bonus = { recycle = -1.5 }
suggested = ["recycle"]
[test.expect.forbids]
nearly-everything = []
out-of-order = ["landfill", "restock", "repackage", "outlet", "marketplace", "off_price", "export", "donate"]
"""


@pytest.mark.parametrize("text", [*SHIPPED.values(), ODD], ids=[*SHIPPED, "odd"])
def test_a_policy_comes_back_from_a_spreadsheet_as_it_was(text: str) -> None:
    """A policy comes back from a spreadsheet equal, hash included, however the spreadsheet writes its lines."""
    policy = load_policy(text, "p.toml")
    sheet = to_csv(text, "p.toml")
    back = from_csv(sheet, "p.csv")
    assert load_policy(back, "back.toml") == policy
    assert load_policy(back, "back.toml").hash == policy.hash
    assert to_csv(back, "back.toml") == sheet
    assert from_csv("\ufeff" + sheet.replace("\n", "\r\n"), "p.csv").replace("\\r\\n", "\\n") == back


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_separators_of_other_countries_are_read(delimiter: str) -> None:
    """Semicolons and tabs are read as well, also below a line that announces them."""
    rows = list(csv.reader(to_csv(SHIPPED["eu"], "p.toml").splitlines(keepends=True)))
    quoted = "".join(
        delimiter.join(f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in row) + "\n" for row in rows
    )
    expected = load_policy(SHIPPED["eu"], "p.toml")
    assert load_policy(from_csv(quoted, "p.csv"), "p.toml") == expected
    assert load_policy(from_csv(f"sep={delimiter}\r\n{quoted}", "p.csv"), "p.toml") == expected


@pytest.mark.parametrize("text", [*SHIPPED.values(), ODD], ids=[*SHIPPED, "odd"])
def test_no_cell_is_run_as_a_formula(text: str) -> None:
    """No cell begins with what a spreadsheet runs as a formula, numbers aside."""
    for row in csv.reader(iter(to_csv(text, "p.toml").splitlines(keepends=True))):
        for cell in row:
            assert not cell.startswith(("=", "+", "@", "\t", "\r")), cell
            assert not cell.startswith("-") or Decimal(cell), cell


@settings(deadline=None)
@given(st.text("'=+-@\t\r 1.a", max_size=6))
def test_making_a_text_neutral_is_undone(text: str) -> None:
    """Making a text neutral can be undone for every text, and is done where it must be."""
    shown = neutral(text)
    assert as_meant(shown) == text
    assert not shown.startswith(("=", "+", "@", "\t", "\r"))


@settings(deadline=None)
@given(st.lists(st.text('|" not\\a\n', min_size=1, max_size=6), max_size=4))
def test_words_of_a_cell_are_read_as_they_were(words: list[str]) -> None:
    """Words of a cell are read as they were, whatever is in them."""
    assert parted(joined(words)) == tuple(words)


@settings(deadline=None)
@given(st.lists(st.text(max_size=8), min_size=2, max_size=4))
def test_a_line_is_read_back_by_any_reader(cells: list[str]) -> None:
    """A line is read back by a reader of CSV with nothing lost."""
    wanted = [cell.replace("\x00", "") for cell in cells]
    found = next(csv.reader([line(wanted)]))
    assert [as_meant(cell) for cell in found] == wanted


WORDS = st.text(st.characters(exclude_categories=["Cc", "Cf", "Cs"]) | st.sampled_from("\n\t"), max_size=30)


@settings(deadline=None)
@given(
    WORDS,
    WORDS,
    st.lists(st.sampled_from(TERMINAL), min_size=1, unique=True),
    st.dictionaries(st.sampled_from(TERMINAL), st.decimals(-999, 999, places=2).filter(bool), max_size=3),
    st.sampled_from(["< 80", "0..29", "> 3", ">= 80", "<= 5"]) | st.integers(0, 100),
    st.lists(st.text(min_size=1, max_size=9).filter(str.strip), min_size=1, max_size=3),
    st.none() | st.dates(),
)
def test_any_policy_comes_back_from_a_spreadsheet(
    because: str,
    law: str,
    forbid: list[str],
    bonus: dict[str, Decimal],
    health: object,
    brands: list[str],
    start: date | None,
) -> None:
    """Any policy that loads comes back from a spreadsheet equal."""
    paid = {channel: money for channel, money in bonus.items() if channel not in forbid}
    text = 'schema = 1\nname = "t"\nversion = "1"\n' + block(
        "rule",
        {
            "id": "x",
            "from": start,
            "because": because + ".",
            "law": law,
            "when": [{"battery_health": health, "seal": "broken"}, {"brand": brands}],
            "forbid": forbid,
            "bonus": paid or None,
        },
    )
    policy = load_policy(text, "p.toml")
    assert load_policy(from_csv(to_csv(text, "p.toml"), "p.csv"), "p.toml") == policy


SHEET = """\
policy,Test
version,2026-11-23

rule,kind,from,until,short,category,battery_health,hygiene,expr,forbid,only,suggest,bonus donate,because,law
one,stop,2026-07-19,,,phone | tablet,< 80,,,outlet | export,,,,Because.,law
,,,,,,,yes,,,,,,,
two,prefer,,,,,,,hygiene,,,donate,2.50,Because.,

test,on,given category,given battery_health,given expiry,given hygiene,given observations,forbidden,hits,asks,\
leaves,bonus donate
a test,2026-11-23,phone,70,2026-01-01,no,,outlet,one,,,
another,,,,,yes,,,one,,one: donate | recycle,
"""


def problems(text: str) -> tuple[str, ...]:
    """What is said of a sheet that is refused."""
    with pytest.raises(BadPolicy) as caught:
        from_csv(text, "p.csv")
    return caught.value.problems


def test_a_sheet_written_by_hand_is_read() -> None:
    """A sheet written by hand is read: lines below a rule are other conditions of it."""
    hand = SHEET.replace(",hygiene,,,donate", ",,,,donate").replace(
        "two,prefer,,,,,,,", "two,prefer,,,,,,no,"
    )
    policy = load_policy(from_csv(hand, "p.csv"), "p.toml", tests=False)
    assert [len(each.rows) for each in policy.rules] == [2, 1]
    assert policy.rules[0].start == date(2026, 7, 19)
    assert dict(policy.rules[1].bonus) == {"donate": Decimal("2.50")}
    assert policy.tests[1].leaves == {"one": ("donate", "recycle")}


WRONG = [
    ("two,prefer", "one,prefer", "7: column A (rule): there is another rule of this id"),
    (
        "phone | tablet",
        "phnoe | tablet",
        '5: column F (category): "phnoe" is not a category - did you mean "phone"?',
    ),
    (
        "phone | tablet",
        "not phnoe",
        '5: column F (category): "phnoe" is not a category - did you mean "phone"?',
    ),
    ("phone | tablet", '"""phone | tablet"', "5: column F (category): the quotation marks don't close"),
    ("< 80", "under 80", "5: column G (battery_health): battery_health is a number"),
    (",yes,,,,,,,\n", ",maybe,,,,,,,\n", "6: column H (hygiene): hygiene is yes or no"),
    (
        "2026-07-19",
        "19/07/2026",
        "5: column C (from): must be a day, as 2026-07-19 (got '19/07/2026') - did you mean",
    ),
    ("2026-07-19", "soon", "5: column C (from): must be a day, as 2026-07-19 (got 'soon')"),
    (
        "outlet | export",
        "outlte | export",
        '5: column J (forbid): "outlte" is not a channel - did you mean "outlet"?',
    ),
    ("outlet | export", "outlet / export", "put | between several"),
    ("one,stop", "one,stopp", '5: column B (kind): "stopp" is not a kind of rule - did you mean "stop"?'),
    ("2.50", '"2,50 EUR"', "7: column M (bonus donate): must be a number with a point and without currency"),
    ("2.50", '"2,50"', 'did you mean "2.50"?'),
    ("2.50", "much", "(got 'much')"),
    (
        ",hygiene,,,donate",
        ",hygeine,,,donate",
        '7: column I (expr): unknown fact "hygeine" - did you mean "hygiene"?',
    ),
    (",battery_health,h", ",batery_health,h", '4: column G: unknown column "batery_health" - did you mean'),
    (",battery_health,h", ",category,h", '4: column G: there is another column "category"'),
    ("Because.,law\n", "Because.,law,more\n", "5: column P: there is no heading above 'more'"),
    (
        ",,,,,,,yes,,,,,,,\n",
        ",stop,,,,,,yes,,,,,,,\n",
        "6: column B (kind): a line without a rule holds only conditions",
    ),
    ("one,stop", ",", "5: column C (from): a line without a rule"),
    ("a test,", ",", "10: column A (test): the example has no name"),
    (
        "given category",
        "given categroy",
        '9: column C: unknown column "given categroy" - did you mean "given category"?',
    ),
    (",70,", ",seventy,", "10: column D (given battery_health): battery_health is a whole number"),
    ("2026-01-01", "1.1.2026", "10: column E (given expiry): must be a day"),
    ("no,,outlet", "no,holes,outlet", "10: column G (given observations): must be a JSON list of defects"),
    ("no,,outlet", 'no,"[{""defect"": 3}]",outlet', "a defect code is missing"),
    ("no,,outlet,one", "no,,outlet,oen", '10: column I (hits): "oen" is not a rule - did you mean "one"?'),
    (
        "outlet,one,,,",
        "outlet,one,hygine,,",
        '10: column J (asks): "hygine" is not a fact - did you mean "hygiene"?',
    ),
    ("one: donate", "oen: donate", '11: column K (leaves): "oen" is not a rule - did you mean "one"?'),
    ("one: donate", "one: donation", '"donation" is not a channel - did you mean "donate"?'),
    ("one: donate | recycle", "donate", "write a rule, a colon and channels"),
    ("version,", "verison,", 'p.csv:2: column A: "verison" is not known here - did you mean "version"?'),
    ("policy,Test", "policy,", 'p.csv: no line with the cells "policy" and a text'),
    ("policy,Test\n", "", "p.csv:1: column A: a policy begins with the cells"),
    ("Because.,law\n", '"Because.,law\n', "p.csv:5: not readable as CSV"),
]


@pytest.mark.parametrize(
    ("old", "new", "said"), WRONG, ids=[new.strip()[:25] or "gone" for _, new, _ in WRONG]
)
def test_a_wrong_cell_is_named_with_line_and_column(old: str, new: str, said: str) -> None:
    """A wrong cell is named with line and column, and what was meant."""
    assert old in SHEET
    found = problems(SHEET.replace(old, new, 1))
    assert any(said in each for each in found), found


def test_blocks_that_are_missing_or_in_the_wrong_order_are_said() -> None:
    """Blocks that are missing or in the wrong order are said."""
    assert any("no rules below a line" in each for each in problems("policy,Test\nversion,1\n"))
    assert any("the rules come before" in each for each in problems("policy,T\nversion,1\ntest,on\nx,\n"))
    assert any(
        "the first rule has no id" in each for each in problems("policy,T\nrule,kind,hygiene\n,,yes\n")
    )
    assert "at most" in problems("policy,T\n" + "x" * MOST)[0]


def test_a_cell_under_a_heading_that_cannot_be_read_is_left_alone() -> None:
    """A cell under a heading that cannot be read is left alone: the heading is the mistake."""
    found = problems(SHEET.replace(",hygiene,expr", ",hygeine,expr", 1))
    assert [each for each in found if ":6:" in each] == []
    assert any("hygeine" in each for each in found)


def test_lines_that_end_as_on_old_machines_are_read() -> None:
    """Lines that end with a carriage return alone are read."""
    sheet = SHEET.replace("two,prefer,,,,,,,hygiene", "two,prefer,,,,,,no,")
    assert from_csv(sheet.replace("\n", "\r"), "p.csv") == from_csv(sheet, "p.csv")


def test_a_line_of_nothing_but_separators_ends_nothing() -> None:
    """Lines of nothing but separators, as spreadsheets leave them, change nothing."""
    wide = SHEET.replace("\n\n", "\n,,,,\n").replace("two,prefer,,,,,,,hygiene", "two,prefer,,,,,,no,")
    narrow = SHEET.replace("two,prefer,,,,,,,hygiene", "two,prefer,,,,,,no,")
    assert from_csv(wide, "p.csv") == from_csv(narrow, "p.csv")


@pytest.mark.parametrize(
    ("name", "raw", "shown"),
    [
        ("battery_health", "< 80", "< 80"),
        ("battery_health", "<= 80", "<= 80"),
        ("battery_health", "> 8.50", "> 8.50"),
        ("battery_health", ">= 8", ">= 8"),
        ("battery_health", "0..29", "0..29"),
        ("battery_health", 7, "7"),
        ("seal", ["missing", "broken"], "broken | missing"),
        ("seal", {"not": ["broken"]}, "not broken"),
        ("hygiene", True, "yes"),
        ("brand", ["b", "a|c"], '"a|c" | b'),
    ],
)
def test_a_condition_is_shown_as_people_write_it(name: str, raw: object, shown: str) -> None:
    """A condition is shown as people write it."""
    assert condition(name, read_cell(REGISTRY[name], raw)) == shown


def test_columns_have_the_letters_of_a_spreadsheet() -> None:
    """Columns have the letters of a spreadsheet."""
    assert [letters(index) for index in (0, 25, 26, 51, 52, 701, 702)] == [
        "A",
        "Z",
        "AA",
        "AZ",
        "BA",
        "ZZ",
        "AAA",
    ]


def test_only_what_policies_hold_is_written_as_toml() -> None:
    """Only what policies hold is written as TOML, and a text is never anything but a text."""
    assert literal({}) == "{}"
    assert literal({"a b": [], "c": True}) == '{ "a b" = [], c = true }'
    assert literal('"\n\x7f\x00') == '"\\"\\n\\u007F\\u0000"'
    with pytest.raises(TypeError, match="float has no place in a policy"):
        literal(1.5)
