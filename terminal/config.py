"""config.toml into `Settings`: the shipped file, what a site puts over it, the environment, the options.

Everything that is wrong is found in one go and told with its file, line, name and value. Tables of a site's file
are laid over the shipped ones key by key; a list, and a table that the site names itself as `[printers.zebra]` is,
is taken whole, because half of one printer and half of another is none.
"""

from __future__ import annotations

import hashlib
import importlib.resources
import json
import os
import stat
from collections.abc import Iterable, Mapping
from importlib.resources.abc import Traversable
from itertools import islice
from pathlib import Path
from typing import Any

from pydantic import SecretStr, ValidationError

from terminal.config_faults import Fault, disagreements, dotted, misplaced, printable, refusals
from terminal.config_source import MAX_PROBLEMS, ConfigErrors, Problem, Source, read, text_of
from terminal.device_settings import Labels
from terminal.settings import NAMED, NOT_IN_THE_FILE, Settings
from terminal.toml_places import Place


def load(config_file: Path | None, data_dir: Path | None, environ: Mapping[str, str]) -> Settings:
    """The settings of this station. Raises ConfigErrors with everything that is wrong, and nothing else.

    `config_file` and `data_dir` are the options of the command line; what they leave open, `environ` and then the
    shipped file say.
    """
    shipped = find_shipped(importlib.resources.files("terminal"))
    sources = [read(printable(str(shipped)), text_of(shipped))]
    named = config_file or environ.get("REGRADE_CONFIG")
    if named:
        sources.append(read(printable(str(named)), text_of(Path(named))))
    raw: dict[str, Any] = {}
    owners: dict[Place, Source] = {}
    for source in sources:
        _overlay(raw, source.tables, (), source, owners)
    station = environ.get("REGRADE_STATION")
    if station and isinstance(raw.get("station"), dict):
        sources.append(Source("REGRADE_STATION", {"station": {"id": station}}, {}))
        _overlay(raw, sources[-1].tables, (), sources[-1], owners)

    problems: list[Problem] = []
    data = _data_folder(data_dir, environ, problems)
    dsn = environ.get("REGRADE_HUB_DSN") or None
    if dsn is not None and not dsn.isprintable():
        problems.append(
            Problem("REGRADE_HUB_DSN", None, "", "", "expected one line without control characters")
        )
    faults = [*misplaced(raw), *islice(disagreements(raw), MAX_PROBLEMS)]
    given = {name: table for name, table in raw.items() if name not in NOT_IN_THE_FILE}
    designs = _take_designs(given)
    try:
        settings = Settings.model_validate(
            {
                **given,
                "data": data,
                "hub_dsn": SecretStr(dsn) if dsn else None,
                "label_designs": designs,
                "label_places": _places_of(designs, sources),
            }
        )
    except ValidationError as error:
        count = error.error_count()
        faults += islice(refusals(error, raw), MAX_PROBLEMS)
        raise _errors(problems, faults, sources, owners, max(0, count - MAX_PROBLEMS)) from None
    if problems or faults:
        raise _errors(problems, faults, sources, owners)
    return settings


def shipped_config() -> str:
    """The text of the shipped configuration, every setting with its comment: what a site copies and edits."""
    return find_shipped(importlib.resources.files("terminal")).read_text("utf-8")


def find_shipped(package: Traversable) -> Traversable:
    """The shipped config.toml: inside the installed package, or beside it in a checkout. Raises ConfigErrors."""
    places = [package / "config.toml"]
    if isinstance(package, Path):
        places.append(package.parent / "config.toml")
    for place in places:
        if place.is_file():
            return place
    raise ConfigErrors(
        [Problem(str(places[0]), None, "", "", "is missing from the installation: install again")]
    )


def data_path(settings: Settings, relative: str | Path) -> Path:
    """A path of the configuration as the station uses it: in the data folder unless it is absolute."""
    return settings.data / relative


def settings_hash(settings: Settings) -> str:
    """SHA-256 over the settings as canonical JSON, so that a journal can say which ones were in force.

    The data folder and the hub's address stay out: the first is the machine's, the second is a secret.
    """
    left_out = set(NOT_IN_THE_FILE) - {"label_designs"}
    plain = settings.model_dump(mode="json", by_alias=True, exclude=left_out)
    canonical = json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode("utf-8")).hexdigest()


