import { isRecord } from '../../shared/record.ts';
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
  /** Normalized; names the backend. */
  readonly url: string;
  readonly publishableKey: string;
  /** What the user calls it; its host at first. */
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

/**
 * Remembers the backends of this user, which of them this workspace has chosen, and to which the user agreed to report
 * activity. No secret is kept here.
 *
 * All windows share `everywhere`, but each writes all of it as it knows it: of two that write within the same moment
 * one may be lost. So a choice is remembered whole, and whoever uses a backend puts it back into the list.
 */
export class Profiles {
  readonly #everywhere: Memento;
  readonly #workspace: Memento;

  constructor(everywhere: Memento, workspace: Memento) {
    this.#everywhere = everywhere;
    this.#workspace = workspace;
  }

  /** The choice of this workspace, or the last one of all where it has none; null until the user has chosen. */
  get current(): Profile | null {
    const { profile: key } = mementoKeys;
    const chosen = readProfile(this.#workspace.get(key)) ?? readProfile(this.#everywhere.get(key));
    return chosen && this.latest(chosen);
  }

  /** Every backend but the embedded one, in the order in which they were added; the one in use is always among them. */
  get remotes(): readonly RemoteProfile[] {
    const listed = this.#entries().map(readProfile).filter(isRemote);
    const { current } = this;
    const isMissing = current?.kind === 'remote' && !listed.some(({ url }) => url === current.url);
    return isMissing ? [...listed, current] : listed;
  }

  /** The one at this URL, if there is one. */
  find(url: string): RemoteProfile | null {
    return this.remotes.find((profile) => profile.url === url) ?? null;
  }

  /** `profile` with the key and the name that it has by now, whichever window gave it those. */
  latest(profile: Profile): Profile {
    if (profile.kind === 'remote')
      return this.#entries().map(readProfile).filter(isRemote).find(sameAs(profile)) ?? profile;
    const signedOut = this.#everywhere.get(mementoKeys.localSignedOut);
    return { kind: 'embedded', signedOut: typeof signedOut === 'boolean' ? signedOut : profile.signedOut };
  }

  /** For this workspace from now on, and for those that have not chosen yet. */
  async choose(profile: Profile): Promise<void> {
    const { profile: key, localSignedOut } = mementoKeys;
    await Promise.all([
      profile.kind === 'remote'
        ? this.save(profile)
        : this.#everywhere.update(localSignedOut, profile.signedOut),
      this.#everywhere.update(key, profile),
      this.#workspace.update(key, profile),
    ]);
  }

  /** A workspace stays with the backend that it began with, whatever other windows choose. */
  async stay(profile: Profile): Promise<void> {
    const { profile: key } = mementoKeys;
    if (!readProfile(this.#workspace.get(key))) await this.#workspace.update(key, profile);
  }

  /** Puts a backend into the list, in place of the one at the same URL. */
  async save(profile: RemoteProfile): Promise<void> {
    const entries = this.#entries();
    const index = entries.findIndex((entry) => isSame(readProfile(entry), profile));
    const old = index < 0 ? null : readProfile(entries[index]);
    if (old?.kind === 'remote' && isEqual(old, profile)) return;
    const changed = index < 0 ? [...entries, profile] : entries.with(index, profile);
    await this.#everywhere.update(mementoKeys.backends, changed);
  }

  /** Forgets a backend, what was agreed to for it, and that it was chosen here or last. */
  async remove(profile: RemoteProfile): Promise<void> {
    const { profile: key, backends, consents } = mementoKeys;
    const { [backendId(profile)]: _, ...others } = this.#consents();
    const entries = this.#entries().filter((entry) => !isSame(readProfile(entry), profile));
    const chosen = [this.#everywhere, this.#workspace].filter((memento) =>
      isSame(readProfile(memento.get(key)), profile),
    );
    await Promise.all([
      this.#everywhere.update(backends, entries),
      this.#everywhere.update(consents, others),
      ...chosen.map((memento) => memento.update(key, undefined)),
    ]);
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
    await this.#everywhere.update(mementoKeys.consents, {
      ...this.#consents(),
      [backendId(profile)]: answer,
    });
  }

  #consents(): Readonly<Record<string, unknown>> {
    const consents = this.#everywhere.get(mementoKeys.consents);
    return isRecord(consents) ? consents : {};
  }

  /** As stored: what this version cannot read is left out where it is read, and stays where it is. */
  #entries(): readonly unknown[] {
    const entries = this.#everywhere.get(mementoKeys.backends);
    return Array.isArray(entries) ? entries : [];
  }
}

/** Null for what is no profile. By hand, because activation needs it: the library that decodes elsewhere has 10 KB. */
function readProfile(value: unknown): Profile | null {
  if (!isRecord(value)) return null;
  const { kind, signedOut, url, publishableKey, label } = value;
  if (kind === 'embedded') return { kind, signedOut: signedOut === true };
  if (kind !== 'remote' || typeof url !== 'string' || !URL.canParse(url)) return null;
  if (typeof publishableKey !== 'string' || typeof label !== 'string') return null;
  return { kind, url, publishableKey, label };
}

function isRemote(profile: Profile | null): profile is RemoteProfile {
  return profile?.kind === 'remote';
}

function isSame(one: Profile | null, other: Profile): boolean {
  return one !== null && backendId(one) === backendId(other);
}

function sameAs(profile: RemoteProfile): (other: RemoteProfile) => boolean {
  return (other) => isSame(other, profile);
}

function isEqual(one: RemoteProfile, other: RemoteProfile): boolean {
  return one.publishableKey === other.publishableKey && one.label === other.label && one.url === other.url;
}

/** Names a backend; the local one is the same one whatever its data folder. */
export function backendId(profile: Profile): string {
  return profile.kind === 'embedded' ? 'embedded' : profile.url;
}
