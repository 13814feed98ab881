"""Reports on figures and on waste: from a table of past units to numbers, files and pages."""

from __future__ import annotations

import csv
import importlib.resources
import io
import json
import sys
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL.Image import Image

from terminal.config import load
from terminal.console import Context
from terminal.domain.suggest import BadData
from terminal.esg import esg_report, read_layouts, read_receipts, shipped_layouts
from terminal.history import run_history
from terminal.report_cli import report
from terminal.reports.chart import Day, draw_days
from terminal.reports.esg_layout import BadLayout, read_layout
from terminal.reports.esg_pdf import write as write_esg
from terminal.reports.esg_sums import Figure, Units, figures
from terminal.reports.page import MARGIN, Page, Table, clean, width_of, wrapped
from terminal.reports.typefaces import has
from terminal.settings import Settings
from terminal.store.connection import read
from terminal.store.station_file import StationFile

TWELVE = (Path(__file__).parents[1] / "data" / "twelve_units.csv").read_text("utf-8")
HOSTILE = "<font color='red'>&amp; 日本語 العربية Zażółć " + "x" * 150


def station(folder: Path, text: str) -> Settings:
    """A station whose past is in a table."""
    made: Settings = load(None, folder / "data", {})
    table = folder / "past.csv"
    table.write_text(text, "utf-8")
    run_history(made, table, None)
    return made


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A station with the twelve units; nothing here changes it."""
    return station(tmp_path_factory.mktemp("twelve"), TWELVE)


def invoke(site: Settings, *args: object) -> Result:
    """A command as somebody types it."""
    return CliRunner().invoke(report, [str(arg) for arg in args], obj=Context(None, site.data))


def asked(site: Settings, *args: object) -> dict[str, Any]:
    """What it prints."""
    done = invoke(site, *args)
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def pages(pdf: bytes) -> tuple[str, list[Image]]:
    """The text of a document, and its pages as pictures."""
    document = pypdfium2.PdfDocument(pdf)
    text = "\n".join(page.get_textpage().get_text_range() for page in document)
    return " ".join(text.split()), [page.render(scale=1).to_pil().convert("L") for page in document]


def inside(pictures: list[Image]) -> bool:
    """Whether the margins of every page are white, and something is on it."""
    edge = int(MARGIN) - 4
    for picture in pictures:
        width, height = picture.size
        for box in ((0, 0, edge, height), (width - edge, 0, width, height), (0, 0, width, edge - 12)):
            if picture.crop(box).getextrema() != (255, 255):
                return False
    return all(sum(picture.histogram()[:128]) for picture in pictures)


def found_rows(told: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Code -> the line for all units."""
    return {
        row["code"]: row
        for layout in told["layouts"]
        for table in layout["tables"]
        for row in table["rows"]
        if row["of"] is None
    }


def test_waste_of_the_twelve_units_is_what_was_reckoned_by_hand(site: Settings) -> None:
    """GRI 306: 3.10 kg waste, 2.10 kg kept from disposal, 1.00 kg disposed of, 67.74 %."""
    told = asked(site, "esg")
    rows = found_rows(told)
    assert [rows[code]["kg"] for code in ("306-3 a", "306-4 a", "306-5 a")] == [3.1, 2.1, 1.0]
    assert [rows[code]["value"] for code in ("306-3 a", "306-4 a", "306-5 a")] == [0.0031, 0.0021, 0.001]
    assert rows["diversion"]["value"] == pytest.approx(0.6774, abs=5e-5)
    assert [rows[f"E5-5 37 {code}"]["kg"] for code in ("a", "b", "c", "d")] == [3.1, 2.1, 1.0, 1.0]
    assert rows["E5-5 37 d %"]["value"] == pytest.approx(1 / 3.1, abs=1e-6)
    assert told["fate_unknown"] == {"units": 1, "kg": 0.18}
    assert told["waste"]["source_kg"] == {"weighed": 0, "typed": 0, "catalogue": 0, "assumed": 3.1}
    assert {unit["lpn"] for unit in told["evidence"]} == {"U08", "U09", "U11"}
    assert "Without a known receipt number: 3 units of waste." in told["said"]
    whole = {row["of"]: row["kg"] for layout in told["layouts"] for table in layout["tables"]
             for row in table["rows"] if row["code"] == "306-3 a"}  # fmt: skip
    assert whole == {None: 3.1, "cosmetics": 0.2, "fmcg": 0.8, "laptop": 2.1}


