"""What an inspection found, in words."""

from __future__ import annotations

from collections.abc import Mapping

from terminal.bench.naming import place_name
from terminal.bench.state import Item
from terminal.domain.speech import N_, _, n_

# TRANSLATORS: What was found on an item, in a list with commas.
FOUND: Mapping[str, Mapping[object, str]] = {
    "unused": {True: N_("unused"), False: N_("used")},
    "function": {"pass": N_("works"), "fail": N_("does not work"), "not_tested": N_("not tested")},
    "lock": {"on": N_("locked"), "off": N_("not locked")},
    "packaging": {
        "sealed": N_("sealed"),
        "opened_complete": N_("opened, complete"),
        "opened_damaged": N_("box damaged"),
        "missing": N_("box missing"),
    },
}
"""Facts of an inspection that have words of their own, by value."""


def found_words(item: Item) -> str:
    """What the inspection found so far, in words."""
    said = [_(words[item.facts[name]]) for name, words in FOUND.items() if item.facts.get(name) in words]
    if item.facts.get("mass_source") in ("scale", "typed"):
        said.append(f"{item.facts['weight_g']} g")
    if "battery_health" in item.facts:
        said.append(_("battery {percent} %").format(percent=item.facts["battery_health"]))
    said += [_("{step} done").format(step=one.step) for one in item.worked]
    if item.photos:
        many = len(item.photos)
        said.append(n_("{count} photo", "{count} photos", many).format(count=many))
    for seen in item.facts.get("observations", ()):
        place = place_name(seen["location"] or "")
        said.append(f"{seen['defect']} {place} x{seen['count']}".replace("  ", " "))
    return ", ".join(said)
