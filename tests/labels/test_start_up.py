"""Importing the labels costs nothing until the first one is printed."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import labels

PACKAGE = Path(labels.__file__).parent


@pytest.mark.parametrize(
    "module", ["labels", "labels.tag", "labels.layout", "labels.design", "labels.zpl", "labels.preview"]
)
def test_nothing_heavy_is_imported_for_zpl(module: str) -> None:
    """Neither the PDF library, nor the imaging library, nor an encoder or what shapes scripts."""
    found = subprocess.run(
        [sys.executable, "-c", f"import {module}, sys; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
        cwd=PACKAGE.parent,
    ).stdout.split()
    assert module in found
    assert not {"reportlab", "PIL", "barcode", "segno", "pystrich", "bidi", "arabic_reshaper"} & set(found)


@pytest.mark.parametrize("file", sorted(PACKAGE.glob("*.py")), ids=lambda file: file.name)
def test_labels_import_nothing_else_of_ours(file: Path) -> None:
    """They know of no screen, no storage, no device."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    imported = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    imported |= {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    ours = {"labels", "barcode", "reportlab", "PIL", "segno", "pystrich", "bidi", "arabic_reshaper"}
    allowed = ours | sys.stdlib_module_names
    assert {name.split(".")[0] for name in imported} <= allowed
