"""Devices that are not there, driven by lines: what a line of a script or a hand means, and what is said of it.

The devices themselves are the fakes of `devices.fakes`. The surprise is in the scanner: opening a serial port
throws away what waits in it, so a scan that is sent before the reader is ready is lost without a trace. The
scanner therefore watches its end of the line for that very flush.
"""

from __future__ import annotations

import fcntl
import glob
import os
import random
import re
import select
import string
import struct
import sys
import termios
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from threading import Event
from typing import Any

from devices.fakes import KINDS, Cable, FakeScale, Fault, Zebra
from devices.problems import show
from devices.weights import UNITS
from terminal.domain.suggest import BadData, did_you_mean, hint
from terminal.replay import unescape

Talk = Callable[[str], None]

TICK = 0.05
"""Seconds between two looks at a device."""
GRACE = 1.0
"""Seconds that another program has had the port open before it is taken for ready without a flush."""
PATIENCE = 2.0
"""Seconds that a reader has to take what was sent before the cable is pulled."""
TERMINATORS: Mapping[str, str] = {"cr": "\r", "lf": "\n", "crlf": "\r\n", "tab": "\t"}
PREFIXES: Mapping[str, str] = {"none": "", "stx": "\x02"}
DOTS_PER_MM: Mapping[int, int] = {203: 8, 300: 12, 600: 24}
STEPS: Mapping[str, str] = {
    "g": "0.1", "kg": "0.0001", "mg": "100", "t": "0.0000001", "lb": "0.0002", "oz": "0.005",
}  # fmt: skip
"""The last digit of a scale in each unit: a tenth of a gram, or about that."""
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
PAN: Mapping[str, str] = {
    "off": "off",
    "shake": "shake",
    "overload": "overload",
    "silent": "silent",
    "speak": "speak",
    "tare": "tare",
    "unplug": "unplug",
    "replug": "replug",
    "wait": "wait SECONDS",
}
"""Words for a scale, and how each is written. Any other line is a number of grams."""
_LONGEST_WAIT = 86_400.0
_MOST_GARBAGE = 100_000
_HEAVIEST = Decimal(10) ** 9
_NUMBERED = re.compile(r"(\d{4,9})\.zpl")
_NO_INK = re.compile(rb"\^(?:PQ|PR|MD|MN|MT|MM|MF|ML|MP|JU|JZ)[^\^~]*", re.IGNORECASE)
"""What tells a printer how to work and draws nothing."""
_BINARY = re.compile(rb"\^GF[BC]", re.IGNORECASE)


class Lines:
    """Lines from a descriptor, as they come and with patience."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._rest = b""
        self.ended = False
        """Whether the last line was given."""

    def next(self, timeout: float) -> str | None:
        """Give the next line without its end; None where none came within `timeout` seconds or none will come."""
        deadline = time.monotonic() + timeout
        while b"\n" not in self._rest and not self.ended:
            left = max(deadline - time.monotonic(), 0)
            if not self._may_read() or not select.select([self._descriptor], [], [], left)[0]:
                time.sleep(max(deadline - time.monotonic(), 0))
                return None
            data = os.read(self._descriptor, 4096)
            self.ended = not data
            self._rest += data
        if not self._rest:
            time.sleep(max(deadline - time.monotonic(), 0))
            return None
        line, _, self._rest = self._rest.partition(b"\n")
        return line.rstrip(b"\r").decode("utf-8", "surrogateescape")

    def _may_read(self) -> bool:
        """A program in the background that reads from its terminal is stopped by the system."""
        if not os.isatty(self._descriptor):
            return True
        with suppress(OSError):
            return os.tcgetpgrp(self._descriptor) == os.getpgrp()
        return True


def place(path: Path) -> tuple[Path, str]:
    """Folder and name for a port at `path`. Raises BadData where that would put something else away."""
    if not path.parent.is_dir():
        raise BadData([f"{path}: there is no folder {path.parent}. Make it, or name another path."])
    if path.is_symlink() and os.readlink(path).startswith("/dev/pts/"):
        if path.exists():
            raise BadData(
                [
                    f"{path} leads to {os.readlink(path)}, which is in use. End the simulated device there, "
                    "or remove the link."
                ]
            )
    elif os.path.lexists(path):
        raise BadData([f"{path} is there already and is no port of a simulated device. Name another path."])
    return path.parent, path.name


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
        return Step(word, amount=_seconds(rest))
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


def line_form(template: str) -> str:
    """Check the form of a continuous line. Raises BadData that names the part that there is not."""
    fields = ("mark", "value", "unit")
    try:
        parts = [name for _, name, _, _ in string.Formatter().parse(template) if name is not None]
        strange = next((name for name in parts if name not in fields), None)
        if strange is None:
            template.format(mark="ST", value="+0.0", unit="g")
            return template
        wrong = f"{{{show(strange)}}} is no part of a line{hint(strange, fields)}"
    except (ValueError, LookupError) as problem:
        wrong = str(problem)
    raise BadData([f"{show(template)}: {wrong}. Expected such as {{mark}},{{value}} {{unit}}"])


def weigh(scale: FakeScale, line: str) -> str:
    """Do to a scale what a line says, and give what was done; nothing for a blank line or a comment.

    Raises ValueError that says what there is.
    """
    word, *rest = line.split()[:3] or [""]
    if not word or word.startswith("#"):
        return ""
    if word == "wait":
        time.sleep(_seconds(" ".join(rest)))
        return "Waited."
    if rest:
        raise ValueError(f'expected grams such as "250.5" or one word, got "{show(line)}"')
    acts: dict[str, tuple[Callable[[], None], str]] = {
        "off": (scale.take_off, "The pan is empty."),
        "shake": (scale.shake, "The pan shakes for ten readings."),
        "overload": (scale.overload, "The pan is overloaded until something else is put there."),
        "silent": (scale.go_silent, 'The scale says nothing more until "speak".'),
        "speak": (scale.speak, "The scale answers."),
        "tare": (scale.tare, "What lies on the pan is the new zero."),
        "unplug": (scale.unplug, "Unplugged."),
        "replug": (scale.replug, f"Plugged in at {scale.path}."),
    }
    if word in acts:
        act, sentence = acts[word]
        act()
        return sentence
    grams = _grams(word)
    scale.put(grams)
    return f"{grams} g on the pan."


def make_scale(folder: Path, name: str, unit: str, line: str | None) -> FakeScale:
    """Plug a scale in. Raises BadData for a unit or a form of line that there is not."""
    if unit not in UNITS:
        raise BadData([f"There is no unit {show(unit)}{hint(unit, UNITS)}"])
    return FakeScale(
        folder, name, line=None if line is None else line_form(line), unit=unit, step=STEPS[unit]
    )


class Tray:
    """Where the labels of a simulated printer come out: a file and a picture of each, and a line about it."""

    def __init__(self, folder: Path, dpi: int, put: Callable[[dict[str, Any]], None], talk: Talk) -> None:
        """Labels go on from those that are in the folder already. Raises OSError where it can't be made."""
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._dpi = dpi
        self._put = put
        self._talk = talk
        found = (_NUMBERED.fullmatch(path.name) for path in folder.iterdir())
        self._before = max((int(one[1]) for one in found if one), default=0)
        self._drawn = False
        self._said: set[str] = set()

    def draw(self, label: bytes) -> bytes | None:
        """A label as PNG; None where it can't be drawn, which is said once for each reason."""
        try:
            png, why = picture(label, self._dpi), "there is nothing to draw"
        except ImportError:
            png, why = None, "they need the package zplkit (pip install zplkit). The ZPL is kept"
        # A renderer in another language may fail outside of Exception, and the printer's thread must go on.
        except BaseException as problem:
            png, why = None, show(re.sub(r"^ZPL byte \d+: ", "", str(problem)), 200)
        self._drawn = png is not None
        if png is None and why not in self._said:
            self._said.add(why)
            self._talk(f"No pictures of labels such as this: {why}.")
        return png

    def came_out(self, number: int, label: bytes) -> None:
        """Tell of a label, the number-th since the printer was switched on."""
        file = self._folder / f"{number + self._before:04}.zpl"
        drawn = str(file.with_suffix(".png")) if self._drawn else None
        self._talk(f"Label {number}: {drawn or file}")
        self._put({"label": number, "file": str(file), "picture": drawn, "bytes": len(label)})


