"""`regrade import`: files of the warehouse come in; good rows go in, bad rows go to a file beside."""

from __future__ import annotations

from pathlib import Path

import click

from terminal.console import Context, plainly, put


@click.group("import")
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
