-- What a client cannot see: how the installation should be, and what of it is missing or in the way.

-- Taken from the catalog below, when everything is in place: what is gone later is found by comparison, and `fix`
-- makes it again. `step` is the order in which the parts of one table can be made.
create table if not exists runglass_private.blueprint (
  step integer not null,
  kind text not null check (kind in ('column', 'constraint', 'index', 'function', 'trigger', 'policy')),
  -- Without a schema when it is in `public`; empty for a function.
  tbl text not null,
  name text not null,
  -- Null when the values that are gone cannot be made again.
  fix text,
  primary key (kind, tbl, name)
);
alter table runglass_private.blueprint enable row level security;
revoke all on runglass_private.blueprint from public, anon, authenticated, service_role;
grant select on runglass_private.blueprint to authenticated, service_role;
drop policy if exists "runglass blueprint" on runglass_private.blueprint;
create policy "runglass blueprint" on runglass_private.blueprint for select to authenticated, service_role using (true);

create or replace function public.sync_doctor() returns jsonb
language plpgsql stable set search_path = '' set timezone = 'UTC' as $$
declare
  synced constant text[] := '{projects,training_runs,models,usage_tracking,subscriptions,ide_sync_events}';
  published constant text[] := synced || '{sync_tombstones,sync_canaries}'::text[];
  known constant text[] := published || '{training_run_metrics,training_run_configs}'::text[];
  v_head bigint;
  v_floor bigint;
  v_table text;
  v_bad bigint;
  v_numbers jsonb := '[]';
  v_findings jsonb;
  v_published constant boolean := exists (select from pg_catalog.pg_publication where pubname = 'supabase_realtime');
  -- Its Realtime follows the publication too, but decodes no log: triggers write the changes down.
  v_embedded constant boolean := to_regnamespace('runglass_local') is not null;
