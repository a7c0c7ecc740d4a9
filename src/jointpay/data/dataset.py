"""The dataset: everything that happened, read and checked against one plan."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from jointpay.data.content import content_digest
from jointpay.data.credits import Credits
from jointpay.data.cross_checks import cross_findings
from jointpay.data.facts import Facts
from jointpay.data.people import People
from jointpay.data.targets import Targets, TargetTable
from jointpay.errors import DataError
from jointpay.findings import Finding, Findings
from jointpay.plan.plan import Plan

__all__ = ["Dataset", "dataset"]


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
    notes: tuple[Finding, ...] = ()
    """What is worth knowing about the tables and about how they fit; nothing in it stops a run."""

    def __repr__(self) -> str:
        from jointpay.data import display  # noqa: PLC0415 - what shows this record imports it

        return display.dataset_line(self)

    def _repr_html_(self) -> str:
        from jointpay.data import display  # noqa: PLC0415 - the same

        return display.dataset_html(self)


def dataset(
    plan: Plan,
    *,
    facts: Facts,
    credits: Credits,  # noqa: A002 - the field's own word; the builtin prints a text nobody means here
    people: People,
    targets: Mapping[str, TargetTable] | None = None,
) -> Dataset:
    """Put the tables of one plan together, after checking that they fit it and one another.

    Facts outside the days on which the plan holds are kept: growth targets look back at them. Facts nobody is credited
    with stay unattributed, and are counted.

    Raises `DataError` with every misfit: totals the plan does not have, or lacks; credits of people who are not in the
    people table or never hold the role while credited; group columns and targets the plan reads and that are missing;
    ids that have lost their leading zeros in one of the tables.
    """
    tables: Mapping[str, TargetTable] = {} if targets is None else targets
    found = cross_findings(plan, facts=facts, credits=credits, people=people, targets=tables)
    errors = [finding for finding in found if finding.severity == "error"]
    if errors:
        raise DataError(errors)
    own = targets.notes if isinstance(targets, Targets) else ()
    return Dataset(
        facts=facts,
        credits=credits,
        people=people,
        targets=MappingProxyType(dict(tables)),
        plan_digest=plan.digest,
        digest=content_digest(facts=facts, credits=credits, people=people, targets=tables),
        notes=Findings((*facts.notes, *people.notes, *credits.notes, *own, *found)),
    )
