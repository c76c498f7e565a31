"""The help: whole, true to the keys and the scheme, and found by words."""

import re
import tomllib
from pathlib import Path

import pytest

from app.help import (
    HELP_FOLDER,
    KEYS,
    QUESTIONS,
    Found,
    Help,
    HelpError,
    Style,
    read_help,
    read_page,
)
from app.keymap import read_keymap
from app.schemes import SchemeShelf
from app.texts import read_texts
from grading.scheme import Scheme
from widgets.doors import DOORS

ENGLISH = HELP_FOLDER / "en"
HOUSE = Path(__file__).resolve().parents[3]
# What stands like a key and is a name: a command of the terminal.
COMMANDS = {"select"}
CAPS = {"PgDown": "PgDn", "PgUp": "PgUp"}  # what stands on the key


@pytest.fixture(scope="module")
def scheme() -> Scheme:
    return SchemeShelf().newest("uk-ew")


@pytest.fixture(scope="module")
def help_(scheme: Scheme) -> Help:
    return read_help(read_texts(), read_keymap(), scheme)


def test_that_every_room_has_a_page_and_every_file_is_one(help_: Help) -> None:
    pages = {page.id for page in help_.pages}
    assert {door.name for door in DOORS} <= pages
    assert {file.stem for file in ENGLISH.glob("*.md")} == pages - {QUESTIONS, KEYS}
    assert all(page.title and page.sections for page in help_.pages)
    assert help_.page("no room of ours") is help_.pages[0]


def test_that_every_key_that_a_page_names_is_a_key(help_: Help) -> None:
    keys = {key for action in read_keymap().actions() for key in action.keys}
    keys |= {CAPS.get(key, key) for key in keys}
    named = {
        (page.id, span.text)
        for page in help_.pages
        for section in page.sections
        for block in section.blocks
        for span in block.spans
        if span.style is Style.KEY and page.id not in {QUESTIONS, KEYS}
    }
    assert len(named) > 30
    assert {one for one in named if one[1] not in keys | COMMANDS} == set()


def test_that_the_questions_are_there_with_their_guidance_and_their_law(
    help_: Help, scheme: Scheme
) -> None:
    text = "\n".join(
        block.text for section in help_.page(QUESTIONS).sections for block in section.blocks
    )
    for question in scheme.questions:
        assert question.guidance in text
        assert all(choice.label in text for choice in question.choices)
        assert all(source.cite in text and source.quote in text for source in question.sources)


def test_that_every_key_of_the_legend_is_on_its_page(help_: Help) -> None:
    text = "\n".join(
        block.text for section in help_.page(KEYS).sections for block in section.blocks
    )
    texts = read_texts()
    listed = [action for action in read_keymap().actions() if action.group != "unlisted"]
    assert [action.id for action in listed if texts(action.text_id) not in text] == []


@pytest.mark.parametrize(
    ("words", "page", "heading"),
    [
        ("passphrase", "trouble", "It does not take my passphrase"),
        ("KAPPA", "glossary", "Words of grading together"),
        ("near-copies tiles", "near-copies", "Grading a group"),
        ("calm everything hides", "wellbeing", ""),
    ],
)
def test_that_what_holds_every_word_is_found(
    help_: Help, words: str, page: str, heading: str
) -> None:
    found = help_.search(words)
    assert all(
        word.casefold() in f"{one.page.title} {one.heading} {body(one)}".casefold()
        for one in found
        for word in words.split()
    )
    if heading:
        assert (page, heading) in [(one.page.id, one.heading) for one in found]


def body(found: Found) -> str:
    return " ".join(b.text for b in found.page.sections[found.section].blocks)


def test_that_nothing_is_found_for_nothing_and_for_what_is_nowhere(help_: Help) -> None:
    assert help_.search("  ") == ()
    assert help_.search("zebra") == ()


def test_that_a_page_is_read_as_it_is_written(tmp_path: Path) -> None:
    file = tmp_path / "one.md"
    file.write_text(
        "# A title\n\nWords with `Ctrl+K`\nover **two** lines.\n\n## Then\n\n- a\n  b\n- c\n"
    )
    page = read_page(file)
    assert page.title == "A title"
    (first, then) = page.sections
    assert first.blocks[0].text == "Words with Ctrl+K over two lines."
    assert [span.style for span in first.blocks[0].spans][1::2] == [Style.KEY, Style.STRONG]
    assert then.title == "Then"
    assert [(block.text, block.listed) for block in then.blocks] == [("a b", True), ("c", True)]


def test_that_a_page_without_a_title_is_named(tmp_path: Path) -> None:
    (tmp_path / "bad.md").write_text("words\n")
    with pytest.raises(HelpError, match=r"bad\.md"):
        read_page(tmp_path / "bad.md")


def test_that_the_user_guide_leads_to_every_page() -> None:
    guide = (HOUSE / "docs" / "user-guide.md").read_text(encoding="utf-8")
    linked = set(re.findall(r"\.\./resources/help/en/([\w-]+)\.md", guide))
    pages = set(tomllib.loads((ENGLISH / "contents.toml").read_text())["pages"])
    assert linked == pages - {QUESTIONS, KEYS}
