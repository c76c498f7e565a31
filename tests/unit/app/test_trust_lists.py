"""Lists of trusted signers: taken in, named by the policy, never used once they were changed."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.cli import run
from app.errors import UsageError
from app.trust_lists import add_trust_list, remove_trust_list, trust_lists, trusted
from grading.errors import PolicyError
from grading.policy import policy_fields, policy_from_fields
from storage.trust_shelf import TrustShelf
from tests.unit.app.study_home import StudyHome

ROOT = Path(__file__).parents[2] / "vectors" / "provenance" / "test_root.pem"
Captured = pytest.CaptureFixture[str]


@pytest.fixture
def home(tmp_path: Path) -> Iterator[StudyHome]:
    found = StudyHome(tmp_path / "home")
    yield found
    found.ws.close()


def naming(home: StudyHome, *lists: str) -> None:
    fields = policy_fields(home.ws.policy)
    evidence = {"prompt_text": False, "trust_lists": list(lists)}
    home.ws.policy = policy_from_fields({**fields, "evidence": evidence})


def test_that_a_list_counts_once_the_policy_names_it(home: StudyHome) -> None:
    one = add_trust_list(home.ws, ROOT)
    assert (one.certificates, one.counts) == (1, False)
    assert trusted(home.ws).pem == b""
    naming(home, one.id)
    assert trusted(home.ws).pem == ROOT.read_bytes()
    assert trusted(home.ws).faults == ()


def test_that_a_list_that_is_gone_or_changed_is_named_and_trusts_nobody(home: StudyHome) -> None:
    one = add_trust_list(home.ws, ROOT)
    naming(home, one.id, "0" * 64)
    place = home.ws.home.place / "trust" / f"{one.id}.pem"
    place.write_bytes(ROOT.read_bytes() * 2)
    found = trusted(home.ws)
    assert found.pem == b""
    assert [fault[:28] for fault in found.faults] == [
        f"The trust list {name[:12]} " for name in (one.id, "0" * 64)
    ]
    assert [bool(one.fault) for one in trust_lists(home.ws)] == [True, True]
    assert remove_trust_list(home.ws, one.id[:8]).id == one.id
    assert not place.exists()


def test_that_a_broken_list_that_was_put_there_by_hand_is_named_and_takes_no_other_with_it(
    home: StudyHome,
) -> None:
    sound, cut = add_trust_list(home.ws, ROOT), ROOT.read_bytes()
    broken = cut + cut[: len(cut) // 2] + b"\n-----END CERTIFICATE-----\n"
    name = TrustShelf(home.ws.home.place).put(broken)
    naming(home, name, sound.id)
    found = trusted(home.ws)
    assert found.pem == cut
    (fault,) = found.faults
    assert fault.startswith(f"The trust list {name[:12]} has a certificate that cannot be read.")
    told = {one.id: (one.certificates, one.counts, one.fault) for one in trust_lists(home.ws)}
    assert told == {sound.id: (1, True, ""), name: (0, True, fault)}


def test_that_what_is_no_list_is_refused_in_one_sentence(home: StudyHome, tmp_path: Path) -> None:
    other = tmp_path / "other.pem"
    other.write_text("-----BEGIN PRIVATE KEY-----")
    with pytest.raises(UsageError, match="no PEM file of certificates"):
        add_trust_list(home.ws, other)
    cut = ROOT.read_bytes()
    other.write_bytes(cut + cut[: len(cut) // 2] + b"\n-----END CERTIFICATE-----\n")
    with pytest.raises(UsageError, match="it may be cut off"):
        add_trust_list(home.ws, other)
    assert trust_lists(home.ws) == ()
    with pytest.raises(UsageError, match="begins with"):
        remove_trust_list(home.ws, "abcd")
    with pytest.raises(PolicyError, match="is no SHA-256"):
        naming(home, "a list")


def test_that_an_older_policy_trusts_nobody(home: StudyHome) -> None:
    fields = policy_fields(home.ws.policy)
    older = policy_from_fields({**fields, "evidence": {"prompt_text": True}})
    assert older.evidence.trust_lists == ()


def test_that_the_command_takes_in_lists_and_takes_away(
    home: StudyHome, capsys: Captured, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    secret = tmp_path / "passphrase"
    secret.write_text("pears and apples")
    monkeypatch.setenv("ASSAY_HOME", str(home.place))
    monkeypatch.setenv("ASSAY_PASSPHRASE_FILE", str(secret))
    home.ws.close()
    assert run(["trust", "add", str(ROOT), "--json"]) == 0
    one = json.loads(capsys.readouterr().out)
    assert (one["certificates"], one["counts"], one["fault"]) == (1, False, "")
    assert run(["trust", "list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == [one]
    assert run(["trust", "remove", one["id"][:10]]) == 0
    assert run(["trust", "list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1]) == []
