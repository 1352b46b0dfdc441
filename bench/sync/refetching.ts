import type { SupabaseClient } from '@supabase/supabase-js';
import { sectionQuery } from '../../src/extension/supabase/sectionCost.ts';
import type { Table } from '../../src/shared/model.ts';
import { tables } from '../../src/shared/tables.ts';
import { makeClient } from '../../test/support/backend.ts';
import { pause, until } from './host.ts';
import type { Stack, StackUser } from './stack.ts';

/** The usual dashboard: subscribes to each table, and asks the section's whole query again at every event. */
export class Refetching {
  readonly #client: SupabaseClient;
  readonly #url: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #user: StackUser;
  #fetches = 0;
  #underWay = 0;

  private constructor(stack: Stack, user: StackUser, url: string) {
    this.#client = makeClient(url, stack.publishableKey);
    this.#url = url;
    this.#user = user;
    this.#headers = {
      apikey: stack.publishableKey,
      authorization: `Bearer ${user.credentials.accessToken}`,
    };
  }

  /** Resolves once it is subscribed; `url` is the way to the stack. */
  static async open(stack: Stack, user: StackUser, url: string): Promise<Refetching> {
    const dashboard = new Refetching(stack, user, url);
    await dashboard.#subscribe();
    return dashboard;
  }

  /** How often a section was asked for. */
  get fetches(): number {
    return this.#fetches;
  }

  /** Resolves when no event has come for a second and all answers are there. */
  async settles(): Promise<void> {
    for (let seen = -1; seen !== this.#fetches; ) {
      seen = this.#fetches;
      await pause(1_000);
      await until('the answers of the reference', () => this.#underWay === 0);
    }
  }

  async close(): Promise<void> {
    await this.#client.removeAllChannels();
    await this.#client.realtime.disconnect();
  }

  async #subscribe(): Promise<void> {
    const { accessToken, userId } = this.#user.credentials;
    await this.#client.realtime.setAuth(accessToken);
    const channel = this.#client.channel('dashboard');
    for (const table of tables) {
      const binding = { event: '*', schema: 'public', table, filter: `user_id=eq.${userId}` } as const;
      channel.on('postgres_changes', binding, () => void this.#fetch(table));
    }
    let armed = false;
    channel.on('system', {}, ({ status }: { status: string }) => {
      armed = status === 'ok';
    });
    channel.subscribe();
    await until('the reference to be subscribed', () => armed);
  }

  async #fetch(table: Table): Promise<void> {
    this.#fetches += 1;
    this.#underWay += 1;
    const query = sectionQuery(table, this.#user.credentials.userId, Date.now());
    const answer = await fetch(`${this.#url}/rest/v1/${query}`, { headers: this.#headers });
    if (!answer.ok) throw new Error(`The reference's query of ${table} was answered with ${answer.status}.`);
    await answer.arrayBuffer();
    this.#underWay -= 1;
  }
}
