"""What a chart writes on its own ground can be read, in both themes."""

import pytest

from tests.house.test_contrast import LEAST_TO_READ, contrast
from widgets.fittings import Fittings
from widgets.grid_chart import GridCell, GridChart, _tone
from widgets.look import Look

STEPS = 50


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_that_the_number_of_every_cell_can_be_read_on_its_shade(
    fit: Fittings, look: Look, theme: str
) -> None:
    look.apply(theme, 100)
    chart = GridChart(fit)
    weak = {}
    for step in range(STEPS + 1):
        cell = GridCell("67", step / STEPS, "")
        ratio = contrast(look.hex(_tone(cell)), chart._shade(cell.shade).name())
        if ratio < LEAST_TO_READ:
            weak[cell.shade] = round(ratio, 2)
    assert weak == {}
    few = look.hex(_tone(GridCell("67", 1.0, "", hatched=True)))
    assert all(contrast(few, look.hex(on)) >= LEAST_TO_READ for on in ("raised", "line"))
