"""A serial scale on a real line: loads put on, taken off and shaken, cables pulled, bytes that are no weights."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.fakes import Cable, ScriptedClock
from devices.fakes.scale import FakeScale
from devices.pan import Pan
from devices.scale import ScaleSettings, SerialScale, Weighed
from devices.status import DeviceStatus
from devices.weights import Fault, Reading, Weight, WeightProblem, problem

QUICK = ScaleSettings(poll=0.01, silent_after=60, unstable_after=60)
"""A machine that is busy may stall; that is not what most tests are about."""

TEMPLATE = "{mark},GS,{value}{unit}"
LISTENING = replace(
    QUICK,
    protocol="pattern",
    pattern=r"(?:(?P<stable>ST)|(?P<unstable>US)|(?P<overload>OL)),GS,(?P<value>[-+ .\d]+)(?P<unit>\w+)",
)

Reader = Callable[..., Any]


class Bench:
    """A scale that runs, and what it called back with."""

    def __init__(self, scale: SerialScale, weights: Any, statuses: Any) -> None:
        self.scale = scale
        self.weights = weights
        self.statuses = statuses

    def reach(self, state: str, detail: str = "", after: int = 0) -> DeviceStatus:
        """Wait for a state, with a detail that contains this, which was reported after the first `after`."""

        def fits(item: DeviceStatus) -> bool:
            return item.state == state and detail in item.detail

        found = self.statuses.wait_for(lambda items: any(map(fits, items[after:])))
        status: DeviceStatus = next(item for item in found[after:] if fits(item))
        return status

    def grams(self, count: int) -> list[int]:
        """Wait for so many loads and give their grams."""
        return [weighed.grams for weighed in self.weights.wait_for_count(count)]

    def shows(self, fault: Fault) -> bool:
        """Say whether the pan shows this problem now."""
        now = self.scale.last()
        return isinstance(now, WeightProblem) and now.kind is fault

    def told(self) -> int:
        """Count the statuses."""
        return len(self.statuses.items)


@pytest.fixture
def weigh(inbox: Callable[[], Any]) -> Reader:
    """Run a scale on a path or URL for the length of a `with` block."""

    @contextmanager
    def running(url: str | Path, use: ScaleSettings = QUICK) -> Iterator[Bench]:
        weights, statuses = inbox(), inbox()
        scale = SerialScale("scale 1", str(url), use, on_weight=weights, on_status=statuses)
        scale.start()
        try:
            yield Bench(scale, weights, statuses)
        finally:
            assert scale.stop()

    return running


@pytest.fixture
def fake(tmp_path: Path) -> Iterator[FakeScale]:
    """A scale on a pty that answers MT-SICS."""
    with FakeScale(tmp_path) as scale:
        yield scale


def test_an_item_that_is_put_on_is_told_once_in_whole_grams(
    fake: FakeScale, weigh: Reader, eventually: Callable[..., None]
) -> None:
    """However long it lies there."""
    with weigh(fake.path) as bench:
        bench.reach("ok")
        fake.put("182.4")
        (weighed,) = bench.weights.wait_for_count(1)
        asked = len(fake.commands)
        eventually(lambda: len(fake.commands) > asked + 20)
        assert bench.scale.last() == Weight(182, "182.4 g", True)
        assert bench.weights.items == [weighed]
    assert (weighed.grams, weighed.source, weighed.text) == (182, "scale 1", "182.4 g")
    assert weighed.at_monotonic > 0
    assert set(fake.commands) == {"SI"}
    assert bench.scale.status.state == "off"
    assert bench.scale.last() is None


def test_an_item_that_is_taken_off_and_put_on_again_is_told_again(
    fake: FakeScale, weigh: Reader, eventually: Callable[..., None]
) -> None:
    """Two equal items are two items, with an empty pan between them."""
    with weigh(fake.path) as bench:
        for count in (1, 2, 3):
            fake.put(182.4)
            assert bench.grams(count) == [182] * count
            fake.take_off()
            eventually(lambda: bench.shows(Fault.EMPTY))


def test_a_load_that_changes_is_told_anew_and_one_that_wavers_is_not(
    fake: FakeScale, weigh: Reader, eventually: Callable[..., None]
) -> None:
    """Within the tolerance it is the same load."""
    with weigh(fake.path) as bench:
        fake.put(182)
        bench.grams(1)
        for grams in (184, 180):
            fake.put(grams)
            eventually(lambda grams=grams: bench.scale.last() == Weight(grams, f"{grams}.0 g", True))
        fake.put(250)
        assert bench.grams(2) == [182, 250]


def test_a_weight_is_told_when_it_has_come_to_rest_and_not_before(
    fake: FakeScale, weigh: Reader, eventually: Callable[..., None]
) -> None:
    """An unstable value is never one, and the operator hears why nothing happens."""
    with weigh(fake.path, replace(QUICK, unstable_after=0.05)) as bench:
        bench.reach("ok")
        fake.put(182.4)
        fake.shake(1_000_000)
        assert "not steady" in bench.reach("ok", "steady").detail
        assert bench.shows(Fault.UNSTABLE)
        assert bench.weights.items == []
        told = bench.told()
        fake.shake(1)
        assert bench.grams(1) == [182]
        bench.reach("ok", after=told)
        eventually(lambda: bench.scale.status.detail == "")


def test_less_than_nothing_is_never_a_weight_and_the_operator_is_told_to_tare(
    fake: FakeScale, weigh: Reader
) -> None:
    """The box that was tared has been taken away."""
    with weigh(fake.path) as bench:
        fake.put(100)
        bench.grams(1)
        fake.tare()
        fake.take_off()
        bench.reach("ok", "tare it")
        assert bench.shows(Fault.NEGATIVE)
        fake.put(300)
        assert bench.grams(2) == [100, 200]


def test_an_overload_is_never_a_weight_and_is_said(fake: FakeScale, weigh: Reader) -> None:
    """Beyond its range a scale knows nothing."""
    with weigh(fake.path) as bench:
        fake.overload()
        bench.reach("ok", "too heavy")
        assert bench.shows(Fault.OVERLOAD)
        told = bench.told()
        fake.put(182.4)
        assert bench.grams(1) == [182]
        bench.reach("ok", after=told)


def test_a_stream_is_asked_for_once_and_ended_again(
    tmp_path: Path, weigh: Reader, eventually: Callable[..., None]
) -> None:
    """SIR and a last SI: the scale does not go on talking to nobody."""
    with FakeScale(tmp_path, interval=0.005) as fake:
        with weigh(fake.path, replace(QUICK, poll=0)) as bench:
            fake.put(182.4)
            assert bench.grams(1) == [182]
        eventually(lambda: fake.commands == ["SIR", "SI"])


def test_continuous_output_is_read_by_its_pattern(
    tmp_path: Path, weigh: Reader, eventually: Callable[..., None]
) -> None:
    """In its own unit, without a word from us."""
    with FakeScale(tmp_path, line=TEMPLATE, unit="kg", step="0.0001", interval=0.005) as fake:
        with weigh(fake.path, LISTENING) as bench:
            fake.put(182.4)
            (weighed,) = bench.weights.wait_for_count(1)
            fake.overload()
            eventually(lambda: bench.shows(Fault.OVERLOAD))
            fake.take_off()
            eventually(lambda: bench.shows(Fault.EMPTY))
            fake.put("1250.5")
            assert bench.grams(2) == [182, 1251]
        assert fake.commands == []
    assert weighed.text.split() == ["+0.1824", "kg"]


def test_output_without_a_mark_of_rest_is_at_rest_when_it_agrees_with_itself(
    tmp_path: Path, weigh: Reader
) -> None:
    """Nothing else can show it."""
    plain = replace(QUICK, protocol="pattern", pattern=r"(?P<value>[-+ .\d]+)", unit="g")
    with FakeScale(tmp_path, line="{value}", interval=0.005) as fake, weigh(fake.path, plain) as bench:
        fake.put(182.4)
        assert bench.grams(1) == [182]


def test_a_continuous_line_that_was_cut_at_its_head_is_not_read(tmp_path: Path, weigh: Reader) -> None:
    """`82.4` is the tail of some 182.4, and a stall is as good as an opening for that."""
    plain = replace(QUICK, protocol="pattern", pattern=r"(?P<value>[.\d]+)", unit="g", settle=1)
    with Cable(tmp_path) as line, weigh(line.path, plain) as bench:
        bench.reach("waiting", "answer")
        line.send(b"82.4\r\n182.4\r\n")
        assert bench.grams(1) == [182]
        line.send(b"0\r\n30")
        bench.statuses.wait_for(lambda items: any("can't be read" in item.detail for item in items))
        line.send(b"0.0\r\n250.0\r\n")
        assert bench.grams(2) == [182, 250]


def test_half_a_line_on_a_pulled_cable_is_dropped(
    tmp_path: Path, weigh: Reader, eventually: Callable[..., None]
) -> None:
    """The reading that follows on the new line is its own."""
    with Cable(tmp_path) as line, weigh(line.path, replace(QUICK, settle=1)) as bench:
        line.receive(4)
        line.send(b"S S     100.0 g\r\nS S     18")
        assert bench.grams(1) == [100]
        told = bench.told()
        line.unplug()
        assert "scale" not in bench.reach("lost", str(line.path), told).detail.split(str(line.path))[1]
        assert bench.scale.last() is None
        line.replug()
        line.receive(4)
        line.send(b"2.4 g\r\nS S     250.0 g\r\n")
        assert bench.grams(2) == [100, 250]


def test_twenty_pulled_cables_leave_threads_and_files_as_before(
    tmp_path: Path, weigh: Reader, eventually: Callable[..., None]
) -> None:
    """Each time the scale is back by itself, and the load that never moved is not told again."""
    use = replace(QUICK, retry_first=0.01, retry_last=0.05)
    threads, files = threading.active_count(), len(os.listdir("/proc/self/fd"))
    with FakeScale(tmp_path) as fake, weigh(fake.path, use) as bench:
        fake.put(182.4)
        assert bench.grams(1) == [182]
        running, open_files = threading.active_count(), len(os.listdir("/proc/self/fd"))
        for _ in range(20):
            told = bench.told()
            fake.unplug()
            bench.reach("lost", after=told)
            assert bench.scale.last() is None
            told = bench.told()
            fake.replug()
            bench.reach("ok", after=told)
        eventually(lambda: isinstance(bench.scale.last(), Weight))
        assert (threading.active_count(), len(os.listdir("/proc/self/fd"))) == (running, open_files)
        assert bench.grams(1) == [182]
    assert (threading.active_count(), len(os.listdir("/proc/self/fd"))) == (threads, files)


def test_a_scale_behind_a_socket_is_read_and_found_again_after_its_server_died(weigh: Reader) -> None:
    """Serial servers restart; the port they listen on stays, and half a reply dies with them."""
    server = socket.create_server(("127.0.0.1", 0))
    port = server.getsockname()[1]
    with weigh(f"socket://127.0.0.1:{port}") as bench:
        line, _ = server.accept()
        assert line.recv(4) == b"SI\r\n"
        line.sendall(b"S S     182.4 g\r\n" * 3 + b"S S     9")
        assert bench.grams(1) == [182]
        told = bench.told()
        line.close()
        server.close()
        bench.reach("lost", after=told)
        server = socket.create_server(("127.0.0.1", port))
        line, _ = server.accept()
        assert line.recv(4) == b"SI\r\n"
        line.sendall(b"99.9 g\r\n" + b"S S     250.0 g\r\n" * 3)
        assert bench.grams(2) == [182, 250]
        line.close()
        server.close()


def test_a_missing_scale_is_waited_for_and_said_in_words(tmp_path: Path, weigh: Reader) -> None:
    """The bench may start before the scale does."""
    with FakeScale(tmp_path) as fake:
        fake.unplug()
        fake.put(182.4)
        with weigh(fake.path) as bench:
            assert "plugged in" in bench.reach("lost").detail
            fake.replug()
            assert bench.grams(1) == [182]


@pytest.mark.parametrize("use", [QUICK, replace(QUICK, poll=0), LISTENING])
def test_a_scale_that_falls_silent_is_lost_and_found_again(
    tmp_path: Path, weigh: Reader, eventually: Callable[..., None], use: ScaleSettings
) -> None:
    """Silence is not zero grams."""
    line = TEMPLATE if use.protocol == "pattern" else None
    with (
        FakeScale(tmp_path, line=line, interval=0.01) as fake,
        weigh(fake.path, replace(use, silent_after=0.3)) as bench,
    ):
        fake.put(182.4)
        assert bench.grams(1) == [182]
        fake.go_silent()
        eventually(lambda: bench.scale.last() is None)
        bench.statuses.wait_for(lambda items: "does not answer" in items[-1].detail)
        told = bench.told()
        fake.speak()
        bench.reach("ok", after=told)


def test_an_echo_is_no_scale(weigh: Reader) -> None:
    """A loop-back plug returns our own question, which is no answer, nor after the line was opened anew."""
    with weigh("loop://", replace(QUICK, silent_after=0.02)) as bench:
        bench.reach("lost", "does not answer")
        assert bench.scale.last() is None
        assert all(status.state != "ok" for status in bench.statuses.items)


@pytest.mark.parametrize(
    "garbage", [b"\xff\xfe\x80\xa5\xd2\x91", b"\x00\x1b\x07\x00\r", b"S S 18\x002.4 g\r\n", b"K#?\r"]
)
def test_garbage_is_said_to_be_unreadable_and_never_guessed_at(
    tmp_path: Path, weigh: Reader, eventually: Callable[..., None], garbage: bytes
) -> None:
    """A wrong baud rate makes such bytes, with or without an end in them."""
    with Cable(tmp_path) as line, weigh(line.path) as bench:
        line.receive(4)

        def is_said() -> bool:
            line.send(garbage * 10)
            return any(item.state == "lost" and "baud rate" in item.detail for item in bench.statuses.items)

        eventually(is_said)
        assert bench.shows(Fault.UNREADABLE)
        line.send(b"\r\n" + b"S S     182.4 g\r\n" * 4)
        assert bench.grams(1) == [182]
        bench.reach("ok", after=1)


@pytest.mark.parametrize(
    ("reply", "said"), [(b"ES\r\n", "reports an error"), (b"S S 182.4 ct\r\n", "not known (ct)")]
)
def test_a_scale_that_can_not_be_used_as_it_is_set_is_lost_with_the_reason(
    tmp_path: Path, weigh: Reader, reply: bytes, said: str
) -> None:
    """It talks, but not of grams."""
    with Cable(tmp_path) as line, weigh(line.path) as bench:
        line.receive(4)
        line.send(reply * 3)
        bench.reach("lost", said)
        assert bench.weights.items == []


def test_a_scale_that_is_busy_for_long_is_said_to_be(
    tmp_path: Path, weigh: Reader, eventually: Callable[..., None]
) -> None:
    """One `S I` is the scale's own affair, many are the operator's."""
    with Cable(tmp_path) as line, weigh(line.path, replace(QUICK, unstable_after=0.05)) as bench:
        line.receive(4)

        def is_said() -> bool:
            line.send(b"S I\r\n")
            return "busy or finds no rest" in bench.statuses.items[-1].detail

        eventually(is_said)
        assert bench.shows(Fault.NOT_READY)
        assert bench.statuses.items[-1].state == "ok"


@pytest.mark.parametrize("url", ["nonsense://x", "socket://127.0.0.1"])
def test_an_address_that_can_not_work_is_a_state_and_no_crash(url: str, weigh: Reader) -> None:
    """A wrong line in the configuration leaves the rest of the bench alive."""
    with weigh(url) as bench:
        assert url in bench.reach("lost").detail


def test_a_weight_that_nobody_could_take_is_reported_and_reading_goes_on(
    fake: FakeScale, inbox: Callable[[], Any], eventually: Callable[..., None]
) -> None:
    """And so does a screen that can't draw."""
    weights, statuses = inbox(), inbox()

    def fail_once(weighed: Weighed) -> None:
        weights(weighed)
        if weighed.grams == 100:
            raise RuntimeError("no room")

    def draw(status: DeviceStatus) -> None:
        statuses(status)
        raise RuntimeError("no screen")

    scale = SerialScale("scale 1", str(fake.path), QUICK, on_weight=fail_once, on_status=draw)
    scale.start()
    with pytest.raises(RuntimeError, match="started already"):
        scale.start()
    bench = Bench(scale, weights, statuses)
    fake.put(100)
    assert "no room" in bench.reach("lost", "Weigh it again").detail
    asked = len(fake.commands)
    eventually(lambda: len(fake.commands) > asked + 5)
    told = bench.told()
    assert statuses.items[-1].state == "lost"
    fake.put(250)
    assert bench.grams(2) == [100, 250]
    bench.reach("ok", after=told)
    assert scale.stop()


