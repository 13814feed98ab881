"""A history replayed: from a station file, by one process or two, as JSON, as tables and on paper."""

import gc
import json
import multiprocessing
import os
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import click
import pypdfium2  # type: ignore[import-untyped]
import pytest
from click.testing import CliRunner
from rich.console import Console

from terminal import backtest_cli, backtesting
from terminal.assembly import policy_text, read_rulebook
from terminal.backtest_sample import items, write_history
from terminal.backtest_words import sections
from terminal.backtesting import Span, backtest, replay_file, replay_rows
from terminal.config import load
from terminal.console import Context
from terminal.domain.backtest_plain import plain
from terminal.domain.backtest_report import Report, report_of
from terminal.domain.backtest_tally import Changed, Past
from terminal.domain.facts import parse
from terminal.domain.policy import load_policy
from terminal.domain.rulebook import assess
from terminal.domain.suggest import BadData
from terminal.reports.backtest_pdf import write
from terminal.reports.page import MARGIN
from terminal.settings import Settings
from terminal.store.driver import sqlite3
from terminal.store.errors import StoreUnavailable
from terminal.store.station_file import NAME

COUNT = 400


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of a station whose file has a made-up history."""
    found = load(None, tmp_path_factory.mktemp("data"), {})
    write_history(found.data / NAME, read_rulebook(found), COUNT)
    return found


@pytest.fixture(scope="module")
def new(settings: Settings) -> Path:
    """A policy that lacks two of the rules in force."""
    head, *blocks = policy_text(settings)[1].split("\n[[")
    gone = ('"data-not-purged"', '"vendor-window-closed"')
    kept = [each for each in blocks if each.startswith("rule]]") and not any(name in each for name in gone)]
    file = settings.data / "new.toml"
    file.write_text("\n[[".join([head, *kept]), "utf-8")
    return file


@pytest.fixture(scope="module")
def report(settings: Settings, new: Path) -> Report:
    """The report of the made-up history."""
    return backtest(settings, new)


def test_the_report_is_what_assessing_every_item_gives(settings: Settings, new: Path, report: Report) -> None:
    """The matrix and the money, counted by hand."""
    book = read_rulebook(settings)
    policy = load_policy(new.read_text("utf-8"), new.name, tuple(book.schemes))
    with closing(sqlite3.connect(settings.data / NAME)) as db:
        rows = db.execute("select grade, substr(closed_at, 1, 10), facts from item").fetchall()
    matrix: dict[tuple[str | None, str | None], int] = {}
    money = [Decimal(0), Decimal(0)]
    for grade, day, text in rows:
        facts, on = parse(json.loads(text)["facts"]), date.fromisoformat(day)
        old, other = (
            assess(replace(book, policy=each), facts, on, grade).decision for each in (book.policy, policy)
        )
        way = (old.disposition, other.disposition)
        matrix[way] = matrix.get(way, 0) + 1
        if old.disposition in old.values and other.disposition in other.values:
            for side, each in enumerate((old, other)):
                enr = each.enrs[str(each.disposition)]
                bare = sum((amount for name, amount in enr.terms if name != "bonus"), Decimal(0))
                money[side] += bare.quantize(Decimal("0.01"))
    assert {(each.old, each.new): each.units for each in report.moves} == matrix
    assert report.units == len(rows) == COUNT
    assert [(report.money[0].old, report.money[0].new)] == [(money[0], money[1])]
    assert 0 < report.changed < COUNT
    assert 0.8 * COUNT < report.as_decided < COUNT


def test_the_result_does_not_depend_on_the_number_of_processes(
    settings: Settings, new: Path, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Small pieces, one process or two."""
    monkeypatch.setattr(backtesting, "PIECE", 90)
    for workers in (1, 2):
        units: list[int] = []
        found = backtest(settings, new, workers=workers, progress=units.append)
        assert plain(found) == plain(report)
        assert units


