"""The policy: what an organisation has signed about veil, exposure, votes and second opinions."""

import re
from collections.abc import Mapping
from dataclasses import asdict, fields, replace

from grading.datafile import Section, read_toml
from grading.errors import PolicyError
from grading.late_methods import dataclass
from grading.policy_classifiers import ClassifiersPolicy, read_classifiers
from grading.policy_evidence import EvidencePolicy, read_evidence
from grading.policy_later import CAME_LATER

DAY_S = 86_400
_NO_END = "none"
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_COMPARABLE = re.compile(r"[a-z][a-z_]*")


@dataclass(frozen=True, slots=True)
class VeilPolicy:
    """The floor of the veil: a person may go more careful than this, never less.

    Attributes:
        lightest: The lightest level a reveal may show, 0 solid to 6 clear.
        colour: Whether a reveal may show colour.
        resting: The level at rest, 0 to 2.
        reveil_after_s: Seconds without input after which what is revealed goes back under.
        latch_longest_s: The longest that a reveal may stay without a held key, in seconds.
        sound: Whether sound of a video may be heard, its key held.
    """

    lightest: int
    colour: bool
    resting: int
    reveil_after_s: int
    latch_longest_s: int
    sound: bool


@dataclass(frozen=True, slots=True)
class ExposurePolicy:
    """The limits of a person's day. They count desk time: any item open, revealed or not.

    Attributes:
        desk_time_a_day_s: Desk time after which the day's viewing is over, in seconds.
        break_every_s: Desk time after which a break is due, in seconds.
        break_length_s: Length of that break, in seconds.
        notice_s: How long before a limit it is told, in seconds.
        viewing_ends: Local time "HH:MM" after which nothing is viewed, or None.
        day_ends_after_s: Seconds without viewing that end a day.
        heavy_an_hour: Heavy items in one hour after which a pause is due, 0 for no ceiling.
        heavy_categories: Categories that make an item heavy; a known series always does.
    """

    desk_time_a_day_s: int
    break_every_s: int
    break_length_s: int
    notice_s: int
    viewing_ends: str | None
    day_ends_after_s: int
    heavy_an_hour: int
    heavy_categories: tuple[str, ...]

    @property
    def viewing_ends_min(self) -> int | None:
        """The same in minutes after local midnight, or None."""
        if self.viewing_ends is None:
            return None
        hour, minute = self.viewing_ends.split(":")
        return 60 * int(hour) + int(minute)


@dataclass(frozen=True, slots=True)
class VotesPolicy:
    """How many independent verdicts an item needs, and what must be alike in them.

    Attributes:
        graded: Votes for the state ``graded``.
        trusted: Votes for the state ``trusted``.
        compared: Fields of the outcome, or facts, in which a difference is a dispute.
    """

    graded: int
    trusted: int
    compared: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SecondOpinionPolicy:
    """What sends an item to the second-opinion queue.

    Attributes:
        on_request: A grader asks for it.
        on_dispute: Independent verdicts differ in what is compared.
        categories: Categories that always go there.
        age_bands: Age bands that always go there, being beside a legal edge.
        on_ai_contradiction: The AI tag contradicts declared provenance or a known record.
        random_per_thousand: Share of items drawn at random, per thousand.
        blind_first: A supervisor answers before the others' answers open.
    """

    on_request: bool
    on_dispute: bool
    categories: tuple[str, ...]
    age_bands: tuple[str, ...]
    on_ai_contradiction: bool
    random_per_thousand: int
    blind_first: bool


@dataclass(frozen=True, slots=True)
class SamplingPolicy:
    """Which items a second person grades too, and which resolved ones come again, unmarked.

    Shares are per thousand of the items that are dealt out.

    Attributes:
        second_per_thousand: The random base share: the unbiased estimate, kept apart.
        new_grader_verdicts: So many verdicts long somebody is a new grader.
        new_grader_per_thousand: Extra share of what a new grader graded.
        rare_categories: Categories that are rare.
        rare_per_thousand: Extra share of items graded into one of them.
        low_agreement_percent: A question on which fewer pairs than this agree has low agreement.
        low_agreement_per_thousand: Extra share of items on which such a question was reached.
        golden_per_thousand: Share of resolved items mixed in, of what somebody is dealt.
        unselected_per_thousand: Share of items left out in Select that a second person grades.
    """

    second_per_thousand: int
    new_grader_verdicts: int
    new_grader_per_thousand: int
    rare_categories: tuple[str, ...]
    rare_per_thousand: int
    low_agreement_percent: int
    low_agreement_per_thousand: int
    golden_per_thousand: int
    unselected_per_thousand: int


