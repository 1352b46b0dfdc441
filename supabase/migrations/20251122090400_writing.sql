-- Writing through functions: editor events, usage within limits, training runs.

-- Inserts what is not there yet, by id. Called again with the same events it changes nothing.
create or replace function public.log_ide_sync_events(events jsonb) returns jsonb
language plpgsql security definer set search_path = '' set lock_timeout = '2s' as $$
#variable_conflict use_column
declare
  v_user constant uuid := auth.uid();
  v_accepted bigint;
begin
  if v_user is null then
    raise exception 'log_ide_sync_events needs a signed-in user.' using errcode = '42501';
  elsif jsonb_typeof(events) is distinct from 'array' or jsonb_array_length(events) > 1000 then
    raise exception 'events must be an array of at most 1000 objects.' using errcode = '22023';
  elsif exists (select from jsonb_array_elements(log_ide_sync_events.events) e
      where jsonb_typeof(e) <> 'object' or e ->> 'id' is null or e ->> 'event_type' is null) then
    raise exception 'Every event needs an id and an event_type.' using errcode = '22023';
  end if;
  perform runglass_private.lock_head(v_user);
  with sent as (
    select distinct on (e.id) e.*
    from jsonb_to_recordset(log_ide_sync_events.events) as e (id uuid, event_type text, occurred_at timestamptz,
      session_id uuid, editor text, project_id uuid, run_id uuid, payload jsonb)
    order by e.id
  ), inserted as (
    insert into public.ide_sync_events (id, user_id, event_type, occurred_at, session_id, editor, project_id, run_id, payload)
    -- An event may wait in a journal for days; what it refers to may be gone by then.
    select s.id, v_user, s.event_type, coalesce(s.occurred_at, now()), s.session_id, s.editor,
      (select p.id from public.projects p where p.user_id = v_user and p.id = s.project_id),
      (select r.id from public.training_runs r where r.user_id = v_user and r.id = s.run_id),
      coalesce(s.payload, '{}')
    from sent s order by s.occurred_at, s.id
    on conflict (id) do nothing
    returning 1
  )
  select count(*) into v_accepted from inserted;
  if random() < 0.01 then
    perform runglass_private.prune_user(v_user, interval '30 days', interval '365 days', 1000);
  end if;
  return jsonb_build_object('accepted', v_accepted, 'duplicates', jsonb_array_length(log_ide_sync_events.events) - v_accepted,
    'head', (select h.seq from runglass_private.sync_head h where h.user_id = v_user));
end $$;
comment on function public.log_ide_sync_events(jsonb) is 'Inserts the caller''s editor events that are not there yet, by id.';

-- The plan that counts now and its period in UTC days [from_day, to_day), as src/shared/usage.ts has it: the day on which
-- one period ends and the next begins counts to both, so that a hard limit holds to the last hour. One without an end is
-- none: 'infinity' is no time to anybody who reads the row as JSON.
create or replace function runglass_private.current_period(p_user uuid, p_now timestamptz)
returns table (limits jsonb, from_day date, to_day date, ends_at timestamptz)
language plpgsql stable security definer set search_path = '' as $$
declare
  s record;
begin
  select t.limits, t.current_period_start as starts, t.current_period_end as ends into s
  from public.subscriptions t where t.user_id = p_user
  order by t.status in ('active', 'trialing', 'past_due') desc, coalesce(t.current_period_start, t.created_at) desc limit 1;
  limits := coalesce(s.limits, '{}');
  if s.starts <= p_now and p_now < s.ends and isfinite(s.starts) and isfinite(s.ends) then
    ends_at := s.ends;
    from_day := (s.starts at time zone 'utc')::date;
  else
    from_day := date_trunc('month', p_now at time zone 'utc')::date;
    ends_at := (from_day + interval '1 month') at time zone 'utc';
  end if;
  to_day := (ends_at at time zone 'utc' - interval '1 microsecond')::date + 1;
  return next;
end $$;

-- What the plan that counts now allows of a metric, and what is used of it; `max` is null without a limit.
create or replace function runglass_private.limit_of(p_user uuid, p_metric text, p_now timestamptz)
returns table (used numeric, max numeric, hard boolean, ends_at timestamptz)
language plpgsql stable security definer set search_path = '' as $$
#variable_conflict use_column
declare
  v_period record;
  v_limit jsonb;
