"""An item is referred with a fact that identifies, and where it is tagged AI with a reason."""

import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from pypdf import PdfReader

from app.cli import run
from app.clock import as_rfc3339, utc_now
from app.errors import BlindFirstError, ReferralError, RightError
from app.record import Extras
from app.referral.giving_out import WRITERS, given_out, referral_json, write_referral
from app.referral.making import (
    answered_last,
    keep_typed,
    refer,
    referable,
    referral_named,
    referrals,
    take_back,
    typed_before,
)
from app.texts import read_texts
from grading.errors import InvalidReferralError
from grading.referral import Identifying, Referral
from grading.verdict import SecondOpinion
from storage.envelope import open_envelope
from storage.statement import Draft
from tests.unit.app.desks import DRAWING, REMIT, SCHEME, Bureau, settled
from tests.unit.app.folders import PASSPHRASE
from tests.unit.app.study_home import StudyHome, item_id
from tests.unit.storage.homes import BATCH, digest

FACT = Identifying("school", "Blazer of the <b>Heron</b> & Alder school")
GOOD = Referral("Unit 7", (FACT,), real_child="The room is that of an earlier report.")


@pytest.fixture
def chief(tmp_path: Path) -> Iterator[StudyHome]:
    """A supervisor's home with one item tagged AI and one not."""
    home = StudyHome(tmp_path / "home", role="supervisor")
    batch = home.batch("Orchard", {"made": ("a.png",), "plain": ("b.png",), "new": ("c.png",)})
    home.grade(batch, "made", DRAWING)
    home.grade(batch, "plain", REMIT)
    yield home
    home.ws.close()


def refused(home: StudyHome, name: str, referral: Referral) -> str:
    with pytest.raises(InvalidReferralError) as told:
        refer(home.ws, item_id(name), referral)
    assert list(home.ws.home.local.records(kind="referral")) == []
    return told.value.field


def test_that_without_a_fact_nothing_is_referred(chief: StudyHome) -> None:
    assert refused(chief, "plain", Referral("Unit 7", ())) == "identifying"
    assert refused(chief, "plain", Referral("Unit 7", (Identifying("name", " "),))) == "identifying"
    assert (
        refused(chief, "plain", Referral("Unit 7", (Identifying("hat", "red"),))) == "identifying"
    )
    assert refused(chief, "plain", Referral(" ", (FACT,))) == "to"


def test_that_what_is_tagged_ai_needs_a_reason_to_believe_in_a_real_child(
    chief: StudyHome,
) -> None:
    assert refused(chief, "made", Referral("Unit 7", (FACT,))) == "real_child"
    assert refused(chief, "made", Referral("Unit 7", (FACT,), real_child="  ")) == "real_child"
    assert refer(chief.ws, item_id("plain"), Referral("Unit 7", (FACT,))).ai == "no-sign-seen"
    signed = refer(chief.ws, item_id("made"), GOOD)
    assert (signed.ai, signed.referral) == ("generated", GOOD)


def test_that_an_item_nobody_graded_is_not_referred_and_whether_anybody_did_is_not_told(
    chief: StudyHome,
) -> None:
    with pytest.raises(BlindFirstError):
        referable(chief.ws, item_id("new"))
    rules = replace(chief.ws.policy.second_opinion, blind_first=False)
    chief.ws.policy = replace(chief.ws.policy, second_opinion=rules)
    with pytest.raises(ReferralError, match="Nobody has graded"):
        referable(chief.ws, item_id("new"))
    assert answered_last(chief.ws) == item_id("plain")


def test_that_what_was_typed_stays_until_it_is_signed(chief: StudyHome) -> None:
    ws, item = chief.ws, item_id("made")
    keep_typed(ws, item, {"to": "Unit 7"})
    with pytest.raises(InvalidReferralError):
        refer(ws, item, Referral("Unit 7", ()))
    assert typed_before(ws, item) == {"to": "Unit 7"}
    refer(ws, item, GOOD)
    assert typed_before(ws, item) is None


