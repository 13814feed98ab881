"""A scanner that follows a script.

The surprise: opening a serial port throws away what waits in it, so a scan that is sent before the reader is ready
is lost without a trace. The scanner therefore watches its end of the line for that very flush.
"""

from __future__ import annotations

import fcntl
import glob
import os
import random
import re
import select
import struct
import termios
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass

from devices.fakes import Cable
from devices.problems import show
from terminal.domain.suggest import BadData, did_you_mean, hint
from terminal.replay import unescape
from terminal.simulating.lines import TICK, Talk, seconds

GRACE = 1.0
"""Seconds that another program has had the port open before it is taken for ready without a flush."""
PATIENCE = 2.0
"""Seconds that a reader has to take what was sent before the cable is pulled."""
TERMINATORS: Mapping[str, str] = {"cr": "\r", "lf": "\n", "crlf": "\r\n", "tab": "\t"}
PREFIXES: Mapping[str, str] = {"none": "", "stx": "\x02"}
SCRIPT: Mapping[str, str] = {
    "scan": "scan TEXT",
    "wait": "wait SECONDS",
    "unplug": "unplug",
    "replug": "replug",
    "garbage": "garbage BYTES",
    "twice": "twice TEXT",
    "partial": "partial TEXT",
}
"""Words of a scanner's script, and how each is written. Any other line is a scan."""
_MOST_GARBAGE = 100_000


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that a simulated scanner does."""

    word: str
    """One of `SCRIPT`."""
    text: str = ""
    """What the barcode says."""
    amount: float = 0.0
    """Seconds of a wait, bytes of garbage."""


def read_step(line: str) -> Step | None:
    """Read a line of a script; None for a blank one or a comment. Raises ValueError that says how it is written.

    A small word that is nearly one of the script's is refused, because it would be scanned in silence.
    """
    if not line.strip() or line.startswith("#"):
        return None
    word, _, rest = line.partition(" ")
    if word not in SCRIPT:
        if re.fullmatch("[a-z]+", word) and did_you_mean(word, SCRIPT):
            raise ValueError(
                f'"{word}" is no word of a script{hint(word, SCRIPT)} '
                f'To scan it, write "scan {show(line, 24)}".'
            )
        return Step("scan", unescape(line))
    if word in ("scan", "twice", "partial") and rest:
        return Step(word, unescape(rest))
    if word in ("unplug", "replug") and not rest.strip():
        return Step(word)
    if word == "wait":
        return Step(word, amount=seconds(rest))
    if word == "garbage" and rest.strip().isdecimal() and 0 < float(rest) <= _MOST_GARBAGE:
        return Step(word, amount=int(rest))
    most = f" (1 to {_MOST_GARBAGE})" if word == "garbage" else ""
    raise ValueError(f'expected "{SCRIPT[word]}"{most}, got "{show(line)}"')


def read_script(lines: Iterable[str], name: str) -> list[Step]:
    """Read a whole script. Raises BadData with every bad line as `name:NUMBER: what is wrong`."""
    steps, problems = [], []
    for number, line in enumerate(lines, 1):
        try:
            step = read_step(line.rstrip("\r\n"))
        except ValueError as problem:
            problems.append(f"{name}:{number}: {problem}")
        else:
            steps += [step] if step is not None else []
    if problems:
        raise BadData(problems)
    return steps


class Watch:
    """What the other side of a cable does: whether somebody is ready to read, and what they send."""

    def __init__(self, cable: Cable) -> None:
        self._cable = cable
        self._plug = 0
        self._ready = False
        self._held_since: float | None = None
        self._next_search = 0.0
        self.heard = b""
        """What came from the other side and was not taken from here yet."""

    def look(self) -> bool:
        """Whether somebody opened the port since it was plugged in, and has done with throwing away what waited.

        In packet mode the end of a pty is told when the other one is flushed, which is the last thing that pyserial
        does to a port it opens (tty_ioctl(4), TIOCPKT). A program that flushes nothing is found by its descriptor.
        """
        if not self._cable.plugged:
            return False
        if self._cable.times_plugged != self._plug:
            self._plug, self._ready, self._held_since = self._cable.times_plugged, False, None
            fcntl.ioctl(self._cable.fileno(), termios.TIOCPKT, struct.pack("i", 1))
        with suppress(BlockingIOError):
            while packet := os.read(self._cable.fileno(), 4096):
                self._ready = self._ready or bool(packet[0] & termios.TIOCPKT_FLUSHREAD)
                self.heard += packet[1:] if packet[0] == termios.TIOCPKT_DATA else b""
        if not self._ready and time.monotonic() >= self._next_search:
            self._search(time.monotonic())
        return self._ready

    def trust(self) -> None:
        """Take somebody for ready, seen or not."""
        self._ready = True

    def taken(self, timeout: float) -> bool:
        """Wait until what was sent was read; False when it was not within `timeout` seconds."""
        slave = os.open(self._cable.path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        try:
            deadline, poll = time.monotonic() + timeout, select.poll()
            poll.register(slave, select.POLLIN)
            while poll.poll(0):
                if time.monotonic() >= deadline:
                    return False
                time.sleep(0.005)
            return True
        finally:
            os.close(slave)

    def _search(self, now: float) -> None:
        self._next_search = now + GRACE / 4
        if not _held_by_another(os.readlink(self._cable.path)):
            self._held_since = None
        elif self._held_since is None:
            self._held_since = now
        else:
            self._ready = now - self._held_since >= GRACE


def _held_by_another(device: str) -> bool:
    """Whether a process of ours, other than this one, has a device open, as far as the system lets us see."""
    own = f"/proc/{os.getpid()}/"
    for descriptor in glob.iglob("/proc/[0-9]*/fd/*"):
        with suppress(OSError):
            if not descriptor.startswith(own) and os.readlink(descriptor) == device:
                return True
    return False


class Gun:
    """A scanner and the hand that holds it."""

    def __init__(
        self,
        cable: Cable,
        talk: Talk,
        *,
        terminator: str = "\r",
        prefix: str = "",
        every: float = 0.0,
        after: float | None = None,
        seed: int = 1,
    ) -> None:
        """`every`: least seconds between two scans; `after`: seconds until it scans though nobody seems to read."""
        self._cable = cable
        self._talk = talk
        self._terminator = terminator
        self._prefix = prefix
        self._every = every
        self._after = after
        self._random = random.Random(seed)
        self._watch = Watch(cable)
        self._next = 0.0
        self.sent = self.lost = 0
        """Scans that went out, and scans that went nowhere because the cable was out or full."""

    def do(self, step: Step) -> None:
        """Carry a step out, and say it."""
        match step.word:
            case "wait":
                self._rest(step.amount)
            case "unplug":
                self.finish()
                self._cable.unplug()
                self._talk("Unplugged.")
            case "replug":
                self._cable.replug()
                self._watch.look()
                self._talk(f"Plugged in at {self._cable.path}.")
            case "garbage":
                self._send(
                    self._random.randbytes(int(step.amount)), 1, f"{int(step.amount)} bytes of garbage"
                )
            case "partial":
                self._send(self._frame(step.text, ""), 1, f"{show(step.text)} without its end")
            case "twice":
                self._send(self._frame(step.text, self._terminator) * 2, 2, f"{show(step.text)}, twice")
            case _:
                self._send(self._frame(step.text, self._terminator), 1, show(step.text))

    def look(self) -> None:
        """See to the line: what the station sends to its scanner is said."""
        self._watch.look()
        if self._watch.heard:
            self._talk(f"The station sent {show(self._watch.heard.decode('latin-1'))}")
            self._watch.heard = b""

    def finish(self) -> None:
        """Give the reader time to take the last scan: what is on a line that is pulled is lost."""
        if self._cable.plugged and not self._watch.taken(PATIENCE):
            self._talk(f"What was scanned last was not read within {PATIENCE:g} s.")
        if self._cable.plugged:
            self.look()

    def _frame(self, text: str, terminator: str) -> bytes:
        return (self._prefix + text + terminator).encode("utf-8", "surrogateescape")

    def _rest(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self.look()
            time.sleep(min(left, TICK))

    def _send(self, data: bytes, scans: int, what: str) -> None:
        self._rest(self._next - time.monotonic())
        if not self._cable.plugged:
            self.lost += scans
            self._talk(f'Not sent, the scanner is unplugged ("replug" plugs it in): {what}')
            return
        self._await_reader()
        self._next = time.monotonic() + self._every
        try:
            self._cable.send(data, timeout=PATIENCE)
        except TimeoutError as problem:
            self.lost += scans
            self._talk(f"Not sent, or not all of it: {problem} {what}")
        else:
            self.sent += scans
            self._talk(f"Scanned {what}")
        self.look()

    def _await_reader(self) -> None:
        if self._watch.look():
            return
        self._talk(f"Waiting until somebody opens {self._cable.path}.")
        begun = time.monotonic()
        while not self._watch.look():
            if self._after is not None and time.monotonic() - begun >= self._after:
                self._talk("Nobody seems to have it open; scanning all the same.")
                self._watch.trust()
            time.sleep(TICK / 5)
