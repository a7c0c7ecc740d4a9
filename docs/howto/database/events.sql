-- The tables this recipe reads. `logged_at` is an instant: timestamptz, never a timestamp without time zone.
create table events (
    event_id bigint not null,
    logged_at timestamptz not null,
    item text not null,
    channel text not null,
    kind text not null,
    value bigint,
    bot boolean not null
);
create table credits (person text, role text, item text, share text, starts date, ends date);
create table people (person text, role text, starts date, ends date);
