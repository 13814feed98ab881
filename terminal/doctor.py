"""The doctor: everything a bench depends on, looked at once, each finding with what to do about it."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from devices.printing import PrintError, Watched
from devices.rawprinter import RawPrinter
from terminal import device_settings as tables
from terminal.assembly import make_rules, patterns, read_rulebook
from terminal.config import data_path
from terminal.domain.speech import _
from terminal.domain.suggest import BadData, hint
from terminal.equipment import make_printer, printer_names
from terminal.operators import pin_gap
from terminal.own_file import open_file
from terminal.present_file import queue_is_empty
from terminal.pulled import in_force, troubles
from terminal.settings import Settings
from terminal.store.arrivals import Arrivals
from terminal.store.connection import FIXED
from terminal.store.driver import sqlite3
from terminal.store.errors import StoreError

WARN_BELOW = 500 * 1024 * 1024
STOP_BELOW = 64 * 1024 * 1024
PEOPLE_SHOWN = 8
EPOCH_OF_SENSE = datetime(2024, 1, 1, tzinfo=UTC)

FindingLevel = Literal["ok", "warn", "bad"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    subject: str
    level: FindingLevel
    sentence: str

    def plain(self) -> dict[str, str]:
        """As JSON."""
        return {"subject": self.subject, "level": self.level, "sentence": self.sentence}


def examine(settings: Settings) -> list[Finding]:
    """Every finding, in the order in which a person would mend them. Prints nothing."""
    found: list[Finding] = []
    for look in (
        _program,
        _clock,
        _disk,
        _rules,
        _hub,
        _file,
        _pins,
        _scanners,
        _printer,
        _sinks,
        _update,
        _terminal,
    ):
        found.extend(look(settings))
    return found


def before_shift(settings: Settings) -> tuple[Finding, ...]:
    """Clock and disk: what a shift needs of the machine, looked at in no time."""
    return (*_clock(settings), *_disk(settings))


def _program(settings: Settings) -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    yield Finding("python", "ok", f"{version} on {sys.platform}")
    text = ".".join(map(str, sqlite3.sqlite_version_info))
    if sqlite3.sqlite_version_info < FIXED:
        fixed = ".".join(map(str, FIXED))
        sentence = f"{text} is older than {fixed}: the station writes slowly to stay safe. Install pysqlite3."
        yield Finding("sqlite", "warn", sentence)
    else:
        yield Finding("sqlite", "ok", text)


def _clock(settings: Settings) -> Iterator[Finding]:
    now = datetime.now(UTC)
    if now < EPOCH_OF_SENSE:
        yield Finding(
            "clock",
            "bad",
            _("The clock says {date}. Set the time of this machine.").format(date=f"{now:%Y-%m-%d}"),
        )
    else:
        yield Finding("clock", "ok", f"{now:%Y-%m-%d %H:%M:%S} UTC")


def _disk(settings: Settings) -> Iterator[Finding]:
    folder = settings.data
    while not folder.exists() and folder.parent != folder:
        folder = folder.parent
    if not os.access(folder, os.W_OK):
        yield Finding(
            "disk",
            "bad",
            _("{folder} can't be written to. Check its owner and rights.").format(folder=settings.data),
        )
        return
    free = shutil.disk_usage(folder).free
    room = {"size": f"{free // (1024 * 1024):,} MiB", "folder": settings.data}
    if free < STOP_BELOW:
        yield Finding(
            "disk", "bad", _("{size} free for {folder}: not enough to work. Make room.").format(**room)
        )
    elif free < WARN_BELOW:
        yield Finding("disk", "warn", _("{size} free for {folder}: make room soon.").format(**room))
    else:
        yield Finding("disk", "ok", _("{size} free for {folder}").format(**room))


def _rules(settings: Settings) -> Iterator[Finding]:
    try:
        rules = make_rules(settings, read_rulebook(settings))
        patterns(settings)
    except (BadData, OSError) as problem:
        yield Finding("policy", "bad", str(problem))
        return
    policy = rules.book.policy
    yield Finding(
        "policy", "ok", f"{policy.name} {policy.version}, {len(policy.rules)} rules, hash {policy.hash[:12]}"
    )


def _hub(settings: Settings) -> Iterator[Finding]:
    """What the hub put in force here, and what of it can't be used."""
    for sentence in troubles(settings):
        yield Finding("hub", "bad", sentence)
    for kind, one in in_force(settings).items():
        yield Finding(f"hub {kind}", "ok", f"version {one.version} ({one.name})")


def _file(settings: Settings) -> Iterator[Finding]:
    try:
        with open_file(settings) as file:
            findings = file.verify(deep=False)
            counts = file.catalogue.counts()
            head = file.journal.head()
            pending = {sink: file.outbox.state(sink).pending for sink in file.sinks}
            refused = [one for one in Arrivals(file.db).newest() if one.state == "refused"]
    except StoreError as problem:
        yield Finding("station file", "bad", str(problem))
        return
    for one in findings:
        yield Finding("station file", "bad", one.sentence)
    if not findings:
        yield Finding("station file", "ok", f"{head.seq:,} events, chain unbroken")
    level: FindingLevel = "ok" if counts.rmas and counts.products else "warn"
    yield Finding(
        "reference data",
        level,
        f"{counts.rmas:,} returns with {counts.units:,} units expected, {counts.products:,} products"
        + ("" if level == "ok" else ". Import what is missing: regrade import manifest / catalogue FILE."),
    )
    for arrival in refused:
        yield Finding(
            f"hub {arrival.kind}", "warn", arrival.sentence or f"version {arrival.version} was refused"
        )
    for sink, count in pending.items():
        yield Finding(f"sync {sink}", "ok" if not count else "warn", f"{count:,} events wait to be sent")


