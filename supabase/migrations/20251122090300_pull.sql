-- Reading: one statement, one snapshot, one jsonb. Row-level security applies to every row.

-- Names the history that numbers belong to: the installation, the user's own part, and the cluster with its
-- timeline, one of which a restored or promoted database changes. Opaque to clients.
create or replace function runglass_private.epoch_of(p_user uuid) returns text
language sql stable security definer set search_path = '' as $$
  select pg_catalog.concat_ws('.', i.epoch, h.epoch,
    (select pg_catalog.to_hex(system_identifier) from pg_catalog.pg_control_system()),
    case when pg_catalog.pg_is_in_recovery() then (select pg_catalog.to_hex(timeline_id) from pg_catalog.pg_control_checkpoint())
      else left(pg_catalog.pg_walfile_name(pg_catalog.pg_current_wal_insert_lsn()), 8) end::text)
  from runglass_private.installation i
  left join runglass_private.sync_head h on h.user_id = p_user and h.epoch <> '00000000-0000-0000-0000-000000000000'
$$;

-- Changes of the caller with seq in (since, head], at most n and about `bytes`; the numbers are found in the
-- indexes first, so that only the rows of the page are read. The answer is put together as text and becomes
-- jsonb once: twice as fast as jsonb of jsonb.
create or replace function runglass_private.pull_page(p_user uuid, p_since bigint, p_rows integer, p_bytes bigint)
returns table (changes text, last bigint, complete boolean)
language plpgsql stable set search_path = '' set plan_cache_mode = force_custom_plan as $$
begin
  return query
  with seqs as (
    (select s.sync_seq from public.projects s where s.user_id = p_user and s.sync_seq > p_since order by s.sync_seq limit p_rows + 1) union all
    (select s.sync_seq from public.training_runs s where s.user_id = p_user and s.sync_seq > p_since order by s.sync_seq limit p_rows + 1) union all
    (select s.sync_seq from public.models s where s.user_id = p_user and s.sync_seq > p_since order by s.sync_seq limit p_rows + 1) union all
    (select s.sync_seq from public.usage_tracking s where s.user_id = p_user and s.sync_seq > p_since order by s.sync_seq limit p_rows + 1) union all
    (select s.sync_seq from public.subscriptions s where s.user_id = p_user and s.sync_seq > p_since order by s.sync_seq limit p_rows + 1) union all
    (select s.sync_seq from public.ide_sync_events s where s.user_id = p_user and s.sync_seq > p_since order by s.sync_seq limit p_rows + 1) union all
    (select s.sync_seq from public.sync_tombstones s where s.user_id = p_user and s.sync_seq > p_since order by s.sync_seq limit p_rows + 1)
  ), firsts as (
    select s.sync_seq from seqs s order by s.sync_seq limit p_rows + 1
  ), cut as (
    -- Never below the first number: rows that share it (a dump loaded past the triggers) make a longer page, not an empty one.
    select coalesce((select greatest(f.sync_seq - 1, (select min(m.sync_seq) from firsts m))
      from firsts f order by f.sync_seq offset p_rows limit 1), 9223372036854775807) as seq
  ), page as (
    select 'projects' as tbl, s.sync_seq, pg_catalog.row_to_json(s)::text as data from public.projects s where s.user_id = p_user and s.sync_seq > p_since and s.sync_seq <= (select seq from cut) union all
    select 'training_runs', s.sync_seq, pg_catalog.row_to_json(s)::text from public.training_runs s where s.user_id = p_user and s.sync_seq > p_since and s.sync_seq <= (select seq from cut) union all
    select 'models', s.sync_seq, pg_catalog.row_to_json(s)::text from public.models s where s.user_id = p_user and s.sync_seq > p_since and s.sync_seq <= (select seq from cut) union all
    select 'usage_tracking', s.sync_seq, pg_catalog.row_to_json(s)::text from public.usage_tracking s where s.user_id = p_user and s.sync_seq > p_since and s.sync_seq <= (select seq from cut) union all
    select 'subscriptions', s.sync_seq, pg_catalog.row_to_json(s)::text from public.subscriptions s where s.user_id = p_user and s.sync_seq > p_since and s.sync_seq <= (select seq from cut) union all
    select 'ide_sync_events', s.sync_seq, pg_catalog.row_to_json(s)::text from public.ide_sync_events s where s.user_id = p_user and s.sync_seq > p_since and s.sync_seq <= (select seq from cut) union all
    select null, s.sync_seq, pg_catalog.json_build_object('tbl', s.tbl, 'seq', s.sync_seq, 'id', s.pk, 'row_seq', s.row_seq, 'deleted_at', s.deleted_at)::text
      from public.sync_tombstones s where s.user_id = p_user and s.sync_seq > p_since and s.sync_seq <= (select seq from cut)
  ), sized as (
    select p.*, coalesce(sum(pg_catalog.octet_length(p.data)) over
      (order by p.sync_seq rows between unbounded preceding and 1 preceding), 0) as before
    from page p
  )
  select pg_catalog.concat('[', pg_catalog.string_agg(case when s.tbl is null then s.data
      else pg_catalog.concat('{"tbl":"', s.tbl, '","seq":', s.sync_seq, ',"row":', s.data, '}') end, ',' order by s.sync_seq)
      filter (where s.before < p_bytes), ']'),
    max(s.sync_seq) filter (where s.before < p_bytes),
    coalesce(pg_catalog.bool_and(s.before < p_bytes), true) and (select count(*) <= p_rows from firsts)
  from sized s;