begin
  select h.seq, h.floor into v_head, v_floor from runglass_private.sync_head h where h.user_id = auth.uid();
  foreach v_table in array synced loop
    -- A table that is missing or cannot be read is a finding of its own, and does not hide the others.
    begin
      execute format('select count(*) from public.%I where user_id = auth.uid() and (sync_seq < 1 or sync_seq > $1)', v_table)
        into v_bad using coalesce(v_head, 0);
      if v_bad > 0 then
        v_numbers := v_numbers || jsonb_build_object('code', 'bad_seq', 'table', v_table, 'name', v_bad::text,
          'detail', format('%s rows have a sync_seq of 0 or above the head.', v_bad),
          'fix', format('update public.%I r set sync_seq = 0 where sync_seq < 1 or sync_seq > coalesce((select h.seq from runglass_private.sync_head h where h.user_id = r.user_id), 0);', v_table));
      end if;
    exception
      when undefined_table or undefined_column or insufficient_privilege then
        null;
      when others then
        v_numbers := v_numbers || jsonb_build_object('code', 'unreadable', 'table', v_table, 'name', sqlstate,
          'detail', format('Reading the table fails: %s', sqlerrm), 'fix', null);
    end;
  end loop;

  with relations as (
    select c.oid, case when n.nspname = 'public' then c.relname::text else n.nspname || '.' || c.relname end as tbl, c.relrowsecurity, c.relreplident
    from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace where c.relkind = 'r'
  ), facts (step, code, tbl, name, detail, fix) as (
    select 0, 'missing_table', k.tbl, null, 'The table is missing.', null
      from unnest(known) k (tbl) where not exists (select from relations r where r.tbl = k.tbl)
    union all
    -- Its own policy is in it, too.
    select 0, 'missing_blueprint', null, null, 'What the migrations made is not known any more.', null
      where not exists (select from runglass_private.blueprint)
    union all
    select b.step, 'missing_' || b.kind, nullif(b.tbl, ''), b.name, format('The %s %s is missing.', b.kind, b.name), b.fix
      from runglass_private.blueprint b left join relations r on r.tbl = b.tbl
      where (r.oid is not null or b.tbl = '') and not case b.kind
        when 'column' then exists (select from pg_catalog.pg_attribute a where a.attrelid = r.oid and a.attname = b.name and not a.attisdropped)
        when 'constraint' then exists (select from pg_catalog.pg_constraint c where c.conrelid = r.oid and c.conname = b.name)
        when 'index' then exists (select from pg_catalog.pg_index i join pg_catalog.pg_class c on c.oid = i.indexrelid
          where i.indrelid = r.oid and c.relname = b.name)
        when 'trigger' then exists (select from pg_catalog.pg_trigger t where t.tgrelid = r.oid and t.tgname = b.name)
        when 'policy' then exists (select from pg_catalog.pg_policy p where p.polrelid = r.oid and p.polname = b.name)
        when 'function' then to_regprocedure(b.name) is not null end
    union all
    select 7, 'disabled_trigger', b.tbl, b.name, format('The trigger %s is disabled.', b.name),
      format('alter table %s enable trigger %I;', r.oid::regclass, b.name)
      from runglass_private.blueprint b join relations r on r.tbl = b.tbl
      join pg_catalog.pg_trigger t on t.tgrelid = r.oid and t.tgname = b.name
      where b.kind = 'trigger' and t.tgenabled not in ('O', 'A')
    union all
    select 8, 'no_row_security', r.tbl, null, 'Row-level security is off: every user reads every row.',
      format('alter table public.%I enable row level security;', r.tbl)
      from relations r where r.tbl = any (known) and not r.relrowsecurity
    union all
    select 9, 'no_select', r.tbl, null, 'Signed-in users may not read the table.',
      format('grant select on public.%I to authenticated;', r.tbl)
      from relations r where r.tbl = any (known) and not has_table_privilege('authenticated', r.oid, 'select')
    union all
    select 9, 'no_execute', null, b.name, format('Signed-in users may not call %s.', b.name),
      format('grant execute on function %s to authenticated;', b.name)
      from runglass_private.blueprint b
      where b.kind = 'function' and b.name like 'public.%' and b.name !~ '^public\.sync_(prune|lock)\('
        and not has_function_privilege('authenticated', to_regprocedure(b.name), 'execute')
    union all
    select 10, 'no_publication', null, null, 'The publication supabase_realtime does not exist; Realtime needs it.',
      (select format('create publication supabase_realtime for table %s;', string_agg(format('public.%I', r.tbl), ', '))
        from relations r where r.tbl = any (published))
      where not v_published
    union all
    select 10, 'wal_level', null, current_setting('wal_level'), format('Realtime reads no changes while wal_level is %s.', current_setting('wal_level')),
      'alter system set wal_level = logical; -- Then restart PostgreSQL.'
      where current_setting('wal_level') <> 'logical' and not v_embedded
    union all
    select 10, 'publishes_in_part', null, null, 'The publication supabase_realtime leaves out inserts, updates or deletes.',
      'alter publication supabase_realtime set (publish = ''insert, update, delete, truncate'');'
      from pg_catalog.pg_publication p where p.pubname = 'supabase_realtime' and not (p.pubinsert and p.pubupdate and p.pubdelete)
    union all
    select 11, 'not_published', r.tbl, null, 'The table is not in the publication supabase_realtime, so its changes come only by pulling.',
      format('alter publication supabase_realtime add table public.%I;', r.tbl)
      from relations r where v_published and r.tbl = any (published) and not exists (
        select from pg_catalog.pg_publication_tables t
        where t.pubname = 'supabase_realtime' and t.schemaname = 'public' and t.tablename = r.tbl)
    union all
    select 11, 'published_in_part', r.tbl, null, 'The publication supabase_realtime leaves out some columns or rows of the table.',
      format('alter publication supabase_realtime drop table public.%1$I; alter publication supabase_realtime add table public.%1$I;', r.tbl)
      from relations r join pg_catalog.pg_publication_rel pr on pr.prrelid = r.oid
      join pg_catalog.pg_publication p on p.oid = pr.prpubid and p.pubname = 'supabase_realtime'
      where r.tbl = any (published) and (pr.prqual is not null or pr.prattrs is not null)
    union all
    select 12, 'replica_identity', r.tbl, null, 'The replica identity is not the primary key.',
      format('alter table public.%I replica identity default;', r.tbl)
      from relations r where r.tbl = any (published) and r.relreplident <> 'd'
  )
  select coalesce(jsonb_agg(jsonb_build_object('code', f.code, 'table', f.tbl, 'name', f.name, 'detail', f.detail, 'fix', f.fix)
      order by f.step, f.tbl, f.name), '[]') || v_numbers
    into v_findings from facts f;
  return jsonb_build_object('schema_version', (select i.version from runglass_private.installation i),
    'postgres', current_setting('server_version'), 'now', clock_timestamp(),
    'head', coalesce(v_head, 0), 'floor', coalesce(v_floor, 0),
    -- A stream of changes that begins now begins when the oldest of these has ended.
    'oldest_writer', (select l.transactionid::text from pg_catalog.pg_locks l where l.locktype = 'transactionid'
      and l.mode = 'ExclusiveLock' and l.granted and l.pid <> pg_catalog.pg_backend_pid() order by age(l.transactionid) desc limit 1),
    'ok', jsonb_array_length(v_findings) = 0, 'findings', v_findings);
end $$;
comment on function public.sync_doctor() is 'What is wrong with the installation, with the SQL that mends each finding.';
revoke all on function public.sync_doctor() from public, anon, authenticated;
grant execute on function public.sync_doctor() to authenticated, service_role;