def _pins(settings: Settings) -> Iterator[Finding]:
    """Whether everybody whose PIN `[permissions]` may ask for has one; the others are refused when it counts."""
    try:
        with open_file(settings) as file:
            gap = pin_gap(settings, file)
    except StoreError:
        return  # the station file has a finding of its own
    except OSError as problem:
        yield Finding("PINs", "bad", f"{problem.filename}: {problem.strerror}. No PIN can be checked.")
        return
    if gap is None:
        return
    if not gap.missing and not gap.blocked:
        yield Finding("PINs", "ok", f"all {gap.had:,} who may be asked for a PIN have one")
        return
    sentences = []
    if gap.missing:
        more = f" and {len(gap.missing) - PEOPLE_SHOWN:,} more" * (len(gap.missing) > PEOPLE_SHOWN)
        has = "has" if len(gap.missing) == 1 else "have"
        sentences.append(
            f"[permissions] asks for a PIN, and {', '.join(gap.missing[:PEOPLE_SHOWN])}{more} {has} none: "
            f"regrade operator pin {gap.missing[0]}."
        )
    if gap.blocked:
        sentences.append(f"Nobody here can do {', '.join(gap.blocked)}.")
    yield Finding("PINs", "warn", " ".join(sentences))


def _scanners(settings: Settings) -> Iterator[Finding]:
    if not settings.scanners:
        yield Finding("scanner", "ok", "none configured: a scanner that types, or the keyboard, is used")
    for name, own in settings.scanners.items():
        subject = f"scanner {name}"
        if "://" in own.url:
            yield Finding(subject, "ok", f"{own.url} is opened when the bench is")
        elif not Path(own.url).exists():
            yield Finding(
                subject, "bad", f"{own.url} is not there. Plug it in, or see /dev/serial/by-id for its name."
            )
        elif not os.access(own.url, os.R_OK | os.W_OK):
            yield Finding(
                subject, "bad", f"{own.url} may not be opened. Add this user to the group that owns it."
            )
        else:
            yield Finding(subject, "ok", own.url)


def _printer(settings: Settings) -> Iterator[Finding]:
    for name in printer_names(settings):
        found = examine_printer(settings, name)
        yield Finding(f"printer {name}", found["level"], " ".join(found["sentences"]))


def examine_printer(settings: Settings, name: str | None = None) -> dict[str, Any]:
    """What a printer says it is and how it is, as JSON; `name`: another one than the label printer.

    Prints nothing. Raises BadData for a printer that the config does not have.
    """
    name = name or settings.labels.printer
    if name not in settings.printers:
        raise BadData(
            (f"there is no printer {name[:40]!a} in [printers]{hint(name[:40], settings.printers)}",)
        )
    found: dict[str, Any] = {"printer": name, "ok": True, "level": "ok", "identity": None, "faults": []}
    own = settings.printers[name]
    if isinstance(own, tables.FolderPrinter):
        return {**found, "sentences": [f"Labels are written to {data_path(settings, own.path)}."]}
    printer = make_printer(settings, name)
    try:
        identity = printer.identify() if isinstance(printer, RawPrinter) else None
        health = printer.look() if isinstance(printer, Watched) else None
    except PrintError as problem:
        return {**found, "ok": False, "level": "bad", "sentences": [problem.why]}
    sentences = []
    if identity is not None:
        found["identity"] = {"model": identity.model, "firmware": identity.firmware, "dpi": identity.dpi}
        sentences.append(f"{identity.model}, {identity.dpi or '?'} dpi.")
        if identity.dpi not in (None, settings.labels.dpi):
            found |= {"ok": False, "level": "bad"}
            sentences.append(f"labels.dpi is {settings.labels.dpi}: every label would have a wrong size.")
    if health is None or (not health.known and not health.faults):
        found["level"] = "warn" if found["ok"] else "bad"
        sentences.append(
            "It can be reached and says nothing about itself: that it prints, only a label shows."
        )
    elif health.faults:
        found |= {"ok": False, "level": "bad", "faults": [str(fault) for fault in health.faults]}
        sentences.append(health.text)
    else:
        sentences.append("It says that it is ready.")
    return {**found, "sentences": sentences}


def _sinks(settings: Settings) -> Iterator[Finding]:
    for name, own in settings.sync.named.items():
        if own.kind != "folder":
            yield Finding(f"sink {name}", "ok", f"kind {own.kind}")
            continue
        folder = data_path(settings, own.path)
        parent = folder if folder.exists() else folder.parent
        good = not parent.exists() or os.access(parent, os.W_OK)
        yield Finding(
            f"sink {name}", "ok" if good else "bad", str(folder) if good else f"{folder} can't be written to."
        )


def _update(settings: Settings) -> Iterator[Finding]:
    """Whether this station may be updated, reset or replaced: not while events are here and nowhere else."""
    try:
        empty, why = queue_is_empty(settings)
    except StoreError:
        return  # the station file has a finding of its own
    yield Finding("update", "ok" if empty else "warn", why)


def _terminal(settings: Settings) -> Iterator[Finding]:
    size = shutil.get_terminal_size((0, 0))
    if not sys.stdout.isatty() and size.columns == 0:
        return
    if size.columns and (size.columns < 80 or size.lines < 24):
        yield Finding("terminal", "warn", f"{size.columns}x{size.lines}: the bench wants 80x24 or more.")
    encoding = (sys.stdout.encoding or "").lower()
    if "utf" not in encoding:
        yield Finding(
            "terminal", "warn", f"its encoding is {encoding or 'unknown'}: set LANG to a UTF-8 locale."
        )
