-- The six synced tables and the wide rows beside them. `if not exists` throughout: a platform that already has
-- tables of these names keeps them, with its own columns, and gets what is missing.

create table if not exists public.projects (id uuid primary key default gen_random_uuid(), user_id uuid not null default auth.uid());
create table if not exists public.training_runs (id uuid primary key default gen_random_uuid(), user_id uuid not null default auth.uid());
create table if not exists public.models (id uuid primary key default gen_random_uuid(), user_id uuid not null default auth.uid());
create table if not exists public.usage_tracking (id uuid primary key default gen_random_uuid(), user_id uuid not null default auth.uid());
create table if not exists public.subscriptions (id uuid primary key default gen_random_uuid(), user_id uuid not null default auth.uid());
create table if not exists public.ide_sync_events (id uuid primary key default gen_random_uuid(), user_id uuid not null default auth.uid());

-- Closed until the policies come.
alter table public.projects enable row level security;
alter table public.training_runs enable row level security;
alter table public.models enable row level security;
alter table public.usage_tracking enable row level security;
alter table public.subscriptions enable row level security;
alter table public.ide_sync_events enable row level security;

alter table public.projects
  add column if not exists name text not null,
  add column if not exists description text,
  add column if not exists status text not null default 'active',
  add column if not exists color text;

alter table public.training_runs
  add column if not exists project_id uuid,
  add column if not exists name text not null,
  add column if not exists status text not null default 'queued',
  add column if not exists progress double precision,
  add column if not exists step bigint,
  add column if not exists total_steps bigint,
  add column if not exists metrics jsonb not null default '{}',
  add column if not exists heartbeat_at timestamptz,
  add column if not exists started_at timestamptz,
  add column if not exists finished_at timestamptz,
  add column if not exists error text,
  add column if not exists cancel_requested_at timestamptz,
  add column if not exists usage jsonb not null default '{}',
  add column if not exists stopped_by jsonb,
  add column if not exists step_rate double precision,
  add column if not exists stepped_at timestamptz;

alter table public.models
  add column if not exists project_id uuid,
  add column if not exists run_id uuid,
  add column if not exists name text not null,
  add column if not exists version text not null default '1',
  add column if not exists status text not null default 'draft',
  add column if not exists base_model text,
  add column if not exists description text,
  add column if not exists metrics jsonb not null default '{}',
  add column if not exists size_bytes bigint,
  add column if not exists tags text[] not null default '{}';

alter table public.usage_tracking
  add column if not exists metric text not null,
  add column if not exists day date not null default (now() at time zone 'utc')::date,
  add column if not exists amount numeric not null,
  add column if not exists project_id uuid;

alter table public.subscriptions
  add column if not exists plan text not null,
  add column if not exists status text not null default 'active',
  add column if not exists price_cents integer,
  add column if not exists currency text,
  add column if not exists billing_interval text,
  add column if not exists current_period_start timestamptz,
  add column if not exists current_period_end timestamptz,
  add column if not exists trial_end timestamptz,
  add column if not exists cancel_at_period_end boolean not null default false,
  add column if not exists limits jsonb not null default '{}',
  add column if not exists upgrade_url text;

alter table public.ide_sync_events
  add column if not exists event_type text not null,
  add column if not exists occurred_at timestamptz not null default now(),
  add column if not exists session_id uuid,
  add column if not exists editor text,
  add column if not exists project_id uuid,
  add column if not exists run_id uuid,
  add column if not exists payload jsonb not null default '{}';

-- What every synced table carries. `sync_seq = 0` means: not stamped yet; the back-fill finds these rows.
do $$
declare
  t text;
