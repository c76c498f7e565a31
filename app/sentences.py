"""What the rooms say in English, said again in the language of the window.

Rooms below the window raise and return plain English. An English sentence is its own id, as in
gettext: `resources/sentences/<language>.toml` holds, by room, each English sentence with its
blanks as ``{1}``, ``{2}`` and the same in that language. Records, logs and commands keep English.
An advice that names a command is another in the window: `resources/sentences/window.toml`.

What fills a blank may be a sentence too (a reason in brackets, a count with its noun), so blanks
are looked up in turn. What no pattern knows is said as it came: a name, a path, a number.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import tomli

from app.texts import ENGLISH, Texts, TextsError
from grading.late_methods import dataclass

SENTENCES_FOLDER = Path(__file__).resolve().parent.parent / "resources" / "sentences"
COMPOSED = "composed"  # the part of a file for what is put together as it is said
WINDOW = "window"  # the file, and its one part, of what is done otherwise there
NAMES_A_COMMAND = re.compile(r"`|(?<![\w-])--[a-z]")
DEEPEST = 6  # sentences within sentences
LONGEST = 2_000  # characters of what is said again; nobody reads more, and it is no sentence
MOST_LOOK_UPS = 250  # for one sentence, whatever it is: the window must not stand still
MOST_STEPS = 1_000  # the same, of asking for a part
_BLANK = re.compile(r"\{(\d+)\}")
_FIGURE = re.compile(r"-?(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+\.\d+)(?: %)?")


@dataclass(frozen=True, slots=True)
class _Pattern:
    """A sentence with blanks: what stands around them, which they are, and what it becomes."""

    around: tuple[str, ...]
    blanks: tuple[str, ...]
    said: str
    stopped: bool  # it ends with a full stop, which is not kept here

    @property
    def anchor(self) -> str:
        return max(self.around, key=len)

    @property
    def ends_in_blank(self) -> bool:
        return not self.around[-1] and not self.stopped

    def filled_by(self, text: str) -> dict[str, str] | None:
        """Return what stands in the blanks, the first as short as can be; None if it is another."""
        first, *middle, last = self.around
        if not text.startswith(first) or len(text) < len(first) + len(last):
            return None
        found, begin, end = [], len(first), len(text) - len(last)
        for part in middle:
            place = text.find(part, begin, end)
            if place < 0:
                return None
            found.append(text[begin:place])
            begin = place + len(part)
        if begin > end or not text.endswith(last):
            return None
        return dict(zip(self.blanks, [*found, text[begin:end]], strict=True))

    def with_blanks(self, told: Mapping[str, str]) -> str:
        """Return what it becomes, with these in its blanks."""
        parts = _BLANK.split(self.said)  # what stands around is at even places
        return "".join(
            told[part] if place % 2 else _unescaped(part) for place, part in enumerate(parts)
        )


class _Search:
    """What was found for one sentence so far, so that no part of it is looked up twice."""

    def __init__(self) -> None:
        self.found: dict[tuple[str, int], str | None] = {}
        self.by_pattern: dict[str, str | None] = {}
        self.steps = 0

    @property
    def is_over(self) -> bool:
        return len(self.by_pattern) >= MOST_LOOK_UPS or self.steps >= MOST_STEPS


class Sentences:
    """Says English sentences in one language."""

    def __init__(self, table: Mapping[str, str], texts: Texts) -> None:
        """Take English sentences with what they become, and how the language writes figures."""
        self._texts = texts
        self._whole: dict[str, str] = {}
        patterns = []
        for english, said in table.items():
            bare, other = map(_bare, (english, said))
            if not _BLANK.search(bare):
                self._whole[bare] = other
                continue
            blanks = tuple(_BLANK.findall(bare))
            around = tuple(_unescaped(part) for part in _BLANK.split(bare)[::2])
            patterns.append(_Pattern(around, blanks, other, stopped=english != bare))
        # The one that says most by itself comes first.
        patterns.sort(key=lambda one: -sum(map(len, one.around)))
        self._patterns = [(one.anchor, one) for one in patterns]

    def said(self, english: str) -> str:
        """Return a sentence in the language, as it came where nothing of it is known."""
        if len(english) > LONGEST:
            return english
        found = self._found(english, DEEPEST, _Search())
        return english if found is None else found

    def _found(self, text: str, depth: int, search: _Search) -> str | None:
        search.steps += 1
        if not text or not depth or search.is_over:
            return None
        if _FIGURE.fullmatch(text):
            return self._texts.rewritten(text)
        if (text, depth) not in search.found:
            told = self._as_one(text, depth - 1, search)
            told = told if told is not None else self._in_parts(text, depth - 1, search)
            search.found[text, depth] = told
        return search.found[text, depth]

    def _as_one(self, text: str, depth: int, search: _Search) -> str | None:
        """Look a text up as one sentence. What begins one may stand within one elsewhere."""
        told = self._by_pattern(text, depth, search)
        if told is not None or not text[0].isupper():
            return told
        told = self._by_pattern(text[0].lower() + text[1:], depth, search)
        return None if told is None else told[0].upper() + told[1:]

    def _by_pattern(self, text: str, depth: int, search: _Search) -> str | None:
        if text not in search.by_pattern:
            if search.is_over:
                return None
            search.by_pattern[text] = None
            search.by_pattern[text] = self._looked_up(text, depth, search)
        return search.by_pattern[text]

    def _looked_up(self, text: str, depth: int, search: _Search) -> str | None:
        bare = _bare(text)
        stop = text[len(bare) :]
        if bare in self._whole:
            return self._whole[bare] + stop
        for anchor, pattern in self._patterns:
            if anchor not in text:
                continue
            filled = pattern.filled_by(text if pattern.ends_in_blank else bare)
            if filled is not None:
                told = {
                    name: self._found(part, depth, search) or part for name, part in filled.items()
                }
                said = pattern.with_blanks(told)
                return said if pattern.ends_in_blank else said + stop
        return None

    def _in_parts(self, text: str, depth: int, search: _Search) -> str | None:
        """A place and what is wrong there, or one sentence after another."""
        for sign in (". ", "; "):
            told = self._one_by_one(text.split(sign), sign, depth, search)
            if told is not None:
                return told
        for before, after in _cuts(text, ": "):
            if search.is_over:
                break
            second = self._found(after, depth, search)
            if second is not None:
                return f"{self._found(before, depth, search) or before}: {second}"
        return None

    def _one_by_one(
        self, parts: Sequence[str], sign: str, depth: int, search: _Search
    ) -> str | None:
        """Say what stands between signs, from the left, once; None where nothing of it is known."""
        if len(parts) == 1:
            return None
        told, known, at = list[str](), False, 0
        while at < len(parts):
            many, one, is_known = self._first_of(parts[at:], sign, depth, search)
            told.append(one)
            known = known or is_known
            at += many
        return (" " if sign == ". " else sign).join(told) if known else None

    def _first_of(
        self, parts: Sequence[str], sign: str, depth: int, search: _Search
    ) -> tuple[int, str, bool]:
        """Say the first part, or the first few as one: a sentence may hold such a sign itself.

        Returns of how many parts that was made, what is said, and whether it was known.
        """
        texts = {}
        for many in (len(parts), 1, 2):
            ends = sign == ". " and many < len(parts)
            texts[many] = text = sign.join(parts[:many]) + ("." if ends else "")
            look = self._found if many == 1 else self._as_one
            told = look(text, depth, search)
            if told is not None:
                return many, told, True
        return 1, texts[1], False


def read_sentences(texts: Texts, folder: Path = SENTENCES_FOLDER) -> Sentences:
    """Read the sentences of the language that the texts are in; those of English are its own.

    Raises:
        TextsError: the file is missing, is no TOML, or holds something that is no sentence.
    """
    language = texts("language.code")
    table = {} if language == ENGLISH else table_of(language, folder)
    return Sentences({one: said for part in table.values() for one, said in part.items()}, texts)


def table_of(language: str, folder: Path = SENTENCES_FOLDER) -> dict[str, dict[str, str]]:
    """Read what the file of one language holds, room by room; raises TextsError."""
    path = folder / f"{language}.toml"
    try:
        table = tomli.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise TextsError(f"The sentences in {path.name} could not be read: {error}.") from error
    if not all(isinstance(said, str) for part in table.values() for said in part.values()):
        raise TextsError(f"{path.name}: a sentence is no text.")
    return table


class _Speaker:
    """Who speaks in this process: English until the window has chosen its language."""

    def __init__(self) -> None:
        self.sentences: Sentences | None = None
        self.in_window: Sentences | None = None  # says it as it is done there


_SPEAKER = _Speaker()


def speak(texts: Texts, *, in_window: bool = False) -> None:
    """From here on say sentences in the language of these texts, in the whole process.

    In the window what would name a command says what is done there instead.
    """
    english = texts("language.code") == ENGLISH
    speak_by(None if english else read_sentences(texts))
    _SPEAKER.in_window = Sentences(table_of(WINDOW)[WINDOW], texts) if in_window else None


def speak_by(sentences: Sentences | None) -> None:
    """From here on say sentences by these; None for English."""
    _SPEAKER.sentences = sentences


def said(english: str) -> str:
    """Return an English sentence of a room in the language that is spoken."""
    if _SPEAKER.in_window is not None and NAMES_A_COMMAND.search(english):
        english = _SPEAKER.in_window.said(english)
    return english if _SPEAKER.sentences is None else _SPEAKER.sentences.said(english)


def _bare(sentence: str) -> str:
    return sentence.removesuffix(".")


def _unescaped(text: str) -> str:
    return text.replace("{{", "{").replace("}}", "}")


def _cuts(text: str, sign: str) -> Iterator[tuple[str, str]]:
    place = text.find(sign)
    while place >= 0:
        yield text[:place], text[place + len(sign) :]
        place = text.find(sign, place + 1)
