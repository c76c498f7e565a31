"""The papers of a stand-alone build: licence texts, the notice, the bill of materials."""

import hashlib
import importlib.metadata
import json
import platform
import re
import shutil
import subprocess
import sysconfig
from pathlib import Path

import shared_libraries as libraries

HOUSE = Path(__file__).resolve().parent.parent
# Packages whose wheel brings no text, by the licence that they give of themselves.
TEXT_OF = {
    "c2pa-python": "Apache-2.0",
    "flatbuffers": "Apache-2.0",
    "pyside6-essentials": "LGPL-3",
    "shiboken6": "LGPL-3",
}
# Of what wheels carry: the parts for which the whole is given out under the GPL.
UNDER_GPL = {"libx264", "libx265"}
COMMON = Path("/usr/share/common-licenses")
CHECK = """
import sys
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
fault = JsonStrictValidator(SchemaVersion[sys.argv[1]]).validate_str(sys.stdin.read())
sys.exit(f"The bill of materials is not valid: {fault}" if fault else 0)
"""


def lay_licences(
    tree: Path, shipped: list[importlib.metadata.Distribution], copied: dict[str, Path]
) -> None:
    """Lay every licence text into a folder, and the notice that says what holds of the whole."""
    folder = tree / "licences"
    folder.mkdir()
    texts = {"assay": HOUSE / "LICENSE"}
    texts["python"] = Path(sysconfig.get_path("stdlib"), "LICENSE.txt")
    for distribution in shipped:
        for number, text in enumerate(licences_of(distribution)):
            texts[f"{distribution.name}-{number}"] = text
    for package in packages_of(copied):
        texts[f"system-{package.name}"] = Path("/usr/share/doc", package.name, "copyright")
    for name in ("Apache-2.0", "GPL-2", "GPL-3", "LGPL-2.1", "LGPL-3"):
        texts[name] = COMMON / name
    for name, text in texts.items():
        if not text.is_file():
            raise SystemExit(f"The licence text of {name} is not on this machine: {text}.")
        shutil.copy(text, folder / f"{name}.txt")
    shutil.copy(HOUSE / "docs" / "packaging-notice.md", tree / "NOTICE.md")


def licences_of(distribution: importlib.metadata.Distribution) -> list[Path]:
    """Return the licence texts that a package brings, else the text of the licence it names.

    Raises:
        SystemExit: It brings none, and nobody wrote down which it is under.
    """
    brought = [
        Path(str(file.locate()))
        for file in distribution.files or ()
        if file.suffix != ".py" and ("licen" in file.name.lower() or file.name == "COPYING")
    ]
    if brought:
        return brought
    named = TEXT_OF.get(distribution.name.lower().replace("_", "-"))
    if named is None:
        raise SystemExit(f"{distribution.name} brings no licence text: name it in TEXT_OF.")
    return [COMMON / named]


def packages_of(copied: dict[str, Path]) -> list[libraries.Package]:
    """Return the packages of this system that libraries were copied from, each once."""
    found = {libraries.package_of(path) for path in copied.values()}
    return sorted((one for one in found if one is not None), key=lambda one: one.name)


def write_bill(tree: Path, tools: Path, copied: dict[str, Path]) -> None:
    """Write the packages as CycloneDX reads them, the interpreter, and what is the system's."""
    target = tree / "sbom.cdx.json"
    python = next((tree / "python" / "bin").iterdir())
    project = ["--pyproject", str(HOUSE / "pyproject.toml"), "--mc-type", "application"]
    writing = ["--output-reproducible", "--of", "JSON", "-o", str(target)]
    command = [str(tools / "cyclonedx-py"), "environment", *project, *writing, str(python)]
    subprocess.run(command, check=True)
    document = json.loads(target.read_text(encoding="utf-8"))
    parts = document["components"]
    parts.append(component("python", platform.python_version(), "pkg:generic/python"))
    parts += [
        component(package.name, package.version, f"pkg:deb/debian/{package.name}")
        for package in packages_of(copied)
    ]
    parts += brought_along(next(tree.glob("python/lib/python3*/site-packages")))
    target.write_text(json.dumps(document, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    version = f"V{document['specVersion'].replace('.', '_')}"
    with target.open(encoding="utf-8") as text:
        subprocess.run([str(tools / "python"), "-c", CHECK, version], stdin=text, check=True)


def brought_along(site: Path) -> list[dict[str, object]]:
    """Return the libraries that wheels carry, which their own papers leave out; by digest."""
    found: list[dict[str, object]] = []
    for file in sorted(site.glob("*.libs/*.so*")):
        name = re.sub(r"(-[0-9a-f]{6,})?\.so.*", "", file.name)
        entry: dict[str, object] = {
            "type": "library",
            "bom-ref": f"{file.parent.name}/{file.name}",
            "name": name,
            "hashes": [
                {"alg": "SHA-256", "content": hashlib.sha256(file.read_bytes()).hexdigest()}
            ],
            "description": f"carried by the wheel of {file.parent.name.removesuffix('.libs')}",
        }
        if name in UNDER_GPL:
            entry["licenses"] = [{"license": {"id": "GPL-2.0-or-later"}}]
        found.append(entry)
    return found


def component(name: str, version: str, url: str) -> dict[str, str]:
    """Return one entry of the bill."""
    full = f"{url}@{version}"
    return {"type": "library", "bom-ref": full, "name": name, "version": version, "purl": full}
