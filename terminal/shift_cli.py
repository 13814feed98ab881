"""`regrade shift`: open, close and report a shift."""

from __future__ import annotations

from pathlib import Path

import click

from terminal.console import Context, plainly, put, talk
from terminal.domain.speech import LANGUAGES


@click.group()
def shift() -> None:
    """Open, close and report a shift."""


@shift.command("open")
@click.option("--by", required=True, help="Id of the operator or lead.")
@click.pass_obj
@plainly
def shift_open(context: Context, by: str) -> None:
    """Begin a shift."""
    from terminal.assembly import assemble
    from terminal.shifts import open_shift

    with assemble(context.settings) as whole:
        put(open_shift(whole, by))


@shift.command("close")
@click.option("--by", required=True, help="Id of the operator or lead.")
@click.option("--pending-ok", is_flag=True, help="Close it although events have not left this station.")
@click.option("--reason", default="", help="Close it although counts differ; a code of [reasons.difference].")
@click.pass_obj
@plainly
def shift_close(context: Context, by: str, pending_ok: bool, reason: str) -> None:
    """End the shift: what waits is sent, and its figures are fixed in the journal."""
    from terminal.assembly import assemble
    from terminal.shifts import end_shift

    with assemble(context.settings) as whole:
        put(end_shift(whole, by, pending_ok, talk, reason))


@shift.command("report")
@click.option("--x", "kind", flag_value="x", default="x", help="The shift so far (repeatable).")
@click.option("--z", "kind", flag_value="z", help="A closed shift, as it was signed.")
@click.option("--number", type=click.IntRange(min=1), help="Which Z report; without it the last.")
@click.option("--json", "as_json", is_flag=True, help="As JSON, which is the rule.")
@click.option("--pdf", type=click.Path(path_type=Path, dir_okay=False), help="Write it as PDF, too.")
@click.option(
    "--language", type=click.Choice(LANGUAGES), help="Of the PDF; without it [screen] language of the config."
)
@click.pass_obj
@plainly
def shift_report(
    context: Context, kind: str, number: int | None, as_json: bool, pdf: Path | None, language: str | None
) -> None:
    """Print a shift's report as JSON; with --pdf it goes into a file, and JSON is printed only where asked for."""
    from terminal.shifts import report

    told = report(context.settings, kind, number)
    if pdf is not None:
        from terminal.reports.locale_forms import written_in
        from terminal.reports.shift_pdf import write

        with written_in(language or context.settings.screen.language):
            words = context.settings.reasons.words
            pdf.write_bytes(write(told.report, kind, told.plain["signed"], told.contents, words))
    if pdf is None or as_json:
        put(told.plain)
    else:
        put({"report": kind, "shift": told.report.shift, "pdf": str(pdf)})
