"""The gates over a whole station: files imported, codes scanned, facts in the journal."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from terminal.assembly import Assembly, assemble
from terminal.bench.given import Press, Scan, Typed
from terminal.config import load
from terminal.domain.items import ManifestLine, Product
from terminal.domain.suggest import BadData
from terminal.gate_imports import run_checks, run_recalls, run_tacs, run_wipes
from terminal.lookup import badge_code
from terminal.settings import Settings

AT = datetime(2026, 11, 23, 6, tzinfo=UTC)
IMEI, OTHER = "490154203237518", "356938035643809"
CPSC = Path(__file__).parents[2] / "shared" / "data" / "recalls_cpsc.csv"
CONFIG = """
[codes]
serial = ['SN[0-9]{4}']

[import.notices]
columns = { notice = "Nummer", title = "Artikel", gtin = "EAN" }
delimiter = ";"
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings with a pattern for serials and a mapping for notices."""
    config = tmp_path / "config.toml"
    config.write_text(CONFIG, "utf-8")
    made: Settings = load(config, tmp_path / "data", {})
    return made


def write(folder: Path, name: str, rows: list[dict[str, Any]], delimiter: str = ",") -> Path:
    """A CSV file."""
    path = folder / name
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)
    return path


@pytest.fixture
def whole(settings: Settings) -> Iterator[Assembly]:
    """A station that expects two phones with IMEIs, a laptop and a kettle, with a person signed in."""
    made = assemble(settings, lambda: AT)
    came = datetime(2026, 11, 20, tzinfo=UTC)
    made.file.catalogue.put_manifest(
        [
            ManifestLine("RMA1", 1, "PHN-1", None, "iPhone 12", "phone", 1, serial=IMEI, initiated=came),
            ManifestLine("RMA1", 2, "PHN-1", None, "iPhone 12", "phone", 1, serial=OTHER, initiated=came),
            ManifestLine("RMA2", 1, "LAP-1", None, "Book 14", "laptop", 1, serial="SN0001", initiated=came),
            ManifestLine("RMA3", 1, "KET-1", "4006381333931", "Acme kettle", "home", 1),
            ManifestLine("RMA4", 1, "SN9999", None, "Cup", "home", 2),
        ]
    )
    made.file.catalogue.put_products(
        [
            Product("PHN-1", None, "iPhone 12", "phone", Decimal("300"), "EUR", brand="Apple"),
            Product("LAP-1", None, "Book 14", "laptop", Decimal("500"), "EUR", brand="Acme"),
        ]
    )
    made.station.handle(Scan(badge_code(made.people["1001"])))
    yield made
    made.close()


def say(whole: Assembly, text: str) -> str:
    """Scan a code and give the verdict."""
    return whole.station.take(Scan(text)).verdict.code


def facts(whole: Assembly) -> dict[str, Any]:
    """The facts of the open item."""
    item = whole.station.state.item
    assert item is not None
    return dict(item.facts)


def test_an_imei_on_the_open_item_becomes_its_fact(whole: Assembly) -> None:
    """Whichever of the two phones it is; another product's code is still refused."""
    say(whole, "RMA1")
    assert say(whole, "PHN-1") == "item-expected"
    assert say(whole, OTHER) == "code-adds"
    assert facts(whole)["imei"] == OTHER
    assert "serial_mismatch" not in facts(whole)
    assert say(whole, OTHER) in ("same-scan", "read-again")
    assert say(whole, "LAP-1") == "item-open"


def test_an_imei_that_was_never_sold_is_a_swap(whole: Assembly) -> None:
    """It is found though nothing here knows it."""
    say(whole, "RMA1")
    say(whole, "PHN-1")
    say(whole, "012160001234564")
    assert facts(whole)["serial_mismatch"] is True
    assert facts(whole)["imei"] == "012160001234564"


@pytest.mark.parametrize("text", ["000000000000000", "490154203237517"])
def test_a_dummy_or_misread_imei_changes_nothing(whole: Assembly, text: str) -> None:
    """Both are refused with a sentence."""
    say(whole, "RMA1")
    say(whole, "PHN-1")
    before = facts(whole)
    assert whole.station.take(Scan(text)).refused
    assert facts(whole) == before


