"""Certificates of devices: through imports, bench and journal, and refused where something is not proven."""

from __future__ import annotations

import csv
import io
import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from click.testing import CliRunner

from terminal.assembly import assemble
from terminal.certificates import certificate
from terminal.config import load
from terminal.console import Context
from terminal.domain.speech import _
from terminal.domain.suggest import BadData
from terminal.gate_imports import run_wipes
from terminal.importing import run_import
from terminal.replay import Clock, Replay
from terminal.report_cli import report
from terminal.reports.certificate_pdf import write
from terminal.reports.locale_forms import written_in
from terminal.settings import Settings
from terminal.store.connection import read
from terminal.store.station_file import StationFile

SERIAL = "X5-0002417"
BEGIN = "@2026-11-23T08:00:00Z\n!badge 9001\nRMA1002\nPHONE-X5-128\n" + SERIAL + "\n"
TESTED = BEGIN + "!measure battery_health 91\n!clean\n"
END = "!accept\n!applied\n!tote\n"


def the_day() -> date:
    """The day of it all."""
    return date(2026, 11, 24)


HOSTILE = '<b>Å</b> & "x" ${7*7} ^XA 日本語'


@pytest.fixture
def site(tmp_path: Path) -> Settings:
    """The demo's goods at a station as shipped."""
    return a_site(tmp_path)


def a_site(tmp_path: Path) -> Settings:
    """The same, in a folder."""
    config = tmp_path / "config.toml"
    config.write_text("[codes]\nserial = ['X5-[0-9]{7}']\n", "utf-8")
    settings: Settings = load(config, tmp_path / "data", {})
    demo = Path(__file__).parents[2] / "terminal" / "data" / "demo"
    run_import(settings, demo / "catalogue.csv", None, "catalogue")
    run_import(settings, demo / "manifest.csv", None, "manifest")
    return settings


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The folder of a station with a phone that was wiped, tested and placed, and its LPN."""
    folder = tmp_path_factory.mktemp("finished")
    settings = a_site(folder)
    wipe(settings, folder)
    return folder, work(settings, TESTED + END)


@pytest.fixture
def phone(finished: tuple[Path, str], tmp_path: Path) -> tuple[Settings, str]:
    """A copy of it that may be changed."""
    folder, lpn = finished
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    return load(tmp_path / "config.toml", tmp_path / "data", {}), lpn


def wipe(site: Settings, folder: Path, **more: str) -> None:
    """A record of a wipe of the demo's phone."""
    row = {
        "ref": "CERT-1", "serial": SERIAL, "manufacturer": "Nordlys", "model": HOSTILE, "media_type": "UFS",
        "action": "purge", "method": "crypto erase", "tool": "Wiper", "tool_version": "4.2",
        "verification": "full", "sanitiser_name": "Ada", "sanitiser_date": "2026-11-21",
        "verifier_name": "Ben " + "long " * 80, "verifier_date": "2026-11-22", **more,
    }  # fmt: skip
    path = folder / "wipes.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(row))
        writer.writeheader()
        writer.writerow(row)
    assert run_wipes(site, path, None, today=lambda: date(2026, 11, 23))["imported"] == 1


def work(site: Settings, script: str) -> str:
    """What happens at the bench; the LPN of the last item."""
    clock = Clock()
    whole = assemble(site, clock)
    try:
        play = Replay(
            whole.station, clock, whole.people, lambda lpn: whole.file.queries.item_record(lpn) or {}
        )
        list(play.run(io.StringIO(script), 1, lambda line: None))
        assert play.tally.refused == []
        return str(read(whole.file.db, "select lpn from item order by rowid desc limit 1")[0][0])
    finally:
        whole.close(60)


def refusal(site: Settings, lpn: str) -> str:
    """The sentence instead of a certificate."""
    with pytest.raises(BadData) as refused:
        certificate(site, lpn, the_day)
    return str(refused.value)


