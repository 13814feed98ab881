"""A folder as a printer: each document of a job becomes a file, whole or not at all, and is on the disk.

A file that is written twice is the same file, so this is the one printer to which a job may be sent again.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from devices.printing import NotSent, document_of, plain_name
from devices.said import Said


class FolderPrinter:
    """Writes each document of a job as `NAME.FORMAT` into a folder, whole or not at all, and onto the disk."""

    repeatable = True

    def __init__(
        self, path: str | Path, formats: tuple[str, ...] = ("zpl", "pdf"), name: str | None = None
    ) -> None:
        self.path = Path(path)
        self.formats = formats
        self.name = name or f"folder {self.path}"

    def send(self, name: str, documents: Mapping[str, bytes]) -> None:
        """Write the files of one job; a name with anything but letters, digits, `.`, `_` and `-` is Unprintable."""
        plain_name(name, Said("a file name"))
        wanted = {form: document_of(self, documents, form) for form in self.formats}
        parts = {form: self.path / f".{name}.{form}.part" for form in wanted}
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            for form, data in wanted.items():
                _write_through(parts[form], data)
            for form, part in parts.items():
                part.replace(self.path / f"{name}.{form}")
            _sync_folder(self.path)
        except OSError as error:
            for part in parts.values():
                with suppress(OSError):
                    part.unlink(missing_ok=True)
            raise NotSent(
                Said(
                    "The label {name} can't be written to {folder}: {why}. "
                    "Check that the folder exists, may be written and has room.",
                    name=name,
                    folder=self.path,
                    why=error.strerror or str(error),
                )
            ) from error


def _write_through(path: Path, data: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644)
    with open(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