end $$;

-- The first picture. Projects, subscription and usage come whole, because sums of a part would be wrong and nobody could tell;
-- `bytes` bounds the rest, and what does not fit is left to the keyset pages that the client asks for. The answer is a
-- part of sync_pull's: the changes, and the tables of which rows did not fit (the oldest of the last ranks).
create or replace function runglass_private.pull_snapshot(p_user uuid, p_now timestamptz, p_bytes bigint) returns text
language plpgsql stable set search_path = '' set plan_cache_mode = force_custom_plan as $$
begin
  return (
  with subscription as (
    select s.* from public.subscriptions s where s.user_id = p_user
    order by s.status in ('active', 'trialing', 'past_due') desc, coalesce(s.current_period_start, s.created_at) desc limit 1
  ), usage_from as (
    select least((p_now at time zone 'utc')::date - 90,
      (select (s.current_period_start at time zone 'utc')::date from subscription s),
      pg_catalog.date_trunc('month', p_now at time zone 'utc')::date) as day
  ), newest_runs as (
    select r.id from public.training_runs r where r.user_id = p_user order by r.created_at desc, r.id desc limit 500
  ), unfinished_runs as (
    select r.id from public.training_runs r where r.user_id = p_user and r.status in ('queued', 'running')
    order by r.created_at desc limit 4000
  ), picked as (
    select 1 as rank, s.created_at as at, 'projects' as tbl, s.sync_seq, pg_catalog.row_to_json(s)::text as data from public.projects s where s.user_id = p_user
    union all
    select 2, s.created_at, 'subscriptions', s.sync_seq, pg_catalog.row_to_json(s)::text from subscription s
    union all
    select case when s.status in ('queued', 'running') then 4 else 6 end, s.created_at, 'training_runs', s.sync_seq, pg_catalog.row_to_json(s)::text
      from public.training_runs s
      where s.id in (select n.id from newest_runs n union select n.id from unfinished_runs n)
    union all
    select 3, s.day, 'usage_tracking', s.sync_seq, pg_catalog.row_to_json(s)::text
      from public.usage_tracking s where s.user_id = p_user and s.day >= (select u.day from usage_from u)
    union all
    select 5, s.occurred_at, 'ide_sync_events', s.sync_seq, pg_catalog.row_to_json(s)::text
      from (select e.* from public.ide_sync_events e where e.user_id = p_user order by e.occurred_at desc, e.id desc limit 200) s
    union all
    select 7, s.created_at, 'models', s.sync_seq, pg_catalog.row_to_json(s)::text
      from (select m.* from public.models m where m.user_id = p_user order by m.created_at desc, m.id desc limit 1000) s
  ), sized as (
    select p.*, sum(case when p.rank > 3 then pg_catalog.octet_length(p.data) + 80 else 0 end)
      over (order by p.rank, p.at desc, p.sync_seq desc) as upto from picked p
  )
  select pg_catalog.concat('"changes":[', pg_catalog.string_agg(
      pg_catalog.concat('{"tbl":"', s.tbl, '","seq":', s.sync_seq, ',"row":', s.data, '}'), ',' order by s.sync_seq) filter (where s.upto <= p_bytes),
    '],"cut":', coalesce(pg_catalog.json_agg(distinct s.tbl) filter (where s.upto > p_bytes), '[]'))
  from sized s);
end $$;

create or replace function runglass_private.pull_counts(p_user uuid) returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(pg_catalog.jsonb_object_agg(p.id, pg_catalog.jsonb_build_object(
    'runs', coalesce(r.n, 0), 'models', coalesce(m.n, 0))), '{}')
  from public.projects p
  left join (select t.project_id, count(*) as n from public.training_runs t where t.user_id = p_user group by 1) r on r.project_id = p.id
  left join (select t.project_id, count(*) as n from public.models t where t.user_id = p_user group by 1) m on m.project_id = p.id
  where p.user_id = p_user
$$;

-- Stable: every query inside sees the snapshot of the calling statement.
create or replace function public.sync_pull(since bigint default null, epoch text default null, max_rows integer default 1000)
returns jsonb language plpgsql stable set search_path = '' set timezone = 'UTC' as $$
declare
  v_user constant uuid := auth.uid();
  v_rows constant integer := greatest(1, least(coalesce(max_rows, 1000), 5000));
  v_bytes constant bigint := 1900000;
  v_now constant timestamptz := pg_catalog.clock_timestamp();
  v_epoch constant text := runglass_private.epoch_of(v_user);
  v_head bigint;
  v_floor bigint;
  v_page record;
  v_changes text := '"changes":[]';
  v_next bigint;
  v_reset boolean := false;
  v_counts jsonb;
