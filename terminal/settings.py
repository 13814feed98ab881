"""The settings of a station as typed, frozen values: one class per table of `config.toml`.

The tables that every station has carry no defaults here: the shipped `config.toml` is their only source, so the
file that a site copies and the values that the bench uses cannot drift apart. Only tables that a site names itself
(a scanner, a printer, an import) have defaults, for what it leaves out.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, SecretStr

from terminal.device_settings import Camera, Feedback, Labels, Printer, Scale, Scanner, Wedge
from terminal.import_settings import ImportMap
from terminal.people_settings import Audit, Operator, Permissions
from terminal.setting_table import Table
from terminal.setting_types import (
    ActionId,
    Amount,
    AtLeastOne,
    Code,
    Hints,
    Id,
    Key,
    Label,
    Name,
    PathText,
    Pattern,
    Prefix,
    Sentence,
    Word,
    between,
    fits,
    of_channels,
    one_line,
    with_other,
)
from terminal.sync_settings import Sync

NOT_IN_THE_FILE = {
    "data": "choose the data folder with --data or REGRADE_DATA",
    "hub_dsn": "the hub's address is dsn in [sync.hub], or REGRADE_HUB_DSN in the environment",
    "label_designs": "a design of your own is a table of its own, [labels.NAME]",
    "label_places": "it says where [labels.NAME] stand",
}
"""Settings that only the environment or an option gives, with what to do instead of writing them down."""


NAMED: frozenset[tuple[str | int, ...]] = frozenset(
    {
        ("scanners",),
        ("feedback",),
        ("scales",),
        ("printers",),
        ("labels",),
        ("import",),
        ("sync", "sinks"),
    }
)
"""Tables whose tables a site names itself."""


class Station(Table):
    """Which bench this is, and under whose law it works."""

    id: Id
    """Names the station in the journal, on labels and to the hub. Unique in a company."""
    lpn_prefix: Prefix
    """First letters of every LPN of this station; empty: derived from `id`."""
    market: Annotated[str, fits("[A-Z]{2}", "two capital letters such as EU or US")]
    """Where the goods are offered again: a fact of the policy."""
    currency: Annotated[str, fits("[A-Z]{3}", "three capital letters such as EUR")]
    """ISO 4217. The currency of values and of every limit here."""
    operator_size: Literal["micro", "small", "medium", "large"]
    """Size of the company: the ban on destroying unsold textiles depends on it."""


class Bench(Table):
    """How the workflow behaves."""

    auto_accept: bool
    """A proposal without doubt is taken without a key."""
    scan_back: Literal["all", "first_last"]
    """Which labels of identical units are scanned back."""
    idle_minutes: Annotated[int, between(0, 1440, "minutes")]
    """Sign out after so long without an input; 0: never."""
    double_read_seconds: Annotated[float, Field(allow_inf_nan=False), between(0, 60, "seconds")]
    """The same code from the same scanner within this time is one scan."""
    max_times: Annotated[int, between(1, 100_000)]
    """Most identical units that one count may cover."""
    weight_tolerance_percent: Annotated[int, between(1, 1000, "percent")]
    """By how much an item may differ from its expected weight before a person must look."""
    override_limit: Amount
    """An override of an item worth more than this needs a lead."""
    shift_opens_itself: bool
    """The first sign-in opens a shift if none is open."""
    steps: tuple[Word, ...]
    """Ids of the work that this bench is fitted out for."""
    battery_bin: Label
    """Where a damaged battery is put; empty: nowhere of its own."""
    recipients: Annotated[tuple[Label, ...], AtLeastOne]
    """Who takes totes from the bench."""


class Reasons(Table):
    """Reason codes and the sentence that an operator sees. `other` is always there, last."""

    hold: Annotated[Mapping[Code, Sentence], AfterValidator(with_other)]
    """Why an item is put on hold."""
    override: Annotated[Mapping[Code, Sentence], AfterValidator(with_other)]
    """Why a person set another grade or channel than the proposed one."""
    blind: Annotated[Mapping[Code, Sentence], AfterValidator(with_other)]
    """Why a parcel is received without an RMA."""
    work: Annotated[Mapping[Code, Sentence], AfterValidator(with_other)]
    """Why a piece of work, or a photo, was left undone."""
    difference: Annotated[Mapping[Code, Sentence], AfterValidator(with_other)]
    """Why a shift is closed although its counts differ."""

    @property
    def words(self) -> Mapping[str, str]:
        """Code -> sentence, of all of them: what a report calls a reason by."""
        return {**self.hold, **self.override, **self.blind, **self.work, **self.difference}


class Holds(Table):
    """How long something may wait in quarantine."""

    due_days: Annotated[int, between(0, 365, "days")]
    """From the hold to its decision ..."""
    days: Mapping[Code, Annotated[int, between(0, 365, "days")]] = {}
    """... and for reasons that have their own."""


class Privacy(Table):
    """How long what may be about a customer is kept. `regrade purge` removes what is older."""

    returns_days: Annotated[int, between(0, 36_500, "days")]
    """Tracking and serial numbers of announced returns, from when the last parcel was closed; 0: for ever."""
    photos_days: Annotated[int, between(0, 36_500, "days")]
    """Photos of finished items; 0: for ever."""
    rejects_days: Annotated[int, between(0, 36_500, "days")]
    """Files of rows that an import rejected; 0: for ever."""
    journal_days: Annotated[int, between(0, 36_500, "days")]
    """Journals: a new one is begun when the first event is older, one that ended goes as a whole; 0: for ever."""


class Codes(Table):
    """Patterns (regular expressions) that the whole of a scan must fit."""

    rma: tuple[Pattern, ...]
    """RMA numbers of this site."""
    tracking: tuple[Pattern, ...]
    """Tracking numbers of its carriers."""
    serial: tuple[Pattern, ...]
    """Serial numbers that can be told from everything else."""
    tote: tuple[Pattern, ...]
    """Codes of totes that the site already has."""
    lpn: tuple[Pattern, ...]
    """Licence plates that other systems of the site give out."""
    badge: tuple[Pattern, ...]
    """Badges that the site already has."""
    sku: tuple[Pattern, ...]
    """SKUs that can be told by their form."""


class Tote(Table):
    """A container at the bench for one channel."""

    code: Annotated[str, one_line(32, 1)]
    """What its barcode says."""
    channel: Word
    """What goes into it."""
    name: Label = ""
    """What people call it; empty: the code."""
    capacity: Annotated[int, between(0, 100_000, "units")] = 0
    """Units that it holds; from there on the bench warns. 0: nobody said."""


class PolicyChoice(Table):
    """Which disposition policy decides."""

    name: Name
    """A policy that is shipped."""
    file: PathText
    """A policy of the site's own; stands instead of `name` unless it is empty."""


