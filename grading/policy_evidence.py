"""The part of the policy on the evidence drawer: prompts, and who is believed as a signer."""

import re
from dataclasses import fields

from grading.datafile import Section
from grading.late_methods import dataclass

_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class EvidencePolicy:
    """What the drawer may show, and by which lists a signer of a manifest counts as trusted.

    Attributes:
        prompt_text: Whether the text of a prompt may be shown, if a person asks for it.
        trust_lists: SHA-256 of the organisation's files of certificates; empty: nobody is trusted.
    """

    prompt_text: bool
    trust_lists: tuple[str, ...]


def read_evidence(section: Section) -> EvidencePolicy:
    """Read the section.

    Raises:
        PolicyError: As the section raises it.
    """
    section.only(*(one.name for one in fields(EvidencePolicy)))
    lists = section.texts_or_empty("trust_lists")
    for place, digest in enumerate(lists):
        if not _DIGEST.fullmatch(digest):
            section.refuse(f"{digest[:60]!r} is no SHA-256 in hex", "trust_lists", place)
    return EvidencePolicy(prompt_text=section.flag("prompt_text"), trust_lists=lists)
