"""The EPCIS sink against a repository over HTTP: jobs that end, fail and never end, refusals, restarts."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from terminal.bench.wire import Draft, Recorded
from terminal.domain.suggest import BadData
from terminal.store.station_file import StationFile
from terminal.sync.capture import CaptureSink
from terminal.sync.capture_jobs import outcome
from terminal.sync.epcis_context import since_shift
from terminal.sync.epcis_schema import own_checker
from terminal.sync.round import sync_once
from terminal.sync.sink import AnswersLater, BatchRefused, Place, SinkUnavailable, Status, Verdict

AT = datetime(2026, 11, 23, 8, tzinfo=UTC)
Event = dict[str, Any]
Body = dict[str, Any]


@dataclass
class Repository:
    """An EPCIS repository in memory. What it answers can be changed at any time."""

    port: int = 0
    status: int = 202
    """Answer to a document; 202 makes a job."""
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    job_status: int = 200
    ends: bool = True
    behaviour: str | None = "proceed"
    bad: Callable[[Event], dict[str, Any] | None] = lambda event: None
    """The problem that it finds with an event."""
    silent: bool = False
    """It says that a document failed, and not why."""
    located: str = "/v2/capture/{}"
    posts: list[tuple[dict[str, str], Body]] = field(default_factory=list)
    polls: list[dict[str, str]] = field(default_factory=list)
    kept: dict[str, Event] = field(default_factory=dict)
    jobs: list[Body] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Its capture address."""
        return f"http://127.0.0.1:{self.port}/v2/capture"

    async def capture(self, request: Request) -> Response:
        """Take a document."""
        body = json.loads(await request.body())
        self.posts.append((dict(request.headers), body))
        if self.status not in (200, 201, 202, 204):
            return JSONResponse(self.body, self.status, self.headers)
        job = self._take(body["epcisBody"]["eventList"])
        if self.status != 202:
            return (
                Response(status_code=204)
                if self.status == 204
                else JSONResponse(self.body or job, self.status)
            )
        self.jobs.append(job)
        where = {"location": self.located.format(len(self.jobs) - 1)} if self.located else {}
        return JSONResponse(self.body or {}, 202, where)

    async def job(self, request: Request) -> Response:
        """Say what became of a document."""
        self.polls.append(dict(request.headers))
        if self.job_status != 200:
            return JSONResponse({"detail": "no"}, self.job_status)
        job = self.jobs[int(request.path_params["job"])]
        return JSONResponse(job if self.ends else {"captureID": "x", "running": True})

    def _take(self, events: list[Event]) -> Body:
        problems = [problem for event in events if (problem := self.bad(event)) is not None]
        if not problems or self.behaviour == "proceed":
            self.kept |= {event["eventID"]: event for event in events if self.bad(event) is None}
        found: Body = {"captureID": "x", "running": False, "success": not problems}
        found["errors"] = [] if self.silent else problems
        return found | ({"captureErrorBehaviour": self.behaviour} if self.behaviour else {})


@pytest.fixture
def repository() -> Iterator[Repository]:
    """A repository on loopback."""
    made = Repository()
    routes = [Route("/v2/capture", made.capture, methods=["POST"]), Route("/v2/capture/{job}", made.job)]
    config = uvicorn.Config(
        Starlette(routes=routes), host="127.0.0.1", port=0, log_level="error", lifespan="off"
    )
    server = uvicorn.Server(config)
    up = threading.Event()
    begun = server.startup

    async def startup(sockets: Any = None) -> None:
        await begun(sockets)
        up.set()

    server.startup = startup  # type: ignore[method-assign]
    thread = threading.Thread(target=server.run)
    thread.start()
    assert up.wait(20)
    made.port = server.servers[0].sockets[0].getsockname()[1]
    yield made
    server.should_exit = True
    thread.join(20)
    assert not thread.is_alive()


@pytest.fixture
def sink(repository: Repository) -> Iterator[CaptureSink]:
    """A sink for the repository that does not linger."""
    made = CaptureSink("partner", repository.url, token="t0ken", linger=0)
    yield made
    made.close()


