"""Seeded random walks over the whole station: whatever comes, the state is legal and the journal agrees with it."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime

import pytest

from terminal.bench import evolve as evolve_module
from terminal.bench import identifying as identifying_module
from terminal.bench import scanning as scanning_module
from terminal.bench.outcome import Outcome, Verdict
from terminal.bench.view import Level
from terminal.committed import Committed
from terminal.folding import merge
from terminal.simulation.walk import Walk, WalkFailed, World
from terminal.store.errors import StoreError

Plant = Callable[[pytest.MonkeyPatch], None]

WALKS = 2_000
CHUNKS = 20


@pytest.mark.timeout(600)
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_no_sequence_of_inputs_faults_and_restarts_breaks_the_bench(world: World, chunk: int) -> None:
    """Every input gets words, every state is legal, and folding the journal gives the live state."""
    written = 0
    for seed in range(chunk, WALKS, CHUNKS):
        written += Walk(world, seed).run()
    assert written > WALKS // CHUNKS


def _undo_keeps_the_parcel(monkeypatch: pytest.MonkeyPatch) -> None:
    real = evolve_module._undo
    monkeypatch.setattr(evolve_module, "_undo", lambda state: replace(real(state), parcel=state.parcel))


def _a_failed_commit_moves_the_state(monkeypatch: pytest.MonkeyPatch) -> None:
    real = Committed.append

    def append(self: Committed, outcome: Outcome, at: datetime, key: str | None, book: str) -> Outcome:
        before = self.state
        done = real(self, outcome, at, key, book)
        if done.verdict.code == "store-failed":
            self.state = replace(before, done=before.done + 1)
        return done

    monkeypatch.setattr(Committed, "append", append)


def _undo_gives_the_number_back(monkeypatch: pytest.MonkeyPatch) -> None:
    real = evolve_module._undo
    monkeypatch.setattr(
        evolve_module, "_undo", lambda state: replace(real(state), next_lpn=max(0, state.next_lpn - 1))
    )


def _an_undone_tote_keeps_its_units(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "terminal.committed.merge",
        lambda rows: [row for row in merge(rows) if int(row.values.get("units") or 1) > 0],
    )


def _over_is_counted_as_expected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identifying_module, "_arrival", lambda parcel, line: "expected")


def _an_input_is_swallowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        scanning_module, "_useless", lambda state, scan: Outcome((), Verdict(Level.OK, "swallowed", {}))
    )


@pytest.mark.parametrize(
    "plant",
    [
        _undo_keeps_the_parcel,
        _a_failed_commit_moves_the_state,
        _undo_gives_the_number_back,
        _an_undone_tote_keeps_its_units,
        _over_is_counted_as_expected,
        _an_input_is_swallowed,
    ],
    ids=lambda plant: plant.__name__.strip("_"),
)
def test_the_walks_find_a_planted_bug(world: World, monkeypatch: pytest.MonkeyPatch, plant: Plant) -> None:
    """A check that can't fail proves nothing: each of these bugs is found within 150 seeds."""
    plant(monkeypatch)
    with pytest.raises((WalkFailed, KeyError, StoreError, ValueError)):
        _walk_all(world, range(150))


def _walk_all(world: World, seeds: Iterable[int]) -> None:
    for seed in seeds:
        Walk(world, seed).run()
