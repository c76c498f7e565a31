"""What lies in the place of an item that was resolved before: it need not be looked at."""

from app.known.carrying import AlreadyResolved
from widgets.fittings import Fittings
from widgets.notice import Notice

ACTIONS = ("carry_over", "carry_over_all", "look_anyway")


class ResolvedPage(Notice):
    """Says what the item was resolved to, and offers to carry that over, signed and unseen."""

    def __init__(self, fit: Fittings) -> None:
        super().__init__(fit)
        self.setObjectName("canvas")

    def show_offer(self, found: tuple[AlreadyResolved, ...], words: str) -> None:
        """Offer the first of those found; `words` is its outcome in the words of the scheme."""
        texts, keymap = self._fit.texts, self._fit.keymap
        actions = [
            (action, texts(f"short.{action}", n=len(found)), keymap.key(action))
            for action in ACTIONS
            if action != "carry_over_all" or len(found) > 1
        ]
        self.say(texts("resolved.line", said=words), texts("resolved.words"), actions)
