"""The bench shows what a device did to it, without waiting for an input."""

from dataclasses import replace
from typing import Any

from terminal.ui.app import states
from terminal.ui.port import DeviceLine


def test_only_a_change_of_state_asks_for_a_new_view() -> None:
    """Not the seconds that it lasts."""
    lost = DeviceLine("PRINTER", "lost", "lost 00:01")
    assert states((lost,)) == states((replace(lost, text="lost 00:02"),))
    assert states((lost,)) != states((replace(lost, state="ok"),))


def test_the_view_follows_a_device_that_changed(views: Any, station: Any, on_bench: Any) -> None:
    """A label in doubt is asked for when the doubt comes up, not at the next scan."""
    port = station(views.inspecting)

    async def script(bench: Any) -> None:
        await bench.sees("SCANNER ok")
        port.start = replace(views.inspecting, line="The label is in doubt now.")
        port.lines = (DeviceLine("PRINTER", "warn", "1 in doubt"),)
        await bench.sees("The label is in doubt now.")

    on_bench(port, script)
