"""A print queue is handed a label once, with checked arguments, and is asked beforehand whether it can print."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from devices.printer import InDoubt, NotSent, QueuePrinter, Unprintable
from devices.printerhealth import FaultCode
from devices.queueprinter import read_queue

LABEL = b"^XA^FDLPN^FS^XZ\x00\xff"
IDLE = """printer zebra is idle.  enabled since Mon Nov 23 10:03:56 2026
	Form mounted:
	Content types: any
	Alerts: none
	Users allowed:
		(all)
zebra accepting requests since Mon Nov 23 10:03:56 2026
"""
SCRIPT = """#!{python}
import json, pathlib, sys, time
here = pathlib.Path(__file__)
script = json.loads((here.parent / "script.json").read_text())
step = script.get(here.name + " " + sys.argv[-1], script.get(here.name, {{}}))
data = sys.stdin.buffer.read() if step.get("reads", True) else b""
with open(here.parent / "calls", "a") as calls:
    calls.write(json.dumps([here.name, sys.argv[1:], data.decode("latin-1")]) + "\\n")
time.sleep(step.get("sleep", 0))
sys.stdout.write(step.get("out", ""))
sys.stderr.write(step.get("err", ""))
sys.exit(step.get("status", 0))
"""


class Cups:
    """`lp` and `lpstat` that say what they are told to, and keep how they were called."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("lp", "lpstat"):
            file = folder / name
            file.write_text(SCRIPT.format(python=sys.executable))
            file.chmod(0o755)
        self.answer()

    def answer(self, **steps: dict[str, Any]) -> None:
        """Set what the commands do; a well queue is the default."""
        well = {"lp": {"out": "request id is zebra-7 (0 file(s))\n"}, "lpstat": {"out": IDLE}}
        running = {"lpstat -r": {"out": "scheduler is running\n"}}
        (self.folder / "script.json").write_text(json.dumps(well | running | steps))

    def calls(self, command: str) -> list[tuple[list[str], bytes]]:
        """Arguments and input of each call."""
        file = self.folder / "calls"
        lines = file.read_text().splitlines() if file.exists() else []
        found = (json.loads(line) for line in lines)
        return [(arguments, data.encode("latin-1")) for name, arguments, data in found if name == command]


