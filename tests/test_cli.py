"""The command line as automation and an IT person meet it."""

import json
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from terminal.cli import main

MANIFEST = "rma,sku,title,category,quantity,unit_price,currency\nRMA7001,CUP-1,Cup,home,3,19.90,EUR\n"
SCRIPT = "!badge 1001\nRMA7001\nCUP-1\n!clean\n!applied\n!tote\n"


def regrade(folder: Path, *words: str, stdin: str | None = None) -> Result:
    """Run the command on a data folder."""
    return CliRunner().invoke(main, ["--data", str(folder / "data"), *words], input=stdin)


@pytest.fixture
def worked(tmp_path: Path) -> Path:
    """A data folder where one cup went through."""
    (tmp_path / "manifest.csv").write_text(MANIFEST, "utf-8")
    assert regrade(tmp_path, "import", "manifest", str(tmp_path / "manifest.csv")).exit_code == 0
    assert regrade(tmp_path, "replay", "-", stdin=SCRIPT).exit_code == 0
    return tmp_path


def item_of(folder: Path) -> str:
    """The LPN of the first item."""
    with sqlite3.connect(folder / "data" / "station.db") as db:
        return str(db.execute("select lpn from item").fetchone()[0])


@pytest.mark.parametrize(
    ("raw", "kind", "status"),
    [
        ("4006381333931", "gtin", 0),
        ("4006381333930", None, 1),
        (r"]C1010400638133393110LOT\x1d21SN", "gtin", 0),
        ("", None, 1),
        ("RMA7001", "rma", 0),
        (r"\x11", None, 1),
    ],
)
def test_code_says_what_a_scan_means(tmp_path: Path, raw: str, kind: str | None, status: int) -> None:
    """JSON with every reading, and exit 1 where nothing may be made of it."""
    done = regrade(tmp_path, "code", raw)
    found = json.loads(done.stdout)
    assert done.exit_code == status
    assert (found["readings"][0]["kind"] if found["readings"] else None) == kind
    assert found["readings"] or found["problems"]


def test_explain_grades_and_decides_from_facts(tmp_path: Path) -> None:
    """Facts as JSON or from a file; a misspelt one is named with the right one, and exit 1."""
    facts = {"category": "home", "reference_price": "40", "packaging": "opened_complete", "unused": True}
    done = regrade(tmp_path, "explain", "--facts", json.dumps(facts))
    found = json.loads(done.stdout)
    assert (done.exit_code, found["score"], found["grade"], found["currency"]) == (0, 97.0, "A", "EUR")
    assert found["disposition"] in found["values"]
    (tmp_path / "facts.json").write_text(json.dumps(facts), "utf-8")
    assert json.loads(regrade(tmp_path, "explain", "--facts", str(tmp_path / "facts.json")).stdout) == found
    wrong = regrade(tmp_path, "explain", "--facts", '{"hygeine": true}')
    assert (wrong.exit_code, "hygiene" in wrong.stderr) == (1, True)
    for bad in ("{", "[]x", '{"a"', "nowhere.json"):
        assert regrade(tmp_path, "explain", "--facts", bad).exit_code == 1


def test_a_label_is_written_again_in_each_format(worked: Path) -> None:
    """ZPL, PDF and PNG of the item's label, of a sample, and a sentence for an LPN that is not ours."""
    lpn = item_of(worked)
    for form, start in (("zpl", b"^XA"), ("pdf", b"%PDF"), ("png", b"\x89PNG")):
        out = worked / f"label.{form}"
        assert regrade(worked, "label", lpn, "--format", form, "--out", str(out)).exit_code == 0
        assert out.read_bytes().startswith(start)
        sample = regrade(worked, "label", "--sample", "--format", form)
        assert sample.stdout_bytes.startswith(start)
    assert lpn in (worked / "label.zpl").read_text("ascii")
    assert regrade(worked, "label", "BBBBBBBBBB").exit_code == 1
    assert regrade(worked, "label").exit_code == 2
    assert regrade(worked, "label", lpn, "--sample").exit_code == 2


def test_the_sheet_is_a_pdf(tmp_path: Path) -> None:
    """A4 by default, Letter on request."""
    for page in ("A4", "Letter"):
        out = tmp_path / f"{page}.pdf"
        assert regrade(tmp_path, "sheet", "--out", str(out), "--page", page).exit_code == 0
        assert out.read_bytes().startswith(b"%PDF")


def test_sync_sends_each_event_once(worked: Path) -> None:
    """The second push has nothing to send; a sink that is not there is named with the nearest."""
    first = json.loads(regrade(worked, "sync").stdout)
    again = json.loads(regrade(worked, "sync", "--sink", "folder").stdout)
    assert first.keys() == {"sink", "sent", "acknowledged", "refused", "pending"}
    assert (first["pending"], again["sent"]) == (0, 0)
    wrong = regrade(worked, "sync", "--sink", "foldr")
    assert (wrong.exit_code, 'did you mean "folder"' in wrong.stderr) == (1, True)


def test_a_shift_is_opened_reported_and_closed(worked: Path) -> None:
    """X while it runs, Z when it is closed; nobody unknown closes it."""
    assert json.loads(regrade(worked, "shift", "report", "--x").stdout)["totals"]["items_closed"] == 1
    assert regrade(worked, "shift", "report", "--z").exit_code == 1
    assert regrade(worked, "shift", "close", "--by", "4711").exit_code == 1
    unfinished = regrade(worked, "shift", "close", "--by", "9001")
    assert (unfinished.exit_code, "still to come" in unfinished.stderr) == (1, True)
    assert regrade(worked, "replay", "-", stdin="!parcel-done\n").exit_code == 0
    assert regrade(worked, "shift", "close", "--by", "9001").exit_code == 0
    assert json.loads(regrade(worked, "shift", "report", "--z").stdout)["closed_by"] == "9001"
    assert json.loads(regrade(worked, "shift", "open", "--by", "9001").stdout)["shift"] == 2
    assert regrade(worked, "shift", "open", "--by", "9001").exit_code == 1