begin
  if v_user is null then
    raise exception 'sync_pull needs a signed-in user.' using errcode = '42501';
  end if;
  select h.seq, h.floor into v_head, v_floor from runglass_private.sync_head h where h.user_id = v_user;
  v_head := coalesce(v_head, 0);
  v_next := v_head;
  if since is null then
    v_changes := runglass_private.pull_snapshot(v_user, v_now, v_bytes);
    v_counts := runglass_private.pull_counts(v_user);
  elsif since < coalesce(v_floor, 0) or since > v_head or sync_pull.epoch is distinct from v_epoch or v_head - since > 20000 then
    v_reset := true;
  elsif since < v_head then
    select * into v_page from runglass_private.pull_page(v_user, since, v_rows, v_bytes);
    v_changes := pg_catalog.concat('"changes":', v_page.changes);
    v_next := case when v_page.complete then v_head else v_page.last end;
  end if;
  return pg_catalog.concat('{', v_changes, ',"head":', v_head, ',"next":', v_next, ',"epoch":"', v_epoch, '","reset":', v_reset::text,
    ',"now":', pg_catalog.to_json(v_now), ',"counts":' || v_counts::text, '}')::jsonb;
end $$;
comment on function public.sync_pull(bigint, text, integer) is 'Changes of the caller after `since` in commit order, or a first picture with since = null.';

-- Runs that are older than the first picture, page by page; the rows look as those of sync_pull do.
create or replace function public.runs_page(before_at timestamptz default null, before_id uuid default null, max_rows integer default 250)
returns jsonb language plpgsql stable set search_path = '' set timezone = 'UTC' set plan_cache_mode = force_custom_plan as $$
declare
  v_user constant uuid := auth.uid();
  v_rows constant integer := greatest(1, least(coalesce(max_rows, 250), 1000));
  v_bytes constant integer := 400000;
  v_at constant timestamptz := coalesce(before_at, 'infinity');
  -- Without an id the page begins with all of its time.
  v_id constant uuid := coalesce(before_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff');
begin
  if v_user is null then
    raise exception 'runs_page needs a signed-in user.' using errcode = '42501';
  elsif before_id is not null and before_at is null then
    raise exception 'before_id comes with before_at.' using errcode = '22023';
  end if;
  return (
    with firsts as (
      select r.created_at as at, r.id, pg_catalog.row_to_json(r)::text as data,
        row_number() over (order by r.created_at desc, r.id desc) as n
      from public.training_runs r
      where r.user_id = v_user and (r.created_at, r.id) < (v_at, v_id)
      order by r.created_at desc, r.id desc limit v_rows + 1
    ), sized as (
      select f.*, coalesce(sum(pg_catalog.octet_length(f.data)) over
        (order by f.n rows between unbounded preceding and 1 preceding), 0) as before
      from firsts f
    ), page as (
      select * from sized s where s.n <= v_rows and s.before < v_bytes
    )
    select pg_catalog.concat('{"runs":[', (select pg_catalog.string_agg(p.data, ',' order by p.n) from page p), '],"next":',
      case when (select count(*) from page) < (select count(*) from firsts) then
        (select pg_catalog.json_build_object('at', p.at, 'id', p.id)::text from page p order by p.n desc limit 1)
      else 'null' end, '}')::jsonb);
end $$;
comment on function public.runs_page(timestamptz, uuid, integer) is 'The caller''s runs before a place, newest first, and the place of the next page.';

-- Writes the caller's canary: the change whose arrival proves that changes arrive.
create or replace function public.sync_ping(nonce uuid) returns jsonb
language plpgsql security definer set search_path = '' set lock_timeout = '2s' set timezone = 'UTC' as $$
declare
  v_user constant uuid := auth.uid();
  v_seq bigint;
  v_now timestamptz;
begin
  if v_user is null then
    raise exception 'sync_ping needs a signed-in user.' using errcode = '42501';
  elsif nonce is null then
    raise exception 'sync_ping needs a nonce.' using errcode = '22023';
  end if;
  perform runglass_private.lock_head(v_user);
  v_seq := runglass_private.sync_next(v_user);
  v_now := pg_catalog.clock_timestamp();
  insert into public.sync_canaries as c (user_id, nonce, sync_seq, pinged_at) values (v_user, sync_ping.nonce, v_seq, v_now)
    on conflict (user_id) do update set nonce = excluded.nonce, sync_seq = excluded.sync_seq, pinged_at = excluded.pinged_at;
  return pg_catalog.jsonb_build_object('seq', v_seq, 'now', v_now);
end $$;
comment on function public.sync_ping(uuid) is 'Writes the caller''s row of sync_canaries; its arrival over Realtime proves delivery.';

revoke all on all functions in schema runglass_private from public, anon, authenticated, service_role;
revoke all on function public.sync_pull(bigint, text, integer), public.runs_page(timestamptz, uuid, integer), public.sync_ping(uuid)
  from public, anon, authenticated;
