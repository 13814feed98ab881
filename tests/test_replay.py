"""The replay contract: lines in, records and refusals out."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from terminal.cli import main
from terminal.replay import Clock, line_key, plain_name, unescape

MANIFEST = """\
rma,sku,title,category,quantity,unit_price,currency,tracking
RMA7001,CUP-1,Cup,home,3,19.90,EUR,1Z999AA10123456784
RMA7002,PHN-1,Phone,phone,1,300.00,EUR,
"""

Result = tuple[int, list[dict[str, Any]], dict[str, Any], str]
Run = Callable[..., Result]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with a small manifest."""
    (tmp_path / "manifest.csv").write_text(MANIFEST, "utf-8")
    done = CliRunner().invoke(
        main, ["--data", str(tmp_path / "data"), "import", "manifest", str(tmp_path / "manifest.csv")]
    )
    assert json.loads(done.stdout) == {"imported": 2, "rejected": 0, "rejects_file": None}
    return tmp_path / "data"


@pytest.fixture
def run(data: Path, tmp_path: Path) -> Run:
    """Replays lines in-process; gives exit status, records, summary and stderr."""

    def replay(
        *lines: str, options: tuple[str, ...] = ()
    ) -> tuple[int, list[dict[str, Any]], dict[str, Any], str]:
        script = tmp_path / "script.txt"
        script.write_text("\n".join(lines) + "\n", "utf-8")
        done = CliRunner().invoke(main, ["--data", str(data), "replay", str(script), *options])
        found = [json.loads(line) for line in done.stdout.splitlines()]
        return done.exit_code, found[:-1], found[-1]["summary"], done.stderr

    return replay


def test_a_record_has_what_the_contract_names(run: Run) -> None:
    """Every key, with the types that automation reads."""
    status, (record,), summary, _ = run(
        "@2026-11-23T08:00:00Z",
        "!badge 1001",
        "RMA7001",
        "CUP-1",
        "!clean",
        "!accept",
        "!applied",
        "@+30s",
        "!tote",
    )
    assert (status, summary["items"], summary["held"], summary["refused"]) == (0, 1, 0, [])
    assert {
        "lpn",
        "rma",
        "sku",
        "gtin",
        "serial",
        "category",
        "grade",
        "grade_reasons",
        "score",
        "disposition",
        "forbidden",
        "rules",
        "values",
        "runner_up",
        "margin",
        "currency",
        "confidence",
        "policy",
        "tote",
        "operator",
        "status",
        "received_at",
        "closed_at",
        "actions",
        "events",
    } <= set(record)
    assert (record["actions"], record["score"], record["operator"]) == (4, 97.0, "1001")
    assert (record["received_at"], record["closed_at"]) == (
        "2026-11-23T08:00:00.000Z",
        "2026-11-23T08:00:30.000Z",
    )


def test_refusals_are_listed_and_do_not_end_the_replay(run: Run) -> None:
    """Line, input and reason; with --strict the exit status says so as well."""
    lines = (
        "CUP-1",
        "!badge 1001",
        "!badge 4711",
        "!nonsense",
        "!grade",
        "!times many",
        "@yesterday",
        "RMA7001",
    )
    status, _, summary, _ = run(*lines)
    assert status == 0
    assert [refused["line"] for refused in summary["refused"]] == [1, 3, 4, 5, 6, 7]
    assert all(refused["why"] for refused in summary["refused"])
    assert run("!badge 4711", options=("--strict",))[0] == 1


def test_a_misspelt_command_is_told_the_right_one(run: Run) -> None:
    """Did-you-mean for what stands behind the exclamation mark."""
    _, _, summary, _ = run("!badge 1001", "!appllied")
    assert 'Did you mean "!applied"?' in summary["refused"][0]["why"]


def test_an_expectation_that_does_not_hold_ends_the_replay(run: Run) -> None:
    """Exit 1, with line, wish and place."""
    status, _, _, said = run("!badge 1001", "!expect state parcel", "RMA7001")
    assert status == 1
    assert "line 2" in said
    assert "parcel" in said
    assert run("!expect state parcle")[0] == 1


def test_every_phase_can_be_expected(run: Run) -> None:
    """The names of the design, with any of space, dash and underscore."""
    status, records, summary, said = run(
        "!expect state signed_out",
        "!badge 1001",
        "!expect state ready",
        "1Z999AA10123456784",
        "!expect state parcel",
        "CUP-1",
        "!expect state inspecting",
        "!clean",
        "!expect state decided",
        "!applied",
        "!expect state labelled",
        "!tote",
        "!expect state placed",
        "!expect state parcel",
        "CUP-1",
        "!hold other",
        "!expect state quarantine",
        "CUP-1",
        "!answer sealed yes",
        "!applied",
        "!tote",
        "!expect state ready",
        "!badge-out",
        "!expect state signed-out",
    )
    assert (status, said) == (0, "")
    assert [record["status"] for record in records] == ["closed", "held", "closed"]
    assert summary["refused"] == []