def record(seq: int, kind: str, **body: Any) -> Recorded:
    """An event as the journal holds it."""
    event_id = f"01890000-0000-7000-8000-{seq:012d}"
    return Recorded(event_id, "ST01", "e" * 8, seq, kind, 1, AT, None, None, None, body, "", "")


def parcel(seq: int, rma: str = "R1") -> Recorded:
    """An event that tells one EPCIS event."""
    return record(seq, "parcel_received", parcel=f"P{seq}", how="rma", rma=rma, tracking=None, lines=[])


def signed_in(seq: int) -> Recorded:
    """An event that tells nothing."""
    return record(seq, "signed_in", operator="1001", role="operator")


def verdicts(statuses: Sequence[Status]) -> list[Verdict]:
    """The verdict of each event."""
    assert [status.seq for status in statuses] == sorted(status.seq for status in statuses)
    return [status.verdict for status in statuses]


def place(batch: Sequence[Recorded]) -> Place:
    """Where a batch lies."""
    return Place("ST01", "e" * 8, batch[0].seq, batch[-1].seq)


def names(event: Event) -> str:
    """The id of an event without the scheme."""
    return str(event["eventID"]).removeprefix("urn:uuid:")


def refuses(*seqs: int, title: str = "Invalid event") -> Callable[[Event], dict[str, Any] | None]:
    """A repository's opinion of some events of ours, as a problem document."""

    def bad(event: Event) -> dict[str, Any] | None:
        if event.get("rt:seq") not in seqs:
            return None
        detail = f"{event['eventID']} is bad"
        return {"type": "epcisException:ValidationException", "title": title, "detail": detail}

    return bad


def test_a_document_is_posted_with_the_headers_of_the_standard(
    repository: Repository, sink: CaptureSink
) -> None:
    """Valid by our schema, with the token, asking to keep the good events; the job is asked with the token too."""
    assert isinstance(sink, AnswersLater)
    assert verdicts(sink.send([parcel(1), signed_in(2), parcel(3)])) == [Verdict.STORED] * 3
    ((headers, body),) = repository.posts
    assert headers["content-type"] == "application/json"
    assert headers["authorization"] == repository.polls[0]["authorization"] == "Bearer t0ken"
    assert headers["gs1-epcis-version"] == headers["gs1-cbv-version"] == "2.0.0"
    assert headers["gs1-capture-error-behaviour"] == "proceed"
    events = body["epcisBody"]["eventList"]
    assert [names(event) for event in events] == [parcel(1).id, parcel(3).id]
    assert [found for event in events for found in own_checker().mismatches(event)] == []


def test_what_partners_need_not_know_is_acknowledged_without_a_request(
    repository: Repository, sink: CaptureSink
) -> None:
    """A batch of nothing else never leaves the station."""
    assert verdicts(sink.send([signed_in(1), signed_in(2)])) == [Verdict.STORED] * 2
    assert repository.posts == []


def test_a_job_that_runs_is_asked_again_later(repository: Repository, sink: CaptureSink) -> None:
    """The whole batch waits with it, and is answered as one."""
    repository.ends = False
    batch = [parcel(1), signed_in(2)]
    assert verdicts(sink.send(batch)) == [Verdict.WAITING] * 2
    assert verdicts(sink.collect(place(batch), lambda: batch)) == [Verdict.WAITING] * 2
    repository.ends = True
    assert verdicts(sink.collect(place(batch), lambda: batch)) == [Verdict.STORED] * 2
    assert len(repository.posts) == 1


def test_a_sink_lingers_for_a_job_that_is_nearly_done(repository: Repository) -> None:
    """So that one call of `regrade sync` can end with everything acknowledged."""
    repository.ends = False
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        repository.ends = len(slept) == 3

    made = CaptureSink("partner", repository.url, sleep=sleep)
    assert verdicts(made.send([parcel(1)])) == [Verdict.STORED]
    assert len(slept) == 3
    made.close()


