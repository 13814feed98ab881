"""Far sides that are no hub, or one in trouble: real sockets that say what no hub would."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from threading import Thread
from typing import Any

import pytest

from terminal.sync.http import HttpTransport
from terminal.sync.sink import BatchRefused, SinkUnavailable

EPOCH = "01936f00-0000-7000-8000-000000000001"
COMMON = {
    "v": 1, "at": "2026-11-23T08:00:00.000Z", "schema": 1, "offset_ms": 0,
    "have": {"events": 0, "last_seq": 0, "last_hash": None},
}  # fmt: skip
EVENT = ("[]", "{}", "0" * 64, "1" * 64)


class Peer:
    """Something that takes one request after the other and answers with given bytes."""

    def __init__(self) -> None:
        self.answer = b""
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self.thread = Thread(target=self._serve)
        self.thread.start()

    def says(self, body: bytes, status: str = "200 OK", **headers: str) -> None:
        """Answer so from now on."""
        lines = [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        head = "\r\n".join(
            [f"HTTP/1.1 {status}", f"content-length: {len(body)}", "connection: close", *lines]
        )
        self.answer = head.encode() + b"\r\n\r\n" + body

    def close(self) -> None:
        """End it."""
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join(10)

    def _serve(self) -> None:
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            with near:
                near.settimeout(10)
                try:
                    while b"\r\n\r\n" not in near.recv(65536):
                        pass
                    near.sendall(self.answer)
                    while near.recv(65536):
                        pass
                except OSError:
                    continue


@pytest.fixture
def peer() -> Iterator[Peer]:
    """A far side that says what a test wants."""
    one = Peer()
    yield one
    one.close()


def asked(url: str, request: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """The answer to a request, one event if nothing else is given."""
    transport = HttpTransport(url, "t" * 40, **more)
    try:
        return transport.exchange(request or {"v": 1, "epoch": EPOCH, "events": [EVENT]})
    finally:
        transport.close()


def results(*statuses: Any, **more: Any) -> bytes:
    """An answer with these results."""
    return json.dumps(COMMON | {"results": [{"id": "x", "status": one} for one in statuses]} | more).encode()


@pytest.mark.parametrize(
    ("body", "word"),
    [
        (b"", "no JSON"),
        (b"<html>Please log in\x1b[31m</html>", "proxy"),
        (b"[" * 100_000, "no JSON"),
        (b"[]", "not with an object"),
        (b"{}", "Is the address right"),
        (results("stored", have=5), "Is the address right"),
        (results("stored", have={"events": -1, "last_seq": 0, "last_hash": None}), "Is the address right"),
        (results("stored", offset_ms="5"), "Is the address right"),
        (results(), "0 results to 1 events"),
        (results("stored", "stored"), "2 results"),
        (results("stored", results={"a": 1}), "no list of results"),
        (results("stored", results=[5]), "no status"),
        (results("fine"), "no status"),
        (results("waiting"), "no status"),
        (results(None), "no status"),
        (results(["stored"]), "no status"),
    ],
)
def test_an_answer_that_no_hub_gives_is_unknown_and_never_ok(peer: Peer, body: bytes, word: str) -> None:
    """The rows wait; the sentence can be shown as it is."""
    peer.says(body)
    with pytest.raises(SinkUnavailable, match=word) as caught:
        asked(peer.url)
    assert str(caught.value).isprintable()


def test_an_answer_without_end_is_not_read_to_its_end(peer: Peer) -> None:
    """100 MB are given up after a few; nor is anything unpacked that could grow."""
    peer.says(b" " * 100_000_000)
    with pytest.raises(SinkUnavailable, match="more than"):
        asked(peer.url)
    peer.says(b"\x1f\x8b", content_encoding="gzip")
    with pytest.raises(SinkUnavailable, match="packed"):
        asked(peer.url)


@pytest.mark.parametrize(
    ("status", "kind", "word"),
    [
        ("400 Bad Request", BatchRefused, "refuses the batch. It says: as it is"),
        ("422 Unprocessable", BatchRefused, "refuses the batch"),
        ("413 Too Large", BatchRefused, "too large"),
        ("401 Unauthorized", SinkUnavailable, "Was it revoked"),
        ("403 Forbidden", SinkUnavailable, "Was it revoked"),
        ("404 Not Found", SinkUnavailable, "Is the address right"),
        ("408 Timeout", SinkUnavailable, "status 408"),
        ("409 Conflict", SinkUnavailable, "version"),
        ("425 Too Early", SinkUnavailable, "status 425"),
        ("429 Too Many", SinkUnavailable, "asks to wait 7 s"),
        ("500 Error", SinkUnavailable, "status 500"),
        ("503 Unavailable", SinkUnavailable, "asks to wait 7 s"),
        ("302 Found", SinkUnavailable, "not followed"),
        ("204 No Content", SinkUnavailable, "status 204"),
    ],
)
def test_a_refusal_is_sorted(peer: Peer, status: str, kind: type[Exception], word: str) -> None:
    """What would be refused again is the batch's fault, all else the moment's; the far side's reason is told."""
    detail = {"detail": "as it is\x1b[31m " + "x" * 5000}
    body = b"" if status.startswith("204") else json.dumps(detail).encode()
    peer.says(body, status, retry_after="7", location="http://127.0.0.1:1/steal")
    with pytest.raises(kind, match=word) as caught:
        asked(peer.url)
    assert getattr(caught.value, "too_large", False) is status.startswith("413")
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 800