def test_a_serial_of_the_sites_pattern_is_read(whole: Assembly) -> None:
    """The right one and then none other."""
    say(whole, "RMA2")
    say(whole, "LAP-1")
    say(whole, "SN0001")
    assert facts(whole)["serial_read"] == "SN0001"
    assert "serial_mismatch" not in facts(whole)
    say(whole, "SN0002")
    assert facts(whole)["serial_mismatch"] is True


def test_a_product_code_that_looks_like_a_serial_stays_a_product_code(whole: Assembly) -> None:
    """What catalogue or manifest know by a text is not the serial of the item on the bench."""
    say(whole, "RMA4")
    assert say(whole, "SN9999") == "item-expected"
    whole.station.take(Typed("SN9999"))
    assert "serial_read" not in facts(whole)


def test_a_serial_alone_finds_its_line_and_what_is_on_file_of_it(
    whole: Assembly, settings: Settings, tmp_path: Path
) -> None:
    """Type code and answer of a register, from files that were imported while the bench runs."""
    tacs = write(tmp_path, "tacs.csv", [{"tac": IMEI[:8], "brand": "Apple", "model": "iPhone 11"}])
    assert run_tacs(settings, tacs, None) == {"imported": 1, "rejected": 0, "rejects_file": None}
    answers = [{"imei": IMEI, "provider": "register", "checked": "2026-11-21", "result": "unknown"}]
    assert run_checks(settings, write(tmp_path, "checks.csv", answers), None)["imported"] == 1
    say(whole, "RMA1")
    assert say(whole, IMEI) == "item-expected"
    found = facts(whole)
    assert found["imei"] == IMEI
    assert found["swap_suspect"] == "possible"
    assert "status_check" not in found
    journal = [event for event in whole.station.last if event.kind == "item_identified"]
    assert journal[0].body["facts"]["swap_suspect"] == "possible"


def wipes(folder: Path, **more: str) -> Path:
    """A file of one sanitisation record."""
    row = {
        "ref": "CERT-1", "serial": "SN0001", "manufacturer": "Acme", "model": "Book", "media_type": "SSD",
        "action": "purge", "method": "crypto erase", "tool": "Wiper", "tool_version": "4.2",
        "verification": "full", "sanitiser_name": "Ada", "sanitiser_date": "2026-11-21",
        "verifier_name": "Ben", "verifier_date": "2026-11-22", **more,
    }  # fmt: skip
    return write(folder, "wipes.csv", [row])


def test_a_wiped_laptop_is_known_as_wiped_when_its_serial_is_read(
    whole: Assembly, settings: Settings, tmp_path: Path
) -> None:
    """A record of the years before counts for nothing."""
    say(whole, "RMA2")
    old = wipes(tmp_path, ref="OLD", sanitiser_date="2025-01-01", verifier_date="2025-01-01")
    assert run_wipes(settings, old, None, today=lambda: AT.date())["imported"] == 1
    say(whole, "LAP-1")
    say(whole, "SN0001")
    assert "data_sanitised" not in facts(whole)
    whole.station.take(Press("undo"))
    assert run_wipes(settings, wipes(tmp_path), None, today=lambda: AT.date())["imported"] == 1
    whole.station.take(Scan("SN0001"))
    assert (facts(whole)["data_sanitised"], facts(whole)["sanitisation_ref"]) == ("purge", "CERT-1")


def test_a_bad_record_is_refused_and_gives_no_fact(
    whole: Assembly, settings: Settings, tmp_path: Path
) -> None:
    """With line, column, value and reason in the rejects file."""
    path = wipes(tmp_path, sanitiser_date="2199-01-01", verifier_date="2199-01-02")
    done = run_wipes(settings, path, None)
    assert (done["imported"], done["rejected"]) == (0, 1)
    with Path(done["rejects_file"]).open(encoding="utf-8") as file:
        (told,) = csv.DictReader(file)
    assert (told["line"], told["column"], told["value"]) == ("2", "sanitiser_date", "2199-01-01")
    assert "in the future" in told["reason"]
    say(whole, "RMA2")
    say(whole, "LAP-1")
    say(whole, "SN0001")
    assert "data_sanitised" not in facts(whole)


