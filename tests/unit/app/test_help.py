"""The help: whole, true to the keys and the scheme, and found by words."""

import re
import shutil
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from app.help import (
    HELP_FOLDER,
    KEYS,
    QUESTIONS,
    Block,
    Found,
    Help,
    HelpError,
    Page,
    Section,
    Style,
    _hits,
    read_help,
    read_page,
    spans,
)
from app.keymap import read_keymap
from app.schemes import SchemeShelf
from app.texts import languages, read_texts
from grading.scheme import Scheme
from widgets.doors import DOORS

ENGLISH = HELP_FOLDER / "en"
HOUSE = Path(__file__).resolve().parents[3]
# What stands like a key and is a name: a command of the terminal.
COMMANDS = {"select"}
OTHERS = [language for language in languages() if language != "en"]


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


@pytest.mark.parametrize("language", languages())
def test_that_every_key_that_a_page_names_is_a_key(language: str) -> None:
    keys = {key for action in read_keymap().actions() for key in action.keys}
    named = {
        (page_id, key)
        for page_id, page in written(language).items()
        for section in page.sections
        for key in keys_of(section)
    }
    assert len(named) > 30
    assert {one for one in named if one[1] not in keys | COMMANDS} == set()


@pytest.mark.parametrize("language", OTHERS)
def test_that_the_help_of_every_language_has_the_pages_sections_and_keys_of_the_english_one(
    language: str,
) -> None:
    english, own = written("en"), written(language)
    assert set(own) == set(english)
    for page_id, page in english.items():
        there = own[page_id].sections
        assert len(there) == len(page.sections), page_id
        for number, (one, other) in enumerate(zip(page.sections, there, strict=True)):
            place = f"{page_id}, section {number}"
            assert bool(other.title) == bool(one.title), place
            assert [b.listed for b in other.blocks] == [b.listed for b in one.blocks], place
            assert keys_of(other) == keys_of(one), place
    titles = {page.title for page in english.values()}
    assert {page.title for page in own.values()} & titles == set()


def test_that_the_help_speaks_the_language_of_the_texts(scheme: Scheme) -> None:
    german = read_help(read_texts("de"), read_keymap(), scheme)
    assert german.page("desk").title == "Sichtung"
    assert "trouble" in [one.page.id for one in german.search("passphrase feststelltaste")]
    said = [key for section in german.page("desk").sections for key in keys_of(section)]
    assert {"Leertaste", "Eingabe", "Bild↓", "Umsch+B"} <= set(said)
    assert german.page(KEYS).title == "Tasten"
    assert "Space" not in [key for s in german.page(KEYS).sections for key in keys_of(s)]


def test_that_a_page_that_a_language_lacks_is_english(tmp_path: Path, scheme: Scheme) -> None:
    shutil.copytree(HELP_FOLDER, tmp_path / "help")
    (tmp_path / "help" / "de" / "desk.md").unlink()
    german = read_help(read_texts("de"), read_keymap(), scheme, tmp_path / "help")
    assert german.page("desk").title == "Desk"
    assert german.page("batches").title == "Stapel"
    assert [page.id for page in german.pages] == contents()


def written(language: str) -> dict[str, Page]:
    """The pages of a language as their files have them, keys not yet called by its names."""
    return {file.stem: read_page(file) for file in (HELP_FOLDER / language).glob("*.md")}


def keys_of(section: Section) -> Counter[str]:
    """What is written as a key in a section, and how often."""
    return Counter(s.text for b in section.blocks for s in b.spans if s.style is Style.KEY)


def contents() -> list[str]:
    """The ids of the pages in their order."""
    return [str(page) for page in tomllib.loads((ENGLISH / "contents.toml").read_text())["pages"]]


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
        ("hides everything", "wellbeing", ""),
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


