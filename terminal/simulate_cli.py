"""The commands `regrade simulate printer|scanner|scale`: the whole station tried without a device.

What they do is in `terminal.simulating`, imported when one of them runs: nothing here slows other commands down.
Talk goes to stderr, one JSON object a line to stdout; Ctrl-C is how a device is switched off, so it ends with 0.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from errno import EACCES, EADDRINUSE
from pathlib import Path
from threading import Event
from typing import IO, TYPE_CHECKING, NoReturn

import click

from terminal.console import fail, put, talk
from terminal.domain.suggest import BadData

if TYPE_CHECKING:
    from terminal.simulating.lines import Lines
    from terminal.simulating.scanner import Gun

PORT = click.Path(path_type=Path, dir_okay=False, readable=False)
ENDS = (signal.SIGTERM, signal.SIGHUP)
"""What ends a device as Ctrl-C does, so that no link to a dead port is left."""


def _end(number: int, frame: object) -> NoReturn:
    raise KeyboardInterrupt


@contextmanager
def _switched_on() -> Iterator[None]:
    """A device from here on: Ctrl-C and its like switch it off, trouble of the system is a sentence and exit 1."""
    before = {one: signal.signal(one, _end) for one in ENDS if signal.getsignal(one) is not signal.SIG_IGN}
    try:
        yield
    except KeyboardInterrupt:
        talk("Switched off.")
    except BadData as problem:
        fail(str(problem))
    except BrokenPipeError:
        sys.stderr.close()
        raise SystemExit(1) from None
    except OSError as problem:
        where = f"{problem.filename}: " if problem.filename else ""
        fail(f"{where}{problem.strerror or problem}")
    finally:
        for one, what in before.items():
            signal.signal(one, what)


@click.group()
def simulate() -> None:
    """Try the station without hardware: a printer, a scanner and a scale that are not there."""


@simulate.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to be found at.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=9100, show_default=True, help="0: any that is free."
)
@click.option("--pty", type=PORT, help="Be on a serial line under this path, and on no port.")
@click.option(
    "--keep",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("simulated-labels"),
    show_default=True,
    help="Folder for the labels: NNNN.zpl and its picture NNNN.png.",
)
@click.option(
    "--fault", "faults", multiple=True, help="What goes wrong: paper-out@5, reset@4:120. Repeatable."
)
@click.option("--dpi", type=click.Choice(["203", "300", "600"]), default="203", show_default=True)
def printer(host: str, port: int, pty: Path | None, keep: Path, faults: tuple[str, ...], dpi: str) -> None:
    """A label printer that answers like a Zebra and keeps each label.

    On a terminal Enter mends whatever is wrong; a fault and Enter (head-open) causes it at once.
    """
    from devices.fakes import Cable, Fault, Zebra
    from terminal.simulating.lines import default_input, place
    from terminal.simulating.printer import DOTS_PER_MM, Tray, attend

    try:
        wrong = [Fault.parse(fault) for fault in faults]
    except ValueError as problem:
        raise click.BadParameter(str(problem), param_hint="--fault") from None
    with _switched_on():
        tray = Tray(keep, int(dpi), put, talk)
        cable = Cable(*place(pty)) if pty is not None else None
        try:
            with Zebra(
                wrong,
                host=host,
                port=port,
                keep=keep,
                picture=tray.draw,
                on_label=tray.came_out,
                cable=cable,
                model=f"ZTC ZD421-{dpi}dpi ZPL",
                dots_per_mm=DOTS_PER_MM[int(dpi)],
            ) as zebra:
                where = pty if cable is not None else f"{host} port {zebra.port}"
                talk(f"A {dpi} dpi printer is at {where}; labels go to {keep}. Ctrl-C switches it off.")
                attend(zebra, default_input(), talk, Event())
        except OSError as problem:
            if problem.errno == EADDRINUSE:
                fail(
                    f"Port {port} of {host} is in use, perhaps by another simulated printer. End that, or choose "
                    f"another one, e.g. --port {port + 1 if port < 65535 else 9100}."
                )
            if problem.errno == EACCES and cable is None:
                fail(f"Port {port} of {host} may not be used here. Choose one above 1023, e.g. --port 9100.")
            raise
        finally:
            if cable is not None:
                cable.close()


@simulate.command()
@click.option(
    "--pty", type=PORT, required=True, help="Path of the serial port: what the config has as its url."
)
@click.option(
    "--script",
    type=click.File("r", encoding="utf-8", errors="surrogateescape"),
    default="-",
    help="What is scanned, one line each; - for stdin (the default).",
)
@click.option("--terminator", type=click.Choice(["cr", "lf", "crlf", "tab"]), default="cr", show_default=True)
@click.option("--prefix", type=click.Choice(["none", "stx"]), default="none", show_default=True)
@click.option(
    "--every",
    type=click.FloatRange(0),
    default=0.5,
    show_default=True,
    help="Seconds between two scans at least.",
)
@click.option(
    "--after", type=click.FloatRange(0), help="Scan after so many seconds even if nobody seems to read."
)
@click.option("--seed", type=int, default=1, show_default=True, help="What the garbage is made from.")
def scanner(
    pty: Path,
    script: IO[str],
    terminator: str,
    prefix: str,
    every: float,
    after: float | None,
    seed: int,
) -> None:
    r"""A barcode scanner on a serial port, that scans once somebody has the port open.

    A line is a scan (\x1d for a separator) or one of: scan TEXT, wait SECONDS, unplug, replug, garbage BYTES,
    twice TEXT, partial TEXT (without its end), # comment. After the last line it is unplugged.
    """
    from devices.fakes import FakeScanner
    from terminal.simulating.lines import default_input, place
    from terminal.simulating.scanner import PREFIXES, TERMINATORS, Gun, read_script

    with _switched_on():
        typed = script.name == "<stdin>"
        steps = [] if typed else read_script(script, script.name)
        with FakeScanner(*place(pty)) as cable:
            talk(f"A scanner is at {pty}. Ctrl-C unplugs it.")
            gun = Gun(
                cable,
                talk,
                terminator=TERMINATORS[terminator],
                prefix=PREFIXES[prefix],
                every=every,
                after=after,
                seed=seed,
            )
            for step in steps:
                gun.do(step)
            wrong = _scan_typed(gun, default_input()) if typed else 0
            gun.finish()
            put({"scans": gun.sent, "lost": gun.lost, "refused": wrong})
        if wrong and not os.isatty(0):
            fail(f"Lines passed over: {wrong}.")


def _scan_typed(gun: Gun, lines: Lines) -> int:
    """Carry out lines as they come; how many were passed over because they mean nothing."""
    from terminal.simulating.lines import TICK
    from terminal.simulating.scanner import read_step

    wrong = number = 0
    while (line := lines.next(TICK)) is not None or not lines.ended:
        gun.look()
        if line is None:
            continue
        number += 1
        try:
            step = read_step(line)
        except ValueError as problem:
            wrong += 1
            talk(f"stdin:{number}: {problem}")
        else:
            if step is not None:
                gun.do(step)
    return wrong


@simulate.command()
@click.option(
    "--pty", type=PORT, required=True, help="Path of the serial port: what the config has as its url."
)
@click.option("--unit", default="g", show_default=True, help="What it weighs in: g, kg, mg, t, lb, oz.")
@click.option(
    "--line",
    help="Send this all the time and answer nothing: {mark}, {value} and {unit}, e.g. '{mark},{value} {unit}'.",
)
def scale(pty: Path, unit: str, line: str | None) -> None:
    """A scale on a serial port, that answers MT-SICS or, with --line, sends by itself.

    Lines from stdin: grams (250.5) that lie on it from now on, or one of: off, shake, overload, silent, speak,
    tare, unplug, replug, wait SECONDS. It stays after the last line, until Ctrl-C.
    """
    from terminal.simulating.lines import TICK, default_input, place
    from terminal.simulating.scale import make_scale, weigh

    with _switched_on():
        lines, number = default_input(), 0
        with make_scale(*place(pty), unit, line) as pan:
            talk(f"A scale is at {pty}. Ctrl-C switches it off.")
            while True:
                said = lines.next(TICK)
                if said is None:
                    continue
                number += 1
                try:
                    done = weigh(pan, said)
                except ValueError as problem:
                    done = f"stdin:{number}: {problem}"
                if done:
                    talk(done)
