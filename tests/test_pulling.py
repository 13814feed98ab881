"""Pulling from a real hub: what is published is in force at the station whole or not at all, whatever goes on."""

from __future__ import annotations

import base64
import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from terminal import pulled, pulling
from terminal.assembly import assemble, people, policy_text, read_rulebook
from terminal.bench.given import Press, Scan
from terminal.config import load
from terminal.domain.rates import Mean, frozen
from terminal.domain.recalls import Goods
from terminal.hub.install import connect
from terminal.hub.publish import publish
from terminal.hub.signing import load_key, make_key
from terminal.lookup import badge_code, tote_code
from terminal.pulled import in_force, rates_in_force, troubles
from terminal.pulling import pull
from terminal.renewing import Renewal, pull_once
from terminal.settings import Settings
from terminal.store.arrivals import Arrivals
from terminal.store.locks import FileLock
from terminal.store.recalls import Recalls
from terminal.store.station_file import StationFile
from terminal.sync.hub import PostgresTransport
from terminal.sync.sink import SinkUnavailable

EU = (files("terminal.data") / "policies" / "eu.toml").read_text("utf-8")
OTHER = EU.replace('name = "EU returns policy"', 'name = "EU returns policy, stricter"')
STATION = "S1"
PEOPLE = """
[[operators]]
id = "2001"
name = "Bea"
role = "lead"
badges = ["BADGE-NEW"]

[[operators]]
id = "2002"
revoked = true
"""


@dataclass
class Site:
    """A hub, a station of it, and somebody who publishes."""

    hub: str
    dsn: str
    folder: Path
    key: Any
    public: str
    count: int = 0

    def settings(self, data: str = "data", **hub: Any) -> Settings:
        """The settings of the station, or of another one's data folder."""
        values = {"trusted_keys": [self.public], **hub}
        lines = "\n".join(f"{name} = {json.dumps(value)}" for name, value in values.items())
        config = self.folder / "config.toml"
        config.write_text(f'[station]\nid = "{STATION}"\n[sync.hub]\n{lines}\n', "utf-8")
        made: Settings = load(config, self.folder / data, {"REGRADE_HUB_DSN": self.dsn})
        return made

    def publish(self, kind: str, name: str, text: str, key: Any = None, **more: Any) -> int:
        """Publish a text as a file; gives its version."""
        path = self.folder / name
        path.write_text(text, "utf-8")
        with connect(self.hub) as connection:
            done = publish(connection, self.settings(), kind, path, key=key or self.key, **more)
        return int(done["version"])

    def change(self, statement: str, *values: Any) -> None:
        """Change something in the hub behind its back."""
        with connect(self.hub) as connection:
            connection.execute(statement.encode(), values)

    def pull(self, settings: Settings) -> dict[str, Any]:
        """One pull over PostgreSQL."""
        transport = PostgresTransport(self.dsn)
        try:
            with StationFile.open(settings.data, STATION, ("hub",)) as file:
                return pull(settings, file, transport)
        finally:
            transport.close()


@pytest.fixture
def site(hub_dsn: str, station_dsn: Callable[[str], str], tmp_path: Path) -> Site:
    """A fresh hub with one station."""
    public = make_key(tmp_path / "key.pem")
    return Site(hub_dsn, station_dsn(STATION), tmp_path, load_key(tmp_path / "key.pem"), public)


def sentences(done: dict[str, Any]) -> str:
    """What was refused, in words."""
    return " ".join(one["sentence"] for one in done["refused"])


def state_of(settings: Settings) -> tuple[Any, ...]:
    """Everything that a pull may change at a station."""
    with StationFile.open(settings.data, STATION, ("hub",)) as file:
        arrivals = Arrivals(file.catalogue.db)
        recalls = Recalls(file.catalogue.db).count()
        noted = [(one.kind, one.version, one.state, one.hash) for one in arrivals.newest()]
        rulings = [(one.id, one.lpn, one.verdict) for one in arrivals.to_write_down()]
        counts = file.catalogue.counts()
        products = file.catalogue.products("KET-1")
    left = [path.name for path in sorted((settings.data / "hub").rglob("*")) if path.name.startswith(".")]
    parts = [path.name for path in sorted((settings.data / "hub" / "parts").rglob("*")) if path.is_file()]
    return (
        noted,
        rulings,
        recalls,
        counts,
        products,
        dict(in_force(settings)),
        policy_text(settings),
        left,
        parts,
    )


