"""Cameras at the bench: a command that writes one picture into a file, or a folder where pictures arrive.

Both give a picture only when it is whole and of a size that can be kept; whatever is in the way is a CameraProblem
with a sentence. The surprise: a command that failed may leave a child behind that still holds the camera, so the
whole group of processes is ended every time, after success too.
"""

from __future__ import annotations

import errno
import os
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal, Protocol

from devices.pictures import MAX_BYTES, MAX_PIXELS, BadPicture, Kind, examine, megabytes
from devices.problems import show
from devices.said import Said, told_by

__all__ = ["FILE", "Camera", "CameraProblem", "CommandCamera", "Limits", "Picture", "made_of", "read_regular"]

FILE = "{file}"
"""Stands in a command for the file that the picture goes into."""
_TICK = 0.02
"""Seconds between two looks at a running command."""
_LAST = 2.0
"""Seconds in which a killed command ends, unless its driver hangs: then nothing can end it, and nobody waits."""
_SAID = 4_000
"""Bytes at the end of what a command says that are read."""
_SECRETS = "REGRADE_"
"""Variables of the environment that no other program gets: one of them holds a password."""


class CameraProblem(Exception):
    """There is no picture. The text is a sentence for the person at the bench."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A whole picture as it came from the camera."""

    data: bytes
    kind: Kind
    width: int
    """Pixels as they lie, whichever way is up."""
    height: int
    taken_by: str
    """What the camera is called."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The largest picture that is taken."""

    bytes: int = MAX_BYTES
    pixels: int = MAX_PIXELS


class Camera(Protocol):
    """Something that gives pictures."""

    name: str

    def look(self) -> None:
        """Say, without taking a picture, what is in the way of one. Raises CameraProblem."""

    def take(self, since: datetime | None = None) -> Picture:
        """Give one picture, not older than `since` where the camera keeps pictures. Raises CameraProblem."""


def made_of(data: bytes, taken_by: str, limits: Limits, tell: Callable[[str], str]) -> Picture:
    """The bytes as a picture. Anything else raises CameraProblem; `tell` makes its sentence of "is empty"."""
    try:
        shape = examine(data, limits.bytes, limits.pixels)
    except BadPicture as bad:
        raise CameraProblem(tell(told_by(bad))) from bad
    return Picture(data, shape.kind, shape.width, shape.height, taken_by)


