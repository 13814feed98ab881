"""The signed webhook: batches as CloudEvents to somebody's address, signed by Standard Webhooks 1.0.

The signature is HMAC-SHA256 over `id.timestamp.body`. The id is made from the body, so a batch that is sent again
has the id that it had before, and a receiver may drop it by that alone.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from terminal.bench.wire import Recorded
from terminal.domain.speech import Said
from terminal.store.chain import Written
from terminal.sync.cloudevents import BATCH_TYPE, batch, of_recorded, of_texts
from terminal.sync.reply import Reply, problem, retry_after
from terminal.sync.sentences import in_a_row
from terminal.sync.sink import BatchRefused, SinkUnavailable, Status, Verdict
from terminal.sync.trust import Trust, clean
from terminal.sync.web import WebClient

PREFIX = "whsec_"
SHORTEST, LONGEST = 24, 64
"""Bytes of a secret, by the specification."""


class BadSecret(ValueError):
    """The secret of a webhook is none; the text says why, without the secret."""


class WebhookSink:
    """Posts batches to `url`. A plain 2xx answers for the whole batch, `results` in it for each event."""

    def __init__(
        self,
        name: str,
        url: str,
        secret: str,
        *,
        ca: str | None = None,
        proxy: str | None = None,
        clock: Callable[[], float] = time.time,
        **timeouts: float,
    ) -> None:
        self.name = name
        self._key = key_of(secret)
        self._web = WebClient(url, Trust(ca), proxy=proxy, **timeouts)
        self._clock = clock
        self._gone = False

    def send(self, events: Sequence[Recorded]) -> Sequence[Status]:
        """Post events. Raises SinkUnavailable or BatchRefused."""
        return self._post([(event.seq, of_recorded(event)) for event in events])

    def send_written(self, epoch: str, events: Sequence[Written]) -> Sequence[Status]:
        """Post events that are given as texts. Raises SinkUnavailable or BatchRefused."""
        return self._post([(one.seq, of_texts(one.head, one.body, one.prev, one.hash)) for one in events])

    def _post(self, events: Sequence[tuple[int, dict[str, Any]]]) -> list[Status]:
        if self._gone:
            raise SinkUnavailable(self._said_gone())
        content = batch([event for _, event in events])
        identity = f"msg_{hashlib.sha256(content).hexdigest()[:32]}"
        headers = signed(self._key, identity, int(self._clock()), content) | {"content-type": BATCH_TYPE}
        reply = self._web.ask("POST", "", headers, content)
        if not 200 <= reply.status < 300:
            self._refuse(reply)
        return _statuses({event["id"]: seq for seq, event in events}, reply)

    def close(self) -> None:
        """End the connection."""
        self._web.close()

    def _said_gone(self) -> str:
        return Said(
            "The receiver at {where} says that it is gone for good (410). Nothing more is sent to it: take the "
            "sink {sink} out of the configuration, or give it another address.",
            where=self._web.where,
            sink=self.name,
        )

    def _refuse(self, reply: Reply) -> None:
        who = Said("The receiver at {where}", where=self._web.where)
        why, status = problem(reply), reply.status
        if status == 410:
            self._gone = True
            raise SinkUnavailable(self._said_gone())
        if status == 413:
            raise BatchRefused(
                in_a_row(Said("{who} finds the batch too large.", who=who), why), too_large=True
            )
        if status in (400, 422):
            raise BatchRefused(in_a_row(Said("{who} refuses the batch.", who=who), why))
        if status in (401, 403):
            told = Said("{who} does not accept the signature. Have both ends the same secret?", who=who)
            raise SinkUnavailable(in_a_row(told, why))
        told = Said("{who} can't take anything now (status {status}).", who=who, status=status)
        raise SinkUnavailable(in_a_row(told, why, retry_after(reply)))


def key_of(secret: str) -> bytes:
    """The key in a secret: `whsec_` and Base64 of 24 to 64 bytes. Raises BadSecret."""
    if not secret.startswith(PREFIX):
        raise BadSecret(
            Said("The secret of a webhook begins with {prefix} and goes on in Base64.", prefix=PREFIX)
        )
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        raise BadSecret(
            Said("The secret of a webhook is no Base64 behind {prefix}.", prefix=PREFIX)
        ) from None
    if not SHORTEST <= len(key) <= LONGEST:
        raise BadSecret(
            Said(
                "The secret of a webhook should hold {least} to {most} bytes in Base64, it holds {count}.",
                least=SHORTEST,
                most=LONGEST,
                count=len(key),
            )
        )
    return key


def signed(key: bytes, identity: str, timestamp: int, content: bytes) -> dict[str, str]:
    """The three headers of Standard Webhooks 1.0 for a body. `timestamp` is in seconds since 1970."""
    over = f"{identity}.{timestamp}.".encode("ascii") + content
    digest = base64.b64encode(hmac.new(key, over, hashlib.sha256).digest()).decode("ascii")
    return {
        "webhook-id": identity,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": f"v1,{digest}",
    }


def _statuses(numbers: Mapping[str, int], reply: Reply) -> list[Status]:
    """One status each: `stored` for all, unless the answer holds `results`; what those leave out goes again."""
    told = _results(reply)
    if told is None:
        return [Status(seq, Verdict.STORED) for seq in numbers.values()]
    found = []
    for event_id, seq in numbers.items():
        result = told.get(event_id, {})
        verdict = Verdict.RETRY
        with suppress(ValueError):
            verdict = Verdict(str(result.get("status")))
        detail = result.get("detail")
        why = clean(detail) if isinstance(detail, str) else ""
        found.append(Status(seq, Verdict.RETRY if verdict is Verdict.WAITING else verdict, why))
    return found


def _results(reply: Reply) -> Mapping[str, Mapping[str, Any]] | None:
    """The answer's `results` by event id. None where it holds none: a receiver may say what it likes."""
    try:
        told = json.loads(reply.body)
    except (ValueError, RecursionError):
        return None
    results = told.get("results") if isinstance(told, dict) else None
    if not isinstance(results, list):
        return None
    return {str(one["id"]): one for one in results if isinstance(one, dict) and "id" in one}
