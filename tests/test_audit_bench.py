"""A blind audit through the real station: drawn, opened by a lead, graded, and what follows of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from terminal.assembly import assemble
from terminal.audit_cli import audit
from terminal.bench.codec import encode
from terminal.bench.given import Press, Scan, Typed
from terminal.cli import main
from terminal.config import load
from terminal.console import Context
from terminal.floor_port import FloorPort
from terminal.store.station_file import StationFile
from terminal.verifying import verify_station

MANIFEST = """\
rma,sku,title,category,quantity,unit_price,currency
RMA7001,CUP-1,Cup,home,4,19.90,EUR
RMA7002,CUP-2,Golden cup,home,1,900.00,EUR
"""
DONE = ("!clean", "!accept", "!applied", "!tote")
AUDITED = ("!defect BRK-ST", "!clean", "!accept")

Run = Callable[..., tuple[list[dict[str, Any]], dict[str, Any]]]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with a small manifest."""
    (tmp_path / "manifest.csv").write_text(MANIFEST, "utf-8")
    folder = str(tmp_path / "data")
    done = CliRunner().invoke(main, ["--data", folder, "import", "manifest", str(tmp_path / "manifest.csv")])
    assert json.loads(done.stdout)["imported"] == 2
    return tmp_path / "data"


@pytest.fixture
def run(data: Path, tmp_path: Path) -> Run:
    """Replays lines; gives the records and the summary."""

    def replay(*lines: str) -> tuple[list[dict[str, Any]], dict[str, Any]]:
        script = tmp_path / "script.txt"
        script.write_text("\n".join(lines) + "\n", "utf-8")
        done = CliRunner().invoke(main, ["--data", str(data), "replay", str(script)], catch_exceptions=False)
        found = [json.loads(line) for line in done.stdout.splitlines()]
        assert done.exit_code == 0, done.output
        return found[:-1], found[-1]["summary"]

    return replay


