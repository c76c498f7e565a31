"""The words and figures of a report, in the language that it is asked for in.

What the scheme names (outcomes, reasons, tags) is called as the scheme calls it, in any language.
"""

from functools import cache
from typing import TYPE_CHECKING

from app.texts import Texts, read_texts
from grading.late_methods import dataclass

if TYPE_CHECKING:
    from grading.by_report import Bounds
    from grading.origins import GroupLine
    from grading.study import Line

DASH = "\N{EN DASH}"  # stands for what cannot be said, such as a share of nothing


@dataclass(frozen=True, slots=True)
class Remark:
    """A sentence that is not said yet: the name of its text, and its blanks; some are remarks."""

    name: str
    blanks: tuple[tuple[str, object], ...] = ()


def remark(name: str, /, **blanks: object) -> Remark:
    """Return a sentence for ``ReportWords.said``."""
    return Remark(name, tuple(blanks.items()))


class ReportWords:
    """Finds the words of a report by their names, and writes its figures as the language does."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts

    def __call__(self, name: str, /, **blanks: object) -> str:
        """Return a text of the report; raises TextsError where there is none."""
        return self._texts(f"paper.{name}", **blanks)

    @property
    def language(self) -> str:
        """As a page says it of itself, such as ``de``."""
        return self._texts("language.code")

    def said(self, one: Remark) -> str:
        """Say a sentence."""
        blanks = {
            name: self.said(value) if isinstance(value, Remark) else value
            for name, value in one.blanks
        }
        return self(one.name, **blanks)

    # -- figures ----------------------------------------------------------------------------------

    def count(self, number: int) -> str:
        """Write a count with its thousands."""
        return self._texts.figure(number, 0)

    def share(self, number: int | None) -> str:
        """Write whole percent, or a dash for a share of nothing."""
        return DASH if number is None else self("share", n=number)

    def figure(self, number: float | None) -> str:
        """Write a figure to one decimal, or a dash."""
        return DASH if number is None else self._texts.figure(number)

    def points(self, number: int | None) -> str:
        """Write a difference of shares with its sign, or a dash."""
        if not number:
            return DASH if number is None else "0"
        return f"{number:+d}".replace("-", "\N{MINUS SIGN}")

    def plain(self, number: float) -> str:
        """Write a figure that a person entered, without decimals that it does not have."""
        return self._texts.figure(number, 0 if number == int(number) else 2)

    def bounds(self, bounds: "Bounds") -> str:
        """Write a count of files with its bounds: ``93`` or ``93-104``, with an en dash."""
        lower = self.count(bounds.files)
        return f"{lower}{DASH}{self.count(bounds.files_upper)}" if bounds.gone else lower

    # -- what tables and rows are called ----------------------------------------------------------

    def title(self, table: str) -> str:
        """Return what a table is called, by its key."""
        return self(f"title_{table}")

    def heading(self, table: str) -> str:
        """Return what its rows are."""
        return self(f"heading_{table}")

    def of(self, table: str) -> str:
        """Return what its shares are of."""
        return self(f"of_{table}")

    def label(self, table: str, value: str, label: str) -> str:
        """Return what a row is called."""
        if not value:
            return self("not_stated")
        return self("category", name=value) if table == "by_category" else label

    def row(self, table: str, line: "Line | GroupLine") -> str:
        """Return the same of a row."""
        return self.label(table, line.value, line.label)


@cache
def in_english() -> ReportWords:
    """Return the words that hold where no language is asked for."""
    return ReportWords(read_texts())
