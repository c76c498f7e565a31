"""What may be said of agreement, in words: why a figure is undefined, and what one means."""

from collections.abc import Sequence
from typing import Literal

Reading = Literal["undefined", "chance", "reliable", "poor", "tentative", "unsure"]

RELIABLE = 0.8  # Krippendorff 2004, ch. 11: rely on it from here on
TENTATIVE = 2 / 3  # and below this, on nothing
RULE_OF_THREE = 3


def count(number: int, one: str, many: str | None = None) -> str:
    """Return a number with its noun: "1 item", "1,200 items"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def percent(share: float, among: int = 1) -> str:
    """Return a share as percent, never rounded to all or nothing when it is not.

    Args:
        share: From 0 to 1.
        among: How many it is a share of; decimals are shown where they say something.
    """
    places = 1 if among >= 200 else 0
    text = f"{100 * share:.{places}f}"
    if share < 1 and float(text) == 100:
        text = "over 99" if places == 0 else "over 99.9"
    elif share > 0 and float(text) == 0:
        text = "under 1" if places == 0 else "under 0.1"
    return f"{text} %"


NO_RATING_AT_ALL = "There is no rating: nothing can be compared."
# Who may read all is never independent, so that their answers alone are no ratings.
ONE_PERSON_ALONE = "Only one person has graded this: there is nothing to compare yet."


def one_grader(name: str | None, rated: int) -> str:
    """Say that nobody else rated."""
    who = f"only {name} rated" if name else "only one grader rated"
    return f"Agreement needs two graders, and {who} ({count(rated, 'item')})."


def no_pair(units: int) -> str:
    """Say that no item was graded twice."""
    return f"No item was graded by two or more: 0 double-graded of {units:,}."


def one_category(category: str, units: int, *, double_graded: bool = False) -> str:
    """Say that only one category was given."""
    which = "Every grade of a double-graded item" if double_graded else "Every grade"
    return (
        f"{which} was {category}: chance agreement cannot be estimated;"
        f" raw agreement 100 % of {units:,}."
    )


def only_for_pairs(graders: int) -> str:
    """Say that Cohen's kappa is for two."""
    return f"Cohen's kappa compares two graders, and {graders:,} rated here."


CHANCE_IS_ALL = "Chance alone would give full agreement: nothing is left to measure."


def all_alike(units: int) -> str:
    """Say what the absence of disagreement proves, and what it does not."""
    if units <= RULE_OF_THREE:
        return f"No disagreement in {count(units, 'item')}: too few to say more."
    bound = percent(RULE_OF_THREE / units, units)
    return (
        f"No disagreement in {count(units, 'double-graded item')}: by the rule of three graders"
        f" may still part on up to {bound} of items."
    )


def double_graded(units: int, pairable: int) -> str:
    """Say how many items the figures rest on."""
    return f"{pairable:,} double-graded of {count(units, 'item')}."


def rare_class(category: str, units: int, least: int) -> str:
    """Say that intervals rest on too few items of a category."""
    return (
        f"The intervals are unreliable: {category} was given on"
        f" {count(units, 'double-graded item')} only, and {least} are needed."
    )


def prevalent(category: str, share: float, agreed: float, units: int) -> str:
    """Say that one category is so frequent that chance-corrected figures fall."""
    return (
        f"{category} makes up {percent(share, units)} of the grades: graders agree on"
        f" {percent(agreed, units)} of pairs, yet alpha and kappa turn on the few others;"
        " read them beside AC1."
    )


def constant_grader(name: str, category: str, units: int) -> str:
    """Say that a grader gave one category only."""
    return (
        f"{name} gave {category} to all {count(units, 'item')} where others varied: a kappa with"
        " this grader is 0 or near it, whatever the others do."
    )


def swapped(
    first: str, second: str, categories: tuple[str, str], *, crossed: int, kept: int
) -> str:
    """Say that two graders use two categories the other way round."""
    one, other = categories
    return (
        f"{first} and {second} use {one} and {other} the other way round: crossed on"
        f" {count(crossed, 'item')}, alike on {kept:,}. Look at how each reads the guidance."
    )


def never_given(categories: Sequence[str]) -> str:
    """Say which declared categories nobody gave."""
    # a category may have a comma in it, such as an outcome with its reason
    names = "; ".join([*categories[:8], *(["…"] if len(categories) > 8 else [])])
    return f"Never given, but counted as part of the scale: {names}."


def near_copies(groups: int, units: int) -> str:
    """Say that near-copies count as one for intervals."""
    return (
        f"{count(units, 'near-copy', 'near-copies')} in {count(groups, 'group')}: each group is"
        " drawn as one item for the intervals."
    )


def meaning(
    name: str, value: float | None, ci: tuple[float, float] | None, undefined: str | None = None
) -> str:
    """Return one plain sentence on what a coefficient means; the interval decides, not its middle.

    Args:
        name: How the coefficient is called before a person.
        value: The coefficient, or None.
        ci: Its 95 % interval, or None.
        undefined: The sentence that says why there is none.
    """
    how = reading(value, ci)
    if value is None:
        return undefined or f"{name} is undefined here."
    low, high = ci or (value, value)
    if how == "unsure":
        return (
            f"{name} {value:.2f}, but anything from {low:.2f} to {high:.2f} fits: more"
            " double-graded items are needed to tell."
        )
    return f"{name} {value:.2f}: {_MEANINGS[how]}"


def reading(value: float | None, ci: tuple[float, float] | None) -> Reading:
    """Return what a coefficient means in one word; the interval decides, not its middle."""
    if value is None:
        return "undefined"
    if value <= 0:
        return "chance"
    low, high = ci or (value, value)
    if low >= RELIABLE:
        return "reliable"
    if high < TENTATIVE:
        return "poor"
    return "tentative" if low >= TENTATIVE else "unsure"


_MEANINGS = {
    "chance": "graders agree no more than by chance.",
    "reliable": "grades can be relied on, whoever gives them.",
    "poor": "grades depend too much on who gives them.",
    "tentative": "good enough for tentative conclusions.",
}


def lean(name: str, category: str, given: float, expected: float, ratings: int) -> str:
    """Say towards which category a grader leans."""
    way = "more" if given > expected else "less"
    return (
        f"{name} gives {category} {way} often than the items call for: {percent(given, ratings)}"
        f" against {percent(expected, ratings)} of {count(ratings, 'grade')}."
    )
