"""What a batch of ours is in EPCIS, event by event, from its place in the journal.

What an event tells depends on those before it, so the story up to a batch is read from the journal unless the batch
begins where one that is remembered ended.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from terminal.bench.wire import Recorded
from terminal.sync.epcis import Story, Unreadable, tell
from terminal.sync.epcis_context import story_of
from terminal.sync.epcis_ids import Site, site_of
from terminal.sync.epcis_schema import own_checker
from terminal.sync.epcis_shapes import Event

KEPT = 16
"""Places in the journal whose story is kept, so that halves and repeats need not be read up to."""


@dataclass(frozen=True, slots=True)
class Mapped:
    """An event of ours with what it is in EPCIS; `wrong` is why it can't be sent."""

    seq: int
    events: tuple[Event, ...] = ()
    wrong: str = ""


class Stories:
    """The stories of a site's journals, as far as they were told."""

    def __init__(
        self, location: str, site: str, history: Callable[[Recorded], Iterable[Recorded]] | None
    ) -> None:
        """GLNs of bench and place; `history`: the events of a shift before one. Raises ValueError for no GLN."""
        site_of("-", location, site)
        self._gln = (location, site)
        self._history = history
        self._kept: dict[tuple[str, int], Story] = {}

    def map(self, batch: Sequence[Recorded]) -> list[Mapped]:
        """What each event of a batch tells, from its place in the journal."""
        site = site_of(batch[0].station, *self._gln)
        story = self._story(batch[0], site)
        mapped = []
        for recorded in batch:
            try:
                story, events = tell(story, recorded, site)
            except Unreadable as problem:
                mapped.append(Mapped(recorded.seq, wrong=str(problem)))
                continue
            wrong = next((str(found) for event in events for found in own_checker().mismatches(event)), "")
            mapped.append(Mapped(recorded.seq, () if wrong else events, wrong))
        self._keep(batch[-1], story)
        return mapped

    def _story(self, first: Recorded, site: Site) -> Story:
        known = self._kept.get((first.epoch, first.seq - 1))
        if known is None:
            events = self._history(first) if self._history is not None else ()
            known = story_of(events, site)
            self._kept[first.epoch, first.seq - 1] = known
        return known

    def _keep(self, last: Recorded, story: Story) -> None:
        self._kept[last.epoch, last.seq] = story
        while len(self._kept) > KEPT:
            del self._kept[next(iter(self._kept))]
