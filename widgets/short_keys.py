"""The keys that work where one is, in one short line: key caps with their words."""

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from widgets.buttons import draw_keycap, keycap_width
from widgets.fittings import Fittings
from widgets.sides import draw_line, mirrored

FIRST = "reveal"  # it is needed more than any other, wherever it stands
# Place -> actions, the most needed last. Their words are `short.ACTION`, or `short.PLACE_ACTION`
# where the same key says something else there.
SHORT = {
    "desk": ("reveal", "lighter", "grey", "legend", "calm"),
    "stills": ("reveal", "lighter", "grey", "legend", "calm"),
    "group": ("reveal", "exclude", "together", "legend", "calm"),
    "resolved": ("look_anyway", "carry_over", "palette", "legend", "calm"),
    "desk_without_item": ("batches", "palette", "legend", "calm"),
    "batches": ("open_batch", "add_folder", "palette", "legend", "calm"),
    "reports": ("choose_batch", "report_filter", "export_html", "palette", "legend", "calm"),
    "select": ("other_files", "correct", "palette", "legend", "calm"),
    "select_item": ("next", "reveal", "lighter", "grey", "legend", "calm"),
    "select_stills": ("next", "reveal", "lighter", "grey", "legend", "calm"),
    "select_group": ("reveal", "exclude", "together", "legend", "calm"),
    "other_files": ("mark_preview", "close_other_files", "legend", "calm"),
    "plan": ("drop_input", "calm"),
    "queue": ("queue_next", "open_item", "send_item", "palette", "legend", "calm"),
    "opinion": ("reveal", "lighter", "give_back", "legend", "calm"),
    "opinion_stills": ("reveal", "lighter", "give_back", "legend", "calm"),
    "reasons": ("keep_input", "drop_input", "calm"),
    "returned": ("acknowledge", "read_later", "calm"),
    "quality_empty": ("palette", "legend", "calm"),
    "quality_list": ("quality_open", "quality_export", "palette", "legend", "calm"),
    "quality_item": ("quality_open", "reveal", "lighter", "grey", "legend", "calm"),
    "quality_stills": ("quality_open", "reveal", "lighter", "grey", "legend", "calm"),
    "calibration": (
        "calibration_open",
        "calibration_begin",
        "calibration_enter",
        "palette",
        "legend",
        "calm",
    ),
    "quality": ("quality_open", "quality_table", "quality_export", "palette", "legend", "calm"),
    "administration": ("page_on", "palette", "legend", "calm"),
    "central_log": ("go_on_with_log", "palette", "legend", "calm"),
    "roster": ("enrol_key", "revoke_key", "palette", "legend", "calm"),
    "report_form": ("keep_input", "drop_input", "calm"),
    "form": ("keep_input", "drop_input", "calm"),
    "input": ("keep_input", "drop_input", "calm"),
    "palette": ("take_found", "find_down", "palette", "calm"),
    "policy": ("change_field", "preview_policy", "policy_versions", "palette", "calm"),
    "duty": ("read_notice", "calm"),
    "casebook": ("casebook_on", "close_casebook", "calm"),
    "referral": ("sign_referral", "leave_referral", "calm"),
    "referrals": ("referral_pdf", "referral_json", "close_referrals", "calm"),
    "help": ("help_down", "help_page_down", "close_help", "calm"),
    "help_before": ("help_down", "help_page_down", "close_help"),
    "reading": ("read_on", "close_reading", "calm"),
    "settings": ("setting_next", "setting_more", "close_settings", "calm"),
    "exposure": ("chart_or_table", "close_exposure", "calm"),
}


class ShortKeys(QWidget):
    """The keys in short: key cap and word, as many as fit."""

    def __init__(self, fit: Fittings) -> None:
        super().__init__()
        self._fit = fit
        self._shown: list[tuple[str, str]] = []
        self._by_need: list[int] = []  # numbers of those, the most needed first
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)

    def show_place(self, place: str) -> None:
        """Show the keys of a room."""
        keymap, texts = self._fit.keymap, self._fit.texts
        self._shown, actions = [], SHORT.get(place, ())
        numbers = range(len(actions) - 1, -1, -1)
        self._by_need = sorted(numbers, key=lambda number: actions[number] != FIRST)
        for action in actions:
            own = f"short.{place}_{action}"
            words = texts(own if own in texts else f"short.{action}")
            self._shown.append((keymap.key(action), words))
        self.setAccessibleName(", ".join(f"{key} {word}" for key, word in self._shown))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as all of them."""
        width = round(sum(self._width(*one) for one in self._shown))
        return QSize(width, self._fit.look.px("keycap") + 2)

    @property
    def least_width(self) -> int:
        """As wide as the two that are needed most."""
        return round(sum(self._width(*self._shown[number]) for number in self._by_need[:2]))

    @property
    def fitting(self) -> list[tuple[str, str]]:
        """Those that there is room for, in their order: what is needed most stays longest."""
        left, there = self.width() + self._fit.look.px("s4") + 1.0, set[int]()
        for number in self._by_need:
            left -= self._width(*self._shown[number])
            if left < 0:
                break
            there.add(number)
        return [one for number, one in enumerate(self._shown) if number in there]

    def minimumSizeHint(self) -> QSize:
        """What is needed least gives way."""
        return QSize(0, self.sizeHint().height())

    def paintEvent(self, _: QPaintEvent) -> None:
        """Draw from the end what there is room for."""
        painter, look = QPainter(self), self._fit.look
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        right, middle = float(self.width()), self.height() / 2
        for key, word in reversed(self.fitting):
            width = self._width(key, word)
            left, cap = right - width + look.px("s4"), keycap_width(look, key)
            place = mirrored(self, QRectF(left, 0, cap, self.height()))
            draw_keycap(painter, look, key, place.left(), middle)
            painter.setPen(look.colour("text2"))
            painter.setFont(look.font("aside"))
            after = left + cap + look.px("s1")
            place = mirrored(self, QRectF(round(after), 0, self.width() - after, self.height()))
            draw_line(painter, place, word, right=self.isRightToLeft())
            right -= width

    def _width(self, key: str, word: str) -> float:
        look = self._fit.look
        words = QFontMetricsF(look.font("aside")).horizontalAdvance(word)
        return keycap_width(look, key) + look.px("s1") + words + look.px("s4")
