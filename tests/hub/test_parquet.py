"""Parquet export: what DuckDB reads is what the hub holds, files appear whole, unchanged months are left alone."""

import hashlib
import json
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from terminal.hub import parquet_month
from terminal.hub.parquet import export
from terminal.hub.problem import HubProblem
from terminal.hub.projector import project
from terminal.hub_people_cli import export as command

duckdb = pytest.importorskip("duckdb")
pytest.importorskip("pyarrow")


@pytest.fixture
def filled(hub: Any, bench: Callable[..., Any], line: Any) -> Any:
    """Two stations over two months, with text that is hard on every format."""
    for name, days in (("S1", 0), ("S2", 30)):
        one = bench(name)
        one.now += timedelta(days=days)
        cups = line(f"RMA-{name}", quantity=20, title="Tasse \u2603 'x';--")
        one.receive(cups.rma, cups)
        for _ in range(8):
            one.whole(cups)
        hub.send(one.events)
    project(hub.connection)
    return hub


def ask(query: str) -> list[tuple[Any, ...]]:
    """What DuckDB makes of the files."""
    with duckdb.connect() as database:
        found: list[tuple[Any, ...]] = database.execute(query).fetchall()
    return found


def test_duckdb_reads_what_the_hub_holds(filled: Any, tmp_path: Path) -> None:
    """Counts by kind, money by channel, and the hash of every event."""
    done = export(filled.connection, tmp_path)
    assert done["written"] == [
        "event/2026-11.parquet", "event/2026-12.parquet", "item/2026-11.parquet", "item/2026-12.parquet",
    ]  # fmt: skip
    kinds = "select kind, count(*) from {} group by kind order by kind"
    events = f"read_parquet('{tmp_path}/event/*.parquet')"
    assert ask(kinds.format(events)) == filled.rows(kinds.format("hub.event"))
    sums = "select disposition, count(*), sum(value_cents), min(title) from {} group by 1"
    assert ask(sums.format(f"read_parquet('{tmp_path}/item/*.parquet')")) == filled.rows(
        sums.format("hub.item")
    )
    hashes = "select {} from {} order by station, epoch::text, seq"
    assert ask(hashes.format("hash", events)) == filled.rows(
        hashes.format("encode(hash, 'hex')", "hub.event")
    )
    body = ask(f"select body from {events} where kind = 'placed' limit 1")[0][0]
    assert json.loads(body)["channel"] == "outlet"


