"""Recall notices as authorities publish them: numbers out of sentences, names, kinds of product, cut texts."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from terminal.domain.naming import codes, singular, telling, words
from terminal.domain.notices import converters, gtins, notice_of, ordinary, ranges, several
from terminal.domain.recalls import Goods, Notice, Range, compare

CPSC = Path(__file__).parents[3] / "shared" / "data" / "recalls_cpsc.csv"


def read(title: str = "", description: str = "", **more: Any) -> Notice:
    """A notice of number 1."""
    return notice_of({"notice": "1", "title": title, "description": description, **more})


def test_a_headline_says_who_recalls_what() -> None:
    """Active and passive ones; what comes after "due to" is no product."""
    active = read("Acme Power Systems Recalls Portable Generators Due to Risk of Fire")
    assert active.product == ("portable", "generator")
    assert active.names == ("acme",)
    passive = read(
        "Wifo Children's Tower Stools Recalled Due to Entrapment Hazards; Imported by Zolix Home",
        "This recall involves Wifo tower stools.",
    )
    assert passive.product == ("wifo", "tower", "stool")
    assert passive.names == ("wifo", "zolix")
    plain = read("Garden chair")
    assert plain.product == ("garden", "chair")


def test_names_in_a_sentence_are_its_capitals() -> None:
    """The first word of each run; shops, months and what has digits are none."""
    body = "This recall involves Sanbi Pet Vet sets of May sold on Amazon. It is blue. Model MX094 has it."
    assert read("Toy sets recalled", body).names == ("toy", "sanbi")
    branded = read(
        "Bed rails recalled", "This recall involves manik-branded bed rails.", maker="Zolix, of China"
    )
    assert branded.names == ("bed", "zolix", "manik")


def test_what_is_an_ordinary_word_is_told_by_its_small_letter() -> None:
    """The store leaves such words out of the names."""
    assert ordinary("This recall involves Pets and pet toys.") == ("recall", "involve", "and", "pet", "toy")


@pytest.mark.parametrize(
    ("body", "models"),
    [
        ("tower stools, model DETD0001. The wooden", ("DETD0001",)),
        ('The model number "ZEX014-V1" and "Zoliquex"', ("ZEX014V1",)),
        (
            "model numbers WY3312MAX and WY100MAX and S1 model number WY200)",
            ("WY3312MAX", "WY100MAX", "S1", "WY200"),
        ),
        ("model numbers are 4155, 4155L, 4155W", ("4155", "4155L", "4155W")),
        ("from model years 2016 through 2022", ()),
        ("All models 48 inches and taller, model 2019", ()),
        ("Both models come in king size", ()),
        ("Models FCFG3083AS, PCFG3", ("FCFG3083AS", "PCFG3")),
        ("x" * 120 + " Models FCFG3083AS, PCFG3", ("FCFG3083AS",)),
        ("x" * 120 + " Models FCFG3083AS, PCFG3.", ("FCFG3083AS", "PCFG3")),
    ],
)
def test_models_are_read_out_of_sentences(body: str, models: tuple[str, ...]) -> None:
    """A last word that may have been cut off is left out."""
    assert read("Things recalled", body).models == models


def test_serials_and_lots_are_read_out_of_sentences() -> None:
    """What can't be read as a range makes the notice a limited one."""
    found = read(
        "Dumbbells recalled",
        "model 8361, with serial numbers KK23288361 through KK23388361 and KK207608361 through KK21347836 only.",
    )
    assert found.serials == (Range("KK23288361", "KK23388361"),)
    assert found.limited
    lots = read("Sleepsuits recalled", "with batch codes PO30592, PO30641 and PO30685. It is blue.")
    assert [lot.low for lot in lots.lots] == ["PO30592", "PO30641", "PO30685"]
    assert read("Pumps recalled", "Only products with serial numbers listed below are meant.").limited
    assert not read("Pumps recalled", "Pumps are blue.").limited


