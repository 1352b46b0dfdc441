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
  const port = typeof api.port === 'number' && api.port > 0 && api.port < 65_536 ? api.port : 54_321;
  const id =
    typeof config.project_id === 'string' && !isReference(config.project_id) ? config.project_id : '';
  const notes = [t('“supabase status” prints the publishable key.')];
  if (api.enabled === false) notes.unshift(t('The API is switched off in this file.'));
  return { url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`, publishableKey: '', name: id, notes };
}

/** Names as frameworks want them: `VITE_SUPABASE_URL`, `NEXT_PUBLIC_SUPABASE_ANON_KEY`. The plain ones count first. */
const urlName = /^(?:[A-Z0-9]+_)*SUPABASE_(?:PROJECT_)?(?:API_)?URL$/;
const keyNames = [
  /^(?:[A-Z0-9]+_)*SUPABASE_(?:DEFAULT_)?PUBLISHABLE_(?:DEFAULT_)?KEY$/,
  /^(?:[A-Z0-9]+_)*SUPABASE_ANON_(?:PUBLIC_)?KEY$/,
  /^(?:[A-Z0-9]+_)*SUPABASE_KEY$/,
];

function readEnv(file: string, text: string): Found {
  const variables = expanded(parsed(file, () => parseEnv(text)));
  const byLength = [...variables].sort(([one], [other]) => one.length - other.length);
  const url = byLength
    .filter(([name]) => urlName.test(name))
    .map(([, value]) => normalizeUrl(value))
    .find((value) => value !== null);
  if (!url) throw new Error(t('{0} names no Supabase URL, such as SUPABASE_URL=https://…', file));
  const candidates = keyNames.flatMap((pattern) => byLength.filter(([name]) => pattern.test(name)));
  const key = candidates.find(([, value]) => checkPublishableKey(value) === null);
  const secrets = variables.filter(
    ([, value]) => value !== '' && checkPublishableKey(value)?.reason === 'secretKey',
  );
  const notes: string[] = [];
  if (!key) notes.push(t('The file has no publishable (or anon) key.'));
  if (secrets.length > 0)
    notes.push(
      t(
        'The secret key in {0} is not taken: it belongs on servers only.',
        secrets.map(([name]) => name).join(', '),
      ),
    );
  return { url, publishableKey: key?.[1] ?? '', name: '', notes };
}

/** Values with `${OTHER}` of the same file put in; what it does not say stays as it is written. */
function expanded(variables: NodeJS.Dict<string>): [name: string, value: string][] {
  const resolve = (name: string, depth: number): string | undefined =>
    variables[name]?.replaceAll(/\$\{(\w+)\}/g, (reference, inner: string) =>
      depth > 0 ? (resolve(inner, depth - 1) ?? reference) : reference,
    );
  return Object.keys(variables).map((name) => [name, (resolve(name, 5) ?? '').trim()]);
}

function parsed<T>(file: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw new Error(t('{0} cannot be read as it is written.', file), { cause: error });
  }
}

/** `env(NAME)` stands for what only the CLI knows. */
function isReference(value: string): boolean {
  return /^env\(.*\)$/.test(value);
}
