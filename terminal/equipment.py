"""Devices and labels from the settings: printers, scanners, scales, label stock and designs.

What a site wrote in config.toml becomes what `devices` and `labels` take; nothing is opened here.
"""

from __future__ import annotations

import importlib.resources
from collections.abc import Mapping
from typing import Any

from devices.feedback import Feedback
from devices.framing import CR, CRLF, ETX, LF, STX, TAB, Framing
from devices.portprinters import SerialPrinter, TcpPrinter, UsbPrinter
from devices.printer import FolderPrinter, Printer
from devices.queueprinter import QueuePrinter
from devices.scale import ScaleSettings
from devices.scanner import ScannerSettings
from labels.design import BadDesign, Designs, Fault, load
from labels.reading import dotted
from labels.stock import Stock, UnknownStock, find
from labels.tag import Tag
from terminal import device_settings as tables
from terminal.config import data_path
from terminal.domain.suggest import BadData
from terminal.settings import Settings

PARITIES = {"none": "N", "even": "E", "odd": "O", "mark": "M", "space": "S"}


def label_stock(settings: Settings) -> Stock:
    """The label stock in the printer. Raises BadData where there is no such size."""
    try:
        return find(settings.labels.size, settings.labels.dpi)
    except UnknownStock as problem:
        raise BadData((f"labels.size: {problem}",)) from None


def label_designs(settings: Settings) -> Designs:
    """The label designs: the site's own, proven, before the shipped ones. Raises BadData with all their faults."""
    folder = importlib.resources.files("terminal.data") / "labels"
    texts = {
        entry.name: entry.read_text("utf-8") for entry in folder.iterdir() if entry.name.endswith(".toml")
    }
    shipped = load(dict(sorted(texts.items())))
    if not settings.label_designs:
        return shipped
    try:
        return shipped.with_site(_thawed(settings.label_designs))
    except BadDesign as bad:
        raise BadData(_placed(settings, fault) for fault in bad.faults) from None


def _placed(settings: Settings, fault: Fault) -> str:
    """A fault of a design with the file and line where it was written."""
    names = [dotted(("labels", *fault.path[:length])) for length in range(len(fault.path), 0, -1)]
    where = next((settings.label_places[name] for name in names if name in settings.label_places), "")
    return f"{where}: {names[0]}: {fault.sentence}".removeprefix(": ")


def _thawed(value: Any) -> Any:
    """Tables with lists again where the settings froze them."""
    if isinstance(value, (tuple, list)):
        return [_thawed(one) for one in value]
    return {name: _thawed(one) for name, one in value.items()} if isinstance(value, Mapping) else value


def make_printer(settings: Settings, name: str) -> Printer:
    """The printer of this name in the config."""
    own = settings.printers[name]
    match own:
        case tables.FolderPrinter():
            return FolderPrinter(data_path(settings, own.path), tuple(own.formats), name=name)
        case tables.TcpPrinter():
            return TcpPrinter(own.host, own.port, name=name, status=own.status)
        case tables.SerialPrinter():
            return SerialPrinter(own.url, own.baudrate, name=name, status=own.status)
        case tables.UsbPrinter():
            return UsbPrinter(own.path, name=name, status=own.status)
        case tables.QueuePrinter():
            return QueuePrinter(own.queue, form=own.form, zpl_as=own.zpl_as, name=name)


def printer_names(settings: Settings) -> tuple[str, ...]:
    """The label printer, and the one that may take over."""
    own = settings.labels
    return tuple(dict.fromkeys(name for name in (own.printer, own.second) if name))


def scale_settings(own: tables.Scale) -> ScaleSettings:
    """How a configured scale is connected. Raises BadData for a pattern or unit that can't be used."""
    try:
        return ScaleSettings(
            baudrate=own.baudrate,
            bytesize=own.bytesize,
            parity=PARITIES[own.parity],
            stopbits=own.stopbits,
            protocol=own.protocol,
            pattern=own.pattern,
            unit=own.unit,
            tolerance_g=own.tolerance_g,
            minimum_g=own.minimum_g,
        )
    except ValueError as problem:
        raise BadData((f"scale at {own.url}: {problem}",)) from None


def feedback_of(settings: Settings, scanner: tables.Scanner) -> Feedback:
    """The bytes that a scanner is sent after a scan."""
    profile = settings.feedback.get(scanner.feedback)
    if profile is None:
        return Feedback()
    return Feedback(profile.good.encode("latin-1"), profile.bad.encode("latin-1"))


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
    return ScannerSettings(
        baudrate=own.baudrate,
        bytesize=own.bytesize,
        parity=PARITIES[own.parity],
        stopbits=own.stopbits,
        framing=framing,
    )


def render_label(
    tag: Mapping[str, Any],
    stock: Stock,
    formats: tuple[str, ...],
    designs: Designs,
    *,
    accents: bool = False,
) -> dict[str, bytes]:
    """The documents of one label, by format. Raises BadTag, NoDesign or DoesNotFit before anything is printed."""
    whole = Tag.from_json(tag)
    design = designs.choose(stock.name, whole.channel, stock.dpi)
    documents: dict[str, bytes] = {}
    if "zpl" in formats:
        from labels import zpl

        documents["zpl"] = zpl.write(whole, stock, design, accents=accents)
    if "pdf" in formats:
        from labels import pdf  # reportlab is slow to load and a ZPL printer never needs it

        documents["pdf"] = pdf.write(whole, stock, design, accents=accents)
    return documents
