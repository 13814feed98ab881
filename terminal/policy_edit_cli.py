"""The command `regrade policy edit`: a policy written on a screen that says at once what it does."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

import click

from terminal.console import Context, fail, plainly, talk


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--facts", help="An item to look at under the policy: its facts as JSON, or a file that holds it."
)
@click.option(
    "--on",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Decide items on this day; otherwise today, or when the station did.",
)
@click.pass_obj
@plainly
def edit(context: Context, file: Path, facts: str | None, on: datetime | None) -> None:
    """Edit a policy file with a live check, an item's way under it, and the backtest.

    A file that does not exist yet begins as a copy of the policy in force.
    """
    from terminal.edited_file import EditedFile  # the screen's libraries are for this command only
    from terminal.operators import prove
    from terminal.policy_desk import Desk
    from terminal.reports.locale_forms import written_in
    from terminal.ui.policy_app import edit as edit_on_screen

    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        fail("policy edit needs a terminal; `policy check FILE` checks a file without one", 2)
    settings = context.settings
    prove(
        settings,
        "edit_policy",
        lambda words, hidden: str(click.prompt(words, hide_input=hidden, err=True)).strip(),
    )
    desk = Desk(settings, file.name, facts=facts, on=None if on is None else on.date())
    with written_in(settings.screen.language):
        status, kept = edit_on_screen(desk, EditedFile(file, desk.in_force), settings.screen.theme)
    if kept is not None:
        talk(
            f"{kept}: the text that was not saved; `policy edit` offers it when {file.name} is opened again."
        )
    raise SystemExit(status)
