"""Journals of a station that came to an end: where they lie beside the one that is written."""

from __future__ import annotations

from pathlib import Path

from terminal.store.station_file import NAME

FOLDER = "segments"
"""Folder of the data folder with one folder for each ended journal."""


def segment_folders(data_dir: Path) -> list[Path]:
    """The folders of all journals that came to an end."""
    return sorted(path.parent for path in (data_dir / FOLDER).glob(f"*/{NAME}"))