begin
  foreach t in array '{projects,training_runs,models,usage_tracking,subscriptions,ide_sync_events}'::text[] loop
    execute format('alter table public.%I
      add column if not exists created_at timestamptz not null default now(),
      add column if not exists updated_at timestamptz not null default now(),
      add column if not exists sync_seq bigint not null default 0', t);
    execute format('create index if not exists runglass_%s_sync on public.%I (user_id, sync_seq)', t, t);
  end loop;
end $$;

create table if not exists public.training_run_metrics (
  run_id uuid not null,
  step bigint not null,
  user_id uuid not null default auth.uid(),
  metrics jsonb not null,
  recorded_at timestamptz not null default now(),
  primary key (run_id, step)
);
create table if not exists public.training_run_configs (
  run_id uuid primary key,
  user_id uuid not null default auth.uid(),
  config jsonb not null default '{}'
);
alter table public.training_run_metrics enable row level security;
alter table public.training_run_configs enable row level security;

update runglass_private.kept_tables k set added = array(
  select a.attname from pg_attribute a
  where a.attrelid = to_regclass('public.' || k.tbl) and a.attnum > 0 and not a.attisdropped and a.attname <> all (k.columns))
where added is null;

-- Adds a constraint once. Rows that were here before us may break it: then a foreign key holds for new rows
-- only, and a check is left out with a notice (it would refuse later updates of those rows).
create or replace function runglass_private.add_constraint(tbl text, name text, definition text) returns void
language plpgsql set search_path = '' as $$
declare
  full_name constant text := 'runglass_' || tbl || '_' || name;
begin
  if exists (select from pg_catalog.pg_constraint c
      where c.conrelid = pg_catalog.to_regclass('public.' || tbl) and c.conname = full_name) then
    return;
  end if;
  execute pg_catalog.format('alter table public.%I add constraint %I %s', tbl, full_name, definition);
exception
  when foreign_key_violation then
    execute pg_catalog.format('alter table public.%I add constraint %I %s not valid', tbl, full_name, definition);
  when check_violation then
    raise notice 'Runglass: rows of % break its check "%"; left out.', tbl, name;
end $$;
revoke all on function runglass_private.add_constraint(text, text, text) from public;

do $$
declare
  c record;
begin
  for c in select * from (values
    (1, 'projects', 'status', 'check (status in (''active'', ''paused'', ''archived''))'),
    (1, 'projects', 'color', 'check (color ~ ''^#[0-9a-fA-F]{6}$'')'),
    (1, 'projects', 'owner', 'unique (user_id, id)'),
    (1, 'training_runs', 'status', 'check (status in (''queued'', ''running'', ''completed'', ''failed'', ''cancelled'', ''stopped''))'),
    (1, 'training_runs', 'progress', 'check (progress between 0 and 1)'),
    (1, 'training_runs', 'steps', 'check (step >= 0 and total_steps >= 0)'),
    (1, 'training_runs', 'metrics', 'check (jsonb_typeof(metrics) = ''object'' and octet_length(metrics::text) <= 8192)'),
    (1, 'training_runs', 'usage', 'check (jsonb_typeof(usage) = ''object'' and octet_length(usage::text) <= 4096)'),
    (1, 'training_runs', 'stop', 'check (jsonb_typeof(stopped_by) = ''object'' and octet_length(stopped_by::text) <= 1024)'),
    (1, 'training_runs', 'pace', 'check (step_rate >= 0 and step_rate < ''Infinity'')'),
    (1, 'training_runs', 'owner', 'unique (user_id, id)'),
    (1, 'models', 'status', 'check (status in (''draft'', ''training'', ''ready'', ''deployed'', ''archived'', ''failed''))'),
    (1, 'models', 'metrics', 'check (jsonb_typeof(metrics) = ''object'' and octet_length(metrics::text) <= 8192)'),
    (1, 'models', 'size', 'check (size_bytes >= 0)'),
    (1, 'usage_tracking', 'metric', 'check (length(metric) between 1 and 100)'),
    (1, 'usage_tracking', 'amount', 'check (amount >= 0 and amount < ''Infinity'')'),
    (1, 'usage_tracking', 'key', 'unique nulls not distinct (user_id, metric, day, project_id)'),
    (1, 'subscriptions', 'status', 'check (status in (''trialing'', ''active'', ''past_due'', ''canceled'', ''paused'', ''incomplete'', ''unpaid''))'),
    (1, 'subscriptions', 'price', 'check (price_cents >= 0)'),
    (1, 'subscriptions', 'currency', 'check (currency ~ ''^[A-Za-z]{3}$'')'),
    (1, 'subscriptions', 'interval', 'check (billing_interval in (''day'', ''week'', ''month'', ''year''))'),
    (1, 'subscriptions', 'period', 'check (current_period_end > current_period_start)'),
    (1, 'subscriptions', 'limits', 'check (jsonb_typeof(limits) = ''object'')'),
    (1, 'subscriptions', 'upgrade', 'check (upgrade_url ~ ''^https?://'')'),
    (1, 'ide_sync_events', 'type', 'check (length(event_type) between 1 and 100)'),
    (1, 'ide_sync_events', 'occurred', 'check (isfinite(occurred_at))'),
    (1, 'ide_sync_events', 'payload', 'check (jsonb_typeof(payload) = ''object'' and octet_length(payload::text) <= 32768)'),
    (1, 'training_run_metrics', 'metrics', 'check (jsonb_typeof(metrics) = ''object'' and octet_length(metrics::text) <= 8192)'),
    (1, 'training_run_configs', 'config', 'check (jsonb_typeof(config) = ''object'')'),
    -- A foreign key carries the owner: with a plain one the delete of one user's project changed another's run.
    (2, 'training_runs', 'project', 'foreign key (user_id, project_id) references public.projects (user_id, id) on delete set null (project_id)'),
    (2, 'models', 'project', 'foreign key (user_id, project_id) references public.projects (user_id, id) on delete set null (project_id)'),
    (2, 'models', 'run', 'foreign key (user_id, run_id) references public.training_runs (user_id, id) on delete set null (run_id)'),
    (2, 'usage_tracking', 'project', 'foreign key (user_id, project_id) references public.projects (user_id, id) on delete cascade'),
    (2, 'ide_sync_events', 'project', 'foreign key (user_id, project_id) references public.projects (user_id, id) on delete set null (project_id)'),
    (2, 'ide_sync_events', 'run', 'foreign key (user_id, run_id) references public.training_runs (user_id, id) on delete set null (run_id)'),
    (2, 'training_run_metrics', 'run', 'foreign key (user_id, run_id) references public.training_runs (user_id, id) on delete cascade on update cascade'),
    (2, 'training_run_configs', 'run', 'foreign key (user_id, run_id) references public.training_runs (user_id, id) on delete cascade on update cascade'),
    (3, 'projects', 'user', 'foreign key (user_id) references auth.users (id) on delete cascade'),
    (3, 'training_runs', 'user', 'foreign key (user_id) references auth.users (id) on delete cascade'),
    (3, 'models', 'user', 'foreign key (user_id) references auth.users (id) on delete cascade'),
    (3, 'usage_tracking', 'user', 'foreign key (user_id) references auth.users (id) on delete cascade'),
    (3, 'subscriptions', 'user', 'foreign key (user_id) references auth.users (id) on delete cascade'),
    (3, 'ide_sync_events', 'user', 'foreign key (user_id) references auth.users (id) on delete cascade')
  ) as v (phase, tbl, name, definition) order by phase loop
    perform runglass_private.add_constraint(c.tbl, c.name, c.definition);
  end loop;
end $$;

create index if not exists runglass_training_runs_newest on public.training_runs (user_id, created_at desc, id desc);
create index if not exists runglass_training_runs_unfinished on public.training_runs (user_id) where status in ('queued', 'running');
create index if not exists runglass_training_runs_by_project on public.training_runs (user_id, project_id);
create index if not exists runglass_models_newest on public.models (user_id, created_at desc, id desc);
create index if not exists runglass_models_by_project on public.models (user_id, project_id);
create index if not exists runglass_models_by_run on public.models (user_id, run_id);
create index if not exists runglass_usage_tracking_days on public.usage_tracking (user_id, day);
create index if not exists runglass_usage_tracking_by_project on public.usage_tracking (user_id, project_id);
create index if not exists runglass_ide_sync_events_newest on public.ide_sync_events (user_id, occurred_at desc, id desc);
create index if not exists runglass_ide_sync_events_by_project on public.ide_sync_events (user_id, project_id);
create index if not exists runglass_ide_sync_events_by_run on public.ide_sync_events (user_id, run_id);

comment on table public.projects is 'What runs, models, usage and events belong to.';
comment on table public.training_runs is 'One training run; update progress, step, metrics and heartbeat_at, or call log_run.';
comment on table public.models is 'One version of one model.';
comment on table public.usage_tracking is 'How much of one metric a user used on one UTC day; written by record_usage.';
comment on table public.subscriptions is 'The plan of a user; limits is {"<metric>": {"limit": n | null, "unit"?, "hard"?}}.';
comment on table public.ide_sync_events is 'One thing that an editor reported; written by log_ide_sync_events.';
comment on table public.training_run_metrics is 'History of a run, one row a step; written by log_run, read by run_metrics.';
comment on table public.training_run_configs is 'Configuration of a run, kept out of the hot row.';
