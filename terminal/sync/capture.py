"""The EPCIS sink: batches as EPCIS 2.0 documents to a repository's capture address.

Capturing is asynchronous by the standard: the repository answers with a job, which is asked until it has ended. The
ids of EPCIS events are made from ours, so a document that goes twice is captured once. A batch in which nothing is
of interest to partners is acknowledged without a request.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from terminal.bench.wire import Recorded
from terminal.domain.speech import Said
from terminal.domain.suggest import BadData
from terminal.sync.capture_jobs import Job, Jobs, outcome
from terminal.sync.epcis_batch import Mapped, Stories
from terminal.sync.epcis_context import shift_of
from terminal.sync.epcis_shapes import document
from terminal.sync.reply import Reply, problem, retry_after
from terminal.sync.sentences import failure_of, in_a_row
from terminal.sync.sink import BatchRefused, Place, SinkUnavailable, Status, Verdict
from terminal.sync.trust import Trust
from terminal.sync.web import WebClient

PATIENCE = 900.0
"""Seconds after which a job that does not end is given up, and its events go again."""
LINGER = 3.0
"""Seconds that `send` waits for the end of its job, so that one call of `regrade sync` can finish."""
STEP = 0.25
FORGOTTEN = "nobody knows what became of it"
LOST = object()
"""Stands for the outcome of a job that the repository does not know any more."""


class CaptureSink:
    """Posts documents to `url`, the address of the capture interface.

    `location` and `site` are GLNs of bench and place. `data` is the station's data folder: the context of a batch
    is read from its journals (or by `history`, which gives the events of a shift before one), and open jobs are
    kept in it; without either a batch must begin where the last one ended. Raises ValueError for no GLN.
    """

    def __init__(
        self,
        name: str,
        url: str,
        *,
        token: str = "",
        location: str = "",
        site: str = "",
        data: Path | None = None,
        history: Callable[[Recorded], Iterable[Recorded]] | None = None,
        ca: Path | str | None = None,
        proxy: str | None = None,
        patience: float = PATIENCE,
        linger: float = LINGER,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
        **timeouts: float,
    ) -> None:
        self.name = name
        parts = urlsplit(url)
        self._path = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
        self._url = url
        self._web = WebClient(f"{parts.scheme}://{parts.netloc}", Trust(ca), proxy=proxy, **timeouts)
        self._token = token
        history = history if data is None or history is not None else partial(shift_of, data)
        self._stories = Stories(location, site, history)
        self._jobs = Jobs(data / f"capture-{_file_name(name)}.json" if data is not None else None)
        self._patience = patience
        self._linger = linger
        self._clock = clock
        self._sleep = sleep

    def send(self, batch: Sequence[Recorded]) -> Sequence[Status]:
        """Post what a batch tells, and wait a little for the answer. Raises SinkUnavailable or BatchRefused."""
        place = Place(batch[0].station, batch[0].epoch, batch[0].seq, batch[-1].seq)
        mapped = self._stories.map(batch)
        sent = [one for one in mapped if one.events]
        if not sent:
            return [_unsent(one) for one in mapped]
        jobs: list[Job] = []
        done: list[Status] = []
        for part in self._parts(place, sent):
            told = self._post(part)
            if isinstance(told, Job):
                jobs.append(told)
            else:
                done += self._finished(place, told, part)
        self._jobs.put(place, jobs)
        return self._wait(place, mapped, done)

    def collect(self, place: Place, events: Callable[[], Sequence[Recorded]]) -> Sequence[Status]:
        """Ask for the jobs of a batch. One that nobody remembers, or that does not end, goes again."""
        numbers = range(place.first, place.last + 1)
        if not self._jobs.of(place):
            return [Status(seq, Verdict.RETRY, FORGOTTEN) for seq in numbers]
        return self._ask(place, self._stories.map(events()), [])

    def close(self) -> None:
        """End the connection."""
        self._web.close()

    @property
    def _who(self) -> Said:
        return Said("The repository at {where}", where=self._web.where)

    def _wait(self, place: Place, mapped: Sequence[Mapped], done: list[Status]) -> Sequence[Status]:
        waited = 0.0
        while True:
            statuses = self._ask(place, mapped, done)
            if waited >= self._linger or not any(one.verdict is Verdict.WAITING for one in statuses):
                return statuses
            self._sleep(STEP)
            waited += STEP

    def _ask(self, place: Place, mapped: Sequence[Mapped], done: list[Status]) -> list[Status]:
        """What is known by now of every event of a batch. The batch is answered as one, when all of it is known."""
        known = {status.seq: status for status in done}
        left: list[Job] = []
        for job in self._jobs.of(place):
            part = [one for one in mapped if one.events and job.first <= one.seq <= job.last]
            told = self._job(job)
            if told is LOST:
                known |= {one.seq: Status(one.seq, Verdict.RETRY, FORGOTTEN) for one in part}
            elif told is not None:
                known |= {status.seq: status for status in self._finished(place, told, part)}
            elif self._clock() - job.since > self._patience:
                why = f"the repository did not finish within {self._patience:g} s"
                known |= {one.seq: Status(one.seq, Verdict.RETRY, why) for one in part}
            else:
                left.append(job)
        if left:
            return [Status(one.seq, Verdict.WAITING) for one in mapped]
        self._jobs.put(place, ())
        unknown = {one.seq: Status(one.seq, Verdict.RETRY, FORGOTTEN) for one in mapped if one.events}
        return [known.get(one.seq) or unknown.get(one.seq) or _unsent(one) for one in mapped]

    def _finished(self, place: Place, told: Any, part: Sequence[Mapped]) -> list[Status]:
        """The statuses of a document whose outcome is known."""
        owners: dict[str, list[int]] = {}
        for one in part:
            for event in one.events:
                owners.setdefault(str(event["eventID"]), []).append(one.seq)
        found = outcome(told, [one.seq for one in part], owners)
        if found is not None:
            return found
        self._jobs.doubt(place.epoch, part[0].seq, part[-1].seq)
        why = "the repository refused a document and did not say which event"
        return [Status(one.seq, Verdict.RETRY, why) for one in part]

    def _parts(self, place: Place, sent: Sequence[Mapped]) -> Iterator[Sequence[Mapped]]:
        """One document for all; halves of one that failed before and nobody knows by which event, down to one."""
        if len(sent) < 2 or not self._jobs.doubted(place.epoch, sent[0].seq, sent[-1].seq):
            yield sent
            return
        half = len(sent) // 2
        yield from self._parts(place, sent[:half])
        yield from self._parts(place, sent[half:])

    def _post(self, part: Sequence[Mapped]) -> Job | Any:
        """Hand a document over: its job, or its outcome where the repository answers at once."""
        now = self._clock()
        events = [event for one in part for event in one.events]
        content = json.dumps(
            document(datetime.fromtimestamp(now, UTC), events), ensure_ascii=True, separators=(",", ":")
        ).encode("ascii")
        headers = self._headers() | {
            "content-type": "application/json",
            "gs1-epcis-version": "2.0.0",
            "gs1-cbv-version": "2.0.0",
            "gs1-capture-error-behaviour": "proceed",
        }
        reply = self._web.ask("POST", self._path, headers, content)
        if reply.status == 202:
            return Job(part[0].seq, part[-1].seq, self._job_path(reply), now)
        if 200 <= reply.status < 300:
            return self._at_once(reply)
        if reply.status == 409 and sum(bool(one.events) for one in part) == 1:
            return {"success": True}
        raise self._refusal(reply)

    def _at_once(self, reply: Reply) -> Any:
        """The outcome in an answer without a job: an empty one means that all was captured."""
        if not reply.body.strip():
            return {"success": True}
        return reply.json(self._who)

    def _refusal(self, reply: Reply) -> BatchRefused | SinkUnavailable:
        """What a status means for a document."""
        who, why, status = self._who, problem(reply), reply.status
        if status == 413:
            told = Said("{who} finds the document too large.", who=who)
            return BatchRefused(in_a_row(told, why), too_large=True)
        if status in (400, 409, 422):
            return BatchRefused(in_a_row(Said("{who} refuses the document.", who=who), why))
        if status in (401, 403):
            told = Said("{who} does not accept this station's token.", who=who)
            return SinkUnavailable(in_a_row(told, why))
        if status in (404, 405, 406, 415, 501):
            told = Said("{who} takes no EPCIS 2.0 documents there (status {status}).", who=who, status=status)
            return SinkUnavailable(in_a_row(told, why))
        told = Said("{who} can't take anything now (status {status}).", who=who, status=status)
        return SinkUnavailable(in_a_row(told, why, retry_after(reply)))

    def _job_path(self, reply: Reply) -> str:
        """Where to ask for a job. Only the path of the answer counts: the token goes to no other host."""
        given = reply.headers.get("location", "")
        if not given:
            told = _json(reply)
            named = told.get("captureID") if isinstance(told, dict) else None
            given = (
                f"{urlsplit(self._url).path.rstrip('/')}/{named}" if isinstance(named, str) and named else ""
            )
        if not given:
            raise SinkUnavailable(Said("{who} took a document and named no job to ask after.", who=self._who))
        parts = urlsplit(urljoin(self._url, given))
        return f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"

    def _job(self, job: Job) -> Any:
        """The outcome of a job; None while it runs."""
        reply = self._web.ask("GET", job.path, self._headers() | {"gs1-epcis-version": "2.0.0"})
        if reply.status in (404, 410):
            return LOST
        if not 200 <= reply.status < 300:
            raise SinkUnavailable(failure_of(self._refusal(reply)))
        told = reply.json(self._who)
        if not isinstance(told, dict):
            raise SinkUnavailable(Said("{who} answered something that is no capture job.", who=self._who))
        ended = told.get("running") is False or (told.get("running") is None and "success" in told)
        return told if ended else None

    def _headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self._token}"} if self._token else {}


def _unsent(one: Mapped) -> Status:
    """The status of an event that is in no document: nothing for partners, or not fit to be sent."""
    return Status(one.seq, Verdict.INVALID, one.wrong) if one.wrong else Status(one.seq, Verdict.STORED)


def _json(reply: Reply) -> Any:
    try:
        return json.loads(reply.body)
    except (ValueError, RecursionError):
        return None


def _file_name(name: str) -> str:
    if not name or not all(sign.isalnum() or sign in "-_" for sign in name):
        raise BadData([f"the name of a sink has letters, digits, - and _, got {name!a}"])
    return name
