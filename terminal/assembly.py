"""Putting a station together from its settings: rules, people, totes, printer, scanners, file.

This is the one place that knows all parts. What it gives out is ready to use and has to be closed.
"""

from __future__ import annotations

import importlib.resources
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from devices.framing import CR, CRLF, ETX, LF, STX, TAB, Framing
from devices.printer import FolderPrinter, Printer, SerialPrinter, TcpPrinter
from devices.scanner import ScannerSettings
from devices.spool import Job, Spool
from labels.design import Designs, load
from labels.stock import Stock, find
from labels.tag import Tag
from terminal import settings as tables
from terminal.bench.commands import CloseShift, Operator, Rules, Tote
from terminal.bench.state import State
from terminal.config import data_path
from terminal.domain.channels import CHANNELS
from terminal.domain.codes import Patterns
from terminal.domain.lettercode import station_prefix
from terminal.domain.rulebook import Rulebook, load_rulebook
from terminal.lookup import Reader, tote_code
from terminal.settings import Settings
from terminal.shelf import FileShelf
from terminal.station import Station
from terminal.store.labelqueue import LabelQueue
from terminal.store.locks import StationLock
from terminal.store.station_file import StationFile


def read_rulebook(settings: Settings) -> Rulebook:
    """Schemes, policy and channel figures: the site's own where config names them, else the shipped ones.

    Raises BadData with every mistake in any of the files, and OSError where a file can't be read.
    """
    data = importlib.resources.files("terminal.data")
    folders: dict[str, Mapping[str, str]] = {}
    for kind, own in (("schemes", settings.schemes.folder), ("channels", settings.channels.folder)):
        where: Any = data_path(settings, own) if own else data / kind
        texts = {
            entry.name: entry.read_text("utf-8") for entry in where.iterdir() if entry.name.endswith(".toml")
        }
        folders[kind] = dict(sorted(texts.items()))
    name, text = policy_text(settings)
    return load_rulebook(
        folders["schemes"],
        (name, text),
        folders["channels"],
        market=settings.station.market,
        operator_size=settings.station.operator_size,
        currency=settings.station.currency,
    )


def policy_text(settings: Settings) -> tuple[str, str]:
    """Name and text of the policy in force: the site's own file, or the shipped one that config names."""
    if settings.policy.file:
        path = data_path(settings, settings.policy.file)
        return path.name, path.read_text("utf-8")
    shipped = importlib.resources.files("terminal.data") / "policies" / f"{settings.policy.name}.toml"
    return shipped.name, shipped.read_text("utf-8")


def make_rules(settings: Settings, book: Rulebook) -> Rules:
    """What the workflow needs of the settings."""
    named = tuple(Tote(tote.code, tote.channel, tote.name or tote.code) for tote in settings.totes)
    served = {tote.channel for tote in named}
    own = tuple(
        Tote(tote_code(channel), channel, channel.replace("_", " ").upper())
        for channel in CHANNELS
        if channel not in served
    )
    return Rules(
        station=settings.station.id,
        prefix=settings.station.lpn_prefix or station_prefix(settings.station.id),
        book=book,
        totes=named + own,
        hold_reasons=settings.reasons.hold,
        override_reasons=settings.reasons.override,
        blind_reasons=settings.reasons.blind,
        market=settings.station.market,
        operator_size=settings.station.operator_size,
        auto_accept=settings.bench.auto_accept,
        scan_back=settings.bench.scan_back,
        double_read=timedelta(seconds=settings.bench.double_read_seconds),
        max_times=settings.bench.max_times,
        override_limit=settings.bench.override_limit,
        shift_opens_itself=settings.bench.shift_opens_itself,
    )


def people(settings: Settings) -> dict[str, Operator]:
    """Operators by id."""
    return {one.id: Operator(one.id, one.role, one.name) for one in settings.operators}


def patterns(settings: Settings) -> Patterns:
    """The site's number patterns, compiled."""
    own = settings.codes
    return Patterns(rma=own.rma, tracking=own.tracking, serial=own.serial, tote=own.tote)


def label_stock(settings: Settings) -> Stock:
    """The label stock in the printer."""
    return find(settings.labels.size, settings.labels.dpi)


def label_designs(settings: Settings) -> Designs:
    """The label designs that are shipped."""
    folder = importlib.resources.files("terminal.data") / "labels"
    texts = {
        entry.name: entry.read_text("utf-8") for entry in folder.iterdir() if entry.name.endswith(".toml")
    }
    return load(dict(sorted(texts.items())))


