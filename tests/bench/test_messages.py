"""Sentences and their uses: every code has a sentence, every sentence a use, every brace its word."""

import ast
import string
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import terminal
from terminal.bench.messages import MESSAGES, banner_word, sentence
from terminal.bench.outcome import SHOWN, done, noted, refused, visible
from terminal.bench.view import Level

ROOT = Path(terminal.__file__).parent
ARRIVALS = ("expected", "over", "unexpected", "blind")
"""What a unit can be when a code identified it."""
DEFAULTS = frozenset({"near"})
"""Words that a sentence has without being given them."""
NOT_CODES = frozenset({"level", "called"})


@dataclass(frozen=True)
class Use:
    """One place that names a code: what it calls, and the words that it gives."""

    where: str
    call: str
    code: str
    words: frozenset[str]
    loud: bool
    """True where the verdict may be a refusal or a warning, which the banner shows with a word of its own."""


def modules() -> list[Path]:
    """The bench, the station and whatever else makes outcomes."""
    return [
        path
        for path in sorted(ROOT.rglob("*.py"))
        if "terminal.bench.outcome" in path.read_text("utf-8") or path.name == "outcome.py"
    ]


def literals(node: ast.expr, inside: ast.AST) -> list[str]:
    """Every code that an argument can be: a literal, one of two, an arrival, or a name that holds one of these."""
    match node:
        case ast.Constant(value=str(code)):
            return [code]
        case ast.IfExp(body=body, orelse=other):
            return literals(body, inside) + literals(other, inside)
        case ast.JoinedStr(values=[ast.Constant(value=str(start)), ast.FormattedValue()]):
            assert start == "item-", f"{ast.unparse(node)}: say in this test what it can be"
            return [start + arrival for arrival in ARRIVALS]
        case ast.Name(id=name):
            given = [
                one.value
                for one in ast.walk(inside)
                if isinstance(one, ast.Assign) and [ast.unparse(target) for target in one.targets] == [name]
            ]
            return [code for value in given for code in literals(value, inside)]
    raise AssertionError(f"{ast.unparse(node)} can't be followed to its codes")


def keys(node: ast.expr | None) -> frozenset[str]:
    """The words of a dictionary that is written out."""
    if node is None:
        return frozenset()
    assert isinstance(node, ast.Dict), f"{ast.unparse(node)}: write the words out"
    return frozenset(ast.literal_eval(key) for key in node.keys if key is not None)


def uses_of(path: Path) -> Iterator[Use]:
    """Every call of a module that names a code."""
    tree = ast.parse(path.read_text("utf-8"))
    scopes = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    for scope in scopes:
        for call in ast.walk(scope):
            if not isinstance(call, ast.Call):
                continue
            name = ast.unparse(call.func).removeprefix("outcome.")
            if name not in ("done", "noted", "refused", "Verdict") or path.name == "outcome.py":
                continue
            level = ast.unparse(call.args[0]) if name == "Verdict" else ""
            words = (
                keys(call.args[2] if len(call.args) > 2 else None)
                if name == "Verdict"
                else frozenset(one.arg for one in call.keywords if one.arg is not None) - NOT_CODES
            )
            if name == "refused":
                words |= {"given"}
            loud = (
                name == "refused"
                or level in ("Level.STOP", "Level.WARN")
                or any(one.arg == "level" and ast.unparse(one.value) == "Level.WARN" for one in call.keywords)
            )
            for code in literals(call.args[1 if name == "Verdict" else 0], scope):
                yield Use(f"{path.relative_to(ROOT)}:{call.lineno}", name, code, words, loud)


USES = sorted({use for path in modules() for use in uses_of(path)}, key=lambda use: (use.where, use.code))
every_use = pytest.mark.parametrize("use", USES, ids=lambda use: f"{use.where}-{use.code}")


def braces(code: str) -> set[str]:
    """The words that a sentence asks for."""
    return {name for _, name, _, _ in string.Formatter().parse(MESSAGES[code][1]) if name is not None}


def test_the_walk_over_the_source_finds_the_bench_and_the_station() -> None:
    """Were the walk blind, the tests below would hold of nothing."""
    places = {use.where.split(":")[0] for use in USES}
    assert {"station.py", "replay.py", "bench/decide.py", "bench/finishing.py", "bench/people.py"} <= places
    assert {use.call for use in USES} == {"done", "noted", "refused", "Verdict"}
    assert len(USES) > 100


@every_use
def test_a_code_that_is_used_has_a_sentence_with_all_its_words(use: Use) -> None:
    """Every brace of the sentence is given where the code is used."""
    assert use.code in MESSAGES
    assert braces(use.code) - DEFAULTS <= use.words
    assert sentence(use.code, dict.fromkeys(use.words, "word"))


@every_use
def test_what_stops_or_warns_has_a_word_for_the_banner(use: Use) -> None:
    """A refusal is seen from the other side of the bench, and its word says which it is."""
    assert not use.loud or banner_word(use.code)


@pytest.mark.parametrize("code", MESSAGES)
def test_every_sentence_is_said_somewhere(code: str) -> None:
    """A sentence that nothing uses would be translated for nothing."""
    assert code in {use.code for use in USES}


@pytest.mark.parametrize("code", MESSAGES)
def test_a_sentence_is_short_and_plain(code: str) -> None:
    """It fits the line under the banner, its banner word fits the banner, and it ends like a sentence."""
    word, text = MESSAGES[code]
    assert len(word) <= 14
    assert word == word.upper()
    assert 0 < len(text) <= 110
    assert all(name.isidentifier() for name in braces(code))
    assert text[-1] in ".?})" or code in ("decided", "held")


def test_a_hint_is_a_question_and_its_absence_leaves_no_gap() -> None:
    """Did you mean ...? stands only where something is near."""
    words = {"given": "lable", "known": "label, other"}
    assert sentence("unknown-reason", {**words, "near": "label"}) == (
        'lable is no reason code. Did you mean "label"? Known: label, other.'
    )
    assert (
        sentence("unknown-reason", {**words, "near": ""}) == "lable is no reason code. Known: label, other."
    )


def test_braces_in_foreign_text_are_only_text() -> None:
    """What was scanned is put in as it is and never read as a template."""
    assert "{lpn} {0}" in sentence("unknown-code", {"given": "{lpn} {0}", "tried": "{x.__class__}"})


def test_outcomes_say_whether_they_changed_anything() -> None:
    """Done and noted are taken, refused is not and leaves a trace of what was given."""
    assert (done("accepted").refused, noted("nothing-waits").refused) == (False, False)
    assert done("held", level=Level.WARN).verdict.level is Level.WARN
    outcome = refused("no-item", "a\x1db\nc", lpn="L")
    (event,) = outcome.events
    assert outcome.refused
    assert (outcome.verdict.args["given"], outcome.verdict.args["lpn"]) == ("a?b?c", "L")
    assert (event.why, event.given) == ("no-item", "a?b?c")  # type: ignore[attr-defined]


def test_foreign_text_is_cut_to_a_line() -> None:
    """Sixty characters, with dots where more came."""
    assert visible("x" * SHOWN) == "x" * SHOWN
    assert visible("x" * 10_000) == "x" * (SHOWN - 3) + "..."
    assert visible("\ud800é\u202e") == "?é?"