def test_a_job_that_never_ends_goes_again_after_a_while(repository: Repository) -> None:
    """It is given up by the clock; sending the same ids again doubles nothing."""
    repository.ends = False
    now = [1_000_000.0]
    made = CaptureSink("partner", repository.url, linger=0, patience=60, clock=lambda: now[0])
    batch = [parcel(1)]
    assert verdicts(made.send(batch)) == [Verdict.WAITING]
    now[0] += 61
    (status,) = made.collect(place(batch), lambda: batch)
    assert (status.verdict, status.why) == (Verdict.RETRY, "the repository did not finish within 60 s")
    repository.ends = True
    assert verdicts(made.send(batch)) == [Verdict.STORED]
    assert len(repository.kept) == 1
    made.close()


def test_the_errors_of_a_job_stand_with_the_events_they_name(
    repository: Repository, sink: CaptureSink
) -> None:
    """The rest is kept, where the repository says that it kept it."""
    repository.bad = refuses(2)
    first, second, third = sink.send([parcel(1), parcel(2), parcel(3)])
    assert [first.verdict, second.verdict, third.verdict] == [Verdict.STORED, Verdict.INVALID, Verdict.STORED]
    assert second.why == f"Invalid event: urn:uuid:{parcel(2).id} is bad"


@pytest.mark.parametrize("behaviour", ["rollback", None])
def test_what_was_rolled_back_with_a_bad_event_goes_again(
    repository: Repository, sink: CaptureSink, behaviour: str | None
) -> None:
    """A repository that does not say that it kept the rest may have kept nothing."""
    repository.bad, repository.behaviour = refuses(2), behaviour
    assert verdicts(sink.send([parcel(1), parcel(2), parcel(3)])) == [
        Verdict.RETRY,
        Verdict.INVALID,
        Verdict.RETRY,
    ]
    assert repository.kept == {}


def test_an_event_that_is_there_already_is_a_duplicate(repository: Repository, sink: CaptureSink) -> None:
    """However the repository calls it."""
    repository.bad = refuses(1, title="Event already exists")
    assert verdicts(sink.send([parcel(1), parcel(2)])) == [Verdict.DUPLICATE, Verdict.STORED]


def test_a_failure_that_names_nobody_is_halved_until_the_one_stands_alone(
    repository: Repository, sink: CaptureSink
) -> None:
    """Nothing good is lost, nothing bad goes round for ever."""
    repository.bad, repository.behaviour, repository.silent = refuses(5), "rollback", True
    left = {seq: parcel(seq) for seq in range(1, 9)}
    found: dict[int, Verdict] = {}
    for _ in range(12):
        runs: list[list[Recorded]] = []
        for seq, event in sorted(left.items()):
            if runs and runs[-1][-1].seq == seq - 1:
                runs[-1].append(event)
            else:
                runs.append([event])
        for run in runs:
            for status in sink.send(run):
                if status.verdict is not Verdict.RETRY:
                    found[status.seq] = status.verdict
                    del left[status.seq]
    assert found == {seq: Verdict.INVALID if seq == 5 else Verdict.STORED for seq in range(1, 9)}
    assert len(repository.kept) == 7


@pytest.mark.parametrize("status", [200, 201])
def test_an_answer_at_once_is_taken_too(repository: Repository, sink: CaptureSink, status: int) -> None:
    """With errors in it or without."""
    repository.status = status
    assert verdicts(sink.send([parcel(1), signed_in(2)])) == [Verdict.STORED] * 2
    repository.bad = refuses(3)
    assert verdicts(sink.send([parcel(3), parcel(4)])) == [Verdict.INVALID, Verdict.STORED]
    assert repository.polls == []


def test_an_empty_answer_at_once_is_all_captured(repository: Repository, sink: CaptureSink) -> None:
    """204 has no body."""
    repository.status = 204
    assert verdicts(sink.send([parcel(1)])) == [Verdict.STORED]


