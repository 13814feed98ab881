"""`regrade purge`: remove what was kept long enough."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from terminal.console import Context, plainly, put, talk


@click.command()
@click.option("--dry-run", is_flag=True, help="Only count what would be removed.")
@click.pass_obj
@plainly
def purge(context: Context, dry_run: bool) -> None:
    """Remove announcements, photos and rejected rows that are older than [privacy] allows.

    The bench must be closed. The journal stays whole: it says what was removed, and such photos are no loss.
    """
    from terminal.assembly import assemble
    from terminal.purging import purge as remove

    with assemble(context.settings) as whole:
        told = remove(whole, datetime.now(UTC), dry_run)
    put(told)
    if told["photos_waiting"]:
        talk(f"{told['photos_waiting']} photos stay until everything has left this station: regrade sync")
