"""Draws a scheme as a diagram."""

from grading.scheme import Route, Scheme


def mermaid(scheme: Scheme) -> str:
    """Return the scheme as a Mermaid flow chart: questions, answers on the arrows, outcomes."""
    lines = ["flowchart TD"]
    for question in scheme.questions:
        if question.fact != scheme.last:
            lines.append(f'  q_{_id(question.fact)}["{_text(question.title)}"]')
    for leaf in scheme.leaves:
        lines.append(f'  o_{_id(leaf.name)}(["{_text(leaf.words)}"])')
    lines += [_arrow(route) for route in scheme.routes]
    last = scheme.question(scheme.last)
    lines.append(f'  last[/"Asked at every outcome: {_text(last.title)}"/]')
    return "\n".join(lines)


def _arrow(route: Route) -> str:
    said = " or ".join(route.answers)
    where = ", ".join(f"{fact} {' or '.join(values)}" for fact, values in route.when)
    label = f"{said} ({where})" if where else said
    end = f"o_{_id(route.end)}" if route.end is not None else f"q_{_id(route.to or '')}"
    return f'  q_{_id(route.fact)} -->|"{_text(label)}"| {end}'


def _id(name: str) -> str:
    return "".join(letter if letter.isalnum() else "_" for letter in name)


def _text(words: str) -> str:
    return words.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
