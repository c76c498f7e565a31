"""How many items to grade twice, from what a person typed."""

from collections.abc import Mapping

from grading.agreement.sampling import plan
from grading.agreement.scale import number
from grading.errors import RatingsError
from grading.late_methods import dataclass


@dataclass(frozen=True, slots=True)
class Planned:
    """Items to draw, gradings that makes, graders an item, and the share that will be alike."""

    items: int
    gradings: int
    graders: int
    agreement: float


def planned(typed: Mapping[str, str]) -> Planned | str:
    """Return the plan, or the sentence that says what is wrong.

    Args:
        typed: ``alpha``, ``half_width``, ``chance`` and ``graders`` as typed; a comma may stand
            for the decimal point.
    """
    found = {name: number(text.strip().replace(",", ".")) for name, text in typed.items()}
    if any(value is None for value in found.values()):
        return "Each field takes a number, such as 0.80."
    values = {name: value or 0.0 for name, value in found.items()}
    graders = int(values["graders"]) if values["graders"].is_integer() else 0
    try:
        made = plan(values["alpha"], values["half_width"], values["chance"], graders)
    except RatingsError as error:
        return f"{error.why[:1].upper()}{error.why[1:]}."
    return Planned(made.items, made.gradings, graders, made.agreement)
