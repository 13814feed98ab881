"""Audits through the command line: tables of other people come in by the real importer, and out as figures."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from terminal.audit_cli import audit
from terminal.config import load
from terminal.console import Context
from terminal.import_cli import import_
from terminal.store.station_file import StationFile
from terminal.verifying import verify_station

GRADES = "ABCD"
CONFUSION = ((40, 4, 1, 0), (3, 30, 4, 0), (0, 3, 22, 2), (0, 0, 1, 10))
HEADER = (
    "unit",
    "first_grade",
    "audit_grade",
    "first_channel",
    "audit_channel",
    "operator",
    "auditor",
    "category",
)


def write(path: Path, header: tuple[str, ...], rows: list[tuple[Any, ...]]) -> Path:
    """A CSV file."""
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def said(group: Any, data: Path, *words: str, status: int = 0) -> list[dict[str, Any]]:
    """What a command prints, line by line."""
    result = CliRunner().invoke(group, words, obj=Context(None, data), catch_exceptions=False)
    assert result.exit_code == status, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def hundred_and_twenty() -> list[tuple[Any, ...]]:
    """The units of the confusion matrix, each row as somebody would have written it down."""
    pairs = [
        (first, second)
        for first, row in zip(GRADES, CONFUSION, strict=True)
        for second, count in zip(GRADES, row, strict=True)
        for _ in range(count)
    ]
    return [
        (
            f"U{n:03}",
            first,
            second,
            "outlet",
            "outlet" if first == second else "off_price",
            "1001",
            "9001",
            "phone",
        )
        for n, (first, second) in enumerate(pairs, 1)
    ]


def places(value: float | None) -> float:
    """To four places."""
    assert value is not None
    return round(value, 4)


def test_the_120_unit_matrix_comes_out_of_the_report_to_the_last_digit(tmp_path: Path) -> None:
    """Through the importer, the journal and the command."""
    table = write(tmp_path / "audits.csv", HEADER, hundred_and_twenty())
    data = tmp_path / "data"
    (done,) = said(import_, data, "audits", str(table))
    assert done == {"imported": 120, "rejected": 0, "rejects_file": None, "new": 120, "known": 0}
    (found,) = said(audit, data, "report", "--json")
    assert found["n"] == 120
    assert found["confusion"] == {"labels": list(GRADES), "matrix": [list(row) for row in CONFUSION]}
    grades = found["grade_accuracy"]
    assert (places(grades["value"]), places(grades["low"]), places(grades["high"]), grades["n"]) == (
        0.85, 0.7753, 0.903, 120,
    )  # fmt: skip
    kappa = found["kappa"]
    assert [places(kappa[name]) for name in ("plain", "linear", "quadratic")] == [0.7884, 0.853, 0.9104]
    assert found["disposition_accuracy"]["value"] == 0.85
    assert found["by_operator"]["1001"]["confusion"] == found["confusion"]
    assert found["by_category"]["phone"]["n"] == 120
    assert found["stratified_accuracy"] is None, "nobody said how many items these were drawn from"
    assert found["advice"] == "good"


def test_strata_weigh_by_their_size_and_not_by_how_often_they_were_audited(tmp_path: Path) -> None:
    """900 items of low value, 100 of high value: .907, where the pool would say .947."""
    low = [(f"L{n}", "A", "A", "restock", "restock" if n < 45 else "outlet", "low", 900) for n in range(50)]
    high = [(f"H{n}", "B", "B", "outlet", "outlet" if n < 97 else "donate", "high", 100) for n in range(100)]
    header = (*HEADER[:5], "stratum", "stratum_items")
    table = write(tmp_path / "audits.csv", header, low + high)
    said(import_, tmp_path / "data", "audits", str(table))
    (found,) = said(audit, tmp_path / "data", "report", "--json")
    assert found["stratified_accuracy"] == 0.907
    assert places(found["disposition_accuracy"]["value"]) == 0.9467
    assert found["strata"]["low"] == {
        "items": 900, "audited": 50, "graded": 50, "same_grade": 50, "routed": 50, "same_disposition": 45,
    }  # fmt: skip


def test_a_file_that_comes_twice_counts_once_and_bad_rows_go_beside(tmp_path: Path) -> None:
    """By unit and time; a row without a time by its file."""
    rows = [
        ("U1", "A", "A", "2026-11-20"),
        ("U1", "A", "B", "2026-11-21"),
        ("U2", "Z", "A", ""),
        ("U3", "A", "", ""),
    ]
    table = write(
        tmp_path / "audits.csv", ("lpn", "first_grade", "audit_grade", "at"), [*rows, ("U4", "C", "C", "")]
    )
    data = tmp_path / "data"
    (first,) = said(import_, data, "audits", str(table))
    assert (first["imported"], first["rejected"], first["new"]) == (3, 2, 3)
    reasons = Path(first["rejects_file"]).read_text("utf-8")
    assert '"Z"' in reasons or "no grade" in reasons
    (second,) = said(import_, data, "audits", str(table))
    assert (second["new"], second["known"]) == (0, 3)
    (found,) = said(audit, data, "report", "--json")
    assert found["n"] == 3
    (one_day,) = said(audit, data, "report", "--json", "--from", "2026-11-21", "--to", "2026-11-21")
    assert one_day["confusion"]["matrix"][0] == [0, 1, 0, 0]


def test_imported_audits_are_in_the_journal_and_in_what_is_made_anew_from_it(tmp_path: Path) -> None:
    """The projection is what the journal says, before and after it was written anew."""
    table = write(tmp_path / "audits.csv", HEADER, hundred_and_twenty()[:5])
    data = tmp_path / "data"
    said(import_, data, "audits", str(table))
    settings = load(None, data, {})
    assert verify_station(settings, False)["ok"]
    assert verify_station(settings, True)["ok"]
    with StationFile.open(data, settings.station.id, ()) as file:
        assert [one.kind for one in file.journal.events()] == ["audited"] * 5
    (found,) = said(audit, data, "report", "--json")
    assert found["n"] == 5


def test_nothing_audited_is_said_and_is_null(tmp_path: Path) -> None:
    """No share of nothing; a person reads dashes."""
    (found,) = said(audit, tmp_path / "data", "report", "--json")
    assert (found["n"], found["grade_accuracy"]["value"], found["kappa"]["plain"]) == (0, None, None)
    assert found["stratified_accuracy"] is None
    result = CliRunner().invoke(audit, ["report"], obj=Context(None, tmp_path / "data"))
    assert "grades     - (n 0)" in result.stdout
    assert "audit due" in result.stderr


def test_a_person_reads_the_same_figures(tmp_path: Path) -> None:
    """Four places, and what it means."""
    table = write(tmp_path / "audits.csv", HEADER, hundred_and_twenty())
    said(import_, tmp_path / "data", "audits", str(table))
    result = CliRunner().invoke(audit, ["report"], obj=Context(None, tmp_path / "data"))
    assert "grades     0.8500 (0.7753 to 0.9030, n 120)" in result.stdout
    assert "linear 0.8530" in result.stdout
    assert "operator 1001" in result.stdout


@pytest.mark.parametrize("missing", ["unit", "first_grade", "audit_grade"])
def test_a_file_without_a_column_that_is_needed_is_refused(tmp_path: Path, missing: str) -> None:
    """With its name, and nothing comes in."""
    header = tuple(name for name in HEADER[:3] if name != missing)
    table = write(tmp_path / "audits.csv", header, [("U1", "A")])
    result = CliRunner().invoke(import_, ["audits", str(table)], obj=Context(None, tmp_path / "data"))
    assert result.exit_code == 1
    assert missing in result.stderr
