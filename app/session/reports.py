"""Reports in the window: the study tables of some batches, made and written off its thread."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.clock import utc_now
from app.jobs import Jobs
from app.messages import sentence
from app.pace import Progress, StoppedError, Watch
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
    """Makes the report that was asked for last, and writes it where it is wanted.

    One that is stopped, or that another is asked for meanwhile, ends between two verdicts.
    """

    made = Signal(object)  # Report
    progressed = Signal(object)  # Progress; comes from the thread of reports
    stopped = Signal()
    written = Signal(str)  # the name of the file
    failed = Signal(str)

    def __init__(self, jobs: Jobs, ws: "Workstation") -> None:
        super().__init__()
        self._jobs = jobs
        self._ws = ws
        self._wish = 0  # the number of the report that was asked for last
        self._runs = False  # whether that one is being made
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
        self._runs = True
        wish, asked, filled = self._wish, tuple(batches), self.filled
        self._jobs.run(
            lambda: self._made(wish, asked, filled),
            lambda report: self._keep(wish, report),
            lambda error: self._not_made(wish, error),
        )

    @property
    def runs(self) -> bool:
        """Whether a report is being made that can be stopped."""
        return self._runs

    def cancel(self) -> None:
        """Make no report; the one made last stays."""
        if self._runs:
            self._wish += 1
            self._runs = False
            self.stopped.emit()

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
        watch = Watch(tell=partial(self._tell, wish), stopped=lambda: wish != self._wish)
        return make_report(self._ws, asked_of(filled, batches, self._ws.schemes), watch=watch)

    def _tell(self, wish: int, progress: Progress) -> None:
        if wish == self._wish:
            self.progressed.emit(progress)

    def _keep(self, wish: int, report: Report | None) -> None:
        if report is not None and wish == self._wish:
            self._runs = False
            self._report = report
            self.made.emit(report)

    def _not_made(self, wish: int, error: BaseException) -> None:
        if wish == self._wish:
            self._runs = False
        if not isinstance(error, StoppedError):
            self._lost(error)

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
