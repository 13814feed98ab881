"""The devices to try the station with do what their lines say, and say what they do."""

from __future__ import annotations

import json
import os
import queue
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event
from typing import IO, Any

import pytest
import serial

from devices.fakes import FakeScanner, Zebra
from devices.weights import UNITS
from terminal.domain.suggest import BadData
from terminal.simulating import scale, scanner
from terminal.simulating.lines import Lines, place
from terminal.simulating.printer import Tray, attend, picture
from terminal.simulating.scale import line_form, make_scale, weigh
from terminal.simulating.scanner import Gun, Step, read_script, read_step

ROOT = Path(__file__).parent.parent
LABEL = b"^XA^PW400^LL200^CI28\n^FO20,20^A0N,40,40^FDHello^FS^PQ1,0,0,N^XZ"
DEADLINE = 20.0


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    """Every test ends with the threads it began with."""
    threads = threading.active_count()
    yield
    assert threading.active_count() == threads


def eventually(holds: Callable[[], bool]) -> None:
    """Wait until something holds that tells nobody when it does."""
    deadline, tick = time.monotonic() + DEADLINE, Event()
    while not holds():
        assert time.monotonic() < deadline
        tick.wait(0.005)


def read_all(port: Any, size: int) -> bytes:
    """Read so many bytes from a port, or fail."""
    data = b""
    deadline = time.monotonic() + DEADLINE
    while len(data) < size:
        assert time.monotonic() < deadline, f"only {data!r} came"
        data += port.read(size - len(data))
    return data


@pytest.mark.parametrize(
    ("line", "step"),
    [
        ("4006381333931", Step("scan", "4006381333931")),
        (r"0104006381333931\x1d10A\\B", Step("scan", "0104006381333931\x1d10A\\B")),
        ("hello world ", Step("scan", "hello world ")),
        ("WAIT", Step("scan", "WAIT")),
        ("scan unplug", Step("scan", "unplug")),
        ("scan #1", Step("scan", "#1")),
        ("twice ABC", Step("twice", "ABC")),
        ("partial AB C", Step("partial", "AB C")),
        ("wait 1.5", Step("wait", amount=1.5)),
        ("garbage 40", Step("garbage", amount=40)),
        ("unplug", Step("unplug")),
        ("replug ", Step("replug")),
        ("# comment", None),
        ("   ", None),
    ],
)
def test_a_line_of_a_script_is_a_scan_unless_it_begins_with_a_word_of_the_script(
    line: str, step: Step | None
) -> None:
    """Escapes stand for control characters; what is no word is a barcode."""
    assert read_step(line) == step


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("unplgu", 'did you mean "unplug"?.*write "scan unplgu"'),
        ("garbge 40", 'did you mean "garbage"'),
        ("wait", "wait SECONDS"),
        ("wait soon", "wait 1.5"),
        ("wait nan", "wait 1.5"),
        ("wait -1", "wait 1.5"),
        ("garbage", "garbage BYTES"),
        ("garbage 0", "1 to 100000"),
        ("twice", "twice TEXT"),
        ("unplug now", 'expected "unplug"'),
    ],
)
def test_a_line_that_is_nearly_a_word_is_refused_with_how_to_write_it(line: str, says: str) -> None:
    """It would be scanned in silence."""
    with pytest.raises(ValueError, match=says):
        read_step(line)


def test_a_script_names_every_bad_line_by_file_and_number() -> None:
    """All of them at once, before anything is scanned."""
    with pytest.raises(BadData) as caught:
        read_script(["A\n", "wiat 1\n", "# fine\n", "garbage x\n"], "day.txt")
    first, second = caught.value.problems
    assert first.startswith("day.txt:2: ")
    assert 'did you mean "wait"' in first
    assert second.startswith("day.txt:4: ")


