"""The scanner doctor: asks for one scan of the check code and finds out how the scanner is set up.

Serial ports are all listened to at once, so nobody has to know which one the scanner is on. They are always read as
8 data bits without parity: a line with 7 bits shows itself in that. Only the speed has to be tried, scan by scan.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack, suppress
from dataclasses import asdict
from threading import Event
from typing import Any, TextIO

from devices.learning import COMMON_RATES, Lesson, learn, learn_keys
from devices.port import PORT_ERRORS, FoundPort, Port, failure_text, find_ports, open_port
from devices.problems import show
from terminal.settings import Settings
from terminal.typed_scan import LEAST_GAP, MOST, SILENCE, read_scan

Talk = Callable[[str], None]

TICK = 0.02
"""Seconds between two looks at the ports."""
ASK = "Scan the check code on the command sheet (regrade sheet) once. Ctrl-C ends this."
CANCELLED = "Stopped. Nothing was changed."


def examine_scanner(
    settings: Settings,
    *,
    url: str | None,
    name: str,
    keyboard: bool,
    talk: Talk,
    timeout: float = 60.0,
    keys: TextIO | None = None,
    find: Callable[[], list[FoundPort]] = find_ports,
) -> dict[str, Any]:
    """Find out how a scanner is set up; give it as JSON: `ok`, `lesson`, `config`, `sentences`, what was tried.

    Serial: `url`, else the configured scanner `name`, else all configured ones, else every port there is. Keyboard:
    reads `keys`, by default the terminal. `timeout` is the patience for each scan in seconds. Raises nothing for a
    device that fails and nothing for Ctrl-C: both are sentences.
    """
    report: dict[str, Any] = {
        "kind": "keyboard" if keyboard else "serial",
        "ok": False,
        "cancelled": False,
        "name": name,
        "url": None,
        "baudrate": None,
        "ports": [],
        "tried": [],
        "lesson": None,
        "config": [],
        "sentences": [],
    }
    try:
        if keyboard:
            _examine_keyboard(report, keys, talk, timeout)
        else:
            _examine_serial(report, settings, url, talk, timeout, find)
    except KeyboardInterrupt:
        report["cancelled"] = True
        report["sentences"].append(CANCELLED)
    return report


def _conclude(report: dict[str, Any], lesson: Lesson, config: list[str]) -> None:
    report["lesson"] = asdict(lesson) | {"well": lesson.well, "problems": list(lesson.problems)}
    report["ok"] = lesson.well
    report["config"] = config if lesson.found else []
    report["sentences"] += describe(lesson)


def describe(lesson: Lesson) -> list[str]:
    """Say what was learned, then what is wrong with it."""
    if not lesson.found:
        return [*lesson.problems, *([f"Received: {lesson.heard}"] if lesson.heard else [])]
    line = "" if lesson.bytesize == 8 else f"; the line has 7 data bits, parity {lesson.parity}"
    return [
        f"Check code read: ends with {lesson.terminator or 'nothing'}, prefix {lesson.prefix or 'none'}, "
        f"AIM identifier {lesson.aim_identifier or 'none'}, letters {lesson.case}, "
        f"keyboard {lesson.layout or 'as it should be'}, separator {lesson.separator}{line}.",
        *(lesson.problems or ("All is well.",)),
    ]


def _examine_keyboard(report: dict[str, Any], keys: TextIO | None, talk: Talk, timeout: float) -> None:
    with ExitStack() as stack:
        source = keys or _terminal(stack)
        if source is None:
            report["sentences"].append("There is no terminal to read keys from: run this at the bench.")
            return
        if source.isatty():
            text, gap = read_scan(source.fileno(), lambda: talk(f"{ASK} Type nothing."), timeout)
        else:
            talk(ASK)
            text, gap = source.readline(), LEAST_GAP
    lesson = learn_keys(text)
    _conclude(report, lesson, lesson.lines(gap_ms=gap))


def _terminal(stack: ExitStack) -> TextIO | None:
    if sys.stdin is not None and sys.stdin.isatty():
        return sys.stdin
    try:
        return stack.enter_context(open("/dev/tty", encoding="utf-8"))
    except OSError:
        return None


def _examine_serial(
    report: dict[str, Any],
    settings: Settings,
    url: str | None,
    talk: Talk,
    timeout: float,
    find: Callable[[], list[FoundPort]],
) -> None:
    found = find()
    report["ports"] = [asdict(one) for one in found]
    urls = _candidates(settings, url, report["name"], found)
    if not urls:
        report["sentences"].append(
            "No serial port was found. Plug the scanner in and set it to USB serial (CDC) or RS-232, or name its "
            "port with --url; a scanner that types like a keyboard is examined with --keyboard."
        )
        return
    for rate in _rates(settings, urls):
        with ExitStack() as stack:
            ports = _open_all(report, stack, urls, rate)
            if not ports:
                break
            talk(f"Listening at {rate} baud on {', '.join(map(show, ports))}. {ASK}")
            answer = _hear(report, ports, talk, timeout)
        if answer is None:
            break
        at, lesson = answer
        report["url"], report["baudrate"] = at, rate
        if not lesson.noise:
            _conclude(report, lesson, lesson.lines(report["name"], at, baudrate=rate))
            return
        report["tried"].append({"url": at, "baudrate": rate, "outcome": "noise"})
        report["lesson"] = asdict(lesson)
        urls = [at]
        if not _has_speed(at):
            break
        talk(f"What came on {show(at)} at {rate} baud is no text.")
    report["sentences"].append(_give_up(report))


def _give_up(report: dict[str, Any]) -> str:
    if any(one["outcome"] == "noise" for one in report["tried"]):
        rates = ", ".join(str(one["baudrate"]) for one in report["tried"] if one["outcome"] == "noise")
        return (
            f"Only noise came at {rates} baud. Set the scanner to 9600 baud, 8 data bits, no parity with the "
            "barcode in its manual, check its cable, and begin again."
        )
    if any(one["outcome"] == "silent" for one in report["tried"]):
        return (
            "Nothing came. Check that the scanner reads the code (it beeps), that it is set to serial and not to "
            "keyboard, and that its cable is the right one."
        )
    return "No port could be listened to."


def _candidates(settings: Settings, url: str | None, name: str, found: Iterable[FoundPort]) -> list[str]:
    if url:
        return [url]
    if name in settings.scanners:
        return [settings.scanners[name].url]
    return [own.url for own in settings.scanners.values()] or [one.url for one in found]


def _rates(settings: Settings, urls: Iterable[str]) -> list[int]:
    """Give the speeds to try: the configured ones first."""
    configured = [own.baudrate for own in settings.scanners.values() if own.url in urls]
    return list(dict.fromkeys([*configured, *COMMON_RATES]))


def _has_speed(url: str) -> bool:
    return "://" not in url or url.startswith("rfc2217://")


def _open_all(report: dict[str, Any], stack: ExitStack, urls: Iterable[str], rate: int) -> dict[str, Port]:
    ports: dict[str, Port] = {}
    for one in urls:
        try:
            port = open_port(one, baudrate=rate, timeout=0, write_timeout=1)
        except OSError as error:
            _fail(report, one, rate, error)
        else:
            stack.callback(_close, port)
            ports[one] = port
    return ports


def _fail(report: dict[str, Any], url: str, rate: int | None, error: BaseException) -> None:
    sentence = failure_text(url, error)
    report["tried"].append({"url": url, "baudrate": rate, "outcome": sentence})
    report["sentences"].append(sentence)


def _close(port: Port) -> None:
    with suppress(*PORT_ERRORS):
        port.close()


def _hear(
    report: dict[str, Any], ports: dict[str, Port], talk: Talk, timeout: float
) -> tuple[str, Lesson] | None:
    """Wait for the check code or noise on any of the ports; other barcodes are told and waited past.

    None when nothing more can come; another barcode is the answer when it was the last that came in time.
    """
    deadline = time.monotonic() + timeout
    heard: dict[str, bytearray] = {url: bytearray() for url in ports}
    latest: dict[str, float] = {}
    other: tuple[str, Lesson] | None = None
    pause = Event()
    while ports and (latest or time.monotonic() < deadline):
        for url in list(ports):
            try:
                data = ports[url].read(max(1, min(ports[url].in_waiting, MOST)))
            except PORT_ERRORS as error:
                _fail(report, url, None, error)
                del ports[url]
                latest.pop(url, None)
                continue
            now = time.monotonic()
            if data:
                heard[url] += data
                latest[url] = now
            elif url not in latest:
                continue
            if now - latest[url] < SILENCE and len(heard[url]) < MOST:
                continue
            lesson = learn(bytes(heard[url][:MOST]))
            if lesson.found or lesson.noise:
                return url, lesson
            talk(" ".join(describe(lesson)))
            other = (url, lesson)
            heard[url].clear()
            del latest[url]
        pause.wait(TICK)
    if other is None:
        report["tried"] += [{"url": url, "baudrate": None, "outcome": "silent"} for url in ports]
    return other