@pytest.fixture
def cups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cups:
    """A print system of our own on the path."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return Cups(folder)


def test_a_label_goes_into_the_queue_as_it_is(cups: Cups) -> None:
    """Byte for byte, under its name, after one question."""
    QueuePrinter("zebra").send("LPN-2", {"zpl": LABEL})
    assert cups.calls("lp") == [(["-d", "zebra", "-t", "LPN-2", "-o", "raw", "-"], LABEL)]
    assert cups.calls("lpstat") == [(["-l", "-p", "zebra", "-a", "zebra"], b"")]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (
            {"zpl_as": "application/vnd.zebra-zpl"},
            ["-d", "zebra", "-t", "LPN", "-o", "document-format=application/vnd.zebra-zpl", "-"],
        ),
        (
            {"form": "pdf", "options": ("media=w4h6",)},
            [
                *("-d", "zebra", "-t", "LPN", "-o", "document-format=application/pdf"),
                *("-o", "print-scaling=none", "-o", "media=w4h6", "-"),
            ],
        ),
        (
            {"server": "127.0.0.1:6631"},
            ["-h", "127.0.0.1:6631", "-d", "zebra", "-t", "LPN", "-o", "raw", "-"],
        ),
    ],
)
def test_what_is_configured_is_passed_on(cups: Cups, options: dict[str, Any], expected: list[str]) -> None:
    """As arguments, without a shell."""
    printer = QueuePrinter("zebra", **options)
    printer.send("LPN", {"zpl": LABEL, "pdf": LABEL})
    assert cups.calls("lp") == [(expected, LABEL)]
    assert printer.formats == (options.get("form", "zpl"),)
    assert not printer.repeatable


@pytest.mark.parametrize("queue", ["", "-o", "a b", "a;b", "a\n", "../x", "ü", "a/b/c"])
def test_a_queue_that_can_not_be_is_refused(queue: str) -> None:
    """It could become an option otherwise."""
    with pytest.raises(ValueError, match="can't be the name of a queue"):
        QueuePrinter(queue)
    with pytest.raises(ValueError, match="print server"):
        QueuePrinter("zebra", server="-x")
    with pytest.raises(ValueError, match="option of lp"):
        QueuePrinter("zebra", options=("media= ",))


def test_a_label_name_that_is_not_plain_is_never_printed(cups: Cups) -> None:
    """Names come from data that strangers print."""
    for name in ("-o", "a b", "$(x)", "x" * 200):
        with pytest.raises(Unprintable):
            QueuePrinter("zebra").send(name, {"zpl": LABEL})
    with pytest.raises(Unprintable, match="needs the label as zpl"):
        QueuePrinter("zebra").send("LPN", {"pdf": LABEL})
    assert cups.calls("lp") == []


@pytest.mark.parametrize(
    ("lpstat", "word"),
    [
        ({"out": IDLE.replace("is idle.  enabled", "disabled")}, "cupsenable zebra"),
        ({"out": IDLE.replace("Alerts: none", "Alerts: paused")}, "cupsenable zebra"),
        ({"out": IDLE.replace("zebra accepting", "zebra not accepting")}, "cupsaccept zebra"),
        ({"out": IDLE.replace("Alerts: none", "Alerts: media-empty-error media-needed")}, "load a roll"),
        ({"out": IDLE.replace("Alerts: none", "Alerts: cover-open")}, "close it"),
        ({"status": 1, "err": 'lpstat: Invalid destination name in list "zebra".\n'}, "no print queue zebra"),
        ({"status": 1, "err": "lpstat: \x1b[2J boom\n"}, "boom"),
        ({}, "Is cupsd running"),
    ],
)
def test_a_queue_that_can_not_print_is_given_nothing(cups: Cups, lpstat: dict[str, Any], word: str) -> None:
    """The label waits here, and the sentence says what to do."""
    cups.answer(lpstat=lpstat)
    with pytest.raises(NotSent, match=word) as caught:
        QueuePrinter("zebra").send("LPN", {"zpl": LABEL})
    assert str(caught.value).isprintable()
    assert cups.calls("lp") == []


def test_a_print_system_that_is_not_there_is_told_from_a_queue_that_is_not(cups: Cups) -> None:
    """Without cupsd every queue is said not to exist."""
    steps: dict[str, dict[str, Any]] = {
        "lpstat": {"status": 1, "err": 'lpstat: Invalid destination name in list "zebra".\n'},
        "lpstat -r": {"out": "scheduler is not running\n"},
    }
    cups.answer(**steps)
    with pytest.raises(NotSent, match="Is cupsd running"):
        QueuePrinter("zebra").look()


@pytest.mark.parametrize("gone", [("lp", "lpstat"), ("lp",)])
def test_a_missing_client_is_not_sent(cups: Cups, gone: tuple[str, ...]) -> None:
    """It says what to install."""
    for name in gone:
        (cups.folder / name).unlink()
    with pytest.raises(NotSent, match="Install the client of CUPS"):
        QueuePrinter("zebra").send("LPN", {"zpl": LABEL})


def test_a_client_that_may_not_be_run_is_not_sent(cups: Cups) -> None:
    """Whatever stands in its place."""
    (cups.folder / "lpstat").unlink()
    (cups.folder / "lpstat").mkdir()
    with pytest.raises(NotSent, match="can't be run"):
        QueuePrinter("zebra").look()


@pytest.mark.parametrize(
    ("err", "word"),
    [
        ('lp: Destination "zebra" is not accepting jobs.\n', "cupsaccept"),
        ("lp: Error - The printer or class does not exist.\n", "no print queue"),
        (
            'lp: Unsupported document-format "application/vnd.zebra-zpl".\n',
            "does not take this kind of document",
        ),
    ],
)
def test_a_job_that_the_client_refused_was_not_sent(cups: Cups, err: str, word: str) -> None:
    """The queue changed between question and job."""
    cups.answer(lp={"status": 1, "err": err})
    with pytest.raises(NotSent, match=word):
        QueuePrinter("zebra").send("LPN", {"zpl": LABEL})


@pytest.mark.parametrize(
    "lp",
    [
        {"status": 1, "err": "lp: something new\n"},
        {"status": 0},
        {"status": -9},
        {"out": "request id is zebra-7 (0 file(s))\n", "sleep": 30},
        {"sleep": 30, "reads": False},
    ],
)
def test_a_client_that_fails_in_another_way_leaves_doubt(cups: Cups, lp: dict[str, Any]) -> None:
    """The queue may have the label."""
    cups.answer(lp=lp)
    with pytest.raises(InDoubt, match="Look whether the label came out"):
        QueuePrinter("zebra", timeout=1.0).send("LPN", {"zpl": LABEL * 10_000})


def test_a_print_system_that_does_not_answer_is_not_sent(cups: Cups) -> None:
    """It is asked before the label leaves."""
    cups.answer(lpstat={"sleep": 30})
    with pytest.raises(NotSent, match="did not answer within"):
        QueuePrinter("zebra", timeout=0.5).look()


def test_a_queue_that_is_idle_says_nothing_of_its_printer(cups: Cups) -> None:
    """It printed into the void with the printer out of paper."""
    assert not QueuePrinter("zebra").look().known


@pytest.mark.parametrize(
    ("alerts", "faults"),
    [
        ("none", ()),
        ("media-low-warning", ()),
        ("media-empty-warning", ()),
        ("cups-waiting-for-job-completed", ()),
        ("media-empty", (FaultCode.PAPER_OUT,)),
        ("media-jam-error, cover-open-report", (FaultCode.HEAD_OPEN, FaultCode.JAM)),
        ("marker-supply-empty", (FaultCode.RIBBON_OUT,)),
        ("paused", (FaultCode.STOPPED,)),
    ],
)
def test_alerts_are_read_by_their_ipp_names(alerts: str, faults: tuple[FaultCode, ...]) -> None:
    """A warning is no reason to stop."""
    assert read_queue(IDLE.replace("Alerts: none", f"Alerts: {alerts}"), "zebra").faults == faults


def test_another_queue_in_the_answer_is_not_ours() -> None:
    """Names may begin alike."""
    other = "zebra2 not accepting requests since Mon\nprinter zebra2 disabled since Mon\n"
    assert read_queue(other + IDLE, "zebra").faults == ()


def test_a_queue_may_be_asked_for_one_of_its_instances(cups: Cups) -> None:
    """Its state is that of the queue."""
    QueuePrinter("zebra/draft").send("LPN", {"zpl": LABEL})
    assert cups.calls("lpstat")[0][0] == ["-l", "-p", "zebra", "-a", "zebra"]
    assert cups.calls("lp")[0][0][:2] == ["-d", "zebra/draft"]
