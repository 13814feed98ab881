"""`policy edit`: the command around the policy screen, on a real terminal."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner

from terminal.console import Context
from terminal.edited_file import EditedFile
from terminal.policy_edit_cli import edit
from terminal.voices import voice

CODE = """
import sys
from pathlib import Path
from terminal.console import Context
from terminal.policy_edit_cli import edit
edit.main(args=[sys.argv[1]], obj=Context(Path(sys.argv[2]), Path(sys.argv[3])))
"""
OWN = """\
schema = 1
name = "own"
version = "2026-03-01"
[[rule]]
id = "toys-given"
kind = "stop"
because = "Toys are given away."
short = "toys"
when = { category = "toys" }
only = ["donate", "recycle", "quarantine"]
[[test]]
name = "a toy"
given = { category = "toys" }
expect = { hits = ["toys-given"] }
"""


@contextmanager
def on_terminal(folder: Path, config: str = "") -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """The command on `own.toml` in a folder, and the terminal that it is on."""
    (folder / "own.toml").write_text(OWN)
    (folder / "config.toml").write_text(config)
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    process = subprocess.Popen(
        [sys.executable, "-c", CODE, *(str(folder / name) for name in ("own.toml", "config.toml", "data"))],
        stdin=slave,
        stdout=slave,
        stderr=slave,
        env={**os.environ, "TERM": "xterm-256color"},
        start_new_session=True,
    )
    os.close(slave)
    try:
        yield process, master
    finally:
        process.kill()
        process.wait()
        os.close(master)


def test_the_command_needs_a_terminal(tmp_path: Path) -> None:
    """In a pipe it says what does the work there, and exits with 2."""
    done = CliRunner().invoke(edit, [str(tmp_path / "own.toml")], obj=Context(None, tmp_path / "data"))
    assert done.exit_code == 2
    assert "needs a terminal" in done.stderr
    assert not (tmp_path / "own.toml").exists()


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_keeps_the_text_as_a_draft(tmp_path: Path, end: int) -> None:
    """What was typed is beside the file, which is as it was; the status says which signal."""
    with on_terminal(tmp_path) as (process, terminal):
        read_until(terminal, b"test ok")
        os.write(terminal, b"# \xc3\xa4 mark\r")
        read_until(terminal, b"not saved")
        process.send_signal(end)
        read_until(terminal, b"own.toml.draft: the text that was not saved")
        assert process.wait(20) == 128 + end
    path = tmp_path / "own.toml"
    assert path.read_text() == OWN
    draft = (tmp_path / "own.toml.draft").read_text()
    assert draft.startswith("#")
    assert draft.endswith(OWN[-40:])
    assert EditedFile(path, lambda: ("", "")).open().draft == draft


def test_the_command_speaks_the_language_of_the_station(tmp_path: Path) -> None:
    """The screen does, for as long as it is there."""
    with on_terminal(tmp_path, '[screen]\nlanguage = "de"\n') as (process, terminal):
        read_until(terminal, f"F3 {voice('de').gettext('ITEM')}".encode())
        os.write(terminal, b"#")
        os.write(terminal, b"\x1b[20~\x1b[20~")
        assert process.wait(20) == 0


def read_until(master: int, mark: bytes) -> bytes:
    """Read a terminal until it shows a mark; fails at its end, and where nothing more comes."""
    seen = b""
    while mark not in seen:
        try:
            assert select.select([master], [], [], 30)[0], f"{mark!r} never came, but {seen[-400:]!r}"
            seen += os.read(master, 65536)
        except OSError:
            raise AssertionError(f"{mark!r} never came, but {seen[-400:]!r}") from None
    return seen
