"""A whole shift on a real e-tailer's credit notes: received, graded, placed, verified, synced, labels read back."""

import json
import sqlite3
import subprocess
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from PIL import Image
from zplkit import Options, render

import terminal.data
from labels.design import load
from labels.stock import find
from labels.tag import Tag
from labels.zpl import body

Regrade = Callable[..., subprocess.CompletedProcess[str]]


@dataclass(frozen=True)
class Done:
    """A data folder after its shift, and what replay said."""

    data: Path
    records: list[dict[str, Any]]
    summary: dict[str, Any]


@pytest.fixture(scope="module")
def shift(tmp_path_factory: pytest.TempPathFactory, credit_notes: Path, real_shift: Any) -> Done:
    """The shift, worked once for all tests here."""
    import sys

    data = tmp_path_factory.mktemp("shift") / "data"
    command = [sys.executable, "-m", "terminal", "--data", str(data)]
    root = Path(__file__).resolve().parents[2]
    imported = subprocess.run(
        [*command, "import", "manifest", str(credit_notes), "--map", "credit_notes"],
        capture_output=True, text=True, check=True, cwd=root,
    )  # fmt: skip
    assert json.loads(imported.stdout)["imported"] == 698
    done = subprocess.run(
        [*command, "replay", "-"],
        input=real_shift.text(),
        capture_output=True,
        text=True,
        cwd=root,
        timeout=400,
    )
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return Done(data, lines[:-1], lines[-1]["summary"])


def test_every_unit_is_closed_or_held(shift: Done, real_shift: Any) -> None:
    """At least 300 units, each with one record; what was refused are the stray codes that were put in."""
    assert real_shift.units >= 300
    assert len({record["lpn"] for record in shift.records}) == len(shift.records) == real_shift.units
    assert Counter(record["status"] for record in shift.records) == {
        "closed": real_shift.units - real_shift.held,
        "held": real_shift.held,
    }
    assert shift.summary["items"] == real_shift.units - real_shift.held
    assert shift.summary["held"] == real_shift.held
    assert {refused["input"] for refused in shift.summary["refused"]} <= {"NO-SUCH-CODE"}


def test_each_record_says_why(shift: Done) -> None:
    """Grade, channel, value, policy and tote of every closed unit, and the events that made it."""
    for record in shift.records:
        assert record["events"]
        if record["status"] == "closed":
            assert record["grade"] in "ABCD"
            assert record["disposition"] not in record["forbidden"]
            assert len(record["policy"]) == 64
            assert record["tote"]
            assert record["currency"] == "GBP"
    reasons = Counter(record["hold_reason"] for record in shift.records if record["status"] == "held")
    assert reasons.keys() == {"customer-claim", "wrong-item"}


def test_over_and_short_are_written_down(shift: Done, real_shift: Any) -> None:
    """Over, short and wrong items are counted as the script has them; nothing was silent."""
    with sqlite3.connect(f"file:{shift.data / 'station.db'}?mode=ro", uri=True) as db:
        found = db.execute(
            "select sum(over), sum(short), sum(unexpected), sum(status <> 'closed') from parcel "
            "where status <> 'void'"
        ).fetchone()
    assert real_shift.short > 0
    assert real_shift.strays > 0
    assert found == (real_shift.over, real_shift.short, real_shift.strays, 0)


def test_the_journal_verifies_and_syncs_each_event_once(shift: Done, regrade: Regrade) -> None:
    """The chain is unbroken; two syncs leave every event in the folder exactly once, in order."""
    found = json.loads(regrade(shift.data, "verify").stdout)
    assert found["ok"], found
    first = json.loads(regrade(shift.data, "sync").stdout)
    again = json.loads(regrade(shift.data, "sync").stdout)
    assert (first["sent"], first["pending"], again["sent"]) == (found["events"], 0, 0)
    lines = [
        json.loads(line)
        for path in sorted((shift.data / "outbox").glob("*.ndjson"))
        for line in path.read_text("utf-8").splitlines()
    ]
    assert [line["seq"] for line in lines] == list(range(1, found["events"] + 1))
    assert len({line["id"] for line in lines}) == len(lines)
    assert all(before["hash"] == after["prev"] for before, after in pairwise(lines))


def test_importing_again_changes_nothing(shift: Done, credit_notes: Path, regrade: Regrade) -> None:
    """The same file gives the same counts, and the manifest is what it was."""

    def manifest() -> list[Any]:
        with sqlite3.connect(f"file:{shift.data / 'station.db'}?mode=ro", uri=True) as db:
            return db.execute("select * from manifest order by rma, line").fetchall()

    before = manifest()
    out = regrade(shift.data, "import", "manifest", str(credit_notes), "--map", "credit_notes").stdout
    assert json.loads(out)["rejected"] == 30
    assert manifest() == before


def test_every_label_of_the_shift_reads_back_as_its_lpn(shift: Done) -> None:
    """Each label that still counts, from its ZPL and its PDF (grey and black-and-white), is exactly the LPN."""
    stock = find("4x6in", 203)
    folder = Path(terminal.data.__file__).parent / "labels"
    designs = load({path.name: path.read_text("utf-8") for path in folder.glob("*.toml")})
    with sqlite3.connect(f"file:{shift.data / 'station.db'}?mode=ro", uri=True) as db:
        jobs = db.execute("select lpn, copy, tag, state from label_job where wanted = 1").fetchall()
    assert len(jobs) == len(shift.records)
    options = Options(profile="specification", width=stock.width_dots, height=stock.height_dots, dpi=203)
    for lpn, copy, tag, state in jobs:
        assert state in ("sent", "confirmed")
        name = lpn if copy == 1 else f"{lpn}-{copy}"
        values = json.loads(tag)
        printed = Tag.from_json(values)
        design = designs.choose(stock.name, printed.channel)
        job = (shift.data / "labels" / f"{name}.zpl").read_bytes()
        assert _fields(job) == _fields(body(printed, stock, design))
        page = render(body(printed, stock, design), options).labels[0].png()
        assert _read(Image.open(BytesIO(page)).convert("L")) == lpn
        grey = _pdf(shift.data / "labels" / f"{name}.pdf")
        assert _read(grey) == lpn
        assert _read(grey.point(lambda level: 255 if level > 127 else 0)) == lpn


def _fields(job: bytes) -> list[bytes]:
    """The fields that a ZPL job draws, without the commands around them that only a printer understands."""
    return [line for line in job.splitlines() if b"^FD" in line or b"^GB" in line]


def _pdf(path: Path) -> Image.Image:
    document = pypdfium2.PdfDocument(path)
    try:
        return document[0].render(scale=203 / 72, grayscale=True).to_pil().convert("L")
    finally:
        document.close()


def _read(picture: Image.Image) -> str:
    (found,) = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.Code128)
    return str(found.text)
