"""The simulated Zebra answers, prints and fails like a printer, and leaves nothing behind."""

from __future__ import annotations

import select
import socket
import struct
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from devices.fakes import KINDS, Cable, Fault, Zebra
from devices.fakes.zplstream import Begun, Command, Format, ZplStream
from devices.zplstatus import IDENTIFY, PREFLIGHT, conditions, host_status, identity

LABEL = b"^XA^FO20,20^FDLPN^FS^XZ"


def other(number: int) -> bytes:
    """Make a label that differs from the others."""
    return b"^XA^FO20,20^FDLPN-%d^FS^XZ" % number


class Host:
    """A computer that talks to the printer."""

    def __init__(self, zebra: Zebra) -> None:
        self.socket = socket.create_connection((zebra.host, zebra.port), timeout=20)

    def ask(self, question: bytes = PREFLIGHT, end: bytes = b"1234,0\x03\r\n") -> bytes:
        """Ask and give the answer up to its end."""
        self.socket.sendall(question)
        heard = b""
        while not heard.endswith(end):
            data = self.socket.recv(4096)
            assert data, f"hung up after {heard!r}"
            heard += data
        return heard

    def hears_nothing(self, question: bytes, seconds: float = 0.1) -> bool:
        """Whether a question stays without answer."""
        self.socket.sendall(question)
        return not select.select([self.socket], [], [], seconds)[0]

    def is_reset(self) -> bool:
        """Whether the printer broke off."""
        try:
            while self.socket.recv(4096):
                pass
        except ConnectionResetError:
            return True
        return False


@pytest.fixture
def call() -> Iterator[Callable[[Zebra], Host]]:
    """Connect to printers; the connections are closed at the end."""
    hosts: list[Host] = []

    def connect(zebra: Zebra) -> Host:
        hosts.append(Host(zebra))
        return hosts[-1]

    yield connect
    for host in hosts:
        host.socket.close()


Call = Callable[[Zebra], Host]


def test_a_label_comes_out_as_often_as_it_asks_for(call: Call) -> None:
    """Exactly its bytes, without what stands between labels."""
    with Zebra() as zebra:
        call(zebra).socket.sendall(b"\r\nnoise" + LABEL + b"\r\n^XA^FDthree^FS^PQ3,0,1,N^XZ" + b"^XA^MMT^XZ")
        assert zebra.wait_for(4)
        assert zebra.labels == [LABEL] + [b"^XA^FDthree^FS^PQ3,0,1,N^XZ"] * 3
        assert not zebra.wait_for(5, timeout=0)


def test_questions_are_answered_like_in_the_manual(call: Call) -> None:
    """Also in the middle of a label, of which they are no part."""
    with Zebra() as zebra:
        host = call(zebra)
        found = host_status(host.ask(b"^XA^FDL" + PREFLIGHT))
        assert found is not None
        assert found.partial
        assert not found.paper_out
        host.socket.sendall(b"PN^FS^XZ")
        assert zebra.wait_for(1)
        assert zebra.labels == [b"^XA^FDL\r\n\r\nPN^FS^XZ"]
        seen = host.ask()
        assert conditions(seen) is not None
        after = host_status(seen)
        assert after is not None
        assert not after.busy
        who = identity(host.ask(IDENTIFY, b"\x03\r\n"))
        assert who is not None
        assert (who.model, who.dpi) == ("ZTC ZD421-203dpi ZPL", 203)
        assert host.ask(b'! U1 getvar "odometer.total_label_count"\r\n', b'"') == b'"1"'
        assert host.ask(b'! U1 getvar "no.such.thing"\r\n', b'?"') == b'"?"'
        assert zebra.commands == ["HQES", "HS"] * 2 + ["HI"] + ["! U1 getvar"] * 2


