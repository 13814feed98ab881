"""What the journal says of photos, and whether the store has what it says.

An identical unit shares the inspection of the one that was looked at, and so its photos.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from terminal.bench.wire import revive
from terminal.bench.work_events import PhotoKept, PhotoMissing
from terminal.cameras import photo_store
from terminal.domain.evidence import read_evidence
from terminal.domain.suggest import BadData
from terminal.own_file import open_file
from terminal.photos import PhotoProblem
from terminal.settings import Settings
from terminal.store.connection import read, read_json
from terminal.store.retention import Retention

KEPT, MISSING = "photo_kept", "photo_missing"


def photos_of(settings: Settings, lpn: str) -> dict[str, Any]:
    """What `regrade photo list` prints: every photo of an item in the order in which they were taken, and what it
    went on without. `undone` are those that were taken back; `file` is ok, missing, altered or io.

    Raises BadData where the station does not know the item.
    """
    store = photo_store(settings)
    photos: list[dict[str, Any]] = []
    missing: list[dict[str, Any]] = []
    with open_file(settings) as file:
        item = file.queries.item(lpn)
        if item is None:
            raise BadData([f"No item of this station has the LPN {lpn!a:.80}."])
        standing = item.facts.get("photos", ())
        sql = (
            "select kind, at, operator, body from event where item in (?, ?) and kind in (?, ?) order by seq"
        )
        for kind, at, operator, body in read(
            file.db, sql, (item.lpn, item.leader or item.lpn, KEPT, MISSING)
        ):
            try:
                event = revive(kind, read_json(body, f"A photo of {item.lpn}"))
                if isinstance(event, PhotoKept):
                    raw = {"sha256": event.sha256, "kind": event.kind, "subjects": event.subjects}
                    record = read_evidence({**raw, "taken_at": at, "taken_by": operator})
                    photos.append({**record.plain(), "undone": event.sha256 not in standing})
                if isinstance(event, PhotoMissing):
                    missing.append({"subjects": list(event.subjects), "reason": event.reason, "at": at})
            except ValueError as problem:
                raise BadData(
                    [f"The journal's record of a photo of {item.lpn} can't be read ({problem}). Run verify."]
                ) from problem
    for one in photos:
        try:
            one["bytes"] = len(store.get(one["sha256"]))
            one["file"] = "ok"
        except PhotoProblem as problem:
            one["file"] = problem.cause
    return {"lpn": item.lpn, "photos": photos, "missing": missing}


def verify_photos(
    settings: Settings, prune: bool = False, progress: Callable[[int], None] = lambda count: None
) -> dict[str, Any]:
    """What `regrade photo verify` prints: every photo of the journal looked for, every file of the store read.

    `prune` removes what writers that died have left, and nothing else.
    """
    store = photo_store(settings)
    with open_file(settings) as file:
        bodies = read(file.db, "select body from event where kind = ?", (KEPT,))
        purged = Retention(file.db).purged_photos()
    wanted = {str(read_json(body, "A photo").get("sha256")) for (body,) in bodies} - purged
    findings = [
        {"sha256": one.sha256 or None, "kind": one.what, "sentence": one.sentence}
        for one in store.verify(wanted, progress)
    ]
    removed = store.prune() if prune else 0
    sizes = store.sizes()
    return {
        "ok": not findings,
        "recorded": len(wanted),
        "photos": sizes.photos,
        "bytes": sizes.bytes,
        "leftovers": sizes.leftovers,
        "removed": removed,
        "findings": findings,
    }
