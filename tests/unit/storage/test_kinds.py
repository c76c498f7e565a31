"""The table of kinds: what it says, and what a predicate must be."""

import pytest

from storage.errors import MalformedRecordError
from storage.kinds import KINDS_FILE, kinds, read_kinds
from tests.unit.storage.office import BATCH, Office, digest

NAMED_IN_THE_DESIGN = [
    "batch",
    "batch-supplement",
    "selection",
    "verdict",
    "opinion",
    "adjudication",
    "carry-over",
    "hold",
    "pass",
    "claim",
    "withdrawal",
    "assignment",
    "handover",
    "acknowledgement",
    "referral",
    "release",
    "resumption",
    "retraction",
    "roster",
    "policy",
    "adoption",
    "shred",
    "approval",
    "unmasking",
    "calibration",
    "casebook",
    "draw",
]


def test_that_every_kind_has_its_row() -> None:
    assert sorted(kinds()) == sorted(NAMED_IN_THE_DESIGN)


@pytest.mark.parametrize(
    ("kind", "roles", "allowed"),
    [
        ("verdict", ("analyst",), True),
        ("verdict", ("trainee",), True),
        ("verdict", ("admin",), False),
        ("batch", ("qa",), False),
        ("batch", ("qa", "supervisor"), True),
        ("adjudication", ("analyst",), False),
        ("roster", ("supervisor",), False),
        ("roster", ("analyst", "admin"), True),
        ("policy", ("supervisor",), True),
        ("hold", ("trainee",), True),
        ("verdict", (), False),
    ],
)
def test_that_a_role_signs_what_the_table_lets_it(
    kind: str, roles: tuple[str, ...], allowed: bool
) -> None:
    assert kinds()[kind].may_be_signed_in(roles) is allowed


def test_that_only_verdicts_and_adjudications_are_votes() -> None:
    assert {name for name, kind in kinds().items() if kind.vote} == {"verdict", "adjudication"}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"item": digest("item").upper()}, "item"),
        ({"active_ms": -1}, "active_ms"),
        ({"active_ms": True}, "active_ms"),
        ({"comment": 3}, "comment"),
        ({"tags": "series"}, "tags"),
        ({"tags": [None]}, "tags"),
        ({"facts": [{"fact": "person", "value": "child"}]}, "facts"),
        ({"facts": [{"fact": "person", "value": "child", "ms": "1"}]}, "ms"),
        ({"outcome": {}}, "outcome"),
        ({"scheme": {"id": "uk-ew", "version": "1", "sha256": "ab"}}, "sha256"),
        ({"nonce": "00"}, "nonce"),
        ({"decided_at": "2026-03-02 09:00:00"}, "decided_at"),
        ({"decided_at": "2026-03-02T09:00:00+01:00"}, "decided_at"),
        ({"roster": {"version": 1}}, "roster"),
        ({"seq": "1"}, "seq"),
        ({"prev": ""}, "prev"),
        ({"kind": "hold"}, "kind"),
        ({"grade": "A"}, "grade"),
        ({"item": digest("another")}, "subject"),
    ],
    ids=repr,
)
def test_that_a_malformed_predicate_is_named_by_its_field(
    change: dict[str, object], field: str
) -> None:
    office = Office()
    said = office.say("verdict", office.verdict_fields("item"), digest("item"))
    predicate: dict[str, object] = dict(said["predicate"])  # type: ignore[call-overload]
    kinds()["verdict"].check(predicate, digest("item"))
    with pytest.raises(MalformedRecordError) as caught:
        kinds()["verdict"].check(predicate | change, digest("item"))
    assert caught.value.field == field


@pytest.mark.parametrize("missing", ["kind", "prev", "nonce", "log_seen", "item", "facts"])
def test_that_a_missing_field_is_named(missing: str) -> None:
    office = Office()
    said = office.say("verdict", office.verdict_fields("item"), digest("item"))
    predicate: dict[str, object] = dict(said["predicate"])  # type: ignore[call-overload]
    del predicate[missing]
    with pytest.raises(MalformedRecordError, match=missing):
        kinds()["verdict"].check(predicate, digest("item"))


def test_that_a_statement_that_would_fail_later_is_not_even_made() -> None:
    office = Office()
    with pytest.raises(MalformedRecordError, match="batch"):
        office.say("pass", {"item": digest("item")}, digest("item"))
    with pytest.raises(MalformedRecordError, match="no kind"):
        office.say("praise", {"item": digest("item")}, digest("item"))
    with pytest.raises(MalformedRecordError, match="subject"):
        office.say("pass", {"item": digest("item"), "batch": BATCH}, digest("another"))


def test_that_the_subject_of_an_assignment_is_the_narrowest_thing_named() -> None:
    office = Office("supervisor")
    fields = {"for": ["person-2"], "item": digest("item"), "batch": BATCH}
    office.sign("assignment", fields, digest("item"))
    office.sign("assignment", {"for": ["person-2"], "batch": BATCH}, BATCH)
    with pytest.raises(MalformedRecordError, match="subject"):
        office.sign("assignment", fields, BATCH)


def test_that_a_policy_may_state_what_grading_asks_for() -> None:
    Office().sign("policy", {"anything": {"at": ["all", 1, None]}})


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('item = "digest"', 'item = "digits"'),
        ('signed_by = ["analyst"]', 'signed_by = ["grader"]'),
        ('signed_by = ["analyst"]', "signed_by = []"),
        ('subject = ["item"]', 'subject = ["picture"]'),
        ("vote = true", "votes = true"),
        ("[common]", "[usual]"),
        ("optional = { series", 'optional = { item = "text", series'),
    ],
)
def test_that_a_table_with_a_slip_is_refused(old: str, new: str) -> None:
    text = KINDS_FILE.read_text()
    assert old in text
    with pytest.raises(MalformedRecordError):
        read_kinds(text.replace(old, new).encode())
