"""Which still of an item decides its category: named by a key, from what was revealed."""

import dataclasses

from app.session.grading import GradingSession
from app.session.types import Extras
from app.session.viewing import ViewingSession


class DecidingStill:
    """Notes what is on the screen as what decides; once more takes it back."""

    def __init__(self, session: GradingSession, viewing: ViewingSession) -> None:
        self._session, self._viewing = session, viewing
        self._extras = Extras()

    def take(self, extras: Extras) -> None:
        """Take what is said beside the answers."""
        self._extras = extras

    def may_be_named(self) -> bool:
        """Whether it is one of several and was revealed; what decides may be taken back."""
        stills = self._viewing.stills
        return stills.state.of > 1 and (stills.is_seen or self._is_here())

    def name(self) -> None:
        """Note that what is on the screen now decides, or that it does not."""
        worst = None if self._is_here() else self._viewing.stills.here
        self._session.note(dataclasses.replace(self._extras, worst=worst))

    def _is_here(self) -> bool:
        return self._extras.worst == self._viewing.stills.here
