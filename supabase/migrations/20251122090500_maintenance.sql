-- What is kept.

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

revoke all on all functions in schema runglass_private from public, anon, authenticated, service_role;
revoke all on function public.sync_prune(interval, interval) from public, anon, authenticated;
