"""Imports run one way: the table of the design, held by walking the syntax trees."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
DOMAIN, BENCH = "terminal.domain", "terminal.bench"
OUTER = (
    "terminal.approvals", "terminal.arriving", "terminal.assembly", "terminal.audit_imports",
    "terminal.audit_words", "terminal.audits", "terminal.backtest_sample", "terminal.backtest_words",
    "terminal.backtesting", "terminal.backups", "terminal.beginning", "terminal.cameras", "terminal.committed",
    "terminal.csv_export", "terminal.demo", "terminal.doctor", "terminal.drops", "terminal.edited_file",
    "terminal.ended_journals", "terminal.equipment", "terminal.explaining", "terminal.exporting",
    "terminal.fetched", "terminal.figures", "terminal.file_swap", "terminal.folding", "terminal.gate_imports",
    "terminal.history", "terminal.importing", "terminal.kpi_desk", "terminal.kpi_hours", "terminal.kpi_words",
    "terminal.kpis", "terminal.learned", "terminal.lookup", "terminal.offers", "terminal.operators",
    "terminal.outcome_desk", "terminal.own_file", "terminal.photo_files", "terminal.photo_metadata",
    "terminal.photo_records", "terminal.photos", "terminal.pins", "terminal.policy_answers",
    "terminal.policy_desk", "terminal.policy_files", "terminal.policy_replay", "terminal.predicting",
    "terminal.present_file", "terminal.presses", "terminal.pulled", "terminal.pulling", "terminal.purging",
    "terminal.refused", "terminal.relabel", "terminal.renewing", "terminal.replay", "terminal.replay_commands",
    "terminal.restoring", "terminal.scanner_doctor", "terminal.segments", "terminal.sheets", "terminal.shelf",
    "terminal.shift_book", "terminal.shifts", "terminal.spoken", "terminal.station", "terminal.stock_desk",
    "terminal.sync_said", "terminal.sync_watch", "terminal.syncing", "terminal.typed_scan", "terminal.valuing",
    "terminal.verifying", "terminal.voices",
)  # fmt: skip
COMMANDS = tuple(f"terminal.{path.stem}" for path in sorted((ROOT / "terminal").glob("*_cli.py")))
"""Groups of commands, one module each."""
POLICY_SCREEN = tuple(
    f"terminal.ui.policy_{each}"
    for each in ("app", "area", "check", "history", "jobs", "lines", "saving", "screen", "text")
)
"""A screen of its own, for a manager: what it asks is beyond what the bench's screen may know."""
KPI_SCREEN = tuple(
    f"terminal.ui.kpi_{each}" for each in ("app", "jobs", "panels", "plot", "screen", "tables")
)
"""A screen of its own, for a wall or a lead."""
SETTINGS = (
    "terminal.config", "terminal.config_faults", "terminal.config_source", "terminal.device_settings",
    "terminal.import_settings", "terminal.people_settings", "terminal.setting_table",
    "terminal.setting_types", "terminal.settings", "terminal.sync_setting_types", "terminal.sync_settings",
    "terminal.toml_places",
)  # fmt: skip
REPORTED = ("terminal.certificates", "terminal.esg", "terminal.esg_files", "terminal.kpi_report")
"""What reports are made of, out of the station file."""
BELOW = (DOMAIN, BENCH, "devices", "labels", *SETTINGS, "terminal.store", "terminal.sync", "terminal.data")
HUB_COMMANDS = tuple(f"terminal.hub{part}_cli" for part in ("", "_people", "_publish", "_rejects", "_serve"))
"""Commands of the hub: they alone may ask the hub's own package."""
MAY: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    # part: (ours, third party)
    DOMAIN: ((), ("biip", "rule_engine")),
    BENCH: ((DOMAIN,), ()),
    "devices": ((), ("serial", "PIL")),
    "labels": (
        (),
        ("barcode", "reportlab", "PIL", "segno", "pystrich", "bidi", "arabic_reshaper"),
    ),
    **dict.fromkeys(SETTINGS, ((DOMAIN, *SETTINGS), ("pydantic", "pydantic_core"))),
    "terminal.store": (
        (DOMAIN, "terminal.bench.events", "terminal.bench.wire"),
        ("sqlite_utils", "uuid_utils"),
    ),
    "terminal.sync": (
        (
            DOMAIN,
            "terminal.bench.arriving_events",
            "terminal.bench.audit_events",
            "terminal.bench.events",
            "terminal.bench.parcel_events",
            "terminal.bench.stock_events",
            "terminal.bench.wire",
            "terminal.bench.work_events",
            "terminal.store",
        ),
        ("psycopg", "httpx", "cryptography", "asyncssh", "jsonschema_rs"),
    ),
    **dict.fromkeys(
        ("terminal.sync.epcis", "terminal.sync.epcis_page"),
        (
            (
                DOMAIN,
                "terminal.bench.arriving_events",
                "terminal.bench.audit_events",
                "terminal.bench.events",
                "terminal.bench.evolve",
                "terminal.bench.parcel_events",
                "terminal.bench.state",
                "terminal.bench.stock_events",
                "terminal.bench.wire",
                "terminal.bench.work_events",
                "terminal.store",
                "terminal.sync",
            ),
            (),
        ),
    ),
    **dict.fromkeys(OUTER, ((*BELOW, *OUTER), ())),
    "terminal.pulling": ((*BELOW, *OUTER, "terminal.hub.signing"), ()),
    "terminal.pins": ((*BELOW, *OUTER), ("argon2",)),
    "terminal.simulation": ((*BELOW, *OUTER), ()),
    "terminal.data": ((), ()),
    "terminal.hub": (
        (*BELOW, *OUTER),
        ("psycopg", "psycopg_pool", "starlette", "uvicorn", "h11", "cryptography", "duckdb", "pyarrow"),
    ),
    "terminal.hub.problem": ((), ()),
    "terminal.ui": (
        (
            DOMAIN,
            BENCH,
            *SETTINGS,
            "terminal.station",
            "terminal.store.queries",
            "terminal.voices",
            "devices.wedge",
            "devices.keys",
        ),
        ("textual", "rich"),
    ),
    "terminal.ui.desk_numbers": (("terminal.reports.locale_forms",), ()),
    **dict.fromkeys(
        POLICY_SCREEN,
        (
            (
                DOMAIN,
                "terminal.ui",
                "terminal.edited_file",
                "terminal.policy_answers",
                "terminal.policy_desk",
            ),
            ("textual", "rich"),
        ),
    ),
    **dict.fromkeys(
        KPI_SCREEN,
        (
            (DOMAIN, "terminal.ui", "terminal.kpi_words", "terminal.reports.codes"),
            ("textual", "rich", "textual_plotext"),
        ),
    ),
    "terminal.board": (
        (DOMAIN, "terminal.data", "terminal.voices"),
        ("textual_serve", "aiohttp", "aiohttp_jinja2"),
    ),
    "terminal.floor": ((BENCH, "terminal.ui", "terminal.floor_port"), ()),
    "terminal.bench_devices": ((*BELOW, *OUTER, "terminal.ui"), ()),
    "terminal.bench_sync": ((*BELOW, *OUTER, "terminal.ui"), ()),
    "terminal.floor_port": (
        (*BELOW, *OUTER, "terminal.ui", "terminal.bench_devices", "terminal.bench_sync"),
        (),
    ),
    "terminal.simulating": ((*BELOW, *OUTER), ("zplkit",)),
    "terminal.simulating.hub": ((), ("psycopg",)),
    "terminal.simulating.service": (("terminal.hub",), ("uvicorn", "cryptography")),
    "terminal.console": (
        (*SETTINGS, DOMAIN, "terminal.store.errors", "terminal.ui.keys", "terminal.hub.problem"),
        ("click",),
    ),
    **dict.fromkeys(COMMANDS, ((*BELOW, *OUTER, "terminal.console"), ("click", "rich"))),
    **dict.fromkeys(
        HUB_COMMANDS,
        ((*BELOW, *OUTER, "terminal.hub", "terminal.console", *HUB_COMMANDS), ("click", "rich", "psycopg")),
    ),
    "terminal.reports": (
        (DOMAIN, BENCH, "labels", "terminal.backtest_words", "terminal.kpi_words"),
        ("reportlab",),
    ),
    "terminal.reports.codes": ((DOMAIN, BENCH), ()),
    "terminal.reports.locale_forms": ((DOMAIN, "terminal.voices"), ("babel",)),
    **dict.fromkeys(
        ("terminal.backtest_words", "terminal.kpi_words", "terminal.kpis", "terminal.policy_desk"),
        ((*BELOW, *OUTER, "terminal.reports.codes", "terminal.reports.locale_forms"), ()),
    ),
    **dict.fromkeys(REPORTED, ((*BELOW, *OUTER, *REPORTED, "terminal.reports"), ("pyarrow",))),
    "terminal.report_cli": (
        (*BELOW, *OUTER, *REPORTED, "terminal.reports", "terminal.console"),
        ("click", "rich"),
    ),
    "terminal.shift_cli": ((*BELOW, *OUTER, "terminal.reports", "terminal.console"), ("click", "rich")),
    "terminal.picture_text": (("devices",), ("rich", "PIL")),
    "terminal.photo_cli": (
        (*BELOW, *OUTER, "terminal.picture_text", "terminal.console"),
        ("click", "rich"),
    ),
    "terminal.backtest_cli": (
        (*BELOW, *OUTER, "terminal.reports", "terminal.console"),
        ("click", "rich"),
    ),
    "terminal.board_cli": (("terminal.board", *SETTINGS, "terminal.console"), ("click",)),
    "terminal.kpi_cli": (
        (*BELOW, *OUTER, *KPI_SCREEN, "terminal.reports.locale_forms", "terminal.console"),
        ("click", "rich"),
    ),
    "terminal.policy_edit_cli": (
        (*BELOW, *OUTER, *POLICY_SCREEN, "terminal.reports.locale_forms", "terminal.console"),
        ("click",),
    ),
    "terminal.simulate_cli": ((*BELOW, *OUTER, "terminal.simulating", "terminal.console"), ("click",)),
    "terminal.cli": (
        (
            *BELOW,
            *OUTER,
            "terminal.ui",
            "terminal.floor",
            "terminal.simulation",
            "terminal.simulate_cli",
            "terminal.console",
            *COMMANDS,
        ),
        ("click", "rich"),
    ),
    "terminal.__main__": (("terminal.cli",), ()),
}
FORBIDDEN_IN_CORE = {
    "time", "random", "logging", "os", "io", "pathlib", "socket", "threading", "asyncio", "sqlite3", "uuid",
    "subprocess", "tempfile", "shutil", "secrets",
}  # fmt: skip


