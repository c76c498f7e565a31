"""`make package`: what can be said of a stand-alone build without making one.

Making it takes minutes; docs/packaging.md says how one is tried in a root folder without Python.
"""

import fnmatch
import importlib.metadata
import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from packaging.utils import canonicalize_name

from tests.house.test_dependencies import BUNDLED
from tests.house.test_imports import imports
from tests.house.test_setup import loaded
from tests.house.tree import HOUSE, ROOMS, files, product_files

# Loaded by name, so that no import statement tells of them.
ASKED_BY_NAME = {
    "miniaudio",
    "keyring.backends.SecretService",
    "secretstorage",
    "sqlalchemy.dialects.postgresql.psycopg",
}
# Runs in the copy: what a window and the commands read, each from its own folder there.
READS_ALL = """
import json
from app.help import read_help
from app.keymap import read_keymap
from app.policies import default_policy
from app.schemes import read_scheme_file
from app.settings import read_descriptions
from app.texts import languages, read_texts
from pathlib import Path
here = Path(__file__).parent
schemes = [read_scheme_file(file)[0] for file in sorted((here / "resources/schemes").iterdir())]
pages = {}
for language in languages():
    texts = read_texts(language)
    found = read_help(texts, read_keymap(), schemes[0])
    pages[language] = len(found.pages)
default_policy()
read_descriptions(here / "resources/settings/settings.toml")
print(json.dumps({"pages": pages, "schemes": [scheme.id for scheme in schemes]}))
"""


@pytest.fixture
def build(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    for name in ("shared_libraries", "package_papers"):
        loaded(name, monkeypatch)
    return loaded("stand_alone", monkeypatch)


def asked_for() -> set[str]:
    """Every module not of ours that a file of the product imports, wherever in the file."""
    found = {module for file in product_files() for _, module in imports(file)}
    ours = {*ROOMS, "main", "__future__", ""}
    return {module for module in found if module.partition(".")[0] not in ours} | ASKED_BY_NAME


def is_left_out(place: Path, patterns: tuple[str, ...]) -> bool:
    return any(fnmatch.fnmatch(part, one) for part in place.parts for one in patterns)


def test_that_the_copy_holds_the_whole_program_and_reads_its_own_resources(
    build: ModuleType, tmp_path: Path
) -> None:
    build.copy_program(tmp_path)
    copied = {one.relative_to(tmp_path) for one in tmp_path.rglob("*") if one.is_file()}
    needed = {file for file in files() if file.parts[0] in {*ROOMS, "resources"}}
    assert needed - copied == set(), "not in git yet"
    assert {Path("docs/user-guide.md"), Path("docs/administrator-guide.md")} <= copied
    assert {Path(name) for name in build.BESIDE} <= copied
    (tmp_path / "reads_all.py").write_text(READS_ALL)
    command = [sys.executable, "-E", "-s", str(tmp_path / "reads_all.py")]
    said = subprocess.run(command, check=True, capture_output=True, text=True, cwd=tmp_path).stdout
    read = json.loads(said)
    assert len(read["schemes"]) == len(list((HOUSE / "resources" / "schemes").iterdir()))
    assert set(read["pages"]) >= {"en", "de"}
    assert len(set(read["pages"].values())) == 1


def test_that_every_module_the_program_asks_for_is_in_the_build_and_not_pruned(
    build: ModuleType,
) -> None:
    shipped = {
        Path(file).parts[0].partition(".")[0]
        for pin in build.pins()
        for file in importlib.metadata.distribution(pin.name).files or ()
    }
    for module in asked_for():
        top, place = module.partition(".")[0], Path(*module.split("."))
        if top in sys.stdlib_module_names:
            assert not is_left_out(place, build.NOT_OF_PYTHON), module
            assert not is_left_out(place.with_suffix(".py"), build.NOT_OF_PYTHON), module
        else:
            assert top in shipped, module
            assert not is_left_out(place, build.NOT_OF_PACKAGES), module
        if top == "PySide6" and len(place.parts) > 1:
            assert place.parts[1] in build.QT_MODULES, module


def test_that_each_package_that_ships_has_a_licence_text(build: ModuleType) -> None:
    papers = sys.modules["package_papers"]
    named = set()
    for pin in build.pins():
        texts = papers.licences_of(importlib.metadata.distribution(pin.name))
        assert texts, pin.name
        named |= {canonicalize_name(pin.name) for text in texts if text.parent == papers.COMMON}
    assert named == set(papers.TEXT_OF)  # one that brings its own text now is taken off the list


def test_that_the_bill_names_each_library_that_a_wheel_carries_and_which_is_under_the_gpl(
    build: ModuleType,
) -> None:
    papers = sys.modules["package_papers"]
    site = Path(str(importlib.metadata.distribution("av").locate_file("")))
    entries = papers.brought_along(site)
    assert len({entry["bom-ref"] for entry in entries}) == len(entries)
    under = {entry["name"] for entry in entries if "licenses" in entry}
    assert under == {f"lib{name}" for name in BUNDLED["av"]}
    assert any(entry["name"] == "libavcodec" for entry in entries)
