"""People of a station: added, badged and disabled here, merged with the config's and the hub's."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from terminal.assembly import assemble, people
from terminal.backups import backup
from terminal.bench.given import Scan
from terminal.config import load
from terminal.console import Context
from terminal.domain.crew import Person
from terminal.domain.suggest import BadData
from terminal.label_cli import cards
from terminal.lookup import badge_code
from terminal.operator_cli import operator
from terminal.operators import crew, everybody, prove
from terminal.pins import Cost, Pins
from terminal.pulled import InForce, put_in_force
from terminal.restoring import reset, restore
from terminal.settings import Settings
from terminal.store.station_file import StationFile

AT = datetime(2026, 11, 23, 8, tzinfo=UTC)
Regrade = Callable[..., Result]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A station on defaults: operators 1001 and 1002, lead 9001."""
    return load(None, tmp_path, {})


@pytest.fixture
def regrade(tmp_path: Path) -> Regrade:
    """Runs `regrade operator ...` over that station."""

    def run(*args: str, stdin: str = "") -> Result:
        return CliRunner().invoke(operator, args, obj=Context(None, tmp_path), input=stdin)

    return run


def put(result: Result) -> list[dict[str, Any]]:
    """What a command that went well printed."""
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines() if line.startswith("{")]


def publish(settings: Settings, text: str) -> None:
    """Put a file of operators of the hub in force."""
    raw = text.encode()
    put_in_force(settings, InForce("operators", 1, hashlib.sha256(raw).hexdigest(), "o.toml", "then"), raw)


def kinds(settings: Settings) -> list[tuple[str, dict[str, Any]]]:
    """What the journal says of people."""
    with StationFile.open(settings.data, "01", ("folder",)) as file:
        return [
            (one.kind, dict(one.body)) for one in file.journal.events() if one.kind.startswith("operator_")
        ]


def test_somebody_who_is_added_signs_in_with_the_badge_that_was_written(
    regrade: Regrade, settings: Settings, tmp_path: Path
) -> None:
    """The label is a file of its own, the code is chance, and the journal has who and no code."""
    given = ("--name", "Ada", "--role", "lead", "--language", "es")
    (told,) = put(regrade("add", "2001", *given, "--out", str(tmp_path / "out")))
    assert Path(told["file"]).read_bytes().startswith(b"%PDF")
    assert len(told["badge"]) == 16
    whole = assemble(settings, lambda: AT)
    try:
        assert whole.station.view().language == "en"
        assert whole.station.take(Scan(told["badge"].lower())).verdict.code == "signed-in"
        assert (whole.station.state.operator, whole.station.state.role) == ("2001", "lead")
        assert whole.station.view().language == "es"
        assert "sesión" in whole.station.view().last.text
    finally:
        whole.close()
    assert kinds(settings) == [("operator_added", {"operator": "2001", "role": "lead", "name": "Ada"})]


def test_a_new_badge_makes_the_old_one_open_nothing(
    regrade: Regrade, settings: Settings, tmp_path: Path
) -> None:
    """Also for somebody of the config, whose badge was made from their id."""
    old = badge_code(people(settings)["1001"])
    out = ("--out", str(tmp_path / "out"))
    (first,), (second,) = put(regrade("badge", "1001", *out)), put(regrade("badge", "1001", *out))
    whole = assemble(settings, lambda: AT)
    try:
        codes = [whole.station.take(Scan(code)).verdict.code for code in (old, first["badge"])]
        assert "signed-in" not in codes
        assert whole.station.take(Scan(second["badge"])).verdict.code == "signed-in"
    finally:
        whole.close()
    assert [kind for kind, _ in kinds(settings)] == ["operator_badged"] * 2


def test_whoever_is_disabled_is_signed_out_and_opens_nothing(regrade: Regrade, settings: Settings) -> None:
    """The config still names them; adding them again lets them in with another badge."""
    whole = assemble(settings, lambda: AT)
    badge = badge_code(whole.people["1001"])
    whole.station.take(Scan(badge))
    whole.close()
    assert put(regrade("disable", "1001")) == [{"operator": "1001", "disabled": True}]
    assert "1001" not in people(settings)
    whole = assemble(settings, lambda: AT)
    try:
        assert whole.station.state.operator is None
        assert whole.station.take(Scan(badge)).refused
    finally:
        whole.close()
    assert "is disabled" in regrade("badge", "1001").stderr
    assert put(regrade("add", "1001", "--out", str(settings.data / "out")))
    assert people(settings)["1001"].badges != ()


def test_the_last_lead_is_not_disabled(regrade: Regrade, settings: Settings) -> None:
    """Otherwise nobody could decide anything any more."""
    told = regrade("disable", "9001")
    assert (told.exit_code, "last lead" in told.stderr) == (1, True)
    assert "9001" in people(settings)
    assert put(regrade("add", "9002", "--role", "manager", "--out", str(settings.data / "out")))
    assert put(regrade("disable", "9001"))


