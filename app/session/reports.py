"""Reports in the window: the study tables of some batches, made and written off its thread."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.clock import utc_now
from app.jobs import Jobs
from app.messages import sentence
from app.report.asking import Filled, asked_of
from app.report.forms import WRITERS
from app.report.study import Report, make_report
from app.report.words import ReportWords
from app.texts import Texts
from app.whole_file import write_whole

if TYPE_CHECKING:
    from app.bootstrap import Workstation


LONGEST_NAME = 80  # characters of a title in the name of a file
REFUSED = frozenset('\\/:*?"<>|')


class ReportSession(QObject):
    """Makes the report that was asked for last, and writes it where it is wanted."""

    made = Signal(object)  # Report
    written = Signal(str)  # the name of the file
    failed = Signal(str)

    def __init__(self, jobs: Jobs, ws: "Workstation") -> None:
        super().__init__()
        self._jobs = jobs
        self._ws = ws
        self._wish = 0  # the number of the report that was asked for last
        self._report: Report | None = None
        self.filled = Filled()  # what is asked beside the batches, as it was typed

    @property
    def schemes(self) -> tuple[str, ...]:
        """The schemes under which outcomes can be derived, by name."""
        return tuple(scheme.name for scheme in self._ws.schemes.all())

    @property
    def report(self) -> Report | None:
        """The report made last."""
        return self._report

    def make(self, batches: Sequence[str]) -> None:
        """Make the report over `batches`, narrowed to `filled`; an older one is dropped.

        What cannot be understood of what was filled in is told by `failed`.
        """
        self._wish += 1
        wish, asked, filled = self._wish, tuple(batches), self.filled
        self._jobs.run(
            lambda: self._made(wish, asked, filled),
            lambda report: self._keep(wish, report),
            self._lost,
        )

    def write(self, kind: str, path: Path, texts: Texts) -> None:
        """Write the report made last in one of its forms, in the words of a language."""
        report = self._report
        if report is None:
            return
        self._jobs.run(
            lambda: write_whole(path, WRITERS[kind](report, ReportWords(texts))),
            lambda _: self.written.emit(path.name),
            self._lost,
        )

    def _made(self, wish: int, batches: tuple[str, ...], filled: Filled) -> Report | None:
        """Make the report, unless another was asked for while this one waited."""
        if wish != self._wish:
            return None
        return make_report(self._ws, asked_of(filled, batches, self._ws.schemes))

    def _keep(self, wish: int, report: Report | None) -> None:
        if report is not None and wish == self._wish:
            self._report = report
            self.made.emit(report)

    def _lost(self, error: BaseException) -> None:
        self.failed.emit(sentence(error))


def proposed_name(titles: Sequence[str], texts: Texts) -> str:
    """Return what a file of a report may be called, without its ending: batch and local date."""
    named = titles[0] if len(titles) == 1 else texts("reports.n_batches", n=len(titles))
    # What one system or another refuses in a name, and what could hide the file or its ending.
    plain = "".join(c if c.isprintable() and c not in REFUSED else " " for c in named)
    plain = " ".join(plain.split()).strip(". ")
    day = utc_now().astimezone().date().isoformat()
    return f"{plain[:LONGEST_NAME].strip('. ') or texts('paper.title')} {day}"
