"""Evidence photos to the hub, after the events that name them: what it asks for and the station has, one by one.

The hub remembers what it lacks, so there is nothing to keep here: a round that was cut off anywhere goes on with
what the hub still asks for. A photo that is gone is told to the hub once, and is in nobody's way.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from terminal.domain.speech import Said, told_by
from terminal.store.station_file import StationFile
from terminal.sync.hub import HubTransport, opening
from terminal.sync.hub_trouble import unreadable
from terminal.sync.result import Result
from terminal.sync.sentences import failure_of, in_a_row
from terminal.sync.sink import BatchRefused, SinkUnavailable
from terminal.sync.worker import PHOTOS

DEADLINE = 300.0
"""Seconds that one photo may take altogether: a large one over a slow line."""
MOST = 16 * 1024 * 1024
"""Bytes of the largest photo that the hub takes."""
SHOWN = timedelta(minutes=10)
"""How long results go on to tell of a photo that is gone, so that somebody at the bench sees it."""
MOST_NOTES = 100
"""Entries of one request."""
HASH = re.compile(r"[0-9a-f]{64}")

Content = Callable[[str], tuple[str, bytes]]
"""Hash -> (media type, content). Raises LookupError, with a sentence, for one that is gone or altered; what else it
raises is a trouble that may pass."""


class PhotoSender:
    """Sends the photos that the hub asks for. The connection is made for each round, and is nobody else's."""

    def __init__(
        self,
        connect: Callable[[], HubTransport],
        content: Content,
        *,
        stopped: Callable[[], bool] = lambda: False,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._connect = connect
        self._content = content
        self._stopped = stopped
        self._now = now
        self._warned: tuple[datetime, str | None] = (datetime.min.replace(tzinfo=UTC), None)

    def send(self, file: StationFile) -> Result:
        """Send what is wanted and here. What goes wrong is in the result; a photo that is gone is a warning.

        `sent` counts photos, `acknowledged` those that are now at the hub, `refused` those that it can't be given,
        and `pending` those that it asks for on. Raises StoreError where the station file fails.
        """
        lock = file.sync_lock(f"hub {PHOTOS}")
        if not lock.take():
            return Result(PHOTOS, 0, 0, 0, 0)
        try:
            transport = self._connect()
            try:
                return self._with_warning(_Sending(self, transport, file.identity.epoch).go())
            finally:
                transport.close()
        except (SinkUnavailable, BatchRefused) as problem:
            return Result(PHOTOS, 0, 0, 0, 0, failure_of(problem))
        finally:
            lock.release()

    def _with_warning(self, result: Result) -> Result:
        now = self._now()
        if result.warning is not None:
            self._warned = (now, result.warning)
        at, warning = self._warned
        return replace(result, warning=warning) if abs(now - at) < SHOWN else result


class _Sending:
    """One round."""

    def __init__(self, owner: PhotoSender, transport: HubTransport, epoch: str) -> None:
        self._owner = owner
        self._transport = transport
        self._epoch = epoch
        self._sent = self._stored = 0
        self._gone: list[str] = []
        self._unread: list[str] = []
        self._wanted: list[str] = []

    def go(self) -> Result:
        error: str | None = None
        tried: set[str] = set()
        try:
            self._ask([])
            while fresh := [digest for digest in self._wanted if digest not in tried]:
                notes = []
                for digest in fresh[:MOST_NOTES]:
                    if self._owner._stopped():
                        return self._result(None)
                    tried.add(digest)
                    why = self._hand_over(digest)
                    if why is not None:
                        self._gone.append(why)
                        notes.append({"sha256": digest, "missing": why[:300]})
                self._ask(notes)
        except (SinkUnavailable, BatchRefused) as problem:
            error = failure_of(problem)
        return self._result(error)

    def _hand_over(self, digest: str) -> str | None:
        """Send one photo; why the hub can't be given it, where that will not change by itself."""
        try:
            kind, content = self._owner._content(digest)
        except LookupError as problem:
            return told_by(problem)
        except Exception as problem:
            self._unread.append(failure_of(problem))
            return None
        if len(content) > MOST:
            return Said(
                "The photo {photo} is larger than the {most} bytes that the hub takes.",
                photo=digest,
                most=MOST,
            )
        data = base64.b64encode(content).decode("ascii")
        try:
            answer = self._exchange([{"sha256": digest, "type": kind, "data": data}])
        except BatchRefused as problem:
            return failure_of(problem)
        self._sent += 1
        status = _texts(answer.get("photos"), 1)[0]
        if status in ("stored", "duplicate"):
            self._stored += 1
        elif status == "invalid":
            details = answer.get("photo_details")
            said = details.get("0") if isinstance(details, Mapping) else None
            refused = Said("The hub refused the photo {photo}.", photo=digest)
            return in_a_row(refused, said.strip() if isinstance(said, str) else "")
        return None

    def _ask(self, notes: Sequence[Mapping[str, str]]) -> None:
        """Tell what is gone, and hear what is wanted now; nothing where the hub is older than photos."""
        found = self._exchange(notes).get("wanted")
        self._wanted = [] if found is None else _texts(found)
        if not all(HASH.fullmatch(one) for one in self._wanted):
            raise SinkUnavailable(unreadable(Said("it asks for photos by something that is no hash")))

    def _exchange(self, photos: Sequence[Mapping[str, str]]) -> dict[str, Any]:
        request = opening(self._epoch, self._owner._now()) | {"photos": list(photos)}
        return self._transport.exchange(request)

    def _result(self, error: str | None) -> Result:
        if error is None and self._unread:
            error = in_a_row(_unread(len(self._unread)), self._unread[0])
        warning = in_a_row(_gone(len(self._gone)), self._gone[0]) if self._gone else None
        counts = (self._sent, self._stored, len(self._gone), len(self._wanted))
        return Result(PHOTOS, *counts, error, warning)


def _texts(found: object, count: int | None = None) -> list[str]:
    """A list of texts as it stands in an answer. Raises SinkUnavailable for anything else."""
    texts = [one for one in found if isinstance(one, str)] if isinstance(found, list) else None
    if texts is None or found != texts or count not in (None, len(texts)):
        raise SinkUnavailable(unreadable(Said("no list of texts about photos")))
    return texts


def _unread(count: int) -> Said:
    if count == 1:
        return Said("1 photo can't be read now and will be sent later.")
    # TRANSLATORS: 2 or more
    return Said("{count} photos can't be read now and will be sent later.", count=f"{count:,}")


def _gone(count: int) -> Said:
    if count == 1:
        return Said("1 photo can't be sent to the hub.")
    # TRANSLATORS: 2 or more
    return Said("{count} photos can't be sent to the hub.", count=f"{count:,}")
