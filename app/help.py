"""The help: pages for people who grade, searched by words.

A page is a Markdown file in `resources/help/LANGUAGE/`, in the small part of Markdown that
``read_page`` knows: a title, sections, paragraphs, lists, `keys` and **strong** words. The language
is that of the window's texts; what it lacks is said in English. A page writes a key as the table of
keys does, and is read with the name that the key has in the language. Two pages are made here: the
keys from the table of keys, and the questions of a scheme with their guidance and the sources in
law. What is read is frozen; what it looks like is the window's.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from enum import Enum, auto
from pathlib import Path

import tomli

from app.errors import AppError
from app.keymap import GROUPS, Keymap
from app.texts import ENGLISH, Texts
from grading.late_methods import dataclass
from grading.scheme import Question, Scheme

HELP_FOLDER = Path(__file__).resolve().parent.parent / "resources" / "help"
WORDS_NAME = "words.toml"  # beside the pages
QUESTIONS, KEYS = "questions", "keys"
_SHORT = 3  # letters: "ai" is in "said"
WHOLE = 3  # times more a whole word counts than a part of another
TOGETHER = 5  # times more words count where they stand as they were typed
_KEY_NAME = re.compile("[A-Za-z]{2,}")  # in what may be a chord
_SPAN = re.compile(r"`([^`]+)`|\*\*([^*]+)\*\*|\*([^*]+)\*")


class HelpError(AppError):
    """A file of the help cannot be used; the message names it."""

    advice = "Take the one that the program came with."


class Style(Enum):
    """How a piece of a line is meant."""

    PLAIN = auto()
    KEY = auto()
    STRONG = auto()
    SLANTED = auto()


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a line in one style."""

    text: str
    style: Style = Style.PLAIN


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, or an entry of a list; `quoted` is the exact words of a law or guideline."""

    spans: tuple[Span, ...]
    listed: bool = False
    quoted: bool = False

    @property
    def text(self) -> str:
        """Its words alone."""
        return "".join(span.text for span in self.spans)


@dataclass(frozen=True, slots=True)
class Section:
    """What stands under one heading; the first of a page has none."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the help."""

    id: str
    title: str
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A place that holds what is searched for: a page, and the number of the section in it."""

    page: Page
    section: int
    hits: int

    @property
    def heading(self) -> str:
        """The title of the section, empty for what stands before the first."""
        return self.page.sections[self.section].title


@dataclass(frozen=True, slots=True)
class Words:
    """What people type beside the words of the pages, in small letters.

    Attributes:
        others: What they call it -> what the help calls it.
        unheeded: Words that say nothing of what is wanted.
    """

    others: Mapping[str, tuple[str, ...]]
    unheeded: frozenset[str]


NO_WORDS = Words({}, frozenset())


class Help:
    """All pages, in their order."""

    def __init__(self, pages: tuple[Page, ...], words: Words = NO_WORDS) -> None:
        self.pages = pages
        self._words = words
        self._by_id = {page.id: page for page in pages}

    def page(self, page_id: str) -> Page:
        """Return the page of a room; the first page where a room has none."""
        return self._by_id.get(page_id, self.pages[0])

    def search(self, words: str) -> tuple[Found, ...]:
        """Return the sections that hold every word, those whose headings hold them first.

        A word is there also as another word for it, as the help calls it. Where no section holds
        every word, those that hold the most are returned. Whole words, and words that stand
        together as they were typed, come before others.
        """
        wanted = self._wanted(words)
        together = _together(words)
        for least in range(len(wanted), 0, -1):
            found = [
                Found(page, number, hits + _hits(page, section, [(together,)], 1) * TOGETHER)
                for page in self.pages
                for number, section in enumerate(page.sections)
                if (hits := _hits(page, section, wanted, least))
            ]
            if found:
                return tuple(sorted(found, key=lambda one: -one.hits))
        return ()

    def marks(self, words: str) -> tuple[str, ...]:
        """Return what is to be marked on a page that was found, as regular expressions.

        A word of one letter is marked by itself; one that says nothing of what is wanted only
        where all words stand together as they were typed, as in "category a".
        """
        called = [one for word in self._wanted(words) for one in word]
        sought = dict.fromkeys([*filter(None, [_together(words)]), *called])
        return tuple(_pattern(one).replace("ss", "(?:ss|ß)") for one in sought)

    def _wanted(self, words: str) -> list[tuple[str, ...]]:
        """Return of each word that tells anything what it may be called, itself first."""
        typed = words.casefold().split()
        telling = [word for word in typed if word not in self._words.unheeded] or typed
        return [(word, *self._words.others.get(word, ())) for word in telling]


def read_help(
    texts: Texts, keymap: Keymap, scheme: Scheme | None, folder: Path = HELP_FOLDER
) -> Help:
    """Read every page in the language of the texts, in English where a page is lacking.

    Without a scheme, before anybody has signed in, there is no page of its questions.

    Raises:
        HelpError: a file is missing or is no page.
    """
    made = {KEYS: lambda: _keys(texts, keymap)}
    if scheme is not None:
        made[QUESTIONS] = lambda: _questions(texts, scheme)
    own, english = folder / texts("language.code"), folder / ENGLISH
    pages = []
    for page_id in _contents(english):
        if page_id == QUESTIONS and scheme is None:
            continue
        file = own / f"{page_id}.md"
        make = made.get(page_id)
        page = make() if make else read_page(file if file.is_file() else english / file.name)
        pages.append(_with_key_names(page, texts))
    words = own / WORDS_NAME
    return Help(tuple(pages), _words(words if words.is_file() else english / WORDS_NAME))


def read_page(file: Path) -> Page:
    """Read one page; raises HelpError if it is missing or has no title."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise HelpError(f"The help page {file.name} cannot be read.") from error
    if not lines or not lines[0].startswith("# "):
        raise HelpError(f"The help page {file.name} does not begin with a title.")
    sections: list[tuple[str, list[str]]] = [("", [])]
    for line in lines[1:]:
        if line.startswith("## "):
            sections.append((line[3:].strip(), []))
        else:
            sections[-1][1].append(line)
    return Page(
        file.stem,
        lines[0][2:].strip(),
        tuple(
            Section(title, tuple(_blocks(body)))
            for title, body in sections
            if title or any(map(str.strip, body))
        ),
    )


