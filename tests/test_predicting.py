"""Prediction around files: imports, rates of a day, fits of unknown files, forecast, reasons, commands."""

from __future__ import annotations

import csv
import json
import random
from datetime import date, timedelta
from decimal import Decimal
from math import exp
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from terminal.config import load
from terminal.console import Context
from terminal.domain.rates import NO_RATES
from terminal.domain.suggest import BadData
from terminal.import_cli import import_
from terminal.import_settings import ImportMap
from terminal.learned import rates_folder, rates_in_force
from terminal.predict_cli import predict
from terminal.predicting import (
    outcome_map,
    run_fit,
    run_forecast,
    run_learn,
    run_outcomes,
    run_reasons,
)
from terminal.settings import Settings
from terminal.store.connection import run
from terminal.store.station_file import StationFile

DAY = date(2026, 11, 23)
HEADER = ["lpn", "category", "grade", "channel", "reference_price", "proceeds", "sold", "overridden"]


@pytest.fixture
def site(tmp_path: Path) -> Settings:
    """A station as shipped, with a mapping of its own for outcomes."""
    foreign = ImportMap.model_construct(
        columns={"proceeds": "Erlös", "grade": "Note"},
        constants={"category": "phone", "channel": "marketplace", "currency": "EUR"},
        decimal=",",
        thousands=".",
        delimiter=";",
        encoding="cp1252",
    )
    shipped = load(None, tmp_path / "data", {})
    return shipped.model_copy(update={"imports": {**shipped.imports, "auction": foreign}})


def write(path: Path, header: list[str], rows: list[list[Any]], **options: Any) -> Path:
    """A CSV file."""
    encoding = options.pop("encoding", "utf-8")
    with path.open("w", newline="", encoding=encoding) as file:
        csv.writer(file, **options).writerows([header, *rows])
    return path


def sales(path: Path, count: int = 12, share: float = 0.8) -> Path:
    """Phones of grade B that were sold."""
    rows = [
        [f"L{n}", "phone", "B", "marketplace", 500, 500 * share, "2026-11-01", "no"] for n in range(count)
    ]
    return write(path, HEADER, rows)


def phones(path: Path, n: int = 120, **options: Any) -> Path:
    """Listings of a phone as somebody else's file has them."""
    draw = random.Random(4)
    grades = {"Premium": 0.15, "Excellent": 0.0, "Good": -0.05, "Fair": -0.2}
    platforms = {"Amazon": 0.0, "Back Market": -0.05, "eBay": -0.15}
    rows = []
    for _ in range(n):
        grade, platform = draw.choice(list(grades)), draw.choice(list(platforms))
        price = 430 * exp(grades[grade] + platforms[platform] + draw.gauss(0, 0.05))
        shown = f"{price:,.2f} €".replace(",", "T").replace(".", ",").replace("T", ".")
        rows.append([grade if draw.random() < 0.95 else "", platform, shown, "DE"])
    return write(path, ["Condition", "Platform", "Price (EUR)", "Country"], rows, **options)


# --- Outcomes


def test_outcomes_are_imported_and_told_as_every_import(site: Settings, tmp_path: Path) -> None:
    """And again: nothing new."""
    path = sales(tmp_path / "sold.csv")
    assert run_outcomes(site, path, None) == {
        "imported": 12, "rejected": 0, "rejects_file": None, "new": 12, "corrected": 0, "known": 0, "partial": 0,
        "unsettled": 0, "late": 0, "said": [],
    }  # fmt: skip
    again = run_outcomes(site, path, None)
    assert (again["known"], again["said"]) == (12, ["12 rows were known already: they changed nothing."])


def test_a_mapping_of_the_config_is_used(site: Settings, tmp_path: Path) -> None:
    """Its delimiter, encoding, marks, columns and constants; bad rows go into the folder of rejects."""
    path = tmp_path / "a.csv"
    write(path, ["Note", "Erlös"], [["B", "1.354,38"], ["Z", "5"]], encoding="cp1252", delimiter=";")
    heard: list[int] = []
    done = run_outcomes(site, path, "auction", heard.append)
    assert (done["imported"], done["rejected"]) == (1, 1)
    assert done["rejects_file"] == str(site.data / "rejects" / "a.rejects.csv")
    assert heard == [2]


def test_a_mapping_that_is_not_there_is_told(site: Settings) -> None:
    """With the nearest."""
    with pytest.raises(BadData, match=r'no mapping "auktion".*did you mean "auction"'):
        outcome_map(site, "auktion")
    assert outcome_map(site, None)[0].columns == {}