def test_a_scan_waits_until_the_reader_has_flushed_its_port_and_then_none_is_lost(tmp_path: Path) -> None:
    """Across plugging in again too, where it is another device."""
    said: list[str] = []
    with FakeScanner(tmp_path) as cable:
        gun = Gun(cable, said.append, prefix="\x02", terminator="\r\n")
        steps = read_script(["A1", "twice B", "partial C", "unplug", "lost", "replug", "D"], "x")

        def work() -> None:
            for step in steps:
                gun.do(step)
            gun.finish()

        hand = threading.Thread(target=work)
        hand.start()
        eventually(lambda: any("Waiting" in line for line in said))
        with serial.Serial(str(cable.path), timeout=0.05) as port:
            assert read_all(port, 15) == b"\x02A1\r\n\x02B\r\n\x02B\r\n\x02C"
        eventually(lambda: sum("Waiting" in line for line in said) == 2)
        with serial.Serial(str(cable.path), timeout=0.05) as port:
            assert read_all(port, 4) == b"\x02D\r\n"
            hand.join(DEADLINE)
    assert (gun.sent, gun.lost) == (5, 1)
    assert any(line.startswith("Not sent, the scanner is unplugged") for line in said)


def test_a_reader_that_flushes_nothing_is_found_by_what_it_has_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such as cat."""
    monkeypatch.setattr(scanner, "GRACE", 0.05)
    with (
        FakeScanner(tmp_path) as cable,
        subprocess.Popen(["cat", str(cable.path)], stdout=subprocess.PIPE) as cat,
    ):
        assert cat.stdout is not None
        try:
            Gun(cable, lambda text: None, terminator="\n").do(Step("scan", "seen"))
            assert cat.stdout.readline() == b"seen\n"
        finally:
            cat.kill()


def test_garbage_is_the_same_for_the_same_seed_and_what_the_station_sends_back_is_said(
    tmp_path: Path,
) -> None:
    """A run can be repeated byte for byte."""
    came = []
    said: list[str] = []
    for _ in range(2):
        with FakeScanner(tmp_path) as cable:
            gun = Gun(cable, said.append, seed=7, after=0)
            gun.do(Step("garbage", amount=40))
            reader = os.open(cable.path, os.O_RDWR | os.O_NOCTTY)
            came.append(os.read(reader, 100))
            os.write(reader, b"\x06")
            gun.finish()
            os.close(reader)
    assert came[0] == came[1]
    assert len(came[0]) == 40
    assert said.count("The station sent <ACK>") == 2


def test_a_full_line_that_nobody_reads_is_said_and_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It does not hang."""
    monkeypatch.setattr(scanner, "PATIENCE", 0.05)
    said: list[str] = []
    with FakeScanner(tmp_path) as cable:
        gun = Gun(cable, said.append, after=0)
        gun.do(Step("garbage", amount=100_000))
        gun.finish()
    assert gun.lost == 1
    assert "Not sent, or not all of it" in said[-2]
    assert "was not read" in said[-1]


def test_a_port_never_takes_the_place_of_something_else(tmp_path: Path) -> None:
    """A file is a file; a link to a dead port is left over and goes; a link to a live one is in use."""
    taken = tmp_path / "file"
    taken.write_text("mine")
    with pytest.raises(BadData, match="is there already"):
        place(taken)
    with pytest.raises(BadData, match="there is no folder"):
        place(tmp_path / "none" / "gun")
    (tmp_path / "dead").symlink_to("/dev/pts/999999")
    assert place(tmp_path / "dead") == (tmp_path, "dead")
    with FakeScanner(tmp_path) as cable, pytest.raises(BadData, match="in use"):
        place(cable.path)


def test_lines_come_whole_and_their_end_is_known() -> None:
    """A line without its end counts when nothing more can come."""
    ours, theirs = os.pipe()
    lines = Lines(ours)
    assert lines.next(0) is None
    os.write(theirs, b"one\r\n\ntw")
    assert [lines.next(1), lines.next(1), lines.next(0)] == ["one", "", None]
    os.write(theirs, b"o")
    os.close(theirs)
    assert (lines.next(1), lines.next(0), lines.ended) == ("two", None, True)
    os.close(ours)


