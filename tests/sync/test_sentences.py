"""Whatever a sink has to complain of is English where it is kept, and said in the language of whoever reads it."""

from __future__ import annotations

import re
import ssl
from collections.abc import Callable
from pathlib import Path

import asyncssh
import psycopg
import pytest

from terminal.domain.speech import Said, retold, speaking
from terminal.sync.capture import CaptureSink
from terminal.sync.drop import read_answer
from terminal.sync.folder import FolderSink
from terminal.sync.http import HttpTransport
from terminal.sync.hub import HubSink
from terminal.sync.hub_trouble import BY_STATE, BY_TEXT, explain, unreadable
from terminal.sync.photos import _gone, _unread
from terminal.sync.postgres import PostgresTransport
from terminal.sync.reply import Reply
from terminal.sync.sentences import failure_of, in_a_row
from terminal.sync.sftp import SftpSink
from terminal.sync.sink import BatchRefused, SinkUnavailable
from terminal.sync.trust import Trust, distrust
from terminal.sync.web import WebClient
from terminal.sync.webhook import BadSecret, WebhookSink, key_of

SECRET = "whsec_" + "A" * 40
DETAIL = b'{"detail": "Come back on Monday"}'


class Starred:
    """A language whose sentences begin with a star; of what is only values it knows nothing."""

    def gettext(self, message: str, /) -> str:
        """The sentence, known by its star."""
        return message if re.fullmatch(r"(\{\w+\} ?)+", message) else f"*{message}"

    def ngettext(self, one: str, many: str, n: int, /) -> str:
        """The same, with the form for a number."""
        return f"*{one if n == 1 else many}"


def starred(text: str) -> str:
    """What a reader of that language reads."""
    with speaking(Starred()):
        return retold(text)


def raised(call: Callable[[], object]) -> str:
    """What a call fails with."""
    with pytest.raises((SinkUnavailable, BatchRefused)) as caught:
        call()
    return failure_of(caught.value)


def test_sentences_in_a_row_are_said_one_by_one() -> None:
    """Those that are empty leave no gap, and words of the outside stay as they came."""
    both = in_a_row(Said("It is shut."), "", Said("Ask {who}.", who="{Anna}"), "Bye.")
    assert both == "It is shut. Ask {Anna}. Bye."
    assert starred(both) == "*It is shut. *Ask {Anna}. Bye."
    assert in_a_row() == ""


def test_a_failure_says_what_it_was_made_of_or_else_what_it_always_said() -> None:
    """A failure without a word is called by its kind."""
    made = Said("{sink} is shut.", sink="hub")
    assert failure_of(SinkUnavailable(made)) is made
    assert failure_of(KeyError("x")) == "'x'"
    assert failure_of(OSError(2, "gone")) == "[Errno 2] gone"
    assert failure_of(RuntimeError()) == "RuntimeError"


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 413, 500])
def test_a_refusal_of_each_far_side_is_said_with_what_it_says_itself(status: int) -> None:
    """The hub, a receiver and a repository; the detail is theirs and stays."""
    reply = Reply(status, {"retry-after": "7"}, DETAIL)
    hub = HttpTransport("https://far.example")
    told = [
        raised(lambda: hub._refuse(reply)),
        raised(lambda: WebhookSink("w", "https://far.example", SECRET)._refuse(reply)),
        failure_of(CaptureSink("e", "https://far.example/c")._refusal(reply)),
    ]
    for text, who in zip(told, ("The hub", "The receiver", "The repository"), strict=True):
        said, later = starred(text), "can't take anything now" in text
        assert later or status != 500
        assert text.startswith(f"{who} at far.example ")
        assert text.endswith(" It says: Come back on Monday" + (" It asks to wait 7 s." if later else ""))
        assert said.startswith(f"**{who} at far.example ")
        assert said.endswith(" *It says: Come back on Monday" + (" *It asks to wait 7 s." if later else ""))


def test_an_answer_that_is_none_is_said_with_what_came() -> None:
    """Whoever gave it."""
    reply = Reply(200, {}, b"<html>")
    hub = HttpTransport("https://far.example")
    assert starred(raised(lambda: hub._told(reply))).startswith(
        "**The hub at far.example answered with something"
    )
    assert "'<html>'" in starred(raised(lambda: reply.json("far.example")))
    assert starred(raised(lambda: hub._told(Reply(200, {}, b"[]")))).endswith(
        "answered with a list, not with an object."
    )


def test_an_address_or_a_secret_that_is_none_is_said() -> None:
    """Before any network is asked."""
    assert starred(raised(lambda: WebClient("ftp://x").ask("GET", "/", {}))).startswith(
        "*The address should look like"
    )
    with pytest.raises(BadSecret) as caught:
        key_of("whsec_AAAA")
    assert starred(failure_of(caught.value)).startswith("*The secret of a webhook should hold 24 to 64 bytes")


