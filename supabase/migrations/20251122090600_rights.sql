-- Who may do what. Supabase grants everything in `public` to anon, authenticated and service_role by default
-- privileges, so everything is taken from each of them first.

revoke all on public.projects, public.training_runs, public.models, public.usage_tracking, public.subscriptions,
  public.ide_sync_events, public.training_run_metrics, public.training_run_configs, public.sync_tombstones, public.sync_canaries
  from public, anon, authenticated, service_role;

grant select on public.projects, public.training_runs, public.models, public.usage_tracking, public.subscriptions,
  public.ide_sync_events, public.training_run_metrics, public.training_run_configs, public.sync_tombstones, public.sync_canaries
  to authenticated, service_role;
-- usage, stopped_by, step_rate and stepped_at of a run are kept by its triggers, whoever may update the row.
grant insert, update, delete on public.projects, public.training_runs, public.models,
  public.training_run_metrics, public.training_run_configs to authenticated;
grant insert on public.ide_sync_events to authenticated;
grant insert, update, delete on public.projects, public.training_runs, public.models, public.usage_tracking, public.subscriptions,
  public.ide_sync_events, public.training_run_metrics, public.training_run_configs to service_role;

grant execute on function public.sync_pull(bigint, text, integer), public.runs_page(timestamptz, uuid, integer), public.sync_ping(uuid),
  public.log_ide_sync_events(jsonb), public.record_usage(text, numeric, uuid, uuid, uuid), public.log_run(uuid, jsonb, jsonb),
  public.run_metrics(uuid, integer, bigint) to authenticated, service_role;
grant execute on function public.sync_prune(interval, interval), public.sync_lock(uuid[]) to service_role;

-- What functions with the caller's rights need of the internals: reads under RLS, and the lock of the own head.
grant usage on schema runglass_private to authenticated, service_role;
grant select on runglass_private.sync_head, runglass_private.installation to authenticated, service_role;
grant execute on function runglass_private.epoch_of(uuid), runglass_private.pull_page(uuid, bigint, integer, bigint),
  runglass_private.pull_snapshot(uuid, timestamptz, bigint), runglass_private.pull_counts(uuid),
  runglass_private.lock_head_of_run(uuid) to authenticated, service_role;

drop policy if exists "runglass own head" on runglass_private.sync_head;
create policy "runglass own head" on runglass_private.sync_head for select to authenticated using (user_id = (select auth.uid()));
drop policy if exists "runglass version" on runglass_private.installation;
create policy "runglass version" on runglass_private.installation for select to authenticated, service_role using (true);

do $$
declare
  t text;
begin
  foreach t in array '{projects,training_runs,models,usage_tracking,subscriptions,ide_sync_events,training_run_metrics,training_run_configs,sync_tombstones,sync_canaries}'::text[] loop
    execute format('drop policy if exists "runglass read own" on public.%I', t);
    execute format('create policy "runglass read own" on public.%I for select to authenticated using (user_id = (select auth.uid()))', t);
  end loop;
  foreach t in array '{projects,training_runs,models,ide_sync_events,training_run_metrics,training_run_configs}'::text[] loop
    execute format('drop policy if exists "runglass insert own" on public.%I', t);
    execute format('create policy "runglass insert own" on public.%I for insert to authenticated with check (user_id = (select auth.uid()))', t);
  end loop;
  foreach t in array '{projects,training_runs,models,training_run_metrics,training_run_configs}'::text[] loop
    execute format('drop policy if exists "runglass update own" on public.%I', t);
    execute format('create policy "runglass update own" on public.%I for update to authenticated
      using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()))', t);
    execute format('drop policy if exists "runglass delete own" on public.%I', t);
    execute format('create policy "runglass delete own" on public.%I for delete to authenticated using (user_id = (select auth.uid()))', t);
  end loop;
end $$;
