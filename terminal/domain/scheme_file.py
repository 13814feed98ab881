"""Grade schemes from TOML texts. What the parts mean stands in `schemes.py`.

A file may hold any of `[defect]`, `[[question]]` and `[[scheme]]`; schemes name shared questions, so a family
of goods is a few lines, and a site may bring its own in one more file.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType

from terminal.domain.cells import Row, read_row
from terminal.domain.facts import LETTERS, REGISTRY, FactValue, Kind, Observation, read_value
from terminal.domain.schemes import LOCATIONS, SEVERITIES, Cap, Choice, Defect, Question, Repair, Scheme
from terminal.domain.source import Source, Table
from terminal.domain.suggest import BadData, hint

_PROMPT_WIDTH = 12
GENERAL = "general"
"""The category whose scheme takes what has none of its own."""


class BadSchemes(BadData):
    """Scheme files that cannot be used; `problems` names each mistake."""


def load_schemes(texts: Mapping[str, str]) -> Mapping[str, Scheme]:
    """Schemes by category from texts by file name; the files are read as one.

    Raises `BadSchemes` with every mistake of every file: file, line, what it is about, value, a near word.
    """
    problems: list[str] = []
    sources: list[Source] = []
    for name, text in texts.items():
        try:
            sources.append(Source(name, text))
        except BadData as error:
            problems.extend(error.problems)
    defects: dict[str, Defect] = {}
    questions: dict[str, Question] = {}
    schemes: dict[str, Scheme] = {}
    for source in sources:
        _read_top(source, defects, problems)
    for source in sources:
        for table in source.blocks("question", "id", problems):
            question = _read_question(table, defects)
            name = table.text("name", question.id)
            table.close()
            if name in questions:
                table.problem(f'there are two questions "{name}"; give one another name', "name")
            questions[name] = question
    for source in sources:
        for table in source.blocks("scheme", "id", problems):
            scheme = _read_scheme(table, defects, questions)
            for category in scheme.categories:
                if category in schemes:
                    table.problem(f'category "{category}" has a scheme already', category)
                schemes[category] = scheme
    if not problems and GENERAL not in schemes:
        problems.append(f'no scheme has the category "{GENERAL}", which takes what has no scheme of its own')
    if problems:
        raise BadSchemes(problems)
    return MappingProxyType(schemes)


def _read_top(source: Source, defects: dict[str, Defect], problems: list[str]) -> None:
    top = source.top(problems)
    top.whole("schema", 1, 1)
    top.raw("question")
    top.raw("scheme")
    table = top.table("defect")
    for code in table.names():
        if code in defects:
            table.problem(f"{code} is defined twice", code)
        defects[code] = _read_defect(code, table.table(code))
    top.close()


def _read_defect(code: str, table: Table) -> Defect:
    sets = _read_sets(table, "sets")
    for name, value in sets:
        if REGISTRY[name].kind is not Kind.CHOICE and value is not True:
            table.problem(f"sets {name}: a defect sets a choice, or a yes/no to true", name)
    defect = Defect(
        code=code,
        label=table.text("label"),
        severity=table.choice("severity", SEVERITIES),
        location=table.choice("at", LOCATIONS, "hidden"),
        axis=table.choice("axis", ("cosmetic", "function"), "cosmetic"),
        repair=_read_repair(table),
        cap=table.choice("cap", LETTERS, "A"),
        sets=sets,
        adds=table.choice("adds", ("missing_essential", "missing_other"), ""),
    )
    table.close()
    return defect


def _read_repair(table: Table) -> Repair | None:
    part = table.text("part", "")
    return None if table.raw("minutes") is None else Repair(table.whole("minutes", 0, 600), part)


def _read_sets(table: Table, key: str) -> tuple[tuple[str, FactValue], ...]:
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
        table.problem(str(error), name)
        return None


def _read_question(table: Table, defects: Mapping[str, Defect]) -> Question:
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
        ask_when=_read_condition(table, "ask_when"),
        ask_unless=_read_condition(table, "ask_unless"),
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


def _read_condition(table: Table, key: str) -> Row | None:
    raw = table.raw(key)
    if raw is None:
        return None
    row, wrong = read_row(raw)
    for word, sentence in wrong:
        table.problem(f"{key}: {sentence}", key, word)
    return row


def _read_scheme(table: Table, defects: Mapping[str, Defect], questions: Mapping[str, Question]) -> Scheme:
    asked = table.texts("questions", questions, "a question")
    categories = table.texts("categories")
    if not categories:
        table.problem("categories is missing, write a list of the categories that it grades")
    found = tuple(questions[each] for each in asked)
    if not found or found[0].id != "sealed":
        table.problem(
            'the first question must be "sealed": it ends the inspection of most goods', "questions"
        )
    gives = MappingProxyType(dict(_read_sets(table, "gives")))
    ids = [each.id for each in found]
    needed = ["unused", "complete"]
    needed += ["works"] if table.flag("function") else []
    needed += ["battery_health"] if gives.get("has_battery") else []
    for each in needed:
        if each not in ids:
            table.problem(f'the question "{each}" is missing', "questions")
    if len(set(ids)) < len(ids):
        table.problem("two questions have the same id", "questions")
    scheme = Scheme(
        id=table.text("id"),
        version=table.text("version"),
        categories=categories,
        has_function=table.flag("function"),
        gives=gives,
        questions=found,
        offers=table.texts("offers", defects, "a defect"),
        defects=MappingProxyType(dict(defects)),
        caps=_read_caps(table),
        all_or_nothing=table.flag("all_or_nothing"),
        battery=_read_inner_repair(table, "battery"),
        fault=_read_inner_repair(table, "fault"),
    )
    if not any(defect.severity == "critical" for defect in defects.values()):
        table.problem("no defect is critical, so nothing could ever be graded D for what was seen")
    table.close()
    return scheme


def _read_inner_repair(table: Table, key: str) -> Repair | None:
    inner = table.table(key)
    repair = _read_repair(inner)
    inner.close()
    return repair


def _read_caps(table: Table) -> tuple[Cap, ...]:
    raw = table.raw("caps")
    if raw is None:
        return ()
    if not isinstance(raw, list) or not all(isinstance(each, Mapping) for each in raw):
        table.problem("caps must be a list of tables { when, grade, because }", "caps")
        return ()
    caps: list[Cap] = []
    for number, each in enumerate(raw, 1):
        inner = table.inner(f"cap {number}", each)
        row = _read_condition(inner, "when")
        if row is None:
            inner.problem("when is missing, write a table of facts")
        caps.append(Cap(row or Row(()), inner.choice("grade", LETTERS), inner.text("because")))
        inner.close()
    return tuple(caps)


def canonical(texts: Mapping[str, str]) -> str:
    """The content of TOML texts in one fixed form: layout, comments and file names don't count."""
    contents = [
        json.dumps(Source(name, text).data, sort_keys=True, default=str) for name, text in texts.items()
    ]
    return "\n".join(sorted(contents))