# --- Rates


def test_rates_are_frozen_for_a_day_and_found_from_then_on(site: Settings, tmp_path: Path) -> None:
    """Not before it; n and the share of the prior are told."""
    run_outcomes(site, sales(tmp_path / "sold.csv"), None)
    told = run_learn(site, DAY)
    assert told["written"] is True
    assert (told["outcomes"], told["used"]) == (12, 12)
    assert told["levels"] == {"category, channel": {"phone, marketplace": 12}, "channel": {"marketplace": 12}}
    folder = rates_folder(site)
    assert rates_in_force(folder, DAY - timedelta(1)) == NO_RATES
    for day in (DAY, DAY + timedelta(400)):
        rates = rates_in_force(folder, day)
        assert rates.version == told["version"]
        learned = rates.recoup("phone", "B", "marketplace", Decimal("0.62"))
        assert learned.n == 12
        assert 0.62 < learned.value < 0.85


def test_rates_of_a_day_are_never_written_over(site: Settings, tmp_path: Path) -> None:
    """The same again is no change; others are refused with what to do."""
    run_outcomes(site, sales(tmp_path / "sold.csv"), None)
    told = run_learn(site, DAY)
    assert run_learn(site, DAY)["written"] is False
    run_outcomes(site, sales(tmp_path / "more.csv", 30, 0.7), None)
    with pytest.raises(BadData, match="choose a later day with --on") as caught:
        run_learn(site, DAY)
    assert told["version"] in str(caught.value)
    later = run_learn(site, DAY + timedelta(1))
    assert later["version"] != told["version"]
    assert rates_in_force(rates_folder(site), DAY).version == told["version"]
    assert rates_in_force(rates_folder(site), DAY + timedelta(1)).version == later["version"]


def test_what_was_overridden_teaches_nothing(site: Settings, tmp_path: Path) -> None:
    """It is counted as left out."""
    row = ["L1", "phone", "B", "marketplace", 500, 400, "2026-11-01", "yes"]
    run_outcomes(site, write(tmp_path / "o.csv", HEADER, [row]), None)
    told = run_learn(site, DAY)
    assert (told["used"], told["left_out"]) == (0, {"overridden by a person": 1})


def test_a_decay_is_told_with_its_bias(site: Settings, tmp_path: Path) -> None:
    """Forty sales that lose .4 % a day."""
    rows = [
        [f"L{n}", "phone", "B", "marketplace", 500, round(400 * exp(-0.004 * 3 * n), 2), "2026-06-01",
         (date(2026, 6, 1) + timedelta(3 * n)).isoformat()]
        for n in range(40)
    ]  # fmt: skip
    run_outcomes(site, write(tmp_path / "d.csv", [*HEADER[:6], "decided", "sold"], rows), None)
    told = run_learn(site, DAY)["decays"]["phone"]
    assert float(told["per_day"]) == pytest.approx(0.004, abs=1e-4)
    assert abs(told["back_test"]["bias"]) < 0.01


def test_a_decay_that_cannot_be_tested_is_told_without_a_bias(site: Settings, tmp_path: Path) -> None:
    """Ten sales in forty days: enough for a fit, not for half of one."""
    rows = [
        [f"L{n}", "phone", "B", "outlet", 500, 400 - 3 * n, "2026-06-01", str(date(2026, 6, 1) + timedelta(4 * n))]
        for n in range(10)
    ]  # fmt: skip
    run_outcomes(site, write(tmp_path / "d.csv", [*HEADER[:6], "decided", "sold"], rows), None)
    told = run_learn(site, DAY)["decays"]["phone"]
    assert told["n"] == 10
    assert "back_test" not in told


def test_damaged_rates_are_a_sentence(site: Settings) -> None:
    """Half a file, a file under another day; other files in the folder are passed over."""
    folder = rates_folder(site)
    assert rates_in_force(folder, DAY) == NO_RATES
    folder.mkdir(parents=True)
    (folder / ".2026-11-23.json.new").write_text("{", encoding="utf-8")
    (folder / "notes.json").write_text("{", encoding="utf-8")
    assert rates_in_force(folder, DAY) == NO_RATES
    (folder / "2026-11-22.json").write_bytes(b"\xff{")
    with pytest.raises(BadData, match=r"2026-11-22\.json: these rates cannot be read"):
        rates_in_force(folder, DAY)
    (folder / "2026-11-23.json").write_text(NO_RATES.to_json(), encoding="utf-8")
    with pytest.raises(BadData, match="holds the rates of no day"):
        rates_in_force(folder, DAY)