def publish_everything(site: Site) -> None:
    """One of each kind, and a second catalogue that corrects the first."""
    site.publish("policy", "site.toml", OTHER)
    site.publish("operators", "people.toml", PEOPLE)
    rates = frozen(date(2026, 11, 22), {("home", "A", "outlet"): Mean(40, Decimal("0.6"))}, {})
    site.publish("rates", "rates.json", rates.to_json())
    site.publish("manifest", "monday.csv", "rma,sku,title,quantity\nRMA1,KET-1,Kettle,2\n")
    site.publish(
        "catalogue", "a.csv", "sku,title,category,price,currency\nKET-1,Kettle,small_appliance,20.00,EUR\n"
    )
    site.publish(
        "catalogue", "b.csv", "sku,title,category,price,currency\nKET-1,Kettle,small_appliance,19.00,EUR\n"
    )
    site.publish("recalls", "r.csv", "notice,title,gtin\nN-1,Kettle,4006381333931\n")
    ruling = {
        "id": "c-1",
        "what": "serial",
        "value": "SN-7",
        "by": "9001",
        "at": "2026-11-23T06:00:00Z",
        "note": "",
    }
    claims = {
        "keep": {"station": "S2", "lpn": "BBBDBBBBBX"},
        "hold": [{"station": STATION, "lpn": "BBBCBBBBBX"}],
    }
    site.publish("rulings", "rulings.ndjson", json.dumps(ruling | claims) + "\n")


def test_everything_that_is_published_is_in_force_after_one_pull(site: Site) -> None:
    """Policy, people and rates stand over the config's own; tables are in the station file; then nothing is new."""
    publish_everything(site)
    settings = site.settings()
    own = read_rulebook(settings).hash
    done = site.pull(settings)
    assert done["refused"] == []
    assert done["versions"] == {
        "policy": 1, "operators": 1, "rates": 1, "manifest": 1, "catalogue": 2, "recalls": 1, "rulings": 1
    }  # fmt: skip
    assert policy_text(settings) == ("site.toml", OTHER)
    assert read_rulebook(settings).hash != own
    crew = people(settings)
    assert set(crew) == {"2001"}
    assert crew["2001"].badges == ("BADGE-NEW",)
    rates = rates_in_force(settings)
    assert rates is not None
    assert read_rulebook(settings).rates == rates
    with StationFile.open(settings.data, STATION, ("hub",)) as file:
        (product,) = file.catalogue.products("KET-1")
        assert product.price == Decimal("19.00")
        assert file.catalogue.sources() == {"monday.csv", "b.csv"}
        goods = Goods(title="Kettle", sku="KET-1", gtin="4006381333931")
        assert len(Recalls(file.catalogue.db).candidates(goods)) == 1
        (ruling,) = Arrivals(file.catalogue.db).to_write_down()
        assert (ruling.lpn, ruling.verdict, ruling.status) == ("BBBCBBBBBX", "hold", None)
    again = site.pull(settings)
    assert again["applied"] == again["refused"] == []


def test_a_new_version_takes_over_and_an_older_content_comes_back_as_a_new_one(site: Site) -> None:
    """Withdrawing a policy is publishing the one before it again."""
    settings = site.settings()
    site.publish("policy", "p.toml", EU)
    site.publish("policy", "p.toml", OTHER)
    assert site.pull(settings)["versions"]["policy"] == 2
    site.publish("policy", "p.toml", EU)
    assert [one["version"] for one in site.pull(settings)["applied"]] == [3]
    assert policy_text(settings)[1] == EU


def test_config_leaves_kinds_out(site: Site) -> None:
    """What `pull` does not name is neither asked for nor in force, even where it was pulled before."""
    publish_everything(site)
    site.pull(site.settings())
    few = site.settings(pull=["operators"])
    assert policy_text(few)[0] == "eu.toml"
    assert set(in_force(few)) == {"operators"}
    none = site.settings("none", pull=[])
    assert site.pull(none) == {"versions": {}, "applied": [], "refused": []}


