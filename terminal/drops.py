"""What a sink takes from this station beside its events: the photos that they name."""

from __future__ import annotations

from collections.abc import Callable

from devices.pictures import SUFFIXES, kind_of
from terminal.cameras import photo_store
from terminal.domain.speech import told_by
from terminal.photos import PhotoProblem
from terminal.settings import Settings
from terminal.sync.drop_files import PhotoSource


def photo_source(settings: Settings) -> PhotoSource:
    """Photos by hash and kind. What it gives raises PhotoProblem (missing, altered ...) with a sentence."""
    store = photo_store(settings)
    suffixes = {str(kind): suffix for kind, suffix in SUFFIXES.items()}

    def photo(digest: str, kind: str) -> tuple[str, bytes]:
        return suffixes.get(kind, "bin"), store.get(digest)

    return photo


def kept_photo(settings: Settings) -> Callable[[str], tuple[str, bytes]]:
    """Media type and content of a photo by its hash.

    What it gives raises LookupError where the photo is not there or was altered, PhotoProblem for what may pass.
    """
    store = photo_store(settings)

    def photo(digest: str) -> tuple[str, bytes]:
        try:
            content = store.get(digest)
        except PhotoProblem as problem:
            if problem.cause in ("missing", "altered", "name"):
                raise LookupError(told_by(problem)) from problem
            raise
        return f"image/{kind_of(content)}", content

    return photo
