-- Takes Runglass out of a database again. Tables that the migrations made are dropped with their rows; tables
-- that were here before keep theirs, and lose only what was added: columns, triggers, policies, constraints and
-- indexes. Applying it to a database without Runglass does nothing.

do $$
declare
  k record;
  g record;
  item text;
begin
  if to_regclass('runglass_private.kept_tables') is null then
    return;
  end if;

  for k in select * from runglass_private.kept_tables where to_regclass('public.' || tbl) is not null loop
    for item in select tgname from pg_trigger where tgrelid = to_regclass('public.' || k.tbl) and not tgisinternal and tgname ~ '^(zz_)?runglass_' loop
      execute format('drop trigger %I on public.%I', item, k.tbl);
    end loop;
    for item in select polname from pg_policy where polrelid = to_regclass('public.' || k.tbl) and polname like 'runglass %' loop
      execute format('drop policy %I on public.%I', item, k.tbl);
    end loop;
    for item in select conname from pg_constraint where conrelid = to_regclass('public.' || k.tbl) and conname like 'runglass\_%' loop
      execute format('alter table public.%I drop constraint if exists %I cascade', k.tbl, item);
    end loop;
    for item in select c.relname from pg_index i join pg_class c on c.oid = i.indexrelid
        where i.indrelid = to_regclass('public.' || k.tbl) and c.relname like 'runglass\_%' loop
      execute format('drop index if exists public.%I', item);
    end loop;
    if exists (select from pg_publication_tables where pubname = 'supabase_realtime' and schemaname = 'public' and tablename = k.tbl)
        and not k.published and not (select puballtables from pg_publication where pubname = 'supabase_realtime') then
      execute format('alter publication supabase_realtime drop table public.%I', k.tbl);
    end if;
    foreach item in array coalesce(k.added, '{}') loop
      execute format('alter table public.%I drop column if exists %I', k.tbl, item);
    end loop;
    if not k.row_security then
      execute format('alter table public.%I disable row level security', k.tbl);
    end if;
    execute format('revoke all on public.%I from public, anon, authenticated, service_role', k.tbl);
    for g in select coalesce(r.rolname, 'public') as grantee, a.privilege_type
        from aclexplode(k.acl) a left join pg_roles r on r.oid = a.grantee
        where a.grantee = 0 or r.rolname in ('anon', 'authenticated', 'service_role') loop
      execute format(case when g.grantee = 'public' then 'grant %s on public.%I to public' else 'grant %s on public.%I to %I' end,
        g.privilege_type, k.tbl, g.grantee);
    end loop;
  end loop;

  foreach item in array '{sync_canaries,sync_tombstones,training_run_configs,training_run_metrics,ide_sync_events,usage_tracking,subscriptions,models,training_runs,projects}'::text[] loop
    if not exists (select from runglass_private.kept_tables where tbl = item) then
      execute format('drop table if exists public.%I cascade', item);
    end if;
  end loop;

  drop function if exists public.sync_pull(bigint, text, integer), public.runs_page(timestamptz, uuid, integer), public.sync_ping(uuid), public.sync_doctor(),
    public.sync_prune(interval, interval), public.sync_lock(uuid[]), public.log_ide_sync_events(jsonb),
    public.record_usage(text, numeric, uuid, uuid, uuid), public.log_run(uuid, jsonb, jsonb), public.run_metrics(uuid, integer, bigint),
    public.timeline_page(timestamptz, text, text, uuid, integer);
  -- Takes the trigger on auth.users along.
  drop schema runglass_private cascade;
end $$;

-- So that `supabase db push` applies the migrations again when they are wanted back.
do $$
begin
  if to_regclass('supabase_migrations.schema_migrations') is not null then
    delete from supabase_migrations.schema_migrations
    where version in ('20251122090000', '20251122090100', '20251122090200', '20251122090300', '20251122090400',
      '20251122090500', '20251122090600', '20251122090700', '20251122090800', '20251122090900');
  end if;
end $$;

notify pgrst, 'reload schema';
