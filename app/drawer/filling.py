"""All that fills an open drawer: what reads, which further sections there are, what lays them out.

It is much to load, and the first item needs none of it: it comes with the first drawer opened.
"""

from app.drawer.gathering import EvidenceReader
from app.drawer.more import SOURCES
from app.drawer.sections import prompt_section, sections

__all__ = ["SOURCES", "EvidenceReader", "prompt_section", "sections"]