@dataclass(frozen=True, slots=True)
class GroupsPolicy:
    """In which categories each item of a group is to be revealed by itself before it is signed."""

    individually: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class QueuePolicy:
    """How long things may wait in the hands of one person.

    Attributes:
        claim_s: Seconds for which an item taken from the queue is one supervisor's alone.
        hold_escalates_after_s: Seconds after which an item kept for a person who did not come
            back to it goes to the queue.
    """

    claim_s: int
    hold_escalates_after_s: int


@dataclass(frozen=True, slots=True)
class KnownPolicy:
    """What follows from what is known of an item, and from whence it came.

    Attributes:
        confirm: Whether an item that was resolved before is carried over without being shown.
        self_reports_first: Whether items that the person shown reported come first.
        real_child_first: Whether items that may show a real child come before the rest.
        spread_sources: Whether items of one report or poster are spread over the batch.
    """

    confirm: bool
    self_reports_first: bool
    real_child_first: bool
    spread_sources: bool


@dataclass(frozen=True, slots=True)
class ShredPolicy:
    """How many distinct persons must stand behind a shred, the one who asks counted."""

    persons: int


@dataclass(frozen=True, slots=True)
class Policy:
    """A whole policy. ``version`` grows by one with every signed change."""

    version: int
    veil: VeilPolicy
    exposure: ExposurePolicy
    votes: VotesPolicy
    second_opinion: SecondOpinionPolicy
    sampling: SamplingPolicy
    groups: GroupsPolicy
    queue: QueuePolicy
    shred: ShredPolicy
    known: KnownPolicy
    classifiers: ClassifiersPolicy
    evidence: EvidencePolicy

    def without_end_of_viewing(self) -> "Policy":
        """Return the same policy without an hour at which viewing ends, as the demo has it."""
        return replace(self, exposure=replace(self.exposure, viewing_ends=None))


def read_policy(data: bytes, where: str) -> Policy:
    """Read and check a policy file.

    Args:
        data: The bytes of the TOML file.
        where: Its name, for messages.

    Raises:
        PolicyError: A key is missing, unknown, of the wrong type or out of its range.
    """
    return _policy(read_toml(data, where, PolicyError))


def policy_fields(policy: Policy) -> dict[str, object]:
    """Return a policy as the fields of its record: integers, texts, truth values and lists."""
    said = asdict(policy)
    said["exposure"]["viewing_ends"] = policy.exposure.viewing_ends or _NO_END
    return {key: _plain(value) for key, value in said.items()}


def policy_from_fields(said: Mapping[str, object]) -> Policy:
    """Return the policy that the fields of a record describe, an older one completed.

    Raises:
        PolicyError: As ``read_policy``; a record has one line.
    """
    return _policy(Section.of_record(_completed(said), "policy record", PolicyError))


def policy_from_predicate(predicate: Mapping[str, object]) -> Policy:
    """Return the policy that a record states, what every record has left aside.

    Raises:
        PolicyError: As ``policy_from_fields``.
    """
    return policy_from_fields({key: predicate[key] for key in _names(Policy) if key in predicate})


def policy_ranges(policy: Policy) -> dict[str, tuple[int, int]]:
    """Return what may stand in each whole number of a policy, as it is checked when read."""
    root = Section.of_record(policy_fields(policy), "policy", PolicyError)
    _policy(root)
    return {".".join(map(str, path)): span for path, span in root.ranges().items()}


def _completed(said: Mapping[str, object]) -> Mapping[str, object]:
    whole = dict(said)
    for section, later in CAME_LATER.items():
        stated = whole.get(section, {})
        if isinstance(stated, Mapping):
            whole[section] = {**later, **stated}
    return whole


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {key: _plain(entry) for key, entry in value.items()}
    return list(value) if isinstance(value, tuple) else value


def _names(part: type) -> list[str]:
    return [one.name for one in fields(part)]


def _policy(root: Section) -> Policy:
    root.only(*_names(Policy))
    return Policy(
        version=root.number("version", 1, 10**9),
        veil=_veil(root.section("veil")),
        exposure=_exposure(root.section("exposure")),
        votes=_votes(root.section("votes")),
        second_opinion=_second_opinion(root.section("second_opinion")),
        sampling=_sampling(root.section("sampling")),
        groups=_groups(root.section("groups")),
        queue=_queue(root.section("queue")),
        shred=_shred(root.section("shred")),
        known=_known(root.section("known")),
        classifiers=read_classifiers(root.section("classifiers")),
        evidence=read_evidence(root.section("evidence")),
    )