def picture(label: bytes, dpi: int) -> bytes | None:
    """Draw one label as PNG, 4 x 6 inches where it does not say its size.

    Raises ImportError without the renderer, and whatever the renderer raises for a label that it does not know.
    """
    import zplkit  # brought by development only

    width, height = (
        int(found[-1]) if (found := re.findall(rb"(?i)\^%b ?(\d{1,5})" % name, label)) else inches * dpi
        for name, inches in ((b"PW", 4), (b"LL", 6))
    )
    options = zplkit.Options(profile="specification", width=max(width, 1), height=max(height, 1), dpi=dpi)
    drawing = label if _BINARY.search(label) else _NO_INK.sub(b"", label)
    sheets = zplkit.render(drawing, options).labels
    return bytes(sheets[0].png()) if sheets else None


def attend(printer: Zebra, lines: Lines, talk: Talk, stop: Event) -> None:
    """Stand at a printer until `stop`: say what befalls it; an empty line mends all, any other is a fault."""
    wrong: tuple[Fault, ...] = ()
    trouble, lost = "", 0
    while not stop.is_set():
        now = printer.faults
        for fault in now:
            if fault not in wrong:
                talk(f"{fault}: {KINDS[fault.kind]}. Enter mends it.")
        for fault in wrong:
            if fault not in now:
                talk(f"{fault}: mended.")
        wrong = now
        if printer.trouble != trouble:
            trouble = printer.trouble
            talk(f"Not kept: {show(trouble, 200)}")
        if len(printer.lost) > lost:
            talk(f"Labels lost, which will never come out: {len(printer.lost) - lost}.")
            lost = len(printer.lost)
        line = lines.next(TICK)
        if line is None:
            continue
        if not line.strip():
            printer.mend()
            continue
        try:
            printer.fail(line)
        except ValueError as problem:
            talk(str(problem))


def _seconds(text: str) -> float:
    with suppress(ValueError):
        if 0 <= (seconds := float(text)) <= _LONGEST_WAIT:
            return seconds
    raise ValueError(f'expected "wait SECONDS" such as "wait 1.5", got "wait {show(text)}"')


def _grams(word: str) -> Decimal:
    with suppress(InvalidOperation):
        grams = Decimal(word)
        if grams.is_finite() and abs(grams) <= _HEAVIEST:
            return grams
    raise ValueError(
        f'"{show(word)}" is no number of grams such as 250.5 and no word for a scale{hint(word, PAN)}'
    )


def default_input() -> Lines:
    """Lines from standard input; none where there is no such thing."""
    try:
        return Lines(sys.stdin.fileno())
    except (OSError, ValueError, AttributeError):
        nothing = Lines(-1)
        nothing.ended = True
        return nothing
