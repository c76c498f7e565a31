"""`decide`: exact answers, refusals that never become a traceback, and a quick start."""

import io
import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.cli import run
from app.cli.decide import LINE_MAX_BYTES, answered
from app.schemes import SchemeShelf

ROOT = Path(__file__).parents[3]
SCHEME = SchemeShelf().newest("uk-ew")
COMPLETE = {
    "ai": "suspected",
    "sex": "female",
    "person": "child",
    "appears_photograph": "yes",
    "severity": "C",
    "age_band": "3-6",
}
ANSWER = (
    '{"outcome": "criminal-indecent-photograph", "law": "PoCA 1978 s.1", "category": "C", '
    '"reason": null, "actionable": true, "lea": "C", "next": null}\n'
)
NEXT = (
    '{"outcome": null, "law": null, "category": null, "reason": null, "actionable": null, '
    '"lea": null, "next": "ai"}\n'
)
LAZY = {
    "storage",
    "blur",
    "PySide6",
    "sqlalchemy",
    "cryptography",
    "keyring",
    "numpy",
    "PIL",
    "cv2",
}


def decide(facts: str) -> int:
    return run(["decide", "--scheme", "uk-ew", "--facts", facts])


def decide_lines(lines: bytes, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(lines)))
    return decide("-")


def test_that_complete_facts_give_the_outcome_in_any_order(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert decide(json.dumps(COMPLETE)) == 0
    assert capsys.readouterr().out == ANSWER


def test_that_facts_that_go_on_give_the_next_question(capsys: pytest.CaptureFixture[str]) -> None:
    assert decide('{"person": "off-remit"}') == 0
    assert capsys.readouterr().out == NEXT


def test_that_the_answer_is_the_same_with_json_asked_for(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["decide", "--json", "--scheme", "uk-ew@2026.1", "--facts", "{}"]) == 0
    assert json.loads(capsys.readouterr().out)["next"] == "person"


REFUSED = [
    (
        '{"person": "baker"}',
        "person has no choice 'baker'; it has child, age-in-question, suspected-adult, known-adult "
        "and off-remit",
    ),
    ('{"fruit": "pear"}', "uk-ew@2026.1 asks for no fact 'fruit'"),
    ('{"person": "off-remit", "severity": "A"}', "severity cannot be asked"),
    ('{"person": null}', "person must be a text"),
    ('{"person": "child", "person": "child"}', "a fact is stated twice"),
    ("[]", "not a JSON object"),
    ('"child"', "not a JSON object"),
    ("null", "not a JSON object"),
    ("NaN", "not a JSON object"),
    ("", "not JSON"),
    ("person=child", "not JSON"),
    ("[" * 100_000, "not JSON"),
    ("9" * 5_000, "not JSON"),
    ('{"\\ud800": "x"}', "asks for no fact"),
]


@pytest.mark.parametrize(("facts", "why"), REFUSED, ids=[case[1] for case in REFUSED])
def test_that_refused_facts_say_why_and_end_with_two(
    facts: str, why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert decide(facts) == 2
    told = capsys.readouterr()
    said = json.loads(told.out)
    assert list(said) == ["refused"]
    assert why in said["refused"]
    assert told.err == ""


def test_that_each_line_gets_one_answer_and_refusals_do_not_stop_the_rest(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [
        json.dumps(COMPLETE).encode(),
        b"",
        b"\xff",
        b'{"person": ["child"]}',
        b'{"person": "' + b"x" * LINE_MAX_BYTES * 3 + b'"}',
        b'{"person": "off-remit"}\r',
        b"{}",
    ]
    assert decide_lines(b"\n".join(lines), monkeypatch) == 1
    said = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert ["refused" in one for one in said] == [False, True, True, True, True, False, False]
    assert said[4]["refused"] == "the line is longer than 65,536 bytes"
    assert said[-1]["next"] == "person"


@pytest.mark.parametrize("end", [b"", b"\n"])
def test_that_the_last_line_counts_with_and_without_its_end(
    end: bytes, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert decide_lines(b'{"person": "off-remit"}' + end, monkeypatch) == 0
    assert capsys.readouterr().out == NEXT


def test_that_no_lines_give_no_answers(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert decide_lines(b"", monkeypatch) == 0
    assert capsys.readouterr().out == ""


@given(st.binary(max_size=200) | st.text().map(lambda text: text.encode(errors="replace")))
def test_that_any_line_at_all_is_answered(line: bytes) -> None:
    answer = answered(SCHEME, line)
    assert list(answer) in (["refused"], [*json.loads(NEXT)])


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.just("person"), inner),
    )
)
def test_that_any_json_at_all_is_answered(value: Any) -> None:
    assert json.dumps(answered(SCHEME, json.dumps(value)), allow_nan=False)


def test_that_an_unknown_scheme_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["decide", "--scheme", "atlantis", "--facts", "{}"]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert "There is no scheme called 'atlantis'" in told.err


def test_that_deciding_imports_no_store_no_decoder_and_no_window() -> None:
    code = (
        "import sys\n"
        "from app.cli import run\n"
        "status = run(['decide', '--scheme', 'uk-ew', '--facts', '{}'])\n"
        "print(*sorted({name.partition('.')[0] for name in sys.modules}))\n"
        "sys.exit(status)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    loaded = set(done.stdout.splitlines()[-1].split())
    assert "grading" in loaded
    assert loaded.isdisjoint(LAZY)


def test_that_a_byte_order_mark_before_the_facts_is_no_fault() -> None:
    said = json.dumps(COMPLETE)
    assert answered(SCHEME, "\ufeff" + said) == answered(SCHEME, said)
    assert answered(SCHEME, b"\xef\xbb\xbf" + said.encode()) == answered(SCHEME, said)


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"person": "off-remit"}, ["Asked next: Is it AI-generated?", "  no-sign-seen  No sign"]),
        ({"person": "off-remit", "ai": "suspected"}, ["Discounted: off remit", "Actionable: no"]),
        ({"person": "nobody"}, ["Refused: person has no choice 'nobody'"]),
    ],
)
def test_that_a_person_at_a_terminal_reads_words_and_a_program_json(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    facts: dict[str, str],
    words: list[str],
) -> None:
    status = 2 if words[0].startswith("Refused") else 0
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert decide(json.dumps(facts)) == status
    said = capsys.readouterr().out
    assert all(line in said for line in words)
    assert "{" not in said
    command = ["decide", "--scheme", "uk-ew", "--facts", json.dumps(facts)]
    assert run([*command, "--json"]) == status
    documents = [capsys.readouterr().out]
    monkeypatch.setattr(sys.stdout, "isatty", lambda: False)
    run(command)
    documents.append(capsys.readouterr().out)
    assert json.loads(documents[0]) == json.loads(documents[1])
