"""The file of operators: both forms, every mistake with its place, and nobody locked out by a slip."""

from __future__ import annotations

import json

import pytest

from terminal.domain.crew import MOST_PEOPLE, Person, load_crew, person_problems
from terminal.domain.suggest import BadData


def test_toml_and_json_say_the_same() -> None:
    """A table each, a list of objects, or an object with such a list."""
    people = (
        Person("1001", "Ada", language="pl"),
        Person("9001", "", "lead", ("CARD-1", "CARD-2")),
        Person("1002", revoked=True),
    )
    toml = """
    [[operators]]
    id = "1001"
    name = "Ada"
    language = "pl"
    [[operators]]
    id = "9001"
    role = "lead"
    badges = ["CARD-1", "CARD-2"]
    [[operators]]
    id = "1002"
    revoked = true
    """
    listed = [
        {"id": "1001", "name": "Ada", "language": "pl"},
        {"id": "9001", "role": "lead", "badges": ["CARD-1", "CARD-2"]},
        {"id": "1002", "revoked": True},
    ]
    assert load_crew(toml, "o.toml") == people
    assert load_crew(json.dumps(listed), "o.json") == people
    assert load_crew("\ufeff" + json.dumps({"operators": listed}), "O.JSON") == people


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ({"id": ""}, "operator 1: id: expected"),
        ({"id": "a/b"}, "id: expected"),
        ({"name": "x"}, "id: expected"),
        ({"id": 5}, "id: expected"),
        ({"id": "1", "rol": "lead"}, 'did you mean "role"'),
        ({"id": "1", "role": "lede"}, 'did you mean "lead"'),
        ({"id": "1", "language": "dee"}, 'did you mean "de"'),
        ({"id": "1", "language": 5}, "language: '5' is none"),
        ({"id": "1", "name": "a\nb"}, "name: expected"),
        ({"id": "1", "name": 5}, "name: expected"),
        ({"id": "1", "badges": "CARD"}, "badges: expected"),
        ({"id": "1", "badges": ["abc"]}, "badges: expected"),
        ({"id": "1", "badges": ["K\u00e4rtchen"]}, "badges: expected"),
        ({"id": "1", "badges": ["CARD"] * 11}, "badges: expected"),
        ({"id": "1", "revoked": "yes"}, "revoked: expected true or false"),
        (5, "expected a table of id"),
    ],
)
def test_a_mistake_is_told_with_its_place(entry: object, told: str) -> None:
    """The number of the operator, the field, what was expected."""
    with pytest.raises(BadData, match=r"o\.json: operator 1") as caught:
        load_crew(json.dumps([entry, {"id": "2"}]), "o.json")
    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("text", "name", "told"),
    [
        ("{", "o.json", "not readable as JSON"),
        ("[" * 100_000, "o.json", "not readable as JSON"),
        ("[[operators", "o.toml", "not readable as TOML"),
        ("5", "o.json", "expected a list of operators"),
        ("", "o.toml", "expected a list of operators"),
        ("[]", "o.json", "nobody in it may sign in"),
        ('[{"id": "1", "revoked": true}]', "o.json", "nobody in it may sign in"),
        ('[{"id": "1"}, {"id": "1"}]', "o.json", "the id '1' is there twice"),
        (
            '[{"id": "1", "badges": ["CARD"]}, {"id": "2", "badges": ["card"]}]',
            "o.json",
            "the badge 'card' is there twice",
        ),
        (json.dumps([{}] * (MOST_PEOPLE + 1)), "o.json", "at most 10,000"),
    ],
)
def test_a_file_that_is_none_is_told(text: str, name: str, told: str) -> None:
    """Form, an empty list, everybody revoked, the same badge for two people."""
    with pytest.raises(BadData) as caught:
        load_crew(text, name)
    assert told in str(caught.value)


def test_somebody_who_is_added_by_hand_is_held_to_the_same() -> None:
    """Each mistake is a sentence of its own."""
    assert person_problems(Person("1001", "Ada", "lead", ("CARD-1",))) == []
    told = person_problems(Person("a b", "x\ny", "boss", ("1",)))
    assert len(told) == 4
    assert told[0].startswith("a b: id: expected")
    assert person_problems(Person(""))[0].startswith("operator: id: expected")
