"""Work at the bench before the label: steps that make an item worth more, and the proof of its faults.

A step without channels is due once the finding is complete, before the channel is worked out, because what it does
(a wipe, a new battery) decides which channels are open at all. A step with channels is due once one of them is
chosen. What was done or given up is never due again, so an item cannot be asked for ever.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from terminal.domain.cells import Match, Row, read_row
from terminal.domain.channels import TERMINAL
from terminal.domain.facts import (
    LETTERS,
    REGISTRY,
    Facts,
    FactValue,
    observations_of,
    read_value,
    with_facts,
)
from terminal.domain.schemes import Scheme
from terminal.domain.source import Source, Table
from terminal.domain.suggest import BadData, hint


class BadSteps(BadData):
    """Steps that cannot be used; `problems` names each mistake."""


@dataclass(frozen=True, slots=True)
class Step:
    """A piece of work that the bench can do on an item."""

    id: str
    label: str
    """What to do, in a few words."""
    minutes: int
    part: str = ""
    """The class of part that it uses up; empty for none."""
    when: Row | None = None
    """Facts that must hold for certain; None: they need not."""
    grades: tuple[str, ...] = LETTERS
    channels: tuple[str, ...] = ()
    """Due when one of these is chosen; empty: due before the channel is worked out."""
    mends: tuple[str, ...] = ()
    """Codes of defects that are gone afterwards. With any, it is due only where one of them was seen."""
    sets: tuple[tuple[str, FactValue], ...] = ()
    forgets: tuple[str, ...] = ()
    """Facts that must be found out anew, as the health of a battery that was replaced."""
    note: str = ""
    """What the operator has to type or scan to finish it, as the number of a record; empty: nothing."""


def load_steps(texts: Mapping[str, str]) -> tuple[Step, ...]:
    """The steps of TOML texts by file name, in order. Raises `BadSteps` with every mistake of every file."""
    problems: list[str] = []
    steps: list[Step] = []
    for name, text in texts.items():
        try:
            source = Source(name, text)
        except BadData as error:
            problems.extend(error.problems)
            continue
        top = source.top(problems)
        top.whole("schema", 1, 1)
        top.raw("step")
        top.close()
        for table in source.blocks("step", "id", problems):
            step = _read_step(table)
            if any(step.id == other.id for other in steps):
                table.problem("there is another step of this id", "id")
            steps.append(step)
    if problems:
        raise BadSteps(problems)
    return tuple(steps)


def due(
    steps: Collection[Step],
    facts: Facts,
    grade: str,
    settled: Collection[str],
    channel: str | None = None,
) -> tuple[Step, ...]:
    """The steps that this item needs now: before its channel is worked out (None), or for the chosen channel.

    `settled` are the ids of steps that were done or given up. Facts are those of the whole item, settled.
    """
    return tuple(
        step
        for step in steps
        if step.id not in settled
        and grade in step.grades
        and (channel in step.channels if channel is not None else not step.channels)
        and fits(step, facts)
    )


def fits(step: Step, facts: Facts) -> bool:
    """Whether the work makes sense on the item as it is known; what nobody knows is no reason to do it."""
    if step.when is not None and step.when.match(facts) is not Match.YES:
        return False
    return not step.mends or any(seen.defect in step.mends for seen in observations_of(facts))


def done(step: Step, facts: Facts) -> Facts:
    """The facts after the work: what it sets, without the defects that it mends and the facts that it outdates."""
    changes: dict[str, FactValue] = dict(step.sets)
    if step.mends:
        kept = tuple(seen for seen in observations_of(facts) if seen.defect not in step.mends)
        changes["observations"] = kept
    changed = with_facts(facts, changes)
    return {name: value for name, value in changed.items() if name not in step.forgets}


def reopened(step: Step, scheme: Scheme) -> tuple[str, ...]:
    """The questions that have to be asked again after the work."""
    return tuple(
        question.id
        for question in scheme.questions
        if question.id in step.forgets or set(question.facts) & set(step.forgets)
    )


def _read_step(table: Table) -> Step:
    when, wrong = read_row(table.raw("when")) if table.has("when") else (None, ())
    for word, sentence in wrong:
        table.problem(sentence, "when", word)
    sets = table.table("sets")
    step = Step(
        id=table.text("id"),
        label=table.text("label"),
        minutes=table.whole("minutes", 0, 600),
        part=table.text("part", ""),
        when=when,
        grades=table.texts("grades", LETTERS, "a grade") or LETTERS,
        channels=table.texts("channels", TERMINAL, "a channel"),
        mends=table.texts("mends"),
        sets=tuple((name, value) for name in sets.names() if (value := _set(sets, name)) is not None),
        forgets=table.texts("forgets", REGISTRY, "a fact"),
        note=table.text("note", ""),
    )
    if not (step.mends or step.sets or step.forgets or step.channels):
        table.problem("it changes nothing: write mends, sets, forgets or channels")
    table.close()
    return step


def _set(table: Table, name: str) -> FactValue | None:
    spec = REGISTRY.get(name)
    if spec is None:
        table.problem(f'unknown fact "{name}"{hint(name, REGISTRY)}', name)
        return None
    try:
        return read_value(spec, table.raw(name))
    except ValueError as error:
        table.problem(str(error), name)
        return None