def test_a_tested_and_purged_phone_gets_a_certificate(phone: tuple[Settings, str]) -> None:
    """Who tested it and when, every field of its wipe, and the event that it stands on."""
    site, lpn = phone
    told = certificate(site, lpn, the_day)
    assert told["tests"]["result"] == "pass"
    assert told["tests"]["by"] == "9001"
    assert told["tests"]["at"].startswith("2026-11-23T08:")
    assert told["tests"]["battery_health"] == 91
    assert [one["test"] for one in told["tests"]["checks"]][:2] == ["starts", "touch"]
    (wiped,) = told["sanitisation"]
    assert (wiped["ref"], wiped["action"], wiped["method"], wiped["model"]) == (
        "CERT-1", "purge", "crypto erase", HOSTILE,
    )  # fmt: skip
    assert wiped["sanitiser"]["name"] == "Ada"
    assert wiped["sanitiser"]["title"] is None
    assert wiped["destination"] is None
    assert "destination" in wiped["not_recorded"]
    with StationFile.open(site.data, site.station.id) as file:
        found = read(file.db, "select hash, item, kind from event where seq = ?", (told["journal"]["seq"],))
        newest = read(file.db, "select updated_seq from item where lpn = ?", (lpn,))
    assert found == [(told["journal"]["hash"], lpn, "placed")]
    assert newest[0][0] == told["journal"]["seq"]
    json.dumps(told)


def test_the_certificate_is_printed_with_every_word_inside_the_page(phone: tuple[Settings, str]) -> None:
    """Also where a name is hostile, very long or in letters that the PDF's fonts lack; the same each time."""
    site, lpn = phone
    told = certificate(site, lpn, the_day)
    told["device"]["title"] = "Smartfon używany, Größe ñ, déjà œ"
    assert write(told) == write(told)
    document = pypdfium2.PdfDocument(write(told))
    text = " ".join(" ".join(page.get_textpage().get_text_range() for page in document).split())
    for wanted in (
        lpn,
        "Smartfon używany, Größe ñ, déjà œ",
        told["journal"]["hash"],
        "CERT-1",
        "crypto erase",
        "verifier",
        "not recorded",
        SERIAL,
    ):
        assert wanted in text, wanted
    assert told["sanitisation"][0]["verifier"]["name"] in text
    assert text.count("long") > 30
    for page in document:
        picture = page.render(scale=1).to_pil().convert("L")
        width, height = picture.size
        for box in ((0, 0, 38, height), (width - 38, 0, width, height), (0, 0, width, 30)):
            assert picture.crop(box).getextrema() == (255, 255)


@pytest.mark.parametrize(
    ("record", "wanted"),
    [
        (None, "was not wiped since 2026-11-16"),
        ({"action": "clear"}, "cleared only"),
        ({"sanitiser_date": "2026-11-01", "verifier_date": "2026-11-02"}, "was not wiped since 2026-11-16"),
        ({"serial": "X5-9999999"}, "was not wiped"),
    ],
)
def test_a_phone_that_was_not_purged_since_it_came_back_gets_none(
    site: Settings, tmp_path: Path, record: dict[str, str] | None, wanted: str
) -> None:
    """The sentence says what is missing; the command ends with status 1 and writes nothing."""
    if record is not None:
        wipe(site, tmp_path, **record)
    lpn = work(site, TESTED + END)
    assert wanted in refusal(site, lpn)
    target = tmp_path / "none.pdf"
    done = CliRunner().invoke(
        report, ["certificate", lpn, "--pdf", str(target)], obj=Context(None, site.data)
    )
    assert (done.exit_code, target.exists()) == (1, False)
    assert lpn in done.output


def test_a_phone_that_was_wiped_after_it_left_the_bench_gets_one(site: Settings, tmp_path: Path) -> None:
    """Its record is found by its serial, or by its LPN."""
    lpn = work(site, TESTED + END)
    wipe(site, tmp_path, serial="", lpn=lpn, media_serial="M1")
    (wiped,) = certificate(site, lpn, the_day)["sanitisation"]
    assert (wiped["media_serial"], wiped["serial"]) == ("M1", None)
    wipe(site, tmp_path, ref="CERT-2", sanitiser_date="2026-11-22")
    assert [one["ref"] for one in certificate(site, lpn, the_day)["sanitisation"]] == ["CERT-1", "CERT-2"]


def test_a_number_that_nobody_read_from_the_device_proves_nothing(site: Settings, tmp_path: Path) -> None:
    """The manifest says which serial was sold, not which one came back."""
    wipe(site, tmp_path)
    lpn = work(site, BEGIN.replace(f"{SERIAL}\n", "") + "!measure battery_health 91\n!clean\n" + END)
    assert "was not wiped" in refusal(site, lpn)


