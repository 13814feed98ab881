"""Conflicts: opened where two claims can't both be right, decided by a person, told to the stations."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from terminal.bench.events import Undone
from terminal.config import load
from terminal.domain.rulings import load_rulings
from terminal.hub.claims import LONGEST, claims_of
from terminal.hub.conflicts import Claimant, rivals
from terminal.hub.problem import HubProblem
from terminal.hub.projector import project
from terminal.hub.ruling import get_conflict, list_conflicts, resolve
from terminal.hub.signing import make_key
from terminal.hub_people_cli import conflict

START = datetime(2026, 11, 2, tzinfo=UTC)
LATER = START + timedelta(days=40)


def returned(bench: Any, line: Any, **given: Any) -> str:
    """One whole unit of a line, received at this bench."""
    bench.receive(line.rma, line)
    return str(bench.whole(line, **given))


def test_two_stations_that_claim_one_line_are_a_conflict(
    hub: Any, bench: Callable[..., Any], line: Any
) -> None:
    """Where the units of both are more than the manifest has; each station alone saw nothing wrong."""
    one, two, cup = bench("S1"), bench("S2"), line()
    first, second = returned(one, cup), returned(two, cup)
    hub.send(one.events)
    assert project(hub.connection)["conflicts"] == 0
    hub.send(two.events)
    assert project(hub.connection)["conflicts"] == 1
    (found,) = list_conflicts(hub.connection)
    assert (found["what"], found["value"], found["stations"]) == ("rma_line", "RMA1#1", ["S1", "S2"])
    assert [(claim["station"], claim["lpn"]) for claim in found["claims"]] == [("S1", first), ("S2", second)]
    assert project(hub.connection)["conflicts"] == 0


def test_units_within_the_quantity_of_a_line_are_none(hub: Any, bench: Callable[..., Any], line: Any) -> None:
    """Three units of a line of three, at two stations; a fourth is one too many. Another line is another line."""
    one, two, cups = bench("S1"), bench("S2"), line(quantity=3)
    one.receive("RMA1", cups, line(number=2))
    one.whole(cups)
    one.whole(cups)
    one.whole(line(number=2))
    returned(two, cups)
    hub.send(one.events)
    hub.send(two.events)
    assert project(hub.connection)["conflicts"] == 0
    two.whole(cups)
    hub.send(two.events)
    assert project(hub.connection)["conflicts"] == 1
    assert len(list_conflicts(hub.connection)[0]["claims"]) == 4


@pytest.mark.parametrize("stations", [("S1", "S2"), ("S1", "S1")])
def test_one_serial_on_two_units_is_a_conflict(
    hub: Any, bench: Callable[..., Any], line: Any, stations: tuple[str, str]
) -> None:
    """At two stations, or twice at one; case and blanks make no difference."""
    one = bench(stations[0])
    returned(one, line("RMA1"), serial="sn-7")
    two = one if stations[0] == stations[1] else bench(stations[1])
    returned(two, line("RMA2"), serial=" SN-7")
    hub.send(one.events)
    hub.send(two.events)
    project(hub.connection)
    (found,) = list_conflicts(hub.connection)
    assert (found["what"], found["value"], len(found["claims"])) == ("serial", "SN-7", 2)


def test_what_was_sold_and_came_back_is_no_conflict(hub: Any, bench: Callable[..., Any], line: Any) -> None:
    """Another return of the same unit, weeks after it left; within days it is one."""
    one, two, three = bench("S1"), bench("S2"), bench("S3")
    two.now += timedelta(days=30)
    three.now += timedelta(days=33)
    returned(one, line("RMA1"), serial="SN-7")
    returned(two, line("RMA2"), serial="SN-7")
    hub.send(one.events)
    hub.send(two.events)
    assert project(hub.connection)["conflicts"] == 0
    returned(three, line("RMA3"), serial="SN-7")
    hub.send(three.events)
    assert project(hub.connection)["conflicts"] == 1
    assert list_conflicts(hub.connection)[0]["stations"] == ["S2", "S3"]


def test_a_claim_taken_back_closes_its_conflict(hub: Any, bench: Callable[..., Any], line: Any) -> None:
    """Undo of the second unit; the conflict says that nobody had to rule."""
    one, two, cup = bench("S1"), bench("S2"), line()
    returned(one, cup)
    two.receive("RMA1", cup)
    lpn = two.identify(cup)
    hub.send(one.events)
    hub.send(two.events)
    project(hub.connection)
    assert len(list_conflicts(hub.connection)) == 1
    two.tell(Undone("starting the item", (lpn,)))
    hub.send(two.events)
    project(hub.connection)
    assert list_conflicts(hub.connection) == []
    (closed,) = list_conflicts(hub.connection, resolved=True)
    assert closed["resolution"]["by"] is None


@pytest.fixture
def key(tmp_path: Path) -> Path:
    """A private key that signs rulings."""
    make_key(tmp_path / "hub.pem")
    return tmp_path / "hub.pem"


@pytest.fixture
def opened(hub: Any, bench: Callable[..., Any], line: Any) -> tuple[str, str, str]:
    """An open conflict: its id and the two LPNs."""
    one, two, cup = bench("S1"), bench("S2"), line()
    first, second = returned(one, cup), returned(two, cup)
    hub.send(one.events)
    hub.send(two.events)
    project(hub.connection)
    return list_conflicts(hub.connection)[0]["id"], first, second


def test_a_ruling_settles_and_is_published(
    hub: Any, bench: Callable[..., Any], line: Any, opened: tuple[str, str, str], key: Path, tmp_path: Path
) -> None:
    """The stations' own loader reads what was published; a new claimant opens the question again."""
    number, first, second = opened
    settings = load(None, tmp_path, {})
    ruling = resolve(
        hub.connection, settings, number[:8], f"S2/{second}", by="Kim", key=key, note="label seen"
    )
    ((content, kind),) = hub.rows(
        "select t.content, p.kind from hub.publication p join hub.publication_part t using (kind, version)"
    )
    (read,) = load_rulings(bytes(content).decode(), "rulings")
    assert kind == "rulings"
    assert (read.id, read.by, read.note) == (number, "Kim", "label seen")
    assert list(read.of("S2")) == [(second, "keep")]
    assert list(read.of("S1")) == [(first, "hold")]
    assert list_conflicts(hub.connection) == []
    assert get_conflict(hub.connection, number)["resolution"] == ruling
    with pytest.raises(HubProblem, match="settled already"):
        resolve(hub.connection, settings, number, f"S1/{first}", by="Kim", key=key)
    third = bench("S3")
    returned(third, line())
    hub.send(third.events)
    assert project(hub.connection)["conflicts"] == 1


