"""What the drawer shows: sections of facts. Words are ids of texts; what a file says is quoted."""

from grading.late_methods import dataclass


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of a section.

    Attributes:
        words: The id of the text that says what it is.
        blanks: What fills the blanks of that text, as pairs of name and value.
        quoted: What a file or a list says, as it stands there. It is never markup.
        place: Where it stands there.
        points_to: What it speaks for: one of ``blur.provenance.DIRECTIONS``, or nothing.
        weight: The id of the text that says how much it can bear, or nothing.
        aside: The id of a text that says more, in a smaller type, with the same blanks; or nothing.
        is_grave: Whether it comes before everything else.
    """

    words: str
    blanks: tuple[tuple[str, object], ...] = ()
    quoted: str = ""
    place: str = ""
    points_to: str = ""
    weight: str = ""
    aside: str = ""
    is_grave: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """Facts of one kind; its title is the text ``drawer.NAME``, ``note`` the id of what to add.

    ``action`` is the id of what can be done about them, by its key or a button.
    """

    name: str
    facts: tuple[Fact, ...]
    note: str = ""
    action: str = ""
