"""A chart of the report as shapes on paper, from the same layout as the picture in the page."""

from reportlab.graphics.shapes import Drawing, Line, Rect, String
from reportlab.lib.colors import HexColor

from app.light_colours import light_colours
from app.report.bars import WIDTH, Box, Chart, Drawn, laid_out, strokes

_FONT = "Inter"
_SIZE = 12  # at scale 1


def drawing(chart: Chart, width: float) -> Drawing:
    """Return the chart, ``width`` points wide."""
    drawn, colours = laid_out(chart), light_colours()
    scale = width / WIDTH
    shapes = Drawing(width, drawn.height * scale)
    shapes.scale(scale, scale)
    for box in drawn.boxes:
        _draw_box(shapes, box, drawn, colours["accent"])
    for said in drawn.words:
        shapes.add(
            String(
                said.x,
                drawn.height - said.y,
                said.said,
                fontName=_FONT,
                fontSize=_SIZE,
                textAnchor="end" if said.ends else "start",
                fillColor=HexColor(colours["text2" if said.aside else "text"]),
            )
        )
    return shapes


def _draw_box(shapes: Drawing, box: Box, drawn: Drawn, accent: str) -> None:
    colour = HexColor(accent)
    solid = box.fill == "solid"
    shapes.add(
        Rect(
            box.x,
            drawn.height - box.y - box.height,
            box.width,
            box.height,
            fillColor=colour if solid else None,
            strokeColor=None if solid else colour,
            strokeWidth=0 if solid else 1,
        )
    )
    if not solid:
        for x1, y1, x2, y2 in strokes(box):
            ends = (x1, drawn.height - y1, x2, drawn.height - y2)
            shapes.add(Line(*ends, strokeColor=colour, strokeWidth=1))
