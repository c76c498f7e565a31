"""The words of the window: every text has an id and lives in `resources/texts/<language>.toml`.

English is whole; what another language lacks is said in English. Each file says of itself, under
`[language]`, how the language is called and how it writes numbers and days.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from string import Formatter

import tomli

from app.errors import AppError
from grading.late_methods import dataclass

TEXTS_FOLDER = Path(__file__).resolve().parent.parent / "resources" / "texts"
ENGLISH = "en"
AS_THE_SYSTEM = "system"

Text = str | Mapping[str, str]


class TextsError(AppError):
    """A file of texts cannot be used; the message names the file and the id."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that is no count, with so many decimals; the language says how it is written."""

    value: float
    decimals: int = 1


class Texts:
    """Finds a text by its id, fills its blanks and chooses between one and many.

    A text is a string, or a table with `one` and `other` chosen by the number `n`; where the text
    says `n` of so many, by that number, `of`: 1 of 20 items.
    """

    def __init__(self, table: Mapping[str, Text]) -> None:
        self._table = dict(table)
        signs = (self._table.get("language.thousands"), self._table.get("language.decimal"))
        self._signs = {",": str(signs[0] or ","), ".": str(signs[1] or ".")}

    def __call__(self, text_id: str, **blanks: object) -> str:
        """Return the text `text_id` with its blanks filled.

        Raises:
            TextsError: there is no such text, or a blank was left empty.
        """
        try:
            text = self._table[text_id]
        except KeyError:
            raise TextsError(f"There is no text with the id {text_id}.") from None
        if not isinstance(text, str):
            text = text["one" if _counted(blanks) == 1 else "other"]
        shown = {name: self._written(value) for name, value in blanks.items()}
        try:
            return text.format_map(shown)
        except KeyError as error:
            raise TextsError(f"The text {text_id} needs {error}.") from None

    def __contains__(self, text_id: str) -> bool:
        return text_id in self._table

    def ids(self) -> frozenset[str]:
        """All ids, for the checks that nothing is missing or left over."""
        return frozenset(self._table)

    def forms(self, text_id: str) -> tuple[str, ...]:
        """The text as it is written: one form, or that for one and that for many."""
        text = self._table[text_id]
        return (text,) if isinstance(text, str) else tuple(text.values())

    def blanks(self, text_id: str) -> frozenset[str]:
        """The names of the blanks of a text, so that a translation can be compared with it."""
        fields = (field for form in self.forms(text_id) for field in Formatter().parse(form))
        return frozenset(name for _, name, _, _ in fields if name)

    def figure(self, value: float, decimals: int = 1) -> str:
        """Write a number with its decimals as the language does: 1,234.5 or 1.234,5."""
        return self.rewritten(f"{value:,.{decimals}f}")

    def rewritten(self, figure: str) -> str:
        """Write a figure that stands in English signs as the language does."""
        return "".join(self._signs.get(sign, sign) for sign in figure)

    def _written(self, value: object) -> str:
        """Write a number with its thousands, a figure with its decimals, all else as it is."""
        if isinstance(value, Figure):
            return self.figure(value.value, value.decimals)
        if isinstance(value, int) and not isinstance(value, bool):
            return self.figure(value, 0) if abs(value) < 2**53 else f"{value:,}"
        return str(value)


def _counted(blanks: Mapping[str, object]) -> object:
    """Return the number that the noun of a text goes with."""
    return blanks["of"] if isinstance(blanks.get("of"), int) else blanks.get("n")


def read_texts(language: str = ENGLISH, folder: Path = TEXTS_FOLDER) -> Texts:
    """Read the texts of one language, over the English ones.

    Raises:
        TextsError: a file is missing, is no TOML, or holds something that is no text.
    """
    own = texts_of(language, folder)
    return Texts(own if language == ENGLISH else {**texts_of(ENGLISH, folder), **own})


def texts_of(language: str, folder: Path = TEXTS_FOLDER) -> dict[str, Text]:
    """Read what the file of one language holds, and nothing beside it; raises TextsError."""
    path = folder / f"{language}.toml"
    try:
        tables = tomli.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise TextsError(f"The texts in {path.name} could not be read: {error}.") from error
    return {
        f"{room}.{name}": _checked(text, f"{room}.{name}", path.name)
        for room, texts in tables.items()
        for name, text in texts.items()
    }


def languages(folder: Path = TEXTS_FOLDER) -> tuple[str, ...]:
    """The languages that there are texts in, such as `de` and `en`."""
    return tuple(sorted(file.stem for file in folder.glob("*.toml")))


def language_spoken(wish: str, system: Iterable[str], folder: Path = TEXTS_FOLDER) -> str:
    """Return the language to speak: the one wished for, or the first of the system's that is here.

    Args:
        wish: A language, or `system`.
        system: What the desktop is set to, best first, such as `de-AT`.
        folder: Where the texts are.
    """
    here = languages(folder)
    wanted = system if wish == AS_THE_SYSTEM else [wish]
    plain = (tag.replace("_", "-").partition("-")[0].lower() for tag in wanted)
    return next((language for language in plain if language in here), ENGLISH)


def _checked(text: object, text_id: str, where: str) -> Text:
    if isinstance(text, str):
        return text
    if isinstance(text, dict) and set(text) == {"one", "other"}:
        return {form: str(words) for form, words in text.items()}
    raise TextsError(f"{where}: {text_id} is neither a text nor a pair of one and other.")
