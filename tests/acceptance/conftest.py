"""Prepared data folders for whole shifts, and the settings that open them."""

import csv
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import pytest

from terminal.config import load
from terminal.domain.items import ManifestLine, Product
from terminal.settings import Settings
from terminal.simulation.walk import World

ROOT = Path(__file__).resolve().parents[2]
CREDIT_NOTES = ROOT.parent / "shared" / "data" / "credit_notes_2010-12.csv"


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
def world(tmp_path_factory: pytest.TempPathFactory, make_world: Callable[..., World]) -> World:
    """A small world with every kind of trouble: shared codes, serials, several lines, prices missing."""
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
    folder = tmp_path_factory.mktemp("world")
    return make_world(
        folder,
        lines,
        products,
        ("RMA1001", "RMA1002", "1Z999", "RMA1003", "RMA1004", "KET-1", "RMA9999"),
        (
            "KET-1",
            "TIN-2",
            "4006381333931",
            "SN-7",
            "036000291452",
            "CREAM",
            "(01)04006381333931(21)SN-8",
        ),
    )


@dataclass
class Script:
    """A replay as it is written, with what should come of it, counted while writing."""

    lines: list[str] = field(default_factory=lambda: ["@2026-11-23T06:00:00Z", "!badge 1001"])
    units: int = 0
    held: int = 0
    short: int = 0
    over: int = 0
    strays: int = 0

    def add(self, *lines: str) -> None:
        """More lines."""
        self.lines += lines

    def finish(self) -> None:
        """Take what is proposed, prove the labels, and place."""
        self.add("!accept", "!applied", "!tote")

    def text(self) -> str:
        """The file."""
        return "\n".join(self.lines) + "\n"


@pytest.fixture(scope="session")
def real_shift(credit_notes: Path) -> Script:
    """A shift over the real credit notes: every kind of trouble in turn, until well over 300 units are through."""
    returns: dict[str, list[tuple[str, int]]] = {}
    with credit_notes.open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            if re.fullmatch(r"\d{5}[A-Za-z]*", row["StockCode"]):
                returns.setdefault(row["InvoiceNo"], []).append((row["StockCode"], -int(row["Quantity"])))
    script, turn = Script(), 0
    for rma, lines in returns.items():
        if script.units >= 400 and turn > 40:
            break
        if sum(count for _, count in lines) > 120:
            continue
        script.add(rma, "!expect state parcel")
        stray = next(sku for _, other in returns.items() for sku, _ in other if sku not in dict(lines))
        for place, (sku, count) in enumerate(_merged(lines)):
            turn += 1
            if place and turn % 7 == 0:
                script.short += count
                continue
            _one_line(script, turn, sku, count, other=lines[0][0])
        if turn % 5 == 0:
            script.add(stray, "!expect state proposed", "!accept", "!expect state quarantine")
            script.units += 1
            script.held += 1
            script.strays += 1
        script.add("!parcel-done", "!expect state ready", "@+45s")
    script.add("!badge-out")
    return script


def _merged(lines: list[tuple[str, int]]) -> list[tuple[str, int]]:
    found: dict[str, int] = {}
    for sku, count in lines:
        found[sku] = found.get(sku, 0) + count
    return list(found.items())


def _one_line(script: Script, turn: int, sku: str, count: int, other: str) -> None:
    """One line of a return: clean, scratched, broken, held, undone, overridden, over, short, or a stray code."""
    kind = turn % 9
    script.units += count
    script.add("@+20s", sku, "!expect state inspecting")
    if count > 1:
        script.add(f"!times {count}")
    if kind == 1:
        script.add("!defect SCR-DP back 2", "!clean")
    elif kind == 2:
        script.add("!answer sealed no", "!defect GLS-CR front 1", "!clean")
    elif kind == 3:
        script.add("!hold customer-claim", "!expect state quarantine")
        script.held += count
        return
    elif kind == 4:
        script.add("!clean", "!undo", "!clean")
    elif kind == 5:
        script.add("!clean", "!grade C seen-worse")
    elif kind == 6:
        script.add("!answer sealed yes")
    elif kind == 7:
        script.add("NO-SUCH-CODE", "!clean")
    else:
        script.add("!clean")
    script.finish()
    script.add("!expect state placed")
    if kind == 8:
        script.add(sku, "!clean")
        script.finish()
        script.units += 1
        script.over += 1


@pytest.fixture
def regrade() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs the real command in a process of its own."""

    def run(data: Path, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "terminal", "--data", str(data), *words]
        done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=300)
        assert not check or done.returncode == 0, done.stderr
        return done

    return run