def test_every_trouble_of_the_hubs_database_is_said() -> None:
    """By its code and by the text of the client library; what is around the code stays."""
    for state, sentence in BY_STATE.items():
        error = psycopg.errors.lookup(state)()
        assert failure_of(explain(error, "postgresql://h/d")) == sentence
        assert starred(failure_of(explain(error, "postgresql://h/d"))).startswith("*")
    assert all(starred(sentence).startswith("*") for _, sentence in BY_TEXT)
    shut = failure_of(explain(psycopg.OperationalError("Connection refused"), "postgresql://h/d"))
    assert starred(shut).startswith("*No hub answers at its address")
    assert starred(shut).endswith(" *What waits is kept here.")
    odd = failure_of(explain(psycopg.OperationalError("strange things happen"), "postgresql://h/d"))
    assert odd == "The hub can't be reached: strange things happen."
    assert starred(odd) == "*The hub can't be reached: strange things happen."
    assert starred(unreadable(Said("no object"))).startswith("*The hub answered something that this version")
    assert "(*no object)" in starred(unreadable(Said("no object")))


@pytest.mark.parametrize(
    ("offset", "text"),
    [
        (7 * 60_000, "*This station's clock is *7 min behind the hub's. Set the clock."),
        (-3 * 3_600_000, "*This station's clock is *3 hours ahead of the hub's. Set the clock."),
        (9 * 86_400_000, "*This station's clock is *9 days behind the hub's. Set the clock."),
    ],
)
def test_a_wrong_clock_is_said(offset: int, text: str) -> None:
    """With the time in its unit."""
    sink = HubSink("hub", PostgresTransport("postgresql://h/d"))
    sink.offset_ms = offset
    assert sink.warning is not None
    assert starred(sink.warning) == text


def test_certificates_are_said(tmp_path: Path) -> None:
    """Ours that can't be used, and theirs that is not trusted."""
    missing = tmp_path / "no.pem"
    assert starred(raised(Trust(ca=missing).context)).startswith(f"*The file of the authority, {missing}")
    assert "key in the same file" in starred(raised(Trust(cert=missing).context))
    assert f"key {missing}" in starred(raised(Trust(cert=missing, key=missing).context))
    assert starred(Trust(cert=missing).doubt()).startswith("*Perhaps it does not accept")
    error = ssl.SSLCertVerificationError()
    for code in (9, 10, 18, 62, 99):
        error.verify_code, error.verify_message = code, "odd"
        assert starred(distrust("far.example", error)).startswith("*The certificate of far.example ")
    for reason in ("CERTIFICATE_EXPIRED", "UNKNOWN_CA", "WRONG_VERSION_NUMBER", "ODD"):
        other = ssl.SSLError()
        other.reason = reason
        assert starred(distrust("far.example", other)).startswith(("*far.example ", "*TLS with far.example "))


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        (asyncssh.HostKeyNotVerifiable("x"), "*me@far.example:22 did not show the key"),
        (asyncssh.PermissionDenied("x"), "*me@far.example:22 refused this station's key"),
        (asyncssh.KeyImportError("odd"), "*/k is no private key that can be used: odd."),
        (FileNotFoundError(2, "gone", "/k"), "*/k is not there: the sink s needs it. See [sync.sinks.s]."),
        (TimeoutError(), "*me@far.example:22 did not answer in time."),
        (asyncssh.ConnectionLost("x"), "*The connection to me@far.example:22 was cut."),
        (asyncssh.ProtocolError("odd"), "*me@far.example:22 ended the connection: odd."),
        (OSError(113, "No route"), "*me@far.example:22 can't be reached (No route)."),
        (ValueError("odd"), "*/h holds no keys of hosts that can be read: odd."),
        (RuntimeError("odd"), "*me@far.example:22: odd"),
        (RuntimeError(), "*me@far.example:22: RuntimeError"),
    ],
)
def test_a_server_for_files_is_said(problem: Exception, words: str) -> None:
    """What went wrong and what to do."""
    sink = SftpSink("s", "far.example", 22, "me", "/k", "/h", "/in")
    assert starred(sink._sentence(problem, "me@far.example:22")).startswith(words)


def test_a_folder_and_its_answers_are_said(tmp_path: Path) -> None:
    """A disk that is not there; an answer that is no JSON, and one of another shape."""
    sink = FolderSink("f", tmp_path / "gone" / "out")
    assert starred(raised(sink._make_folder)).startswith(
        f"*The folder {tmp_path / 'gone' / 'out'} can't be made"
    )
    assert starred(raised(lambda: read_answer(b"{", "a.ack", {}))).startswith(
        "*a.ack is neither empty nor JSON ("
    )
    shape = starred(raised(lambda: read_answer(b"7", "a.ack", {})))
    assert (
        shape == '*a.ack should hold a list of {"id", "status"} or an object of id and status, it is a int.'
    )


def test_photos_are_counted_in_words() -> None:
    """One, and more."""
    assert (_gone(1), _gone(1200)) == (
        "1 photo can't be sent to the hub.",
        "1,200 photos can't be sent to the hub.",
    )
    assert _unread(1) == "1 photo can't be read now and will be sent later."
    assert starred(_unread(2)) == "*2 photos can't be read now and will be sent later."