@pytest.mark.parametrize(
    ("part", "word"),
    [
        ({"kind": "policy", "version": 2, "part": 0, "data": "YQ=="}, "another part"),
        ({"kind": "policy", "version": 1, "part": 0, "data": "!"}, "no Base64"),
        ({"kind": "policy", "version": 1, "part": 0}, "another part"),
        ("x", "another part"),
    ],
)
def test_a_part_is_the_one_that_was_asked_for(peer: Peer, part: Any, word: str) -> None:
    """Neither another one nor one that can't be read."""
    peer.says(json.dumps(COMMON | {"part": part}).encode())
    with pytest.raises(SinkUnavailable, match=word):
        asked(peer.url, {"v": 1, "epoch": EPOCH, "want": {"kind": "policy", "version": 1, "part": 0}})


def test_a_far_side_that_falls_silent_is_given_up(peer: Peer, make_proxy: Callable[[str, int], Any]) -> None:
    """In the middle of its answer, or dripping on and on: a deadline ends both."""
    peer.says(results("stored") + b" " * 5000)
    proxy = make_proxy(*peer.listener.getsockname())
    url = f"http://127.0.0.1:{proxy.port}"
    proxy.fail(stall_down=100)
    with pytest.raises(SinkUnavailable, match="said nothing for"):
        asked(url, read=0.3)
    proxy.fail(drip=0.02, drip_at=b"HTTP")
    with pytest.raises(SinkUnavailable, match="longer than"):
        asked(url, deadline=0.5)


@pytest.mark.parametrize(
    ("url", "word"),
    [
        ("http://hub.example.com", "Use https"),
        ("https://", "should look like"),
        ("ftp://hub.example.com", "should look like"),
        ("https://me:secret@hub.example.com", "belongs into `token`"),
        ("http://127.0.0.1:1", "connection was refused"),
        ("https://no-such-host.invalid", "name"),
    ],
)
def test_an_address_that_does_not_do_gets_a_sentence(url: str, word: str) -> None:
    """Before a token leaves this machine."""
    with pytest.raises(SinkUnavailable, match=word) as caught:
        asked(url)
    assert "secret" not in str(caught.value)


def about_photos(*results: Any, **more: Any) -> bytes:
    """An answer about photos."""
    return json.dumps(COMMON | {"photos": list(results), "wanted": []} | more).encode()


@pytest.mark.parametrize(
    "body",
    [
        b"{}",
        about_photos(),
        about_photos({"status": "stored"}),
        about_photos({"sha256": "0" * 64}),
        about_photos({"sha256": "1" * 64, "status": "stored"}),
        about_photos({"sha256": "0" * 64, "status": 7}),
        about_photos({"sha256": "0" * 64, "status": "stored", "detail": {}}),
        about_photos("stored"),
        about_photos(photos={"sha256": "0" * 64, "status": "stored"}),
        about_photos({"sha256": "0" * 64, "status": "stored"}, have=None),
    ],
)
@pytest.mark.parametrize("photo", [{"type": "image/png", "data": "AAAA"}, {"missing": "gone"}])
def test_an_answer_about_other_photos_is_unknown_and_never_ok(
    peer: Peer, body: bytes, photo: dict[str, str]
) -> None:
    """The photo stays wanted, and is sent again."""
    peer.says(body)
    with pytest.raises(SinkUnavailable):
        asked(peer.url, {"v": 1, "epoch": EPOCH, "photos": [{"sha256": "0" * 64, **photo}]})


def test_a_service_that_is_older_than_photos_wants_none(peer: Peer) -> None:
    """It has no such place; a photo that is refused for its size is refused alone."""
    peer.says(b'{"detail": "There is nothing here."}', "404 Not Found")
    assert asked(peer.url, {"v": 1, "epoch": EPOCH, "photos": []}).get("wanted") is None
    peer.says(b"<html>too large</html>", "413 Request Entity Too Large")
    photo = {"sha256": "0" * 64, "type": "image/png", "data": "AAAA"}
    with pytest.raises(BatchRefused):
        asked(peer.url, {"v": 1, "epoch": EPOCH, "photos": [photo]})
