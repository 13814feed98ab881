"""Work at the bench: which steps are due, what they change, and how files of steps are read."""

from pathlib import Path

import pytest

import terminal.data
from terminal.domain.facts import Facts, observations_of, parse
from terminal.domain.scheme_file import load_schemes
from terminal.domain.work import BadSteps, Step, done, due, fits, load_steps, reopened

FOLDER = Path(terminal.data.__file__).parent
SHIPPED = load_steps({path.name: path.read_text("utf-8") for path in (FOLDER / "steps").glob("*.toml")})
BY_ID = {step.id: step for step in SHIPPED}
SCHEMES = load_schemes({path.name: path.read_text("utf-8") for path in (FOLDER / "schemes").glob("*.toml")})
PHONE: Facts = parse(
    {
        "category": "phone",
        "data_bearing": True,
        "function": "pass",
        "lock": "off",
        "packaging": "opened_complete",
        "data_sanitised": "none",
        "hazard": "none",
        "has_battery": True,
        "battery_health": 71,
    }
)


def ids(steps: tuple[Step, ...]) -> list[str]:
    """The ids, in order."""
    return [step.id for step in steps]


def test_a_phone_is_wiped_and_gets_a_battery_before_its_channel_is_worked_out() -> None:
    """Each once, done or given up."""
    assert ids(due(SHIPPED, PHONE, "C", ())) == ["wipe", "battery"]
    assert ids(due(SHIPPED, PHONE, "C", ("wipe",))) == ["battery"]
    assert ids(due(SHIPPED, PHONE, "D", ())) == []
    assert ids(due(SHIPPED, PHONE, "C", ("wipe", "battery"))) == []


def test_a_wipe_leaves_a_record_and_a_new_battery_is_measured_again() -> None:
    """What was known before is no longer true."""
    wiped = done(BY_ID["wipe"], PHONE)
    assert wiped["data_sanitised"] == "purge"
    assert not fits(BY_ID["wipe"], wiped)
    assert BY_ID["wipe"].note
    renewed = done(BY_ID["battery"], PHONE)
    assert "battery_health" not in renewed
    assert reopened(BY_ID["battery"], SCHEMES["phone"]) == ("battery_health",)
    assert reopened(BY_ID["wipe"], SCHEMES["phone"]) == ()


def test_what_nobody_knows_is_no_reason_to_work() -> None:
    """A battery that was not measured is not replaced."""
    unknown = {name: value for name, value in PHONE.items() if name != "battery_health"}
    assert not fits(BY_ID["battery"], unknown)


def test_mending_takes_away_the_defects_that_it_mends_and_no_others() -> None:
    """A step that mends is due only where there is something to mend."""
    shirt = parse({"observations": [{"defect": code, "location": "front"} for code in ("STN-RM", "HOL")]})
    assert ids(due(SHIPPED, shirt, "C", ())) == ["clean"]
    assert [seen.defect for seen in observations_of(done(BY_ID["clean"], shirt))] == ["HOL"]
    assert not fits(BY_ID["clean"], parse({}))


def test_a_step_of_a_channel_waits_for_that_channel() -> None:
    """And is not asked for where the packaging is sound."""
    damaged = parse({"packaging": "opened_damaged"})
    assert ids(due(SHIPPED, damaged, "B", (), "outlet")) == ["repack"]
    assert ids(due(SHIPPED, damaged, "B", (), "recycle")) == []
    assert ids(due(SHIPPED, damaged, "B", ())) == []
    assert ids(due(SHIPPED, parse({"packaging": "sealed"}), "B", (), "outlet")) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("schema = 2", "steps.toml:1: schema must be a whole number from 1 to 1"),
        (
            "schema = 1\n[[step]]\nid = 'a'\nlabel = 'A'\nminutes = 1",
            'steps.toml:2: step "a": it changes nothing',
        ),
        (
            "schema = 1\n[[step]]\nid = 'a'\nlabel = 'A'\nminutes = -1\nchannels = ['outlett']",
            'steps.toml:6: step "a": channels: "outlett" is not a channel - did you mean "outlet"?',
        ),
        (
            "schema = 1\n[[step]]\nid = 'a'\nlabel = 'A'\nminutes = 1\nsets = { hygeine = true, lock = 'no' }",
            'unknown fact "hygeine" - did you mean "hygiene"?',
        ),
        ("schema = 1\n[[step]]\nid = 'a'\nlabel = 'A'\nminutes = 1\nsets = { lock = 'no' }", "lock"),
        (
            "schema = 1\n[[step]]\nid = 'a'\nlabel = 'A'\nminutes = 1\nmends = ['X']\nwhen = { lok = 'on' }",
            'unknown field "lok" - did you mean "lock"?',
        ),
        (
            "schema = 1\n" + "[[step]]\nid = 'a'\nlabel = 'A'\nminutes = 1\nmends = ['X']\n" * 2,
            "another step",
        ),
        ("schema = ", "not readable as TOML"),
    ],
)
def test_mistakes_in_a_file_of_steps_are_named(text: str, said: str) -> None:
    """File, line, what is wrong, a near word."""
    with pytest.raises(BadSteps) as found:
        load_steps({"steps.toml": text})
    assert any(said in problem for problem in found.value.problems), found.value.problems
