"""How figures are written in a report that people read."""

DASH = "\N{EN DASH}"  # stands for what cannot be said, such as a share of nothing


def whole_number(number: int) -> str:
    """Return a count with commas at thousands."""
    return f"{number:,}"


def share(number: int | None) -> str:
    """Return whole percent, or a dash for a share of nothing."""
    return DASH if number is None else f"{number}\u00a0%"


def figure(number: float | None) -> str:
    """Return a figure to one decimal, or a dash."""
    return DASH if number is None else f"{number:,.1f}"


def points(number: int | None) -> str:
    """Return a difference of shares with its sign, or a dash."""
    if not number:
        return DASH if number is None else "0"
    return f"{number:+d}".replace("-", "\N{MINUS SIGN}")


def plain_number(number: float) -> str:
    """Return a figure that a person entered, without decimals that it does not have."""
    return f"{number:,.0f}" if number == int(number) else f"{number:,.2f}"
