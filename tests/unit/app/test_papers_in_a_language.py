"""Reports and referrals come out in the language asked for, every word of ours, in every form."""

import io
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from pypdf import PdfReader

from app.cli import run
from app.intake.sources import Source
from app.referral.giving_out import WRITERS as REFERRALS
from app.referral.giving_out import given_out
from app.referral.making import refer
from app.report.bars import Bar, Chart, laid_out
from app.report.baselines import baseline_of
from app.report.data import report_csv, report_json
from app.report.forms import WRITERS
from app.report.found import Narrowed
from app.report.study import Report
from app.report.words import ReportWords, in_english
from app.texts import Texts, read_texts, texts_of
from grading.referral import Identifying, Referral
from tests.unit.app.study_home import StudyHome, item_id
from tests.unit.app.test_report_of_origin import CRIMINAL, NO_AI, graded, report_on, taken_in

_WORD = re.compile(r"[^\W\d_]{2,}")
Captured = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StudyHome]:
    found = StudyHome(tmp_path_factory.mktemp("language") / "home", role="supervisor")
    yield found
    found.ws.close()


@pytest.fixture(scope="module")
def report(home: StudyHome) -> Report:
    """A report with every part: posters, origins, counts by report, gone entries, a baseline."""
    rows = [
        Source(f"{n}.png", report=f"R{n % 2}", poster=f"P{n % 2}", country="GB", route="XX")
        for n in range(4)
    ]
    rows += [Source("-", report="R1")]
    batch, _ = taken_in(home, "QX", rows)
    graded(home, batch, "QX", {"0.png": CRIMINAL, "1.png": NO_AI})
    beside = baseline_of("category: A=10 B=20 C=70; age_band: 7-10=5", "QY")
    return report_on(home, batch, baseline=beside, narrowed=Narrowed(country="GB"))


def shouting() -> Texts:
    """A language in which every word is in capitals: what is seen in small letters is no text."""

    def shouted(text: str) -> str:
        return "".join(
            part if part.startswith("{") else part.upper() for part in re.split(r"(\{\w+\})", text)
        )

    table = {
        name: shouted(text)
        if isinstance(text, str)
        else {form: shouted(words) for form, words in text.items()}
        for name, text in texts_of("en").items()
        if not name.startswith("language.")
    }
    said = {"language.thousands": ".", "language.decimal": ",", "language.code": "xx"}
    return Texts({**table, **said})