def said(data: Path, *words: str) -> list[dict[str, Any]]:
    """What `regrade audit ...` prints."""
    result = CliRunner().invoke(audit, words, obj=Context(None, data), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def cups(run: Run) -> list[str]:
    """Two cups that operator 1001 found clean; their LPNs."""
    records, summary = run(
        "@2026-11-23T08:00:00Z", "!badge 1001", "RMA7001", "CUP-1", *DONE, "@+60s", "CUP-1", *DONE
    )
    assert summary["refused"] == []
    return [record["lpn"] for record in records]


def test_everything_of_a_new_operator_is_due_and_an_audit_is_no_more(run: Run, data: Path) -> None:
    """The list says nothing of grade or channel; the tote only to who asks for it."""
    one, two = cups(run)
    due = said(data, "due")
    assert due == [{"lpn": lpn, "title": "Cup", "stratum": "new-operator"} for lpn in (one, two)]
    assert all(row["tote"] for row in said(data, "due", "--where"))
    assert said(data, "due", "--from", "2026-11-24") == []
    _, summary = run(
        "@2026-11-23T09:00:00Z", "!badge 9001", f"!audit {one}", "!expect state auditing", *AUDITED
    )
    assert summary["refused"] == []
    assert [row["lpn"] for row in said(data, "due")] == [two]


def test_an_audit_that_is_taken_holds_the_item_and_a_fresh_decision_follows(run: Run, data: Path) -> None:
    """The first inspection stays in the file and in the report, whatever becomes of the item."""
    one, _ = cups(run)
    with StationFile.open(data, load(None, data, {}).station.id, ()) as file:
        before = file.queries.item(one)
        in_tote = {row.tote: row.units for row in file.queries.totes()}
    assert before is not None
    _, summary = run("@2026-11-23T09:00:00Z", "!badge 9001", f"!audit {one}", *AUDITED, "!audit-holds audit")
    assert summary["refused"] == []
    with StationFile.open(data, load(None, data, {}).station.id, ()) as file:
        held = file.queries.item(one)
        assert held is not None
        assert (held.status, held.hold_reason, held.tote) == ("held", "audit", None)
        assert {row.tote: row.units for row in file.queries.totes()}[before.tote or ""] == in_tote[
            before.tote or ""
        ] - 1
    records, summary = run(
        "@2026-11-23T09:05:00Z", "!badge-out", "!badge 9001", one, "!accept", "!applied", "!tote"
    )
    assert summary["refused"] == []
    assert records[-1]["lpn"] == one
    assert records[-1]["grade"] != before.first_grade
    with StationFile.open(data, load(None, data, {}).station.id, ()) as file:
        after = file.queries.item(one)
    assert after is not None
    assert (after.first_grade, after.first_disposition) == (before.first_grade, before.first_disposition)
    assert [seen["defect"] for seen in after.facts["facts"]["observations"]] == ["BRK-ST"]
    (found,) = said(data, "report", "--json")
    assert (found["n"], found["grade_accuracy"]["value"], found["undecided"]) == (1, 0, [])
    assert found["by_operator"]["1001"]["trial"] == {"says": "testing", "looked_at": 1, "wrong": 1}
    assert found["strata"]["new-operator"]["items"] == 2
    assert found["stratified_grade_accuracy"] == 0
    settings = load(None, data, {})
    assert verify_station(settings, False)["ok"]
    assert verify_station(settings, True)["ok"]


def test_what_agrees_is_right_and_what_a_person_chose_is_a_stratum_of_its_own(run: Run, data: Path) -> None:
    """An override is drawn every time, and a valuable item too."""
    run("@2026-11-23T08:00:00Z", "!badge 1001", "RMA7001", "CUP-1", "!clean", "!grade C other", *DONE[1:],
        "!parcel-done", "!badge 9001", "RMA7002", "CUP-2", *DONE)  # fmt: skip
    due = {row["stratum"]: row["lpn"] for row in said(data, "due")}
    assert set(due) == {"override", "high-value"}
    _, summary = run(
        "@2026-11-23T09:00:00Z", "!badge-out", "!badge 9001", f"!audit {due['high-value']}",
        f"!audit {due['override']}", "!clean",
        "!accept", "!audit-holds first", f"!audit {due['override']}", "!audit NOSUCH", "!audit-holds both",
    )  # fmt: skip
    assert [one["code"] for one in summary["refused"]] == [
        "audit-own", "audit-again", "lpn-unknown", "bad-answer",
    ]  # fmt: skip
    (found,) = said(data, "report", "--json")
    assert found["strata"]["override"]["audited"] == 1
    assert found["strata"]["high-value"]["audited"] == 0
    assert found["stratified_accuracy"] is None, "nothing of high value was looked at"


def test_a_lesson_is_kept_over_a_restart_until_it_is_read(run: Run, data: Path) -> None:
    """The bench says at the next sign-in what the auditor saw."""
    one, _ = cups(run)
    run("@2026-11-23T09:00:00Z", "!badge 9001", f"!audit {one}", *AUDITED, "!audit-holds first")
    whole = assemble(load(None, data, {}))
    try:
        whole.station.run(_badge(whole, "1001"))
        lessons = [fact for fact in whole.station.view().facts if fact.label == "LESSON"]
        assert one in lessons[0].text
        whole.station.handle(Press("lesson"))
        assert not [fact for fact in whole.station.view().facts if fact.label == "LESSON"]
    finally:
        whole.close()
    run("!badge 1001", "!lesson")
    assert verify_station(load(None, data, {}), False)["ok"]


def _badge(whole: Any, who: str) -> Any:
    from terminal.bench.commands import Scanned
    from terminal.bench.meanings import Badge

    return Scanned(who, (Badge(who, whole.people[who]),))


@pytest.mark.parametrize("typed", [False, True])
def test_a_lead_opens_an_audit_by_key_and_label_and_no_page_tells_of_the_first_look(
    run: Run, data: Path, typed: bool
) -> None:
    """Neither the view nor the preview of the label, not even the list of last items."""
    one, two = cups(run)
    port = FloorPort(load(None, data, {}), embedded=False)
    try:
        whole = port._whole
        first = whole.file.queries.item(one)
        assert first is not None
        assert any(first.grade == line.strip() or (first.disposition or "").upper() in line.upper()
                   for line in port.drawing("label", 80))  # fmt: skip
        whole.station.run(_badge(whole, "9001"))
        assert port.view().recent
        port.handle(Press("audit"))
        view = port.handle(Typed(one) if typed else Scan(one))
        assert (view.state, view.recent) == ("auditing", ())
        text = json.dumps(encode(view)).casefold()
        secret = [
            first.disposition,
            first.operator,
            first.tote,
            *((first.decision or {}).get("grade_reasons") or ()),
        ]
        assert not [word for word in secret if word and str(word).casefold() in text]
        assert port.drawing("label", 80) == port.drawing("value", 80)
        assert not [fact for fact in port.shift_report() if fact.label in "ABCD" and fact.label]
        assert "audit" in port.handle(Press("hold")).line.casefold()
        port.handle(Press("audit"))
        left = port.handle(Typed("1"))
        assert (left.state, bool(left.recent)) == ("parcel", True)
        assert port.handle(Press("audit")).menu
        assert port.handle(Scan(two)).state == "auditing"
    finally:
        port.close()
