import type { Query } from '../database.ts';

export interface Column {
  readonly name: string;
  /** `pg_type.typname`: int8, timestamptz, _text … */
  readonly type: string;
  /** The type as SQL writes it, for casts. */
  readonly sqlType: string;
}

/** One table of the publication. */
export interface PublishedTable {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly columns: readonly Column[];
  readonly key: readonly Column[];
  readonly rowSecurity: boolean;
  readonly identityFull: boolean;
}

/** What one role may see. */
export interface Rights {
  readonly bypassesRowSecurity: boolean;
  /** By table, the columns that the role may SELECT. */
  readonly columns: ReadonlyMap<number, ReadonlySet<string>>;
}

/**
 * The published tables and the roles' rights on them, read once and forgotten whenever the schema changes. To be
 * used inside one `exclusive` at a time.
 */
export class Catalog {
  #tables: ReadonlyMap<number, PublishedTable> | null = null;
  readonly #rights = new Map<string, Rights | null>();

  forget(): void {
    this.#tables = null;
    this.#rights.clear();
  }

  /** By OID. */
  async tables(query: Query): Promise<ReadonlyMap<number, PublishedTable>> {
    this.#tables ??= await readTables(query);
    return this.#tables;
  }

  /** Null when there is no such role. */
  async rights(query: Query, role: string): Promise<Rights | null> {
    const known = this.#rights.get(role);
    if (known !== undefined) return known;
    const rights = await readRights(query, role);
    this.#rights.set(role, rights);
    return rights;
  }
}

interface TableRow {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly columns: readonly Column[];
  readonly key: readonly string[];
  readonly row_security: boolean;
  readonly identity_full: boolean;
}

async function readTables(query: Query): Promise<ReadonlyMap<number, PublishedTable>> {
  const rows = await query<TableRow>(`
    select c.oid::int as oid, n.nspname as schema, c.relname as name, c.relrowsecurity as row_security,
      c.relreplident = 'f' as identity_full,
      (select jsonb_agg(jsonb_build_object(
          'name', a.attname, 'type', t.typname, 'sqlType', format_type(a.atttypid, a.atttypmod)) order by a.attnum)
        from pg_attribute a join pg_type t on t.oid = a.atttypid
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns,
      coalesce((select jsonb_agg(a.attname order by array_position(i.indkey::int2[], a.attnum))
        from pg_index i join pg_attribute a on a.attrelid = c.oid and a.attnum = any (i.indkey::int2[])
        where i.indrelid = c.oid and i.indisprimary), '[]') as key
    from pg_publication_tables p
    join pg_namespace n on n.nspname = p.schemaname
    join pg_class c on c.relnamespace = n.oid and c.relname = p.tablename
    where p.pubname = 'supabase_realtime' and n.nspname <> 'runglass_local'`);
  return new Map(
    rows.map((row) => [
      row.oid,
      {
        oid: row.oid,
        schema: row.schema,
        name: row.name,
        columns: row.columns,
        key: row.key.flatMap((name) => row.columns.filter((column) => column.name === name)),
        rowSecurity: row.row_security,
        identityFull: row.identity_full,
      },
    ]),
  );
}

async function readRights(query: Query, role: string): Promise<Rights | null> {
  const [found] = await query<{ bypasses: boolean }>(
    'select rolbypassrls or rolsuper as bypasses from pg_roles where rolname = $1',
    [role],
  );
  if (!found) return null;
  const rows = await query<{ oid: number; columns: readonly string[] }>(
    `select c.oid::int as oid, jsonb_agg(a.attname) as columns
     from pg_publication_tables p
     join pg_namespace n on n.nspname = p.schemaname
     join pg_class c on c.relnamespace = n.oid and c.relname = p.tablename
     join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     where p.pubname = 'supabase_realtime'
       and has_schema_privilege($1, n.oid, 'usage') and has_column_privilege($1, c.oid, a.attnum, 'select')
     group by c.oid`,
    [role],
  );
  return {
    bypassesRowSecurity: found.bypasses,
    columns: new Map(rows.map((row) => [row.oid, new Set(row.columns)])),
  };
}
