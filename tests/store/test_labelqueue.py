"""The label queue as the printing thread uses it, beside a journal that goes on writing."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from terminal.bench.wire import Draft, Row
from terminal.store.connection import read, run
from terminal.store.errors import StoreUnavailable
from terminal.store.labelqueue import LabelQueue
from terminal.store.station_file import StationFile


@dataclass(frozen=True)
class Job:
    """What a spool wants to be given."""

    id: str
    name: str
    copy: int
    printer: str | None = None


@pytest.fixture
def queue(station: StationFile) -> Iterator[LabelQueue[Job]]:
    """A queue over its own connection, with a clock that stands."""
    made = LabelQueue(station.path, Job, now=lambda: datetime(2026, 11, 23, 9, tzinfo=UTC))
    yield made
    made.close()


@pytest.fixture
def ask(station: StationFile, make_draft: Callable[..., Draft]) -> Callable[..., None]:
    """Ask for labels as the bench does: in the transaction of an event."""

    def asked(*lpns: str, copy: int = 1, **values: str | int) -> None:
        rows = [
            Row(
                "label_job",
                {
                    "job": f"{lpn}-{copy}",
                    "lpn": lpn,
                    "copy": copy,
                    "tag": json.dumps({"lpn": lpn, "title": "Tin [L]"}),
                    "state": "queued",
                    **values,
                },
            )
            for lpn in lpns
        ]
        station.journal.append([make_draft()], rows)

    return asked


@pytest.fixture
def scan_back(station: StationFile, make_draft: Callable[..., Draft]) -> Callable[[str], None]:
    """Scan a printed label back as the bench does: in the transaction of an event."""

    def scanned(job: str) -> None:
        row = Row("label_job", {"job": job, "applied_at": "2026-11-23T09:00:00.000Z"})
        station.journal.append([make_draft()], [row])

    return scanned


def test_jobs_wait_in_the_order_in_which_they_were_asked_for(
    queue: LabelQueue[Job], ask: Callable[..., None]
) -> None:
    """Not in the order of their numbers; copies after the first have a name of their own."""
    ask("L3", "L1")
    ask("L2")
    ask("L1", copy=2)
    assert queue.waiting() == [
        Job("L3-1", "L3", 1),
        Job("L1-1", "L1", 1),
        Job("L2-1", "L2", 1),
        Job("L1-2", "L1-2", 2),
    ]
    assert queue.tag("L3-1") == {"lpn": "L3", "title": "Tin [L]"}


def test_a_mark_is_on_disk_and_says_when_and_where(
    station: StationFile, queue: LabelQueue[Job], ask: Callable[..., None]
) -> None:
    """Another connection sees it at once."""
    ask("L1", "L2")
    queue.mark("L1-1", "sent", "took 1 s", "zebra")
    assert [job.id for job in queue.waiting()] == ["L2-1"]
    assert read(
        station.db, "select state, detail, changed_at, printer from label_job where job = 'L1-1'"
    ) == [("sent", "took 1 s", "2026-11-23T09:00:00.000Z", "zebra")]
    assert queue.counts() == dict.fromkeys(("sending", "confirmed", "failed", "unknown"), 0) | {
        "queued": 1,
        "sent": 1,
    }


def test_what_was_being_sent_when_the_program_ended_is_known(
    station: StationFile, queue: LabelQueue[Job], ask: Callable[..., None]
) -> None:
    """A new queue over the same file finds it; what became unknown is told apart."""
    ask("L1", "L2", "L3")
    queue.mark("L1-1", "sending", "", "zebra")
    queue.mark("L2-1", "unknown", "the cable was pulled", "zebra")
    queue.close()
    again = LabelQueue(station.path, Job)
    assert again.interrupted() == [Job("L1-1", "L1", 1, "zebra")]
    assert again.in_doubt() == ["L2-1"]
    assert [job.id for job in again.waiting()] == ["L3-1"]
    again.close()


def test_the_printer_of_a_job_is_the_last_that_it_was_marked_for(
    station: StationFile, queue: LabelQueue[Job], ask: Callable[..., None]
) -> None:
    """Another one may take over between two tries."""
    ask("L1")
    assert [job.printer for job in queue.waiting()] == [None]
    queue.mark("L1-1", "queued", "out of labels", "zebra")
    queue.mark("L1-1", "sending", "", "spare \ud83d")
    (job,) = queue.interrupted()
    assert job.printer is not None
    assert job.printer.startswith("spare")


def test_a_label_that_is_not_wanted_any_more_is_not_printed(
    queue: LabelQueue[Job], ask: Callable[..., None]
) -> None:
    """An undo before the printer came to it."""
    ask("L1", "L2")
    ask("L1", wanted=0)
    assert [job.id for job in queue.waiting()] == ["L2-1"]
    assert queue.counts()["queued"] == 1
    queue.mark("L1-1", "sending", "", "zebra")
    assert queue.interrupted() == []


@pytest.mark.parametrize("state", ["sent", "unknown", "failed"])
def test_a_label_that_was_scanned_back_stays_confirmed(
    queue: LabelQueue[Job], ask: Callable[..., None], scan_back: Callable[[str], None], state: str
) -> None:
    """Whatever the printer said before, or says after the scan: it knows less."""
    ask("L1")
    queue.mark("L1-1", state, "", "zebra")
    scan_back("L1-1")
    queue.mark("L1-1", "unknown", "no answer", "zebra")
    assert queue.counts()["confirmed"] == 1
    assert queue.in_doubt() == []


@pytest.mark.parametrize("state", ["queued", "sending"])
def test_a_label_that_is_still_to_be_printed_is_printed_though_it_was_scanned(
    queue: LabelQueue[Job], ask: Callable[..., None], scan_back: Callable[[str], None], state: str
) -> None:
    """A scripted scan can outrun the printer; were the job confirmed, nobody would print it."""
    ask("L1")
    queue.mark("L1-1", state, "", "zebra")
    scan_back("L1-1")
    assert queue.counts()[state] == 1


def test_a_label_that_is_asked_for_again_waits_again(
    queue: LabelQueue[Job], ask: Callable[..., None], scan_back: Callable[[str], None]
) -> None:
    """The same copy after an undo: the journal has the last word."""
    ask("L1")
    queue.mark("L1-1", "sent", "", "zebra")
    scan_back("L1-1")
    ask("L1")
    assert [job.id for job in queue.waiting()] == ["L1-1"]


def test_a_state_that_there_is_not_is_refused(queue: LabelQueue[Job], ask: Callable[..., None]) -> None:
    """A mistake in the caller, named with the states that there are."""
    ask("L1")
    with pytest.raises(ValueError, match=r"queued, sending, sent.*got 'done'"):
        queue.mark("L1-1", "done", "", "zebra")
    with pytest.raises(KeyError, match="no label job 'L9-1'"):
        queue.tag("L9-1")


def test_a_detail_of_any_text_is_kept(queue: LabelQueue[Job], ask: Callable[..., None]) -> None:
    """Printers answer with bytes of all kinds."""
    ask("L1")
    queue.mark("L1-1", "failed", "half \ud83d [/] \x1b", "zebra")
    assert queue.counts()["failed"] == 1


def test_the_printing_thread_and_the_journal_write_beside_each_other(
    station: StationFile, queue: LabelQueue[Job], ask: Callable[..., None]
) -> None:
    """Neither finds the file locked, and every label is marked once."""
    enough = threading.Event()

    def print_all() -> None:
        while not enough.is_set() or queue.waiting():
            for job in queue.waiting():
                queue.mark(job.id, "sending", "", "zebra")
                queue.mark(job.id, "sent", "", "zebra")

    thread = threading.Thread(target=print_all)
    thread.start()
    for number in range(60):
        ask(f"L{number}")
    enough.set()
    thread.join(30)
    assert not thread.is_alive()
    assert queue.counts()["sent"] == 60
    assert station.verify() == []


def test_a_queue_over_a_file_that_is_gone_gets_a_sentence(station: StationFile) -> None:
    """The spool shows it and asks again later."""
    with pytest.raises(StoreUnavailable, match="can't be opened"):
        LabelQueue(station.data_dir / "other.db", Job).waiting()


def test_a_tag_that_is_damaged_gets_a_sentence(
    station: StationFile, queue: LabelQueue[Job], ask: Callable[..., None]
) -> None:
    """It names the label."""
    ask("L1")
    run(station.db, "pragma ignore_check_constraints = on")
    run(station.db, "update label_job set tag = '{'")
    with pytest.raises(StoreUnavailable, match="The label L1-1"):
        queue.tag("L1-1")
