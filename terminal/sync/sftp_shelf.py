"""The folder of an SFTP server as the shelf of a drop: whole files under their names, and what the server refuses.

A file is sent under a hidden name and renamed; what lies there is read back by its size before it gets its name.
"""

from __future__ import annotations

import asyncio
import errno
import posixpath
from collections.abc import Coroutine
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

from terminal.domain.speech import Said
from terminal.sync.sink import SinkUnavailable

if TYPE_CHECKING:
    import asyncssh

T = TypeVar("T")
BLOCK = 64 * 1024
"""Bytes of one call: a file goes in several."""


class SftpShelf:
    """Files below one folder of a server, by calls that wait in this thread."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        client: asyncssh.SFTPClient,
        folder: str,
        server: str,
        call_seconds: float,
    ) -> None:
        self._loop = loop
        self._client = client
        self._folder = folder
        self._server = server
        self._call_seconds = call_seconds

    def read(self, name: str, most: int = -1) -> bytes | None:
        """What is in a file, or None."""
        return self._done(self._read(self._at(name), most), name)

    def write(self, name: str, content: bytes) -> None:
        """A file under its name, whole: sent as a hidden one, asked for its size, renamed."""
        self._done(self._write(self._at(name), content), name)

    def keep(self, name: str) -> None:
        """Nothing can be asked for here: a file that was renamed is the server's."""

    def where(self, name: str) -> str:
        """The server and the path on it."""
        return f"{self._server}:{self._at(name)}"

    def _at(self, name: str) -> str:
        return posixpath.join(self._folder, name)

    async def _read(self, path: str, most: int) -> bytes | None:
        import asyncssh

        try:
            file = await self._soon(self._client.open(path, "rb"))
        except (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath):
            return None
        try:
            parts: list[bytes] = []
            size = 0
            while most < 0 or size < most:
                wanted = BLOCK if most < 0 else min(BLOCK, most - size)
                block = await self._soon(file.read(wanted, size))
                if not block:
                    break
                parts.append(bytes(block))
                size += len(block)
            return b"".join(parts)
        finally:
            with suppress(Exception):
                await self._soon(file.close())

    async def _write(self, path: str, content: bytes) -> None:
        import asyncssh

        folder, name = posixpath.split(path)
        hidden = posixpath.join(folder, f".{name}.part")
        if folder != self._folder.rstrip("/"):
            with suppress(asyncssh.SFTPError):  # it is there; where it is not, opening the file says so
                await self._soon(self._client.mkdir(folder))
        try:
            file = await self._soon(self._client.open(hidden, "wb"))
            try:
                for start in range(0, len(content), BLOCK):
                    await self._soon(file.write(content[start : start + BLOCK], start))
                with suppress(asyncssh.SFTPOpUnsupported):
                    await self._soon(file.fsync())
            finally:
                with suppress(asyncssh.SFTPConnectionLost, asyncssh.SFTPNoConnection):
                    await self._soon(file.close())
            size = (await self._soon(self._client.stat(hidden))).size
            if size != len(content):
                raise SinkUnavailable(
                    Said(
                        "{who} kept {kept} of the {count} bytes of {file}. Is its disk full?",
                        who=self._server,
                        kept=size,
                        count=len(content),
                        file=name,
                    )
                )
            await self._renamed(hidden, path)
        except BaseException:
            with suppress(Exception):
                await self._soon(self._client.remove(hidden))
            raise

    async def _renamed(self, hidden: str, path: str) -> None:
        """Give the file its name; a server without POSIX renaming wants the old file away first."""
        import asyncssh

        try:
            await self._soon(self._client.posix_rename(hidden, path))
        except asyncssh.SFTPOpUnsupported:
            with suppress(asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath):
                await self._soon(self._client.remove(path))
            await self._soon(self._client.rename(hidden, path))

    async def _soon(self, call: Any) -> Any:
        """The answer to a call. Raises TimeoutError."""
        return await asyncio.wait_for(call, self._call_seconds)

    def _done(self, work: Coroutine[Any, Any, T], name: str) -> T:
        """Run a coroutine to its end. Raises SinkUnavailable for what the server refuses."""
        import asyncssh

        where = self.where(name)
        try:
            return self._loop.run_until_complete(work)
        except (asyncssh.SFTPConnectionLost, asyncssh.SFTPNoConnection):
            raise
        except (asyncssh.SFTPNoSpaceOnFilesystem, asyncssh.SFTPQuotaExceeded) as problem:
            raise SinkUnavailable(_full(where)) from problem
        except (asyncssh.SFTPPermissionDenied, asyncssh.SFTPWriteProtect) as problem:
            raise SinkUnavailable(
                Said("{file} may not be read or written by that user. Check its folder.", file=where)
            ) from problem
        except (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath) as problem:
            raise SinkUnavailable(
                Said(
                    "The folder {folder} is not on {who}. Make it there, or correct `path`.",
                    folder=ascii(self._folder),
                    who=self._server,
                )
            ) from problem
        except asyncssh.SFTPError as problem:
            if _says_full(problem.reason):
                raise SinkUnavailable(_full(where)) from problem
            raise SinkUnavailable(
                Said("{file} was refused by the server: {why}.", file=where, why=ascii(problem.reason[:120]))
            ) from problem


def _full(where: str) -> str:
    return Said(
        "There is no room for {file} on the server. Have room made there; what waits is sent then.",
        file=where,
    )


def _says_full(reason: str) -> bool:
    """Whether a failure without a code of its own means a full disk, as older servers tell it."""
    text = reason.lower()
    return "no space" in text or "quota" in text or f"errno {errno.ENOSPC}" in text
