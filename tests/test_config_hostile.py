"""Whatever stands in a configuration or in the environment, it loads or is refused in words."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from terminal.config import load, shipped_config
from terminal.config_source import ConfigErrors


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Where a test's site keeps its file."""
    return tmp_path / "site.toml"


LINES = [line for line in shipped_config().splitlines() if line and not line.startswith("# ")]
MARKS = "[ ] { } = , . \" ' \"\"\" ''' inf nan 1e400 -1 [[x]] [bench] operators x.y.z=1 =[[[[]]]] \\ \t \u00e9 \x7f"
SHORT = (
    "true -3 1.5 inf nan '' 'x' [] [1] {} {a=1} ['x'] 1979-05-27 07:32:00 [[]] '\\' \"\\u0000\" \"\\u202e\""
)
LONG = ("9" * 4000, "0x" + "f" * 5000, "'''\n\n'''", f"'{'x' * 5000}'")
VARIABLES = ["REGRADE_CONFIG", "REGRADE_DATA", "REGRADE_STATION", "REGRADE_HUB_DSN", "HOME", "XDG_DATA_HOME"]
anything = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def loads_or_says_why(site: Path, content: bytes) -> None:
    """Load `content`; what is refused is refused with problems that each fit on one line of a terminal."""
    site.write_bytes(content)
    try:
        found = load(site, site.parent, {})
    except ConfigErrors as refusal:
        problems = refusal.problems
    else:
        assert json.loads(found.model_dump_json())
        return
    assert problems
    for problem in problems:
        assert problem.message
        assert str(problem).isprintable()
        assert problem.line is None or problem.file != str(site) or problem.line <= content.count(b"\n") + 1


@settings(anything, max_examples=100)
@given(content=st.binary(max_size=300) | st.text(max_size=300).map(lambda text: text.encode()))
def test_any_bytes_load_or_are_refused_in_words(site: Path, content: bytes) -> None:
    """Nothing in a file makes a traceback."""
    loads_or_says_why(site, content)


@settings(anything, max_examples=300)
@given(
    parts=st.lists(
        st.tuples(st.sampled_from([*LINES, *MARKS.split(" ")]), st.sampled_from(["\n", "\n", " ", ""])),
        max_size=25,
    )
)
def test_any_mixture_of_real_lines_loads_or_is_refused_in_words(
    site: Path, parts: list[tuple[str, str]]
) -> None:
    """Lines in wrong order, doubled, cut and glued: what an editor makes of a file."""
    loads_or_says_why(site, "".join(piece + gap for piece, gap in parts).encode())


@settings(anything, max_examples=150)
@given(
    line=st.sampled_from([line for line in LINES if " = " in line and line[0] not in "# "]),
    value=st.sampled_from([*SHORT.split(), *LONG]),
)
def test_any_value_in_any_setting_loads_or_is_refused_in_words(site: Path, line: str, value: str) -> None:
    """Each setting of the shipped file with each kind of value."""
    text = shipped_config().replace(f"\n{line}\n", f"\n{line.split(' = ')[0]} = {value}\n")
    loads_or_says_why(site, text.encode())


@settings(anything, max_examples=100)
@given(
    environ=st.dictionaries(
        st.sampled_from(VARIABLES), st.text(st.characters(exclude_categories=()), max_size=20)
    )
)
def test_any_environment_loads_or_is_refused_in_words(environ: dict[str, str]) -> None:
    """Variables may hold bytes that are no text, NULs and nonsense."""
    try:
        found = load(None, None, environ)
    except ConfigErrors as refusal:
        sentences = [str(problem) for problem in refusal.problems]
    else:
        assert found.data.is_absolute()
        return
    assert sentences
    assert all(sentence.isprintable() for sentence in sentences)
