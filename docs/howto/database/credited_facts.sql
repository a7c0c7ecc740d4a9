-- The facts of credited items by name, and everything else as one item: what happened on items that HR has no
-- credits for leaves the database only as a sum, and company-wide measures still read all of it.
select
    day,
    case when exists (
        select from credits
        where credits.item = facts.item and starts <= day and (ends is null or day < ends)
    ) then item else 'not credited' end as item,
    channel,
    sum(clicks)::bigint as clicks,
    sum(qualified)::bigint as qualified,
    sum(dwell)::bigint as dwell,
    sum(revenue)::bigint as revenue
from facts
group by 1, 2, 3
