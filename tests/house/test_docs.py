"""What the documents promise is there."""

import re
import tomllib
from pathlib import Path

import pytest

from tests.house.tree import HOUSE, files, product_files, text_of

PAGES = [file for file in files() if file.suffix == ".md" and file.parts[0] != "resources"]
LINK = re.compile(r"!?\[[^\]]*\]\(([^)#\s]+)[^)]*\)")


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_that_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    targets = LINK.findall((HOUSE / page).read_text(encoding="utf-8"))
    inside = [target for target in targets if "://" not in target]
    assert [target for target in inside if not (HOUSE / page.parent / target).exists()] == []


def test_that_a_page_named_in_the_code_is_there() -> None:
    pages = {page.name for page in PAGES}
    missing = [
        f"{file}: {name}"
        for file in product_files()
        for name in re.findall(r"\b([\w-]+\.md)\b", text_of(file))
        if name not in pages
    ]
    assert missing == []


@pytest.mark.parametrize(
    "page", ["architecture", "extending", "records", "scaling", "threat-model"]
)
def test_that_every_file_named_in_a_page_on_how_it_is_built_is_there(page: str) -> None:
    text = (HOUSE / "docs" / f"{page}.md").read_text(encoding="utf-8")
    named = re.findall(r"`((?:app|blur|grading|storage|widgets|resources|tests)/[\w/.-]*)`", text)
    assert [path for path in named if not (HOUSE / path).exists()] == []


def test_that_what_a_page_says_stands_in_a_file_stands_there() -> None:
    text = (HOUSE / "docs" / "extending.md").read_text(encoding="utf-8")
    named = re.findall(r"`(\w+)`\s(?:of|in)\s`([\w/]+\.py)`", text)
    assert len(named) > 5  # it still finds them
    gone = [(name, file) for name, file in named if name not in text_of(Path(file))]
    assert gone == []


def test_that_every_make_target_is_named_in_the_help() -> None:
    text = (HOUSE / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", text, re.M)) - {"help"}
    named = set(re.findall(r'@echo "make ([a-z]+)', text))
    assert targets == named


def test_that_the_makefile_keeps_to_posix() -> None:
    text = (HOUSE / "Makefile").read_text(encoding="utf-8")
    gnu = re.findall(
        r"\$\((?:shell|wildcard|foreach|if|call) |:=|^ifeq|^ifdef|\bdefine\b", text, re.M
    )
    assert gnu == []


def test_that_the_changelog_begins_with_the_version_we_are() -> None:
    project = tomllib.loads((HOUSE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    headings = re.findall(r"^## (\S+)", (HOUSE / "CHANGELOG.md").read_text(encoding="utf-8"), re.M)
    assert headings[0] == project["version"]


def test_that_decisions_are_numbered_without_a_gap_and_fill_half_a_page() -> None:
    decisions = sorted((HOUSE / "docs" / "decisions").glob("*.md"))
    numbers = [int(file.name[:4]) for file in decisions]
    assert numbers == list(range(1, len(numbers) + 1))
    for file in decisions:
        text = file.read_text(encoding="utf-8")
        assert text.startswith(f"# {numbers[decisions.index(file)]}. "), file.name
        assert len(text.split()) < 400, f"{file.name} is longer than half a page"


def test_that_the_licence_is_whole() -> None:
    text = (HOUSE / "LICENSE").read_text(encoding="utf-8")
    assert "Apache License" in text
    assert "END OF TERMS AND CONDITIONS" in text
