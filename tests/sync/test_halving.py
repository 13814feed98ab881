"""A batch that is refused as a whole is halved on disk until what is to blame stands alone, in nobody's way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from terminal.bench.wire import Recorded
from terminal.store.connection import run
from terminal.store.errors import StoreRefused
from terminal.store.outbox import Answer
from terminal.store.station_file import StationFile
from terminal.sync.result import Result
from terminal.sync.round import sync_once
from terminal.sync.sink import BatchRefused, Reach, SinkUnavailable, Status, Verdict

AT = datetime(2026, 11, 23, 8, tzinfo=UTC)
Fill = Callable[..., tuple[Recorded, ...]]


class PowerCut(BaseException):
    """The end of the process at this very point."""


class Picky:
    """A far side that refuses a whole batch when one of some events is in it, or when it has too many."""

    name = "folder"

    def __init__(self, *poison: int, most: int = 10_000) -> None:
        self.poison = set(poison)
        self.most = most
        self.batches: list[list[int]] = []
        self.held: list[int] = []
        self.die_at: int | None = None

    def send(self, batch: Sequence[Recorded]) -> Sequence[Status]:
        """Take all of it or nothing."""
        numbers = [event.seq for event in batch]
        self.batches.append(numbers)
        if len(self.batches) == self.die_at:
            raise PowerCut
        if len(batch) > self.most:
            raise BatchRefused(f"at most {self.most}", too_large=True)
        if self.poison & set(numbers):
            raise BatchRefused("400: no such grade")
        self.held += numbers
        return [Status(seq, Verdict.STORED) for seq in numbers]


class Restored(Picky):
    """A far side that says what it holds."""

    last_hash: str | None = None
    counts = True

    def reach(self, station: str, epoch: str, head: tuple[int, str]) -> Reach | None:
        """As the hub does; `counts`: it also says how many."""
        held = set(self.held)
        return Reach(max(held, default=0), None, len(held) if self.counts else None, self.last_hash)


def dead(station: StationFile) -> list[tuple[int, int, str | None]]:
    """What was refused for good."""
    return [(span.first, span.last, span.last_error) for span in station.outbox.dead_spans("folder")]


def test_the_event_to_blame_ends_alone_and_all_others_arrive(station: StationFile, fill: Fill) -> None:
    """In about two times the logarithm of the batch's size of tries."""
    fill(1200)
    sink = Picky(700)
    assert sync_once(station, sink, AT) == Result("folder", 1200, 1199, 1, 0)
    assert dead(station) == [(700, 700, "invalid: 400: no such grade")]
    assert sorted(sink.held) == [seq for seq in range(1, 1201) if seq != 700]
    assert len(sink.batches) <= 3 + 2 * 9
    assert sync_once(station, sink, AT).sent == 0


def test_a_first_event_that_is_to_blame_waits_for_a_second_one_that_is_not(
    station: StationFile, fill: Fill
) -> None:
    """A sink that took nothing yet may refuse everything; as soon as it takes something, the verdict falls."""
    fill(1)
    sink = Picky(1)
    result = sync_once(station, sink, AT)
    assert (result.refused, result.pending, result.error) == (0, 1, None)
    assert result.warning == "Refused, though nothing else was there to compare with: 400: no such grade"
    fill(1)
    assert sync_once(station, sink, AT, force=True) == Result("folder", 2, 1, 1, 0)
    assert dead(station) == [(1, 1, "invalid: 400: no such grade")]


def test_a_sink_that_refuses_everything_kills_nothing(station: StationFile, fill: Fill) -> None:
    """A wrong address or key must not put a whole journal aside; when it is put right, everything goes."""
    fill(600)
    sink = Picky(*range(1, 601))
    for _ in range(4):
        result = sync_once(station, sink, AT, force=True)
        assert result.error == "The sink refused 8 events one by one and took none: 400: no such grade"
        assert (result.refused, result.pending) == (0, 600)
    assert dead(station) == []
    sink.poison = {5, 17}
    result = sync_once(station, sink, AT, force=True)
    assert (result.refused, result.pending) == (2, 0)
    assert sorted(sink.held) == [seq for seq in range(1, 601) if seq not in (5, 17)]