def test_what_nobody_said_is_null_and_never_zero(site: Settings) -> None:
    """Hazard, sale and place of treatment of past units are not known; that reuse is no waste is."""
    rows = found_rows(asked(site, "esg"))
    for code in ("306-4 b ii", "306-4 c ii", "306-5 d", "24(1)(a)", "24(1)(d)", "E5-5 39 rad"):
        assert (rows[code]["value"], rows[code]["kg"]) == (None, None), code
        assert rows[code]["note"], code
    assert rows["306-4 b i"]["value"] == 0
    assert rows["24(1)(a) ?"]["kg"] == 3.1


def test_csv_and_parquet_say_the_same_as_json(site: Settings, tmp_path: Path) -> None:
    """To the gram; an empty cell is what nobody knows, and no cell is a formula."""
    parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed: no Parquet is tested")
    names = {end: tmp_path / f"esg.{end}" for end in ("csv", "parquet")}
    proof = {end: tmp_path / f"proof.{end}" for end in ("csv", "parquet")}
    args = [f"--table={path}" for path in names.values()] + [f"--evidence={path}" for path in proof.values()]
    assert asked(site, "esg", *args)["files"] == [str(path) for path in (*names.values(), *proof.values())]
    with names["csv"].open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    table = parquet.read_table(names["parquet"]).to_pylist()
    assert len(rows) == len(table) > 50
    for row, same in zip(rows, table, strict=True):
        assert row["code"] == same["code"]
        assert (Decimal(row["kg"]) if row["kg"] else None) == same["kg"]
    kg = {row["code"]: row["kg"] for row in rows if not row["of"]}
    assert (kg["306-3 a"], kg["306-4 a"], kg["306-5 a"], kg["306-4 b ii"]) == ("3.100", "2.100", "1.000", "")
    ratio = next(row["value"] for row in rows if row["code"] == "diversion")
    assert round(Decimal(ratio) * 100, 2) == Decimal("67.74")
    with proof["csv"].open(encoding="utf-8", newline="") as file:
        listed = list(csv.DictReader(file))
    assert [row["lpn"] for row in listed] == ["U08", "U11", "U09"]
    assert parquet.read_table(proof["parquet"]).column("photos").to_pylist() == [[], [], []]


def test_receipts_are_found_by_lpn_and_strange_ones_are_named(site: Settings, tmp_path: Path) -> None:
    """A table without the columns is refused with what was expected."""
    slips = tmp_path / "slips.csv"
    slips.write_text("lpn,load,receipt\nU09,,WB-77\nU99,,WB-78\nU08,,\n", "utf-8")
    told = asked(site, "esg", "--receipts", slips)
    assert {unit["lpn"]: unit["receipt"] for unit in told["evidence"]} == {
        "U08": None, "U09": "WB-77", "U11": None,
    }  # fmt: skip
    assert any("U99" in sentence for sentence in told["said"])
    slips.write_text("a,b\n1,2\n", "utf-8")
    with pytest.raises(BadData, match="receipt; got a, b"):
        read_receipts(slips)
    slips.write_bytes(b"lpn,receipt\n\xff,1\n")
    assert "not readable" in invoke(site, "esg", "--receipts", slips).output


def test_a_period_takes_what_was_closed_in_it(site: Settings) -> None:
    """Both days belong to it; one that ends before it begins is refused."""
    told = asked(site, "esg", "--from", "2026-03-12", "--to", "2026-03-12", "--layout", "gri-306")
    assert [unit["lpn"] for unit in told["evidence"]] == ["U11"]
    assert found_rows(told)["diversion"]["value"] == 0
    done = invoke(site, "esg", "--from", "2026-03-12", "--to", "2026-03-11")
    assert (done.exit_code, "before it begins" in done.output) == (1, True)
    empty = asked(site, "esg", "--from", "2027-01-01")
    assert found_rows(empty)["diversion"]["value"] is None
    assert found_rows(empty)["306-3 a"]["value"] == 0
    assert empty["waste"]["source_share"]["weighed"] is None


