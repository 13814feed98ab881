"""Prepared data folders for whole shifts, and the settings that open them."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from terminal.assembly import make_rules, patterns, people, read_rulebook
from terminal.config import load
from terminal.domain.items import ManifestLine, Product
from terminal.settings import Settings
from terminal.simulation.walk import World
from terminal.store.station_file import StationFile

CREDIT_NOTES = Path(__file__).resolve().parents[3] / "shared" / "data" / "credit_notes_2010-12.csv"


@pytest.fixture
def settings_in() -> Callable[[Path], Settings]:
    """Makes the shipped settings for a data folder."""
    return lambda folder: load(None, folder, {})


@pytest.fixture(scope="session")
def credit_notes() -> Path:
    """The real credit notes; the test is skipped aloud where they are not at hand."""
    if not CREDIT_NOTES.is_file():
        pytest.skip(f"{CREDIT_NOTES} is not here: the shift on real input is not tried")
    return CREDIT_NOTES


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A small world with every kind of trouble: shared codes, serials, several lines, prices missing."""
    folder = tmp_path_factory.mktemp("world")
    settings = load(None, folder, {})
    rules = make_rules(settings, read_rulebook(settings))
    money = Decimal("19.90")
    lines = [
        ManifestLine(
            "RMA1001", 1, "KET-1", None, "Kettle", "small_appliance", 3, unit_price=money, currency="EUR"
        ),
        ManifestLine("RMA1001", 2, "TIN-2", None, "Tin", "home", 24, unit_price=money, currency="EUR"),
        ManifestLine(
            "RMA1002", 1, "PHN-1", "4006381333931", "Phone", "phone", 1, serial="SN-7", tracking="1Z999"
        ),
        ManifestLine("RMA1003", 1, "TIN-2", None, "Tin", "home", 1),
        ManifestLine("RMA1003", 2, "TIN-2", None, "Tin", "home", 1),
        ManifestLine(
            "RMA1004", 1, "SHO-1", "036000291452", "Shoe", "footwear", 2, unit_price=money, currency="USD"
        ),
        ManifestLine(
            "KET-1", 1, "RMA1001", None, "Named like a return", "toys", 1, unit_price=money, currency="EUR"
        ),
    ]
    products = [
        Product("KET-1", "4006381333931", "Kettle", "small_appliance", money, "EUR"),
        Product("PHN-1", "4006381333931", "Phone", "phone", Decimal("499.00"), "EUR", battery="contained"),
        Product("CREAM", "96385074", "Cream", "cosmetics", Decimal("12.00"), "EUR", hygiene=True),
    ]
    with StationFile.open(folder, settings.station.id, ("folder",)) as file, file.catalogue.transaction():
        file.catalogue.put_manifest(lines)
        file.catalogue.put_products(products)
    return World(
        template=folder,
        station=settings.station.id,
        rules=rules,
        people=people(settings),
        patterns=patterns(settings),
        returns=("RMA1001", "RMA1002", "1Z999", "RMA1003", "RMA1004", "KET-1", "RMA9999"),
        products=(
            "KET-1",
            "TIN-2",
            "4006381333931",
            "SN-7",
            "036000291452",
            "CREAM",
            "(01)04006381333931(21)SN-8",
        ),
    )
