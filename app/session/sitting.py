"""One person's sitting at an open home: everything that lives as long as the window shows rooms."""

from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING

from app.exposure import Ledger
from app.jobs import Jobs
from app.sentences import said
from app.session.duty import DutySession
from app.session.ending import Ending
from app.session.evidence import EvidenceSession
from app.session.first_item import FirstItem
from app.session.group_grading import GroupGrading
from app.session.grouping import GroupSession
from app.session.head_start import note_sight
from app.session.intake import IntakeSession
from app.session.preferences import PreferenceSession
from app.session.room_sessions import RoomSessions
from app.session.sounding import SoundSession
from app.session.store import DeskStore
from app.session.strip import StripSession
from app.session.sync import SyncSession, synced
from app.session.types import Stage
from app.session.viewing import ViewingSession

if TYPE_CHECKING:
    from app.bootstrap import Workstation
    from app.session.news import NewsSession
    from app.session.opinions import OpinionSession
    from app.session.scoring import ScoringSession
    from app.session.selecting import SelectSession
    from grading.outcome import Outcome
    from grading.scheme import Scheme

SCHEME = "uk-ew"
# In the order in which they end: the store comes last, so that what the others report is kept.
# `calm` lets go of frames, `group` makes tiles too, `evidence` is of the drawer.
THREADS = (
    *("viewing", "sound", "group", "evidence", "calm", "intake", "scoring", "sync", "report"),
    *("opinions", "store"),
)
# Sessions whose item is before the person while they are in its room, and not that of the Desk.
OTHER_DESKS = ("opinions", "selecting")


