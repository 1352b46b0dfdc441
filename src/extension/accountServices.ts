import path from 'node:path';
import { type Disposable, toDisposable } from '../shared/disposable.ts';
import type { NewProject } from '../shared/requests.ts';
import { RunglassError } from '../shared/status.ts';
import type { AccountStoresOptions } from './accountStores.ts';
import { backendId, type Profile } from './accounts/profiles.ts';
import type { PendingSignIns } from './accounts/signIn/pendingSignIns.ts';
import type { Account, Auth, ConnectedSession, Endpoint } from './accounts/types.ts';
import type { ActivityHost } from './activity/activityHost.ts';
import type { AccountAccess } from './dashboard/accountHandlers.ts';
import type { DetailsAccount } from './dashboard/details.ts';
import { describeError } from './platform/log.ts';
import type { CancelOutcome } from './supabase/runs.ts';
import type { ReadTimeline } from './supabase/timeline.ts';
import type { SyncHost } from './sync/syncHost.ts';
import type { Attention } from './sync/types.ts';

export interface AccountServicesOptions extends AccountStoresOptions {
  readonly syncHost: SyncHost;
  readonly activityHost: ActivityHost;
  readonly attention: () => Attention;
}

/** What reads and writes for one user of one backend. */
interface Open {
  readonly details: DetailsAccount;
  readonly timeline: ReadTimeline;
  readonly access: AccountAccess;
}

/** Events reach the local backend after 1 s, any other in batches of 30 s. */
const flushAfter = { embedded: 1_000, remote: 30_000 } as const;

/** Everything that works for the account of the moment; what dashboard and details ask it for is null without one. */
export class AccountServices {
  readonly #options: AccountServicesOptions;
  #open: Open | null = null;

  constructor(options: AccountServicesOptions) {
    this.#options = options;
  }

  get details(): DetailsAccount | null {
    return this.#open?.details ?? null;
  }

  get timeline(): ReadTimeline | null {
    return this.#open?.timeline ?? null;
  }

  get access(): AccountAccess | null {
    return this.#open?.access ?? null;
  }

  /** A row was written: where nothing brings it by itself, it is pulled. */
  written(): void {
    const { sync } = this.#options.syncHost.current ?? {};
    if (!sync || sync.status.state === 'live') return;
    // What it fails of is in its status.
    sync.refresh().catch(() => {});
  }

  /** Asks the script of a run to stop; rejects with `RunglassError`. */
  async cancelRun(run: string): Promise<CancelOutcome> {
    const { access } = this;
    if (!access) throw new RunglassError({ reason: 'sessionExpired', detail: 'Nobody is signed in.' });
    const outcome = await access.runs.cancel(run);
    this.written();
    return outcome;
  }

  /** Writes a project; rejects with a `Refusal` or a `RunglassError`. */
  async createProject(project: NewProject): Promise<void> {
    const { accountHandlers } = await import('./dashboard/accountHandlers.ts');
    const handlers = accountHandlers({ access: () => this.access, written: () => this.written() });
    await handlers.createProject(project);
  }

  /** The session of whoever was signed in last, shared by all windows. */
  async openSession(profile: Profile, auth: Auth): Promise<ConnectedSession> {
    const { openSession } = await import('./accountStores.ts');
    return openSession(this.#options, profile, auth);
  }

  /** Removes rows and events that are kept here of an account that is not the one of the moment. */
  async wipe(profile: Profile, { userId }: Account): Promise<void> {
    const { wipeRows } = await import('./accountStores.ts');
    const { activityHost, backendOf, storage } = this.#options;
    const backend = backendOf(profile);
    await wipeRows(storage, backend, userId);
    await activityHost.activity.forgetAccount({ backend, user: userId });
  }

  /** Sign-ins that a browser has not come back from yet, shared by all windows. */
  async openPendingSignIns(): Promise<PendingSignIns> {
    const { openPendingSignIns } = await import('./accountStores.ts');
    return openPendingSignIns(this.#options);
  }

  /** Loads what is needed; what it resolves with begins to work for an account, and ends with what that returns. */
  async attach(
    endpoint: Endpoint,
    profile: Profile,
    session: ConnectedSession,
  ): Promise<(account: Account) => Disposable> {
    const api = await import('./sync.ts');
    const { syncHost, activityHost, attention, backendOf, storage, createLog } = this.#options;
    const options = { ...endpoint, credentials: session };
    const measure = api.createSectionMeter(options);
    return ({ userId }) => {
      const backend = backendOf(profile);
      const log = createLog('sync');
      const user = { ...options, userId };
      const cache = api.openReplicaCache(path.join(storage, 'rows'), backend, userId);
      const engine = { ...options, attention: attention(), log, saved: { userId, cache } };
      const send = api.createEventSender({ ...user, assertWanted: activityHost.assertWanted });
      const open = {
        details: { key: `${backendId(profile)} ${userId}`, measure },
        timeline: api.createTimelineReader({ ...user, log }),
        access: {
          runs: api.createRunAccess({ ...user, log }),
          models: api.createModelAccess({ ...user, log }),
          projects: api.createProjectAccess(user),
        },
      };
      this.#open = open;
      syncHost.connect(userId, () => api.createSync(engine));
      activityHost.connect({ backend, user: userId }, send, flushAfter[profile.kind]);
      return toDisposable(() => {
        activityHost.activity.disconnect();
        if (session.account?.userId !== userId)
          cache.wipe().catch((error: unknown) => log.warn(`Saved rows stay: ${describeError(error)}`));
        syncHost.disconnect();
        this.#open = null;
      });
    };
  }
}
