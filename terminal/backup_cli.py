"""`regrade backup`, `restore` and `reset` for the station file, and `drop-check` for what a folder sink wrote."""

from __future__ import annotations

from pathlib import Path

import click

from terminal.console import Context, plainly, put, talk

FILE = click.Path(path_type=Path, dir_okay=False)
FOLDER = click.Path(path_type=Path, file_okay=False)
WORD = "Leave what waits aside; TEXT spells how much that is, such as '12 events'."


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--photos", type=FOLDER, help="Copy the photos into this folder too.")
@click.pass_obj
@plainly
def backup(context: Context, file: Path, photos: Path | None) -> None:
    """Copy the station file to FILE, checked; the bench may be open meanwhile."""
    from terminal.backups import backup as run

    put(run(context.settings, file, photos))


@click.command()
@click.argument("file", type=FILE)
@click.option("--photos", type=FOLDER, help="Bring back the photos in this folder too.")
@click.option("--lose-pending", metavar="TEXT", help=WORD)
@click.pass_obj
@plainly
def restore(context: Context, file: Path, photos: Path | None, lose_pending: str | None) -> None:
    """Put the backup FILE in the place of the station file, which is kept aside."""
    from terminal.restoring import restore as run

    told = run(context.settings, file, lose_pending, photos)
    put(told)
    if told["aside"]:
        talk(f"The file that was there is kept in {told['aside']}.")


@click.command()
@click.option("--lose-pending", metavar="TEXT", help=WORD)
@click.pass_obj
@plainly
def reset(context: Context, lose_pending: str | None) -> None:
    """Begin an empty station file; the one that was there is kept aside."""
    from terminal.restoring import reset as run

    told = run(context.settings, lose_pending)
    put(told)
    if told["aside"]:
        talk(f"The file that was there is kept in {told['aside']}.")


@click.command("drop-check")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False, exists=True))
@plainly
def drop_check(folder: Path) -> None:
    """Check the files of a drop against their manifests and the chain; exit 1 where something is wrong."""
    from terminal.sync.drop_check import check_drop, drop_counts

    findings = check_drop(folder)
    put({"ok": not findings, **drop_counts(folder), "findings": [one.plain() for one in findings]})
    if findings:
        raise SystemExit(1)


COMMANDS = (backup, restore, reset, drop_check)
"""For the group that they belong to."""
