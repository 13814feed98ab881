"""Words of the settings and checklists that Regrade ships, marked so that a catalogue has them.

They are looked up where they are said. A site's own words stay as the site wrote them.
"""

from __future__ import annotations

from collections.abc import Mapping

from terminal.domain.speech import N_

# TRANSLATORS: Reasons that an operator chooses from.
REASONS = (
    N_("Not the item that was expected"),
    N_("Nobody can say what it is"),
    N_("Battery damaged, swollen or leaking"),
    N_("Recalled by its maker"),
    N_("May be counterfeit"),
    N_("No price is known"),
    N_("Papers or proof are missing"),
    N_("The customer disputes it"),
    N_("A lead must look at it"),
    N_("Another reason"),
    N_("Better than the answers say"),
    N_("Worse than the answers say"),
    N_("The channel takes no more today"),
    N_("Agreed with the customer"),
    N_("A lead decided so"),
    N_("No label on the parcel"),
    N_("The label cannot be read"),
    N_("The number is not in the manifest"),
    N_("More parcels came than were announced"),
    N_("The part is not there"),
    N_("The tool is not there"),
    N_("It did not help"),
    N_("The camera does not work"),
    N_("No time for it now"),
    N_("A label was lost or damaged"),
    N_("The printer failed"),
    N_("Counted again, and found right"),
    N_("The next shift puts it right"),
)
"""Of `[reasons]` in config.toml."""
# TRANSLATORS: What was looked at, in one word; the answer follows it: `works: yes`.
QUESTIONS: Mapping[str, str] = {
    "battery_health": N_("battery_health"),
    "box": N_("box"),
    "cold": N_("cold"),
    "complete": N_("complete"),
    "cord": N_("cord"),
    "date_kind": N_("date_kind"),
    "in_date": N_("in_date"),
    "lock": N_("account lock"),
    "marks": N_("marks"),
    "missing": N_("missing"),
    "odour": N_("odour"),
    "pages": N_("pages"),
    "plays": N_("plays"),
    "residue": N_("residue"),
    "safe": N_("safe"),
    "screen": N_("screen"),
    "seal": N_("seal"),
    "sealed": N_("sealed"),
    "serial": N_("serial"),
    "sole": N_("sole"),
    "stable": N_("stable"),
    "swollen": N_("swollen"),
    "tags": N_("tags"),
    "unused": N_("unused"),
    "weight_g": N_("weight_g"),
    "works": N_("works"),
}
"""Ids of questions and of what is measured -> as the last line of the screen names them."""
# TRANSLATORS: An answer in one word, after what was looked at: `works: yes`.
ANSWERS: Mapping[str, str] = {
    "damaged": N_("damaged"),
    "essential": N_("essential"),
    "extra": N_("extra"),
    "extras": N_("extras"),
    "flat": N_("flat"),
    "found": N_("found"),
    "good": N_("in order"),
    "light": N_("light"),
    "no": N_("no"),
    "none": N_("there is none"),
    "nothing": N_("nothing"),
    "strong": N_("strong"),
    "untested": N_("untested"),
    "yes": N_("yes"),
}
"""Answers to questions, likewise."""
