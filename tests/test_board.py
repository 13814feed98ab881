"""The board: the KPI screen in a real browser, for whoever may see it."""

from __future__ import annotations

import asyncio
import base64
import json
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from terminal.board_cli import board
from terminal.config import load
from terminal.console import Context
from terminal.history import run_history

aiohttp = pytest.importorskip(
    "aiohttp", reason="textual-serve is not installed: the board is not tested here"
)
pytest.importorskip("textual_serve", reason="textual-serve is not installed: the board is not tested here")

ROOT = Path(__file__).parent.parent
DEADLINE = 60.0
PAST = """\
unit,cat,orig_price,mass_kg,initiated,received,decided,put_away,sold,final,channel,proceeds,inbound,labour_min
U1,apparel,40.00,0.30,2026-03-01,2026-03-04,2026-03-04,2026-03-05,2026-03-12,2026-03-12,restock,30.00,3.50,4
"""
SERVE = """
import sys
from terminal.board import Board
Board(sys.argv[3:], sys.argv[1], int(sys.argv[2]), lambda text: print(text, flush=True)).serve()
"""
SCREEN = """
import sys
from pathlib import Path
from terminal.config import load
from terminal.kpi_desk import KpiDesk
from terminal.ui.kpi_app import show
sys.exit(show(KpiDesk(load(None, Path(sys.argv[1]), {}))))
"""
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as each:
        each.bind(("127.0.0.1", 0))
        return int(each.getsockname()[1])


@pytest.fixture
def served(tmp_path: Path) -> Iterator[str]:
    """The address of a board of a station with one unit."""
    site = load(None, tmp_path / "data", {})
    past = tmp_path / "past.csv"
    past.write_text(PAST, encoding="utf-8")
    run_history(site, past, None)
    port = free_port()
    screen = [sys.executable, "-c", SCREEN, str(tmp_path / "data")]
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE, "127.0.0.1", str(port), *screen],
        cwd=ROOT, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        assert f"http://127.0.0.1:{port}" in process.stdout.readline()
        yield f"127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(DEADLINE)
        process.stdout.close()


def with_client(script: Callable[[Any], Awaitable[None]]) -> None:
    """Run a script with an HTTP client."""

    async def main() -> None:
        async with asyncio.timeout(DEADLINE), aiohttp.ClientSession() as client:
            await script(client)

    asyncio.run(main())


async def until_shown(socket: Any, *words: bytes) -> None:
    """Take what the screen paints until all of these were in it."""
    painted = b""
    while not all(word in painted for word in words):
        message = await socket.receive()
        assert message.type in (aiohttp.WSMsgType.BINARY, aiohttp.WSMsgType.TEXT), painted
        painted += message.data if message.type is aiohttp.WSMsgType.BINARY else b""


def test_a_browsers_terminal_gets_the_figures_and_its_keys_work(served: str) -> None:
    """The page needs nothing from anywhere else, and the key that leaves does not."""

    async def script(client: Any) -> None:
        async with client.get(f"http://{served}/") as answer:
            page = await answer.text()
            assert (answer.status, answer.headers["X-Frame-Options"]) == (200, "DENY")
        assert "Regrade KPI" in page
        assert not re.search("https?://", page), page
        for path in set(re.findall(r'(?:src|href)="([^"]+)"|url\("([^"]+)"\)', page)):
            async with client.get(f"http://{served}/{''.join(path)}") as answer:
                assert answer.status == 200
        url = f"ws://{served}/ws?width=80&height=24"
        async with client.ws_connect(url, origin=f"http://{served}") as socket:
            await until_shown(socket, b"RECOVERY RATE", b"75.00%")
            await socket.send_json(["stdin", "q2"])
            await until_shown(socket, b"apparel")

    with_client(script)


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/", {"Host": "figures.example"}),
        ("/ws", {"Host": "figures.example"}),
        ("/ws", {"Origin": "http://figures.example"}),
        ("/ws", {"Origin": "null"}),
    ],
)
def test_pages_of_others_get_nothing(served: str, path: str, headers: dict[str, str]) -> None:
    """Neither by their own origin nor by a name that points to this machine."""

    async def script(client: Any) -> None:
        async with client.get(f"http://{served}{path}", headers=headers) as answer:
            assert answer.status == 403

    with_client(script)


class Marked:
    """A language in which every sentence stands in brackets and quotes."""

    def gettext(self, message: str, /) -> str:
        """The sentence."""
        return f'<"{message}">'

    def ngettext(self, one: str, many: str, n: int, /) -> str:
        """The form that goes with a number."""
        return self.gettext(one if n == 1 else many)


