"""Explain: how one payee's scores and pay of one period came about, recomputed exactly on the way."""

from jointpay.results.explanation import Explanation
from jointpay.results.scorecard import Scorecard
from jointpay.results.settlement import Settlement

__all__ = ["explain"]


def explain(result: Scorecard | Settlement, payee: str, period: str) -> Explanation:
    """Explain one payee's numbers of one period: terms that add up exactly, from facts to points, and to the amount.

    Nothing is estimated and nothing is looked up again: the terms are the intermediates that the result keeps, and every
    published number is recomputed from them in exact arithmetic.

    Parameters
    ----------
    result
        A settlement, or a scorecard, which ends with the score.
    payee
        Id of the person.
    period
        Id of the period, such as ``2026-02``.

    Raises
    ------
    MismatchError
        The result has no such payee, no such period, or no seat of theirs in it; or a number of the result does not
        follow from its terms, because it was changed.
    """
    # A job that scores and pays need not load what explains.
    from jointpay.results.explain_payee import explain_payee  # noqa: PLC0415

    return explain_payee(result, payee, period)
