-- The timeline: editor events, starts and ends of runs in one order, newest first, read page by page.

-- The order of each stream, so that a page reads its own rows only. A run has no end while it is written to most.
create index if not exists runglass_training_runs_started on public.training_runs (user_id, started_at desc, id desc) where started_at is not null;
create index if not exists runglass_training_runs_ended on public.training_runs (user_id, finished_at desc, id desc) where finished_at is not null;
-- One index for the reference and for the project's own timeline.
do $$
begin
  if exists (select from pg_indexes where schemaname = 'public' and indexname = 'runglass_ide_sync_events_by_project'
      and indexdef not like '%occurred_at%') then
    drop index public.runglass_ide_sync_events_by_project;
  end if;
end $$;
create index if not exists runglass_ide_sync_events_by_project on public.ide_sync_events (user_id, project_id, occurred_at desc, id desc);

-- A moment is named by its event's id, or by its run's with /start or /end after it. Names break ties of time, as
-- text of code units: /start stands before /end of the same run, and both before an event of the same id. Names
-- without their endings are in the order of the uuids, which the indexes have.
create or replace function public.timeline_page(before_at timestamptz default null, before_id text default null,
  kind text default null, project uuid default null, max_rows integer default 100)
returns jsonb language plpgsql stable set search_path = '' set timezone = 'UTC' set plan_cache_mode = force_custom_plan as $$
declare
  -- As src/shared/activity.ts has them; a type of event is `<kind>.<what>`, any other is of the kind `other`.
  kinds constant text[] := '{window,workspace,file,task,test,debug,terminal,git,notebook,dashboard}';
  v_user constant uuid := auth.uid();
  v_rows constant integer := greatest(1, least(coalesce(max_rows, 100), 500));
  v_bytes constant integer := 1000000;
  v_at constant timestamptz := coalesce(before_at, 'infinity');
  -- Without a name the page begins with all of its time.
  v_id uuid := 'ffffffff-ffff-ffff-ffff-ffffffffffff';
  v_ending text;
  v_has_events constant boolean := kind is distinct from 'run';
  v_has_runs constant boolean := coalesce(kind, 'run') = 'run';
  -- Kinds are in no index, for an index would cost every event something: a page looks through so many for one.
  v_scan constant integer := case when kind is null then v_rows + 1 else 20000 end;
  v_pattern constant text := format('^(%s)\.', case kind when 'other' then array_to_string(kinds, '|') else kind end);
  v_page record;
begin
  if v_user is null then
    raise exception 'timeline_page needs a signed-in user.' using errcode = '42501';
  elsif kind <> all (kinds || '{run,other}'::text[]) then
    raise exception 'kind must be run, other or one of %.', array_to_string(kinds, ', ') using errcode = '22023';
  elsif before_id !~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(/start|/end)?$' or (before_id is not null and before_at is null) then
    raise exception 'before_id must be an event''s id, or a run''s with /start or /end, and comes with before_at.' using errcode = '22023';
  end if;
  if before_id is not null then
    v_id := left(before_id, 36);
    v_ending := substr(before_id, 37);
  end if;

  with scanned as (
    select e.occurred_at as at, e.id, e.event_type, e.run_id from public.ide_sync_events e
    where v_has_events and e.user_id = v_user and (project is null or e.project_id = project)
      and (e.occurred_at, e.id) <= (v_at, v_id) and e.occurred_at > '-infinity' and e.occurred_at < 'infinity'
      and (v_ending is distinct from '' or (e.occurred_at, e.id) < (v_at, v_id))
    order by e.occurred_at desc, e.id desc limit v_scan
  ), started as (
    select r.started_at as at, r.id from public.training_runs r
    where v_has_runs and r.user_id = v_user and (project is null or r.project_id = project)
      and (r.started_at, r.id) <= (v_at, v_id) and r.started_at > '-infinity' and r.started_at < 'infinity'
      and (v_ending is null or (r.started_at, r.id) < (v_at, v_id))
    order by r.started_at desc, r.id desc limit v_rows + 1
  ), ended as (
    select r.finished_at as at, r.id from public.training_runs r
    where v_has_runs and r.user_id = v_user and (project is null or r.project_id = project)
      and (r.finished_at, r.id) <= (v_at, v_id) and r.finished_at > '-infinity' and r.finished_at < 'infinity'
      and (coalesce(v_ending, '/start') = '/start' or (r.finished_at, r.id) < (v_at, v_id))
    order by r.finished_at desc, r.id desc limit v_rows + 1
  ), moments as (
    select s.at, s.id::text as name, s.id as event_id, s.run_id from scanned s
      where kind is null or (s.event_type ~ v_pattern) = (kind <> 'other')
    union all
    select s.at, s.id || '/start', null, s.id from started s
    union all
    select s.at, s.id || '/end', null, s.id from ended s
  ), firsts as (
    select m.*, row_number() over (order by m.at desc, m.name collate "C" desc) as n
    from moments m order by m.at desc, m.name collate "C" desc limit v_rows + 1
  ), written as (
    -- The limits keep the planner from reading all runs for a hash join.
    select f.n, f.at, f.name, e.data as event, r.id as run_id, r.data as run
    from firsts f
    left join lateral (select pg_catalog.row_to_json(t)::text as data from public.ide_sync_events t
      where t.user_id = v_user and t.id = f.event_id limit 1) e on true
    left join lateral (select t.id, pg_catalog.row_to_json(t)::text as data from public.training_runs t
      where t.user_id = v_user and t.id = f.run_id limit 1) r on true
  ), sized as (
    select w.*, coalesce(sum(coalesce(octet_length(w.event), 0) + coalesce(octet_length(w.run), 0)) over
      (order by w.n rows between unbounded preceding and 1 preceding), 0) as before
    from written w
  ), page as (
    select * from sized s where s.n <= v_rows and s.before < v_bytes
  )
  select pg_catalog.concat('[', (select string_agg(p.event, ',' order by p.n) from page p), ']') as events,
    pg_catalog.concat('[', (select string_agg(r.run, ',') from (select distinct on (p.run_id) p.run from page p where p.run_id is not null) r), ']') as runs,
    case
      when (select count(*) from page) < (select count(*) from firsts) then
        (select pg_catalog.json_build_object('at', p.at, 'id', p.name)::text from page p order by p.n desc limit 1)
      when kind is not null and (select count(*) from scanned) = v_scan then
        (select pg_catalog.json_build_object('at', s.at, 'id', s.id)::text from scanned s order by s.at, s.id limit 1)
    end as next
  into v_page;
  return pg_catalog.concat('{"events":', v_page.events, ',"runs":', v_page.runs, ',"next":', coalesce(v_page.next, 'null'), '}')::jsonb;
end $$;
comment on function public.timeline_page(timestamptz, text, text, uuid, integer) is 'The caller''s events and runs before a place of the timeline, newest first, and the place of the next page.';

revoke all on function public.timeline_page(timestamptz, text, text, uuid, integer) from public, anon, authenticated, service_role;
grant execute on function public.timeline_page(timestamptz, text, text, uuid, integer) to authenticated, service_role;

update runglass_private.installation set version = greatest(version, 2) where singleton;
select runglass_private.take_blueprint();

notify pgrst, 'reload schema';
