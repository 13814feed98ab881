"""One text file while somebody edits it: read, saved whole or not at all, kept as a draft beside.

Nobody is locked out meanwhile. That somebody else changed the file shows by the digest of its bytes when it is
saved; a file that a link points to is replaced where it really lies, and the link stays.
"""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from terminal.domain.speech import Said
from terminal.domain.suggest import BadData

MOST = 1024 * 1024
"""Bytes of the largest file that is read; the shipped policies have a thirtieth of it."""


class ChangedMeanwhile(BadData):
    """The file is not any more what was read: nothing was written."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What there is to begin with."""

    text: str
    new: bool
    """There is no such file yet, and the text is that of the policy in force."""
    draft: str | None
    """Text that was kept beside and differs."""


class EditedFile:
    """A file to edit. `in_force` gives name and text to begin with where there is none yet."""

    def __init__(self, path: Path, in_force: Callable[[], tuple[str, str]]) -> None:
        self.path = path
        self.draft_path = path.with_name(f"{path.name}.draft")
        self._in_force = in_force
        self._seen: str | None = None
        """Digest of the bytes on disk that the text was made from; None: there was no file."""
        self._own_draft = False
        """The draft on disk is of this text, so it may be replaced and goes when the text is saved."""

    @property
    def on_disk(self) -> bool:
        """Whether there was such a file when it was last read or saved."""
        return self._seen is not None

    def open(self) -> Opened:
        """Read the file, or the policy in force, and a draft. Raises BadData and OSError with what is wrong."""
        content = _content(self.path)
        self._seen = _digest(content)
        if content is None and not self.path.absolute().parent.is_dir():
            raise BadData([Said("{path}: there is no folder for it: make the folder first", path=self.path)])
        text = self._in_force()[1] if content is None else _decoded(content, self.path)
        kept = _content(self.draft_path)
        draft = None if kept is None else _decoded(kept, self.draft_path)
        return Opened(text, content is None, draft if draft != text else None)

    def read_again(self) -> str:
        """The text on disk now, which from here on is the one that a save replaces. Raises BadData and OSError."""
        content = _content(self.path)
        if content is None:
            raise BadData(
                [Said("{file}: the file was taken away: save to write it anew", file=self.path.name)]
            )
        text = _decoded(content, self.path)
        self._seen = _digest(content)
        return text

    def save(self, text: str, *, over: bool = False) -> None:
        """Replace the file as a whole; whoever reads it meets the old or the new text, and its mode stays.

        `over` writes over what somebody else made of it. Raises ChangedMeanwhile, BadData and OSError; then the
        file is as it was.
        """
        content = _encoded(text, self.path)
        now = _digest(_content(self.path)) if not over else self._seen
        if now != self._seen:
            raise ChangedMeanwhile([_meanwhile(self.path.name, now, self._seen)])
        _replace(self.path, content)
        self._seen = _digest(content)
        if self._own_draft:
            self.drop_draft()

    def keep_draft(self, text: str) -> None:
        """Keep the text beside the file. A draft of another text is moved aside first, to `.draft.old`."""
        content = _encoded(text, self.draft_path)
        if not self._own_draft and _digest(_content(self.draft_path)) not in (None, _digest(content)):
            os.replace(self.draft_path, self.draft_path.with_name(f"{self.draft_path.name}.old"))
        mode = _mode(self.path)
        _replace(self.draft_path, content, mode if mode is not None else 0o600)
        self._own_draft = True

    def take_draft(self) -> None:
        """Count the draft as this text's own from here on: it goes when the text is saved."""
        self._own_draft = True

    def drop_draft(self) -> None:
        """Remove the draft."""
        self.draft_path.unlink(missing_ok=True)
        self._own_draft = False


def _content(path: Path) -> bytes | None:
    """The bytes of a file, None where there is none. Raises BadData for what is no file or too large."""
    try:
        with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise BadData([Said("{path}: is no ordinary file: name a file of text", path=path)])
            content = file.read(MOST + 1)
    except FileNotFoundError:
        return None
    if len(content) > MOST:
        raise BadData(
            [Said("{path}: is larger than {most} KB: this is no policy", path=path, most=MOST // 1024)]
        )
    return content


def _digest(content: bytes | None) -> str | None:
    return None if content is None else sha256(content).hexdigest()


def _meanwhile(name: str, now: str | None, before: str | None) -> Said:
    """What somebody else did to a file, told by its digests."""
    if now is None:
        return Said("{file} was removed by somebody else since it was opened", file=name)
    if before is None:
        return Said("{file} was made by somebody else since it was opened", file=name)
    return Said("{file} was changed by somebody else since it was opened", file=name)


def _decoded(content: bytes, path: Path) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = content.count(b"\n", 0, problem.start) + 1
        raise BadData(
            [
                Said(
                    "{path}:{line}: no UTF-8 text (byte {byte}): save it as UTF-8",
                    path=path,
                    line=line,
                    byte=problem.start,
                )
            ]
        ) from problem


def _encoded(text: str, path: Path) -> bytes:
    try:
        content = text.encode("utf-8")
    except UnicodeEncodeError as problem:
        line = text.count("\n", 0, problem.start) + 1
        half = Said("{file}:{line}: half of a character, which no file can hold", file=path.name, line=line)
        raise BadData([half]) from problem
    if len(content) > MOST:
        raise BadData(
            [
                Said(
                    "{file}: the text is larger than {most} KB: no policy is",
                    file=path.name,
                    most=MOST // 1024,
                )
            ]
        )
    return content


def _mode(path: Path) -> int | None:
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except FileNotFoundError:
        return None


def _replace(path: Path, content: bytes, new_mode: int | None = None) -> None:
    """Write beside the file, bring that to disk, and let it take the file's place, owner and mode."""
    target = Path(os.path.realpath(path))
    part = target.with_name(f".{target.name[:200]}.{secrets.token_hex(4)}.part")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666 if new_mode is None else new_mode)
    try:
        with open(handle, "wb") as file:
            with suppress(FileNotFoundError):
                was = target.stat()
                with suppress(PermissionError):
                    os.fchown(handle, was.st_uid, was.st_gid)
                os.fchmod(handle, stat.S_IMODE(was.st_mode))
            file.write(content)
            file.flush()
            os.fsync(handle)
        os.replace(part, target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