def test_the_report_on_waste_is_printed_within_the_page(site: Settings) -> None:
    """With every layout, every code and the list of evidence."""
    told = esg_report(site)
    text, pictures = pages(write_esg(told))
    for wanted in ("306-3 a", "67.74%", "0.003100", "E5-5 37 d %", "24(1)(c)", "U09", "CN 84", "assumed"):
        assert wanted in text, wanted
    assert inside(pictures)
    assert write_esg(told) == write_esg(told)


def test_the_report_on_figures_has_every_figure_with_its_n(site: Settings, tmp_path: Path) -> None:
    """And a dash, not a zero, where there is no denominator."""
    target = tmp_path / "kpi.pdf"
    assert asked(site, "kpi", "--pdf", target)["n"]["closed"] == 11
    text, pictures = pages(target.read_bytes())
    for wanted in (
        "Recovery rate, gross 50.49% n = 11", "Recovery rate, net 36.90% n = 11", "67.45% n = 6", "66.89% n = 6",
        "(EUR) 11.50 n = 12", "(EUR) 38.45 n = 11", "Override rate - n = 0", "67.74% n = 3", "1,571.15 (n = 11)",
        "3,112.00", "return_to_vendor", "cosmetics", "Bars (left)",
    ):  # fmt: skip
        assert wanted in text, wanted
    assert inside(pictures)


def test_an_empty_station_is_reported_as_one(tmp_path: Path) -> None:
    """Nothing is drawn, and every ratio is a dash."""
    empty: Settings = load(None, tmp_path / "data", {})
    target = tmp_path / "kpi.pdf"
    asked(empty, "kpi", "--pdf", target)
    text, pictures = pages(target.read_bytes())
    assert "Nothing was closed in this period." in text
    assert "Recovery rate, gross - n = 0" in text
    assert inside(pictures)
    assert "No unit became waste" in pages(write_esg(esg_report(empty)))[0]


def test_hostile_names_are_words_and_nothing_else(tmp_path: Path) -> None:
    """In PDF and CSV: markup, other alphabets, names without end, formulas."""
    rows = list(csv.reader(io.StringIO(TWELVE)))
    for row in rows[1:]:
        row[1] = HOSTILE
    rows[9][0] = "=cmd|' /C calc'!A0"
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    site = station(tmp_path, out.getvalue())
    told = esg_report(site)
    text, pictures = pages(write_esg(told))
    assert "3.100" in text
    assert inside(pictures)
    target = tmp_path / "kpi.pdf"
    asked(site, "kpi", "--pdf", target, "--from", "2026-03-01")
    assert inside(pages(target.read_bytes())[1])
    proof = tmp_path / "proof.csv"
    asked(site, "esg", "--evidence", proof)
    assert not any(line.startswith(("=", '"=')) for line in proof.read_text("utf-8").splitlines())


def test_accents_can_be_copied_out_of_both_reports(tmp_path: Path) -> None:
    """A category stands in them as it was written."""
    words = "używane ŁÓDŹ für Größe ñandú déjà œuvre"
    site = station(tmp_path, TWELVE.replace("fmcg", words))
    target = tmp_path / "kpi.pdf"
    asked(site, "kpi", "--pdf", target)
    for pdf in (target.read_bytes(), write_esg(esg_report(site))):
        assert set(words.split()) <= set(pages(pdf)[0].split())


