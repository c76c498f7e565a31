"""The report for support, made and written off the window's thread."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.diagnosis import diagnose
from app.jobs import Jobs
from app.messages import sentence
from app.whole_file import write_whole

if TYPE_CHECKING:
    from app.bootstrap import Workstation


class DiagnosisSession(QObject):
    """Writes the report into a file that the person named."""

    written = Signal(str)  # the name of the file
    failed = Signal(str)

    def __init__(
        self, jobs: Jobs, place: Callable[[], Path], ws: "Workstation | None" = None
    ) -> None:
        """Report on the home at `place()`; without a workstation it stays shut."""
        super().__init__()
        self._jobs = jobs
        self._place = place
        self._ws = ws

    def write(self, file: Path, more: dict[str, str]) -> None:
        """Look at everything and write it; `more` is what the window knows of itself."""
        place = self._place()

        def work() -> str:
            home = self._ws.home if self._ws is not None else None
            report = diagnose(place, home=home, more=more.items())
            write_whole(file, report.text().encode())
            return str(file)

        self._jobs.run(work, self.written.emit, lambda error: self.failed.emit(sentence(error)))
