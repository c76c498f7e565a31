"""What ships may be given out, is justified, and is locked as it was asked for."""

import ast
import importlib.metadata
import re
from collections.abc import Iterator
from importlib.metadata import Distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.house.tree import HOUSE

PAGE = HOUSE / "docs" / "dependencies.md"
# Libraries under the GPL that wheels are known to bundle, by how their files begin.
GPL_LIBRARIES = re.compile(r"lib(x264|x265|xvidcore|vidstab|rubberband|postproc|readline|gdbm)\b")
# Package -> the GPL libraries it may bundle, because docs/decisions/0010 says what follows.
BUNDLED = {"av": {"x264", "x265"}}
GPL_IN_WORDS = re.compile(r"GNU (?:Affero )?General Public")


def requirements(name: str) -> Iterator[Requirement]:
    """The packages that a list asks for."""
    for line in (HOUSE / ".ci" / name).read_text(encoding="utf-8").splitlines():
        text = line.partition("#")[0].strip()
        if text and not text.startswith("-r"):
            yield Requirement(text)


def pins(name: str) -> list[Requirement]:
    """The packages that a lock file fixes; one of them twice where Pythons need two versions."""
    text = (HOUSE / ".ci" / name).read_text(encoding="utf-8")
    return [Requirement(line) for line in re.findall(r"^([a-zA-Z0-9].*?) \\$", text, re.M)]


def names(listed: Iterator[Requirement] | list[Requirement]) -> set[str]:
    return {str(canonicalize_name(requirement.name)) for requirement in listed}


def shipped() -> list[Distribution]:
    """What is installed here of the lock file for running."""
    here = {
        pin.name for pin in pins("requirements.lock") if not pin.marker or pin.marker.evaluate()
    }
    return [importlib.metadata.distribution(name) for name in sorted(here)]


def table(title: str) -> dict[str, str]:
    """Package and licence of each row under a heading of the page."""
    part = PAGE.read_text(encoding="utf-8").partition(f"## {title}\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (\w[\w.-]*) \| .+? \| ([^|]+) \|$", part, re.M)
    return {str(canonicalize_name(name)): licence for name, licence in rows if name != "package"}


def is_free_of_gpl(expression: str) -> bool:
    """Whether a licence expression leaves a choice that is not the GPL."""
    words = re.sub(r"\bWITH\s+\S+", "", expression)
    words = re.sub(
        r"[\w.+-]+",
        lambda word: (
            word[0].lower() if word[0] in {"AND", "OR"} else str(not re.match("A?GPL", word[0]))
        ),
        words,
    )
    return holds(ast.parse(words, mode="eval").body)


def holds(node: ast.expr) -> bool:
    if isinstance(node, ast.BoolOp):
        decide = all if isinstance(node.op, ast.And) else any
        return decide([holds(value) for value in node.values])
    assert isinstance(node, ast.Constant), "not a licence expression"
    return bool(node.value)


def licence_fault(metadata: importlib.metadata.PackageMetadata, licence_file: bool) -> str | None:
    """Why a package may not ship, from what it says of itself; None if it may."""
    expression = metadata.get("License-Expression")
    loose = (metadata.get("License") or "").strip()
    kinds = [kind for kind in metadata.get_all("Classifier") or () if kind.startswith("License ::")]
    if not expression and re.fullmatch(r"[\w.+-]+( (AND|OR) [\w.+-]+)*", loose):
        expression = loose
    if expression:
        return None if is_free_of_gpl(expression) else f"is under {expression}"
    only_gpl = kinds and all(GPL_IN_WORDS.search(kind) for kind in kinds)
    if only_gpl or (not kinds and GPL_IN_WORDS.search(loose)):
        return "is under the GPL"
    return None if kinds or loose or licence_file else "does not say its licence"


def has_licence_file(distribution: Distribution) -> bool:
    return any("licen" in str(file).lower() for file in distribution.files or ())


