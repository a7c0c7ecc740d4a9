"""Who shares how much with whom: the weights of the partners of a payee row."""

from fractions import Fraction

from jointpay.testing.reference_data import Credit, PlainData, Row

__all__ = ["partner_weights"]


def _credits_of(data: PlainData, row: Row) -> list[Credit]:
    return [credit for credit in data.credits if credit.person == row.person and credit.role == row.seat.role]


def partner_weights(data: PlainData, row: Row, partners: tuple[Row, ...]) -> tuple[tuple[int, Fraction], ...]:
    """Give (place among the partner rows, weight) for every partner row with a weight above zero.

    Formula: weight = sum over shared items and days of own share * partner's share, over the days of the period on
    which both hold their seats.
    """
    own = _credits_of(data, row)
    found = []
    for place, partner in enumerate(partners):
        if partner.period != row.period:
            continue
        weight = Fraction(0)
        for mine in own:
            for theirs in _credits_of(data, partner):
                if mine.item == theirs.item:
                    first = max(mine.start, theirs.start, row.start, partner.start)
                    after = min(mine.end, theirs.end, row.end, partner.end)
                    weight += mine.share * theirs.share * max(0, after - first)
        if weight > 0:
            found.append((place, weight))
    return tuple(found)
