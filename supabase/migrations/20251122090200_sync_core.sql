-- Commit order per user. Every change of a user's rows takes the next number of the user's head and holds the
-- head's row lock until it commits, so the order of numbers is the order of commits and a rollback leaves no gap.

-- No foreign key to auth.users: the cascade of a deleted user writes tombstones, and would fail on it.
create table if not exists runglass_private.sync_head (
  user_id uuid primary key,
  seq bigint not null default 0,
  -- Tombstones up to here may be gone; who is behind must start over.
  floor bigint not null default 0,
  epoch uuid not null default '00000000-0000-0000-0000-000000000000'
) with (fillfactor = 50);
alter table runglass_private.sync_head enable row level security;

create table if not exists public.sync_tombstones (
  user_id uuid not null,
  sync_seq bigint not null,
  tbl text not null,
  pk text not null,
  -- The number of the last version: an insert and a quick delete account for both.
  row_seq bigint not null,
  deleted_at timestamptz not null default clock_timestamp(),
  primary key (user_id, sync_seq)
);
create table if not exists public.sync_canaries (
  user_id uuid primary key,
  nonce uuid not null,
  sync_seq bigint not null,
  pinged_at timestamptz not null default clock_timestamp()
);
alter table public.sync_tombstones enable row level security;
alter table public.sync_canaries enable row level security;
comment on table public.sync_tombstones is 'Rows that were deleted or left their owner; published, because a DELETE frame is not filtered by RLS.';
comment on table public.sync_canaries is 'One row a user, written by sync_ping: the change that proves delivery.';

-- Whether the caller came with the service key, or is a database administrator. Seen from inside a
-- security definer function too: the setting `role` stays the caller's.
create or replace function runglass_private.is_service() returns boolean
language sql stable set search_path = '' as $$
  select pg_catalog.pg_has_role(
    (case current_setting('role', true) when 'none' then session_user else coalesce(current_setting('role', true), session_user) end)::name,
    'service_role', 'member')
$$;

create or replace function runglass_private.wait_for_head(p_user uuid) returns void
language plpgsql security definer set search_path = '' set lock_timeout = '700ms' as $$
begin
  perform from runglass_private.sync_head where user_id = p_user for no key update;
end $$;

-- Waits for the head as long as the caller's lock_timeout says, in turns that are shorter than deadlock_timeout
-- (1 s by default): whoever waits here is never chosen as the victim of a deadlock between others.
create or replace function runglass_private.lock_head(p_user uuid) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_timeout constant interval := current_setting('lock_timeout')::interval;
  v_start constant timestamptz := clock_timestamp();
begin
  perform from runglass_private.sync_head where user_id = p_user for no key update skip locked;
  if found then
    return;
  end if;
  if not exists (select from runglass_private.sync_head where user_id = p_user) then
    insert into runglass_private.sync_head (user_id) values (p_user) on conflict do nothing;
  end if;
  loop
    begin
      perform runglass_private.wait_for_head(p_user);
      return;
    exception when lock_not_available then
      if v_timeout > interval '0' and clock_timestamp() - v_start >= v_timeout then
        raise;
      end if;
    end;
  end loop;
end $$;

-- For a writer that already holds a row (the service key, a cascade): the owner may hold the head and wait for
-- that row. It gives up before the owner's deadlock detector looks (PostgreSQL applies the timeout to each of
-- the two waits of a row lock), so it is never the owner's statement that is refused, and tells its caller to
-- try again (55P03).
create or replace function runglass_private.lock_head_briefly(p_user uuid) returns void
language plpgsql security definer set search_path = '' set lock_timeout = '300ms' as $$
begin
  perform from runglass_private.sync_head where user_id = p_user for no key update;
  if not found then
    insert into runglass_private.sync_head (user_id) values (p_user) on conflict do nothing;
    perform from runglass_private.sync_head where user_id = p_user for no key update;
  end if;
end $$;

create or replace function runglass_private.sync_next(p_user uuid) returns bigint
language plpgsql security definer set search_path = '' as $$
declare
  v_seq bigint;
begin
  update runglass_private.sync_head set seq = seq + 1 where user_id = p_user returning seq into v_seq;
  if not found then
    insert into runglass_private.sync_head as h (user_id, seq) values (p_user, 1)
      on conflict (user_id) do update set seq = h.seq + 1 returning seq into v_seq;
  end if;
  return v_seq;
end $$;

-- For service writers whose transaction touches several users: called first, nothing of theirs waits or is refused later.
create or replace function public.sync_lock(user_ids uuid[]) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_user uuid;
begin
  for v_user in select distinct u from unnest(user_ids) u where u is not null order by u loop
    perform runglass_private.lock_head(v_user);
  end loop;
end $$;
comment on function public.sync_lock(uuid[]) is 'Service role: locks these users'' counters in order, before a transaction that writes rows of several users.';

