"""What a policy asks for and cannot be given: some of it is a warning, some of it is refused.

Refused is what can never be met, whoever is enrolled later under this policy; told is what the
people in the roster cannot give yet.
"""

from collections.abc import Iterator

from app.bootstrap import Workstation
from grading.consensus import READS_ALL, UNPROVEN
from grading.outcome import Outcome
from grading.policy import Policy, policy_fields
from storage.home import Home

_OUTCOME_FIELDS = frozenset(Outcome.__dataclass_fields__)


def refusals(ws: Workstation, proposed: Policy) -> tuple[str, ...]:
    """Return why a policy can never be met, a sentence each; none where it can."""
    return (*_too_many_votes(ws.home, proposed), *_unknown_words(ws, proposed), *_no_hour(proposed))


def warnings(ws: Workstation, proposed: Policy) -> tuple[str, ...]:
    """Return what the roster cannot give yet, a sentence each."""
    return tuple(_warnings(ws.home, proposed))


def graders(home: Home) -> frozenset[str]:
    """Return who can vote: analysts who neither read everything nor are in training."""
    others = (home.roster.persons(role) for role in (*READS_ALL, UNPROVEN))
    return home.roster.persons("analyst").difference(*others)


def _too_many_votes(home: Home, proposed: Policy) -> Iterator[str]:
    there, wanted = len(graders(home)), proposed.votes.graded
    if wanted > there:
        yield (
            f"votes.graded asks for {_people(wanted)}, and the roster has {there}:"
            " no item could ever be graded."
        )


def _unknown_words(ws: Workstation, proposed: Policy) -> Iterator[str]:
    """A word that no scheme here knows never holds of any item."""
    schemes = ws.schemes.all()
    asked = [one for scheme in schemes for one in scheme.questions]
    facts = {one.fact for one in asked}
    categories = {leaf.outcome.category for scheme in schemes for leaf in scheme.leaves}
    bands = {choice.value for one in asked if one.fact == "age_band" for choice in one.choices}
    for section, field, words, known in (
        ("votes", "compared", proposed.votes.compared, _OUTCOME_FIELDS | facts),
        ("second_opinion", "categories", proposed.second_opinion.categories, categories),
        ("second_opinion", "age_bands", proposed.second_opinion.age_bands, bands),
        ("sampling", "rare_categories", proposed.sampling.rare_categories, categories),
        ("groups", "individually", proposed.groups.individually, categories),
        ("exposure", "heavy_categories", proposed.exposure.heavy_categories, categories),
    ):
        for word in words:
            if word not in known:
                said = f"{section}.{field} names {word[:60]!r}, which no scheme here knows"
                yield f"{said}: it would never hold."


def _no_hour(proposed: Policy) -> Iterator[str]:
    if proposed.exposure.viewing_ends_min == 0:
        yield "exposure.viewing_ends is 00:00: the whole day would be after it, nothing is viewed."


def _warnings(home: Home, proposed: Policy) -> Iterator[str]:
    there = len(graders(home))
    wanted = proposed.votes.trusted
    if wanted > there:
        yield (
            f"votes.trusted asks for {_people(wanted)}, and the roster has {there}:"
            " no item will be trusted."
        )
    able = len(home.roster.persons("admin") | home.roster.persons("supervisor"))
    if proposed.shred.persons > able:
        yield (
            f"shred.persons asks for {proposed.shred.persons} persons, and {able} may sign:"
            " all of them will do."
        )
    if there < 2 and any(_shares(proposed)):
        yield (
            f"sampling asks for a second independent grading, and the roster has {_people(there)}:"
            " nothing will be graded twice."
        )
    if not home.roster.persons("supervisor") and _sends_anything(proposed):
        yield "The roster has no supervisor: what goes to second opinion waits until one is there."


def _shares(proposed: Policy) -> list[object]:
    stated = policy_fields(proposed)["sampling"]
    sampling = stated if isinstance(stated, dict) else {}
    return [value for name, value in sampling.items() if name.endswith("_per_thousand")]


def _sends_anything(proposed: Policy) -> bool:
    rules = proposed.second_opinion
    return rules.on_request or rules.on_dispute or bool(rules.categories or rules.age_bands)


def _people(number: int) -> str:
    return f"{number} independent person" if number == 1 else f"{number} independent persons"