def test_what_the_pan_showed_too_long_ago_is_nothing(fake: FakeScale, inbox: Callable[[], Any]) -> None:
    """An old weight belongs to an old item."""
    clock = ScriptedClock()
    weights, statuses = inbox(), inbox()
    scale = SerialScale("scale 1", str(fake.path), replace(QUICK, poll=0), weights, statuses, clock)
    fake.put(182.4)
    scale.start()
    weights.wait_for_count(1)
    assert isinstance(scale.last(), Weight)
    fake.go_silent()
    clock.advance(120)
    statuses.wait_for(lambda items: "does not answer" in items[-1].detail)
    assert scale.last() is None
    assert scale.stop()


def test_stopping_what_was_never_started_is_nothing(fake: FakeScale) -> None:
    """Shutting down half a start is normal."""
    scale = SerialScale("scale 1", str(fake.path), QUICK, lambda weighed: None, lambda status: None)
    assert scale.stop()
    assert (scale.status.state, scale.last()) == ("off", None)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"protocol": "mtsics"}, "Did you mean 'mt-sics'"),
        ({"protocol": "pattern", "pattern": "x"}, "no group named value"),
        ({"unit": "stone"}, "no unit 'stone'"),
        ({"poll": -1}, "poll"),
        ({"silent_after": 0.1}, "silent_after"),
        ({"settle": 0}, "settle"),
        ({"tolerance_g": 5}, "tolerance_g"),
    ],
)
def test_settings_that_can_not_work_are_refused_in_words(change: dict[str, Any], said: str) -> None:
    """Before anything is opened."""
    with pytest.raises(ValueError, match=said):
        ScaleSettings(**change)