def test_an_operator_is_disabled_where_no_lead_is(regrade: Regrade, tmp_path: Path) -> None:
    """Nobody decides there before, either; only the last lead is kept."""
    (tmp_path / "site.toml").write_text('[[operators]]\nid = "1001"\n[[operators]]\nid = "1002"\n', "utf-8")
    context = Context(tmp_path / "site.toml", tmp_path)
    told = CliRunner().invoke(operator, ["disable", "1001"], obj=context)
    assert put(told) == [{"operator": "1001", "disabled": True}]


def test_somebody_of_the_hubs_who_was_disabled_here_is_let_back_as_the_hub_has_them(
    regrade: Regrade, settings: Settings
) -> None:
    """Name, role and badge stay the hub's; whom the hub revokes stays out."""
    people_of_hub = """
[[operators]]
id = "3001"
role = "lead"
badges = ["KLNPRSTUVXBCDEFG"]
[[operators]]
id = "3002"
"""
    publish(settings, people_of_hub)
    out = ("--out", str(settings.data / "out"))
    for who in ("3001", "3002"):
        assert "in the hub's file" in regrade("add", who, *out).stderr
    assert put(regrade("disable", "3002"))
    assert "3002" not in people(settings)
    (told,) = put(regrade("add", "3002", "--role", "lead", *out))
    found = people(settings)["3002"]
    assert (told["role"], found.role, found.badges) == ("operator", "operator", ())
    assert told["badge"] == badge_code(found)
    assert put(regrade("disable", "3002"))
    publish(settings, people_of_hub + "revoked = true\n")
    assert "in the hub's file" in regrade("add", "3002", *out).stderr
    assert "3002" not in people(settings)


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("add", "1001"), "is there already"),
        (("add", "a b"), "expected up to 32"),
        (("add", "2001", "--name", "x\x07y"), "expected a line"),
        (("badge", "1011"), 'did you mean "1001"'),
        (("disable", "zz"), 'nobody has the id "zz"'),
        (("pin", "1001"), "only leads and managers"),
        (("pin", "9009"), 'did you mean "9001"'),
    ],
)
def test_what_can_not_be_is_refused_with_a_sentence(
    regrade: Regrade, settings: Settings, args: tuple[str, ...], said: str
) -> None:
    """And nothing is written down."""
    told = regrade(*args, stdin="470815\n")
    assert (told.exit_code, said in told.stderr) == (1, True), told.output
    assert kinds(settings) == []


def test_a_pin_is_read_from_a_line_and_never_said(regrade: Regrade, settings: Settings) -> None:
    """A poor one is warned of; what is no PIN is refused; it can be taken away."""
    told = regrade("pin", "9001", stdin="470815\n")
    assert put(told) == [{"operator": "9001", "pin": True}]
    assert "470815" not in told.output
    with StationFile.open(settings.data, "01", ("folder",)) as file:
        assert Pins(file.people, settings.data).check("9001", "470815").verdict == "right"
    assert "among the first" in regrade("pin", "9001", stdin="1234\n").stderr
    bad = regrade("pin", "9001", stdin="47x\n")
    assert (bad.exit_code, "47x" in bad.output) == (1, False)
    assert put(regrade("pin", "9001", "--remove")) == [{"operator": "9001", "pin": False, "removed": True}]
    assert put(regrade("pin", "9001", "--remove"))[0]["removed"] is False


def test_a_pin_is_set_while_the_bench_is_open_and_counts_at_once(
    regrade: Regrade, settings: Settings
) -> None:
    """The bench asks the file whenever it asks for a PIN."""
    whole = assemble(settings, lambda: AT)
    try:
        assert put(regrade("pin", "9001", stdin="470815\n"))
        assert Pins(whole.file.people, settings.data).check("9001", "470815").verdict == "right"
        busy = regrade("disable", "1001")
        assert (busy.exit_code, "Traceback" in busy.output) == (1, False)
    finally:
        whole.close()


def test_the_list_says_whose_word_it_is_and_who_has_a_pin(regrade: Regrade) -> None:
    """One line each, and no code of a badge."""
    assert put(regrade("pin", "9001", stdin="470815\n"))
    listed = {one["operator"]: one for one in put(regrade("list"))}
    assert set(listed) == {"1001", "1002", "9001"}
    assert (listed["9001"]["pin"], listed["1001"]["pin"]) == (True, False)
    assert {one["source"] for one in listed.values()} == {"config"}


