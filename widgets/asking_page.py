"""A page with one form, which opens in the place of what the page shows."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QStackedWidget, QWidget

from widgets.asking_form import AskingForm
from widgets.fittings import Fittings
from widgets.layouts import column
from widgets.room import Room
from widgets.scrolled import Scrolled
from widgets.words import Words

_STANDING, _ASKING = 0, 1


class AskingPage(Room):
    """Opens the form and shuts it; what is asked, and what keeping it means, is the page's."""

    own_place = ""  # whose keys work while the form is shut
    _fault: Words  # what failed while it was

    def __init__(self, fit: Fittings) -> None:
        super().__init__()
        self._fit = fit
        self.form = AskingForm(fit)
        self.form.kept.connect(self._keep)
        self.form.left.connect(self._leave)
        self._pages = QStackedWidget()

    @property
    def place(self) -> str:
        """The keys of the page, or those of the form while it is open."""
        return "input" if self._is_asking else self.own_place

    def focus(self) -> None:
        """Give the keyboard to what is shown."""
        if self._is_asking:
            self.form.take_focus()
        else:
            self._at_first().setFocus()

    # -- inside -------------------------------------------------------------------------------

    @property
    def _is_asking(self) -> bool:
        return self._pages.currentIndex() == _ASKING

    def _at_first(self) -> QWidget:
        """What has the keyboard while the form is shut."""
        raise NotImplementedError

    def _lay(self, standing: QWidget) -> None:
        """Lay out what the page shows while the form is shut."""
        # Neither may ask for more height than a small screen has.
        for page in (standing, self.form.as_card()):
            self._pages.addWidget(Scrolled(page))
        column(self).addWidget(self._pages)

    def _show_form(self) -> None:
        self._pages.setCurrentIndex(_ASKING)
        self.form.take_focus()
        self.moved.emit()

    @Slot(object)
    def _keep(self, said: list[str]) -> None:
        raise NotImplementedError

    @Slot()
    def _leave(self) -> None:
        self._pages.setCurrentIndex(_STANDING)
        self.focus()
        self.moved.emit()

    @Slot(str)
    def _fail(self, sentence: str) -> None:
        if self._is_asking:
            self.form.show_fault(sentence)
            self.form.take_focus()
        else:
            self._fault.say(sentence)
            self._fault.show()
