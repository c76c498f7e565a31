"""A changed policy is read at the next sign-in, once, and that it was is signed."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.bootstrap import open_workstation
from app.cli import run
from app.duty_notice import acknowledge, policy_news
from app.passphrase import PASSPHRASE_FILE
from app.policies import policy_in_force
from app.policy_change import policy_versions, sign_policy
from app.policy_form import with_field
from tests.unit.app.desks import Bureau
from tests.unit.app.folders import PASSPHRASE


@pytest.fixture
def bureau(tmp_path: Path) -> Iterator[Bureau]:
    made = Bureau(tmp_path, ann="analyst")
    yield made
    made.close()


def change(bureau: Bureau, name: str, text: str) -> str:
    chief = bureau["chief"].ws
    record = sign_policy(chief, with_field(policy_in_force(chief.home), name, text))
    bureau.sync()
    return record


def test_that_a_change_waits_until_it_is_acknowledged_and_several_are_one(bureau: Bureau) -> None:
    ann, chief = bureau["ann"].ws, bureau["chief"].ws
    assert policy_news(ann.home) is None
    first = policy_in_force(ann.home)
    change(bureau, "veil.sound", "no")
    newest = change(bureau, "exposure.break_every_s", "45 min")
    news = policy_news(ann.home)
    assert news is not None
    assert (news.record, news.version, news.by, news.before) == (newest, 3, "Chief", first)
    assert policy_news(chief.home) is None  # who signed it knows it
    acknowledge(ann, news.record)
    assert policy_news(ann.home) is None
    bureau.sync()
    (seen,) = chief.home.local.records(kind="acknowledgement", item=newest)
    assert seen.author == ann.home.person.id
    third = change(bureau, "veil.sound", "yes")
    news = policy_news(ann.home)
    assert news is not None
    assert (news.record, news.before.veil.sound, news.policy.veil.sound) == (third, False, True)


def test_that_versions_are_listed_with_who_signed_them(bureau: Bureau) -> None:
    change(bureau, "veil.sound", "no")
    versions = policy_versions(bureau["ann"].ws.home)
    assert [(one.version, one.by, one.is_newest) for one in versions] == [
        (1, "Chief", False),
        (2, "Chief", True),
    ]


def test_that_a_proposal_made_from_an_older_version_is_refused(bureau: Bureau) -> None:
    chief = bureau["chief"].ws
    stale = with_field(policy_in_force(chief.home), "veil.sound", "no")
    change(bureau, "veil.colour", "no")
    with pytest.raises(Exception, match="made from version 1"):
        sign_policy(chief, stale)
    with pytest.raises(Exception, match="would never hold"):
        sign_policy(chief, with_field(policy_in_force(chief.home), "votes.compared", "mood"))
    late = replace(policy_in_force(chief.home))
    with pytest.raises(Exception, match="nothing is viewed"):
        sign_policy(chief, with_field(late, "exposure.viewing_ends", "00:00"))


def test_that_the_commands_show_preview_propose_and_acknowledge(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Bureau(tmp_path, ann="analyst").close()
    (tmp_path / "passphrase").write_text(PASSPHRASE + "\n", encoding="utf-8")
    monkeypatch.setenv(PASSPHRASE_FILE, str(tmp_path / "passphrase"))
    monkeypatch.setenv("ASSAY_HOME", str(tmp_path / "chief"))
    assert run(["policy", "show"]) == 0
    file = tmp_path / "policy.toml"
    shown = capsys.readouterr().out
    file.write_text(shown.replace("sound = true", "sound = false"), encoding="utf-8")
    assert run(["policy", "preview", str(file), "--json"]) == 0
    seen = json.loads(capsys.readouterr().out)
    assert seen["changes"] == [{"field": "veil.sound", "before": True, "after": False}]
    assert run(["policy", "propose", str(file)]) == 0
    assert "Sound: no instead of yes." in capsys.readouterr().out
    assert run(["policy", "propose", str(file)]) == 3
    assert "made from version 1" in capsys.readouterr().err
    never = shown.replace("graded = 1", "graded = 3").replace("version = 1", "version = 2")
    file.write_text(never, encoding="utf-8")
    assert run(["policy", "preview", str(file)]) == 1
    assert "no item could ever be graded" in capsys.readouterr().err
    assert run(["policy", "acknowledge", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["changes"] == []
    file.write_text("version = 'x'", encoding="utf-8")
    assert run(["policy", "propose", str(file)]) in (2, 3)
    assert len(capsys.readouterr().err.splitlines()) == 1
    open_workstation(tmp_path / "chief", lambda: PASSPHRASE).close()
