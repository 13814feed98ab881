"""Events column by column are the texts under their hashes, or are no run."""

import hashlib
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.bench.wire import Draft
from terminal.store.chain import Run, Written
from terminal.store.station_file import StationFile

AT = datetime(2026, 11, 23, 8, tzinfo=UTC)
TEXT = st.one_of(
    st.text(max_size=12),
    st.sampled_from(['"', "\\", "/", " ", "\x7f", "\u2028", "Zoë", "a\tb", "\x00", "1001"]),
)


def lines(run: Run, epoch: str) -> list[Written]:
    """The texts of a run, put together the way in which the far side does."""
    split = {name: text.split("\n" if name == "bodies" else " ") for name, text in run.columns.items()}
    names = ("ids", "kinds", "vs", "ats", "items", "operators", "policies", "bodies", "hashes")
    prev, found = run.prev, []
    for number, row in enumerate(zip(*(split[name] for name in names), strict=True)):
        event_id, kind, v, at, *maybe, body, digest = row
        item, operator, policy = (f'"{one}"' if one else "null" for one in maybe)
        seq = run.first + number
        head = (
            f'["{run.station}","{epoch}",{seq},"{event_id}","{kind}",{v},"{at}",{item},{operator},{policy}]'
        )
        found.append(Written(seq, head, body, prev, digest))
        prev = digest
    return found


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(TEXT, TEXT, st.none() | TEXT, TEXT), min_size=1, max_size=6), st.integers(0, 3))
def test_a_run_is_the_same_texts(told: list[tuple[str, str, str | None, str]], after: int) -> None:
    """Whatever stands in bodies; and where a head holds anything odd there is no run at all."""
    with tempfile.TemporaryDirectory() as name, StationFile.open(Path(name), "ST01", ["hub"]) as file:
        file.journal.append(
            [Draft("inspected", 1, AT, item, who, policy, {"note": note}) for item, who, policy, note in told]
        )
        run, texts = file.journal.run(after), file.journal.texts(after)
        heads = "".join(f"{item}{who}{policy or ''}" for item, who, policy, _ in told[after:])
        plain = all("!" <= letter <= "~" and letter not in '"\\' for letter in heads)
        empty = any("" in (item, who, policy) for item, who, policy, _ in told[after:])
        assert (run is not None) is (bool(texts) and plain and not empty)
        if run is not None:
            assert lines(run, file.identity.epoch) == texts
            for one in texts:
                digest = hashlib.sha256(f"{one.prev}{one.head[:-1]},{one.body}]".encode()).hexdigest()
                assert digest == one.hash


def test_a_run_is_cut_by_count_and_by_size(tmp_path: Path) -> None:
    """At most so many events, fewer where they are large; one that is too large alone is no run."""
    with StationFile.open(tmp_path, "ST01", ["hub"]) as file:
        file.journal.append(
            [Draft("inspected", 1, AT, "BCDF", "1001", None, {"note": "x" * 900}) for _ in range(6)]
        )
        three = file.journal.run(2, 3)
        assert three is not None
        assert (three.first, three.last, three.count) == (3, 5, 3)
        two = file.journal.run(0, 500, 3_000)
        assert two is not None
        assert (two.first, two.last) == (1, 2)
        assert two.size <= 3_000
        assert file.journal.run(0, 500, two.size // 3) is None
        assert file.journal.run(6) is None


def test_one_large_event_does_not_keep_small_ones_before_it_from_a_run(tmp_path: Path) -> None:
    """They go without it, and it goes by itself."""
    with StationFile.open(tmp_path, "ST01", ["hub"]) as file:
        notes = ["x", "x" * 40_000]
        file.journal.append(
            [Draft("inspected", 1, AT, "BCDF", "1001", None, {"note": note}) for note in notes]
        )
        small = file.journal.run(0, 500, 2_000)
        assert small is not None
        assert (small.first, small.last) == (1, 1)
        assert file.journal.run(1, 500, 2_000) is None


def test_a_chain_that_somebody_broke_is_no_run(tmp_path: Path) -> None:
    """A line feed in a body, a `prev` of its own, a number that is missing: what is wrong shows event by event."""
    for spoil in (
        "update event set body = replace(body, '{', '{' || char(10)) where seq = 2",
        "update event set prev = hash where seq = 2",
        "delete from event where seq = 2",
    ):
        folder = tmp_path / str(len(spoil))
        with StationFile.open(folder, "ST01", ["hub"]) as file:
            file.journal.append([Draft("inspected", 1, AT, "BCDF", "1001", None, {}) for _ in range(3)])
            assert file.journal.run(0) is not None
            file.db.execute("drop trigger if exists event_no_update")
            file.db.execute("drop trigger if exists event_no_delete")
            file.db.execute(spoil)
            assert file.journal.run(0) is None, spoil
