"""The `regrade` command: options in, one call, JSON out. Talk goes to stderr; exit 0 done, 1 failed, 2 misuse."""

from __future__ import annotations

import logging
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from terminal.console import Context, fail, plainly, put, talk
from terminal.simulate_cli import simulate

DRAIN_SECONDS = 600.0


@click.group(invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--config", type=click.Path(path_type=Path, dir_okay=False), help="The site's config file.")
@click.option(
    "--data", type=click.Path(path_type=Path, file_okay=False), help="Where the station keeps its data."
)
@click.version_option(package_name="regrade")
@click.pass_context
def main(click_context: click.Context, config: Path | None, data: Path | None) -> None:
    """Regrade: the returns bench. Without a command it opens the bench."""
    click_context.obj = Context(config, data)
    if click_context.invoked_subcommand is None:
        click_context.invoke(bench)


@main.command()
@click.pass_obj
@plainly
def bench(context: Context) -> None:
    """Open the bench on this terminal."""
    from terminal.floor import run_bench  # the screen's libraries are for this command only

    embedded = context.config is None and "REGRADE_CONFIG" not in os.environ
    raise SystemExit(run_bench(lambda: context.settings, embedded))


@main.command()
@click.argument("file", type=click.File("r", encoding="utf-8", errors="surrogateescape"))
@click.option("--from", "start", type=click.IntRange(min=1), default=1, help="Begin at this line.")
@click.option("--ack", is_flag=True, help="Write `ack N` to stderr when line N is on disk.")
@click.option("--strict", is_flag=True, help="Exit 1 if an input was refused.")
@click.pass_obj
@plainly
def replay(context: Context, file: Any, start: int, ack: bool, strict: bool) -> None:
    """Drive the bench from a file (- for stdin), one input a line; JSON of each finished item on stdout."""
    from terminal.assembly import assemble
    from terminal.replay import Clock, Replay, ReplayFailed

    clock = Clock()
    whole = assemble(context.settings, clock)
    failed = ""
    try:
        run = Replay(
            whole.station, clock, whole.people, lambda lpn: whole.file.queries.item_record(lpn) or {}
        )
        try:
            for record in run.run(file, start, _acknowledge if ack else lambda number: None):
                put(record)
        except ReplayFailed as problem:
            failed = str(problem)
        put(run.tally.summary())
    finally:
        if not whole.close(DRAIN_SECONDS):
            talk("Labels still wait for the printer; they print when the bench is opened again.")
    if failed:
        fail(failed)
    if strict and run.tally.refused:
        fail(f"{len(run.tally.refused)} inputs were refused")


def _acknowledge(number: int) -> None:
    sys.stderr.write(f"ack {number}\n")
    sys.stderr.flush()


@main.group("import")
def import_() -> None:
    """Bring in manifests and catalogues; good rows go in, bad rows go to a file beside."""


def _import(context: Context, file: Path, map_name: str | None, kind: str) -> None:
    from rich.console import Console  # only a person at a terminal needs a bar
    from rich.progress import Progress, SpinnerColumn, TextColumn

    from terminal.importing import run_import

    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.completed} rows of"), TextColumn(file.name, markup=False))
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=None)
        found = run_import(
            context.settings, file, map_name, kind, lambda rows: bar.update(task, completed=rows)
        )
    put(found)


@import_.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--map", "map_name", help="Name of an [import.NAME] in the config.")
@click.pass_obj
@plainly
def manifest(context: Context, file: Path, map_name: str | None) -> None:
    """Expected returns."""
    _import(context, file, map_name, "manifest")


@import_.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--map", "map_name", help="Name of an [import.NAME] in the config.")
@click.pass_obj
@plainly
def catalogue(context: Context, file: Path, map_name: str | None) -> None:
    """Products with their current prices."""
    _import(context, file, map_name, "catalogue")


@main.command()
@click.argument("raw")
@click.pass_obj
@plainly
def code(context: Context, raw: str) -> None:
    r"""Say what a scan means: every reading with its facts, as JSON (\x1d for a separator)."""
    from terminal.assembly import patterns
    from terminal.domain.codes import describe, read
    from terminal.replay import unescape

    scan = read(unescape(raw), patterns(context.settings), year=datetime.now(UTC).year)
    put(describe(scan))
    if not scan.readings:
        raise SystemExit(1)