-- Before a signed-in user's statement touches a row: head first, rows after, in every statement.
create or replace function runglass_private.before_statement() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_user constant uuid := auth.uid();
begin
  if v_user is not null then
    perform runglass_private.lock_head(v_user);
  end if;
  return null;
end $$;

-- Whether this INSERT will meet a row of the same user and become ON CONFLICT. Only sure with the head locked.
create or replace function runglass_private.conflicts(p_table name, p_id uuid, p_user uuid) returns boolean
language plpgsql security definer set search_path = '' as $$
begin
  return case p_table
    when 'projects' then exists (select from public.projects where id = p_id and user_id = p_user)
    when 'training_runs' then exists (select from public.training_runs where id = p_id and user_id = p_user)
    when 'models' then exists (select from public.models where id = p_id and user_id = p_user)
    when 'usage_tracking' then exists (select from public.usage_tracking where id = p_id and user_id = p_user)
    when 'subscriptions' then exists (select from public.subscriptions where id = p_id and user_id = p_user)
    when 'ide_sync_events' then exists (select from public.ide_sync_events where id = p_id and user_id = p_user)
  end;
end $$;

create or replace function runglass_private.lock_owner(p_user uuid) returns void
language plpgsql security definer set search_path = '' as $$
begin
  if p_user is null then
    raise exception 'user_id must not be null' using errcode = '23502';
  elsif p_user is distinct from auth.uid() then
    -- Without a transaction id nothing is locked yet, so waiting can close no circle.
    if pg_catalog.pg_current_xact_id_if_assigned() is null then
      perform runglass_private.lock_head(p_user);
    else
      perform runglass_private.lock_head_briefly(p_user);
    end if;
  end if;
end $$;

-- BEFORE each row: numbers the version. What clients send in sync_seq and updated_at is ignored.
create or replace function runglass_private.stamp() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_copy record;
begin
  if tg_op = 'DELETE' then
    perform runglass_private.lock_owner(old.user_id);
    return old;
  end if;
  if tg_op = 'INSERT' then
    perform runglass_private.lock_owner(new.user_id);
    new.sync_seq := 0;
    new.updated_at := clock_timestamp();
    -- A row that becomes ON CONFLICT burns no number: its UPDATE takes one, or nothing happens.
    if runglass_private.conflicts(tg_table_name, new.id, new.user_id) then
      return new;
    end if;
    if tg_table_name = 'usage_tracking' then
      if exists (select from public.usage_tracking u where u.user_id = new.user_id and u.metric = new.metric
          and u.day = new.day and u.project_id is not distinct from new.project_id) then
        return new;
      end if;
    end if;
    new.sync_seq := runglass_private.sync_next(new.user_id);
    return new;
  end if;

  if new.id is distinct from old.id then
    raise exception 'The id of a row of % cannot be changed.', tg_table_name using errcode = '23001',
      hint = 'Insert a new row and delete the old one.';
  end if;
  if new.user_id is null then
    raise exception 'user_id must not be null' using errcode = '23502';
  end if;
  perform runglass_private.lock_owner(least(old.user_id, new.user_id));
  if new.user_id is distinct from old.user_id then
    perform runglass_private.lock_owner(greatest(old.user_id, new.user_id));
  end if;
  new.sync_seq := old.sync_seq;
  new.updated_at := old.updated_at;
  -- Nothing changed: keeps its number, and is still returned (null would make a single-row update fail).
  -- A number that cannot be ours (a dump loaded past the triggers) is replaced all the same.
  -- Comparing unpacks wide values inside the record; done to `new`, every update would store them again.
  v_copy := new;
  if v_copy operator(pg_catalog.*=) old and old.sync_seq between 1 and
      (select h.seq from runglass_private.sync_head h where h.user_id = new.user_id) then
    return new;
  end if;
  new.sync_seq := runglass_private.sync_next(new.user_id);
  new.updated_at := clock_timestamp();
  return new;
end $$;

create or replace function runglass_private.entomb() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  -- Bulk retention raises the floor instead: everyone who is behind starts over.
  if current_setting('runglass.retention', true) = 'on' then
    return null;
  end if;
  insert into public.sync_tombstones (user_id, sync_seq, tbl, pk, row_seq)
    values (old.user_id, runglass_private.sync_next(old.user_id), tg_table_name, old.id::text, old.sync_seq);
  return null;
end $$;

-- A row that was taken for a conflict and was stored all the same (its rival was deleted under a transaction
-- with an older snapshot): it has no number, nobody would ever see it.
create or replace function runglass_private.refuse_unstamped() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  raise exception 'A row of % has no sync_seq; try again.', tg_table_name using errcode = '40001';
end $$;

create or replace function runglass_private.renew_epoch() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  update runglass_private.installation set epoch = gen_random_uuid() where singleton;
  return null;
end $$;

