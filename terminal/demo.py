"""The demo: a small manifest and catalogue of our own, for a newcomer with neither scanner nor printer."""

from __future__ import annotations

import importlib.resources
from collections.abc import Mapping
from pathlib import Path

from terminal.bench.meanings import Operator
from terminal.bench.scene import Demo
from terminal.bench.state import State
from terminal.domain.importmap import ImportMap
from terminal.lookup import badge_code
from terminal.store.catalogue import Catalogue
from terminal.store.importer import import_catalogue, import_manifest
from terminal.store.station_file import StationFile

SOURCE = "demo"
OFFERED = 3


def load_demo(file: StationFile, categories: tuple[str, ...], rejects: Path) -> bool:
    """Bring the demo in where the file expects nothing and knows no product yet; True where it is (now) there."""
    counts = file.catalogue.counts()
    if counts.rmas or counts.products:
        return is_demo(file.catalogue)
    data = importlib.resources.files("terminal.data") / "demo"
    file.catalogue.source = SOURCE
    for name, run in (("catalogue.csv", import_catalogue), ("manifest.csv", import_manifest)):
        with importlib.resources.as_file(data / name) as path:
            run(path, ImportMap(), file.catalogue, categories, rejects)
    return True


def is_demo(catalogue: Catalogue) -> bool:
    """True while the file holds nothing but the demo."""
    return catalogue.sources() == {SOURCE}


class Guide:
    """What to type next in the demo: badges, and returns that are still to come."""

    def __init__(self, catalogue: Catalogue, people: Mapping[str, Operator]) -> None:
        self._catalogue = catalogue
        self._badges = tuple(badge_code(one) for one in people.values())

    def __call__(self, state: State) -> Demo:
        """The hints for a state."""
        if state.item is not None or state.operator is None:
            return Demo(self._badges, ())
        here = state.parcel.rma if state.parcel is not None else None
        due = [rma for rma in self._catalogue.due_rmas(OFFERED + 1) if rma != here]
        return Demo(self._badges, tuple(due[:OFFERED]))
