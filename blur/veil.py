"""The veil's levels: how much of a picture each lets through.

Level 1 keeps nothing finer than 1/24 of the picture's shorter side, whatever the size of picture
or window: a Gaussian of standard deviation s (as a share of that side) passes
``exp(-2 (pi s f)^2)`` of a wave of f cycles a side; at s = 1/36 and f = 24 that is 1.6e-4 of its
amplitude and 2.5e-8 of its energy.
"""

SOLID_LEVEL = 0
RESTING_LEVEL = 1
LIGHTEST_RESTING_LEVEL = 2
CLEAR_LEVEL = 6
VEIL_LEVELS = (0, 1, 2, 3, 4, 5, 6)

# The picture is shrunk to about this before the Gaussian, so that a veil costs the same for a
# picture of any size; scaled by level, so that a lighter veil is cut from a larger picture.
WORKING_SIDE_PX = 160

# Black under the heaviest veil. Rounding to whole numbers adds noise of 1/12 squared steps, which
# has detail of every fineness; a picture that is never darker than this holds at least 36 squared
# beside it, so that even after the window rounded once more the noise stays under 1e-4.
LIFTED_BLACK = 36

_SIGMA_SHARES = {1: 1 / 36, 2: 1 / 60, 3: 1 / 100, 4: 1 / 180, 5: 1 / 360}


def sigma_share(level: int) -> float:
    """Return the Gaussian's standard deviation of ``level`` as a share of the shorter side.

    Raises:
        ValueError: there is no such level, or it has no blur (0 is solid, 6 is clear).
    """
    if level not in _SIGMA_SHARES:
        raise ValueError(f"level {level} has no blur; 1 to 5 have")
    return _SIGMA_SHARES[level]
