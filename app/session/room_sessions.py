"""The sessions of rooms and pages that not everybody enters, each built when first asked for.

That of a new one stands here: a `cached_property`, on one of the threads of the sitting.
"""

from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING

from app.jobs import Jobs
from app.session.group_grading import GroupGrading
from app.session.sync import SyncSession

if TYPE_CHECKING:
    from app.bootstrap import Workstation
    from app.session.assigning import AssigningSession
    from app.session.calibrating import CalibratingSession
    from app.session.central_log import CentralLogSession
    from app.session.diagnosis import DiagnosisSession
    from app.session.learning import LearningSession
    from app.session.measuring import MeasuringSession
    from app.session.policy import PolicySession
    from app.session.protection import ProtectionSession
    from app.session.quality import QualitySession
    from app.session.referring import ReferringSession
    from app.session.reports import ReportSession
    from app.session.roster import RosterSession
    from app.session.viewed import ViewedSession
    from grading.scheme import Scheme


class RoomSessions:
    """What `app/session/sitting.py` builds at once is below; all else is loaded later."""

    _jobs: dict[str, Jobs]  # by name: `THREADS` of the sitting
    _ws: "Workstation"
    _scheme: "Scheme"
    _turn: Lock  # of two threads that sync, one after the other
    grading: GroupGrading
    sync: SyncSession

    @cached_property
    def reports(self) -> "ReportSession":
        """Makes reports."""
        from app.session.reports import ReportSession  # noqa: PLC0415 - not before the first item

        return ReportSession(self._jobs["report"], self._ws)

    @cached_property
    def quality(self) -> "QualitySession":
        """Says how far graders agree."""
        from app.session.quality import QualitySession  # noqa: PLC0415 - when first asked for

        return QualitySession(self._jobs["report"], self._jobs["store"], self._ws)

    @cached_property
    def referring(self) -> "ReferringSession":
        """Hands items to victim identification."""
        from app.session.referring import ReferringSession  # noqa: PLC0415 - when first asked for

        session = ReferringSession(self._jobs["store"], self._ws)
        session.signed.connect(self.sync.kept)
        return session

    @cached_property
    def measuring(self) -> "MeasuringSession":
        """Says how classifiers hold on resolved verdicts."""
        from app.session.measuring import MeasuringSession  # noqa: PLC0415 - when first asked for

        return MeasuringSession(self._jobs["report"], self._ws)

    @cached_property
    def viewed(self) -> "ViewedSession":
        """Says how long everybody viewed."""
        from app.session.viewed import ViewedSession  # noqa: PLC0415 - when first asked for

        return ViewedSession(self._jobs["report"], self._ws)

    @cached_property
    def protection(self) -> "ProtectionSession":
        """Says what protects this machine."""
        from app.session.protection import ProtectionSession  # noqa: PLC0415 - when first asked for

        return ProtectionSession(self._jobs["report"], self._ws)

    @cached_property
    def central_log(self) -> "CentralLogSession":
        """Says how this desk stands to the central log, and lets sync go on with another one."""
        from app.session.central_log import CentralLogSession  # noqa: PLC0415 - when first asked for

        session = CentralLogSession(self._jobs["sync"], self._ws, self._turn)
        session.agreed.connect(self.sync.run)
        session.stopped.connect(self.sync.run)  # so that the lamp says it too
        return session

    @cached_property
    def diagnosis(self) -> "DiagnosisSession":
        """Writes a report for support."""
        from app.session.diagnosis import DiagnosisSession  # noqa: PLC0415 - when first asked for

        ws = self._ws
        return DiagnosisSession(self._jobs["report"], lambda: ws.home.place, ws)

    @cached_property
    def roster(self) -> "RosterSession":
        """Says who may sign, and changes it."""
        from app.session.roster import RosterSession  # noqa: PLC0415 - when first asked for

        return RosterSession(self._jobs["store"], self._ws)

    @cached_property
    def policy(self) -> "PolicySession":
        """Says how this deployment works, and changes it."""
        from app.session.policy import PolicySession  # noqa: PLC0415 - when first asked for

        return PolicySession(self._jobs["store"], self._jobs["report"], self._ws)

    @cached_property
    def assigning(self) -> "AssigningSession":
        """Deals work out, hands it over and recalls it; the Desk then goes on with what is left."""
        from app.session.assigning import AssigningSession  # noqa: PLC0415 - when first asked for

        session = AssigningSession(self._jobs["store"], self._ws)
        session.changed.connect(self.grading.open_batch)
        session.changed.connect(self.sync.kept)
        return session

    @cached_property
    def learning(self) -> "LearningSession":
        """Looks up the casebook, and what became of the person's answers."""
        from app.session.learning import LearningSession  # noqa: PLC0415 - when first asked for

        return LearningSession(self._jobs["report"], self._ws, self._scheme)

    @cached_property
    def calibrating(self) -> "CalibratingSession":
        """Sets that several people grade blind, and the casebook that they end in."""
        from app.session.calibrating import CalibratingSession  # noqa: PLC0415 - when first asked for

        jobs = self._jobs
        session = CalibratingSession(jobs["report"], jobs["store"], self._ws, self._scheme)
        session.begun.connect(self.sync.kept)
        session.entered.connect(self.sync.kept)
        return session
