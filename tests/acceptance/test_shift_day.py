"""A whole day of two shifts, counted twice: by the Z reports, and by hand from the exported CSV.

The count here shares no code with the report: it reads the two CSV files with the standard library, nothing else.
"""

import csv
import json
import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
CONFIG = """
[printers.folder]
kind = "folder"
formats = ["zpl"]

[[operators]]
id = "1001"
name = "Ada"

[[operators]]
id = "1002"
name = "Bo"

[[operators]]
id = "1003"
name = "Cy"

[[operators]]
id = "9001"
name = "Lea"
role = "lead"
"""


@dataclass
class Day:
    """The lines of a day, and the manifest that they need."""

    chance: random.Random
    lines: list[str] = field(default_factory=list)
    manifest: list[tuple[str, str, int]] = field(default_factory=list)
    units: int = 0

    def item(self, turn: int, sku: str, count: int, operator: str, other: str) -> None:
        """One line of a return, with the trouble of its turn."""
        self.units += count
        self.lines += [f"@+{self.chance.randint(15, 60)}s", sku]
        if count > 1:
            self.lines.append(f"!times {count}")
        kind = turn % 13
        if kind == 1:
            self.lines += ["!defect SCR-DP back 2", "!clean"]
        elif kind == 2:
            self.lines += ["!answer sealed no", "!defect GLS-CR front 1", "!clean"]
        elif kind == 3:
            self.lines.append("!hold customer-claim")
            return
        elif kind == 4:
            self.lines += ["!clean", "!undo", "!clean"]
        elif kind == 5:
            self.lines += ["!clean", "!grade C seen-worse"]
        elif kind == 6:
            self.lines += [
                f"!badge {other}",
                "@+30s",
                "!clean",
                "!accept",
                "!applied",
                "!tote",
                f"!badge {operator}",
            ]
            return
        elif kind == 7:
            self.lines += ["NO-SUCH-CODE", "!tote outlet", "!clean"]
        elif kind == 8:
            self.lines += ["!clean", "!reprint"]
        elif kind == 9:
            self.lines += ["!hold other", "!undo", "!clean", "!accept", "!applied", "!tote", "!undo", "!tote"]
            return
        elif kind == 10:
            self.lines += ["!break", "@+15m", f"!badge {operator}", "!clean"]
        else:
            self.lines.append("!clean")
        self.lines += ["!accept", "!applied", "!tote"]

    def work(self, operator: str, other: str, units: int, prefix: str) -> None:
        """An operator's stretch at the bench."""
        self.lines.append(f"!badge {operator}")
        until, turn = self.units + units, 0
        while self.units < until:
            turn += 1
            rma = f"{prefix}{turn:04}"
            self.lines.append(rma)
            for place in range(self.chance.randint(1, 3)):
                sku, count = f"SKU-{place}", self.chance.choice((1, 1, 1, 2, 4))
                self.manifest.append((rma, sku, count))
                if place and turn % 5 == 0:
                    continue
                self.item(turn * 3 + place, sku, count, operator, other)
            self.lines.append("!parcel-done")
        self.lines += ["@+20m", "!badge-out"]


def make_day(units: int) -> Day:
    """Two shifts of three operators and a lead; the second goes over midnight, and its clock is set back once."""
    day = Day(random.Random(2026))
    part = units // 4
    day.lines.append("@2026-11-23T14:00:00Z")
    day.work("1001", "1002", part, "EARLY")
    day.work("1002", "1001", part, "NOON")
    day.lines += ["!badge 9001", "@+2m", "!shift-close", "!expect state signed out"]
    day.lines.append("@+3h")
    day.work("1003", "1002", part, "LATE")
    day.lines += ["@+3h", "!badge 9001", "!break", "@-40m"]
    day.work("1002", "1003", units - day.units, "NIGHT")
    day.lines += ["@+5h", "!badge 9001", "!shift-close", "!expect state signed out"]
    return day


