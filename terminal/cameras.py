"""The camera and the photo store of a station, from its settings; nothing is opened or run here.

A photo is in the store, on the disk, before the bench is told of it, so the journal never names one that is not
there.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from devices.camera import Camera, CommandCamera, Limits
from devices.watchedfolder import WatchedFolder
from terminal.bench.commands import KeepPhoto
from terminal.config import data_path
from terminal.domain.suggest import BadData
from terminal.photos import PhotoStore
from terminal.settings import Settings

FOLDER = "photos"
"""Where photos lie in the data folder."""
MB = 1_000_000


def make_camera(settings: Settings) -> Camera | None:
    """The camera of the station; None: it has none. Raises BadData where there can't be one of that kind."""
    own = settings.camera
    limits = Limits(own.max_mb * MB)
    try:
        match own.by:
            case "command":
                return CommandCamera(own.command, timeout=own.timeout_seconds, limits=limits)
            case "folder":
                folder = data_path(settings, own.folder)
                return WatchedFolder(folder, own.pattern, timeout=own.timeout_seconds, limits=limits)
            case "none":
                return None
    except ValueError as problem:
        raise BadData([f"camera.{'command' if own.by == 'command' else 'pattern'}: {problem}"]) from problem


def photo_store(settings: Settings) -> PhotoStore:
    """The store of the station's photos, which need not be there yet."""
    own = settings.camera
    return PhotoStore(
        data_path(settings, FOLDER), strip_metadata=own.strip_metadata, max_bytes=own.max_mb * MB
    )


def photographer(
    settings: Settings, since: Callable[[], datetime | None] = lambda: None
) -> Callable[[], KeepPhoto] | None:
    """What takes a picture, stores it and gives the command that tells the bench; None without a camera.

    `since` is asked for the time before which a photo in a folder is of something else: when the item was
    identified. The function raises CameraProblem or PhotoProblem, each with a sentence.
    """
    camera = make_camera(settings)
    if camera is None:
        return None
    taker, store = camera, photo_store(settings)

    def take() -> KeepPhoto:
        kept = store.put(taker.take(since()).data)
        return KeepPhoto(kept.sha256, kept.kind)

    return take
