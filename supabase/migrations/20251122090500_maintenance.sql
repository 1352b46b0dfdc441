-- What is kept, and what a client cannot see otherwise.

-- Removes old tombstones and events of one user; whoever is behind what went starts over. Returns how many rows went.
create or replace function runglass_private.prune_user(p_user uuid, p_tombstones interval, p_events interval, p_most integer)
returns bigint language plpgsql security definer set search_path = '' as $$
declare
  v_tombstones bigint;
  v_last bigint;
  v_events bigint;
  v_seq bigint;
begin
  perform runglass_private.lock_head(p_user);
  with gone as (
    delete from public.sync_tombstones t where t.user_id = p_user and t.sync_seq in (
      select s.sync_seq from public.sync_tombstones s
      where s.user_id = p_user and s.deleted_at < pg_catalog.clock_timestamp() - p_tombstones order by s.sync_seq limit p_most)
    returning t.sync_seq
  )
  select count(*), max(sync_seq) into v_tombstones, v_last from gone;
  update runglass_private.sync_head set floor = greatest(floor, v_last) where user_id = p_user and v_last > floor;

  perform pg_catalog.set_config('runglass.retention', 'on', true);
  delete from public.ide_sync_events e where e.id in (
    select s.id from public.ide_sync_events s
    where s.user_id = p_user and s.occurred_at < pg_catalog.clock_timestamp() - p_events order by s.occurred_at limit p_most);
  get diagnostics v_events = row_count;
  perform pg_catalog.set_config('runglass.retention', '', true);
  if v_events > 0 then
    -- A number of its own, so that even a client that is level with the head learns of it.
    v_seq := runglass_private.sync_next(p_user);
    update runglass_private.sync_head set floor = v_seq where user_id = p_user;
  end if;
  return v_tombstones + v_events;
end $$;

create or replace function public.sync_prune(older_than interval default '30 days', events_older_than interval default '365 days')
returns jsonb language plpgsql security definer set search_path = '' as $$
declare
  v_user uuid;
  v_users bigint := 0;
  v_rows bigint := 0;
  v_gone bigint;
begin
  if older_than is null or events_older_than is null or older_than < interval '0' or events_older_than < interval '0' then
    raise exception 'The intervals must not be null or negative.' using errcode = '22023';
  end if;
  for v_user in
    select h.user_id from runglass_private.sync_head h
    where exists (select from public.sync_tombstones t where t.user_id = h.user_id and t.deleted_at < clock_timestamp() - older_than)
      or exists (select from public.ide_sync_events e where e.user_id = h.user_id and e.occurred_at < clock_timestamp() - events_older_than)
    order by h.user_id
  loop
    v_gone := runglass_private.prune_user(v_user, older_than, events_older_than, 100000);
    v_users := v_users + (v_gone > 0)::integer;
    v_rows := v_rows + v_gone;
  end loop;
  return jsonb_build_object('users', v_users, 'rows', v_rows);
end $$;
comment on function public.sync_prune(interval, interval) is 'Service role: removes old tombstones and events; clients that are behind start over.';

create or replace function public.sync_doctor() returns jsonb
language plpgsql stable set search_path = '' set timezone = 'UTC' as $$
declare
  synced constant text[] := '{projects,training_runs,models,usage_tracking,subscriptions,ide_sync_events}';
  published constant text[] := synced || '{sync_tombstones,sync_canaries}'::text[];
  v_user constant uuid := auth.uid();
  v_head bigint;
  v_floor bigint;
  v_bad jsonb;
  v_findings jsonb;