class DataFolder(Table):
    """Where a site keeps its own version of data that is shipped."""

    folder: PathText
    """Empty: the shipped ones."""


class Kpi(Table):
    """What the figures of the station are reckoned with."""

    labour_per_hour: Amount
    """In the station's currency."""
    inbound_cost: Annotated[
        str, fits(r"([0-9]{1,6}(\.[0-9]{1,2})?)?", 'an amount in quotes such as "3.50", or nothing')
    ]
    """The way in of a unit of which it is not known; empty: not known."""


class Screen(Table):
    """What the operator sees and hears."""

    theme: Literal["auto", "bench-16", "bench-256"]
    """Colours; auto: what the terminal can show."""
    sound: bool
    """Signals are heard too."""
    language: Literal["en", "de", "es", "fr", "pl"]
    """The language of screen, printed sheet and reports; on the screen, that of a person stands over it."""


class Demo(Table):
    """Help for a newcomer."""

    manifest_hints: Hints
    """Whether the screen says what to type next; auto: while the embedded demo manifest is in use."""


class Settings(Table):
    """Everything that a station can be told, complete and checked."""

    data: Path
    """The data folder, absolute. Not in the file: --data or REGRADE_DATA."""
    hub_dsn: SecretStr | None = None
    """Address of the hub with its password, of REGRADE_HUB_DSN; `sync.dsn` is the one that holds."""
    label_designs: Mapping[str, Mapping[str, Any]] = {}
    """The tables [labels.NAME], as they were written: `labels.design` knows what may stand in them."""
    label_places: Mapping[str, str] = {}
    """File and line of each setting in them, by its dotted name."""
    station: Station
    bench: Bench
    reasons: Reasons
    holds: Holds
    permissions: Permissions
    privacy: Privacy
    operators: Annotated[tuple[Operator, ...], AtLeastOne]
    codes: Codes
    totes: tuple[Tote, ...] = ()
    """None: the station makes one for each channel."""
    scanners: Mapping[Name, Scanner] = {}
    """None: the keyboard is the scanner."""
    waste_codes: Mapping[Word, Annotated[str, one_line(16, 1)]]
    """Code of the European List of Waste by category, and by damaged_battery."""
    feedback: Mapping[Name, Feedback]
    """What scanners are sent, by name."""
    scales: Mapping[Name, Scale] = {}
    """None: weights are typed."""
    wedge: Wedge
    printers: Annotated[Mapping[Name, Printer], AtLeastOne]
    labels: Labels
    policy: PolicyChoice
    schemes: DataFolder
    channels: DataFolder
    steps: DataFolder
    camera: Camera
    evidence: Annotated[Mapping[Word, Sentence], AfterValidator(of_channels)] = {}
    """Channels that want a photo of each item, each with the sentence why."""
    imports: Annotated[Mapping[Name, ImportMap], Field(alias="import")]
    sync: Sync
    keys: Mapping[ActionId, Key]
    """Action id = key, where it is not the standard one."""
    audit: Audit
    kpi: Kpi
    screen: Screen
    demo: Demo

    def model_post_init(self, context: Any, /) -> None:
        """Tell the sync which hub the environment names."""
        self.sync._given_dsn = self.hub_dsn
