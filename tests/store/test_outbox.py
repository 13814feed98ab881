"""How far each sink has come: cursors, spans, and a schedule that outlives the program."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from terminal.bench.wire import Draft
from terminal.store.connection import run
from terminal.store.errors import StoreRefused
from terminal.store.outbox import Answer, Left, Outbox, milliseconds
from terminal.store.station_file import StationFile

AT = datetime(2026, 11, 23, 8, tzinfo=UTC)
MakeDraft = Callable[..., Draft]


@pytest.fixture
def outbox(station: StationFile, make_draft: MakeDraft) -> Outbox:
    """The outbox of a file with ten events."""
    station.journal.append([make_draft(n=n) for n in range(10)])
    return station.outbox


def answers(first: int, last: int, left: Left, why: str = "") -> list[Answer]:
    """The same answer to every event of a run."""
    return [Answer(seq, left, why) for seq in range(first, last + 1)]


def test_everything_is_pending_for_a_sink_that_was_just_named(outbox: Outbox) -> None:
    """A sink of a new configuration gets the journal from the first event on."""
    outbox.register(["late"])
    assert outbox.state("late").pending == 10
    assert outbox.state("never named").pending == 10
    assert outbox.cursor("late") == 0


def test_a_span_is_acknowledged_without_leaving_a_trace(outbox: Outbox) -> None:
    """What is left is the cursor and the time of the last acknowledgement."""
    span = outbox.begin("folder", 4)
    assert (span.first, span.last, span.count, span.state) == (1, 4, 4, "sending")
    assert outbox.open_spans("folder") == [span]
    assert outbox.state("folder").pending == 10
    assert outbox.settle(span, answers(1, 4, "acked"), AT, 0)
    assert outbox.open_spans("folder") == []
    state = outbox.state("folder")
    assert (state.pending, state.dead, state.acked_at) == (6, 0, "2026-11-23T08:00:00.000Z")
    assert outbox.begin("folder", 10).first == 5


def test_refused_events_are_kept_with_the_reason_and_block_nothing(outbox: Outbox) -> None:
    """They are neither pending nor forgotten, and can be sent again when the fault is gone."""
    span = outbox.begin("folder", 5)
    told = [*answers(1, 2, "acked"), Answer(3, "dead", "invalid: no grade"), *answers(4, 5, "acked")]
    outbox.settle(span, told, AT, 0)
    state = outbox.state("folder")
    assert (state.pending, state.dead) == (5, 1)
    (dead,) = outbox.dead_spans("folder")
    assert (dead.first, dead.last, dead.last_error) == (3, 3, "invalid: no grade")
    assert outbox.open_spans("folder") == []
    assert outbox.revive("folder") == 1
    assert [span.state for span in outbox.open_spans("folder")] == ["retry"]
    assert outbox.state("folder").pending == 6


def test_events_to_be_tried_again_rest_until_their_time(outbox: Outbox) -> None:
    """Neighbours with the same answer stay together; the number of attempts is counted."""
    later = milliseconds(AT + timedelta(seconds=30))
    told = [*answers(1, 3, "retry", "busy"), Answer(4, "acked"), *answers(5, 6, "retry", "busy")]
    outbox.settle(outbox.begin("folder", 6), told, AT, later)
    one, two = outbox.open_spans("folder")
    assert [(span.first, span.last, span.attempts) for span in (one, two)] == [(1, 3, 1), (5, 6, 1)]
    assert not outbox.span_due(one, AT)
    assert outbox.span_due(one, AT + timedelta(seconds=30))
    again = outbox.resume(one)
    assert outbox.open_spans("folder")[0].state == "sending"
    outbox.settle(again, answers(1, 3, "retry", "busy"), AT, later)
    assert outbox.open_spans("folder")[0].attempts == 2


def test_an_event_without_an_answer_is_tried_again(outbox: Outbox) -> None:
    """A sink that forgets one must not make it vanish."""
    outbox.settle(outbox.begin("folder", 3), [Answer(1, "acked"), Answer(3, "acked")], AT, 0)
    assert [(span.first, span.last, span.last_error) for span in outbox.open_spans("folder")] == [
        (2, 2, "no answer")
    ]


def test_a_span_in_part_answered_remembers_what_was_handed_over_together(outbox: Outbox) -> None:
    """So that the file that it was written to is found again."""
    told = [Answer(1, "waiting"), Answer(2, "acked"), Answer(3, "waiting"), Answer(4, "waiting")]
    outbox.settle(outbox.begin("folder", 4), told, AT, 0)
    one, two = outbox.open_spans("folder")
    assert [(span.first, span.last) for span in (one, two)] == [(1, 1), (3, 4)]
    assert {(span.sent_first, span.sent_last) for span in (one, two)} == {(1, 4)}
    assert outbox.state("folder").waiting == 3
    retried = outbox.resume(two)
    assert (retried.sent_first, retried.sent_last) == (3, 4)


def test_a_span_is_settled_once(outbox: Outbox) -> None:
    """The second of two programs that sent the same batch changes nothing."""
    span = outbox.begin("folder", 3)
    assert outbox.settle(span, answers(1, 3, "acked"), AT, 0)
    assert not outbox.settle(span, answers(1, 3, "dead", "late"), AT, 0)
    assert outbox.state("folder").dead == 0


def test_a_batch_can_not_be_cut_twice(outbox: Outbox) -> None:
    """Overlapping batches would bring events twice."""
    outbox.begin("folder", 5)
    with pytest.raises(StoreRefused, match="up to 5 were already offered to folder, the next one is 6"):
        outbox.begin("folder", 5)


def test_sinks_do_not_know_of_each_other(outbox: Outbox) -> None:
    """One that is far behind holds nobody up."""
    outbox.settle(outbox.begin("folder", 10), answers(1, 10, "acked"), AT, 0)
    outbox.register(["hub"])
    assert outbox.state("folder").pending == 0
    assert outbox.state("hub").pending == 10


def test_the_rest_after_a_failure_outlives_the_program(station: StationFile, outbox: Outbox) -> None:
    """It is in the file, and ends by the clock."""
    outbox.postpone("folder", 3, milliseconds(AT + timedelta(minutes=4)), "no route")
    with StationFile.open(station.data_dir, "ST01", ["folder"]) as again:
        state = again.outbox.state("folder")
        assert (state.attempts, state.last_error) == (3, "no route")
        assert not again.outbox.due("folder", AT)
        assert again.outbox.due("folder", AT + timedelta(minutes=4))


def test_a_clock_that_was_set_back_does_not_stop_the_sync(outbox: Outbox) -> None:
    """A next try further ahead than any rest can be comes from a wrong clock."""
    outbox.postpone("folder", 1, milliseconds(AT), "no route")
    assert outbox.due("folder", AT - timedelta(days=1))


def test_an_answer_ends_the_rest(outbox: Outbox) -> None:
    """Whatever it says of the events, the sink is there."""
    span = outbox.begin("folder", 2)
    outbox.postpone("folder", 5, milliseconds(AT + timedelta(minutes=5)), "no route")
    outbox.settle(span, answers(1, 2, "dead", "invalid"), AT, 0)
    state = outbox.state("folder")
    assert (state.attempts, state.next_at, state.last_error, state.acked_at) == (0, 0, None, None)


@given(
    steps=st.lists(
        st.tuples(
            st.integers(1, 10), st.lists(st.sampled_from(("acked", "retry", "dead", "waiting")), max_size=10)
        )
    )
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_event_is_pending_dead_or_acknowledged_and_in_one_place_only(
    outbox: Outbox, steps: list[tuple[int, list[Left]]]
) -> None:
    """Whatever is answered in whatever order, the counts are those of a plain dictionary."""
    run(outbox._db, "delete from outbox")
    run(outbox._db, "delete from sink")
    model: dict[int, str] = dict.fromkeys(range(1, 11), "acked")
    cursor = 0
    for size, lefts in steps:
        if cursor < 10:
            span = outbox.begin("folder", min(cursor + size, 10))
            cursor = span.last
        else:
            open_spans = outbox.open_spans("folder")
            if not open_spans:
                break
            span = open_spans[0]
        told = [Answer(span.first + place, left) for place, left in enumerate(lefts[: span.count])]
        outbox.settle(span, told, AT, 0)
        model |= dict.fromkeys(range(span.first, span.last + 1), "retry") | {
            one.seq: one.left for one in told
        }
    state = outbox.state("folder")
    assert state.dead == sum(left == "dead" for left in model.values())
    assert state.waiting == sum(left == "waiting" for left in model.values())
    assert state.pending == 10 - cursor + sum(left in ("retry", "waiting") for left in model.values())
    spans = [*outbox.open_spans("folder"), *outbox.dead_spans("folder")]
    kept = {seq: span.state for span in spans for seq in range(span.first, span.last + 1)}
    assert kept == {seq: left for seq, left in model.items() if left != "acked" and seq <= cursor}
