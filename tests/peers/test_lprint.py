"""LPrint, a print server of somebody else, in front of the simulated printer: it takes it for a Zebra."""

import contextlib
import os
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from devices.fakes import Zebra
from labels import zpl
from labels.design import Designs
from labels.stock import find
from labels.tag import Tag

Ask = Callable[..., str]
ROOTS_SOCKET = Path("/run/lprint.sock")
ATTRIBUTES = """{
    OPERATION Get-Printer-Attributes
    GROUP operation-attributes-tag
    ATTR charset attributes-charset utf-8
    ATTR language attributes-natural-language en
    ATTR uri printer-uri $uri
    DISPLAY printer-state-reasons
}
"""


def _root_runs_one() -> bool:
    """Whether a server of root answers: ours would take its socket away."""
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(1)
        probe.connect(str(ROOTS_SOCKET))
        return True
    return False


@pytest.fixture
def zebra() -> Iterator[Zebra]:
    """A simulated printer."""
    with Zebra() as printer:
        yield printer


@pytest.fixture
def lprint(
    tmp_path: Path,
    zebra: Zebra,
    need: Callable[..., str],
    run: Callable[..., "subprocess.Popen[bytes]"],
    free_port: Callable[[], int],
    listens: Callable[[int], bool],
    eventually: Callable[..., None],
) -> Iterator[Ask]:
    """A function that asks a server of ours, with a home of its own and one printer, which is the simulated one."""
    program, ipptool, port = need("lprint", "lprint"), need("ipptool", "cups-ipp-utils"), free_port()
    if os.getuid() == 0 and _root_runs_one():
        pytest.skip("an LPrint server of root runs here; stop it to try ours")
    (tmp_path / "spool").mkdir()
    (tmp_path / "attributes.test").write_text(ATTRIBUTES, "utf-8")
    with tempfile.TemporaryDirectory(prefix="lp-") as short:  # a socket's path may have 107 characters
        env = {**os.environ, "HOME": str(tmp_path), "TMPDIR": short, "LANG": "C"}
        options = {
            "server-port": port,
            "listen-hostname": "localhost",
            "spool-directory": tmp_path / "spool",
            "log-file": tmp_path / "lprint.log",
            "log-level": "debug",
        }
        words = [word for name, value in options.items() for word in ("-o", f"{name}={value}")]
        server = run(program, "server", *words, env=env)
        eventually(lambda: listens(port) or server.poll() is not None, "the server listens")
        assert server.poll() is None, (tmp_path / "lprint-0.log").read_text("utf-8", "replace")

        def ask(*said: str) -> str:
            tool = [ipptool, "-tv"] if said[0] == "attributes" else [program, said[0]]
            where = f"ipp://localhost:{port}/" + ("" if said[0] == "add" else "ipp/print/z")
            if said[0] == "attributes":
                command = [*tool, where, str(tmp_path / "attributes.test")]
            else:
                command = [*tool, "-u", where, *said[1:]]
            done = subprocess.run(command, env=env, capture_output=True, timeout=20)
            said_back = done.stdout.decode("utf-8", "replace")
            # ipptool also fails where it finds other attributes of the server odd.
            assert done.returncode == 0 or "printer-state-reasons" in said_back, (said_back, done.stderr)
            return said_back

        ask("add", "-d", "z", "-v", f"socket://127.0.0.1:{zebra.port}", "-m", "zpl_4inch-203dpi-dt")
        yield ask
        server.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(10)
        if os.getuid() == 0:  # it leaves its socket behind
            ROOTS_SOCKET.unlink(missing_ok=True)


def test_a_label_goes_through_lprint_byte_for_byte_and_paper_out_is_told(
    tmp_path: Path,
    zebra: Zebra,
    lprint: Ask,
    eventually: Callable[..., None],
    designs: Designs,
    make_tag: Callable[..., Tag],
) -> None:
    """It asks the printer's state in ZPL and understands the answer; a label in dots arrives as it was written."""
    stock, jobs = find("4x6in", 203), []
    for title in ("RED KETTLE, 1.7 L", "^XA~JA 不锈钢电热水壶"):
        jobs.append(zpl.write(make_tag(title=title), stock, designs.choose("4x6in", "refurbish")))
        file = tmp_path / f"{len(jobs)}.zpl"
        file.write_bytes(jobs[-1])
        lprint("submit", "-o", "document-format=application/vnd.zebra-zpl", str(file))
        assert zebra.wait_for(len(jobs), 20)
    assert zebra.labels == [job.strip() for job in jobs]
    assert not zebra.lost
    assert {"HS", "HQES"} & set(zebra.commands)
    assert "media-empty" not in lprint("attributes")

    zebra.fail("paper-out")
    lprint("submit", "-o", "document-format=application/vnd.zebra-zpl", str(tmp_path / "1.zpl"))
    eventually(lambda: "media-empty" in lprint("attributes"), "paper out is told", 30)
    assert len(zebra.labels) == 2
    zebra.mend()
    assert zebra.wait_for(3, 20)
    assert zebra.labels[2] == jobs[0].strip()
