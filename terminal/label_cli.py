"""`regrade label`, `sheet` and `cards`: everything that is printed, as files or on the terminal."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import click

from terminal.console import Context, fail, plainly, put, talk


@click.command()
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


@click.command()
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


@click.command()
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
