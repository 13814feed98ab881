"""PINs: set, checked and locked. A check takes a tenth of a second on purpose, so it runs in the pump's thread.

A failure is on disk before the PIN is even looked at, so pulling the plug makes no try free. A lock is counted on a
clock that runs from the start of the machine and that nobody sets; after a restart of the machine it begins anew.
A secret that lies beside the station file goes into every hash: a copy of the file alone gives no PIN away.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from terminal.bench.approval import PinSaid
from terminal.domain.permissions import LEAST_PIN, MOST_PIN, is_pin
from terminal.domain.suggest import BadData
from terminal.pulled import write_whole
from terminal.store.people import KeptPin, People

FREE = 3
"""Failures before a PIN is locked."""
FIRST_WAIT, LONGEST_WAIT = 30, 3600
"""Seconds: how long it is locked then, and at most; it doubles with every further failure."""
PEPPER = "pin.key"


@dataclass(frozen=True, slots=True)
class Cost:
    """What one check costs: rounds, KiB of memory. RFC 9106's Argon2id with one lane."""

    rounds: int = 2
    memory: int = 32 * 1024


@dataclass(frozen=True, slots=True)
class Uptime:
    """How long this machine has run: `boot` names the start that `seconds` are counted from."""

    boot: str
    seconds: float


_PROCESS = uuid4().hex
"""Stands for the start of the machine where no system tells it: a lock then begins anew with the program."""


def uptime() -> Uptime:
    """How long the machine has run, time asleep included where the system counts it."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
        return Uptime(boot, time.clock_gettime(time.CLOCK_BOOTTIME))
    except (OSError, AttributeError):
        return Uptime(_PROCESS, time.monotonic())


class Pins:
    """The PINs of one station; `data` is the folder where its secret lies."""

    def __init__(
        self, people: People, data: Path, clock: Callable[[], Uptime] = uptime, cost: Cost | None = None
    ) -> None:
        self._people = people
        self._data = data
        self._clock = clock
        self._cost = cost or Cost()

    def has(self, who: str) -> bool:
        """True for somebody who has a PIN that counts here."""
        kept, pepper = self._people.pin(who), self._pepper()
        return kept is not None and pepper is not None and kept.pepper == _name_of(pepper)

    def set(self, who: str, pin: str, at: datetime) -> None:
        """Give somebody a PIN, which ends a lock. Raises BadData where it is none, OSError, StoreError."""
        if not is_pin(pin):
            raise BadData([f"A PIN is {LEAST_PIN} to {MOST_PIN} digits."])
        pepper = self._pepper()
        if pepper is None:
            pepper = secrets.token_bytes(32)
            write_whole(self._data / PEPPER, pepper)
        from argon2.low_level import Type, hash_secret  # the bench paints before it

        digest = hash_secret(
            _seasoned(pepper, who, pin),
            secrets.token_bytes(16),
            time_cost=self._cost.rounds,
            memory_cost=self._cost.memory,
            parallelism=1,
            hash_len=32,
            type=Type.ID,
        )
        self._people.set_pin(who, digest.decode("ascii"), _name_of(pepper), at)

    def check(self, who: str, pin: str) -> PinSaid:
        """Whether a PIN is somebody's; while it is locked it is not even looked at. Raises StoreError."""
        pepper, now = self._pepper(), self._clock()
        locked = 0

        def count(kept: KeptPin) -> KeptPin:
            nonlocal locked
            left = _left(kept, now)
            if left > 0:
                locked = left
                return kept if _counts(kept, now) else replace(kept, boot=now.boot, since_ms=_ms(now))
            failures = kept.failures + 1
            return replace(
                kept,
                failures=failures,
                wait_ms=wait_after(failures) * 1000,
                boot=now.boot,
                since_ms=_ms(now),
            )

        kept = self._people.change_pin(who, count)
        if kept is None or pepper is None or kept.pepper != _name_of(pepper):
            return PinSaid("none")
        if locked:
            return PinSaid("locked", wait=-(-locked // 1000))
        if _fits(kept.hash, _seasoned(pepper, who, pin)):
            self._people.change_pin(who, lambda right: replace(right, failures=0, wait_ms=0))
            return PinSaid("right")
        return PinSaid("wrong", wait=kept.wait_ms // 1000, left=max(0, FREE - kept.failures))

    def _pepper(self) -> bytes | None:
        """The station's secret; None where it has none (yet)."""
        try:
            return (self._data / PEPPER).read_bytes()[:64] or None
        except FileNotFoundError:
            return None


def wait_after(failures: int) -> int:
    """Seconds for which a PIN is locked after so many failures on end."""
    over = failures - FREE
    return 0 if over < 0 else min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(over, 10))


def _left(kept: KeptPin, now: Uptime) -> int:
    """Milliseconds that a lock still has to run: all of it after a restart of the machine."""
    passed = _ms(now) - kept.since_ms if _counts(kept, now) else 0
    return max(0, kept.wait_ms - passed)


def _counts(kept: KeptPin, now: Uptime) -> bool:
    """True where the clock is still the one on which the lock was begun."""
    return kept.boot == now.boot and _ms(now) >= kept.since_ms


def _ms(now: Uptime) -> int:
    return int(now.seconds * 1000)


def _seasoned(pepper: bytes, who: str, pin: str) -> bytes:
    """What is hashed: the PIN with the station's secret and whose it is, so that equal PINs can't be told."""
    return hmac.digest(pepper, f"{who}\0{pin}".encode("utf-8", "replace"), hashlib.sha256)


def _name_of(pepper: bytes) -> str:
    """A name by which a secret is known again, and nothing of it."""
    return hashlib.sha256(b"name" + pepper).hexdigest()[:16]


def _fits(digest: str, secret: bytes) -> bool:
    """Whether a hash was made of the secret; the library compares in constant time."""
    from argon2.exceptions import InvalidHashError, VerificationError  # the bench paints before it
    from argon2.low_level import Type, verify_secret

    try:
        return verify_secret(digest.encode("ascii"), secret, Type.ID)
    except (VerificationError, InvalidHashError):
        return False