def test_the_manifest_says_what_is_in_the_files(filled: Any, tmp_path: Path) -> None:
    """Rows, bytes and SHA-256 of each; a month is final a week after its end."""
    export(filled.connection, tmp_path, now=datetime(2026, 12, 8, tzinfo=UTC))
    files = json.loads((tmp_path / "manifest.json").read_text("utf-8"))["files"]
    for name, told in files.items():
        content = (tmp_path / name).read_bytes()
        assert (told["bytes"], told["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())
        assert ask(f"select count(*) from read_parquet('{tmp_path / name}')") == [(told["rows"],)]
    assert {name: told["final"] for name, told in files.items() if told["table"] == "event"} == {
        "event/2026-11.parquet": True,
        "event/2026-12.parquet": False,
    }


def test_only_what_changed_is_written_again(
    filled: Any, bench: Callable[..., Any], line: Any, tmp_path: Path
) -> None:
    """A second run writes nothing; events that come late are written, and a file that was lost."""
    export(filled.connection, tmp_path)
    again = export(filled.connection, tmp_path)
    assert (again["written"], len(again["unchanged"])) == ([], 4)
    late = bench("S3")
    late.receive("RMA-9", line("RMA-9"))
    filled.send(late.events)
    assert export(filled.connection, tmp_path)["written"] == ["event/2026-11.parquet"]
    (tmp_path / "item/2026-12.parquet").unlink()
    assert export(filled.connection, tmp_path)["written"] == ["item/2026-12.parquet"]


def test_a_write_that_fails_leaves_the_old_file(
    filled: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No part is left behind, and what stood there still does."""
    export(filled.connection, tmp_path)
    before = (tmp_path / "event/2026-11.parquet").read_bytes()
    with filled.connection.transaction():
        filled.connection.execute("update hub.event set received_at = now() + interval '1 hour'")

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        export(filled.connection, tmp_path)
    assert (tmp_path / "event/2026-11.parquet").read_bytes() == before
    assert not list(tmp_path.rglob("*.part"))
    monkeypatch.undo()
    assert "event/2026-11.parquet" in export(filled.connection, tmp_path)["written"]


def test_rows_come_in_blocks(filled: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A block is a row group: memory holds one of them, however long the month is."""
    from pyarrow import parquet as reader  # type: ignore[import-untyped]

    monkeypatch.setattr(parquet_month, "BLOCK", 4_000)
    assert (
        export(filled.connection, tmp_path, tables=["event"])["rows"]
        == filled.rows("select count(*) from hub.event")[0][0]
    )
    assert reader.ParquetFile(tmp_path / "event/2026-11.parquet").metadata.num_row_groups > 1


def test_a_row_larger_than_a_block_is_written_too(
    filled: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The block grows until the row fits; past the largest block that is said."""
    monkeypatch.setattr(parquet_month, "BLOCK", 200)
    assert export(filled.connection, tmp_path / "a", tables=["event"])["rows"] > 50
    monkeypatch.setattr(parquet_month, "LARGEST", 100)
    with pytest.raises(HubProblem, match="can't be written"):
        export(filled.connection, tmp_path / "b", tables=["event"])


def test_every_value_comes_through_as_it_is(
    hub: Any, bench: Callable[..., Any], line: Any, tmp_path: Path
) -> None:
    """Nothing and the empty text stay two things; quotes, line breaks and milliseconds are kept."""
    titles = ["", 'a "b", c', "x\ny\r\nz", "\\N", "NULL", "\t"]
    one = bench("S1")
    one.receive("RMA1", line(quantity=9))
    for title in titles:
        one.whole(line(quantity=9), title=title, sku=None)
    hub.send(one.events)
    project(hub.connection)
    export(hub.connection, tmp_path)
    query = (
        "select title, sku, gtin, value_cents, grade_overridden, epoch_ms(received_at) from {} order by lpn"
    )
    found = ask(query.format(f"read_parquet('{tmp_path}/item/*.parquet')"))
    assert [row[0] for row in found] == titles
    wanted = query.replace("epoch_ms(received_at)", "extract(epoch from received_at) * 1000")
    assert found == hub.rows(wanted.format("hub.item"))


def test_a_month_without_rows_is_an_empty_file(filled: Any, tmp_path: Path) -> None:
    """It has the columns all the same, so that a query over it works."""
    assert export(filled.connection, tmp_path, month="2020-01", tables=["item"])["rows"] == 0
    assert ask(f"select count(*), max(value_cents) from '{tmp_path}/item/2020-01.parquet'") == [(0, None)]


@pytest.mark.parametrize("month", ["2026-13", "november", "2026-1", "../../x"])
def test_a_month_that_is_none_is_refused(filled: Any, tmp_path: Path, month: str) -> None:
    """With the form that is expected."""
    with pytest.raises(HubProblem, match="2026-11"):
        export(filled.connection, tmp_path, month=month)


def test_a_clock_without_bounds_does_not_end_the_export(
    hub: Any, bench: Callable[..., Any], line: Any, tmp_path: Path
) -> None:
    """The last month that there is can be written too."""
    one = bench("S1")
    one.now = datetime(9999, 12, 31, 23, tzinfo=UTC)
    one.receive("RMA1", line())
    hub.send(one.events)
    assert export(hub.connection, tmp_path, tables=["event"])["rows"] == 1


def test_the_command_writes_and_refuses_strange_folders(filled: Any, tmp_path: Path) -> None:
    """One table, one month; a folder whose manifest is something else is left alone."""
    words = [
        "parquet",
        "--dsn",
        filled.dsn,
        "--out",
        str(tmp_path / "out"),
        "--month",
        "2026-11",
        "--tables",
        "item",
    ]
    done = CliRunner().invoke(command, words)
    assert json.loads(done.stdout) == {"written": ["item/2026-11.parquet"], "unchanged": [], "rows": 8}
    for content in ("[]", "{", '{"files": 3}'):
        (tmp_path / "out" / "manifest.json").write_text(content)
        with pytest.raises(HubProblem, match="no manifest"):
            export(filled.connection, tmp_path / "out")
    with pytest.raises(HubProblem, match="no table"):
        export(filled.connection, tmp_path, tables=["events"])
