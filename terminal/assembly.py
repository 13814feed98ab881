"""Putting a station together from its settings: rules, people, totes, printer, scanners, file.

This is the one place that knows all parts. What it gives out is ready to use and has to be closed.
"""

from __future__ import annotations

import importlib.resources
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from devices.printing import Printer
from devices.spool import Job, Spool
from terminal.audits import FirstLooks
from terminal.bench.codec import encode
from terminal.bench.commands import CloseShift
from terminal.bench.meanings import Operator, Tote
from terminal.bench.menus import Doubtful
from terminal.bench.rules import Rules
from terminal.bench.state import State
from terminal.cameras import photographer
from terminal.config import data_path
from terminal.domain.channels import CHANNELS
from terminal.domain.codes import Patterns
from terminal.domain.lettercode import station_prefix
from terminal.domain.permissions import read_permission
from terminal.domain.rulebook import Rulebook, load_rulebook
from terminal.domain.shift_report import totals
from terminal.domain.suggest import BadData, hint
from terminal.domain.suggesting import counted
from terminal.domain.work import Step, load_steps
from terminal.equipment import (
    label_designs,
    label_stock,
    make_printer,
    printer_names,
    render_label,
    scale_settings,
)
from terminal.learned import usable_rates
from terminal.lookup import Reader, tote_code
from terminal.operators import crew, own_people
from terminal.own_file import open_file
from terminal.pins import Pins
from terminal.pulled import policy_in_force, rates_in_force
from terminal.settings import Settings
from terminal.shelf import FileShelf, tote_now
from terminal.shift_book import ShiftBook, held_now
from terminal.spoken import nearest
from terminal.station import Station
from terminal.store.labelqueue import LabelQueue
from terminal.store.locks import StationLock
from terminal.store.outcomes import reasons_and_defects
from terminal.store.station_file import StationFile
from terminal.store.stock import Stock

DRAIN_SECONDS = 5.0
"""How long the end of a shift waits for the next label to come out."""
REMEMBERED = 2_000
"""The newest items whose defects order the list of defects; more would hold up the start."""


def read_rulebook(settings: Settings) -> Rulebook:
    """Schemes, policy and channel figures: the site's own where config names them, else the shipped ones.

    Raises BadData with every mistake in any of the files, and OSError where a file can't be read.
    """
    return rulebook_with(settings, policy_text(settings))


def rulebook_with(settings: Settings, policy: tuple[str, str]) -> Rulebook:
    """The same under a policy that is given by its file name and text. Raises BadData and OSError, as there."""
    return load_rulebook(
        data_texts(settings, "schemes", settings.schemes.folder),
        policy,
        data_texts(settings, "channels", settings.channels.folder),
        market=settings.station.market,
        operator_size=settings.station.operator_size,
        currency=settings.station.currency,
        rates=rates_in_force(settings) or usable_rates(settings, datetime.now(UTC).date()),
    )


def data_texts(settings: Settings, kind: str, own: str) -> Mapping[str, str]:
    """The texts of one kind of data by file name: the site's own folder, or the shipped one. Defects may be CSV."""
    shipped = importlib.resources.files("terminal.data") / kind
    where: Any = data_path(settings, own) if own else shipped
    ends = (".toml", ".csv") if kind == "schemes" else (".toml",)
    texts = {entry.name: entry.read_text("utf-8") for entry in where.iterdir() if entry.name.endswith(ends)}
    return dict(sorted(texts.items()))


def bench_steps(settings: Settings) -> tuple[Step, ...]:
    """The work that the bench is fitted out for. Raises BadData for a step that no file has."""
    known = {step.id: step for step in load_steps(data_texts(settings, "steps", settings.steps.folder))}
    problems = [
        f'bench.steps: "{name}" is no step{hint(name, known)}'
        for name in settings.bench.steps
        if name not in known
    ]
    if problems:
        raise BadData(problems)
    return tuple(known[name] for name in dict.fromkeys(settings.bench.steps))


def policy_text(settings: Settings) -> tuple[str, str]:
    """Name and text of the policy in force: the hub's, else the site's own file, else the shipped one of config."""
    if (published := policy_in_force(settings)) is not None:
        return published
    if settings.policy.file:
        path = data_path(settings, settings.policy.file)
        return path.name, path.read_text("utf-8")
    shipped = importlib.resources.files("terminal.data") / "policies" / f"{settings.policy.name}.toml"
    return shipped.name, shipped.read_text("utf-8")


def make_rules(settings: Settings, book: Rulebook) -> Rules:
    """What the workflow needs of the settings."""
    named = tuple(
        Tote(tote.code, tote.channel, tote.name or tote.code, tote.capacity) for tote in settings.totes
    )
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
        weight_tolerance=settings.bench.weight_tolerance_percent,
        waste_codes=settings.waste_codes,
        second_printer=settings.labels.second,
        steps=bench_steps(settings),
        work_reasons=settings.reasons.work,
        recipients=settings.bench.recipients,
        difference_reasons=settings.reasons.difference,
        permissions={
            action: read_permission(text) for action, text in settings.permissions.model_dump().items()
        },
        camera=settings.camera.by != "none",
        evidence=settings.evidence,
        battery_bin=settings.bench.battery_bin,
    )