class Sitting(RoomSessions):
    """Builds the sessions over one workstation and ends them in order."""

    def __init__(self, ws: "Workstation") -> None:
        self._ws = ws
        jobs = self._jobs = {name: Jobs(name) for name in THREADS}
        scheme = self._scheme = ws.schemes.newest(SCHEME)
        preferences = self.preferences = PreferenceSession(jobs["store"], ws.settings, ws.policy)
        rules = preferences.veil_rules()
        self.duty = DutySession(jobs["store"], lambda: Ledger(ws), rules.rest_level)
        self.grading = GroupGrading(
            jobs["store"],
            DeskStore(ws, scheme),
            scheme,
            pause_due=self.duty.pause_due,
            fills_up=self.duty.fills_up,
            depth=lambda: preferences.number("desk.ahead"),
        )
        self.viewing = ViewingSession(jobs["viewing"], jobs["calm"], ws.viewing, rules)
        self.first = FirstItem(jobs["report"], self.grading, self.viewing)
        self.group = GroupSession(
            jobs["group"], ws, self.grading, self.viewing, begun=self.first.after
        )
        self.evidence = EvidenceSession(
            jobs["evidence"], ws, self.grading, self.group, self.viewing
        )
        self.strip = StripSession(jobs["viewing"], ws.viewing, self.viewing)
        self.sound = SoundSession(jobs["sound"], ws.viewing, self.viewing, rules)
        turn = self._turn = Lock()  # of two threads that sync, one after the other
        self.sync = SyncSession(
            jobs["sync"],
            lambda watch: synced(ws.home, turn, watch),
            lambda: " ".join(map(said, ws.warnings())),
            has_central=ws.home.has_central,
            waits=ws.home.local.outbox.count,
            store=jobs["store"],
        )
        self.intake = IntakeSession(jobs["intake"], jobs["store"], ws)
        self.room = "desk"  # where the person is, as the window calls it
        self.reviewed: str | None = None  # the item that lies open in Quality
        self._connect()
        self._ending: Ending | None = None

    @cached_property
    def opinions(self) -> "OpinionSession":
        """The queue of second opinions."""
        from app.session.opinion_store import OpinionStore  # noqa: PLC0415 - when first asked for
        from app.session.opinions import OpinionSession  # noqa: PLC0415 - when first asked for

        store = OpinionStore(self._ws, self._scheme, self._turn)
        session = OpinionSession(self._jobs["opinions"], self._jobs["store"], store, self._scheme)
        self.viewing.counted.connect(
            lambda item, _, shown_ms: session.count_viewed(item, revealed_ms=shown_ms)
        )
        self.viewing.stills.seen.connect(
            lambda item, seen, of: session.count_viewed(item, seen=seen, of=of)
        )
        grading = self.grading
        session.begun.connect(self.duty.open_item)
        session.begun.connect(lambda item: grading.set_present(item is None))
        session.left.connect(self.duty.settled)
        return session

    @cached_property
    def selecting(self) -> "SelectSession":
        """Says which items of a found batch go to assessment."""
        from app.session.selecting import SelectSession  # noqa: PLC0415 - when first asked for

        duty, grading = self.duty, self.grading
        session = SelectSession(
            self._jobs["store"], self._jobs["group"], self._ws, self.viewing, duty.pause_due
        )

        def begin(item: str | None) -> None:
            duty.open_item(item)
            grading.set_present(not session.attended)

        def show_stage(stage: Stage) -> None:
            if session.attended:
                duty.show_stage(stage)

        session.begun.connect(begin)
        session.staged.connect(show_stage)
        session.left.connect(duty.settled)
        session.kept.connect(self.sync.kept)
        session.changed.connect(grading.take_selection)
        return session

    @property
    def item_at_hand(self) -> str | None:
        """The item before the person in the room they are in; None where there is none."""
        if self.room == "opinions":
            opened = self.opinions.item
            return None if opened is None else opened.row.item
        if self.room == "desk":
            at = self.grading.at_hand
        elif self.room == "select":
            at = self.selecting.at_hand
        else:
            return self.reviewed
        return None if at is None else at.item

    @cached_property
    def scoring(self) -> "ScoringSession":
        """Has classifiers score what is new; built only where the policy allows one."""
        from app.session.scoring import ScoringSession  # noqa: PLC0415 - when first asked for

        return ScoringSession(self._jobs["scoring"], self._ws)

    @property
    def may_score(self) -> bool:
        """Whether the policy allowed a classifier when the sitting began."""
        return "scoring" in self.__dict__

    @property
    def has_news(self) -> bool:
        """Whether what returned was read yet; asking for it costs nothing then."""
        return "news" in self.__dict__

    @cached_property
    def news(self) -> "NewsSession":
        """What returned to the person."""
        from app.session.news import NewsSession  # noqa: PLC0415 - when first asked for

        session = NewsSession(self._jobs["opinions"], self._ws, self._scheme)
        sync = self.sync
        session.read.connect(lambda _: sync.kept())
        return session

    @property
    def scheme(self) -> "Scheme":
        """The scheme that is graded under."""
        return self._scheme

    @property
    def person(self) -> str:
        """The name of who sits here."""
        return self._ws.home.person.name

    @property
    def schemes(self) -> "tuple[Scheme, ...]":
        """Every scheme that is installed, the newest version of an id last."""
        return self._ws.schemes.all()

    @property
    def roles(self) -> tuple[str, ...]:
        """What the person may do here, as the roster says."""
        return self._ws.home.person.roles

    @property
    def outcome_labels(self) -> dict[str, str]:
        """What each kind of outcome is called."""
        return {kind.value: kind.label for kind in self._scheme.kinds}

    def words_of(self, outcome: "Outcome") -> str:
        """Return an outcome in the words of the scheme of the Desk."""
        return self._scheme.words(outcome)

    @property
    def busy(self) -> bool:
        """Whether a folder is on its way in: the home must stay open."""
        return self.intake.running

    @property
    def at_work(self) -> bool:
        """Whether any thread does something."""
        return any(jobs.waiting for jobs in self._jobs.values())

    def start(self) -> None:
        """Start the decoders and take up where one left off; sync once the first item is seen."""
        self._jobs["viewing"].run(self._start_viewing, _nothing, _nothing)
        self.duty.start()
        self.first.start()
        self.first.after(self._stand_ready)
        self.first.after(self.sync.start)
        self.grading.open_batch()

    def set_present(self, there: bool) -> None:
        """Count time only while the person is there."""
        built = [getattr(self, name) for name in OTHER_DESKS if name in self.__dict__]
        elsewhere = [session for session in built if session.has_attention]
        for session in elsewhere:
            session.set_present(there)
        self.grading.set_present(there and not elsewhere)
        self.duty.set_present(there)

    def close(self) -> None:
        """Finish what was accepted, then let go of stores, keys, children and pixels."""
        self.let_go()()

    def let_go(self) -> Ending:
        """Let go of pixels and begin nothing more; return what ends the rest, on any thread."""
        if self._ending is not None:
            return self._ending
        self.viewing.show_item(None)
        ws, look = self._ws, self.viewing.sight.look
        self._jobs["store"].run(lambda: note_sight(ws, look), _nothing, _nothing)
        self.grading.set_present(False)
        self.first.end()
        self.duty.stop()
        self.sync.stop()
        self.intake.cancel()
        children = [self._ws.viewing().close, self.group.end(), self.evidence.end()]
        children += [self.selecting.sheet.end()] if "selecting" in self.__dict__ else []
        children += [self.scoring.end()] if self.may_score else []
        threads = [self._jobs[name].end() for name in THREADS]
        read = [self.quality.end()] if "quality" in self.__dict__ else []
        read += [self.opinions.queue.end()] if "opinions" in self.__dict__ else []
        self._ending = Ending(children, threads, self._ws.close, then=read)
        return self._ending

    def _start_viewing(self) -> None:
        self._ws.viewing().start(self.viewing.decoder_ended.emit)

    def _stand_ready(self) -> None:
        self._ws.viewing().stand_ready()

    def _connect(self) -> None:
        # No lambda here holds the sitting: Qt would hold it, and so all of one that was closed.
        grading, sync = self.grading, self.sync
        self.duty.counting.connect(self.viewing.count)
        self.viewing.counted.connect(self.duty.revealed)
        self.duty.counting.connect(self.sound.count)
        self.sound.counted.connect(self.duty.heard)
        self.viewing.counted.connect(lambda item, _, ms: grading.count_viewed(item, revealed_ms=ms))
        self.viewing.stills.seen.connect(
            lambda item, seen, of: grading.count_viewed(item, seen=seen, of=of)
        )
        grading.staged.connect(grading.pass_stage)
        grading.staged_here.connect(self.duty.show_stage)
        # Not with `turned`: the store would count time while the window draws the item.
        grading.begun.connect(self.duty.open_item)
        grading.expecting.connect(self.viewing.expect)
        grading.failed.connect(self.viewing.stay)
        grading.left.connect(self.duty.settled)
        grading.taken_back.connect(self.duty.taken_back)
        grading.saved.connect(lambda _: sync.kept())
        for take in (self.duty.take_rules, self.viewing.use, self.sound.use):
            self.preferences.veil_changed.connect(take)
        if self._ws.policy.classifiers.allowed:
            grading.opened.connect(self.scoring.go_on)
            self.intake.finished.connect(self.scoring.go_on)


def _nothing(_: object) -> None:
    """An answer that nobody waits for."""