def test_the_page_says_its_words_in_the_language_of_the_board(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of a translation acts on the page; refusals are in that language too."""
    from aiohttp.test_utils import TestClient, TestServer

    from terminal import board as spoken

    asked: list[str] = []

    def voice(code: str) -> Marked:
        asked.append(code)
        return Marked()

    async def page(language: str) -> tuple[str, str]:
        app = await spoken.Board(["false"], "127.0.0.1", 1, lambda text: None, language)._make_app()
        async with TestClient(TestServer(app)) as client:
            refused = await client.get("/", headers={"Host": "figures.example"})
            assert refused.status == 403
            return await (await client.get("/")).text(), await refused.text()

    english, refused = asyncio.run(page("en"))
    assert refused == "This board is for its own machine."
    assert english.count('<html lang="en">') == english.count(">Reading the figures ...<") == 1
    assert english.count('= "The board is not there. Trying again ..."') == 1
    monkeypatch.setattr(spoken, "voice", voice)
    marked, refused = asyncio.run(page("pl"))
    assert set(asked) == {"pl"}
    assert refused == '<"This board is for its own machine.">'
    assert '<html lang="pl">' in marked
    assert ">&lt;&#34;Reading the figures ...&#34;&gt;<" in marked
    assert '= "\\u003c\\"The board is not there. Trying again ...\\"\\u003e"' in marked


def test_there_are_only_so_many_seats(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each costs a process; who comes too late is told, and the page itself is still there."""
    from aiohttp.test_utils import TestClient, TestServer

    from terminal import board as seats

    monkeypatch.setattr(seats, "VIEWERS", 0)

    async def main() -> None:
        app = await seats.Board(["false"], "127.0.0.1", 1, lambda text: None)._make_app()
        async with TestClient(TestServer(app)) as client:
            answer = await client.get("/ws")
            assert (answer.status, await answer.text()) == (503, "0 pages show the board already: close one.")
            assert (await client.get("/")).status == 200

    asyncio.run(main())


def test_a_real_browser_shows_the_figures(served: str, tmp_path: Path) -> None:
    """Chromium loads the page, opens its socket, and paints something that is no empty page."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        pytest.skip("no Chromium here: the board was not seen in a real browser")
    process = subprocess.Popen(
        [
            browser, "--headless", "--no-sandbox", "--disable-gpu", "--window-size=1000,700",
            "--remote-debugging-port=0", f"--user-data-dir={tmp_path / 'profile'}", "about:blank",
        ],
        stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, start_new_session=True,
    )  # fmt: skip
    assert process.stderr is not None
    try:
        found = next(filter(None, (re.search(r"ws://([^/]+)/", line) for line in process.stderr)), None)
        assert found is not None, "Chromium opened no port to be steered by"
        port = found[1]

        async def script(client: Any) -> None:
            async with client.get(f"http://{port}/json") as answer:
                tabs = json.loads(await answer.text())
            steer = next(tab["webSocketDebuggerUrl"] for tab in tabs if tab["type"] == "page")
            async with client.ws_connect(steer, max_msg_size=0) as tab:
                await see(tab, served)

        with_client(script)
    finally:
        process.terminate()
        process.wait(DEADLINE)
        process.stderr.close()


async def see(tab: Any, served: str) -> None:
    """Steer a tab to the board, and wait until it got the figures and shows a canvas instead of the first words."""
    await tab.send_json({"id": 1, "method": "Network.enable"})
    await tab.send_json({"id": 2, "method": "Page.navigate", "params": {"url": f"http://{served}/"}})
    painted, asked = b"", set()
    while not (b"RECOVERY RATE" in painted and b"75.00%" in painted):
        told = await tab.receive_json()
        if told.get("method") == "Network.requestWillBeSent":
            asked.add(told["params"]["request"]["url"].split("/")[2])
        elif told.get("method") == "Network.webSocketFrameReceived":
            frame = told["params"]["response"]
            painted += base64.b64decode(frame["payloadData"]) if frame["opcode"] == 2 else b""
    assert asked == {served}
    look = (
        "document.body.classList.contains('-first-byte') && "
        "getComputedStyle(document.getElementById('said')).display == 'none' && "
        "document.querySelectorAll('#terminal canvas').length"
    )
    await tab.send_json({"id": 3, "method": "Runtime.evaluate", "params": {"expression": look}})
    while (told := await tab.receive_json()).get("id") != 3:
        pass
    assert told["result"]["result"]["value"] > 0


def test_the_board_shows_the_station_that_was_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On this machine only unless told otherwise, and then it says who can see it."""
    from terminal.board import Board

    begun: list[tuple[str, str, int, str]] = []
    monkeypatch.setattr(
        Board, "serve", lambda self: begun.append((self.command, self.host, self.port, self._language))
    )
    config = tmp_path / "a b.toml"
    config.write_text("", encoding="utf-8")
    context = Context(config, tmp_path / "data")
    result = CliRunner().invoke(board, [], obj=context)
    assert (result.exit_code, result.output) == (0, "")
    told = f"-m terminal --config '{config}' --data {tmp_path / 'data'} kpi --screen"
    assert begun[0][0].startswith(f"exec {sys.executable} ")
    assert begun[0][0].endswith(told)
    assert begun[0][1:] == ("127.0.0.1", 8378, "en")
    config.write_text('[screen]\nlanguage = "de"\n', encoding="utf-8")
    context = Context(config, tmp_path / "data")
    result = CliRunner().invoke(board, ["--host", "0.0.0.0", "--port", "9000"], obj=context)
    assert "no password" in result.output
    assert begun[1][1:] == ("0.0.0.0", 9000, "de")


def test_a_port_that_is_taken_is_a_sentence(tmp_path: Path) -> None:
    """And so is a library that is not installed."""
    context = Context(None, tmp_path / "data")
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        result = CliRunner().invoke(board, ["--port", port], obj=context)
    assert result.exit_code == 1
    assert "choose another" in result.output


def test_without_textual_serve_the_board_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In one sentence."""
    monkeypatch.delitem(sys.modules, "terminal.board", raising=False)
    for name in [name for name in sys.modules if name.startswith("textual_serve")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "meta_path", [_Missing(), *sys.meta_path])
    result = CliRunner().invoke(board, [], obj=Context(None, tmp_path / "data"))
    assert result.exit_code == 1
    assert "regrade[board]" in result.output


class _Missing:
    """Finds no textual-serve."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        if name.startswith("textual_serve"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
