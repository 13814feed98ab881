"""Failures of ports are said in words, and opening raises one kind of error."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from types import SimpleNamespace

import pytest
from serial.tools import list_ports

from devices.port import FoundPort, failure_text, find_ports, open_port


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (FileNotFoundError(errno.ENOENT, "gone"), "There is no device at /dev/gun. Is it plugged in"),
        (PermissionError(errno.EACCES, "no"), "Add this user to the group"),
        (OSError(errno.EBUSY, "busy"), "Another program is using /dev/gun"),
        (BlockingIOError(errno.EAGAIN, "locked"), "Another program is using /dev/gun"),
        (OSError(errno.EIO, "input/output error"), "The connection to /dev/gun broke"),
        (OSError("connection failed (reader thread died)"), "The connection to /dev/gun broke"),
        (ConnectionRefusedError(errno.ECONNREFUSED, "no"), "Nothing answers at /dev/gun"),
        (OSError("Could not open port: [Errno 111] Connection refused"), "Nothing answers at /dev/gun"),
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


def test_ports_are_found_by_their_stable_name_and_those_without_hardware_are_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The system numbers devices as they come; the name by id stays."""
    device = tmp_path / "ttyACM0"
    device.touch()
    names = tmp_path / "by-id"
    names.mkdir()
    (names / "usb-gun-if00").symlink_to(device)
    there = [
        SimpleNamespace(device=str(device), description="gun", hwid="USB VID:PID=05F9:4204"),
        SimpleNamespace(device="/dev/ttyS0", description="ttyS0", hwid="PNP0501"),
        SimpleNamespace(device="/dev/ttyS9", description="n/a", hwid="n/a"),
    ]
    monkeypatch.setattr(list_ports, "comports", lambda: there)
    assert find_ports(names) == [
        FoundPort("/dev/ttyS0", "/dev/ttyS0", "ttyS0"),
        FoundPort(str(names / "usb-gun-if00"), str(device), "gun"),
    ]
    assert [one.url for one in find_ports(tmp_path / "none")] == ["/dev/ttyS0", str(device)]
