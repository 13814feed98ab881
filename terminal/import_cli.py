"""`regrade import`: files of the warehouse come in; good rows go in, bad rows go to a file beside."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from terminal.console import Context, plainly, put


@click.group("import")
def import_() -> None:
    """Bring in what the warehouse knows; good rows go in, bad rows go to a file beside."""


Run = Callable[[Any, Path, str | None, Callable[[int], None]], dict[str, Any]]
"""Imports one file: settings, file, name of a mapping, who hears of the rows so far."""


def _import(context: Context, file: Path, map_name: str | None, run: Run) -> None:
    from rich.console import Console  # only a person at a terminal needs a bar
    from rich.progress import Progress, SpinnerColumn, TextColumn

    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.completed} rows of"), TextColumn(file.name, markup=False))
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=None)
        found = run(context.settings, file, map_name, lambda rows: bar.update(task, completed=rows))
    put(found)


def _command(name: str, about: str, find: Callable[[], Run]) -> None:
    """Add `regrade import NAME`; `find` gives what does it, and is asked only when it runs."""

    @import_.command(name, help=about)
    @click.argument("file", type=click.Path(path_type=Path))
    @click.option("--map", "map_name", help="Name of an [import.NAME] in the config.")
    @click.pass_obj
    @plainly
    def command(context: Context, file: Path, map_name: str | None) -> None:
        _import(context, file, map_name, find())


def _goods(kind: str) -> Run:
    from terminal.importing import run_import

    return lambda settings, file, map_name, progress: run_import(settings, file, map_name, kind, progress)


def _gates(name: str) -> Run:
    from terminal import gate_imports

    run: Run = getattr(gate_imports, name)
    return run


def _outcomes() -> Run:
    from terminal.predicting import run_outcomes

    return run_outcomes


_command("manifest", "Expected returns.", lambda: _goods("manifest"))
_command("catalogue", "Products with their current prices.", lambda: _goods("catalogue"))
_command(
    "recalls", "Recall notices, as an authority or a maker publishes them.", lambda: _gates("run_recalls")
)
_command("wipes", "Records of a tool that erases data carriers.", lambda: _gates("run_wipes"))
_command(
    "tacs", "Which brand and model the first eight digits of an IMEI stand for.", lambda: _gates("run_tacs")
)
_command("checks", "Answers of registers of lost, stolen or locked devices.", lambda: _gates("run_checks"))


def _audits() -> Run:
    from terminal.audit_imports import run_audits

    return run_audits


_command("audits", "Items that were graded twice: first grade, grade of the audit.", _audits)
_command(
    "outcomes",
    "What later came of items: sold for, donated, weighed out, credited; with receipts.",
    _outcomes,
)


@import_.command("history")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--map", "map_name", help="Name of an [import.NAME] in the config.")
@click.option("--add", is_flag=True, help="Also where this bench has items of its own.")
@click.pass_obj
@plainly
def history(context: Context, file: Path, map_name: str | None, add: bool) -> None:
    """Units of the past, for the figures: received, decided, sold, at what cost."""
    from terminal.history import run_history

    _import(
        context,
        file,
        map_name,
        lambda settings, path, name, said: run_history(settings, path, name, add, said),
    )
