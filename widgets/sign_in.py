"""Before the rooms open: the passphrase, a new home, or what stands in the way."""

from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QStackedWidget

from app.pace import Progress
from app.session.opening import OpeningSession
from app.session.refusal import Refusal, Wanted
from widgets.capture import CaptureGuard, keep_out_of_capture
from widgets.dress import Dress
from widgets.fields import Line
from widgets.fittings import Fittings
from widgets.moments import time_left
from widgets.opening_form import HelpForm, OpeningForm, OpeningPage
from widgets.progress_panel import Bar
from widgets.words import Words

if TYPE_CHECKING:
    from app.intake.folder import IntakeProgress
    from widgets.first_run import FirstRun

BY_KEY = Qt.FocusReason.ShortcutFocusReason
NOTED = ("_busy", "_locked", "_new")  # the pages that say whether pictures of the screen hold it
PAGES = {Wanted.PASSPHRASE: "_locked", Wanted.NEW_HOME: "_new", Wanted.RETURN: "_back"}


class SignIn(QStackedWidget):
    """The pages before the rooms."""

    help_wanted = Signal()

    def __init__(
        self, fit: Fittings, opening: OpeningSession, guard: CaptureGuard = keep_out_of_capture
    ) -> None:
        super().__init__()
        self._fit = fit
        self._guard = guard
        self._opening = opening
        self.setObjectName("room")
        self._noted = ""  # of pictures of the screen
        self._busy = self._busy_page()
        self.addWidget(self._busy)
        Dress(fit.look, self)
        opening.working.connect(self._work)
        opening.progressed.connect(self._progress)
        opening.upgrading.connect(self._show_upgrade)
        opening.refused.connect(self._refuse)
        opening.opened.connect(self._forget_secrets)

    def showEvent(self, event: QShowEvent) -> None:
        """Say, before there is anything to see, whether pictures of the screen can hold it."""
        texts, capture = self._fit.texts, self._guard(self.window())
        self._noted = texts("opening.capture", said=texts(f"protection.capture_{capture.value}"))
        for name in NOTED:
            if name in self.__dict__:  # built
                getattr(self, name).note(self._noted)
        super().showEvent(event)

    def focus(self) -> None:
        """Give the keyboard back to where one typed, or to the page."""
        page, typed = self.currentWidget() or self, self.focusWidget()
        at = typed if typed is not None and typed.isVisible() else page.focusProxy() or page
        # A field that comes by a key has all of it chosen: the next letter would take its place.
        by = Qt.FocusReason.OtherFocusReason if isinstance(at, Line) else BY_KEY
        at.setFocus(by)

    # -- pages --------------------------------------------------------------------------------

    def _busy_page(self) -> OpeningPage:
        fit = self._fit
        page = OpeningPage(fit)
        self._working = Words(fit, "", kind="field", tone="text2")
        self._bar = Bar(fit.look)
        page.place(Words(fit, fit.texts("window.name"), kind="calm"), self._working, self._bar)
        return page

    # The others are built when they are first asked for: a home that opens shows none of them.

    @cached_property
    def _locked(self) -> OpeningForm:
        texts = self._fit.texts
        page = OpeningForm(
            self._fit, texts("opening.locked"), texts("opening.locked_more"), texts("opening.go")
        )
        secret = Line(self._fit, texts("opening.passphrase"), secret=True)
        page.add_field(texts("opening.passphrase"), secret)
        page.setFocusProxy(secret)
        page.done.connect(self._unlock)
        self._take_in(page, noted=True)
        self._secret = secret
        return page

    @property
    def _passphrase(self) -> Line:
        """Where it is typed."""
        _ = self._locked
        return self._secret

    @cached_property
    def _new(self) -> "FirstRun":
        from widgets.first_run import FirstRun  # noqa: PLC0415 - once in the life of a home

        page = FirstRun(self._fit, self._opening)
        self._take_in(page, noted=True)
        return page

    @cached_property
    def _help(self) -> HelpForm:
        page = HelpForm(self._fit)
        page.anew.connect(self._opening.begin_anew)
        page.done.connect(self._opening.start)
        self._take_in(page)
        return page

    @cached_property
    def _back(self) -> OpeningForm:
        texts = self._fit.texts
        page = OpeningForm(
            self._fit, texts("opening.back"), texts("opening.back_more"), texts("opening.go")
        )
        page.done.connect(self._opening.start)
        self._take_in(page)
        return page

    def _take_in(self, page: OpeningForm, *, noted: bool = False) -> None:
        page.offer_help().clicked.connect(self.help_wanted)
        self.addWidget(page)
        if noted and self._noted:
            page.note(self._noted)

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
    def _show_upgrade(self, progress: Progress) -> None:
        texts = self._fit.texts
        said = texts(f"opening.{progress.stage}", done=progress.done, of=progress.of)
        if progress.left_s is not None:
            said = texts("sync.with_left", said=said, left=time_left(texts, progress.left_s))
        self._working.say(said)
        self._bar.setAccessibleName(said)
        self._bar.show_share(progress.done / progress.of)
        self._bar.show()

    @Slot(object)
    def _refuse(self, refusal: Refusal) -> None:
        name = PAGES.get(refusal.wanted, "_help")
        page: OpeningForm = getattr(self, name)
        if isinstance(page, HelpForm):
            page.say(refusal.sentence)
            page.offer_anew(refusal.may_begin_anew)
        else:
            page.show_fault(refusal.sentence, *filter(None, [page.focusProxy()]))
        if name == "_locked":
            self._passphrase.forget()
        if name != "_new":
            self._forget_new()  # made, and waiting to be enrolled
        self.setCurrentWidget(page)
        if name == "_new":
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
        if "_locked" in self.__dict__:
            self._passphrase.forget()
        self._forget_new()

    def _forget_new(self) -> None:
        if "_new" in self.__dict__:
            self._new.forget_secrets()