def test_verify_finds_and_mends_a_row_that_was_changed(worked: Path) -> None:
    """Projections are what the journal says, or verify says which is not."""
    assert json.loads(regrade(worked, "verify").stdout)["ok"]
    with sqlite3.connect(worked / "data" / "station.db") as db:
        db.execute("update item set grade = 'D'")
    found = regrade(worked, "verify")
    assert found.exit_code == 1
    assert "the journal says 'A'" in json.loads(found.stdout)["findings"][0]["sentence"]
    mended = json.loads(regrade(worked, "verify", "--rebuild").stdout)
    assert (mended["ok"], mended["rebuilt"]) == (True, True)
    assert json.loads(regrade(worked, "verify").stdout)["ok"]


def test_doctor_looks_at_everything(worked: Path) -> None:
    """Each finding has a level and a sentence; a missing scanner is bad."""
    done = regrade(worked, "doctor")
    assert done.exit_code == 0
    assert {"sqlite", "disk", "policy", "station file", "printer folder"} <= {
        one["subject"] for one in json.loads(done.stdout)["findings"]
    }
    config = worked / "site.toml"
    config.write_text(
        '[scanners.gun]\nurl = "/dev/serial/by-id/nothing"\n[scanners.net]\nurl = "socket://127.0.0.1:1"\n'
        '[printers.zebra]\nkind = "tcp"\nhost = "127.0.0.1"\nport = 1\n[labels]\nprinter = "zebra"\n',
        "utf-8",
    )
    bad = (
        regrade(worked, "--config", str(config), "doctor")
        if False
        else CliRunner().invoke(main, ["--config", str(config), "--data", str(worked / "data"), "doctor"])
    )
    levels = {one["subject"]: one["level"] for one in json.loads(bad.stdout)["findings"]}
    assert (bad.exit_code, levels["scanner gun"], levels["printer zebra"]) == (1, "bad", "bad")


def test_the_shipped_policy_checks_and_a_wrong_one_is_refused(tmp_path: Path) -> None:
    """Rules and tests are counted; a typo is named with the word that was meant."""
    found = json.loads(regrade(tmp_path, "policy", "check").stdout)
    assert found["rules"] > 20
    assert found["tests"] > 20
    wrong = tmp_path / "mine.toml"
    wrong.write_text(
        'schema = 1\nname = "x"\nversion = "1"\n[[rule]]\nid = "a"\nkind = "stop"\nbecause = "b"\n'
        'when = { hygeine = true }\nforbid = ["restock"]\n',
        "utf-8",
    )
    done = regrade(tmp_path, "policy", "check", str(wrong))
    assert (done.exit_code, 'did you mean "hygiene"' in done.stderr, "mine.toml" in done.stderr) == (
        1,
        True,
        True,
    )


def test_a_wrong_config_is_exit_2_with_every_mistake(tmp_path: Path) -> None:
    """File, line, field and what was meant; never a traceback."""
    config = tmp_path / "site.toml"
    config.write_text('[station]\nidd = "7"\n[bench]\nauto_accept = "yes"\n', "utf-8")
    done = CliRunner().invoke(main, ["--config", str(config), "--data", str(tmp_path / "d"), "verify"])
    assert done.exit_code == 2
    assert "site.toml:2" in done.stderr
    assert 'did you mean "id"' in done.stderr
    assert "site.toml:4" in done.stderr


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"\x00\x01\x02\xff" * 50, ""), (b"", ""), (b"a,b,c\n1,2,3\n", "rma")],
    ids=["binary", "empty", "other columns"],
)
def test_a_file_that_is_no_manifest_is_refused_whole(tmp_path: Path, content: bytes, says: str) -> None:
    """A sentence that names the file; nothing is taken in."""
    path = tmp_path / "returns.csv"
    path.write_bytes(content)
    done = regrade(tmp_path, "import", "manifest", str(path))
    assert done.exit_code == 1
    assert "returns.csv" in done.stderr
    assert says in done.stderr
    assert done.stdout == ""


def test_bad_rows_go_aside_and_good_rows_go_in(tmp_path: Path) -> None:
    """The rejects file names line, column, value and reason; an unknown mapping is named with the nearest."""
    path = tmp_path / "returns.csv"
    path.write_text(MANIFEST + "RMA7002,CUP-1,Cup,home,many,1,EUR\n,,,,,,\n", "utf-8")
    found = json.loads(regrade(tmp_path, "import", "manifest", str(path)).stdout)
    assert found["imported"] == 1
    rejects = Path(found["rejects_file"]).read_text("utf-8")
    assert "many" in rejects
    wrong = regrade(tmp_path, "import", "manifest", str(path), "--map", "credit_nots")
    assert (wrong.exit_code, 'did you mean "credit_notes"' in wrong.stderr) == (1, True)


def test_only_one_bench_works_on_a_station(worked: Path) -> None:
    """A second one is told who has it."""
    from terminal.store.locks import StationLock

    with StationLock(worked / "data"):
        done = regrade(worked, "replay", "-", stdin="!badge 1001\n")
    assert done.exit_code == 1
    assert "open on this station" in done.stderr


def test_a_file_of_another_station_is_not_worked_on(worked: Path) -> None:
    """The sentence names both stations."""
    done = CliRunner().invoke(main, ["--data", str(worked / "data"), "verify"], env={"REGRADE_STATION": "99"})
    assert done.exit_code == 1
    assert "01" in done.stderr
