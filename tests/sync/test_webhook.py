"""The signed webhook, against a real HTTP server that checks signatures with nothing but hmac."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from terminal.bench.wire import Recorded
from terminal.store.station_file import StationFile
from terminal.sync.round import sync_once
from terminal.sync.sink import BatchRefused, SinkUnavailable, Status
from terminal.sync.webhook import BadSecret, WebhookSink, key_of, signed

KEY = bytes(range(32))
SECRET = "whsec_" + base64.b64encode(KEY).decode()


class Receiver(ThreadingHTTPServer):
    """Keeps what was posted and answers what it was told to."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.status = 204
        self.answer = b""
        self.extra: dict[str, str] = {}
        self.got: list[tuple[dict[str, str], bytes]] = []

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_address[1]}/hook/?tenant=1"


class Handler(BaseHTTPRequestHandler):
    """One request."""

    server: Receiver

    def do_POST(self) -> None:
        """Keep it, and answer."""
        body = self.rfile.read(int(self.headers["content-length"]))
        headers = {name.lower(): value for name, value in self.headers.items()} | {"path": self.path}
        self.server.got.append((headers, body))
        self.send_response(self.server.status)
        self.send_header("content-length", str(len(self.server.answer)))
        for name, value in self.server.extra.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(self.server.answer)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: the test looks at what was kept."""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A receiver that listens."""
    with Receiver() as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def sink(receiver: Receiver) -> Iterator[WebhookSink]:
    """A sink that posts to it, at a known time."""
    posting = WebhookSink("hook", receiver.url, SECRET, clock=lambda: 1_763_884_800.9)
    yield posting
    posting.close()


def verified(headers: dict[str, str], body: bytes) -> bool:
    """What a receiver does: the signature over id, time and the very bytes of the body."""
    over = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    wanted = "v1," + base64.b64encode(hmac.new(KEY, over, hashlib.sha256).digest()).decode()
    return hmac.compare_digest(wanted, headers["webhook-signature"])


def words(statuses: Sequence[Status]) -> list[str]:
    """The verdicts alone."""
    return [one.verdict.value for one in statuses]


def test_a_batch_is_signed_so_that_its_receiver_can_tell(
    sink: WebhookSink, receiver: Receiver, fill: Callable[[int], tuple[Recorded, ...]]
) -> None:
    """The signature fits the body that came, and not one with a byte changed."""
    events = fill(3)
    assert words(sink.send(events)) == ["stored"] * 3
    headers, body = receiver.got[0]
    assert verified(headers, body)
    assert not verified(headers, body + b" ")
    assert headers["webhook-timestamp"] == "1763884800"
    assert headers["content-type"] == "application/cloudevents-batch+json"
    assert headers["path"] == "/hook/?tenant=1"
    assert [one["id"] for one in json.loads(body)] == [one.id for one in events]


def test_the_same_batch_has_the_same_id_again(
    sink: WebhookSink, receiver: Receiver, fill: Callable[[int], tuple[Recorded, ...]]
) -> None:
    """A receiver may drop what it has by that id; another batch has another."""
    events = fill(3)
    for part in (events[:2], events[:2], events[2:]):
        sink.send(part)
    first, again, other = (headers["webhook-id"] for headers, _ in receiver.got)
    assert first == again != other


def test_headers_are_those_of_standard_webhooks() -> None:
    """The signature of a body that was signed by hand: `id.timestamp.body` under the key behind `whsec_`."""
    secret = "whsec_" + base64.b64encode(b"0123456789abcdef01234567").decode()
    by_hand = hmac.new(
        b"0123456789abcdef01234567", b'msg_1.1614265330.{"test": 2432232314}', "sha256"
    ).digest()
    headers = signed(key_of(secret), "msg_1", 1614265330, b'{"test": 2432232314}')
    assert headers == {
        "webhook-id": "msg_1",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1," + base64.b64encode(by_hand).decode(),
    }


