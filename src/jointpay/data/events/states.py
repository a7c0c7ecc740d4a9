"""Why an event counts or not: the states of rows, and what they are called where they are listed as excluded."""

__all__ = [
    "BEYOND",
    "CAPPED",
    "CLOSED",
    "COUNTED",
    "DUPLICATE",
    "EMPTY_KEY",
    "IGNORED",
    "NO_TOUCH",
    "ORDER_EXCLUDED",
    "ORDER_UNKNOWN",
    "REASONS",
    "REPEATED",
    "UNKNOWN_VISITOR",
]

COUNTED, DUPLICATE, IGNORED, BEYOND, NO_TOUCH, ORDER_UNKNOWN, ORDER_EXCLUDED, CLOSED, EMPTY_KEY = range(9)

REASONS = {
    DUPLICATE: "duplicate",
    IGNORED: "ignored_kind",
    BEYOND: "value_limit",
    NO_TOUCH: "no_touch",
    ORDER_UNKNOWN: "order_unknown",
    ORDER_EXCLUDED: "order_excluded",
    CLOSED: "closed_period",
    EMPTY_KEY: "empty_key",
}
CAPPED = "value_cap"
"""Reason of rows that count, as the cap."""
REPEATED, UNKNOWN_VISITOR = "repeated_in_interval", "visitor_unknown"
"""Reasons of rows that totals with `once_per` leave out; in other totals they count."""