def spans(text: str) -> tuple[Span, ...]:
    """Return a line of Markdown as pieces: `keys`, **strong** and *slanted* words, the rest."""
    found: list[Span] = []
    at = 0
    for match in _SPAN.finditer(text):
        if match.start() > at:
            found.append(Span(text[at : match.start()]))
        key, strong, slanted = match.groups()
        style = Style.KEY if key else Style.STRONG if strong else Style.SLANTED
        found.append(Span(key or strong or slanted, style))
        at = match.end()
    if at < len(text):
        found.append(Span(text[at:]))
    return tuple(found)


def _with_key_names(page: Page, texts: Texts) -> Page:
    """Call the keys on a page as the language does: `Ctrl+PgDown` is `Strg+Bild↓` in German."""

    def called(span: Span) -> Span:
        if span.style is not Style.KEY:
            return span
        return Span(_KEY_NAME.sub(lambda name: _key_name(name[0], texts), span.text), span.style)

    return replace(
        page,
        sections=tuple(
            replace(
                section,
                blocks=tuple(
                    replace(block, spans=tuple(map(called, block.spans)))
                    for block in section.blocks
                ),
            )
            for section in page.sections
        ),
    )


def _key_name(key: str, texts: Texts) -> str:
    text_id = f"key.{key.lower()}"
    return texts(text_id) if text_id in texts else key


def _contents(folder: Path) -> tuple[str, ...]:
    try:
        said = tomli.loads((folder / "contents.toml").read_text(encoding="utf-8"))
        return tuple(map(str, said["pages"]))
    except (OSError, ValueError, KeyError) as error:
        raise HelpError("The list of the help's pages cannot be read.") from error


