-- Before anything is changed: do tables of our names that are already here fit? One error names all that do not.
do $$
declare
  texts constant text[] := '{text,varchar,bpchar,citext}';
  whole constant text[] := '{int2,int4,int8}';
  problems text;
begin
  create temporary table runglass_expected on commit drop as
    select * from (values
      ('*', 'id', '{uuid}'::text[], true), ('*', 'user_id', '{uuid}', true),
      ('*', 'created_at', '{timestamptz}', false), ('*', 'updated_at', '{timestamptz}', false),
      ('*', 'sync_seq', '{int8}', false),
      ('projects', 'name', texts, true), ('projects', 'description', texts, false),
      ('projects', 'status', texts, false), ('projects', 'color', texts, false),
      ('training_runs', 'project_id', '{uuid}', false), ('training_runs', 'name', texts, true),
      ('training_runs', 'status', texts, false), ('training_runs', 'progress', '{float4,float8,numeric}', false),
      ('training_runs', 'step', whole, false), ('training_runs', 'total_steps', whole, false),
      ('training_runs', 'metrics', '{jsonb}', false), ('training_runs', 'heartbeat_at', '{timestamptz}', false),
      ('training_runs', 'started_at', '{timestamptz}', false), ('training_runs', 'finished_at', '{timestamptz}', false),
      ('training_runs', 'error', texts, false), ('training_runs', 'cancel_requested_at', '{timestamptz}', false),
      ('training_runs', 'usage', '{jsonb}', false), ('training_runs', 'stopped_by', '{jsonb}', false),
      ('training_runs', 'step_rate', '{float4,float8,numeric}', false), ('training_runs', 'stepped_at', '{timestamptz}', false),
      ('models', 'project_id', '{uuid}', false), ('models', 'run_id', '{uuid}', false),
      ('models', 'name', texts, true), ('models', 'version', texts, false), ('models', 'status', texts, false),
      ('models', 'base_model', texts, false), ('models', 'description', texts, false),
      ('models', 'metrics', '{jsonb}', false), ('models', 'size_bytes', whole, false), ('models', 'tags', '{_text}', false),
      ('usage_tracking', 'metric', texts, true), ('usage_tracking', 'day', '{date}', true),
      ('usage_tracking', 'amount', '{numeric,int4,int8,float8}', true), ('usage_tracking', 'project_id', '{uuid}', false),
      ('subscriptions', 'plan', texts, true), ('subscriptions', 'status', texts, false),
      ('subscriptions', 'price_cents', whole, false), ('subscriptions', 'currency', texts, false),
      ('subscriptions', 'billing_interval', texts, false), ('subscriptions', 'current_period_start', '{timestamptz}', false),
      ('subscriptions', 'current_period_end', '{timestamptz}', false), ('subscriptions', 'trial_end', '{timestamptz}', false),
      ('subscriptions', 'cancel_at_period_end', '{bool}', false), ('subscriptions', 'limits', '{jsonb}', false),
      ('subscriptions', 'upgrade_url', texts, false),
      ('ide_sync_events', 'event_type', texts, true), ('ide_sync_events', 'occurred_at', '{timestamptz}', false),
      ('ide_sync_events', 'session_id', '{uuid}', false), ('ide_sync_events', 'editor', texts, false),
      ('ide_sync_events', 'project_id', '{uuid}', false), ('ide_sync_events', 'run_id', '{uuid}', false),
      ('ide_sync_events', 'payload', '{jsonb}', false),
      ('training_run_metrics', 'run_id', '{uuid}', true), ('training_run_metrics', 'step', '{int8}', true),
      ('training_run_metrics', 'user_id', '{uuid}', true), ('training_run_metrics', 'metrics', '{jsonb}', true),
      ('training_run_metrics', 'recorded_at', '{timestamptz}', true),
      ('training_run_configs', 'run_id', '{uuid}', true), ('training_run_configs', 'user_id', '{uuid}', true),
      ('training_run_configs', 'config', '{jsonb}', true),
      ('sync_tombstones', 'user_id', '{uuid}', true), ('sync_tombstones', 'sync_seq', '{int8}', true),
      ('sync_tombstones', 'tbl', '{text}', true), ('sync_tombstones', 'pk', '{text}', true),
      ('sync_tombstones', 'row_seq', '{int8}', true), ('sync_tombstones', 'deleted_at', '{timestamptz}', true),
      ('sync_canaries', 'user_id', '{uuid}', true), ('sync_canaries', 'nonce', '{uuid}', true),
      ('sync_canaries', 'sync_seq', '{int8}', true), ('sync_canaries', 'pinged_at', '{timestamptz}', true)
    ) as e (tbl, col, types, required);
  insert into runglass_expected
    select t, col, types, required from runglass_expected,
      unnest('{projects,training_runs,models,usage_tracking,subscriptions,ide_sync_events}'::text[]) t where tbl = '*';
  delete from runglass_expected where tbl = '*';

  select string_agg(format('%s: %s', tbl, problem), '; ' order by tbl, problem) into problems
  from (
    select distinct e.tbl, 'is not a table' as problem
      from runglass_expected e join pg_class c on c.oid = to_regclass('public.' || e.tbl) where c.relkind <> 'r'
    union all
    select e.tbl, case
        when a.attname is null then format('lacks column %s', e.col)
        when a.attgenerated <> '' then format('column %s is generated', e.col)
        else format('column %s is %s, expected %s', e.col, format_type(a.atttypid, null), e.types[1]) end
      from runglass_expected e
      join pg_class c on c.oid = to_regclass('public.' || e.tbl) and c.relkind = 'r'
      left join pg_attribute a on a.attrelid = c.oid and a.attname = e.col and a.attnum > 0 and not a.attisdropped
      left join pg_type t on t.oid = a.atttypid
      where case when a.attname is null then e.required else t.typname <> all (e.types) or a.attgenerated <> '' end
    union all
    select e.tbl, 'has no primary key or unique constraint on id'
      from runglass_expected e join pg_class c on c.oid = to_regclass('public.' || e.tbl) and c.relkind = 'r'
      join pg_attribute a on a.attrelid = c.oid and a.attname = 'id' and not a.attisdropped
      where e.col = 'id' and not exists (select from pg_index i where i.indrelid = c.oid and i.indisunique
        and i.indpred is null and i.indnkeyatts = 1 and i.indkey[0] = a.attnum)
  ) p;
  if problems is null and to_regclass('public.usage_tracking') is not null then
    execute $sql$
      select 'usage_tracking: more than one row for the same user, metric, day and project' from public.usage_tracking t
      group by user_id, metric, day, to_jsonb(t) ->> 'project_id' having count(*) > 1 limit 1$sql$ into problems;
  end if;
  if problems is null then
    for problems in select distinct e.tbl from runglass_expected e where to_regclass('public.' || e.tbl) is not null loop
      execute format('select %L || count(*) || %L from public.%I where user_id is null having count(*) > 0',
        problems || ': ', ' rows without user_id', problems) into problems;
      exit when problems is not null;
    end loop;
  end if;
  drop table runglass_expected;
  if problems is not null then
    raise exception 'Runglass cannot use the tables that are already here. %', problems
      using errcode = '42804', hint = 'Nothing was changed. Rename these tables or columns, or change their types, and apply again.';
  end if;