-- When a run starts and ends, also for scripts that only set its status.
create or replace function runglass_private.run_times() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  ended constant text[] := '{completed,failed,cancelled,stopped}';
begin
  if tg_op = 'UPDATE' then
    if new.status is not distinct from old.status then
      return new;
    end if;
    if old.status = any (ended) and new.status <> all (ended) then
      new.finished_at := null;
      -- What was asked of the run before is done; asked anew in the same statement, it counts.
      if new.cancel_requested_at is not distinct from old.cancel_requested_at then
        new.cancel_requested_at := null;
      end if;
    end if;
  end if;
  if new.status = 'running' then
    new.started_at := coalesce(new.started_at, clock_timestamp());
  elsif new.status = any (ended) then
    new.finished_at := coalesce(new.finished_at, clock_timestamp());
  end if;
  return new;
end $$;

-- The usage of a deleted project stays used: it moves to the row of no project. (A plain SET NULL would meet
-- that row's unique key; a cascade would let people delete their usage.)
create or replace function runglass_private.keep_usage() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform runglass_private.lock_owner(old.user_id);
  if exists (select from auth.users where id = old.user_id) then
    insert into public.usage_tracking as u (user_id, metric, day, amount)
      select user_id, metric, day, amount from public.usage_tracking
      where user_id = old.user_id and project_id = old.id
      on conflict (user_id, metric, day, project_id) do update set amount = u.amount + excluded.amount;
    delete from public.usage_tracking where user_id = old.user_id and project_id = old.id;
  end if;
  return old;
end $$;

-- Nothing of a deleted user stays. Deferred to the commit: triggers inside a cascade run after those of auth.users.
create or replace function runglass_private.forget_user() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  delete from public.sync_tombstones where user_id = old.id;
  delete from public.sync_canaries where user_id = old.id;
  delete from runglass_private.sync_head where user_id = old.id;
  return null;
end $$;

-- Rows that were here before us get their numbers, oldest first, before the triggers come.
do $$
declare
  t text;
begin
  foreach t in array '{projects,training_runs,models,usage_tracking,subscriptions,ide_sync_events}'::text[] loop
    execute format($sql$
      with numbered as (
        select id, user_id, row_number() over (partition by user_id order by created_at, id) as n
        from public.%1$I where sync_seq = 0 or sync_seq is null
      ), heads as (
        insert into runglass_private.sync_head as h (user_id, seq)
          select user_id, count(*) from numbered group by user_id order by user_id
          on conflict (user_id) do update set seq = h.seq + excluded.seq
        returning h.user_id, h.seq
      ), counts as (select user_id, count(*) as n from numbered group by user_id)
      update public.%1$I r set sync_seq = heads.seq - counts.n + numbered.n
      from numbered join heads using (user_id) join counts using (user_id)
      where r.id = numbered.id$sql$, t);
  end loop;
end $$;

do $$
declare
  t text;
begin
  foreach t in array '{projects,training_runs,models,usage_tracking,subscriptions,ide_sync_events}'::text[] loop
    execute format('create or replace trigger runglass_10_head before insert or update or delete on public.%I
      for each statement execute function runglass_private.before_statement()', t);
    -- Rows' BEFORE triggers run by name. A platform's own ones may fill user_id or change the row: this one sees the
    -- row last, as it will be stored.
    execute format('create or replace trigger zz_runglass_30_stamp before insert or update or delete on public.%I
      for each row execute function runglass_private.stamp()', t);
    execute format('create or replace trigger runglass_40_entomb after delete on public.%I
      for each row execute function runglass_private.entomb()', t);
    execute format('create or replace trigger runglass_40_entomb_moved after update on public.%I
      for each row when (old.user_id is distinct from new.user_id) execute function runglass_private.entomb()', t);
    execute format('create or replace trigger runglass_50_stamped after insert on public.%I
      for each row when (new.sync_seq = 0) execute function runglass_private.refuse_unstamped()', t);
    execute format('create or replace trigger runglass_60_truncate after truncate on public.%I
      for each statement execute function runglass_private.renew_epoch()', t);
  end loop;
end $$;
create or replace trigger runglass_20_times before insert or update on public.training_runs
  for each row execute function runglass_private.run_times();
create or replace trigger runglass_20_keep_usage before delete on public.projects
  for each row execute function runglass_private.keep_usage();
create or replace trigger runglass_60_truncate after truncate on public.sync_tombstones
  for each statement execute function runglass_private.renew_epoch();
-- Who may not own auth.users (hosted projects) may create a trigger there, but not replace one.
do $$
begin
  if not exists (select from pg_trigger where tgrelid = 'auth.users'::regclass and tgname = 'runglass_forget_user') then
    create constraint trigger runglass_forget_user after delete on auth.users deferrable initially deferred
      for each row execute function runglass_private.forget_user();
  end if;
end $$;

revoke all on all tables in schema runglass_private from public, anon, authenticated, service_role;
revoke all on all functions in schema runglass_private from public, anon, authenticated, service_role;
revoke all on function public.sync_lock(uuid[]) from public, anon, authenticated;
