import type { Event } from '../../shared/emitter.ts';
import type { Problem } from '../../shared/status.ts';
import type { SnippetTarget } from './snippets.ts';

/** What is told of the chosen backend here; structurally a `Connection`. */
export interface FirstRunConnection {
  readonly state:
    | { readonly kind: 'none' | 'starting' | 'signedOut' }
    | { readonly kind: 'failed'; readonly problem: Problem }
    | { readonly kind: 'ready'; readonly account: { readonly email: string | null } };
  readonly endpoint: { readonly url: string; readonly publishableKey: string } | null;
  /** Null when the backend is not the local one, or does not run. */
  readonly localUser: { readonly email: string; readonly password: string } | null;
  readonly onDidChange: Event<void>;
  settled(): Promise<void>;
}

/** Where scripts log to as whoever is signed in; null while nobody is. */
export function targetOf({ state, endpoint, localUser }: FirstRunConnection): SnippetTarget | null {
  if (state.kind !== 'ready' || !endpoint) return null;
  const { url, publishableKey } = endpoint;
  const email = localUser?.email ?? state.account.email ?? 'you@example.com';
  return { url, publishableKey, email, password: localUser?.password ?? null };
}
