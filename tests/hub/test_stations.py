"""Stations come and go: added once, renewed, revoked, listed; each by the command too."""

from __future__ import annotations

import json
from typing import Any

import psycopg
import pytest
from click.testing import CliRunner

from terminal.hub.connecting import connect, dsn_for
from terminal.hub.problem import HubProblem
from terminal.hub.stations import add, listed, revoke
from terminal.hub_cli import hub


def run(*arguments: str) -> tuple[int, Any]:
    """The command's exit status, and what it printed, read where that is JSON."""
    done = CliRunner().invoke(hub, arguments)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    try:
        return done.exit_code, json.loads(done.output)
    except ValueError:
        return done.exit_code, done.output


def test_add_prints_what_the_station_connects_with(hub_dsn: str) -> None:
    """The contract's two keys, and the string opens the database for a login of its own."""
    status, answer = run("station", "add", "ST01", "--dsn", hub_dsn)
    assert status == 0
    assert answer.keys() == {"station", "dsn"}
    with psycopg.connect(answer["dsn"]) as connection:
        assert connection.info.dbname == psycopg.conninfo.conninfo_to_dict(hub_dsn)["dbname"]
        assert connection.execute(
            "select rolsuper from pg_roles where rolname = current_user"
        ).fetchone() == (False,)


def test_a_station_is_added_once(hub_dsn: str) -> None:
    """A second one of the name is refused; its password stays good. Renewed, the old one is no longer."""
    with connect(hub_dsn) as admin:
        first = add(admin, "ST01")["dsn"]
        with pytest.raises(HubProblem, match=r"known at this hub already.*--renew"):
            add(admin, "ST01")
        psycopg.connect(first).close()
        second = add(admin, "ST01", renew=True)["dsn"]
        psycopg.connect(second).close()
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(first)
        assert len(listed(admin)) == 1


@pytest.mark.parametrize("name", ["", "a b", "-a", "ä", "x" * 33, "a\n", "a'; drop schema hub"])
def test_a_name_that_no_station_can_have_is_refused(name: str, hub_dsn: str) -> None:
    """With what a name may be."""
    with connect(hub_dsn) as admin, pytest.raises(HubProblem, match="1 to 32 letters"):
        add(admin, name)


def test_a_revoked_station_comes_back_by_renewing(hub_dsn: str) -> None:
    """And not by adding."""
    with connect(hub_dsn) as admin:
        add(admin, "ST01", token=True)
        revoke(admin, "ST01")
        assert [(one["active"], one["token"]) for one in listed(admin)] == [(False, False)]
        with pytest.raises(HubProblem, match="was revoked"):
            add(admin, "ST01")
        again = add(admin, "ST01", renew=True)
        psycopg.connect(again["dsn"]).close()
        assert [(one["active"], one["revoked_at"]) for one in listed(admin)] == [(True, None)]


def test_revoking_who_is_not_there_suggests_who_is(hub_dsn: str) -> None:
    """A slip of a key is seen."""
    with connect(hub_dsn) as admin:
        add(admin, "ST01")
    status, said = run("station", "revoke", "ST0I", "--dsn", hub_dsn)
    assert status == 1
    assert "Did you mean ST01?" in said


def test_tokens_and_passwords_are_not_kept_in_clear(hub_dsn: str) -> None:
    """Nor in the list, nor in the table."""
    with connect(hub_dsn) as admin:
        made = add(admin, "ST01", token=True, certificate="AB:" * 31 + "AB", note="by the door")
        password = psycopg.conninfo.conninfo_to_dict(made["dsn"])["password"]
        row = admin.execute("select s::text from hub.station s").fetchone()
        kept = str(row) + json.dumps(listed(admin))
    assert made["token"] not in kept
    assert str(password) not in kept
    assert "ab" * 32 in kept
    assert "by the door" in kept


def test_a_fingerprint_that_is_none_is_refused(hub_dsn: str) -> None:
    """Before anything is made."""
    with connect(hub_dsn) as admin:
        with pytest.raises(HubProblem, match="no SHA-256 fingerprint"):
            add(admin, "ST01", certificate="12:34")
        assert listed(admin) == []


def test_a_database_that_is_no_hub_says_so(bare_dsn: str) -> None:
    """And names the command."""
    for command in (("station", "add", "ST01"), ("station", "list"), ("status",), ("role", "add", "reader")):
        status, said = run(*command, "--dsn", bare_dsn)
        assert status == 1, command
        assert "regrade hub init" in said, command


def test_a_role_is_made_and_renewed_but_never_taken_from_another_use(hub_dsn: str) -> None:
    """A reader's name can't become the service's."""
    name = psycopg.conninfo.conninfo_to_dict(hub_dsn)["dbname"]
    status, first = run("role", "add", "reader", f"bi_{name}", "--dsn", hub_dsn)
    assert (status, first["role"]) == (0, f"bi_{name}")
    assert run("role", "add", "reader", f"bi_{name}", "--dsn", hub_dsn)[0] == 0
    status, said = run("role", "add", "service", f"bi_{name}", "--dsn", hub_dsn)
    assert status == 1
    assert "choose another name" in said
    assert run("role", "add", "reader", "postgres", "--dsn", hub_dsn)[0] == 1


@pytest.mark.parametrize(
    ("given", "address", "expected"),
    [
        ("host=a dbname=hub", None, "postgresql://r:p@a:5432/hub"),
        (
            "postgresql://x:y@a:1,b:2/hub?target_session_attrs=read-write",
            None,
            "a:1,b:2/hub?target_session_attrs=read-write",
        ),
        ("host=a,b port=7 dbname=hub", None, "@a:7,b:7/hub"),
        ("host=a dbname=hub sslmode=verify-full", "hub.lan:6000", "@hub.lan:6000/hub?sslmode=verify-full"),
        ("host=::1 dbname=hub", None, "@[::1]:5432/hub"),
        ("host=a dbname=hub", "[fd00::1]:9", "@[fd00::1]:9/hub"),
        ("host=/run/pg port=6 dbname=hub", None, "@/hub?host=%2Frun%2Fpg&port=6"),
        ("host=/run/pg dbname=hub", "db", "@db:5432/hub"),
    ],
)
def test_a_stations_string_is_the_administrators_for_another_role(
    given: str, address: str | None, expected: str
) -> None:
    """Hosts, ports and TLS are taken over, the password is not; `address` is how stations see the server."""
    made = dsn_for(given, "r", "p", address)
    assert expected in made
    read = psycopg.conninfo.conninfo_to_dict(made)
    assert (read["user"], read["password"], read["dbname"]) == ("r", "p", "hub")