@main.command()
@click.option("--facts", required=True, help="The item's facts: JSON, or a file that holds it.")
@click.pass_obj
@plainly
def explain(context: Context, facts: str) -> None:
    """Grade and decide one item from its facts."""
    from terminal.assembly import read_rulebook
    from terminal.explaining import explain_facts, read_facts

    put(explain_facts(read_rulebook(context.settings), context.settings, read_facts(facts)))


@main.command()
@click.argument("lpn", required=False)
@click.option("--format", "form", type=click.Choice(["zpl", "pdf", "png"]), default="zpl", show_default=True)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write to this file.")
@click.option("--sample", is_flag=True, help="A label with every field at its longest.")
@click.option("--channel", help="With --sample: the channel whose design is shown.")
@click.option("--preview", is_flag=True, help="Draw the label on this terminal.")
@click.pass_obj
@plainly
def label(
    context: Context,
    lpn: str | None,
    form: str,
    out: Path | None,
    sample: bool,
    channel: str | None,
    preview: bool,
) -> None:
    """Write the label of an item once more, or show it."""
    from terminal.relabel import label_document, label_preview

    if (lpn is None) != sample:
        raise click.UsageError("name an LPN, or ask for --sample")
    if preview:
        shown = label_preview(context.settings, lpn, _columns(), channel)
        if shown is None:
            fail(f"{lpn} has no label here: it was not decided at this station.")
        click.echo(shown)
        return
    data = label_document(context.settings, lpn, form, channel)
    if data is None:
        fail(f"{lpn} has no label here: it was not decided at this station.")
    _write(data, out)


@main.command()
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), default="sheet.pdf", show_default=True
)
@click.option("--page", type=click.Choice(["A4", "Letter"]), default="A4", show_default=True)
@click.option("--language", help="Two letters: en, de, fr, pl; otherwise [screen] language.")
@click.pass_obj
@plainly
def sheet(context: Context, out: Path, page: str, language: str | None) -> None:
    """Make the sheet of the bench as PDF: scanner check, badges, commands, answers, defects, totes."""
    from terminal.assembly import make_rules, people, read_rulebook
    from terminal.sheets import sheet as make_sheet

    settings = context.settings
    data = make_sheet(
        make_rules(settings, read_rulebook(settings)),
        people(settings),
        page,
        language or settings.screen.language,
    )
    _write(data, out)
    talk(f"{out}: print it at 100 % and hang it up at the bench.")


def _columns() -> int:
    """Columns of this terminal, as far as a label is still easy to take in."""
    return min(shutil.get_terminal_size((80, 24)).columns, 100)


@main.command()
@click.argument("kind", type=click.Choice(["totes", "badges"]))
@click.option("--format", "form", type=click.Choice(["zpl", "pdf"]), default="pdf", show_default=True)
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=".", show_default=True)
@click.pass_obj
@plainly
def cards(context: Context, kind: str, form: str, out: Path) -> None:
    """Write the labels of all totes, or all badges, one file each, in the label printer's size."""
    from terminal.relabel import card_documents

    out.mkdir(parents=True, exist_ok=True)
    for name, data in card_documents(context.settings, kind, form):
        _write(data, out / f"{name}.{form}")
        put({"file": str(out / f"{name}.{form}")})


def _write(data: bytes, out: Path | None) -> None:
    if out is None or str(out) == "-":
        sys.stdout.buffer.write(data)
        sys.stdout.flush()
        return
    part = out.with_name(f".{out.name}.part")
    part.write_bytes(data)
    part.replace(out)


@main.command()
@click.option("--sink", "only", help="Just this sink.")
@click.pass_obj
@plainly
def sync(context: Context, only: str | None) -> None:
    """Push what is due to the sinks; one JSON line for each."""
    from terminal.syncing import push

    failed = False
    for result in push(context.settings, only):
        put(result)
        failed = failed or bool(result.get("error"))
    if failed:
        raise SystemExit(1)


