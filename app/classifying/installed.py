"""Use case: take classifiers in, list them, remove them. None runs unless the policy names it."""

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from app.bootstrap import decoder_command
from app.errors import ClassifierError
from app.names import shown
from blur.classifier import Classifier, Recipe
from blur.limits import DEFAULT
from grading.classifier.card import Card, read_card
from grading.datafile import SIZE_MAX_BYTES
from grading.errors import CardError
from grading.late_methods import dataclass
from storage.classifier_shelf import ClassifierShelf
from storage.errors import ClassifierFileError
from storage.scores import forget_scores_by

if TYPE_CHECKING:
    from app.bootstrap import Workstation

_SHORTEST_PREFIX = 4  # hex digits


@dataclass(frozen=True, slots=True)
class Installed:
    """A classifier of this home, and whether the policy lets it run."""

    card: Card
    allowed: bool


@dataclass(frozen=True, slots=True)
class Damaged:
    """A classifier that does not run, whatever the policy says, until it is added again.

    Its ``title`` is None where its card is what was damaged; else its model is.
    """

    id: str
    title: str | None


@dataclass(frozen=True, slots=True)
class Removed:
    """A classifier that was taken away; its card is None where that was damaged."""

    id: str
    card: Card | None


def add_classifier(ws: "Workstation", model: Path, card_file: Path) -> Installed:
    """Take a classifier in, once it was tried in a locked-down process.

    A program is not tried: it runs only where the policy names it.

    Raises:
        CardError: The card is wrong, with the line.
        ClassifierError: The model is not the card's, or is there already.
        ModelError: The model cannot be used.
        OSError: A file cannot be read.
    """
    card_bytes = _bytes(card_file, SIZE_MAX_BYTES)
    card = read_card(card_bytes, shown(card_file.name))
    data = _bytes(model, DEFAULT.model_bytes)
    if card.kind == "onnx":
        with closing(Classifier(decoder_command())) as classifier:
            classifier.use(data, card.model, recipe_of(card))
    shelf = ClassifierShelf(ws.home.place)
    if not shelf.is_model(data, card.model):
        raise ClassifierError("The SHA-256 of this program is not the one on its card.")
    shelf.put(card_bytes, data, runnable=card.kind == "program")
    return Installed(card, may_run(ws, card))


def installed(ws: "Workstation") -> tuple[Installed, ...]:
    """Return the classifiers of this home, by their names; `damaged_cards` are not among them."""
    return tuple(Installed(card, may_run(ws, card)) for card in _read(ws)[0])


def damaged_cards(ws: "Workstation") -> tuple[str, ...]:
    """Return the ids of cards that were changed on the disk: none of them runs."""
    return _read(ws)[1]


def damaged(ws: "Workstation") -> tuple[Damaged, ...]:
    """Return the classifiers whose card or model is gone or changed. Reads every model through."""
    cards, unread = _read(ws)
    shelf = ClassifierShelf(ws.home.place)
    found = [Damaged(card, None) for card in unread]
    for card in cards:
        try:
            shelf.require(card.model)
        except ClassifierFileError:
            found.append(Damaged(card.id, card.title))
    return tuple(found)


def remove_classifier(ws: "Workstation", named: str) -> Removed:
    """Take a classifier away, with everything it said.

    Args:
        ws: An open home.
        named: Its id, the beginning of it, or its name; one whose card is damaged has no name.

    Raises:
        ClassifierError: None, or more than one, is called that.
    """
    cards, damaged = _read(ws)
    found = [
        Removed(card.id, card)
        for card in cards
        if named in (card.name, card.title) or _begins(card.id, named)
    ]
    found += [Removed(card, None) for card in damaged if _begins(card, named)]
    if len(found) != 1:
        many = f"{len(found)} classifiers are" if found else "No classifier here is"
        raise ClassifierError(f"{many} called '{shown(named)}'.")
    (gone,) = found
    forget_scores_by(ws.home.local, gone.id)
    shelf = ClassifierShelf(ws.home.place)
    kept = {card.model for card in cards if card.id != gone.id}
    if set(damaged) - {gone.id}:  # which models those name is not known
        kept |= shelf.models() - ({gone.card.model} if gone.card else set())
    shelf.remove(gone.id, kept)
    return gone


def _read(ws: "Workstation") -> tuple[list[Card], tuple[str, ...]]:
    """Return the cards in the order of their names, and the ids of those that cannot be read."""
    whole, damaged = ClassifierShelf(ws.home.place).cards()
    cards, unread = [], list(damaged)
    for name, data in whole.items():
        try:
            cards.append(read_card(data, f"card {name[:12]}"))
        except CardError:  # an earlier version of the program took it
            unread.append(name)
    return sorted(cards, key=lambda card: (card.title, card.id)), tuple(unread)


def _begins(card: str, named: str) -> bool:
    return len(named) >= _SHORTEST_PREFIX and card.startswith(named.lower())


def may_run(ws: "Workstation", card: Card) -> bool:
    """Whether the signed policy lets a classifier run; a program is named there twice."""
    rules = ws.policy.classifiers
    if card.id not in rules.allowed:
        return False
    return card.kind == "onnx" or card.model in rules.programs


def recipe_of(card: Card) -> Recipe:
    """Return what a card says of input and output, as the process that runs it wants it."""
    given = card.input
    return Recipe(
        width=given.width,
        height=given.height,
        colour=given.colour,
        layout=given.layout,
        fit=given.fit,
        mean=given.mean,
        std=given.std,
        outputs=len(card.labels),
        activation=card.activation,
    )


def _bytes(place: Path, most_bytes: int) -> bytes:
    with place.open("rb") as file:
        data = file.read(most_bytes + 1)
    if len(data) > most_bytes:
        raise ClassifierError(f"{shown(place.name)} is larger than {most_bytes:,} bytes.")
    return data
