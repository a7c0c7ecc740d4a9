-- The facts of plan.yaml: one row for each day, item and channel.
with counted as (
    select distinct event_id, logged_at, item, channel, kind, value, bot   -- a repeated row counts once
    from events
    where kind in ('click', 'dwell', 'payment', 'refund')           -- kinds that some total names
),
told as (
    select
        (logged_at at time zone 'Europe/Berlin')::date as day,             -- the plan's zone, not the session's
        item,
        case when channel in ('search', 'feed', 'other') then channel else 'other' end as channel,
        kind,
        case when kind = 'dwell' then least(value, 1800000) else value end as value,
        bot
    from counted
)
select
    day,
    item,
    channel,
    count(*) filter (where kind = 'click' and not bot) as clicks,
    count(*) filter (where kind = 'dwell' and value >= 3000) as qualified,
    coalesce(sum(value) filter (where kind = 'dwell'), 0)::bigint as dwell,
    (coalesce(sum(value) filter (where kind = 'payment'), 0)
        - coalesce(sum(value) filter (where kind = 'refund'), 0))::bigint as revenue
from told
group by day, item, channel