def test_the_fake_scale_answers_like_one(tmp_path: Path) -> None:
    """Every command that it says it knows."""
    with FakeScale(tmp_path, moves=1, capacity_g=1000) as fake:
        line = os.open(fake.path, os.O_RDWR | os.O_NOCTTY)

        def ask(command: bytes) -> bytes:
            os.write(line, command + b"\r\n")
            return os.read(line, 100)

        assert ask(b"I4") == b'I4 A "FAKE-0001"\r\n'
        assert ask(b"@") == b'I4 A "FAKE-0001"\r\n'
        fake.put(100)
        assert ask(b"Z") == b"Z I\r\n"
        assert ask(b"SI") == b"S D       50.0 g\r\n"
        assert ask(b"SI") == b"S S      100.0 g\r\n"
        assert ask(b"T") == b"T S      100.0 g\r\n"
        fake.put(300)
        assert ask(b"S") == b"S S      200.0 g\r\n"
        assert ask(b"Z") == b"Z A\r\n"
        assert ask(b"SIR") == b"S S        0.0 g\r\n"
        fake.put(1001)
        assert ask(b"S").endswith(b"S +\r\n")
        assert ask(b"XYZ") == b"ES\r\n"
        assert ask(b"\xff") == b"ET\r\n"
        os.close(line)