@pytest.mark.parametrize(("status", "too_large"), [(400, False), (409, False), (413, True), (422, False)])
def test_a_document_that_is_refused_is_the_workers_to_halve(
    repository: Repository, sink: CaptureSink, status: int, too_large: bool
) -> None:
    """With what the repository says."""
    repository.status, repository.body = status, {"title": "No", "detail": "not like this"}
    with pytest.raises(BatchRefused, match="It says: not like this") as refused:
        sink.send([parcel(1), parcel(2)])
    assert refused.value.too_large is too_large


def test_a_single_event_in_conflict_is_there_already(repository: Repository, sink: CaptureSink) -> None:
    """409 for one event says that its id is taken, and our ids mean one event each."""
    repository.status, repository.body = 409, {}
    assert verdicts(sink.send([parcel(1), signed_in(2)])) == [Verdict.STORED] * 2


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (401, "does not accept this station's token"),
        (403, "does not accept this station's token"),
        (404, "takes no EPCIS 2.0 documents there"),
        (415, "takes no EPCIS 2.0 documents there"),
        (429, r"can't take anything now \(status 429\).*It asks to wait 7 s"),
        (500, r"can't take anything now \(status 500\)"),
        (503, r"can't take anything now \(status 503\)"),
    ],
)
def test_a_repository_that_cannot_now_is_a_sentence(
    repository: Repository, sink: CaptureSink, status: int, words: str
) -> None:
    """And the token is not in it."""
    repository.status, repository.headers = status, {"retry-after": "7"}
    with pytest.raises(SinkUnavailable, match=words) as problem:
        sink.send([parcel(1)])
    assert "t0ken" not in str(problem.value)


def test_a_job_that_cannot_be_asked_is_asked_another_time(repository: Repository, sink: CaptureSink) -> None:
    """A refusal of the question is none of the document."""
    repository.job_status = 400
    with pytest.raises(SinkUnavailable, match="refuses the document"):
        sink.send([parcel(1)])
    repository.job_status = 500
    with pytest.raises(SinkUnavailable, match="status 500"):
        sink.send([parcel(1)])


def test_a_job_that_the_repository_forgot_goes_again(repository: Repository, sink: CaptureSink) -> None:
    """Nobody is blamed for it."""
    repository.job_status = 404
    assert verdicts(sink.send([parcel(1), parcel(2)])) == [Verdict.RETRY] * 2
    repository.job_status = 200
    assert verdicts(sink.send([parcel(1), parcel(2)])) == [Verdict.STORED] * 2
    assert len(repository.posts) == 2


@pytest.mark.parametrize(
    "located",
    ["http://elsewhere.invalid/v2/capture/{}", "capture/{}", "/v2/capture/{}?x=1", "/v2/capture/{}"],
)
def test_the_token_goes_to_no_other_host(repository: Repository, sink: CaptureSink, located: str) -> None:
    """Whatever the repository calls itself, only the path of its answer counts."""
    repository.located = located
    assert verdicts(sink.send([parcel(1)])) == [Verdict.STORED]


def test_a_job_may_be_named_in_the_body(repository: Repository, sink: CaptureSink) -> None:
    """Where there is no Location; without either the document goes again another time."""
    repository.located, repository.body = "", {"captureID": "0"}
    assert verdicts(sink.send([parcel(1)])) == [Verdict.STORED]
    repository.body = {"hello": 1}
    with pytest.raises(SinkUnavailable, match="named no job"):
        sink.send([parcel(2)])


def test_a_page_instead_of_an_answer_is_no_answer(repository: Repository, sink: CaptureSink) -> None:
    """A login page with 200 acknowledges nothing; a job that is a list is none."""
    repository.status, repository.body = 200, "<html>"
    repository.body = ["x"]
    assert verdicts(sink.send([parcel(1)])) == [Verdict.RETRY]
    repository.status, repository.body, repository.jobs = 202, None, []
    repository.jobs.append(["x"])  # type: ignore[arg-type]
    repository.located = "/v2/capture/0"
    with pytest.raises(SinkUnavailable, match="no capture job"):
        sink.send([parcel(2)])


