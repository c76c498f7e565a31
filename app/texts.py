"""The words of the window: every text has an id and lives in `resources/texts/<language>.toml`."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from string import Formatter

from app.errors import AppError

TEXTS_FOLDER = Path(__file__).resolve().parent.parent / "resources" / "texts"


class TextsError(AppError):
    """A file of texts cannot be used; the message names the file and the id."""


class Texts:
    """Finds a text by its id, fills its blanks and chooses between one and many.

    A text is a string, or a table with `one` and `other` chosen by the number `n`.
    """

    def __init__(self, table: Mapping[str, "str | Mapping[str, str]"]) -> None:
        self._table = dict(table)

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
            text = text["one" if blanks.get("n") == 1 else "other"]
        shown = {name: _written(value) for name, value in blanks.items()}
        try:
            return text.format_map(shown)
        except KeyError as error:
            raise TextsError(f"The text {text_id} needs {error}.") from None

    def __contains__(self, text_id: str) -> bool:
        return text_id in self._table

    def ids(self) -> frozenset[str]:
        """All ids, for the checks that nothing is missing or left over."""
        return frozenset(self._table)

    def blanks(self, text_id: str) -> frozenset[str]:
        """The names of the blanks of a text, so that a translation can be compared with it."""
        text = self._table[text_id]
        forms = [text] if isinstance(text, str) else list(text.values())
        fields = (field for form in forms for field in Formatter().parse(form))
        return frozenset(name for _, name, _, _ in fields if name)


def read_texts(language: str = "en", folder: Path = TEXTS_FOLDER) -> Texts:
    """Read the texts of one language.

    Raises:
        TextsError: the file is missing, is no TOML, or holds something that is no text.
    """
    path = folder / f"{language}.toml"
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise TextsError(f"The texts in {path.name} could not be read: {error}.") from error
    found: dict[str, str | Mapping[str, str]] = {}
    for room, texts in tables.items():
        for name, text in texts.items():
            found[f"{room}.{name}"] = _checked(text, f"{room}.{name}", path.name)
    return Texts(found)


def _checked(text: object, text_id: str, where: str) -> "str | Mapping[str, str]":
    if isinstance(text, str):
        return text
    if isinstance(text, dict) and set(text) == {"one", "other"}:
        return {form: str(words) for form, words in text.items()}
    raise TextsError(f"{where}: {text_id} is neither a text nor a pair of one and other.")


def _written(value: object) -> str:
    """Write a number with a comma at the thousands, everything else as it is."""
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
