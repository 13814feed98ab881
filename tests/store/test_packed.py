"""Events as ready JSON texts are the texts under their hashes, whatever stands in them."""

import hashlib
import json
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.bench.wire import Draft
from terminal.store.station_file import StationFile

AT = datetime(2026, 11, 23, 8, tzinfo=UTC)
TEXT = st.one_of(
    st.text(max_size=12), st.sampled_from(['"', "\\", "/", "\x7f", "\u2028", "Zoë", "a\tb", "\x00"])
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(TEXT, TEXT, st.none() | TEXT, TEXT), min_size=1, max_size=6))
def test_the_hash_can_be_made_again_from_each(told: list[tuple[str, str, str | None, str]]) -> None:
    """SHA-256 over prev, the head without its bracket, a comma, body and bracket; and it is what `texts` gives."""
    with tempfile.TemporaryDirectory() as name, StationFile.open(Path(name), "ST01", ["hub"]) as file:
        file.journal.append(
            [Draft("inspected", 1, AT, item, who, policy, {"note": note}) for item, who, policy, note in told]
        )
        packed = file.journal.packed(0)
        assert [one.seq for one in packed] == list(range(1, len(told) + 1))
        assert [json.loads(one.text) for one in packed] == [list(one[1:]) for one in file.journal.texts(0)]
        for one in packed:
            head, body, prev, digest = json.loads(one.text)
            assert hashlib.sha256(f"{prev}{head[:-1]},{body}]".encode()).hexdigest() == digest


def test_a_batch_is_cut_by_count_and_by_bytes(tmp_path: Path) -> None:
    """At most so many events, and so many bytes; one that is larger comes alone."""
    with StationFile.open(tmp_path, "ST01", ["hub"]) as file:
        file.journal.append(
            [Draft("inspected", 1, AT, "BCDF", "1001", None, {"note": "x" * 900}) for _ in range(6)]
        )
        assert [one.seq for one in file.journal.packed(2, 3)] == [3, 4, 5]
        assert [one.seq for one in file.journal.packed(0, 500, 3_000)] == [1, 2]
        assert [one.seq for one in file.journal.packed(0, 500, 10)] == [1]
