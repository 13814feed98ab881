"""A folder where pictures arrive - from a phone, a network camera, a scanner's program - as a camera.

A file counts once it has stopped growing and is a whole picture. The surprise: programs that copy keep the time of
the picture, and that is what is wanted, for a photo of the item before must not become evidence of this one.
"""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from pathlib import Path

from devices.camera import CameraProblem, Limits, Picture, made_of, read_regular
from devices.problems import show
from devices.said import Said

_UNFINISHED = (".part", ".partial", ".tmp", ".temp", ".crdownload", ".download", "~")
"""How programs call a file that they have not finished."""
_MOST_FILES = 100_000
_PATIENCE = 2.0
"""Seconds for which a file that is not whole and no longer grows may yet go on."""
_GRAIN = 0.05
"""Seconds by which a file's time may lag behind the clock: kernels take it from the last tick."""


@dataclass(frozen=True, slots=True)
class _Found:
    """A file as it was at one look; two looks that agree show one that nobody writes."""

    time: float
    name: str
    size: int
    inode: int


class WatchedFolder:
    """Takes the newest finished picture of a folder; the file stays where it is."""

    def __init__(
        self,
        path: str | Path,
        pattern: str = "*.jpg",
        *,
        timeout: float = 15.0,
        settle: float = 0.3,
        limits: Limits | None = None,
        name: str | None = None,
        wait: Callable[[float], object] = time.sleep,
    ) -> None:
        """`pattern` is for file names, as a shell has them and in capitals or not; `timeout` is how long `take`
        waits for a picture, and `settle` how long a file must stay as it is, both in seconds. Raises ValueError.
        """
        if not pattern or "/" in pattern or "\x00" in pattern:
            raise ValueError(f"{pattern!r} is no pattern of file names, such as *.jpg")
        if not timeout >= 0:
            raise ValueError(f"the timeout of a camera is 0 seconds or more, got {timeout:g}")
        self.path = Path(path)
        self.pattern = pattern
        self.timeout = timeout
        self.settle = settle
        self.limits = limits or Limits()
        # TRANSLATORS: what a camera is called; it stands as {folder} in the sentences about it
        self.name = name or Said("folder {path}", path=show(str(self.path), 100))
        self._wait = wait

    def look(self) -> None:
        """Whether the folder can be read. Raises CameraProblem."""
        self._files()

    def take(self, since: datetime | None = None) -> Picture:
        """The newest whole picture whose file is not older than `since`, waiting `timeout` seconds for one.

        Raises CameraProblem: no folder, no picture, only older ones, only unfinished or unreadable ones.
        """
        earliest = float("-inf") if since is None else since.timestamp() - _GRAIN
        deadline = time.monotonic() + self.timeout
        before: set[_Found] = set()
        spoilt: dict[_Found, tuple[float, CameraProblem]] = {}
        while True:
            files = self._files()
            fresh = sorted((one for one in files if one.time >= earliest), key=_by_age, reverse=True)
            late = time.monotonic() >= deadline
            for found in fresh:
                if found in before and found not in spoilt:
                    try:
                        return self._read(found)
                    except CameraProblem as problem:
                        spoilt[found] = time.monotonic(), problem
                # An older picture is taken only once nothing more is to be expected of a newer file.
                if not late and (found not in spoilt or time.monotonic() < spoilt[found][0] + _PATIENCE):
                    break
            # The first look can't tell whether a file still grows, so where there are files there is a second one.
            if late and (before or not fresh):
                raise self._nothing(files, fresh, spoilt)
            before = set(fresh)
            self._wait(self.settle)

    def _files(self) -> list[_Found]:
        """The plain files whose names fit, as they are now."""
        found: list[_Found] = []
        try:
            with os.scandir(self.path) as entries:
                for count, entry in enumerate(entries):
                    if count >= _MOST_FILES:
                        raise CameraProblem(
                            Said(
                                "There are more than {most} files in {folder}. Move old ones away.",
                                most=f"{_MOST_FILES:,}",
                                folder=self.name,
                            )
                        )
                    if not self._fits(entry.name):
                        continue
                    try:
                        state = entry.stat(follow_symlinks=False)
                    except OSError:
                        continue
                    if stat.S_ISREG(state.st_mode):
                        found.append(_Found(state.st_mtime, entry.name, state.st_size, state.st_ino))
        except OSError as error:
            raise CameraProblem(
                Said(
                    "The camera's {folder} can't be read: {reason}. Does it exist, and may this user read it?",
                    folder=self.name,
                    reason=error.strerror or str(error),
                )
            ) from error
        return found

    def _fits(self, name: str) -> bool:
        lower = name.lower()
        if name.startswith(".") or not name.isprintable() or lower.endswith(_UNFINISHED):
            return False
        return fnmatchcase(lower, self.pattern.lower())

    def _read(self, found: _Found) -> Picture:
        """The picture in a file, if it is the same file before and after. Raises CameraProblem."""
        name = show(found.name)
        try:
            data, state = read_regular(self.path / found.name, self.limits.bytes)
        except OSError as error:
            raise CameraProblem(
                Said(
                    "The newest file in {folder}, {file}, can't be read: {reason}.",
                    folder=self.name,
                    file=name,
                    reason=error.strerror or str(error),
                )
            ) from error
        if _Found(state.st_mtime, found.name, state.st_size, state.st_ino) != found:
            raise self._unfinished(name)

        def tell(problem: str) -> str:
            # TRANSLATORS: {problem} is the end of the sentence, such as "is empty"
            return Said(
                "The newest file in {folder}, {file}, {problem}.",
                folder=self.name,
                file=name,
                problem=problem,
            )

        return made_of(data, self.name, self.limits, tell)

    def _unfinished(self, name: str) -> CameraProblem:
        return CameraProblem(
            Said("The newest file in {folder}, {file}, is still being written.", folder=self.name, file=name)
        )

    def _nothing(
        self, files: list[_Found], fresh: list[_Found], spoilt: dict[_Found, tuple[float, CameraProblem]]
    ) -> CameraProblem:
        """Why there is no picture, from what the last look saw."""
        if fresh and fresh[0] in spoilt:
            return spoilt[fresh[0]][1]
        if fresh:
            return self._unfinished(show(fresh[0].name))
        if not files:
            return CameraProblem(
                Said(
                    "No picture {pattern} has come into {folder}. Take one and see that it is copied there.",
                    pattern=self.pattern,
                    folder=self.name,
                )
            )
        newest = max(files, key=_by_age)
        taken = datetime.fromtimestamp(newest.time, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
        return CameraProblem(
            Said(
                "No picture of this item has come into {folder}: the newest, {file}, is of {time}. Take one now, "
                "or set the camera's clock.",
                folder=self.name,
                file=show(newest.name),
                time=taken,
            )
        )


def _by_age(found: _Found) -> tuple[float, str]:
    return found.time, found.name
