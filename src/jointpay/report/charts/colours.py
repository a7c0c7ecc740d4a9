"""Colours that people who see few colours tell apart, and ink that is readable on each of them."""

from collections.abc import Sequence
from fractions import Fraction

__all__ = ["ABOVE", "BELOW", "MISSING", "NEUTRAL", "ROLES", "contrast", "ink_on", "mixed", "points_colour"]

ABOVE, BELOW, NEUTRAL = "#0072b2", "#d55e00", "#f7f7f5"
"""Above target, below target (blue and vermilion of Okabe and Ito's palette), and exactly on target."""
MISSING = "#eceff1"
ROLES = ("#0072b2", "#b35900", "#00795c", "#a3487a", "#5b6670")
"""One accent for each role in the order of the plan: Okabe and Ito's hues, dark enough for text on white."""

FULL_AWAY = 50
"""Points away from 100 at which a colour is full."""


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    """Give the relative luminance that WCAG 2 defines."""
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (channel / 255 for channel in _channels(colour))
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Give the contrast ratio of two colours, 1 to 21, as WCAG 2 defines it.

    >>> contrast("#000000", "#ffffff")
    21.0
    """
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def ink_on(colour: str, inks: Sequence[str] = ("#000000", "#ffffff")) -> str:
    """Give the ink that stands out most from a colour; one of black and white always has a contrast of 4.5 or more."""
    return max(inks, key=lambda ink: contrast(ink, colour))


def points_colour(points: Fraction) -> str:
    """Give the colour of points: neutral at 100, full at 50 points above or below, and no fuller beyond.

    >>> points_colour(Fraction(100)), points_colour(Fraction(175))
    ('#f7f7f5', '#0072b2')
    """
    return mixed(NEUTRAL, ABOVE if points > 100 else BELOW, min(abs(points - 100) / FULL_AWAY, Fraction(1)))


def mixed(start: str, end: str, part: Fraction) -> str:
    """Give the colour that lies a part of the way from one to another."""
    channels = zip(_channels(start), _channels(end), strict=True)
    return "#" + "".join(f"{round(first + (last - first) * part):02x}" for first, last in channels)
