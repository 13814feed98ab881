"""Settings of the people at a bench: who they are, what they may do, and how their work is looked at again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, model_validator

from terminal.domain.sampling import sequential
from terminal.setting_table import Table
from terminal.setting_types import Amount, Guard, Id, Label, between


class Operator(Table):
    """Somebody who may sign in."""

    id: Id
    """What `!badge` and the badge's barcode name."""
    name: Label = ""
    """Shown on the screen; empty: the id."""
    role: Literal["operator", "lead", "manager"] = "operator"
    """What the person may do."""
    language: Literal["", "en", "de", "es", "fr", "pl"] = ""
    """What the screen speaks while this person is signed in; empty: `screen.language`."""


class Permissions(Table):
    """Who may do what: the role that an action needs, and whether that person's PIN is asked."""

    override_above_value: Guard
    """Another grade or channel for an item worth more than `bench.override_limit`."""
    take_out_of_hold: Guard
    """Take an item out of quarantine."""
    clear_recall: Guard
    """Say that a recall notice does not mean an item."""
    void: Guard
    """Undo a step that a label was printed in."""
    open_shift: Guard
    """Begin a shift where `bench.shift_opens_itself` is off."""
    close_shift: Guard
    """End the shift."""
    sync_pending: Guard
    """End it although events have not left the station."""
    audit: Guard
    """Grade an item again, blind."""
    edit_policy: Guard
    """Open a policy in `regrade policy edit`."""


Rate = Annotated[float, Field(allow_inf_nan=False), between(0, 1)]
"""A share of 1."""


class NewOperator(Table):
    """The sequential test (Wald) that a new operator's items go through until it accepts."""

    p0: Rate
    """Share of wrong items at which somebody is good."""
    p1: Rate
    """Share of wrong items at which somebody is not."""
    alpha: Rate
    """Risk of rejecting the good."""
    beta: Rate
    """Risk of accepting the others."""

    @model_validator(mode="after")
    def _makes_a_test(self) -> NewOperator:
        sequential(self.p0, self.p1, self.alpha, self.beta)
        return self


class Audit(Table):
    """Which finished items are graded once more, blind. The first of these that fits an item counts."""

    overrides: Rate
    """Items whose grade or channel a person set by hand."""
    high_value: Rate
    """Items of high value."""
    high_value_from: Amount
    """Price of the new unit from which an item is of high value."""
    new_operators: Rate
    """Items of people whom the test has not accepted yet."""
    operators: Mapping[Id, Rate]
    """Rates of some people, by id."""
    grades: Mapping[Literal["A", "B", "C", "D"], Rate]
    """Rates of some first grades."""
    base: Rate
    """All other items."""
    new_operator: NewOperator
