"""The settings of a station as typed, frozen values: one class per table of `config.toml`.

The tables that every station has carry no defaults here: the shipped `config.toml` is their only source, so the
file that a site copies and the values that the bench uses cannot drift apart. Only tables that a site names itself
(a scanner, a printer, an import) have defaults, for what it leaves out.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    SecretStr,
    ValidationInfo,
    field_validator,
    model_validator,
)

from terminal.domain.sampling import sequential
from terminal.setting_types import (
    ActionId,
    Amount,
    AtLeastOne,
    BaudRate,
    Cell,
    Code,
    Column,
    CommandText,
    DataBits,
    DateFormat,
    Delimiter,
    DeviceUrl,
    Dpi,
    Encoding,
    EnvironmentName,
    Gln,
    Guard,
    Hints,
    Host,
    HubAddress,
    Id,
    ImportField,
    Key,
    Label,
    LabelSize,
    Name,
    NeededPath,
    Option,
    PathText,
    Pattern,
    Prefix,
    PublicKey,
    Sentence,
    StopBits,
    WebAddress,
    WebhookSecret,
    Word,
    between,
    fits,
    of_channels,
    one_line,
    with_other,
)

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


HUB = "hub"
"""The name of the hub among the sinks."""


class Table(BaseModel):
    """A table of config.toml: frozen, nothing unknown in it, no value bent to fit."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)


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


class Holds(Table):
    """How long something may wait in quarantine."""

    due_days: Annotated[int, between(0, 365, "days")]
    """From the hold to its decision ..."""
    days: Mapping[Code, Annotated[int, between(0, 365, "days")]] = {}
    """... and for reasons that have their own."""


class Operator(Table):
    """Somebody who may sign in."""

    id: Id
    """What `!badge` and the badge's barcode name."""
    name: Label = ""
    """Shown on the screen; empty: the id."""
    role: Literal["operator", "lead", "manager"] = "operator"
    """What the person may do."""


class Permissions(Table):
    """Who may do what: the role that an action needs, and whether that person's PIN is asked."""

    override_above_value: Guard
    """Another grade or channel for an item worth more than `bench.override_limit`."""
    take_out_of_hold: Guard
    """Take an item out of quarantine."""
    clear_recall: Guard
    """Say that a recall notice does not mean an item."""
    void: Guard
    """Undo a step that a label was printed in."""
    open_shift: Guard
    """Begin a shift where `bench.shift_opens_itself` is off."""
    close_shift: Guard
    """End the shift."""
    sync_pending: Guard
    """End it although events have not left the station."""
    audit: Guard
    """Grade an item again, blind."""
    edit_policy: Guard
    """Open a policy in `regrade policy edit`."""


class Privacy(Table):
    """How long what may be about a customer is kept. `regrade purge` removes what is older."""

    returns_days: Annotated[int, between(0, 36_500, "days")]
    """Tracking and serial numbers of announced returns, from when the last parcel was closed; 0: for ever."""
    photos_days: Annotated[int, between(0, 36_500, "days")]
    """Photos of finished items; 0: for ever."""
    rejects_days: Annotated[int, between(0, 36_500, "days")]
    """Files of rows that an import rejected; 0: for ever."""


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


class Scanner(Table):
    """A serial scanner."""

    url: DeviceUrl
    """Device path or pyserial URL."""
    baudrate: BaudRate = 9600
    """USB scanners pass over it."""
    bytesize: DataBits = 8
    """Data bits."""
    parity: Literal["none", "even", "odd", "mark", "space"] = "none"
    """Parity bit."""
    stopbits: StopBits = 1
    """Stop bits."""
    terminator: Literal["auto", "cr", "lf", "crlf", "tab", "etx"] = "auto"
    """What ends a scan; auto: carriage return, line feed or both."""
    prefix: Literal["", "stx"] = ""
    """What begins a scan."""
    feedback: Name = "none"
    """What is sent to the scanner after a scan: one of `feedback`, or none."""


class Feedback(Table):
    """What a scanner is sent so that it beeps or lights up."""

    good: CommandText
    """After a scan that was taken."""
    bad: CommandText
    """After one that was refused."""