def test_nobody_at_the_address_is_a_sentence() -> None:
    """As is an address that would send the token in the open."""
    made = CaptureSink("partner", "http://127.0.0.1:9/capture", linger=0)
    with pytest.raises(SinkUnavailable, match=r"Nothing answers at 127\.0\.0\.1:9"):
        made.send([parcel(1)])
    open_ = CaptureSink("partner", "http://example.invalid/capture", token="x")
    with pytest.raises(SinkUnavailable, match="Use https"):
        open_.send([parcel(1)])


def test_a_body_that_cannot_be_read_is_dead_and_holds_up_nothing(
    repository: Repository, sink: CaptureSink
) -> None:
    """Its reason names it."""
    first, second = sink.send([record(1, "placed", lpn=1), parcel(2)])
    assert (first.verdict, second.verdict) == (Verdict.INVALID, Verdict.STORED)
    assert "event 1 (placed)" in first.why
    assert len(repository.kept) == 1


def test_what_is_not_valid_is_not_sent(repository: Repository, sink: CaptureSink) -> None:
    """Our own schema is asked before the repository."""
    short = [{"line": 1, "missing": -4}]
    (status,) = sink.send([record(1, "parcel_closed", parcel="P", short=short, over=0, unexpected=0)])
    assert status.verdict is Verdict.INVALID
    assert "rt:missing" in status.why
    assert repository.posts == []


def test_wrong_settings_are_said_when_the_sink_is_made(tmp_path: Path) -> None:
    """A GLN with a wrong check digit; a name that is none for a file."""
    with pytest.raises(ValueError, match="check digit"):
        CaptureSink("partner", "https://x/capture", location="4012345000008")
    with pytest.raises(BadData, match="letters, digits"):
        CaptureSink("../x", "https://x/capture", data=tmp_path)


ITEM = {
    "lpn": "BCDF", "parcel": "P1", "arrival": "expected", "code": "x", "rma": "R1", "line": 1, "sku": None,
    "gtin": "4006381333931", "serial": "SN-7", "title": "Phone", "category": "phone", "facts": {},
}  # fmt: skip
PLACED = {"lpn": "BCDF", "lpns": ["BCDF"], "tote": "T", "channel": "outlet"}


@pytest.fixture
def station(tmp_path: Path) -> Iterator[StationFile]:
    """A station file with two shifts and an undone tote."""
    file = StationFile.open(tmp_path / "data", "ST01", ["partner"], now=lambda: AT)
    shift: list[tuple[str, dict[str, Any]]] = [
        ("shift_opened", {"number": 1, "by": "9001"}), ("signed_in", {"operator": "1001", "role": "operator"}),
        ("item_identified", ITEM), ("placed", PLACED), ("undone", {"step": "the tote", "lpns": ["BCDF"]}),
        ("held", {"lpn": "BCDF", "lpns": ["BCDF"], "reason": "other"}),
        ("shift_closed", {"number": 1, "by": "9001", "totals": {}}),
    ]  # fmt: skip
    file.journal.append([Draft(kind, 1, AT, None, None, None, body) for kind, body in shift * 2])
    yield file
    file.close()


def test_a_batch_from_the_middle_is_told_as_in_the_whole(
    station: StationFile, repository: Repository
) -> None:
    """However the journal is cut, and in whatever order the pieces go: the ids and what they say are the same."""
    events = list(station.journal.events())
    whole = CaptureSink("partner", repository.url, linger=0, data=station.data_dir)
    whole.send(events)
    kept, repository.kept = repository.kept, {}
    posted = {json.dumps(event, sort_keys=True) for _, body in repository.posts for event in _listed(body)}
    assert any("/21/SN-7" in one and "errorDeclaration" in one for one in posted)
    repository.posts.clear()
    pieces = CaptureSink("partner", repository.url, linger=0, data=station.data_dir)
    for first in range(len(events) - 1, -1, -1):
        pieces.send(events[first : first + 1])
    assert {
        json.dumps(event, sort_keys=True) for _, body in repository.posts for event in _listed(body)
    } == posted
    assert set(repository.kept) == set(kept)
    for made in (whole, pieces):
        made.close()