def test_a_scale_shows_what_the_lines_put_on_it(tmp_path: Path) -> None:
    """Each word of it, in the language of the scale."""

    def ask(port: Any, command: bytes = b"SI\r\n") -> bytes:
        port.write(command)
        return bytes(port.readline())

    with make_scale(tmp_path, "pan", "g", None) as pan:
        with serial.Serial(str(pan.path), timeout=DEADLINE) as port:
            assert weigh(pan, "250.5") == "250.5 g on the pan."
            assert ask(port, b"S\r\n") == b"S S      250.5 g\r\n"
            weigh(pan, "tare")
            assert ask(port) == b"S S        0.0 g\r\n"
            weigh(pan, "shake")
            assert ask(port).startswith(b"S D")
            weigh(pan, "overload")
            assert ask(port) == b"S +\r\n"
            assert weigh(pan, "off") == "The pan is empty."
            weigh(pan, "silent")
            weigh(pan, "speak")
            assert ask(port).startswith(b"S ")
        assert (weigh(pan, "unplug"), pan.plugged) == ("Unplugged.", False)
        assert (weigh(pan, "replug"), pan.plugged) == (f"Plugged in at {pan.path}.", True)
        assert weigh(pan, "# comment") == weigh(pan, "") == ""
        assert weigh(pan, "wait 0") == "Waited."
        for line, says in {
            "ovrload": 'did you mean "overload"',
            "nan": "no number",
            "1e999": "no number",
            "250 g": "expected grams",
            "wait x": "wait 1.5",
        }.items():
            with pytest.raises(ValueError, match=says):
                weigh(pan, line)


def test_every_unit_weighs_and_a_wrong_unit_or_line_is_named(tmp_path: Path) -> None:
    """A bad form would end the scale's thread, so it is looked at before."""
    assert set(scale.STEPS) == set(UNITS)
    for unit in UNITS:
        with (
            make_scale(tmp_path, "pan", unit, "{mark},{value} {unit}") as pan,
            serial.Serial(str(pan.path), timeout=DEADLINE) as port,
        ):
            assert port.readline().strip().endswith(unit.encode())
    with pytest.raises(BadData, match="There is no unit kgs"):
        make_scale(tmp_path, "pan", "kgs", None)
    with pytest.raises(BadData, match='did you mean "value"'):
        line_form("{valu}")
    for bad in ("{value", "{value.x}", "{value:q}", "{}"):
        with pytest.raises(BadData, match="Expected such as"):
            line_form(bad)


def test_a_label_is_drawn_in_its_size_and_what_can_not_be_drawn_is_said_once(tmp_path: Path) -> None:
    """The ZPL stays, whatever the renderer makes of it."""
    png = picture(LABEL, 203)
    assert png is not None
    assert (int.from_bytes(png[16:20]), int.from_bytes(png[20:24])) == (400, 200)
    said: list[str] = []
    tray = Tray(tmp_path, 203, lambda value: None, said.append)
    for bad in (b"^XA^XFR:X.ZPL^FS^XZ", b"^XA^FO9,9^XFR:X.ZPL^FS^XZ", b"^XA^PW99999^LL99999^GB9,9^FS^XZ"):
        assert tray.draw(bad) is None
    assert len(said) == 2


