"""The service and those who are slow to say what they want: they get a connection, and not for ever."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from terminal.hub import http_protocol
from terminal.simulating.service import LocalService

GREET = b"GET /health HTTP/1.1\r\nHost: hub\r\n"
LONG = 20.0


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """The head of a request has little time."""
    monkeypatch.setattr(http_protocol, "HEAD_SECONDS", 0.3)


@pytest.fixture
def line(service: LocalService) -> Iterator[socket.socket]:
    """A connection to the service."""
    with socket.create_connection(("127.0.0.1", service.port), timeout=LONG) as connected:
        yield connected


def answer(line: socket.socket) -> bytes:
    """One answer, up to the end of its little body."""
    got = b""
    while not got.endswith(b"}"):
        piece = line.recv(4096)
        assert piece, got
        got += piece
    return got


def test_a_connection_without_a_request_is_closed(line: socket.socket) -> None:
    """The service ends it, and says nothing."""
    assert line.recv(100) == b""


def test_a_head_that_does_not_end_is_closed(line: socket.socket) -> None:
    """However often a little more of it comes."""
    line.sendall(GREET)
    for number in range(1000):
        try:
            line.sendall(b"X-%d: y\r\n" % number)
            line.settimeout(0.05)
            assert line.recv(100) == b""
            return
        except TimeoutError:
            continue
        except ConnectionError:
            return
    pytest.fail("the service still listens")


def test_a_request_after_another_one_has_as_little_time(line: socket.socket) -> None:
    """A connection that was good for one request is no door for slow ones; until then it stays open."""
    for _ in range(2):
        line.sendall(GREET + b"\r\n")
        assert b"200" in answer(line).split(b"\r\n")[0]
    line.sendall(GREET)
    assert line.recv(100) == b""


def test_a_body_is_not_a_head(line: socket.socket, token: str) -> None:
    """Once the head is there, the request has the time that a body has."""
    line.sendall(
        b"POST /v1/events HTTP/1.1\r\nHost: hub\r\nAuthorization: Bearer " + token.encode() + b"\r\n"
        b"Content-Type: application/json\r\nContent-Length: 2\r\n\r\n"
    )
    line.settimeout(1.0)
    with pytest.raises(TimeoutError):
        line.recv(100)
    line.settimeout(LONG)
    line.sendall(b"[]")
    assert b"415" in answer(line).split(b"\r\n")[0]
