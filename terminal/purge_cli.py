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
    """Remove announcements, photos, rejected rows and ended journals that are older than [privacy] allows.

    The bench must be closed. The journal stays whole: it says what was removed, and such photos are no loss. Where
    privacy.journal_days is set and the journal is older, a new one is begun.
    """
    from terminal.assembly import assemble
    from terminal.beginning import begin_anew
    from terminal.purging import purge as remove

    now = datetime.now(UTC)
    begun = begin_anew(context.settings, now, dry_run)
    with assemble(context.settings) as whole:
        told = remove(whole, now, dry_run)
    put(told | begun.plain())
    if told["photos_waiting"]:
        talk(f"{told['photos_waiting']} photos stay until everything has left this station: regrade sync")
    for sentence in (*told["journals_stay"], begun.journal_waits):
        if sentence:
            talk(sentence)
    if begun.journal_begun:
        talk(
            "A new journal would be begun."
            if dry_run
            else f"A new journal was begun; the old one: {begun.aside}"
        )