def test_without_the_renderer_labels_are_kept_and_that_is_said_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It comes with development only."""
    monkeypatch.setitem(sys.modules, "zplkit", None)
    said: list[str] = []
    tray = Tray(tmp_path, 203, lambda value: None, said.append)
    assert tray.draw(LABEL) is tray.draw(LABEL) is None
    assert len(said) == 1
    assert "zplkit" in said[0]


def test_a_hand_at_the_printer_mends_with_an_empty_line_and_breaks_with_a_word(tmp_path: Path) -> None:
    """What befalls the printer is said in either case, and labels go on from those that are kept."""
    ours, theirs = os.pipe()
    (tmp_path / "0041.zpl").write_text("earlier")
    said: list[str] = []
    told: list[dict[str, Any]] = []
    stop = Event()
    tray = Tray(tmp_path, 203, told.append, said.append)
    with Zebra(["paper-out@1"], keep=tmp_path, picture=tray.draw, on_label=tray.came_out) as zebra:
        hand = threading.Thread(target=attend, args=(zebra, Lines(ours), said.append, stop))
        hand.start()
        with socket.create_connection((zebra.host, zebra.port)) as station:
            station.sendall(LABEL)
            eventually(lambda: any(line.startswith("paper-out@1: ") for line in said))
            assert told == []
            os.write(theirs, b"\n")
            eventually(lambda: "paper-out@1: mended." in said and len(told) == 1)
            os.write(theirs, b"head-opne\nhead-open\n")
            eventually(lambda: any(line.startswith("head-open: ") for line in said))
        stop.set()
        hand.join(DEADLINE)
    assert any("did you mean 'head-open'" in line for line in said)
    names = (str(tmp_path / "0042.zpl"), str(tmp_path / "0042.png"))
    assert told == [{"label": 1, "file": names[0], "picture": names[1], "bytes": len(LABEL)}]
    assert Path(names[0]).read_bytes() == LABEL
    os.close(ours)
    os.close(theirs)


class Command:
    """The real command, and the lines that it says."""

    def __init__(self, *words: str) -> None:
        # Whoever runs the tests in the background has Ctrl-C ignored, which a child inherits.
        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        code = "from terminal.simulate_cli import simulate; simulate()"
        pipes: dict[str, Any] = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
        self.run = subprocess.Popen([sys.executable, "-c", code, *words], cwd=ROOT, text=True, **pipes)
        signal.signal(signal.SIGINT, before)
        self.heard: list[str] = []
        self.out: queue.Queue[str] = queue.Queue()
        pairs: list[tuple[Any, Callable[[str], None]]] = [
            (self.run.stderr, self.heard.append),
            (self.run.stdout, self.out.put),
        ]
        self.threads = [threading.Thread(target=self._pass_on, args=pair) for pair in pairs]
        for thread in self.threads:
            thread.start()

    @staticmethod
    def _pass_on(source: IO[str], give: Callable[[str], None]) -> None:
        with source:
            for line in source:
                give(line.rstrip("\n"))

    def type(self, *lines: str) -> None:
        """Give lines to its stdin."""
        assert self.run.stdin is not None
        self.run.stdin.write("".join(f"{line}\n" for line in lines))
        self.run.stdin.flush()

    def says(self, part: str) -> str:
        """Wait until a line with this in it was said, and give it."""
        eventually(lambda: any(part in line for line in self.heard) or self.run.poll() is not None)
        return next(line for line in self.heard if part in line)

    def end(self, by: int | None = None) -> int:
        """Let it end, by a signal or by the end of its input; give its exit status."""
        assert self.run.stdin is not None
        if by is not None:
            self.run.send_signal(by)
        self.run.stdin.close()
        status = self.run.wait(DEADLINE)
        for thread in self.threads:
            thread.join(DEADLINE)
        return status


def test_the_printer_command_keeps_labels_answers_status_and_ends_with_ctrl_c(tmp_path: Path) -> None:
    """As a site tries it: a TCP client and a hand; a second one on its port says that it is in use."""
    command = Command("printer", "--port", "0", "--keep", str(tmp_path / "kept"), "--fault", "pause@2")
    port = command.says("printer is at").split("port ")[1].split(";")[0]
    with socket.create_connection(("127.0.0.1", int(port)), DEADLINE) as station:
        station.sendall(b"~HS")
        assert station.recv(4096).startswith(b"\x02030,0,0,")
        station.sendall(LABEL)
        told = json.loads(command.out.get(timeout=DEADLINE))
        assert told["label"] == 1
        assert Path(told["file"]).read_bytes() == LABEL
        assert Path(told["picture"]).read_bytes().startswith(b"\x89PNG")
        station.sendall(LABEL)
        command.says("pause@2: ")
        command.type("")
        assert json.loads(command.out.get(timeout=DEADLINE))["label"] == 2
        second = Command("printer", "--port", port, "--keep", str(tmp_path / "other"))
        assert f"Port {port} of 127.0.0.1 is in use" in second.says("in use")
        assert second.end() == 1
    assert command.end(signal.SIGINT) == 0
    assert command.heard[-1] == "Switched off."


def test_the_printer_command_refuses_a_fault_that_there_is_not(tmp_path: Path) -> None:
    """It is misuse, with the nearest one."""
    command = Command("printer", "--keep", str(tmp_path), "--fault", "paper-oot@5")
    assert command.end() == 2
    assert "did you mean 'paper-out'" in " ".join(command.heard)


def test_the_scanner_command_scans_a_script_to_whoever_opens_its_port(tmp_path: Path) -> None:
    """And goes when it is through, without leaving its link."""
    script = tmp_path / "day.txt"
    script.write_text("# a day\n4006381333931\nwait 0.01\nA\\x1dB\n")
    gun = tmp_path / "gun"
    command = Command("scanner", "--pty", str(gun), "--script", str(script), "--every", "0")
    command.says("Waiting until somebody opens")
    with serial.Serial(str(gun), timeout=0.05) as port:
        assert read_all(port, 18) == b"4006381333931\rA\x1dB\r"
    assert command.end() == 0
    assert json.loads(command.out.get(timeout=DEADLINE)) == {"scans": 2, "lost": 0, "refused": 0}
    assert not gun.is_symlink()


def test_the_scanner_command_names_what_is_wrong_with_its_lines(tmp_path: Path) -> None:
    """A file is refused as a whole; of lines that come one by one the bad ones are passed over."""
    script = tmp_path / "day.txt"
    script.write_text("A\nunplgu\n")
    command = Command("scanner", "--pty", str(tmp_path / "gun"), "--script", str(script))
    assert command.end() == 1
    assert f'{script}:2: "unplgu" is no word' in command.heard[0]
    command = Command("scanner", "--pty", str(tmp_path / "gun"), "--after", "0")
    command.type("garbge 4", "unplug")
    command.says("Unplugged")
    assert command.end() == 1
    assert command.heard[1].startswith("stdin:1: ")
    assert command.heard[-1] == "Lines passed over: 1."


def test_the_scale_command_weighs_what_is_typed_until_it_is_told_to_end(tmp_path: Path) -> None:
    """The end of its input is not its end; a signal is, and the link goes."""
    path = tmp_path / "pan"
    command = Command("scale", "--pty", str(path), "--line", "{mark},{value} {unit}")
    command.says("scale is at")
    command.type("ovrload", "512")
    command.says("512 g on the pan")
    assert 'did you mean "overload"' in command.says("stdin:1: ")
    with serial.Serial(str(path), timeout=DEADLINE) as port:
        eventually(lambda: port.readline() == b"ST,  +512.0 g\r\n")
    assert command.run.stdin is not None
    command.run.stdin.close()
    assert command.end(signal.SIGTERM) == 0
    assert not path.is_symlink()


def test_the_commands_load_no_screen_serial_or_pictures() -> None:
    """They hang on the command that opens the bench, which has to paint soon."""
    code = (
        "import sys, terminal.simulate_cli; "
        "print(sorted({'textual', 'serial', 'PIL', 'sqlite3', 'zplkit', 'devices'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "[]"
