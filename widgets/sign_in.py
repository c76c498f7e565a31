"""Before the rooms open: the passphrase, a new home, or what stands in the way."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QStackedWidget

from app.session.opening import OpeningSession, Refusal, Wanted
from widgets.capture import CaptureGuard, keep_out_of_capture
from widgets.dress import Dress
from widgets.fields import Line
from widgets.first_run import FirstRun
from widgets.fittings import Fittings
from widgets.opening_form import HelpForm, OpeningForm, OpeningPage
from widgets.progress_panel import Bar
from widgets.words import Words

if TYPE_CHECKING:
    from app.intake.folder import IntakeProgress


class SignIn(QStackedWidget):
    """The pages before the rooms."""

    def __init__(
        self, fit: Fittings, opening: OpeningSession, guard: CaptureGuard = keep_out_of_capture
    ) -> None:
        super().__init__()
        self._fit = fit
        self._guard = guard
        self._opening = opening
        self.setObjectName("room")
        self._busy = self._busy_page()
        self._locked = self._locked_page()
        self._new = FirstRun(fit, opening)
        texts = fit.texts
        self._help = HelpForm(fit)
        self._help.anew.connect(opening.begin_anew)
        self._back = OpeningForm(
            fit, texts("opening.back"), texts("opening.back_more"), texts("opening.go")
        )
        for form in (self._help, self._back):
            form.done.connect(opening.start)
        for page in (self._busy, self._locked, self._new, self._help, self._back):
            self.addWidget(page)
        Dress(fit.look, self)
        opening.working.connect(self._work)
        opening.progressed.connect(self._progress)
        opening.refused.connect(self._refuse)
        opening.opened.connect(self._forget_secrets)

    def showEvent(self, event: QShowEvent) -> None:
        """Say, before there is anything to see, whether pictures of the screen can hold it."""
        texts, capture = self._fit.texts, self._guard(self.window())
        said = texts("opening.capture", said=texts(f"protection.capture_{capture.value}"))
        for page in (self._busy, self._locked, self._new):
            page.note(said)
        super().showEvent(event)

    # -- pages --------------------------------------------------------------------------------

    def _busy_page(self) -> OpeningPage:
        fit = self._fit
        page = OpeningPage(fit)
        self._working = Words(fit, "", kind="field", tone="text2")
        self._bar = Bar(fit.look)
        page.place(Words(fit, fit.texts("window.name"), kind="calm"), self._working, self._bar)
        return page

    def _locked_page(self) -> OpeningForm:
        texts = self._fit.texts
        page = OpeningForm(
            self._fit, texts("opening.locked"), texts("opening.locked_more"), texts("opening.go")
        )
        self._passphrase = Line(self._fit, texts("opening.passphrase"), secret=True)
        page.add_field(texts("opening.passphrase"), self._passphrase)
        page.setFocusProxy(self._passphrase)
        page.done.connect(self._unlock)
        return page

    # -- what happens -------------------------------------------------------------------------

    @Slot(str)
    def _work(self, text_id: str) -> None:
        self._working.say(self._fit.texts(text_id))
        self._bar.setVisible(text_id == "opening.demo")
        self.setCurrentWidget(self._busy)

    @Slot(object)
    def _progress(self, progress: "IntakeProgress") -> None:
        said = self._fit.texts("opening.demo_n", done=progress.done, of=progress.of)
        self._working.say(said)
        self._bar.setAccessibleName(said)
        self._bar.show_share(progress.done / progress.of if progress.of else 0.0)

    @Slot(object)
    def _refuse(self, refusal: Refusal) -> None:
        page = {
            Wanted.PASSPHRASE: self._locked,
            Wanted.NEW_HOME: self._new,
            Wanted.RETURN: self._back,
        }.get(refusal.wanted, self._help)
        if page is self._help:
            self._help.say(refusal.sentence)
            self._help.offer_anew(refusal.may_begin_anew)
        else:
            page.show_fault(refusal.sentence, page.focusProxy())
        if page is self._locked:
            self._passphrase.forget()
        if page is not self._new:
            self._new.forget_secrets()  # made, and waiting to be enrolled
        self.setCurrentWidget(page)
        if page is self._new:
            self._new.take_refusal(refusal)
        else:
            (page.focusProxy() or page).setFocus()

    @Slot()
    def _unlock(self) -> None:
        passphrase = self._passphrase.text()
        self._passphrase.forget()
        if passphrase:
            self._opening.unlock(passphrase)

    @Slot()
    def _forget_secrets(self) -> None:
        self._passphrase.forget()
        self._new.forget_secrets()
