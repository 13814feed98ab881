"""A sentence of a device keeps what it is made of wherever it goes in this process, and is English everywhere."""

import copy
import json
import pickle
from dataclasses import asdict, replace

import pytest

from devices.learning import CHECK_TEXT, learn, verdict
from devices.said import N_, Said, joined, told_by

BRACES = "{0} {name} {"


def test_a_copy_is_made_of_the_same_though_its_text_has_braces() -> None:
    """Braces that came from outside are none of the template's, in a copy as in a value of a value."""
    inner = Said("It would read {code}.", code=BRACES)
    one = Said("Seen: {what}. {why}", what=BRACES, why=inner)
    assert one == f"Seen: {BRACES}. It would read {BRACES}."
    for same in (copy.copy(one), copy.deepcopy(one), pickle.loads(pickle.dumps(one))):
        assert type(same) is Said
        assert (same, same.template, same.values) == (one, one.template, one.values)
        assert same.values["why"].template == inner.template  # type: ignore[attr-defined]
    assert json.dumps({"why": one}) == json.dumps({"why": str(one)})


def test_sentences_in_a_row_stay_sentences() -> None:
    """Each is a value of its own; none is an empty text, and the text between them is as given."""
    first, second = Said("Closed."), Said("Seen: {what}.", what=BRACES)
    row = joined([first, second, BRACES], "; ")
    assert row == f"Closed.; Seen: {BRACES}.; {BRACES}"
    assert list(row.values.values()) == [first, second, BRACES]
    assert [type(value) for value in row.values.values()] == [Said, Said, str]
    assert joined([]) == ""
    assert joined([second]) == second


def test_a_marked_template_is_itself() -> None:
    """It is put together where its values are known."""
    assert Said(N_("Seen: {what}."), what=3) == "Seen: 3."
    assert told_by(ValueError(first := Said("Closed."))) is first


@pytest.mark.parametrize("prefix", ["{", "{0}", "}{x"])
def test_what_was_learned_of_a_scanner_can_be_copied_whatever_it_sends(prefix: str) -> None:
    """The doctor gives it out as JSON: a prefix of braces breaks nothing."""
    lesson = learn(f"{prefix}]C1{CHECK_TEXT}\r".encode())
    assert lesson.problems == (
        f"The scanner sends {prefix} in front of the code: clear its prefix, or set it to STX alone.",
    )
    assert json.loads(json.dumps(asdict(lesson)))["problems"] == list(lesson.problems)
    assert replace(lesson, heard="").problems == lesson.problems


def test_what_is_wrong_with_a_scanner_is_said_of_whole_sentences() -> None:
    """A lost separator and a foreign mark: each problem knows its template, and half sentences are none."""
    (lost,) = verdict("]C1" + CHECK_TEXT.replace("\x1d", "")).problems
    assert isinstance(lost, Said)
    assert [one.template for one in lost.values.values() if isinstance(one, Said)] == [
        "The separator inside GS1 codes is lost, so batch and serial run together.",
        "Let the scanner send FNC1 as GS (ASCII 29, 1D hex).",
    ]
    (other,) = verdict("]C1" + CHECK_TEXT.replace("\x1d", "^")).problems
    assert other.startswith("The separator inside GS1 codes is replaced by ^. Let the scanner")