@pytest.mark.parametrize(
    ("kind", "field", "bit"),
    [
        ("paper-out", "paper_out", 1),
        ("ribbon-out", "ribbon_out", 2),
        ("head-open", "head_up", 4),
        ("pause", "paused", 0x10000),
    ],
)
def test_a_printer_that_can_not_print_says_so_and_prints_once_it_can(
    kind: str, field: str, bit: int, call: Call
) -> None:
    """The label waits in its buffer, also when the connection is gone."""
    with Zebra([f"{kind}@2"]) as zebra:
        host = call(zebra)
        host.socket.sendall(other(1) + other(2) + other(3))
        seen = host.ask()
        found, errors = host_status(seen), conditions(seen)
        assert found is not None
        assert errors is not None
        assert getattr(found, field)
        assert (found.formats_in_buffer, found.labels_remaining) == (2, 1)
        assert errors.errors == bit
        assert zebra.labels == [other(1)]
        assert [str(fault) for fault in zebra.faults] == [f"{kind}@2"]
        host.socket.close()
        zebra.mend(kind)
        assert zebra.wait_for(3)
        assert zebra.labels == [other(1), other(2), other(3)]
        assert zebra.faults == ()


def test_a_fault_can_be_over_by_itself(call: Call) -> None:
    """Nobody has to mend it."""
    with Zebra(["paper-out@1/0.05"]) as zebra:
        host = call(zebra)
        host.socket.sendall(LABEL)
        assert zebra.wait_for(1)
        zebra.fail(Fault("head-open", mend_after=0.05))
        host.socket.sendall(LABEL)
        assert zebra.wait_for(2)


def test_a_silent_printer_prints_and_answers_nothing(call: Call) -> None:
    """From the label named."""
    with Zebra(["silent@2"]) as zebra:
        host = call(zebra)
        host.ask()
        host.socket.sendall(LABEL)
        assert host_status(host.ask()) is not None
        host.socket.sendall(LABEL)
        assert zebra.wait_for(2)
        assert host.hears_nothing(PREFLIGHT)
        zebra.mend()
        host.ask()


@pytest.mark.parametrize(
    ("fault", "printed", "lost"),
    [
        ("reset@2:9", 1, 0),
        ("reset@2:before", 1, 1),
        ("reset@2", 1, 1),
        ("reset@2:9999", 1, 1),
        ("reset@2:after", 2, 0),
    ],
)
def test_a_reset_comes_where_it_is_told_and_once(fault: str, printed: int, lost: int, call: Call) -> None:
    """In the middle of a label, before it is printed, or after."""
    with Zebra([fault]) as zebra:
        host = call(zebra)
        host.socket.sendall(other(1) + other(2))
        assert host.is_reset()
        assert zebra.wait_for(printed)
        call(zebra).socket.sendall(other(3))
        assert zebra.wait_for(printed + 1)
        assert zebra.labels == [*[other(1), other(2)][:printed], other(3)]
        assert len(zebra.lost) == lost


def test_a_slow_printer_gets_everything_in_the_end(call: Call) -> None:
    """A few bytes at a time."""
    with Zebra(["slow@1:2000"]) as zebra:
        call(zebra).socket.sendall(LABEL * 5)
        assert zebra.wait_for(5)
        assert zebra.labels == [LABEL] * 5


def test_a_printer_of_another_language_prints_no_zpl_and_answers_nonsense(call: Call) -> None:
    """Until somebody sets it up."""
    with Zebra(["wrong-language@1"]) as zebra:
        host = call(zebra)
        assert host.ask(PREFLIGHT, b"?\r\n?\r\n") == b"?\r\n?\r\n"
        host.socket.sendall(LABEL)
        host.ask(IDENTIFY, b"?\r\n")
        assert (zebra.labels, zebra.lost) == ([], [LABEL])
        zebra.mend("wrong-language")
        host.ask()


def test_a_printer_that_never_reads_keeps_the_line_and_others_wait(call: Call) -> None:
    """One connection at a time; it reads on when it is mended."""
    with Zebra(["never-read"]) as zebra:
        first, second = call(zebra), call(zebra)
        assert first.hears_nothing(PREFLIGHT)
        second.socket.sendall(other(2))
        first.socket.sendall(other(1))
        zebra.mend()
        assert zebra.wait_for(1)
        assert zebra.labels == [other(1)]
        first.socket.close()
        assert zebra.wait_for(2)


