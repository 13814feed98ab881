"""Every sentence a verdict can say, by its code. Short words, no jargon, and always what to do next.

The words in braces are put in by the verdict; they may hold foreign text, which front ends draw literally.
"""

from __future__ import annotations

from collections.abc import Mapping

MESSAGES: Mapping[str, tuple[str, str]] = {
    # code: (banner word for a refusal or a warning, sentence)
    "signed-in": ("", "{operator} is signed in. Scan the return label."),
    "signed-in-already": ("", "{operator} is signed in already."),
    "signed-out": ("", "{operator} is signed out."),
    "signed-out-already": ("", "Nobody is signed in."),
    "signed-out-idle": ("", "{operator} was signed out after a while without input. The open work stays."),
    "sign-in-first": ("SIGN IN", "Scan your badge first, then scan {given} again."),
    "badge-unknown": (
        "BADGE?",
        "Badge {given} belongs to nobody here. Ask a lead, or add it to [[operators]].",
    ),
    "no-shift": ("NO SHIFT", "No shift is open. A lead opens it."),
    "shift-opened": ("", "Shift {number} is open."),
    "shift-closed": ("", "Shift {number} is closed."),
    "shift-none": ("NO SHIFT", "No shift is open, so there is none to close."),
    "shift-open-already": ("SHIFT OPEN", "Shift {number} is open already."),
    "shift-item-open": (
        "ITEM OPEN",
        "{lpn} is still on the bench. Finish it or hold it (F3), then close the shift.",
    ),
    "parcel-received": ("", "Return {rma}: {units} to come. Scan an item."),
    "parcel-blind": ("", "Parcel without a number ({reason}). Scan an item."),
    "parcel-open": ("", "Return {rma} is open already. Scan an item."),
    "parcel-closed": ("", "Return {rma} is closed: {units} received."),
    "parcel-short": ("SHORT", "Return {rma} is closed: {missing} did not come and are recorded as short."),
    "parcel-not-done": (
        "NOT DONE",
        "{missing} of return {rma} are still to come. Scan them, or F9 E: nothing more is in it.",
    ),
    "parcel-first": (
        "PARCEL FIRST",
        "Scan the return label before {given}, or F9 B: parcel without a number.",
    ),
    "already-received": (
        "HAVE IT",
        "Return {rma} was received before ({units} items). If more has come: F9 B, reason more-arrived.",
    ),
    "no-parcel": ("NO PARCEL", "No parcel is open. Scan a return label."),
    "item-expected": ("", "{lpn}  {title}"),
    "item-blind": ("", "{lpn}  {title}  (parcel without a number)"),
    "item-over": ("ONE TOO MANY", "{title}: one more than this return should hold. It is recorded as over."),
    "item-unexpected": (
        "WRONG ITEM",
        "{title} is not on this return. Enter holds it as a wrong item, F2 undoes the scan.",
    ),
    "item-unidentified": (
        "NO CODE",
        "{lpn} has no code that is known. Enter holds it with a label, F2 undoes.",
    ),
    "item-resumed": ("BACK AGAIN", "{lpn}  {title}  is back from quarantine."),
    "item-open": ("NOT NOW", "{given} is not for now: finish {lpn} {title} first, or F3 puts it on hold."),
    "item-first": ("ITEM FIRST", "{given} needs an item on the bench. Scan an item first."),
    "item-closed": ("FINISHED", "{given} was finished before: {channel}, tote {tote}."),
    "item-void": ("UNDONE", "{given} was undone. Take that label off and throw it away."),
    "same-scan": ("", "Read twice, counted once: {lpn} is on the bench."),
    "lpn-unknown": ("UNKNOWN LPN", "{given} is an LPN, but not one of this bench. Its own bench knows it."),
    "lead-resumes": (
        "LEAD",
        "{given} is held ({reason}). A lead takes it out of quarantine: lead's badge first.",
    ),
    "no-item": ("NO ITEM", "No item is on the bench. Scan an item first."),
    "already-decided": ("DECIDED", "{lpn} is decided already. F2 goes back a step, then change the finding."),
    "bad-answer": ("NO ANSWER", "{problem}"),
    "inspected": ("", "{what}: {value}"),
    "inspected-clean": ("", "Nothing wrong with it."),
    "nothing-open": ("", "No question is open on {lpn}."),
    "code-adds": ("", "{lpn}: that code says more of it."),
    "weighed": ("", "{grams} g by {source}."),
    "weight-below": (
        "WEIGHT?",
        "{grams} g is no weight: take everything off, set the scale to zero, weigh again.",
    ),
    "weight-same": ("", "{grams} g, as before."),
    "weight-unused": ("", "{grams} g on the scale; no item waits to be weighed."),
    "label-found": ("", "The label of {lpn} is there."),
    "labels-certain": ("", "No label is in doubt."),
    "printer-changed": ("", "{printer} prints from now on. Labels in doubt are not sent again."),
    "printer-none": ("ONE PRINTER", "There is no second printer: name one as labels.second in the config."),
    "scanner-good": ("", "The scanner is set up well."),
    "scanner-bad": ("SCANNER", "{problem}"),
    "two-roads": (
        "TWICE",
        "{given} came from {source} and from {other}: one trigger, counted once. Switch one of the two roads off.",
    ),
    "read-again": ("", "{given} was read twice, counted once."),
    "count-range": ("HOW MANY?", "{given} is not a count between 1 and {most}."),
    "count-serial": ("ONE ONLY", "This item has serial {serial}: items with serials are scanned one by one."),
    "count-resumed": (
        "ONE ONLY",
        "{lpn} came out of quarantine: it is one unit, the others are taken out one by one.",
    ),
    "count-same": ("", "The count is {count} already."),
    "count-lower": ("TOO FEW", "{count} items have labels already. F2 goes back a step, then count again."),
    "counted": ("", "{count} identical units."),
    "lpns-used-up": ("NO LPN", "This bench has used all its LPNs. Give it a new lpn_prefix in [station]."),
    "proposed": ("", "Grade {grade}, {channel}: Enter takes it."),
    "decided": ("", "{grade}  ->  {channel}"),
    "accepted": ("", "Taken."),
    "work-asked": ("", "{lpn} needs work first."),
    "work-done": ("", "Done: {step}."),
    "work-given-up": ("", "Left undone: {step}."),
    "unknown-step": ("STEP?", "{given} is no work of this bench.{near} It can do: {known}."),
    "work-none": ("NO WORK", "Nothing is left that this bench could do on {lpn}."),
    "step-unfit": ("NOT NEEDED", "{given} does not fit {lpn} as it is now."),
    "step-not-asked": ("NOT ASKED", "{given} is not asked for on {lpn}."),
    "note-needed": ("WRITE DOWN", "Work {given} is done when its {what} is typed or scanned."),
    "photo-first": ("PHOTO", "Take the photo with Insert, or choose why there is none."),
    "photo-kept": ("", "Photo {name} of {lpn} is kept."),
    "photo-failed": ("NO PHOTO", "{problem}"),
    "photo-none": ("NO CAMERA", "This bench has no camera: name one in [camera] of the config."),
    "recall-cleared": ("", "{lpn}: the recall notice does not mean this one."),
    "recall-none": ("NO RECALL", "No recall is left open on {lpn}."),
    "lead-clears": ("LEAD", "{lpn} may be recalled: a lead compares it with the notice. Lead's badge first."),
    "danger": (
        "STOP! ISOLATE",
        "{lpn}: touch nothing else, no tests, no packing. Put it into {where}, call the lead. It is held.",
    ),
    "nothing-waits": ("", "Nothing waits for Enter."),
    "graded": ("", "Grade {grade}, set by hand."),
    "grade-same": ("", "The grade is {grade} already."),
    "unknown-grade": ("GRADE?", "{given} is no grade. Grades are {known}."),
    "rerouted": ("", "Channel changed by hand."),
    "unknown-channel": ("CHANNEL?", "{given} is no channel.{near} Channels are {known}."),
    "channel-same": ("", "It goes to {channel} already."),
    "channel-forbidden": ("FORBIDDEN", "{given} is forbidden for this item: {rules}."),
    "lead-overrides": (
        "LEAD",
        "This item is worth {price}; above {limit} a lead decides: lead's badge first.",
    ),
    "unknown-reason": ("REASON?", "{given} is no reason code.{near} Known: {known}."),
    "other-lpn": ("OTHER ITEM", "{given} is another item's label. On the bench is {lpn} {title}."),
    "label-again": ("", "{lpn} was scanned back already."),
    "label-early": ("NO LABEL YET", "{lpn} is not decided yet, so it has no label."),
    "label-next": ("", "{lpn} is on. Now scan the label {next} ({left} to go)."),
    "label-applied": ("", "{lpn} is labelled. Put it in its tote and scan the tote."),
    "label-first": (
        "LABEL FIRST",
        "Scan the printed label {lpn} first ({left} to go). No label? F4 prints it again.",
    ),
    "tote-early": ("TOO EARLY", "Tote {tote} has to wait: this item is not decided yet."),
    "wrong-tote": ("WRONG TOTE", "{tote} is for {other}. This item goes to {channel}."),
    "tote-again": ("", "Read twice, counted once: it is in tote {tote}."),
    "placed": ("", "{lpn}  ->  {channel}  tote {tote}  ({units})"),
    "placed-unlabelled": (
        "NO LABEL",
        "{lpn} is in tote {tote} without its label. It prints when the printer is back.",
    ),
    "reprinted": ("", "Label of {lpn} again, marked copy {copy}."),
    "held": ("ON HOLD", "{lpn} is held: {reason}. Put it on the quarantine shelf."),
    "unreadable": ("NOT READ", "{problem}. Scan it again."),
    "unknown-code": ("UNKNOWN", "Nothing is known as {given}. Tried: {tried}."),
    "asked": ("WHICH ONE?", "{given} fits several things. Which one is it?"),
    "nothing-to-undo": ("NO UNDO", "There is nothing to take back since you signed in."),
    "undone": ("", "Taken back: {step}."),
    "undone-label": ("", "Taken back: {step}. Take the label off: {labels}."),
    "no-choice": ("NO CHOICE", "{given} is none of the choices on the screen."),
    "menu": ("", "{title}"),
    "menu-closed": ("", "Closed."),
    "store-failed": ("NOT SAVED", "{problem} Nothing was changed. Scan it again when that is mended."),
    "store-unknown": ("CHECK", "{problem} It may be saved or not: scan it again, it is never counted twice."),
    "input-failed": ("NOT DONE", "That input could not be worked on ({problem}). Nothing was changed."),
}
"""Code -> banner word (empty: the bench's own word stays) and sentence."""


def sentence(code: str, args: Mapping[str, str]) -> str:
    """The sentence of a verdict, with its words put in."""
    words = dict(args)
    if words.get("near"):
        words["near"] = f' Did you mean "{words["near"]}"?'
    return MESSAGES[code][1].format_map({"near": "", **words})


def banner_word(code: str) -> str:
    """The big word of a refusal or warning; empty where the bench's own word stays."""
    return MESSAGES[code][0]
