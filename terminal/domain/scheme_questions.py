"""Questions and tests of scheme files: how their TOML is read and what is refused."""

from __future__ import annotations

from collections.abc import Mapping

from terminal.domain.cells import Row, read_row
from terminal.domain.facts import LETTERS, REGISTRY, FactValue, Kind, Observation, read_value
from terminal.domain.schemes import Check, Choice, Defect, Question
from terminal.domain.source import Table
from terminal.domain.suggest import hint

_PROMPT_WIDTH = 12
CHECKS = "{checks}"
"""Where a question's text names the essential tests of the scheme that asks it."""


def read_sets(table: Table, key: str) -> tuple[tuple[str, FactValue], ...]:
    """The facts of an inner table."""
    inner = table.table(key)
    return tuple((name, value) for name in inner.names() if (value := _read_set(inner, name)) is not None)


def _read_set(table: Table, name: str) -> FactValue | None:
    spec = REGISTRY.get(name)
    if spec is None:
        table.problem(f'unknown fact "{name}"{hint(name, REGISTRY)}', name)
        return None
    try:
        return read_value(spec, table.raw(name))
    except ValueError as error:
        table.problem(str(error), name, str(table.raw(name)))
        return None


def read_check(table: Table) -> Check:
    """A block [[check]]: one test of the goods."""
    check = Check(
        id=table.text("id"),
        label=table.text("label"),
        passes=table.text("passes"),
        power=table.flag("power"),
        essential=table.flag("essential", True),
        tool=table.text("tool", ""),
    )
    table.close()
    return check


def read_question(table: Table, defects: Mapping[str, Defect]) -> Question:
    """A block [[question]]; its `name` is left to the caller, who also closes the table."""
    kind = table.choice("kind", ("yes_no", "choice", "number"), "yes_no")
    question_id, prompt = table.text("id"), table.text("prompt")
    if len(prompt) > _PROMPT_WIDTH:
        table.problem(
            f"prompt has {len(prompt)} characters, the banner shows {_PROMPT_WIDTH} (got {prompt!r})",
            "prompt",
        )
    choices = _read_choices(table, kind, defects)
    good = table.choice("good", [each.value for each in choices]) if choices else ""
    facts = table.texts("facts", REGISTRY, "a fact")
    if kind == "number" and (question_id not in REGISTRY or REGISTRY[question_id].kind is not Kind.COUNT):
        table.problem(
            "a question for a number has the id of a fact that is a number, as battery_health", "id"
        )
    return Question(
        id=question_id,
        prompt=prompt,
        text=table.text("text"),
        kind=kind,
        choices=choices,
        good=good,
        facts=facts if kind != "number" else (question_id, *facts),
        ask_when=read_condition(table, "ask_when"),
        ask_unless=read_condition(table, "ask_unless"),
        gate=frozenset(table.texts("gate", LETTERS, "a grade")),
        even_sealed=table.flag("even_sealed"),
        marks=table.flag("marks"),
    )


def _read_choices(table: Table, kind: str, defects: Mapping[str, Defect]) -> tuple[Choice, ...]:
    if kind == "number":
        return ()
    if kind == "yes_no":
        return (
            _read_choice(table.table("yes"), "1", "yes", "Yes", defects),
            _read_choice(table.table("no"), "2", "no", "No", defects),
        )
    choices: list[Choice] = []
    raw = table.raw("choices")
    if (
        not isinstance(raw, list)
        or not 2 <= len(raw) <= 9
        or not all(isinstance(each, Mapping) for each in raw)
    ):
        table.problem("choices must be a list of 2 to 9 tables { value, label, ... }", "choices")
        return ()
    for number, each in enumerate(raw, 1):
        inner = table.inner(f"choice {number}", each)
        choices.append(_read_choice(inner, str(number), inner.text("value"), inner.text("label"), defects))
    if len({each.value for each in choices}) < len(choices):
        table.problem("two choices have the same value", "choices")
    return tuple(choices)


def _read_choice(table: Table, key: str, value: str, label: str, defects: Mapping[str, Defect]) -> Choice:
    code = table.texts("defect", defects, "a defect")
    seen = Observation(code[0], defects[code[0]].location) if code else None
    needs_defect = table.flag("needs_defect")
    label = table.text("label", label)
    own = ("value", "label", "defect", "needs_defect")
    sets = tuple((n, v) for n in table.names() if n not in own and (v := _read_set(table, n)) is not None)
    return Choice(key, value, label, sets, seen, needs_defect)


def read_condition(table: Table, key: str) -> Row | None:
    """A condition over facts; None where the key is missing."""
    raw = table.raw(key)
    if raw is None:
        return None
    row, wrong = read_row(raw)
    for word, sentence in wrong:
        table.problem(f"{key}: {sentence}", key, word)
    return row