def test_items_of_the_bench_bring_source_hazard_load_photo_and_event(site: Settings, tmp_path: Path) -> None:
    """What the bench knows of a unit stands beside it."""
    own: Settings = load(None, tmp_path / "data", {})
    run_history(own, _table(tmp_path), None)
    facts = {
        "facts": {"hazard": "damaged_battery", "return_legal_basis": "withdrawal"},
        "photos": ["ab" * 32],
    }
    with StationFile.open(own.data, own.station.id) as file:
        with file.db.conn:
            file.db.conn.execute("update unit set past = 0, mass_source = 'scale' where lpn = 'U09'")
            file.db.conn.execute("update unit set mass_g = null where lpn = 'U08'")
            file.db.conn.execute(
                "insert into item(lpn, status, facts, tote, updated_seq) values ('U09', 'closed', ?, ?, 1)",
                (json.dumps(facts), "LOAD--T--1"),
            )
            file.db.conn.execute(
                "insert into load(load, tote, recipient, handed_at) values ('LOAD--T--1', 'T', 'Scrap Ltd', '2026')"
            )
        digest = read(file.db, "select hash from event where seq = 1")[0][0]
    told = asked(own, "esg")
    rows = found_rows(told)
    (unit,) = (one for one in told["evidence"] if one["lpn"] == "U09")
    assert (unit["mass_source"], unit["load"], unit["recipient"]) == ("weighed", "LOAD--T--1", "Scrap Ltd")
    assert (unit["photos"], unit["event_hash"]) == (["ab" * 32], digest)
    assert rows["306-4 b ii"]["kg"] == rows["E5-5 39 haz"]["kg"] == rows["24(1)(a)"]["kg"] == 2.1
    assert "2 units: not known whether here" in rows["24(1)(a)"]["note"]
    assert rows["306-3 a"]["kg"] == 2.3
    assert rows["306-3 a"]["without_mass"] == 1
    assert rows["306-5 b/c i"]["value"] is None
    assert any("Without a mass" in sentence for sentence in told["said"])
    shares = told["waste"]["source_share"]
    assert shares["weighed"] == pytest.approx(2.1 / 2.3, abs=1e-6)


def test_a_layout_that_is_wrong_is_refused_with_line_and_likely_word(tmp_path: Path) -> None:
    """Every mistake at once."""
    text = shipped_layouts()["gri-306"].replace('fates = ["recycled"]', 'fates = ["recyled"]', 1)
    text = text.replace('unit = "t"', 'unit = "tons"').replace('table = "306-5"', 'table = "306-6"', 1)
    text = text.replace('unknown = "the station', 'fates = []\nunknown = "the station', 1)
    with pytest.raises(BadLayout) as wrong:
        read_layout("own.toml", text + '\n[[table]]\ncode = "empty"\ntitle = "x"\nsplitt = "category"\n')
    told = "\n".join(wrong.value.problems)
    for wanted in ('did you mean "recycled"', '"tons"', '"306-6"', "not both", "no row belongs", "splitt"):
        assert wanted in told, wanted
    assert all(problem.startswith("own.toml") for problem in wrong.value.problems)
    with pytest.raises(BadLayout, match="nothing to report"):
        read_layout("own.toml", 'schema = 1\nid = "a"\ntitle = "b"\nunit = "kg"\n')
    with pytest.raises(BadLayout, match="not readable"):
        read_layout("own.toml", "[[")
    (tmp_path / "a.toml").write_bytes(b"\xff")
    with pytest.raises(BadData, match="not UTF-8"):
        read_layouts([str(tmp_path / "a.toml")])
    with pytest.raises(BadData, match="gri-306"):
        read_layouts(["gri-307"])


def test_what_a_site_settles_in_its_own_layout_counts(site: Settings, tmp_path: Path) -> None:
    """Whether waste of a category is hazardous, and its CN code."""
    own = tmp_path / "own.toml"
    text = shipped_layouts()["gri-306"].replace('unit = "t"', 'unit = "kg"')
    own.write_text(text + '\n[hazardous]\nlaptop = "yes"\nfmcg = "no"\n[cn]\nlaptop = "8471"\n', "utf-8")
    rows = found_rows(asked(site, "esg", "--layout", own))
    assert rows["306-4 b ii"]["value"] == 2.1
    assert rows["306-4 c ii"]["value"] == 0
    assert rows["306-5 c i"]["value"] == 0.8


