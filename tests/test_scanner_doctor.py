"""The scanner doctor finds out how a scanner is set up, on real lines, and leaves nothing open behind it."""

from __future__ import annotations

import io
import json
import os
import signal
import socket
import termios
import threading
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from devices.fakes import FakeScanner
from devices.learning import CHECK_TEXT
from devices.port import FoundPort
from terminal import scanner_doctor, typed_scan
from terminal.config import load
from terminal.scanner_doctor import examine_scanner
from terminal.settings import Settings

CHECK = CHECK_TEXT.encode()
NOISE = b"\xf8\x00\x80\xe0" * 9


@pytest.fixture
def gun(tmp_path: Path) -> Iterator[FakeScanner]:
    """A scanner on a pty."""
    with FakeScanner(tmp_path) as fake:
        yield fake


@pytest.fixture(autouse=True)
def short_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    """Scans come in one write here, so their end is known sooner."""
    for module in (scanner_doctor, typed_scan):
        monkeypatch.setattr(module, "SILENCE", 0.1)


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    """Every test ends with the threads it began with."""
    threads = threading.active_count()
    yield
    assert threading.active_count() == threads


def settings_of(folder: Path, text: str = "") -> Settings:
    """The shipped settings with lines of a site on top."""
    own = folder / "own.toml"
    own.write_text(text)
    return load(own, folder, {})


class Person:
    """Does something when the doctor asks for a scan, and keeps what it said."""

    def __init__(self, *acts: Callable[[], object]) -> None:
        self.acts = list(acts)
        self.heard: list[str] = []

    def __call__(self, sentence: str) -> None:
        """Hear a sentence; scan when asked to."""
        self.heard.append(sentence)
        if "Scan the check code" in sentence and self.acts:
            self.acts.pop(0)()


def examine(settings: Settings, person: Person, **options: Any) -> dict[str, Any]:
    """Examine with what a command line would leave at its defaults, and prove the report is JSON."""
    given: dict[str, Any] = {"url": None, "name": "front", "keyboard": False, "timeout": 20.0, "find": list}
    files = len(os.listdir("/proc/self/fd"))
    report = examine_scanner(settings, talk=person, **given | options)
    assert len(os.listdir("/proc/self/fd")) <= files
    json.dumps(report)
    return report


@pytest.mark.parametrize(
    ("end", "name"), [(b"\r", "cr"), (b"\r\n", "crlf"), (b"\t", "tab"), (b"\x03", "etx")]
)
def test_a_serial_scanner_is_learned_from_one_scan_and_its_lines_can_be_loaded(
    end: bytes, name: str, gun: FakeScanner, tmp_path: Path
) -> None:
    """What it writes is what the configuration takes."""
    person = Person(lambda: gun.send(b"\x02]C1" + CHECK + end))
    report = examine(settings_of(tmp_path), person, url=str(gun.path))
    assert report["ok"]
    assert (report["url"], report["baudrate"]) == (str(gun.path), 9600)
    assert report["lesson"]["aim_identifier"] == "]C1"
    loaded = settings_of(tmp_path, "\n".join(report["config"])).scanners["front"]
    assert (loaded.url, loaded.terminator, loaded.prefix) == (str(gun.path), name, "stx")
    assert report["sentences"][-1] == "All is well."


def test_a_wrong_baud_rate_is_told_and_the_next_one_is_tried(gun: FakeScanner, tmp_path: Path) -> None:
    """Noise at the first two, the check code at the third."""
    person = Person(lambda: gun.send(NOISE), lambda: gun.send(NOISE), lambda: gun.send(CHECK + b"\r"))
    report = examine(settings_of(tmp_path), person, url=str(gun.path))
    assert report["ok"]
    assert report["baudrate"] == 38400
    assert [(one["baudrate"], one["outcome"]) for one in report["tried"]] == [
        (9600, "noise"),
        (19200, "noise"),
    ]
    assert "baudrate = 38400" in report["config"]


def test_noise_at_every_rate_ends_with_what_to_set(gun: FakeScanner, tmp_path: Path) -> None:
    """Nothing is guessed."""
    person = Person(*[lambda: gun.send(NOISE)] * 5)
    report = examine(settings_of(tmp_path), person, url=str(gun.path))
    assert (report["ok"], report["config"]) == (False, [])
    assert "Only noise came at 9600, 19200, 38400, 57600, 115200 baud" in report["sentences"][-1]