def test_whoever_hangs_up_on_a_printer_that_never_reads_is_forgotten(
    call: Call, eventually: Callable[..., None]
) -> None:
    """The next one has the line."""
    with Zebra(["never-read"]) as zebra:
        first = call(zebra)
        first.socket.sendall(other(1))
        first.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        eventually(lambda: zebra.connected)
        first.socket.close()
        eventually(lambda: not zebra.connected)
        call(zebra).socket.sendall(other(2))
        zebra.mend()
        assert zebra.wait_for(1)
        assert zebra.labels == [other(2)]


def test_a_dead_printer_refuses_connections_and_comes_back_under_its_port(
    call: Call, eventually: Callable[..., None]
) -> None:
    """As one that is switched off and on."""
    with Zebra(["dead@2"]) as zebra:
        host = call(zebra)
        host.socket.sendall(LABEL)
        host.ask()
        host.socket.close()

        def refused() -> bool:
            try:
                socket.create_connection((zebra.host, zebra.port), timeout=20).close()
            except ConnectionError:
                return True
            return False

        eventually(refused)
        zebra.mend()
        eventually(lambda: not refused())
        call(zebra).socket.sendall(LABEL)
        assert zebra.wait_for(2)


def test_half_a_label_is_forgotten_with_its_connection(call: Call) -> None:
    """What comes next is a label of its own."""
    with Zebra() as zebra:
        host = call(zebra)
        host.ask(b"^XA^FDhalf" + PREFLIGHT)
        host.socket.close()
        call(zebra).socket.sendall(LABEL)
        assert zebra.wait_for(1)
        assert zebra.labels == [LABEL]


def test_commands_that_cancel_pause_and_restart_are_carried_out(call: Call) -> None:
    """`~JA` empties the buffer; `~JR` breaks off; `~PP` and `~PS` are the pause key."""
    with Zebra() as zebra:
        host = call(zebra)
        paused = host_status(host.ask(b"~PP" + other(1) + other(2) + PREFLIGHT))
        assert paused is not None
        assert (paused.paused, paused.formats_in_buffer) == (True, 2)
        host.ask(b"~JA" + other(3) + PREFLIGHT)
        host.socket.sendall(b"~PS")
        assert zebra.wait_for(1)
        assert (zebra.labels, zebra.lost) == ([other(3)], [other(1), other(2)])
        host.socket.sendall(b"~JR")
        assert host.is_reset()


def test_labels_are_kept_as_files_and_pictures(tmp_path: Path, call: Call) -> None:
    """Numbered on from what is there; one that nobody can draw is kept as ZPL, and told."""
    kept = tmp_path / "kept"

    def draw(label: bytes) -> bytes | None:
        if b"bad" in label:
            raise ValueError("no such font")
        return b"PNG of " + label if b"LPN" in label else None

    for round_ in range(2):
        with Zebra(keep=kept, picture=draw) as zebra:
            call(zebra).socket.sendall(LABEL + b"^XA^FDbad^FS^XZ^XA^FDplain^FS^XZ")
            assert zebra.wait_for(3)
            assert "no such font" in zebra.trouble
        assert len(list(kept.iterdir())) == 4 * (round_ + 1)
    assert (kept / "0001.zpl").read_bytes() == (kept / "0004.zpl").read_bytes() == LABEL
    assert (kept / "0004.png").read_bytes() == b"PNG of " + LABEL
    assert sorted(path.name for path in kept.glob("*.zpl")) == [f"000{number}.zpl" for number in range(1, 7)]


def test_a_printer_tells_of_each_label(call: Call) -> None:
    """By number."""
    told: list[tuple[int, bytes]] = []
    with Zebra(on_label=lambda number, label: told.append((number, label))) as zebra:
        call(zebra).socket.sendall(other(1) + other(2))
        assert zebra.wait_for(2)
    assert told == [(1, other(1)), (2, other(2))]