@pytest.fixture(scope="module", params=[150, pytest.param(3_000, marks=pytest.mark.long)])
def worked(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder after the day, with the CSV beside it."""
    folder = tmp_path_factory.mktemp("day")
    day = make_day(request.param)
    (folder / "site.toml").write_text(CONFIG, "utf-8")
    with (folder / "manifest.csv").open("w", encoding="utf-8", newline="") as target:
        table = csv.writer(target)
        table.writerow(("rma", "sku", "title", "category", "quantity", "unit_price", "currency"))
        for rma, sku, count in day.manifest:
            table.writerow((rma, sku, f"Thing {sku}", "home", count, "19.90", "EUR"))
    run = runner(folder)
    run("import", "manifest", str(folder / "manifest.csv"))
    out = run("replay", "-", given="\n".join(day.lines) + "\n")
    summary = json.loads(out.splitlines()[-1])["summary"]
    assert summary["items"] + summary["held"] == day.units
    assert {one["code"] for one in summary["refused"]} == {"unknown-code", "tote-early"}
    run("export", "csv", "--out", str(folder / "csv"))
    return folder


def runner(folder: Path) -> Callable[..., str]:
    """Runs the real command over the folder and gives what it prints."""

    def run(*words: str, given: str | None = None) -> str:
        command = [sys.executable, "-m", "terminal", "--config", str(folder / "site.toml")]
        done = subprocess.run(
            [*command, "--data", str(folder / "data"), *words],
            input=given, capture_output=True, text=True, cwd=ROOT, timeout=900, env={**os.environ, "COLUMNS": "80"},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


def read_csv(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    csv.field_size_limit(10_000_000)
    with path.open(encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source))


@dataclass
class ByHand:
    """One shift, counted from the tables."""

    units: set[str] = field(default_factory=set)
    asked: Counter[str] = field(default_factory=Counter)
    off: Counter[str] = field(default_factory=Counter)
    scanned: set[str] = field(default_factory=set)
    refused: Counter[str] = field(default_factory=Counter)
    undone: Counter[str] = field(default_factory=Counter)
    overrides: Counter[str] = field(default_factory=Counter)
    seconds: Counter[str] = field(default_factory=Counter)
    rests: Counter[str] = field(default_factory=Counter)
    short: int = 0
    parcels: int = 0
    back: int = 0
    taken_over: int = 0


def by_hand(events: list[dict[str, str]]) -> list[ByHand]:
    """Every shift of the day, from the rows of events alone."""
    shifts: list[ByHand] = []
    here = holder = ""
    open_item = False
    before: datetime | None = None
    for row in events:
        body: dict[str, Any] = json.loads(row["body"])
        kind, at = row["kind"], datetime.fromisoformat(row["at"])
        if kind == "shift_opened":
            shifts.append(ByHand())
            before = None
        shift = shifts[-1]
        if before is not None:
            gone = (at - before).total_seconds()
            shift.back += gone < 0
            shift.seconds[here] += int(max(0.0, gone) * 1000)
        before = at
        if kind == "signed_in":
            shift.taken_over += open_item and holder != body["operator"]
            here = body["operator"]
        elif kind == "signed_out":
            here = ""
            shift.rests[body["operator"]] += body["why"] == "break"
        elif kind == "item_identified":
            shift.units.add(body["lpn"])
            open_item = True
        elif kind == "multiplied":
            shift.units |= {unit["lpn"] for unit in body["units"]}
        elif kind in ("placed", "held"):
            open_item = False
        elif kind == "labels_queued":
            shift.asked.update(label["lpn"] for label in body["labels"])
            shift.scanned -= {label["lpn"] for label in body["labels"]}
        elif kind == "label_applied":
            shift.scanned.add(body["label"])
        elif kind == "input_refused":
            shift.refused[body["why"]] += 1
        elif kind in ("grade_overridden", "disposition_overridden"):
            shift.overrides[body["reason"]] += 1
        elif kind == "parcel_received":
            shift.parcels += 1
        elif kind == "parcel_closed":
            shift.short += sum(one["missing"] for one in body["short"])
        elif kind == "undone":
            shift.undone[body["step"]] += 1
            shift.off.update(body["labels_off"])
            open_item = open_item or body["step"] in ("the tote", "the hold")
        if open_item and here and kind != "signed_in":
            holder = here
    return shifts


def test_both_z_reports_are_what_the_csv_says(worked: Path) -> None:
    """Units by state, grade, channel, tote; labels; refusals, undo, overrides; people: two counts, one result."""
    run = runner(worked)
    items = read_csv(worked / "csv" / "items.csv")
    counted = by_hand(read_csv(worked / "csv" / "events.csv"))
    reports = [json.loads(run("shift", "report", "--z", "--number", str(number))) for number in (1, 2)]
    assert len(counted) == 2
    for report, hand in zip(reports, counted, strict=True):
        mine = [row for row in items if row["lpn"] in hand.units]
        closed = [row for row in mine if row["status"] == "closed"]
        states = Counter(row["status"] for row in mine)
        told = report["items"]
        assert (told["closed"], told["held"], told["void"], told["open"]) == (
            states["closed"], states["held"], states["void"], 0,
        )  # fmt: skip
        assert told["received"] == states["closed"] + states["held"]
        assert report["grades"] == Counter(row["grade"] for row in closed)
        assert report["channels"] == Counter(row["disposition"] for row in closed)
        assert {tote["tote"]: tote["placed"] for tote in report["totes"] if tote["placed"]} == Counter(
            row["tote"] for row in closed
        )
        assert {tote: set(lpns) for tote, lpns in report["contents"].items()} == {
            name: {row["lpn"] for row in closed if row["tote"] == name}
            for name in {row["tote"] for row in closed}
        }
        assert report["arrivals"] == Counter(row["arrival"] for row in mine if row["status"] != "void")
        assert report["refused"] == hand.refused
        assert report["undone"] == hand.undone
        assert report["overrides"] == hand.overrides
        assert (report["parcels"], report["short"]) == (hand.parcels, hand.short)
        assert (report["clock_back"], report["hand_overs"]) == (hand.back, hand.taken_over)
        _labels(report["labels"], mine, hand)
        for one in report["operators"]:
            assert one["minutes"] == round(hand.seconds[one["operator"]] / 60_000)
            assert one["breaks"] == hand.rests[one["operator"]]
        assert report["differences"] == []
    assert all(report["short"] for report in reports)
    assert all(report["operators"] for report in reports)
    assert len({day for report in reports for day in (report["opened_at"][:10], report["made_at"][:10])}) > 1
    assert reports[0]["clock_back"] == 0
    assert reports[1]["clock_back"] == 1
    assert all(report["hand_overs"] for report in reports)
    finished = sum(one["items"]["closed"] + one["items"]["held"] for one in reports)
    assert finished == sum(row["status"] in ("closed", "held") for row in items)


def _labels(told: dict[str, int], items: list[dict[str, str]], hand: ByHand) -> None:
    """Every label that was printed is on a unit, was taken off, or was replaced by another copy."""
    standing = {row["lpn"] for row in items if row["status"] in ("closed", "held")}
    asked = sum(hand.asked.values())
    scanned = len(hand.scanned & standing)
    off = sum(hand.off[lpn] if lpn in standing else hand.asked[lpn] for lpn in hand.asked)
    assert told["asked"] == told["printed"] + told["withdrawn"] == asked
    assert told["applied"] == scanned
    assert told["voided"] == off
    assert told["copies"] == sum(hand.asked[lpn] - hand.off[lpn] - 1 for lpn in standing)
    assert told["passed"] == len(standing) - scanned
    assert (told["in_doubt"], told["unprinted"], told["unproven"], told["waiting"]) == (0, 0, 0, 0)
    assert asked == told["applied"] + told["passed"] + told["voided"] + told["copies"]


def test_the_z_reports_are_numbered_signed_and_never_change(worked: Path) -> None:
    """Numbers 1 and 2, by the lead, with the hash of the journal before; asked again they are the same."""
    run = runner(worked)
    rows = {row["seq"]: row for row in read_csv(worked / "csv" / "events.csv")}
    for number in (1, 2):
        report = json.loads(run("shift", "report", "--z", "--number", str(number)))
        assert report["shift"] == number
        assert report["signed"]["by"] == "9001"
        assert rows[str(report["last"])]["hash"] == report["head"]
        closing = rows[str(report["signed"]["seq"])]
        assert (closing["kind"], closing["hash"]) == ("shift_closed", report["signed"]["hash"])
        assert json.loads(run("shift", "report", "--z", "--number", str(number))) == report
    assert sum(row["kind"] == "shift_closed" for row in rows.values()) == 2


def test_the_journal_of_the_day_verifies(worked: Path) -> None:
    """And its tables are what the journal says."""
    assert json.loads(runner(worked)("verify"))["ok"]
