"""The settings of who sits here: read and changed from the window, kept in the home."""

from collections import Counter
from functools import partial

from PySide6.QtCore import QObject, Signal

from app.errors import SettingError
from app.jobs import Jobs
from app.messages import sentence
from app.preferences import Preference, prefer, preference, preferences
from app.sentences import said
from app.session.veil import VeilRules
from app.settings import Settings, SettingValue
from grading.policy import Policy


class PreferenceSession(QObject):
    """Says each setting as it stands, and changes it at once or says why not.

    What was changed is written on the thread of the store; what could not be written is put back
    to what was last written. Of a setting changed again meanwhile, the newest change alone does so.
    """

    changed = Signal(str)  # the name of a setting
    veil_changed = Signal(object)  # VeilRules
    failed = Signal(str)  # a sentence; nothing has changed

    def __init__(self, jobs: Jobs, settings: Settings, policy: Policy) -> None:
        super().__init__()
        self._jobs = jobs
        self._settings, self._policy = settings, policy
        self._changes: Counter[str] = Counter()  # of each setting, so far

    @property
    def all(self) -> tuple[Preference, ...]:
        """Every setting, in the order in which they are shown."""
        return preferences(self._settings, self._policy)

    @property
    def policy_version(self) -> int:
        """The version of the signed policy whose floors hold."""
        return self._policy.version

    @property
    def faults(self) -> tuple[str, ...]:
        """A sentence for each line of the settings file that could not be used, or for all."""
        return tuple(map(said, self._settings.faults))

    def one(self, name: str) -> Preference:
        """Return one setting as it stands."""
        return preference(self._settings, self._policy, name)

    def number(self, name: str) -> int:
        """Return the number in force."""
        return int(self.one(name).value)

    def text(self, name: str) -> str:
        """Return the text in force."""
        return str(self.one(name).value)

    def change(self, name: str, value: SettingValue) -> None:
        """Set a value; it holds at once and after a restart."""
        if value == self.one(name).value:
            return
        try:
            prefer(self._settings, self._policy, name, value)
        except SettingError as error:
            self.failed.emit(sentence(error))
            return
        self._changes[name] += 1
        number = self._changes[name]
        self._tell(name)

        def put_back(error: BaseException) -> None:
            if number < self._changes[name]:
                return  # a newer one holds, or says itself that it could not be written
            self._settings.put_back(name)
            self._tell(name)
            self.failed.emit(sentence(error))

        self._jobs.run(partial(self._settings.keep, name, value), lambda _: None, put_back)

    def _tell(self, name: str) -> None:
        if name.startswith("veil."):
            self.veil_changed.emit(self.veil_rules())
        self.changed.emit(name)

    def veil_rules(self) -> VeilRules:
        """Return what settings and policy say of the veil."""
        veil = self._policy.veil
        return VeilRules(
            rest_level=self.number("veil.rest_level"),
            reveal_level=self.number("veil.reveal_level"),
            reveal_grey=bool(self.one("veil.reveal_grey").value),
            idle_s=self.number("veil.idle_s"),
            latch_s=self.number("veil.latch_s"),
            lightest=veil.lightest,
            grey_only=not veil.colour,
            silent=bool(self.one("veil.silent").value),
            sound_forbidden=not veil.sound,
        )