@pytest.mark.parametrize(
    ("expression", "free"),
    [
        ("MIT", True),
        ("LGPL-3.0-only", True),
        ("LGPL-3.0-only OR GPL-2.0-only", True),
        ("GPL-3.0-or-later", False),
        ("GPL-2.0-only WITH Classpath-exception-2.0", False),
        ("MIT AND GPL-3.0-only", False),
        ("(MIT OR GPL-3.0-only) AND BSD-3-Clause", True),
        ("AGPL-3.0-only", False),
    ],
)
def test_that_a_licence_expression_is_read_as_it_is_meant(expression: str, free: bool) -> None:
    assert is_free_of_gpl(expression) is free


def test_that_a_package_under_the_gpl_or_without_a_licence_would_be_noticed() -> None:
    said = importlib.metadata.PathDistribution(Path("nowhere")).metadata
    assert licence_fault(said, licence_file=False) == "does not say its licence"
    said["Classifier"] = "License :: OSI Approved :: GNU General Public License v3 (GPLv3)"
    assert licence_fault(said, licence_file=True) == "is under the GPL"
    said["License-Expression"] = "MIT AND GPL-3.0-only"
    assert licence_fault(said, licence_file=True) == "is under MIT AND GPL-3.0-only"


def test_that_nothing_that_ships_is_under_the_gpl_alone() -> None:
    faults = {
        distribution.name: licence_fault(distribution.metadata, has_licence_file(distribution))
        for distribution in shipped()
    }
    assert len(faults) > 30
    assert {name: fault for name, fault in faults.items() if fault} == {}


def test_that_no_wheel_bundles_a_library_under_the_gpl_save_the_one_that_is_named() -> None:
    found: dict[str, set[str]] = {}
    for distribution in shipped():
        for file in distribution.files or ():
            library = GPL_LIBRARIES.match(file.name)
            if library:
                found.setdefault(distribution.name.lower(), set()).add(library[1])
    assert found == BUNDLED


def test_that_the_page_names_what_is_asked_for_and_nothing_else() -> None:
    asked, for_makers = (
        names(requirements("requirements.in")),
        names(requirements("requirements-dev.in")),
    )
    assert set(table("What ships")) == asked
    assert set(table("What these bring along")) == names(pins("requirements.lock")) - asked
    assert set(table("What only its makers need")) == for_makers


def test_that_the_page_gives_the_licence_that_a_package_gives_of_itself() -> None:
    page = table("What ships") | table("What these bring along")
    said = {
        str(canonicalize_name(distribution.name)): distribution.metadata.get("License-Expression")
        for distribution in shipped()
    }
    other = {name: (page[name], of) for name, of in said.items() if of and page[name] != of}
    assert other == {}
    assert all(is_free_of_gpl(licence) for licence in page.values())


@pytest.mark.parametrize("name", ["requirements", "requirements-dev", "requirements-bench"])
def test_that_the_lock_gives_what_was_asked_for(name: str) -> None:
    locked = pins(f"{name}.lock")
    for asked in requirements(f"{name}.in"):
        versions = [
            Version(next(iter(pin.specifier)).version)
            for pin in locked
            if canonicalize_name(pin.name) == canonicalize_name(asked.name)
        ]
        assert versions, asked
        assert all(asked.specifier.contains(version, prereleases=True) for version in versions), (
            asked
        )


def test_that_makers_and_users_have_the_same_versions() -> None:
    users, makers = ({str(pin) for pin in pins(f"requirements{of}.lock")} for of in ("", "-dev"))
    assert users <= makers


@pytest.mark.parametrize("tool", ["audit", "package"])
def test_that_tools_are_locked_by_hash_and_name_no_registry(tool: str) -> None:
    text = (HOUSE / ".ci" / "tools" / f"{tool}.lock").read_text(encoding="utf-8")
    assert pins(f"tools/{tool}.lock")
    joined = text.replace("\\\n", " ")
    lines = [line for line in joined.splitlines() if re.match(r"[a-zA-Z0-9]", line)]
    assert [line for line in lines if "==" not in line or "--hash=sha256:" not in line] == []
    assert "://" not in text
