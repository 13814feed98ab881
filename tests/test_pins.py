"""PINs on disk: right and wrong ones, the lock that grows, and what does not end it early."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from terminal import pins as module
from terminal.bench.approval import PinSaid
from terminal.domain.suggest import BadData
from terminal.pins import FREE, LONGEST_WAIT, PEPPER, Cost, Pins, Uptime, uptime, wait_after
from terminal.store.connection import read, run
from terminal.store.station_file import StationFile

AT = datetime(2026, 11, 23, 8, tzinfo=UTC)
PIN = "470815"
CHEAP = Cost(1, 8)


@dataclass
class Machine:
    """A machine whose clock the test holds; `boot` begins anew when it is switched off and on."""

    boot: str = "one"
    seconds: float = 100.0
    starts: int = field(default=1)

    def __call__(self) -> Uptime:
        """How long it has run."""
        return Uptime(self.boot, self.seconds)

    def restart(self) -> None:
        """Off and on: it counts from 0 again."""
        self.starts += 1
        self.boot, self.seconds = f"start {self.starts}", 5.0


@pytest.fixture
def machine() -> Machine:
    """A machine that was switched on a while ago."""
    return Machine()


@pytest.fixture
def file(tmp_path: Path) -> Iterator[StationFile]:
    """A station file of its own."""
    with StationFile.open(tmp_path, "01") as opened:
        yield opened


@pytest.fixture
def pins(file: StationFile, machine: Machine) -> Pins:
    """PINs of which 9001 has one; the hash is made cheap, so that a test can try often."""
    made = Pins(file.people, file.data_dir, machine, CHEAP)
    made.set("9001", PIN, AT)
    return made


def fail(pins: Pins, times: int) -> PinSaid:
    """Type a wrong PIN so often; gives what was said to the last."""
    said = PinSaid("none")
    for _ in range(times):
        said = pins.check("9001", "000000")
    return said


def test_the_right_pin_is_right_and_others_are_not(pins: Pins) -> None:
    """Whoever has no PIN has none, whatever is typed."""
    assert pins.check("9001", PIN) == PinSaid("right")
    assert pins.check("9001", PIN[:-1]) == PinSaid("wrong", left=2)
    assert pins.check("1001", PIN) == PinSaid("none")
    assert (pins.has("9001"), pins.has("1001")) == (True, False)


@pytest.mark.parametrize("pin", ["", "123", "1234567890123", "47O815", "４７１１"])
def test_what_is_no_pin_is_not_set(pins: Pins, pin: str) -> None:
    """The sentence says what one is, and not what was given."""
    with pytest.raises(BadData) as told:
        pins.set("9001", pin, AT)
    assert "4 to 12 digits" in str(told.value)
    assert not pin or pin not in str(told.value)
    assert pins.check("9001", PIN) == PinSaid("right")


def test_three_failures_are_free_and_then_the_wait_doubles_up_to_an_hour() -> None:
    """The free ones are a slip of the finger."""
    waits = [wait_after(failures) for failures in range(1, 14)]
    assert waits == [0, 0, 30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600, 3600]
    assert wait_after(10_000) == LONGEST_WAIT


def test_a_locked_pin_is_not_even_looked_at(pins: Pins, machine: Machine) -> None:
    """The right one is refused too; when the time has passed it counts and forgives."""
    assert fail(pins, FREE) == PinSaid("wrong", wait=30)
    assert pins.check("9001", PIN) == PinSaid("locked", wait=30)
    machine.seconds += 29.5
    assert pins.check("9001", PIN) == PinSaid("locked", wait=1)
    machine.seconds += 0.5
    assert pins.check("9001", PIN) == PinSaid("right")
    assert fail(pins, 1) == PinSaid("wrong", left=2)


def test_after_a_lock_every_failure_locks_longer(pins: Pins, machine: Machine) -> None:
    """There are no free ones any more until the right PIN comes."""
    fail(pins, FREE)
    for wait in (60, 120, 240):
        machine.seconds += 10_000
        assert fail(pins, 1) == PinSaid("wrong", wait=wait)


def test_tries_while_it_is_locked_make_it_no_longer(pins: Pins, machine: Machine) -> None:
    """Otherwise anybody could keep a lead out for ever by leaning on a key."""
    fail(pins, FREE)
    for _ in range(60):
        machine.seconds += 0.5
        said = pins.check("9001", "000000")
    assert said == PinSaid("wrong", wait=60)


def test_a_restart_of_the_program_ends_no_lock(file: StationFile, pins: Pins, machine: Machine) -> None:
    """It is on disk, and so are the failures."""
    fail(pins, FREE)
    machine.seconds += 10
    again = Pins(file.people, file.data_dir, machine, CHEAP)
    assert again.check("9001", PIN) == PinSaid("locked", wait=20)


def test_a_restart_of_the_machine_begins_the_lock_anew(pins: Pins, machine: Machine) -> None:
    """Its clock starts from 0, so nobody knows how long it was off: switching it off and on gains nothing."""
    fail(pins, FREE)
    machine.seconds += 29
    for _ in range(3):
        machine.restart()
        assert pins.check("9001", PIN) == PinSaid("locked", wait=30)
        machine.seconds += 20
    assert pins.check("9001", PIN) == PinSaid("locked", wait=10)
    machine.seconds += 10
    assert pins.check("9001", PIN) == PinSaid("right")


def test_a_clock_that_runs_backwards_ends_no_lock(pins: Pins, machine: Machine) -> None:
    """Two machines with one disk, or a broken one."""
    fail(pins, FREE)
    machine.seconds -= 50
    assert pins.check("9001", PIN) == PinSaid("locked", wait=30)


def test_the_time_of_day_has_no_part_in_a_lock(pins: Pins, file: StationFile) -> None:
    """No column of it holds one but the day on which the PIN was set."""
    fail(pins, FREE)
    (row,) = read(file.db, "select wait_ms, boot, since_ms, set_at from pin")
    assert row == (30_000, "one", 100_000, "2026-11-23T08:00:00.000Z")


def test_a_failure_is_on_disk_before_the_pin_is_looked_at(
    pins: Pins, file: StationFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pulling the plug in the middle of a check makes no try free."""
    seen = []

    def power_goes(digest: str, secret: bytes) -> bool:
        seen.append(read(file.db, "select failures from pin")[0][0])
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "_fits", power_goes)
    for _ in range(FREE):
        with pytest.raises(KeyboardInterrupt):
            pins.check("9001", PIN)
    assert seen == [1, 2, 3]
    assert pins.check("9001", PIN).verdict == "locked"