def test_that_a_referral_is_listed_and_taken_back_by_its_author(chief: StudyHome) -> None:
    signed = refer(chief.ws, item_id("made"), GOOD)
    assert [one.withdrawn for one in referrals(chief.ws)] == [False]
    take_back(chief.ws, signed.record[:8], "The wrong item.")
    assert referral_named(chief.ws, signed.record).withdrawn
    with pytest.raises(ReferralError, match="already"):
        take_back(chief.ws, signed.record, None)
    with pytest.raises(ReferralError):
        referral_named(chief.ws, "0")


def test_that_the_paper_says_all_of_it_and_holds_no_picture(chief: StudyHome) -> None:
    signed = refer(chief.ws, item_id("made"), GOOD)
    made = WRITERS["pdf"](given_out(chief.ws, signed), read_texts())
    reader = PdfReader(io.BytesIO(made))
    text = " ".join(page.extract_text() for page in reader.pages)
    plain = "".join(text.split())
    for words in (FACT.words, "Unit 7", signed.record, signed.item, GOOD.real_child or ""):
        assert "".join(words.split()) in plain
    kinds = {
        str(thing.get_object().get("/Subtype"))
        for page in reader.pages
        for thing in page.get("/Resources", {}).get("/XObject", {}).values()
    }
    assert "/Image" not in kinds
    assert all(not page.images for page in reader.pages)
    assert b"a.png" not in made
    assert "a.png" not in text


def test_that_the_file_says_what_the_record_says_and_no_name_of_a_file(
    chief: StudyHome, tmp_path: Path
) -> None:
    signed = refer(chief.ws, item_id("made"), GOOD)
    write_referral(chief.ws, signed, tmp_path / "out.json", read_texts())
    said = json.loads((tmp_path / "out.json").read_text())
    assert said["imagery"] == "none"
    assert said["identifying"] == [{"kind": "school", "words": FACT.words}]
    assert said["item"]["sha256"] == item_id("made")
    assert "a.png" not in (tmp_path / "out.json").read_text()
    assert said == referral_json(given_out(chief.ws, signed))


@pytest.fixture(scope="module")
def bureau(tmp_path_factory: pytest.TempPathFactory) -> Bureau:
    """Two analysts, a trainee, a supervisor, and another one who founded it."""
    folder = tmp_path_factory.mktemp("bureau")
    return Bureau(folder, ann="analyst", ben="analyst", tom="trainee", sue="supervisor")


def test_that_only_a_supervisor_refers_and_what_the_form_tells_opens_after_their_own_answer(
    bureau: Bureau,
) -> None:
    bureau["ann"].grade("heron", DRAWING)
    with pytest.raises(RightError):
        referable(bureau["ann"].ws, digest("heron"))
    chief = bureau["chief"]
    chief.sync()
    with pytest.raises(BlindFirstError):
        referable(chief.ws, digest("heron"))
    chief.grade("heron", REMIT)
    assert referable(chief.ws, digest("heron")).tagged_ai  # one of the two answers says so


def test_that_the_tag_of_a_resolution_stands_whatever_the_answers_were(bureau: Bureau) -> None:
    asks = Extras(second_opinion=SecondOpinion("person", "which of the two?"))
    bureau["ann"].grade("gull", DRAWING, asks)
    chief = bureau["chief"]
    chief.sync()
    chief.opinions.resolve(digest("gull"), SCHEME, settled(REMIT), reasons="Nobody is shown.")
    about = referable(chief.ws, digest("gull"))
    assert (about.ai, about.tagged_ai) == ("no-sign-seen", False)


