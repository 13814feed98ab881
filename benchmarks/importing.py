"""Importing manifest lines into the station file, beside csv.reader over the same file. Budget: 10 x, under 300 MB.

Prints one JSON object.

    python benchmarks/importing.py [--lines 100000]
"""

from __future__ import annotations

import argparse
import csv
import json
import resource
import tempfile
import time
from pathlib import Path

from terminal.domain.importmap import ImportMap
from terminal.store.importer import import_manifest
from terminal.store.station_file import StationFile

COLUMNS = (
    "rma", "tracking", "sku", "title", "category", "quantity", "unit_price", "currency", "reason", "initiated",
)  # fmt: skip


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--lines", type=int, default=100_000)
    lines = options.parse_args().lines
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "manifest.csv"
        with path.open("w", newline="", encoding="utf-8") as out:
            writer = csv.writer(out)
            writer.writerow(COLUMNS)
            for n in range(lines):
                row = [
                    f"RMA{n // 3:08d}",
                    f"1Z{n:016d}",
                    f"SKU-{n}",
                    f"Thing {n}, blue",
                    "home",
                    "2",
                    "19.90",
                ]
                writer.writerow([*row, "EUR", "too small", "2026-11-20T08:00:00Z"])
        begun = time.perf_counter()
        with path.open(newline="", encoding="utf-8") as rows:
            read = sum(1 for _ in csv.reader(rows))
        floor = time.perf_counter() - begun
        with StationFile.open(folder / "data", "01") as file:
            begun = time.perf_counter()
            done = import_manifest(path, ImportMap(), file.catalogue, None, folder / "rejects")
            took = time.perf_counter() - begun
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        json.dumps(
            {
                "lines": done.imported,
                "seconds": round(took, 2),
                "csv_reader_seconds": round(floor, 3),
                "ratio": round(took / floor, 1),
                "mb": memory,
                "read": read,
            }
        )
    )


if __name__ == "__main__":
    main()