begin
  select * into v_period from runglass_private.current_period(p_user, p_now);
  v_limit := v_period.limits -> p_metric;
  return query
    select trim_scale(coalesce(sum(u.amount), 0)),
      case jsonb_typeof(v_limit -> 'limit') when 'number' then (v_limit ->> 'limit')::numeric end,
      coalesce(v_limit -> 'hard' = 'true', false), v_period.ends_at
    from public.usage_tracking u
    where u.user_id = p_user and u.metric = p_metric and u.day >= v_period.from_day and u.day < v_period.to_day;
end $$;

-- Without run_id it was another function.
drop function if exists public.record_usage(text, numeric, uuid, uuid);

-- The only way for a user to add usage. Head first, then the sum, then refuse or add: concurrent callers are
-- in line, and a hard limit is never passed.
create or replace function public.record_usage(metric text, amount numeric, project_id uuid default null,
  for_user uuid default null, run_id uuid default null)
returns jsonb language plpgsql security definer set search_path = '' set lock_timeout = '2s' set timezone = 'UTC' as $$
#variable_conflict use_column
declare
  v_user uuid := auth.uid();
  v_amount constant numeric := pg_catalog.trim_scale(pg_catalog.round(record_usage.amount, 9));
  v_project uuid;
  v_now timestamptz;
  v_day date;
  v_limit record;
  v_used numeric;
  v_of_run jsonb;
