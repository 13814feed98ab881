"""Defects in a spreadsheet: there and back without loss, and each mistake with its row."""

from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.domain.defect_sheet import COLUMNS, to_csv, to_toml
from terminal.domain.scheme_file import BadSchemes, canonical, load_schemes
from terminal.domain.schemes import Repair
from terminal.domain.suggest import BadData

SHIPPED = {
    each.name: each.read_text("utf-8")
    for each in files("terminal.data").joinpath("schemes").iterdir()
    if each.name.endswith(".toml")
}
HEAD = "code,label,severity,at,axis,minutes,part,cap,sets,adds,photo\n"
LIKE = """
schema = 1
[[scheme]]
id = "garden"
like = "appliance"
categories = ["garden", "barbecue"]
offers = ["RST", "SCR-MD"]
"""


def refused(table: str) -> tuple[str, ...]:
    """What is said of the shipped schemes with this table of a site."""
    with pytest.raises(BadSchemes) as caught:
        load_schemes({**SHIPPED, "own.csv": table})
    return caught.value.problems


def test_the_shipped_defects_come_back_from_a_spreadsheet_as_they_were() -> None:
    """Every field of every defect, and the same grades."""
    defects = load_schemes(SHIPPED)["phone"].defects
    table = to_csv(defects)
    assert table.splitlines()[0] == ",".join(COLUMNS)
    again = {name: text for name, text in SHIPPED.items() if name != "defects.toml"}
    assert load_schemes({**again, "defects.csv": table})["phone"].defects == defects


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_a_site_writes_its_defects_in_a_spreadsheet_and_its_goods_like_others(mark: str) -> None:
    """A new category in a table of one row and a scheme of three lines."""
    table = (
        "\ufeffCode,Label,Severity,At,Minutes,Part,Photo,Sets\n\n"
        'RST,"rust, more than 2 cm",minor,side,6,small,yes,\n'
        "GAS,smells of gas,fact,,,,x,hazard=other| counterfeit=TRUE\n"
    )
    if mark != ",":
        table = table.replace('"rust, more', '"rust\x00 more').replace(",", mark).replace("\x00", ",")
    found = load_schemes({**SHIPPED, "own.csv": table, "garden.toml": LIKE})
    garden, appliance = found["garden"], found["small_appliance"]
    assert garden is found["barbecue"]
    assert garden.defects["RST"].label == "rust, more than 2 cm"
    assert garden.defects["RST"].repair == Repair(6, "small")
    assert (garden.defects["RST"].photo, garden.defects["RST"].cap) == (True, "A")
    assert dict(garden.defects["GAS"].sets) == {"hazard": "other", "counterfeit": True}
    assert (garden.id, garden.offers, garden.fault) == ("garden", ("RST", "SCR-MD"), appliance.fault)
    assert [each.text for each in garden.questions] == [each.text for each in appliance.questions]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"appliance"', '"aplliance"', 'like cannot be "aplliance" - did you mean "appliance"?'),
        ('"appliance"', '"garden"', "a scheme that is like another cannot be like this one"),
        ('"RST", ', '"SCR-DM", ', '"SCR-DM" is not a defect - did you mean "SCR-MD"?'),
        ('"barbecue"]', '"phone"]', 'category "phone" has a scheme already'),
    ],
)
def test_a_scheme_like_another_is_checked_as_any(old: str, new: str, said: str) -> None:
    """A scheme like another is checked as any, at its own lines."""
    own = LIKE.replace('"RST", ', "").replace('["SCR-MD"]', '["SCR-MD"]')
    text = own.replace(old, new) if old in own else LIKE.replace(old, new)
    with pytest.raises(BadSchemes) as caught:
        load_schemes({**SHIPPED, "zz.toml": text})
    assert any(each.startswith("zz.toml:") and said in each for each in caught.value.problems)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("RST,rust,miner\n", 'own.csv:2: defect: RST: severity cannot be "miner" - did you mean "minor"?'),
        ("A,a,minor\nRST,rust,minor,bakc\n", 'own.csv:3: defect: RST: at cannot be "bakc"'),
        ("RST,rust,minor,side,,six\n", "own.csv:2: defect: RST: minutes must be a whole number"),
        ("RST,rust,minor,side,,9999\n", "minutes must be a whole number from 0 to 600 (got 9999)"),
        ("RST,rust,minor,,,,,,lokc=on\n", 'unknown fact "lokc" - did you mean "lock"?'),
        ("RST,rust,minor,,,,,,lock=maybe\n", '"maybe" is not a lock'),
        ("RST,rust,minor,,,,,,lock\n", '"" is not a lock'),
        ("RST,rust,minor,,,,,,,,perhaps\n", "photo must be true or false (got 'perhaps')"),
        ("RST,rust\n", "own.csv:2: defect: RST: severity is missing"),
        (",rust,minor\n", "own.csv:2: the code is missing"),
        ("RST,rust,minor\nRST,rust,minor\n", "own.csv:3: RST stands there twice"),
        ("SCR-LT,mine,minor\n", "SCR-LT is defined twice"),
        ("RST,a,minor,side,,,,,,,,more\n", "own.csv:2: 12 cells, the header has 11"),
        ('RST,"open,minor\n', "own.csv:2: a quotation mark is not closed"),
        ("RST,a\x7fb,minor\n", "own.csv: not readable as TOML"),
    ],
)
def test_each_mistake_of_a_table_is_told_with_its_row(rows: str, said: str) -> None:
    """Each mistake of a table is told with its row."""
    problems = refused(HEAD + rows)
    assert any(said in each for each in problems), problems


@pytest.mark.parametrize(
    ("head", "said"),
    [
        ("code,label,sevrity", 'own.csv:1: unknown column "sevrity" - did you mean "severity"?'),
        ("code,label", "own.csv:1: the column severity is missing"),
        ("", "own.csv:1: the column code is missing"),
        ("code,label,severity,label", "own.csv:1: the column label stands there twice"),
    ],
)
def test_each_mistake_of_the_header_is_told(head: str, said: str) -> None:
    """Each mistake of the header is told."""
    assert any(said in each for each in refused(head)), refused(head)


def test_a_cell_too_large_for_any_table_is_refused() -> None:
    """A cell too large for any table is refused."""
    assert any("severity is missing" in each or "cells" in each for each in refused("x" * 140_000))


def test_a_table_counts_in_the_hash_of_the_schemes_by_what_it_says() -> None:
    """A table counts in the hash of the schemes by what it says."""
    one, other = "code,label,severity\nA,a,minor\n", "code;severity;label\n\nA;minor;a\n"
    assert canonical({"x.csv": one}) == canonical({"y.csv": other})
    assert canonical({"x.csv": one}) != canonical({"x.csv": one.replace("minor", "major")})


@given(st.text(max_size=200))
def test_no_text_does_more_than_be_refused(text: str) -> None:
    """Whatever a file holds: schemes, or sentences that name the file."""
    said: tuple[str, ...] = ()
    try:
        load_schemes({**SHIPPED, "own.csv": "code,label,severity\n" + text})
    except BadSchemes as refusal:
        said = refusal.problems or ("nothing said",)
    assert all(each.startswith("own.csv") for each in said)


@given(st.text(max_size=30), st.text(max_size=30))
def test_a_row_stays_on_its_line(code: str, label: str) -> None:
    """So that the line of a mistake is the line of the spreadsheet."""
    try:
        found = to_toml("x.csv", f"code,label,severity\n{code},{label},minor\nLAST,last,minor")
    except BadData:
        return
    assert found.split("\n")[-1].startswith('defect."LAST"')
