"""Batches for one sink: read in the form that it takes, as large as it may be now, and handed over in that form."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import cast

from terminal.bench.wire import Recorded
from terminal.store.chain import Run, Written
from terminal.store.station_file import StationFile
from terminal.sync.batch import MAX_BYTES, MAX_COUNT, MAX_RUN, cut
from terminal.sync.sink import Paces, Sink, Status, TakesRuns, TakesWritten

Batch = Sequence[Recorded] | Sequence[Written] | Run


class Handover:
    """What goes from one station file to one sink, in one round."""

    def __init__(self, file: StationFile, sink: Sink) -> None:
        self._file = file
        self._sink = sink
        self._max_count = MAX_RUN

    def at_most(self, count: int) -> None:
        """Batches have no more events than this from here on."""
        self._max_count = min(self._max_count, count)

    def read(self, after: int, last: int | None = None) -> Batch:
        """The next batch in the form that the sink takes, of events above `after` and up to `last`."""
        count = self._max_count if last is None else min(self._max_count, last - after)
        journal = self._file.journal
        size = min(MAX_BYTES, self._sink.max_bytes) if isinstance(self._sink, Paces) else MAX_BYTES
        if isinstance(self._sink, TakesRuns) and self._sink.runs:
            run = journal.run(after, count, size)
            if run is not None:
                return run
        count = min(count, MAX_COUNT)
        if isinstance(self._sink, TakesWritten):
            return journal.texts(after, count, size)
        return next(cut(islice(journal.events(after), count), count, size), ())

    def send(self, batch: Batch) -> Sequence[Status] | None:
        """Hand a batch over; one status each, None where all of it is stored and was not there before."""
        sink = self._sink
        if isinstance(batch, Run):
            return cast(TakesRuns, sink).send_run(self._file.identity.epoch, batch)
        if isinstance(sink, TakesWritten):
            return sink.send_written(self._file.identity.epoch, cast(Sequence[Written], batch))
        return sink.send(cast(Sequence[Recorded], batch))


def last_of(batch: Batch) -> int:
    """Number of the last event of a batch."""
    return batch.last if isinstance(batch, Run) else batch[-1].seq
