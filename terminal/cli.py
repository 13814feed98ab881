"""The `regrade` command: options in, one call, JSON out. Talk goes to stderr; exit 0 done, 1 failed, 2 misuse."""

from __future__ import annotations

import json
import logging
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from terminal.audit_cli import audit
from terminal.backtest_cli import backtest
from terminal.backup_cli import backup, drop_check, reset, restore
from terminal.board_cli import board
from terminal.console import Context, fail, plainly, put, talk
from terminal.doctor_cli import doctor
from terminal.explain_cli import explain
from terminal.export_cli import export
from terminal.hub_cli import hub
from terminal.import_cli import import_
from terminal.kpi_cli import kpi
from terminal.label_cli import cards, label, sheet
from terminal.operator_cli import operator
from terminal.outcome_cli import outcome
from terminal.photo_cli import photo
from terminal.policy_cli import policy
from terminal.policy_edit_cli import edit
from terminal.predict_cli import predict
from terminal.purge_cli import purge
from terminal.report_cli import report
from terminal.shift_cli import shift
from terminal.simulate_cli import simulate
from terminal.stock_cli import hold, tote

DRAIN_SECONDS = 600.0
HUB = "hub"
"""The sink that things also come down from."""


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
@click.option("--sink", "only", help="Just this sink.")
@click.option("--dead", is_flag=True, help="List what was refused for good, with the reason; send nothing.")
@click.option("--retry-dead", is_flag=True, help="Send what was refused once more, too.")
@click.option(
    "--export-dead",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write what was refused into a file.",
)
@click.pass_obj
@plainly
def sync(context: Context, only: str | None, dead: bool, retry_dead: bool, export_dead: Path | None) -> None:
    """Push what is due to the sinks; one JSON line for each."""
    from terminal import refused
    from terminal.syncing import push

    if export_dead is not None:
        put(refused.export_dead(context.settings, export_dead, only))
        return
    if dead:
        for event in refused.dead_events(context.settings, only):
            put(event)
        return
    failed = False
    for result in (refused.retry_dead if retry_dead else push)(context.settings, only):
        put(result)
        failed = failed or bool(result.get("error"))
    if only in (None, HUB):
        failed = _pulled(context) or failed
    if failed:
        raise SystemExit(1)


def _pulled(context: Context) -> bool:
    """Take in what the hub has for this station; True where something of it was refused or it can't be reached."""
    from terminal.renewing import pull_once
    from terminal.sync.sink import SinkUnavailable

    try:
        done = pull_once(context.settings)
    except SinkUnavailable as problem:
        talk(str(problem))
        return True
    if done is None:
        return False
    if done["applied"] or done["refused"]:
        talk(f"From the hub: {json.dumps(done, ensure_ascii=False)}")
    return bool(done["refused"])


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


policy.add_command(backtest)
policy.add_command(edit)
for group in (
    import_,
    label,
    sheet,
    cards,
    doctor,
    shift,
    photo,
    explain,
    policy,
    predict,
    simulate,
    hub,
    export,
    kpi,
    board,
    report,
    audit,
    operator,
    outcome,
    purge,
    tote,
    hold,
):
    main.add_command(group)
for command in (backup, restore, reset, drop_check):
    main.add_command(command)
logging.getLogger("terminal").addHandler(logging.NullHandler())

if __name__ == "__main__":
    main()
