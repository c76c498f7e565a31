"""Colours, sizes and type in force: one theme, one scale, told to every widget at once."""

from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontMetricsF, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory

from widgets.tokens import Tokens, read_tokens

FONTS_FOLDER = Path(__file__).resolve().parent.parent / "resources" / "fonts"
# The type says how wide a letter is on average over all that it has, half as wide again as those
# that are read.
RUNNING_TEXT = "The item lies in the middle, the question at the right, and where you are left."
SYSTEM, DARK, LIGHT = "system", "dark", "light"
_ROLES = {
    QPalette.ColorRole.Window: "bg",
    QPalette.ColorRole.Base: "raised",
    QPalette.ColorRole.AlternateBase: "surface",
    QPalette.ColorRole.Button: "raised",
    QPalette.ColorRole.ToolTipBase: "raised",
    QPalette.ColorRole.WindowText: "text",
    QPalette.ColorRole.Text: "text",
    QPalette.ColorRole.ButtonText: "text",
    QPalette.ColorRole.ToolTipText: "text",
    QPalette.ColorRole.PlaceholderText: "text3",
    QPalette.ColorRole.Highlight: "accent_bg",
    QPalette.ColorRole.HighlightedText: "text",
    QPalette.ColorRole.Link: "accent",
    QPalette.ColorRole.Mid: "line",
    QPalette.ColorRole.Accent: "accent",
}


class Look(QObject):
    """Answers which colour, size or font a token has now; `changed` says that it is another."""

    changed = Signal()  # what is seen is dressed anew, see `widgets.dress`
    rescaling = Signal()  # before everything is dressed for another size of text
    rescaled = Signal()  # after `changed`, where the size of text is another

    def __init__(self, tokens: Tokens | None = None) -> None:
        super().__init__()
        self._tokens = tokens or read_tokens()
        self.key_names: dict[str, str] = {}  # as key caps show them, where not as they are called
        self._wish = SYSTEM
        self._percent = 100
        self._family = self._tokens.family
        self._theme = DARK
        self._styled = False
        self._fonts: dict[tuple[str, bool, bool], QFont] = {}
        self._colours: dict[str, QColor] = {}
        self._longest_px: dict[str, float] = {}

    @property
    def theme(self) -> str:
        """The theme in force, `dark` or `light`."""
        return self._theme

    @property
    def wish(self) -> str:
        """What was asked for: `dark`, `light`, or `system`."""
        return self._wish

    @property
    def percent(self) -> int:
        """The size of text, 100 for as drawn."""
        return self._percent

    def load_fonts(self) -> None:
        """Take the shipped fonts; where they are missing the platform's own are used."""
        for path in sorted(FONTS_FOLDER.glob("*.ttf")):
            QFontDatabase.addApplicationFont(str(path))
        if self._tokens.family not in QFontDatabase.families():
            self._family = QGuiApplication.font().family()

    def apply(self, wish: str, percent: int) -> None:
        """Dress the whole application: `wish` is `dark`, `light` or `system`."""
        scale = self._tokens.scale
        before = self._percent
        self._wish = wish
        wanted = max(scale["least"], min(percent, scale["most"]))
        if wanted != before:
            self.rescaling.emit()
        self._percent = wanted
        self._dress()
        if self._percent != before:
            self.rescaled.emit()

    def follow_system(self) -> None:
        """Change with the platform's dark mode from now on, while `system` is wished."""
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._system_changed)

    def colour(self, token: str) -> QColor:
        """Return the colour of a token; whoever makes it lighter changes their own."""
        if token not in self._colours:
            self._colours[token] = QColor(self._tokens.colours[self._theme][token])
        return QColor(self._colours[token])

    def hex(self, token: str) -> str:
        """Return the colour of a token as a stylesheet writes it."""
        return self._tokens.colours[self._theme][token]

    def px(self, token: str) -> int:
        """Return a size, scaled; hairlines stay hairlines."""
        size = self._tokens.sizes_px[token]
        return size if token == "border" else round(size * self._percent / 100)

    def type_px(self, token: str) -> int:
        """Return the pixel size of a kind of type, scaled."""
        return round(self._tokens.type_px[token] * self._percent / 100)

    def figure(self, token: str) -> int:
        """Return a figure of the type, such as its line height in percent."""
        return self._tokens.figures[token]

    def longest_line_px(self, kind: str) -> float:
        """Return how long a line of running text may be, in pixels: so many characters of it."""
        if kind not in self._longest_px:
            width = QFontMetricsF(self.font(kind)).horizontalAdvance(RUNNING_TEXT)
            characters = self.figure("longest_line_characters")
            self._longest_px[kind] = width * characters / len(RUNNING_TEXT)
        return self._longest_px[kind]

    def family(self) -> str:
        """Return the family of the type."""
        return self._family

    def font(self, kind: str = "body", *, strong: bool = False, figures: bool = False) -> QFont:
        """Return a font; `figures` are tabular, for what stands in columns or counts up.

        Elsewhere they are not: the type sets hyphens as wide as digits with them.
        """
        key = (kind, strong, figures)
        if key not in self._fonts:
            font = QFont(self._family)
            font.setPixelSize(self.type_px(kind))
            font.setWeight(QFont.Weight(self.figure("strong" if strong else "regular")))
            if figures:
                font.setFeature(QFont.Tag("tnum"), 1)
            font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
            self._fonts[key] = font
        return self._fonts[key]

    @Slot()
    def _system_changed(self) -> None:
        if self._wish == SYSTEM:
            self._dress()

    def _dress(self) -> None:
        self._theme = self._wish if self._wish in (DARK, LIGHT) else _system_theme()
        self._fonts.clear()
        self._longest_px.clear()
        self._colours.clear()
        application = QApplication.instance()
        if not isinstance(application, QApplication):
            return
        if not self._styled:  # asked of the style, the stylesheet would answer
            self._styled = True
            application.setStyle(QStyleFactory.create("fusion"))
            _keep_still(application)
        application.setFont(self.font())
        application.setPalette(self._palette())
        self.changed.emit()

    def _palette(self) -> QPalette:
        palette = QPalette()
        for role, token in _ROLES.items():
            palette.setColor(role, self.colour(token))
        for role in (
            QPalette.ColorRole.WindowText,
            QPalette.ColorRole.Text,
            QPalette.ColorRole.ButtonText,
        ):
            palette.setColor(QPalette.ColorGroup.Disabled, role, self.colour("text3"))
        return palette


def _keep_still(application: QApplication) -> None:
    """Let nothing move or blink by itself, whatever the system is set to: menus, tips, cursors."""
    for effect in Qt.UIEffect:
        if effect is not Qt.UIEffect.UI_General:
            application.setEffectEnabled(effect, False)
    application.setCursorFlashTime(0)


def _system_theme() -> str:
    # Where the platform does not say, dark: the quieter room.
    light = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Light
    return LIGHT if light else DARK