CHANGES = (
    ("update hub.publication set signature = null", "it is not signed"),
    ("update hub.publication set signature = 'AAAA'", "its signature is wrong"),
    ("update hub.publication set key_id = 'feedfeedfeedfeed'", "not among trusted_keys"),
    ("update hub.publication set audience = 'S1'", "its signature is wrong"),
    ("update hub.publication_part set content = content || 'x'", "is not whole"),
    ("update hub.publication_part set content = overlay(content placing 'X' from 9)", "other content"),
    ("delete from hub.publication_part", "has not its part 1 of 1"),
    ("update hub.publication set hash = repeat('g', 64)", "can't be"),
    ("update hub.publication set bytes = 99999999999, parts = 381470", "can't be"),
    ("update hub.publication set parts = 7", "can't be"),
    ("update hub.publication set name = '../x.toml'", "a name that no file has"),
    ("update hub.publication set name = e'a\\u001b]0;x\\u0007.toml'", "a name that no file has"),
)


def test_what_was_changed_on_its_way_is_refused_and_the_old_stays(site: Site) -> None:
    """Signature, key, audience, hash, size, name: one sentence each, and the policy before stays in force."""
    settings = site.settings()
    site.publish("operators", "o.toml", PEOPLE)
    site.pull(settings)
    for number, (change, told) in enumerate(CHANGES, 2):
        site.publish("operators", "o.toml", f"{PEOPLE}# {number}")
        site.change(f"{change} where kind = 'operators' and version = {number}")
        done = site.pull(settings)
        assert told in sentences(done), change
        assert done["applied"] == []
        assert in_force(settings)["operators"].version == 1
        assert sentences(site.pull(settings)) == sentences(done)
    site.publish("operators", "o.toml", PEOPLE + "# mended")
    assert site.pull(settings)["refused"] == []


def test_an_old_version_can_not_be_handed_out_as_a_new_one(site: Site) -> None:
    """The number is under the signature."""
    settings = site.settings()
    site.publish("operators", "o.toml", PEOPLE)
    site.change(
        "alter table hub.publication_part drop constraint if exists publication_part_kind_version_fkey"
    )
    site.change("update hub.publication set version = 9")
    site.change("update hub.publication_part set version = 9")
    assert "its signature is wrong" in sentences(site.pull(settings))