begin
  select h.seq, h.floor into v_head, v_floor from runglass_private.sync_head h where h.user_id = v_user;
  select jsonb_object_agg(t.tbl, t.n) filter (where t.n > 0) into v_bad from (
    select 'projects' as tbl, count(*) as n from public.projects where user_id = v_user and (sync_seq < 1 or sync_seq > coalesce(v_head, 0)) union all
    select 'training_runs', count(*) from public.training_runs where user_id = v_user and (sync_seq < 1 or sync_seq > coalesce(v_head, 0)) union all
    select 'models', count(*) from public.models where user_id = v_user and (sync_seq < 1 or sync_seq > coalesce(v_head, 0)) union all
    select 'usage_tracking', count(*) from public.usage_tracking where user_id = v_user and (sync_seq < 1 or sync_seq > coalesce(v_head, 0)) union all
    select 'subscriptions', count(*) from public.subscriptions where user_id = v_user and (sync_seq < 1 or sync_seq > coalesce(v_head, 0)) union all
    select 'ide_sync_events', count(*) from public.ide_sync_events where user_id = v_user and (sync_seq < 1 or sync_seq > coalesce(v_head, 0))
  ) t;

  with facts as (
    select 'missing_table' as code, p.tbl, 'The table is missing.' as detail, 'supabase db push' as fix
      from unnest(published) p (tbl) where to_regclass('public.' || p.tbl) is null
    union all
    select 'no_publication', null, 'The publication supabase_realtime does not exist; Realtime of a hosted project needs it.',
      'create publication supabase_realtime;'
      -- Without logical decoding there is no such Realtime (the embedded backend has its own).
      where current_setting('wal_level') = 'logical' and not exists (select from pg_catalog.pg_publication where pubname = 'supabase_realtime')
    union all
    select 'not_published', p.tbl, 'The table is not in the publication supabase_realtime, so its changes come only by pulling.',
      format('alter publication supabase_realtime add table public.%I;', p.tbl)
      from unnest(published) p (tbl)
      where exists (select from pg_catalog.pg_publication where pubname = 'supabase_realtime') and not exists (
        select from pg_catalog.pg_publication_tables t
        where t.pubname = 'supabase_realtime' and t.schemaname = 'public' and t.tablename = p.tbl)
    union all
    select 'missing_trigger', s.tbl, format('The trigger %s is missing or disabled.', g.name),
      'supabase db push, or apply supabase/migrations again'
      from unnest(synced) s (tbl), unnest('{runglass_10_head,zz_runglass_30_stamp,runglass_40_entomb,runglass_40_entomb_moved,runglass_50_stamped}'::text[]) g (name)
      where not exists (select from pg_catalog.pg_trigger t
        where t.tgrelid = to_regclass('public.' || s.tbl) and t.tgname = g.name and t.tgenabled in ('O', 'A'))
    union all
    select 'no_row_security', c.relname::text, 'Row-level security is off: every user reads every row.',
      format('alter table public.%I enable row level security;', c.relname)
      from pg_catalog.pg_class c where c.relnamespace = 'public'::regnamespace
        and c.relname = any (published || '{training_run_metrics,training_run_configs}'::text[]) and c.relkind = 'r' and not c.relrowsecurity
    union all
    select 'replica_identity', c.relname::text, 'The replica identity is not the primary key.',
      format('alter table public.%I replica identity default;', c.relname)
      from pg_catalog.pg_class c where c.relnamespace = 'public'::regnamespace
        and c.relname = any (published) and c.relkind = 'r' and c.relreplident <> 'd'
    union all
    select 'bad_seq', b.key, format('%s rows have a sync_seq of 0 or above the head.', b.value),
      format('update public.%I set sync_seq = 0 where user_id = %L and (sync_seq < 1 or sync_seq > %s);', b.key, v_user, coalesce(v_head, 0))
      from jsonb_each(v_bad) b
  )
  select coalesce(jsonb_agg(jsonb_build_object('code', f.code, 'table', f.tbl, 'detail', f.detail, 'fix', f.fix) order by f.code, f.tbl), '[]')
    into v_findings from facts f;
  return jsonb_build_object('schema_version', (select i.version from runglass_private.installation i),
    'postgres', current_setting('server_version'), 'now', clock_timestamp(),
    'head', coalesce(v_head, 0), 'floor', coalesce(v_floor, 0),
    'ok', jsonb_array_length(v_findings) = 0, 'findings', v_findings);
end $$;
comment on function public.sync_doctor() is 'What is wrong with the installation, with the fix of each finding.';

revoke all on all functions in schema runglass_private from public, anon, authenticated, service_role;
revoke all on function public.sync_prune(interval, interval), public.sync_doctor() from public, anon, authenticated;