def test_that_a_resolution_opens_the_form_only_where_known_items_are_confirmed(
    bureau: Bureau,
) -> None:
    chief, sue, item = bureau["chief"], bureau["sue"], digest("knot")
    asks = Extras(second_opinion=SecondOpinion("person", "which of the two?"))
    bureau["ann"].grade("knot", REMIT, asks)
    chief.sync()
    chief.opinions.resolve(item, SCHEME, settled(DRAWING), reasons="Drawn.")
    chief.sync()
    sue.sync()
    policy = sue.ws.policy

    def opens(*, confirm: bool) -> bool:
        sue.ws.policy = replace(policy, known=replace(policy.known, confirm=confirm))
        try:
            return referable(sue.ws, item).tagged_ai
        except BlindFirstError:
            return False
        finally:
            sue.ws.policy = policy

    assert opens(confirm=True)
    assert not opens(confirm=False)
    fields = {"for": [sue.ws.home.person.id], "batch": BATCH, "items": [item]}
    at = as_rfc3339(utc_now())
    chief.ws.home.local.keep(
        [Draft(kind="assignment", subject=BATCH, fields=fields, decided_at=at)]
    )
    chief.sync()
    sue.sync()
    assert not opens(confirm=True)  # dealt to be answered anew
    sue.grade("knot", REMIT)
    assert opens(confirm=False)


def test_that_a_correction_too_late_to_be_a_vote_tags_an_item_all_the_same(bureau: Bureau) -> None:
    ann, chief = bureau["ann"], bureau["chief"]
    ann.grade("tern", REMIT)
    bureau["ben"].grade("tern", REMIT)
    ann.sync()
    late = ann.grade("tern", DRAWING)
    chief.sync()
    chief.grade("tern", REMIT)
    about = referable(chief.ws, digest("tern"))
    assert (about.ai, about.basis) == ("generated", late)
    with pytest.raises(InvalidReferralError, match="real child"):
        refer(chief.ws, digest("tern"), Referral("Unit 7", (FACT,)))


def test_that_the_tag_of_somebody_in_training_counts_and_a_slip_corrected_in_time_does_not(
    bureau: Bureau,
) -> None:
    chief = bureau["chief"]
    bureau["ann"].grade("teal", REMIT)
    taught = bureau["tom"].grade("teal", DRAWING)
    bureau["ben"].grade("wren", DRAWING)
    bureau["ben"].grade("wren", REMIT)
    chief.sync()
    for name in ("teal", "wren"):
        chief.grade(name, REMIT)
    assert referable(chief.ws, digest("teal")).basis == taught
    assert not referable(chief.ws, digest("wren")).tagged_ai


def commanded(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, object]:
    status = run(["referral", *words, "--json"])
    text = capsys.readouterr().out
    return status, json.loads(text) if text else None


def test_that_the_command_refers_lists_and_exports(
    chief: StudyHome,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    chief.ws.close()
    secret = tmp_path / "secret"
    secret.write_text(PASSPHRASE)
    monkeypatch.setenv("ASSAY_PASSPHRASE_FILE", str(secret))
    home = ("--home", str(chief.place))
    made = ("add", item_id("made"), "--to", "Unit 7", *home)
    assert commanded(capsys, *made) == (2, None)
    assert commanded(capsys, *made, "--fact", "place=A pier") == (2, None)
    assert commanded(capsys, *made, "--fact", "pier", "--real-child", "Seen before.") == (2, None)
    status, said = commanded(
        capsys, *made, "--fact", "place=A pier", "--real-child", "Seen before."
    )
    assert status == 0
    assert isinstance(said, Mapping)
    assert commanded(capsys, "list", *home) == (0, [said])
    out = tmp_path / "out.pdf"
    export = ("export", said["record"], *home, "--out")
    assert commanded(capsys, *export, str(out))[0] == 0
    assert out.read_bytes().startswith(b"%PDF-")
    assert (
        commanded(capsys, "export", said["record"], "--out", str(tmp_path / "x.doc"), *home)[0] == 2
    )


def test_that_the_record_states_what_it_rests_on(chief: StudyHome) -> None:
    signed = refer(chief.ws, item_id("made"), GOOD)
    said = open_envelope(chief.ws.home.local.record(signed.record).envelope).predicate
    (verdict, *_) = chief.ws.home.local.records(kind="verdict", item=item_id("made"))
    assert (said["basis"], said["ai"]) == (verdict.record_id, "generated")