begin
  if for_user is not null and for_user is distinct from v_user then
    if not runglass_private.is_service() then
      raise exception 'Only the service role may record usage for another user.' using errcode = '42501';
    end if;
    v_user := for_user;
  end if;
  if v_user is null then
    raise exception 'record_usage needs a signed-in user, or for_user with the service role.' using errcode = '42501';
  -- Sums stay what a double holds, which is all that JavaScript reads: at most 1e15, nothing below a billionth.
  elsif record_usage.amount is null or not (record_usage.amount <= 1e15 and v_amount > 0) then
    raise exception 'amount must be a number above 0, at most 1e15.' using errcode = '22023';
  elsif coalesce(length(record_usage.metric), 0) not between 1 and 100 then
    raise exception 'metric must have 1 to 100 characters.' using errcode = '22023';
  end if;
  perform runglass_private.lock_head(v_user);
  if record_usage.run_id is not null then
    select p.id, case jsonb_typeof(r.usage) when 'object' then r.usage else '{}' end into v_project, v_of_run
      from public.training_runs r left join public.projects p on p.user_id = v_user and p.id = r.project_id
      where r.user_id = v_user and r.id = record_usage.run_id;
    if not found then
      raise exception 'No such training run of this user: %', record_usage.run_id using errcode = '23503';
    end if;
  end if;
  if record_usage.project_id is not null then
    if not exists (select from public.projects p where p.user_id = v_user and p.id = record_usage.project_id) then
      raise exception 'No such project: %', record_usage.project_id using errcode = '23503';
    end if;
    v_project := record_usage.project_id;
  end if;

  v_now := clock_timestamp();
  v_day := (v_now at time zone 'utc')::date;
  select * into v_limit from runglass_private.limit_of(v_user, record_usage.metric, v_now);
  if v_limit.hard and v_limit.used + v_amount > v_limit.max then
    raise exception 'The limit of % % is reached: % used, % more refused.', v_limit.max, record_usage.metric, v_limit.used, v_amount
      using errcode = 'RG001', hint = format('The period ends at %s.', to_char(v_limit.ends_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')),
        detail = jsonb_build_object('metric', record_usage.metric, 'used', v_limit.used, 'limit', v_limit.max,
          'remaining', greatest(0, v_limit.max - v_limit.used), 'period_end', v_limit.ends_at)::text;
  end if;
  insert into public.usage_tracking as u (user_id, metric, day, amount, project_id)
    values (v_user, record_usage.metric, v_day, v_amount, v_project)
    on conflict (user_id, metric, day, project_id) do update set amount = u.amount + excluded.amount;
  if record_usage.run_id is not null then
    v_of_run := v_of_run || jsonb_build_object(record_usage.metric, v_amount
      + case jsonb_typeof(v_of_run -> record_usage.metric) when 'number' then (v_of_run ->> record_usage.metric)::numeric else 0 end);
    -- A run that counts more metrics than fit keeps those that it has; the user's usage counts them all.
    update public.training_runs r set usage = v_of_run
      where r.user_id = v_user and r.id = record_usage.run_id and octet_length(v_of_run::text) <= 4096;
  end if;
  v_used := v_limit.used + v_amount;
  return jsonb_build_object('metric', record_usage.metric, 'day', v_day, 'used', v_used, 'limit', v_limit.max,
    'remaining', case when v_limit.max is not null then greatest(0, v_limit.max - v_used) end);
end $$;
comment on function public.record_usage(text, numeric, uuid, uuid, uuid) is 'Adds usage of today (UTC), also to a run; refuses with SQLSTATE RG001 over a hard limit.';

-- What is counted here and not told: what a run used, and how fast it goes. Only the service role may set it, to
-- bring runs from elsewhere. Not a security definer: current_user is who writes the row, in record_usage its owner.
create or replace function runglass_private.run_pace() returns trigger
language plpgsql set search_path = '' as $$
declare
  v_client constant boolean := current_user in ('anon', 'authenticated');
  v_now constant timestamptz := clock_timestamp();
  v_steps bigint;
  v_seconds double precision;
begin
  if tg_op = 'INSERT' then
    if v_client then
      new.usage := '{}';
      new.step_rate := null;
      new.stepped_at := null;
    end if;
    new.stepped_at := coalesce(new.stepped_at, case when new.step is not null then v_now end);
    return new;
  end if;
  -- Assigned only when it differs: an assignment would store a wide value again.
  if v_client and (new.usage, new.step_rate, new.stepped_at) is distinct from (old.usage, old.step_rate, old.stepped_at) then
    new.usage := old.usage;
    new.step_rate := old.step_rate;
    new.stepped_at := old.stepped_at;
  end if;
  if new.step is not distinct from old.step or new.stepped_at is distinct from old.stepped_at then
    return new;
  end if;
  new.stepped_at := v_now;
  v_steps := new.step - old.step;
  v_seconds := extract(epoch from v_now) - extract(epoch from old.stepped_at);
  if new.status = 'running' and v_steps > 0 and v_seconds > 0 then
    new.step_rate := case
      when coalesce(old.step_rate, 0) = 0 then v_steps / v_seconds
      -- A pause says nothing about the steps around it. It takes a little all the same: a run that has become so
      -- slow for good comes to its rate after some of them.
      when v_seconds > 30 and v_seconds > 10 * v_steps / old.step_rate then 0.95 * old.step_rate
      -- The mean since the start, and after two minutes one in which what lies further back fades.
      else old.step_rate + (v_steps / v_seconds - old.step_rate) * greatest(1 - exp(-least(v_seconds / 120, 50)),
        v_seconds / greatest(extract(epoch from v_now) - extract(epoch from coalesce(new.started_at, '-infinity')), v_seconds))
      end;
  end if;
  return new;
end $$;
create or replace trigger runglass_21_pace before insert or update on public.training_runs
  for each row execute function runglass_private.run_pace();

-- Which limit stopped a run: the writer names the metric, the plan says the rest. A run that is not stopped has none.
create or replace function runglass_private.run_stop() returns trigger
language plpgsql security definer set search_path = '' set timezone = 'UTC' as $$
declare
  v_now constant timestamptz := clock_timestamp();
  v_metric constant text := new.stopped_by ->> 'metric';
  v_limit record;
begin
  if new.status is distinct from 'stopped' then
    new.stopped_by := null;
    return new;
  end if;
  -- Said again, it stays what it was.
  if tg_op = 'UPDATE' and old.status = 'stopped' and old.stopped_by ->> 'metric' = v_metric then
    if new.stopped_by is distinct from old.stopped_by and not runglass_private.is_service() then
      new.stopped_by := old.stopped_by;
    end if;
    return new;
  elsif new.stopped_by ?& '{metric,limit,used,at,resets_at}'::text[] and runglass_private.is_service() then
    return new;
  end if;
  select * into v_limit from runglass_private.limit_of(new.user_id, v_metric, v_now);
  if v_limit.max is null then
    raise exception 'The plan has no limit of %, so it cannot have stopped the run.', coalesce(v_metric, 'a metric without a name')
      using errcode = '22023', hint = 'stopped_by takes the name of a metric that the plan limits.';
  end if;
  new.stopped_by := jsonb_build_object('metric', v_metric, 'limit', v_limit.max, 'used', v_limit.used,
    'at', v_now, 'resets_at', v_limit.ends_at);
  return new;
end $$;
create or replace trigger runglass_22_stop before insert or update on public.training_runs
  for each row when (new.stopped_by is not null) execute function runglass_private.run_stop();

-- Before log_run touches a run: the head of its owner. Locks the caller's own, or any owner's for the service role.
create or replace function runglass_private.lock_head_of_run(p_run uuid) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_user uuid := auth.uid();
begin
  if v_user is null and runglass_private.is_service() then
    select r.user_id into v_user from public.training_runs r where r.id = p_run;
  end if;
  if v_user is not null then
    perform runglass_private.lock_head(v_user);
  end if;
end $$;

-- Many points, one update of the run's row. A point logged again replaces the older one, so a repeated call is harmless.
create or replace function public.log_run(run_id uuid, points jsonb default '[]', patch jsonb default '{}')
returns jsonb language plpgsql set search_path = '' set lock_timeout = '2s' as $$
#variable_conflict use_column
declare
  v_points constant jsonb := coalesce(points, '[]');
  v_patch constant jsonb := coalesce(patch, '{}');
  v_stopped_by constant text := v_patch ->> 'stopped_by';
  v_latest jsonb;
  v_step bigint;
  v_run record;
begin
  if jsonb_typeof(v_points) <> 'array' or jsonb_array_length(v_points) > 5000 then
    raise exception 'points must be an array of at most 5000 objects.' using errcode = '22023';
  elsif exists (select from jsonb_array_elements(v_points) p
      where jsonb_typeof(p -> 'step') is distinct from 'number' or jsonb_typeof(p -> 'metrics') is distinct from 'object') then
    raise exception 'Every point needs a step and an object of metrics.' using errcode = '22023';
  elsif jsonb_typeof(v_patch) <> 'object' or v_patch - '{status,progress,total_steps,error,name,stopped_by}'::text[] <> '{}' then
    raise exception 'patch may hold status, progress, total_steps, error, name and stopped_by.' using errcode = '22023';
  elsif jsonb_typeof(v_patch -> 'stopped_by') not in ('string', 'null') then
    raise exception 'stopped_by must be the name of a metric, or null.' using errcode = '22023';
  elsif v_stopped_by is not null and v_patch ->> 'status' <> 'stopped' then
    raise exception 'Only a run of status stopped has stopped_by; the patch says %.', v_patch ->> 'status' using errcode = '22023',
      hint = 'Leave the status out, or make it stopped.';
  end if;
  perform runglass_private.lock_head_of_run(log_run.run_id);

  select max((p ->> 'step')::bigint) into v_step from jsonb_array_elements(v_points) p;
  select coalesce(jsonb_object_agg(m.key, m.value order by (p.value ->> 'step')::bigint, p.ordinality), '{}') into v_latest
    from jsonb_array_elements(v_points) with ordinality as p (value, ordinality), jsonb_each(p.value -> 'metrics') m;
  if octet_length(v_latest::text) > 8192 then
    raise exception 'The metrics of one call may have 8 KB in all, names included; these have % bytes.', octet_length(v_latest::text)
      using errcode = '22023', hint = 'Log fewer or shorter names, or in several calls.';
  end if;
  update public.training_runs r set
    heartbeat_at = clock_timestamp(),
    step = greatest(r.step, v_step),
    -- Points from behind the run's step fill gaps only. Names that are logged no more make room for new ones.
    metrics = case when v_step < r.step then
        case when octet_length((v_latest || r.metrics)::text) <= 8192 then v_latest || r.metrics else r.metrics end
      when octet_length((r.metrics || v_latest)::text) <= 8192 then r.metrics || v_latest
      else v_latest end,
    name = coalesce(v_patch ->> 'name', r.name),
    error = case when v_patch ? 'error' then v_patch ->> 'error' else r.error end,
    total_steps = case when v_patch ? 'total_steps' then (v_patch ->> 'total_steps')::bigint else r.total_steps end,
    -- The first point of a queued run is its start.
    status = coalesce(v_patch ->> 'status', case when v_stopped_by is not null then 'stopped'
      when r.status = 'queued' and v_step is not null then 'running' else r.status end),
    -- The trigger runglass_22_stop fills in the rest.
    stopped_by = case when v_stopped_by is not null then jsonb_build_object('metric', v_stopped_by)
      when v_patch ? 'stopped_by' then null else r.stopped_by end,
    progress = case when v_patch ? 'progress' then (v_patch ->> 'progress')::double precision
      else coalesce(least(1, greatest(r.step, v_step)::double precision
        / nullif(coalesce((v_patch ->> 'total_steps')::bigint, r.total_steps), 0)), r.progress) end
  where r.id = log_run.run_id
  returning r.sync_seq, r.step, r.cancel_requested_at, r.user_id into v_run;
  if not found then
    raise exception 'No such training run: %', log_run.run_id using errcode = 'RG002';
  end if;

  insert into public.training_run_metrics as h (run_id, step, user_id, metrics, recorded_at)
    select log_run.run_id, p.step, v_run.user_id, p.metrics, coalesce(p.at, clock_timestamp())
    from (
      select distinct on ((p.value ->> 'step')::bigint) (p.value ->> 'step')::bigint as step, p.value -> 'metrics' as metrics,
        (p.value ->> 'at')::timestamptz as at
      from jsonb_array_elements(v_points) with ordinality as p (value, ordinality)
      order by (p.value ->> 'step')::bigint, p.ordinality desc
    ) p
    on conflict (run_id, step) do update set metrics = h.metrics || excluded.metrics, recorded_at = excluded.recorded_at;
  return jsonb_build_object('seq', v_run.sync_seq, 'step', v_run.step, 'cancel_requested', v_run.cancel_requested_at is not null);
end $$;
comment on function public.log_run(uuid, jsonb, jsonb) is 'Logs metric points and state of a run with one update of its row.';

-- A curve of about max_points, always with its last point. Points that have the same metrics are thinned evenly among
-- themselves, half of the room by how many there are and half alike: an evaluation beside every thousandth step would
-- fall through a sieve over all points. Where nearly every point has names of its own, all are of one kind.
create or replace function public.run_metrics(run_id uuid, max_points integer default 1000, after_step bigint default null)
returns jsonb language plpgsql stable set search_path = '' set timezone = 'UTC' as $$
declare
  v_most constant integer := greatest(1, least(coalesce(max_points, 1000), 10000));
  v_after constant bigint := coalesce(after_step, -9223372036854775808);
  v_all bigint;
begin
  select count(*) into v_all from public.training_run_metrics m where m.run_id = run_metrics.run_id and m.step > v_after;
  return (
    with named as materialized (
      select m.step, case when v_all > v_most then
          hashtextextended((select string_agg(k, ',') from jsonb_object_keys(m.metrics) k), 0) end as kind
      from public.training_run_metrics m
      where m.run_id = run_metrics.run_id and m.step > v_after
    ), sorted as materialized (
      select n.step, case when (select count(distinct kind) from named) <= v_most / 10 then n.kind end as kind from named n
    ), counted as (
      select s.step, row_number() over (partition by s.kind order by s.step desc) - 1 as back,
        count(*) over (partition by s.kind) as alike,
        (select greatest(1, count(distinct kind)) from sorted) as kinds
      from sorted s
    )
    select jsonb_build_object(
      'points', coalesce(jsonb_agg(jsonb_build_object('step', m.step, 'at', m.recorded_at, 'metrics', m.metrics) order by m.step), '[]'),
      'last_step', coalesce(max(m.step), run_metrics.after_step))
    from counted c join public.training_run_metrics m on m.run_id = run_metrics.run_id and m.step = c.step
    where c.back % greatest(1, ceil(c.alike / (v_most * (c.alike::numeric / v_all + 1.0 / c.kinds) / 2)))::bigint = 0);
end $$;
comment on function public.run_metrics(uuid, integer, bigint) is 'The metric history of a run after after_step, thinned to max_points.';

revoke all on all functions in schema runglass_private from public, anon, authenticated, service_role;
revoke all on function public.log_ide_sync_events(jsonb), public.record_usage(text, numeric, uuid, uuid, uuid),
  public.log_run(uuid, jsonb, jsonb), public.run_metrics(uuid, integer, bigint) from public, anon, authenticated;
