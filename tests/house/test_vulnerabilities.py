"""`make audit`: what it makes of what pip-audit answers."""

import importlib.util
import json
import sys
from types import ModuleType

import pytest

from tests.house.tree import HOUSE

CLEAN = {"name": "one", "version": "1", "vulns": []}
FAULTY = {"name": "two", "version": "2", "vulns": [{"id": "CVE-1", "fix_versions": ["3"]}]}
UNKNOWN = {"name": "three", "skip_reason": "not found"}


@pytest.fixture
def audit(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    spec = importlib.util.spec_from_file_location("v", HOUSE / ".ci" / "vulnerabilities.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "v", module)  # a dataclass looks its module up there
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("entries", "status", "said"),
    [
        ([CLEAN], 0, "1 of 1 packages looked up, 0 faults known"),
        ([CLEAN, FAULTY], 1, "two 2: CVE-1, mended in 3"),
        ([CLEAN, UNKNOWN], 3, "1 of 2 packages looked up, 0 faults known; not looked up: three"),
        ([UNKNOWN], 3, "none of 1 packages could be looked up"),
        ([FAULTY, UNKNOWN], 1, "two 2: CVE-1"),
    ],
)
def test_that_an_audit_is_clean_only_if_everything_was_looked_up(
    audit: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    entries: list[object],
    status: int,
    said: str,
) -> None:
    monkeypatch.setattr(audit, "asked", lambda lock: json.dumps({"dependencies": entries}))
    assert audit.main(["a.lock"]) == status
    assert said in capsys.readouterr().out


def test_that_an_auditor_that_cannot_ask_is_no_clean_bill(
    audit: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(audit, "asked", lambda lock: "")
    assert audit.main(["a.lock"]) == 3
    assert "could not be reached" in capsys.readouterr().out
