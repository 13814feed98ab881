"""In which line each key of a TOML text stands."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.toml_places import DEEPEST, Place, TooDeep, find_places


def places_in(value: Any, place: Place = ()) -> Iterator[Place]:
    """Every place in a parsed text."""
    if place:
        yield place
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in inside:
        yield from places_in(inner, (*place, step))


def test_tables_keys_and_elements_have_the_line_they_begin_in() -> None:
    """Headers, blocks, dotted and quoted keys, lists and inline tables over several lines."""
    text = """\
top = 1
[a]
x = "not [a] = header" # nor = this [b]
"y.z" = '''
[trap]
q = 1
'''
u . v = 1.5

[[list]]
k = 1
[list.sub]
m = 2
[[list]]
k = [
  1,
  { n = 2, o = [3,
    4] },
]
"""
    found = find_places(text)
    assert found[("top",)] == 1
    assert found[("a",)] == 2
    assert found[("a", "x")] == 3
    assert found[("a", "y.z")] == 4
    assert found[("a", "u", "v")] == 8
    assert found[("list", 0)] == found[("list",)] == 10
    assert found[("list", 0, "k")] == 11
    assert found[("list", 0, "sub", "m")] == 13
    assert found[("list", 1)] == 14
    assert found[("list", 1, "k", 0)] == 16
    assert found[("list", 1, "k", 1, "n")] == 17
    assert found[("list", 1, "k", 1, "o", 1)] == 18
    assert set(places_in(tomllib.loads(text))) == set(found)


KEYS = st.sampled_from(["a", "b-1", "C_", '"q.r"', "'s t'", '"\\u0041"', '"["', "7"])
SCALARS = st.sampled_from(
    [
        *("1", "-1.5e3", "true", '""', '"a#b"', '"\\"]"', "'{'", "1979-05-27T07:32:00.5Z", "inf", "0xff"),
        *("'''\n[x]\n'''", '"""a\n""b"""', '"""\\\n  x\\""""', "''''''", "''''q''''", '"""""end"""'),
    ]
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: "[" + ",\n # c ]\n".join(items) + "\n]"),
        st.lists(inner, max_size=3).map(
            lambda items: "{" + ", ".join(f"k{number} = {item}" for number, item in enumerate(items)) + "}"
        ),
    ),
    max_leaves=6,
)
LINES = st.one_of(
    st.tuples(KEYS, VALUES).map(lambda pair: f"{pair[0]} = {pair[1]}"),
    st.tuples(KEYS, KEYS, VALUES).map(lambda three: f"{three[0]} . {three[1]}={three[2]} # end"),
    st.lists(KEYS, min_size=1, max_size=3).map(lambda keys: f"[ {' . '.join(keys)} ]"),
    st.lists(KEYS, min_size=1, max_size=3).map(lambda keys: f"[[{'.'.join(keys)}]]"),
    st.just("# = [comment]"),
    st.just(""),
)


@settings(max_examples=400, deadline=None)
@given(lines=st.lists(LINES, max_size=8))
def test_every_place_that_tomllib_reads_is_found_and_no_other(lines: list[str]) -> None:
    """Whatever TOML is made of; a line is one in which the value's own line begins."""
    kept: list[str] = []
    for line in lines:
        try:
            tomllib.loads("\n".join([*kept, line]))
        except tomllib.TOMLDecodeError:
            continue
        kept.append(line)
    text = "\n".join(kept)
    found = find_places(text)
    assert set(found) == set(places_in(tomllib.loads(text)))
    assert all(1 <= line <= text.count("\n") + 1 for line in found.values())


@settings(max_examples=200, deadline=None)
@given(text=st.text(st.sampled_from("ab[]{}=,.\"'\\#\n \r\té0"), max_size=60))
def test_text_that_is_not_toml_raises_nothing_but_too_deep(text: str) -> None:
    """The places are a best guess then, and within the text."""
    try:
        found = find_places(text)
    except TooDeep:
        return
    assert all(1 <= line <= text.count("\n") + 1 for line in found.values())


@pytest.mark.parametrize(
    "text",
    [
        "\n" + "a." * 100_000 + "a = 1",
        "\n[" + "a." * 100_000 + "a]",
        "\na = " + "[" * 100_000,
        "\na = " + "{ a = " * 100_000,
        "\na = { " + '"a" . ' * 100_000 + "a = 1 }",
        "\na = [{ " + "'a'." * 100_000 + "a = 1 }]",
    ],
)
def test_depth_that_would_keep_tomllib_busy_is_refused_with_its_line(text: str) -> None:
    """One key of many dots takes tomllib minutes, many brackets its stack."""
    with pytest.raises(TooDeep) as caught:
        find_places(text)
    assert caught.value.line == 2


def test_depth_that_settings_have_is_far_from_the_limit() -> None:
    """The shipped file uses less than half of it."""
    text = (Path(__file__).parent.parent / "config.toml").read_text("utf-8")
    assert max(len(place) for place in find_places(text)) <= DEEPEST // 2
