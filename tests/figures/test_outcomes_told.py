"""Outcomes that come late, in parts, twice or in two ways: what is shown to a lead, and what counts."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from terminal.bench.evolve import evolve
from terminal.bench.outcome_events import OutcomeRuled, OutcomesTold
from terminal.bench.rows import rows
from terminal.bench.state import State
from terminal.bench.wire import draft, revive
from terminal.console import Context
from terminal.domain.outcomes import Outcome
from terminal.domain.suggest import BadData
from terminal.esg import esg_report
from terminal.kpis import behind, station_kpis
from terminal.outcome_cli import outcome
from terminal.outcome_desk import list_outcomes, rule_outcome, show_outcome, write_down
from terminal.own_file import open_file
from terminal.predicting import run_outcomes
from terminal.settings import Settings
from terminal.store.outcomes import Outcomes
from terminal.verifying import verify_station

SCRAP = """\
@2026-11-23T08:00:00Z
!badge 9001
RMA1001
TEE-BLK-M
!clean
!dispose outlet lead-decision
!applied
!tote
TEE-BLK-M
!clean
!dispose outlet lead-decision
!applied
!tote
"""
"""Two shirts that are alike, in the tote of the outlet."""
NOW = datetime(2026, 12, 3, tzinfo=UTC)
Work = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def lpns(site: Settings, tmp_path: Path, work: Work) -> list[str]:
    """The LPNs of the two shirts."""
    return sorted(record["lpn"] for record in work(site, tmp_path, SCRAP) if "lpn" in record)


def tell(site: Settings, tmp_path: Path, *rows: dict[str, str], name: str = "told.csv") -> dict[str, Any]:
    """Import a file of outcomes with these rows."""
    path = tmp_path / name
    heads = list(dict.fromkeys(head for row in rows for head in row))
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, heads)
        writer.writeheader()
        writer.writerows({"category": "apparel", **row} if "category" in heads else row for row in rows)
    return run_outcomes(site, path, None)


def ends(site: Settings) -> dict[str, tuple[str | None, float | None]]:
    """LPN -> state and proceeds, as the figures have it."""
    return {unit["lpn"]: (unit["state"], unit["proceeds"]) for unit in behind(site, "received")}


def test_a_doubled_line_changes_nothing_and_says_so(site: Settings, tmp_path: Path, lpns: list[str]) -> None:
    """In one file and in the next, and the journal has it once."""
    row = {"lpn": lpns[0], "outcome": "sold", "proceeds": "9", "sold": "2026-11-26"}
    assert tell(site, tmp_path, row, row)["known"] == 1
    before = station_kpis(site)
    again = tell(site, tmp_path, row, name="again.csv")
    assert again["said"][0] == "1 rows were known already: they changed nothing."
    assert station_kpis(site) == before
    assert kinds(site) == ["outcomes_told"]


def test_what_is_told_changes_nothing_on_the_bench() -> None:
    """Neither its state nor a row; and it is read back as it was written."""
    state = State(operator="1001", shift=3)
    for event in (
        OutcomesTold("told.csv", ("key", "proceeds_cents"), [["lpn A", 900]]),
        OutcomeRuled("lpn A", 3, "word 1", "9001", "why"),
    ):
        assert evolve(state, event, NOW) == state
        assert list(rows(event, state, state, NOW)) == []
        written = draft(event, NOW, None, None)
        assert (written.item, revive(written.kind, written.body)) == (None, event)


def kinds(site: Settings) -> list[str]:
    """Events about outcomes in the journal."""
    with open_file(site) as file:
        return [event.kind for event in file.journal.events() if event.kind.startswith("outcome")]


def test_a_contradiction_counts_as_unknown_until_a_lead_decides(
    site: Settings, tmp_path: Path, lpns: list[str]
) -> None:
    """Sold and donated on one day: both are shown, neither is counted, and the choice stands in the journal."""
    sold = {"lpn": lpns[0], "outcome": "sold", "proceeds": "9", "sold": "2026-11-26", "receipt": "INV-1"}
    tell(site, tmp_path, sold)
    assert ends(site)[lpns[0]] == ("closed", 9.0)
    gift = sold | {"outcome": "donated", "proceeds": "", "receipt": "GIFT-7"}
    assert tell(site, tmp_path, gift, name="charity.csv")["unsettled"] == 1
    assert ends(site)[lpns[0]] == ("placed", None)
    assert "1 goods count as unknown" in " ".join(station_kpis(site)["said"])
    (shown,) = list_outcomes(site, "unsettled")
    assert (shown["counts"], [word["receipt"] for word in shown["words"]]) == (None, ["INV-1", "GIFT-7"])
    chosen = rule_outcome(site, lpns[0], 2, "9001", "the charity has the shirt", NOW)
    assert (chosen["state"], chosen["counts"]["outcome"]) == ("ruled", "donated")
    assert chosen["counts"]["ruled_by"] == "9001"
    assert ends(site)[lpns[0]] == ("closed", 0.0)
    assert list_outcomes(site, "unsettled") == []
    assert kinds(site) == ["outcomes_told", "outcomes_told", "outcome_ruled"]
    with open_file(site) as file:
        told = [event.body for event in file.journal.events() if event.kind == "outcomes_told"]
    states = [dict(zip(body["columns"], body["outcomes"][0], strict=True))["state"] for body in told]
    assert states == ["settled", "unsettled"]
    assert verify_station(site)["ok"]


def test_a_choice_needs_words_to_choose_from_and_a_reason(
    site: Settings, tmp_path: Path, lpns: list[str]
) -> None:
    """Only a word about the whole amount can be chosen."""
    with pytest.raises(BadData, match="Nobody has told"):
        show_outcome(site, lpns[0])
    tell(site, tmp_path, {"lpn": lpns[0], "proceeds": "9"})
    with pytest.raises(BadData, match="only one word"):
        rule_outcome(site, lpns[0], 1, "9001", "why")
    tell(site, tmp_path, {"lpn": lpns[0], "proceeds": "5", "part": "refund"}, name="b.csv")
    for revision in (2, 77):
        with pytest.raises(BadData, match=f"no word {revision} that speaks of the whole amount: 1"):
            rule_outcome(site, lpns[0], revision, "9001", "why")
    with pytest.raises(BadData, match="a reason"):
        rule_outcome(site, lpns[0], 1, "9001", " ")
    with pytest.raises(BadData, match='did you mean "late"'):
        list_outcomes(site, "lat")


def test_parts_are_added_up(site: Settings, tmp_path: Path, lpns: list[str]) -> None:
    """A down payment, the rest, and some of it back."""
    base = {"lpn": lpns[0], "currency": "EUR", "part": "payment", "proceeds": "4", "sold": "2026-11-26"}
    tell(site, tmp_path, base, base | {"proceeds": "6", "sold": "2026-11-28"})
    assert ends(site)[lpns[0]] == ("closed", 10.0)
    done = tell(site, tmp_path, base | {"part": "refund", "sold": "2026-11-29"}, name="back.csv")
    assert (done["partial"], ends(site)[lpns[0]]) == (1, ("closed", 6.0))
    assert show_outcome(site, lpns[0])["counts"]["source"] == "told.csv, back.csv"


def test_some_units_of_a_group_go_one_way_and_the_rest_waits(
    site: Settings, tmp_path: Path, lpns: list[str]
) -> None:
    """Shares of more units than there are count for none; what has a row of its own is in no share."""
    share = {"rma": "RMA1001", "sku": "TEE-BLK-M", "quantity": "1", "sold": "2026-11-26"}
    tell(site, tmp_path, share | {"outcome": "donated", "receipt": "G1"})
    assert ends(site) == {lpns[0]: ("closed", 0.0), lpns[1]: ("placed", None)}
    tell(site, tmp_path, {"lpn": lpns[0], "proceeds": "9", "sold": "2026-11-27"}, name="own.csv")
    assert ends(site) == {lpns[0]: ("closed", 9.0), lpns[1]: ("closed", 0.0)}
    tell(site, tmp_path, share | {"outcome": "recycled", "receipt": "W1"}, name="more.csv")
    assert ends(site) == {lpns[0]: ("closed", 9.0), lpns[1]: ("placed", None)}
    assert verify_station(site)["ok"]


def test_what_is_told_after_the_month_was_reported_is_called_late(
    site: Settings, tmp_path: Path, lpns: list[str]
) -> None:
    """By the list, and by the figures of that month."""
    with open_file(site) as file:
        outcomes = Outcomes(file.db, "late.csv", lambda: NOW)
        with outcomes.transaction():
            outcomes.put_outcomes(
                [Outcome("apparel", "donated", lpn=lpn, sold=date(2026, 11, 26)) for lpn in lpns]
            )
        assert outcomes.late == 2
        # The import broke off before its words were in the journal: the next one writes them.
        assert (write_down(file, NOW), write_down(file, NOW)) == (2, 0)
    assert {one["key"] for one in list_outcomes(site, "late")} == {f"lpn {lpn}" for lpn in lpns}
    month = station_kpis(site, date(2026, 11, 1), date(2026, 11, 30))
    assert (
        "2 outcomes of the period were told after it ended: figures printed before were others."
        in month["said"]
    )
    assert not any("after it ended" in one for one in station_kpis(site)["said"])


def test_receipt_numbers_reach_the_evidence_of_waste(site: Settings, tmp_path: Path, lpns: list[str]) -> None:
    """Of one that is known by its LPN and of one by RMA and product; a file of receipts goes before."""
    scrap = {"outcome": "recycled", "sold": "2026-11-26"}
    tell(
        site,
        tmp_path,
        scrap | {"lpn": lpns[0], "receipt": "SLIP-1"},
        scrap | {"rma": "RMA1001", "sku": "TEE-BLK-M", "quantity": "1", "receipt": "CERT-2"},
    )
    proof = {one["lpn"]: one for one in esg_report(site)["evidence"]}
    assert {lpn: one["receipt"] for lpn, one in proof.items()} == {lpns[0]: "SLIP-1", lpns[1]: "CERT-2"}
    assert proof[lpns[0]]["told_by"] == "told.csv"
    given = esg_report(site, receipts={lpns[0]: "OWN"})["evidence"]
    assert given[0]["receipt"] == "OWN"


def test_the_commands_ask_for_a_lead(site: Settings, tmp_path: Path, lpns: list[str]) -> None:
    """An operator's id opens nothing."""
    for number, price in enumerate(("9", "8")):
        row = {"lpn": lpns[0], "proceeds": price, "sold": "2026-11-26"}
        tell(site, tmp_path, row, name=f"{number}.csv")
    context, run = Context(None, site.data), CliRunner()
    listed = run.invoke(outcome, ["list", "--of", "unsettled"], obj=context)
    assert f'"key":"lpn {lpns[0]}"' in listed.stdout.replace(": ", ":")
    rule = ["rule", lpns[0], "2", "--why", "a typo"]
    assert "needs a lead" in run.invoke(outcome, rule, obj=context, input="1001\n").output
    assert run.invoke(outcome, rule, obj=context, input="9001\n").exit_code == 0
    shown = run.invoke(outcome, ["show", lpns[0]], obj=context)
    assert '"ruled_by"' in shown.stdout
