"""Puts in order what was gathered of an item: contradictions before everything."""

from collections.abc import Iterator, Mapping, Sequence

from app.drawer.gathering import Gathered
from app.drawer.section import Fact, Section
from app.known.matching import contradictions
from blur.provenance import C2pa, JpegTables, Prompt, Signal
from grading.consensus import AI_FACT
from storage.known.assertion import Assertion

_SIGNED, _BROKEN, _UNSIGNED = "drawer.signed", "drawer.broken", "drawer.unsigned"
_ORDER = ("attention", "ai", "capture", "edited", "c2pa", "other")
_GENERATED = frozenset(("generated", "suspected"))


def sections(
    gathered: Gathered, facts: Mapping[str, str], copies: int, *, may_show_prompts: bool = False
) -> tuple[Section, ...]:
    """Return what the drawer shows, the gravest first.

    Args:
        gathered: What was found.
        facts: The person's answers so far.
        copies: How many near-copies wait, the item itself counted.
        may_show_prompts: Whether the policy lets the text of prompts be shown when asked for.
    """
    against = tuple(_contradictions(gathered, facts))
    found = [Section("contradictions", against)] if against else []
    return (
        *found,
        _known(gathered.known),
        _declared(gathered, may_show_prompts=may_show_prompts),
        _c2pa(gathered.provenance.c2pa, gathered.untrusting),
        _prints(gathered),
        _copies(copies),
    )


def _contradictions(gathered: Gathered, facts: Mapping[str, str]) -> Iterator[Fact]:
    pointing = {signal.points_to for signal in gathered.provenance.signals}
    told = gathered.known or ()
    found = {
        *contradictions(told, facts, declared_ai=True if "ai" in pointing else None),
        *contradictions(told, {}, declared_ai=False if "capture" in pointing else None),
    }
    for one in sorted(found, key=lambda one: (not one.known_real, one.against)):
        kind = "real" if one.known_real else "made"
        whose = "own" if one.against == "own answer" else "file"
        yield Fact(
            f"drawer.known_{kind}_{whose}",
            blanks=(("source", one.assertion.about.source),),
            points_to="" if one.known_real else "attention",
            is_grave=one.known_real,
        )
    if {"ai", "capture"} <= pointing:
        yield Fact("drawer.marks_disagree", points_to="attention")
    own = facts.get(AI_FACT)
    if own == "no-sign-seen" and "ai" in pointing:
        yield Fact("drawer.own_no_sign", points_to="attention")
    if own in _GENERATED and "capture" in pointing and "ai" not in pointing:
        yield Fact("drawer.own_generated", points_to="attention")


def _known(told: tuple[Assertion, ...] | None) -> Section:
    if told is None:
        return Section("known", (Fact("drawer.known_later"),))
    if not told:
        return Section("known", (Fact("drawer.known_nothing"),))
    return Section("known", tuple(map(_assertion, told)), note="drawer.known_note")


def _assertion(one: Assertion) -> Fact:
    stated, about = one.stated, one.about
    said = [
        *([stated.category] if stated.category else []),
        *([stated.series] if stated.series else []),
        *([stated.label] if stated.label else []),
    ]
    words = "nothing_more"
    if stated.real_child:
        words = "real"
    elif stated.generated:
        words = "made"
    elif stated.harmless:
        words = "harmless"
    near = "exact" if one.is_exact else "same_look" if one.distance_bits == 0 else "near"
    return Fact(
        f"drawer.says_{words}",
        quoted="  ·  ".join((about.source, *said)),
        place=f"{one.kind}  ·  {stated.dated or about.dated or about.added_at[:10]}",
        points_to="capture" if stated.real_child else "ai" if stated.generated else "",
        weight=f"drawer.how_{near}",
        blanks=(("bits", one.distance_bits),),
    )


def _declared(gathered: Gathered, *, may_show_prompts: bool) -> Section:
    if gathered.unread:
        return Section("declared", (Fact("drawer.unread", quoted=gathered.unread),))
    signals = sorted(gathered.provenance.signals, key=lambda one: _ORDER.index(one.points_to))
    facts = [_signal(one, gathered.provenance.c2pa) for one in signals]
    left_out, tables = gathered.provenance.left_out, gathered.provenance.jpeg_tables
    if left_out:
        facts.append(Fact("drawer.left_out", blanks=(("n", left_out),)))
    if not facts:
        facts.append(Fact("drawer.nothing_declared"))
    if tables is not None:
        facts.append(_tables(tables))
    asks = may_show_prompts and any(one.sha256 for one in signals)
    return Section("declared", tuple(facts), action="prompt_text" if asks else "")


def _tables(tables: JpegTables) -> Fact:
    if tables.quality is None:
        return Fact("drawer.tables_own", quoted=tables.sha256, points_to="other")
    quality = (("quality", tables.quality),)
    return Fact("drawer.tables_standard", quality, quoted=tables.sha256, points_to="other")


def prompt_section(found: Sequence[Prompt]) -> Section:
    """Return the section of the prompts that were asked for."""
    facts = tuple(
        Fact(
            "drawer.prompt" if one.is_whole else "drawer.prompt_cut",
            quoted=one.text,
            place=one.where,
        )
        for one in found
    )
    return Section("prompts", facts or (Fact("drawer.no_prompts"),))


def _signal(signal: Signal, c2pa: C2pa | None) -> Fact:
    weight = _UNSIGNED
    if signal.where.startswith("C2PA"):
        holds = c2pa is not None and c2pa.state in {"Valid", "Trusted"}
        weight = _SIGNED if holds else _BROKEN
    if signal.points_to == "attention":
        weight = ""
    return Fact(
        f"drawer.signal_{signal.kind.replace('-', '_')}",
        quoted=signal.detail,
        place=signal.where,
        points_to=signal.points_to,
        weight=weight,
        blanks=(("n", signal.characters), ("digest", signal.sha256)),
        aside="drawer.text_not_shown" if signal.sha256 else "",
    )


def _c2pa(c2pa: C2pa | None, untrusting: Sequence[str]) -> Section:
    if c2pa is None:
        return Section("c2pa", (Fact("drawer.no_manifest"),))
    facts = [Fact(f"drawer.state_{c2pa.state.lower()}")]
    if c2pa.active_issuer:
        facts.append(Fact("drawer.issuer", quoted=c2pa.active_issuer))
    if c2pa.active_generator:
        facts.append(Fact("drawer.generator", quoted=c2pa.active_generator))
    facts += [Fact("drawer.code", quoted=code) for code in c2pa.codes]
    facts += [
        Fact("drawer.trust_list", quoted=fault, points_to="attention") for fault in untrusting
    ]
    return Section("c2pa", tuple(facts))


def _prints(gathered: Gathered) -> Section:
    row, prints = gathered.row, gathered.prints
    facts = [
        Fact("drawer.sha256", quoted=row.item),
        Fact("drawer.sha1", quoted=row.sha1),
        Fact("drawer.md5", quoted=row.md5),
    ]
    if prints is not None:
        quality = (("quality", prints.pdq_quality),)
        facts += [
            Fact("drawer.pdq", blanks=quality, quoted=prints.pdq),
            Fact("drawer.phash", quoted=prints.phash),
            Fact("drawer.dhash", quoted=prints.dhash),
        ]
    return Section("prints", tuple(facts))


def _copies(copies: int) -> Section:
    if copies < 2:
        return Section("copies", (Fact("drawer.no_copies"),))
    return Section("copies", (Fact("drawer.waiting", blanks=(("n", copies),)),), action="together")
