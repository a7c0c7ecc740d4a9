-- What `measure` would refuse, and a sum would pass over in silence. It must find nothing.
select 'one id, different content' as problem, event_id::text as witness
from (select distinct event_id, logged_at, item, channel, kind, value, bot from events) as different
group by event_id
having count(*) > 1
union all
select 'unknown kind', kind
from events
where kind not in ('click', 'dwell', 'payment', 'refund', 'hover')
union all
select 'missing or negative value', event_id::text
from events
where kind in ('dwell', 'payment', 'refund') and (value is null or value < 0)
union all
select 'empty item or channel', event_id::text
from events
where item = '' or channel = ''