groups = st.builds(
    Units,
    category=st.sampled_from([None, "phone", "home"]),
    channel=st.sampled_from(["recycle", "energy_recovery", "landfill", "parts_harvest", "return_to_vendor"]),
    source=st.sampled_from(["weighed", "typed", "catalogue", "assumed"]),
    hazardous=st.sampled_from(["yes", "unknown"]),
    unsold=st.sampled_from(["yes", "no", "unknown"]),
    derogation=st.sampled_from([None, "none", "a"]),
    units=st.integers(2, 9),
    massed=st.integers(1, 2),
    grams=st.integers(0, 10**6),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(groups, max_size=12))
def test_the_lines_of_a_split_add_up_and_the_sources_too(found: list[Units]) -> None:
    """Whatever is in the station, no gram is counted twice or lost."""
    for layout in read_layouts():
        made = list(figures(layout, found))
        by_code: dict[tuple[str, str], list[Figure]] = {}
        for one in made:
            by_code.setdefault((one.table, one.code), []).append(one)
        for lines in by_code.values():
            whole, *parts = lines
            if parts:
                assert whole.kg == sum((part.kg or Decimal(0) for part in parts), Decimal(0))
            for one in lines:
                if one.kg is not None:
                    sources = (one.weighed_kg, one.typed_kg, one.catalogue_kg, one.assumed_kg)
                    assert sum(part for part in sources if part is not None) == one.kg


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=120), st.floats(30.0, 400.0))
def test_a_wrapped_text_fits_and_loses_no_letter(text: str, width: float) -> None:
    """Whatever its alphabet; a line is as wide as its place at most, but for a single letter."""
    lines = list(wrapped(text, width))
    assert "".join("".join(lines).split()) == "".join(clean(text).split())
    assert all(len(line) == 1 or width_of(line) <= width for line in lines)


def test_the_fonts_have_the_letters_of_every_language_that_a_station_speaks() -> None:
    """In both weights; their licence stands beside them."""
    letters = (
        "ąćęłńóśźżĄĆĘŁŃÓŚŹŻ" "äöüßÄÖÜẞ" "áéíóúüñÁÉÍÓÚÜÑ¿¡" "àâæçéèêëîïôœùûüÿÀÂÆÇÉÈÊËÎÏÔŒÙÛÜŸ"
        "€£°µ–—‘’“”„«»…•→−×≤≥±"
    )  # fmt: skip
    assert has(letters)
    page = Page(letters, letters)
    page.sentence(letters)
    text = pages(page.finish())[0].replace(" ", "")
    assert text.count(letters) == 3
    fonts = importlib.resources.files("terminal.data") / "fonts"
    assert "Bitstream Vera Fonts Copyright" in (fonts / "LICENSE-dejavu.txt").read_text("utf-8")


@pytest.mark.parametrize("span", [1, 40, 200, 3000])
def test_any_span_of_days_is_drawn_inside_of_the_page(span: int) -> None:
    """Also with recoveries below zero and above one, and many units a day."""
    page = Page("A title that " + "goes on " * 40, "foot " * 100)
    first = date(2020, 1, 1)
    days = [
        Day(first + timedelta(one), one * 37 % 5000 + 1, one % 7 * 50.0 - 20, 100.0 * (one % 5))
        for one in range(0, span, 1 + span // 300)
    ]
    draw_days(page, days)
    page.table(Table(("a", "b"), [(HOSTILE, "1")] * 90))
    text, pictures = pages(page.finish())
    assert "in steps" in text or span <= 62
    assert len(pictures) > 1
    assert inside(pictures)


def _table(folder: Path) -> Path:
    path = folder / "past.csv"
    path.write_text(TWELVE, "utf-8")
    return path


def test_parquet_without_its_library_is_a_sentence(
    site: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It names what to install, and what goes without."""
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    done = invoke(site, "esg", "--table", tmp_path / "a.parquet")
    assert (done.exit_code, "regrade[analytics], or write CSV" in done.output) == (1, True)