class Seen(HTMLParser):
    """What of a page is read: its words, and not its style."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self._in_style = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_style = tag == "style"

    def handle_data(self, data: str) -> None:
        if not self._in_style:
            self.words.append(data)


def read(form: str, data: bytes) -> str:
    if form == "pdf":
        return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)
    return " ".join(Seen(data.decode()).words)


def in_small_letters(text: str) -> set[str]:
    return {word for word in _WORD.findall(text) if word != word.upper()}


def of_the_scheme(report: Report) -> set[str]:
    """What a report has from its scheme, which has a language of its own."""
    scheme = report.study.scheme
    choices = [choice for question in scheme.questions for choice in question.choices]
    said = [scheme.title, scheme.name, *scheme.reasons]
    said += [part for kind in scheme.kinds for part in (kind.label, kind.note)]
    said += [part for choice in choices for part in (choice.label, choice.hint)]
    return set(_WORD.findall(" ".join(said)))


@pytest.mark.parametrize("form", ["html", "pdf"])
def test_that_no_word_of_a_report_is_of_another_language(report: Report, form: str) -> None:
    made = read(form, WRITERS[form](report, ReportWords(shouting())))
    assert "STUDY REPORT" in made
    assert "LARGEST POSTERS" in made
    # The id of a batch is a digest and not a word.
    words = in_small_letters(re.sub(r"\b[0-9a-f]{12}\b", "", made))
    assert words - of_the_scheme(report) == set()


@pytest.mark.parametrize("form", ["html", "pdf"])
def test_that_a_report_in_german_says_so_and_writes_figures_so(report: Report, form: str) -> None:
    made = " ".join(read(form, WRITERS[form](report, ReportWords(read_texts("de")))).split())
    for words in ("Studienbericht", "Größte Einsteller", "Was die Zahlen nicht sagen", "Kategorie"):
        assert words in made
    assert "heißen hier, wie das Schema sie nennt" in made
    assert "eingegrenzt auf Land des Hostings GB" in made
    assert '<html lang="de">' in WRITERS["html"](report, ReportWords(read_texts("de"))).decode()


def test_that_paper_has_each_sign_of_its_words_and_each_label_of_a_chart_in_full(
    report: Report,
) -> None:
    made = read("pdf", WRITERS["pdf"](report, in_english()))
    assert re.search(r"\d\s%", made)  # with the space that does not break
    assert not re.search("[\0\N{REPLACEMENT CHARACTER}…]", made)


def test_that_a_long_label_of_a_chart_goes_on_in_a_second_line_and_moves_the_next_bar() -> None:
    rows = (("Indecent photograph or pseudo-photograph", (Bar(1.0, "2"),)), ("B", (Bar(0.5, "1"),)))
    drawn = laid_out(Chart("Outcome", (), (*rows, ("word " * 40, (Bar(0.1, "0"),)))))
    labels = [words.said for words in drawn.words if words.ends]
    assert labels[:3] == ["Indecent photograph or pseudo-", "photograph", "B"]
    assert len(labels) == 5
    assert labels[4].endswith("…")
    feet = [words.y for words in drawn.words if words.ends]
    assert all(above + 12 <= below for above, below in pairwise(feet))
    assert feet[-1] < drawn.height


def test_that_keys_and_figures_of_data_are_the_same_in_every_language(report: Report) -> None:
    words = ReportWords(read_texts("de"))
    english, german = report_json(report), report_json(report, words)
    assert german["limits"] != english["limits"]
    assert "Die Zahlen beschreiben" in json.dumps(german, ensure_ascii=False)
    assert {**german, "limits": 0} == {**english, "limits": 0}
    rows, others = (table.splitlines() for table in (report_csv(report), report_csv(report, words)))
    assert [row for row in rows if not row.startswith("limits")] == [
        row for row in others if not row.startswith("limits")
    ]


def test_that_no_word_of_a_referral_is_of_another_language(home: StudyHome, report: Report) -> None:
    assert report.study.graded.items == 2
    signed = refer(
        home.ws,
        item_id("QX 0.png"),
        Referral("QZ", (Identifying("school", "AAA"), Identifying("place", "BBB")), "CCC", "DDD"),
    )
    made = read("pdf", REFERRALS["pdf"](given_out(home.ws, signed), shouting()))
    assert "REFERRAL FOR VICTIM IDENTIFICATION" in " ".join(made.split())
    held = {"Ada", "image", "png"}  # whose it is, and the type of the file
    plain = re.sub(r"[0-9a-f]{16,}|https?://\S+", "", made)
    assert in_small_letters(plain) - held == set()
    german = read("pdf", REFERRALS["pdf"](given_out(home.ws, signed), read_texts("de")))
    assert "Verweis zur Opferidentifizierung" in german


def test_that_the_command_takes_the_language_asked_for_or_the_one_that_is_set(
    home: StudyHome,
    report: Report,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Captured,
) -> None:
    secret = tmp_path / "passphrase"
    secret.write_text("pears and apples")
    monkeypatch.setenv("ASSAY_HOME", str(home.place))
    monkeypatch.setenv("ASSAY_PASSPHRASE_FILE", str(secret))
    home.ws.close()
    out = tmp_path / "report.html"
    words = ["report", "--batch", report.batches[0].id, "--out", str(out)]

    def title(*more: str) -> str:
        assert run([*words, *more]) == 0
        return re.findall("<h1>(.*)</h1>", out.read_text("utf-8"))[0]

    assert title() == "Study report"
    assert title("--language", "de") == "Studienbericht"
    home.place.joinpath("settings.toml").write_text('"look.language" = "de"\n')
    assert title() == "Studienbericht"
    assert title("--language", "en") == "Study report"
    assert run([*words, "--language", "xx"]) == 2
    assert "--language" in capsys.readouterr().err
