"""What an open drawer is filled with, as it comes, and what reads it.

It is much to load, and the first item needs none of it: it comes with the first drawer opened.
"""

from collections.abc import Mapping, Sequence

from app.drawer.gathering import EvidenceReader, Gathered, Prompt
from app.drawer.more import SOURCES
from app.drawer.section import Section
from app.drawer.sections import prompt_section, sections

_LAST = "prints"  # digests are looked at least: they come after whatever says something of the item


class Filling:
    """What one drawer is filled with, from when it is opened until it shuts."""

    sources = SOURCES

    def __init__(self, gathered: Gathered) -> None:
        """Begin with what was gathered; the rest comes."""
        self.gathered = gathered
        self._further: tuple[Section, ...] = ()
        self._prompts: tuple[Section, ...] = ()

    @property
    def shows_prompts(self) -> bool:
        """Whether the text of the prompts is among it."""
        return bool(self._prompts)

    def add(self, section: Section) -> None:
        """Take in a further section."""
        self._further += (section,)

    def show_prompts(self, found: Sequence[Prompt]) -> None:
        """Take in the text of the prompts."""
        self._prompts = (prompt_section(found),)

    def sections(
        self, facts: Mapping[str, str], copies: int, *, may_show_prompts: bool
    ) -> tuple[Section, ...]:
        """Return all that is there, in the order in which it is read; arguments as `sections`."""
        found = sections(self.gathered, facts, copies, may_show_prompts=may_show_prompts)
        place = next((n for n, one in enumerate(found) if one.name == _LAST), len(found))
        return (*self._prompts, *found[:place], *self._further, *found[place:])


class DrawerReader(EvidenceReader):
    """Reads what drawers are filled with."""

    def fill(self, item: str, batch: str) -> Filling:
        """Return what a drawer begins with; raises what `gather` raises."""
        return Filling(self.gather(item, batch))
