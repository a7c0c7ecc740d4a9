"""The dataset: everything that happened, read and checked against one plan."""

from collections.abc import Mapping
from dataclasses import dataclass

from jointpay.data.credits import Credits
from jointpay.data.facts import Facts
from jointpay.data.people import People
from jointpay.data.targets import TargetTable

__all__ = ["Dataset"]


@dataclass(frozen=True, slots=True, eq=False)
class Dataset:
    """Facts, credits, people and targets that fit one plan and one another. It holds no pay."""

    facts: Facts
    credits: Credits
    people: People
    targets: Mapping[str, TargetTable]
    plan_digest: str
    digest: str
    """sha256 of the content, whatever the order of rows, the dataframe library or the file it came from."""
