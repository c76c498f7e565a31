"""docs/measures.md, made of measures."""

from collections.abc import Mapping, Sequence

from tests.benchmarks.measure import Measure

HEAD = """# Measures

Written by `make bench`; do not edit. Each figure is the median of {rounds} rounds. Its floor, the
least work that must be done whatever the program, was taken in the same run, in turns with it: the
machine is shared, so read the ratio first and the absolute figure as a hint.

"""


def measures_page(measures: Sequence[Measure], machine: Mapping[str, str], rounds: int) -> str:
    """Return the whole page."""
    lines = [f"- {name}: {value}" for name, value in machine.items()]
    rows = [
        "| what | measured | floor | ratio | floor is | repeat with | note |",
        "| --- | ---: | ---: | ---: | --- | --- | --- |",
        *map(row, measures),
    ]
    return HEAD.format(rounds=rounds) + "\n".join(lines) + "\n\n" + "\n".join(rows) + "\n"


def renewed(page: str, measures: Sequence[Measure]) -> str:
    """Return a page with new rows in place of those of the same benchmarks.

    Rows of a benchmark that the page does not hold yet come last.
    """
    lines = page.splitlines()
    for command in dict.fromkeys(measure.command for measure in measures):
        cell = f"| `{command}` |"
        places = [number for number, line in enumerate(lines) if cell in line]
        first = places[0] if places else len(lines)
        rows = [row(measure) for measure in measures if measure.command == command]
        kept = [line for line in lines[first:] if cell not in line]
        lines = [*lines[:first], *rows, *kept]
    return "\n".join(lines) + "\n"


def row(measure: Measure) -> str:
    """Return one row of the table."""
    cells = [
        measure.name,
        f"{figure(measure.value)} {measure.unit}",
        "" if measure.floor is None else f"{figure(measure.floor)} {measure.unit}",
        ratio(measure),
        measure.floor_name,
        f"`{measure.command}`",
        measure.note,
    ]
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def one_line(measure: Measure) -> str:
    """Return the measure as a person reads it while the run goes on."""
    text = f"  {measure.name}: {figure(measure.value)} {measure.unit}"
    if measure.floor is not None:
        text += f" (floor {figure(measure.floor)}, {ratio(measure)}: {measure.floor_name})"
    return f"{text} {measure.note}".rstrip()


def figure(value: float) -> str:
    """Return a number with three significant digits and no exponent."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def ratio(measure: Measure) -> str:
    """Return the figure as a multiple of its floor."""
    if not measure.floor:
        return ""
    return f"{measure.value / measure.floor:.2f}"
