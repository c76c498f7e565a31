"""What a person can do about an error, where that hangs on where they are."""


class DeskAdvice(str):
    """Advice to somebody who grades: it helps nobody before there is a desk."""