def test_a_gtin_in_a_sentence_counts_where_its_check_digit_is_right() -> None:
    """In-store numbers and misprints are left out."""
    body = "UPC 0 36000 29145 2 and UPC 036000291453, UPC 200000000004 on the box."
    assert read("Wipes recalled", body).gtins == ("0036000291452",)


def test_a_row_that_names_no_product_is_refused() -> None:
    """A number alone can't be held against anything."""
    with pytest.raises(ValueError, match="nothing says which product"):
        read()
    assert read(product="Kettle", brand="Acme; Bell").brands == ("Acme", "Bell")
    assert read(brand="generic", product="Kettle").brands == ()


@pytest.mark.parametrize(
    ("field", "cell", "value"),
    [
        ("gtin", "4006381333931; 036000291452", ("4006381333931", "0036000291452")),
        ("model", "4155, 4155L|-", ("4155", "4155L")),
        ("serials", "A100 - A199; B7", (Range("A100", "A199"), Range("B7", "B7"))),
        ("serials", "SN-7", (Range("SN-7", "SN-7"),)),
        ("lots", "10..20, 30 to 40", (Range("10", "20"), Range("30", "40"))),
        ("description", "two\nlines  here", "two lines here"),
        ("notice", "26-431", "26-431"),
    ],
)
def test_cells_of_a_mapped_file_are_read(field: str, cell: str, value: object) -> None:
    """Lists by semicolons, commas or bars."""
    assert converters(())[field](cell) == value


@pytest.mark.parametrize(
    ("field", "cell", "said"),
    [
        ("gtin", "4006381333930", "check digit"),
        ("gtin", "2000000000008", "in-store"),
        ("gtin", "7.94E+11", "digits are lost"),
        ("serials", "A200 - A100", "no range"),
        ("serials", "A - B7", "no range"),
        ("notice", "1, 2", "without a comma"),
        ("title", "a\x07b", "control character"),
        ("sold_from", "soon", "no date"),
    ],
)
def test_a_cell_that_can_not_be_compared_is_refused_with_a_reason(field: str, cell: str, said: str) -> None:
    """The row goes into the rejects file, never half into the table."""
    with pytest.raises(ValueError, match=said):
        converters(())[field](cell)


def test_days_are_read_by_the_formats_of_the_mapping() -> None:
    """As in every other import."""
    assert converters(("%d/%m/%Y",))["dated"]("23/04/2026").isoformat() == "2026-04-23"
    assert converters(())["sold_to"]("2026-04-23").isoformat() == "2026-04-23"
    assert several("a; ;b") == ("a", "b")
    assert gtins("96385074") == ("96385074",)
    assert ranges("X1")[0].holds("x1")


def test_words_are_compared_without_case_accents_and_plurals() -> None:
    """Only what tells products apart is kept of them."""
    assert words("Sauté Pans' lids, pan") == ("saute", "pan", "lid")
    assert words("Member's Mark") == ("member", "mark")
    assert [singular(word) for word in ("batteries", "watches", "glass", "bus", "axes", "is", "rails")] == [
        *("battery", "watch", "glass", "bus", "axe", "is", "rail")
    ]
    assert telling("The 2 Large Steam Cleaners of 2026") == ("steam", "cleaner")
    assert codes("Pro 4155L, V-7 (XL) 9") == ("4155L", "V7")


def test_every_notice_of_a_real_file_is_read() -> None:
    """A hundred of them, with models where the text has some and a name in almost all."""
    if not CPSC.exists():
        pytest.skip("no file of real recalls here")
    with CPSC.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    found = [
        notice_of(
            {
                "notice": row["recall_number"],
                "title": row["title"],
                "description": row["description"],
                "maker": row["manufacturer"],
            }
        )
        for row in rows
    ]
    by_number = {notice.number: notice for notice in found}
    assert len(by_number) == 100
    assert sum(bool(notice.models) for notice in found) > 25
    assert sum(bool(notice.names) for notice in found) > 95
    assert all(notice.product for notice in found)
    monitor = by_number["26307"]
    assert monitor.models == ("VBM55",)
    match = compare(Goods("Babysense Max View baby monitor VBM55", "Babysense"), monitor)
    assert match is not None
    assert match.level == "hit"