@main.command()
@click.option("--rebuild", is_flag=True, help="Write the projections anew from the journal.")
@click.pass_obj
@plainly
def verify(context: Context, rebuild: bool) -> None:
    """Check the journal's chain, the file, and that the projections are what the journal says."""
    from terminal.verifying import verify_station

    result = verify_station(context.settings, rebuild)
    put(result)
    if not result["ok"]:
        raise SystemExit(1)


@main.group(invoke_without_command=True)
@click.pass_context
def doctor(click_context: click.Context) -> None:
    """Look at everything the bench depends on and say what is wrong and what to do."""
    if click_context.invoked_subcommand is None:
        _examine(click_context.obj)


@doctor.command("scanner")
@click.option("--url", help="This port (a path or a pyserial URL) instead of those in the config.")
@click.option(
    "--name", default="scanner", show_default=True, help="What the scanner is called in the config."
)
@click.option("--keyboard", is_flag=True, help="The scanner types like a keyboard.")
@click.option("--timeout", default=60.0, show_default=True, help="Seconds to wait for a scan.")
@click.pass_obj
@plainly
def doctor_scanner(context: Context, url: str | None, name: str, keyboard: bool, timeout: float) -> None:
    """Learn how a scanner is set up from one scan of the check code on the sheet, and write its config."""
    from terminal.scanner_doctor import examine_scanner

    found = examine_scanner(
        context.settings, url=url, name=name, keyboard=keyboard, talk=talk, timeout=timeout
    )
    put(found)
    if not found["ok"]:
        raise SystemExit(1)


@doctor.command("printer")
@click.argument("name", required=False)
@click.pass_obj
@plainly
def doctor_printer(context: Context, name: str | None) -> None:
    """Ask a printer what it is and how it is; prints nothing."""
    from terminal.doctor import examine_printer

    found = examine_printer(context.settings, name)
    for sentence in found["sentences"]:
        talk(sentence)
    put(found)
    if not found["ok"]:
        raise SystemExit(1)


@plainly
def _examine(context: Context) -> None:
    from terminal.doctor import examine

    findings = examine(context.settings)
    for finding in findings:
        mark = {"ok": "+", "warn": "!", "bad": "X"}[finding.level]
        talk(f"{mark} {finding.subject}: {finding.sentence}")
    put(
        {"ok": not any(one.level == "bad" for one in findings), "findings": [one.plain() for one in findings]}
    )
    if any(one.level == "bad" for one in findings):
        raise SystemExit(1)


@main.group()
def shift() -> None:
    """Open, close and report a shift."""


@contextmanager
def _station(context: Context) -> Iterator[Any]:
    from terminal.assembly import assemble

    whole = assemble(context.settings)
    try:
        yield whole
    finally:
        whole.close()


@shift.command("open")
@click.option("--by", required=True, help="Id of the operator or lead.")
@click.pass_obj
@plainly
def shift_open(context: Context, by: str) -> None:
    """Begin a shift."""
    from terminal.shifts import open_shift

    with _station(context) as whole:
        put(open_shift(whole, by))


@shift.command("close")
@click.option("--by", required=True, help="Id of the operator or lead.")
@click.pass_obj
@plainly
def shift_close(context: Context, by: str) -> None:
    """End the shift: its figures are fixed in the journal."""
    from terminal.shifts import end_shift

    with _station(context) as whole:
        put(end_shift(whole, by))


@shift.command("report")
@click.option("--x", "kind", flag_value="x", default="x", help="The shift so far (repeatable).")
@click.option("--z", "kind", flag_value="z", help="The last closed shift.")
@click.pass_obj
@plainly
def shift_report(context: Context, kind: str) -> None:
    """Print a shift's figures."""
    from terminal.shifts import report

    put(report(context.settings, kind))


@main.group()
def policy() -> None:
    """Look after disposition policies."""


@policy.command("check")
@click.argument("file", required=False, type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.pass_obj
@plainly
def policy_check(context: Context, file: Path | None) -> None:
    """Validate a policy and run the tests inside it."""
    from terminal.explaining import check_policy_file

    put(check_policy_file(context.settings, file))


main.add_command(simulate)
logging.getLogger("terminal").addHandler(logging.NullHandler())

if __name__ == "__main__":
    main()