def test_a_process_that_dies_is_said(settings: Settings, new: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is reported of a history that was counted in part."""
    monkeypatch.setattr(backtesting, "PIECE", 90)
    monkeypatch.setattr(backtesting, "_begin", os._exit)
    with pytest.raises(BadData, match="ended without an answer"):
        backtest(settings, new, workers=2)


def test_a_failure_here_ends_the_other_processes_too(
    settings: Settings, new: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cycles are looked for again afterwards, as before."""

    def fail(units: int) -> None:
        raise KeyError(units)

    monkeypatch.setattr(backtesting, "PIECE", 5)
    with pytest.raises(KeyError):
        backtest(settings, new, workers=2, progress=fail)
    assert gc.isenabled()
    assert multiprocessing.active_children() == []


def test_a_span_of_days_narrows_the_history(settings: Settings, new: Path) -> None:
    """Both ends belong to it."""
    with closing(sqlite3.connect(settings.data / NAME)) as db:
        days = [day for (day,) in db.execute("select substr(closed_at, 1, 10) from item order by 1")]
    first, last = date.fromisoformat(days[50]), date.fromisoformat(days[90])
    inside = sum(days[50] <= day <= days[90] for day in days)
    found = backtest(settings, new, span=Span(first, last))
    assert (found.units, found.start, found.end) == (inside, days[50], days[90])
    assert backtest(settings, new, span=Span(end=first)).units == sum(day <= days[50] for day in days)
    assert backtest(settings, new, span=Span(start=last)).units == sum(day >= days[90] for day in days)


def test_rows_from_elsewhere_are_replayed_like_those_of_the_station(
    settings: Settings, new: Path, report: Report
) -> None:
    """As mappings with facts of their own, or as values."""
    book = read_rulebook(settings)
    policy = load_policy(new.read_text("utf-8"), new.name, tuple(book.schemes))
    with closing(sqlite3.connect(settings.data / NAME)) as db:
        rows = list(map(Past._make, db.execute(backtesting.ROWS, (0, COUNT + 1))))
    loose = [{**row._asdict(), "facts": json.loads(row.facts)["facts"]} for row in rows[::2]]
    tally = replay_rows([*loose, *rows[1::2]], book, policy)
    assert plain(report_of(tally, book.policy, policy, source="station")) == plain(report)


def test_items_that_cannot_be_read_are_counted_with_their_reason(
    settings: Settings, new: Path, tmp_path: Path
) -> None:
    """Open and void items are no history; a held one lies in quarantine."""
    own = settings.model_copy(update={"data": tmp_path})
    write_history(tmp_path / NAME, read_rulebook(settings), 8)
    with closing(sqlite3.connect(tmp_path / NAME)) as db, db:
        db.execute("update item set facts = '{' where rowid = 1")
        db.execute("update item set facts = null where rowid = 2")
        db.execute("update item set closed_at = null, received_at = null where rowid = 3")
        db.execute("update item set status = 'open' where rowid = 4")
        db.execute("update item set status = 'void' where rowid = 5")
        db.execute("update item set status = 'held', disposition = 'outlet' where rowid = 6")
    tally = replay_file(tmp_path / NAME, own, new)
    assert {reason: each.units for reason, each in tally.skipped.items()} == {
        "the facts are no JSON": 2,
        "the day of the decision is no date": 1,
    }
    assert sum(flow.units for flow in tally.flows.values()) == 3
    assert "quarantine" in {way.really for way in tally.flows}


def test_a_station_that_decided_nothing_gives_an_empty_report(
    settings: Settings, new: Path, tmp_path: Path
) -> None:
    """And one without a file says so."""
    own = settings.model_copy(update={"data": tmp_path})
    with pytest.raises(StoreUnavailable, match="no station file"):
        backtest(own, new)
    write_history(tmp_path / NAME, read_rulebook(settings), 0)
    empty = backtest(own, new)
    assert (empty.units, empty.money, empty.changed) == (0, (), 0)
    assert len(list(texts(write(empty)))) >= 1


def test_a_file_that_is_no_database_or_no_policy_is_refused(
    settings: Settings, new: Path, tmp_path: Path
) -> None:
    """In a sentence that names it."""
    own = settings.model_copy(update={"data": tmp_path})
    (tmp_path / NAME).write_bytes(b"no database at all" * 100)
    with pytest.raises(StoreUnavailable):
        backtest(own, new)
    bad = tmp_path / "bad.toml"
    bad.write_bytes(b"\xff\xfe")
    with pytest.raises(BadData, match=r"bad\.toml: not UTF-8"):
        backtest(own, bad)
    bad.write_text("schema = 1", "utf-8")
    with pytest.raises(BadData, match=r"bad\.toml"):
        backtest(own, bad)


def texts(pdf: bytes) -> Iterator[list[tuple[str, tuple[float, float, float, float]]]]:
    """For each page its pieces of text with their boxes; every box lies inside the margins."""
    with closing(pypdfium2.PdfDocument(pdf)) as document:
        for page in document:
            width, height = page.get_size()
            shown = page.get_textpage()
            boxes = [shown.get_rect(number) for number in range(shown.count_rects())]
            for left, bottom, right, top in boxes:
                assert MARGIN - 1 <= left <= right <= width - MARGIN + 1
                assert 0 < bottom <= top <= height - MARGIN + 1
            yield [(shown.get_text_bounded(*box), box) for box in boxes]
            shown.close()
            page.close()


def test_the_paper_has_all_text_inside_of_two_pages(report: Report) -> None:
    """Nothing is cut off at the edge of a page, and the same report gives the same bytes."""
    pages = list(texts(write(report)))
    assert 1 <= len(pages) <= 2
    said = " ".join(text for page in pages for text, _ in page)
    for word in (
        "Backtest of a policy",
        "Only the channel that an item really took",
        report.most_changed[0].lpn,
    ):
        assert word in said
    assert write(report) == write(report)


def test_the_paper_keeps_the_accents_of_a_name(report: Report) -> None:
    """As it is written in the policy."""
    named = replace(report, new=replace(report.new, name="Zażółć gęślą jaźń größer"))
    assert "Zażółć gęślą jaźń größer" in " ".join(text for page in texts(write(named)) for text, _ in page)


def test_hostile_and_endless_texts_stay_inside_of_the_page(report: Report) -> None:
    """Markup is text, letters that no font has are drawn, and what is too long for a cell ends in an ellipsis."""
    bad = "<b>&amp;\x00\x1b[31m ą水" + "W" * 300
    changed = tuple(Changed(bad, bad, "B", bad, bad, bad, -(10**11), bad) for _ in range(120))
    hostile = replace(
        report,
        new=replace(report.new, name=bad * 3, version=bad),
        money=tuple(replace(each, currency=bad) for each in report.money),
        most_changed=changed,
    )
    pages = list(texts(write(hostile)))
    assert len(pages) > 2
    said = " ".join(text for page in pages for text, _ in page)
    assert "<b>" in said
    assert "..." in said


def test_tables_on_the_screen_say_what_the_report_says(report: Report) -> None:
    """Every section, and no markup out of the data."""
    console = Console(width=200, record=True, file=open(os.devnull, "w"))  # noqa: SIM115
    hostile = replace(report, new=replace(report.new, name="[red]x[/red]"))
    with console.file:
        backtest_cli.show(hostile, console)
    said = console.export_text()
    assert "[red]x[/red]" in said
    for section in sections(report):
        assert section.title in said
    for each in report.moves[:5]:
        if each.old != each.new:
            assert f"{each.units:,}" in said


def run(settings: Settings, *arguments: str) -> Any:
    """The command with a station's settings."""
    context = Context(None, settings.data)
    context._settings = settings
    return CliRunner().invoke(backtest_cli.backtest, list(arguments), obj=context)


def test_the_command_prints_json_and_writes_the_paper(
    settings: Settings, new: Path, report: Report, tmp_path: Path
) -> None:
    """One object on stdout, talk on stderr."""
    paper = tmp_path / "report.pdf"
    done = run(settings, str(new), "--json", "--pdf", str(paper))
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout) == plain(report)
    assert paper.read_bytes() == write(report)
    assert str(paper) in done.stderr
    assert (
        "Units that change channel"
        in run(settings, str(new), "--from", "2025-12-01", "--to", "2026-01-31").stdout
    )


@pytest.mark.parametrize(
    ("arguments", "said", "status"),
    [
        (("--from", "2026-02-01", "--to", "2026-01-01"), "is after", 2),
        (("--from", "yesterday"), "yesterday", 2),
        (("--against", "hbu"), "hbu", 2),
        (("--price-error", "much"), "write a share", 2),
        (("--price-error", "-1"), "write a share", 2),
        (("--price-error", "NaN"), "write a share", 2),
        (("--pdf", "/nowhere/at/all.pdf"), "No such file", 1),
    ],
)
def test_what_the_command_cannot_do_it_says(
    settings: Settings, new: Path, arguments: tuple[str, ...], said: str, status: int
) -> None:
    """Wrong options are misuse, a file that can't be written is a failure; never a traceback."""
    done = run(settings, str(new), *arguments)
    assert said in done.output
    assert done.exit_code == status
    assert isinstance(done.exception, SystemExit | click.ClickException)


def test_the_same_seed_makes_the_same_items() -> None:
    """All of them readable, of many kinds."""
    one, two = list(items(300, 7)), list(items(300, 7))
    assert one == two
    assert list(items(300, 8)) != one
    assert len({each.category for each in one}) > 8
    for each in one:
        parse(each.facts)
