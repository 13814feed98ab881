"""Tables that goods are held against: what a file puts in is found again, quickly and by any key."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from terminal.domain.deviceids import Number, StatusCheck, Tac
from terminal.domain.importmap import ImportMap
from terminal.domain.notices import notice_of, ordinary
from terminal.domain.recalls import Goods, Notice, Range, judge
from terminal.domain.sanitisation import lpn_key, record_of
from terminal.store.connection import read, run
from terminal.store.devices import Devices
from terminal.store.errors import StoreUnavailable
from terminal.store.gate_importer import import_checks, import_recalls, import_tacs, import_wipes
from terminal.store.importer import Imported, ImportRefused
from terminal.store.recalls import Recalls
from terminal.store.station_file import StationFile

FULL = Notice(
    number="26431",
    part=1,
    title="SmartBell dumbbells",
    gtins=("0036000291452",),
    skus=("K9-C1",),
    models=("8361",),
    serials=(Range("KK100", "KK199"),),
    lots=(Range("L1", "L1"),),
    limited=True,
    brands=("Acme Sports",),
    names=("acme",),
    known_by=("acme", "smartbell"),
    product=("smartbell", "dumbbell"),
    sold_from=date(2026, 1, 1),
    sold_to=date(2026, 6, 30),
    hazard="falls",
    url="https://recalls.test/1",
    dated=date(2026, 7, 1),
)
IMEI = "490154203237518"
WIPE = {
    "ref": "CERT-1", "serial": "SN-7", "manufacturer": "Acme", "model": "Book", "media_type": "SSD",
    "action": "purge", "method": "crypto erase", "tool": "Wiper", "tool_version": "4.2", "verification": "full",
    "sanitiser_name": "Ada", "sanitiser_date": "2026-11-21", "verifier_name": "Ben", "verifier_date": "2026-11-22",
}  # fmt: skip
TODAY = date(2026, 11, 23)


@pytest.fixture
def recalls(station: StationFile) -> Recalls:
    """The table of notices of an open station file."""
    return Recalls(station.catalogue.db, "notices.csv")


@pytest.fixture
def devices(station: StationFile) -> Devices:
    """The tables of devices of an open station file."""
    return Devices(station.catalogue.db, "devices.csv")


@pytest.fixture
def table(tmp_path: Path) -> Callable[..., Path]:
    """Writes a CSV file of dicts."""

    def write(rows: list[dict[str, Any]], name: str = "in.csv") -> Path:
        path = tmp_path / name
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        return path

    return write


def test_a_notice_comes_back_as_it_was_put(recalls: Recalls, station: StationFile) -> None:
    """Every field, and the file that it came from."""
    bare = Notice("9")
    recalls.put([(FULL, ()), (bare, ())])
    assert recalls.notice("26431") == (FULL,)
    assert recalls.notice("9") == (bare,)
    assert recalls.notice("8") == ()
    assert recalls.count() == 2
    assert read(station.db, "select distinct source from recall") == [("notices.csv",)]


@pytest.mark.parametrize(
    "goods",
    [
        Goods(gtin="036000291452"),
        Goods(sku="k9-c1"),
        Goods("Dumbbell 8361"),
        Goods("Dumbbell", sku="8361"),
        Goods("Acme dumbbells"),
        Goods("Dumbbell", "Smartbell"),
        Goods("Dumbbell", "Acme Smartbell"),
        Goods("Dumbbell", "Acme Sports"),
    ],
)
def test_a_notice_is_found_by_all_that_it_may_share_with_goods(recalls: Recalls, goods: Goods) -> None:
    """Numbers, a brand that is known, a brand or name in the title."""
    recalls.put([(FULL, ())])
    assert recalls.candidates(goods) == (FULL,)


@pytest.mark.parametrize(
    "goods",
    [
        Goods(),
        Goods("Kettle", "Acme"),
        Goods("Dumbbell", "Bestlift"),
        Goods(gtin="4006381333931"),
        Goods(gtin="12"),
        Goods("A", "Acme"),
    ],
)
def test_goods_that_share_nothing_find_nothing(recalls: Recalls, goods: Goods) -> None:
    """Without a notice that could mean them."""
    recalls.put([(FULL, ())])
    assert recalls.candidates(goods) == ()


def test_a_name_that_any_notice_uses_as_a_word_is_no_name(recalls: Recalls) -> None:
    """ "Head" is a brand of ski boots and a word in a notice of helmets."""
    boots = notice_of(
        {"notice": "1", "title": "Head Recalls Ski Boots", "description": "This involves Head Boots."}
    )
    recalls.put([(boots, ordinary("This involves Head Boots."))])
    goods = Goods("Ski boots for head and feet")
    assert judge(goods, recalls.candidates(goods))
    helmets = "The helmets were sold in a size fitting a head of 22 inches."
    recalls.put([(notice_of({"notice": "2", "title": "Helmets", "description": helmets}), ordinary(helmets))])
    assert recalls.candidates(goods) == ()
    named = Goods("Ski boots", "Head")
    assert judge(named, recalls.candidates(named))[0].level == "possible"


def test_a_new_file_replaces_all_parts_of_a_notice(station: StationFile) -> None:
    """And leaves the others alone."""
    db = station.catalogue.db
    first = Recalls(db)
    first.put([(Notice("1", 1, models=("A1",)), ())])
    first.put([(Notice("1", 2, models=("A2",)), ()), (Notice("2", models=("B1",)), ())])
    assert len(first.notice("1")) == 2
    Recalls(db).put([(Notice("1", 1, models=("A3",)), ())])
    assert [one.models for one in first.notice("1")] == [("A3",)]
    assert [one.number for one in first.candidates(Goods("A2 B1"))] == ["2"]


def test_a_damaged_notice_is_told(recalls: Recalls, station: StationFile) -> None:
    """With its number."""
    recalls.put([(FULL, ())])
    run(station.catalogue.db, "update recall set body = '{'")
    with pytest.raises(StoreUnavailable, match="recall notice 26431"):
        recalls.notice("26431")


def test_hostile_text_is_only_text(recalls: Recalls) -> None:
    """Quotes, half surrogates and long titles, in notices and in scans."""
    evil = "x'); drop table recall; -- \ud800 %"
    recalls.put([(Notice(evil, title=evil, models=("8361",)), ())])
    assert recalls.candidates(Goods(f"8361 {evil}" + " word" * 500 + " w8 " * 500, evil, sku=evil))
    assert recalls.count() == 1


def test_devices_are_found_by_their_numbers(devices: Devices) -> None:
    """What is put again takes the place of what stood there."""
    devices.put_tacs([Tac("49015420", "Acme", "One"), Tac("35693803", "Acme", "Two")])
    devices.put_tacs([Tac("49015420", "Acme", "One Plus")])
    assert devices.tac("49015420") == Tac("49015420", "Acme", "One Plus")
    assert devices.tac("00000000") is None
    number = Number("imei", IMEI)
    old = StatusCheck(number, "register", datetime(2026, 11, 1, tzinfo=UTC), "unknown")
    new = StatusCheck(number, "register", datetime(2026, 11, 2, tzinfo=UTC), "clear", "R1")
    devices.put_checks([new, old])
    devices.put_checks([StatusCheck(number, "register", old.at, "flagged", "R0")])
    assert [(one.result, one.ref) for one in devices.checks(number)] == [("flagged", "R0"), ("clear", "R1")]
    assert devices.checks(number)[1] == new
    assert devices.checks(Number("serial", "SN-7")) == ()


def test_records_are_found_by_number_and_lpn(devices: Devices) -> None:
    """One certificate may cover many devices and media; the same record again changes nothing."""
    days = {"sanitiser_date": date(2026, 11, 21), "verifier_date": date(2026, 11, 22)}
    one = record_of({**WIPE, **days, "lpn": "bcdf"}, TODAY)
    two = record_of({**WIPE, **days, "serial": "SN-8", "media_serial": "D1"}, TODAY)
    devices.put_records([one, two])
    devices.put_records([one])
    assert devices.records(("serial sn-7", lpn_key("BCDF"))) == (one,)
    assert devices.records((lpn_key("BCDF"),)) == (one,)
    assert devices.records(("serial sn-8",)) == (two,)
    assert devices.records(("serial sn-9",)) == ()


CPSC_ROW = {
    "recall_id": "10736",
    "recall_number": "26431",
    "title": "Acme Recalls SmartBell Dumbbells Due to Injury",
    "description": "This recall involves SmartBell dumbbells, model 8361.\nThey are grey.",
    "remedy": "Refund",
    "manufacturer": "",
    "hazards": "Falls",
    "recall_date": "2026-04-23",
    "url": "https://recalls.test/1",
}


def take(path: Path, recalls: Recalls, mapping: ImportMap | None = None, **more: Any) -> Imported:
    """Import notices."""
    return import_recalls(path, mapping or ImportMap(), recalls, path.parent / "rejects", **more)


def test_a_file_of_the_authority_is_taken_in_without_a_mapping(
    recalls: Recalls, table: Callable[..., Path]
) -> None:
    """By the names under which it publishes its columns; the same file again changes nothing."""
    path = table([CPSC_ROW])
    heard: list[int] = []
    for _ in range(2):
        assert take(path, recalls, progress=heard.append) == Imported(1, 0, None)
        recalls = Recalls(recalls._db)
    (found,) = recalls.notice("26431")
    assert (found.models, found.hazard, found.dated) == (("8361",), "Falls", date(2026, 4, 23))
    assert found.url == "https://recalls.test/1"
    assert heard == [1, 1]


def test_a_file_with_other_columns_needs_a_mapping(recalls: Recalls, table: Callable[..., Path]) -> None:
    """Without one it is refused with what was looked for and what there is; nothing is taken in."""
    path = table([{"ID": "R1", "Artikel": "Kettle", "EAN13": "4006381333931", "Chargen": "L1 - L9"}])
    with pytest.raises(
        ImportRefused, match=r"no column for notice, one is required.*the file has ID, Artikel"
    ):
        take(path, recalls)
    mapping = ImportMap(columns={"notice": "ID", "title": "Artikel", "gtin": "EAN13", "lots": "Chargen"})
    assert take(path, recalls, mapping).imported == 1
    assert recalls.notice("R1")[0].lots == (Range("L1", "L9"),)


def test_rows_of_one_number_are_parts_of_one_notice(recalls: Recalls, table: Callable[..., Path]) -> None:
    """Each keeps its own models and serials."""
    rows = [
        {"notice": "R1", "title": "Kettle", "model": "K1", "serials": "A1 - A9"},
        {"notice": "R1", "title": "Pot", "model": "P1", "serials": ""},
    ]
    assert take(table(rows), recalls).imported == 2
    assert [(one.part, one.models) for one in recalls.notice("R1")] == [(1, ("K1",)), (2, ("P1",))]
    assert recalls.count() == 1


def test_bad_rows_go_into_a_file_beside(recalls: Recalls, table: Callable[..., Path]) -> None:
    """With line, column, value and reason; the good ones are taken in."""
    rows = [
        {"notice": "R1", "title": "Kettle", "gtin": "4006381333931", "sold_from": ""},
        {"notice": "R2", "title": "Kettle", "gtin": "4006381333930", "sold_from": ""},
        {"notice": "", "title": "Kettle", "gtin": "", "sold_from": ""},
        {"notice": "R4", "title": "", "gtin": "", "sold_from": ""},
        {"notice": "R5", "title": "Kettle", "gtin": "", "sold_from": "spring"},
    ]
    done = take(table(rows), recalls)
    assert (done.imported, done.rejected) == (1, 4)
    assert done.rejects_file is not None
    with done.rejects_file.open(encoding="utf-8") as file:
        told = [(row["line"], row["column"], row["value"], row["reason"]) for row in csv.DictReader(file)]
    assert [one[:3] for one in told] == [
        ("3", "gtin", "4006381333930"),
        ("4", "notice", ""),
        ("5", "title", ""),
        ("6", "sold_from", "spring"),
    ]
    assert "check digit" in told[0][3]
    assert "required" in told[1][3]


def test_json_and_ndjson_are_taken_in_as_well(recalls: Recalls, tmp_path: Path) -> None:
    """A key that only some entries have is no reason to refuse the file."""
    rows = [{"notice": "R1", "product": "Kettle"}, {"notice": "R2", "gtin": "4006381333931"}]
    for name, text in (("a.json", json.dumps(rows)), ("a.ndjson", "\n".join(map(json.dumps, rows)))):
        path = tmp_path / name
        path.write_text(text, "utf-8")
        assert take(path, recalls).imported == 2
        recalls = Recalls(recalls._db)


def test_type_codes_and_answers_are_taken_in(
    devices: Devices, table: Callable[..., Path], tmp_path: Path
) -> None:
    """A lost zero is put back where only one can be lost; an answer has one of three words."""
    tacs = table(
        [
            {"tac": "1332700", "manufacturer": "Acme", "name": "One"},
            {"tac": "13", "manufacturer": "A", "name": "B"},
        ]
    )
    done = import_tacs(tacs, ImportMap(), devices, tmp_path)
    assert (done.imported, done.rejected) == (1, 1)
    assert devices.tac("01332700") == Tac("01332700", "Acme", "One")
    answers = table(
        [
            {"imei": IMEI, "provider": "register", "date": "2026-11-21", "status": "Clear"},
            {"imei": IMEI, "provider": "register", "date": "2026-11-22", "status": "fine"},
            {"imei": IMEI, "provider": "", "date": "2026-11-22", "status": "clear"},
        ],
        "answers.csv",
    )
    done = import_checks(answers, ImportMap(), devices, tmp_path)
    assert (done.imported, done.rejected) == (1, 2)
    assert [check.result for check in devices.checks(Number("imei", IMEI))] == ["clear"]


def test_records_of_a_wipe_tool_are_taken_in(
    devices: Devices, table: Callable[..., Path], tmp_path: Path
) -> None:
    """A bad one is refused with line, column, value and reason, and proves nothing."""
    rows = [
        WIPE,
        {**WIPE, "serial": "SN-8", "verifier_date": "2026-11-20"},
        {**WIPE, "serial": "SN-9", "sanitiser_date": "2026-11-24"},
        {**WIPE, "serial": "UNKNOWN"},
        {**WIPE, "serial": "SN-10", "tool_version": ""},
        {**WIPE, "serial": "", "ref": "CERT-2"},
    ]
    done = import_wipes(table(rows), ImportMap(), devices, tmp_path, TODAY)
    assert (done.imported, done.rejected) == (1, 5)
    assert [one.ref for one in devices.records(("serial sn-7",))] == ["CERT-1"]
    assert devices.records(("serial sn-8", "serial sn-9", "serial sn-10")) == ()
    assert done.rejects_file is not None
    with done.rejects_file.open(encoding="utf-8") as file:
        told = [(row["line"], row["column"], row["value"]) for row in csv.DictReader(file)]
    assert told == [
        ("3", "verifier_date", "2026-11-20"),
        ("4", "sanitiser_date", "2026-11-24"),
        ("5", "serial", "UNKNOWN"),
        ("6", "tool_version", ""),
        ("7", "serial", ""),
    ]


def test_a_wipe_file_may_name_its_columns_otherwise(devices: Devices, tmp_path: Path) -> None:
    """As JSON, with constants for what is the same for the whole site."""
    entry = {"SN": "SN-7", "Typ": "NVMe", "Erased": "21.11.2026", "Checked": "22.11.2026", "State": "passed"}
    path = tmp_path / "wipes.json"
    path.write_text(json.dumps([entry, {**entry, "SN": "SN-8", "State": "aborted"}]), "utf-8")
    mapping = ImportMap(
        columns={"serial": "SN", "media_type": "Typ", "sanitiser_date": "Erased", "verifier_date": "Checked",
                 "result": "State"},
        constants={"manufacturer": "Acme", "model": "Book", "action": "purge", "method": "crypto erase",
                   "tool": "Wiper", "tool_version": "4.2", "verification": "full", "sanitiser_name": "Ada",
                   "verifier_name": "Ben"},
        date_formats=("%d.%m.%Y",),
    )  # fmt: skip
    done = import_wipes(path, mapping, devices, tmp_path, TODAY)
    assert (done.imported, done.rejected) == (1, 1)
    assert devices.records(("serial sn-7",))[0].sanitiser.day == date(2026, 11, 21)


@pytest.mark.long
def test_ten_thousand_notices_find_only_what_shares_something(recalls: Recalls) -> None:
    """However many there are, few are looked at: a brand, its product and no other."""
    kinds = ("kettle", "heater", "lamp", "pump", "scooter", "blender", "stool", "drill", "helmet", "monitor")
    many = [
        notice_of(
            {
                "notice": f"R{n}",
                "title": f"Brand{chr(65 + n % 26)}{chr(65 + n // 26 % 26)} Recalls {kinds[n % 10]}s Due to Fire",
                "description": f"This recall involves {kinds[n % 10]}s, model M{n:05}.",
            }
        )
        for n in range(10_000)
    ]
    with recalls.transaction():
        recalls.put([(one, ordinary("this recall involves kettles and lamps")) for one in many])
    assert recalls.count() == 10_000
    exact = Goods("Lamp M00012", "BrandMA")
    assert [
        match.notice.number for match in judge(exact, recalls.candidates(exact)) if match.level == "hit"
    ] == ["R12"]
    assert recalls.candidates(Goods("Lamp for the garden")) == ()
    assert len(recalls.candidates(Goods("Garden lamp", "BrandMA"))) < 40
