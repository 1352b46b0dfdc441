-- Realtime tells the changes of what is in the publication.
do $$
declare
  t text;
begin
  if exists (select from pg_publication where pubname = 'supabase_realtime' and not puballtables) then
    foreach t in array '{projects,training_runs,models,usage_tracking,subscriptions,ide_sync_events,sync_tombstones,sync_canaries}'::text[] loop
      if not exists (select from pg_publication_tables
          where pubname = 'supabase_realtime' and schemaname = 'public' and tablename = t) then
        execute format('alter publication supabase_realtime add table public.%I', t);
      end if;
    end loop;
  end if;
end $$;
