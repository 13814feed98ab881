"""Who may do what: for each guarded action the role that it needs, and whether that person's PIN is asked too.

A badge can be found, photographed or copied, so it says who somebody claims to be; only a PIN says that they are
there. Where an action asks for a PIN, the badge alone opens nothing, whoever is signed in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from terminal.domain.crew import ROLES

LEAST_PIN, MOST_PIN = 4, 12
"""Digits of a PIN."""
WITH_PIN = " with PIN"
"""What a permission that asks for the PIN ends with in the config."""


@dataclass(frozen=True, slots=True)
class Permission:
    """What an action needs."""

    role: str
    pin: bool = False

    @property
    def words(self) -> str:
        """As it is written in the config."""
        return self.role + WITH_PIN * self.pin


@dataclass(frozen=True, slots=True)
class Approval:
    """Somebody's word for one action: their badge was shown, and `pin` where their PIN was right too."""

    by: str
    role: str
    pin: bool = False


BY_ROLE: Mapping[str, Permission] = {
    "override_above_value": Permission("lead"),
    "take_out_of_hold": Permission("lead"),
    "clear_recall": Permission("lead"),
    "void": Permission("operator"),
    "open_shift": Permission("lead"),
    "close_shift": Permission("operator"),
    "sync_pending": Permission("operator"),
    "audit": Permission("lead"),
    "edit_policy": Permission("manager"),
}
"""Every guarded action with the role that it needs where nobody asks for a PIN."""


def outranks(role: str | None, needed: str) -> bool:
    """True for a role that is at least the needed one; nobody (None) has none."""
    return role in ROLES and ROLES.index(role) >= ROLES.index(needed)


def grants(permission: Permission, approval: Approval) -> bool:
    """True where somebody's word is enough for an action."""
    return outranks(approval.role, permission.role) and (approval.pin or not permission.pin)


def read_permission(text: str) -> Permission:
    """A permission as it is written in the config. Raises ValueError naming what is expected."""
    role = text.removesuffix(WITH_PIN)
    permission = Permission(role, role != text)
    if role not in ROLES or (role == "operator" and permission.pin):
        raise ValueError('expected "operator", "lead", "lead with PIN", "manager" or "manager with PIN"')
    return permission


def is_pin(text: str) -> bool:
    """True for what can be a PIN: 4 to 12 digits of ASCII."""
    return text.isascii() and text.isdigit() and LEAST_PIN <= len(text) <= MOST_PIN


def guessed_early(pin: str, who: str = "") -> bool:
    """True for a PIN that a thief tries first: one digit, a run of digits, a year, or the person's own number."""
    steps = {int(after) - int(before) for before, after in pairwise(pin)}
    year = len(pin) == 4 and pin[:2] in ("19", "20")
    return steps in ({0}, {1}, {-1}) or year or pin == who
