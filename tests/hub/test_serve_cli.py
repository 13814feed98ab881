"""`regrade hub serve` as a process: it says where it is, serves, ends on a signal, and refuses in a sentence."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

from terminal.hub import roles
from terminal.hub.connecting import connect
from terminal.hub_serve_cli import serve

CODE = "from terminal.hub_serve_cli import serve; serve()"
Start = Callable[..., tuple[subprocess.Popen[str], str]]


@pytest.fixture
def start() -> Iterator[Start]:
    """Start the service with these arguments; gives the process and its address."""
    running: list[subprocess.Popen[str]] = []

    def started(*arguments: str) -> tuple[subprocess.Popen[str], str]:
        process = subprocess.Popen(
            [sys.executable, "-c", CODE, *arguments, "--port", "0"],
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        running.append(process)
        assert process.stderr is not None
        said = process.stderr.readline()
        found = re.search(r"https?://\S+", said)
        assert found, said + process.stderr.read()
        return process, found[0]

    yield started
    for process in running:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


@pytest.fixture
def own(hub_dsn: str) -> str:
    """The service's login."""
    with connect(hub_dsn) as connection:
        given: str = roles.add(connection, "service")["dsn"]
    return given


@pytest.mark.parametrize("workers", ["1", "2"])
def test_the_service_serves_until_it_is_told_to_end(start: Start, own: str, workers: str) -> None:
    """With one process or several; its log has the request, and the database's password is nowhere in it."""
    process, url = start("--dsn", own, "--workers", workers)
    with httpx.Client(base_url=url, trust_env=False, timeout=30) as client:
        assert client.get("/health").json() == {"status": "ok"}
    process.send_signal(signal.SIGTERM)
    _, log = process.communicate(timeout=60)
    assert "GET /health 200" in log
    assert "Traceback" not in log
    assert re.search(r":([^:@]+)@", own)[1] not in log  # type: ignore[index]


def test_a_database_that_is_not_there_does_not_stop_the_service(start: Start) -> None:
    """It starts, says 503, and would find the database once it is there."""
    process, url = start("--dsn", "postgresql://nobody:secretword@127.0.0.1:1/none")
    answer = httpx.get(url + "/health", trust_env=False, timeout=30)
    assert answer.status_code == 503
    process.send_signal(signal.SIGINT)
    _, log = process.communicate(timeout=60)
    assert "secretword" not in log
    assert "Traceback" not in log


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["--host", "0.0.0.0"], "--insecure-plain"),
        (["--key", __file__], "--cert"),
        (["--cert", __file__], "can't be used"),
        (["--host", "no-such-host.invalid", "--insecure-plain"], "no address of this machine"),
        (["--cert", "/nowhere/at/all.pem"], "does not exist"),
    ],
)
def test_what_can_not_be_served_is_a_sentence(arguments: list[str], word: str, tmp_path: Path) -> None:
    """Before anything listens."""
    done = CliRunner().invoke(serve, ["--dsn", "postgresql://", *arguments])
    assert done.exit_code in (1, 2)
    assert word in done.output
    assert "Traceback" not in done.output


def test_a_port_that_is_taken_is_a_sentence() -> None:
    """It is named."""
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = CliRunner().invoke(serve, ["--dsn", "postgresql://", "--port", str(port)])
    assert done.exit_code == 1
    assert f"port {port} can't be listened at" in done.output
