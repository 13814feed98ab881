"""Items a second through `replay`, fsync on: the whole station without a screen. Budget: 200 items/s or more.

The floor is one fsynced append of the same number of bytes an item in the same folder. Prints one JSON object.

    python benchmarks/replay.py [--items 400] [--folder DIR]
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from terminal.assembly import assemble
from terminal.config import load
from terminal.domain.items import ManifestLine
from terminal.replay import Clock, Replay
from terminal.store.station_file import StationFile


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--items", type=int, default=400)
    options.add_argument("--folder", type=Path)
    given = options.parse_args()
    with tempfile.TemporaryDirectory(dir=given.folder) as name:
        folder = Path(name)
        settings = load(None, folder / "data", {})
        price = Decimal("19.90")
        lines = [
            ManifestLine(
                f"RMA{n // 3}",
                n % 3 + 1,
                f"SKU-{n}",
                None,
                "Thing",
                "home",
                1,
                unit_price=price,
                currency="EUR",
            )
            for n in range(1, given.items + 1)
        ]
        with StationFile.open(settings.data, settings.station.id, ("folder",)) as file:
            file.catalogue.put_manifest(lines)
        script = ["!badge 1001"]
        for line in lines:
            script += [line.rma] if line.line == 1 or line is lines[0] else []
            script += [str(line.sku), "!clean", "!applied", "!tote"]
        clock = Clock()
        clock.mark(datetime.now(UTC).isoformat())
        whole = assemble(settings, clock)
        replay = Replay(
            whole.station, clock, whole.people, lambda lpn: whole.file.queries.item_record(lpn) or {}
        )
        begun = time.perf_counter()
        records = list(replay.run(script))
        worked = time.perf_counter() - begun
        drained = whole.close(600)
        with_labels = time.perf_counter() - begun
        size = (settings.data / "station.db").stat().st_size // len(records)
        with (folder / "floor").open("ab", buffering=0) as out:
            begun = time.perf_counter()
            for _ in records:
                for _ in range(4):
                    out.write(b"x" * (size // 4))
                    os.fsync(out.fileno())
            floor = time.perf_counter() - begun
    print(
        json.dumps(
            {
                "items": len(records),
                "items_per_s": round(len(records) / worked),
                "with_labels_per_s": round(len(records) / with_labels),
                "labels_done": drained,
                "floor_items_per_s": round(len(records) / floor),
            }
        )
    )


if __name__ == "__main__":
    main()