def test_the_hub_s_word_stands_over_the_station_s(settings: Settings) -> None:
    """Its people are the base; the station adds others; whoever is out in either is out."""
    publish(
        settings,
        '[[operators]]\nid = "9001"\nrole = "lead"\nbadges = ["HUB-1"]\n'
        '[[operators]]\nid = "1002"\nrevoked = true\nbadges = ["HUB-2"]\n'
        '[[operators]]\nid = "1003"\n',
    )
    own = (
        Person("9001", "", "manager", ("OWN-1",)),
        Person("1002", "", "lead", ("OWN-2",)),
        Person("1003", revoked=True),
        Person("2001", "Ada", "lead", ("OWN-3",)),
        Person("2002", "", "lead", ("hub-2",)),
        Person("2003", "", "lead", ("HUB-1", "OWN-4")),
    )
    found = crew(settings, own)
    assert set(found) == {"9001", "2001", "2003"}
    assert (found["9001"].role, found["9001"].badges) == ("lead", ("HUB-1",))
    assert found["2003"].badges == ("OWN-4",)
    assert {who: source for who, (_, source) in everybody(settings, own).items()} == {
        "9001": "hub", "1002": "hub", "1003": "hub", "2001": "station", "2002": "station", "2003": "station",
    }  # fmt: skip


def test_whom_the_hub_keeps_the_station_does_not_change(regrade: Regrade, settings: Settings) -> None:
    """But it can always shut them out."""
    publish(settings, '[[operators]]\nid = "9001"\nrole = "lead"\n[[operators]]\nid = "1003"\n')
    for args in (("add", "1003"), ("badge", "1003")):
        told = regrade(*args)
        assert (told.exit_code, "change it there" in told.stderr) == (1, True)
    assert put(regrade("disable", "1003"))
    assert set(people(settings)) == {"9001"}


def test_badges_of_the_stations_own_people_are_printed_with_the_others(
    regrade: Regrade, settings: Settings, tmp_path: Path
) -> None:
    """`cards badges` writes a label for everybody who may sign in."""
    put(regrade("add", "2001", "--name", "Ada", "--out", str(tmp_path / "one"), "--format", "zpl"))
    done = CliRunner().invoke(
        cards, ["badges", "--format", "zpl", "--out", str(tmp_path / "all")], obj=Context(None, tmp_path)
    )
    assert done.exit_code == 0, done.output
    assert len(list((tmp_path / "all").iterdir())) == 4
    (own,) = (tmp_path / "one").iterdir()
    assert (tmp_path / "all" / own.name).read_bytes() == own.read_bytes()


@pytest.mark.parametrize(
    ("permission", "answers", "said"),
    [
        ("operator", [], None),
        ("manager", ["9001"], "'9001' is none here"),
        ("lead", ["1001"], "'1001' is none here"),
        ("lead", ["9001"], None),
        ("lead with PIN", ["9001", "000000"], "not the PIN of 9001"),
        ("lead with PIN", ["9001", "470815"], None),
    ],
)
def test_a_command_can_ask_who_is_there(
    settings: Settings, permission: str, answers: list[str], said: str | None
) -> None:
    """By id and PIN, on the terminal, as config wants it."""
    with StationFile.open(settings.data, "01", ("folder",)) as file:
        Pins(file.people, settings.data, cost=Cost(1, 8)).set("9001", "470815", AT)
    guarded = settings.model_copy(
        update={"permissions": settings.permissions.model_copy(update={"edit_policy": permission})}
    )
    asked: list[bool] = []

    def ask(words: str, hidden: bool) -> str:
        asked.append(hidden)
        return answers[len(asked) - 1]

    if said is None:
        assert prove(guarded, "edit_policy", ask) == (answers[0] if answers else None)
    else:
        with pytest.raises(BadData, match=said):
            prove(guarded, "edit_policy", ask)
    assert asked == [False, True][: len(answers)]


def test_a_person_of_the_file_is_what_was_kept(settings: Settings) -> None:
    """Name, role, badges and whether they are out, also after a change."""
    ada = Person("2001", "Ada Ł", "lead", ("A", "B"))
    with StationFile.open(settings.data, "01", ("folder",)) as file:
        file.people.put(ada, AT)
        file.people.put(replace(ada, revoked=True), AT)
        assert file.people.all() == (replace(ada, revoked=True),)
        assert file.people.drop_pin("2001") is False


@pytest.mark.parametrize("way", ["restore", "reset"])
def test_a_file_in_the_place_of_this_one_has_its_people(
    regrade: Regrade, settings: Settings, tmp_path: Path, way: str
) -> None:
    """Whoever was shut out after the backup stays out, new people and PINs stay, and a lock stays locked."""
    copies = tmp_path / "copies"
    copies.mkdir()
    put(regrade("add", "2001", "--role", "lead", "--out", str(copies)))
    backup(settings, copies / "b.db")
    put(regrade("disable", "1001"))
    put(regrade("add", "2002", "--out", str(copies)))
    put(regrade("pin", "2001", stdin="470815\n"))
    before = people(settings)
    with StationFile.open(settings.data, "01", ("folder",)) as file:
        pins = Pins(file.people, settings.data)
        for _ in range(3):
            pins.check("2001", "000000")
        pending = f"{file.outbox.state('folder').pending} events"
    if way == "restore":
        restore(settings, copies / "b.db", pending)
    else:
        reset(settings, pending)
    assert people(settings) == before
    assert "1001" not in before
    with StationFile.open(settings.data, "01", ("folder",)) as file:
        assert Pins(file.people, settings.data).check("2001", "470815").verdict == "locked"