def test_a_serial_printer_hangs_on_a_cable_that_can_be_pulled(tmp_path: Path) -> None:
    """Half a label is forgotten with the cable."""
    with Cable(tmp_path, "lp0") as cable, Zebra(cable=cable) as zebra:
        with open(cable.path, "r+b", buffering=0) as port:
            port.write(other(1) + IDENTIFY + b"^XA^FDhalf")
            heard = b""
            while not heard.endswith(b"\x03\r\n"):
                heard += port.read(4096)
            assert identity(heard) is not None
        cable.unplug()
        cable.replug()
        with open(cable.path, "r+b", buffering=0) as port:
            port.write(other(2))
            assert zebra.wait_for(2)
        assert zebra.labels == [other(1), other(2)]


def test_closing_twice_is_closing_and_ends_a_call(call: Call) -> None:
    """Nobody has to hang up first."""
    zebra = Zebra()
    host = call(zebra)
    host.ask()
    zebra.close()
    zebra.close()
    assert host.socket.recv(1) == b""


@pytest.mark.parametrize(
    "text", ["paper-out", "paper-out@5", "reset@4:120", "reset@4:after", "slow@3:500/10", "dead/0.5"]
)
def test_a_fault_reads_as_it_is_written(text: str) -> None:
    """There and back."""
    assert str(Fault.parse(text)) == text
    assert Fault.parse(f"  {text.upper()} ") == Fault.parse(text)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("paperout@5", "did you mean 'paper-out'"),
        ("banana", "There are paper-out, head-open"),
        ("paper-out@", "KIND"),
        ("paper out", "KIND"),
        ("paper-out@0", "counted from 1"),
        ("paper-out@1:4", "takes no value"),
        ("slow@3", "bytes a second"),
        ("slow@3:0", "bytes a second"),
        ("slow@3:after", "bytes a second"),
        ("reset", "needs a label"),
        ("reset@1:never", "neither a number"),
        ("reset@1:3/5", "happens once"),
        ("", "KIND"),
    ],
)
def test_a_fault_that_there_is_not_is_refused_with_what_there_is(text: str, word: str) -> None:
    """A typing error names its own remedy."""
    with pytest.raises(ValueError, match=r".") as caught:
        Fault.parse(text)
    assert word in str(caught.value)
    with pytest.raises(ValueError, match=r"."):
        Zebra([text])


def test_every_kind_of_fault_says_what_it_does() -> None:
    """The list is what a user of the simulator is shown."""
    assert all(KINDS.values())


soups = st.lists(
    st.sampled_from(
        [
            b"^XA",
            b"^XZ",
            b"^FD",
            b"^",
            b"~",
            b"~HS",
            b"~HQES",
            b"~JA",
            b"^GFB,3,3,1,",
            b"x~^",
            b"\r\n",
            b"^PQ2",
        ]
    )
    | st.binary(max_size=4),
    max_size=30,
).map(b"".join)


@settings(max_examples=100)
@given(soups, st.lists(st.integers(0, 999), max_size=12))
@example(b"^XA^GFB,3,3,1,\0^XZ\0", [6])
def test_the_cuts_between_reads_change_nothing_about_a_stream(soup: bytes, places: list[int]) -> None:
    """Labels and commands are the same for every split."""
    edges = [0, *sorted(place % (len(soup) + 1) for place in places), len(soup)]
    whole, pieces = ZplStream(), ZplStream()
    at_once = whole.feed(soup)
    assert [one for start, end in pairwise(edges) for one in pieces.feed(soup[start:end])] == at_once
    assert pieces.partial == whole.partial


def test_the_bytes_of_a_binary_graphic_are_no_commands() -> None:
    """Whatever they are."""
    label = b"^XA^FO0,0^GFB,8,8,2,~JA^XZ^XA"[:-3] + b"~~^FS^XZ"
    assert ZplStream().feed(label) == [Begun(), Format(label)]
    assert ZplStream().feed(b"^XA~HS^FDa^FS^XZ") == [Begun(), Command("HS"), Format(b"^XA^FDa^FS^XZ")]
