"""The spool prints every job of the ledger once, whatever printer, ledger and process do."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.fakes import FakeLedger, FakePrinter, PrinterSink, ScriptedClock, Zebra
from devices.printer import FolderPrinter, NotSent, Printer, TcpPrinter
from devices.printerhealth import FaultCode, Health, of_faults
from devices.spool import Job, JobState, Spool, SpoolStatus

Start = Callable[..., Spool]
AT_ONCE = (0.001,)


def label(job: Job, printer: Printer) -> Mapping[str, bytes]:
    """Draw a job."""
    return {"zpl": f"^XA^FD{job.name}^FS^XZ".encode(), "pdf": b"%PDF"}


def jobs(count: int) -> list[Job]:
    """Make jobs."""
    return [Job(f"j{number}", f"LPN-{number:04}") for number in range(count)]


@pytest.fixture
def start() -> Iterator[Start]:
    """Make spools and start them; they are stopped at the end."""
    spools: list[Spool] = []

    def make(printer: Printer, ledger: FakeLedger, render: Any = label, **options: Any) -> Spool:
        options.setdefault("retry_after", AT_ONCE)
        spool = Spool(printer, ledger, render, **options)
        spools.append(spool)
        spool.start()
        return spool

    yield make
    for spool in spools:
        assert spool.stop(20)


def names(printer: FakePrinter) -> list[str]:
    """Name what was printed."""
    return [name for name, _ in printer.printed]


def test_queued_jobs_are_printed_in_order_and_marked_before_the_first_byte(start: Start) -> None:
    """Each goes through `sending` on disk, so that a crash leaves no guess."""
    ledger, printer = FakeLedger(*jobs(3)), FakePrinter()
    spool = start(printer, ledger)
    assert spool.drain(20)
    assert names(printer) == ["LPN-0000", "LPN-0001", "LPN-0002"]
    assert [(job, state) for job, state, _ in ledger.history] == [
        (f"j{number}", state) for number in range(3) for state in (JobState.SENDING, JobState.SENT)
    ]
    assert (spool.status().state, spool.status().waiting) == ("ok", 0)


def test_a_job_is_on_disk_as_sending_when_the_printer_gets_it(start: Start) -> None:
    """The printer of this test looks."""
    ledger = FakeLedger(*jobs(1))
    seen: list[JobState] = []

    class Looking(FakePrinter):
        def send(self, name: str, documents: Mapping[str, bytes]) -> None:
            seen.append(ledger.state("j0"))
            super().send(name, documents)

    assert start(Looking(), ledger).drain(20)
    assert seen == [JobState.SENDING]


def test_a_restart_prints_what_is_queued_and_doubts_what_was_being_sent(start: Start) -> None:
    """Nobody knows whether the label came out; only a person can look."""
    ledger, printer = FakeLedger(*jobs(2)), FakePrinter()
    ledger.add(Job("torn", "LPN-9999"), JobState.SENDING)
    spool = start(printer, ledger)
    assert spool.drain(20)
    assert names(printer) == ["LPN-0000", "LPN-0001"]
    assert ledger.state("torn") is JobState.UNKNOWN
    assert spool.status().in_doubt == 1


def test_a_restart_repeats_what_was_being_sent_to_a_folder(start: Start, tmp_path: Path) -> None:
    """The same file again is the same label."""
    ledger = FakeLedger()
    ledger.add(Job("torn", "LPN-9999"), JobState.SENDING)
    spool = start(FolderPrinter(tmp_path), ledger)
    assert spool.drain(20)
    assert ledger.state("torn") is JobState.SENT
    assert sorted(path.name for path in tmp_path.iterdir()) == ["LPN-9999.pdf", "LPN-9999.zpl"]
    assert spool.status().in_doubt == 0


def test_a_printer_that_comes_back_gets_the_job_again(start: Start, inbox: Callable[[], Any]) -> None:
    """Nothing had left this machine."""
    ledger, printer, told = FakeLedger(*jobs(2)), FakePrinter(), inbox()
    printer.refuse(3)
    start(printer, ledger, on_change=told)
    told.wait_for(lambda items: items[-1].state == "ok" and items[-1].waiting == 0)
    assert names(printer) == ["LPN-0000", "LPN-0001"]
    assert printer.attempts == ["LPN-0000"] * 4 + ["LPN-0001"]
    lost = [status for status in told.items if status.state == "lost"]
    assert lost
    assert lost[0].detail == "fake printer is switched off."
    assert lost[0].waiting == 2
    assert lost[0].next_try is not None


def test_the_wait_for_a_lost_printer_grows_and_can_be_ended_by_hand(
    start: Start, inbox: Callable[[], Any]
) -> None:
    """On a clock that only the test moves: no try comes before its time."""
    clock, ledger, printer, told = ScriptedClock(100.0), FakeLedger(*jobs(1)), FakePrinter(), inbox()
    printer.refuse(5)
    spool = start(printer, ledger, on_change=told, clock=clock, retry_after=(1, 2, 4))
    for tries, wait in enumerate((1, 2, 4, 4), 1):
        due = clock() + wait
        told.wait_for(lambda items, due=due: items[-1].next_try == due)
        assert len(printer.attempts) == tries
        spool.wake()
        clock.advance(wait)
        spool.wake()
    told.wait_for(lambda items: items[-1].next_try == 115.0)
    assert len(printer.attempts) == 5
    spool.wake(now=True)
    told.wait_for(lambda items: items[-1].state == "ok")
    assert names(printer) == ["LPN-0000"]


def test_jobs_that_come_while_the_printer_is_lost_are_counted(start: Start, inbox: Callable[[], Any]) -> None:
    """The screen says how many labels wait."""
    clock, ledger, printer, told = ScriptedClock(), FakeLedger(*jobs(1)), FakePrinter(), inbox()
    printer.refuse(1)
    spool = start(printer, ledger, on_change=told, clock=clock)
    told.wait_for(lambda items: items[-1].state == "lost")
    ledger.add(Job("more", "LPN-0009"))
    spool.wake()
    told.wait_for(lambda items: items[-1].waiting == 2)
    assert printer.printed == []


def test_a_job_in_doubt_is_sent_exactly_once_and_the_next_goes_on(start: Start) -> None:
    """A second try could be a second label."""
    ledger, printer = FakeLedger(*jobs(2)), FakePrinter()
    printer.cut(1)
    spool = start(printer, ledger)
    assert spool.drain(20)
    assert printer.attempts == ["LPN-0000", "LPN-0001"]
    assert (ledger.state("j0"), ledger.state("j1")) == (JobState.UNKNOWN, JobState.SENT)
    assert spool.status().in_doubt == 1
    assert "Look whether" in ledger.history[1][2]


def test_a_settled_doubt_is_counted_no_more(start: Start, inbox: Callable[[], Any]) -> None:
    """Also one of an earlier run."""
    told = inbox()
    spool = start(FakePrinter(), FakeLedger(), on_change=told, in_doubt=["old"])
    told.wait_for(lambda items: items[-1].state == "ok")
    assert spool.status().in_doubt == 1
    spool.settle("old")
    told.wait_for(lambda items: items[-1].in_doubt == 0)


def test_a_label_that_can_not_be_drawn_fails_with_its_reason_and_the_next_goes_on(start: Start) -> None:
    """One bad item must not hold up the shift."""

    def draw(job: Job, printer: Printer) -> Mapping[str, bytes]:
        if job.id == "j0":
            raise ValueError("the title has no glyphs")
        return label(job, printer)

    ledger, printer = FakeLedger(*jobs(2)), FakePrinter()
    assert start(printer, ledger, draw).drain(20)
    assert ledger.state("j0") is JobState.FAILED
    assert ledger.history[0] == (
        "j0",
        JobState.FAILED,
        "The label LPN-0000 can't be drawn: the title has no glyphs",
    )
    assert names(printer) == ["LPN-0001"]


def test_a_job_that_the_printer_can_never_take_fails(start: Start, tmp_path: Path) -> None:
    """A file name with a slash stays one for ever."""
    ledger = FakeLedger(Job("evil", "../evil"), Job("good", "LPN-0001"))
    assert start(FolderPrinter(tmp_path / "labels"), ledger).drain(20)
    assert (ledger.state("evil"), ledger.state("good")) == (JobState.FAILED, JobState.SENT)


def test_a_printer_that_fails_in_an_unforeseen_way_leaves_doubt_and_no_dead_thread(start: Start) -> None:
    """Who knows what it had sent."""

    class Broken(FakePrinter):
        def send(self, name: str, documents: Mapping[str, bytes]) -> None:
            super().send(name, documents)
            if name == "LPN-0000":
                raise ZeroDivisionError

    ledger, printer = FakeLedger(*jobs(2)), Broken()
    assert start(printer, ledger).drain(20)
    assert (ledger.state("j0"), ledger.state("j1")) == (JobState.UNKNOWN, JobState.SENT)


def test_a_dead_ledger_is_reported_and_tried_again(start: Start, inbox: Callable[[], Any]) -> None:
    """The thread lives on, and says why nothing is printed."""
    ledger, printer, told = FakeLedger(*jobs(1)), FakePrinter(), inbox()
    ledger.fail(3)
    spool = start(printer, ledger, on_change=told)
    told.wait_for(lambda items: items[-1].state == "ok" and items[-1].waiting == 0)
    assert names(printer) == ["LPN-0000"]
    assert any("the fake ledger is full" in status.detail for status in told.items if status.state == "lost")
    assert spool.drain(20)


@pytest.mark.parametrize("state", [JobState.SENDING, JobState.SENT])
def test_a_mark_that_can_not_be_written_is_made_up_for_without_a_second_label(
    start: Start, state: JobState
) -> None:
    """Before sending nothing is sent; after it nothing is sent again."""
    ledger, printer = FakeLedger(*jobs(2)), FakePrinter()
    ledger.fail(2, on=state)
    spool = start(printer, ledger, retry_after=(0.001,) * 10)
    assert spool.drain(20)
    assert printer.attempts == ["LPN-0000", "LPN-0001"]
    assert (ledger.state("j0"), ledger.state("j1")) == (JobState.SENT, JobState.SENT)


def test_a_doubt_that_can_not_be_written_is_kept_until_it_can(start: Start) -> None:
    """It must not be forgotten between two failures."""
    ledger, printer = FakeLedger(*jobs(1)), FakePrinter()
    printer.cut(1)
    ledger.fail(2, on=JobState.UNKNOWN)
    assert start(printer, ledger, retry_after=(0.001,) * 10).drain(20)
    assert ledger.state("j0") is JobState.UNKNOWN
    assert printer.attempts == ["LPN-0000"]


def test_waking_returns_at_once_while_the_printer_is_slow(start: Start, inbox: Callable[[], Any]) -> None:
    """The bench works on while a label takes its time."""
    ledger, printer, told = FakeLedger(), FakePrinter(), inbox()
    printer.hold()
    spool = start(printer, ledger, on_change=told)
    for job in jobs(5):
        ledger.add(job)
        spool.wake()
    told.wait_for(lambda items: items[-1].waiting > 0)
    assert printer.printed == []
    assert not spool.drain(0.05)
    printer.release()
    assert spool.drain(20)
    assert names(printer) == [job.name for job in jobs(5)]


def test_draining_gives_up_when_the_printer_keeps_refusing(start: Start) -> None:
    """The end of a shift does not wait for ever."""
    ledger, printer = FakeLedger(*jobs(1)), FakePrinter()
    printer.refuse(1000)
    spool = start(printer, ledger, retry_after=(0.001, 0.001, 0.001))
    assert not spool.drain(60)
    assert ledger.state("j0") is JobState.QUEUED


def test_draining_what_does_not_run_is_false() -> None:
    """Nothing will ever be printed by it."""
    spool = Spool(FakePrinter(), FakeLedger(*jobs(1)), label)
    assert not spool.drain(60)
    assert spool.stop()
    assert spool.status().state == "off"


def test_a_stopped_spool_leaves_the_rest_queued_and_goes_on_when_started(start: Start) -> None:
    """Stopping loses nothing."""
    ledger, printer = FakeLedger(*jobs(3)), FakePrinter()
    printer.hold()
    spool = start(printer, ledger)
    with pytest.raises(RuntimeError, match="started already"):
        spool.start()
    stopped: list[bool] = []
    stopping = threading.Thread(target=lambda: stopped.append(spool.stop(20)))
    stopping.start()
    printer.release()
    stopping.join()
    assert stopped == [True]
    assert spool.status().state == "off"
    assert JobState.SENDING not in [ledger.state(job.id) for job in jobs(3)]
    spool.start()
    assert spool.drain(20)
    assert names(printer) == [job.name for job in jobs(3)]


def test_a_screen_that_can_not_show_the_status_does_not_stop_printing(start: Start) -> None:
    """The status can still be asked for."""

    def fail(status: SpoolStatus) -> None:
        raise RuntimeError("no screen")

    ledger, printer = FakeLedger(*jobs(2)), FakePrinter()
    spool = start(printer, ledger, on_change=fail)
    assert spool.drain(20)
    assert spool.status().device.state == "ok"


def test_a_tcp_printer_that_resets_in_the_middle_gets_the_job_once(start: Start) -> None:
    """And the next one when it works again."""
    with PrinterSink(reset_after=10) as sink:
        ledger = FakeLedger(*jobs(1))
        spool = start(TcpPrinter(sink.host, sink.port, status="off"), ledger)
        assert spool.drain(20)
        assert ledger.state("j0") is JobState.UNKNOWN
        sink.reset_after = None
        ledger.add(Job("next", "LPN-0001"))
        assert spool.drain(20)
        assert sink.jobs == [b"^XA^FDLPN-0001^FS^XZ"]
        assert sink.torn == [b"^XA^FDLPN-"]


def test_a_tcp_printer_that_never_reads_ends_in_doubt(start: Start) -> None:
    """A label that the kernel took is not a label."""
    with PrinterSink(never_read=True) as sink:
        ledger = FakeLedger(*jobs(1))
        spool = start(TcpPrinter(sink.host, sink.port, write_timeout=0.2, status="off"), ledger)
        assert spool.drain(20)
        assert ledger.state("j0") is JobState.UNKNOWN


def test_a_tcp_printer_that_is_switched_on_later_gets_everything_once(start: Start) -> None:
    """The bench works on with labels waiting."""
    with PrinterSink(refuse=True) as sink:
        ledger = FakeLedger(*jobs(3))
        spool = start(TcpPrinter(sink.host, sink.port, status="off"), ledger, retry_after=(0.001, 0.001))
        assert not spool.drain(20)
        sink.accept()
        assert spool.drain(20)
        assert sink.wait_for(3)
        assert sink.jobs == [f"^XA^FDLPN-{number:04}^FS^XZ".encode() for number in range(3)]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(["job", "refuse", "cut", "ledger", "restart", "drain"]), max_size=20),
    st.booleans(),
)
def test_no_story_loses_a_job_or_prints_one_twice(story: list[str], repeatable: bool) -> None:
    """Faults and restarts in any order: in the end a job is printed once, or in doubt and printed at most once."""
    ledger, printer = FakeLedger(), FakePrinter(repeatable=repeatable)
    options: dict[str, Any] = {"retry_after": (0.0001,) * 8}
    spool = Spool(printer, ledger, label, **options)
    spool.start()
    made = 0
    for step in story:
        if step == "job":
            ledger.add(Job(f"j{made}", f"LPN-{made:04}"))
            spool.wake()
            made += 1
        elif step == "refuse":
            printer.refuse(2)
        elif step == "cut":
            printer.cut(1)
        elif step == "ledger":
            ledger.fail(2)
        elif step == "restart":
            assert spool.stop(20)
            spool = Spool(printer, ledger, label, **options)
            spool.start()
        else:
            spool.drain(20)
    printer.refuse(0)
    printer.cut(0)
    ledger.fail(0)
    assert spool.drain(20)
    assert spool.stop(20)
    for number in range(made):
        state, times = ledger.state(f"j{number}"), names(printer).count(f"LPN-{number:04}")
        assert (state, times) in (
            (JobState.SENT, 1),
            (JobState.UNKNOWN, 0),
            (JobState.UNKNOWN, 1),
        ) or repeatable
        assert times >= 1 or state is JobState.UNKNOWN


def test_another_printer_takes_over_what_waits(start: Start, inbox: Callable[[], Any]) -> None:
    """At once, drawn for the new one, and marked with its name."""
    clock, ledger, told = ScriptedClock(), FakeLedger(*jobs(3)), inbox()
    lost, spare = FakePrinter(name="lost"), FakePrinter(("pdf",), name="spare")
    lost.refuse(1000)
    drawn: list[tuple[str, str]] = []

    def draw(job: Job, printer: Printer) -> Mapping[str, bytes]:
        drawn.append((job.id, printer.name))
        return label(job, printer)

    spool = start(lost, ledger, draw, on_change=told, clock=clock)
    told.wait_for(lambda items: items[-1].state == "lost")
    spool.use(spare)
    told.wait_for(lambda items: items[-1].state == "ok" and items[-1].waiting == 0)
    assert names(spare) == [job.name for job in jobs(3)]
    assert drawn == [("j0", "lost"), ("j0", "spare"), ("j1", "spare"), ("j2", "spare")]
    assert ledger.printers == {"j0": "spare", "j1": "spare", "j2": "spare"}
    assert (spool.status().name, spool.printer.name) == ("spare", "spare")
    assert not any("switched off" in status.detail for status in told.items if status.name == "spare")


def test_a_job_in_hand_ends_where_it_is_and_a_doubt_is_not_sent_to_the_other(
    start: Start, eventually: Callable[..., None]
) -> None:
    """One label, whichever printer has it."""
    ledger, first, second = FakeLedger(*jobs(3)), FakePrinter(name="first"), FakePrinter(name="second")
    first.cut(1)
    first.hold()
    spool = start(first, ledger)
    eventually(lambda: first.attempts)
    spool.use(second)
    assert spool.printer is second
    first.release()
    assert spool.drain(20)
    assert (first.attempts, names(first)) == (["LPN-0000"], [])
    assert names(second) == ["LPN-0001", "LPN-0002"]
    assert ledger.state("j0") is JobState.UNKNOWN
    assert ledger.printers["j0"] == "first"


def test_a_job_that_was_interrupted_at_another_printer_is_not_repeated_in_a_folder(
    start: Start, tmp_path: Path
) -> None:
    """The label may have come out there."""
    ledger = FakeLedger()
    ledger.add(Job("torn", "LPN-9999", printer="zebra"), JobState.SENDING)
    spool = start(FolderPrinter(tmp_path), ledger)
    assert spool.drain(20)
    assert ledger.state("torn") is JobState.UNKNOWN
    assert list(tmp_path.iterdir()) == []
    assert ledger.printers == {"torn": "zebra"}


def test_printers_are_changed_to_and_fro_without_a_second_label(start: Start) -> None:
    """From another thread, while labels come and printers fail."""
    ledger = FakeLedger()
    printers = [FakePrinter(name="left"), FakePrinter(name="right")]
    spool = start(printers[0], ledger)
    for number, job in enumerate(jobs(60)):
        ledger.add(job)
        printers[number % 2].refuse(1)
        if number % 7 == 0:
            printers[number % 2].cut(1)
        spool.use(printers[number // 3 % 2])
    for printer in printers:
        printer.refuse(0)
        printer.cut(0)
    assert spool.drain(20)
    for job in jobs(60):
        times = sum(names(printer).count(job.name) for printer in printers)
        assert (ledger.state(job.id), times) in ((JobState.SENT, 1), (JobState.UNKNOWN, 0))


class Watchful(FakePrinter):
    """A printer that can be asked how it is."""

    def __init__(self, name: str = "watchful") -> None:
        super().__init__(name=name)
        self.health: Health | Exception = Health(True)
        self.looks = 0

    def look(self) -> Health:
        """Say how it is, or fail."""
        self.looks += 1
        if isinstance(self.health, Exception):
            raise self.health
        return self.health


def test_an_idle_printer_is_looked_at_so_that_trouble_is_known_before_the_next_label(
    start: Start, inbox: Callable[[], Any]
) -> None:
    """On a clock that only the test moves: at the start, and then as often as it is told."""
    clock, printer, told = ScriptedClock(), Watchful(), inbox()
    printer.health = of_faults([FaultCode.PAPER_OUT])
    spool = start(printer, FakeLedger(), on_change=told, clock=clock, look_every=20)
    told.wait_for(lambda items: items[-1].state == "lost")
    assert spool.status().detail == "The printer is out of labels: load a roll."
    spool.wake()
    assert spool.drain(20)
    assert printer.looks == 1
    for health, state, detail in (
        (
            Health(True, (), "The labels run low: have a roll ready."),
            "ok",
            "The labels run low: have a roll ready.",
        ),
        (NotSent("The printer can't be reached."), "lost", "The printer can't be reached."),
        (Health(False), "ok", ""),
        (ZeroDivisionError(), "lost", "watchful can't be asked how it is: ZeroDivisionError"),
        (Health(True), "ok", ""),
    ):
        printer.health = health
        clock.advance(20)
        spool.wake()
        told.wait_for(
            lambda items, state=state, detail=detail: (items[-1].state, items[-1].detail) == (state, detail)
        )
    assert printer.looks == 6


def test_a_printer_in_doubt_that_says_nothing_of_itself_stays_lost(
    start: Start, inbox: Callable[[], Any], eventually: Callable[..., None]
) -> None:
    """That it could be asked is no news of what went wrong with the label."""
    printer, ledger, told = Watchful(), FakeLedger(*jobs(1)), inbox()
    printer.health = Health(False)
    printer.cut(1)
    spool = start(printer, ledger, on_change=told, look_every=0.001)
    told.wait_for(lambda items: items[-1].state == "lost" and items[-1].waiting == 0)
    seen = printer.looks
    eventually(lambda: printer.looks > seen + 3)
    assert spool.status().state == "lost"
    printer.health = Health(True)
    told.wait_for(lambda items: items[-1].state == "ok")
    assert spool.status().in_doubt == 1


def test_a_printer_is_not_looked_at_when_that_is_not_wanted_or_labels_wait(start: Start) -> None:
    """A label asks by itself."""
    printer, ledger = Watchful(), FakeLedger(*jobs(3))
    assert start(printer, ledger, look_every=None).drain(20)
    assert printer.looks == 0


def test_printing_goes_on_by_itself_when_the_printer_is_mended(
    start: Start, eventually: Callable[..., None]
) -> None:
    """Nobody has to press a key, and each label comes out once."""
    with Zebra() as zebra:
        ledger = FakeLedger()
        printer = TcpPrinter(zebra.host, zebra.port, answer_timeout=1.0)
        spool = start(printer, ledger, retry_after=(0.01,), look_every=0.01)
        eventually(lambda: zebra.commands)
        zebra.fail("paper-out")
        eventually(lambda: spool.status().state == "lost")
        for job in jobs(5):
            ledger.add(job)
            spool.wake()
        eventually(lambda: spool.status().waiting == 5)
        assert "load a roll" in spool.status().detail
        zebra.mend()
        assert zebra.wait_for(5)
        eventually(lambda: spool.status().state == "ok" and spool.status().waiting == 0)
        assert zebra.labels == [f"^XA^FD{job.name}^FS^XZ".encode() for job in jobs(5)]


def test_waits_are_needed() -> None:
    """Without any a lost printer would be called in a tight loop."""
    with pytest.raises(ValueError, match="one wait or more"):
        Spool(FakePrinter(), FakeLedger(), label, retry_after=())


def test_a_label_that_never_comes_is_told_until_another_one_is_sent(
    start: Start, inbox: Callable[[], Any], eventually: Callable[..., None]
) -> None:
    """Nobody would look for it, and that the printer is well is no news of it; a lost printer goes first."""

    def draw(job: Job, printer: Printer) -> Mapping[str, bytes]:
        if job.id in ("j0", "j3"):
            raise ValueError("the title has no glyphs")
        return label(job, printer)

    clock, printer, told, ledger = ScriptedClock(), Watchful(), inbox(), FakeLedger(*jobs(1))
    spool = start(printer, ledger, draw, on_change=told, clock=clock, look_every=20)
    why = "The label LPN-0000 can't be drawn: the title has no glyphs"
    told.wait_for(lambda items: (items[-1].state, items[-1].detail, items[-1].waiting) == ("ok", why, 0))
    for health in (Health(True), Health(False)):
        printer.health, looks = health, printer.looks
        clock.advance(20)
        spool.wake()
        eventually(lambda looks=looks: printer.looks > looks)
        assert spool.drain(20)
        assert (spool.status().state, spool.status().detail) == ("ok", why)
    ledger.add(jobs(2)[1])
    assert spool.drain(20)
    assert (spool.status().state, spool.status().detail) == ("ok", "")
    printer.cut(1)
    ledger.add(Job("cut", "LPN-0002"))
    ledger.add(Job("j3", "LPN-0003"))
    spool.wake()
    cut = told.wait_for(lambda items: items[-1].state == "lost" and items[-1].waiting == 1)[-1].detail
    assert spool.drain(20)
    assert (spool.status().state, spool.status().detail, spool.status().waiting) == ("lost", cut, 0)
    assert [ledger.state(job) for job in ("cut", "j3")] == [JobState.UNKNOWN, JobState.FAILED]