def test_many_events_to_blame_at_the_start_block_nothing_for_ever(station: StationFile, fill: Fill) -> None:
    """Each round looks at others first, and so comes to the good ones."""
    fill(100)
    sink = Picky(*range(1, 31))
    for _ in range(5):
        sync_once(station, sink, AT, force=True)
    assert sorted(sink.held) == list(range(31, 101))
    assert station.outbox.state("folder").dead == 30


def test_a_batch_that_is_too_large_is_halved_and_the_next_ones_are_no_larger(
    station: StationFile, fill: Fill
) -> None:
    """Nothing is refused by it, and a round learns from it."""
    fill(1000)
    sink = Picky(most=130)
    assert sync_once(station, sink, AT) == Result("folder", 1000, 1000, 0, 0)
    assert [len(batch) for batch in sink.batches] == [500, 250, *[125] * 8]
    assert sink.held == list(range(1, 1001))


def test_an_event_too_large_even_alone_is_put_aside(station: StationFile, fill: Fill) -> None:
    """It never gets smaller."""
    fill(3)
    sink = Picky(most=0)
    assert sync_once(station, sink, AT).pending == 3
    sink.most = 10
    assert sync_once(station, sink, AT, force=True).acknowledged == 3


@given(
    poison=st.sets(st.integers(1, 40), max_size=6),
    die=st.lists(st.integers(1, 12), max_size=4),
    data=st.data(),
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_halving_survives_the_end_of_the_process_at_any_point(
    station: StationFile, fill: Fill, poison: set[int], die: list[int], data: st.DataObject
) -> None:
    """Halves that were on their way go again as they were; nothing is lost, doubled, or refused that was good."""
    run(station.outbox._db, "delete from outbox")
    run(station.outbox._db, "delete from sink")
    while station.journal.head().seq < 40:
        fill(40)
    sink = Picky(*poison)
    for number in die:
        sink.die_at = len(sink.batches) + number
        try:
            sync_once(station, sink, AT, force=True)
        except PowerCut:
            covered = [
                seq
                for span in station.outbox.open_spans("folder")
                for seq in range(span.first, span.last + 1)
            ]
            assert len(covered) == len(set(covered))
    sink.die_at = None
    assert sync_once(station, sink, AT, force=True).pending == 0
    assert sorted(sink.held) == [seq for seq in range(1, 41) if seq not in poison]
    assert {first for first, _, _ in dead(station)} == poison


def test_a_span_is_split_once_and_only_inside(station: StationFile, fill: Fill) -> None:
    """What another program settled meanwhile is not split."""
    fill(6)
    outbox = station.outbox
    span = outbox.begin("folder", 6)
    with pytest.raises(StoreRefused, match="events 1 to 6 can't be split after 6"):
        outbox.split(span, 6)
    one, two = outbox.split(span, 2)
    assert outbox.open_spans("folder") == [one, two]
    assert [(each.first, each.last, each.sent_first, each.sent_last) for each in (one, two)] == [
        (1, 2, 1, 2),
        (3, 6, 3, 6),
    ]
    with pytest.raises(StoreRefused, match="settled by somebody else"):
        outbox.split(span, 2)


# -- a far side that has less than it acknowledged


def test_what_a_restored_far_side_has_lost_is_sent_again(station: StationFile, fill: Fill) -> None:
    """From its last number on, in batches; what was refused stays refused."""
    fill(1300)
    sink = Restored(1250)
    assert sync_once(station, sink, AT).refused == 1
    sink.held = list(range(1, 101))
    sink.batches.clear()
    result = sync_once(station, sink, AT)
    assert (result.acknowledged, result.refused, result.pending) == (1199, 0, 0)
    assert (result.warning or "").endswith("1,199 events are sent again.")
    assert sink.batches[0] == list(range(101, 601))
    assert sorted(sink.held) == [seq for seq in range(1, 1301) if seq != 1250]
    assert sync_once(station, sink, AT) == Result("folder", 0, 0, 0, 0)


def test_a_far_side_with_gaps_gets_everything_again(station: StationFile, fill: Fill) -> None:
    """Its last number says nothing about what is missing before it."""
    fill(20)
    sink = Restored()
    sync_once(station, sink, AT)
    sink.held = [1, 2, 3, 19, 20]
    assert sync_once(station, sink, AT).acknowledged == 20
    assert set(sink.held) == set(range(1, 21))


def test_a_far_side_that_only_knows_its_last_number(station: StationFile, fill: Fill) -> None:
    """Is brought up from there."""
    fill(5)
    sink = Restored()
    sink.counts = False
    sync_once(station, sink, AT)
    sink.held = [1, 2]
    assert sync_once(station, sink, AT).acknowledged == 3
    assert sink.held == [1, 2, 3, 4, 5]


def test_events_on_their_way_are_not_taken_for_lost(station: StationFile, fill: Fill) -> None:
    """What was handed over without an answer is no acknowledgement."""
    fill(5)
    sink = Restored()
    sink.die_at = 1
    with pytest.raises(PowerCut):
        sync_once(station, sink, AT)
    assert sync_once(station, sink, AT) == Result("folder", 5, 5, 0, 0)
    assert station.outbox.acked("folder") == (5, 5)


def test_a_far_side_with_other_events_under_these_numbers_is_a_copied_disk(
    station: StationFile, fill: Fill
) -> None:
    """By the hash of its last event, or because it is further than this station ever was."""
    batch = fill(3)
    sink = Restored()
    sync_once(station, sink, AT)
    sink.last_hash = "f" * 64
    assert "disk" in (sync_once(station, sink, AT).warning or "")
    sink.last_hash = batch[2].hash
    assert sync_once(station, sink, AT).warning is None
    sink.held += [4, 5]
    sink.last_hash = None
    assert "disk" in (sync_once(station, sink, AT).warning or "")


# -- what waits, and since when


def test_what_waits_is_the_furthest_behind_and_the_oldest(station: StationFile, fill: Fill) -> None:
    """Over all sinks; nothing refused is among it."""
    fill(4)
    outbox = station.outbox
    assert (outbox.waiting([]).count, outbox.waiting([]).oldest_at) == (0, None)
    outbox.settle(outbox.begin("folder", 2), [Answer(1, "acked"), Answer(2, "dead", "x")], AT, 0)
    outbox.register(["hub"])
    waits = outbox.waiting(["folder", "hub"])
    assert (waits.count, waits.oldest_at) == (4, AT)
    assert outbox.waiting(["folder"]).count == 2
    outbox.settle(outbox.begin("folder", 4), [Answer(3, "acked"), Answer(4, "retry")], AT, 7)
    assert outbox.waiting(["folder"]).count == 1
    assert outbox.oldest_pending_at("folder") == AT
    assert outbox.next_due("folder") == 7
    outbox.settle(outbox.open_spans("folder")[0], [Answer(4, "acked")], AT, 0)
    assert outbox.oldest_pending_at("folder") is None
    assert outbox.next_due("folder") is None
    assert station.journal.append(()) == ()


def test_a_rest_is_told_with_the_age_of_what_waits(station: StationFile, fill: Fill) -> None:
    """While nothing is tried, too."""
    fill(1)

    class Down(Picky):
        def send(self, batch: Sequence[Recorded]) -> Sequence[Status]:
            raise SinkUnavailable("down")

    sync_once(station, Down(), AT, jitter=lambda: 1.0)
    result = sync_once(station, Down(), AT + timedelta(milliseconds=1))
    assert (result.error, result.oldest_at) == ("down", AT)
