"""What lies over the window: legend, palette, law, own exposure, calm screen, focus ring."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QApplication, QWidget

from app.session.opening import OpeningSession
from app.session.sitting import Sitting
from grading.scheme import Question
from widgets.calm import CalmScreen
from widgets.doors import closed_to
from widgets.dress import Dress
from widgets.duty_sheet import DutySheet
from widgets.fittings import Fittings
from widgets.focus_ring import FocusRing
from widgets.keys import Deeds, Offer
from widgets.overlay import Overlay

if TYPE_CHECKING:
    from widgets.casebook_sheet import CasebookSheet
    from widgets.exposure_sheet import ExposureSheet
    from widgets.feedback_sheet import FeedbackSheet
    from widgets.help_sheet import HelpSheet
    from widgets.law import LawSheet
    from widgets.legend import LegendOverlay
    from widgets.palette import Palette
    from widgets.referral_sheet import ReferralSheet
    from widgets.returned_sheet import ReturnedSheet
    from widgets.settings_sheet import SettingsSheet

Sheet = TypeVar("Sheet", bound=Overlay)


class Sheets(QObject):
    """At most one of them is seen."""

    chosen = Signal(str)  # the id of an action of the palette
    opening = Signal()  # what is revealed goes back under first
    closed = Signal()  # the keyboard goes back to the room
    moved = Signal()  # other keys work: a sheet was opened, or the last one closed

    def __init__(self, fit: Fittings, window: QWidget, opening: OpeningSession) -> None:
        super().__init__(window)
        self._fit = fit
        self._opening = opening
        self._window = window
        self._sitting: Sitting | None = None
        self._day_waits = False  # to be told to somebody behind the calm screen
        self.ring = FocusRing(fit.look, window)
        self._build()
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._keep_keyboard)

    def follow(self, sitting: Sitting | None) -> None:
        """Show what belongs to one sitting, as long as it lasts."""
        self._sitting = sitting
        for sheet in self._overlays:
            sheet.follow(sitting)

    @property
    def legend(self) -> "LegendOverlay":
        """Every key; built when it is first asked for, as all those below."""
        from widgets.legend import LegendOverlay  # noqa: PLC0415 - as `exposure`

        return self._of(LegendOverlay)

    @property
    def palette(self) -> "Palette":
        """What can be done, found by its words."""
        from widgets.palette import Palette  # noqa: PLC0415 - as `exposure`

        return self._of(Palette, lambda made: made.chosen.connect(self.chosen))

    @property
    def law(self) -> "LawSheet":
        """What the scheme says of a question."""
        from widgets.law import LawSheet  # noqa: PLC0415 - as `exposure`

        return self._of(LawSheet)

    @property
    def settings(self) -> "SettingsSheet":
        """The person's own settings."""
        from widgets.settings_sheet import SettingsSheet  # noqa: PLC0415 - as `exposure`

        return self._of(SettingsSheet)

    @property
    def returned(self) -> "ReturnedSheet":
        """What returned to the person."""
        from widgets.returned_sheet import ReturnedSheet  # noqa: PLC0415 - as `exposure`

        return self._of(ReturnedSheet)

    @property
    def casebook(self) -> "CasebookSheet":
        """The casebook."""
        from widgets.casebook_sheet import CasebookSheet  # noqa: PLC0415 - as `exposure`

        return self._of(CasebookSheet)

    @property
    def feedback(self) -> "FeedbackSheet":
        """What became of the person's answers."""
        from widgets.feedback_sheet import FeedbackSheet  # noqa: PLC0415 - as `exposure`

        return self._of(FeedbackSheet)

    @property
    def help(self) -> "HelpSheet":
        """The help, before anybody has signed in too."""
        from widgets.help_sheet import HelpSheet  # noqa: PLC0415 - as `exposure`

        return self._of(HelpSheet, make=partial(HelpSheet, opening=self._opening))

    @property
    def referral(self) -> "ReferralSheet":
        """Referrals for victim identification."""
        from widgets.referral_sheet import ReferralSheet  # noqa: PLC0415 - as `exposure`

        return self._of(ReferralSheet, lambda made: made.turned.connect(self.moved))

    @property
    def exposure(self) -> "ExposureSheet":
        """The person's own exposure."""
        # With its table it is the largest of the sheets, and hours pass before it is opened.
        from widgets.exposure_sheet import ExposureSheet  # noqa: PLC0415

        return self._of(ExposureSheet)

    def rebuild(self) -> None:
        """Build them anew, at another scale; what is hidden stays hidden."""
        whom = self.calm_screen.whom if self.is_calm else None
        at = self.settings.at if self.legend_place == "settings" else None
        self.duty.follow(None)  # it waits for the first item, and would be told of it as well
        for sheet in (self.calm_screen, *self._overlays):
            sheet.hide()
            sheet.deleteLater()
        self._build()
        self.follow(self._sitting)
        if at is not None:
            self.settings.open_at(at)  # the size of text is one of them
        if whom is not None:
            self.cover(whom)

    @property
    def is_calm(self) -> bool:
        """Whether everything is hidden."""
        return self.calm_screen.isVisible()

    @property
    def is_open(self) -> bool:
        """Whether a sheet lies over the room: its keys are not for the room then."""
        return self._top() is not None

    @property
    def legend_place(self) -> str:
        """Whose keys the status line names while a sheet is open; empty: none is."""
        top = self._top()
        return "" if top is None else top.place

    def leave(self) -> None:
        """Nobody sits here any more: nothing of them is shown."""
        self.follow(None)
        self._day_waits = False
        self.uncover()
        self.close()

    def close(self) -> None:
        """Close every sheet: one enters a room, or leaves."""
        for sheet in self._overlays:
            sheet.close_sheet()

    def cover(self, whom: str) -> None:
        """Hide everything, before this returns."""
        self.calm_screen.cover(whom)
        for sheet in (self.ring, *self._overlays):
            sheet.hide()

    def uncover(self) -> None:
        """Take the calm screen away."""
        self.calm_screen.hide()
        if self.duty.must_be_read or self._day_waits:
            self._day_waits = False
            self._open(self.duty)

    def declare(self, deeds: Deeds, place: Callable[[], str], allowed: Callable[[], bool]) -> None:
        """Say what the keys of the sheets do; `place` names where the keys work now."""
        deeds.on("legend", self._open_legend, allowed=allowed)
        deeds.on("palette", lambda: self._offer(deeds.offers(place())), allowed=allowed)
        deeds.on("help", lambda: self._open_help(deeds.room))  # before anybody has signed in too
        deeds.on("settings", lambda: self._open(self.settings), allowed=allowed)
        deeds.on("casebook", lambda: self._open(self.casebook), allowed=allowed)
        deeds.on("refer", self._refer, allowed=self._may_refer)
        deeds.on("referrals", lambda: self._open(self.referral), allowed=self._may_refer)
        deeds.on("feedback", lambda: self._open(self.feedback), allowed=self._learns)
        deeds.on("exposure", lambda: self._open(self.exposure), allowed=allowed)
        deeds.on("returned", lambda: self._open(self.returned), allowed=self._has_returned)
        self.chosen.connect(deeds.do)

    def resize(self) -> None:
        """Cover the whole window again."""
        for sheet in (self.calm_screen, *self._overlays):
            sheet.setGeometry(self._window.rect())

    @Slot(object)
    def show_law(self, question: Question) -> None:
        """Show what the scheme says of a question, in full."""
        self.law.show_question(question)
        self._open(self.law)

    def _open(self, sheet: Overlay) -> None:
        if self.duty.must_be_read and sheet is not self.duty:
            return  # it is read first
        self.opening.emit()
        for other in self._overlays:
            if other is not sheet:
                other.hide()
        sheet.open()
        self.moved.emit()

    def _has_returned(self) -> bool:
        sitting = self._sitting
        return sitting is not None and sitting.has_news and bool(sitting.news.unread)

    def _open_legend(self) -> None:
        """Show the keys of what this person may do: no closed room, no sound where it is silent."""
        if self._sitting is not None:
            never = {
                "sound": not self._sitting.sound.may_be_heard,
                "refer": not self._may_refer(),
                "referrals": not self._may_refer(),
                "turn_scoring": not self._sitting.may_score,
                "feedback": not self._learns(),
            }
            closed = {name for name, is_closed in never.items() if is_closed}
            self.legend.leave_out(closed_to(self._sitting.roles) | closed)
        self._open(self.legend)

    def _open_help(self, room: str) -> None:
        """Open the help at the page of the room one is in, whatever lies in it."""
        self.help.open_at(room)
        self._open(self.help)

    def _may_refer(self) -> bool:
        return self._sitting is not None and "supervisor" in self._sitting.roles

    def _refer(self) -> None:
        self._open(self.referral)
        self.referral.begin()

    def _learns(self) -> bool:
        return self._sitting is not None and "trainee" in self._sitting.roles

    @Slot()
    def _tell_duty(self) -> None:
        self._day_waits = self.is_calm  # nothing lies over the calm screen
        if not self._day_waits:
            self._open(self.duty)

    def _offer(self, offers: Sequence[Offer]) -> None:
        self.palette.offer(offers)
        self._open(self.palette)

    def _top(self) -> Overlay | None:
        return next((sheet for sheet in self._overlays if not sheet.isHidden()), None)

    @Slot(QWidget, QWidget)
    def _keep_keyboard(self, _: QWidget | None, now: QWidget | None) -> None:
        """What happens below a sheet or the calm screen, as an item that comes, takes no keys."""
        top = self.calm_screen if self.is_calm else self._top()
        if top is None or now is None or now.window() is not self._window:
            return
        if now is not top and not top.isAncestorOf(now):
            top.setFocus()

    def _build(self) -> None:
        self.calm_screen = CalmScreen(self._fit, self._window)
        self.duty = DutySheet(self._fit, self._window)
        self.duty.wanted.connect(self._tell_duty)
        Dress(self._fit.look, self.calm_screen)
        self._overlays: list[Overlay] = []  # those that somebody asked for
        self._add(self.duty)

    def _of(
        self,
        kind: type[Sheet],
        join: Callable[[Sheet], object] | None = None,
        *,
        make: Callable[[Fittings, QWidget], Sheet] | None = None,
    ) -> Sheet:
        """The sheet of a kind, built for the sitting that there is where nobody asked yet."""
        for sheet in self._overlays:
            if isinstance(sheet, kind):
                return sheet
        made = (make or kind)(self._fit, self._window)
        made.follow(self._sitting)
        if join is not None:
            join(made)
        self._add(made)
        return made

    def _add(self, sheet: Overlay) -> None:
        sheet.closed.connect(self.closed)
        sheet.closed.connect(self.moved)
        Dress(self._fit.look, sheet)
        self._overlays.append(sheet)