class Scale(Table):
    """A serial scale."""

    url: DeviceUrl
    """Device path or pyserial URL."""
    baudrate: BaudRate = 9600
    """Bits a second."""
    bytesize: DataBits = 8
    """Data bits."""
    parity: Literal["none", "even", "odd", "mark", "space"] = "none"
    """Parity bit."""
    stopbits: StopBits = 1
    """Stop bits."""
    protocol: Literal["mt-sics", "pattern"] = "mt-sics"
    """mt-sics: the scale is asked; pattern: it sends continuously."""
    pattern: Annotated[str, one_line(200)] = ""
    """The regular expression of a whole line of a scale that sends continuously."""
    unit: Literal["", "mg", "g", "kg", "t", "oz", "lb"] = ""
    """The unit of values that come without one."""
    tolerance_g: Annotated[int, between(0, 1000, "grams")] = 2
    """Readings that differ by no more agree."""
    minimum_g: Annotated[int, between(1, 10_000, "grams")] = 5
    """Less is an empty pan."""


class Wedge(Table):
    """A scanner that types, told from a person."""

    mode: Literal["plain", "prefix"]
    """plain: by speed; prefix: by the control character that it sends first."""
    gap_ms: Annotated[int, between(6, 500, "milliseconds")]
    """Keys of one scan are never further apart."""
    min_length: Annotated[int, between(2, 64, "characters")]
    """Fewer characters are typing."""


class FolderPrinter(Table):
    """Labels as files."""

    kind: Literal["folder"]
    path: NeededPath = "labels"
    """Folder, relative to the data folder."""
    formats: Annotated[tuple[Literal["zpl", "pdf"], ...], AtLeastOne] = ("zpl", "pdf")
    """Each label is written once in each."""


class TcpPrinter(Table):
    """A ZPL printer on the network."""

    kind: Literal["tcp"]
    host: Host
    """Name or address."""
    port: Annotated[int, between(1, 65_535)] = 9100
    """Raw port."""
    status: Literal["auto", "always", "off"] = "auto"
    """Whether the printer is asked how it is, before and after each label."""


class SerialPrinter(Table):
    """A ZPL printer on a serial line or a USB serial port."""

    kind: Literal["serial"]
    url: DeviceUrl
    """Device path or pyserial URL."""
    baudrate: BaudRate = 9600
    """Bits a second."""
    status: Literal["auto", "always", "off"] = "auto"
    """Whether the printer is asked how it is."""


class UsbPrinter(Table):
    """A ZPL printer at a USB printer device."""

    kind: Literal["usb"]
    path: Annotated[str, fits("/dev/.{1,120}", "a device such as /dev/usb/lp0"), one_line(128)]
    """The device."""
    status: Literal["auto", "always", "off"] = "auto"
    """Whether the printer is asked how it is."""


class QueuePrinter(Table):
    """A queue of the system's print server (CUPS, IPP)."""

    kind: Literal["queue"]
    queue: Annotated[
        str, fits(r"[A-Za-z0-9][A-Za-z0-9._-]{0,126}", "the name of a queue, as lpstat -p shows")
    ]
    """Its name."""
    form: Literal["zpl", "pdf"] = "zpl"
    """What it takes."""
    zpl_as: Literal["raw", "application/vnd.zebra-zpl"] = "raw"
    """How ZPL is announced to the server."""


Printer = Annotated[
    FolderPrinter | TcpPrinter | SerialPrinter | UsbPrinter | QueuePrinter, Field(discriminator="kind")
]


class Labels(Table):
    """What the re-tag label is like."""

    printer: Name
    """One of `printers`."""
    second: Annotated[str, fits(r"[A-Za-z0-9_-]{0,32}", "the name of a printer, or nothing")]
    """Another one of them, which takes over at a key; empty: none."""
    size: LabelSize
    """Width x height."""
    dpi: Dpi
    """Dots per inch of the printer."""
    accents: bool
    """Whether the printer's own font has the letters of western Europe."""


class PolicyChoice(Table):
    """Which disposition policy decides."""

    name: Name
    """A policy that is shipped."""
    file: PathText
    """A policy of the site's own; stands instead of `name` unless it is empty."""


class Camera(Table):
    """What takes pictures of items."""

    by: Literal["none", "command", "folder"]
    """command: a program writes the picture into a file; folder: somebody else does, and the newest is taken."""
    command: tuple[Annotated[str, one_line(500, 1)], ...]
    """Program and arguments; {file} stands for where the picture goes."""
    folder: PathText
    """Where pictures appear."""
    pattern: Label
    """What their names look like, with * and ?."""
    timeout_seconds: Annotated[int, between(1, 120, "seconds")]
    """How long taking one may last."""
    strip_metadata: bool
    """Leave out what the camera wrote into the file beside the picture, such as place and owner."""
    max_mb: Annotated[int, between(1, 100, "megabytes")]
    """The largest picture that is kept."""