end $$;

create schema if not exists runglass_private;
revoke all on schema runglass_private from public;

-- One row. `epoch` is renewed by TRUNCATE: what clients hold is then worth nothing.
create table if not exists runglass_private.installation (
  singleton boolean primary key default true check (singleton),
  version integer not null,
  epoch uuid not null default gen_random_uuid(),
  installed_at timestamptz not null default now()
);

-- Tables that were here before us, as they were: supabase/remove.sql puts them back.
create table if not exists runglass_private.kept_tables (
  tbl text primary key,
  columns text[] not null,
  -- The columns that the migrations add to it.
  added text[],
  acl aclitem[],
  row_security boolean not null,
  published boolean not null
);

do $$
begin
  if not exists (select from runglass_private.installation) then
    insert into runglass_private.kept_tables (tbl, columns, acl, row_security, published)
      select c.relname, array(select a.attname from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped),
        coalesce(c.relacl, acldefault('r', c.relowner)), c.relrowsecurity,
        exists (select from pg_publication_tables p where p.pubname = 'supabase_realtime' and p.schemaname = 'public' and p.tablename = c.relname)
      from pg_class c
      where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname in (
        'projects', 'training_runs', 'models', 'usage_tracking', 'subscriptions', 'ide_sync_events',
        'training_run_metrics', 'training_run_configs', 'sync_tombstones', 'sync_canaries')
      on conflict do nothing;
  end if;
end $$;

insert into runglass_private.installation (version) values (1)
  on conflict (singleton) do update set version = greatest(installation.version, excluded.version);
alter table runglass_private.installation enable row level security;
alter table runglass_private.kept_tables enable row level security;