def people(settings: Settings, file: StationFile | None = None) -> dict[str, Operator]:
    """Who may sign in, by id; `file` is the station file where it is open already, for whoever was added there."""
    return crew(settings, own_people(settings, file))


def patterns(settings: Settings) -> Patterns:
    """The site's number patterns, compiled."""
    own = settings.codes
    return Patterns(
        rma=own.rma,
        tracking=own.tracking,
        serial=own.serial,
        tote=own.tote,
        lpn=own.lpn,
        badge=own.badge,
        sku=own.sku,
    )


@dataclass
class Assembly:
    """A station with everything around it. `close` ends threads in the right order and loses nothing."""

    settings: Settings
    file: StationFile
    station: Station
    spool: Spool
    printers: tuple[Printer, ...]
    """The label printer, and the one that may take over."""
    labels: LabelQueue[Job]
    people: Mapping[str, Operator]
    lock: StationLock
    shift: ShiftBook
    """The figures of the open shift."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *problem: object) -> None:
        self.close()

    def person(self, who: str) -> Operator:
        """Somebody who may sign in here. Raises BadData for an id that nobody has."""
        crew = self.station.reader.people
        if who not in crew:
            raise BadData([f'nobody has the id "{who}"{nearest(who, crew)}'])
        return crew[who]

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
    stock, designs = label_stock(settings), label_designs(settings)
    for scale in settings.scales.values():
        scale_settings(scale)
    lock = StationLock(settings.data)
    lock.acquire()
    try:
        file = open_file(settings)
        try:
            printers = tuple(make_printer(settings, name) for name in printer_names(settings))
            queue = LabelQueue(file.path, Job)
            spool = Spool(
                printers[0],
                queue,
                lambda job, printer: render_label(
                    queue.tag(job.id), stock, printer.formats, designs, accents=settings.labels.accents
                ),
                in_doubt=queue.in_doubt(),
            )
            book_of_shift = ShiftBook(file, lambda: held_now(file, clock(), settings), clock)
            history = counted(rules.book.scheme_for(None).reasons, reasons_and_defects(file.db, REMEMBERED))
            rules = replace(rules, found_for=history)
            admitted = people(settings, file)
            pins = Pins(file.people, settings.data)
            lying, shelf = Stock(file.catalogue.db), FileShelf(file.catalogue, FirstLooks(settings, file))
            reader = Reader(
                patterns(settings),
                admitted,
                rules,
                shelf,
                totes=lambda tote: tote_now(tote, lying),
                contents=lying.lpns,
            )
            station = Station(
                file.journal,
                reader,
                clock,
                labels_queued=spool.wake,
                label_applied=spool.settle,
                printer_lost=lambda: spool.status().state == "lost",
                in_doubt=lambda: doubtful(queue) if spool.status().in_doubt else (),
                change_printer=lambda: change_printer(spool, printers),
                close_shift=lambda state: close_shift(state, book_of_shift, spool),
                check_pin=pins.check,
                take_photo=photographer(settings, lambda: open_since(station)),
                language=settings.screen.language,
                **hooks,
            )
            spool.start()
        except BaseException:
            file.close()
            raise
    except BaseException:
        lock.release()
        raise
    return Assembly(settings, file, station, spool, printers, queue, admitted, lock, book_of_shift)


def open_since(station: Station) -> datetime | None:
    """When the item on the bench was identified: a picture from before shows something else."""
    item = station.state.item
    return item.identified_at if item is not None else None


def doubtful(queue: LabelQueue[Job]) -> tuple[Doubtful, ...]:
    """The labels of which nobody knows whether they came out."""
    return tuple(Doubtful(*row) for row in queue.doubtful())


def change_printer(spool: Spool, printers: tuple[Printer, ...]) -> str | None:
    """Let the other printer take over; gives its name, or None where there is no other."""
    if len(printers) < 2:
        return None
    other = printers[1] if spool.printer is printers[0] else printers[0]
    spool.use(other)
    return other.name


def close_shift(state: State, shift: ShiftBook, spool: Spool, by: str | None = None) -> CloseShift | None:
    """The command that closes the open shift with its figures; None where nobody is there to close it.

    Labels that are being printed are waited for a moment, so that they are not counted as missing.
    """
    who = by or state.operator
    if who is None:
        return None
    if state.shift is None:
        return CloseShift(who, {})
    _print_out(spool)
    report = shift.report()
    return CloseShift(who, totals(report), report=encode(report))


def _print_out(spool: Spool) -> None:
    """Wait for labels for as long as they keep coming out of the printer."""
    left = spool.status().waiting + 1
    while spool.status().state != "lost" and not spool.drain(DRAIN_SECONDS):
        if (now := spool.status().waiting) >= left:
            return
        left = now
