"""The settings of a station as typed, frozen values: one class per table of `config.toml`.

The tables that every station has carry no defaults here: the shipped `config.toml` is their only source, so the
file that a site copies and the values that the bench uses cannot drift apart. Only tables that a site names itself
(a scanner, a printer, an import) have defaults, for what it leaves out.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationInfo, field_validator

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
    Hints,
    Host,
    Id,
    ImportField,
    Key,
    Label,
    LabelSize,
    Name,
    NeededPath,
    PathText,
    Pattern,
    Prefix,
    Sentence,
    StopBits,
    Word,
    between,
    fits,
    of_channels,
    one_line,
    with_other,
)

NOT_IN_THE_FILE = {
    "data": "choose the data folder with --data or REGRADE_DATA",
    "hub_dsn": "the hub's address holds a password: give it in REGRADE_HUB_DSN",
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


class Operator(Table):
    """Somebody who may sign in."""

    id: Id
    """What `!badge` and the badge's barcode name."""
    name: Label = ""
    """Shown on the screen; empty: the id."""
    role: Literal["operator", "lead", "manager"] = "operator"
    """What the person may do."""


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


class Sink(Table):
    """Where committed events go."""

    kind: Literal["folder"]
    path: NeededPath
    """Folder, relative to the data folder; no other sink's."""
    acknowledge: Literal["at_once", "ack_file"] = "at_once"
    """When a written batch counts as received."""


class Sync(Table):
    """How committed events leave the station."""

    every_seconds: Annotated[int, between(1, 86_400, "seconds")]
    """How often what is due is pushed."""
    sinks: Mapping[Name, Sink]
    """By name."""


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
    """Address of the hub with its password. Not in the file: REGRADE_HUB_DSN."""
    label_designs: Mapping[str, Mapping[str, Any]] = {}
    """The tables [labels.NAME], as they were written: `labels.design` knows what may stand in them."""
    label_places: Mapping[str, str] = {}
    """File and line of each setting in them, by its dotted name."""
    station: Station
    bench: Bench
    reasons: Reasons
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
    screen: Screen
    demo: Demo
