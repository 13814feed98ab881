"""Every sentence a verdict can say, by its code. Short words, no jargon, and always what to do next.

The words in braces are put in by the verdict; they may hold foreign text, which front ends draw literally.
"""

from __future__ import annotations

from collections.abc import Mapping

from terminal.domain.speech import N_, _, retold

MESSAGES: Mapping[str, tuple[str, str]] = {
    # code: (banner word for a refusal or a warning, sentence)
    "signed-in": ("", N_("{operator} is signed in. Scan the return label.")),
    "signed-in-already": ("", N_("{operator} is signed in already.")),
    "signed-out": ("", N_("{operator} is signed out.")),
    "signed-out-already": ("", N_("Nobody is signed in.")),
    "signed-out-idle": (
        "",
        N_("{operator} was signed out after a while without input. The open work stays."),
    ),
    "on-break": ("", N_("{operator} is on a break; the badge ends it. The open work stays.")),
    "signed-out-revoked": (
        N_("SIGNED OUT"),
        N_("The badge of {operator} counts no more, or opens other things. The open work stays."),
    ),
    "arrives-later": ("", N_("What came from the hub waits until this item is finished.")),
    "rules-changed": ("", N_("From here on the bench works by what came from the hub: {what}.")),
    "ruled-out": (
        N_("TAKE IT OUT"),
        N_("{lpn} ({claim}) was claimed twice and is another bench's. Take it out of tote {tote}, hold it."),
    ),
    "ruled-hold": ("", N_("{lpn} ({claim}) was claimed twice: another bench keeps it.")),
    "ruled-keep": ("", N_("{lpn} ({claim}) was claimed twice: this bench keeps it.")),
    "sign-in-first": (N_("SIGN IN"), N_("Scan your badge first, then once more: {given}.")),
    "badge-unknown": (
        N_("BADGE?"),
        N_("Badge {given} belongs to nobody here. Ask a lead, or add it to [[operators]]."),
    ),
    "no-shift": (N_("NO SHIFT"), N_("No shift is open. A lead opens it.")),
    "shift-checked": (
        N_("LOOK"),
        N_("{operator} is signed in, and the shift is open. Look at this first: {problem}"),
    ),
    "shift-check": (
        N_("NOT READY"),
        N_("The shift can't begin: {problem} Mend that, or a lead opens it all the same."),
    ),
    "shift-opened": ("", N_("Shift {number} is open.")),
    "shift-closed": ("", N_("Shift {number} is closed.")),
    "shift-differs": (
        N_("DIFFERS"),
        N_("{count} counts do not agree: {first}. Close the shift all the same? Choose why."),
    ),
    "shift-pending": (
        N_("NOT SENT"),
        N_(
            "{waiting} events have not reached {sinks}. They are safe on this disk. Close the shift all the same?"
        ),
    ),
    "shift-closed-pending": (
        N_("NOT SENT"),
        N_("Shift {number} is closed. {waiting} events still wait for {sinks}, safe on this disk."),
    ),
    "shift-none": (N_("NO SHIFT"), N_("No shift is open, so there is none to close.")),
    "shift-open-already": (N_("SHIFT OPEN"), N_("Shift {number} is open already.")),
    "shift-item-open": (
        N_("ITEM OPEN"),
        N_("{lpn} is still on the bench. Finish it or hold it (F3), then close the shift."),
    ),
    "parcel-received": ("", N_("Return {rma}: {units} to come. Scan an item.")),
    "parcel-blind": ("", N_("Parcel without a number ({reason}). Scan an item.")),
    "parcel-open": ("", N_("Return {rma} is open already. Scan an item.")),
    "parcel-closed": ("", N_("Return {rma} is closed: {units} received.")),
    "parcel-short": (
        N_("SHORT"),
        N_("Return {rma} is closed: {missing} did not come and are recorded as short."),
    ),
    "parcel-not-done": (
        N_("NOT DONE"),
        N_("{missing} of return {rma} are still to come. Scan them, or F9 E: nothing more is in it."),
    ),
    "parcel-first": (
        N_("PARCEL FIRST"),
        N_("Scan the return label before {given}, or F9 B: parcel without a number."),
    ),
    "already-received": (
        N_("HAVE IT"),
        N_("Return {rma} was received before ({units} items). If more has come: F9 B, reason more-arrived."),
    ),
    "no-parcel": (N_("NO PARCEL"), N_("No parcel is open. Scan a return label.")),
    "item-expected": ("", "{lpn}  {title}"),
    "item-blind": ("", N_("{lpn}  {title}  (parcel without a number)")),
    "item-over": (
        N_("ONE TOO MANY"),
        N_("{title}: one more than this return should hold. It is recorded as over."),
    ),
    "item-unexpected": (
        N_("WRONG ITEM"),
        N_("{title} is not on this return. Enter holds it as a wrong item, F2 undoes the scan."),
    ),
    "item-unidentified": (
        N_("NO CODE"),
        N_("{lpn} has no code that is known. Enter holds it with a label, F2 undoes."),
    ),
    "item-resumed": (N_("BACK AGAIN"), N_("{lpn}  {title}  is back from quarantine.{ruling}")),
    "item-open": (
        N_("NOT NOW"),
        N_("{given} is not for now: finish {lpn} {title} first, or F3 puts it on hold."),
    ),
    "item-first": (N_("ITEM FIRST"), N_("{given} needs an item on the bench. Scan an item first.")),
    "item-closed": (N_("FINISHED"), N_("{given} was finished before: {channel}, tote {tote}.{ruling}")),
    "item-void": (N_("UNDONE"), N_("{given} was undone. Take that label off and throw it away.{ruling}")),
    "same-scan": ("", N_("Read twice, counted once: {lpn} is on the bench.")),
    "lpn-unknown": (
        N_("UNKNOWN LPN"),
        N_("{given} is an LPN, but not one of this bench. Its own bench knows it."),
    ),
    "lead-resumes": (
        N_("LEAD"),
        N_("{given} is held ({reason}). A {role} takes it out of quarantine.{ruling}"),
    ),
    "no-item": (N_("NO ITEM"), N_("No item is on the bench. Scan an item first.")),
    "already-decided": (
        N_("DECIDED"),
        N_("{lpn} is decided already. F2 goes back a step, then change the finding."),
    ),
    "bad-answer": (N_("NO ANSWER"), "{problem}"),
    "inspected": ("", "{what}: {value}"),
    "inspected-clean": ("", N_("Nothing wrong with it.")),
    "nothing-open": ("", N_("No question is open on {lpn}.")),
    "code-adds": ("", N_("{lpn}: that code says more of it.")),
    "weighed": ("", N_("{grams} g by {source}.")),
    "weight-below": (
        N_("WEIGHT?"),
        N_("{grams} g is no weight: take everything off, set the scale to zero, weigh again."),
    ),
    "weight-same": ("", N_("{grams} g, as before.")),
    "weight-unused": ("", N_("{grams} g on the scale; no item waits to be weighed.")),
    "label-found": ("", N_("The label of {lpn} is there.")),
    "labels-certain": ("", N_("No label is in doubt.")),
    "printer-changed": ("", N_("{printer} prints from now on. Labels in doubt are not sent again.")),
    "printer-none": (
        N_("ONE PRINTER"),
        N_("There is no second printer: name one as labels.second in the config."),
    ),
    "scanner-good": ("", N_("The scanner is set up well.")),
    "scanner-bad": (N_("SCANNER"), "{problem}"),
    "two-roads": (
        N_("TWICE"),
        N_(
            "{given} came from {source} and from {other}: one trigger, counted once. "
            "Switch one of the two roads off."
        ),
    ),
    "read-again": ("", N_("{given} was read twice, counted once.")),
    "count-range": (N_("HOW MANY?"), N_("{given} is not a count between 1 and {most}.")),
    "count-serial": (
        N_("ONE ONLY"),
        N_("This item has serial {serial}: items with serials are scanned one by one."),
    ),
    "count-resumed": (
        N_("ONE ONLY"),
        N_("{lpn} came out of quarantine: it is one unit, the others are taken out one by one."),
    ),
    "count-same": ("", N_("The count is {count} already.")),
    "count-lower": (
        N_("TOO FEW"),
        N_("{count} items have labels already. F2 goes back a step, then count again."),
    ),
    "counted": ("", N_("{count} identical units.")),
    "lpns-used-up": (
        N_("NO LPN"),
        N_("This bench has used all its LPNs. Give it a new lpn_prefix in [station]."),
    ),
    "proposed": ("", N_("Grade {grade}, {channel}: Enter takes it.")),
    "decided": ("", "{grade}  ->  {channel}"),
    "accepted": ("", N_("Taken.")),
    "work-asked": ("", N_("{lpn} needs work first.")),
    "work-done": ("", N_("Done: {step}.")),
    "work-given-up": ("", N_("Left undone: {step}.")),
    "unknown-step": (N_("STEP?"), N_("{given} is no work of this bench.{near} It can do: {known}.")),
    "work-none": (N_("NO WORK"), N_("Nothing is left that this bench could do on {lpn}.")),
    "step-unfit": (N_("NOT NEEDED"), N_("{given} does not fit {lpn} as it is now.")),
    "step-not-asked": (N_("NOT ASKED"), N_("{given} is not asked for on {lpn}.")),
    "note-needed": (N_("WRITE DOWN"), N_("Work {given} is done when its {what} is typed or scanned.")),
    "photo-first": (N_("PHOTO"), N_("Take the photo with Insert, or choose why there is none.")),
    "photo-kept": ("", N_("Photo {name} of {lpn} is kept.")),
    "photo-failed": (N_("NO PHOTO"), "{problem}"),
    "photo-none": (N_("NO CAMERA"), N_("This bench has no camera: name one in [camera] of the config.")),
    "recall-cleared": ("", N_("{lpn}: the recall notice does not mean this one.")),
    "recall-none": (N_("NO RECALL"), N_("No recall is left open on {lpn}.")),
    "lead-clears": (N_("LEAD"), N_("{lpn} may be recalled: a {role} compares it with the notice.")),
    "lead-voids": (N_("LEAD"), N_("That step has a label already: a {role} takes it back.")),
    "lead-closes": (N_("LEAD"), N_("A {role} closes this shift.")),
    "operator-added": ("", N_("{who} may sign in here.")),
    "operator-badged": ("", N_("{who} has a new badge.")),
    "operator-disabled": ("", N_("{who} may sign in here no more.")),
    "purged": ("", N_("Removed because they were kept long enough: {returns} returns, {photos} photos.")),
    "badge-too-low": (N_("LEAD"), N_("{given} is no {role}: a {role}'s badge is asked for.")),
    "pin-wrong": (N_("WRONG PIN"), N_("That is not the PIN of {given}. Tries before it is locked: {left}.")),
    "pin-wrong-wait": (N_("WRONG PIN"), N_("That is not the PIN of {given}. It is locked for {wait}.")),
    "pin-locked": (
        N_("PIN LOCKED"),
        N_("The PIN of {given} is locked for another {wait}: it was typed wrong too often."),
    ),
    "pin-none": (
        N_("NO PIN"),
        N_("{given} has no PIN at this bench: regrade operator pin {given} sets one."),
    ),
    "pin-form": (N_("NO PIN"), N_("A PIN is 4 to 12 digits. That was something else, so it was not tried.")),
    "pin-late": (
        N_("UNKNOWN"),
        N_("Nothing is known by those digits. If they were a PIN: none is asked for now."),
    ),
    "pin-scanned": (
        N_("TYPE IT"),
        N_("A PIN is typed by hand, key by key: that came from a scanner, or too fast. It was not tried."),
    ),
    "danger": (
        N_("STOP! ISOLATE"),
        N_(
            "{lpn}: touch nothing else, no tests, no packing. Put it into {where}, call the lead. It is held."
        ),
    ),
    "audit-opened": ("", N_("{lpn} is audited: grade it as if nobody had seen it before.")),
    "audit-lead": (N_("LEAD"), N_("A {role} audits: {given} was not opened for it.")),
    "audit-own": (N_("YOUR OWN"), N_("You graded {given} yourself: somebody else audits it.")),
    "audit-again": (N_("DONE"), N_("{given} was audited before, and an item is audited once.")),
    "audit-none": (N_("NOT GRADED"), N_("{given} has no finished inspection that could be audited.")),
    "audit-open": (
        N_("AUDIT FIRST"),
        N_("{lpn} is being audited. Save your grade with Enter, or leave it: F9 9."),
    ),
    "audit-open-none": (N_("NO AUDIT"), N_("No audit waits for {given}.")),
    "audit-saved": (N_("SAVED"), N_("Your grade of {lpn} is saved and stays. Choose which one holds.")),
    "audit-agrees": ("", N_("{lpn}: both say {grade}, {channel}.")),
    "audit-differs": (
        N_("DIFFERS"),
        N_("{lpn}: first {first_grade}, {first_channel}; you {grade}, {channel}. Choose which one holds."),
    ),
    "audit-first": ("", N_("{lpn}: the first decision stays.")),
    "audit-taken": (
        N_("TAKE IT OUT"),
        N_("{lpn} is on hold for a fresh decision. Out of tote {tote} with it; scan its label to decide."),
    ),
    "audit-dropped": ("", N_("The audit of {lpn} was left; nothing more was saved.")),
    "lesson-read": ("", N_("Read. Thank you.")),
    "lesson-none": ("", N_("No lesson waits for you.")),
    "nothing-waits": ("", N_("Nothing waits for Enter.")),
    "graded": ("", N_("Grade {grade}, set by hand.")),
    "grade-same": ("", N_("The grade is {grade} already.")),
    "unknown-grade": (N_("GRADE?"), N_("{given} is no grade. Grades are {known}.")),
    "rerouted": ("", N_("Channel changed by hand.")),
    "unknown-channel": (N_("CHANNEL?"), N_("{given} is no channel.{near} Channels are {known}.")),
    "channel-same": ("", N_("It goes to {channel} already.")),
    "channel-forbidden": (N_("FORBIDDEN"), N_("{given} is forbidden for this item: {rules}.")),
    "lead-overrides": (
        N_("LEAD"),
        N_("This item is worth {price}; above {limit} a {role} decides."),
    ),
    "unknown-reason": (N_("REASON?"), N_("{given} is no reason code.{near} Known: {known}.")),
    "other-lpn": (N_("OTHER ITEM"), N_("{given} is another item's label. On the bench is {lpn} {title}.")),
    "label-again": ("", N_("{lpn} was scanned back already.")),
    "label-early": (N_("NO LABEL YET"), N_("{lpn} is not decided yet, so it has no label.")),
    "label-next": ("", N_("{lpn} is on. Now scan the label {next} ({left} to go).")),
    "label-applied": ("", N_("{lpn} is labelled. Put it in its tote and scan the tote.")),
    "label-first": (
        N_("LABEL FIRST"),
        N_("Scan the printed label {lpn} first ({left} to go). No label? F4 prints it again."),
    ),
    "tote-early": (N_("TOO EARLY"), N_("Tote {tote} has to wait: this item is not decided yet.")),
    "wrong-tote": (N_("WRONG TOTE"), N_("{tote} is for {other}. This item goes to {channel}.")),
    "tote-again": ("", N_("Read twice, counted once: it is in tote {tote}.")),
    "placed": ("", N_("{lpn}  ->  {channel}  tote {tote}  ({units})")),
    "placed-full": (
        N_("TOTE FULL"),
        N_("{lpn} is in tote {tote}, which holds {lies} of {capacity}. Close it and take an empty one."),
    ),
    "tote-sealed": (
        N_("TOTE CLOSED"),
        N_("Tote {tote} is closed. Take another tote of this channel, or have it opened."),
    ),
    "tote-closed": ("", N_("Tote {tote} is closed: {units} units.")),
    "tote-closed-already": ("", N_("Tote {tote} is closed already.")),
    "tote-opened": ("", N_("Tote {tote} is open again.")),
    "tote-open-already": ("", N_("Tote {tote} is open.")),
    "tote-empty": (N_("EMPTY"), N_("Nothing is in tote {tote}.")),
    "tote-to-whom": (N_("TO WHOM?"), N_("Say to whom tote {tote} is given.")),
    "tote-handed-over": (
        "",
        N_("Tote {tote} with {units} units is given to {to} as {load}. Its label is printed."),
    ),
    "hold-assigned": ("", N_("{lpn} is to be decided by {owner}, due {due}.")),
    "not-held": (N_("NOT HELD"), N_("{given} does not wait in quarantine.")),
    "bad-due": (N_("DAY?"), N_("{given} is no day: expected one such as 2026-11-23.")),
    "placed-unlabelled": (
        N_("NO LABEL"),
        N_("{lpn} is in tote {tote} without its label. It prints when the printer is back."),
    ),
    "reprinted": ("", N_("Label of {lpn} again, marked copy {copy}.")),
    "held": (N_("ON HOLD"), N_("{lpn} is held: {reason}. Put it on the quarantine shelf.")),
    "unreadable": (N_("NOT READ"), N_("{problem}. Scan it again.")),
    "unknown-code": (N_("UNKNOWN"), N_("Nothing is known as {given}. Tried: {tried}.")),
    "asked": (N_("WHICH ONE?"), N_("{given} fits several things. Which one is it?")),
    "nothing-to-undo": (N_("NO UNDO"), N_("There is nothing to take back since you signed in.")),
    "undone": ("", N_("Taken back: {step}.")),
    "undone-label": ("", N_("Taken back: {step}. Take the label off: {labels}.")),
    "no-choice": (N_("NO CHOICE"), N_("{given} is none of the choices on the screen.")),
    "menu": ("", "{title}"),
    "menu-closed": ("", N_("Closed.")),
    "store-failed": (
        N_("NOT SAVED"),
        N_("{problem} Nothing was changed. Scan it again when that is mended."),
    ),
    "store-unknown": (
        N_("CHECK"),
        N_("{problem} It may be saved or not: scan it again, it is never counted twice."),
    ),
    "input-failed": (
        N_("NOT DONE"),
        N_("That input could not be worked on ({problem}). Nothing was changed."),
    ),
}
"""Code -> banner word (empty: the bench's own word stays) and sentence."""


def sentence(code: str, args: Mapping[str, str]) -> str:
    """The sentence of a verdict, with its words put in."""
    words = {name: retold(word) if hasattr(word, "template") else word for name, word in args.items()}
    if words.get("near"):
        words["near"] = _(' Did you mean "{near}"?').format(near=words["near"])
    return _(MESSAGES[code][1]).format_map({"near": "", **words})


def banner_word(code: str) -> str:
    """The big word of a refusal or warning; empty where the bench's own word stays."""
    return _(MESSAGES[code][0])