def test_the_example_of_the_specifications_libraries_comes_out() -> None:
    """The vector with which the reference libraries of Standard Webhooks test themselves."""
    key = key_of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    headers = signed(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (b"thanks", ["stored", "stored"]),
        (b"{}", ["stored", "stored"]),
        (b'{"results": 5}', ["stored", "stored"]),
        (b'{"results": [{"id": "ID0", "status": "duplicate"}]}', ["duplicate", "retry"]),
        (
            b'{"results": [{"id": "ID1", "status": "invalid", "detail": "no\\u001b[31m"}, '
            b'{"id": "ID0", "status": "?"}, 7]}',
            ["retry", "invalid"],
        ),
        (b'{"results": [{"id": "ID0", "status": "waiting"}, {"id": "ID1"}]}', ["retry", "retry"]),
        (b"[" * 100_000, ["stored", "stored"]),
    ],
)
def test_an_answer_for_each_event_counts_where_there_is_one(
    sink: WebhookSink,
    receiver: Receiver,
    fill: Callable[[int], tuple[Recorded, ...]],
    answer: bytes,
    expected: list[str],
) -> None:
    """Without `results` 2xx answers for all; with them an event that is left out goes again."""
    events = fill(2)
    receiver.status = 200
    receiver.answer = answer.replace(b"ID0", events[0].id.encode()).replace(b"ID1", events[1].id.encode())
    statuses = sink.send(events)
    assert words(statuses) == expected
    assert all(one.why.isprintable() for one in statuses)


def test_gone_stops_for_good(
    sink: WebhookSink, receiver: Receiver, fill: Callable[[int], tuple[Recorded, ...]]
) -> None:
    """After 410 nothing more is posted, and the sentence says what to do."""
    receiver.status = 410
    for _ in range(2):
        with pytest.raises(SinkUnavailable, match="take the sink hook out"):
            sink.send(fill(1))
    assert len(receiver.got) == 1


@pytest.mark.parametrize(
    ("status", "kind", "word"),
    [
        (400, BatchRefused, "refuses the batch"),
        (422, BatchRefused, "refuses the batch"),
        (413, BatchRefused, "too large"),
        (401, SinkUnavailable, "same secret"),
        (404, SinkUnavailable, "404"),
        (429, SinkUnavailable, "asks to wait 120 s"),
        (500, SinkUnavailable, "500"),
        (302, SinkUnavailable, "not followed"),
    ],
)
def test_a_refusal_is_sorted(
    sink: WebhookSink,
    receiver: Receiver,
    fill: Callable[[int], tuple[Recorded, ...]],
    status: int,
    kind: type[Exception],
    word: str,
) -> None:
    """What would be refused again is halved; everything else is tried again later."""
    receiver.status = status
    receiver.extra = {"retry-after": "120", "location": "http://127.0.0.1:1/"}
    with pytest.raises(kind, match=word) as caught:
        sink.send(fill(1))
    assert getattr(caught.value, "too_large", False) is (status == 413)


def test_a_shift_goes_out_by_webhook_once_each(
    receiver: Receiver, sink: WebhookSink, station: StationFile, fill: Callable[[int], tuple[Recorded, ...]]
) -> None:
    """Through the worker: after trouble everything is delivered, signed."""
    posting = WebhookSink("folder", receiver.url, SECRET)
    events = fill(12)
    receiver.status = 503
    now = datetime(2026, 11, 23, 9, tzinfo=UTC)
    assert sync_once(station, posting, now).acknowledged == 0
    receiver.status = 204
    assert sync_once(station, posting, now, force=True).acknowledged == 12
    assert all(verified(*one) for one in receiver.got)
    assert {one["id"] for one in json.loads(receiver.got[-1][1])} == {one.id for one in events}
    posting.close()


@pytest.mark.parametrize(
    "secret",
    ["", "abc", "whsec_", "whsec_Zx9qZ", "whsec_!!!!", "whsec_" + "QUFB" * 4, "whsec_" + "QUFB" * 40],
)
def test_a_secret_that_is_none_is_not_shown(secret: str) -> None:
    """The sentence says what a secret looks like, without this one."""
    with pytest.raises(BadSecret) as caught:
        WebhookSink("hook", "https://localhost", secret)
    assert secret.removeprefix("whsec_") == "" or secret.removeprefix("whsec_") not in str(caught.value)