def read_regular(path: Path, most: int) -> tuple[bytes, os.stat_result]:
    """At most `most` + 1 bytes of a plain file, and how it was when it had been read.

    Raises OSError, for links, folders, pipes and devices too; never waits for any of them.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, Said("it is no plain file"), str(path))
        with open(descriptor, "rb", closefd=False) as file:
            return file.read(most + 1), os.fstat(descriptor)
    finally:
        os.close(descriptor)


class CommandCamera:
    """Runs a command such as fswebcam, rpicam-still or ffmpeg once for each picture, without a shell."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        timeout: float = 15.0,
        suffix: Literal["jpg", "png", "webp"] = "jpg",
        limits: Limits | None = None,
        name: str | None = None,
    ) -> None:
        """`command` is the program and its arguments, one of them with `{file}` in it; `timeout` is in seconds;
        `suffix` ends the file's name, for programs that choose the kind by it. Raises ValueError.
        """
        if isinstance(command, str) or not command or not all(isinstance(part, str) for part in command):
            raise ValueError(
                'the command of a camera is a list, such as ["fswebcam", "--no-banner", "{file}"]'
            )
        if not command[0].strip() or FILE in command[0]:
            raise ValueError("the command of a camera begins with a program")
        if not any(FILE in part for part in command):
            raise ValueError(f"the command of a camera has {FILE} where the picture's file is to stand")
        if any("\x00" in part for part in command):
            raise ValueError("the command of a camera holds a NUL character")
        if not timeout > 0:
            raise ValueError(f"the timeout of a camera is more than 0 seconds, got {timeout:g}")
        self.command = tuple(command)
        self.timeout = timeout
        self.suffix = suffix
        self.limits = limits or Limits()
        self._program = show(Path(command[0]).name, 40)
        self.name = name or Said("command {command}", command=self._program)

    def look(self) -> None:
        """Whether there is such a program. Raises CameraProblem."""
        if shutil.which(self.command[0]) is None:
            raise CameraProblem(self._missing())

    def take(self, since: datetime | None = None) -> Picture:
        """Run the command and read its picture; what it leaves behind is removed. `since` is no matter here.

        Raises CameraProblem: no such command, no answer in time, failed, wrote no picture.
        """
        try:
            folder = Path(tempfile.mkdtemp(prefix="regrade-camera-"))
        except OSError as error:
            raise CameraProblem(
                Said(
                    "No file can be made for the picture: {reason}. Make room on the disk.",
                    reason=error.strerror or str(error),
                )
            ) from error
        file, said = folder / f"picture.{self.suffix}", folder / "said"
        try:
            self._run(file, said)
            try:
                data, _ = read_regular(file, self.limits.bytes)
            except OSError as error:
                raise CameraProblem(
                    # TRANSLATORS: {words} is empty, or a colon and what the command said last
                    Said(
                        "The camera command {command} wrote no picture{words}. Is the camera plugged in?",
                        command=self._program,
                        words=_last_line(said),
                    )
                ) from error
            return made_of(data, self.name, self.limits, self._wrote)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _run(self, file: Path, said: Path) -> None:
        """Run the command to its end. Raises CameraProblem."""
        process = self._start(file, said)
        try:
            trouble = self._watch(process.pid, file, said)
        finally:
            # The group's number is surely ours only while its first process has not been waited for.
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            with suppress(subprocess.TimeoutExpired):
                process.wait(_LAST)
        if trouble is not None:
            raise CameraProblem(trouble)
        status = process.returncode
        if status:
            how = (
                Said("status {number}", number=status)
                if status > 0
                else Said("signal {number}", number=-status)
            )
            raise CameraProblem(
                # TRANSLATORS: {how} is "status 1" or "signal 9"; {words} is empty, or a colon and what it said last
                Said(
                    "The camera command {command} failed with {how}{words}. Is the camera plugged in, and does no "
                    "other program use it?",
                    command=self._program,
                    how=how,
                    words=_last_line(said),
                )
            )

    def _start(self, file: Path, said: Path) -> subprocess.Popen[bytes]:
        """Begin the command. Its words go to a file: a pipe would be held open by what it leaves running."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith(_SECRETS)}
        try:
            with open(said, "wb") as words:
                return subprocess.Popen(
                    [part.replace(FILE, str(file)) for part in self.command],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=words,
                    env={**environment, "LC_ALL": "C.UTF-8"},
                    start_new_session=True,
                )
        except FileNotFoundError as error:
            raise CameraProblem(self._missing()) from error
        except OSError as error:
            raise CameraProblem(
                Said(
                    "The camera command {command} can't be run: {reason}.",
                    command=self._program,
                    reason=error.strerror or str(error),
                )
            ) from error

    def _watch(self, pid: int, file: Path, said: Path) -> str | None:
        """Wait for a process without taking its number from it; what must end it, or None when it has ended."""
        deadline = time.monotonic() + self.timeout
        while os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
            if time.monotonic() >= deadline:
                # TRANSLATORS: {words} is empty, or a colon and what the command said last
                return Said(
                    "The camera command {command} gave no picture within {seconds} s{words}. Is the camera plugged "
                    "in?",
                    command=self._program,
                    seconds=f"{self.timeout:g}",
                    words=_last_line(said),
                )
            for path in (file, said):
                with suppress(OSError):
                    if path.lstat().st_size > self.limits.bytes:
                        return Said(
                            "The camera command {command} wrote more than {size}. Choose a smaller picture.",
                            command=self._program,
                            size=megabytes(self.limits.bytes),
                        )
            time.sleep(_TICK)
        return None

    def _missing(self) -> str:
        return Said(
            "The camera command {command} is missing. Install it, or correct [camera] in the config file.",
            command=self._program,
        )

    def _wrote(self, problem: str) -> str:
        # TRANSLATORS: {problem} is the end of the sentence, such as "is empty"
        return Said(
            "What the camera command {command} wrote {problem}.", command=self._program, problem=problem
        )


def _last_line(said: Path) -> str:
    """The last thing that a command said, as the tail of a sentence and safe to show."""
    try:
        with open(said, "rb") as file:
            file.seek(max(0, os.fstat(file.fileno()).st_size - _SAID))
            text = file.read(_SAID).decode("utf-8", "replace")
    except OSError:
        return ""
    lines = [" ".join(line.split()) for line in text.splitlines()]
    last = next((line for line in reversed(lines) if line), "")
    plain = "".join(letter for letter in last if letter.isprintable()).rstrip(".")
    return f": {plain[:200]}" if plain else ""
