"""A file that stands under its name whole and on the disk, or not at all.

It is written beside under a hidden name, forced to disk, renamed, and then the name itself is forced to disk.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any


@contextmanager
def whole_file(
    target: Path,
    mode: str = "wb",
    *,
    encoding: str | None = None,
    newline: str | None = None,
    rights: int = 0o666,
    shared: bool = False,
) -> Iterator[IO[Any]]:
    """The file to write into; it takes its name when the block ends well. Raises OSError.

    What a crash left under the hidden name is written over; `shared`: others may write the same file at the same
    time, so the hidden name is one that nobody else has.
    """
    token = f".{secrets.token_hex(4)}" if shared else ""
    hidden = target.with_name(f".{target.name}{token}.part")
    try:
        with open(hidden, mode, encoding=encoding, newline=newline, opener=_opener(rights)) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        hidden.replace(target)
    except BaseException:
        with suppress(OSError):
            hidden.unlink()
        raise
    flush(target.parent)


def flush(path: Path) -> None:
    """Force a file, or the names in a folder, to disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _opener(rights: int) -> Any:
    """Opens with these rights, and never through a link that somebody laid under the hidden name."""
    return lambda path, flags: os.open(path, flags | getattr(os, "O_NOFOLLOW", 0), rights)
