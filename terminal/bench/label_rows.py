"""Projections of labels: one job of the printer's queue for each copy that was asked for."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from terminal.bench.label_events import LabelsQueued
from terminal.bench.wire import Row


def job_id(lpn: str, copy: int) -> str:
    """The id of a label job: the LPN and which copy of its label it is."""
    return f"{lpn}-{copy}"


def label_rows(event: LabelsQueued, when: str) -> Iterator[Row]:
    """The jobs of an event. Copies that were asked for before are wanted no more."""
    for label in event.labels:
        for copy in range(1, label.copy):
            yield Row("label_job", {"job": job_id(label.lpn, copy), "wanted": 0})
        yield queued(label.lpn, label.copy, event.tag, when)


def queued(lpn: str, copy: int, tag: Mapping[str, Any], when: str) -> Row:
    """A label that waits for its printer; `tag` is what stands on it beside LPN and copy."""
    return Row(
        "label_job",
        {
            "job": job_id(lpn, copy),
            "lpn": lpn,
            "copy": copy,
            "tag": json.dumps({**tag, "lpn": lpn, "copy": copy}, sort_keys=True),
            "state": "queued",
            "wanted": 1,
            "queued_at": when,
            "changed_at": when,
        },
    )
