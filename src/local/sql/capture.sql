-- Change capture of the embedded backend. PGlite has no usable logical decoding, so a trigger on every table of
-- the publication writes each change to an outbox; the empty NOTIFY arrives after the commit. The outbox is
-- unlogged: like the real server, nothing is replayed after a restart.

create schema if not exists runglass_local;
revoke all on schema runglass_local from public;

create unlogged table if not exists runglass_local.outbox (
  id bigint generated always as identity primary key,
  xid xid8 not null default pg_current_xact_id(),
  at timestamptz not null default clock_timestamp(),
  tbl oid not null,
  type text not null,
  new jsonb,
  old jsonb
);

-- Wide columns that an update left where they were stored: the real server reads the log of changes, in which they
-- are missing unless the replica identity is full. Told by their being stored apart and having the same value.
create or replace function runglass_local.untouched(tbl regclass, new jsonb, old jsonb) returns text[]
language plpgsql stable set search_path = pg_catalog as $$
declare
  wide text[] := array(
    select a.attname from pg_attribute a join pg_class c on c.oid = a.attrelid
    where a.attrelid = tbl and a.attnum > 0 and not a.attisdropped and a.attlen = -1 and c.relreplident = 'd'
      and octet_length(new ->> a.attname) > 1000 and new -> a.attname::text = old -> a.attname::text
  );
  stored text;
  key text;
  names text[];
begin
  if wide = '{}' then
    return wide;
  end if;
  select string_agg(format('case when pg_column_toast_chunk_id(t.%I) is not null then %L end', n, n), ', ')
    into stored from unnest(wide) n;
  select string_agg(format('t.%I = ($1 ->> %L)::%s', a.attname, a.attname, format_type(a.atttypid, a.atttypmod)), ' and ')
    into key
    from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey::int2[])
    where i.indrelid = tbl and i.indisprimary;
  execute format('select array_remove(array[%s], null) from %s t where %s', stored, tbl, coalesce(key, 'false'))
    into names using new;
  return coalesce(names, '{}');
end
$$;

create or replace function runglass_local.capture() returns trigger
language plpgsql security definer
set search_path = pg_catalog set timezone = 'UTC' set datestyle = 'ISO' set intervalstyle = 'postgres'
as $$
declare
  v_new jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) end;
  v_old jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) end;
begin
  if tg_op = 'UPDATE' and pg_column_size(v_new) > 1000 then
    v_new := v_new - runglass_local.untouched(tg_relid, v_new, v_old);
  end if;
  insert into runglass_local.outbox (tbl, type, new, old) values (tg_relid, tg_op, v_new, v_old);
  perform pg_notify('runglass_local_changes', '');
  return null;
end
$$;

-- Makes triggers and publication agree. The name sorts before all others: a change is written down before the
-- changes that other triggers make of it. The condition costs nothing while nobody is subscribed.
create or replace function runglass_local.follow() returns void
language plpgsql security definer set search_path = pg_catalog as $$
declare
  tbl regclass;
begin
  for tbl in
    select c.oid::regclass
    from pg_publication_tables p
    join pg_namespace n on n.nspname = p.schemaname
    join pg_class c on c.relnamespace = n.oid and c.relname = p.tablename
    where p.pubname = 'supabase_realtime' and p.schemaname <> 'runglass_local' and c.relkind in ('r', 'p')
      and not exists (
        select from pg_trigger t where t.tgrelid = c.oid and t.tgname = '00_runglass_local_capture'
      )
  loop
    execute format(
      'create trigger "00_runglass_local_capture" after insert or update or delete on %s for each row
       when (current_setting(''runglass_local.capture'', true) = ''on'')
       execute function runglass_local.capture()', tbl);
  end loop;
  for tbl in
    select t.tgrelid::regclass
    from pg_trigger t
    join pg_class c on c.oid = t.tgrelid
    join pg_namespace n on n.oid = c.relnamespace
    where t.tgname = '00_runglass_local_capture' and t.tgparentid = 0
      and not exists (
        select from pg_publication_tables p
        where p.pubname = 'supabase_realtime' and p.schemaname = n.nspname and p.tablename = c.relname
      )
  loop
    execute format('drop trigger "00_runglass_local_capture" on %s', tbl);
  end loop;
end
$$;

create or replace function runglass_local.on_ddl() returns event_trigger
language plpgsql security definer set search_path = pg_catalog as $$
begin
  if tg_tag in (
    'CREATE PUBLICATION', 'ALTER PUBLICATION', 'CREATE TABLE', 'CREATE TABLE AS', 'SELECT INTO', 'ALTER TABLE'
  ) then
    perform runglass_local.follow();
  end if;
  perform pg_notify('runglass_local_schema', tg_tag);
end
$$;

drop event trigger if exists runglass_local_ddl;
create event trigger runglass_local_ddl on ddl_command_end execute function runglass_local.on_ddl();
drop event trigger if exists runglass_local_drop;
create event trigger runglass_local_drop on sql_drop execute function runglass_local.on_ddl();
select runglass_local.follow();