def modules() -> list[tuple[str, Path]]:
    """Dotted name and file of every module that is shipped."""
    found = []
    for package in ("terminal", "devices", "labels"):
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found.append((".".join(parts).removesuffix(".__init__"), path))
    return found


def part_of(name: str) -> str | None:
    """The row of the table that a module belongs to: the longest that fits."""
    return max((part for part in MAY if name == part or name.startswith(part + ".")), key=len, default=None)


def imported(path: Path) -> set[str]:
    """Every module that a file imports, wherever in it."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            assert node.level == 0, f"{path}: relative import"
            names |= {node.module} | ({f"{node.module}.{alias.name}" for alias in node.names} & ALL)
    return names


ALL = {name for name, _ in modules()}


@pytest.mark.parametrize(("name", "path"), modules(), ids=[name for name, _ in modules()])
def test_a_module_imports_only_what_its_part_may(name: str, path: Path) -> None:
    """Any arrow that is not in the table is an error that names both ends."""
    part = part_of(name)
    if part is None:
        assert name == "terminal", f"{name} belongs to no part: add it to the table of the design"
        return
    ours, others = MAY[part]
    for target in imported(path):
        root = target.split(".")[0]
        if root in ("terminal", "devices", "labels"):
            allowed = (part, *ours)
            fits = any(target == one or target.startswith(one + ".") for one in allowed)
            parent = target in ("terminal", "terminal.data") or any(
                one.startswith(target + ".") for one in allowed
            )
            assert fits or parent, f"{name} must not import {target}"
        elif root not in sys.stdlib_module_names:
            assert root in others, f"{name} must not import {target}"
        elif part in (DOMAIN, BENCH):
            assert root not in FORBIDDEN_IN_CORE, f"{name} is pure and must not import {target}"


def test_there_is_no_import_cycle() -> None:
    """Modules can be put in an order in which each imports only earlier ones."""
    graph = {name: {one for one in imported(path) & ALL if one != name} for name, path in modules()}
    done: set[str] = set()
    while len(done) < len(graph):
        ready = {name for name, needs in graph.items() if name not in done and needs <= done}
        assert ready, f"a cycle among {sorted(set(graph) - done)}"
        done |= ready


@pytest.mark.parametrize(
    "name", ["terminal.domain.grading", "terminal.bench.decide", "terminal.bench.wording"]
)
def test_the_core_loads_without_screen_serial_or_database(name: str) -> None:
    """A fresh interpreter that imports the core has none of the shell's libraries."""
    code = (
        f"import sys, {name}; "
        "shell = {'textual', 'serial', 'sqlite3', 'pysqlite3', 'sqlite_utils', 'reportlab', 'biip'}; "
        "print(sorted(shell & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "[]"
