"""The station's history replayed under a text that is being edited, in a process of its own.

A replay keeps a core busy for as long as it lasts: in a thread it would hold every key up, and nothing could stop
it between two words of progress. The other process is ended the moment that nobody waits for it any more.
"""

from __future__ import annotations

import json
import os
import pickle
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

from terminal.domain.speech import Said, told_by
from terminal.domain.suggest import BadData
from terminal.settings import Settings

LOOK = 0.1
"""Seconds between two looks whether somebody still waits."""
CHUNK = 65536
_CODE = "import sys; sys.path[:] = {path!r}; from terminal.policy_replay import answer; answer()"


def replay_station(
    settings: Settings, name: str, text: str, progress: Callable[[int], None]
) -> Mapping[str, Any]:
    """The report of `regrade policy backtest` for a text, `name` being its file's, as JSON.

    `progress` is called several times a second with the number of items so far; what it raises ends the replay.
    Raises BadData with every mistake of the text and for a station that has decided nothing yet, and OSError.
    """
    with TemporaryDirectory(prefix="regrade-") as folder:
        file = Path(folder) / name
        file.write_text(text, "utf-8", newline="")
        process = subprocess.Popen(
            [sys.executable, "-c", _CODE.format(path=sys.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            assert process.stdin is not None
            assert process.stdout is not None
            with suppress(BrokenPipeError), process.stdin as into:
                into.write(pickle.dumps((settings, file)))
            return _report(process.stdout.fileno(), progress)
        finally:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    pipe.close()


def _report(handle: int, progress: Callable[[int], None]) -> Mapping[str, Any]:
    """What the other process says at last. Raises BadData with its problems, and where it says nothing."""
    units = 0
    for line in _lines(handle):
        progress(units)
        told: dict[str, Any] = json.loads(line) if line else {"units": 0}
        if "problems" in told:
            raise BadData(pickle.loads(bytes.fromhex(told["problems"])))
        if "report" in told:
            report: Mapping[str, Any] = told["report"]
            return report
        units += told["units"]
    raise BadData([Said("The replay ended without an answer: is the machine short of memory? Try again")])


def answer() -> None:
    """Be the other process: settings and file from stdin, one JSON object a line to stdout.

    Problems are pickled inside of it: as JSON they would lose what they are made of, and stay English.
    """
    settings, file = pickle.loads(sys.stdin.buffer.read())
    out = sys.stdout.buffer
    try:
        told: Mapping[str, Any] = {
            "report": _replay(settings, file, lambda units: _put(out, {"units": units}))
        }
    except BadData as problem:
        told = {"problems": pickle.dumps(problem.problems).hex()}
    except Exception as problem:
        told = {"problems": pickle.dumps((_sentence(problem),)).hex()}
    _put(out, told)


def _replay(settings: Settings, file: Path, progress: Callable[[int], None]) -> dict[str, object]:
    from terminal.backtesting import backtest  # the process that only listens has no use for these
    from terminal.domain.backtest_plain import plain

    return plain(backtest(settings, file, workers=1, progress=progress))


def _sentence(problem: Exception) -> str:
    from terminal.store.errors import StoreError

    if isinstance(problem, StoreError):
        return told_by(problem)
    if isinstance(problem, OSError):
        return f"{problem.filename or 'file'}: {problem.strerror or problem}"
    return Said("The replay failed in its own working ({kind})", kind=type(problem).__name__)


def _put(out: BinaryIO, told: Mapping[str, Any]) -> None:
    out.write(json.dumps(told).encode() + b"\n")
    out.flush()


def _lines(handle: int) -> Iterator[bytes]:
    """Lines as they come, and an empty one every now and then while there is none."""
    rest = b""
    while True:
        if not select.select([handle], [], [], LOOK)[0]:
            yield b""
            continue
        read = os.read(handle, CHUNK)
        if not read:
            return
        *whole, rest = (rest + read).split(b"\n")
        yield from whole