def test_ten_thousand_guesses_get_nowhere(
    pins: Pins, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All PINs of four digits, one a second for nearly three hours with restarts: a handful is looked at."""
    pins.set("9001", "9999", AT)
    real, looked = module._fits, []

    def counted(digest: str, secret: bytes) -> bool:
        looked.append(secret)
        return real(digest, secret)

    monkeypatch.setattr(module, "_fits", counted)
    for guess in range(10_000):
        machine.seconds += 1
        if guess % 1_000 == 999:
            machine.restart()
        assert pins.check("9001", f"{guess:04}").verdict != "right"
    assert FREE < len(looked) <= 12


def test_a_new_pin_ends_a_lock_and_the_old_one(pins: Pins) -> None:
    """Setting it is for whoever runs the station."""
    fail(pins, FREE + 1)
    pins.set("9001", "123454", AT)
    assert pins.check("9001", PIN) == PinSaid("wrong", left=2)
    assert pins.check("9001", "123454") == PinSaid("right")


def test_a_copy_of_the_file_gives_no_pin_away(pins: Pins, file: StationFile, tmp_path: Path) -> None:
    """Beside the file lies a secret that only its owner reads; without it, or with another, no PIN counts."""
    (row,) = read(file.db, "select hash from pin")
    assert row[0].startswith("$argon2id$")
    assert PIN not in row[0]
    key = tmp_path / PEPPER
    assert key.stat().st_mode & 0o077 == 0
    kept = key.read_bytes()
    key.unlink()
    assert pins.check("9001", PIN) == PinSaid("none")
    key.write_bytes(b"x" * 32)
    assert pins.check("9001", PIN) == PinSaid("none")
    assert not pins.has("9001")
    key.write_bytes(kept)
    assert pins.has("9001")


def test_equal_pins_of_two_people_look_different(pins: Pins, file: StationFile) -> None:
    """Nobody finds their own PIN in another's row."""
    pins.set("9002", PIN, AT)
    first, second = (row[0] for row in read(file.db, "select hash from pin order by person"))
    assert first != second
    run(file.catalogue.db, "update pin set hash = ? where person = '9002'", (first,))
    assert pins.check("9002", PIN).verdict == "wrong"


def test_a_damaged_hash_is_nobodys_pin(pins: Pins, file: StationFile) -> None:
    """It is wrong, and no traceback."""
    run(file.catalogue.db, "update pin set hash = 'damaged'")
    assert pins.check("9001", PIN).verdict == "wrong"


def test_a_check_costs_what_the_station_was_made_for(file: StationFile) -> None:
    """Two rounds over 32 MiB: the hash says so itself."""
    Pins(file.people, file.data_dir).set("9001", PIN, AT)
    (row,) = read(file.db, "select hash from pin")
    assert "$m=32768,t=2,p=1$" in row[0]


def test_the_machine_says_how_long_it_has_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """The start is the same for every program; where the system tells none, it is this program's."""
    first, second = uptime(), uptime()
    assert first.boot == second.boot
    assert first.boot
    assert first.seconds <= second.seconds
    monkeypatch.setattr(module, "Path", lambda name: Path("/nowhere/at/all"))
    assert uptime().boot == module._PROCESS