def test_a_line_with_seven_bits_is_known_without_trying_it(gun: FakeScanner, tmp_path: Path) -> None:
    """Its parity bits stand on top of the bytes."""
    raw = bytes(value | 0x80 if value.bit_count() % 2 else value for value in CHECK + b"\r")
    report = examine(settings_of(tmp_path), Person(lambda: gun.send(raw)), url=str(gun.path))
    assert report["ok"]
    loaded = settings_of(tmp_path, "\n".join(report["config"])).scanners["front"]
    assert (loaded.bytesize, loaded.parity) == (7, "even")


def test_all_ports_are_listened_to_at_once_and_the_one_with_the_scanner_is_found(
    gun: FakeScanner, tmp_path: Path
) -> None:
    """Nobody has to know its name; a port that can't be opened is said and passed over."""
    with FakeScanner(tmp_path, "modem") as modem:
        ports = [FoundPort(str(path), str(path), "") for path in (modem.path, tmp_path / "gone", gun.path)]
        person = Person(lambda: gun.send(CHECK + b"\r"))
        report = examine(settings_of(tmp_path), person, find=lambda: ports)
    assert (report["ok"], report["url"]) == (True, str(gun.path))
    assert len(report["ports"]) == 3
    assert "There is no device at" in report["sentences"][0]


def test_the_configured_scanner_is_taken_with_its_own_speed_first(gun: FakeScanner, tmp_path: Path) -> None:
    """By name where there are several."""
    table = '[scanners.{}]\nurl = "{}"\nbaudrate = 115200\n'
    settings = settings_of(tmp_path, table.format("back", "/nowhere") + table.format("front", gun.path))
    report = examine(settings, Person(lambda: gun.send(CHECK + b"\r")))
    assert (report["ok"], report["baudrate"]) == (True, 115200)
    both = examine(settings, Person(lambda: gun.send(CHECK + b"\r")), name="other")
    assert (both["ok"], both["url"]) == (True, str(gun.path))
    assert both["tried"][0]["url"] == "/nowhere"


def test_another_barcode_is_told_and_the_check_code_after_it_is_taken(
    gun: FakeScanner, tmp_path: Path
) -> None:
    """People try the scanner on the nearest thing."""

    class Slow(Person):
        def __call__(self, sentence: str) -> None:
            super().__call__(sentence)
            if "not the check code" in sentence:
                gun.send(CHECK + b"\r")

    person = Slow(lambda: gun.send(b"LPN\x1b[2J-0042\r"))
    report = examine(settings_of(tmp_path), person, url=str(gun.path))
    assert report["ok"]
    (told,) = [one for one in person.heard if "not the check code" in one]
    assert told.isprintable()
    only = examine(
        settings_of(tmp_path), Person(lambda: gun.send(b"LPN-0042\r")), url=str(gun.path), timeout=0.1
    )
    assert not only["ok"]
    assert "LPN-0042" in only["sentences"][-1]


def test_silence_a_missing_device_and_no_port_at_all_are_told_with_what_to_do(
    gun: FakeScanner, tmp_path: Path
) -> None:
    """Each is another thing to look at."""
    settings = settings_of(tmp_path)
    silent = examine(settings, Person(), url=str(gun.path), timeout=0.05)
    assert "Nothing came" in silent["sentences"][-1]
    assert "Nothing came" in examine(settings, Person(), url="loop://", timeout=0.05)["sentences"][-1]
    missing = examine(settings, Person(), url=str(tmp_path / "gone"))
    assert "plugged in" in missing["sentences"][0]
    assert "No serial port was found" in examine(settings, Person())["sentences"][0]
    assert "does not work" in examine(settings, Person(), url="nonsense://x")["sentences"][0]


def test_a_scanner_that_is_unplugged_while_it_is_examined_is_told(gun: FakeScanner, tmp_path: Path) -> None:
    """The cable may be what is wrong."""
    report = examine(settings_of(tmp_path), Person(gun.unplug), url=str(gun.path))
    assert "broke" in report["sentences"][0]
    assert not report["ok"]


