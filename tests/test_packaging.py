"""What is installed is what stands here: packages, data files, entry points, version, imports.

The tests of the installed files need the package installed from a wheel, as tox does; in a bare
checkout they are skipped.
"""

from __future__ import annotations

import ast
import configparser
import email
import importlib
import json
import os
import re
import subprocess
import sys
import sysconfig
from importlib import metadata
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import pytest

import linkback_conformance
import linkback_protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
SOURCES = {
    "linkback_protocol": ROOT / "linkback_protocol",
    "linkback_conformance": ROOT / "conformance" / "linkback_conformance",
}


def settings() -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(ROOT / "setup.cfg", encoding="utf-8")
    return parser


def entries(section: str, option: str) -> list[str]:
    """Return a setting that has an entry on each line."""
    return [
        line
        for line in settings()[section][option].split("\n")
        if line and not line.startswith("#")
    ]


def files_on_disk() -> Iterator[PurePosixPath]:
    for name, folder in SOURCES.items():
        for path in folder.rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                yield PurePosixPath(name, *path.relative_to(folder).parts)


def modules() -> Iterator[Path]:
    for folder in SOURCES.values():
        yield from folder.rglob("*.py")


def imported(module: Path) -> Iterator[str]:
    """Yield the names of the modules that a file imports, by statement or by a call."""
    for node in ast.walk(ast.parse(module.read_bytes())):
        match node:
            case ast.Import():
                yield from (alias.name for alias in node.names)
            case ast.ImportFrom(module=str(name), level=0):
                yield name
            case ast.Call(
                func=ast.Name(id="import_module" | "__import__")
                | ast.Attribute(attr="import_module"),
                args=[ast.Constant(value=str(name)), *_],
            ):
                yield name


def requirement_name(requirement: str) -> str:
    """Return the normalised name of a distribution from a requirement like ``Foo_bar>=1; ...``."""
    return re.sub(r"[-_.]+", "-", re.split(r"[^\w.-]", requirement, maxsplit=1)[0]).lower()


@pytest.fixture(scope="session")
def installed() -> metadata.Distribution:
    """Return the installed distribution, which must be a wheel's in a tox environment."""
    try:
        found = metadata.distribution("linkback-protocol")
    except metadata.PackageNotFoundError:
        found = None
    if found is not None and found.read_text("RECORD") is not None:
        origin = json.loads(found.read_text("direct_url.json") or "{}")
        if not origin.get("dir_info", {}).get("editable", False):
            return found
    assert "TOX_ENV_NAME" not in os.environ, "tox has installed no wheel"
    pytest.skip("not installed from a wheel")


def test_every_folder_of_modules_is_a_package_that_is_listed() -> None:
    on_disk = {
        ".".join(path.parent.parts) for path in files_on_disk() if path.suffix in {".py", ".pyi"}
    }
    assert sorted(entries("options", "packages")) == sorted(on_disk)


def test_every_package_has_an_init_module() -> None:
    on_disk = set(files_on_disk())
    for package in entries("options", "packages"):
        assert PurePosixPath(*package.split("."), "__init__.py") in on_disk


def test_every_data_file_stands_in_a_listed_package() -> None:
    packages = set(entries("options", "packages"))
    for path in files_on_disk():
        assert ".".join(path.parent.parts) in packages, f"{path} would not be installed"


@pytest.mark.parametrize("package", SOURCES)
def test_packages_are_marked_as_typed(package: str) -> None:
    assert PurePosixPath(package, "py.typed") in set(files_on_disk())
    assert "py.typed" in settings()["options.package_data"][package].split()


def test_the_wheel_holds_what_stands_on_disk(installed: metadata.Distribution) -> None:
    """Nothing is missing, and nothing is left from an earlier build."""
    assert installed.files is not None
    held = {
        PurePosixPath(*path.parts)
        for path in installed.files
        if path.parts[0] in SOURCES and "__pycache__" not in path.parts
    }
    assert held == set(files_on_disk())


def test_the_wheel_installs_nothing_else(installed: metadata.Distribution) -> None:
    assert installed.files is not None
    library = {path.parts[0] for path in installed.files if ".." not in path.parts}
    assert {name for name in library if not name.endswith(".dist-info")} == set(SOURCES)


@pytest.mark.parametrize("package", SOURCES)
def test_the_installed_package_is_the_one_under_test(
    package: str, installed: metadata.Distribution
) -> None:
    origin = importlib.import_module(package).__file__
    assert origin is not None
    assert Path(origin).samefile(str(installed.locate_file(f"{package}/__init__.py")))


def test_the_metadata_is_complete(installed: metadata.Distribution) -> None:
    about = email.message_from_string(str(installed.read_text("METADATA")))
    assert about["Version"] == linkback_protocol.__version__
    assert about["License-Expression"] == "MIT"
    assert about["License-File"] == "LICENSE"
    assert about["Requires-Python"] == ">=3.11"
    assert about["Description-Content-Type"] == "text/markdown"
    assert about.get_payload() == (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_entry_points_that_are_listed_resolve() -> None:
    for section in settings()["options.entry_points"]:
        for entry in entries("options.entry_points", section):
            name, _, value = entry.partition(" = ")
            assert callable(metadata.EntryPoint(name, value, section).load()), entry


def test_the_installed_commands_are_the_listed_ones(installed: metadata.Distribution) -> None:
    listed = {
        entry.partition(" = ")[0] for entry in entries("options.entry_points", "console_scripts")
    }
    assert {
        point.name for point in installed.entry_points.select(group="console_scripts")
    } == listed
    for name in listed:
        command = Path(sysconfig.get_path("scripts"), name)
        shown = subprocess.run(
            [command, "--help"], capture_output=True, text=True, check=False, timeout=60
        )
        assert shown.returncode == 0, shown.stderr
        assert name in shown.stdout


def test_the_changes_name_the_version() -> None:
    changes = (ROOT / "CHANGES.md").read_text(encoding="utf-8")
    assert re.search(
        rf"^## .*\b{re.escape(linkback_protocol.__version__)}\b", changes, re.MULTILINE
    )


def test_both_packages_have_one_version() -> None:
    assert linkback_conformance.__version__ == linkback_protocol.__version__


def test_the_conformance_suite_never_imports_what_it_tests() -> None:
    for module in SOURCES["linkback_conformance"].rglob("*.py"):
        for name in imported(module):
            assert name.partition(".")[0] != "linkback_protocol", module


def test_what_is_imported_is_required() -> None:
    """Nothing is used that only happens to be there because another package needs it."""
    required = {
        requirement_name(line)
        for line in entries("options", "install_requires")
        + entries("options.extras_require", "psl")
        + entries("options.extras_require", "mail")
        + entries("options.extras_require", "feed")
    }
    providers = metadata.packages_distributions()
    # _typeshed exists for type checkers alone.
    known = sys.stdlib_module_names | SOURCES.keys() | {"_typeshed"}
    for module in modules():
        # pytest loads its plugin itself, so it is there.
        allowed = required | {"pytest"} if module.name == "pytest_plugin.py" else required
        for name in imported(module):
            top = name.partition(".")[0]
            provided_by = {requirement_name(provider) for provider in providers.get(top, ())}
            assert top in known or provided_by & allowed, (
                f"{module} imports {top}, which setup.cfg does not ask for"
            )


@pytest.mark.parametrize("package", SOURCES)
def test_importing_warns_of_nothing_and_says_nothing(package: str) -> None:
    origin = importlib.import_module(package).__file__
    assert origin is not None
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", f"import {package}"],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONPATH": str(Path(origin).parent.parent)},
        timeout=60,
    )
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
