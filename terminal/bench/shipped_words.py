"""Words of the settings and checklists that Regrade ships, marked so that a catalogue has them.

They are looked up where they are said. A site's own words stay as the site wrote them.
"""

from __future__ import annotations

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
QUESTIONS = (
    N_("battery_health"),
    N_("box"),
    N_("cold"),
    N_("complete"),
    N_("cord"),
    N_("date_kind"),
    N_("in_date"),
    N_("lock"),
    N_("marks"),
    N_("missing"),
    N_("odour"),
    N_("pages"),
    N_("plays"),
    N_("residue"),
    N_("safe"),
    N_("screen"),
    N_("seal"),
    N_("sealed"),
    N_("serial"),
    N_("sole"),
    N_("stable"),
    N_("swollen"),
    N_("tags"),
    N_("unused"),
    N_("weight_g"),
    N_("works"),
)
"""Ids of questions and of what is measured, as the last line of the screen names them."""
# TRANSLATORS: An answer in one word, after what was looked at: `works: yes`.
ANSWERS = (
    N_("damaged"),
    N_("essential"),
    N_("extra"),
    N_("extras"),
    N_("flat"),
    N_("found"),
    N_("good"),
    N_("light"),
    N_("no"),
    N_("none"),
    N_("nothing"),
    N_("strong"),
    N_("untested"),
    N_("yes"),
)
"""Answers to questions, likewise."""
