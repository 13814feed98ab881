"""Connections of people's commands: what keeps them from the hub is a sentence, and no password is in it."""

from __future__ import annotations

import psycopg
import pytest

from terminal.hub.connecting import connect
from terminal.hub.problem import HubProblem


@pytest.mark.parametrize(
    "dsn",
    [
        "postgresql://me:hun ter2@hub/regrade",
        "postgresql://me:hun%zzter2@hub/regrade",
        "host=hub password=is hunter2 user=me",
        'host=hub password=is hun"ter2 user=me',
    ],
)
def test_a_string_that_cant_be_read_shows_no_password(dsn: str) -> None:
    """PostgreSQL's own words quote the piece that they stumbled over."""
    with pytest.raises(HubProblem, match="can't be read") as told:
        connect(dsn)
    assert "ter2" not in str(told.value)


def test_a_connection_that_is_of_no_use_is_closed(bare_dsn: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is left open where the first question to the database fails."""
    made: list[psycopg.Connection] = []
    real = psycopg.connect

    def kept(*given: object, **named: object) -> psycopg.Connection:
        made.append(real(*given, **named))  # type: ignore[arg-type]
        return made[-1]

    monkeypatch.setattr(psycopg, "connect", kept)
    with pytest.raises(HubProblem, match="statement_timeout"):
        connect(bare_dsn, statement_timeout=-5)
    assert [one.closed for one in made] == [True]
