"""Further sections of the drawer: each source is asked on the drawer's own thread, one by one.

A source takes the workstation and what was gathered of the item, and returns a section, or None
where it has nothing to say. What it raises is told as a fault and takes nothing from the others.
It is asked after `gathering`; a section comes to the screen as soon as it is there. What may be
told only after the person's own answer asks `gathered.is_answered`.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from app.drawer.classifiers import classifiers
from app.drawer.gathering import Gathered
from app.drawer.section import Section

if TYPE_CHECKING:
    from app.bootstrap import Workstation

Source = Callable[["Workstation", Gathered], Section | None]

SOURCES: tuple[Source, ...] = (classifiers,)