def _listed(body: Body) -> list[Event]:
    listed: list[Event] = body["epcisBody"]["eventList"]
    return listed


def test_only_the_shift_of_a_batch_is_read(station: StationFile) -> None:
    """Not the years before it."""
    assert [event.seq for event in since_shift(station.journal, 11)] == [8, 9, 10]
    assert [event.seq for event in since_shift(station.journal, 8)] == []
    assert [event.seq for event in since_shift(station.journal, 3)] == [1, 2]


def test_a_history_is_read_past_what_cannot_be_read(repository: Repository) -> None:
    """As it was when it was sent; what is known of the item still counts."""
    before = [record(1, "placed", lpn=1), record(2, "item_identified", **ITEM)]
    made = CaptureSink("partner", repository.url, linger=0, history=lambda first: before[: first.seq - 1])
    assert verdicts(made.send([record(3, "placed", **PLACED)])) == [Verdict.STORED]
    (event,) = (one for one in repository.kept.values() if one["type"] == "ObjectEvent")
    assert event["epcList"] == ["https://id.gs1.org/01/04006381333931/21/SN-7"]
    made.close()


def test_a_job_outlives_the_program(station: StationFile, repository: Repository) -> None:
    """The next one asks for it instead of sending again; a file that was spoilt costs no more than a repeat."""
    repository.ends = False
    one = CaptureSink("partner", repository.url, linger=0, data=station.data_dir)
    first = sync_once(station, one, AT, force=True)
    assert (first.sent, first.acknowledged, first.pending) == (14, 0, 14)
    repository.ends = True
    two = CaptureSink("partner", repository.url, linger=0, data=station.data_dir)
    second = sync_once(station, two, AT, force=True)
    assert (second.sent, second.acknowledged, second.pending, second.error) == (0, 14, 0, None)
    assert len(repository.posts) == 1
    (station.data_dir / "capture-partner.json").write_text('{"jobs": {"x": [{"first": 1}]}')
    three = CaptureSink("partner", repository.url, linger=0, data=station.data_dir)
    events = list(station.journal.events())
    who = Place("ST01", events[0].epoch, 1, 14)
    assert set(verdicts(three.collect(who, lambda: events))) == {Verdict.RETRY}


def test_a_poison_event_ends_dead_and_the_rest_is_stored(
    station: StationFile, repository: Repository
) -> None:
    """Through the worker and its outbox, with a repository that rolls back and does not say why."""
    repository.bad, repository.behaviour, repository.silent = refuses(4), "rollback", True
    made = CaptureSink("partner", repository.url, linger=0, data=station.data_dir)
    for _ in range(12):
        result = sync_once(station, made, AT, force=True, jitter=lambda: 0.0)
        if not result.pending:
            break
    assert result.pending == 0
    dead = station.outbox.dead_spans("partner")
    assert {seq for span in dead for seq in range(span.first, span.last + 1)} <= {4, 5}
    assert len(repository.kept) >= 6


@pytest.mark.parametrize("told", [None, 7, [], "x", {}, {"errors": "x"}, {"success": True, "errors": None}])
def test_an_outcome_of_any_shape_is_read(told: Any) -> None:
    """Only an object without a failure says that all was stored; what is no object says nothing."""
    found = outcome(told, [1, 2], {})
    assert found is not None
    wanted = Verdict.STORED if isinstance(told, dict) else Verdict.RETRY
    assert [status.verdict for status in found] == [wanted] * 2


def test_problems_of_any_shape_have_a_reason() -> None:
    """Text, an object without words, nothing."""
    for error, why in (("a is bad", "a is bad"), ({"type": "T", "x": "a"}, "T"), ({"x": "a"}, "refused")):
        found = outcome({"success": False, "errors": [error]}, [1, 2], {"a": [1]})
        assert found is not None
        assert (found[0].verdict, found[0].why) == (Verdict.INVALID, why)
    assert outcome({"success": False}, [1, 2], {}) is None
    alone = outcome({"success": False}, [1], {})
    assert alone is not None
    assert "does not say why" in alone[0].why
