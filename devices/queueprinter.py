"""A print queue of the system (CUPS, IPP), through its own commands `lp` and `lpstat`.

A queue's "completed" means that bytes went somewhere: it said so of labels for which there was no paper. So a job
is sent when the queue has it, and nothing more is claimed. What can be known beforehand is asked beforehand, for a
stopped queue takes jobs and prints them at any later time.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from typing import Literal

from devices.printerhealth import UNKNOWN, FaultCode, Health, of_faults
from devices.printing import InDoubt, NotSent, document_of, plain_name
from devices.said import Said

ZplAs = Literal["raw", "application/vnd.zebra-zpl"]
"""raw: a CUPS queue without a driver. The type: an IPP printer that says that it takes ZPL."""
_QUEUE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+-]{0,126}(/[A-Za-z0-9_.-]{1,60})?")
_SERVER = re.compile(r"[A-Za-z0-9_/\[][A-Za-z0-9_.:/\[\]-]{0,200}")
_OPTION = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,60}(=[\x21-\x7e]{1,200})?")
_ACCEPTED = re.compile(r"request id is (\S+)")
_REASONS = {
    "media-empty": FaultCode.PAPER_OUT,
    "media-needed": FaultCode.PAPER_OUT,
    "cover-open": FaultCode.HEAD_OPEN,
    "door-open": FaultCode.HEAD_OPEN,
    "interlock-open": FaultCode.HEAD_OPEN,
    "media-jam": FaultCode.JAM,
    "marker-supply-empty": FaultCode.RIBBON_OUT,
    "cutter-fault": FaultCode.CUTTER,
}
"""The IPP names of printer states, RFC 8011 section 5.4.12."""


class QueuePrinter:
    """Hands each document to a queue of this system, or of the CUPS server named.

    Nothing is asked of a shell, and the names are checked, so that a queue or a label can't become an option.
    """

    repeatable = False

    def __init__(
        self,
        queue: str,
        *,
        form: Literal["zpl", "pdf"] = "zpl",
        zpl_as: ZplAs = "raw",
        options: Sequence[str] = (),
        server: str | None = None,
        name: str | None = None,
        timeout: float = 20.0,
    ) -> None:
        """`form` is the document that the queue takes; `options` are `lp -o` options such as `media=w4h6`;
        `timeout` is for one command, in seconds. Raises ValueError for a name that no queue can have.
        """
        for value, pattern, what in (
            (queue, _QUEUE, "queue"),
            (server or "localhost", _SERVER, "print server"),
            *((option, _OPTION, "option of lp") for option in options),
        ):
            if not pattern.fullmatch(value):
                raise ValueError(
                    f"{value!r} can't be the name of a {what}: letters, digits, '_', '-', '.' only"
                )
        self.queue = queue
        self.name = name or f"queue {queue}"
        self.formats: tuple[str, ...] = (form,)
        self.options = tuple(options)
        self.server = server
        self.timeout = timeout
        self._kind: tuple[str, ...] = ("raw" if zpl_as == "raw" else f"document-format={zpl_as}",)
        if form == "pdf":
            # A label that is scaled to the page has bars of the wrong width.
            self._kind = ("document-format=application/pdf", "print-scaling=none")

    def send(self, name: str, documents: Mapping[str, bytes]) -> None:
        """Put one job into the queue; when it returns the queue has it, and that is all that is known."""
        data = document_of(self, documents, self.formats[0])
        plain_name(name, Said("the name of a print job"))
        state = self.look()
        if state.faults:
            raise NotSent(state.text)
        chosen = [part for option in (*self._kind, *self.options) for part in ("-o", option)]
        try:
            done = self._run("lp", ["-d", self.queue, "-t", name, *chosen, "-"], data)
        except subprocess.TimeoutExpired as error:
            raise InDoubt(
                Said(
                    "The print queue {queue} did not take {name} within {seconds} s. "
                    "Look whether the label came out.",
                    queue=self.queue,
                    name=name,
                    seconds=f"{self.timeout:g}",
                )
            ) from error
        if done.returncode == 0 and _ACCEPTED.search(done.stdout):
            return
        said = _said(done)
        if _refused_at_once(said):
            raise NotSent(self._refusal(said))
        raise InDoubt(
            Said(
                "The print queue {queue} may have lost {name}: {why}. Look whether the label came out.",
                queue=self.queue,
                name=name,
                why=said or Said("it said nothing of having taken it"),
            )
        )

    def look(self) -> Health:
        """Ask the print system for the queue. Raises NotSent where there is no such queue, or nobody to ask."""
        try:
            done = self._run("lpstat", ["-l", "-p", self.queue.split("/")[0], "-a", self.queue.split("/")[0]])
        except subprocess.TimeoutExpired as error:
            raise NotSent(
                Said(
                    "The print system did not answer within {seconds} s. Is cupsd running?",
                    seconds=f"{self.timeout:g}",
                )
            ) from error
        if done.returncode != 0 or not done.stdout.strip():
            raise NotSent(self._refusal(_said(done)))
        return read_queue(done.stdout, self.queue.split("/")[0])

    def _run(self, command: str, arguments: list[str], data: bytes = b"") -> subprocess.CompletedProcess[str]:
        server = ["-h", self.server] if self.server else []
        try:
            done = subprocess.run(
                [command, *server, *arguments],
                input=data,
                capture_output=True,
                timeout=self.timeout,
                check=False,
                env={**os.environ, "LC_ALL": "C", "LANG": "C"},
            )
        except FileNotFoundError as error:
            raise NotSent(
                Said("The command {command} is missing. Install the client of CUPS.", command=command)
            ) from error
        except OSError as error:
            raise NotSent(
                Said(
                    "The command {command} can't be run: {why}.",
                    command=command,
                    why=error.strerror or str(error),
                )
            ) from error
        out, err = (text.decode("utf-8", "replace") for text in (done.stdout, done.stderr))
        return subprocess.CompletedProcess([command], done.returncode, out, err)

    def _refusal(self, said: str) -> str:
        words = said.lower()
        if "unsupported document-format" in words:
            return Said(
                "The print queue {queue} does not take this kind of document. Print as raw or as pdf, or add "
                "the type to the mime.types of CUPS.",
                queue=self.queue,
            )
        if any(one in words for one in ("not exist", "invalid destination", "not found")) and self._runs():
            return Said(
                "There is no print queue {queue}. Set it up, or correct its name; lpstat -e lists them.",
                queue=self.queue,
            )
        if "not accepting" in words:
            return _closed(self.queue)
        return Said(
            "The print system can't be reached: {why}. Is cupsd running?", why=said or Said("no answer")
        )

    def _runs(self) -> bool:
        """Whether the print system is there: without it every queue is said not to exist."""
        try:
            return "is running" in self._run("lpstat", ["-r"]).stdout
        except subprocess.TimeoutExpired:
            return False


def read_queue(text: str, queue: str) -> Health:
    """Read what `lpstat -l -p QUEUE -a QUEUE` says, in the C locale. A queue that says nothing of its printer is
    unknown, for a raw queue knows nothing of it.
    """
    head = next((line for line in text.splitlines() if line.startswith(f"printer {queue} ")), "")
    reasons = [
        reason.removesuffix("-error").removesuffix("-report")
        for line in text.splitlines()
        if line.strip().startswith("Alerts:")
        for reason in re.split(r"[\s,]+", line.split(":", 1)[1].strip())
        if not reason.endswith("-warning")
    ]
    found = [code for name, code in _REASONS.items() if name in reasons]
    if re.search(rf"^{re.escape(queue)} not accepting", text, re.MULTILINE):
        return Health(True, (FaultCode.STOPPED,), _closed(queue))
    if found:
        return of_faults(found)
    if " disabled since " in head or "paused" in reasons or "stopped" in reasons:
        stopped = Said("The print queue {queue} is stopped: run cupsenable {queue}.", queue=queue)
        return Health(True, (FaultCode.STOPPED,), stopped)
    return UNKNOWN


def _closed(queue: str) -> Said:
    return Said("The print queue {queue} takes no jobs: run cupsaccept {queue}.", queue=queue)


def _refused_at_once(said: str) -> bool:
    """Whether `lp` said that no job was made."""
    early = (
        "not exist",
        "not accepting",
        "no default destination",
        "unknown option",
        "scheduler is not running",
        "unsupported document-format",
        "not found",
    )
    return any(words in said.lower() for words in early)


def _said(done: subprocess.CompletedProcess[str]) -> str:
    """What a command said, on one line that is safe to show."""
    text = " ".join((done.stderr or done.stdout).split())
    return "".join(one for one in text if one.isprintable())[:200].rstrip(".")
