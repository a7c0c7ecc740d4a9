-- The same totals without days, items and channels: the sums of the facts must be these.
select
    count(*) filter (where kind = 'click' and not bot) as clicks,
    count(*) filter (where kind = 'dwell' and value >= 3000) as qualified,
    coalesce(sum(least(value, 1800000)) filter (where kind = 'dwell'), 0)::bigint as dwell,
    coalesce(sum(case kind when 'payment' then value when 'refund' then -value end), 0)::bigint as revenue
from (select distinct on (event_id) * from events) as each_once
