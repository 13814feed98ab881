"""What tests against real peers share: programs that may be missing, a second ZPL renderer, judges of labels."""

import base64
import contextlib
import io
import json
import os
import select
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import zplkit
import zxingcpp
from PIL import Image

import terminal.data
from labels.design import Designs, load
from labels.stock import Stock
from labels.tag import Tag

DOTS_PER_MM = {203: 8, 300: 12, 600: 24}
"""What the second renderer calls a resolution."""
PACKAGE = "zpl-renderer-js@3.4.0"


@pytest.fixture(scope="session")
def need() -> Callable[..., str]:
    """A function that gives the path of a program, or skips the test aloud."""

    def find(program: str, package: str) -> str:
        for folder in (None, "/usr/sbin:/sbin:/usr/local/sbin"):
            if path := shutil.which(program, path=folder):
                return path
        pytest.skip(f"{program} is not installed; install the package {package}")

    return find


@pytest.fixture(scope="session")
def eventually() -> Callable[..., None]:
    """Wait until something holds that tells nobody when it does."""

    def wait(holds: Callable[[], bool], what: str, timeout: float = 20.0) -> None:
        deadline, tick = time.monotonic() + timeout, threading.Event()
        while not holds():
            assert time.monotonic() < deadline, f"not so within {timeout} s: {what}"
            tick.wait(0.01)

    return wait


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """A function that starts a program, whose output goes to a file; what still runs at the end is killed."""
    started: list[subprocess.Popen[bytes]] = []

    def start(*command: str | Path, **options: Any) -> subprocess.Popen[bytes]:
        with (tmp_path / f"{Path(command[0]).name}-{len(started)}.log").open("wb") as log:
            process = subprocess.Popen(
                [str(word) for word in command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                **options,
            )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.wait(10)


@pytest.fixture
def free_port() -> Callable[[], int]:
    """A function that finds a port on loopback on which nobody listens."""

    def find() -> int:
        with socket.create_server(("127.0.0.1", 0)) as server:
            port: int = server.getsockname()[1]
            return port

    return find


@pytest.fixture
def listens() -> Callable[[int], bool]:
    """A function that says whether somebody listens on a port of loopback."""

    def look(port: int) -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
        return False

    return look


@pytest.fixture(scope="session")
def amount() -> Callable[[int], int]:
    """A function that says how many labels of so many are tried: REGRADE_LABELS, a number or `full`; 60 without."""
    asked = os.environ.get("REGRADE_LABELS", "60")

    def count(all_of_them: int) -> int:
        return all_of_them if asked == "full" else int(asked)

    return count


class SecondRenderer:
    """zpl-renderer-js in a node process of its own: a JSON object a line, both ways."""

    def __init__(self, node: str, folder: Path) -> None:
        serve = Path(__file__).parent / "npm" / "serve.mjs"
        self._node = subprocess.Popen(
            [node, str(serve), str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self._heard = b""
        self.version = json.loads(
            (folder / "node_modules" / "zpl-renderer-js" / "package.json").read_text("utf-8")
        )["version"]
        assert self._answer(60) == {"ready": True}

    def render(self, job: bytes, stock: Stock) -> Image.Image:
        """Print on paper: exactly one label, or the test fails."""
        asked = {
            "zpl": job.decode("ascii"),
            "width_mm": stock.width_mm,
            "height_mm": stock.height_mm,
            "dots_per_mm": DOTS_PER_MM[stock.dpi],
        }
        assert self._node.stdin is not None
        self._node.stdin.write(json.dumps(asked).encode() + b"\n")
        self._node.stdin.flush()
        answer = self._answer(30)
        assert "error" not in answer, (answer, job)
        assert len(answer["labels"]) == 1
        return Image.open(io.BytesIO(base64.b64decode(answer["labels"][0]))).convert("L")

    def close(self) -> None:
        """End the process."""
        self._node.kill()
        self._node.communicate(timeout=10)

    def _answer(self, timeout: float) -> dict[str, Any]:
        assert self._node.stdout is not None
        deadline = time.monotonic() + timeout
        while b"\n" not in self._heard:
            left = max(deadline - time.monotonic(), 0)
            ready, _, _ = select.select([self._node.stdout], [], [], left)
            assert ready, f"the second renderer said nothing for {timeout} s"
            data = os.read(self._node.stdout.fileno(), 1 << 20)
            assert data, "the second renderer ended"
            self._heard += data
        line, self._heard = self._heard.split(b"\n", 1)
        answer: dict[str, Any] = json.loads(line)
        return answer


@pytest.fixture(scope="session")
def second_renderer(need: Callable[..., str]) -> Iterator[SecondRenderer]:
    """The renderer from npm; skipped aloud without it."""
    asked = os.environ.get("REGRADE_NPM")
    how = f"`npm i --prefix DIR {PACKAGE}` and set REGRADE_NPM=DIR"
    if not asked:
        pytest.skip(f"the second ZPL renderer is not asked for: {how}")
    if not (Path(asked) / "node_modules" / "zpl-renderer-js").is_dir():
        pytest.skip(f"there is no zpl-renderer-js in REGRADE_NPM={asked}: {how}")
    renderer = SecondRenderer(need("node", "nodejs"), Path(asked))
    yield renderer
    renderer.close()


@pytest.fixture(scope="session")
def first_renderer() -> Callable[[bytes, Stock], Image.Image]:
    """A function that prints with zplkit: exactly one label, or the test fails."""

    def render(job: bytes, stock: Stock) -> Image.Image:
        options = zplkit.Options(
            profile="specification", width=stock.width_dots, height=stock.height_dots, dpi=stock.dpi
        )
        printed = zplkit.render(job, options)
        assert len(printed.labels) == 1
        return Image.open(io.BytesIO(printed.labels[0].png())).convert("L")

    return render


@pytest.fixture(scope="session")
def read() -> Callable[..., list[tuple[str, bytes]]]:
    """A function that reads a picture: the AIM identifier and the bytes of every symbol of these kinds."""

    def look(picture: Image.Image, kinds: str = "Code128") -> list[tuple[str, bytes]]:
        # Made smaller, modules are no whole dots: then the reader may see a symbol besides that nobody drew.
        formats = zxingcpp.barcode_formats_from_str(kinds)
        found = zxingcpp.read_barcodes(picture, formats=formats, try_downscale=kinds != "Code128")
        return sorted((code.symbology_identifier, bytes(code.bytes)) for code in found)

    return look


@pytest.fixture(scope="session")
def designs() -> Designs:
    """The designs that are shipped."""
    folder = Path(terminal.data.__file__).parent / "labels"
    return load({path.name: path.read_text("utf-8") for path in sorted(folder.glob("*.toml"))})


@pytest.fixture(scope="session")
def make_tag() -> Callable[..., Tag]:
    """A function that makes an ordinary tag, with whatever is given instead."""

    def make(**given: Any) -> Tag:
        usual: dict[str, Any] = {
            "lpn": "BBBHBBBCDK",
            "grade": "B",
            "channel": "refurbish",
            "title": "RED KETTLE, 1.7 L",
            "sku": "85123A",
            "tote": "REFURB-04",
            "date": "2026-11-23",
            "station": "B-1",
        }
        return Tag(**{**usual, **given})

    return make
