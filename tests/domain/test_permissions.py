"""Roles and PINs: what is enough for an action, and what can be a PIN at all."""

import pytest

from terminal.domain.permissions import (
    BY_ROLE,
    Approval,
    Permission,
    grants,
    guessed_early,
    is_pin,
    outranks,
    read_permission,
)


@pytest.mark.parametrize(
    ("role", "needed", "enough"),
    [
        ("manager", "lead", True), ("lead", "lead", True), ("operator", "lead", False),
        ("lead", "manager", False), (None, "operator", False), ("queen", "operator", False),
    ],
)  # fmt: skip
def test_a_higher_role_may_do_what_a_lower_one_may(role: str | None, needed: str, enough: bool) -> None:
    """Nobody, and a role that does not exist, may nothing."""
    assert outranks(role, needed) is enough


@pytest.mark.parametrize(
    ("approval", "enough"),
    [
        (Approval("9001", "lead"), False), (Approval("9001", "lead", pin=True), True),
        (Approval("1001", "operator", pin=True), False), (Approval("9002", "manager", pin=True), True),
    ],
)  # fmt: skip
def test_a_badge_alone_is_no_word_where_a_pin_is_asked_for(approval: Approval, enough: bool) -> None:
    """And a PIN makes no lead of an operator."""
    assert grants(Permission("lead", pin=True), approval) is enough
    assert grants(Permission("lead"), Approval("9001", "lead"))


@pytest.mark.parametrize("text", ["operator", "lead", "lead with PIN", "manager", "manager with PIN"])
def test_a_permission_is_read_as_it_is_written(text: str) -> None:
    """The words of the config and back."""
    assert read_permission(text).words == text


@pytest.mark.parametrize("text", ["", "boss", "operator with PIN", "lead with pin", "lead  with PIN"])
def test_other_words_are_refused_with_those_that_can_be(text: str) -> None:
    """An operator has no PIN."""
    with pytest.raises(ValueError, match='"lead with PIN"'):
        read_permission(text)


def test_every_guarded_action_has_a_role_that_exists() -> None:
    """The table can be read back."""
    assert {read_permission(one.words) for one in BY_ROLE.values()} == set(BY_ROLE.values())


@pytest.mark.parametrize(
    ("text", "can"),
    [("4711", True), ("123456789012", True), ("471", False), ("1234567890123", False), ("47a1", False),
     ("٤٧١١", False), ("", False), ("47 11", False)],
)  # fmt: skip
def test_a_pin_is_4_to_12_plain_digits(text: str, can: bool) -> None:
    """Digits of other scripts are none: a key that types them is on no keypad."""
    assert is_pin(text) is can


@pytest.mark.parametrize(
    ("pin", "early"),
    [("1111", True), ("123456", True), ("9876", True), ("1984", True), ("2026", True), ("9001", True),
     ("4711", False), ("19841984", False), ("903817", False)],
)  # fmt: skip
def test_what_a_thief_tries_first_is_known(pin: str, early: bool) -> None:
    """One digit, a run, a year, the person's own number."""
    assert guessed_early(pin, "9001") is early
