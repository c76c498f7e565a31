"""The report for support, made and written off the window's thread."""

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

    def __init__(self, jobs: Jobs, ws: "Workstation") -> None:
        super().__init__()
        self._jobs = jobs
        self._ws = ws

    def write(self, file: Path, more: dict[str, str]) -> None:
        """Look at everything and write it; `more` is what the window knows of itself."""

        def work() -> str:
            home = self._ws.home
            report = diagnose(home.place, home=home, more=more.items())
            write_whole(file, report.text().encode())
            return str(file)

        self._jobs.run(work, self.written.emit, lambda error: self.failed.emit(sentence(error)))