# --- Fits


@pytest.mark.parametrize(
    "options", [{}, {"delimiter": ";", "encoding": "cp1252"}, {"delimiter": "\t", "encoding": "utf-16"}]
)
def test_an_unknown_file_is_fitted_and_beats_the_medians(
    site: Settings, tmp_path: Path, options: dict[str, Any]
) -> None:
    """Other delimiter, encoding, decimal mark, names, missing grades; what was taken for what is said."""
    told = run_fit(site, phones(tmp_path / "p.csv", **options), folds=4)
    assert (told["rows"], told["used"], told["rejected"], told["folds"]) == (120, 120, 0, 4)
    assert told["target"] == "proceeds"
    assert told["mape"]["model"] < 0.8 * min(told["mape"]["global_median"], told["mape"]["grade_alone"])
    assert abs(told["bias"]) < 5
    assert told["taken"] == {
        "proceeds": "Price (EUR)", "grade": "Condition", "channel": "Platform", "market": "Country",
    }  # fmt: skip
    assert told["left_out"]["Country"] == "the same in every row"
    assert {entry["column"] for entry in told["levels"]} >= {"Condition", "Platform"}
    json.dumps(told, allow_nan=False)


def test_a_fit_is_the_same_every_time(site: Settings, tmp_path: Path) -> None:
    """Fixed folds."""
    path = phones(tmp_path / "p.csv", 40)
    assert run_fit(site, path, folds=3) == run_fit(site, path, folds=3)


def test_a_file_is_fitted_by_a_mapping(site: Settings, tmp_path: Path) -> None:
    """Delimiter, encoding and decimal mark of the config; a grade that says nothing is the global median."""
    rows = [["B", f"{100 + n},50"] for n in range(20)] + [["B", "leer"], ["B"]]
    path = write(tmp_path / "a.csv", ["Note", "Erlös"], rows, encoding="cp1252", delimiter=";")
    told = run_fit(site, path, "auction", 5)
    assert told["rejects"] == {"not a whole row": 1, "no price above zero": 1}
    assert (told["rows"], told["used"], told["rejected"]) == (22, 20, 2)
    assert told["mape"]["grade_alone"] == told["mape"]["global_median"]
    with pytest.raises(BadData, match='no column "Erlös"'):
        run_fit(site, phones(tmp_path / "p.csv", delimiter=";", encoding="cp1252"), "auction")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "the file is empty"),
        (b"a,b\n1,2\n", "no column of prices"),
        (b"price\n1\n2\n", "2 rows can be used"),
        (b"PK\x03\x04", "Excel workbook"),
    ],
)
def test_a_file_that_cannot_be_fitted_is_told(
    site: Settings, tmp_path: Path, content: bytes, told: str
) -> None:
    """One sentence each."""
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    with pytest.raises(BadData, match=told):
        run_fit(site, path)


def test_a_file_that_is_not_there_is_told(site: Settings, tmp_path: Path) -> None:
    """By name."""
    with pytest.raises(BadData, match=r"gone\.csv: cannot be read"):
        run_fit(site, tmp_path / "gone.csv")


def test_columns_without_a_name_or_with_one_twice_are_numbered(site: Settings, tmp_path: Path) -> None:
    """Spreadsheets leave such behind."""
    rows = [[n % 5, "ab"[n % 2], "x", 100 + 9 * (n % 2) + n % 3] for n in range(20)]
    told = run_fit(site, write(tmp_path / "n.csv", ["", "grade", "grade", "price"], rows), folds=2)
    assert told["taken"] == {"proceeds": "price", "grade": "grade"}
    assert set(told["left_out"]) == {"price", "grade 3"}
    assert "column 1" in told["predictors"]


def test_json_and_ndjson_are_fitted_too(site: Settings, tmp_path: Path) -> None:
    """Their form is told by the name."""
    entries = [{"condition": "ab"[n % 2], "price": 100 + 50 * (n % 2) + n % 3} for n in range(30)]
    (tmp_path / "x.json").write_text(json.dumps(entries), encoding="utf-8")
    (tmp_path / "x.ndjson").write_text("\n".join(map(json.dumps, entries)), encoding="utf-8")
    one, two = (run_fit(site, tmp_path / f"x.{form}", folds=3) for form in ("json", "ndjson"))
    assert one == two
    assert one["mape"]["model"] < 2 < one["mape"]["global_median"]


# --- Forecast and reasons


