"""The projector: items equal to the station's own, sums that add up, each event counted once whatever happens."""

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from click.testing import CliRunner
from psycopg import errors
from psycopg.rows import dict_row

from terminal.bench.events import DispositionOverridden, Held, HoldAsked, Inspected, Undone
from terminal.bench.evolve import evolve
from terminal.bench.state import State
from terminal.bench.wire import revive
from terminal.hub import conflicts, counting, projector, roles
from terminal.hub.connecting import connect
from terminal.hub.problem import HubProblem
from terminal.hub.projector import attend, project, rebuild
from terminal.hub.resting import rest, wake
from terminal.hub_people_cli import project as command

LEFT_OUT = {"facts", "decision", "updated_seq"}
"""Columns of a station that the hub does not keep."""


def stored(hub: Any, station: str) -> dict[str, dict[str, Any]]:
    """The hub's items of a station, by LPN, with times and scores as the station writes them."""
    with hub.connection.transaction():
        cursor = hub.connection.cursor(row_factory=dict_row)
        found = cursor.execute("select * from hub.item where station = %s", (station,)).fetchall()
    return {row["lpn"]: {name: _written(value) for name, value in row.items()} for row in found}


def _written(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return str(value) if isinstance(value, Decimal) else value


def everything(hub: Any) -> dict[str, list[tuple[Any, ...]]]:
    """All that the projector made, but for the times at which it did."""
    sums = hub.rows("select * from hub.rollup_day")
    items = hub.rows("select (to_jsonb(i) - 'updated_at')::text from hub.item i order by station, epoch, lpn")
    claims = hub.rows("select station, epoch::text, what, value, lpn from hub.claim where live")
    return {"items": items, "sums": sorted(sums), "claims": sorted(claims)}


def test_items_are_the_stations_own_row_by_row(hub: Any, walks: Any) -> None:
    """After whole shifts with undo, groups, holds, work and restarts, in batches of every size."""
    assert sum(len(one.items) for one in walks) > 100
    for place, one in enumerate(walks):
        hub.send(one.events)
        assert project(hub.connection, batch=(1, 7, 50, 4000)[place % 4])["stuck"] == []
        found = stored(hub, one.events[0].station)
        assert sorted(found) == [row.values["lpn"] for row in one.items]
        for row in one.items:
            item = found[row.values["lpn"]]
            for name, value in row.values.items():
                if name not in LEFT_OUT:
                    assert item[name] == value, (one.events[0].station, row.values["lpn"], name)


def test_sums_are_what_the_items_add_up_to(hub: Any, walks: Any) -> None:
    """Bit by bit or all at once, and made anew: the same sums, and received, closed, value as in the items."""
    for one in walks[:6]:
        hub.send(one.events)
        while project(hub.connection, 13)["events"]:
            pass
    bit_by_bit = everything(hub)
    assert bit_by_bit["sums"]
    received, closed, held, value = hub.rows(
        "select sum(received), sum(closed), sum(held), sum(value_cents) from hub.rollup_day"
    )[0]
    assert (received, closed, held, value) == hub.rows(
        "select count(*), count(*) filter (where status = 'closed'), count(*) filter (where status = 'held'), "
        "sum(value_cents) filter (where status = 'closed') from hub.item where status <> 'void'"
    )[0]
    assert rebuild(hub.connection)["events"] == sum(len(one.events) for one in walks[:6])
    assert everything(hub) == bit_by_bit
    assert project(hub.connection)["events"] == 0


def test_a_state_at_rest_wakes_as_it_was(walks: Any) -> None:
    """With all that undo may go back to; what is shared is written once."""
    deepest = 0
    for one in walks[:8]:
        state = State()
        for event in one.events:
            state = evolve(state, revive(event.kind, event.body), event.at)
            if event.seq % 9 == 0:
                deepest = max(deepest, len(state.history))
                assert wake(json.loads(json.dumps(rest(state)))) == state
    assert deepest > 5


def test_facts_that_are_spread_over_the_journal(hub: Any, bench: Callable[..., Any], line: Any) -> None:
    """The line's price and reason, an override with its reason, a hold, hands-on time with pauses cut."""
    one = bench("S1")
    cup = line(reason="too-small", initiated=one.now)
    one.receive("RMA1", cup)
    lpn = one.identify(cup)
    one.tell(Inspected(lpn, "clean", "", "", {}), 4_000)
    one.propose(lpn)
    one.tell(DispositionOverridden(lpn, "outlet", "donate", "brand-rule"), 10)
    one.finish(lpn, "donate", by="override")
    held = one.identify()
    one.propose(held)
    one.tell(Held(held, (held,), "claim"), 10)
    hub.send(one.events)
    project(hub.connection)
    item = stored(hub, "S1")[lpn]
    assert (item["price_cents"], item["reason"], item["line_quantity"]) == (1990, "too-small", 1)
    assert item["initiated_at"] == "2026-11-02T08:00:00.000Z"
    assert (item["channel_overridden"], item["channel_override_reason"]) == (True, "brand-rule")
    assert not item["grade_overridden"]
    assert item["touch_ms"] == 300_000 + 10_000 + 1_000 + 60_000
    assert (item["policy"], item["holds"]) == ("policy-1", 0)
    assert stored(hub, "S1")[held]["holds"] == 1
    sums = "select sum(received), sum(closed), sum(held), sum(overridden), sum(ever_held) from hub.rollup_day"
    assert hub.rows(sums) == [(2, 1, 1, 1, 1)]


def test_a_hold_that_is_undone_was_none(hub: Any, bench: Callable[..., Any], line: Any) -> None:
    """The item is open again, and neither item nor sums know of a hold; one that is resumed was held."""
    one = bench("S1")
    one.receive("RMA1", line())
    lpn = one.identify(line())
    one.propose(lpn)
    one.tell(HoldAsked(lpn, "claim"))
    one.tell(Held(lpn, (lpn,), "claim"), 0)
    hub.send(one.events)
    project(hub.connection)
    assert (stored(hub, "S1")[lpn]["status"], stored(hub, "S1")[lpn]["holds"]) == ("held", 1)
    one.tell(Undone("the hold", (lpn,)))
    hub.send(one.events)
    project(hub.connection)
    assert (stored(hub, "S1")[lpn]["status"], stored(hub, "S1")[lpn]["holds"]) == ("open", 0)
    assert hub.rows("select received, closed, held, ever_held from hub.rollup_day") == [(1, 0, 0, 0)]


def test_a_missing_event_stops_its_journal_until_it_comes(
    hub: Any, bench: Callable[..., Any], line: Any
) -> None:
    """What came before it is counted; when it arrives all is counted, once."""
    one, cup = bench("S1"), line(quantity=5)
    one.receive("RMA1", cup)
    for _ in range(5):
        one.whole(cup)
    hub.send(one.events[:6])
    hub.send(one.events[8:])
    told = project(hub.connection)
    assert (told["events"], told["waiting"]) == (6, [{"station": "S1", "epoch": one.epoch, "seq": 7}])
    assert project(hub.connection)["events"] == 0
    hub.send(one.events[6:8])
    assert project(hub.connection)["events"] == len(one.events) - 6
    hub.send(one.events)
    assert project(hub.connection)["events"] == 0
    assert hub.rows("select sum(received), sum(closed) from hub.rollup_day") == [(5, 5)]


@pytest.mark.parametrize(
    ("kind", "body", "word"),
    [
        ("teleported", {}, "newer program"),
        ("placed", {"tote": 1}, "lacks its field"),
        ("item_identified", {"lpn": "X" * 9000}, "lacks its field"),
        ("shift_opened", {"number": "many", "by": "x"}, "ShiftOpened.number"),
    ],
)
def test_what_cant_be_counted_stops_one_station_alone(
    hub: Any, bench: Callable[..., Any], line: Any, kind: str, body: dict[str, Any], word: str
) -> None:
    """With a sentence; what came before it and the other stations are counted, and nothing is lost."""
    bad, good, cup = bench("S1"), bench("S2"), line("RMA2")
    bad.receive("RMA1", line())
    bad.whole(line())
    before = len(bad.events)
    bad.tell_raw(kind, body)
    bad.whole()
    good.receive("RMA2", cup)
    good.whole(cup)
    hub.send(bad.events)
    hub.send(good.events)
    for _ in range(2):
        told = project(hub.connection)
        (stuck,) = told["stuck"]
        assert (stuck["station"], stuck["seq"]) == ("S1", before + 1)
        assert word in stuck["why"]
    assert hub.rows("select station, seq, stuck_at from hub.fold order by 1") == [
        ("S1", before, before + 1),
        ("S2", len(good.events), None),
    ]
    rebuild(hub.connection)
    assert hub.rows("select station, closed from hub.rollup_day order by 1") == [("S1", 1), ("S2", 1)]


def test_a_value_that_fits_no_column_is_found_and_stops_there(
    hub: Any, bench: Callable[..., Any], line: Any
) -> None:
    """A key too long for any index, in the middle of a batch: the events before it are counted."""
    one, cup = bench("S1"), line(quantity=3)
    one.receive("RMA1", cup)
    one.whole(cup)
    noise = random.Random(1)
    one.identify(cup, lpn="".join(noise.choice("BCDFGHJKLMNP0123456789") for _ in range(9000)))
    place = len(one.events)
    one.whole(cup)
    hub.send(one.events)
    (stuck,) = project(hub.connection)["stuck"]
    assert stuck["seq"] == place
    assert hub.rows("select seq, stuck_at from hub.fold") == [(place - 1, place)]
    assert hub.rows("select sum(closed) from hub.rollup_day") == [(1,)]


def test_text_that_postgresql_cant_hold_is_kept_readable(
    hub: Any, bench: Callable[..., Any], line: Any
) -> None:
    """NUL and half surrogate pairs become the replacement character, and the journal goes on."""
    one = bench("S1")
    cup = line(title="Cup\x00 \ud800", category="x" * 3000)
    one.receive("RMA1", cup)
    lpn = one.whole(cup, title="Cup\x00", category="x" * 3000)
    hub.send(one.events)
    assert project(hub.connection)["stuck"] == []
    assert stored(hub, "S1")[lpn]["title"] == "Cup\ufffd"


def test_many_projectors_at_once_count_everything_once(hub: Any, walks: Any) -> None:
    """Four at a time over the same journals while these still come in."""
    chosen = walks[:6]
    for one in chosen:
        hub.send(one.events[: len(one.events) // 2])
    faults: list[BaseException] = []

    def work() -> None:
        try:
            with connect(hub.dsn) as connection:
                for _ in range(6):
                    project(connection, batch=11)
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for one in chosen:
        hub.send(one.events[len(one.events) // 2 :])
    for thread in threads:
        thread.join(60)
    project(hub.connection)
    assert not faults
    at_once = everything(hub)
    rebuild(hub.connection)
    assert everything(hub) == at_once
    assert hub.rows("select sum(seq) from hub.fold") == [(sum(len(one.events) for one in chosen),)]


PROJECT_FOR_EVER = """
import sys
from terminal.hub.connecting import connect
from terminal.hub.projector import project
with connect(sys.argv[1]) as connection:
    print("here", flush=True)
    while True:
        project(connection, 9, batch=3)
        print("more", flush=True)
"""


def test_a_projector_that_is_killed_leaves_nothing_half_done(hub: Any, walks: Any) -> None:
    """SIGKILL in the middle of its work, several times; the sums are those of one quiet run."""
    for one in walks[:6]:
        hub.send(one.events)
    for turn in range(3):
        process = subprocess.Popen(
            [sys.executable, "-c", PROJECT_FOR_EVER, hub.dsn], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        for _ in range(2 + 3 * turn):
            assert process.stdout.readline()
        os.kill(process.pid, signal.SIGKILL)
        process.wait(30)
        process.stdout.close()
    assert project(hub.connection)["stuck"] == []
    after_kills = everything(hub)
    rebuild(hub.connection)
    assert everything(hub) == after_kills


def test_a_rebuild_without_the_old_events_changes_nothing(
    hub: Any, bench: Callable[..., Any], line: Any
) -> None:
    """Where a month was put away, its figures can't be made anew, and that is said."""
    one, cup = bench("S1"), line(quantity=3)
    one.receive("RMA1", cup)
    one.whole(cup)
    hub.send(one.events)
    project(hub.connection)
    before = everything(hub)
    with hub.connection.transaction():
        hub.connection.execute("delete from hub.event where seq < 3")
    with pytest.raises(HubProblem, match="Nothing of this station was changed"):
        rebuild(hub.connection)
    assert everything(hub) == before
    assert before["sums"]


def test_a_station_set_up_anew_keeps_its_old_items(hub: Any, bench: Callable[..., Any], line: Any) -> None:
    """Another epoch counts its plates from the start; the items of both stand beside each other."""
    for _ in range(2):
        one, cup = bench("S1"), line()
        one.receive("RMA1", cup)
        one.whole(cup)
        hub.send(one.events)
    project(hub.connection)
    assert hub.rows("select count(*), count(distinct lpn), count(distinct epoch) from hub.item") == [
        (2, 1, 2)
    ]
    assert hub.rows("select sum(closed) from hub.rollup_day") == [(2,)]


def test_a_state_that_cant_be_read_is_folded_anew(hub: Any, bench: Callable[..., Any], line: Any) -> None:
    """A damaged state at rest, or one of another version, costs time and nothing else."""
    one, cup = bench("S1"), line(quantity=2)
    one.receive("RMA1", cup)
    one.whole(cup)
    one.identify(cup)
    hub.send(one.events)
    project(hub.connection)
    with hub.connection.transaction():
        hub.connection.execute("update hub.fold set state = '{\"shape\": 99}'")
    lpn = one.events[-1].item
    one.propose(lpn)
    one.finish(lpn)
    hub.send(one.events)
    project(hub.connection)
    assert hub.rows("select sum(closed), sum(received) from hub.rollup_day") == [(2, 2)]


def test_projecting_inside_a_transaction_is_refused(hub: Any) -> None:
    """It commits batch by batch, which no outer transaction would let it."""
    with hub.connection.transaction(), pytest.raises(ValueError, match="outside of a transaction"):
        project(hub.connection)


def test_a_service_counts_while_it_runs(hub: Any, bench: Callable[..., Any], line: Any) -> None:
    """With the rights of the service alone, and on after a failure; it ends when it is cancelled."""
    dsn = roles.add(hub.connection, "service")["dsn"]
    hub.connection.commit()
    one = bench("S1")
    one.receive("RMA1", line())
    one.whole(line(), serial="SN-1")
    hub.send(one.events)

    async def serve() -> None:
        task = asyncio.create_task(attend(dsn, 0.01))
        while not await asyncio.to_thread(hub.rows, "select from hub.rollup_day where closed = 1"):
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(asyncio.wait_for(serve(), 30))
    assert hub.rows("select count(*) from hub.claim where checked") == [(2,)]


def test_a_service_goes_on_when_the_hub_is_away(
    hub: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A round that fails is told and tried again."""
    tried: list[str] = []

    def fails(dsn: str) -> dict[str, Any]:
        tried.append(dsn)
        raise HubProblem("The hub is away.") if len(tried) % 2 else ValueError("a fault of the program")

    monkeypatch.setattr(projector, "_round", fails)

    async def serve() -> None:
        task = asyncio.create_task(attend("x", 0.001))
        while len(tried) < 3:
            await asyncio.sleep(0.001)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    asyncio.run(asyncio.wait_for(serve(), 30))
    assert "The hub is away." in caplog.text
    assert "a fault of the program" in caplog.text


def test_a_rebuild_by_command_is_for_one_station(hub: Any, bench: Callable[..., Any], line: Any) -> None:
    """`hub project --rebuild --station`: what stands wrong there is put right, the others are left alone."""
    for name in ("S1", "S2"):
        one = bench(name)
        one.receive("RMA1", line(quantity=2))
        one.whole(line(quantity=2))
        hub.send(one.events)
    project(hub.connection)
    with hub.connection.transaction():
        hub.connection.execute("update hub.rollup_day set closed = 7")
    done = CliRunner().invoke(command, ["--dsn", hub.dsn, "--rebuild", "--station", "S1"])
    assert done.exit_code == 0
    assert hub.rows("select station, closed from hub.rollup_day order by 1") == [("S1", 1), ("S2", 7)]
    assert CliRunner().invoke(command, ["--dsn", hub.dsn, "--rebuild", "--limit", "3"]).exit_code == 2


def test_two_that_stand_in_each_others_way_try_again(
    hub: Any, bench: Callable[..., Any], line: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A deadlock writes nothing and is tried again, by the projector and by the comparing of claims."""
    failing = {"write_claims": 2, "_compare": 2}

    def now_and_then(module: Any, name: str) -> None:
        real = getattr(module, name)

        def run(*given: Any) -> Any:
            result = real(*given)
            if failing[name]:
                failing[name] -= 1
                raise errors.DeadlockDetected("deadlock detected")
            return result

        monkeypatch.setattr(module, name, run)

    now_and_then(counting, "write_claims")
    now_and_then(conflicts, "_compare")
    for name in ("S1", "S2"):
        one = bench(name)
        one.receive("RMA1", line())
        one.whole(line())
        hub.send(one.events)
    done = project(hub.connection)
    assert (done["stuck"], done["conflicts"], failing) == ([], 1, {"write_claims": 0, "_compare": 0})
    assert hub.rows("select sum(closed), sum(received) from hub.rollup_day") == [(2, 2)]
    failing["write_claims"] = 99
    one.whole()
    hub.send(one.events)
    with pytest.raises(errors.DeadlockDetected):
        project(hub.connection)