def test_a_ruling_that_cant_be_made_changes_nothing(
    hub: Any, opened: tuple[str, str, str], key: Path, tmp_path: Path
) -> None:
    """A unit that claims nothing, nobody's name, an id that fits none: a sentence, and the conflict stays open."""
    number, first, _ = opened
    settings = load(None, tmp_path, {})
    for given, keep, by, word in (
        (number, "S9/X", "Kim", f"S1/{first}"),
        (number, f"S1/{first}", " ", "--by"),
        ("beef-beef", f"S1/{first}", "Kim", "no conflict"),
        ("'; drop", f"S1/{first}", "Kim", "no id"),
    ):
        with pytest.raises(HubProblem, match=word):
            resolve(hub.connection, settings, given, keep, by=by, key=key)
    assert len(list_conflicts(hub.connection)) == 1
    assert hub.rows("select count(*) from hub.publication") == [(0,)]


def test_the_commands_list_show_and_resolve(
    hub: Any, opened: tuple[str, str, str], key: Path, tmp_path: Path
) -> None:
    """As a lead would: a table, the whole, and a ruling that holds both."""
    from terminal.console import Context

    number = opened[0]
    context = Context(None, tmp_path)

    def run(*words: str) -> str:
        done = CliRunner().invoke(conflict, [*words, "--dsn", hub.dsn], obj=context)
        assert done.exit_code == 0, done.stderr
        return done.stdout

    assert json.loads(run("list", "--json"))["conflicts"][0]["id"] == number
    assert number[:8] in run("list")
    assert json.loads(run("show", number[:8]))["value"] == "RMA1#1"
    ruled = json.loads(run("resolve", number, "--keep", "none", "--by", "Kim", "--key", str(key)))
    assert (ruled["keep"], len(ruled["hold"])) == (None, 2)
    assert "none by Kim" in " ".join(run("list", "--all").split())


def test_a_claim_is_short_and_printable_whatever_the_serial() -> None:
    """Two long serials that differ at the end stay two; a void item claims nothing."""
    item = {"status": "open", "arrival": "blind", "rma": None, "line": None}
    ((_, one),) = claims_of({**item, "serial": "X" * 5000 + "1"})
    ((_, two),) = claims_of({**item, "serial": "X" * 5000 + "2"})
    assert one != two
    assert len(one) <= LONGEST + 17
    assert claims_of({**item, "serial": "a\x1bb"}) == {("serial", "A\ufffdB")}
    assert claims_of({**item, "serial": "  "}) == frozenset()
    assert claims_of({**item, "serial": "1", "status": "void"}) == frozenset()


def claimant(station: str, lpn: str, **given: Any) -> Claimant:
    """A unit that claims something."""
    values: dict[str, Any] = {
        "epoch": "e", "event_id": "i", "at": START, "leader": lpn, "rma": "R1", "status": "closed", "title": None,
        "received_at": START, "closed_at": START, "quantity": 1,
    } | given  # fmt: skip
    return Claimant(station, values.pop("epoch"), lpn, **values)


@pytest.mark.parametrize(
    ("other", "clash"),
    [
        (claimant("S2", "B"), True),
        (claimant("S1", "B"), True),
        (claimant("S1", "B", leader="A"), False),
        (claimant("S1", "B", leader="A", epoch="anew"), True),
        (claimant("S2", "B", rma="R2", received_at=LATER), False),
        (claimant("S2", "B", received_at=LATER), True),
        (claimant("S2", "B", rma="R2", received_at=None), True),
    ],
)
def test_which_units_cant_share_a_serial(other: Claimant, clash: bool) -> None:
    """Units counted together at one bench share what was scanned; a second return of a sold unit is its own."""
    assert bool(rivals("serial", (claimant("S1", "A"), other))) is clash
    assert bool(rivals("serial", (other, claimant("S1", "A")))) is clash


def test_a_line_of_unknown_quantity_or_one_bench_is_no_conflict() -> None:
    """Nobody can say that it is too many; too many at one bench the bench has seen itself."""
    assert rivals("rma_line", (claimant("S1", "A", quantity=None), claimant("S2", "B", quantity=None))) == ()
    assert rivals("rma_line", (claimant("S1", "A"), claimant("S1", "B"))) == ()
    assert len(rivals("rma_line", (claimant("S1", "A"), claimant("S2", "B")))) == 2
