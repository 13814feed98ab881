"""`regrade export`: what this station knows, in the forms that others read."""

from __future__ import annotations

from pathlib import Path

import click

from terminal.console import Context, plainly, put

FILE = click.Path(path_type=Path, dir_okay=False)


@click.group()
def export() -> None:
    """Write what this station knows for others."""


@export.command()
@click.option("--out", type=FILE, required=True, help="The file to write; it is replaced whole.")
@click.option("--schema", type=FILE, help="A JSON schema to check against, such as the official one of GS1.")
@click.option("--from", "start", metavar="SEQ|DATE", help="From this event, day or time (UTC) on.")
@click.option("--to", "end", metavar="SEQ|DATE", help="Up to this event, day or time, which is included.")
@click.option("--location", default="", help="GLN of the bench, instead of that of an EPCIS sink in config.")
@click.option("--site", default="", help="GLN of the place in which items are after their event.")
@click.pass_obj
@plainly
def epcis(
    context: Context,
    out: Path,
    schema: Path | None,
    start: str | None,
    end: str | None,
    location: str,
    site: str,
) -> None:
    """Write one EPCIS 2.0 document of what happened to goods here."""
    from rich.console import Console  # only a person at a terminal needs a bar
    from rich.progress import Progress, SpinnerColumn, TextColumn

    from terminal.exporting import NotValid, export_epcis, read_span

    span = read_span(start, end)
    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.completed} events"))
    try:
        with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
            task = bar.add_task("", total=None)
            found = export_epcis(
                context.settings,
                out,
                schema=schema,
                span=span,
                location=location,
                site=site,
                progress=lambda events: bar.update(task, completed=events),
            )
    except NotValid as problem:
        put(problem.result)
        raise
    put(found)


@export.command("csv")
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="The folder to write into."
)
@click.pass_obj
@plainly
def csv_(context: Context, out: Path) -> None:
    """Write every item and every event as CSV: items.csv and events.csv, safe to open in a spreadsheet."""
    from terminal.csv_export import export_csv

    put(export_csv(context.settings, out))