@pytest.mark.parametrize(
    ("language", "typed", "page"),
    [
        ("en", "undo", "desk"),
        ("en", "I forgot my password", "trouble"),
        ("en", "crash", "trouble"),
        ("en", "cancel", "trouble"),
        ("en", "panic", "wellbeing"),
        ("en", "skip", "desk"),
        ("en", "reduced motion", "wellbeing"),
        ("de", "Bewegung", "wellbeing"),
        ("en", "duplicate", "near-copies"),
        ("en", "print report", "reports"),
        ("en", "keyboard shortcuts", "keys"),
        ("en", "dark mode", "first-steps"),
        ("en", "blur", "desk"),
        ("en", "unblur", "desk"),
        ("en", "black and white", "wellbeing"),
        ("en", "roles", "first-steps"),
        ("en", "server address", "first-steps"),
        ("de", "Passwort vergessen", "trouble"),
        ("de", "zurücknehmen", "desk"),
        ("de", "drucken", "reports"),
        ("de", "Absturz", "trouble"),
        ("de", "Unschärfe", "desk"),
        ("de", "schwarzweiß", "wellbeing"),
    ],
)
def test_that_what_people_call_it_finds_what_the_help_calls_it(
    scheme: Scheme, language: str, typed: str, page: str
) -> None:
    found = read_help(read_texts(language), read_keymap(), scheme).search(typed)
    assert page in [one.page.id for one in found]


@pytest.mark.parametrize("language", ["en", "de"])
def test_that_every_other_word_leads_somewhere(scheme: Scheme, language: str) -> None:
    help_ = read_help(read_texts(language), read_keymap(), scheme)
    sections = [(page, section) for page in help_.pages for section in page.sections]
    nowhere = [
        (word, called)
        for word, others in help_._words.others.items()
        for called in others  # some of several words, which are looked for as they stand
        if not any(_hits(page, section, [(called,)], 1) for page, section in sections)
    ]
    assert nowhere == []


def test_that_a_short_word_is_found_where_words_begin_with_it_and_most_words_where_not_all_are(
    help_: Help,
) -> None:
    assert all("ai" in re.findall(r"\bai", told(one).casefold()) for one in help_.search("ai"))
    assert help_.search("passphrase zebra") == help_.search("passphrase")


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("category a", "Which category?"),
        ("second opinion", "Why blind first"),
        ("keyboard", "Anywhere"),
        ("AI generated", "Is it AI-generated?"),
    ],
)
def test_that_titles_and_words_that_stand_as_they_were_typed_come_first(
    help_: Help, typed: str, first: str
) -> None:
    assert help_.search(typed)[0].heading == first


def test_that_a_whole_word_comes_before_a_part_of_another() -> None:
    parts, whole = (
        Page(name, name, (Section("", (Block(spans(body)),)),))
        for name, body in (("parts", "unveiled, unveiled"), ("whole", "a veil"))
    )
    assert [one.page for one in Help((parts, whole)).search("veil")] == [whole, parts]


def test_that_a_letter_is_marked_by_itself_and_a_small_word_only_where_it_was_meant(
    help_: Help,
) -> None:
    def marked(typed: str, text: str) -> list[str]:
        return [m[0] for one in help_.marks(typed) for m in re.finditer(one, text, re.IGNORECASE)]

    text = "A category: category A, a category at all"
    assert marked("category a", text) == ["category A", *["category"] * 3]
    assert marked("x", "X extra, x") == ["X", "x"]
    assert marked("a", text) == ["A", "A", "a"]
    assert marked("blur", "the veil") == ["veil"]
    assert marked("Größe", "Größe, GRÖSSE") == ["Größe", "GRÖSSE"]


def test_that_without_a_scheme_every_other_page_is_there(help_: Help) -> None:
    before = read_help(read_texts(), read_keymap(), None)
    assert [page.id for page in before.pages] == [
        page.id for page in help_.pages if page.id != QUESTIONS
    ]


def told(found: Found) -> str:
    return f"{found.page.title} {found.heading} {body(found)}"


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
    assert linked == set(contents()) - {QUESTIONS, KEYS}
