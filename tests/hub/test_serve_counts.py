"""The HTTPS service counts what comes: nobody has to run `regrade hub project` beside it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

from terminal.hub import roles
from terminal.hub.connecting import connect
from terminal.hub.serve import make_app


def until(ready: Callable[[], bool]) -> None:
    """Wait for something to be so."""
    end = time.monotonic() + 30
    while not ready():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.02)


def test_items_are_there_while_the_service_runs(hub: Any, hub_dsn: str, bench: Any, line: Any) -> None:
    """Events that arrive while it runs become items; with its own login and nothing else."""
    with connect(hub_dsn) as connection:
        own = roles.add(connection, "service")["dsn"]
    one = bench("ST01")
    expected = line("RMA1")
    one.receive("RMA1", expected)
    app = make_app(own, project_every=0.05)

    def day() -> None:
        hub.send(one.events)
        lpn = one.whole(expected)
        hub.send(one.events)
        until(lambda: hub.rows("select status from hub.item where lpn = %s", lpn) == [("closed",)])

    async def serve() -> None:
        async with app.router.lifespan_context(app):
            await asyncio.to_thread(day)

    asyncio.run(serve())
