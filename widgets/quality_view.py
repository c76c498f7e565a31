"""An item opened from a list in Quality: veiled, by the viewing of the Desk, and counted."""

from app.quality.partings import ItemRow
from app.sentences import said
from app.session.sitting import Sitting
from app.session.types import AtHand
from widgets.fittings import Fittings
from widgets.quality_items import ItemsPage
from widgets.sightlines import Sightline, Sightlines


class ReviewedItem:
    """Shows one item on the page of items until it is left."""

    def __init__(
        self, fit: Fittings, sitting: Sitting, sightlines: Sightlines, page: ItemsPage
    ) -> None:
        self._texts = fit.texts
        self._sitting, self._sightlines, self._page = sitting, sightlines, page
        viewing = sitting.viewing
        self._line = Sightline(
            sitting,
            page.canvas,
            (
                (viewing.waiting, lambda: page.cannot_show(fit.texts("desk.waiting"))),
                (viewing.unreadable, lambda _, why: page.cannot_show(said(why))),
            ),
        )
        self._open = False
        sitting.reviewed = None

    @property
    def is_open(self) -> bool:
        """Whether an item lies there."""
        return self._open

    def show(self, row: ItemRow) -> None:
        """Fetch an item, veiled; not while a break is due."""
        sitting = self._sitting
        if sitting.duty.pause_due():
            self._page.cannot_show(self._texts("pause.line"))
            return
        self._open = True
        sitting.reviewed = row.item
        self._sightlines.look_through(self._line)
        sitting.viewing.show_item(AtHand(row.item, row.batch, 1, 1, (row.item,)))
        sitting.duty.open_item(row.item)

    def leave(self) -> None:
        """Let go of the item: every pixel is gone when this returns."""
        if self._open:
            self._open = False
            self._sitting.reviewed = None
            self._sitting.viewing.show_item(None)
            self._sitting.duty.open_item(None)
            self._line.untie()