def test_goods_without_data_need_no_wipe_and_goods_without_a_function_get_none(
    site: Settings, tmp_path: Path
) -> None:
    """A kettle is certified by its test; a shirt has nothing that could be tested; an unknown LPN is named."""
    kettle = work(site, "@2026-11-23T08:00:00Z\n!badge 9001\nRMA1003\nKETTLE-17\n!clean\n" + END)
    target = tmp_path / "kettle.pdf"
    asked = ["certificate", kettle, "--pdf", str(target)]
    done = CliRunner().invoke(report, asked, obj=Context(None, site.data))
    told = json.loads(done.stdout)
    assert (told["certificate"], told["pdf"]) == (kettle, str(target))
    assert "store no personal data" in " ".join(_text(target.read_bytes()).split())
    shirt = work(site, "@2026-11-23T09:00:00Z\n!parcel-done\nRMA1001\nTEE-BLK-M\n!clean\n" + END)
    assert "no function" in refusal(site, shirt)
    assert "No item of this station" in refusal(site, "<script>")


@pytest.mark.parametrize(
    ("facts", "wanted"),
    [
        ({"function": "fail"}, "failed the test"),
        ({"function": "not_tested"}, "was not tested"),
        ({"function": None}, "was not tested"),
        ({"lock": "on"}, "locked"),
        ({"serial_mismatch": True}, "another device"),
        ({"serial_read": None, "data_sanitised": "purge", "sanitisation_ref": "GONE"}, "GONE is not in"),
    ],
)
def test_what_is_not_proven_is_refused_with_the_reason(
    phone: tuple[Settings, str], facts: dict[str, Any], wanted: str
) -> None:
    """Unknown is never taken for proven."""
    site, lpn = phone
    with StationFile.open(site.data, site.station.id) as file:
        (text,) = read(file.db, "select facts from item where lpn = ?", (lpn,))[0]
        whole = json.loads(text)
        known = {**whole["facts"], **facts}
        whole["facts"] = {name: value for name, value in known.items() if value is not None}
        with file.db.conn:
            file.db.conn.execute("update item set facts = ? where lpn = ?", (json.dumps(whole), lpn))
    assert wanted in refusal(site, lpn)


def test_silence_on_whether_a_device_stores_data_is_no_word_that_it_does_not(
    phone: tuple[Settings, str], tmp_path: Path
) -> None:
    """A site's own schemes may leave it open, and then nobody can certify that data are gone."""
    site, lpn = phone
    folder = tmp_path / "schemes"
    shutil.copytree(Path(__file__).parents[2] / "terminal" / "data" / "schemes", folder)
    own = folder / "schemes.toml"
    own.write_text(own.read_text("utf-8").replace("data_bearing = true, ", ""), "utf-8")
    config = tmp_path / "config.toml"
    config.write_text(config.read_text("utf-8") + f"[schemes]\nfolder = '{folder}'\n", "utf-8")
    assert "nobody said whether it stores" in refusal(load(config, site.data, {}), lpn)


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        ("disposition = 'recycle'", "goes to recycle"),
        ("status = 'open'", "is open"),
        ("leader = 'OTHER'", "was not tested itself"),
    ],
)
def test_what_is_not_finished_not_used_again_or_not_itself_tested_is_refused(
    phone: tuple[Settings, str], change: str, wanted: str
) -> None:
    """A unit that shares the inspection of another one was never switched on."""
    site, lpn = phone
    with StationFile.open(site.data, site.station.id) as file, file.db.conn:
        file.db.conn.execute(f"update item set {change} where lpn = ?", (lpn,))
    assert wanted in refusal(site, lpn)


def test_a_test_that_was_taken_back_is_not_the_one_that_counts(site: Settings, tmp_path: Path) -> None:
    """The one that stands is told with its own time."""
    wipe(site, tmp_path)
    again = "@+10m\n!undo\n@+20m\n!clean\n"
    lpn = work(site, TESTED + again + END)
    told = certificate(site, lpn, the_day)
    assert told["tests"]["at"].startswith("2026-11-23T08:30")
    assert [one["how"] for one in told["observations"]].count("clean") == 1


def _text(pdf: bytes) -> str:
    return " ".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf))


def test_what_was_found_is_said_in_the_language_of_the_paper(phone: tuple[Settings, str]) -> None:
    """Questions and answers that Regrade ships have words; what a site invented stays."""
    site, lpn = phone
    told = certificate(site, lpn, the_day)
    seen = {"by": "1001", "at": told["journal"]["at"], "how": "answer"}
    told["observations"] = [seen | {"what": "sole", "value": "yes"}, seen | {"what": "own", "value": "odd"}]
    with written_in("de"):
        paper = _text(write(told))
        assert f"{_('sole')} {_('yes')}" in paper
        assert _("sole") != "sole"
    assert "own odd" in paper
