"""What may be said of single graders beside their colleagues, in sentences."""

import hashlib
from collections.abc import Mapping, Sequence

from app.quality.figures import by_item, outcome_labels, outcome_name, outcome_names
from app.quality.gradings import Grading
from grading.agreement.peers import Contrast, Given, Rated, contrasts
from grading.agreement.sentences import count
from grading.scheme import Scheme

DAY = len("2026-01-31")  # of RFC 3339: what drifts does so over days


def contrasts_of(
    gradings: Sequence[Grading], scheme: Scheme, graders: Sequence[str]
) -> tuple[Contrast, ...]:
    """Return what may be said of each grader; columns are those of ``graders``."""
    places = {name: place for place, name in enumerate(outcome_names(scheme))}
    columns = {person: column for column, person in enumerate(graders)}
    rated, kin = [], set()
    for item, found in by_item(gradings).items():
        group = next((one.group for one in found if one.group is not None), None)
        given = tuple(
            Given(columns[one.grader], place, one.decided_at[:DAY])
            for one in found
            if (place := places.get(outcome_name(one.outcome))) is not None
        )
        if len(given) > 1 and (group is None or group not in kin):
            if group is not None:
                kin.add(group)  # near-copies were answered at once: they are one unit
            rated.append(Rated(found[0].batch, given, _turn(item)))
    return contrasts(rated, len(columns), len(places))


def said(contrast: Contrast, scheme: Scheme, names: Mapping[int, str]) -> str:
    """Return a contrast as a sentence; ``names`` are those of the columns."""
    name = names[contrast.grader]
    name = name[:1].upper() + name[1:]
    if contrast.category is None:
        return (
            f"{name} parted from colleagues on {contrast.own:,} of {contrast.of:,} shared items;"
            f" about {contrast.others:,.0f} would be usual."
        )
    category = list(outcome_labels(scheme).values())[contrast.category]
    give = "give" if name == "You" else "gives"
    more = contrast.own > contrast.others
    when = {"all": "", "first": ", in the earlier half", "second": ", in the later half"}
    drift = " The other half is different." if contrast.drifted else ""
    return (
        f"{name} {give} “{category}” {'more' if more else 'less'} often than colleagues on the same"
        f" items{when[contrast.window]}: alone on {count(contrast.own, 'item')}, the colleague"
        f" alone on {contrast.others:,.0f}, of {contrast.of:,} shared.{drift}"
    )


def _turn(item: str) -> int:
    return int.from_bytes(hashlib.sha256(item.encode()).digest()[:4], "big")