def _overlay(
    base: dict[str, Any], tables: Mapping[str, Any], at: Place, source: Source, owners: dict[Place, Source]
) -> None:
    """Lay tables over `base`, noting at each place that is replaced whole whose it now is."""
    for key, value in tables.items():
        place, below = (*at, key), base.get(key)
        if isinstance(value, dict) and isinstance(below, dict) and at not in NAMED:
            _overlay(below, value, place, source, owners)
        elif isinstance(value, dict) and at not in NAMED:
            base[key], owners[place] = {}, source
            _overlay(base[key], value, place, source, owners)
        else:
            base[key] = _frozen(value)
            owners[place] = source


def _take_designs(given: dict[str, Any]) -> dict[str, Any]:
    """Take the tables [labels.NAME] out of [labels], whose other settings stay there."""
    labels = given.get("labels")
    if not isinstance(labels, dict):
        return {}
    designs = {
        name: table
        for name, table in labels.items()
        if isinstance(table, dict) and name not in Labels.model_fields
    }
    given["labels"] = {name: value for name, value in labels.items() if name not in designs}
    return designs


def _places_of(designs: Mapping[str, Any], sources: list[Source]) -> dict[str, str]:
    """Where each setting of the label designs stands, for whoever proves them later."""
    return {
        dotted(place): f"{source.name}:{line}"
        for source in sources
        for place, line in source.places.items()
        if len(place) > 1 and place[0] == "labels" and place[1] in designs
    }


def _frozen(value: Any) -> Any:
    """A value with its lists as tuples, copied: sources are never changed by what lies over them."""
    if isinstance(value, list):
        return tuple(_frozen(one) for one in value)
    return {key: _frozen(one) for key, one in value.items()} if isinstance(value, dict) else value


def _data_folder(option: Path | None, environ: Mapping[str, str], problems: list[Problem]) -> Path:
    """The data folder, absolute; it need not exist yet."""
    if option is not None:
        name, chosen = "--data", str(option)
    elif environ.get("REGRADE_DATA"):
        name, chosen = "REGRADE_DATA", environ["REGRADE_DATA"]
    else:
        name, chosen = "data folder", _default_data(environ)
    message, path = "", Path(chosen)
    try:
        path = path.absolute()
        if not chosen:
            message = "no home folder is known: say where the data goes with --data or REGRADE_DATA"
        elif chosen.startswith("~"):
            message = "'~' is not expanded here: write the whole path"
        elif not stat.S_ISDIR(os.stat(path).st_mode):
            message = "is a file: name a folder"
    except FileNotFoundError:
        pass
    except (OSError, ValueError) as error:
        message = f"cannot be used: {error.strerror if isinstance(error, OSError) else error}"
    if message:
        problems.append(Problem(name, None, "", f'"{printable(chosen[:1024])}"' if chosen else "", message))
    return path


def _default_data(environ: Mapping[str, str]) -> str:
    """The user's data folder by the XDG base directory rules, which pass over a relative XDG_DATA_HOME."""
    share = environ.get("XDG_DATA_HOME", "")
    if os.path.isabs(share):
        return os.path.join(share, "regrade")
    home = environ.get("HOME", "")
    return os.path.join(home, ".local", "share", "regrade") if home else ""


def _errors(
    problems: list[Problem],
    faults: Iterable[Fault],
    sources: list[Source],
    owners: Mapping[Place, Source],
    more: int = 0,
) -> ConfigErrors:
    """Every fault with its file and line, in the order in which they are found there."""
    placed = []
    for fault in dict.fromkeys(faults):
        ways = [fault.place[:length] for length in range(len(fault.place), 0, -1)]
        source = next((owners[way] for way in ways if way in owners), sources[0])
        line = next((source.places[way] for way in ways if way in source.places), None)
        problem = Problem(source.name, line, dotted(fault.place), fault.value, fault.message)
        placed.append((sources.index(source), line or 0, problem))
    placed.sort(key=lambda one: one[:2])
    found = [*problems, *(problem for _, _, problem in placed)]
    return ConfigErrors(found[:MAX_PROBLEMS], more + max(0, len(found) - MAX_PROBLEMS))
