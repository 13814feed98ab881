"""Failures of ports are said in words, and opening raises one kind of error."""

from __future__ import annotations

import errno
import os

import pytest

from devices.port import failure_text, open_port


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (FileNotFoundError(errno.ENOENT, "gone"), "There is no device at /dev/gun. Is it plugged in"),
        (PermissionError(errno.EACCES, "no"), "Add this user to the group"),
        (OSError(errno.EBUSY, "busy"), "Another program is using /dev/gun"),
        (BlockingIOError(errno.EAGAIN, "locked"), "Another program is using /dev/gun"),
        (OSError(errno.EIO, "input/output error"), "The connection to /dev/gun broke"),
        (ValueError("Not a valid parity: 'Q'"), "/dev/gun does not work: Not a valid parity: 'Q'"),
    ],
)
def test_a_failure_says_what_it_is_and_what_to_do(error: BaseException, words: str) -> None:
    """The operator reads it, not its number."""
    assert words in failure_text("/dev/gun", error)


@pytest.mark.parametrize(
    "url", ["nonsense://x", "loop://?logging=nonsense", "/nowhere/at/all", "socket://127.0.0.1"]
)
def test_opening_what_can_not_be_opened_is_an_oserror(url: str) -> None:
    """Whatever the handler of the URL raised."""
    with pytest.raises(OSError, match=r".+"):
        open_port(url)


def test_a_directory_is_no_port() -> None:
    """A configuration may name one by mistake."""
    with pytest.raises(OSError, match=r".+"):
        open_port(os.sep)
