import { t } from '../../../shared/l10n.ts';
import { RunglassError } from '../../../shared/status.ts';
import { describeError } from '../../platform/log.ts';
import { problemOf } from '../../platform/problem.ts';
import type { Log } from '../../sync/types.ts';
import { problemLine } from '../../words.ts';
import {
  checkPublishableKey,
  isReadableOnTheWay,
  labelOf,
  normalizeUrl,
  placeOf,
  projectRefOf,
  shortKey,
} from '../address.ts';
import { ask, runSteps, type StepResult, type StepWarning } from '../form.ts';
import type { Profiles, RemoteProfile } from '../profiles.ts';
import type { Endpoint, Schema } from '../types.ts';
import { askSetUp } from './setUpStep.ts';

/** Looks at a backend before anybody signs in to it. */
export interface BackendApi {
  /** What is wrong with an address and what to do, or null; no key is sent. */
  checkUrl(url: string): Promise<string | null>;
  /** What is wrong with a key and what to do, or null. */
  checkKey(endpoint: Endpoint): Promise<string | null>;
  /** Rejects with `RunglassError` without an answer. */
  checkSchema(endpoint: Endpoint): Promise<Schema>;
}

/** What is known of a backend before the user is asked. */
export interface KnownBackend extends Endpoint {
  /** What the project calls it; empty for its host. */
  readonly name: string;
  /** The file that says so, and what the user should know of that, a sentence each. */
  readonly source?: { readonly file: string; readonly notes: readonly string[] };
}

export interface BackendFormOptions {
  readonly known: KnownBackend;
  readonly profiles: Profiles;
  readonly api: BackendApi;
  readonly log: Log;
  /** Prepares the migrations; signing in follows when they are there. */
  readonly setUp: (profile: RemoteProfile) => Promise<void>;
}

/** A backend whose URL and key are known, checked; rejects with words for the user, or with `RunglassError`. */
export async function openBackend(
  known: KnownBackend,
  { api, profiles }: Pick<BackendFormOptions, 'api' | 'profiles'>,
): Promise<RemoteProfile> {
  const url = normalizeUrl(known.url);
  if (url === null) throw new RunglassError({ reason: 'badUrl', detail: 'Not an http or https URL.' });
  const profile = profileOf({ ...known, url }, profiles);
  const refused = checkPublishableKey(profile.publishableKey);
  if (refused) throw new RunglassError(refused);
  const wrong = (await api.checkUrl(url)) ?? (await api.checkKey(profile));
  if (wrong !== null) throw new Error(wrong);
  await profiles.save(profile);
  const schema = await api.checkSchema(profile);
  if (schema.kind !== 'whole') throw new RunglassError(problemOfSchema(schema));
  return profile;
}

/**
 * Asks for URL and key of a backend, each examined when it is entered; what is known already is offered, and what was
 * typed is kept. A backend that takes the key is in the list from then on. Null when the user leaves or sets it up.
 */
export async function askBackend(options: BackendFormOptions): Promise<RemoteProfile | null> {
  const { profiles, api, log, known } = options;
  const { name, source } = known;
  const title = source ? t('Add Backend from {0}', source.file) : t('Add Backend');
  let { publishableKey } = known;
  let url = normalizeUrl(known.url) ?? known.url;
  let schema: Schema = { kind: 'whole' };
  let warned = '';
  const profile = () => profileOf({ url, publishableKey, name }, profiles);
  const askUrl = () =>
    ask({
      ...{ title, step: 1, totalSteps: 2 },
      value: url,
      prompt: source ? foundPrompt(known) : t('Project URL (Project Settings > Data API)'),
      placeholder: 'https://abcd.supabase.co',
      accept: async (value) => {
        const normalized = normalizeUrl(value);
        if (normalized === null) return t('Enter a URL that starts with https:// (or http://).');
        // A key that was typed, or read from the file, is one for that URL.
        if (normalized !== url || publishableKey === '')
          publishableKey = profiles.find(normalized)?.publishableKey ?? publishableKey;
        url = normalized;
        if (isReadableOnTheWay(url) && warned !== url) {
          warned = url;
          return readableWarning(url);
        }
        return await api.checkUrl(url);
      },
    });
  const askKey = () =>
    ask({
      ...{ title, step: 2, totalSteps: 2 },
      value: publishableKey,
      prompt: keyPrompt(url),
      placeholder: 'sb_publishable_…',
      accept: async (value) => {
        publishableKey = value.trim();
        if (publishableKey === '') return t('Enter the key of the project.');
        const wrong = await api.checkKey({ url, publishableKey });
        if (wrong !== null) return wrong;
        try {
          schema = await api.checkSchema({ url, publishableKey });
          await profiles.save(profile());
          return null;
        } catch (error) {
          log.warn(`A backend could not be examined: ${describeError(error)}`);
          return problemLine(problemOf(error));
        }
      },
    });
  const offerSetUp = async (): Promise<StepResult> => {
    if (schema.kind === 'whole') return 'next';
    const again = () => api.checkSchema({ url, publishableKey });
    const answer = await askSetUp(title, profile(), schema, again);
    if (answer !== 'setUp') return answer;
    await options.setUp(profile());
    return 'cancel';
  };
  const ended = await runSteps([askUrl, askKey, offerSetUp]);
  return ended === 'next' ? profile() : null;
}

function foundPrompt({ url, publishableKey, source }: KnownBackend): string {
  const key =
    publishableKey === ''
      ? t('{0}, without a key.', labelOf(url))
      : t('{0}, with the key {1}.', labelOf(url), shortKey(publishableKey));
  return [key, ...(source?.notes ?? []), t('Nothing has been sent yet; Enter asks this address.')].join(' ');
}

function keyPrompt(url: string): string {
  if (placeOf(url) === 'thisMachine')
    return t('Publishable (or anon) key, as “supabase status” prints it. It is not a secret key.');
  if (projectRefOf(url))
    return t('Publishable (or anon) key (Project Settings > API Keys). It is not a secret key.');
  return t('Publishable (or anon) key of the project. It is not a secret key.');
}

/** Enter a second time goes on. */
function readableWarning(url: string): StepWarning {
  return {
    warning: t(
      'With http://, everybody on the way to {0} can read your sign-in and your data. Use https:// if it can, or press Enter again to go on.',
      labelOf(url),
    ),
  };
}

function problemOfSchema(schema: Exclude<Schema, { kind: 'whole' }>) {
  const missing = schema.kind === 'part' ? schema.missing : [];
  return { reason: 'notMigrated', missing, detail: `Of the migrations, ${schema.kind} is there.` } as const;
}

function profileOf({ url, publishableKey, name }: KnownBackend, profiles: Profiles): RemoteProfile {
  const label = profiles.find(url)?.label ?? (name === '' ? labelOf(url) : name);
  return { kind: 'remote', url, publishableKey, label };
}
