"""Manifest and catalogue: what was put is found again, by every code that an operator may scan."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from terminal.bench.wire import Draft, Row
from terminal.domain.items import ManifestLine, Product
from terminal.store.catalogue import Catalogue, Counts, gtin14
from terminal.store.connection import read, run
from terminal.store.errors import StoreUnavailable
from terminal.store.station_file import StationFile

FULL = ManifestLine(
    rma="C536391",
    line=1,
    sku="22556",
    gtin="4006381333931",
    title="Plasters in a tin [L] \x1b[31m",
    category="home",
    quantity=24,
    serial="SN-1",
    unit_price=Decimal("1.65"),
    currency="GBP",
    tracking="1Z999AA10123456784",
    reason="wrong size",
    initiated=datetime(2026, 11, 1, 10, 24, tzinfo=UTC),
    weight_g=120,
    assumed=("category", "weight_g"),
)
BARE = ManifestLine("C536391", 2, "21984", None, "Tissues", "home", 1)
PRODUCT = Product(
    sku="22556",
    gtin="4006381333931",
    title="Plasters in a tin",
    category="home",
    price=Decimal("1.65"),
    currency="GBP",
    weight_g=120,
    hygiene=True,
    battery="none",
    hazard=None,
    brand="Spaceboy",
    assumed=("battery",),
)


@pytest.fixture
def catalogue(station: StationFile) -> Catalogue:
    """The catalogue of an open station file."""
    return station.catalogue


def test_a_line_comes_back_as_it_was_put(catalogue: Catalogue) -> None:
    """Every field, prices to the cent, times aware, what is missing as None."""
    catalogue.put_manifest([FULL, BARE])
    assert [one.line for one in catalogue.lines_of("C536391")] == [FULL, BARE]


def test_putting_the_same_lines_twice_changes_nothing(catalogue: Catalogue) -> None:
    """An import may be repeated; a corrected line takes the place of the one before."""
    catalogue.put_manifest([FULL, BARE])
    catalogue.put_manifest([FULL, BARE])
    assert catalogue.counts() == Counts(rmas=1, lines=2, units=25, products=0)
    corrected = ManifestLine("C536391", 2, "21984", None, "Tissues, 12", "home", 3)
    catalogue.put_manifest([corrected])
    assert [one.line for one in catalogue.lines_of("C536391")] == [FULL, corrected]


def test_the_file_that_a_line_came_from_is_kept(station: StationFile) -> None:
    """`source` is what the importer calls its file."""
    station.catalogue.source = "returns.csv"
    station.catalogue.put_manifest([BARE])
    station.catalogue.put_products([PRODUCT])
    assert read(station.db, "select source from manifest union all select source from product") == [
        ("returns.csv",),
        ("returns.csv",),
    ]


@pytest.mark.parametrize(
    ("text", "by", "numbers"),
    [
        ("C536391", "rma", [1, 2]),
        ("c536391", "rma", [1, 2]),
        ("1z999aa10123456784", "tracking", [1]),
        ("sn-1", "serial", [1]),
    ],
)
def test_what_is_expected_is_found_by_number_tracking_and_serial(
    catalogue: Catalogue, text: str, by: str, numbers: list[int]
) -> None:
    """In any case of letters, and with the field by which it was found."""
    catalogue.put_manifest([FULL, BARE, ManifestLine("C536392", 1, "1", None, "Other", "home", 1)])
    (found,) = catalogue.expected(text)
    assert (found.rma, found.by) == ("C536391", by)
    assert [one.line.line for one in found.lines] == numbers


@pytest.mark.parametrize(
    "text", ["", "C53639", "C536391 ", "%", "C_36391", "C536391' or '1'='1", "\ud800", "\x00"]
)
def test_only_the_whole_text_finds_anything(catalogue: Catalogue, text: str) -> None:
    """No prefix, no pattern, no SQL."""
    catalogue.put_manifest([FULL, BARE])
    catalogue.put_products([PRODUCT])
    assert catalogue.expected(text) == ()
    assert catalogue.products(text) == ()
    assert catalogue.item(text) is None


def test_one_tracking_number_over_two_returns_finds_both(catalogue: Catalogue) -> None:
    """Two RMAs in one parcel are two finds, each with its own lines."""
    lines = [ManifestLine(rma, 1, "1", None, "Cup", "home", 1, tracking="T1") for rma in ("C2", "C1")]
    catalogue.put_manifest(lines)
    assert [(one.rma, one.by) for one in catalogue.expected("t1")] == [("C1", "tracking"), ("C2", "tracking")]


def test_a_return_whose_tracking_number_is_its_own_number_is_found_once(catalogue: Catalogue) -> None:
    """The RMA comes first: it names every line, the tracking number only some."""
    catalogue.put_manifest([ManifestLine("T1", 1, "1", None, "Cup", "home", 1, tracking="T1"), BARE])
    (found,) = catalogue.expected("T1")
    assert found.by == "rma"


def test_units_that_came_are_counted_unless_they_were_taken_back(
    station: StationFile, make_draft: Callable[..., Draft]
) -> None:
    """Every item of the line counts, in whatever state, but one that an undo made void."""
    station.catalogue.put_manifest([FULL, BARE])
    items = [
        Row("item", {"lpn": f"L{number}", "rma": "C536391", "line": line, "status": status})
        for number, (line, status) in enumerate(
            [(1, "open"), (1, "closed"), (1, "held"), (1, "void"), (2, "closed")]
        )
    ]
    items.append(Row("item", {"lpn": "L9", "rma": "C536391", "line": None}))
    station.journal.append([make_draft()], items)
    (found,) = station.catalogue.expected("C536391")
    assert [(one.received, one.due) for one in found.lines] == [(3, 21), (1, 0)]


def test_more_units_than_expected_leave_nothing_due(
    station: StationFile, make_draft: Callable[..., Draft]
) -> None:
    """An over-delivery is not a negative number of units to come."""
    station.catalogue.put_manifest([BARE])
    rows = [Row("item", {"lpn": lpn, "rma": "C536391", "line": 2}) for lpn in ("L1", "L2")]
    station.journal.append([make_draft()], rows)
    assert [(one.received, one.due) for one in station.catalogue.lines_of("C536391")] == [(2, 0)]


def test_a_product_comes_back_as_it_was_put(catalogue: Catalogue) -> None:
    """Unknown stays unknown: None is neither no nor zero."""
    bare = Product(None, "96385074", "Cup", "home")
    catalogue.put_products([PRODUCT, bare])
    catalogue.put_products([PRODUCT, bare])
    assert catalogue.products("22556") == (PRODUCT,)
    assert catalogue.products("96385074") == (bare,)
    assert catalogue.counts().products == 2


@pytest.mark.parametrize("text", ["4006381333931", "04006381333931"])
def test_a_product_is_found_by_its_gtin_in_any_length(catalogue: Catalogue, text: str) -> None:
    """A scanner gives 13 digits, a GS1 symbol 14, a catalogue either."""
    catalogue.put_products([PRODUCT])
    assert catalogue.products(text) == (PRODUCT,)


def test_a_gtin_of_twelve_digits_is_the_one_of_thirteen(catalogue: Catalogue) -> None:
    """A UPC-A is an EAN-13 whose leading zero is not printed."""
    cup = Product("CUP", "036000291452", "Cup", "home")
    catalogue.put_products([cup])
    assert catalogue.products("0036000291452") == (cup,)


def test_products_that_share_a_gtin_are_all_found(catalogue: Catalogue) -> None:
    """Which of them it is, is asked; one that was only a GTIN gives way to those that have an SKU."""
    other = Product("22557", "4006381333931", "Plasters, blue", "home")
    alone = Product(None, "04006381333931", "Plasters", "home")
    catalogue.put_products([alone])
    assert catalogue.products("4006381333931") == (alone,)
    catalogue.put_products([PRODUCT, other])
    assert set(catalogue.products("4006381333931")) == {PRODUCT, other}


def test_an_sku_is_found_in_any_case(catalogue: Catalogue) -> None:
    """Wedge scanners change the case of letters by mistake."""
    cup = Product("Cup-1a", None, "Cup", "home")
    catalogue.put_products([cup])
    assert catalogue.products("CUP-1A") == (cup,)


def test_a_product_that_has_no_number_is_refused(catalogue: Catalogue) -> None:
    """It could never be found again, and nothing of its batch is kept."""
    with pytest.raises(ValueError, match="an SKU or a GTIN, 'Cup' has neither"):
        catalogue.put_products([PRODUCT, Product(None, None, "Cup", "home")])
    assert catalogue.counts().products == 0


def test_what_an_import_put_is_all_there_or_not_at_all(catalogue: Catalogue) -> None:
    """A transaction holds over many calls."""
    with pytest.raises(KeyError):
        _put_and_fail(catalogue)
    assert catalogue.counts() == Counts(0, 0, 0, 0)
    with catalogue.transaction():
        catalogue.put_manifest([FULL])
        catalogue.put_products([PRODUCT])
    assert catalogue.counts() == Counts(1, 1, 24, 1)


def _put_and_fail(catalogue: Catalogue) -> None:
    with catalogue.transaction():
        catalogue.put_manifest([FULL])
        catalogue.put_products([PRODUCT])
        raise KeyError


def test_an_item_is_found_with_everything_that_is_known_of_it(
    station: StationFile, make_draft: Callable[..., Draft]
) -> None:
    """By its LPN in either case, facts and decision as plain JSON."""
    facts, decision = {"facts": {"opened": True}}, {"grade": "B", "values": {"outlet": "12.40"}}
    row: dict[str, str | int | None] = {
        "lpn": "BCDF",
        "status": "closed",
        "grade": "B",
        "facts": json.dumps(facts),
        "decision": json.dumps(decision),
    }
    station.journal.append([make_draft()], [Row("item", row)])
    item = station.catalogue.item("bcdf")
    assert item is not None
    assert (item.lpn, item.status, item.grade, item.rma, item.updated_seq) == ("BCDF", "closed", "B", None, 1)
    assert (item.facts, item.decision, item.actions) == (facts, decision, 0)
    assert item == station.queries.item("BCDF")


def test_a_line_that_is_damaged_gets_a_sentence(station: StationFile) -> None:
    """JSON that is none any more is told with the RMA, not as an error of a parser."""
    station.catalogue.put_manifest([BARE])
    run(station.db, "update manifest set assumed = '['")
    with pytest.raises(StoreUnavailable, match=r"A line of RMA C536391 .* can't be read"):
        station.catalogue.expected("C536391")


@pytest.mark.parametrize("text", ["", "12345", "400638133393x", "٤٠٠٦٣٨١٣", "123456789012345"])
def test_text_that_is_no_gtin_has_no_padded_form(text: str) -> None:
    """Only 8, 12, 13 and 14 ASCII digits are compared as GTINs."""
    assert gtin14(text) is None


@given(
    lines=st.lists(
        st.builds(
            ManifestLine,
            rma=st.text(min_size=1, max_size=8),
            line=st.integers(1, 3),
            sku=st.none() | st.text(max_size=8),
            gtin=st.none() | st.text(max_size=14),
            title=st.text(max_size=30),
            category=st.text(max_size=8),
            quantity=st.integers(1, 10_000),
            serial=st.none() | st.text(max_size=8),
            unit_price=st.none() | st.decimals(0, 10**6, places=2),
            tracking=st.none() | st.text(max_size=8),
            initiated=st.none() | st.datetimes(datetime(1970, 1, 1), timezones=st.just(UTC)),
            assumed=st.lists(st.text(max_size=5), max_size=2).map(tuple),
        ),
        max_size=6,
        unique_by=lambda line: (line.rma, line.line),
    )
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_line_is_found_by_its_own_number(catalogue: Catalogue, lines: list[ManifestLine]) -> None:
    """Whatever text a manifest holds, to the millisecond and the cent."""
    run(catalogue._db, "delete from manifest")
    catalogue.put_manifest(lines)
    for line in lines:
        found = {one.line.line: one.line for one in catalogue.lines_of(line.rma)}[line.line]
        assert found.title == line.title
        assert found.unit_price == line.unit_price
        assert found.assumed == line.assumed
        assert (found.initiated is None) == (line.initiated is None)
        assert any(line.rma == group.rma for group in catalogue.expected(line.rma))


def test_returns_of_which_units_are_still_to_come_are_listed(
    station: StationFile, make_draft: Callable[..., Draft]
) -> None:
    """In the order of their numbers; one that came whole is left out."""
    lines = [ManifestLine(rma, 1, "1", None, "Cup", "home", 1) for rma in ("C3", "C1", "C2")]
    station.catalogue.put_manifest([*lines, ManifestLine("C3", 2, "2", None, "Lid", "home", 1)])
    station.journal.append([make_draft()], [Row("item", {"lpn": "L1", "rma": "C1", "line": 1})])
    assert station.catalogue.due_rmas(5) == ("C2", "C3")
    assert station.catalogue.due_rmas(1) == ("C2",)


def test_the_files_that_the_data_came_from_are_known(catalogue: Catalogue) -> None:
    """Lines without a named file count as one that has no name."""
    assert catalogue.sources() == frozenset()
    catalogue.put_manifest([BARE])
    catalogue.source = "catalogue.csv"
    catalogue.put_products([PRODUCT])
    assert catalogue.sources() == {"", "catalogue.csv"}