def fill(site: Settings, rows: list[tuple[str, str]]) -> None:
    """Finished items: when they were received, and their facts."""
    insert = "insert into item(lpn, status, received_at, facts) values (?, 'closed', ?, ?)"
    with StationFile.open(site.data, site.station.id, tuple(site.sync.sinks)) as file:
        for number, (received, facts) in enumerate(rows):
            run(file.db, insert, (f"L{number}", received, facts))


def test_the_coming_weeks_are_forecast_from_the_items_received(site: Settings) -> None:
    """Ten whole weeks of seven items; the week that runs is told as the first to come."""
    first = date(2026, 9, 14)
    fill(site, [((first + timedelta(n)).isoformat() + "T08:00:00.000Z", "{}") for n in range(71)])
    told = run_forecast(site, DAY, 2)
    assert (told["n"], told["first_week"], told["error"], told["errors"]) == (10, "2026-09-14", 0.0, 9)
    assert told["weeks"] == [
        {"week": "2026-11-23", "expected": 7.0, "low": 7.0, "high": 7.0},
        {"week": "2026-11-30", "expected": 7.0, "low": 7.0, "high": 7.0},
    ]


def test_a_station_that_received_nothing_forecasts_nothing(site: Settings) -> None:
    """No weeks rather than zero items."""
    assert run_forecast(site, DAY, 4) == {
        "n": 0, "first_week": None, "error": None, "errors": 0, "weeks": [],
    }  # fmt: skip
    assert run_reasons(site) == {"n": 0, "reasons": []}


def test_reasons_are_told_with_what_was_found(site: Settings) -> None:
    """n, the share of the prior, and the defects."""
    seen = '{"reason": "defective", "observations": [{"defect": "GLS-CR", "location": "screen", "count": 1}]}'
    fill(
        site, [("2026-11-02T08:00:00.000Z", seen)] * 20 + [("2026-11-02T08:00:00.000Z", '{"reason": "size"}')]
    )
    told = run_reasons(site)
    assert told["n"] == 21
    assert told["reasons"][0]["reason"] == "defective"
    assert (told["reasons"][0]["n"], told["reasons"][0]["prior_weight"]) == (20, 0.5)
    assert next(iter(told["reasons"][0]["defects"])) == "GLS-CR"


# --- Commands


def invoke(site: Settings, command: Any, *arguments: str) -> tuple[int, str]:
    """A command with these settings; exit status and everything it said."""
    context = Context(None, site.data)
    context._settings = site
    done = CliRunner().invoke(command, list(arguments), obj=context)
    return done.exit_code, done.output


def test_the_commands_speak_json(site: Settings, tmp_path: Path) -> None:
    """One object a command."""
    sold = sales(tmp_path / "sold.csv")
    assert json.loads(invoke(site, import_, "outcomes", str(sold))[1])["imported"] == 12
    assert json.loads(invoke(site, predict, "learn", "--on", "2026-11-23")[1])["used"] == 12
    assert json.loads(invoke(site, predict, "forecast", "--weeks", "2")[1])["n"] == 0
    assert json.loads(invoke(site, predict, "reasons")[1])["n"] == 0
    listed = str(phones(tmp_path / "p.csv", 40))
    assert json.loads(invoke(site, predict, "fit", listed, "--json", "--folds", "3")[1])["folds"] == 3


def test_a_fit_speaks_to_a_person_too(site: Settings, tmp_path: Path) -> None:
    """Errors beside the baselines, what was taken for what, and nothing that a terminal would obey."""
    rows = [["ab"[n % 2], 100 + n % 9, n % 3] for n in range(30)] + [["a", "free", 1]]
    path = write(tmp_path / "x.csv", ["grade", "price", "\u2028x"], rows)
    status, said = invoke(site, predict, "fit", str(path), "--folds", "3")
    assert status == 0
    assert "30 of 31 rows, 3 folds, proceeds" in said
    assert "global median" in said
    assert "grade is grade" in said
    assert "1 rows not used: no price above zero" in said
    assert "\u2028" not in said


def test_without_a_grade_the_report_says_so(site: Settings, tmp_path: Path) -> None:
    """Instead of a figure."""
    path = write(tmp_path / "x.csv", ["price"], [[100 + n] for n in range(10)])
    assert "no grade" in invoke(site, predict, "fit", str(path))[1]


def test_what_goes_wrong_is_a_sentence_and_status_one(site: Settings, tmp_path: Path) -> None:
    """No traceback at the bench."""
    status, said = invoke(site, predict, "fit", str(tmp_path / "gone.csv"))
    assert status == 1
    assert said.strip().endswith("cannot be read: No such file or directory")
