"""Files of the photo store: found, read, and written so that they are on the disk, one folder inside the other.

Folders are opened one in the other without following links, so a link in the store leads nowhere. A writer shares
its folder by a lock while it works: a leftover in a folder that nobody shares belongs to a writer that died.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import re
import secrets
import stat
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from devices.pictures import SUFFIXES

NAME = re.compile(rf"([0-9a-f]{{64}})\.({'|'.join(SUFFIXES.values())})")
"""How a photo's file is called."""
LEFTOVER = re.compile(r"\.[0-9a-f]{16}\.part")
"""How a file is called while it is written."""
_BLOCK = 1 << 20
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class Entry:
    """A name in a folder of the store, while that folder is open."""

    room: int
    """The descriptor of its folder."""
    place: str
    """Its folder, `ab/cd`."""
    name: str


@contextmanager
def open_room(folder: Path, sha256: str, make: bool = False) -> Iterator[int]:
    """The descriptor of the folder below `folder` that a photo lies in; `make` makes it, on the disk too.

    Raises OSError.
    """
    with ExitStack() as stack:
        if make:
            folder.mkdir(parents=True, exist_ok=True)
            above = os.open(folder.parent, _FOLDER)
            stack.callback(os.close, above)
            os.fsync(above)
        here = os.open(folder, _FOLDER)
        stack.callback(os.close, here)
        for name in (sha256[:2], sha256[2:4]):
            if make:
                with suppress(FileExistsError):
                    os.mkdir(name, 0o750, dir_fd=here)
                # Whoever made the folder may have died before it was on the disk.
                os.fsync(here)
            here = os.open(name, _FOLDER | os.O_NOFOLLOW, dir_fd=here)
            stack.callback(os.close, here)
        yield here


def keep(room: int, name: str, sha256: str, data: bytes) -> None:
    """Put a file into a folder, whole or not at all, and onto the disk; a right one that is there stays.

    Raises OSError.
    """
    if _is_kept(room, name, sha256):
        return
    fcntl.flock(room, fcntl.LOCK_SH)
    part = f".{secrets.token_hex(8)}.part"
    descriptor = os.open(part, _NEW, 0o440, dir_fd=room)
    try:
        with open(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(descriptor)
        os.replace(part, name, src_dir_fd=room, dst_dir_fd=room)
    except BaseException:
        with suppress(OSError):
            os.unlink(part, dir_fd=room)
        raise
    os.fsync(room)


def read(room: int, name: str) -> Iterator[bytes]:
    """A plain file of a folder, piece by piece. Raises OSError."""
    descriptor = os.open(name, _FILE, dir_fd=room)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "it is no plain file")
        while block := os.read(descriptor, _BLOCK):
            yield block
    finally:
        os.close(descriptor)


def remove_leftover(entry: Entry) -> bool:
    """Remove a file that a writer left unfinished; False: one may still be at work in its folder."""
    try:
        fcntl.flock(entry.room, fcntl.LOCK_EX | fcntl.LOCK_NB)
        try:
            os.unlink(entry.name, dir_fd=entry.room)
        finally:
            fcntl.flock(entry.room, fcntl.LOCK_UN)
    except OSError:
        return False
    return True


def entries(folder: Path) -> Iterator[Entry]:
    """Every name two folders below one, in order; links are not followed. A folder that is not there is empty.

    An entry is good until the next one is asked for. Raises OSError.
    """
    try:
        base = os.open(folder, _FOLDER)
    except FileNotFoundError:
        return
    try:
        for first, outer in _inside(base):
            for second, inner in _inside(outer):
                for name in sorted(os.listdir(inner)):
                    yield Entry(inner, f"{first}/{second}", name)
    finally:
        os.close(base)


def _is_kept(room: int, name: str, sha256: str) -> bool:
    """Whether the file is there with that hash, and on the disk. Any error is a no: it is written anew."""
    with suppress(OSError):
        digest = hashlib.sha256()
        for block in read(room, name):
            digest.update(block)
        if digest.hexdigest() == sha256:
            descriptor = os.open(name, _FILE, dir_fd=room)
            try:
                os.fsync(descriptor)
                os.fsync(room)
            finally:
                os.close(descriptor)
            return True
    return False


def _inside(above: int) -> Iterator[tuple[str, int]]:
    """The folders in a folder, each open until the next."""
    for name in sorted(os.listdir(above)):
        try:
            here = os.open(name, _FOLDER | os.O_NOFOLLOW, dir_fd=above)
        except OSError as error:
            if error.errno in (errno.ENOTDIR, errno.ELOOP, errno.ENOENT):
                continue
            raise
        try:
            yield name, here
        finally:
            os.close(here)