def _veil(section: Section) -> VeilPolicy:
    section.only(*_names(VeilPolicy))
    veil = VeilPolicy(
        lightest=section.number("lightest", 0, 6),
        colour=section.flag("colour"),
        resting=section.number("resting", 0, 2),
        reveil_after_s=section.number("reveil_after_s", 1, 600),
        latch_longest_s=section.number("latch_longest_s", 2, 20),
        sound=section.flag("sound"),
    )
    if veil.resting > veil.lightest:
        section.refuse("resting is lighter than the lightest level allowed", "resting")
    return veil


def _exposure(section: Section) -> ExposurePolicy:
    section.only(*_names(ExposurePolicy))
    ends = section.text("viewing_ends")
    if ends != _NO_END and not _CLOCK.fullmatch(ends):
        section.refuse('viewing_ends must be a time such as "16:00", or "none"', "viewing_ends")
    return ExposurePolicy(
        desk_time_a_day_s=section.number("desk_time_a_day_s", 60, DAY_S),
        break_every_s=section.number("break_every_s", 60, DAY_S),
        break_length_s=section.number("break_length_s", 0, DAY_S),
        notice_s=section.number("notice_s", 0, 3600),
        viewing_ends=None if ends == _NO_END else ends,
        day_ends_after_s=section.number("day_ends_after_s", 3600, DAY_S),
        heavy_an_hour=section.number("heavy_an_hour", 0, 9999),
        heavy_categories=section.texts_or_empty("heavy_categories"),
    )


def _votes(section: Section) -> VotesPolicy:
    section.only(*_names(VotesPolicy))
    votes = VotesPolicy(
        graded=section.number("graded", 1, 99),
        trusted=section.number("trusted", 1, 99),
        compared=section.texts("compared"),
    )
    if votes.trusted < votes.graded:
        section.refuse("trusted asks for fewer votes than graded", "trusted")
    for position, compared in enumerate(votes.compared):
        if not _COMPARABLE.fullmatch(compared):
            section.refuse(f"{compared[:60]!r} is no field or fact", "compared", position)
    return votes


def _second_opinion(section: Section) -> SecondOpinionPolicy:
    section.only(*_names(SecondOpinionPolicy))
    return SecondOpinionPolicy(
        on_request=section.flag("on_request"),
        on_dispute=section.flag("on_dispute"),
        categories=section.texts_or_empty("categories"),
        age_bands=section.texts_or_empty("age_bands"),
        on_ai_contradiction=section.flag("on_ai_contradiction"),
        random_per_thousand=section.number("random_per_thousand", 0, 1000),
        blind_first=section.flag("blind_first"),
    )


def _sampling(section: Section) -> SamplingPolicy:
    section.only(*_names(SamplingPolicy))
    return SamplingPolicy(
        second_per_thousand=section.number("second_per_thousand", 0, 1000),
        new_grader_verdicts=section.number("new_grader_verdicts", 0, 100_000),
        new_grader_per_thousand=section.number("new_grader_per_thousand", 0, 1000),
        rare_categories=section.texts_or_empty("rare_categories"),
        rare_per_thousand=section.number("rare_per_thousand", 0, 1000),
        low_agreement_percent=section.number("low_agreement_percent", 0, 100),
        low_agreement_per_thousand=section.number("low_agreement_per_thousand", 0, 1000),
        golden_per_thousand=section.number("golden_per_thousand", 0, 500),
        unselected_per_thousand=section.number("unselected_per_thousand", 0, 1000),
    )


def _groups(section: Section) -> GroupsPolicy:
    section.only(*_names(GroupsPolicy))
    return GroupsPolicy(individually=section.texts_or_empty("individually"))


def _queue(section: Section) -> QueuePolicy:
    section.only(*_names(QueuePolicy))
    return QueuePolicy(
        claim_s=section.number("claim_s", 60, DAY_S),
        hold_escalates_after_s=section.number("hold_escalates_after_s", 3600, 90 * DAY_S),
    )


def _shred(section: Section) -> ShredPolicy:
    section.only(*_names(ShredPolicy))
    return ShredPolicy(persons=section.number("persons", 1, 9))


def _known(section: Section) -> KnownPolicy:
    names = _names(KnownPolicy)
    section.only(*names)
    return KnownPolicy(**{name: section.flag(name) for name in names})