def make_printer(settings: Settings) -> Printer:
    """The label printer that config names."""
    name = settings.labels.printer
    own = settings.printers[name]
    match own:
        case tables.FolderPrinter():
            return FolderPrinter(data_path(settings, own.path), tuple(own.formats), name=name)
        case tables.TcpPrinter():
            return TcpPrinter(own.host, own.port, name=name)
        case tables.SerialPrinter():
            return SerialPrinter(own.url, own.baudrate, name=name)


def scanner_settings(own: tables.Scanner) -> ScannerSettings:
    """How a configured scanner is connected and framed."""
    ends = {
        "auto": (CR, LF, CRLF),
        "cr": (CR,),
        "lf": (LF,),
        "crlf": (CRLF,),
        "tab": (TAB,),
        "etx": (),
    }[own.terminator]
    suffix = ETX if own.terminator == "etx" else b""
    framing = Framing(terminators=ends, prefix=STX if own.prefix == "stx" else b"", suffix=suffix)
    parity = {"none": "N", "even": "E", "odd": "O", "mark": "M", "space": "S"}[own.parity]
    return ScannerSettings(
        baudrate=own.baudrate, bytesize=own.bytesize, parity=parity, stopbits=own.stopbits, framing=framing
    )


def render_label(
    tag: Mapping[str, Any], stock: Stock, formats: tuple[str, ...], designs: Designs
) -> dict[str, bytes]:
    """The documents of one label, by format. Raises BadTag, NoDesign or DoesNotFit before anything is printed."""
    whole = Tag.from_json(tag)
    design = designs.choose(stock.name, whole.channel, stock.dpi)
    documents: dict[str, bytes] = {}
    if "zpl" in formats:
        from labels import zpl

        documents["zpl"] = zpl.write(whole, stock, design)
    if "pdf" in formats:
        from labels import pdf  # reportlab is slow to load and a ZPL printer never needs it

        documents["pdf"] = pdf.write(whole, stock, design)
    return documents


@dataclass
class Assembly:
    """A station with everything around it. `close` ends threads in the right order and loses nothing."""

    settings: Settings
    file: StationFile
    station: Station
    spool: Spool
    labels: LabelQueue[Job]
    people: Mapping[str, Operator]
    lock: StationLock

    def close(self, drain: float = 0.0) -> bool:
        """Stop printing (after at most `drain` seconds for what waits) and close the file; False if labels wait."""
        drained = self.spool.drain(drain) if drain > 0 else True
        self.spool.stop()
        self.labels.close()
        self.file.close()
        self.lock.release()
        return drained


def assemble(
    settings: Settings, clock: Callable[[], datetime] = lambda: datetime.now(UTC), **hooks: Any
) -> Assembly:
    """Open the station of `settings` for writing. `hooks` are passed on to `Station`.

    Raises StoreError (another bench is open, the file can't be used), BadData (policy or schemes), OSError.
    """
    book = read_rulebook(settings)
    rules = make_rules(settings, book)
    crew = people(settings)
    lock = StationLock(settings.data)
    lock.acquire()
    try:
        file = StationFile.open(settings.data, settings.station.id, tuple(settings.sync.sinks))
        try:
            printer = make_printer(settings)
            stock, designs = label_stock(settings), label_designs(settings)
            queue = LabelQueue(file.path, Job)
            spool = Spool(
                printer,
                queue,
                lambda job, printer: render_label(queue.tag(job.id), stock, printer.formats, designs),
                in_doubt=queue.in_doubt(),
            )
            reader = Reader(patterns(settings), crew, rules, FileShelf(file.catalogue))
            station = Station(
                file.journal,
                reader,
                clock,
                labels_queued=spool.wake,
                label_applied=spool.settle,
                printer_lost=lambda: spool.status().state == "lost",
                close_shift=lambda state: close_shift(state, file),
                **hooks,
            )
            spool.start()
        except BaseException:
            file.close()
            raise
    except BaseException:
        lock.release()
        raise
    return Assembly(settings, file, station, spool, queue, crew, lock)


def close_shift(state: State, file: StationFile, by: str | None = None) -> CloseShift | None:
    """The command that closes the open shift with its figures; None where nobody is there to close it."""
    who = by or state.operator
    if who is None:
        return None
    return CloseShift(who, shift_totals(file))


def shift_totals(file: StationFile) -> dict[str, int]:
    """The figures of the open shift, flat, as the Z report keeps them."""
    found = file.queries.totals()
    totals = {f"items_{status}": count for status, count in found.by_status.items()}
    totals |= {f"channel_{channel}": count for channel, count in found.by_channel.items() if channel}
    totals |= {f"grade_{grade}": count for grade, count in found.by_grade.items() if grade}
    return totals | {
        "labels_queued": found.labels_queued,
        "labels_sent": found.labels_sent,
        "refused": found.refused,
        "undone": found.undone,
    }
