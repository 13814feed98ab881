"""The hub over HTTPS: the same request and answer that its PostgreSQL function takes and gives.

Events travel as one CloudEvents batch; what the function takes beside them travels in headers, so that the body is
nothing but events.
"""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import quote

from terminal.domain.speech import Said
from terminal.sync.cloudevents import BATCH_TYPE, batch_of_texts
from terminal.sync.reply import Reply, problem, retry_after
from terminal.sync.sentences import in_a_row
from terminal.sync.sink import BatchRefused, SinkUnavailable, Verdict
from terminal.sync.trust import Trust, clean
from terminal.sync.web import WebClient

STATUSES = frozenset(Verdict) - {Verdict.WAITING}
"""What a hub may say of an event."""
WORTH_PACKING = 4096
"""Bytes from which a request is sent packed."""
MAX_PART = 1024 * 1024
"""Bytes of an answer that holds one part of a publication; a part is 256 KiB before Base64."""


class HttpTransport:
    """A hub behind `regrade hub serve`. `url` is its address without `/v1`; a token or certificate says who."""

    runs = False
    """Events travel as CloudEvents."""

    def __init__(
        self,
        url: str,
        token: str = "",
        ca: Path | str | None = None,
        cert: Path | str | None = None,
        key: Path | str | None = None,
        *,
        proxy: str | None = None,
        pack: bool = True,
        **timeouts: float,
    ) -> None:
        self._web = WebClient(url.rstrip("/"), Trust(ca, cert, key), proxy=proxy, **timeouts)
        self._token = token
        self._pack = pack

    def exchange(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """One request to the hub and its answer. Raises SinkUnavailable or BatchRefused."""
        events: Sequence[Sequence[str]] = request.get("events") or []
        known, want, photos = (request.get(name) for name in ("known", "want", "photos"))
        answer: dict[str, Any] = {}
        if want is not None:
            answer |= self._part(request, want)
        if known is not None:
            answer |= self._news(request, known)
        if not answer and not events and photos is None:
            answer |= _common(self._get("/v1/hello", request), self._who)
        answer |= {"statuses": [], "details": {}}
        if events:
            answer |= self._post(request, events)
        if photos is not None:
            answer |= self._photos(request, photos)
        return answer

    def close(self) -> None:
        """End the connection; the next exchange makes another."""
        self._web.close()

    @property
    def _who(self) -> Said:
        return Said("The hub at {where}", where=self._web.where)

    def _post(self, request: Mapping[str, Any], events: Sequence[Sequence[str]]) -> dict[str, Any]:
        content = batch_of_texts(events)
        headers = self._headers(request) | {"content-type": BATCH_TYPE}
        headers["idempotency-key"] = f'"{hashlib.sha256(content).hexdigest()}"'
        if self._pack and len(content) >= WORTH_PACKING:
            content = zlib.compress(content, level=1, wbits=31)
            headers["content-encoding"] = "gzip"
        told = self._told(self._web.ask("POST", "/v1/events", headers, content))
        return _common(told, self._who) | _verdicts(told, len(events), self._who)

    def _news(self, request: Mapping[str, Any], known: Mapping[str, int]) -> dict[str, Any]:
        versions = ",".join(f"{kind}:{version}" for kind, version in known.items())
        told = self._get("/v1/news", request, {"known": versions})
        news = told.get("news")
        if not isinstance(news, list) or not all(isinstance(one, dict) for one in news):
            raise SinkUnavailable(
                Said("{who} answered without a list of news. Is it a hub of another version?", who=self._who)
            )
        return _common(told, self._who) | {"news": news}

    def _part(self, request: Mapping[str, Any], want: Mapping[str, Any]) -> dict[str, Any]:
        place = "/".join(quote(str(want[name]), safe="") for name in ("kind", "version", "part"))
        told = self._get(f"/v1/publications/{place}", request, limit=MAX_PART)
        part = told.get("part")
        if part is None:
            return _common(told, self._who) | {"part": None}
        same = isinstance(part, dict) and all(
            part.get(name) == want[name] for name in ("kind", "version", "part")
        )
        if not same or not isinstance(part.get("data"), str):
            raise SinkUnavailable(
                Said("{who} answered with another part than {part}.", who=self._who, part=place)
            )
        try:
            base64.b64decode(part["data"], validate=True)
        except ValueError:
            raise SinkUnavailable(
                Said("{who} answered with a part of {part} that is no Base64.", who=self._who, part=place)
            ) from None
        return _common(told, self._who) | {"part": part}

    def _photos(self, request: Mapping[str, Any], photos: Sequence[Mapping[str, str]]) -> dict[str, Any]:
        """Each photo by a request of its own, what is missing by another, and at last what is wanted."""
        results: dict[int, dict[str, str]] = {}
        missing = {number: photo for number, photo in enumerate(photos) if "missing" in photo}
        for number, photo in enumerate(photos):
            if number not in missing:
                headers = self._headers(request) | {"content-type": photo["type"]}
                content = base64.b64decode(photo["data"])
                told = self._told(self._web.ask("PUT", f"/v1/photos/{photo['sha256']}", headers, content))
                results[number] = _photo_results(told, [photo["sha256"]], self._who)[0]
        if missing:
            gone = {photo["sha256"]: photo["missing"] for photo in missing.values()}
            headers = self._headers(request) | {"content-type": "application/json"}
            told = self._told(self._web.ask("POST", "/v1/photos/missing", headers, json.dumps(gone).encode()))
            by_hash = {one["sha256"]: one for one in _photo_results(told, list(gone), self._who)}
            results |= {number: by_hash[photo["sha256"]] for number, photo in missing.items()}
        if not photos:
            reply = self._web.ask("GET", "/v1/photos", self._headers(request))
            if reply.status == 404:
                return {}  # a service that is older than photos wants none
            told = self._told(reply)
        details = {str(number): clean(one["detail"]) for number, one in results.items() if "detail" in one}
        statuses = [results[number]["status"] for number in range(len(photos))]
        answer = {"photos": statuses, "photo_details": details, "wanted": told.get("wanted")}
        return _common(told, self._who) | answer

    def _get(
        self,
        path: str,
        request: Mapping[str, Any],
        params: Mapping[str, str] | None = None,
        limit: int = 1024 * 1024,
    ) -> dict[str, Any]:
        return self._told(self._web.ask("GET", path, self._headers(request), None, params, limit))

    def _headers(self, request: Mapping[str, Any]) -> dict[str, str]:
        """Who asks, and what the hub's function takes beside the events."""
        headers = {
            "regrade-protocol": str(request.get("v", 1)),
            "regrade-sent-at": str(request.get("sent_at", "")),
            "regrade-program": str(request.get("program", "")),
            "regrade-epoch": str(request.get("epoch", "")),
        }
        head = request.get("head")
        if head is not None:
            headers["regrade-head"] = f"{head['seq']};{head['hash']}"
        if self._token:
            headers["authorization"] = f"Bearer {self._token}"
        return {name: value for name, value in headers.items() if value.isascii() and value.isprintable()}

    def _told(self, reply: Reply) -> dict[str, Any]:
        if reply.status != 200:
            self._refuse(reply)
        told = reply.json(self._who)
        if not isinstance(told, dict):
            kind = type(told).__name__
            raise SinkUnavailable(
                Said("{who} answered with a {kind}, not with an object.", who=self._who, kind=kind)
            )
        return told

    def _refuse(self, reply: Reply) -> NoReturn:
        who, why, status = self._who, problem(reply), reply.status
        if status == 401:
            told = Said("{who} does not know this station's token or certificate. Was it revoked?", who=who)
            raise SinkUnavailable(in_a_row(told, why))
        if status == 403:
            told = Said("{who} does not let this station in. Was it revoked?", who=who)
            raise SinkUnavailable(in_a_row(told, why))
        if status == 413:
            raise BatchRefused(
                in_a_row(Said("{who} finds the batch too large.", who=who), why), too_large=True
            )
        if status in (400, 422):
            raise BatchRefused(in_a_row(Said("{who} refuses the batch.", who=who), why))
        if status == 409:
            told = Said("{who} speaks another version of the protocol.", who=who)
            raise SinkUnavailable(in_a_row(told, why))
        if status == 404:
            told = Said("{who} has no such place. Is the address right?", who=who)
            raise SinkUnavailable(in_a_row(told, why))
        told = Said("{who} can't take anything now (status {status}).", who=who, status=status)
        raise SinkUnavailable(in_a_row(told, why, retry_after(reply)))


def _verdicts(told: Mapping[str, Any], count: int, who: str) -> dict[str, Any]:
    """Statuses and details as the hub's function gives them, from one result for each event. Checks them all."""
    results = told.get("results")
    if not isinstance(results, list) or len(results) != count:
        if not isinstance(results, list):
            wrong = Said("{who} answered with no list of results to {count} events.", who=who, count=count)
            raise SinkUnavailable(wrong)
        raise SinkUnavailable(
            Said(
                "{who} answered with {got} results to {count} events.", who=who, got=len(results), count=count
            )
        )
    statuses: list[str] = []
    details: dict[str, str] = {}
    for number, result in enumerate(results):
        status = result.get("status") if isinstance(result, dict) else None
        if not isinstance(status, str) or status not in STATUSES:
            word = clean(ascii(status), 40)
            raise SinkUnavailable(
                Said("{who} answered {word} to an event, which is no status.", who=who, word=word)
            )
        statuses.append(status)
        detail = result.get("detail")
        if isinstance(detail, str):
            details[str(number)] = clean(detail)
    return {"statuses": statuses, "details": details}


def _photo_results(told: Mapping[str, Any], hashes: Sequence[str], who: str) -> list[dict[str, str]]:
    """What became of these photos, in order. Checks every entry; raises SinkUnavailable."""
    found = told.get("photos")
    results = [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
    texts = all(isinstance(text, str) for one in results for text in one.values())
    named = [one.get("sha256") for one in results if "status" in one]
    if not texts or named != list(hashes):
        raise SinkUnavailable(
            Said("{who} answered with something else than what became of the photos.", who=who)
        )
    return results


def _common(told: Mapping[str, Any], who: str) -> dict[str, Any]:
    """What every answer holds: the hub's clock and schema, what it has of the journal, how the clocks differ."""
    have = told.get("have")
    right = (
        isinstance(told.get("at"), str)
        and isinstance(have, dict)
        and all(type(have.get(name)) is int and have[name] >= 0 for name in ("events", "last_seq"))
        and isinstance(have.get("last_hash"), str | None)
        and isinstance(told.get("offset_ms"), int | None)
    )
    if not right:
        raise SinkUnavailable(
            Said("{who} answered with something else than a hub does. Is the address right?", who=who)
        )
    return {name: told[name] for name in ("v", "at", "schema", "have", "offset_ms") if name in told}