readings = st.one_of(
    st.builds(Weight, st.integers(0, 60), st.just("x g"), st.booleans()),
    st.sampled_from(list(Fault)).map(lambda kind: problem(kind, unit="x", error="x")),
)


@settings(max_examples=100)
@given(given_readings=st.lists(readings, max_size=60), settle=st.integers(1, 4))
def test_whatever_the_scale_says_a_load_is_told_only_at_rest_and_only_once(
    given_readings: list[Reading], settle: int
) -> None:
    """Each load that was told had settled, was above the minimum and differs from the one before it or came later
    than an empty pan.
    """
    pan = Pan(settle=settle, tolerance_g=2, minimum_g=5)
    before: int | None = None
    for number, reading in enumerate(given_readings):
        load = pan.take(reading)
        seen = given_readings[: number + 1]
        if load is not None:
            rest = seen[-settle:]
            assert len(rest) == settle
            assert all(
                isinstance(one, Weight) and one.stable and abs(one.grams - load.grams) <= 4 for one in rest
            )
            assert load.grams >= 5
            assert before is None or abs(load.grams - before) > 2
            assert pan.now == load
            before = load.grams
        elif (isinstance(reading, Weight) and reading.stable and reading.grams < 5) or (
            len(seen) >= settle
            and all(isinstance(one, WeightProblem) and one.kind is Fault.NEGATIVE for one in seen[-settle:])
        ):
            before = None
        if isinstance(pan.now, Weight):
            assert pan.now.stable


def test_a_zero_that_drifts_a_little_is_an_empty_pan() -> None:
    """Nobody tares for one gram; for ten, one must."""
    pan = Pan(settle=2)
    shown = []
    for grams in (-1, -10):
        assert pan.take(WeightProblem(Fault.NEGATIVE, "Tare it.", "", grams)) is None
        shown.append(pan.now)
    assert [one.kind for one in shown if isinstance(one, WeightProblem)] == [Fault.EMPTY, Fault.NEGATIVE]


def test_a_load_near_the_minimum_that_flickers_is_told_once() -> None:
    """It was not taken off, it is just light."""
    pan = Pan(settle=1)
    loads = [pan.take(Weight(grams, f"{grams} g", True)) for grams in (5, 4, 5, 4, 5, 0, 5)]
    assert [load.grams for load in loads if load] == [5, 5]


def test_a_load_that_creeps_settles_nowhere_on_the_way() -> None:
    """Each step is small, the way is not."""
    pan = Pan(settle=3)
    loads = [pan.take(Weight(grams, f"{grams} g", True)) for grams in range(100, 120, 2)]
    assert loads == [None] * 10