def test_an_undone_tote_leaves_one_record(run: Run) -> None:
    """The record of an item that is taken back right after its tote is not printed twice."""
    _, records, _, _ = run("!badge 1001", "RMA7001", "CUP-1", "!clean", "!applied", "!tote", "!undo", "!tote")
    assert len(records) == 1


def test_every_command_of_the_contract_is_taken(run: Run) -> None:
    """Defect, measure, weight, count, override of grade and channel, reprint, blind and no code."""
    status, records, summary, _ = run(
        "!badge 9001",
        "RMA7002",
        "PHN-1",
        "!weigh 182",
        "!defect SCR-LT back 2",
        "!measure battery_health 84",
        "!clean",
        "!accept",
        "!grade C seen-worse",
        "!accept",
        "!reprint",
        "!applied",
        "!tote",
        "RMA7001",
        "CUP-1",
        "!times 2",
        "!clean",
        "!dispose donate other",
        "!applied",
        "!tote donate",
        "!parcel-done",
        "!blind no-label torn-4711",
        "!no-code",
        "!accept",
        "!parcel-done",
        "!badge-out",
    )
    assert (status, summary["refused"]) == (0, [])
    assert [record["grade"] for record in records[:3]] == ["C", "A", "A"]
    assert (records[1]["disposition"], records[3]["status"]) == ("donate", "held")


def test_marks_that_move_the_clock_apply_before_the_start(run: Run) -> None:
    """`--from` passes over inputs, not over the time."""
    run("@2026-11-23T08:00:00Z", "!badge 1001", "RMA7001")
    _, records, _, said = run(
        "@2026-11-23T08:00:00Z",
        "!badge 1001",
        "RMA7001",
        "CUP-1",
        "!clean",
        "!applied",
        "!tote",
        options=("--from", "4", "--ack"),
    )
    assert records[0]["received_at"] == "2026-11-23T08:00:00.000Z"
    assert said.splitlines() == ["ack 4", "ack 5", "ack 6", "ack 7"]


def test_a_line_that_was_committed_is_not_done_again(run: Run) -> None:
    """Taken up at a line whose acknowledgement was lost: the defect counts once, the record comes again."""
    head = ("!badge 1001", "RMA7001", "CUP-1", "!defect SCR-LT back 1")
    run(*head)
    _, records, _, _ = run(*head, "!clean", "!applied", "!tote", options=("--from", "4"))
    assert records[0]["score"] == 95.0
    _, again, _, _ = run(*head, "!clean", "!applied", "!tote", options=("--from", "7"))
    assert [record["lpn"] for record in again] == [records[0]["lpn"]]


def test_clock_escape_and_names() -> None:
    """The small parts, by example."""
    clock = Clock()
    assert clock().tzinfo is not None
    clock.mark("2026-11-23T08:00:00")
    clock.mark("+1.5m")
    assert clock().isoformat() == "2026-11-23T08:01:30+00:00"
    clock.mark("-30s")
    assert clock().second == 0
    with pytest.raises(ValueError, match=r"expected @2026"):
        clock.mark("+99999999999d")
    assert unescape(r"(01)x\x1d21\\n\t") == "(01)x\x1d21\\n\t"
    assert plain_name("  Signed_out ") == "signed out"
    assert line_key(1, "a") != line_key(2, "a")


def test_a_bare_exclamation_mark_is_refused_and_the_replay_goes_on(run: Run) -> None:
    """It names no command."""
    status, _, summary, _ = run("!", "!badge 1001", "! ", "!expect state ready")
    assert (status, [one["code"] for one in summary["refused"]]) == (0, ["bad-answer", "bad-answer"])


def test_a_pin_in_capitals_is_no_command_and_is_written_nowhere(run: Run, data: Path) -> None:
    """Neither in the output nor in the journal."""
    status, _, summary, talk = run("!badge 1001", "!PIN 470815")
    assert (status, summary["refused"][0]["input"]) == (0, "!pin")
    assert 'Did you mean "!pin"?' in summary["refused"][0]["why"]
    assert "470815" not in json.dumps(summary) + talk
    assert not any(b"470815" in path.read_bytes() for path in data.rglob("*") if path.is_file())