class DataFolder(Table):
    """Where a site keeps its own version of data that is shipped."""

    folder: PathText
    """Empty: the shipped ones."""


class NotGoods(Table):
    """Rows of an import file that are no goods."""

    column: Column
    """Column of the file, or one of our fields."""
    pattern: Pattern
    """Fits the whole cell, in capitals or not."""
    what: Annotated[str, one_line(64, 1)]
    """What such a row is, for the rejects file."""


class CategoryBy(Table):
    """A category told from a product's title."""

    pattern: Pattern
    """Found anywhere in the title, in capitals or not."""
    category: Word
    """What the product then is."""


class ImportMap(Table):
    """How one kind of file is read."""

    format: Literal["csv", "json", "ndjson"] = "csv"
    """JSON is one array of objects, NDJSON one object a line; both pass over delimiter and encoding."""
    delimiter: Delimiter = ","
    """Between the cells of a line."""
    encoding: Encoding = "utf-8"
    """How the bytes of the file are text."""
    decimal: Literal[".", ","] = "."
    """Between units and cents."""
    thousands: Literal["", ".", ",", " ", "'"] = ""
    """Between thousands."""
    date_formats: tuple[DateFormat, ...] = ()
    """strptime formats, tried in order; none: ISO 8601."""
    quantity_sign: Literal["positive", "negative", "either"] = "positive"
    """Sign of a returned quantity in the file."""
    columns: Annotated[Mapping[ImportField, Column], AtLeastOne]
    """Our field = column of the file. A field that is not named is read from a column of its own name."""
    constants: Mapping[ImportField, Cell] = {}
    """Our field = value where the file has no such column or the cell is empty; shown as assumed."""
    not_goods: tuple[NotGoods, ...] = ()
    """Rows to reject as no goods."""
    category_by: tuple[CategoryBy, ...] = ()
    """Categories from titles where the file says none, the first that fits; before the constant."""

    @field_validator("thousands")
    @classmethod
    def _other_than_decimal(cls, thousands: str, info: ValidationInfo) -> str:
        if thousands and thousands == info.data.get("decimal"):
            raise ValueError(f'"{thousands}" is already the decimal sign')
        return thousands


def _with_ndjson(given: tuple[str, ...]) -> tuple[str, ...]:
    """Formats of a drop. Raises ValueError where the one is missing that hashes are taken over."""
    if "ndjson" not in given:
        raise ValueError('expected "ndjson", and "csv" beside it if it is wanted')
    return given


DropFormats = Annotated[tuple[Literal["ndjson", "csv"], ...], AfterValidator(_with_ndjson)]


class FolderSink(Table):
    """Files of events in a folder."""

    kind: Literal["folder"]
    path: NeededPath
    """Folder, relative to the data folder; no other sink's."""
    acknowledge: Literal["at_once", "ack_file"] = "at_once"
    """When a written batch counts as received."""
    format: DropFormats = ("ndjson",)
    """What each batch is written as; NDJSON is always there, because it is what hashes are taken over."""
    manifest: bool = False
    """A file with counts and hashes is written last, and the photos that the batch names are put beside it."""


class SftpSink(Table):
    """The same files on an SFTP server."""

    kind: Literal["sftp"]
    host: Host
    """Name or address."""
    port: Annotated[int, between(1, 65_535)] = 22
    """Port."""
    user: Annotated[str, one_line(64, 1)]
    """Who logs in."""
    key_file: NeededPath
    """Private key of that user, relative to the data folder."""
    known_hosts: NeededPath
    """The server's keys as ssh-keyscan writes them; a server with another key is not talked to."""
    path: NeededPath
    """Folder on the server."""
    acknowledge: Literal["at_once", "ack_file"] = "at_once"
    """When a written batch counts as received."""
    format: DropFormats = ("ndjson",)
    """What each batch is written as; NDJSON is always there, because it is what hashes are taken over."""
    manifest: bool = False
    """A file with counts and hashes is written last, and the photos that the batch names are put beside it."""