def _words(file: Path) -> Words:
    try:
        said = tomli.loads(file.read_text(encoding="utf-8"))
        others = {
            str(word).casefold(): tuple(str(one).casefold() for one in called)
            for word, called in said["others"].items()
        }
        return Words(others, frozenset(str(one).casefold() for one in said["unheeded"]))
    except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
        raise HelpError("The list of words to search the help by cannot be read.") from error


def _blocks(lines: list[str]) -> Iterator[Block]:
    held: list[str] = []
    for line in [*lines, ""]:
        begins = line.startswith("- ")
        if held and (begins or not line.strip()):
            yield _block(held)
            held = []
        if line.strip():
            held.append(line)


def _block(lines: list[str]) -> Block:
    listed = lines[0].startswith("- ")
    text = " ".join(line.strip() for line in lines)
    return Block(spans(text.removeprefix("- ") if listed else text), listed=listed)


def _hits(page: Page, section: Section, wanted: list[tuple[str, ...]], least: int) -> int:
    """Weigh the words in a section, those of a heading tenfold; 0 where it holds too few of them.

    Of each word ``wanted`` says what it may be called; ``least`` is how many must be there.
    """
    body = " ".join(block.text for block in section.blocks)
    titled, headed, said = (_counts(text, wanted) for text in (page.title, section.title, body))
    holds = sum(any(counts) for counts in zip(titled, headed, said, strict=True))
    about_it = any(headed) or any(said)
    if holds < least or not about_it:
        return 0
    return sum(titled) * 5 + sum(headed) * 10 + sum(said)


def _counts(text: str, wanted: list[tuple[str, ...]]) -> list[int]:
    """Return how often each word stands in a text: one that is a part of another counts least."""
    folded = text.casefold()
    return [sum(_count(folded, word) for word in called if word) for called in wanted]


def _count(folded: str, word: str) -> int:
    weight = 0
    for match in re.finditer(_pattern(word), folded):
        before, after = folded[: match.start()][-1:], folded[match.end() :][:1]
        weight += 1 + WHOLE * (not before.isalnum() and not after.isalnum())
    return weight


def _pattern(word: str) -> str:
    """A word as it is looked for: anywhere; a short one only where a word begins, or is one."""
    begins = r"\b" if len(word) <= _SHORT else ""
    is_one = r"\b" if len(word) == 1 or " " in word else ""
    return f"{begins or is_one}{re.escape(word)}{is_one}"


def _together(words: str) -> str:
    """The words as they were typed, one after another; empty where they are fewer than two."""
    typed = words.casefold().split()
    return " ".join(typed) if len(typed) > 1 else ""


def _keys(texts: Texts, keymap: Keymap) -> Page:
    groups = keymap.groups()
    sections = []
    for group in GROUPS:
        if group == "unlisted" or group not in groups:
            continue
        rows = tuple(
            Block(
                (
                    *(Span(key, Style.KEY) for key in action.keys[:1]),
                    Span(f"  {texts(action.text_id)}"),
                ),
                listed=True,
            )
            for action in groups[group]
        )
        sections.append(Section(texts(f"legend.{group}"), rows))
    return Page(KEYS, texts("legend.title"), tuple(sections))


def _questions(texts: Texts, scheme: Scheme) -> Page:
    about = texts("help.questions_about", title=scheme.title, version=scheme.version)
    sections = [Section("", (Block((Span(about),)),))]
    sections += [Section(question.title, _asked(question)) for question in scheme.questions]
    return Page(QUESTIONS, texts("help.questions"), tuple(sections))


def _asked(question: Question) -> tuple[Block, ...]:
    blocks = [Block((Span(question.guidance),))] if question.guidance else []
    for choice in question.choices:
        hint = f" - {choice.hint}" if choice.hint else ""
        blocks.append(
            Block(
                (Span(choice.key, Style.KEY), Span(f"  {choice.label}", Style.STRONG), Span(hint)),
                listed=True,
            )
        )
    for source in question.sources:
        blocks.append(Block((Span(source.cite, Style.STRONG),)))
        if source.quote:
            blocks.append(Block((Span(source.quote),), quoted=True))
    return tuple(blocks)
