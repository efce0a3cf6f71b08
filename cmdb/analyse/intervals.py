"""How far a measured share may lie from the true one."""

from math import sqrt

Z_95 = 1.959964
"""Standard deviations of the normal distribution between which 95 % lie, on each side."""


def wilson(hits: float, tries: float) -> tuple[float, float]:
    """The 95 % interval of a share, after Wilson; (0, 1) where nothing was tried.

    Unlike the plain normal interval it says something of shares near 0 and 1. Source: E. B. Wilson, "Probable
    inference, the law of succession, and statistical inference", 1927.
    """
    if tries <= 0:
        return 0.0, 1.0
    share, weight = hits / tries, Z_95**2 / tries
    middle = (share + weight / 2) / (1 + weight)
    half = Z_95 * sqrt(share * (1 - share) / tries + weight / (4 * tries)) / (1 + weight)
    return max(0.0, middle - half), min(1.0, middle + half)
