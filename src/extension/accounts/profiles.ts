import { isRecord } from '../../shared/record.ts';
import type { Problem } from '../../shared/status.ts';
import { mementoKeys } from '../ids.ts';

/** Where the data is: the backend that the extension runs itself, or a Supabase project. */
export type Profile = EmbeddedProfile | RemoteProfile;
export interface EmbeddedProfile {
  readonly kind: 'embedded';
  /** The user signed out; do not sign in again by itself. */
  readonly signedOut: boolean;
}
export interface RemoteProfile {
  readonly kind: 'remote';
  readonly url: string;
  readonly publishableKey: string;
  readonly label: string;
}

/** The list of what is sent to which a user agrees: higher by one whenever the list grows, so that all are asked anew. */
const consentVersion = 2;

/** `outdated`: the user agreed when less was sent. */
export type Consent = 'given' | 'outdated' | 'none';

/** Structurally a `vscode.Memento`. */
export interface Memento {
  get(key: string): unknown;
  update(key: string, value: unknown): PromiseLike<void>;
}

/** Remembers the chosen backend, and to which backends the user agreed to report activity. No secret is kept here. */
export class Profiles {
  readonly #memento: Memento;

  constructor(memento: Memento) {
    this.#memento = memento;
  }

  /** Null until the user has chosen a backend. */
  get current(): Profile | null {
    return readProfile(this.#memento.get(mementoKeys.profile));
  }

  async choose(profile: Profile): Promise<void> {
    await this.#memento.update(mementoKeys.profile, profile);
  }

  /** Whether events of this editor may go to a backend. */
  consentTo(profile: Profile): Consent {
    if (profile.kind === 'embedded') return 'given';
    const answer = this.#consents()[backendId(profile)];
    if (answer === consentVersion) return 'given';
    // Before there were versions the answer was true or false.
    return typeof answer === 'number' || answer === true ? 'outdated' : 'none';
  }

  async setAgreed(profile: Profile, agreed: boolean): Promise<void> {
    const answer = agreed ? consentVersion : false;
    await this.#memento.update(mementoKeys.consents, { ...this.#consents(), [backendId(profile)]: answer });
  }

  #consents(): Readonly<Record<string, unknown>> {
    const consents = this.#memento.get(mementoKeys.consents);
    return isRecord(consents) ? consents : {};
  }
}

/** Null for what is no profile. By hand, because activation needs it: the library that decodes elsewhere has 10 KB. */
function readProfile(value: unknown): Profile | null {
  if (!isRecord(value)) return null;
  const { kind, signedOut, url, publishableKey, label } = value;
  if (kind === 'embedded') return { kind, signedOut: signedOut === true };
  if (kind !== 'remote' || typeof url !== 'string') return null;
  if (typeof publishableKey !== 'string' || typeof label !== 'string') return null;
  return { kind, url, publishableKey, label };
}

/** Names a backend; the local one is the same one whatever its data folder. */
export function backendId(profile: Profile): string {
  return profile.kind === 'embedded' ? 'embedded' : profile.url;
}

/** `url` as typed by a person, made a base URL without a trailing slash; null when it is not http or https. */
export function normalizeUrl(url: string): string | null {
  const text = url.trim();
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return null;
  const { origin, pathname, username, password } = new URL(text);
  if (username !== '' || password !== '') return null;
  // The addresses of the parts are shown beside that of the project, and are copied as often.
  return `${origin}${pathname}`.replace(/\/+$/, '').replace(/\/(rest|auth|realtime)\/v1$/, '');
}

/** Why `key` cannot be the publishable (or anon) key of a project; null when it may be. */
export function checkPublishableKey(key: string): Problem | null {
  if (/^sb_secret_/.test(key) || roleOf(key) === 'service_role')
    return { reason: 'secretKey', detail: 'A secret key was given where a publishable one belongs.' };
  // Anything else cannot even be sent.
  if (!/^[\x21-\x7e]+$/.test(key))
    return { reason: 'badKey', detail: 'The key has characters that no key has.' };
  return null;
}

/** The role in an older key, which is a JWT. */
function roleOf(key: string): unknown {
  try {
    const payload: unknown = JSON.parse(Buffer.from(key.split('.')[1] ?? '', 'base64url').toString('utf8'));
    return payload && typeof payload === 'object' && 'role' in payload ? payload.role : undefined;
  } catch {
    return undefined;
  }
}

/** What a backend at `url` is called on screen: its host. */
export function labelOf(url: string): string {
  return new URL(url).host;
}
