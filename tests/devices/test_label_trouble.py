"""Labels through a spool and a TCP printer to a Zebra that fails at random: never two for one job, none lost.

`REGRADE_TROUBLE` sets how many labels, `REGRADE_SEED` which trouble; both are in the message of a failure.
"""

from __future__ import annotations

import os
import random
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import pytest

from devices.fakes import FakeLedger, Fault, Zebra
from devices.printer import Printer, TcpPrinter
from devices.spool import Job, JobState, Spool

LABELS = int(os.environ.get("REGRADE_TROUBLE", "60"))
SEED = int(os.environ.get("REGRADE_SEED", "4711"))
SHORT = (0.01, 0.02, 0.04)
NAMED = re.compile(rb"\^FD(JOB-\d+)\^FS")


class DyingLedger:
    """The ledger as a process sees it that is killed: from one moment on nothing it does is written any more."""

    def __init__(self, disk: FakeLedger) -> None:
        self._disk = disk
        self.dead = False

    def waiting(self) -> Sequence[Job]:
        """Jobs to print."""
        self._breathe()
        return self._disk.waiting()

    def interrupted(self) -> Sequence[Job]:
        """Jobs that were being sent."""
        self._breathe()
        return self._disk.interrupted()

    def mark(self, job_id: str, state: JobState, detail: str, printer: str) -> None:
        """Write a state."""
        self._breathe()
        self._disk.mark(job_id, state, detail, printer)

    def _breathe(self) -> None:
        if self.dead:
            raise OSError("the process is dead")


def draw(job: Job, printer: Printer) -> Mapping[str, bytes]:
    """Make a label of about 300 bytes that names its job."""
    return {"zpl": b"^XA^FO20,20^FD%s^FS" % job.name.encode() + b"^FO20,80^GB90,3,3^FS" * 12 + b"^PQ1^XZ\n"}


def trouble(dice: random.Random, label: int) -> list[Fault]:
    """What goes wrong at a label: nothing as often as not; faults that last are mended after a moment."""
    moment = round(dice.uniform(0.01, 0.08), 3)
    kind = dice.choice(
        ["paper-out", "head-open", "ribbon-out", "pause", "silent", "slow", "dead", "cut", "before", "after"]
        + [""] * 10
    )
    if not kind:
        return []
    if kind == "slow":
        return [Fault("slow", label, dice.choice([2000, 10_000]), moment)]
    if kind == "cut":
        return [Fault("reset", label, dice.randint(1, 330))]
    if kind == "before":
        return [Fault("reset", label, "before")]
    if kind == "after":
        return [Fault("reset", label, "after")]
    return [Fault(kind, label, None, moment)]


def run(count: int, seed: int, status: str) -> tuple[FakeLedger, Zebra, Counter[str]]:
    """Print so many labels with the trouble of a seed; restart the spool now and then as if it had been killed."""
    dice = random.Random(seed)
    disk = FakeLedger()
    with Zebra([fault for label in range(1, 2 * count) for fault in trouble(dice, label)]) as zebra:

        def begin() -> tuple[Spool, DyingLedger]:
            printer = TcpPrinter(
                zebra.host,
                zebra.port,
                0.5,
                1.0,
                status="auto" if status == "auto" else "always",
                answer_timeout=0.02,
                mute_for=0.5,
            )
            ledger = DyingLedger(disk)
            spool = Spool(printer, ledger, draw, retry_after=SHORT, look_every=0.05)
            spool.start()
            return spool, ledger

        spool, ledger = begin()
        for number in range(count):
            disk.add(Job(f"j{number}", f"JOB-{number}"))
            spool.wake(now=dice.random() < 0.2)
            if dice.random() < 0.3:
                spool.drain(dice.uniform(0, 0.03))
            if dice.random() < 0.1:
                ledger.dead = True
                assert spool.stop(30)
                spool, ledger = begin()
        while not spool.drain(30):
            zebra.mend()
        assert spool.stop(30)
        zebra.mend()
        sent = [job for job in range(count) if disk.state(f"j{job}") is JobState.SENT]
        zebra.wait_for(len(sent), 10)
    came = Counter(found.group(1).decode() for label in zebra.labels if (found := NAMED.search(label)))
    assert sum(came.values()) == len(zebra.labels), "a label came out that no job asked for"
    return disk, zebra, came


@pytest.mark.timeout(900)
@pytest.mark.parametrize("status", ["auto", "always"])
def test_every_job_is_one_label_or_says_that_nobody_knows(
    status: str, record_property: Callable[[str, object], None]
) -> None:
    """Sent is exactly one label, unknown is one or none, and there is nothing else in the end."""
    disk, _, came = run(LABELS, SEED, status)
    outcome = Counter((disk.state(f"j{job}").value, came.get(f"JOB-{job}", 0)) for job in range(LABELS))
    said = f"{LABELS} labels, seed {SEED}, {status}: {dict(sorted(outcome.items()))}"
    record_property("outcome", said)
    print(said)
    assert set(outcome) <= {("sent", 1), ("unknown", 0), ("unknown", 1)}, said
    assert outcome["sent", 1] > LABELS / 3, said
