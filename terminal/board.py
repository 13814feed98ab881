"""The KPI screen in a browser: each page gets a process of its own that shows it and can do nothing else.

The browser speaks to it over a WebSocket, which pages of other origins may open too: those are turned away.
"""

from __future__ import annotations

import importlib.resources
import ipaddress
import os
import shlex
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp_jinja2
from aiohttp import web
from textual_serve.server import Server

from terminal.domain.speech import _, n_, speaking
from terminal.voices import voice

TITLE = "Regrade KPI"
VIEWERS = 12
"""Pages at once: each costs a process."""
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach what listens there."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.casefold() == "localhost"


def screen_command(config: Path | None, data: Path | None) -> list[str]:
    """The command that shows the KPI screen of the same station."""
    named = {"--config": config, "--data": data}
    options = [word for name, path in named.items() if path for word in (name, str(path.absolute()))]
    return [sys.executable, "-m", "terminal", *options, "kpi", "--screen"]


class Board(Server):
    """Serves what a command shows; `said` takes sentences for whoever started it. Raises OSError for no port.

    `language` is that of pages and of what they are refused with.
    """

    def __init__(
        self,
        command: Sequence[str],
        host: str,
        port: int,
        said: Callable[[str], None],
        language: str = "en",
    ) -> None:
        start = shlex.join(command)
        super().__init__(
            start if os.name == "nt" else f"exec {start}",
            host=host,
            port=port,
            title=TITLE,
            templates_path=str(importlib.resources.files("terminal.data") / "board"),
        )
        self._said = said
        self._language = language
        self._viewers = 0

    def serve(self, debug: bool = False) -> None:
        """Serve until Ctrl+C or SIGTERM. Raises OSError where it can't listen."""
        self.debug = debug
        shown = f"[{self.host}]" if ":" in self.host else self.host
        web.run_app(
            self._make_app(),
            host=self.host,
            port=self.port,
            access_log=None,
            print=lambda _: self._said(f"The board is at http://{shown}:{self.port} - Ctrl+C ends it."),
        )

    async def on_startup(self, app: web.Application) -> None:
        """Be quiet: the port is not open yet."""

    async def _make_app(self) -> web.Application:
        @web.middleware
        async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
            with speaking(voice(self._language)):
                return await self._guard(request, handler)

        app = await super()._make_app()
        with speaking(voice(self._language)):
            aiohttp_jinja2.get_env(app).globals |= {
                "language": self._language,
                "reading": _("Reading the figures ..."),
                "gone": _("The board is not there. Trying again ..."),
            }
        app.middlewares.append(guard)
        return app

    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Let nobody in who comes under another name, from a page of somebody else, or when all seats are taken."""
        name = urlsplit(f"//{request.host}").hostname or ""
        if is_loopback(self.host) and not is_loopback(name):
            raise web.HTTPForbidden(text=_("This board is for its own machine."))
        origin = request.headers.get("Origin")
        if origin is not None and urlsplit(origin).netloc != request.host:
            raise web.HTTPForbidden(text=_("The board is not shown inside of other pages."))
        if request.path != "/ws":
            answer = await handler(request)
            answer.headers["X-Frame-Options"] = "DENY"
            return answer
        if self._viewers >= VIEWERS:
            full = n_(
                "{count} page shows the board already: close it.",
                "{count} pages show the board already: close one.",
                VIEWERS,
            )
            raise web.HTTPServiceUnavailable(text=full.format(count=VIEWERS))
        self._viewers += 1
        try:
            return await handler(request)
        finally:
            self._viewers -= 1
