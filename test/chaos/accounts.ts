import type { CredentialSource, Credentials } from '../../src/extension/sync/types.ts';
import { Emitter } from '../../src/shared/emitter.ts';
import type { Dice } from './dice.ts';
import type { Network } from './network.ts';
import { begin, type Timeline } from './timeline.ts';

/** A token is replaced this long before it expires, ms. */
const margin = 60_000;

interface Session extends Credentials {
  /** By the server's clock, ms of the world. */
  readonly validUntil: number;
}

/** The sessions of the users at the auth service, and the one that the host has. */
export class Accounts implements CredentialSource {
  readonly #timeline: Timeline;
  readonly #network: Network;
  readonly #dice: Dice;
  readonly #lifetime: number;
  readonly #validUntil = new Map<string, { readonly userId: string; readonly until: number }>();
  readonly #changed: Emitter<void>;
  #session: Session | null = null;
  #refreshing: Promise<Credentials | null> | null = null;
  #tokens = 0;
  /** Questions asked, and changes of the user: an answer counts while neither has happened since. */
  #turn = 0;
  /** The user that the last question was answered with, since the last change; `undefined` while there was no answer. */
  told: string | null | undefined;
  /** Somebody else, or nobody, is told. */
  onTold: () => void = () => {};
  /** When it was told, or had to be asked anew; ms of the world. */
  toldAt = 0;

  constructor(
    timeline: Timeline,
    network: Network,
    dice: Dice,
    lifetime: number,
    onError: (e: unknown) => void,
  ) {
    this.#timeline = timeline;
    this.#network = network;
    this.#dice = dice;
    this.#lifetime = lifetime;
    this.#changed = new Emitter(onError);
  }

  get onDidChange() {
    return this.#changed.event;
  }

  get listenerCount(): number {
    return this.#changed.listenerCount;
  }

  get userId(): string | null {
    return this.#session?.userId ?? null;
  }

  signIn(userId: string): void {
    this.#set(this.#issue(userId));
  }

  signOut(): void {
    this.#set(null);
  }

  /** The server takes no token any more that it has given so far. */
  revoke(): void {
    this.#validUntil.clear();
  }

  /** Whose token it is; null when it is not valid now. */
  check(token: string): { readonly userId: string; readonly until: number } | null {
    const known = this.#validUntil.get(token);
    return known && known.until > this.#timeline.now ? known : null;
  }

  get({ force = false }: { readonly force?: boolean } = {}): Promise<Credentials | null> {
    const session = this.#session;
    this.#turn += 1;
    const asked = this.#turn;
    if (session && (force || session.expiresAt - this.#timeline.clock.now() <= margin))
      return this.#refresh(session).then((fresh) => {
        this.#tell(asked, fresh);
        return fresh;
      });
    return new Promise((resolve) => {
      this.#timeline.reach(this.#dice.between(0, 5), () => {
        this.#tell(asked, session);
        resolve(session);
      });
    });
  }

  #refresh(stale: Session): Promise<Credentials | null> {
    this.#refreshing ??= this.#network
      .request<Session>((answer) => answer(this.#issue(stale.userId)))
      .answer.then((fresh) => {
        if (this.#session === stale) this.#set(fresh);
        return this.#session;
      })
      .finally(() => {
        this.#refreshing = null;
      });
    return this.#refreshing;
  }

  #issue(userId: string): Session {
    this.#tokens += 1;
    const accessToken = `token ${this.#tokens}`;
    const validUntil = this.#timeline.now + this.#lifetime;
    this.#validUntil.set(accessToken, { userId, until: validUntil });
    const expiresAt = begin + validUntil + this.#timeline.jumped;
    return { userId, accessToken, expiresAt, validUntil };
  }

  #set(session: Session | null): void {
    if (session?.userId !== this.#session?.userId) {
      this.#turn += 1;
      this.told = undefined;
    }
    this.toldAt = this.#timeline.now;
    this.#session = session;
    this.#changed.fire();
  }

  #tell(asked: number, session: Credentials | null): void {
    if (asked !== this.#turn) return;
    this.told = session?.userId ?? null;
    this.toldAt = this.#timeline.now;
    this.onTold();
  }
}
