"""The store of evidence photos: files under the hash of what is in them, `ab/cd/<sha256>.jpg` below one folder.

A photo is on the disk, name and folders too, before `put` returns, so the journal may speak of it; nothing but
leftovers of writers that died is ever removed here. Names are made from hashes only: no text from outside is ever
part of a path.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from devices.pictures import MAX_BYTES, MAX_PIXELS, SUFFIXES, BadPicture, Kind, examine
from terminal.domain.speech import Said, told_by
from terminal.photo_files import LEFTOVER, NAME, Entry, entries, keep, open_room, read, remove_leftover
from terminal.photo_metadata import stripped
from terminal.store.errors import StoreError

_HASH = re.compile(r"[0-9a-f]{64}")
_BEGINNING = re.compile(r"[0-9a-f]{6,64}")


class PhotoProblem(StoreError):
    """A photo was not stored or can't be read. `cause` is picture, name, missing, altered, full, readonly or io."""

    def __init__(self, sentence: str, cause: str) -> None:
        super().__init__(sentence)
        self.cause = cause


@dataclass(frozen=True, slots=True)
class Photo:
    """A stored photo: its name, kind, size in bytes, and pixels as they lie."""

    sha256: str
    kind: Kind
    size: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong with the store: `what` is missing, altered, unreadable or foreign."""

    sha256: str
    """The photo; empty for a file that is none."""
    what: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Sizes:
    """What lies in the store."""

    photos: int
    bytes: int
    leftovers: int


class PhotoStore:
    """The photos below one folder, which is made when the first one is put into it."""

    def __init__(
        self,
        folder: Path | str,
        *,
        strip_metadata: bool = False,
        max_bytes: int = MAX_BYTES,
        max_pixels: int = MAX_PIXELS,
    ) -> None:
        """`strip_metadata` leaves out place, time, owner and thumbnail; the image itself is never coded again."""
        self.folder = Path(folder)
        self.strip_metadata = strip_metadata
        self.max_bytes = max_bytes
        self.max_pixels = max_pixels

    def put(self, data: bytes) -> Photo:
        """Store a picture; it is on the disk when this returns. The same picture again is the same file.

        Raises PhotoProblem: no picture, too large, no room, may not be written, the disk fails.
        """
        try:
            shape = examine(data, self.max_bytes, self.max_pixels)
        except BadPicture as bad:
            # TRANSLATORS: {problem} is the end of the sentence, such as "is empty"
            told = Said("The photo {problem}. Take it again.", problem=told_by(bad))
            raise PhotoProblem(told, "picture") from bad
        if self.strip_metadata:
            data = stripped(data, shape)
        photo = Photo(hashlib.sha256(data).hexdigest(), shape.kind, len(data), shape.width, shape.height)
        try:
            with open_room(self.folder, photo.sha256, make=True) as room:
                keep(room, f"{photo.sha256}.{SUFFIXES[photo.kind]}", photo.sha256, data)
        except OSError as error:
            raise self._failed(error) from error
        return photo

    def get(self, sha256: str) -> bytes:
        """The photo of that hash, and no other: what was altered is not given.

        Raises PhotoProblem: missing, altered, unreadable, no hash.
        """
        if not _HASH.fullmatch(sha256):
            raise PhotoProblem(f"{sha256[:80]!a} is no photo's hash: it has 64 digits, 0-9 and a-f.", "name")
        try:
            with open_room(self.folder, sha256) as room:
                name = next((name for name in sorted(os.listdir(room)) if name.startswith(sha256)), "")
                data = b"".join(read(room, name)) if NAME.fullmatch(name) else None
        except (FileNotFoundError, NotADirectoryError):
            data = None
        except OSError as error:
            raise PhotoProblem(_unread(sha256, error), "io") from error
        if data is None:
            told = Said(
                "The photo {photo} is not in {folder}. Restore it from a backup or from the hub.",
                photo=sha256,
                folder=self.folder,
            )
            raise PhotoProblem(told, "missing")
        if hashlib.sha256(data).hexdigest() != sha256:
            raise PhotoProblem(_altered(sha256), "altered")
        return data

    def find(self, beginning: str) -> str:
        """The hash of the one photo whose hash begins so. Raises PhotoProblem: none, several, no hash."""
        if not _BEGINNING.fullmatch(beginning):
            raise PhotoProblem(
                f"{beginning[:80]!a} is no photo's hash: give at least 6 of its digits, 0-9 and a-f.", "name"
            )
        try:
            with open_room(self.folder, beginning) as room:
                names = [found[1] for name in os.listdir(room) if (found := NAME.fullmatch(name))]
        except OSError:
            names = []
        fitting = sorted({name for name in names if name.startswith(beginning)})
        if not fitting:
            raise PhotoProblem(
                f"No photo in {self.folder} has a hash that begins with {beginning}.", "missing"
            )
        if len(fitting) > 1:
            raise PhotoProblem(
                f"{len(fitting)} photos begin with {beginning}: give more digits, such as {fitting[0][:20]}.",
                "name",
            )
        return fitting[0]

    def verify(
        self, wanted: Iterable[str] = (), progress: Callable[[int], None] = lambda count: None
    ) -> Iterator[Finding]:
        """What is wrong with the store; every file is read. `wanted` are the hashes that must be there."""
        seen: set[str] = set()
        for entry in self._entries():
            found = NAME.fullmatch(entry.name)
            if found is None or entry.place != f"{entry.name[:2]}/{entry.name[2:4]}":
                if not LEFTOVER.fullmatch(entry.name):
                    sentence = f"{entry.place}/{entry.name!a} in {self.folder} is no photo of this store."
                    yield Finding("", "foreign", sentence)
                continue
            seen.add(found[1])
            digest = hashlib.sha256()
            try:
                for block in read(entry.room, entry.name):
                    digest.update(block)
            except OSError as error:
                yield Finding(found[1], "unreadable", _unread(found[1], error))
            else:
                if digest.hexdigest() != found[1]:
                    yield Finding(found[1], "altered", _altered(found[1]))
            progress(len(seen))
        for sha256 in sorted(set(wanted) - seen):
            sentence = (
                f"The photo {sha256} is in the journal and not in {self.folder}. Restore it from a backup."
            )
            yield Finding(sha256, "missing", sentence)

    def sizes(self) -> Sizes:
        """How many photos there are, their bytes, and how many leftovers of writers that died."""
        photos = size = leftovers = 0
        for entry in self._entries():
            if NAME.fullmatch(entry.name):
                with suppress(OSError):
                    size += os.stat(entry.name, dir_fd=entry.room, follow_symlinks=False).st_size
                    photos += 1
            elif LEFTOVER.fullmatch(entry.name):
                leftovers += 1
        return Sizes(photos, size, leftovers)

    def remove(self, sha256: str) -> bool:
        """Take a photo away for good; False where it is not there. Raises PhotoProblem where it can't be."""
        if not _HASH.fullmatch(sha256):
            raise PhotoProblem(f"{sha256[:80]!a} is no photo's hash: it has 64 digits, 0-9 and a-f.", "name")
        try:
            with open_room(self.folder, sha256) as room:
                names = [
                    name for name in os.listdir(room) if NAME.fullmatch(name) and name.startswith(sha256)
                ]
                for name in names:
                    os.unlink(name, dir_fd=room)
                os.fsync(room)
        except (FileNotFoundError, NotADirectoryError):
            return False
        except OSError as error:
            raise PhotoProblem(
                f"The photo {sha256} can't be removed: {error.strerror or error}. Check the disk.", "io"
            ) from error
        return bool(names)

    def prune(self) -> int:
        """Remove what writers that died have left, and nothing else; how many files."""
        return sum(remove_leftover(entry) for entry in self._entries() if LEFTOVER.fullmatch(entry.name))

    def _entries(self) -> Iterator[Entry]:
        """Every name in the store. Raises PhotoProblem where a folder can't be read."""
        try:
            yield from entries(self.folder)
        except OSError as error:
            raise PhotoProblem(
                f"The photos in {self.folder} can't be read: {error.strerror or error}. Check the disk.", "io"
            ) from error

    def _failed(self, error: OSError) -> PhotoProblem:
        match error.errno:
            case errno.ENOSPC | errno.EDQUOT:
                return PhotoProblem(self._full(), "full")
            case errno.EROFS | errno.EACCES | errno.EPERM:
                return PhotoProblem(
                    Said(
                        "The photo can't be written to {folder}: the folder or its disk is read-only. Check its "
                        "permissions, and whether the disk was mounted read-only after an error.",
                        folder=self.folder,
                    ),
                    "readonly",
                )
            case errno.ELOOP | errno.ENOTDIR | errno.EEXIST | errno.EISDIR:
                return PhotoProblem(
                    Said(
                        "The photo can't be written to {folder}: a link or a file stands where a folder of the "
                        "store belongs. Move it away.",
                        folder=self.folder,
                    ),
                    "io",
                )
        return PhotoProblem(
            Said(
                "The photo can't be written to {folder}: {reason}. Check the disk, then take it again.",
                folder=self.folder,
                reason=error.strerror or str(error),
            ),
            "io",
        )

    def _full(self) -> str:
        try:
            free = shutil.disk_usage(self.folder).free // 1_000_000
        except OSError:
            return Said(
                "There is no room for the photo in {folder}. Make room, then take it again.",
                folder=self.folder,
            )
        return Said(
            "There is no room for the photo in {folder} ({size} MB free). Make room, then take it again.",
            folder=self.folder,
            size=free,
        )


def _altered(sha256: str) -> str:
    return Said(
        "The photo {photo} was altered: its content has another hash. Keep the file and restore the photo from a "
        "backup or from the hub.",
        photo=sha256,
    )


def _unread(sha256: str, error: OSError) -> str:
    return Said(
        "The photo {photo} can't be read: {reason}. Check the disk.",
        photo=sha256,
        reason=error.strerror or str(error),
    )