def test_a_refusal_is_logged_when_it_changes_only(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """Every minute the same line would bury the others; a key that is added later opens the door by itself."""
    stranger = make_key(site.folder / "other.pem")
    site.publish("policy", "p.toml", OTHER, load_key(site.folder / "other.pem"))
    settings = site.settings()
    with caplog.at_level(logging.WARNING):
        first, second = site.pull(settings), site.pull(settings)
    assert [one["again"] for one in (*first["refused"], *second["refused"])] == [False, True]
    assert len([one for one in caplog.records if "trusted_keys" in one.getMessage()]) == 1
    trusting = site.settings(trusted_keys=[site.public, stranger])
    assert [one["kind"] for one in site.pull(trusting)["applied"]] == ["policy"]


def test_tables_need_a_signature_only_where_a_key_is_trusted(site: Site) -> None:
    """Without any trusted key a manifest comes in as it did by hand; policies never do."""
    path = site.folder / "m.csv"
    path.write_text("rma,sku,title,quantity\nRMA1,KET-1,Kettle,2\n", "utf-8")
    with connect(site.hub) as connection:
        publish(connection, site.settings(), "manifest", path)
    site.publish("policy", "p.toml", OTHER)
    done = site.pull(site.settings("a", trusted_keys=[]))
    assert [one["kind"] for one in done["applied"]] == ["manifest"]
    assert [one["kind"] for one in done["refused"]] == ["policy"]
    strict = site.pull(site.settings("b"))
    assert "Manifest 1 of the hub (m.csv) is not taken over: it is not signed." in sentences(strict)


def test_a_policy_that_this_station_can_not_load_is_refused_until_its_schemes_fit(site: Site) -> None:
    """A rule for a category that no scheme here grades: the old policy stays, and a scheme mends it."""
    settings = site.settings()
    other = EU.replace(
        'category = ["food", "fmcg"], expired = true }', 'category = ["food", "fmcg"], expired = true }'
    )
    site.publish("policy", "p.toml", other)
    site.pull(settings)
    shipped = files("terminal.data") / "schemes"
    own = site.folder / "data" / "own"
    own.mkdir(parents=True)
    for one in shipped.iterdir():
        if one.name.endswith((".toml", ".csv")):
            text = one.read_text("utf-8")
            (own / one.name).write_text(text.replace('"cosmetics"', '"make_up"'), "utf-8")
    site.publish("policy", "p.toml", OTHER)
    config = site.folder / "config.toml"
    site.settings()
    config.write_text(config.read_text("utf-8") + '[schemes]\nfolder = "own"\n', "utf-8")
    narrow: Settings = load(config, settings.data, {"REGRADE_HUB_DSN": site.dsn})
    done = site.pull(narrow)
    assert "Policy 2 of the hub (p.toml) can't be used here" in sentences(done)
    assert "cosmetics" in sentences(done)
    assert policy_text(narrow)[1] == other
    assert [one["version"] for one in site.pull(settings)["applied"]] == [2]


def test_what_is_for_others_never_comes(site: Site, station_dsn: Callable[[str], str]) -> None:
    """A hub that hands out another's operators is not believed."""
    station_dsn("S2")
    site.publish("operators", "o.toml", PEOPLE, audience="S2")
    settings = site.settings()
    assert site.pull(settings) == {"versions": {}, "applied": [], "refused": []}
    site.change("create or replace function hub.is_for(audience text, who text) returns boolean "
                "language sql immutable as 'select true'")  # fmt: skip
    assert "is published for others ('S2'), not for S1" in sentences(site.pull(settings))


def test_a_version_that_is_refused_stops_its_kind_and_no_other(site: Site) -> None:
    """Catalogues are applied in order: the third waits for the second, manifests go on."""
    for number in range(3):
        row = f"KET-{number},Kettle,small_appliance"
        site.publish("catalogue", f"c{number}.csv", f"sku,title,category\n{row}\n")
    site.publish("manifest", "m.csv", "rma,sku,title,quantity\nRMA1,KET-1,Kettle,2\n")
    site.change("delete from hub.publication_part where kind = 'catalogue' and version = 2")
    settings = site.settings()
    done = site.pull(settings)
    assert [(one["kind"], one["version"]) for one in done["applied"]] == [("manifest", 1), ("catalogue", 1)]
    assert "Catalogue 2" in sentences(done)
    assert done["versions"] == {"manifest": 1, "catalogue": 1}


def test_a_hub_from_yesterdays_backup_is_noticed(site: Site) -> None:
    """It knows less, or other things under the same number: nothing goes back, and a sentence says what to do."""
    settings = site.settings()
    publish_everything(site)
    site.pull(settings)
    site.change("delete from hub.publication_part where kind in ('policy', 'catalogue')")
    site.change("delete from hub.publication where kind in ('policy', 'catalogue')")
    told = sentences(site.pull(settings))
    assert "The hub does not know policy 1, which this station works with" in told
    assert policy_text(settings)[1] == OTHER
    site.publish("catalogue", "x.csv", "sku,title,category\nX,X,home\n")
    site.publish("catalogue", "y.csv", "sku,title,category\nY,Y,home\n")
    assert "The hub's catalogue 2 is not the one that this station took over" in sentences(
        site.pull(settings)
    )
    assert site.publish("policy", "p.toml", EU, after=1) == 2
    assert policy_text(settings)[1] == OTHER
    site.pull(settings)
    assert policy_text(settings)[1] == EU


def test_a_damaged_file_falls_back_and_is_fetched_again(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """Content that was changed counts for nothing; the doctor says so; the next pull heals it."""
    settings = site.settings()
    publish_everything(site)
    site.pull(settings)
    (path,) = (settings.data / "hub" / "policy").glob("*.toml")
    path.write_text(OTHER.replace("restock", "outlet"), "utf-8")
    assert policy_text(settings)[0] == "eu.toml"
    assert "was changed" in caplog.text
    (said,) = troubles(settings)
    assert said.startswith("The hub's policy 1 in ")
    assert [one["kind"] for one in site.pull(settings)["applied"]] == ["policy"]
    assert policy_text(settings) == ("site.toml", OTHER)
    assert troubles(settings) == ()


def test_a_damaged_pointer_falls_back_and_is_written_again(site: Site) -> None:
    """Half a pointer is no pointer."""
    settings = site.settings()
    publish_everything(site)
    site.pull(settings)
    for text in ("", "{", "[]", '{"policy": 1}', '{"other": {}}', '{"policy": {"version": 0}}'):
        (settings.data / "hub" / "in_force.json").write_text(text, "utf-8")
        assert policy_text(settings)[0] == "eu.toml"
        assert set(people(settings)) == {"1001", "1002", "9001"}
        assert "can't be read" in troubles(settings)[0]
        assert {one["kind"] for one in site.pull(settings)["applied"]} == {"policy", "operators", "rates"}
        assert (policy_text(settings)[0], set(people(settings))) == ("site.toml", {"2001"})


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


def kill_everywhere(site: Site, breaking: Breaking) -> int:
    """Kill a pull before and after each of its steps, and pull again; gives how many steps there are."""
    site.pull(site.settings("whole"))
    steps, wanted = breaking.seen, state_of(site.settings("whole"))
    for step in range(2, 2 * steps + 2):
        breaking.left, breaking.seen, breaking.late = step // 2, 0, step % 2 == 1
        settings = site.settings(f"killed{step}")
        with pytest.raises(Killed):
            site.pull(settings)
        breaking.left = None
        site.pull(settings)
        assert state_of(settings) == wanted, f"killed at step {step / 2}"
    return steps


def test_a_pull_that_is_killed_anywhere_ends_in_the_same_state(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before and after every step of a replacing and an adding kind."""
    site.publish("operators", "people.toml", PEOPLE)
    site.publish("recalls", "r.csv", "notice,title,gtin\nN-1,Kettle,4006381333931\n")
    assert kill_everywhere(site, Breaking(monkeypatch)) > 10


@pytest.mark.long
def test_a_pull_of_everything_that_is_killed_anywhere_ends_in_the_same_state(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same with every kind, and two versions of one that adds."""
    publish_everything(site)
    assert kill_everywhere(site, Breaking(monkeypatch)) > 40


def test_parts_that_came_are_not_fetched_twice(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
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


def test_two_programs_do_not_pull_at_once(site: Site) -> None:
    """`regrade sync` beside a bench that pulls: the second leaves it to the first."""
    site.publish("operators", "o.toml", PEOPLE)
    settings = site.settings()
    lock = FileLock(settings.data / "hub" / "pull.lock")
    lock.path.parent.mkdir(parents=True)
    assert lock.take()
    assert site.pull(settings) == {"versions": {}, "applied": [], "refused": []}
    lock.release()
    assert [one["kind"] for one in site.pull(settings)["applied"]] == ["operators"]


def test_a_station_works_for_days_without_its_hub(site: Site) -> None:
    """What was pulled holds although nobody answers."""
    settings = site.settings()
    publish_everything(site)
    site.pull(settings)
    transport = PostgresTransport("postgresql://nobody@127.0.0.1:1/none")
    with (
        StationFile.open(settings.data, STATION, ("hub",)) as file,
        pytest.raises(SinkUnavailable),
    ):
        pull(settings, file, transport)
    assert policy_text(settings) == ("site.toml", OTHER)


def test_from_the_leads_file_to_the_benchs_decision(site: Site) -> None:
    """Pulled over PostgreSQL by the running bench: the next item is decided by it, and a badge is gone."""
    settings = site.settings()
    rule = """
[[rule]]
id = "shelves-full"
because = "The shelves are full."
law = "house policy"
short = "shelves full"
when = { category = "home" }
forbid = ["restock", "repackage", "outlet"]
"""
    head = "rma,sku,title,category,quantity,unit_price,currency"
    site.publish("manifest", "m.csv", f"{head}\nRMA1001,CUP-1,Cup,home,9,19.90,EUR\n")
    whole = assemble(settings, lambda: datetime(2026, 11, 23, 6, tzinfo=UTC))
    try:
        renewal = Renewal(settings, whole.station, whole.file)
        renewal.look(whole.file)
        station, badge = whole.station, badge_code(whole.people["1002"])
        for scan in (badge_code(whole.people["1001"]), "RMA1001", "CUP-1"):
            station.handle(Scan(scan))
        site.publish("policy", "site.toml", EU.partition("# --- examples")[0] + rule)
        gone = '[[operators]]\nid = "1001"\n[[operators]]\nid = "1002"\nrevoked = true\n'
        site.publish("operators", "o.toml", gone)
        renewal.look(whole.file)
        renewal.take()
        station.handle(Press("clean"))
        first = station.state.item
        assert first is not None
        assert first.decided is not None
        for lpn in first.unproven:
            station.handle(Scan(lpn))
        station.handle(Scan(tote_code(first.decided.disposition)))
        renewal.after()
        assert station.take(Scan(badge)).verdict.code == "badge-unknown"
        station.handle(Scan("CUP-1"))
        station.handle(Press("clean"))
        second = station.state.item
        assert second is not None
        assert second.proposal is not None
        assert "shelves-full" in second.proposal.forbidden["repackage"]
        assert second.proposal.disposition != first.decided.disposition
        (event,) = [one for one in whole.file.journal.events() if one.kind == "rules_changed"]
        assert event.body["versions"] == {"policy": 1, "operators": 1}
    finally:
        whole.close()


def test_one_pull_from_the_command_line(site: Site) -> None:
    """`regrade sync` pulls what is new; without a hub there is nothing to pull."""
    site.publish("operators", "o.toml", PEOPLE)
    done = pull_once(site.settings())
    assert done is not None
    assert done["versions"] == {"operators": 1}
    assert pull_once(load(None, site.folder / "alone", {})) is None


class Told:
    """A transport that answers what it is told: a hub of another make."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)

    def exchange(self, request: dict[str, Any]) -> dict[str, Any]:
        """The next answer."""
        answer: dict[str, Any] = self.answers.pop(0)
        return answer

    def close(self) -> None:
        """Nothing is held."""


OFFER = {
    "kind": "rulings", "version": 1, "audience": "*", "name": "r.ndjson", "hash": "0" * 64, "bytes": 3, "parts": 1,
    "signature": None, "key": None, "at": "2026-11-23T06:00:00.000Z",
}  # fmt: skip


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[tuple[Settings, StationFile]]:
    """A station without any hub."""
    settings: Settings = load(None, tmp_path, {})
    with StationFile.open(settings.data, settings.station.id) as file:
        yield settings, file


@pytest.mark.parametrize(
    ("news", "told"),
    [
        (None, ""),
        ("no list", ""),
        ([5], "can't read"),
        ([{"kind": "rulings"}], "can't read"),
        ([OFFER | {"kind": "prices"}], "can't read"),
        ([OFFER | {"version": 0}], "can't read"),
        ([OFFER | {"audience": "a\nb"}], "for whom or when"),
        ([OFFER], "it is not signed"),
    ],
)
def test_a_hub_that_talks_nonsense_changes_nothing(
    alone: tuple[Settings, StationFile], news: Any, told: str
) -> None:
    """Whatever it lists, the station says what is wrong with it and goes on."""
    settings, file = alone
    done = pull(settings, file, Told({"news": news}), lambda: datetime(2026, 11, 23, tzinfo=UTC))
    assert done["applied"] == []
    assert told in sentences(done)
    assert bool(told) == bool(done["refused"])


@pytest.mark.parametrize(
    "part", [None, {"data": 5}, {"data": "?"}, {"data": base64.b64encode(b"no").decode()}]
)
def test_a_part_that_is_none_is_refused(alone: tuple[Settings, StationFile], part: Any) -> None:
    """No part, no text, no Base64, or too short."""
    settings, file = alone
    offer = OFFER | {"kind": "manifest", "name": "m.csv"}
    done = pull(settings, file, Told({"news": [offer]}, {"part": part}))
    assert "part 1 of 1" in sentences(done)
