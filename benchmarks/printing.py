"""Labels: what rendering one costs, and how many a second go through spool and printer, beside a bare socket.

Budgets: 2 ms a label as ZPL, 10 ms as PDF. The floor writes the same bytes to a socket, a connection a label, to
the same simulated printer, and waits until it read them all. Prints one JSON object; times in ms, p50 and p99.

    python benchmarks/printing.py [--labels 300] [--sent 200]
"""

from __future__ import annotations

import argparse
import json
import socket
import statistics
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import terminal.data
from devices.fakes import FakeLedger, Zebra
from devices.jobs import Job
from devices.printer import TcpPrinter
from devices.printing import Printer
from devices.rawprinter import Status
from devices.spool import Spool
from labels import pdf, zpl
from labels.design import Designs, load
from labels.stock import find
from labels.tag import Tag

BUDGET = {"zpl": 2.0, "pdf": 10.0}
TITLES = {
    "english": "WHITE HANGING HEART T-LIGHT HOLDER",
    "polish": "Zażółć gęślą jaźń, czajnik 1,7 l",
    "chinese": "不锈钢电热水壶 1.7 升",
}
WRITERS: Mapping[str, Callable[..., bytes]] = {"zpl": zpl.write, "pdf": pdf.write}


def shipped() -> Designs:
    folder = Path(terminal.data.__file__).parent / "labels"
    return load({path.name: path.read_text("utf-8") for path in sorted(folder.glob("*.toml"))})


def tag(number: int, title: str) -> Tag:
    """A label that no other one equals: caches help as they do at the bench."""
    return Tag(
        lpn=f"BBBH{number:06d}",
        grade="ABC"[number % 3],
        channel="outlet",
        title=f"{title} {number}",
        sku=f"{85000 + number}A",
        tote="OUTLET-04",
        date="2026-11-23",
        station="B-1",
        copy=1,
        faults=("lid cracked", "cord missing"),
    )


def rendered(form: str, title: str, designs: Designs, count: int) -> list[float]:
    """Times in ms; what is imported and drawn with the first label is not counted."""
    stock, write = find("4x6in", 203), WRITERS[form]
    design, times = designs.choose("4x6in", "outlet"), []
    write(tag(count, title), stock, design)
    for number in range(count):
        label = tag(number, title)
        begun = time.perf_counter()
        write(label, stock, design)
        times.append((time.perf_counter() - begun) * 1000)
    return times


def documents(designs: Designs, count: int) -> dict[str, bytes]:
    stock, design = find("4x6in", 203), designs.choose("4x6in", "outlet")
    return {f"LPN-{number}": zpl.write(tag(number, "KETTLE"), stock, design) for number in range(count)}


def spooled(jobs: Mapping[str, bytes], status: Status) -> float:
    """Labels a second through the spool; what is printed is what was asked."""
    ledger = FakeLedger(*(Job(name, name) for name in jobs))

    def render(job: Job, printer: Printer) -> Mapping[str, bytes]:
        return {"zpl": jobs[job.name]}

    with Zebra() as zebra:
        spool = Spool(TcpPrinter("127.0.0.1", zebra.port, status=status), ledger, render)
        begun = time.perf_counter()
        spool.start()
        done = spool.drain(300) and zebra.wait_for(len(jobs), 60)
        took = time.perf_counter() - begun
        spool.stop(20)
        if not done or zebra.labels != [job.strip() for job in jobs.values()]:
            sys.exit(f"{len(zebra.labels)} of {len(jobs)} labels came out with status {status}")
    return len(jobs) / took


def bare(jobs: Mapping[str, bytes]) -> float:
    """Labels a second written to a socket, with nothing around it."""
    with Zebra() as zebra:
        begun = time.perf_counter()
        for job in jobs.values():
            with socket.create_connection(("127.0.0.1", zebra.port), timeout=10) as line:
                line.sendall(job)
                line.shutdown(socket.SHUT_WR)
                while line.recv(4096):
                    pass
        if not zebra.wait_for(len(jobs), 60):
            sys.exit(f"{len(zebra.labels)} of {len(jobs)} labels came out of the bare socket")
        return len(jobs) / (time.perf_counter() - begun)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--labels", type=int, default=300, help="to render, of each kind")
    options.add_argument("--sent", type=int, default=200, help="to print, in each way")
    given = options.parse_args()
    designs = shipped()
    render_ms: dict[str, object] = {}
    slow = []
    for form, budget in BUDGET.items():
        for language, title in TITLES.items():
            times = rendered(form, title, designs, given.labels)
            p50, p99 = statistics.median(times), statistics.quantiles(times, n=100)[98]
            render_ms[f"{form}_{language}"] = {
                "p50": round(p50, 2), "p99": round(p99, 2), "per_second": round(1000 / statistics.fmean(times)),
            }  # fmt: skip
            slow += [f"{form}_{language}"] * (p50 > budget)
    jobs = documents(designs, given.sent)
    floor = statistics.fmean((bare(jobs), bare(jobs)))
    rates = {status: spooled(jobs, status) for status in ("off", "auto")}
    print(
        json.dumps(
            {
                "render_ms": render_ms,
                "budget_ms": BUDGET,
                "over_budget": slow,
                "bytes_a_label": round(statistics.fmean(map(len, jobs.values()))),
                "per_second": {f"status_{status}": round(rate) for status, rate in rates.items()},
                "per_second_bare_socket": round(floor),
                "floor_to_ours": {
                    f"status_{status}": round(floor / rate, 2) for status, rate in rates.items()
                },
            }
        )
    )


if __name__ == "__main__":
    main()
