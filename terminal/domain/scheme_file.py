"""Grade schemes from TOML texts. What the parts mean stands in `schemes.py`.

A file may hold any of `[defect]`, `[[question]]`, `[[check]]`, `[[scheme]]`, `[[reason]]` and `[[market]]`; schemes
name shared questions, so a family of goods is a few lines, and a site may bring its own in one more file, or say
that a category is `like` one that there is. Defects may also come as CSV (`defect_sheet`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from terminal.domain.cells import Row
from terminal.domain.channels import CHANNELS
from terminal.domain.crosswalk import check_markets, read_market
from terminal.domain.defect_sheet import to_toml
from terminal.domain.facts import LETTERS, REGISTRY, Kind
from terminal.domain.scheme_questions import CHECKS, read_check, read_condition, read_question, read_sets
from terminal.domain.scheme_scale import read_scale
from terminal.domain.schemes import (
    LOCATIONS,
    SEVERITIES,
    Cap,
    Check,
    Defect,
    Market,
    Question,
    Reason,
    Repair,
    Scheme,
)
from terminal.domain.source import Source, Table
from terminal.domain.suggest import BadData
from terminal.domain.suggesting import read_reason

GENERAL = "general"
"""The category whose scheme takes what has none of its own."""


class BadSchemes(BadData):
    """Scheme files that cannot be used; `problems` names each mistake."""


class _Entry(Table):
    """A defect, which is one line among many alike: its keys are looked for from its code on."""

    __slots__ = ("_code",)

    def __init__(
        self, source: Source, code: str, what: str, raw: Mapping[str, object], problems: list[str]
    ) -> None:
        super().__init__(source, "", 0, what, raw, problems)
        self._code = code

    def place(self, *words: str) -> str:
        return super().place(self._code, *words)

    def inner(self, key: str, raw: Mapping[str, object]) -> Table:
        return _Entry(self._source, self._code, f"{self._what}{key}: ", raw, self.problems)


@dataclass(frozen=True, slots=True)
class _Parts:
    """What the schemes of all files share, by name."""

    defects: dict[str, Defect] = field(default_factory=dict)
    questions: dict[str, Question] = field(default_factory=dict)
    checks: dict[str, Check] = field(default_factory=dict)
    reasons: dict[str, Reason] = field(default_factory=dict)
    markets: list[Market] = field(default_factory=list)


def load_schemes(texts: Mapping[str, str]) -> Mapping[str, Scheme]:
    """Schemes by category from texts by file name (.toml, or .csv with defects); the files are read as one.

    Raises `BadSchemes` with every mistake of every file: file, line, what it is about, value, a near word.
    """
    problems: list[str] = []
    sources: list[Source] = []
    for name, text in texts.items():
        try:
            sources.append(_source(name, text))
        except BadData as error:
            problems.extend(error.problems)
    parts = _Parts()
    schemes: dict[str, Scheme] = {}
    for source in sources:
        _read_top(source, parts, problems)
    _read_shared(sources, parts, problems)
    markets = [
        (table, read_market(table)) for source in sources for table in source.blocks("market", "id", problems)
    ]
    parts.markets.extend(market for _, market in markets)
    bases = _bases(sources)
    for source in sources:
        for table in _whole_schemes(source, bases, problems):
            scheme = _read_scheme(table, parts)
            for category in scheme.categories:
                if category in schemes:
                    table.problem(f'category "{category}" has a scheme already', category)
                schemes[category] = scheme
    check_markets(markets, schemes)
    if not problems and GENERAL not in schemes:
        problems.append(f'no scheme has the category "{GENERAL}", which takes what has no scheme of its own')
    if problems:
        raise BadSchemes(problems)
    return MappingProxyType(schemes)


def _source(name: str, text: str) -> Source:
    """A file as TOML; what ends in .csv is a table of defects."""
    return Source(name, to_toml(name, text) if name.endswith(".csv") else text)


def _read_top(source: Source, parts: _Parts, problems: list[str]) -> None:
    top = source.top(problems)
    top.whole("schema", 1, 1)
    table = top.table("defect")
    for block in ("question", "check", "scheme", "reason", "market"):
        top.raw(block)
    for code in table.names():
        if code in parts.defects:
            table.problem(f"{code} is defined twice", code)
        inner = table.table(code)
        raw = {key: inner.raw(key) for key in inner.names()}
        parts.defects[code] = _read_defect(code, _Entry(source, code, f"defect: {code}: ", raw, problems))
    top.close()


def _read_shared(sources: Sequence[Source], parts: _Parts, problems: list[str]) -> None:
    for source in sources:
        for table in source.blocks("check", "id", problems):
            check = read_check(table)
            if check.id in parts.checks:
                table.problem(f'there are two tests "{check.id}"', "id")
            parts.checks[check.id] = check
        for table in source.blocks("question", "id", problems):
            question = read_question(table, parts.defects)
            name = table.text("name", question.id)
            table.close()
            if name in parts.questions:
                table.problem(f'there are two questions "{name}"; give one another name', "name")
            parts.questions[name] = question
        for table in source.blocks("reason", "id", problems):
            reason = read_reason(table, parts.defects)
            if reason.id in parts.reasons:
                table.problem(f'there are two reasons "{reason.id}"', "id")
            parts.reasons[reason.id] = reason


def _read_defect(code: str, table: Table) -> Defect:
    sets = read_sets(table, "sets")
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
        photo=table.flag("photo"),
    )
    table.close()
    return defect


def _read_repair(table: Table) -> Repair | None:
    part = table.text("part", "")
    return None if table.raw("minutes") is None else Repair(table.whole("minutes", 0, 600), part)


def _bases(sources: Sequence[Source]) -> Mapping[str, Mapping[str, object]]:
    """The schemes of all files by id, as they stand: what others may be like."""
    found: dict[str, Mapping[str, object]] = {}
    for source in sources:
        for table in source.blocks("scheme", "id", []):
            found.setdefault(str(table.raw("id")), {key: table.raw(key) for key in table.names()})
    return found


def _whole_schemes(
    source: Source, bases: Mapping[str, Mapping[str, object]], problems: list[str]
) -> Iterator[Table]:
    """The schemes of a file; one that is `like` another has the keys of that one which it does not give itself."""
    for index, table in enumerate(source.blocks("scheme", "id", problems)):
        own = {key: table.raw(key) for key in table.names() if key != "like"}
        base = bases[table.choice("like", bases)] if table.has("like") else {}
        if "like" in base:
            table.problem("a scheme that is like another cannot be like this one: name the first", "like")
        kept = {key: value for key, value in base.items() if key not in ("id", "categories", "like")}
        yield Table(
            source, "scheme", index, f'scheme "{own.get("id", index + 1)}": ', {**kept, **own}, problems
        )


def _read_scheme(table: Table, parts: _Parts) -> Scheme:
    asked = table.texts("questions", parts.questions, "a question")
    categories = table.texts("categories")
    if not categories:
        table.problem("categories is missing, write a list of the categories that it grades")
    checks = tuple(parts.checks[each] for each in table.texts("checks", parts.checks, "a test"))
    found = tuple(_with_checks(parts.questions[each], checks, table) for each in asked)
    if not found or found[0].id != "sealed":
        table.problem(
            'the first question must be "sealed": it ends the inspection of most goods', "questions"
        )
    gives = MappingProxyType(dict(read_sets(table, "gives")))
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
        offers=_read_offers(table, parts.defects),
        defects=MappingProxyType(dict(parts.defects)),
        caps=_read_caps(table),
        all_or_nothing=table.flag("all_or_nothing"),
        battery=_read_inner_repair(table, "battery"),
        fault=_read_inner_repair(table, "fault"),
        checks=checks,
        scale=read_scale(table),
        evidence=_read_evidence(table),
        reasons=tuple(parts.reasons.values()),
        markets=tuple(parts.markets),
    )
    if not any(defect.severity == "critical" for defect in parts.defects.values()):
        table.problem("no defect is critical, so nothing could ever be graded D for what was seen")
    table.close()
    return scheme


def _with_checks(question: Question, checks: tuple[Check, ...], table: Table) -> Question:
    """The question with the essential tests of the scheme named in its text."""
    if CHECKS not in question.text:
        return question
    named = [each.label for each in checks if each.essential]
    if not named:
        table.problem(f'the question "{question.id}" names the tests and the scheme has none: write checks')
    return replace(question, text=question.text.replace(CHECKS, ", ".join(named)))


def _read_offers(table: Table, defects: Mapping[str, Defect]) -> tuple[str, ...]:
    offers = table.texts("offers", defects, "a defect")
    for code in dict.fromkeys(code for code in offers if offers.count(code) > 1):
        table.problem(f"offers: {code} stands there twice", "offers", code)
    return offers


def _read_evidence(table: Table) -> Mapping[str, str]:
    inner = table.table("evidence")
    wanted = {name: inner.text(name) for name in (*LETTERS, *CHANNELS) if inner.has(name)}
    inner.close()
    return MappingProxyType(wanted)


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
        row = read_condition(inner, "when")
        if row is None:
            inner.problem("when is missing, write a table of facts")
        caps.append(Cap(row or Row(()), inner.choice("grade", LETTERS), inner.text("because")))
        inner.close()
    return tuple(caps)


def canonical(texts: Mapping[str, str]) -> str:
    """The content of TOML texts in one fixed form: layout, comments and file names don't count."""
    contents = [
        json.dumps(_source(name, text).data, sort_keys=True, default=str) for name, text in texts.items()
    ]
    return "\n".join(sorted(contents))