class EpcisSink(Table):
    """A repository that takes EPCIS 2.0 documents."""

    kind: Literal["epcis"]
    url: WebAddress
    """Its capture address."""
    token: SecretStr = SecretStr("")
    """Sent as bearer token; empty: none."""
    token_env: EnvironmentName = ""
    """The variable of the environment that holds the token; stands instead of `token` unless it is empty."""
    location: Gln = ""
    """GLN of the bench: where events happen; empty: a name made from the station's id."""
    site: Gln = ""
    """GLN of the place where items are after their event; empty: as `location`."""


class WebhookSink(Table):
    """An address that takes signed batches."""

    kind: Literal["webhook"]
    url: WebAddress
    """Where batches are posted."""
    secret: WebhookSecret
    """What they are signed with."""


class OwnSink(Table):
    """A sink that a site brings along as a Python package."""

    kind: Literal["own"]
    entry: Name
    """Its name in the entry point group regrade.sinks."""
    options: Mapping[Name, Option] = {}
    """What it is told."""


class HubSink(Table):
    """The hub as a sink: it is never written, it stands for [sync.hub]."""

    kind: Literal["hub"] = "hub"


Sink = Annotated[FolderSink | SftpSink | EpcisSink | WebhookSink | OwnSink, Field(discriminator="kind")]
AnySink = FolderSink | SftpSink | EpcisSink | WebhookSink | OwnSink | HubSink


class Hub(Table):
    """The hub of the company: where events go and what comes down."""

    dsn: HubAddress
    """postgresql://... or https://...; empty: no hub. REGRADE_HUB_DSN stands instead of it."""
    token: SecretStr
    """Of this station, for https."""
    ca_file: PathText
    """Certificates that the hub's is checked against; empty: those of the system."""
    cert_file: PathText
    """Certificate of this station; empty: none."""
    key_file: PathText
    """Its private key; empty: it stands in `cert_file`."""
    trusted_keys: tuple[PublicKey, ...]
    """Public keys that may sign what the hub publishes."""
    pull: tuple[Literal["policy", "operators", "rates", "manifest", "catalogue", "recalls", "rulings"], ...]
    """What is taken from the hub."""


class Sync(Table):
    """How committed events leave the station."""

    every_seconds: Annotated[int, between(1, 86_400, "seconds")]
    """How often what is due is pushed."""
    after_items: Annotated[int, between(1, 10_000, "items")]
    """Items placed after which it is pushed before that time is over."""
    hub: Hub
    named: Annotated[Mapping[Name, Sink], Field(alias="sinks")]
    """By name."""
    _given_dsn: SecretStr | None = PrivateAttr(default=None)

    @property
    def dsn(self) -> str:
        """The hub's address, of the environment or of the file, with its password; empty: no hub."""
        return (self._given_dsn or self.hub.dsn).get_secret_value()

    @property
    def sinks(self) -> Mapping[str, AnySink]:
        """Every sink by its name; the hub is one of them, under "hub", when its address is known."""
        return {**self.named, HUB: HubSink()} if self.dsn else self.named


Rate = Annotated[float, Field(allow_inf_nan=False), between(0, 1)]
"""A share of 1."""


class NewOperator(Table):
    """The sequential test (Wald) that a new operator's items go through until it accepts."""

    p0: Rate
    """Share of wrong items at which somebody is good."""
    p1: Rate
    """Share of wrong items at which somebody is not."""
    alpha: Rate
    """Risk of rejecting the good."""
    beta: Rate
    """Risk of accepting the others."""

    @model_validator(mode="after")
    def _makes_a_test(self) -> NewOperator:
        sequential(self.p0, self.p1, self.alpha, self.beta)
        return self


class Audit(Table):
    """Which finished items are graded once more, blind. The first of these that fits an item counts."""

    overrides: Rate
    """Items whose grade or channel a person set by hand."""
    high_value: Rate
    """Items of high value."""
    high_value_from: Amount
    """Price of the new unit from which an item is of high value."""
    new_operators: Rate
    """Items of people whom the test has not accepted yet."""
    operators: Mapping[Id, Rate]
    """Rates of some people, by id."""
    grades: Mapping[Literal["A", "B", "C", "D"], Rate]
    """Rates of some first grades."""
    base: Rate
    """All other items."""
    new_operator: NewOperator


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
    language: Annotated[str, fits("[a-z]{2}", "the two letters of a language such as en or de")]
    """The language of the printed sheet."""


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
