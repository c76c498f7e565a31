"""The sound of a video: off, and on only while its key is held and the video plays.

A piece of sound is asked for while the one before is played. Whatever takes the video back under
the veil ends the sound first, and it takes a new press of its key to hear more.
"""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from app.jobs import Jobs
from app.loudspeaker import Loudspeaker, NoSoundDeviceError
from app.session.clock import Stopwatch
from app.session.showing import Shows
from app.session.types import Heard, VeilState
from app.session.veil import VeilRules
from app.session.viewing import ViewingSession
from blur.errors import UnreadableError
from blur.sound import FRAME_BYTES, FRAMES_A_MS, Sound

TICK_MS = 50
AHEAD_MS = 500  # so much is in hand, or the next piece is asked for
APART_MS = 250  # so far from the pictures, the sound is taken up anew where they are
_HINDRANCES = {
    Heard.OFF: "sound",
    Heard.FORBIDDEN: "sound_forbidden",
    Heard.SILENCED: "sound_silenced",
}


class SoundSession(QObject):
    """Plays what is heard where the pictures are. Sound of a run that was stopped is dropped."""

    changed = Signal(object)  # Heard
    counted = Signal(str, int)  # item, milliseconds heard

    def __init__(
        self, jobs: Jobs, shows: Callable[[], Shows], viewing: ViewingSession, rules: VeilRules
    ) -> None:
        super().__init__()
        self._jobs = jobs
        self._shows = shows
        self._viewing = viewing
        self.loudspeaker = Loudspeaker()
        self._held = False
        self._plays = False
        self._run = 0
        self._item: str | None = None
        self._next_ms = 0  # where in the video the next piece begins
        self._asks = False
        self._is_over = False
        self._heard = Stopwatch()
        self._silence = _silence(rules)  # what is said while nothing is heard
        self._state = self._silence
        self._tick = QTimer(self)
        self._tick.setInterval(TICK_MS)
        self._tick.timeout.connect(self._go_on)
        viewing.changed.connect(self._follow)

    @property
    def state(self) -> Heard:
        """Whether something is heard, or why not."""
        return self._state

    @property
    def can_be_wanted(self) -> bool:
        """Whether sound may be heard here, and the item at hand is a video."""
        return self.may_be_heard and self._viewing.stills.state.is_video

    @property
    def may_be_heard(self) -> bool:
        """Whether the policy and the person's own setting leave sound to its key."""
        return self._silence is Heard.OFF

    @property
    def hindrance(self) -> str:
        """What to name as the reason where it cannot be wanted."""
        return _HINDRANCES[self._silence]

    def use(self, rules: VeilRules) -> None:
        """Take other rules from now on; what they forbid is silent at once."""
        self._silence = _silence(rules)
        self.let_go()

    def hold(self) -> None:
        """The key of sound went down; where no sound may be heard, nothing happens."""
        self._held = self.may_be_heard
        if self._plays and self._held:
            self._begin()

    def let_go(self) -> None:
        """The key of sound went up: silence, now."""
        self._held = False
        self._end()

    def count(self) -> None:
        """Count what was heard up to now; it goes on."""
        heard_ms = self._heard.take_ms()
        if heard_ms and self._item is not None:
            self.counted.emit(self._item, heard_ms)

    # -- inside -------------------------------------------------------------------------------

    def _follow(self, veil: VeilState) -> None:
        if veil.playing == self._plays:
            return
        self._plays = veil.playing
        if not self._plays:
            self.let_go()
        elif self._held:
            self._begin()

    def _begin(self) -> None:
        playing = self._viewing.playing_at
        if playing is None or self._item is not None:
            return
        self._item, at_ms = playing
        self._is_over = False
        self._ask(at_ms, opening=True)
        self._tick.start()

    def _end(self) -> None:
        """Hush first; the device is closed on another thread, which may take a moment."""
        self._run += 1
        self.loudspeaker.hush()
        self._tick.stop()
        self._asks = False
        self.count()
        self._heard.pause()
        if self._item is not None:
            self._item = None
            self._jobs.run(self.loudspeaker.end, _nothing, _nothing)
        self._say(self._silence)

    def _ask(self, from_ms: int, *, opening: bool = False) -> None:
        item, run = self._item, self._run
        if item is None:
            return
        self._asks = True

        def work() -> Sound:
            if opening:
                self.loudspeaker.begin()
            return self._shows().sound(item, from_ms)

        self._jobs.run(
            work,
            lambda sound: self._take(sound, run),
            lambda error: self._cannot(error, run),
        )

    def _take(self, sound: Sound, run: int) -> None:
        playing = self._viewing.playing_at
        if run != self._run or playing is None:
            return
        self._asks = False
        self._is_over = sound.is_last
        self._next_ms = sound.until_ms
        samples = sound.samples
        if not self.loudspeaker.waiting_ms:  # what the pictures have passed meanwhile is left out
            late_ms = max(playing[1] - sound.from_ms, 0)
            samples = samples[late_ms * FRAMES_A_MS * FRAME_BYTES :]
        self.loudspeaker.put(samples)
        self._heard.resume()
        self._say(Heard.ON)

    def _go_on(self) -> None:
        playing = self._viewing.playing_at
        if self._asks or playing is None:
            return
        waiting_ms = self.loudspeaker.waiting_ms
        if self._is_over:
            if not waiting_ms:
                self.count()
                self._heard.pause()
            return
        if abs(self._next_ms - waiting_ms - playing[1]) > APART_MS:
            self.loudspeaker.hush()
            self._ask(playing[1])
        elif waiting_ms < AHEAD_MS:
            self._ask(self._next_ms)

    def _cannot(self, error: BaseException, run: int) -> None:
        if run != self._run:
            return
        self._end()
        if isinstance(error, NoSoundDeviceError):
            self._say(Heard.NO_DEVICE)
        elif isinstance(error, UnreadableError):
            self._say(Heard.NO_SOUND)

    def _say(self, state: Heard) -> None:
        if state is not self._state:
            self._state = state
            self.changed.emit(state)


def _silence(rules: VeilRules) -> Heard:
    if rules.sound_forbidden:
        return Heard.FORBIDDEN
    return Heard.SILENCED if rules.silent else Heard.OFF


def _nothing(_: object) -> None:
    """An answer that nobody waits for."""
