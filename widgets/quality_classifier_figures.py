"""The figures of classifiers as charts, and the same as tables."""

from collections.abc import Sequence

from app.quality.twin import Cell, Twin
from app.session.measuring import Estimate, Measured, RocPoint
from app.texts import Figure, Texts
from widgets.curve_chart import Curve, CurvePoint
from widgets.interval_chart import IntervalRow, Intervals

DRAWN_MOST = 60  # points of a curve; more cannot be told apart
_FIGURES = ("auc", "brier", "ece")


def classifier_rows(texts: Texts, found: Sequence[Measured]) -> Intervals:
    """Return each classifier as a row: its AUC with interval, Brier score and calibration error."""
    names = ("classifier", "resolved", "auc_interval", *_FIGURES, "classifier_reading")
    rows = tuple(_row(texts, one) for one in found)
    heads = tuple(texts(f"classifiers.head_{name}") for name in names)
    return Intervals(heads, rows, _rows_twin(texts, found))


def roc_of(texts: Texts, one: Measured) -> Curve:
    """Return what follows from each threshold."""
    points, lines = [], []
    for at in _thinned(one.performance.roc):
        said = texts(
            "classifiers.roc_said",
            score=Figure(at.score, 2),
            true=Figure(100 * at.true_yes, 0),
            false=Figure(100 * at.false_yes, 0),
            estimate=one.card.estimate.words,
        )
        points.append(CurvePoint(at.false_yes, at.true_yes, said))
        lines.append((at.score, at.false_yes, at.true_yes))
    heads = tuple(texts(f"classifiers.head_{n}") for n in ("score", "false_yes", "true_yes"))
    title = texts("classifiers.roc_of", title=one.card.title)
    return Curve(
        tuple(points),
        texts("classifiers.head_false_yes"),
        texts("classifiers.head_true_yes"),
        Twin(title, heads, tuple(lines), note_of(texts, one)),
        dots=False,
        percent=lambda n: texts("quality.percent", n=n),
    )


def calibration_of(texts: Texts, one: Measured) -> Curve:
    """Return what was found where so much was said."""
    points, lines = [], []
    for held in one.performance.bins:
        said = texts(
            "classifiers.bin_said",
            n=held.count,
            said=Figure(100 * held.said, 0),
            found=Figure(100 * held.found.value, 0),
            low=Figure(100 * held.found.low, 0),
            high=Figure(100 * held.found.high, 0),
            estimate=one.card.estimate.words,
        )
        interval = (held.found.low, held.found.high)
        points.append(CurvePoint(held.said, held.found.value, said, interval))
        lines.append((held.count, held.said, held.found.value, *interval))
    names = ("resolved", "said", "found", "low", "high")
    heads = tuple(texts(f"classifiers.head_{name}") for name in names)
    title = texts("classifiers.calibration_of", title=one.card.title)
    return Curve(
        tuple(points),
        texts("classifiers.head_said" if one.card.calibration.is_known else "classifiers.head_raw"),
        texts("classifiers.head_found"),
        Twin(title, heads, tuple(lines), note_of(texts, one)),
        percent=lambda n: texts("quality.percent", n=n),
    )


def note_of(texts: Texts, one: Measured) -> str:
    """Return on how many items the figures rest."""
    return texts("classifiers.rests", n=one.performance.pictures, of=one.scored)


def why_undefined(texts: Texts, one: Measured) -> str:
    """Return why a figure is missing, or nothing."""
    held = one.performance
    if not held.undefined:
        return ""
    return texts(f"classifiers.{held.undefined}", n=held.pictures, estimate=one.card.estimate.words)


def _row(texts: Texts, one: Measured) -> IntervalRow:
    held = one.performance
    auc, none = held.auc, texts("quality.none")
    card = one.card.calibration
    said = [why_undefined(texts, one)]
    if auc is not None:
        said.append(_said(texts, "auc", auc))
    if held.brier is not None and held.ece is not None:
        said += [_said(texts, "brier", held.brier), _said(texts, "ece", held.ece)]
        name = "card_error" if card.is_known else "card_without"
        said.append(texts(f"classifiers.{name}", error=Figure(card.error, 3), data=card.data))
    figures = (auc, held.brier, held.ece)
    return IntervalRow(
        label=one.card.title,
        number=texts("quality.n_of", n=held.pictures, of=one.scored),
        value=None if auc is None else auc.value,
        interval=None if auc is None else (auc.low, auc.high),
        figures=tuple(
            none if one_ is None else texts("classifiers.figure", value=Figure(one_.value, 3))
            for one_ in figures
        ),
        reading=texts(f"classifiers.reading_{held.undefined or _reading(one)}"),
        said=" ".join(part for part in said if part),
        weak=_reading(one) == "off",
    )


def _reading(one: Measured) -> str:
    """Whether what its shares are off is within what its card says, above it, or no matter."""
    ece, card = one.performance.ece, one.card.calibration
    if ece is None or not card.is_known:
        return "uncalibrated"
    return "off" if ece.low > card.error else "holds"


def _said(texts: Texts, name: str, found: Estimate) -> str:
    return texts(
        f"classifiers.{name}_said",
        value=Figure(found.value, 3),
        low=Figure(found.low, 3),
        high=Figure(found.high, 3),
    )


def _rows_twin(texts: Texts, found: Sequence[Measured]) -> Twin:
    names = ["classifier", "resolved", "scored", "so"]
    for name in _FIGURES:
        names += [name, "low", "high"]
    names += ["card_error", "why"]
    lines: list[tuple[Cell, ...]] = []
    for one in found:
        held, card = one.performance, one.card.calibration
        figures: list[Cell] = []
        for estimate in (held.auc, held.brier, held.ece):
            if estimate is None:
                figures += [None, None, None]
            else:
                figures += [estimate.value, estimate.low, estimate.high]
        error = card.error if card.is_known else None
        counts = (one.card.title, held.pictures, one.scored, held.so)
        lines.append((*counts, *figures, error, why_undefined(texts, one)))
    heads = tuple(texts(f"classifiers.head_{name}") for name in names)
    return Twin(texts("classifiers.title"), heads, tuple(lines))


def _thinned(points: Sequence[RocPoint]) -> Sequence[RocPoint]:
    if len(points) <= DRAWN_MOST:
        return points
    last = len(points) - 1
    return [points[round(n * last / (DRAWN_MOST - 1))] for n in range(DRAWN_MOST)]
