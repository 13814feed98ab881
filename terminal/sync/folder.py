"""The folder sink: batches as files in a folder that somebody else reads.

A file appears whole or not at all: it is written under a hidden name, flushed, renamed, and the folder is flushed.
With `ack_file` the reader answers by a file `<name>.ack`: empty for "all stored", or JSON with a status for each
event; it should be renamed into place too, because an empty file counts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from terminal.bench.wire import Recorded
from terminal.domain.speech import Said
from terminal.store.whole_file import flush, whole_file
from terminal.sync.drop import Acknowledge, Drop
from terminal.sync.drop_files import PhotoSource
from terminal.sync.sink import Place, SinkUnavailable, Status


class FolderSink:
    """Writes batches into `folder`; it is made, the one around it must exist (so a lost mount shows)."""

    def __init__(
        self,
        name: str,
        folder: Path | str,
        acknowledge: Acknowledge = "at_once",
        formats: Sequence[str] = ("ndjson",),
        manifest: bool = False,
        photos: PhotoSource | None = None,
    ) -> None:
        """Raises ValueError for a way to acknowledge, or a format, that there is not."""
        self._drop = Drop(acknowledge, formats, manifest, photos)
        self.name = name
        self.folder = Path(folder)

    def send(self, batch: Sequence[Recorded]) -> Sequence[Status]:
        """Write a batch, unless its file is there. Raises SinkUnavailable or OSError."""
        self._make_folder()
        statuses = self._drop.put(FolderShelf(self.folder), batch)
        flush(self.folder)
        return statuses

    def collect(self, place: Place, events: Callable[[], Sequence[Recorded]]) -> Sequence[Status]:
        """What the reader answered to the file of these events. Raises SinkUnavailable where it can't be read."""
        return self._drop.answer(FolderShelf(self.folder), place, events)

    def _make_folder(self) -> None:
        try:
            self.folder.mkdir(exist_ok=True)
        except FileNotFoundError as error:
            raise SinkUnavailable(
                Said(
                    "The folder {folder} can't be made: {parent} is not there. Is the disk mounted?",
                    folder=self.folder,
                    parent=self.folder.parent,
                )
            ) from error


class FolderShelf:
    """Files below one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, name: str, most: int = -1) -> bytes | None:
        """What is in a file, or None."""
        try:
            with open(self._folder / name, "rb") as file:
                return file.read(most)
        except FileNotFoundError:
            return None

    def write(self, name: str, content: bytes) -> None:
        """A file under its name, whole and on disk. What a crash left under the hidden name is written over."""
        target = self._folder / name
        target.parent.mkdir(exist_ok=True)
        with whole_file(target) as file:
            file.write(content)

    def keep(self, name: str) -> None:
        """Force a file to disk."""
        flush(self._folder / name)

    def where(self, name: str) -> str:
        """The path of a file."""
        return str(self._folder / name)