def test_a_scanner_behind_a_socket_is_learned_too(tmp_path: Path) -> None:
    """It has no speed of its own, so noise from it is not tried at others."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"socket://127.0.0.1:{server.getsockname()[1]}"
        lines: list[socket.socket] = []

        def send(data: bytes) -> None:
            line, _ = server.accept()
            lines.append(line)
            line.sendall(data)

        files = len(os.listdir("/proc/self/fd"))
        report = examine_scanner(
            settings_of(tmp_path), url=url, name="front", keyboard=False,
            talk=Person(lambda: send(CHECK + b"\r\n")), timeout=20.0, find=list,
        )  # fmt: skip
        assert (report["ok"], report["lesson"]["terminator"]) == (True, "crlf")
        noise = examine_scanner(
            settings_of(tmp_path), url=url, name="front", keyboard=False,
            talk=Person(lambda: send(NOISE)), timeout=20.0, find=list,
        )  # fmt: skip
        assert [one["outcome"] for one in noise["tried"]] == ["noise"]
        for line in lines:
            line.close()
        assert len(os.listdir("/proc/self/fd")) == files


def test_ctrl_c_ends_it_with_a_sentence_and_the_port_is_free_again(gun: FakeScanner, tmp_path: Path) -> None:
    """A person may think better of it at any time."""
    report = examine(
        settings_of(tmp_path), Person(lambda: signal.raise_signal(signal.SIGINT)), url=str(gun.path)
    )
    assert report["cancelled"]
    assert "Nothing was changed" in report["sentences"][-1]
    again = examine(settings_of(tmp_path), Person(lambda: gun.send(CHECK + b"\r")), url=str(gun.path))
    assert again["ok"]


class Typist:
    """A terminal, and the side of it on which a scanner types."""

    def __init__(self) -> None:
        self.master, slave = os.openpty()
        self.keys = os.fdopen(slave, encoding="utf-8")
        self.before = termios.tcgetattr(self.keys)

    def type(self, data: bytes) -> None:
        """Press keys, all in one write."""
        os.write(self.master, data)


@pytest.fixture
def typist() -> Iterator[Typist]:
    """A terminal that is as it was when the test ends."""
    made = Typist()
    yield made
    assert termios.tcgetattr(made.keys) == made.before
    os.close(made.master)
    made.keys.close()


@pytest.mark.parametrize(
    ("sent", "mode", "terminator"),
    [
        (CHECK + b"\r", "plain", "cr"),
        (CHECK + b"\n", "plain", "lf"),
        (CHECK + b"\t", "plain", "tab"),
        (b"\x02]C1" + CHECK + b"\x03\r", "prefix", "etx"),
    ],
)
def test_a_keyboard_scanner_is_learned_with_its_control_characters(
    sent: bytes, mode: str, terminator: str, typist: Typist, tmp_path: Path
) -> None:
    """CR stays CR, and ETX inside a scan is no Ctrl-C."""
    report = examine(
        settings_of(tmp_path), Person(lambda: typist.type(sent)), keyboard=True, keys=typist.keys
    )
    assert report["ok"], report["sentences"]
    assert (report["kind"], report["lesson"]["terminator"]) == ("keyboard", terminator)
    assert tomllib.loads("\n".join(report["config"]))["wedge"]["mode"] == mode
    assert settings_of(tmp_path, "\n".join(report["config"])).wedge.mode == mode


def test_a_keyboard_set_to_another_country_is_told(typist: Typist, tmp_path: Path) -> None:
    """The commonest fault of scanners that type."""
    heard = "&àQAWZY?)!m%qawzy,\x1dé&à&é\"'(-è_ç\r".encode()
    report = examine(
        settings_of(tmp_path), Person(lambda: typist.type(heard)), keyboard=True, keys=typist.keys
    )
    assert not report["ok"]
    assert report["lesson"]["layout"] == "French (AZERTY)"
    assert any("set to French (AZERTY), the scanner to US" in one for one in report["sentences"])


def test_hostile_keys_are_neither_obeyed_nor_left_for_the_shell(typist: Typist, tmp_path: Path) -> None:
    """Ctrl-Z, quit, XOFF and ESC arrive as data and are shown by name."""
    hostile = b"AB\x1a\x1c\x13\x11\x03\x1b[200~rm\xff\r"
    report = examine(
        settings_of(tmp_path), Person(lambda: typist.type(hostile)), keyboard=True, keys=typist.keys
    )
    assert not report["lesson"]["found"]
    assert "<ESC>[200~rm" in report["lesson"]["heard"]
    assert report["lesson"]["heard"].isprintable()


def test_a_lone_ctrl_c_is_the_persons(typist: Typist, tmp_path: Path) -> None:
    """The terminal is itself again afterwards: the fixture looks."""
    report = examine(
        settings_of(tmp_path), Person(lambda: typist.type(b"\x03")), keyboard=True, keys=typist.keys
    )
    assert report["cancelled"]
    silent = examine(settings_of(tmp_path), Person(), keyboard=True, keys=typist.keys, timeout=0.05)
    assert "Nothing came." in silent["sentences"]


def test_keys_may_come_from_a_file(tmp_path: Path) -> None:
    """So it can be tried without a terminal."""
    report = examine(
        settings_of(tmp_path), Person(), keyboard=True, keys=io.StringIO(CHECK_TEXT + "\n", newline="")
    )
    assert report["ok"]