def test_a_held_item_comes_back_with_its_wipe(whole: Assembly, settings: Settings, tmp_path: Path) -> None:
    """Found by the LPN that it got here; only from the day on which it came."""
    say(whole, "RMA2")
    say(whole, "LAP-1")
    item = whole.station.state.item
    assert item is not None
    whole.station.take(Press("hold"))
    whole.station.take(Typed("1"))
    reader = whole.station.reader
    own = reader.shelf.item(item.lpn)
    assert own is not None
    assert own.status == "held"
    assert own.received == AT.date()
    assert own.papers.records == ()
    days = {"sanitiser_date": "2026-11-23", "verifier_date": "2026-11-23"}
    path = wipes(tmp_path, lpn=item.lpn, serial="SN0001", **days)
    assert run_wipes(settings, path, None, today=lambda: date(2026, 11, 23))["imported"] == 1
    own = reader.shelf.item(item.lpn.lower())
    assert own is not None
    assert [record.ref for record in own.papers.records] == ["CERT-1"]


def test_a_recalled_product_is_known_when_its_code_is_scanned(
    whole: Assembly, settings: Settings, tmp_path: Path
) -> None:
    """By a file with columns of its own, imported while the bench runs."""
    path = write(
        tmp_path,
        "notices.csv",
        [{"Nummer": "R1", "Artikel": "Kettle", "EAN": "4006381333931"}],
        delimiter=";",
    )
    with pytest.raises(BadData, match="set delimiter"):
        run_recalls(settings, path, None)
    done = run_recalls(settings, path, "notices")
    assert done == {"imported": 1, "rejected": 0, "rejects_file": None, "notices": 1}
    say(whole, "RMA3")
    say(whole, "4006381333931")
    assert (facts(whole)["recalled"], facts(whole)["recall_ref"]) == ("hit", "R1")


def test_without_notices_nothing_is_said(whole: Assembly) -> None:
    """The fact is absent, as before any import."""
    say(whole, "RMA3")
    say(whole, "4006381333931")
    assert "recalled" not in facts(whole)


def test_a_file_with_other_columns_is_refused_whole(settings: Settings, tmp_path: Path) -> None:
    """With the columns that it has and a mapping that would fit; an unknown mapping is told with the nearest."""
    path = write(tmp_path, "x.csv", [{"ID": "R1", "Artikel": "Kettle"}])
    with pytest.raises(
        BadData, match=r"no column for notice.*the file has ID, Artikel: name a mapping that fits"
    ):
        run_recalls(settings, path, None)
    with pytest.raises(BadData, match='no column "Nummer" for notice'):
        run_recalls(settings, write(tmp_path, "y.csv", [{"ID": "1", "EAN": "2"}], ";"), "notices")
    with pytest.raises(BadData, match='did you mean "notices"'):
        run_recalls(settings, path, "notice")


def test_json_of_every_import_is_plain(settings: Settings, tmp_path: Path) -> None:
    """What the command line prints."""
    path = write(tmp_path, "t.csv", [{"tac": "13", "brand": "A", "model": "B"}])
    done = json.loads(json.dumps(run_tacs(settings, path, None)))
    assert (done["imported"], done["rejected"]) == (0, 1)
    assert done["rejects_file"].endswith("t.rejects.csv")


def test_a_real_file_of_notices_makes_real_matches(whole: Assembly, settings: Settings) -> None:
    """A model of the file is a hit, its brand and kind possible, everything else nothing."""
    if not CPSC.exists():
        pytest.skip("no file of real recalls here")
    assert run_recalls(settings, CPSC, None)["notices"] == 100
    goods = {
        "Babysense Max View baby monitor VBM55": "hit",
        "Babysense baby monitor": "possible",
        "FUNTOK ride-on truck, red": "possible",
        "Pressure washer 2000 psi": None,
        "Plasters in a tin": None,
    }
    for place, (title, expected) in enumerate(goods.items()):
        line = ManifestLine(f"REAL{place}", 1, f"SKU-{place}", None, title, "home", 1)
        whole.file.catalogue.put_manifest([line])
        whole.station.take(Press("parcel_done"))
        say(whole, line.rma)
        say(whole, f"SKU-{place}")
        assert facts(whole).get("recalled") == expected, title
        whole.station.take(Press("undo"))
