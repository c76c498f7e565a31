"""`agreement --batch ID`: how far graders agree on a batch, overall and question by question."""

import argparse
from collections.abc import Collection
from dataclasses import replace

from app.batches import logged_batch
from app.bootstrap import Workstation
from app.cli.agreement import summary_lines
from app.cli.opening import opened
from app.cli.output import Output
from app.cli.watching import watched
from app.quality.figures import Overall, Question, overall, questions
from app.quality.gradings import Asked, Gradings, gradings
from app.quality.pseudonyms import pseudonyms
from app.second_opinion.own_first import waiting
from grading.agreement.sentences import ONE_PERSON_ALONE, count
from grading.agreement.summary import Summary


def run_on_batch(arguments: argparse.Namespace, out: Output) -> int:
    """Compute and print; the exit status is 0 however little the graders agree."""
    with opened(arguments) as ws:
        batch, items = logged_batch(ws, arguments.batch)
        scheme = ws.schemes.find(arguments.scheme)
        asked = Asked(items=items, scheme=scheme.name)
        home = ws.home
        known = Gradings(ws, watched(out))
        every = gradings(ws, asked, known)
        hidden = waiting(ws, {one.item for one in every}, known.voices)
        found = [one for one in every if one.item not in hidden]
        alone = not found and _one_alone(ws, items, known)
        persons = [key.person for key in home.roster.keys]
        names = pseudonyms(persons, home.deployment, me=home.person.id)
    named = [replace(one, grader=names.get(one.grader, one.grader)) for one in found]
    watch = watched(out)
    whole = overall(named, scheme, watch=watch)
    if alone:
        whole = replace(whole, summary=_because(whole.summary, ONE_PERSON_ALONE))
    by_question = questions(named, scheme, watch=watch)
    document = _document(batch, scheme.name, whole, by_question)
    out.document({**document, "own_answer_first": len(hidden)})
    scale = f"the {whole.matrix.scale.size} outcomes of {scheme.name}"
    for line in summary_lines(whole.summary, scale, whole.summary.notes):
        out.line(line)
    if hidden:
        out.line(f"- Not counted, because they wait for your own answer: {len(hidden):,}.")
    out.line("")
    compared = [question for question in by_question if question.table.by_two]
    for question in compared:
        out.line(_said(question))
    if len(compared) < len(by_question):
        left_out = count(len(by_question) - len(compared), "question")
        which = f"{left_out} more" if compared else f"All {left_out}"
        out.line(f"{which}: no item reached by two graders, so nothing can be compared.")
    return 0


def _one_alone(ws: Workstation, items: Collection[str], known: Gradings) -> bool:
    """Whether one person alone answered, and nothing waits for the reader's own answer."""
    return len(known.answered_by(items)) == 1 and not waiting(ws, items, known.voices)


def _because(summary: Summary, why: str) -> Summary:
    statistics = {
        name: replace(estimate, undefined=why) for name, estimate in summary.statistics.items()
    }
    return replace(summary, statistics=statistics)


def _document(
    batch: str, scheme: str, whole: Overall, by_question: tuple[Question, ...]
) -> dict[str, object]:
    return {
        "batch": batch,
        "scheme": scheme,
        **whole.summary.as_json(),
        "questions": [
            {
                "fact": one.table.fact,
                "title": one.title,
                "reached_by_two": one.table.by_two,
                "reached_by_one": one.table.by_one,
                "reached_apart": one.table.reached_apart,
                "parted_here": len(one.table.parted),
                "meaning": one.meaning,
                **one.summary.as_json(),
            }
            for one in by_question
        ],
    }


def _said(question: Question) -> str:
    table = question.table
    reached = f"{table.by_two:,} items reached by two or more, {len(table.parted):,} part here"
    return f"{question.title}  {reached}. {question.meaning}"
