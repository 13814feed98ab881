"""Pulls that are cut off: by a power cut at any step, by the line, by another program, by a hub that is away."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from terminal import pulled, pulling
from terminal.assembly import policy_text
from terminal.pulling import pull
from terminal.store.arrivals import Arrivals
from terminal.store.locks import FileLock
from terminal.store.recalls import Recalls
from terminal.store.station_file import StationFile
from terminal.sync.postgres import PostgresTransport
from terminal.sync.sink import SinkUnavailable


class Killed(BaseException):
    """The power is gone."""


class Breaking:
    """Counts the steps of a pull that touch disk or wire, and kills it at one of them, before or after."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.left: int | None = None
        self.late = False
        self.seen = 0
        for place, name in (
            (pulling, "write_whole"), (pulled, "write_whole"), (pulling, "read_table"), (pulling, "put_in_force"),
            (Arrivals, "note"), (Arrivals, "put_rulings"), (PostgresTransport, "exchange"), (Path, "replace"),
            (Recalls, "put"),
        ):  # fmt: skip
            monkeypatch.setattr(place, name, self.watched(getattr(place, name)))

    def watched(self, real: Callable[..., Any]) -> Callable[..., Any]:
        """The function, which may never end."""

        def run(*given: Any, **more: Any) -> Any:
            self.seen += 1
            mine = self.left is not None and self.seen == self.left
            if mine and not self.late:
                raise Killed
            done = real(*given, **more)
            if mine:
                raise Killed
            return done

        return run


def kill_everywhere(site: Any, breaking: Breaking) -> int:
    """Kill a pull before and after each of its steps, and pull again; gives how many steps there are."""
    site.pull(site.settings("whole"))
    steps, wanted = breaking.seen, site.state_of(site.settings("whole"))
    for step in range(2, 2 * steps + 2):
        breaking.left, breaking.seen, breaking.late = step // 2, 0, step % 2 == 1
        settings = site.settings(f"killed{step}")
        with pytest.raises(Killed):
            site.pull(settings)
        breaking.left = None
        site.pull(settings)
        assert site.state_of(settings) == wanted, f"killed at step {step / 2}"
    return steps


def test_a_pull_that_is_killed_anywhere_ends_in_the_same_state(
    site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before and after every step of a replacing and an adding kind."""
    site.publish("operators", "people.toml", site.people)
    site.publish("recalls", "r.csv", "notice,title,gtin\nN-1,Kettle,4006381333931\n")
    assert kill_everywhere(site, Breaking(monkeypatch)) > 10


@pytest.mark.long
def test_a_pull_of_everything_that_is_killed_anywhere_ends_in_the_same_state(
    site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same with every kind, and two versions of one that adds."""
    site.publish_everything()
    assert kill_everywhere(site, Breaking(monkeypatch)) > 40


def test_parts_that_came_are_not_fetched_twice(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cut line costs one part, not the file."""
    rows = "".join(f"SKU-{n},{'Tea towel ' * 8}{n},home\n" for n in range(9000))
    site.publish("catalogue", "c.csv", "sku,title,category\n" + rows)
    settings = site.settings()
    real, asked = PostgresTransport.exchange, []

    def cut(self: PostgresTransport, request: dict[str, Any]) -> dict[str, Any]:
        if "want" in request:
            asked.append(request["want"]["part"])
            if len(asked) == 3:
                raise SinkUnavailable("The line was cut.")
        return real(self, request)

    monkeypatch.setattr(PostgresTransport, "exchange", cut)
    with pytest.raises(SinkUnavailable):
        site.pull(settings)
    done = site.pull(settings)
    assert done["applied"][0]["imported"] == 9000
    assert asked == [0, 1, 2, 2, 3]


def test_two_programs_do_not_pull_at_once(site: Any) -> None:
    """`regrade sync` beside a bench that pulls: the second leaves it to the first."""
    site.publish("operators", "o.toml", site.people)
    settings = site.settings()
    lock = FileLock(settings.data / "hub" / "pull.lock")
    lock.path.parent.mkdir(parents=True)
    assert lock.take()
    assert site.pull(settings) == {"versions": {}, "applied": [], "refused": []}
    lock.release()
    assert [one["kind"] for one in site.pull(settings)["applied"]] == ["operators"]


def test_a_station_works_for_days_without_its_hub(site: Any) -> None:
    """What was pulled holds although nobody answers."""
    settings = site.settings()
    site.publish_everything()
    site.pull(settings)
    transport = PostgresTransport("postgresql://nobody@127.0.0.1:1/none")
    with (
        StationFile.open(settings.data, site.station, ("hub",)) as file,
        pytest.raises(SinkUnavailable),
    ):
        pull(settings, file, transport)
    assert policy_text(settings) == ("site.toml", site.other)
