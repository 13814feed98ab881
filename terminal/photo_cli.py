"""The commands `regrade photo list|show|verify|take`: photos of items looked at, checked, and a camera tried.

JSON goes to stdout; the picture itself is talk, so it goes to stderr and only to a terminal.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from terminal.console import Context, fail, plainly, put, talk

LARGEST = 100
"""Columns of a photo on a terminal, where the terminal is wider."""


@click.group()
def photo() -> None:
    """Photos of items as proof: list, show and check them, and try the camera."""


@photo.command("list")
@click.argument("lpn")
@click.pass_obj
@plainly
def list_(context: Context, lpn: str) -> None:
    """Photos of an item: what each proves, when it was taken, and whether its file is there."""
    from terminal.photo_records import photos_of

    put(photos_of(context.settings, lpn.strip().upper()))


@photo.command()
@click.argument("sha256", metavar="HASH")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Copy the photo to this file.")
@click.pass_obj
@plainly
def show(context: Context, sha256: str, out: Path | None) -> None:
    """Show a photo on this terminal. HASH may be its first 6 digits or more."""
    from devices.pictures import shape_of
    from terminal.cameras import photo_store

    store = photo_store(context.settings)
    whole = store.find(sha256.strip().lower())
    data = store.get(whole)
    if out is not None:
        out.write_bytes(data)
    _draw(data)
    shape = shape_of(data, max_bytes=len(data))
    found = {"sha256": whole, "kind": shape.kind, "bytes": len(data)}
    put({**found, "width": shape.width, "height": shape.height, "out": None if out is None else str(out)})


@photo.command()
@click.option("--prune", is_flag=True, help="Remove unfinished files that a killed program has left.")
@click.pass_obj
@plainly
def verify(context: Context, prune: bool) -> None:
    """Read every photo and compare it with its hash; look for every photo of the journal."""
    from rich.console import Console  # only a person at a terminal needs a bar
    from rich.progress import Progress, SpinnerColumn, TextColumn

    from terminal.photo_records import verify_photos

    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.completed} photos"))
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=None)
        found = verify_photos(context.settings, prune, lambda count: bar.update(task, completed=count))
    for finding in found["findings"]:
        talk(finding["sentence"])
    put(found)
    if not found["ok"]:
        raise SystemExit(1)


@photo.command()
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="Write the picture to this file."
)
@click.pass_obj
@plainly
def take(context: Context, out: Path | None) -> None:
    """Try the camera of the config: take one picture and show it. It is proof of nothing and not kept."""
    from devices.camera import CameraProblem
    from terminal.cameras import make_camera

    camera = make_camera(context.settings)
    if camera is None:
        fail('This bench has no camera: set by = "command" or "folder" in [camera] of the config.')
    try:
        picture = camera.take()
    except CameraProblem as problem:
        fail(str(problem))
    if out is not None:
        out.write_bytes(picture.data)
    _draw(picture.data)
    found = {"camera": picture.taken_by, "kind": picture.kind, "bytes": len(picture.data)}
    size = {"width": picture.width, "height": picture.height}
    put({**found, **size, "out": None if out is None else str(out)})


def _draw(data: bytes) -> None:
    """Draw a photo where a person looks: as itself where the terminal has graphics, else in blocks."""
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal:
        return
    from devices.pictures import BadPicture
    from terminal.picture_text import colours_of, draw, graphics

    columns = min(console.width, LARGEST)
    whole = graphics(data, columns) if sys.stdin.isatty() and sys.stdout.isatty() else None
    try:
        console.print(
            whole or draw(data, columns, max(1, console.height - 2), colours_of(console.color_system))
        )
    except BadPicture as bad:
        talk(f"The photo {bad}.")
