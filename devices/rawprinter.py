"""Printers that take ZPL as it is and that are asked whether they can print, whatever the link.

A job is three steps on one connection: ask (a fault leaves the label here), send, ask until it is done. After its
first byte a label is never sent again, whatever happens. A printer that has never answered is taken for one without
status and is sent to as it is; one that answered once and keeps silent is taken for one in trouble.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from typing import Literal

from devices.printerhealth import UNKNOWN, FaultCode, Health, health, of_faults
from devices.printerlinks import LINK_ERRORS, Link, trouble
from devices.printing import InDoubt, NotSent, document_of
from devices.said import Said
from devices.zplstatus import IDENTIFY, PREFLIGHT, HostStatus, Identity, conditions, host_status, identity

Status = Literal["auto", "always", "off"]
"""auto: ask a printer that answers. always: print nothing on one that does not. off: send labels, ask nothing."""
_KNOWN_TO_ANSWER = 5
"""A printer that answered before is given so many times as long: its silence stops the work."""
_BETWEEN_POLLS = 0.25
_PASSING = {FaultCode.BUFFER_FULL, FaultCode.PARTIAL}
"""What is no fault while our own label is being taken in."""
_HEARD_MOST = 16384


class RawPrinter:
    """A ZPL printer behind a link that is opened for each job. One job or question at a time, from any thread."""

    formats: tuple[str, ...] = ("zpl",)
    repeatable = False

    def __init__(
        self,
        open_link: Callable[[], Link],
        where: str,
        *,
        name: str | None = None,
        status: Status = "auto",
        write_timeout: float = 10.0,
        answer_timeout: float = 0.4,
        total_timeout: float = 180.0,
        mute_for: float = 300.0,
    ) -> None:
        """`open_link` raises NotSent. Times in seconds: `write_timeout` without any progress, `answer_timeout`
        until the first byte of an answer, `total_timeout` for one job, `mute_for` until a printer without status is
        asked again.
        """
        if status not in ("auto", "always", "off"):
            raise ValueError(f"status is auto, always or off; got {status!r}")
        self.where = where
        self.name = name or where
        self.status: Status = status
        self.write_timeout = write_timeout
        self.answer_timeout = answer_timeout
        self.total_timeout = total_timeout
        self.mute_for = mute_for
        self._open_link = open_link
        self._answered = False
        self._mute_until: float | None = None
        self._lock = threading.Lock()

    def send(self, name: str, documents: Mapping[str, bytes]) -> None:
        """Send one job and wait until the printer has done it, as far as it tells."""
        data = document_of(self, documents, "zpl")
        with self._lock:
            link = self._open_link()
            try:
                answers = self._preflight(link)
                self._transmit(link, name, data, answers)
            finally:
                link.close()

    def look(self) -> Health:
        """Ask how it is. Raises NotSent when it can't be reached."""
        if self.status == "off":
            return UNKNOWN
        with self._lock:
            link = self._open_link()
            try:
                if self._is_mute():
                    return UNKNOWN
                found = self._examine(link)
                link.part()
                return found
            finally:
                link.close()

    def identify(self) -> Identity | None:
        """Ask what it is; None when it does not say so in ZPL. Raises NotSent when it can't be reached."""
        with self._lock:
            link = self._open_link()
            try:
                patience = self.answer_timeout * _KNOWN_TO_ANSWER
                return identity(_ask(link, IDENTIFY, patience, lambda heard: identity(heard) is not None))
            except LINK_ERRORS as error:
                raise NotSent(
                    Said("The printer at {where} broke off: {why}.", where=self.where, why=trouble(error))
                ) from error
            finally:
                link.close()

    def _is_mute(self) -> bool:
        return self.status == "auto" and self._mute_until is not None and time.monotonic() < self._mute_until

    def _preflight(self, link: Link) -> bool:
        """Whether the printer answers, and may be sent to; raises NotSent when it may not."""
        if self.status == "off" or self._is_mute():
            return False
        found = self._examine(link)
        if found.faults:
            raise NotSent(found.text)
        return found.ok

    def _examine(self, link: Link) -> Health:
        """Ask for the state and remember whether it answered; raises NotSent when the link breaks."""
        patience = self.answer_timeout * (_KNOWN_TO_ANSWER if self._answered else 1)
        try:
            heard = _ask(link, PREFLIGHT, patience, lambda data: host_status(data) is not None)
        except LINK_ERRORS as error:
            raise NotSent(self._broke_off(trouble(error))) from error
        self._remember(heard)
        found = health(host_status(heard), conditions(heard), heard)
        if found.known or found.faults:
            return found
        if self._answered:
            return of_faults([FaultCode.SILENT], known=False)
        if self.status == "always":
            return Health(
                False,
                (FaultCode.SILENT,),
                Said(
                    "The printer at {where} does not answer. Is it set to ZPL mode? "
                    "Where it has no status to tell, set status to auto or off.",
                    where=self.where,
                ),
            )
        self._mute_until = time.monotonic() + self.mute_for
        return found

    def _remember(self, heard: bytes) -> None:
        if host_status(heard) is not None or conditions(heard) is not None:
            self._answered, self._mute_until = True, None

    def _transmit(self, link: Link, name: str, data: bytes, answers: bool) -> None:
        sent, deadline = 0, time.monotonic() + self.total_timeout
        try:
            while sent < len(data):
                sent += link.write(data[sent : sent + 65536], self._patience(deadline))
            if answers:
                self._await_printed(link, name, deadline)
                link.part()
            else:
                self._remember(link.finish(self._patience(deadline)))
        except LINK_ERRORS as error:
            link.abort()
            why = trouble(error)
            why = why.rstrip(".") if why.endswith(".") else why
            if sent == 0 and link.exact:
                raise NotSent(self._broke_off(why)) from error
            raise InDoubt(
                Said(
                    "The printer at {where} broke off: {why}, after {sent} of {size} bytes of {name} had left. "
                    "Look whether the label came out.",
                    where=self.where,
                    why=why,
                    sent=sent,
                    size=len(data),
                    name=name,
                )
            ) from error
        except InDoubt:
            link.abort()
            raise

    def _await_printed(self, link: Link, name: str, deadline: float) -> None:
        """Ask until nothing is left to print; raises InDoubt on a fault, on silence and when nothing moves on."""
        before: tuple[int, ...] | None = None
        moved, pause = time.monotonic(), 0.01
        while True:
            heard = _ask(
                link, PREFLIGHT, self._patience(deadline), lambda data: host_status(data) is not None
            )
            host, reported = host_status(heard), conditions(heard)
            found = health(host, reported, heard)
            if not _PASSING.issuperset(found.faults):
                raise InDoubt(
                    Said("{fault} Look whether label {name} came out.", fault=found.text, name=name)
                )
            if host is None:
                raise InDoubt(
                    Said(
                        "The printer at {where} fell silent after the label was sent. "
                        "Look whether label {name} came out.",
                        where=self.where,
                        name=name,
                    )
                )
            if not host.busy:
                return
            now, progress = time.monotonic(), _progress(host)
            if progress != before:
                before, moved = progress, now
            elif now - moved > self.write_timeout:
                raise InDoubt(
                    Said(
                        "The printer at {where} took the label and does not print it. "
                        "Look whether label {name} came out.",
                        where=self.where,
                        name=name,
                    )
                )
            time.sleep(pause)
            pause = min(pause * 2, _BETWEEN_POLLS)

    def _broke_off(self, why: str) -> Said:
        return Said(
            "The printer at {where} broke off: {why}, before anything was sent.", where=self.where, why=why
        )

    def _patience(self, deadline: float) -> float:
        """How long nothing may happen now; raises TimeoutError when the whole job took too long."""
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError(
                Said("the label took more than {seconds} s", seconds=f"{self.total_timeout:g}")
            )
        return min(self.write_timeout, left)


def _ask(link: Link, queries: bytes, patience: float, enough: Callable[[bytes], bool]) -> bytes:
    """Send queries and give what came until it was enough, or nothing came for as long as `patience`.

    A printer that talks without end is heard for five times that.
    """
    link.read(0)
    start = deadline = time.monotonic()
    deadline += patience
    while queries:
        queries = queries[link.write(queries, patience) :]
    heard = b""
    while not enough(heard):
        left = min(deadline, start + 5 * patience) - time.monotonic()
        piece = link.read(left) if left > 0 else b""
        if not piece:
            break
        heard = (heard + piece)[-_HEARD_MOST:]
        deadline = time.monotonic() + patience
    return heard


def _progress(host: HostStatus) -> tuple[int, ...]:
    return host.formats_in_buffer, host.labels_remaining, int(host.partial)
