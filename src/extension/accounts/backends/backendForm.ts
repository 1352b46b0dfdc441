import { t } from '../../../shared/l10n.ts';
import { RunglassError } from '../../../shared/status.ts';
import type { Log } from '../../sync/types.ts';
import { problemLine } from '../../words.ts';
import type { Endpoint } from '../connection.ts';
import { ask, attempt, runSteps } from '../form.ts';
import { checkPublishableKey, labelOf, normalizeUrl, type RemoteProfile } from '../profiles.ts';

export interface BackendApi {
  /** Rejects with `RunglassError` when this is no backend of ours. */
  checkBackend(endpoint: Endpoint): Promise<void>;
}

/** A backend whose URL and key are known; rejects with `RunglassError`. */
export async function openBackend(known: Endpoint, api: BackendApi): Promise<RemoteProfile> {
  const url = normalizeUrl(known.url);
  if (url === null) throw new RunglassError({ reason: 'badUrl', detail: 'Not an http or https URL.' });
  const refused = checkPublishableKey(known.publishableKey);
  if (refused) throw new RunglassError(refused);
  const profile = profileOf({ ...known, url });
  await api.checkBackend(profile);
  return profile;
}

/**
 * Asks for URL and key of a backend, each checked when it is entered; what is known already is offered. Null when the
 * user leaves.
 */
export async function askBackend(known: Endpoint, api: BackendApi, log: Log): Promise<RemoteProfile | null> {
  let { url, publishableKey } = known;
  const title = t('Connect to Supabase');
  const askUrl = () =>
    ask({
      ...{ title, step: 1, totalSteps: 2 },
      value: url,
      prompt: t('Project URL (Project Settings > Data API)'),
      placeholder: 'https://abcd.supabase.co',
      accept: async (value) => {
        const normalized = normalizeUrl(value);
        if (normalized === null) return t('Enter a URL that starts with https:// (or http://).');
        url = normalized;
        return null;
      },
    });
  const askKey = () =>
    ask({
      ...{ title, step: 2, totalSteps: 2 },
      value: publishableKey,
      prompt: t('Publishable (or anon) key (Project Settings > API Keys). It is not a secret key.'),
      placeholder: 'sb_publishable_…',
      accept: async (value) => {
        publishableKey = value.trim();
        if (publishableKey === '') return t('Enter the key of the project.');
        const refused = checkPublishableKey(publishableKey);
        if (refused) return problemLine(refused);
        return await attempt(() => api.checkBackend({ url, publishableKey }), log);
      },
    });
  const ended = await runSteps([askUrl, askKey]);
  return ended === 'next' ? profileOf({ url, publishableKey }) : null;
}

function profileOf({ url, publishableKey }: Endpoint): RemoteProfile {
  return { kind: 'remote', url, publishableKey, label: labelOf(url) };
}
