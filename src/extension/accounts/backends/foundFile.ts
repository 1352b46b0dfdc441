import { parseEnv } from 'node:util';
import { t } from '../../../shared/l10n.ts';
import { isRecord } from '../../../shared/record.ts';
import { checkPublishableKey, normalizeUrl } from '../address.ts';

/** What a file of a project says of its backend. */
export interface Found {
  readonly url: string;
  /** Empty when the file has none. */
  readonly publishableKey: string;
  /** What the project is called there; empty when it says nothing. */
  readonly name: string;
  /** What the user should know of it, a sentence each. */
  readonly notes: readonly string[];
}

/** Files that may name a backend, in the order in which they are offered. Not of production: nobody tries things there. */
export const foundFiles = [
  'supabase/config.toml',
  '.env.local',
  '.env.development.local',
  '.env.development',
  '.env',
] as const;

/** A file of this size, bytes, was not written by hand. */
export const maxFoundSize = 256 << 10;

/** What the bytes of `file` say; throws an `Error` with words for the user when that is nothing. */
export async function readFound(file: string, bytes: Uint8Array): Promise<Found> {
  if (bytes.byteLength > maxFoundSize) throw new Error(t('{0} is too large to be read.', file));
  const text = new TextDecoder().decode(bytes).replaceAll('\r\n', '\n');
  if (text.includes('\0')) throw new Error(t('{0} is no text file.', file));
  return file.endsWith('.toml') ? await readConfig(file, text) : readEnv(file, text);
}

/** `supabase/config.toml` says where `supabase start` serves this project; the key is printed by the CLI. */
async function readConfig(file: string, text: string): Promise<Found> {
  const { parse } = await import('smol-toml');
  const config = parsed(file, () => parse(text));
  const api = isRecord(config.api) ? config.api : {};
  const tls = isRecord(api.tls) && api.tls.enabled === true;
  const port = isPort(api.port) ? api.port : 54_321;
  const id =
    typeof config.project_id === 'string' && !isReference(config.project_id) ? config.project_id : '';
  const notes = [t('“supabase status” prints the publishable key.')];
  if (api.enabled === false) notes.unshift(t('The API is switched off in this file.'));
  return { url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`, publishableKey: '', name: id, notes };
}

/** Names as frameworks want them: `VITE_SUPABASE_URL`, `NEXT_PUBLIC_SUPABASE_ANON_KEY`. The plain ones count first. */
const urlName = /^((?:[A-Z0-9]+_)*)SUPABASE_(?:PROJECT_)?(?:API_)?URL$/;
const keyNames = [
  /^((?:[A-Z0-9]+_)*)SUPABASE_(?:DEFAULT_)?PUBLISHABLE_(?:DEFAULT_)?KEY$/,
  /^((?:[A-Z0-9]+_)*)SUPABASE_ANON_(?:PUBLIC_)?KEY$/,
  /^((?:[A-Z0-9]+_)*)SUPABASE_KEY$/,
];

/** A variable that names a part of a backend; `prefix` is what stands before `SUPABASE_`. */
interface Named {
  readonly name: string;
  readonly prefix: string;
  readonly value: string;
}

function readEnv(file: string, text: string): Found {
  const variables = new Map(Object.entries(parsed(file, () => parseEnv(text))).map(withText));
  const named = (pattern: RegExp) => namedBy(pattern, variables);
  const urls = named(urlName).flatMap((one) => {
    const value = normalizeUrl(one.value);
    return value === null || reference.test(value) ? [] : [{ ...one, value }];
  });
  if (urls.length === 0)
    throw new Error(t('{0} names no Supabase URL, such as SUPABASE_URL=https://…', file));
  const keys = keyNames.flatMap(named);
  const { url, key } = pairOf(
    urls,
    keys.filter(({ value }) => isTaken(value)),
  );
  const secrets = [...[...variables].map(([name, value]) => ({ name, value })), ...keys]
    .filter(({ value }) => checkPublishableKey(value)?.reason === 'secretKey')
    .map(({ name }) => name);
  const notes: string[] = [];
  if (key === null) notes.push(t('The file has no publishable (or anon) key.'));
  if (secrets.length > 0)
    notes.push(
      t('The secret key in {0} is not taken: it belongs on servers only.', [...new Set(secrets)].join(', ')),
    );
  return { url, publishableKey: key ?? '', name: '', notes };
}

/** The first URL with a key of the same prefix, else the first with a key that is no other backend's. */
function pairOf(urls: readonly Named[], keys: readonly Named[]): { url: string; key: string | null } {
  for (const { prefix, value: url } of urls) {
    const own = keys.find((key) => key.prefix === prefix);
    if (own) return { url, key: own.value };
  }
  const [first] = urls;
  const url = first?.value ?? '';
  const isOthers = ({ prefix }: Named) => urls.some((one) => one.prefix === prefix && one.value !== url);
  return { url, key: keys.find((key) => !isOthers(key))?.value ?? null };
}

/** Those whose names fit, the shortest first. */
function namedBy(pattern: RegExp, variables: ReadonlyMap<string, string>): Named[] {
  return [...variables]
    .flatMap(([name, value]) => {
      const prefix = pattern.exec(name)?.[1];
      return prefix === undefined ? [] : [{ name, prefix, value: expanded(value, variables).trim() }];
    })
    .sort((one, other) => one.name.length - other.name.length);
}

function isTaken(key: string): boolean {
  return !reference.test(key) && checkPublishableKey(key) === null;
}

const reference = /\$\{(\w+)\}/;
/** References lead to references as often as this. */
const maxDepth = 5;
/** No address and no key is longer, however much its references say. */
const maxLength = 4_096;

/** `text` with each `${OTHER}` of the same file put in; what it does not say stays as it is written. */
function expanded(text: string, variables: ReadonlyMap<string, string>): string {
  let value = text;
  for (let depth = 0; depth < maxDepth && reference.test(value); depth += 1) {
    let { length } = value;
    value = value.replaceAll(new RegExp(reference, 'g'), (whole, name: string) => {
      const other = variables.get(name);
      if (other === undefined || length + other.length > maxLength) return whole;
      length += other.length;
      return other;
    });
  }
  return value;
}

function withText([name, value]: [string, string | undefined]): [string, string] {
  return [name, value ?? ''];
}

function parsed<T>(file: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw new Error(t('{0} cannot be read as it is written.', file), { cause: error });
  }
}

function isPort(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) > 0 && Number(value) < 65_536;
}

/** `env(NAME)` stands for what only the CLI knows. */
function isReference(value: string): boolean {
  return /^env\(.*\)$/.test(value);
}