-- Called at the end of every migration that changes what is below.
create or replace function runglass_private.take_blueprint() returns void
language plpgsql set search_path = '' as $$
declare
  -- The columns that Runglass reads or writes. A platform may have others, and may drop them.
  used constant jsonb := '{
    "projects": ["name", "description", "status", "color"],
    "training_runs": ["project_id", "name", "status", "progress", "step", "total_steps", "metrics", "heartbeat_at", "started_at", "finished_at", "error", "cancel_requested_at", "usage", "stopped_by", "step_rate", "stepped_at"],
    "models": ["project_id", "run_id", "name", "version", "status", "base_model", "description", "metrics", "size_bytes", "tags"],
    "usage_tracking": ["metric", "day", "amount", "project_id"],
    "subscriptions": ["plan", "status", "price_cents", "currency", "billing_interval", "current_period_start", "current_period_end", "trial_end", "cancel_at_period_end", "limits", "upgrade_url"],
    "ide_sync_events": ["event_type", "occurred_at", "session_id", "editor", "project_id", "run_id", "payload"],
    "training_run_metrics": ["run_id", "step", "metrics", "recorded_at"],
    "training_run_configs": ["run_id", "config"],
    "sync_tombstones": ["sync_seq", "tbl", "pk", "row_seq", "deleted_at"],
    "sync_canaries": ["nonce", "sync_seq", "pinged_at"]
  }';
  synced constant text[] := '{projects,training_runs,models,usage_tracking,subscriptions,ide_sync_events}';
begin
  delete from runglass_private.blueprint;

  insert into runglass_private.blueprint (step, kind, tbl, name, fix)
    select 1, 'column', c.relname, a.attname,
      case when not a.attnotnull or (d.adbin is not null and a.attname not in ('id', 'user_id')) then
        format('alter table public.%I add column %I %s%s%s; notify pgrst, %L;', c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
          ' default ' || pg_get_expr(d.adbin, d.adrelid), case when a.attnotnull then ' not null' else '' end, 'reload schema') end
    from pg_catalog.pg_class c join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    left join pg_catalog.pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and used ? c.relname
      and (used -> c.relname ? a.attname or a.attname = 'user_id'
        or (c.relname = any (synced) and a.attname in ('id', 'created_at', 'updated_at', 'sync_seq')));

  insert into runglass_private.blueprint (step, kind, tbl, name, fix)
    select case when k.contype = 'f' then 3 else 2 end, 'constraint', c.relname, k.conname,
      format('alter table public.%I add constraint %I %s;', c.relname, k.conname, pg_get_constraintdef(k.oid))
    from pg_catalog.pg_constraint k join pg_catalog.pg_class c on c.oid = k.conrelid
    where c.relnamespace = 'public'::regnamespace and k.conname like 'runglass\_%';

  insert into runglass_private.blueprint (step, kind, tbl, name, fix)
    select 4, 'index', c.relname, n.relname, pg_get_indexdef(i.indexrelid) || ';'
    from pg_catalog.pg_index i join pg_catalog.pg_class n on n.oid = i.indexrelid join pg_catalog.pg_class c on c.oid = i.indrelid
    where c.relnamespace = 'public'::regnamespace and n.relname like 'runglass\_%'
      and not exists (select from pg_catalog.pg_constraint k where k.conindid = i.indexrelid and k.conrelid = i.indrelid);

  insert into runglass_private.blueprint (step, kind, tbl, name, fix)
    select 5, 'function', '', p.oid::regprocedure::text,
      format(E'%s;\nrevoke all on function %s from public, anon, authenticated, service_role;', pg_get_functiondef(p.oid), p.oid::regprocedure)
      || coalesce((select string_agg(format(E'\ngrant execute on function %s to %I;', p.oid::regprocedure, r.role), '' order by r.role)
        from unnest('{authenticated,service_role}'::text[]) r (role) where has_function_privilege(r.role, p.oid, 'execute')), '')
      || E'\nnotify pgrst, ''reload schema'';'
    from pg_catalog.pg_proc p
    where p.pronamespace = 'runglass_private'::regnamespace or (p.pronamespace = 'public'::regnamespace and p.proname in (
      'sync_pull', 'sync_ping', 'sync_doctor', 'sync_prune', 'sync_lock', 'log_ide_sync_events', 'record_usage', 'log_run', 'run_metrics', 'runs_page', 'timeline_page'));

  insert into runglass_private.blueprint (step, kind, tbl, name, fix)
    select 6, 'trigger', case when c.relnamespace = 'public'::regnamespace then c.relname::text else c.oid::regclass::text end, t.tgname,
      pg_get_triggerdef(t.oid) || ';'
    from pg_catalog.pg_trigger t join pg_catalog.pg_class c on c.oid = t.tgrelid
    where not t.tgisinternal and t.tgname ~ '^(zz_)?runglass_';

  insert into runglass_private.blueprint (step, kind, tbl, name, fix)
    select 8, 'policy', case p.schemaname when 'public' then p.tablename::text else p.schemaname || '.' || p.tablename end, p.policyname,
      format('create policy %I on %I.%I for %s to %s', p.policyname, p.schemaname, p.tablename, p.cmd, array_to_string(p.roles, ', '))
      || coalesce(' using (' || p.qual || ')', '') || coalesce(' with check (' || p.with_check || ')', '') || ';'
    from pg_catalog.pg_policies p where p.policyname like 'runglass %';
end $$;
revoke all on function runglass_private.take_blueprint() from public;

select runglass_private.take_blueprint();

notify pgrst, 'reload schema';
